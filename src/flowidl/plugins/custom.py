"""What a task says to its plugin: `TaskTemplate.custom`, decoded into the plugin's own message.

The task's type says which plugin reads it, and for some the task type version which form it has. The back end
turns the `Struct` into JSON and reads that by rules of its own, which are kept here: fields go by their JSON
name or by their name in the schema, an unknown field is dropped, a null is the same as nothing, a whole
number may be given as text, and the number of an enum value need not be known. Everything else that does not
fit is refused; `problems` lists all of it.

    from flowidl.plugins.custom import decode
    job = decode(template)      # None: no plugin of these messages runs tasks of this type
    job.message                 # a SparkJob, RayJob, ... of what fits
"""

from __future__ import annotations

import enum
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.struct_pb2 import Struct

from flowidl.source.wire.tables import is_repeated
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from google.protobuf.message import Message
    from google.protobuf.struct_pb2 import Value

    from flowidl.core.v1.tasks_pb2 import TaskTemplate

#: Steps from the `Struct` down to a part of it, as it is written there.
Steps: TypeAlias = "tuple[str | int, ...]"

#: Stands for every version of a task type.
ANY = -1

_V1, _KUBEFLOW = "flowidl.plugins.v1.", "flowidl.plugins.kubeflow.v1."
_MESSAGES: Mapping[str, Mapping[int, str]] = {
    "container_array": {ANY: _V1 + "array_job_pb2.ArrayJob"},
    "dask": {ANY: _V1 + "dask_pb2.DaskJob"},
    "hive": {ANY: _V1 + "qubole_pb2.QuboleHiveJob"},
    "mpi": {
        0: _V1 + "mpi_pb2.DistributedMPITrainingTask",
        1: _KUBEFLOW + "mpi_pb2.DistributedMPITrainingTask",
    },
    "presto": {ANY: _V1 + "presto_pb2.PrestoQuery"},
    "pytorch": {
        0: _V1 + "pytorch_pb2.DistributedPyTorchTrainingTask",
        1: _KUBEFLOW + "pytorch_pb2.DistributedPyTorchTrainingTask",
    },
    "ray": {ANY: _V1 + "ray_pb2.RayJob"},
    "spark": {ANY: _V1 + "spark_pb2.SparkJob"},
    "tensorflow": {
        0: _V1 + "tensorflow_pb2.DistributedTensorflowTrainingTask",
        1: _KUBEFLOW + "tensorflow_pb2.DistributedTensorflowTrainingTask",
    },
}

#: Task types whose custom part this module can decode.
TYPES = frozenset(_MESSAGES)

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BLANKS = " \t\r\n"
_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_ENUM: (-(2**31), 2**31 - 1),
}
_KINDS = {
    "null_value": "nothing",
    "number_value": "a number",
    "string_value": "a string",
    "bool_value": "a boolean",
    "struct_value": "an object",
    "list_value": "a list",
}
_STRUCT = "google.protobuf.Struct"
_NULL = object()


class Misfit(enum.Enum):
    """How a part of a custom part does not fit its message."""

    #: The message has no such field. The back end drops it without a word.
    UNKNOWN = "unknown"
    #: The field cannot hold the value. The back end refuses the whole.
    TYPE = "type"


class Problem(NamedTuple):
    """A part that does not fit.

    `message` is the full name of the message it stands in, `expected` says what the field holds and `given`
    what stands there; both are empty for an unknown field. `known` are the JSON names of the message's
    fields, or of an enum's values.
    """

    misfit: Misfit
    steps: Steps
    message: str
    known: tuple[str, ...]
    expected: str = ""
    given: str = ""


