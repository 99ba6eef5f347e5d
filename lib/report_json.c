#include "report_json.h"

#include "compare.h"
#include "fix.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

/** The major version stands behind the slash: what a reader of it must not misread changes it. */
static const char schema_name[] = "tmpaudit.report/1";

/** The kinds of references, in the order of the report. */
static const char *const reference_kinds[] = { "cwe", "cis", "nist", "stig", "attack", "anssi", "docs" };

/** The keys of counts by status, where they are not the status' own name. */
static const char *const count_keys[STATUSES] = { "pass", "fail", "error", "not_applicable", "waived" };

static struct json_object *tool_json(const struct report *report) {
	struct json_object *tool = json_map();

	json_put(tool, "name", json_string("tmpaudit"));
	json_put(tool, "version", json_string(report_version(report)));
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

struct json_object *report_time_json(const struct report *report) {
	return time_json(&report->run.started);
}

struct json_object *report_differences_json(const struct difference *differences, size_t count) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < count; ++i) {
		struct json_object *map = json_map();

		json_put(map, "key", json_string(differences[i].key));
		json_put(map, "old", json_string(differences[i].before));
		json_put(map, "new", json_string(differences[i].after));
		json_put(map, "meaning", json_string(differences[i].meaning));
		json_append(list, map);
	}
	return list;
}

static struct json_object *baseline_json(const struct report_baseline *baseline) {
	struct json_object *map = json_map();

	json_put(map, "started", time_json(&baseline->started));
	json_put(map, "hostname", json_string(baseline->hostname));
	json_put(map, "score", json_decimal(baseline->score, 1));
	json_put(map, "differences", report_differences_json(baseline->differences, baseline->ndifferences));
	return map;
}

static struct json_object *policies_json(const struct report_run *run) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < run->npolicies; ++i) {
		struct json_object *policy = json_map();

		json_put(policy, "path", json_string(run->policies[i].path));
		json_put(policy, "sha256", json_string(run->policies[i].sha256));
		json_append(list, policy);
	}
	return list;
}

static struct json_object *confinement_json(const struct confinement *confinement) {
	struct json_object *map = json_map(), *capabilities = NULL;

	if (confinement->capabilities)
		capabilities = json_list();
	for (const char *const *name = confinement->capabilities; name && *name; ++name)
		json_append(capabilities, json_string(*name));
	json_put(map, "no_new_privs", json_flag(confinement->no_new_privs));
	json_put(map, "capabilities", capabilities);
	json_put(map, "landlock", json_integer(confinement->landlock));
	json_put(map, "seccomp", json_flag(confinement->seccomp));
	return map;
}

static struct json_object *overrides_json(const struct report_run *run) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < run->noverrides; ++i) {
		struct json_object *map = json_map();

		json_put(map, "key", json_string(run->overrides[i].key));
		json_put(map, "value", json_string(run->overrides[i].value));
		json_put(map, "source", json_string(run->overrides[i].source));
		json_append(list, map);
	}
	return list;
}

static struct json_object *run_json(const struct report *report) {
	const struct report_run *run = &report->run;
	struct json_object *map = json_map();

	json_put(map, "started", report_time_json(report));
	json_put(map, "duration_ms", json_integer(run->duration_ms));
	json_put(map, "profile", json_string(run->profile));
	json_put(map, "suggested_profile", json_string(run->suggestion));
	json_put(map, "policy", policies_json(run));
	json_put(map, "overrides", overrides_json(run));
	json_put(map, "deep", json_flag(run->deep));
	json_put(map, "complete", json_flag(report_complete(report)));
	json_put(map, "mount_namespace", json_string(run->mount_namespace));
	json_put(map, "exit", json_integer(report_exit(report)));
	json_put(map, "confinement", confinement_json(&run->confinement));
	if (run->directory)
		json_put(map, "directory", json_string(run->directory));
	if (run->baseline)
		json_put(map, "baseline", baseline_json(run->baseline));
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

struct json_object *report_finding_json(const struct finding *finding) {
	struct json_object *map = json_map();

