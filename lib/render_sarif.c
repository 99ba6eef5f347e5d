/**
 * SARIF 2.1.0 (OASIS Standard, 2020) for code scanning and its viewers: a rule a check, a result a finding.
 *
 * What could not be judged is no result but a notification, and the run was then not successful.  Names of the host
 * are shown in messages as text reports show them; a location is a URI of the path's exact bytes.
 */
#include "render.h"

#include "digest.h"
#include "json.h"
#include "report_json.h"

#include <string.h>

/** How severities are told: the level of a result, and the number by which code scanning ranks, out of ten. */
static const struct {
	const char *level, *rank;
} scales[SEVERITIES] = {
	[SEVERITY_INFO] = { "note", "0.0" },      [SEVERITY_LOW] = { "note", "3.0" },
	[SEVERITY_MEDIUM] = { "warning", "5.5" }, [SEVERITY_HIGH] = { "error", "8.0" },
	[SEVERITY_CRITICAL] = { "error", "9.5" },
};

/** What the directory is called that locations are relative to; code scanning takes it for the top of the sources. */
#define SOURCE_ROOT "%SRCROOT%"

static struct json_object *shown_json(struct arena *arena, const char *text) {
	return json_string(text_shown(arena, text));
}

/**
 * Plain text in which a viewer finds no link of a name's making: "[text](target)" is one in a message; see 3.11.6 of
 * the standard.
 */
static struct json_object *message_json(struct arena *arena, const char *shown) {
	struct json_object *map = json_map();
	struct builder text = { .arena = arena };

	for (const char *at; (at = strstr(shown, "](")); shown = at + 1) {
		builder_bytes(&text, shown, (size_t)(at - shown));
		builder_text(&text, "\\]");
	}
	builder_text(&text, shown);
	json_put(map, "text", json_string(builder_string(&text)));
	return map;
}

/** Take the number off the end of "/path:12".  Returns it, or 0 if there is none. */
static int64_t split_line(struct arena *arena, const char **path) {
	const char *colon = strrchr(*path, ':');
	uint64_t line;

	if (!colon || !text_number(colon + 1, 10, INT32_MAX, &line) || line == 0)
		return 0;
	*path = arena_bytes(arena, *path, (size_t)(colon - *path));
	return (int64_t)line;
}

static struct json_object *artifact_json(struct arena *arena, const char *path, const char *directory) {
	const char *within = text_relative(path, directory);
	struct json_object *artifact = json_map();
	struct builder uri = { .arena = arena };

	if (within == path)
		builder_text(&uri, "file://");
	text_uri(&uri, within, strlen(within));
	json_put(artifact, "uri", json_string(builder_string(&uri)));
	if (within != path)
		json_put(artifact, "uriBaseId", json_string(SOURCE_ROOT));
	return artifact;
}

static struct json_object *physical_json(struct arena *arena, const char *path, int64_t line, const char *directory) {
	struct json_object *location = json_map(), *region = json_map();

	json_put(location, "artifactLocation", artifact_json(arena, path, directory));
	/* Viewers want a line; what is no line of a file is found at its first. */
	json_put(location, "region", region);
	json_put(region, "startLine", json_integer(line ? line : 1));
	return location;
}

static bool is_path(const char *text) {
	return text && *text == '/';
}

/** Where it is stated; else the subject, if that is a path. */
static struct json_object *location_json(struct arena *arena, const char *subject, const char *source,
                                         const char *directory) {
	struct json_object *location = json_map(), *logicals = json_list(), *logical = json_map();
	const char *path = is_path(source) ? source : is_path(subject) ? subject : NULL;
	const bool has_line = path && path == source && strcmp(source, subject) != 0;

	if (path) {
		const int64_t line = has_line ? split_line(arena, &path) : 0;

		json_put(location, "physicalLocation", physical_json(arena, path, line, directory));
	}
	json_put(location, "logicalLocations", logicals);
	json_append(logicals, logical);
	json_put(logical, "fullyQualifiedName", shown_json(arena, subject));
	json_put(logical, "kind", json_string("resource"));
	return location;
}

static struct json_object *locations_json(struct arena *arena, const char *subject, const char *source,
                                          const char *directory) {
	struct json_object *list = json_list();

	json_append(list, location_json(arena, subject, source, directory));
	return list;
}

