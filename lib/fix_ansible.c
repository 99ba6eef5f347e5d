/** What is to be done, as a playbook of Ansible, by modules that every Ansible has. */

#include "fix.h"

#include "result.h"

#include <string.h>

/** What is being written: a part that is withheld is a comment. */
struct play {
	struct builder *out;
	struct arena *arena;
	const struct fix_part *part;
	/** The name of the handler that changes of the part call; NULL: none. */
	const char *handler;
};

static void put_line(struct play *play, unsigned depth, const char *key, const char *value) {
	enum { LONGEST = 160 };
	const bool withheld = play->part && play->part->withheld;

	if (value && (size_t)depth * 2 + strlen(key) + strlen(value) + 1 > LONGEST)
		builder_format(play->out, "%*s# yamllint disable-line rule:line-length\n", (int)depth * 2, "");
	builder_format(play->out, "%s%*s%s%s%s\n", withheld ? "# " : "", (int)depth * 2, "", key,
	               value && *value ? " " : "", value ? value : "");
}

/** Text as a scalar of YAML that Ansible takes as it is: a name with {{ in it would be run where Ansible runs. */
static const char *scalar(struct play *play, const char *text) {
	struct builder out = { .arena = play->arena };
	const bool template = strstr(text, "{{") || strstr(text, "{%") || strstr(text, "{#");

	builder_text(&out, template ? "!unsafe " : "");
	if (strchr(text, '\t')) {
		builder_text(&out, "\"");
		for (; *text; ++text)
			builder_format(&out, *text == '\t' ? "\\t" : strchr("\"\\", *text) ? "\\%c" : "%c", *text);
		builder_text(&out, "\"");
		return builder_string(&out);
	}
	builder_text(&out, "'");
	for (; *text; ++text)
		builder_format(&out, *text == '\'' ? "''" : "%c", *text);
	builder_text(&out, "'");
	return builder_string(&out);
}

/** Add a bracket expression as Python has it, where what is not in the list could be the end of a line.  Returns what
 * follows. */
static const char *add_bracket(struct builder *out, const char *pattern) {
	const bool negated = pattern[1] == '^';

	builder_text(out, negated ? "[^\\n" : "[");
	pattern += negated ? 2 : 1;
	/* The first character of the list is in it, whatever it is. */
	for (bool first = true; *pattern && (first || *pattern != ']'); first = false) {
		if (text_starts(pattern, "[:blank:]")) {
			builder_text(out, " \\t");
			pattern += strlen("[:blank:]");
		} else if (text_starts(pattern, "[:space:]")) {
			/* Of one line: its end is none of it. */
			builder_text(out, " \\t\\r\\f\\v");
			pattern += strlen("[:space:]");
		} else {
			builder_text(out, strchr("\\[]", *pattern) ? "\\" : "");
			builder_bytes(out, pattern++, 1);
		}
	}
	builder_text(out, "]");
	return *pattern ? pattern + 1 : pattern;
}

/** An extended regular expression of one line as Python has it; its groups have numbers if they are to be used. */
static const char *python_pattern(struct arena *arena, const char *pattern, bool groups) {
	static const char word[] = "[^[:blank:]]";
	struct builder out = { .arena = arena };

	while (*pattern) {
		if (text_starts(pattern, word)) {
			builder_text(&out, "\\S");
			pattern += strlen(word);
		} else if (*pattern == '[') {
			pattern = add_bracket(&out, pattern);
		} else if (*pattern == '\t') {
			builder_text(&out, "\\t");
			++pattern;
		} else if (pattern[0] == '\\' && pattern[1]) {
			builder_bytes(&out, pattern, 2);
			pattern += 2;
		} else {
			builder_bytes(&out, pattern, 1);
			if (*pattern++ == '(' && !groups)
				builder_text(&out, "?:");
		}
	}
	return builder_string(&out);
}

static const char *edit_pattern(struct arena *arena, const struct fix *fix) {
	const char *match = python_pattern(arena, fix->match, true);
	const char *unless = fix->unless ? python_pattern(arena, fix->unless, false) : NULL;

	if (!unless)
		return match;
	return arena_text(arena, "^(?!%s%s)%s", *unless == '^' ? "" : ".*", *unless == '^' ? unless + 1 : unless,
	                  *match == '^' ? match + 1 : match);
}

