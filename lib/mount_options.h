/**
 * Options of mounts, in lists as mount(8) has them: what they come to, what is lost where one list replaces another,
 * and what is wrong with one.
 */
#ifndef TMPAUDIT_MOUNT_OPTIONS_H
#define TMPAUDIT_MOUNT_OPTIONS_H

#include <stdbool.h>

struct arena;
struct mount_option;

/** The flag of mount(2) of an option that protects, or of ro; 0: it is another one. */
unsigned long mount_option_flag(const char *name);

/** What the options come to of those flags. */
unsigned long mount_protections(const char *options);

/** Whether a list has an option of that name, with or without a value. */
bool mount_options_have(const char *options, const char *name);

/** The list as it may be told, without passwords: a report is read by more people than /etc/fstab need be. */
const char *mount_options_shown(struct arena *arena, const char *options);

/** The options that are lost where another list replaces this one; empty: none. */
const char *mount_options_lost(struct arena *arena, const char *options, const char *replacement);

/** Why an option is none that a mount of the type takes, and in *expected what it was meant to be; NULL: it is good. */
const char *mount_option_defect(struct arena *arena, const char *type, const struct mount_option *option,
                                const char **expected);

#endif
