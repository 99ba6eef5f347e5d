# What makes each row fail on a booted host, what the audit must then say, and what mends it.
#
#   plant ROUND CHECK SUBJECT ASPECT ACTUAL SOURCE PLANT MEND
#
# All plants of a ROUND stand in one host at once; "2:trixie" is for one release only.  PLANT is run by sh in the tree
# before it is booted.  SUBJECT and SOURCE are as the finding has them, or a regular expression behind "~"; ACTUAL is a
# regular expression.  A SOURCE that ends in ":$" is the last line of that file as PLANT leaves it.  MEND is run by sh in the booted host, or
# is the word "fix": what tmpaudit fix prints for all findings of the row.

# Users, directories of theirs and of all, and a service with nothing but its section [Service].
# shellcheck disable=SC2034 # tests/hosts/run has it run in the tree
prepare='
useradd --uid 1000 --create-home --shell /bin/bash alice
useradd --uid 1001 --create-home --shell /bin/bash bob
useradd --system --uid 990 --shell /usr/sbin/nologin plantd
mkdir -p /srv/alice /srv/bob /srv/open /usr/local/libexec
chown alice /srv/alice
chown bob /srv/bob
chmod 755 /srv/alice /srv/bob
chmod 777 /srv/open
cat >/usr/local/bin/service <<\END
#!/bin/sh
# service NAME LINE...: a service that is started at boot.
unit=/etc/systemd/system/$1.service
shift
printf "[Service]\n" >"$unit"
printf "%s\n" "$@" >>"$unit"
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -s "$unit" /etc/systemd/system/multi-user.target.wants/
END
cat >/usr/local/bin/script <<\END
#!/bin/sh
# script FILE LINE...: a program of the shell.
file=$1
shift
printf "#!/bin/sh\n" >"$file"
printf "%s\n" "$@" >>"$file"
chmod 755 "$file"
END
cat >/usr/local/bin/unplant <<\END
#!/bin/sh
# unplant NAME...: services away, at once.
for name; do
	systemctl disable --now "$name.service" 2>/dev/null
	rm -rf "/etc/systemd/system/$name.service" "/etc/systemd/system/$name.service.d" \
		"/etc/systemd/system/multi-user.target.wants/$name.service"
done
systemctl daemon-reload
END
chmod 755 /usr/local/bin/service /usr/local/bin/script /usr/local/bin/unplant
mkdir -p /etc/environment.d /etc/systemd/system.conf.d /etc/systemd/user.conf.d /etc/zsh /etc/fish /etc/profile.d \
	/etc/systemd/logind.conf.d /etc/tmpfiles.d /etc/udev/rules.d /etc/cron.daily /etc/ld.so.conf.d /etc/init.d'

# environment.tmpdir: each source

plant 1 environment.tmpdir TMPDIR boot '^/tmp/build \(does not exist: anyone may create it\)$' '/etc/security/pam_env.conf:$' \
	'echo "TMPDIR DEFAULT=/tmp/build" >>/etc/security/pam_env.conf' \
	'sed -i /^TMPDIR/d /etc/security/pam_env.conf'
plant 1 environment.tmpdir TMP boot '^scratch \(is relative\)$' '/etc/environment:$' \
	'echo "export TMP=\"scratch\"" >>/etc/environment' \
	'sed -i /TMP=/d /etc/environment'
plant 1 environment.tmpdir java.io.tmpdir boot '^/srv/alice \(uid 1000\)$' '/etc/environment:$' \
	'echo "JAVA_TOOL_OPTIONS=-Xmx1g -Djava.io.tmpdir=/srv/alice -Dkey=hunter2" >>/etc/environment' \
	'sed -i /JAVA_TOOL/d /etc/environment'
plant 1 environment.tmpdir TEMP boot '^/srv/alice \(uid 1000\)$' '/etc/default/locale:$' \
	'echo "TEMP=/srv/alice" >>/etc/default/locale' \
	'sed -i --follow-symlinks /TEMP/d /etc/default/locale'
