/**
 * Runs two commands in turn and compares their medians.
 *
 * usage: versus RUNS COMMAND... -- COMMAND...
 *
 * Prints the medians in microseconds and the ratio of the second to the first, in tabs.
 */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/** How long the command takes, in nanoseconds. */
static int64_t measure(char **command) {
	posix_spawn_file_actions_t actions;
	struct timespec start, end;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	int error = posix_spawn(&pid, command[0], &actions, NULL, command, environ);
	if (error || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status)) {
		fprintf(stderr, "versus: \"%s\" cannot be run: %s\n", command[0], strerror(error ? error : errno));
		exit(2);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (WEXITSTATUS(status) == 2 || WEXITSTATUS(status) > 3) {
		fprintf(stderr, "versus: \"%s\" ended with status %d\n", command[0], WEXITSTATUS(status));
		exit(2);
	}
	posix_spawn_file_actions_destroy(&actions);
	return (end.tv_sec - start.tv_sec) * INT64_C(1000000000) + (end.tv_nsec - start.tv_nsec);
}

static int compare(const void *a, const void *b) {
	const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

static double median(int64_t *times, size_t count) {
	qsort(times, count, sizeof *times, compare);
	return (double)(times[(count - 1) / 2] + times[count / 2]) / 2 / 1000;
}

int main(int argc, char **argv) {
	size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	char **second = argv + 2;

	while (*second && strcmp(*second, "--") != 0)
		++second;
	if (!runs || runs > 1000000 || !*second || second == argv + 2 || !second[1]) {
		fputs("usage: versus RUNS COMMAND... -- COMMAND...\n", stderr);
		return 2;
	}
	*second++ = NULL;
	int64_t *times[2] = { calloc(runs, sizeof **times), calloc(runs, sizeof **times) };
	if (!times[0] || !times[1])
		return 2;
	/* Once without a clock, so that both find their files in memory. */
	measure(argv + 2);
	measure(second);
	for (size_t i = 0; i < runs; ++i) {
		times[0][i] = measure(argv + 2);
		times[1][i] = measure(second);
	}
	double first = median(times[0], runs), other = median(times[1], runs);
	printf("%.0f\t%.0f\t%.2f\n", first, other, other / first);
	free(times[0]);
	free(times[1]);
	return 0;
}
