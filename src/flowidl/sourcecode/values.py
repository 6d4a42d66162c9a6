"""What names stand for while source is read without running it.

A value is as much as the text tells: a constant, a list of known items, a function with its closure, a task
or workflow (`Entity`), what a node gives (`Promise`), or `UNKNOWN`. Whatever could be one of several is a
`Choice`. Nothing here is ever run, and a value that is not certain never looks as if it were.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from flowidl.sourcecode.text import SourceText


class Site(NamedTuple):
    """A part of a source file."""

    text: SourceText
    node: ast.expr | ast.stmt | ast.keyword


class Value:
    """What a name may stand for."""

    __slots__ = ()


class Unknown(Value):
    """Anything at all."""

    __slots__ = ()


UNKNOWN = Unknown()


class Constant(Value):
    """A plain Python value: text, number, boolean, bytes, `None`."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


NONE = Constant(None)


class Items(Value):
    """A list, tuple or set. `items` is `None` where they are not known. `region` is where it was made."""

    __slots__ = ("items", "region")

    def __init__(self, items: list[Value] | None, region: int = 0) -> None:
        self.items = items
        self.region = region


class Table(Value):
    """A mapping with constant keys. `entries` is `None` where they are not known."""

    __slots__ = ("entries", "region", "sites")

    def __init__(self, entries: dict[object, Value] | None, region: int = 0) -> None:
        self.entries = entries
        self.region = region
        self.sites: dict[object, Site] = {}


class Choice(Value):
    """One of several values."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options


class External(Value):
    """Something of a module that is not among the sources, by its dotted name (`flytekit.task`)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def top(self) -> str:
        """The name of the outermost package."""
        return self.name.partition(".")[0]

    @property
    def last(self) -> str:
        """The name's last part."""
        return self.name.rpartition(".")[2]


class Module(Value):
    """A module of the sources; `names` grows while it is read."""

    __slots__ = ("file_parts", "is_package", "name", "names", "text")

    def __init__(
        self, name: str, text: SourceText | None, file_parts: tuple[str, ...], is_package: bool
    ) -> None:
        self.name = name
        self.text = text
        self.file_parts = file_parts
        self.is_package = is_package
        self.names: dict[str, Value] = {}


class Frame:
    """The names that a piece of code sees: its own, those around it, those of its module."""

    __slots__ = ("compiling", "elsewhere", "enclosing", "module", "names", "self_class")

    def __init__(
        self, module: Module, names: dict[str, Value], enclosing: Frame | None, compiling: bool
    ) -> None:
        self.module = module
        self.names = names
        self.enclosing = enclosing
        self.compiling = compiling
        #: Names that `global` and `nonlocal` send elsewhere, with the table that they are in.
        self.elsewhere: dict[str, dict[str, Value]] = {}
        self.self_class: tuple[Class, Value] | None = None


class Function(Value):
    """A function of the sources with the frame it was made in. `name` may be set by the code; `None` unknown.

    `original` is the function that it stands for (`functools.wraps`). A `veiled` one went through something
    that is not known, which may make nodes of its own.
    """

    __slots__ = ("defaults", "frame", "name", "named_in", "node", "original", "owner", "veiled")

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        name: str | None,
        frame: Frame,
        defaults: dict[str, Value],
    ) -> None:
        self.node = node
        self.name = name
        self.frame = frame
        self.defaults = defaults
        self.named_in = frame.module
        self.original: Function = self
        self.veiled = False
        self.owner: Class | None = None

    def copied(self) -> Function:
        """Return an equal function that can be changed."""
        copy = Function(self.node, self.name, self.frame, self.defaults)
        copy.named_in, copy.original, copy.veiled = self.named_in, self.original, self.veiled
        copy.owner = self.owner
        return copy


class Bound(Value):
    """A function or other callable together with its first argument."""

    __slots__ = ("callee", "first")

    def __init__(self, callee: Value, first: Value) -> None:
        self.callee = callee
        self.first = first


