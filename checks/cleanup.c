/** Cleaning up: nothing stays in a temporary directory for ever. */

#include "checks.h"
#include "cleaning.h"
#include "host.h"
#include "result.h"

#include <string.h>

/** Why the boot's mounts are not all known, or NULL: a directory may then be volatile without our knowing. */
static const struct fault *mounts_fault(const struct host *host) {
	for (size_t i = 0; i < host->nfaults; ++i)
		if ((host->faults[i].facts & FACT_MOUNTS) && host->faults[i].aspect == ASPECT_BOOT)
			return &host->faults[i];
	return NULL;
}

static uint64_t microseconds(uint64_t days) {
	return days * 86400 * 1000000;
}

/** Whether something that is not systemd's timer cleans the directory in time. */
static bool is_cleaned_otherwise(const struct cleaning *cleaning, const char *dir, uint64_t days) {
	for (const struct cleaner *cleaner = cleaning->cleaners; cleaner->dir; ++cleaner)
		if (strcmp(cleaner->dir, dir) == 0 && strcmp(cleaner->name, "systemd-tmpfiles") != 0 &&
		    !cleaner->idle && cleaner->age <= microseconds(days))
			return true;
	return false;
}

/** The cleaner that leaves least in the directory, or NULL. */
static const struct cleaner *best_cleaner(const struct cleaning *cleaning, const char *dir) {
	const struct cleaner *best = NULL;

	for (const struct cleaner *cleaner = cleaning->cleaners; cleaner->dir; ++cleaner) {
		if (strcmp(cleaner->dir, dir) != 0)
			continue;
		if (!best || !cleaner->idle < !best->idle ||
		    (!cleaner->idle == !best->idle && cleaner->age < best->age))
			best = cleaner->idle && best && !best->idle ? best : cleaner;
	}
	return best;
}

static void judge_dir(const struct host *host, const struct cleaned_dir *dir, uint64_t days, bool volatile_suffices,
                      struct result *result) {
	const struct cleaner *best = best_cleaner(host->cleaning, dir->path);
	const struct fault *fault = mounts_fault(host);
	const bool aged = best && !best->idle && best->age <= microseconds(days);
	const bool good = aged || (volatile_suffices && dir->emptied);
	const char *actual = dir->none, *source = dir->none_source;

	if (!good && volatile_suffices && fault) {
		result_unknown(result, &(struct finding) {
		                               .subject = dir->path,
		                               .message = result_text(result, "may be volatile: %s %s", fault->subject,
		                                                      fault->message),
		                               .source = fault->source,
		                               .aspect = ASPECT_BOOT,
		                       });
		return;
	}
	if (best && best->idle) {
		actual = result_text(result, "none: %s (%s) %s", best->shown, best->name, best->idle);
		source = best->idle_source;
	} else if (best) {
		actual = best->shown;
		source = best->source;
	} else if (dir->emptied && !good) {
		actual = result_text(result, "%s; emptied by a restart only (%s)", dir->none, dir->emptied);
	}
	result_judge(result, good,
	             &(struct finding) {
	                     .subject = dir->path,
	                     .message = best && !best->idle ? "keeps its files for too long" : "is never cleaned",
	                     .expected = result_text(result, "age \u2264 %llud", (unsigned long long)days),
	                     .actual = actual,
	                     .source = source,
	                     .aspect = ASPECT_BOOT,
	             });
}

