/** A target for each parser of a file format: lists end, strings end, lines are those of the file. */

#include "accounts.h"
#include "attacks.h"
#include "elf.h"
#include "fuzz.h"
#include "parse_accounts.h"
#include "parse_attacks.h"
#include "parse_cgroup.h"
#include "parse_cleaner.h"
#include "parse_commands.h"
#include "parse_core.h"
#include "parse_crontab.h"
#include "parse_envfile.h"
#include "parse_guess.h"
#include "parse_head.h"
#include "parse_ldconf.h"
#include "parse_limits.h"
#include "parse_literals.h"
#include "parse_logindefs.h"
#include "parse_mountinfo.h"
#include "parse_namespace.h"
#include "parse_os_release.h"
#include "parse_pam.h"
#include "parse_shell.h"
#include "parse_source.h"
#include "parse_sshd.h"
#include "parse_startup.h"
#include "parse_subid.h"
#include "parse_sudoers.h"
#include "parse_sysctl.h"
#include "parse_tmpfiles.h"
#include "parse_udev.h"
#include "parse_umask.h"
#include "parse_unit.h"
#include "parse_words.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/** How many lines the bytes have at most, whatever ends a line. */
static size_t lines_in(const struct bytes *bytes) {
	size_t lines = 1;

	for (size_t i = 0; i < bytes->size; ++i)
		lines += bytes->data[i] == '\n' || bytes->data[i] == '\r' || bytes->data[i] == '\0';
	return lines;
}

/** A parser may leave things out of a file that is too long, and must say so. */
static void all_or_too_many(int error) {
	must(error == 0 || error == -E2BIG);
}

static void touch_list(const char *const *list) {
	for (; list && *list; ++list)
		touch(*list);
}

static void touch_words(const struct word *words) {
	for (; words->text; ++words)
		touch(words->text);
}

static void fuzz_passwd(const struct bytes *bytes, struct arena *arena) {
	const struct account *accounts;
	size_t count;
	bool compat;

	all_or_too_many(parse_passwd(bytes, arena, &accounts, &count, &compat));
	for (size_t i = 0; i < count; ++i) {
		must(accounts[i].name && accounts[i].line >= 1 && accounts[i].line <= lines_in(bytes));
		touch(accounts[i].name);
		touch(accounts[i].gecos);
		touch(accounts[i].home);
		touch(accounts[i].shell);
	}
	parse_uid_min(bytes, 1000);
	parse_nsswitch_foreign(bytes);
}

static void fuzz_group(const struct bytes *bytes, struct arena *arena) {
	const struct group *groups;
	size_t count;
	bool compat;

	all_or_too_many(parse_group(bytes, arena, &groups, &count, &compat));
	for (size_t i = 0; i < count; ++i) {
		must(groups[i].name && groups[i].members);
		touch(groups[i].name);
		touch_list(groups[i].members);
	}
}

static void fuzz_attacks(const struct bytes *bytes, struct arena *arena) {
	const struct attack_record *records;
	size_t count;

	if (parse_attacks(arena, bytes->data, bytes->size, 3, &records, &count))
		must(count <= bytes->size / 14);
	for (size_t i = 0; i < count; ++i)
		must(records[i].dir < 3);
}

static void fuzz_cgroup(const struct bytes *bytes, struct arena *arena) {
	const char *service = parse_cgroup_service(bytes, arena);

	must(!service || (text_ends(service, ".service") && !strchr(service, '/')));
}

static void fuzz_cleaner(const struct bytes *bytes, struct arena *arena) {
	struct bytes rest = *bytes;
	const struct cleaner_command *commands;
	enum cleaner_format format = take_byte(&rest) % 3;
	uint64_t age;

	all_or_too_many(parse_cleaners(&rest, format, arena, &commands));
	for (; commands->tool; ++commands) {
		must(commands->line >= 1 && commands->line <= lines_in(&rest));
		touch(commands->tool);
		touch_list(commands->dirs);
		touch(commands->shown);
		touch(commands->idle);
	}
	const struct cleaner_variable variable = parse_cleaner_variable(&rest, "TMPREAPER_TIME", arena);
	touch(variable.value);
	parse_cleaner_age(as_text(&rest, arena), &age);
}

