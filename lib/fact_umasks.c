#include "cleanup.h"
#include "parse_umask.h"
#include "startup.h"
#include "text.h"
#include "umask_list.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

void umask_add(struct umask_list *list, const struct umask_fact *fact) {
	struct arena *arena = &list->host->arena;
	struct umask_fact copy = *fact;

	copy.subject = arena_copy(arena, fact->subject);
	copy.shown = arena_copy(arena, fact->shown);
	copy.message = arena_copy(arena, fact->message);
	copy.source = arena_copy(arena, fact->source);
	list->facts = arena_grow(arena, list->facts, list->count, sizeof *list->facts);
	list->facts[list->count++] = copy;
}

void umask_add_unknown(struct umask_list *list, const char *subject, const char *source, mode_t value,
                       const char *why) {
	umask_add(list, &(struct umask_fact) {
	                        .subject = subject,
	                        .value = value,
	                        .ungrouped = value,
	                        .unknown = true,
	                        .message = why,
	                        .source = source,
	                });
}

void umask_add_unset(struct umask_list *list, const char *subject) {
	umask_add(list, &(struct umask_fact) { .subject = subject });
}

void umask_add_command(struct umask_list *list, const char *subject, const char *source,
                       const struct shell_umask *command) {
	const struct umask_change *change = &command->change;
	struct umask_fact fact = {
		.subject = subject,
		.value = command->unknown ? 0777 : (mode_t)(change->set | change->keep),
		.unknown = command->unknown || change->keep,
		.shown = command->operand,
		.source = source,
	};
	char *message = NULL;

	/* One that takes permissions away, and gives none, cannot weaken the umask before it. */
	if (!command->unknown && (change->keep | change->set) == 0777 && change->keep)
		return;
	if (command->unknown && !*command->operand)
		message = arena_copy(&list->host->arena, command->unknown);
	else if (command->unknown)
		message = arena_text(&list->host->arena, "sets \"umask %s\": %s", command->operand, command->unknown);
	else if (change->keep)
		message = arena_text(&list->host->arena, "sets \"umask %s\", which depends on the umask before it",
		                     command->operand);
	fact.message = message;
	fact.ungrouped = fact.value;
	umask_add(list, &fact);
}

const struct umask_fact *umask_listed(struct umask_list *list) {
	return list->facts ? list->facts : arena_array(&list->host->arena, 1, sizeof *list->facts);
}

bool umask_load(struct umask_list *list, const char *subject, const char *path, struct arena *arena,
                struct bytes *bytes) {
	int error = tree_load(&list->host->tree, path, arena, bytes);

	if (error && !tree_absent(error))
		umask_add_unknown(list, subject, path, 0777,
		                  arena_text(arena, "cannot be read: %s", host_error(list->host, error)));
	return error == 0;
}

void umask_add_script(struct umask_list *list, const char *subject, const char *path, const struct bytes *bytes,
                      enum shell_dialect dialect) {
	struct arena scratch = { 0 };
	const struct shell_umask *commands;
	const size_t before = list->count;

	if (parse_shell_umasks(bytes, dialect, &scratch, &commands) < 0)
		umask_add_unknown(list, subject, path, 0777, "has more umask commands than are read of it");
	for (; commands->line; ++commands)
		umask_add_command(list, subject, arena_text(&scratch, "%s:%u", path, commands->line), commands);
	if (list->count == before)
		umask_add_unset(list, subject);
	arena_free(&scratch);
}

/** What the place may do to the umask, too, is not known. */
static void add_riddles(struct umask_list *list, const char *subject, const struct startup_file *file,
                        struct arena *arena) {
	for (const struct startup_riddle *riddle = file->startup.riddles; riddle && riddle->line; ++riddle) {
		const char *source = arena_text(arena, "%s:%u", file->path, riddle->line);
		bool known = !riddle->commands;

		for (size_t i = 0; i < list->count && !known; ++i)
			known = list->facts[i].unknown && strcmp(list->facts[i].source, source) == 0;
		if (!known)
			umask_add_unknown(list, subject, source, 0777,
			                  arena_text(arena, "%s: umask may be in it", riddle->why));
	}
}

