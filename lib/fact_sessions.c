#include "host.h"

#include "cleanup.h"
#include "pam.h"
#include "parse_envfile.h"
#include "parse_namespace.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>

static const char *const dirs[] = { "/tmp", "/var/tmp" };
enum { DIRS = sizeof dirs / sizeof *dirs };

/** Services that let people in; without any of them, the files that those would include. */
static const char *const logins[] = { "login", "sshd", "gdm-password", "gdm-autologin", "lightdm",     "sddm",
	                              "xdm",   "lxdm", "wdm",          "greetd",        "xrdp-sesman", NULL };
static const char *const common[] = { "common-session", "system-auth", "system-login", "password-auth", "other", NULL };

/** What the session stack of a service does. */
struct login {
	const char *name, *path;
	bool namespaces, tmpdir;
};

/** A line of namespace.conf, and where it stands. */
struct instance {
	struct namespace_line line;
	const char *source;
};

struct gathering {
	struct host *host;
	struct arena scratch;
	struct pam_files files;
	struct login *logins;
	size_t nlogins;
	struct instance *instances;
	size_t ninstances;
	struct session_defect *defects;
	size_t ndefects;
	/** Where a stack tells pam_namespace not to look at parents of instances; NULL: none does. */
	const char *careless;
	/** Whether environment.d gives all sessions a private TMPDIR. */
	bool by_environment;
};

static void add_defect(struct gathering *gathering, const struct session_defect *defect) {
	struct arena *arena = &gathering->host->arena;

	gathering->defects = arena_grow(arena, gathering->defects, gathering->ndefects, sizeof *gathering->defects);
	gathering->defects[gathering->ndefects++] = (struct session_defect) {
		.subject = arena_copy(arena, defect->subject),
		.message = arena_copy(arena, defect->message),
		.expected = arena_copy(arena, defect->expected),
		.actual = arena_copy(arena, defect->actual),
		.source = arena_copy(arena, defect->source),
		.unknown = defect->unknown,
	};
}

static void add_unknown(struct gathering *gathering, const char *subject, const char *source, const char *why) {
	add_defect(gathering,
	           &(struct session_defect) { .subject = subject, .message = why, .source = source, .unknown = true });
}

static bool has_argument(const struct pam_line *line, const char *argument) {
	for (const char *const *word = line->arguments; *word; ++word)
		if (text_equal(*word, argument))
			return true;
	return false;
}

static void read_login(struct gathering *gathering, const char *name) {
	struct pam_stack stack;
	struct login login = { .name = name };

	if (!pam_stack(gathering->host, &gathering->files, name, PAM_SESSION, &stack))
		return;
	if (stack.unknown)
		add_unknown(gathering, name, stack.unknown_source, stack.unknown);
	login.path = stack.path;
	for (size_t i = 0; i < stack.count; ++i) {
		const struct pam_line *line = &stack.entries[i].line;

		if (pam_runs(line, "pam_tmpdir.so"))
			login.tmpdir = true;
		if (!pam_runs(line, "pam_namespace.so"))
			continue;
		login.namespaces = true;
		if (has_argument(line, "ignore_instance_parent_mode") && !gathering->careless)
			gathering->careless = stack.entries[i].source;
	}
	gathering->logins =
	        arena_grow(&gathering->scratch, gathering->logins, gathering->nlogins, sizeof *gathering->logins);
	gathering->logins[gathering->nlogins++] = login;
}

static void read_instances(struct gathering *gathering, const char *path) {
	struct host *host = gathering->host;
	struct arena *scratch = &gathering->scratch;
	const struct namespace_line *line;
	struct bytes bytes;
	int error = tree_load(&host->tree, path, scratch, &bytes);

	if (error) {
		if (!tree_absent(error))
			add_unknown(gathering, path, path,
			            arena_text(scratch, "cannot be read: %s", host_error(host, error)));
		return;
	}
	if (parse_namespace(&bytes, scratch, &line) < 0)
		add_unknown(gathering, path, path, "has more lines than are read of it");
	for (; line->line; ++line) {
		gathering->instances =
		        arena_grow(scratch, gathering->instances, gathering->ninstances, sizeof *gathering->instances);
		gathering->instances[gathering->ninstances++] =
		        (struct instance) { *line, arena_text(scratch, "%s:%u", path, line->line) };
	}
}