/** What an edit puts in, as Python has it: the number of a group ends where it is said to. */
static const char *python_replacement(struct arena *arena, const char *text) {
	struct builder out = { .arena = arena };

	for (; *text; ++text) {
		if (text[0] == '\\' && text[1] >= '1' && text[1] <= '9')
			builder_format(&out, "\\g<%c>", *++text);
		else
			builder_bytes(&out, text, 1);
	}
	return builder_string(&out);
}

static const char *escaped(struct arena *arena, const char *text) {
	struct builder out = { .arena = arena };

	for (; *text; ++text) {
		if (*text == '\\')
			builder_text(&out, "\\");
		builder_bytes(&out, text, 1);
	}
	return builder_string(&out);
}

/** Begin a task. */
static void put_task(struct play *play, const char *what) {
	put_line(play, 2, "- name:",
	         scalar(play, arena_text(play->arena, "Check %s - %s", play->part->result->check->id, what)));
}

static void put_notify(struct play *play) {
	if (play->handler)
		put_line(play, 3, "notify:", scalar(play, play->handler));
}

static const char *directory_of(struct arena *arena, const char *path) {
	const char *slash = strrchr(path, '/');

	return slash && slash > path ? arena_bytes(arena, path, (size_t)(slash - path)) : "/";
}

static bool is_ours(const struct fix *fix) {
	return strstr(fix->path, "tmpaudit");
}

static void put_shell(struct play *play, const char *lines);

/** Look whether there is the file. */
static void put_stat(struct play *play, const char *path) {
	put_task(play, "see whether there is the file");
	put_line(play, 3, "ansible.builtin.stat:", NULL);
	put_line(play, 4, "path:", scalar(play, path));
	put_line(play, 3, "register: tmpaudit_file", NULL);
}

/** Keep a file, be it behind a link, as it was before the first change, and its attributes as they are now. */
static void put_keep(struct play *play, const char *path) {
	struct builder lines = { .arena = play->arena };

	put_stat(play, path);
	builder_text(&lines, "file=$(readlink -e -- ");
	text_shell(&lines, path);
	builder_text(&lines, ")\n"
	                     "cd /var/backups/tmpaudit\n"
	                     "[ -e \".$file\" ] || cp -a --parents -- \"$file\" .\n"
	                     "cp -a --attributes-only --parents -- \"$file\" attributes\n");
	put_task(play, "keep the file as it was");
	put_shell(play, builder_string(&lines));
	put_line(play, 3, "changed_when: false", NULL);
	put_line(play, 3, "when: tmpaudit_file.stat.exists", NULL);
}

/** What a module edits is a new file: give it the access list and the attributes that the old one had. */
static void put_attributes(struct play *play, const char *path) {
	struct builder lines = { .arena = play->arena };

	builder_text(&lines, "file=$(readlink -e -- ");
	text_shell(&lines, path);
	builder_text(&lines, ")\n"
	                     "cp --attributes-only --preserve=mode,ownership,xattr -- "
	                     "\"/var/backups/tmpaudit/attributes$file\" \"$file\"\n");
	put_task(play, "give the file back what it had");
	put_shell(play, builder_string(&lines));
	put_line(play, 3, "changed_when: false", NULL);
	put_line(play, 3, "when: tmpaudit_file.stat.exists", NULL);
}

static void put_replace(struct play *play, const char *path, const char *pattern, const char *text, bool kept) {
	put_task(play, "edit the file");
	put_line(play, 3, "ansible.builtin.replace:", NULL);
	put_line(play, 4, "path:", scalar(play, path));
	put_line(play, 4, "regexp:", scalar(play, pattern));
	put_line(play, 4, "replace:", scalar(play, text));
	put_line(play, 3, "when: tmpaudit_file.stat.exists", NULL);
	put_notify(play);
	if (kept)
		put_attributes(play, path);
}

static void put_directory(struct play *play, const char *path, const char *mode) {
	put_task(play, "make the directory");
	put_line(play, 3, "ansible.builtin.file:", NULL);
	put_line(play, 4, "path:", scalar(play, path));
	put_line(play, 4, "state: directory", NULL);
	put_line(play, 4, "mode:", scalar(play, mode));
}