/** A start-up file of all users, or one that it sources. */
static void take_shell_file(const struct startup_file *file, void *context) {
	struct umask_list *list = context;
	struct arena scratch = { 0 };

	if (file->unknown)
		umask_add_unknown(list, file->path, file->path, 0777, file->unknown);
	else if (file->bytes.data)
		umask_add_script(list, file->path, file->path, &file->bytes, file->dialect);
	add_riddles(list, file->path, file, &scratch);
	arena_free(&scratch);
}

static void add_shell_files(struct umask_list *list, struct startup_list *files, const char *directory,
                            const char *glob) {
	const int error = startup_add_matches(files, directory, glob);

	if (error && !tree_absent(error))
		umask_add_unknown(list, directory, directory, 0777,
		                  arena_text(files->arena, "cannot be listed: %s", host_error(list->host, error)));
}

static const struct umask_fact *gather_shells(struct host *host) {
	static const char *const named[] = { "/etc/bash.bashrc",
		                             "/etc/bashrc",
		                             "/etc/zshenv",
		                             "/etc/zprofile",
		                             "/etc/zshrc",
		                             "/etc/csh.cshrc",
		                             "/etc/csh.login",
		                             "/etc/fish/config.fish",
		                             NULL };
	struct umask_list list = { .host = host };
	struct arena scratch = { 0 };
	struct startup_list files = { .host = host, .arena = &scratch };

	startup_add(&files, "/etc/profile");
	/* Others of this directory are not sourced. */
	add_shell_files(&list, &files, "/etc/profile.d", "*.sh");
	for (const char *const *path = named; *path; ++path)
		startup_add(&files, *path);
	add_shell_files(&list, &files, "/etc/zsh", "*");
	add_shell_files(&list, &files, "/etc/skel", ".*");
	startup_read(&files, take_shell_file, &list);
	arena_free(&scratch);
	return umask_listed(&list);
}

/** Open path below the pinned directory, no link followed: a user may own each of its components. */
static int pin_below(int directory, const char *path, struct arena *arena) {
	char *rest = arena_copy(arena, path);
	int pinned = -ENOENT, above = -1;

	for (char *name = rest, *slash; name; name = slash ? slash + 1 : NULL) {
		slash = strchr(name, '/');
		if (slash)
			*slash = '\0';
		pinned = tree_pin_at(above < 0 ? directory : above, name);
		if (above >= 0)
			close(above);
		above = pinned;
		if (pinned < 0 || !slash)
			break;
		struct statx status;
		int error = tree_stat(pinned, &status);
		if (!error && S_ISLNK(status.stx_mode))
			error = -ELOOP;
		if (error) {
			close(pinned);
			return error;
		}
	}
	return pinned;
}

/** Why a file in a home is not read, or NULL if it may be. */
static const char *distrust(const struct account *account, const struct statx *status, struct arena *arena) {
	if (S_ISLNK(status->stx_mode))
		return "is a symbolic link, which is not followed";
	if (!S_ISREG(status->stx_mode))
		return "is no regular file";
	if (status->stx_uid != 0 && status->stx_uid != account->uid)
		return arena_text(arena, "belongs to uid %u, neither the account's nor root's", status->stx_uid);
	if (status->stx_nlink != 1)
		return arena_text(arena, "has %u links", status->stx_nlink);
	return NULL;
}

/** The start-up files of an account, while they are read. */
struct home {
	struct umask_list *list;
	const struct account *account;
	int pinned;
	struct arena arena;
	/** Names below the home. */
	const char **names;
	size_t count;
	/** What they source elsewhere. */
	struct startup_list others;
};

