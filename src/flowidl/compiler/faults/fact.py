"""What a fault is about, as a declared class: its name is the kind of fault, its annotations what is known.

    class Cycle(Fact, code="CycleDetected"):
        ring: tuple[NodeRecord, ...]

`code` is what the reference compiler calls such a fault; kinds of our own have none. Type checkers see frozen
dataclasses. Those of the standard library compile functions for every class, 0.3 ms each, which sixty kinds
would cost at every start, whether or not anything is wrong; the few methods here serve all kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from typing import NoReturn


@dataclass_transform(frozen_default=True)
class Fact:
    """The base of all kinds of facts."""

    #: The reference compiler's code, or `None` if it has no such check.
    code: ClassVar[str | None] = None
    #: Every kind of fact by its name, in the order of declaration.
    kinds: ClassVar[dict[str, type[Fact]]] = {}
    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, code: str | None = None) -> None:
        cls.code = code
        cls._names = tuple(cls.__annotations__)
        cls.kinds[cls.__name__] = cls

    if not TYPE_CHECKING:  # a type checker derives the signature of each kind from its annotations

        def __init__(self, *values: object, **named: object) -> None:
            names = self._names
            given = dict(zip(names, values, strict=False))
            defaults = {name: vars(type(self))[name] for name in names if name in vars(type(self))}
            known = defaults | given | named
            if len(values) > len(names) or known.keys() != set(names) or given.keys() & named.keys():
                raise TypeError(f"{type(self).__name__} takes {', '.join(names) or 'nothing'}")
            self.__dict__.update(known)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"facts do not change: {type(self).__name__}.{name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"facts do not change: {type(self).__name__}.{name}")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self._names)))

    def __repr__(self) -> str:
        fields = (f"{name}={getattr(self, name)!r}" for name in self._names)
        return f"{type(self).__name__}({', '.join(fields)})"