class Descriptor(Value):
    """What `property`, `staticmethod` and `classmethod` make of a function."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Value) -> None:
        self.kind = kind
        self.value = value


class Class(Value):
    """A class of the sources."""

    __slots__ = ("bases", "fields", "module", "name", "names")

    def __init__(self, name: str, module: Module, names: dict[str, Value], bases: tuple[Value, ...]) -> None:
        self.name = name
        self.module = module
        self.names = names
        self.bases = bases
        #: Names with an annotation, in order: the parameters of a data class.
        self.fields: list[str] = []

    def lineage(self) -> list[Value]:
        """Return this class and those that it derives from, nearest first; outermost ones may be foreign."""
        found: list[Value] = [self]
        for base in self.bases:
            found.extend(
                known
                for known in (base.lineage() if isinstance(base, Class) else [base])
                if known not in found
            )
        return found


class Instance(Value):
    """An object of a class of the sources. `entity` is the task that it is, if it is one."""

    __slots__ = ("entity", "made", "names", "of")

    def __init__(self, of: Class) -> None:
        self.of = of
        self.names: dict[str, Value] = {}
        self.entity: Entity | None = None


class Super(Value):
    """`super()`: an object as the classes see it that come behind the current one in its lineage."""

    __slots__ = ("behind", "owner")

    def __init__(self, behind: list[Value], owner: Value) -> None:
        self.behind = behind
        self.owner = owner


class Kind(enum.Enum):
    """The kinds of entity that a package holds."""

    TASK = "task"
    WORKFLOW = "workflow"
    LAUNCH_PLAN = "launch_plan"


class Entity(Value):
    """A task, workflow or launch plan that the code makes.

    `names` are those of the package's entities that it can be; `None` if its name is not known. `function` is
    what it runs. `handler` is where its failure node comes from. An `imperative` workflow has no function: it
    owns the events that its methods make.
    """

    __slots__ = ("certain", "fixed", "function", "handler", "imperative", "kind", "names", "site")

    def __init__(
        self,
        kind: Kind,
        names: Iterable[str] | None,
        site: Site | None,
        function: Function | None = None,
    ) -> None:
        self.kind = kind
        self.names = None if names is None else frozenset(names)
        self.site = site
        self.function = function
        self.handler: Site | None = None
        self.imperative = False
        self.certain = True
        #: Whether inputs may be bound that no call names, or left out that one does.
        self.fixed = False


class MapTask(Value):
    """What `map_task(...)` makes: a target, the arguments of a `partial`, and how many may run or fail."""

    __slots__ = ("bound", "names", "site", "target")

    def __init__(self, target: Value, bound: dict[str, Argument], site: Site | None) -> None:
        self.target = target
        self.bound = bound
        self.site = site
        #: Names of tasks of the package that this can be.
        self.names: frozenset[str] = frozenset()


class Partial(Value):
    """`functools.partial`: a callable with some of its arguments."""

    __slots__ = ("callee", "given")

    def __init__(self, callee: Value, given: Arguments) -> None:
        self.callee = callee
        self.given = given


class Decorator(Value):
    """`task(...)`, `workflow(...)` without a function: what will make an entity of one."""

    __slots__ = ("given", "name", "site")

    def __init__(self, name: str, given: Arguments, site: Site | None) -> None:
        self.name = name
        self.given = given
        self.site = site


class Generator(Value):
    """A generator expression, or `map(...)`: its calls happen when somebody asks for its items."""

    __slots__ = ("callee", "frame", "node", "over")

    def __init__(
        self,
        node: ast.GeneratorExp | None,
        frame: Frame | None,
        callee: Value = UNKNOWN,
        over: tuple[Value, ...] = (),
    ) -> None:
        self.node = node
        self.frame = frame
        self.callee = callee
        self.over = over


class Promise(Value):
    """What a node gives. Without an event it is an input of the workflow, or what nobody knows the maker of.

    `source` is the workflow input's name.
    """

    __slots__ = ("event", "source")

    def __init__(self, event: Event | None, source: str | None = None) -> None:
        self.event = event
        self.source = source


class Method(Value):
    """A method of something that the text knows more about than its class: `chain.then`, `items.append`."""

    __slots__ = ("name", "of")

    def __init__(self, of: Value, name: str) -> None:
        self.of = of
        self.name = name


class Chain(Value):
    """A conditional that is being written: what its cases give, and whether its last one has begun."""

    __slots__ = ("begin", "cases", "closing", "fails", "name")

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.cases: list[Value] = []
        self.closing = False
        self.fails = False


class Argument(NamedTuple):
    """An argument of a call: its value, and the place of its text, if it has one of its own."""

    value: Value
    site: Site | None


class Arguments:
    """The arguments of a call. It is `open` where more may be given than the text tells."""

    __slots__ = ("keywords", "open", "positional")

    def __init__(
        self,
        positional: Iterable[Argument] = (),
        keywords: dict[str, Argument] | None = None,
        open: bool = False,
    ) -> None:
        self.positional = list(positional)
        self.keywords = dict(keywords or {})
        self.open = open

    def value(self, position: int | None, name: str) -> Value | None:
        """Return an argument that may be given by position or by name; `None` if it is not given."""
        if name in self.keywords:
            return self.keywords[name].value
        if position is not None and position < len(self.positional):
            return self.positional[position].value
        return UNKNOWN if self.open else None

    def values(self) -> list[Value]:
        """Return every value that is given."""
        return [*(a.value for a in self.positional), *(a.value for a in self.keywords.values())]

    def with_first(self, value: Value) -> Arguments:
        """Return these arguments behind another one."""
        return Arguments([Argument(value, None), *self.positional], self.keywords, self.open)


class EventKind(enum.Enum):
    """What makes a node. `ANYTHING` stands for code that cannot be read and may make any number of them."""

    CALL = "call"
    APPROVE = "approve"
    SIGNAL = "signal"
    SLEEP = "sleep"
    BRANCH = "branch"
    ANYTHING = "anything"


class Event:
    """A call that makes a node, or may.

    `owner` is the imperative workflow that the node goes to, `None` for the one that is being compiled.
    `name` is what the code calls it, where it says so; `node_id` an id that it sets. `cases` are the values
    of a conditional's branches, `foreign` tells of code that can only run what the sources do not define.
    """

    __slots__ = (
        "arguments", "cases", "fails", "foreign", "kind", "name", "node_id", "open", "owner", "region",
        "site", "target",
    )  # fmt: skip

    def __init__(self, kind: EventKind, site: Site | None, target: Value = UNKNOWN) -> None:
        self.kind = kind
        self.site = site
        self.target = target
        self.arguments: dict[str, Argument] = {}
        self.open = False
        self.owner: Entity | None = None
        self.name: str | None = None
        self.node_id: str | None = None
        self.cases: list[Value] = []
        self.fails = False
        self.foreign = False
        self.region = 0


def is_same(a: Value, b: Value) -> bool:
    """Tell whether two values are known to be one."""
    if a is b:
        return True
    if isinstance(a, Constant) and isinstance(b, Constant):
        return type(a.value) is type(b.value) and a.value == b.value
    if isinstance(a, External) and isinstance(b, External):
        return a.name == b.name
    return False


def either(a: Value, b: Value) -> Value:
    """Return what is one of two values."""
    if is_same(a, b):
        return a
    options: list[Value] = []
    for value in (a, b):
        for option in value.options if isinstance(value, Choice) else (value,):
            if not any(is_same(option, known) for known in options):
                options.append(option)
    return Choice(tuple(options)) if len(options) <= 6 else UNKNOWN


def options(value: Value) -> tuple[Value, ...]:
    """Return what a value can be."""
    return value.options if isinstance(value, Choice) else (value,)


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true, `None` if that is not known."""
    if isinstance(value, Constant):
        return bool(value.value)
    if isinstance(value, Items):
        return None if value.items is None else bool(value.items)
    if isinstance(value, Table):
        return None if value.entries is None else bool(value.entries)
    if isinstance(value, Function | Entity | Class | Module | MapTask | Partial | Bound):
        return True
    return None


def text_of(value: Value | None) -> str | None:
    """Return a constant text, or `None`."""
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None
