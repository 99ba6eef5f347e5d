/** What is to be done, as commands of the shell: one by one in a report, and as a script. */

#include "fix.h"

#include "result.h"

#include <string.h>

/* A command in a line */

/** Add text as a word of the shell, tabs included: steps hold nothing else that text_shell() refuses. */
static void put_word(struct builder *builder, const char *text) {
	if (!strpbrk(text, "\t\\")) {
		if (text_shell(builder, text))
			return;
	}
	builder_text(builder, "'");
	for (; *text; ++text)
		builder_format(builder, *text == '\'' ? "'\\''" : "%c", *text);
	builder_text(builder, "'");
}

/** A character that neither string holds, to stand between the parts of a command of sed. */
static char delimiter(const char *a, const char *b) {
	static const char candidates[] = "/|,#~@!%:;";

	for (const char *c = candidates; *c; ++c)
		if (!strchr(a, *c) && !strchr(b, *c))
			return *c;
	return '\1';
}

/** Add what sed(1) is to put in the place of a match: our backslashes are its, and & is nothing special. */
static void put_replacement(struct builder *builder, const char *text) {
	for (; *text; ++text)
		builder_format(builder, *text == '&' ? "\\&" : "%c", *text);
}

/** The line text as what an edit puts in. */
static const char *as_replacement(struct arena *arena, const char *text) {
	struct builder out = { .arena = arena };

	for (; *text; ++text) {
		if (*text == '\\')
			builder_text(&out, "\\");
		builder_bytes(&out, text, 1);
	}
	return builder_string(&out);
}

static const char *sed_script(struct arena *arena, const char *match, const char *text, const char *unless) {
	struct builder script = { .arena = arena };
	const char mark = delimiter(match, text);

	if (unless) {
		const char bound = delimiter(unless, "");

		builder_format(&script, "%s%c%s%c!", bound == '/' ? "" : "\\", bound, unless, bound);
	}
	builder_format(&script, "s%c%s%c", mark, match, mark);
	put_replacement(&script, text);
	builder_format(&script, "%c", mark);
	return builder_string(&script);
}

static bool is_ours(const struct fix *fix) {
	return fix->path && strstr(fix->path, "tmpaudit") && (fix->kind == FIX_LINE || fix->kind == FIX_ADD);
}

struct fix_file fix_file_of(struct arena *arena, const struct fix *fix) {
	if (!is_ours(fix))
		return (struct fix_file) { 0 };
	return (struct fix_file) { fix->path,
		                   fix_append(arena, fix->head ? arena_text(arena, "%s\n", fix->head) : "", fix) };
}

const char *fix_append(struct arena *arena, const char *content, const struct fix *fix) {
	return arena_text(arena, "%s%s\n", content, fix->text);
}

static void put_operand(struct builder *line, const char *before, const char *path, const char *after) {
	builder_text(line, before);
	put_word(line, path);
	builder_text(line, after);
}

/** What a step of a row comes to that depends on the host. */
static void put_unresolved(struct builder *line, const struct fix *fix) {
	switch (fix->kind) {
	case FIX_SYSCTL:
		put_operand(line, "sysctl -w ", arena_text(line->arena, "%s=%s", fix->path, fix->text),
		            ", and the same in /etc/sysctl.d/99-zz-tmpaudit.conf");
		break;
	case FIX_MOUNT:
		if (fix->text)
			builder_format(line, "mount -o remount,%s ", fix->text);
		put_operand(line, fix->text ? "" : "mount ", fix->path, ", and the same in fstab or its unit");
		break;
	case FIX_ALIAS:
		put_operand(line, "mount -o remount,bind,nosuid,nodev,noexec ", fix->path, "");
		break;
	case FIX_LIMITS:
		put_operand(line, "mount -o remount,size=50%,nr_inodes=1m ", fix->path,
		            ", and the same in fstab or its unit");
		break;
	case FIX_ANCESTOR:
		put_operand(line, "chown -h root:root ", fix->path, "; setfacl -b ");
		put_operand(line, "", fix->path, "; chmod go-w ");
		put_operand(line, "", fix->path, "");
		break;
	case FIX_UNMASK:
		put_operand(line, "systemctl unmask ", fix->path, "");
		break;
	case FIX_STATED:
		builder_text(line, "set mode and owner in the line that states them");
		break;
	case FIX_EXEMPTION:
		put_operand(line, "take out lines of tmpfiles.d that exempt what lies in ", fix->path, "");
		break;
	case FIX_COMMENT:
		builder_text(line, "take out the line that the finding names");
		break;
	case FIX_UMASK:
		builder_format(line, "let the umask commands in it say %s", fix->text);
		break;
	case FIX_PAM:
		builder_text(line, "session optional pam_umask.so nousergroups, in the session stack of /etc/pam.d");
		break;
	case FIX_BOOT:
		builder_text(line, "unmask or enable the unit, or take out what hides it");
		break;
	case FIX_PROCESS:
		builder_text(line, "repair its unit, and systemctl restart that");
		break;
	case FIX_COMMAND:
		builder_text(line, "take out the line of the job, or what the unit need not have");
		break;
	case FIX_SESSIONS:
		builder_text(line, "apt-get install libpam-tmpdir, or sound lines in namespace.conf");
		break;
	default:
		break;
	}
}

