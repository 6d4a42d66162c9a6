"""What a comparison sees, and what it does not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings

from flowidl.builders.nodes import Entity
from flowidl.changes import Attention, ChangeKind, Comparison, compare
from flowidl.changes.digest import changed_since, digests
from flowidl.changes.html import html
from flowidl.changes.meaning import NO_NOISE
from flowidl.changes.render import json, line, markdown, summary, text
from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import branch, call, node, number, task, workflow
from flowidl.rules.snippets import compare as condition
from flowidl.source import load
from flowidl.source.definitions import Definition
from flowidl.source.inputs.files import File
from flowidl.testing import workflows
from tests.support.golden import Golden

#: Drawing whole workflows takes its time, more so on a busy machine.
SLOW = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

STEP = task("step", "x: int -> o0: int")
#: Field 1023 of a message: length-delimited, two bytes.
UNKNOWN_FIELD = b"\xfa\x3f\x02xx"
OTHER = task("other", "x: int -> o0: int")


def _compared(old: list[CaseFile], new: list[CaseFile], attention: Attention = NO_NOISE) -> Comparison:
    return compare(_definitions(old), _definitions(new), attention)


def _definitions(parts: list[CaseFile]) -> list[Definition]:
    found = [part.input() for part in parts]
    return [each for each in found if isinstance(each, Definition)]


def _loaded(entities: Iterable[Entity]) -> tuple[Definition, ...]:
    return load(*entities).definitions


def _lines(comparison: Comparison) -> list[str]:
    return [
        f"{change.kind.value} {change.entity.name} {line(change)}".strip() for change in comparison.changes
    ]


def _chain(*calls: tuple[str, str, str]) -> CaseFile:
    """A workflow of calls: node id, task, and what its input is bound to."""
    return workflow(
        "flow",
        "a: int -> o0: int",
        *(call(id, task, x=x) for id, task, x in calls),
        outputs={"o0": f"{calls[-1][0]}.o0"},
    )


BEFORE = _chain(("n0", "step", "a"), ("n1", "step", "n0.o0"), ("n2", "other", "n1.o0"))


def test_one_insertion_is_one_change_though_ids_move() -> None:
    after = _chain(
        ("n0", "step", "a"), ("n1", "other", "n0.o0"), ("n2", "step", "n1.o0"), ("n3", "other", "n2.o0")
    )
    lines = _lines(_compared([STEP, OTHER, BEFORE], [STEP, OTHER, after]))
    assert lines == [
        "changed flow node n1 > input x: n0.o0 -> n1 (new).o0",
        "added flow node n1 (new): task other in flights:development",
    ]


def test_a_renamed_node_is_no_change() -> None:
    renamed = _chain(("a", "step", "a"), ("b", "step", "a.o0"), ("c", "other", "b.o0"))
    assert _compared([STEP, OTHER, BEFORE], [STEP, OTHER, renamed]).same


def test_a_node_that_runs_something_else_is_one_change() -> None:
    after = _chain(("n0", "step", "a"), ("n1", "other", "n0.o0"), ("n2", "other", "n1.o0"))
    assert _lines(_compared([STEP, OTHER, BEFORE], [STEP, OTHER, after])) == [
        "changed flow node n1 > runs: task step in flights:development -> task other in flights:development"
    ]


def test_an_entity_of_the_same_content_is_renamed() -> None:
    (change,) = _compared([STEP], [task("better", "x: int -> o0: int")]).changes
    assert (change.kind, change.old, change.new) == (ChangeKind.RENAMED, "task step", "task better")


def test_types_differ_in_a_component() -> None:
    (change,) = _compared([STEP], [task("step", "x: list[int] -> o0: int")]).changes
    assert line(change) == "input x: int -> list[int]"
    (change,) = _compared([task("step", "x: list[int] ->")], [task("step", "x: list[str] ->")]).changes
    assert (
        line(change)
        == "input x: list[int] -> list[str] (they differ in the element type: `str` expected, `int` given)"
    )


@pytest.mark.parametrize(
    ("attention", "before", "after"),
    [
        (Attention(tags=True), 'image: "r.io/a:1"', 'image: "r.io/a:2"'),
        (
            Attention(units=True),
            'resources { limits { name: CPU value: "1" } }',
            'resources { limits { name: CPU value: "1000m" } }',
        ),
        (
            Attention(order=True),
            'env { key: "A" value: "1" } env { key: "B" value: "2" }',
            'env { key: "B" value: "2" } env { key: "A" value: "1" }',
        ),
    ],
)
def test_noise_is_a_change_only_if_asked_for(attention: Attention, before: str, after: str) -> None:
    old, new = (task("step", "x: int -> o0: int", f"container {{ {words} }}") for words in (before, after))
    assert _compared([old], [new]).same
    assert not _compared([old], [new], attention).same


def test_versions_are_noise_unless_asked_for() -> None:
    older = CaseFile(BEFORE.name, BEFORE.data.replace(b"v1", b"v9"), BEFORE.kind)
    assert _compared([BEFORE], [older]).same
    assert not _compared([BEFORE], [older], Attention(versions=True)).same


def test_order_counts_where_the_compiler_looks_at_it() -> None:
    first = call("n0", "step", x="a")
    branched = node(
        "n1",
        branch(
            (condition("a", "==", number(1)), call("inner", "step", x="n0.o0")),
            otherwise=call("last", "step", x="a"),
        ),
        a="a",
    )
    old, new = (workflow("flow", "a: int ->", *nodes) for nodes in ((first, branched), (branched, first)))
    assert _lines(_compared([STEP, old], [STEP, new])) == [
        "added flow node n1 > place in the list: before a node that it reads"
    ]


def test_what_came_as_a_whole_is_one_change() -> None:
    overridden = call("n0", "step", x="a").replace(
        "task_node {",
        "task_node { overrides { resources { "
        'limits { name: CPU value: "2" } requests { name: CPU value: "1" } } }',
        1,
    )
    old, new = (workflow("flow", "a: int ->", each) for each in (call("n0", "step", x="a"), overridden))
    assert _lines(_compared([STEP, old], [STEP, new])) == ["added flow node n0 > resources"]


def test_fields_that_the_schema_does_not_know_are_compared() -> None:
    old, new = (load(File("step_1.pb", STEP.data + extra)).definitions for extra in (b"", UNKNOWN_FIELD))
    (change,) = compare(old, new).changes
    assert line(change) == "fields that this schema does not know: 1023"


@SLOW
@given(workflows())
def test_everything_is_the_same_as_itself_in_any_order(definitions: list[Entity]) -> None:
    loaded = _loaded(definitions)
    assert compare(loaded, tuple(reversed(loaded))).same


@SLOW
@given(workflows(), workflows())
def test_what_is_removed_one_way_is_added_the_other(old: list[Entity], new: list[Entity]) -> None:
    there, back = compare(_loaded(old), _loaded(new)), compare(_loaded(new), _loaded(old))
    opposite = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}
    whole = {
        (change.entity, change.kind)
        for change in there.changes
        if not change.path and change.kind in opposite
    }
    assert {(entity, opposite[kind]) for entity, kind in whole} == {
        (change.entity, change.kind) for change in back.changes if not change.path and change.kind in opposite
    }
    assert there.same == back.same


def test_digests_tell_what_must_be_registered_again() -> None:
    old = _compared([STEP, OTHER, BEFORE], [])
    changed = task("step", "x: int -> o0: int", 'container { image: "other:2" args: "a" }')
    new = _compared([], [OTHER, changed, BEFORE])
    assert set(digests(new.new).values()).isdisjoint({""})
    assert [str(key) for key in changed_since(old.old, new.new)] == ["task step"]
    assert changed_since(old.old, old.old) == {}


def test_renderings(golden: Golden) -> None:
    hostile = task("step", "x: list[str] -> o0: int", 'container { image: "<b>|`\\u001b[31m:1" args: "a|b" }')
    comparison = _compared([STEP, OTHER, BEFORE], [hostile, BEFORE, task("new", "-> o0: int")])
    golden.check("changes/diff.txt", text(comparison))
    golden.check("changes/diff.json", json(comparison))
    golden.check("changes/diff.md", markdown(comparison))
    golden.check("changes/diff.html", html(comparison, old="old.tgz", new="new.tgz"))
    assert "\x1b[31m:1" not in text(comparison, color=True)
    assert summary(comparison) == "1 added, 1 removed, 1 changed"
