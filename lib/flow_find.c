#include "flow_parts.h"

#include "rules_shell.h"
#include "text.h"

#include <string.h>
#include <strings.h>

/** How far behind a call it is looked whether what exists is taken, and how far before that for a "not". */
enum { ACCEPTING = 24, ACCEPTING_BACK = 10, LEAVING = 12 };

/** The most steps for what stands at one place. */
enum { STEPS_CALL = 12000 };

/** How far into a call the "-c" of a shell is looked for: calls lie in calls. */
enum { RUNNING = 256 };

/* What calls do */

/** Whether what a macro with parameters stands for begins there. */
static bool is_macro(const struct lex_token *token) {
	return token->kind == LEX_OPEN && lex_is(token, LEX_MACRO);
}

static void add_event_at(struct flow *flow, const struct flow_event *event, const struct script_call *row, size_t first,
                         size_t end) {
	/* Of most names nothing is known, and nothing comes. */
	if ((event->kind == EVENT_CREATE || event->kind == EVENT_DIRECTORY) && !value_matters(&event->value))
		return;
	flow->events = arena_grow(flow->arena, flow->events, flow->nevents, sizeof *flow->events);
	flow->events[flow->nevents] = *event;
	flow->events[flow->nevents].row = row;
	flow->events[flow->nevents].first = first;
	flow->events[flow->nevents++].end = end;
}

/** What a macro does is done where it is used; false if the call is in none, or in one that is not used here. */
static bool add_where_used(struct flow *flow, const struct flow_call *call, const struct flow_event *event) {
	const struct lex *lex = &flow->lex;
	const struct flow_block *block = &flow->blocks[flow->blocks_of[call->first]];
	bool used = false;

	/* It may have blocks of its own. */
	while (block->body.first && !is_macro(lex_at(lex, block->body.first - 1)))
		block = &flow->blocks[block->parent];
	if (!block->body.first)
		return false;
	const struct lex_token *name = lex_at(lex, block->own.first);
	for (size_t i = block->body.end; i + 1 < lex->count && flow_step(flow); ++i) {
		const struct lex_token *token = lex_at(lex, i);

		if (token->kind != LEX_NAME || token->length != name->length ||
		    memcmp(token->text, name->text, name->length) != 0 || !lex_is(lex_at(lex, i + 1), "("))
			continue;
		const size_t close = flow_close(flow, i + 1, lex->count);
		if (is_macro(lex_at(lex, close + 1)))
			break;
		add_event_at(flow, event, call->row, i, close + 1);
		used = true;
	}
	return used;
}

static void add_event(struct flow *flow, const struct flow_call *call, const struct flow_event *event) {
	if (flow->visiting && (event->kind == EVENT_NAME || !add_where_used(flow, call, event)))
		add_event_at(flow, event, call->row, call->first, call->end);
}

/** What a relative name lies in where the function has gone before. */
static struct value anchored(struct flow *flow, const struct flow_call *call, const struct value *name) {
	const uint32_t function = flow->blocks[flow->blocks_of[call->first]].function;
	struct value result = *name;

	for (size_t k = flow->nchdirs; k-- > 0;) {
		const struct flow_chdir *chdir = &flow->chdirs[k];

		if (chdir->function != function || chdir->token > call->first || chdir->end < call->first)
			continue;
		for (unsigned i = 0; i < result.count; ++i) {
			const char *text = result.choices[i].text;

			if ((unsigned char)*text <= 0x20 || strchr("/~$-<>&|", *text) || strchr(text, ':'))
				continue;
			const struct value own = { .choices = { result.choices[i] }, .count = 1 },
			                   there = value_join(flow->arena, &chdir->value, &own);
			result.choices[i].text = there.choices[0].text;
		}
		break;
	}
	return result;
}

/** Which call made what a variable holds where token stands, if that is a safe one: its token, else SIZE_MAX. */
static size_t maker_of(struct flow *flow, const struct lex_token *variable, size_t token) {
	enum { FARTHEST = 4 };

	for (unsigned steps = 0; steps < FARTHEST && variable->kind == LEX_NAME; ++steps) {
		const struct flow_range bound = flow_bound_range(flow, flow_copy(flow, variable), token);

		if (!bound.end)
			break;
		const struct flow_name name = flow_name_at(flow, bound.first);
		const struct script_call *row = *name.text ? flow_row_at(flow, bound.first, &name) : NULL;
		if (row && row->effect == CALL_FRESH)
			return bound.first;
		token = bound.first;
		variable = lex_at(&flow->lex, token);
	}
	return SIZE_MAX;
}

/** What a safe call made is given up: unlink($file); $file may be anybody's then. */
static void note_release(struct flow *flow, const struct flow_call *call) {
	const struct flow_argument *argument = flow_find_argument(call, call->row->path, NULL);
	const bool received = call->row->path == ARGUMENT_RECEIVER;
	const size_t first = received || !argument ? call->first : argument->range.first;
	size_t start = call->first;

	while (start && lex_is(lex_at(&flow->lex, start - 1), "@"))
		--start;
	if (!flow->visiting || (!received && !argument) || flow_statement(flow, start) != start)
		return;
	const size_t maker = maker_of(flow, lex_at(&flow->lex, first), call->first);
	if (maker == SIZE_MAX)
		return;
	const struct flow_name name = flow_name_at(flow, maker);
	struct flow_call made = { .row = flow_row_at(flow, maker, &name), .first = maker };
	if (flow_opens_call(flow, name.end) || flow_begins_argument(flow, name.end))
		flow_read_call(flow, &made, name.end, !flow_opens_call(flow, name.end));
	flow->releases = arena_grow(flow->arena, flow->releases, flow->nreleases, sizeof *flow->releases);
	flow->releases[flow->nreleases++] = (struct flow_release) {
		.token = call->first,
		.maker = maker,
		.directory = flow_has_argument(&made, made.row->path, NULL)
		                     ? flow_argument(flow, &made, made.row->path, NULL)
		                     : value_hole(flow->arena, HOLE_TEMPDIR),
	};
}