const char *fix_command(struct arena *arena, const struct fix *fix) {
	struct builder line = { .arena = arena };
	const char *path = fix->path;

	switch (fix->kind) {
	case FIX_RUN:
	case FIX_AFTER:
		builder_text(&line, fix->text);
		break;
	case FIX_LINE:
	case FIX_ADD:
		if (is_ours(fix))
			return NULL;
		if (fix->kind == FIX_LINE) {
			put_operand(&line, "sed -E -i ",
			            sed_script(arena, fix->match, as_replacement(arena, fix->text), NULL), " ");
			put_operand(&line, "", path, " && { grep -qxF ");
			put_operand(&line, "", fix->text, " ");
		} else {
			put_operand(&line, "{ grep -qE ", fix->match, " ");
		}
		put_operand(&line, "", path, " || echo ");
		put_operand(&line, "", fix->text, " >>");
		put_operand(&line, "", path, "; }");
		break;
	case FIX_EDIT:
		put_operand(&line, "sed -E -i ", sed_script(arena, fix->match, fix->text, fix->unless), " ");
		put_operand(&line, "", path, "");
		break;
	case FIX_DIRECTORY:
		put_operand(&line, arena_text(arena, "%s ", fix->text), path, "");
		break;
	case FIX_OBJECT:
		/* What it is may change under our hands: chmod(1) would follow a link. */
		if (text_starts(fix->text, "chown -h"))
			put_operand(&line, arena_text(arena, "%s ", fix->text), path, "");
		else
			put_operand(&line, "find ", path,
			            arena_text(arena, " -maxdepth 0 ! -type l -execdir %s '{}' ';'", fix->text));
		break;
	case FIX_ASIDE:
		put_operand(&line, "mv -n ", path, " \"$(mktemp -d /root/tmpaudit-aside.XXXXXXXXXX)\"");
		break;
	case FIX_REMOUNT:
		put_operand(&line, "mountpoint -q ", path, " || mount --bind ");
		put_operand(&line, "", path, " ");
		put_operand(&line, "", path, "; mount -o \"remount,bind,$(findmnt -n -o VFS-OPTIONS -M ");
		put_operand(&line, "", path, arena_text(arena, " | tail -n 1),%s\" ", fix->text));
		put_operand(&line, "", path, "");
		break;
	case FIX_COPY:
		put_operand(&line, "[ -e ", fix->text, " ] || install -D -m 644 ");
		put_operand(&line, "", path, " ");
		put_operand(&line, "", fix->text, "");
		break;
	case FIX_UNCOVER:
		put_operand(&line, "# look beneath the mount, with mount --bind / /mnt, at what lies in ", path, "");
		break;
	case FIX_HAND: {
		struct builder shown = { .arena = arena };

		text_terminal(&shown, fix->text, strlen(fix->text));
		builder_format(&line, "# by hand: %s", builder_string(&shown));
		break;
	}
	default:
		put_unresolved(&line, fix);
		break;
	}
	return builder_string(&line);
}

/* The script */

/** The functions of the script, each written only where a step calls it. */
enum helper {
	HELPER_DID,
	HELPER_EDIT,
	HELPER_LINE,
	HELPER_OPTION,
	HELPER_INSIDE,
	HELPER_ACT,
	HELPER_ASIDE,
	HELPER_REMOUNT,
	HELPER_UNCOVER,
	HELPER_EMPTY,
	HELPERS
};

