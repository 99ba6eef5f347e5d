/** The audit of a host: from options to outputs. */

#include "audit.h"

#include "baseline.h"
#include "checks.h"
#include "code.h"
#include "commands.h"
#include "host.h"
#include "policy_files.h"
#include "probe.h"
#include "publish.h"
#include "say.h"
#include "scout.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool globs_match(const struct check *const *families, const char *const *globs, const char *where) {
	const char *unmatched = audit_unmatched(families, globs);
	struct arena scratch = { 0 };
	const char **names = NULL;
	size_t count = 0;

	if (!unmatched)
		return true;
	for (const struct check *const *family = families; *family; ++family) {
		for (const struct check *check = *family; check->id; ++check) {
			names = arena_grow(&scratch, names, count, sizeof *names);
			names[count++] = check->id;
		}
	}
	for (size_t i = 0; i < PRACTICES; ++i) {
		names = arena_grow(&scratch, names, count, sizeof *names);
		names[count++] = arena_text(&scratch, "practice:%s", practices[i].id);
	}
	say_unknown(where, "check", unmatched, names, "see tmpaudit list");
	arena_free(&scratch);
	return false;
}

bool open_policy(struct policy *policy, const char *file, const struct options *options) {
	struct policy_fault fault;
	const struct policy_request request = {
		.profile = options->profile,
		.file = file,
		.families = check_families,
		.now = time(NULL),
	};

	if (!policy_load(policy, &request, &fault)) {
		say(fault.where, "%s", fault.what);
		policy_close(policy);
		return false;
	}
	if (options->given & OPTION_FAIL_ON)
		policy_fail_on(policy, options->fail_on, "--fail-on");
	if (options->given & OPTION_FAIL_UNDER)
		policy_fail_under(policy, options->fail_under, "--fail-under");
	if (options->given & OPTION_DEEP) {
		policy->deep = true;
		policy->deep_origin = (struct origin) { "--deep", true };
	}
	return true;
}

static bool open_host(const struct channel *channel, struct host *host, const struct policy *policy,
                      const struct options *options, int *status) {
	const char *root = options->root ? options->root : "/";
	int error = host_open(host, policy, root, !options->root);

	host->tree.pulse = channel->pulse;
	host->fs_timeout = options->fs_timeout;
	host->threads = options->threads;
	if (!error)
		return true;
	*status = EXIT_MISUSE;
	if (error == -ENOSYS) {
		worker_say(channel, root,
		           "cannot be audited offline: this kernel or sandbox refuses openat2(2), without which links "
		           "would lead out of it");
		*status = EXIT_UNSURE;
	} else if (error == -ENOTDIR) {
		worker_say(channel, root, "is no directory; --root takes the top directory of a tree");
	} else {
		worker_say(channel, root, "cannot be opened: %s", strerrordesc_np(-error));
	}
	return false;
}

/** What the worker needs to know. */
struct work {
	const struct check *const *families;
	const struct policy *policy;
	const struct selection *selection;
	const struct input *baseline;
	/** Whether what repairs the host is wanted in the place of the report. */
	bool fix;
};

static bool selects_some(const struct check *const *families, const struct selection *selection,
                         const struct policy *policy) {
	for (; *families; ++families)
		for (const struct check *check = *families; check->id; ++check)
			if (audit_selects(selection, policy, check))
				return true;
	return false;
}

/** Whether what was chosen can be had without the probe; says so if not. */
static bool suits_probe(const struct check *const *families, const struct selection *selection,
                        const struct policy *policy) {
	struct selection with = *selection;

	with.probe = true;
	if (selects_some(families, selection, policy) || !selects_some(families, &with, policy))
		return true;
	say("--check", "chooses attacks only, which are not attempted without --probe");
	return false;
}

/** Give up what reading the host does not need: a running one's other processes are then asked for by the scout. */
static void confine_to(struct host *host, struct scout *scout, bool walks) {
	enum { MOST = 64 };
	struct tree own = { .fd = -1 };
	int readable[MOST];
	size_t count = host_readable(host, readable, MOST - 1);

	/* Our own /proc and /sys are not those of process 1's namespace, where that is another one. */
	if (host->tree.live && tree_open(&own, "/", true) == 0)
		readable[count++] = own.fd;
	if (host->tree.live && scout->fd >= 0)
		host->tree.scout = scout;
	confine(
	        &(const struct confine_request) {
	                .readable = readable,
	                .nreadable = count,
	                .without_landlock = host->tree.live && (!host->tree.scout || host_hides_processes(host)),
	                .walks = walks,
	        },
	        &host->confinement);
	while (count > 0)
		close(readable[--count]);
}

