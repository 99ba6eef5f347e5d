#include "report_json.h"

#include "json.h"

#include <string.h>

/** The kinds of references, in the order of the report. */
static const char *const reference_kinds[] = { "cwe", "cis", "nist", "stig", "attack", "anssi", "docs" };

/** The keys of counts by status, where they are not the status' own name. */
static const char *const count_keys[STATUSES] = { "pass", "fail", "error", "not_applicable", "waived" };

static struct json_object *tool_json(void) {
	struct json_object *tool = json_map();

	json_put(tool, "name", json_string("tmpaudit"));
	json_put(tool, "version", json_string(VERSION));
	return tool;
}

static struct json_object *host_json(const struct report_host *host) {
	struct json_object *map = json_map();

	json_put(map, "hostname", json_string(host->hostname));
	json_put(map, "machine_id", json_string(host->machine_id));
	json_put(map, "os", json_string(host->os));
	json_put(map, "kernel", json_string(host->kernel));
	json_put(map, "arch", json_string(host->arch));
	json_put(map, "root", json_string(host->root));
	json_put(map, "live", json_flag(host->live));
	json_put(map, "uid", json_integer(host->uid));
	json_put(map, "container", json_string(host->container));
	return map;
}

static struct json_object *time_json(const struct timespec *time) {
	char text[40];
	struct tm utc;

	if (!gmtime_r(&time->tv_sec, &utc) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc))
		return json_string("1970-01-01T00:00:00Z");
	return json_string(text);
}

/** What the program gave up before it looked: nothing yet; capabilities null says that it kept all it had. */
static struct json_object *confinement_json(void) {
	struct json_object *map = json_map();

	json_put(map, "no_new_privs", json_flag(false));
	json_put(map, "capabilities", NULL);
	json_put(map, "landlock", json_integer(0));
	json_put(map, "seccomp", json_flag(false));
	return map;
}

static struct json_object *run_json(const struct report *report) {
	const struct report_run *run = &report->run;
	struct json_object *map = json_map();

	json_put(map, "started", time_json(&run->started));
	json_put(map, "duration_ms", json_integer(run->duration_ms));
	json_put(map, "profile", json_string(run->profile));
	/* The files that changed the profile: none are read yet. */
	json_put(map, "policy", json_list());
	json_put(map, "deep", json_flag(run->deep));
	json_put(map, "complete", json_flag(report_complete(report)));
	json_put(map, "mount_namespace", json_string(run->mount_namespace));
	json_put(map, "exit", json_integer(report_exit(report)));
	json_put(map, "confinement", confinement_json());
	return map;
}

static void put_counts(struct json_object *map, const unsigned counts[STATUSES]) {
	for (size_t status = 0; status < STATUSES; ++status)
		json_put(map, count_keys[status], json_integer(counts[status]));
}

static struct json_object *score_json(const struct score *score) {
	struct json_object *map = json_map(), *list = json_list();

	json_put(map, "value", json_decimal(score->value, 1));
	json_put(map, "grade", score->grade ? json_string((const char[]) { score->grade, '\0' }) : NULL);
	json_put(map, "value_without_waivers", json_decimal(score->value_without_waivers, 1));
	json_put(map, "coverage", json_decimal(score->coverage, 2));
	json_put(map, "practices", list);
	for (size_t i = 0; i < PRACTICES; ++i) {
		struct json_object *practice = json_map();

		json_put(practice, "id", json_string(practices[i].id));
		json_put(practice, "title", json_string(practices[i].title));
		json_put(practice, "value", json_decimal(score->practices[i].value, 1));
		put_counts(practice, score->practices[i].counts);
		json_append(list, practice);
	}
	return map;
}

static struct json_object *summary_json(const struct score *score) {
	struct json_object *map = json_map(), *failed = json_map();

	put_counts(map, score->counts);
	json_put(map, "fail_by_severity", failed);
	for (size_t i = SEVERITIES; i-- > 0;)
		json_put(failed, severity_names[i], json_integer(score->failed_by_severity[i]));
	return map;
}

/** Put subject, and its exact bytes if it is not UTF-8. */
static void put_subject(struct json_object *map, const char *subject) {
	struct json_object *bytes = json_bytes(subject);

	json_put(map, "subject", json_string(subject));
	if (bytes)
		json_put(map, "subject_bytes", bytes);
}

static struct json_object *finding_json(const struct finding *finding) {
	struct json_object *map = json_map();

