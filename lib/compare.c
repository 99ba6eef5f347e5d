#include "compare.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *const change_names[CHANGES] = { "new",   "worse", "unknown", "waived", "better",
	                                    "fixed", "added", "removed", "same" };

/** By subject and aspect: what makes two findings the same. */
static int compare_keys(const struct finding *left, const struct finding *right) {
	int order = strcmp(left->subject, right->subject);

	return order ? order : (int)left->aspect - (int)right->aspect;
}

static int compare_findings(const void *a, const void *b) {
	const struct finding *const *left = a, *const *right = b;
	int order = compare_keys(*left, *right);

	return order ? order : (int)finding_status(*left) - (int)finding_status(*right);
}

/** The listed findings by key; none of no result. */
static const struct finding **sort(struct arena *arena, const struct result *result, size_t *count) {
	*count = result ? result->nfindings : 0;
	const struct finding **sorted = arena_array(arena, *count + 1, sizeof *sorted);

	for (size_t i = 0; i < *count; ++i)
		sorted[i] = &result->findings[i];
	if (*count)
		qsort(sorted, *count, sizeof *sorted, compare_findings);
	return sorted;
}

/** How many findings at the start of the list have the key of its first. */
static size_t run_length(const struct finding *const *findings, size_t count) {
	size_t length = 1;

	while (length < count && compare_keys(findings[0], findings[length]) == 0)
		++length;
	return length;
}

static void add(struct arena *arena, struct changed_finding **list, size_t *count, const struct finding *finding,
                enum status other) {
	*list = arena_grow(arena, *list, *count, sizeof **list);
	(*list)[(*count)++] = (struct changed_finding) { finding, other };
}

/**
 * Compare the findings of one subject and aspect: those of equal status stand for each other, then any do, and what is
 * left appeared or is gone.
 */
static void compare_group(struct arena *arena, struct check_change *change, const struct finding *const *old,
                          size_t nold, const struct finding *const *new, size_t nnew) {
	size_t olds[STATUSES] = { 0 }, news[STATUSES] = { 0 };
	const struct finding *old_of[STATUSES] = { NULL }, *new_of[STATUSES] = { NULL };

	for (size_t i = 0; i < nold; ++i) {
		++olds[finding_status(old[i])];
		old_of[finding_status(old[i])] = old[i];
	}
	for (size_t i = 0; i < nnew; ++i) {
		++news[finding_status(new[i])];
		new_of[finding_status(new[i])] = new[i];
	}
	for (size_t status = 0; status < STATUSES; ++status) {
		const size_t both = olds[status] < news[status] ? olds[status] : news[status];

		change->stayed += both;
		olds[status] -= both;
		news[status] -= both;
	}
	for (size_t status = 0; status < STATUSES; ++status) {
		size_t other = 0;

		for (; olds[status]; --olds[status]) {
			while (other < STATUSES && !news[other])
				++other;
			add(arena, &change->gone, &change->ngone, old_of[status], (enum status)other);
			if (other == STATUSES)
				continue;
			add(arena, &change->appeared, &change->nappeared, new_of[other], (enum status)status);
			--news[other];
		}
	}
	for (size_t status = 0; status < STATUSES; ++status)
		for (; news[status]; --news[status])
			add(arena, &change->appeared, &change->nappeared, new_of[status], STATUSES);
}

static void compare_lists(struct arena *arena, struct check_change *change) {
	struct arena scratch = { 0 };
	size_t nold, nnew;
	const struct finding **old = sort(&scratch, change->before, &nold),
	                     **new = sort(&scratch, change->after, &nnew);

	for (size_t i = 0, k = 0; i < nold || k < nnew;) {
		const int order = i == nold ? 1 : k == nnew ? -1 : compare_keys(old[i], new[k]);
		const size_t olds = order <= 0 ? run_length(old + i, nold - i) : 0;
		const size_t news = order >= 0 ? run_length(new + k, nnew - k) : 0;

		compare_group(arena, change, old + i, olds, new + k, news);
		i += olds;
		k += news;
	}
	arena_free(&scratch);
}

