#include "parse_attacks.h"

#include "text.h"

#include <stdint.h>
#include <string.h>

enum { FIELDS = 7 };

/** Split a line into whole numbers.  Returns false if there are not just FIELDS of them. */
static bool split(struct arena *arena, const char *line, size_t length, uint64_t fields[static FIELDS]) {
	char *rest = arena_bytes(arena, line, length), *field;
	size_t count = 0;

	if (strlen(rest) != length)
		return false;
	while ((field = strsep(&rest, " "))) {
		if (count == FIELDS || !text_number(field, 10, UINT32_MAX, &fields[count]))
			return false;
		++count;
	}
	return count == FIELDS;
}

static size_t count_ways(uint64_t kind) {
	size_t count = 0;

	while (attack_ways[kind][count])
		++count;
	return count;
}

bool parse_attacks(struct arena *arena, const char *bytes, size_t size, size_t ndirs,
                   const struct attack_record **records, size_t *count) {
	struct attack_record *list = NULL;
	bool good = size <= ATTACK_BYTES_LIMIT;

	*count = 0;
	while (good && size) {
		uint64_t fields[FIELDS];
		const char *end = memchr(bytes, '\n', size);

		good = end && split(arena, bytes, (size_t)(end - bytes), fields) && fields[0] < ndirs &&
		       fields[1] < ATTACKS && fields[2] < count_ways(fields[1]) && fields[3] < ATTACK_OUTCOMES &&
		       fields[4] < 4096;
		if (!good)
			break;
		list = arena_grow(arena, list, *count, sizeof *list);
		list[(*count)++] = (struct attack_record) {
			.dir = (unsigned)fields[0],
			.kind = (enum attack_kind)fields[1],
			.way = (unsigned)fields[2],
			.outcome = (enum attack_outcome)fields[3],
			.error = (int)fields[4],
			.victim = (uid_t)fields[5],
			.attacker = (uid_t)fields[6],
		};
		size -= (size_t)(end - bytes) + 1;
		bytes = end + 1;
	}
	*records = list;
	return good;
}
