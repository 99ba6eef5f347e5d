#!/usr/bin/env bats
# Where paths come from.

load ../helper

sudoers=/etc/sudoers
crontab=/etc/crontab
units=/etc/systemd/system

# A stock tree with these variables for all sessions.
session() {
	stock_tree
	file /etc/environment "$1"
}

# A unit whose service section has these lines.
unit() {
	file "$units/$1" "[Service]\n$2"
}

alice() {
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n'
	file /etc/group 'root:x:0:\nalice:x:1000:\n'
}

# tmpdir

@test "environment.tmpdir: pass: nothing is set" {
	stock_tree
	audit -c 'environment.*'
	status environment.tmpdir pass
	status environment.path pass
	status environment.loader pass
	status environment.commands pass
	status environment.processes not-applicable
}

@test "environment.tmpdir: pass: shared directories, root's own, and what is known only later" {
	session 'TMPDIR=/tmp\nexport TMP="/var/tmp"\nTEMP=/srv/tmp\nTMPPREFIX=/tmp/zsh\nJAVA_TOOL_OPTIONS="-Xmx1g -Djava.io.tmpdir=/tmp"\nTMUX_TMPDIR=$XDG_RUNTIME_DIR\nTEMPDIR=\n'
	dir /srv/tmp 700
	file /etc/security/pam_env.conf 'TMPDIR DEFAULT=@{HOME}/tmp OVERRIDE=${XDG_RUNTIME_DIR}\n#TMP DEFAULT=/nowhere\n'
	unit a.service 'Environment=TMPDIR=%t/x "TMP=%V" TEMP=%S\n'
	file /etc/systemd/user.conf '[Manager]\nDefaultEnvironment=TMPDIR=%t TMP=%h/tmp\n'
	file /etc/environment.d/a.conf 'TMPDIR=${XDG_RUNTIME_DIR}/x\nBASE=/tmp\nTMP=$BASE\n'
	file /etc/profile 'X=/tmp\nexport TMPDIR=${TMPDIR:-$X}\nTEMP=$(mktemp -d)\nTMP=$HOME/tmp; export TMP TEMP\nunset TMPDIR\n'
	audit -c environment.tmpdir
	status environment.tmpdir pass
}

@test "environment.tmpdir: pass: a directory of the unit's user" {
	stock_tree
	alice
	dir /var/lib/a 700 1000:1000
	unit a.service 'User=alice\nEnvironment="TMPDIR=/var/lib/a"\n'
	audit -c environment.tmpdir
	status environment.tmpdir pass
}

@test "environment.tmpdir: fail: what does not exist, is relative, no directory, or another's" {
	session '# x\nTMPDIR=/tmp/build\nTMP=build\nTEMP=/etc/passwd\nTEMPDIR=/var/x\nTMUX_TMPDIR=/srv/x\nTMPPREFIX=/srv/nothing/zsh\nJAVA_TOOL_OPTIONS=-Djava.io.tmpdir=/srv/y\n'
	dir /var/x 1777 1000:1000
	dir /srv/x 777
	dir /srv/y/z 755
	dir /srv/y 700 1001:0
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot '^/tmp/build \(does not exist: anyone may create it\)$' /etc/environment:2
	finding environment.tmpdir TMP boot '^build \(is relative\)$' /etc/environment:3
	finding environment.tmpdir TEMP boot 'is no directory' /etc/environment:4
	finding environment.tmpdir TEMPDIR boot '^/var/x \(uid 1000\)$' /etc/environment:5
	finding environment.tmpdir TMUX_TMPDIR boot 'without sticky bit' /etc/environment:6
	finding environment.tmpdir TMPPREFIX boot '^/srv/nothing \(does not exist\)$' /etc/environment:7
	finding environment.tmpdir java.io.tmpdir boot '^/srv/y \(uid 1001\)$' /etc/environment:8
}

@test "environment.tmpdir: fail: a path that others can swap" {
	session 'TMPDIR=/srv/open/tmp\n'
	dir /srv/open 777
	dir /srv/open/tmp 1777
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot '/srv/open: 0777 root:root' /etc/environment:1
}

