/**
 * sysctl.d(5) is read as both of its readers would read it, for they end with different
 * values: systemd-sysctl(8) writes what stands last for a key, once; `sysctl --system` of procps
 * writes every line, one after another, and /etc/sysctl.conf behind all of them.  Only the
 * keys looked at are kept, and of each only what decides, so that no file is too long.
 */
#include "cleanup.h"
#include "host.h"
#include "object.h"
#include "parse_limits.h"
#include "parse_sysctl.h"
#include "text.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define SYSCTL_SERVICE "systemd-sysctl.service"
#define SYSCTL_CONF "/etc/sysctl.conf"

/** The most globs that are kept for systemd's order of them. */
enum { MOST_GLOBS = 1024 };

/** What is kept of a value that a glob assigns. */
enum { LONGEST_VALUE = 256 };

static const struct key {
	/** With dots, and as a path; no key has a dot or a slash in a component. */
	const char *name, *path;
	/** What the kernel takes; both 0: a string. */
	int64_t minimum, maximum;
	/** The value it is compiled with, on Debian's kernels too; NULL: it computes it, or may lack the key. */
	const char *standard, *debian;
	/** Whether its boot configuration has to be unambiguous. */
	bool definite;
} keys[] = {
	{ "fs.protected_symlinks", "fs/protected_symlinks", 0, 1, "0", "1", true },
	{ "fs.protected_hardlinks", "fs/protected_hardlinks", 0, 1, "0", "1", true },
	{ "fs.protected_regular", "fs/protected_regular", 0, 2, "0", "0", true },
	{ "fs.protected_fifos", "fs/protected_fifos", 0, 2, "0", "0", true },
	{ "fs.suid_dumpable", "fs/suid_dumpable", 0, 2, "0", "0", false },
	{ "kernel.core_pattern", "kernel/core_pattern", 0, 0, "core", "core", false },
	{ "kernel.core_uses_pid", "kernel/core_uses_pid", INT_MIN, INT_MAX, "0", "0", false },
	{ "user.max_user_namespaces", "user/max_user_namespaces", 0, INT_MAX, NULL, NULL, false },
	{ "kernel.unprivileged_userns_clone", "kernel/unprivileged_userns_clone", INT_MIN, INT_MAX, NULL, NULL, false },
	{ "kernel.apparmor_restrict_unprivileged_userns", "kernel/apparmor_restrict_unprivileged_userns", INT_MIN,
	  INT_MAX, NULL, NULL, false },
	{ "vm.memfd_noexec", "vm/memfd_noexec", 0, 2, "0", "0", false },
};
enum { KEYS = sizeof keys / sizeof *keys };

/** A value and where it stands. */
struct stated {
	/** The file; NULL: nothing states it. */
	const char *path;
	unsigned line;
	/** The how manieth line it is of all that procps reads. */
	size_t order;
	/** Whether the kernel takes it. */
	bool accepted;
	int64_t number;
	/** Of a string: what the kernel keeps of it. */
	char text[CORE_PATTERN_SIZE];
};

/** A glob that expands to one of the keys, for systemd: the same glob with another value moves to the end. */
struct glob {
	const char *pattern, *value;
	const char *path;
	unsigned line;
};

/** What was read of one key. */
struct reading {
	/** systemd: the last line with the key itself; exempt if that has no value. */
	struct stated last;
	bool exempt;
	/** procps: the last line that the kernel takes, with the key itself or an odd glob; and with another glob. */
	struct stated written, globbed;
	/** Whether a line of any kind names the key itself, so that no glob reaches it. */
	bool named, named_for_procps;
	/** The first line that means the key and says nothing the kernel takes, and what it says. */
	struct stated refused;
	const char *refusal;
	/** The weakest value in the file that was read last of those with the key, and in all files before that. */
	struct stated weakest_in_last, weakest_before;
	/** Whether a file below /etc states it. */
	bool own;
};

