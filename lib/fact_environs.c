#include "cleanup.h"
#include "settings.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct reader {
	struct setting_list list;
	struct environs *environs;
	struct process_note *notes;
	size_t nnotes;
	/** Process 1's, or "" if they cannot be read. */
	const char *first_mounts, *first_pids;
	/** How many could not be read, and why the first could not. */
	size_t unread;
	const char *why;
	struct arena arena;
};

/** The target of a link below /proc/PID, or "" if it cannot be read. */
static const char *link_of(struct reader *reader, const char *pid, const char *name, struct arena *arena) {
	char target[PATH_MAX];
	const char *path = arena_text(arena, "/proc/%s/%s", pid, name);

	return tree_link(&reader->list.host->tree, path, target, sizeof target) == 0 ? arena_copy(arena, target) : "";
}

static bool differs(const char *a, const char *b) {
	return *a && *b && strcmp(a, b) != 0;
}

static void add_note(struct reader *reader, const char *subject, const char *why) {
	struct arena *arena = &reader->list.host->arena;

	reader->notes = arena_grow(arena, reader->notes, reader->nnotes, sizeof *reader->notes);
	reader->notes[reader->nnotes++] = (struct process_note) { arena_copy(arena, subject), why };
}

static void fail(struct reader *reader, int error) {
	/* It may end while we look. */
	if (tree_absent(error) || error == -ESRCH)
		return;
	if (!reader->unread++)
		reader->why = host_error(reader->list.host, error);
}

/** Whether a process runs a set-id program: the environment is then what its caller had. */
static bool is_set_id(struct reader *reader, const char *pid, struct arena *arena) {
	const char *program = link_of(reader, pid, "exe", arena);

	if (*program != '/' || text_ends(program, " (deleted)"))
		return false;
	const struct location *place = location_examine(reader->list.host, program, 0);
	return place->exists && S_ISREG(place->object.mode) && place->object.mode & S_ISUID;
}

/** Whether a value of the setting is taken from the current directory. */
static bool is_relative(const struct setting *setting) {
	for (const struct setting_path *path = setting->paths; path->text; ++path)
		if (path->form == PATH_RELATIVE || path->form == PATH_EMPTY)
			return true;
	return false;
}

static void take_environment(struct reader *reader, const char *pid, const char *subject, const struct bytes *variables,
                             bool elsewhere, struct arena *arena) {
	const struct setting_origin origin = {
		.subject = subject,
		.source = arena_text(arena, "/proc/%s/environ", pid),
		.user_shown = "root",
		.final = true,
	};
	const size_t before = reader->list.count;

	for (size_t at = 0; at < variables->size;) {
		const char *text = variables->data + at;
		const char *equals = strchr(text, '=');

		/* There is a NUL behind the last one in any case. */
		at += strlen(text) + 1;
		if (equals)
			setting_add_variable(&reader->list, &origin, arena_bytes(arena, text, (size_t)(equals - text)),
			                     equals + 1);
	}
	for (size_t i = before; i < reader->list.count; ++i) {
		struct setting *setting = &reader->list.settings[i];

		setting->elsewhere = elsewhere;
		if (!elsewhere && is_relative(setting))
			setting->directory = arena_copy(&reader->list.host->arena, link_of(reader, pid, "cwd", arena));
	}
}

static void take_process(struct reader *reader, const char *pid, struct arena *arena) {
	struct host *host = reader->list.host;
	struct bytes variables, name;
	struct statx status;
	autoclose pinned = tree_pin(&host->tree, arena_text(arena, "/proc/%s", pid));
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);

	if (error) {
		fail(reader, error);
		return;
	}
	/* The directory belongs to the effective user. */
	if (status.stx_uid != 0)
		return;
	error = tree_load(&host->tree, arena_text(arena, "/proc/%s/environ", pid), arena, &variables);
	if (error) {
		fail(reader, error);
		return;
	}
	/* Threads of the kernel have none, and neither has what is ending. */
	if (!variables.size)
		return;
	error = tree_load(&host->tree, arena_text(arena, "/proc/%s/comm", pid), arena, &name);
	const char *comm = error ? "" : arena_bytes(arena, name.data, strcspn(name.data, "\n"));
	const char *subject = arena_text(arena, "pid %s%s%s", pid, *comm ? " " : "", comm);
	if (differs(link_of(reader, pid, "ns/pid", arena), reader->first_pids)) {
		add_note(reader, subject,
		         "is in a container, whose files these are not: its environment was not judged");
		return;
	}
	if (differs(link_of(reader, pid, "root", arena), "/")) {
		add_note(reader, subject, "has another root directory: its environment was not judged");
		return;
	}
	if (is_set_id(reader, pid, arena)) {
		add_note(reader, subject, "runs a set-user-ID program, and has its caller's environment: not judged");
		return;
	}
	++reader->environs->count;
	take_environment(reader, pid, subject, &variables,
	                 differs(link_of(reader, pid, "ns/mnt", arena), reader->first_mounts), arena);
}

static bool is_pid(const char *name) {
	uint64_t number;

	return text_number(name, 10, INT32_MAX, &number) && *name != '0';
}

/** By number, since names sort by digits. */
static int compare_pids(const void *a, const void *b) {
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	const size_t m = strlen(x), n = strlen(y);

	return m != n ? (m > n) - (m < n) : strcmp(x, y);
}

void environs_gather(struct host *host) {
	struct environs *environs = arena_alloc(&host->arena, sizeof *environs);
	struct reader reader = { .list = { .host = host }, .environs = environs };
	const char *own = arena_text(&reader.arena, "%d", getpid());
	bool first = false;
	char **names;

	host->environs = environs;
	int count = host->tree.live ? tree_list(&host->tree, "/proc", &reader.arena, &names) : 0;
	if (count < 0)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s", host_error(host, count));
	reader.first_mounts = link_of(&reader, "1", "ns/mnt", &reader.arena);
	reader.first_pids = link_of(&reader, "1", "ns/pid", &reader.arena);
	if (count > 0)
		qsort(names, (size_t)count, sizeof *names, compare_pids);
	for (int i = 0; i < count; ++i) {
		struct arena scratch = { 0 };

		first = first || strcmp(names[i], "1") == 0;
		/* Our own environment is that of whoever starts us. */
		if (is_pid(names[i]) && strcmp(names[i], own) != 0)
			take_process(&reader, names[i], &scratch);
		arena_free(&scratch);
	}
	if (count >= 0 && host->tree.live && !first)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s",
		           host->uid ? "privilege: does not show the processes of others"
		                     : "does not show process 1: not all processes are seen");
	if (reader.unread)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s (%zu processes)", reader.why,
		           reader.unread);
	environs->settings = settings_listed(&reader.list);
	environs->notes = reader.notes ? reader.notes : arena_array(&host->arena, 1, sizeof *reader.notes);
	arena_free(&reader.arena);
}
