#include "flow_parts.h"

#include "text.h"

#include <string.h>

/** Steps for each token, and at least: what honest scripts need is a tenth of it. */
enum { STEPS_EACH = 40, STEPS_LEAST = 200000 };

bool flow_step(struct flow *flow) {
	if (!lex_has_room(&flow->lex))
		return false;
	if (flow->budget)
		--flow->budget;
	else
		flow->exhausted = true;
	return flow->budget > flow->floor;
}

bool flow_is_one(const struct lex_token *token, const char *const *list) {
	for (; list && *list; ++list)
		if (lex_is(token, *list))
			return true;
	return false;
}

const struct lex *flow_lex(const struct flow *flow) {
	return &flow->lex;
}

struct arena *flow_arena(const struct flow *flow) {
	return flow->arena;
}

/* Brackets and blocks */

static bool opens(const struct lex_token *token) {
	return token->kind == LEX_OPEN ||
	       (token->kind == LEX_OPERATOR && token->length >= 1 && strchr("([{", token->text[token->length - 1]));
}

static bool closes(const struct lex_token *token) {
	return token->kind == LEX_CLOSE ||
	       (token->kind == LEX_OPERATOR && token->length == 1 && strchr(")]}", token->text[0]));
}

static bool match(const struct lex_token *open, const struct lex_token *close) {
	if (open->kind == LEX_OPEN || close->kind == LEX_CLOSE)
		return open->kind == LEX_OPEN && close->kind == LEX_CLOSE;
	const char last = open->text[open->length - 1];

	return close->text[0] == (last == '(' ? ')' : last == '[' ? ']' : '}');
}

size_t flow_statement(const struct flow *flow, size_t index) {
	while (index > 0) {
		const uint8_t kind = flow->lex.tokens[index - 1].kind;

		if (kind == LEX_NEWLINE || kind == LEX_OPEN || kind == LEX_CLOSE)
			break;
		--index;
	}
	return index;
}

/** text_hash() of what is not ended by a NUL. */
static uint32_t hash_of(const char *text, size_t length) {
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; ++i)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

uint32_t flow_function(const struct flow *flow, const char *name, size_t length, uint32_t previous) {
	uint32_t at = previous ? flow->functions[previous - 1].previous
	                       : flow->function_buckets[hash_of(name, length) % FLOW_FUNCTION_BUCKETS];

	while (at && (strlen(flow->functions[at - 1].name) != length ||
	              memcmp(flow->functions[at - 1].name, name, length) != 0))
		at = flow->functions[at - 1].previous;
	return at;
}

bool flow_defines(const struct flow *flow, const struct lex_token *name) {
	return name->kind == LEX_NAME && flow_function(flow, name->text, name->length, 0);
}

/** Note that the block is a function of that name. */
static void define(struct flow *flow, const char *name, uint32_t block) {
	uint32_t *bucket = &flow->function_buckets[hash_of(name, strlen(name)) % FLOW_FUNCTION_BUCKETS];

	flow->functions = arena_grow(flow->arena, flow->functions, flow->nfunctions, sizeof *flow->functions);
	flow->functions[flow->nfunctions++] = (struct flow_function) {
		.name = name,
		.block = block,
		.previous = *bucket,
	};
	*bucket = (uint32_t)flow->nfunctions;
}

static const char *copy_of(const struct flow *flow, const struct lex_token *token) {
	return arena_bytes(flow->arena, token->text, token->length);
}

/** Words that follow a value, where a function without arguments may stand. */
static const char *const behind_values[] = { "if",  "unless", "while", "until",  "for", "foreach", "and", "or",
	                                     "not", "x",      "eq",    "ne",     "lt",  "gt",      "le",  "ge",
	                                     "cmp", "do",     "then",  "rescue", "end", "in",      "xor", NULL };

/** Words before a parenthesis that make no function of it. */
static const char *const control_words[] = {
	"if",     "for",    "while", "switch", "catch", "foreach",      "elseif", "else",
	"do",     "unless", "until", "return", "with",  "synchronized", "try",    "using",
	"sizeof", "and",    "or",    "not",    "in",    "elif",         "match",  NULL,
};

/** The same of C and C++, where others of them are names like any. */
static const char *const c_control_words[] = {
	"if",     "for",    "while", "switch", "catch", "foreach", "else", "do",
	"return", "sizeof", "using", "try",    "and",   "or",      "not",  NULL
};

const char *const flow_before_calls[] = {
	"return", "else",   "do",    "case",  "throw", "goto",   "await", "yield", "and",   "or",      "not", "in",
	"new",    "typeof", "print", "echo",  "if",    "unless", "while", "until", "then",  "defer",   "go",  "assert",
	"delete", "void",   "when",  "raise", "puts",  "elsif",  "my",    "our",   "local", "default", NULL,
};

/** Behind a list of types that opens at i, or i: Map<String, String>. */
static size_t behind_types(const struct flow *flow, size_t i, size_t close) {
	unsigned depth = 0;

	if (!lex_is(lex_at(&flow->lex, i), "<"))
		return i;
	for (size_t at = i; at < close; ++at) {
		depth += lex_is(lex_at(&flow->lex, at), "<");
		if (lex_is(lex_at(&flow->lex, at), ">") || lex_is(lex_at(&flow->lex, at), ">>"))
			depth -= depth > 1 && lex_is(lex_at(&flow->lex, at), ">>") ? 2 : 1;
		if (!depth)
			return at + 1;
	}
	return i;
}

/** The same, of a method of JavaScript: async NAME(…) { with no word of its own. */
static const struct lex_token *method_name(const struct flow *flow, struct flow_range head, bool *is) {
	static const char *const modifiers[] = { "async",     "static",   "get",      "set",     "public", "private",
		                                 "protected", "readonly", "override", "default", "*",      NULL };
	const struct lex *lex = &flow->lex;
	size_t at = head.first;

	while (at < head.end && flow_is_one(lex_at(lex, at), modifiers))
		++at;
	const struct lex_token *name = lex_at(lex, at), *behind;
	const size_t open = behind_types(flow, at + 1, head.end);
	if (open + 1 >= head.end || name->kind != LEX_NAME || flow_is_one(name, control_words) ||
	    !lex_is(lex_at(lex, open), "("))
		return lex_at(lex, SIZE_MAX);
	behind = lex_at(lex, flow->partners[open] + 1);
	*is = flow->partners[open] > at && (flow->partners[open] + 1 == head.end || lex_is(behind, ":"));
	return *is ? name : lex_at(lex, SIZE_MAX);
}