@test "environment.tmpdir: fail: every source" {
	stock_tree
	alice
	file /etc/security/pam_env.conf '# x\nTMPDIR DEFAULT=/no/1\n'
	file /etc/default/locale 'LANG=C\nTMPDIR=/no/2\n'
	file /etc/environment.d/a.conf 'TMPDIR=/no/3\n'
	file /usr/lib/environment.d/a.conf 'TMPDIR=/no/hidden\n'
	file /usr/lib/environment.d/b.conf 'X=1\n\nTMPDIR="/no/4"\n'
	file /etc/systemd/system.conf '[Manager]\nDefaultEnvironment=TMPDIR=/no/5\n'
	file /etc/systemd/system.conf.d/a.conf '[Manager]\nManagerEnvironment="TMP=/no/6"\n'
	file /etc/systemd/user.conf.d/a.conf '[Manager]\nDefaultEnvironment=TMPDIR=/no/7\n'
	unit a.service 'Environment=TMPDIR=/no/gone\nEnvironment=\nEnvironment=A=1 TMPDIR=/no/8\nEnvironmentFile=-/etc/default/a\n'
	file /etc/default/a '; x\nTMP=\\\n/no/9\n'
	file /etc/profile 'if true; then\n  export TMPDIR=/no/10\nfi\n'
	file /etc/profile.d/a.sh 'TMP=/no/11\nexport TMP\n'
	file /etc/profile.d/b.sh 'TMP=/no/local\n'
	file /etc/csh.cshrc 'setenv TMPDIR /no/12\n'
	file /etc/fish/config.fish 'set -gx TMPDIR /no/13\n'
	file $crontab 'TMPDIR = "/no/14"\n1 * * * * root true\n'
	file /var/spool/cron/crontabs/alice 'TMPDIR=/no/15\n1 * * * * true\n' 600 1000
	file $sudoers 'Defaults env_file=/etc/sudo.env\n'
	file /etc/sudo.env 'TMPDIR=/no/16\n'
	file /etc/zsh/zshenv 'export TMPDIR=/no/17\n'
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot '^/no/1 ' /etc/security/pam_env.conf:2
	finding environment.tmpdir TMPDIR boot '^/no/2 ' /etc/default/locale:2
	finding environment.tmpdir TMPDIR boot '^/no/3 ' /etc/environment.d/a.conf:1
	finding environment.tmpdir TMPDIR boot '^/no/4 ' /usr/lib/environment.d/b.conf:3
	finding environment.tmpdir TMPDIR boot '^/no/5 ' /etc/systemd/system.conf:2
	finding environment.tmpdir TMP boot '^/no/6 ' /etc/systemd/system.conf.d/a.conf:2
	finding environment.tmpdir TMPDIR boot '^/no/7 ' /etc/systemd/user.conf.d/a.conf:2
	finding environment.tmpdir TMPDIR boot '^/no/8 ' $units/a.service:4
	finding environment.tmpdir TMP boot '^/no/9 ' /etc/default/a:2
	finding environment.tmpdir TMPDIR boot '^/no/10 ' /etc/profile:2
	finding environment.tmpdir TMP boot '^/no/11 ' /etc/profile.d/a.sh:1
	finding environment.tmpdir TMPDIR boot '^/no/12 ' /etc/csh.cshrc:1
	finding environment.tmpdir TMPDIR boot '^/no/13 ' /etc/fish/config.fish:1
	finding environment.tmpdir TMPDIR boot '^/no/14 ' $crontab:1
	finding environment.tmpdir TMPDIR boot '^/no/15 ' /var/spool/cron/crontabs/alice:1
	finding environment.tmpdir TMPDIR boot '^/no/16 ' /etc/sudo.env:1
	finding environment.tmpdir TMPDIR boot '^/no/17 ' /etc/zsh/zshenv:1
	[ "$(report '[.checks[].findings[]] | length')" = 17 ]
}

@test "environment.tmpdir: fail: sudo keeps what its caller has" {
	stock_tree
	file $sudoers 'Defaults env_keep += "LANG TMPDIR"\nDefaults env_keep -= "TMP"\n@includedir /etc/sudoers.d\n'
	file /etc/sudoers.d/a 'Defaults:alice env_check += TEMP*\n'
	file /etc/sudoers.d/b 'Defaults env_keep += TMUX_TMPDIR\nDefaults env_keep -= TMUX_TMPDIR\n'
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot '^kept by sudo \(env_keep\)$' $sudoers:1
	finding environment.tmpdir TEMP boot '^kept by sudo \(env_check\)$' /etc/sudoers.d/a:1
	no_finding environment.tmpdir TMP
	no_finding environment.tmpdir TMUX_TMPDIR
	file $sudoers 'Defaults !env_reset\n'
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot env_reset $sudoers:1
	finding environment.tmpdir TMP boot env_reset $sudoers:1
	file $sudoers 'Defaults !env_reset\nDefaults env_reset\n'
	audit -c environment.tmpdir
	status environment.tmpdir pass
}

# What sudo 1.9.13 and 1.9.16 keep of a caller's TEMP and TMP: "LINES|NAMES", a ";" ends a line.
sudo_cases() {
	cat <<'END'
Defaults env_keep = "TEMP"|TEMP
Defaults env_keep+=TEMP,env_keep+=TMP|TEMP TMP
Defaults env_keep += TEMP, env_keep -= TEMP|
Defaults env_keep += "T*";Defaults env_keep -= "TEMP"|TEMP TMP
Defaults env_keep += "TEMP";Defaults env_keep -= "T*"|TEMP
Defaults env_keep += "TE?P"|
Defaults env_keep += "T*P"|TEMP TMP
Defaults env_keep += TEMP\\ TMP|TEMP TMP
Defaults env_keep += "TEMP"; Defaults !env_keep|
Defaults env_keep=TEMP;Defaults env_keep=TMP|TMP
Defaults:alice env_keep=TMP;Defaults env_keep=TEMP|TEMP
Defaults:alice env_keep += TEMP;Defaults env_keep -= TEMP|
Defaults!/usr/bin/env env_keep += TEMP;Defaults env_keep -= TEMP|TEMP
Defaults>root env_keep += TEMP;Defaults env_keep = ""|TEMP
Defaults env_keep += TEMP;Defaults:alice env_keep -= TEMP|TEMP
Defaults env_keep += "TEMP|
Defaults env_keep += "TEMP" TMP|
Defaults env_keep += TEMP,TMP|
Defaults env_keep "TEMP"|
defaults env_keep += TEMP|
Defaults env_reset;Defaults   !  env_reset|TEMP TMP
Defaults !env_reset, env_reset|
Defaults:alice !env_reset;Defaults env_reset|
Defaults !env_reset;Defaults env_delete += TEMP|TMP
Defaults !env_reset, env_delete="TMP TEMP"|
Defaults env_keep += TEMP \\;# comment;|TEMP
END
}