	put_subject(map, finding->subject);
	json_put(map, "aspect", json_string(aspect_names[finding->aspect]));
	json_put(map, "status", json_string(status_names[finding_status(finding)]));
	json_put(map, "message", json_string(finding->message));
	json_put(map, "expected", json_string(finding->expected));
	json_put(map, "actual", json_string(finding->actual));
	json_put(map, "source", json_string(finding->source));
	json_put(map, "waiver", json_string(finding->waiver));
	json_put(map, "lapsed_waiver", json_string(finding->lapsed));
	if (finding->confidence)
		json_put(map, "confidence", json_string(finding->confidence));
	if (finding->context)
		json_put(map, "context", json_string(finding->context));
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

static void add_remediation(struct json_writer *writer, struct arena *scratch, const struct result *result,
                            size_t max) {
	const char *const *command = result_commands(scratch, result);
	const struct fix_file *file = result_files(scratch, result);

	json_open(writer, "remediation", false);
	json_add(writer, "summary", json_string(result->check->remediation.summary));
	json_add(writer, "risk", json_string(result_risk(result)));
	json_add(writer, "breaks", json_string(fix_breaks(result)));
	json_open(writer, "commands", true);
	for (size_t i = 0; i < max && command[i]; ++i)
		json_add(writer, NULL, json_string(command[i]));
	json_close(writer);
	json_open(writer, "files", true);
	for (; file->path; ++file) {
		json_open(writer, NULL, false);
		json_add(writer, "path", json_string(file->path));
		json_add(writer, "content", json_string(file->content));
		json_close(writer);
	}
	json_close(writer);
	json_close(writer);
}

static void add_notes(struct json_writer *writer, const struct result *result, size_t max) {
	json_open(writer, "notes", true);
	for (size_t i = 0; i < result->nnotes && i < max; ++i) {
		struct json_object *note = json_map();

		put_subject(note, result->notes[i].subject);
		json_put(note, "message", json_string(result->notes[i].message));
		json_add(writer, NULL, note);
	}
	json_close(writer);
}

/** What is large of a check is written as it comes: there may be a great many findings. */
static void add_check(struct json_writer *writer, const struct result *result, size_t max) {
	struct arena scratch = { 0 };
	const struct check *check = result->check;
	const enum status status = result_status(result);
	const struct finding *const *sorted = result_sorted(&scratch, result);

	json_open(writer, NULL, false);
	json_add(writer, "id", json_string(check->id));
	json_add(writer, "title", json_string(check->title));
	json_add(writer, "family", json_string(check_family(&scratch, check)));
	json_add(writer, "practice", json_string(practices[check->practice].id));
	json_add(writer, "severity", json_string(severity_names[result->severity]));
	json_add(writer, "status", json_string(status_names[status]));
	json_add(writer, "reason", json_string(result_reason(result)));
	json_open(writer, "findings", true);
	for (size_t i = 0; i < max && sorted[i]; ++i)
		json_add(writer, NULL, report_finding_json(sorted[i]));
	json_close(writer);
	json_add(writer, "findings_total", json_integer((int64_t)result_total(result)));
	add_notes(writer, result, max);
	json_add(writer, "references", references_json(check));
	add_remediation(writer, &scratch, result, max);
	json_add(writer, "waiver", json_string(result_waiver(result)));
	json_add(writer, "fingerprint", json_string(result_fingerprint(&scratch, result)));
	if (result->change)
		json_add(writer, "change", json_string(result->change));
	json_close(writer);
	arena_free(&scratch);
}

static struct json_object *waivers_json(const struct report *report) {
	struct json_object *list = json_list();

	for (size_t i = 0; i < report->nwaivers; ++i) {
		const struct waiver_use *use = &report->waivers[i];
		struct json_object *map = json_map();

		json_put(map, "check", json_string(use->waiver.check));
		put_subject(map, use->waiver.subject);
		json_put(map, "exact", json_flag(use->waiver.exact));
		json_put(map, "reason", json_string(use->waiver.reason));
		json_put(map, "owner", json_string(use->waiver.owner));
		json_put(map, "ticket", json_string(use->waiver.ticket));
		json_put(map, "expires", json_string(use->waiver.expires));
		json_put(map, "source", json_string(use->waiver.source));
		json_put(map, "expired", json_flag(use->expired));
		json_put(map, "ends_soon", json_flag(use->ends_soon));
		json_put(map, "findings", json_integer((int64_t)use->findings));
		json_put(map, "unused", json_flag(use->unused));
		json_append(list, map);
	}
	return list;
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
	struct json_writer writer = { .out = builder };