class Custom(NamedTuple):
    """A custom part: as it is written, the message made of what fits, and what does not."""

    written: Struct
    message: Any
    problems: tuple[Problem, ...]

    @property
    def readable(self) -> bool:
        """Whether the back end can read it: no value is of a wrong type."""
        return all(problem.misfit is Misfit.UNKNOWN for problem in self.problems)

    def steps(self, *names: str | int) -> Steps:
        """Return the steps to a part, spelled as it is: JSON names and positions, from the message down."""
        steps: list[str | int] = []
        at: Value | Struct | None = self.written
        for name in names:
            fields = at if isinstance(at, Struct) else None if at is None else at.struct_value
            if isinstance(name, int):
                values = None if at is None or isinstance(at, Struct) else at.list_value.values
                at = values[name] if values is not None and name < len(values) else None
            elif fields is not None:
                name = name if name in fields.fields else _snake(name)
                at = fields.fields.get(name)
            steps.append(name)
        return tuple(steps)


def versions(task_type: str) -> tuple[int, ...]:
    """Return the task type versions that the plugin of a task type knows; none if it takes any."""
    return tuple(version for version in _MESSAGES.get(task_type, ()) if version != ANY)


def message_type(task_type: str, version: int) -> type[Message] | None:
    """Return the message that a custom part holds, if tasks of this type and version have one of these."""
    known = _MESSAGES.get(task_type, {})
    name = known.get(ANY, known.get(version))
    if name is None:
        return None
    module, _, kind = name.rpartition(".")
    found: type[Message] = getattr(import_module(module), kind)
    return found


def decode(template: TaskTemplate) -> Custom | None:
    """Decode the custom part of a task; an absent one is an empty message. None for unknown task types."""
    kind = message_type(template.type, template.task_type_version)
    return None if kind is None else decode_as(kind, template.custom)


def decode_as(kind: type[Message], written: Struct) -> Custom:
    """Decode a `Struct` into a message of the plugins."""
    message = kind()
    return Custom(written, message, tuple(_read(written, message, ())))


def _read(written: Struct, message: Message, steps: Steps) -> Iterator[Problem]:
    """Put into a message what fits, and yield what does not. The schema bounds how deep this goes."""
    descriptor = message.DESCRIPTOR
    # The stubs have two kinds of descriptor, of which one runtime has one.
    fields: list[Any] = [*descriptor.fields]
    named = {name: field for field in fields for name in (field.name, field.json_name)}
    for name in sorted(written.fields):
        at = (*steps, name)
        if name not in named:
            known = tuple(field.json_name for field in fields)
            yield Problem(Misfit.UNKNOWN, at, descriptor.full_name, known)
        elif name == named[name].json_name or named[name].json_name not in written.fields:
            yield from _field(written.fields[name], named[name], message, at)


def _field(value: Value, field: FieldDescriptor, message: Message, steps: Steps) -> Iterator[Problem]:
    """Read one field; a null is the same as nothing."""
    kind = value.WhichOneof("kind")
    if kind in (None, "null_value"):
        return
    if _is_map(field):
        if kind != "struct_value":
            yield _wrong(value, field, steps, "an object")
            return
        yield from _map(value.struct_value, field, getattr(message, field.name), steps)
    elif is_repeated(field):
        if kind != "list_value":
            yield _wrong(value, field, steps, "a list")
            return
        for position, item in enumerate(value.list_value.values):
            yield from _item(item, field, getattr(message, field.name), (*steps, position))
    elif field.message_type is not None:
        yield from _object(value, field, getattr(message, field.name), steps)
    else:
        scalar = _scalar(value, field)
        if scalar is None:
            yield _wrong(value, field, steps)
        elif scalar is not _NULL:
            setattr(message, field.name, scalar)


def _map(written: Struct, field: FieldDescriptor, into: Any, steps: Steps) -> Iterator[Problem]:
    """Read a map from text to text, the only kind that the plugins have; a null is an empty text."""
    assert field.message_type is not None
    inner = field.message_type.fields_by_name["value"]
    for key in sorted(written.fields):
        entry = _scalar(written.fields[key], inner)
        if entry is None:
            yield _wrong(written.fields[key], inner, (*steps, key))
        else:
            into[key] = "" if entry is _NULL else entry


def _item(value: Value, field: FieldDescriptor, into: Any, steps: Steps) -> Iterator[Problem]:
    """Read one entry of a list; a null is an empty entry."""
    if field.message_type is not None:
        yield from _object(value, field, into.add(), steps)
        return
    scalar = _scalar(value, field)
    if scalar is None:
        yield _wrong(value, field, steps)
    else:
        into.append(field.default_value if scalar is _NULL else scalar)


