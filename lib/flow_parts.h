/** What the files flow*.c share: the tokens of one script, put in order, and what was found out of them. */
#ifndef TMPAUDIT_FLOW_PARTS_H
#define TMPAUDIT_FLOW_PARTS_H

#include "flow.h"

#include <stdint.h>

/** A block: the file, or what stands between an LEX_OPEN and its LEX_CLOSE. */
struct flow_block {
	/** The block around it, and the innermost function's block that it is or lies in; 0: the file. */
	uint32_t parent, function;
	/** The statement that opens it, and what lies in it. */
	struct flow_range head, body;
	/** Of head what is its own: behind the bracket and the comma before a function that is an argument. */
	struct flow_range own;
};

enum binding_kind {
	BINDING_RANGE,
	BINDING_VALUE,
	/** Added to what was there; or there only if nothing was. */
	BINDING_APPEND,
	/** The same, by a method; where nothing was put before, it was empty. */
	BINDING_ADDED,
	BINDING_IF_EMPTY,
	/** It is declared, or made empty, for what is added then: nothing of before is in it. */
	BINDING_EMPTY,
	/** A parameter: range is what it is by default. */
	BINDING_PARAMETER,
	/** A call puts it there: range is the call's name. */
	BINDING_CALL,
	/** Any of the elements of the list in range. */
	BINDING_ELEMENT,
	/** A parameter, again: what one of the calls in the script gives for it. */
	BINDING_ARGUMENT,
	/** What the variable named by part is; by default what range says. */
	BINDING_PART,
	/** A function of the script's own puts it there: what its parameter named by part holds in the end. */
	BINDING_FILLED,
};

/** An assignment. */
struct flow_binding {
	const char *name;
	/** The function that it is made in, and the block. */
	uint32_t function, block;
	/** Where it takes effect. */
	size_t token;
	/** The one before in its bucket of names, and in that of names and functions; its index plus 1. */
	uint32_t previous, previous_local;
	/** An enum binding_kind. */
	uint8_t kind;
	/** Whether it is just being found out; whether it stands behind a condition in its own statement. */
	bool busy, conditional;
	/** Of arguments: the token of the call, plus 1.  Of what a function fills: the function's block. */
	uint32_t call, filler;
	struct flow_range range;
	/** Before which token it is there, from where it takes effect; 0: as long as its block is. */
	size_t until;
	const char *part;
	/** NULL: it was not asked for yet. */
	const struct value *value;
};

/** How deep expressions and variables may lie within each other, how many steps make a value so dear that it is kept,
 * and how often a list may be another one's name. */
enum { FLOW_DEEPEST = 24, FLOW_DEAR = 200, FLOW_LISTS = 4 };

/** Of a value that whoever calls a function elsewhere may give. */
#define FLOW_OTHERS UINT_MAX

/** The most parameters of a function that are looked at, and the most calls of it. */
enum { FLOW_PARAMETERS = 8, FLOW_CALLS = 8 };

/** A function of the script's own. */
struct flow_function {
	/** Empty if it has none. */
	const char *name;
	/** Its block. */
	uint32_t block;
	/** The one before in its bucket; its index plus 1. */
	uint32_t previous;
	const char *parameters[FLOW_PARAMETERS];
	unsigned nparameters, ncalls;
	/** Whether the last parameter takes in what is given beyond it: ...$x, *x. */
	bool variadic;
	/** What it returns; NULL: that was not asked for yet. */
	const struct value *value;
	/** Whether that is just being found out. */
	bool busy;
};

/** A class of the script's own. */
struct flow_class {
	const struct lex_token *name;
	uint32_t block;
	/** The one before in its bucket; its index plus 1. */
	uint32_t previous;
};

/** What was found out of a name with parts. */
struct flow_part {
	const char *name;
	uint32_t function;
	/** Whether that is just being found out. */
	bool busy;
	const struct value *value;
	struct flow_part *next;
};

struct flow_alias_entry {
	const char *local, *full;
	struct flow_alias_entry *next;
};

enum event_kind { EVENT_NAME, EVENT_CREATE, EVENT_DIRECTORY, EVENT_OTHER };

