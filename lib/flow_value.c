#include "flow_parts.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

/** The longest list of options that a variable may hold, in tokens. */
enum { LISTED = 32 };

static struct value evaluate(struct flow *flow, struct flow_range range);
static struct value primary(struct flow *flow, size_t *at, size_t end);
static struct value arms_value(struct flow *flow, size_t open);

struct value flow_value(struct flow *flow, struct flow_range range) {
	struct value value = value_unknown();

	if (flow->depth < FLOW_DEEPEST && flow_step(flow)) {
		++flow->depth;
		value = evaluate(flow, range);
		--flow->depth;
	}
	return value;
}

/* Variables */

bool flow_is_object(const struct flow *flow, const char *name) {
	for (const char *const *self = flow->language->selves; self && *self; ++self)
		if (text_starts(name, *self))
			return true;
	return false;
}

bool flow_is_around(const struct flow *flow, uint32_t block, size_t token) {
	for (uint32_t at = flow->blocks_of[token];; at = flow->blocks[at].parent) {
		if (at == block)
			return true;
		if (at == 0)
			return false;
	}
}

static struct flow_call call_at(struct flow *flow, struct flow_range name) {
	struct flow_call call = { .first = name.first, .receiver = value_unknown() };
	const struct flow_name whole = flow_name_at(flow, name.first);

	call.row = *whole.text ? flow_row_at(flow, name.first, &whole) : NULL;
	flow_read_call(flow, &call, name.end, false);
	return call;
}

/** Whether a call puts something behind what its first argument holds: path + strlen(path), &path[n]. */
static bool is_put_behind(const struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *target = flow_find_argument(call, 0, NULL);

	for (size_t i = target ? target->range.first + 1 : 0; target && i < target->range.end; ++i)
		if (lex_is(lex_at(&flow->lex, i), "+") ||
		    (lex_is(lex_at(&flow->lex, i), "(") && i == target->range.first + 1) ||
		    (lex_is(lex_at(&flow->lex, i), "[") && !lex_is(lex_at(&flow->lex, i + 1), "0")))
			return true;
	return false;
}

/** Whether anything else puts something into the variable, in its function. */
static bool is_begun(const struct flow *flow, const struct flow_binding *binding) {
	for (uint32_t i = flow->binding_buckets[text_hash(binding->name) % FLOW_BUCKETS]; i;
	     i = flow->bindings[i - 1].previous)
		if (flow->bindings[i - 1].kind != BINDING_ADDED &&
		    (flow->bindings[i - 1].kind != BINDING_APPEND || binding->kind != BINDING_APPEND) &&
		    &flow->bindings[i - 1] != binding && flow->bindings[i - 1].function == binding->function &&
		    strcmp(flow->bindings[i - 1].name, binding->name) == 0)
			return true;
	return false;
}

/** What a call puts into its first argument. */
static struct value put_value(struct flow *flow, const struct flow_binding *binding) {
	const struct flow_call call = call_at(flow, binding->range);
	struct value before, added;

	if (!call.row)
		return value_unknown();
	switch (call.row->effect) {
	case CALL_FRESH_INTO:
		return value_hole(flow->arena, HOLE_FRESH);
	case CALL_NAME_INTO:
		return value_name(flow->arena, (unsigned)call.first + 1);
	case CALL_STRONG_INTO:
		return value_hole(flow->arena, HOLE_STRONG);
	case CALL_COPY_FROM:
		return flow_argument(flow, &call, 0, NULL);
	case CALL_DEFAULT_INTO:
		added = flow_argument(flow, &call, call.row->path, NULL);
		before = value_unknown();
		return value_either(&added, &before);
	case CALL_COPY_INTO:
	case CALL_APPEND_INTO:
		added = flow_argument(flow, &call, call.row->path, NULL);
		break;
	default:
		added = flow_call_value(flow, &call);
	}
	if (call.row->effect != CALL_APPEND_INTO && call.row->effect != CALL_FORMAT_APPEND &&
	    !is_put_behind(flow, &call))
		return added;
	/* stpcpy(stpcpy(NAME, A), B). */
	const struct flow_argument *target = flow_find_argument(&call, 0, NULL);
	before = target && lex_is(lex_at(&flow->lex, target->range.first + 1), "(")
	                 ? flow_value(flow, target->range)
	                 : flow_variable(flow, binding->name, binding->range.first);
	return value_is_unknown(&before) && !is_begun(flow, binding) ? added
	                                                             : value_concatenate(flow->arena, &before, &added);
}

/** All that calls give for a parameter of a function; none if no call does. */
static struct value given(struct flow *flow, const char *name, uint32_t function) {
	struct value value = { 0 };

	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i && flow_step(flow);
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->kind != BINDING_ARGUMENT || binding->function != function ||
		    strcmp(binding->name, name) != 0)
			continue;
		const struct value one = flow_bound(flow, i - 1);
		value = value.count ? value_either(&value, &one) : one;
	}
	return value;
}

/** What shift gives where token stands: the next of the function's arguments. */
static struct value shifted(struct flow *flow, size_t token) {
	const uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	size_t count = 0;

	if (!function)
		return value_unknown();
	for (size_t i = flow->blocks[function].body.first; i < token && flow_step(flow); ++i)
		count +=
		        lex_is(lex_at(&flow->lex, i), "shift") && flow->blocks[flow->blocks_of[i]].function == function;
	const struct value value =
	        given(flow, arena_text(flow->arena, "%s.%zu", flow->language->arguments, count), function);
	return value.count ? value : value_unknown();
}

/** What a function of the script's own puts into what a call gives it, as far as it is meant for that call. */
static struct value filled_value(struct flow *flow, const struct flow_binding *binding) {
	const struct value all = flow_variable(flow, binding->part, flow->blocks[binding->filler].body.end - 1);
	struct value own = { 0 };

	for (unsigned i = 0; i < all.count; ++i) {
		if (all.choices[i].call && all.choices[i].call != binding->call)
			continue;
		own.choices[own.count] = all.choices[i];
		own.choices[own.count++].call = 0;
	}
	own.more = all.more;
	return own.count ? own : value_unknown();
}

static struct value find_binding_value(struct flow *flow, const struct flow_binding *binding) {
	struct value before, value;

	switch (binding->kind) {
	case BINDING_ADDED:
		before = flow_variable(flow, binding->name, binding->token);
		value = flow_value(flow, binding->range);
		return value_is_unknown(&before) && !is_begun(flow, binding)
		               ? value
		               : value_concatenate(flow->arena, &before, &value);
	case BINDING_APPEND:
	case BINDING_IF_EMPTY:
		before = flow_variable(flow, binding->name, binding->token);
		value = flow_value(flow, binding->range);
		/* path /= part. */
		if (binding->range.first && lex_is(lex_at(&flow->lex, binding->range.first - 1), "/="))
			return value_join(flow->arena, &before, &value);
		/* What is declared without a value is empty. */
		if (binding->kind == BINDING_APPEND && (flow->language->pastes || flow->language->names_first) &&
		    value_is_unknown(&before) && !is_begun(flow, binding))
			return value;
		return binding->kind == BINDING_APPEND ? value_concatenate(flow->arena, &before, &value)
		                                       : value_either(&value, &before);
	case BINDING_CALL:
		return put_value(flow, binding);
	case BINDING_FILLED:
		return filled_value(flow, binding);
	case BINDING_ELEMENT:
		return flow_elements(flow, binding->range);
	case BINDING_PART:
		value = flow_variable(flow, binding->part, binding->token);
		if (binding->range.end == binding->range.first)
			return value;
		before = flow_value(flow, binding->range);
		return value_either(&before, &value);
	case BINDING_ARGUMENT:
		value = flow_value(flow, binding->range);
		for (unsigned i = 0; i < value.count; ++i)
			if (!value.choices[i].call)
				value.choices[i].call = binding->call;
		return value;
	case BINDING_PARAMETER:
		/* The caller may say otherwise. */
		before = value_unknown();
		if (binding->range.end == binding->range.first)
			return before;
		value = flow_value(flow, binding->range);
		return value_either(&value, &before);
	default:
		/* my ($a, $b) = @_. */
		if (flow->language->arguments && binding->function &&
		    lex_is(lex_at(&flow->lex, binding->range.first), flow->language->arguments)) {
			value = given(flow, binding->name, binding->function);
			return value.count ? value : value_unknown();
		}
		return flow_value(flow, binding->range);
	}
}

struct value flow_bound(struct flow *flow, uint32_t index) {
	struct flow_binding *binding = &flow->bindings[index];

	if (binding->value)
		return *binding->value;
	if (binding->busy || flow->depth >= FLOW_DEEPEST || !flow_step(flow))
		return value_unknown();
	const size_t budget = flow->budget;
	binding->busy = true;
	++flow->depth;
	const struct value value = find_binding_value(flow, binding);
	--flow->depth;
	/* What was cut short for its depth may be known from nearer by; but what is dear is not found out twice. */
	if (flow->depth < FLOW_DEEPEST / 2 || budget - flow->budget > FLOW_DEAR)
		binding->value = value_kept(flow->arena, &value);
	binding->busy = false;
	return value;
}

bool flow_is_seen(const struct flow *flow, const struct flow_binding *binding, size_t token) {
	/* Ruby's parameters of a block: { |x| … }. */
	if (!flow->language->loose_parentheses || !binding->token || !lex_is(lex_at(&flow->lex, binding->token), "|"))
		return true;
	return token > binding->token && token < flow_close(flow, binding->token - 1, flow->lex.count);
}

/** What is bound in one function, or with every in the whole file; false if nothing is.  *sure: it is bound so that
 * nothing else can be meant. */
static bool gather(struct flow *flow, const char *name, uint32_t function, size_t token, bool every,
                   struct value *value, bool *sure) {
	bool found = false;

	*sure = false;
	/* From the last to the first. */
	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i && flow_step(flow);
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (strcmp(binding->name, name) != 0 || (!every && binding->function != function))
			continue;
		if (binding->busy || (!every && binding->token >= token) || !flow_is_seen(flow, binding, token))
			continue;
		/* What is added to stands in what was added. */
		const struct value one = flow_bound(flow, i - 1);
		if (binding->kind == BINDING_FILLED && value_is_unknown(&one))
			continue;
		*value = found ? value_either(value, &one) : one;
		found = true;
		if (!every && binding->kind != BINDING_ARGUMENT && !binding->conditional &&
		    (!flow->in_braces[binding->token] || flow->in_braces[token]) &&
		    flow_is_around(flow, binding->block, token)) {
			*sure = true;
			break;
		}
	}
	/* What the environment holds was set by who started the script, too. */
	if (found && !*sure && !every && text_starts(name, "$ENV")) {
		const struct value unknown = value_unknown();

		*value = value_either(value, &unknown);
	}
	return found;
}

/** All that is bound in a function, before or behind. */
static bool gather_all(struct flow *flow, const char *name, uint32_t function, size_t token, struct value *value) {
	bool found = false;

	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i && flow_step(flow);
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->busy || binding->function != function || strcmp(binding->name, name) != 0 ||
		    !flow_is_seen(flow, binding, token))
			continue;
		const struct value one = flow_bound(flow, i - 1);
		if (binding->kind == BINDING_FILLED && value_is_unknown(&one))
			continue;
		*value = found ? value_either(value, &one) : one;
		found = true;
	}
	return found;
}

struct flow_range flow_bound_range(const struct flow *flow, const char *name, size_t token) {
	const uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	struct flow_range range = { 0 };

	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i;
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (strcmp(binding->name, name) != 0 || binding->kind != BINDING_RANGE ||
		    (binding->function != function && binding->function != 0))
			continue;
		/* The last before the token, else the first behind it. */
		range = binding->range;
		if (binding->token < token)
			break;
	}
	return range;
}

