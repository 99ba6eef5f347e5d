/** From the steps of a row to what is to be done on this host. */

#include "fix_work.h"

#include "host.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** How many findings of a check are repaired in one go: an attacker chooses how many there are. */
enum { MOST_FINDINGS = 10000 };

/* Marks */

/** How a mark is put into a field. */
enum form { FORM_RAW, FORM_SHELL, FORM_PATTERN, FORM_REPLACEMENT };

static void put(struct builder *builder, const char *text, enum form form) {
	switch (form) {
	case FORM_RAW:
		builder_text(builder, text);
		break;
	case FORM_SHELL:
		text_shell(builder, text);
		break;
	case FORM_PATTERN:
		fix_quote_pattern(builder, text);
		break;
	case FORM_REPLACEMENT:
		builder_text(builder, fix_replacement(builder->arena, text));
		break;
	}
}

/** The umask to write: what is asked for, but no weaker than 027 for what is to be strict anyway. */
static const char *umask_text(struct arena *arena, uint64_t wanted) {
	return arena_text(arena, "%03o", (unsigned)wanted);
}

static const char *days_text(struct arena *arena, uint64_t days, uint64_t most) {
	return arena_text(arena, "%llud", (unsigned long long)(days < most ? days : most));
}

const char *fix_mark(struct arena *arena, const struct policy *policy, const char *subject, const char *mark,
                     size_t length) {
	const struct {
		const char *name;
		const char *value;
	} marks[] = {
		{ "subject", subject },
		{ "name", subject ? fix_last_name(subject) : NULL },
		{ "umask", umask_text(arena, policy->parameters[PARAMETER_UMASK]) },
		{ "umask.services",
		  arena_text(arena, "%04o", (unsigned)policy->parameters[PARAMETER_UMASK_SERVICES] | 027) },
		{ "tmp-age", days_text(arena, policy->parameters[PARAMETER_TMP_AGE], 10) },
		{ "var-tmp-age", days_text(arena, policy->parameters[PARAMETER_VAR_TMP_AGE], 30) },
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; ++i)
		if (strlen(marks[i].name) == length && memcmp(marks[i].name, mark, length) == 0)
			return marks[i].value;
	return NULL;
}

static const char *expand(struct arena *arena, const struct policy *policy, const char *subject, const char *text,
                          enum form form) {
	struct builder out = { .arena = arena };

	if (!text || !strchr(text, '{'))
		return text ? arena_copy(arena, text) : NULL;
	while (*text) {
		const size_t plain = strcspn(text, "{");
		const char *end;

		builder_bytes(&out, text, plain);
		text += plain;
		if (!*text)
			break;
		end = strchr(text, '}');
		const char *value = end ? fix_mark(arena, policy, subject, text + 1, (size_t)(end - text - 1)) : NULL;
		if (value) {
			put(&out, value, form);
			text = end + 1;
		} else {
			builder_bytes(&out, text++, 1);
		}
	}
	return builder_string(&out);
}

/** The step with all marks replaced, for one subject; NULL: those of the policy only. */
static struct fix expand_fix(struct arena *arena, const struct policy *policy, const char *subject,
                             const struct fix *fix) {
	const bool runs = fix->kind == FIX_RUN || fix->kind == FIX_AFTER;
	struct fix whole = *fix;

	whole.path = expand(arena, policy, subject, fix->path, FORM_RAW);
	whole.match = expand(arena, policy, subject, fix->match, runs ? FORM_SHELL : FORM_PATTERN);
	whole.unless = expand(arena, policy, subject, fix->unless, FORM_PATTERN);
	whole.text = expand(arena, policy, subject, fix->text,
	                    runs                    ? FORM_SHELL
	                    : fix->kind == FIX_EDIT ? FORM_REPLACEMENT
	                                            : FORM_RAW);
	whole.only = NULL;
	return whole;
}

