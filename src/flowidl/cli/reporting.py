"""What commands that end in a report share: the flags that say where it goes, and the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure
from flowidl.cli.settings import policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.cli.console import Console
    from flowidl.config.files import Configuration
    from flowidl.config.values import Settings
    from flowidl.report.model import Report
    from flowidl.report.policy import Policy

    Function = Callable[..., int]

_OPTIONS = (
    click.option(
        "--output",
        "outputs",
        metavar="FORMAT[=FILE]",
        multiple=True,
        help="Also write the report in a format, to a file or standard output. Repeat for several.",
    ),
    click.option("--statistics", is_flag=True, help="Print how many findings of which rule there are."),
    click.option(
        "--config",
        "config_file",
        metavar="FILE",
        type=click.Path(),
        help="Configuration to use, instead of looking for it.",
    ),
    click.option("--no-config", is_flag=True, help="Use no configuration file."),
    click.option(
        "--write-baseline",
        is_flag=True,
        help="Write the present findings to the --baseline file, and exit with 0.",
    ),
    click.option(
        "-v", "--verbose", is_flag=True, help="Show all there is, and on stderr what is being used."
    ),
    click.option("-q", "--quiet", is_flag=True, help="Print findings only: nothing if there are none."),
)


def report_options(function: Function) -> Function:
    """Give a command the flags of a report."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def configuration_of(console: Console, given: dict[str, Any]) -> Configuration:
    """Return the configuration that is asked for, or the one that is found from the working directory up."""
    from flowidl.config.files import Configuration, find, read

    if given["no_config"]:
        return Configuration()
    found = read(given["config_file"]) if given["config_file"] else find(console.folder)
    if given["verbose"] and found.file:
        console.say(f"flowidl: configuration from {found.file}")
    return found


def write_baseline(report: Callable[[Policy], Report], settings: Settings, console: Console) -> int:
    """Write all findings that are not suppressed to the baseline file; `report` makes the report under a
    policy.
    """
    from flowidl.cli.outputs import write_file
    from flowidl.config.files import baseline_text
    from flowidl.report.conclude import baseline_of
    from flowidl.report.phrases import number

    if not settings.baseline:
        raise Failure("--write-baseline: name the file with --baseline, or in the configuration")
    policy = policy_of(settings._replace(baseline=""), console)._replace(max_findings=0)
    entries = baseline_of(report(policy).findings)
    write_file(settings.baseline, baseline_text(entries))
    console.say(f"flowidl: {number(len(entries), 'finding')} written to {settings.baseline}")
    return CLEAN