plant 1 environment.tmpdir TEMPDIR boot '^/srv/open \(.*without sticky bit\)$' /etc/environment.d/50-plant.conf:2 \
	'printf "# of users\nTEMPDIR=/srv/open\n" >/etc/environment.d/50-plant.conf' \
	'chmod 1777 /srv/open'
plant 1 environment.tmpdir TMPDIR boot '^/srv/bob/x \(does not exist: others may create it\)$' /etc/systemd/system.conf.d/plant.conf:2 \
	'printf "[Manager]\nDefaultEnvironment=\"TMPDIR=/srv/bob/x\" LANG=C\n" >/etc/systemd/system.conf.d/plant.conf' \
	'rm /etc/systemd/system.conf.d/plant.conf'
plant 1 environment.tmpdir TMUX_TMPDIR boot '^/srv/bob \(uid 1001\)$' /etc/systemd/user.conf.d/plant.conf:2 \
	'printf "[Manager]\nManagerEnvironment=TMUX_TMPDIR=/srv/bob\n" >/etc/systemd/user.conf.d/plant.conf' \
	'rm /etc/systemd/user.conf.d/plant.conf'
plant 1 environment.tmpdir TMPDIR boot '^/srv/alice/x \(' /etc/systemd/system/plant-env.service:4 \
	'service plant-env "ExecStart=sleep infinity" "Environment=A=b \\" "TMP=/tmp TMPDIR=/tmp" "Environment=\"TMPDIR=/srv/alice/x\""; sed -i "s/^\(Environment=A=b\) .*/\1/;s/^TMP=/Environment=TMP=/" /etc/systemd/system/plant-env.service; sed -i 3d /etc/systemd/system/plant-env.service' \
	'unplant plant-env'
plant 1 environment.tmpdir TEMP boot '^/srv/bob \(uid 1001\)$' /etc/default/plant:1 \
	'echo TEMP=/srv/bob >/etc/default/plant; service plant-file "ExecStart=sleep infinity" "EnvironmentFile=-/etc/default/plant"' \
	'unplant plant-file; rm /etc/default/plant'
plant 1 environment.tmpdir TMPDIR boot '^/srv/alice \(uid 1000\)$' '/etc/profile:$' \
	'echo "export LANG TMPDIR=/srv/alice" >>/etc/profile' \
	'sed -i /TMPDIR/d /etc/profile'
plant 1 environment.tmpdir TMPPREFIX boot '^/srv/alice \(uid 1000\)$' /etc/profile.d/plant.sh:2 \
	'printf "if true; then\n\tTMPPREFIX=/srv/alice/zsh\nfi\nexport TMPPREFIX\n" >/etc/profile.d/plant.sh' \
	'rm /etc/profile.d/plant.sh'
plant 1 environment.tmpdir TMPDIR boot '^/srv/bob \(uid 1001\)$' '/etc/bash.bashrc:$' \
	'echo "TMPDIR=/srv/bob" >>/etc/bash.bashrc' \
	'sed -i /TMPDIR/d /etc/bash.bashrc'
plant 1 environment.tmpdir TMPDIR boot '^/srv/bob \(uid 1001\)$' /etc/zsh/zshenv:1 \
	'echo "typeset -x TMPDIR=/srv/bob" >/etc/zsh/zshenv' \
	'rm /etc/zsh/zshenv'
plant 1 environment.tmpdir TMPDIR boot '^/srv/bob \(uid 1001\)$' /etc/csh.cshrc:1 \
	'echo "setenv TMPDIR /srv/bob" >/etc/csh.cshrc' \
	'rm /etc/csh.cshrc'
plant 1 environment.tmpdir TMPDIR boot '^/srv/bob \(uid 1001\)$' /etc/fish/config.fish:1 \
	'echo "set -gx TMPDIR /srv/bob" >/etc/fish/config.fish' \
	'rm /etc/fish/config.fish'
