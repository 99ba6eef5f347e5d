#include "host.h"

#include "cleanup.h"
#include "parse_cgroup.h"
#include "parse_mountinfo.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/** The directories that are asked for, and what sharing them is called; bits of a mask by their index. */
static const char *const dirs[] = { "/tmp", "/var/tmp" };
static const char *const shared_words[] = { NULL, "/tmp", "/var/tmp", "/tmp and /var/tmp" };
enum { DIRS = sizeof dirs / sizeof *dirs, ALL_DIRS = (1 << DIRS) - 1 };

/**
 * Services for which a /tmp of their own is no question: what opens sessions and runs the programs of users, what
 * shows their windows, what runs containers, and what cleans the directories themselves.
 */
static const char *const exempt[] = {
	"getty@*",
	"serial-getty@*",
	"console-getty.*",
	"container-getty@*",
	"autovt@*",
	"emergency.*",
	"rescue.*",
	"debug-shell.*",
	"ssh.*",
	"sshd.*",
	"ssh@*",
	"sshd@*",
	"sshd-*@*",
	"dropbear.*",
	"dropbear@*",
	"cron.*",
	"crond.*",
	"anacron.*",
	"fcron.*",
	"cron-*",
	"at.*",
	"atd.*",
	"user@*",
	"user-runtime-dir@*",
	"session-*",
	"gdm.*",
	"gdm3.*",
	"lightdm.*",
	"sddm.*",
	"xdm.*",
	"lxdm.*",
	"slim.*",
	"wdm.*",
	"greetd.*",
	"ly.*",
	"display-manager.*",
	"x11-common.*",
	"xorg*",
	"xserver*",
	"xvfb*",
	"xrdp*",
	"vnc*",
	"tigervnc*",
	"x11vnc*",
	"docker.*",
	"containerd.*",
	"podman*",
	"crio.*",
	"cri-o.*",
	"lxc*",
	"lxd*",
	"incus*",
	"libvirtd.*",
	"virt*d.*",
	"kubelet.*",
	"k3s*",
	"buildkit*",
	"systemd-nspawn@*",
	"systemd-machined.*",
	"machine-*",
	"snapd.*",
	"snap.*",
	"systemd-tmpfiles-*",
	"tmpreaper.*",
	"tmpwatch.*",
	"initrd-*",
	"systemd-executor*",
	NULL,
};

static bool is_exempt(const char *name) {
	for (const char *const *glob = exempt; *glob; ++glob)
		if (text_glob(*glob, name))
			return true;
	return false;
}

/** What a running service's processes come to. */
struct running {
	const char *name;
	/** The first of them. */
	const char *first;
	/** Directories that one of them shares. */
	unsigned shares;
	/** How one uses them, and which. */
	const char *use, *user;
	/** The uid that it runs as, if all do, and it is none of people's; 0: none. */
	uid_t uid;
	const char *uid_pid;
	bool mixed;
	/** Processes whose mappings were read. */
	size_t mapped;
	const char *unknown;
};

/**
 * How many processes of a service have their mappings read, unless the audit is deep: the kernel takes longer to
 * list them than for all else together, and the many workers of a service have the same.
 */
#define MAPPED_LIMIT 8

/** The directories that a mount namespace shares. */
struct space {
	/** Of /proc/PID/ns/mnt. */
	const char *key;
	unsigned shares;
};

/** A socket with a name in one of the directories. */
struct socket {
	const char *inode, *path;
};

/** The first name in a directory that belongs to a uid. */
struct owner {
	uid_t uid;
	unsigned dir;
	const char *path;
};

struct gathering {
	struct host *host;
	struct arena scratch;
	struct owner *owners;
	size_t nowners;
	struct sharer *list;
	size_t count;
	struct running *running;
	size_t nrunning;
	struct space *spaces;
	size_t nspaces;
	/** What the host's directories are: mountinfo_place(). */
	const char *places[DIRS];
	/** /proc, pinned. */
	int proc;
	struct socket *sockets;
	size_t nsockets;
	bool sockets_read;
};

