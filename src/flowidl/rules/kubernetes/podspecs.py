"""Pod specs as plain data, wherever they stand: in tasks, and in overrides at nodes.

A pod spec is a `Struct`, so nothing but Kubernetes knows its shape. Rules must expect anything anywhere;
`entries` returns only what has the shape of an entry, and leaves the rest to the rules about shapes. As for
Kubernetes, a null is the same as nothing, and a number without fraction is a whole number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from flowidl.compiler.entities import TaskRecord
from flowidl.paths import ROOT, FieldPath, Step
from flowidl.rules.phrases import entity, node_phrase
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.struct_pb2 import ListValue, Struct, Value

    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.tasks_pb2 import K8sPod
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain]"
#: Steps from a pod spec down to a part of it.
Steps: TypeAlias = "tuple[str | int, ...]"

CONTAINERS, INIT_CONTAINERS = "containers", "initContainers"
PRIMARY = "primary_container_name"


class PodEntry(NamedTuple):
    """An entry of a list in a pod spec: its fields, and the steps to it."""

    fields: dict[str, Plain]
    steps: Steps

    @property
    def name(self) -> str:
        """The entry's name, or empty."""
        return text(self.fields.get("name"))


class Pod(NamedTuple):
    """One pod spec: of a task (`task` is set), or of an override at a node.

    `path` leads from the record to the `K8sPod` message, `primary` the name of the
    container that runs the task, as the back end looks it up.
    """

    phrase: str
    record: TaskRecord | NodeRecord
    task: TaskRecord | None
    path: FieldPath
    message: K8sPod
    spec: dict[str, Plain]
    primary: str

    def place(self, steps: Steps = ()) -> Place:
        """Return the place of a part of the pod spec."""
        root = self.record.place(self.path.field("pod_spec"))
        where = written(steps)
        return root.under(field_path(steps)).step(where) if steps else root

    def place_of_primary(self) -> Place:
        """Return the place where the primary container is named."""
        if self.task is not None:
            return self.task.field("config").key(PRIMARY)
        return self.record.place(self.path.field(PRIMARY))

    def entries(self, *names: str) -> Iterator[PodEntry]:
        """Yield the entries of the named lists of the pod spec."""
        for name in names:
            yield from entries(self.spec, name)

    def containers(self) -> Iterator[PodEntry]:
        """Yield all containers, those that run first included."""
        return self.entries(CONTAINERS, INIT_CONTAINERS)


def pods(context: Context) -> tuple[Pod, ...]:
    """Return every pod spec of the input. Ask for it by `context.once`."""
    return tuple(_pods(context))


def _pods(context: Context) -> Iterator[Pod]:
    for task in context.model.tasks:
        if task.template.HasField("k8s_pod") and task.template.k8s_pod.HasField("pod_spec"):
            message = task.template.k8s_pod
            words = "the pod of the task" if task.id is None else f"the pod of {entity(task.id)}"
            primary = task.template.config[PRIMARY] if PRIMARY in task.template.config else ""  # noqa: SIM401
            yield Pod(words, task, task, ROOT.field("k8s_pod"), message, plain(message.pod_spec), primary)
    for node in context.model.overridden:
        if node.message is not None and node.message.task_node.overrides.HasField("pod_template"):
            message = node.message.task_node.overrides.pod_template
            path = ROOT.field("task_node", "overrides", "pod_template")
            words = f"the pod of {node_phrase(node)}"
            yield Pod(
                words, node, None, path, message, plain(message.pod_spec), message.primary_container_name
            )


def entries(fields: dict[str, Plain], name: str, steps: Steps = ()) -> Iterator[PodEntry]:
    """Yield the objects in the list `name`, if it is one."""
    found = fields.get(name)
    if isinstance(found, list):
        for position, entry in enumerate(found):
            if isinstance(entry, dict):
                yield PodEntry(entry, (*steps, name, position))


def text(value: Plain | None) -> str:
    """Return a string, or an empty one for anything else."""
    return value if isinstance(value, str) else ""


def table(value: Plain | None) -> dict[str, Plain]:
    """Return an object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def written(steps: Steps) -> str:
    """Write steps as Kubernetes does: `containers[0].ports[1].name`."""
    words = ""
    for step in steps:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words


def plain(spec: Struct) -> dict[str, Plain]:
    """Return a `Struct` as plain data, without nulls, and whole numbers as such."""
    root: dict[str, Plain] = {}
    objects: list[tuple[Struct, dict[str, Plain]]] = [(spec, root)]
    lists: list[tuple[ListValue, list[Plain]]] = []
    while objects or lists:
        if objects:
            message, target = objects.pop()
            for key in sorted(message.fields):
                if (value := _plain(message.fields[key], objects, lists)) is not None:
                    target[key] = value
        else:
            items, values = lists.pop()
            for item in items.values:
                value = _plain(item, objects, lists)
                values.append("" if value is None else value)
    return root


def _plain(
    value: Value,
    objects: list[tuple[Struct, dict[str, Plain]]],
    lists: list[tuple[ListValue, list[Plain]]],
) -> Plain | None:
    """Return a value; what is in an object or list is left to the caller's loop."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        inner: dict[str, Plain] = {}
        objects.append((value.struct_value, inner))
        return inner
    if kind == "list_value":
        items: list[Plain] = []
        lists.append((value.list_value, items))
        return items
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return value.string_value
    return value.bool_value if kind == "bool_value" else None


def field_path(steps: Steps) -> FieldPath:
    """Return the path of a part of a pod spec within the `Struct` message."""
    path: list[Step] = []
    value = False
    for step in steps:
        if isinstance(step, int):
            path += [*([Step("list_value")] if value else []), Step("values", step)]
        else:
            path += [*([Step("struct_value")] if value else []), Step("fields", step)]
        value = True
    return FieldPath(path)
