#include "options.h"

#include "policy.h"
#include "say.h"

#include <getopt.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/** The width that reports are made for, and the least and the most that is used of a terminal. */
enum { COLUMNS = 80, COLUMNS_LEAST = 40, COLUMNS_MOST = 132 };

/** The most findings that anybody asks for; --all is SIZE_MAX. */
static const uint64_t most_findings = 1000000000;

void say_unknown(const char *where, const char *what, const char *word, const char *const *names, const char *remedy) {
	const char *nearest = text_meant(word, names);
	const char *hint = nearest ? nearest : remedy, *is = nearest ? "the nearest is " : "";
	if (strcmp(where, word) == 0)
		say(where, "no such %s; %s%s", what, is, hint);
	else
		say(where, "no %s \"%s\"; %s%s", what, word, is, hint);
}

static const struct renderer *format_of(const char *where, const char *name) {
	const struct renderer *renderer = renderer_find(name);
	struct arena scratch = { 0 };
	struct builder remedy = { .arena = &scratch };
	const char **names = NULL;
	size_t count = 0;

	if (renderer)
		return renderer;
	for (renderer = renderers; renderer->name; ++renderer) {
		names = arena_grow(&scratch, names, count, sizeof *names);
		names[count++] = renderer->name;
		builder_format(&remedy, "%s%s", count > 1 ? ", " : "there are ", renderer->name);
	}
	say_unknown(where, "format", name, names, builder_string(&remedy));
	arena_free(&scratch);
	return NULL;
}

static bool take_format(struct options *options, const char *value) {
	options->fix_format = fix_format_find(value);
	if (options->fix_format)
		return true;
	options->format = format_of("--format", value);
	return options->format;
}

static bool take_output(struct options *options, const char *value) {
	struct output_option output = { .path = value };
	size_t word = strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-");

	/* A file whose name looks like that can still be written as ./NAME. */
	if (word && value[word] == ':') {
		const char *name = arena_bytes(&options->arena, value, word);

		output.fix_format = fix_format_find(name);
		if (!output.fix_format)
			output.renderer = format_of("--output", name);
		if (!output.fix_format && !output.renderer)
			return false;
		output.path = value + word + 1;
	}
	for (const struct renderer *renderer = renderers; renderer->name && !output.renderer; ++renderer)
		if (renderer->suffix && text_ends(output.path, renderer->suffix))
			output.renderer = renderer;
	for (const struct fix_format *format = fix_formats; format->name && !output.fix_format; ++format)
		if (format->suffix && text_ends(output.path, format->suffix))
			output.fix_format = format;
	if (!*output.path) {
		say("--output", "names no file");
		return false;
	}
	options->outputs = arena_grow(&options->arena, options->outputs, options->noutputs, sizeof *options->outputs);
	options->outputs[options->noutputs++] = output;
	return true;
}

/** Whether the value of an option is one, and not an empty variable of a script. */
static bool is_given(const char *option, const char *value, const char *what) {
	if (!*value)
		say(option, "names no %s", what);
	return *value;
}

static bool take_root(struct options *options, const char *value) {
	options->root = value;
	return is_given("--root", value, "directory");
}

static bool take_check(struct options *options, const char *value) {
	options->checks = arena_grow(&options->arena, options->checks, options->nchecks, sizeof *options->checks);
	options->checks[options->nchecks++] = value;
	return true;
}

static bool take_skip(struct options *options, const char *value) {
	options->skips = arena_grow(&options->arena, options->skips, options->nskips, sizeof *options->skips);
	options->skips[options->nskips++] = value;
	return true;
}

static bool take_profile(struct options *options, const char *value) {
	options->profile = value;
	for (const char *const *name = policy_profiles; *name; ++name)
		if (strcmp(*name, value) == 0)
			return true;
	say_unknown("--profile", "profile", value, policy_profiles,
	            "there are default, strict, cis-l1, cis-l2, container, desktop");
	return false;
}

static bool take_policy(struct options *options, const char *value) {
	options->policy = value;
	return true;
}

