/** The table of names that programs trust. */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "squat.h"
#include "accounts.h"
#include "arena.h"

#include <string.h>
#include <sys/stat.h>

static void test_matches(void **state) {
	static const struct {
		const char *directory, *name, *prefix, *token;
	} cases[] = {
		{ "/tmp", ".X11-unix", ".X11-unix", "" },
		{ "/tmp", ".X0-lock", ".X", "0" },
		{ "/tmp", ".X1024-lock", ".X", "1024" },
		{ "/tmp", "tmux-1000", "tmux-", "1000" },
		{ "/tmp/screens", "S-alice", "S-", "alice" },
		{ "/tmp", "ssh-AbCdEf", "ssh-", "AbCdEf" },
		{ "/tmp", "krb5cc_1000", "krb5cc_", "1000" },
		{ "/tmp", "krb5cc_1000_AbC", "krb5cc_", "1000" },
		{ "/tmp", "hsperfdata_a-b", "hsperfdata_", "a-b" },
		{ "/tmp", "vmware-root_12-34", "vmware-root", "_12-34" },
		{ "/tmp/user", "1000", "", "1000" },
		{ "/", "tmp-inst", "tmp-inst", "" },
		{ "/tmp", "dotnet-diagnostic-12-34-socket", "dotnet-diagnostic-", "12" },
		{ "/tmp", ".s.PGSQL.5432", ".s.PGSQL.", "5432" },
		{ "/tmp", ".s.PGSQL.5432.lock", ".s.PGSQL.", "5432" },
		{ "/tmp", "runtime-bob", "runtime-", "bob" },
		{ "/dev/shm", "PostgreSQL.2163278660", "PostgreSQL.", "2163278660" },
		{ "/tmp", "zabbix_agentd.pid", "zabbix_agentd.pid", "" },
		{ "/tmp", "supervisor.sock", "supervisor.sock", "" },
		{ "/var/tmp", "vi.recover", "vi.recover", "" },
		{ "/tmp", ".x2go-alice", ".x2go-", "alice" },
		{ "/tmp", "nvim.alice", "nvim.", "alice" },
		{ "/tmp", "audacity_script_pipe.to.1000", "audacity_script_pipe.to.", "1000" },
		{ "/dev/shm", ".ecryptfs-alice", ".ecryptfs-", "alice" },
		{ "/tmp", "tkt1000", "tkt", "1000" },
		{ "/tmp", "scim-panel-socket:0-alice", "scim-panel-socket:", "0" },
		{ "/tmp", "fcitx-socket-:0", "fcitx-socket-:", "0" },
		{ "/tmp", "chrony.ttyS0.sock", "chrony.", "ttyS0" },
	};
	struct squat_match match;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i) {
		if (!squat_find(cases[i].directory, cases[i].name, &match))
			fail_msg("%s/%s is not known", cases[i].directory, cases[i].name);
		assert_string_equal(match.row->prefix, cases[i].prefix);
		assert_int_equal(match.length, strlen(cases[i].token));
		assert_memory_equal(match.token, cases[i].token, match.length);
	}
}

static void test_other_names(void **state) {
	static const struct {
		const char *directory, *name;
	} cases[] = {
		{ "/tmp", "" },
		{ "/tmp", ".X11-unix2" },
		{ "/tmp", ".X-lock" },
		{ "/tmp", ".X1-lock2" },
		{ "/tmp", ".X1a-lock" },
		{ "/tmp", "tmux-" },
		{ "/tmp", "tmux-1000x" },
		{ "/tmp", "emacs" },
		{ "/tmp", "emacs-notes" },
		{ "/tmp", "hsperfdata_" },
		{ "/tmp", "krb5cc_x" },
		{ "/tmp", "dotnet-diagnostic-12" },
		{ "/tmp", "users" },
		{ "/tmp/user", "alice" },
		{ "/var/tmp", ".X11-unix" },
		{ "/tmp/x", ".X11-unix" },
		{ "/", ".X11-unix" },
		{ "/tmp", "vi.recover" },
		{ "/tmp", "tkt1000x" },
		{ "/tmp", "tkt" },
		{ "/tmp", "fcitx-socket-:0x" },
		{ "/tmp", "audacity_script_pipe.to.alice" },
		{ "/tmp", "chrony.ttyS0" },
		{ "/tmp", "zabbix_agentd.pid.old" },
	};
	struct squat_match match;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; ++i)
		if (squat_find(cases[i].directory, cases[i].name, &match))
			fail_msg("%s/%s is not meant", cases[i].directory, cases[i].name);
}

/** Every row is one that something can match, and says what is expected. */
static void test_rows(void **state) {
	struct arena arena = { 0 };
	const struct accounts accounts = { .uid_min = 1000 };

	(void)state;
	for (const struct squat_row *row = squat_rows; row->directory; ++row) {
		assert_non_null(row->prefix);
		assert_non_null(row->suffix);
		assert_int_equal(row->directory[0], '/');
		assert_true(S_ISDIR(row->type) || S_ISREG(row->type) || S_ISSOCK(row->type) || S_ISFIFO(row->type));
		assert_int_equal(row->mode & ~row->mask, 0);
		if (row->owner == SQUAT_TOKEN)
			assert_true(row->token == SQUAT_UID || row->token == SQUAT_USER || row->token == SQUAT_PID);
		if (row->owner == SQUAT_ACCOUNT)
			assert_non_null(row->accounts);
		assert_true(strlen(squat_expected(&arena, &accounts, row, -1)) > 8);
	}
	struct squat_match match;
	assert_true(squat_find("/tmp", ".X11-unix", &match));
	assert_string_equal(squat_expected(&arena, &accounts, match.row, 0), "directory 1777 uid 0");
	assert_string_equal(squat_shown(&arena, &accounts, S_IFDIR | 0777, 1001), "directory 0777 uid 1001");
	assert_true(squat_find("/tmp", "tmux-1000", &match));
	assert_string_equal(squat_expected(&arena, &accounts, match.row, 1000),
	                    "directory, no access for others, uid 1000");
	arena_free(&arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
