#include "audit.h"

#include "fix.h"
#include "host.h"
#include "sources.h"
#include "text.h"

#include <string.h>

bool audit_matches(const char *glob, const struct check *check) {
	static const char by_practice[] = "practice:";
	size_t length = strlen(glob);

	if (text_starts(glob, by_practice))
		return text_glob(glob + sizeof by_practice - 1, practices[check->practice].id);
	if (text_glob(glob, check->id))
		return true;
	/* A family's bare name stands for all of it. */
	return strncmp(glob, check->id, length) == 0 && check->id[length] == '.';
}

static bool matches_any(const char *const *globs, const struct check *check) {
	for (; globs && *globs; ++globs)
		if (audit_matches(*globs, check))
			return true;
	return false;
}

static bool is_named(const char *const *names, const struct check *check) {
	for (; names && *names; ++names)
		if (strcmp(*names, check->id) == 0)
			return true;
	return false;
}

bool audit_selects(const struct selection *selection, const struct policy *policy, const struct check *check) {
	if (matches_any(selection->skips, check) || (check->when == WHEN_PROBE && !selection->probe) ||
	    (check->when == WHEN_CODE && !selection->code))
		return false;
	if (is_named(selection->checks, check))
		return true;
	if (selection->checks && !matches_any(selection->checks, check))
		return false;
	return policy_selects(policy, check) && (check->when != WHEN_DEEP || selection->deep || policy->deep);
}

const char *audit_unmatched(const struct check *const *families, const char *const *globs) {
	for (; globs && *globs; ++globs) {
		bool found = false;

		for (const struct check *const *family = families; *family && !found; ++family)
			for (const struct check *check = *family; check->id && !found; ++check)
				found = audit_matches(*globs, check);
		if (!found)
			return *globs;
	}
	return NULL;
}

static void judge(struct host *host, const struct check *check, struct result *result) {
	if (check->live_only && !host->tree.live) {
		result_skip(result, "an offline tree does not run");
		return;
	}
	if (!policy_applies(host->policy, check)) {
		result_skip(result, "the profile %s leaves this question out", host->policy->name);
		return;
	}
	host_gather(host, check->facts);
	for (size_t i = 0; i < host->nfaults; ++i) {
		const struct fault *fault = &host->faults[i];

		if (fault->facts & check->facts)
			result_unknown(result, &(struct finding) {
			                               .subject = fault->subject,
			                               .message = fault->message,
			                               .source = fault->source,
			                               .aspect = fault->aspect,
			                       });
	}
	check->run(check, host, result);
}

static void add_override(struct report *report, const char *key, const char *value, struct origin origin) {
	struct arena *arena = &report->arena;
	struct report_run *run = &report->run;

	if (!origin.overrides)
		return;
	run->overrides = arena_grow(arena, run->overrides, run->noverrides, sizeof *run->overrides);
	run->overrides[run->noverrides++] = (struct report_override) { arena_copy(arena, key), arena_copy(arena, value),
		                                                       arena_copy(arena, origin.where) };
}

/** What was laid over the profile, and what of it holds. */
static void describe_policy(const struct policy *policy, struct report *report) {
	struct arena *arena = &report->arena;
	struct report_policy *files = arena_array(arena, policy->nfiles + 1, sizeof *files);

	for (size_t i = 0; i < policy->nfiles; ++i)
		files[i] = (struct report_policy) { arena_copy(arena, policy->files[i].path),
			                            arena_copy(arena, policy->files[i].sha256) };
	report->run.policies = files;
	report->run.npolicies = policy->nfiles;
	add_override(report, "deep", policy->deep ? "true" : "false", policy->deep_origin);
	for (size_t i = 0; i < policy->nrules; ++i) {
		const struct policy_rule *rule = &policy->rules[i];

		add_override(report, arena_text(arena, "checks.%s.%s", rule->glob, rule_names[rule->kind]),
		             rule->kind == RULE_SEVERITY ? severity_names[rule->value]
		             : rule->value               ? "true"
		                                         : "false",
		             rule->origin);
	}
	for (enum parameter i = 0; i < PARAMETERS; ++i)
		add_override(report, arena_text(arena, "parameters.%s", parameter_rows[i].name),
		             policy_shown(arena, policy, i), policy->origins[i]);
	if (policy->fail_under)
		add_override(report, "fail.under",
		             arena_text(arena, "%u.%u", policy->fail_under / 10, policy->fail_under % 10),
		             policy->fail_under_origin);
	add_override(report, "fail.on", policy->fail_on < SEVERITIES ? severity_names[policy->fail_on] : "never",
	             policy->fail_on_origin);
}

