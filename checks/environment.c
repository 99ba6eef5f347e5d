/** Where paths come from: which directories and programs the environment of programs, jobs and services names. */

#include "checks.h"
#include "host.h"
#include "result.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

#define BIT(kind) (1U << (kind))

/** What a row judges. */
struct scope {
	/** Bits of kinds of settings. */
	unsigned kinds;
	/** The subject that is good if nothing is set at all. */
	const char *nothing;
	const char *expected;
};

/** What is said of a setting. */
struct verdict {
	/** What is wrong, and how a reader sees it; NULL: nothing. */
	const char *actual;
	/** Why something of it cannot be told; NULL: all can. */
	const char *unknown;
};

/** Whether the directory is one whose content others can add to: a configured one may be root's alone. */
static bool is_open_to_others(const struct tempdir *dir, uid_t user) {
	if (dir->class == TEMPDIR_USER)
		return dir->user != user;
	return dir->class != TEMPDIR_NAMED || (dir->object.uid != 0 && dir->object.uid != user) ||
	       object_others_write(&dir->object);
}

/** The audited directory in which the path lies, by name or in truth; NULL if in none. */
static const char *audited(const struct host *host, const struct location *location) {
	const bool plain = !strstr(location->path, "/../");

	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (!is_open_to_others(dir, location->user))
			continue;
		if (plain && text_path_within(location->path, dir->path))
			return dir->path;
		if (location->real && text_path_within(location->real, dir->real ? dir->real : dir->path))
			return dir->path;
	}
	return NULL;
}

/** Whether a path that is not there yet may be made while the host boots. */
static bool is_made_at_boot(const struct host *host, const char *path) {
	return !host->tree.live &&
	       (text_path_within(path, "/run") || text_path_within(path, "/dev") || text_path_within(path, "/var/run"));
}

/** What is wrong with the way to a location; NULL if nothing is. */
static const char *way_fault(struct result *result, const struct location *location) {
	if (location->squattable)
		return result_text(result, "does not exist: %s may create it",
		                   location->why && strstr(location->why, "everybody") ? "anyone" : "others");
	if (!location->component)
		return NULL;
	if (strcmp(location->component, location->path) == 0)
		return location->why;
	return result_text(result, "%s: %s", location->component, location->why);
}

/** What is wrong with a directory for temporary files. */
static const char *tmpdir_fault(const struct host *host, struct result *result, const struct location *location) {
	const struct object *object = &location->object;
	const char *fault = way_fault(result, location);

	if (fault)
		return fault;
	if (!location->exists)
		return is_made_at_boot(host, location->path) ? NULL : "does not exist";
	if (!S_ISDIR(object->mode))
		return "is no directory";
	if (object->uid != 0 && object->uid != location->user)
		return result_text(result, "uid %u", object->uid);
	if (object_others_write(object) && !(object->mode & S_ISVTX))
		return result_text(result, "%s, without sticky bit", location->shown);
	return NULL;
}

/** What is wrong with a directory in which programs or libraries are looked for, or a file that is run or loaded. */
static const char *source_fault(const struct host *host, struct result *result, const struct location *location,
                                bool only_path) {
	const struct object *object = &location->object;
	const char *directory = audited(host, location);
	const char *fault = way_fault(result, location);

	if (location->exists && object->uid != 0 && object->uid != location->user && !only_path)
		return result_text(result, "uid %u", object->uid);
	if (fault)
		return fault;
	if (directory)
		return result_text(result, "in %s", directory);
	return location->foreign && !only_path ? location->shown : NULL;
}

/** Whether a program sees another directory of its own at the path. */
static bool is_own(const struct setting *setting, const char *path) {
	return (setting->own_tmp && text_path_within(path, "/tmp")) ||
	       (setting->own_var_tmp && text_path_within(path, "/var/tmp"));
}

