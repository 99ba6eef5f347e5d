/**
 * The walker by itself, with what the program does not let users choose.
 *
 * usage: walker DIR [all] [N]    all: believe no link count; N threads from the start
 */

#include "tree.h"
#include "walk.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct local {
	unsigned long found;
};

static void visit(const void *owner, void *state, const struct walk_entry *entry) {
	struct local *local = state;
	unsigned mode = entry->status->stx_mode;

	(void)owner;
	if (mode & S_ISVTX)
		return;
	if (mode & S_IWOTH) {
		++local->found;
	} else if (mode & S_IWGRP) {
		struct arena arena = { 0 };
		struct acl_lists lists;
		struct statx status;

		if (walk_acl(entry, false, &arena, &status, &lists) == 0 && lists.access.nentries)
			++local->found;
		arena_free(&arena);
	}
}

static void finish(void *owner, void *state, bool discard) {
	unsigned long *found = owner;

	*found += discard ? 0 : ((const struct local *)state)->found;
}

int main(int argc, char **argv) {
	struct walk_summary summary = { .troubles = { .most = 10, .most_bytes = 1 << 16 },
		                        .crossings = { .most = 10, .most_bytes = 1 << 16 } };
	struct walk_limits limits = { .threads = 1 };
	unsigned long found = 0;
	struct tree tree;

	if (argc < 2 || tree_open(&tree, argv[1], false) < 0)
		return 2;
	for (int i = 2; i < argc; ++i) {
		if (strcmp(argv[i], "all") == 0)
			limits.distrust = true;
		else
			limits.threads = (unsigned)strtoul(argv[i], NULL, 10);
	}
	/* 0: as the walker decides. */
	limits.eager = limits.threads > 1;
	const struct walk_consumer consumer = { .needs = WALK_DIRECTORIES,
		                                .levels = WALK_ALL,
		                                .local_size = sizeof(struct local),
		                                .visit = visit,
		                                .finish = finish,
		                                .owner = &found };
	const struct walk_top top = { .tree = &tree, .fd = tree.fd, .path = "/", .reachable = true, .consumers = 1 };
	int error = walk_run(&top, &consumer, 1, &limits, &summary);

	printf("%lu of %lu directories, %u threads, %zu troubles\n", found, (unsigned long)summary.directories,
	       summary.threads, summary.troubles.total);
	shortlist_free(&summary.troubles);
	shortlist_free(&summary.crossings);
	tree_close(&tree);
	return error ? 2 : 0;
}
