"""Cases of `rules/changes/stored.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import CONTAINER, METADATA, bad, case_file, good, ident, near
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile


def _text(value: str) -> str:
    return f'{{ string_value: "{value}" }}'


def _object(*fields: tuple[str, str]) -> str:
    inside = " ".join(f'fields {{ key: "{key}" value {value} }}' for key, value in fields)
    return f"{{ struct_value {{ {inside} }} }}"


def _dataclass(required: tuple[str, ...], optional: tuple[str, ...] = ()) -> CaseFile:
    """A task that gives objects with these properties, all of them texts."""
    properties = _object(*((name, _object(("type", _text("string")))) for name in (*required, *optional)))
    listed = "{ list_value { " + " ".join(f"values {_text(name)}" for name in required) + " } }"
    fields = (
        ("$schema", _text("http://json-schema.org/draft-07/schema#")),
        ("type", _text("object")),
        ("title", _text("Record")),
        ("properties", properties),
        ("required", listed),
    )
    metadata = " ".join(f'fields {{ key: "{key}" value {value} }}' for key, value in fields)
    return _gives(f"simple: STRUCT metadata {{ {metadata} }}")


def _dataset(*columns: str) -> CaseFile:
    inside = " ".join(f'columns {{ name: "{name}" literal_type {{ simple: STRING }} }}' for name in columns)
    return _gives(f'structured_dataset_type {{ {inside} format: "parquet" }}')


def _gives(type: str) -> CaseFile:
    words = f'interface {{ outputs {{ variables {{ key: "o0" value {{ type {{ {type} }} }} }} }} }}'
    body = f'id {{ {ident("TASK", "fit")} }} type: "container" {METADATA} {words} {CONTAINER}'
    return case_file(Kind.TASK_SPEC, "fit_1.pb", f"template {{ {body} }}")


AT = 'template.interface.outputs.variables["o0"]'

CASES = (
    bad(
        "FI950",
        "one more property that is required",
        _dataclass(("a", "b")),
        old=(_dataclass(("a",)),),
        at=AT,
    ),
    good("FI950", "the same dataclass", _dataclass(("a",)), old=(_dataclass(("a",)),)),
    near("FI950", "one more property with a default", _dataclass(("a",), ("b",)), old=(_dataclass(("a",)),)),
    bad("FI951", "one more column", _dataset("a", "b"), old=(_dataset("a"),), at=AT),
    good("FI951", "the same columns", _dataset("a"), old=(_dataset("a"),)),
    near("FI951", "the columns in another order", _dataset("b", "a"), old=(_dataset("a", "b"),)),
)