/**
 * What of the head of the block that opens at index is its own: from behind the bracket that is still open before it,
 * and the last comma there; over brackets that are closed, and what the statement before them was.
 */
static struct flow_range own_head(const struct flow *flow, size_t index) {
	const struct lex *lex = &flow->lex;
	size_t first = index, comma = index;

	for (; first > 0; --first) {
		const struct lex_token *token = lex_at(lex, first - 1);
		const uint8_t kind = token->kind;

		if (closes(token) && kind == LEX_OPERATOR && flow->partners[first - 1] &&
		    flow->partners[first - 1] < first) {
			first = flow->partners[first - 1] + 1;
			continue;
		}
		/* A method that is an element: { a: b, NAME(…) {. */
		if ((kind == LEX_OPEN || kind == LEX_CLOSE) && flow->language->methods && comma < index)
			return (struct flow_range) { comma, index };
		if (kind == LEX_NEWLINE || kind == LEX_OPEN || kind == LEX_CLOSE)
			break;
		if (opens(token))
			return (struct flow_range) { comma < index ? comma : first, index };
		if (lex_is(token, ",") && comma == index)
			comma = first;
	}
	return (struct flow_range) { first, index };
}

/** The name that a function without one is assigned to, where it begins at first; LEX_END if there is none. */
static const struct lex_token *assigned_name(const struct flow *flow, size_t first) {
	const struct lex *lex = &flow->lex;
	size_t at = first;

	while (at && (lex_is(lex_at(lex, at - 1), "async") || lex_is(lex_at(lex, at - 1), "static")))
		--at;
	if (at < 2 || !(lex_is(lex_at(lex, at - 1), "=") || lex_is(lex_at(lex, at - 1), ":=") ||
	                lex_is(lex_at(lex, at - 1), ":")))
		return lex_at(lex, SIZE_MAX);
	/* NAME: TYPE = … */
	for (size_t i = at - 1; lex_is(lex_at(lex, at - 1), "=") && i > 1 && lex_at(lex, i - 1)->kind < LEX_JOIN; --i) {
		if (lex_is(lex_at(lex, i - 1), ":"))
			return lex_at(lex, i - 2);
		if (lex_at(lex, i - 1)->kind == LEX_OPERATOR && !lex_is(lex_at(lex, i - 1), "<") &&
		    !lex_is(lex_at(lex, i - 1), ">") && !lex_is(lex_at(lex, i - 1), "."))
			break;
	}
	return lex_at(lex, at - 2)->kind == LEX_NAME ? lex_at(lex, at - 2) : lex_at(lex, SIZE_MAX);
}

/** Where a function that is an expression begins with what holds its parameters: before "=>" or "->", or of C++ "[". */
static size_t literal_start(const struct flow *flow, struct flow_range own) {
	const struct lex *lex = &flow->lex;
	size_t at = own.end;

	/* A branch of a switch looks like one. */
	if (at == own.first || lex_is(lex_at(lex, own.first), "case") || lex_is(lex_at(lex, own.first), "default"))
		return SIZE_MAX;
	if (lex_is(lex_at(lex, at - 1), "=>") ||
	    (flow->language->bare_functions && lex_is(lex_at(lex, at - 1), "->"))) {
		/* Over the type of what it gives. */
		for (--at; at > own.first; --at) {
			const struct lex_token *token = lex_at(lex, at - 1);

			if (lex_is(token, ")") && flow->partners[at - 1])
				return flow->partners[at - 1];
			if (token->kind != LEX_NAME && token->kind != LEX_STRING && token->kind != LEX_OPERATOR)
				break;
			if (at == own.end - 1 && token->kind == LEX_NAME && !lex_is(lex_at(lex, at - 2), ":") &&
			    !lex_is(lex_at(lex, at - 2), ".") && !lex_is(lex_at(lex, at - 2), "|"))
				return at - 1;
		}
		return SIZE_MAX;
	}
	if (!flow->language->pastes)
		return SIZE_MAX;
	for (; at > own.first + 1; --at) {
		if (!lex_is(lex_at(lex, at - 1), ")"))
			continue;
		const size_t open = flow->partners[at - 1];

		if (open && lex_is(lex_at(lex, open - 1), "]") && flow->partners[open - 1] >= own.first &&
		    lex_at(lex, flow->partners[open - 1] - 1)->kind != LEX_NAME)
			return flow->partners[open - 1];
		break;
	}
	return SIZE_MAX;
}

/** The name behind a word that begins a function, at i; of "self.NAME" and "(RECEIVER) NAME" the last. */
static const struct lex_token *name_behind(const struct flow *flow, size_t i, size_t end) {
	const struct lex *lex = &flow->lex;
	size_t next = i + 1;

	/* Behind a receiver in parentheses, as Go has it. */
	if (lex_is(lex_at(lex, next), "(") && flow->partners[next] + 1 < end &&
	    lex_at(lex, flow->partners[next] + 1)->kind == LEX_NAME &&
	    lex_is(lex_at(lex, flow->partners[next] + 2), "("))
		next = flow->partners[next] + 1;
	/* Ruby's self.NAME. */
	if (flow->language->loose_parentheses && lex_is(lex_at(lex, next + 1), ".") &&
	    lex_at(lex, next + 2)->kind == LEX_NAME)
		next += 2;
	next += lex_is(lex_at(lex, next), "*") || lex_is(lex_at(lex, next), "&");
	return lex_at(lex, next)->kind == LEX_NAME ? lex_at(lex, next) : assigned_name(flow, i);
}

