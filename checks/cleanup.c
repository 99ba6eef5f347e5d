/** Cleaning up: nothing stays in a temporary directory for ever. */

#include "checks.h"
#include "cleaning.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>

/** Why the boot's mounts are not all known, or NULL: a directory may then be volatile without our knowing. */
static const struct fault *mounts_fault(const struct host *host) {
	for (size_t i = 0; i < host->nfaults; ++i)
		if ((host->faults[i].facts & FACT_MOUNTS) && host->faults[i].aspect == ASPECT_BOOT)
			return &host->faults[i];
	return NULL;
}

static uint64_t microseconds(uint64_t seconds) {
	return seconds * 1000000;
}

/** Seconds in the largest unit of which they are a whole number, behind a gap: "30 d". */
static const char *exact_age(struct result *result, uint64_t seconds, const char *gap) {
	static const struct {
		unsigned seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (seconds % units[i].seconds)
		++i;
	return result_text(result, "%llu%s%c", (unsigned long long)(seconds / units[i].seconds), gap, units[i].unit);
}

/** Whether something that is not systemd's timer cleans the directory in time. */
static bool is_cleaned_otherwise(const struct cleaning *cleaning, const char *dir, uint64_t most) {
	for (const struct cleaner *cleaner = cleaning->cleaners; cleaner->dir; ++cleaner)
		if (strcmp(cleaner->dir, dir) == 0 && strcmp(cleaner->name, "systemd-tmpfiles") != 0 &&
		    !cleaner->idle && cleaner->age <= microseconds(most))
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

static void judge_dir(const struct host *host, const struct cleaned_dir *dir, uint64_t most, const char *age,
                      bool volatile_suffices, struct result *result) {
	const struct cleaner *best = best_cleaner(host->cleaning, dir->path);
	const struct fault *fault = mounts_fault(host);
	const bool aged = best && !best->idle && best->age <= microseconds(most);
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
	                     .expected = result_text(result, "age \u2264 %s", age),
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
		const uint64_t most = parameters[tmp ? PARAMETER_TMP_AGE : PARAMETER_VAR_TMP_AGE];

		judge_dir(host, dir, most, exact_age(result, most, ""), tmp && parameters[PARAMETER_VOLATILE], result);
		otherwise = otherwise && is_cleaned_otherwise(cleaning, dir->path, most);
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

/* What stayed */

/** A number of bytes for a reader. */
static const char *show_bytes(struct result *result, uint64_t bytes) {
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	uint64_t tenths = 0;
	size_t unit = 0;

	if (bytes < 1024)
		return result_text(result, "%llu B", (unsigned long long)bytes);
	for (; bytes >> 10 >= 1024; bytes >>= 10)
		++unit;
	tenths = (bytes & 1023) * 10 / 1024;
	return result_text(result, "%llu.%llu %s", (unsigned long long)(bytes >> 10), (unsigned long long)tenths,
	                   units[unit]);
}

/** A time for a reader: the larger the less exactly. */
static const char *show_age(struct result *result, int64_t seconds) {
	const long long days = (long long)(seconds / 86400);

	return days < 730 ? result_text(result, "%lld d", days) : result_text(result, "%lld y", days / 365);
}

/** The path without the directory that it lies in. */
static const char *name_within(const struct host *host, const char *directory, const char *path) {
	const struct tempdir *dir = host_tempdir(host, directory);
	const char *real = dir && dir->real ? dir->real : directory;

	return text_path_within(path, real) && path[strlen(real)] == '/' ? path + strlen(real) + 1 : path;
}

/** Why no cleaner took the oldest of what is left. */
static const char *find_reason(struct result *result, const struct host *host, const struct leftovers *left) {
	const struct tmpfiles *tmpfiles = host->tmpfiles;
	const char *age = NULL;

	if (left->locked)
		return "the directory is locked, so that systemd-tmpfiles passes it by";
	if (left->sticky)
		return "the oldest has the sticky bit, which systemd-tmpfiles spares";
	for (size_t i = 0; tmpfiles && i < tmpfiles->nlines; ++i) {
		const struct tmpfiles_line *line = &tmpfiles->lines[i];

		if (strchr("xX", line->type) && left->oldest &&
		    (text_glob(line->path, left->oldest) ||
		     (line->type == 'x' && text_path_within(left->oldest, line->path))))
			return result_text(result, "%s exempts the oldest from cleaning", line->source);
		if (strchr("dDevqQC", line->type) && text_equal(line->path, left->path) && line->age &&
		    !text_equal(line->age, "-"))
			age = line->source;
	}
	if (age)
		return result_text(result, "the age that %s states is longer, or the cleaner does not run", age);
	return "no line of tmpfiles.d gives the directory an age";
}

static void judge_stale(struct result *result, const struct host *host, const struct leftovers *left) {
	if (!left->count) {
		result_judge(result, true, &(struct finding) { .subject = left->path, .aspect = ASPECT_FILE });
		return;
	}
	result_judge(
	        result, false,
	        &(struct finding) {
	                .subject = left->path,
	                .message = result_text(result, "holds what nobody used for so long: %s",
	                                       find_reason(result, host, left)),
	                .expected =
	                        result_text(result, "nothing older than %s", exact_age(result, left->most_age, " ")),
	                .actual = left->oldest
	                                  ? result_text(result, "%llu entr%s, %s, oldest %s (%s)",
	                                                (unsigned long long)left->count, left->count == 1 ? "y" : "ies",
	                                                show_bytes(result, left->bytes), show_age(result, left->age),
	                                                name_within(host, left->path, left->oldest))
	                                  : result_text(result, "%llu entries, %s", (unsigned long long)left->count,
	                                                show_bytes(result, left->bytes)),
	                .aspect = ASPECT_FILE,
	        });
}

static void run_stale(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (dir->unknown && !dir->same_as && dir->exists && dir->class != TEMPDIR_USER)
			result_unknown(result, &(struct finding) {
			                               .subject = dir->path,
			                               .message = dir->unknown,
			                               .aspect = ASPECT_FILE,
			                       });
	for (const struct leftovers *left = host->leftovers; left && left->path; ++left)
		judge_stale(result, host, left);
	result_skip(result, "there is no temporary directory");
}

static void run_shadowed(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct shadow *shadow = host->shadows; shadow && shadow->path; ++shadow) {
		const struct finding finding = {
			.subject = shadow->path,
			.message = "hides what lies in the directory beneath the mount, and keeps its space",
			.expected = "empty underneath",
			.actual = result_text(result, "%llu entr%s, %s, e.g. %s", (unsigned long long)shadow->count,
			                      shadow->count == 1 ? "y" : "ies", show_bytes(result, shadow->bytes),
			                      shadow->example ? shadow->example : "?"),
			.aspect = ASPECT_FILE,
		};

		if (shadow->unknown)
			result_unknown(result, &(struct finding) {
			                               .subject = shadow->path,
			                               .message = shadow->unknown,
			                               .aspect = ASPECT_FILE,
			                       });
		else
			result_judge(result, !shadow->count, &finding);
	}
	result_skip(result, "no temporary directory is a mount point");
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
		.rule = "/tmp has an age of at most cleanup.tmp-max-age, or is volatile where cleanup.volatile lets it be: "
		        "a tmpfs of the boot configuration, or emptied at boot by a D or R line. /var/tmp has an age of at "
		        "most cleanup.var-tmp-max-age. An age is that of the tmpfiles.d line that wins the path, or of "
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
			.steps = STEPS({ ASPECT_BOOT, FIX_EXEMPTION, .path = "{subject}" }, { ASPECT_BOOT, FIX_LINE, .path = "/etc/tmpfiles.d/tmpaudit.conf", .match = "^e /tmp .*$", .text = "e /tmp 1777 root root {tmp-age}" }, { ASPECT_BOOT, FIX_EXEMPTION, .path = "{subject}", .only = "/var/tmp" }, { ASPECT_BOOT, FIX_LINE, .path = "/etc/tmpfiles.d/tmpaudit.conf", .match = "^e /var/tmp .*$", .text = "e /var/tmp 1777 root root {var-tmp-age}", .only = "/var/tmp" }, { ASPECT_BOOT, FIX_UNMASK, .path = "{subject}", .only = "*.timer" }, { ASPECT_BOOT, FIX_LINE, .path = "/etc/systemd/logind.conf.d/zz-tmpaudit.conf", .head = "[Login]", .match = "^RemoveIPC=.*$", .text = "RemoveIPC=yes", .only = "/dev/shm" }),
		},
	},
	{
	        .id = "cleanup.stale",
	        .title = "Old files do not pile up",
	        .practice = PRACTICE_EXPOSURE,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_TEMPDIRS | FACT_LEFTOVERS | FACT_TMPFILES,
	        .run = run_stale,
	        .rule = "In none of the audited directories, to three levels below it and on the same mount, is there a regular "
	                "file, FIFO or symbolic link whose times of access, change, modification and birth are all older than "
	                "cleanup.tmp-max-age, or for /var/tmp cleanup.var-tmp-max-age; but for files that a process has open, or "
	                "one of root or a service has mapped.  The jobs in /var/spool/cron/crontabs and /var/spool/at and what lies in users' own directories "
	                "are no temporary files in this sense.",
	        .why = "What is forgotten stays readable: dumps, keys and half of somebody's work wait for whoever comes by, and "
	               "fill the disk.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-459" },
	                        { "attack", "T1074.001" },
	                        { "docs", "systemd-tmpfiles(8)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Give the directory an age in tmpfiles.d, look through it, and run systemd-tmpfiles --clean",
			.breaks = "whoever still needs such a file",
			.steps = STEPS({ ASPECT_FILE, FIX_RUN, .match = "! command -v systemd-tmpfiles >/dev/null", .text = "systemd-tmpfiles --clean || [ $? = 73 ]" }),
		},
	},
	{
	        .id = "cleanup.shadowed",
	        .title = "No leftovers are hidden beneath a temporary mount",
	        .practice = PRACTICE_CLEANUP,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_COUNT,
	        .when = WHEN_DEEP,
	        .facts = FACT_TEMPDIRS | FACT_SHADOWS,
	        .run = run_shadowed,
	        .rule = "The directory beneath each mount on an audited directory is empty.  It is looked at in a copy of the mount "
	                "below that nobody else sees, open_tree(2), which needs CAP_SYS_ADMIN.  Offline, a directory that the boot "
	                "configuration mounts over is empty.",
	        .why = "Files that lay in /tmp before a mount covered it are never cleaned and hardly ever seen again, but for "
	               "those who take the disk.",
	        .references =
	                (const struct reference[]) {
	                        { "cwe", "CWE-459" },
	                        { "cwe", "CWE-212" },
	                        { "docs", "open_tree(2)" },
	                        { 0 },
	                },
	        .remediation = {
			.summary = "Bind the file system below to another place, as with mount --bind / /mnt, and remove there "
	                           "what lies in the directory",
			.steps = STEPS({ ASPECT_FILE, FIX_UNCOVER, .path = "{subject}" }),
		},
	},
	{ 0 },
};