static void read_namespaces(struct gathering *gathering) {
	static const char directory[] = "/etc/security/namespace.d";
	char **names = host_list(gathering->host, FACT_SESSIONS, ASPECT_BOOT, directory);

	read_instances(gathering, "/etc/security/namespace.conf");
	for (; *names; ++names)
		if (text_ends(*names, ".conf") && **names != '.')
			read_instances(gathering, arena_text(&gathering->scratch, "%s/%s", directory, *names));
}

static const struct {
	unsigned long flag;
	const char *name;
} protections[] = { { MS_NOSUID, "nosuid" }, { MS_NODEV, "nodev" }, { MS_NOEXEC, "noexec" } };

enum { PROTECTIONS = sizeof protections / sizeof *protections };

/** Whether a list of options separated by commas ends up with the one named. */
static bool has_option(struct arena *arena, const char *options, const char *name) {
	char *words = arena_copy(arena, options), *position = NULL;
	bool has = false;

	for (const char *word = strtok_r(words, ",", &position); word; word = strtok_r(NULL, ",", &position)) {
		if (text_equal(word, name))
			has = true;
		/* Its opposite is the name without "no". */
		else if (text_equal(word, name + 2))
			has = false;
	}
	return has;
}

static const struct mount *boot_mount(const struct host *host, const char *path) {
	for (const struct mount_view *view = host->mount_views; view && view->aspect; ++view)
		if (view->aspect == ASPECT_BOOT)
			return mount_covering(view, path, 0);
	return NULL;
}

/** Whether an instance's file system carries what the directory's own does. */
static void judge_options(struct gathering *gathering, const struct instance *instance, const char *parent) {
	struct arena *arena = &gathering->scratch;
	const struct namespace_line *line = &instance->line;
	const struct mount *own = boot_mount(gathering->host, line->dir), *other = NULL;
	struct builder wanted = { .arena = arena };
	bool lacks = false;

	if (parent)
		other = boot_mount(gathering->host, parent);
	for (size_t i = 0; own && i < PROTECTIONS; ++i) {
		if (!(own->flags & protections[i].flag))
			continue;
		builder_format(&wanted, "%s%s", wanted.length ? "," : "", protections[i].name);
		lacks |= parent ? !other || !(other->flags & protections[i].flag)
		                : !has_option(arena, line->options, protections[i].name);
	}
	if (!lacks)
		return;
	const char *actual = *line->options ? arena_text(arena, "tmpfs %s", line->options) : "tmpfs without options";
	if (parent)
		actual = other ? arena_text(arena, "%s on %s (%s %s)", parent, other->target, other->type,
		                            other->options)
		               : arena_text(arena, "%s on / (not stated)", parent);
	add_defect(gathering, &(struct session_defect) {
	                              .subject = line->dir,
	                              .message = "is replaced by an instance that permits more",
	                              .expected = arena_text(arena, "instance with %s", builder_string(&wanted)),
	                              .actual = actual,
	                              .source = instance->source,
	                      });
}

