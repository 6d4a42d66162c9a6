"""Random messages of any type, made from its descriptor.

`messages(Node)` is a Hypothesis strategy. What it makes is valid as a message, and most likely nonsense as a
definition. Size is bounded by `depth` and by two constants, so that an example costs little.

With `json=True`, the default, proto JSON can express every message exactly; what it cannot is left out:

- a `Timestamp` outside the years 1 to 9999, a `Duration` beyond 315,576,000,000 seconds or with two signs;
- a `Value` without a kind, or with a number that is not finite, or with -0.0, which is written as 0;
- NaN, which JSON can write, but which is not equal to itself;
- an `Any` whose type the process does not know.

With `json=False` all of these appear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, TypeVar, cast

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.struct_pb2 import ListValue, NullValue, Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st

M = TypeVar("M", bound=Message)
Build = Callable[[int], st.SearchStrategy[Any]]

FIELDS = 4
"""Most fields that one message sets."""
ITEMS = 3
"""Most items of one repeated field or map."""

_NANOS = 999_999_999
_SECONDS_OF_DURATION = 315_576_000_000
_SECONDS_OF_YEAR_1 = -62_135_596_800
_SECONDS_OF_YEAR_9999 = 253_402_300_799


def message_types(*modules: ModuleType) -> list[type[Message]]:
    """Return every message type of some generated modules, nested ones included, in the order of declaration.

    Map entries are not among them: they are how maps are encoded, and no values of their own.
    """
    found: list[type[Message]] = []
    for module in modules:
        waiting = list(reversed(list(module.DESCRIPTOR.message_types_by_name.values())))
        while waiting:
            descriptor: Descriptor = waiting.pop()
            if not descriptor.GetOptions().map_entry:
                found.append(GetMessageClass(descriptor))
                waiting.extend(reversed(descriptor.nested_types))
    return found


def is_repeated(field: FieldDescriptor) -> bool:
    """Tell whether a field is repeated or a map: old runtimes have no `is_repeated`, new ones no `label`."""
    old_label = getattr(field, "label", None)
    return field.is_repeated if old_label is None else old_label == FieldDescriptor.LABEL_REPEATED


def map_entry(field: FieldDescriptor) -> Descriptor | None:
    """Return the type of a map's entries, with the fields `key` and `value`; None if the field is no map."""
    entry = field.message_type
    return entry if entry is not None and entry.GetOptions().map_entry else None


