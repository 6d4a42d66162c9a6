"""A `NamedTuple` that costs next to nothing to define.

The one of `typing` compiles each annotation and a function for each class: 0.1 ms, which a program with
dozens of such classes pays at every start, whether or not it ever makes a value. This one takes a tenth of
that, and longer to make values of: right for what there are many kinds and few values of. Type checkers are
to see the one of `typing`:

    if TYPE_CHECKING:
        from typing import NamedTuple
    else:
        from flowidl.quick import NamedTuple
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing import Self


class NamedTuple(tuple[Any, ...]):
    """A tuple whose elements have the names, order and defaults that its class annotates."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _field_defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._fields = tuple(cls.__annotations__)
        cls._field_defaults = {name: vars(cls)[name] for name in cls._fields if name in vars(cls)}
        for position, name in enumerate(cls._fields):
            setattr(cls, name, property(itemgetter(position)))

    def __new__(cls, *values: Any, **named: Any) -> Self:  # noqa: D102 - made like any other tuple
        names = cls._fields
        if named or len(values) != len(names):
            first = dict(zip(names, values, strict=False))
            given = cls._field_defaults | first | named
            if len(first) < len(values) or given.keys() != set(names) or not first.keys().isdisjoint(named):
                raise TypeError(f"{cls.__name__} takes {', '.join(names) or 'nothing'}")
            values = tuple(given[name] for name in names)
        return super().__new__(cls, values)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({', '.join(fields)})"
