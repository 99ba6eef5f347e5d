/**
 * A FUSE file system whose server never answers: as a user's may, or as a dead network's does.
 *
 * usage: hang DIRECTORY never|init    mounts it there and stays, until it is killed; "init" answers the first
 * request, the handshake, and nothing after it
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

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

int main(int argc, char **argv) {
	char options[128];
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (argc != 3 || fd < 0) {
		fprintf(stderr, "hang: %s\n", argc == 3 ? strerror(errno) : "usage: hang DIRECTORY never|init");
		return 2;
	}
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
	if (mount("hang", argv[1], "fuse.hang", MS_NOSUID | MS_NODEV, options) < 0) {
		fprintf(stderr, "hang: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	if (strcmp(argv[2], "init") == 0 && answer_init(fd) < 0)
		return 2;
	puts("mounted");
	fflush(stdout);
	pause();
	return 0;
}
