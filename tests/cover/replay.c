/**
 * A fuzz target without a fuzzer: what once broke a parser is tried by each build, of any compiler; with --cut each
 * beginning of it, too, since what is cut off is where a parser reads on.
 *
 * usage: replay TARGET [--cut] FILE...    ends by a signal if a file breaks the target; replay alone lists the targets
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/** Of a longer file the whole alone is tried. */
enum { CUT = 4096 };

static void replay(const char *path, bool cut) {
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
	for (size_t size = !cut || status.st_size > CUT ? (size_t)status.st_size : 0; size <= (size_t)status.st_size;
	     ++size)
		LLVMFuzzerTestOneInput(data, size);
	free(data);
	fclose(stream);
}

int main(int argc, char **argv) {
	LLVMFuzzerInitialize(&argc, &argv);
	const bool cut = argc > 1 && strcmp(argv[1], "--cut") == 0;
	for (int i = 1 + cut; i < argc; ++i)
		replay(argv[i], cut);
	return 0;
}
