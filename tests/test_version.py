"""The versions that a bug report needs."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import google.protobuf

from flowidl import version
from flowidl.core.v1 import tasks_pb2


def test_is_what_the_metadata_and_the_changelog_say() -> None:
    assert metadata.version("flowidl") == version.__version__
    changelog = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
    newest = re.search(r"^## (\d\S+)", changelog.read_text(), re.MULTILINE)
    assert newest is not None
    assert newest[1] == version.__version__


def test_names_the_flyteidl_that_the_tests_compare_with() -> None:
    assert metadata.version("flyteidl") == version.UPSTREAM


def test_names_the_generator_that_wrote_the_code() -> None:
    header = Path(tasks_pb2.__file__).read_text()
    assert f"# Protobuf Python Version: {version.versions().gencode}\n" in header


def test_names_the_runtime() -> None:
    found = version.versions()
    assert found.protobuf == google.protobuf.__version__
    assert found.implementation in {"upb", "cpp", "python"}
