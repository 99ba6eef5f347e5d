#include "scout.h"

#include "cleanup.h"
#include "confine.h"
#include "text.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum question { ASK_FILE, ASK_ROOT, ASK_LINK, ASK_LINKS, ASK_BARE };

struct request {
	enum question question;
	/** "/proc/PID/NAME"; ASK_BARE has a descriptor instead. */
	char path[64];
};

/** One packet of an answer: of a list there are several. */
struct answer {
	/** 0, or a negative errno. */
	int error;
	/** Whether another one follows. */
	bool more;
	/** Texts, each with its NUL. */
	char text[8192];
};

/* Packets */

/** Send size bytes, and with them a descriptor unless it is negative. */
static bool send_packet(int socket, const void *bytes, size_t size, int fd) {
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof control.bytes;
		control.header = (struct cmsghdr) { .cmsg_len = CMSG_LEN(sizeof fd),
			                            .cmsg_level = SOL_SOCKET,
			                            .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	}
	do
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)size;
}

/** Receive at most size bytes, and the descriptor that comes with them, or -1.  Returns their number, 0 at the end. */
static ssize_t receive_packet(int socket, void *bytes, size_t size, int *fd) {
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { 0 };
	struct iovec part = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes
	};
	ssize_t got;

	*fd = -1;
	do
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got > 0 && message.msg_controllen >= CMSG_LEN(sizeof *fd) && control.header.cmsg_level == SOL_SOCKET &&
	    control.header.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&control.header), sizeof *fd);
	return got;
}

/* In the scout */

/** Whether a question may be asked of the path. */
static bool is_allowed(enum question question, const char *path) {
	static const struct {
		enum question question;
		const char *names[6];
	} allowed[] = {
		{ ASK_FILE, { "environ", "maps", "mountinfo" } },
		{ ASK_ROOT, { "root" } },
		{ ASK_LINK, { "cwd", "exe", "root", "ns/mnt", "ns/pid" } },
		{ ASK_LINKS, { "fd" } },
	};
	static const char proc[] = "/proc/";

	if (!text_starts(path, proc))
		return false;
	path += sizeof proc - 1;
	size_t digits = strspn(path, "0123456789");
	if (!digits && text_starts(path, "self/"))
		digits = strlen("self");
	if (!digits || path[digits] != '/')
		return false;
	for (size_t i = 0; i < sizeof allowed / sizeof *allowed; ++i)
		for (const char *const *name = allowed[i].names; allowed[i].question == question && *name; ++name)
			if (text_equal(*name, path + digits + 1))
				return true;
	return false;
}

static bool answer_links(int socket, const struct tree *tree, const char *path) {
	struct arena arena = { 0 };
	struct answer answer = { 0 };
	size_t used = 0;
	char **targets;
	bool good = true;

	answer.error = tree_links(tree, path, &arena, &targets);
	for (; good && answer.error > 0 && *targets; ++targets) {
		const size_t size = strlen(*targets) + 1;

		if (used + size > sizeof answer.text) {
			answer.more = true;
			good = send_packet(socket, &answer, offsetof(struct answer, text) + used, -1);
			answer.more = false;
			used = 0;
		}
		memcpy(answer.text + used, *targets, size);
		used += size;
	}
	if (answer.error > 0)
		answer.error = 0;
	good = good && send_packet(socket, &answer, offsetof(struct answer, text) + used, -1);
	arena_free(&arena);
	return good;
}

/** Answer a request.  Returns false if there is nobody to answer to. */
static bool answer_one(int socket, const struct tree *tree, const struct request *request, int pinned) {
	struct answer answer = { 0 };
	struct tree other = { .fd = -1 };
	autoclose file = -1;
	size_t used = 0;

	if (request->question != ASK_BARE && !is_allowed(request->question, request->path)) {
		answer.error = -EPERM;
		return send_packet(socket, &answer, offsetof(struct answer, text), -1);
	}
	switch (request->question) {
	case ASK_FILE:
		file = tree_open_file(tree, request->path);
		answer.error = file < 0 ? file : 0;
		break;
	case ASK_ROOT:
		answer.error = tree_open(&other, request->path, true);
		break;
	case ASK_LINK:
		answer.error = tree_link(tree, request->path, answer.text, PATH_MAX);
		used = answer.error ? 0 : strlen(answer.text) + 1;
		break;
	case ASK_LINKS:
		return answer_links(socket, tree, request->path);
	case ASK_BARE:
		answer.error = pinned < 0 ? -EBADF : tree_open_bare(tree, pinned, &other);
		break;
	default:
		answer.error = -EINVAL;
	}
	bool sent = send_packet(socket, &answer, offsetof(struct answer, text) + used, file >= 0 ? file : other.fd);
	tree_close(&other);
	return sent;
}

