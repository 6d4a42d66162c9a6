"""Values as literals, as builders offer them. They are made in `flowidl.values`."""

from flowidl.values.literals import literal, literal_map

__all__ = ["literal", "literal_map"]