/** Look at what the instances lie in.  Returns where that is, without links. */
static const char *judge_parent(struct gathering *gathering, const struct instance *instance) {
	struct host *host = gathering->host;
	struct arena *arena = &gathering->scratch;
	const char *prefix = instance->line.prefix, *slash = strrchr(prefix, '/');
	const char *parent = slash == prefix ? "/" : arena_bytes(arena, prefix, (size_t)(slash - prefix));
	struct trust_end last = { .pinned = -1 };
	const struct trust trust = trust_examine_end(host, parent, 0, &last);
	const char *actual = NULL;

	if (last.pinned >= 0)
		close(last.pinned);
	if (trust.verdict == TRUST_UNKNOWN || (last.unknown && !last.absent)) {
		add_unknown(gathering, parent, instance->source,
		            last.unknown ? last.unknown : arena_text(arena, "%s %s", trust.component, trust.why));
		return parent;
	}
	if (trust.verdict == TRUST_SQUATTABLE)
		actual = arena_text(arena, "%s does not exist, and others can make it", parent);
	else if (trust.verdict == TRUST_BAD)
		actual = arena_text(arena, "%s can be replaced: %s %s", parent, trust.component, trust.why);
	else if (last.link)
		actual = arena_text(arena, "%s is a symbolic link to %s", parent, last.link);
	else if (!last.absent && (last.object.uid != 0 || last.object.mode & 0777))
		actual = arena_text(arena, "%s %s", parent, object_shown(arena, host->accounts, &last.object));
	if (actual)
		add_defect(gathering, &(struct session_defect) {
		                              .subject = instance->line.dir,
		                              .message = "has instances that others can make beforehand",
		                              .expected = "instance parent 0000 root:root",
		                              .actual = actual,
		                              .source = instance->source,
		                      });
	return trust.real ? trust.real : parent;
}

static bool may_be_exempt(const struct policy *policy, const char *name) {
	for (const char *const *user = policy->lists[PARAMETER_EXEMPT_USERS]; *user; ++user)
		if (text_equal(name, *user))
			return true;
	return false;
}

/** Whether the policy lets all whom a line leaves out be left out. */
static bool exempts_few(struct arena *arena, const struct policy *policy, const char *exempt) {
	char *names = arena_copy(arena, exempt), *position = NULL;

	for (const char *name = strtok_r(names, ",", &position); name; name = strtok_r(NULL, ",", &position))
		if (!may_be_exempt(policy, name))
			return false;
	return true;
}

static void judge_instance(struct gathering *gathering, const struct instance *instance) {
	struct arena *arena = &gathering->scratch;
	const struct namespace_line *line = &instance->line;
	struct session_defect defect = { .subject = line->dir, .source = instance->source };

	if (line->why) {
		defect.message = "has a line that pam_namespace refuses, and the session with it";
		defect.expected = "method user, level, context, tmpfs or tmpdir";
		defect.actual = arena_text(arena, "the line %s", line->why);
		add_defect(gathering, &defect);
		return;
	}
	/* Homes and the like are no temporary directories. */
	if (!host_tempdir(gathering->host, line->dir))
		return;
	if (line->inverted || line->shared || !exempts_few(arena, gathering->host->policy, line->exempt)) {
		defect.message = "stays shared by some users";
		defect.expected = arena_text(arena, "exempt at most %s",
		                             policy_shown(arena, gathering->host->policy, PARAMETER_EXEMPT_USERS));
		defect.actual =
		        line->shared ? "instances shared by all users"
		                     : arena_text(arena, "%s %s", line->inverted ? "only for" : "exempt", line->exempt);
		add_defect(gathering, &defect);
	}
	if (text_equal(line->method, "tmpfs")) {
		judge_options(gathering, instance, NULL);
		return;
	}
	if (line->prefix[0] != '/') {
		add_unknown(gathering, line->dir, instance->source,
		            "has instances in a place that is known only when a session begins");
		return;
	}
	judge_options(gathering, instance, judge_parent(gathering, instance));
	if (gathering->careless) {
		defect.message = "takes instances that others made beforehand";
		defect.expected = "no ignore_instance_parent_mode";
		defect.actual = "ignore_instance_parent_mode";
		defect.source = gathering->careless;
		add_defect(gathering, &defect);
	}
}

/** Where pam_tmpdir(8) makes the directories of users; NULL: it is not known.  Of its file it reads one line. */
static const char *tmpdir_base(struct gathering *gathering, const char **source) {
	static const char path[] = "/etc/security/tmpdir.conf", key[] = "tmpdir=";
	struct host *host = gathering->host;
	struct arena *arena = &gathering->scratch;
	struct bytes bytes;
	const int error = tree_load(&host->tree, path, arena, &bytes);

	*source = NULL;
	if (error && !tree_absent(error)) {
		add_unknown(gathering, path, path, arena_text(arena, "cannot be read: %s", host_error(host, error)));
		return NULL;
	}
	if (error || !text_starts(bytes.data, key))
		return "/tmp/user";
	*source = arena_text(arena, "%s:1", path);
	const char *value = bytes.data + strlen(key);
	return arena_bytes(arena, value, strcspn(value, "\n"));
}

