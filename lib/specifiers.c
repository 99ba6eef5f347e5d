#include "specifiers.h"

#include "parse_shell.h"
#include "text.h"

#include <string.h>

/** Those that depend on boot, machine, names and versions; others are no specifiers, and stand for themselves. */
static const char depending[] = "aAbBdDfhHiIjJlmMnNopPqsvwWyY";

const char *specifier_fixed(char letter) {
	static const struct {
		char letter;
		const char *value;
	} fixed[] = {
		{ '%', "%" },     { 'C', "/var/cache" }, { 'g', "root" },     { 'G', "0" },
		{ 'h', "/root" }, { 'L', "/var/log" },   { 'S', "/var/lib" }, { 't', "/run" },
		{ 'T', "/tmp" },  { 'u', "root" },       { 'U', "0" },        { 'V', "/var/tmp" },
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; ++i)
		if (fixed[i].letter == letter)
			return fixed[i].value;
	return NULL;
}

/** systemd's unit_name_unescape(): "-" is a slash, "\xNN" a byte.  NULL if it is none that a path could have. */
static const char *unescape(struct arena *arena, const char *text) {
	static const char digits[] = "0123456789abcdef";
	struct builder plain = { .arena = arena };

	for (; *text; ++text) {
		char byte = *text == '-' ? '/' : *text;

		if (*text == '\\') {
			const char *high = text[1] == 'x' && text[2] ? strchr(digits, text[2]) : NULL;
			const char *low = high && text[3] ? strchr(digits, text[3]) : NULL;

			if (!low)
				return NULL;
			byte = (char)((high - digits) << 4 | (low - digits));
			if (!byte || byte == SHELL_OPEN || byte == SHELL_OWN)
				return NULL;
			text += 3;
		}
		builder_bytes(&plain, &byte, 1);
	}
	return builder_string(&plain);
}

/** The part of a name behind its last dash. */
static const char *last_part(const char *text) {
	const char *dash = strrchr(text, '-');

	return dash ? dash + 1 : text;
}

/** What a specifier says of a unit; NULL: nothing that is known. */
static const char *of_unit(struct arena *arena, const struct specifiers *specifiers, char letter) {
	const char *name = specifiers->unit, *slash = specifiers->fragment ? strrchr(specifiers->fragment, '/') : NULL;
	const char *dot = name ? strrchr(name, '.') : NULL;

	if (letter == 'y')
		return specifiers->fragment;
	if (letter == 'Y')
		return slash ? arena_bytes(arena, specifiers->fragment, (size_t)(slash - specifiers->fragment)) : NULL;
	if (!dot)
		return NULL;
	const char *at = memchr(name, '@', (size_t)(dot - name));
	const char *prefix = arena_bytes(arena, name, (size_t)((at ? at : dot) - name));
	const char *instance = at ? arena_bytes(arena, at + 1, (size_t)(dot - at - 1)) : "";
	/* Of a template nothing but the prefix is known. */
	const bool template = at && at + 1 == dot;
	switch (letter) {
	case 'n':
		return template ? NULL : name;
	case 'N':
		return template ? NULL : arena_bytes(arena, name, (size_t)(dot - name));
	case 'p':
		return prefix;
	case 'P':
		return unescape(arena, prefix);
	case 'j':
		return last_part(prefix);
	case 'J':
		return unescape(arena, last_part(prefix));
	case 'i':
		return template ? NULL : instance;
	case 'I':
		return template ? NULL : unescape(arena, instance);
	case 'd':
		return template ? NULL : arena_text(arena, "/run/credentials/%s", name);
	case 'f': {
		const char *path = template ? NULL : unescape(arena, at ? instance : prefix);

		return path && *path != '/' ? arena_text(arena, "/%s", path) : path;
	}
	default:
		return NULL;
	}
}

const char *specifiers_replace(struct arena *arena, const struct specifiers *specifiers, const char *text) {
	struct builder replaced = { .arena = arena };

	if (!strchr(text, '%'))
		return text;
	for (; *text; ++text) {
		const char letter = *text == '%' ? text[1] : '\0';
		const char *value = NULL;

		if (letter && letter != '%' && !specifiers->user)
			value = letter == 'E' ? "/etc" : specifier_fixed(letter);
		if (letter && letter != '%' && !value)
			value = of_unit(arena, specifiers, letter);
		/* What stands in a name may be a percent sign itself. */
		for (const char *at = value; at && *at; ++at)
			builder_text(&replaced, *at == '%' ? "%%" : (const char[]) { *at, '\0' });
		if (!value)
			builder_bytes(&replaced, text, 1 + (letter == '%'));
		text += letter && (value || letter == '%');
	}
	return builder_string(&replaced);
}

const char *specifiers_finish(struct arena *arena, const struct specifiers *specifiers, const char *text) {
	static const char own[] = "htCELS", open = SHELL_OPEN, user = SHELL_OWN;
	struct builder finished = { .arena = arena };

	for (; *text; ++text) {
		const char letter = *text == '%' ? text[1] : '\0';

		if (specifiers->user && letter && strchr(own, letter))
			builder_bytes(&finished, &user, 1);
		else if (letter && letter != '%' &&
		         (strchr(depending, letter) || letter == 'E' || specifier_fixed(letter)))
			builder_bytes(&finished, &open, 1);
		else if (*text == SHELL_OPEN || *text == SHELL_OWN)
			builder_bytes(&finished, &open, 1);
		else {
			builder_bytes(&finished, text, 1);
			text += letter == '%';
			continue;
		}
		text += letter != '\0';
	}
	return builder_string(&finished);
}

const char *specifiers_expand(struct arena *arena, const struct specifiers *specifiers, const char *text) {
	return specifiers_finish(arena, specifiers, specifiers_replace(arena, specifiers, text));
}
