#include "pam.h"
#include "parse_logindefs.h"
#include "parse_umask.h"
#include "text.h"
#include "umask_list.h"

#include <string.h>
#include <strings.h>

static const char login_defs[] = "/etc/login.defs";
static const char default_login[] = "/etc/default/login";

/** What systemd, and sudo unless it is told otherwise, set for lack of another word. */
static const mode_t standard = 022;

/** The services that open sessions, and the units that their processes come from. */
static const struct service {
	const char *name;
	const char *units[4];
} services[] = {
	{ "login", { "getty@.service", "serial-getty@.service", "console-getty.service", NULL } },
	{ "sshd", { "ssh.service", "sshd.service", "ssh@.service", NULL } },
	{ "su", { NULL } },
	{ "su-l", { NULL } },
	{ "sudo", { NULL } },
	{ "cron", { "cron.service", NULL } },
	{ "crond", { "crond.service", NULL } },
	{ "atd", { "atd.service", NULL } },
	{ "gdm-password", { "gdm.service", "gdm3.service", NULL } },
	{ "lightdm", { "lightdm.service", NULL } },
	{ "sddm", { "sddm.service", NULL } },
	{ "systemd-user", { "user@.service", NULL } },
};

/** UMASK of a file that pam_umask reads. */
struct defs {
	bool present;
	/** NULL: it sets none. */
	const char *value, *source;
	/** Why it could not be read, or NULL. */
	const char *unknown;
};

/** A umask that a session can have at a place of its stack. */
struct outcome {
	/** Whether the place is reached at all. */
	bool reached;
	mode_t value, ungrouped;
	/** How it came about, NULL: as the session began; and where that is stated. */
	const char *how, *source;
};

struct logins {
	struct host *host;
	struct arena *arena;
	struct pam_files files;
	struct defs login_defs, default_login;
	/** Whether pam_umask does as if told "usergroups". */
	bool usergroups;
	/** What all GECOS fields that set one have in common, and the one that says so. */
	bool has_gecos;
	mode_t gecos;
	const char *gecos_how, *gecos_source;
	/** Whether a session reads login.defs, or may, for all that could be read. */
	bool reads_login_defs, may_read_login_defs;
};

static struct defs load_defs(struct logins *logins, const char *path) {
	struct defs defs = { 0 };
	const struct logindefs_setting *settings;
	struct bytes bytes;
	int error = tree_load(&logins->host->tree, path, logins->arena, &bytes);

	if (tree_absent(error))
		return defs;
	defs.present = true;
	if (error) {
		defs.unknown = arena_text(logins->arena, "cannot be read: %s", host_error(logins->host, error));
		return defs;
	}
	if (parse_logindefs(&bytes, logins->arena, &settings) < 0)
		defs.unknown = "has more settings than are read of it";
	const struct logindefs_setting *setting = logindefs_find(settings, "UMASK");
	if (setting) {
		const size_t length = strcspn(setting->value, " \t");

		defs.value = arena_bytes(logins->arena, setting->value, length);
		defs.source = arena_text(logins->arena, "%s:%u", path, setting->line);
	}
	return defs;
}

/**
 * Whether this release's pam_umask was built to do as if told "usergroups": Debian's since 1.5.3, so that of
 * Debian 13, whatever USERGROUPS_ENAB of login.defs says; see its NEWS.
 */
static bool grants_usergroups(const struct identity *identity) {
	char digits[8] = "";
	uint64_t version;

	if (!identity || !text_equal(identity->os_id, "debian"))
		return false;
	/* Testing and unstable have no number, and call themselves "forky/sid". */
	if (!identity->os_version)
		return identity->os && text_ends(identity->os, "/sid");
	const size_t length = strspn(identity->os_version, "0123456789");
	if (length >= sizeof digits)
		return true;
	memcpy(digits, identity->os_version, length);
	return text_number(digits, 10, UINT64_MAX, &version) && version >= 13;
}

/** The umask of a GECOS field, as pam_umask takes it: what is no number is 0.  Returns NULL if it sets none. */
static const char *gecos_umask(const char *gecos, mode_t *value) {
	const char *found = NULL;

	for (const char *at = gecos; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncasecmp(at, "umask=", 6) == 0)
			found = at + 6;
	}
	if (found && !umask_leading(found, value))
		*value = 0;
	return found;
}