/** The boot configuration while it is read. */
struct boot {
	struct host *host;
	struct reading readings[KEYS];
	struct glob *globs;
	size_t nglobs;
	/** Lines that procps has read. */
	size_t nlines;
};

/** A file of a sysctl.d. */
struct file {
	const char *name, *path;
	/** Which directory it is in: the least hides the others of its name. */
	size_t rank;
};

static bool is_string(const struct key *key) {
	return key->minimum == 0 && key->maximum == 0;
}

/** Take a value as the kernel would. */
static struct stated take(const struct key *key, const char *value, const char *path, unsigned line) {
	struct stated stated = { .path = path, .line = line };

	if (is_string(key)) {
		memcpy(stated.text, value, strnlen(value, sizeof stated.text - 1));
		stated.accepted = true;
	} else {
		stated.accepted = sysctl_number(value, key->minimum, key->maximum, &stated.number);
	}
	return stated;
}

static void note_refusal(struct boot *boot, size_t k, const struct stated *stated, const char *saying) {
	struct reading *reading = &boot->readings[k];
	char shown[LONGEST_VALUE] = "";

	if (reading->refused.path)
		return;
	memcpy(shown, saying, strnlen(saying, sizeof shown - 1));
	reading->refused = *stated;
	reading->refusal = arena_copy(&boot->host->arena, shown);
}

static void keep_weaker(struct stated *weakest, const struct stated *stated) {
	if (stated->accepted && (!weakest->path || stated->number < weakest->number))
		*weakest = *stated;
}

/** Keep the least value of the file in force apart from those behind it. */
static void note_weakest(struct reading *reading, const struct stated *stated) {
	struct stated *last = &reading->weakest_in_last;

	if (last->path && last->path != stated->path) {
		keep_weaker(&reading->weakest_before, last);
		*last = (struct stated) { 0 };
	}
	keep_weaker(last, stated);
}

/** Keep a glob in systemd's order.  Its value is taken when it is known which keys it reaches. */
static void keep_glob(struct boot *boot, const char *path, const struct sysctl_line *line) {
	struct arena *arena = &boot->host->arena;
	char value[LONGEST_VALUE] = "";
	size_t at = 0;

	if (line->value)
		memcpy(value, line->value, strnlen(line->value, sizeof value - 1));
	while (at < boot->nglobs && strcmp(boot->globs[at].pattern, line->key) != 0)
		++at;
	if (at == MOST_GLOBS) {
		host_fault(boot->host, FACT_SYSCTLS, ASPECT_BOOT, path, "has more globs than are resolved");
		return;
	}
	struct glob glob = { .path = path, .line = line->line };
	if (at < boot->nglobs) {
		struct glob *old = &boot->globs[at];

		if (text_equal(old->value, line->value ? value : NULL)) {
			old->path = path;
			old->line = line->line;
			return;
		}
		glob.pattern = old->pattern;
		memmove(old, old + 1, (boot->nglobs - at - 1) * sizeof *old);
		--boot->nglobs;
	} else {
		glob.pattern = arena_copy(arena, line->key);
		boot->globs = arena_grow(arena, boot->globs, boot->nglobs, sizeof *boot->globs);
	}
	glob.value = line->value ? arena_copy(arena, value) : NULL;
	boot->globs[boot->nglobs++] = glob;
}

