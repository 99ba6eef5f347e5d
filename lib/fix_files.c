/** What is to be done, as files: new ones, patches of those that are there, and a script of what is no file. */

#include "fix.h"

#include "result.h"
#include "tree.h"

#include <regex.h>
#include <string.h>

enum {
	/** Lines of context in a patch. */
	CONTEXT = 3,
	/** Lines that are longer are left as they are: an offline tree may be made to keep us busy. */
	LINE_MOST = 8192,
	GROUPS = 10,
};

/** A line of a file: what it was, NULL if it is new; and what it becomes. */
struct line {
	const char *old, *new;
};

/** A file as it will be. */
struct model {
	const char *path;
	/** Whether it is there already, and whether its last line ends in a newline. */
	bool exists, ends;
	struct line *lines;
	size_t nlines;
	/** Why it cannot be edited here; NULL: it can. */
	const char *unreadable;
};

struct models {
	struct arena *arena;
	const struct tree *tree;
	struct model *list;
	size_t count;
};

static void add_line(struct models *models, struct model *model, const char *old, const char *new) {
	model->lines = arena_grow(models->arena, model->lines, model->nlines, sizeof *model->lines);
	model->lines[model->nlines++] = (struct line) { old, new };
}

static void load(struct models *models, struct model *model, const char *path, bool exists) {
	struct bytes bytes;
	const int error = tree_load(models->tree, path, models->arena, &bytes);

	model->ends = true;
	if (tree_absent(error))
		return;
	if (error < 0 || memchr(bytes.data, '\0', bytes.size)) {
		model->unreadable = "it cannot be read as text";
		return;
	}
	model->exists = exists;
	for (const char *at = bytes.data, *end = bytes.data + bytes.size; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *text = arena_bytes(models->arena, at, (size_t)((newline ? newline : end) - at));

		add_line(models, model, exists ? text : NULL, text);
		model->ends = newline;
		at = newline ? newline + 1 : end;
	}
	model->ends = model->ends || !exists;
}

static struct model *find(struct models *models, const char *path) {
	for (size_t i = 0; i < models->count; ++i)
		if (strcmp(models->list[i].path, path) == 0)
			return &models->list[i];
	models->list = arena_grow(models->arena, models->list, models->count, sizeof *models->list);
	struct model *model = &models->list[models->count++];
	*model = (struct model) { .path = path };
	load(models, model, path, true);
	return model;
}

static bool matches(const regex_t *pattern, const char *text, size_t ngroups, regmatch_t *groups) {
	return strlen(text) <= LINE_MOST && regexec(pattern, text, ngroups, groups, 0) == 0;
}

