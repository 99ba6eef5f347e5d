/**
 * Print what the reader of units makes of the host's, for tests/hosts/run to compare with systemd's own word.
 * Each unit is a block of KEY=VALUE lines as systemctl show has them, ended by an empty one; a list has a line an
 * element.
 */

#include "host.h"
#include "parse_envfile.h"
#include "parse_words.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static const char *section_of(const char *name) {
	static const char *const sections[][2] = {
		{ ".service", "Service" }, { ".socket", "Socket" }, { ".mount", "Mount" }, { ".swap", "Swap" }
	};

	for (size_t i = 0; i < sizeof sections / sizeof *sections; ++i)
		if (text_ends(name, sections[i][0]))
			return sections[i][1];
	return NULL;
}

static void print_list(const char *key, const char *const *list) {
	for (; *list; ++list)
		printf("%s=%s\n", key, *list);
}

static const char *source_value(const struct unit_setting *setting) {
	return setting ? setting->value : "";
}

/** All values of a list that no later empty one takes back. */
static void print_values(const struct unit *unit, const char *section, const char *key) {
	const struct unit_setting *first = unit->settings;

	for (const struct unit_setting *setting = unit->settings; setting->key; ++setting)
		if (!strcmp(setting->section, section) && !strcmp(setting->key, key) && !*setting->value)
			first = setting + 1;
	for (; first->key; ++first)
		if (!strcmp(first->section, section) && !strcmp(first->key, key))
			printf("%s=%s\n", key, first->value);
}

static void print_commands(const struct unit *unit, const char *key, struct arena *arena) {
	const struct unit_setting *first = unit->settings;

	for (const struct unit_setting *setting = unit->settings; setting->key; ++setting)
		if (!strcmp(setting->section, "Service") && !strcmp(setting->key, key) && !*setting->value)
			first = setting + 1;
	for (; first->key; ++first) {
		const struct exec_line *line;

		if (strcmp(first->section, "Service") != 0 || strcmp(first->key, key) != 0)
			continue;
		for (parse_exec(first->value, arena, &line); line->words; ++line) {
			/* systemd passes over such a command, where a "-" forgives it. */
			if (*line->words->text != '/' && strchr(line->words->text, '/'))
				continue;
			printf("%s=", key);
			for (const struct word *word = line->words; word->text; ++word)
				printf("%s%s", word == line->words ? "" : " ", word->text);
			putchar('\n');
		}
	}
}

static void print_settings(const struct host *host, const struct unit *unit, const char *section, struct arena *arena) {
	static const char *const plain[] = { "User", "RootDirectory", "RootImage", "WorkingDirectory" };
	static const char *const lists[] = { "TemporaryFileSystem", "InaccessiblePaths", "EnvironmentFile" };
	static const char *const commands[] = { "ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload",
		                                "ExecStop" };

	for (size_t i = 0; i < sizeof plain / sizeof *plain; ++i)
		printf("%s=%s\n", plain[i], source_value(unit_setting(unit, section, plain[i])));
	printf("UMask=%s\n", source_value(unit_last(unit, section, "UMask")));
	printf("DynamicUser=%s\n", unit_is_on(unit, section, "DynamicUser", NULL) ? "yes" : "no");
	printf("PrivateTmp=%s\n", unit_has_private_tmp(host, unit, section) ? "yes" : "no");
	for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i)
		print_values(unit, section, lists[i]);
	if (strcmp(section, "Service") != 0)
		return;
	printf("Type=%s\n", source_value(unit_last(unit, section, "Type")));
	printf("PIDFile=%s\n", source_value(unit_setting(unit, section, "PIDFile")));
	for (size_t i = 0; i < sizeof commands / sizeof *commands; ++i)
		print_commands(unit, commands[i], arena);
}

int main(int argc, char **argv) {
	struct policy policy;
	struct host host;
	struct arena arena = { 0 };
	const bool live = argc < 2;

	if (!policy_open(&policy, "default") || host_open(&host, &policy, live ? "/" : argv[1], live) < 0)
		return 2;
	host_gather(&host, FACT_UNITS | FACT_IDENTITY);
	for (size_t i = 0; i < host.units->nunits; ++i) {
		const struct unit *unit = &host.units->units[i];
		const char *section = section_of(unit->name);

		printf("Id=%s\n", unit->name);
		printf("LoadState=%s\n", unit->masked    ? "masked"
		                         : unit->broken  ? "error"
		                         : unit->refused ? "bad-setting"
		                         : unit->path    ? "loaded"
		                                         : "not-found");
		if (unit->path)
			printf("FragmentPath=%s\n", unit->path);
		print_list("DropInPaths", unit->dropins);
		print_list("Names", unit->aliases);
		print_list("PulledBy", unit->wanted_by);
		if (section)
			print_settings(&host, unit, section, &arena);
		putchar('\n');
	}
	for (const struct unit_defect *defect = host.units->defects; defect->source; ++defect)
		printf("Defect=%s %s\n", defect->source, defect->why);
	for (size_t i = 0; i < host.nfaults; ++i)
		printf("Fault=%s %s\n", host.faults[i].subject, host.faults[i].message);
	arena_free(&arena);
	host_close(&host);
	policy_close(&policy);
	return 0;
}