static void add_home_name(struct home *home, const char *name) {
	for (size_t i = 0; i < home->count; ++i)
		if (strcmp(home->names[i], name) == 0)
			return;
	if (home->count == STARTUP_FILES)
		return;
	home->names = arena_grow(&home->arena, home->names, home->count, sizeof *home->names);
	home->names[home->count++] = name;
}

/** Note what a script of the home sources: below the home, by "~" or by its name, or elsewhere. */
static void add_home_sources(struct home *home, const char *path, const struct bytes *bytes,
                             enum shell_dialect dialect) {
	const char *top = home->account->home;
	struct startup_file file = { .path = path };

	if (parse_startup(bytes, dialect, &home->arena, &file.startup) < 0)
		umask_add_unknown(home->list, home->account->name, path, 0777,
		                  "has more of one kind than is read of it");
	for (const struct startup_source *source = file.startup.sources; source->line; ++source) {
		const char *wanted = source->path;
		const bool below = *wanted == SHELL_OWN || (strcmp(top, "/") != 0 && text_path_within(wanted, top));

		wanted += *wanted == SHELL_OWN ? 1 : below ? strlen(top) : 0;
		if (strpbrk(wanted, "*?["))
			umask_add_unknown(home->list, home->account->name,
			                  arena_text(&home->arena, "%s:%u", path, source->line), 0777,
			                  "reads files that a glob names: umask may be in them");
		else if (!below)
			startup_add(&home->others, wanted);
		else if (*wanted && !strstr(wanted, "/../"))
			add_home_name(home, wanted + strspn(wanted, "/"));
	}
	add_riddles(home->list, home->account->name, &file, &home->arena);
}

static void take_other_file(const struct startup_file *file, void *context) {
	struct home *home = context;

	if (file->unknown)
		umask_add_unknown(home->list, home->account->name, file->path, 0777, file->unknown);
	else if (file->bytes.data)
		umask_add_script(home->list, home->account->name, file->path, &file->bytes, file->dialect);
	add_riddles(home->list, home->account->name, file, &home->arena);
}

static void add_home_file(struct home *whose, const char *name) {
	struct umask_list *list = whose->list;
	const struct account *account = whose->account;
	const int home = whose->pinned;
	struct arena *arena = &whose->arena;
	const char *path = arena_text(arena, "%s/%s", strcmp(account->home, "/") == 0 ? "" : account->home, name);
	struct bytes bytes;
	struct statx status;
	autoclose pinned = pin_below(home, name, arena);

	if (tree_absent(pinned))
		return;
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);
	const char *why = error ? NULL : distrust(account, &status, arena);
	if (!error && !why)
		error = tree_load_pinned(pinned, arena, &bytes);
	if (error == -ELOOP)
		why = "lies behind a symbolic link, which is not followed";
	else if (error)
		why = arena_text(arena, "cannot be read: %s", host_error(list->host, error));
	if (why) {
		umask_add_unknown(list, account->name, path, 0777,
		                  text_starts(why, "cannot be read: privilege")
		                          ? strstr(why, "privilege")
		                          : arena_text(arena, "has a %s that %s", name, why));
		return;
	}
	const enum shell_dialect dialect = startup_dialect(path);
	umask_add_script(list, account->name, path, &bytes, dialect);
	add_home_sources(whose, path, &bytes, dialect);
}

/** GECOS umask= is set by pam_umask, whatever the shell; what is no number is 0 for it. */
static void add_gecos(struct umask_list *list, const struct account *account, struct arena *arena) {
	for (const char *at = account->gecos; at; at = strchr(at, ',')) {
		mode_t value = 0;

		at += *at == ',';
		if (strncasecmp(at, "umask=", 6) != 0)
			continue;
		const char *shown = arena_bytes(arena, at, strcspn(at, ","));
		umask_leading(at + 6, &value);
		umask_add(list, &(struct umask_fact) {
		                        .subject = account->name,
		                        .value = value,
		                        .ungrouped = value,
		                        .shown = shown + 6,
		                        .message = "in its GECOS field",
		                        .source = arena_text(arena, "/etc/passwd:%u", account->line),
		                });
	}
}

