/** The calls of a script, wherever they stand: which of them matter. */

#include "flow_parts.h"

#include "text.h"

#include <string.h>

/** The most steps for what stands at one place. */
enum { STEPS_CALL = 12000 };

static const char *const not_before_calls[] = { "def", "sub", "function", "func", "fn", "class", "fun", NULL };

/** Whether the name at first is that of a method of JavaScript, whose body follows: NAME(…) {, NAME(…): TYPE {. */
static bool is_method(const struct flow *flow, size_t first) {
	enum { TYPE = 16 };
	const struct lex *lex = &flow->lex;
	size_t open = flow_close(flow, first + 1, lex->count);

	if (!lex_is(lex_at(lex, first + 1), "("))
		return false;
	for (size_t most = TYPE; most && open < lex->count && lex_at(lex, open)->kind < LEX_NEWLINE; --most)
		++open;
	if (lex_at(lex, open)->kind != LEX_OPEN)
		return false;
	const uint32_t block = flow->blocks_of[open + 1];
	const struct flow_range own = flow->blocks[block].own;
	return flow->blocks[block].function == block && own.end == open && own.first <= first && first < own.end &&
	       !lex_is(lex_at(lex, open - 1), "=>");
}

/** Whether the name at first is being declared, not called: TYPE NAME(…), def NAME(…). */
static bool is_declared(const struct flow *flow, size_t first) {
	const struct lex *lex = &flow->lex;

	if (first == 0)
		return false;
	const struct lex_token *previous = lex_at(lex, first - 1);
	if (previous->kind == LEX_NAME && flow_is_one(previous, not_before_calls))
		return true;
	/* Go's func (RECEIVER) NAME. */
	if (flow->language->names_first && lex_is(previous, ")") && flow->partners[first - 1] &&
	    flow_is_one(lex_at(lex, flow->partners[first - 1] - 1), not_before_calls))
		return true;
	if (flow->language->methods)
		return is_method(flow, first);
	if (!flow->language->bare_functions)
		return false;
	const struct lex_token *start = lex_at(lex, flow_statement(flow, first));
	if (previous->kind == LEX_NAME)
		return !flow_is_one(previous, flow_before_calls) && start->line + 2 >= previous->line;
	if (!lex_is(previous, "*"))
		return false;
	for (size_t i = flow_statement(flow, first); i < first; ++i)
		if ((lex_at(lex, i)->kind != LEX_NAME && !lex_is(lex_at(lex, i), "*")) ||
		    flow_is_one(lex_at(lex, i), flow_before_calls))
			return false;
	return lex_at(lex, flow_statement(flow, first))->kind == LEX_NAME;
}

static bool reads_call(struct flow *flow, struct flow_call *call, size_t open) {
	if (flow_opens_call(flow, open))
		flow_read_call(flow, call, open, false);
	else if (flow_begins_argument(flow, open))
		flow_read_call(flow, call, open, true);
	else if (flow->language->bare_calls)
		call->end = open;
	else
		return false;
	return true;
}

/** The row of a method; of what creates only if no function of the script's own has that name. */
static const struct script_call *method_row(struct flow *flow, const struct lex_token *name) {
	const struct script_call *row = flow_row(flow, arena_text(flow->arena, ".%.*s", (int)name->length, name->text));

	return row && row->instead && strcmp(row->name, ".open") != 0 &&
	                       (flow->language->methods || flow->language->names_first || flow->language->pastes) &&
	                       flow_function(flow, name->text, name->length, 0)
	               ? NULL
	               : row;
}

/** The row of a method of a module of TypeScript whose type is said in the parentheses that open at first: (fs as any).
 */
static const struct script_call *cast_row(struct flow *flow, size_t first, const struct lex_token *method) {
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, first, lex->count), at = flow_behind_types(flow, first + 1, close);
	const struct lex_token *name = lex_at(lex, at);

	if (!flow->language->methods || !lex_is(lex_at(lex, first), "(") || name->kind != LEX_NAME ||
	    (at + 1 != close && !lex_is(lex_at(lex, at + 1), "as")))
		return NULL;
	return flow_row(flow, flow_resolved(flow, arena_text(flow->arena, "%.*s.%.*s", (int)name->length, name->text,
	                                                     (int)method->length, method->text)));
}