static struct json_object *tags_json(const struct check *check) {
	struct json_object *list = json_list();
	struct arena scratch = { 0 };

	json_append(list, json_string("security"));
	json_append(list, json_string(practices[check->practice].id));
	for (const struct reference *reference = check->references; reference && reference->kind; ++reference) {
		struct builder tag = { .arena = &scratch };

		/* As code scanning knows them: external/cwe/cwe-377. */
		builder_format(&tag, "external/%s/", reference->kind);
		for (const char *c = reference->name; *c; ++c)
			builder_format(&tag, "%c", *c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
		if (strcmp(reference->kind, "cwe") == 0)
			json_append(list, shown_json(&scratch, builder_string(&tag)));
	}
	arena_free(&scratch);
	return list;
}

static void add_paragraph(struct builder *text, const char *head, const char *words) {
	if (!words || !*words)
		return;
	builder_format(text, "%s%s", text->length ? "\n\n" : "", head);
	text_terminal(text, words, strlen(words));
}

static struct json_object *rule_json(struct arena *arena, const struct result *result) {
	const struct check *check = result->check;
	struct json_object *map = json_map(), *configuration = json_map(), *properties = json_map();
	struct builder help = { .arena = arena };

	json_put(map, "id", json_string(check->id));
	json_put(map, "shortDescription", message_json(arena, text_shown(arena, check->title)));
	add_paragraph(&help, "", check->rule);
	if (help.length)
		json_put(map, "fullDescription", message_json(arena, builder_string(&help)));
	help.length = 0;
	add_paragraph(&help, "", check->title);
	add_paragraph(&help, "How it decides: ", check->rule);
	add_paragraph(&help, "Risk: ", check->why);
	add_paragraph(&help, "Fix: ", check->remediation.summary);
	add_paragraph(&help, "The fix may break: ", check->remediation.breaks);
	json_put(map, "help", message_json(arena, builder_string(&help)));
	json_put(map, "defaultConfiguration", configuration);
	json_put(configuration, "level", json_string(scales[result->severity].level));
	json_put(map, "properties", properties);
	json_put(properties, "security-severity", json_string(scales[result->severity].rank));
	json_put(properties, "precision", json_string("very-high"));
	json_put(properties, "tags", tags_json(check));
	return map;
}

static struct json_object *suppressions_json(struct arena *arena, const struct finding *finding) {
	struct json_object *list = json_list(), *map;

