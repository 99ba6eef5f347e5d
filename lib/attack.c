#include "attack.h"

#include "acl.h"
#include "cage.h"
#include "cleanup.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

const char *const attack_names[ATTACKS] = { "precreate", "symlink",   "parent", "replace",
	                                    "hardlink",  "directory", "mount" };

enum { WAY_FILE, WAY_FIFO };
enum { WAY_EXISTING, WAY_DANGLING, WAY_READ };
enum { WAY_UNLINK, WAY_RENAME_OVER, WAY_RENAME_AWAY, WAY_EXCHANGE };
enum { WAY_OPEN, WAY_INSIDE };
enum { WAY_PROGRAM, WAY_SCRIPT, WAY_SETID, WAY_DEVICE };

const char *const *const attack_ways[ATTACKS] = {
	[ATTACK_PRECREATE] = (const char *const[]) { "file", "fifo", NULL },
	[ATTACK_SYMLINK] = (const char *const[]) { "existing", "dangling", "read", NULL },
	[ATTACK_PARENT] = (const char *const[]) { "write", NULL },
	[ATTACK_REPLACE] = (const char *const[]) { "unlink", "rename-over", "rename-away", "exchange", NULL },
	[ATTACK_HARDLINK] = (const char *const[]) { "link", NULL },
	[ATTACK_DIRECTORY] = (const char *const[]) { "open", "inside", NULL },
	[ATTACK_MOUNT] = (const char *const[]) { "program", "script", "setid", "device", NULL },
};

/* The program of attack.mount, as the build made it of payload/payload.c. */
extern const unsigned char attack_payload[];
extern const unsigned attack_payload_size;
__asm__(".section .rodata\n"
        ".global attack_payload, attack_payload_size\n"
        ".type attack_payload, %object\n"
        ".type attack_payload_size, %object\n"
        "attack_payload: .incbin \"" PAYLOAD "\"\n"
        "attack_payload_end: .balign 4\n"
        "attack_payload_size: .long attack_payload_end - attack_payload\n"
        ".previous\n");

/** What the payload and the script say when they run, and when they run as somebody else: no errno is as large. */
enum { RAN = 200, RAN_AS_OTHER = 201, NOT_BECOME = 210, SILENT = 211 };

enum { CHILD_SECONDS = 5 };

/** Who acts. */
struct actor {
	uid_t uid;
	/** A group joined for this directory; 0: none. */
	gid_t group;
};

/** One directory under attack. */
struct stage {
	const struct attack_request *request;
	unsigned dir;
	int out, signals;
	/** The number of the signal that ends the run, or 0. */
	int ended;
	struct cage cage;
	int arena;
	struct actor attacker, user;
	/** Whether the ordinary victim can create files here. */
	bool user_fits;
	/** For names that are used once. */
	unsigned names;
};

/** One thing that an actor does in the arena. */
struct act {
	int (*run)(int arena, const struct act *act);
	const char *name, *other;
	int flags;
	mode_t mode;
	/** Whether the child may gain privilege by running a set-id program. */
	bool may_gain;
};

/** As open(2), below the arena and nowhere else: root acts here too. */
static int open_beneath(int arena, const char *name, int flags, mode_t mode) {
	int fd = tree_act_beneath(arena, name, flags, mode);

	if (fd >= 0)
		return fd;
	errno = -fd;
	return -1;
}

static int write_all(int fd, const void *bytes, size_t size) {
	const unsigned char *at = bytes;

	while (size) {
		ssize_t done = write(fd, at, size);

		if (done < 0 && errno != EINTR)
			return errno;
		if (done > 0) {
			at += done;
			size -= (size_t)done;
		}
	}
	return 0;
}

/* What actors do.  Each returns 0 or an errno. */

static int act_nothing(int arena, const struct act *act) {
	(void)arena, (void)act;
	return 0;
}

static int act_open(int arena, const struct act *act) {
	return open_beneath(arena, act->name, act->flags, act->mode) < 0 ? errno : 0;
}

static int act_read_device(int arena, const struct act *act) {
	int fd = open_beneath(arena, act->name, O_RDONLY, 0);
	char byte;

	return fd < 0 ? errno : read(fd, &byte, 1) == 1 ? 0 : EIO;
}

