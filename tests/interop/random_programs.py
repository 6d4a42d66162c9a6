"""Random programs with workflows: nested calls, helpers, loops, branches of the code and of the workflow.

Half of what decides which way the code goes can be told from the text; the rest depends on the environment.
"""

from __future__ import annotations

from random import Random

BASE = """\
from typing import List

from flytekit import task, workflow


@task
def a(x: int = 1, y: int = 2) -> int:
    return x


@task
def b(x: int, y: int = 2) -> int:
    return x


@task
def c(xs: List[int]) -> int:
    return 0


@task
def nothing(x: int = 3): ...


@workflow
def sub(x: int = 4) -> int:
    return b(x=x)
"""

_HEAD = """\
import os
from functools import partial

from flytekit import conditional, workflow

from base import *

X = 3

"""


class Programs:
    """Writes programs; the same seed gives the same one."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def program(self, workflows: int) -> str:
        """Return a module with so many workflows."""
        parts = [_HEAD, *(self._helper(index) for index in range(3))]
        for index in range(workflows):
            lines = ["@workflow", f"def w{index}(n: int) -> int:", "    v = w = u = n"]
            lines += self._block(["n"], 4, 0)
            parts.append("\n".join([*lines, "    return b(x=v, y=w)", "", ""]))
        return "\n".join(parts)

    def _helper(self, index: int) -> str:
        chance = self._random
        lines = [f"def h{index}(v, k={chance.randint(1, 5)}):", f"    t = {chance.choice('ab')}(x=v, y=k)"]
        if chance.random() < 0.5:
            lines += ["    if k > 2:", "        t = b(x=t)"]
        if chance.random() < 0.4:
            lines += ["    for j in range(2):", "        t = a(x=t, y=j)"]
        return "\n".join([*lines, "    return t", "", ""])

    def _call(self, names: list[str], depth: int = 0) -> str:
        chance = self._random
        if depth > 3 or chance.random() < 0.25:
            return chance.choice(names)
        one, two = self._call(names, depth + 1), self._call(names, depth + 1)
        calls = [
            f"a(x={one}, y={chance.randint(0, 9)})",
            f"b(y={one}, x={two})",
            f"h{chance.randrange(3)}({one})",
            f"sub(x={one})",
            f"c(xs=[{one}, {two}])",
            f"(a if X > {chance.randint(1, 5)} else b)(x={one})",
            f"c(xs=[b(x={one}, y=i) for i in range({chance.randint(1, 3)})])",
            f"partial(b, y={chance.randint(0, 4)})(x={one})",
        ]
        return chance.choice(calls)

    def _block(self, names: list[str], indent: int, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self._random.randint(1, 4)):
            lines += self._statement(names, " " * indent, depth)
        return lines

    def _statement(self, names: list[str], pad: str, depth: int) -> list[str]:
        chance = self._random

        def inner() -> list[str]:
            return self._block(list(names), len(pad) + 4, depth + 1)

        kind = chance.choice(["call"] * 5 + ["for", "maybe for", "if", "else", "try", "branch", "void"])
        target = chance.choice("vwu")
        if kind == "call" or depth > 2:
            return [f"{pad}{target} = {self._call(names)}"]
        if kind == "for":
            return [f"{pad}for i{depth} in range({chance.randint(1, 3)}):", *inner()]
        if kind == "maybe for":
            return [f"{pad}for i{depth} in os.environ.get('NO', '{'ab'[: chance.randint(0, 2)]}'):", *inner()]
        if kind in ("if", "else"):
            asked = chance.choice(["os.environ.get('NO')", "not os.environ.get('NO')", "X > 2", "X < 2"])
            return [f"{pad}if {asked}:", *inner(), *([f"{pad}else:", *inner()] if kind == "else" else [])]
        if kind == "try":
            return [f"{pad}try:", *inner(), f"{pad}except ValueError:", *inner()]
        if kind == "branch":
            name = chance.choice(names)
            other = chance.choice([f"b(x={name})", f"sub(x={name})", f"a(x={name}, y=1)"])
            chain = f"conditional('c').if_({name} > 1).then(a(x={name})).else_().then({other})"
            return [f"{pad}{target} = {chain}"]
        return [f"{pad}nothing(x={self._call(names)})"]
