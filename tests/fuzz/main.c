/** The fuzzer: one program for all targets.  usage: fuzz TARGET [libFuzzer's options and folders]; fuzz alone lists
 * them. */

#include "fuzz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct target *const lists[] = { parser_targets, text_targets, report_targets, tree_targets };

static const struct target *chosen;

void must_hold(const char *condition, const char *file, int line) {
	fprintf(stderr, "%s:%d: must hold: %s\n", file, line, condition);
	abort();
}

void touch(const char *text) {
	if (text)
		must(strlen(text) < SIZE_MAX / 2);
}

unsigned char take_byte(struct bytes *bytes) {
	if (bytes->size == 0)
		return 0;
	--bytes->size;
	return (unsigned char)*bytes->data++;
}

const char *as_text(const struct bytes *bytes, struct arena *arena) {
	return arena_bytes(arena, bytes->data, bytes->size);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i) {
		for (const struct target *target = lists[i]; target->name; ++target) {
			if (*argc < 2)
				puts(target->name);
			else if (strcmp(target->name, (*argv)[1]) == 0)
				chosen = target;
		}
	}
	if (*argc < 2)
		exit(0);
	if (!chosen) {
		fprintf(stderr, "fuzz: there is no target \"%s\"\n", (*argv)[1]);
		exit(2);
	}
	memmove(*argv + 1, *argv + 2, ((size_t)*argc - 1) * sizeof **argv);
	--*argc;
	return 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) {
	struct arena arena = { 0 };
	// A copy that ends where the input does: whoever reads on is seen.
	char *copy = malloc(size + 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	copy[size] = '\0';
	chosen->run(&(const struct bytes) { copy, size }, &arena);
	arena_free(&arena);
	free(copy);
	return 0;
}
