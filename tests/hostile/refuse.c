/**
 * Run a program as an old kernel or a strict sandbox would: some system calls are refused.
 *
 * usage: refuse ERROR CALL... -- PROGRAM [ARGUMENT]...    as in: refuse ENOSYS landlock seccomp -- tmpaudit
 */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	unsigned calls[3];
} known[] = {
	{ "landlock", { 444, 445, 446 } },
	{ "seccomp", { SYS_seccomp } },
	{ "prctl", { SYS_prctl } },
	{ "capset", { SYS_capset } },
	{ "openat2", { SYS_openat2 } },
	{ "open_tree", { SYS_open_tree } },
	{ "socketpair", { SYS_socketpair } },
	{ "pidfd_open", { SYS_pidfd_open } },
	{ "close_range", { SYS_close_range } },
};

enum { MOST = 64 };

struct program {
	struct sock_filter lines[MOST];
	unsigned short count;
};

static void add(struct program *program, struct sock_filter line) {
	if (program->count == MOST)
		exit(98);
	program->lines[program->count++] = line;
}

static void add_refusal(struct program *program, unsigned call, unsigned error) {
	add(program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
	add(program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

int main(int argc, char **argv) {
	struct program program = { 0 };
	const unsigned error = argc > 1 && strcmp(argv[1], "ENOSYS") == 0 ? ENOSYS : EPERM;
	int at = 2;

	add(&program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	for (; at < argc && strcmp(argv[at], "--") != 0; ++at) {
		bool found = false;

		for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
			if (strcmp(known[i].name, argv[at]) != 0)
				continue;
			found = true;
			for (size_t k = 0; k < 3 && known[i].calls[k]; ++k)
				add_refusal(&program, known[i].calls[k], error);
		}
		if (!found) {
			fprintf(stderr, "refuse: %s is no call that is known here\n", argv[at]);
			return 98;
		}
		if (strcmp(argv[at], "seccomp") == 0) {
			/* The other way to the same: prctl(2). */
			add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3));
			add(&program, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			                                           offsetof(struct seccomp_data, args)));
			add(&program, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1));
			add(&program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
			add(&program,
			    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
		}
	}
	if (at + 1 >= argc)
		return 98;
	add(&program, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	const struct sock_fprog filter = { .len = program.count, .filter = program.lines };
	/* As root, so that no_new_privs is still for the program to ask for. */
	if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return 97;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0) {
		perror("refuse: seccomp");
		return 97;
	}
	execv(argv[at + 1], argv + at + 1);
	perror(argv[at + 1]);
	return 96;
}