static void add(struct gathering *gathering, const struct sharer *sharer) {
	struct arena *arena = &gathering->host->arena;

	gathering->list = arena_grow(arena, gathering->list, gathering->count, sizeof *gathering->list);
	gathering->list[gathering->count++] = (struct sharer) {
		.name = arena_copy(arena, sharer->name),
		.aspect = sharer->aspect,
		.shares = sharer->shares,
		.use = arena_copy(arena, sharer->use),
		.source = arena_copy(arena, sharer->source),
		.lasting = sharer->lasting,
		.unknown = arena_copy(arena, sharer->unknown),
	};
}

/* What a unit says. */

/** The last assignment of a key of the service that is not taken back; NULL: none. */
static const struct unit_setting *last(const struct unit *unit, const char *key) {
	return unit_setting(unit, "Service", key);
}

/** The directories that a list of paths covers: each, or one above it. */
static unsigned covered(struct arena *arena, const struct unit *unit, const char *key) {
	unsigned mask = 0;

	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting) {
		if (!text_equal(setting->section, "Service") || !text_equal(setting->key, key))
			continue;
		if (!*setting->value)
			mask = 0;
		char *words = arena_copy(arena, setting->value), *position = NULL;
		for (char *word = strtok_r(words, " \t\"'", &position); word;
		     word = strtok_r(NULL, " \t\"'", &position)) {
			word += strspn(word, "-+");
			word[strcspn(word, ":")] = '\0';
			size_t length = strlen(word);
			while (length > 1 && word[length - 1] == '/')
				word[--length] = '\0';
			for (unsigned i = 0; *word == '/' && i < DIRS; ++i)
				if (text_path_within(dirs[i], word))
					mask |= 1U << i;
		}
	}
	return mask;
}

/** The directories that a unit's settings leave shared with the host. */
static unsigned shared_by(const struct host *host, struct arena *arena, const struct unit *unit) {
	static const char *const roots[] = { "RootDirectory", "RootImage" };
	static const char *const lists[] = { "TemporaryFileSystem", "InaccessiblePaths", "InaccessibleDirectories" };
	unsigned mask = ALL_DIRS;

	if (unit_has_private_tmp(host, unit, "Service"))
		return 0;
	for (size_t i = 0; i < sizeof roots / sizeof *roots; ++i) {
		const struct unit_setting *setting = last(unit, roots[i]);

		if (setting && setting->value[strspn(setting->value, "-/")])
			return 0;
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i)
		mask &= ~covered(arena, unit, lists[i]);
	return mask;
}

/** Whether a byte can stand before the first slash of a path that is no absolute one. */
static bool is_part(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("_./}~*%)", c);
}

/** The first path of text in one of the directories of the mask, or the directory; NULL if there is none. */
static const char *find_path(struct arena *arena, const char *text, unsigned mask) {
	for (const char *at = text; (at = strchr(at, '/')); ++at) {
		if (at > text && is_part(at[-1]))
			continue;
		const size_t length = strcspn(at, " \t\"';:,|&<>()");

		for (unsigned i = 0; i < DIRS; ++i) {
			const char *path = arena_bytes(arena, at, length);

			if (mask & 1U << i && text_path_within(path, dirs[i]))
				return path;
		}
	}
	return NULL;
}

/** Whether values of the key add up, until an empty one takes back all before it. */
static bool is_list(const char *key) {
	return text_starts(key, "Exec") || text_starts(key, "Environment") || text_starts(key, "ReadWrite") ||
	       text_starts(key, "Listen");
}

