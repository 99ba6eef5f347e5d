# Each format, judged by the programs that read it.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	new_tree
	OUT=$WORK/out
	mkdir -m 755 "$OUT"
	export OUT
}

teardown() {
	[ -z "$DAEMON" ] || kill "$DAEMON" 2>/dev/null || true
	remove_tree
}

# What reads a format: Debian has it, and other distributions not all of it.
lacks() {
	command -v apt-get >/dev/null || skip "there is no $1 here"
	echo "needs $1: share/bootstrap check installs what the tests need"
	return 1
}

need() {
	command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || lacks "$1"
}

need_python() {
	/usr/bin/python3 -c "import $1" 2>/dev/null || lacks "the Python module $1"
}

# A report with a check of each status, and names of an attacker in each place that can hold one.
# $1 is "plain" for one without the latter.
make_report() {
	stock_tree
	dir /var/tmp 0777
	file /etc/fstab 'tmpfs /tmp tmpfs nodev 0 0\n'
	audit
	/usr/bin/python3 - "$REPORT" "$OUT/a.json" "$1" <<-'END'
		import base64, json, sys

		report = json.load(open(sys.argv[1], encoding="utf-8"))
		names = [b"/tmp/\x1b[2J\x1b]0;owned\x07", b"/tmp/a\nhigh     tempdir.owner", b"/tmp/a\rb|score=100;;;0;100 evil=1",
		         "/tmp/\u202egpj.exe".encode(), b"/tmp/\xff\xfe", b"/tmp/</script><script>alert(1)</script>]]>&lt;",
		         b"/tmp/\xc2\x9b31m", "/tmp/\ufffe\uffff\U0001f600".encode(), b"/tmp/[x](http://evil) {0} {{", b"/tmp/a:7",
		         b"/tmp/50%25 x?y#z", b'/tmp/"quoted" \\ back\\"', b"-rf | 'evil'=9", "/tmp/\u2028x\u2029".encode()]
		plain = sys.argv[3] == "plain"

		def subject(name):
		    text = name.decode("utf-8", "replace")
		    both = {"subject": text}
		    if text.encode() != name:
		        both["subject_bytes"] = base64.b64encode(name).decode()
		    return both

		def shown(index):
		    return subject(names[index])["subject"]

		by_id = {check["id"]: check for check in report["checks"]}
		def become(id, status, finding_status, **more):
		    check = by_id[id]
		    check.update(status=status, reason=None, waiver=None, **more)
		    chosen = [b"/var/tmp"] if plain else names
		    check["findings"] = [dict(subject(name), aspect="file", status=finding_status, message="is bad" if plain else shown(0),
		        expected="good", actual="bad" if plain else shown(2), source=None if plain else subject(name)["subject"],
		        waiver="until 2027-01-31, ops" + ("" if plain else shown(1)) if finding_status == "waived" else None)
		        for name in chosen] if finding_status else []
		    check["findings_total"] = len(check["findings"])

		become("tempdir.mode", "fail", "fail")
		become("tempdir.acl", "error", "error", )
		by_id["tempdir.acl"]["reason"] = "cannot be read" if plain else shown(1)
		become("tempdir.ancestors", "error", None)
		by_id["tempdir.ancestors"]["reason"] = "nothing was judged" if plain else shown(2)
		become("mount.tmp-noexec", "waived", "waived")
		by_id["mount.tmp-noexec"]["waiver"] = "until 2027-01-31, ops" + ("" if plain else shown(1))
		report["waivers"] = [dict(subject(b"/*" if plain else names[1]), check=id, exact=True, reason="why" if plain else shown(0),
		    owner="ops" if plain else shown(2), ticket=None, expires=day, source="/etc/p:1" if plain else shown(5), expired=False,
		    ends_soon=False, findings=1, unused=False) for id, day in [("mount.tmp-noexec", "2027-03-31"),
		    ("mount.tmp-noexec", "2027-01-31"), ("mount.tmp-nodev", "2027-01-31"), ("mount.tmp-noexec", "2027-01-31"),
		    ("no.such" if plain else 'a"} 1\n\\', "2027-01-31")]]
		report["score"].update(value=36.1, grade="F")
		report["run"].update(exit=1, duration_ms=1234, started="2026-11-23T15:00:00Z")
		if not plain:
		    report["host"]["hostname"] = shown(0)
		    report["host"]["root"] = "/mnt/" + shown(1)
		    report["run"]["profile"] = shown(11) + shown(1)
		    report["tool"]["version"] = shown(11) + shown(2)
		    report["not_examined"] = [{"path": shown(4), "why": shown(5)}]
		    for check in report["checks"][:5]:
		        check["title"] = shown(5) + shown(0)
		        check["notes"] = [{"subject": shown(0), "message": shown(2)}]
		        check["remediation"].update(summary=shown(5) + shown(1), breaks=shown(7))
		json.dump(report, open(sys.argv[2], "w", encoding="utf-8"))
		json.dump([base64.b64encode(name).decode() for name in names], open(sys.argv[2] + ".names", "w"))
	END
}