	json_open(&writer, NULL, false);
	json_add(&writer, "schema", json_string(schema_name));
	json_add(&writer, "tool", tool_json(report));
	json_add(&writer, "host", host_json(&report->host));
	json_add(&writer, "run", run_json(report));
	json_add(&writer, "score", score_json(&report->score));
	json_add(&writer, "summary", summary_json(&report->score));
	json_open(&writer, "checks", true);
	for (size_t i = 0; i < report->nresults; ++i)
		add_check(&writer, &report->results[i], options->max_findings);
	json_close(&writer);
	json_add(&writer, "waivers", waivers_json(report));
	json_add(&writer, "not_examined", omissions_json(report));
	json_close(&writer);
}

/** Many more than there are, and few enough for what looks at each pair of them. */
static const size_t most_checks = 10000;

/** Reading: the first fault ends it. */
struct reader {
	struct arena *arena;
	const char *why;
};

/** A value of the report, and where it stands: in an object by its key, or in a list by its index. */
struct node {
	const struct json_object *value;
	const struct node *in;
	const char *key;
	size_t index;
};

static void add_place(struct builder *builder, const struct node *node) {
	const struct node *path[JSON_MOST_DEPTH];
	size_t depth = 0;

	for (; node && node->in && depth < JSON_MOST_DEPTH; node = node->in)
		path[depth++] = node;
	while (depth-- > 0) {
		if (path[depth]->key)
			builder_format(builder, "%s%s", builder->length ? "." : "", path[depth]->key);
		else
			builder_format(builder, "[%zu]", path[depth]->index);
	}
}

/** Say what is wrong with the member of the node, or for NULL with itself. */
static void refuse(struct reader *reader, const struct node *node, const char *key, const char *what) {
	struct builder builder = { .arena = reader->arena };

	if (reader->why)
		return;
	add_place(&builder, node);
	if (key)
		builder_format(&builder, "%s%s", builder.length ? "." : "", key);
	builder_format(&builder, " %s", what);
	reader->why = arena_text(reader->arena, "is no report: %s", builder_string(&builder));
}

/** Whether a member of the node is there and of the kind.  One that is absent or null is refused if it is needed. */
static struct json_object *member(struct reader *reader, const struct node *node, const char *key, enum json_kind kind,
                                  bool needed) {
	struct json_object *value = json_get(node->value, key, NULL);
	const enum json_kind is = json_kind(value);

	if (reader->why || (!value && !needed))
		return NULL;
	if (is == kind || (kind == JSON_DECIMAL && is == JSON_INTEGER))
		return value;
	refuse(reader, node, key,
	       arena_text(reader->arena, "is %s, not %s", value ? json_kind_names[is] : "missing or null",
	                  json_kind_names[kind]));
	return NULL;
}

static struct node enter(struct reader *reader, const struct node *node, const char *key) {
	return (struct node) { .value = member(reader, node, key, JSON_MAP, true), .in = node, .key = key };
}

/** An item of a list that must be an object. */
static struct node item(struct reader *reader, const struct node *list, size_t index) {
	struct node node = { .value = json_item(list->value, index), .in = list, .index = index };

