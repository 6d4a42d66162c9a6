"""The JSON Schema of the configuration takes what the program takes, and refuses what it refuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from flowidl import schema
from flowidl.config.errors import ConfigError
from flowidl.config.files import read
from flowidl.config.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
#: (The types that come with jsonschema are not complete.)
VALIDATOR: Any = Draft7Validator(json.loads(schema.configuration_schema()))

GOOD = (
    "",
    'target = "flyte-2"\nselect = ["FI4"]\njobs = 0\nsource = false\nstrict = true',
    '[severity]\nFI420 = "info"',
    '[limits]\nmember-size = "16MiB"\ndepth = 20',
    '[limits]\nmember-size = "100k"',
    '[platform]\ncpu = "8"\nmax-labels = 3\ndefault-pod-template = true',
    '[missing]\nlaunch-plan = "warn"',
    '[[suppress]]\ncode = "FI420"\nreason = "known"\nexpires = "2027-03-01"\nat = "a"\nfile = "*"',
)
BAD = (
    'targett = "flyte-2"',
    'target = "flyte-3"',
    "target = 3",
    'select = "FI4"',
    "select = [4]",
    "jobs = -1",
    'jobs = "2"',
    "source = true",
    'strict = "yes"',
    '[severity]\nFI420 = "grave"',
    '[limits]\nmember-size = "16 apples"',
    "[limits]\nmember-size = 0",
    "[limits]\nbreadth = 3",
    "[missing]\ntask = true",
    '[missing]\nlaunchplan = "warn"',
    "[platform]\ncpu = 1.5",
    '[[suppress]]\ncode = "FI420"',
    '[[suppress]]\ncode = "FI420"\nreason = " "',
    '[[suppress]]\ncode = "FI420"\nreason = "known"\nwhy = "x"',
    '[[suppress]]\ncode = "FI420"\nreason = "known"\nexpires = "soon"',
    'suppress = "FI420"',
)


def _taken(text: str, folder: Path) -> bool:
    file = folder / "flowidl.toml"
    file.write_text(text, encoding="utf-8")
    try:
        read(str(file))
    except ConfigError:
        return False
    return True


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_it_says_what_the_program_says(text: str, tmp_path: Path) -> None:
    assert VALIDATOR.is_valid(tomllib.loads(text)) == _taken(text, tmp_path) == (text in GOOD)


def test_it_is_a_schema_of_every_setting() -> None:
    Draft7Validator.check_schema(VALIDATOR.schema)
    document = json.loads(schema.configuration_schema())
    assert list(document["properties"]) == [setting.name for setting in SETTINGS]


def test_the_page_example_fits() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    example = json.loads(json.dumps(tomllib.loads(block), default=str))  # editors see a day as text
    assert [error.message for error in VALIDATOR.iter_errors(example)] == []


def test_it_is_fresh() -> None:
    done = subprocess.run([sys.executable, "scripts/config_schema.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0
