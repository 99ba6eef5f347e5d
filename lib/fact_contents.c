#include "cleanup.h"
#include "descent.h"
#include "host.h"
#include "links.h"
#include "literals.h"
#include "parse_guess.h"
#include "parse_head.h"
#include "parse_subid.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** What is kept of a kind, and what its names may take, by one thread and in all. */
#define MOST 1000
#define MOST_BYTES ((size_t)256 << 10)
#define MOST_BYTES_IN_ALL ((size_t)1 << 20)
/** Names with a number, until it is known whether there are others like them. */
#define MOST_NUMBERED 10000
/** How much of a certificate is searched for a key that stands behind it. */
#define CERTIFICATE_SIZE 65536
/** What the kernel shows for an id that the user namespace does not map. */
#define OVERFLOW_ID 65534
/** Ids that systemd gives to services while they run: systemd.exec(5), DynamicUser=. */
#define DYNAMIC_FIRST 61184
#define DYNAMIC_LAST 65519
/** More than any kernel gives: proc_sys_kernel(5), pid_max. */
#define PID_MOST 4194304

/** Lists besides those of the kinds. */
enum { LIST_LINKS = CONTENTS_KINDS, LIST_NUMBERED, LISTS };

/** What the values of an item are; what the last two are depends on the kind. */
enum { VALUE_MODE, VALUE_UID, VALUE_GID, VALUE_FLAGS, VALUE_MORE };
/** Flags. */
enum { NO_USER = 1, NO_GROUP = 2, UNMAPPED = 4, FOREIGN = 8 };

/** squat: who should own it, when nobody is known by the name. */
enum { OWNER_ANY = -1, OWNER_UNKNOWN = -2 };

/** The most names that a directory goes by. */
enum { NAMES = 8 };

struct gathering {
	struct host *host;
	uid_t uid_min;
	uint64_t pid_most;
	/** Ids that users may give to others; subuid, subgid. */
	const struct subid_range *subuids, *subgids;
	size_t nsubuids, nsubgids;
	/** Whether names are looked for that configuration states. */
	bool by_literals;
	struct literals literals;

	/** The directory that is being read, and the names by which it is asked for. */
	const struct tempdir *top;
	const char *names[NAMES + 1];
	size_t real_length;

	struct shortlist found[LISTS];
	uint64_t examined;
};

/** What a thread knows of an id. */
struct known_id {
	bool known, has_account;
	unsigned id;
};

struct local {
	struct shortlist found[LISTS];
	uint64_t examined;
	struct known_id uids[64], gids[64];
};

/* Finding and keeping */

static void keep(struct local *local, unsigned list, unsigned rank, const struct walk_entry *entry, const char *detail,
                 const struct statx *status, long flags, long more) {
	struct shortlist *found = &local->found[list];
	const char *path = walk_path(entry);

	found->most = list == LIST_NUMBERED ? MOST_NUMBERED : MOST;
	found->most_bytes = list == LIST_NUMBERED ? 4 * MOST_BYTES : MOST_BYTES;
	shortlist_add(found, &(struct shortlist_item) {
	                             .rank = rank,
	                             .path = path ? path : entry->name,
	                             .detail = detail,
	                             .value = { [VALUE_MODE] = status->stx_mode,
	                                        [VALUE_UID] = status->stx_uid,
	                                        [VALUE_GID] = status->stx_gid,
	                                        [VALUE_FLAGS] = flags,
	                                        [VALUE_MORE] = more },
	                     });
}

static long unmapped(const struct gathering *gathering, const struct statx *status) {
	return gathering->host->unmapped_ids && status->stx_uid == OVERFLOW_ID ? UNMAPPED : 0;
}

/** Root's before a service's before a user's. */
static unsigned rank_of(const struct gathering *gathering, const struct statx *status) {
	return status->stx_uid == 0 ? 0 : status->stx_uid < gathering->uid_min ? 1 : 2;
}

static bool is_shared_parent(const struct walk_entry *entry) {
	return (entry->parent_mode & S_IWOTH) && (entry->parent_mode & S_ISVTX);
}

