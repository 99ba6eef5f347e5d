/**
 * What is found in one program or script, and what a language says of itself.
 *
 * A language is a lexer and a table of calls; flow.c follows values from the calls that make names to those that
 * create files.  A newcomer adds a language by one lex_LANGUAGE.c, one rules_LANGUAGE.c, and one row in languages.c.
 */
#ifndef TMPAUDIT_SCRIPT_H
#define TMPAUDIT_SCRIPT_H

#include "arena.h"
#include "lex.h"

#include <stdbool.h>
#include <stddef.h>

/** Which check a file is for. */
enum script_check { SCRIPT_ELF, SCRIPT_C, SCRIPT_SHELL, SCRIPT_PYTHON, SCRIPT_PERL, SCRIPT_RUNTIMES, SCRIPT_CHECKS };

enum script_kind {
	/** A name is made for a file that does not exist yet, for somebody to create: mktemp, tmpnam. */
	SCRIPT_NAME,
	/** A file is created, or written to, under a name that can be guessed. */
	SCRIPT_CREATE,
	/** The same of a directory, or one that is there already is used. */
	SCRIPT_DIRECTORY,
	/** It is looked whether a name is free, and created then. */
	SCRIPT_RACE,
	/** A file of a name that can be guessed is read as commands or code. */
	SCRIPT_SOURCE,
	/** A program imports a function that makes names. */
	SCRIPT_IMPORT,
	/** Files are made that everybody may write: umask(0). */
	SCRIPT_UMASK,
	/** Not deleted, or made where others can read it: told, but no fault by itself. */
	SCRIPT_NOTE,
	SCRIPT_KINDS
};

enum script_confidence {
	/** Told as a note, and no fault: a fallback, a name that never meets a file. */
	SCRIPT_LOW,
	/** Part of the name is not known, or what becomes of it is not. */
	SCRIPT_MEDIUM,
	SCRIPT_HIGH,
};

extern const char *const script_kind_names[SCRIPT_KINDS];
extern const char *const script_confidence_names[SCRIPT_HIGH + 1];

struct script_finding {
	/** From 1; 0: the file as a whole. */
	unsigned line;
	enum script_kind kind;
	enum script_confidence confidence;
	/** The call, as the script spells it, on one line, shortened. */
	const char *text;
	/** The name that it would have: "/tmp/report.<pid>"; NULL: nothing is known of it. */
	const char *name;
	/** The call that is safe, in that language. */
	const char *instead;
	/** More of what is known, to follow the message, or NULL. */
	const char *detail;
};

/** All that is found in one file, in order of lines. */
struct script {
	struct script_finding *findings;
	size_t nfindings;
	/** Findings that a comment on their line tells to leave alone. */
	size_t suppressed;
	/** Why not all of it was understood; NULL: it was. */
	const char *defect;
	/** Set by the caller: where to note that the work goes on, or NULL. */
	struct pulse *pulse;
};

/** The analysis of a script. */
struct script_task {
	const struct script_language *language;
	const char *data;
	size_t size;
	struct arena *arena;
	struct lex_limit *limit;
	struct script *script;
	/** What is made of the script when it is read; NULL: nothing yet. */
	void *made;
};

/**
 * How a script is analysed, one stage after the other: each takes a struct script_task.  A stage ends early where its
 * share of the looks or of the memory is used up; the next one goes on with what there is then.
 */
struct script_stages {
	/** Cut it into words, and put these in order; note what is bound to names; find what is done with these; tell.
	 */
	void (*read)(void *task), (*bind)(void *task), (*find)(void *task), (*judge)(void *task);
};

/* What languages say of themselves */

