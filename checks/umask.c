/** Default permissions: which umask sessions, start-up files, services and processes end up with. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>

/** Whether a umask has all the bits that are asked for. */
static bool meets(mode_t value, uint64_t wanted) {
	return (value & wanted) == wanted;
}

/** "022 (no pam_umask in the session stack)" */
static const char *describe(struct result *result, const char *shown, const char *message) {
	return message ? result_text(result, "%s (%s)", shown, message) : shown;
}

static void unknown(struct result *result, const struct umask_fact *fact, enum aspect aspect) {
	result_unknown(result, &(struct finding) {
	                               .subject = fact->subject,
	                               .aspect = aspect,
	                               .message = fact->message,
	                               .source = fact->source,
	                       });
}

static void run_login(const struct check *check, const struct host *host, struct result *result) {
	const uint64_t wanted = host->policy->parameters[PARAMETER_UMASK];
	const bool usergroups = host->policy->parameters[PARAMETER_UMASK_USERGROUPS];

	(void)check;
	for (const struct umask_fact *fact = host->umasks->logins; fact->subject; ++fact) {
		const bool good = !fact->defect && meets(usergroups ? fact->ungrouped : fact->value, wanted);
		const bool weak = !meets(fact->value, wanted);

		if (fact->unknown && good) {
			unknown(result, fact, ASPECT_BOOT);
			continue;
		}
		result_judge(
		        result, good || !fact->shown,
		        &(struct finding) {
		                .subject = fact->subject,
		                .aspect = ASPECT_BOOT,
		                .message = strcmp(fact->subject, "login.defs") != 0
		                                   ? result_text(result, "starts sessions with umask %s", fact->shown)
		                           : weak ? "sets a umask that is too weak"
		                                  : "sets a umask that has no effect",
		                .expected = result_text(result, "%03o", (unsigned)wanted),
		                .actual = describe(result, fact->shown, fact->message),
		                .source = fact->source,
		        });
	}
	result_skip(result, "no service that opens sessions is configured, and there is no login.defs");
}

/** How many of the wanted bits a umask has. */
static unsigned strength(const struct umask_fact *fact, uint64_t wanted) {
	unsigned count = 0;

	for (uint64_t bits = fact->value & wanted; bits; bits &= bits - 1)
		++count;
	return count;
}

/**
 * Judge the entries of one subject, of which the weakest counts, and return the next
 * subject: what is known to fall short is not hidden by what is unknown.
 */
static const struct umask_fact *judge_files(struct result *result, const struct umask_fact *first, uint64_t wanted) {
	const struct umask_fact *weakest = NULL, *open = NULL, *fact = first;

	for (; fact->subject && strcmp(fact->subject, first->subject) == 0; ++fact) {
		if (!fact->shown && !fact->unknown)
			continue;
		if (!meets(fact->value, wanted)) {
			if (!weakest || strength(fact, wanted) < strength(weakest, wanted))
				weakest = fact;
		} else if (fact->unknown && !open) {
			open = fact;
		}
	}
	if (!weakest && open) {
		unknown(result, open, ASPECT_BOOT);
		return fact;
	}
	result_judge(result, !weakest,
	             &(struct finding) {
	                     .subject = first->subject,
	                     .aspect = ASPECT_BOOT,
	                     .message = weakest ? result_text(result, "sets umask %s", weakest->shown) : NULL,
	                     .expected = result_text(result, "%03o", (unsigned)wanted),
	                     .actual = weakest ? weakest->shown : NULL,
	                     .source = weakest ? weakest->source : NULL,
	             });
	return fact;
}

static void run_shell(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct umask_fact *fact = host->umasks->shells; fact->subject;)
		fact = judge_files(result, fact, host->policy->parameters[PARAMETER_UMASK]);
	result_skip(result, "there are no start-up files of shells");
}

static void run_accounts(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct umask_fact *fact = host->umasks->accounts; fact->subject;)
		fact = judge_files(result, fact, host->policy->parameters[PARAMETER_UMASK]);
	result_skip(result, "no account that is examined has a login shell");
}

