"""The shared test data: definitions and verdicts that live beside the project, never copied into it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def shared(*parts: str) -> Path:
    """Return a path inside the shared test data, or skip the test, saying why, when there is none.

    `FLOWIDL_SHARED` names the folder (default: `../shared` from the project's root). With
    `FLOWIDL_REQUIRE_SHARED=1` its absence is a failure instead.
    """
    folder = Path(os.environ.get("FLOWIDL_SHARED", ROOT.parent / "shared"))
    path = folder.joinpath(*parts)
    if not path.exists():
        reason = f"shared test data not found: {path} (set FLOWIDL_SHARED)"
        if os.environ.get("FLOWIDL_REQUIRE_SHARED") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
