# Names that attackers give: in every format there is, by the formats' own parsers, and in what is said to the reader.

bats_require_minimum_version 1.5.0
load ../helper

# Make what an attacker can name, below the tree.
hostile_tree() {
	stock_tree
	/usr/bin/python3 - "$TREE" <<-'END'
		import os, sys
		tree = os.fsencode(sys.argv[1])
		names = [bytes([c]) * 2 for c in range(1, 256) if c != 0x2f]
		names += [chr(c).encode() + b"x" for c in [*range(0x80, 0xa0), 0x61c, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029,
		          *range(0x202a, 0x202f), *range(0x2066, 0x206a), 0xfeff, 0xe0001, 0xe0041, 0xe007f, 0xfffe, 0xffff, 0x10ffff]]
		names += [b"o" + "\u0300".encode() * 60, b"\xed\xa0\x80surrogate", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\xe2\x80", b"-rf", b"--", b"$(reboot)",
		          b"`reboot`", b"'; reboot; '", b"a\nhigh     tempdir.owner", b"a\n\ncritical tempdir.owner\n", b"a\r\nOK", b"\x1b]0;x\x07\x1b[2J",
		          b"<script>alert(1)", b"]]>", b"-->", b"&amp;", b'" onload="x', b"{a=\"b\"} 1", b"\\x1b", b"\\", b"%0a", b"| a=1;2;3",
		          b"\nTMPAUDIT OK - 100", b"#", b"file:", b"*", b"." * 3, b"x" * 255]
		for top in (b"/tmp", b"/var/tmp"):
		    for name in names:
		        path = tree + top + b"/" + name
		        try:
		            os.mkdir(path)
		        except (OSError, ValueError):
		            continue
		        os.chmod(path, 0o777)
		        os.chown(path, 1000, 1000)
		# As long as a path can be, and longer.
		for top in (b"/tmp", b"/var/tmp"):
		    here = os.open(tree + top, os.O_RDONLY)
		    for level in range(20):
		        name = b"\n\x1b" + b"y" * 240
		        os.mkdir(name, dir_fd=here)
		        os.chown(name, 1000, 1000, dir_fd=here)
		        next = os.open(name, os.O_RDONLY, dir_fd=here)
		        os.fchmod(next, 0o777)
		        os.close(here)
		        here = next
		    os.close(here)
		# And in configuration.
		hostile = b"\x1b[2J\xe2\x80\xae\xff\xc2\x9b<script>"
		with open(tree + b"/etc/os-release", "wb") as file:
		    file.write(b'PRETTY_NAME="' + hostile + b'"\nID="' + hostile + b'"\n')
		with open(tree + b"/etc/hostname", "wb") as file:
		    file.write(hostile + b"\n")
		with open(tree + b"/etc/environment", "wb") as file:
		    file.write(b"TMPDIR=/tmp/" + hostile + b"\nPATH=/tmp/" + hostile + b":/bin\n")
		with open(tree + b"/etc/passwd", "ab") as file:
		    file.write(hostile + b":x:1000:1000:" + hostile + b":/tmp/" + hostile + b":/bin/sh\n")
		with open(tree + b"/etc/fstab", "wb") as file:
		    file.write(b"tmpfs /tmp tmpfs " + hostile + b" 0 0\n" + hostile + b" /var/tmp " + hostile + b" nodev 0 0\n")
		os.makedirs(tree + b"/etc/sysctl.d")
		with open(tree + b"/etc/sysctl.d/" + hostile.replace(b"/", b"") + b".conf", "wb") as file:
		    file.write(b"fs.protected_regular = " + hostile + b"\nfs.protected_symlinks=0\n")
	END
}

