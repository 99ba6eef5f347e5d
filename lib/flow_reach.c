/** Whether a place in a script is reached at all: on this system, and as the script stands; and by which branches. */

#include "flow_parts.h"

#include "text.h"

#include <string.h>
#include <strings.h>

/** How many tokens of a condition are looked at. */
enum { CONDITION = 64 };

static bool is_nothing(const struct lex_token *token) {
	static const char *const nothing[] = { "false", "False", "FALSE", "None", "nil", "null", "undef", NULL };

	if (token->kind == LEX_STRING && !token->length)
		return true;
	return token->kind == LEX_STRING || token->kind == LEX_NUMBER ? token->length == 1 && *token->text == '0'
	                                                              : flow_is_one(token, nothing);
}

/** What stands behind "if" in the head of a block; first == end: it has no condition. */
static struct flow_range condition_of(const struct flow *flow, uint32_t block) {
	static const char *const words[] = { "if", "elsif", "elif", "elseif", NULL };
	struct flow_range head = flow->blocks[block].head, condition = { 0, 0 };

	if (head.end > head.first + CONDITION)
		head.end = head.first + CONDITION;
	for (size_t i = head.first; i < head.end; ++i)
		if (flow_is_one(lex_at(&flow->lex, i), words) && !(i && flow_is_member(flow, i - 1)))
			condition = (struct flow_range) { i + 1, head.end };
	while (condition.first < condition.end && lex_is(lex_at(&flow->lex, condition.first), "("))
		++condition.first;
	return condition;
}

/** Whether a variable holds nothing from the one place where it is set on: a switch that is off. */
static bool is_off(const struct flow *flow, size_t token) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *name = lex_at(lex, token);
	const char *text = arena_bytes(flow->arena, name->text, name->length);
	const struct flow_binding *only = NULL;

	for (uint32_t i = flow_binding(flow, text, 0); i; i = flow_binding(flow, text, i)) {
		if (only)
			return false;
		only = &flow->bindings[i - 1];
	}
	if (!only || only->kind != BINDING_RANGE || only->range.end != only->range.first + 1 ||
	    !is_nothing(lex_at(lex, only->range.first)))
		return false;
	/* Options are put there by its address: GetOptions("debug" => \$debug). */
	for (size_t i = 1; i < lex->count; ++i)
		if (lex_at(lex, i)->length == name->length && memcmp(lex_at(lex, i)->text, text, name->length) == 0 &&
		    (lex_is(lex_at(lex, i - 1), "\\") || lex_is(lex_at(lex, i - 1), "&") ||
		     lex_is(lex_at(lex, i - 1), "++") || lex_is(lex_at(lex, i + 1), "++") ||
		     lex_is(lex_at(lex, i + 1), "=~")))
			return false;
	return true;
}

/** Whether a condition holds for one thing or another. */
static bool is_either(const struct flow *flow, struct flow_range range) {
	for (size_t i = range.first; i < range.end; ++i)
		if (lex_is(lex_at(&flow->lex, i), "||") || lex_is(lex_at(&flow->lex, i), "or"))
			return true;
	return false;
}

/** Whether a text is how another system than Linux is called, with a version at most: "win32", "MSWin32", /darwin/. */
static bool is_other_system(const struct lex *lex, const struct lex_token *token) {
	static const char *const systems[] = { "win",     "mswin", "mingw", "cygwin", "windows", "nt",      "darwin",
		                               "mac",     "macos", "os2",   "vms",    "freebsd", "openbsd", "netbsd",
		                               "solaris", "sunos", "aix",   "hpux",   NULL };
	const char *text = token->text, *end = token->text + token->length;

	/* What a pattern holds is not in its token. */
	if (token->length < 2 && token->at < lex->size && lex->data[token->at] == '/') {
		text = lex->data + token->at;
		end = memchr(text, '\n', lex->size - token->at);
		end = end ? end : lex->data + lex->size;
	}
	while (text < end && (*text == '/' || *text == '^' || *text == '('))
		++text;
	for (const char *const *word = systems; *word; ++word) {
		const size_t length = strlen(*word);

		if ((size_t)(end - text) >= length && strncasecmp(text, *word, length) == 0 &&
		    (text + length == end || (text[length] && strchr("0123456789/|)$ _", text[length]))))
			return true;
	}
	return false;
}

