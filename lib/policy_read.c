/** Reading of a policy: strict, so that what nobody understands is never taken for agreement. */
#include "policy.h"

#include "audit.h"
#include "json.h"
#include "parse_json.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char schema_name[] = "tmpaudit.policy/1";

/** The most entries of a list. */
enum { MOST_ENTRIES = 1000 };

/** A policy that is being read, and over which it is laid. */
struct reader {
	struct policy *policy;
	const struct policy_text *text;
	const struct check *const *families;
	time_t now;
	struct policy_fault *fault;
	/** The first waiver that is this text's. */
	size_t first_waiver;
	/** What the text calls itself; NULL: nothing. */
	const char *name;
	/** A byte of the text, and its line: values are mostly taken in order. */
	size_t known_at, known_line;
};

/** A key of an object, and how its value is taken. */
struct field {
	const char *key;
	enum json_sort type;
	bool required;
	bool (*take)(struct reader *reader, const struct json_value *value, void *into);
};

static struct arena *arena_of(const struct reader *reader) {
	return &reader->policy->arena;
}

/** Say what is wrong, at a byte of the text. */
static bool wrong_at(struct reader *reader, size_t at, const char *what) {
	const struct policy_text *text = reader->text;
	size_t line, column;

	parse_json_place(text->bytes, text->size, at, &line, &column);
	*reader->fault = (struct policy_fault) {
		.where = arena_text(arena_of(reader), "%s:%zu:%zu", text->name, line, column),
		.what = what,
	};
	return false;
}

static bool wrong(struct reader *reader, const struct json_value *value, const char *what) {
	return wrong_at(reader, value->at, what);
}

/** Say that there is no such thing; names are those there are. */
static bool no_such(struct reader *reader, size_t at, const char *what, const char *word, const char *const *names,
                    const char *remedy) {
	const char *nearest = text_meant(word, names);

	return wrong_at(reader, at,
	                arena_text(arena_of(reader), "no %s \"%s\"; %s%s", what, word, nearest ? "the nearest is " : "",
	                           nearest ? nearest : remedy));
}

/** The names of a list, as a reader reads them: a, b or c. */
static const char *listed(struct arena *arena, const char *const *names) {
	struct builder text = { .arena = arena };

	// NOLINTNEXTLINE(clang-analyzer-core.NullDereference) lists of names are never NULL
	for (const char *const *name = names; *name; ++name)
		builder_format(&text, "%s%s", name == names ? "" : name[1] ? ", " : " or ", *name);
	return builder_string(&text);
}

/** The line of a byte. */
static size_t line_of(struct reader *reader, size_t at) {
	const char *bytes = reader->text->bytes;

	if (at < reader->known_at || !reader->known_line) {
		reader->known_at = 0;
		reader->known_line = 1;
	}
	for (; reader->known_at < at; ++reader->known_at)
		reader->known_line += bytes[reader->known_at] == '\n';
	return reader->known_line;
}

/** Where a value stands, for who asks where it comes from. */
static struct origin origin_of(struct reader *reader, const struct json_value *value) {
	const struct policy_text *text = reader->text;

	if (text->is_profile)
		return (struct origin) { arena_text(arena_of(reader), "profile %s", text->name), false };
	return (struct origin) { arena_text(arena_of(reader), "%s:%zu", text->name,
		                            line_of(reader, value->key ? value->key_at : value->at)),
		                 true };
}

static const char *type_name(enum json_sort type) {
	static const char *const names[] = {
		[JSON_NOTHING] = "null",  [JSON_BOOLEAN] = "true or false", [JSON_NUMBER] = "a number",
		[JSON_TEXT] = "a string", [JSON_ARRAY] = "a list in []",    [JSON_OBJECT] = "an object in {}",
	};

	return names[type];
}

static bool is_of_type(struct reader *reader, const struct json_value *value, enum json_sort type) {
	if (value->type == type)
		return true;
	return wrong(reader, value,
	             arena_text(arena_of(reader), "this is %s; %s%s%s wants %s", type_name(value->type),
	                        value->key ? "\"" : "", value->key ? value->key : "a list like this",
	                        value->key ? "\"" : "", type_name(type)));
}

static bool is_comment(const struct json_value *value) {
	return strcmp(value->key, "comment") == 0;
}