static void put_lineinfile(struct play *play, const char *path, const char *text, bool ours, const char *when) {
	put_task(play, "add the line");
	put_line(play, 3, "ansible.builtin.lineinfile:", NULL);
	put_line(play, 4, "path:", scalar(play, path));
	put_line(play, 4, "line:", scalar(play, text));
	/* What is not ours is there, or made by the task before. */
	put_line(play, 4, ours ? "create: true" : "create: true  # noqa: risky-file-permissions", NULL);
	if (ours)
		put_line(play, 4, "mode:", scalar(play, text_starts(path, "/etc/sudoers.d/") ? "0440" : "0644"));
	if (when)
		put_line(play, 3, "when:", when);
	put_notify(play);
	if (!ours)
		put_attributes(play, path);
}

/** Make a file that is not there: what is put in would fail. */
static void put_empty(struct play *play, const char *path) {
	put_task(play, "make the file, unless there is one");
	put_line(play, 3, "ansible.builtin.copy:", NULL);
	put_line(play, 4, "dest:", scalar(play, path));
	put_line(play, 4, "content: ''", NULL);
	put_line(play, 4, "force: false", NULL);
	put_line(play, 4, "mode: '0644'", NULL);
	put_line(play, 3, "when: not tmpaudit_file.stat.exists", NULL);
}

static void put_added(struct play *play, const struct fix *fix, const char *when) {
	if (!is_ours(fix))
		put_empty(play, fix->path);
	if (is_ours(fix) && fix->head)
		put_lineinfile(play, fix->path, fix->head, true, when);
	put_lineinfile(play, fix->path, fix->text, is_ours(fix), when);
}

static void put_file_step(struct play *play, const struct fix *fix) {
	struct arena *arena = play->arena;

	if (!is_ours(fix))
		put_keep(play, fix->path);
	else if (fix->kind != FIX_EDIT)
		put_directory(play, directory_of(arena, fix->path),
		              text_starts(fix->path, "/etc/sudoers.d/") ? "0750" : "0755");
	if (is_ours(fix) && fix->kind != FIX_ADD)
		put_stat(play, fix->path);
	if (fix->kind == FIX_EDIT) {
		put_replace(play, fix->path, edit_pattern(arena, fix), python_replacement(arena, fix->text),
		            !is_ours(fix));
	} else if (fix->kind == FIX_LINE) {
		put_replace(play, fix->path, python_pattern(arena, fix->match, true), escaped(arena, fix->text),
		            !is_ours(fix));
		put_added(play, fix, NULL);
	} else {
		put_task(play, "look for such a line");
		put_line(play, 3, "ansible.builtin.command:", NULL);
		put_line(play, 4, "argv:", NULL);
		for (const char *const *word =
		             (const char *const[]) { "grep", "-qE", "-e", fix->match, "--", fix->path, NULL };
		     *word; ++word)
			put_line(play, 5, "-", scalar(play, *word));
		put_line(play, 3, "register: tmpaudit_found", NULL);
		put_line(play, 3, "changed_when: false", NULL);
		put_line(play, 3, "failed_when: false", NULL);
		put_line(play, 3, "check_mode: false", NULL);
		put_added(play, fix, "tmpaudit_found.rc != 0");
	}
}

/** Where a line of a script can be broken: behind the first && or || from a place on that is in no quotes; NULL:
 * nowhere.
 */
static const char *find_break(const char *line, size_t least) {
	char quote = '\0';

	for (const char *at = line; *at; ++at) {
		if (*at == '\\' && quote != '\'' && at[1])
			++at;
		else if (quote ? *at == quote : *at == '\'' || *at == '"')
			quote = quote ? '\0' : *at;
		else if (!quote && at >= line + least && (text_starts(at, " && ") || text_starts(at, " || ")))
			return at + strlen(" &&");
	}
	return NULL;
}

/** Lines that are longer are broken where the shell lets them; no yamllint is asked about what is longer still. */
enum { SCRIPT_LONG = 100, SCRIPT_LEAST = 40, YAML_LONGEST = 160 };

