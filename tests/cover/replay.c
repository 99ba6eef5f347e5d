/**
 * A fuzz target without a fuzzer: what once broke a parser is tried by each build, of any compiler.
 *
 * usage: replay TARGET FILE...    ends by a signal if a file breaks the target; replay alone lists the targets
 */

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void replay(const char *path) {
	struct stat status;
	FILE *stream = fopen(path, "re");

	if (!stream || fstat(fileno(stream), &status) < 0) {
		perror(path);
		exit(2);
	}
	unsigned char *data = malloc((size_t)status.st_size + 1);
	if (!data || fread(data, 1, (size_t)status.st_size, stream) != (size_t)status.st_size)
		exit(2);
	/* The last one is that which ended us. */
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)status.st_size);
	free(data);
	fclose(stream);
}

int main(int argc, char **argv) {
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; ++i)
		replay(argv[i]);
	return 0;
}
