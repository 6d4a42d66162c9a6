"""Types: interning, castability, printing and inference of `LiteralType`; shared by compiler and builders.

table = TypeTable()
castable(table, table.intern(given), table.intern(expected)).fits
type_text(expected)                 # list[int]
literal_type_of(table, literal)     # a Type, or None
"""

from flowidl.types.answers import Cast, Note
from flowidl.types.cast import castable
from flowidl.types.infer import infer as literal_type_of
from flowidl.types.kinds import TypeKind
from flowidl.types.printer import type_text
from flowidl.types.table import Type, TypeTable

__all__ = ["Cast", "Note", "Type", "TypeKind", "TypeTable", "castable", "literal_type_of", "type_text"]