/** Audit, hold it against the baseline, and render the report: all that reads what others wrote. */
static int judge_host(const struct publisher *publisher, struct host *host, const struct work *work) {
	struct report report, baseline;
	int status = EXIT_MISUSE;

	if (baseline_open(publisher->channel, publisher->options, work->baseline, &baseline)) {
		audit_run(host, work->families, work->selection, &report);
		baseline_apply(publisher->options, &baseline, &report);
		if (work->fix)
			fix_deliver(publisher->channel, host, &report, publisher->options);
		status = work->fix ? report_exit(&report) : publish_report(publisher, &report);
		report_free(&report);
	}
	report_free(&baseline);
	return status;
}

/** In the worker: audit, and render the report. */
static int make(const struct publisher *publisher, const void *context) {
	const struct work *work = context;
	const struct options *options = publisher->options;
	struct scout scout = { .fd = -1 };
	struct host host;
	struct code_input code = { .tree.fd = -1 };
	int status = EXIT_MISUSE;

	if (!options->root)
		scout_start(&scout, options->fs_timeout ? (int)options->fs_timeout * 1000 : -1);
	if (open_host(publisher->channel, &host, work->policy, options, &status)) {
		if ((!work->selection->probe || probe_attempt(publisher->channel, &host, options)) &&
		    (!work->selection->code || code_request(publisher->channel, &host, options, &code))) {
			confine_to(&host, &scout, work->selection->deep || work->selection->code);
			status = judge_host(publisher, &host, work);
		}
		code_done(&code);
		host_close(&host);
	}
	scout_end(&scout);
	return status;
}

/** What a verb does besides judging: nothing, attempt the attacks, read the PATHs that are named. */
enum purpose { PURPOSE_AUDIT, PURPOSE_PROBE, PURPOSE_CODE };

/** Judge by the families. */
static int audit(const struct check *const *families, enum purpose purpose, bool fix, const struct options *options) {
	/* What a host that answers never needs, beyond the time that a file system is given. */
	enum { MORE_MS = 5000, CLEANING_MS = 15000 };
	const struct selection selection = {
		.checks = options->checks,
		.skips = options->skips,
		.deep = options->given & OPTION_DEEP,
		.probe = purpose == PURPOSE_PROBE,
		.code = purpose == PURPOSE_CODE,
	};
	struct policy policy;
	struct arena scratch = { 0 };
	struct input baseline = { 0 };

	if ((options->given & OPTION_POLICY) && !options->policy) {
		say("--policy", "needs an argument: FILE; tmpaudit list --policy shows the policy in force");
		return EXIT_MISUSE;
	}
	if (!globs_match(families, options->checks, "--check") || !globs_match(families, options->skips, "--skip"))
		return EXIT_MISUSE;
	if (!open_policy(&policy, options->policy, options))
		return EXIT_MISUSE;
	int status = EXIT_MISUSE;
	if (suits_probe(families, &selection, &policy) && baseline_read(&scratch, options, &baseline))
		status = publish_run(options, &(const struct publication) {
		                                      .make = make,
		                                      .reads_files = true,
		                                      .write = fix ? fix_write : NULL,
		                                      .is_directory = fix ? fix_is_directory : NULL,
		                                      .context = &(const struct work) { families, &policy, &selection,
		                                                                        &baseline, fix },
		                                      .silence_ms = options->fs_timeout * 1000 + MORE_MS,
		                                      .cleaning_ms = selection.probe ? CLEANING_MS : 0,
		                              });
	arena_free(&scratch);
	policy_close(&policy);
	return status;
}

/** Whether an option was given that needs another one. */
static bool lacks(const struct options *options, unsigned given, unsigned needed) {
	return (options->given & given) && !(options->given & needed);
}

/** Audit all that there is, for a report or for what repairs it. */
static int audit_all(const char *command, bool fix, const struct options *options) {
	const bool probe = options->given & OPTION_PROBE;

	if (options->operands[0]) {
		say(options->operands[0], "%s takes no operand; for an offline tree say --root DIR", command);
		return EXIT_MISUSE;
	}
	if (lacks(options, OPTION_ATTACKER | OPTION_VICTIM, OPTION_PROBE)) {
		say("--attacker, --victim", "are of the probe: say --probe too");
		return EXIT_MISUSE;
	}
	if (probe && options->root) {
		say("--probe", "attacks a running host; an offline tree has no kernel of its own");
		return EXIT_MISUSE;
	}
	return audit(check_families, probe ? PURPOSE_PROBE : PURPOSE_AUDIT, fix, options);
}

int command_audit(const struct options *options) {
	return audit_all("audit", false, options);
}

int audit_for_fix(const struct options *options) {
	return audit_all("fix", true, options);
}

int command_probe(const struct options *options) {
	static const struct check *const families[] = { attack_checks, NULL };

	return audit(families, PURPOSE_PROBE, false, options);
}

int command_code(const struct options *options) {
	static const struct check *const families[] = { code_checks, NULL };

	if (!options->operands[0]) {
		say("code", "needs a PATH to read: tmpaudit code /usr");
		return EXIT_MISUSE;
	}
	return audit(families, PURPOSE_CODE, false, options);
}
