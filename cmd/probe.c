#include "probe.h"

#include "attack.h"
#include "cleanup.h"
#include "commands.h"
#include "operand.h"
#include "parse_attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** How long the process may take for each directory and besides, before it is told to end; and then, before it is
 * killed. */
static const int64_t each_ms = 30000, more_ms = 10000, cleaning_ms = 10000;

/** The directories of a run, pinned; -1 for one that is set aside. */
struct targets {
	const char **paths;
	int *pins;
	size_t count;
};

static void add_target(struct host *host, struct targets *targets, const char *path, int pinned) {
	targets->paths = arena_grow(&host->arena, targets->paths, targets->count, sizeof *targets->paths);
	targets->pins = arena_grow(&host->arena, targets->pins, targets->count, sizeof *targets->pins);
	targets->paths[targets->count] = path;
	targets->pins[targets->count++] = pinned;
}

/** Whether the pinned directory lies on a file system that answers, and shows what is there. */
static bool is_examinable(const struct host *host, int pinned) {
	struct statx status;
	const struct mount *mount =
	        tree_stat(pinned, &status) == 0 ? mount_by_id(host->mount_views, status.stx_mnt_id) : NULL;

	return mount && mount_type_local(mount->type);
}

static bool add_operands(const struct channel *channel, struct host *host, struct targets *targets,
                         char *const *operands) {
	for (; *operands; ++operands) {
		const char *path = operand_path(&host->arena, *operands);
		int pinned = tree_pin(&host->tree, path);
		struct statx status;

		if (pinned >= 0 && is_examinable(host, pinned) && tree_stat(pinned, &status) == 0 &&
		    !S_ISDIR(status.stx_mode)) {
			close(pinned);
			pinned = -ENOTDIR;
		}
		if (pinned < 0) {
			worker_say(channel, *operands, "cannot be probed: %s", strerrordesc_np(-pinned));
			return false;
		}
		if (!is_examinable(host, pinned)) {
			close(pinned);
			pinned = -1;
		}
		add_target(host, targets, path, pinned);
	}
	return true;
}

/** Those that everybody's programs use; not one user's own, nor message queues, where no file can be made. */
static void add_audited(struct host *host, struct targets *targets) {
	for (const struct tempdir *dir = host->tempdirs; dir && dir->path; ++dir) {
		if (dir->class == TEMPDIR_USER || dir->class == TEMPDIR_QUEUE || !dir->directory)
			continue;
		int pinned = dir->unknown ? -1 : tree_pin(&host->tree, dir->real);
		if (pinned >= 0 && !is_examinable(host, pinned)) {
			close(pinned);
			pinned = -1;
		}
		add_target(host, targets, dir->path, pinned);
	}
}

static _Noreturn void attempt(const struct attack_request *request, int out, pid_t parent) {
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* It may have died before that. */
	if (getppid() != parent)
		_exit(1);
	_exit(attack_run(request, out) == 0 ? 0 : 1);
}

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** What is read of the process, and how it is to end. */
struct reading {
	int pipe, signals;
	pid_t pid;
	struct builder *bytes;
	/** The signal that we were sent, or 0. */
	int signal;
	/** Whether it was told to end, for that or for taking too long. */
	bool told;
};

static void tell_to_end(struct reading *reading) {
	if (!reading->told)
		kill(reading->pid, SIGTERM);
	reading->told = true;
}

