#include "policy.h"

#include "text.h"

#include <string.h>

const struct parameter_row parameter_rows[PARAMETERS] = {
	[PARAMETER_UMASK] = { "umask.maximum", "bits that the umask of a session must have", 8, 027, 0777 },
	[PARAMETER_UMASK_SERVICES] = { "umask.services", "bits that the umask of a service must have", 8, 022, 0777 },
	[PARAMETER_UMASK_USERGROUPS] = { "umask.usergroups", "whether private groups may be given the group bits", 10,
	                                 0, 1 },
	[PARAMETER_PROTECTED_REGULAR] = { "sysctl.protected-regular", "the least fs.protected_regular", 10, 1, 2 },
	[PARAMETER_PROTECTED_FIFOS] = { "sysctl.protected-fifos", "the least fs.protected_fifos", 10, 1, 2 },
	[PARAMETER_SUID_DUMPABLE_PIPE] = { "sysctl.suid-dumpable-pipe",
	                                   "whether fs.suid_dumpable 2 is good with a pipe to a trusted program", 10, 1,
	                                   1 },
	[PARAMETER_CORE_RELATIVE] = { "sysctl.core-relative", "whether core dumps may go to the working directory", 10,
	                              1, 1 },
	[PARAMETER_TMP_AGE] = { "cleanup.tmp-max-age", "days that unused files may stay in /tmp", 10, 30, 3650 },
	[PARAMETER_VAR_TMP_AGE] = { "cleanup.var-tmp-max-age", "days that unused files may stay in /var/tmp", 10, 60,
	                            3650 },
	[PARAMETER_VOLATILE] = { "cleanup.volatile", "whether a /tmp that a restart empties needs no age", 10, 1, 1 },
	[PARAMETER_ISOLATE_ALL] = { "isolation.all-services",
	                            "whether services need a /tmp of their own though they do not use it", 10, 0, 1 },
};

/** What a profile says of the checks that match a glob; later rows win. */
struct override {
	const char *glob;
	/** MOOT: selected, and not applicable; WITH_BOOT: the next boot, or login, is judged all the same. */
	enum { SELECT, DESELECT, SEVERITY, MOOT, WITH_BOOT } what;
	enum severity severity;
};

/** What a profile says of a parameter. */
struct setting {
	enum parameter parameter;
	uint64_t value;
};

struct profile {
	const char *name;
	const struct override *overrides;
	const struct setting *settings;
	size_t nsettings;
	enum severity fail_on;
	bool deep, without_boot;
};

#define SETTINGS(...)                                                                                                  \
	.settings = (const struct setting[]) { __VA_ARGS__ },                                                          \
	.nsettings = sizeof((const struct setting[]) { __VA_ARGS__ }) / sizeof(struct setting)

/* The benchmark's own items: those of catalogue rows that carry a CIS number of level 1, and the directories
 * themselves. */
/* Releases of clang-format differ on braces in macros. */
/* clang-format off */
#define CIS_LEVEL_1 \
	{ "*", DESELECT, 0 }, \
	{ "tempdir.*", SELECT, 0 }, \
	{ "sticky.*", SELECT, 0 }, { "sticky.boot", DESELECT, 0 }, { "sticky.group-writable", DESELECT, 0 }, \
	{ "mount.tmp-*", SELECT, 0 }, { "mount.var-tmp-*", SELECT, 0 }, { "mount.dev-shm-*", SELECT, 0 }, \
	{ "mount.var-tmp-separate", DESELECT, 0 }, \
	{ "umask.login", SELECT, 0 }, { "umask.shell", SELECT, 0 }, { "umask.accounts", SELECT, 0 }, \
	{ "sysctl.protected-hardlinks", SELECT, 0 }, { "sysctl.suid-dumpable", SELECT, 0 }, \
	{ "environment.path", SELECT, 0 }, \
	{ "contents.writable", SELECT, 0 }, { "contents.unowned", SELECT, 0 }
/* clang-format on */