/** Whether the key's value is something that the service uses. */
static bool shows_use(const char *key) {
	static const char *const keys[] = { "WorkingDirectory", "PIDFile",        "StandardInput",
		                            "StandardOutput",   "StandardError",  "EnvironmentFile",
		                            "Environment",      "ReadWritePaths", "ReadWriteDirectories" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i)
		if (text_equal(key, keys[i]))
			return true;
	return text_starts(key, "Exec") || text_starts(key, "Listen");
}

/** Whether a later setting takes this one back. */
static bool is_replaced(const struct unit_setting *setting) {
	for (const struct unit_setting *later = setting + 1; later->key; ++later)
		if (text_equal(later->section, setting->section) && text_equal(later->key, setting->key) &&
		    (is_list(setting->key) ? !*later->value : *later->value || !text_starts(setting->key, "Standard")))
			return true;
	return false;
}

/** A path in one of the directories that a section of the unit names; words of a finding, or NULL. */
static const char *find_named(struct arena *arena, const struct unit *unit, const char *section, unsigned mask,
                              const char **source) {
	for (const struct unit_setting *setting = unit->settings; setting && setting->key; ++setting) {
		const char *path;

		if (!text_equal(setting->section, section) || !shows_use(setting->key))
			continue;
		path = find_path(arena, setting->value, mask);
		if (!path || is_replaced(setting))
			continue;
		*source = setting->source;
		return arena_text(arena, "%s in %s=", path, setting->key);
	}
	return NULL;
}

/** The unit of a service: its own, or the template's. */
static const struct unit *unit_of(const struct host *host, struct arena *arena, const char *name) {
	const struct unit *unit = unit_find(host->units, name);
	const char *at = strchr(name, '@');

	if (!unit && at)
		unit = unit_find(host->units, arena_text(arena, "%.*s.service", (int)(at + 1 - name), name));
	return unit;
}

/** What the unit, or the socket that starts it, names. */
static const char *find_use(struct gathering *gathering, const struct unit *unit, unsigned mask, const char **source) {
	struct arena *arena = &gathering->scratch;
	const size_t stem = strlen(unit->name) - strlen(".service");
	const char *use = find_named(arena, unit, "Service", mask, source);

	if (!use) {
		const char *name = arena_text(arena, "%.*s.socket", (int)stem, unit->name);
		const struct unit *socket = unit_find(gathering->host->units, name);

		use = socket && unit_starts(socket) ? find_named(arena, socket, "Socket", mask, source) : NULL;
	}
	return use;
}

/**
 * Whether the service runs on, and could have a /tmp of its own: PrivateTmp= makes it wait for what is started with the
 * others, so that one of the early boot, such as systemd-journald, waits for itself and is never started.
 */
static bool is_lasting(const struct unit *unit) {
	const struct unit_setting *type = unit ? unit_last(unit, "Service", "Type") : NULL;
	const struct unit_setting *late = unit ? unit_last(unit, "Unit", "DefaultDependencies") : NULL;

	return (!type || !text_equal(type->value, "oneshot")) && !(late && unit_boolean(late->value) == 0);
}

static void add_units(struct gathering *gathering) {
	const struct units *units = gathering->host->units;

	for (size_t i = 0; i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];
		struct sharer sharer = { .name = unit->name, .aspect = ASPECT_BOOT, .source = unit->path };

		if (!text_ends(unit->name, ".service") || !unit_starts(unit) || !unit->path || is_exempt(unit->name))
			continue;
		const unsigned mask = shared_by(gathering->host, &gathering->scratch, unit);
		sharer.shares = shared_words[mask];
		sharer.lasting = *unit->wanted_by && is_lasting(unit);
		if (mask)
			sharer.use = find_use(gathering, unit, mask, &sharer.source);
		add(gathering, &sharer);
	}
}

/* What runs. */

static bool is_pid(const char *name) {
	uint64_t number;

	return *name != '0' && text_number(name, 10, INT_MAX, &number);
}