static bool take_fail_on(struct options *options, const char *value) {
	static const char *const names[] = { "info", "low", "medium", "high", "critical", NULL };

	for (size_t i = 0; i < SEVERITIES; ++i) {
		if (strcmp(severity_names[i], value) == 0) {
			options->fail_on = (enum severity)i;
			return true;
		}
	}
	say_unknown("--fail-on", "severity", value, names, "there are low, medium, high, critical");
	return false;
}

static bool take_fail_under(struct options *options, const char *value) {
	const char *point = strchr(value, '.');
	char whole[8] = "";
	uint64_t points, tenths = 0;

	/* As the score is written: a whole number, or one with one decimal. */
	size_t length = point ? (size_t)(point - value) : strlen(value);
	if (length < sizeof whole)
		memcpy(whole, value, length);
	if (!text_number(whole, 10, 100, &points) || (point && !text_number(point + 1, 10, 9, &tenths)) ||
	    (point && point[2]) || points * 10 + tenths > 1000) {
		say("--fail-under", "\"%s\" is no score: a number from 0 to 100", value);
		return false;
	}
	options->fail_under = (unsigned)(points * 10 + tenths);
	return true;
}

static bool take_baseline(struct options *options, const char *value) {
	options->baseline = value;
	return is_given("--baseline", value, "file");
}

static bool take_all(struct options *options, const char *value) {
	(void)value;
	options->max_findings = SIZE_MAX;
	return true;
}

static bool take_max_findings(struct options *options, const char *value) {
	uint64_t number;

	if (!text_number(value, 10, most_findings, &number) || number == 0) {
		say("--max-findings", "\"%s\" is no number of findings: at least 1", value);
		return false;
	}
	options->max_findings = (size_t)number;
	return true;
}

static bool take_choice(const char *where, const char *value, enum choice *choice) {
	static const char *const names[] = {
		[CHOICE_AUTO] = "auto", [CHOICE_ALWAYS] = "always", [CHOICE_NEVER] = "never", NULL
	};

	for (size_t i = 0; names[i]; ++i) {
		if (strcmp(names[i], value) == 0) {
			*choice = (enum choice)i;
			return true;
		}
	}
	say_unknown(where, "choice", value, names, "there are auto, always, never");
	return false;
}

static bool take_color(struct options *options, const char *value) {
	return take_choice("--color", value, &options->color);
}

static bool take_progress(struct options *options, const char *value) {
	return take_choice("--progress", value, &options->progress);
}

static bool take_fs_timeout(struct options *options, const char *value) {
	uint64_t seconds;

	if (!text_number(value, 10, 3600, &seconds) || seconds == 0) {
		say("--fs-timeout", "\"%s\" is no time: seconds from 1 to 3600", value);
		return false;
	}
	options->fs_timeout = (unsigned)seconds;
	return true;
}

static bool take_threads(struct options *options, const char *value) {
	uint64_t number;

	if (!text_number(value, 10, 1024, &number) || number == 0) {
		say("-j", "\"%s\" is no number of threads: from 1 to 1024", value);
		return false;
	}
	options->threads = (unsigned)number;
	return true;
}

/** A uid that the probe may become: not root, who can do everything anyway, nor the one that means "none". */
static bool take_user(const char *where, const char *value, uid_t *user) {
	uint64_t number;

	if (!text_number(value, 10, UINT32_MAX - 1, &number) || number == 0) {
		say(where, "\"%s\" is no user id: a number from 1", value);
		return false;
	}
	*user = (uid_t)number;
	return true;
}

static bool take_attacker(struct options *options, const char *value) {
	return take_user("--attacker", value, &options->attacker);
}

static bool take_victim(struct options *options, const char *value) {
	return take_user("--victim", value, &options->victim);
}

static bool take_risk(struct options *options, const char *value) {
	static const char *const names[] = { "none", "low", "high", NULL };

	for (size_t i = 0; i < RISKS; ++i) {
		if (strcmp(risk_names[i], value) == 0) {
			options->risk = (enum risk)i;
			return true;
		}
	}
	say_unknown("--risk", "risk", value, names, "there are none, low, high");
	return false;
}