/** Whether nothing but everybody can be meant by a name: root, or a system account. */
static bool is_privileged(const struct gathering *gathering, uid_t uid) {
	return uid < gathering->uid_min;
}

/* Names that are known */

/** The owner that a row wants; OWNER_ANY, OWNER_UNKNOWN. */
static long wanted_owner(const struct gathering *gathering, const struct squat_match *match) {
	const struct host *host = gathering->host;
	char token[NAME_MAX + 1];
	uint64_t number;

	if (match->row->owner == SQUAT_ROOT)
		return 0;
	if (match->row->owner != SQUAT_TOKEN)
		return OWNER_ANY;
	const size_t length = match->length < sizeof token ? match->length : sizeof token - 1;
	memcpy(token, match->token, length);
	token[length] = '\0';
	if (match->row->token == SQUAT_USER) {
		const struct account *account = account_by_name(host->accounts, token);

		return account ? (long)account->uid : OWNER_UNKNOWN;
	}
	if (!text_number(token, 10, UINT32_MAX - 1, &number))
		return OWNER_UNKNOWN;
	if (match->row->token == SQUAT_UID)
		return account_by_uid(host->accounts, (uid_t)number) || host->accounts->foreign ? (long)number
		                                                                                : OWNER_UNKNOWN;
	char path[64];
	struct statx status;
	snprintf(path, sizeof path, "/proc/%u", (unsigned)number);
	autoclose pinned = host->tree.live && number <= PID_MOST ? tree_pin(&host->tree, path) : -ENOENT;
	return pinned >= 0 && tree_stat(pinned, &status) == 0 ? (long)status.stx_uid : OWNER_UNKNOWN;
}

/** Whether the account of uid is one of those in a list of names separated by blanks. */
static bool is_account_of(const struct accounts *accounts, uid_t uid, const char *names) {
	for (const char *at = names; at && *at;) {
		const size_t length = strcspn(at, " ");

		for (size_t i = 0; i < accounts->naccounts; ++i)
			if (accounts->accounts[i].uid == uid && strncmp(accounts->accounts[i].name, at, length) == 0 &&
			    accounts->accounts[i].name[length] == '\0')
				return true;
		at += length + (at[length] == ' ');
	}
	return false;
}

/** Whether the owner is one that the row wants; *unknown: only a name service could tell. */
static bool is_wanted_owner(const struct gathering *gathering, const struct squat_row *row, long owner, uid_t uid,
                            bool *unknown) {
	const struct accounts *accounts = gathering->host->accounts;
	const struct account *account = account_by_uid(accounts, uid);

	*unknown = false;
	switch (row->owner) {
	case SQUAT_ANYBODY:
		return true;
	case SQUAT_ACCOUNT:
		return is_account_of(accounts, uid, row->accounts);
	case SQUAT_LOGIN:
		*unknown = !account && accounts->foreign && uid >= gathering->uid_min;
		return uid == 0 || is_account_of(accounts, uid, row->accounts) ||
		       (account && uid >= gathering->uid_min && uid != OVERFLOW_ID);
	default:
		/* Of an account that is in the files it is known that it has another name. */
		*unknown = owner == OWNER_UNKNOWN && row->token == SQUAT_USER && accounts->foreign && !account;
		return owner >= 0 && (uid_t)owner == uid;
	}
}

/** Hold what is there to the row.  Returns whether it is kept: it differs, or is better elsewhere. */
static bool hold(const struct gathering *gathering, const struct squat_match *match, const struct statx *status,
                 struct shortlist_item *item, enum contents_kind *kind) {
	const struct squat_row *row = match->row;
	const long owner = wanted_owner(gathering, match);
	bool unknown;
	const bool owned = is_wanted_owner(gathering, row, owner, status->stx_uid, &unknown);
	const bool typed = (status->stx_mode & S_IFMT) == row->type;
	const bool moded = (status->stx_mode & row->mask) == row->mode;

	*kind = owned && typed && moded ? CONTENTS_SOCKET : CONTENTS_SQUAT;
	if (*kind == CONTENTS_SOCKET && !row->better_in_run)
		return false;
	*item = (struct shortlist_item) {
		.rank = !owned || !typed ? 0 : 1,
		.value = { [VALUE_MODE] = status->stx_mode,
		           [VALUE_UID] = status->stx_uid,
		           [VALUE_GID] = row - squat_rows,
		           [VALUE_FLAGS] = unmapped(gathering, status) | (unknown && typed && moded ? FOREIGN : 0),
		           [VALUE_MORE] = owner },
	};
	return true;
}