/** Read until the end of the pipe, or past all deadlines.  Returns whether its end came. */
static bool read_all(struct reading *reading, int64_t deadline) {
	char buffer[4096];

	for (;;) {
		struct pollfd wait[] = { { .fd = reading->pipe, .events = POLLIN },
			                 { .fd = reading->signals, .events = POLLIN } };
		int64_t left = deadline - now_ms();
		int ready = poll(wait, 2, left > 0 ? (int)left : 0);

		if (ready < 0 && errno != EINTR)
			return false;
		if (ready == 0) {
			if (reading->told)
				return false;
			tell_to_end(reading);
			deadline = now_ms() + cleaning_ms;
			continue;
		}
		if (ready > 0 && wait[1].revents) {
			struct signalfd_siginfo info;

			if (read(reading->signals, &info, sizeof info) == (ssize_t)sizeof info)
				reading->signal = (int)info.ssi_signo;
			tell_to_end(reading);
			deadline = now_ms() + cleaning_ms;
		}
		if (ready > 0 && wait[0].revents) {
			ssize_t got = read(reading->pipe, buffer, sizeof buffer);

			if (got == 0)
				return true;
			if (got < 0 && errno != EINTR)
				return false;
			if (got > 0 && reading->bytes->length + (size_t)got <= ATTACK_BYTES_LIMIT)
				builder_bytes(reading->bytes, buffer, (size_t)got);
		}
	}
}

/** Run the attacks in a process of their own.  Returns whether it ended by itself and well. */
static bool run(const struct attack_request *request, struct builder *bytes, int *signal_number) {
	int ends[2];
	sigset_t set, old;
	int status = 1;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &old);
	struct reading reading = { .pipe = ends[0],
		                   .signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK),
		                   .bytes = bytes };
	const pid_t parent = getpid();
	reading.pid = fork();
	if (reading.pid == 0)
		attempt(request, ends[1], parent);
	close(ends[1]);
	bool ended = reading.pid > 0 && read_all(&reading, now_ms() + (int64_t)request->ndirs * each_ms + more_ms);
	if (reading.pid > 0 && !ended)
		kill(reading.pid, SIGKILL);
	/* One that hangs in a file system cannot be killed, and is not waited for. */
	if (reading.pid > 0 && (!ended || waitpid(reading.pid, &status, 0) < 0))
		status = 1;
	close(ends[0]);
	close(reading.signals);
	*signal_number = reading.signal;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ended && !reading.told && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/** Of each directory, whether its group is nobody's, as the host's own files have it. */
static const bool *find_deserted(struct host *host, const struct targets *targets) {
	bool *deserted = arena_array(&host->arena, targets->count + 1, sizeof *deserted);
	struct stat status;

	for (size_t i = 0; i < targets->count; ++i)
		deserted[i] = targets->pins[i] >= 0 && host->accounts && !host->accounts->foreign &&
		              fstat(targets->pins[i], &status) == 0 &&
		              !group_others(host->accounts, status.st_gid, status.st_uid);
	return deserted;
}

bool probe_attempt(const struct channel *channel, struct host *host, const struct options *options) {
	struct builder bytes = { .arena = &host->arena };
	struct attack_input *input = arena_alloc(&host->arena, sizeof *input);
	struct targets targets = { 0 };
	struct attack_request request = { .foreign_mounts = host->mount_namespace != MOUNTS_OF_HOST };
	int signal_number = 0;
	bool good = true;

	host_gather(host, FACT_MOUNTS | FACT_TEMPDIRS | FACT_ACCOUNTS);
	if (*options->operands)
		good = add_operands(channel, host, &targets, options->operands);
	else
		add_audited(host, &targets);
	if (good && attacks_users(host, &request.attacker, &request.victim)) {
		request.attacker_named = options->given & OPTION_ATTACKER;
		if (request.attacker_named)
			request.attacker = options->attacker;
		if (options->given & OPTION_VICTIM)
			request.victim = options->victim;
		request.dirs = targets.pins;
		request.deserted = find_deserted(host, &targets);
		request.ndirs = targets.count;
		input->complete = run(&request, &bytes, &signal_number);
	}
	for (size_t i = 0; i < targets.count; ++i)
		if (targets.pins[i] >= 0)
			close(targets.pins[i]);
	if (signal_number) {
		/* The cage is gone: now what was asked of us. */
		signal(signal_number, SIG_DFL);
		raise(signal_number);
	}
	input->dirs = targets.paths;
	input->ndirs = targets.count;
	input->bytes = builder_string(&bytes);
	input->size = bytes.length;
	host->attack_input = input;
	return good;
}
