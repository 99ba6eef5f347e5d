#include "worker.h"

#include "cleanup.h"
#include "confine.h"
#include "progress.h"
#include "say.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** What a frame holds. */
enum kind { KIND_PART = 1, KIND_PRODUCT, KIND_MESSAGE, KIND_DONE };

/** Before each frame's bytes. */
struct frame {
	uint32_t kind;
	/** Of a product, or a part of one; of KIND_DONE the exit status. */
	uint32_t number;
	uint64_t size;
};

/** The most that is taken of a worker, in MiB, and of one frame, in bytes. */
enum { MOST_MIB = 512, MOST_FRAME = 1 << 20 };

/** The most bytes that a frame of a product has here. */
enum { PART = 64 << 10 };

/** A worker cannot do without its parent: what cannot be said ends it. */
static void write_all(int fd, const void *bytes, size_t size) {
	for (const char *at = bytes; size;) {
		ssize_t done = write(fd, at, size);

		if (done < 0 && errno != EINTR)
			_exit(2);
		if (done > 0) {
			at += done;
			size -= (size_t)done;
		}
	}
}

static void send_frame(int fd, enum kind kind, unsigned number, const void *bytes, size_t size) {
	const struct frame frame = { .kind = kind, .number = number, .size = size };

	write_all(fd, &frame, sizeof frame);
	write_all(fd, bytes, size);
}

void worker_deliver_part(const struct channel *channel, unsigned number, const void *bytes, size_t size) {
	const char *from = bytes;

	for (size_t length; size; from += length, size -= length) {
		length = size < PART ? size : PART;
		send_frame(channel->fd, KIND_PART, number, from, length);
		pulse_beat(channel->pulse);
	}
}

void worker_deliver(const struct channel *channel, unsigned number, const void *bytes, size_t size) {
	worker_deliver_part(channel, number, bytes, size);
	send_frame(channel->fd, KIND_PRODUCT, number, "", 0);
	pulse_beat(channel->pulse);
}

void worker_say(const struct channel *channel, const char *where, const char *format, ...) {
	struct arena scratch = { 0 };
	struct builder message = { .arena = &scratch };
	va_list list;

	builder_bytes(&message, where, strlen(where) + 1);
	va_start(list, format);
	builder_text(&message, arena_vtext(&scratch, format, list));
	va_end(list);
	send_frame(channel->fd, KIND_MESSAGE, 0, message.text, message.length);
	arena_free(&scratch);
}

/**
 * Leave nothing of the caller's open: /dev/null stands for the standard descriptors, and for the scout until there is
 * one; the numbers of what is kept are those that confine() knows.
 */
static void keep_only(int out) {
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* A root without /dev: no file that is audited may get one of the numbers, and this one is read by nobody. */
	if (null < 0)
		null = open("/", O_PATH | O_CLOEXEC);
	/* Out of the way of the numbers that are to be taken. */
	const int pipe = fcntl(out, F_DUPFD_CLOEXEC, CONFINE_SCOUT + 1);
	const int nothing = null < 0 ? null : fcntl(null, F_DUPFD_CLOEXEC, CONFINE_SCOUT + 1);

	if (pipe < 0 || dup3(pipe, CONFINE_PIPE, O_CLOEXEC) < 0)
		_exit(2);
	for (int fd = STDIN_FILENO; fd <= CONFINE_SCOUT; ++fd)
		if (fd != CONFINE_PIPE && (nothing < 0 || dup2(nothing, fd) < 0))
			close(fd);
	close_range(CONFINE_SCOUT + 1, ~0U, 0);
}

static _Noreturn void run_worker(const struct job *job, int out, struct pulse *pulse, pid_t parent,
                                 const sigset_t *mask) {
	const struct channel channel = { .fd = CONFINE_PIPE, .pulse = pulse };

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(2);
	sigprocmask(SIG_SETMASK, mask, NULL);
	keep_only(out);
	int status = job->work(&channel, job->context);
	send_frame(CONFINE_PIPE, KIND_DONE, (unsigned)status, "", 0);
	_exit(status);
}

