/** Reports as text: one function a format. */
#ifndef TMPAUDIT_RENDER_H
#define TMPAUDIT_RENDER_H

#include "compare.h"
#include "report.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/** How a reader wants it. */
struct render_options {
	/** How many findings of a check are listed; 0: as many as the format lists by itself. */
	size_t max_findings;
	/** Text: also what passes, what does not apply, and notes. */
	bool verbose;
	/** Text: stress words by colour. */
	bool color;
	/** Text: the width of a line. */
	unsigned columns;
};

/** A format: one row, and one file with its functions. */
struct renderer {
	const char *name;
	/** The end of the names of files that are of this format if nothing else is said; NULL: there is none. */
	const char *suffix;
	/** How many findings of a check it lists by itself. */
	size_t max_findings;
	/** The mode of its files. */
	unsigned mode;
	/** Adds the report; max_findings is never 0 here. */
	void (*render)(struct builder *builder, const struct report *report, const struct render_options *options);
	/** Adds what changed between two reports; NULL: the format cannot tell that. */
	void (*render_changes)(struct builder *builder, const struct comparison *comparison,
	                       const struct render_options *options);
	/** The exit status of a run with this format on standard output; NULL: report_exit(). */
	int (*exit)(const struct report *report);
};

/** The formats, the default first, ended by a zero entry. */
extern const struct renderer renderers[];

/** The format of that name, or NULL. */
const struct renderer *renderer_find(const char *name);

/** Add the report in the format. */
void report_render(struct builder *builder, const struct report *report, const struct renderer *renderer,
                   struct render_options options);

/** Add what changed, in a format that can tell it. */
void changes_render(struct builder *builder, const struct comparison *comparison, const struct renderer *renderer,
                    struct render_options options);

/** What one finding says, for a reader: "/tmp: is 0777; wants 1777".  Safe to show; not folded. */
const char *finding_text(struct arena *arena, const struct finding *finding);

/** For a reader at a terminal; see render_text.c. */
void render_text(struct builder *builder, const struct report *report, const struct render_options *options);

/** For a reader with a browser; see render_html.c. */
void render_html(struct builder *builder, const struct report *report, const struct render_options *options);

/** For other programs; each in the file render_<format>.c. */
void render_sarif(struct builder *builder, const struct report *report, const struct render_options *options);
void render_junit(struct builder *builder, const struct report *report, const struct render_options *options);
void render_prometheus(struct builder *builder, const struct report *report, const struct render_options *options);
void render_nagios(struct builder *builder, const struct report *report, const struct render_options *options);
void render_facts(struct builder *builder, const struct report *report, const struct render_options *options);

/** As Nagios has it: 0 OK; 1 warning, if only medium and lower failed; 2 critical; 3 unknown. */
int nagios_exit(const struct report *report);

/** What changed, for a reader; see compare_text.c. */
void render_changes_text(struct builder *builder, const struct comparison *comparison,
                         const struct render_options *options);

/** What changed, for programs: share/schema/diff-1.json says what it holds; see compare_json.c. */
void render_changes_json(struct builder *builder, const struct comparison *comparison,
                         const struct render_options *options);

#endif
