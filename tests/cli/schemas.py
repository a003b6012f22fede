"""Validates each JSON file of a directory against the schema that it names, and each line of NAME.jsonl against NAME.json.

usage: schemas.py SCHEMAS DIRECTORY
"""
import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
import jsonschema  # noqa: E402

schemas = {path.name: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")}


def schema_of(value):
    name, version = value["schema"].removeprefix("rkeygen/").split("/")
    assert schemas[f"{name}.json"]["properties"]["schema"]["const"] == f"rkeygen/{name}/{version}", value["schema"]
    return name


failed = 0
for path in sorted(pathlib.Path(sys.argv[2]).iterdir()):
    lines = path.suffix == ".jsonl"
    values = [json.loads(text) for text in (path.read_text().splitlines() if lines else [path.read_text()])]
    for number, value in enumerate(values, 1):
        name = path.stem if lines else schema_of(value)
        schema = schemas[f"{name}.json"]
        resolver = jsonschema.RefResolver(f"{name}.json", schema, store=schemas)
        validator = jsonschema.Draft202012Validator(
            schema, resolver=resolver, format_checker=jsonschema.FormatChecker()
        )
        for error in validator.iter_errors(value):
            print(f"{path.name}:{number}: {name}: {error.json_path}: {error.message}")
            failed = 1
sys.exit(failed)
