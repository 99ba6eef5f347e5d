/** The JSON report: what it holds, in which order, and that a parser reads it whatever names stand in it. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static const char *rendered(struct report *report, size_t max_findings) {
	return sample_rendered(report, "json", (struct render_options) { .max_findings = max_findings });
}

static struct json_object *parsed(const char *text) {
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value;

	value = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	json_tokener_free(tokener);
	return value;
}

/** Lay the report down where tests/run has all reports validated against the schema. */
static void keep(const char *text, const char *name) {
	const char *directory = getenv("TMPAUDIT_REPORTS");
	char path[4096];

	if (!directory)
		return;
	snprintf(path, sizeof path, "%s/unit-%s.json", directory, name);
	FILE *stream = fopen(path, "w");
	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

/** The value at a path of keys and indices, ended by NULL. */
static struct json_object *at(struct json_object *value, const char *const *path) {
	for (; *path; ++path) {
		if (json_object_is_type(value, json_type_array)) {
			value = json_object_array_get_idx(value, strtoul(*path, NULL, 10));
			continue;
		}
		struct json_object *next;
		if (!json_object_object_get_ex(value, *path, &next))
			fail_msg("no key %s", *path);
		value = next;
	}
	return value;
}

#define AT(value, ...) at(value, (const char *const[]) { __VA_ARGS__, NULL })
#define assert_text(value, text, ...) assert_string_equal(json_object_get_string(AT(value, __VA_ARGS__)), text)

static void check_keys(struct json_object *map, const char *const *wanted) {
	json_object_object_foreach(map, key, value) {
		(void)value;
		assert_non_null(*wanted);
		assert_string_equal(key, *wanted);
		++wanted;
	}
	assert_null(*wanted);
}

#define assert_keys(map, ...) check_keys(map, (const char *const[]) { __VA_ARGS__, NULL })

static void test_keys_in_order(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *text = rendered(&report, 0);
	keep(text, "statuses");
	struct json_object *json = parsed(text), *check = AT(json, "checks", "5");
	assert_keys(json, "schema", "tool", "host", "run", "score", "summary", "checks", "waivers", "not_examined");
	assert_keys(AT(json, "host"), "hostname", "machine_id", "os", "kernel", "arch", "root", "live", "uid",
	            "container");
	assert_keys(AT(json, "run"), "started", "duration_ms", "profile", "suggested_profile", "policy", "overrides",
	            "deep", "complete", "mount_namespace", "exit", "confinement");
	assert_keys(AT(json, "run", "confinement"), "no_new_privs", "capabilities", "landlock", "seccomp");
	assert_keys(AT(json, "score"), "value", "grade", "value_without_waivers", "coverage", "practices");
	assert_keys(AT(json, "score", "practices", "0"), "id", "title", "value", "pass", "fail", "error",
	            "not_applicable", "waived");
	assert_keys(AT(json, "summary"), "pass", "fail", "error", "not_applicable", "waived", "fail_by_severity");
	assert_keys(AT(json, "summary", "fail_by_severity"), "critical", "high", "medium", "low", "info");
	assert_keys(check, "id", "title", "family", "practice", "severity", "status", "reason", "findings",
	            "findings_total", "notes", "references", "remediation", "waiver", "fingerprint");
	assert_keys(AT(check, "findings", "0"), "subject", "aspect", "status", "message", "expected", "actual",
	            "source", "waiver", "lapsed_waiver");
	assert_keys(AT(check, "references"), "cwe", "cis", "nist", "stig", "attack", "anssi", "docs");
	assert_keys(AT(check, "remediation"), "summary", "risk", "breaks", "commands", "files");
	json_object_put(json);
	report_free(&report);
}

static void test_values(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *text = rendered(&report, 0);
	struct json_object *json = parsed(text), *check = AT(json, "checks", "5");
	assert_text(json, "2026-11-23T15:00:00Z", "run", "started");
	assert_text(json, "1", "run", "exit");
	assert_text(json, "false", "run", "complete");
	assert_non_null(strstr(text, "\"value\": 36.1,"));
	assert_non_null(strstr(text, "\"coverage\": 0.88,"));
	assert_text(json, "F", "score", "grade");
	assert_null(AT(json, "host", "machine_id"));
	assert_text(check, "sysctl", "family");
	assert_text(check, "fail", "status");
	assert_null(AT(check, "reason"));
	assert_text(check, "2", "findings_total");
	assert_text(check, "live", "findings", "0", "aspect");
	assert_text(check, "/etc/sysctl.d/60-local.conf:3", "findings", "1", "source");
	assert_text(check, "low", "remediation", "risk");
	assert_text(check, "sysctl -w fs.protected_regular=2", "remediation", "commands", "0");
	assert_text(check, "fs.protected_regular = 2\n", "remediation", "files", "0", "content");
	assert_text(json, "error", "checks", "2", "status");
	assert_text(json, "not examined, FUSE", "checks", "2", "reason");
	assert_text(json, "waived", "checks", "3", "status");
	assert_text(json, "until 2027-01-31, ops@example.org, OPS-812", "checks", "3", "waiver");
	assert_text(json, "not-applicable", "checks", "4", "status");
	assert_text(json, "an offline tree does not run", "checks", "4", "reason");
	/* What passes needs no repair. */
	assert_int_equal(json_object_array_length(AT(json, "checks", "0", "remediation", "commands")), 0);
	assert_text(json, "/mnt/nfs", "not_examined", "0", "path");
	json_object_put(json);
	report_free(&report);
}

static void test_nothing_evaluated(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	report.host.live = false;
	report.host.kernel = NULL;
	report.run.mount_namespace = NULL;
	report.score = score_compute(report.results, 0);
	const char *text = rendered(&report, 0);
	keep(text, "nothing");
	struct json_object *json = parsed(text);
	assert_null(AT(json, "score", "value"));
	assert_null(AT(json, "score", "grade"));
	assert_null(AT(json, "score", "coverage"));
	assert_null(AT(json, "score", "practices", "0", "value"));
	assert_text(json, "3", "run", "exit");
	json_object_put(json);
	report_free(&report);
}

/** A parser reads back each name, or what is left of it where it is not UTF-8. */
static void test_hostile_names(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	sample_hostile(&report);
	const char *text = rendered(&report, 0);
	keep(text, "hostile");
	assert_null(strstr(text, "</script>"));
	uint32_t c;
	for (size_t i = 0, size, length = strlen(text); i < length; i += size) {
		size = text_character(text + i, length - i, &c);
		assert_true(size > 0 && (c == '\n' || !text_is_unsafe(c)));
	}
	struct json_object *json = parsed(text), *findings = AT(json, "checks", "0", "findings");
	assert_int_equal(json_object_array_length(findings), NAMES);
	for (size_t i = 0; i < NAMES; ++i) {
		struct json_object *finding = NULL, *bytes;

		for (size_t k = 0; k < NAMES && !finding; ++k) {
			struct json_object *each = json_object_array_get_idx(findings, k);

			if (strcmp(json_object_get_string(AT(each, "subject")), sample_names[i]) == 0)
				finding = each;
			else if (strcmp(sample_names[i], "/tmp/\xff\xfe") == 0 &&
			         json_object_object_get_ex(each, "subject_bytes", &bytes))
				finding = each;
		}
		assert_non_null(finding);
		if (json_object_object_get_ex(finding, "subject_bytes", &bytes)) {
			assert_string_equal(sample_names[i], "/tmp/\xff\xfe");
			assert_string_equal(json_object_get_string(bytes), "L3RtcC///g==");
			assert_text(finding, "/tmp/\xef\xbf\xbd\xef\xbf\xbd", "subject");
		}
	}
	json_object_put(json);
	report_free(&report);
}

/** What is cut off is never worse than what is kept. */
static void test_limit(void **state) {
	struct report report;

	(void)state;
	sample_open(&report);
	struct result *result = sample_add(&report, "tempdir.mode");
	for (int i = 0; i < 20; ++i) {
		const char *subject = arena_text(&report.arena, "/tmp/%02d", i);

		if (i % 2)
			result_unknown(result, &(struct finding) { .subject = subject,
			                                           .aspect = ASPECT_FILE,
			                                           .message = "cannot be read" });
		else
			sample_judge(result, subject, ASPECT_FILE, "1777", "at most 1733", NULL);
		if (i >= 10 && i % 2 == 0)
			result->findings[i].waiver = "accepted";
	}
	report.score = score_compute(report.results, 1);
	const char *text = rendered(&report, 7);
	keep(text, "limit");
	struct json_object *json = parsed(text), *check = AT(json, "checks", "0");
	assert_int_equal(json_object_array_length(AT(check, "findings")), 7);
	assert_text(check, "20", "findings_total");
	static const char *const wanted[] = { "/tmp/00", "/tmp/02", "/tmp/04", "/tmp/06",
		                              "/tmp/08", "/tmp/01", "/tmp/03" };
	for (size_t i = 0; i < 7; ++i)
		assert_string_equal(
		        json_object_get_string(AT(json_object_array_get_idx(AT(check, "findings"), i), "subject")),
		        wanted[i]);
	json_object_put(json);
	/* By itself it lists 1000. */
	for (int i = 0; i < 1200; ++i)
		sample_judge(result, arena_text(&report.arena, "/x/%04d", i), ASPECT_FILE, "1777", "at most 1733",
		             NULL);
	json = parsed(rendered(&report, 0));
	assert_int_equal(json_object_array_length(AT(json, "checks", "0", "findings")), 1000);
	assert_text(json, "1220", "checks", "0", "findings_total");
	json_object_put(json);
	report_free(&report);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_in_order),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_nothing_evaluated),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