	if (!finding->waiver)
		return list;
	map = json_map();
	json_append(list, map);
	json_put(map, "kind", json_string("external"));
	json_put(map, "status", json_string("accepted"));
	json_put(map, "justification", shown_json(arena, finding->waiver));
	return list;
}

/** What identifies the finding over hosts and runs. */
static struct json_object *fingerprints_json(struct arena *arena, const struct check *check,
                                             const struct finding *finding, const char *directory) {
	struct json_object *map = json_map();
	struct builder parts = { .arena = arena };

	/* As in result_fingerprint(). */
	builder_bytes(&parts, check->id, strlen(check->id) + 1);
	/* Sources lie elsewhere on each host. */
	const char *subject = text_relative(finding->subject, directory);
	builder_bytes(&parts, subject, strlen(subject) + 1);
	builder_bytes(&parts, aspect_names[finding->aspect], strlen(aspect_names[finding->aspect]) + 1);
	/* Of programs there may be several of one file; what is found moves from line to line. */
	if (finding->confidence && finding->actual)
		builder_bytes(&parts, finding->actual, strlen(finding->actual) + 1);
	json_put(map, "tmpaudit/v1", json_string(digest_text(arena, builder_string(&parts), parts.length)));
	return map;
}

static struct json_object *result_json(struct arena *arena, const struct result *result, size_t rule,
                                       const struct finding *finding, const char *directory) {
	struct json_object *map = json_map(), *properties = json_map(), *bytes = json_bytes(finding->subject);

	json_put(map, "ruleId", json_string(result->check->id));
	json_put(map, "ruleIndex", json_integer((int64_t)rule));
	json_put(map, "kind", json_string("fail"));
	json_put(map, "level", json_string(scales[result->severity].level));
	json_put(map, "message", message_json(arena, finding_text(arena, finding)));
	json_put(map, "locations", locations_json(arena, finding->subject, finding->source, directory));
	json_put(map, "partialFingerprints", fingerprints_json(arena, result->check, finding, directory));
	json_put(map, "suppressions", suppressions_json(arena, finding));
	json_put(map, "properties", properties);
	json_put(properties, "subject", json_string(finding->subject));
	if (bytes)
		json_put(properties, "subject_bytes", bytes);
	json_put(properties, "aspect", json_string(aspect_names[finding->aspect]));
	json_put(properties, "expected", json_string(finding->expected));
	json_put(properties, "actual", json_string(finding->actual));
	if (finding->confidence)
		json_put(properties, "confidence", json_string(finding->confidence));
	if (finding->context)
		json_put(properties, "context", json_string(finding->context));
	return map;
}

/** What could not be judged: rule is the index of the check's rule. */
static struct json_object *notification_json(struct arena *arena, const struct result *result, size_t rule,
                                             const struct finding *finding, const char *directory) {
	struct json_object *map = json_map(), *reference = json_map();
	const char *reason = result_reason(result);

	json_put(map, "level", json_string("error"));
	json_put(map, "message",
	         message_json(arena, finding  ? finding_text(arena, finding)
	                             : reason ? text_shown(arena, reason)
	                                      : "no reason is given"));
	json_put(map, "associatedRule", reference);
	json_put(reference, "id", json_string(result->check->id));
	json_put(reference, "index", json_integer((int64_t)rule));
	if (finding)
		json_put(map, "locations", locations_json(arena, finding->subject, finding->source, directory));
	return map;
}

static struct json_object *omission_json(struct arena *arena, const struct report_omission *omission,
                                         const char *directory) {
	struct json_object *map = json_map();

	json_put(map, "level", json_string("note"));
	json_put(map, "message",
	         message_json(arena, arena_text(arena, "%s was not examined: %s", text_shown(arena, omission->path),
	                                        text_shown(arena, omission->why))));
	json_put(map, "locations", locations_json(arena, omission->path, omission->path, directory));
	return map;
}

/** A part of what a check found is listed: how many others there are. */
static struct json_object *rest_json(struct arena *arena, const struct result *result, size_t rule, size_t rest) {
	struct json_object *map = json_map(), *reference = json_map();

	json_put(map, "level", json_string("note"));
	json_put(map, "message",
	         message_json(arena, arena_text(arena, "%s has %zu more findings, which --all lists", result->check->id,
	                                        rest)));
	json_put(map, "associatedRule", reference);
	json_put(reference, "id", json_string(result->check->id));
	json_put(reference, "index", json_integer((int64_t)rule));
	return map;
}

/** Whether all of the check was judged. */
static bool is_judged(const struct result *result) {
	return result_status(result) != STATUS_ERROR && !result_unreadable(result);
}

/** Add the results of a check, one at a time: there may be a great many. */
static void add_results(struct json_writer *writer, const struct result *result, size_t rule, size_t most,
                        const char *directory) {
	struct arena order = { 0 };
	const struct finding *const *sorted = result_sorted(&order, result);

	for (size_t i = 0; i < most && sorted[i]; ++i) {
		struct arena scratch = { 0 };

		if (!sorted[i]->error)
			json_add(writer, NULL, result_json(&scratch, result, rule, sorted[i], directory));
		arena_free(&scratch);
	}
	arena_free(&order);
}

/** Add what could not be judged of a check, and how much of it is not listed. */
static void add_notifications(struct json_writer *writer, const struct result *result, size_t rule, size_t most,
                              const char *directory) {
	struct arena order = { 0 }, scratch = { 0 };
	const struct finding *const *sorted = result_sorted(&order, result);
	const size_t total = result_total(result);
	size_t listed = 0;

	if (result_status(result) == STATUS_ERROR && !sorted[0])
		json_add(writer, NULL, notification_json(&scratch, result, rule, NULL, directory));
	for (; listed < most && sorted[listed]; ++listed) {
		if (sorted[listed]->error)
			json_add(writer, NULL, notification_json(&scratch, result, rule, sorted[listed], directory));
		arena_free(&scratch);
	}
	if (total > listed)
		json_add(writer, NULL, rest_json(&scratch, result, rule, total - listed));
	arena_free(&scratch);
	arena_free(&order);
}

static struct json_object *time_after(const struct report *report, int64_t ms) {
	struct report later = { .run.started = report->run.started };