/** The methods that are called on what ends before at, and began at first. */
static void visit_methods(struct flow *flow, size_t first, size_t at) {
	const struct lex *lex = &flow->lex;

	while (flow_step(flow)) {
		const struct lex_token *token = lex_at(lex, at);

		if (flow_is_member(flow, at) && lex_at(lex, at + 1)->kind == LEX_NAME) {
			const struct lex_token *name = lex_at(lex, at + 1);
			struct flow_call call = {
				.row = flow_may_matter(flow, at + 1, at + 1) ? method_row(flow, name) : NULL,
				.first = first,
				.end = at + 2,
			};
			if (!call.row && at == flow->partners[first] + 1)
				call.row = cast_row(flow, first, name);
			const bool is_call = reads_call(flow, &call, at + 2);

			if (call.row && is_call) {
				call.receiver = flow_value(flow, (struct flow_range) { first, at });
				flow_do(flow, &call);
			}
			at = lex_is(lex_at(lex, at + 2), "(") ? flow_close(flow, at + 2, lex->count) + 1 : at + 2;
		} else if (lex_is(token, "[") || lex_is(token, "(")) {
			at = flow_close(flow, at, lex->count) + 1;
		} else {
			return;
		}
	}
}

/** Whether a name stands among the arguments of something that is spelt as macros are, in capitals. */
static bool is_given_to_macro(const struct flow *flow, size_t at) {
	while (at > 1 && !lex_is(lex_at(&flow->lex, at - 1), "(") && lex_at(&flow->lex, at - 1)->kind < LEX_NEWLINE)
		--at;
	if (at < 2 || !lex_is(lex_at(&flow->lex, at - 1), "("))
		return false;
	const struct lex_token *name = lex_at(&flow->lex, at - 2);
	for (size_t i = 0; i < name->length; ++i)
		if (name->text[i] >= 'a' && name->text[i] <= 'z')
			return false;
	return name->kind == LEX_NAME && name->length > 1;
}

/** A function that makes names, given to something that calls it: map(tempfile.mktemp, …), p = mktemp. */
static void visit_function(struct flow *flow, size_t first, size_t end) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *before = lex_at(lex, first ? first - 1 : SIZE_MAX), *after = lex_at(lex, end);
	const struct flow_name name = flow_name_at(flow, first);
	const char *full = flow_resolved(flow, name.text);
	struct flow_call call = { .row = flow_row(flow, full), .first = first, .end = end };

	if (!call.row || (!strstr(full, "mktemp") && !strstr(full, "mpnam")) ||
	    (call.row->effect != CALL_NAME && call.row->effect != CALL_NAME_INTO && call.row->effect != CALL_SPECIAL))
		return;
	if (!lex_is(before, ",") && !lex_is(before, "(") && !lex_is(before, "=") && !lex_is(before, "["))
		return;
	if (!lex_is(after, ",") && !lex_is(after, ")") && !lex_is(after, "]") && after->kind != LEX_NEWLINE)
		return;
	/* What a macro is given is a name for what it makes: ZEND_FE(tempnam, …). */
	if (flow->language->pastes && is_given_to_macro(flow, first))
		return;
	/* So is what a macro stands for. */
	if (lex_is(before, "=") && before->at < lex->size && lex->data[before->at] != '=')
		return;
	/* Python's m = tempfile.mktemp is another name for it, and found where it is called; the name of a variable is
	 * no function. */
	if (flow->language->needs_imports && lex_is(before, "=") && !flow->in_parentheses[first])
		return;
	if (flow_binding(flow, name.text, 0))
		return;
	const struct lex_token *start = lex_at(lex, flow_statement(flow, first));
	if (lex_is(start, "import") || lex_is(start, "from") || lex_is(start, "using"))
		return;
	flow_report(flow, &call, SCRIPT_NAME, SCRIPT_MEDIUM, NULL, NULL);
}

