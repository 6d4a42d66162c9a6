"""Write `conformance/cases/rules` from the examples of the rules, for validators in other languages to run.

Every rule has examples as data (`flowidl.rules.case`): what it finds, what it accepts, and what only
looks bad. Each becomes one line of JSON, which any language can read, in the file of the rule's pack. Cases
in `conformance/cases/written` are written by hand, a file each; `data` may be left out where `type` and
`shown` say it all, and is filled in.

With `--check` nothing is written, and the exit status is 1 if a file is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, SerializeToJsonError
from google.protobuf.message import DecodeError

from flowidl.report.v1.conformance_pb2 import (
    CONFORMANCE_ROLE_BAD,
    CONFORMANCE_ROLE_GOOD,
    CONFORMANCE_ROLE_NEAR,
    ConformanceCase,
    ConformanceFile,
    ConformanceMissing,
    ConformanceRequest,
    ConformanceSettings,
)
from flowidl.rules.case import Case, CaseFile, Role, cases_of
from flowidl.rules.options import DEFAULT, Options
from flowidl.rules.packs import PACKS, find
from flowidl.source.definitions import Definition, Kind
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.messages import message_class
from flowidl.source.options import DEFAULT_OPTIONS, LoadOptions

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "conformance" / "cases" / "rules"
WRITTEN = CASES.with_name("written")

#: Cases beyond this size, in bytes, stay here: they are about size, and would be most of the kit.
LARGEST = 1 << 16
#: Content whose JSON is longer than this, in characters, is not shown to people.
READABLE = 1 << 14

ROLES = {
    Role.BAD: CONFORMANCE_ROLE_BAD,
    Role.GOOD: CONFORMANCE_ROLE_GOOD,
    Role.NEAR: CONFORMANCE_ROLE_NEAR,
}
#: Choices that cases may make and that a request has a field for.
PORTABLE = {
    "target",
    "project",
    "domain",
    "version",
    "missing",
    "externals",
    "strict",
    "previews",
    "select",
    "platform",
}


def main() -> int:
    """Write or check. Return the exit status."""
    parser = argparse.ArgumentParser(
        description="Write the conformance cases from the examples of the rules."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a case is stale")
    check: bool = parser.parse_args().check
    wanted = {CASES / name: text for name, text in generated()}
    number = sum(text.count("\n") for text in wanted.values())
    wanted |= {path: completed(path) for path in sorted(WRITTEN.rglob("*.json"))}
    present = {
        path: path.read_text(encoding="utf-8") for path in (*CASES.glob("*.jsonl"), *WRITTEN.rglob("*.json"))
    }
    stale = sorted(path for path in wanted.keys() | present.keys() if wanted.get(path) != present.get(path))
    if check:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
    print(f"{number} conformance cases, {len(stale)} of {len(wanted)} files new, changed or gone")
    return 0


def generated() -> Iterator[tuple[str, str]]:
    """Yield the file of each pack: its name, and a line for each portable example."""
    for pack in PACKS:
        if cases := [case for case in cases_of(pack) if is_portable(case)]:
            yield f"{pack.name}.jsonl", "".join(line(converted(case)) for case in cases)


def is_portable(case: Case) -> bool:
    """Tell whether a case can be put as a request, and is of a size to be carried around."""
    chosen = {name for name in Options._fields if getattr(case.options, name) != getattr(DEFAULT, name)}
    reading = case.reading or DEFAULT_OPTIONS
    portable = chosen <= PORTABLE and reading.kind is None and not case.old
    return portable and sum(len(part.data) for part in case.files) <= LARGEST


# --- From examples to messages ----------------------------------------------------------------------------


def converted(case: Case) -> ConformanceCase:
    """Return an example as a conformance case."""
    request = ConformanceRequest(files=map(from_part, case.files))
    if case.options != DEFAULT or case.reading is not None:
        request.settings.CopyFrom(settings(case.options, case.reading or DEFAULT_OPTIONS))
    rule = find(case.code)
    if rule is not None and rule.preview:
        request.settings.previews = True
    return ConformanceCase(
        code=case.code, role=ROLES[case.role], title=case.title, request=request, at=case.at, also=case.also
    )


def from_part(part: CaseFile) -> ConformanceFile:
    """Return one file of an example."""
    return ConformanceFile(name=part.name, type=part.kind.value if part.kind else "", data=part.data)


def from_definition(definition: Definition) -> ConformanceFile:
    """Return a definition as a file."""
    data = definition.message.SerializeToString(deterministic=True)
    return ConformanceFile(
        name=definition.origin.file or "external.pb", type=definition.kind.value, data=data
    )


def settings(options: Options, reading: LoadOptions) -> ConformanceSettings:
    """Return the choices of an example."""
    defaults = DEFAULT_LIMITS._asdict()
    missing = {name: word for name, word in options.missing._asdict().items() if word}
    return ConformanceSettings(
        target="" if options.target == DEFAULT.target else options.target,
        project=options.project,
        domain=options.domain,
        version=options.version,
        missing=ConformanceMissing(**missing) if missing else None,
        externals=map(from_definition, options.externals),
        strict=options.strict or reading.strict,
        previews=options.previews,
        select=options.select,
        platform={
            name: str(limit) for name, limit in options.platform._asdict().items() if limit is not None
        },
        limits={name: limit for name, limit in reading.limits._asdict().items() if limit != defaults[name]},
        trust_text=reading.trust_text,
    )


# --- From messages to files -------------------------------------------------------------------------------


def line(case: ConformanceCase) -> str:
    """Return a case as a line of JSON."""
    return json.dumps(shown(case), ensure_ascii=False, sort_keys=True) + "\n"


def page(case: ConformanceCase) -> str:
    """Return a case as a file of its own."""
    return json.dumps(shown(case), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def shown(case: ConformanceCase) -> dict[str, Any]:
    """Return a case as proto JSON, and what its files hold as people read it.

    It is to be written with sorted keys, because the entries of a map come in no order.
    """
    value: dict[str, Any] = MessageToDict(case)
    request = value.get("request", {})
    for entry in (*request.get("files", ()), *request.get("settings", {}).get("externals", ())):
        show(entry, ParseDict(entry, ConformanceFile()))
    return value


def show(entry: dict[str, Any], file: ConformanceFile) -> None:
    """Add to a file's JSON what it holds, if its type is stated and JSON can say it."""
    if not file.type:
        return
    kind = message_class(Kind(file.type))
    try:
        content = MessageToDict(kind.FromString(file.data))
        same = ParseDict(content, kind()).SerializeToString(deterministic=True)
        ParseDict({"shown": content}, ConformanceFile())
    except (DecodeError, SerializeToJsonError, TypeError, ValueError, RecursionError):  # what JSON cannot say
        return
    if (
        same == kind.FromString(file.data).SerializeToString(deterministic=True)
        and len(str(content)) <= READABLE
    ):
        entry["shown"] = content


def completed(path: Path) -> str:
    """Return the text of a case that is written by hand, with the bytes of what it shows filled in."""
    value = json.loads(path.read_text(encoding="utf-8"))
    for entry in value["request"]["files"]:
        content = entry.pop("shown", None)
        if content is not None:
            message = ParseDict(content, message_class(Kind(entry["type"]))())
            file = ConformanceFile(data=message.SerializeToString(deterministic=True))
            entry["data"] = MessageToDict(file)["data"]
    return page(ParseDict(value, ConformanceCase()))


if __name__ == "__main__":
    sys.exit(main())
