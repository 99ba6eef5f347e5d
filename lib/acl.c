#include "acl.h"

#include "text.h"
#include "tree.h"

#include <acl/libacl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/acl.h>

static enum acl_tag entry_tag(acl_entry_t entry) {
	acl_tag_t tag = ACL_UNDEFINED_TAG;

	acl_get_tag_type(entry, &tag);
	switch (tag) {
	case ACL_USER_OBJ:
		return ACL_ENTRY_OWNER;
	case ACL_USER:
		return ACL_ENTRY_USER;
	case ACL_GROUP_OBJ:
		return ACL_ENTRY_GROUP_OWNER;
	case ACL_GROUP:
		return ACL_ENTRY_GROUP;
	case ACL_MASK:
		return ACL_ENTRY_MASK;
	case ACL_OTHER:
		return ACL_ENTRY_OTHER;
	default:
		return 0;
	}
}

static unsigned entry_bits(acl_entry_t entry) {
	acl_permset_t permissions = NULL;

	if (acl_get_permset(entry, &permissions) < 0)
		return 0;
	return (acl_get_perm(permissions, ACL_READ) == 1 ? 4u : 0) |
	       (acl_get_perm(permissions, ACL_WRITE) == 1 ? 2u : 0) |
	       (acl_get_perm(permissions, ACL_EXECUTE) == 1 ? 1u : 0);
}

/** Whether the mask limits entries of the tag. */
static bool is_masked(enum acl_tag tag) {
	return tag == ACL_ENTRY_USER || tag == ACL_ENTRY_GROUP_OWNER || tag == ACL_ENTRY_GROUP;
}

static const char *list_text(struct arena *arena, const struct acl_entry_fact *entries, size_t count) {
	struct builder builder = { .arena = arena };

	for (size_t i = 0; i < count; ++i)
		builder_format(&builder, "%s%s", i ? "," : "", acl_entry_shown(arena, &entries[i]));
	return builder_string(&builder);
}

const char *acl_entry_shown(struct arena *arena, const struct acl_entry_fact *entry) {
	static const char *const words[] = {
		[ACL_ENTRY_OWNER] = "user",  [ACL_ENTRY_USER] = "user", [ACL_ENTRY_GROUP_OWNER] = "group",
		[ACL_ENTRY_GROUP] = "group", [ACL_ENTRY_MASK] = "mask", [ACL_ENTRY_OTHER] = "other",
	};
	char id[16] = "";

	if (entry->tag == ACL_ENTRY_USER || entry->tag == ACL_ENTRY_GROUP)
		snprintf(id, sizeof id, "%u", entry->id);
	return arena_text(arena, "%s:%s:%c%c%c", words[entry->tag], id, entry->bits & 4 ? 'r' : '-',
	                  entry->bits & 2 ? 'w' : '-', entry->bits & 1 ? 'x' : '-');
}

/** What is left of each entry after the mask, and the whole in one line. */
static struct acl_list finish(struct arena *arena, struct acl_entry_fact *list, size_t count) {
	unsigned mask = 7;

	for (size_t i = 0; i < count; ++i)
		if (list[i].tag == ACL_ENTRY_MASK)
			mask = list[i].bits;
	for (size_t i = 0; i < count; ++i)
		list[i].effective = is_masked(list[i].tag) ? list[i].bits & mask : list[i].bits;
	return (struct acl_list) { list, count, count ? list_text(arena, list, count) : NULL };
}

struct acl_list acl_of_text(struct arena *arena, const char *text) {
	static const struct {
		const char *word;
		enum acl_tag unnamed, named;
	} words[] = {
		{ "user:", ACL_ENTRY_OWNER, ACL_ENTRY_USER },
		{ "group:", ACL_ENTRY_GROUP_OWNER, ACL_ENTRY_GROUP },
		{ "mask:", ACL_ENTRY_MASK, ACL_ENTRY_MASK },
		{ "other:", ACL_ENTRY_OTHER, ACL_ENTRY_OTHER },
	};
	struct acl_entry_fact *list = NULL;
	size_t count = 0;

	while (*text) {
		struct acl_entry_fact entry = { 0 };

		for (size_t i = 0; i < sizeof words / sizeof *words && !entry.tag; ++i) {
			if (!text_starts(text, words[i].word))
				continue;
			text += strlen(words[i].word);
			entry.tag = *text == ':' ? words[i].unnamed : words[i].named;
		}
		for (; *text >= '0' && *text <= '9'; ++text)
			entry.id = entry.id * 10 + (unsigned)(*text - '0');
		for (; *text && *text != ','; ++text)
			entry.bits |= *text == 'r' ? 4U : *text == 'w' ? 2U : *text == 'x' ? 1U : 0;
		text += *text == ',';
		if (!entry.tag)
			continue;
		list = arena_grow(arena, list, count, sizeof *list);
		list[count++] = entry;
	}
	return finish(arena, list, count);
}

/** Keep what libacl read. */
static struct acl_list keep(acl_t acl, struct arena *arena) {
	struct acl_entry_fact *list = NULL;
	size_t count = 0;
	acl_entry_t entry;

	for (int got = acl_get_entry(acl, ACL_FIRST_ENTRY, &entry); got == 1;
	     got = acl_get_entry(acl, ACL_NEXT_ENTRY, &entry)) {
		enum acl_tag tag = entry_tag(entry);

		if (!tag)
			continue;
		struct acl_entry_fact fact = { .tag = tag, .bits = entry_bits(entry) };
		if (tag == ACL_ENTRY_USER || tag == ACL_ENTRY_GROUP) {
			const unsigned *id = acl_get_qualifier(entry);

			fact.id = id ? *id : (unsigned)-1;
			acl_free((void *)(uintptr_t)id);
		}
		list = arena_grow(arena, list, count, sizeof *list);
		list[count++] = fact;
	}
	return finish(arena, list, count);
}

/** Read one list.  Returns 0 or a negative errno: -ENOTSUP if the file system stores none. */
static int read_list(int pinned, acl_type_t type, struct arena *arena, struct acl_list *kept) {
	/* Most have none, for which libacl would make one up of the mode: that takes more calls. */
	int has = tree_has_acl(pinned, type == ACL_TYPE_DEFAULT);
	if (has <= 0)
		return has;
	char name[32];
	acl_t acl = acl_get_file(tree_name(pinned, name), type);

	if (!acl)
		return -errno;
	/* Three entries say no more than the mode does. */
	if (type != ACL_TYPE_ACCESS || acl_equiv_mode(acl, NULL) != 0)
		*kept = keep(acl, arena);
	acl_free(acl);
	return 0;
}

int acl_read(int pinned, bool directory, struct arena *arena, struct acl_lists *lists) {
	*lists = (struct acl_lists) { 0 };
	int error = read_list(pinned, ACL_TYPE_ACCESS, arena, &lists->access);

	if (!error && directory)
		error = read_list(pinned, ACL_TYPE_DEFAULT, arena, &lists->standard);
	if (error == -ENOTSUP)
		return 0;
	/* The file is pinned, so it is /proc that is missing. */
	if (error == -ENOENT || error == -ENOTDIR)
		return -ENOTSUP;
	lists->supported = !error;
	return error;
}