static struct value effect_hole(struct flow *flow, enum call_effect effect) {
	switch (effect) {
	case CALL_FRESH:
		return value_hole(flow->arena, HOLE_FRESH);
	case CALL_TEMPDIR:
		return value_hole(flow->arena, HOLE_TEMPDIR);
	case CALL_PID:
		return value_hole(flow->arena, HOLE_PID);
	case CALL_TIME:
		return value_hole(flow->arena, HOLE_TIME);
	case CALL_USER:
		return value_hole(flow->arena, HOLE_USER);
	case CALL_RANDOM:
		return value_hole(flow->arena, HOLE_RANDOM);
	case CALL_STRONG:
		return value_hole(flow->arena, HOLE_STRONG);
	default:
		return value_unknown();
	}
}

struct value flow_everywhere(struct flow *flow, const char *name) {
	struct value value = value_unknown();
	bool sure;

	gather(flow, name, 0, 0, true, &value, &sure);
	return value;
}

/** What a class, or any if that is NULL, says of an attribute or what that has as parts. */
static struct value class_value(struct flow *flow, const char *class, const char *part) {
	struct value value = value_unknown();
	bool found = false;

	/* PHP's variables have their sigil where the class says them, and not behind the arrow. */
	for (unsigned sigil = 0; sigil < 2 && !found; ++sigil) {
		const char *own = sigil ? arena_text(flow->arena, "$%s", part) : part;

		for (uint32_t i = flow->binding_buckets[text_hash(own) % FLOW_BUCKETS]; i && flow_step(flow);
		     i = flow->bindings[i - 1].previous) {
			const struct flow_binding *binding = &flow->bindings[i - 1];

			if (strcmp(binding->name, own) != 0 || !flow_is_class(flow, binding->block, class))
				continue;
			const struct value one = flow_bound(flow, i - 1);
			value = found ? value_either(&value, &one) : one;
			found = true;
		}
	}
	return value;
}

struct value flow_class_value(struct flow *flow, const struct lex_token *class, const char *part) {
	return class_value(flow, arena_bytes(flow->arena, class->text, class->length), part);
}

/** What a class says of its own attribute: self.NAME, CLASS.NAME. */
static struct value attribute(struct flow *flow, const char *name) {
	const char *dot = strchr(name, '.');

	/* Ruby's "@". */
	if (!dot || !dot[1])
		return value_unknown();
	return class_value(flow,
	                   flow_is_object(flow, name) ? NULL : arena_bytes(flow->arena, name, (size_t)(dot - name)),
	                   dot + 1);
}

/** Of Ruby's variable that holds a literal with keys, X or X.values, what stands between its brackets; else the range.
 */
static struct flow_range literal_named(struct flow *flow, struct flow_range range) {
	static const char values[] = ".values";
	const struct flow_name name = flow_name_before(flow, range.first, range.end);
	const size_t length = strlen(name.text), behind = strlen(values);

	if (!flow->language->loose_parentheses || !*name.text || name.end < range.end)
		return range;
	const bool whole = length <= behind || strcmp(name.text + length - behind, values) != 0;
	const struct flow_range bound = flow_bound_range(
	        flow, whole ? name.text : arena_bytes(flow->arena, name.text, length - behind), range.first);
	return bound.end && lex_is(lex_at(&flow->lex, bound.first), "{") && flow->partners[bound.first] > bound.first
	               ? (struct flow_range) { bound.first + 1, flow->partners[bound.first] }
	               : range;
}

struct value flow_elements(struct flow *flow, struct flow_range range) {
	enum { MOST = 64 };
	struct value value = { 0 };

	range = literal_named(flow, range);
	const struct lex_token *first = lex_at(&flow->lex, range.first);
	unsigned count = 0;

	/* new TYPE[] {…}. */
	if (lex_is(first, "new") && lex_is(lex_at(&flow->lex, range.first + 2), "[") &&
	    lex_at(&flow->lex, range.first + 4)->kind == LEX_OPEN) {
		range.first += 4;
		first = lex_at(&flow->lex, range.first);
	}
	if ((lex_is(first, "[") || lex_is(first, "(") || lex_is(first, "{")) &&
	    (flow->partners[range.first] + 1 >= range.end ||
	     lex_at(&flow->lex, flow->partners[range.first] + 1)->kind == LEX_OPEN) &&
	    flow->partners[range.first] > range.first)
		range = (struct flow_range) { range.first + 1, flow->partners[range.first] };
	for (size_t i = range.first; i < range.end && count < MOST && flow_step(flow); ++count) {
		size_t end = flow_expression_end(flow, i);

		if (lex_at(&flow->lex, i)->kind == LEX_NEWLINE) {
			++i;
			continue;
		}
		if (i + 2 < range.end &&
		    (lex_is(lex_at(&flow->lex, i + 1), "=>") || lex_is(lex_at(&flow->lex, i + 1), ":")))
			i += 2;
		if (end > range.end)
			end = range.end;
		const struct value one = flow_value(flow, (struct flow_range) { i, end });
		value = value.count ? value_either(&value, &one) : one;
		i = end + 1;
	}
	return value.count ? value : value_unknown();
}

/** What the values lie in: all before their last slash; of a name without one nothing is known. */
static struct value parents_of(struct flow *flow, struct value value) {
	for (unsigned i = 0; i < value.count; ++i) {
		const char *text = value.choices[i].text, *slash = strrchr(text, '/');

		value.choices[i] = (struct value_choice) {
			.text = slash ? arena_bytes(flow->arena, text, (size_t)(slash - text))
			              : value_unknown().choices[0].text,
		};
	}
	return value;
}

/** Whether a name belongs to a class of Ruby's that is not the script's own: its methods are others. */
static bool is_foreign(const struct flow *flow, const char *name) {
	const struct lex_token class = { .text = name, .length = (uint32_t)strcspn(name, "."), .kind = LEX_NAME };

	return flow->language->loose_parentheses && *name >= 'A' && *name <= 'Z' && !flow_class(flow, &class) &&
	       !flow->binding_buckets[text_hash(arena_bytes(flow->arena, name, class.length)) % FLOW_BUCKETS];
}

/** What the last part of a name gives that is no variable: a method without parentheses, an attribute it reads. */
static struct value property(struct flow *flow, const char *name, size_t token) {
	const char *part = strrchr(name, '.');
	struct value value = value_unknown();

	if (!part || part == name || is_foreign(flow, name))
		return value;
	if (flow_is_object(flow, name) || flow->language->bare_calls)
		value = flow_returned(flow, part + 1, strlen(part + 1));
	/* Ruby's attr_reader. */
	for (const char *const *self = flow->language->selves;
	     self && *self && value_is_unknown(&value) && strcmp(*self, "@") == 0; ++self)
		value = flow_everywhere(flow, arena_text(flow->arena, "@%s", part + 1));
	/* Of Python's pathlib. */
	if (value_is_unknown(&value) && strcmp(part, ".parent") == 0 && flow->language->percent_formats &&
	    flow->depth < FLOW_DEEPEST) {
		++flow->depth;
		value = parents_of(flow,
		                   flow_variable(flow, arena_bytes(flow->arena, name, (size_t)(part - name)), token));
		--flow->depth;
	}
	/* What a constant of an enumeration stands for. */
	if (value_is_unknown(&value) && strcmp(part, ".value") == 0 && flow->depth < FLOW_DEEPEST) {
		++flow->depth;
		value = flow_variable(flow, arena_bytes(flow->arena, name, (size_t)(part - name)), token);
		--flow->depth;
	}
	return value;
}

/** Whether a variable of the file is begun with nothing, for some function to set. */
static bool is_left_open(const struct flow *flow, const char *name, size_t token) {
	static const char *const nothing[] = { "None", "null", "undefined", "nil", "undef", NULL };
	const struct flow_range range = flow_bound_range(flow, name, token);

	return range.end == range.first + 1 && flow_is_one(lex_at(&flow->lex, range.first), nothing);
}

/** Whether a variable is begun with an empty list, for what is put into it. */
static bool is_empty_list(const struct flow *flow, const char *name, size_t token) {
	const struct flow_range range = flow_bound_range(flow, name, token);

	/* new ArrayList<>(). */
	if (range.end > range.first + 3 && flow_is_one(lex_at(&flow->lex, range.first), flow->language->new_words))
		return lex_is(lex_at(&flow->lex, range.end - 2), "(") && lex_is(lex_at(&flow->lex, range.end - 1), ")");
	return range.end == range.first + 2 && lex_is(lex_at(&flow->lex, range.first), "[");
}

/** What a variable of a function, or of those around it, may hold; false if nothing is put there. */
static bool visible_value(struct flow *flow, const char *name, size_t token, struct value *value) {
	const uint32_t own = flow->blocks[flow->blocks_of[token]].function;
	/* Methods see no variables of what is around them. */
	const bool closed = flow->language->loose_parentheses && *name >= 'a' && *name <= 'z';
	struct value outer;
	bool sure, found = gather(flow, name, own, token, false, value, &sure);

	if (sure && value_is_unknown(value) && is_empty_list(flow, name, token))
		return gather_all(flow, name, own, token, value);
	if (sure)
		return own || !value_is_unknown(value) || !is_left_open(flow, name, token);
	for (uint32_t function = own;; function = flow->blocks[flow->blocks[function].parent].function) {
		/* What may have been put there hides nothing that is around it.  What is nothing there is set
		 * elsewhere. */
		if ((function != own || !found) && (function == own || !closed) &&
		    gather_all(flow, name, function, token, &outer)) {
			*value = found ? value_either(value, &outer) : outer;
			found = true;
			if (!(function == 0 && own != 0 && value_is_unknown(value)))
				return true;
		}
		if (function == 0)
			return found && !value_is_unknown(value);
	}
}

/** What an object's part holds: self.NAME. */
static struct value object_value(struct flow *flow, const char *name, size_t token) {
	/* In this function before this place, else anywhere. */
	const uint32_t own = flow->blocks[flow->blocks_of[token]].function;
	struct value value = value_unknown();
	bool sure;

	if (!gather(flow, name, own, token, false, &value, &sure)) {
		/* What the class says holds until something else is put there. */
		const struct value first = attribute(flow, name);

		if (!gather(flow, name, 0, token, true, &value, &sure))
			value = first;
		else if (!value_is_unknown(&first))
			value = value_either(&value, &first);
	}
	if (value_is_unknown(&value))
		value = flow_part_value(flow, name, token);
	return value_is_unknown(&value) ? property(flow, name, token) : value;
}

/** What "OWNER.PART" may hold, by what OWNER is, or by what else has such a part. */
static struct value part_value(struct flow *flow, const char *name, size_t token) {
	const struct script_language *language = flow->language;
	const char *part = strrchr(name, '.');
	struct value value = attribute(flow, name);
	bool sure;

	if (value_is_unknown(&value))
		value = flow_part_value(flow, name, token);
	if (value_is_unknown(&value))
		value = property(flow, name, token);
	if (value_is_unknown(&value))
		gather(flow, part, 0, token, true, &value, &sure);
	/* What a class says of its members, where types tell nothing. */
	if (value_is_unknown(&value) && language->casts)
		value = class_value(flow, NULL, part + 1);
	if (value_is_unknown(&value) && language->casts && language->new_words)
		gather(flow, arena_text(flow->arena, "this.%s", part + 1), 0, token, true, &value, &sure);
	if (value_is_unknown(&value) && language->casts)
		gather(flow, name, 0, token, true, &value, &sure);
	if (value_is_unknown(&value) && language->pastes)
		value = flow_everywhere(flow, part + 1);
	for (const char *const *whole = language->wholes; whole && *whole && value_is_unknown(&value); ++whole)
		if (strcmp(*whole, part + 1) == 0)
			value = flow_variable(flow, arena_bytes(flow->arena, name, (size_t)(part - name)), token);
	return value;
}

