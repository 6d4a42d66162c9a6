"""Validation takes time in proportion to its input, whatever the input is large in.

Each shape is validated at a size and at four times that size. Linear work takes four times as long, quadratic
work sixteen times; ten is the line between them. Only processor time is compared, and the best of a few
tries, so that a busy machine changes nothing.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import pytest

from benchmarks.shapes import INT, STEP, Package, chain, identifier, start, task, task_node, wide
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.validator import validate

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.admin.v1.task_pb2 import TaskSpec

MOST = 10.0
TRIES = 3


def cases(size: int) -> Package:
    """One branch with many cases."""
    spec = WorkflowSpec()
    node = start(spec).nodes.add(id="b")
    node.inputs.add(var=".x").binding.promise.var = "x"
    block = node.branch_node.if_else
    for number in range(size):
        case = block.other.add() if number else block.case
        case.condition.comparison.left_value.var = ".x"
        case.condition.comparison.right_value.primitive.integer = number
        task_node(case.then_node, f"n{number}", STEP, x=("", "x"))
    task_node(block.else_node, "no", STEP, x=("", "x"))
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def deep_sub_workflows(size: int) -> Package:
    """Sub-workflows that each run the next one."""
    spec = WorkflowSpec()
    inner = start(spec)
    for number in range(size):
        node = inner.nodes.add(id="w")
        name = f"my.pkg.sub{number}"
        node.workflow_node.sub_workflow_ref.CopyFrom(identifier(ResourceType.WORKFLOW, name))
        node.inputs.add(var="x").binding.promise.var = "x"
        spec.sub_workflows.append(start(WorkflowSpec(), name))
        inner = spec.sub_workflows[-1]
    task_node(inner.nodes.add(), "n0", STEP, x=("", "x"))
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def two_unions(size: int, given: str, expected: str) -> Package:
    """A union with many variants bound to another one."""

    def union(prefix: str) -> LiteralType:
        made = LiteralType()
        for number in range(size):
            made.union_type.variants.add().enum_type.values.append(f"{prefix}{number}")
        return made

    spec = WorkflowSpec()
    template = start(spec)
    task_node(template.nodes.add(), "n0", "my.pkg.give", x=("", "x"))
    task_node(template.nodes.add(), "n1", "my.pkg.take", x=("n0", "o0"))
    tasks = [
        task("my.pkg.give", {"x": INT}, {"o0": union(given)}),
        task("my.pkg.take", {"x": union(expected)}, {}),
    ]
    return Package(spec, tasks)


def other_unions(size: int) -> Package:
    """A union with many variants bound to one of entirely other variants."""
    return two_unions(size, "a", "b")


def outputs(size: int) -> Package:
    """A workflow with many outputs."""
    package = chain(1)
    template = package.workflow.template
    for number in range(size):
        template.interface.outputs.variables[f"o{number}"].type.CopyFrom(INT)
        promise = template.outputs.add(var=f"o{number}").binding.promise
        promise.node_id, promise.var = "n0", "o0"
    return package


def bindings(size: int) -> Package:
    """A node with many inputs."""
    spec = WorkflowSpec()
    node = task_node(start(spec).nodes.add(), "n0", STEP)
    for number in range(size):
        node.inputs.add(var=f"i{number}").binding.promise.var = "x"
    return Package(spec, [task(STEP, {f"i{number}": INT for number in range(size)}, {})])


def repeated_bindings(size: int) -> Package:
    """A node that binds one input again and again."""
    package = chain(1)
    for _ in range(size):
        package.workflow.template.nodes[0].inputs.add(var="x").binding.promise.var = "x"
    return package


def enum_values(size: int) -> Package:
    """Enums with many values, bound to each other and to wrong texts."""
    package = chain(1)
    enums = [LiteralType() for _ in "ab"]
    for prefix, made in zip("ab", enums, strict=True):
        made.enum_type.values.extend(f"{prefix}{number}" for number in range(size))
    nodes = package.workflow.template.nodes
    task_node(nodes.add(), "n1", "my.pkg.give")
    task_node(nodes.add(), "n2", "my.pkg.take", x=("n1", "o0"))
    for number in range(20):
        node = task_node(nodes.add(), f"m{number}", "my.pkg.take")
        node.inputs.add(var="x").binding.scalar.primitive.string_value = "other"
    give, take = task("my.pkg.give", {}, {"o0": enums[0]}), task("my.pkg.take", {"x": enums[1]}, {})
    return Package(package.workflow, [*package.tasks, give, take])


def fan_in(size: int) -> Package:
    """A node that takes the outputs of all others as a list."""
    package = wide(size)
    node = task_node(package.workflow.template.nodes.add(), "all", "my.pkg.all")
    elements = node.inputs.add(var="x").binding.collection.bindings
    for number in range(size):
        promise = elements.add().promise
        promise.node_id, promise.var = f"n{number}", "o0"
        node.upstream_node_ids.append(promise.node_id)
    return Package(
        package.workflow, [*package.tasks, task("my.pkg.all", {"x": LiteralType(collection_type=INT)}, {})]
    )


def faulty_promises(size: int) -> Package:
    """A fault at every node of a large message, each with its byte range."""
    package = wide(size)
    for number, node in enumerate(package.workflow.template.nodes):
        node.inputs[0].binding.promise.node_id = f"q{number}"
    return package


def missing_tasks(size: int) -> Package:
    """Every node runs a task that is not there."""
    package = chain(size)
    for number, node in enumerate(package.workflow.template.nodes):
        node.task_node.reference_id.name = f"my.pkg.other{number}"
    return package


def one_ring(size: int) -> Package:
    """All nodes wait for each other in one ring."""
    package = chain(size)
    promise = package.workflow.template.nodes[0].inputs[0].binding.promise
    promise.node_id, promise.var = f"n{size - 1}", "o0"
    return package


def one_id(size: int) -> Package:
    """All nodes have the same id."""
    package = wide(size)
    for node in package.workflow.template.nodes:
        node.id = "n0"
    return package


SHAPES: list[tuple[Callable[[int], Package], int]] = [
    (cases, 500),
    (deep_sub_workflows, 300),
    (other_unions, 500),
    (outputs, 4000),
    (bindings, 4000),
    (repeated_bindings, 500),
    (enum_values, 10_000),
    (fan_in, 1000),
    (faulty_promises, 500),
    (missing_tasks, 500),
    (one_ring, 1500),
    (one_id, 800),
]


def processor_time(package: Package) -> float:
    """Validate a package from bytes, and return the seconds of the fastest try."""
    inputs: list[bytes | TaskSpec] = [package.workflow.SerializeToString(), *package.tasks]
    best = math.inf
    for _ in range(TRIES):
        begin = time.process_time()
        validate(*inputs)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize(("shape", "size"), SHAPES, ids=lambda value: getattr(value, "__name__", None))
def test_four_times_the_input_takes_about_four_times_as_long(
    shape: Callable[[int], Package], size: int
) -> None:
    small, large = shape(size), shape(4 * size)
    processor_time(shape(1))
    assert processor_time(large) < MOST * processor_time(small)


def test_equal_unions_are_compared_without_pairing_all_their_variants() -> None:
    """The number of pairs is bounded: past the bound the answer is "cannot tell", and quick."""
    small, large = two_unions(500, "a", "a"), two_unions(2000, "a", "a")
    assert processor_time(large) < MOST * processor_time(small)