static const struct helper_row {
	/** Bits of those that it calls. */
	unsigned needs;
	const char *text;
} helpers[HELPERS] = {
	[HELPER_DID] = { 0, "# did WORDS...: say what was changed.\n"
	                    "did() {\n"
	                    "\tprintf '%s: %s\\n' \"$part\" \"$*\"\n"
	                    "}\n" },
	[HELPER_EDIT] = { 1 << HELPER_DID,
	                  "kept=/var/backups/tmpaudit\n"
	                  "\n"
	                  "# replace FILE NEW: put NEW in the place of FILE, unless they are alike; "
	                  "keep what it was before the\n"
	                  "# first time.  NEW has owner, mode, ACL and label of FILE.\n"
	                  "replace() {\n"
	                  "\tif cmp -s -- \"$1\" \"$2\"; then\n"
	                  "\t\trm -f -- \"$2\"\n"
	                  "\t\treturn 0\n"
	                  "\tfi\n"
	                  "\tif [ -s \"$1\" ] && ! [ -e \"$kept$1\" ]; then\n"
	                  "\t\t(umask 077 && mkdir -p -- \"$(dirname -- \"$kept$1\")\")\n"
	                  "\t\tcp -a -- \"$1\" \"$kept$1\"\n"
	                  "\tfi\n"
	                  "\t# What is mounted on itself cannot be replaced, but written.\n"
	                  "\tif ! mv -f -- \"$2\" \"$1\" 2>/dev/null; then\n"
	                  "\t\tcat -- \"$2\" >\"$1\"\n"
	                  "\t\trm -f -- \"$2\"\n"
	                  "\tfi\n"
	                  "\tdid \"changed $1\"\n"
	                  "\t# shellcheck disable=SC2034 # parts ask for it if something is to follow\n"
	                  "\tchanged=yes\n"
	                  "}\n"
	                  "\n"
	                  "# guarded DIRECTORY: whether nobody but root can put another thing in the place of what is "
	                  "root's "
	                  "in it.\n"
	                  "guarded() (\n"
	                  "\tcd -P -- \"$1\" || exit 1\n"
	                  "\twhile :; do\n"
	                  "\t\tcase $(stat -c %u:%g:%A .) in\n"
	                  "\t\t0:*:d????[!w]??[!w]? | 0:0:d???????[!w]? | 0:*:d????????[tT]) ;;\n"
	                  "\t\t*) exit 1 ;;\n"
	                  "\t\tesac\n"
	                  "\t\t[ \"$(env pwd -P)\" != / ] || exit 0\n"
	                  "\t\tcd ..\n"
	                  "\tdone\n"
	                  ")\n"
	                  "\n"
	                  "# begin FILE: set $file to what it is behind links, and $new to the name of a copy next to "
	                  "it.\n"
	                  "begin() {\n"
	                  "\tfile=$(readlink -e -- \"$1\")\n"
	                  "\tif ! guarded \"$(dirname -- \"$file\")\"; then\n"
	                  "\t\tprintf '%s leads to %s, where others can exchange files\\n' \"$1\" \"$file\" >&2\n"
	                  "\t\treturn 1\n"
	                  "\tfi\n"
	                  "\tnew=$(mktemp -- \"$(dirname -- \"$file\")/.tmpaudit-XXXXXXXXXX\")\n"
	                  "\ttrap 'rm -f -- \"$new\"' EXIT\n"
	                  "\tcp -a -- \"$file\" \"$new\"\n"
	                  "}\n"
	                  "\n"
	                  "# edit FILE SCRIPT: edit FILE by a script of sed -E, if it is there.\n"
	                  "edit() {\n"
	                  "\t[ -f \"$1\" ] || return 0\n"
	                  "\tbegin \"$1\"\n"
	                  "\tsed -E -e \"$2\" <\"$file\" >\"$new\"\n"
	                  "\treplace \"$file\" \"$new\"\n"
	                  "}\n" },
	[HELPER_LINE] = { 1 << HELPER_EDIT | 1 << HELPER_DID,
	                  "# add FILE LINE [HEAD]: add LINE to FILE, which is made if there is none, below HEAD.\n"
	                  "add() {\n"
	                  "\tmkdir -p -- \"$(dirname -- \"$1\")\"\n"
	                  "\tif ! [ -e \"$1\" ]; then\n"
	                  "\t\tcase $1 in\n"
	                  "\t\t/etc/sudoers.d/*) (umask 337 && : >\"$1\") ;;\n"
	                  "\t\t*) (umask 022 && : >\"$1\") ;;\n"
	                  "\t\tesac\n"
	                  "\tfi\n"
	                  "\tbegin \"$1\"\n"
	                  "\t{\n"
	                  "\t\tcat <\"$file\"\n"
	                  "\t\tif [ -n \"$(tail -c 1 <\"$file\")\" ]; then echo; fi\n"
	                  "\t\tif [ -n \"${3-}\" ] && ! grep -qxF -e \"$3\" <\"$file\"; then printf '%s\\n' \"$3\"; "
	                  "fi\n"
	                  "\t\tprintf '%s\\n' \"$2\"\n"
	                  "\t} >\"$new\"\n"
	                  "\treplace \"$file\" \"$new\"\n"
	                  "}\n" },
	[HELPER_OPTION] = { 1 << HELPER_LINE | 1 << HELPER_EDIT,
	                    "# What may stand behind an option and leaves it in force.\n"
	                    "harmless='(,(no[a-z]+|mode=[0-7]+|[a-z_]+=[0-9]+[kmgtKMGT%]*))*'\n"
	                    "\n"
	                    "# entry DIRECTORY: print what a line of fstab for it begins with, up to its options.\n"
	                    "entry() {\n"
	                    "\tprintf '%s' "
	                    "\"^([[:blank:]]*[^#[:blank:]][^[:blank:]]*[[:blank:]]+$1/"
	                    "*[[:blank:]]+[^[:blank:]]+[[:blank:]]+)\"\n"
	                    "}\n"
	                    "\n"
	                    "# fstab_line DIRECTORY LINE: add LINE to fstab, unless it has one for it.\n"
	                    "fstab_line() {\n"
	                    "\tgrep -qE -e \"$(entry \"$1\")\" /etc/fstab 2>/dev/null || add /etc/fstab \"$2\"\n"
	                    "}\n"
	                    "\n"
	                    "# fstab_option DIRECTORY OPTION: let its line of fstab have the option, as the last that "
	                    "says anything of it.\n"
	                    "fstab_option() {\n"
	                    "\tentry=$(entry \"$1\")\n"
	                    "\tedit /etc/fstab "
	                    "\"\\\\~$entry([^[:blank:]]*,)?$2$harmless([[:blank:]]|\\$)~!s~$entry([^[:blank:]]+)~"
	                    "\\\\1\\\\2,$2~\"\n"
	                    "}\n"
	                    "\n"
	                    "# unit_option FILE OPTION: the same for Options= of a unit or drop-in.\n"
	                    "unit_option() {\n"
	                    "\tedit \"$1\" "
	                    "\"/[=,]$2${harmless}[[:blank:]]*\\$/"
	                    "!s~^(Options=.*[^[:blank:]])[[:blank:]]*\\$~\\\\1,$2~\"\n"
	                    "}\n" },
	[HELPER_INSIDE] = { 0, "# enter DIRECTORY: go there, and not through a symbolic link that somebody put in the "
	                       "way.\n"
	                       "enter() {\n"
	                       "\tcd -P -- \"$1\"\n"
	                       "\tif [ \"$(env pwd -P)\" != \"$1\" ]; then\n"
	                       "\t\tprintf '%s is not where its name says\\n' \"$1\" >&2\n"
	                       "\t\treturn 1\n"
	                       "\tfi\n"
	                       "}\n"
	                       "\n"
	                       "# shelter NAME: make a directory that only root enters, and enter it: what is in it "
	                       "stays what it is.\n"
	                       "shelter() {\n"
	                       "\tshelter=$(mktemp -d \"./$1XXXXXXXXXX\")\n"
	                       "\tcd -P -- \"$shelter\"\n"
	                       "\tcase $(stat -c %u:%A .)$(ls -A .) in\n"
	                       "\t0:drwx------ | 0:drwx--S---) ;;\n"
	                       "\t*)\n"
	                       "\t\tprintf '%s was exchanged for another one\\n' \"$shelter\" >&2\n"
	                       "\t\treturn 1\n"
	                       "\t\t;;\n"
	                       "\tesac\n"
	                       "}\n" },
	[HELPER_ACT] = { 1 << HELPER_INSIDE | 1 << HELPER_DID,
	                 "# look OBJECT: print what act may change.\n"
	                 "look() {\n"
	                 "\tstat -c '%f %u %g' -- \"$1\"\n"
	                 "\tgetfacl -c -p -- \"$1\" 2>/dev/null || :\n"
	                 "}\n"
	                 "\n"
	                 "# act PATH OWNER COMMAND...: run COMMAND on what PATH is, if it is OWNER's (-: anybody's), "
	                 "and "
	                 "on nothing\n"
	                 "# that somebody else makes of it meanwhile: on a directory from within, on a file by a "
	                 "second "
	                 "name that\n"
	                 "# nobody can reach.\n"
	                 "act() (\n"
	                 "\tpath=$1\n"
	                 "\towner=$2\n"
	                 "\tshift 2\n"
	                 "\tif [ -d \"$path\" ] && ! [ -L \"$path\" ]; then\n"
	                 "\t\tenter \"$path\"\n"
	                 "\t\tbefore=$(look .)\n"
	                 "\t\t\"$@\" .\n"
	                 "\t\t[ \"$(look .)\" = \"$before\" ] || did \"$* $path\"\n"
	                 "\t\texit 0\n"
	                 "\tfi\n"
	                 "\t[ -e \"$path\" ] || [ -L \"$path\" ] || exit 0\n"
	                 "\tenter \"$(dirname -- \"$path\")\"\n"
	                 "\tname=$(basename -- \"$path\")\n"
	                 "\t[ -e \"./$name\" ] || [ -L \"./$name\" ] || exit 0\n"
	                 "\tclosed=$(stat -c %u:%A .)\n"
	                 "\tshelter .tmpaudit-act.\n"
	                 "\ttrap 'rm -f object; cd ..; rmdir -- \"$shelter\" 2>/dev/null || :' EXIT\n"
	                 "\tstatus=0\n"
	                 "\tln -P -- \"../$name\" object || exit 1\n"
	                 "\tis=$(stat -c %u object)\n"
	                 "\t[ \"$is $1\" != '0 chown' ] || exit 0\n"
	                 "\tcase $closed in 0:d????[!w]??[!w]? | 0:*[tT]) ;; *) [ \"$is\" != 0 ] || owner=nobody ;; "
	                 "esac\n"
	                 "\tif [ \"$owner\" = nobody ]; then\n"
	                 "\t\tprintf '%s is root'\\''s where others can exchange it: take it away\\n' \"$path\" >&2\n"
	                 "\t\tstatus=1\n"
	                 "\telif [ \"$owner\" != - ] && [ \"$owner\" != \"$is\" ]; then\n"
	                 "\t\tprintf '%s is another by now\\n' \"$path\" >&2\n"
	                 "\t\tstatus=1\n"
	                 "\telif [ \"$(stat -c %h object)\" != 2 ]; then\n"
	                 "\t\tprintf '%s has further names: see what they are\\n' \"$path\" >&2\n"
	                 "\t\tstatus=1\n"
	                 "\telif [ -L object ] && [ \"$1 ${2-}\" != 'chown -h' ]; then\n"
	                 "\t\tprintf '%s has become a symbolic link\\n' \"$path\" >&2\n"
	                 "\t\tstatus=1\n"
	                 "\telse\n"
	                 "\t\tbefore=$(look object)\n"
	                 "\t\t\"$@\" object || status=1\n"
	                 "\t\t[ \"$(look object)\" = \"$before\" ] || did \"$* $path\"\n"
	                 "\tfi\n"
	                 "\texit $status\n"
	                 ")\n" },
	[HELPER_ASIDE] = { 1 << HELPER_INSIDE | 1 << HELPER_DID,
	                   "# set_aside PATH [UID:MODE]: move what PATH is, unless it is another by now, into a "
	                   "directory that only root\n"
	                   "# enters, next to it.\n"
	                   "set_aside() (\n"
	                   "\t[ -e \"$1\" ] || [ -L \"$1\" ] || exit 0\n"
	                   "\tenter \"$(dirname -- \"$1\")\"\n"
	                   "\tname=$(basename -- \"$1\")\n"
	                   "\t[ -e \"./$name\" ] || [ -L \"./$name\" ] || exit 0\n"
	                   "\t[ -z \"${2-}\" ] || [ \"$(stat -c %u:%f -- \"./$name\")\" = \"$2\" ] || exit 0\n"
	                   "\tshelter .tmpaudit-aside.\n"
	                   "\tmv -n -- \"../$name\" .\n"
	                   "\t[ -e \"./$name\" ] || [ -L \"./$name\" ]\n"
	                   "\t# A place where others write it is no more.\n"
	                   "\t[ -L \"./$name\" ] || [ ! -d \"./$name\" ] || chmod -R go-w -- \"./$name\"\n"
	                   "\tdid \"moved $1 to $(env pwd -P): look at it there\"\n"
	                   ")\n" },
	[HELPER_REMOUNT] = { 1 << HELPER_DID,
	                     "# remount DIRECTORY OPTION: give the mount there an option, besides those that it has.\n"
	                     "remount() {\n"
	                     "\tif ! findmnt -n -M \"$1\" >/dev/null; then\n"
	                     "\t\tmount --bind -- \"$1\" \"$1\"\n"
	                     "\tfi\n"
	                     "\toptions=$(findmnt -n -o VFS-OPTIONS -M \"$1\" | tail -n 1)\n"
	                     "\tcase ,$options, in *,\"$2\",*) return 0 ;; esac\n"
	                     "\tmount -o \"remount,bind,$options,$2\" -- \"$1\"\n"
	                     "\tdid \"mounted $1 with $2\"\n"
	                     "}\n" },
	[HELPER_UNCOVER] = { 1 << HELPER_DID,
	                     "# uncover DIRECTORY: set aside what lies beneath the mount on it, as seen in mounts of "
	                     "our own.\n"
	                     "uncover() {\n"
	                     "\tfindmnt -n -M \"$1\" >/dev/null || return 0\n"
	                     "\t(umask 077 && mkdir -p /var/lib/tmpaudit)\n"
	                     "\thidden=$(mktemp -d /var/lib/tmpaudit/beneath.XXXXXXXXXX)\n"
	                     "\tparent=$(findmnt -n -o TARGET --target \"$(dirname -- \"$1\")\")\n"
	                     "\t# shellcheck disable=SC2016,SC1003 # the parameters are those of the inner shell\n"
	                     "\tunshare --mount --propagation private sh -eu -c '\n"
	                     "\t\tmkdir \"$1/mnt\" \"$1/files\"\n"
	                     "\t\tmount --bind -- \"$2\" \"$1/mnt\"\n"
	                     "\t\tfrom=$1/mnt${3#\"${2%/}\"}\n"
	                     "\t\tto=$1/files\n"
	                     "\t\t# The same mount, if it can be: then nothing is copied.\n"
	                     "\t\tcase $to in \"${2%/}\"/*) [ ! -d \"$1/mnt${to#\"${2%/}\"}\" ] || "
	                     "to=$1/mnt${to#\"${2%/}\"} ;; esac\n"
	                     "\t\tcd \"$from\"\n"
	                     "\t\tfind . -mindepth 1 -maxdepth 1 -exec mv -n -t \"$to\" -- {} +\n"
	                     "\t' uncover \"$hidden\" \"$parent\" \"$1\"\n"
	                     "\trmdir \"$hidden/mnt\"\n"
	                     "\tif rmdir \"$hidden/files\" 2>/dev/null; then\n"
	                     "\t\trmdir \"$hidden\"\n"
	                     "\telse\n"
	                     "\t\tdid \"moved what lay beneath $1 to $hidden/files: look at it there\"\n"
	                     "\tfi\n"
	                     "}\n" },
	[HELPER_EMPTY] = { 1 << HELPER_INSIDE | 1 << HELPER_DID,
	                   "# empty DIRECTORY: set aside what lies in it, where a mount will hide it.\n"
	                   "empty() (\n"
	                   "\t[ -d \"$1\" ] && [ -n \"$(ls -A -- \"$1\")\" ] || exit 0\n"
	                   "\t(umask 077 && mkdir -p /var/lib/tmpaudit)\n"
	                   "\thidden=$(mktemp -d /var/lib/tmpaudit/beneath.XXXXXXXXXX)\n"
	                   "\tenter \"$1\"\n"
	                   "\tfind . -mindepth 1 -maxdepth 1 -exec mv -n -t \"$hidden\" -- {} +\n"
	                   "\tdid \"moved what lay in $1 to $hidden: look at it there\"\n"
	                   ")\n" },
};

