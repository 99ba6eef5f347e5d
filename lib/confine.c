#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/capability.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What is not on the list ends a process of the tests, so that nothing is refused unseen. */
#ifdef CONFINE_KILL
static const uint32_t refusal = SCMP_ACT_KILL_PROCESS;
#else
static const uint32_t refusal = SCMP_ACT_ERRNO(EPERM);
#endif

/* Capabilities */

/** Limit the effective and permitted sets to those of the list that we have, and empty all others. */
static bool limit_capabilities(const cap_value_t *kept, int count) {
	cap_t have = cap_get_proc(), want = cap_init();
	bool limited = have && want;

	for (int i = 0; limited && i < count; ++i) {
		cap_flag_value_t permitted = CAP_CLEAR;

		if (cap_get_flag(have, kept[i], CAP_PERMITTED, &permitted) < 0 || permitted != CAP_SET)
			continue;
		limited = cap_set_flag(want, CAP_PERMITTED, 1, &kept[i], CAP_SET) == 0 &&
		          cap_set_flag(want, CAP_EFFECTIVE, 1, &kept[i], CAP_SET) == 0;
	}
	limited = limited && cap_set_proc(want) == 0;
	cap_free(have);
	cap_free(want);
	return limited;
}

/** Without privilege the bounding set stays as it is: nothing can be gained from it then. */
static void empty_bounding_set(void) {
	for (cap_value_t capability = 0; capability < cap_max_bits(); ++capability)
		cap_drop_bound(capability);
}

/** Read files of others, read of others' processes; and not make a file young by reading it: open(2), O_NOATIME. */
static const cap_value_t of_worker[] = { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_FOWNER };
enum { WITHOUT_FOWNER = 2, WITH_FOWNER = 3 };
/** And copy a mount, to look beneath others: open_tree(2). */
static const cap_value_t of_scout[] = { CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN };

/** The names of what is left; all that can be: see of_worker. */
static const char *const *capability_names(void) {
	static const char *const lists[8][4] = {
		{ NULL },
		{ "dac_read_search" },
		{ "fowner" },
		{ "dac_read_search", "fowner" },
		{ "sys_ptrace" },
		{ "dac_read_search", "sys_ptrace" },
		{ "fowner", "sys_ptrace" },
		{ "dac_read_search", "fowner", "sys_ptrace" },
	};
	static const cap_value_t bits[] = { CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_SYS_PTRACE };
	cap_t have = cap_get_proc();
	unsigned index = 0;

	if (!have)
		return NULL;
	for (unsigned i = 0; i < sizeof bits / sizeof *bits; ++i) {
		cap_flag_value_t permitted = CAP_CLEAR;

		if (cap_get_flag(have, bits[i], CAP_PERMITTED, &permitted) == 0 && permitted == CAP_SET)
			index |= 1U << i;
	}
	cap_free(have);
	return lists[index];
}

/* Landlock, by its system calls: the headers may be older than the kernel.  See linux/landlock.h. */

struct landlock_ruleset {
	uint64_t files, network, scoped;
};

struct landlock_beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	LANDLOCK_VERSION = 1,
	LANDLOCK_BENEATH = 1,
	LANDLOCK_READ_FILE = 1 << 2,
	LANDLOCK_READ_DIR = 1 << 3,
	LANDLOCK_TRUNCATE = 1 << 14,
};

/** The number of rights to files by version, from 1: refer came with 2, truncate with 3, ioctl with 5. */
static unsigned file_rights(unsigned version) {
	static const unsigned rights[] = { 13, 14, 15, 15, 16 };
	const unsigned known = sizeof rights / sizeof *rights;

	return version < known ? rights[version - 1] : rights[known - 1];
}

/** Handle every right to files but the spared ones, and allow reading below the directories.  Returns the version, or
 * 0. */