static void read_for_systemd(struct boot *boot, const char *path, char *text, size_t size) {
	struct sysctl_reader reader = sysctl_reader(SYSCTL_BY_SYSTEMD, text, size);
	const bool own = text_path_within(path, "/etc");
	struct sysctl_line line;

	while (sysctl_read(&reader, &line)) {
		const bool glob = !line.ignored && sysctl_is_glob(line.key);
		bool reaches = false;

		for (size_t k = 0; k < KEYS; ++k) {
			struct reading *reading = &boot->readings[k];

			if (glob) {
				reaches = reaches || sysctl_glob(SYSCTL_BY_SYSTEMD, line.key, keys[k].path);
				continue;
			}
			if (strcmp(line.key, keys[k].path) != 0)
				continue;
			struct stated stated = { .path = path, .line = line.line };
			if (line.ignored) {
				note_refusal(boot, k, &stated, "a line without =");
				continue;
			}
			reading->named = true;
			reading->own = reading->own || own;
			reading->exempt = !line.value;
			if (line.value)
				stated = take(&keys[k], line.value, path, line.line);
			reading->last = stated;
			if (line.value && !stated.accepted)
				note_refusal(boot, k, &stated, line.value);
			note_weakest(reading, &stated);
		}
		if (reaches)
			keep_glob(boot, path, &line);
	}
}

static void read_for_procps(struct boot *boot, const char *path, char *text, size_t size) {
	struct sysctl_reader reader = sysctl_reader(SYSCTL_BY_PROCPS, text, size);
	const bool is_conf = strcmp(path, SYSCTL_CONF) == 0;
	struct sysctl_line line;

	while (sysctl_read(&reader, &line)) {
		const bool glob = !line.ignored && sysctl_is_glob(line.key);

		++boot->nlines;
		for (size_t k = 0; k < KEYS; ++k) {
			struct reading *reading = &boot->readings[k];
			struct stated stated = { .path = path, .line = line.line };

			if (glob ? !sysctl_glob(SYSCTL_BY_PROCPS, line.key, keys[k].path)
			         : strcmp(line.key, keys[k].path) != 0)
				continue;
			if (line.value)
				stated = take(&keys[k], line.value, path, line.line);
			stated.order = boot->nlines;
			if (glob) {
				/* procps compares names as they are written, so that an odd one stands for itself. */
				if (stated.accepted)
					*(line.odd ? &reading->written : &reading->globbed) = stated;
				continue;
			}
			/* Of the other files systemd's reading has told already. */
			if (is_conf && (line.ignored || (line.value && !stated.accepted)))
				note_refusal(boot, k, &stated, line.ignored ? "a line without =" : line.value);
			if (line.ignored)
				continue;
			reading->named_for_procps = reading->named_for_procps || !line.odd;
			if (stated.accepted)
				reading->written = stated;
		}
	}
}

/** Whether the file at path is a mask, or otherwise one that both readers find nothing in. */
static bool reads_as_nothing(const struct tree *tree, const char *path, int error) {
	char target[PATH_MAX];
	struct statx status;

	/* A directory or a link to nowhere hides what has its name as well as a mask does. */
	if (tree_absent(error) || error == -EISDIR)
		return true;
	if (tree_link(tree, path, target, sizeof target) == 0 && strcmp(target, "/dev/null") == 0)
		return true;
	autoclose pinned = error == -EINVAL ? tree_pin(tree, path) : -1;
	return pinned >= 0 && tree_stat(pinned, &status) == 0 && S_ISCHR(status.stx_mode) &&
	       status.stx_rdev_major == 1 && status.stx_rdev_minor == 3;
}

static void read_file(struct boot *boot, const char *path, bool by_systemd) {
	struct arena scratch = { 0 };
	struct bytes bytes;
	int error = tree_load(&boot->host->tree, path, &scratch, &bytes);

	if (error) {
		if (!reads_as_nothing(&boot->host->tree, path, error))
			host_fault(boot->host, FACT_SYSCTLS, ASPECT_BOOT, path, "cannot be read: %s",
			           host_error(boot->host, error));
	} else {
		if (by_systemd)
			read_for_systemd(boot, path, arena_bytes(&scratch, bytes.data, bytes.size), bytes.size);
		read_for_procps(boot, path, arena_bytes(&scratch, bytes.data, bytes.size), bytes.size);
	}
	arena_free(&scratch);
}

static int compare_files(const void *a, const void *b) {
	const struct file *one = a, *other = b;
	int order = strcmp(one->name, other->name);

	return order ? order : (one->rank > other->rank) - (one->rank < other->rank);
}

