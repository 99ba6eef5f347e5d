#include "parse_words.h"
#include "text.h"
#include "units.h"

#include <string.h>

bool unit_starts(const struct unit *unit) {
	return !unit->masked && !unit->broken && (!unit->refused || unit->incomplete);
}

static const char *section_of(const struct unit *unit) {
	static const char *const sections[][2] = {
		{ ".service", "Service" }, { ".socket", "Socket" }, { ".mount", "Mount" }, { ".swap", "Swap" }
	};

	for (size_t i = 0; i < sizeof sections / sizeof *sections; ++i)
		if (text_ends(unit->name, sections[i][0]))
			return sections[i][1];
	return NULL;
}

static bool is_one_of(const char *word, const char *const *list) {
	for (; *list; ++list)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/** The program in the first word of a command, behind the prefixes that go together; *forgiven is whether "-" is one.
 */
static const char *skip_prefixes(const char *word, bool *forgiven) {
	bool named = false, plain = false, privileged = false;

	*forgiven = false;
	for (;; ++word) {
		bool *seen = *word == '-' ? forgiven : *word == '@' ? &named : *word == ':' ? &plain : &privileged;

		if (!*word || !strchr("-@:+!", *word) || *seen)
			return word;
		*seen = true;
		word += *word == '!' && word[1] == '!';
	}
}

/** Whether that could be a program: an absolute path, or a name that is looked for. */
static bool is_program(const char *name) {
	/* What a specifier stands for is not known here. */
	if (strchr(name, '%'))
		return true;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || text_ends(name, "/"))
		return false;
	for (const char *at = name; *at; ++at)
		if ((unsigned char)*at < ' ' || *at == 0x7f || strchr("\"'\\", *at))
			return false;
	return *name == '/' || !strchr(name, '/');
}

/** Whether a quote of the value is not closed. */
static bool is_unbalanced(const char *value) {
	char quote = '\0';

	for (; *value; ++value) {
		if (*value == '\\' && value[1])
			++value;
		else if (quote ? *value == quote : *value == '"' || *value == '\'')
			quote = quote ? '\0' : *value;
	}
	return quote != '\0';
}

/** Whether what a program is called is missing behind "@": parse_exec() then has the prefixes still before its path. */
static bool lacks_name(const char *value, const struct word *words) {
	return memchr(value, '@', strspn(value, "@-:+!|")) && !words[1].text && strstr(value, words->text) &&
	       !strpbrk(value + strspn(value, "@-:+!|"), " \t");
}

/** Why systemd reads no further in the unit's own file at the setting: what it says is no such value. */
static const char *bad_value(const struct unit_setting *setting, struct arena *arena) {
	static const char *const commands[] = { "ExecStart",     "ExecStartPre", "ExecStartPost",
		                                "ExecCondition", "ExecReload",   "ExecStop",
		                                "ExecStopPre",   "ExecStopPost", NULL };
	const char *value = setting->value;
	bool forgiven;
	const char *program = skip_prefixes(value, &forgiven);

	if (strcmp(setting->key, "DynamicUser") == 0)
		return unit_boolean(value) < 0 ? "is neither on nor off" : NULL;
	if (!*value || strchr(value, '%'))
		return NULL;
	if (is_one_of(setting->key, commands)) {
		const struct exec_line *lines;

		if (forgiven)
			return NULL;
		if (is_unbalanced(value))
			return "has a quote without its end";
		if (*program && strchr("-@:+!", *program))
			return "has prefixes that do not go together";
		for (parse_exec(value, arena, &lines); lines->words; ++lines)
			if (!is_program(lines->words->text) || lacks_name(value, lines->words))
				return "names no program by an absolute path";
	} else if (strcmp(setting->key, "RootDirectory") == 0 || strcmp(setting->key, "RootImage") == 0) {
		if (*value != '/' && !forgiven)
			return "is no absolute path";
	} else if (strcmp(setting->key, "WorkingDirectory") == 0) {
		if (*value != '/' && !forgiven && strcmp(value, "~") != 0)
			return "is no absolute path";
	} else if (strcmp(setting->key, "User") == 0 || strcmp(setting->key, "Group") == 0) {
		if (strpbrk(value, ":/\t") || strcmp(value, ".") == 0 || strcmp(value, "..") == 0)
			return "is no name of a user or group";
	}
	return NULL;
}

