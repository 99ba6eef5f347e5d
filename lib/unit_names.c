#include "units.h"

#include "arena.h"
#include "text.h"

#include <ctype.h>
#include <string.h>

const char *unit_of_mount(struct arena *arena, const char *target) {
	struct builder name = { .arena = arena };

	if (strcmp(target, "/") == 0)
		return "-.mount";
	for (const char *at = target + 1; *at; ++at) {
		const unsigned char byte = (unsigned char)*at;

		if (byte == '/')
			builder_text(&name, "-");
		else if ((byte < 0x80 && isalnum(byte)) || byte == ':' || byte == '_' ||
		         (byte == '.' && at > target + 1))
			builder_bytes(&name, at, 1);
		else
			builder_format(&name, "\\x%02x", byte);
	}
	builder_text(&name, ".mount");
	return builder_string(&name);
}

const char *unit_mount_point(struct arena *arena, const char *name) {
	struct builder path = { .arena = arena };
	const size_t length = strlen(name);

	if (!text_ends(name, ".mount") || memchr(name, '@', length))
		return NULL;
	if (strcmp(name, "-.mount") == 0)
		return "/";
	builder_text(&path, "/");
	for (const char *at = name; at < name + length - strlen(".mount"); ++at) {
		uint64_t byte;

		if (*at == '-') {
			builder_text(&path, "/");
		} else if (*at == '\\') {
			if (at[1] != 'x' || !text_number(arena_bytes(arena, at + 2, 2), 16, 0xff, &byte) || byte == 0)
				return NULL;
			builder_bytes(&path, &(char) { (char)byte }, 1);
			at += 3;
		} else {
			builder_bytes(&path, at, 1);
		}
	}
	return builder_string(&path);
}
