#include "cleanup.h"
#include "parse_umask.h"
#include "text.h"
#include "umask_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** The value of a field of /proc/PID/status, as a string of the arena; NULL if it is not there. */
static const char *status_field(const struct bytes *status, const char *name, struct arena *arena) {
	const size_t length = strlen(name);

	for (const char *line = status->data; *line;) {
		const size_t size = strcspn(line, "\n");

		if (size > length && strncmp(line, name, length) == 0 && line[length] == ':') {
			const char *value = line + length + 1;

			value += strspn(value, " \t");
			return arena_bytes(arena, value, size - (size_t)(value - line));
		}
		line += size + (line[size] == '\n');
	}
	return NULL;
}

/** The second of the numbers in "Uid:": the effective one. */
static bool effective_uid(const char *field, struct arena *arena, uid_t *uid) {
	uint64_t number;

	if (!field)
		return false;
	field += strcspn(field, " \t");
	field += strspn(field, " \t");
	if (!text_number(arena_bytes(arena, field, strcspn(field, " \t")), 10, UINT32_MAX, &number))
		return false;
	*uid = (uid_t)number;
	return true;
}

/** PF_KTHREAD in the ninth field of /proc/PID/stat, for kernels whose status has no Kthread (before 6.8). */
static bool is_flagged_kernel(struct host *host, const char *pid, struct arena *arena) {
	static const uint64_t kthread = 0x00200000;
	const char *path = arena_text(arena, "/proc/%s/stat", pid);
	struct bytes stat;
	uint64_t flags;

	if (tree_load(&host->tree, path, arena, &stat) != 0)
		return false;
	/* The second field is a name in parentheses, which may hold some itself. */
	const char *at = strrchr(stat.data, ')');
	for (int field = 2; at && field < 9; ++field)
		at = (at = strchr(at + 1, ' ')) ? at : NULL;
	return at && text_number(arena_bytes(arena, at + 1, strcspn(at + 1, " ")), 10, UINT64_MAX, &flags) &&
	       (flags & kthread);
}

static bool is_kernel(struct host *host, const char *pid, const struct bytes *status, struct arena *arena) {
	const char *kthread = status_field(status, "Kthread", arena);

	if (kthread)
		return strcmp(kthread, "1") == 0;
	/* Only what has no memory of its own can be one. */
	return !status_field(status, "VmSize", arena) && is_flagged_kernel(host, pid, arena);
}

/** The ids that a process has in its user namespace, as /proc shows them to us; NULL if it does not. */
static const char *uid_map(struct host *host, const char *pid, struct arena *arena) {
	struct bytes map;

	return tree_load(&host->tree, arena_text(arena, "/proc/%s/uid_map", pid), arena, &map) == 0 ? map.data : NULL;
}

/** How many bytes of what was read of processes are kept. */
#define SCRATCH_KEPT ((size_t)1 << 18)

struct processes {
	struct umask_list list;
	/** /proc, pinned. */
	int proc;
	/** Our own map; NULL: not read yet. */
	const char *own_map;
	struct arena arena;
	/** How many could not be read, and why the first could not. */
	size_t unread;
	const char *why;
};

/** Whether a process that is not as it should be is in another user namespace: asked of few. */
static bool is_foreign(struct processes *processes, const char *pid, struct arena *arena) {
	struct host *host = processes->list.host;
	const char *map = uid_map(host, pid, arena);

	if (!processes->own_map)
		processes->own_map = uid_map(host, "self", &processes->arena);
	return map && processes->own_map && strcmp(map, processes->own_map) != 0;
}

