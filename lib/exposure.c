#include "host.h"
#include "parse_crontab.h"
#include "parse_udev.h"
#include "sources.h"
#include "text.h"

#include <errno.h>
#include <string.h>

/** Of each file: what is known of who runs it. */
struct standing {
	/** A unit without a /tmp of its own, or whatever else runs as root, runs it; a unit that has one does. */
	const char *by_root, *by_private;
};

enum { BUCKETS = 1024 };

struct finding_out {
	struct host *host;
	struct source_file *sources;
	size_t count;
	struct standing *standings;
	/** By path: the first of each bucket, and the next, plus 1. */
	unsigned buckets[BUCKETS], *next;
	struct arena scratch;
};

/** The path without the "/usr" that a merged system does not tell apart. */
static const char *canonical(const char *path) {
	static const char *const merged[] = { "/usr/bin/", "/usr/sbin/", "/usr/lib", NULL };

	for (const char *const *top = merged; *top; ++top)
		if (text_starts(path, *top))
			return path + strlen("/usr");
	return path;
}

static void index_paths(struct finding_out *out) {
	out->next = arena_array(&out->scratch, out->count + 1, sizeof *out->next);
	for (size_t i = 0; i < out->count; ++i) {
		unsigned *bucket = &out->buckets[text_hash(canonical(out->sources[i].path)) % BUCKETS];

		out->next[i] = *bucket;
		*bucket = (unsigned)i + 1;
	}
}

/** The number of the source of that path, plus 1; 0: there is none. */
static unsigned find(const struct finding_out *out, const char *path) {
	const char *wanted = canonical(path);
	unsigned i = out->buckets[text_hash(wanted) % BUCKETS];

	while (i && !text_equal(canonical(out->sources[i - 1].path), wanted))
		i = out->next[i - 1];
	return i;
}

/* Who runs it */

/** Note every path in a command line. */
static void note_paths(struct finding_out *out, const char *text, const char *by, bool private) {
	char path[256];

	for (; *text; ++text) {
		const size_t length =
		        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+@-");

		if (length > 1 && length < sizeof path && *text == '/') {
			memcpy(path, text, length);
			path[length] = '\0';
			const unsigned found = find(out, path);

			if (found && private)
				out->standings[found - 1].by_private = by;
			else if (found && !out->standings[found - 1].by_root)
				out->standings[found - 1].by_root = by;
		}
		if (length)
			text += length - 1;
	}
}

static bool is_on(const struct unit *unit, const char *key) {
	const struct unit_setting *setting = unit_last(unit, "Service", key);
	const char *value = setting ? setting->value : "";

	return *value && !text_equal(value, "no") && !text_equal(value, "false") && !text_equal(value, "off") &&
	       !text_equal(value, "0");
}

static void note_units(struct finding_out *out) {
	const struct units *units = out->host->units;

	for (size_t i = 0; units && i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];
		const struct unit_setting *user = unit_setting(unit, "Service", "User");

		if (!unit_starts(unit) || (user && !text_equal(user->value, "root") && !text_equal(user->value, "0")))
			continue;
		const bool private = is_on(unit, "PrivateTmp") || is_on(unit, "DynamicUser");
		for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting)
			if (text_starts(setting->key, "Exec"))
				note_paths(out, setting->value, arena_text(&out->host->arena, "unit %s", unit->name),
				           private);
	}
}

/** Read a file if there is one that can be read: what runs a program is worth knowing, and no more than that. */
static bool load(struct finding_out *out, const char *path, struct bytes *bytes) {
	return tree_load(&out->host->tree, path, &out->scratch, bytes) == 0;
}

static void note_file(struct finding_out *out, const char *path) {
	struct bytes bytes;
	const struct crontab_line *lines;
	const struct udev_program *programs;

	if (!load(out, path, &bytes))
		return;
	const char *by = arena_text(&out->host->arena, "%s", path);
	if (text_starts(path, "/etc/cron") && !text_starts(path, "/etc/cron.d/") && !text_equal(path, "/etc/crontab")) {
		note_paths(out, bytes.data, by, false);
	} else if (text_starts(path, "/etc/cron")) {
		if (parse_crontab(&bytes, CRONTAB_SYSTEM, &out->scratch, &lines) == 0)
			for (; lines->line; ++lines)
				if (lines->command && text_equal(lines->user, "root"))
					note_paths(out, lines->command, by, false);
	} else if (text_ends(path, ".rules")) {
		if (parse_udev(&bytes, &out->scratch, &programs) == 0)
			for (; programs->line; ++programs)
				note_paths(out, programs->command, by, false);
	} else {
		note_paths(out, bytes.data, by, false);
	}
}

