"""Imports point down, as docs/architecture.md draws them, and make no circle.

Every import counts: those inside functions and those for type checkers only, too. What is imported late,
inside a function, says why.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.shared import ROOT

SOURCE = ROOT / "src"
PAGE = ROOT / "docs" / "architecture.md"

#: Circles that are known and are being opened.
OPEN = (
    ["flowidl.local.events", "flowidl.local.record"],
    ["flowidl.values.fields", "flowidl.values.files", "flowidl.values.structures"],
    ["flowidl.values.annotations", "flowidl.values.known", "flowidl.values.registry", "flowidl.values.types"],
)

#: Rooms in which every late import says why.
SAYING_WHY = ("compiler", "source", "types")


class Import(NamedTuple):
    """One import of a module of ours or of others."""

    module: str
    line: int
    late: bool


@cache
def modules() -> dict[str, Path]:
    """Every module written by hand, by its dotted name."""
    found: dict[str, Path] = {}
    for path in sorted((SOURCE / "flowidl").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str) -> tuple[Import, ...]:
    """All imports of a module."""
    tree = ast.parse(modules()[module].read_text("utf-8"))
    late = {
        id(inner)
        for outer in ast.walk(tree)
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(outer)
    }
    found: list[Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{module}: imports are written in full"
            names = [
                name if (name := f"{node.module}.{alias.name}") in modules() else node.module
                for alias in node.names
            ]
        else:
            continue
        found += [Import(name, node.lineno, id(node) in late) for name in names]
    return tuple(found)


def graph() -> dict[str, set[str]]:
    """The modules that each module imports."""
    return {
        name: {one.module for one in imports(name) if one.module in modules() and one.module != name}
        for name in modules()
    }


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that import each other: what is left when the ends have been peeled off."""
    left = {name: set(targets) for name, targets in edges.items()}
    while True:
        wanted = {target for targets in left.values() for target in targets}
        free = {name for name, targets in left.items() if not targets or name not in wanted}
        if not free:
            break
        left = {name: targets - free for name, targets in left.items() if name not in free}
    groups: list[list[str]] = []
    for name in sorted(left):
        group = sorted({name} | (_reached(left, name) & _reached(_turned(left), name)))
        if len(group) > 1 and group not in groups:
            groups.append(group)
    return groups


def _reached(edges: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def _turned(edges: dict[str, set[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {}
    for name, targets in edges.items():
        for target in targets:
            turned.setdefault(target, set()).add(name)
    return turned


class Room(NamedTuple):
    """A row of the table: how far down it stands, and what it does not know."""

    rank: int
    unknown: frozenset[str]


@cache
def rooms() -> dict[str, Room]:
    """The table in docs/architecture.md, by room."""
    found: dict[str, Room] = {}
    table = PAGE.read_text("utf-8").partition("| room | holds | does not know |")[2]
    for rank, line in enumerate(table.partition("\n\n")[0].splitlines()):
        if line.startswith("| `"):
            names, _, unknown = (re.findall(r"`([a-z_.0-9]+)`", cell) for cell in line.split("|")[1:4])
            found |= {name: Room(rank, frozenset(unknown)) for name in names}
    return found


def room_of(module: str) -> str:
    """The room that a module stands in: `flowidl.report.v1` is generated, `flowidl.report.text` is not."""
    parts = module.split(".")[1:]
    generated = ".".join(parts[:2])
    return generated if generated in rooms() else parts[0]


# --- the laws


def test_the_table_is_read() -> None:
    assert {"paths", "types", "compiler", "rules", "cli", "report.v1"} <= rooms().keys()
    assert rooms()["paths"].rank < rooms()["compiler"].rank < rooms()["cli"].rank
    assert "builders" in rooms()["compiler"].unknown


@pytest.mark.parametrize("module", modules())
def test_imports_point_down(module: str) -> None:
    room = room_of(module)
    assert room in rooms(), f"{room} is not in the table of docs/architecture.md"
    own = rooms()[room]
    for one in imports(module):
        if not one.module.startswith("flowidl."):
            continue
        other = room_of(one.module)
        assert other in rooms(), f"{other} is not in the table of docs/architecture.md"
        where = f"{module}, line {one.line}, imports {one.module}"
        assert other == room or rooms()[other].rank <= own.rank, f"{where}: {other} stands below {room}"
        assert other not in own.unknown, f"{where}: {room} does not know {other}"


def test_no_circles() -> None:
    assert [circle for circle in circles(graph()) if circle not in OPEN] == []


def test_circles_are_found() -> None:
    edges = {
        "a": {"b"},
        "b": {"c"},
        "c": {"b", "d"},
        "d": set[str](),
        "e": {"f", "d"},
        "f": {"e", "g"},
        "g": {"a"},
    }
    assert circles(edges) == [["b", "c"], ["e", "f"]]


@pytest.mark.parametrize("module", [name for name in modules() if room_of(name) in SAYING_WHY])
def test_late_imports_say_why(module: str) -> None:
    lines = modules()[module].read_text("utf-8").splitlines()
    for one in imports(module):
        if one.late:
            first = one.line - 1
            while first and "#" not in lines[first] and "import" in lines[first]:
                first -= 1
            assert "#" in lines[first], f"{module}, line {one.line}: why not at the top?"