/** Whether a call is about what was given up before it, where it surely was. */
static const struct flow_release *release_of(struct flow *flow, const struct flow_call *call) {
	for (size_t k = flow->nreleases; k-- > 0;) {
		const struct flow_release *release = &flow->releases[k];
		const uint32_t block = flow->blocks_of[release->token];

		lex_look(&flow->lex, 1);
		if (release->token >= call->first || !flow_is_around(flow, block, call->first) ||
		    flow->blocks[block].function != flow->blocks[flow->blocks_of[call->first]].function)
			continue;
		for (size_t i = call->first; i < call->end; ++i)
			if (lex_at(&flow->lex, i)->kind == LEX_NAME && !(i && flow_is_member(flow, i - 1)) &&
			    maker_of(flow, lex_at(&flow->lex, i), call->first) == release->maker)
				return release;
	}
	return NULL;
}

/** The name as it is where nothing holds it any more. */
static struct value released(struct flow *flow, const struct flow_call *call, struct value name) {
	const struct flow_release *release = NULL;
	const struct value unknown = value_unknown();

	for (unsigned i = 0; i < name.count && flow->visiting && flow->nreleases; ++i) {
		const char *fresh = strchr(name.choices[i].text, HOLE_FRESH);

		if (!fresh)
			continue;
		if (!release && !(release = release_of(flow, call)))
			break;
		const struct value rest = value_literal(flow->arena, fresh + 1, strlen(fresh + 1));
		struct value whole = value_join(flow->arena, &release->directory, &unknown);
		whole = value_concatenate(flow->arena, &whole, &rest);
		name.choices[i].text = whole.choices[0].text;
		name.choices[i].origin = (unsigned)release->maker + 1;
	}
	return name;
}

void flow_create(struct flow *flow, const struct flow_call *call, const struct value *name, bool exclusive) {
	const struct value whole = released(flow, call, anchored(flow, call, name));

	add_event(flow, call, &(struct flow_event) { .kind = EVENT_CREATE, .value = whole, .exclusive = exclusive });
}

/** Whether two places are calls of the same function. */
static bool is_same_function(const struct flow *flow, unsigned call, unsigned other) {
	const struct lex_token *name = lex_at(&flow->lex, call > 1 ? call - 2 : SIZE_MAX),
	                       *second = lex_at(&flow->lex, other > 1 ? other - 2 : SIZE_MAX);

	return name->kind == LEX_NAME && second->kind == LEX_NAME && name->length == second->length &&
	       memcmp(name->text, second->text, name->length) == 0;
}

/** Whether a mode may be what goes with a name: a call gives both, or says nothing of the mode. */
static bool goes_with(const struct flow *flow, const struct value *mode, unsigned index, unsigned call) {
	const unsigned own = mode->choices[index].call;

	if (!call || own == call)
		return true;
	if (own)
		return !is_same_function(flow, own, call);
	/* What it is by default, where the call says otherwise. */
	for (unsigned i = 0; i < mode->count; ++i)
		if (mode->choices[i].call == call)
			return false;
	return true;
}

void flow_open(struct flow *flow, const struct flow_call *call, const struct value *name, const struct value *mode) {
	struct value created[2] = { { .more = name->more }, { .more = name->more } };

	for (unsigned i = 0; i < name->count; ++i) {
		bool creates = false, exclusive = true;

		for (unsigned k = 0; k < mode->count; ++k) {
			const char *text = mode->choices[k].text;
			/* Behind them an encoding may be named. */
			const size_t length = strcspn(text, ":,");

			if (!goes_with(flow, mode, k, name->choices[i].call) || strcspn(text, "wacx") >= length)
				continue;
			creates = true;
			exclusive &= strcspn(text, "x") < length;
		}
		if (creates)
			created[exclusive].choices[created[exclusive].count++] = name->choices[i];
	}
	for (unsigned exclusive = 0; exclusive < 2; ++exclusive)
		if (created[exclusive].count)
			flow_create(flow, call, &created[exclusive], exclusive);
}

void flow_directory(struct flow *flow, const struct flow_call *call, const struct value *name, bool reused) {
	const struct value whole = released(flow, call, anchored(flow, call, name));

	add_event(flow, call, &(struct flow_event) { .kind = EVENT_DIRECTORY, .value = whole, .exclusive = !reused });
}

static void note_chdir(struct flow *flow, const struct flow_call *call) {
	const struct value value = flow_path(flow, call);
	const struct lex_token *block = lex_at(&flow->lex, call->end);

	if (!flow->visiting)
		return;
	flow->chdirs = arena_grow(flow->arena, flow->chdirs, flow->nchdirs, sizeof *flow->chdirs);
	flow->chdirs[flow->nchdirs++] = (struct flow_chdir) {
		.token = call->first,
		.end = block->kind == LEX_OPEN || lex_is(block, "{") ? flow_close(flow, call->end, flow->lex.count)
		                                                     : SIZE_MAX,
		.function = flow->blocks[flow->blocks_of[call->first]].function,
		.value = value,
	};
}

void flow_report(struct flow *flow, const struct flow_call *call, enum script_kind kind,
                 enum script_confidence confidence, const struct value *name, const char *detail) {
	add_event(flow, call,
	          &(struct flow_event) { .kind = EVENT_OTHER,
	                                 .value = name ? *name : value_unknown(),
	                                 .as = kind,
	                                 .confidence = confidence,
	                                 .detail = detail });
}

void flow_name(struct flow *flow, const struct flow_call *call, enum script_confidence alone,
               enum script_confidence created) {
	const struct flow_block *block = &flow->blocks[flow->blocks_of[call->first]];

	/* A macro that stands for the call is another name for it, and found where it is used. */
	if (block->body.first && is_macro(lex_at(&flow->lex, block->body.first - 1)))
		return;
	add_event(flow, call,
	          &(struct flow_event) { .kind = EVENT_NAME,
	                                 .value = flow_name_value(flow, call),
	                                 .confidence = alone,
	                                 .created = created });
}