/** The row for an entry, by any of the names of the directory. */
static bool find_row(const struct gathering *gathering, const struct walk_entry *entry, struct squat_match *match) {
	if (entry->level == 1) {
		for (const char *const *name = gathering->names; *name; ++name)
			if (squat_find(*name, entry->name, match))
				return true;
		return false;
	}
	/* The rows of the second level. */
	if (entry->level != 2 || !(text_starts(entry->name, "S-") || strspn(entry->name, "0123456789") > 0))
		return false;
	const char *path = walk_path(entry);
	if (!path)
		return false;
	const char *parent = path + gathering->real_length, *slash = strrchr(parent, '/');
	for (const char *const *name = gathering->names; *name && slash; ++name) {
		char directory[PATH_MAX];
		const int length =
		        snprintf(directory, sizeof directory, "%s%.*s", *name, (int)(slash - parent), parent);

		if (length > 0 && (size_t)length < sizeof directory && squat_find(directory, entry->name, match))
			return true;
	}
	return false;
}

static void hold_entry(const struct gathering *gathering, struct local *local, const struct walk_entry *entry,
                       const struct squat_match *match) {
	struct shortlist_item item;
	enum contents_kind kind;

	if (hold(gathering, match, entry->status, &item, &kind)) {
		struct statx status = *entry->status;

		status.stx_gid = (uint32_t)item.value[VALUE_GID];
		keep(local, kind, item.rank, entry, NULL, &status, item.value[VALUE_FLAGS], item.value[VALUE_MORE]);
	}
}

/* Owners */

static bool in_ranges(const struct subid_range *ranges, size_t count, unsigned id) {
	for (size_t i = 0; i < count; ++i)
		if (id >= ranges[i].first && id - ranges[i].first < ranges[i].count)
			return true;
	return false;
}

/** Whether a service that runs has the id: systemd keeps a file for each. */
static bool is_dynamic(const struct host *host, unsigned id) {
	char path[64];

	if (!host->tree.live || id < DYNAMIC_FIRST || id > DYNAMIC_LAST)
		return false;
	snprintf(path, sizeof path, "/run/systemd/dynamic-uid/%u", id);
	autoclose pinned = tree_pin(&host->tree, path);
	return pinned >= 0;
}

static bool has_account(const struct gathering *gathering, unsigned id, bool group) {
	const struct host *host = gathering->host;

	if (id == 0 || (host->unmapped_ids && id == OVERFLOW_ID))
		return true;
	if (group ? group_by_gid(host->accounts, id) != NULL : account_by_uid(host->accounts, id) != NULL)
		return true;
	if (group ? in_ranges(gathering->subgids, gathering->nsubgids, id)
	          : in_ranges(gathering->subuids, gathering->nsubuids, id))
		return true;
	return is_dynamic(host, id);
}

/** The same; an attacker may let it be asked a million times. */
static bool is_known_id(const struct gathering *gathering, struct known_id *known, unsigned id, bool group) {
	struct known_id *slot = &known[id % 64];

	if (!slot->known || slot->id != id)
		*slot = (struct known_id) { true, has_account(gathering, id, group), id };
	return slot->has_account;
}

static void look_at_owner(const struct gathering *gathering, struct local *local, const struct walk_entry *entry) {
	const struct statx *status = entry->status;
	const long flags = (is_known_id(gathering, local->uids, status->stx_uid, false) ? 0 : NO_USER) |
	                   (is_known_id(gathering, local->gids, status->stx_gid, true) ? 0 : NO_GROUP);

	if (flags)
		keep(local, CONTENTS_UNOWNED, flags & NO_USER ? 0 : 1, entry, NULL, status, flags, 0);
}

/* Files */

