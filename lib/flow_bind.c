/** Assignments: what a script binds to its names. */

#include "flow_parts.h"

#include "text.h"

#include <string.h>

/** What an assignment depends on: what is said before it without "if", $c and $a = $b, or behind it, $a = $b if $c. */
enum { MODIFIED_BEFORE = 1, MODIFIED_BEHIND };

/** Note for each token whether its statement has such a word before it, or has one there or behind it. */
static void find_modifiers(struct flow *flow) {
	static const char *const before[] = { "and", "or", "&&", "||", NULL };
	static const char *const behind[] = { "if", "unless", "while", "until", "for", "foreach", NULL };
	const struct lex *lex = &flow->lex;

	flow->modifiers = arena_array(flow->arena, lex->count + 1, sizeof *flow->modifiers);
	for (size_t i = 1; i < lex->count; ++i)
		if (flow_statement(flow, i) != i && (flow->modifiers[i - 1] || flow_is_one(lex_at(lex, i - 1), before)))
			flow->modifiers[i] = MODIFIED_BEFORE;
	for (size_t i = lex->count; i-- > 0;) {
		const struct lex_token *token = lex_at(lex, i);
		const bool opens = lex_is(token, "(") || lex_is(token, "[") || lex_is(token, "{");
		const size_t next = (opens ? flow_close(flow, i, lex->count - 1) : i) + 1;

		if (token->kind < LEX_NEWLINE &&
		    (flow_is_one(token, behind) || flow->modifiers[next] & MODIFIED_BEHIND))
			flow->modifiers[i] |= MODIFIED_BEHIND;
	}
}

/** Whether what stands there in its statement is done only if what the statement says before is so: if (a) b = c; */
static bool is_conditional(const struct flow *flow, size_t token) {
	static const char *const words[] = { "if", "while", "for", "else", "case", "default", "elseif", NULL };
	const size_t start = flow_statement(flow, token);
	const struct lex_token *first = lex_at(&flow->lex, start);

	/* x = if c: the value is the condition's. */
	if (flow->modifiers)
		return flow->modifiers[token < flow->lex.count ? token : flow->lex.count] & MODIFIED_BEFORE ||
		       flow->modifiers[token + 2 < flow->lex.count ? token + 2 : flow->lex.count] & MODIFIED_BEHIND;
	if (!flow->language->casts || first->kind != LEX_NAME || !flow_is_one(first, words))
		return false;
	return !lex_is(lex_at(&flow->lex, start + 1), "(") || flow->partners[start + 1] < token;
}

static unsigned local_bucket(const char *name, uint32_t function) {
	return (text_hash(name) ^ function * 2654435761U) % FLOW_MANY_BUCKETS;
}

struct flow_binding *flow_add_binding(struct flow *flow, const char *name, size_t token, enum binding_kind kind) {
	/* What ends with the script may take effect behind it. */
	const size_t at = token < flow->lex.count ? token : flow->lex.count;
	const uint32_t block = flow->blocks_of[at];
	const uint32_t function = flow->blocks[block].function;
	uint32_t *bucket = &flow->binding_buckets[text_hash(name) % FLOW_MANY_BUCKETS],
	         *local = &flow->local_buckets[local_bucket(name, function)];

	flow->bindings = arena_grow(flow->arena, flow->bindings, flow->nbindings, sizeof *flow->bindings);
	flow->bindings[flow->nbindings] = (struct flow_binding) {
		.name = name,
		.function = function,
		.block = block,
		.token = at,
		.kind = (uint8_t)kind,
		.conditional = is_conditional(flow, at),
		.previous = *bucket,
		.previous_local = *local,
	};
	*bucket = *local = (uint32_t)flow->nbindings + 1;
	return &flow->bindings[flow->nbindings++];
}

uint32_t flow_binding(const struct flow *flow, const char *name, uint32_t previous) {
	uint32_t at = previous ? flow->bindings[previous - 1].previous
	                       : flow->binding_buckets[text_hash(name) % FLOW_MANY_BUCKETS];

	for (; at && strcmp(flow->bindings[at - 1].name, name) != 0; at = flow->bindings[at - 1].previous)
		lex_look(&flow->lex, 1);
	return at;
}

