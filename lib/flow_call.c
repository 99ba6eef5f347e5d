/** What calls are given, what they are worth, and how they open. */

#include "flow_parts.h"
#include "rules_shell.h"

#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// Expressions and variables lie at most FLOW_DEEPEST deep within each other.
// NOLINTBEGIN(misc-no-recursion)

/** The longest list of options that a variable may hold, in tokens. */
enum { LISTED = 32 };

static const struct lex_token *argument_keyword(const struct flow *flow, struct flow_range *range) {
	const struct lex_token *name = lex_at(&flow->lex, range->first), *next = lex_at(&flow->lex, range->first + 1);

	/* Ruby's :NAME => VALUE. */
	const bool symbol = name->kind == LEX_NUMBER && flow->language->loose_parentheses;

	if (range->end < range->first + 2 || (name->kind != LEX_NAME && name->kind != LEX_STRING && !symbol))
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

/** Whether what stands before Perl's "=>" names no argument: $x => …, "$dir/a" => …, '/tmp/a' => …. */
static bool is_no_key(const struct lex_token *token) {
	if (token->kind == LEX_NAME)
		return strchr("$@%", token->text[0]);
	if (token->kind == LEX_STRING)
		return token->length && memchr(token->text, '/', token->length);
	return lex_is(token, ")") || lex_is(token, "]") || lex_is(token, "}") || token->kind == LEX_CLOSE;
}

/** Whether one argument ends there: at a comma, or as Perl has it, at "=>". */
static bool parts_arguments(const struct flow *flow, size_t index) {
	const struct lex_token *token = lex_at(&flow->lex, index);

	return lex_is(token, ",") || (flow->language->arguments && lex_is(token, "=>") && index > 0 &&
	                              is_no_key(lex_at(&flow->lex, index - 1)));
}

void flow_read_call(struct flow *flow, struct flow_call *call, size_t open, bool bare) {
	const size_t first = bare ? open : open + 1;
	const size_t end = bare ? bare_end(flow, open) : flow_close(flow, open, flow->lex.count);

	call->narguments = 0;
	call->end = bare ? end : end < flow->lex.count ? end + 1 : end;
	for (size_t i = first; i < end && call->narguments < FLOW_ARGUMENTS;) {
		struct flow_range range = { i, i };

		for (; range.end < end && !parts_arguments(flow, range.end); ++range.end) {
			range.end = flow_behind_commas(flow, range.end);
			if (lex_at(&flow->lex, range.end)->kind == LEX_OPEN ||
			    lex_is(lex_at(&flow->lex, range.end), "(") || lex_is(lex_at(&flow->lex, range.end), "[") ||
			    lex_is(lex_at(&flow->lex, range.end), "{"))
				range.end = flow_close(flow, range.end, end);
		}
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

static bool is_spread(const struct flow *flow, struct flow_range range);
static struct flow_range list_of(struct flow *flow, struct flow_range range);

/** The element of that place of the list that is given. */
static struct value element_at(struct flow *flow, struct flow_range range, unsigned place) {
	const struct flow_range list = list_of(flow, range);
	size_t first = list.first;

	if (!list.end)
		return flow_value(flow, range);
	for (; place && first < list.end; --place)
		first = flow_expression_end(flow, first) + 1;
	return first < list.end ? flow_value(flow, (struct flow_range) { first, flow_expression_end(flow, first) })
	                        : value_unknown();
}

struct value flow_argument(struct flow *flow, const struct flow_call *call, int place, const char *keyword) {
	if (place == ARGUMENT_RECEIVER)
		return call->receiver;
	const struct flow_argument *argument = flow_find_argument(call, place, keyword);

	/* Those that a list holds: f(*LIST), f(...LIST). */
	for (size_t i = 0; i < call->narguments && (int)i <= place && flow->language->needs_imports; ++i)
		if (is_spread(flow, call->arguments[i].range))
			return element_at(flow, call->arguments[i].range, (unsigned)place - (unsigned)i);
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
	for (uint32_t i = flow_binding(flow, name, 0); i; i = flow_binding(flow, name, i))
		if (flow->bindings[i - 1].range.end &&
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
	for (uint32_t i = flow_binding(flow, name, 0); i; i = flow_binding(flow, name, i))
		if (flow->bindings[i - 1].range.end &&
		    flow_is_one(lex_at(lex, flow->bindings[i - 1].range.first), flow->language->new_words) &&
		    flow_mentions(flow, flow->bindings[i - 1].range, class))
			return true;
	return false;
}

bool flow_mentions(const struct flow *flow, struct flow_range range, const char *word) {
	const size_t length = strlen(word);

	for (size_t i = range.first; i < range.end && i < flow->lex.count; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

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

struct value flow_fill(struct filling *filling, const struct value *format, bool braces) {
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

	return flow_fill(&filling, &format, braces);
}

/** The element of a dictionary whose keys a call has: X.get("a"), X.dig("a", "b"). */
struct value flow_element(struct flow *flow, const struct flow_call *call) {
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
	if (!call->narguments || flow->depth >= FLOW_DEEPEST)
		return value_unknown();
	++flow->depth;
	const struct value value = flow_variable(flow, owner, call->first);
	--flow->depth;
	return value;
}

/** What a variable of the environment, or property of the system, holds by its name. */
static struct value variable_of_environment(const struct flow *flow, const char *name) {
	static const char *const directories[] = { "TMPDIR", "TMP", "TEMP", "TEMPDIR", "java.io.tmpdir" },
	                         *const users[] = { "USER", "LOGNAME", "user.name" };

	for (size_t i = 0; i < sizeof directories / sizeof *directories; ++i)
		if (strcmp(name, directories[i]) == 0)
			return value_hole(flow->arena, HOLE_TEMPDIR);
	for (size_t i = 0; i < sizeof users / sizeof *users; ++i)
		if (strcmp(name, users[i]) == 0)
			return value_hole(flow->arena, HOLE_USER);
	return value_unknown();
}

struct value flow_environment(struct flow *flow, const struct flow_call *call) {
	const struct value name = flow_argument(flow, call, 0, NULL);
	struct value value = { 0 };

	/* What one call of a function of the script's own asks for, the others do not get. */
	for (unsigned i = 0; i < name.count; ++i) {
		struct value one = variable_of_environment(flow, name.choices[i].text);

		if (value_is_unknown(&one) && !name.choices[i].call)
			continue;
		one.choices[0].call = name.choices[i].call;
		value = value.count ? value_either(&value, &one) : one;
	}
	if (!value.count)
		value = value_unknown();
	if (strcmp(call->row->name, ".dig") == 0)
		return flow_element(flow, call);
	if (call->narguments > 1) {
		const struct flow_argument *fallback = flow_find_argument(call, -9, "fallback");
		const struct value otherwise =
		        fallback ? flow_value(flow, fallback->range) : flow_argument(flow, call, 1, "default");

		return value_is_unknown(&value) ? value_either(&otherwise, &value) : value;
	}
	/* get() may be a method of the script's own, or of a dictionary. */
	if (value_is_unknown(&value) && call->row->name[0] == '.' && call->narguments) {
		value = flow_element(flow, call);
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
			/* Ruby's […].freeze. */
			const bool frozen = close + 3 == range.end && lex_is(lex_at(lex, close + 2), "freeze");

			return close + 1 >= range.end || frozen ? (struct flow_range) { range.first + 1, close } : none;
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

/** Whether an argument is a list by itself, whose elements Ruby's File.join takes as if they were given one by one. */
static bool is_list(const struct flow *flow, struct flow_range range) {
	const struct lex_token *token = lex_at(&flow->lex, range.first);
	const bool name = token->kind == LEX_NAME && range.end == range.first + 1;
	const size_t first = name ? flow_bound_range(flow, flow_copy(flow, token), range.first).first : range.first;

	return flow->language->loose_parentheses && lex_is(lex_at(&flow->lex, first), "[");
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

/** What a list is put together of before token: what its variable is assigned last, and all that is put behind it
 * since then, in the order of the script. */
struct pieces {
	const struct flow_binding **bindings;
	size_t count;
};

static void add_piece(struct flow *flow, struct pieces *pieces, const struct flow_binding *binding) {
	size_t at = pieces->count;

	pieces->bindings = arena_grow(flow->arena, pieces->bindings, pieces->count++, sizeof *pieces->bindings);
	for (; at > 0 && pieces->bindings[at - 1]->token > binding->token; --at) {
		lex_look(&flow->lex, 1);
		pieces->bindings[at] = pieces->bindings[at - 1];
	}
	pieces->bindings[at] = binding;
}

/** The pieces of the list that range names, of more than one; none if it is another one. */
static struct pieces pieces_of(struct flow *flow, struct flow_range range) {
	const struct lex *lex = &flow->lex;
	const size_t first =
	        range.first + (lex_is(lex_at(lex, range.first), "*") || lex_is(lex_at(lex, range.first), "..."));
	const struct flow_name name = flow_name_before(flow, first, range.end);
	const uint32_t function = flow->blocks[flow->blocks_of[first]].function;
	const struct flow_binding *begin = NULL;
	struct pieces pieces = { 0 };

	if (!*name.text || name.end < range.end || !flow->language->needs_imports)
		return pieces;
	for (uint32_t i = flow_local_binding(flow, name.text, function, 0); i && flow_step(flow);
	     i = flow_local_binding(flow, name.text, function, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->kind == BINDING_RANGE && binding->token < first &&
		    (!begin || begin->token < binding->token))
			begin = binding;
	}
	if (!begin || !lex_is(lex_at(lex, begin->range.first), "["))
		return pieces;
	add_piece(flow, &pieces, begin);
	for (uint32_t i = flow_local_binding(flow, name.text, function, 0); i && flow_step(flow);
	     i = flow_local_binding(flow, name.text, function, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if ((binding->kind == BINDING_IF_EMPTY || binding->kind == BINDING_APPEND) && binding->token < first &&
		    binding->token > begin->token)
			add_piece(flow, &pieces, binding);
	}
	return pieces.count > 1 ? pieces : (struct pieces) { 0 };
}

/** The elements that a piece of a list has: of what is assigned or added the list's, of a call what it is given. */
static struct flow_range elements_of(struct flow *flow, const struct flow_binding *piece) {
	const struct lex *lex = &flow->lex;
	const size_t first = piece->range.first;
	const struct flow_range list = list_of(flow, piece->range);

	if (piece->kind == BINDING_IF_EMPTY && first > 1 && lex_is(lex_at(lex, first - 1), "(") &&
	    !lex_is(lex_at(lex, first - 2), "extend"))
		return (struct flow_range) { first, flow_close(flow, first - 1, lex->count) };
	return list.end ? list : piece->range;
}

/** The elements of what range spells or names. */
static struct value list_joined(struct flow *flow, struct flow_range range, bool paths, const struct value *separator) {
	const struct pieces pieces = pieces_of(flow, range);
	const struct flow_range list = list_of(flow, range);
	struct value value = { 0 };

	if (!pieces.count)
		return list.end ? elements_joined(flow, list, paths, separator) : value_unknown();
	for (size_t i = 0; i < pieces.count; ++i) {
		const struct flow_range elements = elements_of(flow, pieces.bindings[i]);
		const struct value more = elements_joined(flow, elements, paths, separator);

		if (elements.first == elements.end)
			continue;
		if (value.count && separator)
			value = value_concatenate(flow->arena, &value, separator);
		value = !value.count ? more
		        : paths      ? value_join(flow->arena, &value, &more)
		                     : value_concatenate(flow->arena, &value, &more);
	}
	return value.count ? value : value_unknown();
}

struct value flow_joined(struct flow *flow, struct flow_range range, const struct value *separator) {
	return list_joined(flow, range, false, separator);
}

struct value flow_path_of(struct flow *flow, struct flow_range range) {
	return list_joined(flow, range, true, NULL);
}

static struct value joined(struct flow *flow, const struct flow_call *call) {
	const bool paths = call->row->effect == CALL_JOIN;
	const bool received = call->row->path == ARGUMENT_RECEIVER;
	struct value value = received ? call->receiver : value_unknown();

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const bool listed = is_spread(flow, range) || (paths && is_list(flow, range));
		const struct flow_range list = listed ? list_of(flow, range) : (struct flow_range) { 0 };
		struct value part = list.end ? list_joined(flow, range, paths, NULL) : flow_value(flow, range);
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
	const struct flow_name name = flow_name_at(flow, call->first);
	struct flow_range list = { 0 };

	if (received && call->narguments)
		list = call->arguments[0].range;
	else if (!received && lex_is(lex_at(lex, call->first), "["))
		list = (struct flow_range) { call->first, flow_close(flow, call->first, lex->count) + 1 };
	else if (!received && flow->language->methods && name.last > call->first + 1)
		/* JavaScript's LIST.join(SEPARATOR). */
		list = (struct flow_range) { call->first, name.last - 1 };
	else if (!received && call->narguments > 1)
		list = (struct flow_range) { call->arguments[1].range.first,
			                     call->arguments[call->narguments - 1].range.end };
	const struct flow_range named = list_of(flow, list);
	return named.end ? list_joined(flow, list, false, &separator) : elements_joined(flow, list, false, &separator);
}

/** What is before the last slash; of a name without one nothing is known. */
static struct value directory_of(struct flow *flow, const struct flow_call *call) {
	return flow_parents_of(flow, flow_path(flow, call));
}

/** Any of the arguments, and with ARGUMENT_RECEIVER what it is called on. */
static struct value either_value(struct flow *flow, const struct flow_call *call) {
	struct value value = call->row->path == ARGUMENT_RECEIVER ? call->receiver : (struct value) { 0 };

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct flow_name name = flow_name_before(flow, range.first, range.end);
		struct value one = value_unknown();

		/* Object.values(NAME). */
		if (flow->language->methods && *name.text && name.end == range.end)
			one = flow_any_member(flow, name.text, range.first);
		if (value_is_unknown(&one))
			one = flow_elements(flow, range);
		value = value.count ? value_either(&value, &one) : one;
	}
	return value.count ? value : value_unknown();
}

struct value flow_given_by(struct flow *flow, const struct flow_call *call, int place) {
	const struct flow_argument *function = flow_find_argument(call, place, NULL);
	bool found = false;
	const struct value value = function ? flow_assigned_returns(flow, function->range, &found) : value_unknown();

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

/** A number that is spelt: 16, 0xffff, 100_000; of anything else ULONG_MAX. */
static unsigned long spelt_number(const struct value *value) {
	enum { LONGEST = 32 };
	char digits[LONGEST];
	size_t length = 0;

	for (const char *at = value->choices[0].text; *at && length + 1 < sizeof digits; ++at)
		if (*at != '_')
			digits[length++] = *at;
	digits[length] = '\0';
	char *end;
	const unsigned long number = strtoul(digits, &end, 0);
	return value->count == 1 && length && !*end ? number : ULONG_MAX;
}

/** What cannot be guessed, unless so little of it is asked for that it can be tried out. */
static struct value strong_value(struct flow *flow, const struct flow_call *call) {
	enum { BITS = 32 };
	const struct script_call *row = call->row;
	bool weak = false;

	if (row->mode == MODE_COUNTED || row->mode == MODE_HIGHEST) {
		const struct value argument = flow_path(flow, call);
		const unsigned long number = spelt_number(&argument);

		weak = row->mode == MODE_HIGHEST
		               ? number < UINT32_MAX
		               : number && number < BITS && number * (unsigned char)row->mode_at < BITS;
	}
	return value_hole(flow->arena, weak ? HOLE_RANDOM : HOLE_STRONG);
}

struct value flow_call_value(struct flow *flow, const struct flow_call *call) {
	const bool was_visiting = flow->visiting;
	struct value value = value_unknown();

	switch (call->row->effect) {
	case CALL_NAME:
	case CALL_NAME_INTO:
		return flow_name_value(flow, call);
	case CALL_STRONG:
		return strong_value(flow, call);
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
	case CALL_SHELL:
		value = flow_path(flow, call);
		return value_hole(flow->arena, shell_printed(value.choices[0].text));
	case CALL_SPECIAL:
		flow->visiting = false;
		flow->result = value;
		flow->language->special(flow, call);
		flow->visiting = was_visiting;
		return flow->result;
	default:
		return flow_effect_hole(flow, call->row->effect);
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

	for (uint32_t i = flow_binding(flow, name, 0); i; i = flow_binding(flow, name, i)) {
		const struct flow_range range = flow->bindings[i - 1].range;

		if (!flow_mentions(flow, range, "O_"))
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

		for (uint32_t i = *name.text ? flow_binding(flow, name.text, 0) : 0; i;
		     i = flow_binding(flow, name.text, i)) {
			const struct flow_binding *binding = &flow->bindings[i - 1];

			if (!binding->range.end || (binding->function != function && binding->function != 0))
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

	for (uint32_t i = flow_binding(flow, name, 0); i; i = flow_binding(flow, name, i)) {
		const struct flow_binding *binding = &flow->bindings[i - 1];

		if (binding->range.end - binding->range.first < LISTED &&
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

// NOLINTEND(misc-no-recursion)
