"""The words that cases are written in: functions that write protobuf text format and turn it into files.

Bindings are written as Python values: `"n0.o0"` is a promise of a node's output, `"a"` one of a workflow
input, numbers and booleans are literals, lists and dicts are collections and maps, `None` is the none
literal, and `raw("...")` is text format for everything else. Types are written as the report prints them:
`int`, `list[str]`, `int | None`, `file[csv]`, `enum[a, b]`; an interface is `x: int, y: str -> o0: int`.

This is code for our own, trusted snippets. It never meets a user's input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.case import Case, CaseFile, Role
from flowidl.rules.options import DEFAULT, Options
from flowidl.source.definitions import Kind
from flowidl.source.messages import message_class
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    Value: TypeAlias = "str | int | float | list[Value] | dict[str, Value] | raw | None"

PROJECT = 'project: "flights" domain: "development"'
VERSION = 'version: "v1"'


class raw(NamedTuple):  # noqa: N801 - reads as a word
    """Text format that stands for itself."""

    text: str


# --- cases ----------------------------------------------------------------------------------------


def bad(
    code: str,
    title: str,
    *parts: CaseFile,
    at: str,
    also: tuple[str, ...] = (),
    options: Options = DEFAULT,
    old: tuple[CaseFile, ...] = (),
) -> Case:
    """A case in which rule `code` finds something at the field path `at`; `old` is the older of two
    versions.
    """
    return Case(code, Role.BAD, title, parts, at, also, options, old=old)


def good(
    code: str, title: str, *parts: CaseFile, options: Options = DEFAULT, old: tuple[CaseFile, ...] = ()
) -> Case:
    """A case without any error: how it is done right."""
    return Case(code, Role.GOOD, title, parts, options=options, old=old)


def near(
    code: str, title: str, *parts: CaseFile, options: Options = DEFAULT, old: tuple[CaseFile, ...] = ()
) -> Case:
    """A case that resembles the bad one and about which rule `code` says nothing."""
    return Case(code, Role.NEAR, title, parts, options=options, old=old)


# --- names and types ------------------------------------------------------------------------------


def quote(text: str) -> str:
    """A text-format string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def ident(kind: str, name: str) -> str:
    """The fields of an `Identifier`; `kind` is `TASK`, `WORKFLOW` or `LAUNCH_PLAN`."""
    return f"resource_type: {kind} {PROJECT} name: {quote(name)} {VERSION}"


SIMPLE = {
    "int": "INTEGER",
    "float": "FLOAT",
    "str": "STRING",
    "bool": "BOOLEAN",
    "datetime": "DATETIME",
    "timedelta": "DURATION",
    "struct": "STRUCT",
    "binary": "BINARY",
    "error": "ERROR",
    "None": "NONE",
}


def literal_type(words: str) -> str:
    """The fields of a `LiteralType` for a type in words; `{...}` holds text format as it is."""
    words = words.strip()
    if words.startswith("{"):
        return words[1:-1]
    variants = split(words, "|")
    if len(variants) > 1:
        return "union_type { " + " ".join(f"variants {{ {literal_type(v)} }}" for v in variants) + " }"
    if words in SIMPLE:
        return f"simple: {SIMPLE[words]}"
    head, _, inside = words.removesuffix("]").partition("[")
    match head:
        case "list":
            return f"collection_type {{ {literal_type(inside)} }}"
        case "dict":
            return f"map_value_type {{ {literal_type(split(inside, ',')[1])} }}"
        case "file" | "directory":
            kind = "SINGLE" if head == "file" else "MULTIPART"
            return f"blob {{ format: {quote(inside)} dimensionality: {kind} }}"
        case "enum":
            return "enum_type { " + " ".join(f"values: {quote(v.strip())}" for v in inside.split(",")) + " }"
        case "dataset":
            return f"structured_dataset_type {{ format: {quote(inside)} }}"
        case "schema":
            return "schema { }"
        case _:
            raise ValueError(f"no such type: {words}")