/** The name of the function whose body opens behind head; LEX_END if it is none; *is says whether it is one. */
static const struct lex_token *function_name(const struct flow *flow, struct flow_range head, bool *is) {
	const struct script_language *language = flow->language;
	const struct lex *lex = &flow->lex;
	const size_t literal = literal_start(flow, head);

	*is = true;
	for (size_t i = head.first; i < head.end; ++i)
		if (lex_at(lex, i)->kind == LEX_NAME && flow_is_one(lex_at(lex, i), language->functions))
			return name_behind(flow, i, head.end);
	if (literal != SIZE_MAX && !language->percent_formats)
		return assigned_name(flow, literal);
	*is = false;
	if (language->methods)
		return method_name(flow, head, is);
	if (!language->bare_functions)
		return lex_at(lex, SIZE_MAX);
	for (size_t i = head.first + 1; i < head.end; ++i) {
		const struct lex_token *token = lex_at(lex, i), *name = lex_at(lex, i - 1);

		if (lex_is(token, "="))
			return lex_at(lex, SIZE_MAX);
		if (lex_is(token, "(") && name->kind == LEX_NAME) {
			*is = !flow_is_one(name, language->pastes ? c_control_words : control_words);
			return *is ? name : lex_at(lex, SIZE_MAX);
		}
	}
	return lex_at(lex, SIZE_MAX);
}

uint32_t flow_class_before(const struct flow *flow, const struct lex_token *name, uint32_t previous) {
	uint32_t at = previous ? flow->classes[previous - 1].previous
	                       : flow->class_buckets[hash_of(name->text, name->length) % FLOW_BUCKETS];

	while (at && (flow->classes[at - 1].name->length != name->length ||
	              memcmp(flow->classes[at - 1].name->text, name->text, name->length) != 0))
		at = flow->classes[at - 1].previous;
	return at;
}

uint32_t flow_class(const struct flow *flow, const struct lex_token *name) {
	return flow_class_before(flow, name, 0);
}

uint32_t flow_class_block(const struct flow *flow, uint32_t index) {
	return flow->classes[index - 1].block;
}

/** Words that begin a class, before its name. */
static const char *const class_words[] = { "class",  "struct", "interface", "trait", "enum",
	                                   "record", "module", "namespace", NULL };

/** Note that the block is a class, if its head says so. */
static void define_class(struct flow *flow, struct flow_range head, uint32_t block) {
	for (size_t i = head.first; i + 1 < head.end; ++i) {
		const struct lex_token *word = lex_at(&flow->lex, i), *name = lex_at(&flow->lex, i + 1);

		if (word->kind != LEX_NAME || name->kind != LEX_NAME || !flow_is_one(word, class_words))
			continue;
		uint32_t *bucket = &flow->class_buckets[hash_of(name->text, name->length) % FLOW_BUCKETS];
		flow->classes = arena_grow(flow->arena, flow->classes, flow->nclasses, sizeof *flow->classes);
		flow->classes[flow->nclasses++] = (struct flow_class) { name, block, *bucket };
		*bucket = (uint32_t)flow->nclasses;
		return;
	}
}

/** The head of a function of old C, whose parameters are declared behind it: TYPE NAME(a, b) TYPE a; TYPE b; {. */
static struct flow_range old_head(const struct flow *flow, size_t index) {
	enum { MOST = 12 };
	const struct lex *lex = &flow->lex;
	const struct flow_range none = { index, index };
	size_t start = index, open;

	for (unsigned count = 0; count < MOST && start && lex_at(lex, start - 1)->kind == LEX_NEWLINE; ++count) {
		const size_t end = start - 1;

		start = flow_statement(flow, end);
		for (open = start; open < end && !lex_is(lex_at(lex, open), "("); ++open)
			if (lex_at(lex, open)->kind != LEX_NAME && !lex_is(lex_at(lex, open), "*") &&
			    !lex_is(lex_at(lex, open), ",") && !lex_is(lex_at(lex, open), "["))
				break;
		if (start == end)
			return none;
		if (!lex_is(lex_at(lex, open), "("))
			continue;
		const size_t close = flow->partners[open];
		if (open == start || close < open || lex_at(lex, close + 1)->kind != LEX_NAME ||
		    lex_at(lex, open - 1)->kind != LEX_NAME)
			return none;
		for (size_t i = open + 1; i < close; ++i)
			if ((i - open) % 2 ? lex_at(lex, i)->kind != LEX_NAME : !lex_is(lex_at(lex, i), ","))
				return none;
		return (struct flow_range) { start, close + 1 };
	}
	return none;
}

static uint32_t open_block(struct flow *flow, size_t index, uint32_t parent) {
	if (!lex_has_room(&flow->lex))
		return parent;
	struct flow_block block = {
		.parent = parent,
		.function = flow->blocks[parent].function,
		.head = { flow_statement(flow, index), index },
		.body = { index + 1, flow->lex.count },
		.own = own_head(flow, index),
	};
	bool is_function;

	if (flow->language->pastes && block.own.first == block.own.end && !parent)
		block.own = old_head(flow, index);
	const struct lex_token *name = function_name(flow, block.own, &is_function);

	if (is_function) {
		block.function = (uint32_t)flow->nblocks;
		define(flow, name->kind == LEX_NAME ? copy_of(flow, name) : "", block.function);
	}
	if (!is_function)
		define_class(flow, block.head, (uint32_t)flow->nblocks);
	flow->blocks = arena_grow(flow->arena, flow->blocks, flow->nblocks, sizeof *flow->blocks);
	flow->blocks[flow->nblocks++] = block;
	return (uint32_t)flow->nblocks - 1;
}

bool flow_is_class(const struct flow *flow, uint32_t block, const char *name) {
	const struct flow_range head = flow->blocks[block].head;
	bool is = false;

	for (size_t i = head.first; i < head.end && block; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (is && name && lex_is(token, name))
			return true;
		is |= token->kind == LEX_NAME && flow_is_one(token, class_words);
	}
	return is && !name;
}

