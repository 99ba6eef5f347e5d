/** The audit of a host: from options to outputs. */

#include "audit.h"

#include "checks.h"
#include "commands.h"
#include "host.h"
#include "output.h"
#include "probe.h"
#include "render.h"
#include "say.h"
#include "worker.h"

#include <errno.h>
#include <string.h>

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

/** What is expected: the profile, and what options say of falling short. */
static void open_policy(struct policy *policy, const struct options *options) {
	policy_open(policy, options->profile);
	if (options->given & OPTION_FAIL_ON)
		policy->fail_on = options->fail_on;
	else if (options->given & OPTION_FAIL_UNDER)
		policy->fail_on = SEVERITIES;
	if (options->given & OPTION_FAIL_UNDER)
		policy->fail_under = options->fail_under;
}

static bool open_host(const struct channel *channel, struct host *host, const struct policy *policy,
                      const struct options *options, int *status) {
	const char *root = options->root ? options->root : "/";
	int error = host_open(host, policy, root, !options->root);

	host->tree.pulse = channel->pulse;
	host->fs_timeout = options->fs_timeout;
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
	const struct options *options;
	const struct policy *policy;
	const struct selection *selection;
	const struct output *outputs;
	/** How reports look: the worker cannot ask the terminal. */
	struct render_options for_reader, for_file;
};

/** The number of the product that is for standard output; the others are those of --output, by their place. */
static const unsigned for_standard_output = UINT32_MAX;

static void deliver(const struct channel *channel, const struct report *report, const struct renderer *renderer,
                    struct render_options rendering, unsigned number) {
	struct arena scratch = { 0 };
	struct builder text = { .arena = &scratch };

	report_render(&text, report, renderer, rendering);
	worker_deliver(channel, number, builder_string(&text), text.length);
	arena_free(&scratch);
}

/** Render the report in each format that is wanted. */
static void deliver_all(const struct channel *channel, const struct report *report, const struct work *work) {
	const struct options *options = work->options;
	const struct renderer *usual = options->format ? options->format : &renderers[0];

	for (size_t i = 0; i < options->noutputs; ++i)
		deliver(channel, report, options->outputs[i].renderer ? options->outputs[i].renderer : usual,
		        work->outputs[i].is_standard_output ? work->for_reader : work->for_file, (unsigned)i);
	if (options->noutputs && !options->format)
		return;
	if (!(options->given & OPTION_QUIET) || report_exit(report) != EXIT_MEETS)
		deliver(channel, report, usual, work->for_reader, for_standard_output);
}

/** Write what the worker delivered, files first.  Returns the exit status. */
static int write_all(struct output *outputs, const struct options *options, const struct delivery *delivery) {
	for (size_t i = 0; i < delivery->nproducts; ++i) {
		const struct product *product = &delivery->products[i];
		const bool is_file = product->number < options->noutputs;
		const char *why = is_file ? output_commit(&outputs[product->number], product->bytes, product->size)
		                          : output_print(product->bytes, product->size);

		if (why) {
			say(is_file ? outputs[product->number].path : "standard output", "cannot be written: %s", why);
			return EXIT_MISUSE;
		}
	}
	return delivery->status;
}

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

/** In the worker: audit, and render the report. */
static int work(const struct channel *channel, const void *context) {
	const struct work *work = context;
	const struct options *options = work->options;
	struct host host;
	struct report report;
	int status;

	if (!open_host(channel, &host, work->policy, options, &status))
		return status;
	if (work->selection->probe && !probe_attempt(channel, &host, options)) {
		host_close(&host);
		return EXIT_MISUSE;
	}
	audit_run(&host, work->families, work->selection, &report);
	host_close(&host);
	deliver_all(channel, &report, work);
	status = report_exit(&report);
	report_free(&report);
	return status;
}

/** Audit, once the outputs are known to be safe. */
static int audit_into(struct output *outputs, const struct check *const *families, bool probe,
                      const struct options *options) {
	/** What a host that answers never needs, beyond the time that a file system is given. */
	enum { MORE_MS = 5000, CLEANING_MS = 15000 };
	const struct selection selection = {
		.checks = options->checks,
		.skips = options->skips,
		.deep = options->given & OPTION_DEEP,
		.probe = probe,
	};
	struct policy policy;
	struct delivery delivery;

	open_policy(&policy, options);
	if (!suits_probe(families, &selection, &policy))
		return EXIT_MISUSE;
	const struct job job = {
		.work = work,
		.context =
		        &(const struct work) {
		                .families = families,
		                .options = options,
		                .policy = &policy,
		                .selection = &selection,
		                .outputs = outputs,
		                .for_reader = options_rendering(options, true),
		                .for_file = options_rendering(options, false),
		        },
		.silence_ms = options->fs_timeout * 1000 + MORE_MS,
		.cleaning_ms = probe ? CLEANING_MS : 0,
		.progress = options_progress(options),
	};
	int status = worker_run(&job, &delivery) ? write_all(outputs, options, &delivery) : EXIT_MISUSE;
	delivery_free(&delivery);
	return status;
}

/** Make sure that each output can be written, then audit. */
static int audit_with(struct output *outputs, const struct check *const *families, bool probe,
                      const struct options *options) {
	for (size_t i = 0; i < options->noutputs; ++i) {
		const char *why = output_open(&outputs[i], options->outputs[i].path);

		if (why) {
			say(options->outputs[i].path, "cannot be written: %s", why);
			return EXIT_MISUSE;
		}
	}
	return audit_into(outputs, families, probe, options);
}

/** Judge by the families, after the attacks were attempted if that is wanted. */
static int audit(const struct check *const *families, bool probe, const struct options *options) {
	struct arena scratch = { 0 };
	struct output *outputs;

	if (!globs_match(families, options->checks, "--check") || !globs_match(families, options->skips, "--skip"))
		return EXIT_MISUSE;
	outputs = arena_array(&scratch, options->noutputs + 1, sizeof *outputs);
	for (size_t i = 0; i < options->noutputs; ++i)
		outputs[i].directory = -1;
	int status = audit_with(outputs, families, probe, options);
	for (size_t i = 0; i < options->noutputs; ++i)
		output_close(&outputs[i]);
	arena_free(&scratch);
	return status;
}

/** Whether an option was given that needs another one. */
static bool lacks(const struct options *options, unsigned given, unsigned needed) {
	return (options->given & given) && !(options->given & needed);
}

int command_audit(const struct options *options) {
	const bool probe = options->given & OPTION_PROBE;

	if (options->operands[0]) {
		say(options->operands[0], "audit takes no operand; for an offline tree say --root DIR");
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
	return audit(check_families, probe, options);
}

int command_probe(const struct options *options) {
	static const struct check *const families[] = { attack_checks, NULL };

	return audit(families, true, options);
}