/** Whether /lib leads to /usr/lib, as it mostly does, so that its files were seen already. */
static bool lib_is_usr_lib(const struct tree *tree) {
	char target[PATH_MAX];

	return tree_link(tree, "/lib", target, sizeof target) == 0 &&
	       (strcmp(target, "usr/lib") == 0 || strcmp(target, "/usr/lib") == 0);
}

/** Read the files of all directories, in byte order of their names. */
static void read_directories(struct boot *boot) {
	static const struct {
		const char *path;
		bool transient;
	} directories[] = {
		{ "/etc/sysctl.d", false },     { "/run/sysctl.d", true },  { "/usr/local/lib/sysctl.d", false },
		{ "/usr/lib/sysctl.d", false }, { "/lib/sysctl.d", false },
	};
	struct host *host = boot->host;
	struct file *files = NULL;
	size_t count = 0;

	for (size_t i = 0; i < sizeof directories / sizeof *directories; ++i) {
		/* What an offline tree has in /run is not there after the boot. */
		if (directories[i].transient && !host->tree.live)
			continue;
		if (strcmp(directories[i].path, "/lib/sysctl.d") == 0 && lib_is_usr_lib(&host->tree))
			continue;
		char **names = host_list(host, FACT_SYSCTLS, ASPECT_BOOT, directories[i].path);

		for (; *names; ++names) {
			if (!text_ends(*names, ".conf"))
				continue;
			files = arena_grow(&host->arena, files, count, sizeof *files);
			files[count++] = (struct file) {
				.name = *names,
				.path = arena_text(&host->arena, "%s/%s", directories[i].path, *names),
				.rank = i,
			};
		}
	}
	if (count)
		qsort(files, count, sizeof *files, compare_files);
	for (size_t i = 0; i < count; ++i)
		if (i == 0 || strcmp(files[i].name, files[i - 1].name) != 0)
			read_file(boot, files[i].path, files[i].name[0] != '.');
	read_file(boot, SYSCTL_CONF, false);
}

/** What systemd-sysctl makes of a key: the last line of its own, else the globs in their order. */
static struct stated resolve_for_systemd(struct boot *boot, size_t k) {
	struct reading *reading = &boot->readings[k];
	struct stated result = { 0 };

	/* A value that the kernel refuses has displaced what stood before it. */
	if (reading->named)
		return reading->last.accepted ? reading->last : result;
	for (size_t i = 0; i < boot->nglobs; ++i) {
		const struct glob *glob = &boot->globs[i];

		if (!glob->value || !sysctl_glob(SYSCTL_BY_SYSTEMD, glob->pattern, keys[k].path))
			continue;
		struct stated stated = take(&keys[k], glob->value, glob->path, glob->line);
		reading->own = reading->own || text_path_within(glob->path, "/etc");
		if (stated.accepted)
			result = stated;
		else
			note_refusal(boot, k, &stated, glob->value);
	}
	return result;
}

/** What `sysctl --system` makes of it: every line is written in turn, and what is refused changes nothing. */
static struct stated resolve_for_procps(const struct reading *reading) {
	return !reading->named_for_procps && reading->globbed.order > reading->written.order ? reading->globbed
	                                                                                     : reading->written;
}

/** Whether the kernel of the next boot is one of Debian's own: as the running one, or as the tree's release has it. */
static bool has_debian_kernel(const struct host *host) {
	const struct identity *identity = host->identity;

	if (identity && identity->kernel_version)
		return strstr(identity->kernel_version, "Debian") != NULL;
	return identity && text_equal(identity->os_id, "debian");
}

static const char *shown(struct boot *boot, size_t k, const struct stated *stated) {
	struct arena *arena = &boot->host->arena;

	if (!stated->path)
		return has_debian_kernel(boot->host) ? keys[k].debian : keys[k].standard;
	return is_string(&keys[k]) ? arena_copy(arena, stated->text)
	                           : arena_text(arena, "%lld", (long long)stated->number);
}