void flow_order(struct flow *flow) {
	/** More than anything that is not hostile; what is nested deeper is taken for unbalanced. */
	enum { DEEPEST = 4096 };
	const size_t count = flow->lex.count;
	uint32_t *stack = arena_array(flow->arena, DEEPEST, sizeof *stack), block = 0;
	size_t depth = 0;

	flow->partners = arena_array(flow->arena, count + 1, sizeof *flow->partners);
	flow->blocks_of = arena_array(flow->arena, count + 1, sizeof *flow->blocks_of);
	flow->in_parentheses = arena_array(flow->arena, count + 1, sizeof *flow->in_parentheses);
	flow->in_braces = arena_array(flow->arena, count + 1, sizeof *flow->in_braces);
	flow->blocks = arena_grow(flow->arena, NULL, 0, sizeof *flow->blocks);
	flow->blocks[flow->nblocks++] = (struct flow_block) { .body = { 0, count } };
	for (size_t i = 0; i < count; ++i) {
		const struct lex_token *token = &flow->lex.tokens[i];

		if (closes(token)) {
			size_t found = depth;

			while (found > 0 && !match(&flow->lex.tokens[stack[found - 1]], token))
				--found;
			if (found > 0) {
				/* What was opened since then ends here, too. */
				for (; depth >= found; --depth) {
					const uint32_t open = stack[depth - 1];

					flow->partners[open] = (uint32_t)i;
					if (flow->lex.tokens[open].kind == LEX_OPEN && block) {
						flow->blocks[block].body.end = i;
						block = flow->blocks[block].parent;
					}
				}
				flow->partners[i] = stack[found - 1];
			}
		}
		flow->blocks_of[i] = block;
		flow->in_parentheses[i] = depth && lex_is(&flow->lex.tokens[stack[depth - 1]], "(");
		flow->in_braces[i] =
		        depth && flow->language->loose_parentheses && lex_is(&flow->lex.tokens[stack[depth - 1]], "{");
		if (opens(token) && depth < DEEPEST) {
			stack[depth++] = (uint32_t)i;
			flow->partners[i] = (uint32_t)count;
			if (token->kind == LEX_OPEN)
				block = open_block(flow, i, block);
		}
	}
	flow->blocks_of[count] = 0;
	flow->nfirst = flow->nfunctions;
}

size_t flow_close(const struct flow *flow, size_t index, size_t end) {
	const size_t partner = flow->partners[index];

	return partner > index && partner < end ? partner : end;
}

/** Whether the brace at i belongs to the expression of Go that begins at first: TYPE{…}, []TYPE{…}, struct{…}{…}. */
static bool is_composite(const struct flow *flow, size_t first, size_t i) {
	static const char *const words[] = { "if", "for", "switch", "select", "else", "func", "case", NULL };
	static const char *const before[] = { "=", ":=", "(", ",", ":", "return", "&", NULL };
	const struct lex *lex = &flow->lex;
	const struct lex_token *type = lex_at(lex, i - 1);

	if (i > first + 1 && lex_is(lex_at(lex, i - 2), "]"))
		return true;
	if (lex_is(type, "struct"))
		return true;
	if (type->kind == LEX_CLOSE)
		return flow->partners[i - 1] && lex_is(lex_at(lex, flow->partners[i - 1] - 1), "struct");
	return type->kind == LEX_NAME && first && flow_is_one(lex_at(lex, first - 1), before) &&
	       !flow_is_one(lex_at(lex, flow_statement(flow, first)), words);
}

bool flow_is_literal(const struct flow *flow, size_t first, size_t open) {
	const struct lex_token *token = lex_at(&flow->lex, first);
	const uint32_t block = flow->blocks_of[open + 1];

	return token->kind != LEX_STRING &&
	       ((flow->language->names_first && lex_is(token, "func")) ||
	        (flow->language->pastes && lex_is(token, "["))) &&
	       flow->blocks[block].function == block && flow->blocks[block].own.end == open &&
	       flow->blocks[block].own.first <= first;
}

size_t flow_expression_end(const struct flow *flow, size_t first) {
	size_t i = first;

	for (; i < flow->lex.count; ++i) {
		const struct lex_token *token = &flow->lex.tokens[i];

		if (token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE || closes(token))
			return i;
		if (token->kind == LEX_OPERATOR && lex_is(token, ","))
			return i;
		/* A function that is an expression, and may be called there: func () TYPE {…}(), [] () -> TYPE {…}().
		 */
		if (token->kind == LEX_OPEN && i > first && flow_is_literal(flow, first, i)) {
			i = flow_close(flow, i, flow->lex.count);
			continue;
		}
		/* A block ends what stands before it, but for a literal with braces: of Go behind []TYPE. */
		if (token->kind == LEX_OPEN && i > first && lex_at(&flow->lex, i - 1)->kind != LEX_OPERATOR &&
		    !(flow->language->names_first && is_composite(flow, first, i)))
			return i;
		/* So it does behind a call in C++, but not behind what a function that is an expression is given. */
		if (token->kind == LEX_OPEN && flow->language->pastes && i > first &&
		    lex_is(lex_at(&flow->lex, i - 1), ")") && flow->partners[i - 1] > first &&
		    !lex_is(lex_at(&flow->lex, flow->partners[i - 1] - 1), "]"))
			return i;
		if (opens(token))
			i = flow_close(flow, i, flow->lex.count);
	}
	return i;
}

/* Names */

bool flow_is_member(const struct flow *flow, size_t index) {
	static const char *const members[] = { "->", "::", "?.", "&.", "?->", NULL };
	const struct lex_token *token = lex_at(&flow->lex, index);

	if (token->kind != LEX_OPERATOR)
		return false;
	if (lex_is(token, "."))
		return !flow_is_one(token, flow->language->concatenate);
	/* PHP's namespaces; Perl's refers to what follows. */
	if (lex_is(token, "\\"))
		return !flow->language->bare_calls;
	return flow_is_one(token, members);
}

/** Whether a key in brackets opens at index: its token, and behind it. */
static bool is_key(const struct flow *flow, size_t index, const struct lex_token **key, size_t *end) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *open = lex_at(lex, index), *within = lex_at(lex, index + 1);

	if (!(lex_is(open, "[") || lex_is(open, "{")) || open->kind != LEX_OPERATOR)
		return false;
	/* f [x] gives f a list. */
	if (open->spaced && (flow->language->loose_parentheses || (flow->language->arguments && lex_is(open, "["))))
		return false;
	const bool symbol = within->kind == LEX_NUMBER && flow->language->loose_parentheses;

	if (lex_is(open, "[") ? within->kind != LEX_STRING && !symbol
	                      : within->kind != LEX_STRING && within->kind != LEX_NAME)
		return false;
	if (flow->partners[index] != index + 2)
		return false;
	*key = within;
	*end = index + 3;
	return true;
}

