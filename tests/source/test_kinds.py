"""Which kind it is: by content alone, over all real definitions; and what is said where names differ."""

from __future__ import annotations

from collections import Counter

import pytest
from google.protobuf import json_format
from google.protobuf.message import Message
from hypothesis import given, settings

from flowidl.admin.v1.execution_pb2 import ExecutionCreateRequest, ExecutionSpec
from flowidl.admin.v1.task_pb2 import Task
from flowidl.admin.v1.workflow_pb2 import Workflow
from flowidl.builders import literal
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.errors_pb2 import ContainerError, ErrorDocument
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.core.v1.workflow_closure_pb2 import WorkflowClosure
from flowidl.source import Fact, File, Kind, LoadOptions, load
from flowidl.source.decode.detect import kind_by_label, kind_by_name
from flowidl.source.definitions import KINDS
from flowidl.source.messages import message_class
from tests.source.support import LAUNCH_PLAN, TASK, WORKFLOW, corpus, facts, launch_plan, task, workflow
from tests.support.messages import messages


def test_every_real_definition_is_recognised_without_its_name() -> None:
    right: Counter[str] = Counter()
    wrong: list[str] = []
    for entry in corpus():
        label = entry["message_type"].rpartition(".")[2]
        if entry["encoding"] not in ("pb", "json", "yaml"):
            continue
        found = load(entry["data"])
        if entry["message_type"].startswith("k8s"):
            sound = facts(found) == [Fact.KUBERNETES_OBJECT]
        else:
            sound = [definition.kind.label for definition in found.definitions] == [label]
            sound = sound and set(facts(found)) <= {Fact.AMBIGUOUS_KIND}
        right[label] += sound
        if not sound:
            wrong.append(entry["path"])
    assert not wrong
    assert right.total() > 2000


def test_real_names_agree_with_their_content() -> None:
    for entry in corpus():
        if entry["encoding"] == "pb":
            found = load(File(entry["path"], entry["data"]))
            assert (entry["path"], facts(found)) == (entry["path"], [])


def _dynamic() -> DynamicJobSpec:
    return DynamicJobSpec(nodes=workflow().template.nodes, tasks=[task().template], min_successes=1)


def _compiled() -> CompiledWorkflowClosure:
    closure = CompiledWorkflowClosure()
    closure.primary.template.CopyFrom(workflow().template)
    closure.tasks.add().template.CopyFrom(task().template)
    return closure


def _admin_task() -> Task:
    found = Task(id=task().template.id)
    found.closure.compiled_task.template.CopyFrom(task().template)
    return found


def _admin_workflow() -> Workflow:
    found = Workflow(id=workflow().template.id)
    found.closure.compiled_workflow.CopyFrom(_compiled())
    return found


def _execution() -> ExecutionSpec:
    found = ExecutionSpec(launch_plan=launch_plan().id)
    found.metadata.principal = "someone"
    found.max_parallelism = 3
    return found


SMALL = {
    Kind.TASK_SPEC: task(),
    Kind.WORKFLOW_SPEC: workflow(),
    Kind.LAUNCH_PLAN: launch_plan(),
    Kind.LAUNCH_PLAN_SPEC: launch_plan().spec,
    Kind.TASK: _admin_task(),
    Kind.WORKFLOW: _admin_workflow(),
    Kind.TASK_TEMPLATE: task().template,
    Kind.WORKFLOW_TEMPLATE: workflow().template,
    Kind.WORKFLOW_CLOSURE: WorkflowClosure(workflow=workflow().template, tasks=[task().template]),
    Kind.COMPILED_WORKFLOW_CLOSURE: _compiled(),
    Kind.COMPILED_TASK: message_class(Kind.COMPILED_TASK)(template=task().template),
    Kind.DYNAMIC_JOB_SPEC: _dynamic(),
    Kind.EXECUTION_SPEC: _execution(),
    Kind.EXECUTION_CREATE_REQUEST: ExecutionCreateRequest(
        project="flights", domain="development", name="e1", spec=_execution()
    ),
}


#: What is known by its file's name: a message that names nothing looks like many others.
NAMELESS: dict[Kind, tuple[str, Message]] = {
    Kind.LITERAL_MAP: ("inputs", LiteralMap(literals={"x": literal(5)})),
    Kind.ERROR_DOCUMENT: ("error", ErrorDocument(error=ContainerError(code="USER", message="no"))),
}


def test_there_is_an_example_of_every_kind() -> None:
    assert set(SMALL) | set(NAMELESS) == set(KINDS)


@pytest.mark.parametrize("kind", NAMELESS, ids=lambda kind: kind.label)
def test_what_has_no_identifier_is_known_by_its_name(kind: Kind) -> None:
    stem, message = NAMELESS[kind]
    named = load(File(f"{stem}.pb", message.SerializeToString()))
    assert ([each.kind for each in named.definitions], facts(named)) == ([kind], [])
    assert named.definitions[0].message == message
    assert load(message.SerializeToString()).definitions == ()
    as_json = load(json_format.MessageToJson(message).encode())
    assert [each.kind for each in as_json.definitions] == [kind]


