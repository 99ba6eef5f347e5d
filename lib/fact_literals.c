#include "literals.h"

#include "host.h"
#include "parse_literals.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** The most that are kept. */
enum { MOST = 4096 };

struct gathering {
	struct host *host;
	struct literal *list;
	size_t count;
	/** What is being read: a file, or the setting of a unit, which has a line of its own. */
	const char *file, *setting;
};

static void found(void *context, const char *path, size_t length, size_t line) {
	struct gathering *gathering = context;
	struct arena *arena = &gathering->host->arena;

	if (gathering->count == MOST)
		return;
	gathering->list = arena_grow(arena, gathering->list, gathering->count, sizeof *gathering->list);
	gathering->list[gathering->count++] = (struct literal) {
		.path = arena_bytes(arena, path, length),
		.source = gathering->setting ? gathering->setting : arena_text(arena, "%s:%zu", gathering->file, line),
	};
}

static void read_file(struct gathering *gathering, const char *path) {
	struct bytes bytes;

	gathering->file = path;
	if (host_load(gathering->host, FACT_LITERALS, ASPECT_BOOT, path, &bytes))
		literals_find(bytes.data, bytes.size, found, gathering);
}

static void read_directory(struct gathering *gathering, const char *path) {
	struct host *host = gathering->host;

	for (char **name = host_list(host, FACT_LITERALS, ASPECT_BOOT, path); *name; ++name) {
		const char *file = arena_text(&host->arena, "%s/%s", path, *name);
		struct statx status;
		int pinned = tree_pin(&host->tree, file);

		/* Directories, and links to programs that are not here, are no scripts. */
		if (pinned < 0)
			continue;
		if (tree_stat(pinned, &status) == 0 && S_ISREG(status.stx_mode))
			read_file(gathering, file);
		close(pinned);
	}
}

/** Whether the unit has a /tmp of its own, so that names in it say nothing of the host's. */
static bool has_own(const struct unit *unit) {
	static const char *const keys[] = { "PrivateTmp",    "DynamicUser", "TemporaryFileSystem",
		                            "RootDirectory", "RootImage",   NULL };

	for (const char *const *key = keys; *key; ++key) {
		const struct unit_setting *setting = unit_setting(unit, "Service", *key);
		const char *value = setting ? setting->value : "";

		if (*value && !text_equal(value, "no") && !text_equal(value, "false") && !text_equal(value, "off") &&
		    !text_equal(value, "0"))
			return true;
	}
	return false;
}

static void read_units(struct gathering *gathering) {
	const struct units *units = gathering->host->units;

	for (size_t i = 0; units && i < units->nunits; ++i) {
		const struct unit *unit = &units->units[i];

		if (!unit_starts(unit) || has_own(unit))
			continue;
		for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting) {
			if (text_equal(setting->section, "Unit") || text_equal(setting->section, "Install"))
				continue;
			gathering->setting = setting->source;
			literals_find(setting->value, strlen(setting->value), found, gathering);
		}
	}
	gathering->setting = NULL;
}

static int compare(const void *a, const void *b) {
	const struct literal *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : strcmp(x->source, y->source);
}

struct literals literals_gather(struct host *host) {
	static const char *const directories[] = {
		"/etc/cron.d",       "/etc/cron.hourly", "/etc/cron.daily",          "/etc/cron.weekly",
		"/etc/cron.monthly", "/etc/init.d",      "/var/spool/cron/crontabs", NULL,
	};
	struct gathering gathering = { .host = host };

	read_units(&gathering);
	read_file(&gathering, "/etc/crontab");
	read_file(&gathering, "/etc/rc.local");
	for (const char *const *directory = directories; *directory; ++directory)
		read_directory(&gathering, *directory);
	if (gathering.count == MOST)
		host_fault(host, FACT_LITERALS, ASPECT_BOOT, "/etc", "names more temporary files than are looked for");
	if (gathering.count)
		qsort(gathering.list, gathering.count, sizeof *gathering.list, compare);
	return (struct literals) { gathering.list, gathering.count };
}

const struct literal *literal_find(const struct literals *literals, const char *path) {
	size_t low = 0, high = literals->count;

	/* The first of those that name it. */
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(literals->literals[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < literals->count && text_equal(literals->literals[low].path, path) ? &literals->literals[low]
	                                                                               : NULL;
}