@test "environment.tmpdir: sudo's lists come to what sudo makes of them" {
	stock_tree
	sudo_cases | while IFS='|' read -r lines names; do
		file $sudoers "$(printf %s "$lines" | sed 's/;/\\n/g; s/\\$/\\\\/')\n"
		audit -c environment.tmpdir
		kept=$(report '[.checks[].findings[] | select(.status == "fail" and (.subject == "TEMP" or .subject == "TMP")).subject] | unique | join(" ")')
		[ "$kept" = "$names" ] || {
			printf '%s\nkept "%s", not "%s"\n' "$lines" "$kept" "$names"
			exit 1
		}
	done
}

@test "environment.loader: fail: what jobs, services and scripts give their commands" {
	stock_tree
	file /etc/cron.d/a '1 * * * * root LD_PRELOAD=/tmp/a.so /usr/bin/a\n2 * * * * root env PYTHONPATH=/usr/lib/b:/tmp/b b\n3 * * * * root PATH=/tmp/bin:$PATH c\n'
	unit b.service 'ExecStart=/usr/bin/env "LD_LIBRARY_PATH=/var/tmp/lib:${LD_LIBRARY_PATH}" /usr/bin/b\n'
	file /etc/init.d/c '#!/bin/sh\nPATH=/sbin:/bin:$PATH\nPERL5LIB=/tmp/no\nRUBYLIB=/tmp/r\nexport RUBYLIB\n' 755
	audit -c environment.loader -c environment.path
	finding environment.loader LD_PRELOAD boot '^/tmp/a.so ' /etc/cron.d/a:1
	finding environment.loader PYTHONPATH boot '^element 2 is /tmp/b ' /etc/cron.d/a:2
	finding environment.loader LD_LIBRARY_PATH boot '^element 1 is /var/tmp/lib ' $units/b.service:2
	finding environment.loader RUBYLIB boot '^element 1 is /tmp/r ' /etc/init.d/c:5
	no_finding environment.loader PERL5LIB
	finding environment.path PATH boot '^element 1 is /tmp/bin ' /etc/cron.d/a:3
}

@test "environment.loader: pass: commands whose variables are safe, or known only when they run" {
	stock_tree
	file /etc/cron.d/a '1 * * * * root LD_PRELOAD=/usr/lib/a.so PERL5LIB=$X:/usr/lib/p a; echo LD_AUDIT=/tmp/x\n2 * * * * root TMPDIR=/tmp/x ENV=/tmp/y sort\n'
	unit b.service 'ExecStart=/usr/bin/env PATH=/usr/bin:$PATH RUBYLIB=%t/b b RUBYLIB=/tmp/no\n'
	audit -c environment.loader -c environment.path -c environment.tmpdir
	status environment.loader pass
	status environment.path pass
	status environment.tmpdir pass
}

@test "environment.loader: fail: what sudo keeps without env_reset" {
	stock_tree
	file $sudoers 'Defaults !env_reset\n'
	audit -c environment.loader
	finding environment.loader CLASSPATH boot '!env_reset' $sudoers:1
	finding environment.loader PYTHONSTARTUP boot '!env_reset' $sudoers:1
	no_finding environment.loader PYTHONPATH
	no_finding environment.loader LD_PRELOAD
	no_finding environment.loader BASH_ENV
	file $sudoers 'Defaults !env_reset, env_delete -= PYTHONPATH\n'
	audit -c environment.loader
	finding environment.loader PYTHONPATH boot '!env_reset' $sudoers:1
}

@test "environment.tmpdir: error: a source that cannot be read" {
	session 'TMPDIR=/tmp\n'
	mkfifo "$TREE/etc/profile"
	audit -c environment.tmpdir
	status environment.tmpdir error
	unreadable environment.tmpdir /etc/profile 'regular file'
	file /etc/environment 'TMPDIR=/nothing\n'
	audit -c environment.tmpdir
	status environment.tmpdir fail
}

