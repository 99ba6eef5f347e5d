/**
 * Plants the trees that the walker is measured on.  The same each time.
 *
 * usage: plant SHAPE SIZE DIR
 *   usr     SIZE directories, shaped after /usr: 63 in 100 are leaves, ten files each
 *   leaves  SIZE directories, 446 in each of those that are none
 *   names   SIZE files in one directory
 *   wide    SIZE directories in one directory, each with one in it
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t state = 88172645463325252U;

static unsigned long draw(unsigned long below) {
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void need(int result, const char *what) {
	if (result < 0) {
		perror(what);
		exit(1);
	}
}

static void files(int fd, const char *in, unsigned count) {
	char name[96];

	for (unsigned i = 0; i < count; ++i) {
		snprintf(name, sizeof name, "%s/file%u.txt", in, i);
		int file = openat(fd, name, O_WRONLY | O_CREAT | O_EXCL, 0644);

		need(file, name);
		close(file);
	}
}

/** Each level takes its directories from those above; the chance of a child decides how many are leaves. */
static void plant_usr(int top, unsigned long size) {
	char(*paths)[160] = calloc(size + 1, sizeof(*paths));
	unsigned long made = 1, next = 0;

	if (!paths)
		exit(1);
	strcpy(paths[0], ".");
	for (; made < size && next < made; ++next) {
		/* At the end two thirds had their turn, and of those 55 in 100 have 2.7 on average. */
		unsigned long children = next < 20 || draw(100) < 55 ? 1 + draw(draw(100) ? 4 : 50) : 0;

		if (strlen(paths[next]) > 120)
			children = 0;
		if (children == 0 && next + 1 == made)
			children = 2;
		for (unsigned long i = 0; i < children && made < size; ++i, ++made) {
			snprintf(paths[made], sizeof *paths, "%.130s/d%lu", paths[next], i);
			need(mkdirat(top, paths[made], 0755), paths[made]);
		}
	}
	for (unsigned long i = 0; i < made; ++i)
		files(top, paths[i], 10);
	/* As in a real tree, a few are a group's, and one in ten thousand is everybody's. */
	for (unsigned long i = 1; i < made; i += 101)
		need(fchmodat(top, paths[i], i % 10000 < 101 ? 0777 : 02775, 0), paths[i]);
	free(paths);
}

static void plant_leaves(int top, unsigned long size) {
	char name[64];
	unsigned long made = 0;

	for (unsigned long i = 0; made < size; ++i, ++made) {
		snprintf(name, sizeof name, "parent%lu", i);
		need(mkdirat(top, name, 0755), name);
		int fd = openat(top, name, O_RDONLY | O_DIRECTORY);
		need(fd, name);
		for (unsigned long k = 0; k < 446 && made + 1 < size; ++k, ++made) {
			snprintf(name, sizeof name, "leaf%lu", k);
			need(mkdirat(fd, name, 0755), name);
		}
		close(fd);
	}
}

static void plant_names(int top, unsigned long size) {
	need(mkdirat(top, "names", 0755), "names");
	need(mkdirat(top, "names/one", 0755), "names/one");
	char name[64];
	for (unsigned long i = 0; i < size; ++i) {
		snprintf(name, sizeof name, "names/name%lu", i);
		int file = openat(top, name, O_WRONLY | O_CREAT | O_EXCL, 0644);

		need(file, name);
		close(file);
	}
}

static void plant_wide(int top, unsigned long size) {
	char name[64];

	for (unsigned long i = 0; i < size; ++i) {
		snprintf(name, sizeof name, "wide%lu", i);
		need(mkdirat(top, name, 0755), name);
		snprintf(name, sizeof name, "wide%lu/in", i);
		need(mkdirat(top, name, 0755), name);
	}
}

int main(int argc, char **argv) {
	static const struct {
		const char *name;
		void (*plant)(int top, unsigned long size);
	} shapes[] = {
		{ "usr", plant_usr }, { "leaves", plant_leaves }, { "names", plant_names }, { "wide", plant_wide }
	};

	if (argc != 4)
		return 2;
	umask(0);
	if (mkdir(argv[3], 0755) < 0 && errno != EEXIST)
		need(-1, argv[3]);
	int top = open(argv[3], O_RDONLY | O_DIRECTORY);
	need(top, argv[3]);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; ++i) {
		if (strcmp(shapes[i].name, argv[1]) == 0) {
			shapes[i].plant(top, strtoul(argv[2], NULL, 10));
			return 0;
		}
	}
	return 2;
}