/** Something that may be a finding. */
struct flow_event {
	enum event_kind kind;
	const struct script_call *row;
	size_t first, end;
	struct value value;
	/** It fails on what exists; of a directory also: nothing else but it goes on if it fails. */
	bool exclusive;
	/** Of others; how sure it is, and of a name also: if something creates the file. */
	enum script_kind as;
	enum script_confidence confidence, created;
	const char *detail;
	/** Whether the command is another one with what a safe call made: this is for where there is none. */
	bool otherwise;
	/** Of names: calls that create it, and that do so exclusively. */
	unsigned creates, exclusives;
};

/** A function goes to a directory. */
struct flow_chdir {
	size_t token;
	/** Where it goes back: behind the block that it is called with. */
	size_t end;
	uint32_t function;
	struct value value;
};

/** What a safe call made is deleted. */
struct flow_release {
	/** The deleting call, what that made, and where it did. */
	size_t token, maker;
	struct value directory;
};

/** Of names; a script may have functions and variables by the hundred thousand. */
enum { FLOW_BUCKETS = 256, FLOW_MANY_BUCKETS = 4096 };

struct flow {
	const struct script_language *language;
	struct lex lex;
	struct arena *arena;
	/** Of each token: its bracket's partner (the number of tokens if there is none), or 0; its block; whether the
	 * innermost bracket around it is a round one. */
	uint32_t *partners, *blocks_of;
	bool *in_parentheses;
	/** Where the statement begins that it is in. */
	uint32_t *statements;
	/** How many are in order. */
	size_t ordered;
	/** What modifies it, as flow_bind.c has it; NULL: the language has no such words. */
	uint8_t *modifiers;
	/** Whether it stands between Ruby's braces, which may be a block: run, or not. */
	bool *in_braces;
	struct flow_block *blocks;
	size_t nblocks;
	struct flow_binding *bindings;
	size_t nbindings;
	/** The last of each bucket, plus 1: by name, and by name and function. */
	uint32_t binding_buckets[FLOW_MANY_BUCKETS], local_buckets[FLOW_MANY_BUCKETS];
	struct flow_alias_entry *aliases[FLOW_BUCKETS];
	/** Whether a part is another name for something: ".create". */
	bool aliases_of_parts;
	const char **modules;
	size_t nmodules;
	/** In the order of their blocks; behind the first of them such as have several names, again. */
	struct flow_function *functions;
	size_t nfunctions, nfirst;
	/** The last of each bucket, plus 1. */
	uint32_t function_buckets[FLOW_MANY_BUCKETS];
	struct flow_class *classes;
	size_t nclasses;
	/** The last of each bucket, plus 1. */
	uint32_t class_buckets[FLOW_BUCKETS];
	struct flow_part *parts[FLOW_BUCKETS];
	/** Rows by the last part of their names: the first of each bucket, and of each row the next; plus 1. */
	uint16_t row_buckets[FLOW_BUCKETS], *next_rows;
	struct flow_event *events;
	size_t nevents;
	struct flow_release *releases;
	size_t nreleases;
	struct flow_chdir *chdirs;
	size_t nchdirs;
	/** Whether calls are looked at for what they do, not for their values. */
	bool visiting;
	/** What is added to a variable, while it is found out what that held before; or NULL. */
	const struct flow_binding *added;
	struct value result;
	/** How deep we are, and how many steps may still be taken: scripts are not ours. */
	unsigned depth, parts_within;
	size_t budget;
	/** What must be left of it when the call that is looked at is done: one must not take what all have. */
	size_t floor;
	bool exhausted;
};

/* flow.c */

/** Words that stand before a call and not before a declaration. */
extern const char *const flow_before_calls[];

/** Whether name is a function of the script's own: its index plus 1 or, with previous, the one before that; 0: none. */
uint32_t flow_function(const struct flow *flow, const char *name, size_t length, uint32_t previous);

/** The name of the function that a call means whose arguments open at open: of a class what makes its objects, of an
 * interface of Java the function that is given for it. */
const struct lex_token *flow_called(const struct flow *flow, size_t open);

/** A name with its parts, from token first: its end; an empty text if there is none. */
struct flow_name {
	const char *text;
	size_t end;
	/** Where its last part begins, as a token, if it has several; else first. */
	size_t last;
	bool plain;
};

struct flow_name flow_name_at(struct flow *flow, size_t first);

/** The same, of the parts that begin before limit. */
struct flow_name flow_name_before(struct flow *flow, size_t first, size_t limit);

/** The token of the last part of a name, and where the name ends: as flow_name_at(), but puts nothing together. */
size_t flow_last_part(const struct flow *flow, size_t first, size_t *end);

