/**
 * How the commands of a shell script lead to files: what the parts of it, flow_shell.c (the script),
 * flow_shell_value.c (what words stand for) and flow_shell_find.c (what commands create), share with the tables in
 * rules_shell.c.
 */
#ifndef TMPAUDIT_FLOW_SHELL_H
#define TMPAUDIT_FLOW_SHELL_H

#include "lex_shell.h"
#include "rules_shell.h"
#include "script.h"
#include "value.h"

/* The tables: what is known of commands and variables.  Each ends with a zero entry. */

/** A command that writes files which its operands or options name. */
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) in the order in which a row is read
struct shell_writer {
	const char *name;
	/** Which operands are written: all, the last of several, or none but options. */
	enum { WRITES_ALL, WRITES_LAST, WRITES_NONE, WRITES_FIRST } operands;
	/** Letters of options with a value; of those, the ones that are written; a long option that is written. */
	const char *valued, *written, *long_name;
	/** It writes only with the long option of that name, or that short one; only reads with a word; or NULL. */
	const char *needs, *reads;
};
extern const struct shell_writer shell_writers[];

/** The same of those whose first operands say what they do; these follow the name. */
extern const struct shell_writer shell_subcommands[];

/** A variable that is set without the script, or a command, and what it gives. */
struct shell_source {
	const char *name;
	enum value_hole hole;
	/** Who started the script may have set it to something of their own. */
	bool doubtful;
};
extern const struct shell_source shell_variables[], shell_outputs[];

/** Texts in a substitution that say that nobody guesses what comes out of it. */
extern const char *const shell_strong[];

/** Commands that only run the rest of the words, and options of theirs with a value. */
extern const char *const shell_prefixes[], *const shell_prefix_options[];

/** Commands that matter so much that a function of that name hides them. */
extern const char *const shell_hidden[];

/** Options of any command that name a file to be written, with "=", or in the next word; commands whose "-o" does not.
 */
extern const char *const shell_written_options[], *const shell_named_files[], *const shell_other_output[];

/** Shells; what reads a script of its own; what has a program in a word; what runs the command in its words. */
extern const char *const shell_shells[], *const shell_interpreters[], *const shell_programs[], *const shell_runners[];

/** What has a shell run one of its words: behind "-c", or the first with a blank. */
extern const char *const shell_commanders[];

/* What is known of one script. */

/** An assignment. */
struct shell_binding {
	/** Not ended by a NUL. */
	const char *name;
	size_t length;
	struct shell_span value;
	/** Where it takes effect, and where its value stands: for "$1" that is where the function is called. */
	uint32_t step, from, block, function;
	/** Of what a function is given: the step that calls it, plus 1. */
	uint32_t call;
	bool append, conditional, unknown;
	/** Whether the value is a format of printf, and what it is for follows. */
	bool printed;
	/** Whether its function reads the variable before: given is known where it was looked. */
	bool given, looked;
	bool known, busy;
	struct value result;
	/** The one before in its bucket of names, and in that of names and functions; its index plus 1. */
	uint32_t previous, previous_local;
};

enum shell_sink_kind { SINK_CREATE, SINK_DIRECTORY, SINK_SOURCE, SINK_NAME };

/** What a command does with a name. */
struct shell_sink {
	enum shell_sink_kind kind;
	struct value value;
	struct shell_span span;
	/** Of the word that names it. */
	unsigned line;
	uint32_t step;
	bool exclusive;
	/** Whether the variable holds what mktemp made elsewhere: this is for where there is none. */
	bool fallback;
	unsigned uses, exclusives;
};

enum {
	/** How deep values may lie within each other. */
	SHELL_DEEPEST = 16,
	SHELL_BUCKETS = 2048,
	/** The most calls of a function that are looked at, and the most commands that find(1) runs. */
	SHELL_CALLS = 8,
};

