/** How the temporary directories are mounted: now, and after the next boot. */

#include "checks.h"
#include "host.h"
#include "result.h"

#include <stdlib.h>
#include <string.h>

/** What a row asks for: that the directories are mounted with option. */
struct want {
	/** The directory of the row, and one that is judged with it while others can write to it; NULL: none. */
	const char *dir, *guest;
	const char *option;
};

/** A directory in one view, and the mount that governs it there. */
struct subject {
	const char *path, *real;
	const struct tempdir *dir;
	const struct mount_view *view;
	const struct mount *mount;
};

/** What a whole-numbered share of memory or of a file system is at most. */

static const char *const shared[] = { "/tmp", "/var/tmp", "/dev/shm", NULL };

/** Find what governs a directory in a view.  Returns false if there is nothing to judge; it is then said why. */
static bool find_subject(const struct host *host, const struct mount_view *view, const char *path,
                         struct result *result, struct subject *subject) {
	const struct tempdir *dir = host_tempdir(host, path);
	const bool live = view->aspect == ASPECT_LIVE;

	*subject = (struct subject) {
		.path = path, .real = dir && dir->real ? dir->real : path, .dir = dir, .view = view
	};
	if (live && (!dir || (!dir->exists && !dir->unknown))) {
		result_skip(result, "there is no %s", path);
		return false;
	}
	if (live && dir->exists && !dir->directory && !dir->unknown) {
		result_skip(result, "%s is no directory", path);
		return false;
	}
	if (!live || dir->object.mount_id)
		subject->mount = mount_covering(view, subject->real, live ? dir->object.mount_id : 0);
	/* The runner has said what could not be read. */
	if (subject->mount)
		return !subject->mount->unknown;
	result_unknown(result,
	               &(struct finding) {
	                       .subject = path,
	                       .aspect = view->aspect,
	                       .message = live && dir->unknown ? dir->unknown : "lies on a mount that is not listed",
	                       .source = view->source,
	               });
	return false;
}

/** Whether a guest of a row is to be judged with it: whether others can write to it. */
static bool is_writable(const struct host *host, const char *path) {
	const struct tempdir *dir = host_tempdir(host, path);

	return dir && dir->directory && !dir->unknown && object_others_write(&dir->object);
}

/** shown is what the finding says there is; NULL: the options of the mount. */
static void judge_option(const struct subject *subject, const char *option, const char *shown, struct result *result) {
	const struct mount *mount = subject->mount;

	result_judge(result, mount_has_option(mount, option),
	             &(struct finding) {
	                     .subject = subject->path,
	                     .aspect = subject->view->aspect,
	                     .message = mount_is_own(mount, subject->real)
	                                        ? result_text(result, "is mounted without %s", option)
	                                        : result_text(result, "lies on %s, which is mounted without %s",
	                                                      mount->target, option),
	                     .expected = option,
	                     .actual = shown          ? shown
	                               : mount->shown ? mount->shown
	                                              : mount->options,
	                     .source = mount->source,
	             });
}

/**
 * A directory without a mount of its own is judged by the one it lies on: what
 * matters is whether a file in it could gain privilege, not how many mounts there are.
 */
static void run_option(const struct check *check, const struct host *host, struct result *result) {
	const struct want *want = check->param;
	struct subject subject;

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		if (find_subject(host, view, want->dir, result, &subject))
			judge_option(&subject, want->option, NULL, result);
		if (want->guest && is_writable(host, want->guest) &&
		    find_subject(host, view, want->guest, result, &subject))
			judge_option(&subject, want->option, NULL, result);
	}
}

static void judge_separate(const struct subject *subject, struct result *result) {
	const struct mount *mount = subject->mount;
	const bool own = mount_is_own(mount, subject->real);
	const bool network = mount_type_network(mount->type), ownerless = mount_type_ownerless(mount->type);
	const bool typed = strcmp(mount->type, "auto") != 0;

	result_judge(result, own && !network && !ownerless,
	             &(struct finding) {
	                     .subject = subject->path,
	                     .aspect = subject->view->aspect,
	                     .message = !own      ? "is no file system of its own"
	                                : network ? "is on a network file system"
	                                          : "is on a file system without owners and sticky bits",
	                     .expected = own ? "own mount of a local type with owners" : "own mount",
	                     .actual = own     ? result_text(result, "mount of type %s", mount->type)
	                               : typed ? result_text(result, "directory on %s (%s)", mount->target, mount->type)
	                                       : result_text(result, "directory on %s", mount->target),
	                     .source = mount->source,
	             });
}

