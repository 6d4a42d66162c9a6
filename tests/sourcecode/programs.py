"""Programs with marks: which call makes which node.

A line of a program may end in `#: n0 n1`, the ids of the nodes that a call beginning there makes. Nodes are
written as `ID KIND TARGET VAR=VALUE ...`: a value is a number, a text in quotes, `ID.OUTPUT`, or `.INPUT`.
"""

from __future__ import annotations

import re

from flowidl.core.v1.literals_pb2 import Binding
from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate
from flowidl.sourcecode.modules import Library
from flowidl.sourcecode.placing import Placer
from flowidl.sourcecode.values import Kind

Places = dict[str, tuple[str, int]]

HEAD = """\
from functools import partial, reduce, wraps
from flytekit import (
    LaunchPlan, conditional, create_node, dynamic, map_task, sleep, task, workflow, approve, wait_for_input
)

@task
def a(x: int = 0, y: int = 0) -> int: return x

@task
def b(x: int = 0, y: int = 0) -> int: return x

@task
def join(xs: list) -> int: return 0

"""


def template(name: str, nodes: str) -> WorkflowTemplate:
    found = WorkflowTemplate()
    found.id.name = name
    for line in filter(None, map(str.strip, nodes.splitlines())):
        found.nodes.append(_node(line.split()))
    return found


def _node(words: list[str]) -> Node:
    id, kind, target, *bindings = words
    node = Node(id=id)
    node.metadata.name = target.rpartition(".")[2]
    if kind == "task":
        node.task_node.reference_id.name = target
    elif kind == "workflow":
        node.workflow_node.sub_workflow_ref.name = target
    elif kind == "plan":
        node.workflow_node.launchplan_ref.name = target
    elif kind == "sleep":
        node.gate_node.sleep.duration.seconds = 1
    elif kind == "map":
        node.array_node.node.CopyFrom(_node(["m", "task", target, *bindings]))
    elif kind == "branch":
        node.metadata.name = target
        inner = [_node(part.split("+")) for part in bindings]
        block = node.branch_node.if_else
        block.case.then_node.CopyFrom(inner[0])
        block.else_node.CopyFrom(inner[-1])
        for other in inner[1:-1]:
            block.other.add().then_node.CopyFrom(other)
        return node
    node.inputs.extend(map(_binding, bindings))
    return node


def _binding(text: str) -> Binding:
    var, _, value = text.partition("=")
    found = Binding(var=var)
    if value.startswith('"'):
        found.binding.scalar.primitive.string_value = value.strip('"')
    elif "." in value:
        found.binding.promise.node_id, _, found.binding.promise.var = value.partition(".")
    else:
        found.binding.scalar.primitive.integer = int(value)
    return found


def placed(
    program: str, nodes: str, *, name: str = "m.wf", files: dict[str, str] | None = None
) -> tuple[Places, Places]:
    """Return the lines at which nodes are placed, and those of the marks. The program is module `m`."""
    text = HEAD + program
    made = template(name, nodes)
    sources = {"m.py": text, **(files or {})}
    names = {
        Kind.TASK: {"m.a", "m.b", "m.join"},
        Kind.WORKFLOW: {name},
    }
    for line in nodes.splitlines():
        for kind, target in re.findall(r"(task|map|workflow|plan)[ +](\S+?)(?=[ +]|$)", line):
            key = {"workflow": Kind.WORKFLOW, "plan": Kind.LAUNCH_PLAN}.get(kind, Kind.TASK)
            names.setdefault(key, set()).add(target)
    placer = Placer(Library.of_files({path: code.encode() for path, code in sources.items()}), names)
    found = {
        path: (place.position.file, place.position.line)
        for path, place in placer.workflow(made).items()
        if place.position is not None and not path.endswith("/m")
    }
    marks: Places = {}
    for path, code in sources.items():
        for number, line in enumerate(code.split("\n"), 1):
            for id in line.partition("#: ")[2].split():
                marks[id] = (path, number)
    return found, marks