/** Whether a condition asks for a system that is not Linux; what says "not" does not. */
static bool is_elsewhere(const struct flow *flow, struct flow_range range) {
	static const char *const sources[] = { "platform", "$^O", "OSNAME",        "PHP_OS",  "PHP_OS_FAMILY",
		                               "GOOS",     "os",  "host_os",       "HOST_OS", "system",
		                               "osName",   "OS",  "RUBY_PLATFORM", NULL };
	static const char *const answers[] = { "win_platform?", "windows?",    "isWindows", "is_windows",
		                               "IS_WINDOWS",    "IsWindows",   "isWin32",   "windows_host?",
		                               "IS_OS_WINDOWS", "_IS_WINDOWS", NULL };
	static const char *const negations[] = { "!=", "!==", "!", "not", "ne", "unless", "!~", "<>", NULL };
	const struct lex *lex = &flow->lex;
	bool asks = false, answered = false, other = false, separator = false, backslash = false;

	for (size_t i = range.first; i < range.end; ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind != LEX_STRING && flow_is_one(token, negations))
			return false;
		if (token->kind == LEX_NAME) {
			asks |= flow_is_one(token, sources);
			answered |= flow_is_one(token, answers);
			separator |= token->length >= 19 &&
			             memcmp(token->text + token->length - 19, "DIRECTORY_SEPARATOR", 19) == 0;
		} else if (token->kind == LEX_STRING || token->kind == LEX_NUMBER) {
			if (memmem(token->text, token->length, "inux", 4))
				return false;
			asks |= token->length == 7 && memcmp(token->text, "os.name", 7) == 0;
			other |= is_other_system(lex, token);
			backslash |= token->length && token->length <= 2 && *token->text == '\\';
		}
	}
	return answered || (asks && other) || (separator && backslash);
}

/** Whether a function that languages have is asked for, and is not there. */
static bool is_substitute(const struct flow *flow, struct flow_range range) {
	return lex_is(lex_at(&flow->lex, range.first), "!") &&
	       lex_is(lex_at(&flow->lex, range.first + 1), "function_exists");
}

/** The same of Ruby: unless defined? NAME, unless X.respond_to?(:name). */
static bool is_supplement(const struct flow *flow, uint32_t block) {
	static const char *const words[] = { "defined?", "respond_to?", "method_defined?", NULL };
	const struct flow_range head = flow->blocks[block].head;
	bool asks = false;

	for (size_t i = head.first; i < head.end && i < head.first + CONDITION; ++i)
		asks |= flow_is_one(lex_at(&flow->lex, i), words);
	return asks && lex_is(lex_at(&flow->lex, head.first), "unless");
}

/** Whether it is a function that a module tries itself with: def _test(), def test_NAME(). */
static bool is_trial(const struct flow *flow, uint32_t block) {
	static const char *const names[] = { "_test", "_selftest", "selftest", "self_test", "_self_test", NULL };
	const size_t first = flow->blocks[block].head.first;
	const struct lex_token *name = lex_at(&flow->lex, first + 1);

	return flow_is_one(lex_at(&flow->lex, first), flow->language->functions) &&
	       (flow_is_one(name, names) || (name->length > 5 && memcmp(name->text, "test_", 5) == 0));
}

/** Whether a condition asks for Linux, or for what it is one of: os.name == "posix". */
static bool is_for_linux(const struct flow *flow, struct flow_range range) {
	static const char *const negations[] = {
		"!=", "!==", "!", "not", "ne", "unless", "!~", "<>", "and", "&&", NULL
	};
	bool asks = false;

	for (size_t i = range.first; i < range.end; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);
		const bool text = token->kind == LEX_STRING || token->kind == LEX_NAME;

		if (token->kind != LEX_STRING && flow_is_one(token, negations))
			return false;
		asks |= text && (token->length == 5 || token->length == 6) &&
		        (strncasecmp(token->text, "posix", token->length) == 0 ||
		         strncasecmp(token->text, "linux2", token->length) == 0);
	}
	return asks && range.end > range.first;
}

