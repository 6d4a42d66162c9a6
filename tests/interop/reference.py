"""What flytekit itself emits for the code of the seeds, and how messages are compared with it.

flytekit lives in an environment of its own below the project (`.interop`, not under version control),
made once and kept. The messages are read with our own schema.

    assert_same(ours, emitted.one("branching.task_a", TaskSpec))
"""

from __future__ import annotations

import base64
import difflib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pytest
from google.protobuf import text_format

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.workflow_pb2 import WorkflowTemplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from google.protobuf.message import Message

M = TypeVar("M", TaskSpec, WorkflowSpec, LaunchPlan, DynamicJobSpec)

SDK_VERSION = "1.16.31"
PACKAGES = (f"flytekit=={SDK_VERSION}", "kubernetes==33.1.0")
IDENTITY = {"project": "proj", "domain": "dev", "version": "ver1"}
IMAGE = "reg.example/app:v9"

_HERE = Path(__file__).resolve().parent
_FOLDER = _HERE.parents[1] / ".interop"
_UV = Path(sys.executable).with_name("uv")

_TYPES: dict[str, type[TaskSpec] | type[WorkflowSpec] | type[LaunchPlan] | type[DynamicJobSpec]] = {
    "TaskSpec": TaskSpec,
    "WorkflowSpec": WorkflowSpec,
    "LaunchPlan": LaunchPlan,
    "DynamicJobSpec": DynamicJobSpec,
}

#: Lists whose order means nothing: of texts, and of templates with an identifier.
_SETS_OF_TEXTS = {"flowidl.core.v1.Node.upstream_node_ids"}
_SETS_OF_TEMPLATES = {"flowidl.admin.v1.WorkflowSpec.sub_workflows"}


class Emitted(NamedTuple):
    """The messages that flytekit emits, by kind and name."""

    messages: dict[tuple[str, str], TaskSpec | WorkflowSpec | LaunchPlan | DynamicJobSpec]

    def one(self, name: str, kind: type[M]) -> M:
        """Return a message by its name (`branching.task_a`) and kind."""
        found = self.messages[kind.DESCRIPTOR.name, name]
        assert isinstance(found, kind)
        return found


def emitted() -> Emitted:
    """Return what flytekit emits for the modules of `seed_code`.

    Skips the test, saying why, if flytekit cannot be installed; with `FLOWIDL_REQUIRE_INTEROP=1` fails.
    """
    done = _run([environment() / "bin" / "python", _HERE / "emit.py", _HERE / "seed_code"])
    assert done.returncode == 0, done.stderr
    found: dict[tuple[str, str], TaskSpec | WorkflowSpec | LaunchPlan | DynamicJobSpec] = {}
    for each in json.loads(done.stdout):
        message = _TYPES[each["kind"]].FromString(base64.b64decode(each["data"]))
        found[each["kind"], each["name"]] = message
    return Emitted(found)


def run_in_flytekit(script: str, *arguments: str | Path) -> str:
    """Return what a script of this folder prints in flytekit's environment; skips as `emitted` does."""
    done = _run([environment() / "bin" / "python", _HERE / script, *arguments])
    assert done.returncode == 0, done.stderr
    return done.stdout


def environment() -> Path:
    """Return the folder of flytekit's environment, which is made if it is not there."""
    made, stamp = _FOLDER / "venv", _FOLDER / "stamp"
    wanted = "\n".join(PACKAGES)
    if stamp.exists() and stamp.read_text() == wanted:
        return made
    for command in (
        ("venv", "--quiet", "--clear", "--python", sys.executable, made),
        ("pip", "install", "--quiet", "--python", made / "bin" / "python", *PACKAGES),
    ):
        done = _run([_UV, *command])
        if done.returncode:
            _unavailable(f"flytekit cannot be installed: {done.stderr.strip()[-500:]}")
    stamp.write_text(wanted)
    return made


def _unavailable(reason: str) -> None:
    if os.environ.get("FLOWIDL_REQUIRE_INTEROP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_"))}
    return subprocess.run(
        [*map(str, command)], env=kept, check=False, capture_output=True, text=True, timeout=300
    )


def assert_same(ours: Message, theirs: Message, *, ignoring: Sequence[str] = ()) -> None:
    """Assert that two messages say the same: lists that are sets are sorted on both sides first.

    `ignoring` are paths of fields that are cleared on both sides (`closure.expected_inputs`): each needs its
    reason where it is passed.
    """
    mine, other = (_text(canonical(each, ignoring)).splitlines() for each in (ours, theirs))
    difference = "\n".join(difflib.unified_diff(other, mine, "flytekit", "flowidl", lineterm=""))
    assert not difference, f"\n{difference}"


def canonical(message: Message, ignoring: Sequence[str] = ()) -> Message:
    """Return a copy with lists that are sets sorted and some fields cleared."""
    copy = message.__class__()
    copy.CopyFrom(message)
    for path in ignoring:
        _clear(copy, path)
    waiting: list[Any] = [copy]
    while waiting:
        each = waiting.pop()
        for field, value in each.ListFields():
            if field.full_name in _SETS_OF_TEXTS:
                value.sort()
            elif field.full_name in _SETS_OF_TEMPLATES:
                value.sort(key=_name)
            waiting.extend(_inside(field, value))
    return copy


def _inside(field: Any, value: Any) -> list[Any]:
    """Return the messages in the value of a field."""
    if field.message_type is None:
        return []
    if field.message_type.GetOptions().map_entry:
        is_message = field.message_type.fields_by_name["value"].message_type is not None
        return list(value.values()) if is_message else []
    return [value] if hasattr(value, "ListFields") else list(value)


def _name(template: WorkflowTemplate) -> str:
    return template.id.name


def _clear(message: Any, path: str) -> None:
    *way, last = path.split(".")
    for step in way:
        message = getattr(message, step)
    message.ClearField(last)


def _text(message: Message) -> str:
    return text_format.MessageToString(message, use_index_order=False)
