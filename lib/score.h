/** The score of a report: how well the host keeps the seven practices. */
#ifndef TMPAUDIT_SCORE_H
#define TMPAUDIT_SCORE_H

#include "practice.h"
#include "result.h"

#include <stddef.h>

/** Tenths of points are whole numbers, so that every reader sees the same value. */
struct score {
	/** 0 to 1000, rounded down; -1: nothing was evaluated. */
	int value, value_without_waivers;
	/** 'A' to 'F'; 0: nothing was evaluated. */
	char grade;
	/** Evaluated weight over evaluated and unknown weight, in hundredths, rounded down; -1: no weight. */
	int coverage;
	struct practice_score {
		/** In tenths, rounded to the nearest; -1: without weight. */
		int value;
		unsigned counts[STATUSES];
	} practices[PRACTICES];
	unsigned counts[STATUSES];
	unsigned failed_by_severity[SEVERITIES];
};

struct score score_compute(const struct result *results, size_t count);

/** Count the results by status, practice and severity, into a score that has no counts yet. */
void score_count(struct score *score, const struct result *results, size_t count);

#endif