# Hold a file of a format to what no output may hold, and to its own parser.
judge_output() {
	/usr/bin/python3 - "$1" "$2" <<-'END'
		import html.parser, json, re, sys, unicodedata, xml.etree.ElementTree
		form, text = sys.argv[1], open(sys.argv[2], "rb").read().decode("utf-8")
		def bad(character):
		    c = ord(character)
		    if c < 0x20 and character != "\n" and not (form == "html" and character == "\t") or 0x7f <= c < 0xa0 or 0xd800 <= c < 0xe000:
		        return True
		    if c in (0x61c, 0x200e, 0x200f, 0x2028, 0x2029) or 0x202a <= c <= 0x202e or 0x2066 <= c <= 0x2069:
		        return form != "html"
		    if form in ("text", "nagios", "prometheus", "stderr"):
		        return 0x200b <= c <= 0x200d or c == 0xfeff or 0xe0000 <= c <= 0xe007f
		    return False
		found = sorted({hex(ord(c)) for c in text if bad(c)})
		assert not found, (form, found)
		assert len(text) > 20, text
		if form in ("text", "nagios", "stderr"):
		    assert not any(len([c for c in run]) > 4 for run in re.findall("[\u0300-\u036f]+", text))
		    # No name begins a line of its own.
		    assert not re.search(r"^(high|critical) +tempdir\.owner\n", text, re.M) or "/tmp: " in text
		    assert "\nTMPAUDIT OK" not in text
		if form in ("json", "sarif", "facts"):
		    def once(pairs):
		        assert len(dict(pairs)) == len(pairs)
		        return dict(pairs)
		    json.loads(text, object_pairs_hook=once)
		    assert "<" not in text and ">" not in text and "&" not in text
		if form == "junit":
		    xml.etree.ElementTree.fromstring(text)
		    assert "CDATA" not in text
		if form == "html":
		    class Reader(html.parser.HTMLParser):
		        def handle_starttag(self, tag, attributes):
		            assert tag not in ("script", "iframe", "object", "embed", "link", "base", "img"), tag
		            for name, value in attributes:
		                assert not name.startswith("on") and name != "style", name
		                assert not (value or "").lower().startswith(("javascript:", "data:", "http:")), value
		    Reader().feed(text)
		if form == "prometheus":
		    for line in text.splitlines():
		        assert re.fullmatch(r'#.*|[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? -?[0-9.e+]+', line), line
	END
}

formats() {
	"$TMPAUDIT" --help | tr '\n' ' ' | sed -nE 's/.*--format FORMAT *of standard output: ([^.]*facts).*/\1/p' |
		sed -E 's/\(default\)//; s/ or /,/; s/[ ,]+/\n/g'
}

@test "names: no format there is lets one through" {
	local form count=0

	hostile_tree
	for form in $(formats); do
		"$TMPAUDIT" --root "$TREE" --deep --all -v -f "$form" >"$WORK/out.$form" 2>"$WORK/stderr" || [ $? -ne 2 ] || [ "$form" = nagios ]
		[ ! -s "$WORK/stderr" ]
		judge_output "$form" "$WORK/out.$form"
		count=$((count + 1))
	done
	[ "$count" -ge 8 ]
	# They were seen, and said.
	[ "$(jq '[.checks[] | select(.id == "sticky.nested").findings[]] | length' "$WORK/out.json")" -gt 300 ]
	# What each name is, to the byte, can be had.
	/usr/bin/python3 - "$WORK/out.json" "$TREE" <<-'END'
		import base64, json, os, sys
		report = json.load(open(sys.argv[1], encoding="utf-8"))
		seen = set()
		for check in report["checks"]:
		    for finding in check["findings"]:
		        bytes_ = finding.get("subject_bytes")
		        seen.add(base64.b64decode(bytes_) if bytes_ else finding["subject"].encode())
		wanted = {b"/tmp/" + name for name in os.listdir(os.fsencode(sys.argv[2]) + b"/tmp")}
		assert wanted <= seen, wanted - seen
	END
	# And again from the report.
	for form in $(formats); do
		"$TMPAUDIT" report "$WORK/out.json" -f "$form" >"$WORK/again.$form" 2>"$WORK/stderr" || [ $? -ne 2 ] || [ "$form" = nagios ]
		judge_output "$form" "$WORK/again.$form"
	done
}