/** Whether a token is a string of that text. */
static bool is_text(const struct lex_token *token, const char *text) {
	return token->kind == LEX_STRING && token->length == strlen(text) &&
	       memcmp(token->text, text, token->length) == 0;
}

/** Whether one of the strings is text. */
static bool mentions_text(const struct flow *flow, struct flow_range range, const char *text) {
	for (size_t i = range.first; i < range.end; ++i)
		if (is_text(lex_at(&flow->lex, i), text))
			return true;
	return false;
}

/** Whether a statement that leaves stands in a block itself, not in one inside it or behind a condition. */
static bool is_left(const struct flow *flow, uint32_t block) {
	static const char *const words[] = { "raise", "throw", "exit", "_exit", "abort", "die", NULL };
	static const char *const nothing[] = { "False", "false", NULL };
	const struct lex *lex = &flow->lex;
	const struct flow_range body = flow->blocks[block].body;

	for (size_t i = body.first; i < body.end; ++i) {
		const bool gives = lex_is(lex_at(lex, i), "return") && flow_is_one(lex_at(lex, i + 1), nothing);
		size_t start = i;

		if (flow->blocks_of[i] != block || (!gives && !flow_is_one(lex_at(lex, i), words)))
			continue;
		while (start > body.first + 1 && lex_is(lex_at(lex, start - 1), "."))
			start -= 2;
		const struct lex_token *before = lex_at(lex, start - 1);
		if (start == body.first || before->kind == LEX_NEWLINE || before->kind == LEX_OPEN ||
		    before->kind == LEX_CLOSE || lex_is(before, ";"))
			return true;
	}
	return false;
}

/** Whether a token stands in a handler that leaves in the end whatever its conditions say. */
static bool is_left_handler(const struct flow *flow, size_t token) {
	const uint32_t block = flow->blocks_of[token];
	const struct lex_token *head = lex_at(&flow->lex, flow->blocks[block].head.first);

	return block && (lex_is(head, "except") || lex_is(head, "catch")) && is_left(flow, block);
}

/** Whether a handler leaves when the name exists: if errno == EEXIST: exit(), or last of all. */
static bool leaves_existing(const struct flow *flow, struct flow_range handler) {
	const struct lex *lex = &flow->lex;
	size_t inside = handler.first;

	while (inside < handler.end && flow->blocks_of[inside] == flow->blocks_of[handler.first])
		++inside;
	const uint32_t own = flow->blocks_of[inside];
	if (inside >= handler.end || flow->blocks[own].head.first > handler.first)
		return false;
	for (size_t i = handler.first; i < handler.end; ++i) {
		size_t back = i, open = i;

		if (!lex_is(lex_at(lex, i), "EEXIST") && !is_text(lex_at(lex, i), "EEXIST"))
			continue;
		while (back > handler.first &&
		       (lex_is(lex_at(lex, back - 1), ".") || lex_is(lex_at(lex, back - 1), "errno")))
			--back;
		if (!lex_is(lex_at(lex, back - 1), "==") && !lex_is(lex_at(lex, back - 1), "==="))
			continue;
		while (open < handler.end && lex_at(lex, open)->kind != LEX_OPEN)
			++open;
		return open + 1 < handler.end && flow->blocks_of[open + 1] != own &&
		       is_left(flow, flow->blocks_of[open + 1]);
	}
	return is_left(flow, own);
}

/** Whether what fails in a "try" block is passed over, so that a directory that is there is used. */
static bool is_passed_over(const struct flow *flow, uint32_t block) {
	static const char *const leaving[] = { "raise", "throw", "exit", "abort", "die", "continue", "return", NULL };
	const struct lex *lex = &flow->lex;
	size_t at = flow->blocks[block].body.end + 1;

	while (lex_at(lex, at)->kind == LEX_NEWLINE)
		++at;
	if (!lex_is(lex_at(lex, at), "except") && !lex_is(lex_at(lex, at), "catch"))
		return false;
	size_t open = at;
	while (open < lex->count && lex_at(lex, open)->kind != LEX_OPEN && lex_at(lex, open)->kind != LEX_NEWLINE)
		++open;
	/* except E: STATEMENT, on one line. */
	if (lex_at(lex, open)->kind == LEX_NEWLINE)
		return !flow_mentions_any(flow, (struct flow_range) { at, open }, leaving);
	const size_t close = flow_close(flow, open, lex->count);
	const struct flow_range handler = { at, close };
	while (lex_at(lex, ++open)->kind == LEX_NEWLINE)
		;
	/* The next name is tried, or none is. */
	if (flow_mentions(flow, handler, "continue") || leaves_existing(flow, handler))
		return false;
	return open >= close || lex_is(lex_at(lex, open), "pass") || lex_is(lex_at(lex, open), "...") ||
	       flow_mentions(flow, handler, "EEXIST") || mentions_text(flow, handler, "EEXIST") ||
	       flow_mentions(flow, handler, "FileExists") || flow_mentions(flow, handler, "FileAlreadyExists");
}

/**
 * Whether what follows a call lets it pass that the name exists: errno != EEXIST, !os.IsExist(err), $!{EEXIST} or die.
 */