static void fail(struct processes *processes, const char *why) {
	if (!processes->unread++)
		processes->why = arena_copy(&processes->arena, why);
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

/** A process, or a thread of one: the directory of its own in /proc, and how it is called. */
struct task {
	const char *pid, *directory, *subject;
	/** The process that a thread is of, if it is known; NULL: it is the process. */
	const struct umask_fact *process;
};

/** Add a task.  Returns false if it is one of the kernel's, or gone, or could not be read: it has no threads to look
 * at. */
static bool add_task(struct processes *processes, const struct task *task, struct arena *arena,
                     struct umask_fact *fact) {
	struct host *host = processes->list.host;
	const char *path = arena_text(arena, "%s/status", task->directory);
	struct bytes status;
	int error = tree_load_proc(&host->tree, processes->proc, path + strlen("/proc/"), arena, &status);

	*fact = (struct umask_fact) { .source = path };
	/* It may end while we look. */
	if (tree_absent(error) || error == -ESRCH)
		return false;
	if (error) {
		fail(processes, host_error(host, error));
		return false;
	}
	const char *name = status_field(&status, "Name", arena), *state = status_field(&status, "State", arena);
	const char *umask = status_field(&status, "Umask", arena);
	/* The first thread of a process may have ended before the others. */
	if (state && strchr("ZX", *state))
		return true;
	if (!task->process && is_kernel(host, task->pid, &status, arena))
		return false;
	if (!umask || !umask_octal(umask, &fact->value) ||
	    !effective_uid(status_field(&status, "Uid", arena), arena, &fact->uid)) {
		/* A process that is ending has lost its umask before it is a zombie. */
		if (!umask && !status_field(&status, "VmSize", arena))
			return true;
		fail(processes, umask ? "the kernel shows no umask or uid that could be read"
		                      : "the kernel shows no umask, as before 4.7");
		return false;
	}
	fact->ungrouped = fact->value;
	fact->shown = umask;
	/* Threads share their umask unless they asked for one of their own: unshare(2), CLONE_FS. */
	if (task->process && task->process->shown && task->process->value == fact->value &&
	    task->process->uid == fact->uid)
		return true;
	fact->subject = arena_text(arena, "%s %s", task->subject, name ? name : "");
	fact->foreign = (fact->value & 022) != 022 && is_foreign(processes, task->pid, arena);
	umask_add(&processes->list, fact);
	return true;
}

/** The other threads of a process. */
static void add_threads(struct processes *processes, const char *pid, const struct umask_fact *process,
                        struct arena *arena) {
	const char *path = arena_text(arena, "/proc/%s/task", pid);
	char **tids;
	int count = tree_list(&processes->list.host->tree, path, arena, &tids);

	if (count < 0 && !tree_absent(count) && count != -ESRCH)
		fail(processes, host_error(processes->list.host, count));
	if (count > 1)
		qsort(tids, (size_t)count, sizeof *tids, compare_pids);
	for (; count > 0 && *tids; ++tids) {
		struct arena scratch = { 0 };
		struct umask_fact fact;
		const struct task thread = {
			.pid = pid,
			.directory = arena_text(&scratch, "%s/%s", path, *tids),
			.subject = arena_text(&scratch, "pid %s thread %s", pid, *tids),
			.process = process,
		};

		if (is_pid(*tids) && strcmp(*tids, pid) != 0)
			add_task(processes, &thread, &scratch, &fact);
		arena_free(&scratch);
	}
}

static void add_process(struct processes *processes, const char *pid, struct arena *arena) {
	struct umask_fact fact;
	const struct task process = {
		.pid = pid,
		.directory = arena_text(arena, "/proc/%s", pid),
		.subject = arena_text(arena, "pid %s", pid),
	};

	if (add_task(processes, &process, arena, &fact) && processes->list.host->deep)
		add_threads(processes, pid, &fact, arena);
}

const struct umask_fact *umask_processes(struct host *host) {
	autoclose proc = tree_pin_proc(&host->tree);
	struct processes processes = { .list = { .host = host }, .proc = proc };
	struct arena scratch = { 0 };
	bool first = false;
	char **names = NULL;
	int count = proc < 0 ? proc : tree_list_pinned(proc, &processes.arena, &names);

	if (count < 0)
		umask_add_unknown(&processes.list, "/proc", "/proc", 0777, host_error(host, count));
	else
		qsort(names, (size_t)count, sizeof *names, compare_pids);
	for (; names && *names; ++names) {
		first = first || strcmp(*names, "1") == 0;
		/* systemd runs with 0 as process 1, and sets what each unit gets; our own umask is our starter's. */
		if (is_pid(*names) && strcmp(*names, "1") != 0 && !host_is_own_process(host, *names))
			add_process(&processes, *names, &scratch);
		/* An arena of its own for each process would cost more than most of them. */
		if (scratch.total > SCRATCH_KEPT)
			arena_free(&scratch);
	}
	arena_free(&scratch);
	if (count >= 0 && !first)
		umask_add_unknown(&processes.list, "/proc", "/proc", 0777,
		                  host->uid ? "privilege: does not show the processes of others"
		                            : "does not show process 1: not all processes are seen");
	if (processes.unread)
		umask_add_unknown(&processes.list, "/proc", "/proc", 0777,
		                  arena_text(&processes.arena, "%s (%zu processes)", processes.why, processes.unread));
	const struct umask_fact *listed = umask_listed(&processes.list);
	arena_free(&processes.arena);
	return listed;
}
