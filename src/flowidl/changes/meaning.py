"""What a message means, as flat lines that two versions can be compared by.

A reading maps a path in the user's words to a leaf:

    ("input x",)                          int
    ("container", "image")                ghcr.io/shop/train
    ("node n1", "input values")           n0.o0

Equal keys mean the same, whatever the bytes: entries of maps, nodes, environment variables and bindings are
found by name and not by position, quantities are numbers and not texts, and versions and image tags are left
out unless `Attention` asks for them. Every field of the schema is read, also one that no table here
mentions, so a change that nobody thought of still shows. Nothing here calls itself, however deep a message
is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.changes import leaves
from flowidl.changes.leaves import Leaf
from flowidl.changes.tables import FLAT, KEYS, LABELS, SKIPPED, local_name
from flowidl.source.wire.tables import is_repeated
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from google.protobuf.descriptor import FieldDescriptor
    from google.protobuf.message import Message
    from google.protobuf.struct_pb2 import ListValue, Struct, Value

    Path = tuple[str, ...]
    Reading = dict[Path, Leaf]


class Attention(NamedTuple):
    """What counts as a change although it is noise to most: versions, image tags, orders, units of
    quantities.
    """

    versions: bool = False
    tags: bool = False
    order: bool = False
    units: bool = False


NO_NOISE = Attention()
ALL_NOISE = Attention(versions=True, tags=True, order=True, units=True)


class Reader:
    """Reads messages. `nodes` gives the name of each node in the scope that is read, by its id.

    `early` are the ids of branches that are listed before a node that they read: there, and only there, the
    compiler looks at the order of nodes.
    """

    def __init__(
        self,
        attention: Attention = NO_NOISE,
        nodes: Mapping[str, str] | None = None,
        early: frozenset[str] = frozenset(),
    ) -> None:
        self.attention = attention
        self.nodes = nodes or {}
        self.early = early
        self._reading: Reading = {}
        self._waiting: list[tuple[Path, Message]] = []

    def read(self, message: Message) -> Reading:
        """Return the reading of one message."""
        self._reading, self._waiting = {}, [((), message)]
        while self._waiting:
            path, item = self._waiting.pop()
            self._message(path, item)
        return self._reading

    def node_name(self, id: str) -> str:
        """Return the name of a node that a promise or a dependency refers to."""
        return self.nodes.get(id, id)

    def _message(self, path: Path, message: Message) -> None:
        name = local_name(message.DESCRIPTOR.full_name)
        write = _WRITERS.get(name)
        if write is not None:
            self._put(path, write(self, message))
            return
        special = _SPECIAL.get(name)
        if special is not None:
            special(self, path, message)
            return
        for field, value in message.ListFields():
            self._field(path, f"{name}.{field.name}", field, value)
        unknown = leaves.unknown_fields(message)
        if unknown is not None:
            self._put((*path, "fields that this schema does not know"), unknown)

    def _field(self, path: Path, name: str, field: FieldDescriptor, value: object) -> None:
        noise = SKIPPED.get(name)
        if noise is not None and not (noise and getattr(self.attention, noise)):
            return
        label = LABELS.get(name, field.name.replace("_", " "))
        inside = path if name in FLAT else (*path, label)
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            self._map(inside, label, name, field, cast("Mapping[object, object]", value))
        elif is_repeated(field):
            self._repeated(inside, label, name, field, list(cast("list[object]", value)))
        else:
            self._value(inside, name, field, value, in_oneof=field.containing_oneof is not None)

    def _map(
        self, path: Path, label: str, name: str, field: FieldDescriptor, value: Mapping[object, object]
    ) -> None:
        assert field.message_type is not None
        of = field.message_type.fields_by_name["value"]
        for key in sorted(value, key=str):
            step = f"{label} {key}" if name in FLAT else str(key)
            self._value((*path, step), name, of, value[key], in_oneof=True)

    def _repeated(
        self, path: Path, label: str, name: str, field: FieldDescriptor, values: list[object]
    ) -> None:
        if field.message_type is None:
            self._put(path, leaves.listed([self._scalar(field, value) for value in values]))
            return
        key = KEYS.get(name)
        seen: dict[str, int] = {}
        for position, value in enumerate(values):
            step = f"[{position}]" if key is None else key(value)
            if name in FLAT:
                step = f"{label} {step}"
            count = seen[step] = seen.get(step, 0) + 1
            self._value(
                (*path, step if count == 1 else f"{step} ({count})"), name, field, value, in_oneof=True
            )
        if key is not None and self.attention.order and len(values) > 1:
            self._put(
                (*path, f"order of {label}"), leaves.listed([leaves.word(key(value)) for value in values])
            )

    def _value(self, path: Path, name: str, field: FieldDescriptor, value: object, *, in_oneof: bool) -> None:
        if field.message_type is None:
            write = _FIELDS.get(name)
            leaf = self._scalar(field, value) if write is None else write(self, cast("str", value))
            self._put(path, leaf)
            return
        message = cast("Message", value)
        if in_oneof and not message.ByteSize():
            self._put(path, Leaf("yes", "yes"))
        else:
            self._waiting.append((path, message))

    def _scalar(self, field: FieldDescriptor, value: object) -> Leaf:
        if field.enum_type is not None:
            named = field.enum_type.values_by_number.get(cast("int", value))
            return leaves.word(str(value) if named is None else named.name.lower().replace("_", " "))
        return leaves.scalar(value)

    def _put(self, path: Path, leaf: Leaf) -> None:
        self._reading[path] = leaf

    # What needs more than the tables

    def node(self, path: Path, message: Message) -> None:
        """Read a node: dependencies that its bindings imply anyway say nothing of their own."""
        from flowidl.core.v1.workflow_pb2 import Node

        node = cast("Node", message)
        for field, value in node.ListFields():
            if field.name != "upstream_node_ids":
                self._field(path, f"core.v1.Node.{field.name}", field, value)
        implied = set(leaves.providers(node))
        for id in sorted({*node.upstream_node_ids} - implied - {"", "start-node"}):
            self._put((*path, f"waits for {self.node_name(id)}"), leaves.word("yes"))
        if node.id in self.early:
            self._put((*path, "place in the list"), leaves.word("before a node that it reads"))

    def interface(self, path: Path, message: Message) -> None:
        """Read both sides of an interface: `input x`, `output o0`."""
        interface = cast("TypedInterface", message)
        for side, variables in (("input", interface.inputs), ("output", interface.outputs)):
            for name in sorted(variables.variables):
                self._waiting.append(((*path, f"{side} {name}"), variables.variables[name]))

    def struct(self, path: Path, message: Message) -> None:
        """Read a JSON object; its lists of named objects are found by name."""
        struct = cast("Struct", message)
        for key in sorted(struct.fields):
            self._json((*path, key), struct.fields[key])

    def json(self, path: Path, message: Message) -> None:
        """Read a JSON value."""
        self._json(path, cast("Value", message))

    def _json(self, path: Path, value: Value) -> None:
        kind = value.WhichOneof("kind")
        if kind == "struct_value":
            if value.struct_value.fields:
                self._waiting.append((path, value.struct_value))
            else:
                self._put(path, leaves.word("{}"))
        elif kind == "list_value":
            self._json_list(path, value.list_value)
        elif kind == "string_value" and not self.attention.units and _is_amount(path):
            self._put(path, leaves.quantity(value.string_value))
        elif kind == "string_value" and path[-1] == "image":
            self._put(path, leaves.image(value.string_value, tags=self.attention.tags))
        else:
            self._put(path, leaves.json(value))

    def _json_list(self, path: Path, values: ListValue) -> None:
        names = [leaves.name_of(value) for value in values.values]
        if names and all(names) and len(set(names)) == len(names):
            for name, value in zip(names, values.values, strict=True):
                self._waiting.append(((*path, cast("str", name)), value))
            if self.attention.order:
                self._put((*path, "order"), leaves.listed([leaves.word(str(name)) for name in names]))
        elif all(value.WhichOneof("kind") not in ("struct_value", "list_value") for value in values.values):
            self._put(path, leaves.listed([leaves.json(value) for value in values.values]))
        else:
            for position, value in enumerate(values.values):
                self._waiting.append(((*path, f"[{position}]"), value))


def _is_amount(path: Path) -> bool:
    """Whether a JSON value is a resource quantity: `resources.requests.cpu` and the like."""
    return len(path) > 1 and path[-2] in ("requests", "limits")


def _identifier(reader: Reader, message: Message) -> Leaf:
    return leaves.identifier(cast("Identifier", message), version=reader.attention.versions)


def _binding(reader: Reader, message: Message) -> Leaf:
    return leaves.binding(cast("BindingData", message), reader.node_name)


def _resource(reader: Reader, message: Message) -> Leaf:
    entry = cast("Resources.ResourceEntry", message)
    return leaves.scalar(entry.value) if reader.attention.units else leaves.quantity(entry.value)


def _image(reader: Reader, text: str) -> Leaf:
    return leaves.image(text, tags=reader.attention.tags)


if TYPE_CHECKING:
    from flowidl.core.v1.identifier_pb2 import Identifier
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.literals_pb2 import BindingData
    from flowidl.core.v1.tasks_pb2 import Resources

    Writer = Callable[[Reader, Message], Leaf]
    FieldWriter = Callable[[Reader, str], Leaf]
    Special = Callable[[Reader, Path, Message], None]

#: Messages that are one line, and how it is written.
_WRITERS: dict[str, Writer] = {
    "core.v1.Identifier": _identifier,
    "core.v1.LiteralType": lambda _, message: leaves.type(cast("leaves.LiteralType", message)),
    "core.v1.Literal": lambda _, message: leaves.literal(cast("leaves.Literal", message)),
    "core.v1.BindingData": _binding,
    "core.v1.Resources.ResourceEntry": _resource,
    "core.v1.BooleanExpression": lambda _, message: leaves.condition(
        cast("leaves.BooleanExpression", message)
    ),
    "google.protobuf.Duration": lambda _, message: leaves.duration(cast("leaves.Duration", message)),
    "google.protobuf.Timestamp": lambda _, message: leaves.whole(message),
    "google.protobuf.Any": lambda _, message: leaves.whole(message),
    "google.protobuf.BoolValue": lambda _, message: leaves.scalar(cast("leaves.BoolValue", message).value),
    "admin.v1.Schedule": lambda _, message: leaves.schedule(cast("leaves.Schedule", message)),
    "admin.v1.Notification": lambda _, message: leaves.notification(cast("leaves.Notification", message)),
}

#: Messages that are read by code of their own.
_SPECIAL: dict[str, Special] = {
    "core.v1.Node": Reader.node,
    "core.v1.TypedInterface": Reader.interface,
    "google.protobuf.Struct": Reader.struct,
    "google.protobuf.Value": Reader.json,
}

#: Fields with a text that is more than a text.
_FIELDS: dict[str, FieldWriter] = {
    "core.v1.Container.image": _image,
    "core.v1.TaskNodeOverrides.container_image": _image,
}