static bool takes_existing(const struct flow *flow, size_t token) {
	static const char *const words[] = { "EEXIST", "IsExist", "ErrExist", "already_exists", NULL };
	static const char *const without[] = { "!=", "!==", "!", "ne", "unless", "<>", NULL };
	static const char *const bounds[] = { "if", "&&", "and", "elif", NULL };
	static const char *const handlers[] = { "rescue", "||", "or", NULL };
	static const char *const leaving[] = { "raise", "throw", "retry",  "next", "abort", "exit",
		                               "die",   "fail",  "return", "warn", NULL };
	const struct lex *lex = &flow->lex;

	for (size_t i = token + 1; i < token + ACCEPTING && lex_at(lex, i)->kind != LEX_END; ++i) {
		if (!flow_is_one(lex_at(lex, i), words) && !is_text(lex_at(lex, i), "EEXIST"))
			continue;
		for (size_t back = 1; back <= ACCEPTING_BACK && i > token + back; ++back) {
			const struct lex_token *before = lex_at(lex, i - back);

			if (flow_is_one(before, without))
				return !is_left_handler(flow, i);
			/* rescue Errno::EEXIST, and nothing that leaves; mkdir … or $!{EEXIST} or die. */
			if (flow_is_one(before, handlers)) {
				if (!lex_is(before, "rescue"))
					return lex_is(lex_at(lex, i + 1), "}");
				for (size_t k = i + 1; k < i + LEAVING && !lex_is(lex_at(lex, k), "end"); ++k)
					if (flow_is_one(lex_at(lex, k), leaving))
						return false;
				return true;
			}
			if (flow_is_one(before, bounds) || before->kind == LEX_NEWLINE)
				break;
		}
		return (lex_is(lex_at(lex, i + 1), "!=") || lex_is(lex_at(lex, i + 1), "!==")) &&
		       !is_left_handler(flow, i);
	}
	return false;
}

/** Whether what is asked may be about what the call is about: it has one of its variables or texts, or none at all. */
static bool is_about(const struct flow *flow, struct flow_range asked, const struct flow_call *call) {
	const struct lex *lex = &flow->lex;
	bool any = false;

	for (size_t i = call->first; i < call->end; ++i) {
		const struct lex_token *token = lex_at(lex, i);
		const bool name = token->kind == LEX_NAME && (i == call->first || !lex_is(lex_at(lex, i + 1), "("));

		if ((!name && token->kind != LEX_STRING) || (name && i == call->first && !flow_is_member(flow, i + 1)))
			continue;
		any = true;
		for (size_t k = asked.first; k < asked.end; ++k) {
			const struct lex_token *other = lex_at(lex, k);

			if (other->kind == token->kind && other->length == token->length &&
			    memcmp(other->text, token->text, token->length) == 0)
				return true;
		}
	}
	return !any;
}

/** Whether a block passes over that a name exists: with contextlib.suppress(OSError). */
static bool is_suppressed(const struct flow *flow, struct flow_range head) {
	static const char *const errors[] = { "FileExistsError",  "OSError",   "IOError",
		                              "EnvironmentError", "Exception", NULL };

	return lex_is(lex_at(&flow->lex, head.first), "with") && flow_mentions(flow, head, "suppress") &&
	       flow_mentions_any(flow, head, errors);
}

/** Whether a call stands in a block that was entered for the name's being free, or that goes on after a failure. */
bool flow_is_guarded(const struct flow *flow, const struct flow_call *call) {
	const size_t token = call->first;
	static const char *const words[] = { "exists",     "isdir",       "is_dir",     "isDirectory", "access",
		                             "stat",       "Exists",      "exist?",     "exists?",     "directory?",
		                             "existsSync", "file_exists", "IsNotExist", NULL };
	const uint32_t own = flow->blocks[flow->blocks_of[token]].function;

	if (takes_existing(flow, token))
		return true;
	for (uint32_t block = flow->blocks_of[token]; block && block != own; block = flow->blocks[block].parent) {
		const struct flow_range head = flow->blocks[block].head;

		bool asks = false;

		for (const char *const *word = words; *word; ++word)
			asks |= flow_mentions(flow, head, *word);
		for (size_t i = head.first; i < head.end; ++i)
			asks |= lex_is(lex_at(&flow->lex, i), "-d") || lex_is(lex_at(&flow->lex, i), "-e");
		asks = asks && is_about(flow, head, call);
		/* One that leaves a loop has looked for a free name: it takes no other. */
		if (asks)
			return !flow_mentions(flow, (struct flow_range) { token, flow->blocks[block].body.end },
			                      "break");
		if ((lex_is(lex_at(&flow->lex, head.first), "try") && is_passed_over(flow, block)) ||
		    is_suppressed(flow, head))
			return true;
	}
	/* The condition may stand in the same statement: mkdir $dir unless -d $dir. */
	const size_t statement = flow_statement(flow, token);
	size_t end = token;
	while (end < flow->lex.count && lex_at(&flow->lex, end)->kind != LEX_NEWLINE)
		++end;
	for (size_t i = statement; i < end; ++i) {
		const struct lex_token *at = lex_at(&flow->lex, i);

		/* What fails is passed over: Ruby's STATEMENT rescue nil. */
		if (lex_is(at, "-d") || lex_is(at, "-e") || (i > statement && lex_is(at, "rescue")))
			return true;
		for (const char *const *word = words; *word; ++word)
			if (at->kind == LEX_NAME && lex_is(at, *word))
				return true;
	}
	return false;
}

/** Whether a call of umask only asks for the value: what it gives is set again at once. */
static bool is_restored(struct flow *flow, const struct flow_call *call) {
	const struct lex *lex = &flow->lex;
	const size_t end = lex->count;
	const struct lex_token *before = lex_at(lex, call->first ? call->first - 1 : SIZE_MAX);

	if (lex_is(before, "(") && call->first > 1 && lex_is(lex_at(lex, call->first - 2), "umask"))
		return true;
	if ((!lex_is(before, "=") && !lex_is(before, ":=")) || call->first < 2)
		return false;
	const struct lex_token *old = lex_at(lex, call->first - 2);
	for (size_t i = call->end; i < end && i + 2 < lex->count && flow_step(flow); ++i) {
		size_t at = i + 2;

		if (lex_at(lex, i)->length != 5 || strncasecmp(lex_at(lex, i)->text, "umask", 5) != 0 ||
		    !lex_is(lex_at(lex, i + 1), "("))
			continue;
		for (; at < end && !lex_is(lex_at(lex, at), ")"); ++at)
			if (lex_at(lex, at)->length == old->length &&
			    memcmp(lex_at(lex, at)->text, old->text, old->length) == 0)
				return true;
	}
	return false;
}