struct value flow_variable(struct flow *flow, const char *name, size_t token) {
	struct value value = value_unknown();
	const char *full = flow_resolved(flow, name);
	bool sure;

	if (flow->language->arguments && strcmp(name, "shift") == 0)
		return shifted(flow, token);
	for (const struct script_variable *row = flow->language->variables; row && row->name; ++row)
		if (strcmp(row->name, name) == 0 || strcmp(row->name, full) == 0)
			return effect_hole(flow, row->effect);
	if (flow->depth >= FLOW_DEEPEST)
		return value;
	++flow->depth;
	if (flow_is_object(flow, name)) {
		value = object_value(flow, name, token);
	} else if (visible_value(flow, name, token, &value)) {
		/* That is it. */
	} else if (strchr(name, '.')) {
		value = part_value(flow, name, token);
	} else {
		/* What no block around it sets is the class's or the file's, and set elsewhere; or a part of something.
		 */
		if (!gather(flow, name, 0, token, true, &value, &sure) && flow->language->bare_functions)
			gather(flow, arena_text(flow->arena, "this.%s", name), 0, token, true, &value, &sure);
		if (value_is_unknown(&value) && flow->language->bare_calls)
			value = flow_returned(flow, name, strlen(name));
		if (value_is_unknown(&value) && flow->language->bare_calls)
			value = property(flow, arena_text(flow->arena, "@.%s", name), token);
		if (value_is_unknown(&value) && strcmp(full, name) != 0)
			value = flow_variable(flow, full, token);
	}
	--flow->depth;
	return value;
}

/* Functions of the script's own */

/** The last statement of what stands in a range. */
static struct flow_range last_statement(const struct flow *flow, struct flow_range body) {
	size_t last = body.end;

	while (last > body.first && lex_at(&flow->lex, last - 1)->kind == LEX_NEWLINE)
		--last;
	const size_t first = flow_statement(flow, last);
	return (struct flow_range) { first < body.first ? body.first : first, last };
}

/** The name of the first result of a function of Go, if it has one: func (a A) (b B) {; or NULL. */
static const char *named_result(const struct flow *flow, uint32_t block) {
	const struct lex *lex = &flow->lex;
	const struct flow_range own = flow->blocks[block].own;
	const size_t open =
	        own.end > own.first && lex_is(lex_at(lex, own.end - 1), ")") ? flow->partners[own.end - 1] : 0;

	return flow->language->names_first && open > own.first && lex_is(lex_at(lex, open - 1), ")") &&
	                       lex_at(lex, open + 1)->kind == LEX_NAME
	               ? arena_bytes(flow->arena, lex_at(lex, open + 1)->text, lex_at(lex, open + 1)->length)
	               : NULL;
}

/** What the returns of a block's function give; *found: whether there are any. */
static struct value block_returns(struct flow *flow, uint32_t block, bool *found) {
	enum { MOST = 16 };
	const struct lex *lex = &flow->lex;
	const struct flow_range body = flow->blocks[block].body;
	struct value value = value_unknown();
	unsigned count = 0;

	for (size_t i = body.first; i < body.end && count < MOST && flow_step(flow); ++i) {
		if (!(lex_is(lex_at(lex, i), "return") || lex_is(lex_at(lex, i), "yield")) ||
		    flow->blocks[flow->blocks_of[i]].function != block)
			continue;
		const size_t from = i + 1 + lex_is(lex_at(lex, i + 1), "from");
		const char *result = lex_at(lex, i + 1)->kind >= LEX_NEWLINE ? named_result(flow, block) : NULL;
		const struct value one =
		        result ? flow_variable(flow, result, i)
		               : flow_value(flow, (struct flow_range) { from, flow_expression_end(flow, from) });
		value = count++ ? value_either(&value, &one) : one;
	}
	/* In some languages also what stands last. */
	const struct flow_range last = last_statement(flow, body);
	if (flow->language->bare_calls && last.first < last.end && !lex_is(lex_at(lex, last.first), "return")) {
		const struct value one = flow_value(flow, last);

		value = count++ ? value_either(&value, &one) : one;
	}
	*found = count;
	return value;
}

/** What a function without a name of its own gives, that is assigned: (x) => VALUE, lambda x: VALUE. */
static struct value assigned_returns(struct flow *flow, struct flow_range range, bool *found) {
	const struct lex *lex = &flow->lex;
	const bool arrow = lex_is(lex_at(lex, range.first), "->") || lex_is(lex_at(lex, range.first), "proc"),
	           lambda = lex_is(lex_at(lex, range.first), "lambda"),
	           function = flow_is_one(lex_at(lex, range.first), flow->language->functions);

	*found = false;
	for (size_t i = range.first; i < range.end; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		/* Ruby's ->(x) { … }, lambda { |x| … }. */
		if ((arrow || lambda) && (lex_is(token, "{") || (arrow && token->kind == LEX_OPEN))) {
			size_t first = i + 1;

			if (lex_is(lex_at(lex, first), "|"))
				while (!lex_is(lex_at(lex, ++first), "|") && lex_at(lex, first)->kind != LEX_END)
					;
			*found = true;
			return flow_value(flow, last_statement(flow, (struct flow_range) {
			                                                     first + lex_is(lex_at(lex, first), "|"),
			                                                     flow_close(flow, i, lex->count) }));
		}
		if (token->kind == LEX_OPEN && flow->blocks[flow->blocks_of[i + 1]].function == flow->blocks_of[i + 1])
			return block_returns(flow, flow->blocks_of[i + 1], found);
		if (token->kind == LEX_OPEN)
			return function ? block_returns(flow, flow->blocks_of[i + 1], found) : value_unknown();
		if (lambda ? lex_is(token, ":") : lex_is(token, "=>")) {
			if (lex_at(lex, i + 1)->kind == LEX_OPEN)
				return block_returns(flow, flow->blocks_of[i + 2], found);
			*found = true;
			return flow_value(flow, (struct flow_range) { i + 1, range.end });
		}
		if (lex_is(token, "(") || lex_is(token, "["))
			i = flow_close(flow, i, range.end);
	}
	return value_unknown();
}

struct value flow_returned(struct flow *flow, const char *name, size_t length) {
	struct value value = value_unknown();
	bool any = false, found;

	for (uint32_t i = flow_function(flow, name, length, 0); i && flow_step(flow);
	     i = flow_function(flow, name, length, i)) {
		if (!flow->functions[i - 1].value && !flow->functions[i - 1].busy && flow->depth < FLOW_DEEPEST) {
			flow->functions[i - 1].busy = true;
			++flow->depth;
			const struct value one = block_returns(flow, flow->functions[i - 1].block, &found);
			--flow->depth;
			flow->functions[i - 1].value = value_kept(flow->arena, &one);
			flow->functions[i - 1].busy = false;
		}
		const struct value *one = flow->functions[i - 1].value;
		if (one)
			value = any ? value_either(&value, one) : *one;
		any |= one != NULL;
	}
	if (any)
		return value;
	const char *own = arena_bytes(flow->arena, name, length);
	for (uint32_t i = flow->binding_buckets[text_hash(own) % FLOW_BUCKETS]; i && flow_step(flow);
	     i = flow->bindings[i - 1].previous) {
		struct flow_binding *binding = &flow->bindings[i - 1];

		if (strcmp(binding->name, own) != 0 || binding->kind != BINDING_RANGE || binding->busy ||
		    flow->depth >= FLOW_DEEPEST)
			continue;
		binding->busy = true;
		++flow->depth;
		const struct value one = assigned_returns(flow, binding->range, &found);
		--flow->depth;
		binding->busy = false;
		if (found)
			value = any ? value_either(&value, &one) : one;
		any |= found;
	}
	return value;
}

/** What is made of something that nobody can guess is as good. */
static struct value passed_through(struct flow *flow, size_t open) {
	struct flow_call call = { .first = open };

	flow_read_call(flow, &call, open, false);
	for (size_t i = 0; i < call.narguments; ++i) {
		const struct value value = flow_value(flow, call.arguments[i].range);

		if (value.count == 1 && value.choices[0].text[0] == HOLE_STRONG)
			return value;
	}
	return value_unknown();
}

/** The same for the call whose arguments open at open: what it gives for its own arguments, if that can be told. */
static struct value returned_to(struct flow *flow, const struct lex_token *name, size_t open) {
	const struct script_language *language = flow->language;
	const struct value all = flow_returned(flow, name->text, name->length);
	struct value own = { 0 };
	bool any = false;

	/* What a record's part is called by. */
	if (value_is_unknown(&all) && language->casts && language->new_words &&
	    lex_is(lex_at(&flow->lex, open + 1), ")") && !flow_function(flow, name->text, name->length, 0))
		return flow_everywhere(flow, arena_bytes(flow->arena, name->text, name->length));

	for (unsigned i = 0; i < all.count; ++i) {
		const unsigned call = all.choices[i].call;
		const struct lex_token *other = lex_at(&flow->lex, call > 1 ? call - 2 : SIZE_MAX);

		any |= call == open + 1;
		/* What another call of the same function gives. */
		if (call && call != open + 1 && other->length == name->length &&
		    memcmp(other->text, name->text, name->length) == 0)
			continue;
		own.choices[own.count] = all.choices[i];
		own.choices[own.count++].call = 0;
	}
	return any ? own : value_is_unknown(&all) ? passed_through(flow, open) : all;
}

/* Calls */

static const struct lex_token *argument_keyword(const struct flow *flow, struct flow_range *range) {
	const struct lex_token *name = lex_at(&flow->lex, range->first), *next = lex_at(&flow->lex, range->first + 1);

	if (range->end < range->first + 2 || (name->kind != LEX_NAME && name->kind != LEX_STRING))
		return NULL;
	/* JavaScript's NAME => VALUE is a function. */
	if ((lex_is(next, "=>") && !flow->language->methods) ||
	    (name->kind == LEX_NAME &&
	     (lex_is(next, ":") || (flow->language->keyword_arguments && lex_is(next, "="))))) {
		range->first += 2;
		return name;
	}
	return NULL;
}

/** Where the arguments of a call without parentheses end. */
static size_t bare_end(const struct flow *flow, size_t at) {
	static const char *const ends[] = { "or",  "and",     "||",     "&&",   "if", "unless", "while", "until",
		                            "for", "foreach", "rescue", "then", "do", "xor",    NULL };
	const struct lex *lex = &flow->lex;

	for (; at < lex->count; ++at) {
		const struct lex_token *token = lex_at(lex, at);

		const struct lex_token *next = lex_at(lex, at + 1);

		/* F NAME || "x" means one or the other name; F NAME || die what is done if it fails. */
		if (lex_is(token, "||") && token->kind == LEX_OPERATOR &&
		    (next->kind == LEX_STRING || (next->kind == LEX_NAME && next->text[0] == '$')))
			continue;
		if (token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE || token->kind == LEX_OPEN ||
		    lex_is(token, ")") || lex_is(token, "]") || lex_is(token, "}") ||
		    (token->kind != LEX_STRING && flow_is_one(token, ends)))
			return at;
		if (lex_is(token, "(") || lex_is(token, "[") || lex_is(token, "{"))
			at = flow_close(flow, at, lex->count);
	}
	return at;
}