/** Whether a name with these first and last parts may be that of a row: cheaper than to put it together. */
bool flow_may_matter(const struct flow *flow, size_t first, size_t last);

/** Whether it binds a part of a name to what it is part of: "." or "->". */
bool flow_is_member(const struct flow *flow, size_t index);

/** Behind the bracket that opens at index, its partner, at most end. */
size_t flow_close(const struct flow *flow, size_t index, size_t end);

/** Whether the function whose body opens at open is an expression that begins at first: func (…) {, [] (…) {. */
bool flow_is_literal(const struct flow *flow, size_t first, size_t open);

/** Where the statement that index is in begins. */
size_t flow_statement(const struct flow *flow, size_t index);

/** The row of the call whose name is at first: a function's, or a method's. */
const struct script_call *flow_row_at(struct flow *flow, size_t first, const struct flow_name *name);

/** Take a step; false if there were too many. */
bool flow_step(struct flow *flow);

/** Whether one of the words that name a class stands in the head of the block; name: that one's, or NULL. */
bool flow_is_class(const struct flow *flow, uint32_t block, const char *name);

/** The class of that name, by its index plus 1; 0: there is none. */
uint32_t flow_class(const struct flow *flow, const struct lex_token *name);

/** Whether a token opens a bracket or block. */
bool flow_is_opening(const struct lex_token *token);

/** Whether a token closes a bracket or block. */
bool flow_is_closing(const struct lex_token *token);

/** text_hash() of what is not ended by a NUL. */
uint32_t flow_hash(const char *text, size_t length);

/** The text of a token as a string. */
const char *flow_copy(const struct flow *flow, const struct lex_token *token);

/** Note that the block is a function of that name. */
void flow_define(struct flow *flow, const char *name, uint32_t block);

/** Where a function that is an expression begins with what holds its parameters: before "=>" or "->", or of C++ "[". */
size_t flow_literal_start(const struct flow *flow, struct flow_range own);

/** Behind what has commas that part nothing else: to its colon the head of a function of Python's that begins at i,
 * lambda a, b: VALUE; types of TypeScript that open there, NAME<A, B>(…); or i. */
size_t flow_behind_commas(const struct flow *flow, size_t i);

/** Behind a list of types that opens at i, or i: Map<String, String>. */
size_t flow_behind_types(const struct flow *flow, size_t i, size_t close);

/* flow_names.c */

/** Whether a whole name, with its parts, stands for another. */
bool flow_is_alias(const struct flow *flow, const char *name);

/** Put the rows of the language in their buckets. */
void flow_index_rows(struct flow *flow);

/* flow_bind.c */

/** Note all assignments. */
void flow_bind_all(struct flow *flow);

/** Note that something is bound to a name; what, the caller says. */
struct flow_binding *flow_add_binding(struct flow *flow, const char *name, size_t token, enum binding_kind kind);

/** The last binding of a name or, with previous, the one before that: its index plus 1; 0: there is none. */
uint32_t flow_binding(const struct flow *flow, const char *name, uint32_t previous);

/** The same, of those that are made in the function. */
uint32_t flow_local_binding(const struct flow *flow, const char *name, uint32_t function, uint32_t previous);

/** Bind the elements of a literal with keys: NAME = { KEY: VALUE }, of Perl %NAME = (KEY => VALUE); those within, too.
 */
void flow_bind_keys(struct flow *flow, const char *name, size_t token, struct flow_range range, enum binding_kind kind);

/* flow_function.c */

/** What functions of the script's own are called with. */
void flow_bind_functions(struct flow *flow);

/** A call of a function of the script's own that fills what it is given: f(NAME, …), f(&NAME). */
void flow_bind_filled(struct flow *flow, size_t first, size_t open);

/**
 * Bind the names of a pattern that opens at open to the parts of owner: { a, b: c, d = VALUE, e: { f } }.  They are
 * bound where token stands.
 */
void flow_bind_pattern(struct flow *flow, size_t open, size_t token, const char *owner);

/** A name for a value that has none: it cannot be one of the script's. */
const char *flow_unnamed(const struct flow *flow, size_t token);

/* flow_member.c */

/** What a name with parts may be by what is bound to all but the last of them. */
struct value flow_part_value(struct flow *flow, const char *name, size_t token);

/* flow_variable.c */