/** Whether a block before the token is left for good on Linux: if os.name == "posix": return …. */
static bool is_left_behind(const struct flow *flow, uint32_t block, size_t token) {
	const struct lex *lex = &flow->lex;

	for (uint32_t i = block + 1; i < flow->nblocks; ++i) {
		const struct flow_block *other = &flow->blocks[i];

		lex_look(lex, 1);
		size_t last = other->body.end;

		if (other->parent != block || other->body.end >= token || !is_for_linux(flow, condition_of(flow, i)))
			continue;
		while (last > other->body.first && lex_at(lex, last - 1)->kind == LEX_NEWLINE)
			--last;
		if (lex_is(lex_at(lex, flow_statement(flow, last)), "return"))
			return true;
	}
	return false;
}

/** Whether the block is left before the token on what is Linux: next unless Gem.win_platform?. */
static bool is_left_here(const struct flow *flow, uint32_t block, size_t token) {
	static const char *const words[] = { "next", "return", NULL };
	const struct lex *lex = &flow->lex;

	for (size_t i = flow->blocks[block].body.first; i + 1 < token; ++i) {
		size_t end = i + 2;

		if (!flow_is_one(lex_at(lex, i), words) || !lex_is(lex_at(lex, i + 1), "unless") ||
		    flow->blocks_of[i] != block)
			continue;
		while (end < token && lex_at(lex, end)->kind != LEX_NEWLINE)
			++end;
		if (is_elsewhere(flow, (struct flow_range) { i + 2, end }))
			return true;
	}
	return false;
}

/** How far a block is entered that has a condition. */
static enum script_confidence entered(const struct flow *flow, struct flow_range condition) {
	const struct lex_token *first = lex_at(&flow->lex, condition.first),
	                       *second = lex_at(&flow->lex, condition.first + 1);
	const bool decides = condition.first + 1 >= condition.end || lex_is(second, ")") || lex_is(second, ":") ||
	                     lex_is(second, "&&") || lex_is(second, "and");

	if (condition.first >= condition.end || is_either(flow, condition))
		return SCRIPT_HIGH;
	/* What is a FIFO already is not created. */
	if ((decides && is_nothing(first)) || lex_is(first, "-p") || is_elsewhere(flow, condition) ||
	    is_substitute(flow, condition))
		return SCRIPT_LOW;
	return decides && first->kind == LEX_NAME && is_off(flow, condition.first) ? SCRIPT_MEDIUM : SCRIPT_HIGH;
}

enum script_confidence flow_reach(const struct flow *flow, size_t token) {
	enum script_confidence reach = SCRIPT_HIGH;

	for (uint32_t block = flow->blocks_of[token]; block; block = flow->blocks[block].parent) {
		const enum script_confidence own = is_supplement(flow, block) || is_trial(flow, block) ||
		                                                   is_left_here(flow, block, token) ||
		                                                   is_left_behind(flow, block, token)
		                                           ? SCRIPT_LOW
		                                           : entered(flow, condition_of(flow, block));

		if (own < reach)
			reach = own;
	}
	return reach;
}

/** Whether a statement that begins at first leaves where it stands. */
static bool leaves(const struct flow *flow, size_t first) {
	static const char *const words[] = { "return",   "raise", "throw", "exit", "die",  "abort",
		                             "continue", "next",  "panic", "goto", "fail", NULL };

	return flow_is_one(lex_at(&flow->lex, first), words) ||
	       (lex_is(lex_at(&flow->lex, first), "os") && lex_is(lex_at(&flow->lex, first + 2), "Exit"));
}