bool flow_opens_call(const struct flow *flow, size_t index) {
	const struct lex_token *token = lex_at(&flow->lex, index);

	/* Not those of a string with something interpolated, where a call needs none of its own. */
	return lex_is(token, "(") &&
	       !(flow->language->bare_calls && (token->at >= flow->lex.size || flow->lex.data[token->at] != '(')) &&
	       !(flow->language->loose_parentheses && token->spaced);
}

bool flow_begins_argument(const struct flow *flow, size_t index) {
	const struct lex_token *token = lex_at(&flow->lex, index);

	if (!flow->language->bare_calls)
		return false;
	/* A string with something interpolated. */
	if (lex_is(token, "(") && token->at < flow->lex.size && flow->lex.data[token->at] != '(')
		return true;
	const struct lex_token *name = lex_at(&flow->lex, index ? index - 1 : SIZE_MAX);
	const bool listed = flow->language->loose_parentheses ||
	                    (flow->language->arguments && name->kind == LEX_NAME && !strchr("$@%", name->text[0]));

	return token->kind == LEX_NAME || token->kind == LEX_STRING || token->kind == LEX_NUMBER ||
	       (token->spaced && lex_is(token, "[") && listed) ||
	       (token->spaced &&
	        (lex_is(token, "\\") || lex_is(token, "*") || lex_is(token, "(") || lex_is(token, "{")));
}

/** Whether one argument ends there: at a comma, or as Perl has it, "$x =>", where that names nothing. */
static bool parts_arguments(const struct flow *flow, size_t index) {
	const struct lex_token *token = lex_at(&flow->lex, index), *before = lex_at(&flow->lex, index ? index - 1 : 0);

	return lex_is(token, ",") || (flow->language->arguments && lex_is(token, "=>") && before->kind == LEX_NAME &&
	                              strchr("$@%", before->text[0]));
}

void flow_read_call(struct flow *flow, struct flow_call *call, size_t open, bool bare) {
	const size_t first = bare ? open : open + 1;
	const size_t end = bare ? bare_end(flow, open) : flow_close(flow, open, flow->lex.count);

	call->narguments = 0;
	call->end = bare ? end : end < flow->lex.count ? end + 1 : end;
	for (size_t i = first; i < end && call->narguments < FLOW_ARGUMENTS;) {
		struct flow_range range = { i, i };

		for (; range.end < end && !parts_arguments(flow, range.end); ++range.end)
			if (lex_at(&flow->lex, range.end)->kind == LEX_OPEN ||
			    lex_is(lex_at(&flow->lex, range.end), "(") || lex_is(lex_at(&flow->lex, range.end), "[") ||
			    lex_is(lex_at(&flow->lex, range.end), "{"))
				range.end = flow_close(flow, range.end, end);
		if (range.end > end)
			range.end = end;
		i = range.end + 1;
		const struct lex_token *keyword = argument_keyword(flow, &range);
		if (range.end > range.first)
			call->arguments[call->narguments++] = (struct flow_argument) { range, keyword };
	}
}

const struct flow_argument *flow_find_argument(const struct flow_call *call, int place, const char *keyword) {
	int at = 0;

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_argument *argument = &call->arguments[i];

		if (argument->keyword) {
			if (keyword && strlen(keyword) == argument->keyword->length &&
			    memcmp(argument->keyword->text, keyword, argument->keyword->length) == 0)
				return argument;
		} else if (at++ == place) {
			return argument;
		}
	}
	return NULL;
}

bool flow_has_argument(const struct flow_call *call, int place, const char *keyword) {
	return flow_find_argument(call, place, keyword);
}

struct value flow_argument(struct flow *flow, const struct flow_call *call, int place, const char *keyword) {
	if (place == ARGUMENT_RECEIVER)
		return call->receiver;
	const struct flow_argument *argument = flow_find_argument(call, place, keyword);

	/* Python's **{…} gives arguments by their names. */
	for (size_t i = 0; i < call->narguments && keyword && flow->language->keyword_arguments; ++i)
		if (lex_is(lex_at(&flow->lex, call->arguments[i].range.first), "**") &&
		    (!argument || argument == &call->arguments[i]))
			return flow_member(flow, call->arguments[i].range, keyword);
	return argument ? flow_value(flow, argument->range) : value_unknown();
}

struct value flow_value_of(struct flow *flow, const char *name, size_t token) {
	return flow_variable(flow, name, token);
}

struct value flow_option(struct flow *flow, struct flow_range argument, const char *name) {
	const struct value value = flow_member(flow, argument, name);

	return value_is_unknown(&value) && lex_at(&flow->lex, argument.first)->kind != LEX_OPEN
	               ? flow_value(flow, argument)
	               : value;
}

struct value flow_path(struct flow *flow, const struct flow_call *call) {
	static const char *const names[] = { "path", "filename", "fname", "file", "path_or_buf", "dst", "to", NULL };
	const char *keyword = call->row->path_keyword;

	if (keyword && flow->language->methods) {
		const struct flow_argument *argument = flow_find_argument(call, call->row->path, NULL);

		return argument ? flow_option(flow, argument->range, keyword) : value_unknown();
	}
	/* By the names that such arguments have, where the row has none. */
	if (!keyword && call->row->path >= 0 && !flow_has_argument(call, call->row->path, NULL))
		for (const char *const *name = names; *name && !keyword; ++name)
			keyword = flow_has_argument(call, -9, *name) ? *name : NULL;
	return flow_argument(flow, call, call->row->path, keyword);
}

bool flow_is_made_by(const struct flow *flow, const char *name, const char *class) {
	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i; i = flow->bindings[i - 1].previous)
		if (strcmp(flow->bindings[i - 1].name, name) == 0 && flow->bindings[i - 1].range.end &&
		    lex_is(lex_at(&flow->lex, flow->bindings[i - 1].range.first), class))
			return true;
	return false;
}

bool flow_is_typed(const struct flow *flow, const char *name, const char *class) {
	const struct lex *lex = &flow->lex;

	/* CLASS $name, as a parameter or property; $name = new … CLASS. */
	for (size_t i = 1; i < lex->count; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind == LEX_NAME && strlen(name) == token->length &&
		    memcmp(token->text, name, token->length) == 0 && lex_is(lex_at(lex, i - 1), class))
			return true;
	}
	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i; i = flow->bindings[i - 1].previous)
		if (strcmp(flow->bindings[i - 1].name, name) == 0 && flow->bindings[i - 1].range.end &&
		    flow_is_one(lex_at(lex, flow->bindings[i - 1].range.first), flow->language->new_words) &&
		    flow_mentions(flow, flow->bindings[i - 1].range, class))
			return true;
	return false;
}

bool flow_mentions(const struct flow *flow, struct flow_range range, const char *word) {
	const size_t length = strlen(word);

	for (size_t i = range.first; i < range.end && i < flow->lex.count; ++i) {
		const struct lex_token *token = &flow->lex.tokens[i];

		if (token->kind == LEX_NAME && memmem(token->text, token->length, word, length))
			return true;
	}
	return false;
}

bool flow_is_ignored(const struct flow *flow, const struct flow_call *call) {
	const uint8_t next = lex_at(&flow->lex, call->end)->kind;
	size_t first = call->first;

	while (first > 0 &&
	       flow_is_one(lex_at(&flow->lex, first - 1), (const char *const[]) { "@", "!", "::", "new", NULL }))
		--first;
	/* (void) f(), and _ = f(). */
	if (first > 2 && lex_is(lex_at(&flow->lex, first - 1), ")") && lex_is(lex_at(&flow->lex, first - 2), "void"))
		first -= 3;
	else if (first > 1 && lex_is(lex_at(&flow->lex, first - 1), "=") && lex_is(lex_at(&flow->lex, first - 2), "_"))
		first -= 2;
	return flow_statement(flow, first) == first && (next == LEX_NEWLINE || next == LEX_CLOSE || next == LEX_END);
}

/** Values of the arguments that are put into a format one after the other; beyond the last they are unknown. */
struct filling {
	struct flow *flow;
	const struct flow_call *call;
	/** The place of the next argument, or for % a range with them, and all that stands behind it. */
	int place;
	struct flow_range range, whole;
	bool has_range;
};

static struct value next_filling(struct filling *filling, const char *name, size_t length) {
	struct flow *flow = filling->flow;

	if (name) {
		const char *part = arena_bytes(flow->arena, name, length);
		const struct flow_argument *argument =
		        filling->call ? flow_find_argument(filling->call, -9, part) : NULL;

		/* "%(NAME)s" % {…}, "{NAME}".format(**{…}). */
		if (filling->has_range)
			return flow_member(flow, filling->whole, part);
		for (size_t i = 0; filling->call && !argument && i < filling->call->narguments; ++i)
			if (lex_is(lex_at(&flow->lex, filling->call->arguments[i].range.first), "**") ||
			    strcmp(filling->call->row->name, ".format_map") == 0)
				return flow_member(flow, filling->call->arguments[i].range, part);
		return argument ? flow_value(flow, argument->range) : value_unknown();
	}
	if (filling->has_range) {
		if (filling->range.first >= filling->range.end)
			return value_unknown();
		size_t end = flow_expression_end(flow, filling->range.first);
		if (end > filling->range.end)
			end = filling->range.end;
		const struct value value = flow_value(flow, (struct flow_range) { filling->range.first, end });
		filling->range.first = end + 1;
		return value;
	}
	return flow_argument(flow, filling->call, filling->place++, NULL);
}

/** A printf(3) conversion at text: its length, and whether it stands for nothing. */
static size_t conversion_length(const char *text, bool *percent, const char **name, size_t *name_length, int *place) {
	size_t length = 1;
	/* %[2]s of Go, %2$s. */
	const bool bracket = text[length] == '[';
	const size_t digits = strspn(text + length + bracket, "0123456789");

	*percent = false;
	*name = NULL;
	*place = 0;
	if (digits == 1 && text[length + bracket + 1] == (bracket ? ']' : '$')) {
		*place = text[length + bracket] - '0';
		length += 2 + bracket;
	}
	if (text[length] == '(') {
		const char *close = strchr(text + length, ')');

		if (!close)
			return 1;
		*name = text + length + 1;
		*name_length = (size_t)(close - *name);
		length += *name_length + 2;
	}
	length += strspn(text + length, "-+ #0123456789.*$'hlLqjzt");
	*percent = text[length] == '%';
	return text[length] ? length + 1 : length;
}

/** Put fillings into each alternative of a format. */
static struct value fill(struct filling *filling, const struct value *format, bool braces) {
	struct arena *arena = filling->flow->arena;
	struct value all = { 0 };

	for (unsigned i = 0; i < format->count && flow_step(filling->flow); ++i) {
		const char *text = format->choices[i].text;
		struct value value = value_literal(arena, "", 0);
		const struct filling start = *filling;

		while (*text) {
			const size_t plain = strcspn(text, braces ? "{" : "%");
			struct value part = { .choices = { { .text = arena_bytes(arena, text, plain) } }, .count = 1 };
			const char *name = NULL;
			size_t length = 0, name_length = 0;
			bool percent = false;

			value = value_concatenate(arena, &value, &part);
			text += plain;
			if (!*text)
				break;
			if (braces) {
				length = strcspn(text, "}") + 1;
				if (length > strlen(text) || text[1] == '{') {
					text += text[1] == '{' ? 2 : 1;
					continue;
				}
				const size_t word = strcspn(text + 1, "}:!.[");
				if (word && strspn(text + 1, "0123456789") != word) {
					name = text + 1;
					name_length = word;
				} else if (word) {
					filling->place = start.place + (text[1] - '0');
				}
			} else {
				int place;

				length = conversion_length(text, &percent, &name, &name_length, &place);
				if (place)
					filling->place = start.place + place - 1;
			}
			part = percent ? value_literal(arena, "%", 1) : next_filling(filling, name, name_length);
			value = value_concatenate(arena, &value, &part);
			text += length;
		}
		value.choices[0].origin = value.choices[0].origin ? value.choices[0].origin : format->choices[i].origin;
		all = all.count ? value_either(&all, &value) : value;
		*filling = start;
	}
	return all.count ? all : value_unknown();
}