/** Whether a file that everybody may write is meant to be so. */
static bool is_meant(const struct gathering *gathering, const struct walk_entry *entry) {
	const struct statx *status = entry->status;

	if (S_ISREG(status->stx_mode) && status->stx_uid == 0 && status->stx_size == 0 &&
	    (text_ends(entry->name, ".lock") || text_starts(entry->name, "LCK..")))
		return true;
	if (!S_ISREG(status->stx_mode) || !text_equal(gathering->top->path, "/dev/shm"))
		return false;
	for (const char *const *glob = gathering->host->policy->lists[PARAMETER_SHARED_MEMORY]; *glob; ++glob)
		if (text_glob(*glob, entry->name))
			return true;
	return false;
}

/** Whether a name says that the file is a secret. */
static bool is_secret_by_name(const char *name) {
	static const char *const globs[] = { "id_rsa*", "*.pem",    "*.key",        "*.p12",  "*.kdbx",
		                             "krb5cc*", ".env",     "*.sql",        "*.dump", "core*",
		                             "shadow*", "*.pgpass", "*credential*", NULL };

	/* The public half of a key is for everybody. */
	if (text_ends(name, ".pub"))
		return false;
	for (const char *const *glob = globs; *glob; ++glob)
		if (text_glob(*glob, name))
			return true;
	return false;
}

/** What kind of secret a file is; NULL: none.  Its head is read if the audit is deep. */
static const char *secret_of(const struct gathering *gathering, const struct walk_entry *entry, int pinned,
                             int *error) {
	const bool by_name = is_secret_by_name(entry->name);
	char head[HEAD_SIZE];

	*error = 0;
	if (!gathering->host->deep)
		return by_name ? "name of a secret" : NULL;
	walk_ask(entry);
	ssize_t got = pinned < 0 ? pinned : tree_head(pinned, head, sizeof head);
	walk_answered(entry);
	if (got < 0) {
		*error = (int)got;
		return by_name ? "name of a secret" : NULL;
	}
	const char *secret = head_secret(head, (size_t)got);
	if (secret || !by_name)
		return secret;
	if (!text_ends(entry->name, ".pem") || !head_is_certificate(head, (size_t)got))
		return "name of a secret";
	/* A key may stand behind its certificate. */
	autofree char *whole = malloc(CERTIFICATE_SIZE);
	if (!whole)
		return "name of a secret";
	walk_ask(entry);
	got = tree_head(pinned, whole, CERTIFICATE_SIZE);
	walk_answered(entry);
	const bool key = got < 0 || got == CERTIFICATE_SIZE || memmem(whole, (size_t)got, "PRIVATE KEY", 11);
	return key ? "private key" : NULL;
}

static void look_at_file(const struct gathering *gathering, struct local *local, const struct walk_entry *entry) {
	struct statx again;
	const struct statx *status = &again;
	autoclose pinned = walk_pin(entry, &again);

	/* What vanished is nothing, and what was exchanged is looked at as what it is by now. */
	if (tree_absent(pinned) || pinned == -ESTALE || pinned == -EXDEV || (pinned >= 0 && !S_ISREG(again.stx_mode)))
		return;
	if (pinned < 0)
		status = entry->status;
	const unsigned rank = rank_of(gathering, status);
	const mode_t mode = status->stx_mode;
	const long doubt = unmapped(gathering, status);
	const bool set_id = (mode & S_ISUID) || ((mode & S_ISGID) && (mode & S_IXGRP));
	walk_ask(entry);
	const int capability = pinned < 0 ? pinned : tree_has_capability(pinned);
	walk_answered(entry);

	if (capability < 0)
		keep(local, CONTENTS_PRIVILEGED, rank, entry, "capabilities", status, doubt, capability);
	else if (set_id || capability)
		keep(local, CONTENTS_PRIVILEGED, rank, entry, capability ? "capabilities" : NULL, status, doubt, 0);
	if (is_shared_parent(entry) && status->stx_nlink > 1 && (set_id || is_privileged(gathering, status->stx_uid)))
		keep(local, CONTENTS_HARD_LINK, set_id ? 0 : rank + 1, entry, NULL, status, doubt,
		     (long)status->stx_nlink);
	if ((mode & (S_IRGRP | S_IROTH)) && status->stx_size > 0) {
		int error;
		const char *secret = secret_of(gathering, entry, pinned, &error);

		if (secret || error)
			keep(local, CONTENTS_SENSITIVE, mode & S_IROTH ? 0 : 1, entry, secret ? secret : "", status,
			     doubt, secret ? 0 : error);
	}
}