/** What is wrong with a path of the setting; NULL if nothing is. */
static const char *path_fault(const struct host *host, struct result *result, const struct setting *setting,
                              const struct setting_path *path) {
	switch (path->form) {
	case PATH_OPEN:
	case PATH_UNKNOWN:
	case PATH_SEARCHED:
		return NULL;
	case PATH_EMPTY:
		return "is empty";
	case PATH_RELATIVE:
		return "is relative";
	case PATH_ABSOLUTE:
		break;
	}
	if (setting->elsewhere || path->location->unknown || is_own(setting, path->text))
		return NULL;
	if (setting->kind == SETTING_TMPDIR)
		return tmpdir_fault(host, result, path->location);
	return source_fault(host, result, path->location, setting->only_path);
}

static bool is_list(const struct setting *setting) {
	return (setting->kind == SETTING_PATH || setting->kind == SETTING_LIBRARIES) && *setting->subject != '/';
}

/** A faulty path in words: "element 3 is empty", "/tmp/build (does not exist: anyone may create it)". */
static const char *path_shown(struct result *result, const struct setting *setting, const struct setting_path *path,
                              const char *fault) {
	if (path->form == PATH_EMPTY)
		return result_text(result, "element %u is empty", path->element);
	if (setting->kind == SETTING_COMMAND)
		return result_text(result, text_starts(fault, "in /") ? "%s %s as %s" : "%s %s as %s (%s)",
		                   setting->name, path->text, setting->user_shown, fault);
	if (is_list(setting))
		return result_text(result, "element %u is %s (%s)", path->element, path->text, fault);
	return result_text(result, "%s (%s)", path->text, fault);
}

/** How many faults of a setting are told. */
enum { TOLD = 4 };

static struct verdict judge(const struct host *host, struct result *result, const struct setting *setting) {
	struct verdict verdict = { .unknown = setting->unknown };
	unsigned told = 0;

	if (setting->kept)
		verdict.actual = result_text(result, "kept by sudo (%s)", setting->kept);
	for (const struct setting_path *path = setting->paths; path->text; ++path) {
		const char *fault = path_fault(host, result, setting, path);

		if (path->form == PATH_UNKNOWN)
			verdict.unknown =
			        is_list(setting)
			                ? result_text(result, "has an element %u that is known only when it is used",
			                              path->element)
			                : "is set to what is known only when it is used";
		if (path->form == PATH_ABSOLUTE && path->location->unknown && !is_own(setting, path->text) &&
		    !setting->elsewhere)
			verdict.unknown = text_starts(path->location->unknown, "privilege")
			                          ? path->location->unknown
			                          : result_text(result, "names %s, which %s", path->text,
			                                        path->location->unknown);
		if (!fault)
			continue;
		fault = path_shown(result, setting, path, fault);
		if (told++ < TOLD)
			verdict.actual = verdict.actual ? result_text(result, "%s; %s", verdict.actual, fault) : fault;
	}
	if (told > TOLD)
		verdict.actual = result_text(result, "%s; and %u more", verdict.actual, told - TOLD);
	return verdict;
}

/** What is wrong with a setting, for a reader. */
static const char *say_what(const struct setting *setting) {
	if (setting->kept)
		return "is taken over from whoever calls sudo";
	switch (setting->kind) {
	case SETTING_TMPDIR:
		return "names a directory that others control, or that is not there";
	case SETTING_PATH:
		return "has programs looked for where others can put some";
	case SETTING_LIBRARIES:
		return "has code looked for where others can put some";
	case SETTING_PRELOADS:
		return "loads a file that others can change";
	case SETTING_COMMAND:
		break;
	}
	return "takes a program or setting from where others can put another";
}

static void say(struct result *result, const struct setting *setting, enum aspect aspect, const struct finding *finding,
                const struct verdict *verdict) {
	struct finding copy = *finding;

	copy.subject = setting->subject;
	copy.aspect = aspect;
	copy.source = setting->source;
	if (!verdict->actual && verdict->unknown) {
		copy.message = verdict->unknown;
		copy.expected = copy.actual = NULL;
		result_unknown(result, &copy);
		return;
	}
	result_judge(result, !verdict->actual, &copy);
}