/** By number, since names sort by digits. */
static int compare_pids(const void *a, const void *b) {
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	const size_t m = strlen(x), n = strlen(y);

	return m != n ? (m > n) - (m < n) : strcmp(x, y);
}

/** Whether the process has gone while we looked. */
static bool is_gone(int error) {
	return tree_absent(error) || error == -ESRCH;
}

static struct running *find_running(struct gathering *gathering, const char *name, const char *pid) {
	struct arena *arena = &gathering->scratch;

	for (size_t i = 0; i < gathering->nrunning; ++i)
		if (text_equal(gathering->running[i].name, name))
			return &gathering->running[i];
	gathering->running = arena_grow(arena, gathering->running, gathering->nrunning, sizeof *gathering->running);
	gathering->running[gathering->nrunning] =
	        (struct running) { .name = arena_copy(arena, name), .first = arena_copy(arena, pid) };
	return &gathering->running[gathering->nrunning++];
}

/** Which directories lead to the host's in a mountinfo. */
static int read_places(struct gathering *gathering, const char *path, struct arena *arena, const char **places) {
	struct mountinfo mountinfo;
	struct bytes bytes;
	int error = tree_load(&gathering->host->tree, path, arena, &bytes);

	if (!error)
		error = parse_mountinfo(&bytes, arena, &mountinfo);
	for (size_t i = 0; !error && i < DIRS; ++i) {
		const struct tempdir *dir = host_tempdir(gathering->host, dirs[i]);

		places[i] = mountinfo_place(&mountinfo, dir && dir->real ? dir->real : dirs[i], arena);
	}
	return error;
}

static void add_space(struct gathering *gathering, const char *key, unsigned shares) {
	gathering->spaces =
	        arena_grow(&gathering->scratch, gathering->spaces, gathering->nspaces, sizeof *gathering->spaces);
	gathering->spaces[gathering->nspaces++] = (struct space) { arena_copy(&gathering->scratch, key), shares };
}

/**
 * The directories that the process shares.  Returns 0 or a negative errno.  Most are in one namespace, and each
 * is read once: a process with a root of its own in it can still hold the host's files.
 */
static int find_shares(struct gathering *gathering, const char *pid, struct arena *arena, unsigned *shares) {
	const char *places[DIRS], *space = arena_text(arena, "/proc/%s/ns/mnt", pid);
	char key[64] = "";

	*shares = 0;
	if (tree_link(&gathering->host->tree, space, key, sizeof key) != 0)
		*key = '\0';
	for (size_t i = 0; *key && i < gathering->nspaces; ++i)
		if (text_equal(gathering->spaces[i].key, key)) {
			*shares = gathering->spaces[i].shares;
			return 0;
		}
	int error = read_places(gathering, arena_text(arena, "/proc/%s/mountinfo", pid), arena, places);
	if (error)
		return error;
	for (unsigned i = 0; i < DIRS; ++i)
		if (gathering->places[i] && text_equal(places[i], gathering->places[i]))
			*shares |= 1U << i;
	if (*key)
		add_space(gathering, key, *shares);
	return 0;
}

/** Whether a path lies in one of the directories that are shared. */
static bool is_shared(const char *path, unsigned shares) {
	for (unsigned i = 0; i < DIRS; ++i)
		if (shares & 1U << i && text_path_within(path, dirs[i]))
			return true;
	return false;
}

/** The sockets that have a name in one of the directories: /proc/net/unix, whose seventh field is the inode. */
static void read_sockets(struct gathering *gathering) {
	struct arena *arena = &gathering->scratch;
	struct bytes bytes;

	gathering->sockets_read = true;
	if (tree_load(&gathering->host->tree, "/proc/net/unix", arena, &bytes) != 0)
		return;
	for (const char *line = bytes.data, *const end = bytes.data + bytes.size; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		char *text = arena_bytes(arena, line, (size_t)((newline ? newline : end) - line)), *position = NULL;
		const char *path = strstr(text, " /"), *inode = strtok_r(text, " ", &position);

		for (int field = 0; inode && field < 6; ++field)
			inode = strtok_r(NULL, " ", &position);
		if (path && inode && is_shared(path + 1, ALL_DIRS)) {
			gathering->sockets =
			        arena_grow(arena, gathering->sockets, gathering->nsockets, sizeof *gathering->sockets);
			gathering->sockets[gathering->nsockets++] = (struct socket) { inode, path + 1 };
		}
		line = newline ? newline + 1 : end;
	}
}

