/**
 * Whole hosts: the input writes configuration files into a small offline tree, which is then audited by all families.
 * Nothing may crash, and each result must keep the promises of the report.
 */

#include "audit.h"
#include "checks.h"
#include "fuzz.h"
#include "host.h"
#include "policy.h"
#include "render.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** Files that some fact reads.  Seeds name them by their place here: add new ones at the end. */
static const char *const paths[] = {
	"etc/passwd",
	"etc/group",
	"etc/login.defs",
	"etc/fstab",
	"etc/nsswitch.conf",
	"etc/os-release",
	"etc/sysctl.conf",
	"etc/sysctl.d/50-a.conf",
	"usr/lib/sysctl.d/60-b.conf",
	"etc/tmpfiles.d/tmp.conf",
	"usr/lib/tmpfiles.d/x11.conf",
	"etc/systemd/system/tmp.mount",
	"etc/systemd/system/tmp.mount.d/50.conf",
	"etc/systemd/system/a.service",
	"etc/systemd/system/a.service.d/10.conf",
	"usr/lib/systemd/system/service.d/10.conf",
	"etc/systemd/system/b@.service",
	"etc/systemd/logind.conf",
	"etc/systemd/system.conf",
	"etc/environment",
	"etc/environment.d/10.conf",
	"etc/profile",
	"etc/profile.d/a.sh",
	"etc/profile.d/b.csh",
	"etc/bash.bashrc",
	"etc/zsh/zshenv",
	"etc/fish/config.fish",
	"etc/csh.cshrc",
	"etc/pam.d/login",
	"etc/pam.d/common-session",
	"etc/pam.d/su",
	"etc/pam.d/sshd",
	"etc/pam.d/other",
	"etc/security/pam_env.conf",
	"etc/security/namespace.conf",
	"etc/security/limits.conf",
	"etc/ssh/sshd_config",
	"etc/sudoers",
	"etc/sudoers.d/a",
	"etc/crontab",
	"etc/cron.d/a",
	"etc/cron.daily/a",
	"var/spool/cron/crontabs/root",
	"etc/anacrontab",
	"etc/ld.so.conf",
	"etc/ld.so.preload",
	"etc/subuid",
	"etc/tmpreaper.conf",
	"etc/udev/rules.d/10.rules",
	"root/.bashrc",
	"etc/default/useradd",
	"etc/vsftpd.conf",
};
#define PATHS (sizeof paths / sizeof *paths)

static char top[] = "/dev/shm/tmpaudit-fuzz.XXXXXX";

static void remove_top(void) {
	char command[64];

	snprintf(command, sizeof command, "rm -rf %s", top);
	if (system(command) != 0)
		perror(top);
}

/** The tree's directories; once a process. */
static int open_top(void) {
	static int fd = -1;

	if (fd >= 0)
		return fd;
	must(mkdtemp(top));
	atexit(remove_top);
	fd = open(top, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(fd >= 0);
	must(mkdirat(fd, "tmp", 0700) == 0 && fchmodat(fd, "tmp", 01777, 0) == 0);
	for (size_t i = 0; i < PATHS; ++i) {
		char path[128];

		for (const char *slash = strchr(paths[i], '/'); slash; slash = strchr(slash + 1, '/')) {
			snprintf(path, sizeof path, "%.*s", (int)(slash - paths[i]), paths[i]);
			mkdirat(fd, path, 0755);
		}
	}
	must(mkdirat(fd, "var/tmp", 0755) == 0 && fchmodat(fd, "var/tmp", 01777, 0) == 0);
	return fd;
}

/** Write the next file that the input names: its place, its length in two bytes, what is in it. */
static const char *write_file(int fd, struct bytes *bytes) {
	const char *path = paths[take_byte(bytes) % PATHS];
	const unsigned high = take_byte(bytes), low = take_byte(bytes);
	size_t length = high << 8 | low;
	int file = openat(fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (length > bytes->size)
		length = bytes->size;
	must(file >= 0 && write(file, bytes->data, length) == (ssize_t)length);
	close(file);
	bytes->data += length;
	bytes->size -= length;
	return path;
}

static void check_result(const struct result *result) {
	const enum status status = result_status(result);

	for (size_t i = 0; i < result->nfindings; ++i) {
		touch(result->findings[i].subject);
		touch(result->findings[i].message);
		must(status != STATUS_PASS);
	}
	if (status == STATUS_FAIL)
		must(result->nfindings > 0);
	if (status == STATUS_ERROR || status == STATUS_NOT_APPLICABLE)
		must(result_reason(result));
}

/** What an input is rendered as, by its length. */
enum { RENDERED = 16, AS_JSON = 0, AS_TEXT = 8 };

/** As text, or as JSON that its parser takes. */
static void render(struct arena *arena, const struct report *report, bool json) {
	struct builder builder = { .arena = arena };

	report_render(&builder, report, renderer_find(json ? "json" : "text"),
	              (struct render_options) { .columns = 80 });
	if (!json) {
		must(strlen(builder_string(&builder)) == builder.length);
		return;
	}
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *value = json_tokener_parse_ex(tokener, builder_string(&builder), (int)builder.length);
	must(value);
	json_object_put(value);
	json_tokener_free(tokener);
}

static void fuzz_tree(const struct bytes *bytes, struct arena *arena) {
	const struct selection selection = { 0 };
	struct policy policy;
	struct bytes rest = *bytes;
	const char *written[16];
	size_t count = 0;
	struct host host;
	struct report report;
	int fd = open_top();

	must(policy_open(&policy, "default"));
	while (rest.size > 3 && count < sizeof written / sizeof *written)
		written[count++] = write_file(fd, &rest);
	must(host_open(&host, &policy, top, false) == 0);
	audit_run(&host, check_families, &selection, &report);
	for (size_t i = 0; i < report.nresults; ++i)
		check_result(&report.results[i]);
	const int status = report_exit(&report);
	must(status == 0 || status == 1 || status == 3);
	/* It costs twice as much as the audit, and has targets of its own. */
	if (bytes->size % RENDERED == AS_JSON || bytes->size % RENDERED == AS_TEXT)
		render(arena, &report, bytes->size % RENDERED == AS_JSON);
	report_free(&report);
	host_close(&host);
	policy_close(&policy);
	while (count > 0)
		unlinkat(fd, written[--count], 0);
}

const struct target tree_targets[] = {
	{ "tree", fuzz_tree },
	{ 0 },
};
