/** What calls do: what they create, and whether that fails on what exists. */

#include "flow_parts.h"

#include "rules_shell.h"
#include "text.h"

#include <string.h>
#include <strings.h>

/** How far behind a call it is looked whether what exists is taken, and how far before that for a "not". */
enum { ACCEPTING = 24, ACCEPTING_BACK = 10, LEAVING = 12 };

/** How far into a call the "-c" of a shell is looked for: calls lie in calls. */
enum { RUNNING = 256 };

bool flow_is_macro(const struct lex_token *token) {
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
	while (block->body.first && !flow_is_macro(lex_at(lex, block->body.first - 1)))
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
		if (flow_is_macro(lex_at(lex, close + 1)))
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
	if (block->body.first && flow_is_macro(lex_at(&flow->lex, block->body.first - 1)))
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

bool flow_mentions_text(const struct flow *flow, struct flow_range range, const char *text) {
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
	       flow_mentions(flow, handler, "EEXIST") || flow_mentions_text(flow, handler, "EEXIST") ||
	       flow_mentions(flow, handler, "FileExists") || flow_mentions(flow, handler, "FileAlreadyExists");
}

/** Whether what Ruby does where something failed, from first on, leaves what it is in. */
static bool is_left_rescue(const struct flow *flow, size_t first) {
	static const char *const leaving[] = { "raise", "throw", "retry", "next",   "abort", "exit",
		                               "exit!", "die",   "fail",  "return", "warn",  NULL };
	const struct lex *lex = &flow->lex;

	for (size_t i = first; i < first + LEAVING && lex_at(lex, i)->kind != LEX_CLOSE; ++i)
		if (flow_is_one(lex_at(lex, i), leaving))
			return true;
	return false;
}

/** Whether Ruby lets any failure of a call pass: rescue; rescue SystemCallError => e; Dir.mkdir(X) rescue nil. */
static bool is_rescued(const struct flow *flow, size_t token) {
	static const char *const all[] = {
		"SystemCallError", "StandardError", "Exception", "=>", "nil", "false", NULL
	};
	const struct lex *lex = &flow->lex;

	for (size_t i = token + 1; i < token + ACCEPTING; ++i) {
		const struct lex_token *one = lex_at(lex, i), *behind = lex_at(lex, i + 1);

		/* Another block begins, or its own ends. */
		if (one->kind == LEX_END || one->kind == LEX_OPEN ||
		    (one->kind == LEX_CLOSE && !lex_is(behind, "rescue")))
			break;
		if (lex_is(one, "rescue"))
			return (behind->kind >= LEX_NEWLINE || flow_is_one(behind, all)) &&
			       !is_left_rescue(flow, i + 1);
	}
	return false;
}

/**
 * Whether what follows a call lets it pass that the name exists: errno != EEXIST, !os.IsExist(err), $!{EEXIST} or die.
 */
static bool takes_existing(const struct flow *flow, size_t token) {
	static const char *const words[] = { "EEXIST", "IsExist", "ErrExist", "already_exists", NULL };
	static const char *const without[] = { "!=", "!==", "!", "ne", "unless", "<>", NULL };
	static const char *const bounds[] = { "if", "&&", "and", "elif", NULL };
	static const char *const handlers[] = { "rescue", "||", "or", NULL };
	const struct lex *lex = &flow->lex;

	if (flow->language->loose_parentheses && is_rescued(flow, token))
		return true;
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
				return !is_left_rescue(flow, i + 1);
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