static unsigned restrict_files(const int *readable, size_t count, uint64_t spared) {
	const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	if (version < 1)
		return 0;
	const struct landlock_ruleset attributes = {
		.files = ((1U << file_rights((unsigned)version)) - 1) & ~spared,
		/* bind and connect; abstract sockets.  Not signals, of which seccomp(2) allows none to others: by such
		 * a scope our end would not reach a scout that hangs. */
		.network = version >= 4 ? 3 : 0,
		.scoped = version >= 6 ? 1 : 0,
	};
	const size_t size = sizeof(uint64_t) * (version >= 6 ? 3 : version >= 4 ? 2 : 1);
	const int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
	bool good = ruleset >= 0;

	for (size_t i = 0; good && i < count; ++i) {
		const struct landlock_beneath rule = {
			.allowed = (LANDLOCK_READ_FILE | LANDLOCK_READ_DIR) & ~spared,
			.parent = readable[i],
		};

		good = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_BENEATH, &rule, 0) == 0;
	}
	good = good && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	if (ruleset >= 0)
		close(ruleset);
	return good ? (unsigned)version : 0;
}

/**
 * Own no file: to truncate one by opening it takes the right to write to it, which root then has no more than anybody,
 * and the list of calls lets nobody take it back.  Returns whether it is so.
 */
static bool own_nothing(void) {
	/* Of no range that accounts, containers or services have. */
	const uid_t nobody = 0xfffefffe;
	int signal = 0;
	const pid_t parent = getppid();

	prctl(PR_GET_PDEATHSIG, &signal);
	setfsuid(nobody);
	const bool done = (uid_t)setfsuid((uid_t)-1) == nobody;
	/* Both end with a change; and with the parent by the signal that it meanwhile did not send. */
	prctl(PR_SET_DUMPABLE, 0);
	if (signal && (prctl(PR_SET_PDEATHSIG, signal) < 0 || getppid() != parent))
		raise(signal);
	return done;
}

/**
 * Of whoever walks Landlock would ask for each directory that is opened whether it may be listed, and might one day be
 * truncated, of all the directories above it: a fifth of a walk, and without end in a tree that is deep enough.
 */
static unsigned restrict_walker(const struct confine_request *request, bool *disowned) {
	*disowned = own_nothing();
	return restrict_files(request->readable, request->nreadable,
	                      LANDLOCK_READ_DIR | (*disowned ? LANDLOCK_TRUNCATE : 0));
}

/** For a walker that has files after all, before its calls are limited. */
static void forbid_truncating(void) {
	restrict_files(NULL, 0, ~(uint64_t)LANDLOCK_TRUNCATE);
}

/* seccomp */

/** Add a rule; a call that this architecture has not needs none. */
static bool add(scmp_filter_ctx filter, uint32_t action, int call, unsigned count,
                const struct scmp_arg_cmp *arguments) {
	if (action == refusal)
		return true;
	int error = seccomp_rule_add_array(filter, action, call, count, arguments);

	/* A number below 0 is that of a call which other architectures have. */
	return error == 0 || call < 0;
}

static bool allow(scmp_filter_ctx filter, int call) {
	return add(filter, SCMP_ACT_ALLOW, call, 0, NULL);
}

static bool allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp first) {
	return add(filter, SCMP_ACT_ALLOW, call, 1, &first);
}

static bool allow_all(scmp_filter_ctx filter, const int *calls) {
	bool good = true;

	for (; good && *calls != __NR_SCMP_ERROR; ++calls)
		good = allow(filter, *calls);
	return good;
}

