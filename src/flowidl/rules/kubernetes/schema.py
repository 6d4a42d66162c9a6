"""The schema of Kubernetes for pod specs, from the package `kubernetes-validate` (extra
`flowidl[kubernetes]`).

Only its data is used, one file of definitions for the newest version that it carries: with the newest
schema the fewest fields are unknown. Loading it takes a third of a second, so it is loaded once for a run
that has pod specs, and not otherwise.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.rules.kubernetes.podspecs import Plain, Steps

_POD_SPEC = "#/$defs/io.k8s.api.core.v1.PodSpec"
#: More problems of one pod spec than this are not listed.
MOST = 50

_TYPES = {
    "object": "an object",
    "array": "a list",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}


class Violation(NamedTuple):
    """One place in a pod spec that does not fit.

    `unknown` is a key that the schema does not have, among those in `known`, or empty; `reason` is then
    empty too, and else continues a sentence that begins with the place.
    """

    steps: Steps
    reason: str
    unknown: str = ""
    known: tuple[str, ...] = ()


class _Error(Protocol):
    """What is read of `jsonschema.ValidationError`."""

    validator: str
    validator_value: object
    instance: object
    absolute_path: Iterable[str | int]
    schema: Mapping[str, object]


class _Validator(Protocol):
    def iter_errors(self, instance: object) -> Iterable[_Error]: ...


class PodSchema:
    """The schema of pod specs of one version of Kubernetes."""

    def __init__(self, validator: _Validator) -> None:
        self._validator = validator

    def problems(self, spec: dict[str, Plain]) -> list[Violation]:
        """Return where a pod spec does not fit, in the order of places."""
        found: list[Violation] = []
        for error in self._validator.iter_errors(spec):
            found += _problems(error)
            if len(found) >= MOST:
                break
        return sorted(set(found), key=lambda p: (tuple(map(str, p.steps)), p.reason, p.unknown))


def load() -> PodSchema | str:
    """Return the schema, or why there is none."""
    try:
        jsonschema = import_module("jsonschema")
        from importlib.resources import files

        folder = files("kubernetes_validate") / "kubernetes-json-schema"
        versions = [entry.name for entry in folder.iterdir() if entry.name.endswith("-local-strict")]
        newest = max(versions, key=_version)
        definitions = json.loads((folder / newest / "_definitions.json").read_text("utf-8"))
    except ImportError:
        return "needs flowidl[kubernetes]"
    except (OSError, ValueError) as error:
        return f"the installed kubernetes-validate cannot be read: {error}"
    validator = jsonschema.Draft202012Validator({"$defs": definitions["$defs"], "$ref": _POD_SPEC})
    return PodSchema(cast("_Validator", validator))


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name[1:].partition("-")[0].split(".") if part.isdecimal())


def _problems(error: _Error) -> list[Violation]:
    steps = tuple(error.absolute_path)
    given, wanted = _texts(error.instance), _texts(error.validator_value)
    if error.validator == "additionalProperties":
        known = tuple(sorted(_texts(error.schema.get("properties"))))
        return [Violation(steps, "", key, known) for key in given if key not in known]
    if error.validator == "required":
        missing = [f"`{name}`" for name in wanted if name not in given]
        return [Violation(steps, f"lacks {' and '.join(missing)}")]
    if error.validator == "type":
        words = [_TYPES.get(word, word) for word in wanted if word != "null"]
        return [Violation(steps, f"is not {' or '.join(words)}")]
    if error.validator == "enum":
        values = [f"`{value}`" for value in wanted if value != "None"]
        return [Violation(steps, f"is not one of {', '.join(values)}")]
    return [Violation(steps, "is not as Kubernetes has it")]


def _texts(value: object) -> list[str]:
    """Return the entries of a list, the keys of an object, or the value itself, as strings."""
    if isinstance(value, (list, dict)):
        return [str(entry) for entry in cast("Iterable[object]", value)]
    return [str(value)]
