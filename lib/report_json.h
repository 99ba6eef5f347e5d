/** The JSON report, written and read: share/schema/report-1.json says what it holds. */
#ifndef TMPAUDIT_REPORT_JSON_H
#define TMPAUDIT_REPORT_JSON_H

#include "json.h"
#include "render.h"

/** When the report was made, one finding, and what differs besides the host, as the report has them. */
struct json_object *report_differences_json(const struct difference *differences, size_t count);
struct json_object *report_time_json(const struct report *report);
struct json_object *report_finding_json(const struct finding *finding);

/** Add the report. */
void report_json(struct builder *builder, const struct report *report, const struct render_options *options);

/**
 * Read a report, any byte of which may be a stranger's.  A NUL stands behind it, at bytes[size].
 *
 * Types, names of statuses and the like, and ranges are held to the schema; keys that it does not know are ignored.
 * What the report says of itself (status, score, exit status) is taken as said.  A check that families, ended by
 * NULL, hold is explained in their words.
 * Returns NULL, or what is wrong with it, which lives as long as the report: continues the name of the file.  The
 * report is to be freed either way.
 */
const char *report_read(struct report *report, const char *bytes, size_t size, const struct check *const *families);

#endif