static void run_separate(const struct check *check, const struct host *host, struct result *result) {
	const struct want *want = check->param;
	struct subject subject;

	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		if (find_subject(host, view, want->dir, result, &subject))
			judge_separate(&subject, result);
		if (want->guest && is_writable(host, want->guest) &&
		    find_subject(host, view, want->guest, result, &subject))
			judge_separate(&subject, result);
	}
}

static void run_boot(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		if (view->aspect != ASPECT_BOOT)
			continue;
		const struct mount_defect *defect = view->defects;

		for (; defect && defect->source; ++defect)
			result_judge(result, false,
			             &(struct finding) {
			                     .subject = defect->target ? defect->target : view->source,
			                     .aspect = view->aspect,
			                     .message = defect->message,
			                     .expected = defect->expected,
			                     .actual = defect->actual,
			                     .source = defect->source,
			             });
		if (defect == view->defects)
			result_judge(result, true, &(struct finding) { .aspect = view->aspect });
	}
}

/** The options that other ways to a temporary directory must have: whatever it has itself. */
static const char *const required[] = { "nosuid", "nodev", "noexec", NULL };

static void judge_alias(const struct alias *alias, struct result *result) {
	static const char *const what[] = {
		[ALIAS_SAME] = "bind of the same file system",
		[ALIAS_OVERLAY] = "overlay of files in it",
		[ALIAS_BELOW] = "another file system below it",
	};
	const char *missing = "";
	const char *where = alias->process ? result_text(result, " to process %s", alias->process) : "";

	for (const char *const *option = required; *option; ++option)
		if (!mount_has_option(alias->mount, *option) &&
		    !(alias->copy && !mount_has_option(alias->governing, *option)))
			missing = result_text(result, "%s%s%s", missing, *missing ? "," : "", *option);
	if (*missing && !alias->unknown && !alias->reachable) {
		result_note(result, alias->path, "shows files of %s%s without %s, and only its owner can get there",
		            alias->dir->path, where, missing);
		missing = "";
	}
	const struct finding finding = {
		.subject = alias->path,
		.aspect = ASPECT_LIVE,
		.message =
		        alias->unknown
		                ? result_text(
		                          result,
		                          "shows files of %s%s without %s, and whether others get there is unknown: %s",
		                          alias->dir->path, where, missing, alias->unknown)
		                : result_text(result, "shows files of %s%s, but is mounted without %s",
		                              alias->dir->path, where, missing),
		.expected = result_text(result, "%s like %s", missing, alias->dir->path),
		.actual = result_text(result, "%s (%s)", alias->mount->options, what[alias->kind]),
		.source = alias->mount->source,
	};
	if (*missing && alias->unknown)
		result_unknown(result, &finding);
	else
		result_judge(result, !*missing, &finding);
}

static void run_alias(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		struct subject subject;

		for (const char *const *path = shared; *path && view->aspect == ASPECT_LIVE; ++path) {
			if (!find_subject(host, view, *path, result, &subject))
				continue;
			const struct finding finding = {
				.subject = *path,
				.aspect = ASPECT_LIVE,
				.message = "lies on a mount that this root shows only a part of",
				.source = subject.mount->source,
			};
			/* Below a chroot(2) the other mounts of its file system are out of sight. */
			if (subject.mount->outside)
				result_unknown(result, &finding);
			else
				result_judge(result, true, &finding);
		}
	}
	for (const struct alias *alias = host->aliases; alias && alias->dir; ++alias)
		judge_alias(alias, result);
}

static bool is_in_memory(const struct mount *mount) {
	return strcmp(mount->type, "tmpfs") == 0 || strcmp(mount->type, "ramfs") == 0;
}

static bool exceeds(uint64_t part, uint64_t whole, uint64_t percent) {
	return part > whole / 100 * percent + whole % 100 * percent / 100;
}

