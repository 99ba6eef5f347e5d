/** From the steps of a row to what is to be done on this host. */

#include "fix.h"

#include "host.h"
#include "settings.h"

#include <string.h>
#include <unistd.h>

const char *const risk_names[RISKS] = { "none", "low", "high" };

const struct fix_format fix_formats[] = {
	{ "sh", ".sh", fix_sh },
	{ "ansible", ".yml", fix_ansible },
	{ "files", NULL, NULL },
	{ 0 },
};

const struct fix_format *fix_format_find(const char *name) {
	for (const struct fix_format *format = fix_formats; format->name; ++format)
		if (strcmp(format->name, name) == 0)
			return format;
	return NULL;
}

/** Files of ours have this word in their names; it stands behind whatever a distribution ships. */
#define OURS "zz-tmpaudit.conf"

/** How many findings of a check are repaired in one go: an attacker chooses how many there are. */
enum { MOST_FINDINGS = 10000 };

#define DAEMON_RELOAD "[ ! -d /run/systemd/system ] || systemctl daemon-reload"

/** What is being resolved. */
struct work {
	struct host *host;
	struct result *result;
	struct arena *arena;
	const struct finding *finding;
	/** Steps up to here are of this or an earlier finding. */
	size_t capacity;
};

/* Words */

void fix_quote_pattern(struct builder *builder, const char *text) {
	for (; *text; ++text) {
		if (strchr(".[]{}()*+?^$|\\", *text))
			builder_text(builder, "\\");
		builder_bytes(builder, text, 1);
	}
}

static const char *quoted_pattern(struct arena *arena, const char *text) {
	struct builder pattern = { .arena = arena };

	fix_quote_pattern(&pattern, text);
	return builder_string(&pattern);
}

/** In the text of an edit a backslash begins the number of a group. */
static const char *quoted_replacement(struct arena *arena, const char *text) {
	struct builder quoted = { .arena = arena };

	for (; *text; ++text) {
		if (*text == '\\')
			builder_text(&quoted, "\\");
		builder_bytes(&quoted, text, 1);
	}
	return builder_string(&quoted);
}

static const char *shell_word(struct arena *arena, const char *text) {
	struct builder word = { .arena = arena };

	return text_shell(&word, text) ? builder_string(&word) : NULL;
}

