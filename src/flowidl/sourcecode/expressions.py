"""Reading expressions, in the order in which Python evaluates them.

The function comes before its arguments, arguments come before the call, the iterable of a comprehension
before its element, the value of an assignment before its target. What is constant is computed; what is not is
unknown, and a choice that depends on it is read both ways.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Sized
from typing import TYPE_CHECKING, Any

from flowidl.sourcecode.machine import Machine
from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Argument,
    Arguments,
    Bound,
    Choice,
    Class,
    Constant,
    Descriptor,
    Entity,
    External,
    Frame,
    Function,
    Generator,
    Instance,
    Items,
    MapTask,
    Method,
    Module,
    Promise,
    Site,
    Super,
    Table,
    Value,
    either,
    is_same,
    options,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Constants larger than this are not computed, and longer lists not followed item by item.
MAX_CONSTANT = 4096
MAX_ITEMS = 2000

_BINARY: dict[type, Callable[[Any, Any], object]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Mod: lambda a, b: a % b, ast.FloorDiv: lambda a, b: a // b, ast.Div: lambda a, b: a / b,
    ast.BitAnd: lambda a, b: a & b, ast.BitOr: lambda a, b: a | b, ast.BitXor: lambda a, b: a ^ b,
}  # fmt: skip
_COMPARED: dict[type, Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.In: lambda a, b: operator.contains(b, a),
    ast.NotIn: lambda a, b: not operator.contains(b, a),
}  # fmt: skip
_UNARY: dict[type, Callable[[Any], object]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert,
}  # fmt: skip


def computed(function: Callable[..., object], *operands: object) -> Value:
    """Return a constant that a pure function gives, `UNKNOWN` if it fails or is too large."""
    if any(_is_large(operand) for operand in operands):
        return UNKNOWN
    try:
        result = function(*operands)
    except Exception:
        return UNKNOWN
    return UNKNOWN if _is_large(result) else Constant(result)


def _is_large(value: object) -> bool:
    if isinstance(value, Sized):
        return len(value) > MAX_CONSTANT
    return isinstance(value, int) and value.bit_length() > 64


class Expressions(Machine):
    """The part of a machine that reads expressions."""

    def evaluate(self, node: ast.expr) -> Value:
        """Return what an expression stands for, having made the calls in it."""
        self.world.spend()
        if self.state is None:
            return UNKNOWN
        read = getattr(self, f"_read_{type(node).__name__}", None)
        if read is None:
            return self._read_parts(node)
        value: Value = read(node)
        return value

    def _read_parts(self, node: ast.AST) -> Value:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return UNKNOWN

    def site(self, node: ast.expr | ast.stmt | ast.keyword) -> Site | None:
        """Return the place of a part of the current module."""
        text = self.frame.module.text
        return None if text is None else Site(text, node)

    # Names and constants.

    def _read_Constant(self, node: ast.Constant) -> Value:  # noqa: N802 - named after the tree's classes
        return Constant(node.value)

    def _read_Name(self, node: ast.Name) -> Value:  # noqa: N802
        return self.lookup(node.id)

    def _read_NamedExpr(self, node: ast.NamedExpr) -> Value:  # noqa: N802
        value = self.evaluate(node.value)
        self.bind(node.target.id, value)
        return value

    def _read_Attribute(self, node: ast.Attribute) -> Value:  # noqa: N802
        return self.attribute(self.evaluate(node.value), node.attr)

    def _read_Await(self, node: ast.Await) -> Value:  # noqa: N802
        return self.evaluate(node.value)

    def _read_Starred(self, node: ast.Starred) -> Value:  # noqa: N802
        items = self.iterate(self.evaluate(node.value))
        return Items(items, self.region)

    def _read_Lambda(self, node: ast.Lambda) -> Value:  # noqa: N802
        return Function(node, "<lambda>", self.frame, self.defaults(node.args))

    def defaults(self, parameters: ast.arguments) -> dict[str, Value]:
        """Return the default values of parameters, by name."""
        by_position = [*parameters.posonlyargs, *parameters.args]
        found: dict[str, Value] = {}
        first = len(by_position) - len(parameters.defaults)
        for parameter, default in zip(by_position[first:], parameters.defaults, strict=True):
            found[parameter.arg] = self.evaluate(default)
        for parameter, optional in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
            if optional is not None:
                found[parameter.arg] = self.evaluate(optional)
        return found

    # Containers.

    def _read_List(self, node: ast.List | ast.Tuple | ast.Set) -> Value:  # noqa: N802
        items: list[Value] | None = []
        for element in node.elts:
            value = self.evaluate(element)
            if isinstance(element, ast.Starred):
                spread = value.items if isinstance(value, Items) else None
                items = None if items is None or spread is None else items + spread
            elif items is not None:
                items.append(value)
        return Items(items, self.region)

    _read_Tuple = _read_List  # noqa: N815
    _read_Set = _read_List  # noqa: N815

    def _read_Dict(self, node: ast.Dict) -> Value:  # noqa: N802
        entries: dict[object, Value] | None = {}
        table = Table({}, self.region)
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            key = None if key_node is None else self.evaluate(key_node)
            value = self.evaluate(value_node)
            if entries is None:
                continue
            if key is None:
                spread = value.entries if isinstance(value, Table) else None
                entries = None if spread is None else entries | spread
            elif isinstance(key, Constant) and _is_hashable(key.value):
                entries[key.value] = value
                if site := self.site(value_node):
                    table.sites[key.value] = site
            else:
                entries = None
        table.entries = entries
        return table

    def _read_Subscript(self, node: ast.Subscript) -> Value:  # noqa: N802
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._sliced(value, node.slice)
        return self.item(value, self.evaluate(node.slice))

    def _sliced(self, value: Value, part: ast.Slice) -> Value:
        bounds = [None if b is None else self.evaluate(b) for b in (part.lower, part.upper, part.step)]
        given = [b.value if isinstance(b, Constant) else b for b in bounds]
        known = [b if isinstance(b, int) else None for b in given]
        if known != given or known[2] == 0:
            return UNKNOWN
        cut = slice(*known)
        if isinstance(value, Items) and value.items is not None:
            return Items(value.items[cut], self.region)
        if isinstance(value, Constant) and isinstance(value.value, str | bytes):
            return Constant(value.value[cut])
        return value if isinstance(value, Promise) else UNKNOWN

    def item(self, value: Value, key: Value) -> Value:
        """Return an item of a container."""
        if isinstance(value, Promise):
            return value
        if isinstance(value, Method) and value.name in ("inputs", "outputs"):
            of = value.of
            return Promise(None, _name(key)) if isinstance(of, Entity) else of
        if isinstance(value, External):
            return External(f"{value.name}[]")
        if not isinstance(key, Constant):
            return UNKNOWN
        if isinstance(value, Items) and value.items is not None and isinstance(key.value, int):
            inside = -len(value.items) <= key.value < len(value.items)
            return value.items[key.value] if inside else UNKNOWN
        if isinstance(value, Table) and value.entries is not None and _is_hashable(key.value):
            return value.entries.get(key.value, UNKNOWN)
        if isinstance(value, Constant):
            return computed(operator.getitem, value.value, key.value)
        return UNKNOWN

    # Operators.

    def _read_BinOp(self, node: ast.BinOp) -> Value:  # noqa: N802
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return self.combined(node.op, left, right)

    def combined(self, op: ast.operator, left: Value, right: Value) -> Value:
        """Return what an operator gives."""
        if isinstance(op, ast.RShift | ast.LShift) and not isinstance(left, Constant):
            return right if isinstance(op, ast.RShift) else left
        if isinstance(op, ast.Add) and isinstance(left, Items) and isinstance(right, Items):
            known = left.items is not None and right.items is not None
            return Items((left.items or []) + (right.items or []) if known else None, self.region)
        if isinstance(op, ast.BitOr) and isinstance(left, Table) and isinstance(right, Table):
            known = left.entries is not None and right.entries is not None
            return Table((left.entries or {}) | (right.entries or {}) if known else None, self.region)
        if isinstance(op, ast.Mult) and isinstance(left, Items) and isinstance(right, Constant):
            times = right.value
            if left.items is not None and isinstance(times, int) and len(left.items) * times <= MAX_ITEMS:
                return Items(left.items * times, self.region)
        if isinstance(left, Constant) and isinstance(right, Constant) and type(op) in _BINARY:
            if isinstance(op, ast.Mult) and not _is_small_product(left.value, right.value):
                return UNKNOWN
            if isinstance(op, ast.Mod) and isinstance(left.value, str | bytes):
                return UNKNOWN if "*" in str(left.value) else computed(operator.mod, left.value, right.value)
            return computed(_BINARY[type(op)], left.value, right.value)
        return UNKNOWN

    def _read_UnaryOp(self, node: ast.UnaryOp) -> Value:  # noqa: N802
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return UNKNOWN if known is None else Constant(not known)
        if isinstance(value, Constant):
            return computed(_UNARY[type(node.op)], value.value)
        return UNKNOWN

    def _read_BoolOp(self, node: ast.BoolOp) -> Value:  # noqa: N802
        return self._bool_tail(node.values, isinstance(node.op, ast.And))

    def _bool_tail(self, values: Sequence[ast.expr], is_and: bool) -> Value:
        value = self.evaluate(values[0])
        if len(values) == 1:
            return value
        known = truth(value)
        if known is None:
            return self.fork(lambda: value, lambda: self._bool_tail(values[1:], is_and))
        return self._bool_tail(values[1:], is_and) if known == is_and else value

    def _read_Compare(self, node: ast.Compare) -> Value:  # noqa: N802
        left = self.evaluate(node.left)
        result: Value = Constant(True)
        for op, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(right_node)
            outcome = _compared(op, left, right)
            if truth(outcome) is False:
                return outcome
            result = outcome if is_same(result, Constant(True)) else UNKNOWN
            left = right
        return result

    def _read_IfExp(self, node: ast.IfExp) -> Value:  # noqa: N802
        known = truth(self.evaluate(node.test))
        if known is None:
            return self.fork(lambda: self.evaluate(node.body), lambda: self.evaluate(node.orelse))
        return self.evaluate(node.body if known else node.orelse)

    # Text.

    def _read_JoinedStr(self, node: ast.JoinedStr) -> Value:  # noqa: N802
        parts = [self.evaluate(value) for value in node.values]
        if not all(isinstance(part, Constant) and isinstance(part.value, str) for part in parts):
            return UNKNOWN
        return Constant("".join(str(part.value) for part in parts if isinstance(part, Constant)))

    def _read_FormattedValue(self, node: ast.FormattedValue) -> Value:  # noqa: N802
        value = self.evaluate(node.value)
        spec = Constant("") if node.format_spec is None else self.evaluate(node.format_spec)
        if not (isinstance(value, Constant) and isinstance(spec, Constant)) or node.conversion != -1:
            return UNKNOWN
        if not isinstance(value.value, str | int | float | bool) or len(str(spec.value)) > 4:
            return UNKNOWN
        return computed(format, value.value, spec.value)

    # Comprehensions.

    def _read_ListComp(self, node: ast.ListComp | ast.SetComp) -> Value:  # noqa: N802
        return Items(self._gathered(node.generators, node.elt, self.frame), self.region)

    _read_SetComp = _read_ListComp  # noqa: N815

    def _read_DictComp(self, node: ast.DictComp) -> Value:  # noqa: N802
        pair = ast.copy_location(ast.Tuple(elts=[node.key, node.value], ctx=ast.Load()), node)
        pairs = self._gathered(node.generators, pair, self.frame)
        entries: dict[object, Value] | None = {}
        for item in pairs or ():
            key = item.items[0] if isinstance(item, Items) and item.items else UNKNOWN
            if entries is None or not isinstance(key, Constant) or not _is_hashable(key.value):
                entries = None
            elif isinstance(item, Items) and item.items:
                entries[key.value] = item.items[1]
        return Table(None if pairs is None else entries, self.region)

    def _read_GeneratorExp(self, node: ast.GeneratorExp) -> Value:  # noqa: N802
        return Generator(node, self.frame)

    def comprehend(self, generator: Generator) -> list[Value] | None:
        """Return what a generator yields, having made its calls."""
        if generator.node is not None and generator.frame is not None:
            return self._gathered(generator.node.generators, generator.node.elt, generator.frame)
        columns = [self.iterate(column) for column in generator.over]
        known = [column for column in columns if column is not None]
        if len(known) < len(columns) or not columns:
            self.repeat(lambda: self._map_unknown(generator.callee, len(columns)), ())
            return None
        return [self._mapped(generator.callee, list(row)) for row in zip(*known, strict=False)]

    def _map_unknown(self, callee: Value, number: int) -> None:
        self._mapped(callee, [UNKNOWN] * number)

    def _mapped(self, callee: Value, row: list[Value]) -> Value:
        return self.call(callee, Arguments([Argument(value, None) for value in row]), None)

    def _gathered(
        self, clauses: Sequence[ast.comprehension], element: ast.expr, around: Frame
    ) -> list[Value] | None:
        """Return the elements of a comprehension, `None` if not all are known."""
        outer = self.frame
        self.frame = Frame(around.module, {}, around, around.compiling)
        self.frame.elsewhere = _walrus_targets(element, clauses, around)
        found: list[Value] = []
        try:
            known = self._clause(list(clauses), element, found)
        finally:
            self.frame = outer
        return found if known else None

    def _clause(self, clauses: list[ast.comprehension], element: ast.expr, found: list[Value]) -> bool:
        if not clauses:
            found.append(self.evaluate(element))
            return True
        first, rest = clauses[0], clauses[1:]
        items = self.iterate(self.evaluate(first.iter))
        if items is None or len(items) > MAX_ITEMS:
            self.repeat(lambda: self._one(first, rest, element, UNKNOWN), ())
            return False
        known = True
        for item in items:
            known = self._item_of(first, rest, element, found, item) and known
        return known

    def _item_of(
        self,
        first: ast.comprehension,
        rest: list[ast.comprehension],
        element: ast.expr,
        found: list[Value],
        item: Value,
    ) -> bool:
        self.assign(first.target, item)
        for test in first.ifs:
            passed = truth(self.evaluate(test))
            if passed is None:
                self.fork(lambda: NONE, lambda: self._rest(rest, element))
                return False
            if not passed:
                return True
        return self._clause(rest, element, found)

    def _rest(self, rest: list[ast.comprehension], element: ast.expr) -> Value:
        self._clause(rest, element, [])
        return NONE

    def _one(
        self, first: ast.comprehension, rest: list[ast.comprehension], element: ast.expr, item: Value
    ) -> None:
        self.assign(first.target, item)
        for test in first.ifs:
            self.evaluate(test)
        if first.ifs:
            self.fork(lambda: NONE, lambda: self._rest(rest, element))
        else:
            self._clause(rest, element, [])

    # Attributes and items.

    def iterate(self, value: Value) -> list[Value] | None:
        """Return the items of a value, `None` if they are not known."""
        if isinstance(value, Generator):
            return self.comprehend(value)
        if isinstance(value, Items):
            return None if value.items is None else list(value.items)
        if isinstance(value, Table):
            return None if value.entries is None else [Constant(key) for key in value.entries]
        if isinstance(value, Constant) and isinstance(value.value, str) and len(value.value) <= MAX_ITEMS:
            return [Constant(character) for character in value.value]
        return None

    def attribute(self, value: Value, name: str) -> Value:
        """Return an attribute of a value."""
        if isinstance(value, Choice):
            found = [self.attribute(option, name) for option in options(value)]
            result = found[0]
            for other in found[1:]:
                result = either(result, other)
            return result
        if isinstance(value, Module):
            return self.world.member(value, name)
        if isinstance(value, External):
            return External(f"{value.name}.{name}")
        if isinstance(value, Instance):
            return self._of_instance(value, name)
        if isinstance(value, Class):
            return self._of_class(value, value, name)
        if isinstance(value, Super):
            for known in value.behind:
                if isinstance(known, Class) and name in known.names:
                    return self._got(known.names[name], known, value.owner)
            return Method(value, name)
        if isinstance(value, Function) and name == "__name__":
            return UNKNOWN if value.name is None else Constant(value.name)
        if isinstance(value, Promise):
            return Method(value, name) if name in _PROMISE_METHODS else value
        if isinstance(value, Entity | MapTask) and name == "name":
            names = value.names or ()
            return Constant(next(iter(names))) if len(names) == 1 else UNKNOWN
        return UNKNOWN if value is UNKNOWN else Method(value, name)

    def _of_instance(self, value: Instance, name: str) -> Value:
        if name in value.names:
            return value.names[name]
        return self._of_class(value.of, value, name)

    def _of_class(self, cls: Class, owner: Value, name: str) -> Value:
        for known in cls.lineage():
            if isinstance(known, Class) and name in known.names:
                return self._got(known.names[name], cls, owner)
        if name == "__name__" and owner is cls:
            return Constant(cls.name)
        foreign = [base for base in cls.lineage() if isinstance(base, External)]
        if foreign:
            return External(f"{foreign[0].name}.{name}")
        return UNKNOWN

    def _got(self, found: Value, cls: Class, owner: Value) -> Value:
        is_instance = isinstance(owner, Instance)
        if isinstance(found, Descriptor):
            if found.kind == "staticmethod":
                return found.value
            if found.kind == "classmethod":
                return Bound(found.value, cls)
            return self.call(found.value, Arguments([Argument(owner, None)]), None) if is_instance else found
        return Bound(found, owner) if is_instance and isinstance(found, Function) else found


_PROMISE_METHODS = frozenset({"with_overrides", "runs_before", "outputs", "is_none", "is_true", "is_false"})


def _compared(op: ast.cmpop, left: Value, right: Value) -> Value:
    if isinstance(op, ast.Is | ast.IsNot):
        same = _identical(left, right)
        return UNKNOWN if same is None else Constant(same == isinstance(op, ast.Is))
    if isinstance(left, Constant) and type(op) in _COMPARED:
        if isinstance(right, Constant):
            return computed(_COMPARED[type(op)], left.value, right.value)
        if isinstance(op, ast.In | ast.NotIn):
            held = _constants(right)
            return UNKNOWN if held is None else Constant((left.value in held) == isinstance(op, ast.In))
    return UNKNOWN


def _identical(left: Value, right: Value) -> bool | None:
    """Tell whether two values are one object; it is known for `None` and for what can never be `None`."""
    if isinstance(left, Constant) and isinstance(right, Constant):
        singletons = (None, True, False)
        is_known = any(left.value is s for s in singletons) or any(right.value is s for s in singletons)
        return left.value is right.value if is_known else None
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Constant) and one.value is None:
            sure = Items | Table | Function | Entity | Class | Module | MapTask | Instance
            is_promise = isinstance(other, Promise) and other.event is not None
            return False if is_promise or isinstance(other, sure) else None
    return None


def _constants(value: Value) -> list[object] | None:
    if isinstance(value, Table) and value.entries is not None:
        return list(value.entries)
    if isinstance(value, Items) and value.items is not None:
        known = [item.value for item in value.items if isinstance(item, Constant)]
        return known if len(known) == len(value.items) else None
    return None


def _is_small_product(a: object, b: object) -> bool:
    for text, times in ((a, b), (b, a)):
        if isinstance(text, str | bytes):
            return isinstance(times, int) and len(text) * times <= MAX_CONSTANT
    return True


def _is_hashable(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | bytes)


def _name(key: Value) -> str | None:
    return key.value if isinstance(key, Constant) and isinstance(key.value, str) else None


def _walrus_targets(
    element: ast.expr, clauses: Sequence[ast.comprehension], around: Frame
) -> dict[str, dict[str, Value]]:
    """Return the names that `:=` inside a comprehension sets in the frame around it."""
    names = [
        inner.target.id
        for part in (element, *(test for clause in clauses for test in clause.ifs))
        for inner in ast.walk(part)
        if isinstance(inner, ast.NamedExpr)
    ]
    return dict.fromkeys(names, around.names)
