#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

static const size_t block_size = (size_t)32 << 10;

void arena_exhausted(void) {
	static const char message[] = "tmpaudit: memory: more than the host may make us use, or none left\n";

	if (write(STDERR_FILENO, message, sizeof message - 1) < 0)
		_exit(2);
	_exit(2);
}

void *arena_alloc(struct arena *arena, size_t size) {
	const size_t unit = alignof(max_align_t);
	struct arena_block *block = arena->blocks;

	if (size > ARENA_CEILING)
		arena_exhausted();
	size = (size + unit - 1) / unit * unit;
	if (!block || block->size - block->used < size) {
		size_t room = size > block_size / 4 ? size : block_size;

		if (arena->total + room > ARENA_CEILING)
			arena_exhausted();
		struct arena_block *fresh = calloc(1, sizeof *fresh + room);
		if (!fresh)
			arena_exhausted();
		arena->total += room;
		fresh->size = room;
		/* A block of its own for something large must not end the use of the one that is half full. */
		if (block && room != block_size) {
			fresh->next = block->next;
			block->next = fresh;
		} else {
			fresh->next = block;
			arena->blocks = fresh;
		}
		block = fresh;
	}
	void *memory = block->data + block->used;
	block->used += size;
	return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		arena_exhausted();
	return arena_alloc(arena, bytes);
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t size) {
	if (!array)
		return arena_array(arena, 4, size);
	/* The capacity is the power of two that the count was about to reach: it needs no variable of its own. */
	if (count + 1 < 4 || ((count + 1) & count) != 0)
		return array;
	void *larger = arena_array(arena, 2 * (count + 1), size);
	memcpy(larger, array, count * size);
	return larger;
}

char *arena_bytes(struct arena *arena, const void *bytes, size_t length) {
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_copy(struct arena *arena, const char *text) {
	return text ? arena_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_vtext(struct arena *arena, const char *format, va_list list) {
	char small[256];
	va_list again;

	va_copy(again, list);
	int length = vsnprintf(small, sizeof small, format, list);
	if (length < 0)
		arena_exhausted();
	char *text = arena_alloc(arena, (size_t)length + 1);
	if ((size_t)length < sizeof small)
		memcpy(text, small, (size_t)length + 1);
	else
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

char *arena_text(struct arena *arena, const char *format, ...) {
	va_list list;

	va_start(list, format);
	char *text = arena_vtext(arena, format, list);
	va_end(list);
	return text;
}

void arena_free(struct arena *arena) {
	for (struct arena_block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	*arena = (struct arena) { 0 };
}