uint32_t flow_local_binding(const struct flow *flow, const char *name, uint32_t function, uint32_t previous) {
	uint32_t at = previous ? flow->bindings[previous - 1].previous_local
	                       : flow->local_buckets[local_bucket(name, function)];

	for (; at && (flow->bindings[at - 1].function != function || strcmp(flow->bindings[at - 1].name, name) != 0);
	     at = flow->bindings[at - 1].previous_local)
		lex_look(&flow->lex, 1);
	return at;
}

/** What is put into a part of anything: "x.part = …" binds ".part", too. */
static void bind_field(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	const char *part = strrchr(name, '.');

	if (flow->language->fields && part)
		flow_add_binding(flow, part, token, BINDING_RANGE)->range = range;
}

void flow_bind(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	flow_add_binding(flow, name, token, BINDING_RANGE)->range = range;
	bind_field(flow, name, token, range);
}

void flow_bind_element(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	flow_add_binding(flow, name, token, BINDING_ELEMENT)->range = range;
}

void flow_bind_also(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	flow_add_binding(flow, name, token, BINDING_IF_EMPTY)->range = range;
}

size_t flow_bound_count(const struct flow *flow) {
	return flow->nbindings;
}

void flow_bind_until(struct flow *flow, size_t since, size_t end) {
	for (size_t i = since; i < flow->nbindings; ++i)
		flow->bindings[i].until = end;
}

void flow_bind_value(struct flow *flow, const char *name, size_t token, const struct value *value) {
	struct flow_binding *binding = flow_add_binding(flow, name, token, BINDING_VALUE);

	binding->value = value_kept(flow->arena, value);
}

void flow_bind_empty(struct flow *flow, const char *name, size_t token) {
	flow_add_binding(flow, name, token, BINDING_EMPTY);
}

/** Where the name begins that ends before end. */
static size_t name_start(const struct flow *flow, size_t end) {
	size_t start = end - 1;

	for (;;) {
		const struct lex_token *token = lex_at(&flow->lex, start);

		if ((lex_is(token, "]") || lex_is(token, "}")) && flow->partners[start] &&
		    flow->partners[start] < start)
			start = flow->partners[start];
		else if (token->kind != LEX_NAME)
			return end;
		if (token->kind == LEX_NAME && (start == 0 || !flow_is_member(flow, start - 1)))
			return start;
		if (start == 0)
			return end;
		--start;
		if (flow_is_member(flow, start)) {
			if (start == 0)
				return end;
			--start;
		}
	}
}

size_t flow_partner(const struct flow *flow, size_t index) {
	return flow->partners[index] ? flow->partners[index] : index;
}

/** Whether a token opens what stands behind the name of a call: its parentheses, or in Ruby its block. */
static bool takes_behind(const struct flow *flow, const struct lex_token *token) {
	return lex_is(token, "(") ||
	       (flow->language->loose_parentheses && (lex_is(token, "{") || token->kind == LEX_OPEN));
}

size_t flow_call_start(const struct flow *flow, size_t end) {
	size_t at = end;

	for (;;) {
		const struct lex_token *token = at ? lex_at(&flow->lex, at - 1) : lex_at(&flow->lex, SIZE_MAX);

		if ((lex_is(token, ")") || lex_is(token, "]") || lex_is(token, "}") ||
		     (flow->language->loose_parentheses && token->kind == LEX_CLOSE)) &&
		    flow->partners[at - 1] && flow->partners[at - 1] < at - 1)
			at = flow->partners[at - 1];
		else if (token->kind == LEX_NAME || token->kind == LEX_STRING || token->kind == LEX_NUMBER)
			--at;
		else
			return at;
		token = at ? lex_at(&flow->lex, at - 1) : lex_at(&flow->lex, SIZE_MAX);
		if (flow_is_member(flow, at ? at - 1 : SIZE_MAX))
			--at;
		else if (token->kind != LEX_NAME || !takes_behind(flow, lex_at(&flow->lex, at)))
			return at;
	}
}

static size_t count_elements(const struct flow *flow, size_t first) {
	size_t count = 1;

	for (size_t end = flow_expression_end(flow, first); lex_is(lex_at(&flow->lex, end), ",");
	     end = flow_expression_end(flow, end + 1))
		++count;
	return count;
}

