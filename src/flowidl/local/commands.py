"""Tasks as processes of their own, by the command lines of their containers.

Each task gets a folder (or a part of a bucket) for its inputs and outputs; the templates in its command
line (`{{.input}}`, `{{.outputPrefix}}`, ...) are filled in as a back end fills them. So a package runs by
the very commands that were serialized: flytekit's where flytekit is installed, ours by ours. Images are not
used.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.errors_pb2 import ErrorDocument
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.local.errors import RunError
from flowidl.local.loading import command_line, loader_of
from flowidl.local.process_files import ERROR, FUTURES, INDEX_OFFSET, INDEX_VARIABLE, LEGACY_MAP, OUTPUTS
from flowidl.values.places import exists, new_address, read_bytes, write_bytes

if TYPE_CHECKING:
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.local.context import TaskContext
    from flowidl.local.implementations import Result

#: The variable that holds the number of an element.
INDEX = "FLYTE_K8S_ARRAY_INDEX"
_TEMPLATE = re.compile(r"\{\{\s*\.?([A-Za-z]+)(?:\.([A-Za-z0-9_]+))?\s*\}\}")
#: How much of what a process said is shown when it failed.
_TAIL = 4000


class CommandError(RunError):
    """A task's process did not do what it should."""


class TaskError(Exception):
    """What a task raised in a process of its own: its `error.pb`, as text."""


class Commands:
    """Runs any task that has a command line. `folder` is where the user's modules are."""

    is_implementation = True

    def __init__(self, folder: str = "") -> None:
        self._folder = folder or os.getcwd()

    def __call__(self, task: TaskTemplate, inputs: LiteralMap, context: TaskContext, /) -> Result:
        """Run a task's command line and read what it wrote."""
        prefix = new_address("task")
        line = command_line(task)
        found = loader_of(line)
        if found is not None and found.bound is not None:
            inputs = as_lists(inputs, set(found.bound))
        write_bytes(f"{prefix}/inputs.pb", inputs.SerializeToString(deterministic=True))
        places = {
            "input": f"{prefix}/inputs.pb",
            "inputPrefix": prefix,
            "outputPrefix": f"{prefix}/out",
            "rawOutputDataPrefix": f"{prefix}/raw",
            "checkpointOutputPrefix": f"{prefix}/checkpoint",
            "prevCheckpointPrefix": "",
            "executionID": context.execution_id,
        }
        line = [_filled(word, places, inputs) for word in line]
        output = self._run(task, line, context)
        return _result(task, places["outputPrefix"], output, context, line)

    def _run(self, task: TaskTemplate, line: list[str], context: TaskContext) -> str:
        if not line:
            raise CommandError(f"task `{task.id.name}` has no command line", path=context.path)
        done = subprocess.run(  # what the package says is what is asked for
            [_program(line[0]), *line[1:]],
            env=self._environment(task, context),
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise CommandError(
                f"the process of task `{task.id.name}` ended with status {done.returncode}:\n"
                f"{done.stdout[-_TAIL:]}",
                path=context.path,
            )
        return done.stdout

    def _environment(self, task: TaskTemplate, context: TaskContext) -> dict[str, str]:
        found = dict(os.environ)
        found.update({pair.key: pair.value for pair in task.container.env})
        known = found.get("PYTHONPATH", "")
        found["PYTHONPATH"] = os.pathsep.join(part for part in (self._folder, known) if part)
        if is_element(context.path):
            found[INDEX_VARIABLE], found[INDEX], found[INDEX_OFFSET] = INDEX, "0", "0"
        return found


def is_element(path: str) -> bool:
    """Tell whether a node's path ends at an element of an array."""
    return path.endswith("]")


def as_lists(inputs: LiteralMap, bound: set[str]) -> LiteralMap:
    """Return an element's inputs as a mapped task's program takes them: lists, here of this one element."""
    given = LiteralMap()
    for name, literal in inputs.literals.items():
        if name in bound:
            given.literals[name].CopyFrom(literal)
        else:
            given.literals[name].collection.literals.append(literal)
    return given


def _filled(word: str, places: dict[str, str], inputs: LiteralMap) -> str:
    """Fill in the templates of one word; those that nobody knows stay."""

    def value(match: re.Match[str]) -> str:
        name, part = match.group(1), match.group(2)
        if name == "inputs" and part in inputs.literals:
            return _text(inputs, part)
        return places.get(name, match.group(0)) if part is None else match.group(0)

    return _TEMPLATE.sub(value, word)


def _text(inputs: LiteralMap, name: str) -> str:
    from flowidl.local.conditions import plain

    found = plain(inputs.literals[name].scalar, name)
    return "true" if found is True else "false" if found is False else str(found)


def _program(name: str) -> str:
    """Return the program to start: `python` is this one, and what stands beside it comes first."""
    if name in ("python", "python3"):
        return sys.executable
    beside = os.path.join(os.path.dirname(sys.executable), name)
    found = beside if os.path.isfile(beside) else shutil.which(name)
    if found is None:
        raise CommandError(f"there is no program `{name}` here")
    return found


def _result(task: TaskTemplate, prefix: str, output: str, context: TaskContext, line: list[str]) -> Result:
    found = loader_of(line)
    if found is not None and found.bound is not None and any(LEGACY_MAP in word for word in line):
        prefix = f"{prefix}/0"
    if exists(f"{prefix}/{ERROR}"):
        document = ErrorDocument.FromString(read_bytes(f"{prefix}/{ERROR}"))
        raise TaskError(document.error.message.strip())
    if exists(f"{prefix}/{FUTURES}"):
        return DynamicJobSpec.FromString(read_bytes(f"{prefix}/{FUTURES}"))
    if exists(f"{prefix}/{OUTPUTS}"):
        return LiteralMap.FromString(read_bytes(f"{prefix}/{OUTPUTS}"))
    if task.interface.outputs.variables:
        raise CommandError(
            f"the process of task `{task.id.name}` wrote no outputs:\n{output[-_TAIL:]}", path=context.path
        )
    return LiteralMap()