static const char *last_name(const char *path) {
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/** How a mark is put into a field. */
enum form { FORM_RAW, FORM_SHELL, FORM_PATTERN, FORM_REPLACEMENT };

static void put(struct builder *builder, const char *text, enum form form) {
	switch (form) {
	case FORM_RAW:
		builder_text(builder, text);
		break;
	case FORM_SHELL:
		text_shell(builder, text);
		break;
	case FORM_PATTERN:
		fix_quote_pattern(builder, text);
		break;
	case FORM_REPLACEMENT:
		builder_text(builder, quoted_replacement(builder->arena, text));
		break;
	}
}

/** The umask to write: what is asked for, but no weaker than 027 for what is to be strict anyway. */
static const char *umask_text(struct arena *arena, uint64_t wanted) {
	return arena_text(arena, "%03o", (unsigned)wanted);
}

static const char *days_text(struct arena *arena, uint64_t days, uint64_t most) {
	return arena_text(arena, "%llud", (unsigned long long)(days < most ? days : most));
}

/** What stands for a mark; NULL: it is none, or stays. */
static const char *mark_value(struct arena *arena, const struct policy *policy, const char *subject, const char *mark,
                              size_t length) {
	const struct {
		const char *name;
		const char *value;
	} marks[] = {
		{ "subject", subject },
		{ "name", subject ? last_name(subject) : NULL },
		{ "umask", umask_text(arena, policy->parameters[PARAMETER_UMASK]) },
		{ "umask.services",
		  arena_text(arena, "%04o", (unsigned)policy->parameters[PARAMETER_UMASK_SERVICES] | 027) },
		{ "tmp-age", days_text(arena, policy->parameters[PARAMETER_TMP_AGE], 10) },
		{ "var-tmp-age", days_text(arena, policy->parameters[PARAMETER_VAR_TMP_AGE], 30) },
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; ++i)
		if (strlen(marks[i].name) == length && memcmp(marks[i].name, mark, length) == 0)
			return marks[i].value;
	return NULL;
}

static const char *expand(struct arena *arena, const struct policy *policy, const char *subject, const char *text,
                          enum form form) {
	struct builder out = { .arena = arena };

	if (!text || !strchr(text, '{'))
		return text ? arena_copy(arena, text) : NULL;
	while (*text) {
		const size_t plain = strcspn(text, "{");
		const char *end;

		builder_bytes(&out, text, plain);
		text += plain;
		if (!*text)
			break;
		end = strchr(text, '}');
		const char *value = end ? mark_value(arena, policy, subject, text + 1, (size_t)(end - text - 1)) : NULL;
		if (value) {
			put(&out, value, form);
			text = end + 1;
		} else {
			builder_bytes(&out, text++, 1);
		}
	}
	return builder_string(&out);
}

/** The step with all marks replaced, for one subject; NULL: those of the policy only. */
static struct fix expand_fix(struct arena *arena, const struct policy *policy, const char *subject,
                             const struct fix *fix) {
	const bool runs = fix->kind == FIX_RUN || fix->kind == FIX_AFTER;
	struct fix whole = *fix;

	whole.path = expand(arena, policy, subject, fix->path, FORM_RAW);
	whole.match = expand(arena, policy, subject, fix->match, runs ? FORM_SHELL : FORM_PATTERN);
	whole.unless = expand(arena, policy, subject, fix->unless, FORM_PATTERN);
	whole.text = expand(arena, policy, subject, fix->text,
	                    runs                    ? FORM_SHELL
	                    : fix->kind == FIX_EDIT ? FORM_REPLACEMENT
	                                            : FORM_RAW);
	whole.only = NULL;
	return whole;
}

struct fix fix_example(struct arena *arena, const struct policy *policy, const struct fix *fix) {
	struct fix whole = expand_fix(arena, policy, NULL, fix);

	whole.only = fix->only;
	return whole;
}

/* Steps */

static bool same_text(const char *a, const char *b) {
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_step(const struct fix *a, const struct fix *b) {
	return a->kind == b->kind && same_text(a->path, b->path) && same_text(a->match, b->match) &&
	       same_text(a->text, b->text) && same_text(a->unless, b->unless) && same_text(a->head, b->head);
}

/** Add a step, unless a check that has few has it already: what follows a change follows all of them. */
static void add(struct work *work, const struct fix *step) {
	enum { FEW = 200 };
	struct result *result = work->result;

	if (result->nsteps < FEW || step->kind == FIX_AFTER) {
		const size_t from = result->nsteps > FEW ? result->nsteps - FEW : 0;

		for (size_t i = from; i < result->nsteps; ++i) {
			if (!same_step(&result->steps[i], step))
				continue;
			if (step->kind != FIX_AFTER)
				return;
			/* It is to come behind all that it follows. */
			memmove(&result->steps[i], &result->steps[i + 1],
			        (result->nsteps - i - 1) * sizeof *result->steps);
			--result->nsteps;
			break;
		}
	}
	result->steps = arena_grow(work->arena, result->steps, result->nsteps, sizeof *result->steps);
	result->steps[result->nsteps] = *step;
	if (work->finding)
		result->steps[result->nsteps].aspect = work->finding->aspect;
	++result->nsteps;
}

static void add_hand(struct work *work, const char *text) {
	add(work, &(struct fix) { .kind = FIX_HAND, .text = text });
}

static void add_run(struct work *work, const char *unless, const char *command) {
	add(work, &(struct fix) { .kind = FIX_RUN, .match = unless, .text = command });
}

static void add_after(struct work *work, const char *command) {
	/* In a tree nothing runs that would have to follow. */
	if (!work->host->tree.live)
		return;
	add(work, &(struct fix) { .kind = FIX_AFTER, .text = command });
}

/** What the finding says, for somebody who has to see to it. */
static void add_by_hand(struct work *work) {
	const struct finding *finding = work->finding;

	add_hand(work, arena_text(work->arena, "%s: is %s%s%s%s%s", finding->subject,
	                          finding->actual ? finding->actual : "not as it should be",
	                          finding->expected ? "; wants " : "", finding->expected ? finding->expected : "",
	                          finding->source ? "; see " : "", finding->source ? finding->source : ""));
}

static bool exists(const struct work *work, const char *path) {
	const int pinned = tree_pin(&work->host->tree, path);

	if (pinned >= 0)
		close(pinned);
	return pinned >= 0;
}

/** Split "file:line".  Returns 0 if source is no such thing. */
static unsigned split_source(struct arena *arena, const char *source, const char **path) {
	const char *colon = source ? strrchr(source, ':') : NULL;
	uint64_t line;

	if (!colon || *source != '/' || !text_number(colon + 1, 10, UINT32_MAX, &line))
		return 0;
	*path = arena_bytes(arena, source, (size_t)(colon - source));
	return (unsigned)line;
}

/** The file of a source, with or without a line. */
static const char *source_path(struct arena *arena, const char *source) {
	const char *path;

	if (split_source(arena, source, &path))
		return path;
	return source && *source == '/' ? source : NULL;
}

/** The text of a line of a file, without its end; NULL if it cannot be had, or no command can hold it. */
static const char *line_text(struct work *work, const char *path, unsigned number) {
	struct bytes bytes;

	if (tree_load(&work->host->tree, path, work->arena, &bytes) < 0)
		return NULL;
	const char *at = bytes.data, *end = bytes.data + bytes.size;
	while (--number && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline ? newline + 1 : end;
	}
	if (at >= end)
		return NULL;
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	return arena_bytes(work->arena, at, (size_t)((newline ? newline : end) - at));
}

/** Whether a step may hold the text: what a shell can be told, tabs included. */
static bool is_tellable(struct arena *arena, const char *text) {
	char *plain = arena_copy(arena, text);

	for (char *at = plain; *at; ++at)
		if (*at == '\t')
			*at = ' ';
	return shell_word(arena, plain);
}

/** Whether the line of the file goes on behind its end. */
static bool goes_on(struct work *work, const char *path, unsigned number) {
	const char *line = number ? line_text(work, path, number) : NULL;

	return line && text_ends(line, "\\");
}

/** Whether the file has the words anywhere. */
static bool mentions(struct work *work, const char *path, const char *words) {
	struct bytes bytes;

	return tree_load(&work->host->tree, path, work->arena, &bytes) == 0 &&
	       memmem(bytes.data, bytes.size, words, strlen(words));
}

static bool in_etc(const char *path) {
	return path && text_path_within(path, "/etc");
}

/** A file to edit in the place of one that a package owns: in /etc, where it hides the other. */
static const char *own_copy(struct work *work, const char *path) {
	static const char *const places[] = { "/usr/lib/", "/usr/local/lib/", "/lib/", NULL };

	if (!path || in_etc(path))
		return path;
	for (const char *const *place = places; *place; ++place) {
		if (!text_starts(path, *place))
			continue;
		const char *copy = arena_text(work->arena, "/etc/%s", path + strlen(*place));

		if (!shell_word(work->arena, path))
			return NULL;
		add(work, &(struct fix) { .kind = FIX_COPY, .path = path, .text = copy });
		return copy;
	}
	return path;
}

/* Sysctls */

static const char *key_pattern(struct arena *arena, const char *key) {
	struct builder pattern = { .arena = arena };

	for (; *key; ++key) {
		if (*key == '.')
			builder_text(&pattern, "[./]");
		else
			builder_bytes(&pattern, key, 1);
	}
	return builder_string(&pattern);
}

/** A file in which a line for the key would win over ours, and not in a directory of its own: it is put out of force.
 */
static void silence_sysctl(struct work *work, const char *key, const char *path) {
	const char *pattern = key_pattern(work->arena, key);

	path = own_copy(work, path);
	if (path)
		add(work,
		    &(struct fix) { .kind = FIX_EDIT,
		                    .path = path,
		                    .match = arena_text(work->arena, "^([[:blank:]]*-?[[:blank:]]*%s[[:blank:]]*=.*)$",
		                                        pattern),
		                    .text = "# \\1",
		                    .unless = "^[[:blank:]]*[#;]" });
}

/** In the directory of a file of ours, put out of force what files behind it say of a key. */
static void silence_later(struct work *work, const char *ours, const char *key, const char *pattern) {
	struct arena *arena = work->arena;
	const char *name = last_name(ours);
	char **names;

	if (tree_list(&work->host->tree, arena_bytes(arena, ours, (size_t)(name - ours)), arena, &names) < 0)
		return;
	for (; *names; ++names) {
		const char *path = arena_text(arena, "%.*s%s", (int)(name - ours), ours, *names);

		if (strcmp(*names, name) > 0 && text_ends(*names, ".conf") && is_tellable(arena, path) &&
		    mentions(work, path, key))
			add(work,
			    &(struct fix) { .kind = FIX_EDIT,
			                    .path = path,
			                    .match = arena_text(arena, "^([[:blank:]]*%s[[:blank:]]*=.*)$", pattern),
			                    .text = "# \\1" });
	}
}

static void resolve_sysctl(struct work *work, const struct fix *fix) {
	static const char ours[] = "/etc/sysctl.d/99-" OURS;
	struct arena *arena = work->arena;
	const char *path = source_path(arena, work->finding->source);

	if (work->finding->aspect != ASPECT_BOOT) {
		const char *assignment = shell_word(arena, arena_text(arena, "%s=%s", fix->path, fix->text));
		const char *value = shell_word(arena, fix->text);

		add_run(work, arena_text(arena, "[ \"$(sysctl -n %s)\" = %s ]", fix->path, value),
		        arena_text(arena, "sysctl -w %s", assignment));
		/* An attack that succeeds tells of now, and would be there again after a boot. */
		if (work->finding->aspect == ASPECT_LIVE)
			return;
	}
	add(work, &(struct fix) { .kind = FIX_LINE,
	                          .path = ours,
	                          .match = arena_text(arena, "^[[:blank:]]*-?[[:blank:]]*%s[[:blank:]]*=.*$",
	                                              key_pattern(arena, fix->path)),
	                          .text = arena_text(arena, "%s = %s", fix->path, fix->text) });
	/* Which sysctl --system reads last, whoever else reads it. */
	const char *dot = strrchr(fix->path, '.');
	const char *word = dot ? dot + 1 : fix->path;
	if (mentions(work, "/etc/sysctl.conf", word))
		silence_sysctl(work, fix->path, "/etc/sysctl.conf");
	silence_later(work, ours, word, arena_text(arena, "-?[[:blank:]]*%s", key_pattern(arena, fix->path)));
	if (!path || text_starts(path, "/proc") || text_path_within(path, "/etc/sysctl.d") ||
	    strcmp(path, "/etc/sysctl.conf") == 0)
		return;
	if (strcmp(last_name(path), last_name(ours)) > 0)
		silence_sysctl(work, fix->path, path);
}

/* Lines */

/** Whether the command on a line of a script stands alone, so that a no-op can take its place. */
static bool stands_alone(const char *line) {
	line += strspn(line, " \t");
	if (text_starts(line, "export "))
		line += strlen("export ");
	line += strspn(line, " \t");
	const size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
	const size_t length = strlen(line);

	return name && line[name] == '=' && line[length - 1] != '\\' && !strpbrk(line, ";&|`()<>'\n") &&
	       !strstr(line, " then") && !strstr(line, " fi");
}

static bool is_script(const char *path) {
	return text_path_within(path, "/etc/profile.d") || strcmp(path, "/etc/profile") == 0 || text_ends(path, "rc") ||
	       text_path_within(path, "/etc/init.d") || text_path_within(path, "/etc/cron.daily") ||
	       text_path_within(path, "/etc/cron.hourly") || text_path_within(path, "/etc/cron.weekly") ||
	       text_path_within(path, "/etc/cron.monthly") || text_ends(path, ".sh") || text_ends(path, "rc.local") ||
	       text_path_within(path, "/etc/zsh");
}

/** The element of a list of directories at the place, which begins behind any of these and ends before any of those. */
static bool is_element(const char *line, const char *at, size_t length) {
	return at > line && strchr(":=\"' \t", at[-1]) && strchr(":\"' \t;)&|", at[length]);
}

/** The line without an element of its list; NULL if it cannot be told where that is, or would be the last. */
static const char *without_element(struct arena *arena, const char *line, const char *element) {
	const size_t length = strlen(element);
	const char *at = strchr(line, '=');

	for (at = at ? at + 1 : line; (at = strstr(at, length ? element : ":")); ++at) {
		size_t from, to;

		if (length) {
			if (!is_element(line, at, length) || (at[-1] != ':' && at[length] != ':'))
				continue;
			from = (size_t)(at - line);
			to = from + length;
			/* One colon goes with it. */
			if (line[to] == ':')
				++to;
			else
				--from;
		} else {
			/* Empty is what lies before the first colon, between two, and behind the last. */
			if (at > line && !strchr(":=\"'", at[-1]) && !strchr(":\"' \t", at[1]))
				continue;
			from = (size_t)(at - line);
			to = from + 1;
		}
		return arena_text(arena, "%.*s%s", (int)from, line, line + to);
	}
	return NULL;
}

/** The line without the elements that the finding names, as environment.c says it; NULL: that is not how it is said. */
static const char *without_elements(struct arena *arena, const char *line, const char *actual) {
	const char *rest = actual;

	if (!actual || strstr(actual, "; and "))
		return NULL;
	while (line && *rest) {
		const size_t length = strcspn(rest, ";");
		const char *part = arena_bytes(arena, rest, length);
		const char *is = text_starts(part, "element ") ? strstr(part, " is ") : NULL;
		const char *reason = is ? strstr(is, " (") : NULL;

		if (!is)
			return NULL;
		is += strlen(" is ");
		line = without_element(arena, line,
		                       reason                     ? arena_bytes(arena, is, (size_t)(reason - is))
		                       : strcmp(is, "empty") == 0 ? ""
		                                                  : is);
		rest += length + strspn(rest + length, "; ");
	}
	return line;
}

/** The same for all that the check finds in the line: each would edit what it is now. */
static const char *without_all_elements(struct work *work, const char *line) {
	for (size_t i = 0; line && i < work->result->nfindings; ++i) {
		const struct finding *finding = &work->result->findings[i];

		if (finding_status(finding) == STATUS_FAIL && same_text(finding->source, work->finding->source))
			line = without_elements(work->arena, line, finding->actual);
	}
	return line;
}

/** Whether the name of length bytes is of a variable that others have no business with: TOKEN, DB_PASSWORD. */
static bool is_private(struct arena *arena, const char *name, size_t length) {
	static const char *const words[] = { "pass", "pwd", "secret", "token", "key", "auth", "cred" };
	const char *plain = arena_bytes(arena, name, length);

	if (setting_is_variable(plain))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
		if (strcasestr(plain, words[i]))
			return true;
	return strspn(plain, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == length;
}

/** How many bytes a value takes: up to the quote that is open, whether before it or with it, or to a blank. */
static size_t value_length(const char *value, char quote) {
	if (!quote && (*value == '"' || *value == '\''))
		return strcspn(value + 1, (const char[]) { *value, '\0' }) + 1;
	return strcspn(value, quote ? (const char[]) { quote, '\0' } : " \t");
}

/**
 * A pattern of a line.  Scripts and reports are read by others than the line: what it assigns to variables that have
 * nothing to do with it is left open.
 */
static const char *line_pattern(struct arena *arena, const char *line) {
	static const char of_names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-";
	struct builder pattern = { .arena = arena };

	for (const char *at = line; *at;) {
		const size_t length = strspn(at, of_names);
		const char quote = at > line && (at[-1] == '"' || at[-1] == '\'') ? at[-1] : '\0';

		if (length && at[length] == '=' && is_private(arena, at, length)) {
			fix_quote_pattern(&pattern, arena_bytes(arena, at, length + 1));
			builder_text(&pattern, ".*");
			at += length + 1;
			at += value_length(at, quote);
		} else {
			fix_quote_pattern(&pattern, arena_bytes(arena, at, length ? length : 1));
			at += length ? length : 1;
		}
	}
	return builder_string(&pattern);
}

/** Whether the check has something against the object, on the line of the finding in question. */
static bool is_bad_object(const struct work *work, const char *object, size_t length) {
	for (size_t i = 0; i < work->result->nfindings; ++i) {
		const struct finding *finding = &work->result->findings[i];

		if (finding_status(finding) == STATUS_FAIL && same_text(finding->source, work->finding->source) &&
		    finding->actual && strncmp(finding->actual, object, length) == 0 &&
		    (!finding->actual[length] || text_starts(finding->actual + length, " (")))
			return true;
	}
	return false;
}

/**
 * Take from a line of ld.so.preload the objects that the check has something against, and all comments from the file:
 * glibc loads what stands in most of them, and which these are changes with each edit.
 */
static void take_objects(struct work *work, const char *path, const char *line) {
	static const char apart[] = " \t\r:";
	struct arena *arena = work->arena;
	struct builder rest = { .arena = arena };
	const char *plain = arena_bytes(arena, line, strcspn(line, "#"));

	add(work, &(struct fix) { .kind = FIX_EDIT, .path = path, .match = "#.*$", .text = "" });
	for (size_t at = 0, length; plain[at]; at += length) {
		length = strspn(plain + at, apart);
		if (!length) {
			length = strcspn(plain + at, apart);
			if (is_bad_object(work, plain + at, length)) {
				length += plain[at + length] != '\0';
				continue;
			}
		}
		builder_bytes(&rest, plain + at, length);
	}
	const char *text = builder_string(&rest);
	if (strcmp(text, plain) != 0)
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = path,
		                          .match = arena_text(arena, "^%s$", quoted_pattern(arena, plain)),
		                          .text = quoted_replacement(arena, text) });
}

static void resolve_comment(struct work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const char *path = NULL;
	const unsigned number = split_source(arena, work->finding->source, &path);
	const char *text = number && in_etc(path) && is_tellable(arena, path) ? line_text(work, path, number) : NULL;
	const char *before = text && number > 1 ? line_text(work, path, number - 1) : NULL;

	if (path && strstr(path, "tmpaudit"))
		return;
	if (text && fix->match && !text_glob(fix->match, text + strspn(text, " \t")))
		return;
	const char *better = text && is_tellable(arena, text) && !fix->match ? without_all_elements(work, text) : NULL;
	if (text && is_tellable(arena, text) && same_text(path, "/etc/ld.so.preload")) {
		take_objects(work, path, text);
		return;
	}
	/* An edit says all of the line that stays. */
	if (better && same_text(line_pattern(arena, text), quoted_pattern(arena, text))) {
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = path,
		                          .match = arena_text(arena, "^%s$", quoted_pattern(arena, text)),
		                          .text = quoted_replacement(arena, better) });
		return;
	}
	if (!text || !is_tellable(arena, text) || text_ends(text, "\\") || (before && text_ends(before, "\\")) ||
	    (is_script(path) && !stands_alone(text))) {
		if (!fix->match)
			add_by_hand(work);
		return;
	}
	const bool script = is_script(path);
	const size_t indent = script ? strspn(text, " \t") : 0;
	add(work,
	    &(struct fix) {
	            .kind = FIX_EDIT,
	            .path = path,
	            .match = arena_text(arena, "^([[:blank:]]{%zu})(%s)$", indent, line_pattern(arena, text + indent)),
	            .text = script ? "\\1: # tmpaudit took out: \\2" : "\\1# tmpaudit took out: \\2",
	    });
}