/** Of reading, of memory, of time, and of ending; without arguments that could do harm. */
static const int harmless[] = {
	SCMP_SYS(read),           SCMP_SYS(pread64),
	SCMP_SYS(readv),          SCMP_SYS(lseek),
	SCMP_SYS(_llseek),        SCMP_SYS(fstat),
	SCMP_SYS(fstat64),        SCMP_SYS(newfstatat),
	SCMP_SYS(fstatat64),      SCMP_SYS(statx),
	SCMP_SYS(statfs),         SCMP_SYS(statfs64),
	SCMP_SYS(fstatfs),        SCMP_SYS(fstatfs64),
	SCMP_SYS(readlink),       SCMP_SYS(readlinkat),
	SCMP_SYS(getdents64),     SCMP_SYS(brk),
	SCMP_SYS(munmap),         SCMP_SYS(mremap),
	SCMP_SYS(madvise),        SCMP_SYS(futex),
	SCMP_SYS(futex_time64),   SCMP_SYS(rt_sigreturn),
	SCMP_SYS(sigreturn),      SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall),
	SCMP_SYS(clock_gettime),  SCMP_SYS(clock_gettime64),
	SCMP_SYS(gettimeofday),   SCMP_SYS(time),
	SCMP_SYS(getrandom),      SCMP_SYS(getpid),
	SCMP_SYS(gettid),         SCMP_SYS(geteuid),
	SCMP_SYS(geteuid32),      SCMP_SYS(exit),
	SCMP_SYS(exit_group),     SCMP_SYS(sched_yield),
	__NR_SCMP_ERROR,
};

/** What threads, waiting, libmount and libacl need besides. */
static const int of_work[] = {
	SCMP_SYS(openat2),         SCMP_SYS(getxattr),
	SCMP_SYS(lgetxattr),       SCMP_SYS(fgetxattr),
	SCMP_SYS(access),          SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),      SCMP_SYS(getuid),
	SCMP_SYS(getuid32),        SCMP_SYS(getgid),
	SCMP_SYS(getgid32),        SCMP_SYS(getegid),
	SCMP_SYS(getegid32),       SCMP_SYS(getppid),
	SCMP_SYS(uname),           SCMP_SYS(sysinfo),
	SCMP_SYS(getcwd),          SCMP_SYS(getrusage),
	SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
	SCMP_SYS(sigaltstack),     SCMP_SYS(sched_getaffinity),
	SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_nanosleep_time64),
	SCMP_SYS(nanosleep),       SCMP_SYS(poll),
	SCMP_SYS(ppoll),           SCMP_SYS(ppoll_time64),
	__NR_SCMP_ERROR,
};

/** Opening, without a flag that writes or creates. */
static bool allow_reading(scmp_filter_ctx filter) {
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY);

	return allow_if(filter, SCMP_SYS(openat), SCMP_A2(SCMP_CMP_MASKED_EQ, writing, 0)) &&
	       allow_if(filter, SCMP_SYS(open), SCMP_A1(SCMP_CMP_MASKED_EQ, writing, 0));
}

/** Memory of our own, never to be executed; protection may be changed, but never to that. */
static bool allow_memory(scmp_filter_ctx filter) {
	const struct scmp_arg_cmp map[] = { SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		                            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_SHARED, 0) };

	return add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, map) &&
	       add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 2, map) &&
	       allow_if(filter, SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

/**
 * The descriptors that can be written to keep their numbers: no other file can get one of these, so that even what
 * openat2(2) opens for writing where there is no Landlock stays as it is.  Standard error is /dev/null.
 */
static bool allow_pipe(scmp_filter_ctx filter) {
	return allow_if(filter, SCMP_SYS(write), SCMP_A0_32(SCMP_CMP_EQ, CONFINE_PIPE)) &&
	       allow_if(filter, SCMP_SYS(write), SCMP_A0_32(SCMP_CMP_EQ, STDERR_FILENO)) &&
	       allow_if(filter, SCMP_SYS(close), SCMP_A0_32(SCMP_CMP_GT, CONFINE_SCOUT));
}

/** The scout is asked, and seen off. */
static bool allow_scout(scmp_filter_ctx filter) {
	return allow_if(filter, SCMP_SYS(sendmsg), SCMP_A0_32(SCMP_CMP_EQ, CONFINE_SCOUT)) &&
	       allow_if(filter, SCMP_SYS(recvmsg), SCMP_A0_32(SCMP_CMP_EQ, CONFINE_SCOUT)) &&
	       allow_if(filter, SCMP_SYS(shutdown), SCMP_A0_32(SCMP_CMP_EQ, CONFINE_SCOUT)) &&
	       allow_if(filter, SCMP_SYS(wait4), SCMP_A3_64(SCMP_CMP_EQ, 0));
}

/** Threads, made as glibc and musl do; clone3(2) hides its flags: where it is missing they call clone(2). */
static bool allow_threads(scmp_filter_ctx filter) {
	static const scmp_datum_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
	                                   CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
#if defined __s390__ || defined __s390x__
	const unsigned flags = 1;
#else
	const unsigned flags = 0;
#endif

	return allow_if(filter, SCMP_SYS(clone), SCMP_CMP(flags, SCMP_CMP_EQ, thread)) &&
	       allow_if(filter, SCMP_SYS(clone), SCMP_CMP(flags, SCMP_CMP_EQ, thread | CLONE_DETACHED)) &&
	       add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, NULL) &&
	       /* The scout's business; where there is none it is tried. */
	       add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(open_tree), 0, NULL);
}

