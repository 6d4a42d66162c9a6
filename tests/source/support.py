"""Small definitions, archives and helpers that the tests of this room share."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.identifier_pb2 import ResourceType
from flowidl.source import DEFAULT_LIMITS, Fact, Loaded, LoadOptions, load
from tests.support.shared import shared


def task(name: str = "my.pkg.fit") -> TaskSpec:
    spec = TaskSpec()
    spec.template.id.resource_type = ResourceType.TASK
    spec.template.id.name = name
    spec.template.type = "container"
    spec.template.container.image = "ghcr.io/flights/app:1"
    return spec


def workflow(name: str = "my.pkg.train", nodes: int = 1) -> WorkflowSpec:
    spec = WorkflowSpec()
    spec.template.id.resource_type = ResourceType.WORKFLOW
    spec.template.id.name = name
    for number in range(nodes):
        node = spec.template.nodes.add(id=f"n{number}")
        node.task_node.reference_id.CopyFrom(task().template.id)
        binding = node.inputs.add(var="x").binding
        binding.promise.node_id = f"n{number - 1}" if number else ""
        binding.promise.var = "o0"
    return spec


def launch_plan(name: str = "my.pkg.train") -> LaunchPlan:
    plan = LaunchPlan()
    plan.id.resource_type = ResourceType.LAUNCH_PLAN
    plan.id.name = name
    plan.spec.workflow_id.CopyFrom(workflow(name).template.id)
    return plan


TASK, WORKFLOW, LAUNCH_PLAN = (m.SerializeToString() for m in (task(), workflow(), launch_plan()))

#: A package as packaging tools write it.
MEMBERS = {
    "0_my.pkg.fit_1.pb": TASK,
    "1_my.pkg.train_2.pb": WORKFLOW,
    "2_my.pkg.train_3.pb": LAUNCH_PLAN,
}


def tar(
    members: dict[str, bytes] | None = None, *extra: tarfile.TarInfo, format: int = tarfile.PAX_FORMAT
) -> bytes:
    """A tar archive of some members, and of further entries without content."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=format) as archive:
        for name, data in (MEMBERS if members is None else members).items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    return stream.getvalue()


def tgz(members: dict[str, bytes] | None = None, *extra: tarfile.TarInfo) -> bytes:
    return gzip.compress(tar(members, *extra), mtime=0)


def zipped(members: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in (MEMBERS if members is None else members).items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return stream.getvalue()


def facts(loaded: Loaded) -> list[Fact]:
    """The facts of all problems, in order."""
    return [problem.fact for problem in loaded.problems]


def limited(**limits: int) -> LoadOptions:
    """Options with some limits changed."""
    return LoadOptions(limits=DEFAULT_LIMITS._replace(**limits))


def load_limited(data: Any, **limits: int) -> Loaded:
    return load(data, options=limited(**limits))


#: A function that returns the peak memory of the process in KiB.
PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
"""


@cache
def corpus() -> tuple[dict[str, Any], ...]:
    """The index of the shared definitions, each entry with its bytes under `data`."""
    entries: list[dict[str, Any]] = json.loads(shared("corpus", "index.json").read_bytes())
    for entry in entries:
        entry["data"] = shared("corpus", entry["path"]).read_bytes()
    return tuple(entries)


def in_child(code: str, timeout: float = 60) -> tuple[str, float]:
    """Run code in a process of its own; return what it prints, and its peak memory in MiB beyond imports.

    The code is given `load`, `LoadOptions` and `facts`. Memory is measured by the kernel, as the difference
    between the peak before the code runs and the peak behind it. Where there is `/proc`, the peak is that of
    the program proper: `ru_maxrss` starts with what the parent had when it made the child.
    """
    program = f"""
import resource
from flowidl.admin.v1 import execution_pb2, launch_plan_pb2, task_pb2, workflow_pb2
from flowidl.core.v1 import dynamic_job_pb2
from flowidl.source import LoadOptions, load
def facts(loaded): return ",".join(problem.fact.value for problem in loaded.problems)
{PEAK}
before = peak()
{code}
print((peak() - before) / 1024)
"""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=root,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *printed, memory = done.stdout.splitlines()
    return "\n".join(printed), float(memory)
