/** Names with their parts, their aliases, and the rows of the language that they mean. */

#include "flow_parts.h"

#include "text.h"

#include <stdio.h>
#include <string.h>

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

	for (; entry && strcmp(entry->local, local) != 0; entry = entry->next)
		lex_look(&flow->lex, 1);
	return entry ? entry->full : NULL;
}

bool flow_is_alias(const struct flow *flow, const char *name) {
	return alias_of(flow, name);
}

const char *flow_resolved(struct flow *flow, const char *name) {
	/* No row has a longer name; what it costs to look for one, in looks. */
	enum { LONGEST = 128, LOOKS_ROW = 16 };
	const size_t length = strcspn(name, ".");
	const char *full = alias_of(flow, name);

	if (full)
		return full;
	if (name[length]) {
		char first[LONGEST] = "";

		/* By the first part; of a longer name by the first two, too. */
		for (size_t end = length; !full && end && end < sizeof first && name[end];
		     end = end == length ? length + 1 + strcspn(name + length + 1, ".") : 0) {
			memcpy(first, name, end);
			first[end] = '\0';
			full = alias_of(flow, first);
			if (full)
				return arena_text(flow->arena, "%s%s", full, name + end);
		}
		return flow->language->needs_imports ? arena_text(flow->arena, "?%s", name) : name;
	}
	for (size_t i = 0; i < flow->nmodules; ++i) {
		char whole[LONGEST];

		lex_look(&flow->lex, LOOKS_ROW);
		if (snprintf(whole, sizeof whole, "%s.%s", flow->modules[i], name) < LONGEST && flow_row(flow, whole))
			return arena_copy(flow->arena, whole);
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

	for (unsigned i = flow->row_buckets[flow_hash(token->text, token->length) % FLOW_BUCKETS]; i;
	     i = flow->next_rows[i - 1]) {
		const char *dot = strrchr(rows[i - 1].name, '.'), *part = dot ? dot + 1 : rows[i - 1].name;

		if (strlen(part) == token->length && memcmp(part, token->text, token->length) == 0)
			return true;
	}
	if (flow->language->names_first && last > first && flow->aliases_of_parts &&
	    alias_of(flow, arena_text(flow->arena, ".%.*s", (int)token->length, token->text)))
		return true;
	token = lex_at(&flow->lex, first);
	for (const struct flow_alias_entry *entry = flow->aliases[flow_hash(token->text, token->length) % FLOW_BUCKETS];
	     entry; entry = entry->next) {
		lex_look(&flow->lex, 1);
		if (strlen(entry->local) == token->length && memcmp(entry->local, token->text, token->length) == 0)
			return true;
	}
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

void flow_index_rows(struct flow *flow) {
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

/** Whether CLASS.METHOD is of a class of the script's own, which is no other one's child: what it does, that says. */
static bool is_own_method(const struct flow *flow, const char *name) {
	static const char *const parents[] = { "<", "extends", "(", NULL };
	const char *dot = strchr(name, '.'), *method = dot ? dot + 1 : NULL;
	const struct lex_token class = { .text = name, .length = (uint32_t)(dot ? dot - name : 0), .kind = LEX_NAME };

	if (!class.length || strchr(method, '.') || !flow->language->constructor || strcmp(name, "new") == 0)
		return false;
	if (strcmp(method, "new") == 0)
		method = flow->language->constructor;
	for (uint32_t own = flow_function(flow, method, strlen(method), 0); own;
	     own = flow_function(flow, method, strlen(method), own)) {
		const struct flow_block *block = &flow->blocks[flow->blocks[flow->functions[own - 1].block].parent];
		const size_t behind = block->head.first + 2;

		if (!lex_is(lex_at(&flow->lex, block->head.first), "class") || behind > block->head.end ||
		    lex_at(&flow->lex, behind - 1)->length != class.length ||
		    memcmp(lex_at(&flow->lex, behind - 1)->text, class.text, class.length) != 0)
			continue;
		if (!flow_is_one(lex_at(&flow->lex, behind), parents))
			return true;
	}
	return false;
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
		return is_own_method(flow, name) ? NULL : &rows[i - 1];
	}
	return NULL;
}