/** The line with what matched replaced. */
static const char *replaced(struct arena *arena, const char *line, const char *text, const regmatch_t groups[GROUPS]) {
	struct builder out = { .arena = arena };

	builder_bytes(&out, line, (size_t)groups[0].rm_so);
	for (; *text; ++text) {
		if (*text == '\\' && text[1] >= '1' && text[1] <= '9') {
			const regmatch_t *group = &groups[*++text - '0'];

			if (group->rm_so >= 0)
				builder_bytes(&out, line + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
		} else {
			text += *text == '\\' && text[1];
			builder_bytes(&out, text, 1);
		}
	}
	builder_text(&out, line + groups[0].rm_eo);
	return builder_string(&out);
}

static bool has_line(const struct model *model, const char *text) {
	for (size_t i = 0; i < model->nlines; ++i)
		if (strcmp(model->lines[i].new, text) == 0)
			return true;
	return false;
}

static void apply_patterns(struct models *models, struct model *model, const struct fix *fix, const regex_t *match,
                           const regex_t *unless) {
	regmatch_t groups[GROUPS];
	bool found = false;

	for (size_t i = 0; i < model->nlines; ++i) {
		struct line *line = &model->lines[i];

		if (!matches(match, line->new, GROUPS, groups) || (unless && matches(unless, line->new, 0, NULL)))
			continue;
		found = true;
		if (fix->kind == FIX_EDIT)
			line->new = replaced(models->arena, line->new, fix->text, groups);
		else if (fix->kind == FIX_LINE)
			line->new = fix->text;
	}
	if (fix->kind == FIX_EDIT || (fix->kind == FIX_ADD && found) || has_line(model, fix->text))
		return;
	if (fix->head && !has_line(model, fix->head))
		add_line(models, model, NULL, fix->head);
	add_line(models, model, NULL, fix->text);
}

static void apply(struct models *models, const struct fix *fix) {
	struct model *model = find(models, fix->kind == FIX_COPY ? fix->text : fix->path);
	regex_t match, unless;

	if (model->unreadable)
		return;
	if (fix->kind == FIX_COPY) {
		if (!model->exists && !model->nlines)
			load(models, model, fix->path, false);
		return;
	}
	if (regcomp(&match, fix->match, REG_EXTENDED)) {
		model->unreadable = "it is to be edited in a way that is not understood";
		return;
	}
	if (fix->unless && regcomp(&unless, fix->unless, REG_EXTENDED))
		model->unreadable = "it is to be edited in a way that is not understood";
	else
		apply_patterns(models, model, fix, &match, fix->unless ? &unless : NULL);
	if (fix->unless && !model->unreadable)
		regfree(&unless);
	regfree(&match);
}

static bool is_file_step(const struct fix *fix) {
	return fix->kind == FIX_LINE || fix->kind == FIX_ADD || fix->kind == FIX_EDIT || fix->kind == FIX_COPY;
}

/* Patches */

static bool is_changed(const struct line *line) {
	return !line->old || strcmp(line->old, line->new) != 0;
}

static void put_marked(struct builder *out, char mark, const char *text, bool ends) {
	builder_format(out, "%c%s\n%s", mark, text, ends ? "" : "\\ No newline at end of file\n");
}

/** Where the last line of the file as it was stands; the number of lines if there is none. */
static size_t last_old(const struct model *model) {
	size_t last = model->nlines;

	for (size_t i = 0; i < model->nlines; ++i)
		if (model->lines[i].old)
			last = i;
	return last;
}

/** Add the lines from first to end, without it, as a hunk. */
static void put_hunk(struct builder *out, const struct model *model, size_t first, size_t end) {
	size_t old_before = 0, old = 0, i;
	const size_t last = model->ends ? model->nlines : last_old(model);

	for (i = 0; i < first; ++i)
		old_before += model->lines[i].old != NULL;
	for (i = first; i < end; ++i)
		old += model->lines[i].old != NULL;
	builder_format(out, "@@ -%zu,%zu +%zu,%zu @@\n", old ? old_before + 1 : old_before, old, first + 1,
	               end - first);
	for (i = first; i < end;) {
		size_t run = i;

		/* Behind the last line without a newline something is added: then it changes, too. */
		const bool broken = i == last && i + 1 < model->nlines;

		if (!is_changed(&model->lines[i]) && !broken) {
			put_marked(out, ' ', model->lines[i].new, i != last);
			++i;
			continue;
		}
		while (run < end && (is_changed(&model->lines[run]) || (run == last && run + 1 < model->nlines)))
			++run;
		for (size_t k = i; k < run; ++k)
			if (model->lines[k].old)
				put_marked(out, '-', model->lines[k].old, k != last);
		for (size_t k = i; k < run; ++k)
			put_marked(out, '+', model->lines[k].new, true);
		i = run;
	}
}

static const char *make_patch(struct arena *arena, const struct model *model) {
	struct builder out = { .arena = arena };

	builder_format(&out, "--- a%s\n+++ b%s\n", model->path, model->path);
	for (size_t i = 0; i < model->nlines; ++i) {
		if (!is_changed(&model->lines[i]))
			continue;
		const size_t first = i > CONTEXT ? i - CONTEXT : 0;
		size_t end = i + 1, quiet = 0;

		/* Changes with less than two contexts between them are one hunk. */
		for (; end < model->nlines && quiet < 2 * CONTEXT + 1; ++end)
			quiet = is_changed(&model->lines[end]) ? 0 : quiet + 1;
		if (quiet > CONTEXT)
			end -= quiet - CONTEXT;
		put_hunk(&out, model, first, end);
		i = end - 1;
	}
	return builder_string(&out);
}

static const char *make_content(struct arena *arena, const struct model *model) {
	struct builder out = { .arena = arena };

	for (size_t i = 0; i < model->nlines; ++i)
		builder_format(&out, "%s\n", model->lines[i].new);
	return builder_string(&out);
}

static bool differs(const struct model *model) {
	for (size_t i = 0; i < model->nlines; ++i)
		if (is_changed(&model->lines[i]))
			return true;
	return false;
}

/* The directory */

struct outputs {
	struct arena *arena;
	struct fix_output *list;
	size_t count;
};

static void add_output(struct outputs *outputs, const char *path, const char *content) {
	outputs->list = arena_grow(outputs->arena, outputs->list, outputs->count, sizeof *outputs->list);
	outputs->list[outputs->count++] = (struct fix_output) { path, content, strlen(content) };
}

/** The name of the file that stands for path, without directories. */
static const char *flat_name(struct arena *arena, const char *path, const char *suffix) {
	char *name = arena_text(arena, "%s%s", path + 1, suffix);

	for (char *at = name; *at; ++at)
		if (*at == '/')
			*at = '-';
	return name;
}

static void put_guide(struct builder *guide, const struct fix_plan *plan, const struct models *models) {
	struct arena *arena = guide->arena;
	const bool live = plan->report->host.live;
	bool patches = false;

	builder_text(guide, "# What to do\n#\n");
	fix_comment(guide, "", "",
	            arena_text(arena,
	                       "These files repair what tmpaudit " VERSION
	                       " found wrong with %s%s, profile %s. Read them, "
	                       "then do in this order, as root%s, in this directory:",
	                       live ? "" : "the tree ",
	                       live ? plan->report->host.hostname ? plan->report->host.hostname : "this host"
	                            : plan->report->host.root,
	                       plan->report->run.profile, live ? "" : " inside the tree"));
	builder_text(guide, "\n");
	for (size_t i = 0; i < models->count; ++i) {
		const struct model *model = &models->list[i];
		struct builder line = { .arena = arena };

		if (model->unreadable) {
			fix_comment(guide, "",
			            "By hand: ", arena_text(arena, "%s: %s", model->path, model->unreadable));
			continue;
		}
		if (!differs(model) || (model->exists && !strstr(model->path, "tmpaudit"))) {
			patches = patches || differs(model);
			continue;
		}
		builder_format(&line, "install -D -m %s ", text_starts(model->path, "/etc/sudoers.d/") ? "440" : "644");
		text_shell(&line, flat_name(arena, model->path, ""));
		builder_text(&line, " ");
		text_shell(&line, model->path);
		builder_format(guide, "%s\n", builder_string(&line));
	}
	for (size_t i = 0; i < models->count && patches; ++i) {
		const struct model *model = &models->list[i];
		struct builder line = { .arena = arena };

		if (model->unreadable || !model->exists || strstr(model->path, "tmpaudit") || !differs(model))
			continue;
		text_shell(&line, flat_name(arena, model->path, ".patch"));
		builder_format(guide, "patch -b -z .tmpaudit-orig -d / -p1 -N <%s\n", builder_string(&line));
	}
}

static void put_parts(struct builder *guide, const struct fix_plan *plan) {
	builder_text(guide, "\n# What each is for\n");
	for (size_t i = 0; i < plan->nparts; ++i) {
		const struct fix_part *part = &plan->parts[i];

		builder_text(guide, "\n");
		fix_heading(guide, part, "");
		for (size_t k = 0; k < part->nsteps; ++k) {
			const struct fix *step = &part->steps[k];

			if (step->kind == FIX_HAND)
				fix_sh_step(guide, step, "");
			else if (is_file_step(step) && !part->withheld)
				fix_comment(guide, "", "File: ", step->kind == FIX_COPY ? step->text : step->path);
		}
	}
}

/** The plan without what the other files do. */
static struct fix_plan without_files(struct arena *arena, const struct fix_plan *plan) {
	struct fix_plan rest = { .report = plan->report, .most = plan->most };

	for (size_t i = 0; i < plan->nparts; ++i) {
		struct fix_part part = plan->parts[i];
		struct fix *steps = arena_array(arena, part.nsteps + 1, sizeof *steps);
		size_t count = 0;

		for (size_t k = 0; k < part.nsteps; ++k) {
			if (is_file_step(&part.steps[k]) || part.steps[k].kind == FIX_HAND)
				continue;
			steps[count] = part.steps[k];
			/* By then the files are there. */
			if (steps[count].kind == FIX_AFTER)
				steps[count].kind = FIX_RUN;
			++count;
		}
		if (!count)
			continue;
		part.steps = steps;
		part.nsteps = count;
		rest.parts = arena_grow(arena, rest.parts, rest.nparts, sizeof *rest.parts);
		rest.parts[rest.nparts++] = part;
	}
	return rest;
}

const struct fix_output *fix_files(struct arena *arena, const struct tree *tree, const struct fix_plan *plan) {
	struct models models = { .arena = arena, .tree = tree };
	struct outputs outputs = { .arena = arena };
	struct builder guide = { .arena = arena }, script = { .arena = arena };

	for (size_t i = 0; i < plan->nparts; ++i)
		for (size_t k = 0; k < plan->parts[i].nsteps && !plan->parts[i].withheld; ++k)
			if (is_file_step(&plan->parts[i].steps[k]))
				apply(&models, &plan->parts[i].steps[k]);
	put_guide(&guide, plan, &models);
	const struct fix_plan rest = without_files(arena, plan);
	if (rest.nparts) {
		fix_sh(&script, &rest);
		builder_text(&guide, "sh rest.sh\n");
	}
	put_parts(&guide, plan);
	add_output(&outputs, "README", builder_string(&guide));
	for (size_t i = 0; i < models.count; ++i) {
		const struct model *model = &models.list[i];

		if (model->unreadable || !differs(model))
			continue;
		if (model->exists && !strstr(model->path, "tmpaudit"))
			add_output(&outputs, flat_name(arena, model->path, ".patch"), make_patch(arena, model));
		else
			add_output(&outputs, flat_name(arena, model->path, ""), make_content(arena, model));
	}
	if (rest.nparts)
		add_output(&outputs, "rest.sh", builder_string(&script));
	return outputs.list;
}