/** Add a word to a command, so that a shell would take it for one word. */
static void add_word(struct flow *flow, struct value *command, size_t first, size_t end) {
	const struct value blank = value_literal(flow->arena, " ", 1);
	struct value word = flow_value(flow, (struct flow_range) { first, end });

	for (unsigned i = 0; i < word.count; ++i) {
		char *text = arena_copy(flow->arena, word.choices[i].text);

		for (char *at = text; (at = strpbrk(at, " \n'\"\\;|&<>()$`#"));)
			*at = '_';
		word.choices[i].text = text;
	}
	if (command->count)
		*command = value_concatenate(flow->arena, command, &blank);
	*command = command->count ? value_concatenate(flow->arena, command, &word) : word;
}

/** Add the elements of a list that begins at first, between brackets or behind them. */
static void add_words(struct flow *flow, struct value *command, size_t first, size_t end) {
	for (unsigned i = 0; first < end && i < FLOW_ARGUMENTS; ++i) {
		const size_t next = flow_expression_end(flow, first);

		if (next == first + 1 && flow_mentions(flow, (struct flow_range) { first, next }, "NULL"))
			break;
		if (next > first)
			add_word(flow, command, first, next < end ? next : end);
		if (!lex_is(lex_at(&flow->lex, next), ","))
			break;
		first = next + 1;
	}
}

/** Where a list of texts opens that the range is: ["a", b], { "a", b }, List.of("a", b); SIZE_MAX: it is none. */
static size_t list_of(const struct flow *flow, struct flow_range range) {
	const struct lex *lex = &flow->lex;
	size_t open = range.first;

	while (open < range.end && (lex_at(lex, open)->kind == LEX_NAME || lex_is(lex_at(lex, open), ".")))
		++open;
	if (flow->language->names_first && lex_is(lex_at(lex, open), "[") && lex_at(lex, open + 3)->kind == LEX_OPEN)
		open += 3;
	const struct lex_token *token = lex_at(lex, open);
	/* Perl's list; a string with something interpolated has no parentheses of its own. */
	const bool spelt = flow->language->arguments && token->at < lex->size && lex->data[token->at] == '(';
	return open < range.end && lex_at(lex, open + 1)->kind == LEX_STRING &&
	                       (token->kind == LEX_OPEN || lex_is(token, "[") || lex_is(token, "{") ||
	                        (lex_is(token, "(") && (open > range.first || spelt)))
	               ? open
	               : SIZE_MAX;
}

/** The same of what makes a list where it stands: List.of("a", b), Arrays.asList("a"), new String[] { "a" }. */
static size_t made_list(const struct flow *flow, struct flow_range range) {
	const struct lex *lex = &flow->lex;
	const bool array = flow_is_one(lex_at(lex, range.first), flow->language->new_words) &&
	                   lex_is(lex_at(lex, range.first + 2), "[") && lex_is(lex_at(lex, range.first + 3), "]");
	const size_t open = array ? range.first + 4 : list_of(flow, range);

	if (open == SIZE_MAX || open >= range.end || open == range.first)
		return SIZE_MAX;
	return array || lex_is(lex_at(lex, open - 1), "of") || lex_is(lex_at(lex, open - 1), "asList") ? open
	                                                                                               : SIZE_MAX;
}

/** A command as the words that it is made of: ["cp", A, B]; "cp", [A, B]; "cp", A, B.  None if it is one text. */
static struct value command_of_words(struct flow *flow, const struct flow_call *call) {
	struct value command = { 0 };
	unsigned words = 0;

	for (size_t i = 0; i < call->narguments; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct lex_token *token = lex_at(&flow->lex, range.first);
		const bool list = lex_is(token, "[") && token->kind != LEX_STRING;

		/* A list in a variable: execvp(argv[0], argv), spawn("cp", args). */
		const size_t behind = range.first + 1 + lex_is(lex_at(&flow->lex, range.first + 1), "...");
		if (token->kind == LEX_NAME && range.end == behind && !call->arguments[i].keyword) {
			const struct flow_range bound = flow_bound_range(
			        flow, arena_bytes(flow->arena, token->text, token->length), range.first);
			const size_t open = list_of(flow, bound);

			if (open != SIZE_MAX) {
				add_words(flow, &command, open + 1, flow_close(flow, open, flow->lex.count));
				return command;
			}
		}

		const size_t made = made_list(flow, range);
		if (made != SIZE_MAX && !words && !call->arguments[i].keyword) {
			add_words(flow, &command, made + 1, flow_close(flow, made, range.end));
			return command;
		}
		if (call->arguments[i].keyword || range.first >= range.end)
			continue;
		if (list) {
			add_words(flow, &command, range.first + 1, range.end);
			return command;
		}
		/* The first is the command; a context may stand before it. */
		const bool symbol = token->kind == LEX_NUMBER && flow->language->loose_parentheses;
		const bool text = token->kind == LEX_STRING || symbol;
		if (!words && !text)
			continue;
		if (!words && (memchr(token->text, ' ', token->length) || range.end != range.first + 1))
			return (struct value) { 0 };
		/* (char *)0 ends it, too. */
		if (flow_mentions(flow, range, "NULL") || flow_mentions(flow, range, "nullptr") ||
		    token->kind == LEX_OPEN ||
		    (lex_is(token, "(") && lex_at(&flow->lex, range.end - 1)->kind == LEX_NUMBER))
			break;
		add_word(flow, &command, range.first, range.end);
		++words;
	}
	return words > 1 ? command : (struct value) { 0 };
}

/** What a shell is to run that is given a command, and behind it its arguments: COMMAND, NAME, A, B. */
static struct value command_given(struct flow *flow, size_t first) {
	const char *arguments[SHELL_ARGUMENTS];
	size_t end = flow_expression_end(flow, first), count = 0;
	struct value command = flow_value(flow, (struct flow_range) { first, end });

	/* The first of them is the name of the shell. */
	if (lex_is(lex_at(&flow->lex, end), ","))
		end = flow_expression_end(flow, end + 1);
	while (lex_is(lex_at(&flow->lex, end), ",") && count < SHELL_ARGUMENTS) {
		first = end + 1;
		end = flow_expression_end(flow, first);
		arguments[count++] = flow_value(flow, (struct flow_range) { first, end }).choices[0].text;
	}
	for (unsigned i = 0; i < command.count; ++i)
		command.choices[i].text = shell_with_arguments(flow->arena, command.choices[i].text, arguments, count);
	return command;
}