static const struct option_row rows[] = {
	{ OPTION_FORMAT, 'f', "format", "FORMAT", "of standard output: ", take_format },
	{ OPTION_OUTPUT, 'o', "output", "[FORMAT:]FILE",
	  "write FILE, whole or not at all; FORMAT is by default what its name ends in (.json, .txt, .html …), else "
	  "that of --format; repeatable; standard output is then silent unless --format is given too",
	  take_output },
	/* Of a name with two rows the first is understood, and the last that a command takes helps. */
	{ OPTION_FIX_FORMAT, 'f', "format", "FORMAT",
	  "a script (sh, default), a playbook (ansible), or drop-ins and patches (files), which need -o DIR",
	  take_format },
	{ OPTION_FIX_OUTPUT, 'o', "output", "[FORMAT:]FILE",
	  "write FILE, or with -f files make the directory FILE, which must not be there; FORMAT is by default what "
	  "its "
	  "name ends in (.sh, .yml), else that of --format",
	  take_output },
	{ OPTION_RISK, 0, "risk", "RISK",
	  "do what breaks at most so much: none (default), low or high; the rest stands there as a comment",
	  take_risk },
	{ OPTION_ROOT, 0, "root", "DIR", "audit the offline tree DIR: an image, a chroot, a mounted disk", take_root },
	{ OPTION_CHECK, 'c', "check", "GLOB",
	  "only the checks of that id, family (mount.*) or practice (practice:race); repeatable", take_check },
	{ OPTION_SKIP, 0, "skip", "GLOB", "not those checks; repeatable", take_skip },
	{ OPTION_DEEP, 0, "deep", NULL, "also the checks that walk every local file system", NULL },
	{ OPTION_PROFILE, 'p', "profile", "NAME",
	  "what is expected: default, strict, cis-l1, cis-l2, container or desktop", take_profile },
	{ OPTION_POLICY, 0, "policy", "FILE",
	  "this policy file instead of those that are installed; see tmpaudit-policy(5)", take_policy },
	{ OPTION_FAIL_ON, 0, "fail-on", "SEVERITY",
	  "the host falls short if a check fails of that severity or worse: low (default), medium, high, critical",
	  take_fail_on },
	{ OPTION_FAIL_UNDER, 0, "fail-under", "N",
	  "the host falls short if its score is below N; failed checks count by themselves only with --fail-on, or if "
	  "a "
	  "policy file says so",
	  take_fail_under },
	{ OPTION_BASELINE, 0, "baseline", "FILE",
	  "an earlier JSON report: only what is new or worse since then falls short", take_baseline },
	{ OPTION_ALL, 0, "all", NULL, "list all findings", take_all },
	{ OPTION_MAX_FINDINGS, 0, "max-findings", "N",
	  "list N findings of a check at most (default: 50 in text, 100 in junit, else 1000)", take_max_findings },
	{ OPTION_PROBE, 0, "probe", NULL,
	  "also attempt the attacks, as tmpaudit probe does, in every audited directory", NULL },
	{ OPTION_ATTACKER, 0, "attacker", "UID", "who attacks (default: a user without account and processes)",
	  take_attacker },
	{ OPTION_VICTIM, 0, "victim", "UID", "who is attacked, besides root (default: likewise)", take_victim },
	{ OPTION_QUIET, 'q', "quiet", NULL, "print nothing if the host meets the policy", NULL },
	{ OPTION_VERBOSE, 'v', "verbose", NULL, "list also what passes and what does not apply", NULL },
	{ OPTION_COLOR, 0, "color", "WHEN", "stress words by colour: auto (default), always or never", take_color },
	{ OPTION_FS_TIMEOUT, 0, "fs-timeout", "SECONDS",
	  "how long a file system may leave a call unanswered before it is given up (default: 5)", take_fs_timeout },
	{ OPTION_THREADS, 'j', "threads", "N",
	  "read file systems with N threads at most (default: as many as there are processors, where it pays)",
	  take_threads },
	{ OPTION_PROGRESS, 0, "progress", "WHEN",
	  "say on standard error what is being read: auto (default, on a terminal), always or never", take_progress },
	{ OPTION_HELP, 'h', "help", NULL, "print help", NULL },
	{ OPTION_VERSION, 0, "version", NULL, "print the version", NULL },
};

