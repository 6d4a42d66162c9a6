"""`flowidl run`: a workflow, here and now: from a module, a file, a package or a closure."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import Failure, subcommand
from flowidl.escape import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flowidl.cli.console import Console
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.local import Execution
    from flowidl.local.commands import Commands
    from flowidl.local.packages import Runnable


@subcommand("run", add_help_option=False)
@click.argument("target", metavar="TARGET", required=False, default="")
@click.argument("name", metavar="[NAME]", required=False, default="")
@click.option(
    "-i", "--input", "given", metavar="NAME=VALUE", multiple=True, help="An input; VALUE as JSON or text."
)
@click.option(
    "--inputs", "inputs_file", metavar="FILE", help="Inputs: JSON, YAML, or a LiteralMap (inputs.pb)."
)
@click.option("--answers", "answers_file", metavar="FILE", help="Answers at gates by name, JSON or YAML.")
@click.option("--mock", "mocks", metavar="TASK=JSON", multiple=True, help="Let a task give these outputs.")
@click.option(
    "--workers", type=click.IntRange(1), help="Run tasks on so many threads. Else in order, one by one."
)
@click.option("--cache", metavar="FOLDER", help="Keep outputs of cached tasks here.")
@click.option("--retries", is_flag=True, help="Try tasks again as often as they say.")
@click.option("--timeouts", is_flag=True, help="Let tasks fail when their time is over.")
@click.option("--wait", is_flag=True, help="Wait at sleep gates.")
@click.option(
    "--pickle", "pickles", is_flag=True, help="Let values travel as pickles, which can run any code."
)
@click.option("--commands", is_flag=True, help="Run each task as a process, by its container's command line.")
@click.option("--raw-output", metavar="PREFIX", help="Folder or bucket for files and tables of outputs.")
@click.option(
    "--output", "output_file", metavar="FILE", help="Write the outputs here: .json, or .pb, a LiteralMap."
)
@click.option("--page", metavar="FILE", help="Write what ran, with a picture, as an HTML page.")
@click.option("--help", "-h", "wants_help", is_flag=True, help="Show this, and the inputs of TARGET.")
@click.pass_obj
def command(console: Console, /, target: str, name: str, wants_help: bool, **options: Any) -> int:
    """Run a workflow here and now, and print its outputs as JSON. This imports and runs the user's code.

    TARGET is module:workflow, file.py:workflow, or a package or closure, of which NAME is the workflow or
    launch plan. Of a package the functions are found by what its tasks' command lines say.

    \b
    Examples
      flowidl run shop.py:order --input 'xs=[3,4]'
      flowidl run shop.tgz shop.order --inputs inputs.pb
      flowidl run shop.tgz shop.order --commands --raw-output s3://bucket/run
      flowidl run shop.py:order --input 'xs=[3,4]' --page run.html

    \b
    Exit status
      0    the workflow is done
      1    it failed
      2    the call, or the definition, is wrong
    """
    from flowidl.cli.run_targets import find

    if wants_help:
        _help(console, find(target, name, console) if target else None)
        return CLEAN
    if not target:
        raise Failure("TARGET is missing: module:workflow, file.py:workflow, or a package and a name")
    return _run(console, find(target, name, console), options)


def _run(console: Console, runnable: Runnable, options: dict[str, Any]) -> int:
    from flowidl.cli.run_targets import inputs_of, mocks_of
    from flowidl.errors import BuildError
    from flowidl.local import RunError, ScriptedAnswers, run
    from flowidl.local.packages import Loading

    loading = Loading()
    try:
        mocks = mocks_of(options["mocks"])
        answers = _answers(options["answers_file"])
        execution = run(
            runnable.closure,
            inputs_of(runnable, options["given"], options["inputs_file"]),
            mocks if options["commands"] else {**runnable.functions, **mocks},
            launch_plans=runnable.launch_plans,
            closures=runnable.closures,
            signals=runnable.signals,
            answers=None if answers is None else ScriptedAnswers(answers),
            workers=options["workers"],
            cache=options["cache"],
            retries=options["retries"] or None,
            timeouts=options["timeouts"] or None,
            wait=options["wait"] or None,
            pickle=options["pickles"] or None,
            raw_output_prefix=options["raw_output"] or _own_folder(),
            on_event=_progress(console),
            fallback=_commands(console) if options["commands"] else loading,
        )
    except BuildError as error:
        raise Failure(escape(str(error))) from None
    except RunError as error:
        reasons = [f"\n  {name}: {why}" for name, why in sorted(loading.reasons.items())]
        hint = "\n  --mock TASK=JSON stands in for a task" if reasons else ""
        raise Failure(escape(str(error)) + "".join(map(escape, reasons)) + hint) from None
    if options["page"]:
        _write_page(options["page"], execution, runnable)
    return _concluded(console, execution, options["output_file"])


def _write_page(path: str, execution: Execution, runnable: Runnable) -> None:
    """Write the record of a run as a page, with the workflow's picture and the lines of its code."""
    from flowidl.cli.outputs import write_file
    from flowidl.graph.draw import draw
    from flowidl.report.html import page, run_of
    from flowidl.source.definitions import Definition, Kind
    from flowidl.sourcecode.locate import find

    definitions = (Definition(Kind.COMPILED_WORKFLOW_CLOSURE, runnable.closure),)
    write_file(path, page(None, draw(definitions, find(definitions)), run_of(execution)))


