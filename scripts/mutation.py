"""Change the code in one place at a time and see whether a test falls: how much the tests hold.

    python scripts/mutation.py compiler types validator [--sample 200] [--seed 1] [--out results.jsonl]

A mutant is a module with one small change: another comparison, `and` for `or`, a negation left out, a number
or a truth value changed, a condition that always or never holds, a statement left out. The tests of the room
run on it, the quick ones first, until one fails. Every mutant runs in a process of its own, forked from one
that has the libraries loaded, and may take so much processor time and no more: whoever runs in circles is
caught as well. Changes that cannot matter are left out: docstrings, `__repr__`, `__slots__`, what is for type
checkers only, and assertions. Survivors are listed with their place; docs/testing.md says why some may live.

Needs fork, so it runs on Linux and macOS.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "flowidl"

#: The tests of each room, the quick ones first.
TESTS = {
    "compiler": (
        "tests/rules/test_cases.py",
        "tests/corpus",
        "tests/compiler",
        "tests/laws/test_compiler.py",
    ),
    "types": (
        "tests/types",
        "tests/rules/test_cases.py",
        "tests/corpus",
        "tests/compiler",
    ),
    "validator": (
        "tests/rules/test_cases.py",
        "tests/laws/test_engine.py",
        "tests/rules/test_folding.py",
        "tests/validator/test_pipeline.py",
        "tests/report",
        "tests/fleet",
        "tests/cli/test_main.py",
    ),
}
#: Processor seconds that the tests of one mutant may take; they take about twenty without a change.
SECONDS = 150
MARKS = "not compat and not languages and not interop"

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}


@dataclass
class Mutant:
    """One change: which module, where, what, and the changed tree."""

    path: Path
    line: int
    change: str
    tree: ast.Module

    @property
    def module(self) -> str:
        """The module's dotted name."""
        parts = self.path.relative_to(SOURCE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def place(self) -> str:
        """File, line and change in one line."""
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.change}"


def places(path: Path) -> list[tuple[Path, int, int]]:
    """Every place of a module that can be changed: file, node, and which change of the node."""
    live = enumerate(_live(ast.parse(path.read_text("utf-8"))))
    return [(path, index, number) for index, node in live for number in range(len(_changes(node)))]


def mutant_at(path: Path, index: int, number: int) -> Mutant:
    """Make the change at a place."""
    tree = ast.parse(path.read_text("utf-8"))
    node = next(each for at, each in enumerate(_live(tree)) if at == index)
    change = _changes(node)[number]
    before = ast.unparse(node).partition("\n")[0]
    line: int = getattr(node, "lineno", 0)
    change.apply(tree, node)
    return Mutant(path, line, f"{before[:70]!r}: {change.text}", ast.fix_missing_locations(tree))


def _live(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that take part in a run, outer before inner."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.FunctionDef) and node.name in ("__repr__", "__setattr__", "__delattr__"):
            continue
        if isinstance(node, ast.Assert | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.JoinedStr):
            continue
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__slots__":
            continue
        yield node
        yield from _live(node)


@dataclass
class _Change:
    """A change of one node: its fields, or another node in its place."""

    text: str
    fields: dict[str, object]
    instead: ast.AST | None = None

    def apply(self, tree: ast.Module, node: ast.AST) -> None:
        for name, value in self.fields.items():
            setattr(node, name, value)
        if self.instead is not None:
            _Replacing(node, self.instead).visit(tree)


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self._old, self._new = old, ast.copy_location(new, old)

    def visit(self, node: ast.AST) -> ast.AST:
        return self._new if node is self._old else super().generic_visit(node)


def _changes(node: ast.AST) -> list[_Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
        operator = _SWAPS[type(node.ops[0])]()
        return [_Change(type(operator).__name__, {"ops": [operator, *node.ops[1:]]})]
    if isinstance(node, ast.BoolOp):
        operator = _SWAPS[type(node.op)]()
        without = [
            _Change(
                f"without its part {number + 1}", {"values": node.values[:number] + node.values[number + 1 :]}
            )
            for number in range(len(node.values))
        ]
        return [_Change(type(operator).__name__, {"op": operator}), *without]
    if isinstance(node, ast.BinOp) and type(node.op) in _SWAPS:
        operator = _SWAPS[type(node.op)]()
        return [_Change(type(operator).__name__, {"op": operator})]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return [_Change("without not", {}, node.operand)]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        values = (False,) if isinstance(node, ast.While) else (True, False)
        return [_Change(f"if {value}", {"test": ast.Constant(value)}) for value in values]
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return [_Change(str(not node.value), {"value": not node.value})]
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return [_Change(str(node.value + 1), {"value": node.value + 1})]
    if isinstance(node, ast.Continue | ast.Break):
        return [_Change("pass", {}, ast.Pass())]
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return [_Change("left out", {}, ast.Pass())]
    return []


# --- running


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module in its changed form."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._mutant.module:
            return None
        places = [str(self._mutant.path.parent)] if self._mutant.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self._mutant.path, loader=self, submodule_search_locations=places
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.tree, str(self._mutant.path), "exec"), vars(module))