	if (json_kind(node.value) != JSON_MAP)
		refuse(reader, &node, NULL,
		       arena_text(reader->arena, "is %s, not an object", json_kind_names[json_kind(node.value)]));
	return node;
}

/** A list, and how many items it has: none after a fault. */
static struct node list_of(struct reader *reader, const struct node *node, const char *key, bool needed,
                           size_t *count) {
	struct node list = { .value = member(reader, node, key, JSON_LIST, needed), .in = node, .key = key };

	*count = list.value ? json_count(list.value) : 0;
	return list;
}

/** A string, or NULL for null. */
static const char *read_text(struct reader *reader, const struct node *node, const char *key) {
	const struct json_object *value = member(reader, node, key, JSON_STRING, false);

	return value ? arena_copy(reader->arena, json_text_of(value)) : NULL;
}

/** A string that must be there. */
static const char *need_text(struct reader *reader, const struct node *node, const char *key) {
	const struct json_object *value = member(reader, node, key, JSON_STRING, true);

	return value ? arena_copy(reader->arena, json_text_of(value)) : "";
}

static bool read_flag(struct reader *reader, const struct node *node, const char *key) {
	const struct json_object *value = member(reader, node, key, JSON_FLAG, false);

	return value && json_flag_of(value);
}

/** A whole number from 0 to most; 0 for null. */
static int64_t read_count(struct reader *reader, const struct node *node, const char *key, int64_t most) {
	const struct json_object *value = member(reader, node, key, JSON_INTEGER, false);
	const int64_t number = value ? json_integer_of(value) : 0;

	if (number >= 0 && number <= most)
		return number;
	refuse(reader, node, key, arena_text(reader->arena, "is out of range: 0 to %lld", (long long)most));
	return 0;
}

/** A number from 0 to most in units of 1/scale; -1 for null. */
static int read_decimal(struct reader *reader, const struct node *node, const char *key, int most, int scale) {
	const struct json_object *value = member(reader, node, key, JSON_DECIMAL, false);
	const double number = value ? json_number_of(value) : 0;

	if (!value)
		return -1;
	if (number >= 0 && number <= most)
		return (int)(number * scale + 1e-6);
	refuse(reader, node, key, arena_text(reader->arena, "is out of range: 0 to %d", most));
	return -1;
}

/** A word of the list, by its index. */
static size_t read_word(struct reader *reader, const struct node *node, const char *key, const char *const *words,
                        size_t count) {
	const char *word = need_text(reader, node, key);

	for (size_t i = 0; i < count; ++i)
		if (strcmp(words[i], word) == 0)
			return i;
	refuse(reader, node, key, arena_text(reader->arena, "is \"%.40s\", which there is not", word));
	return 0;
}

static enum practice read_practice(struct reader *reader, const struct node *node, const char *key) {
	const char *names[PRACTICES];

	for (size_t i = 0; i < PRACTICES; ++i)
		names[i] = practices[i].id;
	return (enum practice)read_word(reader, node, key, names, PRACTICES);
}

/** A list of strings, ended by NULL. */
static const char *const *read_names(struct reader *reader, const struct node *node, const char *key) {
	size_t count;
	const struct node list = list_of(reader, node, key, false, &count);
	const char **names = arena_array(reader->arena, count + 1, sizeof *names);

	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct json_object *value = json_item(list.value, i);
		const struct node at = { .in = &list, .index = i };

		if (json_kind(value) == JSON_STRING)
			names[i] = arena_copy(reader->arena, json_text_of(value));
		else
			refuse(reader, &at, NULL, "is no string");
	}
	return names;
}

/** A subject: its exact bytes where they are not UTF-8. */
static const char *read_subject(struct reader *reader, const struct node *node) {
	const char *subject = need_text(reader, node, "subject"), *base64 = read_text(reader, node, "subject_bytes");
	struct builder bytes = { .arena = reader->arena }, shown = { .arena = reader->arena };

	if (!base64)
		return subject;
	if (!text_unbase64(&bytes, base64, strlen(base64)) || strlen(builder_string(&bytes)) != bytes.length)
		refuse(reader, node, "subject_bytes", "is no base64 of a name");
	else if (text_utf8(&shown, builder_string(&bytes), bytes.length) ||
	         strcmp(builder_string(&shown), subject) != 0)
		refuse(reader, node, "subject_bytes", "is not what subject shows");
	return builder_string(&bytes);
}

static struct timespec read_time(struct reader *reader, const struct node *node, const char *key) {
	const char *text = need_text(reader, node, key);
	struct tm utc = { 0 };
	char back[40] = "";
	struct timespec time = { 0 };
	/* It is read as it is written, and must be written as it was read: no other form is one. */
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc);

	time.tv_sec = end && !*end ? timegm(&utc) : 0;
	if (!gmtime_r(&time.tv_sec, &utc) || !strftime(back, sizeof back, "%Y-%m-%dT%H:%M:%SZ", &utc) ||
	    strcmp(back, text) != 0)
		refuse(reader, node, key, "is no time in UTC");
	return time;
}

static void read_host(struct reader *reader, const struct node *top, struct report_host *host) {
	const struct node node = enter(reader, top, "host");

	host->hostname = read_text(reader, &node, "hostname");
	host->machine_id = read_text(reader, &node, "machine_id");
	host->os = read_text(reader, &node, "os");
	host->kernel = read_text(reader, &node, "kernel");
	host->arch = read_text(reader, &node, "arch");
	host->container = read_text(reader, &node, "container");
	host->root = need_text(reader, &node, "root");
	host->live = read_flag(reader, &node, "live");
	host->uid = (unsigned)read_count(reader, &node, "uid", UINT32_MAX);
}

