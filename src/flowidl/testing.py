"""Hypothesis strategies for tests of what reads definitions. They need the extra `flowidl[testing]`.

    @given(workflows())
    def test_mine(entities): ...

`workflows()` gives definitions that belong together and that the validator passes: tasks, sub-workflows,
launch plans, and last the workflow that needs them, with nodes of every kind. `broken(entities, rule)` gives
a copy with one fault, and `MUTATIONS` names the faults by the validator's rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.builders import (
    WorkflowBuilder,
    approve,
    call,
    conditional,
    launch_plan,
    map_task,
    python_task,
    registered,
    sleep,
    wait_for_input,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowidl.builders import Promise
    from flowidl.builders.nodes import Entity

_KINDS = ("task", "sub-workflow", "launch plan", "conditional", "nested", "sleep", "input", "approve", "map")


def _task(name: str, **inputs: object) -> TaskSpec:
    return python_task(f"gen.{name}", image="example:1", inputs=inputs, outputs={"o0": int})


class _Callees:
    """What generated workflows call. All of it takes and gives numbers."""

    def __init__(self) -> None:
        self.number = _task("number")
        self.add = _task("add", a=int, b=int)
        self.total = _task("total", numbers=list[int])
        self.sub = WorkflowBuilder("gen.sub")
        a = self.sub.input("a", int)
        self.sub.output("o0", self.sub.add(call(self.add, a=a, b=1)).o0)
        self.plan = launch_plan(self.sub, name="gen.plan")


@st.composite
def workflows(draw: st.DrawFn, *, max_nodes: int = 8) -> list[Entity]:
    """Draw a valid workflow with up to `max_nodes` steps, after all that it needs, with full identifiers."""
    callees = _Callees()
    flow = WorkflowBuilder("gen.flow")
    known: list[Promise] = [flow.input("a", int), flow.add(call(callees.number)).o0]
    known.append(flow.add(call(callees.add, a=known[1], b=known[0])).o0)
    for place, kind in enumerate(draw(st.lists(st.sampled_from(_KINDS), max_size=max_nodes))):
        one, two = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        known.append(_grown(flow, callees, kind, one, two, place))
    flow.output("o0", draw(st.sampled_from(known)))
    return [registered(each, project="gen", domain="test", version="1") for each in flow.entities]


def _grown(
    flow: WorkflowBuilder, callees: _Callees, kind: str, one: Promise, two: Promise, place: int
) -> Promise:
    """Add a step of a kind that reads two numbers, and return a number that it leads to."""
    step = call(callees.add, a=one, b=two)
    if kind == "sub-workflow":
        step = call(callees.sub, a=one)
    elif kind == "launch plan":
        step = call(callees.plan, a=one)
    elif kind in ("conditional", "nested"):
        inner = conditional("inner").if_(two != 0).then(step).else_().fail("no")
        chosen = inner if kind == "nested" else step
        step = (
            conditional("choice").if_((one > two) & (one < 9)).then(chosen).else_().then(call(callees.number))
        )
    elif kind == "sleep":
        flow.add(sleep(place + 1))
    elif kind == "input":
        step = wait_for_input(f"signal-{place}", int)
    elif kind == "approve":
        step = approve(flow.add(step).o0, name=f"approval-{place}")
    elif kind == "map":
        mapped = flow.add(call(map_task(callees.add, bind={"b": two}, concurrency=place), a=[one, two]))
        step = call(callees.total, numbers=mapped.o0)
    return flow.add(step).o0


def _repeat_id(flow: WorkflowSpec) -> None:
    flow.template.nodes[1].id = flow.template.nodes[0].id


def _reserve_id(flow: WorkflowSpec) -> None:
    flow.template.nodes[0].id = "start-node"


def _drop_binding(flow: WorkflowSpec) -> None:
    del flow.template.nodes[1].inputs[0]


def _misname_output(flow: WorkflowSpec) -> None:
    flow.template.nodes[1].inputs[0].binding.promise.var = "nowhere"


def _misname_node(flow: WorkflowSpec) -> None:
    flow.template.nodes[1].inputs[0].binding.promise.node_id = "nowhere"


def _add_unknown_upstream(flow: WorkflowSpec) -> None:
    flow.template.nodes[1].upstream_node_ids.append("nowhere")


def _bind_text(flow: WorkflowSpec) -> None:
    flow.template.nodes[1].inputs[0].binding.scalar.primitive.string_value = "text"


def _drop_nodes(flow: WorkflowSpec) -> None:
    del flow.template.nodes[:]


def _misname_task(flow: WorkflowSpec) -> None:
    flow.template.nodes[0].task_node.reference_id.name = "gen.nowhere"


def _wait_for_itself(flow: WorkflowSpec) -> None:
    flow.template.nodes[0].upstream_node_ids.append(flow.template.nodes[1].id)


#: Rule -> how to make its fault in a workflow of `workflows()`.
MUTATIONS: dict[str, Callable[[WorkflowSpec], None]] = {
    "repeated-node-id": _repeat_id,
    "reserved-node-id": _reserve_id,
    "unbound-input": _drop_binding,
    "unknown-output": _misname_output,
    "unknown-node": _misname_node,
    "unknown-upstream": _add_unknown_upstream,
    "mismatched-literal": _bind_text,
    "workflow-without-nodes": _drop_nodes,
    "task-not-found": _misname_task,
    "cycle": _wait_for_itself,
}


def broken(entities: Sequence[Entity], rule: str) -> list[Entity]:
    """Return definitions of `workflows()` with one fault, that of a rule in `MUTATIONS`."""
    *needed, last = entities
    flow = WorkflowSpec()
    flow.ParseFromString(last.SerializeToString())
    MUTATIONS[rule](flow)
    return [*needed, flow]