	later.run.started.tv_sec += (time_t)((ms + 999) / 1000);
	return report_time_json(&later);
}

static void add_invocation(struct json_writer *writer, struct arena *arena, const struct report *report, size_t most) {
	bool judged = true;

	for (size_t i = 0; i < report->nresults; ++i)
		judged = judged && is_judged(&report->results[i]);
	json_open(writer, NULL, false);
	json_add(writer, "executionSuccessful", json_flag(judged));
	json_add(writer, "exitCode", json_integer(report_exit(report)));
	json_add(writer, "startTimeUtc", report_time_json(report));
	json_add(writer, "endTimeUtc", time_after(report, report->run.duration_ms));
	if (report->host.hostname)
		json_add(writer, "machine", shown_json(arena, report->host.hostname));
	json_open(writer, "toolExecutionNotifications", true);
	for (size_t i = 0; i < report->nresults; ++i)
		add_notifications(writer, &report->results[i], i, most, report->run.directory);
	for (size_t i = 0; i < report->nnot_examined; ++i)
		json_add(writer, NULL, omission_json(arena, &report->not_examined[i], report->run.directory));
	json_close(writer);
	json_close(writer);
}

static struct json_object *properties_json(struct arena *arena, const struct report *report) {
	struct json_object *map = json_map();
	const char grade[] = { report->score.grade, '\0' };

	json_put(map, "score", json_decimal(report->score.value, 1));
	json_put(map, "grade", *grade ? json_string(grade) : NULL);
	json_put(map, "value_without_waivers", json_decimal(report->score.value_without_waivers, 1));
	json_put(map, "coverage", json_decimal(report->score.coverage, 2));
	json_put(map, "profile", shown_json(arena, report->run.profile));
	json_put(map, "root", shown_json(arena, report->host.root));
	return map;
}

static struct json_object *driver_json(struct arena *arena, const struct report *report) {
	struct json_object *driver = json_map(), *rules = json_list();

	json_put(driver, "name", json_string("tmpaudit"));
	json_put(driver, "version", shown_json(arena, report_version(report)));
	json_put(driver, "rules", rules);
	for (size_t i = 0; i < report->nresults; ++i)
		json_append(rules, rule_json(arena, &report->results[i]));
	return driver;
}

/** Where the directory is that locations are relative to. */
static struct json_object *bases_json(struct arena *arena, const char *directory) {
	struct json_object *map = json_map(), *base = json_map();
	struct builder uri = { .arena = arena };

	builder_text(&uri, "file://");
	text_uri(&uri, directory, strlen(directory));
	/* A directory's ends in a slash; the top is nothing else. */
	if (directory[1])
		builder_text(&uri, "/");
	json_put(base, "uri", json_string(builder_string(&uri)));
	json_put(map, SOURCE_ROOT, base);
	return map;
}

static void add_run(struct json_writer *writer, struct arena *arena, const struct report *report, size_t most) {
	struct json_object *tool = json_map(), *details = json_map();

	json_open(writer, NULL, false);
	json_put(tool, "driver", driver_json(arena, report));
	json_add(writer, "tool", tool);
	/* What is before the last slash is the series that runs are compared within. */
	json_put(details, "id", json_string("tmpaudit/"));
	json_add(writer, "automationDetails", details);
	if (report->run.directory)
		json_add(writer, "originalUriBaseIds", bases_json(arena, report->run.directory));
	json_add(writer, "columnKind", json_string("unicodeCodePoints"));
	json_open(writer, "invocations", true);
	add_invocation(writer, arena, report, most);
	json_close(writer);
	json_open(writer, "results", true);
	for (size_t i = 0; i < report->nresults; ++i)
		add_results(writer, &report->results[i], i, most, report->run.directory);
	json_close(writer);
	json_add(writer, "properties", properties_json(arena, report));
	json_close(writer);
}

void render_sarif(struct builder *builder, const struct report *report, const struct render_options *options) {
	struct arena scratch = { 0 };
	struct json_writer writer = { .out = builder };

	json_open(&writer, NULL, false);
	json_add(&writer, "$schema",
	         json_string(
	                 "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"));
	json_add(&writer, "version", json_string("2.1.0"));
	json_open(&writer, "runs", true);
	add_run(&writer, &scratch, report, options->max_findings);
	json_close(&writer);
	json_close(&writer);
	arena_free(&scratch);
}
