/**
 * tmpaudit: is this host safe for temporary files, and what exactly is to be changed?
 *
 * An audit is a function: policy × host → report.  Where things are:
 *
 * cmd/main.c            the commands
 * cmd/commands.h        what a command is
 * cmd/inforce.{c,h}     the policy in force, for list
 * cmd/{audit,fix,list,explain,report,diff,help}.c    one command each: glue
 * cmd/code.{c,h}        programs and scripts that are named, to be read
 * cmd/operand.{c,h}     operands that name files
 * cmd/probe.{c,h}       the attacks, attempted in a process of their own
 * cmd/worker.{c,h}      the split: who owns outputs and terminal, and who gathers, judges, renders
 * cmd/publish.{c,h}     from what a worker makes to the outputs that were asked for
 * cmd/baseline.{c,h}    the earlier report that a report is held against
 * cmd/input.{c,h}       the one reader of files that the command line names
 * cmd/progress.{c,h}    the line that says what is being read
 * cmd/options.{c,h}     one table of options: for getopt_long(3), --help and messages
 * cmd/start.{c,h}       what the process mends and gives up first
 * cmd/say.{c,h}         the one writer to standard error
 * cmd/output.{c,h}      the one writer of files and of standard output: whole or not at all
 * lib/check.h           what a row of a family may say
 * lib/audit.{c,h}       select, gather, judge; the only caller of check->run
 * lib/result.{c,h}      findings of one check on one host; computes the status
 * lib/report.{c,h}      all results, score, host, run; computes the exit status
 * lib/score.{c,h}       results: value, grade, coverage
 * lib/practice.{c,h}    the seven practices: key, title, weight
 * lib/policy.{c,h}      what is expected: parameters, severities, selection; lib/policy_read.c how it is written
 * lib/policy_files.{c,h}    the policy files of this machine: found, judged, read
 * lib/profiles.c        the profiles, which are the files of share/profiles
 * lib/waiver.{c,h}      findings that are accepted until a day
 * lib/fix.{c,h}         from the steps of a row to what repairs this host; lib/fix_plan.c in which order
 * lib/fix_{steps,lines,mounts,umasks,services}.c, lib/fix_work.h    by what is repaired
 * lib/fix_{sh,ansible,files}.c    the forms of that
 * lib/json.{c,h}        the only user of libjson-c
 * lib/digest.{c,h}      SHA-256; the only user of libmd
 * lib/compare.{c,h}     two reports: what changed; lib/compare_{text,json}.c tell it
 * lib/render.{c,h}      the formats: a row each, and a file render_<format>.c
 * lib/render_text.c     the report for a reader
 * lib/render_html.c     the report for a reader with a browser
 * lib/render_{sarif,junit,prometheus,nagios,facts}.c    and for others
 * lib/report_json.{c,h}    the report for programs, written and read
 * lib/confine.{c,h}     what the worker gives up before it reads what others wrote
 * lib/scout.{c,h}       the process that asks for the worker what it may no longer ask itself
 * lib/tree.{c,h}        the file system under audit; every file is opened here
 * lib/walk.{c,h}        the walker: one pass for all who ask; the only code with threads
 * lib/walk_{nodes,read,work}.c, lib/walk_parts.h    what it keeps open, reads, and shares out
 * lib/shortlist.{c,h}   the worst few of very many
 * lib/pulse.{c,h}       signs of life for who waits for an audit
 * lib/attack.{c,h}      the attacks themselves, and lib/parse_attacks.{c,h} what they say
 * lib/cage.{c,h}        where they are done
 * lib/host.{c,h}        what is known of a host, and the table of facts
 * lib/fact_<name>.c     one fact each, gathered; its header is what checks know of it
 * lib/fact_mounts_boot.c    the part of lib/fact_mounts.c that is about the next boot
 * lib/mount_table.{c,h}    mountinfo and fstab; the only user of libmount
 * lib/mount_options.{c,h}, lib/mount_types.c    options of mounts, and types of file systems
 * lib/umask_{logins,services,processes}.c    parts of lib/fact_umasks.c, by what has a umask
 * lib/env_{units,jobs}.c    parts of lib/fact_environment.c, by what names paths
 * lib/settings.{c,h}    variables that name paths, and lists of what names one
 * lib/startup.{c,h}     start-up files of shells and what they source
 * lib/shell_value.{c,h} what a word of them stands for
 * lib/specifiers.{c,h}  what "%t" and the like stand for in units and tmpfiles.d
 * lib/unit_names.c      names of the units of mounts
 * lib/unit_refusal.c    what systemd refuses of the units that lib/fact_units.c reads
 * lib/locations.{c,h}   what is at a path that something names, and who can change that
 * lib/pam.{c,h}         PAM stacks of services, with what they include
 * lib/sudoers.{c,h}     what sudoers sets, with what it includes
 * lib/descent.{c,h}     one pass below the temporary directories for all facts about what lies in them
 * lib/squat.{c,h}       the names there that programs trust: a table, and what to hold to it
 * lib/sources.h, lib/exposure.c    files with such findings, and who runs them; lib/parse_source.{c,h} what a file is
 * lib/elf.{c,h}         programs and libraries; the only user of libelf
 * lib/script.{c,h}      what is found in a program or script, and what a language says of itself
 * lib/lex.{c,h}, lib/lex_<language>.{c,h}    languages cut into tokens: pure functions of bytes
 * lib/rules_<language>.c    what the calls of a language do: its table; lib/languages.c lists them
 * lib/value.{c,h}       what the name of a file may be, as far as it can be told
 * lib/flow{,_names,_bind,_function}.c, lib/flow.h, lib/flow_parts.h    what a script binds to its names
 * lib/flow_{value,variable,member,call}.c    what that may be
 * lib/flow_find.c       the calls of a script, wherever they stand
 * lib/flow_deeds.c      what calls do: which create files, and by which names
 * lib/flow_judge.c      what they do together: which of it is a fault, and how sure that is
 * lib/flow_reach.c    whether a place in a script is reached at all, on this system
 * lib/flow_shell{,_value,_find}.c, lib/flow_shell.h    the same of the commands of a shell
 * lib/parse_<format>.{c,h}    formats of files: pure functions of bytes
 * lib/acl.{c,h}         access and default ACLs; the only user of libacl
 * lib/object.{c,h}      what an object in the file system is, and who may write to it
 * lib/trust.{c,h}       paths that nobody but root can lead elsewhere
 * lib/text.{c,h}        escaping for each output, folding, globs, numbers, nearest name
 * lib/arena.{c,h}       memory that lives as long as its host or report
 * lib/cleanup.h         scope-end close and free
 * checks/checks.{c,h}   the list of families
 * checks/<family>.c     one family each: its rows, and the functions that judge
 */