	put_subject(map, finding->subject);
	json_put(map, "aspect", json_string(aspect_names[finding->aspect]));
	json_put(map, "status", json_string(status_names[finding_status(finding)]));
	json_put(map, "message", json_string(finding->message));
	json_put(map, "expected", json_string(finding->expected));
	json_put(map, "actual", json_string(finding->actual));
	json_put(map, "source", json_string(finding->source));
	json_put(map, "waiver", json_string(finding->waiver));
	return map;
}

static struct json_object *references_json(const struct check *check) {
	struct json_object *map = json_map();

	for (size_t i = 0; i < sizeof reference_kinds / sizeof *reference_kinds; ++i) {
		struct json_object *list = json_list();

		json_put(map, reference_kinds[i], list);
		for (const struct reference *reference = check->references; reference && reference->kind; ++reference)
			if (strcmp(reference->kind, reference_kinds[i]) == 0)
				json_append(list, json_string(reference->name));
	}
	return map;
}

static struct json_object *remediation_json(struct arena *scratch, const struct result *result, size_t max) {
	struct json_object *map = json_map(), *commands = json_list(), *files = json_list();

	json_put(map, "summary", json_string(result->check->remediation.summary));
	json_put(map, "risk", json_string(check_risk(result->check)));
	json_put(map, "breaks", json_string(result->check->remediation.breaks));
	json_put(map, "commands", commands);
	json_put(map, "files", files);
	const char *const *command = result_commands(scratch, result);
	for (size_t i = 0; i < max && command[i]; ++i)
		json_append(commands, json_string(command[i]));
	for (const struct fix_file *file = result_files(scratch, result); file->path; ++file) {
		struct json_object *entry = json_map();

		json_put(entry, "path", json_string(file->path));
		json_put(entry, "content", json_string(file->content));
		json_append(files, entry);
	}
	return map;
}

static struct json_object *notes_json(const struct result *result, size_t max) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < result->nnotes && i < max; ++i) {
		struct json_object *note = json_map();

		put_subject(note, result->notes[i].subject);
		json_put(note, "message", json_string(result->notes[i].message));
		json_append(list, note);
	}
	return list;
}

static struct json_object *check_json(const struct result *result, size_t max) {
	struct arena scratch = { 0 };
	const struct check *check = result->check;
	const enum status status = result_status(result);
	const struct finding *const *sorted = result_sorted(&scratch, result);
	struct json_object *map = json_map(), *findings = json_list();

	json_put(map, "id", json_string(check->id));
	json_put(map, "title", json_string(check->title));
	json_put(map, "family", json_string(check_family(&scratch, check)));
	json_put(map, "practice", json_string(practices[check->practice].id));
	json_put(map, "severity", json_string(severity_names[result->severity]));
	json_put(map, "status", json_string(status_names[status]));
	json_put(map, "reason", json_string(result_reason(result)));
	json_put(map, "findings", findings);
	for (size_t i = 0; i < max && sorted[i]; ++i)
		json_append(findings, finding_json(sorted[i]));
	json_put(map, "findings_total", json_integer((int64_t)result_total(result)));
	json_put(map, "notes", notes_json(result, max));
	json_put(map, "references", references_json(check));
	json_put(map, "remediation", remediation_json(&scratch, result, max));
	json_put(map, "waiver", json_string(result_waiver(result)));
	json_put(map, "fingerprint", json_string(result_fingerprint(&scratch, result)));
	arena_free(&scratch);
	return map;
}

static struct json_object *omissions_json(const struct report *report) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < report->nnot_examined; ++i) {
		struct json_object *entry = json_map();

		json_put(entry, "path", json_string(report->not_examined[i].path));
		json_put(entry, "why", json_string(report->not_examined[i].why));
		json_append(list, entry);
	}
	return list;
}

void report_json(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct json_object *map = json_map(), *checks = json_list();

	json_put(map, "schema", json_string("tmpaudit.report/1"));
	json_put(map, "tool", tool_json());
	json_put(map, "host", host_json(&report->host));
	json_put(map, "run", run_json(report));
	json_put(map, "score", score_json(&report->score));
	json_put(map, "summary", summary_json(&report->score));
	json_put(map, "checks", checks);
	for (size_t i = 0; i < report->nresults; ++i)
		json_append(checks, check_json(&report->results[i], options->max_findings));
	json_put(map, "not_examined", omissions_json(report));
	json_write(builder, map);
	json_free(map);
}
