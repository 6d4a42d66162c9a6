"""What commands about two versions share: the versions, one of which may be in a git repository.

`git#ref=main,path=package.tgz` is a file or a folder as some commit has it; `ref` is anything that git
resolves, `path` starts at the root of the repository that the working directory is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.cli.framework import Failure
from flowidl.cli.inputs import check_existence, opened
from flowidl.escape import escape

if TYPE_CHECKING:
    from flowidl.cli.console import Console
    from flowidl.cli.inputs import Stdin
    from flowidl.source.inputs.files import File
    from flowidl.source.problems import Loaded

_GIT = "git#"


def version(text: str, console: Console) -> str | Stdin | File:
    """Return one version as something to read. Raises `Failure` if there is nothing there."""
    if text.startswith(_GIT):
        return _from_git(text)
    check_existence((text,))
    return opened((text,), console)[0]


def read_version(text: str, console: Console, given: dict[str, Any]) -> Loaded:
    """Read one version as a whole. Raises `Failure` if a part of it cannot be read: nothing is left out
    unsaid.
    """
    from flowidl.cli.reading import read_inputs

    loaded = read_inputs(console, (version(text, console),), given)
    if any(problem.definition is None for problem in loaded.problems):
        raise Failure(f"{escape(text)} cannot be read as a whole; `flowidl validate` says more")
    return loaded


def _from_git(text: str) -> File:
    from flowidl.source.inputs.files import File

    parts = (part.partition("=") for part in text.removeprefix(_GIT).split(","))
    given = {key: value for key, _, value in parts}
    ref, path = given.pop("ref", ""), given.pop("path", "")
    if given or not ref or not path or ref.startswith("-"):
        raise Failure(f"{escape(text)}: write it as git#ref=main,path=package.tgz")
    kind = _git("cat-file", "-t", f"{ref}:{path}").decode().strip()
    if kind == "tree":
        return File(f"{path.rstrip('/')}.tar", _git("archive", "--format=tar", f"{ref}:{path.rstrip('/')}"))
    return File(path.rpartition("/")[2], _git("cat-file", "blob", f"{ref}:{path}"))


def _git(*arguments: str) -> bytes:
    """Run git and return what it prints. Raises `Failure` with its own words."""
    import subprocess

    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise Failure(f"git cannot be run ({error.strerror}); give the older version as a file") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Failure(f"git: {escape(words[-1]) if words else 'failed'}")
    return done.stdout
