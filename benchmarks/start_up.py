"""How long it takes to start, against the least that any user of protobuf pays.

The floor is `import google.protobuf.struct_pb2`: the runtime and one small generated module. Every
command is a process of its own; the runs are interleaved, so that a busy machine slows all of them alike,
and only ratios are compared. The ratio is that of the fastest runs; the median says how steady they were.

    python benchmarks/start_up.py [--runs 40] [--check]

With `--check` the exit status is 1 if a ratio is over its budget.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from google.protobuf.message import Message

from flowidl.admin.v1 import LaunchPlan, LaunchPlanSpec, TaskSpec, WorkflowSpec
from flowidl.core.v1 import (
    LAUNCH_PLAN,
    TASK,
    WORKFLOW,
    Binding,
    BindingData,
    Container,
    Identifier,
    LiteralType,
    Node,
    OutputReference,
    ResourceType,
    SimpleType,
    TaskMetadata,
    TaskNode,
    TaskTemplate,
    TypedInterface,
    Variable,
    VariableMap,
    WorkflowTemplate,
)

ENTITIES = 20


class Subject(NamedTuple):
    """A command whose start is measured, and how many times the floor it may take."""

    name: str
    command: list[str]
    budget: float


def subjects(folder: Path) -> list[Subject]:
    """Return the floor, and then what is held against it, with its packages below `folder`."""
    program = str(Path(sys.executable).with_name("flowidl"))
    package = write_package(folder / "package.tgz")
    unpacked = folder / "package"
    with tarfile.open(package) as archive:
        archive.extractall(unpacked, filter="data")
    return [
        Subject("import google.protobuf.struct_pb2", python("import google.protobuf.struct_pb2"), 1.0),
        Subject("import flowidl.core.v1.workflow_pb2", python("import flowidl.core.v1.workflow_pb2"), 1.25),
        Subject("from flowidl.core.v1 import Node", python("from flowidl.core.v1 import Node"), 1.25),
        Subject("flowidl version", [program, "version"], 1.5),
        Subject(f"flowidl validate ({ENTITIES} entities, .tgz)", [program, "validate", str(package)], 2.5),
        Subject(f"flowidl validate ({ENTITIES} entities, folder)", [program, "validate", str(unpacked)], 2.5),
    ]


def python(statement: str) -> list[str]:
    """Return the command that runs one statement."""
    return [sys.executable, "-c", statement]


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure start-up as a multiple of protobuf's own.")
    parser.add_argument("--runs", type=int, default=40, help="how often each command is run (40)")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a ratio is over its budget")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = subjects(Path(folder))
        times = measure(measured, options.runs)
    over = show(measured, times)
    return 1 if options.check and over else 0


def measure(measured: list[Subject], runs: int) -> dict[str, list[float]]:
    """Run every command in turn, `runs` times, and return the seconds that each run took.

    One more run comes first, so that everything is compiled to bytecode, as after an installation.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times: dict[str, list[float]] = {subject.name: [] for subject in measured}
    for _ in range(runs + 1):
        for subject in measured:
            start = time.perf_counter()
            done = subprocess.run(
                subject.command, check=False, capture_output=True, text=True, env=environment
            )
            times[subject.name].append(time.perf_counter() - start)
            if done.returncode:
                sys.exit(f"{subject.name} failed:\n{done.stdout}{done.stderr}")
    return {name: each[1:] for name, each in times.items()}


def show(measured: list[Subject], times: dict[str, list[float]]) -> list[str]:
    """Print one line per command, and return the names of those over their budget."""
    floor = min(times[measured[0].name])
    over: list[str] = []
    print(f"{'':40} {'minimum':>9} {'median':>9} {'ratio':>7} {'budget':>7}")
    for subject in measured:
        each = times[subject.name]
        ratio = min(each) / floor
        late = ratio > subject.budget
        over += [subject.name] if late else []
        print(
            f"{subject.name:40} {min(each) * 1e3:6.1f} ms {statistics.median(each) * 1e3:6.1f} ms"
            f" {ratio:7.2f} {subject.budget:7.2f}{'  over' if late else ''}"
        )
    return over


def write_package(path: Path) -> Path:
    """Write a package of tasks, a workflow that chains them, and its launch plan: `ENTITIES` in all."""
    tasks = [task(f"bench.t{number}") for number in range(ENTITIES - 2)]
    workflow = chain(tasks)
    plan = LaunchPlan(id=identifier(LAUNCH_PLAN, "bench.w"), spec=LaunchPlanSpec(workflow_id=workflow.id))
    members: list[tuple[str, Message]] = [
        *((f"{t.id.name}_1.pb", TaskSpec(template=t)) for t in tasks),
        (f"{workflow.id.name}_2.pb", WorkflowSpec(template=workflow)),
        (f"{workflow.id.name}_3.pb", plan),
    ]
    with tarfile.open(path, "w:gz") as archive:
        for number, (name, message) in enumerate(members):
            content = message.SerializeToString()
            header = tarfile.TarInfo(f"{number}_{name}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return path


def task(name: str) -> TaskTemplate:
    """Return a task from one integer to one integer."""
    integers = VariableMap(variables={"x": Variable(type=LiteralType(simple=SimpleType.INTEGER))})
    return TaskTemplate(
        id=identifier(TASK, name),
        type="python-task",
        metadata=TaskMetadata(),
        interface=TypedInterface(inputs=integers, outputs=integers),
        container=Container(image="python:3.11", args=["run", name]),
    )


def chain(tasks: list[TaskTemplate]) -> WorkflowTemplate:
    """Return a workflow that hands its input from task to task."""
    nodes = [
        Node(
            id=f"n{number}",
            task_node=TaskNode(reference_id=task.id),
            inputs=[reference(f"n{number - 1}" if number else "")],
            upstream_node_ids=[f"n{number - 1}"] if number else [],
        )
        for number, task in enumerate(tasks)
    ]
    return WorkflowTemplate(
        id=identifier(WORKFLOW, "bench.w"),
        interface=tasks[0].interface,
        nodes=nodes,
        outputs=[reference(nodes[-1].id)],
    )


def identifier(kind: ResourceType.ValueType, name: str) -> Identifier:
    """Return a complete identifier."""
    return Identifier(resource_type=kind, project="p", domain="d", name=name, version="v")


def reference(node_id: str) -> Binding:
    """Return a binding of `x` to a node's `x`, or to the workflow's for an empty id."""
    return Binding(var="x", binding=BindingData(promise=OutputReference(node_id=node_id, var="x")))


if __name__ == "__main__":
    sys.exit(main())