/* Mounts */

/** How a directory becomes a mount, in fstab. */
static const struct mount_line {
	const char *dir, *line;
} mount_lines[] = {
	{ "/tmp", "tmpfs /tmp tmpfs mode=1777,nosuid,nodev,size=50%,nr_inodes=1m 0 0" },
	{ "/var/tmp", "/var/tmp /var/tmp none bind 0 0" },
	{ "/dev/shm", "tmpfs /dev/shm tmpfs nosuid,nodev 0 0" },
	{ "/run/lock", "tmpfs /run/lock tmpfs mode=1777,nosuid,nodev,noexec,size=5M 0 0" },
};

/** Beginning of a line of fstab for dir, up to its options. */
static const char *fstab_pattern(struct arena *arena, const char *dir) {
	return arena_text(
	        arena, "^([[:blank:]]*[^#[:blank:]][^[:blank:]]*[[:blank:]]+%s/*[[:blank:]]+[^[:blank:]]+[[:blank:]]+)",
	        quoted_pattern(arena, dir));
}

/** Options that can stand behind a protective one and leave it in force. */
static const char harmless[] = "(,(no[a-z]+|mode=[0-7]+|[a-z_]+=[0-9]+[kmgtKMGT%]*))*";

/** The line of fstab for the directory; NULL: it has none. */
static const char *fstab_line(struct work *work, const char *dir) {
	struct bytes bytes;

	if (tree_load(&work->host->tree, "/etc/fstab", work->arena, &bytes) < 0)
		return NULL;
	for (const char *line = bytes.data, *end = bytes.data + bytes.size; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *text = arena_bytes(work->arena, line, (size_t)((newline ? newline : end) - line));
		const size_t blank = strspn(text, " \t"), device = strcspn(text + blank, " \t");
		const char *target = text + blank + device + strspn(text + blank + device, " \t");
		size_t length = strcspn(target, " \t");

		while (length > 1 && target[length - 1] == '/')
			--length;
		if (text[blank] != '#' && length == strlen(dir) && memcmp(target, dir, length) == 0)
			return text;
		line = newline ? newline + 1 : end;
	}
	return NULL;
}

static bool fstab_has(struct work *work, const char *dir) {
	return fstab_line(work, dir);
}

/** Whether a line of fstab ends with the type: the options may be left out. */
static bool lacks_options(const char *line) {
	unsigned fields = 0;

	for (line += strspn(line, " \t"); *line; line += strspn(line, " \t")) {
		line += strcspn(line, " \t");
		++fields;
	}
	return fields == 3;
}