static void look_at_link(const struct gathering *gathering, struct local *local, const struct walk_entry *entry) {
	char target[PATH_MAX];
	struct statx status;

	if (entry->status->stx_uid == 0 || !is_shared_parent(entry))
		return;
	autoclose pinned = walk_pin(entry, &status);
	if (pinned < 0 || !S_ISLNK(status.stx_mode))
		return;
	walk_ask(entry);
	int error = tree_target(pinned, target, sizeof target);
	walk_answered(entry);
	if (error)
		return;
	const char *path = walk_path(entry);
	const int rank = path ? link_rank(path, target, gathering->top->real) : -1;
	if (rank >= 0 && status.stx_uid != 0)
		keep(local, LIST_LINKS, (unsigned)rank, entry, target, &status, unmapped(gathering, &status), 0);
}

/* Names that can be guessed */

/** The name of the process of that id and owner, in the arena; NULL: there is none. */
static const char *process_of(const struct host *host, struct arena *arena, uint64_t pid, uid_t uid) {
	char path[64];
	struct statx status;
	struct bytes name;

	snprintf(path, sizeof path, "/proc/%u", (unsigned)pid);
	autoclose pinned = tree_pin(&host->tree, path);
	if (pinned < 0 || tree_stat(pinned, &status) != 0 || status.stx_uid != uid)
		return NULL;
	/* The kernel's own make no files. */
	autoclose command = tree_pin_at(pinned, "cmdline");
	if (command < 0 || tree_load_pinned(command, arena, &name) != 0 || name.size == 0)
		return NULL;
	autoclose comm = tree_pin_at(pinned, "comm");
	if (comm < 0 || tree_load_pinned(comm, arena, &name) != 0)
		return "a process";
	return arena_bytes(arena, name.data, strcspn(name.data, "\n"));
}

/** Package managers name their directories by the day. */
static bool is_packagers(const char *name) {
	static const char *const globs[] = { "apt*", "dpkg*", "dnf*", "yum*",  "rpm*",     "pacman*",  "pip*",
		                             "npm*", "snap*", "nix*", "guix*", "flatpak*", "portage*", NULL };

	for (const char *const *glob = globs; *glob; ++glob)
		if (text_glob(*glob, name))
			return true;
	return false;
}

static const struct literal *find_literal(const struct gathering *gathering, const struct walk_entry *entry) {
	char path[PATH_MAX];

	for (const char *const *name = gathering->names; *name && entry->level == 1; ++name) {
		snprintf(path, sizeof path, "%s/%s", *name, entry->name);
		const struct literal *literal = literal_find(&gathering->literals, path);

		if (literal)
			return literal;
	}
	return NULL;
}

