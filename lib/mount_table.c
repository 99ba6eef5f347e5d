#include "mount_table.h"

#include "arena.h"
#include "mounts.h"
#include "text.h"
#include "tree.h"

#include <libmount.h>
#include <stdio.h>
#include <string.h>

/** The longest line of a table that is handed to libmount. */
#define LINE_LIMIT ((size_t)64 << 10)

/**
 * A good line of each format, put before the host's: from the first one libmount tells the format, and a line of the
 * host's must not be taken for another one.
 */
static const char *const first_lines[] = {
	[MOUNT_MOUNTINFO] = "0 0 0:0 / / rw - none none rw\n",
	[MOUNT_FSTAB] = "none /none none none 0 0\n",
};

static int take_bad_line(struct libmnt_table *mounts, const char *name, int line) {
	struct mount_table *table = mnt_table_get_userdata(mounts);

	(void)name;
	table->bad = arena_grow(table->arena, table->bad, table->nbad, sizeof *table->bad);
	/* The first line is ours. */
	table->bad[table->nbad++] = (unsigned)line - 1;
	/* Go on with the next one. */
	return 1;
}

/** Number the lines that hold an entry.  Returns that of the first one that is too long, or 0. */
static unsigned number_lines(struct mount_table *table, const struct bytes *bytes) {
	const char *at = bytes->data, *end = bytes->data + bytes->size;

	for (unsigned line = 1; at < end; ++line) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const char *stop = feed ? feed : end;

		if ((size_t)(stop - at) > LINE_LIMIT)
			return line;
		const char *text = at;
		at = feed ? feed + 1 : end;
		if (stop > text && feed && stop[-1] == '\r')
			--stop;
		while (text < stop && (*text == ' ' || *text == '\t'))
			++text;
		if (text == stop || *text == '#')
			continue;
		table->all = arena_grow(table->arena, table->all, table->nall, sizeof *table->all);
		table->all[table->nall++] = line;
	}
	return 0;
}

const char *mount_table_open(struct mount_table *table, enum mount_format format, const struct bytes *bytes,
                             struct arena *arena) {
	struct arena scratch = { 0 };
	const char *first = first_lines[format];
	const size_t length = strlen(first);

	*table = (struct mount_table) { .format = format, .arena = arena };
	unsigned line = number_lines(table, bytes);
	if (line)
		return arena_text(arena, "has a line of more than 64 KiB, line %u", line);
	char *data = arena_alloc(&scratch, length + bytes->size + 1);
	memcpy(data, first, length);
	memcpy(data + length, bytes->data, bytes->size);
	FILE *stream = fmemopen(data, length + bytes->size, "r");
	table->mounts = mnt_new_table();
	table->iter = mnt_new_iter(MNT_ITER_FORWARD);
	const char *why = NULL;
	if (!stream || !table->mounts || !table->iter) {
		why = "cannot be parsed: out of memory";
	} else {
		mnt_table_set_userdata(table->mounts, table);
		mnt_table_set_parser_errcb(table->mounts, take_bad_line);
		/* Our own line is the first of the entries. */
		if (mnt_table_parse_stream(table->mounts, stream, "table") < 0 ||
		    (size_t)mnt_table_get_nents(table->mounts) + table->nbad != table->nall + 1 ||
		    mnt_table_next_fs(table->mounts, table->iter, &table->entry) != 0)
			why = "cannot be parsed";
	}
	if (stream)
		fclose(stream);
	arena_free(&scratch);
	return why;
}

bool mount_table_next(struct mount_table *table) {
	if (mnt_table_next_fs(table->mounts, table->iter, &table->entry) != 0)
		return false;
	while (table->next < table->nall && table->next_bad < table->nbad &&
	       table->all[table->next] == table->bad[table->next_bad]) {
		++table->next;
		++table->next_bad;
	}
	table->line = table->next < table->nall ? table->all[table->next] : 0;
	table->id = table->format == MOUNT_MOUNTINFO ? mnt_fs_get_id(table->entry) : 0;
	++table->next;
	return true;
}

static const char *copy(const struct mount_table *table, const char *text) {
	return text && *text ? arena_copy(table->arena, text) : "";
}

struct mount mount_table_entry(const struct mount_table *table) {
	struct libmnt_fs *entry = table->entry;
	struct mount mount = {
		.root = "/",
		.target = copy(table, mnt_fs_get_target(entry)),
		.type = copy(table, mnt_fs_get_fstype(entry)),
		.device = copy(table, mnt_fs_get_source(entry)),
	};

	if (table->format == MOUNT_FSTAB) {
		mount.options = copy(table, mnt_fs_get_options(entry));
		if (!*mount.options)
			mount.options = "defaults";
		return mount;
	}
	mount.id = table->id;
	mount.parent = mnt_fs_get_parent_id(entry);
	mount.dev = mnt_fs_get_devno(entry);
	mount.root = copy(table, mnt_fs_get_root(entry));
	mount.options = copy(table, mnt_fs_get_vfs_options(entry));
	mount.super_options = copy(table, mnt_fs_get_fs_options(entry));
	return mount;
}

void mount_table_close(struct mount_table *table) {
	mnt_free_iter(table->iter);
	mnt_unref_table(table->mounts);
}

unsigned long mount_flags(const char *options) {
	unsigned long flags = 0;

	/* It fails on quotes that do not match, after what stands before them. */
	mnt_optstr_get_flags(options, &flags, mnt_get_builtin_optmap(MNT_LINUX_MAP));
	return flags;
}

bool mount_option_next(char **list, struct mount_option *option) {
	return mnt_optstr_next_option(list, &option->name, &option->length, &option->value, &option->value_length) == 0;
}

static bool is_in_map(int map, const char *name) {
	for (const struct libmnt_optmap *entry = mnt_get_builtin_optmap(map); entry && entry->name; ++entry) {
		size_t length = strcspn(entry->name, "=[");

		if (strncmp(entry->name, name, length) == 0 && name[length] == '\0')
			return true;
	}
	return false;
}

bool mount_option_is_general(const char *name) {
	return is_in_map(MNT_LINUX_MAP, name) || is_in_map(MNT_USERSPACE_MAP, name);
}