/** The name of a socket, by the text of the descriptor's link; NULL: it has none there. */
static const char *socket_path(struct gathering *gathering, const char *target) {
	static const char prefix[] = "socket:[";
	const size_t length = sizeof prefix - 1;

	if (!text_starts(target, prefix))
		return NULL;
	if (!gathering->sockets_read)
		read_sockets(gathering);
	for (size_t i = 0; i < gathering->nsockets; ++i) {
		const struct socket *socket = &gathering->sockets[i];
		const size_t digits = strlen(socket->inode);

		if (strncmp(target + length, socket->inode, digits) == 0 && target[length + digits] == ']')
			return socket->path;
	}
	return NULL;
}

static void note_use(struct gathering *gathering, struct running *running, const char *pid, const char *path,
                     const char *how) {
	running->use = arena_text(&gathering->scratch, "%s %s", path, how);
	running->user = arena_copy(&gathering->scratch, pid);
}

/** Look for an open file.  Returns 0 or a negative errno. */
static int find_open(struct gathering *gathering, struct running *running, const char *pid, unsigned shares,
                     struct arena *arena) {
	char **targets;
	int count = tree_links(&gathering->host->tree, arena_text(arena, "/proc/%s/fd", pid), arena, &targets);

	for (int i = 0; i < count && !running->use; ++i) {
		const char *path = *targets[i] == '/' ? targets[i] : socket_path(gathering, targets[i]);

		if (path && is_shared(path, shares))
			note_use(gathering, running, pid, path, "open");
	}
	return count < 0 ? count : 0;
}

/** Look for a mapped file.  Returns 0 or a negative errno. */
static int find_mapped(struct gathering *gathering, struct running *running, const char *pid, unsigned shares,
                       struct arena *arena) {
	struct bytes maps;
	int error = tree_load(&gathering->host->tree, arena_text(arena, "/proc/%s/maps", pid), arena, &maps);

	if (error)
		return error;
	for (const char *line = maps.data; *line && !running->use;) {
		const size_t length = strcspn(line, "\n");
		const char *path = memchr(line, '/', length);

		if (path) {
			const char *text = arena_bytes(arena, path, length - (size_t)(path - line));

			if (is_shared(text, shares))
				note_use(gathering, running, pid, text, "mapped");
		}
		line += length + (line[length] == '\n');
	}
	return 0;
}

static bool find_owner(const struct gathering *gathering, uid_t uid, unsigned dir) {
	for (size_t i = 0; i < gathering->nowners; ++i)
		if (gathering->owners[i].uid == uid && gathering->owners[i].dir == dir)
			return true;
	return false;
}

/** Note whom the service runs as. */
static int note_uid(struct gathering *gathering, struct running *running, const char *pid, struct arena *arena) {
	const struct accounts *accounts = gathering->host->accounts;
	struct bytes status;
	int error = tree_load_proc(&gathering->host->tree, gathering->proc, arena_text(arena, "%s/status", pid), arena,
	                           &status);

	if (error)
		return error;
	const char *field = strstr(status.data, "\nUid:\t");
	/* The second is the effective one. */
	field = field ? strchr(field + strlen("\nUid:\t"), '\t') : NULL;
	const unsigned long uid = field ? strtoul(field + 1, NULL, 10) : 0;
	const uid_t dedicated = (uid_t)uid;
	/* A master that is root's has workers that are not. */
	if (!account_serves(accounts, dedicated))
		return 0;
	if (running->uid && running->uid != dedicated)
		running->mixed = true;
	running->uid = dedicated;
	if (!running->uid_pid)
		running->uid_pid = arena_copy(&gathering->scratch, pid);
	return 0;
}

