/** What the kernel refuses: now, and after the next boot. */

#include "checks.h"
#include "host.h"
#include "result.h"

#include <string.h>

/** A key that must not be below a value. */
struct want {
	const char *key;
	/** The least value; or the parameter of the policy that says it. */
	long least;
	bool by_policy;
	enum parameter parameter;
	/** What happens else, for a reader. */
	const char *message;
};

static void say_unknown(struct result *result, const char *subject, enum aspect aspect, const char *source,
                        const char *why) {
	result_unknown(result, &(struct finding) {
	                               .subject = subject,
	                               .aspect = aspect,
	                               .message = why,
	                               .source = source,
	                       });
}

/** The key in a view; NULL, with that said, if the kernel lacks it or it could not be read. */
static const struct sysctl *find(const struct host *host, const struct sysctl_view *view, const char *key,
                                 struct result *result) {
	const struct sysctl *sysctl = sysctl_find(view, key);

	if (!sysctl)
		return NULL;
	if (sysctl_lacking(host->sysctl_views, key)) {
		result_skip(result, "this kernel has no %s", key);
		return NULL;
	}
	if (sysctl->unknown) {
		say_unknown(result, key, view->aspect, sysctl->source, sysctl->unknown);
		return NULL;
	}
	return sysctl;
}

static void run_least(const struct check *check, const struct host *host, struct result *result) {
	const struct want *want = check->param;
	const long least = want->by_policy ? (long)host->policy->parameters[want->parameter] : want->least;

	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		const struct sysctl *sysctl = find(host, view, want->key, result);
		long value;

		if (!sysctl)
			continue;
		if (!sysctl_value(sysctl, &value)) {
			say_unknown(result, want->key, view->aspect, sysctl->source, "is no number");
			continue;
		}
		result_judge(
		        result, value >= least,
		        &(struct finding) {
		                .subject = want->key,
		                .aspect = view->aspect,
		                .message = want->message,
		                .expected = result_text(result, want->by_policy && least < 2 ? ">= %ld" : "%ld", least),
		                .actual = sysctl->value,
		                .source = sysctl->source,
		        });
	}
}

static void run_conflict(const struct check *check, const struct host *host, struct result *result) {
	const char *const *keys = check->param;

	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		if (view->aspect != ASPECT_BOOT)
			continue;
		for (const char *const *key = keys; *key; ++key) {
			const struct sysctl_defect *defect = view->defects;

			if (!find(host, view, *key, result))
				continue;
			while (defect && defect->key && strcmp(defect->key, *key) != 0)
				++defect;
			if (defect && !defect->key)
				defect = NULL;
			result_judge(result, !defect,
			             &(struct finding) {
			                     .subject = *key,
			                     .aspect = view->aspect,
			                     .message = defect ? defect->message : NULL,
			                     .expected = defect ? defect->expected : NULL,
			                     .actual = defect ? defect->actual : NULL,
			                     .source = defect ? defect->source : NULL,
			             });
		}
	}
}

/** Whether nobody but root can put something else where core_pattern leads: so, too, if there is nothing yet. */
static bool leads_safely(const struct sysctl_view *view) {
	return view->core.verdict == TRUST_GOOD || view->core.verdict == TRUST_ABSENT;
}

static const char *trust_text(struct result *result, const struct trust *trust) {
	return result_text(result, "%s: %s", trust->component ? trust->component : "its path",
	                   trust->why ? trust->why : "could not be examined");
}

static void run_suid_dumpable(const struct check *check, const struct host *host, struct result *result) {
	const bool pipe = host->policy->parameters[PARAMETER_SUID_DUMPABLE_PIPE];
	const char *key = check->param;

	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		const struct sysctl *sysctl = find(host, view, key, result);
		bool good;
		long value;

		if (!sysctl)
			continue;
		if (!sysctl_value(sysctl, &value)) {
			say_unknown(result, key, view->aspect, sysctl->source, "is no number");
			continue;
		}
		good = value == 0;
		if (value == 2 && pipe) {
			const struct sysctl *pattern = sysctl_find(view, "kernel.core_pattern");

			if (!pattern || !pattern->value ||
			    (view->core_kind == CORE_PROGRAM && view->core.verdict == TRUST_UNKNOWN)) {
				say_unknown(result, key, view->aspect, sysctl->source,
				            "is 2, and where kernel.core_pattern leads could not be told");
				continue;
			}
			good = *pattern->value == '|' && (view->core_kind == CORE_NONE ||
			                                  (view->core_kind == CORE_PROGRAM && leads_safely(view)));
		}
		result_judge(result, good,
		             &(struct finding) {
		                     .subject = key,
		                     .aspect = view->aspect,
		                     .message = value == 2 && pipe
		                                        ? "lets set-id programs dump core, and no pipe to a trusted "
		                                          "program takes it"
		                                        : "lets set-id programs dump core",
		                     .expected = pipe ? "0, or 2 with a pipe to a trusted program" : "0",
		                     .actual = sysctl->value,
		                     .source = sysctl->source,
		             });
	}
}

