"""Types from annotations, values for types, and what inputs are bound to."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Optional

import pytest
from google.protobuf.json_format import MessageToDict

from flowidl.builders import (
    BuildError,
    Directory,
    Exactly,
    File,
    Note,
    StructuredDataset,
    WorkflowBuilder,
    binding_data,
    blob_type,
    call,
    dataset_type,
    literal,
    literal_type,
    registered,
    schema_type,
    signature_interface,
    task_id,
    workflow_id,
)
from flowidl.builders.nodes import node_id
from tests.builders.judge import codes, py, same

MSGPACK = """annotation { annotations { fields { key: "cache-key-metadata" value { struct_value {
    fields { key: "serialization-format" value { string_value: "msgpack" } } } } } } }"""


class Color(enum.Enum):
    RED = "red"
    GREEN = "green"


class Number(enum.Enum):
    ONE = 1


@dataclass
class Point:
    x: int
    label: str | None = None


class Both(NamedTuple):
    total: int
    name: str


TYPES: list[tuple[object, str]] = [
    (int, "simple: INTEGER"),
    (float, "simple: FLOAT"),
    (str, "simple: STRING"),
    (bool, "simple: BOOLEAN"),
    (datetime.datetime, "simple: DATETIME"),
    (datetime.date, "simple: DATETIME"),
    (datetime.timedelta, "simple: DURATION"),
    (None, "simple: NONE"),
    (list[int], "collection_type { simple: INTEGER }"),
    (dict[str, list[float]], "map_value_type { collection_type { simple: FLOAT } }"),
    (dict, f"simple: STRUCT {MSGPACK}"),
    (dict[int, str], f"simple: STRUCT {MSGPACK}"),
    (Color, 'enum_type { values: "red" values: "green" }'),
    (File, "blob {}"),
    (Path, "blob {}"),
    (Directory, "blob { dimensionality: MULTIPART }"),
    (StructuredDataset, "structured_dataset_type {}"),
    (
        Optional[int],  # noqa: UP045  # the older spelling too
        'union_type { variants { simple: INTEGER structure { tag: "int" } }'
        ' variants { simple: NONE structure { tag: "none" } } }',
    ),
    (
        list[int] | str | None,
        'union_type { variants { collection_type { simple: INTEGER } structure { tag: "Typed List" } }'
        ' variants { simple: STRING structure { tag: "str" } }'
        ' variants { simple: NONE structure { tag: "none" } } }',
    ),
    (Annotated[File, Exactly(blob_type("csv"))], 'blob { format: "csv" }'),
    (
        Annotated[int, Note({"unit": "s"})],
        'simple: INTEGER annotation { annotations { fields { key: "unit" value { string_value: "s" } } } }',
    ),
    (
        Literal["a", "b"],
        'simple: STRING annotation { annotations { fields { key: "literal_values" value { list_value {'
        ' values { string_value: "a" } values { string_value: "b" } } } } } }',
    ),
    (
        bytes,
        'blob { format: "PythonPickle" } metadata { fields {'
        ' key: "python_class_name" value { string_value: "<class \'bytes\'>" } } }',
    ),
    (
        dataset_type({"n": int}, format="parquet"),
        "structured_dataset_type {"
        ' columns { name: "n" literal_type { simple: INTEGER } } format: "parquet" }',
    ),
    (schema_type({"n": float}), 'schema { columns { name: "n" type: FLOAT } }'),
]


@pytest.mark.parametrize(("annotation", "text"), TYPES, ids=str)
def test_types(annotation: object, text: str) -> None:
    same(literal_type(annotation), text)


def test_the_type_of_a_dataclass() -> None:
    type = literal_type(Point)
    assert MessageToDict(type.metadata) == {
        "type": "object",
        "title": "Point",
        "properties": {
            "x": {"type": "integer"},
            "label": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        },
        "required": ["x"],
        "additionalProperties": False,
    }
    assert set(type.structure.dataclass_type) == {"x", "label"}
    variants = literal_type(Point | None).union_type.variants
    assert not variants[0].structure.dataclass_type


@pytest.mark.parametrize("annotation", [list, tuple[int, str], set[int], Number, object, "int"])
def test_types_that_are_none(annotation: object) -> None:
    with pytest.raises(BuildError, match=r"parameter `x` of pk\.t has no literal type"):
        literal_type(annotation, name="parameter `x` of pk.t")


VALUES: list[tuple[object, object, str]] = [
    (5, int, "scalar { primitive { integer: 5 } }"),
    (0.5, float, "scalar { primitive { float_value: 0.5 } }"),
    (False, bool, "scalar { primitive { boolean: false } }"),
    ("x", str, 'scalar { primitive { string_value: "x" } }'),
    (
        datetime.datetime(2024, 1, 1),  # a moment without a zone is in UTC
        datetime.datetime,
        "scalar { primitive { datetime { seconds: 1704067200 } } }",
    ),
    (datetime.date(2024, 1, 1), datetime.date, "scalar { primitive { datetime { seconds: 1704067200 } } }"),
    (datetime.timedelta(minutes=1), None, "scalar { primitive { duration { seconds: 60 } } }"),
    (None, type(None), "scalar { none_type {} }"),
    ([], list[int], "collection {}"),
    ([1], None, "collection { literals { scalar { primitive { integer: 1 } } } }"),
    ({"a": 1}, dict[str, int], 'map { literals { key: "a" value { scalar { primitive { integer: 1 } } } } }'),
    (Color.RED, Color, 'scalar { primitive { string_value: "red" } }'),
    ("green", Color, 'scalar { primitive { string_value: "green" } }'),
    (File("s3://b/f"), File, 'scalar { blob { uri: "s3://b/f" metadata { type {} } } }'),
    ({}, dict, 'scalar { binary { value: "\\200" tag: "msgpack" } }'),
    (
        True,
        int | bool,
        "scalar { union { value { scalar { primitive { boolean: true } } }"
        ' type { simple: BOOLEAN structure { tag: "bool" } } } }',
    ),
    (
        None,
        int | None,
        "scalar { union { value { scalar { none_type {} } }"
        ' type { simple: NONE structure { tag: "none" } } } }',
    ),
]


@pytest.mark.parametrize(("value", "type", "text"), VALUES, ids=str)
def test_values(value: object, type: object, text: str) -> None:
    same(literal(value, type), text)


UNFIT: list[tuple[object, object, str | None]] = [
    (5, float, "FI406"),
    (True, int, "FI406"),
    (1.0, int, "FI406"),
    ("5", int, "FI406"),
    (2**63, int, None),
    ("blue", Color, "FI407"),
    ([1, "x"], list[int], "FI406"),
    ({1: 1}, dict[str, int], "FI406"),
    (0.5, int | str, "FI406"),
    (File("s3://b/f"), Directory, "FI406"),
    ([], None, None),
    ([1, "x"], None, None),
]


@pytest.mark.parametrize(("value", "type", "code"), UNFIT, ids=str)
def test_values_that_do_not_fit(value: object, type: object, code: str | None) -> None:
    with pytest.raises(BuildError) as caught:
        literal(value, type, name="x")
    assert caught.value.code == code
    assert "`x" in str(caught.value)


def test_promises_inside_of_values() -> None:
    flow = WorkflowBuilder("pk.flow")
    point = flow.input("point", Point)
    table = flow.input("table", dict[str, list[int]])
    same(
        binding_data([point.x, table["a"][0], 3], literal_type(list[int])),
        """
        collection {
          bindings { promise { var: "point" attr_path { string_value: "x" } } }
          bindings { promise { var: "table" attr_path { string_value: "a" } attr_path { int_value: 0 } } }
          bindings { scalar { primitive { integer: 3 } } }
        }
        """,
    )
    flow.add(call(py("take", {"a": int, "b": int | None}), a=table["a"][0]))
    flow.add(call(py("take", {"a": int, "b": int | None}), a=point.x, b=point.x))
    assert codes(flow) == []


PATHS: list[tuple[object, Callable[[Any], object], str]] = [
    (Point, lambda v: v.y, "FI427"),
    (list[int], lambda v: v["a"], "FI450"),
    (dict[str, int], lambda v: v[0], "FI450"),
    (int, lambda v: v.x, "FI452"),
    (int | None, lambda v: v.x, "FI452"),
]


@pytest.mark.parametrize(("type", "take", "code"), PATHS, ids=str)
def test_paths_that_lead_nowhere(type: object, take: Callable[[Any], object], code: str) -> None:
    promise = WorkflowBuilder("pk.flow").input("v", type)
    with pytest.raises(BuildError) as caught:
        take(promise)
    assert caught.value.code == code


IDS = [
    ("My_Custom.Node", "my-custom-node"),
    ("-x-", "x"),
    ("n 1!", "n1"),
    ("ABCdef", "a-b-cdef"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "id"), IDS)
def test_node_ids(name: str, id: str) -> None:
    assert node_id(name) == id


def test_overrides_and_aliases() -> None:
    flow = WorkflowBuilder("pk.flow")
    task = py("two", outputs={"o0": int, "o1": str})
    step = call(task).with_overrides(
        id="first", name="First", aliases={"o0": "total"}, timeout=60, retries=2, interruptible=True,
        cache=False, container_image="other:img",
    )  # fmt: skip
    node = flow.add(step)
    flow.output("o0", node.total)
    same(
        flow.template.nodes[0],
        """
        id: "first"
        metadata { name: "First" timeout { seconds: 60 } retries { retries: 2 }
          interruptible: true cacheable: false }
        output_aliases { var: "o0" alias: "total" }
        task_node {
          reference_id { resource_type: TASK name: "pk.two" } overrides { container_image: "other:img" } }
        """,
    )
    with pytest.raises(BuildError, match="FI431"):
        call(task).with_overrides(aliases={"o2": "x"})
    with pytest.raises(BuildError, match="FI432"):
        call(task).with_overrides(aliases={"o0": "o1"})
    assert codes(flow) == []


def test_interfaces_of_functions() -> None:
    def several(a: int) -> tuple[int, str]:
        return a, ""

    def named() -> Both:
        return Both(1, "")

    assert sorted(signature_interface(several).outputs.variables) == ["o0", "o1"]
    assert sorted(signature_interface(named).outputs.variables) == ["name", "total"]
    untyped = eval("lambda a: a")  # a function without annotations
    with pytest.raises(BuildError, match=r"parameter `a` of .* has no annotation"):
        signature_interface(untyped)


def test_identifiers_are_completed() -> None:
    flow = WorkflowBuilder(workflow_id("pk.flow", project="own"))
    flow.add(call(py("t")))
    done = registered(flow.spec, project="p", domain="d", version="v")
    same(done.template.id, 'resource_type: WORKFLOW project: "own" domain: "d" name: "pk.flow" version: "v"')
    assert done.template.nodes[0].task_node.reference_id.version == "v"
    assert not flow.spec.template.id.version
    with pytest.raises(BuildError, match="FI150"):
        WorkflowBuilder(task_id("pk.t"))