/** The command that a shell is given in a range: "sh", "-c", COMMAND. */
static bool shell_given(struct flow *flow, struct flow_range range, struct value *command) {
	for (size_t i = range.first; i + 2 < range.end && i < range.first + RUNNING; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (token->kind == LEX_STRING && (token->length == 2 || token->length == 3) && token->text[0] == '-' &&
		    token->text[token->length - 1] == 'c' && lex_is(lex_at(&flow->lex, i + 1), ",")) {
			*command = command_given(flow, i + 2);
			return true;
		}
	}
	return false;
}

void flow_shell(struct flow *flow, const struct flow_call *call) {
	struct value command = flow_argument(flow, call, 0, NULL);
	bool given = shell_given(flow, (struct flow_range) { call->first, call->end }, &command);

	/* The same in a variable. */
	for (size_t i = 0; i < call->narguments && !given; ++i) {
		const struct flow_range range = call->arguments[i].range;
		const struct lex_token *token = lex_at(&flow->lex, range.first);
		const size_t behind = range.first + 1 + lex_is(lex_at(&flow->lex, range.first + 1), "...");

		if (token->kind == LEX_NAME && range.end == behind)
			given = shell_given(flow,
			                    flow_bound_range(flow, arena_bytes(flow->arena, token->text, token->length),
			                                     range.first),
			                    &command);
	}
	if (!given) {
		const struct value words = command_of_words(flow, call);

		if (words.count)
			command = words;
	}
	flow_command(flow, call, &command);
}

/** Where what a command does is put down. */
struct within {
	struct flow *flow;
	const struct flow_call *call;
	/** Whether the command may be another one, which does nothing of that. */
	bool other;
};

static void take_deed(void *context, enum shell_deed deed, const struct value *named, bool exclusive) {
	const struct within *within = context;
	struct value whole = *named;
	const struct value *name = &whole;

	whole.more |= within->other;

	if (deed == SHELL_CREATES)
		flow_create(within->flow, within->call, name, exclusive);
	else if (deed == SHELL_MAKES_DIRECTORY)
		flow_directory(within->flow, within->call, name, !exclusive);
	else if (strncmp(within->call->row->name, "execl", strlen("execl")) != 0)
		/* What takes the program's place gives it no name. */
		flow_report(within->flow, within->call, SCRIPT_NAME, SCRIPT_MEDIUM, NULL, NULL);
}

void flow_command(struct flow *flow, const struct flow_call *call, const struct value *command) {
	struct within within = { flow, call, command->more };
	const size_t first = flow->nevents;
	unsigned private = 0;

	for (unsigned i = 0; i < command->count; ++i)
		within.other |= *command->choices[i].text && !shell_may_matter(command->choices[i].text);
	for (unsigned i = 0; i < command->count; ++i) {
		private += strchr(command->choices[i].text, HOLE_FRESH) != NULL;
		shell_deeds(&flow->lex, command->choices[i].text, take_deed, &within);
	}
	for (size_t i = first; i < flow->nevents && private && private < command->count; ++i)
		flow->events[i].otherwise = true;
}

/** A copy into a directory that is shared by itself has the name of what is copied. */
static struct value put_within(struct flow *flow, const struct flow_call *call, const struct value *into) {
	const char *text = into->choices[0].text;
	const size_t length = strlen(text);
	const bool slash = length > 1 && text[length - 1] == '/';
	struct value name;

	if (!value_is_directory(slash ? arena_bytes(flow->arena, text, length - 1) : text))
		return *into;
	name = flow_argument(flow, call, 0, NULL);
	for (unsigned i = 0; i < name.count; ++i) {
		const char *last = strrchr(name.choices[i].text, '/');

		if (last && last[1])
			name.choices[i].text = last + 1;
	}
	return value_join(flow->arena, into, &name);
}

void flow_do(struct flow *flow, const struct flow_call *call) {
	const struct script_call *row = call->row;
	struct flow_opening opening;
	struct value value;

	switch (row->effect) {
	case CALL_NAME:
	case CALL_NAME_INTO:
		flow_name(flow, call, SCRIPT_MEDIUM, SCRIPT_HIGH);
		break;
	case CALL_CREATE:
		opening = flow_opening(flow, call);
		if (opening.creates) {
			value = flow_path(flow, call);
			if (row->path == 1 && call->narguments > 1)
				value = put_within(flow, call, &value);
			if (row->mode != MODE_LETTERS) {
				flow_create(flow, call, &value, opening.exclusive);
				break;
			}
			const struct value mode = flow_argument(flow, call, row->mode_at, row->mode_keyword);
			flow_open(flow, call, &value, &mode);
		}
		break;
	case CALL_DIRECTORY:
		opening = flow_opening(flow, call);
		value = flow_path(flow, call);
		flow_directory(flow, call, &value,
		               row->mode == MODE_REUSES     ? true
		               : row->mode == MODE_EXIST_OK ? !opening.exclusive || flow_is_guarded(flow, call)
		                                            : !opening.exclusive && flow_is_guarded(flow, call));
		break;
	case CALL_EXCLUSIVE:
		value = flow_path(flow, call);
		flow_create(flow, call, &value, true);
		break;
	case CALL_SOURCE:
		value = flow_path(flow, call);
		add_event(
		        flow, call,
		        &(struct flow_event) {
		                .kind = EVENT_OTHER, .as = SCRIPT_SOURCE, .value = value, .confidence = SCRIPT_HIGH });
		break;
	case CALL_SHELL:
		flow_shell(flow, call);
		break;
	case CALL_CHDIR:
		note_chdir(flow, call);
		break;
	case CALL_RELEASE:
		note_release(flow, call);
		break;
	case CALL_NOTE:
		flow_report(flow, call, SCRIPT_NOTE, SCRIPT_LOW, NULL, NULL);
		break;
	case CALL_UMASK:
		value = flow_argument(flow, call, 0, NULL);
		if (value.count == 1 && *value.choices[0].text &&
		    strspn(value.choices[0].text, "0o") == strlen(value.choices[0].text) && !is_restored(flow, call))
			/* What is kept may be set again by another file. */
			flow_report(flow, call, SCRIPT_UMASK, flow_is_ignored(flow, call) ? SCRIPT_HIGH : SCRIPT_MEDIUM,
			            NULL, NULL);
		break;
	case CALL_SPECIAL:
		flow->language->special(flow, call);
		break;
	default:
		break;
	}
}