/** Bits of the functions that a step calls. */
static unsigned calls(const struct fix *fix) {
	if (fix->brief)
		return 1 << HELPER_OPTION;
	switch (fix->kind) {
	case FIX_LINE:
	case FIX_ADD:
		return 1 << HELPER_LINE | (fix->kind == FIX_LINE ? 1 << HELPER_EDIT : 0);
	case FIX_EDIT:
		return 1 << HELPER_EDIT;
	case FIX_DIRECTORY:
	case FIX_OBJECT:
		return 1 << HELPER_ACT;
	case FIX_ASIDE:
		return 1 << HELPER_ASIDE;
	case FIX_REMOUNT:
		return 1 << HELPER_REMOUNT;
	case FIX_UNCOVER:
		return fix->text ? 1 << HELPER_EMPTY : 1 << HELPER_UNCOVER;
	default:
		return 0;
	}
}

static unsigned with_needs(unsigned wanted) {
	for (unsigned before = 0; before != wanted;) {
		before = wanted;
		for (unsigned i = 0; i < HELPERS; ++i)
			if (wanted & 1U << i)
				wanted |= helpers[i].needs;
	}
	return wanted;
}

void fix_functions(struct builder *builder, const struct fix *steps, size_t nsteps) {
	unsigned wanted = 0;

	for (size_t i = 0; i < nsteps; ++i)
		wanted |= calls(&steps[i]);
	wanted = with_needs(wanted);
	for (unsigned i = 0; i < HELPERS; ++i)
		if (wanted & 1U << i)
			builder_format(builder, "\n%s", helpers[i].text);
}