def is_caught(mutant: Mutant | None, tests: Sequence[str]) -> bool:
    """Run tests on a mutant (or on the code as it is) in a process of its own; tell whether one fails."""
    child = os.fork()
    if child == 0:
        os._exit(_child(mutant, tests))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def _child(mutant: Mutant | None, tests: Sequence[str]) -> int:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    with Path(os.devnull).open("w") as nowhere, contextlib.suppress(OSError):
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Mutated(mutant))
    options = ["-x", "-q", "-m", MARKS, "-p", "no:cacheprovider", "--hypothesis-seed=0", "--assert=plain"]
    return int(pytest.main([*options, *tests]))


def _preload() -> None:
    """Import what all mutants have in common: libraries and generated modules, nothing that is changed."""
    for name in (
        "pytest",
        "hypothesis",
        "hypothesis.extra",
        "google.protobuf.json_format",
        "flowidl.core.v1",
        "flowidl.admin.v1.workflow_pb2",
        "flowidl.admin.v1.launch_plan_pb2",
        "flowidl.core.v1.compiler_pb2",
    ):
        importlib.import_module(name)
    assert not any(name.startswith(f"flowidl.{room}") for name in sys.modules for room in TESTS)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="*", default=list(TESTS), help="rooms, or files of theirs")
    parser.add_argument("--sample", type=int, default=0, help="so many mutants of each room; 0 for all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="append results here, and pass over those that it has")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    _preload()
    known: dict[str, bool] = {}
    if arguments.out is not None and arguments.out.exists():
        for line in arguments.out.read_text("utf-8").splitlines():
            entry = json.loads(line)
            known[entry["mutant"]] = entry["caught"]
    survivors: list[str] = []
    for room in arguments.rooms:
        top = SOURCE / room
        paths = [top] if top.is_file() else sorted(top.rglob("*.py"))
        chosen = [place for path in paths for place in places(path)]
        total = len(chosen)
        if arguments.sample:
            random.Random(arguments.seed).shuffle(chosen)
            chosen = chosen[: arguments.sample]
        tests = [test for test in TESTS[room.partition("/")[0]] if (ROOT / test).exists()]
        assert not is_caught(None, tests), f"{room}: the tests fail without any change"
        caught = 0
        for place in chosen:
            mutant = mutant_at(*place)
            found = known.get(mutant.place)
            if found is None:
                found = is_caught(mutant, tests)
                if arguments.out is not None:
                    with arguments.out.open("a", encoding="utf-8") as out:
                        out.write(json.dumps({"mutant": mutant.place, "caught": found}) + "\n")
            caught += found
            if not found:
                survivors.append(mutant.place)
                print(f"lives  {mutant.place}", flush=True)
        print(f"{room}: {caught} of {len(chosen)} caught, of {total} possible", flush=True)
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