static void run_settings(const struct check *check, const struct host *host, struct result *result) {
	const struct scope *scope = check->param;
	bool any = false;

	for (const struct setting *setting = host->environment->settings; setting->subject; ++setting) {
		if (!(scope->kinds & BIT(setting->kind)))
			continue;
		const struct verdict verdict = judge(host, result, setting);
		any = true;
		say(result, setting, ASPECT_BOOT,
		    &(struct finding) {
		            .message = say_what(setting),
		            .expected = setting->kept ? "not kept" : scope->expected,
		            .actual = verdict.actual,
		    },
		    &verdict);
	}
	/* What is unset cannot lead astray. */
	if (!any)
		result_judge(result, true, &(struct finding) { .subject = scope->nothing, .aspect = ASPECT_BOOT });
}

/** Whether a path of a process in a mount namespace of its own would be at fault in the host's. */
static bool would_fail(const struct host *host, struct result *result, const struct setting *setting) {
	struct setting here = *setting;

	here.elsewhere = false;
	return judge(host, result, &here).actual != NULL;
}

static void run_processes(const struct check *check, const struct host *host, struct result *result) {
	(void)check;
	/* They are not looked at where the host's mounts cannot be. */
	if (!host->environs)
		return;
	for (const struct setting *setting = host->environs->settings; setting->subject; ++setting) {
		struct verdict verdict = judge(host, result, setting);
		const bool single = setting->kind == SETTING_TMPDIR || setting->kind == SETTING_PRELOADS;
		const char *actual = verdict.actual;

		if (!actual && setting->elsewhere && would_fail(host, result, setting)) {
			result_note(result, setting->subject,
			            "has a mount namespace of its own: where its %s leads was not judged",
			            setting->name);
			continue;
		}
		if (actual)
			actual = result_text(result, single ? "%s=%s" : "%s: %s", setting->name, actual);
		for (const struct tempdir *dir = host->tempdirs;
		     actual && setting->directory && *setting->directory && dir && dir->path; ++dir)
			if (dir->real && text_path_within(setting->directory, dir->real)) {
				actual = result_text(result, "%s, and its current directory is %s", actual,
				                     setting->directory);
				break;
			}
		say(result, setting, ASPECT_PROCESS,
		    &(struct finding) {
		            .message = result_text(result, "runs as root, and its %s %s", setting->name,
		                                   say_what(setting)),
		            .expected = result_text(result, "trusted %s", setting->name),
		            .actual = actual,
		    },
		    &verdict);
	}
	for (const struct process_note *note = host->environs->notes; note->subject; ++note)
		result_note(result, note->subject, "%s", note->why);
	if (host->environs->count)
		result_judge(result, true, &(struct finding) { .subject = "/proc", .aspect = ASPECT_PROCESS });
	result_skip(result, "no process of root has an environment that is the host's");
}

#define REFERENCES(...) ((const struct reference[]) { __VA_ARGS__, { 0 } })

