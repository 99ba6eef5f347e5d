/**
 * Where the names of files come from: values, followed through the tokens of one script.
 *
 * Functions have scopes, blocks say which of several assignments reach a use, and what an object or the whole file
 * holds is the union of all that is ever put there.  A function of the script's own gives what its returns give, and
 * its parameters are whatever any of its calls puts there.
 */
#ifndef TMPAUDIT_FLOW_H
#define TMPAUDIT_FLOW_H

#include "lex.h"
#include "script.h"
#include "value.h"

/** The most arguments of a call that are looked at. */
#define FLOW_ARGUMENTS 16

/** Tokens from first to before end. */
struct flow_range {
	size_t first, end;
};

struct flow_argument {
	/** Its value, without its name. */
	struct flow_range range;
	/** The name that it is given by, or NULL; not ended by NUL. */
	const struct lex_token *keyword;
};

struct flow_call {
	/** Its row. */
	const struct script_call *row;
	/** The tokens of the name; where the call ends. */
	size_t first, end;
	struct flow_argument arguments[FLOW_ARGUMENTS];
	size_t narguments;
	/** What a method is called on; unknown for others. */
	struct value receiver;
	/** The variable that it is called on, or NULL. */
	const char *receiver_name;
};

/* For languages, in prepare() */

/** Whether the token is one of a list of spellings, ended by NULL. */
bool flow_is_one(const struct lex_token *token, const char *const *list);

/** Let local stand for the name full: "mk" for "tempfile.mktemp". */
void flow_alias(struct flow *flow, const char *local, const char *full);

/** Let local stand for a call of the table whose name, and nothing else, is assigned at token first. */
void flow_alias_function(struct flow *flow, const struct lex_token *local, size_t first);

/** The same of what creates files, for what is called as that part of anything: x.create(…). */
void flow_alias_part(struct flow *flow, const struct lex_token *part, size_t first);

/** Let every name of a module be known without it. */
void flow_alias_all(struct flow *flow, const char *module);

/** Note that the variable is bound, where token stands, to what the tokens of range say. */
void flow_bind(struct flow *flow, const char *name, size_t token, struct flow_range range);

/** Note that the variable is, where token stands, one of the elements of the list that range says. */
void flow_bind_element(struct flow *flow, const char *name, size_t token, struct flow_range range);

/** The same, or what it was before. */
void flow_bind_also(struct flow *flow, const char *name, size_t token, struct flow_range range);

/** How much is bound so far. */
size_t flow_bound_count(const struct flow *flow);

/** What was bound since so much was is only there before token end: in a function without a block. */
void flow_bind_until(struct flow *flow, size_t since, size_t end);

/** The same, to a value that is known. */
void flow_bind_value(struct flow *flow, const char *name, size_t token, const struct value *value);

/** Note that the variable is empty where token stands, for what is added then: nothing of before is in it. */
void flow_bind_empty(struct flow *flow, const char *name, size_t token);

const struct lex *flow_lex(const struct flow *flow);
struct arena *flow_arena(const struct flow *flow);

/** What a method's name is an alias of, with its dot, that the script has itself: no row is meant. */
#define FLOW_OWN "."

/** The partner of the bracket at that place, or the place itself; where the call begins that ends before end. */
size_t flow_partner(const struct flow *flow, size_t index);
size_t flow_call_start(const struct flow *flow, size_t end);

/* For languages, in special() */

/** The value of an argument by its place, or by its name if that is not NULL; unknown if it is not there. */
struct value flow_argument(struct flow *flow, const struct flow_call *call, int place, const char *keyword);

/** Whether there is one. */
bool flow_has_argument(const struct flow_call *call, int place, const char *keyword);

/** The argument that is meant: a pointer into the call, or NULL. */
const struct flow_argument *flow_find_argument(const struct flow_call *call, int place, const char *keyword);

/** The whole name that a name stands for, by the imports. */
const char *flow_resolved(struct flow *flow, const char *name);

/** The element that a call of a variable asks for by keys that are spelt, as X.at("a"); unknown if that is not so. */
struct value flow_element(struct flow *flow, const struct flow_call *call);

/** What CALL_ENVIRONMENT gives. */
struct value flow_environment(struct flow *flow, const struct flow_call *call);

/** What a call gives that makes a name. */
struct value flow_name_value(const struct flow *flow, const struct flow_call *call);

/** It makes a name: how sure it is found where nothing is seen that creates the file, and where something is. */
void flow_name(struct flow *flow, const struct flow_call *call, enum script_confidence alone,
               enum script_confidence created);