/** Create a file with the mode and some content, which is not empty so that a truncation shows. */
static int act_create(int arena, const struct act *act) {
	int fd = open_beneath(arena, act->name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return errno;
	int error = act->other ? write_all(fd, act->other, strlen(act->other)) : 0;
	return error ? error : fchmod(fd, act->mode) < 0 ? errno : 0;
}

static int act_create_payload(int arena, const struct act *act) {
	int fd = open_beneath(arena, act->name, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return errno;
	int error = write_all(fd, attack_payload, attack_payload_size);
	return error ? error : fchmod(fd, act->mode) < 0 ? errno : 0;
}

static int act_fifo(int arena, const struct act *act) {
	return mkfifoat(arena, act->name, act->mode) < 0 ? errno : 0;
}

static int act_symlink(int arena, const struct act *act) {
	return symlinkat(act->other, arena, act->name) < 0 ? errno : 0;
}

static int act_mkdir(int arena, const struct act *act) {
	return mkdirat(arena, act->name, act->mode) < 0 ? errno : 0;
}

/** As mkdir -p does: that it exists is as good. */
static int act_mkdir_again(int arena, const struct act *act) {
	return mkdirat(arena, act->name, act->mode) < 0 && errno != EEXIST ? errno : 0;
}

static int act_unlink(int arena, const struct act *act) {
	return unlinkat(arena, act->name, 0) < 0 ? errno : 0;
}

static int act_rename(int arena, const struct act *act) {
	return renameat2(arena, act->name, arena, act->other, (unsigned)act->flags) < 0 ? errno : 0;
}

/** Take a file out of a directory of one's own that stands in the arena. */
static int act_rename_inside(int arena, const struct act *act) {
	int dir = open_beneath(arena, act->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);

	if (dir < 0)
		return errno;
	return renameat(dir, act->other, dir, "taken") < 0 ? errno : 0;
}

static int act_create_inside(int arena, const struct act *act) {
	int dir = open_beneath(arena, act->name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	if (dir < 0)
		return errno;
	return open_beneath(dir, act->other, O_WRONLY | O_CREAT | O_EXCL, 0600) < 0 ? errno : 0;
}

static int act_link(int arena, const struct act *act) {
	return linkat(arena, act->name, arena, act->other, 0) < 0 ? errno : 0;
}

/** Run a file of the arena.  The program sees neither the arena nor its path, only itself. */
static int act_run(int arena, const struct act *act) {
	char name[] = "tmpaudit-probe";
	char *const argv[] = { name, NULL };
	char *const envp[] = { NULL };
	int fd = open_beneath(arena, act->name, O_PATH | O_NOFOLLOW, 0);

	if (fd < 0)
		return errno;
	/* A script is opened by its interpreter, through this descriptor. */
	if (act->flags && fcntl(fd, F_SETFD, 0) < 0)
		return errno;
	if (chdir("/") < 0)
		return errno;
	syscall(SYS_execveat, fd, "", argv, envp, AT_EMPTY_PATH);
	return errno;
}

/** Give up every capability. */
static int drop_capabilities(void) {
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return syscall(SYS_capset, &header, none) < 0 ? errno : 0;
}

/**
 * Become the actor for good.  The owner of a directory is a user with processes of his own, who must not get at this
 * one: he would have its descriptors, and could say what it found.  Returns 0 or an errno.
 */
static int become(const struct actor *actor, bool may_gain) {
	const struct rlimit cpu = { CHILD_SECONDS, CHILD_SECONDS }, size = { 1 << 20, 1 << 20 }, core = { 0 };

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_FSIZE, &size);
	setrlimit(RLIMIT_CORE, &core);
	/* What is created has the mode that the attack asks for. */
	umask(0); /* tmpaudit: ignore */
	if (actor->uid != geteuid()) {
		/* Where fs.suid_dumpable is 1 only what we may and he may not keeps him off until we forbid it. */
		prctl(PR_SET_KEEPCAPS, 1);
		if (syscall(SYS_setgroups, actor->group ? 1 : 0, &actor->group) < 0 ||
		    setresgid((gid_t)actor->uid, (gid_t)actor->uid, (gid_t)actor->uid) < 0 ||
		    setresuid(actor->uid, actor->uid, actor->uid) < 0)
			return errno;
		prctl(PR_SET_DUMPABLE, 0);
		const int error = drop_capabilities();
		if (error)
			return error;
		/* Another user's process is told no more of its parent's death. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	return may_gain || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : errno;
}

/** Say what came of it, by a descriptor that a program which is run does not have. */
static _Noreturn void tell(int result, int error) {
	_exit(write(result, &error, sizeof error) == (ssize_t)sizeof error ? 0 : 1);
}

static _Noreturn void child(const struct stage *stage, const struct actor *actor, const struct act *act, int result) {
	enum { ABOVE = 16 };
	sigset_t none;
	const int arena = fcntl(stage->arena, F_DUPFD_CLOEXEC, ABOVE);

	if (arena < 0)
		_exit(1);
	result = fcntl(result, F_DUPFD_CLOEXEC, arena + 1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Nothing of ours but these two: no terminal either, which takes input from whoever has it for his own. */
	if (result < 0 || setsid() < 0 || close_range(0, (unsigned)arena - 1, 0) < 0 ||
	    (result > arena + 1 && close_range((unsigned)arena + 1, (unsigned)result - 1, 0) < 0) ||
	    close_range((unsigned)result + 1, ~0U, 0) < 0)
		_exit(1);
	if (become(actor, act->may_gain) != 0)
		tell(result, NOT_BECOME);
	tell(result, act->run(arena, act));
}

/**
 * What a child has told, or how the program that it ran has ended.  That has its user's rights, and his other
 * processes may make it say anything, but not that it was refused.
 */
static int result_of(int result, int status) {
	int error;

	if (read(result, &error, sizeof error) == (ssize_t)sizeof error)
		return error;
	if (!WIFEXITED(status))
		return EINTR;
	return WEXITSTATUS(status) == RAN || WEXITSTATUS(status) == RAN_AS_OTHER ? WEXITSTATUS(status) : SILENT;
}

static void note_signal(struct stage *stage) {
	struct signalfd_siginfo info;

	if (read(stage->signals, &info, sizeof info) == (ssize_t)sizeof info)
		stage->ended = (int)info.ssi_signo;
}

/** Let the actor do it.  Returns 0, an errno, or one of RAN, RAN_AS_OTHER, NOT_BECOME, SILENT. */
static int perform(struct stage *stage, const struct actor *actor, const struct act *act) {
	int status, error = 0, ends[2];

	if (stage->ended)
		return ECANCELED;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return errno;
	autoclose result = ends[0];
	pid_t pid = fork();
	if (pid == 0)
		child(stage, actor, act, ends[1]);
	error = pid < 0 ? errno : 0;
	close(ends[1]);
	if (error)
		return error;
	autoclose handle = (int)syscall(SYS_pidfd_open, pid, 0);
	for (int left = CHILD_SECONDS * 1000;;) {
		struct pollfd wait[] = { { .fd = handle, .events = POLLIN },
			                 { .fd = stage->signals, .events = POLLIN } };
		int ready = poll(wait, 2, left);

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready > 0 && wait[1].revents) {
			note_signal(stage);
			error = ECANCELED;
		} else if (ready <= 0) {
			error = ETIMEDOUT;
		}
		break;
	}
	if (error)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return error ? error : result_of(result, status);
}

/** A name that was not used yet. */
static const char *fresh(struct stage *stage, char buffer[static 16]) {
	snprintf(buffer, 16, "n%u", ++stage->names);
	return buffer;
}

static void record(const struct stage *stage, enum attack_kind kind, unsigned way, enum attack_outcome outcome,
                   int error, uid_t victim) {
	char line[128];
	int length = snprintf(line, sizeof line, "%u %d %u %d %d %u %u\n", stage->dir, (int)kind, way, (int)outcome,
	                      error, victim, stage->attacker.uid);

	/* A reader that is gone cannot be told anything; the cage is still to be removed. */
	if (length > 0)
		(void)write_all(stage->out, line, (size_t)length);
}

static void record_all(const struct stage *stage, enum attack_outcome outcome, int error) {
	for (enum attack_kind kind = 0; kind < ATTACKS; ++kind)
		for (unsigned way = 0; attack_ways[kind][way]; ++way)
			record(stage, kind, way, outcome, error, 0);
}

/** What an attempt to set the scene says, if it failed. */
static enum attack_outcome outcome_of_setup(int error) {
	return error == EACCES || error == EPERM || error == EROFS ? ATTACK_CLOSED : ATTACK_UNKNOWN;
}

/** What the result of the decisive step says. */
static enum attack_outcome outcome_of(int error) {
	switch (error) {
	case 0:
		return ATTACK_SUCCEEDED;
	/* What a kernel or a security module answers that does not permit it. */
	case EACCES:
	case EPERM:
	case ELOOP:
	case EROFS:
	case EISDIR:
		return ATTACK_BLOCKED;
	case EINVAL:
	case ENOENT:
	case ENOTDIR:
	case EEXIST:
	case ENOEXEC:
		return ATTACK_BROKEN;
	default:
		return ATTACK_UNKNOWN;
	}
}

/** The control: who creates safely sees that the name is taken.  Returns whether that holds, and records it if not. */
static bool controlled(struct stage *stage, enum attack_kind kind, unsigned way, const struct actor *victim,
                       const char *name) {
	int error = perform(
	        stage, victim,
	        &(struct act) { .run = act_open, .name = name, .flags = O_WRONLY | O_CREAT | O_EXCL, .mode = 0600 });

	if (error == EEXIST)
		return true;
	record(stage, kind, way, outcome_of(error) == ATTACK_UNKNOWN ? ATTACK_UNKNOWN : ATTACK_BROKEN, error,
	       victim->uid);
	return false;
}

/** Let the attacker set the scene.  Returns whether it stands, and records why not. */
static bool staged(struct stage *stage, enum attack_kind kind, unsigned way, const struct actor *victim,
                   const struct act *act) {
	int error = perform(stage, &stage->attacker, act);

	if (error)
		record(stage, kind, way, outcome_of_setup(error), error, victim->uid);
	return error == 0;
}

/** A private directory of the victim in the arena, with a file t in it. */
static int make_vault(struct stage *stage, const struct actor *victim, const char *name) {
	if (mkdirat(stage->arena, name, 0700) < 0)
		return errno;
	autoclose vault = open_beneath(stage->arena, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (vault < 0)
		return errno;
	autoclose file = open_beneath(vault, "t", O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (file < 0)
		return errno;
	int error = write_all(file, "target\n", 7);
	if (error)
		return error;
	if (fchown(file, victim->uid, (gid_t)victim->uid) < 0 || fchown(vault, victim->uid, (gid_t)victim->uid) < 0 ||
	    fchmod(vault, 0700) < 0)
		return errno;
	return 0;
}

static void attack_precreate(struct stage *stage, unsigned way, const struct actor *victim) {
	char name[16];
	const struct act create = { .run = way == WAY_FIFO ? act_fifo : act_create,
		                    .name = fresh(stage, name),
		                    .other = "attacker\n",
		                    .mode = 0666 };

	if (!staged(stage, ATTACK_PRECREATE, way, victim, &create) ||
	    !controlled(stage, ATTACK_PRECREATE, way, victim, name))
		return;
	/* A FIFO can be written only while somebody reads it. */
	autoclose reader = way == WAY_FIFO ? open_beneath(stage->arena, name, O_RDONLY | O_NOFOLLOW, 0) : -1;

	if (way == WAY_FIFO && reader < 0) {
		record(stage, ATTACK_PRECREATE, way, ATTACK_UNKNOWN, errno, victim->uid);
		return;
	}
	int error = perform(
	        stage, victim,
	        &(struct act) { .run = act_open, .name = name, .flags = O_WRONLY | O_CREAT | O_TRUNC, .mode = 0644 });
	record(stage, ATTACK_PRECREATE, way, outcome_of(error), error, victim->uid);
}

/** Whether the file t of the vault is as the attack leaves it. */
static bool vault_changed(const struct stage *stage, const char *vault, const char *file) {
	char path[40];
	struct stat status;

	snprintf(path, sizeof path, "%s/%s", vault, file);
	return fstatat(stage->arena, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size == 0;
}

static void attack_by_link(struct stage *stage, enum attack_kind kind, unsigned way, const struct actor *victim) {
	char name[16], vault[16], target[40], path[40];
	const bool middle = kind == ATTACK_PARENT;
	const char *file = !middle && way == WAY_DANGLING ? "new" : "t";
	int error = make_vault(stage, victim, fresh(stage, vault));

	if (error) {
		record(stage, kind, way, ATTACK_UNKNOWN, error, victim->uid);
		return;
	}
	snprintf(target, sizeof target, middle ? "%s" : "%s/%s", vault, file);
	if (!staged(stage, kind, way, victim,
	            &(struct act) { .run = act_symlink, .name = fresh(stage, name), .other = target }) ||
	    !controlled(stage, kind, way, victim, name))
		return;
	snprintf(path, sizeof path, middle ? "%s/%s" : "%s", name, file);
	const bool reads = !middle && way == WAY_READ;
	error = perform(stage, victim,
	                &(struct act) { .run = act_open,
	                                .name = path,
	                                .flags = reads ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC,
	                                .mode = 0644 });
	enum attack_outcome outcome = outcome_of(error);
	if (outcome == ATTACK_SUCCEEDED && !reads && !vault_changed(stage, vault, file))
		outcome = ATTACK_BROKEN;
	record(stage, kind, way, outcome, error, victim->uid);
}

static void attack_replace(struct stage *stage, unsigned way, const struct actor *victim) {
	char name[16], other[16];
	const struct act create = { .run = act_create, .name = fresh(stage, name), .other = "victim\n", .mode = 0644 };
	struct stat before, after;
	int error = perform(stage, victim, &create);

	fresh(stage, other);
	if (error) {
		record(stage, ATTACK_REPLACE, way, ATTACK_UNKNOWN, error, victim->uid);
		return;
	}
	if (!controlled(stage, ATTACK_REPLACE, way, victim, name))
		return;
	/* The victim keeps it open, as a program that goes on writing would. */
	autoclose held = open_beneath(stage->arena, name, O_RDONLY | O_NOFOLLOW, 0);
	if (held < 0 || fstat(held, &before) < 0) {
		record(stage, ATTACK_REPLACE, way, ATTACK_UNKNOWN, errno, victim->uid);
		return;
	}
	if ((way == WAY_RENAME_OVER || way == WAY_EXCHANGE) &&
	    !staged(stage, ATTACK_REPLACE, way, victim,
	            &(struct act) { .run = act_create, .name = other, .other = "attacker\n", .mode = 0666 }))
		return;
	switch (way) {
	case WAY_UNLINK:
		error = perform(stage, &stage->attacker, &(struct act) { .run = act_unlink, .name = name });
		break;
	case WAY_RENAME_AWAY:
		error = perform(stage, &stage->attacker,
		                &(struct act) { .run = act_rename, .name = name, .other = other });
		break;
	default:
		error = perform(stage, &stage->attacker,
		                &(struct act) { .run = act_rename,
		                                .name = other,
		                                .other = name,
		                                .flags = way == WAY_EXCHANGE ? RENAME_EXCHANGE : 0 });
		break;
	}
	enum attack_outcome outcome = outcome_of(error);
	if (way == WAY_EXCHANGE && (error == EINVAL || error == ENOSYS))
		outcome = ATTACK_UNTRIED; /* the file system knows no exchange */
	const bool same =
	        fstatat(stage->arena, name, &after, AT_SYMLINK_NOFOLLOW) == 0 && after.st_ino == before.st_ino;
	if ((outcome == ATTACK_SUCCEEDED && same) || (outcome == ATTACK_BLOCKED && !same))
		outcome = ATTACK_BROKEN;
	record(stage, ATTACK_REPLACE, way, outcome, error, victim->uid);
}

static void attack_hardlink(struct stage *stage, unsigned way, const struct actor *victim) {
	char name[16], other[16];
	int error = perform(
	        stage, victim,
	        &(struct act) { .run = act_create, .name = fresh(stage, name), .other = "victim\n", .mode = 0600 });

	if (error) {
		record(stage, ATTACK_HARDLINK, way, ATTACK_UNKNOWN, error, victim->uid);
		return;
	}
	if (!controlled(stage, ATTACK_HARDLINK, way, victim, name))
		return;
	error = perform(stage, &stage->attacker,
	                &(struct act) { .run = act_link, .name = name, .other = fresh(stage, other) });
	record(stage, ATTACK_HARDLINK, way, outcome_of(error), error, victim->uid);
}

static void attack_directory(struct stage *stage, unsigned way, const struct actor *victim) {
	char name[16];
	enum attack_outcome outcome;
	int error;

	if (!staged(stage, ATTACK_DIRECTORY, way, victim,
	            &(struct act) { .run = act_mkdir, .name = fresh(stage, name), .mode = 0777 }) ||
	    !controlled(stage, ATTACK_DIRECTORY, way, victim, name))
		return;
	if (way == WAY_OPEN) {
		/* That the victim's open fails is what the attacker wants: service denied. */
		error = perform(
		        stage, victim,
		        &(struct act) {
		                .run = act_open, .name = name, .flags = O_WRONLY | O_CREAT | O_TRUNC, .mode = 0644 });
		outcome = outcome_of(error);
		outcome = outcome == ATTACK_BLOCKED     ? ATTACK_SUCCEEDED
		          : outcome == ATTACK_SUCCEEDED ? ATTACK_BROKEN
		                                        : outcome;
	} else {
		error = perform(stage, victim, &(struct act) { .run = act_mkdir_again, .name = name, .mode = 0700 });
		if (!error)
			error = perform(stage, victim,
			                &(struct act) { .run = act_create_inside, .name = name, .other = "f" });
		if (!error)
			error = perform(stage, &stage->attacker,
			                &(struct act) { .run = act_rename_inside, .name = name, .other = "f" });
		outcome = outcome_of(error);
	}
	record(stage, ATTACK_DIRECTORY, way, outcome, error, victim->uid);
}

/** Run a file, and see as whom it ran.  Set-id needs another user than the file's. */
static void attack_run_file(struct stage *stage, unsigned way, const struct actor *victim) {
	static const char script[] = "#!/bin/sh\nexit 200\n";
	char name[16];
	const bool setid = way == WAY_SETID;
	const struct act create = {
		.run = way == WAY_SCRIPT ? act_create : act_create_payload,
		.name = fresh(stage, name),
		.other = script,
		.mode = setid ? 04755 : 0755,
	};

	if (!staged(stage, ATTACK_MOUNT, way, victim, &create) || !controlled(stage, ATTACK_MOUNT, way, victim, name))
		return;
	int error =
	        perform(stage, setid ? victim : &stage->attacker,
	                &(struct act) { .run = act_run, .name = name, .flags = way == WAY_SCRIPT, .may_gain = setid });
	enum attack_outcome outcome = outcome_of(error);
	if (error == RAN)
		outcome = setid ? ATTACK_BLOCKED : ATTACK_SUCCEEDED;
	else if (error == RAN_AS_OTHER)
		outcome = setid ? ATTACK_SUCCEEDED : ATTACK_BROKEN;
	else if (outcome == ATTACK_SUCCEEDED)
		outcome = ATTACK_BROKEN; /* it must say that it ran */
	record(stage, ATTACK_MOUNT, way, outcome, error < RAN ? error : 0, victim->uid);
}

static void attack_device(struct stage *stage, unsigned way, const struct actor *victim) {
	char name[16];

	/* /dev/zero's numbers: harmless whoever reads it. */
	if (mknodat(stage->arena, fresh(stage, name), S_IFCHR | 0666, makedev(1, 5)) < 0) {
		record(stage, ATTACK_MOUNT, way, errno == EPERM ? ATTACK_UNTRIED : ATTACK_UNKNOWN, errno, victim->uid);
		return;
	}
	if (fchmodat(stage->arena, name, 0666, 0) < 0 || !controlled(stage, ATTACK_MOUNT, way, victim, name))
		return;
	int error = perform(stage, victim, &(struct act) { .run = act_read_device, .name = name });
	record(stage, ATTACK_MOUNT, way, outcome_of(error), error, victim->uid);
}

static void attack_mount(struct stage *stage, unsigned way, const struct actor *victim) {
	/* Root never runs a file that an attacker owns, nor needs to: root is no ordinary victim of set-id programs. */
	const bool ignored = stage->request->foreign_mounts || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;

	if (way == WAY_SETID && (victim->uid == 0 || ignored))
		record(stage, ATTACK_MOUNT, way, ATTACK_UNTRIED, EPERM, victim->uid);
	else if (way == WAY_DEVICE)
		attack_device(stage, way, victim);
	else
		attack_run_file(stage, way, victim);
}

static void attempt(struct stage *stage, enum attack_kind kind, unsigned way, const struct actor *victim) {
	switch (kind) {
	case ATTACK_PRECREATE:
		attack_precreate(stage, way, victim);
		break;
	case ATTACK_SYMLINK:
	case ATTACK_PARENT:
		attack_by_link(stage, kind, way, victim);
		break;
	case ATTACK_REPLACE:
		attack_replace(stage, way, victim);
		break;
	case ATTACK_HARDLINK:
		attack_hardlink(stage, way, victim);
		break;
	case ATTACK_DIRECTORY:
		attack_directory(stage, way, victim);
		break;
	default:
		attack_mount(stage, way, victim);
		break;
	}
}

static void attempt_all(struct stage *stage) {
	const struct actor root = { 0 };

	for (enum attack_kind kind = 0; kind < ATTACKS; ++kind) {
		for (unsigned way = 0; attack_ways[kind][way] && !stage->ended; ++way) {
			if (stage->user_fits)
				attempt(stage, kind, way, &stage->user);
			/* Who runs it or reads a device changes nothing at the mount: one victim is enough. */
			if (kind != ATTACK_MOUNT || !stage->user_fits)
				attempt(stage, kind, way, &root);
		}
	}
}

/** Whether the actor can create in the arena: 0 or an errno. */
static int can_create(struct stage *stage, const struct actor *actor) {
	char name[16];

	return perform(stage, actor, &(struct act) { .run = act_create, .name = fresh(stage, name), .mode = 0600 });
}

enum { CANDIDATES = 64 };

/** Who may be let in by the ACL of the arena: groups to join, or users to be. */
static size_t candidates_of_acl(const struct stage *stage, struct actor *candidates, size_t most) {
	struct arena scratch = { 0 };
	struct acl_lists lists;
	size_t count = 0;

	if (acl_read(stage->arena, false, &scratch, &lists) != 0)
		lists = (struct acl_lists) { 0 };
	for (size_t i = 0; i < lists.access.nentries && count < most; ++i) {
		const struct acl_entry_fact *entry = &lists.access.entries[i];

		/* Root among them lets nobody in who is not root. */
		if (entry->id == 0 || !(entry->effective & 2))
			continue;
		if (entry->tag == ACL_ENTRY_USER)
			candidates[count++] = (struct actor) { .uid = entry->id };
		else if (entry->tag == ACL_ENTRY_GROUP)
			candidates[count++] = (struct actor) { .uid = stage->request->attacker, .group = entry->id };
	}
	arena_free(&scratch);
	return count;
}

/** Find an attacker that may create here: 0, or the errno that the ordinary one got. */
static int choose_attacker(struct stage *stage, const struct stat *dir) {
	struct actor candidates[CANDIDATES] = { { .uid = stage->request->attacker } };
	const bool deserted = stage->request->deserted && stage->request->deserted[stage->dir];
	size_t count = 1;

	if (!stage->request->attacker_named) {
		if (dir->st_uid != 0) {
			/* An owner who may not write here is not all that may. */
			candidates[count++] = candidates[0];
			candidates[0] = (struct actor) { .uid = dir->st_uid };
		}
		/* Nobody attacks by a group that is there for set-group-id programs only. */
		if (dir->st_mode & S_IWGRP && dir->st_gid != 0 && !deserted)
			candidates[count++] = (struct actor) { .uid = stage->request->attacker, .group = dir->st_gid };
		count += candidates_of_acl(stage, candidates + count, CANDIDATES - count);
	} else if (dir->st_mode & S_IWGRP && dir->st_gid != 0) {
		candidates[0].group = dir->st_gid;
	}
	int error = EACCES;
	for (size_t i = 0; i < count && !stage->ended; ++i) {
		int this = can_create(stage, &candidates[i]);

		if (this == 0) {
			stage->attacker = candidates[i];
			return 0;
		}
		if (i == 0)
			error = this;
	}
	stage->attacker = candidates[0];
	return error;
}

/** Copy an ACL exactly, as the kernel keeps it.  Returns 0 or an errno. */
static int copy_acl(int from, int to, const char *attribute) {
	unsigned char bytes[4096];
	char name[40];

	snprintf(name, sizeof name, "/proc/self/fd/%d", from);
	ssize_t size = getxattr(name, attribute, bytes, sizeof bytes);
	if (size < 0)
		return errno == ENODATA || errno == ENOTSUP ? 0 : errno;
	return fsetxattr(to, attribute, bytes, (size_t)size, 0) < 0 ? errno : 0;
}

/** Make the arena like the directory.  Returns 0 or an errno. */
static int make_arena(struct stage *stage, const struct stat *dir) {
	struct stat status;

	if (mkdirat(stage->cage.fd, "arena", 0700) < 0)
		return errno;
	stage->arena = open_beneath(stage->cage.fd, "arena", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
	if (stage->arena < 0)
		return errno;
	/* A default list that the cage itself took from DIR would be the arena's too: it is replaced by DIR's own. */
	if (fremovexattr(stage->arena, "system.posix_acl_default") < 0 && errno != ENODATA && errno != ENOTSUP)
		return errno;
	if (fremovexattr(stage->arena, "system.posix_acl_access") < 0 && errno != ENODATA && errno != ENOTSUP)
		return errno;
	if (fchown(stage->arena, dir->st_uid, dir->st_gid) < 0)
		return errno;
	int error = copy_acl(stage->cage.directory, stage->arena, "system.posix_acl_access");
	if (!error)
		error = copy_acl(stage->cage.directory, stage->arena, "system.posix_acl_default");
	if (error)
		return error;
	if (fchmod(stage->arena, dir->st_mode & 07777) < 0 || fstat(stage->arena, &status) < 0)
		return errno;
	return status.st_uid == dir->st_uid && status.st_gid == dir->st_gid && status.st_mode == dir->st_mode ? 0
	                                                                                                      : EPROTO;
}

/** Without root only what one user can try alone: whether files run. */
static void attempt_alone(struct stage *stage) {
	for (enum attack_kind kind = 0; kind < ATTACKS; ++kind)
		for (unsigned way = 0; attack_ways[kind][way]; ++way)
			if (kind != ATTACK_MOUNT || way > WAY_SCRIPT)
				record(stage, kind, way, ATTACK_UNKNOWN, EPERM, 0);
	stage->arena = fcntl(stage->cage.fd, F_DUPFD_CLOEXEC, 3);
	stage->attacker = (struct actor) { .uid = geteuid() };
	attack_run_file(stage, WAY_PROGRAM, &stage->attacker);
	attack_run_file(stage, WAY_SCRIPT, &stage->attacker);
}

static void attack_in_cage(struct stage *stage) {
	struct stat dir;
	const struct actor ordinary = { .uid = stage->request->victim };

	if (fstat(stage->cage.directory, &dir) < 0) {
		record_all(stage, ATTACK_UNKNOWN, errno);
		return;
	}
	stage->arena = stage->cage.fd;
	if (geteuid() != 0 || perform(stage, &ordinary, &(struct act) { .run = act_nothing }) == NOT_BECOME) {
		stage->arena = -1;
		attempt_alone(stage);
		return;
	}
	stage->arena = -1;
	int error = make_arena(stage, &dir);
	if (error) {
		record_all(stage, ATTACK_UNKNOWN, error);
		return;
	}
	error = choose_attacker(stage, &dir);
	if (error) {
		record_all(stage, outcome_of_setup(error), error);
		return;
	}
	stage->user = (struct actor) { .uid = stage->request->victim, .group = stage->attacker.group };
	stage->user_fits = stage->user.uid != stage->attacker.uid && can_create(stage, &stage->user) == 0;
	attempt_all(stage);
}

static int attack_directory_at(const struct attack_request *request, unsigned dir, int out, int signals) {
	struct stage stage = {
		.request = request,
		.dir = dir,
		.out = out,
		.signals = signals,
		.arena = -1,
		.attacker = { .uid = request->attacker },
	};
	autoclose listed = open_beneath(request->dirs[dir], ".", O_RDONLY | O_DIRECTORY, 0);

	if (listed < 0) {
		record_all(&stage, ATTACK_UNKNOWN, errno);
		return 0;
	}
	cage_remove_leftovers(listed);
	int error = cage_make(&stage.cage, listed);
	if (error)
		record_all(&stage, outcome_of_setup(error), error);
	else
		attack_in_cage(&stage);
	/* What is left then, the next run finds by its mark. */
	(void)cage_remove(&stage.cage);
	if (stage.arena >= 0)
		close(stage.arena);
	return stage.ended;
}

int attack_run(const struct attack_request *request, int out) {
	sigset_t set;
	int ended = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
	/* A reader that is gone must not end us in the middle: the next write fails instead. */
	sigdelset(&set, SIGPIPE);
	autoclose signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return -errno;
	umask(0); /* tmpaudit: ignore */
	for (unsigned dir = 0; dir < request->ndirs && !ended; ++dir)
		if (request->dirs[dir] >= 0)
			ended = attack_directory_at(request, dir, out, signals);
	return ended;
}
