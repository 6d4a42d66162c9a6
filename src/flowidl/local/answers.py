"""Who answers at gates: somebody at the terminal, or a script.

run(closure, inputs, functions, answers=ScriptedAnswers({"feedback": "looks good", "release": True}))
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import click

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.core.v1.types_pb2 import SimpleType
from flowidl.local.errors import RunError
from flowidl.local.parsing import Text, literal_of_json
from flowidl.tuples import NamedTuple
from flowidl.values.literals import from_literal, to_literal
from flowidl.values.shapes import is_tuple

if TYPE_CHECKING:
    import datetime

    from flowidl.core.v1.types_pb2 import LiteralType


class Gate(NamedTuple):
    """A gate that waits: its name (the id of its signal), where it is, and the type of its value.

    `annotation` is the Python annotation, if the run was told of it.
    """

    name: str
    path: str
    type: LiteralType
    annotation: Any = None


class Answers(Protocol):
    """What answers at gates."""

    def approve(self, gate: Gate, value: Literal) -> bool:
        """Tell whether a value is approved."""
        ...

    def input(self, gate: Gate) -> object:
        """Return the value that a gate asks for: a Python value, or a literal."""
        ...

    def sleep(self, time: datetime.timedelta, *, waits: bool) -> None:
        """Hear of a sleep gate, which waits only if the run was asked to."""
        ...


class TerminalAnswers:
    """Asks at the terminal, again after every answer that means nothing."""

    def approve(self, gate: Gate, value: Literal) -> bool:
        """Ask for approval; an empty line means yes."""
        tag, text = _tag("Approval Gate"), click.style(value_text(value, gate), fg="green")
        question = f"{tag} {click.style(f'@{_shown(gate.name)} Approve', fg='cyan')} {text}?"
        return click.confirm(question, default=True)

    def input(self, gate: Gate) -> object:
        """Ask for a value."""
        text = click.style(f"Waiting for input @{_shown(gate.name)} of type {type_phrase(gate)}", fg="cyan")
        kind = Text(gate.type, gate.annotation)
        choices = f" ({', '.join(kind.choices)})" if kind.choices else ""
        return click.prompt(f"{_tag('Input Gate')} {text}{choices}", type=kind)

    def sleep(self, time: datetime.timedelta, *, waits: bool) -> None:
        """Say that a sleep was come to."""
        words = "Sleeping for" if waits else "Simulating Sleep for"
        click.echo(f"{_tag('Sleep Gate')} {click.style(f'{words} {time}', fg='cyan')}")
        sys.stdout.flush()


class ScriptedAnswers:
    """Answers by the gates' names: a value, or for a gate that asks several times a list in a tuple, in
    order.

    Values are Python values, plain data as in JSON, or texts as they would be typed.
    """

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = dict(answers)
        self._asked: dict[str, int] = {}

    def approve(self, gate: Gate, value: Literal) -> bool:
        """Return the answer, which must be a truth value."""
        answer = self._next(gate)
        if isinstance(answer, str) and answer.lower() in ("y", "yes", "n", "no"):
            return answer.lower().startswith("y")
        if not isinstance(answer, bool):
            raise RunError(f"the answer for gate `{gate.name}` is neither yes nor no", path=gate.path)
        return answer

    def input(self, gate: Gate) -> object:
        """Return the answer as a literal."""
        answer = self._next(gate)
        if isinstance(answer, Literal):
            return answer
        try:
            return to_literal(answer, gate.annotation or gate.type, name=gate.name)
        except ValueError as refusal:
            return self._read(answer, gate, refusal)

    def sleep(self, time: datetime.timedelta, *, waits: bool) -> None:
        """Say nothing."""

    def _read(self, answer: object, gate: Gate, refusal: ValueError) -> Literal:
        try:
            if isinstance(answer, str):
                found: Literal = Text(gate.type, gate.annotation).convert(answer, None, None)
                return found
            return literal_of_json(answer, gate.type, gate.annotation)
        except (click.UsageError, ValueError, RunError):
            raise RunError(
                f"the answer for gate `{gate.name}` does not fit: {refusal}", path=gate.path
            ) from None

    def _next(self, gate: Gate) -> object:
        if gate.name not in self._answers:
            raise RunError(f"there is no answer for gate `{gate.name}`", path=gate.path)
        answer = self._answers[gate.name]
        if not is_tuple(answer):
            return answer
        turn = self._asked.get(gate.name, 0)
        self._asked[gate.name] = turn + 1
        if turn >= len(answer):
            raise RunError(f"gate `{gate.name}` asks once more than there are answers", path=gate.path)
        return answer[turn]


def _tag(words: str) -> str:
    return click.style(f"[{words}]", fg="yellow")


def _shown(text: str) -> str:
    from flowidl.escape import escape

    return escape(text)


_CLASSES = {
    SimpleType.INTEGER: "<class 'int'>",
    SimpleType.FLOAT: "<class 'float'>",
    SimpleType.STRING: "<class 'str'>",
    SimpleType.BOOLEAN: "<class 'bool'>",
    SimpleType.DATETIME: "<class 'datetime.datetime'>",
    SimpleType.DURATION: "<class 'datetime.timedelta'>",
}


def type_phrase(gate: Gate) -> str:
    """Return the type of a gate's value as its prompt shows it.

    Python's own text where the annotation is known.
    """
    if gate.annotation is not None:
        return _shown(str(gate.annotation))
    if gate.type.HasField("simple") and gate.type.simple in _CLASSES:
        return _CLASSES[gate.type.simple]
    from flowidl.types import type_text

    return _shown(type_text(gate.type))


def value_text(value: Literal, gate: Gate) -> str:
    """Return a value as an approval shows it.

    Plain values plainly, durations in seconds, the rest as JSON.
    """
    import datetime
    import json

    from flowidl.values.fields import loose

    plain = from_literal(value, gate.type, name=gate.name)
    if isinstance(plain, datetime.timedelta):
        return str(plain.total_seconds())
    if isinstance(plain, dict | list):
        return _shown(json.dumps(loose(plain, gate.name), default=str, ensure_ascii=False))
    return _shown(str(plain))