def test_content_that_is_none_outweighs_the_name() -> None:
    assert [each.kind for each in load(File("inputs.pb", WORKFLOW)).definitions] == [Kind.WORKFLOW_SPEC]


@pytest.mark.parametrize("kind", SMALL, ids=lambda kind: kind.label)
def test_each_kind_is_recognised(kind: Kind) -> None:
    loaded = load(SMALL[kind].SerializeToString())
    found = loaded.definitions[0].kind
    if facts(loaded) == [Fact.AMBIGUOUS_KIND]:
        assert kind is found or kind.label in loaded.problems[0].detail
    else:
        expected = Kind.TASK_SPEC if kind is Kind.COMPILED_TASK else kind
        assert (facts(loaded), found) == ([], expected)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
@settings(max_examples=8, deadline=None)
@given(data=...)
def test_a_stated_kind_always_counts(kind: Kind, data: bytes) -> None:
    for definition in load(data, options=LoadOptions(kind=kind)).definitions:
        assert definition.kind is kind


def test_content_outweighs_a_name_and_says_so() -> None:
    loaded = load(File("train_1.pb", WORKFLOW))
    assert [definition.kind for definition in loaded.definitions] == [Kind.WORKFLOW_SPEC]
    problem = loaded.problems[0]
    assert (problem.fact, problem.kind, problem.other) == (
        Fact.MISMATCHED_KIND,
        Kind.TASK_SPEC,
        Kind.WORKFLOW_SPEC,
    )


def test_a_stated_kind_outweighs_content_and_says_so() -> None:
    loaded = load(TASK, options=LoadOptions(kind=Kind.LAUNCH_PLAN))
    assert loaded.definitions[0].kind is Kind.LAUNCH_PLAN
    assert facts(loaded)[0] is Fact.MISMATCHED_KIND


@pytest.mark.parametrize("data", [b"\x08\x01\x12\x03abc", b"\x00" * 40, bytes(range(256)), b"\x0a\x00"])
def test_what_fits_no_kind_is_not_guessed(data: bytes) -> None:
    loaded = load(data)
    assert loaded.definitions == ()
    assert set(facts(loaded)) <= {Fact.UNKNOWN_KIND, Fact.CORRUPT_MESSAGE, Fact.TRUNCATED_MESSAGE}
    assert loaded.problems


def test_missing_identifiers_do_not_outweigh_a_name() -> None:
    spec = task()
    spec.template.ClearField("id")
    loaded = load(File("0_x_1.pb", spec.SerializeToString()))
    assert (loaded.definitions[0].kind, facts(loaded)) == (Kind.TASK_SPEC, [])


def test_numbers_in_names_of_json_files_mean_nothing() -> None:
    loaded = load(File("success_1.json", b'{"workflow": {"id": {"resourceType": "WORKFLOW", "name": "w"}}}'))
    assert (loaded.definitions[0].kind, facts(loaded)) == (Kind.WORKFLOW_CLOSURE, [])


def test_files_that_just_lie_there_are_no_fault(tmp_path: object) -> None:
    from tests.source.support import tgz

    loaded = load(tgz({"0_x_1.pb": TASK, "package.json": b'{"name": "x"}', "ci.yaml": b"on: push\n"}))
    assert len(loaded.definitions) == 1
    assert facts(loaded) == []
    assert {skipped.subject for skipped in loaded.skipped} == {"package.json", "ci.yaml"}


@pytest.mark.parametrize(
    ("stem", "kind"),
    [
        ("0_my.pkg.fit_1", Kind.TASK_SPEC),
        ("my.pkg.train_2", Kind.WORKFLOW_SPEC),
        ("x_3", Kind.LAUNCH_PLAN),
        ("futures", Kind.DYNAMIC_JOB_SPEC),
        ("train.WorkflowSpec", Kind.WORKFLOW_SPEC),
        ("Task", Kind.TASK),
        ("task", None),
        ("workflow", None),
        ("x_4", None),
        ("", None),
    ],
)
def test_names(stem: str, kind: Kind | None) -> None:
    assert kind_by_name(stem) is kind


def test_labels_in_any_spelling() -> None:
    for kind in KINDS:
        for spelling in (
            kind.label,
            kind.value,
            kind.label.lower(),
            f"flyteidl.core.{kind.label}",
            kind.name,
        ):
            assert kind_by_label(spelling) is kind
    assert kind_by_label("Node") is None
    assert kind_by_label("") is None


@settings(max_examples=60, deadline=None)
@given(message=messages(message_class(Kind.LAUNCH_PLAN)))
def test_random_launch_plans_are_never_taken_for_something_else_silently(message: object) -> None:
    data = message.SerializeToString()  # type: ignore[attr-defined]
    loaded = load(File("x_3.pb", data))
    for definition in loaded.definitions:
        assert definition.kind is Kind.LAUNCH_PLAN or Fact.MISMATCHED_KIND in facts(loaded)
    assert LAUNCH_PLAN