static bool has_login_shell(const struct account *account) {
	return !text_ends(account->shell, "/nologin") && !text_ends(account->shell, "/false");
}

/**
 * Pin the home of an account.  A negative number: there is none, or why it is not examined was added.  What is mounted
 * on the way is not asked before it is known to answer, and a link that others may have made is not followed.
 */
static int pin_home(struct umask_list *list, const struct account *account, struct arena *arena) {
	struct host *host = list->host;
	struct trust_end home;

	if (*account->home != '/')
		return -ENOENT;
	/* Among unknown mounts a home of root's is taken for what it seems; others are not looked into. */
	if (account->uid == 0 && host->tree.genuine && !host->mount_views) {
		home = (struct trust_end) { .pinned = tree_pin(&host->tree, account->home) };
		if (home.pinned < 0 && !tree_absent(home.pinned))
			home.unknown = host_error(host, home.pinned);
	} else {
		const struct trust trust = trust_examine_end(host, account->home, account->uid, &home);

		for (const struct trust_fault *fault = trust.faults; fault && fault->component; ++fault)
			if (fault->link && !home.absent && !home.unknown)
				home.unknown = arena_text(arena, "lies behind %s, a link that is not root's",
				                          fault->component);
	}
	if (!home.unknown)
		return home.pinned;
	if (home.pinned >= 0)
		close(home.pinned);
	umask_add_unknown(list, account->name, account->home, 0777,
	                  text_starts(home.unknown, "privilege")
	                          ? home.unknown
	                          : arena_text(arena, "has a home that %s", home.unknown));
	return -ELOOP;
}

static void add_account(struct umask_list *list, const struct account *account) {
	static const char *const files[] = {
		".profile", ".bash_profile", ".bashrc", ".bash_login", ".zshrc",
		".zshenv",  ".cshrc",        ".tcshrc", ".login",      ".config/fish/config.fish",
		NULL
	};
	struct home home = { .list = list, .account = account };
	const size_t before = list->count;

	home.others = (struct startup_list) { .host = list->host, .arena = &home.arena };
	add_gecos(list, account, &home.arena);
	autoclose pinned = pin_home(list, account, &home.arena);
	home.pinned = pinned;
	for (const char *const *file = files; pinned >= 0 && *file; ++file)
		add_home_name(&home, *file);
	for (size_t i = 0; i < home.count; ++i)
		add_home_file(&home, home.names[i]);
	startup_read(&home.others, take_other_file, &home);
	if (list->count == before)
		umask_add_unset(list, account->name);
	arena_free(&home.arena);
}

/** Accounts of root; with more time also those of people, whose homes may lie anywhere. */
static bool is_examined(const struct host *host, const struct account *account) {
	return has_login_shell(account) &&
	       (account->uid == 0 || (host->deep && account->uid >= host->accounts->uid_min));
}

static const struct umask_fact *gather_accounts(struct host *host) {
	const struct accounts *accounts = host->accounts;
	struct umask_list list = { .host = host };

	for (size_t i = 0; accounts && i < accounts->naccounts; ++i)
		if (is_examined(host, &accounts->accounts[i]))
			add_account(&list, &accounts->accounts[i]);
	return umask_listed(&list);
}

void umasks_gather(struct host *host) {
	struct umasks *umasks = arena_alloc(&host->arena, sizeof *umasks);
	struct arena scratch = { 0 };
	struct sudoers sudoers;

	host->umasks = umasks;
	sudoers_read(host, &scratch, &sudoers);
	umasks->logins = umask_logins(host, &scratch, &sudoers);
	umasks->shells = gather_shells(host);
	umasks->accounts = gather_accounts(host);
	umasks->units = umask_units(host);
	umasks->services = umask_services(host, &scratch, &sudoers);
	if (host->tree.live)
		umasks->processes = umask_processes(host);
	arena_free(&scratch);
}