struct flow_name flow_name_at(struct flow *flow, size_t first) {
	return flow_name_before(flow, first, SIZE_MAX);
}

struct flow_name flow_name_before(struct flow *flow, size_t first, size_t limit) {
	const struct lex *lex = &flow->lex;
	struct builder text = { .arena = flow->arena };
	struct flow_name name = { .end = first + 1, .last = first, .plain = true };

	if (lex_at(lex, first)->kind != LEX_NAME)
		return (struct flow_name) { .text = "", .end = first };
	builder_bytes(&text, lex_at(lex, first)->text, lex_at(lex, first)->length);
	while (text.length < 256) {
		const struct lex_token *key;
		size_t at = name.end, end;
		const bool member = flow_is_member(flow, at);

		if (at >= limit)
			break;
		if (member && lex_at(lex, at + 1)->kind == LEX_NAME) {
			name.last = at + 1;
			name.end = at + 2;
			name.plain = false;
			builder_text(&text, ".");
			builder_bytes(&text, lex_at(lex, at + 1)->text, lex_at(lex, at + 1)->length);
		} else if (is_key(flow, at + member, &key, &end)) {
			name.end = end;
			name.plain = false;
			builder_text(&text, ".");
			builder_bytes(&text, key->text, key->length);
		} else {
			break;
		}
	}
	name.text = builder_string(&text);
	return name;
}

void flow_alias(struct flow *flow, const char *local, const char *full) {
	flow->aliases_of_parts |= *local == '.';
	struct flow_alias_entry *entry = arena_alloc(flow->arena, sizeof *entry),
	                        **bucket = &flow->aliases[text_hash(local) % FLOW_BUCKETS];

	*entry = (struct flow_alias_entry) { local, full, *bucket };
	*bucket = entry;
}

void flow_alias_all(struct flow *flow, const char *module) {
	flow->modules = arena_grow(flow->arena, flow->modules, flow->nmodules, sizeof *flow->modules);
	flow->modules[flow->nmodules++] = module;
}

void flow_alias_function(struct flow *flow, const struct lex_token *local, size_t first) {
	const struct flow_name name = flow_name_at(flow, first);
	const struct lex_token *end = lex_at(&flow->lex, name.end);
	const char *full = *name.text ? flow_resolved(flow, name.text) : "";

	if (local->kind == LEX_NAME && flow_row(flow, full) &&
	    (end->kind >= LEX_NEWLINE || end->kind == LEX_END || lex_is(end, ")") || lex_is(end, ",")))
		flow_alias(flow, arena_bytes(flow->arena, local->text, local->length), full);
}

void flow_alias_part(struct flow *flow, const struct lex_token *part, size_t first) {
	const struct flow_name name = flow_name_at(flow, first);
	const struct lex_token *end = lex_at(&flow->lex, name.end);
	const char *full = *name.text && !name.plain ? flow_resolved(flow, name.text) : "";
	const struct script_call *row = flow_row(flow, full);

	if (row && row->effect == CALL_CREATE && (end->kind >= LEX_NEWLINE || lex_is(end, ",")))
		flow_alias(flow, arena_text(flow->arena, ".%.*s", (int)part->length, part->text), full);
}

static const char *alias_of(const struct flow *flow, const char *local) {
	const struct flow_alias_entry *entry = flow->aliases[text_hash(local) % FLOW_BUCKETS];

	while (entry && strcmp(entry->local, local) != 0)
		entry = entry->next;
	return entry ? entry->full : NULL;
}

const char *flow_resolved(struct flow *flow, const char *name) {
	const size_t length = strcspn(name, ".");
	const char *full = alias_of(flow, name);

	if (full)
		return full;
	if (name[length]) {
		char first[128] = "";

		if (length < sizeof first) {
			memcpy(first, name, length);
			full = alias_of(flow, first);
		}
		if (full)
			return arena_text(flow->arena, "%s%s", full, name + length);
		return flow->language->needs_imports ? arena_text(flow->arena, "?%s", name) : name;
	}
	for (size_t i = 0; i < flow->nmodules; ++i) {
		const char *whole = arena_text(flow->arena, "%s.%s", flow->modules[i], name);

		if (flow_row(flow, whole))
			return whole;
	}
	return name;
}

static unsigned last_part_bucket(const char *name) {
	const char *dot = strrchr(name, '.');

	return text_hash(dot ? dot + 1 : name) % FLOW_BUCKETS;
}

bool flow_may_matter(const struct flow *flow, size_t first, size_t last) {
	const struct lex_token *token = lex_at(&flow->lex, last);
	const struct script_call *rows = flow->language->calls;

	for (unsigned i = flow->row_buckets[hash_of(token->text, token->length) % FLOW_BUCKETS]; i;
	     i = flow->next_rows[i - 1]) {
		const char *dot = strrchr(rows[i - 1].name, '.'), *part = dot ? dot + 1 : rows[i - 1].name;

		if (strlen(part) == token->length && memcmp(part, token->text, token->length) == 0)
			return true;
	}
	if (flow->language->names_first && last > first && flow->aliases_of_parts &&
	    alias_of(flow, arena_text(flow->arena, ".%.*s", (int)token->length, token->text)))
		return true;
	token = lex_at(&flow->lex, first);
	for (const struct flow_alias_entry *entry = flow->aliases[hash_of(token->text, token->length) % FLOW_BUCKETS];
	     entry; entry = entry->next)
		if (strlen(entry->local) == token->length && memcmp(entry->local, token->text, token->length) == 0)
			return true;
	return false;
}