struct fix fix_example(struct arena *arena, const struct policy *policy, const struct fix *fix) {
	struct fix whole = expand_fix(arena, policy, NULL, fix);

	whole.only = fix->only;
	return whole;
}

/* A row's steps */

static void resolve_ancestor(struct fix_work *work, const struct fix *fix) {
	if (work->finding->expected && strstr(work->finding->expected, "link")) {
		fix_add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chown -h root:root" });
		return;
	}
	fix_add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chown -h root:root" });
	/* Without an access list its group bits are the group's again, so that they are taken away behind it. */
	if (work->finding->actual &&
	    (strstr(work->finding->actual, "user:") || strstr(work->finding->actual, "group:")))
		fix_add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "setfacl -b" });
	fix_add(work, &(struct fix) { .kind = FIX_OBJECT, .path = fix->path, .text = "chmod go-w" });
}

static bool repairs(enum aspect aspect, const struct finding *finding) {
	return finding_status(finding) == STATUS_FAIL && (aspect == ASPECT_ANY || aspect == finding->aspect);
}

/** The glob by which a subject has steps of its own; NULL: it has those of all. */
static const char *find_own(const struct remediation *remediation, const char *subject) {
	for (const struct fix *fix = remediation->steps; fix && fix->kind; ++fix)
		if (fix->only && text_glob(fix->only, subject))
			return fix->only;
	return NULL;
}

/** Find owner and mode of what was found at the path: what is there later may be another.  Returns false if unknown. */
static bool find_identity(const struct fix_work *work, const char *path, uid_t *uid, mode_t *mode) {
	const struct contents *contents = work->host->contents;

	for (unsigned kind = 0; contents && kind < CONTENTS_KINDS; ++kind) {
		for (const struct contents_entry *entry = contents->lists[kind].entries; entry && entry->path;
		     ++entry) {
			if (strcmp(entry->path, path) != 0)
				continue;
			*uid = entry->uid;
			*mode = entry->mode;
			return true;
		}
	}
	for (const struct contents_link *link = contents ? contents->links : NULL; link && link->path; ++link) {
		if (strcmp(link->path, path) != 0)
			continue;
		*uid = link->uid;
		*mode = S_IFLNK | 0777;
		return true;
	}
	return false;
}

/** Whether there is nothing of that name: what is missing is not to be moved. */
static bool is_gone(const struct host *host, const char *path) {
	const int pinned = tree_pin_link(&host->tree, path);
	const bool gone = tree_absent(pinned);

	if (pinned >= 0)
		close(pinned);
	return gone;
}