/** Words that declare what follows them. */
static const char *const declaring[] = { "const", "let", "var", "my", "our", "local", "val", NULL };

/** PHP's ['KEY' => $name] = LIST. */
static void bind_keyed(struct flow *flow, const char *name, const struct lex_token *key, size_t operator) {
	const struct flow_range list = { operator+ 1, flow_expression_end(flow, operator+ 1) };
	const char *owner = flow_unnamed(flow, operator);

	if (!flow_binding(flow, owner, 0)) {
		flow_add_binding(flow, owner, operator, BINDING_RANGE)->range = list;
		flow_bind_keys(flow, owner, operator, list, BINDING_RANGE);
	}
	flow_add_binding(flow, name, operator, BINDING_PART)->part =
	        arena_text(flow->arena, "%s.%.*s", owner, (int)key->length, key->text);
}

/** Bind each of the targets of "a, b = …", that begin at first and end before the operator. */
static void bind_list(struct flow *flow, size_t first, size_t operator) {
	size_t targets = 1, from = operator+ 1;

	first += flow_is_one(lex_at(&flow->lex, first), declaring);
	for (size_t i = first; i < operator; ++i)
		targets += lex_is(lex_at(&flow->lex, i), ",");
	if ((lex_is(lex_at(&flow->lex, from), "(") || lex_is(lex_at(&flow->lex, from), "[")) &&
	    flow->partners[from] + 1 == flow_expression_end(flow, from))
		++from;
	/* Perl's @{[…]}, PHP's array(…). */
	if (lex_is(lex_at(&flow->lex, from), "@") && lex_is(lex_at(&flow->lex, from + 1), "{") &&
	    lex_is(lex_at(&flow->lex, from + 2), "["))
		from += 3;
	if (lex_is(lex_at(&flow->lex, from), "array") && lex_is(lex_at(&flow->lex, from + 1), "("))
		from += 2;
	const bool each = count_elements(flow, from) == targets;
	for (size_t i = first, value = from; i < operator;) {
		/* What is there by default is no target. */
		if (flow->language->methods && lex_is(lex_at(&flow->lex, i), "=")) {
			i = flow_expression_end(flow, i + 1);
			continue;
		}
		const struct flow_name name = flow_name_at(flow, i);
		const size_t end = flow_expression_end(flow, value);

		if (*name.text && lex_is(lex_at(&flow->lex, i - 1), "=>") && flow->language->methods_apart)
			bind_keyed(flow, name.text, lex_at(&flow->lex, i - 2), operator);
		else if (*name.text)
			flow_bind(flow, name.text, operator,(struct flow_range) { value, end });
		if (each && lex_is(lex_at(&flow->lex, i), ","))
			value = end + 1;
		i = *name.text ? name.end : i + 1;
	}
}

/** The target of an assignment with a type: "name: TYPE =", which ends before the operator. */
static size_t typed_target(const struct flow *flow, size_t operator) {
	size_t at = operator;
	unsigned within = 0;

	for (unsigned steps = 0; at > 1 && steps < 24; ++steps) {
		const struct lex_token *token = lex_at(&flow->lex, --at);

		within += lex_is(token, ">");
		within -= within && lex_is(token, "<");
		if (lex_is(token, "]") && flow->partners[at])
			at = flow->partners[at];
		else if (lex_is(token, ":"))
			return lex_at(&flow->lex, at - 1)->kind == LEX_NAME &&
			                       !lex_is(lex_at(&flow->lex, at - 1), "default")
			               ? name_start(flow, at)
			               :
			               operator;
		else if (token->kind != LEX_NAME && token->kind != LEX_STRING && !lex_is(token, "|") &&
		         !lex_is(token, ".") && !lex_is(token, "<") && !lex_is(token, ">") &&
		         !(within && lex_is(token, ",")))
			break;
	}
	return operator;
}