/** Add one step as lines of the script, each behind prefix. */
void fix_sh_step(struct builder *builder, const struct fix *fix, const char *prefix) {
	struct arena *arena = builder->arena;
	struct builder line = { .arena = arena };

	if (fix->brief) {
		builder_format(builder, "%s%s\n", prefix, fix->brief);
		return;
	}
	switch (fix->kind) {
	case FIX_RUN:
		if (fix->match)
			builder_format(&line, "{ %s; } ||\n%s\t{ %s; }", fix->match, prefix, fix->text);
		else
			builder_text(&line, fix->text);
		break;
	case FIX_AFTER:
		builder_format(&line, "[ -z \"$changed\" ] || { %s; }", fix->text);
		break;
	case FIX_LINE:
		put_operand(&line, "edit ", fix->path, " ");
		put_word(&line, sed_script(arena, fix->match, as_replacement(arena, fix->text), NULL));
		put_operand(&line, arena_text(arena, "\n%sgrep -qxF -e ", prefix), fix->text, " -- ");
		put_operand(&line, "", fix->path, " 2>/dev/null ||\n");
		put_operand(&line, arena_text(arena, "%s\tadd ", prefix), fix->path, " ");
		put_word(&line, fix->text);
		break;
	case FIX_ADD:
		put_operand(&line, "grep -qE -e ", fix->match, " -- ");
		put_operand(&line, "", fix->path, " 2>/dev/null ||\n");
		put_operand(&line, arena_text(arena, "%s\tadd ", prefix), fix->path, " ");
		put_word(&line, fix->text);
		break;
	case FIX_EDIT:
		put_operand(&line, "edit ", fix->path, " ");
		put_word(&line, sed_script(arena, fix->match, fix->text, fix->unless));
		break;
	case FIX_DIRECTORY:
	case FIX_OBJECT:
		if (fix->unless)
			put_operand(&line, "[ \"$(stat -c %u:%a -- ", fix->path,
			            arena_text(arena, " 2>/dev/null)\" = %s ] || ", fix->unless));
		put_operand(&line, "act ", fix->path,
		            arena_text(arena, " %s %s", fix->match ? fix->match : "-", fix->text));
		break;
	case FIX_ASIDE:
		put_operand(&line, "set_aside ", fix->path, fix->text ? arena_text(arena, " %s", fix->text) : "");
		break;
	case FIX_REMOUNT:
		put_operand(&line, "remount ", fix->path, arena_text(arena, " %s", fix->text));
		break;
	case FIX_UNCOVER:
		put_operand(&line, fix->text ? "empty " : "uncover ", fix->path, "");
		break;
	default:
		builder_text(&line, fix_command(arena, fix));
		break;
	}
	if (fix->head && (fix->kind == FIX_LINE || fix->kind == FIX_ADD)) {
		builder_text(&line, " ");
		put_word(&line, fix->head);
	}
	builder_format(builder, "%s%s\n", prefix, builder_string(&line));
}