# Render $OUT/a.json in the format; the exit status must be $2 (default 1).
render() {
	local status=0

	"$TMPAUDIT" report -f "$1" "$OUT/a.json" >"$OUT/a.$1" || status=$?
	[ "$status" = "${2:-1}" ]
}

# Nothing that controls a terminal, in any encoding, but newlines.
harmless() {
	LC_ALL=C run -1 grep -n -a -P '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae\xa8\xa9]' "$1"
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

@test "formats: the exit status is the audit's in each, and files have their modes" {
	make_report plain
	for format in text json html sarif junit prometheus facts; do
		run -1 "$TMPAUDIT" report -f "$format" "$OUT/a.json"
		[ "$output" != '' ]
		run -1 "$TMPAUDIT" report "$OUT/a.json" -o "$format:$OUT/file.$format"
		[ "$output" = '' ]
		case $format in
		prometheus | facts) mode=644 ;;
		*) mode=640 ;;
		esac
		[ "$(stat -c %a "$OUT/file.$format")" = $mode ]
	done
	# By the ends of their names; nagios only says 2 where it is what is read.
	run -1 "$TMPAUDIT" report "$OUT/a.json" -o "$OUT/b.sarif" -o "$OUT/b.xml" -o "$OUT/b.prom" -o "$OUT/b.fact" -o "nagios:$OUT/b.nagios"
	cmp "$OUT/b.sarif" "$OUT/file.sarif"
	cmp "$OUT/b.xml" "$OUT/file.junit"
	cmp "$OUT/b.prom" "$OUT/file.prometheus"
	cmp "$OUT/b.fact" "$OUT/file.facts"
	[[ "$(cat "$OUT/b.nagios")" == 'TMPAUDIT CRITICAL - '* ]]
}