# What may set a variable, and is not known: each line makes the rows errors by itself.
unknown_lines() {
	cat <<'END'
read -r TMPDIR </etc/tmpdir
printf -v TMPDIR '%s/%s' /srv "$USER"
export TMPDIR=$(cat /etc/tmpdir)
export TMPDIR=`cat /etc/tmpdir`
export TMPDIR=/tmp/$USER
TMPDIR+=$1
mapfile -t TMPDIR
eval "$(cat /etc/vars)"
. $FILE
source <(cat /etc/vars)
. relative
export "$NAME=/srv"
export $(cat /etc/vars)
for f in $LIST; do . "$f"; done
declare -n ref=TMPDIR
[ -z "$X" ] || export TMPDIR=$X
env TMPDIR=$X cron
END
}

@test "environment.tmpdir: error: what a start-up script sets, and is known only when it runs" {
	stock_tree
	unknown_lines | while IFS= read -r line; do
		printf '# x\n%s\n' "$line" >"$TREE/etc/profile"
		audit -c environment.tmpdir
		status environment.tmpdir error
		has_finding environment.tmpdir '.status == "error" and .source == "/etc/profile:2"' || {
			echo "$line"
			exit 1
		}
	done
	file /etc/csh.cshrc 'setenv TMPDIR `cat /etc/x`\n'
	file /etc/profile ''
	audit -c environment.tmpdir
	has_finding environment.tmpdir '.status == "error" and .source == "/etc/csh.cshrc:1"'
	file /etc/csh.cshrc ''
	file /etc/fish/config.fish 'set -x TMPDIR (cat /etc/x)\n'
	audit -c environment.tmpdir
	has_finding environment.tmpdir '.status == "error" and .source == "/etc/fish/config.fish:1"'
}

# What sets a variable to something that is known.
known_lines() {
	cat <<'END'
export TMPDIR=$'/no\x2fwhere'
BASE=/no; export TMPDIR="$BASE/where"
: "${TMPDIR:=/no/where}"
printf -v TMPDIR /no/where
printf -v TMPDIR %s /no/where
env TMPDIR=/no/where cron
typeset -x TMPDIR=/no/where
if false; then TMPDIR=/tmp; else TMPDIR=/no/where; fi
for TMPDIR in /tmp /no/where; do :; done
set_it() { TMPDIR=$1; }; set_it /no/where
alias make='TMPDIR=/no/where make'
eval export TMPDIR=/no/where
TMPDIR=${X:+/tmp}${TMPDIR:-/no/where}
bash -c 'TMPDIR=/no/where cron'
END
}

@test "environment.tmpdir: fail: what a start-up script sets in other ways than by a plain assignment" {
	stock_tree
	known_lines | while IFS= read -r line; do
		printf '# x\n%s\n' "$line" >"$TREE/etc/profile"
		audit -c environment.tmpdir
		has_finding environment.tmpdir '.status == "fail" and .source == "/etc/profile:2" and (.actual | contains("/no/where"))' || {
			echo "$line"
			exit 1
		}
	done
}

@test "environment.tmpdir: fail: what a start-up script sources" {
	stock_tree
	file /etc/profile 'D=/etc/vars.d\n[ -r /etc/vars ] && . /etc/vars\nfor f in $D/*.sh; do . "$f"; done\n. /etc/none\n'
	file /etc/vars 'export TMPDIR=/no/1\n. /etc/vars\nsource /etc/deeper\n'
	file /etc/deeper 'TMPDIR=/no/2\n'
	file /etc/vars.d/a.sh 'TMPDIR=/no/3\n'
	file /etc/vars.d/b 'TMPDIR=/no/not-read\n'
	file /etc/csh.login 'source /etc/csh.vars\n'
	file /etc/csh.vars 'setenv TMPDIR /no/4\n'
	file /etc/zsh/zshrc 'source /etc/zsh.vars\n'
	file /etc/zsh.vars 'path=(/tmp/bin $path)\n'
	audit -c environment.tmpdir -c environment.path
	finding environment.tmpdir TMPDIR boot '^/no/1 ' /etc/vars:1
	finding environment.tmpdir TMPDIR boot '^/no/2 ' /etc/deeper:1
	finding environment.tmpdir TMPDIR boot '^/no/3 ' /etc/vars.d/a.sh:1
	finding environment.tmpdir TMPDIR boot '^/no/4 ' /etc/csh.vars:1
	finding environment.path PATH boot '^element 1 is /tmp/bin ' /etc/zsh.vars:1
	[ "$(report '[.checks[] | select(.id == "environment.tmpdir").findings[]] | length')" = 4 ]
}

@test "environment.commands: fail: a start-up script sources what others can write" {
	stock_tree
	file /etc/profile '. /tmp/vars\n'
	audit -c environment.commands
	finding environment.commands /tmp/vars boot '^sources /tmp/vars as root' /etc/profile:1
}

@test "environment.tmpdir: pass: what is not run, and what is no variable of programs" {
	stock_tree
	file /etc/profile 'f() { TMPDIR=$X; . $Y; eval "$Z"; }\nTMP=$X\neval "$(dircolors -b)"\necho "TMPDIR=$X"\n# TMPDIR=$X\ncat <<E\nTMPDIR=$X\nE\n. "$HOME/.vars"\nfor i in $(run-parts --list --regex "^[a-z]*$" /etc/profile.d); do\n:\ndone\n'
	audit -c environment.tmpdir
	status environment.tmpdir pass
}

