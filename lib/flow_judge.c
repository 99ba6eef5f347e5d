/** What calls do together: which of it is a fault, and how sure that is. */

#include "flow_parts.h"

#include <string.h>

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
		    flow_mentions_text(flow, flow->blocks[before].head, "mkstemp"))
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