/** What is wrong with where the dumps of a view go; NULL if nothing is. */
static const char *core_fault(const struct host *host, const struct sysctl_view *view, struct result *result) {
	switch (view->core_kind) {
	case CORE_NONE:
		return NULL;
	case CORE_RELATIVE:
		return host->policy->parameters[PARAMETER_CORE_RELATIVE] || view->core_denied
		               ? NULL
		               : "leaves core dumps in the working directory of what crashes, /tmp among others";
	case CORE_PROGRAM_UNCERTAIN:
		return "pipes core dumps, as root, into a program that is not named by an absolute path";
	case CORE_PROGRAM:
	case CORE_SOCKET:
		return leads_safely(view) ? NULL
		                          : result_text(result, "hands core dumps to what others can replace: %s",
		                                        trust_text(result, &view->core));
	case CORE_FILE:
		if (view->core_inside)
			return result_text(result, "leaves core dumps in %s", view->core_inside);
		return leads_safely(view) ? NULL
		                          : result_text(result, "leaves core dumps where others can write: %s",
		                                        trust_text(result, &view->core));
	}
	return "is of an unknown kind";
}

static void run_core_pattern(const struct check *check, const struct host *host, struct result *result) {
	const char *key = check->param;

	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		const struct sysctl *sysctl = find(host, view, key, result);

		if (!sysctl)
			continue;
		if (view->core.verdict == TRUST_UNKNOWN && !view->core_inside) {
			say_unknown(result, key, view->aspect, sysctl->source, trust_text(result, &view->core));
			continue;
		}
		const char *fault = core_fault(host, view, result);
		if (fault && view->core_kind == CORE_RELATIVE && view->core_denied_unknown) {
			say_unknown(result, key, view->aspect, sysctl->source,
			            result_text(result, "is relative, and whether sessions may dump core %s",
			                        view->core_denied_unknown));
			continue;
		}
		result_judge(result, !fault,
		             &(struct finding) {
		                     .subject = key,
		                     .aspect = view->aspect,
		                     .message = fault,
		                     .expected = "pipe handler or root-only directory",
		                     .actual = sysctl->value,
		                     .source = sysctl->source,
		             });
	}
}

/** A key that can keep ordinary users from making user namespaces, and whether 0 does or anything else. */
struct restriction {
	const char *key;
	bool zero;
};

static void judge_namespaces(const struct host *host, const struct sysctl_view *view, const struct restriction *row,
                             struct result *result) {
	const struct sysctl *most = sysctl_find(view, row->key), *unknown = NULL;
	/* A kernel without the first key has no user namespaces. */
	bool restricted = sysctl_lacking(host->sysctl_views, row->key);

	for (; row->key; ++row) {
		const struct sysctl *sysctl = sysctl_find(view, row->key);
		long value;

		if (!sysctl || sysctl_lacking(host->sysctl_views, row->key))
			continue;
		if (sysctl->unknown)
			unknown = sysctl;
		else if (sysctl_value(sysctl, &value))
			restricted = restricted || (value == 0) == row->zero;
	}
	if (!most)
		return;
	if (!restricted && unknown) {
		say_unknown(result, "user namespaces", view->aspect, unknown->source, unknown->unknown);
		return;
	}
	result_judge(result, restricted,
	             &(struct finding) {
	                     .subject = "user namespaces",
	                     .aspect = view->aspect,
	                     .message = "can be made by every user, and mounts in them lift noexec",
	                     .expected = "restricted",
	                     .actual = most->value ? result_text(result, "%s=%s", most->key, most->value)
	                                           : result_text(result, "%s not set", most->key),
	                     .source = most->source,
	             });
}