def _object(value: Value, field: FieldDescriptor, into: Any, steps: Steps) -> Iterator[Problem]:
    """Read a message; its being there counts, also when it is empty."""
    kind = value.WhichOneof("kind")
    if kind in (None, "null_value"):
        return
    if kind != "struct_value":
        yield _wrong(value, field, steps, "an object")
    elif field.message_type is not None and field.message_type.full_name == _STRUCT:
        into.CopyFrom(value.struct_value)
    else:
        into.SetInParent()
        yield from _read(value.struct_value, into, steps)


def _scalar(value: Value, field: FieldDescriptor) -> Any:
    """Return what a value is for a field that holds no message; None if it does not fit."""
    kind, cpp = value.WhichOneof("kind"), field.cpp_type
    if kind in (None, "null_value"):
        return _NULL
    if cpp == FieldDescriptor.CPPTYPE_STRING:
        return value.string_value if kind == "string_value" else None
    if cpp == FieldDescriptor.CPPTYPE_BOOL:
        return value.bool_value if kind == "bool_value" else None
    if field.enum_type is not None and kind == "string_value":
        known = field.enum_type.values_by_name.get(value.string_value)
        return None if known is None else known.number
    if kind == "number_value":
        return _number(value.number_value, cpp)
    return _number_in_text(value.string_value, cpp) if kind == "string_value" else None


def _number(number: float, cpp: int) -> float | int | None:
    if cpp not in _RANGES:
        return number
    low, high = _RANGES[cpp]
    return int(number) if number.is_integer() and low <= number <= high else None


def _number_in_text(text: str, cpp: int) -> Any:
    text = text.strip(_BLANKS)
    if text == "null":
        return _NULL
    if cpp not in _RANGES:
        return float(text) if _DECIMAL.fullmatch(text) or text in ("NaN", "Infinity", "-Infinity") else None
    low, high = _RANGES[cpp]
    # No number that fits has more digits than the greatest one.
    fits = len(text) <= len(str(low)) + len(str(high)) and _WHOLE.fullmatch(text) is not None
    return int(text) if fits and low <= int(text) <= high else None


def _wrong(value: Value, field: FieldDescriptor, steps: Steps, expected: str = "") -> Problem:
    """Return the problem of a value that a field cannot hold."""
    known = () if field.enum_type is None else tuple(v.name for v in field.enum_type.values)
    message = "" if field.containing_type is None else field.containing_type.full_name
    return Problem(Misfit.TYPE, steps, message, known, expected or _expected(field), _given(value))


def _expected(field: FieldDescriptor) -> str:
    """Say what a field holds."""
    if field.message_type is not None:
        return "an object"
    cpp = field.cpp_type
    if cpp == FieldDescriptor.CPPTYPE_STRING:
        return "a string"
    if cpp == FieldDescriptor.CPPTYPE_BOOL:
        return "a boolean"
    if field.enum_type is not None:
        return f"a value of `{field.enum_type.full_name.rpartition('.v1.')[2]}`"
    if cpp in _RANGES:
        low, high = _RANGES[cpp]
        return "a whole number of 32 bits" if high < 2**32 and low < 0 else "a whole number"
    return "a number"


def _given(value: Value) -> str:
    """Say what stands there: the value where it is short, else what kind it is of."""
    kind = value.WhichOneof("kind") or "null_value"
    if kind == "number_value":
        return f"`{value.number_value:.15g}`"
    if kind == "string_value" and len(value.string_value) <= 40:
        return f'"{value.string_value}"'
    if kind == "bool_value":
        return "`true`" if value.bool_value else "`false`"
    return _KINDS[kind]


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _snake(name: str) -> str:
    """Return the schema's name of a field by its JSON name, where they differ by underscores only."""
    return re.sub(r"(?<!^)([A-Z])", lambda found: "_" + found[1].lower(), name)
