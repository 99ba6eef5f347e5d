/** What the gatherers of FACT_ENVIRONMENT share: one a kind of source. */
#ifndef TMPAUDIT_ENV_SOURCES_H
#define TMPAUDIT_ENV_SOURCES_H

#include "settings.h"
#include "specifiers.h"
#include "sudoers.h"

struct assignment;
struct command_variable;

/** A user whose number is not known: what belongs to anybody but root is then foreign. */
#define ENV_NOBODY ((uid_t)-1)

struct env_reader {
	struct setting_list list;
	struct arena scratch;
	/** For what is soon forgotten. */
	struct arena lines;
	/** The files that were read. */
	struct tree_files read;
};

/** Read a file.  Returns whether there is one; a fault says so if it cannot be read. */
bool env_load(struct env_reader *reader, const char *path, struct arena *arena, struct bytes *bytes);

typedef int env_parser(const struct bytes *bytes, struct arena *arena, const struct assignment **assignments);

/** Add the variables of a file of assignments, once a file; marked: see struct setting_origin. */
void env_read_assignments(struct env_reader *reader, const char *path, env_parser *parse, bool marked, uid_t user,
                          const char *user_shown);

/** Variables that one after another Environment= sets, of which the last one of each name counts. */
struct env_stack {
	struct arena *arena;
	struct env_stated {
		const char *name, *value, *source;
	} * list;
	size_t count;
};

/** Take another value; an empty one resets all. */
void env_stack_take(struct env_stack *stack, const struct specifiers *specifiers, const char *value,
                    const char *source);

void env_stack_add(struct env_reader *reader, const struct env_stack *stack, uid_t user, const char *user_shown);

/** The number of a user by name, or ENV_NOBODY. */
uid_t env_user(struct env_reader *reader, const char *name);

/** Add a file, by an absolute path, that something runs, sources or reads. */
struct setting *env_add_command(struct env_reader *reader, const struct setting_origin *origin, const char *how,
                                const char *path);

/** Add a variable that a command is given, if it says where programs, libraries or modules are taken from. */
void env_add_variable(struct env_reader *reader, const struct setting_origin *origin,
                      const struct command_variable *variable);

void env_read_units(struct env_reader *reader);
void env_read_crontabs(struct env_reader *reader);
void env_read_scripts(struct env_reader *reader);
void env_read_udev(struct env_reader *reader);

#endif
