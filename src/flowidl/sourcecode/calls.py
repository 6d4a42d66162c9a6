"""Reading calls: of functions and classes of the sources, of Python's own, of Flyte's, and of others'.

A function of the sources is read with its arguments wherever it is called, so what helpers make is seen as
often as they make it. What is not among the sources makes no node if it belongs to Python; anything else may
run entities that the sources do not define, and the functions that are passed to it.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from flowidl.sourcecode.builtin_calls import call_builtin, call_method
from flowidl.sourcecode.expressions import Expressions
from flowidl.sourcecode.flyte_calls import call_flyte, call_flyte_method, entity_event, is_flyte, make_entity
from flowidl.sourcecode.machine import MAX_DEPTH
from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Argument,
    Arguments,
    Bound,
    Choice,
    Class,
    Constant,
    Decorator,
    Descriptor,
    Entity,
    External,
    Frame,
    Function,
    Generator,
    Instance,
    Items,
    Kind,
    MapTask,
    Method,
    Partial,
    Promise,
    Site,
    Super,
    Table,
    Value,
    either,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Calls(Expressions):
    """The part of a machine that reads calls."""

    def _read_Call(self, node: ast.Call) -> Value:  # noqa: N802 - named after the tree's classes
        callee = self.evaluate(node.func)
        given = self._arguments(node)
        if isinstance(callee, External) and callee.name == "builtins.super":
            return self._super(given)
        return self.call(callee, given, self.site(node))

    def _arguments(self, node: ast.Call) -> Arguments:
        given = Arguments()
        parts: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
        # in the order of the text, which is the order of evaluation
        parts.sort(key=lambda part: (part.lineno, part.col_offset))
        for part in parts:
            if isinstance(part, ast.Starred):
                items = self.iterate(self.evaluate(part.value))
                given.open = given.open or items is None
                given.positional.extend(Argument(item, self.site(part)) for item in items or ())
            elif not isinstance(part, ast.keyword):
                value = self.evaluate(part)
                if not given.open:
                    given.positional.append(Argument(value, self.site(part)))
            elif part.arg is not None:
                given.keywords[part.arg] = Argument(self.evaluate(part.value), self.site(part.value))
            else:
                self._spread(given, self.evaluate(part.value))
        return given

    def _spread(self, given: Arguments, value: Value) -> None:
        if not isinstance(value, Table) or value.entries is None:
            given.open = True
            return
        for key, item in value.entries.items():
            if isinstance(key, str):
                given.keywords[key] = Argument(item, value.sites.get(key))

    def _super(self, given: Arguments) -> Value:
        named = [argument.value for argument in given.positional]
        cls, owner = (named[0], named[1]) if len(named) == 2 else self.frame.self_class or (UNKNOWN, UNKNOWN)
        of = owner.of if isinstance(owner, Instance) else owner
        lineage = of.lineage() if isinstance(of, Class) else []
        return Super(lineage[lineage.index(cls) + 1 :], owner) if cls in lineage else UNKNOWN

    # What can be called.

    def call(self, callee: Value, given: Arguments, site: Site | None) -> Value:
        """Return what a call gives, having written down the nodes that it makes."""
        self.world.spend()
        if self.state is None:
            return UNKNOWN
        if isinstance(callee, Choice):
            ways = [self._way(option, given, site) for option in callee.options]
            return self.fork(*ways)
        if isinstance(callee, Function):
            return self.run(callee, given)
        if isinstance(callee, Entity | MapTask):
            return entity_event(self, callee, given, site)
        if isinstance(callee, External):
            return self._external(callee, given, site)
        if isinstance(callee, Bound):
            return self.call(callee.callee, given.with_first(callee.first), site)
        if isinstance(callee, Partial):
            return self.call(callee.callee, _with_partial(callee.given, given), site)
        if isinstance(callee, Decorator):
            return self._decorator(callee, given, site)
        if isinstance(callee, Class):
            return self._instantiate(callee, given, site)
        return self._other(callee, given, site)

    def _other(self, callee: Value, given: Arguments, site: Site | None) -> Value:
        if isinstance(callee, Method) and isinstance(callee.of, Super):
            return self._super_made(callee.of, given, site)
        if isinstance(callee, Method):
            flyte = call_flyte_method(self, callee, given, site)
            return call_method(self, callee, given) if flyte is None else flyte
        if isinstance(callee, Instance):
            if callee.entity is not None:
                return entity_event(self, callee.entity, given, site)
            method = self.attribute(callee, "__call__")
            return UNKNOWN if isinstance(method, Instance) else self.call(method, given, site)
        if isinstance(callee, Descriptor):
            return self.call(callee.value, given, site)
        if not isinstance(callee, Constant | Promise | Items | Table):
            self._consume(given)
            self.anything()
        return UNKNOWN

    def _super_made(self, behind: Super, given: Arguments, site: Site | None) -> Value:
        """Let the initializer of a foreign class make the task that an object is."""
        base = next((base for base in behind.behind if isinstance(base, External)), None)
        if base is not None and isinstance(behind.owner, Instance):
            behind.owner.entity = self.named_task(base, given, site) or behind.owner.entity
        return NONE

    def _way(self, option: Value, given: Arguments, site: Site | None) -> Callable[[], Value]:
        return lambda: self.call(option, given, site)

    def _external(self, callee: External, given: Arguments, site: Site | None) -> Value:
        if (entity := self.world.foreign_entity(callee.name)) is not None:
            return entity_event(self, entity, given, site)
        if callee.top == "builtins":
            return call_builtin(self, callee, given, site)
        if is_flyte(callee):
            return call_flyte(self, callee, given, site)
        if (entity := self.named_task(callee, given, site)) is not None:
            return entity
        if callee.name in ("functools.partial", "functools.partialmethod"):
            rest = Arguments(given.positional[1:], given.keywords, given.open)
            return Partial(given.positional[0].value if given.positional else UNKNOWN, rest)
        if callee.name == "functools.wraps":
            return Decorator("wraps", given, site)
        if callee.name == "functools.update_wrapper" and len(given.positional) >= 2:
            return _wrapped(given.positional[0].value, given.positional[1].value)
        self.pass_functions(given)
        if callee.top not in sys.stdlib_module_names:
            self.anything(foreign=True)
        return External(f"{callee.name}()")

    def pass_functions(self, given: Arguments) -> None:
        """Read the functions that foreign code is given: it may call each of them, any number of times."""
        self._consume(given)
        for value in given.values():
            if isinstance(value, Function | Bound | Partial | Entity | MapTask):
                self.repeat(lambda value=value: self._called_elsewhere(value), ())  # type: ignore[misc]

    def _called_elsewhere(self, value: Value) -> None:
        self.call(value, Arguments(open=True), None)

    def _consume(self, given: Arguments) -> None:
        for value in given.values():
            if isinstance(value, Generator):
                self.comprehend(value)

    # Decorators.

    def decorated(self, decorator: Value, value: Value, site: Site | None) -> Value:
        """Return what a decorator makes of a function or class."""
        if isinstance(decorator, External) and decorator.name in (
            "builtins.property", "builtins.staticmethod", "builtins.classmethod", "functools.cached_property",
        ):  # fmt: skip
            kind = decorator.last.removeprefix("cached_")
            return Descriptor(kind, value)
        given = Arguments([Argument(value, None)])
        result = self.call(decorator, given, site)
        if isinstance(result, Function | Entity | Decorator | MapTask | Partial | Descriptor | Instance):
            return result
        if isinstance(value, Function):
            veiled = value.copied()
            veiled.veiled = True
            return veiled
        return UNKNOWN

    def _decorator(self, decorator: Decorator, given: Arguments, site: Site | None) -> Value:
        first = given.positional[0].value if given.positional else UNKNOWN
        if decorator.name == "wraps":
            wrapped = decorator.given.value(0, "wrapped")
            return _wrapped(first, UNKNOWN if wrapped is None else wrapped)
        return make_entity(self, decorator.name, first, decorator.given, decorator.site)

    # Functions and classes of the sources.

    def run(self, function: Function, given: Arguments, first: tuple[Class, Value] | None = None) -> Value:
        """Return what a call of a function of the sources gives."""
        node = function.node
        if self.depth >= MAX_DEPTH or _is_generator(node):
            self._consume(given)
            self.anything()
            return UNKNOWN
        if function.veiled:
            self.anything()
        frame = Frame(function.frame.module, {}, function.frame, self.frame.compiling)
        if function.owner is not None and given.positional:
            frame.self_class = (function.owner, given.positional[0].value)
        self._bind_parameters(node.args, function.defaults, given, frame)
        value = self._inside(frame, node)
        if function.veiled:
            self.anything()
        return value

    def _inside(self, frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
        outer = self.frame, self.returns, self.loops
        self.frame, self.returns, self.loops = frame, [], []
        self.depth += 1
        region = self.region
        try:
            if isinstance(node, ast.Lambda):
                return self.evaluate(node.body)
            self.execute(node.body)
            return self._returned()
        finally:
            self.frame, self.returns, self.loops = outer
            self.depth -= 1
            self.region = region

    def _returned(self) -> Value:
        """Go on where any of the `return`s leads, with what is one of their values."""
        ends: list[int | None] = [self.state]
        result: Value | None = None if self.state is None else NONE
        for state, value in self.returns:
            ends.append(state)
            result = value if result is None else either(result, value)
        self.join(ends)
        return UNKNOWN if result is None else result

    def _bind_parameters(
        self, parameters: ast.arguments, defaults: dict[str, Value], given: Arguments, frame: Frame
    ) -> None:
        names = [parameter.arg for parameter in (*parameters.posonlyargs, *parameters.args)]
        by_name = [*names, *(parameter.arg for parameter in parameters.kwonlyargs)]
        for name in by_name:
            frame.names[name] = UNKNOWN if given.open else defaults.get(name, UNKNOWN)
        for name, argument in zip(names, given.positional, strict=False):
            frame.names[name] = argument.value
        for name, argument in given.keywords.items():
            if name in by_name:
                frame.names[name] = argument.value
        if parameters.vararg is not None:
            extra = [argument.value for argument in given.positional[len(names) :]]
            frame.names[parameters.vararg.arg] = Items(None if given.open else extra, self.region)
        if parameters.kwarg is not None:
            rest = {name: a for name, a in given.keywords.items() if name not in by_name}
            table = Table(None if given.open else {n: a.value for n, a in rest.items()}, self.region)
            table.sites = {n: a.site for n, a in rest.items() if a.site is not None}
            frame.names[parameters.kwarg.arg] = table

    def _instantiate(self, cls: Class, given: Arguments, site: Site | None) -> Value:
        instance = Instance(cls)
        lineage = cls.lineage()
        maker = next(
            (c.names["__init__"] for c in lineage if isinstance(c, Class) and "__init__" in c.names), None
        )
        if isinstance(maker, Function):
            self.call(maker, given.with_first(instance), site)
        else:
            for name, argument in zip(cls.fields, given.positional, strict=False):
                instance.names[name] = argument.value
            instance.names.update({name: a.value for name, a in given.keywords.items()})
        if instance.entity is None:
            for base in lineage:
                if isinstance(base, External) and (entity := self.named_task(base, given, site)):
                    instance.entity = entity
        return instance

    def named_task(self, callee: External, given: Arguments, site: Site | None) -> Entity | None:
        """Return the task that a call of a foreign class makes, if it names it as the package names one."""
        if not callee.last[:1].isupper():
            return None
        for name in (given.value(None, "name"), given.value(0, "name")):
            text = text_of(name)
            if text is not None and self.world.has(Kind.TASK, text):
                entity = Entity(Kind.TASK, {text}, site)
                self.world.made(entity, self.region)
                return entity
        return None


def _wrapped(wrapper: Value, wrapped: Value) -> Value:
    """Return a function that passes for another one (`functools.wraps`)."""
    if not isinstance(wrapper, Function):
        return wrapper
    copy = wrapper.copied()
    if isinstance(wrapped, Function):
        copy.name, copy.named_in, copy.original = wrapped.name, wrapped.named_in, wrapped.original
    else:
        copy.name = None
    return copy


def _with_partial(before: Arguments, given: Arguments) -> Arguments:
    return Arguments(
        [*before.positional, *given.positional],
        before.keywords | given.keywords,
        before.open or given.open,
    )


def _is_generator(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    todo: Sequence[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    stack = list(todo)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(inner))
    return False
