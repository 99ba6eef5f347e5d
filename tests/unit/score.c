/** The score: the worked example of the design, its edges, and that a repair never costs points. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "score.h"
#include "report.h"

#include <string.h>

enum { LIMIT = 96 };

/** A set of results that is written down. */
struct case_of {
	struct arena arena;
	struct check checks[LIMIT];
	struct result results[LIMIT];
	size_t count;
};

/** Add a check that judged so many subjects good. */
static struct result *add(struct case_of *all, const char *id, enum practice practice, enum severity severity,
                          enum credit credit, size_t passes) {
	struct check *check = &all->checks[all->count];
	struct result *result = &all->results[all->count++];

	assert_true(all->count <= LIMIT);
	*check = (struct check) { .id = id, .practice = practice, .severity = severity, .credit = credit };
	*result = (struct result) { .check = check, .severity = severity, .arena = &all->arena, .passes = passes };
	return result;
}

static struct result *find(struct case_of *all, const char *id) {
	for (size_t i = 0; i < all->count; ++i)
		if (strcmp(all->checks[i].id, id) == 0)
			return &all->results[i];
	fail_msg("no check %s", id);
	return NULL;
}

static void fails(struct result *result, const char *subject, enum aspect aspect) {
	result_judge(result, false, &(struct finding) { .subject = subject, .aspect = aspect, .message = "is bad" });
}

/** The last finding of a result is repaired. */
static void repair(struct result *result) {
	assert_true(result->nfindings > 0);
	--result->nfindings;
	++result->passes;
}

