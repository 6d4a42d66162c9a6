"""Small workflows for tests of the compiler, written as text.

Protobuf text format with a few words of shorthand:

    workflow(node("n0", "step", take("x", "", "a")), inputs={"a": INT})
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf import text_format

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.compiler.compile import Compilation, compile_workflow
from flowidl.compiler.faults import references
from flowidl.compiler.targets import DEFAULT_TARGET
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.compiler.targets import Target

INT, FLOAT, STR, BOOL, NONE = (
    f"simple: {name}" for name in ("INTEGER", "FLOAT", "STRING", "BOOLEAN", "NONE")
)
STRUCT = "simple: STRUCT"


def many(element: str) -> str:
    return f"collection_type {{ {element} }}"


def mapping(value: str) -> str:
    return f"map_value_type {{ {value} }}"


def union(*variants: str) -> str:
    return "union_type { " + " ".join(f"variants {{ {variant} }}" for variant in variants) + " }"


def enum(*values: str) -> str:
    return "enum_type { " + " ".join(f'values: "{value}"' for value in values) + " }"


def literal_type(text: str) -> LiteralType:
    return text_format.Parse(text, LiteralType())


def interface(inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    sides: list[str] = []
    for side, variables in (("inputs", inputs), ("outputs", outputs)):
        entries = " ".join(
            f'variables {{ key: "{name}" value {{ type {{ {type} }} }} }}' for name, type in variables.items()
        )
        sides.append(f"{side} {{ {entries} }}")
    return f"interface {{ {' '.join(sides)} }}"


def task(name: str, inputs: Mapping[str, str] = {}, outputs: Mapping[str, str] = {}) -> TaskTemplate:
    text = f'id {{ resource_type: TASK name: "{name}" }} {interface(inputs, outputs)}'
    return text_format.Parse(text, TaskTemplate())


def workflow(
    nodes: str,
    *,
    inputs: Mapping[str, str] = {},
    outputs: Mapping[str, str] = {},
    bound: str = "",
    name: str = "w",
    rest: str = "",
) -> WorkflowTemplate:
    """Return a workflow; `bound` are its output bindings (`binding` below) and `rest` is any further text."""
    head = f'id {{ resource_type: WORKFLOW name: "{name}" }} {interface(inputs, outputs)}'
    for binding in filter(None, bound.split("inputs ")):
        head += f" outputs {binding}"
    return text_format.Parse(f"{head} {nodes} {rest}", WorkflowTemplate())


def launch_plan(name: str, text: str) -> LaunchPlan:
    head = f'id {{ resource_type: LAUNCH_PLAN name: "{name}" }}'
    return text_format.Parse(f"{head} {text}", LaunchPlan())


def node(id: str, target: str, *bindings: str, upstream: Iterable[str] = (), field: str = "nodes") -> str:
    """Return a node; `target` is a task's name, or the text of another target."""
    run = (
        target
        if "{" in target
        else f'task_node {{ reference_id {{ resource_type: TASK name: "{target}" }} }}'
    )
    before = " ".join(f'upstream_node_ids: "{one}"' for one in upstream)
    return f'{field} {{ id: "{id}" {before} {" ".join(bindings)} {run} }}'


def sub(name: str) -> str:
    return f'workflow_node {{ sub_workflow_ref {{ resource_type: WORKFLOW name: "{name}" }} }}'


def plan(name: str) -> str:
    return f'workflow_node {{ launchplan_ref {{ resource_type: LAUNCH_PLAN name: "{name}" }} }}'


def bind(variable: str, value: str) -> str:
    return f'inputs {{ var: "{variable}" binding {{ {value} }} }}'


def take(variable: str, provider: str, output: str = "o0", path: str = "") -> str:
    """Bind a variable to a promise; the start node has an empty id."""
    return bind(variable, f'promise {{ node_id: "{provider}" var: "{output}" {path} }}')


def number(value: int) -> str:
    return f"scalar {{ primitive {{ integer: {value} }} }}"


def text(value: str) -> str:
    return f'scalar {{ primitive {{ string_value: "{value}" }} }}'


def branch(
    then: str, other: str = "error { message: 'no' }", condition: str | None = None, cases: str = ""
) -> str:
    """Return a branch over input `c`; `then` and `other` are a then-node and an else-node."""
    if condition is None:
        condition = compare("c", "primitive { integer: 1 }")
    return f"branch_node {{ if_else {{ case {{ {condition} {then} }} {cases} {other} }} }}"


def array(id: str, target: str, *bindings: str, options: str = "") -> str:
    """Return an array node over an inner node."""
    return f"array_node {{ {node(id, target, *bindings, field='node')} {options} }}"


def compare(variable: str, right: str) -> str:
    return f'condition {{ comparison {{ left_value {{ var: "{variable}" }} right_value {{ {right} }} }} }}'


#: Tasks that most cases use: an int to an int, nothing to an int, and nothing at all.
STEP = task("step", {"x": INT}, {"o0": INT})
SOURCE = task("source", {}, {"o0": INT})
IDLE = task("idle")


def run(
    template: WorkflowTemplate,
    *more: TaskTemplate,
    subs: Iterable[WorkflowTemplate] = (),
    plans: Iterable[LaunchPlan] = (),
    target: Target = DEFAULT_TARGET,
) -> Compilation:
    tasks = [STEP, SOURCE, IDLE, *more]
    return compile_workflow(template, sub_workflows=subs, tasks=tasks, launch_plans=plans, target=target)


def pairs(compilation: Compilation) -> set[tuple[str, str]]:
    return {(reference.code, reference.node_id) for reference in references(compilation.faults)}