static void read_policies(struct reader *reader, const struct node *node, struct report_run *run) {
	size_t count;
	const struct node list = list_of(reader, node, "policy", false, &count);
	struct report_policy *policies = arena_array(reader->arena, count + 1, sizeof *policies);

	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node policy = item(reader, &list, i);

		policies[i].path = need_text(reader, &policy, "path");
		policies[i].sha256 = need_text(reader, &policy, "sha256");
	}
	run->policies = policies;
	run->npolicies = count;
}

static void read_overrides(struct reader *reader, const struct node *node, struct report_run *run) {
	size_t count;
	const struct node list = list_of(reader, node, "overrides", false, &count);

	run->overrides = arena_array(reader->arena, count + 1, sizeof *run->overrides);
	run->noverrides = count;
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node override = item(reader, &list, i);

		run->overrides[i] = (struct report_override) { need_text(reader, &override, "key"),
			                                       need_text(reader, &override, "value"),
			                                       need_text(reader, &override, "source") };
	}
}

static void read_waivers(struct reader *reader, const struct node *top, struct report *report) {
	size_t count;
	const struct node list = list_of(reader, top, "waivers", false, &count);

	if (count > most_checks)
		refuse(reader, top, "waivers", "holds more waivers than anybody has");
	report->waivers = arena_array(reader->arena, count + 1, sizeof *report->waivers);
	report->nwaivers = count;
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node node = item(reader, &list, i);
		struct waiver_use *use = &report->waivers[i];

		use->waiver = (struct waiver) {
			.check = need_text(reader, &node, "check"),
			.subject = read_subject(reader, &node),
			.exact = read_flag(reader, &node, "exact"),
			.reason = need_text(reader, &node, "reason"),
			.owner = read_text(reader, &node, "owner"),
			.ticket = read_text(reader, &node, "ticket"),
			.expires = need_text(reader, &node, "expires"),
			.source = need_text(reader, &node, "source"),
		};
		if (!waiver_day(use->waiver.expires, &use->waiver.end))
			refuse(reader, &node, "expires", "is no day");
		use->expired = read_flag(reader, &node, "expired");
		use->ends_soon = read_flag(reader, &node, "ends_soon");
		use->findings = (size_t)read_count(reader, &node, "findings", INT64_MAX / 2);
		use->unused = read_flag(reader, &node, "unused");
	}
}

static void read_confinement(struct reader *reader, const struct node *node, struct confinement *confinement) {
	const struct node map = { .value = member(reader, node, "confinement", JSON_MAP, false),
		                  .in = node,
		                  .key = "confinement" };

	if (!map.value)
		return;
	confinement->no_new_privs = read_flag(reader, &map, "no_new_privs");
	if (json_get(map.value, "capabilities", NULL))
		confinement->capabilities = read_names(reader, &map, "capabilities");
	confinement->landlock = (unsigned)read_count(reader, &map, "landlock", UINT32_MAX);
	confinement->seccomp = read_flag(reader, &map, "seccomp");
}

static void read_baseline(struct reader *reader, const struct node *node, struct report_run *run) {
	const struct node map = { .value = member(reader, node, "baseline", JSON_MAP, false),
		                  .in = node,
		                  .key = "baseline" };
	struct report_baseline *baseline;
	struct difference *differences;
	size_t count;

	if (!map.value)
		return;
	baseline = arena_alloc(reader->arena, sizeof *baseline);
	baseline->started = read_time(reader, &map, "started");
	baseline->hostname = read_text(reader, &map, "hostname");
	baseline->score = read_decimal(reader, &map, "score", 100, 10);
	const struct node list = list_of(reader, &map, "differences", false, &count);
	differences = arena_array(reader->arena, count + 1, sizeof *differences);
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node entry = item(reader, &list, i);

		differences[i].key = need_text(reader, &entry, "key");
		differences[i].before = read_text(reader, &entry, "old");
		differences[i].after = read_text(reader, &entry, "new");
		differences[i].meaning = read_text(reader, &entry, "meaning");
	}
	baseline->differences = differences;
	baseline->ndifferences = count;
	run->baseline = baseline;
}

static void read_run(struct reader *reader, const struct node *top, struct report *report) {
	const struct node node = enter(reader, top, "run");
	struct report_run *run = &report->run;
	struct report_statement *statement = arena_alloc(reader->arena, sizeof *statement);

	run->started = read_time(reader, &node, "started");
	run->duration_ms = read_count(reader, &node, "duration_ms", INT64_MAX);
	run->profile = need_text(reader, &node, "profile");
	run->suggestion = read_text(reader, &node, "suggested_profile");
	read_policies(reader, &node, run);
	read_overrides(reader, &node, run);
	run->deep = read_flag(reader, &node, "deep");
	run->mount_namespace = read_text(reader, &node, "mount_namespace");
	read_confinement(reader, &node, &run->confinement);
	run->directory = read_text(reader, &node, "directory");
	read_baseline(reader, &node, run);
	/* The report does not say what it was to fall short of. */
	run->fail_on = SEVERITY_LOW;
	statement->complete = read_flag(reader, &node, "complete");
	statement->exit = (int)read_count(reader, &node, "exit", 3);
	if (statement->exit == 2)
		refuse(reader, &node, "exit", "is 2, with which there is no report");
	report->statement = statement;
}

static void read_score(struct reader *reader, const struct node *top, struct score *score) {
	const struct node node = enter(reader, top, "score");
	const char *grade;
	size_t count;

	score->value = read_decimal(reader, &node, "value", 100, 10);
	score->value_without_waivers = read_decimal(reader, &node, "value_without_waivers", 100, 10);
	score->coverage = read_decimal(reader, &node, "coverage", 1, 100);
	grade = read_text(reader, &node, "grade");
	if (grade && (!*grade || !strchr("ABCDEF", *grade) || grade[1]))
		refuse(reader, &node, "grade", "is no grade");
	if (!grade != (score->value < 0) || !grade != (score->value_without_waivers < 0))
		refuse(reader, &node, "grade", "must be null if the values are, and only then");
	score->grade = grade ? *grade : 0;
	for (size_t i = 0; i < PRACTICES; ++i)
		score->practices[i].value = -1;
	const struct node list = list_of(reader, &node, "practices", false, &count);
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node practice = item(reader, &list, i);

		score->practices[read_practice(reader, &practice, "id")].value =
		        read_decimal(reader, &practice, "value", 100, 10);
	}
}

static void read_findings(struct reader *reader, const struct node *node, struct result *result) {
	size_t count;
	const struct node list = list_of(reader, node, "findings", true, &count);

	result->findings = arena_array(reader->arena, count + 1, sizeof *result->findings);
	result->nfindings = count;
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node entry = item(reader, &list, i);
		struct finding *finding = &result->findings[i];

		finding->subject = read_subject(reader, &entry);
		finding->message = need_text(reader, &entry, "message");
		finding->expected = read_text(reader, &entry, "expected");
		finding->actual = read_text(reader, &entry, "actual");
		finding->source = read_text(reader, &entry, "source");
		finding->confidence = read_text(reader, &entry, "confidence");
		finding->context = read_text(reader, &entry, "context");
		finding->aspect = (enum aspect)read_word(reader, &entry, "aspect", aspect_names, ASPECTS);
		finding->lapsed = read_text(reader, &entry, "lapsed_waiver");
		const char *waiver = read_text(reader, &entry, "waiver");
		switch (read_word(reader, &entry, "status", status_names, STATUSES)) {
		case STATUS_FAIL:
			break;
		case STATUS_ERROR:
			finding->error = true;
			break;
		case STATUS_WAIVED:
			finding->waiver = waiver ? waiver : "";
			break;
		default:
			refuse(reader, &entry, "status", "is none that a finding has");
		}
	}
	const int64_t total = read_count(reader, node, "findings_total", INT64_MAX / 2);
	result->more = (size_t)total > count ? (size_t)total - count : 0;
}

static void read_notes(struct reader *reader, const struct node *node, struct result *result) {
	size_t count;
	const struct node list = list_of(reader, node, "notes", false, &count);

	result->notes = arena_array(reader->arena, count + 1, sizeof *result->notes);
	result->nnotes = count;
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node note = item(reader, &list, i);

		result->notes[i] = (struct note) { read_subject(reader, &note), need_text(reader, &note, "message") };
	}
}