static size_t unlisted(const struct result *result) {
	return result ? result_total(result) - result->nfindings : 0;
}

/** What is known of findings that appeared, where not all are listed. */
enum more { MORE_NONE, MORE_MAYBE, MORE_SOME };

/**
 * Whether a check that failed and fails has failures that it had not.  The fingerprint covers what is not listed, too:
 * if it is the same, so are subjects and aspects; if it is not and there are not fewer, some are new.
 */
static enum more appeared(struct arena *arena, const struct check_change *change) {
	const size_t before = result_total(change->before), after = result_total(change->after);
	const size_t hidden = unlisted(change->before);
	const bool equal =
	        strcmp(result_fingerprint(arena, change->before), result_fingerprint(arena, change->after)) == 0;
	size_t failing = 0;

	for (size_t i = 0; i < change->nappeared; ++i)
		failing += finding_status(change->appeared[i].finding) == STATUS_FAIL;
	if (!hidden && !unlisted(change->after))
		return failing ? MORE_SOME : MORE_NONE;
	if (after > before)
		return MORE_SOME;
	if (equal)
		return failing ? MORE_MAYBE : MORE_NONE;
	return after == before || failing > hidden ? MORE_SOME : MORE_MAYBE;
}

/** Of a check that fails in both. */
static enum change compare_failures(struct arena *arena, const struct check_change *change) {
	const enum severity before = change->before->severity, after = change->after->severity;
	const enum more more = appeared(arena, change);
	size_t waived = 0;

	if (more == MORE_SOME || after > before)
		return CHANGE_WORSE;
	if (more == MORE_MAYBE)
		return CHANGE_UNKNOWN;
	if (after < before || result_total(change->after) < result_total(change->before))
		return CHANGE_BETTER;
	for (size_t i = 0; i < change->nappeared; ++i)
		waived += finding_status(change->appeared[i].finding) == STATUS_WAIVED;
	/* As many as before, and none that fails newly: some are waived, or unreadable, that failed. */
	return !change->nappeared ? CHANGE_SAME : waived == change->nappeared ? CHANGE_WAIVED : CHANGE_UNKNOWN;
}

/** Of a check with the same verdict in both that is neither a failure nor good: are its findings the same? */
static enum change compare_others(struct arena *arena, const struct check_change *change, enum change more) {
	if (!change->exact)
		return strcmp(result_fingerprint(arena, change->before), result_fingerprint(arena, change->after))
		               ? CHANGE_UNKNOWN
		               : CHANGE_SAME;
	return change->nappeared ? more : change->ngone ? CHANGE_BETTER : CHANGE_SAME;
}

static enum change classify(struct arena *arena, const struct check_change *change) {
	const enum status before = change->before ? result_status(change->before) : STATUSES;
	const enum status after = change->after ? result_status(change->after) : STATUSES;

	switch (after) {
	case STATUS_FAIL:
		return before == STATUS_FAIL     ? compare_failures(arena, change)
		       : before == STATUS_WAIVED ? CHANGE_WORSE
		                                 : CHANGE_NEW;
	case STATUS_ERROR:
		return before == STATUS_ERROR ? compare_others(arena, change, CHANGE_UNKNOWN) : CHANGE_UNKNOWN;
	case STATUS_WAIVED:
		return before == STATUS_WAIVED ? compare_others(arena, change, CHANGE_WAIVED) : CHANGE_WAIVED;
	case STATUS_PASS:
	case STATUS_NOT_APPLICABLE:
		return before == STATUS_FAIL || before == STATUS_WAIVED ? CHANGE_FIXED
		       : before == STATUS_ERROR                         ? CHANGE_BETTER
		       : before == STATUSES                             ? CHANGE_ADDED
		                                                        : CHANGE_SAME;
	default:
		return CHANGE_REMOVED;
	}
}