static void find_gecos(struct logins *logins) {
	const struct accounts *accounts = logins->host->accounts;

	logins->gecos = 0777;
	for (size_t i = 0; accounts && i < accounts->naccounts; ++i) {
		const struct account *account = &accounts->accounts[i];
		mode_t value;
		const char *text = gecos_umask(account->gecos, &value);

		if (!text || (logins->has_gecos && (logins->gecos & ~value) == 0))
			continue;
		logins->has_gecos = true;
		logins->gecos &= value;
		logins->gecos_how = arena_text(logins->arena, "umask=%.*s in the GECOS field of %s",
		                               (int)strcspn(text, ","), text, account->name);
		logins->gecos_source = arena_text(logins->arena, "/etc/passwd:%u", account->line);
	}
}

/** The umask with which the service's own process starts: that of the units that exist, or systemd's. */
static struct outcome find_start(struct logins *logins, const struct service *service) {
	const struct units *units = logins->host->units;
	struct outcome start = { .reached = true, .value = standard };
	bool found = false;

	for (const char *const *name = service->units; units && *name; ++name) {
		const struct unit *unit = unit_find(units, *name);
		const struct unit_setting *setting = unit ? unit_last(unit, "Service", "UMask") : NULL;
		mode_t value = standard;

		if (!unit || !unit_starts(unit))
			continue;
		if (setting && !umask_octal(setting->value, &value))
			value = standard;
		/* Several units may start it: the weakest counts. */
		if (found && (start.value & ~value) == 0)
			continue;
		start.value = found ? start.value & value : value;
		start.how = NULL;
		if (setting && value != standard) {
			start.how = arena_text(logins->arena, "UMask=%s of %s", setting->value, unit->name);
			start.source = setting->source;
		}
		found = true;
	}
	/* sshd adds this to whatever it was started with. */
	if (strcmp(service->name, "sshd") == 0)
		start.value |= standard;
	start.ungrouped = start.value;
	return start;
}

/** What a line of pam_umask makes of the umask before it. */
static void run_pam_umask(struct logins *logins, const struct pam_entry *entry, struct outcome *outcome) {
	bool usergroups = logins->usergroups;
	const char *text = NULL, *source = entry->source, *where = "argument of pam_umask";
	mode_t value;

	for (const char *const *argument = entry->line.arguments; *argument; ++argument) {
		if (strncasecmp(*argument, "umask=", 6) == 0)
			text = *argument + 6;
		else if (strcasecmp(*argument, "usergroups") == 0)
			usergroups = true;
		else if (strcasecmp(*argument, "nousergroups") == 0)
			usergroups = false;
	}
	if (!text) {
		const bool first = logins->login_defs.value;
		const struct defs *defs = first ? &logins->login_defs : &logins->default_login;

		logins->reads_login_defs = true;
		where = first ? "in login.defs" : "in /etc/default/login";
		text = defs->value;
		source = defs->source;
	}
	if (!text) {
		if (!outcome->how)
			outcome->how = "pam_umask finds no UMASK in login.defs";
	} else if (!umask_leading(text, &value)) {
		outcome->how = arena_text(logins->arena, "UMASK %s %s is not octal", text, where);
		outcome->source = source;
	} else {
		outcome->value = outcome->ungrouped = value;
		outcome->how = arena_text(logins->arena, "UMASK %s %s", text, where);
		outcome->source = source;
	}
	/* Not every account has a private group: what both have counts. */
	const mode_t granted = outcome->value & ((outcome->value & ~(mode_t)070) | (outcome->value >> 3 & 070));
	if (usergroups && granted != outcome->value) {
		outcome->value = granted;
		outcome->how =
		        arena_text(logins->arena, "%s; pam_umask opens the group bits to users with a private group",
		                   outcome->how);
		if (!outcome->source)
			outcome->source = entry->source;
	}
}

static unsigned count_bits(mode_t value) {
	return (unsigned)__builtin_popcount(value);
}

/** Let one of two outcomes stand for both: the bits that both have, and the words of the weaker one. */
static void merge(struct outcome *outcome, const struct outcome *other) {
	struct outcome merged = *outcome;

	if (!other->reached)
		return;
	if (!outcome->reached || count_bits(other->value) < count_bits(outcome->value))
		merged = *other;
	if (outcome->reached) {
		merged.value = outcome->value & other->value;
		merged.ungrouped = outcome->ungrouped & other->ungrouped;
	}
	*outcome = merged;
}

