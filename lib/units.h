/**
 * systemd's unit files: systemd.unit(5).  Fragments by the search path, masks,
 * drop-ins and the links that pull units in, as the next boot would find them.
 */
#ifndef TMPAUDIT_UNITS_H
#define TMPAUDIT_UNITS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct host;

/** One assignment, in the order in which it counts: the fragment's, then the drop-ins'. */
struct unit_setting {
	/** NULL ends the list. */
	const char *section, *key, *value;
	/** file:line */
	const char *source;
};

struct unit {
	/** tmp.mount; NULL ends the list. */
	const char *name;
	/** The fragment in force, absolute; NULL if there are drop-ins only. */
	const char *path;
	/** Whether it is masked, and by which file: a link to /dev/null, or an empty file. */
	const char *masked;
	/** How: "empty file" or "link to /dev/null"; NULL if it is not masked. */
	const char *mask;
	/** The line of the fragment for which systemd refuses to load the unit: file:line; NULL: it does not. */
	const char *broken;
	/** Why systemd refuses to start it for what it says, "bad-setting" of systemctl show, and where; NULL: it does
	 * not.
	 */
	const char *refused, *refused_source;
	/** Whether it is refused only for what it lacks, a command: what it says counts as soon as a drop-in brings
	 * one. */
	bool incomplete;
	/** The drop-ins in force, in order; ended by NULL. */
	const char *const *dropins;
	/** Of fragment and drop-ins; ended by a zero entry. */
	const struct unit_setting *settings;
	/** The links that pull it in: /etc/systemd/system/local-fs.target.wants/tmp.mount; ended by NULL. */
	const char *const *wanted_by;
	/** Other names of it, ended by NULL. */
	const char *const *aliases;
};

struct units {
	/** In order of name. */
	const struct unit *units;
	size_t nunits;
	/** Whether the host has systemd at all. */
	bool systemd;
	/** Its version, as far as the tree says; 0: it does not. */
	unsigned version;
	/** Lines that systemd would ignore, and why; ended by a zero entry. */
	const struct unit_defect *defects;
};

struct unit_defect {
	const char *source, *why;
};

/** Gather FACT_UNITS. */
void units_gather(struct host *host);

/** The unit of that name, or NULL. */
const struct unit *unit_find(const struct units *units, const char *name);

/** The name of the unit of a mount point: systemd.unit(5), "String Escaping For Inclusion In Unit Names". */
const char *unit_of_mount(struct arena *arena, const char *target);

/** The mount point that a unit's name stands for; NULL if the unit is no mount, or its name no path. */
const char *unit_mount_point(struct arena *arena, const char *name);

/** Whether systemd starts the unit when it is asked to, or would with a command: it is neither masked, nor broken, nor
 * refused for what it says. */
bool unit_starts(const struct unit *unit);

/**
 * For the reader of units: why systemd refuses a unit for what it says, or NULL; see service_verify() and its like, and
 * the settings of which systemd.service(5) and systemd.exec(5) say that they must be valid.  *source is where,
 * and *incomplete whether it only lacks something.
 */
const char *unit_refusal(const struct unit *unit, struct arena *arena, const char **source, bool *incomplete);

/** The setting that is in force for a key that holds one value: the last; NULL if there is none, or an empty one reset
 * it. */
const struct unit_setting *unit_setting(const struct unit *unit, const char *section, const char *key);

/**
 * The same for a key of which an empty value is none, so that it takes nothing back: UMask=, Type=, StandardOutput=,
 * and what is on or off.
 */
const struct unit_setting *unit_last(const struct unit *unit, const char *section, const char *key);

/** systemd's parse_boolean(): 1 or 0; -1: it is none, so that systemd passes over it. */
int unit_boolean(const char *value);

/**
 * Whether a key that is on or off is on, by the last assignment that systemd takes; without one it is off.  Whatever
 * is no boolean it passes over, but for the further words for "on", ended by NULL; NULL: there are none.
 */
bool unit_is_on(const struct unit *unit, const char *section, const char *key, const char *const *words);

/** Whether the section gives its programs a /tmp and /var/tmp of their own by PrivateTmp= or DynamicUser=.  Needs
 * FACT_IDENTITY: older releases do not know all words. */
bool unit_has_private_tmp(const struct host *host, const struct unit *unit, const char *section);

#endif