size_t flow_last_part(const struct flow *flow, size_t first, size_t *end) {
	size_t last = first;

	*end = first + 1;
	for (;;) {
		const struct lex_token *key;
		const bool member = flow_is_member(flow, *end);
		size_t behind;

		if (member && lex_at(&flow->lex, *end + 1)->kind == LEX_NAME) {
			last = *end + 1;
			*end += 2;
		} else if (is_key(flow, *end + member, &key, &behind)) {
			*end = behind;
		} else {
			return last;
		}
	}
}

static void index_rows(struct flow *flow) {
	const struct script_call *rows = flow->language->calls;
	size_t count = 0;

	while (rows[count].name)
		++count;
	flow->next_rows = arena_array(flow->arena, count + 1, sizeof *flow->next_rows);
	/* From behind, so that the first of those that match is the first in its bucket. */
	for (size_t i = count; i-- > 0;) {
		const unsigned bucket = last_part_bucket(rows[i].name);

		flow->next_rows[i] = flow->row_buckets[bucket];
		flow->row_buckets[bucket] = (uint16_t)(i + 1);
	}
}

const struct script_call *flow_row(const struct flow *flow, const char *name) {
	const struct script_call *rows = flow->language->calls;
	const char *full = name[0] == '.' ? alias_of(flow, name) : NULL;

	if (full && strcmp(full, FLOW_OWN) == 0)
		return NULL;
	/* A part that is a function: x.create, where that is os.Create. */
	if (full && flow->language->names_first)
		name = full;
	bool stays = false;
	for (const char *const *row = flow->language->builtins; row && *row; ++row)
		stays |= strcmp(*row, name) == 0;
	for (unsigned i = flow->row_buckets[last_part_bucket(name)]; i; i = flow->next_rows[i - 1]) {
		if (strcmp(rows[i - 1].name, name) != 0)
			continue;
		for (uint32_t own = stays ? 0 : flow_function(flow, name, strlen(name), 0); own;
		     own = flow_function(flow, name, strlen(name), own))
			if (!flow->language->methods_apart ||
			    !flow_is_class(flow, flow->blocks[flow->functions[own - 1].block].parent, NULL))
				return NULL;
		return &rows[i - 1];
	}
	return NULL;
}

/* Assignments */

/** The same of what is said behind it, $a = $b if $c, or before it without "if": $c and $a = $b. */
static bool is_modified(const struct flow *flow, size_t token) {
	static const char *const before[] = { "and", "or", "&&", "||", NULL };
	static const char *const behind[] = { "if", "unless", "while", "until", "for", "foreach", NULL };
	size_t at = flow_statement(flow, token);

	for (; at < token; ++at)
		if (flow_is_one(lex_at(&flow->lex, at), before))
			return true;
	/* x = if c: the value is the condition's. */
	for (at = token + 2; lex_at(&flow->lex, at)->kind < LEX_NEWLINE && at < flow->lex.count; ++at) {
		const struct lex_token *one = lex_at(&flow->lex, at);

		if (flow_is_one(one, behind))
			return true;
		if (lex_is(one, "(") || lex_is(one, "[") || lex_is(one, "{"))
			at = flow_close(flow, at, flow->lex.count);
	}
	return false;
}

/** Whether what stands there in its statement is done only if what the statement says before is so: if (a) b = c; */
static bool is_conditional(const struct flow *flow, size_t token) {
	static const char *const words[] = { "if", "while", "for", "else", "case", "default", "elseif", NULL };
	const size_t start = flow_statement(flow, token);
	const struct lex_token *first = lex_at(&flow->lex, start);

	if (flow->language->bare_calls)
		return is_modified(flow, token);
	if (!flow->language->casts || first->kind != LEX_NAME || !flow_is_one(first, words))
		return false;
	return !lex_is(lex_at(&flow->lex, start + 1), "(") || flow->partners[start + 1] < token;
}

static struct flow_binding *add_binding(struct flow *flow, const char *name, size_t token, enum binding_kind kind) {
	uint32_t *bucket = &flow->binding_buckets[text_hash(name) % FLOW_BUCKETS];
	const uint32_t block = flow->blocks_of[token < flow->lex.count ? token : flow->lex.count];

	flow->bindings = arena_grow(flow->arena, flow->bindings, flow->nbindings, sizeof *flow->bindings);
	flow->bindings[flow->nbindings] = (struct flow_binding) {
		.name = name,
		.function = flow->blocks[block].function,
		.block = block,
		.token = token,
		.kind = (uint8_t)kind,
		.conditional = is_conditional(flow, token),
		.previous = *bucket,
	};
	*bucket = (uint32_t)flow->nbindings + 1;
	return &flow->bindings[flow->nbindings++];
}

/** What is put into a part of anything: "x.part = …" binds ".part", too. */
static void bind_field(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	const char *part = strrchr(name, '.');

	if (flow->language->fields && part)
		add_binding(flow, part, token, BINDING_RANGE)->range = range;
}

void flow_bind(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	add_binding(flow, name, token, BINDING_RANGE)->range = range;
	bind_field(flow, name, token, range);
}

void flow_bind_element(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	add_binding(flow, name, token, BINDING_ELEMENT)->range = range;
}

void flow_bind_also(struct flow *flow, const char *name, size_t token, struct flow_range range) {
	add_binding(flow, name, token, BINDING_IF_EMPTY)->range = range;
}

void flow_bind_value(struct flow *flow, const char *name, size_t token, const struct value *value) {
	struct flow_binding *binding = add_binding(flow, name, token, BINDING_VALUE);

	binding->value = value_kept(flow->arena, value);
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

		if (*name.text)
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
	return opens(lex_at(lex, open)) && !lex_is(lex_at(lex, open), "(") ? open : SIZE_MAX;
}

/** Bind the elements of a literal with keys: NAME = { KEY: VALUE }, of Perl %NAME = (KEY => VALUE); those within, too.
 */