/** Asking for what is so already: flags of descriptors, limits, our own end by abort(3). */
static bool allow_asking(scmp_filter_ctx filter) {
	static const int commands[] = { F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC };
	bool good = allow_if(filter, SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0)) &&
	            allow_if(filter, SCMP_SYS(tgkill), SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)getpid()));

	for (size_t i = 0; good && i < sizeof commands / sizeof *commands; ++i)
		good = allow_if(filter, SCMP_SYS(fcntl), SCMP_A1_32(SCMP_CMP_EQ, (uint32_t)commands[i])) &&
		       allow_if(filter, SCMP_SYS(fcntl64), SCMP_A1_32(SCMP_CMP_EQ, (uint32_t)commands[i]));
	return good;
}

static bool load(scmp_filter_ctx filter, bool complete) {
	/* One filter for few calls that are looked at: the kernel remembers those that always pass. */
	bool loaded = filter && complete && seccomp_load(filter) == 0;

	if (filter)
		seccomp_release(filter);
	return loaded;
}

static bool limit_calls(void) {
	scmp_filter_ctx filter = seccomp_init(refusal);

	return load(filter, filter && allow_reading(filter) && allow_memory(filter) && allow_pipe(filter) &&
	                            allow_scout(filter) && allow_threads(filter) && allow_asking(filter) &&
	                            allow_all(filter, harmless) && allow_all(filter, of_work));
}

void confine(const struct confine_request *request, struct confinement *achieved) {
	bool disowned = false;

	*achieved = (struct confinement) { .no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 };
	if (!request->without_landlock && request->walks)
		achieved->landlock = restrict_walker(request, &disowned);
	else if (!request->without_landlock)
		achieved->landlock = restrict_files(request->readable, request->nreadable, 0);
	empty_bounding_set();
	bool limited = limit_capabilities(of_worker, WITH_FOWNER);
	/* CAP_FOWNER would also allow chmod(2): it is kept only where both stand in its way. */
	if (!achieved->landlock)
		limited = limit_capabilities(of_worker, WITHOUT_FOWNER);
	/* Without it, files of one's own are the only ones that can be read without being made young. */
	if (disowned && !(achieved->landlock && limited)) {
		setfsuid(geteuid());
		forbid_truncating();
		disowned = false;
	}
	achieved->capabilities = limited ? capability_names() : NULL;
	achieved->seccomp = limit_calls();
	if (!achieved->seccomp && limited && limit_capabilities(of_worker, WITHOUT_FOWNER))
		achieved->capabilities = capability_names();
	/* Nothing keeps it from taking its files back. */
	if (disowned && !achieved->seccomp)
		forbid_truncating();
}

void confine_scout(void) {
	scmp_filter_ctx filter = seccomp_init(refusal);

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	empty_bounding_set();
	limit_capabilities(of_scout, sizeof of_scout / sizeof *of_scout);
	load(filter, filter && allow_reading(filter) && allow_memory(filter) && allow_asking(filter) &&
	                     allow_all(filter, harmless) && allow(filter, SCMP_SYS(sendmsg)) &&
	                     allow(filter, SCMP_SYS(recvmsg)) && allow(filter, SCMP_SYS(close)) &&
	                     allow(filter, SCMP_SYS(open_tree)) &&
	                     add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0, NULL));
}
