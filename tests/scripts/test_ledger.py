"""The accounts: every field of a definition, and every item of the specification, is dealt with somewhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import flowidl.validator
from flowidl.rules.declaration import Rule
from flowidl.rules.packs import all_rules
from scripts.docs_rules import Row, fields, items, ledger, unaccounted

SOURCE = Path(flowidl.validator.__file__).parents[1]
FIELDS = frozenset(fields())
READ = {field for rule in all_rules() for field in rule.reads}
WORDS = {"mirrored", "departs", "free", "elsewhere"}


def test_nothing_is_unaccounted_for() -> None:
    """A field that no rule reads (any more) needs a row in `scripts/data/fields.tsv`."""
    assert unaccounted() == []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.code))
def test_rules_read_fields_that_exist(rule: Rule) -> None:
    assert set(rule.reads) <= FIELDS


def test_a_field_is_accounted_for_once() -> None:
    """By rules, or by one row of the table; a row whose field a rule has come to read must go."""
    times = Counter(field for field in FIELDS for row in ledger() if row.matches(field))
    assert [field for field, count in times.items() if count > 1] == []
    assert [field for field in times if field in READ] == []


@pytest.mark.parametrize("row", ledger(), ids=lambda row: str(row.pattern))
def test_a_row_says_who_or_why(row: Row) -> None:
    assert any(row.matches(field) for field in FIELDS)
    assert row.word in ("read", "free")
    assert row.reason
    assert not row.reason.endswith(".")


def test_a_row_of_a_whole_message_stands_for_more_than_a_name() -> None:
    """`core.Span.*` is about the fields of `core.Span` and of no message nested in it."""
    row = Row("core.Span.*", "free", "")
    assert row.matches("core.Span.spans")
    assert not row.matches("core.Spans.spans")
    assert not row.matches("core.Span.Inner.field")
    assert Row("core.Node.id", "read", "").matches("core.Node.id")
    assert not Row("core.Node.id", "read", "").matches("core.Node.idle")


def test_items_are_numbered_once_and_said_in_known_words() -> None:
    ids = [item.id for item in items()]
    assert len(set(ids)) == len(ids)
    for item in items():
        assert item.title
        assert not item.word or (item.word in WORDS and item.reason), item.id


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: str(rule.code))
def test_rules_cover_items_that_exist(rule: Rule) -> None:
    assert set(rule.covers) <= {item.id for item in items()}
    assert len(set(rule.covers)) == len(rule.covers)


READ_BELOW = [row for row in ledger() if row.word == "read"]


@pytest.mark.parametrize("row", READ_BELOW, ids=lambda row: str(row.pattern))
def test_a_reader_is_a_module_or_a_rule_that_there_is(row: Row) -> None:
    reader = row.reason.replace(":", ",").partition(",")[0].split()[0]
    assert (SOURCE / f"{reader}.py").is_file() or reader in {rule.code for rule in all_rules()}, reader