static void put_shown(struct builder *builder, const char *text) {
	text_terminal(builder, text, strlen(text));
}

/** Add words for a reader as comments. */
void fix_comment(struct builder *builder, const char *indent, const char *label, const char *text) {
	struct builder shown = { .arena = builder->arena }, folded = { .arena = builder->arena };

	put_shown(&shown, text);
	const size_t width = strlen(indent) + 2 + strlen(label);
	text_fold(&folded, builder_string(&shown), width, strlen(indent) + 4, 96);
	builder_format(builder, "%s# %s", indent, label);
	for (const char *line = builder_string(&folded); *line;) {
		const size_t length = strcspn(line, "\n");

		builder_bytes(builder, line, length + (line[length] == '\n'));
		line += length + (line[length] == '\n');
		if (*line)
			builder_format(builder, "%s#   ", indent), line += strspn(line, " ");
	}
}

/** Add which check a part is of, about what, and what it may break. */
void fix_heading(struct builder *builder, const struct fix_part *part, const char *indent) {
	const struct result *result = part->result;
	const struct finding *const *sorted = result_sorted(builder->arena, result);
	enum { TOLD = 8 };
	size_t told = 0, failing = result_failing(result);

	fix_comment(builder, indent, "", arena_text(builder->arena, "%s: %s", result->check->id, result->check->title));
	for (; sorted[told] && told < TOLD && finding_status(sorted[told]) == STATUS_FAIL; ++told) {
		const struct finding *finding = sorted[told];

		fix_comment(builder, indent, "Subject: ",
		            arena_text(builder->arena, "%s (%s): %s%s%s%s%s%s", finding->subject,
		                       aspect_names[finding->aspect], finding->actual ? "is " : "",
		                       finding->actual ? finding->actual : finding->message,
		                       finding->expected ? "; wants " : "", finding->expected ? finding->expected : "",
		                       finding->source ? "; see " : "", finding->source ? finding->source : ""));
	}
	if (failing > told)
		fix_comment(builder, indent, "", arena_text(builder->arena, "and %zu more", failing - told));
	fix_comment(builder, indent, "Risk: ",
	            fix_breaks(result) ? arena_text(builder->arena, "%s; may break: %s", risk_names[part->risk],
	                                            fix_breaks(result))
	                               : risk_names[part->risk]);
	if (part->withheld)
		fix_comment(builder, indent, "Not done: ", part->withheld);
	if (part->elsewhere)
		fix_comment(builder, indent, "", "What is above does it.");
}

