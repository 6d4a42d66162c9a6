"""Rules 550-569: array nodes that compile and cannot run, or run otherwise than it seems.

The compiler does not look into array nodes: neither at what they run, nor at how much of it has to succeed.
The number of instances is known only where a list is written out; everything about counts speaks of those
alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind
from flowidl.compiler.interfaces import lifts
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.nodes.lifting import would_lift
from flowidl.rules.phrases import Hints, node_phrase, quoted, runs, type_phrase, typed
from flowidl.types.kinds import TypeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.literals_pb2 import Binding
    from flowidl.core.v1.workflow_pb2 import ArrayNode
    from flowidl.rules.context import Context
    from flowidl.types.table import Type


@rule(
    "FI550",
    "array-lengths-differ",
    ERROR,
    Phase.RUN,
    covers=("RT-1",),
    reads=("core.ArrayNode.bound_inputs", "core.Node.inputs", "core.BindingData.collection"),
)
def array_lengths_differ(context: Context) -> Iterator[Found]:
    """An array node maps over lists of different lengths

    What: two inputs of an array node are bound to lists that are written out, and one is longer.

    Why it fails: registration takes it. Each instance takes one element of every list, so the node fails
    when it starts (`InvalidArrayLength`).

    Fix: make the lists equally long, or name the input whose list is meant as a whole in `bound_inputs`.
    """
    for node in _arrays(context):
        lengths = _lengths(node)
        first = next(iter(lengths), "")
        for variable, (position, length) in lengths.items():
            if length != lengths[first][1]:
                yield Found(
                    node.field("inputs").item(position).step(f"input {variable}"),
                    f"array {_id(node)} maps over {length} elements of {quoted(variable)} "
                    f"and {lengths[first][1]} of {quoted(first)}",
                    "make the lists equally long, or name one of the inputs in `bound_inputs`",
                    related=(
                        (
                            f"input {first}",
                            node.field("inputs").item(lengths[first][0]).step(f"input {first}"),
                        ),
                    ),
                )


@rule(
    "FI551",
    "nothing-to-map-over",
    ERROR,
    Phase.RUN,
    covers=("RT-2",),
    reads=("core.ArrayNode.bound_inputs", "core.Node.inputs"),
)
def nothing_to_map_over(context: Context) -> Iterator[Found]:
    """No input of an array node is a list

    What: an array node has inputs, and none of those that are not in `bound_inputs` is a list.

    Why it fails: registration takes it. At run time the number of instances cannot be told, and the node
    fails when it starts (`InvalidArrayLength`).

    Fix: bind a list to the input that is mapped over. If all inputs are meant as a whole, name them all in
    `bound_inputs`: the array then has one instance.
    """
    kinds = (faults.PromiseMismatch, faults.ShapeMismatch, faults.UnionUnfit)
    mistyped = {fault.node for kind in kinds for fault in context.faults(kind)}
    for node in _arrays(context):
        bound = set(_array(node).bound_inputs)
        if node in mistyped:
            continue
        if would_lift(node) and not context.model.target.lifts_arrays:
            continue
        if len(_array(node).bound_inputs) == len(node.bindings):
            continue
        mapped = [binding for binding in node.bindings if binding.var not in bound]
        if not any(_may_be_list(node, binding) for binding in mapped):
            first = mapped[0].var if mapped else ""
            given = (
                f"its input {quoted(first)} is no list"
                if mapped
                else "all of its inputs are bound as a whole"
            )
            yield Found(
                node.field("inputs"),
                f"array {_id(node)} has nothing to map over: {given}",
                "bind a list to the input that is mapped over",
            )


@rule(
    "FI552",
    "unknown-bound-input",
    WARNING,
    Phase.RUN,
    covers=("RT-4",),
    reads=("core.ArrayNode.bound_inputs",),
)
def unknown_bound_input(context: Context) -> Iterator[Found]:
    """An array node passes on an input that it does not have

    What: `bound_inputs` has a name twice, or one that is no input of what the array runs.

    Why it fails: it does nothing, but for the count: the array has one instance if there are as many names
    as inputs. If it is a misspelt name, the list that was meant as a whole is taken apart.

    Fix: correct or remove the name.
    """
    hints = Hints()
    for node in _arrays(context):
        known = None if node.interface is None or node.opaque else node.interface.inputs
        seen: set[str] = set()
        for position, name in enumerate(_array(node).bound_inputs):
            place = node.field("array_node", "bound_inputs").item(position)
            if name in seen:
                message = f"array {_id(node)} names input {quoted(name)} twice as bound"
                yield Found(place, message, "name it once")
            elif known is not None and name not in known:
                message = f"array {_id(node)} names {quoted(name)} as bound, which is none of its inputs"
                yield Found(place, message, hints.did_you_mean(name, known) or "remove it")
            seen.add(name)


@rule(
    "FI553",
    "success-ratio-out-of-range",
    ERROR,
    Phase.RUN,
    covers=("RT-5",),
    reads=("core.ArrayNode.min_success_ratio",),
)
def success_ratio_out_of_range(context: Context) -> Iterator[Found]:
    """The share of instances that must succeed is not between 0 and 1

    What: `min_success_ratio` is above 1, below 0, or no number.

    Why it fails: registration takes it. Above 1 more instances would have to succeed than there are, so the
    node fails as soon as it looks. Below 0 it always succeeds, which is a warning.

    Fix: write a share: `1` if all must succeed, `0.9` for nine in ten.
    """
    for node in _arrays(context):
        array = _array(node)
        ratio = array.min_success_ratio
        if array.HasField("min_success_ratio") and not 0 <= ratio <= 1:
            effect = "so it always succeeds" if ratio < 0 else "so it never succeeds"
            yield Found(
                node.field("array_node", "min_success_ratio"),
                f"array {_id(node)} wants {ratio:g} of its instances to succeed, {effect}",
                "write a share between 0 and 1"
                + (f": `{ratio / 100:g}` for {ratio:g} %" if ratio > 1 else ""),
                severity=WARNING if ratio < 0 else None,
            )


@rule(
    "FI554",
    "more-successes-than-elements",
    ERROR,
    Phase.RUN,
    covers=("RT-6",),
    reads=("core.ArrayNode.min_successes",),
)
def more_successes_than_elements(context: Context) -> Iterator[Found]:
    """More instances must succeed than there are

    What: `min_successes` is larger than the list that the array maps over, which is written out.

    Why it fails: registration takes it. The node fails as soon as it looks.

    Fix: lower `min_successes`, or use a ratio.
    """
    for node in _arrays(context):
        wanted, size = _array(node).min_successes, array_size(node)
        if size is not None and wanted > size:
            yield Found(
                node.field("array_node", "min_successes"),
                f"array {_id(node)} wants {wanted} instances to succeed and has {size}",
                "lower `min_successes`, or use `min_success_ratio`",
            )


@rule(
    "FI555",
    "missing-elements-not-allowed",
    WARNING,
    Phase.RUN,
    covers=("RT-7",),
    reads=("core.ArrayNode.min_success_ratio", "core.ArrayNode.min_successes"),
)
def missing_elements_not_allowed(context: Context) -> Iterator[Found]:
    """Some instances may fail, and the outputs do not allow for that

    What: an array node succeeds though some instances fail, and the elements of one of its outputs are not
    optional.

    Why it fails: the output of a failed instance is a none value. Who takes the list is promised that there
    are none in it.

    Fix: let the elements be a union with none, or let all instances have to succeed.
    """
    for node in _arrays(context):
        if not _may_fail_in_part(node) or node.interface is None or node.opaque:
            continue
        for name, type in node.interface.outputs.items():
            if (
                type.kind is TypeKind.COLLECTION
                and type.element is not None
                and not type.element.accepts_none
            ):
                yield Found(
                    node.field("array_node"),
                    f"array {_id(node)} succeeds with failed instances, and its output {typed(name, type)} "
                    "leaves no room for their missing elements",
                    f"let the elements be {type_phrase(type.element)} or none, or let all "
                    "instances have to succeed",
                )


@rule(
    "FI556",
    "partial-success-without-task",
    ERROR,
    Phase.RUN,
    covers=("RT-8",),
    reads=("core.ArrayNode.min_success_ratio", "core.ArrayNode.min_successes", "core.ArrayNode.node"),
)
def partial_success_without_task(context: Context) -> Iterator[Found]:
    """Some instances may fail, and the array does not run a task

    What: an array node succeeds though some instances fail, and what it runs is no task: a launch plan, for
    instance.

    Why it fails: registration takes it. When an instance has failed, the back end looks up the task's
    outputs to fill the gap, and crashes because there is no task.

    Fix: let all instances have to succeed, or wrap what the array runs in a task.
    """
    for node in _arrays(context):
        inner = node.children[0] if node.children else None
        possible = _may_fail_in_part(node)
        if inner is not None and inner.kind is not NodeKind.TASK and possible is not False:
            yield Found(
                node.field("array_node"),
                f"array {_id(node)} succeeds with failed instances, and runs {runs(inner)}, which is no task",
                "let all instances have to succeed",
                severity=WARNING if possible is None else None,
            )


@rule(
    "FI557",
    "array-without-lists",
    WARNING,
    Phase.RUN,
    covers=("RT-10", "RT-3"),
    reads=("core.ArrayNode.node", "core.TaskTemplate.interface"),
)
def array_without_lists(context: Context) -> Iterator[Found]:
    """The task that an array runs does not declare lists

    What: an output of the task is not declared as a list. A task that is mapped over is serialized with
    lists on both sides; the back end then hands each instance the element types.

    Why it fails: the array gives a list where consumers have been promised a plain value, because this back
    end keeps the interface of the task as it is.

    Fix: serialize the mapped task with lists. If your back end lifts arrays, validate with `--target
    lifted-arrays`.
    """
    for node in _arrays(context):
        inner = node.children[0] if node.children else None
        if inner is None or inner.kind is not NodeKind.TASK or inner.interface is None or inner.opaque:
            continue
        if context.model.target.lifts_arrays and lifts(_array(node)):
            continue
        plain = [
            (name, type)
            for name, type in inner.interface.outputs.items()
            if type.kind is not TypeKind.COLLECTION
        ]
        for name, type in plain[:1]:
            yield Found(
                node.field("array_node", "node"),
                f"array {_id(node)} over {runs(inner)} gives lists, and the task declares "
                f"{typed(name, type)}",
                "serialize the mapped task with lists",
            )


@rule(
    "FI558",
    "unsupported-array-target",
    ERROR,
    Phase.RUN,
    covers=("RT-12", "RT-13", "RT-14", "QK-52", "QK-20"),
    reads=("core.ArrayNode.node",),
)
def unsupported_array_target(context: Context) -> Iterator[Found]:
    """An array node runs something that cannot be run many times

    What: the inner node of an array runs neither a task nor a launch plan.

    Why it fails: registration takes it. A sub-workflow is not compiled there and has no state for each
    instance; the nodes inside a branch are lost when the execution is prepared. Both are errors. All
    instances of a gate wait for one signal, and an array within an array is not something that the back end
    is known to run: these are warnings.

    Fix: map over a task, or over a launch plan of the workflow that is meant.
    """
    for node in _arrays(context):
        for inner in node.children:
            reason = _UNSUPPORTED.get(inner.kind)
            if reason is not None:
                graver = inner.kind in (NodeKind.SUB_WORKFLOW, NodeKind.BRANCH)
                yield Found(
                    inner.place(),
                    f"array {_id(node)} runs {_article(inner.kind)}, {reason}",
                    "map over a task or a launch plan",
                    severity=None if graver else WARNING,
                )


@rule(
    "FI559",
    "array-setting-without-effect",
    INFO,
    Phase.RUN,
    covers=("RT-11",),
    reads=("core.ArrayNode.run_all_sub_nodes", "core.ArrayNode.data_mode"),
)
def array_setting_without_effect(context: Context) -> Iterator[Found]:
    """A setting of an array node does nothing on this back end

    What: `run_all_sub_nodes` or `data_mode` is set. Flyte 1.16 has the fields and does not read them.

    Why it fails: it does not, but the instances are not run or fed in the way that is asked for: after too
    many failures the rest is not run.

    Fix: do not rely on the setting.
    """
    for node in _arrays(context):
        array = _array(node)
        for field, is_set in (
            ("run_all_sub_nodes", array.run_all_sub_nodes),
            ("data_mode", array.data_mode != 0),
        ):
            if is_set:
                yield Found(
                    node.field("array_node", field),
                    f"array {_id(node)} sets `{field}`, which this back end does not read",
                    "do not rely on it",
                )


_UNSUPPORTED = {
    NodeKind.SUB_WORKFLOW: "which is not compiled there",
    NodeKind.BRANCH: "whose nodes are lost when the execution is prepared",
    NodeKind.APPROVE: "so that one answer releases all instances",
    NodeKind.SIGNAL: "so that one answer releases all instances",
    NodeKind.ARRAY: "which the back end is not known to run",
}


def _article(kind: NodeKind) -> str:
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def _arrays(context: Context) -> list[NodeRecord]:
    return context.model.by_kind[NodeKind.ARRAY]


def _array(node: NodeRecord) -> ArrayNode:
    assert node.message is not None
    return node.message.array_node


def _lengths(node: NodeRecord) -> dict[str, tuple[int, int]]:
    """Return the inputs that are taken apart and are written out: position of the binding, and length."""
    bound = set(_array(node).bound_inputs)
    found: dict[str, tuple[int, int]] = {}
    for position, binding in enumerate(node.bindings):
        if binding.var not in bound and binding.binding.WhichOneof("value") == "collection":
            found.setdefault(binding.var, (position, len(binding.binding.collection.bindings)))
    return found


def array_size(node: NodeRecord) -> int | None:
    """Return the number of instances of an array node, if it can be told."""
    bound = _array(node).bound_inputs
    if bound and len(bound) == len(node.bindings):
        return 1
    lengths = {length for _, length in _lengths(node).values()}
    return lengths.pop() if len(lengths) == 1 else None


def _may_be_list(node: NodeRecord, binding: Binding) -> bool:
    """Tell whether an input's value may be a list, going by its binding and by what is expected of it."""
    given = binding.binding.WhichOneof("value")
    if given != "promise":
        return given == "collection"
    expected = None if node.interface is None else node.interface.inputs.get(binding.var)
    return expected is None or _admits_list(expected)


def _admits_list(type: Type) -> bool:
    return type.kind in (TypeKind.COLLECTION, TypeKind.UNSET, TypeKind.UNION, TypeKind.ANYTHING)


def _may_fail_in_part(node: NodeRecord) -> bool | None:
    """Tell whether the node may succeed though an instance fails; `None` if that depends on the list."""
    array, size = _array(node), array_size(node)
    if array.HasField("min_success_ratio"):
        ratio = array.min_success_ratio
        if math.isnan(ratio) or ratio >= 1:
            return False
        return size is None or math.ceil(ratio * size) < size
    if not array.HasField("min_successes"):
        return False
    return None if size is None else array.min_successes < size


def _id(node: NodeRecord) -> str:
    return node_phrase(node).removeprefix("node ")