static void look_at_name(const struct gathering *gathering, struct local *local, const struct walk_entry *entry) {
	const struct statx *status = entry->status;
	const long doubt = unmapped(gathering, status);
	struct arena arena = { 0 };
	struct guess guess;

	if (!gathering->by_literals || !is_shared_parent(entry) || !is_privileged(gathering, status->stx_uid))
		return;
	const struct literal *literal = find_literal(gathering, entry);
	if (literal) {
		keep(local, CONTENTS_PREDICTABLE, 0, entry, arena_text(&arena, "fixed name\n%s", literal->source),
		     status, doubt, 0);
	} else if (guess_parse(entry->name, &guess)) {
		const char *process = guess.stamp || !gathering->host->tree.live || guess.length < 2 ||
		                                      guess.number > gathering->pid_most
		                              ? NULL
		                              : process_of(gathering->host, &arena, guess.number, status->stx_uid);

		if (process)
			keep(local, CONTENTS_PREDICTABLE, 0, entry, arena_text(&arena, "name + PID of %s", process),
			     status, doubt, 0);
		else if (guess.stamp && !(S_ISDIR(status->stx_mode) && is_packagers(entry->name)))
			keep(local, CONTENTS_PREDICTABLE, 1, entry, "name + time", status, doubt, 0);
		else if (!guess.stamp && guess.length > 2 && guess.number > 0 && guess.number <= gathering->pid_most &&
		         strchr("._-", entry->name[guess.start - 1])) {
			const char *path = walk_path(entry), *name = path ? strrchr(path, '/') + 1 : entry->name;

			/* What all like it have in common. */
			keep(local, LIST_NUMBERED, 0, entry,
			     path ? arena_text(&arena, "%.*s%.*s#%s", (int)(name - path), path, (int)guess.start,
			                       entry->name, entry->name + guess.start + guess.length)
			          : entry->name,
			     status, doubt, (long)guess.number);
		}
	}
	arena_free(&arena);
}

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	const struct gathering *gathering = owner;
	const struct statx *status = entry->status;
	struct local *local = state;
	struct squat_match match;

	if (entry->level == 0 || !entry->shared)
		return;
	++local->examined;
	if (find_row(gathering, entry, &match))
		hold_entry(gathering, local, entry, &match);
	else
		look_at_name(gathering, local, entry);
	look_at_owner(gathering, local, entry);
	switch (status->stx_mode & S_IFMT) {
	case S_IFREG:
		look_at_file(gathering, local, entry);
		break;
	case S_IFLNK:
		look_at_link(gathering, local, entry);
		break;
	case S_IFBLK:
	case S_IFCHR:
		keep(local, CONTENTS_PRIVILEGED, 0, entry, squat_type(status->stx_mode), status,
		     unmapped(gathering, status), 0);
		break;
	default:
		break;
	}
	if ((S_ISREG(status->stx_mode) || S_ISFIFO(status->stx_mode)) && (status->stx_mode & S_IWOTH) &&
	    !is_meant(gathering, entry))
		keep(local, CONTENTS_WRITABLE, rank_of(gathering, status), entry, NULL, status,
		     unmapped(gathering, status), 0);
}

static void finish(void *owner, void *state, bool discard) {
	struct gathering *gathering = owner;
	struct local *local = state;

	for (size_t i = 0; i < LISTS; ++i) {
		if (!discard)
			shortlist_merge(&gathering->found[i], &local->found[i]);
		shortlist_free(&local->found[i]);
	}
	if (!discard)
		gathering->examined += local->examined;
}

/* The fact */

static const struct subid_range *load_subids(struct host *host, const char *path, size_t *count) {
	struct bytes bytes;

	*count = 0;
	if (!host_load(host, FACT_CONTENTS, ASPECT_BOOT, path, &bytes))
		return NULL;
	return subid_parse(bytes.data, bytes.size, &host->arena, count);
}

static void *begin(struct host *host) {
	struct gathering *gathering = arena_alloc(&host->arena, sizeof *gathering);
	struct bytes bytes;

	gathering->host = host;
	gathering->uid_min = host->accounts->uid_min;
	gathering->pid_most = PID_MOST;
	gathering->by_literals = host->due & FACT_LITERALS;
	if (gathering->by_literals) {
		uint64_t most;

		gathering->literals = literals_gather(host);
		if (host->tree.live && tree_load(&host->tree, "/proc/sys/kernel/pid_max", &host->arena, &bytes) == 0 &&
		    text_number(arena_bytes(&host->arena, bytes.data, strcspn(bytes.data, "\n")), 10, PID_MOST, &most))
			gathering->pid_most = most;
	}
	gathering->subuids = load_subids(host, "/etc/subuid", &gathering->nsubuids);
	gathering->subgids = load_subids(host, "/etc/subgid", &gathering->nsubgids);
	for (size_t i = 0; i < LISTS; ++i)
		gathering->found[i] = (struct shortlist) { .most = i == LIST_NUMBERED ? MOST_NUMBERED : MOST,
			                                   .most_bytes = MOST_BYTES_IN_ALL };
	return gathering;
}

