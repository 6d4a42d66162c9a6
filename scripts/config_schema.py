"""Write `src/flowidl/flowidl.toml.schema.json`: JSON Schema of `flowidl.toml`, from the table of settings.

Editors complete and check the configuration by it; `flowidl protos json-schema FILE --configuration` hands it
out. It is draft 7, which editors of TOML know. It cannot say what a code is, or whether a path exists: the
program does.

With `--check` nothing is written, and the exit status is 1 if the file is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from flowidl.config.settings import PLATFORM_FLAGS, SETTINGS, Setting, Shape

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "flowidl" / "flowidl.toml.schema.json"

Schema = dict[str, object]

STRING: Schema = {"type": "string"}
STRINGS: Schema = {"type": "array", "items": STRING}
NATURAL: Schema = {"type": "integer", "minimum": 0}
FILLED: Schema = {"type": "string", "pattern": r"\S"}
#: A number of bytes, or text such as `64MiB` and `100k`.
SIZE: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "string", "pattern": r"^\s*0*[1-9][0-9]*\s*([kKmMgG][iI]?)?[bB]?\s*$"},
    ]
}
PLAIN: Schema = {"type": ["string", "integer"]}
SUPPRESSION: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["code", "reason"],
    "properties": {
        "code": {**FILLED, "description": "a code, the beginning of one, or a rule's name"},
        "reason": {**FILLED, "description": "a sentence for whoever reads it next"},
        "at": {**STRING, "description": "a place in the words of the report; left out: everywhere"},
        "file": {**STRING, "description": "a pattern for the input's or the member's name"},
        "expires": {
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            "description": "the day on which the entry ends",
        },
    },
}
SHAPES: dict[Shape, Schema] = {
    Shape.FLAG: {"type": "boolean"},
    Shape.NUMBER: NATURAL,
    Shape.TEXT: STRING,
    Shape.PATH: STRING,
    Shape.TEXTS: STRINGS,
    Shape.PATHS: STRINGS,
    Shape.FOLDER: {"anyOf": [STRING, {"const": False}]},
    Shape.SUPPRESSIONS: {"type": "array", "items": SUPPRESSION},
}


def main() -> int:
    """Write or check. Return the exit status."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of flowidl.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")
    check: bool = parser.parse_args().check
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    name = TARGET.relative_to(ROOT)
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text:
        print(f"{name} is what the table of settings says")
        return 0
    if check:
        print(f"{name} is stale: run `make docs`", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


def document() -> Schema:
    """Return the whole schema."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "flowidl.toml: what a project decides about validation",
        "type": "object",
        "additionalProperties": False,
        "properties": {setting.name: described(setting) for setting in SETTINGS},
    }


def described(setting: Setting) -> Schema:
    """Return the schema of a setting with its summary and default."""
    default = f" (default: {setting.default})" if setting.default else ""
    return {"description": setting.summary + default, **of(setting)}


def of(setting: Setting) -> Schema:
    """Return the schema of a setting's value."""
    if setting.shape is Shape.TABLE:
        return of_table(setting)
    if setting.choices:
        return {"enum": list(setting.choices)}
    return SHAPES[setting.shape]


def of_table(setting: Setting) -> Schema:
    """Return the schema of a table: its keys, if they are a set, and what each may hold."""
    value = SIZE if setting.sizes else {"enum": list(setting.choices)} if setting.choices else PLAIN
    if not setting.keys:
        return {"type": "object", "additionalProperties": value}
    flags = {key: {"type": ["boolean", "string"]} for key in setting.keys if key in PLATFORM_FLAGS}
    properties = {key: flags.get(key, value) for key in setting.keys}
    return {"type": "object", "additionalProperties": False, "properties": properties}


if __name__ == "__main__":
    sys.exit(main())
