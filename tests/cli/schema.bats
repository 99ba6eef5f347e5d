# The schema itself: it must refuse what the interface forbids, and hold all keys in the order of the report.

bats_require_minimum_version 1.5.0
load ../helper

@test "schema: refuses reports that are not what they say" {
	stock_tree
	dir /tmp/a 0777 1000
	audit
	/usr/bin/python3 - share/schema/report-1.json "$REPORT" <<-'END'
		import copy, json, sys
		import jsonschema

		schema = json.load(open(sys.argv[1], encoding="utf-8"))
		report = json.load(open(sys.argv[2], encoding="utf-8"))
		validator = jsonschema.Draft202012Validator(schema)
		validator.validate(report)

		def first(report, status):
		    return next(check for check in report["checks"] if check["status"] == status)

		def change(what):
		    changed = copy.deepcopy(report)
		    what(changed)
		    assert changed != report, what
		    return changed

		def without(*path):
		    def what(report):
		        for step in path[:-1]:
		            report = report[step]
		        del report[path[-1]]
		    return what

		def put(value, *path):
		    def what(report):
		        for step in path[:-1]:
		            report = report[step]
		        report[path[-1]] = value
		    return what

		def in_check(which, **values):
		    return lambda report: first(report, which).update(values)

		def in_finding(**values):
		    return lambda report: first(report, "fail")["findings"][0].update(values)

		finding = first(report, "fail")["findings"][0]
		wrong = {
		    "fail without findings": in_check("fail", findings=[], findings_total=0),
		    "fail with waived findings only": in_check("fail", findings=[dict(finding, status="waived", waiver="x")]),
		    "pass with findings": in_check("pass", findings=[finding], findings_total=1),
		    "pass that counts findings": in_check("pass", findings_total=1),
		    "not-applicable without reason": in_check("not-applicable", reason=None),
		    "not-applicable with an empty reason": in_check("not-applicable", reason=""),
		    "error without reason": in_check("not-applicable", status="error", reason=None),
		    "error that failed": in_check("fail", status="error", reason="x"),
		    "waived without waiver": in_check("pass", status="waived"),
		    "waived without findings": in_check("pass", status="waived", waiver="x"),
		    "waived with a failure": in_check("fail", status="waived", waiver="x"),
		    "pass with a reason": in_check("pass", reason="x"),
		    "fail with a waiver": in_check("fail", waiver="x"),
		    "unknown status": in_check("pass", status="warn"),
		    "unknown severity": in_check("pass", severity="huge"),
		    "unknown practice": in_check("pass", practice="haste"),
		    "bad fingerprint": in_check("pass", fingerprint="0"),
		    "waived finding without waiver": in_finding(status="waived"),
		    "failed finding with waiver": in_finding(waiver="x"),
		    "unknown aspect": in_finding(aspect="any"),
		    "no base64": in_finding(subject_bytes="?"),
		    "empty subject": in_finding(subject=""),
		    "another version": put("tmpaudit.report/2", "schema"),
		    "exit that is no verdict": put(2, "run", "exit"),
		    "score without grade": put(None, "score", "grade"),
		    "grade without score": put(None, "score", "value"),
		    "too many points": put(100.1, "score", "value"),
		    "offline with a mount namespace": put("host", "run", "mount_namespace"),
		    "practices in another order": lambda report: report["score"]["practices"].reverse(),
		    "six practices": lambda report: report["score"]["practices"].pop(),
		    "number as text": put("1", "summary", "pass"),
		    "negative": put(-1, "summary", "pass"),
		}
		for name, what in wrong.items():
		    assert not validator.is_valid(change(what)), name

		def keys(value, path=()):
		    """The path of each key, one of each list's members standing for all."""
		    if isinstance(value, dict):
		        for key in value:
		            yield path + (key,)
		            yield from keys(value[key], path + (key,))
		    elif isinstance(value, list) and value:
		        for index, member in enumerate(value):
		            yield from keys(member, path + (index,))

		count = 0
		seen = set()
		for path in keys(report):
		    kind = tuple("*" if isinstance(step, int) else step for step in path)
		    if kind in seen or path[-1] == "subject_bytes":
		        continue
		    seen.add(kind)
		    assert not validator.is_valid(change(without(*path))), path
		    count += 1
		assert count > 60, count
		# A reader ignores what it does not know.
		assert validator.is_valid(change(put(1, "run", "later")))

		def resolve(part):
		    while "$ref" in part:
		        part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
		    return part

		def in_order(value, part, path="report"):
		    part = resolve(part)
		    if isinstance(value, dict):
		        wanted = [key for key in part["properties"] if key in value]
		        assert list(value) == wanted, (path, list(value), wanted)
		        for key in value:
		            in_order(value[key], part["properties"][key], f"{path}.{key}")
		    elif isinstance(value, list):
		        items = part["items"] if "items" in part else part["allOf"][0]["items"]
		        for member in value:
		            in_order(member, items, path)

		in_order(report, schema)
	END
}
