"""Validate every report that the tests saw: schema.py SCHEMA DIRECTORY, answers in TAP."""

import json
import pathlib
import sys

import jsonschema

schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
validator_class = jsonschema.Draft202012Validator
validator_class.check_schema(schema)
validator = validator_class(schema)

seen = set()
wrong = []
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    text = path.read_bytes()
    if text in seen:
        continue
    seen.add(text)
    try:
        report = json.loads(text.decode("utf-8"))
    except ValueError as error:
        wrong.append(f"{path.name}: {error}")
        continue
    for error in validator.iter_errors(report):
        where = "/".join(str(step) for step in error.absolute_path)
        wrong.append(f"{where}: {error.message[:300]}")

print("1..1")
print(f"{'not ok' if wrong else 'ok'} 1 - {len(seen)} reports agree with {sys.argv[1]}")
for line in wrong[:20]:
    print(f"# {line}")
sys.exit(bool(wrong))
