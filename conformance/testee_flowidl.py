"""flowidl itself as the program under test.

    python conformance/run.py -- python conformance/testee_flowidl.py

A template for other validators: read a request, validate, write a response, until the input ends.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

from google.protobuf.message import DecodeError

from flowidl.compiler.targets import target_named
from flowidl.report.v1.conformance_pb2 import (
    ConformanceFile,
    ConformanceRequest,
    ConformanceResponse,
    ConformanceSettings,
)
from flowidl.report.wire import to_message
from flowidl.rules.options import DEFAULT, Missing, Options, PlatformLimits, Policy
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.inputs.files import File
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.messages import message_class
from flowidl.source.options import LoadOptions
from flowidl.validator.pipeline import examine, report_on

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
    try:
        chosen, reading = options(request.settings), reading_options(request.settings)
    except (KeyError, ValueError) as error:
        return ConformanceResponse(skipped=f"no such setting: {error}")
    try:
        report = report_on(examine(map(given, request.files), chosen, reading), chosen)
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


def options(settings: ConformanceSettings) -> Options:
    """Return what settings ask for. Raise KeyError or ValueError if that cannot be had."""
    target = settings.target or DEFAULT.target
    target_named(target)
    absent = settings.missing
    return Options(
        target=target,
        project=settings.project,
        domain=settings.domain,
        version=settings.version,
        missing=Missing(policy(absent.task), policy(absent.workflow), policy(absent.launch_plan)),
        externals=tuple(definition for file in settings.externals if (definition := stated(file))),
        strict=settings.strict,
        previews=settings.previews,
        select=tuple(settings.select),
        platform=platform(dict(settings.platform)),
    )


def reading_options(settings: ConformanceSettings) -> LoadOptions:
    """Return what settings ask for about reading. Raise ValueError for a limit that does not exist."""
    return LoadOptions(
        project=settings.project,
        domain=settings.domain,
        version=settings.version,
        strict=settings.strict,
        trust_text=settings.trust_text,
        limits=DEFAULT_LIMITS._replace(**settings.limits),
    )


def policy(word: str) -> Policy | None:
    """Return what to make of references to absent entities. Raise KeyError for an unknown word."""
    words: dict[str, Policy | None] = {"": None, "error": "error", "warn": "warn", "ignore": "ignore"}
    return words[word]


def platform(given: dict[str, str]) -> PlatformLimits:
    """Return the limits of an installation. Raise ValueError for one that does not exist or is no number."""
    values: dict[str, Any] = {name: int(text) if name in COUNTS else text for name, text in given.items()}
    return PlatformLimits()._replace(**values)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