def messages(
    kind: type[M], *, depth: int = 4, json: bool = True, text: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[M]:
    """Return a strategy for messages of a type.

    `depth` says how many levels of messages may lie below the outermost. `json` leaves out what proto JSON
    cannot express. `text` gives all strings, so that a small set of names can be made to meet itself.
    """
    maker = _Maker(json, st.text(max_size=8) if text is None else text)
    return cast("st.SearchStrategy[M]", maker.message(cast("Descriptor", kind.DESCRIPTOR), depth))


class _Maker:
    """Strategies for fields and messages under one set of choices."""

    def __init__(self, json: bool, text: st.SearchStrategy[str]) -> None:
        self._json = json
        self._text = text
        self._scalars = _scalars(json, text)
        self._fields: dict[tuple[str, int], st.SearchStrategy[Any]] = {}
        self._special: dict[str, Build] = {
            "google.protobuf.Struct": self._struct,
            "google.protobuf.Value": self._value,
            "google.protobuf.ListValue": self._list_value,
        }
        if json:
            self._special["google.protobuf.Timestamp"] = lambda _depth: _timestamps()
            self._special["google.protobuf.Duration"] = lambda _depth: _durations()
            self._special["google.protobuf.Any"] = lambda _depth: _durations().map(_packed)

    def message(self, descriptor: Descriptor, depth: int) -> st.SearchStrategy[Message]:
        """Return a strategy for messages with at most `depth` levels of messages below them."""
        special = self._special.get(descriptor.full_name)
        if special is not None:
            return special(depth)
        kind = GetMessageClass(descriptor)
        fields = [field for field in descriptor.fields if depth > 0 or not _nests(field)]
        if not fields:
            return st.builds(kind)
        return st.composite(self._fill)(kind, fields, depth)

    def _fill(
        self, draw: st.DrawFn, kind: type[Message], fields: list[FieldDescriptor], depth: int
    ) -> Message:
        message = kind()
        for field in draw(st.lists(st.sampled_from(fields), max_size=FIELDS, unique_by=lambda f: f.number)):
            _set(message, field, draw(self._field(field, depth)))
        return message

    def _field(self, field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        key = (field.full_name, depth)
        if key not in self._fields:
            self._fields[key] = self._new_field(field, depth)
        return self._fields[key]

    def _new_field(self, field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        if not is_repeated(field):
            return self._single(field, depth)
        entry = map_entry(field)
        if entry is not None:
            key, value = (entry.fields_by_name[name] for name in ("key", "value"))
            return st.dictionaries(self._single(key, depth), self._single(value, depth), max_size=ITEMS)
        return st.lists(self._single(field, depth), max_size=ITEMS)

    def _single(self, field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
        if field.message_type is not None:
            return self.message(field.message_type, depth - 1)
        if field.enum_type is not None:
            known = [value.number for value in field.enum_type.values]
            return st.sampled_from([*known, max(known) + 1])
        return self._scalars[field.type]

    def _struct(self, depth: int) -> st.SearchStrategy[Struct]:
        if depth <= 0:
            return st.builds(Struct)
        fields = st.dictionaries(self._text, self._value(depth - 1), max_size=ITEMS)
        return st.builds(Struct, fields=fields)

    def _list_value(self, depth: int) -> st.SearchStrategy[ListValue]:
        if depth <= 0:
            return st.builds(ListValue)
        return st.builds(ListValue, values=st.lists(self._value(depth - 1), max_size=ITEMS))

    def _value(self, depth: int) -> st.SearchStrategy[Value]:
        kinds = [
            st.builds(Value, null_value=st.just(NullValue.NULL_VALUE)),
            st.builds(Value, bool_value=st.booleans()),
            st.builds(Value, string_value=self._text),
            st.builds(Value, number_value=_value_numbers(self._json)),
        ]
        if not self._json:
            kinds.append(st.builds(Value))
        if depth > 0:
            kinds.append(st.builds(Value, struct_value=self._struct(depth - 1)))
            kinds.append(st.builds(Value, list_value=self._list_value(depth - 1)))
        return st.one_of(kinds)


def _nests(field: FieldDescriptor) -> bool:
    entry = map_entry(field)
    return (field if entry is None else entry.fields_by_name["value"]).message_type is not None


def _set(message: Message, field: FieldDescriptor, value: Any) -> None:
    """Give a field a value, present even when the value is empty."""
    target: Any = getattr(message, field.name)
    if map_entry(field) is not None:
        items: dict[Any, Any] = value
        for key, item in items.items():
            if isinstance(item, Message):
                target[key].CopyFrom(item)
            else:
                target[key] = item
    elif is_repeated(field):
        target.extend(value)
    elif isinstance(value, Message):
        target.SetInParent()
        target.CopyFrom(value)
    else:
        setattr(message, field.name, value)


def _scalars(json: bool, text: st.SearchStrategy[str]) -> dict[int, st.SearchStrategy[Any]]:
    int32, int64 = st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1)
    uint32, uint64 = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
    by_strategy: Iterable[tuple[st.SearchStrategy[Any], tuple[int, ...]]] = (
        (int32, (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SFIXED32)),
        (int64, (FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_SINT64, FieldDescriptor.TYPE_SFIXED64)),
        (uint32, (FieldDescriptor.TYPE_UINT32, FieldDescriptor.TYPE_FIXED32)),
        (uint64, (FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_FIXED64)),
        (st.booleans(), (FieldDescriptor.TYPE_BOOL,)),
        (st.floats(width=32, allow_nan=not json), (FieldDescriptor.TYPE_FLOAT,)),
        (st.floats(allow_nan=not json), (FieldDescriptor.TYPE_DOUBLE,)),
        (text, (FieldDescriptor.TYPE_STRING,)),
        (st.binary(max_size=8), (FieldDescriptor.TYPE_BYTES,)),
    )
    return {number: strategy for strategy, numbers in by_strategy for number in numbers}


def _value_numbers(json: bool) -> st.SearchStrategy[float]:
    if not json:
        return st.floats()
    return st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)


def _timestamps() -> st.SearchStrategy[Message]:
    seconds = st.integers(_SECONDS_OF_YEAR_1, _SECONDS_OF_YEAR_9999)
    return st.builds(Timestamp, seconds=seconds, nanos=st.integers(0, _NANOS))


def _durations() -> st.SearchStrategy[Message]:
    amounts = st.tuples(
        st.integers(0, _SECONDS_OF_DURATION), st.integers(0, _NANOS), st.sampled_from((1, -1))
    )
    return amounts.map(
        lambda a: Duration(seconds=a[0] * a[2], nanos=0 if a[0] == _SECONDS_OF_DURATION else a[1] * a[2])
    )


def _packed(message: Message) -> Message:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
