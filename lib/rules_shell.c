/** Shells: what is known of commands and variables. */

#include "flow_shell.h"

/* What commands and variables give */

const struct shell_source shell_variables[] = {
	{ "$", HOLE_PID, false },
	{ "!", HOLE_PID, false },
	{ "PPID", HOLE_PID, false },
	{ "BASHPID", HOLE_PID, false },
	{ "RANDOM", HOLE_RANDOM, false },
	{ "SRANDOM", HOLE_STRONG, false },
	{ "SECONDS", HOLE_TIME, false },
	{ "EPOCHSECONDS", HOLE_TIME, false },
	{ "EPOCHREALTIME", HOLE_TIME, false },
	{ "USER", HOLE_USER, false },
	{ "LOGNAME", HOLE_USER, false },
	{ "UID", HOLE_USER, false },
	{ "EUID", HOLE_USER, false },
	{ "HOSTNAME", HOLE_USER, false },
	{ "0", HOLE_USER, false },
	{ "PROGNAME", HOLE_USER, false },
	{ "DISPLAY", HOLE_USER, false },
	{ "TMPDIR", HOLE_TEMPDIR, true },
	{ "TMP", HOLE_TEMPDIR, true },
	{ "TEMP", HOLE_TEMPDIR, true },
	{ "TEMPDIR", HOLE_TEMPDIR, true },
	{ 0 },
};

const struct shell_source shell_outputs[] = {
	{ "date", HOLE_TIME, false },      { "hostname", HOLE_USER, false },
	{ "whoami", HOLE_USER, false },    { "id", HOLE_USER, false },
	{ "logname", HOLE_USER, false },   { "uname", HOLE_USER, false },
	{ "basename", HOLE_USER, false },  { "tempfile", HOLE_FRESH, false },
	{ "uuidgen", HOLE_STRONG, false }, { 0 },
};

const char *const shell_strong[] = { "/dev/urandom", "/dev/random", "random/uuid", "openssl rand", NULL };

/* What commands write */