static void bind_keys(struct flow *flow, const char *name, size_t token, struct flow_range range,
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
		if ((key->kind != LEX_NAME && key->kind != LEX_STRING) ||
		    !(lex_is(between, ":") || lex_is(between, "=>"))) {
			i = opens(key) ? flow_close(flow, i, around[0].close) + 1 : i + 1;
			continue;
		}
		const size_t end = flow_expression_end(flow, i + 2), close = around[depth].close;
		const char *part = arena_text(flow->arena, "%s.%.*s", around[depth].name, (int)key->length, key->text);
		++count;
		if (opens(value) && !lex_is(value, "(") && depth + 1 < WITHIN) {
			around[++depth].name = part;
			around[depth].close = flow_close(flow, i + 2, close);
			i += 3;
			continue;
		}
		const struct flow_range element = { i + 2, end < close ? end : close };
		add_binding(flow, part, token, kind)->range = element;
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

		flow_bind(flow, copy_of(flow, lex_at(lex, i)), operator,(struct flow_range) { value, end });
		value = lex_is(lex_at(lex, end), ",") ? end + 1 : value;
	}
	return true;
}

static void bind_pattern(struct flow *flow, size_t open, size_t token, const char *owner);
static const char *unnamed(const struct flow *flow, size_t token);

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
					add_binding(flow, copy_of(flow, lex_at(lex, i)), operator, BINDING_IF_EMPTY)
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
		const char *owner = unnamed(flow, operator);

		add_binding(flow, owner, operator, BINDING_RANGE)->range = range;
		bind_keys(flow, owner, operator, range, BINDING_RANGE);
		bind_pattern(flow, flow->partners[operator- 1], operator, owner);
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
	if (kind == BINDING_RANGE && start > 1 && lex_is(lex_at(lex, start - 1), ",") && !flow->in_parentheses[operator]) {
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
	add_binding(flow, name.text, operator, kind)->range = range;
	if (kind == BINDING_RANGE) {
		bind_field(flow, name.text, operator, range);
		bind_keys(flow, name.text, operator, range, kind);
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
	add_binding(flow, arena_text(flow->arena, ".%.*s", (int)name->length, name->text), operator, BINDING_RANGE)
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
		add_binding(flow, into.text, behind, BINDING_CALL)->range = range;
	if (part)
		add_binding(flow, part, behind, BINDING_CALL)->range = range;
}

/** The function that the block is, if it has a name. */
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
		const size_t behind = behind_types(flow, value, close);

		value = behind > value                     ? behind
		        : opens(lex_at(&flow->lex, value)) ? flow_close(flow, value, close) + 1
		                                           : value + 1;
	}
	return value;
}

/** A name for a value that has none: it cannot be one of the script's. */
static const char *unnamed(const struct flow *flow, size_t token) {
	return arena_text(flow->arena, "{%zu", token);
}

/** What a parameter is called that begins at i; it is noted. */
static void add_parameter(struct flow *flow, struct flow_function *function, const char *name,
                          struct flow_range range) {
	add_binding(flow, name, flow->blocks[function->block].body.first, BINDING_PARAMETER)->range = range;
}

/**
 * Bind the names of a pattern that opens at open to the parts of owner: { a, b: c, d = VALUE, e: { f } }.  They are
 * bound where token stands.
 */
