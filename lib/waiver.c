#include "waiver.h"

#include "report.h"
#include "text.h"

#include <string.h>

bool waiver_day(const char *text, time_t *end) {
	static const char shape[] = "0000-00-00";
	uint64_t year, month, day;
	char number[5] = "";

	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < sizeof shape - 1; ++i)
		if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	text_number(memcpy(number, text, 4), 10, 9999, &year);
	text_number((const char[]) { text[5], text[6], '\0' }, 10, 99, &month);
	text_number((const char[]) { text[8], text[9], '\0' }, 10, 99, &day);
	struct tm tm = { .tm_year = (int)year - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day };
	*end = timegm(&tm);
	/* What is no day was made one. */
	if (year < 1970 || tm.tm_year != (int)year - 1900 || tm.tm_mon != (int)month - 1 || tm.tm_mday != (int)day)
		return false;
	*end += 86400;
	return true;
}

/** Days since 1970, in UTC. */
static time_t day_of(time_t time) {
	return time / 86400;
}

bool waiver_is_far(time_t end, time_t now) {
	return day_of(end) - 1 - day_of(now) > WAIVER_MOST_DAYS;
}

static bool covers(const struct waiver *waiver, const char *subject) {
	return waiver->exact ? strcmp(waiver->subject, subject) == 0 : text_glob(waiver->subject, subject);
}

const char *waiver_who(struct arena *arena, const struct waiver *waiver) {
	const char *owner = waiver->owner ? waiver->owner : "";

	if (!waiver->ticket)
		return owner;
	return *owner ? arena_text(arena, "%s, %s", owner, waiver->ticket) : waiver->ticket;
}

/** Who accepts it, and why. */
static const char *terms(struct arena *arena, const struct waiver *waiver) {
	const char *who = waiver_who(arena, waiver);

	return *who ? arena_text(arena, "%s: %s", who, waiver->reason) : waiver->reason;
}

/** Waive a finding by the waivers of its check, or say that the last of them has ended. */
static void apply(struct report *report, struct waiver_use *const *uses, struct finding *finding) {
	struct arena *arena = &report->arena;
	const struct waiver_use *longest = NULL;

	for (; *uses; ++uses) {
		if (!covers(&(*uses)->waiver, finding->subject))
			continue;
		++(*uses)->findings;
		if (!longest || (*uses)->waiver.end > longest->waiver.end)
			longest = *uses;
	}
	if (!longest)
		return;
	const struct waiver *waiver = &longest->waiver;
	if (!longest->expired)
		finding->waiver = arena_text(arena, "until %s, %s", waiver->expires, terms(arena, waiver));
	else
		finding->lapsed =
		        arena_text(arena, "its waiver ended on %s (%s)", waiver->expires, terms(arena, waiver));
	if (finding->lapsed)
		finding->message = arena_text(arena, "%s; %s", finding->message, finding->lapsed);
}

static void apply_all(struct report *report, struct waiver_use *const *uses, struct result *result) {
	bool doubtful = result->more || result_status(result) == STATUS_ERROR;

	for (size_t i = 0; i < result->nfindings; ++i) {
		if (result->findings[i].error)
			doubtful = true;
		else
			apply(report, uses, &result->findings[i]);
	}
	for (; *uses; ++uses) {
		struct waiver_use *use = *uses;

		/* Of what is not kept every subject is unknown: only what covers all covers it. */
		if (result->more && !use->waiver.exact &&
		    strspn(use->waiver.subject, "*") == strlen(use->waiver.subject)) {
			use->findings += result->more;
			if (!use->expired)
				result->more_waived = result->more;
		}
		use->unused = !use->findings && !doubtful;
	}
}

void waivers_apply(struct report *report, const struct waiver *waivers, size_t count, time_t now) {
	struct arena *arena = &report->arena;
	struct arena scratch = { 0 };

	report->waivers = arena_array(arena, count + 1, sizeof *report->waivers);
	report->nwaivers = count;
	for (size_t i = 0; i < count; ++i) {
		struct waiver_use *use = &report->waivers[i];
		struct waiver *copy = &use->waiver;

		*copy = waivers[i];
		copy->check = arena_copy(arena, copy->check);
		copy->subject = arena_copy(arena, copy->subject);
		copy->reason = arena_copy(arena, copy->reason);
		copy->owner = arena_copy(arena, copy->owner);
		copy->ticket = arena_copy(arena, copy->ticket);
		copy->expires = arena_copy(arena, copy->expires);
		copy->source = arena_copy(arena, copy->source);
		use->expired = now >= copy->end;
		use->ends_soon = !use->expired && day_of(copy->end) - 1 - day_of(now) <= WAIVER_NEAR_DAYS;
	}
	for (size_t i = 0; i < report->nresults; ++i) {
		struct waiver_use **uses = NULL;
		size_t nuses = 0;

		for (size_t k = 0; k < count; ++k) {
			if (strcmp(report->waivers[k].waiver.check, report->results[i].check->id) != 0)
				continue;
			uses = arena_grow(&scratch, uses, nuses, sizeof *uses);
			uses[nuses++] = &report->waivers[k];
		}
		if (uses)
			apply_all(report, uses, &report->results[i]);
	}
	arena_free(&scratch);
}
