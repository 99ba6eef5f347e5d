/** What the parts of a value hold: elements with keys, attributes of objects that the script makes. */

#include "flow_parts.h"

#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

/** How many parts may be found out for each other: of a.b.c those of a.b. */
enum { PARTS_WITHIN = 5 };

static struct value member_of_range(struct flow *flow, struct flow_range range, const char *part);

/** Either of both, but what is not known adds nothing. */
static void add(struct value *all, const struct value *one) {
	if (!one->count || value_is_unknown(one))
		return;
	*all = all->count ? value_either(all, one) : *one;
}

/** Whether the key is the part that is meant, or the first of several: *rest are the others, if any. */
static bool is_key_of(const struct lex_token *key, const char *part, const char **rest) {
	const size_t length = strcspn(part, ".");

	*rest = part[length] ? part + length + 1 : NULL;
	return (key->kind == LEX_NAME || key->kind == LEX_STRING || key->kind == LEX_NUMBER) && key->length == length &&
	       memcmp(part, key->text, length) == 0;
}

/** The place of a part in a structure that the script declares: struct { TYPE a; TYPE b, c; }; ULONG_MAX: in none. */
static unsigned long place_of(struct flow *flow, const char *part) {
	const struct lex *lex = &flow->lex;
	const char *rest;

	for (uint32_t block = 1; block < flow->nblocks && flow->language->fields && flow_step(flow); ++block) {
		const struct flow_range body = flow->blocks[block].body;
		unsigned long place = 0;

		if (!flow_is_class(flow, block, NULL))
			continue;
		for (size_t i = body.first; i < body.end && flow_step(flow); ++i) {
			const struct lex_token *token = lex_at(lex, i);

			if (token->kind == LEX_OPEN || lex_is(token, "{") || lex_is(token, "[") || lex_is(token, "("))
				i = flow_close(flow, i, body.end);
			else if (is_key_of(token, part, &rest) && !rest)
				return place;
			else if (lex_is(token, ",") ||
			         (token->kind == LEX_NEWLINE && lex_at(lex, i - 1)->kind != LEX_NEWLINE))
				++place;
		}
	}
	return ULONG_MAX;
}

/** Whether a literal opens there. */
static bool opens_literal(const struct lex_token *token) {
	return token->kind == LEX_OPEN || lex_is(token, "{") || lex_is(token, "[");
}

/** What the literals within a list have for the part, or what is at its place: [{ … }, { … }], {{ "a", "b" }}. */
static struct value member_by_place(struct flow *flow, size_t open, const char *part) {
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, open, lex->count);
	unsigned long place = ULONG_MAX, at = 0;
	struct value all = { 0 };

	for (size_t i = open + 1; i < close && flow_step(flow);) {
		size_t end = i;

		if (lex_at(lex, i)->kind == LEX_NEWLINE || lex_is(lex_at(lex, i), ",")) {
			++i;
			continue;
		}
		while (end < close && !lex_is(lex_at(lex, end), ",") && lex_at(lex, end)->kind != LEX_NEWLINE)
			end = opens_literal(lex_at(lex, end)) || lex_is(lex_at(lex, end), "(")
			              ? flow_close(flow, end, close) + 1
			              : end + 1;
		if (at == 0 && !opens_literal(lex_at(lex, i)))
			place = place_of(flow, part);
		const struct value one = opens_literal(lex_at(lex, i))
		                                 ? member_of_range(flow, (struct flow_range) { i, end }, part)
		                         : at == place ? flow_value(flow, (struct flow_range) { i, end })
		                                       : (struct value) { 0 };
		add(&all, &one);
		++at;
		i = end + 1;
	}
	return all;
}

