/**
 * A host under audit: its files, and what was found out about it.
 *
 * Facts are gathered once, each by one function in a fact_*.c, before the checks
 * that need them run.  No fact has a default: what is not gathered is not known.
 */
#ifndef TMPAUDIT_HOST_H
#define TMPAUDIT_HOST_H

#include "accounts.h"
#include "aliases.h"
#include "arena.h"
#include "attacks.h"
#include "check.h"
#include "cleaning.h"
#include "confine.h"
#include "contents.h"
#include "environment.h"
#include "everywhere.h"
#include "identity.h"
#include "isolation.h"
#include "leftovers.h"
#include "mounts.h"
#include "nested.h"
#include "policy.h"
#include "sources.h"
#include "sysctls.h"
#include "tempdirs.h"
#include "tmpfiles.h"
#include "tree.h"
#include "umasks.h"
#include "units.h"

#include <time.h>

enum fact {
	FACT_IDENTITY = 1 << 0,
	FACT_ACCOUNTS = 1 << 1,
	FACT_UNITS = 1 << 2,
	FACT_MOUNTS = 1 << 3,
	FACT_TEMPDIRS = 1 << 4,
	FACT_TMPFILES = 1 << 5,
	FACT_NESTED = 1 << 6,
	FACT_SYSCTLS = 1 << 7,
	FACT_UMASKS = 1 << 8,
	FACT_ALIASES = 1 << 9,
	FACT_EVERYWHERE = 1 << 10,
	FACT_ATTACKS = 1 << 11,
	FACT_CONTENTS = 1 << 12,
	/** Names that configuration gives to temporary files, for FACT_CONTENTS to look for. */
	FACT_LITERALS = 1 << 13,
	FACT_LEFTOVERS = 1 << 14,
	FACT_SHADOWS = 1 << 15,
	FACT_CLEANING = 1 << 16,
	FACT_SERVICES = 1 << 17,
	FACT_SESSIONS = 1 << 18,
	FACT_ENVIRONMENT = 1 << 19,
	FACT_ENVIRONS = 1 << 20,
	FACT_SOURCES = 1 << 21,
};

/** Into how many buckets what was looked at is put, by its path. */
#define HOST_BUCKETS 512

/** Whose mounts a running host is judged by. */
enum mount_namespace {
	/** The program runs among the host's mounts. */
	MOUNTS_OF_HOST,
	/** It does not, and looks through /proc/1. */
	MOUNTS_VIA_PID1,
	/** It does not, or cannot tell, and may not look: live mounts and directories are unknown. */
	MOUNTS_UNKNOWN,
};

/** What could not be found out. */
struct fault {
	/** The facts that are incomplete without it. */
	unsigned facts;
	enum aspect aspect;
	/** What could not be read, and why; message continues subject. */
	const char *subject, *message, *source;
};

/** What was left out of the audit. */
struct omission {
	const char *path, *why;
};

struct host {
	struct tree tree;
	const struct policy *policy;
	/** The DIR of --root, or "/". */
	const char *root;
	enum mount_namespace mount_namespace;
	/** The mounts that it is judged by, and process 1's if they are others; data is NULL for what is not known. */
	struct bytes mountinfo, first_mountinfo;
	/** Our own effective uid. */
	uid_t uid;
	/** This process and, on a running host, the one that started it; -1: none. */
	pid_t own_pids[2];
	/** Whether we see some owners as the overflow id, so that 65534 is nobody in particular: user_namespaces(7). */
	bool unmapped_ids;
	/** When the audit began. */
	struct timespec now;
	struct arena arena;
	/** What this process gave up. */
	struct confinement confinement;
	/** Whether what costs more to know is to be found out. */
	bool deep;
	/** Seconds that a file system may leave a call unanswered; 0: as many as it likes. */
	unsigned fs_timeout;
	/** The most threads that read a file system; 0: as many as pay. */
	unsigned threads;
	/** File systems that did so, by device. */
	dev_t *silent;
	size_t nsilent;
	/**
	 * FACT_* bits: what all checks of the audit will ask for, as far as that is known beforehand; what was
	 * gathered; of a row of the table with several facts, which of them are to be gathered now.
	 */
	unsigned wanted, gathered, due;
	struct fault *faults;
	size_t nfaults;
	struct omission *omissions;
	size_t nomissions;
	/** By a hash of their paths, the numbers of the omissions, from 1; 0: none.  A power of two of them, or none
	 * yet. */
	size_t *omitted;
	size_t nomitted;
	/** Directories above others that were looked at: trust.c looks at each once. */
	struct component *components;
	size_t ncomponents;
	/** The first of each bucket by its path, from 1; 0: none. */
	unsigned component_buckets[HOST_BUCKETS];
	/** Locations that were examined, by their paths: locations.c. */
	struct location_entry *locations[HOST_BUCKETS];

