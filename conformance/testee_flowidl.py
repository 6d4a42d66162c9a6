"""flowidl itself as the program under test.

    python conformance/run.py -- python conformance/testee_flowidl.py

A template for other validators: read a request, validate, write a response, until the input ends.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from google.protobuf.message import DecodeError

from flowidl.report.v1.conformance_pb2 import (
    ConformanceFile,
    ConformanceRequest,
    ConformanceResponse,
    ConformanceSettings,
)
from flowidl.report.wire import to_message
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.inputs import File
from flowidl.source.messages import message_class
from flowidl.validator.examine import examine, report_on
from flowidl.validator.options import DEFAULT, Missing, Options, PlatformLimits, Policy

#: The limits of an installation that are counts; the others are quantities.
COUNTS = {"max_workflow_nodes", "max_labels", "max_annotations"}


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Answer requests until there are no more."""
    while head := source.read(4):
        request = ConformanceRequest.FromString(source.read(int.from_bytes(head, "little")))
        data = answer(request).SerializeToString(deterministic=True)
        target.write(len(data).to_bytes(4, "little") + data)
        target.flush()


def answer(request: ConformanceRequest) -> ConformanceResponse:
    """Validate the files of a request."""
    chosen = options(request.settings)
    if isinstance(chosen, str):
        return ConformanceResponse(skipped=chosen)
    try:
        report = report_on(examine(map(given, request.files), chosen), chosen)
    except Exception as error:
        return ConformanceResponse(failed=f"{type(error).__name__}: {error}")
    return ConformanceResponse(report=to_message(report))


def given(file: ConformanceFile) -> Definition | File:
    """Return a file as the validator takes it: a definition if its type is stated, else bytes with a name."""
    definition = stated(file)
    return File(file.name, file.data) if definition is None else definition


def stated(file: ConformanceFile) -> Definition | None:
    """Return the definition in a file whose type is stated; `None` if it is not, or cannot be read."""
    if not file.type:
        return None
    kind = Kind(file.type)
    try:
        message = message_class(kind).FromString(file.data)
    except DecodeError:
        return None
    return Definition(kind, message, Origin(file.name, "", file.data))


def options(settings: ConformanceSettings) -> Options | str:
    """Return the options that settings ask for, or the reason why they cannot be had."""
    try:
        absent = settings.missing
        missing = Missing(policy(absent.task), policy(absent.workflow), policy(absent.launch_plan))
        platform = limits(dict(settings.platform))
    except (KeyError, ValueError) as error:
        return f"no such setting: {error}"
    return Options(
        target=settings.target or DEFAULT.target,
        project=settings.project,
        domain=settings.domain,
        version=settings.version,
        missing=missing,
        externals=tuple(definition for file in settings.externals if (definition := stated(file))),
        strict=settings.strict,
        previews=settings.previews,
        select=tuple(settings.select),
        platform=platform,
    )


def policy(word: str) -> Policy | None:
    """Return what to make of references to absent entities. Raise KeyError for an unknown word."""
    words: dict[str, Policy | None] = {"": None, "error": "error", "warn": "warn", "ignore": "ignore"}
    return words[word]


def limits(given: dict[str, str]) -> PlatformLimits:
    """Return the limits of an installation. Raise KeyError or ValueError if they are none."""
    if unknown := given.keys() - set(PlatformLimits._fields):
        raise KeyError(*sorted(unknown))
    values: dict[str, Any] = {name: int(text) if name in COUNTS else text for name, text in given.items()}
    return PlatformLimits()._replace(**values)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
