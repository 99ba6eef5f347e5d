/**
 * A directory of the probe's own in one that others write: private, locked while it is in use, marked so that a
 * later run knows it for its own, and removed by descriptor whatever became of its name.
 */
#ifndef TMPAUDIT_CAGE_H
#define TMPAUDIT_CAGE_H

#include <stddef.h>

enum { CAGE_NAME = 64 };

struct cage {
	/** The directory that it lies in, open for reading; it stays the caller's. */
	int directory;
	/** Its own descriptor; negative: there is none. */
	int fd;
	char name[CAGE_NAME];
};

/**
 * Make a cage in the directory.  Returns 0 or an errno; whatever was made is then still to be removed
 * if cage->fd is not negative.
 */
int cage_make(struct cage *cage, int directory);

/** Empty, remove and close the cage.  Returns 0 or the errno of what is left behind. */
int cage_remove(struct cage *cage);

/** Remove from the directory what runs left behind that were killed before they could. */
void cage_remove_leftovers(int directory);

#endif
