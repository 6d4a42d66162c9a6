"""Tasks and workflows that tests call; `CALLS` notes what ran."""

from __future__ import annotations

import typing

from flowidl.sdk import conditional, dynamic, map_task, task, workflow

CALLS: list[str] = []
Pair = typing.NamedTuple("Pair", [("n", int), ("s", str)])  # noqa: UP014  # as SDK users write it


@task
def double(x: int) -> int:
    CALLS.append(f"double {x}")
    return 2 * x


@task
def text(x: int, sign: str = "+") -> str:
    CALLS.append(f"text {x}")
    return f"{sign}{x}"


@task
def pair(x: int) -> Pair:
    CALLS.append(f"pair {x}")
    return Pair(x, str(x))


@task
def nothing(x: int) -> None:
    CALLS.append(f"nothing {x}")


@workflow
def twice(x: int) -> int:
    return double(x=double(x=x))


@workflow
def both(x: int, y: int = 5) -> Pair:
    made = pair(x=x)
    return Pair(double(x=y), made.s)


@workflow
def chosen(x: int) -> int:
    return conditional("size").if_(x > 10).then(double(x=double(x=x))).else_().then(twice(x=x))  # type: ignore[no-any-return]


@workflow
def mapped(xs: list[int]) -> list[str]:
    return map_task(text)(x=xs)  # type: ignore[no-any-return]


@dynamic
def countdown(n: int) -> int:
    return double(x=n) if n <= 0 else countdown(n=n - 1)