/** Where the literal with keys opens that the range begins with: behind new, & and its type, as Go has them, array. */
static size_t keys_open(const struct flow *flow, struct flow_range range, bool list) {
	static const char *const between[] = { "&", "*", "[", "]", ".", NULL };
	enum { FARTHEST = 8 };
	const struct lex *lex = &flow->lex;
	size_t open = range.first;

	if (lex_is(lex_at(lex, open), "array") && lex_is(lex_at(lex, open + 1), "("))
		return open + 1;
	if (lex_is(lex_at(lex, open), "(") || lex_is(lex_at(lex, open), "["))
		return lex_is(lex_at(lex, open), "(") && !list ? SIZE_MAX : open;
	while (open < range.first + FARTHEST &&
	       (lex_at(lex, open)->kind == LEX_NAME ||
	        (flow_is_one(lex_at(lex, open), between) && lex_at(lex, open)->kind == LEX_OPERATOR)))
		++open;
	return flow_is_opening(lex_at(lex, open)) && !lex_is(lex_at(lex, open), "(") ? open : SIZE_MAX;
}

/** The text that JavaScript's [NAME]: VALUE has for a key, whose bracket opens at i; NULL: there is none. */
static const struct lex_token *computed_key(const struct flow *flow, size_t i) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *key = lex_at(lex, i + 1);

	if (!flow->language->methods || !lex_is(lex_at(lex, i), "[") || flow->partners[i] != i + 2 ||
	    !lex_is(lex_at(lex, i + 3), ":"))
		return NULL;
	if (key->kind == LEX_NAME) {
		const struct flow_range bound = flow_bound_range(flow, flow_copy(flow, key), i);

		key = bound.end == bound.first + 1 ? lex_at(lex, bound.first) : key;
	}
	return key->kind == LEX_STRING ? key : NULL;
}

void flow_bind_keys(struct flow *flow, const char *name, size_t token, struct flow_range range,
                    enum binding_kind kind) {
	enum { MOST = 256, WITHIN = 4 };
	const struct lex *lex = &flow->lex;
	struct {
		const char *name;
		size_t close;
	} around[WITHIN];
	const size_t open = keys_open(flow, range, *name == '%');
	unsigned count = 0, depth = 0;

	if (open == SIZE_MAX)
		return;
	around[0].name = *name == '%' ? arena_text(flow->arena, "$%s", name + 1) : name;
	around[0].close = flow_close(flow, open, lex->count);
	for (size_t i = open + 1; i + 2 < around[0].close && count < MOST;) {
		const struct lex_token *key = lex_at(lex, i), *between = lex_at(lex, i + 1),
		                       *value = lex_at(lex, i + 2);

		while (depth && i >= around[depth].close)
			--depth;
		const struct lex_token *computed = computed_key(flow, i);
		if (computed) {
			i += 2;
			key = computed;
			between = lex_at(lex, i + 1);
			value = lex_at(lex, i + 2);
		}
		if ((key->kind != LEX_NAME && key->kind != LEX_STRING) ||
		    !(lex_is(between, ":") || lex_is(between, "=>"))) {
			i = flow_is_opening(key) ? flow_close(flow, i, around[0].close) + 1 : i + 1;
			continue;
		}
		const size_t end = flow_expression_end(flow, i + 2), close = around[depth].close;
		const char *part = arena_text(flow->arena, "%s.%.*s", around[depth].name, (int)key->length, key->text);
		++count;
		if (flow_is_opening(value) && !lex_is(value, "(") && depth + 1 < WITHIN) {
			around[++depth].name = part;
			around[depth].close = flow_close(flow, i + 2, close);
			i += 3;
			continue;
		}
		const struct flow_range element = { i + 2, end < close ? end : close };
		flow_add_binding(flow, part, token, kind)->range = element;
		if (kind == BINDING_RANGE)
			bind_field(flow, part, token, element);
		i = end + 1;
	}
}

/**
 * Bind the names of a declaration of Go that has a type: var NAME, NAME TYPE = VALUE, VALUE; it may stand in a group.
 * Returns whether it is one.
 */