static int64_t now_ms(void) {
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/** A worker, as its parent sees it. */
struct watch {
	const struct job *job;
	struct delivery *delivery;
	struct pulse *pulse;
	pid_t pid;
	int in, signals;
	/** What has come and is not understood yet: less than a frame; and its memory. */
	struct builder bytes;
	struct arena arena;
	/** The bytes of all products. */
	size_t total;
	/** The signal that is to end us, or 0. */
	int signal;
	/** It said that it was done; it said what it may not say; it said why it ends. */
	bool done, broken, said;
	uint64_t last_beats;
	/** When we looked last, and for how long we have seen no sign of life, in milliseconds. */
	int64_t last_look, silence;
	int64_t deadline;
	struct progress progress;
};

/** The product that is being delivered, which may be a new one. */
static struct product *open_product(struct delivery *delivery, unsigned number) {
	struct product *last = delivery->nproducts ? &delivery->products[delivery->nproducts - 1] : NULL;

	if (last && !last->whole)
		return last;
	delivery->products =
	        arena_grow(&delivery->arena, delivery->products, delivery->nproducts, sizeof *delivery->products);
	last = &delivery->products[delivery->nproducts++];
	*last = (struct product) { .number = number };
	return last;
}

/** Add to a product.  Not in an arena: it may be large, and grows. */
static void add_part(struct product *product, const char *bytes, size_t size) {
	if (product->capacity - product->size <= size) {
		product->capacity = 2 * (product->size + size + 1);
		product->bytes = realloc(product->bytes, product->capacity);
		if (!product->bytes)
			arena_exhausted();
	}
	memcpy(product->bytes + product->size, bytes, size);
	product->size += size;
	product->bytes[product->size] = '\0';
}

static void take_part(struct watch *watch, const struct frame *frame, const char *bytes) {
	struct product *product = open_product(watch->delivery, frame->number);

	watch->total += frame->size;
	if (product->number != frame->number) {
		watch->broken = true;
	} else if (watch->total > (size_t)MOST_MIB << 20) {
		progress_clear(&watch->progress);
		say("the report", "is larger than %d MiB, and was not written: --max-findings N lists less", MOST_MIB);
		watch->broken = watch->said = true;
	} else {
		add_part(product, bytes, frame->size);
		product->whole = frame->kind == KIND_PRODUCT;
	}
}

static void take_message(struct watch *watch, const struct frame *frame, const char *bytes) {
	struct arena scratch = { 0 };
	const char *text = arena_bytes(&scratch, bytes, frame->size);
	const size_t word = strlen(text);

	progress_clear(&watch->progress);
	watch->said = true;
	say(text, "%s", text + word + (word < frame->size));
	arena_free(&scratch);
}

static void take_frame(struct watch *watch, const struct frame *frame, const char *bytes) {
	switch (frame->kind) {
	case KIND_PART:
	case KIND_PRODUCT:
		take_part(watch, frame, bytes);
		break;
	case KIND_MESSAGE:
		take_message(watch, frame, bytes);
		break;
	case KIND_DONE:
		/* What main() and formats make of it is not known here: it is small. */
		watch->done = frame->number <= 7;
		watch->broken = !watch->done;
		watch->delivery->status = (int)frame->number;
		break;
	default:
		watch->broken = true;
	}
}

/** Understand all frames that are whole by now. */
static void take_frames(struct watch *watch) {
	struct builder *bytes = &watch->bytes;
	struct frame frame;
	size_t taken = 0;

	while (!watch->broken && bytes->length - taken >= sizeof frame) {
		memcpy(&frame, bytes->text + taken, sizeof frame);
		if (frame.size > MOST_FRAME || watch->done) {
			watch->broken = true;
			return;
		}
		if (frame.size > bytes->length - taken - sizeof frame)
			break;
		take_frame(watch, &frame, bytes->text + taken + sizeof frame);
		taken += sizeof frame + frame.size;
	}
	memmove(bytes->text, bytes->text + taken, bytes->length - taken);
	bytes->length -= taken;
}

/** Read what there is.  Returns false at its end. */
static bool read_some(struct watch *watch) {
	char buffer[65536];
	ssize_t got = read(watch->in, buffer, sizeof buffer);

	if (got < 0)
		return errno == EINTR;
	if (got == 0)
		return false;
	builder_bytes(&watch->bytes, buffer, (size_t)got);
	take_frames(watch);
	watch->silence = 0;
	return !watch->broken;
}

static void take_signal(struct watch *watch) {
	struct signalfd_siginfo info;

	if (read(watch->signals, &info, sizeof info) != (ssize_t)sizeof info)
		return;
	if (!watch->signal)
		watch->deadline = now_ms() + watch->job->cleaning_ms;
	watch->signal = (int)info.ssi_signo;
	/* It may have something to clean up; a worker that has not dies of it at once. */
	kill(watch->pid, SIGTERM);
}

/**
 * Whether the worker has shown no sign of life for too long.  Time in which we did not look either is no silence: both
 * of us may have been stopped, or the whole machine.
 */
static bool is_silent(struct watch *watch) {
	enum { LOOK_MOST = 500 };
	uint64_t beats = atomic_load_explicit(&watch->pulse->beats, memory_order_relaxed);
	int64_t now = now_ms(), passed = now - watch->last_look;

	watch->last_look = now;
	watch->silence += passed < LOOK_MOST ? passed : LOOK_MOST;
	if (beats != watch->last_beats) {
		watch->last_beats = beats;
		watch->silence = 0;
	}
	if (watch->signal)
		return now >= watch->deadline;
	return watch->silence >= watch->job->silence_ms;
}

/**
 * Watch until the worker is done, or has closed its end: one with a thread that hangs in a file system cannot close it.
 * Returns false if it is given up before.
 */
static bool watch_worker(struct watch *watch) {
	/** As often as progress is shown. */
	enum { STEP = 100 };

	for (;;) {
		struct pollfd wait[] = { { .fd = watch->in, .events = POLLIN },
			                 { .fd = watch->signals, .events = POLLIN } };
		int ready = poll(wait, 2, STEP);

		if (ready < 0 && errno != EINTR)
			return false;
		if (ready > 0 && wait[1].revents)
			take_signal(watch);
		if (ready > 0 && wait[0].revents && (!read_some(watch) || watch->done))
			return true;
		if (is_silent(watch))
			return false;
		if (watch->job->progress)
			progress_show(&watch->progress, watch->pulse, now_ms());
	}
}

/** See the worker off.  Returns how it ended, or -1 if it hangs and is left behind. */
static int bury(pid_t pid) {
	autoclose handle = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd wait = { .fd = handle, .events = POLLIN };
	int status;

	if (handle < 0 || poll(&wait, 1, 1000) <= 0)
		kill(pid, SIGKILL);
	for (int tries = 0; tries < 20; ++tries) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		(void)poll(&wait, handle >= 0, 50);
	}
	return -1;
}

