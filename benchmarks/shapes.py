"""Workflows of named shapes and any size: what the benchmarks measure, and what tests use for large graphs.

A shape is a function from a number of nodes to a `WorkflowSpec` and the `TaskSpec`s that it needs. All are
sound, and made by the same few builders below, so that sizes compare.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.core.v1.workflow_pb2 import Node, WorkflowTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SIZES = (100, 5_000, 100_000)

INT = LiteralType(simple=SimpleType.INTEGER)


class Package(NamedTuple):
    """One workflow and its tasks."""

    workflow: WorkflowSpec
    tasks: list[TaskSpec]


def identifier(kind: ResourceType.ValueType, name: str) -> Identifier:
    return Identifier(resource_type=kind, project="flow", domain="development", name=name, version="v1")


def task(name: str, inputs: Mapping[str, LiteralType], outputs: Mapping[str, LiteralType]) -> TaskSpec:
    template = TaskTemplate(id=identifier(ResourceType.TASK, name), type="python-task")
    template.metadata.runtime.version = "1.16.8"
    for variables, side in ((inputs, template.interface.inputs), (outputs, template.interface.outputs)):
        side.SetInParent()
        for variable, type in variables.items():
            side.variables[variable].type.CopyFrom(type)
    template.container.image = "registry.example/image:v1"
    template.container.args.extend(["pyflyte-execute", "--task", name])
    return TaskSpec(template=template)


def start(spec: WorkflowSpec, name: str = "my.pkg.shape") -> WorkflowTemplate:
    template = spec.template
    template.id.CopyFrom(identifier(ResourceType.WORKFLOW, name))
    template.metadata.SetInParent()
    template.interface.inputs.variables["x"].type.CopyFrom(INT)
    template.interface.outputs.SetInParent()
    return template


def task_node(node: Node, id: str, name: str, **inputs: tuple[str, str]) -> Node:
    """Fill in a task node as an SDK writes it; `inputs` are (node id, output), no id meaning the start."""
    node.id = id
    node.metadata.name = name.rpartition(".")[2]
    node.metadata.retries.SetInParent()
    node.task_node.reference_id.CopyFrom(identifier(ResourceType.TASK, name))
    for variable, (provider, output) in inputs.items():
        binding = node.inputs.add(var=variable)
        binding.binding.promise.node_id = provider
        binding.binding.promise.var = output
        if provider:
            node.upstream_node_ids.append(provider)
    return node


STEP = "my.pkg.step"
JOIN = "my.pkg.join"


def chain(size: int) -> Package:
    """Each node takes the output of the one before."""
    spec = WorkflowSpec()
    template = start(spec)
    for i in range(size):
        task_node(template.nodes.add(), f"n{i}", STEP, x=(f"n{i - 1}", "o0") if i else ("", "x"))
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def wide(size: int) -> Package:
    """All nodes take the workflow's input."""
    spec = WorkflowSpec()
    template = start(spec)
    for i in range(size):
        task_node(template.nodes.add(), f"n{i}", STEP, x=("", "x"))
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def layered(size: int) -> Package:
    """Each node takes three outputs of the fifty nodes before it."""
    spec, chance = WorkflowSpec(), random.Random(7)
    template = start(spec)
    for i in range(size):
        before = [
            (f"n{k}", "o0") if k >= 0 else ("", "x") for k in (i - chance.randint(1, 50) for _ in range(3))
        ]
        node = task_node(template.nodes.add(), f"n{i}", JOIN, a=before[0], b=before[1], c=before[2])
        unique = sorted(set(node.upstream_node_ids))
        del node.upstream_node_ids[:]
        node.upstream_node_ids.extend(unique)
    return Package(spec, [task(JOIN, {"a": INT, "b": INT, "c": INT}, {"o0": INT})])


