/** Reports that are read: what was written comes back, and what is none is refused in a line. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"

#include "report_json.h"

#include <stdio.h>
#include <stdlib.h>

static const struct check *const no_families[] = { NULL };

static const char *written(struct arena *arena, const struct report *report, size_t max_findings) {
	struct builder builder = { .arena = arena };

	report_render(&builder, report, renderer_find("json"),
	              (struct render_options) { .max_findings = max_findings });
	return builder_string(&builder);
}

/** Numbers that are the same in each run. */
static uint32_t next(uint32_t *seed) {
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/** A string of any bytes but NUL: pieces of names that try to become something else, and noise. */
static const char *any_text(struct arena *arena, uint32_t *seed) {
	struct builder text = { .arena = arena };

	for (uint32_t parts = next(seed) % 3 + 1; parts; --parts) {
		if (next(seed) % 3) {
			builder_text(&text, sample_names[next(seed) % NAMES]);
			continue;
		}
		for (uint32_t length = next(seed) % 12 + 1; length; --length)
			builder_bytes(&text, (const char[]) { (char)(next(seed) % 255 + 1) }, 1);
	}
	return builder_string(&text);
}

/** The same, or NULL. */
static const char *any_or_none(struct arena *arena, uint32_t *seed) {
	return next(seed) % 3 ? any_text(arena, seed) : NULL;
}

static void judge_any(struct result *result, uint32_t *seed) {
	struct arena *arena = result->arena;
	struct finding finding = { .subject = any_text(arena, seed),
		                   .message = any_text(arena, seed),
		                   .expected = any_or_none(arena, seed),
		                   .actual = any_or_none(arena, seed),
		                   .source = any_or_none(arena, seed),
		                   .aspect = (enum aspect)(1 + next(seed) % (ASPECTS - 1)) };
	const char *waiver = next(seed) % 4 ? NULL : any_text(arena, seed);

	if (next(seed) % 3) {
		result_judge(result, false, &finding);
		result->findings[result->nfindings - 1].waiver = waiver;
	} else {
		result_unknown(result, &finding);
	}
}

static void fill_any(struct report *report, uint32_t *seed) {
	struct arena *arena = &report->arena;
	const char **capabilities = arena_array(arena, 3, sizeof *capabilities);

	for (size_t i = 0; i < SAMPLES; ++i) {
		if (next(seed) % 4 == 0)
			continue;
		struct result *result = sample_add(report, sample_checks[i].id);
		for (uint32_t count = next(seed) % 6; count; --count)
			judge_any(result, seed);
		for (uint32_t count = next(seed) % 3; count; --count)
			result_note(result, any_text(arena, seed), "%s", any_text(arena, seed));
		result->passes = next(seed) % 3;
		if (next(seed) % 2)
			result_skip(result, "%s", any_text(arena, seed));
		if (next(seed) % 8 == 0 && result->nfindings)
			result_more(result, next(seed));
	}
	report->host = (struct report_host) {
		.hostname = any_or_none(arena, seed),
		.machine_id = any_or_none(arena, seed),
		.os = any_or_none(arena, seed),
		.kernel = any_or_none(arena, seed),
		.arch = any_or_none(arena, seed),
		.container = any_or_none(arena, seed),
		.root = any_text(arena, seed),
		.live = next(seed) % 2,
		.uid = next(seed),
	};
	report->run.started.tv_sec = next(seed) * (int64_t)100;
	report->run.duration_ms = next(seed) * (int64_t)next(seed);
	report->run.profile = any_text(arena, seed);
	report->run.deep = next(seed) % 2;
	report->run.mount_namespace = any_or_none(arena, seed);
	struct report_policy *policy = arena_alloc(arena, sizeof *policy);
	*policy = (struct report_policy) { "/etc/tmpaudit/policy.json", any_text(arena, seed) };
	report->run.policies = policy;
	report->run.npolicies = next(seed) % 2;
	report->run.confinement = (struct confinement) {
		.no_new_privs = next(seed) % 2,
		.seccomp = next(seed) % 2,
		.landlock = next(seed) % 8,
		.capabilities = next(seed) % 2 ? capabilities : NULL,
	};
	capabilities[0] = next(seed) % 2 ? "sys_ptrace" : NULL;
	struct report_baseline *baseline = arena_alloc(arena, sizeof *baseline);
	struct difference *differences = arena_array(arena, 3, sizeof *differences);
	*baseline = (struct report_baseline) { .started.tv_sec = next(seed),
		                               .hostname = any_or_none(arena, seed),
		                               .score = next(seed) % 3 ? (int)(next(seed) % 1001) : -1,
		                               .differences = differences,
		                               .ndifferences = next(seed) % 3 };
	for (size_t i = 0; i < baseline->ndifferences; ++i)
		differences[i] = (struct difference) { .key = any_text(arena, seed),
			                               .before = any_or_none(arena, seed),
			                               .after = any_or_none(arena, seed),
			                               .meaning = any_or_none(arena, seed) };
	report->run.baseline = next(seed) % 3 ? NULL : baseline;
	report->not_examined = arena_array(arena, 3, sizeof *report->not_examined);
	for (; report->nnot_examined < next(seed) % 3; ++report->nnot_examined)
		report->not_examined[report->nnot_examined] =
		        (struct report_omission) { any_text(arena, seed), any_text(arena, seed) };
	report->score = score_compute(report->results, report->nresults);
}

/** Written, read and written: the same bytes, however much of it was cut. */
static void test_there_and_back(void **state) {
	(void)state;
	for (uint32_t round = 0; round < 400; ++round) {
		uint32_t seed = round;
		struct report report, again;

		sample_open(&report);
		const struct report_run run = report.run;
		fill_any(&report, &seed);
		report.run.fail_on = run.fail_on;
		const char *text = written(&report.arena, &report, round % 3 ? 0 : 1 + round % 4);
		const char *why = report_read(&again, text, strlen(text), no_families);
		if (why)
			fail_msg("round %u: %s\n%s", round, why, text);
		assert_string_equal(written(&again.arena, &again, 0), text);
		assert_int_equal(report_exit(&again), report_exit(&report));
		assert_int_equal(report_complete(&again), report_complete(&report));
		for (size_t i = 0; i < report.nresults; ++i) {
			assert_int_equal(result_status(&again.results[i]), result_status(&report.results[i]));
			assert_int_equal(result_total(&again.results[i]), result_total(&report.results[i]));
		}
		report_free(&again);
		report_free(&report);
	}
}

/** The text report of a report that was read is that of the audit, where the rows are known. */
static void test_same_text(void **state) {
	static const struct check *families[] = { sample_checks, NULL };
	struct check rows[SAMPLES + 1] = { 0 };
	struct report report, again;

	(void)state;
	memcpy(rows, sample_checks, sizeof sample_checks);
	families[0] = rows;
	for (int hostile = 0; hostile < 2; ++hostile) {
		sample_open(&report);
		if (hostile)
			sample_hostile(&report);
		else
			sample_fill(&report);
		const char *json = written(&report.arena, &report, 0);
		assert_null(report_read(&again, json, strlen(json), families));
		struct builder first = { .arena = &report.arena }, second = { .arena = &report.arena };
		const struct render_options options = { .verbose = true, .columns = 80 };
		report_render(&first, &report, renderer_find("text"), options);
		report_render(&second, &again, renderer_find("text"), options);
		if (!hostile)
			assert_string_equal(builder_string(&first), builder_string(&second));
		report_free(&again);
		report_free(&report);
	}
}

/** Replace the first occurrence of a part. */
static const char *changed(struct arena *arena, const char *text, const char *part, const char *by) {
	const char *at = strstr(text, part);

	if (!at)
		fail_msg("there is no %s to be replaced", part);
	return arena_text(arena, "%.*s%s%s", (int)(at - text), text, by, at + strlen(part));
}

static void test_refused(void **state) {
	static const struct {
		const char *part, *by, *why;
	} cases[] = {
		{ "tmpaudit.report/1", "tmpaudit.report/2",
		  "is a report of another version, tmpaudit.report/2; this is tmpaudit " VERSION
		  ", which reads tmpaudit.report/1" },
		{ "tmpaudit.report/1", "tmpaudit.policy/1",
		  "is no report: its \"schema\" is not tmpaudit.report/1; tmpaudit -f json writes one" },
		{ "\"live\": true", "\"live\": \"yes\"", "is no report: host.live is a string, not true or false" },
		{ "\"uid\": 0", "\"uid\": -1", "is no report: host.uid is out of range: 0 to 4294967295" },
		{ "\"uid\": 0", "\"uid\": 0.5", "is no report: host.uid is a number, not a whole number" },
		{ "\"root\": \"/\"", "\"root\": null", "is no report: host.root is missing or null, not a string" },
		{ "\"exit\": 1", "\"exit\": 2", "is no report: run.exit is 2, with which there is no report" },
		{ "\"exit\": 1", "\"exit\": 99999999999999999999", "is no report: run.exit is out of range: 0 to 3" },
		{ "T15:00:00Z", " 15:00:00Z", "is no report: run.started is no time in UTC" },
		{ "\"grade\": \"F\"", "\"grade\": \"FF\"", "is no report: score.grade is no grade" },
		{ "\"grade\": \"F\"", "\"grade\": \"\"", "is no report: score.grade is no grade" },
		{ "\"grade\": \"F\"", "\"grade\": \"G\"", "is no report: score.grade is no grade" },
		{ "\"value\": 36.1", "\"value\": 136.1", "is no report: score.value is out of range: 0 to 100" },
		{ "\"id\": \"race\"", "\"id\": \"haste\"",
		  "is no report: score.practices[1].id is \"haste\", which there is not" },
		{ "\"id\": \"tempdir.mode\"", "\"id\": \"tempdir.\\u001b[31m\"",
		  "is no report: checks[1].id is no id of a check" },
		{ "\"id\": \"tempdir.mode\"", "\"id\": \"tempdir.owner\"",
		  "is no report: it holds the check tempdir.owner twice" },
		{ "\"status\": \"pass\"", "\"status\": \"warn\"",
		  "is no report: checks[0].status is \"warn\", which there is not" },
		{ "\"status\": \"fail\",\n          \"message\"", "\"status\": \"pass\",\n          \"message\"",
		  "is no report: checks[1].findings[0].status is none that a finding has" },
		{ "\"aspect\": \"file\"", "\"aspect\": 7",
		  "is no report: checks[1].findings[0].aspect is a whole number, not a string" },
		{ "\"subject\": \"/var/lib/php/sessions\"", "\"subject\": \"/a\\u0000b\"",
		  "cannot be read at line 177, column 25: a NUL stands in a string" },
		{ "\"subject\": \"/var/lib/php/sessions\"", "\"subject\": \"/x\", \"subject_bytes\": \"L3k=\"",
		  "is no report: checks[1].findings[0].subject_bytes is not what subject shows" },
		{ "\"subject\": \"/var/lib/php/sessions\"", "\"subject\": \"/x\", \"subject_bytes\": \"L3k\"",
		  "is no report: checks[1].findings[0].subject_bytes is no base64 of a name" },
		{ "\"capabilities\": [", "\"capabilities\": [7, ",
		  "is no report: run.confinement.capabilities[0] is no string" },
		{ "\"run\": {",
		  "\"run\": {\"baseline\": {\"started\": \"2026-11-23T15:00:00Z\", \"differences\": [{}]}, ",
		  "is no report: run.baseline.differences[0].key is missing or null, not a string" },
		{ "\"run\": {", "\"run\": {\"baseline\": {\"started\": \"2026-11-31T15:00:00Z\"}, ",
		  "is no report: run.baseline.started is no time in UTC" },
		{ "\"waivers\": []",
		  "\"waivers\": [{\"check\": \"a.b\", \"subject\": \"/\", \"reason\": \"r\", \"expires\": "
		  "\"2026-02-30\", "
		  "\"source\": \"f:1\"}]",
		  "is no report: waivers[0].expires is no day" },
		{ "\"checks\": [", "\"checks\": [7, ", "is no report: checks[0] is a whole number, not an object" },
		{ "\"checks\": [", "\"checks\": {}, \"old\": [", "is no report: checks is an object, not a list" },
		{ "\"schema\"", "\"schema\": \"x\", \"schema\"", "names a key twice in one object" },
		{ "\"live\": true", "\"live\": tru",
		  "cannot be read at line 14, column 13: this is no value; strings stand in double quotes" },
		{ "\"web01\"", "\"w\xff\"", "cannot be read at line 8, column 19: this is not UTF-8" },
	};
	struct report report, again;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *text = written(&report.arena, &report, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		const char *wrong = changed(&report.arena, text, cases[i].part, cases[i].by);
		const char *why = report_read(&again, wrong, strlen(wrong), no_families);

		assert_non_null(why);
		assert_string_equal(why, cases[i].why);
		report_free(&again);
	}
	report_free(&report);
}

/** What is not a report at all. */
static void test_no_report(void **state) {
	static const char *const texts[] = { "",
		                             " ",
		                             "null",
		                             "7",
		                             "[]",
		                             "{}",
		                             "\"tmpaudit.report/1\"",
		                             "{\"schema\": \"tmpaudit.report/1\"}",
		                             "{\"schema\": 1}" };
	struct report report;
	struct arena arena = { 0 };
	struct builder deep = { .arena = &arena };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i) {
		assert_non_null(report_read(&report, texts[i], strlen(texts[i]), no_families));
		report_free(&report);
	}
	assert_non_null(report_read(&report, "{}\0{}", 5, no_families));
	report_free(&report);
	for (int i = 0; i < 100000; ++i)
		builder_text(&deep, "[");
	assert_string_equal(report_read(&report, builder_string(&deep), deep.length, no_families),
	                    "cannot be read at line 1, column 33: values lie in values, deeper than 32");
	report_free(&report);
	deep.length = 0;
	builder_text(&deep, "[0");
	for (int i = 0; i < 5000000; ++i)
		builder_text(&deep, ",0");
	builder_text(&deep, "]");
	assert_string_equal(report_read(&report, builder_string(&deep), deep.length, no_families),
	                    "cannot be read at line 1, column 8388608: it holds too many values");
	report_free(&report);
	/* A size that only pretends: nothing of it is looked at. */
	assert_string_equal(report_read(&report, "", ((size_t)64 << 20) + 1, no_families), "is larger than 64 MiB");
	report_free(&report);
	arena_free(&arena);
}