/** The value of an expression. */
struct value flow_value(struct flow *flow, struct flow_range range);

/** What the part of that name may be of what range says: a literal with keys, an object that is made; or unknown. */
struct value flow_member(struct flow *flow, struct flow_range range, const char *part);

/** The elements of the list that range spells or names, with a separator between them; unknown if it is none. */
struct value flow_joined(struct flow *flow, struct flow_range range, const struct value *separator);

/** The elements of the list that range spells or names, one after the other as a path. */
struct value flow_path_of(struct flow *flow, struct flow_range range);

/** Either of the elements of a list: what stands between the commas of range, or between its brackets. */
struct value flow_elements(struct flow *flow, struct flow_range range);

/** The option of that name that an argument in braces holds, or the argument itself if it is none: { flag: "a" }. */
struct value flow_option(struct flow *flow, struct flow_range argument, const char *name);

/** What the variable is assigned last before token; empty if nothing is. */
struct flow_range flow_bound_range(const struct flow *flow, const char *name, size_t token);

/** Whether the call is a statement of its own, so that nobody asks whether it failed. */
bool flow_is_ignored(const struct flow *flow, const struct flow_call *call);

/** Whether something that the variable is assigned begins with that word: CLASS(…). */
bool flow_is_made_by(const struct flow *flow, const char *name, const char *class);

/** Whether a variable is made by "new CLASS", or a parameter of that type, whatever its namespace. */
bool flow_is_typed(const struct flow *flow, const char *name, const char *class);

/** Whether the script has a function of that name. */
bool flow_defines(const struct flow *flow, const struct lex_token *name);

/** The row for a whole name, or for a method; NULL if there is none, or the script has a function of that name. */
const struct script_call *flow_row(const struct flow *flow, const char *name);

/** Do what a call does, whose row the language has found. */
void flow_do(struct flow *flow, const struct flow_call *call);

/** Whether one of the tokens is a name that contains word. */
bool flow_mentions(const struct flow *flow, struct flow_range range, const char *word);

/** Whether the path that the call is about may exist, as far as its mode tells: creates, exclusive. */
struct flow_opening {
	bool creates, exclusive;
};
struct flow_opening flow_opening(struct flow *flow, const struct flow_call *call);

/** The same of any of the words, ended by NULL; also what the variables in the range are assigned counts. */
bool flow_mentions_within(const struct flow *flow, struct flow_range range, const char *const *words);

/** Whether the function that a range spells or names has one of the words, ended by NULL. */
bool flow_function_mentions(const struct flow *flow, struct flow_range range, const char *const *words);

/** What the function gives that is the argument of that place. */
struct value flow_given_by(struct flow *flow, const struct flow_call *call, int place);

/** What a variable, or a part of one, holds where token stands. */
struct value flow_value_of(struct flow *flow, const char *name, size_t token);

/** What the script's own function of that name returns; unknown if there is none. */
struct value flow_returned(struct flow *flow, const char *name, size_t length);

/** A file of that name is created, or if exclusive only where there is none. */
void flow_create(struct flow *flow, const struct flow_call *call, const struct value *name, bool exclusive);

/** A shell runs what the call gives it: what is redirected there is created. */
void flow_shell(struct flow *flow, const struct flow_call *call);

/** The same of a command that is known. */
void flow_command(struct flow *flow, const struct flow_call *call, const struct value *command);

/** Whether the call stands where it was looked first whether the name is free, or goes on if it fails. */
bool flow_is_guarded(const struct flow *flow, const struct flow_call *call);

/** Where the expression that begins at first ends: before a comma, a bracket that closes, or the end of its statement.
 */
size_t flow_expression_end(const struct flow *flow, size_t first);

/**
 * The same of a file that is opened by letters: fopen(NAME, MODE).  What one call of a function of the script's own
 * gives for the name does not meet what another gives for the mode.
 */
void flow_open(struct flow *flow, const struct flow_call *call, const struct value *name, const struct value *mode);

/** A directory; reused: it may have been there before. */
void flow_directory(struct flow *flow, const struct flow_call *call, const struct value *name, bool reused);

/** Any other finding at the call. */
void flow_report(struct flow *flow, const struct flow_call *call, enum script_kind kind,
                 enum script_confidence confidence, const struct value *name, const char *detail);

/** Set what the call is worth; it is unknown otherwise. */
void flow_result(struct flow *flow, const struct value *value);

#endif