struct shell {
	struct shell_code code;
	struct arena *arena;
	const char *data;
	struct shell_binding *bindings;
	size_t nbindings;
	/** The last of each bucket, plus 1: by name, and by name and function. */
	uint32_t buckets[SHELL_BUCKETS], local_buckets[SHELL_BUCKETS];
	struct shell_sink *sinks;
	size_t nsinks;
	/** Frames of the script's own functions whose names are those of commands that matter. */
	uint32_t functions[8];
	size_t nfunctions;
	unsigned depth;
	size_t budget;
	/** What must be left of it when the command that is looked at is done: one must not take what all have. */
	size_t floor;
	bool exhausted;
	/** Steps that say whether ">" takes what exists: noclobber. */
	uint32_t *clobbers;
	size_t nclobbers;
	/** Steps that change the directory: for what is named relative to it. */
	uint32_t moves[64];
	size_t nmoves;
	/** Functions of the script's own by their names: of each bucket the last frame, and of each frame the next. */
	uint32_t named[SHELL_BUCKETS], *next_named;
	/** How often each of them was called so far. */
	unsigned char *calls;
	/** Whether failures end the script from the start; whether it runs before there are users. */
	bool exits, early;
	/** The first step that reads another script, plus 1; 0: none does. */
	uint32_t sources;
	/** How many commands it lies in: sh -c "…"; its text is that of a value then, with holes. */
	unsigned nested;
};

/* flow_shell.c */

/** How scripts of shells are analysed. */
extern const struct script_stages shell_stages;

typedef void shell_deed_visitor(void *context, enum shell_deed deed, const struct value *name, bool exclusive);

/** shell_deeds(), of a command that lies in nested others. */
void shell_visit(const struct lex *outer, const char *command, unsigned nested, shell_deed_visitor *visit,
                 void *context);

/** Visit what a program for awk prints to files. */
void shell_visit_printed(const struct lex *outer, const char *program, shell_deed_visitor *visit, void *context);

/** Visit what stands behind each ">" of a text of which no more is asked: a program for Perl. */
void shell_visit_redirected(const struct lex *outer, const char *text, shell_deed_visitor *visit, void *context);

/* flow_shell_value.c */

/** Take a step; false if there were too many. */
bool shell_step_taken(struct shell *shell);

bool shell_is_name_byte(char byte);

/** Whether a word is just that text. */
bool shell_is_word(const struct shell *shell, struct shell_span word, const char *text);

/** Whether a name is in a list. */
bool shell_is_one_of(const char *name, const char *const *names);

/** Whether text stands in the script from at to before end. */
bool shell_contains(const struct shell *shell, size_t at, size_t end, const char *text);

/** A word without its quotes, as far as it is plain; what is not becomes "?". */
const char *shell_plain(const struct shell *shell, struct shell_span word);

/** An element as it is spelt from at to before end, without quotes: one name for NAME[KEY] and NAME["KEY"]. */
const char *shell_key(const struct shell *shell, size_t at, size_t end);

/** What stands behind the last slash of a path. */
const char *shell_base(const char *path);

/** The frame of the script's own function of that name; 0: there is none. */
uint32_t shell_function_named(const struct shell *shell, struct shell_span word);

/** The bucket of a variable or function. */
unsigned shell_bucket(const char *name, size_t length);

/** The bucket of a variable that is set in a function. */
unsigned shell_local_bucket(const char *name, size_t length, uint32_t function);

/** The last assignment of a variable in the function or, with previous, the one before that: its index plus 1; 0: none.
 */
uint32_t shell_local_assigned(const struct shell *shell, const char *name, size_t length, uint32_t function,
                              uint32_t previous);

/** The function that a step lies in; 0: none.  Whether frame is around the step. */
uint32_t shell_function_of(const struct shell *shell, uint32_t step);
bool shell_is_around(const struct shell *shell, uint32_t frame, uint32_t step);

/** Whether an assignment is made whatever happens before a step is reached. */
bool shell_is_certain(const struct shell *shell, const struct shell_binding *binding, uint32_t step);

/** What the binding of that index gives. */
struct value shell_bound(struct shell *shell, uint32_t index);

/** The name of the command, without its directory; "" for a function of the script's own.  first: its word. */
const char *shell_command_name(const struct shell *shell, const struct shell_step *step, uint32_t *first);

/** Whether the command whose name is the word first has an option: by its letter, or by how its long name begins. */
bool shell_has_option(const struct shell *shell, const struct shell_step *step, uint32_t first, char letter,
                      const char *name);

/** What a word may be at a step. */
struct value shell_word_value(struct shell *shell, struct shell_span word, uint32_t step);

/** What the command of a step writes, as far as it is known. */
struct value shell_output(struct shell *shell, uint32_t index);

/* flow_shell_find.c */

/** What a command says of noclobber, the shell's "set -C": 1 or 0 if it is set or not from then on; -1: nothing. */
int shell_noclobber(const struct shell *shell, const struct shell_step *step);

/** Note what the redirections of a step create. */
void shell_find_redirections(struct shell *shell, uint32_t index);

/** Note what the command of a step creates. */
void shell_find_command(struct shell *shell, uint32_t index);

#endif