static struct value format_value(struct flow *flow, const struct flow_call *call, bool braces) {
	// ARGUMENT_RECEIVER is -1.
	// NOLINTNEXTLINE(bugprone-signed-char-misuse,cert-str34-c)
	int place = call->row->path;

	/* Java's format(Locale.ROOT, …). */
	if (place >= 0 && call->narguments > 1 && lex_is(lex_at(&flow->lex, call->arguments[0].range.first), "Locale"))
		++place;
	const struct value format = flow_argument(flow, call, place, call->row->path_keyword);
	struct filling filling = { .flow = flow, .call = call, .place = place + 1 };

	return fill(&filling, &format, braces);
}

/** The element of a dictionary whose keys a call has: X.get("a"), X.dig("a", "b"). */
static struct value element_value(struct flow *flow, const struct flow_call *call) {
	const struct flow_name name = flow_name_at(flow, call->first);
	const char *owner = name.text, *dot = strrchr(owner, '.');

	if (!dot)
		return value_unknown();
	owner = arena_bytes(flow->arena, owner, (size_t)(dot - owner));
	for (size_t i = 0; i < call->narguments; ++i) {
		const struct lex_token *key = lex_at(&flow->lex, call->arguments[i].range.first);

		if (key->kind != LEX_STRING && key->kind != LEX_NUMBER)
			return value_unknown();
		owner = arena_text(flow->arena, "%s.%.*s", owner, (int)key->length, key->text);
	}
	return flow->depth < FLOW_DEEPEST ? flow_variable(flow, owner, call->first) : value_unknown();
}

struct value flow_environment(struct flow *flow, const struct flow_call *call) {
	const struct value name = flow_argument(flow, call, 0, NULL);
	struct value value = value_unknown();

	for (unsigned i = 0; i < name.count; ++i) {
		const char *text = name.choices[i].text;

		if (strcmp(text, "TMPDIR") == 0 || strcmp(text, "TMP") == 0 || strcmp(text, "TEMP") == 0 ||
		    strcmp(text, "TEMPDIR") == 0 || strcmp(text, "java.io.tmpdir") == 0)
			value = value_hole(flow->arena, HOLE_TEMPDIR);
		else if (strcmp(text, "USER") == 0 || strcmp(text, "LOGNAME") == 0 || strcmp(text, "user.name") == 0)
			value = value_hole(flow->arena, HOLE_USER);
	}
	if (strcmp(call->row->name, ".dig") == 0)
		return element_value(flow, call);
	if (call->narguments > 1) {
		const struct flow_argument *fallback = flow_find_argument(call, -9, "fallback");
		const struct value otherwise =
		        fallback ? flow_value(flow, fallback->range) : flow_argument(flow, call, 1, "default");

		return value_is_unknown(&value) ? value_either(&otherwise, &value) : value;
	}
	/* get() may be a method of the script's own, or of a dictionary. */
	if (value_is_unknown(&value) && call->row->name[0] == '.' && call->narguments) {
		value = element_value(flow, call);
		if (!value_is_unknown(&value))
			return value;
	}
	if (value_is_unknown(&value) && call->row->name[0] == '.')
		return flow_returned(flow, call->row->name + 1, strlen(call->row->name + 1));
	return value;
}

/** The elements of the list that a range is or names: what stands between its brackets; nothing if it has none. */
static struct flow_range list_of(struct flow *flow, struct flow_range range) {
	const struct lex *lex = &flow->lex;
	const struct flow_range none = { 0 };

	while (range.first < range.end &&
	       (lex_is(lex_at(lex, range.first), "*") || lex_is(lex_at(lex, range.first), "...")))
		++range.first;
	for (unsigned steps = 0; steps < FLOW_LISTS; ++steps) {
		const struct lex_token *first = lex_at(lex, range.first);
		const bool array = lex_is(first, "array") && lex_is(lex_at(lex, range.first + 1), "(");

		range.first += array;
		if (lex_is(lex_at(lex, range.first), "[") || lex_is(lex_at(lex, range.first), "(")) {
			const size_t close = flow_close(flow, range.first, lex->count);

			return close + 1 >= range.end ? (struct flow_range) { range.first + 1, close } : none;
		}
		const struct flow_name name = flow_name_before(flow, range.first, range.end);
		/* List.of(…), Arrays.asList(…) of Java, and what is called on it. */
		if (*name.text && flow->language->bare_functions && !name.plain && name.end < range.end &&
		    lex_is(lex_at(lex, name.end), "(") &&
		    (lex_is(lex_at(lex, name.last), "of") || lex_is(lex_at(lex, name.last), "asList")))
			return (struct flow_range) { name.end + 1, flow_close(flow, name.end, lex->count) };
		if (*name.text && flow->language->bare_functions && text_ends(name.text, ".stream") &&
		    lex_is(lex_at(lex, name.end), "("))
			range = flow_bound_range(
			        flow, arena_bytes(flow->arena, name.text, strlen(name.text) - strlen(".stream")),
			        range.first);
		else if (!*name.text || name.end < range.end)
			return none;
		else
			range = flow_bound_range(flow, name.text, range.first);
		if (range.end == range.first)
			return none;
	}
	return none;
}

/** Whether all elements of a list are given: *x, ...x, @x. */
static bool is_spread(const struct flow *flow, struct flow_range range) {
	const struct lex_token *token = lex_at(&flow->lex, range.first);

	/* Go's LIST... */
	if (flow->language->names_first)
		return range.end > range.first && lex_is(lex_at(&flow->lex, range.end - 1), "...");
	return lex_is(token, "*") || lex_is(token, "...") ||
	       (token->kind == LEX_NAME && token->text[0] == '@' && flow->language->either &&
	        range.end == range.first + 1);
}

/** The elements of a list, one after the other: as a path, or with a separator between them if that is not NULL. */
static struct value elements_joined(struct flow *flow, struct flow_range list, bool paths,
                                    const struct value *separator) {
	struct value value = { 0 };

	for (size_t i = list.first; i < list.end && flow_step(flow);) {
		size_t end = flow_expression_end(flow, i);

		if (lex_at(&flow->lex, i)->kind == LEX_NEWLINE) {
			++i;
			continue;
		}
		if (end > list.end)
			end = list.end;
		const struct flow_range range = { i, end };
		const struct flow_range within =
		        is_spread(flow, range) ? list_of(flow, range) : (struct flow_range) { 0 };
		const struct value one = within.end > within.first && within.first > list.end ? flow_value(flow, within)
		                                                                              : flow_value(flow, range);
		if (value.count && separator)
			value = value_concatenate(flow->arena, &value, separator);
		value = !value.count ? one
		        : paths      ? value_join(flow->arena, &value, &one)
		                     : value_concatenate(flow->arena, &value, &one);
		i = end + 1;
	}
	return value.count ? value : value_unknown();
}

struct value flow_joined(struct flow *flow, struct flow_range range, const struct value *separator) {
	const struct flow_range list = list_of(flow, range);

	return list.end ? elements_joined(flow, list, false, separator) : value_unknown();
}

static struct value joined(struct flow *flow, const struct flow_call *call) {
	const bool paths = call->row->effect == CALL_JOIN;
	const bool received = call->row->path == ARGUMENT_RECEIVER;
	struct value value = received ? call->receiver : value_unknown();

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct flow_range list =
		        is_spread(flow, range) ? list_of(flow, range) : (struct flow_range) { 0 };
		struct value part = list.end ? elements_joined(flow, list, paths, NULL) : flow_value(flow, range);
		/* More of a list is not known. */
		const struct value more = value_unknown();
		if (paths && !list.end && is_spread(flow, range))
			part = value_join(flow->arena, &part, &more);

		if (i == 0 && !received)
			value = part;
		else
			value = paths ? value_join(flow->arena, &value, &part)
			              : value_concatenate(flow->arena, &value, &part);
	}
	return value;
}

/** The elements of a list, as far as it is spelt, with a separator between them. */
static struct value joined_list(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = &flow->lex;
	const bool received = call->row->path == ARGUMENT_RECEIVER;
	const struct value separator = received ? call->receiver : flow_argument(flow, call, 0, NULL);
	struct flow_range list = { 0 };

	if (received && call->narguments)
		list = call->arguments[0].range;
	else if (!received && lex_is(lex_at(lex, call->first), "["))
		list = (struct flow_range) { call->first, flow_close(flow, call->first, lex->count) + 1 };
	else if (!received && call->narguments > 1)
		list = (struct flow_range) { call->arguments[1].range.first,
			                     call->arguments[call->narguments - 1].range.end };
	const struct flow_range named = list_of(flow, list);
	return elements_joined(flow, named.end ? named : list, false, &separator);
}

/** What is before the last slash; of a name without one nothing is known. */
static struct value directory_of(struct flow *flow, const struct flow_call *call) {
	return parents_of(flow, flow_path(flow, call));
}

/** Any of the arguments, and with ARGUMENT_RECEIVER what it is called on. */
static struct value either_value(struct flow *flow, const struct flow_call *call) {
	struct value value = call->row->path == ARGUMENT_RECEIVER ? call->receiver : (struct value) { 0 };

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct value one = flow_elements(flow, call->arguments[i].range);

		value = value.count ? value_either(&value, &one) : one;
	}
	return value.count ? value : value_unknown();
}

struct value flow_given_by(struct flow *flow, const struct flow_call *call, int place) {
	const struct flow_argument *function = flow_find_argument(call, place, NULL);
	bool found = false;
	const struct value value = function ? assigned_returns(flow, function->range, &found) : value_unknown();

	return found ? value : value_unknown();
}

/** Whether the function that a call is given makes the same name of what it gets: File::new, Path::of. */
static bool is_remade(const struct flow *flow, const struct flow_call *call) {
	static const char *const makers[] = { "new",    "of",     "get",  "toString", "valueOf",        "toFile",
		                              "toPath", "String", "trim", "strip",    "toAbsolutePath", NULL };
	const struct flow_argument *argument = flow_find_argument(call, 0, NULL);

	return argument && argument->range.end >= argument->range.first + 3 &&
	       lex_is(lex_at(&flow->lex, argument->range.end - 2), "::") &&
	       flow_is_one(lex_at(&flow->lex, argument->range.end - 1), makers);
}

struct value flow_name_value(const struct flow *flow, const struct flow_call *call) {
	return value_name(flow->arena, (unsigned)call->first + 1);
}

struct value flow_call_value(struct flow *flow, const struct flow_call *call) {
	const bool was_visiting = flow->visiting;
	struct value value = value_unknown();