/** Let the line of fstab for dir have the option, as the last that says anything of it. */
static void edit_fstab(struct work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const char *start = fstab_pattern(arena, dir);
	const char *line = fstab_line(work, dir);

	if (line && lacks_options(line))
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = "/etc/fstab",
		                          .match = arena_text(arena, "^(%s)[[:blank:]]*$", quoted_pattern(arena, line)),
		                          .text = "\\1 defaults" });
	add(work, &(struct fix) { .kind = FIX_EDIT,
	                          .path = "/etc/fstab",
	                          .match = arena_text(arena, "%s([^[:blank:]]+)", start),
	                          .text = arena_text(arena, "\\1\\2,%s", option),
	                          .unless = arena_text(arena, "%s([^[:blank:]]*,)?%s%s([[:blank:]]|$)", start,
	                                               quoted_pattern(arena, option), harmless),
	                          .brief = arena_text(arena, "fstab_option %s %s",
	                                              shell_word(arena, quoted_pattern(arena, dir)), option) });
	add_after(work, DAEMON_RELOAD);
}

/** The same for Options= of a unit or drop-in. */
static void edit_options(struct work *work, const char *path, const char *option) {
	const char *quoted = quoted_pattern(work->arena, option);

	add(work, &(struct fix) {
	                  .kind = FIX_EDIT,
	                  .path = path,
	                  .match = "^(Options=.*[^[:blank:]])[[:blank:]]*$",
	                  .text = arena_text(work->arena, "\\1,%s", option),
	                  .unless = arena_text(work->arena, "[=,]%s%s[[:blank:]]*$", quoted, harmless),
	          });
	add_after(work, DAEMON_RELOAD);
}

/** What a unit's Options= must say for these to be what it hands to mount(8). */
static const char *unit_options(struct arena *arena, const char *options) {
	struct builder text = { .arena = arena };

	for (; *options; ++options) {
		builder_bytes(&text, options, 1);
		if (*options == '%')
			builder_text(&text, "%");
	}
	return builder_string(&text);
}

/** Let a drop-in of ours, which takes over the options that there are, have the option. */
static void edit_dropin(struct work *work, const char *unit, const char *options, const char *option) {
	struct arena *arena = work->arena;
	const char *path = arena_text(arena, "/etc/systemd/system/%s.d/" OURS, unit);

	add(work, &(struct fix) { .kind = FIX_ADD,
	                          .path = path,
	                          .head = "[Mount]",
	                          .match = "^Options=",
	                          .text = arena_text(arena, "Options=%s", unit_options(arena, options)) });
	edit_options(work, path, option);
}

#define TMP_OPTIONS "mode=1777,strictatime,nosuid,nodev,size=50%,nr_inodes=1m"
static const char tmp_example[] = "/usr/share/systemd/tmp.mount";

/** Lift the mask of a unit, if it has one in /etc. */
static void unmask(struct work *work, const char *unit) {
	add_run(work,
	        arena_text(work->arena,
	                   "! { [ -L /etc/systemd/system/%s ] || [ -f /etc/systemd/system/%s ]; } || [ -s "
	                   "/etc/systemd/system/%s ]",
	                   unit, unit, unit),
	        arena_text(work->arena, "rm /etc/systemd/system/%s", unit));
}

/** Let a target want a unit, as systemctl(1) add-wants does, which needs a manager that answers. */
static void pull_in(struct work *work, const char *target, const char *unit, const char *path) {
	struct arena *arena = work->arena;

	add_run(work,
	        arena_text(arena,
	                   "[ -L /etc/systemd/system/%s.wants/%s ] || [ -L /usr/lib/systemd/system/%s.wants/%s ]",
	                   target, unit, target, unit),
	        arena_text(arena, "mkdir -p /etc/systemd/system/%s.wants && ln -s %s /etc/systemd/system/%s.wants/",
	                   target, path, target));
}

/** Whether what the next boot mounts there is by the unit tmp.mount, or is to be. */
static void enable_tmp(struct work *work, const char *option) {
	static const char tmp_unit[] = "/usr/lib/systemd/system/tmp.mount";
	const struct unit *unit = unit_find(work->host->units, "tmp.mount");
	const char *options = TMP_OPTIONS;
	const bool own = exists(work, tmp_unit);

	if (unit && unit->masked)
		unmask(work, "tmp.mount");
	if (unit && unit->path && !unit->masked) {
		const struct unit_setting *setting = unit_setting(unit, "Mount", "Options");

		options = setting ? setting->value : "defaults";
	}
	if (!own)
		add(work,
		    &(struct fix) { .kind = FIX_COPY, .path = tmp_example, .text = "/etc/systemd/system/tmp.mount" });
	pull_in(work, "local-fs.target", "tmp.mount", own ? tmp_unit : "/etc/systemd/system/tmp.mount");
	if (option) {
		struct builder plain = { .arena = work->arena };

		for (const char *at = options; *at; ++at)
			if (!(at[0] == '%' && at[1] == '%'))
				builder_bytes(&plain, at, 1);
		edit_dropin(work, "tmp.mount", builder_string(&plain), option);
	}
	result_breaks(work->result, true,
	              "what lies in /tmp is set aside in /var/lib/tmpaudit; /tmp is then in memory, and empty after a "
	              "restart: programs that have files or sockets there are to be started again");
}

static const struct mount *boot_mount(const struct host *host, const char *dir) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_BOOT)
			return mount_covering(view, dir, 0);
	return NULL;
}

static const struct mount *live_mount(const struct host *host, const struct tempdir *dir) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_LIVE && dir && dir->object.mount_id)
			return mount_covering(view, dir->real ? dir->real : dir->path, dir->object.mount_id);
	return NULL;
}

/** Whether a boot without more ado can have /tmp by systemd's own unit. */
static bool has_tmp_unit(struct work *work) {
	const struct unit *unit = unit_find(work->host->units, "tmp.mount");

	if (!work->host->units->systemd)
		return false;
	return exists(work, tmp_example) ||
	       (unit && (unit->path || unit->masked) &&
	        (exists(work, "/usr/lib/systemd/system/tmp.mount") || exists(work, "/etc/systemd/system/tmp.mount") ||
	         exists(work, "/lib/systemd/system/tmp.mount")));
}

static void mount_at_boot(struct work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct tempdir *temporary = host_tempdir(host, dir);
	const char *real = temporary && temporary->real ? temporary->real : dir;
	const struct mount *mount = boot_mount(host, real);
	const bool own = mount && !mount->unknown && mount_is_own(mount, real);
	const char *name = unit_of_mount(arena, real);
	const char *path = own ? source_path(arena, mount->source) : NULL;
	const struct unit *unit = unit_find(host->units, name);

	if (!is_tellable(arena, real) || strpbrk(real, " \t\\")) {
		add_by_hand(work);
		return;
	}
	if (path && strcmp(path, "/etc/fstab") == 0) {
		if (option)
			edit_fstab(work, real, option);
		return;
	}
	if (path && text_starts(path, "/etc/systemd/system/") && text_ends(path, ".conf") &&
	    strcmp(last_name(path), OURS) > 0) {
		if (option)
			edit_options(work, path, option);
		return;
	}
	if (path && unit && unit->path) {
		if (option)
			edit_dropin(work, name, mount->options, option);
		return;
	}
	if (!own && unit && unit->masked)
		unmask(work, name);
	if (!own && !fstab_has(work, real) && strcmp(real, "/tmp") == 0 && has_tmp_unit(work)) {
		enable_tmp(work, option);
		return;
	}
	for (size_t i = 0; i < sizeof mount_lines / sizeof *mount_lines; ++i) {
		if (strcmp(mount_lines[i].dir, real) != 0)
			continue;
		add(work, &(struct fix) { .kind = FIX_ADD,
		                          .path = "/etc/fstab",
		                          .match = fstab_pattern(arena, real),
		                          .text = mount_lines[i].line,
		                          .brief = arena_text(arena, "fstab_line %s '%s'",
		                                              shell_word(arena, quoted_pattern(arena, real)),
		                                              mount_lines[i].line) });
		edit_fstab(work, real, option ? option : "nosuid");
		return;
	}
	if (fstab_has(work, real) && option)
		edit_fstab(work, real, option);
	else
		add_by_hand(work);
}

static void mount_now(struct work *work, const char *dir, const char *option) {
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct tempdir *temporary = host_tempdir(host, dir);
	const char *real = temporary && temporary->real ? temporary->real : dir;
	const struct mount *mount = temporary ? live_mount(host, temporary) : NULL;
	const bool own = mount && mount_is_own(mount, real);
	const char *word = shell_word(arena, real);

	if (!word) {
		add_by_hand(work);
		return;
	}
	if (!own && temporary && strcmp(real, "/tmp") == 0 && has_tmp_unit(work) && !fstab_has(work, real)) {
		const struct mount *boot = boot_mount(host, real);

		if (!boot || !mount_is_own(boot, real))
			enable_tmp(work, NULL);
		add_run(work, "findmnt -n -M /tmp >/dev/null", "systemctl daemon-reload && systemctl start tmp.mount");
		add(work, &(struct fix) { .kind = FIX_UNCOVER, .path = real });
	} else if (!own && !option && strcmp(real, "/dev/shm") == 0) {
		add_run(work, "findmnt -n -M /dev/shm >/dev/null",
		        "mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs /dev/shm");
	} else if (!option) {
		/* Where it is of a wrong type, the next boot has to mend it. */
		add_run(work, arena_text(arena, "findmnt -n -M %s >/dev/null", word),
		        arena_text(arena, "mount --bind %s %s", word, word));
	}
	if (option)
		add(work, &(struct fix) { .kind = FIX_REMOUNT, .path = real, .text = option });
}