	const struct identity *identity;
	const struct accounts *accounts;
	const struct units *units;
	const struct mount_view *mount_views;
	const struct tempdir *tempdirs;
	/** What holds users' own directories, as far as it exists: /run/user, /tmp/user; gathered with the tempdirs. */
	const struct tempdir *user_parents;
	const struct alias *aliases;
	const struct tmpfiles *tmpfiles;
	const struct nested *nested;
	const struct sysctl_view *sysctl_views;
	const struct umasks *umasks;
	const struct environment *environment;
	const struct environs *environs;
	const struct everywhere *everywhere;
	const struct cleaning *cleaning;
	const struct services *services;
	const struct sessions *sessions;
	const struct contents *contents;
	const struct leftovers *leftovers;
	const struct shadow *shadows;
	const struct attack_dir *attack_dirs;
	const struct sources *sources;
	/** What a verb found out that may act: set before facts are gathered; NULL: nothing was attempted. */
	const struct attack_input *attack_input;
	/** What a verb names to be read as programs: likewise; NULL: nothing, and an audit looks at what matters most.
	 */
	const struct sources_request *sources_request;
};

/**
 * Open the host whose files lie below root.  The policy must outlive it.
 *
 * A running host's files are taken from process 1's mount namespace if that is
 * another one: a private /tmp says nothing of the host's.  See mount_namespaces(7).
 * Returns 0 or a negative errno.
 */
int host_open(struct host *host, const struct policy *policy, const char *root, bool live);

/** Gather the facts that were not gathered yet, and what they need. */
void host_gather(struct host *host, unsigned wanted);

void host_close(struct host *host);

/**
 * Whether the process of that number is this one, or another one of this audit: what it has is its starter's, or our
 * own making.
 */
bool host_is_own_process(const struct host *host, const char *pid);

/**
 * Pin the directories below which a confined audit must be able to read: the top of the tree and, since rules hold only
 * beneath it as it is mounted, those of mounts that others lie on, which are looked beneath.  Only local ones, which
 * answer.  Returns their number; the caller closes them.
 */
size_t host_readable(const struct host *host, int *pinned, size_t most);

/**
 * Whether /proc hides other processes from who may not trace them (hidepid=, see proc(5)), as nobody may whom Landlock
 * confines.
 */
bool host_hides_processes(const struct host *host);

/** For gatherers: note what could not be found out.  message continues subject and says why. */
void host_fault(struct host *host, unsigned facts, enum aspect aspect, const char *subject, const char *format, ...)
        __attribute__((format(printf, 5, 6)));

/** For gatherers: note what is left out of the audit, once a path. */
void host_omit(struct host *host, const char *path, const char *why);

/**
 * For gatherers: how many milliseconds a walk may wait for an answer; 0: any number.  Once one has waited in vain, the
 * next are granted little: all of them together must not cost more than one.
 */
unsigned host_patience(const struct host *host);

/** For gatherers: note a file system that did not answer, and leave it out of the audit: it is not asked again. */
void host_silent(struct host *host, dev_t device, const char *path);

/** For gatherers: whether it is known that the file system does not answer. */
bool host_is_silent(const struct host *host, dev_t device);

/** For gatherers: words for a negative errno; they begin with "privilege" if root would not have got it. */
const char *host_error(const struct host *host, int error);

/**
 * For gatherers: read a configuration file.  Returns true with its bytes; false if there
 * is none, and false with a fault on the facts if it cannot be read.
 */
bool host_load(struct host *host, unsigned facts, enum aspect aspect, const char *path, struct bytes *bytes);

/** For gatherers: the sorted names in a directory, ended by NULL; an empty list if there is none; a fault if it cannot
 * be read. */
char **host_list(struct host *host, unsigned facts, enum aspect aspect, const char *path);

/**
 * For gatherers: the paths of what is configured in several directories as systemd reads them, in byte order of the
 * names, ended by NULL.  Of a name with the suffix the first directory's counts, even if it leads nowhere; a link to
 * /dev/null hides and is none itself; so are hidden names, and what an offline tree has in /run.  A directory that
 * cannot be listed is a fault.  Source: tmpfiles.d(5), environment.d(5), systemd-system.conf(5).
 */
char **host_overrides(struct host *host, unsigned fact, const char *const *directories, const char *suffix);

/** The audited directory of that path, by any of its names, or NULL if there is none. */
const struct tempdir *host_tempdir(const struct host *host, const char *path);

#endif