static const struct reference *read_references(struct reader *reader, const struct node *node) {
	const struct node map = { .value = member(reader, node, "references", JSON_MAP, false),
		                  .in = node,
		                  .key = "references" };
	struct reference *references = NULL;
	size_t count = 0;

	for (size_t i = 0; map.value && i < sizeof reference_kinds / sizeof *reference_kinds; ++i) {
		for (const char *const *name = read_names(reader, &map, reference_kinds[i]); *name; ++name) {
			references = arena_grow(reader->arena, references, count, sizeof *references);
			references[count++] = (struct reference) { reference_kinds[i], *name };
		}
	}
	return references;
}

static void read_remediation(struct reader *reader, const struct node *node, struct check *check,
                             struct result_statement *statement) {
	static const char *const risks[] = { "none", "low", "high" };
	const struct node map = enter(reader, node, "remediation");
	struct fix_file *files;
	size_t count;

	check->remediation.summary = need_text(reader, &map, "summary");
	check->remediation.breaks = read_text(reader, &map, "breaks");
	statement->risk = risks[read_word(reader, &map, "risk", risks, 3)];
	check->remediation.risky = statement->risk == risks[2];
	statement->commands = read_names(reader, &map, "commands");
	const struct node list = list_of(reader, &map, "files", false, &count);
	files = arena_array(reader->arena, count + 1, sizeof *files);
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node file = item(reader, &list, i);

		files[i].path = need_text(reader, &file, "path");
		files[i].content = need_text(reader, &file, "content");
	}
	statement->files = files;
}

/** An id that stands as it is in every output. */
static bool is_id(const char *id) {
	const size_t family = strspn(id, "abcdefghijklmnopqrstuvwxyz");
	const char *name = id + family + 1;

	return family && id[family] == '.' && *name >= 'a' && *name <= 'z' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

static bool has_reference(const struct reference *references, const struct reference *wanted) {
	for (; references && references->kind; ++references)
		if (strcmp(references->kind, wanted->kind) == 0 && strcmp(references->name, wanted->name) == 0)
			return true;
	return false;
}

/** Whether all references of one are among those of the other. */
static bool has_references(const struct reference *references, const struct reference *wanted) {
	for (; wanted && wanted->kind; ++wanted)
		if (!has_reference(references, wanted))
			return false;
	return true;
}

/** Take from our own row what no report holds: words, and the order in which a report groups. */
static void explain(struct check *check, const struct check *const *families) {
	for (; families && *families; ++families) {
		for (const struct check *row = *families; row->id; ++row) {
			if (strcmp(row->id, check->id) != 0)
				continue;
			check->why = row->why;
			check->rule = row->rule;
			if (has_references(check->references, row->references) &&
			    has_references(row->references, check->references))
				check->references = row->references;
			return;
		}
	}
}

static void read_check(struct reader *reader, const struct node *node, struct result *result,
                       const struct check *const *families) {
	struct check *check = arena_alloc(reader->arena, sizeof *check);
	struct result_statement *statement = arena_alloc(reader->arena, sizeof *statement);

	check->id = need_text(reader, node, "id");
	if (!is_id(check->id))
		refuse(reader, node, "id", "is no id of a check");
	check->title = need_text(reader, node, "title");
	check->practice = read_practice(reader, node, "practice");
	check->severity = (enum severity)read_word(reader, node, "severity", severity_names, SEVERITIES);
	check->references = read_references(reader, node);
	read_remediation(reader, node, check, statement);
	explain(check, families);
	statement->status = (enum status)read_word(reader, node, "status", status_names, STATUSES);
	statement->reason = read_text(reader, node, "reason");
	statement->waiver = read_text(reader, node, "waiver");
	statement->fingerprint = need_text(reader, node, "fingerprint");
	*result = (struct result) {
		.check = check,
		.statement = statement,
		.severity = check->severity,
		.arena = reader->arena,
	};
	if (json_get(node->value, "change", NULL))
		result->change = change_names[read_word(reader, node, "change", change_names, CHANGES)];
	/* What was doubtful stays so. */
	if (result->change)
		result->standing = text_equal(result->change, change_names[CHANGE_UNKNOWN]) ? STANDING_DOUBTFUL
		                   : text_equal(result->change, change_names[CHANGE_NEW]) ||
		                                   text_equal(result->change, change_names[CHANGE_WORSE])
		                           ? STANDING_FRESH
		                           : STANDING_KNOWN;
	read_findings(reader, node, result);
	read_notes(reader, node, result);
}

static int compare_ids(const void *a, const void *b) {
	const struct result *const *left = a, *const *right = b;

	return strcmp((*left)->check->id, (*right)->check->id);
}

/** Refuse a report that speaks twice of one check: one of both would be overlooked. */
static void refuse_twice(struct reader *reader, const struct report *report) {
	struct arena scratch = { 0 };
	const struct result **sorted = arena_array(&scratch, report->nresults + 1, sizeof *sorted);

	for (size_t i = 0; i < report->nresults; ++i)
		sorted[i] = &report->results[i];
	if (report->nresults)
		qsort(sorted, report->nresults, sizeof *sorted, compare_ids);
	for (size_t i = 1; i < report->nresults && !reader->why; ++i)
		if (strcmp(sorted[i - 1]->check->id, sorted[i]->check->id) == 0)
			reader->why = arena_text(reader->arena, "is no report: it holds the check %s twice",
			                         sorted[i]->check->id);
	arena_free(&scratch);
}

static void read_checks(struct reader *reader, const struct node *top, struct report *report,
                        const struct check *const *families) {
	size_t count;
	const struct node list = list_of(reader, top, "checks", true, &count);

	if (count > most_checks)
		refuse(reader, top, "checks", "holds more checks than there are");

	report->results = arena_array(reader->arena, count + 1, sizeof *report->results);
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node node = item(reader, &list, i);

		if (!reader->why)
			read_check(reader, &node, &report->results[i], families);
	}
	if (reader->why)
		return;
	report->nresults = count;
	refuse_twice(reader, report);
}