static const char *source(struct boot *boot, const struct stated *stated) {
	return stated->path ? arena_text(&boot->host->arena, "%s:%u", stated->path, stated->line) : "default";
}

/** What makes the configuration of a key ambiguous; false if nothing does. */
static bool find_defect(struct boot *boot, size_t k, const struct stated *systemd, const struct stated *procps,
                        const char *masked, struct sysctl_defect *defect) {
	struct arena *arena = &boot->host->arena;
	const struct reading *reading = &boot->readings[k];
	const char *by_systemd = shown(boot, k, systemd), *by_procps = shown(boot, k, procps);

	*defect = (struct sysctl_defect) { .key = keys[k].name, .expected = "one value" };
	if (masked) {
		defect->message = "is not set at boot: " SYSCTL_SERVICE " is masked";
		defect->expected = SYSCTL_SERVICE " in force";
		defect->actual = "masked";
		defect->source = masked;
	} else if (reading->refused.path) {
		defect->message = "has a line that sets nothing";
		defect->expected = arena_text(arena, "%s = a number from %lld to %lld", keys[k].name,
		                              (long long)keys[k].minimum, (long long)keys[k].maximum);
		defect->actual = reading->refusal;
		defect->source = source(boot, &reading->refused);
	} else if (!text_equal(by_systemd, by_procps)) {
		defect->message = "depends on who reads the files";
		defect->actual =
		        arena_text(arena, "%s for systemd-sysctl, %s for sysctl --system", by_systemd, by_procps);
		defect->source = source(boot, procps->path ? procps : systemd);
	} else if (!systemd->path) {
		defect->message = "is set by no file";
		defect->actual = "none";
		defect->source = "default";
	} else if (!reading->own && reading->weakest_before.path && reading->weakest_before.number < systemd->number) {
		defect->message = "has a weaker value in another file, and none of its own in /etc";
		defect->actual = arena_text(arena, "%s in force, %lld behind it", by_systemd,
		                            (long long)reading->weakest_before.number);
		defect->source = source(boot, &reading->weakest_before);
	} else {
		return false;
	}
	return true;
}

static struct sysctl_view gather_boot(struct host *host) {
	const struct unit *service = unit_find(host->units, SYSCTL_SERVICE);
	const bool systemd = host->units && host->units->systemd;
	const char *masked = systemd && service ? service->masked : NULL;
	struct sysctl *sysctls = arena_array(&host->arena, KEYS + 1, sizeof *sysctls);
	struct sysctl_defect *defects = arena_array(&host->arena, KEYS + 1, sizeof *defects);
	struct boot *boot = arena_alloc(&host->arena, sizeof *boot);
	size_t ndefects = 0;

	boot->host = host;
	read_directories(boot);
	for (size_t k = 0; k < KEYS; ++k) {
		const struct stated by_systemd = resolve_for_systemd(boot, k);
		const struct stated by_procps = resolve_for_procps(&boot->readings[k]), none = { 0 };
		/* With the service masked nothing reads the files: procps.service is another name of it. */
		const struct stated *in_force = masked ? &none : systemd ? &by_systemd : &by_procps;

		sysctls[k] = (struct sysctl) {
			.key = keys[k].name,
			.value = shown(boot, k, in_force),
			.source = source(boot, in_force),
		};
		if (keys[k].definite && find_defect(boot, k, &by_systemd, &by_procps, masked, &defects[ndefects]))
			++ndefects;
	}
	defects[ndefects] = (struct sysctl_defect) { 0 };
	return (struct sysctl_view) { .aspect = ASPECT_BOOT, .sysctls = sysctls, .defects = defects };
}