static void fuzz_commands(const struct bytes *bytes, struct arena *arena) {
	struct command_list list = { .arena = arena };
	const struct exec_line *lines;

	parse_commands(bytes, &list);
	for (const struct command_file *file = list.files; file && file->path; ++file)
		must(file->path[0] == '/' && file->line >= 1 && file->line <= lines_in(bytes));
	must(list.lost <= lines_in(bytes) && list.lost_at <= bytes->size);
	must(list.nvariables <= COMMANDS_LIMIT);
	for (size_t i = 0; i < list.nvariables; ++i) {
		touch(list.variables[i].value);
		must(list.variables[i].name[0] && list.variables[i].line <= lines_in(bytes));
	}
	struct command_list units = { .arena = arena };
	parse_exec(as_text(bytes, arena), arena, &lines);
	for (; lines->words; ++lines)
		parse_command_words(lines->words, &units);
	for (const struct command_file *file = units.files; file && file->path; ++file)
		must(file->path[0] == '/');
}

static void fuzz_core(const struct bytes *bytes, struct arena *arena) {
	char path[CORE_PATTERN_SIZE];
	enum core_kind kind = core_read(as_text(bytes, arena), path);

	must(kind <= CORE_SOCKET);
	must(path[0] == '\0' || path[0] == '/');
	touch(path);
}

static void fuzz_crontab(const struct bytes *bytes, struct arena *arena) {
	struct bytes rest = *bytes;
	enum crontab_form form = take_byte(&rest) % 3;
	const struct crontab_line *lines;

	all_or_too_many(parse_crontab(&rest, form, arena, &lines));
	for (; lines->line; ++lines) {
		must(lines->line <= lines_in(&rest));
		must(!lines->name != !lines->command);
		touch(lines->user);
		touch(lines->command);
		touch(lines->name);
		touch(lines->value);
	}
}

static void touch_assignments(const struct assignment *assignments, size_t lines) {
	for (; assignments->name; ++assignments) {
		must(assignments->value && assignments->line <= lines);
		touch(assignments->name);
		touch(assignments->value);
	}
}

static void fuzz_envfile(const struct bytes *bytes, struct arena *arena) {
	const struct assignment *assignments;

	all_or_too_many(parse_envfile(bytes, arena, &assignments));
	touch_assignments(assignments, lines_in(bytes));
	all_or_too_many(parse_envfile_systemd(bytes, arena, &assignments));
	touch_assignments(assignments, lines_in(bytes));
	all_or_too_many(parse_pam_env(bytes, arena, &assignments));
	touch_assignments(assignments, lines_in(bytes));
	all_or_too_many(parse_environment(as_text(bytes, arena), arena, &assignments));
	touch_assignments(assignments, 0);
}

static void fuzz_guess(const struct bytes *bytes, struct arena *arena) {
	const char *name = as_text(bytes, arena);
	struct guess guess;

	if (guess_parse(name, &guess))
		must(guess.start + guess.length <= strlen(name) && (guess.stamp || !guess_is_random(name)));
}

static void fuzz_head(const struct bytes *bytes, struct arena *arena) {
	(void)arena;
	touch(head_secret(bytes->data, bytes->size));
	head_is_certificate(bytes->data, bytes->size);
}

static void fuzz_ldconf(const struct bytes *bytes, struct arena *arena) {
	const struct ldconf_entry *entries;

	all_or_too_many(parse_ldconf(bytes, arena, &entries));
	for (; entries->line; ++entries)
		must(entries->line <= lines_in(bytes) && entries->path);
	all_or_too_many(parse_ldpreload(bytes, arena, &entries));
	for (; entries->line; ++entries)
		must(entries->line <= lines_in(bytes) && entries->path[0]);
}

static void fuzz_limits(const struct bytes *bytes, struct arena *arena) {
	struct core_limits limits = { 0 };

	(void)arena;
	core_limits_read(&limits, "limits.conf", bytes->data, bytes->size);
	must(limits.line <= lines_in(bytes));
}

static void found_literal(void *context, const char *path, size_t length, size_t line) {
	const struct bytes *bytes = context;

	must(path >= bytes->data && path + length <= bytes->data + bytes->size);
	must(length > 5 && path[0] == '/' && line >= 1 && line <= lines_in(bytes));
}

static void fuzz_literals(const struct bytes *bytes, struct arena *arena) {
	struct bytes copy = *bytes;

	(void)arena;
	literals_find(bytes->data, bytes->size, found_literal, &copy);
}