def split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside brackets."""
    depth, parts = 0, [""]
    for character in text:
        depth += (character in "[{") - (character in "]}")
        if character == separator and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def variables(words: str) -> str:
    """The entries of a `VariableMap`, for `x: int, y: str`."""
    pairs = (entry.partition(":") for entry in split(words, ","))
    return " ".join(
        f"variables {{ key: {quote(name.strip())} value {{ type {{ {literal_type(kind)} }} }} }}"
        for name, _, kind in pairs
    )


def interface(words: str) -> str:
    """The field `interface`, for `x: int -> o0: str`."""
    inputs, _, outputs = words.partition("->")
    return f"interface {{ inputs {{ {variables(inputs)} }} outputs {{ {variables(outputs)} }} }}"


# --- bindings and nodes ---------------------------------------------------------------------------


def data(value: Value) -> str:
    """The fields of a `BindingData` for a value."""
    match value:
        case raw():
            return value.text
        case None:
            return "scalar { none_type { } }"
        case str():
            node, dot, var = value.partition(".")
            return f"promise {{ node_id: {quote(node if dot else '')} var: {quote(var if dot else node)} }}"
        case bool():
            return f"scalar {{ primitive {{ boolean: {str(value).lower()} }} }}"
        case int():
            return f"scalar {{ primitive {{ integer: {value} }} }}"
        case float():
            return f"scalar {{ primitive {{ float_value: {value} }} }}"
        case list():
            return "collection { " + " ".join(f"bindings {{ {data(v)} }}" for v in value) + " }"
        case dict():
            entries = (f"bindings {{ key: {quote(k)} value {{ {data(v)} }} }}" for k, v in value.items())
            return "map { " + " ".join(entries) + " }"


def text(value: str) -> raw:
    """A string literal."""
    return raw(f"scalar {{ primitive {{ string_value: {quote(value)} }} }}")


def promise(node: str, var: str, *path: str | int, then: str = "") -> raw:
    """A promise with an attribute path."""
    steps = (
        f"{'int' if isinstance(s, int) else 'string'}_value: {s if isinstance(s, int) else quote(s)}"
        for s in path
    )
    attributes = " ".join(f"attr_path {{ {step} }}" for step in steps)
    return raw(f"promise {{ node_id: {quote(node)} var: {quote(var)} {attributes} {then} }}")


def bind(field: str, values: Mapping[str, Value]) -> str:
    """Entries of a repeated `Binding` field."""
    return " ".join(f"{field} {{ var: {quote(k)} binding {{ {data(v)} }} }}" for k, v in values.items())


def node(id: str, target: str, /, rest: str = "", **inputs: Value) -> str:
    """The fields of a `Node`: `target` and `rest` are text format; the keywords are its inputs."""
    return f"id: {quote(id)} {target} {bind('inputs', inputs)} {rest}"


def calls(task: str) -> str:
    """A target: a task."""
    return f"task_node {{ reference_id {{ {ident('TASK', task)} }} }}"


def runs(workflow: str) -> str:
    """A target: a sub-workflow."""
    return f"workflow_node {{ sub_workflow_ref {{ {ident('WORKFLOW', workflow)} }} }}"


def launches(plan: str) -> str:
    """A target: a launch plan."""
    return f"workflow_node {{ launchplan_ref {{ {ident('LAUNCH_PLAN', plan)} }} }}"


def call(id: str, task: str, /, rest: str = "", **inputs: Value) -> str:
    """A node that runs a task."""
    return node(id, calls(task), rest, **inputs)


def array(inner: str, rest: str = "") -> str:
    """A target: an array over an inner node."""
    return f"array_node {{ node {{ {inner} }} {rest} }}"


def branch(*cases: tuple[str, str], otherwise: str = "") -> str:
    """A target: conditions with their nodes in order, and an else-node."""
    blocks = [f"condition {{ {condition} }} then_node {{ {then} }}" for condition, then in cases]
    rest = " ".join(f"other {{ {block} }}" for block in blocks[1:])
    default = (
        f"else_node {{ {otherwise} }}"
        if otherwise
        else 'error { failed_node_id: "" message: "no case applies" }'
    )
    return f"branch_node {{ if_else {{ case {{ {blocks[0]} }} {rest} {default} }} }}"


def compare(left: str, operator: str, right: str) -> str:
    """An expression: variables by name, anything with a space is the text format of an operand."""
    words = {"==": "EQ", "!=": "NEQ", ">": "GT", ">=": "GTE", "<": "LT", "<=": "LTE"}
    operands = (side if " " in side else f"var: {quote(side)}" for side in (left, right))
    left_value, right_value = (f"{{ {operand} }}" for operand in operands)
    return f"comparison {{ operator: {words[operator]} left_value {left_value} right_value {right_value} }}"


def number(value: int) -> str:
    """An operand: an integer."""
    return f"primitive {{ integer: {value} }}"


# --- definitions ----------------------------------------------------------------------------------


def case_file(kind: Kind, name: str, words: str) -> CaseFile:
    """A file that holds a message of `kind`, given in text format."""
    from google.protobuf import text_format

    message = text_format.Parse(words, message_class(kind)())
    return CaseFile(name, message.SerializeToString(deterministic=True), kind)


CONTAINER = 'container { image: "ghcr.io/flights/app:1" args: "run" }'
METADATA = 'metadata { runtime { type: FLYTE_SDK version: "1.16.0" flavor: "python" } }'


def task_template(name: str, words: str, rest: str = CONTAINER) -> str:
    """The fields of a container task's `TaskTemplate`; `rest` replaces the container."""
    return f'id {{ {ident("TASK", name)} }} type: "container" {METADATA} {interface(words)} {rest}'


