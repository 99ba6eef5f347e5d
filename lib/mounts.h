/**
 * How file systems are mounted: now, by mountinfo, and after the next boot, by
 * fstab(5) and mount units.
 */
#ifndef TMPAUDIT_MOUNTS_H
#define TMPAUDIT_MOUNTS_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct bytes;
struct host;
struct tempdir;

struct mount {
	/** Of mountinfo, unique among a namespace's mounts; 0 in the boot view. */
	int id, parent;
	/** Of the file system; 0 in the boot view. */
	dev_t dev;
	/** Path inside the file system that is shown here, and where: decoded, as the host has them. */
	const char *root, *target;
	/**
	 * tmpfs, ext4, …; "auto" where the configuration does not say.  Live: "overlay over nfs" if a layer of an
	 * overlay lies on such a type, as which it counts: nfs or whatever is not local.
	 */
	const char *type;
	/** What is mounted: a device, or whatever word stands there. */
	const char *device;
	/** Per-mount options (nosuid, nodev, noexec, nosymfollow, ro); in the boot view all of them as written. */
	const char *options;
	/** The same without passwords, to be told; NULL: they hold none. */
	const char *shown;
	/** Options of the file system (size=, mode=, uid=, lowerdir=, …). */
	const char *super_options;
	/** MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_NOSYMFOLLOW, MS_RDONLY as mount(2), after all later options won. */
	unsigned long flags;
	/** Where it is stated: file:line, or the name in /proc. */
	const char *source;
	/** Boot: whether what would say how it is mounted could not be read, which is a fault of FACT_MOUNTS. */
	bool unknown;
	/** Live: whether another mount on the same target lies over it. */
	bool covered;
	/**
	 * Live: whether it is listed for process 1 only, since our root lies below its target: as in a
	 * chroot(2).  Its target is then a path of process 1's, not of ours.
	 */
	bool outside;
};

/** How much of a file system is in use: statvfs(3).  A total of 0 says that it sets no limit. */
struct usage {
	/** Whether it was asked for; the rest is good only then. */
	bool known;
	/** Blocks in bytes, inodes. */
	uint64_t bytes_total, bytes_free, inodes_total, inodes_free;
};

/** A limit as the options state it: tmpfs(5). */
struct mount_limit {
	bool stated;
	/** Of the memory, if it is stated so; else 0, and value counts. */
	uint64_t percent;
	/** Bytes of size=, pieces of nr_blocks= and nr_inodes=. */
	uint64_t value;
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
	/** Live: the same by id; NULL: look at all of them. */
	const struct mount *const *by_id;
	/** Memory of the running host in bytes; 0: not known. */
	uint64_t memory;
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

/** For it: how they are mounted after the next boot. */
void mounts_gather_boot(struct host *host, struct mount_view *view);

/**
 * For gatherers: what a mountinfo of another process lists, as a live view in the arena.  Returns false with a fault on
 * the facts if it cannot be understood.
 */
bool mounts_read(struct host *host, unsigned facts, const struct bytes *bytes, const char *source, struct arena *arena,
                 struct mount_view *view);

/** For gatherers: how full the file system of a pinned file is.  Only for a type that is local, else it may hang. */
struct usage usage_read(int pinned);

/**
 * The mount that governs a directory: in the live view that of its mount id, in the boot
 * view the last one that is mounted on it or above it.  path is the directory without links; id is 0 if it is not
 * known.  NULL if the view has none: it then says too little to judge; so does a mount that is unknown.
 */
const struct mount *mount_covering(const struct mount_view *view, const char *path, uint64_t id);

/** Whether the mount is that directory's own, and not one that it lies on; path without links. */
bool mount_is_own(const struct mount *mount, const char *path);

/** Whether the mount has the option: nosuid, nodev, noexec, nosymfollow, ro by its flags, others by name. */
bool mount_has_option(const struct mount *mount, const char *option);

/** What the options say of size, nr_blocks or nr_inodes; the last one counts. */
struct mount_limit mount_limit(const struct mount *mount, const char *option);

/** The live view's mount of that id, or NULL. */
const struct mount *mount_by_id(const struct mount_view *views, uint64_t id);

/**
 * Whether test says so of one of the directories that an overlay lays over one another, as they were given to
 * mount(2): layer is so many bytes of a longer string.  Not of what is no overlay.
 */
bool mount_any_layer(const struct mount *mount, bool (*test)(const void *context, const char *layer, size_t length),
                     const void *context);

/** What the type of an overlay is called that lies over that type. */
const char *mount_type_over(struct arena *arena, const char *type);

/** Whether the kernel itself serves the type from local storage: others may hang, or invent what they show. */
bool mount_type_local(const char *type);

/** Whether the type keeps its files on another host. */
bool mount_type_network(const char *type);

/** Whether the type has no owners and sticky bits of its own to keep: all its files belong to whoever mounted it. */
bool mount_type_ownerless(const char *type);

#endif