def branches(size: int) -> Package:
    """Branches in branches, ten deep, one after the other."""
    spec = WorkflowSpec()
    template = start(spec)
    depth = 10
    for i in range(max(1, size // (2 * depth))):
        node = template.nodes.add(id=f"b{i}")
        for level in range(depth):
            node.metadata.name = f"level {level}"
            binding = node.inputs.add(var=".x")
            binding.binding.promise.var = "x"
            block = node.branch_node.if_else
            comparison = block.case.condition.comparison
            comparison.left_value.var = ".x"
            comparison.right_value.primitive.integer = level
            task_node(block.case.then_node, "yes", STEP, x=("", "x"))
            if level == depth - 1:
                task_node(block.else_node, "no", STEP, x=("", "x"))
            else:
                node = block.else_node
                node.id = "no"
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def sub_workflows(size: int) -> Package:
    """Sub-workflows of ten nodes each, each run once by the primary workflow."""
    spec = WorkflowSpec()
    template = start(spec)
    for i in range(max(1, size // 10)):
        sub = WorkflowSpec()
        inner = start(sub, f"my.pkg.sub{i}")
        for k in range(9):
            task_node(inner.nodes.add(), f"n{k}", STEP, x=(f"n{k - 1}", "o0") if k else ("", "x"))
        spec.sub_workflows.append(inner)
        node = template.nodes.add(id=f"n{i}")
        node.workflow_node.sub_workflow_ref.CopyFrom(inner.id)
        node.inputs.add(var="x").binding.promise.var = "x"
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def nested_sub_workflows(size: int) -> Package:
    """Sub-workflows in sub-workflows, each running the next one twice."""
    spec = WorkflowSpec()
    template, count = start(spec), max(1, size // 3)
    for i in range(-1, count):
        inner = template if i < 0 else start(WorkflowSpec(), f"my.pkg.sub{i}")
        task_node(inner.nodes.add(), "n0", STEP, x=("", "x"))
        for k in range(2 if i + 1 < count else 0):
            node = inner.nodes.add(id=f"w{k}")
            following = identifier(ResourceType.WORKFLOW, f"my.pkg.sub{i + 1}")
            node.workflow_node.sub_workflow_ref.CopyFrom(following)
            node.inputs.add(var="x").binding.promise.var = "x"
        if i >= 0:
            spec.sub_workflows.append(inner)
    return Package(spec, [task(STEP, {"x": INT}, {"o0": INT})])


def many_types(size: int) -> Package:
    """A chain in which every task is another one and every link has a type of its own."""
    spec = WorkflowSpec()
    template = start(spec)
    tasks: list[TaskSpec] = []
    for i in range(size):
        name = f"my.pkg.task{i}"
        taken = _enum(i - 1) if i else INT
        tasks.append(task(name, {"x": taken}, {"o0": _enum(i)}))
        task_node(template.nodes.add(), f"n{i}", name, x=(f"n{i - 1}", "o0") if i else ("", "x"))
    return Package(spec, tasks)


def _enum(number: int) -> LiteralType:
    inner = LiteralType()
    inner.enum_type.values.extend([f"a{number}", f"b{number}"])
    return LiteralType(collection_type=inner)


def literals(size: int) -> Package:
    """Nodes that are bound to literals: lists of numbers, optional texts, maps."""
    spec = WorkflowSpec()
    template = start(spec)
    optional = LiteralType()
    for simple in (SimpleType.STRING, SimpleType.NONE):
        optional.union_type.variants.add(simple=simple)
    inputs = {
        "numbers": LiteralType(collection_type=INT),
        "text": optional,
        "named": LiteralType(map_value_type=INT),
    }
    for i in range(size):
        node = task_node(template.nodes.add(), f"n{i}", JOIN)
        numbers = node.inputs.add(var="numbers").binding.collection
        for k in range(3):
            numbers.bindings.add().scalar.primitive.integer = k
        node.inputs.add(var="text").binding.scalar.none_type.SetInParent()
        node.inputs.add(var="named").binding.map.bindings["a"].promise.var = "x"
    return Package(spec, [task(JOIN, inputs, {})])


SHAPES: dict[str, Callable[[int], Package]] = {
    "chain": chain,
    "wide": wide,
    "layered": layered,
    "branches": branches,
    "sub-workflows": sub_workflows,
    "nested sub-workflows": nested_sub_workflows,
    "many types": many_types,
    "literals": literals,
}
