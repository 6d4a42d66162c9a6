"""What people type first: names that live elsewhere, `python -m`, and what packages list."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import flowidl.compiler
import flowidl.validator
from flowidl.version import __version__


def test_an_import_from_the_wrong_package_says_which_one_is_right() -> None:
    statement = compile("from flowidl.core.v1 import LaunchPlan", "<user>", "exec")
    with pytest.raises(ImportError, match=r"LaunchPlan is in flowidl\.admin\.v1, not in flowidl\.core\.v1"):
        exec(statement, {})


def test_to_getattr_a_name_of_another_package_is_just_absent() -> None:
    core = importlib.import_module("flowidl.core.v1")
    assert not hasattr(core, "LaunchPlan")
    assert getattr(core, "LaunchPlan", None) is None


def test_a_name_that_is_nowhere_is_refused_as_ever() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Nowhere'"):
        exec(compile("from flowidl.core.v1 import Nowhere", "<user>", "exec"), {})


def test_packages_list_their_public_names() -> None:
    assert dir(flowidl.validator) == sorted(flowidl.validator.__all__)
    assert dir(flowidl.compiler) == sorted(flowidl.compiler.__all__)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_program_is_a_module_too(flag: str) -> None:
    ran = subprocess.run([sys.executable, "-m", "flowidl", flag], capture_output=True, check=True, text=True)
    assert ran.stdout == f"flowidl {__version__}\n"
