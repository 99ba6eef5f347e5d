/**
 * Prints the manual page of the checks, made of nothing but their rows.
 *
 * usage: generate             the page, for man/tmpaudit-checks.7
 *        generate --parameters    the list of parameters, for man/tmpaudit-policy.5
 *        generate --rows      a line for each check: its id, a tab, and what its row lacks
 */

#include "checks.h"
#include "fix.h"
#include "policy.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/** What roff would take for something else, and what stands for it. */
static const struct escape {
	char character;
	const char *written;
} escapes[] = {
	{ '\\', "\\e" }, { '-', "\\-" }, { '~', "\\(ti" }, { '^', "\\(ha" }, { '`', "\\(ga" }, { '\'', "\\(aq" }, { 0 },
};

/** Print text so that roff takes none of it for a request or an escape.  Returns how many bytes that took. */
static size_t put_text(const char *text) {
	bool start = true;
	size_t count = 0;

	for (; *text; ++text) {
		const struct escape *escape = escapes;

		while (escape->character && escape->character != *text)
			++escape;
		if (start && *text == '.')
			count += (size_t)printf("\\&");
		if (escape->character)
			count += (size_t)printf("%s", escape->written);
		else
			count += (size_t)printf("%c", *text);
		start = *text == '\n';
	}
	return count;
}

/** Print prose, each sentence on lines of its own and none too long, as mandoc wants it. */
static void put_prose(const char *text) {
	enum { WIDTH = 78 };
	size_t column = 0;

	while (*text) {
		size_t length = strcspn(text, " \n");
		char word[256];
		bool sentence = length && text[length - 1] == '.' && text[length];

		if (length >= sizeof word)
			length = sizeof word - 1;
		memcpy(word, text, length);
		word[length] = '\0';
		if (column && column + 1 + length + 2 > WIDTH) {
			putchar('\n');
			column = 0;
		} else if (column) {
			putchar(' ');
			++column;
		}
		/* An escape is longer on paper than what it stands for. */
		column += put_text(word);
		text += length;
		text += strspn(text, " \n");
		if (sentence) {
			putchar('\n');
			column = 0;
		}
	}
	if (column)
		putchar('\n');
}

/** Print a sentence that was written without its full stop. */
static void put_sentence(const char *text) {
	char sentence[1024];

	snprintf(sentence, sizeof sentence, "%s.", text);
	put_prose(sentence);
}

static void put_literal(const char *text) {
	puts(".Bd -literal -compact");
	put_text(text);
	if (!*text || text[strlen(text) - 1] != '\n')
		putchar('\n');
	puts(".Ed");
}

static void put_parameters_of(const struct check *check) {
	bool first = true;

	for (enum parameter i = 0; i < PARAMETERS; ++i) {
		if (!parameter_serves(i, check))
			continue;
		puts(first ? ".Pp\n.Em Parameters :" : ",");
		first = false;
		put_text(parameter_rows[i].name);
	}
	if (!first)
		puts(".");
}

static void put_check(const struct check *check) {
	printf(".It Sy %s\n", check->id);
	put_sentence(check->title);
	char facts[256];

	snprintf(facts, sizeof facts, "Severity %s, practice %s, %s%s", severity_names[check->severity],
	         practices[check->practice].id,
	         check->credit == CREDIT_BINARY  ? "no credit while it fails"
	         : check->credit == CREDIT_SHARE ? "credit by the share of good subjects"
	                                         : "credit by the number of findings",
	         check->live_only ? ", on running hosts only" : "");
	puts(".Pp");
	put_sentence(facts);
	puts(".Pp");
	put_prose(check->rule);
	put_parameters_of(check);
	puts(".Pp");
	puts(".Em Why :");
	put_prose(check->why);
	if (check->remediation.summary) {
		puts(".Pp");
		puts(".Em Fix :");
		put_sentence(check->remediation.summary);
		if (check->remediation.breaks) {
			puts(".Em May break :");
			put_sentence(check->remediation.breaks);
		}
	}
	struct arena scratch = { 0 };
	struct policy policy;

	policy_open(&policy, policy_profiles[0]);
	for (const struct fix *row = check->remediation.steps; row && row->kind; ++row) {
		const struct fix step = fix_example(&scratch, &policy, row);
		const char *command = fix_command(&scratch, &step);
		const struct fix_file file = fix_file_of(&scratch, &step);

		if (command) {
			put_literal(step.only ? arena_text(&scratch, "%s   (for %s)", command, step.only) : command);
			continue;
		}
		puts(".Pp");
		printf(".Pa %s%s%s :\n", file.path, step.only ? " , for " : "", step.only ? step.only : "");
		put_literal(file.content);
	}
	arena_free(&scratch);
	puts(".Pp");
	puts(".Em References :");
	for (const struct reference *reference = check->references; reference && reference->kind; ++reference) {
		if (reference != check->references)
			puts(",");
		put_text(reference->kind);
		putchar(' ');
		put_text(reference->name);
	}
	puts(".");
}

