"""Reading statements: where names get their values, and which way the code goes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flowidl.sourcecode.calls import Calls
from flowidl.sourcecode.expressions import MAX_ITEMS
from flowidl.sourcecode.machine import Loop, merge
from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Bound,
    Class,
    Constant,
    Decorator,
    External,
    Frame,
    Function,
    Generator,
    Instance,
    Items,
    Module,
    Promise,
    Table,
    Value,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: A loop on a known condition is followed round by round up to this number.
MAX_ROUNDS = 500


class Statements(Calls):
    """The part of a machine that reads statements."""

    def execute(self, body: Sequence[ast.stmt]) -> None:
        """Read statements until one of them leaves."""
        for statement in body:
            if self.state is None:
                return
            self.world.spend()
            read: Callable[[ast.stmt], None] | None = getattr(self, f"_do_{type(statement).__name__}", None)
            if read is not None:
                read(statement)

    # Values.

    def _do_Expr(self, node: ast.Expr) -> None:  # noqa: N802 - named after the tree's classes
        self.evaluate(node.value)

    def _do_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)

    def _do_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def _do_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802
        old = self.evaluate(node.target) if not isinstance(node.target, ast.Subscript) else UNKNOWN
        value = self.evaluate(node.value)
        if isinstance(old, Items) and isinstance(node.op, ast.Add):
            if self.may_change(old) and old.items is not None:
                added = self.iterate(value)
                old.items = None if added is None else old.items + added
            return
        self.assign(node.target, self.combined(node.op, old, value))

    def assign(self, target: ast.expr, value: Value) -> None:
        """Let a target stand for a value."""
        if isinstance(target, ast.Name):
            self.bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value)
        elif isinstance(target, ast.Attribute):
            self._set_attribute(self.evaluate(target.value), target.attr, value)
        elif isinstance(target, ast.Subscript):
            self._set_item(target, value)

    def _unpack(self, targets: Sequence[ast.expr], value: Value) -> None:
        items = None if isinstance(value, Promise) else self.iterate(value)
        starred = next((i for i, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        if items is None or (starred is None and len(items) != len(targets)):
            for target in targets:
                self.assign(target, value if isinstance(value, Promise) else UNKNOWN)
            return
        if starred is not None:
            behind = len(targets) - starred - 1
            middle = items[starred : len(items) - behind]
            items = [
                *items[:starred],
                Items(middle, self.region),
                *(items[len(items) - behind :] if behind else ()),
            ]
        for target, item in zip(targets, items, strict=False):
            self.assign(target, item)

    def _set_attribute(self, value: Value, name: str, new: Value) -> None:
        if isinstance(value, Function) and name == "__name__":
            value.name = new.value if isinstance(new, Constant) and isinstance(new.value, str) else None
        elif isinstance(value, Instance | Class | Module):
            known = value.names.get(name)
            certain = known is None or self.region == 0
            value.names[name] = new if certain or known is None else self._maybe(known, new)

    def _maybe(self, known: Value, new: Value) -> Value:
        from flowidl.sourcecode.values import either

        return either(known, new)

    def _set_item(self, target: ast.Subscript, value: Value) -> None:
        container = self.evaluate(target.value)
        key = self.evaluate(target.slice) if not isinstance(target.slice, ast.Slice) else UNKNOWN
        if isinstance(container, External) and container.name == "builtins.globals()":
            if isinstance(key, Constant) and isinstance(key.value, str):
                self.frame.module.names[key.value] = value
            return
        if isinstance(container, Table) and self.may_change(container) and container.entries is not None:
            if isinstance(key, Constant):
                container.entries[key.value] = value
            else:
                container.entries = None
        elif isinstance(container, Items) and self.may_change(container) and container.items is not None:
            if isinstance(key, Constant) and isinstance(key.value, int):
                if -len(container.items) <= key.value < len(container.items):
                    container.items[key.value] = value
            else:
                container.items = None

    def _do_Delete(self, node: ast.Delete) -> None:  # noqa: N802
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.bind(target.id, UNKNOWN)
            elif isinstance(target, ast.Subscript):
                container = self.evaluate(target.value)
                if isinstance(container, Items):
                    container.items = None
                elif isinstance(container, Table):
                    container.entries = None

    def _do_Global(self, node: ast.Global) -> None:  # noqa: N802
        for name in node.names:
            self.frame.elsewhere[name] = self.frame.module.names

    def _do_Nonlocal(self, node: ast.Nonlocal) -> None:  # noqa: N802
        for name in node.names:
            frame = self.frame.enclosing
            while frame is not None and name not in frame.names:
                frame = frame.enclosing
            if frame is not None:
                self.frame.elsewhere[name] = frame.names

    # Definitions.

    def _do_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:  # noqa: N802
        decorators = [(self.evaluate(decorator), decorator) for decorator in node.decorator_list]
        function = Function(node, node.name, self.frame, self.defaults(node.args))
        value: Value = function
        for decorator, where in reversed(decorators):
            value = self.decorated(decorator, value, self.site(where))
        self.bind(node.name, value)

    _do_AsyncFunctionDef = _do_FunctionDef  # noqa: N815

    def _do_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        decorators = [self.evaluate(decorator) for decorator in node.decorator_list]
        bases = tuple(self.evaluate(base) for base in node.bases)
        for keyword in node.keywords:
            self.evaluate(keyword.value)
        cls = Class(node.name, self.frame.module, {}, bases)
        outer = self.frame
        # a class body sees its own names and those around it; functions in it do not see the class's
        self.frame = Frame(outer.module, cls.names, outer, outer.compiling)
        try:
            self.execute(node.body)
        finally:
            self.frame = outer
        for value in cls.names.values():
            if isinstance(value, Function) and value.frame.names is cls.names:
                value.owner, value.frame = cls, outer
        cls.fields = [
            statement.target.id
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        known = all(isinstance(decorator, External | Decorator) for decorator in decorators)
        self.bind(node.name, cls if known else UNKNOWN)

    def _do_Import(self, node: ast.Import) -> None:  # noqa: N802
        for alias in node.names:
            if alias.asname is not None:
                self.bind(alias.asname, self.world.imported(alias.name, self.frame.module))
            else:
                self.world.imported(alias.name, self.frame.module)
                top = alias.name.partition(".")[0]
                self.bind(top, self.world.imported(top, self.frame.module))

    def _do_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        source = self.world.source_of(node.module or "", node.level, self.frame.module)
        for alias in node.names:
            if alias.name != "*":
                self.bind(alias.asname or alias.name, self.world.member(source, alias.name))
            elif isinstance(source, Module):
                for name, value in _exported(source).items():
                    self.bind(name, value)

    # Ways.

    def _do_If(self, node: ast.If) -> None:  # noqa: N802
        known = truth(self.evaluate(node.test))
        if known is None:
            self.fork(lambda: self._block(node.body), lambda: self._block(node.orelse))
        else:
            self.execute(node.body if known else node.orelse)

    def _block(self, body: Sequence[ast.stmt]) -> Value:
        self.execute(body)
        return NONE

    def _do_While(self, node: ast.While) -> None:  # noqa: N802
        loop = self._enter()
        for _ in range(MAX_ROUNDS):
            known = truth(self.evaluate(node.test))
            if known is None:
                self._unknown_while(node, loop)
                return
            if not known:
                self._leave(loop, node.orelse)
                return
            self._round(node.body, loop)
            if self.state is None:
                self._leave(loop, ())
                return
        self._unknown_while(node, loop)

    def _unknown_while(self, node: ast.While, loop: Loop) -> None:
        def body() -> None:
            self._round(node.body, loop)
            self.evaluate(node.test)

        self.repeat(body, _assigned(node.body))
        self._leave(loop, node.orelse)

    def _do_For(self, node: ast.For | ast.AsyncFor) -> None:  # noqa: N802
        over = self.evaluate(node.iter)
        loop = self._enter()
        items = None
        if isinstance(over, Generator):
            self.anything()
        else:
            items = self.iterate(over)
        if items is None or len(items) > MAX_ITEMS:
            self._unknown_for(node, loop)
            return
        for item in items:
            if self.state is None:
                break
            self.assign(node.target, item)
            self._round(node.body, loop)
        self._leave(loop, node.orelse if self.state is not None else ())

    _do_AsyncFor = _do_For  # noqa: N815

    def _unknown_for(self, node: ast.For | ast.AsyncFor, loop: Loop) -> None:
        def body() -> None:
            self.assign(node.target, UNKNOWN)
            self._round(node.body, loop)

        self.repeat(body, [*_assigned(node.body), *_assigned((node,))])
        self._leave(loop, node.orelse)

    def _enter(self) -> Loop:
        loop = Loop([], [])
        self.loops.append(loop)
        return loop

    def _round(self, body: Sequence[ast.stmt], loop: Loop) -> None:
        """Read the body of a loop once; those who `continue` go on behind it."""
        self.execute(body)
        self._rejoin(loop.continued)

    def _leave(self, loop: Loop, otherwise: Sequence[ast.stmt]) -> None:
        """Go on behind a loop; those who `break` skip its `else`."""
        self.loops.remove(loop)
        self.execute(otherwise)
        self._rejoin(loop.broken)

    def _rejoin(self, ways: list[tuple[int, dict[str, Value]]]) -> None:
        if not ways:
            return
        merged = None if self.state is None else self.frame.names.copy()
        for _, names in ways:
            merged = merge(merged, names)
        self.join([self.state, *(state for state, _ in ways)])
        ways.clear()
        self.frame.names.clear()
        self.frame.names.update(merged or {})

    def _do_Break(self, node: ast.Break) -> None:  # noqa: N802
        if self.loops and self.state is not None:
            self.loops[-1].broken.append((self.state, self.frame.names.copy()))
        self.state = None

    def _do_Continue(self, node: ast.Continue) -> None:  # noqa: N802
        if self.loops and self.state is not None:
            self.loops[-1].continued.append((self.state, self.frame.names.copy()))
        self.state = None

    def _do_Return(self, node: ast.Return) -> None:  # noqa: N802
        self._return(NONE if node.value is None else self.evaluate(node.value))

    def _return(self, value: Value) -> None:
        if self.state is not None:
            self.returns.append((self.state, value))
        self.state = None

    def _do_Raise(self, node: ast.Raise) -> None:  # noqa: N802
        if node.exc is not None:
            self.evaluate(node.exc)
        self.state = None

    def _do_Assert(self, node: ast.Assert) -> None:  # noqa: N802
        self.evaluate(node.test)

    def _do_With(self, node: ast.With | ast.AsyncWith) -> None:  # noqa: N802
        for item in node.items:
            value = self.evaluate(item.context_expr)
            entered = self._entered(value)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, entered)
        self.execute(node.body)

    def _entered(self, value: Value) -> Value:
        """Return what `as` gives: what `__enter__` returns, or something of the same foreign library."""
        if isinstance(value, Instance):
            method = self.attribute(value, "__enter__")
            return self.call(method, Arguments(), None) if isinstance(method, Bound) else UNKNOWN
        return value if isinstance(value, External) else UNKNOWN

    _do_AsyncWith = _do_With  # noqa: N815

    def _do_Try(self, node: ast.Try | ast.TryStar) -> None:  # noqa: N802
        if self.state is None:
            return
        start, names = self.state, self.frame.names.copy()
        first = len(self.trace.steps)
        region = self.region
        if node.handlers and not _is_plain_import(node.body):
            self.region = self.world.new_region()
        self.execute(node.body)
        self.execute(node.orelse)
        last = len(self.trace.steps)
        ends, reached = [self.state], self.frame.names.copy()
        for handler in node.handlers:
            self._handler(handler, [start, *range(first, last)], merge(names, reached))
            reached = merge(reached, self.frame.names) if self.is_alive else reached
            ends.append(self.state)
        self.frame.names.clear()
        self.frame.names.update(reached)
        self.region = region
        self.join(ends)
        self._finally(node.finalbody)

    _do_TryStar = _do_Try  # noqa: N815

    def _handler(self, handler: ast.ExceptHandler, before: Sequence[int], names: dict[str, Value]) -> None:
        """Read a handler, which may be reached from anywhere in the body."""
        self.state = self.trace.state()
        for state in before:
            self.trace.link(state, self.state)
        self.frame.names.clear()
        self.frame.names.update(names)
        self.region = self.world.new_region()
        if handler.name:
            self.bind(handler.name, UNKNOWN)
        self.execute(handler.body)

    def _finally(self, body: Sequence[ast.stmt]) -> None:
        """Read a `finally`, also for those who leave by `return`, `break` or an exception that goes on."""
        if not body:
            return
        if self.state is None and self.returns:
            state, value = self.returns.pop()
            self.state = state
            self.execute(body)
            self._return(value)
            return
        self.execute(body)

    def _do_Match(self, node: ast.Match) -> None:  # noqa: N802
        subject = self.evaluate(node.subject)
        self._cases(subject, list(node.cases))

    def _cases(self, subject: Value, cases: list[ast.match_case]) -> Value:
        if not cases:
            return NONE
        case, rest = cases[0], cases[1:]
        known = _matches(case.pattern, subject)
        for inner in ast.walk(case.pattern):
            name = getattr(inner, "name", None)
            if isinstance(name, str):
                self.bind(name, subject if inner is case.pattern else UNKNOWN)
        if known is not False and case.guard is not None:
            passed = truth(self.evaluate(case.guard))
            known = known if passed else None if passed is None else False
        if known is None:
            return self.fork(lambda: self._block(case.body), lambda: self._cases(subject, rest))
        return self._block(case.body) if known else self._cases(subject, rest)


def _matches(pattern: ast.pattern, subject: Value) -> bool | None:
    """Tell whether a pattern takes a value, `None` if that is not known."""
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return True
    if isinstance(pattern, ast.MatchOr):
        found = [_matches(part, subject) for part in pattern.patterns]
        return True if True in found else None if None in found else False
    if not isinstance(subject, Constant):
        return None
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return bool(pattern.value.value == subject.value)
    if isinstance(pattern, ast.MatchSingleton):
        return subject.value is pattern.value
    return None


def _is_plain_import(body: Sequence[ast.stmt]) -> bool:
    return all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in body)


def _assigned(body: Sequence[ast.stmt]) -> list[str]:
    """Return the names that statements may change, without those of functions in them."""
    found: set[str] = set()
    todo: list[ast.AST] = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        todo.extend(ast.iter_child_nodes(node))
    return sorted(found)


def _exported(module: Module) -> dict[str, Value]:
    """Return what `from module import *` brings."""
    listed = module.names.get("__all__")
    if isinstance(listed, Items) and listed.items is not None:
        names = [item.value for item in listed.items if isinstance(item, Constant)]
        return {name: module.names.get(name, UNKNOWN) for name in names if isinstance(name, str)}
    return {name: value for name, value in module.names.items() if not name.startswith("_")}