@test "environment.tmpdir: a unit's specifiers are replaced, as far as its name says" {
	stock_tree
	file "$units/a-b@.service" '[Service]\nEnvironment=TMPDIR=/no/%i "TMP=/no/%p" TEMP=%I\n'
	file "$units/c.service" '[Service]\nEnvironment=TMPDIR=/no/%m TMP=/no/%%n TEMP=/no/%n TEMPDIR=$HOME\n'
	mkdir -p "$TREE$units/multi-user.target.wants"
	ln -s ../a-b@.service "$TREE$units/multi-user.target.wants/a-b@tmp-x.service"
	audit -c environment.tmpdir
	finding environment.tmpdir TMPDIR boot '^/no/tmp-x ' "$units/a-b@.service:2"
	finding environment.tmpdir TMP boot '^/no/a-b ' "$units/a-b@.service:2"
	finding environment.tmpdir TEMP boot '^tmp/x \(is relative' "$units/a-b@.service:2"
	has_finding environment.tmpdir '.status == "error" and .subject == "TMPDIR" and .source == "/etc/systemd/system/c.service:2"'
	finding environment.tmpdir TMP boot '^/no/%n ' "$units/c.service:2"
	finding environment.tmpdir TEMP boot '^/no/c.service ' "$units/c.service:2"
	finding environment.tmpdir TEMPDIR boot '^\$HOME \(is relative' "$units/c.service:2"
}

@test "environment.tmpdir: error: a script that cannot be followed to the variable" {
	stock_tree
	file /etc/profile 'X="\nexport TMPDIR=/srv/x\n'
	audit -c environment.tmpdir
	unreadable environment.tmpdir TMPDIR 'cannot be followed'
}

@test "tempdir.mode: fail: a directory that configuration gives as TMPDIR is audited" {
	session 'TMPDIR=/srv/tmp\n'
	dir /srv/tmp 777
	audit -c tempdir.mode -c sticky.shared -c environment.tmpdir
	has_finding sticky.shared '.subject == "/srv/tmp"' || has_finding tempdir.mode '.subject == "/srv/tmp"'
	finding environment.tmpdir TMPDIR boot 'without sticky' /etc/environment:1
}

# path

@test "environment.path: pass: absolute directories of root" {
	session 'PATH="/usr/local/bin:/usr/bin:/nothing/bin:/bin"\n'
	dir /usr/local/bin 755
	dir /usr/bin 755
	file /etc/profile 'PATH="$PATH:/usr/games"\nPATH=~/bin:$PATH\nexport PATH\n'
	file /etc/login.defs 'ENV_PATH PATH=/usr/bin\n'
	file $sudoers 'Defaults secure_path="/usr/bin:/bin"\n'
	file $crontab 'PATH=/usr/bin\n'
	audit -c environment.path
	status environment.path pass
}

@test "environment.path: fail: empty, relative, temporary, writable and squattable elements" {
	stock_tree
	dir /srv/bin 777
	dir /opt/bin 755 1000:1000
	file /etc/environment 'PATH=/usr/bin:.:bin\n'
	file $crontab 'SHELL=/bin/sh\n\n\nPATH=/usr/bin:/bin:\n'
	file /etc/login.defs 'ENV_PATH\tPATH=/tmp/bin:/bin\nENV_SUPATH /srv/bin\n'
	file $sudoers 'Defaults secure_path = /bin:/opt/bin\n'
	file /etc/profile 'PATH="$PATH:"\n'
	file /etc/csh.login 'set path = ( $path /srv/bin )\n'
	unit a.service 'Environment=PATH=/srv/bin/more:/bin\n'
	audit -c environment.path
	finding environment.path PATH boot '^element 2 is \. \(is relative\); element 3 is bin \(is relative\)$' /etc/environment:1
	finding environment.path PATH boot '^element 3 is empty$' $crontab:4
	finding environment.path ENV_PATH boot '/tmp/bin \(does not exist: anyone may create it\)' /etc/login.defs:1
	finding environment.path ENV_SUPATH boot '/srv/bin \(0777 root:root\)' /etc/login.defs:2
	finding environment.path secure_path boot '/opt/bin \(uid 1000\)' $sudoers:1
	finding environment.path PATH boot '^element 2 is empty$' /etc/profile:1
	finding environment.path PATH boot '/srv/bin' /etc/csh.login:1
	finding environment.path PATH boot '/srv/bin/more' $units/a.service:2
}

@test "environment.path: fail: root's directory inside an audited one" {
	session 'PATH=/tmp/tools\n'
	dir /tmp/tools 755
	audit -c environment.path
	finding environment.path PATH boot 'in /tmp' /etc/environment:1
}

@test "environment.path: error: more than can be told of a path" {
	session 'PATH=/usr/bin\n'
	link /usr/bin bin2
	link /usr/bin2 bin
	audit -c environment.path
	status environment.path error
	unreadable environment.path PATH
}

# loader

