"""Rules 860-869: values that are kept where only the machine that packaged them can see them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.paths import FieldPath, Step
from flowidl.rules.declaration import WARNING, Found, rule
from flowidl.rules.launch.requests import plan_phrase, requests
from flowidl.rules.phrases import node_phrase, quoted
from flowidl.source.definitions import Place
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.core.v1.literals_pb2 import Literal, Scalar
    from flowidl.rules.context import Context

#: Two letters at least: one is the name of a drive.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_TEMPORARY = re.compile(r"[/\\](?:tmp|temp|var[/\\]folders)[/\\]", re.IGNORECASE)
_KINDS = {"blob": "file", "schema": "schema", "structured_dataset": "dataset"}


@rule(
    "FI860",
    "local-path-in-value",
    WARNING,
    Phase.RUN,
    reads=(
        "core.Blob.uri",
        "core.Schema.uri",
        "core.StructuredDataset.uri",
        "core.LiteralOffloadedMetadata.uri",
    ),
)
def local_path_in_value(context: Context) -> Iterator[Found]:
    """A value is kept at a path of the machine that packaged it

    What: a constant that is bound in a workflow, a default or fixed input of a launch plan, or an input of an
    execution, is a file, a dataset or an object at a path without a scheme, or with the scheme `file`.
    Packaging writes objects that are made in the body of a workflow into a temporary folder.

    Why it fails: registration takes the path as it is. The container that reads the value does not have it,
    unless it is a path in its image: no such file or directory.

    Fix: upload the value and give its address, `s3://...`; or make the object in a task.
    """
    for value in _values(context):
        for kind, uri in _addresses(value.scalars):
            if _is_local(uri):
                temporary = _TEMPORARY.search(uri) is not None
                yield Found(
                    value.place,
                    f"{value.phrase} is a {kind} at {quoted(uri)}, a path of the machine that packaged it",
                    "make it in a task, not in the body of the workflow"
                    if temporary
                    else "upload it, and give its address with a scheme",
                )


class _Value(NamedTuple):
    """A constant: what it is called, where it is, and what stands in it."""

    phrase: str
    place: Place
    scalars: Iterator[Scalar | Literal]


def _values(context: Context) -> Iterator[_Value]:
    for use in context.model.stored:
        place = use.node.place(use.path, f"input {use.variable}")
        yield _Value(f"input {quoted(use.variable)} of {node_phrase(use.node)}", place, iter((use.scalar,)))
    for plan in context.model.launch_plans:
        parameters = plan.spec.default_inputs.parameters
        for name in sorted(parameters):
            if parameters[name].HasField("default"):
                steps = (*plan.path, Step("default_inputs"), Step("parameters", name), Step("default"))
                place = Place(plan.definition, FieldPath(steps), (f"input {name}",))
                phrase = f"the default of input {quoted(name)} of {plan_phrase(plan)}"
                yield _Value(phrase, place, iter((parameters[name].default,)))
    for request in context.once(requests):
        for values in request.values:
            for name in sorted(values.literals):
                phrase = f"{values.phrase} {quoted(name)} of {request.phrase}"
                yield _Value(phrase, request.entry(values, name), iter((values.literals[name],)))


def _addresses(start: Iterator[Scalar | Literal]) -> Iterator[tuple[str, str]]:
    """Yield the addresses in a value, each with the word for what is there."""
    waiting: list[Scalar | Literal] = list(start)
    while waiting:
        value = waiting.pop()
        kind = value.WhichOneof("value") or ""
        if kind in _KINDS:
            yield _KINDS[kind], getattr(value, kind).uri
        elif kind == "offloaded_metadata":  # of literals only
            yield "value", getattr(value, kind).uri
        elif kind == "scalar":
            waiting.append(getattr(value, kind))
        elif kind == "union":
            waiting.append(getattr(value, kind).value)
        elif kind == "collection":
            waiting.extend(getattr(value, kind).literals)
        elif kind == "map":
            waiting.extend(getattr(value, kind).literals.values())


def _is_local(uri: str) -> bool:
    """Tell whether an address is a path: it has no scheme, or that of files."""
    scheme = _SCHEME.match(uri)
    return bool(uri) and (scheme is None or scheme[1].lower() == "file")