def task(name: str, words: str, rest: str = CONTAINER) -> CaseFile:
    """A `TaskSpec`: a container task with an interface in words; `rest` replaces the container."""
    return case_file(Kind.TASK_SPEC, f"{name}_1.pb", f"template {{ {task_template(name, words, rest)} }}")


def task_of_type(type: str, rest: str, words: str = "->") -> CaseFile:
    """A `TaskSpec` of a type of its own, `flights.fit`; `rest` is all that follows the interface."""
    identity = f"id {{ {ident('TASK', 'flights.fit')} }}"
    template = f"{identity} type: {quote(type)} {METADATA} {interface(words)} {rest}"
    return case_file(Kind.TASK_SPEC, "flights.fit_1.pb", f"template {{ {template} }}")


def struct(value: Mapping[str, object]) -> str:
    """The fields of a `Struct`, for JSON."""
    import json

    from google.protobuf import json_format, text_format
    from google.protobuf.struct_pb2 import Struct

    return text_format.MessageToString(json_format.Parse(json.dumps(value), Struct()), as_one_line=True)


def plugin_task(type: str, custom: Mapping[str, object], version: int = 0, rest: str = CONTAINER) -> CaseFile:
    """A task whose plugin is told something: `custom` as JSON."""
    return task_of_type(type, f"task_type_version: {version} custom {{ {struct(custom)} }} {rest}")


def template(
    name: str, words: str, *nodes: str, outputs: Mapping[str, Value] | None = None, rest: str = ""
) -> str:
    """The fields of a `WorkflowTemplate`.

    Its interface in words, its nodes, what its outputs are bound to.
    """
    body = " ".join(f"nodes {{ {n} }}" for n in nodes)
    bound = bind("outputs", outputs or {})
    return f"id {{ {ident('WORKFLOW', name)} }} {interface(words)} {body} {bound} {rest}"


def workflow(
    name: str,
    words: str,
    *nodes: str,
    outputs: Mapping[str, Value] | None = None,
    rest: str = "",
    subs: tuple[str, ...] = (),
) -> CaseFile:
    """A `WorkflowSpec`; `subs` are templates of sub-workflows, `rest` further fields of the template."""
    inside = " ".join(f"sub_workflows {{ {sub} }}" for sub in subs)
    words = f"template {{ {template(name, words, *nodes, outputs=outputs, rest=rest)} }} {inside}"
    return case_file(Kind.WORKFLOW_SPEC, f"{name}_2.pb", words)


def launch_plan(name: str, workflow: str, rest: str = "", *, id: str | None = None) -> CaseFile:
    """A `LaunchPlan` of a workflow; `rest` are further fields of its spec."""
    spec = f"spec {{ workflow_id {{ {ident('WORKFLOW', workflow)} }} {rest} }}"
    identity = ident("LAUNCH_PLAN", name) if id is None else id
    return case_file(Kind.LAUNCH_PLAN, f"{name}_3.pb", f"id {{ {identity} }} {spec}")


def described(spec: CaseFile, short: str) -> CaseFile:
    """The same `TaskSpec` or `WorkflowSpec` with a short description."""
    assert spec.kind is not None
    words = f"description {{ short_description: {quote(short)} }}"
    return spec._replace(data=spec.data + case_file(spec.kind, spec.name, words).data)