@test "sarif: is valid, and says what the report says" {
	need_python jsonschema
	for kind in plain hostile; do
		make_report $kind
		render sarif
		harmless "$OUT/a.sarif"
		/usr/bin/python3 - "$OUT/a.sarif" "$OUT/a.json" <<-'END'
			import base64, json, re, sys, urllib.parse
			import jsonschema

			log = json.load(open(sys.argv[1], encoding="utf-8"))
			report = json.load(open(sys.argv[2], encoding="utf-8"))
			schema = json.load(open("tests/data/sarif-schema-2.1.0.json", encoding="utf-8"))
			jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
			run, = log["runs"]
			rules = run["tool"]["driver"]["rules"]
			assert [rule["id"] for rule in rules] == [check["id"] for check in report["checks"]]
			for rule in rules:
			    assert rule["help"]["text"] and re.fullmatch(r"\d\.\d", rule["properties"]["security-severity"])
			rank = {check["id"]: check["severity"] for check in report["checks"]}
			for rule in rules:
			    points = float(rule["properties"]["security-severity"])
			    band = "critical" if points >= 9 else "high" if points >= 7 else "medium" if points >= 4 else "low" if points > 0 else "info"
			    assert band == rank[rule["id"]], rule["id"]

			def exact(finding):
			    return base64.b64decode(finding["subject_bytes"]) if "subject_bytes" in finding else finding["subject"].encode()

			wanted = sorted((check["id"], exact(finding), finding["aspect"], finding["status"]) for check in report["checks"]
			                for finding in check["findings"] if finding["status"] != "error")
			found = sorted((result["ruleId"], exact(result["properties"]), result["properties"]["aspect"],
			                "waived" if result["suppressions"] else "fail") for result in run["results"])
			assert wanted == found, (wanted, found)
			assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
			prints = [result["partialFingerprints"]["tmpaudit/v1"] for result in run["results"]]
			assert len(set(prints)) == len(prints)
			for result in run["results"]:
			    # No link of a name's making.
			    assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
			    for location in result["locations"]:
			        uri = location.get("physicalLocation", {}).get("artifactLocation", {}).get("uri")
			        assert uri is None or re.fullmatch(r"file:///[A-Za-z0-9._~/%-]*", uri), uri
			        if uri and result["ruleId"] == "tempdir.mode":
			            path = urllib.parse.unquote_to_bytes(uri[len("file://"):])
			            assert path == exact(result["properties"]) or b"\xef\xbf\xbd" in path, path
			invocation, = run["invocations"]
			errors = [n for n in invocation["toolExecutionNotifications"] if n["level"] == "error"]
			assert invocation["executionSuccessful"] is False and invocation["exitCode"] == 1
			assert {n["associatedRule"]["id"] for n in errors} >= {"tempdir.acl", "tempdir.ancestors"}
			assert invocation["endTimeUtc"] == "2026-11-23T15:00:02Z"
		END
	done
}

@test "sarif: a source is a file and a line" {
	stock_tree
	dir /etc/sysctl.d 755
	file /etc/sysctl.d/60-local.conf '# here\n\nfs.protected_symlinks = 0\n'
	run -1 "$TMPAUDIT" --root "$TREE" -c sysctl.protected-symlinks -f sarif
	[ "$(jq -c '.runs[0].results[] | [.locations[0].physicalLocation | .artifactLocation.uri, .region.startLine]' <<<"$output")" = '["file:///etc/sysctl.d/60-local.conf",3]' ]
	[ "$(jq .runs[0].invocations[0].executionSuccessful <<<"$output")" = true ]
	# A directory whose name ends like a line.
	dir "/var/tmp/x y:7" 0777
	run -1 "$TMPAUDIT" --root "$TREE" -c sticky.nested -f sarif
	[ "$(jq -c '.runs[0].results[] | [.locations[0].physicalLocation | .artifactLocation.uri, .region.startLine]' <<<"$output")" = '["file:///var/tmp/x%20y%3A7",1]' ]
}

@test "junit: is valid, and a reader counts as the report does" {
	need xmllint
	need_python junitparser
	for kind in plain hostile; do
		make_report $kind
		render junit
		harmless "$OUT/a.junit"
		xmllint --noout --nonet --schema tests/data/junit.xsd "$OUT/a.junit"
		/usr/bin/python3 - "$OUT/a.junit" "$OUT/a.json" <<-'END'
			import json, sys
			from junitparser import Error, Failure, JUnitXml, Skipped

			xml = JUnitXml.fromfile(sys.argv[1])
			report = json.load(open(sys.argv[2], encoding="utf-8"))
			status = {check["id"]: check["status"] for check in report["checks"]}
			kinds = {"fail": Failure, "error": Error, "waived": Skipped, "not-applicable": Skipped}
			seen = {}
			for suite in xml:
			    for case in suite:
			        assert case.classname == "tmpaudit." + suite.name == "tmpaudit." + case.name.split(".")[0]
			        seen[case.name] = case
			assert list(seen) == list(status)
			for name, case in seen.items():
			    wanted = kinds.get(status[name])
			    assert [type(result) for result in case.result] == ([wanted] if wanted else []), name
			count = lambda *which: sum(value in which for value in status.values())
			assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (len(status), count("fail"), count("error"), count("waived", "not-applicable"))
			assert abs(xml.time - 1.234) < 1e-9
			mode = seen["tempdir.mode"].result[0]
			findings, = [check["findings"] for check in report["checks"] if check["id"] == "tempdir.mode"]
			lines = mode.text.splitlines()
			assert len(lines) == len(findings) + 2 and lines[-1].startswith("Fix: "), lines
		END
	done
}