/** What a pair has whose first element is the key: (KEY, VALUE), [KEY, VALUE], of dict() and Map. */
static struct value member_of_pair(struct flow *flow, size_t open, const char *part) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *key = lex_at(lex, open + 1);
	const char *rest;

	/* C++ has braces. */
	const bool braces = flow->language->pastes && lex_at(lex, open)->kind == LEX_OPEN;

	if ((!lex_is(lex_at(lex, open), "(") && !lex_is(lex_at(lex, open), "[") && !braces) ||
	    key->kind != LEX_STRING || !lex_is(lex_at(lex, open + 2), ",") || !is_key_of(key, part, &rest))
		return (struct value) { 0 };
	const struct flow_range range = { open + 3, flow_expression_end(flow, open + 3) };
	return rest ? member_of_range(flow, range, rest) : flow_value(flow, range);
}

/** What a literal between brackets has for the key; what is spread in it counts, too. */
static struct value member_of_literal(struct flow *flow, size_t open, const char *part) {
	static const char *const spreads[] = { "...", "**", "%", NULL };
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, open, lex->count);
	const bool index = part[0] && strspn(part, "0123456789") == strlen(part);
	unsigned long left = index && strlen(part) < sizeof "999" ? strtoul(part, NULL, 10) : ULONG_MAX;
	struct value all = { 0 };
	bool keyed = false;

	for (size_t i = open + 1; i < close && flow_step(flow);) {
		/* C's .KEY = VALUE. */
		i += lex_is(lex_at(lex, i), ".") && lex_at(lex, i + 1)->kind == LEX_NAME;
		const struct lex_token *key = lex_at(lex, i), *between = lex_at(lex, i + 1);
		struct value pair = { 0 };
		const char *rest;
		size_t end = flow_expression_end(flow, i);

		if (!index)
			pair = member_of_pair(flow, i, part);
		if (pair.count)
			return pair;
		if (key->kind == LEX_NEWLINE || end == i) {
			++i;
			continue;
		}
		if ((key->kind == LEX_NAME || key->kind == LEX_STRING || key->kind == LEX_NUMBER) &&
		    (lex_is(between, "=>") || lex_is(between, ":") || lex_is(between, "="))) {
			end = flow_expression_end(flow, i + 2);
			if (is_key_of(key, part, &rest))
				all = rest ? member_of_range(flow, (struct flow_range) { i + 2, end }, rest)
				           : flow_value(flow, (struct flow_range) { i + 2, end });
			keyed = true;
		} else if (flow_is_one(key, spreads) || (key->kind == LEX_NAME && strchr("%@", key->text[0]))) {
			const struct value one = member_of_range(flow, (struct flow_range) { i, end }, part);

			add(&all, &one);
			left = ULONG_MAX;
		} else if (index && left-- == 0) {
			return flow_value(flow, (struct flow_range) { i, end < close ? end : close });
		} else if (flow->language->methods && is_key_of(key, part, &rest) && !rest && end == i + 1) {
			/* { NAME }. */
			all = flow_value(flow, (struct flow_range) { i, end });
		}
		i = end + 1;
	}
	return all.count || keyed || index ? all : member_by_place(flow, open, part);
}

/** What functions of the script's own give. */
static struct value member_of_returned(struct flow *flow, const struct lex_token *name, const char *part) {
	enum { MOST = 8 };
	const struct lex *lex = &flow->lex;
	struct value all = { 0 };
	unsigned returns = 0;

	for (uint32_t f = flow_function(flow, name->text, name->length, 0); f && flow_step(flow);
	     f = flow_function(flow, name->text, name->length, f)) {
		const uint32_t block = flow->functions[f - 1].block;
		const struct flow_range body = flow->blocks[block].body;

		for (size_t i = body.first; i < body.end && returns < MOST && flow_step(flow); ++i) {
			if (!lex_is(lex_at(lex, i), "return") || flow->blocks[flow->blocks_of[i]].function != block)
				continue;
			++returns;
			const struct value one = member_of_range(
			        flow, (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) }, part);
			add(&all, &one);
		}
	}
	return all;
}

/** What an object of a class of the script's own has: by its methods, by the class, by how it is made. */
static struct value member_of_object(struct flow *flow, const struct lex_token *class, const char *part) {
	struct value all = { 0 };
	struct value one = flow_class_value(flow, class, part);

