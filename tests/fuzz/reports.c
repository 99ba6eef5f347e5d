/** What comes from earlier runs or from those who administer the host: JSON in all its forms. */

#include "checks.h"
#include "fuzz.h"
#include "json.h"
#include "parse_json.h"
#include "policy.h"
#include "render.h"
#include "report_json.h"

#include <string.h>

static const char *written(struct arena *arena, const struct report *report, const struct renderer *renderer) {
	struct builder builder = { .arena = arena };

	report_render(&builder, report, renderer, (struct render_options) { .columns = 80, .max_findings = 100 });
	must(strlen(builder_string(&builder)) == builder.length);
	return builder_string(&builder);
}

/** A report does not differ from itself, and every format that can tell what changed tells that. */
static void must_be_equal(struct arena *arena, const struct report *report, const struct report *again) {
	struct comparison comparison;

	compare_reports(&comparison, report, again);
	must(compare_equal(&comparison) && compare_exit(&comparison) == 0);
	for (const struct renderer *renderer = renderers; renderer->name; ++renderer) {
		struct builder builder = { .arena = arena };

		if (renderer->render_changes)
			changes_render(&builder, &comparison, renderer,
			               (struct render_options) { .columns = 80, .verbose = true });
	}
	compare_free(&comparison);
}

/** What is taken is written so that it is taken again, and is the same then; and every format can show it. */
static void fuzz_report(const struct bytes *bytes, struct arena *arena) {
	struct report report, again;
	const char *why = report_read(&report, bytes->data, bytes->size, check_families);

	touch(why);
	if (!why) {
		for (const struct renderer *renderer = renderers; renderer->name; ++renderer)
			written(arena, &report, renderer);
		const char *text = written(arena, &report, renderer_find("json"));
		must(!report_read(&again, text, strlen(text), check_families));
		must(text_equal(written(arena, &again, renderer_find("json")), text));
		must(report_exit(&again) == report_exit(&report));
		must_be_equal(arena, &report, &again);
		report_free(&again);
	}
	report_free(&report);
}

/** What the scan takes, libjson-c takes; what the scan refuses is told with a place within the text. */
static void fuzz_json_places(const struct bytes *bytes, struct arena *arena) {
	struct json_fault fault;
	const struct json_scan scan = parse_json(arena, bytes->data, bytes->size, JSON_MOST_PLACES);
	const struct json_value *value = json_locate(arena, bytes->data, bytes->size, &fault);
	size_t line, column;

	must(!value == !!fault.what);
	must(fault.at <= bytes->size);
	must(value || scan.fault || strstr(fault.what, "stands twice"));
	parse_json_place(bytes->data, bytes->size, fault.at, &line, &column);
	must(line && column);
	for (size_t i = 0; i < scan.nspans && !scan.fault; ++i) {
		const struct json_span *span = &scan.spans[i];

		must(span->at < span->end && span->end <= bytes->size && span->key_at <= span->key_end);
		must(span->after > i && span->after <= scan.nspans);
	}
}

/** A policy is taken whole, so that all that it says can be shown, or refused with a place. */
static void fuzz_policy(const struct bytes *bytes, struct arena *arena) {
	struct policy policy;
	struct policy_fault fault = { 0 };
	const struct policy_text text = { .name = "policy", .bytes = bytes->data, .size = bytes->size };

	must(policy_open(&policy, "default"));
	if (policy_lay(&policy, &text, check_families, 1795608000, &fault)) {
		for (enum parameter i = 0; i < PARAMETERS; ++i) {
			touch(policy_shown(arena, &policy, i));
			touch(policy.origins[i].where);
		}
		for (const struct check *const *family = check_families; *family; ++family)
			for (const struct check *check = *family; check->id; ++check)
				must(policy_severity(&policy, check) < SEVERITIES);
		for (size_t i = 0; i < policy.nwaivers; ++i) {
			must(*policy.waivers[i].subject && *policy.waivers[i].reason && *policy.waivers[i].owner);
			must(!waiver_is_far(policy.waivers[i].end, 1795608000));
		}
		must(policy.nfiles == 1 && policy.fail_under <= 1000 && policy.fail_on <= SEVERITIES);
	} else {
		must(text_starts(fault.where, "policy:") && *fault.what);
	}
	policy_close(&policy);
}

const struct target report_targets[] = {
	{ "report", fuzz_report },
	{ "json-places", fuzz_json_places },
	{ "policy", fuzz_policy },
	{ 0 },
};