#include "commands.h"

#include "output.h"
#include "say.h"

enum {
	OPTIONS_EVERYWHERE = OPTION_HELP | OPTION_VERSION,
	/** Of what makes or reads a report. */
	OPTIONS_OF_REPORTS = OPTION_FORMAT | OPTION_OUTPUT | OPTION_FAIL_ON | OPTION_FAIL_UNDER | OPTION_ALL |
	                     OPTION_MAX_FINDINGS | OPTION_QUIET | OPTION_VERBOSE | OPTION_COLOR | OPTION_BASELINE,
	/** Of what audits. */
	OPTIONS_OF_AUDITS = OPTIONS_OF_REPORTS | OPTION_CHECK | OPTION_SKIP | OPTION_PROFILE | OPTION_POLICY |
	                    OPTION_FS_TIMEOUT | OPTION_PROGRESS | OPTION_THREADS,
	OPTIONS_OF_PROBES = OPTION_ATTACKER | OPTION_VICTIM,
};

const struct command commands[] = {
	{
	        .name = "audit",
	        .synopsis = "[OPTION]...",
	        .summary = "audit this host, or an offline tree; the default command",
	        .options = OPTIONS_EVERYWHERE | OPTIONS_OF_AUDITS | OPTION_ROOT | OPTION_DEEP | OPTION_PROBE |
	                   OPTIONS_OF_PROBES,
	        .run = command_audit,
	},
	{
	        .name = "probe",
	        .synopsis = "[OPTION]... [DIR]...",
	        .summary = "attempt the attacks in DIR (default: every temporary directory)",
	        .options = OPTIONS_EVERYWHERE | OPTIONS_OF_AUDITS | OPTIONS_OF_PROBES,
	        .run = command_probe,
	},
	{
	        .name = "code",
	        .synopsis = "[OPTION]... PATH...",
	        .summary = "programs and scripts that create temporary files insecurely",
	        .options = OPTIONS_EVERYWHERE | OPTIONS_OF_AUDITS | OPTION_ROOT,
	        .run = command_code,
	},
	{
	        .name = "fix",
	        .synopsis = "[OPTION]...",
	        .summary = "print what would fix the findings; never does it",
	        .options = OPTIONS_EVERYWHERE | OPTION_FORMAT | OPTION_FIX_FORMAT | OPTION_OUTPUT | OPTION_FIX_OUTPUT |
	                   OPTION_RISK | OPTION_ROOT | OPTION_CHECK | OPTION_SKIP | OPTION_PROFILE | OPTION_POLICY |
	                   OPTION_FAIL_ON | OPTION_FAIL_UNDER | OPTION_DEEP | OPTION_PROBE | OPTIONS_OF_PROBES |
	                   OPTION_FS_TIMEOUT | OPTION_PROGRESS | OPTION_THREADS,
	        .run = command_fix,
	},
	{
	        .name = "list",
	        .synopsis = "[OPTION]... [GLOB]...",
	        .summary = "the checks: id, severity, practice, title",
	        .options = OPTIONS_EVERYWHERE | OPTION_PROFILE | OPTION_POLICY,
	        .run = command_list,
	},
	{
	        .name = "explain",
	        .synopsis = "[OPTION]... ID...",
	        .summary = "a check: what, why, how it decides, how to fix, references",
	        .options = OPTIONS_EVERYWHERE,
	        .run = command_explain,
	},
	{
	        .name = "report",
	        .synopsis = "[OPTION]... FILE",
	        .summary = "a saved JSON report again, in any format; - reads standard input",
	        .options = OPTIONS_EVERYWHERE | OPTIONS_OF_REPORTS,
	        .run = command_report,
	},
	{
	        .name = "diff",
	        .synopsis = "[OPTION]... OLD NEW",
	        .summary = "two JSON reports: what got worse, what got better, what stayed",
	        .options = OPTIONS_EVERYWHERE | (OPTIONS_OF_REPORTS & ~OPTION_BASELINE),
	        .run = command_diff,
	},
	{
	        .name = "help",
	        .synopsis = "[COMMAND]",
	        .summary = "help on a command",
	        .options = OPTIONS_EVERYWHERE,
	        .run = command_help,
	},
	{ 0 },
};

