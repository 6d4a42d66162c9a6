"""The leaves of a reading: one value each, as people read it and as two versions compare it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowidl.escape import escape
from flowidl.quantities import parse_quantity
from flowidl.source.wire.tables import is_repeated
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from google.protobuf.duration_pb2 import Duration as Duration
    from google.protobuf.message import Message
    from google.protobuf.struct_pb2 import Value
    from google.protobuf.wrappers_pb2 import BoolValue as BoolValue

    from flowidl.admin.v1.common_pb2 import Notification as Notification
    from flowidl.admin.v1.schedule_pb2 import Schedule as Schedule
    from flowidl.core.v1.condition_pb2 import BooleanExpression as BooleanExpression
    from flowidl.core.v1.condition_pb2 import Operand
    from flowidl.core.v1.identifier_pb2 import Identifier
    from flowidl.core.v1.literals_pb2 import Binding, BindingData, Primitive
    from flowidl.core.v1.literals_pb2 import Literal as Literal
    from flowidl.core.v1.types_pb2 import LiteralType as LiteralType
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.core.v1.workflow_pb2 import Node

#: Longest text of one value.
MAX_TEXT = 200


class Leaf(NamedTuple):
    """One value: its text, escaped and bounded, and a key that is equal exactly if the meaning is the same.

    `type` is the type, where the value is one.
    """

    text: str
    key: object
    type: LiteralType | None = None


def _leaf(text: str, key: object) -> Leaf:
    shown = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."
    return Leaf(escape(shown), key)


def word(text: str) -> Leaf:
    """Return a word of ours, such as the name of an enum's value."""
    return _leaf(text, text)


def scalar(value: object) -> Leaf:
    """Return a text, number, truth value or bytes."""
    if isinstance(value, str):
        return _leaf(f'"{value[:MAX_TEXT]}"', value)
    if isinstance(value, bytes):
        return _leaf(f"{len(value)} bytes", value)
    if isinstance(value, bool):
        return word("yes" if value else "no")
    return _leaf(f"{value:g}" if isinstance(value, float) else str(value), repr(value))


def whole(message: Message) -> Leaf:
    """Return a message as it is printed."""
    text = " ".join(str(message)[: 4 * MAX_TEXT].split())
    return _leaf(text, message.SerializeToString(deterministic=True))


def listed(values: Sequence[Leaf]) -> Leaf:
    """Return a list of values in its order."""
    texts: list[str] = []
    for value in values[:MAX_TEXT]:
        texts.append(value.text)
    return _leaf("[" + ", ".join(texts) + "]", tuple(value.key for value in values))


def quantity(text: str) -> Leaf:
    """Return a resource quantity; equal amounts in other units are the same."""
    parsed = parse_quantity(text)
    return _leaf(text, text if parsed is None else parsed.nanos)


def repository(image: str) -> str:
    """Return an image's name without tag and digest."""
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    return head + slash + last.partition(":")[0]


def image(text: str, *, tags: bool) -> Leaf:
    """Return an image; its tag and digest count only if `tags` says so."""
    return _leaf(text, text) if tags else _leaf(repository(text), repository(text))


def identifier(id: Identifier, *, version: bool) -> Leaf:
    """Return what an identifier refers to; its version counts only if `version` says so."""
    from flowidl.names import EntityId

    entity = EntityId.of(id)
    where = ":".join(filter(None, (entity.org, entity.project, entity.domain)))
    text = f"{entity}{f' in {where}' if where else ''}"
    if version and entity.version:
        text += f" version {entity.version}"
    return _leaf(text, entity if version else entity._replace(version=""))


def type(type: LiteralType) -> Leaf:
    """Return a type in the user's words."""
    from flowidl.types import type_text

    return _leaf(type_text(type), type.SerializeToString(deterministic=True))._replace(type=type)


def literal(value: Literal) -> Leaf:
    """Return a value."""
    key = value.SerializeToString(deterministic=True)
    if value.WhichOneof("value") == "scalar" and value.scalar.WhichOneof("value") == "primitive":
        return _leaf(_primitive(value.scalar.primitive), key)
    if value.WhichOneof("value") == "scalar" and value.scalar.WhichOneof("value") == "none_type":
        return _leaf("None", key)
    return _leaf(whole(value).text, key)


