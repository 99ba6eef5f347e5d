/**
 * File systems whose server never answers: as a user's may, or as a dead network's does.
 *
 * usage: hang DIRECTORY never|init|read  mounts it there and stays, until it is killed; "init" answers the first
 *                                        request, the handshake, and reads nothing after it; "read" reads the others
 *                                        and does not answer: whoever waits for that cannot be killed
 *        hang DIRECTORY serve IMAGE      shows IMAGE there as "image", to be read, until it gets SIGUSR1: then it is
 *                                        silent; a loop device on it is a disk that stops answering
 *        hang DIRECTORY direct|indirect  an automount point of autofs: whoever looks beneath it waits for a mount
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile sig_atomic_t silent;

static void fall_silent(int signal) {
	(void)signal;
	silent = 1;
}

static struct fuse_attr attributes(uint64_t node, const struct stat *image) {
	return (struct fuse_attr) {
		.ino = node,
		.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0444,
		.nlink = 1,
		.size = node == FUSE_ROOT_ID ? 0 : (uint64_t)image->st_size,
		.blksize = 4096,
	};
}

/** Answer one request.  Returns its size, 0 for none. */
static size_t answer(const char *request, const struct stat *status, int image, struct fuse_out_header *header,
                     char *body) {
	const struct fuse_in_header *in = (const void *)request;
	const char *argument = request + sizeof *in;

	header->error = 0;
	switch (in->opcode) {
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return 0;
	case FUSE_GETATTR: {
		const struct fuse_attr_out out = { .attr_valid = 1000, .attr = attributes(in->nodeid, status) };

		memcpy(body, &out, sizeof out);
		return sizeof out;
	}
	case FUSE_LOOKUP: {
		const struct fuse_entry_out out = {
			.nodeid = 2, .entry_valid = 1000, .attr_valid = 1000, .attr = attributes(2, status)
		};

		header->error = strcmp(argument, "image") == 0 ? 0 : -ENOENT;
		memcpy(body, &out, sizeof out);
		return header->error ? 0 : sizeof out;
	}
	case FUSE_STATFS: {
		const struct fuse_statfs_out out = { .st = { .bsize = 4096, .namelen = 255 } };

		memcpy(body, &out, sizeof out);
		return sizeof out;
	}
	case FUSE_OPEN: {
		const struct fuse_open_out out = { .open_flags = FOPEN_KEEP_CACHE };

		memcpy(body, &out, sizeof out);
		return sizeof out;
	}
	case FUSE_READ: {
		const struct fuse_read_in *read_in = (const void *)argument;
		ssize_t got = pread(image, body, read_in->size, (off_t)read_in->offset);

		header->error = got < 0 ? -errno : 0;
		return got < 0 ? 0 : (size_t)got;
	}
	case FUSE_RELEASE:
	case FUSE_FLUSH:
		return 0;
	default:
		header->error = -ENOSYS;
		return 0;
	}
}

/** Answer until told to be silent. */
static int serve(int fd, const char *path) {
	static char request[1 << 20] __attribute__((aligned(8))), body[1 << 20];
	struct stat status;
	int image = open(path, O_RDONLY | O_CLOEXEC);

	if (image < 0 || fstat(image, &status) < 0)
		return -1;
	while (!silent) {
		ssize_t got = read(fd, request, sizeof request);

		if (got < 0 && errno != EINTR && errno != ENOENT)
			return -1;
		if (got < (ssize_t)sizeof(struct fuse_in_header) || silent)
			continue;
		const struct fuse_in_header *in = (const void *)request;
		struct fuse_out_header header = { .unique = in->unique };
		size_t size = answer(request, &status, image, &header, body);
		const struct iovec parts[] = { { &header, sizeof header }, { body, size } };

		header.len = (uint32_t)(sizeof header + size);
		if (in->opcode != FUSE_FORGET && in->opcode != FUSE_BATCH_FORGET && in->opcode != FUSE_INTERRUPT &&
		    writev(fd, parts, 2) < 0 && errno != ENOENT)
			return -1;
	}
	return 0;
}

/** Read all requests there are, and answer none. */
static int swallow(int fd) {
	static char request[1 << 20] __attribute__((aligned(8)));

	while (read(fd, request, sizeof request) >= 0 || errno == EINTR || errno == ENOENT) {
	}
	return -1;
}

static int answer_init(int fd) {
	static char request[FUSE_MIN_READ_BUFFER * 4];
	struct {
		struct fuse_out_header header;
		struct fuse_init_out init;
	} reply = { 0 };

	if (read(fd, request, sizeof request) < (ssize_t)sizeof(struct fuse_in_header))
		return -1;
	reply.header.len = sizeof reply;
	memcpy(&reply.header.unique, request + offsetof(struct fuse_in_header, unique), sizeof reply.header.unique);
	reply.init.major = FUSE_KERNEL_VERSION;
	reply.init.minor = FUSE_KERNEL_MINOR_VERSION;
	reply.init.max_write = 4096;
	return write(fd, &reply, sizeof reply) == (ssize_t)sizeof reply ? 0 : -1;
}

/** Mount an automount point whose daemon we are.  We ourselves look beneath it without waiting. */
static int mount_autofs(const char *directory, const char *kind) {
	char options[128];
	int ends[2];

	if (setpgid(0, 0) < 0 || pipe(ends) < 0)
		return -1;
	snprintf(options, sizeof options, "fd=%d,pgrp=%d,minproto=5,maxproto=5,%s", ends[1], getpgrp(), kind);
	if (mount("hang", directory, "autofs", 0, options) < 0)
		return -1;
	close(ends[1]);
	return 0;
}

static _Noreturn void stay(void) {
	puts("mounted");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv) {
	char options[128];

	if (argc == 3 && (strcmp(argv[2], "direct") == 0 || strcmp(argv[2], "indirect") == 0)) {
		if (mount_autofs(argv[1], argv[2]) == 0)
			stay();
		fprintf(stderr, "hang: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	bool serving = argc == 4 && strcmp(argv[2], "serve") == 0;

	if ((argc != 3 && !serving) || fd < 0) {
		fprintf(stderr, "hang: %s\n",
		        fd < 0 ? strerror(errno)
		               : "usage: hang DIRECTORY never|init|read|serve|direct|indirect [IMAGE]");
		return 2;
	}
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("hang", argv[1], "fuse.hang", MS_NOSUID | MS_NODEV, options) < 0) {
		fprintf(stderr, "hang: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	if (strcmp(argv[2], "never") != 0 && answer_init(fd) < 0)
		return 2;
	sigaction(SIGUSR1, &(struct sigaction) { .sa_handler = fall_silent }, NULL);
	if (!serving && strcmp(argv[2], "read") != 0)
		stay();
	puts("mounted");
	fflush(stdout);
	if (serving ? serve(fd, argv[3]) < 0 : swallow(fd) < 0)
		return 2;
	for (;;)
		pause();
}
