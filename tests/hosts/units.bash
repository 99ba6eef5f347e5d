# Unit files that are hard to read, made below the root directory by a shell of that host: tests/hosts/run compares what
# tests/hosts/units.c prints of them with what systemctl show says.

E=/etc/systemd/system U=/usr/lib/systemd/system L=/usr/local/lib/systemd/system
mkdir -p $E $U $L /opt /etc/systemd/system.control /etc/systemd/system.attached
put() {
	mkdir -p "$(dirname "$1")"
	# shellcheck disable=SC2059 # escapes are expanded
	printf "$2" >"$1"
}
# A service with further lines.
svc() {
	put "$1" "[Service]\nExecStart=/bin/true\n$2"
}
# drop-ins at all levels
svc $U/h-drop.service 'UMask=0001\nUser=a0\n'
put $U/h-drop.service.d/10-a.conf '[Service]\nUMask=0002\nPIDFile=/run/hidden.pid\n'
put $E/h-drop.service.d/10-a.conf '[Service]\nUMask=0003\n'
put $E/h-.service.d/20-b.conf '[Service]\nRootDirectory=/b\nWorkingDirectory=/b\n'
put $U/service.d/05-all.conf '[Service]\nEnvironment=ALL=1\nTemporaryFileSystem=/all\n'
put $U/service.d/10-a.conf '[Service]\nUMask=0066\n'
put $E/h-drop.service.d/30-c.conf '[Service]\nRootDirectory=\n'
put $E/h-drop.service.d/not-conf.txt '[Service]\nUMask=0004\n'
put $E/h-drop.service.d/.hidden.conf '[Service]\nUMask=0005\n'
put $E/h-drop.service.d/40-d.conf~ '[Service]\nUMask=0006\n'
put $L/h-drop.service.d/50-e.conf '[Service]\nType=exec\n'
put /etc/systemd/system.control/h-drop.service.d/60.conf '[Service]\nDynamicUser=yes\n'
put /etc/systemd/system.attached/h-drop.service.d/61.conf '[Service]\nPrivateTmp=no\n'
# masks of drop-ins
svc $E/h-dropmask.service ''
put $U/h-dropmask.service.d/10.conf '[Service]\nUMask=0002\n'
mkdir -p $E/h-dropmask.service.d; ln -s /dev/null $E/h-dropmask.service.d/10.conf
put $U/h-dropmask.service.d/20.conf '[Service]\nPrivateTmp=yes\n'
: >$E/h-dropmask.service.d/20.conf
ln -s ../../../../opt/outside.conf $E/h-dropmask.service.d/30.conf; put /opt/outside.conf '[Service]\nUser=outside\n'
ln -s /nowhere/x.conf $E/h-dropmask.service.d/40.conf; put $U/h-dropmask.service.d/40.conf '[Service]\nType=exec\n'
ln -s ../../../../dev/null $E/h-dropmask.service.d/50.conf; put $U/h-dropmask.service.d/50.conf '[Service]\nDynamicUser=yes\n'
mkdir -p $E/h-dropmask.service.d/60.conf; put $U/h-dropmask.service.d/60.conf '[Service]\nWorkingDirectory=/tmp\n'
# a linked directory of drop-ins
# prefixes
svc $E/p-q-r.service ''
put $E/p-.service.d/1.conf '[Service]\nUser=p1\n'; put $E/p-q-.service.d/2.conf '[Service]\nUMask=0022\n'; put $E/p-q-r.service.d/0.conf '[Service]\nUser=p0\n'; put $U/p-q-.service.d/1.conf '[Service]\nUser=hidden\n'
svc $E/p--s.service ''
svc $E/p-.service ''
put $E/p-q-.mount.d/1.conf '[Mount]\nOptions=x\n'
# templates
svc $U/t@.service 'User=t0\n'
put $E/t@.service.d/1.conf '[Service]\nUMask=0011\n'; put $E/t@one.service.d/2.conf '[Service]\nUMask=0012\n'
svc $E/t@own.service 'User=own\n'
ln -s /dev/null $E/t@gone.service
mkdir -p $E/multi-user.target.wants; for i in one two own gone; do ln -s $U/t@.service $E/multi-user.target.wants/t@$i.service; done
put $E/t-@.service.d/x.conf '[Service]\nUser=never\n'
svc $U/t-u@.service ''; ln -s ../t-u@.service $E/multi-user.target.wants/t-u@a.service
put $E/t-u@a.service.d/0.conf '[Service]\nPrivateTmp=yes\n'; put $E/t-.service.d/p.conf '[Service]\nType=exec\n'
svc $U/t@b-c.service ''; put $E/t@b-.service.d/1.conf '[Service]\nUser=instance-prefix\n'
# aliases
svc $U/real.service ''
ln -s $U/real.service $E/alias1.service; ln -s real.service $U/alias2.service; ln -s alias1.service $E/alias3.service
put $E/alias1.service.d/a.conf '[Service]\nUMask=0013\n'; put $E/alias2.service.d/b.conf '[Service]\nUser=b\n'
ln -s $U/real.service $E/alias4.socket
ln -s alias5.service $E/alias5.service
ln -s nothing-there.service $E/alias6.service
svc /opt/linked.service 'User=linked\n'; ln -s /opt/linked.service $E/linked.service; ln -s /opt/linked.service $E/linked-other.service
ln -s ../../../opt/linked.service $E/linked-relative.service
svc $U/shadowed.service 'User=usr\n'; ln -s $U/shadowed.service $E/shadowed.service
svc $U/over.service 'User=usr\n'; svc $E/over.service 'User=etc\n'; svc $L/over.service 'User=local\n'
svc $U/over2.service 'User=usr\n'; svc $L/over2.service 'User=local\n'
svc $U/both.service ''; ln -s real.service $E/both.service
ln -s t@.service $U/ta@.service; ln -s ../ta@.service $E/multi-user.target.wants/ta@x.service
ln -s t@x.service $E/plain-to-instance.service
ln -s $U/t@.service $E/plain-to-template.service
ln -s t@zz.service $E/instb@zz.service
ln -s /dev/null $U/vendormask.service; svc $E/vendormask.service 'User=unmasked\n'
ln -s ../../../dev/null $E/relmask.service
: >$E/emptymask.service; svc $U/emptymask.service ''
ln -s emptymask.service $E/alias-of-empty.service
ln -s /opt/none.service $E/dangling.service; svc $U/dangling.service 'User=fallback\n'
ln -s /opt/null-link $E/indirect-null.service; ln -s /dev/null /opt/null-link
ln -s /opt/emptyfile.service $E/linked-empty.service; : >/opt/emptyfile.service
mkdir $E/dir.service
mkdir $E/dir2.service; svc $U/dir2.service 'User=under-dir\n'
# switches
svc $E/sw1.service 'PrivateTmp=yes\nPrivateTmp=\nDynamicUser=yes\nDynamicUser=\nUMask=0044\nUMask=\n'
svc $E/sw2.service 'PrivateTmp=yes\nPrivateTmp=maybe\nUMask=0044\nUMask=99\nUser=u\nUser=\nType=exec\nType=\nRootDirectory=/r\nRootDirectory=\nPIDFile=/run/a\nPIDFile=\n'
svc $E/sw3.service 'PrivateTmp = TRUE \nprivatetmp=no\nUMask=  0033\nUMask=33\n'
svc $E/sw4.service 'PrivateTmp=disconnected\n'
svc $E/sw5.service 'PrivateTmp=connected\nUMask=0o17\n'
svc $E/sw6.service 'PrivateTmp=On\nPrivateTmp=F\nDynamicUser=1\nUMask=-1\n'
svc $E/sw7.service 'UMask=u=rwx\nUMask=07777\nUMask=10000\nUser=0\n'
svc $E/sw8.service 'DynamicUser=t\nPrivateTmp=no\nWorkingDirectory=-/w\nWorkingDirectory=\n'
svc $E/sw9.service 'WorkingDirectory=~\nTemporaryFileSystem=/a\nTemporaryFileSystem=\nTemporaryFileSystem=/b:ro /c\nEnvironmentFile=/x\nEnvironmentFile=\nEnvironmentFile=-/y\n'
# syntax
put $E/sy1.service '\357\273\277[Service]\r\nExecStart=/bin/true\r\nUMask=0021\r\nUser=x\\\r\n'
put $E/sy2.service '[Service]\nExecStart=/bin/true a \\\n# comment\n  ; another\n  b \\\n c\nUMask=0021'
put $E/sy3.service 'UMask=0020\n[Service]\nExecStart=/bin/true\nnonsense\n=x\n[service]\nUMask=0077\n[X-Own]\nUMask=0066\n'
put $E/sy4.service '[Service]\nExecStart=/bin/true\nUMask=0021\n[Service\nUMask=0026\n'
put $E/sy5.service '[Service]\nExecStart=/bin/true\nUMask=0021\nUser=\377x\nUMask=0026\n'
# shellcheck disable=SC1003 # it is a backslash at the end
put $E/sy6.service '[Service]\nExecStart=/bin/true\nUMask=0021\\'
put $E/sy7.service '[Service]\nExecStart=/bin/true\nUMask=0021\nUser=a\\\\\nUMask=0024\n'
put $E/sy8.service '[Service]\nExecStart=/bin/true\nUMask=0021\n.include /opt/linked.service\n#\\\nUMask=0025\n'
put $E/sy9.service '  [Service]  \n\tExecStart=/bin/true\n  UMask  =  0021  \n;UMask=0000\n'
printf '[Service]\nExecStart=/bin/true\nUMask=0021\0UMask=0022\n' >$E/sy10.service
put $E/sy11.service '[Service]\rExecStart=/bin/true\rUMask=0021\r\r\nUser=z\n\r\nType=exec'
{ printf '[Service]\nExecStart=/bin/true '; head -c 300000 /dev/zero | tr '\0' a; printf '\nUMask=0021\n'; } >$E/sy12.service
put $E/sy13.service '[Service]\nExecStart=/bin/true\n[]\nUMask=0021\n'
put $E/sy14.service '[Service]\nExecStart=/bin/true\n[Ser\tvice]\nUMask=0021\n'
put $E/sy15.service '[Install]\nWantedBy=x\n'
put $E/sy16.service '[Service]\nExecStart=/bin/true\\\n\nUMask=0021\n'
put $E/sy17.service '[Service]\nExecStart=/bin/true \\\n#c\\\nUMask=0021\nUser=v\n'
put $E/sy18.service '[Service]\nExecStart=/bin/true\nUMask="0021"\nUser="w"\n'
svc $E/sydrop.service 'UMask=0021\n'; put $E/sydrop.service.d/1.conf '[Service]\nUMask=0022\n[broken\nUMask=0023\n'; put $E/sydrop.service.d/2.conf 'User=outside\n[Service]\nType=exec\n'
# commands
svc $E/ex1.service 'ExecStart=\nExecStart=/bin/echo "a b" '"'c d'"' e\\x20f \\"g\n'
svc $E/ex2.service 'Type=oneshot\nExecStart=/bin/a ; /bin/b \\; c\nExecStart=-/bin/c\nExecStart=@/bin/d argv0 x\nExecStart=+!!/bin/e\n'
svc $E/ex3.service 'ExecStartPre=/bin/p\nExecStartPre=\nExecStartPre=/bin/q \\\n  more\nExecReload=/bin/kill -HUP $MAINPID\nExecStop=:/bin/s ${X}\n'
svc $E/ex5.service 'ExecStartPre=/bin/unbalanced "x\nExecStartPost=/bin/y\\tz\nExecReload=/bin/\303\244\nExecStop=relative/path\n'
# links
mkdir -p $E/multi-user.target.requires $U/multi-user.target.wants $E/w.target.wants $E/w.service.wants $E/multi-user.target.upholds
svc $E/w1.service ''; svc $E/w2.service ''; svc $E/w3.service ''; svc $E/w4.service ''; svc $E/w5.service ''; svc $E/w6.service ''; svc $E/w.service ''; put $E/w.target '[Unit]\nDescription=w\n'
ln -s ../w1.service $E/multi-user.target.wants/w1.service
ln -s ../w2.service $E/multi-user.target.requires/w2.service
ln -s /nowhere/w3.service $E/multi-user.target.wants/w3.service
ln -s ../w4.service $U/multi-user.target.wants/w4.service; ln -s /dev/null $E/multi-user.target.wants/w4.service
put $E/multi-user.target.wants/w5.service ''
ln -s ../w6.service $E/w.service.wants/w6.service
ln -s ../w1.service $E/multi-user.target.wants/differs.service
ln -s $U/real.service $E/multi-user.target.wants/alias2.service
ln -s ../w6.service $E/multi-user.target.upholds/w6.service
svc "$E/a\\\\x2db.service" 'User=escaped\n'
svc $E/'bad name.service' ''
svc $E/noext ''
ln -s ../w.target $E/multi-user.target.wants/w.target
# sockets and mounts
put $E/s1.socket '[Socket]\nListenStream=/run/s1\nExecStartPre=/bin/x\nUMask=0021\nUser=s\n'; svc $E/s1.service ''
put $E/mnt-x.mount '[Mount]\nWhat=tmpfs\nWhere=/mnt/x\nType=tmpfs\nUMask=0023\n'
# what systemd refuses, and what is like it
svc $E/re1.service 'ExecStart=/bin/false\n'
svc $E/re2.service 'Type=oneshot\nRestart=always\n'
svc $E/re3.service 'Type=dbus\n'
put $E/re4.service '[Service]\nExecStop=/bin/true\n'
put $E/re5.service '[Service]\nExecStop=/bin/true\nRemainAfterExit=yes\n'
put $E/re6.service '[Service]\nExecStart=relative/x\n'
put $E/re7.service '[Service]\nExecStart=-relative/x\nExecStart=/bin/true\n'
svc $E/re8.service 'User=a/b\n'
svc $E/re9.service 'WorkingDirectory=rel\n'
svc $E/re10.service 'WorkingDirectory=-rel\n'
svc $E/re11.service 'RootDirectory=rel\n'
svc $E/re12.service 'PAMName=x\nKillMode=process\n'
svc $E/re13.service ''; put $E/re13.service.d/1.conf '[Service]\nUser=a/b\nUMask=0044\n'
put $E/re14.socket '[Socket]\nUMask=0\n'; svc $E/re14.service ''
