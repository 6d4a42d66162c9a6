"""`flowidl validate`: the main command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from flowidl.cli import outputs as where
from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import subcommand
from flowidl.cli.inputs import Stdin, check_existence, opened
from flowidl.cli.reporting import configuration_of, report_options, write_baseline
from flowidl.cli.settings import flag_values, options_of, policy_of, reading_of, setting_options
from flowidl.source.inputs import ARCHIVES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flowidl.cli.console import Console
    from flowidl.config.values import Settings
    from flowidl.graph.model import Drawing
    from flowidl.report.model import Report
    from flowidl.rules.options import Options
    from flowidl.source.options import LoadOptions
    from flowidl.validator.batch import Task
    from flowidl.validator.pipeline import Examined

#: What is a package of its own, by its name; everything else that is named belongs together.

#: Seconds before progress is shown.
_PATIENCE = 1.0


@subcommand("validate")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@click.option("--together", is_flag=True, help="Take archives as parts of one package, not each by itself.")
@report_options
@setting_options()
@click.pass_obj
def command(console: Console, /, paths: tuple[str, ...], **given: Any) -> int:
    """Check definitions, and say what is wrong with them and where.

    PATH is an archive as `pyflyte package` writes it (.tgz, .tar, .zip), a folder, a file, a pattern, - for
    standard input, or an address such as s3://bucket/package.tgz (with flowidl[remote]). An archive is a
    package of its own; all other paths together are one package.

    \b
    Examples
      flowidl validate flyte-package.tgz
      flowidl validate build/ --project flights --domain production
      flowidl validate *.tgz --jobs 0 --output sarif=flowidl.sarif --output text
      flowidl validate package.tgz --baseline known.json --write-baseline
      cat 2_my.pkg.train_2.pb | flowidl validate - --kind WorkflowSpec

    Settings can also stand in flowidl.toml or under [tool.flowidl] in pyproject.toml.

    \b
    Exit status
      0    nothing wrong, or nothing at or above --fail-on
      1    findings (a file that cannot be decoded is one)
      2    a wrong call, wrong configuration, or no such file
      3    a fault of flowidl itself
    """
    from flowidl.validator.pipeline import report_on

    configuration = configuration_of(console, given)
    settings = configuration.settings.under(flag_values(given))
    wanted = (*given["outputs"], "statistics") if given["statistics"] else given["outputs"]
    formats = where.parse(wanted, settings.format or "text")
    check_existence(paths)

    options = options_of(settings)
    tasks = _tasks(paths, console, given["together"], options, reading_of(settings, given))
    if given["write_baseline"]:
        examined = _examined(tasks, settings, console)
        return write_baseline(lambda policy: report_on(examined, options, policy), settings, console)
    policy = policy_of(settings, console)
    examined = _examined(tasks, settings, console)
    report = report_on(examined, options, policy)
    drawing = _drawing(tasks, options, report) if where.draws_any(formats) else None
    where.write(
        report,
        formats,
        console,
        verbose=given["verbose"],
        quiet=given["quiet"],
        uncapped=lambda: report_on(examined, options, policy._replace(max_findings=0)),
        drawing=drawing,
    )
    return CLEAN if report.passed else FINDINGS


def _tasks(
    paths: Sequence[str], console: Console, together: bool, options: Options, reading: LoadOptions
) -> list[Task]:
    """Group paths into packages, in the order in which each begins."""
    from flowidl.validator.batch import Task

    groups: dict[object, list[str | Stdin]] = {}
    for number, path in enumerate(paths):
        alone = not together and path.lower().endswith(ARCHIVES)
        groups.setdefault(number if alone else None, []).extend(opened((path,), console))
    return [Task(tuple(group), options, reading) for group in groups.values()]


def _examined(tasks: Sequence[Task], settings: Settings, console: Console) -> Examined:
    from flowidl.validator.batch import examine_all
    from flowidl.validator.pipeline import merged

    jobs = 1 if settings.jobs is None else settings.jobs or os.cpu_count() or 1
    jobs = 1 if any(isinstance(source, Stdin) for task in tasks for source in task.inputs) else jobs
    if jobs == 1 or len(tasks) == 1:
        return merged(_watched(examine_all(tasks), len(tasks), console))
    from flowidl.validator.workers import examine_in_processes

    return merged(_watched(examine_in_processes(tasks, jobs), len(tasks), console))


def _drawing(tasks: Sequence[Task], options: Options, report: Report) -> Drawing:
    """Read the packages again for their pictures: findings alone do not hold them."""
    from flowidl.graph.draw import draw, joined
    from flowidl.graph.marks import FindingMarks
    from flowidl.source import LoadOptions, load
    from flowidl.sourcecode.locate import find

    drawings: list[Drawing] = []
    for task in tasks:
        if any(isinstance(source, Stdin) for source in task.inputs):
            continue
        definitions = load(*task.inputs, options=task.reading or LoadOptions()).definitions
        sources = None if options.source is None else find(definitions, options.source)
        drawings.append(draw(definitions, sources, FindingMarks(report.findings, definitions)))
    return joined(drawings)


def _watched(parts: Iterator[Examined], total: int, console: Console) -> Iterator[Examined]:
    """Pass packages on, and if it takes long and people look on, say how many are done."""
    if total == 1 or not console.err.isatty():
        yield from parts
        return
    from time import monotonic

    start = monotonic()
    for number, part in enumerate(parts, 1):
        if monotonic() - start > _PATIENCE:
            console.err.write(f"\r\x1b[K{number} of {total} packages")
            console.err.flush()
        yield part
    console.err.write("\r\x1b[K")