const struct check environment_checks[] = {
	{
		.id = "environment.tmpdir",
		.title = "Variables that choose the temporary directory point to safe ones",
		.practice = PRACTICE_PATHS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_ENVIRONMENT | FACT_TEMPDIRS | FACT_UNITS,
		.run = run_settings,
		.param = &(const struct scope) { BIT(SETTING_TMPDIR), "TMPDIR", "absolute, trusted" },
		.rule = "Each TMPDIR, TMP, TEMP, TEMPDIR, TMUX_TMPDIR, the directory of TMPPREFIX and java.io.tmpdir of "
		        "JAVA_TOOL_OPTIONS is absolute, an existing directory on a trusted path, owned by root or the user "
		        "whom the setting is for, and sticky if others can write to it. It is looked for in pam_env.conf, "
		        "/etc/environment, /etc/default/locale, environment.d, the managers' and units' Environment= and "
		        "EnvironmentFile=, start-up files of shells, crontabs and sudo's env_file. What a unit or a crontab "
		        "of one user says is for that user. sudo keeps none of them: not in env_keep or env_check, and "
		        "env_reset is on. TMP, TEMP and TEMPDIR of a script count if it exports them. Values with $, %, @{ "
		        "or ~ are known only when they are used, and unset is good.",
		.why = "Programs put their temporary files where the variable says. In a directory that another user owns, "
		       "can replace or creates first, he reads and exchanges the files of all who have the variable, root "
		       "included.",
		.references = REFERENCES({ "cwe", "CWE-379" }, { "cwe", "CWE-426" }, { "cwe", "CWE-807" }, { "nist", "CM-6" },
		                         { "docs", "pam_env.conf(5)" }, { "docs", "environment.d(5)" },
		                         { "docs", "sudoers(5)" }),
		.remediation = {
			.summary = "Remove the assignment where the finding says, or create the directory through tmpfiles.d, "
			           "root's with mode 1777 or the user's with 0700; take the variable out of sudo's env_keep",
			.breaks = "what relies on the directory",
			.steps = STEPS({ ASPECT_BOOT, FIX_COMMENT }),
		},
	},
	{
		.id = "environment.path",
		.title = "Program search paths hold no temporary, relative or writable directory",
		.practice = PRACTICE_PATHS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_ENVIRONMENT | FACT_TEMPDIRS | FACT_UNITS,
		.run = run_settings,
		.param = &(const struct scope) { BIT(SETTING_PATH), "PATH", "absolute root-owned elements" },
		.rule = "No element of PATH in the sources of environment.tmpdir, of ENV_PATH and ENV_SUPATH in login.defs or of "
		        "sudo's secure_path is empty, relative, inside an audited directory that others can write to, an existing "
		        "directory that others own or can write to, on a path that is not trusted, or missing where others may "
		        "create it. Elements with $, % or ~ are known only when they are used.",
		.why = "An empty element is the current directory: a job that stands in /tmp runs the ls that somebody left "
		       "there. So it is with every directory in which others can put a program of a common name.",
		.references = REFERENCES({ "cis", "5.4.2.5" }, { "cwe", "CWE-426" }, { "cwe", "CWE-427" },
		                         { "attack", "T1574.007" }, { "nist", "CM-6(a)" }, { "nist", "CM-7" },
		                         { "docs", "environ(7)" }, { "docs", "crontab(5)" }),
		.remediation = {
			.summary = "Edit the line that the finding names: leave absolute directories that only root writes to",
			.breaks = "programs that were found only there",
			.steps = STEPS({ ASPECT_BOOT, FIX_COMMENT }),
		},
	},
	{
		.id = "environment.loader",
		.title = "Library and module search paths are not writable by others",
		.practice = PRACTICE_PATHS,
		.severity = SEVERITY_CRITICAL,
		.credit = CREDIT_BINARY,
		.facts = FACT_ENVIRONMENT | FACT_TEMPDIRS | FACT_UNITS,
		.run = run_settings,
		.param = &(const struct scope) { BIT(SETTING_LIBRARIES) | BIT(SETTING_PRELOADS), "/etc/ld.so.preload",
			                         "trusted path" },
		.rule = "The objects in /etc/ld.so.preload, the directories in /etc/ld.so.conf with all that it includes, these "
		        "files themselves, and all that LD_PRELOAD, LD_LIBRARY_PATH, LD_AUDIT, GCONV_PATH, PYTHONPATH, "
		        "PYTHONSTARTUP, PERL5LIB, RUBYLIB, NODE_PATH, CLASSPATH, BASH_ENV and ENV name in the sources of "
		        "environment.tmpdir are absolute, outside of audited directories that others can write to, on a trusted "
		        "path and writable by root only; no element of a list that is not empty is. sudo keeps none of these "
		        "variables. Objects without a slash are looked for in the loader's own directories. Of comments in "
		        "/etc/ld.so.preload what glibc loads all the same is judged: all but the first, in most files.",
		.why = "Whoever can write to one of these places has his code loaded into every program, or every one in that "
		       "language, that root starts.",
		.references = REFERENCES({ "cwe", "CWE-427" }, { "cwe", "CWE-426" }, { "attack", "T1574.006" }, { "nist", "CM-7" },
		                         { "docs", "ld.so(8)" }, { "docs", "ldconfig(8)" }),
		.remediation = {
			.summary = "Remove the line that the finding names, and find out who wrote it and what was loaded",
			.breaks = "programs that need the library",
			.steps = STEPS({ ASPECT_BOOT, FIX_COMMENT }),
		},
	},
	{
		.id = "environment.commands",
		.title = "Jobs and services do not take programs or settings from temporary directories",
		.practice = PRACTICE_PATHS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_ENVIRONMENT | FACT_TEMPDIRS | FACT_UNITS,
		.run = run_settings,
		.param = &(const struct scope) { BIT(SETTING_COMMAND), "/etc/crontab", "trusted path" },
		.rule = "No program, script or configuration file that a unit (Exec*=, EnvironmentFile=, PIDFile=, RootDirectory=, "
		        "WorkingDirectory=), a crontab, /etc/cron.*, rc.local, init.d, a rule of udev or sudoers names by its "
		        "path lies inside an audited directory that others can write to, on a path that is not trusted, or can be "
		        "written by others. What belongs to the user as whom it runs is his own. A unit with a /tmp of its own "
		        "(PrivateTmp=, DynamicUser=, TemporaryFileSystem=) may run what lies there, unless by \"+\"; its "
		        "EnvironmentFile= and PIDFile= are read in the host's. Variables of a script stand for what it sets them "
		        "to; names that nothing but a run can tell, and where output goes, are not judged.",
		.why = "Whoever puts another file in the place of the script that root's job runs at night is root by morning.",
		.references = REFERENCES({ "cwe", "CWE-426" }, { "cwe", "CWE-377" }, { "attack", "T1053.003" },
		                         { "attack", "T1543.002" }, { "nist", "CM-7" }, { "docs", "systemd.exec(5)" },
		                         { "docs", "crontab(5)" }, { "docs", "udev(7)" }),
		.remediation = {
			.summary = "Move the file to /usr/local/libexec, owned by root with mode 0755, and change the line that the "
			           "finding names",
			.breaks = "whoever updates the file in its old place",
			.steps = STEPS({ ASPECT_BOOT, FIX_COMMAND }),
		},
	},
	{
		.id = "environment.processes",
		.title = "Running root processes have no variable that points to an unsafe place",
		.practice = PRACTICE_PATHS,
		.severity = SEVERITY_HIGH,
		.credit = CREDIT_BINARY,
		.facts = FACT_ENVIRONS | FACT_TEMPDIRS,
		.live_only = true,
		.run = run_processes,
		.rule = "The variables of environment.tmpdir, .path and .loader in /proc/PID/environ of each process with the "
		        "effective uid 0 are as these rules want them, taken word for word. Processes in containers and those of "
		        "set-user-ID programs, which have their caller's environment, are noted and left out; of one in a mount "
		        "namespace of its own only relative and empty elements are judged. No other value is shown.",
		.why = "What a running service was started with is in force until it is started again, whatever the files say "
		       "now; and what root's shell has, all that is started from it inherits.",
		.references = REFERENCES({ "cwe", "CWE-426" }, { "cwe", "CWE-427" }, { "attack", "T1574.006" },
		                         { "docs", "proc_pid_environ(5)" }),
		.remediation = {
			.summary = "Repair what starts the process, and start it again",
			.breaks = "the service is away while it restarts",
			.steps = STEPS({ ASPECT_PROCESS, FIX_PROCESS }),
		},
	},
	{ 0 },
};
