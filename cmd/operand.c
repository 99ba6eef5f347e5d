#include "operand.h"

#include "cleanup.h"
#include "text.h"

#include <string.h>
#include <unistd.h>

const char *operand_path(struct arena *arena, const char *operand) {
	struct builder path = { .arena = arena };
	autofree char *cwd = *operand == '/' ? NULL : getcwd(NULL, 0);

	for (int part = 0; part < 2; ++part) {
		for (const char *at = part ? operand : cwd; at && *at;) {
			size_t length = strcspn(at, "/");

			if (length && !(length == 1 && *at == '.')) {
				builder_text(&path, "/");
				builder_bytes(&path, at, length);
			}
			at += length + (at[length] == '/');
		}
	}
	return path.length ? builder_string(&path) : "/";
}
