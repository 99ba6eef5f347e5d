#include "flow_parts.h"

#include "text.h"

#include <string.h>

/** Steps for each token, and at least: nearly all honest scripts need a tenth of it. */
enum { STEPS_EACH = 100, STEPS_LEAST = 200000 };

/** Looks for each byte of a script, at least, and at most: a quarter of that is more than what honest ones need. */
enum { LOOKS_EACH = 400, LOOKS_LEAST = 10000000, LOOKS_MOST = 1000000000 };

/** The most memory that it may take to read it, and how much more what follows may, in bytes. */
#define MEMORY_READ ((size_t)56 << 20)
#define MEMORY_MORE ((size_t)12 << 20)

bool flow_step(struct flow *flow) {
	lex_look(&flow->lex, LEX_STEP);
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

bool flow_is_opening(const struct lex_token *token) {
	return token->kind == LEX_OPEN ||
	       (token->kind == LEX_OPERATOR && token->length >= 1 && strchr("([{", token->text[token->length - 1]));
}

bool flow_is_closing(const struct lex_token *token) {
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
	return flow->statements[index < flow->lex.count ? index : flow->lex.count];
}

static void find_statements(struct flow *flow) {
	flow->statements = arena_array(flow->arena, flow->lex.count + 1, sizeof *flow->statements);
	for (size_t i = 1; i <= flow->lex.count; ++i)
		flow->statements[i] =
		        lex_at(&flow->lex, i - 1)->kind >= LEX_NEWLINE ? (uint32_t)i : flow->statements[i - 1];
}

uint32_t flow_hash(const char *text, size_t length) {
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < length; ++i)
		hash = (hash ^ (unsigned char)text[i]) * 16777619U;
	return hash;
}

uint32_t flow_function(const struct flow *flow, const char *name, size_t length, uint32_t previous) {
	uint32_t at = previous ? flow->functions[previous - 1].previous
	                       : flow->function_buckets[flow_hash(name, length) % FLOW_MANY_BUCKETS];

	while (at && (strlen(flow->functions[at - 1].name) != length ||
	              memcmp(flow->functions[at - 1].name, name, length) != 0)) {
		lex_look(&flow->lex, 1);
		at = flow->functions[at - 1].previous;
	}
	return at;
}

bool flow_defines(const struct flow *flow, const struct lex_token *name) {
	return name->kind == LEX_NAME && flow_function(flow, name->text, name->length, 0);
}

void flow_define(struct flow *flow, const char *name, uint32_t block) {
	uint32_t *bucket = &flow->function_buckets[flow_hash(name, strlen(name)) % FLOW_MANY_BUCKETS];

	flow->functions = arena_grow(flow->arena, flow->functions, flow->nfunctions, sizeof *flow->functions);
	flow->functions[flow->nfunctions++] = (struct flow_function) {
		.name = name,
		.block = block,
		.previous = *bucket,
	};
	*bucket = (uint32_t)flow->nfunctions;
}

const char *flow_copy(const struct flow *flow, const struct lex_token *token) {
	return arena_bytes(flow->arena, token->text, token->length);
}

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