/** A variable of C++ that its class makes: CLASS NAME(…). */
static void visit_made(struct flow *flow, size_t first, size_t variable) {
	struct flow_call call = { .first = first, .receiver = value_unknown() };
	const char *name = flow_resolved(flow, flow_name_at(flow, first).text);

	/* What is written before a name is a type; a function has no namespace, and no capital. */
	call.row = strchr(name, '.') || (*name >= 'A' && *name <= 'Z') || text_starts(name, "wx") ? flow_row(flow, name)
	                                                                                          : NULL;
	if (!call.row || !call.row->instead)
		return;
	flow_read_call(flow, &call, variable + 1, false);
	flow_do(flow, &call);
}

/** An object of Go that writes to what one of its parts names: pkg.Logger{Filename: NAME}. */
static void visit_object(struct flow *flow, size_t first, size_t open) {
	const struct flow_name name = flow_name_at(flow, first);
	const size_t end = flow_close(flow, open, flow->lex.count) + 1;
	struct flow_call call = { .row = flow_row(flow, flow_resolved(flow, name.text)), .first = first, .end = end };

	if (!call.row || call.row->effect != CALL_CREATE || !call.row->path_keyword)
		return;
	const struct value path = flow_member(flow, (struct flow_range) { first, end }, call.row->path_keyword);
	flow_create(flow, &call, &path, false);
}

/** The row of what makes an object of a class: by its whole name, or without its namespace. */
static const struct script_call *made_row(struct flow *flow, const char *class) {
	const struct script_call *row = flow_row(flow, arena_text(flow->arena, "new.%s", class));
	const char *last = strrchr(class, '.');

	return row || !last ? row : flow_row(flow, arena_text(flow->arena, "new%s", last));
}

/** A call of the function whose name a variable holds. */
static void visit_variable(struct flow *flow, size_t first, size_t open) {
	const struct value function = flow_value(flow, (struct flow_range) { first, open });
	struct flow_call call = { .first = first, .receiver = value_unknown() };

	if (function.count != 1 || !(call.row = flow_row(flow, function.choices[0].text)))
		return;
	flow_read_call(flow, &call, open, false);
	flow_do(flow, &call);
}

/** The row of a function that the script has only as a method of its classes, where the call stands in none of them:
 * Ruby's Kernel.NAME. */
static const struct script_call *kernel_row(struct flow *flow, size_t first) {
	const struct lex_token *name = lex_at(&flow->lex, first);

	if (!flow->language->loose_parentheses)
		return NULL;
	for (uint32_t block = flow->blocks_of[first]; block; block = flow->blocks[block].parent)
		if (flow_is_class(flow, block, NULL))
			return NULL;
	for (uint32_t own = flow_function(flow, name->text, name->length, 0); own;
	     own = flow_function(flow, name->text, name->length, own))
		if (!flow_is_class(flow, flow->blocks[flow->functions[own - 1].block].parent, NULL))
			return NULL;
	return flow_row(flow, arena_text(flow->arena, "Kernel.%.*s", (int)name->length, name->text));
}

/** Whether the name at first is nearer by that of an object which the script itself spells, and not of the module. */
static bool is_hidden(const struct flow *flow, size_t first) {
	const struct lex *lex = &flow->lex;
	const char *name = arena_bytes(flow->arena, lex_at(lex, first)->text, lex_at(lex, first)->length);

	for (uint32_t function = flow->blocks[flow->blocks_of[first]].function; flow->language->methods;
	     function = flow->blocks[flow->blocks[function].parent].function) {
		for (uint32_t i = flow_local_binding(flow, name, function, 0); i;
		     i = flow_local_binding(flow, name, function, i)) {
			const struct flow_binding *binding = &flow->bindings[i - 1];
			const size_t open = binding->range.first;

			/* { ...fs, NAME: … } is the module, and some more. */
			if (binding->kind == BINDING_RANGE && flow_is_around(flow, binding->block, first))
				return lex_at(lex, open)->kind == LEX_OPEN && !lex_is(lex_at(lex, open + 1), "...");
		}
		if (!function)
			return false;
	}
	return false;
}

