"""A missing toolchain is never passed over in silence."""

from __future__ import annotations

import pytest

from tests.languages.toolchains import require


def test_a_missing_toolchain_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWIDL_REQUIRE_LANGUAGES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Fortran is not tested: no-such-compiler not found"):
        require("Fortran", ("git", "no-such-compiler"))


def test_a_missing_toolchain_fails_where_none_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWIDL_REQUIRE_LANGUAGES", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-compiler"):
        require("Fortran", ("no-such-compiler",))


def test_what_is_there_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWIDL_REQUIRE_LANGUAGES", "1")
    require("git", ("git",))