/** What a call does. */
enum call_effect {
	/** Nothing that matters; its value is not known. */
	CALL_NOTHING,
	/** Gives a name that nothing holds: found, unless the name only meets calls that fail on what exists. */
	CALL_NAME,
	/** Creates or opens to write what `path` names, as `mode` says. */
	CALL_CREATE,
	/** Makes a directory of that name. */
	CALL_DIRECTORY,
	/** Makes something that fails if the name exists: link, bind, mkfifo.  The value of the name is then its own.
	 */
	CALL_EXCLUSIVE,
	/** Reads or runs the file as code. */
	CALL_SOURCE,
	/** Asks whether the file exists. */
	CALL_EXISTS,
	/** Is found whatever its arguments, as a note: `instead` says why. */
	CALL_NOTE,
	/** Has a shell run its first argument, or what follows "-c": what is redirected there is created. */
	CALL_SHELL,
	/** Goes to the directory `path`: relative names lie there then. */
	CALL_CHDIR,
	/** Is found if its first argument is 0. */
	CALL_UMASK,
	/** Deletes the file `path`: nothing holds the name any more that CALL_FRESH made.  Of that, where there are
	 * such calls, `path` is the directory. */
	CALL_RELEASE,
	/* What a call gives: */
	/** A file or directory that it has just created and that is nobody else's, or its name. */
	CALL_FRESH,
	/** The directory for temporary files. */
	CALL_TEMPDIR,
	CALL_PID,
	CALL_TIME,
	CALL_USER,
	/** A number that can be guessed: rand(). */
	CALL_RANDOM,
	/** One that cannot: uuid4(). */
	CALL_STRONG,
	/** Its arguments, joined as parts of a path; or one after the other; or the receiver joined by the argument. */
	CALL_JOIN,
	CALL_CONCATENATE,
	/** The elements of a list, one after the other with a separator between them: ARGUMENT_RECEIVER has the
	 * separator and the first argument the list; else the first argument has the separator, and what it is called
	 * on, or the other arguments, are the list. */
	CALL_JOIN_LIST,
	/** Any of its arguments may be meant: a list, what is put together of several, one or otherwise another. */
	CALL_EITHER,
	/** What its first argument, a function, gives for the elements of what it is called on. */
	CALL_MAP,
	/** The directory that the argument `path`, or what it is called on, lies in. */
	CALL_DIRNAME,
	/** The argument `path` itself, or for ARGUMENT_RECEIVER what it is called on. */
	CALL_SAME,
	/** Argument `path` is a format of printf(3), or one of braces, and the others follow; ARGUMENT_RECEIVER will
	   do. */
	CALL_FORMAT,
	CALL_BRACES,
	/** Variable of the environment named by the first argument; the next one is what it is by default. */
	CALL_ENVIRONMENT,
	/* What a call does to its first argument: */
	/** Puts a format (argument `path` and those that follow) there; adds one; a copy; adds to it. */
	CALL_FORMAT_INTO,
	CALL_FORMAT_APPEND,
	CALL_COPY_INTO,
	CALL_APPEND_INTO,
	/** The same the other way round: its first argument into argument `path`. */
	CALL_COPY_FROM,
	/** Puts what argument `path` is there, unless somebody says otherwise. */
	CALL_DEFAULT_INTO,
	/** mkstemp(): creates a file of that name.  mktemp(): as CALL_NAME. */
	CALL_FRESH_INTO,
	CALL_NAME_INTO,
	/** Bytes that nobody can guess. */
	CALL_STRONG_INTO,
	/** The language's own `special` says what it does. */
	CALL_SPECIAL,
};

/** How a call says whether it creates, and whether it fails on what exists. */
enum call_mode {
	/** It always creates or truncates. */
	MODE_ALWAYS,
	/** By a string as fopen(3) has it: argument `mode`; reads if there is none. */
	MODE_LETTERS,
	/** By names of flags in argument `mode`, which contain CREAT, EXCL: open(2).  Writes if it is not given. */
	MODE_FLAGS,
	/** The same, but it reads if it is not given. */
	MODE_FLAGS_OR_READ,
	/** By the words EXCL or CREATE_NEW or exclusive anywhere in its arguments; creates if there are none. */
	MODE_WORDS,
	/** makedirs(): fails if it exists, unless the argument named `keyword` is true. */
	MODE_EXIST_OK,
	/** Of a directory: takes one that is there. */
	MODE_REUSES,
	/** Of CALL_STRONG: argument `path` counts what it is made of, each of `mode_at` bits; or is the highest number.
	 */
	MODE_COUNTED,
	MODE_HIGHEST,
};

enum { ARGUMENT_RECEIVER = -1, ARGUMENT_NONE = -2 };

/** A call that matters.  Tables end with a zero row; the first row that matches counts. */
struct script_call {
	/**
	 * The whole name with its module, parts separated by dots whatever the language spells: "os.path.join",
	 * "File.open"; with a dot before it a method of anything, ".write_text"; "new.File" for an object that is made.
	 */
	const char *name;
	enum call_effect effect;
	/** Which argument is the path, from 0, and which is the mode. */
	signed char path;
	enum call_mode mode;
	signed char mode_at;
	/** By which names path and mode can be given, or NULL; where calls have no names, in options in braces. */
	const char *path_keyword, *mode_keyword;
	/** The safe call, to be printed. */
	const char *instead;
};