enum { ROWS = sizeof rows / sizeof *rows };

const struct option_row *options_row(size_t number) {
	return number < ROWS ? &rows[number] : NULL;
}

/** Say what is wrong with the word that getopt_long(3) did not understand. */
static void say_unknown_option(const char *word) {
	struct arena scratch = { 0 };
	const char *names[ROWS + 1] = { 0 };

	for (size_t i = 0; i < ROWS; ++i)
		names[i] = arena_text(&scratch, "--%s", rows[i].name);
	if (text_starts(word, "--"))
		word = arena_bytes(&scratch, word, strcspn(word, "="));
	say_unknown(word, "option", word, names, "see tmpaudit --help");
	arena_free(&scratch);
}

/** What the caller of getopt_long(3) sees of a row: its number, above all characters. */
enum { FIRST = 256 };

static const struct option_row *row_of(int value) {
	if (value >= FIRST)
		return &rows[value - FIRST];
	for (size_t i = 0; i < ROWS; ++i)
		if (rows[i].letter == value)
			return &rows[i];
	return NULL;
}

/** An option by the name that a user knows it by: "--root", "-x". */
static const char *name_of(struct arena *arena, int value) {
	const struct option_row *row = row_of(value);

	return row ? arena_text(arena, "--%s", row->name) : arena_text(arena, "-%c", value);
}

static bool take(struct options *options, const struct option_row *row, const char *value) {
	options->given |= row->bit;
	return !row->take || row->take(options, value);
}

static bool parse(struct options *options, int argc, char **argv) {
	struct option longs[ROWS + 1] = { 0 };
	char shorts[2 * ROWS + 2] = ":", *end = shorts + 1;
	int value, index;

	for (size_t i = 0; i < ROWS; ++i) {
		longs[i] = (struct option) {
			.name = rows[i].name,
			.has_arg = !rows[i].argument              ? no_argument
			           : rows[i].bit == OPTION_POLICY ? optional_argument
			                                          : required_argument,
			.val = FIRST + (int)i,
		};
		if (rows[i].letter) {
			*end++ = rows[i].letter;
			if (rows[i].argument)
				*end++ = ':';
		}
	}
	optind = 0;
	opterr = 0;
	while (index = -1, (value = getopt_long(argc, argv, shorts, longs, &index)) != -1) {
		const bool misused = value == '?' || value == ':';
		/* A long name that is unknown has no number. */
		const struct option_row *row = !misused ? row_of(value) : optopt ? row_of(optopt) : NULL;
		const char *last = argv[optind - 1];

		if (!row) {
			say_unknown_option(optopt ? arena_text(&options->arena, "-%c", optopt) : last);
			return false;
		}
		if (value == '?') {
			say(name_of(&options->arena, optopt), "takes no argument");
			return false;
		}
		if (value == ':') {
			say(name_of(&options->arena, optopt), "needs an argument: %s", row->argument);
			return false;
		}
		if (index >= 0) {
			/* An abbreviation would become another option, or none, when a longer name is added. */
			const char *word = optarg == last ? argv[optind - 2] : last;

			if (strcspn(word + 2, "=") != strlen(longs[index].name)) {
				say_unknown_option(word);
				return false;
			}
		}
		/* list takes --policy alone, and an option is no file. */
		if (row->bit == OPTION_POLICY && !optarg && optind < argc && argv[optind][0] != '-')
			optarg = argv[optind++];
		if (!take(options, row, optarg))
			return false;
	}
	options->operands = argv + optind;
	return true;
}