/** Add a line of a script.  Returns how long the longest line is that it made. */
static size_t put_script_line(struct play *play, unsigned depth, const char *line) {
	struct builder text = { .arena = play->arena };
	size_t longest = 0;
	bool broken = false;

	for (; strlen(line) > SCRIPT_LONG; broken = true) {
		const char *end = find_break(line, SCRIPT_LEAST);

		if (!end)
			break;
		put_line(play, depth + broken, arena_bytes(play->arena, line, (size_t)(end - line)), NULL);
		longest = (size_t)(end - line) > longest ? (size_t)(end - line) : longest;
		line = end + 1;
	}
	for (; *line; ++line)
		builder_format(&text, *line == '\t' ? "        " : "%c", *line);
	put_line(play, depth + broken, builder_string(&text), NULL);
	return (text.length > longest ? text.length : longest) + (size_t)(depth + broken) * 2;
}

/** Add a task that runs lines of the shell, and has changed something if these print anything. */
static void put_shell(struct play *play, const char *lines) {
	const bool template = strstr(lines, "{{") || strstr(lines, "{%") || strstr(lines, "{#");
	struct builder *out = play->out, block = { .arena = play->arena };
	size_t longest = 0;

	/* Within the text there can be no word to a linter. */
	play->out = &block;
	put_line(play, 3, "ansible.builtin.shell:", NULL);
	put_line(play, 4, "executable: /bin/bash", NULL);
	put_line(play, 4, template ? "cmd: !unsafe |" : "cmd: |", NULL);
	put_line(play, 5, "set -euo pipefail", NULL);
	for (const char *line = lines; *line;) {
		const size_t length = strcspn(line, "\n"), tabs = strspn(line, "\t");

		if (length) {
			const size_t made = put_script_line(play, 5 + (unsigned)tabs,
			                                    arena_bytes(play->arena, line + tabs, length - tabs));
			longest = made > longest ? made : longest;
		} else {
			builder_text(play->out, play->part && play->part->withheld ? "#\n" : "\n");
		}
		line += length + (line[length] == '\n');
	}
	play->out = out;
	if (longest > YAML_LONGEST)
		builder_text(out, "      # yamllint disable rule:line-length\n");
	builder_text(out, builder_string(&block));
	if (longest > YAML_LONGEST)
		builder_text(out, "      # yamllint enable rule:line-length\n");
}

static void put_run(struct play *play, const struct fix *fix) {
	struct builder lines = { .arena = play->arena };

	if (fix->match)
		builder_format(&lines, "if { %s; }; then\n\texit 0\nfi\n", fix->match);
	builder_format(&lines, "%s\necho changed\n", fix->text);
	put_task(play, fix->match ? "unless it is so already" : "do");
	put_shell(play, builder_string(&lines));
	put_line(play, 3, "register: tmpaudit_done", NULL);
	put_line(play, 3, "changed_when: \"'changed' in tmpaudit_done.stdout\"", NULL);
}

static void put_called(struct play *play, const struct fix *fix) {
	struct builder lines = { .arena = play->arena };

	builder_format(&lines, "part=%s\n", play->part->result->check->id);
	fix_functions(&lines, fix, 1);
	builder_text(&lines, "\n");
	fix_sh_step(&lines, fix, "");
	put_task(play, "act");
	put_shell(play, builder_string(&lines));
	put_line(play, 3, "register: tmpaudit_done", NULL);
	put_line(play, 3, "changed_when: tmpaudit_done.stdout | length > 0", NULL);
}

static void put_copy(struct play *play, const struct fix *fix) {
	put_task(play, "copy the file, unless there is one");
	put_line(play, 3, "ansible.builtin.copy:", NULL);
	put_line(play, 4, "src:", scalar(play, fix->path));
	put_line(play, 4, "dest:", scalar(play, fix->text));
	put_line(play, 4, "remote_src: true", NULL);
	put_line(play, 4, "force: false", NULL);
	put_line(play, 4, "mode: '0644'", NULL);
	put_notify(play);
}

static void put_step(struct play *play, const struct fix *fix) {
	switch (fix->kind) {
	case FIX_LINE:
	case FIX_ADD:
	case FIX_EDIT:
		put_file_step(play, fix);
		break;
	case FIX_RUN:
		put_run(play, fix);
		break;
	case FIX_COPY:
		put_copy(play, fix);
		break;
	case FIX_DIRECTORY:
	case FIX_OBJECT:
	case FIX_ASIDE:
	case FIX_REMOUNT:
	case FIX_UNCOVER:
		put_called(play, fix);
		break;
	case FIX_AFTER:
		break;
	default: {
		struct builder line = { .arena = play->arena };

		fix_sh_step(&line, fix, "    ");
		builder_text(play->out, builder_string(&line));
		break;
	}
	}
}

