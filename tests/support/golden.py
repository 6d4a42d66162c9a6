"""Golden files: what a program printed once, read by a person, and must print again.

pytest --write-golden      writes them anew; read the difference before you commit it
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "golden"


class Golden:
    """Compares with golden files, or writes them."""

    def __init__(self, write: bool) -> None:
        self._write = write

    def check(self, name: str, actual: str | bytes) -> None:
        """Fail unless the file of that name below `tests/golden` holds `actual`."""
        file = FOLDER / name
        data = actual if isinstance(actual, bytes) else actual.encode()
        if self._write:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        elif not file.exists():
            pytest.fail(f"there is no golden file {name}; write it with --write-golden")
        elif isinstance(actual, str):
            assert actual == file.read_text(encoding="utf-8")
        else:
            assert data == file.read_bytes()
