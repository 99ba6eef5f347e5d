#include "score.h"

#include <stdbool.h>
#include <stdint.h>

static const unsigned weights[SEVERITIES] = {
	[SEVERITY_INFO] = 0, [SEVERITY_LOW] = 1, [SEVERITY_MEDIUM] = 3, [SEVERITY_HIGH] = 6, [SEVERITY_CRITICAL] = 10
};

/** A failing check never earns more than half: no number of good subjects hides a bad one. */
static long double failing_credit(const struct result *result, size_t failing) {
	const enum credit credit = result->severity >= SEVERITY_HIGH ? CREDIT_BINARY : result->check->credit;

	if (result_unreadable(result))
		return 0;
	switch (credit) {
	case CREDIT_SHARE:
		return 0.5L * (long double)result->passes / (long double)(result->passes + failing);
	case CREDIT_COUNT:
		return 0.5L / (long double)failing;
	default:
		return 0;
	}
}

/** What a check earns, 0 to 1; with_waivers: as if what is waived were good. */
static long double credit_of(const struct result *result, bool with_waivers) {
	size_t failing = result_failing(result);

	if (!with_waivers)
		failing += result_waived(result);
	if (failing)
		return failing_credit(result, failing);
	return result_unreadable(result) ? 0 : 1;
}

/** What a failing check of the severity lets a score be at most, in points. */
static long double cap_of(enum severity severity) {
	return severity == SEVERITY_CRITICAL ? 39 : severity == SEVERITY_HIGH ? 69 : 100;
}

/** Tenths, rounded down, but not by the error of a sum that is exact on paper. */
static int tenths(long double points) {
	return (int)(points * 10 + 1e-9L);
}

/** Tenths, rounded to the nearest: of a practice, which has no grade.  All points are there only if nothing is lost. */
static int nearest_tenths(long double points) {
	const int value = tenths(points + 0.05L);

	return value == 1000 && points < 100 ? 999 : value;
}

static int value_of(const struct result *results, size_t count, bool with_waivers,
                    struct practice_score *practices_out) {
	long double earned[PRACTICES] = { 0 }, caps[PRACTICES], sum = 0, cap = 100;
	unsigned possible[PRACTICES] = { 0 }, share = 0;

	for (size_t p = 0; p < PRACTICES; ++p)
		caps[p] = 100;
	for (size_t i = 0; i < count; ++i) {
		const struct result *result = &results[i];
		const enum practice practice = result->check->practice;
		const bool fails = result_failing(result) || (!with_waivers && result_waived(result));

		if (result_status(result) == STATUS_NOT_APPLICABLE)
			continue;
		earned[practice] += weights[result->severity] * credit_of(result, with_waivers);
		possible[practice] += weights[result->severity];
		if (fails && cap_of(result->severity) < caps[practice])
			caps[practice] = cap_of(result->severity);
	}
	for (size_t p = 0; p < PRACTICES; ++p) {
		long double points = possible[p] ? 100 * earned[p] / possible[p] : 0;

		if (points > caps[p])
			points = caps[p];
		if (caps[p] < cap)
			cap = caps[p];
		if (possible[p]) {
			sum += practices[p].weight * points;
			share += practices[p].weight;
		}
		if (practices_out)
			practices_out[p].value = possible[p] ? nearest_tenths(points) : -1;
	}
	if (!share)
		return -1;
	sum /= share;
	return tenths(sum < cap ? sum : cap);
}

static char grade_of(int value, bool all_serious_evaluated) {
	if (value < 0)
		return 0;
	if (value >= 900 && all_serious_evaluated)
		return 'A';
	return value >= 800 ? 'B' : value >= 700 ? 'C' : value >= 550 ? 'D' : value >= 400 ? 'E' : 'F';
}

void score_count(struct score *score, const struct result *results, size_t count) {
	for (size_t i = 0; i < count; ++i) {
		const struct result *result = &results[i];
		const enum status status = result_status(result);

		++score->counts[status];
		++score->practices[result->check->practice].counts[status];
		if (status == STATUS_FAIL)
			++score->failed_by_severity[result->severity];
	}
}

struct score score_compute(const struct result *results, size_t count) {
	struct score score = { .coverage = -1 };
	unsigned known = 0, unknown = 0;
	bool all_serious_evaluated = true, evaluated = false;

	score_count(&score, results, count);
	for (size_t i = 0; i < count; ++i) {
		const struct result *result = &results[i];
		const enum status status = result_status(result);
		const unsigned weight = weights[result->severity];

		if (status == STATUS_ERROR) {
			unknown += weight;
			all_serious_evaluated = all_serious_evaluated && result->severity < SEVERITY_HIGH;
		} else if (status != STATUS_NOT_APPLICABLE) {
			known += weight;
			evaluated = true;
		}
	}
	score.value = value_of(results, count, true, score.practices);
	score.value_without_waivers = value_of(results, count, false, NULL);
	if (!evaluated)
		score.value = score.value_without_waivers = -1;
	score.grade = grade_of(score.value, all_serious_evaluated);
	if (known + unknown)
		score.coverage = (int)(100 * known / (known + unknown));
	return score;
}
