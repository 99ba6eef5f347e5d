/** What variables may hold, and what functions of the script's own give. */

#include "flow_parts.h"

#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

bool flow_is_object(const struct flow *flow, const char *name) {
	for (const char *const *self = flow->language->selves; self && *self; ++self)
		if (text_starts(name, *self))
			return true;
	return false;
}

bool flow_is_around(const struct flow *flow, uint32_t block, size_t token) {
	for (uint32_t at = flow->blocks_of[token];; at = flow->blocks[at].parent) {
		lex_look(&flow->lex, 1);
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

/** Whether anything else puts something into the variable before, in its function, since it was empty. */
static bool is_begun(const struct flow *flow, const struct flow_binding *binding) {
	for (uint32_t i = flow_local_binding(flow, binding->name, binding->function, 0); i;
	     i = flow_local_binding(flow, binding->name, binding->function, i)) {
		const struct flow_binding *other = &flow->bindings[i - 1];

		if (other->token >= binding->token)
			continue;
		if (other->kind == BINDING_EMPTY)
			return false;
		if (other->kind != BINDING_ADDED && (other->kind != BINDING_APPEND || binding->kind != BINDING_APPEND))
			return true;
	}
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

struct value flow_given(struct flow *flow, const char *name, uint32_t function) {
	struct value value = { 0 };

	for (uint32_t i = flow_local_binding(flow, name, function, 0); i && flow_step(flow);
	     i = flow_local_binding(flow, name, function, i)) {
		if (flow->bindings[i - 1].kind != BINDING_ARGUMENT)
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
	        flow_given(flow, arena_text(flow->arena, "%s.%zu", flow->language->arguments, count), function);
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

/** What a variable holds before something is added to it. */
static struct value value_before(struct flow *flow, const struct flow_binding *binding) {
	const struct flow_binding *outer = flow->added;

	flow->added = binding;
	const struct value value = flow_variable(flow, binding->name, binding->token);
	flow->added = outer;
	return value;
}

/** Whether it is added behind what is looked at, which has nothing of it. */
static bool is_added_later(const struct flow *flow, const struct flow_binding *binding) {
	const struct flow_binding *added = flow->added;

	return added && (binding->kind == BINDING_ADDED || binding->kind == BINDING_APPEND) &&
	       binding->function == added->function && binding->token > added->token &&
	       strcmp(binding->name, added->name) == 0;
}

static struct value find_binding_value(struct flow *flow, const struct flow_binding *binding) {
	struct value before, value;

	switch (binding->kind) {
	case BINDING_ADDED:
		before = value_before(flow, binding);
		value = flow_value(flow, binding->range);
		return value_is_unknown(&before) && !is_begun(flow, binding)
		               ? value
		               : value_concatenate(flow->arena, &before, &value);
	case BINDING_APPEND:
	case BINDING_IF_EMPTY:
		before = value_before(flow, binding);
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
		before.choices[0].call = FLOW_OTHERS;
		if (binding->range.end == binding->range.first)
			return before;
		value = flow_value(flow, binding->range);
		return value_either(&value, &before);
	default:
		/* my ($a, $b) = @_. */
		if (flow->language->arguments && binding->function &&
		    lex_is(lex_at(&flow->lex, binding->range.first), flow->language->arguments)) {
			value = flow_given(flow, binding->name, binding->function);
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
	if (binding->until)
		return token > binding->token && token < binding->until;
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
	/* Where the branches begin that set it, one and all: nothing of before them is left. */
	size_t settled = 0;

	*sure = false;
	/* From the last to the first. */
	for (uint32_t i = every ? flow_binding(flow, name, 0) : flow_local_binding(flow, name, function, 0);
	     i && flow_step(flow);
	     i = every ? flow_binding(flow, name, i) : flow_local_binding(flow, name, function, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->token < settled) {
			*sure = true;
			break;
		}
		if (binding->busy || (!every && binding->token >= token) || !flow_is_seen(flow, binding, token) ||
		    is_added_later(flow, binding))
			continue;
		if (binding->kind == BINDING_EMPTY) {
			if (every || !flow_is_around(flow, binding->block, token))
				continue;
			*value = found ? *value : value_unknown();
			*sure = true;
			return true;
		}
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
		if (!every && binding->kind != BINDING_ARGUMENT && !settled)
			settled = flow_branched(flow, binding, token);
	}
	/* What is set in all the branches of the first of its statements. */
	*sure |= settled != 0;
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

	for (uint32_t i = flow_local_binding(flow, name, function, 0); i && flow_step(flow);
	     i = flow_local_binding(flow, name, function, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->busy || binding->kind == BINDING_EMPTY || !flow_is_seen(flow, binding, token) ||
		    is_added_later(flow, binding))
			continue;
		const struct value one = flow_bound(flow, i - 1);
		if (binding->kind == BINDING_FILLED && value_is_unknown(&one))
			continue;
		*value = found ? value_either(value, &one) : one;
		found = true;
	}
	return found;
}

/** The last that is put into a variable in a function before the token, else the first behind it. */
static struct flow_range local_range(const struct flow *flow, const char *name, uint32_t function, size_t token) {
	struct flow_range range = { 0 };

	for (uint32_t i = flow_local_binding(flow, name, function, 0); i;
	     i = flow_local_binding(flow, name, function, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->kind != BINDING_RANGE)
			continue;
		range = binding->range;
		if (binding->token < token)
			break;
	}
	return range;
}

struct flow_range flow_bound_range(const struct flow *flow, const char *name, size_t token) {
	const uint32_t function = flow->blocks[flow->blocks_of[token]].function;
	const struct flow_range range = local_range(flow, name, function, token);

	return range.end || !function ? range : local_range(flow, name, 0, token);
}

struct value flow_effect_hole(struct flow *flow, enum call_effect effect) {
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

		for (uint32_t i = flow_binding(flow, own, 0); i && flow_step(flow); i = flow_binding(flow, own, i)) {
			const struct flow_binding *binding = &flow->bindings[i - 1];

			if (!flow_is_class(flow, binding->block, class))
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

struct value flow_parents_of(struct flow *flow, struct value value) {
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
	       !flow_binding(flow, arena_bytes(flow->arena, name, class.length), 0);
}

/** Whether the script has a function of that name that is called where its object's part is read: get NAME() {. */
static bool is_getter(const struct flow *flow, const char *name) {
	for (uint32_t i = flow->language->methods ? flow_function(flow, name, strlen(name), 0) : 0; i;
	     i = flow_function(flow, name, strlen(name), i)) {
		const struct flow_range own = flow->blocks[flow->functions[i - 1].block].own;

		for (size_t at = own.first; at + 1 < own.end; ++at)
			if (lex_is(lex_at(&flow->lex, at), "get") && lex_is(lex_at(&flow->lex, at + 1), name))
				return true;
	}
	return false;
}

/** What the last part of a name gives that is no variable: a method without parentheses, an attribute it reads. */
static struct value property(struct flow *flow, const char *name, size_t token) {
	const char *part = strrchr(name, '.');
	struct value value = value_unknown();

	if (!part || part == name || is_foreign(flow, name))
		return value;
	if (flow_is_object(flow, name) || flow->language->bare_calls || is_getter(flow, part + 1))
		value = flow_returned(flow, part + 1, strlen(part + 1));
	/* Ruby's attr_reader. */
	for (const char *const *self = flow->language->selves;
	     self && *self && value_is_unknown(&value) && strcmp(*self, "@") == 0; ++self)
		value = flow_everywhere(flow, arena_text(flow->arena, "@%s", part + 1));
	/* Of Python's pathlib. */
	if (value_is_unknown(&value) && strcmp(part, ".parent") == 0 && flow->language->percent_formats &&
	    flow->depth < FLOW_DEEPEST) {
		++flow->depth;
		value = flow_parents_of(
		        flow, flow_variable(flow, arena_bytes(flow->arena, name, (size_t)(part - name)), token));
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
		lex_look(&flow->lex, 1);
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
			return flow_effect_hole(flow, row->effect);
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

struct flow_range flow_last_statement(const struct flow *flow, struct flow_range body) {
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

struct value flow_block_returns(struct flow *flow, uint32_t block, bool *found) {
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
	const struct flow_range last = flow_last_statement(flow, body);
	if (flow->language->bare_calls && last.first < last.end && !lex_is(lex_at(lex, last.first), "return")) {
		const struct value one = flow_value(flow, last);

		value = count++ ? value_either(&value, &one) : one;
	}
	*found = count;
	return value;
}

struct value flow_assigned_returns(struct flow *flow, struct flow_range range, bool *found) {
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
			return flow_value(
			        flow,
			        flow_last_statement(flow, (struct flow_range) { first + lex_is(lex_at(lex, first), "|"),
			                                                        flow_close(flow, i, lex->count) }));
		}
		if (token->kind == LEX_OPEN && flow->blocks[flow->blocks_of[i + 1]].function == flow->blocks_of[i + 1])
			return flow_block_returns(flow, flow->blocks_of[i + 1], found);
		if (token->kind == LEX_OPEN)
			return function ? flow_block_returns(flow, flow->blocks_of[i + 1], found) : value_unknown();
		if (lambda ? lex_is(token, ":") : lex_is(token, "=>")) {
			if (lex_at(lex, i + 1)->kind == LEX_OPEN)
				return flow_block_returns(flow, flow->blocks_of[i + 2], found);
			*found = true;
			return flow_value(flow, (struct flow_range) { i + 1, range.end });
		}
		if (lex_is(token, "(") || lex_is(token, "["))
			i = flow_close(flow, i, range.end);
	}
	return value_unknown();
}

/** What functions of that name give; those of one class alone, if that is not 0. */
static struct value returned_within(struct flow *flow, const char *name, size_t length, uint32_t class) {
	struct value value = value_unknown();
	bool any = false, found;

	for (uint32_t i = flow_function(flow, name, length, 0); i && flow_step(flow);
	     i = flow_function(flow, name, length, i)) {
		if (class && flow->blocks[flow->functions[i - 1].block].parent != class)
			continue;
		if (!flow->functions[i - 1].value && !flow->functions[i - 1].busy && flow->depth < FLOW_DEEPEST) {
			flow->functions[i - 1].busy = true;
			++flow->depth;
			const struct value one = flow_block_returns(flow, flow->functions[i - 1].block, &found);
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
	for (uint32_t i = flow_binding(flow, own, 0); i && flow_step(flow); i = flow_binding(flow, own, i)) {
		struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->kind != BINDING_RANGE || binding->busy || flow->depth >= FLOW_DEEPEST)
			continue;
		binding->busy = true;
		++flow->depth;
		const struct value one = flow_assigned_returns(flow, binding->range, &found);
		--flow->depth;
		binding->busy = false;
		if (found)
			value = any ? value_either(&value, &one) : one;
		any |= found;
	}
	return value;
}

struct value flow_returned(struct flow *flow, const char *name, size_t length) {
	return returned_within(flow, name, length, 0);
}

/** Whether another class of the script stands for that one: it names it in its head. */
static bool is_extended(const struct flow *flow, uint32_t class) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = NULL;

	for (size_t i = 0; i < flow->nclasses && !name; ++i)
		name = flow->classes[i].block == class ? flow->classes[i].name : NULL;
	for (size_t i = 0; i < flow->nclasses && name; ++i) {
		const struct flow_range head = flow->blocks[flow->classes[i].block].head;

		for (size_t at = head.first; at < head.end && flow->classes[i].block != class; ++at)
			if (lex_at(lex, at)->length == name->length &&
			    memcmp(lex_at(lex, at)->text, name->text, name->length) == 0)
				return true;
	}
	return !name;
}

/** The class around a call of a method that others have, too, if it means its own: NAME(…), this.NAME(…); or 0. */
static uint32_t own_class(const struct flow *flow, const struct lex_token *name, size_t open) {
	const struct lex *lex = &flow->lex;
	uint32_t class = flow->blocks_of[open];
	bool has = false, others = false;

	if (open < 2 || lex_at(lex, open - 1) != name)
		return 0;
	if (flow_is_member(flow, open - 2)) {
		const struct lex_token *owner = lex_at(lex, open > 2 ? open - 3 : SIZE_MAX);
		bool self = false;

		for (const char *const *known = flow->language->selves; known && *known; ++known)
			self |= strlen(*known) == owner->length + 1 && memcmp(*known, owner->text, owner->length) == 0;
		if (!self || (open > 3 && flow_is_member(flow, open - 4)))
			return 0;
	}
	while (class && !flow_is_class(flow, class, NULL))
		class = flow->blocks[class].parent;
	for (uint32_t i = class ? flow_function(flow, name->text, name->length, 0) : 0; i;
	     i = flow_function(flow, name->text, name->length, i)) {
		const bool own = flow->blocks[flow->functions[i - 1].block].parent == class;

		has |= own;
		others |= !own;
	}
	return has && others && !is_extended(flow, class) ? class : 0;
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

/** Whether a token stands in a function of that name. */
static bool is_within(const struct flow *flow, const struct lex_token *name, size_t token) {
	for (uint32_t i = flow_function(flow, name->text, name->length, 0); i;
	     i = flow_function(flow, name->text, name->length, i))
		if (flow_is_around(flow, flow->functions[i - 1].block, token))
			return true;
	return false;
}

struct value flow_returned_to(struct flow *flow, const struct lex_token *name, size_t open) {
	const struct script_language *language = flow->language;
	const struct value all = returned_within(flow, name->text, name->length, own_class(flow, name, open));
	struct value own = { 0 };
	bool any = false, known = false;

	/* What a record's part is called by. */
	if (value_is_unknown(&all) && language->casts && language->new_words &&
	    lex_is(lex_at(&flow->lex, open + 1), ")") && !flow_function(flow, name->text, name->length, 0))
		return flow_everywhere(flow, arena_bytes(flow->arena, name->text, name->length));

	for (unsigned i = 0; i < all.count; ++i) {
		any |= all.choices[i].call == open + 1;
		known |= all.choices[i].call == open + 1 && all.choices[i].text[0] != HOLE_UNKNOWN;
	}
	for (unsigned i = 0; i < all.count; ++i) {
		const unsigned call = all.choices[i].call;
		const struct lex_token *other = lex_at(&flow->lex, call > 1 ? call - 2 : SIZE_MAX);

		/* What another call of the same function gives, or one of a function that this call is not in. */
		if (call == FLOW_OTHERS && any)
			continue;
		if (call && call != FLOW_OTHERS && call != open + 1 &&
		    ((other->length == name->length && memcmp(other->text, name->text, name->length) == 0) ||
		     (known && !is_within(flow, other, open))))
			continue;
		own.choices[own.count] = all.choices[i];
		own.choices[own.count++].call = 0;
	}
	return any ? own : value_is_unknown(&all) ? passed_through(flow, open) : all;
}

// NOLINTEND(misc-no-recursion)