/**
 * The umask after a session stack, over all ways through it.  A way on which no session comes about is none,
 * unless the service is lenient.
 */
static struct outcome run_stack(struct logins *logins, const struct pam_stack *stack, struct outcome start,
                                bool lenient) {
	/* What a module can answer to the opening of a session, as far as it makes a difference to stacks. */
	static const char *const results[] = { "success",     "ignore",      "session_err", "user_unknown", "auth_err",
		                               "perm_denied", "service_err", "system_err",  "default" };
	struct outcome *outcomes = arena_array(logins->arena, stack->count + 1, sizeof *outcomes);

	outcomes[0] = start;
	for (size_t i = 0; i < stack->count; ++i) {
		const struct pam_entry *entry = &stack->entries[i];
		struct outcome outcome = outcomes[i];
		bool next = entry->line.kind == PAM_SUBSTACK;

		if (!outcome.reached)
			continue;
		if (pam_runs(&entry->line, "pam_umask.so"))
			run_pam_umask(logins, entry, &outcome);
		for (size_t k = 0; entry->line.actions && k < sizeof results / sizeof *results; ++k) {
			const struct pam_action *action = pam_action(&entry->line, results[k]);

			if (!pam_may_say(&entry->line, results[k]))
				continue;
			if (action->step == PAM_DONE)
				merge(&outcomes[pam_leave(stack, i)], &outcome);
			else if (action->step == PAM_JUMP)
				merge(&outcomes[pam_jump(stack, i, action->skip)], &outcome);
			else if (action->step != PAM_DIE)
				next = true;
			else if (lenient && strcmp(results[k], "session_err") == 0)
				merge(&outcomes[pam_leave(stack, i)], &outcome);
		}
		if (next)
			merge(&outcomes[i + 1], &outcome);
	}
	return outcomes[stack->count];
}

static bool has_pam_umask(const struct pam_stack *stack, const char **source) {
	for (size_t i = 0; i < stack->count; ++i) {
		if (pam_runs(&stack->entries[i].line, "pam_umask.so")) {
			*source = stack->entries[i].source;
			return true;
		}
	}
	return false;
}

/** Say why a session has the umask that it began with. */
static void explain_start(struct logins *logins, const struct pam_stack *stack, struct outcome *outcome) {
	const char *set = logins->login_defs.value, *source;

	if (has_pam_umask(stack, &source)) {
		outcome->how = "a line before pam_umask can pass over it";
		outcome->source = source;
		return;
	}
	outcome->how = "no pam_umask in the session stack";
	if (set)
		outcome->how = arena_text(logins->arena, "%s; UMASK %s in login.defs is not read", outcome->how, set);
	outcome->source = stack->path;
}

/** sudo sets its own umask after the session was opened, if it was told one. */
static void run_sudo(struct logins *logins, const struct sudoers *sudoers, struct outcome *outcome) {
	const struct outcome session = *outcome;
	struct outcome scoped = { 0 };
	bool override = false;

	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting)
		if (strcmp(setting->entry.name, "umask_override") == 0 && !sudoers_is_replaced(setting))
			override = override || !setting->entry.negated;
	for (const struct sudoers_setting *setting = sudoers->settings; setting->entry.name; ++setting) {
		const struct sudoers_entry *entry = &setting->entry;
		mode_t value;

		if (strcmp(entry->name, "umask") != 0 || sudoers_is_replaced(setting))
			continue;
		/* Told to leave the umask alone, it leaves that of PAM. */
		if (entry->negated || !umask_octal(entry->value, &value) || value == 0777) {
			if (*entry->scope)
				merge(&scoped, &session);
			continue;
		}
		if (!override)
			value |= standard;
		const struct outcome told = {
			.reached = true,
			.value = value,
			.ungrouped = value,
			.how = arena_text(logins->arena, "umask=%s in sudoers%s%s beats PAM", entry->value,
			                  *entry->scope ? " for " : "", entry->scope),
			.source = setting->source,
		};
		/* What holds for everybody replaces what PAM set; what holds for some is one more way. */
		if (*entry->scope)
			merge(&scoped, &told);
		else
			*outcome = told;
	}
	merge(outcome, &scoped);
}