/** Whether it is one of the directories that are to be mounts. */
static bool is_mountable(const char *dir) {
	for (size_t i = 0; i < sizeof mount_lines / sizeof *mount_lines; ++i)
		if (strcmp(mount_lines[i].dir, dir) == 0)
			return true;
	return false;
}

static void resolve_mount(struct work *work, const struct fix *fix) {
	const char *separate = strcmp(fix->text ? fix->text : "", "") == 0 ? NULL : fix->text;

	if (work->finding->aspect == ASPECT_BOOT ||
	    (work->finding->aspect == ASPECT_BEHAVIOUR && is_mountable(fix->path)))
		mount_at_boot(work, fix->path, separate);
	if (work->finding->aspect != ASPECT_BOOT)
		mount_now(work, fix->path, separate);
}

/** What a finding on the boot configuration of mounts is about: the words are those of fact_mounts.c. */
static void resolve_boot(struct work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const char *path = NULL, *name = unit_of_mount(arena, finding->subject);
	const unsigned number = split_source(arena, finding->source, &path);
	const bool fstab = path && strcmp(path, "/etc/fstab") == 0;

	if (*finding->subject != '/' || !is_tellable(arena, finding->subject) || strpbrk(finding->subject, " \t\\")) {
		add_by_hand(work);
	} else if (strstr(finding->message, "a mask in /etc disables")) {
		unmask(work, name);
	} else if (strstr(finding->message, "a unit in /etc takes the place of") ||
	           strstr(finding->message, "two lines in fstab") || strstr(finding->message, "cannot be parsed") ||
	           strstr(finding->message, "dropped without a word")) {
		const struct fix comment = { .kind = FIX_COMMENT };

		if (fstab && number)
			resolve_comment(work, &comment);
		else
			add(work, &(struct fix) {
			                  .kind = FIX_EDIT,
			                  .path = "/etc/fstab",
			                  .match = arena_text(arena, "%s(.*)$", fstab_pattern(arena, finding->subject)),
			                  .text = "# tmpaudit took out: \\1\\2" });
	} else if (strstr(finding->message, "not mounted at boot")) {
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = "/etc/fstab",
		                          .match = arena_text(arena, "%s(([^[:blank:]]*,)?)noauto([,[:blank:]]|$)",
		                                              fstab_pattern(arena, finding->subject)),
		                          .text = "\\1\\2auto\\4" });
	} else if (strstr(finding->message, "that nothing pulls in")) {
		pull_in(work, "local-fs.target", name, arena_text(arena, "/etc/systemd/system/%s", name));
	} else if (text_starts(finding->message, "loses ") && path && in_etc(path)) {
		char *lost = arena_copy(arena, finding->message + strlen("loses "));

		lost[strcspn(lost, ":")] = '\0';
		for (char *at = lost; *at;) {
			const size_t length = strcspn(at, ", ");

			if (length)
				edit_options(work, path, unit_options(arena, arena_bytes(arena, at, length)));
			at += length + strspn(at + length, ", ");
		}
	} else if (strstr(finding->message, "option") && path && in_etc(path) && finding->actual && finding->expected &&
	           is_tellable(arena, finding->actual)) {
		/* A misspelt one, or one with a value that it does not take. */
		const bool known = !strchr(finding->expected, ' ');
		const char *wrong = quoted_pattern(arena, finding->actual);

		add(work,
		    &(struct fix) { .kind = FIX_EDIT,
		                    .path = path,
		                    .match = fstab ? arena_text(arena, "%s(([^[:blank:]]*,)?)%s([,[:blank:]]|$)",
		                                                fstab_pattern(arena, finding->subject), wrong)
		                                   : arena_text(arena, "^(Options=)((.*,)?)%s([,[:blank:]]|$)", wrong),
		                    .text = known ? arena_text(arena, "\\1\\2%s\\4", finding->expected)
		                                  : "\\1\\2defaults\\4" });
		add_after(work, DAEMON_RELOAD);
	} else {
		add_by_hand(work);
	}
}

static void resolve_alias(struct work *work, const struct fix *fix) {
	static const char *const options[] = { "nosuid", "nodev", "noexec", NULL };
	struct arena *arena = work->arena;
	const struct host *host = work->host;
	const struct mount *mount = NULL;
	const struct alias *foreign = NULL;

	/* The path may lie anywhere in what the mount shows. */
	for (const struct alias *alias = host->aliases; alias && alias->dir; ++alias) {
		if (strcmp(alias->path, work->finding->subject) != 0)
			continue;
		if (alias->process)
			foreign = alias;
		else
			mount = alias->mount;
	}
	if (!mount && foreign) {
		add_by_hand(work);
		add_hand(work, "mounts that others had before are theirs until they start again: restart what runs in "
		               "them, or the host");
		return;
	}
	if (!mount || strcmp(mount->target, "/") == 0 || !is_tellable(arena, mount->target)) {
		add_by_hand(work);
		return;
	}
	(void)fix;
	for (const char *const *option = options; *option; ++option) {
		add(work, &(struct fix) { .kind = FIX_REMOUNT, .path = mount->target, .text = *option });
		if (!strpbrk(mount->target, " \t\\") && fstab_has(work, mount->target))
			edit_fstab(work, mount->target, *option);
	}
}

static void resolve_limits(struct work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const uint64_t most = work->host->policy->parameters[PARAMETER_LIMITS_MEMORY];
	const char *size = arena_text(arena, "size=%llu%%", (unsigned long long)(most < 50 ? most : 50));
	const char *actual = finding->actual ? finding->actual : "";
	const char *word = shell_word(arena, fix->path);

	/* It is full: what to remove nobody can say for others.  Another type is another mount. */
	if (strstr(finding->message, "full") || strstr(actual, "ramfs") || !word) {
		add_by_hand(work);
	} else if (finding->aspect == ASPECT_BOOT) {
		mount_at_boot(work, fix->path, size);
		mount_at_boot(work, fix->path, "nr_inodes=1m");
	} else if (strstr(actual, "=0")) {
		add_hand(work,
		         arena_text(
		                 arena,
		                 "%s: is mounted with %s, and the kernel limits nothing afterwards: restart the host, "
		                 "once the configuration of its boot states a limit",
		                 fix->path, actual));
	} else {
		add_run(work,
		        arena_text(arena,
		                   "[ \"$(df --output=size -k %s | tail -n 1)\" -le \"$(($(sed -n 's/^MemTotal: "
		                   "*\\([0-9]*\\).*/\\1/p' /proc/meminfo) * %llu / 100))\" ]",
		                   word, (unsigned long long)most),
		        arena_text(arena, "mount -o remount,%s %s", size, word));
	}
}

static void resolve_ancestor(struct work *work, const struct fix *fix) {
	if (work->finding->expected && strstr(work->finding->expected, "link")) {
		add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chown -h root:root" });
		return;
	}
	add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chown -h root:root" });
	/* Without an access list its group bits are the group's again, so that they are taken away behind it. */
	if (work->finding->actual &&
	    (strstr(work->finding->actual, "user:") || strstr(work->finding->actual, "group:")))
		add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "setfacl -b" });
	add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chmod go-w" });
}

/** Set aside what the administrator has put in the place of a unit, or laid over it, as systemctl(1) revert removes it.
 */
static void set_aside_own(struct work *work, const char *name) {
	const struct unit *unit = unit_find(work->host->units, name);
	bool dropins = false;

	for (const char *const *dropin = unit ? unit->dropins : NULL; dropin && *dropin; ++dropin)
		dropins = dropins || in_etc(*dropin);
	if (dropins)
		add(work, &(struct fix) { .kind = FIX_ASIDE,
		                          .path = arena_text(work->arena, "/etc/systemd/system/%s.d", name) });
	if (unit && !unit->masked && in_etc(unit->path))
		add(work, &(struct fix) { .kind = FIX_ASIDE, .path = arena_copy(work->arena, unit->path) });
	if (dropins || (unit && in_etc(unit->path)))
		add_after(work, DAEMON_RELOAD);
}

static void resolve_unmask(struct work *work, const struct fix *fix) {
	const struct unit *unit = unit_find(work->host->units, fix->path);
	struct arena *arena = work->arena;

	if (unit && unit->masked)
		unmask(work, fix->path);
	if (!text_ends(fix->path, ".timer"))
		return;
	const char *service = arena_text(arena, "%.*s.service", (int)(strlen(fix->path) - strlen(".timer")), fix->path);
	unit = unit_find(work->host->units, service);
	if (unit && unit->masked)
		unmask(work, service);
	set_aside_own(work, fix->path);
	set_aside_own(work, service);
	pull_in(work, "timers.target", fix->path, arena_text(arena, "/usr/lib/systemd/system/%s", fix->path));
}

