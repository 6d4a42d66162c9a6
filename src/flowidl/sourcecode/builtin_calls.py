"""Calls of Python's own functions and methods, as far as they matter for what names stand for.

None of them makes a node, but for those that call what they are given or ask a generator for its items.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, cast

from flowidl.sourcecode.expressions import MAX_ITEMS, computed
from flowidl.sourcecode.values import (
    NONE,
    UNKNOWN,
    Class,
    Constant,
    External,
    Generator,
    Instance,
    Items,
    Module,
    Promise,
    Table,
    Value,
    text_of,
    truth,
)

if TYPE_CHECKING:
    from flowidl.sourcecode.machine import Machine
    from flowidl.sourcecode.values import Arguments, Method, Site

#: Functions that are computed where all their arguments are constants.
_PURE = frozenset({"str", "int", "float", "bool", "abs", "min", "max", "round", "ord", "chr", "len", "repr"})
_PURE_METHODS = frozenset(
    {
        "format", "upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "replace", "split",
        "join", "startswith", "endswith", "removeprefix", "removesuffix", "zfill", "find", "count", "isdigit",
    }
)  # fmt: skip


def call_builtin(machine: Machine, callee: External, given: Arguments, site: Site | None) -> Value:
    """Return what a call of a built-in function gives."""
    name = callee.name.removeprefix("builtins.")
    values = [argument.value for argument in given.positional]
    if name in _ITERATORS and not given.open:
        return _ITERATORS[name](machine, values, given)
    if name == "map" and values:
        return Generator(None, None, values[0], tuple(values[1:]))
    if name == "filter" and len(values) == 2:
        machine.iterate(values[1])
        return Items(None, machine.region)
    if name == "dict":
        return _dict(machine, values, given)
    if name == "getattr" and len(values) >= 2 and (attribute := text_of(values[1])):
        return machine.attribute(values[0], attribute)
    if name == "setattr" and len(values) == 3 and isinstance(values[0], Instance | Class | Module):
        if (attribute := text_of(values[1])) is not None:
            values[0].names[attribute] = values[2]
        return NONE
    if name == "globals":
        return External("builtins.globals()")
    if name == "object":
        return UNKNOWN
    if name == "len" and len(values) == 1 and isinstance(values[0], Items | Table):
        items = machine.iterate(values[0])
        return UNKNOWN if items is None else Constant(len(items))
    constants = [value.value for value in values if isinstance(value, Constant)]
    if name in _PURE and constants and len(constants) == len(given.values()) and not given.open:
        return computed(getattr(builtins, name), *constants)
    machine.pass_functions(given)
    return UNKNOWN


def _list(machine: Machine, values: list[Value], given: Arguments) -> Value:
    if values and isinstance(values[0], Promise):
        return values[0]
    return Items(machine.iterate(values[0]) if values else [], machine.region)


def _range(machine: Machine, values: list[Value], given: Arguments) -> Value:
    bounds = [value.value for value in values if isinstance(value, Constant)]
    numbers = [bound for bound in bounds if isinstance(bound, int)]
    if len(numbers) < len(values) or not numbers or (len(numbers) == 3 and numbers[2] == 0):
        return Items(None, machine.region)
    span = range(*numbers[:3])
    return Items([Constant(i) for i in span] if len(span) <= MAX_ITEMS else None, machine.region)


def _enumerate(machine: Machine, values: list[Value], given: Arguments) -> Value:
    items = machine.iterate(values[0]) if values else None
    start = given.value(1, "start")
    first = 0 if start is None else start.value if isinstance(start, Constant) else None
    if items is None or not isinstance(first, int):
        return Items(None, machine.region)
    pairs: list[Value] = [Items([Constant(first + i), item], machine.region) for i, item in enumerate(items)]
    return Items(pairs, machine.region)


def _zip(machine: Machine, values: list[Value], given: Arguments) -> Value:
    columns = [machine.iterate(value) for value in values]
    known = [column for column in columns if column is not None]
    if len(known) < len(columns):
        return Items(None, machine.region)
    return Items([Items(list(row), machine.region) for row in zip(*known, strict=False)], machine.region)


def _reversed(machine: Machine, values: list[Value], given: Arguments) -> Value:
    items = machine.iterate(values[0]) if values else None
    return Items(None if items is None else items[::-1], machine.region)


def _sorted(machine: Machine, values: list[Value], given: Arguments) -> Value:
    items = machine.iterate(values[0]) if values else None
    machine.pass_functions(given)
    constants = [item for item in items or () if isinstance(item, Constant)]
    if items is None or len(constants) < len(items) or "key" in given.keywords:
        return Items(None, machine.region)
    backwards = given.keywords.get("reverse")
    is_backwards = False if backwards is None else truth(backwards.value)
    try:
        ordered = sorted(constants, key=lambda item: item.value, reverse=bool(is_backwards))  # type: ignore[arg-type,return-value]
    except TypeError:
        return Items(None, machine.region)
    return Items(None if is_backwards is None else [*ordered], machine.region)


_ITERATORS = {
    "list": _list, "tuple": _list, "set": _list, "frozenset": _list, "iter": _list, "range": _range,
    "enumerate": _enumerate, "zip": _zip, "reversed": _reversed, "sorted": _sorted,
}  # fmt: skip


def _dict(machine: Machine, values: list[Value], given: Arguments) -> Value:
    entries: dict[object, Value] | None = None if given.open else {}
    for value in values:
        if isinstance(value, Table) and value.entries is not None and entries is not None:
            entries |= value.entries
        else:
            pairs = machine.iterate(value)
            entries = _with_pairs(entries, pairs)
    if entries is not None:
        entries |= {name: argument.value for name, argument in given.keywords.items()}
    table = Table(entries, machine.region)
    table.sites = {name: a.site for name, a in given.keywords.items() if a.site is not None}
    return table


def _with_pairs(entries: dict[object, Value] | None, pairs: list[Value] | None) -> dict[object, Value] | None:
    for pair in pairs or ():
        if entries is None or not isinstance(pair, Items) or pair.items is None or len(pair.items) != 2:
            return None
        key = pair.items[0]
        if not isinstance(key, Constant):
            return None
        entries[key.value] = pair.items[1]
    return None if pairs is None else entries


def call_method(machine: Machine, method: Method, given: Arguments) -> Value:
    """Return what a method of a container, a text or a number gives."""
    of, name = method.of, method.name
    values = [argument.value for argument in given.positional]
    if isinstance(of, Items):
        return _items_method(machine, of, name, values)
    if isinstance(of, Table):
        return _table_method(machine, of, name, values, given)
    if isinstance(of, Constant):
        constants = [_plain(machine, value) for value in values]
        if name in _PURE_METHODS and not given.keywords and all(c is not None for c in constants):
            result = computed(getattr(of.value, name, len), *(c.value for c in constants if c is not None))
            value = result.value if isinstance(result, Constant) else None
            if isinstance(value, list):
                parts = cast("list[object]", value)
                return Items([Constant(part) for part in parts], machine.region)
            return result
        return UNKNOWN
    if isinstance(of, Promise):
        return of
    machine.pass_functions(given)
    machine.anything()
    return UNKNOWN


def _plain(machine: Machine, value: Value) -> Constant | None:
    if isinstance(value, Constant):
        return value
    items = machine.iterate(value) if isinstance(value, Items | Generator) else None
    known = [item.value for item in items or () if isinstance(item, Constant)]
    return Constant(known) if items is not None and len(known) == len(items) else None


def _items_method(machine: Machine, of: Items, name: str, values: list[Value]) -> Value:
    if name in ("append", "add", "extend", "insert", "pop", "remove", "sort", "reverse", "clear", "update"):
        spread = machine.iterate(values[0]) if name in ("extend", "update") and values else None
        if not machine.may_change(of) or of.items is None:
            return UNKNOWN
        if name in ("append", "add") and values:
            of.items.append(values[0])
        elif name == "extend" and spread is not None:
            of.items.extend(spread)
        elif name == "pop" and of.items:
            return of.items.pop() if not values else _popped(of, values[0])
        elif name == "reverse":
            of.items.reverse()
        elif name == "clear":
            of.items.clear()
        else:
            of.items = None
        return NONE
    if name == "copy":
        return Items(None if of.items is None else list(of.items), machine.region)
    return UNKNOWN


def _popped(of: Items, index: Value) -> Value:
    position = index.value if isinstance(index, Constant) else None
    items = of.items or []
    if isinstance(position, int) and -len(items) <= position < len(items):
        return items.pop(position)
    of.items = None
    return UNKNOWN


def _table_method(machine: Machine, of: Table, name: str, values: list[Value], given: Arguments) -> Value:
    entries = of.entries
    if name in ("items", "keys", "values"):
        if entries is None:
            return Items(None, machine.region)
        if name == "items":
            return Items(
                [Items([Constant(k), v], machine.region) for k, v in entries.items()], machine.region
            )
        return Items(
            [Constant(k) for k in entries] if name == "keys" else list(entries.values()), machine.region
        )
    if name == "get" and values and entries is not None and isinstance(values[0], Constant):
        default = values[1] if len(values) > 1 else NONE
        return entries.get(values[0].value, default)
    if name == "copy":
        return Table(None if entries is None else dict(entries), machine.region)
    if name in ("update", "pop", "setdefault", "clear", "popitem"):
        more = _dict(machine, values, given) if name == "update" else None
        if machine.may_change(of) and of.entries is not None:
            added = more.entries if isinstance(more, Table) else None
            of.entries = None if added is None else of.entries | added
    return UNKNOWN
