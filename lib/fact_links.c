#include "links.h"

#include "cleanup.h"
#include "host.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/** An absolute path without ".", ".." and doubled slashes, as text; links on the way are not known to it. */
static void normalize(char normal[static PATH_MAX], const char *directory, const char *target) {
	const char *const parts[] = { target[0] == '/' ? "" : directory, target };
	size_t length = 0;

	for (size_t i = 0; i < 2; ++i) {
		for (const char *at = parts[i]; *at;) {
			const char *name = at + strspn(at, "/");
			const size_t size = strcspn(name, "/");

			at = name + size;
			if (size == 2 && memcmp(name, "..", 2) == 0) {
				while (length && normal[--length] != '/')
					;
			} else if (size && !(size == 1 && *name == '.') && length + size + 2 < PATH_MAX) {
				normal[length++] = '/';
				memcpy(normal + length, name, size);
				length += size;
			}
		}
	}
	if (!length)
		normal[length++] = '/';
	normal[length] = '\0';
}

/** Whether a component is longer than any file system lets a name be: there is nothing, and never will be. */
static bool is_impossible(const char *target) {
	for (const char *at = target; *at;) {
		const size_t length = strcspn(at, "/");

		if (length > NAME_MAX)
			return true;
		at += length + (at[length] == '/');
	}
	return false;
}

/** The directory of an absolute path. */
static void parent_of(char parent[static PATH_MAX], const char *path) {
	const char *slash = strrchr(path, '/');
	size_t length = slash ? (size_t)(slash - path) : 0;

	if (length >= PATH_MAX)
		length = PATH_MAX - 1;
	memcpy(parent, path, length);
	parent[length] = '\0';
	if (!length)
		memcpy(parent, "/", 2);
}

int link_rank(const char *path, const char *target, const char *top) {
	static const char *const sensitive[] = {
		"/etc", "/root", "/boot", "/dev", "/var/spool/cron", "/var/log", NULL
	};
	static const char *const harmless[] = { "/dev/null", "/dev/zero", "/dev/tty", "/proc/self", NULL };
	char directory[PATH_MAX], normal[PATH_MAX], above[PATH_MAX];

	/* A name beside it, or text that is no name at all: what it leads to is judged where it lies. */
	const char *rest = target;
	while (text_starts(rest, "./"))
		rest += 2;
	if (!strchr(rest, '/') || is_impossible(target))
		return -1;
	parent_of(directory, path);
	normalize(normal, directory, target);
	parent_of(above, normal);
	if (text_equal(above, directory) && !strstr(target, ".."))
		return -1;
	for (const char *const *place = harmless; *place; ++place)
		if (text_path_within(target, *place) && !strstr(target, ".."))
			return -1;
	for (const char *const *place = sensitive; *place; ++place)
		if (text_path_within(normal, *place))
			return 0;
	return text_path_within(normal, top) ? 2 : text_path_within(normal, "/usr") ? 3 : 1;
}

struct contents_link link_follow(struct host *host, const char *path, uid_t uid, const char *target) {
	struct arena *arena = &host->arena;
	struct contents_link link = { .path = arena_copy(arena, path),
		                      .uid = uid,
		                      .target = arena_copy(arena, target) };
	char directory[PATH_MAX], normal[PATH_MAX];
	struct trust_end end;
	struct statx status;

	parent_of(directory, path);
	normalize(normal, directory, target);
	link.where = arena_copy(arena, normal);
	char *way = arena_text(arena, "%s/%s", target[0] == '/' ? "" : directory, target);
	size_t length = strlen(way);
	while (length > 1 && way[length - 1] == '/')
		way[--length] = '\0';
	char *slash = strrchr(way, '/');
	const char *last = arena_copy(arena, slash + 1);
	const bool is_name = *last && !text_equal(last, ".") && !text_equal(last, "..");
	/* Its own last component is looked at, and not followed. */
	if (is_name)
		slash[slash == way] = '\0';
	const struct trust trust = trust_examine_end(host, way, 0, &end);
	autoclose pinned = end.pinned;

	if (pinned < 0) {
		if (!end.absent)
			link.unknown = end.unknown ? end.unknown : "cannot be followed";
		return link;
	}
	if (end.unknown) {
		link.unknown = end.unknown;
		return link;
	}
	link.where = !is_name                      ? trust.real
	             : text_equal(trust.real, "/") ? arena_text(arena, "/%s", last)
	                                           : arena_text(arena, "%s/%s", trust.real, last);
	if (!S_ISDIR(end.object.mode))
		return link;
	link.placed = true;
	int error = is_name ? tree_stat_at(pinned, last, &status) : tree_stat(pinned, &status);
	if (!error) {
		link.exists = true;
		link.mode = status.stx_mode;
		link.target_uid = status.stx_uid;
	} else if (tree_absent(error)) {
		const char *doubt = object_examine_lists(host, pinned, &end.object);

		if (doubt)
			link.unknown = doubt;
		else
			link.beyond = !object_user_writes(&end.object, host->accounts, uid);
	} else {
		link.unknown = host_error(host, error);
	}
	return link;
}
