"""What the containers of these tests run."""

from __future__ import annotations

from pathlib import Path

from flowidl.builders import WorkflowBuilder, call
from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.local import current_context
from flowidl.local.errors import RecoverableError
from flowidl.values import File


def inc(x: int) -> int:
    return x + 1


def divide(x: int, by: int) -> int:
    return x // by


def unsure() -> int:
    raise RecoverableError("later")


def note(text: str) -> File:
    path = Path(current_context().working_directory) / "note.txt"
    path.write_text(text)
    return File(path)


def length(note: File) -> int:
    with note.open() as lines:
        return len(lines.read())


async def later(x: int) -> int:
    return x * 10


def where() -> str:
    context = current_context()
    return f"{context.task} {context.checkpoint_prefix}"


class Growing:
    """A dynamic task, as `flowidl.sdk` makes them: an implementation that gives a job."""

    is_implementation = True

    def __call__(self, task: object, inputs: LiteralMap, context: object, /) -> DynamicJobSpec:
        from flowidl.builders import dynamic_job
        from tests.execute.programs import template

        body = WorkflowBuilder("grow")
        value = body.add(call(template(inc), x=inputs.literals["x"].scalar.primitive.integer))
        body.output("o0", body.add(call(template(inc), x=value)))
        return dynamic_job(body.spec, tasks=[template(inc)])


def grow(x: int) -> int:
    raise AssertionError(x)


growing = Growing()
