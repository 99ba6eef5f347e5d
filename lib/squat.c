#include "squat.h"

#include "accounts.h"
#include "arena.h"
#include "text.h"

#include <string.h>
#include <sys/stat.h>

#define EXACTLY(bits) .mask = 07777, .mode = (bits)
#define NOT(bits) .mask = (bits), .mode = 0

const struct squat_row squat_rows[] = {
	/* libxtrans of X11, and /usr/lib/tmpfiles.d/x11.conf of systemd; without them who comes first is the server. */
	{ "/tmp", ".X11-unix", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	{ "/tmp", ".ICE-unix", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	{ "/tmp", ".XIM-unix", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	{ "/tmp", ".font-unix", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	/* xserver-xorg-core, xwayland; the greeter of a display manager has an account of its own. */
	{ "/tmp", ".X", "-lock", "Debian-gdm gdm sddm", SQUAT_NUMBER, S_IFREG, SQUAT_LOGIN, NOT(002) },
	/* tmux; screen, with and without set-group-id. */
	{ "/tmp", "tmux-", "", NULL, SQUAT_UID, S_IFDIR, SQUAT_TOKEN, NOT(007) },
	{ "/tmp/screens", "S-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(007) },
	{ "/tmp/uscreens", "S-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(007) },
	{ "/run/screen", "S-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(007) },
	/* openssh-client (ssh-agent), pulseaudio, gnupg. */
	{ "/tmp", "ssh-", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ANYBODY, EXACTLY(0700) },
	{ "/tmp", "pulse-", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ANYBODY, EXACTLY(0700) },
	{ "/tmp", "gpg-", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ANYBODY, EXACTLY(0700) },
	/* libkrb5-3 and what logs in with it; openssh-server (ExposeAuthInfo). */
	{ "/tmp", "krb5cc_", "", NULL, SQUAT_UID, S_IFREG, SQUAT_TOKEN, EXACTLY(0600), .open = true },
	{ "/tmp", "sshauth.", "", NULL, SQUAT_ANYTHING, S_IFREG, SQUAT_ANYBODY, EXACTLY(0600) },
	/* openjdk-17-jre-headless. */
	{ "/tmp", "hsperfdata_", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(022) },
	/* systemd (PrivateTmp=), snapd, open-vm-tools. */
	{ "/tmp", "systemd-private-", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0700) },
	{ "/var/tmp", "systemd-private-", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0700) },
	{ "/tmp", "snap-private-tmp", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0700) },
	{ "/tmp", "snap.", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0700) },
	{ "/tmp", "vmware-root", "", NULL, SQUAT_ANYTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0700) },
	/* libpam-tmpdir; pam_namespace of libpam-modules, as namespace.conf(5) shows it. */
	{ "/tmp", "user", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0711) },
	{ "/tmp/user", "", "", NULL, SQUAT_UID, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", "tmp-inst", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0) },
	{ "/", "tmp-inst", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0) },
	{ "/var/tmp", "tmp-inst", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(0) },
	/* mc, emacs (emacsclient), wine, pulseaudio's and esound's library, KDE 3 and 4. */
	{ "/tmp", "mc-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", "emacs", "", NULL, SQUAT_UID, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", ".wine-", "", NULL, SQUAT_UID, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", ".esd-", "", NULL, SQUAT_UID, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", "kde-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", "ksocket-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	/* libqt5core5a, libqt6core6, without XDG_RUNTIME_DIR; screen, for what is copied from one session to another.
	 */
	{ "/tmp", "runtime-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/tmp", "screen-exchange", "", NULL, SQUAT_NOTHING, S_IFREG, SQUAT_ANYBODY, NOT(0) },
	/* The runtimes of .NET: docs, "diagnostic port". */
	{ "/tmp", "dotnet-diagnostic-", "-", NULL, SQUAT_PID, S_IFSOCK, SQUAT_TOKEN, EXACTLY(0600), .open = true },
	{ "/tmp", "clr-debug-pipe-", "-", NULL, SQUAT_PID, S_IFIFO, SQUAT_TOKEN, EXACTLY(0600), .open = true },
	/* postgresql-15, pgbouncer, pgpool2, mariadb-server and mysql, as their sources are built elsewhere than in
	 * Debian. */
	{ "/tmp", ".s.PGSQL.", "", "postgres pgbouncer pgpool", SQUAT_NUMBER, S_IFSOCK, SQUAT_ACCOUNT, NOT(0),
	  .better_in_run = true },
	{ "/tmp", ".s.PGSQL.", ".lock", "postgres", SQUAT_NUMBER, S_IFREG, SQUAT_ACCOUNT, EXACTLY(0600),
	  .better_in_run = true },
	{ "/tmp", "mysql.sock", "", "mysql", SQUAT_NOTHING, S_IFSOCK, SQUAT_ACCOUNT, NOT(0), .better_in_run = true },
	{ "/tmp", "mysqlx.sock", "", "mysql", SQUAT_NOTHING, S_IFSOCK, SQUAT_ACCOUNT, NOT(0), .better_in_run = true },
	/* zabbix-agent, zabbix-server-mysql: what their programs do without a configuration; supervisor, as its
	 * echo_supervisord_conf has it. */
	{ "/tmp", "zabbix_agentd.pid", "", "zabbix root", SQUAT_NOTHING, S_IFREG, SQUAT_ACCOUNT, NOT(022),
	  .better_in_run = true },
	{ "/tmp", "zabbix_server.pid", "", "zabbix root", SQUAT_NOTHING, S_IFREG, SQUAT_ACCOUNT, NOT(022),
	  .better_in_run = true },
	{ "/tmp", "zabbix_proxy.pid", "", "zabbix root", SQUAT_NOTHING, S_IFREG, SQUAT_ACCOUNT, NOT(022),
	  .better_in_run = true },
	{ "/tmp", "supervisor.sock", "", NULL, SQUAT_NOTHING, S_IFSOCK, SQUAT_ANYBODY, NOT(002),
	  .better_in_run = true },
	/* nvi (postinst); open-vm-tools-desktop (vmware-user-suid-wrapper); amanda-common (AMANDA_TMPDIR). */
	{ "/var/tmp", "vi.recover", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	{ "/tmp", "VMwareDnD", "", NULL, SQUAT_NOTHING, S_IFDIR, SQUAT_ROOT, EXACTLY(01777) },
	{ "/tmp", "amanda", "", "backup amandabackup amanda root", SQUAT_NOTHING, S_IFDIR, SQUAT_ACCOUNT, NOT(022) },
	/* x2goserver (x2gostartagent); neovim since 0.8; audacity and its mod-script-pipe. */
	{ "/tmp", ".x2go-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(022) },
	{ "/tmp", "nvim.", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, EXACTLY(0700) },
	{ "/var/tmp", "audacity-", "", NULL, SQUAT_USER, S_IFDIR, SQUAT_TOKEN, NOT(022) },
	{ "/tmp", "audacity_script_pipe.to.", "", NULL, SQUAT_UID, S_IFIFO, SQUAT_TOKEN, NOT(022) },
	{ "/tmp", "audacity_script_pipe.from.", "", NULL, SQUAT_UID, S_IFIFO, SQUAT_TOKEN, NOT(022) },
	/* ecryptfs-utils (ecryptfs-setup-private --bootstrap): a passphrase; libkrb5-3, tickets of version 4. */
	{ "/dev/shm", ".ecryptfs-", "", NULL, SQUAT_USER, S_IFREG, SQUAT_TOKEN, EXACTLY(0600) },
	{ "/tmp", "tkt", "", NULL, SQUAT_UID, S_IFREG, SQUAT_TOKEN, EXACTLY(0600) },
	/* Input methods, to which all that is typed goes: scim (/etc/scim/global), fcitx-bin, canna. */
	{ "/tmp", "scim-panel-socket:", "", NULL, SQUAT_NUMBER, S_IFSOCK, SQUAT_LOGIN, NOT(002), .open = true },
	{ "/tmp", "scim-helper-manager-socket-", "", NULL, SQUAT_USER, S_IFSOCK, SQUAT_TOKEN, NOT(002) },
	{ "/tmp", "scim-socket-frontend-", "", NULL, SQUAT_USER, S_IFSOCK, SQUAT_TOKEN, NOT(002) },
	{ "/tmp", "fcitx-socket-:", "", "lightdm", SQUAT_NUMBER, S_IFSOCK, SQUAT_LOGIN, NOT(002) },
	{ "/tmp", ".iroha_unix", "", "canna root", SQUAT_NOTHING, S_IFDIR, SQUAT_ACCOUNT, NOT(0) },
	/* gpsd, for chronyd(8), where it has no /run. */
	{ "/tmp", "chrony.", ".sock", "_chrony chrony root", SQUAT_ANYTHING, S_IFSOCK, SQUAT_ACCOUNT, NOT(0) },
	/* postgresql-15 and later, dsm_impl.c: segments of shared memory by random numbers, created with O_EXCL. */
	{ "/dev/shm", "PostgreSQL.", "", "postgres", SQUAT_NUMBER, S_IFREG, SQUAT_ANYBODY, EXACTLY(0600) },
	{ 0 },
};

/** How much of name the token takes; SIZE_MAX: it is none. */
static size_t token_length(enum squat_token token, const char *name, const struct squat_row *row) {
	const size_t rest = strlen(name), suffix = strlen(row->suffix);

	switch (token) {
	case SQUAT_NOTHING:
		return 0;
	case SQUAT_NUMBER:
	case SQUAT_UID:
	case SQUAT_PID: {
		const size_t digits = strspn(name, "0123456789");

		return digits ? digits : SIZE_MAX;
	}
	default:
		if (rest < suffix || (token == SQUAT_USER && rest == suffix))
			return SIZE_MAX;
		return rest - suffix;
	}
}

bool squat_find(const char *directory, const char *name, struct squat_match *match) {
	for (const struct squat_row *row = squat_rows; row->directory; ++row) {
		if (!text_starts(name, row->prefix) || !text_equal(directory, row->directory))
			continue;
		const char *token = name + strlen(row->prefix);
		const size_t length = token_length(row->token, token, row);

		if (length == SIZE_MAX || !text_starts(token + length, row->suffix))
			continue;
		if (token[length + strlen(row->suffix)] != '\0' && !row->open)
			continue;
		*match = (struct squat_match) { row, token, length };
		return true;
	}
	return false;
}

bool squat_is_literal(const struct squat_row *row) {
	return row->token == SQUAT_NOTHING && !row->open;
}

const char *squat_type(mode_t mode) {
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFREG:
		return "file";
	case S_IFLNK:
		return "symbolic link";
	case S_IFSOCK:
		return "socket";
	case S_IFIFO:
		return "FIFO";
	case S_IFBLK:
		return "block device";
	case S_IFCHR:
		return "character device";
	default:
		return "object of unknown type";
	}
}

/** " of postgres or root" */
static void put_accounts(struct builder *text, const char *accounts) {
	const char *before = " of ";

	for (size_t length; *accounts; accounts += length + strspn(accounts + length, " ")) {
		length = strcspn(accounts, " ");
		builder_text(text, before);
		builder_bytes(text, accounts, length);
		before = " or ";
	}
}

const char *squat_expected(struct arena *arena, const struct accounts *accounts, const struct squat_row *row,
                           long owner) {
	struct builder text = { .arena = arena };

	builder_text(&text, squat_type(row->type));
	if (row->mask == 07777)
		builder_format(&text, " %04o", (unsigned)row->mode);
	else if (row->mask == 022)
		builder_text(&text, ", no write for group and others,");
	else if (row->mask == 002)
		builder_text(&text, ", no write for others,");
	else if (row->mask == 007)
		builder_text(&text, ", no access for others,");
	if (row->owner == SQUAT_ROOT)
		builder_text(&text, " uid 0");
	else if (row->owner == SQUAT_LOGIN)
		builder_text(&text, " uid 0 or of a login user");
	else if (row->owner == SQUAT_ACCOUNT)
		put_accounts(&text, row->accounts);
	else if (row->owner == SQUAT_ANYBODY)
		builder_text(&text, " of one user");
	else if (owner >= 0)
		builder_format(&text, " uid %s", account_shown(arena, accounts, (uid_t)owner));
	else
		builder_format(&text, " of a known %s", row->token == SQUAT_PID ? "process" : "user");
	return builder_string(&text);
}

const char *squat_shown(struct arena *arena, const struct accounts *accounts, mode_t mode, uid_t uid) {
	return arena_text(arena, "%s %04o uid %s", squat_type(mode), (unsigned)(mode & 07777),
	                  account_shown(arena, accounts, uid));
}
