"""Values: what a Python annotation means as a `LiteralType`, and its values as `Literal`s and back.

    literal_type(list[int])                 the type of an annotation
    to_literal([1, 2], list[int])           a value as a literal; refused unless it is of the type
    from_literal(literal, list[int])        the value again

One table serves all three: a `Converter` for each kind of annotation. `register` adds a class of one's own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.values.annotations import converter_of
    from flowidl.values.converter import Converter
    from flowidl.values.datasets import Schema, StructuredDataset, kwtypes
    from flowidl.values.files import Directory, File
    from flowidl.values.literals import from_literal, literal, literal_map, to_literal
    from flowidl.values.markers import Exactly, HashMethod, Note
    from flowidl.values.pickles import pickling
    from flowidl.values.registry import register
    from flowidl.values.types import literal_type

#: Module -> the public names that it holds.
_HOMES = {
    "annotations": ("converter_of",),
    "converter": ("Converter",),
    "datasets": ("Schema", "StructuredDataset", "kwtypes"),
    "files": ("Directory", "File"),
    "literals": ("from_literal", "literal", "literal_map", "to_literal"),
    "markers": ("Exactly", "HashMethod", "Note"),
    "pickles": ("pickling",),
    "registry": ("register",),
    "types": ("literal_type",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Converter",
    "Directory",
    "Exactly",
    "File",
    "HashMethod",
    "Note",
    "Schema",
    "StructuredDataset",
    "converter_of",
    "from_literal",
    "kwtypes",
    "literal",
    "literal_map",
    "literal_type",
    "pickling",
    "register",
    "to_literal",
]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