def _own_folder() -> str:
    """Return a folder for outputs that is made once something is written, and stays."""
    import tempfile
    import uuid

    return os.path.join(tempfile.gettempdir(), f"flowidl-run-{uuid.uuid4().hex[:12]}")


def _commands(console: Console) -> Callable[[object], Commands]:
    from flowidl.local.commands import Commands

    commands = Commands(console.folder)
    return lambda _: commands


def _answers(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    from flowidl.cli.run_targets import read_file
    from flowidl.values.shapes import is_dict, is_list

    found = read_file(path)
    if not is_dict(found):
        raise Failure(f"{escape(path)} holds no answers by name")
    return {name: tuple(each) if is_list(each) else each for name, each in found.items()}


# What is shown


def _progress(console: Console) -> Any:
    """Return what says a line for each node that ended, for people only."""
    if not console.err.isatty():
        return None
    from flowidl.local import Event, State

    colors = {
        State.SUCCEEDED: "green",
        State.CACHED: "green",
        State.FAILED: "red",
        State.SKIPPED: "bright_black",
    }

    def show(event: Event) -> None:
        if event.state is State.RUNNING:
            return
        record = event.record
        state = f"{event.state.value:<9}"
        if console.colorful(console.err):
            state = click.style(state, fg=colors.get(event.state, "yellow"))
        console.say(f"{state} {record.duration:8.3f} s  {escape(record.path)}  {escape(record.entity)}")

    return show


def _concluded(console: Console, execution: Execution, path: str | None) -> int:
    if execution.error is not None:
        _show_failure(console, execution)
        return FINDINGS
    outputs = execution.outputs
    literals: dict[str, Literal] = {} if outputs is None else dict(outputs.literals)
    if path is not None and path.endswith(".pb") and outputs is not None:
        _write(path, outputs.SerializeToString(deterministic=True))
        return CLEAN
    from flowidl.local.plain import plain_of

    plain = {name: plain_of(literals[name]) for name in sorted(literals)}
    text = json.dumps(plain, indent=2, ensure_ascii=not _speaks_unicode(console), default=str) + "\n"
    if path is None or path == "-":
        console.write(text)
    else:
        _write(path, text.encode())
    return CLEAN


def _speaks_unicode(console: Console) -> bool:
    return (getattr(console.out, "encoding", None) or "").lower().replace("-", "") == "utf8"


def _write(path: str, data: bytes) -> None:
    try:
        with open(path, "wb") as file:
            file.write(data)
    except OSError as error:
        raise Failure(f"cannot write {escape(path)}: {error.strerror}") from None


def _show_failure(console: Console, execution: Execution) -> None:
    error = execution.error
    failed = [each for each in execution.nodes if each.error is error]
    where = f"node {failed[0].path} ({failed[0].entity})" if failed else f"workflow {execution.workflow}"
    console.say(f"{escape(where)} failed")
    for line in _traceback(error, console.folder):
        console.say(escape(line))


def _traceback(error: BaseException | None, folder: str) -> Sequence[str]:
    """Return a traceback without the frames of the interpreter; files below a folder by their path in it."""
    import traceback

    if error is None:
        return []
    shown = traceback.TracebackException.from_exception(error)
    own = os.path.join(os.path.dirname(os.path.dirname(__file__)), "")
    users = [frame for frame in shown.stack if not frame.filename.startswith(own)]
    for frame in users:
        frame.filename = frame.filename.removeprefix(os.path.join(folder, ""))
    shown.stack = traceback.StackSummary.from_list(users)
    return "".join(shown.format()).rstrip("\n").split("\n")


def _help(console: Console, runnable: Runnable | None) -> None:
    context = click.get_current_context()
    console.write(context.get_help() + "\n")
    if runnable is None:
        return
    from flowidl.local.plain import plain_of
    from flowidl.types import type_text

    rows: list[tuple[str, str]] = []
    for name, variable in sorted(runnable.closure.primary.template.interface.inputs.variables.items()):
        said = type_text(variable.type)
        if name in runnable.fixed:
            said += f", always {json.dumps(plain_of(runnable.fixed[name]), default=str)}"
        elif name in runnable.defaults:
            said += f", default {json.dumps(plain_of(runnable.defaults[name]), default=str)}"
        if variable.description and variable.description != name:
            said += f": {variable.description}"
        rows.append((escape(name), escape(said)))
    formatter = context.make_formatter()
    with formatter.section(f"Inputs of {escape(runnable.name)}"):
        formatter.write_dl(rows or [("(none)", "")])
    console.write("\n" + formatter.getvalue())