static bool bind_declared(struct flow *flow, size_t operator) {
	const struct lex *lex = &flow->lex;
	size_t first = flow_statement(flow, operator), at, value = operator+ 1;
	const struct lex_token *start = lex_at(lex, first);
	const bool declares = lex_is(start, "var") || lex_is(start, "const");

	if (!declares && !flow->in_parentheses[operator])
		return false;
	first += declares;
	first += declares && lex_is(lex_at(lex, first), "(");
	for (at = first; lex_at(lex, at)->kind == LEX_NAME && lex_is(lex_at(lex, at + 1), ","); at += 2)
		;
	/* Without a type it is any assignment, but for several names in a group. */
	if (lex_at(lex, at)->kind != LEX_NAME || flow_is_member(flow, at + 1) || at >= operator ||
	    (at + 1 == operator && (at == first || !flow->in_parentheses[operator])))
		return false;
	for (size_t i = first; i <= at; i += 2) {
		const size_t end = flow_expression_end(flow, value);

		flow_bind(flow, flow_copy(flow, lex_at(lex, i)), operator,(struct flow_range) { value, end });
		value = lex_is(lex_at(lex, end), ",") ? end + 1 : value;
	}
	return true;
}

static void bind_assignment(struct flow *flow, size_t operator, enum binding_kind kind) {
	const struct lex *lex = &flow->lex;
	size_t start;

	if (operator == 0 || (flow->language->keyword_arguments && flow->in_parentheses[operator] &&
	                      !lex_is(lex_at(lex, operator), ":=")))
		return;
	if (kind == BINDING_RANGE && (lex_is(lex_at(lex, operator - 1), ")") || lex_is(lex_at(lex, operator - 1), "]")) &&
	    flow->partners[operator - 1]) {
		const size_t open = flow->partners[operator - 1];

		/* A list in brackets; C's arrays have their brackets behind a name. */
		if (lex_is(lex_at(lex, operator- 1), ")") || open == 0 ||
		    (lex_at(lex, open - 1)->kind != LEX_NAME && !lex_is(lex_at(lex, open - 1), "]")) ||
		    lex_is(lex_at(lex, open - 1), "list") || flow_is_one(lex_at(lex, open - 1), declaring) ||
		    flow_is_one(lex_at(lex, open - 1), flow_before_calls)) {
			bind_list(flow, open + 1, operator);
			/* What is there by default. */
			for (size_t i = open + 1; flow->language->methods && i + 1 < operator; ++i)
				if (lex_is(lex_at(lex, i + 1), "=") && lex_at(lex, i)->kind == LEX_NAME)
					flow_add_binding(flow, flow_copy(flow, lex_at(lex, i)), operator,
					                 BINDING_IF_EMPTY)
					        ->range =
					        (struct flow_range) { i + 2, flow_expression_end(flow, i + 2) };
			return;
		}
		if (flow->language->casts && lex_at(lex, open - 1)->kind == LEX_NAME) {
			start = name_start(flow, open);
			if (start < open)
				flow_bind(flow,
				          flow_name_at(flow, start).text,
				          operator,(struct flow_range) { operator+ 1,
				                                         flow_expression_end(flow, operator+ 1) });
			return;
		}
	}
	/* { a, b: c } = … */
	if (kind == BINDING_RANGE && flow->language->methods && lex_at(lex, operator- 1)->kind == LEX_CLOSE &&
	    flow->partners[operator- 1] && !flow->in_parentheses[operator]) {
		const struct flow_range range = { operator+ 1, flow_expression_end(flow, operator+ 1) };
		const char *owner = flow_unnamed(flow, operator);

		flow_add_binding(flow, owner, operator, BINDING_RANGE)->range = range;
		flow_bind_keys(flow, owner, operator, range, BINDING_RANGE);
		flow_bind_pattern(flow, flow->partners[operator- 1], operator, owner);
		return;
	}
	if (kind == BINDING_RANGE && flow->language->names_first && lex_is(lex_at(lex, operator), "=") &&
	    bind_declared(flow, operator))
		return;
	start = name_start(flow, operator);
	/* Shifting is no statement. */
	if (lex_is(lex_at(lex, operator), "<<") && start != flow_statement(flow, start))
		return;
	const bool labels = flow->language->casts || flow->language->names_first;
	const size_t typed = kind == BINDING_RANGE && !labels ? typed_target(flow, operator) : operator;
	if (typed < operator)
		start = typed;
	if (start >= operator)
		return;
	/* Python's a, *b = … */
	const size_t behind = start - (flow->language->percent_formats && lex_is(lex_at(lex, start - 1), "*"));
	if (kind == BINDING_RANGE && behind > 1 && lex_is(lex_at(lex, behind - 1), ",") && !flow->in_parentheses[operator]) {
		const size_t statement = flow_statement(flow, start);
		bool plain = true;

		/* Only names before it: a list of targets, not a declaration with several values. */
		for (size_t i = statement; i < start; ++i)
			plain &= !lex_is(lex_at(lex, i), "=");
		if (plain) {
			bind_list(flow, statement, operator);
			return;
		}
	}
	const struct flow_name name = flow_name_at(flow, start);
	const struct flow_range range = { operator+ 1, flow_expression_end(flow, operator+ 1) };
	if (!*name.text)
		return;
	flow_add_binding(flow, name.text, operator, kind)->range = range;
	if (kind == BINDING_RANGE) {
		bind_field(flow, name.text, operator, range);
		flow_bind_keys(flow, name.text, operator, range, kind);
	}
}