/** Files that every kernel has beside the keys: without them it cannot be told whether a key is lacking. */
static const struct witness {
	const char *directory, *path;
} witnesses[] = {
	{ "fs/", "/proc/sys/fs/file-max" },
	{ "vm/", "/proc/sys/vm/overcommit_memory" },
	/* /proc/sys/user itself is not there in a kernel without user namespaces. */
	{ "", "/proc/sys/kernel/ostype" },
};
enum { WITNESSES = sizeof witnesses / sizeof *witnesses };

/** Whether a key that is not there is one that the kernel lacks.  seen remembers: 0 not asked yet, 1 no, 2 yes. */
static bool kernel_lacks(struct host *host, const char *path, unsigned char seen[static WITNESSES]) {
	size_t i = 0;

	while (!text_starts(path, witnesses[i].directory))
		++i;
	if (!seen[i]) {
		struct arena scratch = { 0 };
		struct bytes bytes;

		seen[i] = tree_load(&host->tree, witnesses[i].path, &scratch, &bytes) == 0 ? 2 : 1;
		arena_free(&scratch);
	}
	return seen[i] == 2;
}

static struct sysctl_view gather_live(struct host *host) {
	struct sysctl *sysctls = arena_array(&host->arena, KEYS + 1, sizeof *sysctls);
	unsigned char seen[WITNESSES] = { 0 };

	for (size_t k = 0; k < KEYS; ++k) {
		const char *path = arena_text(&host->arena, "/proc/sys/%s", keys[k].path);
		struct sysctl *sysctl = &sysctls[k];
		struct bytes bytes;
		int error = tree_load(&host->tree, path, &host->arena, &bytes);

		*sysctl = (struct sysctl) { .key = keys[k].name, .source = path };
		if (tree_absent(error) && kernel_lacks(host, keys[k].path, seen)) {
			sysctl->absent = true;
		} else if (tree_absent(error)) {
			sysctl->unknown = "cannot be read: /proc is not mounted, or not the kernel's own";
		} else if (error) {
			sysctl->unknown = arena_text(&host->arena, "cannot be read: %s", host_error(host, error));
		} else {
			size_t length = strnlen(bytes.data, bytes.size);

			while (length && strchr(" \t\n", bytes.data[length - 1]))
				--length;
			sysctl->value = arena_bytes(&host->arena, bytes.data, length);
		}
	}
	return (struct sysctl_view) { .aspect = ASPECT_LIVE, .sysctls = sysctls };
}

/** The audited directory in which path lies, by any of its names, or NULL. */
static const char *audited_directory(const struct host *host, const char *path) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (text_path_within(path, dir->path) || (dir->real && text_path_within(path, dir->real)))
			return dir->path;
		for (const char *const *alias = dir->aliases; alias && *alias; ++alias)
			if (text_path_within(path, *alias))
				return dir->path;
	}
	return NULL;
}

/** Examine a program or socket that is there: a trusted path to what others own is none. */
static void examine_target(struct host *host, struct trust *trust) {
	autoclose pinned = tree_pin(&host->tree, trust->real);
	const struct mount *mount;
	struct object object;
	const char *unknown = pinned < 0 ? host_error(host, pinned) : object_examine(host, pinned, &object, &mount);

	if (!unknown)
		unknown = object_examine_lists(host, pinned, &object);
	if (unknown) {
		trust->verdict = TRUST_UNKNOWN;
		trust->component = trust->real;
		trust->why = unknown;
	} else if (object.uid != 0 || object_others_write(&object)) {
		trust->verdict = TRUST_BAD;
		trust->component = trust->real;
		trust->why = object_shown(&host->arena, host->accounts, &object);
	}
}