/** A variable that is there from the start. */
struct script_variable {
	const char *name;
	/** CALL_TEMPDIR, CALL_PID, CALL_TIME, CALL_USER, CALL_RANDOM … */
	enum call_effect effect;
};

struct flow;
struct flow_call;

struct script_language {
	/** python, as tests/code names it; and Python, for readers. */
	const char *name, *title;
	enum script_check check;
	/** Ends of file names, with their dot, and interpreters without version: lists ended by NULL. */
	const char *const *suffixes, *const *interpreters;
	/** What files begin with, whatever their names end in; or NULL. */
	const char *begins;
	/** A language that is not followed by flow.c has its own analysis, and nothing below; else NULL. */
	const struct script_stages *stages;

	void (*lex)(struct lex *lex);
	const struct script_call *calls;
	const struct script_variable *variables;
	/** Operators, each list ended by NULL: that join strings; that join paths; that give one or the other. */
	const char *const *concatenate, *const *join, *const *either;
	/** Operators that assign, that add to what is there, that assign if nothing is there. */
	const char *const *assign, *const *append, *const *assign_if_empty;
	/** Words that begin a function; that make an object of the name behind them: new. */
	const char *const *functions, *const *new_words;
	/** The object that a method belongs to: self, this, $self, @.  Its attributes are the whole file's. */
	const char *const *selves;
	/** Whether a dotted name means a module's only if the module was imported. */
	bool needs_imports;
	/** Whether name=value between parentheses names an argument. */
	bool keyword_arguments;
	/** Whether "%" of a string puts its right side into its left one. */
	bool percent_formats;
	/** Whether a call needs no parentheses. */
	bool bare_calls;
	/** Whether parentheses behind a blank are the first argument's, and not the call's. */
	bool loose_parentheses;
	/** Whether a function begins without a word of its own: TYPE NAME(…) {. */
	bool bare_functions;
	/** Whether (TYPE) before a value is a cast. */
	bool casts;
	/** Whether a parameter's type follows its name. */
	bool names_first;
	/** Whether what is put into a part of one value may be what that part of another holds: struct members. */
	bool fields;
	/** Whether braces list the elements of an array. */
	bool listing_braces;
	/** Whether what is in a class and has parentheses before its braces is a method: NAME(…) {. */
	bool methods;
	/** Methods that add their argument to what they are called on, and give that: NAME.append(…).append(…); or
	 * NULL. */
	const char *const *adders;
	/** Parts that are as good as the whole: s->str of a GString; or NULL. */
	const char *const *wholes;
	/** The list that a function without parameters has its arguments in, of which shift gives the next: @_; or
	 * NULL. */
	const char *arguments;
	/** Calls that no function of the script's own replaces; or NULL. */
	const char *const *builtins;
	/** Methods of a list that call a function with each of its elements: forEach; or NULL. */
	const char *const *eachers;
	/** What a class calls the function that makes its objects, if not as itself; or NULL. */
	const char *constructor;
	/** Whether a name beside a string may stand for another one: a macro of C. */
	bool pastes;
	/** Whether a function of a class is only called on an object: elsewhere its name means another one. */
	bool methods_apart;
	/** Whether "+" joins the parts of a path. */
	bool plus_joins;
	/** Takes in imports and what else binds names, by flow_alias() and flow_bind(); or NULL. */
	void (*prepare)(struct flow *flow);
	/** At each token, in their order: binds what else is bound there; or NULL. */
	void (*bind)(struct flow *flow, size_t token);
	/** Of calls with CALL_SPECIAL: does what the call does by flow_*(). */
	void (*special)(struct flow *flow, const struct flow_call *call);
};

/** One a file: rules_LANGUAGE.c. */
extern const struct script_language language_shell;
extern const struct script_language language_c;
extern const struct script_language language_python;
extern const struct script_language language_php;
extern const struct script_language language_java;
extern const struct script_language language_go;
extern const struct script_language language_javascript;
extern const struct script_language language_ruby;
extern const struct script_language language_perl;

/** Every language, ended by NULL. */
extern const struct script_language *const script_languages[];

/** Analyse a script.  What the script holds is said by pointers into the arena. */
void script_analyse(const struct script_language *language, const char *data, size_t size, struct arena *arena,
                    struct script *script);

/** Add a finding, at most SCRIPT_LIMIT of one file. */
void script_add(struct script *script, struct arena *arena, const struct script_finding *finding);

/** The most findings that are kept of a file. */
#define SCRIPT_LIMIT 1000

/** Put them into order; a line tells once, of what is surest. */
void script_sort(struct script *script);

#endif