plant 1 environment.tmpdir TMPDIR boot '^/srv/alice \(uid 1000\)$' /etc/cron.d/plant-env:1 \
	'printf "TMPDIR = /srv/alice\n0 3 * * * root /bin/true\n" >/etc/cron.d/plant-env' \
	'rm /etc/cron.d/plant-env'
plant 1 environment.tmpdir TMPDIR boot '^kept by sudo \(env_keep\)$' /etc/sudoers.d/plant:1 \
	'echo "Defaults env_keep += \"LANG TMPDIR\"" >/etc/sudoers.d/plant; chmod 440 /etc/sudoers.d/plant' \
	'echo "Defaults env_keep -= \"TMPDIR\"" >/etc/sudoers.d/zz-plant; chmod 440 /etc/sudoers.d/zz-plant'
plant 1 environment.tmpdir TEMPDIR boot '^kept by sudo \(env_check\)$' /etc/sudoers.d/plant:2 \
	'echo "Defaults:%adm env_check += TEMPDIR" >>/etc/sudoers.d/plant' \
	'sed -i 2d /etc/sudoers.d/plant'
plant 1 environment.tmpdir TMPDIR boot '^/srv/alice \(uid 1000\)$' /etc/sudo.env:1 \
	'echo TMPDIR=/srv/alice >/etc/sudo.env; echo "Defaults env_file=/etc/sudo.env" >>/etc/sudoers.d/plant' \
	'sed -i /env_file/d /etc/sudoers.d/plant'
plant 2 environment.tmpdir TMPDIR boot '^kept by sudo \(!env_reset\)$' /etc/sudoers.d/plant:1 \
	'echo "Defaults !env_reset" >/etc/sudoers.d/plant; chmod 440 /etc/sudoers.d/plant' \
	'rm /etc/sudoers.d/plant'

# environment.path

plant 1 environment.path ENV_PATH boot '^element 1 is /tmp/bin \(' '/etc/login.defs:$' \
	'sed -i "/^ENV_/d" /etc/login.defs; echo "ENV_PATH PATH=/tmp/bin:/usr/bin" >>/etc/login.defs' \
	'sed -i s,/tmp/bin:,, /etc/login.defs'
plant 1 environment.path ENV_SUPATH boot '^element 2 is empty$' '/etc/login.defs:$' \
	'echo "ENV_SUPATH PATH=/usr/sbin::/usr/bin" >>/etc/login.defs' \
	'sed -i s,::,:, /etc/login.defs'
plant 1 environment.path secure_path boot '^element 2 is /srv/alice \(uid 1000\)$' /etc/sudoers.d/plant-path:1 \
	'echo "Defaults secure_path=\"/usr/bin:/srv/alice\"" >/etc/sudoers.d/plant-path; chmod 440 /etc/sudoers.d/plant-path' \
	'rm /etc/sudoers.d/plant-path'
plant 1 environment.path PATH boot '^element 1 is empty$' /etc/cron.d/plant-path:1 \
	'printf "PATH=:/usr/bin\n@daily root true\n" >/etc/cron.d/plant-path' \
	'rm /etc/cron.d/plant-path'
plant 1 environment.path PATH boot '^element 2 is \. \(is relative\)$' /etc/profile.d/plant-path.sh:1 \
	'echo "export PATH=\$PATH:." >/etc/profile.d/plant-path.sh' \
	'rm /etc/profile.d/plant-path.sh'
plant 1 environment.path PATH boot '^element 2 is /srv/open/bin/../ \(' /etc/systemd/system/plant-path.service:3 \
	'service plant-path "ExecStart=/usr/bin/sleep infinity" "Environment=PATH=/usr/bin:/srv/open/bin/../"' \
	'unplant plant-path'
plant 1 environment.path PATH boot '^element 2 is /var/tmp/bin ' '/etc/environment:$' \
	'echo "PATH=/usr/sbin:/var/tmp/bin:/usr/bin:/sbin:/bin" >>/etc/environment' \
	'sed -i /PATH/d /etc/environment'

# environment.loader