def _primitive(value: Primitive) -> str:
    kind = value.WhichOneof("value")
    if kind is None:
        return "nothing"
    if kind == "datetime":
        from contextlib import suppress

        with suppress(ValueError, OverflowError):  # outside of the years that can be printed
            return value.datetime.ToJsonString()
    if kind == "duration":
        return duration(value.duration).text
    return scalar(getattr(value, kind)).text


def binding(data: BindingData, node_name: Callable[[str], str]) -> Leaf:
    """Return what an input is bound to: `n0.o0["k"]`, `5`, `[n0.o0, n1.o0]`."""
    texts: list[str] = []
    keys: list[object] = []
    stack: list[str | BindingData] = [data]
    while stack:
        item = stack.pop()
        leaf = word(item) if isinstance(item, str) else _simple_binding(item, node_name)
        if leaf is None:
            assert not isinstance(item, str)
            stack.extend(reversed(list(_parts(item))))
            continue
        keys.append(leaf.key)
        texts.append(leaf.text if len(texts) < MAX_TEXT else "")
    return Leaf(_leaf("".join(texts), None).text, tuple(keys))


def _simple_binding(data: BindingData, node_name: Callable[[str], str]) -> Leaf | None:
    from flowidl.core.v1.literals_pb2 import Literal

    kind = data.WhichOneof("value")
    if kind == "promise":
        text = promise(data.promise, node_name)
        return _leaf(text, text)
    if kind == "scalar":
        return literal(Literal(scalar=data.scalar))
    return None if kind is not None else word("nothing")


def _parts(data: BindingData) -> Iterator[str | BindingData]:
    """Yield the pieces of a list or map of bindings."""
    if data.WhichOneof("value") == "collection":
        yield "["
        for position, each in enumerate(data.collection.bindings):
            yield from ((", ", each) if position else (each,))
        yield "]"
    else:
        yield "{"
        for position, key in enumerate(sorted(data.map.bindings)):
            yield f'{", " if position else ""}"{key}": '
            yield data.map.bindings[key]
        yield "}"


def promise(reference: OutputReference, node_name: Callable[[str], str]) -> str:
    """Return a promise as people write it, with the name that its node goes by."""
    start = reference.node_id in ("", "start-node")
    path = "".join(
        f'["{attribute.string_value}"]'
        if attribute.WhichOneof("value") == "string_value"
        else f"[{attribute.int_value}]"
        for attribute in reference.attr_path
    )
    owner = "input" if start else node_name(reference.node_id)
    return f"{owner}.{reference.var}{path}"


def providers(node: Node) -> Iterator[str]:
    """Yield the ids of the nodes that a node's inputs are bound to."""
    return providers_of(node.inputs)


def providers_of(bindings: Iterable[Binding]) -> Iterator[str]:
    """Yield the ids of the nodes that something is bound to."""
    stack = [each.binding for each in bindings]
    while stack:
        data = stack.pop()
        kind = data.WhichOneof("value")
        if kind == "promise":
            yield data.promise.node_id
        elif kind == "collection":
            stack.extend(data.collection.bindings)
        elif kind == "map":
            stack.extend(data.map.bindings.values())


_COMPARISONS = ("==", "!=", ">", ">=", "<", "<=")


def condition(expression: BooleanExpression) -> Leaf:
    """Return a condition as people write it: `(x > 5) and (y == "a")`."""
    texts: list[str] = []
    stack: list[str | BooleanExpression] = [expression]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            texts.append(item)
        elif item.WhichOneof("expr") == "conjunction":
            pair = item.conjunction
            operator = " or " if pair.operator else " and "
            stack.extend((")", pair.right_expression, operator, pair.left_expression, "("))
        else:
            comparison = item.comparison
            sign = _COMPARISONS[comparison.operator] if 0 <= comparison.operator < 6 else "?"
            texts.append(f"{_operand(comparison.left_value)} {sign} {_operand(comparison.right_value)}")
    return _leaf("".join(texts), tuple(texts))


