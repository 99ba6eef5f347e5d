#include "settings.h"

#include "parse_shell.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

/** How a value is taken apart. */
enum form {
	/** It is one path. */
	ONE,
	/** It is the beginning of paths: what counts is their directory. */
	PREFIX,
	/** Directories, one of which may be empty. */
	LIST,
	/** Files; those without a slash are searched in safe places. */
	OBJECTS,
	/** Options of java. */
	JAVA,
};

static const struct variable {
	const char *name;
	enum setting_kind kind;
	enum form form;
	/** What stands between elements. */
	const char *apart;
	/** What is shown instead of the name. */
	const char *subject;
	/** Whether scripts use the name for much else; whether a directory that it names is audited as a temporary one.
	 */
	bool common, named;
} variables[] = {
	{ .name = "TMPDIR", .kind = SETTING_TMPDIR, .form = ONE, .named = true },
	{ .name = "TMP", .kind = SETTING_TMPDIR, .form = ONE, .common = true, .named = true },
	{ .name = "TEMP", .kind = SETTING_TMPDIR, .form = ONE, .common = true, .named = true },
	{ .name = "TEMPDIR", .kind = SETTING_TMPDIR, .form = ONE, .common = true, .named = true },
	{ .name = "TMUX_TMPDIR", .kind = SETTING_TMPDIR, .form = ONE },
	{ .name = "TMPPREFIX", .kind = SETTING_TMPDIR, .form = PREFIX },
	{ .name = "JAVA_TOOL_OPTIONS", .kind = SETTING_TMPDIR, .form = JAVA, .subject = "java.io.tmpdir" },
	{ .name = "PATH", .kind = SETTING_PATH, .form = LIST, .apart = ":" },
	{ .name = "LD_PRELOAD", .kind = SETTING_PRELOADS, .form = OBJECTS, .apart = " :" },
	{ .name = "LD_AUDIT", .kind = SETTING_PRELOADS, .form = OBJECTS, .apart = ":" },
	{ .name = "LD_LIBRARY_PATH", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":;" },
	{ .name = "GCONV_PATH", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "PYTHONPATH", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "PYTHONSTARTUP", .kind = SETTING_PRELOADS, .form = ONE },
	{ .name = "PERL5LIB", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "RUBYLIB", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "NODE_PATH", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "CLASSPATH", .kind = SETTING_LIBRARIES, .form = LIST, .apart = ":" },
	{ .name = "BASH_ENV", .kind = SETTING_PRELOADS, .form = ONE },
	{ .name = "ENV", .kind = SETTING_PRELOADS, .form = ONE, .common = true },
};

static const struct variable *find_variable(const char *name) {
	/* Asked of each variable of each process. */
	if (!strchr("BCEGJLNPRT", *name))
		return NULL;
	for (size_t i = 0; i < sizeof variables / sizeof *variables; ++i)
		if (strcmp(variables[i].name, name) == 0)
			return &variables[i];
	return NULL;
}

bool setting_is_variable(const char *name) {
	return find_variable(name) != NULL;
}

bool setting_is_common(const char *name) {
	const struct variable *variable = find_variable(name);

	return variable && variable->common;
}

const char *setting_variable(size_t index, enum setting_kind *kind) {
	if (index >= sizeof variables / sizeof *variables)
		return NULL;
	*kind = variables[index].kind;
	return variables[index].name;
}

static struct setting *add(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                           const char *subject, const char *name) {
	static const struct setting_path none[] = { { 0 } };
	struct arena *arena = &list->host->arena;

	list->settings = arena_grow(arena, list->settings, list->count, sizeof *list->settings);
	struct setting *setting = &list->settings[list->count++];
	*setting = (struct setting) {
		.subject = arena_copy(arena, subject),
		.kind = kind,
		.name = arena_copy(arena, name),
		.source = arena_copy(arena, origin->source),
		.user = origin->user,
		.user_shown = arena_copy(arena, origin->user_shown),
		.paths = none,
	};
	if (!setting->user_shown) {
		const struct account *account =
		        list->host->accounts ? account_by_uid(list->host->accounts, origin->user) : NULL;

		setting->user_shown =
		        account ? account->name : arena_text(arena, origin->user ? "uid %u" : "root", origin->user);
	}
	return setting;
}

