/** What the parts of a value hold: elements with keys, attributes of objects that the script makes. */

#include "flow_parts.h"

#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

static struct value member_of_range(struct flow *flow, struct flow_range range, const char *part);

/** Either of both, but what is not known adds nothing. */
static void add(struct value *all, const struct value *one) {
	if (!one->count || value_is_unknown(one))
		return;
	*all = all->count ? value_either(all, one) : *one;
}

/** What a literal between brackets has for the key; what is spread in it counts, too. */
static struct value member_of_literal(struct flow *flow, size_t open, const char *part) {
	static const char *const spreads[] = { "...", "**", "%", NULL };
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, open, lex->count);
	const bool index = part[0] && strspn(part, "0123456789") == strlen(part);
	unsigned long left = index && strlen(part) < sizeof "999" ? strtoul(part, NULL, 10) : ULONG_MAX;
	struct value all = { 0 };

	for (size_t i = open + 1; i < close && flow_step(flow);) {
		const struct lex_token *key = lex_at(lex, i), *between = lex_at(lex, i + 1);
		size_t end = flow_expression_end(flow, i);

		if (key->kind == LEX_NEWLINE || end == i) {
			++i;
			continue;
		}
		if ((key->kind == LEX_NAME || key->kind == LEX_STRING || key->kind == LEX_NUMBER) &&
		    (lex_is(between, "=>") || lex_is(between, ":") || lex_is(between, "="))) {
			end = flow_expression_end(flow, i + 2);
			if (strlen(part) == key->length && memcmp(part, key->text, key->length) == 0) {
				const struct value one = flow_value(flow, (struct flow_range) { i + 2, end });

				all = one;
			}
		} else if (flow_is_one(key, spreads) || (key->kind == LEX_NAME && strchr("%@", key->text[0]))) {
			const struct value one = member_of_range(flow, (struct flow_range) { i, end }, part);

			add(&all, &one);
			left = ULONG_MAX;
		} else if (index && left-- == 0) {
			return flow_value(flow, (struct flow_range) { i, end < close ? end : close });
		}
		i = end + 1;
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

		if (token->kind == LEX_NAME && !flow_is_one(token, flow->language->new_words)) {
			const struct flow_name name = flow_name_before(flow, i, range.end);

			if (lex_is(lex_at(lex, name.end), "(") && name.end < range.end) {
				one = member_of_call(flow, i, &name, part);
				i = flow_close(flow, name.end, range.end) + 1;
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
			one = member_of_literal(flow, i, part);
			i = flow_close(flow, i, range.end) + 1;
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
	struct flow_part **bucket = &flow->parts[text_hash(name) % FLOW_BUCKETS];
	struct flow_part *part = *bucket;

	while (part && (part->function != function || strcmp(part->name, name) != 0))
		part = part->next;
	if (!part) {
		part = arena_alloc(flow->arena, sizeof *part);
		*part = (struct flow_part) { .name = name, .function = function, .next = *bucket };
		*bucket = part;
	}
	return part;
}

struct value flow_part_value(struct flow *flow, const char *name, size_t token) {
	const char *dot = strrchr(name, '.');
	const uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	struct value all = { 0 };

	if (!dot || dot == name || !dot[1] || flow->depth >= FLOW_DEEPEST)
		return value_unknown();
	struct flow_part *part = part_entry(flow, name, function);
	if (part->value)
		return *part->value;
	if (part->busy)
		return value_unknown();
	part->busy = true;
	const size_t budget = flow->budget;
	const char *owner = arena_bytes(flow->arena, name, (size_t)(dot - name));
	const bool whole = flow_is_object(flow, name);
	++flow->depth;
	const struct value owned = flow_variable(flow, owner, token);
	--flow->depth;
	/* What is part of something private is private. */
	if (value_class(owned.choices[0].text) == VALUE_FRESH)
		all = owned;
	for (uint32_t i = flow->binding_buckets[text_hash(owner) % FLOW_BUCKETS]; i && flow_step(flow);
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (all.count && all.choices[0].text == owned.choices[0].text)
			break;
		if (strcmp(binding->name, owner) != 0 || !binding->range.end || binding->kind == BINDING_CALL ||
		    binding->kind == BINDING_ELEMENT || binding->kind == BINDING_VALUE)
			continue;
		if (!whole && binding->function != function && binding->function != 0)
			continue;
		const struct value one = member_of_range(flow, binding->range, dot + 1);
		add(&all, &one);
	}
	part->busy = false;
	if (!all.count)
		all = value_unknown();
	if (flow->depth < FLOW_DEEPEST / 2 || budget - flow->budget > FLOW_DEAR)
		part->value = value_kept(flow->arena, &all);
	return all;
}

// NOLINTEND(misc-no-recursion)
