from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.reference import Emitted
from tests.interop.reference import emitted as emit

_HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.interop)


@pytest.fixture(scope="session")
def emitted() -> Emitted:
    """What flytekit emits; made once for all tests."""
    return emit()
