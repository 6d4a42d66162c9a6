from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.environments import Maker, built, interpreters

WANTED = ("3.11", "3.12", "3.13", "3.14")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once."""
    return built(tmp_path_factory.mktemp("wheel"), through_sdist=False)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Maker:
    """Makes environments that have the wheel."""
    return Maker(tmp_path_factory.mktemp("environments"), wheel)


@pytest.fixture(scope="session")
def pythons() -> dict[str, str]:
    """The interpreters that this machine has, by minor version."""
    return interpreters()
