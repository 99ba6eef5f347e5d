#include "shortlist.h"

#include <stdlib.h>
#include <string.h>

static int compare(const struct shortlist_item *a, const struct shortlist_item *b) {
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	int order = strcmp(a->path, b->path);

	return order ? order : strcmp(a->detail, b->detail);
}

static void sift_down(struct shortlist *list) {
	struct shortlist_item **items = list->items;

	for (size_t at = 0, child; (child = 2 * at + 1) < list->count; at = child) {
		if (child + 1 < list->count && compare(items[child + 1], items[child]) > 0)
			++child;
		if (compare(items[at], items[child]) >= 0)
			return;
		struct shortlist_item *moved = items[at];
		items[at] = items[child];
		items[child] = moved;
	}
}

static void sift_up(struct shortlist *list) {
	struct shortlist_item **items = list->items;

	for (size_t at = list->count - 1; at > 0;) {
		size_t parent = (at - 1) / 2;

		if (compare(items[parent], items[at]) >= 0)
			return;
		struct shortlist_item *moved = items[at];
		items[at] = items[parent];
		items[parent] = moved;
		at = parent;
	}
}

static void drop_last(struct shortlist *list) {
	struct shortlist_item *gone = list->items[0];

	list->bytes -= gone->size;
	list->items[0] = list->items[--list->count];
	sift_down(list);
	free(gone);
}

void shortlist_add(struct shortlist *list, const struct shortlist_item *item) {
	const char *detail = item->detail ? item->detail : "";
	struct shortlist_item offered = *item;

	offered.detail = detail;
	++list->total;
	if (list->count && (list->count >= list->most || list->bytes >= list->most_bytes) &&
	    compare(&offered, list->items[0]) >= 0)
		return;
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? 2 * list->capacity : 16;
		struct shortlist_item **larger = realloc(list->items, capacity * sizeof(*list->items));

		if (!larger)
			return;
		list->items = larger;
		list->capacity = capacity;
	}
	size_t path_size = strlen(item->path) + 1, detail_size = strlen(detail) + 1;
	struct shortlist_item *copy = malloc(sizeof *copy + path_size + detail_size);
	if (!copy)
		return;
	*copy = offered;
	copy->size = path_size + detail_size;
	char *strings = (char *)(copy + 1);
	copy->path = memcpy(strings, item->path, path_size);
	copy->detail = memcpy(strings + path_size, detail, detail_size);
	list->bytes += copy->size;
	list->items[list->count++] = copy;
	sift_up(list);
	while (list->count > 1 && (list->count > list->most || list->bytes > list->most_bytes))
		drop_last(list);
}

void shortlist_merge(struct shortlist *list, const struct shortlist *other) {
	size_t total = list->total + other->total;

	for (size_t i = 0; i < other->count; ++i)
		shortlist_add(list, other->items[i]);
	list->total = total;
}

static int compare_items(const void *a, const void *b) {
	return compare(*(struct shortlist_item *const *)a, *(struct shortlist_item *const *)b);
}

void shortlist_sort(struct shortlist *list) {
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items), compare_items);
}

void shortlist_free(struct shortlist *list) {
	for (size_t i = 0; i < list->count; ++i)
		free(list->items[i]);
	free(list->items);
	*list = (struct shortlist) { .most = list->most, .most_bytes = list->most_bytes };
}