/** Whether a name is a part of the object that a method belongs to: self.x. */
bool flow_is_object(const struct flow *flow, const char *name);

/** Whether a binding is one of a variable that is there where token stands. */
bool flow_is_seen(const struct flow *flow, const struct flow_binding *binding, size_t token);

/** Whether block is around the token, or the one that it is in. */
bool flow_is_around(const struct flow *flow, uint32_t block, size_t token);

/** All that is bound to a name anywhere in the file; unknown if nothing is. */
struct value flow_everywhere(struct flow *flow, const char *name);

/** What a class says of an attribute of its own. */
struct value flow_class_value(struct flow *flow, const struct lex_token *class, const char *part);

/** What a variable may hold where token stands. */
struct value flow_variable(struct flow *flow, const char *name, size_t token);

/** All that calls give for a parameter of a function; none if no call does. */
struct value flow_given(struct flow *flow, const char *name, uint32_t function);

/** The last statement of what stands in a range. */
struct flow_range flow_last_statement(const struct flow *flow, struct flow_range body);

/** What the returns of a block's function give; *found: whether there are any. */
struct value flow_block_returns(struct flow *flow, uint32_t block, bool *found);

/** What a function without a name of its own gives, that is assigned: (x) => VALUE, lambda x: VALUE. */
struct value flow_assigned_returns(struct flow *flow, struct flow_range range, bool *found);

/** What a function of the script's own gives, for the call whose arguments open at open: for its own arguments, if that
 * can be told. */
struct value flow_returned_to(struct flow *flow, const struct lex_token *name, size_t open);

/** What a call with that effect gives: a hole. */
struct value flow_effect_hole(struct flow *flow, enum call_effect effect);

/** What the values lie in: all before their last slash; of a name without one nothing is known. */
struct value flow_parents_of(struct flow *flow, struct value value);

/** Whether one of the tokens is a name that contains one of the words. */
bool flow_mentions_any(const struct flow *flow, struct flow_range range, const char *const *words);

/** What the binding of that index gives. */
struct value flow_bound(struct flow *flow, uint32_t index);

/** Read the call whose name ends before open; bare: without parentheses. */
void flow_read_call(struct flow *flow, struct flow_call *call, size_t open, bool bare);

/** Whether the parentheses of a call, whose name ends before index, open there. */
bool flow_opens_call(const struct flow *flow, size_t index);

/** Whether a call without parentheses may begin its arguments at index. */
bool flow_begins_argument(const struct flow *flow, size_t index);

/** What a call is worth. */
struct value flow_call_value(struct flow *flow, const struct flow_call *call);

/** The value of the path that the call is about. */
struct value flow_path(struct flow *flow, const struct flow_call *call);

/* flow_value.c */

/** What any key may be given of an object that a variable is, where its braces list no elements: NAME[EXPRESSION]. */
struct value flow_any_member(struct flow *flow, const char *name, size_t token);

/* flow_call.c */

/** Values of the arguments that are put into a format one after the other; beyond the last they are unknown. */
struct filling {
	struct flow *flow;
	const struct flow_call *call;
	/** The place of the next argument, or for % a range with them, and all that stands behind it. */
	int place;
	struct flow_range range, whole;
	bool has_range;
};

/** Put fillings into each alternative of a format. */
struct value flow_fill(struct filling *filling, const struct value *format, bool braces);

/* flow_reach.c */

/**
 * The most that a finding may be where token stands: SCRIPT_LOW behind a condition that is never true or asks for
 * another system than Linux, SCRIPT_MEDIUM behind a switch that the script itself leaves off.
 */
enum script_confidence flow_reach(const struct flow *flow, size_t token);

/**
 * Where the branches begin of which the binding's is the last, if each of them binds the name or leaves, and one of
 * them is always taken: if … else …, a switch with a default.  Nothing of before is left at token then.  0: that is
 * not so.
 */
size_t flow_branched(const struct flow *flow, const struct flow_binding *binding, size_t token);

/* flow_deeds.c */

/** Whether what a macro with parameters stands for begins there. */
bool flow_is_macro(const struct lex_token *token);

/** Whether one of the strings is text. */
bool flow_mentions_text(const struct flow *flow, struct flow_range range, const char *text);

/* flow_find.c */

/** Look at all calls: what they do. */
void flow_find(struct flow *flow);

/* flow_judge.c */

/** Judge what was found of it. */
void flow_judge(struct flow *flow, struct script *script);

#endif
