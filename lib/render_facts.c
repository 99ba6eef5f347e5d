/**
 * A few facts in JSON, for Ansible (/etc/ansible/facts.d/tmpaudit.fact, read as ansible_local.tmpaudit) and Facter
 * (/etc/facter/facts.d/tmpaudit.json).  Everybody may read them: no name of the host's making is among them.
 */
#include "render.h"

#include "json.h"
#include "report_json.h"

/** The ids of the checks with the status. */
static struct json_object *ids_json(const struct report *report, enum status status) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < report->nresults; ++i)
		if (result_status(&report->results[i]) == status)
			json_append(list, json_string(report->results[i].check->id));
	return list;
}

static void put_facts(struct json_object *map, struct arena *arena, const struct report *report) {
	const struct score *score = &report->score;
	const char grade[] = { score->grade, '\0' };
	struct json_object *failed = json_map();

	json_put(map, "version", json_string(text_shown(arena, report_version(report))));
	json_put(map, "started", report_time_json(report));
	json_put(map, "profile", json_string(text_shown(arena, report->run.profile)));
	json_put(map, "deep", json_flag(report->run.deep));
	json_put(map, "exit", json_integer(report_exit(report)));
	json_put(map, "complete", json_flag(report_complete(report)));
	json_put(map, "score", json_decimal(score->value, 1));
	json_put(map, "grade", *grade ? json_string(grade) : NULL);
	json_put(map, "score_without_waivers", json_decimal(score->value_without_waivers, 1));
	json_put(map, "coverage", json_decimal(score->coverage, 2));
	json_put(map, "pass", json_integer(score->counts[STATUS_PASS]));
	json_put(map, "fail", json_integer(score->counts[STATUS_FAIL]));
	json_put(map, "error", json_integer(score->counts[STATUS_ERROR]));
	json_put(map, "not_applicable", json_integer(score->counts[STATUS_NOT_APPLICABLE]));
	json_put(map, "waived", json_integer(score->counts[STATUS_WAIVED]));
	json_put(map, "fail_by_severity", failed);
	for (size_t i = SEVERITIES; i-- > 0;)
		json_put(failed, severity_names[i], json_integer(score->failed_by_severity[i]));
	json_put(map, "failed_checks", ids_json(report, STATUS_FAIL));
	json_put(map, "error_checks", ids_json(report, STATUS_ERROR));
	json_put(map, "waived_checks", ids_json(report, STATUS_WAIVED));
}

void render_facts(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct arena scratch = { 0 };
	struct json_object *map = json_map(), *structured = json_map();

	(void)options;
	/* Ansible takes the name of the file for that of all facts in it; Facter takes each key for a fact. */
	put_facts(map, &scratch, report);
	json_put(map, "tmpaudit", structured);
	put_facts(structured, &scratch, report);
	json_write(builder, map);
	json_free(map);
	arena_free(&scratch);
}
