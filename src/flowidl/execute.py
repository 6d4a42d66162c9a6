"""The entry point of a task's container: `python -m flowidl.execute`.

    python -m flowidl.execute --inputs {{.input}} --output-prefix {{.outputPrefix}} \\
        --raw-output-data-prefix {{.rawOutputDataPrefix}} --resolver flowidl.execute.by_name -- \\
        task-module my.pkg task-name fit

It reads the inputs (`inputs.pb`), runs the task with the code that a local run uses, and writes one of
`outputs.pb`, `futures.pb` (the job of a dynamic task) and `error.pb` below the output prefix. Addresses may
be remote (s3, gcs, abfs, ..., through fsspec). Of a mapped task it runs the element whose number the back end
gives in a variable.

The status is 0 also if the task failed, since the back end reads `error.pb`; it is 1 with
`FLYTE_FAIL_ON_ERROR=true`.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.errors_pb2 import ContainerError, ErrorDocument
from flowidl.core.v1.execution_pb2 import ExecutionError
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.local.context import TaskContext
from flowidl.local.errors import RunError
from flowidl.local.implementations import DynamicJob, execute
from flowidl.local.loading import by_name, load, loader, mapped
from flowidl.local.process_files import ERROR, FUTURES, INDEX_OFFSET, INDEX_VARIABLE, LEGACY_MAP, OUTPUTS
from flowidl.tuples import NamedTuple
from flowidl.values.pickles import pickling
from flowidl.values.places import read_bytes, write_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.local.implementations import Result
    from flowidl.local.loading import Loader

__all__ = ["by_name", "main", "mapped"]


class Places(NamedTuple):
    """Where a task reads and writes."""

    inputs: str
    output_prefix: str
    raw_output_prefix: str
    checkpoint: str = ""
    previous_checkpoint: str = ""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--inputs", required=True, help="Address of the inputs, a LiteralMap.")
@click.option("--output-prefix", required=True, help="Folder or bucket for what comes out.")
@click.option(
    "--raw-output-data-prefix", default="", help="Folder or bucket for files and tables of outputs."
)
@click.option("--checkpoint-path", default="", help="Where a checkpoint of this try goes.")
@click.option("--prev-checkpoint", default="", help="Where the try before left a checkpoint.")
@click.option("--test", is_flag=True, hidden=True)
@click.option("--dynamic-addl-distro", default="", hidden=True)
@click.option("--dynamic-dest-dir", default="", hidden=True)
@click.option(
    "--resolver", default="flowidl.execute.by_name", help="What finds the function by the words after --."
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(
    inputs: str,
    output_prefix: str,
    raw_output_data_prefix: str,
    checkpoint_path: str,
    prev_checkpoint: str,
    resolver: str,
    words: tuple[str, ...],
    **_: object,
) -> None:
    """Run one task of a workflow: inputs from a file, outputs to files."""
    places = Places(
        inputs, output_prefix, raw_output_data_prefix, _given(checkpoint_path), _given(prev_checkpoint)
    )
    failed = not run_task(places, loader(resolver, words), legacy=LEGACY_MAP in resolver)
    if failed and os.environ.get("FLYTE_FAIL_ON_ERROR", "").lower() == "true":
        sys.exit(1)


def _given(text: str) -> str:
    """Return an address; what the back end did not fill in, or left as a pair of quotes, is none."""
    return "" if text.startswith("{{") or text in ('""', "''") else text


def run_task(places: Places, found: Loader, *, legacy: bool = False) -> bool:
    """Run a task and write what came of it; tell whether it succeeded."""
    prefix = places.output_prefix.rstrip("/")
    if legacy and found.bound is not None:
        prefix = f"{prefix}/{element_index()}"
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        result = _result(places, found)
    except Exception as error:
        write_bytes(f"{prefix}/{ERROR}", error_document(error).SerializeToString())
        traceback.print_exc()
        return False
    if isinstance(result, DynamicJob):
        result = result.spec
    name = FUTURES if isinstance(result, DynamicJobSpec) else OUTPUTS
    write_bytes(f"{prefix}/{name}", result.SerializeToString(deterministic=True))
    return True


def _result(places: Places, found: Loader) -> Result:
    given = LiteralMap.FromString(read_bytes(places.inputs))
    if found.bound is not None:
        given = element_of(given, set(found.bound), element_index())
    task = TaskTemplate()
    task.id.name = ".".join(found.words[1::2])
    context = TaskContext(
        task.id.name,
        raw_output_prefix=places.raw_output_prefix,
        checkpoint_prefix=places.checkpoint,
        previous_checkpoint=places.previous_checkpoint,
        execution_id=os.environ.get("FLYTE_INTERNAL_EXECUTION_ID", "local"),
    )
    # What the author's interface lets travel as a pickle was asked for when the package was made.
    with pickling(True):
        return execute(task, given, load(found), context)


def element_index() -> int:
    """Return the number of the element that this process is to run, from 0."""
    name = os.environ.get(INDEX_VARIABLE, "")
    if name not in os.environ:
        raise RunError(f"{INDEX_VARIABLE} does not name a variable with the number of the element")
    return int(os.environ[name]) + int(os.environ.get(INDEX_OFFSET, "") or 0)


def element_of(inputs: LiteralMap, bound: set[str], index: int) -> LiteralMap:
    """Return what one element of a mapped task is given."""
    given = LiteralMap()
    for name, literal in inputs.literals.items():
        if name in bound or not literal.HasField("collection"):
            given.literals[name].CopyFrom(literal)
        elif index < len(literal.collection.literals):
            given.literals[name].CopyFrom(literal.collection.literals[index])
        else:
            raise RunError(f"`{name}` has no element {index}")
    return given


def error_document(error: BaseException) -> ErrorDocument:
    """Return what the back end is told about an exception."""
    recoverable = any(
        cls.__name__ in ("RecoverableError", "FlyteRecoverableException") for cls in type(error).__mro__
    )
    document = ErrorDocument()
    document.error.code = f"USER:{type(error).__qualname__}"
    document.error.message = "".join(traceback.format_exception(error))
    document.error.kind = ContainerError.RECOVERABLE if recoverable else ContainerError.NON_RECOVERABLE
    document.error.origin = ExecutionError.USER
    document.error.timestamp.GetCurrentTime()
    return document


def main(args: Sequence[str] | None = None) -> None:
    """Run the program."""
    command.main(args=args, prog_name="flowidl.execute", standalone_mode=args is None)


if __name__ == "__main__":
    main()