plant 4 environment.loader /etc/ld.so.preload boot '^/tmp/libx.so \(does not exist' /etc/ld.so.preload:1 \
	'echo /tmp/libx.so >/etc/ld.so.preload' \
	'rm /etc/ld.so.preload'
plant 1 environment.loader /etc/ld.so.conf.d/plant.conf boot '^/srv/open \(' /etc/ld.so.conf.d/plant.conf:1 \
	'echo /srv/open >/etc/ld.so.conf.d/plant.conf' \
	'rm /etc/ld.so.conf.d/plant.conf'
plant 1 environment.loader LD_LIBRARY_PATH boot '^element 2 is empty$' /etc/systemd/system/plant-lib.service:3 \
	'service plant-lib "ExecStart=sleep infinity" "Environment=LD_LIBRARY_PATH=/usr/lib:"' \
	'unplant plant-lib'
plant 1 environment.loader BASH_ENV boot '^/srv/alice/env \(' /etc/profile.d/plant-lib.sh:1 \
	'echo "export BASH_ENV=/srv/alice/env" >/etc/profile.d/plant-lib.sh' \
	'rm /etc/profile.d/plant-lib.sh'
plant 1 environment.loader PERL5LIB boot '^element 1 is /tmp/perl \(' '/etc/environment:$' \
	'echo "PERL5LIB=/tmp/perl" >>/etc/environment' \
	'sed -i /PERL5LIB/d /etc/environment'
plant 1 environment.loader PYTHONPATH boot '^kept by sudo \(env_keep\)$' '/etc/sudoers.d/plant:$' \
	'echo "Defaults!/usr/bin/python3 env_keep+=PYTHON*" >>/etc/sudoers.d/plant' \
	'sed -i /PYTHON/d /etc/sudoers.d/plant'

# environment.commands

plant 1 environment.commands plant-run.service boot '^runs /tmp/run.sh as root' /etc/systemd/system/plant-run.service:2 \
	'service plant-run "ExecStart=/tmp/run.sh"' \
	'unplant plant-run'
plant 1 environment.commands plant-user.service boot '^runs /srv/alice/run as plantd \(' /etc/systemd/system/plant-user.service:3 \
	'service plant-user "User=plantd" "ExecStart=-@/srv/alice/run zero --flag"' \
	'unplant plant-user'
plant 1 environment.commands plant-reads.service boot '^reads /var/tmp/env as root' /etc/systemd/system/plant-reads.service:4 \
	'service plant-reads "PrivateTmp=yes" "ExecStart=sleep infinity" "EnvironmentFile=-/var/tmp/env"' \
	'unplant plant-reads'
plant 1 environment.commands plant-pid.service boot '^takes the process from /tmp/plant.pid as root' /etc/systemd/system/plant-pid.service:2 \
	'service plant-pid "PIDFile=/tmp/plant.pid" "ExecStart=sleep infinity"' \
	'unplant plant-pid'
plant 1 environment.commands plant-root.service boot '^has its root in /srv/bob' /etc/systemd/system/plant-root.service:3 \
	'service plant-root "Type=oneshot" "RootDirectory=/srv/bob" "ExecStart=/bin/true"' \
	'unplant plant-root'
plant 1 environment.commands plant-work.service boot '^works in /var/tmp as root' /etc/systemd/system/plant-work.service.d/50.conf:2 \
	'service plant-work "ExecStart=sleep infinity"; mkdir /etc/systemd/system/plant-work.service.d; printf "[Service]\nWorkingDirectory=/var/tmp\n" >/etc/systemd/system/plant-work.service.d/50.conf' \
	'unplant plant-work'
plant 1 environment.commands /etc/cron.d/plant-run boot '^runs /tmp/collect.sh as root' /etc/cron.d/plant-run:3 \
	'printf "# jobs\n\n17 3 * * * root [ -x /tmp/collect.sh ] && /tmp/collect.sh >/tmp/out\n" >/etc/cron.d/plant-run' \
	'rm /etc/cron.d/plant-run'
