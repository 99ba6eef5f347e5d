#include "cleanup.h"
#include "host.h"
#include "parse_attacks.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

/** The ids below this are handed out to people, services and the overflow of a user namespace. */
enum { HIGHEST_USER = 65533, LOWEST_USER = 1 };

/** Whether a user namespace has the id; each line of the map is: first inside, first outside, count. */
static bool is_mapped(const char *map, uid_t uid) {
	for (const char *line = map; line && *line; line = strchr(line, '\n')) {
		unsigned long fields[3];
		char *end = NULL;

		line += *line == '\n';
		for (size_t i = 0; i < 3; ++i, end = NULL) {
			fields[i] = strtoul(line, &end, 10);
			line = end;
		}
		if (uid >= fields[0] && uid - fields[0] < fields[2])
			return true;
	}
	return false;
}

/** The owners of all processes, as ids in no order. */
static const uid_t *process_owners(struct host *host, size_t *count) {
	char **names = host_list(host, FACT_ATTACKS, ASPECT_BEHAVIOUR, "/proc");
	uid_t *owners = NULL;

	*count = 0;
	for (; *names; ++names) {
		struct statx status;
		uint64_t pid;

		if (!text_number(*names, 10, INT32_MAX, &pid))
			continue;
		autoclose pinned = tree_pin(&host->tree, arena_text(&host->arena, "/proc/%s", *names));
		if (pinned < 0 || tree_stat(pinned, &status) < 0)
			continue;
		owners = arena_grow(&host->arena, owners, *count, sizeof *owners);
		owners[(*count)++] = status.stx_uid;
	}
	return owners;
}

bool attacks_users(struct host *host, uid_t *attacker, uid_t *victim) {
	uid_t *const wanted[] = { attacker, victim };
	struct bytes map;
	size_t count, found = 0;

	if (!host_load(host, FACT_ATTACKS, ASPECT_BEHAVIOUR, "/proc/self/uid_map", &map))
		return false;
	const uid_t *owners = process_owners(host, &count);
	for (uid_t uid = HIGHEST_USER; uid >= LOWEST_USER && found < 2; --uid) {
		bool used = !is_mapped(map.data, uid) || account_by_uid(host->accounts, uid);

		for (size_t i = 0; i < count && !used; ++i)
			used = owners[i] == uid;
		if (!used)
			*wanted[found++] = uid;
	}
	/* With fewer users there is nobody to become, and the attempt says so. */
	for (; found < 2; ++found)
		*wanted[found] = HIGHEST_USER - (uid_t)found;
	return true;
}

static void look(struct host *host, struct attack_dir *dir) {
	struct statx status;
	autoclose pinned = tree_pin(&host->tree, dir->path);
	int error = pinned < 0 ? pinned : tree_stat(pinned, &status);

	if (error) {
		dir->unknown = host_error(host, error);
		return;
	}
	const struct mount *mount = mount_by_id(host->mount_views, status.stx_mnt_id);
	if (!mount || !mount_type_local(mount->type)) {
		dir->unknown = mount ? arena_text(&host->arena, "not examined, %s", mount->type)
		                     : "not examined, unknown mount";
		host_omit(host, dir->path, dir->unknown);
		return;
	}
	dir->object = (struct object) {
		.mode = status.stx_mode,
		.uid = status.stx_uid,
		.gid = status.stx_gid,
		.ino = status.stx_ino,
		.mount_id = status.stx_mnt_id,
		.dev = makedev(status.stx_dev_major, status.stx_dev_minor),
	};
}

void attacks_gather(struct host *host) {
	const struct attack_input *input = host->attack_input;
	struct arena *arena = &host->arena;
	const struct attack_record *records;
	size_t count;

	if (!input)
		return;
	if (!parse_attacks(arena, input->bytes, input->size, input->ndirs, &records, &count))
		host_fault(host, FACT_ATTACKS, ASPECT_BEHAVIOUR, "probe", "said something that is no result");
	else if (!input->complete)
		host_fault(host, FACT_ATTACKS, ASPECT_BEHAVIOUR, "probe", "did not come to its end");

	struct attack_dir *dirs = arena_array(arena, input->ndirs + 1, sizeof *dirs);
	for (size_t i = 0; i < input->ndirs; ++i) {
		struct attack_attempt *attempts = NULL;
		size_t nattempts = 0;

		dirs[i].path = arena_copy(arena, input->dirs[i]);
		look(host, &dirs[i]);
		for (size_t k = 0; k < count; ++k) {
			if (records[k].dir != i)
				continue;
			attempts = arena_grow(arena, attempts, nattempts, sizeof *attempts);
			attempts[nattempts++] = (struct attack_attempt) {
				.record = records[k],
				.error = records[k].error ? strerrorname_np(records[k].error) : NULL,
			};
		}
		dirs[i].attempts = attempts;
		dirs[i].nattempts = nattempts;
	}
	host->attack_dirs = dirs;
}
