/** What changed between two reports, for programs: share/schema/diff-1.json says what it holds. */
#include "render.h"

#include "json.h"
#include "report_json.h"

#include <string.h>

/** What is compared, in short. */
static struct json_object *side_json(const struct report *report) {
	struct json_object *map = json_map(), *score = json_map();
	const char grade[] = { report->score.grade, '\0' };

	json_put(map, "started", report_time_json(report));
	json_put(map, "version", json_string(report_version(report)));
	json_put(map, "hostname", json_string(report->host.hostname));
	json_put(map, "machine_id", json_string(report->host.machine_id));
	json_put(map, "root", json_string(report->host.root));
	json_put(map, "profile", json_string(report->run.profile));
	json_put(map, "exit", json_integer(report_exit(report)));
	json_put(map, "score", score);
	json_put(score, "value", json_decimal(report->score.value, 1));
	json_put(score, "grade", *grade ? json_string(grade) : NULL);
	json_put(score, "value_without_waivers", json_decimal(report->score.value_without_waivers, 1));
	json_put(score, "coverage", json_decimal(report->score.coverage, 2));
	return map;
}

static struct json_object *summary_json(const struct comparison *comparison) {
	struct json_object *map = json_map();

	for (size_t i = 0; i < CHANGES; ++i)
		json_put(map, change_names[i], json_integer(comparison->counts[i]));
	return map;
}

static struct json_object *findings_json(const struct changed_finding *findings, size_t count, size_t most) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < count && i < most; ++i) {
		struct json_object *map = report_finding_json(findings[i].finding);

		json_put(map, "other",
		         findings[i].other == STATUSES ? NULL : json_string(status_names[findings[i].other]));
		json_append(list, map);
	}
	return list;
}

/** One side of a check. */
static struct json_object *result_json(struct arena *arena, const struct result *result) {
	struct json_object *map;

	if (!result)
		return NULL;
	map = json_map();
	json_put(map, "status", json_string(status_names[result_status(result)]));
	json_put(map, "severity", json_string(severity_names[result->severity]));
	json_put(map, "reason", json_string(result_reason(result)));
	json_put(map, "waiver", json_string(result_waiver(result)));
	json_put(map, "findings_total", json_integer((int64_t)result_total(result)));
	json_put(map, "fingerprint", json_string(result_fingerprint(arena, result)));
	return map;
}

static struct json_object *change_json(const struct check_change *change, size_t most) {
	struct arena scratch = { 0 };
	const struct check *check = (change->after ? change->after : change->before)->check;
	struct json_object *map = json_map();

	json_put(map, "id", json_string(check->id));
	json_put(map, "title", json_string(check->title));
	json_put(map, "practice", json_string(practices[check->practice].id));
	json_put(map, "change", json_string(change_names[change->change]));
	json_put(map, "exact", json_flag(change->exact));
	json_put(map, "old", result_json(&scratch, change->before));
	json_put(map, "new", result_json(&scratch, change->after));
	json_put(map, "appeared", findings_json(change->appeared, change->nappeared, most));
	json_put(map, "appeared_total", json_integer((int64_t)change->nappeared));
	json_put(map, "gone", findings_json(change->gone, change->ngone, most));
	json_put(map, "gone_total", json_integer((int64_t)change->ngone));
	json_put(map, "stayed", json_integer((int64_t)change->stayed));
	arena_free(&scratch);
	return map;
}

void render_changes_json(struct builder *builder, const struct comparison *comparison,
                         const struct render_options *options) {
	struct json_writer writer = { .out = builder };
	struct json_object *tool = json_map();

	json_open(&writer, NULL, false);
	json_add(&writer, "schema", json_string("tmpaudit.diff/1"));
	json_put(tool, "name", json_string("tmpaudit"));
	json_put(tool, "version", json_string(VERSION));
	json_add(&writer, "tool", tool);
	json_add(&writer, "old", side_json(comparison->before));
	json_add(&writer, "new", side_json(comparison->after));
	json_add(&writer, "equal", json_flag(compare_equal(comparison)));
	json_add(&writer, "exit", json_integer(compare_exit(comparison)));
	json_add(&writer, "differences", report_differences_json(comparison->differences, comparison->ndifferences));
	json_add(&writer, "summary", summary_json(comparison));
	json_open(&writer, "checks", true);
	for (size_t i = 0; i < comparison->nchanges; ++i)
		json_add(&writer, NULL, change_json(&comparison->changes[i], options->max_findings));
	json_close(&writer);
	json_close(&writer);
}