plant 1 environment.commands /var/spool/cron/crontabs/root boot '^runs /srv/alice/job as root' /var/spool/cron/crontabs/root:1 \
	'mkdir -p /var/spool/cron/crontabs; echo "@reboot cd / && nice -n 5 /srv/alice/job" >/var/spool/cron/crontabs/root; chmod 600 /var/spool/cron/crontabs/root' \
	'rm /var/spool/cron/crontabs/root'
plant 1 environment.commands /etc/cron.daily/plant-run boot '^sources /tmp/settings as root' /etc/cron.daily/plant-run:2 \
	'script /etc/cron.daily/plant-run ". /tmp/settings"' \
	'rm /etc/cron.daily/plant-run'
plant 1 environment.commands /etc/rc.local boot '^runs /tmp/boot.sh as root' /etc/rc.local:2 \
	'script /etc/rc.local "/tmp/boot.sh || true"' \
	'rm /etc/rc.local'
plant 1 environment.commands /etc/init.d/plant-run boot '^runs /srv/bob/daemon as root' /etc/init.d/plant-run:3 \
	'script /etc/init.d/plant-run "case \$1 in" "start) start-stop-daemon --start --exec /srv/bob/daemon ;;" "esac"' \
	'rm /etc/init.d/plant-run; systemctl daemon-reload'
plant 1 environment.commands /etc/udev/rules.d/99-plant.rules boot '^runs /dev/shm/hook as root' /etc/udev/rules.d/99-plant.rules:1 \
	'echo "ACTION==\"add\", RUN+=\"/dev/shm/hook %k\"" >/etc/udev/rules.d/99-plant.rules' \
	'rm /etc/udev/rules.d/99-plant.rules'
plant 1 environment.commands /etc/sudoers.d/plant-run boot '^lets run /srv/alice/tool as root' /etc/sudoers.d/plant-run:1 \
	'echo "bob ALL=(root) NOPASSWD: /usr/bin/true, /srv/alice/tool --all" >/etc/sudoers.d/plant-run; chmod 440 /etc/sudoers.d/plant-run' \
	'rm /etc/sudoers.d/plant-run'

# environment.processes

plant 1 environment.processes '~^pid [0-9]+ sleep$' process '^TMPDIR=/srv/bob/tmp \(/srv/bob: 0755 bob:root\)$' '~^/proc/[0-9]+/environ$' \
	'mkdir -m 700 /srv/bob/tmp; chown bob /srv/bob/tmp; service plant-live1 "Environment=TMPDIR=/srv/bob/tmp KEY=hunter2" "ExecStart=sleep infinity"' \
	'unplant plant-live1'
plant 1 environment.processes '~^pid [0-9]+ sleep$' process '^PATH: element 3 is empty, and its current directory is /tmp$' '~^/proc/[0-9]+/environ$' \
	'service plant-live2 "Environment=PATH=/usr/bin:/bin:" "WorkingDirectory=/tmp" "ExecStart=/usr/bin/sleep infinity"' \
	'unplant plant-live2'
plant 1 environment.processes '~^pid [0-9]+ sleep$' process '^LD_LIBRARY_PATH: element 1 is /srv/alice \(uid 1000\)$' '~^/proc/[0-9]+/environ$' \
	'service plant-live3 "Environment=LD_LIBRARY_PATH=/srv/alice" "ExecStart=sleep infinity"' \
	'unplant plant-live3'

# cleanup.policy: the ages, the exemptions, the timer, logind

plant 1:trixie cleanup.policy /var/tmp boot '^none: /etc/tmpfiles.d/tmp.conf hides the vendor file of that name$' /etc/tmpfiles.d/tmp.conf:1 \
	'echo "D /tmp 1777 root root -" >/etc/tmpfiles.d/tmp.conf' \
	fix
plant 1:bookworm cleanup.policy /var/tmp boot '^none$' default '' fix
plant 1 cleanup.policy systemd-tmpfiles-clean.timer boot '^masked: link to /dev/null$' /etc/systemd/system/systemd-tmpfiles-clean.timer \
	'systemctl mask systemd-tmpfiles-clean.timer' \
	fix