@test "environment.loader: pass: the stock configuration" {
	session 'LD_PRELOAD="libeatmydata.so /usr/lib/x.so"\nLD_LIBRARY_PATH=\nPYTHONPATH=/usr/share/py\n'
	file /etc/ld.so.conf 'include /etc/ld.so.conf.d/*.conf\n'
	file /etc/ld.so.conf.d/libc.conf '# libc\n/usr/local/lib\n'
	file /etc/ld.so.preload '# nothing\n'
	audit -c environment.loader
	status environment.loader pass
}

@test "environment.loader: fail: objects and directories of others" {
	stock_tree
	file /tmp/libx.so x 755 1000
	dir /srv/lib 777
	file /etc/ld.so.preload '/tmp/libx.so\n'
	file /etc/ld.so.conf 'include ld.so.conf.d/*.conf\nopt/lib\n'
	file /etc/ld.so.conf.d/a.conf '\n/srv/lib\n'
	file /etc/environment 'LD_LIBRARY_PATH=/usr/lib:\nPYTHONPATH=/tmp/py\nLD_PRELOAD=./x.so\nBASH_ENV=/srv/lib/env\n'
	file $sudoers 'Defaults env_keep += "PYTHONPATH"\n'
	audit -c environment.loader
	finding environment.loader /etc/ld.so.preload boot '^/tmp/libx.so \(uid 1000\)$' /etc/ld.so.preload:1
	finding environment.loader /etc/ld.so.conf boot 'opt/lib \(is relative\)' /etc/ld.so.conf:2
	finding environment.loader /etc/ld.so.conf.d/a.conf boot '/srv/lib \(0777 root:root\)' /etc/ld.so.conf.d/a.conf:2
	finding environment.loader LD_LIBRARY_PATH boot '^element 2 is empty$' /etc/environment:1
	finding environment.loader PYTHONPATH boot '/tmp/py' /etc/environment:2
	finding environment.loader LD_PRELOAD boot 'relative' /etc/environment:3
	finding environment.loader BASH_ENV boot '/srv/lib/env' /etc/environment:4
	finding environment.loader PYTHONPATH boot 'kept by sudo' $sudoers:1
}

@test "environment.loader: fail: what stands in a comment of ld.so.preload that glibc loads all the same" {
	stock_tree
	file /etc/ld.so.preload '# the first comment: /tmp/a.so\n'
	audit -c environment.loader
	status environment.loader pass
	file /etc/ld.so.preload '# the first comment: /tmp/a.so\n# taken out: /tmp/b.so\n'
	audit -c environment.loader
	finding environment.loader /etc/ld.so.preload boot '^/tmp/b.so ' /etc/ld.so.preload:2
	[ "$(report '.checks[0].findings_total')" = 1 ]
}

@test "environment.loader: fail: a list of preloads that others can write" {
	stock_tree
	file /etc/ld.so.preload '' 666
	audit -c environment.loader
	finding environment.loader /etc/ld.so.preload boot '0666' /etc/ld.so.preload
}

@test "environment.loader: error: a list that is no file" {
	stock_tree
	mkfifo "$TREE/etc/ld.so.preload"
	audit -c environment.loader
	unreadable environment.loader /etc/ld.so.preload
}

# commands

@test "environment.commands: pass: programs of root, and commands that only name /tmp" {
	stock_tree
	alice
	file /usr/local/sbin/job '#!/bin/sh\n' 755
	file $crontab '17 * * * * root cd / && run-parts --report /etc/cron.hourly\n5 * * * * root find /tmp -mtime +3 -delete; /usr/local/sbin/job >/tmp/job.log 2>&1\n#* * * * * root /tmp/x\n'
	dir /home/alice 755 1000:1000
	file /home/alice/job x 755 1000
	file /var/spool/cron/crontabs/alice '1 * * * * /home/alice/job\n' 600 1000
	unit a.service 'ExecStart=/usr/sbin/a --log /tmp/a.log\nExecStartPre=-/bin/rm -f /tmp/a.sock\nEnvironmentFile=-/etc/default/a\nPIDFile=/run/a.pid\n'
	unit own.service 'PrivateTmp=yes\nExecStart=/tmp/x\n'
	unit dynamic.service 'DynamicUser=yes\nExecStart=/var/tmp/x\n'
	unit mounted.service 'TemporaryFileSystem=/tmp:ro\nExecStart=/bin/sh /tmp/x\n'
	unit reset.service 'ExecStart=/tmp/x\nExecStart=\nExecStart=/usr/sbin/a\n'
	file /etc/rc.local '#!/bin/sh\n# /tmp/x\nrm -rf /tmp/y\nexit 0\n' 755
	file /etc/init.d/off '#!/bin/sh\n/tmp/x\n' 644
	file /etc/udev/rules.d/a.rules 'KERNEL=="x", RUN+="/usr/bin/y /tmp/z", RUN{builtin}+="kmod load"\n'
	file $sudoers 'Cmnd_Alias A = /usr/bin/a, !/tmp/b\nalice ALL=(root) NOPASSWD: A, sudoedit /tmp/x, /usr/bin/cat /tmp/x\n'
	audit -c environment.commands
	status environment.commands pass
}