/** A part of a value that is spelt in braces, where it is not assigned: { part: VALUE }, { .part = VALUE }. */
static void bind_part(struct flow *flow, size_t operator) {
	const struct lex *lex = &flow->lex;
	const bool dotted = lex_is(lex_at(lex, operator), "=");

	if (operator<3 || lex_at(lex, operator- 1)->kind != LEX_NAME ||
	    (dotted && !lex_is(lex_at(lex, operator- 2), ".")))
		return;
	const struct lex_token *name = lex_at(lex, operator- 1), *before = lex_at(lex, operator-(dotted ? 3 : 2));
	if (before->kind != LEX_OPEN && before->kind != LEX_NEWLINE && !lex_is(before, ",") && !lex_is(before, "{"))
		return;
	flow_add_binding(flow, arena_text(flow->arena, ".%.*s", (int)name->length, name->text), operator, BINDING_RANGE)
	        ->range = (struct flow_range) { operator+ 1, flow_expression_end(flow, operator+ 1) };
}

const struct script_call *flow_row_at(struct flow *flow, size_t first, const struct flow_name *name) {
	const struct lex_token *last = lex_at(&flow->lex, name->last);
	const bool member = first && flow_is_member(flow, first - 1);
	const struct script_call *row = member ? NULL : flow_row(flow, flow_resolved(flow, name->text));

	return row || (!member && name->plain)
	               ? row
	               : flow_row(flow, arena_text(flow->arena, ".%.*s", (int)last->length, last->text));
}

/** What a call puts into its first argument. */
static void bind_call(struct flow *flow, size_t first, const struct flow_name *name) {
	const struct script_call *row = flow_row_at(flow, first, name);

	if (!row ||
	    (row->effect != CALL_FORMAT_INTO && row->effect != CALL_FORMAT_APPEND && row->effect != CALL_COPY_INTO &&
	     row->effect != CALL_DEFAULT_INTO && row->effect != CALL_APPEND_INTO && row->effect != CALL_FRESH_INTO &&
	     row->effect != CALL_COPY_FROM && row->effect != CALL_NAME_INTO && row->effect != CALL_STRONG_INTO))
		return;
	size_t target = name->end + 1;
	/* What is put elsewhere than into the first. */
	for (int skip = row->effect == CALL_STRONG_INTO || row->effect == CALL_COPY_FROM ? row->path : 0; skip > 0;
	     --skip)
		target = flow_expression_end(flow, target) + 1;
	/* stpcpy(stpcpy(NAME, A), B): the outer one takes in what the inner one puts there. */
	const struct lex_token *outer = lex_at(&flow->lex, first > 1 ? first - 2 : SIZE_MAX);
	if (row->effect == CALL_COPY_INTO && first > 1 && lex_is(lex_at(&flow->lex, first - 1), "(") &&
	    lex_is(outer, row->name))
		return;
	if (row->effect == CALL_COPY_INTO && lex_is(lex_at(&flow->lex, target), row->name))
		target += 2;
	while (lex_is(lex_at(&flow->lex, target), "&") || lex_is(lex_at(&flow->lex, target), "*"))
		++target;
	/* tmpnam(NULL). */
	if (lex_is(lex_at(&flow->lex, target), "NULL") || lex_is(lex_at(&flow->lex, target), "nullptr"))
		return;
	struct flow_name into = flow_name_at(flow, target);
	/* C++'s text.data(). */
	if (flow->language->pastes && text_ends(into.text, ".data"))
		into.text = arena_bytes(flow->arena, into.text, strlen(into.text) - strlen(".data"));
	const size_t behind = flow_close(flow, name->end, flow->lex.count);
	const struct flow_range range = { first, name->end };
	const char *part = flow->language->fields ? strrchr(into.text, '.') : NULL;
	if (*into.text)
		flow_add_binding(flow, into.text, behind, BINDING_CALL)->range = range;
	if (part)
		flow_add_binding(flow, part, behind, BINDING_CALL)->range = range;
}

