"""`flowidl.rules` as one writes rules with it: names, and a rule that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest

import flowidl.rules
from flowidl.compiler.analyse import analyse
from flowidl.rules import WARNING, Context, Found, Phase, rule
from flowidl.rules.options import DEFAULT
from flowidl.rules.snippets import task
from flowidl.source import load


@rule("FI999", "short-name", WARNING, Phase.REGISTRATION, reads=("core.Identifier.name",))
def short_name(context: Context) -> Iterator[Found]:
    """A task's name is one letter

    What: the name of a task has one letter.

    Why it fails: nobody finds it.

    Fix: give it a name.
    """
    for record in context.model.tasks:
        if record.id is not None and len(record.id.name) == 1:
            yield Found(record.field("id", "name"), f"task `{record.id.name}` has a short name", "name it")


def test_every_name_is_there() -> None:
    for name in flowidl.rules.__all__:
        assert getattr(flowidl.rules, name) is not None


def test_no_module_hides_a_name() -> None:
    """`rule` stays the decorator, whatever is imported below the package."""
    import_module("flowidl.rules.declaration")
    import_module("flowidl.rules.case")
    assert flowidl.rules.rule is rule
    assert not any(isinstance(getattr(flowidl.rules, name), ModuleType) for name in flowidl.rules.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = getattr(flowidl.rules, "nonsense")  # noqa: B009 - a type checker would object to the plain form


def test_a_rule_reads_a_context_and_yields() -> None:
    loaded = load(task("f", "x: int -> o0: int").input())
    context = Context(analyse(loaded.definitions), DEFAULT, loaded.definitions)
    (found,) = short_name.check(context)
    assert isinstance(found, Found)
    assert (str(found.place.path), found.message) == ("template.id.name", "task `f` has a short name")
    assert (short_name.code, short_name.summary) == ("FI999", "A task's name is one letter")
    assert short_name.section("Fix") == "give it a name."
