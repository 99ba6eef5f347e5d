#include "parse_subid.h"

#include "text.h"

#include <string.h>

const struct subid_range *subid_parse(const char *text, size_t size, struct arena *arena, size_t *count) {
	const char *end = text + size;
	struct subid_range *ranges = NULL;

	*count = 0;
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = stop ? stop : end;
		const char *name_end = memchr(text, ':', (size_t)(line_end - text));
		const char *first_end = name_end ? memchr(name_end + 1, ':', (size_t)(line_end - name_end - 1)) : NULL;
		struct subid_range range;

		/* No number has more than ten digits. */
		if (name_end && name_end > text && first_end && first_end - name_end <= 11 &&
		    line_end - first_end <= 11) {
			char first[12] = "", number[12] = "";

			memcpy(first, name_end + 1, (size_t)(first_end - name_end - 1));
			memcpy(number, first_end + 1, (size_t)(line_end - first_end - 1));
			if (text_number(first, 10, UINT32_MAX, &range.first) &&
			    text_number(number, 10, UINT32_MAX, &range.count)) {
				ranges = arena_grow(arena, ranges, *count, sizeof *ranges);
				ranges[(*count)++] = range;
			}
		}
		text = stop ? stop + 1 : end;
	}
	return ranges;
}
