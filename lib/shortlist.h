/**
 * The first few of very many: what is kept when an attacker chooses how much there is to keep.
 *
 * A list holds the items that are worst, then first in order of path, within a number
 * and a size, however many are offered and in whatever order.  It counts them all.
 */
#ifndef TMPAUDIT_SHORTLIST_H
#define TMPAUDIT_SHORTLIST_H

#include <stddef.h>

struct shortlist_item {
	/** 0 is the worst. */
	unsigned rank;
	/** Of path and detail together. */
	size_t size;
	/** Whatever the owner of the list makes of it. */
	long value[6];
	/** Strings inside the item; detail is "" if there is none. */
	const char *path, *detail;
};

/** A list; all zero but for the limits is an empty one. */
struct shortlist {
	/** The most items, and the most bytes of path and detail; one item is always kept. */
	size_t most, most_bytes;
	/** A heap with the item that goes first on top, until shortlist_sort(). */
	struct shortlist_item **items;
	size_t count, capacity, bytes;
	/** How many were offered: more than count if some went. */
	size_t total;
};

/** Offer an item; its strings are copied.  Without memory for it, it is only counted. */
void shortlist_add(struct shortlist *list, const struct shortlist_item *item);

/** Offer all items of another list, and count what that one counted. */
void shortlist_merge(struct shortlist *list, const struct shortlist *other);

/** Put the items into order: rank, then path by bytes.  Nothing can be added after that. */
void shortlist_sort(struct shortlist *list);

/** Free the items; the limits stay. */
void shortlist_free(struct shortlist *list);

#endif