static const struct fix *all_steps(struct arena *arena, const struct fix_plan *plan, size_t *count) {
	struct fix *steps = NULL;

	*count = 0;
	for (size_t i = 0; i < plan->nparts; ++i) {
		for (size_t k = 0; k < plan->parts[i].nsteps; ++k) {
			steps = arena_grow(arena, steps, *count, sizeof *steps);
			steps[(*count)++] = plan->parts[i].steps[k];
		}
	}
	return steps;
}

static bool acts(const struct fix_part *part) {
	for (size_t i = 0; i < part->nsteps; ++i)
		if (part->steps[i].kind != FIX_HAND)
			return true;
	return false;
}

static bool has_after(const struct fix_part *part) {
	for (size_t i = 0; i < part->nsteps; ++i)
		if (part->steps[i].kind == FIX_AFTER)
			return true;
	return false;
}

static void put_part(struct builder *builder, const struct fix_part *part) {
	const char *indent = part->withheld ? "# \t" : "\t";

	builder_text(builder, "\n");
	fix_heading(builder, part, "");
	if (!acts(part)) {
		for (size_t i = 0; i < part->nsteps; ++i)
			fix_sh_step(builder, &part->steps[i], "");
		return;
	}
	builder_format(builder, "%spart=%s%s\n", part->withheld ? "# " : "", part->result->check->id,
	               has_after(part) ? " changed=''" : "");
	builder_format(builder, "%sset +e\n", part->withheld ? "# " : "");
	builder_format(builder, "%s(\n%sset -e\n", part->withheld ? "# " : "", indent);
	for (size_t i = 0; i < part->nsteps; ++i)
		fix_sh_step(builder, &part->steps[i], indent);
	builder_format(builder, "%s)\n%sended $?\n", part->withheld ? "# " : "", part->withheld ? "# " : "");
}

