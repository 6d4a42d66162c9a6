"""The two verbs of the Python API."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import flowidl.validator
from flowidl.core.v1 import Container, Identifier, ResourceType, TaskMetadata, TaskTemplate, TypedInterface
from flowidl.findings import Severity
from flowidl.report.model import Verdict
from flowidl.source import Limits
from flowidl.validator import Options, Policy, Report, Suppression, ValidationError, check, validate


def task(name: str = "my.task") -> TaskTemplate:
    return TaskTemplate(
        id=Identifier(resource_type=ResourceType.TASK, project="p", domain="d", name=name, version="v"),
        type="raw",
        metadata=TaskMetadata(),
        interface=TypedInterface(),
        container=Container(image="image:1", args=["run"]),
    )


BROKEN = task("")


def test_validate_returns_a_report() -> None:
    report = validate(task())
    assert isinstance(report, Report)
    assert report.verdict is Verdict.PASSED
    assert [(entry.kind, entry.number) for entry in report.checked] == [("task", 1)]
    assert report.findings == ()


def test_validate_never_raises_for_content(tmp_path: Path) -> None:
    for bad in (b"", b"\xff\xff", str(tmp_path / "nowhere.tgz"), BROKEN):
        assert validate(bad).verdict is Verdict.FAILED


def test_check_returns_the_report_of_what_passes() -> None:
    assert check(task()).passed


def test_check_raises_with_the_report() -> None:
    with pytest.raises(ValidationError) as caught:
        check(BROKEN)
    report = caught.value.report
    assert report.verdict is Verdict.FAILED
    assert report.findings[0].message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_the_error_travels_between_processes() -> None:
    with pytest.raises(ValidationError) as caught:
        check(BROKEN)
    assert pickle.loads(pickle.dumps(caught.value)).report == caught.value.report


def test_check_follows_the_policy() -> None:
    code = validate(BROKEN).findings[0].code
    assert check(BROKEN, policy=Policy(fail_on=None)).findings
    assert check(BROKEN, policy=Policy(suppressions=(Suppression(code, "known"),))).suppressed == 1
    assert check(BROKEN, options=Options(severity={code: Severity.WARNING})).counts.warnings == 1


def test_nothing_to_check_does_not_pass() -> None:
    with pytest.raises(ValidationError):
        check()


def test_limits_of_the_options_count() -> None:
    tight = validate(task().SerializeToString(), options=Options(limits=Limits(elements=1)))
    assert [hit.name for hit in tight.limits] == ["too-many-elements"]


def test_a_target_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match=r"flyte-1\.16"):
        validate(task(), options=Options(target="flyte-0"))


def test_all_names_are_there() -> None:
    for name in flowidl.validator.__all__:
        assert getattr(flowidl.validator, name) is not None
    with pytest.raises(AttributeError):
        getattr(flowidl.validator, "nothing")  # noqa: B009  # no such name, as a type checker would say


def test_fingerprints_survive_new_versions_and_another_order() -> None:
    first, second = task("a b c"), task("")
    before = validate(first, second)
    for message in (first, second):
        message.id.version = "later"
    after = validate(second, first)
    assert {f.fingerprint for f in before.findings} == {f.fingerprint for f in after.findings}
    assert len({f.fingerprint for f in before.findings}) == len(before.findings) > 0
