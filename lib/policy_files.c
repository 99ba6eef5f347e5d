#include "policy_files.h"

#include "acl.h"
#include "cleanup.h"
#include "digest.h"
#include "text.h"
#include "tree.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/** The most links that a path may lead through, as the kernel has it. */
enum { MOST_LINKS = 40 };

/** A search for policies. */
struct search {
	struct tree tree;
	struct arena *arena;
	struct policy_fault *fault;
	uid_t user;
	/** What was found, in the order in which it is to be laid. */
	struct policy_text *texts;
	size_t ntexts;
};

/** A path that is being followed. */
struct walk {
	/** What is asked for. */
	const char *path;
	/** The directory that was reached, pinned, and its name. */
	int fd;
	const char *reached;
	/** What is left to go, without a slash before it. */
	const char *rest;
	unsigned links;
};

static bool wrong(struct search *search, const char *where, const char *what) {
	*search->fault = (struct policy_fault) { arena_copy(search->arena, where), what };
	return false;
}

/** Who may write to it besides root and the user, for a reader; NULL: nobody. */
static const char *other_writer(struct search *search, int pinned, const struct statx *status, int *error) {
	struct acl_lists lists;

	*error = acl_read(pinned, false, search->arena, &lists);
	for (size_t i = 0; !*error && i < lists.access.nentries; ++i) {
		const struct acl_entry_fact *entry = &lists.access.entries[i];
		const bool own = (entry->tag == ACL_ENTRY_USER && (entry->id == 0 || entry->id == search->user)) ||
		                 (entry->tag == ACL_ENTRY_GROUP && entry->id == 0);

		if ((entry->tag == ACL_ENTRY_USER || entry->tag == ACL_ENTRY_GROUP) && !own && entry->effective & 2)
			return arena_text(search->arena, "the entry %s of its access list",
			                  acl_entry_shown(search->arena, entry));
		/* With a list the group bits of the mode are its mask. */
		if (entry->tag == ACL_ENTRY_GROUP_OWNER && status->stx_gid != 0 && entry->effective & 2)
			return "its group";
	}
	if (status->stx_mode & S_IWOTH)
		return "everybody";
	if (!*error && !lists.access.nentries && status->stx_mode & S_IWGRP && status->stx_gid != 0)
		return "its group";
	return NULL;
}

/** Whether nobody but root and the user can change it.  sticky: whether that bit suffices. */
static bool is_ours(struct search *search, const char *name, const char *path, int pinned, bool sticky) {
	struct arena *arena = search->arena;
	struct statx status;
	int error = tree_stat(pinned, &status);
	const char *of = strcmp(name, path) == 0 ? "" : arena_text(arena, ", and so %s is not read", path);

	if (error)
		return wrong(search, name, arena_text(arena, "cannot be examined: %s", strerrordesc_np(-error)));
	if (status.stx_uid != 0 && status.stx_uid != search->user)
		return wrong(search, name,
		             arena_text(arena, "belongs to uid %u; a policy and what leads to it belongs to root%s%s",
		                        status.stx_uid, search->user ? " or to you" : "", of));
	if (S_ISLNK(status.stx_mode) || (sticky && status.stx_mode & S_ISVTX))
		return true;
	const char *writer = other_writer(search, pinned, &status, &error);
	if (error)
		return wrong(search, name,
		             arena_text(arena, "has access lists that cannot be read: %s", strerrordesc_np(-error)));
	return !writer || wrong(search, name,
	                        arena_text(arena,
	                                   "can be written by %s; a policy and what leads to it can be written "
	                                   "by nobody but root%s%s",
	                                   writer, search->user ? " and you" : "", of));
}

/** The name of what lies in a directory. */
static const char *name_in(struct arena *arena, const char *directory, const char *name, size_t length) {
	return arena_text(arena, "%s%s%.*s", directory, directory[1] ? "/" : "", (int)length, name);
}

/** The name without its last component. */
static const char *name_above(struct arena *arena, const char *name) {
	const char *slash = strrchr(name, '/');

	return slash == name ? "/" : arena_bytes(arena, name, (size_t)(slash - name));
}

/** Go on from the directory fd, which then is the walk's. */
static void enter(struct walk *walk, int fd, const char *name) {
	close(walk->fd);
	walk->fd = fd;
	walk->reached = name;
}