/** Whether a statement asks something between a label and a token in it: case 1: if (a) b = c; */
static bool is_asked_before(const struct flow *flow, size_t token, size_t label) {
	static const char *const words[] = { "if", "while", "for", "else", NULL };
	const size_t start = flow_statement(flow, token);

	for (size_t i = start > label ? start : label; i < token; ++i)
		if (flow_is_one(lex_at(&flow->lex, i), words))
			return true;
	return false;
}

/** Whether the binding's name is bound in that block itself, between two tokens, or the last statement there leaves. */
static bool is_settled_within(const struct flow *flow, const struct flow_binding *binding, uint32_t block,
                              struct flow_range range) {
	size_t last = range.end;

	for (uint32_t i = flow_local_binding(flow, binding->name, binding->function, 0); i;
	     i = flow_local_binding(flow, binding->name, binding->function, i)) {
		const struct flow_binding *other = &flow->bindings[i - 1];

		if (other->block == block && other->token >= range.first && other->token < range.end &&
		    (!other->conditional || !is_asked_before(flow, other->token, range.first)))
			return true;
	}
	while (last > range.first && lex_at(&flow->lex, last - 1)->kind == LEX_NEWLINE)
		--last;
	const size_t start = flow_statement(flow, last);
	return leaves(flow, start > range.first ? start : range.first);
}

/** The block before an "else", that of its "if" or of another condition; 0: there is none. */
static uint32_t branch_before(const struct flow *flow, uint32_t block) {
	size_t close = flow->blocks[block].head.first;

	while (close && lex_at(&flow->lex, close - 1)->kind == LEX_NEWLINE)
		--close;
	if (!close || lex_at(&flow->lex, close - 1)->kind != LEX_CLOSE)
		return 0;
	const uint32_t before = flow->blocks_of[flow_partner(flow, close - 1) + 1];
	return flow->blocks[before].parent == flow->blocks[block].parent && before != flow->blocks[block].parent
	               ? before
	               : 0;
}

/** The same of a switch: each of its cases, of which one is for all else. */
static bool is_settled_switch(const struct flow *flow, const struct flow_binding *binding) {
	const struct flow_range body = flow->blocks[binding->block].body;
	size_t first = 0;
	bool otherwise = false;

	for (size_t i = body.first; i <= body.end; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);
		const bool label = i < body.end && flow->blocks_of[i] == binding->block &&
		                   (lex_is(token, "case") || lex_is(token, "default")) && token->kind == LEX_NAME;

		if (!label && i < body.end)
			continue;
		/* One case may follow on the other. */
		size_t at = first + 1;
		while (first && at < i && !lex_is(lex_at(&flow->lex, at), ":") && !lex_is(lex_at(&flow->lex, at), "->"))
			++at;
		for (++at; first && at < i && lex_at(&flow->lex, at)->kind == LEX_NEWLINE;)
			++at;
		if (first && (at < i || i == body.end) &&
		    !is_settled_within(flow, binding, binding->block, (struct flow_range) { at, i }))
			return false;
		otherwise |= lex_is(token, "default") && label;
		first = i;
	}
	return otherwise;
}

size_t flow_branched(const struct flow *flow, const struct flow_binding *binding, size_t token) {
	static const char *const more[] = { "else", "elif", "elsif", "elseif", NULL }, *const first[] = { "if",
		                                                                                          "unless",
		                                                                                          NULL };
	const struct lex *lex = &flow->lex;
	uint32_t block = binding->block;
	size_t head = flow->blocks[block].head.first;

	if (flow_is_around(flow, block, token) || !flow_is_around(flow, flow->blocks[block].parent, token))
		return 0;
	if (lex_is(lex_at(lex, head), "switch"))
		return is_settled_switch(flow, binding) ? head : 0;
	if (!lex_is(lex_at(lex, head), "else") || lex_is(lex_at(lex, head + 1), "if"))
		return 0;
	while (block && is_settled_within(flow, binding, block, flow->blocks[block].body)) {
		head = flow->blocks[block].head.first;
		if (flow_is_one(lex_at(lex, head), first))
			return head;
		if (!flow_is_one(lex_at(lex, head), more))
			return 0;
		block = branch_before(flow, block);
	}
	return 0;
}