plant 1 cleanup.policy /dev/shm boot '^RemoveIPC=no$' /etc/systemd/logind.conf.d/plant.conf:2 \
	'printf "[Login]\nRemoveIPC=off\n" >/etc/systemd/logind.conf.d/plant.conf' \
	fix
plant 2 cleanup.policy /tmp boot '^90d$' /etc/tmpfiles.d/00-plant.conf:1 \
	'systemctl mask tmp.mount; echo "d /tmp 1777 root root 90d" >/etc/tmpfiles.d/00-plant.conf' \
	fix
plant 2 cleanup.policy /var/tmp boot '^none: 10d \(systemd-tmpfiles\) x /var/tmp/\* exempts what lies there$' /etc/tmpfiles.d/keep.conf:1 \
	'echo "x /var/tmp/*" >/etc/tmpfiles.d/keep.conf; echo "q /var/tmp 1777 root root 10d" >>/etc/tmpfiles.d/00-plant.conf' \
	'rm /etc/tmpfiles.d/keep.conf'
plant 2 cleanup.policy systemd-tmpfiles-clean.timer boot '^masked: empty file$' /etc/systemd/system/systemd-tmpfiles-clean.timer \
	': >/etc/systemd/system/systemd-tmpfiles-clean.timer' \
	fix
plant 3 cleanup.policy /tmp boot '^none: D! /tmp 10d acts at boot only; emptied by a restart only|^none: D! /tmp 10d acts at boot only$' /etc/tmpfiles.d/00-plant.conf:2 \
	'systemctl mask tmp.mount; printf "x /tmp/*\nD! /tmp 1777 root root 10d\n" >/etc/tmpfiles.d/00-plant.conf' \
	'rm /etc/tmpfiles.d/00-plant.conf; echo "q /tmp 1777 root root 10d" >/etc/tmpfiles.d/tmp.conf'
plant 3 cleanup.policy /var/tmp boot '^-mtime \+90$' /etc/cron.daily/plant-clean:2 \
	'systemctl mask systemd-tmpfiles-clean.timer; rm -f /usr/lib/tmpfiles.d/tmp.conf; script /etc/cron.daily/plant-clean "find /var/tmp -xdev -type f -mtime +90 -delete"' \
	fix
plant 3 cleanup.policy systemd-tmpfiles-clean.timer boot '^masked' /etc/systemd/system/systemd-tmpfiles-clean.timer '' fix
plant 4 cleanup.policy systemd-tmpfiles-clean.timer boot '^not pulled in$' /usr/lib/systemd/system/systemd-tmpfiles-clean.timer \
	'rm /usr/lib/systemd/system/timers.target.wants/systemd-tmpfiles-clean.timer' \
	fix
plant 4:bookworm cleanup.policy /var/tmp boot '^none$' default '' fix
plant 5 cleanup.policy systemd-tmpfiles-clean.timer boot '^without a time: OnUnitActiveSec= is empty$' /etc/systemd/system/systemd-tmpfiles-clean.timer.d/plant.conf:2 \
	'mkdir -p /etc/systemd/system/systemd-tmpfiles-clean.timer.d; printf "[Timer]\nOnUnitActiveSec=\n" >/etc/systemd/system/systemd-tmpfiles-clean.timer.d/plant.conf' \
	fix
plant 5:bookworm cleanup.policy /var/tmp boot '^none$' default '' fix
plant 6 cleanup.policy systemd-tmpfiles-clean.timer boot '^of no use: its service is masked: link to /dev/null$' /etc/systemd/system/systemd-tmpfiles-clean.service \
	'systemctl mask systemd-tmpfiles-clean.service' \
	fix
plant 6:bookworm cleanup.policy /var/tmp boot '^none$' default '' fix

# isolation.services: each kind of use

plant 1 isolation.services plant-open.service process '^/tmp/open.log open$' '~^process:[0-9]+$|^[0-9]+$|/proc/' \
	'script /usr/local/libexec/plant-open "exec sleep infinity >/tmp/open.log"; service plant-open "ExecStart=/usr/local/libexec/plant-open"' \
	fix
