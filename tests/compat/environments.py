"""Fresh Python environments with the built wheel in them, as a user would have them.

uv makes an environment in a fraction of a second from its cache, so every question gets its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")


class Environment(NamedTuple):
    """A virtual environment, outside the source tree and blind to it."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return its interpreter."""
        return self.folder / "bin" / "python"

    def run(
        self, *command: str | Path, cwd: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program with this environment's programs first on the path, and nothing else of Python's."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_"))}
        path = os.pathsep.join([str(self.folder / "bin"), kept.get("PATH", os.defpath)])
        return run(command, cwd=cwd or self.folder, env={**kept, **(variables or {}), "PATH": path})


class Maker:
    """Makes environments on request, each set of packages once."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        """Keep environments in a folder, each with this wheel."""
        self._folder = folder
        self._wheel = wheel
        self._made: dict[tuple[str, tuple[str, ...]], Environment] = {}

    def __call__(self, *requirements: str, python: str = sys.executable) -> Environment:
        """Return an environment with the wheel and these packages."""
        key = (python, tuple(sorted(requirements)))
        if key not in self._made:
            made = Environment(self._folder / str(len(self._made)))
            uv("venv", "--python", python, made.folder)
            uv("pip", "install", "--python", made.python, self._wheel, *requirements)
            self._made[key] = made
        return self._made[key]


def uv(*arguments: str | Path) -> None:
    """Run uv, and fail with what it says if it fails."""
    done = run([UV, *arguments], cwd=ROOT, env=os.environ)
    assert done.returncode == 0, done.stderr


def run(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, and return its status and output."""
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, check=False, capture_output=True, text=True, timeout=600
    )


def interpreters() -> dict[str, str]:
    """Return the interpreters on this machine, `3.12` -> path, as uv and pyenv know them."""
    listed = run(
        [UV, "python", "list", "--only-installed", "--output-format", "json"], cwd=ROOT, env=os.environ
    )
    assert listed.returncode == 0, listed.stderr
    found = {
        "{major}.{minor}".format_map(each["version_parts"]): str(each["path"])
        for each in json.loads(listed.stdout)
        if each["implementation"] == "cpython" and each["variant"] == "default"
    }
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for version in pyenv.glob("3.*"):
        minor = ".".join(version.name.split(".")[:2])
        found.setdefault(minor, str(version / "bin" / "python"))
    return found


def built(folder: Path, *, through_sdist: bool) -> Path:
    """Build the wheel from the tree, or from a source archive made of the tree, and return its path."""
    assert UV.exists() or shutil.which("uv"), "uv is missing: run `make test`"
    uv("build", "--out-dir", folder, *(() if through_sdist else ("--wheel",)), ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel
