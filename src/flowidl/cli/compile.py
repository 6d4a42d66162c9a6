"""`flowidl compile`: from templates to closures, as the back end makes them at registration."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from flowidl.cli import outputs
from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.inputs import check_existence, opened
from flowidl.cli.settings import flag_values, options_of, policy_of, reading_of, setting_options
from flowidl.config.values import Settings
from flowidl.findings import Phase, Severity
from flowidl.report.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.cli.console import Console
    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
    from flowidl.report.model import Report
    from flowidl.rules.options import Options
    from flowidl.source.problems import Loaded

_SUFFIXES = {"binary": ".pb", "json": ".json"}
_MAX_NAME = 180


@subcommand("compile")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o", "--output", "target_path", metavar="OUT", required=True,
    help="Folder for the closures; - writes the only one to standard output.",
)  # fmt: skip
@click.option(
    "--as", "form", type=click.Choice(sorted(_SUFFIXES)), default="binary", help="Form of the closures."
)
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@setting_options("target", "project", "domain", "version-of-entities", "external", "limits")
@click.pass_obj
def command(console: Console, /, paths: tuple[str, ...], target_path: str, form: str, **given: Any) -> int:
    """Compile workflows into closures, as the back end does at registration.

    All PATHs together are one package. Each workflow that compiles becomes a file NAME_closure.pb, a
    CompiledWorkflowClosure, and its name is printed. What keeps a workflow from being compiled is said on
    standard error, as `flowidl validate` says it.

    \b
    Examples
      flowidl compile flyte-package.tgz -o closures/
      flowidl compile 2_my.pkg.train_2.pb 1_my.pkg.fit_1.pb -o - --as json

    \b
    Exit status
      0    every workflow was compiled
      1    at least one was not, or a file could not be read
      2    a wrong call, or no such file
      3    a fault of flowidl itself
    """
    from flowidl.source import load

    check_existence(paths)
    settings = Settings().under(flag_values(given))
    options = options_of(settings)
    loaded = load(*opened(paths, console), options=reading_of(settings, given))
    compiled = list(_compiled(loaded, options, form))
    closures = {name: content for name, content in compiled if content is not None}
    if target_path == "-":
        if len(closures) != 1:
            raise Failure(
                f"standard output takes one closure, and there are {len(closures)}; give a folder with -o"
            )
        (content,) = closures.values()
        outputs.write_here(content if form == "binary" else content.decode(), console)
    else:
        _write(closures, target_path, console)
    report = _told(loaded, options, settings, console)
    return CLEAN if len(closures) == len(compiled) and not _unread(report) else FINDINGS


def _compiled(loaded: Loaded, options: Options, form: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield a file name and the content for each workflow; no content for one that does not compile."""
    from flowidl.compiler.compile import compile_package
    from flowidl.compiler.targets import target_named

    own = {id(definition) for definition in loaded.definitions}
    taken: set[str] = set()
    everything = (*loaded.definitions, *options.externals)
    for definition, compilation in compile_package(everything, target_named(options.target)):
        if id(definition) not in own:
            continue
        if compilation.closure is None:
            yield "", None
        else:
            name = definition.id.name if definition.id else definition.kind.label
            yield _file_name(name, taken) + _SUFFIXES[form], _encoded(compilation.closure, form)


def _file_name(name: str, taken: set[str]) -> str:
    """Return a name that any file may have, a new one each time: names in inputs may hold anything."""
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip(".")[:_MAX_NAME] or "workflow"
    candidate, number = stem, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    taken.add(candidate)
    return f"{candidate}_closure"


def _encoded(closure: CompiledWorkflowClosure, form: str) -> bytes:
    if form == "binary":
        return closure.SerializeToString(deterministic=True)
    from google.protobuf.json_format import MessageToJson

    return MessageToJson(closure).encode() + b"\n"


def _write(closures: dict[str, bytes], folder: str, console: Console) -> None:
    try:
        os.makedirs(folder, exist_ok=True)  # pathlib costs its import
    except OSError as error:
        raise Failure(f"cannot write to {folder}: {error.strerror}") from error
    for name, content in closures.items():
        file = os.path.join(folder, name)
        outputs.write_file(file, content)
        console.write(file + "\n")


def _told(loaded: Loaded, options: Options, settings: Settings, console: Console) -> Report:
    """Say on standard error what is wrong, if anything is, and return the report."""
    from flowidl.report.formats import Style, render
    from flowidl.validator.pipeline import examine_loaded, report_on

    report = report_on(examine_loaded(loaded, options), options, policy_of(settings, console))
    if not report.passed:
        console.tell(str(render(report, "text", Style(color=console.colorful(console.err)))))
    return report


def _unread(report: Report) -> bool:
    """Tell whether an input could not be read, which may have held a workflow, or whether there was none."""
    unread = any(
        finding.phase is Phase.READ and finding.severity is Severity.ERROR for finding in report.findings
    )
    return unread or report.verdict is Verdict.NOTHING_CHECKED