static const struct profile profiles[] = {
	{
	        .name = "default",
	        .overrides = (const struct override[]) { { "mount.var-tmp-separate", DESELECT, 0 }, { 0 } },
	        .fail_on = SEVERITY_LOW,
	},
	{
	        .name = "strict",
	        .deep = true,
	        .overrides = (const struct override[]) { { "isolation.*", SEVERITY, SEVERITY_MEDIUM },
	                                                 { "mount.nosymfollow", SEVERITY, SEVERITY_LOW },
	                                                 { "sysctl.noexec-bypass", SEVERITY, SEVERITY_LOW },
	                                                 { "attack.parent", SEVERITY, SEVERITY_LOW },
	                                                 { "attack.directory", SEVERITY, SEVERITY_LOW },
	                                                 { 0 } },
	        SETTINGS({ PARAMETER_UMASK, 077 }, { PARAMETER_UMASK_SERVICES, 027 },
	                 { PARAMETER_PROTECTED_REGULAR, 2 }, { PARAMETER_PROTECTED_FIFOS, 2 },
	                 { PARAMETER_SUID_DUMPABLE_PIPE, 0 }, { PARAMETER_CORE_RELATIVE, 0 }, { PARAMETER_TMP_AGE, 10 },
	                 { PARAMETER_VAR_TMP_AGE, 30 }, { PARAMETER_VOLATILE, 0 }, { PARAMETER_ISOLATE_ALL, 1 }),
	        .fail_on = SEVERITY_LOW,
	},
	{
	        .name = "cis-l1",
	        .overrides = (const struct override[]) { CIS_LEVEL_1, { 0 } },
	        SETTINGS({ PARAMETER_SUID_DUMPABLE_PIPE, 0 }),
	        .fail_on = SEVERITY_LOW,
	},
	{
	        .name = "cis-l2",
	        .overrides = (const struct override[]) { CIS_LEVEL_1,
	                                                 { "mount.var-tmp-separate", SELECT, 0 },
	                                                 { "sysctl.protected-symlinks", SELECT, 0 },
	                                                 { 0 } },
	        SETTINGS({ PARAMETER_SUID_DUMPABLE_PIPE, 0 }),
	        .fail_on = SEVERITY_LOW,
	},
	{
	        .name = "container",
	        .without_boot = true,
	        .overrides = (const struct override[]) { { "mount.var-tmp-separate", DESELECT, 0 },
	                                                 { "mount.*-separate", SEVERITY, SEVERITY_INFO },
	                                                 { "mount.*-noexec", SEVERITY, SEVERITY_INFO },
	                                                 { "sysctl.protected-*", SEVERITY, SEVERITY_INFO },
	                                                 { "sysctl.suid-dumpable", MOOT, 0 },
	                                                 { "umask.login", MOOT, 0 },
	                                                 /* A container's shells do read their files. */
	                                                 { "umask.shell", WITH_BOOT, 0 },
	                                                 { "umask.accounts", WITH_BOOT, 0 },
	                                                 { "isolation.*", MOOT, 0 },
	                                                 { "cleanup.policy", MOOT, 0 },
	                                                 { "tempdir.runtime", DESELECT, 0 },
	                                                 { 0 } },
	        SETTINGS({ PARAMETER_UMASK, 022 }),
	        .fail_on = SEVERITY_MEDIUM,
	},
	{
	        .name = "desktop",
	        .overrides = (const struct override[]) { { "mount.var-tmp-separate", DESELECT, 0 }, { 0 } },
	        SETTINGS({ PARAMETER_UMASK, 022 }, { PARAMETER_UMASK_USERGROUPS, 1 }),
	        .fail_on = SEVERITY_LOW,
	},
};

const char *const policy_profiles[] = { "default", "strict", "cis-l1", "cis-l2", "container", "desktop", NULL };

bool policy_open(struct policy *policy, const char *name) {
	for (size_t i = 0; i < sizeof profiles / sizeof *profiles; ++i) {
		const struct profile *profile = &profiles[i];

		if (strcmp(profile->name, name) != 0)
			continue;
		*policy = (struct policy) {
			.name = profile->name,
			.profile = profile,
			.boot = !profile->without_boot,
			.deep = profile->deep,
			.fail_on = profile->fail_on,
		};
		for (size_t p = 0; p < PARAMETERS; ++p)
			policy->parameters[p] = parameter_rows[p].standard;
		for (size_t s = 0; s < profile->nsettings; ++s)
			policy->parameters[profile->settings[s].parameter] = profile->settings[s].value;
		return true;
	}
	return false;
}

bool policy_selects(const struct policy *policy, const struct check *check) {
	bool selected = true;

	for (const struct override *override = policy->profile->overrides; override->glob; ++override)
		if ((override->what == SELECT || override->what == DESELECT) && text_glob(override->glob, check->id))
			selected = override->what == SELECT;
	return selected;
}

/** Whether the profile says that of the check. */
static bool says(const struct policy *policy, const struct check *check, int what) {
	for (const struct override *override = policy->profile->overrides; override->glob; ++override)
		if ((int) override->what == what && text_glob(override->glob, check->id))
			return true;
	return false;
}

bool policy_applies(const struct policy *policy, const struct check *check) {
	return !says(policy, check, MOOT);
}

bool policy_judges_boot(const struct policy *policy, const struct check *check) {
	return policy->boot || says(policy, check, WITH_BOOT);
}

enum severity policy_severity(const struct policy *policy, const struct check *check) {
	enum severity severity = check->severity;

	for (const struct override *override = policy->profile->overrides; override->glob; ++override)
		if (override->what == SEVERITY && text_glob(override->glob, check->id))
			severity = override->severity;
	return severity;
}