/* Finding calls */

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
	    !is_macro(lex_at(lex, call.end)))
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

/* Judging */

static struct flow_event *event_of(struct flow *flow, unsigned origin) {
	for (size_t i = 0; origin && i < flow->nevents; ++i) {
		lex_look(&flow->lex, 1);
		if (flow->events[i].kind == EVENT_NAME && flow->events[i].first + 1 == origin)
			return &flow->events[i];
	}
	return NULL;
}

/** Tell the calls that made names what becomes of them. */
static void count_uses(struct flow *flow) {
	for (size_t i = 0; i < flow->nevents; ++i) {
		const struct flow_event *event = &flow->events[i];

		if (event->kind != EVENT_CREATE && event->kind != EVENT_DIRECTORY)
			continue;
		for (unsigned j = 0; j < event->value.count; ++j) {
			struct flow_event *name = event_of(flow, event->value.choices[j].origin);

			if (name && (event->exclusive || event->kind == EVENT_DIRECTORY))
				++name->exclusives;
			else if (name)
				++name->creates;
		}
	}
}

/** Whether the script looks whose a directory is that it finds: in its function, or in Perl not far behind. */
static bool is_verified(const struct flow *flow, size_t token) {
	enum { BEHIND = 64 };
	const struct flow_range body = flow->blocks[flow->blocks[flow->blocks_of[token]].function].body,
	                        behind = { token, token + BEHIND };

	if (flow_mentions(flow, body, "st_uid") || flow_mentions(flow, body, "fileowner"))
		return true;
	return flow_mentions(flow, behind, "stat") &&
	       (flow_mentions(flow, behind, "$<") || flow_mentions(flow, behind, "$>") ||
	        flow_mentions(flow, behind, "$EUID") || flow_mentions(flow, behind, "$UID"));
}

/** Whether what an event makes is none of a regular file, and stays so: what opens the name cannot create it. */
static bool is_special(const struct script_call *row) {
	static const char *const words[] = { "fifo", "FIFO", "mknod", "bind", "Bind", "Socket", "socket", NULL };

	for (const char *const *word = words; *word; ++word)
		if (strstr(row->name, *word))
			return true;
	return false;
}

/** Whether what an event makes exclusively is there, and the script's own, where the token stands: of a file only
 * behind it in its function, and if somebody looks whether it failed. */
static bool is_made_before(const struct flow *flow, const struct flow_event *event, size_t token) {
	const struct flow_call call = { .row = event->row, .first = event->first, .end = event->end };
	const struct script_language *language = flow->language;
	/* Elsewhere what fails ends the function, unless it is caught. */
	const bool returns = language->pastes || language->names_first || language->arguments ||
	                     language->methods_apart || event->row->path == ARGUMENT_RECEIVER;

	return flow->blocks[flow->blocks_of[event->first]].function == flow->blocks[flow->blocks_of[token]].function &&
	       event->first < token && !(returns ? flow_is_ignored(flow, &call) : flow_is_guarded(flow, &call));
}

/** Whether the script has made it, or the directory that it lies in, so that nobody else can have. */
static bool is_owned(const struct flow *flow, const struct value_choice *choice, size_t token) {
	for (size_t i = 0; i < flow->nevents; ++i) {
		const struct flow_event *event = &flow->events[i];

		lex_look(&flow->lex, 1);
		/* What is no file by its kind, such as a FIFO; a file made exclusively is made anew elsewhere. */
		if (event->kind == EVENT_DIRECTORY
		            ? !event->exclusive && !is_verified(flow, event->first)
		            : !event->exclusive || event->kind != EVENT_CREATE || event->row->effect != CALL_EXCLUSIVE)
			continue;
		const bool here = event->kind == EVENT_DIRECTORY || is_made_before(flow, event, token);
		if (!here && !is_special(event->row))
			continue;
		/* Nothing of the same function is done behind what it returns. */
		if (lex_is(lex_at(&flow->lex, event->first ? event->first - 1 : 0), "return") &&
		    flow->blocks[flow->blocks_of[event->first]].function ==
		            flow->blocks[flow->blocks_of[token]].function)
			continue;
		for (unsigned j = 0; j < event->value.count; ++j) {
			const char *own = event->value.choices[j].text;

			/* What is not known may be something else each time. */
			if (event->kind != EVENT_DIRECTORY && !here && strchr(own, HOLE_UNKNOWN))
				continue;
			if (value_class(own) != VALUE_SAFE && event->value.choices[j].origin == choice->origin &&
			    (strcmp(own, choice->text) == 0 ||
			     (event->kind == EVENT_DIRECTORY && value_is_below(choice->text, own))))
				return true;
		}
	}
	return false;
}

