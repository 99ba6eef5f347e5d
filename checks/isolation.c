/** A temporary directory of one's own: for services, and for the sessions of users. */

#include "isolation.h"
#include "checks.h"
#include "host.h"
#include "result.h"

static void run_services(const struct check *check, const struct host *host, struct result *result) {
	const bool all = host->policy->parameters[PARAMETER_ISOLATE_ALL];

	(void)check;
	for (const struct sharer *sharer = host->services->list; sharer->name; ++sharer) {
		const bool shares = sharer->shares && (sharer->use || (all && sharer->lasting));

		if (sharer->unknown && !shares) {
			result_unknown(result, &(struct finding) {
			                               .subject = sharer->name,
			                               .message = sharer->unknown,
			                               .source = sharer->source,
			                               .aspect = sharer->aspect,
			                       });
			continue;
		}
		result_judge(
		        result, !shares,
		        &(struct finding) {
		                .subject = sharer->name,
		                .message = sharer->use ? "uses the temporary directories of all"
		                                       : "has no temporary directories of its own",
		                .expected = "PrivateTmp=yes",
		                .actual = sharer->use ? sharer->use : result_text(result, "shares %s", sharer->shares),
		                .source = sharer->source,
		                .aspect = sharer->aspect,
		        });
	}
	result_skip(result, host->units->systemd ? "there are no services" : "systemd is not the init");
}

static void run_sessions(const struct check *check, const struct host *host, struct result *result) {
	const struct sessions *sessions = host->sessions;

	(void)check;
	if (!sessions->pam || !sessions->users) {
		result_skip(result, sessions->pam ? "nobody but root can log in" : "there is no PAM");
		return;
	}
	for (const struct session_defect *defect = sessions->defects; defect->subject; ++defect) {
		const struct finding finding = {
			.subject = defect->subject,
			.message = defect->message,
			.expected = defect->expected,
			.actual = defect->actual,
			.source = defect->source,
			.aspect = ASPECT_BOOT,
		};

		if (defect->unknown) {
			result_unknown(result, &finding);
			continue;
		}
		/* To believe in a private directory is worse than to have none. */
		result_raise(result, SEVERITY_MEDIUM);
		result_judge(result, false, &finding);
	}
	for (const struct session_dir *dir = sessions->dirs; dir->path; ++dir)
		result_judge(result, dir->is_private,
		             &(struct finding) {
		                     .subject = dir->path,
		                     .message = "is shared by the sessions of all users",
		                     .expected = "private instance, or private TMPDIR",
		                     .actual = dir->shared,
		                     .source = dir->source,
		                     .aspect = ASPECT_BOOT,
		             });
}

const struct check isolation_checks[] = {
	{
		.id = "isolation.services",
		.title = "Services do not use the temporary directories of all",
		.practice = PRACTICE_EXPOSURE,
		.severity = SEVERITY_LOW,
		.credit = CREDIT_COUNT,
		.facts = FACT_SERVICES | FACT_UNITS,
		.run = run_services,
		.rule = "No running service whose /tmp or /var/tmp, by its own mountinfo, is the host's uses it: by an open "
		        "file, a current directory, a mapping (of its first 8 processes; with --deep of all), an entry there that belongs to a uid of its own, or a path in "
		        "its unit. No unit of a service names such a path unless PrivateTmp=, DynamicUser=, a tmpfs or "
		        "inaccessible path there, or RootDirectory= or RootImage= ends the sharing. With "
		        "isolation.all-services no long-running service shares them, used or not, but for those of the early boot "
		        "(DefaultDependencies=no), which PrivateTmp= would keep from starting. What opens sessions, shows "
		        "windows, runs containers or jobs of users, or cleans the directories is not asked.",
		.why = "Where a service and users meet in one directory, users can guess, create or replace the files "
		       "that the service is about to open.",
		.references = (const struct reference[]) { { "cwe", "CWE-379" },
		                                           { "cwe", "CWE-668" },
		                                           { "nist", "SC-39" },
		                                           { "nist", "SC-4" },
		                                           { "anssi", "R55" },
		                                           { "docs", "systemd.exec(5)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Give the service a /tmp of its own with PrivateTmp=yes, and restart it",
			.breaks = "services that meet others in /tmp: those need JoinsNamespaceOf=, or a socket in /run",
			.steps = STEPS({ ASPECT_ANY, FIX_LINE, .path = "/etc/systemd/system/{subject}.d/zz-tmpaudit.conf", .head = "[Service]", .match = "^PrivateTmp=.*$", .text = "PrivateTmp=yes" }, { ASPECT_ANY, FIX_AFTER, .text = "[ ! -d /run/systemd/system ] || { systemctl daemon-reload && systemctl try-restart -- {subject}; }" }),
		},
	},
	{
		.id = "isolation.sessions",
		.title = "Users have private temporary directories, set up soundly",
		.practice = PRACTICE_EXPOSURE,
		.severity = SEVERITY_INFO,
		.credit = CREDIT_BINARY,
		.facts = FACT_SESSIONS | FACT_ACCOUNTS,
		.run = run_sessions,
		.rule = "Each PAM service that lets people in (login, sshd, display managers) gives them a private /tmp and "
		        "/var/tmp by pam_namespace, or a private TMPDIR by pam_tmpdir, or environment.d does. Where "
		        "pam_namespace is configured it exempts at most isolation.exempt-users; its method is user, level, context, "
		        "tmpfs or tmpdir; the parent of its instances is root's with mode 0000, or can be made by root "
		        "alone; ignore_instance_parent_mode is not given; and an instance has those of nosuid, nodev and "
		        "noexec that the directory has, now from the mount it lies on or from mntopts=. Where pam_tmpdir is, "
		        "what the first line of tmpdir.conf names (/tmp/user) is a directory of root's that all may search and "
		        "no other can write or replace, or is not there yet: else it makes none. What of this is "
		        "unsound makes the check one of severity medium.",
		.why = "Users who share no directory cannot prepare each other's files; but an instance that another "
		       "user made beforehand, or that lets programs run where /tmp does not, is worse than none.",
		.references = (const struct reference[]) { { "anssi", "R55" },
		                                           { "cwe", "CWE-379" },
		                                           { "nist", "SC-4" },
		                                           { "nist", "AC-4" },
		                                           { "docs", "pam_namespace(8)" },
		                                           { "docs", "namespace.conf(5)" },
		                                           { 0 } },
		.remediation = {
			.summary = "Give sessions instances by pam_namespace with tmpfs:mntopts=nosuid,nodev,noexec, or a TMPDIR "
			           "of their own by pam_tmpdir",
			.breaks = "users and programs that hand each other files in /tmp",
			.steps = STEPS({ ASPECT_BOOT, FIX_SESSIONS }),
		},
	},
	{ 0 },
};