/** Whether a service's umask is one that others may write by: a setting each. */
static void judge_service(struct result *result, const struct umask_fact *fact, uint64_t wanted, const char *prefix) {
	const char *message = "sets a umask that is too weak";
	const bool good = !fact->defect && meets(fact->value, wanted);

	if (fact->unknown && good) {
		unknown(result, fact, ASPECT_BOOT);
		return;
	}
	if (fact->defect)
		message = fact->message;
	else if (*prefix)
		message = result_text(result, "sets %s%s", prefix, fact->shown);
	result_judge(
	        result, good || !fact->shown,
	        &(struct finding) {
	                .subject = fact->subject,
	                .aspect = ASPECT_BOOT,
	                .message = message,
	                .expected = result_text(result, "at least %04o", (unsigned)wanted),
	                .actual = result_text(result, "%s%s", prefix, describe(result, fact->shown, fact->message)),
	                .source = fact->source,
	        });
}

/** Note the units that systemd does not start as they stand, but would with a command: they were judged. */
static void note_incomplete(const struct host *host, struct result *result) {
	for (size_t i = 0; host->units && i < host->units->nunits; ++i) {
		const struct unit *unit = &host->units->units[i];

		if (unit->incomplete && !unit->masked)
			result_note(result, unit->name, "%s, so that systemd refuses it as it stands", unit->refused);
	}
}

static void run_services(const struct check *check, const struct host *host, struct result *result) {
	const uint64_t wanted = host->policy->parameters[PARAMETER_UMASK_SERVICES];

	(void)check;
	for (const struct umask_fact *fact = host->umasks->units; fact->subject; ++fact)
		judge_service(result, fact, wanted, "UMask=");
	/* More than this is asked of units only: sudo and sftp act for users, who may share with their group. */
	for (const struct umask_fact *fact = host->umasks->services; fact->subject; ++fact)
		judge_service(result, fact, wanted & 022, "");
	result_skip(result, "there are no services, no sudo and no sshd");
	note_incomplete(host, result);
}

/** Whether the policy lets a process have any umask: its subject is "pid N NAME". */
static bool is_exempt(const struct host *host, const struct umask_fact *fact) {
	const char *name = text_starts(fact->subject, "pid ") ? strchr(fact->subject + strlen("pid "), ' ') : NULL;

	for (const char *const *glob = host->policy->lists[PARAMETER_UMASK_EXEMPT]; name && *glob; ++glob)
		if (text_glob(*glob, name + 1))
			return true;
	return false;
}

static void run_processes(const struct check *check, const struct host *host, struct result *result) {
	const uint64_t *parameters = host->policy->parameters;

	(void)check;
	for (const struct umask_fact *fact = host->umasks->processes; fact && fact->subject; ++fact) {
		const uint64_t wanted =
		        parameters[fact->uid == 0 ? PARAMETER_UMASK_ROOT_PROCESSES : PARAMETER_UMASK_USER_PROCESSES];
		const bool good = meets(fact->value, wanted);

		if (fact->unknown) {
			unknown(result, fact, ASPECT_PROCESS);
			continue;
		}
		if (!good && is_exempt(host, fact)) {
			result_note(result, fact->subject, "runs with umask %s, as the policy lets it", fact->shown);
			result_judge(result, true, &(struct finding) { .subject = fact->subject });
			continue;
		}
		/* Another user namespace is a container's business, unless its process is the host's root. */
		if (!good && fact->foreign && fact->uid != 0) {
			result_note(result, fact->subject, "runs with umask %s in a user namespace of its own",
			            fact->shown);
			continue;
		}
		result_judge(result, good,
		             &(struct finding) {
		                     .subject = fact->subject,
		                     .aspect = ASPECT_PROCESS,
		                     .message = fact->uid == 0 ? "runs as root, and creates files that others may write"
		                                               : "creates files that everybody may write",
		                     .expected = result_text(result, "meets %03o", (unsigned)wanted),
		                     .actual = fact->shown,
		                     .source = fact->source,
		             });
	}
	result_skip(result, "no process runs besides process 1 and those of the kernel");
}

