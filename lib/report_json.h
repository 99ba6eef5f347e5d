/** The JSON report: share/schema/report-1.json says what it holds. */
#ifndef TMPAUDIT_REPORT_JSON_H
#define TMPAUDIT_REPORT_JSON_H

#include "render.h"

/** Add the report. */
void report_json(struct builder *builder, const struct report *report, const struct render_options *options);

#endif