/** Owner and mode that a line of tmpfiles.d, or options of a mount, give a directory. */
static void resolve_stated(struct work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const struct tempdir *dir = host_tempdir(work->host, finding->subject);
	const char *path = source_path(arena, finding->source);
	const char *real = dir && dir->real ? dir->real : finding->subject;
	const unsigned widest = dir ? dir->widest : 01777;
	const unsigned owner = dir ? dir->owner : 0;

	if (!path || !is_tellable(arena, real) || strpbrk(real, " \t")) {
		add_by_hand(work);
		return;
	}
	if (strstr(path, "tmpfiles.d/")) {
		path = own_copy(work, path);
		if (!path) {
			add_by_hand(work);
			return;
		}
		/* By whichever of its names the line calls it. */
		const char *names = arena_text(arena, "(%s|%s)/*", quoted_pattern(arena, finding->subject),
		                               quoted_pattern(arena, real));
		add(work, &(struct fix) {
		                  .kind = FIX_EDIT,
		                  .path = path,
		                  .match = arena_text(arena,
		                                      "^([[:blank:]]*[dDvqQCemzZ][^[:blank:]]*[[:blank:]]+\"?%s\"?[[:"
		                                      "blank:]]+)([^-[:blank:]][^[:blank:]]*)",
		                                      names),
		                  .text = arena_text(arena, "\\1%04o", widest),
		          });
		add(work, &(struct fix) {
		                  .kind = FIX_EDIT,
		                  .path = path,
		                  .match = arena_text(arena,
		                                      "^([[:blank:]]*[dDvqQCemzZ][^[:blank:]]*[[:blank:]]+\"?%s\"?[[:"
		                                      "blank:]]+[^[:blank:]]+[[:blank:]]+)([^-[:blank:]][^[:blank:]]*)",
		                                      names),
		                  .text = owner ? arena_text(arena, "\\1%u", owner) : "\\1root",
		          });
		return;
	}
	const bool fstab = strcmp(path, "/etc/fstab") == 0;
	const char *start = fstab ? fstab_pattern(arena, real) : "^(Options=)";
	if (!fstab && !in_etc(path)) {
		add_by_hand(work);
		return;
	}
	add(work, &(struct fix) { .kind = FIX_EDIT,
	                          .path = path,
	                          .match = arena_text(arena, "%s(([^[:blank:]]*,)?)mode=[^,[:blank:]]*", start),
	                          .text = arena_text(arena, "\\1\\2mode=%o", widest) });
	add(work, &(struct fix) { .kind = FIX_EDIT,
	                          .path = path,
	                          .match = arena_text(arena, "%s(([^[:blank:]]*,)?)uid=[^,[:blank:]]*", start),
	                          .text = arena_text(arena, "\\1\\2uid=%u", owner) });
	add_after(work, DAEMON_RELOAD);
}

/** Take out what exempts all that lies in a directory from being cleaned. */
static void resolve_exemption(struct work *work, const struct fix *fix) {
	const struct tmpfiles *tmpfiles = work->host->tmpfiles;
	const struct tempdir *dir = host_tempdir(work->host, fix->path);
	const char *real = dir && dir->real ? dir->real : fix->path;
	struct arena *arena = work->arena;

	for (size_t i = 0; tmpfiles && i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];
		const char *path = NULL;

		if (!cleaning_exempts(arena, line, real))
			continue;
		const unsigned number = split_source(arena, line->source, &path);
		const char *text = number ? line_text(work, path, number) : NULL;
		const char *copy =
		        strchr("xX", line->type) && text && is_tellable(arena, text) ? own_copy(work, path) : NULL;
		if (copy)
			add(work, &(struct fix) { .kind = FIX_EDIT,
			                          .path = copy,
			                          .match = arena_text(arena, "^(%s)$", quoted_pattern(arena, text)),
			                          .text = "# tmpaudit took out: \\1" });
		else
			add_hand(work, arena_text(arena, "%s: %s exempts what lies there", fix->path, line->source));
	}
}

/* Umasks */

/** Run a command for a file in a user's home as that user: as root it would follow what the user makes of his names. */
static const char *as_owner(struct arena *arena, const struct account *account, const char *command) {
	if (!account || account->uid == 0)
		return command;
	return arena_text(arena, "setpriv --reuid=%u --regid=%u --clear-groups --inh-caps=-all -- sh -c %s",
	                  account->uid, account->gid, shell_word(arena, command));
}

static void edit_umask(struct work *work, const char *path, const char *shown, const char *value,
                       const struct account *account) {
	struct arena *arena = work->arena;
	const char *operand = quoted_pattern(arena, shown);
	const char *match = arena_text(
	        arena,
	        "^(([^#]*[;&|({[:blank:]])?umask[[:blank:]]+(-S[[:blank:]]+)?)[\"']?%s[\"']?([]);&|}[:space:]]|$)",
	        operand);

	if (!account || account->uid == 0) {
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = path,
		                          .match = match,
		                          .text = arena_text(arena, "\\1%s\\4", value) });
		return;
	}
	const char *file = shell_word(arena, path);
	const char *sed = shell_word(arena, arena_text(arena, "s~%s~\\1%s\\4~", match, value));
	if (!file || !sed) {
		add_by_hand(work);
		return;
	}
	const char *test = arena_text(arena, "! [ -f %s ] || [ -L %s ] || ! grep -Eq %s %s", file, file,
	                              shell_word(arena, match), file);
	const char *edit = arena_text(arena, "cp -np %s %s.tmpaudit-orig && sed -E -i %s %s", file, file, sed, file);
	add_run(work, as_owner(arena, account, test), as_owner(arena, account, edit));
}

/**
 * Whomever the line of Defaults speaks to, it gives the value, as "umask=0002" or "!umask" gave another.  In a line
 * that goes on it may stand on any of its lines.
 */
static void edit_sudoers(struct work *work, const char *path, unsigned number, const char *shown, const char *value) {
	struct arena *arena = work->arena;
	const char *before = goes_on(work, path, number) ? "^([^#]*[[:blank:],]|[[:blank:]]*)"
	                                                 : "^([[:blank:]]*Defaults.*[[:blank:],])";
	const char *equals = strchr(shown, '=');
	const char *setting =
	        equals ? arena_text(arena, "umask[[:blank:]]*=[[:blank:]]*\"?%s\"?", quoted_pattern(arena, equals + 1))
	               : "![[:blank:]]*umask";

	add(work, &(struct fix) { .kind = FIX_EDIT,
	                          .path = path,
	                          .match = arena_text(arena, "%s%s([[:blank:],\\]|$)", before, setting),
	                          .text = arena_text(arena, "\\1umask=%s\\2", value) });
}

/** The facts about what a check of umasks judges. */
static const struct umask_fact *umask_facts(const struct host *host, const struct check *check) {
	const struct {
		const char *id;
		const struct umask_fact *facts;
	} lists[] = {
		{ "umask.shell", host->umasks->shells },
		{ "umask.accounts", host->umasks->accounts },
		{ "umask.services", host->umasks->services },
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i)
		if (strcmp(lists[i].id, check->id) == 0)
			return lists[i].facts;
	return NULL;
}

static void resolve_umask(struct work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	uint64_t wanted = 0;

	text_number(fix->text, 8, 0777, &wanted);
	for (const struct umask_fact *fact = umask_facts(work->host, work->result->check); fact && fact->subject;
	     ++fact) {
		const char *path = NULL;
		const struct account *account = NULL;
		const bool strong = (fact->value & wanted) == wanted && !fact->defect;

		if (strcmp(fact->subject, finding->subject) != 0 || strong || !fact->shown)
			continue;
		const unsigned number = split_source(arena, fact->source, &path);
		if (*fact->subject != '/')
			account = account_by_name(work->host->accounts, fact->subject);
		if (!path || !is_tellable(arena, fact->shown) || !is_tellable(arena, path) || fact->unknown) {
			add_by_hand(work);
		} else if (text_path_within(path, "/etc/sudoers") || text_path_within(path, "/etc/sudoers.d")) {
			edit_sudoers(work, path, number, fact->shown, fix->text);
		} else if (goes_on(work, path, number)) {
			add_by_hand(work);
		} else if (strcmp(path, "/etc/passwd") == 0) {
			const char *user = shell_word(arena, fact->subject);

			if (user)
				add_run(work,
				        arena_text(arena,
				                   "! getent passwd %s | cut -d: -f5 | grep -Eqi "
				                   "'(^|,)umask='",
				                   user),
				        arena_text(arena,
				                   "usermod -c \"$(getent passwd %s | cut -d: -f5 | sed -E "
				                   "'s/(^|,)umask=[^,]*//Ig')\" %s",
				                   user, user));
		} else {
			edit_umask(work, path, fact->shown, fix->text, account);
		}
	}
}