/** Of a later 1.x: what is new is passed over. */
static void test_unknown_keys(void **state) {
	struct report report, again;

	(void)state;
	sample_open(&report);
	sample_fill(&report);
	const char *text = written(&report.arena, &report, 0);
	const char *more =
	        changed(&report.arena, text, "\"live\": true", "\"cloud\": {\"a\": [1, null]}, \"live\": true");
	more = changed(&report.arena, more, "\"findings_total\"", "\"mood\": [[]], \"findings_total\"");
	assert_null(report_read(&again, more, strlen(more), no_families));
	assert_string_equal(written(&again.arena, &again, 0), text);
	report_free(&again);
	report_free(&report);
}

/** Any byte may be another: it is read or refused, and nothing else happens. */
static void test_mutations(void **state) {
	struct report report, again;
	uint32_t seed = 7;

	(void)state;
	sample_open(&report);
	sample_hostile(&report);
	const char *text = written(&report.arena, &report, 3);
	const size_t length = strlen(text);
	char *copy = arena_bytes(&report.arena, text, length);
	for (int round = 0; round < 3000; ++round) {
		size_t end = length;

		memcpy(copy, text, length);
		for (uint32_t count = next(&seed) % 4 + 1; count; --count)
			copy[next(&seed) % length] = "\"{}[],:\\0a-.e\x80\xc3"[next(&seed) % 15];
		if (round % 5 == 0) {
			end = next(&seed) % length;
			copy[end] = '\0';
		}
		if (!report_read(&again, copy, end, no_families))
			assert_non_null(written(&again.arena, &again, 0));
		report_free(&again);
	}
	report_free(&report);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_same_text),
		cmocka_unit_test(test_refused),        cmocka_unit_test(test_no_report),
		cmocka_unit_test(test_unknown_keys),   cmocka_unit_test(test_mutations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
