"""The portable kit: flowidl passes it, and the runner notices every way in which a program can be wrong."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from conformance.run import CASES, all_cases, main
from flowidl.report.v1 import ConformanceCase, ConformanceRole
from scripts import conformance_cases

KIT = CASES.parent
FLOWIDL = (sys.executable, str(KIT / "testee_flowidl.py"))

FRAMES = """
import sys
def requests():
    while head := sys.stdin.buffer.read(4):
        yield sys.stdin.buffer.read(int.from_bytes(head, "little"))
def respond(data):
    sys.stdout.buffer.write(len(data).to_bytes(4, "little") + data)
    sys.stdout.buffer.flush()
"""
SAYS_NOTHING_IS_WRONG = FRAMES + "for _ in requests(): respond(bytes([0x0A, 0]))"
DOES_NOT_TRY = FRAMES + "for _ in requests(): respond(bytes([0x12, 3]) + b'why')"
BREAKS = FRAMES + "for _ in requests(): respond(bytes([0x1A, 3]) + b'why')"
SAYS_NOTHING_AT_ALL = FRAMES + "for _ in requests(): respond(b'')"
WRITES_TEXT = "print('ready', flush=True); input()"
WRITES_RUBBISH = FRAMES + "for _ in requests(): respond(b'rubbish')"
ENDS = "raise SystemExit"
HANGS = "import time; time.sleep(60)"


def run(*arguments: str) -> tuple[int, list[str]]:
    out = io.StringIO()
    status = main(arguments, out)
    return status, out.getvalue().splitlines()


def written(program: str) -> tuple[int, list[str]]:
    """Run the cases that are written by hand against a Python program."""
    return run("--cases", str(CASES / "written"), "--timeout", "2", "--", sys.executable, "-c", program)


@pytest.fixture(scope="module")
def cases() -> dict[str, ConformanceCase]:
    return all_cases(CASES)


def test_flowidl_passes(cases: dict[str, ConformanceCase]) -> None:
    status, lines = run("--expected-failures", str(KIT / "expected_failures.txt"), "--", *FLOWIDL)
    assert (status, lines) == (0, [f"{len(cases)} passed, 0 failed, 0 failed as expected, 0 skipped"])


def test_the_cases_are_what_the_rules_examples_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["conformance_cases.py", "--check"])
    assert conformance_cases.main() == 0


def test_there_are_cases_of_every_role(cases: dict[str, ConformanceCase]) -> None:
    assert {case.role for case in cases.values()} == set(ConformanceRole.values()) - {0}


def test_a_program_that_finds_nothing_fails_the_bad_cases_only(cases: dict[str, ConformanceCase]) -> None:
    status, lines = written(SAYS_NOTHING_IS_WRONG)
    bad = [name for name, case in cases.items() if name.startswith("written/") and case.at]
    assert status == 1
    assert "failed ring: expected FI300 at `workflow.nodes[0]`, got it nowhere" in lines
    failed = {f"written/{line.split()[1].rstrip(':')}" for line in lines[:-1]}
    assert set(bad) <= failed
    assert all(cases[name].role == ConformanceRole.CONFORMANCE_ROLE_BAD for name in failed)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (BREAKS, "why"),
        (SAYS_NOTHING_AT_ALL, "the response is empty"),
        (WRITES_TEXT, "the response announces 1684104562 bytes"),
        (WRITES_RUBBISH, "the response is not a ConformanceResponse"),
        (ENDS, "the program ended before it answered"),
    ],
    ids=["breaks", "says nothing", "writes text", "writes rubbish", "ends"],
)
def test_a_program_that_does_not_answer_fails_every_case(program: str, reason: str) -> None:
    status, lines = written(program)
    number = len(list((CASES / "written").glob("*.json")))
    assert status == 1
    assert lines[-1] == f"0 passed, {number} failed, 0 failed as expected, 0 skipped"
    assert all(line.endswith(f": {reason}") or "the program ended" in line for line in lines[:-1])


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text((CASES / "written" / "ring.json").read_text())
    arguments = ("--cases", str(tmp_path), "--timeout", "0.2", "--", sys.executable, "-c", HANGS)
    assert run(*arguments) == (
        1,
        [
            "failed one: no answer within 0.2 seconds",
            "0 passed, 1 failed, 0 failed as expected, 0 skipped",
        ],
    )


def test_a_program_that_does_not_try_has_not_failed() -> None:
    status, lines = written(DOES_NOT_TRY)
    assert status == 0
    assert lines[-1].endswith(f"0 failed, 0 failed as expected, {len(lines) - 1} skipped")


def test_a_program_that_is_not_there_fails() -> None:
    status, lines = run("--select", "FI300", "--", "no-such-program")
    assert status == 1
    assert "cannot be started" in lines[0]


def test_expected_failures_are_expected_and_must_fail(tmp_path: Path) -> None:
    listed = tmp_path / "expected.txt"
    one = ("--cases", str(CASES / "written"), "--select", "FI300", "--expected-failures", str(listed), "--")
    listed.write_text("ring  # rings are not looked for\n")
    assert run(*one, sys.executable, "-c", SAYS_NOTHING_IS_WRONG) == (
        0,
        ["0 passed, 0 failed, 1 failed as expected, 0 skipped"],
    )
    assert run(*one, *FLOWIDL) == (
        1,
        [
            "passed ring: it is listed as an expected failure",
            "1 passed, 0 failed, 0 failed as expected, 0 skipped",
        ],
    )


def test_an_expected_failure_needs_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "expected.txt"
    listed.write_text("# all of them\nring\n")
    assert run("--expected-failures", str(listed), "--", *FLOWIDL)[0] == 2
    assert capsys.readouterr().err == f"run.py: {listed}, line 2: say after # why ring fails\n"


@pytest.mark.parametrize("text", ["{", "[7]", '{"codes": "FI300"}', '{"request": {"files": "ring.pb"}}'])
def test_a_broken_case_is_an_error(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.json").write_text(text)
    assert run("--cases", str(tmp_path), "--", *FLOWIDL)[0] == 2
    assert capsys.readouterr().err.startswith("run.py: one is not a case: ")


def test_the_second_case_of_a_name_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = '{"code": "FI300", "role": "CONFORMANCE_ROLE_BAD", "title": "A ring!"}\n'
    (tmp_path / "one.jsonl").write_text(case + case.replace("!", "?"))
    assert run("--cases", str(tmp_path), "--", *FLOWIDL)[0] == 2
    assert capsys.readouterr().err == "run.py: two cases are named FI300/bad-a-ring\n"


def test_a_broken_line_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.jsonl").write_text('{"code": "FI300", "title": "a ring"}\n{\n')
    assert run("--cases", str(tmp_path), "--", *FLOWIDL)[0] == 2
    assert capsys.readouterr().err.startswith("run.py: one, line 2 is not a case: ")


def test_what_is_shown_to_people_is_not_sent(cases: dict[str, ConformanceCase]) -> None:
    text = json.loads((CASES / "written" / "ring.json").read_text())
    assert text["request"]["files"][0]["shown"]["workflow"]["nodes"][0]["id"] == "n0"
    assert not cases["written/ring"].request.files[0].HasField("shown")