static void note_directory(struct finding_out *out, const char *path) {
	char **names;

	if (tree_list(&out->host->tree, path, &out->scratch, &names) < 0)
		return;
	for (; *names; ++names)
		note_file(out, arena_text(&out->scratch, "%s/%s", path, *names));
}

static void note_configuration(struct finding_out *out) {
	static const char *const directories[] = {
		"/etc/cron.d",
		"/etc/cron.hourly",
		"/etc/cron.daily",
		"/etc/cron.weekly",
		"/etc/cron.monthly",
		"/etc/udev/rules.d",
		"/usr/lib/udev/rules.d",
		"/lib/udev/rules.d",
		"/etc/apt/apt.conf.d",
		"/etc/dpkg/dpkg.cfg.d",
		"/etc/logrotate.d",
		"/etc/init.d",
		NULL,
	};

	note_file(out, "/etc/crontab");
	note_file(out, "/etc/rc.local");
	note_file(out, "/etc/logrotate.conf");
	for (const char *const *directory = directories; *directory; ++directory)
		note_directory(out, *directory);
}

/** Directories whose programs root runs. */
static const struct place_row {
	/** A glob. */
	const char *path, *by;
} root_places[] = {
	{ "/etc/cron.hourly/*", "cron.hourly" },
	{ "/etc/cron.daily/*", "cron.daily" },
	{ "/etc/cron.weekly/*", "cron.weekly" },
	{ "/etc/cron.monthly/*", "cron.monthly" },
	{ "/etc/init.d/*", "an init script" },
	{ "/etc/rc.local", "rc.local" },
	{ "/etc/network/if-*.d/*", "ifupdown" },
	{ "/etc/NetworkManager/dispatcher.d/*", "NetworkManager" },
	{ "/usr/lib/NetworkManager/dispatcher.d/*", "NetworkManager" },
	{ "/etc/dhcp/dhclient-*-hooks.d/*", "dhclient" },
	{ "/etc/kernel/*.d/*", "installation of a kernel" },
	{ "/etc/ppp/*", "pppd" },
	{ "/etc/acpi/*", "acpid" },
	{ "/etc/pm/*", "pm-utils" },
	{ "/usr/lib/pm-utils/*", "pm-utils" },
	{ "/etc/resolvconf/*", "resolvconf" },
	{ "/etc/update-motd.d/*", "pam_motd" },
	{ "*/lib/systemd/system-sleep/*", "systemd" },
	{ "*/lib/systemd/system-shutdown/*", "systemd" },
	{ "*/lib/systemd/system-generators/*", "systemd" },
	{ "*/lib/udev/*", "udev" },
	{ "/usr/lib/ocf/resource.d/*", "the cluster manager" },
	{ "/var/lib/dpkg/info/*.preinst", "dpkg" },
	{ "/var/lib/dpkg/info/*.postinst", "dpkg" },
	{ "/var/lib/dpkg/info/*.prerm", "dpkg" },
	{ "/var/lib/dpkg/info/*.postrm", "dpkg" },
	{ "/var/lib/dpkg/info/*.config", "dpkg" },
	{ "/usr/sbin/*", "administrators" },
	{ "/sbin/*", "administrators" },
	{ "/usr/local/sbin/*", "administrators" },
	{ 0 },
};

static const char *by_place(const char *path) {
	for (const struct place_row *row = root_places; row->path; ++row)
		if (text_glob(row->path, path))
			return row->by;
	return NULL;
}

unsigned exposure_in_path(const char *path) {
	static const char *const directories[] = {
		"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/", "/usr/local/bin/", "/usr/games/", "/usr/local/sbin/", NULL
	};

	for (const char *const *directory = directories; *directory; ++directory)
		if (text_starts(path, *directory) && !strchr(path + strlen(*directory), '/'))
			return EXPOSURE_PATH;
	return 0;
}

