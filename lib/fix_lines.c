/** Repairs of lines: of sysctl.d, and those that are put out of force. */

#include "fix_work.h"

#include "host.h"
#include "settings.h"

#include <string.h>

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
static void silence_sysctl(struct fix_work *work, const char *key, const char *path) {
	const char *pattern = key_pattern(work->arena, key);

	path = fix_own_copy(work, path);
	if (path)
		fix_add(work,
		        &(struct fix) { .kind = FIX_EDIT,
		                        .path = path,
		                        .match = arena_text(work->arena,
		                                            "^([[:blank:]]*-?[[:blank:]]*%s[[:blank:]]*=.*)$", pattern),
		                        .text = "# \\1",
		                        .unless = "^[[:blank:]]*[#;]" });
}

void fix_silence_later(struct fix_work *work, const char *ours, const char *key, const char *pattern) {
	struct arena *arena = work->arena;
	const char *name = fix_last_name(ours);
	char **names;

	if (tree_list(&work->host->tree, arena_bytes(arena, ours, (size_t)(name - ours)), arena, &names) < 0)
		return;
	for (; *names; ++names) {
		const char *path = arena_text(arena, "%.*s%s", (int)(name - ours), ours, *names);

		if (strcmp(*names, name) > 0 && text_ends(*names, ".conf") && fix_is_tellable(arena, path) &&
		    fix_mentions(work, path, key))
			fix_add(work, &(struct fix) {
			                      .kind = FIX_EDIT,
			                      .path = path,
			                      .match = arena_text(arena, "^([[:blank:]]*%s[[:blank:]]*=.*)$", pattern),
			                      .text = "# \\1" });
	}
}

void fix_resolve_sysctl(struct fix_work *work, const struct fix *fix) {
	static const char ours[] = "/etc/sysctl.d/99-" OURS;
	struct arena *arena = work->arena;
	const char *path = fix_source_path(arena, work->finding->source);

	if (work->finding->aspect != ASPECT_BOOT) {
		const char *assignment = fix_word(arena, arena_text(arena, "%s=%s", fix->path, fix->text));
		const char *value = fix_word(arena, fix->text);

		fix_add_run(work, arena_text(arena, "[ \"$(sysctl -n %s)\" = %s ]", fix->path, value),
		            arena_text(arena, "sysctl -w %s", assignment));
		/* An attack that succeeds tells of now, and would be there again after a boot. */
		if (work->finding->aspect == ASPECT_LIVE)
			return;
	}
	fix_add(work, &(struct fix) { .kind = FIX_LINE,
	                              .path = ours,
	                              .match = arena_text(arena, "^[[:blank:]]*-?[[:blank:]]*%s[[:blank:]]*=.*$",
	                                                  key_pattern(arena, fix->path)),
	                              .text = arena_text(arena, "%s = %s", fix->path, fix->text) });
	/* Which sysctl --system reads last, whoever else reads it. */
	const char *dot = strrchr(fix->path, '.');
	const char *word = dot ? dot + 1 : fix->path;
	if (fix_mentions(work, "/etc/sysctl.conf", word))
		silence_sysctl(work, fix->path, "/etc/sysctl.conf");
	fix_silence_later(work, ours, word, arena_text(arena, "-?[[:blank:]]*%s", key_pattern(arena, fix->path)));
	if (!path || text_starts(path, "/proc") || text_path_within(path, "/etc/sysctl.d") ||
	    strcmp(path, "/etc/sysctl.conf") == 0)
		return;
	if (strcmp(fix_last_name(path), fix_last_name(ours)) > 0)
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
static const char *without_all_elements(struct fix_work *work, const char *line) {
	for (size_t i = 0; line && i < work->result->nfindings; ++i) {
		const struct finding *finding = &work->result->findings[i];

		if (finding_status(finding) == STATUS_FAIL && text_equal(finding->source, work->finding->source))
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
static bool is_bad_object(const struct fix_work *work, const char *object, size_t length) {
	for (size_t i = 0; i < work->result->nfindings; ++i) {
		const struct finding *finding = &work->result->findings[i];

		if (finding_status(finding) == STATUS_FAIL && text_equal(finding->source, work->finding->source) &&
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
static void take_objects(struct fix_work *work, const char *path, const char *line) {
	static const char apart[] = " \t\r:";
	struct arena *arena = work->arena;
	struct builder rest = { .arena = arena };
	const char *plain = arena_bytes(arena, line, strcspn(line, "#"));

	fix_add(work, &(struct fix) { .kind = FIX_EDIT, .path = path, .match = "#.*$", .text = "" });
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
		fix_add(work, &(struct fix) { .kind = FIX_EDIT,
		                              .path = path,
		                              .match = arena_text(arena, "^%s$", fix_pattern(arena, plain)),
		                              .text = fix_replacement(arena, text) });
}

void fix_resolve_comment(struct fix_work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const char *path = NULL;
	const unsigned number = fix_source(arena, work->finding->source, &path);

	if (path && strstr(path, "tmpaudit"))
		return;
	const char *text =
	        path && fix_is_own(path) && fix_is_tellable(arena, path) ? fix_line(work, path, number) : NULL;
	if (!text || !fix_is_tellable(arena, text)) {
		if (!fix->match)
			fix_add_by_hand(work);
		return;
	}
	if (fix->match && !text_glob(fix->match, text + strspn(text, " \t")))
		return;
	if (strcmp(path, "/etc/ld.so.preload") == 0) {
		take_objects(work, path, text);
		return;
	}
	/* An edit says all of the line that stays. */
	const char *better = fix->match ? NULL : without_all_elements(work, text);
	if (better && text_equal(line_pattern(arena, text), fix_pattern(arena, text))) {
		fix_add(work, &(struct fix) { .kind = FIX_EDIT,
		                              .path = path,
		                              .match = arena_text(arena, "^%s$", fix_pattern(arena, text)),
		                              .text = fix_replacement(arena, better) });
		return;
	}
	const bool script = is_script(path);
	if (text_ends(text, "\\") || fix_goes_on(work, path, number - 1) || (script && !stands_alone(text))) {
		if (!fix->match)
			fix_add_by_hand(work);
		return;
	}
	const size_t indent = script ? strspn(text, " \t") : 0;
	fix_add(work, &(struct fix) {
	                      .kind = FIX_EDIT,
	                      .path = path,
	                      .match = arena_text(arena, "^([[:blank:]]{%zu})(%s)$", indent,
	                                          line_pattern(arena, text + indent)),
	                      .text = script ? "\\1: # tmpaudit took out: \\2" : "\\1# tmpaudit took out: \\2",
	              });
}
