"""The examples, which travel with the package: programs that build, run and check, in several languages."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent

#: What is made by running the examples, and is no part of them.
_MADE = {"__pycache__", "target", "node_modules", "build", "dist", "gen"}


def path() -> Path:
    """Return the folder of the examples: an installed package has a copy, a source tree `examples`."""
    installed = _HERE / "_examples"
    return installed if installed.is_dir() else _HERE.parents[1] / "examples"


def files() -> list[str]:
    """Return the names of all files of the examples, sorted, relative to their folder."""
    root = path()
    every = (file.relative_to(root) for file in root.rglob("*") if file.is_file())
    return sorted(name.as_posix() for name in every if not _MADE.intersection(name.parts))


def export(folder: Path) -> list[Path]:
    """Copy the examples into a folder, which is made if need be, and return the files written.

    A file that is there already is left alone if it is the same, and else refused before anything is written:
    somebody may have worked in it. Raise FileExistsError for that, and OSError if a file cannot be written.
    """
    root = path()
    contents = {folder / name: (root / name).read_bytes() for name in files()}
    for target, data in contents.items():
        if target.exists() and target.read_bytes() != data:
            raise FileExistsError(17, "a file that differs from the example is there already", str(target))
    for target, data in contents.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return list(contents)
