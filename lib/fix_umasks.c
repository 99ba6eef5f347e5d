/** Repairs of umasks: of shells, accounts and sudo(8), and by pam_umask(8). */

#include "fix_work.h"

#include "host.h"

#include <string.h>

/** Run a command for a file in a user's home as that user: as root it would follow what the user makes of his names. */
static const char *as_owner(struct arena *arena, const struct account *account, const char *command) {
	if (!account || account->uid == 0)
		return command;
	return arena_text(arena, "setpriv --reuid=%u --regid=%u --clear-groups --inh-caps=-all -- sh -c %s",
	                  account->uid, account->gid, fix_word(arena, command));
}

static void edit_umask(struct fix_work *work, const char *path, const char *shown, const char *value,
                       const struct account *account) {
	struct arena *arena = work->arena;
	const char *operand = fix_pattern(arena, shown);
	const char *match = arena_text(
	        arena,
	        "^(([^#]*[;&|({[:blank:]])?umask[[:blank:]]+(-S[[:blank:]]+)?)[\"']?%s[\"']?([]);&|}[:space:]]|$)",
	        operand);

	if (!account || account->uid == 0) {
		fix_add(work, &(struct fix) { .kind = FIX_EDIT,
		                              .path = path,
		                              .match = match,
		                              .text = arena_text(arena, "\\1%s\\4", value) });
		return;
	}
	const char *file = fix_word(arena, path);
	const char *sed = fix_word(arena, arena_text(arena, "s~%s~\\1%s\\4~", match, value));
	if (!file || !sed) {
		fix_add_by_hand(work);
		return;
	}
	const char *test = arena_text(arena, "! [ -f %s ] || [ -L %s ] || ! grep -Eq %s %s", file, file,
	                              fix_word(arena, match), file);
	const char *edit = arena_text(arena, "cp -np %s %s.tmpaudit-orig && sed -E -i %s %s", file, file, sed, file);
	fix_add_run(work, as_owner(arena, account, test), as_owner(arena, account, edit));
}

/**
 * Whomever the line of Defaults speaks to, it gives the value, as "umask=0002" or "!umask" gave another.  In a line
 * that goes on it may stand on any of its lines.
 */
static void edit_sudoers(struct fix_work *work, const char *path, unsigned number, const char *shown,
                         const char *value) {
	struct arena *arena = work->arena;
	const char *before = fix_goes_on(work, path, number) ? "^([^#]*[[:blank:],]|[[:blank:]]*)"
	                                                     : "^([[:blank:]]*Defaults.*[[:blank:],])";
	const char *equals = strchr(shown, '=');
	const char *setting =
	        equals ? arena_text(arena, "umask[[:blank:]]*=[[:blank:]]*\"?%s\"?", fix_pattern(arena, equals + 1))
	               : "![[:blank:]]*umask";

	fix_add(work, &(struct fix) { .kind = FIX_EDIT,
	                              .path = path,
	                              .match = arena_text(arena, "%s%s([[:blank:],\\]|$)", before, setting),
	                              .text = arena_text(arena, "\\1umask=%s\\2", value) });
}

/** The facts about what a check of umasks judges. */
static const struct umask_fact *umask_facts(const struct host *host, const struct check *check) {
	const struct {
		const char *id;
		const struct umask_fact *facts;
	} lists[] = {
		{ "umask.shell", host->umasks->shells },
		{ "umask.accounts", host->umasks->accounts },
		{ "umask.services", host->umasks->services },
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; ++i)
		if (strcmp(lists[i].id, check->id) == 0)
			return lists[i].facts;
	return NULL;
}

void fix_resolve_umask(struct fix_work *work, const struct fix *fix) {
	struct arena *arena = work->arena;
	const struct finding *finding = work->finding;
	uint64_t wanted = 0;

	text_number(fix->text, 8, 0777, &wanted);
	for (const struct umask_fact *fact = umask_facts(work->host, work->result->check); fact && fact->subject;
	     ++fact) {
		const char *path = NULL;
		const struct account *account = NULL;
		const bool strong = (fact->value & wanted) == wanted && !fact->defect;

		if (strcmp(fact->subject, finding->subject) != 0 || strong || !fact->shown)
			continue;
		const unsigned number = fix_source(arena, fact->source, &path);
		if (*fact->subject != '/')
			account = account_by_name(work->host->accounts, fact->subject);
		if (!path || !fix_is_tellable(arena, fact->shown) || !fix_is_tellable(arena, path) || fact->unknown) {
			fix_add_by_hand(work);
		} else if (text_path_within(path, "/etc/sudoers") || text_path_within(path, "/etc/sudoers.d")) {
			edit_sudoers(work, path, number, fact->shown, fix->text);
		} else if (fix_goes_on(work, path, number)) {
			fix_add_by_hand(work);
		} else if (strcmp(path, "/etc/passwd") == 0) {
			const char *user = fix_word(arena, fact->subject);

			if (user)
				fix_add_run(work,
				            arena_text(arena,
				                       "! getent passwd %s | cut -d: -f5 | grep -Eqi "
				                       "'(^|,)umask='",
				                       user),
				            arena_text(arena,
				                       "usermod -c \"$(getent passwd %s | cut -d: -f5 | sed -E "
				                       "'s/(^|,)umask=[^,]*//Ig')\" %s",
				                       user, user));
		} else {
			edit_umask(work, path, fact->shown, fix->text, account);
		}
	}
}

static const char pam_pattern[] = "^(-?session[[:blank:]].*pam_umask\\.so)([[:blank:]].*)?$";

static void read_login_defs(struct fix_work *work, const char *path) {
	fix_add(work,
	        &(struct fix) { .kind = FIX_EDIT, .path = path, .match = pam_pattern, .text = "\\1 nousergroups" });
	fix_add(work, &(struct fix) { .kind = FIX_ADD,
	                              .path = path,
	                              .match = pam_pattern,
	                              .text = "session optional pam_umask.so nousergroups" });
}

void fix_resolve_pam(struct fix_work *work) {
	static const char *const common[] = { "/etc/pam.d/common-session", "/etc/pam.d/common-session-noninteractive",
		                              NULL };
	struct arena *arena = work->arena;
	const char *path = fix_source_path(arena, work->finding->source);
	const char *own = arena_text(arena, "/etc/pam.d/%s", work->finding->subject);
	bool shared = false;

	for (const char *const *file = common; *file; ++file) {
		if (fix_exists(work, *file)) {
			read_login_defs(work, *file);
			shared = true;
		}
	}
	if (!shared && fix_exists(work, own) && fix_is_tellable(arena, own))
		read_login_defs(work, own);
	else if (path && text_starts(path, "/etc/pam.d/") && fix_is_tellable(arena, path) &&
	         fix_mentions(work, path, "pam_umask.so"))
		fix_add(work,
		        &(struct fix) {
		                .kind = FIX_EDIT, .path = path, .match = pam_pattern, .text = "\\1 nousergroups" });
}
