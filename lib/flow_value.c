/** What an expression may be. */

#include "flow_parts.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

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
		const struct value value = flow_given(flow,
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

struct value flow_any_member(struct flow *flow, const char *name, size_t token) {
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
	return flow_binding(flow, name, 0);
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
	/* Of Perl's list none is told apart: map { … } @other. */
	if (value_is_unknown(value) && flow->language->arguments && *name == '$' && !strchr(name, '.') && *at < end) {
		const size_t close = flow_close(flow, *at, end);
		const struct flow_range list = flow_bound_range(flow, arena_text(flow->arena, "@%s", name + 1), first);

		if (close < end && list.end > list.first) {
			*at = close + 1;
			*value = flow_elements(flow, list);
			return true;
		}
	}
	if (value_is_unknown(value) && flow->language->methods && *at < end) {
		const size_t close = flow_close(flow, *at, end);
		const struct value any = flow_any_member(flow, name, first);

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
	/* PHP's NAME(...) is the function itself, as its name is. */
	if (parentheses && flow->language->methods_apart && name.plain && lex_is(lex_at(lex, name.end + 1), "...") &&
	    lex_is(lex_at(lex, name.end + 2), ")")) {
		*at = name.end + 3;
		return value_literal(flow->arena, text, strlen(text));
	}
	if (parentheses || flow_begins_argument(flow, name.end) || flow->language->bare_calls) {
		const bool variable = !parentheses && name.plain && !flow_begins_argument(flow, name.end) &&
		                      is_bound(flow, name.text);
		struct flow_call call = { .row = variable ? NULL : flow_row(flow, text),
			                  .first = first,
			                  .receiver = value_unknown() };

		/* A method of a variable; of a class of the script's own it is that one's. */
		const bool own = flow->language->loose_parentheses && flow_class(flow, lex_at(lex, first)) &&
		                 flow_defines(flow, lex_at(lex, name.last));
		if (!call.row && !name.plain && name.last > first + 1 && !own) {
			const char *method = arena_text(flow->arena, ".%.*s", (int)lex_at(lex, name.last)->length,
			                                lex_at(lex, name.last)->text);

			call.row = flow_row(flow, method);
			if (call.row) {
				call.receiver = flow_value(flow, (struct flow_range) { first, name.last - 1 });
				call.receiver_name =
				        arena_bytes(flow->arena, lex_at(lex, first)->text, lex_at(lex, first)->length);
			}
			/* A method of the script's own, unless it is called on what a safe call made. */
			if (call.row && parentheses && flow->language->names_first && !call.row->instead &&
			    value_class(call.receiver.choices[0].text) != VALUE_FRESH &&
			    flow_function(flow, lex_at(lex, name.last)->text, lex_at(lex, name.last)->length, 0))
				call.row = NULL;
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
			return flow_returned_to(
			        flow, meant == name.last ? flow_called(flow, name.end) : lex_at(lex, meant), name.end);
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

/** Past "++" or "--" behind a value: a number that counts is another one each time. */
static size_t behind_count(const struct flow *flow, size_t at, size_t end, struct value *value) {
	const struct lex_token *token = lex_at(&flow->lex, at);

	if (at >= end || token->kind != LEX_OPERATOR || !(lex_is(token, "++") || lex_is(token, "--")))
		return at;
	if (value->count == 1 && strspn(value->choices[0].text, "0123456789") == strlen(value->choices[0].text))
		*value = value_hole(flow->arena, HOLE_RANDOM);
	return at + 1;
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
				value = flow_parents_of(flow, value);
			else if (!fresh)
				value = parentheses ? flow_returned_to(flow, name, object + 2)
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
	*at = behind_count(flow, *at, end, &value);
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

/** What a function gives that is called where it stands: (() => VALUE)(), (lambda: VALUE)(); false: there is none. */
static bool immediate_value(struct flow *flow, size_t *at, size_t end, struct value *value) {
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, *at, end);
	bool found = false;

	if (close >= end || !lex_is(lex_at(lex, close + 1), "(") || !flow->language->needs_imports ||
	    flow->depth >= FLOW_DEEPEST)
		return false;
	++flow->depth;
	*value = flow_assigned_returns(flow, (struct flow_range) { *at + 1, close }, &found);
	--flow->depth;
	if (found)
		*at = flow_close(flow, close + 1, end) + 1;
	return found;
}

/** Behind the type between angles that TypeScript has before a value, <string>VALUE; at itself if it is none. */
static size_t behind_cast(const struct flow *flow, size_t at, size_t end) {
	const struct lex *lex = &flow->lex;
	const size_t behind = flow->language->methods && lex_at(lex, at)->kind == LEX_OPERATOR
	                              ? flow_behind_types(flow, at, end)
	                              : at;

	for (size_t i = at; i < behind; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind != LEX_NAME && !strchr("<>.,|[]", *token->text))
			return at;
	}
	return behind < end ? behind : at;
}

/** Behind an object of Go that a method is called on where it is made: TYPE{…}.METHOD(…); SIZE_MAX: it is none. */
static size_t literal_end(struct flow *flow, size_t first, size_t end) {
	size_t open = first;

	if (!flow->language->names_first)
		return SIZE_MAX;
	flow_last_part(flow, first, &open);
	if (open >= end || lex_at(&flow->lex, open)->kind != LEX_OPEN)
		return SIZE_MAX;
	const size_t behind = flow_close(flow, open, end) + 1;
	return behind < end && flow_is_member(flow, behind) ? behind : SIZE_MAX;
}

static struct value primary(struct flow *flow, size_t *at, size_t end) {
	static const char *const prefixes[] = { "&",   "*",     "\\",  "@",  "+",  "-", "!",  "~",
		                                "not", "await", "...", "++", "--", "$", "<-", NULL };
	static const char *const asking[] = { "defined", "exists", "ref", "scalar", NULL };
	static const char *const blocks[] = { "map", "do", "grep", "sort", "first", NULL };
	static const char *const ordering[] = { "sort", "reverse", "uniq", NULL };
	const struct lex *lex = &flow->lex;
	bool negated = false;
	size_t called, made;

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
	*at = behind_cast(flow, *at, end);
	/* Perl's -d FILE, defined X. */
	if (flow->language->arguments && lex_at(lex, *at)->kind != LEX_STRING &&
	    (flow_is_one(lex_at(lex, *at), asking) ||
	     (lex_at(lex, *at)->kind == LEX_OPERATOR && lex_at(lex, *at)->length == 2 &&
	      lex_at(lex, *at)->text[0] == '-'))) {
		negated = true;
		++*at;
	}
	/* The same elements: sort map { … } @list, reverse @list. */
	while (flow->language->arguments && *at + 1 < end && flow_is_one(lex_at(lex, *at), ordering) &&
	       lex_at(lex, *at)->kind == LEX_NAME && lex_at(lex, *at + 1)->kind == LEX_NAME)
		++*at;
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
			value = flow_value(flow, flow_last_statement(flow, (struct flow_range) { first + 2, close }));
		else
			value = flow_elements(flow,
			                      (struct flow_range) { close + 1, flow_expression_end(flow, close + 1) });
		*at = lex_is(token, "do") ? close + 1 : end;
	} else if (flow->language->arguments && lex_is(token, "map") && token->kind == LEX_NAME &&
	           flow_begins_argument(flow, first + 1) && lex_at(lex, first + 1)->kind != LEX_NAME) {
		/* map EXPRESSION, LIST. */
		value = flow_value(flow, (struct flow_range) { first + 1, flow_expression_end(flow, first + 1) });
		*at = end;
	} else if ((called = called_literal(flow, first, end)) != SIZE_MAX && flow->depth < FLOW_DEEPEST) {
		bool found;

		++flow->depth;
		value = flow_block_returns(flow, flow->blocks_of[called + 1], &found);
		--flow->depth;
		*at = flow_close(flow, flow_close(flow, called, end) + 1, end) + 1;
	} else if (token->kind == LEX_NAME && (made = literal_end(flow, first, end)) != SIZE_MAX) {
		*at = made;
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
		if (!immediate_value(flow, at, end, &value)) {
			value = flow_value(flow, (struct flow_range) { first + 1, close });
			*at = close + 1;
		}
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
	return flow_fill(&filling, format, false);
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
		const struct flow_range last = flow_last_statement(flow, (struct flow_range) { at + 1, close });
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

/** Whether a value that begins at first is an object for a path, to which "+" adds a part: Pathname(…). */
static bool is_pathname(const struct flow *flow, size_t first) {
	for (unsigned steps = 0; steps < FLOW_LISTS && lex_at(&flow->lex, first)->kind == LEX_NAME; ++steps) {
		if (lex_is(lex_at(&flow->lex, first), "Pathname"))
			return true;
		const struct flow_range bound =
		        flow_bound_range(flow, flow_copy(flow, lex_at(&flow->lex, first)), first);
		if (!bound.end)
			break;
		first = bound.first;
	}
	return false;
}

/** Ruby's LIST * "SEPARATOR" joins the list that ends before *at and began at first. */
static struct value times(struct flow *flow, size_t *at, size_t first, const struct value *value) {
	const struct lex_token *separator = lex_at(&flow->lex, *at + 1);

	if (!flow->language->loose_parentheses || !lex_is(lex_at(&flow->lex, *at), "*") ||
	    separator->kind != LEX_STRING)
		return *value;
	const struct value between = value_literal(flow->arena, separator->text, separator->length),
	                   joined = flow_joined(flow, (struct flow_range) { first, *at }, &between);
	*at += 2;
	return joined;
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
			const size_t first = at;
			struct value next = primary(flow, &at, range.end);

			next = times(flow, &at, first, &next);

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
		/* #define JOINED(a, b) a b; "text" MACRO; MACRO MACRO. */
		if (language->pastes && token->kind == LEX_NAME &&
		    (lex_at(&flow->lex, at - 1)->kind == LEX_STRING ||
		     (lex_at(&flow->lex, at - 1)->kind == LEX_NAME && !value_is_unknown(&value)) ||
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
			joint = language->plus_joins && lex_is(token, "+") &&
			                        (value_is_directory(value.choices[0].text) ||
			                         is_pathname(flow, range.first))
			                ? JOINT_PATH
			                : JOINT_CONCATENATE;
		} else if (language->percent_formats && lex_is(token, "%")) {
			joint = JOINT_PERCENT;
		} else if (flow_is_one(token, language->join)) {
			joint = JOINT_PATH;
		} else if (flow_is_one(token, language->either) || flow_is_one(token, language->assign_if_empty) ||
		           (ternary && lex_is(token, ":"))) {
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