def _operand(operand: Operand) -> str:
    kind = operand.WhichOneof("val")
    if kind == "var":
        return operand.var
    if kind == "primitive":
        return _primitive(operand.primitive)
    return "nothing" if kind is None else whole(operand.scalar).text


def duration(value: Duration) -> Leaf:
    """Return a length of time."""
    seconds = value.seconds + value.nanos / 1e9
    return _leaf(f"{seconds:g} s", (value.seconds, value.nanos))


def schedule(value: Schedule) -> Leaf:
    """Return a schedule in words."""
    kind = value.WhichOneof("ScheduleExpression")
    if kind == "rate":
        unit = ("minute", "hour", "day")[value.rate.unit] if 0 <= value.rate.unit < 3 else "unit"
        text = f"every {value.rate.value} {unit}{'' if value.rate.value == 1 else 's'}"
    elif kind == "cron_schedule":
        text = f"cron {value.cron_schedule.schedule}"
        text += f" offset {value.cron_schedule.offset}" if value.cron_schedule.offset else ""
    else:
        text = f"cron {value.cron_expression}" if kind else "none"
    if value.kickoff_time_input_arg:
        text += f", time given as {value.kickoff_time_input_arg}"
    return _leaf(text, text)


def notification(value: Notification) -> Leaf:
    """Return who is told about what."""
    from flowidl.core.v1.execution_pb2 import WorkflowExecution

    named = WorkflowExecution.Phase.DESCRIPTOR.values_by_number
    phases = ", ".join(
        named[phase].name.lower() if phase in named else str(phase) for phase in sorted(value.phases)
    )
    kind = value.WhichOneof("type")
    recipients = () if kind is None else sorted(getattr(value, kind).recipients_email)
    text = f"{(kind or 'nobody').replace('_', ' ')} to {', '.join(recipients)} on {phases}"
    return _leaf(text, text)


def json(value: Value) -> Leaf:
    """Return a JSON value that is neither object nor list."""
    kind = value.WhichOneof("kind")
    if kind == "number_value":
        return _leaf(f"{value.number_value:.15g}", value.number_value)
    if kind == "string_value":
        return scalar(value.string_value)
    if kind == "bool_value":
        return _leaf("true" if value.bool_value else "false", value.bool_value)
    return word("null" if kind == "null_value" else "nothing")


def name_of(value: Value) -> str | None:
    """Return the name of a JSON object that has one."""
    if value.WhichOneof("kind") != "struct_value" or "name" not in value.struct_value.fields:
        return None
    return value.struct_value.fields["name"].string_value or None


def references(message: Message) -> Iterator[Identifier]:
    """Yield every identifier in a message, the message's own included."""
    waiting = [message]
    while waiting:
        each = waiting.pop()
        if each.DESCRIPTOR.full_name == "flowidl.core.v1.Identifier":
            yield cast("Identifier", each)
            continue
        for field, value in each.ListFields():
            if field.message_type is None:
                continue
            if not is_repeated(field):
                waiting.append(value)
            elif not field.message_type.GetOptions().map_entry:
                waiting.extend(value)
            elif field.message_type.fields_by_name["value"].message_type is not None:
                waiting.extend(value.values())


def unknown_fields(message: Message) -> Leaf | None:
    """Return the fields of a message that its schema does not know, or `None` if there are none."""
    from google.protobuf.unknown_fields import UnknownFieldSet

    unknown = UnknownFieldSet(message)
    fields = [unknown[index] for index in range(len(unknown))]
    if not fields:
        return None
    numbers = ", ".join(map(str, sorted({field.field_number for field in fields})))
    return _leaf(numbers, tuple(sorted((field.field_number, _raw(field.data)) for field in fields)))


def _raw(data: object) -> str:
    """Return the content of an unknown field. Groups, which nobody writes any more, count as one."""
    return repr(data) if isinstance(data, int | bytes) else "group"
