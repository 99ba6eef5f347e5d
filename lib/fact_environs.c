#include "cleanup.h"
#include "settings.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** How many bytes of what was read of processes are kept. */
#define SCRATCH_KEPT ((size_t)1 << 18)

struct reader {
	struct setting_list list;
	struct environs *environs;
	struct process_note *notes;
	size_t nnotes;
	/** /proc, pinned. */
	int proc;
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

/**
 * Whether a setting is a PATH of trusted directories that are nowhere near a temporary one.  Most processes have
 * nothing else: of them nothing more need be known.
 */
static bool is_plain(const struct setting *setting) {
	static const char *const near[] = { "/tmp", "/var", "/dev", "/run", NULL };

	for (const struct setting_path *path = setting->paths; path->text; ++path) {
		if (path->form != PATH_ABSOLUTE || path->location->component || path->location->foreign ||
		    path->location->unknown)
			return false;
		for (const char *const *top = near; *top; ++top)
			if (text_path_within(path->text, *top) ||
			    (path->location->real && text_path_within(path->location->real, *top)))
				return false;
	}
	return setting->kind == SETTING_PATH;
}

/** Add the variables of an environment. */
static void take_variables(struct reader *reader, const struct setting_origin *origin, const struct bytes *variables,
                           struct arena *arena) {
	for (size_t at = 0; at < variables->size;) {
		const char *text = variables->data + at;
		const char *equals = strchr(text, '=');

		/* There is a NUL behind the last one in any case. */
		at += strlen(text) + 1;
		if (equals)
			setting_add_variable(&reader->list, origin, arena_bytes(arena, text, (size_t)(equals - text)),
			                     equals + 1);
	}
}

/** Why a process is left out; NULL: it is not. */
static const char *leave_out(struct reader *reader, const char *pid, struct arena *arena) {
	if (differs(link_of(reader, pid, "ns/pid", arena), reader->first_pids))
		return "is in a container, whose files these are not: its environment was not judged";
	if (differs(link_of(reader, pid, "root", arena), "/"))
		return "has another root directory: its environment was not judged";
	if (is_set_id(reader, pid, arena))
		return "runs a set-user-ID program, and has its caller's environment: not judged";
	return NULL;
}

/** Find out what else counts of a process whose settings, from the given one on, are not all plain. */
static void take_more(struct reader *reader, const char *pid, size_t from, struct arena *arena) {
	struct host *host = reader->list.host;
	struct bytes name;
	const bool named =
	        tree_load_proc(&host->tree, reader->proc, arena_text(arena, "%s/comm", pid), arena, &name) == 0;
	const char *comm = named ? arena_bytes(arena, name.data, strcspn(name.data, "\n")) : "";
	const char *subject = arena_text(&host->arena, "pid %s%s%s", pid, *comm ? " " : "", comm);
	const char *why = leave_out(reader, pid, arena);

	if (why) {
		add_note(reader, subject, why);
		memset(&reader->list.settings[from], 0, (reader->list.count - from) * sizeof *reader->list.settings);
		reader->list.count = from;
		return;
	}
	++reader->environs->count;
	const bool elsewhere = differs(link_of(reader, pid, "ns/mnt", arena), reader->first_mounts);
	for (size_t i = from; i < reader->list.count; ++i) {
		struct setting *setting = &reader->list.settings[i];

		setting->subject = subject;
		setting->elsewhere = elsewhere;
		if (!elsewhere && is_relative(setting))
			setting->directory = arena_copy(&host->arena, link_of(reader, pid, "cwd", arena));
	}
}

static void take_process(struct reader *reader, const char *pid, struct arena *arena) {
	struct host *host = reader->list.host;
	const char *path = arena_text(arena, "/proc/%s/environ", pid);
	const struct setting_origin origin = {
		.subject = arena_text(arena, "pid %s", pid),
		.source = path,
		.user_shown = "root",
		.final = true,
	};
	const size_t before = reader->list.count;
	struct bytes variables;
	struct statx status;
	int error = tree_stat_at(reader->proc, pid, &status);

	/* The directory belongs to the effective user. */
	if (!error && status.stx_uid != 0)
		return;
	if (!error)
		error = tree_load_proc(&host->tree, reader->proc, path + strlen("/proc/"), arena, &variables);
	if (error) {
		fail(reader, error);
		return;
	}
	/* Threads of the kernel have none, and neither has what is ending. */
	if (!variables.size)
		return;
	take_variables(reader, &origin, &variables, arena);
	bool plain = true;
	for (size_t i = before; i < reader->list.count; ++i)
		plain &= is_plain(&reader->list.settings[i]);
	if (plain)
		++reader->environs->count;
	else
		take_more(reader, pid, before, arena);
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
	autoclose proc = host->tree.live ? tree_pin_proc(&host->tree) : -ENOENT;
	struct arena scratch = { 0 };
	bool first = false;
	char **names;

	host->environs = environs;
	reader.proc = proc;
	int count = !host->tree.live ? 0 : proc < 0 ? proc : tree_list_pinned(proc, &reader.arena, &names);
	if (count < 0)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s", host_error(host, count));
	reader.first_mounts = link_of(&reader, "1", "ns/mnt", &reader.arena);
	reader.first_pids = link_of(&reader, "1", "ns/pid", &reader.arena);
	if (count > 0)
		qsort(names, (size_t)count, sizeof *names, compare_pids);
	for (int i = 0; i < count; ++i) {
		first = first || strcmp(names[i], "1") == 0;
		/* Our own environment is that of whoever starts us. */
		if (is_pid(names[i]) && !host_is_own_process(host, names[i]))
			take_process(&reader, names[i], &scratch);
		/* An arena of its own for each process would cost more than most of them. */
		if (scratch.total > SCRATCH_KEPT)
			arena_free(&scratch);
	}
	arena_free(&scratch);
	if (count >= 0 && host->tree.live && !first)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s",
		           host->uid ? "privilege: does not show the processes of others"
		                     : "does not show process 1: not all processes are seen");
	if (reader.unread)
		host_fault(host, FACT_ENVIRONS, ASPECT_PROCESS, "/proc", "%s (%zu process%s)", reader.why,
		           reader.unread, reader.unread == 1 ? "" : "es");
	environs->settings = settings_listed(&reader.list);
	environs->notes = reader.notes ? reader.notes : arena_array(&host->arena, 1, sizeof *reader.notes);
	arena_free(&reader.arena);
}