static void add_change(struct comparison *comparison, const struct result *before, const struct result *after) {
	struct arena *arena = &comparison->arena;

	comparison->changes = arena_grow(arena, comparison->changes, comparison->nchanges, sizeof *comparison->changes);
	struct check_change *change = &comparison->changes[comparison->nchanges++];
	*change = (struct check_change) { .before = before, .after = after };
	compare_lists(arena, change);
	change->exact = !unlisted(before) && !unlisted(after);
	change->change = classify(arena, change);
	++comparison->counts[change->change];
}

static int compare_ids(const void *a, const void *b) {
	const struct result *const *left = a, *const *right = b;

	return strcmp((*left)->check->id, (*right)->check->id);
}

/** The results by id. */
static const struct result **index_of(struct arena *arena, const struct report *report) {
	const struct result **sorted = arena_array(arena, report->nresults + 1, sizeof *sorted);

	for (size_t i = 0; i < report->nresults; ++i)
		sorted[i] = &report->results[i];
	if (report->nresults)
		qsort(sorted, report->nresults, sizeof *sorted, compare_ids);
	return sorted;
}

static const struct result *find(const struct result *const *sorted, size_t count, const struct result *result) {
	const struct result *const *found = count ? bsearch(&result, sorted, count, sizeof *sorted, compare_ids) : NULL;

	return found ? *found : NULL;
}

static void compare_checks(struct comparison *comparison) {
	const struct report *before = comparison->before, *after = comparison->after;
	struct arena scratch = { 0 };
	const struct result **old = index_of(&scratch, before), **new = index_of(&scratch, after);

	for (size_t i = 0; i < after->nresults; ++i)
		add_change(comparison, find(old, before->nresults, &after->results[i]), &after->results[i]);
	for (size_t i = 0; i < before->nresults; ++i)
		if (!find(new, after->nresults, &before->results[i]))
			add_change(comparison, &before->results[i], NULL);
	arena_free(&scratch);
}

static const char policy_changed[] = "what is expected changed, perhaps not the host";

static void differ(struct comparison *comparison, const char *key, const char *before, const char *after,
                   const char *meaning) {
	if (text_equal(before, after) || (!before && !after))
		return;
	comparison->differences = arena_grow(&comparison->arena, comparison->differences, comparison->ndifferences,
	                                     sizeof *comparison->differences);
	comparison->differences[comparison->ndifferences++] = (struct difference) { key, before, after, meaning };
}

static const char *flag(bool value) {
	return value ? "true" : "false";
}

/** The policy files as one text: where they are, and what was in them. */
static const char *policies(struct arena *arena, const struct report_run *run) {
	struct builder text = { .arena = arena };

	for (size_t i = 0; i < run->npolicies; ++i)
		builder_format(&text, "%s%s %.12s", i ? ", " : "", run->policies[i].path, run->policies[i].sha256);
	return run->npolicies ? builder_string(&text) : "none";
}

/** Whether the attacks were attempted. */
static bool probed(const struct report *report) {
	for (size_t i = 0; i < report->nresults; ++i)
		if (text_starts(report->results[i].check->id, "attack."))
			return true;
	return false;
}

static int compare_overrides(const void *a, const void *b) {
	const struct report_override *const *left = a, *const *right = b;

	return strcmp((*left)->key, (*right)->key);
}

static const struct report_override **sort_overrides(struct arena *arena, const struct report_run *run) {
	const struct report_override **sorted = arena_array(arena, run->noverrides + 1, sizeof *sorted);

	for (size_t i = 0; i < run->noverrides; ++i)
		sorted[i] = &run->overrides[i];
	if (run->noverrides)
		qsort(sorted, run->noverrides, sizeof *sorted, compare_overrides);
	return sorted;
}

