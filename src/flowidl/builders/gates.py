"""Gates: steps that wait, for a while, for a value from outside, or for an approval."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from flowidl.builders.durations import duration
from flowidl.builders.nodes import Step, upstream_ids
from flowidl.builders.promises import reference, source_of
from flowidl.core.v1.literals_pb2 import Binding, BindingData, RetryStrategy
from flowidl.core.v1.workflow_pb2 import (
    ApproveCondition,
    GateNode,
    Node,
    NodeMetadata,
    SignalCondition,
    SleepCondition,
)
from flowidl.errors import BuildError
from flowidl.values.types import literal_type

if TYPE_CHECKING:
    from flowidl.builders.promises import NodeHandle, Promise

HOUR = datetime.timedelta(hours=1)


def sleep(time: datetime.timedelta | float, *, timeout: datetime.timedelta | float | None = None) -> Step:
    """Return a step that waits for a time (a timedelta or seconds).

    Back ends apply a node's timeout to gates as well, so it is an hour, or an hour longer than a longer wait,
    unless it is given.
    """
    wait = duration(time, name="sleep")
    span = wait.ToTimedelta()
    limit = timeout if timeout is not None else (HOUR if span < HOUR else span + HOUR)
    return Step(_node("sleep-gate", limit, GateNode(sleep=SleepCondition(duration=wait))), {})


def wait_for_input(name: str, type: object, *, timeout: datetime.timedelta | float = HOUR) -> Step:
    """Return a step that waits until somebody gives a value of `type`, its output `o0`.

    `name` is the signal's id, by which people and tools find it.
    """
    expected = literal_type(type, name=f"input gate {name}")
    signal = SignalCondition(signal_id=_signal(name), type=expected, output_variable_name="o0")
    return Step(_node(name, timeout, GateNode(signal=signal)), {"o0": expected})


def approve(value: Promise | NodeHandle, *, name: str, timeout: datetime.timedelta | float = HOUR) -> Step:
    """Return a step that waits until somebody approves a value, and passes it on under the same name."""
    source = source_of(value)
    node = _node(name, timeout, GateNode(approve=ApproveCondition(signal_id=_signal(name))))
    node.inputs.append(Binding(var=source.var, binding=BindingData(promise=reference(source))))
    node.upstream_node_ids.extend(upstream_ids([source]))
    return Step(node, {source.var: source.type}, [source])


def _signal(name: str) -> str:
    if not name:
        raise BuildError("a gate has no name", rule="empty-signal-id", help="name what it waits for")
    return name


def _node(name: str, timeout: datetime.timedelta | float, gate: GateNode) -> Node:
    metadata = NodeMetadata(name=name, timeout=duration(timeout, name="timeout"), retries=RetryStrategy())
    return Node(metadata=metadata, gate_node=gate)
