#include "mount_options.h"

#include "arena.h"
#include "mount_table.h"
#include "text.h"

#include <string.h>
#include <sys/mount.h>

static const struct option_flag {
	const char *name;
	unsigned long flag;
} option_flags[] = {
	{ "nosuid", MS_NOSUID },           { "nodev", MS_NODEV }, { "noexec", MS_NOEXEC },
	{ "nosymfollow", MS_NOSYMFOLLOW }, { "ro", MS_RDONLY },
};

unsigned long mount_option_flag(const char *name) {
	for (size_t i = 0; i < sizeof option_flags / sizeof *option_flags; ++i)
		if (strcmp(option_flags[i].name, name) == 0)
			return option_flags[i].flag;
	return 0;
}

unsigned long mount_protections(const char *options) {
	return mount_flags(options) & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | MS_RDONLY);
}

static bool is_listed(const char *const *names, const char *name) {
	for (; *names; ++names)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

bool mount_options_have(const char *options, const char *name) {
	const size_t length = strlen(name);

	while (*options) {
		size_t word = strcspn(options, ",");

		if (word >= length && strncmp(options, name, length) == 0 && (word == length || options[length] == '='))
			return true;
		options += word;
		options += *options == ',';
	}
	return false;
}

/** Whether the option of a mount is a password or key itself; one with a path names where it is. */
static bool is_secret(const char *option, size_t length) {
	const char *value = memchr(option, '=', length);
	const size_t name = value ? (size_t)(value - option) : 0;

	return value && value[1] != '/' &&
	       (memmem(option, name, "pass", 4) || memmem(option, name, "secret", 6) ||
	        (name == 3 && memcmp(option, "key", name) == 0));
}

const char *mount_options_shown(struct arena *arena, const char *options) {
	struct builder shown = { .arena = arena };
	bool any = false;

	for (const char *at = options; *at;) {
		const size_t length = strcspn(at, ",");

		if (is_secret(at, length)) {
			builder_bytes(&shown, at, strcspn(at, "=") + 1);
			builder_text(&shown, "...");
			any = true;
		} else {
			builder_bytes(&shown, at, length);
		}
		at += length;
		if (*at)
			builder_bytes(&shown, at++, 1);
	}
	return any ? builder_string(&shown) : options;
}

/** Whether what replaces a list of options still has the one that begins at option. */
static bool is_kept(const char *option, size_t length, const char *replacement) {
	static const char *const without_loss[] = {
		"defaults",   "rw",    "async",   "auto",        "suid",          "dev",      "exec",       "relatime",
		"norelatime", "atime", "noatime", "strictatime", "nostrictatime", "diratime", "nodiratime", NULL,
	};
	char name[32];
	size_t end = 0;

	while (end < length && option[end] != '=')
		++end;
	if (end == 0 || end >= sizeof name || ((option[0] == 'x' || option[0] == 'X') && option[1] == '-'))
		return true;
	memcpy(name, option, end);
	name[end] = '\0';
	if (is_listed(without_loss, name))
		return true;
	const unsigned long flag = mount_option_flag(name);
	return flag ? mount_protections(replacement) & flag : mount_options_have(replacement, name);
}

const char *mount_options_lost(struct arena *arena, const char *options, const char *replacement) {
	struct builder lost = { .arena = arena };

	while (*options) {
		size_t length = strcspn(options, ",");

		if (!is_kept(options, length, replacement)) {
			builder_text(&lost, lost.length ? "," : "");
			builder_bytes(&lost, options, length);
		}
		options += length;
		options += *options == ',';
	}
	return builder_string(&lost);
}

/** Options that no map of libmount has: of file systems, of quotas, of systemd. */
static const char *const other_options[] = {
	"size",
	"nr_blocks",
	"nr_inodes",
	"mode",
	"uid",
	"gid",
	"huge",
	"mpol",
	"inode32",
	"inode64",
	"noswap",
	"casefold",
	"strict_encoding",
	"swap",
	"usrquota",
	"grpquota",
	"prjquota",
	"quota",
	"noquota",
	"usrjquota",
	"grpjquota",
	"jqfmt",
	"usrquota_block_hardlimit",
	"usrquota_inode_hardlimit",
	"grpquota_block_hardlimit",
	"grpquota_inode_hardlimit",
	"nofail",
	"fail",
	"nobarrier",
	"barrier",
	"discard",
	"nodiscard",
	"nodelalloc",
	"delalloc",
	"noload",
	"norecovery",
	"noacl",
	"acl",
	"nouser_xattr",
	"user_xattr",
	"nogrpid",
	"grpid",
	"nobh",
	"bh",
	"noinit_itable",
	"init_itable",
	"nodioread_lock",
	"nombcache",
	"noauto_da_alloc",
	"auto_da_alloc",
	"nodatacow",
	"nodatasum",
	"notreelog",
	"nospace_cache",
	"noinode_cache",
	"nouuid",
	"noalign",
	"noikeep",
	"nolargeio",
	"noattr2",
	"noac",
	"noacl",
	"nocto",
	"nolock",
	"noresvport",
	"nosharecache",
	"nordirplus",
	"noextend",
	"nodfs",
	"noperm",
	"noserverino",
	"noinline_data",
	"noinline_dentry",
	"noextent_cache",
	"noheap",
	"fscontext",
	"defcontext",
	"rootcontext",
	"context",
	"seclabel",
	"lowerdir",
	"upperdir",
	"workdir",
	"subvol",
	"subvolid",
	"compress",
	"ssd",
	"errors",
	"commit",
	"data",
	"stripe",
	NULL,
};

static const char *const protective[] = { "nosuid", "nodev", "noexec", "nosymfollow", NULL };

/** The protective option that a name without meaning was most likely meant to be, or NULL. */
static const char *meant_option(const char *name) {
	char plain[16];
	size_t length = 0;

	for (const char *at = name; *at; ++at) {
		if (*at == '-' || *at == '_')
			continue;
		if (length == sizeof plain - 1)
			return NULL;
		plain[length++] = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	}
	plain[length] = '\0';
	if (is_listed(protective, plain))
		return text_nearest(plain, protective);
	return length > 3 && plain[0] == 'n' ? text_nearest(plain, protective) : NULL;
}

const char *mount_option_defect(struct arena *arena, const char *type, const struct mount_option *option,
                                const char **expected) {
	const char *name = arena_bytes(arena, option->name, option->length);

	if (is_listed(protective, name)) {
		*expected = name;
		return option->value ? "has an option with a value that it does not take, which is ignored or refused"
		                     : NULL;
	}
	if (mount_option_is_general(name) || is_listed(other_options, name) || text_starts(name, "x-") ||
	    text_starts(name, "X-"))
		return NULL;
	*expected = meant_option(name);
	if (*expected)
		return "has a misspelt option";
	*expected = "options of tmpfs(5)";
	return strcmp(type, "tmpfs") == 0 ? "has an option that tmpfs does not know, so that it is not mounted" : NULL;
}