/** Go on where the link leads that is pinned. */
static bool follow(struct search *search, struct walk *walk, int link, const char *name) {
	struct arena *arena = search->arena;
	char target[PATH_MAX];
	const int error = tree_target(link, target, sizeof target);

	if (error || ++walk->links > MOST_LINKS)
		return wrong(search, name,
		             arena_text(arena, "cannot be followed: %s", strerrordesc_np(error ? -error : ELOOP)));
	walk->rest = arena_text(arena, "%s/%s", target + strspn(target, "/"), walk->rest);
	if (target[0] != '/')
		return true;
	const int top = tree_pin(&search->tree, "/");
	if (top < 0)
		return wrong(search, "/", arena_text(arena, "cannot be opened: %s", strerrordesc_np(-top)));
	enter(walk, top, "/");
	return true;
}

/**
 * Take one step of the walk.  Sets what it leads to if that is the last one and no link, pinned, with its name; absent,
 * if it is not there.
 */
static bool step(struct search *search, struct walk *walk, int *last, bool *absent) {
	struct arena *arena = search->arena;
	const size_t length = strcspn(walk->rest, "/");
	const char *component = arena_bytes(arena, walk->rest, length), *rest = walk->rest + length;
	struct statx status;

	rest += strspn(rest, "/");
	const bool up = strcmp(component, "..") == 0;
	const char *name = up ? name_above(arena, walk->reached) : name_in(arena, walk->reached, component, length);
	walk->rest = rest;
	if (strcmp(component, ".") == 0 && *rest)
		return true;
	const int fd = tree_pin_at(walk->fd, component);
	int error = fd < 0 ? fd : tree_stat(fd, &status);
	*absent = fd == -ENOENT;
	if (error) {
		if (fd >= 0)
			close(fd);
		return wrong(search, name, arena_text(arena, "cannot be opened: %s", strerrordesc_np(-error)));
	}
	/* What lies in a sticky directory can be put there by anybody: only a directory cannot be a link to another's.
	 */
	if (!S_ISDIR(status.stx_mode) && !is_ours(search, walk->reached, walk->path, walk->fd, false)) {
		close(fd);
		return false;
	}
	if (!is_ours(search, name, walk->path, fd, S_ISDIR(status.stx_mode) && *rest)) {
		close(fd);
		return false;
	}
	if (S_ISLNK(status.stx_mode)) {
		const bool good = follow(search, walk, fd, name);

		close(fd);
		return good;
	}
	if (*rest) {
		enter(walk, fd, name);
		return true;
	}
	walk->reached = name;
	*last = fd;
	return true;
}

/** Pin what an absolute path leads to if it is ours all the way; negative: it is not, or absent. */
static int pin_ours(struct search *search, const char *path, bool *absent) {
	struct walk walk = {
		.path = path,
		.fd = tree_pin(&search->tree, "/"),
		.reached = "/",
		.rest = path + strspn(path, "/"),
	};
	int last = -1;

	*absent = false;
	if (walk.fd < 0) {
		wrong(search, "/", arena_text(search->arena, "cannot be opened: %s", strerrordesc_np(-walk.fd)));
		return -1;
	}
	if (!is_ours(search, "/", path, walk.fd, true)) {
		close(walk.fd);
		return -1;
	}
	while (last < 0 && step(search, &walk, &last, absent)) {
	}
	close(walk.fd);
	return last;
}

/** Read the pinned file, which does not change meanwhile. */
static bool read_pinned(struct search *search, const char *path, int pinned) {
	struct arena *arena = search->arena;
	struct statx before, after;
	struct bytes bytes;
	int error = tree_stat(pinned, &before);

	if (!error && !S_ISREG(before.stx_mode))
		return wrong(search, path, "is no regular file; a policy is one");
	if (!error)
		error = tree_load_large(pinned, POLICY_FILE_LIMIT, arena, &bytes);
	if (!error)
		error = tree_stat(pinned, &after);
	if (error == -EFBIG)
		return wrong(search, path, "is larger than 64 MiB");
	if (error)
		return wrong(search, path, arena_text(arena, "cannot be read: %s", strerrordesc_np(-error)));
	if (bytes.size != before.stx_size || before.stx_size != after.stx_size ||
	    memcmp(&before.stx_mtime, &after.stx_mtime, sizeof before.stx_mtime) != 0 ||
	    memcmp(&before.stx_ctime, &after.stx_ctime, sizeof before.stx_ctime) != 0)
		return wrong(search, path, "was changed while it was read; run it again");
	search->texts = arena_grow(arena, search->texts, search->ntexts, sizeof *search->texts);
	search->texts[search->ntexts++] =
	        (struct policy_text) { .name = path, .bytes = bytes.data, .size = bytes.size };
	return true;
}