/** Find out where the dumps of a view go. */
static void gather_core(struct host *host, struct sysctl_view *view) {
	const struct sysctl *pattern = sysctl_find(view, "kernel.core_pattern");
	const struct sysctl *uses_pid = sysctl_find(view, "kernel.core_uses_pid");
	char path[CORE_PATTERN_SIZE];
	long number = 0;

	if (!pattern || !pattern->value)
		return;
	view->core_kind = core_read(pattern->value, path);
	/* To an empty name the kernel still adds the process: a relative ".1234". */
	if (!*pattern->value && uses_pid && sysctl_value(uses_pid, &number) && number)
		view->core_kind = CORE_RELATIVE;
	if (!*path || view->core_kind == CORE_NONE)
		return;
	if (host->mount_namespace == MOUNTS_UNKNOWN) {
		view->core = (struct trust) {
			.verdict = TRUST_UNKNOWN,
			.component = arena_copy(&host->arena, path),
			.why = "cannot be told: this process has other mounts than the host",
		};
		return;
	}
	view->core = trust_examine(host, path, 0);
	if (view->core_kind == CORE_FILE)
		view->core_inside = audited_directory(host, view->core.real ? view->core.real : path);
	else if (view->core.verdict == TRUST_GOOD)
		examine_target(host, &view->core);
}

/** Find out whether sessions are denied core dumps: limits.conf(5), then limits.d in order of name. */
static void gather_core_limits(struct host *host, struct sysctl_view *views) {
	struct core_limits limits = { 0 };
	const char *path = "/etc/security/limits.conf", *unknown = NULL;
	char **names;
	int count = tree_list(&host->tree, "/etc/security/limits.d", &host->arena, &names);

	if (count < 0 && !tree_absent(count))
		unknown = "cannot be told: /etc/security/limits.d cannot be listed";
	for (char **name = names;;) {
		struct arena scratch = { 0 };
		struct bytes bytes;
		int error = tree_load(&host->tree, path, &scratch, &bytes);

		if (!error)
			core_limits_read(&limits, path, bytes.data, bytes.size);
		else if (!reads_as_nothing(&host->tree, path, error))
			unknown = arena_text(&host->arena, "cannot be told: %s %s", path, host_error(host, error));
		arena_free(&scratch);
		while (name && *name && !text_ends(*name, ".conf"))
			++name;
		if (!name || !*name)
			break;
		path = arena_text(&host->arena, "/etc/security/limits.d/%s", *name++);
	}
	const char *denied = limits.everybody && !limits.exceptions
	                             ? arena_text(&host->arena, "%s:%u", limits.path, limits.line)
	                             : NULL;
	for (struct sysctl_view *view = views; view->aspect; ++view) {
		view->core_denied = unknown ? NULL : denied;
		view->core_denied_unknown = unknown;
	}
}

void sysctls_gather(struct host *host) {
	struct sysctl_view *views = arena_array(&host->arena, 3, sizeof *views);
	bool relative = false;
	size_t count = 0;

	if (host->tree.live)
		views[count++] = gather_live(host);
	views[count++] = gather_boot(host);
	for (size_t i = 0; i < count; ++i) {
		gather_core(host, &views[i]);
		relative = relative || views[i].core_kind == CORE_RELATIVE;
	}
	/* Nobody asks where a relative name is good as it is. */
	if (relative && !host->policy->parameters[PARAMETER_CORE_RELATIVE])
		gather_core_limits(host, views);
	host->sysctl_views = views;
}

const struct sysctl *sysctl_find(const struct sysctl_view *view, const char *key) {
	for (const struct sysctl *sysctl = view->sysctls; sysctl && sysctl->key; ++sysctl)
		if (strcmp(sysctl->key, key) == 0)
			return sysctl;
	return NULL;
}

bool sysctl_lacking(const struct sysctl_view *views, const char *key) {
	for (const struct sysctl_view *view = views; view && view->aspect; ++view) {
		const struct sysctl *sysctl = sysctl_find(view, key);

		if (sysctl && sysctl->absent)
			return true;
	}
	return false;
}

bool sysctl_value(const struct sysctl *sysctl, long *value) {
	int64_t number;

	if (!sysctl->value || !sysctl_number(sysctl->value, LONG_MIN, LONG_MAX, &number))
		return false;
	*value = (long)number;
	return true;
}