const struct check umask_checks[] = {
	{
		.id = "umask.login",
		.title = "Sessions start with a restrictive umask",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_UMASKS | FACT_ACCOUNTS,
		.run = run_login,
		.rule = "Each PAM service that opens sessions (login, sshd, su, su-l, sudo, cron, crond, atd, "
		        "gdm-password, lightdm, sddm, systemd-user) ends up with a umask that has all bits of "
		        "umask.maximum. It starts with 022, or with the UMask= of its unit; pam_umask in the session "
		        "stack sets, the strongest first: umask= of the account's GECOS field, its own umask=, the first "
		        "UMASK of login.defs, UMASK of /etc/default/login; usergroups, which Debian 13's pam_umask does "
		        "without being told, gives the group bits away. sudo adds its umask to the caller's, and one in "
		        "sudoers beats PAM. Where a module's answer decides which lines run, the weakest outcome counts. "
		        "login.defs is a subject of its own: a UMASK that is too weak, not octal, or read by no session "
		        "fails.",
		.why = "What a session creates without asking for permissions is open to all that its umask leaves: with "
		       "022 every user reads the files that others leave in /tmp, and with 002 or 000 they change them.",
		.references = (const struct reference[]) { { "cis", "5.4.3.3" },
		                                           { "stig", "RHEL-09-412065" },
		                                           { "stig", "RHEL-10-400325" },
		                                           { "stig", "UBTU-24-300030" },
		                                           { "anssi", "R36" },
		                                           { "cwe", "CWE-276" },
		                                           { "cwe", "CWE-378" },
		                                           { "nist", "AC-6(1)" },
		                                           { "nist", "CM-6(a)" },
		                                           { "docs", "pam_umask(8)" },
		                                           { "docs", "login.defs(5)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Set UMASK 027 in login.defs, and let pam_umask read it in every session stack",
			.breaks = "programs that rely on new files being readable by others, such as web servers of files "
			          "that were put there by hand",
			.steps = STEPS({ ASPECT_BOOT, FIX_LINE, .path = "/etc/login.defs", .match = "^[[:blank:]]*UMASK([[:blank:]].*)?$", .text = "UMASK {umask}" }, { ASPECT_BOOT, FIX_PAM }),
		},
	},
	{
		.id = "umask.shell",
		.title = "System-wide shell start-up files do not weaken the umask",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_UMASKS,
		.run = run_shell,
		.rule = "No umask command in /etc/profile, /etc/profile.d/*.sh, bash.bashrc, bashrc, zsh/*, zshenv, "
		        "zprofile, csh.cshrc, csh.login, fish/config.fish or /etc/skel/.* lacks a bit of umask.maximum. "
		        "Branches are not evaluated: the weakest command of a file counts. A file without one passes; "
		        "an operand that is known only when it runs is an error, never a guess.",
		.why = "These files run after PAM and have the last word: one line in them undoes what login.defs and "
		       "pam_umask set, for every user.",
		.references = (const struct reference[]) { { "cis", "5.4.3.3" },
		                                           { "stig", "RHEL-09-412055" },
		                                           { "stig", "RHEL-09-412060" },
		                                           { "stig", "RHEL-09-412070" },
		                                           { "stig", "RHEL-10-400315" },
		                                           { "stig", "RHEL-10-400320" },
		                                           { "stig", "RHEL-10-400330" },
		                                           { "cwe", "CWE-276" },
		                                           { "attack", "T1546.004" },
		                                           { "docs", "umask(1p)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Remove the umask commands from the file, or let them set 027",
			.breaks = "programs that rely on new files being readable by others",
			.steps = STEPS({ ASPECT_BOOT, FIX_UMASK, .path = "{subject}", .text = "{umask}" }),
		},
	},
	{
		.id = "umask.accounts",
		.title = "Root's and users' own files do not weaken the umask",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_UMASKS | FACT_ACCOUNTS,
		.run = run_accounts,
		.rule = "For each account of uid 0 with a login shell, and with --deep for each of a uid from UID_MIN of login.defs on, no umask command in .profile, .bash_profile, .bashrc, "
		        ".bash_login, .zshrc, .zshenv, .cshrc, .tcshrc, .login or .config/fish/config.fish of its home, and "
		        "no umask= in its GECOS field, lacks a bit of umask.maximum. The files are read only if they are "
		        "regular, have one link, belong to the account or root, and are reached through no link but root's "
		        "own above the home; one that is not read is an error, and so is a home on a file system that "
		        "may not answer.",
		.why = "An account's own start-up files come last of all: what root, or a user, then creates in a shared "
		       "directory is open to others.",
		.references = (const struct reference[]) { { "cis", "5.4.2.6" },
		                                           { "stig", "RHEL-09-411025" },
		                                           { "stig", "RHEL-10-400310" },
		                                           { "cwe", "CWE-276" },
		                                           { "docs", "pam_umask(8)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Remove the umask command from the account's file, or let it set 027; empty the GECOS field "
			           "that has umask=",
			.steps = STEPS({ ASPECT_BOOT, FIX_UMASK, .path = "{subject}", .text = "{umask}" }),
		},
	},
	{
		.id = "umask.services",
		.title = "Services, sudo and file transfer do not widen the umask",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_COUNT,
		.facts = FACT_UMASKS | FACT_UNITS,
		.run = run_services,
		.rule = "No UMask= in force of a unit lacks a bit of umask.services; no umask of sudoers, no -u of sftp in "
		        "sshd_config, and no umask command in /etc/default or /etc/init.d lacks a bit of 022. sudoers neither "
		        "negates umask nor sets it to 0777, which both leave the caller's as it is. What is unset is 0022 and "
		        "passes. A line of a unit that systemd does not take is an error.",
		.why = "A service with a wider umask leaves files in shared directories, in its logs and in its state that "
		       "other users can change before it reads them again.",
		.references = (const struct reference[]) { { "anssi", "R36" },
		                                           { "cwe", "CWE-276" },
		                                           { "cwe", "CWE-732" },
		                                           { "nist", "AC-6(1)" },
		                                           { "docs", "systemd.exec(5)" },
		                                           { "docs", "sudoers(5)" },
		                                           { "docs", "sftp-server(8)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Give the unit a drop-in with UMask=0027; set umask=0027 in sudoers, -u 0022 for sftp, "
			           "umask 022 in the script",
			.breaks = "services that share files with another group or user by their umask",
			.steps = STEPS({ ASPECT_BOOT, FIX_LINE, .path = "/etc/systemd/system/{subject}.d/zz-tmpaudit.conf", .head = "[Service]", .match = "^UMask=.*$", .text = "UMask={umask.services}" }, { ASPECT_BOOT, FIX_AFTER, .text = "[ ! -d /run/systemd/system ] || { systemctl daemon-reload && systemctl try-restart -- {subject}; }" }, { ASPECT_BOOT, FIX_UMASK, .path = "{subject}", .text = "0027", .only = "/etc/sudoers*" }, { ASPECT_BOOT, FIX_EDIT, .path = "{subject}", .match = "^(.*sftp.*[[:blank:]]-u[[:blank:]]*)[0-7]+", .text = "\\10027", .only = "/etc/ssh/*" }, { ASPECT_BOOT, FIX_UMASK, .path = "{subject}", .text = "022", .only = "/*" }),
		},
	},
	{
		.id = "umask.processes",
		.title = "No running process creates world-writable files by default",
		.practice = PRACTICE_PERMISSIONS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_UMASKS,
		.live_only = true,
		.run = run_processes,
		.rule = "The umask of each running process, as /proc/PID/status has it, has all bits of umask.root-processes if "
		        "its effective uid is 0, and of umask.user-processes else; with --deep also that of each thread that has another one than its process. Process 1, threads of the kernel, zombies and what umask.exempt-processes names are left out; of processes "
		        "in another user namespace only those that are the host's root are judged, and the others noted.",
		.why = "What such a process creates in a shared directory without asking for permissions can be changed "
		       "by any user before it is read again.",
		.references = (const struct reference[]) { { "cwe", "CWE-276" },
		                                           { "cwe", "CWE-378" },
		                                           { "nist", "AC-6" },
		                                           { "docs", "proc_pid_status(5)" },
		                                           { "docs", "systemd.exec(5)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Set UMask=0027 in the process's unit, or a umask in what starts it, and restart it; a program "
			           "that sets 0 by itself and gives each file its mode can only be waived, by a name such as "
			           "\"pid * nginx\"",
			.breaks = "services that share files with another group or user by their umask",
			.steps = STEPS({ ASPECT_PROCESS, FIX_PROCESS }),
		},
	},
	{ 0 },
};
