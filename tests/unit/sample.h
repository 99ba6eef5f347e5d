/** A report that is written down: every status, and names that an attacker chose. */
#ifndef TMPAUDIT_SAMPLE_H
#define TMPAUDIT_SAMPLE_H

#include "fix.h"
#include "host.h"
#include "render.h"
#include "report.h"

#include <string.h>

static const struct check sample_checks[] = {
	{
	        .id = "sysctl.protected-regular",
	        .title = "O_CREAT does not open others' files",
	        .practice = PRACTICE_RACE,
	        .severity = SEVERITY_HIGH,
	        .why = "A root job that opens /tmp/report without O_EXCL writes into an attacker's file.",
	        .references = (const struct reference[]) { { "cwe", "CWE-379" }, { "docs", "proc_sys_fs(5)" }, { 0 } },
	        .remediation = { .summary = "Set fs.protected_regular to 2",
	                         .breaks = "scripts in which root writes to another user's file",
	                         .steps = STEPS({ ASPECT_ANY, FIX_SYSCTL, .path = "{subject}", .text = "2" }) },
	},
	{
	        .id = "tempdir.mode",
	        .title = "Permission bits are no wider than the class allows",
	        .practice = PRACTICE_DIRECTORY,
	        .severity = SEVERITY_MEDIUM,
	        .credit = CREDIT_SHARE,
	        .why = "Others can do there what they should not.",
	        .remediation = { .summary = "Narrow the mode",
	                         .steps = STEPS(
	                                 { ASPECT_FILE, FIX_DIRECTORY, .path = "{subject}", .text = "chmod 1733" }) },
	},
	{ .id = "tempdir.acl",
	  .title = "No ACL entry changes who may write",
	  .practice = PRACTICE_DIRECTORY,
	  .severity = SEVERITY_MEDIUM,
	  .remediation = { .summary = "Remove the entries" } },
	{ .id = "mount.tmp-noexec",
	  .title = "Programs cannot be executed from /tmp",
	  .practice = PRACTICE_DIRECTORY,
	  .severity = SEVERITY_MEDIUM,
	  .remediation = { .summary = "Mount /tmp with noexec" } },
	{ .id = "tempdir.owner",
	  .title = "Temporary directories belong to root",
	  .practice = PRACTICE_DIRECTORY,
	  .severity = SEVERITY_CRITICAL,
	  .remediation = { .summary = "Give them to root" } },
	{ .id = "umask.processes",
	  .title = "No running process creates world-writable files by default",
	  .practice = PRACTICE_PERMISSIONS,
	  .severity = SEVERITY_HIGH,
	  .remediation = { .summary = "Restart them" } },
};

enum { SAMPLES = sizeof sample_checks / sizeof *sample_checks };

static const char *const sample_capabilities[] = { "dac_read_search", "sys_ptrace", NULL };

/** A report of no checks. */
static inline void sample_open(struct report *report) {
	*report = (struct report) {
		.host = { .hostname = "web01",
		          .os = "Debian GNU/Linux 13 (trixie)",
		          .kernel = "6.12.0",
		          .arch = "x86_64",
		          .root = "/",
		          .live = true },
		/* 2026-11-23 15:00 UTC */
		.run = { .started = { .tv_sec = 1795446000 },
		         .duration_ms = 42,
		         .profile = "default",
		         .mount_namespace = "host",
		         .confinement = { .no_new_privs = true,
		                          .capabilities = sample_capabilities,
		                          .landlock = 7,
		                          .seccomp = true },
		         .fail_on = SEVERITY_LOW },
	};
	report->results = arena_array(&report->arena, SAMPLES, sizeof *report->results);
}

static inline struct result *sample_add(struct report *report, const char *id) {
	struct result *result = &report->results[report->nresults++];

	for (size_t i = 0; i < SAMPLES; ++i)
		if (strcmp(sample_checks[i].id, id) == 0)
			result->check = &sample_checks[i];
	result->severity = result->check->severity;
	result->arena = &report->arena;
	return result;
}

static inline void sample_judge(struct result *result, const char *subject, enum aspect aspect, const char *actual,
                                const char *expected, const char *source) {
	result_judge(result, false,
	             &(struct finding) { .subject = subject,
	                                 .aspect = aspect,
	                                 .message = "is not as it should be",
	                                 .actual = actual,
	                                 .expected = expected,
	                                 .source = source });
}