/** Each value that is not the profile's, if it differs. */
static void compare_policies(struct comparison *comparison) {
	struct arena scratch = { 0 };
	const struct report_override **old = sort_overrides(&scratch, &comparison->before->run),
	                             **new = sort_overrides(&scratch, &comparison->after->run);

	while (*old || *new) {
		const int order = !*old ? 1 : !*new ? -1 : compare_overrides(old, new);

		differ(comparison, arena_text(&comparison->arena, "policy: %s", (order <= 0 ? *old : *new)->key),
		       order <= 0 ? (*old)->value : "the profile's", order >= 0 ? (*new)->value : "the profile's",
		       NULL);
		old += order <= 0;
		new += order >= 0;
	}
	arena_free(&scratch);
}

static void compare_runs(struct comparison *comparison) {
	const struct report *before = comparison->before, *after = comparison->after;
	struct arena *arena = &comparison->arena;

	/* A host is the same if its machine id is; its name alone says little. */
	if (before->host.machine_id && after->host.machine_id)
		differ(comparison, "host.machine_id", before->host.machine_id, after->host.machine_id,
		       "these are two hosts, or one that was made anew");
	differ(comparison, "host.hostname", before->host.hostname, after->host.hostname, NULL);
	differ(comparison, "host.os", before->host.os, after->host.os, NULL);
	differ(comparison, "host.kernel", before->host.kernel, after->host.kernel, NULL);
	differ(comparison, "host.container", before->host.container, after->host.container, NULL);
	differ(comparison, "host.root", before->host.root, after->host.root, "these are two trees");
	differ(comparison, "host.live", flag(before->host.live), flag(after->host.live),
	       "one is of a running host, one of files alone");
	differ(comparison, "host.uid", arena_text(arena, "%u", before->host.uid),
	       arena_text(arena, "%u", after->host.uid), "one user may see more than the other");
	differ(comparison, "tool.version", report_version(before), report_version(after),
	       "a check may judge otherwise than it did");
	differ(comparison, "run.profile", before->run.profile, after->run.profile, policy_changed);
	differ(comparison, "run.policy", policies(arena, &before->run), policies(arena, &after->run), policy_changed);
	compare_policies(comparison);
	differ(comparison, "run.deep", flag(before->run.deep), flag(after->run.deep), "one of both looked deeper");
	differ(comparison, "run.probe", flag(probed(before)), flag(probed(after)), "one of both attempted the attacks");
	differ(comparison, "run.mount_namespace", before->run.mount_namespace, after->run.mount_namespace,
	       "they looked from different mounts");
	if (before->run.started.tv_sec > after->run.started.tv_sec)
		differ(comparison, "run.started", "later", "earlier", "OLD was made after NEW: are they swapped?");
}

static int compare_omissions(const void *a, const void *b) {
	const struct report_omission *const *left = a, *const *right = b;

	return strcmp((*left)->path, (*right)->path);
}

static const struct report_omission **sort_omissions(struct arena *arena, const struct report *report) {
	const struct report_omission **sorted = arena_array(arena, report->nnot_examined + 1, sizeof *sorted);

	for (size_t i = 0; i < report->nnot_examined; ++i)
		sorted[i] = &report->not_examined[i];
	if (report->nnot_examined)
		qsort(sorted, report->nnot_examined, sizeof *sorted, compare_omissions);
	return sorted;
}

/** What only one of both left out. */
static void compare_left_out(struct comparison *comparison) {
	struct arena scratch = { 0 };
	const struct report_omission **old = sort_omissions(&scratch, comparison->before),
	                             **new = sort_omissions(&scratch, comparison->after);

	while (*old || *new) {
		const int order = !*old ? 1 : !*new ? -1 : strcmp((*old)->path, (*new)->path);

		if (order)
			differ(comparison, "not_examined", order < 0 ? (*old)->path : NULL,
			       order < 0 ? NULL : (*new)->path, order < 0 ? NULL : (*new)->why);
		old += order <= 0;
		new += order >= 0;
	}
	arena_free(&scratch);
}