	add(&all, &one);
	for (const char *const *self = flow->language->selves; self && *self; ++self) {
		one = flow_everywhere(flow, arena_text(flow->arena, "%s%s", *self, part));
		add(&all, &one);
	}
	if (!all.count) {
		one = flow_returned(flow, part, strlen(part));
		add(&all, &one);
	}
	return all;
}

/** Whether the language is Java, where lists and maps are made by calls. */
static bool has_factories(const struct flow *flow) {
	return flow->language->bare_functions && !flow->language->pastes;
}

/** What a call has for the part that takes keys and values, or elements: Map.of("a", b), put(KEY, b), List.of(a, b). */
static struct value member_of_factory(struct flow *flow, const struct flow_call *call, const struct lex_token *name,
                                      const char *part) {
	static const char *const maps[] = { "of", "entry", "put", "putIfAbsent", "SimpleEntry", NULL };
	static const char *const lists[] = { "of", "asList", NULL };
	const struct lex *lex = &flow->lex;
	const bool index = part[0] && strspn(part, "0123456789") == strlen(part);
	const unsigned long place = index && strlen(part) < sizeof "999" ? strtoul(part, NULL, 10) : ULONG_MAX;
	const char *rest;

	if (index && flow_is_one(name, lists) && place < call->narguments)
		return flow_value(flow, call->arguments[place].range);
	for (size_t i = 0; flow_is_one(name, maps) && i + 1 < call->narguments; i += 2)
		if (is_key_of(lex_at(lex, call->arguments[i].range.end - 1), part, &rest) && !rest)
			return flow_value(flow, call->arguments[i + 1].range);
	return (struct value) { 0 };
}

/** The place of a part among those that namedtuple("NAME", "a b") or (…, ["a", "b"]) names; ULONG_MAX: it is none. */
static unsigned long tuple_place(struct flow *flow, const struct lex_token *class, size_t token, const char *part) {
	const struct lex *lex = &flow->lex;
	const struct flow_range range =
	        flow_bound_range(flow, arena_bytes(flow->arena, class->text, class->length), token);
	const size_t length = strlen(part);
	unsigned long place = 0;

	if (!flow->language->percent_formats || !flow_mentions(flow, range, "namedtuple"))
		return ULONG_MAX;
	size_t i = range.first;
	while (i < range.end && !lex_is(lex_at(lex, i), ","))
		++i;
	for (++i; i < range.end; ++i) {
		const struct lex_token *names = lex_at(lex, i);

		for (size_t k = 0; k < names->length && names->kind == LEX_STRING;) {
			size_t end = k;

			while (end < names->length && !strchr(" ,\n", names->text[end]))
				++end;
			if (end - k == length && memcmp(names->text + k, part, length) == 0)
				return place;
			place += end > k;
			k = end + 1;
		}
	}
	return ULONG_MAX;
}

/** What is made by a call: an object, what a function of the script's own returns, or what the arguments have. */
static struct value member_of_call(struct flow *flow, size_t first, const struct flow_name *name, const char *part) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *last = lex_at(lex, name->last);
	struct flow_call call = { .first = first };
	struct value all = { 0 }, one;

	/* Ruby's and Perl's CLASS.new(…). */
	if (lex_is(last, "new") && name->last > first + 1)
		last = lex_at(lex, name->last - 2);
	flow_read_call(flow, &call, name->end, false);
	const unsigned long place = tuple_place(flow, last, first, part);
	if (place < call.narguments)
		return flow_value(flow, call.arguments[place].range);
	if (has_factories(flow)) {
		one = member_of_factory(flow, &call, last, part);
		if (one.count)
			return one;
	}
	for (size_t i = 0; i < call.narguments; ++i) {
		const struct lex_token *keyword = call.arguments[i].keyword;

		if (keyword && strlen(part) == keyword->length && memcmp(part, keyword->text, keyword->length) == 0) {
			one = flow_value(flow, call.arguments[i].range);
			add(&all, &one);
		} else if (!keyword) {
			one = member_of_range(flow, call.arguments[i].range, part);
			add(&all, &one);
		}
	}
	if (flow_class(flow, last)) {
		one = member_of_object(flow, last, part);
		add(&all, &one);
	} else {
		one = member_of_returned(flow, last, part);
		add(&all, &one);
	}
	/* DEFAULTS.merge(OTHERS). */
	if (!name->plain && name->last > first + 1) {
		one = member_of_range(flow, (struct flow_range) { first, name->last - 1 }, part);
		add(&all, &one);
	}
	return all;
}

