"""Which definition a reference means where several have its identifier."""

from __future__ import annotations

from itertools import permutations

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.compiler.analyse import analyse
from flowidl.names import EntityId
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.problems import Loaded
from flowidl.validator.pipeline import examine_loaded
from tests.support.flows import INT, STR, bind, node, number, task, workflow

TAKES_INT = bind("x", number(1))


def task_file(name: str, file: str, type: str, *, image: str = "", member: str = "") -> Definition:
    template = task(name, {"x": type})
    template.container.image = image
    return Definition(
        Kind.TASK_SPEC, TaskSpec(template=template), Origin(file, member, b""), EntityId.of(template.id)
    )


def workflow_file(file: str, *, name: str = "w", member: str = "") -> Definition:
    template = workflow(node("n0", "t", TAKES_INT), name=name)
    return Definition(
        Kind.WORKFLOW_SPEC,
        WorkflowSpec(template=template),
        Origin(file, member, b""),
        EntityId.of(template.id),
    )


def errors(*definitions: Definition) -> set[str]:
    """Return the codes of errors, which no order of the definitions changes."""
    found = {
        frozenset(
            (finding.code, finding.location.file, finding.message)
            for finding in examine_loaded(Loaded(tuple(order))).findings
        )
        for order in permutations(definitions)
    }
    assert len(found) == 1
    return {code for code, _, _ in next(iter(found)) if code.startswith("FI4")}


def meant(*definitions: Definition) -> str:
    """Return the file of the task that the one workflow runs, or nothing if that is not certain."""
    (unit,) = analyse(definitions).units
    (run,) = unit.primary.nodes
    return "" if run.opaque or run.target is None else run.target.definition.origin.file


def test_the_nearest_before_in_the_same_folder_is_meant() -> None:
    definitions = [
        task_file("t", "a/0_t.pb", STR),
        task_file("t", "a/2_t.pb", INT),
        workflow_file("a/10_w.pb"),
        task_file("t", "a/11_t.pb", STR),
        task_file("t", "b/2_t.pb", STR),
    ]
    assert meant(*definitions) == "a/2_t.pb"
    assert errors(*definitions) == set()


def test_folders_of_an_archive_count_too() -> None:
    definitions = [
        task_file("t", "p.tgz", STR, member="x/0_t.pb"),
        task_file("t", "p.tgz", INT, member="y/0_t.pb"),
        workflow_file("p.tgz", member="./y/1_w.pb"),
    ]
    (unit,) = analyse(definitions).units
    (run,) = unit.primary.nodes
    assert run.target is not None
    assert run.target.definition.origin.member == "y/0_t.pb"


def test_nobody_is_blamed_for_a_choice() -> None:
    nearest_is_wrong = [
        task_file("t", "a/0_t.pb", INT),
        task_file("t", "a/1_t.pb", STR),
        workflow_file("a/2_w.pb"),
    ]
    assert errors(*nearest_is_wrong) == set()
    assert meant(*nearest_is_wrong) == ""
    elsewhere = [task_file("t", "b/0_t.pb", STR), task_file("t", "c/0_t.pb", INT), workflow_file("a/0_w.pb")]
    assert errors(*elsewhere) == set()
    assert meant(*elsewhere) == ""


def test_definitions_that_look_the_same_are_all_wrong_or_none() -> None:
    wrong = [
        task_file("t", "b/0_t.pb", STR, image="x"),
        task_file("t", "c/0_t.pb", STR, image="y"),
        workflow_file("a/0_w.pb"),
    ]
    assert errors(*wrong) == {"FI406"}


def repeated(*definitions: Definition) -> list[str]:
    found = examine_loaded(Loaded(definitions)).findings
    return [finding.message for finding in found if finding.code == "FI159"]


def test_another_image_is_said_once_a_folder() -> None:
    definitions = [
        task_file(name, f"{folder}/{name}.pb", INT, image=folder)
        for folder in "ab"
        for name in ("s", "t", "u")
    ]
    expected = ["task s is defined again with another image or version, and so are 2 more of this folder"]
    assert [message.replace("`", "") for message in repeated(*definitions)] == expected
    assert repeated(*reversed(definitions)) == repeated(*definitions)


def test_other_differences_are_said_once_an_identifier() -> None:
    definitions = [
        task_file("t", f"a/{at}.pb", type) for at, type in enumerate((INT, STR, INT, "simple: FLOAT"))
    ]
    (message,) = repeated(*definitions)
    assert "3 different ways" in message