/** Whether a directory's name is one of the words, alone or as its first or last part: "test", "test_data". */
static bool is_about(const char *component, size_t length, const char *const *words) {
	for (; *words; ++words) {
		const size_t size = strlen(*words);

		if (length < size)
			continue;
		const char after = component[size], before = length > size ? component[length - size - 1] : '\0';
		if (strncmp(component, *words, size) == 0 &&
		    (length == size || after == '_' || after == '-' || after == '.'))
			return true;
		if (length > size && strncmp(component + length - size, *words, size) == 0 &&
		    (before == '_' || before == '-'))
			return true;
	}
	return false;
}

/** Whether a file is called as tests of its language are; "test.sh" says nothing. */
static bool is_test(const char *name) {
	static const char *const globs[] = { "test_*.py",  "*_test.py", "conftest.py",   "*_test.go",
		                             "*_test.rb",  "*_spec.rb", "*.t",           "*.bats",
		                             "*.test.js",  "*.spec.js", "*.test.[mc]js", "*.spec.[mc]js",
		                             "*.test.ts",  "*.spec.ts", "?*Test.java",   "?*Tests.java",
		                             "?*Test.php", "test.py",   "test.rb",       "test.pl",
		                             "test.php",   "test.js",   "Test.pm",       "?*Test.pm",
		                             NULL };

	for (const char *const *glob = globs; *glob; ++glob)
		if (text_glob(*glob, name))
			return true;
	return false;
}

/** Whether a file is by its name for another system: Go leaves such out, as others do not import them. */
static bool is_elsewhere(const char *name) {
	static const char *const systems[] = { "win32",   "darwin",  "osx",   "macos", "aix",  "freebsd", "netbsd",
		                               "openbsd", "solaris", "plan9", "hpux",  "msvc", NULL };
	const size_t length = strcspn(name, ".");

	/* Elsewhere windows may be those of a screen. */
	if (text_ends(name, "_windows.go"))
		return true;
	for (const char *const *system = systems; *system; ++system) {
		const size_t size = strlen(*system);

		if (length > size && name[length - size - 1] == '_' &&
		    strncmp(name + length - size, *system, size) == 0)
			return true;
		if (name[0] == '_' && length > size + 1 && strncmp(name + 1, *system, size) == 0 &&
		    name[size + 1] == '_')
			return true;
	}
	return false;
}

/** Whether a directory is where names of packages begin: com/example/App.java is no example. */
static bool is_domain(const char *component, size_t length) {
	static const char *const tops[] = { "com", "org", "net", "io", "de", "dev", "edu", "java", "kotlin", NULL };

	for (const char *const *top = tops; *top; ++top)
		if (strlen(*top) == length && strncmp(component, *top, length) == 0)
			return true;
	return false;
}

/** Whether a directory is called after another system; "windows" may be those of a screen. */
static bool is_system(const char *component, size_t length) {
	static const char *const systems[] = { "darwin",  "win32",  "macos",   "osx", "freebsd",
		                               "openbsd", "netbsd", "solaris", NULL };

	for (const char *const *system = systems; *system; ++system)
		if (length == strlen(*system) && strncmp(component, *system, length) == 0)
			return true;
	return false;
}

unsigned exposure_by_path(const char *path) {
	static const char *const examples[] = { "test",       "tests",    "testing", "testsuite", "unittests",
		                                "example",    "examples", "doc",     "docs",      "demo",
		                                "demos",      "sample",   "samples", "contrib",   "selftest",
		                                "benchmarks", "Test",     "Tests",   NULL };
	static const char *const early[] = {
		"initramfs-tools", "modules.d", "casper", "live-boot", "live", "d-i", NULL
	};
	unsigned exposure = 0;
	bool package = false;

	while (*path) {
		const size_t length = strcspn(path, "/");

		if (path[length] ? (!package && is_about(path, length, examples)) || (length == 1 && *path == 't')
		                 : is_test(path))
			exposure |= EXPOSURE_EXAMPLE;
		package = is_domain(path, length);
		if (path[length] && is_system(path, length))
			exposure |= EXPOSURE_EXAMPLE;
		/* What is made of a template runs elsewhere. */
		if (!path[length] && (text_ends(path, ".in") || is_elsewhere(path)))
			exposure |= EXPOSURE_EXAMPLE;
		/* Parts of scripts that mount what there is at boot. */
		if (strncmp(path, "lib/init/", 9) == 0 || strncmp(path, "rc.sysinit", 10) == 0)
			exposure |= EXPOSURE_EARLY;
		for (const char *const *word = early; *word; ++word)
			if (length == strlen(*word) && strncmp(path, *word, length) == 0)
				exposure |= EXPOSURE_EARLY;
		path += length + (path[length] == '/');
	}
	return exposure;
}