static struct value member_of_range(struct flow *flow, struct flow_range range, const char *part) {
	const struct lex *lex = &flow->lex;
	struct value all = { 0 };

	if (flow->depth >= FLOW_DEEPEST || !flow_step(flow))
		return all;
	++flow->depth;
	for (size_t i = range.first; i < range.end && flow_step(flow);) {
		const struct lex_token *token = lex_at(lex, i);
		struct value one = { 0 };

		if (lex_is(token, "struct") && lex_at(lex, i + 1)->kind == LEX_OPEN) {
			/* A type. */
			i = flow_close(flow, i + 1, range.end) + 1;
		} else if (token->kind == LEX_NAME && !flow_is_one(token, flow->language->new_words)) {
			const struct flow_name name = flow_name_before(flow, i, range.end);

			if (lex_is(lex_at(lex, name.end), "(") && name.end < range.end) {
				one = member_of_call(flow, i, &name, part);
				i = flow_close(flow, name.end, range.end) + 1;
			} else if (flow->language->names_first && name.end < range.end &&
			           lex_at(lex, name.end)->kind == LEX_OPEN) {
				/* The type of a literal. */
				i = name.end;
			} else {
				const bool hash = strchr("%@", *name.text) && flow->language->bare_calls;

				if (*name.text)
					one = flow_variable(
					        flow,
					        hash ? arena_text(flow->arena, "$%s.%s", name.text + 1, part)
					             : arena_text(flow->arena, "%s.%s", name.text, part),
					        i);
				i = name.end > i ? name.end : i + 1;
			}
		} else if (token->kind == LEX_OPEN || lex_is(token, "{") || lex_is(token, "[") || lex_is(token, "(")) {
			const size_t close = flow_close(flow, i, range.end);

			one = member_of_literal(flow, i, part);
			/* new HashMap<>(Map.of(…)), new HashMap<>() {{ put(…); }}. */
			if (!one.count && has_factories(flow))
				one = member_of_range(flow, (struct flow_range) { i + 1, close }, part);
			i = close + 1;
		} else {
			++i;
		}
		add(&all, &one);
	}
	--flow->depth;
	return all;
}

struct value flow_member(struct flow *flow, struct flow_range range, const char *part) {
	const struct value value = member_of_range(flow, range, part);

	return value.count ? value : value_unknown();
}

/** Where what was found out of a name is kept. */
static struct flow_part *part_entry(struct flow *flow, const char *name, uint32_t function) {
	struct flow_part **bucket = &flow->parts[(text_hash(name) ^ function) % FLOW_BUCKETS];
	struct flow_part *part = *bucket;

	for (; part && (part->function != function || strcmp(part->name, name) != 0); part = part->next)
		lex_look(&flow->lex, 1);
	if (!part) {
		part = arena_alloc(flow->arena, sizeof *part);
		*part = (struct flow_part) { .name = name, .function = function, .next = *bucket };
		*bucket = part;
	}
	return part;
}

