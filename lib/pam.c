#include "pam.h"

#include "host.h"

#include <errno.h>
#include <string.h>

/** libpam's PAM_SUBSTACK_MAX_LEVEL. */
#define DEPTH 16

struct pam_file {
	/** The service or path by which it is asked for; NULL path: there is none. */
	const char *name, *path;
	const struct pam_line *lines;
	size_t count;
	/** Why it is not all there, or NULL. */
	const char *unknown;
};

static void read_file(struct host *host, struct arena *arena, struct pam_file *file) {
	static const char *const directories[] = { "/etc/pam.d", "/usr/lib/pam.d" };
	struct bytes bytes;
	int error = -ENOENT;

	for (size_t i = 0; i < sizeof directories / sizeof *directories && tree_absent(error); ++i) {
		file->path = *file->name == '/' ? file->name : arena_text(arena, "%s/%s", directories[i], file->name);
		error = tree_load(&host->tree, file->path, arena, &bytes);
	}
	if (tree_absent(error))
		file->path = NULL;
	else if (error)
		file->unknown = arena_text(arena, "cannot be read: %s", host_error(host, error));
	else if (parse_pam(&bytes, arena, &file->lines, &file->count) < 0)
		file->unknown = "has more lines than are read of it";
}

static const struct pam_file *find_file(struct host *host, struct pam_files *files, const char *name) {
	for (size_t i = 0; i < files->count; ++i)
		if (strcmp(files->files[i].name, name) == 0)
			return &files->files[i];
	struct pam_file file = { .name = arena_copy(files->arena, name) };

	read_file(host, files->arena, &file);
	files->files = arena_grow(files->arena, files->files, files->count, sizeof *files->files);
	files->files[files->count] = file;
	return &files->files[files->count++];
}

/** A file that is being read, as far as next. */
struct level {
	struct pam_file file;
	size_t next;
	unsigned level;
};

static void fail(struct pam_stack *stack, const char *source, const char *why) {
	if (stack->unknown)
		return;
	stack->unknown = why;
	stack->unknown_source = source;
}

static bool collect(struct host *host, struct pam_files *files, const char *service, enum pam_type type,
                    struct pam_stack *stack) {
	struct arena *arena = files->arena;
	struct level levels[DEPTH];
	struct pam_entry *entries = NULL;
	const struct pam_file *first = find_file(host, files, service);
	size_t depth = 1;

	*stack = (struct pam_stack) { .path = first->path };
	if (!first->path)
		return false;
	if (first->unknown)
		fail(stack, first->path, first->unknown);
	levels[0] = (struct level) { .file = *first };
	while (depth) {
		struct level *level = &levels[depth - 1];

		if (level->next == level->file.count) {
			--depth;
			continue;
		}
		const struct pam_line *line = &level->file.lines[level->next++];
		const char *source = arena_text(arena, "%s:%u", level->file.path, line->line);

		if (line->kind == PAM_BROKEN)
			fail(stack, source, "is no line that libpam understands");
		if (line->kind == PAM_BROKEN || (line->type != PAM_ANY && line->type != type))
			continue;
		if (stack->count == PAM_STACK_LIMIT) {
			fail(stack, source, "makes the stack longer than is followed");
			break;
		}
		if (line->kind != PAM_INCLUDE) {
			entries = arena_grow(arena, entries, stack->count, sizeof *entries);
			entries[stack->count++] = (struct pam_entry) { *line, source, level->level };
		}
		if (line->kind == PAM_MODULE)
			continue;
		const struct pam_file *file = find_file(host, files, line->name);
		if (!file->path)
			fail(stack, source, arena_text(arena, "includes %s, which does not exist", line->name));
		else if (file->unknown)
			fail(stack, file->path, file->unknown);
		else if (depth == DEPTH)
			fail(stack, source, "includes more deeply than libpam goes");
		else
			levels[depth++] = (struct level) {
				.file = *file,
				.level = level->level + (line->kind == PAM_SUBSTACK),
			};
	}
	stack->entries = entries;
	return true;
}

bool pam_stack(struct host *host, struct pam_files *files, const char *service, enum pam_type type,
               struct pam_stack *stack) {
	struct pam_stack other;

	if (!collect(host, files, service, type, stack))
		return false;
	if (!stack->count && !stack->unknown && collect(host, files, "other", type, &other)) {
		other.path = stack->path;
		*stack = other;
	}
	return true;
}

bool pam_may_say(const struct pam_line *line, const char *result) {
	const bool success = strcmp(result, "success") == 0;

	if (pam_runs(line, "pam_permit.so"))
		return success;
	if (pam_runs(line, "pam_deny.so"))
		return strcmp(result, "session_err") == 0;
	return true;
}

size_t pam_jump(const struct pam_stack *stack, size_t i, unsigned skip) {
	const struct pam_entry *entries = stack->entries;
	const unsigned level = entries[i].level;

	for (; skip && i + 1 < stack->count && entries[i + 1].level >= level; --skip) {
		do
			++i;
		while (i + 1 < stack->count && entries[i + 1].level > level);
	}
	return i + 1;
}

size_t pam_leave(const struct pam_stack *stack, size_t i) {
	const unsigned level = stack->entries[i].level;

	while (i + 1 < stack->count && stack->entries[i + 1].level >= level)
		++i;
	return i + 1;
}
