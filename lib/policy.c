#include "policy.h"

#include "audit.h"
#include "text.h"

#include <string.h>

/* Ten years. */
static const uint64_t longest_age = (uint64_t)3650 * 86400;

const struct parameter_row parameter_rows[PARAMETERS] = {
	[PARAMETER_TEMPDIR_EXTRA] = { "tempdir.extra", PARAMETER_PATHS, 0, 0, "tempdir.* sticky.* contents.*",
	                              "directories that are audited besides the usual ones" },
	[PARAMETER_UMASK] = { "umask.maximum", PARAMETER_OCTAL, 0, 0777,
	                      "umask.login umask.shell umask.accounts tempdir.default-acl",
	                      "bits that the umask of a session must have" },
	[PARAMETER_UMASK_SERVICES] = { "umask.services", PARAMETER_OCTAL, 0, 0777, "umask.services",
	                               "bits that a umask set for a service must have" },
	[PARAMETER_UMASK_USERGROUPS] = { "umask.usergroups", PARAMETER_FLAG, 0, 1, "umask.login",
	                                 "whether users with a private group may be given the group bits" },
	[PARAMETER_UMASK_ROOT_PROCESSES] = { "umask.root-processes", PARAMETER_OCTAL, 0, 0777, "umask.processes",
	                                     "bits that the umask of a process of root must have" },
	[PARAMETER_UMASK_USER_PROCESSES] = { "umask.user-processes", PARAMETER_OCTAL, 0, 0777, "umask.processes",
	                                     "bits that the umask of another user's process must have" },
	[PARAMETER_UMASK_EXEMPT] = { "umask.exempt-processes", PARAMETER_NAMES, 0, 0, "umask.processes",
	                             "globs of names of processes that may have any umask" },
	[PARAMETER_PROTECTED_REGULAR] = { "sysctl.protected-regular", PARAMETER_COUNT, 0, 2, "sysctl.protected-regular",
	                                  "the least fs.protected_regular" },
	[PARAMETER_PROTECTED_FIFOS] = { "sysctl.protected-fifos", PARAMETER_COUNT, 0, 2, "sysctl.protected-fifos",
	                                "the least fs.protected_fifos" },
	[PARAMETER_SUID_DUMPABLE_PIPE] = { "sysctl.suid-dumpable-pipe", PARAMETER_FLAG, 0, 1, "sysctl.suid-dumpable",
	                                   "whether fs.suid_dumpable 2 is good with a pipe to a trusted program" },
	[PARAMETER_CORE_RELATIVE] = { "sysctl.core-relative", PARAMETER_FLAG, 0, 1, "sysctl.core-pattern",
	                              "whether core dumps may go to the working directory" },
	[PARAMETER_LIMITS_MEMORY] = { "mount.limits-memory", PARAMETER_COUNT, 1, 100, "mount.limits",
	                              "the largest size of a tmpfs, in percent of the memory" },
	[PARAMETER_LIMITS_USAGE] = { "mount.limits-usage", PARAMETER_COUNT, 1, 100, "mount.limits",
	                             "the most of space or inodes that may be in use, in percent" },
	[PARAMETER_TMP_AGE] = { "cleanup.tmp-max-age", PARAMETER_AGE, 1, longest_age, "cleanup.policy cleanup.stale",
	                        "how long unused files may stay in /tmp and others" },
	[PARAMETER_VAR_TMP_AGE] = { "cleanup.var-tmp-max-age", PARAMETER_AGE, 1, longest_age,
	                            "cleanup.policy cleanup.stale", "how long unused files may stay in /var/tmp" },
	[PARAMETER_VOLATILE] = { "cleanup.volatile", PARAMETER_FLAG, 0, 1, "cleanup.policy",
	                         "whether a /tmp that a restart empties needs no age" },
	[PARAMETER_ISOLATE_ALL] = { "isolation.all-services", PARAMETER_FLAG, 0, 1, "isolation.services",
	                            "whether services need a /tmp of their own though they do not use it" },
	[PARAMETER_SHARED_MEMORY] = { "contents.shared-memory", PARAMETER_NAMES, 0, 0, "contents.writable",
	                              "globs of names of files in /dev/shm that everybody may write" },
	[PARAMETER_EXEMPT_USERS] = { "isolation.exempt-users", PARAMETER_NAMES, 0, 0, "isolation.sessions",
	                             "users whom pam_namespace may leave in the shared /tmp" },
};

const char *const rule_names[RULES] = { "enabled", "applicable", "boot", "severity" };

