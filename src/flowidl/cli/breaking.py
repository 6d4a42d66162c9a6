"""`flowidl breaking`: whom a new version breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli import outputs as where
from flowidl.cli.console import CLEAN, FINDINGS
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.reporting import configuration_of, report_options, write_baseline
from flowidl.cli.settings import flag_values, options_of, policy_of, reading_of, setting_options

if TYPE_CHECKING:
    from flowidl.cli.console import Console


@subcommand("breaking")
@click.argument("paths", metavar="[OLD] NEW", nargs=-1, required=True)
@click.option(
    "--against",
    metavar="OLD",
    help="The older version, where only NEW is given: git#ref=main,path=package.tgz.",
)
@click.option(
    "--api", type=click.Choice(["all", "launch-plans"]), default="all",
    help="Whose callers count: those of everything that can be called, or of launch plans alone.",
)  # fmt: skip
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@report_options
@setting_options()
@click.pass_obj
def command(console: Console, /, paths: tuple[str, ...], **given: Any) -> int:
    """Say whom a new version breaks: callers, cached and stored values, and those who operate it.

    OLD and NEW are packages, folders or files, as for `validate`. Every launch plan and task, and every
    workflow that no launch plan runs, is taken for somebody's API. --external names definitions of callers
    that are known.

    \b
    Examples
      flowidl breaking released.tgz package.tgz
      flowidl breaking package.tgz --against git#ref=main,path=build/package.tgz --output github
      flowidl breaking released.tgz package.tgz --api launch-plans --ignore FI94

    Settings can also stand in flowidl.toml or under [tool.flowidl] in pyproject.toml.

    \b
    Exit status
      0    nothing breaks (or nothing at or above --fail-on, here: warning)
      1    findings
      2    a wrong call, wrong configuration, or no such file
      3    a fault of flowidl itself
    """
    from flowidl.cli.versions import version
    from flowidl.rules.changes.context import Api
    from flowidl.validator.breaking import examine_versions
    from flowidl.validator.pipeline import report_on

    old, new = _versions(paths, given["against"])
    settings = configuration_of(console, given).settings.under(flag_values(given))
    wanted = (*given["outputs"], "statistics") if given["statistics"] else given["outputs"]
    formats = where.parse(wanted, settings.format or "text")
    options = options_of(settings)
    examined = examine_versions(
        (version(old, console),),
        (version(new, console),),
        options,
        reading_of(settings, given),
        Api(given["api"]),
    )
    if given["write_baseline"]:
        return write_baseline(lambda policy: report_on(examined, options, policy), settings, console)
    policy = policy_of(settings._replace(fail_on=settings.fail_on or "warning"), console)
    report = report_on(examined, options, policy)
    where.write(
        report,
        formats,
        console,
        verbose=given["verbose"],
        quiet=given["quiet"],
        uncapped=lambda: report_on(examined, options, policy._replace(max_findings=0)),
    )
    return CLEAN if report.passed else FINDINGS


def _versions(paths: tuple[str, ...], against: str | None) -> tuple[str, str]:
    given = paths if against is None else (against, *paths)
    if len(given) != 2:
        raise Failure("give two versions: OLD NEW, or NEW --against OLD")
    return given[0], given[1]
