"""`flowidl completion`: a script that makes a shell complete commands and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flowidl.cli.console import CLEAN
from flowidl.cli.framework import subcommand

if TYPE_CHECKING:
    from flowidl.cli.console import Console

SHELLS = ("bash", "fish", "zsh")


@subcommand("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_obj
def command(console: Console, shell: str) -> int:
    """Print a script that completes commands and flags in a shell.

    \b
    Examples
      eval "$(flowidl completion bash)"                  in ~/.bashrc
      eval "$(flowidl completion zsh)"                   in ~/.zshrc
      flowidl completion fish > ~/.config/fish/completions/flowidl.fish
    """
    from click.shell_completion import get_completion_class

    from flowidl.cli.program import COMPLETION, program

    found = get_completion_class(shell)
    assert found is not None, shell
    console.write(found(program, {}, "flowidl", COMPLETION).source().rstrip("\n") + "\n")
    return CLEAN