static void bind_pattern(struct flow *flow, size_t open, size_t token, const char *owner) {
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
		if (opens(lex_at(lex, local)) && depth + 1 < WITHIN) {
			around[++depth].name = part;
			around[depth].close = flow_close(flow, local, around[0].close);
			i = local;
			continue;
		}
		struct flow_binding *binding =
		        add_binding(flow, copy_of(flow, lex_at(lex, local)), token, BINDING_PART);
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

			name = copy_of(flow, token);
			/* TypeScript's members that are parameters. */
			if (flow_is_one(lex_at(lex, i - 1), shown))
				add_binding(flow, arena_text(flow->arena, "this.%s", name), body, BINDING_RANGE)
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
			name = copy_of(flow, lex_at(lex, i + 2));
			add_parameter(flow, function, name, (struct flow_range) { 0 });
			i += 3;
			if (lex_is(lex_at(lex, i + 1), "("))
				i = flow_close(flow, i + 1, close);
		} else if (token->kind == LEX_OPEN && flow->language->methods) {
			name = unnamed(flow, i);
			bind_pattern(flow, i, body, name);
			i = flow_close(flow, i, close);
		} else if (opens(token)) {
			i = flow_close(flow, i, close);
		} else {
			i = behind_types(flow, i, close);
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
	const size_t literal = literal_start(flow, own);
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
				function->parameters[function->nparameters++] = copy_of(flow, lex_at(lex, at));
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
			flow_bind(flow, copy_of(flow, lex_at(lex, i + 1)), i + 1,
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
		function->parameters[function->nparameters++] = copy_of(flow, lex_at(lex, parameters));
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
	for (unsigned i = 0; i < function->nparameters; ++i)
		if (strlen(function->parameters[i]) == keyword->length &&
		    memcmp(function->parameters[i], keyword->text, keyword->length) == 0)
			return function->parameters[i];
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

/** A function gets the arguments of a call. */
static void give_arguments(struct flow *flow, struct flow_function *function, const struct flow_call *call,
                           size_t open) {
	const size_t body = flow->blocks[function->block].body.first;

	for (size_t k = 0; k < call->narguments; ++k) {
		const struct flow_range range = call->arguments[k].range;
		const struct lex_token *keyword = call->arguments[k].keyword;
		const char *parameter = parameter_of(flow, function, k, keyword);

		if (flow->language->arguments && !keyword) {
			/* The object stands before them. */
			const bool method = open > 1 && lex_is(lex_at(&flow->lex, open - 2), "->");
			struct flow_binding *taken = add_binding(
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
		if (!parameter)
			continue;
		struct flow_binding *binding = add_binding(flow, parameter, body, BINDING_ARGUMENT);
		binding->range = range;
		binding->call = (uint32_t)open + 1;
		if (lex_at(&flow->lex, range.first)->kind == LEX_OPEN && *parameter != '%')
			bind_keys(flow, parameter, body, range, BINDING_ARGUMENT);
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
			add_binding(flow,
			            arena_text(flow->arena, "%s%.*s", flow->language->selves[0], (int)keyword->length,
			                       keyword->text),
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
		if ((!function->nparameters && !flow->language->arguments) || function->ncalls >= FLOW_CALLS ||
		    (open >= block->own.first && open < block->own.end))
			continue;
		if (!call.end)
			flow_read_call(flow, &call, open, bare);
		for (size_t k = 0; k < call.narguments && callbacks && !call.arguments[k].keyword; ++k) {
			const uint32_t given = function_at(flow, call.arguments[k].range);
			const char *parameter = given ? parameter_of(flow, function, k, NULL) : NULL;

			/* Others see it, too, which does no harm. */
			if (parameter && flow->nfunctions < flow->nfirst * 2)
				define(flow, parameter, given);
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

/** Where the value begins that ends before end: a name, a call, a list, and what is behind their dots. */
static size_t value_start(const struct flow *flow, size_t end) {
	const struct lex *lex = &flow->lex;
	size_t at = end;

	while (at > 0) {
		const struct lex_token *token = lex_at(lex, at - 1);

		if (closes(token) && flow->partners[at - 1] && flow->partners[at - 1] < at - 1) {
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
		add_binding(flow, function->parameters[0], flow->blocks[block].body.first, BINDING_ELEMENT)->range =
		        list;
	/* Of a map of Java the other one is the value. */
	if (function->nparameters == 2 && flow->language->bare_functions)
		add_binding(flow, function->parameters[1], flow->blocks[block].body.first, BINDING_ELEMENT)->range =
		        list;
	/* ([a, b]) => … */
	for (size_t i = parameters + 2; lex_is(lex_at(lex, parameters + 1), "[") && i < flow->partners[parameters + 1];
	     ++i)
		if (lex_at(lex, i)->kind == LEX_NAME)
			add_binding(flow, copy_of(flow, lex_at(lex, i)), flow->blocks[block].body.first,
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
				define(flow, copy_of(flow, lex_at(&flow->lex, at + 1)), flow->functions[i].block);
	}
}

/** Whether a function of the script's own is called there without parentheses: NAME VALUE, as Perl and Ruby have it. */
static bool is_bare_call(const struct flow *flow, size_t i) {
	const struct lex_token *name = lex_at(&flow->lex, i), *before = lex_at(&flow->lex, i ? i - 1 : SIZE_MAX);

	return flow->language->bare_calls && name->kind == LEX_NAME && name->length &&
	       flow_function(flow, name->text, name->length, 0) && !flow_opens_call(flow, i + 1) &&
	       flow_begins_argument(flow, i + 1) && !flow_is_one(lex_at(&flow->lex, i + 1), behind_values) &&
	       !flow_is_one(before, flow->language->functions) && !(i && flow_is_member(flow, i - 1)) &&
	       !lex_is(before, "self") && !lex_is(lex_at(&flow->lex, i + 1), "(");
}

/** What functions of the script's own are called with. */
static void bind_functions(struct flow *flow) {
	const struct lex *lex = &flow->lex;

	for (size_t i = 0; i < flow->nfirst; ++i)
		bind_parameters(flow, &flow->functions[i]);
	name_constructors(flow);
	for (unsigned pass = 0; pass < 2; ++pass)
		for (size_t i = 1; i < lex->count && flow->nfunctions + flow->nclasses && lex_has_room(&flow->lex); ++i)
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
		const struct script_call *row = flow_row(flow, copy_of(flow, call));
		if (row && (row->effect == CALL_FORMAT_INTO || row->effect == CALL_COPY_INTO ||
		            row->effect == CALL_FRESH_INTO))
			return true;
	}
	return false;
}

/** A call of a function of the script's own that fills what it is given: f(NAME, …), f(&NAME). */
static void bind_filled(struct flow *flow, size_t first, size_t open) {
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
		        add_binding(flow, copy_of(flow, lex_at(lex, at)), call.end - 1, BINDING_FILLED);
		binding->part = function->parameters[k];
		binding->call = (uint32_t)open + 1;
		binding->filler = function->block;
	}
}

/** A statement that builds a text: NAME.append(…).append(…). */
static void bind_added(struct flow *flow, size_t i) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = lex_at(lex, i);

	while (lex_is(lex_at(lex, i + 1), ".") && flow_is_one(lex_at(lex, i + 2), flow->language->adders) &&
	       lex_is(lex_at(lex, i + 3), "(")) {
		const size_t end = flow_expression_end(flow, i + 4);

		add_binding(flow, copy_of(flow, name), end, BINDING_ADDED)->range = (struct flow_range) { i + 4, end };
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
			flow_bind_element(flow, copy_of(flow, lex_at(lex, at - 1)), at,
			                  (struct flow_range) { at + 1, close });
			return;
		} else if (lex_is(lex_at(lex, at), ":") && lex_is(lex_at(lex, at - 1), "]") && flow->partners[at - 1]) {
			/* auto &[KEY, VALUE]. */
			for (size_t k = flow->partners[at - 1] + 1; k < at - 1; k += 2)
				flow_bind_element(flow, copy_of(flow, lex_at(lex, k)), at,
				                  (struct flow_range) { at + 1, close });
			return;
		}
}

void flow_bind_all(struct flow *flow) {
	const struct script_language *language = flow->language;

	bind_functions(flow);
	for (size_t i = 0; i < flow->lex.count && lex_has_room(&flow->lex); ++i) {
		const struct lex_token *token = &flow->lex.tokens[i];

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
				bind_filled(flow, i, end);
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

void script_analyse(const struct script_language *language, const char *data, size_t size, struct arena *arena,
                    struct script *script) {
	if (language->analyse) {
		language->analyse(data, size, arena, script);
		return;
	}
	struct flow *flow = arena_alloc(arena, sizeof *flow);

	flow->language = language;
	flow->arena = arena;
	lex_start(&flow->lex, arena, data, size);
	flow->lex.pulse = script->pulse;
	language->lex(&flow->lex);
	flow->budget = STEPS_LEAST + STEPS_EACH * flow->lex.count;
	index_rows(flow);
	flow_order(flow);
	if (language->prepare)
		language->prepare(flow);
	flow_bind_all(flow);
	flow_find(flow, script);
	if (flow->lex.truncated)
		script->defect = "has more words than are looked at";
	else if (flow->exhausted)
		script->defect = "takes more steps to follow than are taken";
}