static void describe(struct host *host, const struct selection *selection, struct report *report) {
	static const char *const namespaces[] = {
		[MOUNTS_OF_HOST] = "host", [MOUNTS_VIA_PID1] = "via-pid1", [MOUNTS_UNKNOWN] = "unknown"
	};
	struct arena *arena = &report->arena;
	const struct policy *policy = host->policy;

	host_gather(host, FACT_IDENTITY);
	const struct identity *identity = host->identity;
	report->host = (struct report_host) {
		.hostname = arena_copy(arena, identity->hostname),
		.machine_id = arena_copy(arena, identity->machine_id),
		.os = arena_copy(arena, identity->os),
		.kernel = arena_copy(arena, identity->kernel),
		.arch = arena_copy(arena, identity->arch),
		.container = arena_copy(arena, identity->container),
		.root = arena_copy(arena, host->root),
		.live = host->tree.live,
		.uid = host->uid,
	};
	report->run = (struct report_run) {
		.started = host->now,
		.directory = host->sources_request ? arena_copy(arena, host->sources_request->directory) : NULL,
		.profile = arena_copy(arena, policy->name),
		.suggestion =
		        identity->container && host->tree.live && !policy->named_by.overrides ? "container" : NULL,
		.deep = selection->deep || policy->deep,
		.confinement = host->confinement,
		.mount_namespace = host->tree.live ? namespaces[host->mount_namespace] : NULL,
		.fail_on = policy->fail_on,
		.fail_under = policy->fail_under,
	};
	describe_policy(policy, report);
	for (size_t i = 0; i < host->nomissions; ++i) {
		report->not_examined = arena_grow(arena, report->not_examined, i, sizeof *report->not_examined);
		report->not_examined[report->nnot_examined++] = (struct report_omission) {
			arena_copy(arena, host->omissions[i].path),
			arena_copy(arena, host->omissions[i].why),
		};
	}
}

/** What the checks that are selected ask for. */
static unsigned wanted_facts(const struct host *host, const struct check *const *families,
                             const struct selection *selection) {
	unsigned wanted = 0;

	for (; *families; ++families)
		for (const struct check *check = *families; check->id; ++check)
			if (audit_selects(selection, host->policy, check) && (!check->live_only || host->tree.live) &&
			    policy_applies(host->policy, check))
				wanted |= check->facts;
	return wanted;
}

void audit_run(struct host *host, const struct check *const *families, const struct selection *selection,
               struct report *report) {
	struct timespec end;

	*report = (struct report) { 0 };
	host->deep = selection->deep || host->policy->deep;
	host->wanted = wanted_facts(host, families, selection);
	for (; *families; ++families) {
		for (const struct check *check = *families; check->id; ++check) {
			if (!audit_selects(selection, host->policy, check))
				continue;
			report->results =
			        arena_grow(&report->arena, report->results, report->nresults, sizeof *report->results);
			struct result *result = &report->results[report->nresults++];
			*result = (struct result) {
				.check = check,
				.severity = policy_severity(host->policy, check),
				.without_boot = !policy_judges_boot(host->policy, check),
				.named = is_named(selection->checks, check),
				.arena = &report->arena,
			};
			judge(host, check, result);
		}
	}
	describe(host, selection, report);
	waivers_apply(report, host->policy->waivers, host->policy->nwaivers, host->now.tv_sec);
	for (size_t i = 0; i < report->nresults; ++i)
		fix_resolve(host, &report->results[i]);
	report->score = score_compute(report->results, report->nresults);
	clock_gettime(CLOCK_REALTIME, &end);
	report->run.duration_ms =
	        (int64_t)(end.tv_sec - host->now.tv_sec) * 1000 + (end.tv_nsec - host->now.tv_nsec) / 1000000;
	if (report->run.duration_ms < 0)
		report->run.duration_ms = 0;
}