/** The class of the script's own that a parameter is said to be of: NAME: CLASS, CLASS $NAME; or NULL. */
static const struct lex_token *class_of(const struct flow *flow, const struct flow_binding *binding) {
	const struct lex *lex = &flow->lex;
	const struct flow_range own = flow->blocks[binding->function].own;

	for (size_t i = own.first; i < own.end; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind != LEX_NAME || strlen(binding->name) != token->length ||
		    memcmp(token->text, binding->name, token->length) != 0)
			continue;
		if (i && lex_at(lex, i - 1)->kind == LEX_NAME && flow_class(flow, lex_at(lex, i - 1)))
			return lex_at(lex, i - 1);
		for (size_t at = i + 2; lex_is(lex_at(lex, i + 1), ":") && at < own.end; ++at) {
			if (lex_is(lex_at(lex, at), ",") || lex_is(lex_at(lex, at), "="))
				break;
			if (lex_at(lex, at)->kind == LEX_NAME && flow_class(flow, lex_at(lex, at)))
				return lex_at(lex, at);
		}
	}
	return NULL;
}

/** Add the part of what the binding of that index gives. */
static void add_part(struct flow *flow, uint32_t index, const char *part, struct value *all) {
	const struct flow_binding *binding = &flow->bindings[index];
	const struct lex_token *class = binding->kind == BINDING_PARAMETER && binding->function && flow->nclasses
	                                        ? class_of(flow, binding)
	                                        : NULL;

	if (class) {
		const struct value own = member_of_object(flow, class, part);

		add(all, &own);
	}
	if (!binding->range.end || binding->kind == BINDING_CALL ||
	    (binding->kind == BINDING_ELEMENT && !flow->language->methods) || binding->kind == BINDING_VALUE)
		return;
	const uint32_t call = binding->call;
	struct value one = member_of_range(flow, binding->range, part);
	for (unsigned k = 0; k < one.count; ++k)
		if (!one.choices[k].call)
			one.choices[k].call = call;
	add(all, &one);
}

/** What is bound to all of a name before dot has behind it: of an object anywhere, of others in the functions around.
 */
static struct value part_of_owner(struct flow *flow, const char *name, const char *dot, size_t token) {
	uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	const char *owner = arena_bytes(flow->arena, name, (size_t)(dot - name));
	struct value all = { 0 };

	++flow->depth;
	const struct value owned = flow_variable(flow, owner, token);
	--flow->depth;
	/* What is part of something private is private. */
	if (value_class(owned.choices[0].text) == VALUE_FRESH)
		return owned;
	if (flow_is_object(flow, name)) {
		for (uint32_t i = flow_binding(flow, owner, 0); i && flow_step(flow); i = flow_binding(flow, owner, i))
			add_part(flow, i - 1, dot + 1, &all);
		return all;
	}
	for (;; function = flow->blocks[flow->blocks[function].parent].function) {
		for (uint32_t i = flow_local_binding(flow, owner, function, 0); i && flow_step(flow);
		     i = flow_local_binding(flow, owner, function, i))
			add_part(flow, i - 1, dot + 1, &all);
		if (!function)
			return all;
	}
}

struct value flow_part_value(struct flow *flow, const char *name, size_t token) {
	const char *dot = strrchr(name, '.');
	const uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	struct value all = { 0 };

	if (!dot || dot == name || !dot[1] || flow->depth >= FLOW_DEEPEST || flow->parts_within >= PARTS_WITHIN)
		return value_unknown();
	struct flow_part *part = part_entry(flow, name, function);
	if (part->value)
		return *part->value;
	if (part->busy)
		return value_unknown();
	part->busy = true;
	++flow->parts_within;
	const size_t budget = flow->budget;
	/* a.b.c is c of a.b, or b.c of a. */
	for (; dot && dot > name && !all.count; dot = memrchr(name, '.', (size_t)(dot - name)))
		all = part_of_owner(flow, name, dot, token);
	part->busy = false;
	--flow->parts_within;
	if (!all.count)
		all = value_unknown();
	if (flow->depth < FLOW_DEEPEST / 2 || budget - flow->budget > FLOW_DEAR)
		part->value = value_kept(flow->arena, &all);
	return all;
}

// NOLINTEND(misc-no-recursion)