plant 1 isolation.services plant-cwd.service process '^/var/tmp is its current directory$' '~[0-9]' \
	'script /usr/local/libexec/plant-cwd "cd /var/tmp && exec sleep infinity"; service plant-cwd "ExecStart=/usr/local/libexec/plant-cwd"' \
	fix
plant 1 isolation.services plant-map.service process '^/var/tmp/plant-map mapped|^/var/tmp/plant-map is' '~[0-9]' \
	'script /usr/local/libexec/plant-map "cp /bin/sleep /var/tmp/plant-map" "exec /var/tmp/plant-map infinity"; service plant-map "ExecStart=/usr/local/libexec/plant-map"' \
	fix
plant 1 isolation.services plant-own.service process '^/tmp/mine owned by uid ' '~[0-9]' \
	'script /usr/local/libexec/plant-own "touch /tmp/mine" "exec sleep infinity"; service plant-own "User=plantd" "ExecStart=/usr/local/libexec/plant-own"' \
	fix
plant 1 isolation.services plant-socket.service boot '^/tmp/plant.sock in ListenStream=$' /etc/systemd/system/plant-socket.socket:2 \
	'service plant-socket "ExecStart=sleep infinity"; rm /etc/systemd/system/multi-user.target.wants/plant-socket.service; printf "[Socket]\nListenStream=/tmp/plant.sock\n" >/etc/systemd/system/plant-socket.socket' \
	fix
plant 1 isolation.services plant-named.service boot '^/tmp/out in StandardOutput=$' /etc/systemd/system/plant-named.service:3 \
	'service plant-named "ExecStart=sleep infinity" "StandardOutput=append:/tmp/out"' \
	fix
plant 1 isolation.services plant-named.service process '^/tmp/out (open|in StandardOutput=)$' '~[0-9]' '' fix

# isolation.sessions: users without, and with unsound ones

plant 1 isolation.sessions /tmp boot '^shared by sessions of (login|sshd)$' '~^/etc/pam.d/(login|sshd)$' '' \
	'printf "/tmp tmpfs tmpfs:mntopts=nosuid,nodev,noexec root\n/var/tmp tmpfs tmpfs:mntopts=nosuid,nodev,noexec root\n" >/etc/security/namespace.conf; echo "session required pam_namespace.so" >>/etc/pam.d/common-session'
plant 1 isolation.sessions /var/tmp boot '^shared by sessions of (login|sshd)$' '~^/etc/pam.d/(login|sshd)$' '' ''
plant 2 isolation.sessions /tmp boot '^exempt root,adm,alice$' '/etc/security/namespace.conf:$' \
	'echo "session required pam_namespace.so" >>/etc/pam.d/common-session; mkdir -m 0 /tmp-inst; echo "/tmp /tmp-inst/ level root,adm,alice" >>/etc/security/namespace.conf' \
	'sed -i s/,alice$// /etc/security/namespace.conf; mkdir /tmp-inst/x; rmdir /tmp-inst/x'
plant 2 isolation.sessions /var/tmp boot '^/var/inst 0?755' '/etc/security/namespace.conf:$' \
	'mkdir -m 755 /var/inst; echo "/var/tmp /var/inst/ user root" >>/etc/security/namespace.conf' \
	'chmod 0 /var/inst'
plant 5 isolation.sessions /tmp boot '^/tmp-inst on / ' '/etc/security/namespace.conf:$' \
	'echo "tmpfs /tmp tmpfs nosuid,nodev,noexec 0 0" >>/etc/fstab; echo "session required pam_namespace.so" >>/etc/pam.d/common-session; mkdir -m 0 /tmp-inst; echo "/tmp /tmp-inst/ user root" >>/etc/security/namespace.conf' \
	'sed -i "s,^/tmp .*,/tmp tmpfs tmpfs:mntopts=nosuid\,nodev\,noexec root," /etc/security/namespace.conf; echo "/var/tmp tmpfs tmpfs root" >>/etc/security/namespace.conf'