void compare_reports(struct comparison *comparison, const struct report *before, const struct report *after) {
	*comparison = (struct comparison) { .before = before, .after = after, .fail_on = SEVERITY_LOW };
	compare_checks(comparison);
	compare_runs(comparison);
	compare_left_out(comparison);
}

/** Whether a failure of the severity counts. */
static bool counts(const struct comparison *comparison, enum severity severity) {
	return severity > SEVERITY_INFO && (severity >= comparison->fail_on || comparison->fail_under);
}

/** Whether there may be a failure that is new or worse, and cannot be told. */
static bool is_unsure(const struct check_change *change) {
	if (change->change != CHANGE_UNKNOWN || !change->before)
		return false;
	switch (result_status(change->before)) {
	case STATUS_PASS:
	case STATUS_NOT_APPLICABLE:
	case STATUS_WAIVED:
		return true;
	case STATUS_FAIL:
		/* A failure that cannot be seen any more is no new one. */
		return result_status(change->after) == STATUS_FAIL && !change->exact;
	default:
		return false;
	}
}

int compare_exit(const struct comparison *comparison) {
	const int before = comparison->before->score.value, after = comparison->after->score.value;
	bool falls_short = after >= 0 && (unsigned)after < comparison->fail_under && (before < 0 || after < before);
	bool unsure = false;

	for (size_t i = 0; i < comparison->nchanges; ++i) {
		const struct check_change *change = &comparison->changes[i];

		if (!change->after || !counts(comparison, change->after->severity))
			continue;
		if (change->change == CHANGE_NEW || change->change == CHANGE_WORSE)
			falls_short = falls_short || change->after->severity >= comparison->fail_on;
		unsure = unsure || is_unsure(change);
	}
	return falls_short ? 1 : unsure ? 3 : 0;
}

bool compare_equal(const struct comparison *comparison) {
	for (size_t i = 0; i < comparison->nchanges; ++i) {
		const struct check_change *change = &comparison->changes[i];

		if (change->change != CHANGE_SAME || result_status(change->before) != result_status(change->after) ||
		    change->before->severity != change->after->severity)
			return false;
	}
	return comparison->ndifferences == 0;
}

/** How a result stands that became so. */
static enum standing standing_of(const struct check_change *change) {
	switch (result_status(change->after)) {
	case STATUS_FAIL:
		return change->change == CHANGE_NEW || change->change == CHANGE_WORSE ? STANDING_FRESH
		       : is_unsure(change)                                            ? STANDING_DOUBTFUL
		                                                                      : STANDING_KNOWN;
	case STATUS_ERROR:
		return change->change == CHANGE_UNKNOWN ? STANDING_DOUBTFUL : STANDING_KNOWN;
	default:
		return STANDING_KNOWN;
	}
}

void compare_with_baseline(const struct comparison *comparison, struct report *report) {
	const struct report *before = comparison->before;
	struct arena *arena = &report->arena;
	struct report_baseline *baseline = arena_alloc(arena, sizeof *baseline);
	struct difference *differences = arena_array(arena, comparison->ndifferences + 1, sizeof *differences);

	for (size_t i = 0; i < comparison->ndifferences; ++i) {
		const struct difference *difference = &comparison->differences[i];

		differences[i] = (struct difference) {
			.key = arena_copy(arena, difference->key),
			.before = arena_copy(arena, difference->before),
			.after = arena_copy(arena, difference->after),
			.meaning = arena_copy(arena, difference->meaning),
		};
	}
	*baseline = (struct report_baseline) {
		.started = before->run.started,
		.hostname = arena_copy(arena, before->host.hostname),
		.score = before->score.value,
		.differences = differences,
		.ndifferences = comparison->ndifferences,
	};
	report->run.baseline = baseline;
	/* Those of the new report come first, in its order. */
	for (size_t i = 0; i < report->nresults; ++i) {
		report->results[i].change = change_names[comparison->changes[i].change];
		report->results[i].standing = standing_of(&comparison->changes[i]);
	}
}

void compare_free(struct comparison *comparison) {
	arena_free(&comparison->arena);
}