/** Elements of a setting, while they are added. */
struct elements {
	struct setting_list *list;
	const struct setting_origin *origin;
	struct setting_path *paths;
	size_t count;
};

/** Whether the path is one of the user's own, by words that stand for it where nothing expands them, too. */
static bool is_own(const char *text) {
	static const char *const words[] = { "$XDG_RUNTIME_DIR", "${XDG_RUNTIME_DIR}", "@{HOME}", NULL };

	for (const char *const *word = words; *word; ++word)
		if (text_starts(text, *word))
			return true;
	return false;
}

/** The path that a marked value is, if it is known. */
static enum path_form marked_form(const char *text) {
	const char runtime[] = { '/', 'r', 'u', 'n', '/', 'u', 's', 'e', 'r', '/', SHELL_OPEN, '\0' };

	/* What is behind the user's own place may be unknown, too: it is the user's all the same. */
	if (*text == SHELL_OWN || text_starts(text, runtime))
		return PATH_OPEN;
	if (strchr(text, SHELL_OPEN) || strchr(text, SHELL_OWN))
		return PATH_UNKNOWN;
	return *text == '/' ? PATH_ABSOLUTE : *text ? PATH_RELATIVE : PATH_EMPTY;
}

/** The loader's own words, and the directory that bash looks for in the home of whoever runs it. */
static bool is_dynamic(const struct variable *variable, const char *text, bool final) {
	static const char *const words[] = {
		"$ORIGIN", "${ORIGIN}", "$LIB", "${LIB}", "$PLATFORM", "${PLATFORM}", NULL
	};

	if (variable && strcmp(variable->name, "PATH") == 0)
		return !final && text[0] == '~' && text[1] == '/';
	for (const char *const *word = words; variable && text_starts(variable->name, "LD_") && *word; ++word)
		if (strstr(text, *word))
			return true;
	return false;
}

/** Add an element, which is a string of the host's; variable may be NULL. */
static void add_element(struct elements *elements, const struct variable *variable, const char *text) {
	struct host *host = elements->list->host;
	struct setting_path path = { .text = text, .element = (unsigned)elements->count + 1 };

	path.form = elements->origin->marked                   ? marked_form(text)
	            : *text == '/'                             ? PATH_ABSOLUTE
	            : !elements->origin->final && is_own(text) ? PATH_OPEN
	            : *text                                    ? PATH_RELATIVE
	                                                       : PATH_EMPTY;
	if (is_dynamic(variable, text, elements->origin->final) && path.form != PATH_UNKNOWN)
		path.form = PATH_OPEN;
	if (path.form == PATH_RELATIVE && !strchr(text, '/') && variable && variable->form == OBJECTS)
		path.form = PATH_SEARCHED;
	if (path.form == PATH_ABSOLUTE)
		path.location = location_examine(host, text, elements->origin->user);
	elements->paths = arena_grow(&host->arena, elements->paths, elements->count, sizeof *elements->paths);
	elements->paths[elements->count++] = path;
}

/** Add the elements of a list.  What is empty as a whole is as good as unset, but for PATH. */
static void add_elements(struct elements *elements, const struct variable *variable, const char *value) {
	struct arena *arena = &elements->list->host->arena;

	for (const char *at = value;; ++at) {
		const size_t length = strcspn(at, variable->apart);
		char *text = arena_bytes(arena, at, length);

		/* A directory of archives. */
		if (strcmp(variable->name, "CLASSPATH") == 0 && text_ends(text, "/*"))
			text[length - 2] = '\0';
		if (length || variable->form == LIST)
			add_element(elements, variable, text);
		at += length;
		if (!*at)
			break;
	}
}

/** The directory of a path's beginning: "/tmp" of "/tmp/zsh". */
static void add_prefix(struct elements *elements, const char *value) {
	struct arena *arena = &elements->list->host->arena;
	const char *slash = strrchr(value, '/');

	if (slash)
		value = slash == value ? "/" : arena_bytes(arena, value, (size_t)(slash - value));
	add_element(elements, NULL, arena_copy(arena, value));
}

static void add_java(struct elements *elements, const char *value) {
	static const char option[] = "-Djava.io.tmpdir=";

	for (const char *at = value; (at = strstr(at, option));) {
		at += sizeof option - 1;
		const bool quoted = *at == '"' || *at == '\'';
		const size_t length = quoted ? strcspn(at + 1, (const char[]) { *at, '\0' }) : strcspn(at, " \t\n\"'");

		add_element(elements, NULL, arena_bytes(&elements->list->host->arena, at + quoted, length));
		at += length;
	}
}

