"""Whatever is read, the command line ends soon and in little memory, and says what is wrong."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.inputs import ATTACKS
from tests.attacks.measure import attacked, run

#: MB over what the program takes to start.
MOST_MEMORY = 256
#: Attacks that still take more memory than that, with the bound that they keep.
LARGER = {"a-million-findings": 700}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    # What some attacks leave nests deeper than `shutil.rmtree` can go.
    subprocess.run(["rm", "-rf", *map(str, tmp_path.iterdir())], check=True)


@pytest.fixture(scope="module")
def start() -> float:
    return run(["version"]).megabytes


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_held(name: str, folder: Path, start: float) -> None:
    found = attacked(ATTACKS[name], folder)
    assert found.status in (0, 1, 2), found.errors[-2_000:]
    assert b"Traceback" not in found.errors
    assert b"FI900" not in found.output
    assert found.megabytes - start < LARGER.get(name, MOST_MEMORY)