static void fuzz_logindefs(const struct bytes *bytes, struct arena *arena) {
	const struct logindefs_setting *settings;

	all_or_too_many(parse_logindefs(bytes, arena, &settings));
	for (const struct logindefs_setting *setting = settings; setting->name; ++setting) {
		must(setting->name[0] && setting->line >= 1 && setting->line <= lines_in(bytes));
		must(logindefs_find(settings, setting->name) <= setting);
		touch(setting->value);
	}
}

static void fuzz_mountinfo(const struct bytes *bytes, struct arena *arena) {
	struct mountinfo mountinfo;

	all_or_too_many(parse_mountinfo(bytes, arena, &mountinfo));
	for (size_t i = 0; i < mountinfo.count; ++i) {
		touch(mountinfo.entries[i].dev);
		touch(mountinfo.entries[i].root);
		touch(mountinfo.entries[i].target);
	}
	touch(mountinfo_place(&mountinfo, "/var/tmp", arena));
}

static void fuzz_namespace(const struct bytes *bytes, struct arena *arena) {
	const struct namespace_line *lines;

	all_or_too_many(parse_namespace(bytes, arena, &lines));
	for (; lines->line; ++lines) {
		must(lines->line <= lines_in(bytes));
		must(lines->why || (lines->dir && lines->prefix && lines->method && lines->options && lines->exempt));
	}
}

static void fuzz_os_release(const struct bytes *bytes, struct arena *arena) {
	const char *value = os_release_value(arena, bytes->data, bytes->size, "ID");

	must(!value || value[0]);
	touch(value);
}

static void fuzz_pam(const struct bytes *bytes, struct arena *arena) {
	const struct pam_line *lines;
	size_t count;

	all_or_too_many(parse_pam(bytes, arena, &lines, &count));
	for (size_t i = 0; i < count; ++i) {
		const struct pam_line *line = &lines[i];

		must(line->line >= 1 && line->line <= lines_in(bytes) && line->name);
		touch_list(line->arguments);
		pam_runs(line, "pam_umask.so");
		if (line->kind == PAM_MODULE)
			must(pam_action(line, "success") && pam_action(line, "no such result"));
	}
}

static void visit_shell(const struct shell_command *command, void *context) {
	const struct bytes *bytes = context;

	must(command->nwords <= SHELL_WORDS && command->line >= 1 && command->line <= lines_in(bytes));
	for (size_t i = 0; i < command->nwords; ++i) {
		touch(command->words[i].text);
		must(command->words[i].source >= bytes->data &&
		     command->words[i].source + command->words[i].length <= bytes->data + bytes->size);
	}
}

static void fuzz_shell(const struct bytes *bytes, struct arena *arena) {
	struct bytes rest = *bytes;
	enum shell_dialect dialect = take_byte(&rest) % 3;
	const struct shell_umask *umasks;
	struct startup startup;
	struct shell_place lost;

	lost = parse_shell(&rest, dialect, visit_shell, &rest);
	must(lost.line <= lines_in(&rest) && lost.offset <= rest.size);
	shell_reads(&rest);
	all_or_too_many(parse_shell_umasks(&rest, dialect, arena, &umasks));
	for (; umasks->line; ++umasks)
		must(umasks->line <= lines_in(&rest) && umasks->operand);
	all_or_too_many(parse_startup(&rest, dialect, arena, &startup));
	for (const struct startup_assignment *set = startup.assignments; set->line; ++set)
		must(set->line <= lines_in(&rest) && set->name && set->value);
	for (const struct startup_source *source = startup.sources; source->line; ++source)
		must(source->line <= lines_in(&rest) && (*source->path == '/' || *source->path == SHELL_OWN));
	for (const struct startup_riddle *riddle = startup.riddles; riddle->line; ++riddle)
		must(riddle->line <= lines_in(&rest) && riddle->why);
}

static void fuzz_sshd(const struct bytes *bytes, struct arena *arena) {
	const struct sshd_line *lines;

	all_or_too_many(parse_sshd(bytes, arena, &lines));
	for (; lines->line; ++lines) {
		must(lines->line <= lines_in(bytes));
		touch(lines->keyword);
		touch_list(lines->arguments);
		touch(sshd_sftp_umask(lines->arguments, arena));
	}
}