static void run_policy(const struct check *check, const struct host *host, struct result *result) {
	const struct cleaning *cleaning = host->cleaning;
	const uint64_t *parameters = host->policy->parameters;
	bool otherwise = true;

	(void)check;
	if (!cleaning->possible) {
		result_skip(result, "there is no init and no cron");
		return;
	}
	for (const struct cleaned_dir *dir = cleaning->dirs; dir->path; ++dir) {
		const bool tmp = strcmp(dir->path, "/tmp") == 0;
		const uint64_t days = parameters[tmp ? PARAMETER_TMP_AGE : PARAMETER_VAR_TMP_AGE];

		judge_dir(host, dir, days, tmp && parameters[PARAMETER_VOLATILE], result);
		otherwise = otherwise && is_cleaned_otherwise(cleaning, dir->path, days);
	}
	if (cleaning->timed)
		result_judge(result, !cleaning->timer_fault || otherwise,
		             &(struct finding) {
		                     .subject = CLEANING_TIMER,
		                     .message = "does not run, so that no age has an effect",
		                     .expected = "pulled in by timers.target, not masked",
		                     .actual = cleaning->timer_fault,
		                     .source = cleaning->timer_source,
		                     .aspect = ASPECT_BOOT,
		             });
	if (cleaning->logind)
		result_judge(result, !cleaning->keeps_ipc,
		             &(struct finding) {
		                     .subject = "/dev/shm",
		                     .message = "keeps what users leave there when they have logged out",
		                     .expected = "RemoveIPC=yes",
		                     .actual = "RemoveIPC=no",
		                     .source = cleaning->ipc_source,
		                     .aspect = ASPECT_BOOT,
		             });
}

const struct check cleanup_checks[] = {
	{
		.id = "cleanup.policy",
		.title = "Every shared temporary directory is cleaned, and the cleaner runs",
		.practice = PRACTICE_CLEANUP,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_SHARE,
		.facts = FACT_CLEANING | FACT_TMPFILES | FACT_UNITS,
		.run = run_policy,
		.rule = "/tmp has an age of at most cleanup.tmp-max-age days, or is volatile where cleanup.volatile lets it be: "
		        "a tmpfs of the boot configuration, or emptied at boot by a D or R line. /var/tmp has an age of at "
		        "most cleanup.var-tmp-max-age days. An age is that of the tmpfiles.d line that wins the path, or of "
		        "an e line that matches it, or of a tmpreaper, tmpwatch or find that root's cron runs; it counts for "
		        "nothing on a line with !, with ~, which spares what lies directly in the directory, under a line "
		        "whose glob exempts the directory or all that lies in it, or where the cleaner does nothing. With "
		        "systemd, " CLEANING_TIMER " is pulled in and not masked, unless another cleaner covers both "
		        "directories. With logind, RemoveIPC= is not off, which governs /dev/shm.",
		.why = "What is never removed waits for whoever comes later: dumps and copies with secrets, names that "
		       "block or mislead another program, and space that runs out.",
		.references = (const struct reference[]) { { "cwe", "CWE-459" },
		                                           { "cwe", "CWE-212" },
		                                           { "nist", "SI-12" },
		                                           { "nist", "SC-4" },
		                                           { "docs", "tmpfiles.d(5)" },
		                                           { "docs", "systemd-tmpfiles(8)" },
		                                           { "docs", "logind.conf(5)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Give both directories an age in tmpfiles.d, remove what exempts them, and let the timer run",
			.breaks = "programs that keep files in /tmp or /var/tmp for longer than that",
			.commands = (const struct fix_command[]) {
				{ ASPECT_BOOT, "mkdir -p /etc/tmpfiles.d && echo 'q {subject} 1777 root root 10d' >/etc/tmpfiles.d/00-tmpaudit-tmp.conf" },
				{ 0 },
			},
			.exceptions = (const struct fix_exception[]) {
				{ "/var/tmp", "mkdir -p /etc/tmpfiles.d && echo 'q {subject} 1777 root root 30d' "
				              ">/etc/tmpfiles.d/00-tmpaudit-var-tmp.conf" },
				{ "*.timer", "systemctl unmask {subject} systemd-tmpfiles-clean.service && "
				             "systemctl add-wants timers.target {subject}" },
				{ "/dev/shm", "mkdir -p /etc/systemd/logind.conf.d && printf '[Login]\\nRemoveIPC=yes\\n' "
				              ">/etc/systemd/logind.conf.d/zz-tmpaudit.conf" },
				{ 0 },
			},
		},
	},
	{ 0 },
};
