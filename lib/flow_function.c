/** Functions of the script's own: what calls bind to their parameters. */

#include "flow_parts.h"

#include "text.h"

#include <string.h>

static struct flow_function *function_of(const struct flow *flow, uint32_t block) {
	/* They are noted in the order of their blocks. */
	size_t low = 0, high = flow->nfirst;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (flow->functions[middle].block < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low < flow->nfirst && flow->functions[low].block == block ? &flow->functions[low] : NULL;
}

/** Whether the token at i, between parentheses that open and close there, is the name of a parameter. */
static bool is_parameter(const struct flow *flow, size_t i, size_t open, size_t close) {
	const struct lex_token *token = lex_at(&flow->lex, i), *next = lex_at(&flow->lex, i + 1);

	if (token->kind != LEX_NAME || flow_is_member(flow, i - 1))
		return false;
	if (flow->language->names_first)
		return i == open + 1 || lex_is(lex_at(&flow->lex, i - 1), ",");
	return i + 1 == close || lex_is(next, ",") || lex_is(next, "=") || lex_is(next, ":") || lex_is(next, "[") ||
	       lex_is(next, "?");
}

/** Where the value begins that the parameter at i has by default, or the parameter ends. */
static size_t default_of(const struct flow *flow, size_t i, size_t close) {
	size_t value = i + 1;

	/* Ruby's NAME: VALUE; elsewhere a type stands there. */
	if (flow->language->loose_parentheses && lex_is(lex_at(&flow->lex, value), ":"))
		return value;
	while (value < close && !lex_is(lex_at(&flow->lex, value), ",") && !lex_is(lex_at(&flow->lex, value), "=")) {
		const size_t behind = flow_behind_types(flow, value, close);

		value = behind > value                               ? behind
		        : flow_is_opening(lex_at(&flow->lex, value)) ? flow_close(flow, value, close) + 1
		                                                     : value + 1;
	}
	return value;
}

const char *flow_unnamed(const struct flow *flow, size_t token) {
	return arena_text(flow->arena, "{%zu", token);
}

/** What a parameter is called that begins at i; it is noted. */
static void add_parameter(struct flow *flow, struct flow_function *function, const char *name,
                          struct flow_range range) {
	flow_add_binding(flow, name, flow->blocks[function->block].body.first, BINDING_PARAMETER)->range = range;
}

void flow_bind_pattern(struct flow *flow, size_t open, size_t token, const char *owner) {
	enum { MOST = 256, WITHIN = 4 };
	const struct lex *lex = &flow->lex;
	struct {
		const char *name;
		size_t close;
	} around[WITHIN] = { { owner, flow_close(flow, open, lex->count) } };
	unsigned count = 0, depth = 0;

	for (size_t i = open + 1; i < around[0].close && count < MOST; ++i) {
		const struct lex_token *key = lex_at(lex, i);
		size_t local = i;

		while (depth && i >= around[depth].close)
			--depth;
		if (key->kind != LEX_NAME && key->kind != LEX_STRING)
			continue;
		++count;
		const char *part = arena_text(flow->arena, "%s.%.*s", around[depth].name, (int)key->length, key->text);
		if (lex_is(lex_at(lex, i + 1), ":"))
			local += 2;
		if (flow_is_opening(lex_at(lex, local)) && depth + 1 < WITHIN) {
			around[++depth].name = part;
			around[depth].close = flow_close(flow, local, around[0].close);
			i = local;
			continue;
		}
		struct flow_binding *binding =
		        flow_add_binding(flow, flow_copy(flow, lex_at(lex, local)), token, BINDING_PART);
		binding->part = part;
		i = local;
		if (lex_is(lex_at(lex, local + 1), "=")) {
			binding->range = (struct flow_range) { local + 2, flow_expression_end(flow, local + 2) };
			i = binding->range.end - 1;
		}
	}
}

/** The parameters between parentheses that open at open; own: of the function itself, not of its object or results. */
static void bind_group(struct flow *flow, struct flow_function *function, size_t open, bool own) {
	static const char *const shown[] = { "private", "public", "protected", "readonly", NULL };
	const struct lex *lex = &flow->lex;
	const size_t close = flow_close(flow, open, lex->count), body = flow->blocks[function->block].body.first;

	for (size_t i = open + 1; i < close; ++i) {
		const struct lex_token *token = lex_at(lex, i);
		const size_t at = i;
		const char *name = NULL;

		if (is_parameter(flow, i, open, close)) {
			const size_t value = default_of(flow, i, close);
			struct flow_range range = { 0 };

			name = flow_copy(flow, token);
			/* TypeScript's members that are parameters. */
			if (flow_is_one(lex_at(lex, i - 1), shown))
				flow_add_binding(flow, arena_text(flow->arena, "this.%s", name), body, BINDING_RANGE)
				        ->range = (struct flow_range) { i, i + 1 };
			i = value;
			if (value < close && !lex_is(lex_at(lex, value), ",")) {
				range = (struct flow_range) { value + 1, flow_expression_end(flow, value + 1) };
				i = range.end;
			}
			add_parameter(flow, function, name, range);
		} else if (flow->language->pastes && lex_is(token, "(") && lex_is(lex_at(lex, i + 1), "*") &&
		           lex_at(lex, i + 2)->kind == LEX_NAME && lex_is(lex_at(lex, i + 3), ")")) {
			/* TYPE (*NAME)(…). */
			name = flow_copy(flow, lex_at(lex, i + 2));
			add_parameter(flow, function, name, (struct flow_range) { 0 });
			i += 3;
			if (lex_is(lex_at(lex, i + 1), "("))
				i = flow_close(flow, i + 1, close);
		} else if (token->kind == LEX_OPEN && flow->language->methods) {
			name = flow_unnamed(flow, i);
			flow_bind_pattern(flow, i, body, name);
			i = flow_close(flow, i, close);
		} else if (flow_is_opening(token)) {
			i = flow_close(flow, i, close);
		} else {
			i = flow_behind_types(flow, i, close);
			i -= token != lex_at(lex, i);
		}
		if (name && own && function->nparameters < FLOW_PARAMETERS) {
			const struct lex_token *before = lex_at(lex, at - 1);

			function->parameters[function->nparameters++] = name;
			function->variadic =
			        lex_is(before, "...") || (flow->language->loose_parentheses && lex_is(before, "*"));
		}
	}
}

/** Where the parameters of a function open, or where the only one stands that has no parentheses. */
static size_t parameters_open(const struct flow *flow, struct flow_range own) {
	const struct lex *lex = &flow->lex;
	size_t i = own.first;

	for (size_t at = own.first; at < own.end; ++at)
		if (lex_at(lex, at)->kind == LEX_NAME && flow_is_one(lex_at(lex, at), flow->language->functions)) {
			/* Behind a receiver. */
			if (flow->language->names_first && lex_is(lex_at(lex, at + 1), "(") &&
			    flow->partners[at + 1] > at && flow->partners[at + 1] + 1 < own.end &&
			    lex_at(lex, flow->partners[at + 1] + 1)->kind == LEX_NAME &&
			    lex_is(lex_at(lex, flow->partners[at + 1] + 2), "("))
				return flow->partners[at + 1] + 2;
			i = at;
			break;
		}
	const size_t literal = flow_literal_start(flow, own);
	if (i == own.first && !flow_is_one(lex_at(lex, i), flow->language->functions) && literal != SIZE_MAX)
		/* Behind what C++ takes in: [&](…). */
		return lex_is(lex_at(lex, literal), "[") ? flow->partners[literal] + 1 : literal;
	while (i < own.end && !lex_is(lex_at(lex, i), "("))
		++i;
	return i < own.end ? i : SIZE_MAX;
}

/** The parameters that a function takes from its arguments: my ($a, $b) = @_; my $c = shift; my %d = @_. */
static void bind_taken(struct flow *flow, struct flow_function *function) {
	enum { MOST = 200 };
	const struct lex *lex = &flow->lex;
	const struct flow_range body = flow->blocks[function->block].body;

	for (size_t i = body.first; i + 2 < body.end && i < body.first + MOST; ++i) {
		const struct lex_token *token = lex_at(lex, i);
		const size_t close = lex_is(token, "(") ? flow->partners[i] : i;

		if (flow->blocks_of[i] != function->block || close < i || !lex_is(lex_at(lex, close + 1), "="))
			continue;
		const struct lex_token *from = lex_at(lex, close + 2);
		if (!lex_is(from, flow->language->arguments) && !lex_is(from, "shift"))
			continue;
		for (size_t at = i; at <= close && function->nparameters < FLOW_PARAMETERS; ++at)
			if (lex_at(lex, at)->kind == LEX_NAME)
				function->parameters[function->nparameters++] = flow_copy(flow, lex_at(lex, at));
		i = close;
	}
}

/** Members that a constructor's head makes: : NAME(VALUE), NAME(VALUE). */
static void bind_members(struct flow *flow, size_t first, size_t end) {
	const struct lex *lex = &flow->lex;

	for (size_t i = first; i + 2 < end; ++i) {
		const struct lex_token *before = lex_at(lex, i), *open = lex_at(lex, i + 2);

		if (lex_is(before, "("))
			i = flow_close(flow, i, end);
		if ((lex_is(before, ":") || lex_is(before, ",")) && lex_at(lex, i + 1)->kind == LEX_NAME &&
		    lex_is(open, "("))
			flow_bind(flow, flow_copy(flow, lex_at(lex, i + 1)), i + 1,
			          (struct flow_range) { i + 3, flow_close(flow, i + 2, end) });
	}
}

/** Parameters hide what has their name outside. */
static void bind_parameters(struct flow *flow, struct flow_function *function) {
	const struct lex *lex = &flow->lex;
	const struct flow_range own = flow->blocks[function->block].own;
	const size_t parameters = parameters_open(flow, own);

	if (parameters == SIZE_MAX) {
		if (flow->language->arguments)
			bind_taken(flow, function);
		return;
	}
	if (lex_at(lex, parameters)->kind == LEX_NAME) {
		function->parameters[function->nparameters++] = flow_copy(flow, lex_at(lex, parameters));
		add_parameter(flow, function, function->parameters[0], (struct flow_range) { 0 });
		return;
	}
	/* A receiver, and what is given back, may have names, too. */
	for (size_t open = own.first; flow->language->names_first && open < own.end; ++open)
		if (lex_is(lex_at(lex, open), "(")) {
			if (open != parameters)
				bind_group(flow, function, open, false);
			open = flow_close(flow, open, own.end);
		}
	bind_group(flow, function, parameters, true);
	/* What is done with parameters in the head is the function's. */
	for (size_t i = flow_close(flow, parameters, own.end) + 1; i < own.end; ++i)
		flow->blocks_of[i] = function->block;
	if (flow->language->pastes)
		bind_members(flow, flow_close(flow, parameters, own.end) + 1, own.end);
}

/** Whether the last parameter takes all the arguments that are left: String... names, ...names. */
static bool takes_more(const struct flow *flow, const struct flow_function *function) {
	const struct flow_range own = flow->blocks[function->block].own;

	for (size_t i = own.first; i < own.end && function->nparameters; ++i)
		if (lex_is(lex_at(&flow->lex, i), "..."))
			return true;
	return false;
}

/** Which parameter of a function an argument is for; the first one may be the object, which no call spells. */
static const char *parameter_of(const struct flow *flow, const struct flow_function *function, size_t place,
                                const struct lex_token *keyword) {
	bool object = false;

	for (const char *const *self = flow->language->selves; self && *self && function->nparameters; ++self)
		object |= strncmp(*self, function->parameters[0], strlen(function->parameters[0])) == 0;
	if (!keyword && place + object >= function->nparameters && function->variadic && function->nparameters)
		return function->parameters[function->nparameters - 1];
	if (!keyword && place + object >= function->nparameters && takes_more(flow, function))
		return function->parameters[function->nparameters - 1];
	if (!keyword)
		return place + object < function->nparameters ? function->parameters[place + object] : NULL;
	for (unsigned i = 0; i < function->nparameters; ++i) {
		/* PHP's variables have a sigil, which such names have not. */
		const char *own =
		        function->parameters[i] + (flow->language->methods_apart && *function->parameters[i] == '$');

		if (strlen(own) == keyword->length && memcmp(own, keyword->text, keyword->length) == 0)
			return function->parameters[i];
	}
	return NULL;
}

/** Where the function stands that the tokens are: its block; 0: they are none.  Such as have a name: by it. */
static uint32_t function_at(const struct flow *flow, struct flow_range range) {
	const struct lex *lex = &flow->lex;

	for (size_t i = range.first; i < range.end; ++i) {
		if (lex_at(lex, i)->kind == LEX_OPEN) {
			const uint32_t block = flow->blocks_of[i + 1];
			const struct flow_range own = flow->blocks[block].own;

			return own.end == i && own.first >= range.first && flow->blocks[block].function == block ? block
			                                                                                         : 0;
		}
		if (lex_is(lex_at(lex, i), "("))
			i = flow_close(flow, i, range.end);
	}
	/* NAME, this.NAME, this::NAME. */
	const struct lex_token *last = lex_at(lex, range.end ? range.end - 1 : 0);
	for (size_t i = range.first; i < range.end; ++i)
		if (lex_at(lex, i)->kind != LEX_NAME && !flow_is_member(flow, i))
			return 0;
	const uint32_t function = range.end ? flow_function(flow, last->text, last->length, 0) : 0;
	return function ? flow->functions[function - 1].block : 0;
}

bool flow_function_mentions(const struct flow *flow, struct flow_range range, const char *const *words) {
	const uint32_t block = function_at(flow, range);

	return flow_mentions_any(flow, block ? flow->blocks[block].body : range, words);
}

/** Where the value begins that ends before end: a name, a call, a list, and what is behind their dots. */
static size_t value_start(const struct flow *flow, size_t end) {
	const struct lex *lex = &flow->lex;
	size_t at = end;

	while (at > 0) {
		const struct lex_token *token = lex_at(lex, at - 1);

		if (flow_is_closing(token) && flow->partners[at - 1] && flow->partners[at - 1] < at - 1) {
			at = flow->partners[at - 1];
			if (at && lex_at(lex, at - 1)->kind != LEX_NAME && !flow_is_member(flow, at - 1))
				break;
		} else if (token->kind == LEX_NAME || token->kind == LEX_STRING) {
			--at;
			if (!at || !flow_is_member(flow, at - 1))
				break;
		} else if (flow_is_member(flow, at - 1)) {
			--at;
		} else {
			break;
		}
	}
	return at;
}

/** What Go's method calls the object that it is called on: func (NAME TYPE) METHOD(…); or NULL. */
static const char *receiver_of(const struct flow *flow, const struct flow_function *function) {
	const struct lex *lex = &flow->lex;
	const size_t first = flow->blocks[function->block].own.first,
	             close = lex_is(lex_at(lex, first + 1), "(") ? flow->partners[first + 1] : 0;

	return flow->language->names_first && close && lex_at(lex, close + 1)->kind == LEX_NAME &&
	                       lex_is(lex_at(lex, close + 2), "(") && lex_at(lex, first + 2)->kind == LEX_NAME &&
	                       first + 3 < close
	               ? flow_copy(flow, lex_at(lex, first + 2))
	               : NULL;
}

/** A function gets the arguments of a call. */
static void give_arguments(struct flow *flow, struct flow_function *function, const struct flow_call *call,
                           size_t open) {
	const size_t body = flow->blocks[function->block].body.first;
	const char *receiver = open > 2 && flow_is_member(flow, open - 2) ? receiver_of(flow, function) : NULL;
	size_t places = 0;

	while (places < call->narguments && !call->arguments[places].keyword)
		++places;
	if (receiver) {
		struct flow_binding *object = flow_add_binding(flow, receiver, body, BINDING_ARGUMENT);

		object->range = (struct flow_range) { value_start(flow, open - 2), open - 2 };
		object->call = (uint32_t)open + 1;
	}
	for (size_t k = 0; k < call->narguments; ++k) {
		const struct flow_range range = call->arguments[k].range;
		const struct lex_token *keyword = call->arguments[k].keyword;
		const char *parameter = parameter_of(flow, function, k, keyword);

		if (flow->language->arguments && !keyword) {
			/* The object stands before them. */
			const bool method = open > 1 && lex_is(lex_at(&flow->lex, open - 2), "->");
			struct flow_binding *taken = flow_add_binding(
			        flow, arena_text(flow->arena, "%s.%zu", flow->language->arguments, k + method), body,
			        BINDING_ARGUMENT);

			taken->range = range;
			taken->call = (uint32_t)open + 1;
		}
		/* One of those that a hash takes in. */
		for (unsigned i = 0; i < function->nparameters && !parameter && keyword; ++i)
			if (function->parameters[i][0] == '%')
				parameter = arena_text(flow->arena, "$%s.%.*s", function->parameters[i] + 1,
				                       (int)keyword->length, keyword->text);
		/* Ruby's f(a, b: c) gives def f(x, options) them as one. */
		if (!parameter && keyword && flow->language->loose_parentheses && places < function->nparameters)
			parameter = arena_text(flow->arena, "%s.%.*s", function->parameters[places],
			                       (int)keyword->length, keyword->text);
		if (!parameter)
			continue;
		struct flow_binding *binding = flow_add_binding(flow, parameter, body, BINDING_ARGUMENT);
		binding->range = range;
		binding->call = (uint32_t)open + 1;
		if (lex_at(&flow->lex, range.first)->kind == LEX_OPEN && *parameter != '%')
			flow_bind_keys(flow, parameter, body, range, BINDING_ARGUMENT);
	}
}

/** The name of the enumeration whose constant is made at open; NULL: none is. */
static const struct lex_token *made_constant(const struct flow *flow, size_t open) {
	const struct lex *lex = &flow->lex;
	const struct flow_range head = flow->blocks[flow->blocks_of[open]].head;
	const struct lex_token *before = lex_at(lex, open > 1 ? open - 2 : SIZE_MAX);

	if (!flow_is_class(flow, flow->blocks_of[open], NULL) || (before->kind < LEX_NEWLINE && !lex_is(before, ",")))
		return NULL;
	for (size_t i = head.first; i + 1 < head.end; ++i)
		if (lex_is(lex_at(lex, i), "enum"))
			return lex_at(lex, i + 1);
	return NULL;
}

/** The name of the class around a token; LEX_END if there is none. */
static const struct lex_token *class_around(const struct flow *flow, size_t token) {
	for (uint32_t block = flow->blocks_of[token]; block; block = flow->blocks[block].parent) {
		const struct flow_range head = flow->blocks[block].head;

		if (lex_is(lex_at(&flow->lex, head.first), "class"))
			return lex_at(&flow->lex, head.first + 1);
	}
	return lex_at(&flow->lex, SIZE_MAX);
}

const struct lex_token *flow_called(const struct flow *flow, size_t open) {
	static const char *const given[] = { "accept", "apply", "get", "run", "call", "test", NULL };
	static const char *const executing[] = { "execute", "executeOnExecutor", NULL };
	static const struct lex_token in_background = { .kind = LEX_NAME,
		                                        .text = "doInBackground",
		                                        .length = sizeof "doInBackground" - 1 };
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = lex_at(lex, open - 1), *before = lex_at(lex, open > 1 ? open - 2 : SIZE_MAX);

	if (flow->language->bare_functions && !flow->language->pastes) {
		const struct lex_token *of = lex_at(lex, open > 2 ? open - 3 : SIZE_MAX), *made;
		const uint32_t own = flow->blocks[flow->blocks_of[open]].function;
		const size_t start = own ? parameters_open(flow, flow->blocks[own].own) : SIZE_MAX;

		/* Android's AsyncTask: what execute() is given. */
		if (flow_is_one(name, executing) && lex_is(before, ".") &&
		    flow_function(flow, in_background.text, in_background.length, 0))
			return &in_background;
		if (lex_is(name, "this"))
			return start != SIZE_MAX && start ? lex_at(lex, start - 1) : name;
		if (flow_is_one(name, given) && lex_is(before, ".") && of->kind == LEX_NAME &&
		    flow_function(flow, of->text, of->length, 0))
			return of;
		made = made_constant(flow, open);
		return made ? made : name;
	}
	/* CLASS NAME(…), make_unique<CLASS>(…). */
	if (flow->language->pastes && before->kind == LEX_NAME && flow_function(flow, before->text, before->length, 0))
		return before;
	if (flow->language->pastes && lex_is(name, ">") && before->kind == LEX_NAME)
		return before;
	/* A function in a variable: $f->(…), f.(…), f.call(…). */
	if (open > 2 && ((flow_is_member(flow, open - 1) && before->kind == LEX_NAME)))
		return before;
	if (open > 3 && lex_is(name, "call") && flow_is_member(flow, open - 2) &&
	    lex_at(lex, open - 3)->kind == LEX_NAME)
		return lex_at(lex, open - 3);
	/* CLASS.new(…), and new(…) in the class itself. */
	if (lex_is(name, "new") && flow->language->loose_parentheses)
		return open > 2 && flow_is_member(flow, open - 2) ? lex_at(lex, open - 3) : class_around(flow, open);
	return name;
}

/** Attributes of a class that says nothing of how its objects are made get what has their name. */
static void bind_object(struct flow *flow, struct flow_call *call, size_t open) {
	if (!call->end)
		flow_read_call(flow, call, open, false);
	for (size_t k = 0; k < call->narguments; ++k) {
		const struct lex_token *keyword = call->arguments[k].keyword;

		if (keyword)
			flow_add_binding(flow,
			                 arena_text(flow->arena, "%s%.*s", flow->language->selves[0],
			                            (int)keyword->length, keyword->text),
			                 open, BINDING_RANGE)
			        ->range = call->arguments[k].range;
	}
}

/** The functions of the script's own that a call may mean get its arguments; or first of all what they are to call. */
static void bind_arguments(struct flow *flow, size_t open, bool callbacks, bool bare) {
	const struct lex_token *name = flow_called(flow, open);
	const bool apart =
	        flow->language->methods_apart && !flow_class(flow, name) && open > 1 && !flow_is_member(flow, open - 2);
	struct flow_call call = { .first = open };
	unsigned most = FLOW_CALLS;

	for (uint32_t i = name->length ? flow_function(flow, name->text, name->length, 0) : 0; i && most--;
	     i = flow_function(flow, name->text, name->length, i)) {
		struct flow_function *function = function_of(flow, flow->functions[i - 1].block);
		const struct flow_block *block = &flow->blocks[function->block];

		/* Methods are called on something, but for what makes objects; functions of a namespace are none. */
		if (apart && flow_is_class(flow, block->parent, NULL) &&
		    !lex_is(lex_at(&flow->lex, flow->blocks[block->parent].head.first), "namespace"))
			continue;
		if ((!function->nparameters && !flow->language->arguments && !receiver_of(flow, function)) ||
		    function->ncalls >= FLOW_CALLS || (open >= block->own.first && open < block->own.end))
			continue;
		if (!call.end)
			flow_read_call(flow, &call, open, bare);
		for (size_t k = 0; k < call.narguments && callbacks && !call.arguments[k].keyword; ++k) {
			const uint32_t given = function_at(flow, call.arguments[k].range);
			const char *parameter = given ? parameter_of(flow, function, k, NULL) : NULL;

			/* Others see it, too, which does no harm. */
			if (parameter && flow->nfunctions < flow->nfirst * 2)
				flow_define(flow, parameter, given);
		}
		function = function_of(flow, flow->functions[i - 1].block);
		if (callbacks)
			continue;
		++function->ncalls;
		give_arguments(flow, function, &call, open);
	}
	if (!callbacks && flow->language->constructor && name->kind == LEX_NAME && flow_class(flow, name) &&
	    !flow_function(flow, name->text, name->length, 0))
		bind_object(flow, &call, open);
}

/** LIST.forEach(FUNCTION): what it is called with are the elements of the list. */
static void bind_each(struct flow *flow, size_t open) {
	const struct lex *lex = &flow->lex;
	struct flow_call call = { .first = open };

	if (open < 2 || !flow_is_member(flow, open - 2) || !flow_is_one(lex_at(lex, open - 1), flow->language->eachers))
		return;
	flow_read_call(flow, &call, open, false);
	const uint32_t block = call.narguments ? function_at(flow, call.arguments[0].range) : 0;
	struct flow_function *function = block ? function_of(flow, block) : NULL;
	if (!function)
		return;
	const struct flow_range list = { value_start(flow, open - 2), open - 2 };
	const size_t parameters = parameters_open(flow, flow->blocks[block].own);
	if (function->nparameters)
		flow_add_binding(flow, function->parameters[0], flow->blocks[block].body.first, BINDING_ELEMENT)
		        ->range = list;
	/* Of a map of Java the other one is the value. */
	if (function->nparameters == 2 && flow->language->bare_functions)
		flow_add_binding(flow, function->parameters[1], flow->blocks[block].body.first, BINDING_ELEMENT)
		        ->range = list;
	/* ([a, b]) => … */
	for (size_t i = parameters + 2; lex_is(lex_at(lex, parameters + 1), "[") && i < flow->partners[parameters + 1];
	     ++i)
		if (lex_at(lex, i)->kind == LEX_NAME)
			flow_add_binding(flow, flow_copy(flow, lex_at(lex, i)), flow->blocks[block].body.first,
			                 BINDING_ELEMENT)
			        ->range = list;
}

/** A function that is called where it stands: (function (a) { … })(VALUE). */
static void bind_immediate(struct flow *flow, struct flow_function *function) {
	const size_t close = flow->blocks[function->block].body.end;
	const size_t open = close + 1 + lex_is(lex_at(&flow->lex, close + 1), ")");
	struct flow_call call = { .first = open };

	if (*function->name || !lex_is(lex_at(&flow->lex, open), "(") || !function->nparameters)
		return;
	flow_read_call(flow, &call, open, false);
	give_arguments(flow, function, &call, open);
}

/** What makes objects of a class is called by its name. */
static void name_constructors(struct flow *flow) {
	for (size_t i = 0; i < flow->nfirst && flow->language->constructor; ++i) {
		const uint32_t block = flow->blocks[flow->functions[i].block].parent;
		const struct flow_range head = flow->blocks[block].head;

		if (strcmp(flow->functions[i].name, flow->language->constructor) != 0)
			continue;
		for (size_t at = head.first; at + 1 < head.end; ++at)
			if (lex_is(lex_at(&flow->lex, at), "class"))
				flow_define(flow, flow_copy(flow, lex_at(&flow->lex, at + 1)),
				            flow->functions[i].block);
	}
}

/** Whether a function of the script's own is called there without parentheses: NAME VALUE, as Perl and Ruby have it. */
static bool is_bare_call(const struct flow *flow, size_t i) {
	const struct lex_token *name = lex_at(&flow->lex, i), *before = lex_at(&flow->lex, i ? i - 1 : SIZE_MAX);

	/** Words that follow a value, where a function without arguments may stand. */
	static const char *const behind_values[] = {
		"if", "unless", "while", "until", "for", "foreach", "and",  "or",     "not", "x",  "eq",  "ne",
		"lt", "gt",     "le",    "ge",    "cmp", "do",      "then", "rescue", "end", "in", "xor", NULL
	};

	return flow->language->bare_calls && name->kind == LEX_NAME && name->length &&
	       flow_function(flow, name->text, name->length, 0) && !flow_opens_call(flow, i + 1) &&
	       flow_begins_argument(flow, i + 1) && !flow_is_one(lex_at(&flow->lex, i + 1), behind_values) &&
	       !flow_is_one(before, flow->language->functions) && !(i && flow_is_member(flow, i - 1)) &&
	       !lex_is(before, "self") && !lex_is(lex_at(&flow->lex, i + 1), "(");
}

void flow_bind_functions(struct flow *flow) {
	const struct lex *lex = &flow->lex;

	for (size_t i = 0; i < flow->nfirst; ++i)
		bind_parameters(flow, &flow->functions[i]);
	name_constructors(flow);
	for (unsigned pass = 0; pass < 2; ++pass)
		for (size_t i = 1; i < lex->count && flow->nfunctions + flow->nclasses; ++i)
			if (lex_is(lex_at(lex, i), "(") &&
			    (lex_at(lex, i - 1)->kind == LEX_NAME || lex_is(lex_at(lex, i - 1), ">") ||
			     flow_is_member(flow, i - 1))) {
				bind_arguments(flow, i, pass == 0, false);
				if (pass)
					bind_each(flow, i);
			} else if (pass && is_bare_call(flow, i - 1)) {
				bind_arguments(flow, i, false, true);
			}
	for (size_t i = 0; i < flow->nfirst; ++i)
		bind_immediate(flow, &flow->functions[i]);
}

/** Whether a function puts something where its parameter points to: snprintf(PARAMETER, …), *PARAMETER = …. */
static bool fills(struct flow *flow, const struct flow_function *function, const char *parameter) {
	enum { MOST = 1000 };
	const struct lex *lex = &flow->lex;
	const struct flow_range body = flow->blocks[function->block].body;

	for (size_t i = body.first; i < body.end && i < body.first + MOST; ++i) {
		const struct lex_token *before = lex_at(lex, i - 1), *call = lex_at(lex, i - 2);

		if (!lex_is(lex_at(lex, i), parameter) || lex_at(lex, i)->kind != LEX_NAME)
			continue;
		if (lex_is(before, "*") && lex_is(lex_at(lex, i + 1), "="))
			return true;
		if (!lex_is(before, "(") || call->kind != LEX_NAME)
			continue;
		const struct script_call *row = flow_row(flow, flow_copy(flow, call));
		if (row && (row->effect == CALL_FORMAT_INTO || row->effect == CALL_COPY_INTO ||
		            row->effect == CALL_FRESH_INTO))
			return true;
	}
	return false;
}

void flow_bind_filled(struct flow *flow, size_t first, size_t open) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = lex_at(lex, first);
	const uint32_t index = flow_function(flow, name->text, name->length, 0);
	const struct flow_function *function = index ? function_of(flow, flow->functions[index - 1].block) : NULL;
	struct flow_call call = { .first = first };

	if (!function ||
	    (open >= flow->blocks[function->block].own.first && open < flow->blocks[function->block].own.end))
		return;
	flow_read_call(flow, &call, open, false);
	for (size_t k = 0; k < call.narguments && k < function->nparameters; ++k) {
		const struct flow_range range = call.arguments[k].range;
		const size_t at = range.first + lex_is(lex_at(lex, range.first), "&");

		if (at + 1 != range.end || lex_at(lex, at)->kind != LEX_NAME ||
		    !fills(flow, function, function->parameters[k]))
			continue;
		struct flow_binding *binding =
		        flow_add_binding(flow, flow_copy(flow, lex_at(lex, at)), call.end - 1, BINDING_FILLED);
		binding->part = function->parameters[k];
		binding->call = (uint32_t)open + 1;
		binding->filler = function->block;
	}
}

/** A statement that builds a text: NAME.append(…).append(…). */