/** What is wrong with the limits and the usage of a live file system; NULL: nothing. */
static const char *judge_usage(const struct host *host, const struct subject *subject, struct result *result) {
	const uint64_t most = host->policy->parameters[PARAMETER_LIMITS_USAGE];
	const struct usage *usage = &subject->dir->usage;

	if (is_in_memory(subject->mount)) {
		if (usage->bytes_total == 0)
			return "size=0";
		if (usage->inodes_total == 0)
			return "nr_inodes=0";
		if (subject->view->memory && exceeds(usage->bytes_total, subject->view->memory,
		                                     host->policy->parameters[PARAMETER_LIMITS_MEMORY]))
			return result_text(result, "%llu %% of memory",
			                   (unsigned long long)(100.0 * (double)usage->bytes_total /
			                                        (double)subject->view->memory));
	}
	if (usage->bytes_total && exceeds(usage->bytes_total - usage->bytes_free, usage->bytes_total, most))
		return result_text(result, "%.1f %% of the space used",
		                   100.0 * (double)(usage->bytes_total - usage->bytes_free) /
		                           (double)usage->bytes_total);
	if (usage->inodes_total && exceeds(usage->inodes_total - usage->inodes_free, usage->inodes_total, most))
		return result_text(result, "%.1f %% of the inodes used",
		                   100.0 * (double)(usage->inodes_total - usage->inodes_free) /
		                           (double)usage->inodes_total);
	return NULL;
}

/** What is wrong with the limits that the configuration sets; NULL: nothing. */
static const char *judge_limits(const struct host *host, const struct subject *subject, struct result *result) {
	const uint64_t most = host->policy->parameters[PARAMETER_LIMITS_MEMORY];
	const struct mount *mount = subject->mount;
	const struct mount_limit size = mount_limit(mount, "size"), blocks = mount_limit(mount, "nr_blocks");
	const struct mount_limit inodes = mount_limit(mount, "nr_inodes");

	if (!is_in_memory(mount))
		return NULL;
	if (strcmp(mount->type, "ramfs") == 0)
		return "ramfs, which has no limits";
	if (size.stated && size.value == 0 && size.percent == 0)
		return "size=0";
	if (!size.stated && blocks.stated && blocks.value == 0)
		return "nr_blocks=0";
	if (inodes.stated && inodes.value == 0)
		return "nr_inodes=0";
	if (size.percent > most)
		return result_text(result, "size=%llu%%", (unsigned long long)size.percent);
	if (subject->view->memory && exceeds(size.value, subject->view->memory, most))
		return result_text(result, "size=%llu", (unsigned long long)size.value);
	return NULL;
}

static void run_limits(const struct check *check, const struct host *host, struct result *result) {
	struct subject subject;

	(void)check;
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view) {
		for (const char *const *path = shared; *path; ++path) {
			if (!find_subject(host, view, *path, result, &subject))
				continue;
			const bool live = view->aspect == ASPECT_LIVE;
			if (live && !subject.dir->usage.known) {
				result_unknown(result,
				               &(struct finding) {
				                       .subject = *path,
				                       .aspect = view->aspect,
				                       .message = subject.dir->unknown ? subject.dir->unknown
				                                                       : "does not say how full it is",
				                       .source = "statvfs",
				               });
				continue;
			}
			const char *wrong =
			        live ? judge_usage(host, &subject, result) : judge_limits(host, &subject, result);
			const bool usage = wrong && strstr(wrong, "used");
			result_judge(
			        result, !wrong,
			        &(struct finding) {
			                .subject = *path,
			                .aspect = view->aspect,
			                .message = usage ? "is nearly full" : "has no sane limit",
			                .expected = usage ? result_text(result, "at most %llu %% used",
			                                                (unsigned long long)host->policy
			                                                        ->parameters[PARAMETER_LIMITS_USAGE])
			                                  : "size and nr_inodes set",
			                .actual = wrong,
			                .source = live ? "statvfs" : subject.mount->source,
			        });
		}
	}
}