@test "names: nor do messages, whatever stands on the command line" {
	local evil=$'x\e[2J\n\u202e\xff\u009b\u200b'

	stock_tree
	for arguments in "--root|$WORK/$evil" "-c|$evil" "--skip|$evil" "-f|$evil" "-o|$WORK/$evil/$evil" "-o|$evil:/dev/full" "--profile|$evil" "--policy|$WORK/$evil" \
		"--fail-on|$evil" "--fail-under|$evil" "--baseline|$WORK/$evil" "--$evil" "-$evil" "$evil" "explain|$evil" "list|$evil" "help|$evil" \
		"report|$WORK/$evil" "diff|$WORK/$evil|$evil" "probe|$WORK/$evil" "code|$WORK/$evil" "--attacker|$evil" "--fs-timeout|$evil" "-j|$evil" "--color|$evil"; do
		IFS='|' read -r -d '' -a words <<<"$arguments|" || true
		unset 'words[-1]'
		status=0
		timeout 60 "$TMPAUDIT" "${words[@]}" >"$WORK/out" 2>"$WORK/said" || status=$?
		echo "$(printf '%q ' "${words[@]}"): $status"
		[ "$status" = 2 ]
		[ "$(wc -l <"$WORK/said")" = 1 ]
		judge_output stderr "$WORK/said"
	done
}

tell_no_canary() {
	if grep -o '.*canary..' "$WORK/out"; then
		return 1
	fi
}

secretive_host() {
	mount -t tmpfs -o mode=755 tmpfs /mnt
	cp "$TMPAUDIT" /mnt/tmpaudit
	TMPAUDIT=/mnt/tmpaudit
	WORK=/mnt
	mount -t tmpfs -o mode=1777 tmpfs /tmp
	TOKEN=canary-1 TMPDIR=/tmp/mine LD_PRELOAD='' PATH=/tmp/bin:$PATH sleep 1000 &
	printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-2\n' >/tmp/id_rsa
	chmod 644 /tmp/id_rsa
	"$TMPAUDIT" --deep --skip sticky.everywhere --all -v -f json >/mnt/out || [ $? -ne 2 ]
	kill %1
	# Both were looked at.
	jq -e '[.checks[].findings[].subject] | any(test("sleep")) and any(. == "/tmp/id_rsa")' /mnt/out
	tell_no_canary
}

@test "names: and no format says what stands in a file, a variable or a password" {
	local form

	stock_tree
	file /etc/passwd 'root:canary-1:0:0:canary-2:/root:/bin/bash\nalice:canary-3:1000:1000::/home/alice:/bin/sh\n'
	file /etc/shadow 'root:canary-4:1:0:::::\n' 666
	file /etc/environment 'TOKEN=canary-5\nTMPDIR=/tmp/x\nPATH=/tmp:/bin\n'
	file /root/.bashrc 'export TOKEN=canary-6\numask 000\n'
	file /etc/profile.d/a.sh 'PASSWORD=canary-7\numask 000\nexport PATH=.:$PATH\n'
	file /etc/systemd/system/a.service '[Service]\nExecStart=/tmp/a --password=canary-8\nEnvironment=TOKEN=canary-9 TMPDIR=/tmp/x\nUMask=0\n'
	file /usr/lib/systemd/systemd ''
	file /etc/crontab '* * * * * root TOKEN=canary-a /tmp/run --password=canary-b\n'
	file /etc/sudoers 'Defaults env_keep += TMPDIR\nalice ALL=(ALL) NOPASSWD: /tmp/run canary-c\n' 440
	file /etc/fstab '//server/share /tmp cifs username=alice,password=canary-d 0 0\n'
	file /tmp/id_rsa '-----BEGIN OPENSSH PRIVATE KEY-----\ncanary-e\n' 644 1000
	file /tmp/core.123 '\0177ELF canary-f' 644
	file /tmp/krb5cc_0 'canary-g' 644
	for form in $(formats); do
		"$TMPAUDIT" --root "$TREE" --deep --all -v -f "$form" >"$WORK/out" 2>&1 || [ $? -ne 2 ] || [ "$form" = nagios ]
		echo "$form"
		tell_no_canary
	done
	for form in sh ansible; do
		"$TMPAUDIT" fix --root "$TREE" --deep --risk high -f "$form" >"$WORK/out" 2>&1 || [ $? = 1 ]
		tell_no_canary
	done
	in_mounts secretive_host
}