/** The rows of the default profile, with two good subjects each; those that have weight. */
static void add_good_host(struct case_of *all) {
	static const struct {
		const char *id;
		enum practice practice;
		enum severity severity;
		enum credit credit;
	} rows[] = {
		{ "tempdir.present", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "tempdir.owner", PRACTICE_DIRECTORY, SEVERITY_CRITICAL, CREDIT_BINARY },
		{ "tempdir.mode", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "tempdir.ancestors", PRACTICE_DIRECTORY, SEVERITY_CRITICAL, CREDIT_BINARY },
		{ "tempdir.acl", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "tempdir.default-acl", PRACTICE_PERMISSIONS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "tempdir.runtime", PRACTICE_DIRECTORY, SEVERITY_HIGH, CREDIT_BINARY },
		{ "sticky.shared", PRACTICE_DIRECTORY, SEVERITY_CRITICAL, CREDIT_BINARY },
		{ "sticky.nested", PRACTICE_DIRECTORY, SEVERITY_HIGH, CREDIT_BINARY },
		{ "sticky.group-writable", PRACTICE_RACE, SEVERITY_LOW, CREDIT_SHARE },
		{ "sticky.boot", PRACTICE_DIRECTORY, SEVERITY_HIGH, CREDIT_BINARY },
		{ "mount.tmp-separate", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.tmp-nosuid", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.tmp-nodev", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.tmp-noexec", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.var-tmp-nosuid", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.var-tmp-nodev", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.var-tmp-noexec", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.dev-shm-separate", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.dev-shm-nosuid", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.dev-shm-nodev", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.dev-shm-noexec", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "mount.boot", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "mount.alias", PRACTICE_DIRECTORY, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "mount.limits", PRACTICE_EXPOSURE, SEVERITY_LOW, CREDIT_SHARE },
		{ "mount.nosymfollow", PRACTICE_RACE, SEVERITY_INFO, CREDIT_SHARE },
		{ "umask.login", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "umask.shell", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "umask.accounts", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "umask.services", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "umask.processes", PRACTICE_PERMISSIONS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "sysctl.protected-symlinks", PRACTICE_RACE, SEVERITY_HIGH, CREDIT_BINARY },
		{ "sysctl.protected-hardlinks", PRACTICE_RACE, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "sysctl.protected-regular", PRACTICE_RACE, SEVERITY_HIGH, CREDIT_BINARY },
		{ "sysctl.protected-fifos", PRACTICE_RACE, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "sysctl.conflict", PRACTICE_RACE, SEVERITY_LOW, CREDIT_COUNT },
		{ "sysctl.suid-dumpable", PRACTICE_EXPOSURE, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "sysctl.core-pattern", PRACTICE_EXPOSURE, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "sysctl.noexec-bypass", PRACTICE_EXPOSURE, SEVERITY_INFO, CREDIT_SHARE },
		{ "environment.tmpdir", PRACTICE_PATHS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "environment.path", PRACTICE_PATHS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "environment.loader", PRACTICE_PATHS, SEVERITY_CRITICAL, CREDIT_BINARY },
		{ "environment.commands", PRACTICE_PATHS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "environment.processes", PRACTICE_PATHS, SEVERITY_HIGH, CREDIT_BINARY },
		{ "cleanup.policy", PRACTICE_CLEANUP, SEVERITY_MEDIUM, CREDIT_SHARE },
		{ "cleanup.stale", PRACTICE_EXPOSURE, SEVERITY_LOW, CREDIT_COUNT },
		{ "isolation.services", PRACTICE_EXPOSURE, SEVERITY_LOW, CREDIT_COUNT },
		{ "isolation.sessions", PRACTICE_EXPOSURE, SEVERITY_INFO, CREDIT_BINARY },
		{ "contents.squat", PRACTICE_RACE, SEVERITY_HIGH, CREDIT_BINARY },
		{ "contents.links", PRACTICE_RACE, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "contents.privileged", PRACTICE_EXPOSURE, SEVERITY_CRITICAL, CREDIT_BINARY },
		{ "contents.writable", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "contents.sensitive", PRACTICE_PERMISSIONS, SEVERITY_MEDIUM, CREDIT_COUNT },
		{ "contents.predictable", PRACTICE_CREATION, SEVERITY_LOW, CREDIT_COUNT },
		{ "contents.unowned", PRACTICE_CLEANUP, SEVERITY_LOW, CREDIT_COUNT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
		add(all, rows[i].id, rows[i].practice, rows[i].severity, rows[i].credit, 2);
}

static void test_good_host(void **state) {
	struct case_of all = { 0 };

	(void)state;
	add_good_host(&all);
	struct score score = score_compute(all.results, all.count);
	assert_int_equal(score.value, 1000);
	assert_int_equal(score.value_without_waivers, 1000);
	assert_int_equal(score.grade, 'A');
	assert_int_equal(score.coverage, 100);
	assert_int_equal(score.counts[STATUS_PASS], all.count);
	for (size_t i = 0; i < PRACTICES; ++i)
		assert_int_equal(score.practices[i].value, 1000);
}

/** Section 6 of the catalogue, number by number. */
static void test_worked_example(void **state) {
	static const char *const both[] = { "mount.tmp-noexec", "mount.dev-shm-noexec", "mount.var-tmp-nosuid",
		                            "mount.var-tmp-nodev", "mount.var-tmp-noexec" };
	struct case_of all = { 0 };

	(void)state;
	add_good_host(&all);
	fails(find(&all, "contents.squat"), "/tmp/.X11-unix", ASPECT_FILE);
	for (size_t i = 0; i < sizeof both / sizeof *both; ++i) {
		struct result *result = find(&all, both[i]);

		result->passes = 0;
		fails(result, "/tmp", ASPECT_LIVE);
		fails(result, "/tmp", ASPECT_BOOT);
	}
	struct result *login = find(&all, "umask.login");
	login->passes = 1;
	fails(login, "sshd", ASPECT_BOOT);
	fails(login, "login", ASPECT_BOOT);
	struct result *writable = find(&all, "contents.writable");
	fails(writable, "/tmp/a", ASPECT_FILE);
	fails(writable, "/tmp/b", ASPECT_FILE);
	struct result *stale = find(&all, "cleanup.stale");
	for (int i = 0; i < 4; ++i)
		fails(stale, (const char[]) { (char)('a' + i), '\0' }, ASPECT_FILE);
	struct result *policy = find(&all, "cleanup.policy");
	policy->passes = 1;
	fails(policy, "/var/tmp", ASPECT_BOOT);

	struct score score = score_compute(all.results, all.count);
	assert_int_equal(score.practices[PRACTICE_RACE].value, 690);
	assert_int_equal(score.practices[PRACTICE_DIRECTORY].value, 844);
	assert_int_equal(score.practices[PRACTICE_PERMISSIONS].value, 842);
	assert_int_equal(score.practices[PRACTICE_EXPOSURE].value, 954);
	assert_int_equal(score.practices[PRACTICE_PATHS].value, 1000);
	assert_int_equal(score.practices[PRACTICE_CREATION].value, 1000);
	assert_int_equal(score.practices[PRACTICE_CLEANUP].value, 438);
	assert_int_equal(score.value, 690);
	assert_int_equal(score.grade, 'D');

	repair(find(&all, "contents.squat"));
	score = score_compute(all.results, all.count);
	assert_int_equal(score.practices[PRACTICE_RACE].value, 1000);
	assert_int_equal(score.value, 881);
	assert_int_equal(score.grade, 'B');

	repair(writable);
	score = score_compute(all.results, all.count);
	assert_int_equal(score.practices[PRACTICE_PERMISSIONS].value, 867);
	assert_int_equal(score.value, 885);
	assert_int_equal(score.grade, 'B');

	fails(find(&all, "tempdir.owner"), "/tmp", ASPECT_FILE);
	score = score_compute(all.results, all.count);
	assert_int_equal(score.practices[PRACTICE_DIRECTORY].value, 390);
	assert_int_equal(score.value, 390);
	assert_int_equal(score.grade, 'F');
	arena_free(&all.arena);
}

static void test_credit(void **state) {
	static const struct {
		enum severity severity;
		enum credit credit;
		size_t passes, failing, unreadable;
		int value;
	} cases[] = {
		{ SEVERITY_MEDIUM, CREDIT_BINARY, 9, 1, 0, 0 },    { SEVERITY_MEDIUM, CREDIT_SHARE, 1, 1, 0, 250 },
		{ SEVERITY_MEDIUM, CREDIT_SHARE, 999, 1, 0, 499 }, { SEVERITY_MEDIUM, CREDIT_SHARE, 0, 3, 0, 0 },
		{ SEVERITY_MEDIUM, CREDIT_SHARE, 1, 1, 1, 0 },     { SEVERITY_MEDIUM, CREDIT_COUNT, 0, 1, 0, 500 },
		{ SEVERITY_MEDIUM, CREDIT_COUNT, 7, 4, 0, 125 },   { SEVERITY_MEDIUM, CREDIT_COUNT, 7, 1, 1, 0 },
		{ SEVERITY_HIGH, CREDIT_SHARE, 9, 1, 0, 0 },       { SEVERITY_CRITICAL, CREDIT_COUNT, 9, 1, 0, 0 },
		{ SEVERITY_LOW, CREDIT_SHARE, 3, 1, 0, 375 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct case_of all = { 0 };
		struct result *result =
		        add(&all, "a.b", PRACTICE_RACE, cases[i].severity, cases[i].credit, cases[i].passes);

		for (size_t k = 0; k < cases[i].failing; ++k)
			fails(result, "s", ASPECT_FILE);
		for (size_t k = 0; k < cases[i].unreadable; ++k)
			result_unknown(result, &(struct finding) { .subject = "u", .message = "cannot be read" });
		assert_int_equal(score_compute(all.results, all.count).value, cases[i].value);
		arena_free(&all.arena);
	}
}

static void test_what_is_not_known(void **state) {
	struct case_of all = { 0 };
	struct result *unknown = add(&all, "a.a", PRACTICE_RACE, SEVERITY_MEDIUM, CREDIT_SHARE, 1);
	struct result *absent = add(&all, "a.b", PRACTICE_RACE, SEVERITY_CRITICAL, CREDIT_SHARE, 0);

	(void)state;
	/* Nothing was evaluated: there is no score, which is another thing than none of the points. */
	result_unknown(unknown, &(struct finding) { .subject = "x", .message = "cannot be read" });
	result_skip(absent, "there is none");
	struct score score = score_compute(all.results, all.count);
	assert_int_equal(score.value, -1);
	assert_int_equal(score.value_without_waivers, -1);
	assert_int_equal(score.grade, 0);
	assert_int_equal(score.coverage, 0);

	/* Ignorance earns nothing, and what does not arise counts nowhere. */
	add(&all, "a.c", PRACTICE_RACE, SEVERITY_HIGH, CREDIT_SHARE, 1);
	score = score_compute(all.results, all.count);
	assert_int_equal(score.value, 666);
	assert_int_equal(score.coverage, 66);
	assert_int_equal(score.practices[PRACTICE_RACE].value, 667);
	assert_int_equal(score.practices[PRACTICE_PATHS].value, -1);
	assert_int_equal(score.practices[PRACTICE_RACE].counts[STATUS_ERROR], 1);
	assert_int_equal(score.practices[PRACTICE_RACE].counts[STATUS_NOT_APPLICABLE], 1);
	arena_free(&all.arena);
}

/** An A says that all that is serious was seen. */
static void test_grade_a_needs_knowledge(void **state) {
	struct case_of all = { 0 };

	(void)state;
	for (int i = 0; i < 15; ++i)
		add(&all, "a.a", PRACTICE_RACE, SEVERITY_CRITICAL, CREDIT_BINARY, 1);
	struct result *unknown = add(&all, "a.b", PRACTICE_RACE, SEVERITY_MEDIUM, CREDIT_BINARY, 0);
	result_unknown(unknown, &(struct finding) { .subject = "x", .message = "cannot be read" });
	struct score score = score_compute(all.results, all.count);
	assert_int_equal(score.value, 980);
	assert_int_equal(score.grade, 'A');
	unknown->severity = SEVERITY_HIGH;
	score = score_compute(all.results, all.count);
	assert_int_equal(score.value, 961);
	assert_int_equal(score.grade, 'B');
	arena_free(&all.arena);
}

static void test_waivers_are_seen(void **state) {
	struct case_of all = { 0 };
	struct result *waived = add(&all, "a.a", PRACTICE_RACE, SEVERITY_HIGH, CREDIT_BINARY, 0);

	(void)state;
	add(&all, "a.b", PRACTICE_RACE, SEVERITY_CRITICAL, CREDIT_BINARY, 1);
	fails(waived, "/tmp/x", ASPECT_FILE);
	waived->findings[0].waiver = "an upload box";
	struct score score = score_compute(all.results, all.count);
	assert_int_equal(score.counts[STATUS_WAIVED], 1);
	assert_int_equal(score.value, 1000);
	assert_int_equal(score.value_without_waivers, 625);
	assert_int_equal(score.coverage, 100);
	/* As failed it caps, too. */
	for (int i = 0; i < 10; ++i)
		add(&all, "a.c", PRACTICE_RACE, SEVERITY_CRITICAL, CREDIT_BINARY, 1);
	assert_int_equal(score_compute(all.results, all.count).value_without_waivers, 690);
	arena_free(&all.arena);
}

static void test_caps_and_grades(void **state) {
	static const struct {
		enum severity severity;
		int value;
		char grade;
	} cases[] = {
		{ SEVERITY_INFO, 1000, 'A' }, { SEVERITY_LOW, 995, 'A' },      { SEVERITY_MEDIUM, 985, 'A' },
		{ SEVERITY_HIGH, 690, 'D' },  { SEVERITY_CRITICAL, 390, 'F' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		struct case_of all = { 0 };

		fails(add(&all, "a.a", PRACTICE_RACE, cases[i].severity, CREDIT_BINARY, 5), "s", ASPECT_FILE);
		for (int k = 0; k < 20; ++k)
			add(&all, "a.b", PRACTICE_RACE, SEVERITY_CRITICAL, CREDIT_BINARY, 1);
		struct score score = score_compute(all.results, all.count);
		assert_int_equal(score.value, cases[i].value);
		assert_int_equal(score.grade, cases[i].grade);
		assert_int_equal(score.failed_by_severity[cases[i].severity], 1);
		arena_free(&all.arena);
	}
}

/** xorshift64*: the same cases in every run. */
static unsigned draw(uint64_t *state, unsigned below) {
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (unsigned)((*state * 2685821657736338717u) >> 33) % below;
}

static void add_random(struct case_of *all, uint64_t *seed) {
	static const char *const subjects[] = { "/tmp", "/var/tmp", "/dev/shm", "/run/lock" };
	size_t count = 1 + draw(seed, 40);

	for (size_t i = 0; i < count; ++i) {
		struct result *result =
		        add(all, "a.a", (enum practice)draw(seed, PRACTICES), (enum severity)draw(seed, SEVERITIES),
		            (enum credit)draw(seed, 3), draw(seed, 4));

		for (unsigned k = draw(seed, 3) * draw(seed, 3); k > 0; --k) {
			const struct finding finding = { .subject = subjects[draw(seed, 4)],
				                         .aspect = (enum aspect)(1 + draw(seed, 4)),
				                         .message = "is bad" };

			if (draw(seed, 8) == 0) {
				result_unknown(result, &finding);
			} else {
				result_judge(result, false, &finding);
				if (draw(seed, 6) == 0)
					result->findings[result->nfindings - 1].waiver = "accepted";
			}
		}
		if (draw(seed, 4) == 0)
			result_skip(result, "there is none");
	}
}

static int grade_rank(char grade) {
	return grade ? 'F' - grade : -1;
}

static void compare(const struct score *before, const struct score *after) {
	/* Where all is unreadable there is no score: to learn that is no loss of points. */
	if (after->value < 0)
		return;
	assert_true(after->value >= before->value);
	assert_true(after->value_without_waivers >= before->value_without_waivers);
	assert_true(grade_rank(after->grade) >= grade_rank(before->grade));
	for (size_t i = 0; i < PRACTICES; ++i)
		assert_true(after->practices[i].value >= before->practices[i].value);
}

static void test_repairs_never_cost(void **state) {
	uint64_t seed = 20261123;
	size_t repairs = 0, rises = 0;

	(void)state;
	for (int round = 0; round < 1000; ++round) {
		struct case_of all = { 0 };

		add_random(&all, &seed);
		const struct score before = score_compute(all.results, all.count);
		assert_true(before.value <= 1000 && before.value_without_waivers <= before.value);
		for (size_t i = 0; i < all.count; ++i) {
			for (size_t k = 0; k < all.results[i].nfindings; ++k) {
				const struct result whole = all.results[i];
				const struct finding last = whole.findings[whole.nfindings - 1];
				const struct finding repaired = whole.findings[k];

				if (finding_status(&repaired) != STATUS_FAIL)
					continue;
				all.results[i].findings[k] = last;
				repair(&all.results[i]);
				const struct score after = score_compute(all.results, all.count);
				compare(&before, &after);
				++repairs;
				rises += after.value > before.value;
				all.results[i] = whole;
				all.results[i].findings[k] = repaired;
				all.results[i].findings[whole.nfindings - 1] = last;
			}
		}
		arena_free(&all.arena);
	}
	/* The property must have been tried, and repairs must show. */
	assert_true(repairs > 5000);
	assert_true(rises > 500);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_host),
		cmocka_unit_test(test_worked_example),
		cmocka_unit_test(test_credit),
		cmocka_unit_test(test_what_is_not_known),
		cmocka_unit_test(test_grade_a_needs_knowledge),
		cmocka_unit_test(test_waivers_are_seen),
		cmocka_unit_test(test_caps_and_grades),
		cmocka_unit_test(test_repairs_never_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
