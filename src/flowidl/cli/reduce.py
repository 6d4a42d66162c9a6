"""`flowidl reduce`: the smallest package that still has a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.codes import complete_codes
from flowidl.cli.console import CLEAN
from flowidl.cli.framework import Failure, subcommand
from flowidl.cli.settings import flag_values, options_of, setting_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowidl.cli.console import Console
    from flowidl.source.definitions import Definition


@subcommand("reduce")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--code", required=True, shell_complete=complete_codes, help="Code or name of the finding's rule."
)
@click.option("--anonymise", "--anonymize", is_flag=True, help="Replace names and values.")
@click.option(
    "-o", "--output", "file", default="reduced.tgz", metavar="FILE", type=click.Path(),
    help="Package to write. Default: reduced.tgz.",
)  # fmt: skip
@click.option(
    "--time-limit", "seconds", type=click.FloatRange(min=0.1), default=60.0, metavar="SECONDS",
    help="Time to take. Default: 60.",
)  # fmt: skip
@click.option("--text-format", is_flag=True, help="Allow Protobuf text format, for files of your own.")
@click.option(
    "--kind", metavar="KIND", default="", help="Kind of all inputs, e.g. WorkflowSpec. Else found out."
)
@setting_options("target", "project", "domain", "version-of-entities", "strict", "previews", "missing",
                 "external", "platform", "budgets", "limits")  # fmt: skip
@click.pass_obj
def command(
    console: Console, /, paths: tuple[str, ...], code: str, anonymise: bool, file: str, seconds: float,
    **given: Any,
) -> int:  # fmt: skip
    """Make a package smaller as long as it has a finding, so that you can send it to somebody.

    The first finding of the rule is kept; definitions, nodes, inputs and fields go as long as it stays.

    \b
    Examples
      flowidl reduce package.tgz --code FI425
      flowidl reduce package.tgz --code FI425 --anonymise -o small.tgz && flowidl validate small.tgz
      flowidl reduce package.tgz --code FI900 --anonymise     # what flowidl itself crashes at

    With --anonymise look at the result before you send it: what the finding depends on stays as it is.
    """
    from flowidl.cli.reading import read
    from flowidl.config.values import Settings
    from flowidl.escape import escape
    from flowidl.reduce.anonymise import anonymise as anonymised
    from flowidl.reduce.shrink import NotFoundError, reduce
    from flowidl.rules.packs import find

    options = options_of(Settings().under(flag_values(given)))._replace(source=None)
    rule = find(code, options.rules)
    if rule is None:
        raise Failure(f"no rule has the code or name {escape(code)}; `flowidl rules` lists them")
    before = read(console, paths, given).definitions
    try:
        found = reduce(before, rule.code, options, seconds)
    except NotFoundError:
        raise Failure(
            f"{rule.code} finds nothing in what can be read of {escape(' '.join(paths))};"
            " `flowidl validate` says what is found"
        ) from None
    definitions, finding = found.definitions, found.finding
    if anonymise:
        hidden = anonymised(definitions, finding, options)
        definitions, finding = hidden.definitions, hidden.finding
        if hidden.kept:
            console.say(
                f"flowidl: kept, because the finding depends on it: {', '.join(map(escape, hidden.kept))}"
            )
    _write(file, definitions)
    size = sum(definition.message.ByteSize() for definition in definitions)
    whole = sum(definition.message.ByteSize() for definition in before)
    console.write(f"{rule.code} {escape(finding.message)}\n")
    console.write(f"{file}: {len(definitions)} of {len(before)} definitions, {size} of {whole} bytes\n")
    if found.timed_out:
        console.say(f"flowidl: stopped after {seconds:g} seconds; --time-limit gives it more")
    return CLEAN


def _write(file: str, definitions: Sequence[Definition]) -> None:
    """Write a package: members as packages have them where the kind allows, in their order."""
    import io
    import tarfile

    from flowidl.cli.outputs import write_file
    from flowidl.source.definitions import Kind

    numbers = {Kind.TASK_SPEC: 1, Kind.WORKFLOW_SPEC: 2, Kind.LAUNCH_PLAN: 3}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=9) as archive:
        for index, definition in enumerate(definitions):
            data = definition.message.SerializeToString(deterministic=True)
            name = definition.kind.label
            entity = getattr(getattr(definition.message, "template", definition.message), "id", None)
            if definition.kind in numbers and entity is not None:
                safe = "".join(c if c.isalnum() or c in "._-" else "_" for c in entity.name)
                name = f"{safe or 'entity'}_{numbers[definition.kind]}"
            member = tarfile.TarInfo(f"{index}_{name}.pb")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    write_file(file, raw.getvalue())
