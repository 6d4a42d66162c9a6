"""mypy and pyright, both strict, on a user's programs: what must pass, and what must not."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.compat.environments import Environment, Maker

pytestmark = pytest.mark.compat

PROGRAMS = Path(__file__).parent / "programs"
EXPECTED = re.compile(r"# mypy: (?P<mypy>\S+), pyright: (?P<pyright>\S+)$")
#: Line -> what is reported there.
Errors = Mapping[int, set[str]]


@pytest.fixture(scope="module")
def user(environment: Maker) -> Environment:
    """The environment of a user. mypy has no types for protobuf without the separate stubs; pyright has."""
    return environment("types-protobuf")


def mypy(user: Environment, program: Path) -> Errors:
    """Run mypy on one program, and return its errors."""
    options = ("--strict", "--config-file=", "--output=json", "--no-error-summary", "--python-executable")
    done = user.run(sys.executable, "-m", "mypy", *options, user.python, program.name, cwd=program.parent)
    errors: dict[int, set[str]] = {}
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if found["severity"] == "error":
            errors.setdefault(found["line"], set()).add(found["code"])
    assert done.returncode == bool(errors), done.stdout + done.stderr
    return errors


def pyright(user: Environment, program: Path) -> Errors:
    """Run pyright on one program, and return its errors."""
    config = program.with_name("pyrightconfig.json")
    config.write_text(json.dumps({"typeCheckingMode": "strict", "include": [program.name]}))
    options = ("--outputjson", f"--pythonpath={user.python}", f"--project={config}")
    done = user.run(sys.executable, "-m", "pyright", *options, cwd=program.parent)
    errors: dict[int, set[str]] = {}
    for found in json.loads(done.stdout)["generalDiagnostics"]:
        line = found["range"]["start"]["line"] + 1
        errors.setdefault(line, set()).add(found.get("rule", "syntax"))
    return errors


CHECKERS = {"mypy": mypy, "pyright": pyright}


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_users_program_is_typed(user: Environment, tmp_path: Path, checker: str) -> None:
    program = Path(shutil.copy(PROGRAMS / "good.py", tmp_path))
    assert CHECKERS[checker](user, program) == {}


@pytest.mark.parametrize("checker", CHECKERS)
def test_mistakes_are_found(user: Environment, tmp_path: Path, checker: str) -> None:
    program = Path(shutil.copy(PROGRAMS / "must_fail.py", tmp_path))
    expected = {
        number: match[checker]
        for number, line in enumerate(program.read_text().splitlines(), start=1)
        if (match := EXPECTED.search(line))
    }
    found = CHECKERS[checker](user, program)
    assert found.keys() == expected.keys() != set()
    assert {line: code for line, code in expected.items() if code not in found[line]} == {}


def test_the_program_runs(environment: Maker) -> None:
    plain = environment("protobuf")
    done = plain.run(plain.python, "-I", "-W", "error", PROGRAMS / "good.py")
    assert done.returncode == 0, done.stderr
