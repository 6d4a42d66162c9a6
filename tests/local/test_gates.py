"""Gates: what is asked, asked again, and what answers mean."""

from __future__ import annotations

import datetime
import enum
import io
from dataclasses import dataclass
from typing import Any

import click
import pytest

from flowidl.builders import WorkflowBuilder, approve, call, literal_type, sleep, wait_for_input
from flowidl.local import DisapprovedError, Execution, RunError, ScriptedAnswers
from flowidl.local.parsing import Text, parse_duration
from tests.local.programs import closure, executed, task


class Kind(enum.Enum):
    A = "a"
    B = "b"


@dataclass
class Order:
    count: int
    note: str = "none"


def double(x: int) -> int:
    return 2 * x


def asking() -> Any:
    flow = WorkflowBuilder("pk.flow")
    value = flow.add(wait_for_input("amount", int))
    flow.add(sleep(datetime.timedelta(minutes=5)))
    flow.output("o0", flow.add(call(task(double), x=flow.add(approve(value, name="sure")))))
    return closure(flow, task(double))


def typed(monkeypatch: pytest.MonkeyPatch, text: str, **options: Any) -> Execution:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return executed(asking(), {}, double, **options)


def test_the_terminal_is_asked_until_it_says_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = typed(monkeypatch, "x\n\n7\nmaybe\nY\n")
    assert done.values() == {"o0": 14}
    printed = capsys.readouterr().out
    prompt = "[Input Gate] Waiting for input @amount of type <class 'int'>: "
    again = "[Approval Gate] @sure Approve 7? [Y/n]: "
    sleeping = "[Sleep Gate] Simulating Sleep for 0:05:00\n"
    asked = f"{prompt}Error: 'x' is not a valid integer.\n{prompt}{prompt}"
    assert printed in (
        f"{asked}{again}Error: invalid input\n{again}{sleeping}",
        f"{asked}{sleeping}{again}Error: invalid input\n{again}",
    )


def test_no_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    done = typed(monkeypatch, "7\nn\n")
    assert isinstance(done.error, DisapprovedError)
    assert "`sure`" in str(done.error)
    assert all(each.entity != "pk.double" or each.attempts == 0 for each in done.nodes)


def test_the_end_of_input_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(typed(monkeypatch, "").error, click.Abort)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"amount": 4, "sure": True}, 8),
        ({"amount": "4", "sure": "yes"}, 8),
        ({"amount": 4, "sure": False}, "was not approved"),
        ({"amount": 4}, "no answer for gate `sure`"),
        ({"amount": 1.5, "sure": True}, "does not fit"),
        ({"amount": (), "sure": True}, "asks once more"),
    ],
)
def test_scripts_answer(answers: dict[str, object], outcome: int | str) -> None:
    done = executed(asking(), {}, double, answers=ScriptedAnswers(answers))
    if isinstance(outcome, int):
        assert done.values() == {"o0": outcome}
    else:
        assert isinstance(done.error, RunError)
        assert outcome in str(done.error)


UTC = datetime.UTC
TEXTS: list[tuple[Any, str, Any]] = [
    (int, " 5 ", 5),
    (float, "2", 2.0),
    (str, "  pad ", "  pad "),
    (bool, "yes", True),
    (bool, "0", False),
    (datetime.datetime, "2020-01-02", datetime.datetime(2020, 1, 2, tzinfo=UTC)),
    (datetime.datetime, "2020-01-02T03:04:05", datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
    (datetime.datetime, "2024-01-01 + 1d", datetime.datetime(2024, 1, 2, tzinfo=UTC)),
    (datetime.datetime, "2024-01-02 - PT24H", datetime.datetime(2024, 1, 1, tzinfo=UTC)),
    (datetime.timedelta, "1:24", datetime.timedelta(seconds=84)),
    (datetime.timedelta, "PT5M", datetime.timedelta(minutes=5)),
    (Kind, "a", Kind.A),
    (list[int], "[1, 2]", [1, 2]),
    (list[float], "[1]", [1.0]),
    (dict[str, int], '{"a": 1}', {"a": 1}),
    (Order, '{"count": 3}', Order(3)),
    (int | None, "3", 3),
    (int | None, "none", None),
]


@pytest.mark.parametrize(("annotation", "text", "value"), TEXTS, ids=str)
def test_texts_are_values(annotation: Any, text: str, value: Any) -> None:
    from flowidl.values import from_literal

    literal = Text(literal_type(annotation), annotation).convert(text, None, None)
    assert from_literal(literal, annotation) == value


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "1.5"),
        (int, "1e3"),
        (bool, "maybe"),
        (datetime.datetime, "soon"),
        (datetime.timedelta, "90"),
        (datetime.timedelta, "1 parsec"),
        (Kind, "A"),
        (list[int], "1,2"),
        (list[int], '["x"]'),
        (Order, '{"note": "k"}'),
        (Order, "[]"),
        (int | None, "some"),
    ],
)
def test_texts_that_are_none_are_refused_so_that_they_are_asked_again(annotation: Any, text: str) -> None:
    with pytest.raises(click.UsageError):
        Text(literal_type(annotation), annotation).convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1 minute", 60),
        ("90s", 90),
        ("1 hour 5 minutes", 3900),
        ("2h30m", 9000),
        ("1 day, 2:00:05", 93605),
        ("1.5 h", 5400),
        ("-3m", -180),
        ("P1DT1H", 90000),
        ("500ms", 0.5),
        ("90", None),
        ("", None),
        ("P", None),
        ("5 5", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    found = parse_duration(text)
    assert (None if found is None else found.total_seconds()) == seconds
