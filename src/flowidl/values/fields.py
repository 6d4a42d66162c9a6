"""What stands inside of a structure: the fields of a dataclass as plain data, and back.

A structure travels as msgpack, in which there are numbers, strings, bytes, lists and maps. A `Field` turns
the value of one annotation into these and back, as strictly as a literal would be, with the allowances that
SDKs make: a whole number in a float field is a float, and `None` passes where the field's own default is
`None`. Annotations without a meaning here (`Any`, unknown classes) let plain data through.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import os
import pathlib
import types
import typing
from collections.abc import Callable
from typing import Annotated, Any, Literal, Union, cast

from flowidl.errors import BuildError
from flowidl.values.files import Located
from flowidl.values.places import kept
from flowidl.values.shapes import is_dict, is_list, is_many, is_set


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """How a value becomes plain data, and plain data a value; both take the name of the value for errors."""

    pack: Callable[[Any, str], Any]
    unpack: Callable[[Any, str], Any]


def refused(value: object, expected: str, name: str) -> BuildError:
    """Return the refusal of a value or of data that is not what a field holds."""
    return BuildError(
        f"`{name}` expects `{expected}`, and the value is of type `{value.__class__.__qualname__}`",
        rule="mismatched-literal",
    )


class Fields:
    """Makes fields for annotations; each class once, so that classes may contain themselves."""

    def __init__(self) -> None:
        self._classes: dict[type, Field] = {}

    def of(self, annotation: Any) -> Field:
        """Return the field of an annotation."""
        try:
            known = _PLAIN.get(annotation)
        except TypeError:
            known = None
        if known is not None:
            return known
        origin = typing.get_origin(annotation)
        if origin is not None:
            return self._generic(origin, typing.get_args(annotation))
        return self._class(annotation) if isinstance(annotation, type) else ANYTHING

    def _generic(self, origin: Any, args: tuple[Any, ...]) -> Field:
        if origin in (Annotated, typing.Required, typing.NotRequired, typing.Final):
            return self.of(args[0])
        if origin is Literal:
            return _choice(args)
        if origin in (Union, types.UnionType):
            return _union([self.of(each) for each in args])
        if origin is tuple and args[1:] != (...,):
            return _tuple([self.of(each) for each in args], tuple)
        if origin in _SEQUENCES:
            return _sequence(self.of(args[0]), _SEQUENCES[origin])
        if origin is dict:
            return _dict(self.of(args[0]), self.of(args[1]))
        return ANYTHING

    def _class(self, cls: type[Any]) -> Field:
        if cls in self._classes:
            return self._classes[cls]
        # A class may be met again inside of itself: what is handed out meanwhile asks for the field when
        # used.
        self._classes[cls] = Field(
            lambda value, name: self._classes[cls].pack(value, name),
            lambda data, name: self._classes[cls].unpack(data, name),
        )
        self._classes[cls] = self._made(cls)
        return self._classes[cls]

    def _made(self, cls: type[Any]) -> Field:
        if issubclass(cls, enum.Enum):
            return _enum(cls)
        if dataclasses.is_dataclass(cls):
            return self._dataclass(cls)
        if issubclass(cls, Located):
            return _located(cls)
        if hasattr(cls, "model_validate"):
            return _model(cls)
        if typing.is_typeddict(cls):
            return self._typed_dict(cls)
        if hasattr(cls, "_fields") and issubclass(cls, tuple):
            return self._named_tuple(cls)
        if cls in _SEQUENCES:
            return _sequence(ANYTHING, _SEQUENCES[cls])
        if _is_path_class(cls):
            return _text(cls, str, pathlib.Path if cls in (os.PathLike, pathlib.Path) else cls)
        return ANYTHING

    def _named_tuple(self, cls: Any) -> Field:
        hints = typing.get_type_hints(cls, include_extras=True)
        return _tuple([self.of(hints.get(name, Any)) for name in cls._fields], cls._make)

    def _dataclass(self, cls: Any) -> Field:
        hints = typing.get_type_hints(cls, include_extras=True)
        parts = {each.name: (self.of(hints[each.name]), each) for each in dataclasses.fields(cls)}

        def pack(value: Any, name: str) -> Any:
            if not isinstance(value, cls):
                raise refused(value, cls.__qualname__, name)
            return {
                key: None
                if (found := getattr(value, key)) is None and declared.default is None
                else field.pack(found, f"{name}.{key}")
                for key, (field, declared) in parts.items()
            }

        def unpack(data: Any, name: str) -> Any:
            if not is_dict(data):
                raise refused(data, cls.__qualname__, name)
            _check_known(data, parts, name)
            given: dict[str, Any] = {}
            for key, (field, declared) in parts.items():
                if key in data:
                    found = data[key]
                    absent = found is None and declared.default is None
                    given[key] = None if absent else field.unpack(found, f"{name}.{key}")
                elif _is_required(declared):
                    raise BuildError(f"`{name}` lacks the field `{key}` of `{cls.__qualname__}`")
            later = {key: given.pop(key) for key, (_, d) in parts.items() if not d.init and key in given}
            made = cls(**given)
            for key, found in later.items():
                object.__setattr__(made, key, found)
            return made

        return Field(pack, unpack)

    def _typed_dict(self, cls: Any) -> Field:
        hints = typing.get_type_hints(cls, include_extras=True)
        parts = {key: self.of(hint) for key, hint in hints.items()}

        def mapped(value: Any, name: str, *, packing: bool) -> Any:
            if not is_dict(value):
                raise refused(value, cls.__qualname__, name)
            _check_known(value, parts, name)
            lacking = sorted(cls.__required_keys__ - set(value))
            if lacking:
                raise BuildError(f"`{name}` lacks the key `{lacking[0]}` of `{cls.__qualname__}`")
            return {
                key: (parts[key].pack if packing else parts[key].unpack)(value[key], f"{name}.{key}")
                for key in parts
                if key in value
            }

        return Field(
            lambda value, name: mapped(value, name, packing=True),
            lambda data, name: mapped(data, name, packing=False),
        )


def _is_path_class(cls: type[Any]) -> bool:
    paths = cast("Any", os.PathLike)  # a protocol, of which pyright allows no `issubclass`
    return issubclass(cls, paths)


def _check_known(data: dict[Any, Any], known: typing.Container[str], name: str) -> None:
    for key in data:
        if key not in known:
            raise BuildError(f"`{name}` has no field `{key}`")


def _is_required(declared: dataclasses.Field[Any]) -> bool:
    return declared.default is dataclasses.MISSING and declared.default_factory is dataclasses.MISSING


def _exact(cls: type, *also: type) -> Field:
    """A plain value of one class; what comes of another allowed class is converted."""

    def check(value: Any, name: str) -> Any:
        if value.__class__ is cls or (isinstance(value, cls) and value.__class__ is not bool):
            return value
        if value.__class__ in also:
            return cls(value)
        raise refused(value, cls.__name__, name)

    return Field(check, check)


def _whole(value: Any, name: str) -> Any:
    """Take a whole number, also where JSON made a float of it."""
    if value.__class__ is float and value.is_integer():
        return int(value)
    if value.__class__ is not int:
        raise refused(value, "int", name)
    return value


def _only_int(value: Any, name: str) -> Any:
    if isinstance(value, int) and value.__class__ is not bool:
        return value
    raise refused(value, "int", name)


def _text(cls: Any, write: Callable[[Any], Any], read: Callable[[Any], Any], data: Any = str) -> Field:
    """A value that is written as something plain by one function and read by another."""

    def pack(value: Any, name: str) -> Any:
        if not isinstance(value, cls):
            raise refused(value, getattr(cls, "__qualname__", str(cls)), name)
        return write(value)

    def unpack(found: Any, name: str) -> Any:
        if not isinstance(found, data):
            raise refused(found, getattr(cls, "__qualname__", str(cls)), name)
        try:
            return read(found)
        except (ValueError, TypeError) as error:
            raise BuildError(f"`{name}` is not a `{cls.__qualname__}`: {error}") from None

    return Field(pack, unpack)


def _nothing(value: Any, name: str) -> None:
    if value is not None:
        raise refused(value, "none", name)


def _enum(cls: type[enum.Enum]) -> Field:
    def pack(value: Any, name: str) -> Any:
        return unpack(value, name).value

    def unpack(data: Any, name: str) -> Any:
        try:
            return cls(data)
        except ValueError:
            raise BuildError(f"`{name}` is `{data}`, which is not a `{cls.__qualname__}`") from None

    return Field(pack, unpack)


def _choice(values: tuple[Any, ...]) -> Field:
    def check(value: Any, name: str) -> Any:
        if value not in values:
            raise BuildError(f"`{name}` is `{value}`, which is not one of its values")
        return value

    return Field(check, check)


def _union(variants: list[Field]) -> Field:
    def first(value: Any, name: str, *, packing: bool) -> Any:
        for variant in variants:
            try:
                return (variant.pack if packing else variant.unpack)(value, name)
            except BuildError:
                continue
        raise BuildError(f"`{name}` is of type `{value.__class__.__qualname__}`, which none of its types is")

    return Field(
        lambda value, name: first(value, name, packing=True),
        lambda data, name: first(data, name, packing=False),
    )


_SEQUENCES: dict[Any, Callable[[Any], Any]] = {
    list: list,
    set: set,
    frozenset: frozenset,
    tuple: tuple,
}


def _sequence(element: Field, make: Callable[[Any], Any]) -> Field:
    def pack(value: Any, name: str) -> Any:
        if not is_many(value):
            raise refused(value, "list", name)
        parts = [element.pack(each, f"{name}[{i}]") for i, each in enumerate(value)]
        return sorted(parts, key=repr) if is_set(value) else parts

    def unpack(data: Any, name: str) -> Any:
        if not is_list(data):
            raise refused(data, "list", name)
        return make(element.unpack(each, f"{name}[{i}]") for i, each in enumerate(data))

    return Field(pack, unpack)


def _tuple(parts: list[Field], make: Callable[[Any], Any]) -> Field:
    def checked(value: Any, name: str) -> Any:
        if not is_list(value) or len(value) != len(parts):
            raise refused(value, f"tuple of {len(parts)}", name)
        return value

    def pack(value: Any, name: str) -> Any:
        return [
            part.pack(each, f"{name}[{i}]")
            for i, (part, each) in enumerate(zip(parts, checked(value, name), strict=True))
        ]

    def unpack(data: Any, name: str) -> Any:
        return make(
            part.unpack(each, f"{name}[{i}]")
            for i, (part, each) in enumerate(zip(parts, checked(data, name), strict=True))
        )

    return Field(pack, unpack)


def _dict(key: Field, value: Field) -> Field:
    def both(found: Any, name: str, *, packing: bool) -> Any:
        if not is_dict(found):
            raise refused(found, "dict", name)
        of_key, of_value = (key.pack, value.pack) if packing else (key.unpack, value.unpack)
        return {of_key(k, f"{name} key"): of_value(v, f"{name}[{k!r}]") for k, v in found.items()}

    return Field(
        lambda found, name: both(found, name, packing=True),
        lambda found, name: both(found, name, packing=False),
    )


def _located(cls: type[Located]) -> Field:
    def pack(value: Any, name: str) -> Any:
        if isinstance(value, str | os.PathLike) and not isinstance(value, Located):
            value = cls(cast("str", value))
        if not isinstance(value, Located):
            raise refused(value, cls.__qualname__, name)
        return {"path": kept(value.uri, folder=value.is_folder(), name=name)}

    def unpack(data: Any, name: str) -> Any:
        path = data.get("path") if is_dict(data) else data
        if not isinstance(path, str):
            raise refused(data, cls.__qualname__, name)
        return cls(path)

    return Field(pack, unpack)


def _model(cls: Any) -> Field:
    def unpack(data: Any, name: str) -> Any:
        try:
            return cls.model_validate(data)
        except ValueError as error:
            raise BuildError(f"`{name}` is not a `{cls.__qualname__}`: {error}") from None

    dumped = _text(cls, lambda value: value.model_dump(mode="json"), lambda data: data, dict)
    return Field(dumped.pack, unpack)


def loose(value: Any, name: str) -> Any:
    """Return any value as plain data, by what it is itself."""
    if is_dict(value):
        return {key: loose(each, f"{name}[{key!r}]") for key, each in value.items()}
    if is_list(value):
        return [loose(each, f"{name}[{index}]") for index, each in enumerate(value)]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime.datetime | datetime.date | datetime.timedelta):
        return _PLAIN[value.__class__].pack(value, name)
    if isinstance(value, type):
        return value
    if dataclasses.is_dataclass(value):
        names = [each.name for each in dataclasses.fields(value)]
        return {key: loose(getattr(value, key), f"{name}.{key}") for key in names}
    if isinstance(value, Located):
        return {"path": kept(value.uri, folder=value.is_folder(), name=name)}
    dump: Any = getattr(value, "model_dump", None)
    return value if dump is None else dump(mode="json")


ANYTHING = Field(loose, lambda data, name: data)

_PLAIN: dict[Any, Field] = {
    int: Field(_only_int, _whole),
    float: _exact(float, int),
    str: _exact(str),
    bool: _exact(bool),
    bytes: _exact(bytes),
    type(None): Field(_nothing, _nothing),
    None: Field(_nothing, _nothing),
    dict: _dict(ANYTHING, ANYTHING),
    list: _sequence(ANYTHING, list),
    Any: ANYTHING,
    datetime.datetime: _text(
        datetime.datetime, lambda value: value.isoformat(), datetime.datetime.fromisoformat
    ),
    datetime.date: _text(datetime.date, lambda value: value.isoformat(), datetime.date.fromisoformat),
    datetime.timedelta: _text(
        datetime.timedelta,
        lambda value: value.total_seconds(),
        lambda seconds: datetime.timedelta(seconds=seconds),
        (int, float),
    ),
}
