"""Reading the shared verdicts of the reference compiler, and the definitions that they are about."""

from __future__ import annotations

import base64
import json
import tarfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from google.protobuf import json_format

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.compiler.compile import Compilation, compile_dynamic_job, compile_package, compile_workflow
from flowidl.compiler.faults import references
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.workflow_closure_pb2 import WorkflowClosure
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate
from flowidl.names import EntityId
from flowidl.source.definitions import Definition, Kind, Origin
from tests.support.shared import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google.protobuf.message import Message

M = TypeVar("M", bound="Message")

Pairs = set[tuple[str, str]]


def lines(*parts: str) -> list[dict[str, Any]]:
    """Return the lines of a file of JSON objects."""
    return [json.loads(line) for line in shared(*parts).read_text(encoding="utf-8").splitlines()]


def canonical(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def reported(compilation: Compilation) -> Pairs:
    return {(reference.code, reference.node_id) for reference in references(compilation.faults)}


def verdict(compilation: Compilation) -> str:
    return "error" if compilation.closure is None else "ok"


def without_repeated_prefixes(pairs: Pairs) -> Pairs:
    """Fold ids such as `b-b-th` into `b-th`, and `n1-n0-n1-n0-x` into `n1-n0-x`: what QK-50 makes of them."""
    return {(code, _folded(id)) for code, id in pairs}


def _folded(id: str) -> str:
    parts = id.split("-")
    length = 1
    while 2 * length < len(parts):
        if parts[:length] == parts[length : 2 * length]:
            parts = parts[length:]
            length = 1
        else:
            length += 1
    return "-".join(parts)


# --- mutants


def compile_mutant(line: dict[str, Any]) -> Compilation:
    given = CompiledWorkflowClosure.FromString(base64.b64decode(line["input"]))
    before = canonical(given)
    compilation = compile_workflow(
        given.primary.template if given.primary.HasField("template") else None,
        sub_workflows=[workflow.template for workflow in given.sub_workflows],
        tasks=given.tasks,
        launch_plans=_mutated_plans(line),
    )
    assert canonical(given) == before, "the input was changed"
    return compilation


def _mutated_plans(line: dict[str, Any]) -> list[LaunchPlan]:
    return [LaunchPlan.FromString(base64.b64decode(plan)) for plan in line.get("launch_plans", ())]


def package_of_mutant(line: dict[str, Any]) -> list[Definition]:
    """Return a mutant as somebody would have it in files: a workflow, first, its tasks and launch plans."""
    given = CompiledWorkflowClosure.FromString(base64.b64decode(line["input"]))
    workflow = WorkflowSpec(sub_workflows=[part.template for part in given.sub_workflows])
    if given.primary.HasField("template"):
        workflow.template.CopyFrom(given.primary.template)
    definitions = [Definition(Kind.WORKFLOW_SPEC, workflow)]
    for task in given.tasks:
        spec = TaskSpec(template=task.template) if task.HasField("template") else TaskSpec()
        definitions.append(Definition(Kind.TASK_SPEC, spec))
    plans = _mutated_plans(line)
    definitions += [Definition(Kind.LAUNCH_PLAN, plan, id=EntityId.of(plan.id)) for plan in plans]
    return definitions


# --- the corpus


@cache
def _archive(path: str) -> dict[str, bytes]:
    with tarfile.open(shared("corpus", path)) as archive:
        return {
            member.name.removeprefix("./"): file.read()
            for member in archive
            if (file := archive.extractfile(member)) is not None
        }


def read(path: str) -> bytes:
    """Return a corpus file, or a member of a package (`package#member`)."""
    package, _, member = path.partition("#")
    return _archive(package)[member.removeprefix("./")] if member else shared("corpus", path).read_bytes()


def load(kind: type[M], path: str) -> M:
    data = read(path)
    if path.endswith(".json"):
        return json_format.Parse(data, kind(), ignore_unknown_fields=True)
    if path.endswith((".yaml", ".yml")):
        return json_format.ParseDict(yaml.safe_load(data), kind(), ignore_unknown_fields=True)
    return kind.FromString(data)


def _neighbours(path: str) -> Iterator[str]:
    """Yield the paths of the workflows beside a file, or of it, in its folder or package."""
    package, _, member = path.partition("#")
    if member:
        yield from (f"{package}#{name}" for name in _archive(package) if name.endswith("_2.pb"))
    else:
        folder = shared("corpus", path).parent
        yield from (str(Path(path).parent / file.name) for file in sorted(folder.glob("*_2.pb")))


def package_of(line: dict[str, Any]) -> list[Definition]:
    """Return a labelled workflow, first, with what was given along. Each has its path as its file."""
    definitions = [_definition(Kind.WORKFLOW_SPEC, load(WorkflowSpec, line["path"]), line["path"])]
    definitions += [_definition(Kind.TASK_SPEC, load(TaskSpec, path), path) for path in line["tasks"]]
    for path in line["launch_plans"]:
        plan = load(LaunchPlan, path)
        definitions.append(_definition(Kind.LAUNCH_PLAN, plan, path)._replace(id=EntityId.of(plan.id)))
    if line["launch_plans"]:
        beside = {
            other: None for path in (line["path"], *line["launch_plans"]) for other in _neighbours(path)
        }
        others = [path for path in beside if not _same_file(path, line["path"])]
        definitions += [_definition(Kind.WORKFLOW_SPEC, load(WorkflowSpec, path), path) for path in others]
    return definitions


def _same_file(one: str, other: str) -> bool:
    return one.replace("#./", "#") == other.replace("#./", "#")


def _definition(kind: Kind, message: Message, path: str) -> Definition:
    return Definition(kind, message, Origin(path, data=b""))


def compile_labelled(line: dict[str, Any]) -> Compilation:
    kind, path = line["kind"].split()[0], line["path"]
    if kind == "WorkflowSpec":
        return compile_package(package_of(line))[0][1]
    if kind == "DynamicJobSpec":
        return compile_dynamic_job(load(DynamicJobSpec, path), load(TaskSpec, line["parent"]).template)
    if kind == "WorkflowTemplate":
        return compile_workflow(load(WorkflowTemplate, path))
    closure = load(WorkflowClosure, path)
    return compile_workflow(closure.workflow, tasks=closure.tasks)
