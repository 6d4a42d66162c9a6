"""Write the pages about the command line from the command line itself.

`docs/cli.md` is made of the commands' help. `docs/configuration.md` is written by hand, except for its table
of settings, which stands between two marks and is made of `flowidl.config.settings`.

    scripts/docs_cli.py            write both
    scripts/docs_cli.py --check    exit 1 if one of them is stale
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from flowidl.cli.framework import COMMANDS
from flowidl.cli.program import program
from flowidl.config.settings import SETTINGS, Setting, Shape
from flowidl.report.formats import FORMATS

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 96
BEGIN, END = "<!-- settings: written by scripts/docs_cli.py -->", "<!-- end of settings -->"


def cli_page() -> str:
    """Return `docs/cli.md`."""
    return "\n".join(_cli_lines())


def _cli_lines() -> Iterator[str]:
    yield "# The command line"
    yield ""
    yield "<!-- Written by scripts/docs_cli.py from the help of the commands. -->"
    yield ""
    yield "Data goes to standard output and talk to standard error. Every command has `--help`."
    yield ""
    yield from _help("flowidl", program)
    for row in COMMANDS:
        context = click.Context(program, info_name="flowidl", terminal_width=WIDTH)
        command = program.get_command(context, row.name)
        assert command is not None, row.name
        yield f"## {row.name}"
        yield ""
        yield from _help(f"flowidl {row.name}", command)
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield f"### {row.name} {name}"
                yield ""
                yield from _help(f"flowidl {row.name} {name}", inner)
    yield "## Formats"
    yield ""
    yield "| format | what it is |"
    yield "| --- | --- |"
    yield from (f"| `{row.name}` | {row.summary} |" for row in FORMATS)
    yield ""


def _help(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(
        command,
        info_name=name,
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    yield "```text"
    yield context.get_help()
    yield "```"
    yield ""


def settings_table() -> str:
    """Return the table of settings, as Markdown."""
    lines = ["| key | flag | value | default | what it decides |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| `{s.name}` | {_flag(s)} | {_value(s)} | {_default(s)} | {s.summary} |" for s in SETTINGS]
    return "\n".join(lines)


def _flag(setting: Setting) -> str:
    if not setting.option:
        return ""
    return f"`{setting.option} {setting.metavar}`" if setting.metavar else f"`{setting.option}`"


def _value(setting: Setting) -> str:
    shape = setting.shape.value
    if setting.keys:
        shape += " with the keys " + ", ".join(f"`{key}`" for key in setting.keys)
    if setting.choices:
        words = ", ".join(f"`{choice}`" for choice in setting.choices)
        return f"{shape} of {words}" if setting.shape is Shape.TABLE else words
    return shape


def _default(setting: Setting) -> str:
    return f"`{setting.default}`" if setting.default else ""


def configuration_page(present: str) -> str:
    """Return `docs/configuration.md` with its table written anew."""
    head, _, rest = present.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{settings_table()}\n{END}{tail}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the pages about the command line.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    check: bool = parser.parse_args().check
    configuration = ROOT / "docs" / "configuration.md"
    pages = {
        ROOT / "docs" / "cli.md": cli_page(),
        configuration: configuration_page(configuration.read_text(encoding="utf-8")),
    }
    stale = [p for p, text in pages.items() if not p.exists() or p.read_text(encoding="utf-8") != text]
    for page in stale:
        if not check:
            page.write_text(pages[page], encoding="utf-8")
        print(f"{page.relative_to(ROOT)} {'is stale: run `make docs`' if check else 'written'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