static void fuzz_subid(const struct bytes *bytes, struct arena *arena) {
	size_t count;
	const struct subid_range *ranges = subid_parse(bytes->data, bytes->size, arena, &count);

	for (size_t i = 0; i < count; ++i)
		must(ranges[i].first <= UINT32_MAX && ranges[i].count <= UINT32_MAX);
}

static void fuzz_sudoers(const struct bytes *bytes, struct arena *arena) {
	const struct sudoers_entry *entries;

	all_or_too_many(parse_sudoers(bytes, arena, &entries));
	for (; entries->line; ++entries) {
		must(entries->line <= lines_in(bytes) && entries->scope && entries->name && entries->op);
		touch(entries->value);
	}
}

static void fuzz_sysctl(const struct bytes *bytes, struct arena *arena) {
	struct bytes rest = *bytes;
	enum sysctl_reader_kind kind = take_byte(&rest) % 2;
	struct sysctl_reader reader = sysctl_reader(kind, arena_bytes(arena, rest.data, rest.size), rest.size);
	struct sysctl_line line;
	int64_t number;

	while (sysctl_read(&reader, &line)) {
		must(line.line >= 1 && line.line <= lines_in(&rest) && line.key);
		touch(line.value);
		if (sysctl_is_glob(line.key))
			sysctl_glob(kind, line.key, "fs/protected_regular");
		if (line.value && sysctl_number(line.value, 0, 2, &number))
			must(number >= 0 && number <= 2);
	}
}

static void fuzz_tmpfiles(const struct bytes *bytes, struct arena *arena) {
	struct tmpfiles_reader reader = { .bytes = *bytes };
	struct tmpfiles_entry entry;
	struct tmpfiles_age age;
	unsigned before = 0;

	while (parse_tmpfiles(&reader, arena, &entry)) {
		must(entry.number > before && entry.number <= lines_in(bytes));
		before = entry.number;
		must(entry.why || (entry.line.type && entry.line.path && entry.line.path[0] == '/'));
		touch(entry.line.argument);
		if (!entry.why && parse_tmpfiles_age(entry.line.age, &age))
			touch(age.times);
	}
}

static void fuzz_udev(const struct bytes *bytes, struct arena *arena) {
	const struct udev_program *programs;

	all_or_too_many(parse_udev(bytes, arena, &programs));
	for (; programs->line; ++programs)
		must(programs->line <= lines_in(bytes) && programs->command);
}

static void fuzz_umask(const struct bytes *bytes, struct arena *arena) {
	const char *text = as_text(bytes, arena);
	struct umask_change change;
	mode_t value;

	if (umask_octal(text, &value))
		must(value <= 07777);
	if (umask_leading(text, &value))
		must(value <= 0777);
	if (umask_operand(text, &change))
		must(change.keep <= 0777 && change.set <= 0777);
}

static void fuzz_unit(const struct bytes *bytes, struct arena *arena) {
	struct unit_lines lines;

	parse_unit(bytes->data, bytes->size, arena, &lines);
	for (size_t i = 0; i < lines.nlines; ++i) {
		const struct unit_line *line = &lines.lines[i];

		must(line->line >= 1 && line->line <= lines_in(bytes) && line->key && line->value);
		touch(line->section);
	}
	must(lines.nbad <= UNIT_BAD_LINES);
	for (size_t i = 0; i < lines.nbad; ++i)
		must(lines.bad[i].why && lines.bad[i].line <= lines_in(bytes));
}

static void fuzz_words(const struct bytes *bytes, struct arena *arena) {
	const char *value = as_text(bytes, arena);
	const struct word *words;
	const struct exec_line *lines;

	parse_words(value, arena, &words);
	touch_words(words);
	parse_exec(value, arena, &lines);
	for (; lines->words; ++lines)
		touch_words(lines->words);
}

static void fuzz_elf(const struct bytes *bytes, struct arena *arena) {
	struct elf_facts facts;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	(void)arena;
	must(fd >= 0 && write(fd, bytes->data, bytes->size) == (ssize_t)bytes->size);
	elf_examine(fd, &facts);
	close(fd);
	must(!facts.imports || facts.code);
	must(facts.imports >> ELF_NAMES == 0);
	touch(facts.why);
}

/** The text without what a shell takes away, in the middle of words too: it may hide a name from who looks for it. */
static const char *unquoted(const char *text, size_t *size, struct arena *arena) {
	char *plain = arena_bytes(arena, text, *size);
	size_t length = 0;

	for (size_t i = 0; i < *size; ++i)
		if (!strchr("\"'\\", text[i]) || !text[i])
			plain[length++] = text[i];
	*size = length;
	return plain;
}