/** What the audit does when it has judged: work out what repairs the results. */
static inline void sample_repair(struct report *report) {
	struct policy policy;
	struct host host = { .policy = &policy };

	policy_open(&policy, "default");
	for (size_t i = 0; i < report->nresults; ++i)
		fix_resolve(&host, &report->results[i]);
	policy_close(&policy);
}

/** A check of each status. */
static inline void sample_fill(struct report *report) {
	struct result *result = sample_add(report, "tempdir.owner");

	result->passes = 3;
	result_note(result, "/tmp/x\033", "is a note");
	result = sample_add(report, "tempdir.mode");
	result->passes = 1;
	sample_judge(result, "/var/lib/php/sessions", ASPECT_FILE, "1777", "at most 1733", NULL);
	result = sample_add(report, "tempdir.acl");
	result_unknown(result, &(struct finding) { .subject = "/var/tmp", .message = "not examined, FUSE" });
	result->findings[0].aspect = ASPECT_FILE;
	result = sample_add(report, "mount.tmp-noexec");
	sample_judge(result, "/tmp", ASPECT_LIVE, "rw,nosuid", "noexec", "/proc/1/mountinfo");
	result->findings[0].waiver = "until 2027-01-31, ops@example.org, OPS-812";
	result = sample_add(report, "umask.processes");
	result_skip(result, "an offline tree does not run");
	result = sample_add(report, "sysctl.protected-regular");
	sample_judge(result, "fs.protected_regular", ASPECT_LIVE, "0", "1 or 2", "/proc/sys/fs/protected_regular");
	sample_judge(result, "fs.protected_regular", ASPECT_BOOT, "0", "1 or 2", "/etc/sysctl.d/60-local.conf:3");
	report->not_examined = arena_array(&report->arena, 2, sizeof *report->not_examined);
	report->not_examined[report->nnot_examined++] = (struct report_omission) { "/mnt/nfs", "network file system" };
	report->score = score_compute(report->results, report->nresults);
	sample_repair(report);
}

/** The report in a format, as text of its arena. */
static inline const char *sample_rendered(struct report *report, const char *format, struct render_options options) {
	struct builder builder = { .arena = &report->arena };

	report_render(&builder, report, renderer_find(format), options);
	return builder_string(&builder);
}

/** Names that try to become something else where they are shown. */
static const char *const sample_names[] = {
	"/tmp/\033[2J\033]0;owned\007",
	"/tmp/a\nhigh     tempdir.owner\n         forged",
	"/tmp/a\rb",
	"/tmp/\xe2\x80\xaegpj.exe",
	"/tmp/\xff\xfe",
	"/tmp/</script><script>alert(1)</script>",
	("/tmp/\xc2\x9b"
	 "31m"),
	"/tmp/zero\xe2\x80\x8bwidth",
	"/tmp/\xf3\xa0\x81\x81tag",
	"/tmp/o\xcc\x80\xcc\x80\xcc\x80\xcc\x80\xcc\x80\xcc\x80\xcc\x80",
	"/tmp/$(reboot)",
	"/tmp/'; reboot; '",
	"/tmp/back\\slash \\x1b",
	"-rf",
	"/tmp/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
};

enum { NAMES = sizeof sample_names / sizeof *sample_names };

/** A check that found them all. */
static inline void sample_hostile(struct report *report) {
	struct result *result = sample_add(report, "tempdir.mode");

	for (size_t i = 0; i < NAMES; ++i)
		sample_judge(result, sample_names[i], ASPECT_FILE, sample_names[i], "at most 1733", sample_names[i]);
	result = sample_add(report, "tempdir.acl");
	for (size_t i = 0; i < NAMES; ++i) {
		result_unknown(result, &(struct finding) { .subject = sample_names[i],
		                                           .aspect = ASPECT_FILE,
		                                           .message = sample_names[i],
		                                           .source = sample_names[i] });
		result_note(result, sample_names[i], "%s", sample_names[i]);
	}
	result = sample_add(report, "umask.processes");
	result_skip(result, "%s", sample_names[0]);
	report->host.hostname = sample_names[0];
	report->host.os = sample_names[1];
	report->host.root = sample_names[3];
	report->not_examined = arena_array(&report->arena, 2, sizeof *report->not_examined);
	report->not_examined[report->nnot_examined++] = (struct report_omission) { sample_names[0], sample_names[1] };
	report->score = score_compute(report->results, report->nresults);
	sample_repair(report);
}

#endif