/** How many commands a list comes to. */
static size_t count_commands(const struct unit *unit, const char *key, struct arena *arena,
                             const struct unit_setting **second) {
	size_t count = 0;

	for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting) {
		const struct exec_line *lines;

		if (strcmp(setting->section, "Service") != 0 || strcmp(setting->key, key) != 0)
			continue;
		if (!*setting->value)
			count = 0;
		for (parse_exec(setting->value, arena, &lines); *setting->value && lines->words; ++lines)
			/* One that is no command is passed over, where that is forgiven. */
			if (is_program(lines->words->text) && ++count == 2)
				*second = setting;
	}
	return count;
}

/** The last value of a key that is one of the words; NULL: there is none. */
static const struct unit_setting *last_of(const struct unit *unit, const char *key, const char *const *words) {
	const struct unit_setting *found = NULL;

	for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting)
		if (strcmp(setting->section, "Service") == 0 && strcmp(setting->key, key) == 0 &&
		    is_one_of(setting->value, words))
			found = setting;
	return found;
}

static const char *service_refusal(const struct unit *unit, struct arena *arena, const char **source,
                                   bool *incomplete) {
	static const char *const types[] = { "simple", "forking", "oneshot",       "dbus", "notify",
		                             "idle",   "exec",    "notify-reload", NULL };
	static const char *const restarts[] = { "no",          "on-success", "on-failure", "on-abnormal",
		                                "on-watchdog", "on-abort",   "always",     NULL };
	static const char *const kills[] = { "control-group", "process", "mixed", "none", NULL };
	const struct unit_setting *second = NULL;
	const size_t starts = count_commands(unit, "ExecStart", arena, &second);
	const size_t stops = count_commands(unit, "ExecStop", arena, &(const struct unit_setting *) { NULL });
	const struct unit_setting *type = last_of(unit, "Type", types), *restart = last_of(unit, "Restart", restarts);
	const struct unit_setting *success = unit_last(unit, "Unit", "SuccessAction");
	const struct unit_setting *bus = unit_setting(unit, "Service", "BusName");
	const bool acts = success && strcmp(success->value, "none") != 0;
	const char *named = type ? type->value : bus ? "dbus" : starts ? "simple" : "oneshot";
	const bool once = strcmp(named, "oneshot") == 0;

	*incomplete = !starts;
	if (!starts && !stops && !acts)
		return "has neither ExecStart= nor ExecStop=";
	if (!once && !starts && !acts)
		return "has no ExecStart=, which only Type=oneshot may lack";
	if (!starts && !acts && !unit_is_on(unit, "Service", "RemainAfterExit", NULL))
		return "has no ExecStart=, which only a service may lack that has RemainAfterExit=yes";
	*incomplete = false;
	if (!once && starts > 1) {
		*source = second->source;
		return "has several ExecStart=, which only Type=oneshot may have";
	}
	if (once && restart && (strcmp(restart->value, "always") == 0 || strcmp(restart->value, "on-success") == 0)) {
		*source = restart->source;
		return "has a Restart= that Type=oneshot may not have";
	}
	const struct unit_setting *pam = unit_setting(unit, "Service", "PAMName"),
	                          *kill = last_of(unit, "KillMode", kills);
	if (pam && kill && strcmp(kill->value, "control-group") != 0 && strcmp(kill->value, "mixed") != 0) {
		*source = kill->source;
		return "has a KillMode= that PAMName= does not go with";
	}
	if (strcmp(named, "dbus") == 0 && !bus) {
		*source = type->source;
		return "has no BusName=, which Type=dbus needs";
	}
	return NULL;
}

static bool listens(const struct unit *unit) {
	bool found = false;

	for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting)
		if (strcmp(setting->section, "Socket") == 0 && text_starts(setting->key, "Listen"))
			found = *setting->value != '\0';
	return found;
}

const char *unit_refusal(const struct unit *unit, struct arena *arena, const char **source, bool *incomplete) {
	const char *section = section_of(unit);

	*source = unit->path;
	*incomplete = false;
	if (!section || !unit->path)
		return NULL;
	for (const struct unit_setting *setting = unit->settings; setting && setting->section; ++setting) {
		const char *why = strcmp(setting->section, section) == 0 ? bad_value(setting, arena) : NULL;

		/* A drop-in is left at such a line, and the unit is started without the rest of it. */
		if (!why || strncmp(setting->source, unit->path, strlen(unit->path)) != 0 ||
		    setting->source[strlen(unit->path)] != ':')
			continue;
		*source = setting->source;
		return arena_text(arena, "has a %s= that %s", setting->key, why);
	}
	if (strcmp(section, "Service") == 0)
		return service_refusal(unit, arena, source, incomplete);
	*incomplete = strcmp(section, "Socket") == 0 && !listens(unit);
	return *incomplete ? "has no Listen…=" : NULL;
}