static int run(struct options *options) {
	const struct command *command = &commands[0];
	const bool named = *options->operands;

	if (named) {
		command = command_find(*options->operands);
		if (!command) {
			say_unknown_command(*options->operands);
			return EXIT_MISUSE;
		}
		++options->operands;
	}
	if (options->given & OPTION_HELP)
		return help_print(named ? command : NULL, options);
	if (options->given & OPTION_VERSION) {
		struct builder version = { .arena = &options->arena };

		builder_text(&version, "tmpaudit " VERSION "\n");
		return print(&version, EXIT_MEETS);
	}
	return options_suit(options, command->options, command->name) ? command->run(options) : EXIT_MISUSE;
}

/** The exit status for the caller: a format may have its own. */
static int finish(const struct options *options, int status) {
	static const char unknown[] = "TMPAUDIT UNKNOWN - there is no report; standard error says why\n";

	if (status >= EXIT_OF_FORMAT)
		return status - EXIT_OF_FORMAT;
	/* To whom 2 means that the host is in a critical state we say that nothing is known of it. */
	if (status == EXIT_MISUSE && options->format && options->format->exit) {
		(void)output_print(unknown, sizeof unknown - 1);
		return EXIT_UNSURE;
	}
	return status;
}

int main(int argc, char **argv) {
	struct terminal terminal;
	struct options options;
	int status = EXIT_MISUSE;

	start(&terminal);
	if (options_parse(&options, argc, argv)) {
		options.terminal = terminal;
		status = run(&options);
	}
	status = finish(&options, status);
	options_free(&options);
	return status;
}