	switch (call->row->effect) {
	case CALL_NAME:
	case CALL_NAME_INTO:
		return flow_name_value(flow, call);
	case CALL_FRESH:
	case CALL_FRESH_INTO:
		return value_hole(flow->arena, HOLE_FRESH);
	case CALL_APPEND_INTO: {
		const struct value before = flow_argument(flow, call, 0, NULL), added = flow_path(flow, call);

		return value_concatenate(flow->arena, &before, &added);
	}
	case CALL_SAME:
	case CALL_COPY_INTO:
		/* An object that is made of nothing is empty. */
		return call->row->path >= 0 && call->narguments == 0 ? value_literal(flow->arena, "", 0)
		                                                     : flow_path(flow, call);
	case CALL_EITHER:
		return either_value(flow, call);
	case CALL_MAP:
		value = flow_given_by(flow, call, 0);
		return value_is_unknown(&value) && is_remade(flow, call) ? call->receiver : value;
	case CALL_DIRNAME:
		return directory_of(flow, call);
	case CALL_JOIN:
	case CALL_CONCATENATE:
		return joined(flow, call);
	case CALL_JOIN_LIST:
		return joined_list(flow, call);
	case CALL_FORMAT:
	case CALL_FORMAT_INTO:
	case CALL_FORMAT_APPEND:
		return format_value(flow, call, false);
	case CALL_BRACES:
		return format_value(flow, call, true);
	case CALL_CREATE:
		/* A directory that is opened, for names in it. */
		return flow_opening(flow, call).creates ? value : flow_path(flow, call);
	case CALL_ENVIRONMENT:
		return flow_environment(flow, call);
	case CALL_SPECIAL:
		flow->visiting = false;
		flow->result = value;
		flow->language->special(flow, call);
		flow->visiting = was_visiting;
		return flow->result;
	default:
		return effect_hole(flow, call->row->effect);
	}
}

void flow_result(struct flow *flow, const struct value *value) {
	flow->result = *value;
}

/** How fopen(3) understands its second argument. */
static struct flow_opening by_letters(const struct value *mode) {
	struct flow_opening opening = { 0 };
	bool any = false;

	for (unsigned i = 0; i < mode->count; ++i) {
		const char *text = mode->choices[i].text;

		/* "+" alone opens what exists. */
		if (strpbrk(text, "wax")) {
			opening.creates = true;
			opening.exclusive = (!any || opening.exclusive) && strchr(text, 'x');
			any = true;
		}
	}
	return opening;
}

bool flow_mentions_any(const struct flow *flow, struct flow_range range, const char *const *words) {
	for (; *words; ++words)
		if (flow_mentions(flow, range, *words))
			return true;
	return false;
}

static const char *const exclusive_flags[] = { "EXCL", "TMPFILE", "CREATE_NEW", NULL };

/** Whether one arm of a condition has a word, and the other has not: (FORCE ? O_TRUNC : O_EXCL). */
static bool is_in_one_arm(const struct flow *flow, struct flow_range range, const char *const *words) {
	size_t ask = range.first, colon, end;

	while (ask < range.end && !lex_is(lex_at(&flow->lex, ask), "?"))
		++ask;
	for (colon = ask; colon < range.end && !lex_is(lex_at(&flow->lex, colon), ":"); ++colon)
		;
	for (end = colon; end < range.end && !lex_is(lex_at(&flow->lex, end), ")"); ++end)
		;
	return flow_mentions_any(flow, (struct flow_range) { ask, colon }, words) !=
	               flow_mentions_any(flow, (struct flow_range) { colon, end }, words) &&
	       !flow_mentions_any(flow, (struct flow_range) { end, range.end }, words);
}

/** Flags by their numbers, as Linux has them: O_WRONLY 01, O_CREAT 0100, O_EXCL 0200. */
static bool by_number(const struct lex_token *token, struct flow_opening *opening) {
	enum { WRITES = 01, CREATES = 0100, EXCLUSIVE = 0200, LONGEST = 16 };
	char text[LONGEST];

	if (token->kind != LEX_NUMBER || token->length >= sizeof text)
		return false;
	memcpy(text, token->text, token->length);
	text[token->length] = '\0';
	/* Go's and Python's 0o101. */
	const bool letter = text[0] == '0' && (text[1] == 'o' || text[1] == 'O');
	const unsigned long flags = strtoul(text + 2UL * letter, NULL, letter ? 8 : 0);
	*opening = (struct flow_opening) { .creates = flags & (WRITES | CREATES), .exclusive = flags & EXCLUSIVE };
	return true;
}

/** Flags that lie in a part of something: what such a part is given anywhere, if that is always exclusive. */
static void by_part(const struct flow *flow, const struct lex_token *part, const char *const *writes,
                    struct flow_opening *opening) {
	const char *name = arena_text(flow->arena, ".%.*s", (int)part->length, part->text);
	bool any = false, all = true;

	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i;
	     i = flow->bindings[i - 1].previous) {
		const struct flow_range range = flow->bindings[i - 1].range;

		if (strcmp(flow->bindings[i - 1].name, name) != 0 || !flow_mentions(flow, range, "O_"))
			continue;
		any |= flow_mentions(flow, range, "CREAT") || flow_mentions_any(flow, range, writes);
		all &= flow_mentions_any(flow, range, exclusive_flags);
	}
	opening->creates |= any;
	opening->exclusive |= any && all;
}

static struct flow_opening by_flags(struct flow *flow, const struct flow_call *call, bool reads) {
	const char *const *const exclusive = exclusive_flags;
	/* What is opened for both is mostly read. */
	static const char *const writes[] = { "WRONLY", "WRITE", "Write", "APPEND", "TRUNC", "NEWDB", NULL };
	const struct flow_argument *argument = flow_find_argument(call, call->row->mode_at, call->row->mode_keyword);

	if (!argument)
		return (struct flow_opening) { .creates = !reads };
	const struct flow_range range = argument->range;
	struct flow_opening opening = {
		.creates = flow_mentions(flow, range, "CREAT") || flow_mentions_any(flow, range, writes),
		.exclusive = flow_mentions_any(flow, range, exclusive) && !is_in_one_arm(flow, range, exclusive)
	};
	if (range.end == range.first + 1 && by_number(lex_at(&flow->lex, range.first), &opening))
		return opening;
	if (!flow_mentions(flow, range, "O_") && flow->language->fields && flow_is_member(flow, range.end - 2))
		by_part(flow, lex_at(&flow->lex, range.end - 1), writes, &opening);
	/* Flags may lie in a variable: what is ever put there. */
	if (!flow_mentions(flow, range, "O_") && range.end - range.first <= 3) {
		const struct flow_name name = flow_name_at(flow, range.first);
		const uint32_t function = flow->blocks[flow->blocks_of[range.first]].function;

		for (uint32_t i = *name.text ? flow->binding_buckets[text_hash(name.text) % FLOW_BUCKETS] : 0; i;
		     i = flow->bindings[i - 1].previous) {
			const struct flow_binding *binding = &flow->bindings[i - 1];

			if (strcmp(binding->name, name.text) != 0 || !binding->range.end ||
			    (binding->function != function && binding->function != 0))
				continue;
			opening.creates |= flow_mentions(flow, binding->range, "CREAT") ||
			                   flow_mentions_any(flow, binding->range, writes);
			opening.exclusive |= flow_mentions_any(flow, binding->range, exclusive);
		}
	}
	opening.creates |= opening.exclusive;
	return opening;
}

/** Whether what a variable is ever assigned has one of the words. */
static bool is_bound_to_any(const struct flow *flow, const struct lex_token *variable, uint32_t function,
                            const char *const *words) {
	const char *name = arena_bytes(flow->arena, variable->text, variable->length);

	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i;
	     i = flow->bindings[i - 1].previous) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (strcmp(binding->name, name) == 0 && binding->range.end - binding->range.first < LISTED &&
		    (binding->function == function || binding->function == 0) &&
		    flow_mentions_any(flow, binding->range, words))
			return true;
	}
	return false;
}

bool flow_mentions_within(const struct flow *flow, struct flow_range range, const char *const *words) {
	if (flow_mentions_any(flow, range, words))
		return true;
	for (size_t i = range.first + 1; i < range.end; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (token->kind == LEX_NAME && !flow_is_member(flow, i - 1) &&
		    !lex_is(lex_at(&flow->lex, i + 1), "(") &&
		    is_bound_to_any(flow, token, flow->blocks[flow->blocks_of[range.first]].function, words))
			return true;
	}
	return false;
}

static struct flow_opening by_words(const struct flow *flow, const struct flow_call *call) {
	static const char *const exclusive[] = { "EXCL", "CREATE_NEW", "exclusive", "createNew", NULL };

	return (struct flow_opening) { true, flow_mentions_within(flow, (struct flow_range) { call->first, call->end },
		                                                  exclusive) };
}

struct flow_opening flow_opening(struct flow *flow, const struct flow_call *call) {
	const struct script_call *row = call->row;
	struct value mode;

	switch (row->mode) {
	case MODE_LETTERS:
		mode = flow_argument(flow, call, row->mode_at, row->mode_keyword);
		return by_letters(&mode);
	case MODE_FLAGS:
	case MODE_FLAGS_OR_READ:
		return by_flags(flow, call, row->mode == MODE_FLAGS_OR_READ);
	case MODE_WORDS:
		return by_words(flow, call);
	case MODE_EXIST_OK: {
		const struct flow_argument *argument = flow_find_argument(call, row->mode_at, row->mode_keyword);
		const bool fresh = !argument || lex_is(lex_at(&flow->lex, argument->range.first), "False");

		return (struct flow_opening) { .creates = true, .exclusive = fresh };
	}
	default:
		return (struct flow_opening) { .creates = true };
	}
}

/* Expressions */

/** Whether what is part of the value, or made of it, is as good as it is: uuid4().hex, now().year. */
static bool is_lasting(const struct value *value) {
	const char *text = value->choices[0].text;

	return value->count == 1 &&
	       (value_class(text) == VALUE_FRESH ||
	        (text[0] && !text[1] && text[0] < 0x20 && text[0] != HOLE_UNKNOWN && text[0] != HOLE_TEMPDIR));
}

/** The element of a list that a number names: LIST[0]; of Perl's @LIST $LIST[0]. */
static struct value indexed(struct flow *flow, const char *name, size_t first, const struct lex_token *number) {
	const bool sigil = flow->language->bare_calls && *name == '$' && !strchr(name, '.');

	if (flow->language->arguments && strcmp(name, "$_") == 0) {
		const uint32_t function = flow->blocks[flow->blocks_of[first]].function;
		const struct value value = given(flow,
		                                 arena_text(flow->arena, "%s.%.*s", flow->language->arguments,
		                                            (int)number->length, number->text),
		                                 function);

		return function && value.count ? value : value_unknown();
	}

	return flow_part_value(
	        flow,
	        arena_text(flow->arena, "%s%s.%.*s", sigil ? "@" : "", name + sigil, (int)number->length, number->text),
	        first);
}

/** Past the block that Ruby's call has, which ends at at: { |x| … }. */
static size_t behind_block(const struct flow *flow, size_t at, size_t end) {
	if (!flow->language->loose_parentheses || at >= end ||
	    (!lex_is(lex_at(&flow->lex, at), "{") && lex_at(&flow->lex, at)->kind != LEX_OPEN))
		return at;
	at = flow_close(flow, at, end);
	return at < end ? at + 1 : end;
}

/** What any key may be given of an object that a variable is, where its braces list no elements: NAME[EXPRESSION]. */
static struct value any_member(struct flow *flow, const char *name, size_t token) {
	const struct lex *lex = &flow->lex;
	struct flow_range range = flow_bound_range(flow, name, token);