static void read_omissions(struct reader *reader, const struct node *top, struct report *report) {
	size_t count;
	const struct node list = list_of(reader, top, "not_examined", false, &count);

	report->not_examined = arena_array(reader->arena, count + 1, sizeof *report->not_examined);
	report->nnot_examined = count;
	for (size_t i = 0; i < count && !reader->why; ++i) {
		const struct node node = item(reader, &list, i);

		report->not_examined[i] =
		        (struct report_omission) { need_text(reader, &node, "path"), need_text(reader, &node, "why") };
	}
}

/** Refuse what is no report, or of another major version. */
static void read_schema(struct reader *reader, const struct node *top) {
	const struct json_object *value = json_get(top->value, "schema", NULL);
	const char *name = json_kind(value) == JSON_STRING ? json_text_of(value) : "";

	if (strcmp(name, schema_name) == 0)
		return;
	if (text_starts(name, "tmpaudit.report/"))
		reader->why = arena_text(reader->arena,
		                         "is a report of another version, %.40s; this is tmpaudit " VERSION
		                         ", which reads %s",
		                         name, schema_name);
	else
		reader->why =
		        arena_text(reader->arena, "is no report: its \"schema\" is not %s; tmpaudit -f json writes one",
		                   schema_name);
}

const char *report_read(struct report *report, const char *bytes, size_t size, const struct check *const *families) {
	struct reader reader = { .arena = &report->arena };
	struct node top;

	*report = (struct report) { 0 };
	struct json_object *value = json_read(&report->arena, bytes, size, &reader.why);
	if (value && json_kind(value) != JSON_MAP)
		reader.why = arena_text(&report->arena, "is no report, but %s", json_kind_names[json_kind(value)]);
	top = (struct node) { .value = value };
	if (!reader.why)
		read_schema(&reader, &top);
	if (!reader.why) {
		const struct node tool = enter(&reader, &top, "tool");

		report->version = need_text(&reader, &tool, "version");
		read_host(&reader, &top, &report->host);
		read_run(&reader, &top, report);
		read_score(&reader, &top, &report->score);
		read_checks(&reader, &top, report, families);
		read_waivers(&reader, &top, report);
		read_omissions(&reader, &top, report);
	}
	if (!reader.why)
		score_count(&report->score, report->results, report->nresults);
	json_free(value);
	return reader.why;
}