/** Look for any use by the process.  Returns 0 or a negative errno. */
static int find_process_use(struct gathering *gathering, struct running *running, const char *pid, unsigned shares,
                            struct arena *arena) {
	char cwd[PATH_MAX];
	int error = find_open(gathering, running, pid, shares, arena);

	if (error || running->use)
		return error;
	error = tree_link(&gathering->host->tree, arena_text(arena, "/proc/%s/cwd", pid), cwd, sizeof cwd);
	if (!error && is_shared(cwd, shares))
		note_use(gathering, running, pid, cwd, "is its current directory");
	/* One that is ending has none any more. */
	if ((error && error != -EINVAL) || running->use)
		return error;
	if (running->mapped++ >= MAPPED_LIMIT && !gathering->host->deep)
		return 0;
	return find_mapped(gathering, running, pid, shares, arena);
}

static void add_process(struct gathering *gathering, const char *pid, struct arena *arena) {
	struct host *host = gathering->host;
	struct bytes cgroup;
	unsigned shares;
	int error = tree_load_proc(&host->tree, gathering->proc, arena_text(arena, "%s/cgroup", pid), arena, &cgroup);

	if (error) {
		if (!is_gone(error))
			host_fault(host, FACT_SERVICES, ASPECT_PROCESS, arena_text(arena, "/proc/%s/cgroup", pid),
			           "cannot be read: %s", host_error(host, error));
		return;
	}
	const char *service = parse_cgroup_service(&cgroup, arena);
	if (!service || is_exempt(service))
		return;
	struct running *running = find_running(gathering, service, pid);
	error = find_shares(gathering, pid, arena, &shares);
	if (!error) {
		running->shares |= shares;
		if (!shares)
			return;
		if (gathering->nowners)
			error = note_uid(gathering, running, pid, arena);
		if (!error && !running->use)
			error = find_process_use(gathering, running, pid, shares, arena);
	}
	if (error && !is_gone(error) && !running->unknown)
		running->unknown =
		        arena_text(&gathering->scratch, "cannot be told (pid %s): %s", pid, host_error(host, error));
}

/** The service that alone runs as the uid, uses nothing that was seen, and shares the directory; NULL: none. */
static struct running *owner_of(struct gathering *gathering, uid_t uid, unsigned dir) {
	struct running *owner = NULL;

	for (size_t i = 0; uid && i < gathering->nrunning; ++i) {
		struct running *running = &gathering->running[i];

		if (running->uid != uid)
			continue;
		if (owner || running->mixed)
			return NULL;
		owner = running;
	}
	return owner && !owner->use && owner->shares & 1U << dir ? owner : NULL;
}

/** Find what lies in the directories and belongs to uids that services may have for themselves. */
static void list_owners(struct gathering *gathering) {
	struct host *host = gathering->host;

	for (unsigned i = 0; i < DIRS; ++i) {
		const struct tempdir *dir = host_tempdir(host, dirs[i]);
		struct arena arena = { 0 };
		char **names;

		/* What may not answer is not to be listed: it was set aside before. */
		if (dir && dir->unknown) {
			host_fault(host, FACT_SERVICES, ASPECT_FILE, dirs[i], "%s", dir->unknown);
			continue;
		}
		autoclose directory = tree_pin(&host->tree, dirs[i]);
		int count = directory < 0 ? directory : tree_list_pinned(directory, &arena, &names);

		if (count < 0 && !tree_absent(count))
			host_fault(host, FACT_SERVICES, ASPECT_FILE, dirs[i], "cannot be listed: %s",
			           host_error(host, count));
		for (int k = 0; k < count; ++k) {
			struct statx status;

			if (tree_stat_at(directory, names[k], &status) != 0 ||
			    !account_serves(host->accounts, status.stx_uid) || find_owner(gathering, status.stx_uid, i))
				continue;
			gathering->owners = arena_grow(&gathering->scratch, gathering->owners, gathering->nowners,
			                               sizeof *gathering->owners);
			gathering->owners[gathering->nowners++] = (struct owner) {
				.uid = status.stx_uid,
				.dir = i,
				.path = arena_text(&gathering->scratch, "%s/%s", dirs[i], names[k]),
			};
		}
		arena_free(&arena);
	}
}