static const char pam_pattern[] = "^(-?session[[:blank:]].*pam_umask\\.so)([[:blank:]].*)?$";

static void read_login_defs(struct work *work, const char *path) {
	add(work, &(struct fix) { .kind = FIX_EDIT, .path = path, .match = pam_pattern, .text = "\\1 nousergroups" });
	add(work, &(struct fix) { .kind = FIX_ADD,
	                          .path = path,
	                          .match = pam_pattern,
	                          .text = "session optional pam_umask.so nousergroups" });
}

static void resolve_pam(struct work *work) {
	static const char *const common[] = { "/etc/pam.d/common-session", "/etc/pam.d/common-session-noninteractive",
		                              NULL };
	struct arena *arena = work->arena;
	const char *path = source_path(arena, work->finding->source);
	const char *own = arena_text(arena, "/etc/pam.d/%s", work->finding->subject);
	bool shared = false;

	for (const char *const *file = common; *file; ++file) {
		if (exists(work, *file)) {
			read_login_defs(work, *file);
			shared = true;
		}
	}
	if (!shared && exists(work, own) && is_tellable(arena, own))
		read_login_defs(work, own);
	else if (path && text_starts(path, "/etc/pam.d/") && is_tellable(arena, path) &&
	         mentions(work, path, "pam_umask.so"))
		add(work,
		    &(struct fix) { .kind = FIX_EDIT, .path = path, .match = pam_pattern, .text = "\\1 nousergroups" });
}

/* Processes */

/** The service of a process, by its control group; NULL: it is of none that can be started again without more ado. */
static const char *process_unit(struct work *work, const char *pid) {
	static const char *const kept[] = { "dbus", "systemd-", "user@", "init.scope", NULL };
	struct arena *arena = work->arena;
	struct bytes group;

	if (tree_load(&work->host->tree, arena_text(arena, "/proc/%s/cgroup", pid), arena, &group) < 0)
		return NULL;
	host_gather(work->host, FACT_UNITS);
	const char *path = strstr(group.data, "/system.slice/");
	if (!path)
		return NULL;
	path = arena_bytes(arena, path, strcspn(path, "\n"));
	const char *name = last_name(path);
	for (const char *const *word = kept; *word; ++word)
		if (text_starts(name, *word))
			return NULL;
	return text_ends(name, ".service") && is_tellable(arena, name) && unit_find(work->host->units, name) ? name
	                                                                                                     : NULL;
}

/** The number of the process that is the subject of the finding; NULL: it is none. */
static const char *process_of(struct work *work) {
	const char *number = work->finding->subject;

	if (!text_starts(number, "pid "))
		return NULL;
	number += strlen("pid ");
	number = arena_bytes(work->arena, number, strspn(number, "0123456789"));
	return *number ? number : NULL;
}

/** What a running process has it keeps until it is started again by a unit that says better. */
static void resolve_process(struct work *work) {
	struct arena *arena = work->arena;
	const char *pid = process_of(work);
	const char *name = pid ? process_unit(work, pid) : NULL;
	const struct unit *unit = name ? unit_find(work->host->units, name) : NULL;
	const bool umask = strcmp(work->result->check->id, "umask.processes") == 0;
	const struct unit_setting *setting = unit && umask ? unit_setting(unit, "Service", "UMask") : NULL;
	uint64_t stated = 022;

	if (setting && !text_number(setting->value, 8, 0777, &stated))
		stated = 022;
	/* By a good UMask= it is the program itself that sets another. */
	if (!unit || (umask && (stated & 022) == 022)) {
		add_by_hand(work);
		return;
	}
	if (umask)
		add(work, &(struct fix) { .kind = FIX_LINE,
		                          .path = arena_text(arena, "/etc/systemd/system/%s.d/" OURS, name),
		                          .head = "[Service]",
		                          .match = "^UMask=.*$",
		                          .text = arena_text(arena, "UMask=%s",
		                                             mark_value(arena, work->host->policy, NULL,
		                                                        "umask.services", strlen("umask.services"))) });
	/* The number is another one's by then, or nobody's: it has to be that service's still. */
	add_run(work, arena_text(arena, "! grep -q /%s /proc/%s/cgroup 2>/dev/null", quoted_pattern(arena, name), pid),
	        arena_text(arena, "systemctl daemon-reload && systemctl try-restart -- %s", shell_word(arena, name)));
}

/** A job that takes its program from where others can put another is stopped, and so is what a unit need not have. */
static void resolve_command(struct work *work) {
	static const char *const spared[] = { "EnvironmentFile=*", "PIDFile=*", "WorkingDirectory=*", NULL };
	const char *path = source_path(work->arena, work->finding->source);

	if (path && (strcmp(path, "/etc/crontab") == 0 || text_path_within(path, "/etc/cron.d"))) {
		resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT });
		result_breaks(work->result, true,
		              "the job is not run any more, until its file has moved and its line is written again");
	} else if (path && text_path_within(path, "/etc/systemd/system")) {
		const size_t before = work->result->nsteps;

		for (const char *const *key = spared; *key; ++key)
			resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT, .match = *key });
		if (work->result->nsteps == before) {
			add_by_hand(work);
			return;
		}
		result_breaks(work->result, true, "the service goes without the file that the line names");
		add_after(work, DAEMON_RELOAD);
	} else {
		add_by_hand(work);
	}
}

/* Sessions */

/** Let a line of namespace.conf give instances in memory, with what protects the directory, to all but root. */
static void edit_instances(struct work *work, const char *path, unsigned number) {
	struct arena *arena = work->arena;
	const char *dir = work->finding->subject;
	const char *text = line_text(work, path, number);

	if (!text || !is_tellable(arena, text) || !is_tellable(arena, dir) || strpbrk(dir, " \t\\")) {
		add_by_hand(work);
		return;
	}
	add(work, &(struct fix) {
	                  .kind = FIX_EDIT,
	                  .path = path,
	                  .match = arena_text(arena, "^%s$", quoted_pattern(arena, text)),
	                  .text = quoted_replacement(
	                          arena, arena_text(arena, "%s tmpfs tmpfs:mntopts=nosuid,nodev,noexec root", dir)) });
}

static void resolve_sessions(struct work *work) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	const char *path = NULL;
	const unsigned number = split_source(arena, finding->source, &path);

	if (number && text_path_within(path, "/etc/pam.d") &&
	    text_equal(finding->actual, "ignore_instance_parent_mode"))
		add(work, &(struct fix) { .kind = FIX_EDIT,
		                          .path = path,
		                          .match = "^([^#]*pam_namespace\\.so.*)[[:blank:]]+ignore_instance_parent_"
		                                   "mode([[:blank:]].*)?$",
		                          .text = "\\1\\2" });
	else if (number && text_equal(path, "/etc/security/tmpdir.conf"))
		add(work, &(struct fix) {
		                  .kind = FIX_EDIT, .path = path, .match = "^tmpdir=.*$", .text = "tmpdir=/tmp/user" });
	else if (number && text_path_within(path, "/etc/security") && *finding->subject == '/')
		edit_instances(work, path, number);
	else if (text_starts(finding->expected ? finding->expected : "", "private ") &&
	         exists(work, "/usr/bin/apt-get"))
		add_run(work, "dpkg-query -W libpam-tmpdir >/dev/null 2>&1",
		        "DEBIAN_FRONTEND=noninteractive apt-get -y install libpam-tmpdir");
	else
		add_by_hand(work);
}

/* A row's steps */

static bool repairs(enum aspect aspect, const struct finding *finding) {
	return finding_status(finding) == STATUS_FAIL && (aspect == ASPECT_ANY || aspect == finding->aspect);
}

/** The glob by which a subject has steps of its own; NULL: it has those of all. */
static const char *find_own(const struct remediation *remediation, const char *subject) {
	for (const struct fix *fix = remediation->steps; fix && fix->kind; ++fix)
		if (fix->only && text_glob(fix->only, subject))
			return fix->only;
	return NULL;
}

/** Find owner and mode of what was found at the path: what is there later may be another.  Returns false if unknown. */
static bool find_identity(const struct work *work, const char *path, uid_t *uid, mode_t *mode) {
	const struct contents *contents = work->host->contents;

	for (unsigned kind = 0; contents && kind < CONTENTS_KINDS; ++kind) {
		for (const struct contents_entry *entry = contents->lists[kind].entries; entry && entry->path;
		     ++entry) {
			if (strcmp(entry->path, path) != 0)
				continue;
			*uid = entry->uid;
			*mode = entry->mode;
			return true;
		}
	}
	for (const struct contents_link *link = contents ? contents->links : NULL; link && link->path; ++link) {
		if (strcmp(link->path, path) != 0)
			continue;
		*uid = link->uid;
		*mode = S_IFLNK | 0777;
		return true;
	}
	return false;
}

