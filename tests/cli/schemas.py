"""Validates each JSON file of a directory against the schema that it names.

usage: schemas.py SCHEMAS DIRECTORY
"""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
import jsonschema  # noqa: E402

schemas = {path.name: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")}
failed = 0
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    value = json.loads(path.read_text())
    name, version = value["schema"].removeprefix("rkeygen/").split("/")
    schema = schemas[f"{name}.json"]
    assert schema["properties"]["schema"]["const"] == f"rkeygen/{name}/{version}", value["schema"]
    resolver = jsonschema.RefResolver(f"{name}.json", schema, store=schemas)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
    for error in validator.iter_errors(value):
        print(f"{path.name}: {value['schema']}: {error.json_path}: {error.message}")
        failed = 1
sys.exit(failed)