/** Whether a kernel release is older than 5.10, the first that has nosymfollow. */
static bool lacks_nosymfollow(const char *release) {
	char *end;
	unsigned long major = strtoul(release, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return major < 5 || (major == 5 && minor < 10);
}

static void run_nosymfollow(const struct check *check, const struct host *host, struct result *result) {
	const struct want *want = check->param;
	struct subject subject;

	if (host->identity && host->identity->kernel && lacks_nosymfollow(host->identity->kernel)) {
		result_skip(result, "the kernel is older than 5.10, which brought nosymfollow");
		return;
	}
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		for (const char *const *path = shared; *path; ++path)
			if (find_subject(host, view, *path, result, &subject))
				judge_option(&subject, want->option, "absent", result);
}

#define NOEXEC_BREAKS                                                                                                  \
	"installers that unpack and run programs there; dpkg-preconfigure unless APT::ExtractTemplates::TempDir "      \
	"names "                                                                                                       \
	"another directory; build tools that run what they compile there"

/** A row of an option; what follows are references of its own. */
#define OPTION_ROW(NAME, DIR, GUEST, OPTION, GOOD, ATTACK, BREAKS, ...)                                                \
	{                                                                                                              \
		.id = "mount." NAME "-" OPTION, .title = GOOD " " DIR, .practice = PRACTICE_DIRECTORY,                 \
		.severity = SEVERITY_MEDIUM, .credit = CREDIT_SHARE, .facts = FACT_MOUNTS | FACT_TEMPDIRS,             \
		.run = run_option, .param = &(const struct want) { DIR, GUEST, OPTION },                               \
		.rule = "The mount that governs " DIR ", now and after the next boot, has " OPTION                     \
		        " among its own options, after later ones had their say. A directory without a mount of its "  \
		        "own is judged by the mount it lies on.",                                                      \
		.why = ATTACK,                                                                                         \
		.references = (const struct reference[]) { __VA_ARGS__, { "docs", "mount(8)" }, { 0 } },               \
		.remediation = {                                                                                       \
			.summary = "Mount " DIR " with " OPTION ", now and at boot",                                   \
			.breaks = BREAKS,                                                                              \
			.steps = STEPS({ ASPECT_ANY, FIX_MOUNT, .path = "{subject}", .text = OPTION }),                \
		},                                                                                                     \
	}

#define NOSUID_ROW(NAME, DIR, GUEST, CIS, STIG9, STIG10)                                                               \
	OPTION_ROW(NAME, DIR, GUEST, "nosuid", "Set-id bits have no effect in",                                        \
	           "A set-user-ID program that an attacker gets into " DIR                                             \
	           " would run as its owner: one write as root is enough for a lasting way back.",                     \
	           NULL, { "cwe", "CWE-250" }, { "cis", CIS }, { "nist", "CM-7(b)" }, { "nist", "AC-6(1)" },           \
	           { "stig", STIG9 }, { "stig", STIG10 }, { "attack", "T1548.001" })

#define NODEV_ROW(NAME, DIR, GUEST, CIS, STIG9, STIG10)                                                                \
	OPTION_ROW(NAME, DIR, GUEST, "nodev", "Device nodes have no effect in",                                        \
	           "A device node that gets into " DIR                                                                 \
	           ", with a mode that lets everybody in, opens disks and memory past every permission of files.",     \
	           NULL, { "cwe", "CWE-250" }, { "cis", CIS }, { "nist", "CM-7(b)" }, { "stig", STIG9 },               \
	           { "stig", STIG10 })

#define NOEXEC_ROW(NAME, DIR, GUEST, CIS, STIG9, STIG10)                                                               \
	OPTION_ROW(NAME, DIR, GUEST, "noexec", "Programs cannot be executed from",                                     \
	           "A program that a hijacked service drops into " DIR                                                 \
	           " can be run from there. noexec stops that, and libraries loaded from there; not sh FILE.",         \
	           NOEXEC_BREAKS, { "cis", CIS }, { "nist", "CM-7" }, { "stig", STIG9 }, { "stig", STIG10 },           \
	           { "attack", "T1059.004" }, { "anssi", "R28" })

#define SEPARATE_ROW(NAME, DIR, GUEST, ...)                                                                            \
	{                                                                                                              \
		.id = "mount." NAME "-separate", .title = DIR " is a file system of its own, of a sane type",          \
		.practice = PRACTICE_DIRECTORY, .severity = SEVERITY_MEDIUM, .credit = CREDIT_SHARE,                   \
		.facts = FACT_MOUNTS | FACT_TEMPDIRS, .run = run_separate,                                             \
		.param = &(const struct want) { .dir = DIR, .guest = GUEST },                                          \
		.rule = DIR " is a mount of its own, now and after the next boot, neither of a network file system "   \
		            "nor of a type without owners and sticky bits.",                                           \
		.why = "Whoever fills " DIR " fills the file system it lies on. Links to files next to it become "     \
		       "possible, and options such as noexec cannot be given to it alone.",                            \
		.references =                                                                                          \
		        (const struct reference[]) {                                                                   \
			        { "cwe", "CWE-400" },           { "nist", "SC-5(2)" },  __VA_ARGS__,                   \
			        { "docs", "systemd.mount(5)" }, { "docs", "fstab(5)" }, { 0 }                          \
		        },                                                                                             \
		.remediation = {                                                                                       \
			.summary = "Give " DIR " a file system of its own",                                            \
			.breaks = "what lies in the directory now is hidden beneath the new mount",                    \
			.steps = STEPS({ ASPECT_ANY, FIX_MOUNT, .path = "{subject}" }),                                \
		},                                                                                                     \
	}

const struct check mount_checks[] = {
	SEPARATE_ROW("tmp", "/tmp", "/run/lock", { "cis", "1.1.2.1.1" }, { "stig", "RHEL-09-231015" },
	             { "stig", "RHEL-10-000540" }, { "anssi", "R28" }),
	NOSUID_ROW("tmp", "/tmp", "/run/lock", "1.1.2.1.3", "RHEL-09-231135", "RHEL-10-700160"),
	NODEV_ROW("tmp", "/tmp", "/run/lock", "1.1.2.1.2", "RHEL-09-231125", "RHEL-10-700150"),
	NOEXEC_ROW("tmp", "/tmp", "/run/lock", "1.1.2.1.4", "RHEL-09-231130", "RHEL-10-700155"),
	SEPARATE_ROW("var-tmp", "/var/tmp", NULL, { "cis", "1.1.2.5.1" },
	             { "stig", "RHEL-09-231035" }, { "stig", "RHEL-10-000570" }, { "anssi", "R28" }),
	NOSUID_ROW("var-tmp", "/var/tmp", NULL, "1.1.2.5.3", "RHEL-09-231185", "RHEL-10-700195"),
	NODEV_ROW("var-tmp", "/var/tmp", NULL, "1.1.2.5.2", "RHEL-09-231175", "RHEL-10-700185"),
	NOEXEC_ROW("var-tmp", "/var/tmp", NULL, "1.1.2.5.4", "RHEL-09-231180", "RHEL-10-700190"),
	SEPARATE_ROW("dev-shm", "/dev/shm", NULL, { "cis", "1.1.2.2.1" }, { "anssi", "R28" }),
	NOSUID_ROW("dev-shm", "/dev/shm", NULL, "1.1.2.2.3", "RHEL-09-231120", "RHEL-10-700145"),
	NODEV_ROW("dev-shm", "/dev/shm", NULL, "1.1.2.2.2", "RHEL-09-231110", "RHEL-10-700135"),
	NOEXEC_ROW("dev-shm", "/dev/shm", NULL, "1.1.2.2.4", "RHEL-09-231115", "RHEL-10-700140"),
	{
		.id = "mount.boot",
		.title = "The boot configuration of temporary mounts is coherent",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_COUNT,
		.facts = FACT_MOUNTS,
		.run = run_boot,
		.rule = "Every line of fstab can be parsed, and for /tmp, /var/tmp, /dev/shm and /run/lock: none is hidden by a "
		        "unit or a mask in /etc, there is one definition only, noauto goes with an automount, a unit in "
		        "/etc is pulled in, no drop-in's Options= loses options of what it overrides, and no option is "
		        "misspelt.",
		.why = "A protection that is written down but not in force looks done to whoever reads the file, and is gone "
		       "after the next boot.",
		.references = (const struct reference[]) { { "cwe", "CWE-1188" },
			                                   { "nist", "CM-6(a)" },
			                                   { "docs", "systemd.mount(5)" },
			                                   { "docs", "systemd-fstab-generator(8)" },
			                                   { "docs", "fstab(5)" },
			                                   { 0 } },
		.remediation = {
			.summary = "Leave one definition that is in force: unmask or enable the unit, or remove what hides it",
			.steps = STEPS({ ASPECT_BOOT, FIX_BOOT }),
		},
	},
	{
		.id = "mount.alias",
		.title = "No second way to the same files lacks the protection",
		.practice = PRACTICE_DIRECTORY,
		.severity = SEVERITY_MEDIUM,
		.credit = CREDIT_COUNT,
		.facts = FACT_MOUNTS | FACT_TEMPDIRS | FACT_ALIASES,
		.live_only = true,
		.run = run_alias,
		.rule = "Every other mount that shows files of /tmp, /var/tmp or /dev/shm, every overlay with a layer there and "
		        "every file system mounted below them has nosuid, nodev and noexec, unless only its owner can get "
		        "to it or another mount hides it. With --deep the same is asked of mounts of those files in every "
		        "other mount namespace; in one that is made of the host's own root, what is mounted as the host "
		        "itself has it needs only the options that it has there.",
		.why = "Options such as noexec belong to one mount. What an attacker writes to /tmp he runs by the path of the "
		       "mount that lacks them. What a container shares with /tmp of the host, each can attack the other through.",
		.references = (const struct reference[]) { { "cwe", "CWE-668" },
			                                   { "nist", "AC-6" },
			                                   { "nist", "CM-7(b)" },
			                                   { "attack", "T1611" },
			                                   { "docs", "mount_namespaces(7)" },
			                                   { 0 } },
		.remediation = {
			.summary = "Unmount the second way, or give it the same options; a container's: start it without that "
			           "mount, or with the options",
			.breaks = "programs that run from there",
			.steps = STEPS({ ASPECT_LIVE, FIX_ALIAS, .path = "{subject}" }),
		},
	},
	{
		.id = "mount.limits",
		.title = "Space and inodes of temporary file systems are bounded",
		.practice = PRACTICE_EXPOSURE,
		.severity = SEVERITY_LOW,
		.credit = CREDIT_SHARE,
		.facts = FACT_MOUNTS | FACT_TEMPDIRS,
		.run = run_limits,
		.rule = "The file systems of /tmp, /var/tmp and /dev/shm have at most mount.limits-usage percent of their "
		        "space and inodes in use; a tmpfs there has a limit for both and is at most mount.limits-memory percent of the "
		        "memory. What the next boot "
		        "mounts states no limit of 0.",
		.why = "Anybody may write there: without a limit one user fills the memory or the disk, and every program that "
		       "needs a temporary file fails.",
		.references = (const struct reference[]) { { "cwe", "CWE-400" },
			                                   { "cwe", "CWE-770" },
			                                   { "nist", "SC-5" },
			                                   { "attack", "T1499.001" },
			                                   { "docs", "tmpfs(5)" },
			                                   { 0 } },
		.remediation = {
			.summary = "Set size=50% and nr_inodes=1m (in a unit 50%%), and remove what fills it",
			.steps = STEPS({ ASPECT_ANY, FIX_LIMITS, .path = "{subject}" }),
		},
	},
	{
		.id = "mount.nosymfollow",
		.title = "Symbolic links in shared temporary directories are not followed at all",
		.practice = PRACTICE_RACE,
		.severity = SEVERITY_INFO,
		.credit = CREDIT_SHARE,
		.facts = FACT_MOUNTS | FACT_TEMPDIRS | FACT_IDENTITY,
		.run = run_nosymfollow,
		.param = &(const struct want) { .option = "nosymfollow" },
		.rule = "The mounts that govern /tmp, /var/tmp and /dev/shm have nosymfollow, now and after the next boot. Linux "
		        "before 5.10 does not know it.",
		.why = "fs.protected_symlinks looks at the last component of a path only: a link in the middle of a path still "
		       "leads a privileged program elsewhere.",
		.references = (const struct reference[]) { { "cwe", "CWE-59" },
			                                   { "cwe", "CWE-61" },
			                                   { "docs", "mount(8)" },
			                                   { 0 } },
		.remediation = {
			.summary = "Add nosymfollow to the options, after testing what keeps links there",
			.breaks = "software that keeps symbolic links in the directory",
			.risky = true,
			.steps = STEPS({ ASPECT_ANY, FIX_MOUNT, .path = "{subject}", .text = "nosymfollow" }),
		},
	},
	{ 0 },
};