/** Whether there is nothing of that name: what is missing is not to be moved. */
static bool is_gone(const struct host *host, const char *path) {
	const int pinned = tree_pin_link(&host->tree, path);
	const bool gone = tree_absent(pinned);

	if (pinned >= 0)
		close(pinned);
	return gone;
}

static void resolve_step(struct work *work, const struct fix *row) {
	struct arena *arena = work->arena;
	const char *subject = work->finding->subject;
	const struct fix fix = expand_fix(arena, work->host->policy, subject, row);
	const struct tempdir *dir;
	struct fix whole = fix;
	uid_t uid;
	mode_t mode;

	switch (fix.kind) {
	case FIX_SYSCTL:
		resolve_sysctl(work, &fix);
		break;
	case FIX_MOUNT:
		resolve_mount(work, &fix);
		break;
	case FIX_ALIAS:
		resolve_alias(work, &fix);
		break;
	case FIX_LIMITS:
		resolve_limits(work, &fix);
		break;
	case FIX_ANCESTOR:
		resolve_ancestor(work, &fix);
		break;
	case FIX_UNMASK:
		resolve_unmask(work, &fix);
		break;
	case FIX_STATED:
		resolve_stated(work);
		break;
	case FIX_EXEMPTION:
		resolve_exemption(work, &fix);
		break;
	case FIX_COMMENT:
		resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT, .match = row->match });
		break;
	case FIX_UMASK:
		resolve_umask(work, &fix);
		break;
	case FIX_PAM:
		resolve_pam(work);
		break;
	case FIX_BOOT:
		resolve_boot(work);
		break;
	case FIX_AFTER:
		add_after(work, whole.text);
		break;
	case FIX_ASIDE:
		if (is_gone(work->host, whole.path))
			break;
		if (find_identity(work, whole.path, &uid, &mode))
			whole.text = arena_text(arena, "%u:%x", uid, (unsigned)mode);
		add(work, &whole);
		break;
	case FIX_RUN:
		/* What a boot makes, it makes of a tree. */
		if (work->host->tree.live || !text_starts(whole.text, "systemd-tmpfiles --create"))
			add(work, &whole);
		break;
	case FIX_OBJECT:
		if (find_identity(work, whole.path, &uid, &mode))
			whole.match = arena_text(arena, "%u", uid);
		add(work, &whole);
		break;
	case FIX_REMOUNT:
		dir = host_tempdir(work->host, fix.path);
		if (!dir || !mount_has_option(live_mount(work->host, dir), fix.text))
			add(work, &whole);
		break;
	case FIX_UNCOVER:
		/* Nothing is mounted in a tree: what lies there is what the mount will hide. */
		whole.text = work->host->tree.live ? NULL : "here";
		add(work, &whole);
		break;
	case FIX_PROCESS:
		resolve_process(work);
		break;
	case FIX_COMMAND:
		resolve_command(work);
		break;
	case FIX_SESSIONS:
		resolve_sessions(work);
		break;
	case FIX_DIRECTORY:
		dir = host_tempdir(work->host, fix.path);
		if (dir && dir->real)
			whole.path = arena_copy(arena, dir->real);
		add(work, &whole);
		break;
	case FIX_LINE:
		add(work, &whole);
		if (whole.path && whole.text && text_ends(whole.path, "/" OURS)) {
			const char *key = arena_bytes(arena, whole.text, strcspn(whole.text, "="));

			silence_later(work, whole.path, key, quoted_pattern(arena, key));
		}
		break;
	default:
		add(work, &whole);
		break;
	}
}

/** Whether the step, of a row, puts the subject of a finding anywhere. */
static bool names_subject(const struct fix *fix) {
	const char *const fields[] = { fix->path, fix->match, fix->text, fix->unless };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i)
		if (fields[i] && (strstr(fields[i], "{subject}") || strstr(fields[i], "{name}")))
			return true;
	return fix->kind > FIX_HAND && fix->kind != FIX_SYSCTL;
}

static void resolve_finding(struct work *work) {
	const struct remediation *remediation = &work->result->check->remediation;
	const char *subject = work->finding->subject;
	const char *own = find_own(remediation, subject);
	const bool safe = shell_word(work->arena, subject);

	for (const struct fix *fix = remediation->steps; fix && fix->kind; ++fix) {
		if (!repairs(fix->aspect, work->finding) || !same_text(fix->only, own))
			continue;
		if (safe || !names_subject(fix))
			resolve_step(work, fix);
		else
			add_hand(work, arena_text(work->arena, "%s: no command may hold this name", subject));
	}
}

void fix_resolve(struct host *host, struct result *result) {
	struct work work = { .host = host, .result = result, .arena = result->arena };
	size_t count = 0;

	const struct finding *const *sorted = result_sorted(result->arena, result);

	for (; sorted[count] && count < MOST_FINDINGS; ++count) {
		work.finding = sorted[count];
		if (finding_status(work.finding) == STATUS_FAIL)
			resolve_finding(&work);
	}
	const size_t left = result_total(result) > count ? result_total(result) - count : 0;
	work.finding = NULL;
	if (left && result->nsteps)
		add_hand(&work, arena_text(result->arena, "%zu more are not told here: run this again after it", left));
}

enum risk fix_risk(const struct result *result) {
	const struct remediation *remediation = &result->check->remediation;

	if (remediation->risky || result->fix_risky)
		return RISK_HIGH;
	return remediation->breaks || result->fix_breaks ? RISK_LOW : RISK_NONE;
}

const char *fix_breaks(const struct result *result) {
	const char *row = result->check->remediation.breaks, *own = result->fix_breaks;

	return row && own ? arena_text(result->arena, "%s; %s", row, own) : row ? row : own;
}

/* The plan */

/** Checks whose repair others build on come first, what only shows the repair of others last. */
static int rank(const struct check *check) {
	/* What is loaded into each program that we run. */
	if (strcmp(check->id, "environment.loader") == 0)
		return 0;
	if (strcmp(check->id, "tempdir.ancestors") == 0)
		return 1;
	/* What is set aside is known by its mode, which others would change. */
	if (strcmp(check->id, "mount.boot") == 0 || strcmp(check->id, "contents.squat") == 0 ||
	    strcmp(check->id, "contents.links") == 0 || strcmp(check->id, "contents.privileged") == 0)
		return 2;
	return check->when == WHEN_PROBE ? 4 : 3;
}

static bool is_planned(const struct fix_plan *plan, const struct fix *step) {
	for (size_t i = 0; i < plan->nparts; ++i)
		for (size_t k = 0; k < plan->parts[i].nsteps && !plan->parts[i].withheld; ++k)
			if (same_step(&plan->parts[i].steps[k], step))
				return true;
	return false;
}

static const char *withhold(const struct result *result, enum risk risk, enum risk most, struct arena *arena) {
	if (risk > most)
		return arena_text(arena, "its risk is %s; say --risk %s to have it", risk_names[risk],
		                  risk_names[risk]);
	return result->severity == SEVERITY_INFO && !result->named
	               ? "it is of severity info and costs nothing; name the check by --check to have it"
	               : NULL;
}

static void plan_result(struct arena *arena, struct fix_plan *plan, const struct result *result) {
	enum { FEW = 500 };
	const enum risk risk = fix_risk(result);
	struct fix_part part = { .result = result,
		                 .risk = risk,
		                 .withheld = withhold(result, risk, plan->most, arena) };
	struct fix *steps = arena_array(arena, result->nsteps + 1, sizeof *steps);

	/* Each part stands for itself, unless all of it stands with others. */
	part.elsewhere = result->nsteps && result->nsteps < FEW;
	for (size_t i = 0; i < result->nsteps; ++i)
		part.elsewhere =
		        part.elsewhere && (result->steps[i].kind == FIX_AFTER || is_planned(plan, &result->steps[i]));
	for (size_t i = 0; i < result->nsteps && !part.elsewhere; ++i)
		steps[part.nsteps++] = result->steps[i];
	if (!result->nsteps) {
		steps[0] =
		        (struct fix) { .kind = FIX_HAND,
			               .text = result->check->remediation.summary ? result->check->remediation.summary
			                                                          : "see what the finding says" };
		part.nsteps = 1;
	}
	part.steps = steps;
	plan->parts = arena_grow(arena, plan->parts, plan->nparts, sizeof *plan->parts);
	plan->parts[plan->nparts++] = part;
}

struct fix_plan fix_plan(struct arena *arena, const struct report *report, enum risk most) {
	struct fix_plan plan = { .report = report, .most = most };

	for (int turn = 0; turn < 5; ++turn)
		for (size_t i = 0; i < report->nresults; ++i)
			if (rank(report->results[i].check) == turn && result_status(&report->results[i]) == STATUS_FAIL)
				plan_result(arena, &plan, &report->results[i]);
	return plan;
}