@test "environment.commands: fail: what runs from temporary directories" {
	stock_tree
	alice
	file /etc/cron.d/stats 'SHELL=/bin/sh\n# x\n1 * * * * root nice -n 5 /tmp/collect.sh -v\n2 * * * * alice cd /var/tmp && ./a.sh\n3 * * * * root sh -c "/tmp/b.sh"\n4 * * * * root . /tmp/c.sh; python3 /tmp/d.py\n'
	file /var/spool/cron/crontabs/alice '@daily /tmp/e.sh % input\n' 600 1000
	unit a.service 'ExecStart=+/tmp/f -x\nExecStartPre=-@/usr/bin/env env A=1 /tmp/g\nExecStop=/bin/bash /var/tmp/h\nPrivateTmp=no\n'
	unit b.service 'EnvironmentFile=-/tmp/i\nPIDFile=/tmp/j.pid\nWorkingDirectory=/tmp\nPrivateTmp=yes\nExecStart=+/tmp/k\n'
	unit c.service 'RootDirectory=/srv/root\nExecStart=/tmp/l\n'
	dir /srv/root 777
	file /etc/rc.local '#!/bin/sh\n/tmp/m &\n' 755
	file /etc/init.d/n '#!/bin/sh\nif [ -x /tmp/n ]; then\n  start-stop-daemon --start --exec /tmp/n\nfi\n' 755
	file /etc/cron.daily/o '#!/bin/sh\n[ -r /tmp/o ] && . /tmp/o\n' 755
	file /etc/udev/rules.d/p.rules '# x\nKERNEL=="x", \\\n  RUN+="/tmp/p"\n'
	file $sudoers 'alice ALL=(ALL) NOPASSWD: /usr/bin/a, /tmp/q *\n'
	audit -c environment.commands
	finding environment.commands /etc/cron.d/stats boot '^runs /tmp/collect.sh as root' /etc/cron.d/stats:3
	finding environment.commands /etc/cron.d/stats boot '^runs /var/tmp/a.sh as alice' /etc/cron.d/stats:4
	finding environment.commands /etc/cron.d/stats boot '^runs /tmp/b.sh as root' /etc/cron.d/stats:5
	finding environment.commands /etc/cron.d/stats boot '^sources /tmp/c.sh as root' /etc/cron.d/stats:6
	finding environment.commands /etc/cron.d/stats boot '^runs /tmp/d.py as root' /etc/cron.d/stats:6
	finding environment.commands /var/spool/cron/crontabs/alice boot '^runs /tmp/e.sh as alice' /var/spool/cron/crontabs/alice:1
	finding environment.commands a.service boot '^runs /tmp/f as root' $units/a.service:2
	finding environment.commands a.service boot '^runs /tmp/g as root' $units/a.service:3
	finding environment.commands a.service boot '^runs /var/tmp/h as root' $units/a.service:4
	finding environment.commands b.service boot '^reads /tmp/i as root' $units/b.service:2
	finding environment.commands b.service boot '/tmp/j.pid' $units/b.service:3
	finding environment.commands b.service boot '^runs /tmp/k as root' $units/b.service:6
	finding environment.commands c.service boot '/srv/root as root \(0777 root:root\)' $units/c.service:2
	finding environment.commands /etc/rc.local boot '^runs /tmp/m as root' /etc/rc.local:2
	finding environment.commands /etc/init.d/n boot '^runs /tmp/n as root' /etc/init.d/n:3
	finding environment.commands /etc/cron.daily/o boot '^sources /tmp/o as root' /etc/cron.daily/o:2
	finding environment.commands /etc/udev/rules.d/p.rules boot '^runs /tmp/p as root' /etc/udev/rules.d/p.rules:2
	finding environment.commands $sudoers boot '^lets run /tmp/q as root' $sudoers:1
	[ "$(report '[.checks[].findings[]] | length')" = 18 ]
}

@test "environment.commands: pass: a service's own account has its PID file" {
	stock_tree
	file /etc/passwd 'root:x:0:0:root:/root:/bin/bash\nserved:x:107:107::/:/usr/sbin/nologin\n'
	file /etc/group 'root:x:0:\nserved:x:107:\n'
	dir /run/a 2755 107:107
	file /run/a/a.pid 1 660 107:107
	dir /run/b 755 107:107
	file /run/c.pid 1 644 107:107
	unit a.service 'User=served\nPIDFile=/run/a/a.pid\n'
	unit b.service 'PIDFile=/run/b/b.pid\n'
	unit c.service 'PIDFile=c.pid\n'
	audit -c environment.commands
	status environment.commands pass
}

@test "environment.commands: fail: a PID file of people, or of root and open to others" {
	stock_tree
	alice
	dir /srv/alice 755 1000
	dir /srv/open 777
	file /run/root.pid 1 666
	file /tmp/served.pid 1 600 107
	unit a.service 'PIDFile=/srv/alice/a.pid\n'
	unit b.service 'PIDFile=/srv/open/b.pid\n'
	unit c.service 'PIDFile=/run/root.pid\n'
	unit d.service 'PIDFile=/tmp/served.pid\n'
	audit -c environment.commands
	finding environment.commands a.service boot '^takes the process from /srv/alice/a.pid as root'
	finding environment.commands b.service boot '^takes the process from /srv/open/b.pid as root'
	finding environment.commands c.service boot '^takes the process from /run/root.pid as root \(0666 '
	finding environment.commands d.service boot '^takes the process from /tmp/served.pid as root$'
}