size_t flow_behind_types(const struct flow *flow, size_t i, size_t close) {
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
	const size_t open = flow_behind_types(flow, at + 1, head.end);
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

		if (flow_is_closing(token) && kind == LEX_OPERATOR && flow->partners[first - 1] &&
		    flow->partners[first - 1] < first) {
			first = flow->partners[first - 1] + 1;
			continue;
		}
		/* A method that is an element: { a: b, NAME(…) {. */
		if ((kind == LEX_OPEN || kind == LEX_CLOSE) && flow->language->methods && comma < index)
			return (struct flow_range) { comma, index };
		if (kind == LEX_NEWLINE || kind == LEX_OPEN || kind == LEX_CLOSE)
			break;
		if (flow_is_opening(token))
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

size_t flow_literal_start(const struct flow *flow, struct flow_range own) {
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
	const size_t literal = flow_literal_start(flow, head);

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

uint32_t flow_class(const struct flow *flow, const struct lex_token *name) {
	uint32_t at = flow->class_buckets[flow_hash(name->text, name->length) % FLOW_BUCKETS];

	while (at && (flow->classes[at - 1].name->length != name->length ||
	              memcmp(flow->classes[at - 1].name->text, name->text, name->length) != 0)) {
		lex_look(&flow->lex, 1);
		at = flow->classes[at - 1].previous;
	}
	return at;
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
		uint32_t *bucket = &flow->class_buckets[flow_hash(name->text, name->length) % FLOW_BUCKETS];
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
		flow_define(flow, name->kind == LEX_NAME ? flow_copy(flow, name) : "", block.function);
	}
	if (!is_function)
		define_class(flow, block.head, (uint32_t)flow->nblocks);
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

static size_t count_blocks(const struct flow *flow) {
	size_t count = 0;

	for (size_t i = 0; i < flow->lex.count; ++i)
		count += lex_at(&flow->lex, i)->kind == LEX_OPEN;
	return count;
}

static void begin_order(struct flow *flow) {
	const size_t count = flow->lex.count;

	find_statements(flow);
	flow->partners = arena_array(flow->arena, count + 1, sizeof *flow->partners);
	flow->blocks_of = arena_array(flow->arena, count + 1, sizeof *flow->blocks_of);
	flow->in_parentheses = arena_array(flow->arena, count + 1, sizeof *flow->in_parentheses);
	flow->in_braces = arena_array(flow->arena, count + 1, sizeof *flow->in_braces);
	flow->blocks = arena_array(flow->arena, 1 + count_blocks(flow), sizeof *flow->blocks);
	flow->blocks[flow->nblocks++] = (struct flow_block) { .body = { 0, count } };
}

/** Put the tokens in order: brackets, blocks, functions. */
static void put_in_order(struct flow *flow) {
	/** More than anything that is not hostile; what is nested deeper is taken for unbalanced. */
	enum { DEEPEST = 4096 };
	const size_t count = flow->lex.count;
	uint32_t *stack = arena_array(flow->arena, DEEPEST, sizeof *stack), block = 0;
	size_t depth = 0;

	begin_order(flow);
	for (size_t i = 0; i < count; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (flow_is_closing(token)) {
			size_t found = depth;

			while (found > 0 && !match(lex_at(&flow->lex, stack[found - 1]), token))
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
		if (flow_is_opening(token) && depth < DEEPEST) {
			stack[depth++] = (uint32_t)i;
			flow->partners[i] = (uint32_t)count;
			if (token->kind == LEX_OPEN)
				block = open_block(flow, i, block);
		}
		flow->ordered = i + 1;
	}
}

/** Go on with the tokens that are in order, if that ended early. */
static void settle(struct flow *flow) {
	if (!flow->blocks) {
		flow->lex.count = 0;
		begin_order(flow);
	}
	flow->lex.count = flow->ordered;
	flow->blocks_of[flow->ordered] = 0;
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

/** Behind the types that a function or class of TypeScript is called with, NAME<A, B>(…), that open at i; or i. */
static size_t behind_type_arguments(const struct flow *flow, size_t i) {
	enum { MOST = 32 };
	const struct lex *lex = &flow->lex;

	if (!flow->language->methods || !lex_is(lex_at(lex, i), "<") || !i || lex_at(lex, i - 1)->kind != LEX_NAME)
		return i;
	const size_t behind = flow_behind_types(flow, i, i + MOST < lex->count ? i + MOST : lex->count);
	for (size_t at = i; at < behind; ++at)
		if (lex_at(lex, at)->kind != LEX_NAME && !strchr("<>.,|[]", *lex_at(lex, at)->text))
			return i;
	return behind > i && lex_is(lex_at(lex, behind), "(") ? behind : i;
}

size_t flow_behind_commas(const struct flow *flow, size_t i) {
	size_t at = i;

	if (!flow->language->percent_formats || !lex_is(lex_at(&flow->lex, i), "lambda"))
		return behind_type_arguments(flow, i);
	while (lex_at(&flow->lex, at)->kind != LEX_END && lex_at(&flow->lex, at)->kind < LEX_NEWLINE &&
	       !lex_is(lex_at(&flow->lex, at), ":"))
		++at;
	return lex_is(lex_at(&flow->lex, at), ":") ? at : i;
}

size_t flow_expression_end(const struct flow *flow, size_t first) {
	size_t i = first;

	for (; i < flow->lex.count; ++i) {
		i = flow_behind_commas(flow, i);
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (token->kind == LEX_NEWLINE || token->kind == LEX_CLOSE || flow_is_closing(token))
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
		if (flow_is_opening(token))
			i = flow_close(flow, i, flow->lex.count);
	}
	return i;
}

static void read_script(void *context) {
	struct script_task *task = context;
	const struct script_language *language = task->language;
	struct flow *flow = arena_alloc(task->arena, sizeof *flow);

	flow->language = language;
	flow->arena = task->arena;
	task->made = flow;
	lex_start(&flow->lex, task->arena, task->data, task->size);
	flow->lex.limit = task->limit;
	language->lex(&flow->lex);
	put_in_order(flow);
}

static void bind_names(void *context) {
	struct flow *flow = ((struct script_task *)context)->made;

	settle(flow);
	flow->budget = STEPS_LEAST + STEPS_EACH * flow->lex.count;
	flow_index_rows(flow);
	flow_bind_all(flow);
}

static void find(void *context) {
	flow_find(((struct script_task *)context)->made);
}

static void judge(void *context) {
	struct script_task *task = context;
	struct flow *flow = task->made;

	flow_judge(flow, task->script);
	if (flow->lex.truncated)
		task->script->defect = "has more words than are looked at";
	else if (flow->exhausted)
		task->script->defect = "takes more steps to follow than are taken";
}

static const struct script_stages stages_of_flow = { read_script, bind_names, find, judge };

void script_analyse(const struct script_language *language, const char *data, size_t size, struct arena *arena,
                    struct script *script) {
	const struct script_stages *stages = language->stages ? language->stages : &stages_of_flow;
	const size_t looks = size < LOOKS_MOST / LOOKS_EACH ? LOOKS_LEAST + LOOKS_EACH * size : LOOKS_MOST;
	const struct {
		void (*work)(void *task);
		/** What it may take, with what those before have left. */
		size_t looks, memory;
	} rows[] = {
		{ stages->read, looks / 2, MEMORY_READ },
		{ stages->bind, looks / 4, MEMORY_MORE },
		{ stages->find, looks / 2, MEMORY_MORE },
		{ stages->judge, looks / 8, MEMORY_MORE / 3 },
	};
	struct lex_limit limit = { .pulse = script->pulse };
	struct script_task task = { language, data, size, arena, &limit, script, NULL };
	bool whole = true;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
		limit.left += rows[i].looks;
		limit.memory += rows[i].memory;
		whole &= lex_within(&limit, rows[i].work, &task);
	}
	if (!whole)
		script->defect = "takes more steps to follow than are taken";
	script_sort(script);
}