/** Whether nothing is there: who could put it there is asked of what is, and in a user namespace "/" may be nobody's.
 */
static bool is_absent(const struct search *search, const char *path) {
	autoclose pinned = tree_pin_link(&search->tree, path);

	return pinned == -ENOENT;
}

/** Read a policy; one that is installed may be absent. */
static bool read_file(struct search *search, const char *path, bool installed) {
	bool absent;

	if (installed && is_absent(search, path))
		return true;
	autoclose pinned = pin_ours(search, path, &absent);
	if (pinned < 0)
		return absent && installed;
	return read_pinned(search, path, pinned);
}

/** Read the policies of a directory, in order of name. */
static bool read_directory(struct search *search, const char *path) {
	bool absent;
	char **names;

	if (is_absent(search, path))
		return true;
	autoclose pinned = pin_ours(search, path, &absent);
	if (pinned < 0)
		return absent;
	int count = tree_list_pinned(pinned, search->arena, &names);
	if (count < 0)
		return wrong(search, path, arena_text(search->arena, "cannot be listed: %s", strerrordesc_np(-count)));
	for (; *names; ++names)
		if (text_ends(*names, ".json") && **names != '.' &&
		    !read_file(search, arena_text(search->arena, "%s/%s", path, *names), false))
			return false;
	return true;
}

static bool find_texts(struct search *search, const char *file) {
	char directory[PATH_MAX];

	if (file) {
		if (!*file)
			return wrong(search, "--policy", "names no file");
		if (*file == '/')
			return read_file(search, file, false);
		if (!getcwd(directory, sizeof directory))
			return wrong(search, file, "is in no directory that can be named");
		return read_file(search, arena_text(search->arena, "%s/%s", directory, file), false);
	}
	return read_directory(search, "/usr/lib/tmpaudit/policy.d") &&
	       read_file(search, "/etc/tmpaudit/policy.json", true) && read_directory(search, "/etc/tmpaudit/policy.d");
}

/** Lay what was found over the profile. */
static bool lay_texts(struct policy *policy, const struct search *search, const struct policy_request *request,
                      struct policy_fault *fault) {
	for (size_t i = 0; i < search->ntexts; ++i) {
		const struct policy_text *text = &search->texts[i];

		if (!policy_lay(policy, text, request->families, request->now, fault))
			return false;
		policy->files[policy->nfiles - 1].sha256 = digest_text(&policy->arena, text->bytes, text->size);
	}
	return true;
}

static void copy_fault(struct arena *arena, struct policy_fault *fault) {
	*fault = (struct policy_fault) { arena_copy(arena, fault->where), arena_copy(arena, fault->what) };
}

bool policy_load(struct policy *policy, const struct policy_request *request, struct policy_fault *fault) {
	struct arena scratch = { 0 };
	struct search search = { .arena = &scratch, .fault = fault, .user = geteuid() };
	const char *profile = request->profile, *where = "--profile";
	const int error = tree_open(&search.tree, "/", true);

	const bool found = error ? wrong(&search, "/", "cannot be opened") : find_texts(&search, request->file);
	tree_close(&search.tree);
	for (size_t i = 0; found && !request->profile && i < search.ntexts; ++i) {
		const char *place, *name = policy_extends(&scratch, &search.texts[i], &place);

		if (name) {
			profile = name;
			where = place;
		}
	}
	/* One that no profile has is told where it is named. */
	bool good =
	        policy_open(policy, profile ? profile : policy_profiles[0]) || policy_open(policy, policy_profiles[0]);
	if (good && profile)
		policy->named_by = (struct origin) { arena_copy(&policy->arena, where), true };
	good = good && found && lay_texts(policy, &search, request, fault);
	if (!good)
		copy_fault(&policy->arena, fault);
	arena_free(&scratch);
	return good;
}