@test "environment.commands: a switch of a unit keeps the last value that systemd takes" {
	stock_tree
	unit a.service 'PrivateTmp=yes\nPrivateTmp=\nExecStart=/tmp/a\n'
	unit b.service 'DynamicUser=yes\nDynamicUser=perhaps\nExecStart=/tmp/b\n'
	unit c.service 'PrivateTmp=no\nPrivateTmp=\nExecStart=/tmp/c\n'
	unit d.service 'PrivateTmp=yes\nPrivateTmp=off\nExecStart=/tmp/d\n'
	unit e.service 'User=nobody\nUser=\nExecStart=/tmp/e\n'
	audit -c environment.commands
	no_finding environment.commands a.service
	no_finding environment.commands b.service
	finding environment.commands c.service boot '^runs /tmp/c as root'
	finding environment.commands d.service boot '^runs /tmp/d as root'
	finding environment.commands e.service boot '^runs /tmp/e as root'
}

@test "environment.commands: fail: programs that others can write or swap" {
	stock_tree
	file /usr/local/bin/a x 777
	file /usr/local/bin/b x 755 1000
	link /usr/local/bin/c /var/tmp/c
	file /var/tmp/c x 755
	dir /srv/open 777
	file /srv/open/d x 755
	file $crontab '1 * * * * root /usr/local/bin/a\n1 * * * * root /usr/local/bin/b\n1 * * * * root /usr/local/bin/c\n1 * * * * root /srv/open/d\n'
	audit -c environment.commands
	finding environment.commands $crontab boot '0777 root:root' $crontab:1
	finding environment.commands $crontab boot 'uid 1000' $crontab:2
	finding environment.commands $crontab boot '/usr/local/bin/c as root' $crontab:3
	finding environment.commands $crontab boot '/srv/open: 0777' $crontab:4
}

@test "environment.commands: error: a crontab that is no file" {
	stock_tree
	mkfifo "$TREE/etc/crontab"
	audit -c environment.commands
	unreadable environment.commands $crontab
}

# processes

# Run a process of root with these variables, and audit the host.
run_with() {
	local pid

	env -i "$@" sleep 60 &
	pid=$!
	sleep 0.2
	audit_host -c environment.processes
	kill "$pid"
	process="pid $pid sleep"
}

bare_host() {
	run_with PATH=/usr/bin:/bin SECRET=hunter2 TMPDIR=/tmp
	status environment.processes pass
}

@test "environment.processes: pass: what points to safe places" {
	in_mounts bare_host
}

bad_process() {
	run_with PATH=/usr/bin::/bin TMPDIR=/nothing/x LD_PRELOAD=/tmp/libnone.so SECRET=hunter2 TMP_KEY=hunter2 \
		TMPDIRS=hunter2 TEMP_TOKEN=hunter2 PATH_KEY=hunter2 LD_KEY=hunter2 hunter2=1 \
		JAVA_TOOL_OPTIONS='-Dkey=hunter2 -Djava.io.tmpdir=/nothing/y -Dother=hunter2'
	status environment.processes fail
	finding environment.processes "$process" process '^PATH: element 2 is empty' "/proc/${process//[!0-9]/}/environ"
	finding environment.processes "$process" process '^TMPDIR=/nothing/x \(does not exist\)$'
	finding environment.processes "$process" process '^LD_PRELOAD=/tmp/libnone.so'
	! grep -q hunter2 "$REPORT"
}

@test "environment.processes: fail: variables that point to unsafe places" {
	in_mounts bad_process
}

inside_tmp() {
	cd /tmp
	run_with PATH=.:/usr/bin:/bin
	finding environment.processes "$process" process 'current directory is /tmp$'
}

@test "environment.processes: fail: a relative PATH in a temporary directory" {
	in_mounts inside_tmp
}

elsewhere() {
	unshare -m env -i PATH=/usr/bin:/bin TMPDIR=/nothing/x sleep 60 &
	sleep 0.3
	audit_host -c environment.processes
	kill $!
	status environment.processes pass
	report '.checks[].notes[].message' | grep -q 'mount namespace of its own'
}

@test "environment.processes: pass: another mount namespace is noted" {
	in_mounts elsewhere
}

as_nobody() {
	new_tree
	chmod 755 "$WORK"
	as_user 65534 "$TMPAUDIT" -f json -c environment.processes >"$REPORT" || true
	status environment.processes error
	unreadable environment.processes /proc privilege
	remove_tree
}

@test "environment.processes: error: without privilege" {
	in_mounts as_nobody
}

@test "environment.processes: not-applicable: an offline tree" {
	stock_tree
	audit -c environment.processes
	status environment.processes not-applicable
}