bool options_parse(struct options *options, int argc, char **argv) {
	*options = (struct options) { .fs_timeout = 5 };
	options->operands = argv + argc;
	return argc == 0 || parse(options, argc, argv);
}

/** The first format of a fix that was asked for, or NULL. */
static const struct fix_format *fix_format_given(const struct options *options) {
	if (options->fix_format)
		return options->fix_format;
	for (size_t i = 0; i < options->noutputs; ++i)
		if (options->outputs[i].fix_format && !options->outputs[i].fix_format->suffix)
			return options->outputs[i].fix_format;
	return NULL;
}

bool options_suit(const struct options *options, unsigned bits, const char *command) {
	const struct fix_format *format = bits & OPTION_FIX_FORMAT ? NULL : fix_format_given(options);

	if (format) {
		say(format->name, "is a format of tmpaudit fix, not of %s", command);
		return false;
	}
	for (size_t i = 0; i < ROWS; ++i) {
		if (options->given & ~bits & rows[i].bit) {
			struct arena scratch = { 0 };

			say(arena_text(&scratch, "--%s", rows[i].name), "is no option of %s; see tmpaudit help %s",
			    command, command);
			arena_free(&scratch);
			return false;
		}
	}
	return true;
}

/** The help on a row; of --format that with the formats there are. */
static const char *help_of(struct arena *arena, const struct option_row *row) {
	struct builder help = { .arena = arena };

	builder_text(&help, row->help);
	for (const struct renderer *renderer = renderers; row->bit == OPTION_FORMAT && renderer->name; ++renderer)
		builder_format(&help, "%s%s%s",
		               renderer == renderers ? ""
		               : renderer[1].name    ? ", "
		                                     : " or ",
		               renderer->name, renderer == renderers ? " (default)" : "");
	return builder_string(&help);
}

void options_help(struct builder *builder, unsigned bits, unsigned columns) {
	enum { NAMES = 30 };

	for (size_t i = 0; i < ROWS; ++i) {
		const struct option_row *row = &rows[i];
		size_t start = builder->length, length;
		bool told = false;

		for (size_t k = i + 1; k < ROWS; ++k)
			told = told || (strcmp(rows[k].name, row->name) == 0 && (rows[k].bit & bits));
		if (!(row->bit & bits) || told)
			continue;
		if (row->letter)
			builder_format(builder, "  -%c, --%s", row->letter, row->name);
		else
			builder_format(builder, "      --%s", row->name);
		if (row->argument)
			builder_format(builder, " %s", row->argument);
		length = builder->length - start;
		if (length + 2 > NAMES)
			builder_format(builder, "\n%*s", NAMES, "");
		else
			builder_format(builder, "%*s", NAMES - (int)length, "");
		text_fold(builder, help_of(builder->arena, row), NAMES, NAMES, columns);
	}
}

/** The width of the terminal that standard output is, or 0. */
static unsigned terminal_columns(void) {
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

unsigned options_columns(const struct options *options) {
	unsigned columns = options->terminal.columns ? options->terminal.columns : terminal_columns();

	if (!columns)
		return COLUMNS;
	return columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
}

static bool wants_color(const struct options *options) {
	const struct terminal *terminal = &options->terminal;

	if (options->color != CHOICE_AUTO)
		return options->color == CHOICE_ALWAYS;
	if (terminal->no_color)
		return false;
	return terminal->force_color || (terminal->knows_color && isatty(STDOUT_FILENO));
}

bool options_progress(const struct options *options) {
	if (options->progress != CHOICE_AUTO)
		return options->progress == CHOICE_ALWAYS;
	return options->terminal.knows_color && isatty(STDERR_FILENO);
}

struct render_options options_rendering(const struct options *options, bool for_reader) {
	return (struct render_options) {
		.max_findings = options->max_findings,
		.verbose = options->given & OPTION_VERBOSE,
		.color = for_reader && wants_color(options),
		.columns = for_reader ? options_columns(options) : COLUMNS,
	};
}

void options_free(struct options *options) {
	arena_free(&options->arena);
}