static bool enter(void *owner, const struct tempdir *top, bool shared) {
	struct gathering *gathering = owner;
	size_t count = 0;

	gathering->top = top;
	gathering->real_length = text_equal(top->real, "/") ? 0 : strlen(top->real);
	gathering->names[count++] = top->path;
	for (const char *const *alias = top->aliases; alias && *alias && count < NAMES; ++alias)
		gathering->names[count++] = *alias;
	for (const struct tempdir *other = gathering->host->tempdirs; other->path && count < NAMES; ++other)
		if (text_equal(other->same_as, top->path))
			gathering->names[count++] = other->path;
	gathering->names[count] = NULL;
	return shared;
}

static void leave(void *owner, const struct tempdir *top) {
	(void)owner;
	(void)top;
}

/** Look at what has to be looked at although it lies in no temporary directory, and at what is not there. */
static void look_elsewhere(struct gathering *gathering, struct contents *contents) {
	struct host *host = gathering->host;
	const struct squat_row **absent = arena_grow(&host->arena, NULL, 0, sizeof *absent);
	size_t nabsent = 0;

	for (const struct squat_row *row = squat_rows; row->directory; ++row) {
		const bool is_top = text_equal(row->directory, "/");
		const struct tempdir *dir = is_top ? NULL : host_tempdir(host, row->directory);
		struct statx status;

		if (!squat_is_literal(row) || row->owner != SQUAT_ROOT || !(is_top || host->tree.live))
			continue;
		/* Of a directory that may not answer nothing is asked. */
		if (!is_top && (!dir || !dir->real || dir->unknown || host_is_silent(host, dir->object.dev)))
			continue;
		const char *path = arena_text(&host->arena, "%s/%s", is_top ? "" : row->directory, row->prefix);
		autoclose above = tree_pin(&host->tree, is_top ? "/" : dir->real);
		int error = above < 0 ? -EAGAIN : tree_stat_at(above, row->prefix, &status);

		if (tree_absent(error) && !is_top) {
			absent = arena_grow(&host->arena, absent, nabsent, sizeof *absent);
			absent[nabsent++] = row;
		} else if (!error && is_top) {
			struct shortlist_item item;
			enum contents_kind kind;

			if (!hold(gathering, &(struct squat_match) { .row = row, .token = "" }, &status, &item, &kind))
				continue;
			item.path = path;
			shortlist_add(&gathering->found[kind], &item);
		}
	}
	contents->absent = absent;
	autoclose systemd = host->tree.live ? tree_pin(&host->tree, "/run/systemd/system") : -ENOENT;
	contents->systemd = systemd >= 0;
}

static int compare_numbered(const void *a, const void *b) {
	const struct shortlist_item *x = *(struct shortlist_item *const *)a, *y = *(struct shortlist_item *const *)b;
	int order = strcmp(x->detail, y->detail);

	if (!order)
		order = (x->value[VALUE_MORE] > y->value[VALUE_MORE]) - (x->value[VALUE_MORE] < y->value[VALUE_MORE]);
	return order ? order : strcmp(x->path, y->path);
}

/** Of the names with a number those are guessed at of which there are more. */
static void find_siblings(struct gathering *gathering, struct contents *contents) {
	struct shortlist *numbered = &gathering->found[LIST_NUMBERED];

	if (numbered->count)
		qsort(numbered->items, numbered->count, sizeof(*numbered->items), compare_numbered);
	for (size_t i = 0; i < numbered->count; ++i) {
		const struct shortlist_item *here = numbered->items[i];
		const struct shortlist_item *other = NULL;

		for (size_t step = 0; step < 2 && !other; ++step) {
			const size_t at = step ? i + 1 : i - 1;

			if (at < numbered->count && text_equal(numbered->items[at]->detail, here->detail) &&
			    numbered->items[at]->value[VALUE_MORE] != here->value[VALUE_MORE])
				other = numbered->items[at];
		}
		if (!other)
			continue;
		struct shortlist_item item = *here;
		struct arena arena = { 0 };

		item.rank = 1;
		item.detail = arena_text(&arena, "name + number, as %s", strrchr(other->path, '/') + 1);
		shortlist_add(&gathering->found[CONTENTS_PREDICTABLE], &item);
		arena_free(&arena);
	}
	contents->numbered_more = numbered->total - numbered->count;
}

