#include "host.h"

#include "cleanup.h"
#include "descent.h"
#include "parse_mountinfo.h"
#include "scout.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct fact_row {
	/** What it finds out: several facts are told apart by host->due. */
	unsigned facts, needs;
	void (*gather)(struct host *host);
	/** Whether it looks through the mounts of the running host: unknown in a foreign namespace. */
	bool through_mounts;
} facts[] = {
	/* In an order in which each stands behind what it needs. */
	{ FACT_IDENTITY, 0, identity_gather, false },
	{ FACT_ACCOUNTS, 0, accounts_gather, false },
	{ FACT_UNITS, 0, units_gather, false },
	{ FACT_MOUNTS, FACT_UNITS | FACT_ACCOUNTS, mounts_gather, true },
	{ FACT_ENVIRONMENT, FACT_IDENTITY | FACT_UNITS | FACT_ACCOUNTS | FACT_MOUNTS, environment_gather, false },
	{ FACT_TEMPDIRS, FACT_MOUNTS | FACT_ACCOUNTS | FACT_ENVIRONMENT, tempdirs_gather, true },
	{ FACT_ENVIRONS, FACT_MOUNTS | FACT_ACCOUNTS, environs_gather, true },
	{ FACT_ALIASES, FACT_MOUNTS | FACT_TEMPDIRS | FACT_ACCOUNTS, aliases_gather, true },
	{ FACT_TMPFILES, FACT_ACCOUNTS, tmpfiles_gather, false },
	{ FACT_NESTED | FACT_CONTENTS | FACT_LITERALS | FACT_LEFTOVERS,
	  FACT_TEMPDIRS | FACT_MOUNTS | FACT_ACCOUNTS | FACT_UNITS, descent_gather, true },
	{ FACT_SHADOWS, FACT_TEMPDIRS | FACT_MOUNTS, shadows_gather, true },
	{ FACT_SYSCTLS, FACT_IDENTITY | FACT_UNITS | FACT_ACCOUNTS | FACT_TEMPDIRS, sysctls_gather, false },
	{ FACT_UMASKS, FACT_IDENTITY | FACT_UNITS | FACT_ACCOUNTS | FACT_MOUNTS, umasks_gather, false },
	{ FACT_CLEANING, FACT_TMPFILES | FACT_UNITS | FACT_MOUNTS | FACT_TEMPDIRS, cleaning_gather, false },
	{ FACT_SERVICES, FACT_IDENTITY | FACT_UNITS | FACT_ACCOUNTS | FACT_TEMPDIRS, services_gather, false },
	{ FACT_SESSIONS, FACT_ACCOUNTS | FACT_MOUNTS | FACT_TEMPDIRS, sessions_gather, false },
	{ FACT_EVERYWHERE, FACT_MOUNTS | FACT_ACCOUNTS, everywhere_gather, true },
	{ FACT_SOURCES, FACT_MOUNTS | FACT_UNITS | FACT_ACCOUNTS, sources_gather, false },
	{ FACT_ATTACKS, FACT_ACCOUNTS | FACT_MOUNTS | FACT_SYSCTLS, attacks_gather, true },
};

/** The first mount id of a mountinfo, or -1. */
static int first_mount_id(const struct bytes *mountinfo) {
	char *end;
	long id = strtol(mountinfo->data, &end, 10);

	return end != mountinfo->data && id >= 0 && id <= INT_MAX ? (int)id : -1;
}

/** Whether a mountinfo has the mount id. */
static bool has_mount_id(const struct bytes *mountinfo, int wanted) {
	for (const char *line = mountinfo->data; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strtol(line, NULL, 10) == wanted)
			return true;
	}
	return false;
}