static void run_noexec_bypass(const struct check *check, const struct host *host, struct result *result) {
	static const char key[] = "vm.memfd_noexec";

	for (const struct sysctl_view *view = host->sysctl_views; view && view->aspect; ++view) {
		judge_namespaces(host, view, check->param, result);
		const struct sysctl *sysctl = find(host, view, key, result);
		long value;

		if (!sysctl)
			continue;
		if (!sysctl_value(sysctl, &value)) {
			say_unknown(result, key, view->aspect, sysctl->source, "is no number");
			continue;
		}
		result_judge(result, value >= 2,
		             &(struct finding) {
		                     .subject = key,
		                     .aspect = view->aspect,
		                     .message = "lets programs run from memory that is in no file system",
		                     .expected = "2",
		                     .actual = sysctl->value,
		                     .source = sysctl->source,
		             });
	}
}

/* Releases of clang-format differ on braces in macros. */
/* clang-format off */
#define REFERENCES(...) (const struct reference[]) { __VA_ARGS__, { 0 } }
/* clang-format on */

const struct check sysctl_checks[] = {
	{
	        .id = "sysctl.protected-symlinks",
	        .title = "Links of others are not followed in sticky world-writable directories",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_SYSCTLS,
	        .run = run_least,
	        .param =
	                &(const struct want) {
	                        .key = "fs.protected_symlinks",
	                        .least = 1,
	                        .message = "lets links of others be followed in shared temporary directories",
	                },
	        .rule = "fs.protected_symlinks is 1, now and after the next boot.",
	        .why = "A user leaves a symbolic link under the name that a root job is about to open in /tmp, and the "
	               "job truncates, reads or changes the file that the link points at. With 1 a link there is followed "
	               "only by its owner, or if the directory's owner made it.",
	        .references = REFERENCES({ "cis", "Debian 13 1.5.2 (L2)" }, { "stig", "RHEL-09-213035" },
	                                 { "stig", "RHEL-10-701080" }, { "anssi", "R14" }, { "cwe", "CWE-59" },
	                                 { "cwe", "CWE-61" }, { "cwe", "CWE-363" }, { "cwe", "CWE-367" },
	                                 { "nist", "AC-6(1)" }, { "nist", "CM-6(a)" }, { "docs", "proc_sys_fs(5)" }),
	        .remediation =
	                {
			.summary = "Set fs.protected_symlinks to 1; where /etc/sysctl.conf says otherwise, edit "
	                                   "that line",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_symlinks", .text = "1" }),
		},
	},
	{
	        .id = "sysctl.protected-hardlinks",
	        .title = "Hard links to others' files are refused",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_SYSCTLS,
	        .run = run_least,
	        .param =
	                &(const struct want) {
	                        .key = "fs.protected_hardlinks",
	                        .least = 1,
	                        .message = "lets users make hard links to files that are not theirs",
	                },
	        .rule = "fs.protected_hardlinks is 1, now and after the next boot.",
	        .why = "A user links a file of root's into /tmp, and a job that cleans up, changes modes or writes there "
	               "by name does it to the linked file. A link to a set-user-ID program also keeps its flawed "
	               "version when the package is updated.",
	        .references = REFERENCES({ "cis", "Debian 13 1.5.1" }, { "stig", "RHEL-09-213030" },
	                                 { "stig", "RHEL-10-701070" }, { "anssi", "R14" }, { "cwe", "CWE-62" },
	                                 { "nist", "AC-6(1)" }, { "docs", "proc_sys_fs(5)" }),
	        .remediation =
	                {
			.summary = "Set fs.protected_hardlinks to 1; where /etc/sysctl.conf says otherwise, edit "
	                                   "that line",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_hardlinks", .text = "1" }),
		},
	},
	{
	        .id = "sysctl.protected-regular",
	        .title = "O_CREAT does not open others' files",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .credit = CREDIT_BINARY,
	        .facts = FACT_SYSCTLS,
	        .run = run_least,
	        .param =
	                &(const struct want) {
	                        .key = "fs.protected_regular",
	                        .by_policy = true,
	                        .parameter = PARAMETER_PROTECTED_REGULAR,
	                        .message = "lets open(O_CREAT) take a file that another user put into a shared directory",
	                },
	        .rule = "fs.protected_regular is at least 1 (strict: 2), now and after the next boot. Not applicable on "
	                "kernels before 4.19.",
	        .why = "A root job that opens /tmp/report to write, without O_EXCL, writes into the file that an attacker "
	               "made under that name and can read and change. With 1 the open fails in sticky directories that "
	               "everybody writes; with 2 also in those that a group writes.",
	        .references = REFERENCES({ "anssi", "R14" }, { "cwe", "CWE-379" }, { "cwe", "CWE-367" },
	                                 { "cwe", "CWE-377" }, { "nist", "AC-6(1)" }, { "nist", "CM-6(a)" },
	                                 { "docs", "proc_sys_fs(5)" }),
	        .remediation =
	                {
			.summary = "Set fs.protected_regular to 2; where /etc/sysctl.conf says otherwise, edit "
	                                   "that line",
			.breaks = "scripts in which root writes to another user's file in a shared directory",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_regular", .text = "2" }),
		},
	},
	{
	        .id = "sysctl.protected-fifos",
	        .title = "O_CREAT does not open others' FIFOs",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_SYSCTLS,
	        .run = run_least,
	        .param =
	                &(const struct want) {
	                        .key = "fs.protected_fifos",
	                        .by_policy = true,
	                        .parameter = PARAMETER_PROTECTED_FIFOS,
	                        .message = "lets open(O_CREAT) take a FIFO that another user put into a shared directory",
	                },
	        .rule = "fs.protected_fifos is at least 1 (strict: 2), now and after the next boot. Not applicable on "
	                "kernels before 4.19.",
	        .why = "A FIFO under a name that a program is about to create makes the program hang, or hands what it "
	               "writes to whoever reads the other end.",
	        .references = REFERENCES({ "anssi", "R14" }, { "cwe", "CWE-362" }, { "cwe", "CWE-379" },
	                                 { "nist", "AC-6(1)" }, { "docs", "proc_sys_fs(5)" }),
	        .remediation =
	                {
			.summary = "Set fs.protected_fifos to 2; where /etc/sysctl.conf says otherwise, edit "
	                                   "that line",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.protected_fifos", .text = "2" }),
		},
	},
	{
	        .id = "sysctl.conflict",
	        .title = "Boot configuration of these keys is unambiguous",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_LOW,
	        .credit = CREDIT_COUNT,
	        .facts = FACT_SYSCTLS,
	        .run = run_conflict,
	        .param =
	                (const char *const[]) {
	                        "fs.protected_symlinks",
	                        "fs.protected_hardlinks",
	                        "fs.protected_regular",
	                        "fs.protected_fifos",
	                        NULL,
	                },
	        .rule = "Each of the four fs.protected_* keys is set by a file; systemd-sysctl and `sysctl --system` end "
	                "with the same value; every line for it holds a value that the kernel takes; if no file in /etc "
	                "sets it, no file behind the one in force has a weaker value; and systemd-sysctl.service is not "
	                "masked.",
	        .why = "A protection that depends on which program read the files last, or on the order of package files, "
	               "is gone after an update or a manual `sysctl --system`, and nobody is told.",
	        .references = REFERENCES({ "nist", "CM-6(a)" }, { "nist", "CM-2" }, { "docs", "sysctl.d(5)" },
	                                 { "docs", "sysctl(8)" }),
	        .remediation =
	                {
			.summary = "State these keys in one file in /etc/sysctl.d, take every other line for "
	                                   "them out, and leave systemd-sysctl.service unmasked",
			.steps = STEPS({ ASPECT_BOOT, FIX_COMMENT, .match = "*protected_*" }, { ASPECT_BOOT, FIX_SYSCTL, .path = "{subject}", .text = "2" }, { ASPECT_BOOT, FIX_UNMASK, .path = "systemd-sysctl.service" }, { ASPECT_BOOT, FIX_COMMENT, .match = "*protected_*", .only = "*links" }, { ASPECT_BOOT, FIX_SYSCTL, .path = "{subject}", .text = "1", .only = "*links" }, { ASPECT_BOOT, FIX_UNMASK, .path = "systemd-sysctl.service", .only = "*links" }),
		},
	},
	{
	        .id = "sysctl.suid-dumpable",
	        .title = "Set-id programs do not dump core",
	        .practice = PRACTICE_EXPOSURE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_SYSCTLS,
	        .run = run_suid_dumpable,
	        .param = "fs.suid_dumpable",
	        .rule = "fs.suid_dumpable is 0, now and after the next boot; 2 is good too (not in cis-*, strict) if "
	                "kernel.core_pattern is then a pipe to a trusted program.",
	        .why = "A user makes a set-user-ID program crash in a directory of his choice and reads from the dump what "
	               "the program had read as root, such as password hashes.",
	        .references = REFERENCES({ "cis", "1.5.3" }, { "cis", "Debian 13 1.5.4" }, { "anssi", "R14" },
	                                 { "cwe", "CWE-528" }, { "nist", "SI-11(a)" }, { "nist", "SI-11(b)" },
	                                 { "docs", "proc_sys_fs(5)" }, { "docs", "core(5)" }),
	        .remediation =
	                {
			.summary = "Set fs.suid_dumpable to 0; where /etc/sysctl.conf says otherwise, edit that "
	                                   "line",
			.breaks = "set-id programs leave nothing to debug them by",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "fs.suid_dumpable", .text = "0" }),
		},
	},
	{
	        .id = "sysctl.core-pattern",
	        .title = "Core dumps do not land in temporary directories",
	        .practice = PRACTICE_EXPOSURE,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_SYSCTLS,
	        .run = run_core_pattern,
	        .param = "kernel.core_pattern",
	        .rule = "kernel.core_pattern, now and after the next boot, is no path inside an audited directory or one "
	                "that others can write or swap, and no pipe to a program that is relative or that others can "
	                "replace. A relative name is good by default; in strict only with `* hard core 0` and no "
	                "exception in limits.conf. An empty pattern and |/bin/false are good.",
	        .why = "A dump holds all that a program had in memory, keys and passwords included. In /tmp its name can be "
	               "guessed, a link put in its place and its content read; and a program that dumps are piped into "
	               "runs as root.",
	        .references = REFERENCES({ "stig", "RHEL-09-213040" }, { "stig", "RHEL-10-701090" }, { "cwe", "CWE-528" },
	                                 { "cwe", "CWE-379" }, { "cwe", "CWE-340" }, { "nist", "SC-7(10)" },
	                                 { "docs", "core(5)" }),
	        .remediation =
	                {
			.summary = "Set kernel.core_pattern to |/bin/false, or install systemd-coredump",
			.breaks = "core dumps are thrown away",
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "kernel.core_pattern", .text = "|/bin/false" }),
		},
	},
	{
	        .id = "sysctl.noexec-bypass",
	        .title = "Ways around noexec are closed",
	        .practice = PRACTICE_EXPOSURE,
	        .severity = SEVERITY_INFO,
	        .credit = CREDIT_SHARE,
	        .facts = FACT_SYSCTLS,
	        .run = run_noexec_bypass,
	        .param =
	                (const struct restriction[]) {
	                        { "user.max_user_namespaces", true },
	                        { "kernel.unprivileged_userns_clone", true },
	                        { "kernel.apparmor_restrict_unprivileged_userns", false },
	                        { 0 },
	                },
	        .rule = "Ordinary users cannot make user namespaces (user.max_user_namespaces is 0, or "
	                "kernel.unprivileged_userns_clone is 0, or kernel.apparmor_restrict_unprivileged_userns is 1, of "
	                "those that there are), and vm.memfd_noexec is 2; now and after the next boot.",
	        .why = "In a user namespace a user mounts an overlay over files in a noexec /tmp and runs them: the overlay "
	               "does not have the option. And a program put into a memfd runs without any file system.",
	        .references = REFERENCES({ "stig", "RHEL-09-213105" }, { "attack", "T1620" }, { "nist", "CM-7" },
	                                 { "docs", "user_namespaces(7)" }, { "docs", "memfd_create(2)" }),
	        .remediation =
	                {
			.summary = "Where nothing needs them, set user.max_user_namespaces to 0 and "
	                                   "vm.memfd_noexec to 2",
			.breaks = "browsers' sandboxes, rootless containers, bubblewrap, and services with "
	                                  "PrivateUsers=; older container runtimes execute themselves from memory",
			.risky = true,
			.steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "user.max_user_namespaces", .text = "0", .only = "user namespaces" }, { ASPECT_ANY, FIX_SYSCTL, .path = "vm.memfd_noexec", .text = "2" }),
		},
	},
	{ 0 },
};
