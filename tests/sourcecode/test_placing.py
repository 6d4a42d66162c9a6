"""Which call makes which node: every mark is found, and nothing is placed that has none."""

from __future__ import annotations

import pytest

from tests.sourcecode.programs import placed

CASES = {
    "arguments come before the call": (
        """
@workflow
def wf(n: int) -> int:
    return b(  #: n2
        x=a(x=n),  #: n0
        y=a(x=1),  #: n1
    )
""",
        "n0 task m.a x=.n y=0\nn1 task m.a x=1 y=0\nn2 task m.b x=n0.o0 y=n1.o0",
    ),
    "keywords in the order of the text, the value before the target": (
        """
@workflow
def wf() -> int:
    out = {}
    out[
        str(b())  #: n1
    ] = a()  #: n0
    return 0
""",
        "n0 task m.a x=0 y=0\nn1 task m.b x=0 y=0",
    ),
    "a dictionary: key, value, key, value": (
        """
@workflow
def wf() -> int:
    d = {
        1: a(),  #: n0
        2: b(),  #: n1
    }
    return 0
""",
        "n0 task m.a x=0 y=0\nn1 task m.b x=0 y=0",
    ),
    "a chosen branch is told by its constants": (
        """
import os
@workflow
def wf() -> int:
    if os.environ.get("X"):
        return a(x=1)
    return a(x=2)  #: n0
""",
        "n0 task m.a x=2 y=0",
    ),
    "a choice that nothing tells has no place": (
        """
import os
@workflow
def wf(n: int) -> int:
    if os.environ.get("X"):
        r = a(x=n)
    else:
        r = a(x=n, y=0)
    return b(x=r)  #: n1
""",
        "n0 task m.a x=.n y=0\nn1 task m.b x=n0.o0 y=0",
    ),
    "a known condition": (
        """
DEBUG = False
@workflow
def wf() -> int:
    r = a() if DEBUG else b()  #: n0
    if DEBUG and a():
        a()
    return a()  #: n1
""",
        "n0 task m.b x=0 y=0\nn1 task m.a x=0 y=0",
    ),
    "a loop over known items, with break and else": (
        """
@workflow
def wf() -> int:
    for i in range(5):
        if i == 2:
            break
        a(x=i)  #: n0 n1
    else:
        b()
    return b(x=7)  #: n2
""",
        "n0 task m.a x=0 y=0\nn1 task m.a x=1 y=0\nn2 task m.b x=7 y=0",
    ),
    "a loop over what is not known": (
        """
import names
@workflow
def wf() -> int:
    for i in names.ALL:
        a(x=i)  #: n0 n2
        b()  #: n1 n3
    return 0
""",
        "n0 task m.a x=4 y=0\nn1 task m.b x=0 y=0\nn2 task m.a x=5 y=0\nn3 task m.b x=0 y=0",
    ),
    "a call before a loop of the same call is not certain": (
        """
import names
@workflow
def wf() -> int:
    a()
    for i in names.ALL:
        a()
    return 0
""",
        "",
    ),
    "a helper, twice": (
        """
def twice(v):
    return a(  #: n1 n2
        x=a(x=v)  #: n0
    )

@workflow
def wf(n: int) -> int:
    return twice(n)
""",
        "n0 task m.a x=.n y=0\nn1 task m.a x=n0.o0 y=0",
    ),
    "a lambda, and functools.partial of a task": (
        """
@workflow
def wf(n: int) -> int:
    f = lambda v: a(x=v)  #: n0
    g = partial(b, y=3)
    return g(x=f(n))  #: n1
""",
        "n0 task m.a x=.n y=0\nn1 task m.b x=n0.o0 y=3",
    ),
    "a name that is assigned again": (
        """
@workflow
def wf() -> int:
    t = a
    t()  #: n0
    t = b
    t()  #: n1
    return 0
""",
        "n0 task m.a x=0 y=0\nn1 task m.b x=0 y=0",
    ),
    "map() hides the call": (
        """
@workflow
def wf() -> int:
    xs = list(map(a, [1, 2]))
    return b(x=xs[0])  #: n2
""",
        "n0 task m.a x=1 y=0\nn1 task m.a x=2 y=0\nn2 task m.b x=n0.o0 y=0",
    ),
    "an unknown helper may make nodes of ours, if it is given them": (
        """
import foreign
@workflow
def wf() -> int:
    a()  #: n0
    foreign.run(a)
    a()  #: n2
    return b()  #: n3
""",
        "n0 task m.a x=0 y=0\nn1 task m.a x=0 y=0\nn2 task m.a x=0 y=0\nn3 task m.b x=0 y=0",
    ),
    "a generator function runs when somebody asks": (
        """
def gen():
    yield a()
    yield a()

@workflow
def wf() -> int:
    xs = [*gen()]
    return b()  #: n2
""",
        "n0 task m.a x=0 y=0\nn1 task m.a x=0 y=0\nn2 task m.b x=0 y=0",
    ),
    "a generator expression is made late": (
        """
@workflow
def wf() -> int:
    later = (a(x=i) for i in (1, 2))  #: n1 n2
    first = b()  #: n0
    return join(xs=list(later))  #: n3
""",
        "n0 task m.b x=0 y=0\nn1 task m.a x=1 y=0\nn2 task m.a x=2 y=0\nn3 task m.join",
    ),
    "a decorator of a workflow that makes nodes": (
        """
def around(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        b(x=1)  #: n0
        out = fn(*args, **kwargs)
        b(x=2)  #: n2
        return out
    return inner

@workflow
@around
def wf(n: int) -> int:
    return a(x=n)  #: n1
""",
        "n0 task m.b x=1 y=0\nn1 task m.a x=.n y=0\nn2 task m.b x=2 y=0",
    ),
    "gates, create_node, with_overrides": (
        """
from datetime import timedelta
@workflow
def wf() -> int:
    n = create_node(a, x=1).with_overrides(node_name="First_One")  #: first-one
    s = sleep(timedelta(seconds=1))  #: n1
    n >> s >> a(x=2)  #: n2
    return 0
""",
        "first-one task m.a x=1 y=0\nn1 sleep -\nn2 task m.a x=2 y=0",
    ),
    "a conditional is made at its end, its branches inside": (
        """
@workflow
def wf(n: int) -> int:
    r = (
        conditional("c")  #: n1
        .if_(n > 3)
        .then(a(x=1))  #: n1/n0
        .elif_(n > 2)
        .then(b(x=n))  #: n1/n1
        .else_()
        .then(a(x=2))  #: n1/n2
    )
    return b(x=r)  #: n2
""",
        "n1 branch c n0+task+m.a+x=1+y=0 n1+task+m.b+x=.n+y=0 n2+task+m.a+x=2+y=0\nn2 task m.b x=n1.o0 y=0",
    ),
    "try, except, finally": (
        """
@workflow
def wf() -> int:
    try:
        r = a(x=1)  #: n0
    except ValueError:
        r = a(x=2)
    finally:
        b()  #: n1
    return 0
""",
        "n0 task m.a x=1 y=0\nn1 task m.b x=0 y=0",
    ),
    "a task that is not called but passed by name in a table": (
        """
STEPS = {"one": a, "two": b}
@workflow
def wf() -> int:
    for name, step in STEPS.items():
        step(x=1)  #: n0 n1
    return 0
""",
        "n0 task m.a x=1 y=0\nn1 task m.b x=1 y=0",
    ),
    "recursion that depends on constants": (
        """
def tree(x, depth):
    if depth == 0:
        return a(x=x)  #: n0 n1
    return b(x=tree(x, depth - 1), y=tree(x, depth - 1))  #: n2

@workflow
def wf(n: int) -> int:
    return tree(n, 1)
""",
        "n0 task m.a x=.n y=0\nn1 task m.a x=.n y=0\nn2 task m.b x=n0.o0 y=n1.o0",
    ),
    "recursion without an end is given up": (
        """
import os
def tree(x):
    return b(x=tree(x)) if os.environ else a(x=x)

@workflow
def wf(n: int) -> int:
    return tree(n)
""",
        "",
    ),
    "source of another version: what is certain stays": (
        """
@workflow
def wf(n: int) -> int:
    a(x=1)  #: n0
    return 0
""",
        "n0 task m.a x=1 y=0\nn1 task m.b x=0 y=0",
    ),
    "source of another version: two calls of one task, one node": (
        """
@workflow
def wf(n: int) -> int:
    a(x=n)
    a(x=n)
    return 0
""",
        "n0 task m.a x=.n y=0",
    ),
    "calls outside a workflow make no node": (
        """
a(x=1)
def unused():
    a(x=1)
@workflow
def wf() -> int:
    return a(x=1)  #: n0
""",
        "n0 task m.a x=1 y=0",
    ),
    "a variable that a branch may have changed": (
        """
import os
t = a
if os.environ:
    t = b
@workflow
def wf() -> int:
    return t(x=1)  #: n0
""",
        "n0 task m.b x=1 y=0",
    ),
    "a list that may have been filled": (
        """
import os
@workflow
def wf() -> int:
    steps = [a]
    if os.environ:
        steps.append(b)
    for s in steps:
        s(x=1)
    return 0
""",
        "n0 task m.a x=1 y=0\nn1 task m.b x=1 y=0",
    ),
    "match on a constant": (
        """
MODE = "x"
@workflow
def wf() -> int:
    match MODE:
        case "y":
            a()
        case "x" | "z":
            b()  #: n0
        case _:
            a()
    return 0
""",
        "n0 task m.b x=0 y=0",
    ),
    "map tasks": (
        """
mapped = map_task(a, concurrency=2)
@workflow
def wf(ns: list) -> int:
    r = mapped(x=ns)  #: n0
    return join(xs=map_task(a)(x=r))  #: n1 n2
""",
        "n0 map m.map_a_00000000000000000000000000000000-arraynode x=.ns\n"
        "n1 map m.map_a_6b3bd0353da5de6e84d7982921ead2b3-arraynode x=n0.o0\nn2 task m.join",
    ),
    "objects: methods, properties, super, with": (
        """
class Builder:
    def __init__(self, y): self.y, self.made = y, []
    def add(self, x):
        self.made.append(a(x=x, y=self.y))  #: n0 n1 n2
        return self
    @property
    def last(self): return self.made[-1]
    def __enter__(self): return self
    def __exit__(self, *_): pass

class Twice(Builder):
    def add(self, x):
        return super().add(x)

@workflow
def wf(n: int) -> int:
    first = Builder(1).add(n).add(2)
    with Twice(3) as second:
        second.add(first.last)
    return b(x=second.last)  #: n3
""",
        "n0 task m.a x=.n y=1\nn1 task m.a x=2 y=1\nn2 task m.a x=n1.o0 y=3\nn3 task m.b x=n2.o0 y=0",
    ),
    "plans": (
        """
@workflow
def other(n: int) -> int:
    return a(x=n)
plan = LaunchPlan.get_or_create(other, "the plan".replace(" ", "_"))
@workflow
def wf(n: int) -> int:
    other(n=n)  #: n0
    plan(n=n)  #: n1
    return LaunchPlan.get_or_create(other)(n=n)  #: n2
""",
        "n0 workflow m.other n=.n\nn1 plan the_plan n=.n\nn2 plan m.other n=.n",
    ),
}


@pytest.mark.parametrize("title", CASES)
def test_placed(title: str) -> None:
    program, nodes = CASES[title]
    found, marks = placed(program, nodes)
    shown = {line.split()[0] for line in nodes.splitlines() if line.strip()}
    shown |= {mark for mark in marks if "/" in mark}
    assert found == {id: place for id, place in marks.items() if id in shown}