	/* Object.freeze({…}). */
	for (unsigned most = 4; most && range.first < range.end && lex_at(lex, range.first)->kind != LEX_OPEN; --most)
		++range.first;
	if (lex_at(lex, range.first)->kind != LEX_OPEN || range.first >= range.end ||
	    flow->blocks[flow->blocks_of[range.first + 1]].function == flow->blocks_of[range.first + 1])
		return value_unknown();
	return flow_elements(flow, (struct flow_range) { range.first, flow_close(flow, range.first, lex->count) + 1 });
}

/** Whether something is assigned to a variable of that name: a call of it needs parentheses or arguments then. */
static bool is_bound(const struct flow *flow, const char *name) {
	for (uint32_t i = flow->binding_buckets[text_hash(name) % FLOW_BUCKETS]; i; i = flow->bindings[i - 1].previous)
		if (strcmp(flow->bindings[i - 1].name, name) == 0)
			return true;
	return false;
}

/** Behind the types between angles that open at at; at itself if they do not end. */
static size_t behind_types(const struct flow *flow, size_t at, size_t end) {
	const struct lex *lex = &flow->lex;

	for (size_t i = at + 1; i < end; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if ((lex_is(token, ">") || lex_is(token, ">>")) && lex_is(lex_at(lex, i + 1), "("))
			return i + 1;
		if (token->kind != LEX_NAME && !lex_is(token, "<") && !lex_is(token, ">") && !lex_is(token, ",") &&
		    !lex_is(token, ".") && !lex_is(token, "?"))
			break;
	}
	return at;
}

/** The element that a subscript at *at means of the variable that begins at first, if that can be told. */
static bool subscripted(struct flow *flow, size_t *at, size_t end, const char *name, size_t first,
                        struct value *value) {
	const struct lex *lex = &flow->lex;

	if (!lex_is(lex_at(lex, *at), "["))
		return false;
	if (*at + 2 < end &&
	    (lex_at(lex, *at + 1)->kind == LEX_NUMBER ||
	     (lex_at(lex, *at + 1)->kind == LEX_NAME && flow->language->names_first)) &&
	    lex_is(lex_at(lex, *at + 2), "]") && (!flow->language->bare_functions || !flow->language->pastes)) {
		const struct value element = indexed(flow, name, first, lex_at(lex, *at + 1));

		if (!value_is_unknown(&element)) {
			*at += 3;
			*value = element;
			return true;
		}
	}
	if (value_is_unknown(value) && flow->language->methods && *at < end) {
		const size_t close = flow_close(flow, *at, end);
		const struct value any = any_member(flow, name, first);

		if (close < end && !value_is_unknown(&any)) {
			*at = close + 1;
			*value = any;
			return true;
		}
	}
	return false;
}

/** A call at the end of a name, or a variable. */
static struct value named(struct flow *flow, size_t *at, size_t end) {
	const struct lex *lex = &flow->lex;
	const bool makes =
	        flow_is_one(lex_at(lex, *at), flow->language->new_words) && lex_at(lex, *at + 1)->kind == LEX_NAME;
	const size_t first = *at + makes;
	struct flow_name name = flow_name_before(flow, first, end);

	/* new HashMap<>(…), new ArrayList<String>(…). */
	if (makes && lex_is(lex_at(lex, name.end), "<"))
		name.end = behind_types(flow, name.end, end);
	const char *text = makes ? arena_text(flow->arena, "new.%s", flow_resolved(flow, name.text))
	                         : flow_resolved(flow, name.text);
	const bool parentheses = name.end < end && lex_is(lex_at(lex, name.end), "(");

	*at = name.end;
	if (parentheses || flow_begins_argument(flow, name.end) || flow->language->bare_calls) {
		const bool variable = !parentheses && name.plain && !flow_begins_argument(flow, name.end) &&
		                      is_bound(flow, name.text);
		struct flow_call call = { .row = variable ? NULL : flow_row(flow, text),
			                  .first = first,
			                  .receiver = value_unknown() };

		/* A method of a variable. */
		if (!call.row && !name.plain && name.last > first + 1) {
			const char *method = arena_text(flow->arena, ".%.*s", (int)lex_at(lex, name.last)->length,
			                                lex_at(lex, name.last)->text);

			call.row = flow_row(flow, method);
			if (call.row) {
				call.receiver = flow_value(flow, (struct flow_range) { first, name.last - 1 });
				call.receiver_name =
				        arena_bytes(flow->arena, lex_at(lex, first)->text, lex_at(lex, first)->length);
			}
		}
		if (call.row && (parentheses || flow->language->bare_calls)) {
			const bool bare = !parentheses;

			if (!bare || flow_begins_argument(flow, name.end))
				flow_read_call(flow, &call, name.end, bare);
			else
				call.end = name.end;
			*at = behind_block(flow, call.end < end ? call.end : end, end);
			return flow_call_value(flow, &call);
		}
		if (parentheses) {
			size_t meant = name.last;

			/* Something of the script's own; NAME.call(…) is what the variable holds. */
			if (lex_is(lex_at(lex, meant), "call") && meant > first + 1)
				meant -= 2;
			*at = flow_close(flow, name.end, end);
			*at += *at < end;
			/* Perl's constants may have parentheses. */
			if (flow->language->arguments && name.plain && *at == name.end + 2 &&
			    !flow_function(flow, name.text, strlen(name.text), 0))
				return flow_variable(flow, name.text, first);
			return returned_to(flow, meant == name.last ? flow_called(flow, name.end) : lex_at(lex, meant),
			                   name.end);
		}
	}
	struct value value = flow_variable(flow, name.text, first);
	if (subscripted(flow, at, end, name.text, first, &value))
		return value;
	if (value_is_unknown(&value) && !name.plain && name.last > first + 1) {
		const struct value owner = flow_value(flow, (struct flow_range) { first, name.last - 1 });

		if (is_lasting(&owner))
			return owner;
	}
	return value;
}

/** What follows a value: methods, attributes, subscripts. */
static struct value followed(struct flow *flow, size_t *at, size_t end, size_t first, struct value value) {
	const struct lex *lex = &flow->lex;

	while (*at < end && flow_step(flow)) {
		const bool fresh = is_lasting(&value);
		const struct lex_token *token = lex_at(lex, *at);
		const size_t object = *at;

		if (flow_is_member(flow, *at) && lex_at(lex, *at + 1)->kind == LEX_NAME) {
			const struct lex_token *name = lex_at(lex, *at + 1);
			const bool parentheses = lex_is(lex_at(lex, *at + 2), "(");
			struct flow_call call = {
				.row = flow_row(flow, arena_text(flow->arena, ".%.*s", (int)name->length, name->text)),
				.first = first,
				.end = *at + 2,
				.receiver = value,
			};

			if (parentheses)
				flow_read_call(flow, &call, *at + 2, false);
			*at = call.end;
			*at = behind_block(flow, *at, end);
			if (call.row && (parentheses || flow->language->bare_calls))
				value = flow_call_value(flow, &call);
			else if (!fresh && !parentheses && lex_is(name, "parent") && flow->language->percent_formats)
				value = parents_of(flow, value);
			else if (!fresh)
				value = parentheses ? returned_to(flow, name, object + 2)
				        : flow_is_one(name, flow->language->wholes)
				                ? value
				                : flow_member(flow, (struct flow_range) { first, object },
				                              arena_bytes(flow->arena, name->text, name->length));
		} else if ((lex_is(token, "[") || lex_is(token, "(")) && token->kind == LEX_OPERATOR) {
			/* One of a list, of which any may be meant. */
			const bool element =
			        lex_is(token, "[") && (flow_close(flow, *at, end) == *at + 2 ||
			                               (flow->language->bare_functions && !flow->language->pastes));

			*at = flow_close(flow, *at, end) + 1;
			if (!fresh && !element)
				value = value_unknown();
		} else if (flow_is_member(flow, *at) && lex_is(lex_at(lex, *at + 1), "(")) {
			/* A function in a variable: $f->(…), f.(…). */
			const struct lex_token *function = lex_at(lex, *at - 1);

			*at = flow_close(flow, *at + 1, end) + 1;
			value = flow_returned(flow, function->text, function->length);
		} else {
			break;
		}
	}
	if (*at > end)
		*at = end;
	return value;
}

/** Whether the parentheses that open here are a cast: "(char *) x". */
static bool is_cast(const struct flow *flow, size_t open, size_t close, size_t end) {
	const struct lex *lex = &flow->lex;

	if (!flow->language->casts || close + 1 >= end)
		return false;
	for (size_t i = open + 1; i < close; ++i)
		if (lex_at(lex, i)->kind != LEX_NAME && !lex_is(lex_at(lex, i), "*"))
			return false;
	const struct lex_token *next = lex_at(lex, close + 1);
	return close > open + 1 && (next->kind == LEX_NAME || next->kind == LEX_STRING || lex_is(next, "("));
}

/** Where Go's list or map opens whose type begins at first: map[K]V{…}, []struct{…}{…}; SIZE_MAX: none does. */
static size_t list_open(const struct flow *flow, size_t first, size_t end) {
	const struct lex *lex = &flow->lex;
	size_t at = first;

	if (!lex_is(lex_at(lex, at), "map") && !lex_is(lex_at(lex, at), "["))
		return SIZE_MAX;
	while (at < end && lex_at(lex, at)->kind != LEX_OPEN) {
		const struct lex_token *token = lex_at(lex, at);

		if (lex_is(token, "["))
			at = flow_close(flow, at, end);
		else if (token->kind != LEX_NAME && !lex_is(token, "*") && !lex_is(token, "."))
			return SIZE_MAX;
		++at;
		if (lex_at(lex, at)->kind == LEX_OPEN && lex_is(token, "struct"))
			at = flow_close(flow, at, end) + 1;
	}
	return at < end ? at : SIZE_MAX;
}

/** Where the body opens of a function that begins at first and is called where it stands; SIZE_MAX: it is none. */
static size_t called_literal(const struct flow *flow, size_t first, size_t end) {
	const struct lex *lex = &flow->lex;
	const bool begins = (flow->language->names_first && lex_is(lex_at(lex, first), "func")) ||
	                    (flow->language->pastes && lex_is(lex_at(lex, first), "["));

	for (size_t at = first; begins && at < end && lex_at(lex, at)->kind < LEX_NEWLINE; ++at) {
		if (lex_is(lex_at(lex, at), "(") || lex_is(lex_at(lex, at), "["))
			at = flow_close(flow, at, end);
		if (lex_at(lex, at + 1)->kind == LEX_OPEN)
			return flow_is_literal(flow, first, at + 1) &&
			                       lex_is(lex_at(lex, flow_close(flow, at + 1, end) + 1), "(")
			               ? at + 1
			               : SIZE_MAX;
	}
	return SIZE_MAX;
}

static struct value primary(struct flow *flow, size_t *at, size_t end) {
	static const char *const prefixes[] = { "&",   "*",     "\\",  "@",  "+",  "-", "!",  "~",
		                                "not", "await", "...", "++", "--", "$", "<-", NULL };
	static const char *const asking[] = { "defined", "exists", "ref", "scalar", NULL };
	static const char *const blocks[] = { "map", "do", "grep", "sort", "first", NULL };
	const struct lex *lex = &flow->lex;
	bool negated = false;
	size_t called;