/** Say what became of a worker that did not come to its end.  Returns false. */
static bool explain(const struct watch *watch, bool silent, int status) {
	if (watch->broken && watch->said)
		return false;
	if (silent)
		say("the audit", "gave no sign of life for %u s: a file system does not answer; no report was written",
		    watch->job->silence_ms / 1000);
	else if (status >= 0 && WIFSIGNALED(status))
		say("the audit", "was ended by signal %d; no report was written", WTERMSIG(status));
	else if (!(watch->said && status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 2))
		say("the audit", "ended before its report was complete; no report was written");
	return false;
}

/** Those that ask us to end, without those that whoever started us has us ignore: nohup(1). */
static void signals_to_take(sigset_t *set) {
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; ++i) {
		struct sigaction action;

		if (sigaction(signals[i], NULL, &action) < 0 || action.sa_handler != SIG_IGN)
			sigaddset(set, signals[i]);
	}
}

bool worker_run(const struct job *job, struct delivery *delivery) {
	int ends[2];
	sigset_t set, mask;
	struct watch watch = { .job = job, .delivery = delivery, .pulse = pulse_open(), .last_look = now_ms() };

	*delivery = (struct delivery) { .status = 2 };
	watch.bytes.arena = &watch.arena;
	progress_start(&watch.progress, watch.last_look);
	if (!watch.pulse || pipe2(ends, O_CLOEXEC) < 0) {
		say("the audit", "cannot be started: %s", strerrordesc_np(errno));
		return false;
	}
	signals_to_take(&set);
	sigprocmask(SIG_BLOCK, &set, &mask);
	watch.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	watch.in = ends[0];
	const pid_t parent = getpid();
	watch.pid = fork();
	if (watch.pid == 0)
		run_worker(job, ends[1], watch.pulse, parent, &mask);
	close(ends[1]);
	bool ended = watch.pid > 0 && watch_worker(&watch);
	progress_clear(&watch.progress);
	if (watch.pid > 0 && (!ended || watch.broken))
		kill(watch.pid, SIGKILL);
	int status = watch.pid > 0 ? bury(watch.pid) : -1;
	close(watch.in);
	close(watch.signals);
	if (watch.signal) {
		/* What had to be cleaned up is: now what was asked of us. */
		signal(watch.signal, SIG_DFL);
		raise(watch.signal);
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	arena_free(&watch.arena);
	return (ended && watch.done && !watch.broken) || explain(&watch, !ended && watch.pid > 0, status);
}

void delivery_free(struct delivery *delivery) {
	for (size_t i = 0; i < delivery->nproducts; ++i)
		free(delivery->products[i].bytes);
	arena_free(&delivery->arena);
}