static void visit_name(struct flow *flow, size_t first) {
	const struct lex *lex = &flow->lex;
	const size_t before = first - (first > 1 && lex_is(lex_at(lex, first - 1), "\\"));
	const bool makes = before > 0 && flow_is_one(lex_at(lex, before - 1), flow->language->new_words);
	size_t end;
	const size_t last_part = flow_last_part(flow, first, &end);
	const bool parentheses = lex_is(lex_at(lex, end), "(");

	if (flow->language->pastes && lex_at(lex, end)->kind == LEX_NAME && lex_is(lex_at(lex, end + 1), "(") &&
	    flow_may_matter(flow, first, last_part)) {
		visit_made(flow, first, end);
		return;
	}
	/* PHP's $f(…): the function that the variable names. */
	if (parentheses && last_part == first && end == first + 1 && lex_at(lex, first)->text[0] == '$' &&
	    flow->language->methods_apart) {
		visit_variable(flow, first, end);
		return;
	}
	if (!parentheses && !flow->language->bare_calls) {
		if (!flow_may_matter(flow, first, last_part))
			return;
		if (flow->language->names_first && lex_at(lex, end)->kind == LEX_OPEN)
			visit_object(flow, first, end);
		else
			visit_function(flow, first, end);
		return;
	}
	/* Of the names in a script nearly all mean nothing here. */
	if (!flow_may_matter(flow, first, last_part)) {
		if (parentheses)
			visit_methods(flow, first - makes, flow_close(flow, end, lex->count) + 1);
		return;
	}
	const struct flow_name name = flow_name_at(flow, first);
	const char *full = flow_resolved(flow, name.text);
	struct flow_call call = {
		.row = makes ? made_row(flow, full) : flow_row(flow, full),
		.first = first,
		.end = name.end,
		.receiver = value_unknown(),
	};
	if (!call.row && !name.plain && name.last > first + 1) {
		call.row = method_row(flow, lex_at(lex, name.last));
		if (call.row) {
			call.receiver = flow_value(flow, (struct flow_range) { first, name.last - 1 });
			call.receiver_name =
			        arena_bytes(flow->arena, lex_at(lex, first)->text, lex_at(lex, first)->length);
		}
	}
	if (call.row && !name.plain && call.row->name[0] != '.' && !flow_is_alias(flow, name.text) &&
	    is_hidden(flow, first))
		call.row = NULL;
	/* PHP's new \NAMESPACE\CLASS(…). */
	if (!call.row && flow->language->methods_apart && text_starts(full, "new."))
		call.row = made_row(flow, full + strlen("new."));
	if (!call.row && name.plain)
		call.row = kernel_row(flow, first);
	if (call.row && !(name.plain && is_declared(flow, first)) && reads_call(flow, &call, name.end) &&
	    !flow_is_macro(lex_at(lex, call.end)))
		flow_do(flow, &call);
	if (parentheses)
		visit_methods(flow, first - makes, flow_close(flow, name.end, lex->count) + 1);
}

void flow_find(struct flow *flow) {
	const struct lex *lex = &flow->lex;

	flow->visiting = true;
	for (size_t i = 0; i < lex->count; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		flow->floor = flow->budget > STEPS_CALL ? flow->budget - STEPS_CALL : 0;
		if (token->kind == LEX_NAME &&
		    !(i > 0 && flow_is_member(flow, i - 1) &&
		      /* "::mktemp" is one that begins. */
		      (i < 2 || lex_at(lex, i - 2)->kind != LEX_NEWLINE) &&
		      !(lex_is(lex_at(lex, i - 1), "::") && i > 1 && lex_at(lex, i - 2)->kind != LEX_NAME)))
			visit_name(flow, i);
		else if (lex_is(token, "(") && token->kind == LEX_OPERATOR && flow->partners[i] > i &&
		         flow_is_member(flow, flow->partners[i] + 1) &&
		         (i == 0 || lex_at(lex, i - 1)->kind != LEX_NAME || lex_is(lex_at(lex, i - 1), "with") ||
		          flow_is_one(lex_at(lex, i - 1), flow_before_calls)))
			visit_methods(flow, i, flow->partners[i] + 1);
		/* Ruby's CALL { … }.METHOD. */
		else if (flow->language->loose_parentheses && (token->kind == LEX_CLOSE || lex_is(token, "}")) &&
		         flow->partners[i] && flow->partners[i] < i && flow_is_member(flow, i + 1))
			visit_methods(flow, flow_call_start(flow, flow->partners[i]), i + 1);
	}
}
