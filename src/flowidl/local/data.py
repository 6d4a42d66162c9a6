"""What a binding comes to: literals from the outputs of nodes, with paths into them followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.core.v1.literals_pb2 import Literal
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from flowidl.errors import BuildError
from flowidl.local.errors import RunError
from flowidl.values.fields import ANYTHING
from flowidl.values.shapes import is_dict, is_list
from flowidl.values.simple import nothing
from flowidl.values.structures import structure_data, structure_literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowidl.core.v1.literals_pb2 import BindingData
    from flowidl.core.v1.types_pb2 import OutputReference, PromiseAttribute

    #: Finds the literal of an output: node id (empty for the workflow's own input), and its name.
    Lookup = Callable[[str, str], Literal]


def resolve(data: BindingData, lookup: Lookup, type: LiteralType | None = None) -> Literal:
    """Return the literal that binding data comes to; `type` is what its reader expects, if that is known."""
    kind = data.WhichOneof("value")
    if kind == "promise":
        return _promised(data.promise, lookup, type)
    if kind == "scalar":
        return Literal(scalar=data.scalar)
    result = Literal()
    if kind == "collection":
        result.collection.SetInParent()
        element = type.collection_type if type is not None and type.HasField("collection_type") else None
        for each in data.collection.bindings:
            result.collection.literals.append(resolve(each, lookup, element))
    elif kind == "map":
        result.map.SetInParent()
        element = type.map_value_type if type is not None and type.HasField("map_value_type") else None
        for key, each in data.map.bindings.items():
            result.map.literals[key].CopyFrom(resolve(each, lookup, element))
    elif kind is None:
        return nothing()
    else:
        raise RunError(f"a binding is a `{kind}`, which cannot be run")
    return result


def _promised(promise: OutputReference, lookup: Lookup, type: LiteralType | None) -> Literal:
    whole = lookup(promise.node_id, promise.var)
    if not promise.attr_path:
        return whole
    return follow(whole, promise.attr_path, f"{promise.node_id}.{promise.var}", type)


def follow(
    whole: Literal, path: Sequence[PromiseAttribute], name: str, type: LiteralType | None = None
) -> Literal:
    """Return what a path leads to inside of a literal: through lists, maps and structures."""
    current = whole
    for position, attribute in enumerate(path):
        if current.scalar.HasField("union"):
            current = current.scalar.union.value
        key: str | int = (
            attribute.string_value if attribute.WhichOneof("value") == "string_value" else attribute.int_value
        )
        kind = current.WhichOneof("value")
        if kind == "collection" and isinstance(key, int) and 0 <= key < len(current.collection.literals):
            current = current.collection.literals[key]
        elif kind == "map" and isinstance(key, str) and key in current.map.literals:
            current = current.map.literals[key]
        else:
            data = structure_data(current)
            if data is None:
                raise _no_step(name, key)
            found = data[0]
            for later in path[position:]:
                found = _step(found, later, name)
            return literal_of(found, type, name)
        name = f"{name}[{key!r}]"
    return current


def _step(data: Any, attribute: PromiseAttribute, name: str) -> Any:
    key: str | int = (
        attribute.string_value if attribute.WhichOneof("value") == "string_value" else attribute.int_value
    )
    if is_dict(data) and key in data:
        return data[key]
    if is_list(data) and isinstance(key, int) and 0 <= key < len(data):
        return data[key]
    raise _no_step(name, key)


def _no_step(name: str, key: str | int) -> RunError:
    return RunError(f"`{name}` has no `{key}`")


_TEXTS = {SimpleType.DATETIME: "datetime", SimpleType.DURATION: "duration"}


def literal_of(data: Any, type: LiteralType | None, name: str) -> Literal:
    """Return plain data from inside of a structure as a literal, of the type that its reader expects."""
    if type is None:
        return _natural(data, name)
    kind = type.WhichOneof("type")
    if kind == "union_type":
        return _any_variant(data, type, name)
    if kind == "collection_type" and is_list(data):
        result = Literal()
        result.collection.SetInParent()
        result.collection.literals.extend(
            literal_of(each, type.collection_type, f"{name}[{i}]") for i, each in enumerate(data)
        )
        return result
    if kind == "map_value_type" and is_dict(data):
        result = Literal()
        result.map.SetInParent()
        for key, each in data.items():
            result.map.literals[str(key)].CopyFrom(literal_of(each, type.map_value_type, f"{name}[{key!r}]"))
        return result
    from flowidl.values.typed import converter_for

    return converter_for(type).write(_value(data, type, name), name)


def _value(data: Any, type: LiteralType, name: str) -> Any:
    """Return the Python value that data stands for, where plain data has no form of its own."""
    from flowidl.values.datasets import StructuredDataset
    from flowidl.values.fields import Fields
    from flowidl.values.files import Directory, File

    if type.simple == SimpleType.FLOAT and data.__class__ is int:
        return float(data)
    if type.simple in _TEXTS and type.HasField("simple"):
        import datetime

        cls: Any = datetime.datetime if type.simple == SimpleType.DATETIME else datetime.timedelta
        return Fields().of(cls).unpack(data, name)
    if type.HasField("blob") and is_dict(data) and isinstance(data.get("path"), str):
        return (Directory if type.blob.dimensionality else File)(data["path"])
    if type.HasField("structured_dataset_type") and is_dict(data):
        return StructuredDataset(uri=data.get("uri"), format=data.get("file_format") or "")
    return data


def _any_variant(data: Any, type: LiteralType, name: str) -> Literal:
    from flowidl.core.v1.literals_pb2 import Scalar, Union

    for variant in type.union_type.variants:
        try:
            found = literal_of(data, variant, name)
        except BuildError:
            continue
        return Literal(scalar=Scalar(union=Union(value=found, type=variant)))
    raise RunError(f"`{name}` is none of the types that its reader takes")


def _natural(data: Any, name: str) -> Literal:
    from flowidl.values.literals import literal

    if data is None:
        return nothing()
    if is_dict(data):
        return structure_literal(ANYTHING.pack(data, name), name)
    if is_list(data):
        result = Literal()
        result.collection.SetInParent()
        result.collection.literals.extend(_natural(each, name) for each in data)
        return result
    return literal(data, name=name)