/** What is found lies in the script, in order, and says so in whole strings; what cannot matter has no findings. */
static void fuzz_script(const struct script_language *language, const struct bytes *bytes, struct arena *arena) {
	size_t size = bytes->size;
	const char *text = source_text(bytes->data, &size, arena);
	struct script script = { 0 };

	script_analyse(language, text, size, arena, &script);
	must(script.nfindings <= SCRIPT_LIMIT);
	for (size_t i = 0; i < script.nfindings; ++i) {
		const struct script_finding *finding = &script.findings[i];

		must(finding->line >= 1 && finding->line <= 1 + size);
		must(i == 0 || finding->line > script.findings[i - 1].line);
		must(finding->kind < SCRIPT_KINDS && finding->confidence <= SCRIPT_HIGH && finding->text);
		touch(finding->text);
		touch(finding->name);
		touch(finding->instead);
	}
	const bool matters = source_matters(text, size);
	text = unquoted(text, &size, arena);
	/* A name that is put together of pieces, as "/t" and "mp", nobody looks for by words. */
	const bool pieces = memmem(text, size, "mp", 2);
	must(script.nfindings == 0 || matters || pieces || source_matters(text, size));
	touch(script.defect);
}

static void fuzz_script_shell(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_shell, bytes, arena);
}

static void fuzz_script_python(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_python, bytes, arena);
}

static void fuzz_script_perl(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_perl, bytes, arena);
}

static void fuzz_script_c(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_c, bytes, arena);
}

static void fuzz_script_go(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_go, bytes, arena);
}

static void fuzz_script_java(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_java, bytes, arena);
}

static void fuzz_script_javascript(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_javascript, bytes, arena);
}

static void fuzz_script_php(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_php, bytes, arena);
}

static void fuzz_script_ruby(const struct bytes *bytes, struct arena *arena) {
	fuzz_script(&language_ruby, bytes, arena);
}

static void fuzz_source(const struct bytes *bytes, struct arena *arena) {
	size_t size = bytes->size;
	const char *text = source_text(bytes->data, &size, arena);

	for (size_t i = 0; i < size; ++i)
		must(text[i] || true);
	source_language("a.py", bytes->data, bytes->size);
	source_language("a", bytes->data, bytes->size);
	source_other_shell("a", bytes->data, bytes->size);
	source_matters(text, size);
}

const struct target parser_targets[] = {
	{ "passwd", fuzz_passwd },
	{ "group", fuzz_group },
	{ "attacks", fuzz_attacks },
	{ "cgroup", fuzz_cgroup },
	{ "cleaner", fuzz_cleaner },
	{ "commands", fuzz_commands },
	{ "core", fuzz_core },
	{ "crontab", fuzz_crontab },
	{ "envfile", fuzz_envfile },
	{ "guess", fuzz_guess },
	{ "head", fuzz_head },
	{ "ldconf", fuzz_ldconf },
	{ "limits", fuzz_limits },
	{ "literals", fuzz_literals },
	{ "logindefs", fuzz_logindefs },
	{ "mountinfo", fuzz_mountinfo },
	{ "namespace", fuzz_namespace },
	{ "os-release", fuzz_os_release },
	{ "pam", fuzz_pam },
	{ "elf", fuzz_elf },
	{ "script-c", fuzz_script_c },
	{ "script-go", fuzz_script_go },
	{ "script-java", fuzz_script_java },
	{ "script-javascript", fuzz_script_javascript },
	{ "script-perl", fuzz_script_perl },
	{ "script-php", fuzz_script_php },
	{ "script-python", fuzz_script_python },
	{ "script-ruby", fuzz_script_ruby },
	{ "script-shell", fuzz_script_shell },
	{ "shell", fuzz_shell },
	{ "source", fuzz_source },
	{ "sshd", fuzz_sshd },
	{ "subid", fuzz_subid },
	{ "sudoers", fuzz_sudoers },
	{ "sysctl", fuzz_sysctl },
	{ "tmpfiles", fuzz_tmpfiles },
	{ "udev", fuzz_udev },
	{ "umask", fuzz_umask },
	{ "unit", fuzz_unit },
	{ "words", fuzz_words },
	{ 0 },
};