/** The function that the block is, if it has a name. */
static void bind_added(struct flow *flow, size_t i) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = lex_at(lex, i);

	while (lex_is(lex_at(lex, i + 1), ".") && flow_is_one(lex_at(lex, i + 2), flow->language->adders) &&
	       lex_is(lex_at(lex, i + 3), "(")) {
		const size_t end = flow_expression_end(flow, i + 4);

		flow_add_binding(flow, flow_copy(flow, name), end, BINDING_ADDED)->range =
		        (struct flow_range) { i + 4, end };
		if (!lex_is(lex_at(lex, end), ")"))
			return;
		i = end;
	}
}

/** for (TYPE NAME : LIST). */
static void bind_loop(struct flow *flow, size_t i) {
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, i + 1, lex->count);

	for (size_t at = i + 2; at < close && lex_at(lex, at)->kind != LEX_NEWLINE && !lex_is(lex_at(lex, at), "?");
	     ++at)
		if (lex_is(lex_at(lex, at), ":") && lex_at(lex, at - 1)->kind == LEX_NAME) {
			flow_bind_element(flow, flow_copy(flow, lex_at(lex, at - 1)), at,
			                  (struct flow_range) { at + 1, close });
			return;
		} else if (lex_is(lex_at(lex, at), ":") && lex_is(lex_at(lex, at - 1), "]") && flow->partners[at - 1]) {
			/* auto &[KEY, VALUE]. */
			for (size_t k = flow->partners[at - 1] + 1; k < at - 1; k += 2)
				flow_bind_element(flow, flow_copy(flow, lex_at(lex, k)), at,
				                  (struct flow_range) { at + 1, close });
			return;
		}
}

void flow_bind_all(struct flow *flow) {
	const struct script_language *language = flow->language;

	if (language->bare_calls)
		find_modifiers(flow);
	if (language->prepare)
		language->prepare(flow);
	flow_bind_functions(flow);
	for (size_t i = 0; i < flow->lex.count; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (language->bind)
			language->bind(flow, i);
		if (language->casts && lex_is(token, "for") && lex_is(lex_at(&flow->lex, i + 1), "("))
			bind_loop(flow, i);
		/* What is called on what a call gives: CALL().NAME(…). */
		if (token->kind == LEX_NAME &&
		    (!i || !flow_is_member(flow, i - 1) || lex_is(lex_at(&flow->lex, i - 2), ")"))) {
			size_t end;
			const size_t last = flow_last_part(flow, i, &end);

			if (language->adders && i &&
			    (flow->lex.tokens[i - 1].kind >= LEX_NEWLINE || lex_is(&flow->lex.tokens[i - 1], ")")))
				bind_added(flow, i);
			if (language->pastes && lex_is(lex_at(&flow->lex, end), "(") && end == i + 1)
				flow_bind_filled(flow, i, end);
			if (lex_is(lex_at(&flow->lex, end), "(") && flow_may_matter(flow, i, last)) {
				const struct flow_name name = flow_name_at(flow, i);

				bind_call(flow, i, &name);
			}
		}
		if (token->kind != LEX_OPERATOR)
			continue;
		if (language->fields &&
		    (lex_is(token, ":") || lex_is(token, "=") || (language->bare_calls && lex_is(token, "=>"))))
			bind_part(flow, i);
		if (flow_is_one(token, language->assign))
			bind_assignment(flow, i, BINDING_RANGE);
		else if (flow_is_one(token, language->append))
			bind_assignment(flow, i, BINDING_APPEND);
		else if (flow_is_one(token, language->assign_if_empty))
			bind_assignment(flow, i, BINDING_IF_EMPTY);
	}
}