static _Noreturn void run_scout(int socket, pid_t parent) {
	struct tree tree;
	struct request request;
	bool good = tree_open(&tree, "/", true) == 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* It holds nothing that its parent's parent could be kept waiting by. */
	close_range(CONFINE_PIPE, CONFINE_PIPE, 0);
	confine_scout();
	while (good) {
		int pinned;
		ssize_t got = receive_packet(socket, &request, sizeof request, &pinned);

		request.path[sizeof request.path - 1] = '\0';
		good = got == (ssize_t)sizeof request && answer_one(socket, &tree, &request, pinned);
		if (pinned >= 0)
			close(pinned);
	}
	_exit(0);
}

/* In the worker */

int scout_start(struct scout *scout, int patience) {
	int ends[2];

	*scout = (struct scout) { .fd = -1, .patience = patience };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	const pid_t parent = getpid();
	scout->pid = fork();
	if (scout->pid == 0) {
		close(ends[0]);
		run_scout(ends[1], parent);
	}
	int error = scout->pid < 0 ? -errno : 0;
	close(ends[1]);
	if (!error && ends[0] != CONFINE_SCOUT) {
		error = dup3(ends[0], CONFINE_SCOUT, O_CLOEXEC) < 0 ? -errno : 0;
		close(ends[0]);
		ends[0] = CONFINE_SCOUT;
	}
	if (error)
		close(ends[0]);
	else
		scout->fd = ends[0];
	return error;
}

/** Wait for a packet of the answer.  Returns the bytes of its text, or a negative errno. */
static ssize_t await(struct scout *scout, struct answer *answer, int *fd) {
	struct pollfd wait = { .fd = scout->fd, .events = POLLIN };
	const ssize_t head = offsetof(struct answer, text);

	*fd = -1;
	if (poll(&wait, 1, scout->patience) <= 0) {
		scout->given_up = true;
		return -ETIMEDOUT;
	}
	ssize_t got = receive_packet(scout->fd, answer, sizeof *answer, fd);
	if (got < head || (got > head && answer->text[got - head - 1])) {
		scout->given_up = true;
		return -EIO;
	}
	return answer->error < 0 ? answer->error : got - head;
}

/** Ask, and wait for the first packet.  Returns the bytes of its text, or a negative errno. */
static ssize_t ask(struct scout *scout, enum question question, const char *path, int pinned, struct answer *answer,
                   int *fd) {
	struct request request = { .question = question };

	*fd = -1;
	if (strlen(path) >= sizeof request.path)
		return -ENAMETOOLONG;
	memcpy(request.path, path, strlen(path));
	if (scout->given_up || !send_packet(scout->fd, &request, sizeof request, pinned))
		return -ETIMEDOUT;
	return await(scout, answer, fd);
}

static int ask_descriptor(struct scout *scout, enum question question, const char *path, int pinned) {
	struct answer answer;
	int fd;
	ssize_t got = ask(scout, question, path, pinned, &answer, &fd);

	if (got < 0)
		return (int)got;
	return fd < 0 ? -EIO : fd;
}

int scout_open(struct scout *scout, const char *path) {
	return ask_descriptor(scout, ASK_FILE, path, -1);
}

int scout_root(struct scout *scout, const char *path) {
	return ask_descriptor(scout, ASK_ROOT, path, -1);
}

int scout_bare(struct scout *scout, int pinned) {
	return ask_descriptor(scout, ASK_BARE, "", pinned);
}

int scout_link(struct scout *scout, const char *path, char *target, size_t size) {
	struct answer answer;
	int fd;
	ssize_t got = ask(scout, ASK_LINK, path, -1, &answer, &fd);

	if (got <= 0)
		return got < 0 ? (int)got : -EIO;
	if (strlen(answer.text) >= size)
		return -ENAMETOOLONG;
	memcpy(target, answer.text, strlen(answer.text) + 1);
	return 0;
}

int scout_links(struct scout *scout, const char *path, struct arena *arena, char ***targets) {
	struct answer answer;
	size_t count = 0;
	char **list = NULL;
	int fd;

	*targets = NULL;
	for (ssize_t got = ask(scout, ASK_LINKS, path, -1, &answer, &fd);; got = await(scout, &answer, &fd)) {
		if (got < 0)
			return (int)got;
		for (const char *at = answer.text; at < answer.text + got; at += strlen(at) + 1) {
			list = arena_grow(arena, list, count, sizeof *list);
			list[count++] = arena_copy(arena, at);
		}
		if (!answer.more)
			break;
	}
	*targets = list ? list : arena_array(arena, 1, sizeof *list);
	return (int)count;
}

void scout_end(struct scout *scout) {
	if (scout->fd < 0)
		return;
	shutdown(scout->fd, SHUT_RDWR);
	/* One that hangs cannot be waited for; it dies with us. */
	if (!scout->given_up)
		waitpid(scout->pid, NULL, 0);
	scout->fd = -1;
}