/** Why pam_tmpdir(8) makes no directory there for a session, or one that is not the user's alone; NULL: it does. */
static const char *refuses_base(struct gathering *gathering, const char *base, const struct trust *trust,
                                const struct trust_end *last) {
	struct arena *arena = &gathering->scratch;
	const struct object *object = &last->object;

	if (trust->verdict == TRUST_BAD)
		return arena_text(arena, "%s can be replaced: %s %s", base, trust->component, trust->why);
	if (last->link)
		return arena_text(arena, "%s is a symbolic link to %s", base, last->link);
	/* It is made for the first session. */
	if (last->absent || (S_ISDIR(object->mode) && object->uid == 0 && !(object->mode & (S_IWGRP | S_IWOTH)) &&
	                     object->mode & S_IXOTH))
		return NULL;
	return arena_text(arena, "%s %s", base, object_shown(arena, gathering->host->accounts, object));
}

/** Whether pam_tmpdir(8) has no place that serves: sessions then go on without a TMPDIR. */
static bool lacks_tmpdir(struct gathering *gathering) {
	struct trust_end last = { .pinned = -1 };
	const char *source, *base = tmpdir_base(gathering, &source), *actual;

	if (!base)
		return false;
	if (*base == '/') {
		const struct trust trust = trust_examine_end(gathering->host, base, 0, &last);

		if (last.pinned >= 0)
			close(last.pinned);
		if (trust.verdict == TRUST_UNKNOWN || (last.unknown && !last.absent)) {
			add_unknown(gathering, base, source,
			            last.unknown
			                    ? last.unknown
			                    : arena_text(&gathering->scratch, "%s %s", trust.component, trust.why));
			return false;
		}
		actual = refuses_base(gathering, base, &trust, &last);
	} else {
		actual = arena_text(&gathering->scratch, "\"%s\" is no absolute path", base);
	}
	if (actual)
		add_defect(gathering, &(struct session_defect) {
		                              .subject = *base == '/' ? base : "pam_tmpdir",
		                              .message = "is no place for the directories that pam_tmpdir makes",
		                              .expected = "directory 0711 root:root",
		                              .actual = actual,
		                              .source = source,
		                      });
	return actual;
}

/** Whether a value of TMPDIR is a place of the user's own. */
static bool is_private_place(const char *value) {
	static const char *const places[] = { "$XDG_RUNTIME_DIR", "${XDG_RUNTIME_DIR}", "$HOME",
		                              "${HOME}",          "/run/user/",         "/tmp/user/" };

	for (size_t i = 0; i < sizeof places / sizeof *places; ++i)
		if (text_starts(value, places[i]))
			return true;
	return false;
}

/** environment.d(5): files by name, of which an earlier directory's hides others; the last assignment counts. */
static void read_environment(struct gathering *gathering) {
	static const char *const directories[] = { "/etc/environment.d", "/run/environment.d",
		                                   "/usr/local/lib/environment.d", "/usr/lib/environment.d", NULL };
	struct host *host = gathering->host;
	struct arena *scratch = &gathering->scratch;

	for (char **path = host_overrides(host, FACT_SESSIONS, directories, ".conf"); *path; ++path) {
		const struct assignment *assignment;
		struct bytes bytes;
		int error = tree_load(&host->tree, *path, scratch, &bytes);

		if (error && !tree_absent(error))
			add_unknown(gathering, *path, *path,
			            arena_text(scratch, "cannot be read: %s", host_error(host, error)));
		if (error)
			continue;
		parse_envfile_systemd(&bytes, scratch, &assignment);
		for (; assignment->name; ++assignment)
			if (text_equal(assignment->name, "TMPDIR"))
				gathering->by_environment = is_private_place(assignment->value);
	}
}