/** The worst that a name may be: its confidence, or false if it is no fault. */
static bool weigh(const struct flow *flow, const struct flow_event *event, enum script_confidence *confidence,
                  const char **text) {
	const struct value *value = &event->value;
	unsigned guessable = 0, doubtful = 0, fallbacks = 0, other = 0;
	bool owned = false;

	*text = NULL;
	for (unsigned i = 0; i < value->count; ++i) {
		const char *choice = value->choices[i].text;
		const enum value_class class = value_class(choice);
		const bool fault = class == VALUE_GUESSABLE || class == VALUE_DOUBTFUL;

		other += class == VALUE_SAFE;
		if (!fault)
			continue;
		if (is_owned(flow, &value->choices[i], event->first)) {
			owned = true;
			continue;
		}
		fallbacks += value_has_fresh(value, value->choices[i].call);
		if ((class == VALUE_GUESSABLE && !guessable) || (class == VALUE_DOUBTFUL && !guessable && !doubtful))
			*text = choice;
		guessable += class == VALUE_GUESSABLE;
		doubtful += class == VALUE_DOUBTFUL;
	}
	*confidence = owned || fallbacks >= guessable + doubtful ? SCRIPT_LOW
	              : guessable && !other && !value->more      ? SCRIPT_HIGH
	                                                         : SCRIPT_MEDIUM;
	return guessable + doubtful;
}

/** The call as the script has it, on one line. */
static const char *spelt(const struct flow *flow, const struct flow_event *event) {
	const struct lex *lex = &flow->lex;
	const struct lex_token *last = lex_at(lex, event->end ? event->end - 1 : 0);
	const bool quoted = last->kind == LEX_STRING && last->at + last->length + 2 <= lex->size;

	return lex_spelt(lex, lex_at(lex, event->first)->at, last->at + last->length + (quoted ? 2 : 0));
}

static void add_finding(const struct flow *flow, struct script *script, const struct flow_event *event,
                        enum script_kind kind, enum script_confidence confidence, const char *name) {
	const unsigned first = lex_at(&flow->lex, event->first)->line;
	const enum script_confidence reach = flow_reach(flow, event->first);
	unsigned last = lex_at(&flow->lex, event->end ? event->end - 1 : 0)->line;

	if (last < first)
		last = first;
	if (lex_is_marked(&flow->lex, first, last)) {
		++script->suppressed;
		return;
	}
	script_add(script, flow->arena,
	           &(struct script_finding) {
	                   .line = first,
	                   .kind = kind,
	                   .confidence = confidence < reach ? confidence : reach,
	                   .text = spelt(flow, event),
	                   .name = name ? value_shown(flow->arena, name) : NULL,
	                   .instead = event->row ? event->row->instead : NULL,
	                   .detail = event->detail,
	           });
}

/** Whether the call is for where the safe one cannot be imported. */
static bool is_fallback(const struct flow *flow, size_t token) {
	for (uint32_t block = flow->blocks_of[token]; block; block = flow->blocks[block].parent) {
		const struct flow_range head = flow->blocks[block].head;

		if (lex_is(lex_at(&flow->lex, head.first), "except") && flow_mentions(flow, head, "ImportError"))
			return true;
		/* if hasattr(tempfile, "mkstemp"): … else: … */
		uint32_t before = block;
		while (lex_is(lex_at(&flow->lex, head.first), "else") && before > 1 &&
		       flow->blocks[--before].parent != flow->blocks[block].parent)
			;
		if (before != block && flow_mentions(flow, flow->blocks[before].head, "hasattr") &&
		    mentions_text(flow, flow->blocks[before].head, "mkstemp"))
			return true;
	}
	return false;
}

/** Whether a variable in the call holds elsewhere in the function what a safe call made: this is for where there is
 * none. */
static bool is_otherwise(struct flow *flow, const struct flow_event *event) {
	const uint32_t function = flow->blocks[flow->blocks_of[event->first]].function;

	for (size_t i = event->first; i < event->end && event->kind != EVENT_OTHER; ++i) {
		const struct lex_token *token = lex_at(&flow->lex, i);

		if (token->kind != LEX_NAME || flow_is_member(flow, i + 1) || (i && flow_is_member(flow, i - 1)))
			continue;
		const char *name = arena_bytes(flow->arena, token->text, token->length);
		for (uint32_t k = flow_binding(flow, name, 0); k && flow_step(flow); k = flow_binding(flow, name, k)) {
			const struct flow_binding *binding = &flow->bindings[k - 1];

			/* What is set where the call stands, before or behind it, is no other way. */
			if (binding->function != function || flow_is_around(flow, binding->block, event->first) ||
			    !flow_is_seen(flow, binding, event->first))
				continue;
			const struct value value = flow_bound(flow, k - 1);
			for (unsigned c = 0; c < value.count; ++c)
				if (value_class(value.choices[c].text) == VALUE_FRESH && !value.choices[c].call)
					return true;
		}
	}
	return false;
}

static void judge(struct flow *flow, struct script *script, const struct flow_event *event) {
	enum script_confidence confidence;
	const char *text;

	switch (event->kind) {
	case EVENT_NAME:
		if (!event->exclusives)
			add_finding(flow, script, event, SCRIPT_NAME,
			            is_fallback(flow, event->first) ? SCRIPT_LOW
			            : event->creates                ? event->created
			                                            : event->confidence,
			            NULL);
		break;
	case EVENT_CREATE:
	case EVENT_DIRECTORY:
		if (event->exclusive || !weigh(flow, event, &confidence, &text))
			break;
		if (event->otherwise || is_fallback(flow, event->first) || is_otherwise(flow, event) ||
		    (event->kind == EVENT_DIRECTORY && is_verified(flow, event->first)))
			confidence = SCRIPT_LOW;
		add_finding(flow, script, event, event->kind == EVENT_CREATE ? SCRIPT_CREATE : SCRIPT_DIRECTORY,
		            confidence, text);
		break;
	case EVENT_OTHER:
		if (event->as != SCRIPT_SOURCE)
			add_finding(flow, script, event, event->as, event->confidence,
			            value_is_unknown(&event->value) ? NULL : event->value.choices[0].text);
		else if (weigh(flow, event, &confidence, &text))
			add_finding(flow, script, event, SCRIPT_SOURCE, confidence, text);
		break;
	}
}

void flow_judge(struct flow *flow, struct script *script) {
	/* It may have been left anywhere. */
	flow->visiting = false;
	flow->depth = flow->parts_within = 0;
	flow->floor = 0;
	count_uses(flow);
	for (size_t i = 0; i < flow->nevents; ++i)
		judge(flow, script, &flow->events[i]);
}