static void add_service(struct logins *logins, struct umask_list *list, const struct service *service,
                        const struct sudoers *sudoers) {
	const bool sudo = strcmp(service->name, "sudo") == 0;
	struct pam_stack stack;
	const char *source;

	if (!pam_stack(logins->host, &logins->files, service->name, PAM_SESSION, &stack))
		return;
	if (stack.unknown) {
		logins->may_read_login_defs = true;
		umask_add_unknown(list, service->name, stack.unknown_source, 0777, stack.unknown);
		return;
	}
	if (sudo && sudoers->unknown) {
		umask_add_unknown(list, service->name, sudoers->unknown_source, 0777,
		                  arena_text(logins->arena, "%s %s", sudoers->unknown_file, sudoers->unknown));
		return;
	}
	const bool read_before = logins->reads_login_defs;
	logins->reads_login_defs = false;
	/* sudo goes on after PAM_SESSION_ERR. */
	struct outcome outcome = run_stack(logins, &stack, find_start(logins, service), sudo);
	const struct defs *unread = logins->login_defs.unknown      ? &logins->login_defs
	                            : logins->default_login.unknown ? &logins->default_login
	                                                            : NULL;
	if (logins->reads_login_defs && unread) {
		const char *path = unread == &logins->login_defs ? login_defs : default_login;

		umask_add_unknown(list, service->name, path, 0777,
		                  arena_text(logins->arena, "%s %s", path, unread->unknown));
		logins->reads_login_defs = true;
		return;
	}
	logins->reads_login_defs = logins->reads_login_defs || read_before;
	if (!outcome.reached) {
		umask_add_unset(list, service->name);
		return;
	}
	if (!outcome.how)
		explain_start(logins, &stack, &outcome);
	if (logins->has_gecos && has_pam_umask(&stack, &source) && (outcome.value & ~logins->gecos)) {
		outcome.value &= logins->gecos;
		outcome.ungrouped &= logins->gecos;
		outcome.how = arena_text(logins->arena, "%s; %s", logins->gecos_how, outcome.how);
		outcome.source = logins->gecos_source;
	}
	if (sudo)
		run_sudo(logins, sudoers, &outcome);
	umask_add(list, &(struct umask_fact) {
	                        .subject = service->name,
	                        .value = outcome.value,
	                        .ungrouped = outcome.ungrouped,
	                        .shown = arena_text(logins->arena, "%03o", outcome.value),
	                        .message = outcome.how,
	                        .source = outcome.source ? outcome.source : stack.path,
	                });
}

/** What login.defs says is a subject of its own: it may be good and not be read. */
static void add_login_defs(struct logins *logins, struct umask_list *list) {
	static const char subject[] = "login.defs";
	const struct defs *defs = &logins->login_defs;
	mode_t value = 0;

	if (!defs->present)
		return;
	if (defs->unknown) {
		umask_add_unknown(list, subject, login_defs, 0777, defs->unknown);
		return;
	}
	if (!defs->value) {
		umask_add_unset(list, subject);
		return;
	}
	const bool octal = umask_octal(defs->value, &value);
	struct umask_fact fact = {
		.subject = subject,
		.value = value,
		.ungrouped = value,
		.shown = defs->value,
		.source = defs->source,
	};
	if (!octal) {
		fact.defect = true;
		fact.message = "not octal";
	} else if (!logins->reads_login_defs && logins->may_read_login_defs) {
		fact.unknown = true;
		fact.message = "is perhaps read by no session: not every PAM stack could be read";
	} else if (!logins->reads_login_defs) {
		fact.defect = true;
		fact.message = "set, without effect: no session stack reads it";
	}
	umask_add(list, &fact);
}

const struct umask_fact *umask_logins(struct host *host, struct arena *scratch, const struct sudoers *sudoers) {
	struct umask_list list = { .host = host };
	struct logins logins = { .host = host, .arena = scratch, .files = { .arena = scratch } };

	logins.usergroups = grants_usergroups(host->identity);
	logins.login_defs = load_defs(&logins, login_defs);
	logins.default_login = load_defs(&logins, default_login);
	find_gecos(&logins);
	for (size_t i = 0; i < sizeof services / sizeof *services; ++i)
		add_service(&logins, &list, &services[i], sudoers);
	add_login_defs(&logins, &list);
	return umask_listed(&list);
}