static bool replaces(const struct gathering *gathering, const char *dir) {
	for (size_t i = 0; i < gathering->ninstances; ++i)
		if (!gathering->instances[i].line.why && text_equal(gathering->instances[i].line.dir, dir))
			return true;
	return false;
}

/** Say of a directory who shares it. */
static void judge_dir(struct gathering *gathering, struct session_dir *dir) {
	struct arena *arena = &gathering->host->arena;
	const bool replaced = replaces(gathering, dir->path);

	dir->is_private = true;
	for (size_t i = 0; i < gathering->nlogins && !gathering->by_environment; ++i) {
		const struct login *login = &gathering->logins[i];

		if (login->tmpdir || (login->namespaces && replaced))
			continue;
		dir->is_private = false;
		dir->source = arena_copy(arena, login->path);
		if (login->namespaces) {
			dir->shared = "shared: no line of namespace.conf replaces it";
			dir->source = "/etc/security/namespace.conf";
		} else {
			dir->shared = arena_text(arena, "shared by sessions of %s", login->name);
		}
		return;
	}
}

static bool has_users(const struct accounts *accounts) {
	static const char *const closed[] = { "nologin", "false", "true", "sync", "halt", "shutdown" };

	for (size_t i = 0; i < accounts->naccounts; ++i) {
		const struct account *account = &accounts->accounts[i];
		const char *slash = account->shell ? strrchr(account->shell, '/') : NULL;
		bool open = account->uid >= accounts->uid_min && account->uid < 60000;

		for (size_t k = 0; open && slash && k < sizeof closed / sizeof *closed; ++k)
			open = !text_equal(slash + 1, closed[k]);
		if (open)
			return true;
	}
	return accounts->foreign;
}

static bool has_pam(const struct host *host) {
	static const char *const paths[] = { "/etc/pam.d", "/usr/lib/pam.d" };

	for (size_t i = 0; i < sizeof paths / sizeof *paths; ++i) {
		autoclose fd = tree_pin(&host->tree, paths[i]);

		if (fd >= 0)
			return true;
	}
	return false;
}

void sessions_gather(struct host *host) {
	struct sessions *sessions = arena_alloc(&host->arena, sizeof *sessions);
	struct session_dir *list = arena_array(&host->arena, DIRS + 1, sizeof *list);
	struct gathering gathering = { .host = host };
	bool namespaces = false, tmpdir = false;

	gathering.files.arena = &gathering.scratch;
	sessions->pam = has_pam(host);
	sessions->users = has_users(host->accounts);
	for (const char *const *name = logins; sessions->pam && sessions->users && *name; ++name)
		read_login(&gathering, *name);
	for (const char *const *name = common; sessions->pam && sessions->users && !gathering.nlogins && *name; ++name)
		read_login(&gathering, *name);
	sessions->pam = sessions->pam && (gathering.nlogins || gathering.ndefects || !sessions->users);
	for (size_t i = 0; i < gathering.nlogins; ++i) {
		namespaces |= gathering.logins[i].namespaces;
		tmpdir |= gathering.logins[i].tmpdir;
	}
	if (tmpdir && lacks_tmpdir(&gathering))
		for (size_t i = 0; i < gathering.nlogins; ++i)
			gathering.logins[i].tmpdir = false;
	if (namespaces) {
		read_namespaces(&gathering);
		for (size_t i = 0; i < gathering.ninstances; ++i)
			judge_instance(&gathering, &gathering.instances[i]);
	}
	read_environment(&gathering);
	for (size_t i = 0; i < DIRS; ++i) {
		list[i].path = dirs[i];
		judge_dir(&gathering, &list[i]);
	}
	sessions->dirs = list;
	sessions->defects =
	        gathering.defects ? gathering.defects : arena_alloc(&host->arena, sizeof *gathering.defects);
	arena_free(&gathering.scratch);
	host->sessions = sessions;
}