/** Name the directories of the setting for the audit of directories, each once. */
static void add_named(struct setting_list *list, const struct setting *setting) {
	struct arena *arena = &list->host->arena;

	for (const struct setting_path *path = setting->paths; path->text; ++path) {
		bool known = false;

		if (path->form != PATH_ABSOLUTE || !path->location->real || strcmp(path->location->real, "/") == 0 ||
		    !S_ISDIR(path->location->object.mode))
			continue;
		for (size_t i = 0; i < list->nnamed; ++i)
			known |= strcmp(list->named[i].path, path->text) == 0;
		if (known)
			continue;
		list->named = arena_grow(arena, list->named, list->nnamed, sizeof *list->named);
		list->named[list->nnamed++] = (struct named_dir) { path->text, setting->source, setting->user };
	}
}

static void take_elements(struct elements *elements, const struct variable *variable, const char *value) {
	switch (variable->form) {
	case ONE:
		add_element(elements, variable, arena_copy(&elements->list->host->arena, value));
		break;
	case PREFIX:
		add_prefix(elements, value);
		break;
	case LIST:
	case OBJECTS:
		add_elements(elements, variable, value);
		break;
	case JAVA:
		add_java(elements, value);
		break;
	}
}

static void add_value(struct setting_list *list, const struct setting_origin *origin, const struct variable *variable,
                      const char *name, const char *value) {
	struct elements elements = { .list = list, .origin = origin };
	struct setting_memo *memo = &list->memo;

	if (!*value && variable->kind != SETTING_PATH)
		return;
	/* Most programs have one PATH. */
	if (variable->kind == SETTING_PATH && memo->paths && memo->user == origin->user &&
	    memo->marked == origin->marked && memo->final == origin->final && strcmp(memo->value, value) == 0) {
		elements.paths = memo->paths;
		elements.count = 1;
	} else {
		take_elements(&elements, variable, value);
	}
	if (variable->kind == SETTING_PATH && elements.paths != memo->paths)
		*memo = (struct setting_memo) { arena_copy(&list->host->arena, value), elements.paths, origin->user,
			                        origin->marked, origin->final };
	if (!elements.count)
		return;
	struct setting *setting = add(list, origin, variable->kind, origin->subject ? origin->subject : name, name);
	setting->paths = elements.paths;
	if (variable->named)
		add_named(list, setting);
}

void setting_add_variable(struct setting_list *list, const struct setting_origin *origin, const char *name,
                          const char *value) {
	const struct variable *variable = find_variable(name);

	if (variable)
		add_value(list, origin, variable, variable->subject ? variable->subject : name, value);
}

void setting_add_directories(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                             const char *name, const char *value) {
	const struct variable variable = { name, kind, LIST, kind == SETTING_PATH ? ":" : "", NULL, false, false };

	add_value(list, origin, &variable, name, value);
}

struct setting *setting_add_file(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                                 const char *name, const char *path) {
	struct elements elements = { .list = list, .origin = origin };

	static const struct variable objects = { .name = "LD_PRELOAD", .form = OBJECTS };

	add_element(&elements, kind == SETTING_PRELOADS ? &objects : NULL, arena_copy(&list->host->arena, path));
	struct setting *setting = add(list, origin, kind, origin->subject, name);
	setting->paths = elements.paths;
	return setting;
}

void setting_add_kept(struct setting_list *list, const char *source, const char *name, const char *how) {
	const struct variable *variable = find_variable(name);
	const char *subject = variable && variable->subject ? variable->subject : name;

	if (variable)
		add(list, &(struct setting_origin) { .source = source }, variable->kind, subject, subject)->kept =
		        arena_copy(&list->host->arena, how);
}

void setting_add_unknown(struct setting_list *list, const struct setting_origin *origin, enum setting_kind kind,
                         const char *subject, const char *why) {
	add(list, origin, kind, subject, subject)->unknown = arena_copy(&list->host->arena, why);
}

const struct setting *settings_listed(struct setting_list *list) {
	return list->settings ? list->settings : arena_array(&list->host->arena, 1, sizeof *list->settings);
}