@test "prometheus: promtool finds nothing, and all is there" {
	need promtool
	for kind in plain hostile; do
		make_report $kind
		render prometheus
		harmless "$OUT/a.prometheus"
		run -0 promtool check metrics <"$OUT/a.prometheus"
		[ "$output" = '' ]
	done
	for status in pass fail error not-applicable waived; do
		grep -q "^tmpaudit_checks{status=\"$status\"} [0-9]*\$" "$OUT/a.prometheus"
	done
	for severity in critical high medium low info; do
		grep -q "^tmpaudit_checks_failed{severity=\"$severity\"} [0-9]*\$" "$OUT/a.prometheus"
	done
	grep -qx 'tmpaudit_score 36.1' "$OUT/a.prometheus"
	grep -qx 'tmpaudit_last_run_timestamp_seconds 1795446000' "$OUT/a.prometheus"
	grep -qx 'tmpaudit_last_run_duration_seconds 1.234' "$OUT/a.prometheus"
	grep -qx 'tmpaudit_check_failed{check="tempdir.mode",severity="medium"} 1' "$OUT/a.prometheus"
	grep -qx 'tmpaudit_check_failed{check="tempdir.acl",severity="medium"} NaN' "$OUT/a.prometheus"
	grep -qx 'tmpaudit_check_failed{check="mount.tmp-noexec",severity="medium"} 0' "$OUT/a.prometheus"
	[ "$(grep -c '^tmpaudit_waiver_expiry_timestamp_seconds{check="mount.tmp-' "$OUT/a.prometheus")" = 2 ]
	grep -qx 'tmpaudit_waiver_expiry_timestamp_seconds{check="mount.tmp-noexec"} 1801440000' "$OUT/a.prometheus"
	for metric in info score coverage_ratio checks checks_failed check_failed waiver_expiry_timestamp_seconds \
		last_run_timestamp_seconds last_run_duration_seconds; do
		grep -qx "# TYPE tmpaudit_$metric gauge" "$OUT/a.prometheus"
	done
	# Of nothing that was evaluated nothing is known.
	jq '.checks = [] | .score.value = null | .score.grade = null | .score.value_without_waivers = null | .score.coverage = null' "$OUT/a.json" >"$OUT/b.json"
	"$TMPAUDIT" report -f prometheus "$OUT/b.json" >"$OUT/b.prom" || true
	run -0 promtool check metrics <"$OUT/b.prom"
	grep -qx 'tmpaudit_score NaN' "$OUT/b.prom"
	grep -qx 'tmpaudit_checks{status="fail"} 0' "$OUT/b.prom"
}

@test "prometheus: the alerts that are shipped" {
	need promtool
	promtool check rules share/prometheus/tmpaudit.rules.yml
	promtool test rules tests/data/tmpaudit.rules.test.yml
}

# Ask the node exporter at a port of its own for its metrics.
scrape() {
	local port tries

	for port in 19100 19223 19345; do
		prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --collector.disable-defaults \
			--collector.textfile --collector.textfile.directory="$1" 2>"$WORK/exporter" &
		DAEMON=$!
		for tries in $(seq 50); do
			/usr/bin/python3 -c 'import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "http://127.0.0.1:$port/metrics" >"$WORK/scraped" 2>/dev/null && return
			kill -0 $DAEMON 2>/dev/null || break
			sleep 0.2
		done
	done
	cat "$WORK/exporter"
	return 1
}

@test "prometheus: the node exporter reads it" {
	need prometheus-node-exporter
	make_report hostile
	mkdir -m 755 "$OUT/textfile"
	run -1 "$TMPAUDIT" report "$OUT/a.json" -o "$OUT/textfile/tmpaudit.prom"
	scrape "$OUT/textfile"
	grep -x 'node_textfile_scrape_error 0' "$WORK/scraped"
	grep -x 'tmpaudit_score 36.1' "$WORK/scraped"
	grep -x 'tmpaudit_checks{status="error"} [1-9][0-9]*' "$WORK/scraped"
	grep -x 'tmpaudit_check_failed{check="tempdir.mode",severity="medium"} 1' "$WORK/scraped"
	[ "$(grep -c '^tmpaudit_check_failed{' "$WORK/scraped")" = "$(jq '.checks | length' "$OUT/a.json")" ]
	kill $DAEMON
	wait $DAEMON || true
}

@test "nagios: exit statuses of its own" {
	stock_tree
	audit -c 'tempdir.*' -c 'sticky.*'
	nagios() {
		local wanted=$1 words=$2
		shift 2

		run --separate-stderr "$TMPAUDIT" -f nagios "$@"
		[ "$status" = "$wanted" ] && [[ "${lines[0]}" == "TMPAUDIT $words - "* ]] || {
			printf '%s: %s\n' "$status" "$output"
			return 1
		}
	}
	nagios 0 OK --root "$TREE" -c tempdir.owner
	nagios 1 WARNING --root "$TREE" -c mount.tmp-nosuid
	nagios 0 OK --root "$TREE" -c mount.tmp-nosuid --fail-on high
	nagios 1 WARNING --root "$TREE" -c mount.tmp-nosuid --fail-under 50
	dir /var/tmp 0777
	nagios 2 CRITICAL --root "$TREE" -c 'sticky.*'
	nagios 3 UNKNOWN --root "$TREE" -c umask.processes
	# A run without a report is no critical host.
	nagios 3 UNKNOWN --root "$TREE/none"
	nagios 3 UNKNOWN report "$TREE/none"
	nagios 3 UNKNOWN --bogus
	run -2 "$TMPAUDIT" --root "$TREE" -c 'sticky.*' -o nagios:/dev/stdout
	run -1 "$TMPAUDIT" --root "$TREE" -c 'sticky.*' -o "nagios:$OUT/file"
	# What is known from a baseline is none either.
	audit -c 'sticky.*'
	cp "$REPORT" "$OUT/base.json"
	nagios 0 OK --root "$TREE" -c 'sticky.*' --baseline "$OUT/base.json"
}

@test "nagios: Icinga reads the performance data, and no name adds to it" {
	need icinga2
	make_report hostile
	render nagios 2
	harmless "$OUT/a.nagios"
	[ "$(grep -c '|' "$OUT/a.nagios")" = 1 ]
	printf '#!/bin/sh\necho >>"%s"\nexec "%s" report -f nagios "%s"\n' "$OUT/ran" "$TMPAUDIT" "$OUT/a.json" >"$OUT/plugin"
	chmod 755 "$OUT/plugin"
	cat >"$OUT/icinga2.conf" <<-END
		object CheckerComponent "checker" { }
		object CheckCommand "tmpaudit" { command = [ "$OUT/plugin" ] }
		object CheckCommand "ok" { command = [ "/bin/true" ] }
		object Host "host" { check_command = "ok" }
		object Service "tmp" { host_name = "host", check_command = "tmpaudit", check_interval = 1s, max_check_attempts = 1 }
	END
	mkdir "$OUT"/{lib,log,cache,spool,run,etc}
	icinga2 daemon -c "$OUT/icinga2.conf" -D DataDir="$OUT/lib" -D LogDir="$OUT/log" -D CacheDir="$OUT/cache" -D SpoolDir="$OUT/spool" \
		-D InitRunDir="$OUT/run" -D ConfigDir="$OUT/etc" -D RunAsUser=root -D RunAsGroup=root >"$OUT/icinga2.log" 2>&1 &
	DAEMON=$!
	# When it asks for the third time it has understood the first answer.
	for _ in $(seq 300); do
		[ "$(cat "$OUT/ran" 2>/dev/null | wc -l)" -lt 3 ] || break
		sleep 0.2
	done
	kill $DAEMON
	wait $DAEMON || true
	DAEMON=
	/usr/bin/python3 - "$OUT/lib/icinga2.state" "$OUT/a.nagios" "$OUT/a.json" <<-'END' || {
		import json, sys

		# A file of netstrings.
		state = open(sys.argv[1], "rb").read()
		result = None
		while state:
		    length, rest = state.split(b":", 1)
		    item = json.loads(rest[:int(length)])
		    state = rest[int(length) + 1:]
		    if item["type"] == "Service":
		        result = item["update"]["last_check_result"]
		lines = open(sys.argv[2], encoding="utf-8").read().splitlines()
		report = json.load(open(sys.argv[3], encoding="utf-8"))
		count = lambda status: sum(check["status"] == status for check in report["checks"])
		assert result["state"] == 2 and result["exit_status"] == 2, result
		assert result["output"].split("\n")[0].strip() == lines[0].split("|")[0].strip(), result["output"]
		found = {}
		for item in result["performance_data"]:
		    label, value = (item["label"], item["value"]) if isinstance(item, dict) else item.split(";")[0].rsplit("=", 1)
		    found[label] = value
		assert set(found) == {"score", "coverage", "pass", "fail", "error", "not-applicable", "waived", "fail_critical",
		                      "fail_high", "fail_medium", "fail_low", "fail_info", "time"}, found
		assert float(found["score"]) == 36.1 and int(float(found["fail"])) == count("fail"), found
		assert int(float(found["error"])) == count("error"), found
	END
		tail -n 20 "$OUT/icinga2.log"
		return 1
	}
}

@test "facts: Ansible has them as ansible_local, and Facter as facts" {
	need ansible
	need facter
	make_report hostile
	mkdir -m 755 "$OUT/facts.d"
	run -1 "$TMPAUDIT" report "$OUT/a.json" -o "$OUT/facts.d/tmpaudit.fact" -o "facts:$OUT/tmpaudit.json"
	harmless "$OUT/facts.d/tmpaudit.fact"
	# Everybody may read it: nothing in it is of the host's making.
	run -1 grep -e /tmp -e "$(hostname)" <(jq 'del(.profile, .version, .tmpaudit.profile, .tmpaudit.version)' "$OUT/tmpaudit.json")
	ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false HOME=$OUT run -0 --separate-stderr ansible localhost -c local -m setup -a "fact_path=$OUT/facts.d filter=ansible_local"
	[ "$(sed '1s/.*=> //' <<<"$output" | jq -c '.ansible_facts.ansible_local.tmpaudit | [.score, .grade, .exit, .tmpaudit.score, (.error_checks | length)]')" = '[36.1,"F",1,36.1,2]' ]
	run -0 facter --no-ruby --external-dir "$OUT" -j tmpaudit
	[ "$(jq -c '.tmpaudit | [.score, .grade, .exit, (.error_checks | length)]' <<<"$output")" = '[36.1,"F",1,2]' ]
}

@test "formats: one run writes all, and each is what report makes of the json" {
	make_report plain
	run -1 "$TMPAUDIT" --root "$TREE" -o "$OUT/r.json" -o "$OUT/r.txt" -o "$OUT/r.html" -o "$OUT/r.sarif" -o "$OUT/r.xml" -o "$OUT/r.prom" \
		-o "$OUT/r.fact" -o "nagios:$OUT/r.nagios"
	[ "$output" = '' ]
	for name in r.txt r.html r.sarif r.xml r.prom r.fact; do
		run -1 "$TMPAUDIT" report "$OUT/r.json" -o "$OUT/again.${name#r.}"
		cmp "$OUT/$name" "$OUT/again.${name#r.}"
	done
	run -1 "$TMPAUDIT" report "$OUT/r.json" -o "nagios:$OUT/again.nagios"
	cmp "$OUT/r.nagios" "$OUT/again.nagios"
}

# A report of 60,000 findings.
make_many() {
	make_report plain
	/usr/bin/python3 - "$OUT/a.json" "$OUT/many.json" <<-'END'
		import json, sys

		report = json.load(open(sys.argv[1], encoding="utf-8"))
		check, = [check for check in report["checks"] if check["id"] == "tempdir.mode"]
		check["findings"] = [dict(check["findings"][0], subject="/var/tmp/an-application-of-many/%06d" % i) for i in range(60000)]
		check["remediation"]["commands"] = ["chmod +t /var/tmp/an-application-of-many/%06d" % i for i in range(60000)]
		check["findings_total"] = 60000
		json.dump(report, open(sys.argv[2], "w", encoding="utf-8"))
	END
}

@test "formats: 60,000 findings come out whole in each, in one run" {
	make_many
	run -1 "$TMPAUDIT" report "$OUT/many.json" --all -o "$OUT/m.json" -o "$OUT/m.txt" -o "$OUT/m.html" -o "$OUT/m.sarif" -o "$OUT/m.xml" \
		-o "$OUT/m.prom" -o "$OUT/m.fact" -o "nagios:$OUT/m.nagios"
	[ "$output" = '' ]
	ls -l "$OUT"
	/usr/bin/python3 - "$OUT" <<-'END'
		import json, re, sys, xml.etree.ElementTree as tree

		at = lambda name: open(sys.argv[1] + "/m." + name, encoding="utf-8")
		wanted = ["/var/tmp/an-application-of-many/%06d" % i for i in range(60000)]
		check, = [check for check in json.load(at("json"))["checks"] if check["id"] == "tempdir.mode"]
		assert [finding["subject"] for finding in check["findings"]] == wanted and check["findings_total"] == 60000
		run, = json.load(at("sarif"))["runs"]
		assert [result["properties"]["subject"] for result in run["results"] if result["ruleId"] == "tempdir.mode"] == wanted
		case, = tree.parse(at("xml")).findall(".//testcase[@name='tempdir.mode']/failure")
		assert re.findall(r"^(/var/tmp/an-application-of-many/\d{6}): ", case.text, re.M) == wanted
		assert re.findall(r">(/var/tmp/an-application-of-many/\d{6})<", at("html").read()) == wanted
		text = re.sub(r"\\\n +", "", at("txt").read())
		assert re.findall(r"^ +(/var/tmp/an-application-of-many/\d{6}): ", text, re.M) == wanted
		assert at("prom").read().count("\n") < 200 and at("nagios").read().count("\n") < 100 and json.load(at("fact"))
	END
}

@test "formats: where there is no memory for a report there is none, nor a part of one" {
	! nm -D "$RELEASED" | grep -q __asan || skip 'a sanitizer takes more'
	make_many
	mkdir "$OUT/small"
	(
		ulimit -v 250000
		run -2 "$TMPAUDIT" report "$OUT/many.json" --all -o "$OUT/small/m.sarif" -o "$OUT/small/n.sarif" -o "$OUT/small/o.sarif" -o "$OUT/small/p.sarif"
		[[ "$output" == *memory* ]]
	)
	[ -z "$(ls -A "$OUT/small")" ]
}

@test "sarif: findings that are not listed are counted" {
	make_report hostile
	"$TMPAUDIT" report "$OUT/a.json" --max-findings 3 -f sarif >"$OUT/a.sarif" || [ $? = 1 ]
	[ "$(jq -r '[.runs[0].results[] | select(.ruleId == "tempdir.mode")] | length' "$OUT/a.sarif")" = 3 ]
	jq -r '.runs[0].invocations[0].toolExecutionNotifications[] | select(.level == "note").message.text' "$OUT/a.sarif" |
		grep -qx 'tempdir.mode has 11 more findings, which --all lists'
}