const struct shell_writer shell_writers[] = {
	{ "tee", WRITES_ALL, "", "", NULL, NULL, NULL },
	{ "touch", WRITES_ALL, "drt", "", NULL, NULL, NULL },
	{ "truncate", WRITES_ALL, "sr", "", NULL, NULL, NULL },
	{ "cp", WRITES_LAST, "St", "t", "target-directory", NULL, NULL },
	{ "mv", WRITES_LAST, "St", "t", "target-directory", NULL, NULL },
	{ "install", WRITES_LAST, "Stmgo", "t", "target-directory", NULL, NULL },
	{ "rsync", WRITES_LAST, "e", "", NULL, NULL, NULL },
	{ "split", WRITES_LAST, "abClnt", "", NULL, NULL, NULL },
	{ "csplit", WRITES_NONE, "bfn", "f", "prefix", NULL, NULL },
	{ "convert", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "sqlite3", WRITES_FIRST, "", "", NULL, NULL, "-readonly" },
	{ "mysqldump", WRITES_NONE, "hpuPr", "r", "result-file", NULL, NULL },
	{ "pg_dump", WRITES_NONE, "hpUf", "f", "file", NULL, NULL },
	{ "pg_dumpall", WRITES_NONE, "hpUf", "f", "file", NULL, NULL },
	{ "scp", WRITES_LAST, "FiloPS", "", NULL, NULL, NULL },
	{ "wget", WRITES_NONE, "OoaPtTUeDRA", "Ooa", "output-", NULL, NULL },
	{ "curl", WRITES_NONE, "oDcbHdAuXxeFmTKEw", "oDc", "output", NULL, NULL },
	{ "sort", WRITES_NONE, "oktT", "o", "output", NULL, NULL },
	{ "iptables-save", WRITES_NONE, "ftM", "f", "file", NULL, NULL },
	{ "tcpdump", WRITES_NONE, "wicr", "w", NULL, NULL, NULL },
	{ "zip", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "script", WRITES_ALL, "cotE", "", NULL, NULL, NULL },
	{ "mkfs.ext4", WRITES_NONE, "", "", NULL, NULL, NULL },
	{ "cpio", WRITES_NONE, "OFEHCIDMR", "O", NULL, NULL, NULL },
	{ "dumpcap", WRITES_NONE, "wicfabBsy", "w", NULL, NULL, NULL },
	{ "ffmpeg", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "fallocate", WRITES_ALL, "lo", "", NULL, NULL, NULL },
	{ "gm", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "lame", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "magick", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "montage", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "mongodump", WRITES_NONE, "odchu", "o", "out", NULL, NULL },
	{ "mongodump", WRITES_NONE, "odchu", "", "archive", NULL, NULL },
	{ "objcopy", WRITES_LAST, "IOBFjR", "", NULL, NULL, NULL },
	{ "pdf2ps", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "pdftoppm", WRITES_LAST, "flrxyWH", "", NULL, NULL, NULL },
	{ "pdftotext", WRITES_LAST, "flrxyWH", "", NULL, NULL, NULL },
	{ "pdfunite", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "pg_basebackup", WRITES_NONE, "DFhpU", "D", "pgdata", NULL, NULL },
	{ "ps2pdf", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "qpdf", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "sox", WRITES_LAST, "trbc", "", NULL, NULL, NULL },
	{ "sponge", WRITES_ALL, "", "", NULL, NULL, NULL },
	{ "tshark", WRITES_NONE, "wicrfYTab", "w", NULL, NULL, NULL },
	{ "uniq", WRITES_LAST, "fsw", "", NULL, NULL, NULL },
	{ "wkhtmltopdf", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "7z", WRITES_NONE, "o", "o", NULL, NULL, NULL },
	{ "7za", WRITES_NONE, "o", "o", NULL, NULL, NULL },
	{ "flock", WRITES_FIRST, "wE", "", NULL, NULL, NULL },
	{ "gnome-screenshot", WRITES_NONE, "f", "f", "file", NULL, NULL },
	{ "grim", WRITES_LAST, "gso", "", NULL, NULL, NULL },
	{ "import", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "maim", WRITES_ALL, "gix", "", NULL, NULL, NULL },
	{ "mariadb-dump", WRITES_NONE, "hpuPr", "r", "result-file", NULL, NULL },
	{ "pandoc", WRITES_NONE, "oft", "o", "output", NULL, NULL },
	{ "scrot", WRITES_ALL, "dqe", "", NULL, NULL, NULL },
	{ "start-stop-daemon", WRITES_NONE, "pxnugak", "p", "pidfile", "make-pidfile", NULL },
	{ "wkhtmltoimage", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "xwd", WRITES_NONE, "", "", "out", NULL, NULL },
	{ "youtube-dl", WRITES_NONE, "of", "o", "output", NULL, NULL },
	{ "arecord", WRITES_ALL, "dfrcDtNb", "", NULL, NULL, NULL },
	{ "logsave", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "xxd", WRITES_LAST, "clsogn", "", NULL, NULL, NULL },
	{ "yt-dlp", WRITES_NONE, "of", "o", "output", NULL, NULL },
	{ 0 },
};

const struct shell_writer shell_subcommands[] = {
	{ "7z a", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "7z u", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "7za a", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "7zr a", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "adb pull", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "aws s3 cp", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "aws s3 mv", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "aws s3 sync", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "consul snapshot save", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "docker cp", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "etcdctl snapshot save", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "gcloud storage cp", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "git bundle create", WRITES_FIRST, "", "", NULL, NULL, NULL },
	{ "gsutil cp", WRITES_LAST, "hz", "", NULL, NULL, NULL },
	{ "gsutil rsync", WRITES_LAST, "x", "", NULL, NULL, NULL },
	{ "kubectl cp", WRITES_LAST, "nc", "", NULL, NULL, NULL },
	{ "lxc file pull", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "mc cp", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "oc cp", WRITES_LAST, "nc", "", NULL, NULL, NULL },
	{ "podman cp", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "qemu-img convert", WRITES_LAST, "fOoBFlmSrtT", "", NULL, NULL, NULL },
	{ "qemu-img create", WRITES_FIRST, "fobFu", "", NULL, NULL, NULL },
	{ "rclone copyto", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "rrdtool create", WRITES_FIRST, "bs", "", NULL, NULL, NULL },
	{ "rrdtool graph", WRITES_FIRST, "esSwhtv", "", NULL, NULL, NULL },
	{ "virsh dump", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ "virsh save", WRITES_LAST, "", "", NULL, NULL, NULL },
	{ 0 },
};