/** Add how much of the plan is done, and from when on it counts. */
static void put_overview(struct builder *builder, const struct fix_plan *plan) {
	size_t done = 0, withheld = 0, hand = 0;

	for (size_t i = 0; i < plan->nparts; ++i) {
		const struct fix_part *part = &plan->parts[i];

		withheld += part->withheld != NULL;
		done += !part->withheld && (part->elsewhere || acts(part));
		hand += !part->withheld && !part->elsewhere && !acts(part);
	}
	fix_comment(
	        builder, "", "",
	        arena_text(builder->arena,
	                   "Of %zu checks that fail it repairs %zu; %zu stand as comments with the reason, and %zu are "
	                   "for a hand.%s",
	                   plan->nparts, done, withheld, hand,
	                   plan->report->host.live
	                           ? " What is read at a start has its old value until then: log in anew, and restart "
	                             "the host when that suits."
	                           : ""));
}

static void put_head(struct builder *builder, const struct fix_plan *plan) {
	const struct report *report = plan->report;
	struct tm utc;
	char when[40] = "";

	if (gmtime_r(&report->run.started.tv_sec, &utc))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &utc);
	builder_text(
	        builder,
	        "#!/bin/sh\n"
	        "# shellcheck disable=SC2016,SC1003 # what looks like an expansion or a quote in quotes is none\n");
	fix_comment(builder, "", "",
	            arena_text(builder->arena,
	                       "What repairs what tmpaudit " VERSION " found wrong with %s%s, %s, profile %s.",
	                       report->host.live ? "" : "the tree ",
	                       report->host.live ? report->host.hostname ? report->host.hostname : "this host"
	                                         : report->host.root,
	                       when, report->run.profile));
	fix_comment(
	        builder, "", "",
	        arena_text(builder->arena,
	                   "Read it, then run it as root%s. It can be run again: what is done already is left alone. "
	                   "What may break more than risk \"%s\" stands as a comment. Files that it edits are kept as "
	                   "they were in /var/backups/tmpaudit.",
	                   report->host.live ? "" : " inside the tree, as chroot(8) does, if you trust what is in it",
	                   risk_names[plan->most]));
	put_overview(builder, plan);
	builder_text(builder, "\nset -eu\n"
	                      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
	                      "LC_ALL=C\n"
	                      "export PATH LC_ALL\n"
	                      "umask 022\n"
	                      "cd /\n");
}

static const char guard_live[] = "if [ \"$(id -u)\" != 0 ]; then\n"
                                 "\techo 'Run this as root.' >&2\n"
                                 "\texit 2\n"
                                 "fi\n";

/* In a chroot the top is another mount than that of process 1, or none. */
static const char guard_tree[] =
        "top() {\n"
        "\tsed -n 's/^\\([0-9]*\\) [0-9]* [^ ]* [^ ]* \\/ .*/\\1/p' \"/proc/$1/mountinfo\" 2>/dev/null || :\n"
        "}\n"
        "if [ -n \"$(top self)\" ] && [ \"$(top self)\" = \"$(top 1)\" ] && [ \"${1-}\" != --here ]; then\n"
        "\techo 'This is for a tree, and here is a running host: run it inside the tree, or with --here.' >&2\n"
        "\texit 2\n"
        "fi\n";

void fix_sh(struct builder *builder, const struct fix_plan *plan) {
	size_t all;

	put_head(builder, plan);
	builder_text(builder, guard_live);
	if (!plan->report->host.live)
		builder_text(builder, guard_tree);
	const struct fix *steps = all_steps(builder->arena, plan, &all);

	if (!plan->nparts) {
		builder_text(builder, "\n# Nothing is to be done.\n");
		return;
	}
	builder_text(builder, "\nfailed='' part=''\n"
	                      "# ended STATUS: remember the part if it failed; the others are done all the same.\n"
	                      "ended() {\n"
	                      "\tset -e\n"
	                      "\tif [ \"$1\" != 0 ]; then\n"
	                      "\t\tfailed=\"$failed $part\"\n"
	                      "\t\tprintf '%s: could not be done\\n' \"$part\" >&2\n"
	                      "\tfi\n"
	                      "}\n");
	fix_functions(builder, steps, all);
	for (size_t i = 0; i < plan->nparts; ++i)
		put_part(builder, &plan->parts[i]);
	builder_text(builder, "\nif [ -n \"$failed\" ]; then\n"
	                      "\tprintf 'Not done:%s\\n' \"$failed\" >&2\n"
	                      "\texit 1\n"
	                      "fi\n");
}