static void follow_links(struct gathering *gathering, struct contents *contents) {
	struct host *host = gathering->host;
	struct shortlist *links = &gathering->found[LIST_LINKS];
	struct contents_link *list = arena_grow(&host->arena, NULL, 0, sizeof *list);

	shortlist_sort(links);
	for (size_t i = 0; i < links->count; ++i) {
		const struct shortlist_item *item = links->items[i];

		if (i && text_equal(item->path, links->items[i - 1]->path))
			continue;
		list = arena_grow(&host->arena, list, contents->nlinks, sizeof *list);
		list[contents->nlinks] = link_follow(host, item->path, (uid_t)item->value[VALUE_UID], item->detail);
		if (item->value[VALUE_FLAGS] & UNMAPPED)
			list[contents->nlinks].unknown = "has an owner that this user namespace does not map";
		++contents->nlinks;
	}
	contents->links_more = links->total - links->count;
	contents->links = list;
}

static struct contents_entry entry_of(const struct gathering *gathering, enum contents_kind kind,
                                      const struct shortlist_item *item) {
	struct arena *arena = &gathering->host->arena;
	const long flags = item->value[VALUE_FLAGS], more = item->value[VALUE_MORE];
	struct contents_entry entry = {
		.path = arena_copy(arena, item->path),
		.mode = (mode_t)item->value[VALUE_MODE],
		.uid = (uid_t)item->value[VALUE_UID],
		.gid = (gid_t)item->value[VALUE_GID],
		.detail = arena_copy(arena, item->detail),
		.owner = OWNER_ANY,
		.no_user = flags & NO_USER,
		.no_group = flags & NO_GROUP,
	};

	if (kind == CONTENTS_SQUAT || kind == CONTENTS_SOCKET) {
		entry.row = &squat_rows[item->value[VALUE_GID]];
		entry.owner = more;
	} else if (kind == CONTENTS_HARD_LINK) {
		entry.nlink = (uint64_t)more;
	} else if (more < 0) {
		entry.unknown = arena_text(arena, "cannot be examined: %s", host_error(gathering->host, (int)more));
	}
	if (kind == CONTENTS_UNOWNED && gathering->host->accounts->foreign)
		entry.unknown = "has an owner whom only a name service could know";
	if (flags & FOREIGN)
		entry.unknown = "is named after somebody whom only a name service could know";
	if (flags & UNMAPPED)
		entry.unknown = "has an owner that this user namespace does not map";
	return entry;
}

static void end(void *owner) {
	struct gathering *gathering = owner;
	struct host *host = gathering->host;
	struct contents *contents = arena_alloc(&host->arena, sizeof *contents);

	look_elsewhere(gathering, contents);
	find_siblings(gathering, contents);
	follow_links(gathering, contents);
	for (size_t kind = 0; kind < CONTENTS_KINDS; ++kind) {
		struct shortlist *found = &gathering->found[kind];
		struct contents_list *list = &contents->lists[kind];

		shortlist_sort(found);
		struct contents_entry *entries = arena_array(&host->arena, found->count + 1, sizeof *entries);
		list->total = found->total;
		for (size_t i = 0; i < found->count; ++i) {
			/* By one name twice: a directory in another one is read with both. */
			if (i && text_equal(found->items[i]->path, found->items[i - 1]->path))
				--list->total;
			else
				entries[list->nentries++] =
				        entry_of(gathering, (enum contents_kind)kind, found->items[i]);
		}
		list->entries = entries;
	}
	for (size_t i = 0; i < LISTS; ++i)
		shortlist_free(&gathering->found[i]);
	contents->examined = gathering->examined;
	host->contents = contents;
}

bool contents_within(const struct host *host, const char *path) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir)
		if (text_path_within(path, dir->path) || (dir->real && text_path_within(path, dir->real)))
			return true;
	return false;
}

const struct descent_participant contents_participant = {
	.fact = FACT_CONTENTS,
	.needs = WALK_ENTRIES,
	.local_size = sizeof(struct local),
	.begin = begin,
	.enter = enter,
	.visit = visit,
	.finish = finish,
	.leave = leave,
	.end = end,
};