/** Note whose they are. */
static void find_owned(struct gathering *gathering) {
	for (size_t i = 0; i < gathering->nowners; ++i) {
		const struct owner *owner = &gathering->owners[i];
		struct running *running = owner_of(gathering, owner->uid, owner->dir);

		if (running)
			note_use(gathering, running, running->uid_pid, owner->path,
			         arena_text(&gathering->scratch, "owned by uid %s",
			                    account_shown(&gathering->scratch, gathering->host->accounts, owner->uid)));
	}
}

static int compare_running(const void *a, const void *b) {
	return strcmp(((const struct running *)a)->name, ((const struct running *)b)->name);
}

static void add_running(struct gathering *gathering) {
	struct host *host = gathering->host;
	struct arena *scratch = &gathering->scratch;
	char **names;
	autoclose proc = tree_pin_proc(&host->tree);
	int count = proc < 0 ? proc : tree_list_pinned(proc, scratch, &names);
	int error = count < 0 ? count : read_places(gathering, "/proc/1/mountinfo", scratch, gathering->places);

	if (error) {
		host_fault(host, FACT_SERVICES, ASPECT_PROCESS, count < 0 ? "/proc" : "/proc/1/mountinfo",
		           "cannot be read: %s",
		           tree_absent(error) ? "it does not show process 1" : host_error(host, error));
		return;
	}
	/* Process 1 is in the host's namespace, whatever its own mounts are to us. */
	char key[64];
	if (tree_link(&host->tree, "/proc/1/ns/mnt", key, sizeof key) == 0)
		add_space(gathering, key, ALL_DIRS);
	gathering->proc = proc;
	list_owners(gathering);
	qsort(names, (size_t)count, sizeof *names, compare_pids);
	for (char **pid = names; *pid; ++pid) {
		struct arena arena = { 0 };

		if (is_pid(*pid) && strcmp(*pid, "1") != 0)
			add_process(gathering, *pid, &arena);
		arena_free(&arena);
	}
	find_owned(gathering);
	if (gathering->nrunning)
		qsort(gathering->running, gathering->nrunning, sizeof *gathering->running, compare_running);
	for (size_t i = 0; i < gathering->nrunning; ++i) {
		const struct running *running = &gathering->running[i];
		const struct unit *unit = unit_of(host, scratch, running->name);
		const char *source;
		struct sharer sharer = {
			.name = running->name,
			.aspect = ASPECT_PROCESS,
			.shares = shared_words[running->shares],
			.use = running->use,
			.source = running->user ? running->user : running->first,
			.lasting = is_lasting(unit),
			.unknown = running->unknown,
		};

		if (!sharer.use && unit && running->shares)
			sharer.use = find_use(gathering, unit, running->shares, &source);
		add(gathering, &sharer);
	}
}

void services_gather(struct host *host) {
	struct gathering gathering = { .host = host };
	struct services *services = arena_alloc(&host->arena, sizeof *services);

	if (host->units->systemd) {
		if (host->tree.live)
			add_running(&gathering);
		add_units(&gathering);
	}
	services->list = gathering.list ? gathering.list : arena_alloc(&host->arena, sizeof *gathering.list);
	arena_free(&gathering.scratch);
	host->services = services;
}