/** Whether a comment is one: a string. */
static bool take_comment(struct reader *reader, const struct json_value *value) {
	return is_of_type(reader, value, JSON_TEXT);
}

static const struct field *find_field(const struct field *fields, const char *key) {
	for (; fields->key; ++fields)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

static const struct json_value *find_member(const struct json_value *map, const char *key) {
	for (const struct json_value *member = map->first; member; member = member->next)
		if (strcmp(member->key, key) == 0)
			return member;
	return NULL;
}

static bool no_such_key(struct reader *reader, const struct json_value *value, const struct field *fields) {
	struct arena scratch = { 0 };
	const char **names = NULL;
	size_t count = 0;

	for (; fields->key; ++fields) {
		names = arena_grow(&scratch, names, count, sizeof *names);
		names[count++] = fields->key;
	}
	no_such(reader, value->key_at, "key", value->key, names,
	        arena_text(arena_of(reader), "here may stand %s", listed(&scratch, names)));
	arena_free(&scratch);
	return false;
}

/** Take an object of which each key is a field. */
static bool take_fields(struct reader *reader, const struct json_value *map, const struct field *fields, void *into) {
	for (const struct json_value *value = map->first; value; value = value->next) {
		const struct field *field = find_field(fields, value->key);

		if (is_comment(value) ? !take_comment(reader, value)
		    : !field          ? !no_such_key(reader, value, fields)
		                      : !is_of_type(reader, value, field->type) || !field->take(reader, value, into))
			return false;
	}
	for (; fields->key; ++fields)
		if (fields->required && !find_member(map, fields->key))
			return wrong(reader, map,
			             arena_text(arena_of(reader), "the key \"%s\" is missing here", fields->key));
	return true;
}

static bool is_blank(const char *text) {
	return text[strspn(text, " \t\r\n")] == '\0';
}

/** Take a string that says something, into a const char *. */
static bool take_text(struct reader *reader, const struct json_value *value, void *into) {
	const char **text = into;

	if (is_blank(value->text))
		return wrong(reader, value, arena_text(arena_of(reader), "\"%s\" says nothing", value->key));
	*text = arena_copy(arena_of(reader), value->text);
	return true;
}

/* Checks */

/** All words that may stand for checks: ids, and "practice:NAME". */
static const char *const *check_words(struct arena *arena, const struct check *const *families) {
	const char **words = NULL;
	size_t count = 0;

	for (; *families; ++families) {
		for (const struct check *check = *families; check->id; ++check) {
			words = arena_grow(arena, words, count, sizeof *words);
			words[count++] = check->id;
		}
	}
	for (size_t i = 0; i < PRACTICES; ++i) {
		words = arena_grow(arena, words, count, sizeof *words);
		words[count++] = arena_text(arena, "practice:%s", practices[i].id);
	}
	return words;
}

static bool names_checks(struct reader *reader, const struct json_value *value) {
	struct arena scratch = { 0 };
	const char *const glob[] = { value->key, NULL };

	if (!reader->families || !audit_unmatched(reader->families, glob))
		return true;
	no_such(reader, value->key_at, "check", value->key, check_words(&scratch, reader->families),
	        "see tmpaudit list");
	arena_free(&scratch);
	return false;
}

static bool take_severity_name(struct reader *reader, const struct json_value *value, enum severity *severity) {
	static const char *const names[] = { "info", "low", "medium", "high", "critical", NULL };

	for (size_t i = 0; i < SEVERITIES; ++i) {
		if (strcmp(severity_names[i], value->text) == 0) {
			*severity = (enum severity)i;
			return true;
		}
	}
	return no_such(reader, value->at, "severity", value->text, names,
	               arena_text(arena_of(reader), "there are %s", listed(arena_of(reader), names)));
}

static void add_rule(struct reader *reader, const struct json_value *value, enum rule_kind kind, const char *glob,
                     int said) {
	struct policy *policy = reader->policy;

	policy->rules = arena_grow(arena_of(reader), policy->rules, policy->nrules, sizeof *policy->rules);
	policy->rules[policy->nrules++] = (struct policy_rule) {
		.kind = kind,
		.glob = arena_copy(arena_of(reader), glob),
		.value = said,
		.origin = origin_of(reader, value),
	};
}

static bool take_flag_rule(struct reader *reader, const struct json_value *value, void *into) {
	enum rule_kind kind = RULE_ENABLED;

	while (strcmp(rule_names[kind], value->key) != 0)
		++kind;
	add_rule(reader, value, kind, into, value->flag);
	return true;
}

static bool take_severity_rule(struct reader *reader, const struct json_value *value, void *into) {
	enum severity severity;

	if (!take_severity_name(reader, value, &severity))
		return false;
	add_rule(reader, value, RULE_SEVERITY, into, (int)severity);
	return true;
}

static const struct field check_fields[] = {
	{ "enabled", JSON_BOOLEAN, false, take_flag_rule },
	{ "severity", JSON_TEXT, false, take_severity_rule },
	{ "applicable", JSON_BOOLEAN, false, take_flag_rule },
	{ "boot", JSON_BOOLEAN, false, take_flag_rule },
	{ 0 },
};

/** How exactly a glob names a check: a practice least, then the more characters of it stand for themselves; most an id.
 */
static size_t exactness(const char *glob) {
	size_t count = 1;

	if (text_starts(glob, "practice:"))
		return 0;
	if (!strpbrk(glob, "*?[\\") && strchr(glob, '.'))
		return SIZE_MAX;
	for (; *glob; ++glob)
		count += !strchr("*?[]\\", *glob);
	return count;
}

/** The order of the rules of a text, which is not that of its lines: those who write JSON sort keys as they like. */
static int compare_rules(const void *a, const void *b) {
	const struct policy_rule *left = a, *right = b;
	const size_t first = exactness(left->glob), second = exactness(right->glob);
	int order = (first > second) - (first < second);

	if (!order)
		order = strcmp(left->glob, right->glob);
	return order ? order : (int)left->kind - (int)right->kind;
}

static bool take_checks(struct reader *reader, const struct json_value *map, void *into) {
	struct policy *policy = into;
	const size_t first = policy->nrules;

	for (const struct json_value *value = map->first; value; value = value->next) {
		/* take_fields() hands it on to who only reads it. */
		if (is_comment(value) ? !take_comment(reader, value)
		                      : !names_checks(reader, value) || !is_of_type(reader, value, JSON_OBJECT) ||
		                                !take_fields(reader, value, check_fields,
		                                             arena_copy(arena_of(reader), value->key)))
			return false;
	}
	if (policy->nrules > first)
		qsort(policy->rules + first, policy->nrules - first, sizeof *policy->rules, compare_rules);
	return true;
}

/* Parameters */

static bool take_octal(struct reader *reader, const struct json_value *value, uint64_t *number) {
	if (value->type == JSON_NUMBER)
		return wrong(reader, value, "an octal value is a string, as in \"027\"");
	if (!is_of_type(reader, value, JSON_TEXT))
		return false;
	return (strlen(value->text) <= 4 && text_number(value->text, 8, 0777, number)) ||
	       wrong(reader, value,
	             arena_text(arena_of(reader), "\"%s\" is no umask: octal digits, at most 0777", value->text));
}

static bool take_count(struct reader *reader, const struct json_value *value, const struct parameter_row *row,
                       uint64_t *number) {
	if (!is_of_type(reader, value, JSON_NUMBER))
		return false;
	/* As JSON Schema has it: 1.0 is a whole number. */
	if (!(value->number >= (double)row->least && value->number <= (double)row->most) ||
	    value->number != (double)(uint64_t)value->number)
		return wrong(reader, value,
		             arena_text(arena_of(reader), "\"%s\" wants a whole number from %llu to %llu", row->name,
		                        (unsigned long long)row->least, (unsigned long long)row->most));
	*number = (uint64_t)value->number;
	return true;
}

/** A time such as 10d or 1d12h, in seconds.  Returns false if it is none, or no number is as large. */
static bool read_age(const char *text, uint64_t *seconds) {
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = { { "min", 60 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { "w", 604800 } };
	/* More of any unit than the longest age; sums of as many fit. */
	enum { DIGITS = 9, PARTS = 16 };
	size_t parts = 0;

	for (*seconds = 0; *text; ++parts) {
		const size_t digits = strspn(text, "0123456789");
		char number[DIGITS + 1] = "";
		uint64_t count;
		size_t i = 0;

		if (digits == 0 || digits > DIGITS || parts == PARTS)
			return false;
		text_number(memcpy(number, text, digits), 10, UINT64_MAX, &count);
		text += digits;
		while (i < sizeof units / sizeof *units && !text_starts(text, units[i].unit))
			++i;
		if (i == sizeof units / sizeof *units)
			return false;
		*seconds += count * units[i].seconds;
		text += strlen(units[i].unit);
	}
	return parts > 0;
}

static bool take_age(struct reader *reader, const struct json_value *value, const struct parameter_row *row,
                     uint64_t *number) {
	struct arena *arena = arena_of(reader);

	if (value->type == JSON_NUMBER)
		return wrong(reader, value, "an age is a string with its unit, as in \"10d\"");
	if (!is_of_type(reader, value, JSON_TEXT))
		return false;
	if (!read_age(value->text, number))
		return wrong(reader, value,
		             arena_text(arena, "\"%s\" is no age: numbers with units s, min, h, d or w, as in \"10d\"",
		                        value->text));
	return (*number >= row->least && *number <= row->most) ||
	       wrong(reader, value,
	             arena_text(arena, "\"%s\" is no age from 1s to %s", value->text, policy_age(arena, row->most)));
}

/** Whether path is absolute, leads nowhere but down, and is not "/". */
static bool is_path(const char *path) {
	if (path[0] != '/' || !path[1])
		return false;
	while (*path) {
		const size_t length = strcspn(++path, "/");

		if (length == 0 || (path[0] == '.' && (length == 1 || (length == 2 && path[1] == '.'))))
			return false;
		path += length;
	}
	return true;
}

static int compare_texts(const void *a, const void *b) {
	const struct json_value *const *left = a, *const *right = b;
	const int order = strcmp((*left)->text, (*right)->text);

	return order ? order : ((*left)->at > (*right)->at) - ((*left)->at < (*right)->at);
}

/** The first string of the list that stands in it before, or NULL. */
static const struct json_value *find_repeated(struct arena *scratch, const struct json_value *list) {
	const struct json_value **sorted = arena_array(scratch, list->count + 1, sizeof *sorted), *found = NULL;
	size_t count = 0;

	for (const struct json_value *item = list->first; item; item = item->next)
		sorted[count++] = item;
	qsort(sorted, count, sizeof *sorted, compare_texts);
	for (size_t i = 1; i < count; ++i)
		if (strcmp(sorted[i - 1]->text, sorted[i]->text) == 0 && (!found || sorted[i]->at < found->at))
			found = sorted[i];
	return found;
}

static bool take_list(struct reader *reader, const struct json_value *value, const struct parameter_row *row,
                      const char *const **list) {
	struct arena *arena = arena_of(reader), scratch = { 0 };
	const char **items;
	size_t count = 0;

	if (!is_of_type(reader, value, JSON_ARRAY))
		return false;
	if (value->count > MOST_ENTRIES)
		return wrong(reader, value, arena_text(arena, "a list has at most %d entries", MOST_ENTRIES));
	items = arena_array(arena, value->count + 1, sizeof *items);
	for (const struct json_value *item = value->first; item; item = item->next) {
		if (!is_of_type(reader, item, JSON_TEXT))
			return false;
		if (row->type == PARAMETER_PATHS ? !is_path(item->text) : is_blank(item->text))
			return wrong(reader, item,
			             arena_text(arena, "\"%s\" is no %s", item->text,
			                        row->type == PARAMETER_NAMES
			                                ? "name"
			                                : "absolute path, without \"..\" and a slash at its end"));
		items[count++] = arena_copy(arena, item->text);
	}
	const struct json_value *repeated = find_repeated(&scratch, value);
	arena_free(&scratch);
	if (repeated)
		return wrong(reader, repeated, arena_text(arena, "\"%s\" stands twice in the list", repeated->text));
	*list = items;
	return true;
}

static bool take_parameter(struct reader *reader, const struct json_value *value, enum parameter parameter) {
	struct policy *policy = reader->policy;
	const struct parameter_row *row = &parameter_rows[parameter];
	uint64_t *number = &policy->parameters[parameter];
	bool good = false;

	switch (row->type) {
	case PARAMETER_OCTAL:
		good = take_octal(reader, value, number);
		break;
	case PARAMETER_COUNT:
		good = take_count(reader, value, row, number);
		break;
	case PARAMETER_FLAG:
		good = is_of_type(reader, value, JSON_BOOLEAN);
		*number = value->flag;
		break;
	case PARAMETER_AGE:
		good = take_age(reader, value, row, number);
		break;
	case PARAMETER_PATHS:
	case PARAMETER_NAMES:
		good = take_list(reader, value, row, &policy->lists[parameter]);
		break;
	}
	policy->origins[parameter] = origin_of(reader, value);
	return good;
}

static bool take_parameters(struct reader *reader, const struct json_value *map, void *into) {
	const char *names[PARAMETERS + 1] = { 0 };

	(void)into;
	for (size_t i = 0; i < PARAMETERS; ++i)
		names[i] = parameter_rows[i].name;
	for (const struct json_value *value = map->first; value; value = value->next) {
		size_t i = 0;

		while (i < PARAMETERS && strcmp(names[i], value->key) != 0)
			++i;
		if (is_comment(value) ? !take_comment(reader, value)
		    : i == PARAMETERS ? !no_such(reader, value->key_at, "parameter", value->key, names,
		                                 "tmpaudit list --policy shows them")
		                      : !take_parameter(reader, value, (enum parameter)i))
			return false;
	}
	return true;
}

/* Waivers */

static bool take_waived_check(struct reader *reader, const struct json_value *value, void *into) {
	struct waiver *waiver = into;
	struct arena scratch = { 0 };
	bool found = !reader->families;

	for (const struct check *const *family = reader->families; family && *family && !found; ++family)
		for (const struct check *check = *family; check->id && !found; ++check)
			found = strcmp(check->id, value->text) == 0;
	if (!found)
		no_such(reader, value->at, "check", value->text, check_words(&scratch, reader->families),
		        "a waiver names one by its whole id: see tmpaudit list");
	arena_free(&scratch);
	waiver->check = arena_copy(arena_of(reader), value->text);
	return found;
}

/** The subject is there already: it can be said in one way only. */
static bool has_subject(struct reader *reader, const struct json_value *value, const struct waiver *waiver) {
	return waiver->subject &&
	       !wrong_at(reader, value->key_at, "a waiver has a \"subject\" or \"subject_bytes\", not both");
}

static bool take_subject(struct reader *reader, const struct json_value *value, void *into) {
	struct waiver *waiver = into;

	return !has_subject(reader, value, waiver) && take_text(reader, value, &waiver->subject);
}

static bool take_subject_bytes(struct reader *reader, const struct json_value *value, void *into) {
	struct waiver *waiver = into;
	struct builder bytes = { .arena = arena_of(reader) };

	if (waiver->subject)
		return !has_subject(reader, value, waiver);
	if (!text_unbase64(&bytes, value->text, strlen(value->text)) || !bytes.length ||
	    strlen(builder_string(&bytes)) != bytes.length)
		return wrong(reader, value, "this is no name in base64, as a report has it");
	waiver->subject = builder_string(&bytes);
	waiver->exact = true;
	return true;
}

static bool take_reason(struct reader *reader, const struct json_value *value, void *into) {
	return take_text(reader, value, &((struct waiver *)into)->reason);
}

static bool take_owner(struct reader *reader, const struct json_value *value, void *into) {
	return take_text(reader, value, &((struct waiver *)into)->owner);
}

static bool take_ticket(struct reader *reader, const struct json_value *value, void *into) {
	return take_text(reader, value, &((struct waiver *)into)->ticket);
}

static bool take_expires(struct reader *reader, const struct json_value *value, void *into) {
	struct waiver *waiver = into;

	if (!waiver_day(value->text, &waiver->end))
		return wrong(reader, value,
		             arena_text(arena_of(reader), "\"%s\" is no day; one is written YYYY-MM-DD", value->text));
	if (waiver_is_far(waiver->end, reader->now))
		return wrong(reader, value,
		             arena_text(arena_of(reader), "a waiver ends after at most %d days; %s is later",
		                        WAIVER_MOST_DAYS, value->text));
	waiver->expires = arena_copy(arena_of(reader), value->text);
	return true;
}

static const struct field waiver_fields[] = {
	{ "check", JSON_TEXT, true, take_waived_check },
	{ "subject", JSON_TEXT, false, take_subject },
	{ "subject_bytes", JSON_TEXT, false, take_subject_bytes },
	{ "reason", JSON_TEXT, true, take_reason },
	{ "owner", JSON_TEXT, false, take_owner },
	{ "ticket", JSON_TEXT, false, take_ticket },
	{ "expires", JSON_TEXT, true, take_expires },
	{ 0 },
};

/** A waiver, and where it stands among all. */
struct place {
	const struct waiver *waiver;
	const struct json_value *value;
};

static int compare_places(const void *a, const void *b) {
	const struct place *left = a, *right = b;
	int order = strcmp(left->waiver->check, right->waiver->check);

	if (!order)
		order = strcmp(left->waiver->subject, right->waiver->subject);
	if (!order)
		order = (int)left->waiver->exact - (int)right->waiver->exact;
	return order ? order : (left->waiver > right->waiver) - (left->waiver < right->waiver);
}

static bool is_same(const struct waiver *a, const struct waiver *b) {
	return a->exact == b->exact && strcmp(a->check, b->check) == 0 && strcmp(a->subject, b->subject) == 0;
}

/** Refuse what the text has twice, and let what it has replace what earlier ones have. */
static bool settle_waivers(struct reader *reader, const struct json_value *list) {
	struct policy *policy = reader->policy;
	struct arena scratch = { 0 };
	struct place *places = arena_array(&scratch, policy->nwaivers + 1, sizeof *places);
	bool *replaced = arena_array(&scratch, policy->nwaivers + 1, sizeof *replaced);
	const struct json_value *value = list->first, *twin = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < policy->nwaivers; ++i) {
		places[i].waiver = &policy->waivers[i];
		if (i >= reader->first_waiver) {
			places[i].value = value;
			// NOLINTNEXTLINE(clang-analyzer-core.NullDereference) the list has one value a waiver
			value = value->next;
		}
	}
	qsort(places, policy->nwaivers, sizeof *places, compare_places);
	for (size_t i = 1; i < policy->nwaivers; ++i) {
		if (!is_same(places[i - 1].waiver, places[i].waiver))
			continue;
		if (!places[i - 1].value)
			replaced[places[i - 1].waiver - policy->waivers] = true;
		else if (!twin || places[i].value->at < twin->at)
			twin = places[i].value;
	}
	for (size_t i = 0; i < policy->nwaivers; ++i)
		if (!replaced[i])
			policy->waivers[kept++] = policy->waivers[i];
	policy->nwaivers = kept;
	arena_free(&scratch);
	return !twin || wrong(reader, twin, "the same check and subject are waived before, in this file");
}

static bool take_waivers(struct reader *reader, const struct json_value *list, void *into) {
	struct policy *policy = into;

	reader->first_waiver = policy->nwaivers;
	for (const struct json_value *value = list->first; value; value = value->next) {
		struct waiver waiver = { 0 };

		if (!is_of_type(reader, value, JSON_OBJECT) || !take_fields(reader, value, waiver_fields, &waiver))
			return false;
		if (!waiver.subject)
			return wrong(reader, value, "the key \"subject\" is missing here; \"*\" is any");
		waiver.source = origin_of(reader, value).where;
		policy->waivers =
		        arena_grow(arena_of(reader), policy->waivers, policy->nwaivers, sizeof *policy->waivers);
		policy->waivers[policy->nwaivers++] = waiver;
	}
	return settle_waivers(reader, list);
}

/* What falls short */

static bool take_under(struct reader *reader, const struct json_value *value, void *into) {
	struct policy *policy = into;
	const double tenths = value->number * 10;

	if (!(value->number >= 0 && value->number <= 100))
		return wrong(reader, value, "a score is a number from 0 to 100");
	/* Scores have one decimal; what is nearer to it than any double can say is it. */
	const unsigned whole = (unsigned)(tenths + 0.5);
	if (tenths - whole > 1e-9 || whole - tenths > 1e-9)
		return wrong(reader, value, "a score has one decimal at most");
	policy->fail_under = whole;
	policy->fail_under_origin = origin_of(reader, value);
	return true;
}

static bool take_on(struct reader *reader, const struct json_value *value, void *into) {
	struct policy *policy = into;

	if (!take_severity_name(reader, value, &policy->fail_on))
		return false;
	policy->fail_on_origin = origin_of(reader, value);
	return true;
}

static const struct field fail_fields[] = {
	{ "under", JSON_NUMBER, false, take_under },
	{ "on", JSON_TEXT, false, take_on },
	{ 0 },
};

static bool take_fail(struct reader *reader, const struct json_value *value, void *into) {
	struct policy *policy = into;

	if (!take_fields(reader, value, fail_fields, into))
		return false;
	/* As with --fail-under: who asks for a score is not asking for each check, unless somebody said so. */
	if (policy->fail_under_origin.overrides && !policy->fail_on_origin.overrides)
		policy_fail_under(policy, policy->fail_under, policy->fail_under_origin.where);
	return true;
}

/* The whole */

static bool take_schema(struct reader *reader, const struct json_value *value, void *into) {
	(void)into;
	return strcmp(value->text, schema_name) == 0 ||
	       wrong(reader, value,
	             arena_text(arena_of(reader), "\"%s\" is not understood; this is %s", value->text, schema_name));
}

static bool take_name(struct reader *reader, const struct json_value *value, void *into) {
	(void)into;
	return take_text(reader, value, &reader->name);
}

static bool take_extends(struct reader *reader, const struct json_value *value, void *into) {
	(void)into;
	for (const char *const *name = policy_profiles; *name; ++name)
		if (strcmp(*name, value->text) == 0)
			return true;
	return no_such(reader, value->at, "profile", value->text, policy_profiles,
	               arena_text(arena_of(reader), "there are %s", listed(arena_of(reader), policy_profiles)));
}

static bool take_deep(struct reader *reader, const struct json_value *value, void *into) {
	struct policy *policy = into;

	policy->deep = value->flag;
	policy->deep_origin = origin_of(reader, value);
	return true;
}

static const struct field policy_fields[] = {
	{ "schema", JSON_TEXT, true, take_schema },
	{ "name", JSON_TEXT, false, take_name },
	{ "extends", JSON_TEXT, false, take_extends },
	{ "deep", JSON_BOOLEAN, false, take_deep },
	{ "checks", JSON_OBJECT, false, take_checks },
	{ "parameters", JSON_OBJECT, false, take_parameters },
	{ "waivers", JSON_ARRAY, false, take_waivers },
	{ "fail", JSON_OBJECT, false, take_fail },
	{ 0 },
};

bool policy_lay(struct policy *policy, const struct policy_text *text, const struct check *const *families, time_t now,
                struct policy_fault *fault) {
	struct reader reader = { .policy = policy, .text = text, .families = families, .now = now, .fault = fault };
	struct arena scratch = { 0 };
	struct json_fault broken;
	const struct json_value *root = json_locate(&scratch, text->bytes, text->size, &broken);
	bool good = root;

	if (!root)
		wrong_at(&reader, broken.at, arena_copy(&policy->arena, broken.what));
	else if (root->type != JSON_OBJECT)
		good = wrong(&reader, root, "a policy is an object in {}");
	else
		good = take_fields(&reader, root, policy_fields, policy);
	arena_free(&scratch);
	if (good && !text->is_profile) {
		policy->files = arena_grow(&policy->arena, policy->files, policy->nfiles, sizeof *policy->files);
		policy->files[policy->nfiles++] =
		        (struct policy_file) { .path = arena_copy(&policy->arena, text->name), .name = reader.name };
	}
	return good;
}

const char *policy_extends(struct arena *arena, const struct policy_text *text, const char **where) {
	struct arena scratch = { 0 };
	struct json_fault broken;
	const struct json_value *root = json_locate(&scratch, text->bytes, text->size, &broken);
	const struct json_value *value = root && root->type == JSON_OBJECT ? find_member(root, "extends") : NULL;
	const char *name = value && value->type == JSON_TEXT ? arena_copy(arena, value->text) : NULL;

	if (name && where) {
		size_t line, column;

		parse_json_place(text->bytes, text->size, value->key_at, &line, &column);
		*where = arena_text(arena, "%s:%zu", text->name, line);
	}
	arena_free(&scratch);
	return name;
}
