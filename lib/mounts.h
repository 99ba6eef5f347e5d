/**
 * How file systems are mounted: now, by mountinfo, and after the next boot, by
 * fstab(5) and mount units.  The only user of libmount is fact_mounts.c.
 */
#ifndef TMPAUDIT_MOUNTS_H
#define TMPAUDIT_MOUNTS_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct host;
struct tempdir;

struct mount {
	/** Of mountinfo, unique among a namespace's mounts; 0 in the boot view. */
	int id, parent;
	/** Of the file system; 0 in the boot view. */
	dev_t dev;
	/** Path inside the file system that is shown here, and where: decoded, as the host has them. */
	const char *root, *target;
	/** tmpfs, ext4, … */
	const char *type;
	/** What is mounted: a device, or whatever word stands there. */
	const char *device;
	/** Per-mount options (nosuid, nodev, noexec, nosymfollow, ro); in the boot view all of them as written. */
	const char *options;
	/** Options of the file system (size=, mode=, uid=, lowerdir=, …). */
	const char *super_options;
	/** MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOSYMFOLLOW, MS_RDONLY as mount(2), after all later options won. */
	unsigned long flags;
	/** Where it is stated: file:line, or the name in /proc. */
	const char *source;
	/** Live: whether another mount on the same target lies over it. */
	bool covered;
	/** Live, of mounts that hold or show a temporary directory: statvfs(3) was asked. */
	bool has_usage;
	/** Blocks in bytes, inodes; 0 total: no limit. */
	uint64_t bytes_total, bytes_free, inodes_total, inodes_free;
	/** Live, and only where it was asked for: whether others than root can reach the target, by the path to it. */
	bool reachable;
	/** Live: whether the path at target leads to this mount, and not to one that hides it. */
	bool visible;
};

/** What one source says of all mounts. */
struct mount_view {
	/** ASPECT_LIVE or ASPECT_BOOT; ASPECT_ANY ends the list. */
	enum aspect aspect;
	/** Where one looks for it: /proc/self/mountinfo, /etc/fstab. */
	const char *source;
	/** In the order in which they were made. */
	const struct mount *mounts;
	size_t nmounts;
	/** What is incoherent in the configuration; boot only.  Ended by a zero entry. */
	const struct mount_defect *defects;
};

/** Something in the boot configuration of a mount that does not do what it says. */
struct mount_defect {
	/** Where it would be mounted; NULL if the line does not say. */
	const char *target;
	/** Words that continue the target; what is wanted; what is there; where. */
	const char *message, *expected, *actual, *source;
};

/** Gather FACT_MOUNTS; needs FACT_UNITS. */
void mounts_gather(struct host *host);

/**
 * The mount that governs a directory: in the live view that of its mount id, else the
 * one whose target is the longest that leads to it, the last of equals.  NULL if
 * nothing does: the live view then says too little to judge.
 */
const struct mount *mount_covering(const struct mount_view *view, const struct tempdir *dir);

/** Whether the mount is the directory's own: nothing else lies on its file system's mount but what is in it. */
bool mount_is_own(const struct mount *mount, const struct tempdir *dir);

/** Whether the mount has the option: nosuid, nodev, noexec, nosymfollow, ro by its flags, others by name. */
bool mount_has_option(const struct mount *mount, const char *option);

/** The live view's mount of that id, or NULL. */
const struct mount *mount_by_id(const struct mount_view *views, uint64_t id);

/** Whether the kernel itself serves the type from local storage: others may hang, or invent what they show. */
bool mount_type_local(const char *type);

#endif