plant 3 isolation.sessions /tmp boot '^ignore_instance_parent_mode$' '/etc/pam.d/common-session:$' \
	'mkdir -m 0 /tmp-inst; echo "/tmp /tmp-inst/ user root" >>/etc/security/namespace.conf; echo "session required pam_namespace.so ignore_instance_parent_mode" >>/etc/pam.d/common-session' \
	'sed -i s/.ignore_instance_parent_mode// /etc/pam.d/common-session; echo "/var/tmp tmpfs tmpfs root" >>/etc/security/namespace.conf'
plant 3 isolation.sessions /var/tmp boot '^shared: no line of namespace.conf replaces it$' /etc/security/namespace.conf '' ''

# umask

plant 1 umask.services plant-umask.service boot '^UMask=0000$' /etc/systemd/system/plant-umask.service:2 \
	'service plant-umask "UMask=0000" "ExecStart=sleep infinity"' \
	fix
plant 1 umask.services /etc/sudoers.d/plant-umask boot 'umask=0002' /etc/sudoers.d/plant-umask:1 \
	'echo "Defaults umask=0002, umask_override" >/etc/sudoers.d/plant-umask; chmod 440 /etc/sudoers.d/plant-umask' \
	fix
plant 2 umask.services /etc/sudoers.d/plant-umask boot '!umask' /etc/sudoers.d/plant-umask:1 \
	'echo "Defaults !umask" >/etc/sudoers.d/plant-umask; chmod 440 /etc/sudoers.d/plant-umask' \
	fix
plant 3 umask.services /etc/sudoers.d/plant-umask boot 'umask=0777' /etc/sudoers.d/plant-umask:1 \
	'echo "Defaults umask=0777" >/etc/sudoers.d/plant-umask; chmod 440 /etc/sudoers.d/plant-umask' \
	fix
plant 1 umask.services /etc/ssh/sshd_config boot '-u 000' '/etc/ssh/sshd_config:$' \
	'sed -i /^Subsystem/d /etc/ssh/sshd_config; echo "Subsystem sftp internal-sftp -u 000" >>/etc/ssh/sshd_config' \
	fix
plant 1 umask.services /etc/default/plant-umask boot '000' /etc/default/plant-umask:1 \
	'echo "umask 000" >/etc/default/plant-umask' \
	fix
plant 1 umask.services /etc/init.d/plant-umask boot '002' /etc/init.d/plant-umask:2 \
	'script /etc/init.d/plant-umask "umask 002"' \
	fix
plant 1 umask.processes '~^pid [0-9]+ sleep$' process '^0000$' '~^/proc/[0-9]+/status$' \
	'service plant-umask2 "UMask=0000" "ExecStart=sleep infinity"' \
	'mkdir -p /etc/systemd/system/plant-umask2.service.d; printf "[Service]\nUMask=0027\n" >/etc/systemd/system/plant-umask2.service.d/mend.conf; systemctl daemon-reload; systemctl restart plant-umask plant-umask2'
plant 1:bookworm umask.login login boot '^022 \(no pam_umask' '~^/etc/pam.d/' '' fix
plant 1:trixie umask.login login boot '^002 \(pam_umask finds no UMASK' '~^/etc/pam.d/' '' fix
plant 1 umask.login cron boot '^0?00[02]' '~cron' \
	'mkdir -p /etc/systemd/system/cron.service.d; printf "[Service]\nUMask=0002\n" >/etc/systemd/system/cron.service.d/plant.conf' \
	fix
plant 1 umask.shell /etc/profile.d/plant-umask.sh boot '^002$' /etc/profile.d/plant-umask.sh:1 \
	'echo "umask 002" >/etc/profile.d/plant-umask.sh' \
	fix
plant 1 umask.accounts root boot '^000$' '/root/.bashrc:$' \
	'echo "umask 000" >>/root/.bashrc' \
	fix