bool parameter_serves(enum parameter parameter, const struct check *check) {
	const char *globs = parameter_rows[parameter].checks;
	char glob[64];

	for (; *globs; globs += strspn(globs, " ")) {
		const size_t length = strcspn(globs, " ");

		if (length < sizeof glob) {
			memcpy(glob, globs, length);
			glob[length] = '\0';
			if (text_glob(glob, check->id))
				return true;
		}
		globs += length;
	}
	return false;
}

/** Lay a profile, and before it those that it extends. */
static bool lay_profile(struct policy *policy, const char *name) {
	/* The deepest chain there is, and then some. */
	const char *chain[8];
	size_t count = 0;
	struct policy_fault fault;
	struct policy_text text;

	for (; name; name = policy_extends(&policy->arena, &text, NULL)) {
		if (count == sizeof chain / sizeof *chain || !policy_profile(name, &text))
			return false;
		chain[count++] = name;
	}
	while (count)
		if (!policy_profile(chain[--count], &text) || !policy_lay(policy, &text, NULL, 0, &fault))
			return false;
	return true;
}

bool policy_open(struct policy *policy, const char *profile) {
	*policy = (struct policy) { .fail_on = SEVERITY_LOW, .named_by = { "default", false } };
	for (size_t i = 0; i < PARAMETERS; ++i)
		policy->lists[i] = arena_array(&policy->arena, 1, sizeof *policy->lists[i]);
	if (!lay_profile(policy, profile)) {
		policy_close(policy);
		return false;
	}
	policy->name = arena_copy(&policy->arena, profile);
	return true;
}

void policy_close(struct policy *policy) {
	arena_free(&policy->arena);
	policy->nrules = policy->nwaivers = policy->nfiles = 0;
}

void policy_fail_on(struct policy *policy, enum severity severity, const char *option) {
	policy->fail_on = severity;
	policy->fail_on_origin = (struct origin) { option, true };
}

void policy_fail_under(struct policy *policy, unsigned tenths, const char *option) {
	policy->fail_under = tenths;
	policy->fail_under_origin = (struct origin) { option, true };
	/* Who asks for a score is not asking for each check, unless somebody said so. */
	if (!policy->fail_on_origin.overrides) {
		policy->fail_on = SEVERITIES;
		policy->fail_on_origin = (struct origin) { option, false };
	}
}

const struct policy_rule *policy_rule(const struct policy *policy, const struct check *check, enum rule_kind kind) {
	for (size_t i = policy->nrules; i-- > 0;)
		if (policy->rules[i].kind == kind && audit_matches(policy->rules[i].glob, check))
			return &policy->rules[i];
	return NULL;
}

/** What a rule says, or if there is none, what holds without. */
static int said(const struct policy *policy, const struct check *check, enum rule_kind kind, int otherwise) {
	const struct policy_rule *rule = policy_rule(policy, check, kind);

	return rule ? rule->value : otherwise;
}

bool policy_selects(const struct policy *policy, const struct check *check) {
	return said(policy, check, RULE_ENABLED, true);
}

bool policy_applies(const struct policy *policy, const struct check *check) {
	return said(policy, check, RULE_APPLICABLE, true);
}

bool policy_judges_boot(const struct policy *policy, const struct check *check) {
	return said(policy, check, RULE_BOOT, true);
}

enum severity policy_severity(const struct policy *policy, const struct check *check) {
	return (enum severity)said(policy, check, RULE_SEVERITY, (int)check->severity);
}

const char *policy_age(struct arena *arena, uint64_t seconds) {
	static const struct {
		uint64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	struct builder text = { .arena = arena };

	for (size_t i = 0; i < sizeof units / sizeof *units; ++i) {
		if (seconds >= units[i].seconds)
			builder_format(&text, "%llu%c", (unsigned long long)(seconds / units[i].seconds),
			               units[i].unit);
		seconds %= units[i].seconds;
	}
	return text.length ? builder_string(&text) : "0s";
}

const char *policy_shown(struct arena *arena, const struct policy *policy, enum parameter parameter) {
	const uint64_t value = policy->parameters[parameter];
	struct builder text = { .arena = arena };

	switch (parameter_rows[parameter].type) {
	case PARAMETER_OCTAL:
		return arena_text(arena, "%03llo", (unsigned long long)value);
	case PARAMETER_COUNT:
		return arena_text(arena, "%llu", (unsigned long long)value);
	case PARAMETER_FLAG:
		return value ? "true" : "false";
	case PARAMETER_AGE:
		return policy_age(arena, value);
	case PARAMETER_PATHS:
	case PARAMETER_NAMES:
		break;
	}
	for (const char *const *item = policy->lists[parameter]; *item; ++item)
		builder_format(&text, "%s%s", text.length ? ", " : "", *item);
	return text.length ? builder_string(&text) : "none";
}