/** The commands that follow changes of a part, as one; NULL: there are none. */
static const char *after(struct arena *arena, const struct fix_part *part) {
	const char *commands = NULL;

	for (size_t i = 0; i < part->nsteps; ++i)
		if (part->steps[i].kind == FIX_AFTER)
			commands = arena_text(arena, "%s%s\n", commands ? commands : "", part->steps[i].text);
	return commands;
}

/** The name of the handler that does what follows changes of the part: one for all that are followed by the same. */
static const char *handler_of(struct arena *arena, const struct fix_plan *plan, const struct fix_part *part) {
	const char *commands = after(arena, part);
	const struct fix_part *first = plan->parts;

	if (!commands)
		return NULL;
	while (first != part && !text_equal(after(arena, first), commands))
		++first;
	return arena_text(arena, "Check %s - follow the change", first->result->check->id);
}

static bool edits(const struct fix_plan *plan) {
	for (size_t i = 0; i < plan->nparts; ++i)
		for (size_t k = 0; k < plan->parts[i].nsteps; ++k)
			if (plan->parts[i].steps[k].kind == FIX_EDIT || plan->parts[i].steps[k].kind == FIX_LINE ||
			    plan->parts[i].steps[k].kind == FIX_ADD)
				return true;
	return false;
}

static bool has_tasks(const struct fix_part *part) {
	for (size_t i = 0; i < part->nsteps && !part->withheld; ++i)
		if (part->steps[i].kind != FIX_HAND && part->steps[i].kind != FIX_AFTER)
			return true;
	return false;
}

static void put_handlers(struct play *play, const struct fix_plan *plan) {
	bool any = false;

	for (size_t i = 0; i < plan->nparts; ++i) {
		const struct fix_part *part = &plan->parts[i];
		const char *commands = after(play->arena, part);

		if (!commands || strstr(handler_of(play->arena, plan, part), part->result->check->id) == NULL)
			continue;
		play->part = NULL;
		if (!any)
			put_line(play, 1, "handlers:", NULL);
		any = true;
		put_line(play, 2, "- name:", scalar(play, handler_of(play->arena, plan, part)));
		put_shell(play, commands);
		put_line(play, 3, "changed_when: true", NULL);
	}
}

void fix_ansible(struct builder *builder, const struct fix_plan *plan) {
	struct play play = { .out = builder, .arena = builder->arena };
	const struct report *report = plan->report;
	bool any = false;

	builder_text(builder, "---\n");
	fix_comment(
	        builder, "", "",
	        arena_text(play.arena,
	                   "What repairs what tmpaudit " VERSION " found wrong with %s%s, profile %s. Read it, then: "
	                   "ansible-playbook -i HOST, FILE%s. It can be run again: what is done already is left alone. "
	                   "What may break more than risk \"%s\" stands as a comment. Files that it edits are kept as "
	                   "they were in /var/backups/tmpaudit.",
	                   report->host.live ? "" : "the tree ",
	                   report->host.live ? report->host.hostname ? report->host.hostname : "a host"
	                                     : report->host.root,
	                   report->run.profile,
	                   report->host.live ? "" : ", by the connection chroot if you trust what is in the tree",
	                   risk_names[plan->most]));
	builder_text(builder, "- name: Repair what tmpaudit found\n"
	                      "  hosts: all\n"
	                      "  become: true\n"
	                      "  gather_facts: false\n");
	put_handlers(&play, plan);
	for (size_t i = 0; i < plan->nparts; ++i)
		any = any || has_tasks(&plan->parts[i]);
	builder_text(builder, any ? "  tasks:\n" : "  tasks: []\n");
	if (any && edits(plan))
		builder_text(builder, "    - name: Make the place where files are kept as they were\n"
		                      "      ansible.builtin.file:\n"
		                      "        path: /var/backups/tmpaudit/attributes\n"
		                      "        state: directory\n"
		                      "        mode: '0700'\n");
	for (size_t i = 0; i < plan->nparts; ++i) {
		play.part = &plan->parts[i];
		play.handler = handler_of(play.arena, plan, play.part);
		builder_text(builder, "\n");
		fix_heading(builder, play.part, any ? "    " : "");
		for (size_t k = 0; k < play.part->nsteps; ++k)
			put_step(&play, &play.part->steps[k]);
	}
}