static void resolve_step(struct fix_work *work, const struct fix *row) {
	struct arena *arena = work->arena;
	const char *subject = work->finding->subject;
	const struct fix fix = expand_fix(arena, work->host->policy, subject, row);
	const struct tempdir *dir;
	struct fix whole = fix;
	uid_t uid;
	mode_t mode;

	switch (fix.kind) {
	case FIX_SYSCTL:
		fix_resolve_sysctl(work, &fix);
		break;
	case FIX_MOUNT:
		fix_resolve_mount(work, &fix);
		break;
	case FIX_ALIAS:
		fix_resolve_alias(work, &fix);
		break;
	case FIX_LIMITS:
		fix_resolve_limits(work, &fix);
		break;
	case FIX_ANCESTOR:
		resolve_ancestor(work, &fix);
		break;
	case FIX_UNMASK:
		fix_resolve_unmask(work, &fix);
		break;
	case FIX_STATED:
		fix_resolve_stated(work);
		break;
	case FIX_EXEMPTION:
		fix_resolve_exemption(work, &fix);
		break;
	case FIX_COMMENT:
		fix_resolve_comment(work, &(struct fix) { .kind = FIX_COMMENT, .match = row->match });
		break;
	case FIX_UMASK:
		fix_resolve_umask(work, &fix);
		break;
	case FIX_PAM:
		fix_resolve_pam(work);
		break;
	case FIX_BOOT:
		fix_resolve_boot(work);
		break;
	case FIX_AFTER:
		fix_add_after(work, whole.text);
		break;
	case FIX_ASIDE:
		if (is_gone(work->host, whole.path))
			break;
		if (find_identity(work, whole.path, &uid, &mode))
			whole.text = arena_text(arena, "%u:%x", uid, (unsigned)mode);
		fix_add(work, &whole);
		break;
	case FIX_RUN:
		/* What a boot makes, it makes of a tree. */
		if (work->host->tree.live || !text_starts(whole.text, "systemd-tmpfiles --create"))
			fix_add(work, &whole);
		break;
	case FIX_OBJECT:
		if (find_identity(work, whole.path, &uid, &mode))
			whole.match = arena_text(arena, "%u", uid);
		fix_add(work, &whole);
		break;
	case FIX_REMOUNT:
		dir = host_tempdir(work->host, fix.path);
		if (!dir || !mount_has_option(fix_live_mount(work->host, dir), fix.text))
			fix_add(work, &whole);
		break;
	case FIX_UNCOVER:
		/* Nothing is mounted in a tree: what lies there is what the mount will hide. */
		whole.text = work->host->tree.live ? NULL : "here";
		fix_add(work, &whole);
		break;
	case FIX_PROCESS:
		fix_resolve_process(work);
		break;
	case FIX_COMMAND:
		fix_resolve_command(work);
		break;
	case FIX_SESSIONS:
		fix_resolve_sessions(work);
		break;
	case FIX_DIRECTORY:
		dir = host_tempdir(work->host, fix.path);
		if (dir && dir->real)
			whole.path = arena_copy(arena, dir->real);
		fix_add(work, &whole);
		break;
	case FIX_LINE:
		fix_add(work, &whole);
		if (whole.path && whole.text && text_ends(whole.path, "/" OURS)) {
			const char *key = arena_bytes(arena, whole.text, strcspn(whole.text, "="));

			fix_silence_later(work, whole.path, key, fix_pattern(arena, key));
		}
		break;
	default:
		fix_add(work, &whole);
		break;
	}
}

/** Whether the step, of a row, puts the subject of a finding anywhere. */
static bool names_subject(const struct fix *fix) {
	const char *const fields[] = { fix->path, fix->match, fix->text, fix->unless };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; ++i)
		if (fields[i] && (strstr(fields[i], "{subject}") || strstr(fields[i], "{name}")))
			return true;
	return fix->kind > FIX_HAND && fix->kind != FIX_SYSCTL;
}

static void resolve_finding(struct fix_work *work) {
	const struct remediation *remediation = &work->result->check->remediation;
	const char *subject = work->finding->subject;
	const char *own = find_own(remediation, subject);
	const bool safe = fix_word(work->arena, subject);

	for (const struct fix *fix = remediation->steps; fix && fix->kind; ++fix) {
		if (!repairs(fix->aspect, work->finding) || !text_equal(fix->only, own))
			continue;
		if (safe || !names_subject(fix))
			resolve_step(work, fix);
		else
			fix_add_hand(work, arena_text(work->arena, "%s: no command may hold this name", subject));
	}
}

void fix_resolve(struct host *host, struct result *result) {
	struct fix_work work = { .host = host, .result = result, .arena = result->arena };
	size_t count = 0;

	const struct finding *const *sorted = result_sorted(result->arena, result);

	for (; sorted[count] && count < MOST_FINDINGS; ++count) {
		work.finding = sorted[count];
		if (finding_status(work.finding) == STATUS_FAIL)
			resolve_finding(&work);
	}
	const size_t left = result_total(result) > count ? result_total(result) - count : 0;
	work.finding = NULL;
	if (left && result->nsteps)
		fix_add_hand(&work,
		             arena_text(result->arena, "%zu more are not told here: run this again after it", left));
}
