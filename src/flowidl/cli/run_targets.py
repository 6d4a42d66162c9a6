"""What `flowidl run` is given: its target, and values for inputs and mocks."""

from __future__ import annotations

import importlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.framework import Failure
from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.errors import BuildError, closest
from flowidl.escape import escape
from flowidl.local.packages import Runnable, packaged
from flowidl.values.shapes import is_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.cli.console import Console
    from flowidl.core.v1.tasks_pb2 import TaskTemplate


def find(target: str, name: str, console: Console) -> Runnable:
    """Return what a target names. Modules are imported, packages are read."""
    folder = console.folder
    if folder not in sys.path:
        sys.path.insert(0, folder)
    place, mark, attribute = target.rpartition(":")
    try:
        if mark and attribute.replace(".", "_").isidentifier() and not os.path.exists(target):
            return _of_object(_imported(place, attribute), target)
        return _of_package(target, name, console)
    except BuildError as error:
        raise Failure(escape(str(error))) from None


def _imported(place: str, attribute: str) -> Any:
    from flowidl.local.loading import attribute as held
    from flowidl.local.loading import import_file

    try:
        module = import_file(place) if place.endswith(".py") else importlib.import_module(place)
        return held(module, attribute)
    except (ImportError, AttributeError) as error:
        raise Failure(f"cannot find {escape(place)}:{escape(attribute)}: {escape(str(error))}") from None


def _of_package(target: str, name: str, console: Console) -> Runnable:
    from flowidl.cli.reading import read

    if not os.path.exists(target) and "://" not in target:
        raise Failure(
            f"there is no {escape(target)}: give module:workflow, file.py:workflow, a package or a closure"
        )
    return packaged(read(console, [target], {}).definitions, name)


def _of_object(found: Any, target: str) -> Runnable:
    """Return what runs an object: an entity of `flowidl.sdk`, a builder, a closure or a compilation."""
    from flowidl.builders import WorkflowBuilder
    from flowidl.local.program import closure_of

    if hasattr(found, "typed_interface") and hasattr(found, "signature"):
        return _of_entity(found)
    if isinstance(found, WorkflowBuilder):
        return _of_builder(found)
    if callable(found) and not hasattr(found, "closure"):
        raise BuildError(
            f"`{target}` is a `{type(found).__qualname__}`, which is no workflow of `flowidl.sdk`"
        )
    closure = closure_of(found)
    return Runnable(closure.primary.template.id.name, closure)


def _of_entity(entity: Any) -> Runnable:

    from flowidl.values import to_literal

    plan = importlib.import_module("flowidl.sdk.running").plan_of(entity)
    signature = entity.signature
    variables = plan.closure.primary.template.interface.inputs.variables
    defaults: dict[str, Literal] = {}
    for name, value in signature.defaults.items():
        if value is not None or variables[name].type.HasField("union_type"):
            defaults[name] = to_literal(value, signature.inputs[name], name=name)
    return Runnable(
        entity.name,
        plan.closure,
        plan.parts.functions,
        plan.parts.launch_plans,
        plan.parts.closures,
        plan.parts.signals,
        defaults,
        annotations=dict(signature.inputs),
    )


def _of_builder(builder: Any) -> Runnable:
    from flowidl.source import load

    entities = [*builder.entities, builder.spec]
    found = packaged(load(*entities).definitions, builder.id.name)
    return found._replace(defaults={**found.defaults, **builder.defaults})


# Values


def inputs_of(runnable: Runnable, given: Sequence[str], path: str | None) -> LiteralMap:
    """Return the inputs of a run: those of a file, those of the command line over them, and defaults."""
    variables = runnable.closure.primary.template.interface.inputs.variables
    found: dict[str, Literal] = {}
    if path is not None:
        found.update(_of_file(runnable, path))
    for each in given:
        name, mark, text = each.partition("=")
        if not mark:
            raise Failure(f"`{escape(each)}` is no input: write NAME=VALUE")
        _check_name(runnable, name)
        found[name] = _read(runnable, name, text)
    for name in found:
        if name in runnable.fixed:
            raise Failure(f"`{escape(name)}` is fixed by launch plan `{escape(runnable.name)}`")
    literals = {**runnable.defaults, **found, **runnable.fixed}
    for name, variable in variables.items():
        if name not in literals and _may_be_none(variable.type):
            from flowidl.values import to_literal

            literals[name] = to_literal(None, variable.type, name=name)
    return LiteralMap(literals=literals)


def _may_be_none(type: Any) -> bool:
    return any(each.simple == 0 and each.HasField("simple") for each in type.union_type.variants)


def _check_name(runnable: Runnable, name: str) -> None:
    variables = runnable.closure.primary.template.interface.inputs.variables
    if name not in variables:
        raise Failure(
            f"`{escape(runnable.name)}` has no input `{escape(name)}` ({escape(closest(name, variables))})"
        )


def _read(runnable: Runnable, name: str, text: str) -> Literal:
    """Read the text of one input."""
    from flowidl.local.parsing import Text

    type = runnable.closure.primary.template.interface.inputs.variables[name].type
    try:
        found: Literal = Text(type, runnable.annotations.get(name)).convert(text, None, None)
    except click.UsageError as error:
        raise Failure(f"input `{escape(name)}`: {escape(error.message)}") from None
    return found


def _of_file(runnable: Runnable, path: str) -> dict[str, Literal]:
    if path.endswith(".pb"):
        try:
            with open(path, "rb") as file:
                found = LiteralMap.FromString(file.read())
        except (OSError, ValueError) as error:
            raise Failure(f"cannot read {escape(path)}: {escape(str(error))}") from None
        return dict(found.literals)
    from flowidl.local import RunError
    from flowidl.local.parsing import literal_of_json

    data = read_file(path)
    if not is_dict(data):
        raise Failure(f"{escape(path)} holds no inputs by name")
    variables = runnable.closure.primary.template.interface.inputs.variables
    literals: dict[str, Literal] = {}
    for name, value in data.items():
        _check_name(runnable, name)
        try:
            literals[name] = literal_of_json(value, variables[name].type, runnable.annotations.get(name))
        except (BuildError, RunError, click.UsageError) as error:
            raise Failure(f"input `{escape(name)}` in {escape(path)}: {escape(str(error))}") from None
    return literals


def read_file(path: str) -> Any:
    """Return the data in a file of JSON or YAML."""
    from flowidl.local.parsing import read_data_file

    try:
        return read_data_file(path)
    except (OSError, ValueError, ImportError) as error:
        raise Failure(f"cannot read {escape(path)}: {escape(str(error))}") from None


class Mock:
    """Stands in for a task: gives outputs that were said."""

    is_implementation = True

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self, task: TaskTemplate, inputs: LiteralMap, context: Any, /) -> LiteralMap:
        """Return the outputs."""
        from flowidl.local.parsing import literal_of_json

        del inputs, context
        outputs = task.interface.outputs.variables
        values = self._value if len(outputs) > 1 and is_dict(self._value) else None
        return LiteralMap(
            literals={
                name: literal_of_json(self._value if values is None else values.get(name), variable.type)
                for name, variable in outputs.items()
            }
        )


def mocks_of(given: Sequence[str]) -> dict[str, Mock]:
    """Return stand-ins for tasks by name."""
    mocks: dict[str, Mock] = {}
    for each in given:
        name, mark, text = each.partition("=")
        try:
            mocks[name] = Mock(json.loads(text))
        except ValueError as error:
            why = "write TASK=JSON" if not mark else f"{error}"
            raise Failure(f"`{escape(each)}` is no mock: {escape(why)}") from None
    return mocks