/** Look at a running host through process 1, if its mounts are not ours. */
static void enter_mounts(struct host *host) {
	struct bytes own, first;
	int error = tree_load(&host->tree, "/proc/self/mountinfo", &host->arena, &own);

	if (!error)
		error = tree_load(&host->tree, "/proc/1/mountinfo", &host->arena, &first);
	if (error) {
		host->mount_namespace = MOUNTS_UNKNOWN;
		return;
	}
	host->mountinfo = own;
	host->first_mountinfo = first;
	if (!has_mount_id(&first, first_mount_id(&own))) {
		/* Two namespaces never share mount ids; reading them needs no privilege, unlike /proc/1/ns/mnt. */
		struct tree tree;

		host->mount_namespace = MOUNTS_UNKNOWN;
		host->mountinfo = (struct bytes) { 0 };
		if (tree_open(&tree, "/proc/1/root", true) == 0) {
			tree.genuine = true;
			tree.pulse = host->tree.pulse;
			tree_close(&host->tree);
			host->tree = tree;
			host->mount_namespace = MOUNTS_VIA_PID1;
			host->mountinfo = first;
		}
	}
}

/** Whether ids of the host are missing from our user namespace: its map then has less than all 2^32 - 1 of them. */
static bool lacks_ids(const struct bytes *map) {
	uint64_t mapped = 0;

	for (const char *at = map->data; *at;) {
		uint64_t numbers[3] = { 0 };

		/* A line is the first id in here, the first one out there, and their number. */
		for (size_t i = 0; i < 3; ++i) {
			char *end;

			numbers[i] = strtoull(at, &end, 10);
			at = end;
		}
		mapped += numbers[2];
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return mapped < UINT32_MAX;
}

/** Of us, not of the host: also an offline tree's owners are seen through our own map. */
static bool find_unmapped_ids(void) {
	struct arena scratch = { 0 };
	struct tree own;
	struct bytes map;
	bool unmapped = tree_open(&own, "/", true) == 0 && tree_load(&own, "/proc/self/uid_map", &scratch, &map) == 0 &&
	                lacks_ids(&map);

	tree_close(&own);
	arena_free(&scratch);
	return unmapped;
}

int host_open(struct host *host, const struct policy *policy, const char *root, bool live) {
	*host = (struct host) { .policy = policy, .uid = geteuid() };
	int error = tree_open(&host->tree, root, live);

	if (error)
		return error;
	clock_gettime(CLOCK_REALTIME, &host->now);
	host->root = arena_copy(&host->arena, root);
	host->unmapped_ids = find_unmapped_ids();
	host->own_pids[0] = getpid();
	host->own_pids[1] = host->tree.genuine ? getppid() : -1;
	if (host->tree.genuine)
		enter_mounts(host);
	tree_keep(&host->tree);
	return 0;
}

void host_gather(struct host *host, unsigned wanted) {
	const size_t count = sizeof facts / sizeof *facts;

	for (size_t i = count; i-- > 0;) {
		/* What is found out in one go is found out once. */
		if (wanted & facts[i].facts)
			wanted |= facts[i].needs | (host->wanted & facts[i].facts);
	}
	for (size_t i = 0; i < count; ++i) {
		const struct fact_row *row = &facts[i];

		host->due = wanted & ~host->gathered & row->facts;
		if (!host->due)
			continue;
		host->gathered |= host->due;
		if (row->through_mounts && host->mount_namespace == MOUNTS_UNKNOWN)
			host_fault(host, host->due, ASPECT_LIVE, "/proc/1/root",
			           "cannot be entered, and this process has other mounts than the host");
		else
			row->gather(host);
	}
}

bool host_is_own_process(const struct host *host, const char *pid) {
	const long number = strtol(pid, NULL, 10);

	return number == host->own_pids[0] || number == host->own_pids[1] ||
	       (host->tree.scout && number == host->tree.scout->pid);
}

/** Whether nothing on the way to a mount can keep us waiting. */
static bool is_reached_locally(const struct mountinfo *mountinfo, const struct mountinfo_entry *entry) {
	for (size_t steps = 0; entry && steps <= mountinfo->count; ++steps) {
		if (!mount_type_local(entry->type))
			return false;
		if (text_equal(entry->target, "/"))
			return true;
		entry = mountinfo_by_id(mountinfo, entry->parent);
	}
	return false;
}

size_t host_readable(const struct host *host, int *pinned, size_t most) {
	struct mountinfo mountinfo = { 0 };
	struct arena scratch = { 0 };
	size_t count = 0, nseen = 0;
	int seen[256];

	pinned[count] = tree_pin(&host->tree, "/");
	count += pinned[count] >= 0;
	if (host->mountinfo.data)
		parse_mountinfo(&host->mountinfo, &scratch, &mountinfo);
	for (size_t i = 0; i < mountinfo.count && count < most && nseen < sizeof seen / sizeof *seen; ++i) {
		const int id = mountinfo.entries[i].parent;
		bool known = false;

		for (size_t k = 0; k < nseen && !known; ++k)
			known = seen[k] == id;
		if (known)
			continue;
		seen[nseen++] = id;
		const struct mountinfo_entry *base = mountinfo_by_id(&mountinfo, id);
		if (!base || text_equal(base->target, "/") || !is_reached_locally(&mountinfo, base))
			continue;
		pinned[count] = tree_pin(&host->tree, base->target);
		count += pinned[count] >= 0;
	}
	arena_free(&scratch);
	return count;
}

bool host_hides_processes(const struct host *host) {
	static const char option[] = "hidepid=";

	for (const char *line = host->mountinfo.data; line && *line;) {
		const size_t length = strcspn(line, "\n");
		const char *type = memmem(line, length, " - proc ", strlen(" - proc "));
		const char *at = type ? memmem(type, length - (size_t)(type - line), option, strlen(option)) : NULL;

		if (at && !text_starts(at + strlen(option), "0") && !text_starts(at + strlen(option), "off"))
			return true;
		line += length + (line[length] == '\n');
	}
	return false;
}

void host_close(struct host *host) {
	tree_close(&host->tree);
	arena_free(&host->arena);
}

void host_fault(struct host *host, unsigned fact, enum aspect aspect, const char *subject, const char *format, ...) {
	va_list list;

	host->faults = arena_grow(&host->arena, host->faults, host->nfaults, sizeof *host->faults);
	va_start(list, format);
	host->faults[host->nfaults++] = (struct fault) {
		.facts = fact,
		.aspect = aspect,
		.subject = arena_copy(&host->arena, subject),
		.message = arena_vtext(&host->arena, format, list),
		.source = arena_copy(&host->arena, subject),
	};
	va_end(list);
}

/** Where an omission stands in the table, or would: whoever mounts chooses the paths, and may choose many. */
static size_t *omission_slot(const struct host *host, const char *path) {
	/* FNV-1a, from where nobody knows. */
	uint64_t hash = 14695981039346656037U ^ (uintptr_t)host;

	for (const char *at = path; *at; ++at)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	for (size_t i = hash ^ hash >> 32;; ++i) {
		size_t *slot = &host->omitted[i & (host->nomitted - 1)];

		if (!*slot || strcmp(host->omissions[*slot - 1].path, path) == 0)
			return slot;
	}
}

/** Keep the table at most half full. */
static void grow_omitted(struct host *host) {
	if (2 * (host->nomissions + 1) <= host->nomitted)
		return;
	host->nomitted = host->nomitted ? 2 * host->nomitted : 64;
	host->omitted = arena_array(&host->arena, host->nomitted, sizeof *host->omitted);
	for (size_t i = 0; i < host->nomissions; ++i)
		*omission_slot(host, host->omissions[i].path) = i + 1;
}

void host_omit(struct host *host, const char *path, const char *why) {
	grow_omitted(host);
	size_t *slot = omission_slot(host, path);
	if (*slot)
		return;
	host->omissions = arena_grow(&host->arena, host->omissions, host->nomissions, sizeof *host->omissions);
	host->omissions[host->nomissions++] =
	        (struct omission) { arena_copy(&host->arena, path), arena_copy(&host->arena, why) };
	*slot = host->nomissions;
}

unsigned host_patience(const struct host *host) {
	static const unsigned little = 500;

	return host->nsilent && host->fs_timeout ? little : host->fs_timeout * 1000;
}

bool host_is_silent(const struct host *host, dev_t device) {
	for (size_t i = 0; i < host->nsilent; ++i)
		if (host->silent[i] == device)
			return true;
	return false;
}

void host_silent(struct host *host, dev_t device, const char *path) {
	host_omit(host, path, "does not answer");
	if (host_is_silent(host, device))
		return;
	host->silent = arena_grow(&host->arena, host->silent, host->nsilent, sizeof *host->silent);
	host->silent[host->nsilent++] = device;
}

const char *host_error(const struct host *host, int error) {
	static const struct {
		int error;
		const char *why;
	} words[] = {
		{ ENOTSUP, "is not the kernel's own, or needs /proc" },
		{ EFBIG, "is longer than the 4 MiB that are read of a file" },
		{ E2BIG, "has more names than are read of a directory" },
		{ EINVAL, "is no regular file" },
		{ EISDIR, "is a directory" },
		{ ENOTDIR, "is no directory" },
		{ ELOOP, "is a loop of symbolic links" },
		{ EAGAIN, "keeps changing" },
		{ EACCES, "permission denied" },
		{ EPERM, "operation not permitted" },
		{ EIO, "input/output error" },
		{ ETIMEDOUT, "does not answer" },
		{ ENOSYS, "needs openat2(2), which this kernel or sandbox refuses" },
	};

	if ((error == -EACCES || error == -EPERM) && host->uid != 0)
		return "privilege: only root may look";
	for (size_t i = 0; i < sizeof words / sizeof *words; ++i)
		if (words[i].error == -error)
			return words[i].why;
	return strerrordesc_np(-error) ? strerrordesc_np(-error) : "unknown error";
}

bool host_load(struct host *host, unsigned fact, enum aspect aspect, const char *path, struct bytes *bytes) {
	int error = tree_load(&host->tree, path, &host->arena, bytes);

	if (error && !tree_absent(error))
		host_fault(host, fact, aspect, path, "cannot be read: %s", host_error(host, error));
	return error == 0;
}

char **host_list(struct host *host, unsigned fact, enum aspect aspect, const char *path) {
	char **names;
	int count = tree_list(&host->tree, path, &host->arena, &names);

	if (count < 0 && !tree_absent(count))
		host_fault(host, fact, aspect, path, "cannot be listed: %s", host_error(host, count));
	return names ? names : arena_array(&host->arena, 1, sizeof *names);
}

struct override {
	const char *name;
	size_t rank;
	char *path;
};

static int compare_overrides(const void *left, const void *right) {
	const struct override *a = left, *b = right;
	const int order = strcmp(a->name, b->name);

	return order ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

/** Whether path is a link to /dev/null, told by its text: an offline tree may have anything at /dev/null, or nothing.
 */
static bool is_mask(const struct host *host, const char *path) {
	char target[PATH_MAX];
	const char *text = target;

	if (tree_link(&host->tree, path, target, sizeof target) != 0)
		return false;
	while (text_starts(text, "../"))
		text += strlen("../");
	return text_equal(text, "/dev/null") || (text != target && text_equal(text, "dev/null"));
}

char **host_overrides(struct host *host, unsigned fact, const char *const *directories, const char *suffix) {
	struct arena *arena = &host->arena;
	struct override *files = NULL;
	size_t count = 0, kept = 0;

	for (size_t rank = 0; directories[rank]; ++rank) {
		if (text_starts(directories[rank], "/run/") && !host->tree.live)
			continue;
		for (char **name = host_list(host, fact, ASPECT_BOOT, directories[rank]); *name; ++name) {
			if (**name == '.' || !text_ends(*name, suffix))
				continue;
			files = arena_grow(arena, files, count, sizeof *files);
			files[count++] = (struct override) {
				.name = *name,
				.rank = rank,
				.path = arena_text(arena, "%s/%s", directories[rank], *name),
			};
		}
	}
	if (count)
		qsort(files, count, sizeof *files, compare_overrides);
	char **paths = arena_array(arena, count + 1, sizeof *paths);
	for (size_t i = 0; i < count; ++i)
		if ((i == 0 || strcmp(files[i].name, files[i - 1].name) != 0) && !is_mask(host, files[i].path))
			paths[kept++] = files[i].path;
	return paths;
}

const struct tempdir *host_tempdir(const struct host *host, const char *path) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (strcmp(dir->path, path) == 0)
			return dir;
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		for (const char *const *alias = dir->aliases; alias && *alias; ++alias)
			if (strcmp(*alias, path) == 0)
				return dir;
	}
	return NULL;
}
