/**
 * Prints the completion of a shell, made of the tables of options, commands, formats, profiles and checks.
 *
 * usage: generate bash|zsh|fish
 */

#include "checks.h"
#include "commands.h"
#if __has_include("fix.h")
#include "fix.h"
#endif
#include "options.h"
#include "policy.h"
#include "render.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** What can stand in the place of an argument or an operand. */
enum kind {
	NOTHING,
	ANYTHING,
	FILES,
	DIRECTORIES,
	OUTPUTS,
	FORMATS,
	FIX_FORMATS,
	CHECKS,
	IDS,
	PROFILES,
	SEVERITY_NAMES,
	MOMENTS,
	RISK_NAMES,
	COMMANDS,
	KINDS
};

static const struct kind_row {
	/** As the scripts call it. */
	const char *name;
	/** What help and synopses call it, ended by NULL. */
	const char *const *arguments;
} kinds[KINDS] = {
	[NOTHING] = { "nothing", (const char *const[]) { NULL } },
	[ANYTHING] = { "anything", (const char *const[]) { "N", "UID", "SECONDS", NULL } },
	[FILES] = { "files", (const char *const[]) { "FILE", "OLD", "NEW", "REPORT", "PATH", NULL } },
	[DIRECTORIES] = { "directories", (const char *const[]) { "DIR", NULL } },
	[OUTPUTS] = { "outputs", (const char *const[]) { "[FORMAT:]FILE", NULL } },
	[FIX_FORMATS] = { "repairs", (const char *const[]) { NULL } },
	[FORMATS] = { "formats", (const char *const[]) { "FORMAT", NULL } },
	[CHECKS] = { "checks", (const char *const[]) { "GLOB", NULL } },
	[IDS] = { "ids", (const char *const[]) { "ID", NULL } },
	[PROFILES] = { "profiles", (const char *const[]) { "NAME", NULL } },
	[SEVERITY_NAMES] = { "severities", (const char *const[]) { "SEVERITY", NULL } },
	[MOMENTS] = { "moments", (const char *const[]) { "WHEN", NULL } },
	[RISK_NAMES] = { "risks", (const char *const[]) { "RISK", NULL } },
	[COMMANDS] = { "commands", (const char *const[]) { "COMMAND", NULL } },
};

static enum kind kind_of(const char *argument, size_t length) {
	for (enum kind kind = 0; kind < KINDS; ++kind)
		for (const char *const *name = kinds[kind].arguments; *name; ++name)
			if (strlen(*name) == length && memcmp(*name, argument, length) == 0)
				return kind;
	/* A file is what most things are, and what shells complete by themselves. */
	return FILES;
}

static enum kind argument_of(const struct option_row *row) {
#if __has_include("fix.h")
	if (row->bit == OPTION_FIX_FORMAT)
		return FIX_FORMATS;
#endif
	return row->argument ? kind_of(row->argument, strlen(row->argument)) : NOTHING;
}

/** Whether a command takes the option of that number, and no later one of the same name that is more of its own. */
static bool takes(const struct command *command, size_t number) {
	const struct option_row *row = options_row(number), *later;

	for (size_t i = number + 1; (later = options_row(i)); ++i)
		if ((later->bit & command->options) && strcmp(later->name, row->name) == 0)
			return false;
	return row->bit & command->options;
}

/** What the operands of a command are: the last word of its synopsis says it. */
static enum kind operands_of(const struct command *command) {
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *word = command->synopsis;
	enum kind kind = NOTHING;

	while (*(word += strcspn(word, name))) {
		const size_t length = strspn(word, name);

		if (length != strlen("OPTION") || strncmp(word, "OPTION", length) != 0)
			kind = kind_of(word, length);
		word += length;
	}
	return kind;
}

