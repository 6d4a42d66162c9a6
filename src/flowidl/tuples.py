"""`NamedTuple` as `typing` has it, at a fraction of the cost to define.

The one of `typing` compiles each annotation, which nobody here asks for, and a constructor, which most
classes do not need in most runs: 0.15 ms a class, and a small run defines a hundred. Here the constructor is
compiled when the first value is made. Values and classes are the same otherwise: plain classes derived from
`tuple`. Type checkers see the one of `typing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    try:
        from _collections import _tuplegetter as _element
    except ImportError:  # an interpreter that is not CPython
        from operator import itemgetter

        def _element(position, text):
            """Return what reads the element at a position."""
            return property(itemgetter(position), doc=text)

    class _Defining(type):
        """Makes a plain class derived from `tuple` of a class body below `NamedTuple`."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            names = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in names if field in body}
            if tuple(defaults) != names[len(names) - len(defaults) :]:
                raise TypeError(f"{name}: fields with a default come last")
            fields = {field: _element(at, f"Element {at}") for at, field in enumerate(names)}
            own = {"__slots__": (), "_fields": names, "_field_defaults": defaults, "__match_args__": names}
            return type(name, (tuple,), _SHARED | body | fields | own)

    class NamedTuple(metaclass=_Defining):
        """The base of a class whose annotations are the elements of a tuple, by name, in order."""

    def _first(cls, /, *values, **named):
        """Compile the constructor of a class, now that it is needed, and make its first value."""
        owner = next(base for base in cls.__mro__ if "_fields" in vars(base))
        takes = "".join(f", {name}" for name in owner._fields)
        holds = "".join(f"{name}, " for name in owner._fields)
        new = eval(f"lambda _cls{takes}: _tuple(_cls, ({holds}))", {"_tuple": tuple.__new__})
        new.__name__ = "__new__"
        new.__qualname__ = f"{owner.__qualname__}.__new__"
        new.__defaults__ = tuple(owner._field_defaults.values())
        owner.__new__ = staticmethod(new)
        return new(cls, *values, **named)

    def _make(cls, values):
        """Make a value of an iterable."""
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self, /, **named):
        """Return a copy with some elements replaced."""
        made = self._make(map(named.pop, self._fields, self))
        if named:
            raise ValueError(f"Got unexpected field names: {list(named)!r}")
        return made

    def _asdict(self):
        """Return the elements by name."""
        return dict(zip(self._fields, self, strict=True))

    def _repr(self):
        """Return the call that makes the value."""
        fields = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({fields})"

    def _elements(self):
        """Return what `copy` and `pickle` make the value of."""
        return tuple(self)

    _SHARED = {
        "__new__": _first,
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
        "__repr__": _repr,
        "__getnewargs__": _elements,
    }
