"""Hold a validator, written in any language, to the cases of this folder.

    python conformance/run.py [--expected-failures FILE] [--select FI4 ...] -- COMMAND [ARGUMENT ...]

The command is started once and asked case by case, as `flowidl/report/v1/conformance.proto` says: requests
come to its standard input, responses go to its standard output, each message behind its length. A program
that crashes or hangs has failed the case that it was asked, and is started again for the next one.

Exit status: 0 if exactly the expected cases fail, 1 if another one fails or an expected one passes, 2 if the
command line or a file is wrong.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from google.protobuf.json_format import Parse, ParseError
from google.protobuf.message import DecodeError

from flowidl.paths import FieldPath, Step
from flowidl.report.v1.conformance_pb2 import (
    CONFORMANCE_ROLE_BAD,
    CONFORMANCE_ROLE_GOOD,
    CONFORMANCE_ROLE_NEAR,
    ConformanceCase,
    ConformanceRequest,
    ConformanceResponse,
    ConformanceRole,
)
from flowidl.report.v1.report_pb2 import SEVERITY_ERROR, SEVERITY_UNSPECIFIED, Finding, Report

HERE = Path(__file__).parent
CASES = HERE / "cases"

#: Greatest response that is read, in bytes: a program that prints text by mistake announces gigabytes.
LARGEST = 64 << 20


class Result(NamedTuple):
    """What came of one case: the outcome, and for a failed or skipped one the reason."""

    name: str
    outcome: str
    reason: str = ""


PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def main(arguments: Sequence[str] | None = None, out: IO[str] = sys.stdout) -> int:
    """Run the cases against a command. Return the exit status."""
    options = parsed(arguments)
    try:
        expected = expected_failures(options.expected_failures)
        cases = {
            name: case for name, case in all_cases(options.cases).items() if chosen(case, options.select)
        }
    except (OSError, ValueError) as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    results: list[Result] = []
    with Testee(options.command, options.timeout) as testee:
        for name, case in cases.items():
            results.append(judged(name, case, testee.ask(case.request)))
            if results[-1].outcome != PASSED and name not in expected:
                print(f"{results[-1].outcome} {name}: {results[-1].reason}", file=out)
    return conclude(results, {name for name in expected if name in cases}, out)


def conclude(results: Sequence[Result], expected: set[str], out: IO[str]) -> int:
    """Print what came of the run. Return the exit status."""
    unexpected = [r for r in results if r.outcome == FAILED and r.name not in expected]
    improved = sorted(r.name for r in results if r.outcome != FAILED and r.name in expected)
    for name in improved:
        print(f"passed {name}: it is listed as an expected failure", file=out)
    number = Counter(result.outcome for result in results)
    known = number[FAILED] - len(unexpected)
    print(
        f"{number[PASSED]} passed, {len(unexpected)} failed, "
        f"{known} failed as expected, {number[SKIPPED]} skipped",
        file=out,
    )
    return 1 if unexpected or improved else 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Hold a validator in any language to the conformance cases.")
    parser.add_argument("--cases", type=Path, default=CASES, help="folder of cases (default: %(default)s)")
    parser.add_argument("--expected-failures", type=Path, help="file with the names of cases that fail")
    parser.add_argument(
        "--select", action="append", default=[], help="only cases of this code or prefix; repeatable"
    )
    parser.add_argument(
        "--timeout", type=float, default=10.0, help="seconds for one case (default: %(default)s)"
    )
    parser.add_argument("command", nargs="+", help="the validator's program, after --")
    return parser.parse_args(arguments)


# --- Cases ------------------------------------------------------------------------------------------------


def all_cases(folder: Path) -> dict[str, ConformanceCase]:
    """Return the cases below a folder by name. Raise ValueError if two have one name, or one is broken."""
    cases: dict[str, ConformanceCase] = {}
    for name, case in read_cases(folder):
        if name in cases:
            raise ValueError(f"two cases are named {name}")
        cases[name] = case
    return cases


def read_cases(folder: Path) -> Iterator[tuple[str, ConformanceCase]]:
    """Yield the cases below a folder, each with its name. Raise ValueError for one that is broken.

    A `.json` file is one case, named like the file. A `.jsonl` file has one case a line, each named by its
    code, its role and its title: `rules/FI425/bad-number-for-text`, for a line of any file in `rules`.
    """
    for path in sorted((*folder.rglob("*.json"), *folder.rglob("*.jsonl"))):
        name = path.relative_to(folder).with_suffix("")
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            yield name.as_posix(), parsed_case(text, name.as_posix())
            continue
        for number, line in enumerate(text.splitlines(), 1):
            case = parsed_case(line, f"{name.as_posix()}, line {number}")
            yield (name.parent / line_name(case)).as_posix(), case


def line_name(case: ConformanceCase) -> str:
    """Return the name of a case that shares its file with others."""
    role = ConformanceRole.Name(case.role).rpartition("_")[2].lower()
    return f"{case.code}/{role}-{slug(case.title)}"


def slug(title: str) -> str:
    """Return a title as a part of a name: small ASCII letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80].strip("-")


def parsed_case(text: str, name: str) -> ConformanceCase:
    """Return the case in a string, without what it shows to people. Raise ValueError if it is none."""
    try:
        case = Parse(text, ConformanceCase())
    except ParseError as error:
        raise ValueError(f"{name} is not a case: {error}") from error
    for file in (*case.request.files, *case.request.settings.externals):
        file.ClearField("shown")
    return case


