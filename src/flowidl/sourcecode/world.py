"""The sources as a whole: modules read as imports ask for them, and the entities that they make.

`names` are the entities that a package holds or refers to. They say which modules to read, and what a
function of a module is called on the cluster.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from flowidl.sourcecode.machine import Exhausted
from flowidl.sourcecode.statements import Statements
from flowidl.sourcecode.trace import Trace
from flowidl.sourcecode.values import (
    UNKNOWN,
    Constant,
    Entity,
    External,
    Frame,
    Kind,
    Module,
    Value,
)
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.sourcecode.modules import File, Found, Library

#: Steps (expressions and statements) that reading one module or one workflow may take.
MAX_STEPS = 300_000


class Made(NamedTuple):
    """An entity that the code makes, and whether it does so for certain, exactly once."""

    entity: Entity
    certain: bool


class World:
    """Reads modules of a library, each once, and records what they make."""

    def __init__(
        self, library: Library, names: Mapping[Kind, Iterable[str]], hints: Iterable[str] = ()
    ) -> None:
        self._library = library
        self._names = {kind: frozenset(names.get(kind, ())) for kind in Kind}
        self._located = library.locate(_modules(self._names.values(), hints))
        self._called: defaultdict[str, list[str]] = defaultdict(list)
        for name, found in self._located.items():
            self._called[found.file.path].append(name)
        self._modules: dict[tuple[str, ...], Module] = {}
        self._roots: dict[int, Found] = {}
        self._steps = MAX_STEPS
        self._regions = 0
        #: The trace of each module's own code.
        self.traces: list[tuple[Trace, int | None]] = []
        self.entities: list[Made] = []
        self.rehearsing = False

    # What machines ask.

    def spend(self) -> None:
        """Count a step. Raises `Exhausted` if there are none left."""
        self._steps -= 1
        if self._steps < 0:
            raise Exhausted

    def refill(self) -> None:
        """Let another piece of code be read."""
        self._steps = MAX_STEPS

    def new_region(self) -> int:
        """Return a number for a region of code that no other has."""
        self._regions += 1
        return self._regions

    def made(self, entity: Entity, region: int) -> None:
        """Record an entity that the code makes."""
        if not self.rehearsing:
            self.entities.append(Made(entity, region == 0))

    def has(self, kind: Kind, name: str) -> bool:
        """Tell whether the package holds or refers to an entity."""
        return name in self._names[kind]

    def all_names(self, kind: Kind) -> frozenset[str]:
        """Return the names of the package's entities of a kind."""
        return self._names[kind]

    def names(self, kind: Kind, module: Module, short: str) -> list[str]:
        """Return the names that the package may have for a function of a module."""
        path = module.text.path if module.text is not None else ""
        full = [f"{name}.{short}" for name in self._called.get(path, ())]
        return [name for name in full if name in self._names[kind]]

    def foreign_entity(self, name: str) -> Entity | None:
        """Return the entity of a dotted name that is not among the sources, if the package knows it."""
        kind = next((kind for kind in Kind if name in self._names[kind]), None)
        return None if kind is None else Entity(kind, {name}, None)

    @property
    def knows_any(self) -> bool:
        """Tell whether any of the modules that names speak of was found."""
        return bool(self._located)

    # Modules.

    def read_all(self) -> None:
        """Read every module that the package's entities name."""
        for name in sorted(self._located):
            self._load(self._located[name].file, self._located[name])

    def read_neighbours(self) -> None:
        """Read the other modules of the packages that were read: packaging loads them as well."""
        tops = {found.file.parts[: max(1, len(found.root) + 1)] for found in self._located.values()}
        for file in self._library.files:
            for top in tops:
                if file.parts[: len(top)] == top and self._library.at(file.parts) is file:
                    self._load(file, None)

    def imported(self, name: str, importer: Module) -> Value:
        """Return what `import name` stands for in a module: the innermost module of a dotted name."""
        parts = tuple(name.split("."))
        for place in self._places(parts, importer):
            if (module := self._at(place)) is not None:
                return module
        located = self._located.get(name)
        return External(name) if located is None else self._load(located.file, located)

    def source_of(self, name: str, level: int, importer: Module) -> Value:
        """Return the module that `from name import ...` reads from, `level` counting its leading dots."""
        if level == 0:
            return self.imported(name, importer)
        base = importer.file_parts if importer.is_package else importer.file_parts[:-1]
        up = level - 1
        if up > len(base):
            return UNKNOWN
        parts = (*base[: len(base) - up], *(name.split(".") if name else ()))
        module = self._at(parts)
        return UNKNOWN if module is None else module

    def member(self, source: Value, name: str) -> Value:
        """Return a name of a module, or the module of that name below it."""
        if isinstance(source, External):
            return External(f"{source.name}.{name}")
        if not isinstance(source, Module):
            return UNKNOWN
        if name in source.names:
            return source.names[name]
        below = self._at((*source.file_parts, name)) if source.is_package else None
        return UNKNOWN if below is None else below

    def _places(self, parts: tuple[str, ...], importer: Module) -> Iterable[tuple[str, ...]]:
        """Return the paths at which a module may be, the likely ones first."""
        found = self._roots.get(id(importer))
        roots = [found.root] if found is not None else []
        roots += [importer.file_parts[:-1]] if not roots else []
        roots += sorted({known.root for known in self._located.values()})
        for root in roots:
            if root[:1] == ("..",):
                if parts[: len(root)] == self._outside(root):
                    yield parts[len(root) :]
            else:
                yield root + parts
        yield importer.file_parts[:-1] + parts

    def _outside(self, root: tuple[str, ...]) -> tuple[str, ...]:
        """Return the part of the modules' names that lies outside the library."""
        name = next(name for name, found in self._located.items() if found.root == root)
        return tuple(name.split("."))[: len(root)]

    def _at(self, parts: tuple[str, ...]) -> Module | None:
        file = self._library.at(parts)
        if file is not None:
            return self._load(file, None)
        if parts not in self._modules and self._library.is_folder(parts):
            self._modules[parts] = Module(".".join(parts), None, parts, True)
        return self._modules.get(parts)

    def _load(self, file: File, found: Found | None) -> Module:
        if file.parts in self._modules and self._modules[file.parts].text is not None:
            return self._modules[file.parts]
        text = file.text
        names = self._called.get(file.path) or [".".join(file.parts)]
        module = Module(names[0], text, file.parts, file.is_package)
        self._modules[file.parts] = module
        if found is None and file.path in self._called:
            found = self._located[self._called[file.path][0]]
        if found is not None:
            self._roots[id(module)] = found
        module.names["__name__"] = Constant(module.name)
        if text is not None:
            self._run(module)
        return module

    def _run(self, module: Module) -> None:
        frame = Frame(module, module.names, None, compiling=False)
        machine = Statements(self, frame)
        steps, self._steps = self._steps, MAX_STEPS
        rehearsing, self.rehearsing = self.rehearsing, False
        try:
            if module.text is not None:
                machine.execute(module.text.tree.body)
        except (Exhausted, RecursionError):
            machine.state = None
        finally:
            self._steps, self.rehearsing = steps, rehearsing
        self.traces.append((machine.trace, machine.state))


def _modules(names: Iterable[Iterable[str]], hints: Iterable[str]) -> dict[str, list[str]]:
    """Return the modules that entities' names speak of, with the short names in each."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group in names:
        for name in group:
            module, _, short = name.rpartition(".")
            if module:
                found[module].append(short)
    for hint in hints:
        found[hint]
    return dict(found)
