"""Gates: what a run comes to where it waits for time, for a value, or for approval."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.local.answers import Gate
from flowidl.local.errors import DisapprovedError
from flowidl.values.literals import to_literal

if TYPE_CHECKING:
    from flowidl.core.v1.workflow_pb2 import GateNode
    from flowidl.local.answers import Answers
    from flowidl.local.groups import Literals, Work


def answer(work: Work, gate: GateNode, inputs: Literals, answers: Answers, *, waits: bool) -> Literals:
    """Return what a gate gives once it is passed; raise `DisapprovedError` if it is not."""
    kind = gate.WhichOneof("condition")
    if kind == "sleep":
        span = gate.sleep.duration.ToTimedelta()
        answers.sleep(span, waits=waits)
        if waits:
            time.sleep(span.total_seconds())
        return {}
    if kind == "signal":
        return {gate.signal.output_variable_name or "o0": _signalled(work, gate, answers)}
    name = gate.approve.signal_id
    for literal in inputs.values():
        if not answers.approve(Gate(name, work.path, _type_of(literal)), literal):
            raise DisapprovedError(f"gate `{name}` was not approved", path=work.path)
    return inputs


def _signalled(work: Work, gate: GateNode, answers: Answers) -> Literal:
    name = gate.signal.signal_id
    asked = Gate(name, work.path, gate.signal.type, work.group.library.signal(name))
    value = answers.input(asked)
    if isinstance(value, Literal):
        return value
    return to_literal(value, asked.annotation if asked.annotation is not None else asked.type, name=name)


def _type_of(literal: Literal) -> LiteralType:
    from flowidl.types import TypeTable, literal_type_of

    found = literal_type_of(TypeTable(), literal)
    return LiteralType() if found is None else found.message