def chosen(case: ConformanceCase, select: Sequence[str]) -> bool:
    """Tell whether a case is to be run."""
    return not select or case.code.startswith(tuple(select))


def expected_failures(path: Path | None) -> set[str]:
    """Read the names of cases that are known to fail: one a line, and after `#` the reason."""
    if path is None:
        return set()
    names: set[str] = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, mark, reason = (part.strip() for part in line.partition("#"))
        if name:
            if not (mark and reason):
                raise ValueError(f"{path}, line {number}: say after # why {name} fails")
            names.add(name)
    return names


# --- Judging ----------------------------------------------------------------------------------------------


def judged(name: str, case: ConformanceCase, answer: ConformanceResponse | str) -> Result:
    """Compare an answer, or the reason why there is none, with what a case expects."""
    if isinstance(answer, str):
        return Result(name, FAILED, answer)
    outcome = answer.WhichOneof("outcome")
    if outcome == "skipped":
        return Result(name, SKIPPED, answer.skipped)
    if outcome == "failed":
        return Result(name, FAILED, answer.failed)
    if outcome is None:
        return Result(name, FAILED, "the response is empty")
    if case.role not in FAULT:
        return Result(name, SKIPPED, f"role {case.role} is not known")
    reason = FAULT[case.role](case, answer.report)
    return Result(name, FAILED, reason) if reason else Result(name, PASSED)


def bad_fault(case: ConformanceCase, report: Report) -> str:
    """Say what is wrong with the report on a bad case; nothing if all is well."""
    places = [place(finding) for finding in report.findings if finding.code == case.code]
    if case.at not in places:
        where = " and ".join(f"`{at}`" for at in places) or "nowhere"
        return f"expected {case.code} at `{case.at}`, got it {where if not places else 'at ' + where}"
    return surplus(report, {case.code, *case.also})


def good_fault(case: ConformanceCase, report: Report) -> str:
    """Say what is wrong with the report on a good case."""
    del case
    return surplus(report, set())


def near_fault(case: ConformanceCase, report: Report) -> str:
    """Say what is wrong with the report on a near miss."""
    places = [f"`{place(finding)}`" for finding in report.findings if finding.code == case.code]
    return f"expected no {case.code}, got it at {' and '.join(places)}" if places else ""


FAULT = {
    CONFORMANCE_ROLE_BAD: bad_fault,
    CONFORMANCE_ROLE_GOOD: good_fault,
    CONFORMANCE_ROLE_NEAR: near_fault,
}


def surplus(report: Report, allowed: set[str]) -> str:
    """Say which errors a report has that are not allowed."""
    # What no severity is stated for counts as an error, as the schema says.
    errors = [f for f in report.findings if f.severity in (SEVERITY_ERROR, SEVERITY_UNSPECIFIED)]
    extra = [f"{finding.code} at `{place(finding)}`" for finding in errors if finding.code not in allowed]
    return f"unexpected {', '.join(extra)}" if extra else ""


def place(finding: Finding) -> str:
    """Return the text of a finding's field path."""
    steps: list[Step] = []
    for element in finding.location.field_path.elements:
        subscript = element.WhichOneof("subscript")
        value = None if subscript is None else element.index if subscript == "index" else element.key
        steps.append(Step(element.name, value))
    return str(FieldPath(steps))


# --- Talking ----------------------------------------------------------------------------------------------


class Testee:
    """The program under test. It is started when it is needed, and anew after it crashed or hung."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        """Take note of the command, and of the seconds that one answer may take."""
        self._command = list(command)
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Testee:
        """Return the testee itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the program."""
        self._stop()

    def ask(self, request: ConformanceRequest) -> ConformanceResponse | str:
        """Return the program's response to a request, or the reason why there is none."""
        try:
            process = self._running()
        except OSError as error:
            return f"cannot be started: {error}"
        answers: list[ConformanceResponse | str] = []
        talk = threading.Thread(target=lambda: answers.append(exchanged(process, request)), daemon=True)
        talk.start()
        talk.join(self._timeout)
        if not answers:
            self._stop()
            return f"no answer within {self._timeout:g} seconds"
        if isinstance(answers[0], str):
            self._stop()
        return answers[0]

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()


def exchanged(process: subprocess.Popen[bytes], request: ConformanceRequest) -> ConformanceResponse | str:
    """Send a request and read the response, or return the reason why that cannot be done."""
    assert process.stdin is not None and process.stdout is not None
    data = request.SerializeToString(deterministic=True)
    try:
        process.stdin.write(len(data).to_bytes(4, "little") + data)
        process.stdin.flush()
        head = process.stdout.read(4)
        length = int.from_bytes(head, "little")
        if len(head) == 4 and length > LARGEST:
            return f"the response announces {length} bytes"
        body = process.stdout.read(length) if len(head) == 4 else b""
    except (OSError, ValueError) as error:
        return f"the program ended: {error}"
    if len(head) < 4 or len(body) < length:
        return "the program ended before it answered"
    try:
        return ConformanceResponse.FromString(body)
    except DecodeError:
        return "the response is not a ConformanceResponse"


if __name__ == "__main__":
    sys.exit(main())
