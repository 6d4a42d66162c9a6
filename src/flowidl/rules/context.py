"""What a rule may look at: the definitions, what reading and compiling made of them, and the options."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowidl.compiler.faults import Fact, Fault
    from flowidl.compiler.model import Model
    from flowidl.rules.options import Options
    from flowidl.source.definitions import Definition
    from flowidl.source.problems import Problem

    Facts = TypeVar("Facts", bound=Fact)
    Derived = TypeVar("Derived")


class Context:
    """Everything about one run, frozen. Rules read it and yield; they never change it."""

    __slots__ = ("_derived", "_faults", "definitions", "model", "options", "problems")

    def __init__(
        self,
        model: Model,
        options: Options,
        definitions: Sequence[Definition],
        problems: Sequence[Problem] = (),
    ) -> None:
        self.model = model
        self.options = options
        self.definitions = definitions
        self.problems = problems
        self._derived: dict[Callable[[Context], object], object] = {}
        self._faults: dict[type[Fact], list[Fault[Fact]]] = {}
        for fault in model.faults:
            self._faults.setdefault(type(fault.facts), []).append(fault)

    def faults(self, kind: type[Facts]) -> Sequence[Fault[Facts]]:
        """Return the compiler's faults of one kind, in order."""
        return self._faults.get(kind, ())  # type: ignore[return-value]  # sorted by kind above

    def once(self, make: Callable[[Context], Derived]) -> Derived:
        """Return `make(context)`, computed when it is first asked for: what several rules read."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]  # type: ignore[return-value]  # kept under the function that made it