const char *const shell_written_options[] = { "--output=",     "--output-file=", "--outfile=",
	                                      "--out=",        "--log-file=",    "--logfile=",
	                                      "--dump-file=",  "--archive=",     "--descriptor_set_out=",
	                                      "-sOutputFile=", "-sstdout=",      "-coverprofile=",
	                                      "-cpuprofile=",  "-memprofile=",   NULL };

const char *const shell_named_files[] = { "--log-file", "--logfile", "--output-file", "--outfile",   "--dump-file",
	                                  "--rdb",      "--out",     "-coverprofile", "-cpuprofile", "-memprofile",
	                                  NULL };

const char *const shell_other_output[] = {
	"[",       "[[",       "test",    "set",    "mount", "umount", "ssh",    "ps",      "grep",    "egrep",
	"find",    "chmod",    "ls",      "getopt", "tar",   "shopt",  "read",   "chown",   "install", "useradd",
	"usermod", "groupadd", "sed",     "awk",    "mysql", "df",     "lsof",   "netstat", "sh",      "bash",
	"fsck",    "zfs",      "zpool",   "pgrep",  "pkill", "xargs",  "echo",   "printf",  "lsblk",   "findmnt",
	"losetup", "complete", "compgen", "bind",   "unzip", "sftp",   "mke2fs", "case",    "for",     NULL
};

/* What commands run */

const char *const shell_prefixes[] = { "sudo",    "env",     "nice",      "nohup", "command", "exec",
	                               "builtin", "ionice",  "eatmydata", "doas",  "setsid",  "stdbuf",
	                               "timeout", "busybox", "unbuffer",  NULL };

const char *const shell_prefix_options[] = { "-u", "-g", "-n", "-c", "-s", "-k", "-p", "-C", "-U", "-h", NULL };

const char *const shell_shells[] = { "sh", "bash", "dash", "ksh", "zsh", "ash", NULL };

const char *const shell_interpreters[] = { "sh",      "bash", "dash", "ksh",    "zsh", "python",
	                                   "python3", "perl", ".",    "source", NULL };

const char *const shell_programs[] = { "awk", "gawk", "mawk", "nawk", "perl", "trap", NULL };

const char *const shell_runners[] = { "xargs",       "find",      "parallel",
	                              "flock",       "watch",     "systemd-run",
	                              "screen",      "tmux",      "chrt",
	                              "taskset",     "time",      "xvfb-run",
	                              "fakeroot",    "unshare",   "start-stop-daemon",
	                              "pkexec",      "gosu",      "setpriv",
	                              "dbus-launch", "chpst",     "strace",
	                              "ltrace",      "daemon",    "systemd-inhibit",
	                              "runuser",     "setuidgid", NULL };

const char *const shell_commanders[] = { "su", "runuser", "flock", "script", "watch", "parallel", NULL };

const char *const shell_hidden[] = { "mktemp", "tempfile", "mkdir", "touch", "tee", "cp", "install", NULL };

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

const struct script_language language_shell = {
	.name = "shell",
	.title = "Shell",
	.check = SCRIPT_SHELL,
	.suffixes = LIST(".sh", ".bash", ".ksh", ".zsh", ".bats", ".ebuild", ".eclass", ".profile", ".bashrc",
	                 ".bash_profile", ".bash_login", ".bash_logout", ".zshrc", ".zprofile", ".kshrc", ".xinitrc",
	                 ".xsession", ".envrc", "PKGBUILD", "APKBUILD"),
	.interpreters = LIST("sh", "bash", "dash", "ksh", "ksh93", "zsh", "ash", "mksh", "yash", "posh", "rbash",
	                     "pdksh", "bats"),
	.stages = &shell_stages,
};