/* Packages */

static void take_list(struct finding_out *out, const char *name, const struct bytes *bytes) {
	const char *at = bytes->data, *end = at + bytes->size;
	const char *package = NULL;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		char path[512];
		const size_t length = stop ? (size_t)(stop - at) : (size_t)(end - at);

		if (length && length < sizeof path) {
			memcpy(path, at, length);
			path[length] = '\0';
			const unsigned found = find(out, path);

			if (found && !out->sources[found - 1].package) {
				if (!package)
					package = arena_bytes(&out->host->arena, name,
					                      strcspn(name, ":") < strlen(name) - strlen(".list")
					                              ? strcspn(name, ":")
					                              : strlen(name) - strlen(".list"));
				out->sources[found - 1].package = package;
			}
		}
		at += length + 1;
	}
}

static void find_packages(struct finding_out *out) {
	static const char directory[] = "/var/lib/dpkg/info";
	char **names;

	if (tree_list(&out->host->tree, directory, &out->scratch, &names) < 0)
		return;
	for (; *names; ++names) {
		struct arena arena = { 0 };
		struct bytes bytes;

		if (text_ends(*names, ".list") &&
		    tree_load(&out->host->tree, arena_text(&arena, "%s/%s", directory, *names), &arena, &bytes) == 0)
			take_list(out, *names, &bytes);
		arena_free(&arena);
	}
	/* Scripts of a package are named after it, and in no list. */
	for (size_t i = 0; i < out->count; ++i) {
		struct source_file *source = &out->sources[i];

		if (text_starts(source->path, directory) && !source->package) {
			const char *name = source->path + strlen(directory) + 1;

			source->package = arena_bytes(&out->host->arena, name, strcspn(name, ":."));
		}
	}
}

static void describe(struct finding_out *out, struct source_file *source, const struct standing *standing) {
	struct builder words = { .arena = &out->host->arena };
	const char *place = by_place(source->path), *by = standing->by_root ? standing->by_root : place;

	if (by)
		source->exposure |= EXPOSURE_ROOT;
	else if (standing->by_private)
		source->exposure |= EXPOSURE_PRIVATE;
	const struct {
		unsigned bit;
		const char *text;
	} rows[] = {
		{ EXPOSURE_SETID, "set-id" },
		{ EXPOSURE_CAPABILITY, "has file capabilities" },
		{ EXPOSURE_ROOT, by ? arena_text(&out->scratch, "run by root: %s", by) : "" },
		{ EXPOSURE_PRIVATE,
		  standing->by_private
		          ? arena_text(&out->scratch, "run by root with a /tmp of its own: %s", standing->by_private)
		          : "" },
		{ EXPOSURE_PATH, "on PATH" },
		{ EXPOSURE_EXAMPLE, "test, example, template, documentation, or for another system" },
		{ EXPOSURE_EARLY, "runs in the initramfs or an installer" },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
		if (source->exposure & rows[i].bit)
			builder_format(&words, "%s%s", words.length ? "; " : "", rows[i].text);
	if (words.length)
		source->context = builder_string(&words);
}

void exposure_find(struct host *host, struct source_file *sources, size_t count) {
	struct finding_out *out;
	struct arena scratch = { 0 };

	if (!count)
		return;
	out = arena_alloc(&scratch, sizeof *out);
	*out = (struct finding_out) { .host = host, .sources = sources, .count = count };
	out->standings = arena_array(&scratch, count, sizeof *out->standings);
	index_paths(out);
	note_units(out);
	note_configuration(out);
	find_packages(out);
	for (size_t i = 0; i < count; ++i)
		describe(out, &sources[i], &out->standings[i]);
	arena_free(&out->scratch);
	arena_free(&scratch);
}
