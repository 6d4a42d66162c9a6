"""`load` takes whatever people have, and gives the same definitions for the same bytes."""

from __future__ import annotations

import gzip
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from flowidl.names import EntityId
from flowidl.source import Definition, Fact, File, Kind, LoadOptions, load
from tests.source.support import (
    LAUNCH_PLAN,
    MEMBERS,
    TASK,
    WORKFLOW,
    facts,
    launch_plan,
    tar,
    task,
    tgz,
    workflow,
    zipped,
)

KINDS = [Kind.TASK_SPEC, Kind.WORKFLOW_SPEC, Kind.LAUNCH_PLAN]


@pytest.mark.parametrize("package", [tar(), tgz(), zipped(), gzip.compress(tar()) + gzip.compress(b"")])
def test_packages(package: bytes) -> None:
    loaded = load(package)
    assert [definition.kind for definition in loaded.definitions] == KINDS
    assert [definition.origin.member for definition in loaded.definitions] == list(MEMBERS)
    assert [definition.origin.data for definition in loaded.definitions] == list(MEMBERS.values())
    assert not loaded.problems


def test_files_folders_and_patterns(tmp_path: Path) -> None:
    inner = tmp_path / "build"
    inner.mkdir()
    for name in ("10_b_2.pb", "2_a_2.pb"):
        (inner / name).write_bytes(WORKFLOW)
    (tmp_path / "package.tgz").write_bytes(tgz())
    (tmp_path / "single.pb.gz").write_bytes(gzip.compress(TASK))
    (tmp_path / "notes.md").write_text("not a definition")
    (tmp_path / ".hidden.pb").write_bytes(TASK)

    whole = load(str(tmp_path))
    names = [(d.origin.file.removeprefix(f"{tmp_path}/"), d.origin.member) for d in whole.definitions]
    assert names == [
        *(("package.tgz", member) for member in MEMBERS),
        ("single.pb.gz", ""),
        ("build/2_a_2.pb", ""),
        ("build/10_b_2.pb", ""),
    ]
    assert not whole.problems
    assert {skipped.subject.rpartition("/")[2] for skipped in whole.skipped} == {"notes.md", ".hidden.pb"}

    assert [d.origin.file for d in load(inner / "2_a_2.pb").definitions] == [str(inner / "2_a_2.pb")]
    assert len(load(f"{tmp_path}/**/*.pb").definitions) == 2
    assert len(load(f"{tmp_path}/build/[0-9]_*").definitions) == 1


def test_folders_with_something_else_than_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe_1.pb")
    (tmp_path / "gone_1.pb").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a_1.pb").write_bytes(TASK)
    (tmp_path / "b_1.pb").symlink_to(tmp_path / "a_1.pb")
    loaded = load(tmp_path)
    assert [d.origin.file.rpartition("/")[2] for d in loaded.definitions] == ["a_1.pb"]
    assert {skipped.reason for skipped in loaded.skipped} == {"not a regular file"}


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(tgz())))
    loaded = load("-")
    assert [definition.origin.file for definition in loaded.definitions] == ["<stdin>"] * 3


def test_things_in_memory() -> None:
    import flyteidl.admin.launch_plan_pb2 as foreign

    other = foreign.LaunchPlan.FromString(LAUNCH_PLAN)
    ready = Definition(Kind.TASK_SPEC, task())
    loaded = load(
        task(),
        other,
        bytearray(WORKFLOW),
        memoryview(TASK),
        io.BytesIO(WORKFLOW),
        File("x_3.pb", LAUNCH_PLAN),
        ready,
    )
    assert [definition.kind.label for definition in loaded.definitions] == [
        "TaskSpec",
        "LaunchPlan",
        "WorkflowSpec",
        "TaskSpec",
        "WorkflowSpec",
        "LaunchPlan",
        "TaskSpec",
    ]
    assert type(loaded.definitions[1].message) is type(launch_plan())
    assert loaded.definitions[0].origin.data is None, "there is no file whose bytes could be shown"
    assert loaded.definitions[0].message is not None
    assert facts(loaded) == [Fact.AMBIGUOUS_KIND, Fact.AMBIGUOUS_KIND], "workflows might be closures"


def test_arguments_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match="int"):
        load(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("missing", ["nowhere.pb", "nowhere/*.pb", "\0"])
def test_what_is_not_there_is_a_problem(missing: str, tmp_path: Path) -> None:
    loaded = load(str(tmp_path / missing))
    assert facts(loaded) == [Fact.UNREADABLE_INPUT]


def test_an_input_without_definitions_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing here")
    assert facts(load(str(tmp_path))) == [Fact.NO_DEFINITIONS]
    assert facts(load(File("empty.tgz", gzip.compress(bytes(10240))))) == [Fact.NO_DEFINITIONS]
    assert facts(load()) == []


def test_one_bad_member_does_not_hide_the_others() -> None:
    loaded = load(tgz({"0_a_1.pb": TASK[:-3], "1_b_2.pb": b"", "2_c_3.pb": LAUNCH_PLAN}))
    assert [definition.origin.member for definition in loaded.definitions] == ["2_c_3.pb"]
    assert [(p.fact, p.origin.member) for p in loaded.problems] == [
        (Fact.TRUNCATED_MESSAGE, "0_a_1.pb"),
        (Fact.EMPTY_FILE, "1_b_2.pb"),
    ]


def test_identifiers_are_completed_as_registration_does() -> None:
    spec = workflow()
    spec.template.id.domain = "staging"
    spec.template.id.version = "{{ registration.version }}"
    options = LoadOptions(project="flights", domain="production", version="v7")
    found = load(spec, options=options).definitions[0]
    assert found.id == EntityId(2, "flights", "staging", "my.pkg.train", "v7")
    assert isinstance(found.message, type(spec))
    assert found.message == spec, "the message itself stays as it was"
    plain = load(spec).definitions[0].id
    assert plain == EntityId(2, "", "staging", "my.pkg.train", "")


def test_a_named_kind_reads_even_nothing() -> None:
    loaded = load(b"", options=LoadOptions(kind=Kind.EXECUTION_SPEC))
    assert [definition.kind for definition in loaded.definitions] == [Kind.EXECUTION_SPEC]


def test_source_code_in_packages_is_left_out_and_named() -> None:
    name = "fast0123456789abcdef0123456789abcdef.tar.gz"
    loaded = load(File("p.tgz", tgz({**MEMBERS, name: tgz()})))
    assert len(loaded.definitions) == 3
    assert [(s.subject, s.reason) for s in loaded.skipped] == [
        (f"p.tgz > {name}", "an archive of source code")
    ]
    assert not loaded.problems