static void put_page(void) {
	puts(".\\\" Written by man/generate.c from the rows in checks/; do not edit.");
	puts(".Dd November 25, 2026\n.Dt TMPAUDIT-CHECKS 7\n.Os\n.Sh NAME\n.Nm tmpaudit-checks\n"
	     ".Nd what tmpaudit asks of a host\n.Sh DESCRIPTION\n"
	     "The checks of tmpaudit(1), in the order of its report.\n"
	     "Of each: what holds when it passes, how it decides, the attack that a\n"
	     "failure permits, and what repairs it.\n"
	     "In commands,\n.Ql {subject}\nstands for what failed.");
	for (const struct check *const *family = check_families; *family; ++family) {
		if (!(*family)->id)
			continue;
		printf(".Ss %.*s\n.Bl -tag -width Ds\n", (int)strcspn((*family)->id, "."), (*family)->id);
		for (const struct check *check = *family; check->id; ++check)
			put_check(check);
		puts(".El");
	}
	puts(".Sh SEE ALSO\ntmpaudit(1)");
}

/** What values a parameter takes. */
static void put_type(const struct parameter_row *row) {
	static const char *const types[] = {
		[PARAMETER_OCTAL] = "Octal, at most 0777", [PARAMETER_COUNT] = "",
		[PARAMETER_FLAG] = "True or false",        [PARAMETER_AGE] = "An age, from 1s to 3650d",
		[PARAMETER_PATHS] = "Absolute paths",      [PARAMETER_NAMES] = "Strings",
	};

	if (row->type == PARAMETER_COUNT)
		printf("A number from %llu to %llu", (unsigned long long)row->least, (unsigned long long)row->most);
	else
		printf("%s", types[row->type]);
}

/** Each parameter: what it is, its type, its value in each profile that has another than default, its checks. */
static bool put_parameters(void) {
	struct policy standard, policy;
	bool good = policy_open(&standard, policy_profiles[0]);

	for (enum parameter i = 0; good && i < PARAMETERS; ++i) {
		const struct parameter_row *row = &parameter_rows[i];
		const char *value = policy_shown(&standard.arena, &standard, i);
		char meaning[256];

		snprintf(meaning, sizeof meaning, "%c%s.", row->meaning[0] - 'a' + 'A', row->meaning + 1);
		printf(".It Cm ");
		put_text(row->name);
		putchar('\n');
		put_prose(meaning);
		put_type(row);
		printf("; by default ");
		put_text(value);
		for (size_t p = 1; policy_profiles[p] && policy_open(&policy, policy_profiles[p]); ++p) {
			const char *other = policy_shown(&policy.arena, &policy, i);

			if (strcmp(other, value) != 0) {
				printf(", %s ", policy_profiles[p]);
				put_text(other);
			}
			policy_close(&policy);
		}
		puts(".");
		printf("For ");
		put_text(row->checks);
		puts(".");
	}
	if (good)
		policy_close(&standard);
	return good;
}

static void put_row(const struct check *check) {
	printf("%s\t%s%s%s%s%s%s\n", check->id, check->title && *check->title ? "" : "a title ",
	       check->rule && *check->rule ? "" : "a rule ", check->why && *check->why ? "" : "a why ",
	       check->references && check->references->kind ? "" : "a reference ",
	       check->remediation.summary ? "" : "a remediation ", check->run ? "" : "a function ");
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "--rows") == 0) {
		for (const struct check *const *family = check_families; *family; ++family) {
			for (const struct check *check = *family; check->id; ++check)
				put_row(check);
		}
	} else if (argc > 1 && strcmp(argv[1], "--parameters") == 0) {
		if (!put_parameters())
			return 1;
	} else {
		put_page();
	}
	return fflush(stdout) != 0 || ferror(stdout);
}