	/* Go's range []TYPE{…}. */
	if (flow->language->names_first && lex_is(lex_at(lex, *at), "range"))
		++*at;
	const size_t type =
	        flow->language->names_first && lex_is(lex_at(lex, *at), "[") ? flow_close(flow, *at, end) + 1 : end;
	if (type + 1 < end && lex_at(lex, type)->kind == LEX_NAME && lex_at(lex, type + 1)->kind == LEX_OPEN)
		*at = type + 1;
	else if (type + 1 < end && lex_at(lex, type)->kind == LEX_NAME && lex_is(lex_at(lex, type + 1), "("))
		*at = type;
	const size_t list = flow->language->names_first ? list_open(flow, *at, end) : SIZE_MAX;
	if (list != SIZE_MAX)
		*at = list;
	while (*at < end && lex_at(lex, *at)->kind != LEX_STRING && flow_is_one(lex_at(lex, *at), prefixes)) {
		negated |= strchr("-!~n", lex_at(lex, *at)->text[0]) != NULL;
		++*at;
	}
	/* Perl's -d FILE, defined X. */
	if (flow->language->arguments && lex_at(lex, *at)->kind != LEX_STRING &&
	    (flow_is_one(lex_at(lex, *at), asking) ||
	     (lex_at(lex, *at)->kind == LEX_OPERATOR && lex_at(lex, *at)->length == 2 &&
	      lex_at(lex, *at)->text[0] == '-'))) {
		negated = true;
		++*at;
	}
	const size_t first = *at;
	const struct lex_token *token = lex_at(lex, first);
	struct value value = value_unknown();
	if (first >= end)
		return value;
	if (token->kind == LEX_STRING || token->kind == LEX_NUMBER) {
		++*at;
		value = value_literal(flow->arena, token->text, token->length);
	} else if ((lex_is(token, "match") || (lex_is(token, "switch") && flow->language->casts)) &&
	           lex_is(lex_at(lex, first + 1), "(") &&
	           lex_at(lex, flow->partners[first + 1] + 1)->kind == LEX_OPEN && flow->partners[first + 1]) {
		const size_t open = flow->partners[first + 1] + 1;

		*at = flow_close(flow, open, lex->count) + 1;
		value = arms_value(flow, open);
	} else if (flow->language->arguments && flow_is_one(token, blocks) &&
	           (lex_at(lex, first + 1)->kind == LEX_OPEN || lex_is(lex_at(lex, first + 1), "{"))) {
		const size_t close = flow_close(flow, first + 1, lex->count);

		/* What the block gives; or the list behind it. */
		if (lex_is(token, "map") || lex_is(token, "do"))
			value = flow_value(flow, last_statement(flow, (struct flow_range) { first + 2, close }));
		else
			value = flow_elements(flow,
			                      (struct flow_range) { close + 1, flow_expression_end(flow, close + 1) });
		*at = lex_is(token, "do") ? close + 1 : end;
	} else if ((called = called_literal(flow, first, end)) != SIZE_MAX && flow->depth < FLOW_DEEPEST) {
		bool found;

		++flow->depth;
		value = block_returns(flow, flow->blocks_of[called + 1], &found);
		--flow->depth;
		*at = flow_close(flow, flow_close(flow, called, end) + 1, end) + 1;
	} else if (token->kind == LEX_NAME) {
		value = named(flow, at, end);
	} else if (lex_is(token, "(")) {
		const size_t close = flow_close(flow, first, end);

		if (is_cast(flow, first, close, end)) {
			*at = close + 1;
			if (flow->depth >= FLOW_DEEPEST)
				return value;
			++flow->depth;
			value = primary(flow, at, end);
			--flow->depth;
			return value;
		}
		value = flow_value(flow, (struct flow_range) { first + 1, close });
		*at = close + 1;
	} else if (lex_is(token, "{") && flow->language->arguments && first > 0 &&
	           strchr("@$%", lex_at(lex, first - 1)->text[0]) && lex_at(lex, first - 1)->length == 1) {
		/* What is referred to: "@{[…]}", "${\ …}". */
		*at = flow_close(flow, first, end) + 1;
		value = flow_value(flow, (struct flow_range) { first + 1, *at - 1 });
	} else if (lex_is(token, "[") && flow->depth < FLOW_DEEPEST) {
		*at = flow_close(flow, first, end) + 1;
		++flow->depth;
		value = flow_elements(flow, (struct flow_range) { first, *at < end ? *at : end });
		--flow->depth;
	} else if ((token->kind == LEX_OPEN || lex_is(token, "{")) && flow->language->listing_braces &&
	           flow->depth < FLOW_DEEPEST) {
		*at = flow_close(flow, first, end) + 1;
		++flow->depth;
		value = flow_elements(flow, (struct flow_range) { first, *at < end ? *at : end });
		--flow->depth;
	} else if (lex_is(token, "{") || token->kind == LEX_OPEN || lex_is(token, "[")) {
		*at = flow_close(flow, first, end) + 1;
	} else {
		*at = end;
		return value;
	}
	if (*at > end)
		*at = end;
	value = followed(flow, at, end, first, value);
	return negated ? value_unknown() : value;
}

/** "a" % b, where b may be a list in parentheses. */
static struct value percent(struct flow *flow, size_t *at, size_t end, const struct value *format) {
	const size_t first = *at;
	struct filling filling = { .flow = flow, .has_range = true };

	primary(flow, at, end);
	filling.range = filling.whole = (struct flow_range) { first, *at };
	if (lex_is(lex_at(&flow->lex, first), "(") || lex_is(lex_at(&flow->lex, first), "["))
		filling.range = (struct flow_range) { first + 1, flow_close(flow, first, *at) };
	return fill(&filling, format, false);
}

enum joint { JOINT_NONE, JOINT_CONCATENATE, JOINT_PATH, JOINT_PERCENT, JOINT_LAST, JOINT_UNKNOWN };

/** Past the "if" of a conditional expression, to behind its "else". */
static size_t behind_else(const struct flow *flow, size_t at, size_t end) {
	for (; at < end && !lex_is(lex_at(&flow->lex, at), "else"); ++at)
		if (lex_is(lex_at(&flow->lex, at), "(") || lex_is(lex_at(&flow->lex, at), "["))
			at = flow_close(flow, at, end);
	return at < end ? at + 1 : end;
}

/** What the branches give of if … else … end, case … when … end, which begin at first. */
static struct value branches_value(struct flow *flow, size_t first) {
	static const char *const more[] = { "else", "elsif", "when", "in", "rescue", NULL };
	const struct lex *lex = &flow->lex;
	struct value value = { 0 };
	size_t at = first;

	while (value.count < VALUE_MOST && flow_step(flow)) {
		while (at < lex->count && lex_at(lex, at)->kind != LEX_OPEN && lex_at(lex, at)->kind != LEX_NEWLINE)
			++at;
		if (lex_at(lex, at)->kind != LEX_OPEN)
			break;
		const size_t close = flow_close(flow, at, lex->count);
		const struct flow_range last = last_statement(flow, (struct flow_range) { at + 1, close });
		if (last.end > last.first) {
			const struct value one = flow_value(flow, last);

			value = value.count ? value_either(&value, &one) : one;
		}
		at = close + 1;
		if (!flow_is_one(lex_at(lex, at), more))
			break;
	}
	return value.count ? value : value_unknown();
}

/** What the arms give of match (…) { … => VALUE, … }, whose block opens at open. */
static struct value arms_value(struct flow *flow, size_t open) {
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, open, lex->count);
	struct value value = { 0 };

	for (size_t i = open + 1; i < close && flow_step(flow); ++i) {
		if (lex_is(lex_at(lex, i), "=>") || lex_is(lex_at(lex, i), "->") || lex_is(lex_at(lex, i), "yield")) {
			const struct value one =
			        flow_value(flow, (struct flow_range) { i + 1, flow_expression_end(flow, i + 1) });

			value = value.count ? value_either(&value, &one) : one;
		} else if (lex_is(lex_at(lex, i), "(") || lex_is(lex_at(lex, i), "[")) {
			i = flow_close(flow, i, close);
		}
	}
	return value.count ? value : value_unknown();
}

static struct value evaluate(struct flow *flow, struct flow_range range) {
	static const char *const branching[] = { "if", "unless", "case", "begin", NULL };
	static const char *const comparing[] = { "in", "instanceof", "is", NULL };
	const struct script_language *language = flow->language;
	struct value all = { 0 }, value = value_unknown();
	enum joint joint = JOINT_NONE;
	bool ternary = false, have = false;
	size_t at = range.first;

	if (language->loose_parentheses && flow_is_one(lex_at(&flow->lex, at), branching) && flow->depth < FLOW_DEEPEST)
		return branches_value(flow, at);
	while (at < range.end && flow_step(flow)) {
		const struct lex_token *token = lex_at(&flow->lex, at);

		if (token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE || token->kind == LEX_END)
			break;
		if (joint == JOINT_PERCENT) {
			value = percent(flow, &at, range.end, &value);
		} else {
			const struct value next = primary(flow, &at, range.end);

			value = joint == JOINT_CONCATENATE ? value_concatenate(flow->arena, &value, &next)
			        : joint == JOINT_PATH      ? value_join(flow->arena, &value, &next)
			        : joint == JOINT_UNKNOWN   ? value_unknown()
			                                   : next;
		}
		have = true;
		token = lex_at(&flow->lex, at);
		if (at >= range.end)
			break;
		joint = JOINT_UNKNOWN;
		/* #define JOINED(a, b) a b. */
		if (language->pastes && token->kind == LEX_NAME &&
		    ((at + 1 < range.end && lex_at(&flow->lex, at - 1)->kind == LEX_STRING) ||
		     lex_is(lex_at(&flow->lex, flow->blocks[flow->blocks_of[at]].body.end), LEX_MACRO))) {
			joint = JOINT_CONCATENATE;
			continue;
		}
		if (token->kind == LEX_STRING ||
		    (token->kind == LEX_OPERATOR && lex_is(token, "(") && language->concatenate &&
		     lex_at(&flow->lex, at - 1)->kind == LEX_STRING)) {
			joint = JOINT_CONCATENATE;
			continue;
		}
		if (token->kind == LEX_JOIN || flow_is_one(token, language->concatenate)) {
			/* A neighbour of the directory is never meant. */
			joint = language->plus_joins && lex_is(token, "+") && value_is_directory(value.choices[0].text)
			                ? JOINT_PATH
			                : JOINT_CONCATENATE;
		} else if (language->percent_formats && lex_is(token, "%")) {
			joint = JOINT_PERCENT;
		} else if (flow_is_one(token, language->join)) {
			joint = JOINT_PATH;
		} else if (flow_is_one(token, language->either) || (ternary && lex_is(token, ":"))) {
			all = all.count ? value_either(&all, &value) : value;
			have = false;
			joint = JOINT_NONE;
		} else if (lex_is(token, "?") && lex_is(lex_at(&flow->lex, at + 1), ":")) {
			all = all.count ? value_either(&all, &value) : value;
			have = false;
			joint = JOINT_NONE;
			++at;
		} else if (lex_is(token, "?")) {
			ternary = true;
			have = false;
			joint = JOINT_NONE;
		} else if (lex_is(token, "if")) {
			all = all.count ? value_either(&all, &value) : value;
			have = false;
			joint = JOINT_NONE;
			at = behind_else(flow, at, range.end);
			continue;
		} else if (token->kind == LEX_NAME && flow_is_one(token, comparing)) {
			joint = JOINT_UNKNOWN;
		} else if (lex_is(token, "and") || lex_is(token, "&&") || flow_is_one(token, language->assign)) {
			joint = JOINT_LAST;
		} else if (lex_is(token, ",") || token->kind == LEX_NEWLINE || token->kind == LEX_NAME) {
			break;
		}
		++at;
	}
	if (have)
		all = all.count ? value_either(&all, &value) : value;
	return all.count ? all : value_unknown();
}

// NOLINTEND(misc-no-recursion)