/** Print text inside the single quotes of a shell, with a backslash before each of the special characters. */
static void put_quoted(const char *text, const char *special, bool fish) {
	for (; *text; ++text) {
		if (*text == '\'')
			fputs(fish ? "\\'" : "'\\''", stdout);
		else if (strchr(special, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

/** Call with each word of a kind, and what is to be said of it or NULL. */
static void each_word(enum kind kind, void (*call)(const char *word, const char *help)) {
	static const char *const moments[] = { "auto", "always", "never", NULL };
	static const char *const risks[] = { "none", "low", "high", NULL };

	for (const struct renderer *format = renderers; kind == FORMATS && format->name; ++format)
		call(format->name, NULL);
#if __has_include("fix.h")
	for (const struct fix_format *format = fix_formats; kind == FIX_FORMATS && format->name; ++format)
		call(format->name, NULL);
#endif
	for (const char *const *name = policy_profiles; kind == PROFILES && *name; ++name)
		call(*name, NULL);
	for (size_t i = SEVERITY_LOW; kind == SEVERITY_NAMES && i < SEVERITIES; ++i)
		call(severity_names[i], NULL);
	for (const char *const *name = moments; kind == MOMENTS && *name; ++name)
		call(*name, NULL);
	for (const char *const *name = risks; kind == RISK_NAMES && *name; ++name)
		call(*name, NULL);
	for (const struct command *command = commands; kind == COMMANDS && command->name; ++command)
		call(command->name, command->summary);
	for (const struct check *const *family = check_families; (kind == CHECKS || kind == IDS) && *family; ++family) {
		char glob[64];

		for (const struct check *check = *family; check->id; ++check)
			call(check->id, check->title);
		snprintf(glob, sizeof glob, "%.*s.*", (int)strcspn((*family)->id ? (*family)->id : "", "."),
		         (*family)->id);
		if (kind == CHECKS && (*family)->id)
			call(glob, "all of that family");
	}
	for (size_t i = 0; kind == CHECKS && i < PRACTICES; ++i) {
		char name[64];

		snprintf(name, sizeof name, "practice:%s", practices[i].id);
		call(name, practices[i].title);
	}
}

/* bash: its words are lists, and its options a table of cases. */

static void put_bash_word(const char *word, const char *help) {
	(void)help;
	printf(" %s", word);
}

static void put_bash(void) {
	puts("# tmpaudit: option -> what its argument is.\n_tmpaudit_kind() {\n\tkind=\n\tcase $1 in");
	for (const struct command *command = commands; command->name; ++command) {
		const struct option_row *row;

		printf("\t%s)\n\t\tcase $2 in\n", command->name);
		for (size_t i = 0; (row = options_row(i)); ++i) {
			if (!takes(command, i))
				continue;
			fputs("\t\t", stdout);
			if (row->letter)
				printf("-%c | ", row->letter);
			printf("--%s) kind=%s ;;\n", row->name, kinds[argument_of(row)].name);
		}
		printf("\t\toperand) kind=%s ;;\n\t\tesac\n\t\t;;\n", kinds[operands_of(command)].name);
	}
	puts("\tesac\n\t[[ $kind ]]\n}\n\n# tmpaudit: what there is of a kind.\n_tmpaudit_words() {\n\twords=\n\tcase "
	     "$1 in");
	for (enum kind kind = FORMATS; kind < KINDS; ++kind) {
		printf("\t%s) words='", kinds[kind].name);
		each_word(kind, put_bash_word);
		puts("' ;;");
	}
	for (const struct command *command = commands; command->name; ++command) {
		const struct option_row *row;

		printf("\toptions-of-%s) words='", command->name);
		for (size_t i = 0; (row = options_row(i)); ++i)
			if (takes(command, i))
				printf(" --%s", row->name);
		puts("' ;;");
	}
	puts("\tesac\n}\n");
}

/* zsh: specifications for _arguments. */

static void put_zsh_word(const char *word, const char *help) {
	fputs(" '", stdout);
	put_quoted(word, ":", false);
	if (help) {
		putchar(':');
		put_quoted(help, "", false);
	}
	putchar('\'');
}

static void put_zsh_option(const struct option_row *row, const char *option, const char *joint) {
	const enum kind kind = argument_of(row);

	fputs(" '", stdout);
	if (strstr(row->help, "repeatable"))
		putchar('*');
	else if (row->letter)
		printf("(-%c --%s)", row->letter, row->name);
	printf("%s%s[", option, kind == NOTHING ? "" : joint);
	put_quoted(row->help, "[]:", false);
	putchar(']');
	if (kind != NOTHING) {
		putchar(':');
		put_quoted(row->argument, ":", false);
		printf(":_tmpaudit_%s", kinds[kind].name);
	}
	putchar('\'');
}

static void put_zsh(void) {
	for (enum kind kind = FORMATS; kind < KINDS; ++kind) {
		printf("_tmpaudit_%s() {\n\tlocal -a list=(", kinds[kind].name);
		each_word(kind, put_zsh_word);
		printf(")\n\t_describe -t %s %s list\n}\n", kinds[kind].name, kinds[kind].name);
	}
	puts("\n_tmpaudit_options() {\n\tcase $1 in");
	for (const struct command *command = commands; command->name; ++command) {
		const struct option_row *row;
		char option[64];

		printf("\t%s) options=(", command->name);
		for (size_t i = 0; (row = options_row(i)); ++i) {
			if (!takes(command, i))
				continue;
			snprintf(option, sizeof option, "-%c", row->letter);
			if (row->letter)
				put_zsh_option(row, option, "+");
			snprintf(option, sizeof option, "--%s", row->name);
			put_zsh_option(row, option, "=");
		}
		printf(") operands=_tmpaudit_%s ;;\n", kinds[operands_of(command)].name);
	}
	puts("\tesac\n}\n");
}

/* fish: a line for each option and operand. */

static void put_fish_word(const char *word, const char *help) {
	/* In the quotes of the whole list, of which each line is a word, a tab, and what it is. */
	put_quoted(word, "\\", true);
	if (help) {
		putchar('\t');
		put_quoted(help, "\\", true);
	}
	putchar('\n');
}

static void put_fish_values(enum kind kind) {
	switch (kind) {
	case NOTHING:
		break;
	case ANYTHING:
		fputs(" -x", stdout);
		break;
	case FILES:
		fputs(" -rF", stdout);
		break;
	case DIRECTORIES:
		fputs(" -xa '(__fish_complete_directories (commandline -ct))'", stdout);
		break;
	case OUTPUTS:
		fputs(" -rFa '(__tmpaudit_formats):'", stdout);
		break;
	default:
		printf(" -xa '(__tmpaudit_%s)'", kinds[kind].name);
	}
}

static void put_fish(void) {
	const struct option_row *row;

	for (enum kind kind = FORMATS; kind < KINDS; ++kind) {
		printf("function __tmpaudit_%s\n\techo -n '", kinds[kind].name);
		each_word(kind, put_fish_word);
		puts("'\nend");
	}
	fputs("\nset -g __tmpaudit_commands (string replace -r '\\t.*' '' (__tmpaudit_commands))\nset -g "
	      "__tmpaudit_takers",
	      stdout);
	for (size_t i = 0; (row = options_row(i)); ++i) {
		if (row->argument)
			printf(" --%s", row->name);
		if (row->argument && row->letter)
			printf(" -%c", row->letter);
	}
	puts("\n\ncomplete -c tmpaudit -f\ncomplete -c tmpaudit -n '__tmpaudit_at none' -a '(__tmpaudit_commands)'");
	for (size_t i = 0; (row = options_row(i)); ++i) {
		fputs("complete -c tmpaudit -n '__tmpaudit_at", stdout);
		for (const struct command *command = commands; command->name; ++command)
			if (takes(command, i))
				printf(" %s%s", command->name, command == commands ? " none" : "");
		putchar('\'');
		if (row->letter)
			printf(" -s %c", row->letter);
		printf(" -l %s", row->name);
		put_fish_values(argument_of(row));
		fputs(" -d '", stdout);
		put_quoted(row->help, "\\", true);
		puts("'");
	}
	for (const struct command *command = commands; command->name; ++command) {
		const enum kind kind = operands_of(command);

		if (kind == NOTHING)
			continue;
		printf("complete -c tmpaudit -n '__tmpaudit_at %s'", command->name);
		switch (kind) {
		case FILES:
			puts(" -F");
			break;
		case DIRECTORIES:
			puts(" -a '(__fish_complete_directories (commandline -ct))'");
			break;
		default:
			printf(" -a '(__tmpaudit_%s)'\n", kinds[kind].name);
		}
	}
}

int main(int argc, char **argv) {
	static const struct {
		const char *name;
		void (*put)(void);
	} shells[] = { { "bash", put_bash }, { "zsh", put_zsh }, { "fish", put_fish } };
	bool known = false;

	for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; ++i) {
		if (strcmp(shells[i].name, argv[1]) == 0) {
			shells[i].put();
			known = true;
		}
	}
	return !known || fflush(stdout) != 0 || ferror(stdout);
}
