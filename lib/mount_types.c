#include "mounts.h"

#include "arena.h"
#include "text.h"

#include <string.h>

/** Before the type of what an overlay lies over. */
static const char overlay_over[] = "overlay over ";

const char *mount_type_over(struct arena *arena, const char *type) {
	return text_starts(type, overlay_over) ? type : arena_text(arena, "%s%s", overlay_over, type);
}

static bool is_type(const char *const *types, const char *type) {
	if (text_starts(type, overlay_over))
		type += strlen(overlay_over);
	for (; *types; ++types)
		if (strcmp(*types, type) == 0)
			return true;
	return false;
}

bool mount_any_layer(const struct mount *mount, bool (*test)(const void *context, const char *layer, size_t length),
                     const void *context) {
	static const char *const keys[] = { "lowerdir=", "lowerdir+=", "datadir+=", "upperdir=" };

	if (!text_starts(mount->type, "overlay") || !mount->super_options)
		return false;
	for (const char *option = mount->super_options; *option;) {
		const char *end = option + strcspn(option, ",");

		for (size_t i = 0; i < sizeof keys / sizeof *keys; ++i) {
			if (!text_starts(option, keys[i]))
				continue;
			for (const char *layer = option + strlen(keys[i]); layer < end;) {
				const size_t length = strcspn(layer, ":,");

				if (length && test(context, layer, length))
					return true;
				layer += length;
				layer += layer < end && *layer == ':';
			}
		}
		option = *end ? end + 1 : end;
	}
	return false;
}

bool mount_type_local(const char *type) {
	static const char *const types[] = {
		"ext2",     "ext3",     "ext4",   "xfs",       "btrfs",       "f2fs",    "jfs",      "reiserfs",
		"nilfs2",   "bcachefs", "zfs",    "tmpfs",     "ramfs",       "rootfs",  "devtmpfs", "overlay",
		"squashfs", "erofs",    "cramfs", "romfs",     "iso9660",     "udf",     "vfat",     "msdos",
		"exfat",    "ntfs3",    "hfs",    "hfsplus",   "ubifs",       "jffs2",   "proc",     "sysfs",
		"mqueue",   "devpts",   "cgroup", "cgroup2",   "securityfs",  "debugfs", "tracefs",  "configfs",
		"pstore",   "efivarfs", "bpf",    "hugetlbfs", "binfmt_misc", "fusectl", "minix",    NULL,
	};

	return is_type(types, type);
}

bool mount_type_network(const char *type) {
	static const char *const types[] = {
		"nfs",         "nfs4",      "cifs",  "smb3",        "smbfs",          "9p",
		"ceph",        "afs",       "ncpfs", "ncp",         "coda",           "lustre",
		"glusterfs",   "orangefs",  "pvfs2", "fuse.sshfs",  "fuse.glusterfs", "fuse.s3fs",
		"fuse.rclone", "fuse.ceph", "davfs", "fuse.davfs2", "fuse.curlftpfs", NULL,
	};

	return is_type(types, type);
}

bool mount_type_ownerless(const char *type) {
	static const char *const types[] = {
		"vfat",    "msdos",        "umsdos", "fat",  "exfat", "fuse.exfat", "ntfs", "ntfs3", "ntfs-3g",
		"fuseblk", "fuse.ntfs-3g", "hfs",    "cifs", "smb3",  "smbfs",      "9p",   NULL,
	};

	return is_type(types, type);
}
