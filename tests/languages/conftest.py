from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages.corpus import Sample, samples
from tests.languages.toolchains import LANGUAGES, Program, follow, program

#: What a run has compared, by language; printed at its end.
NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOTES] = []


@pytest.fixture(scope="session", params=LANGUAGES, ids=lambda language: language.folder)
def built(request: pytest.FixtureRequest) -> Program:
    """The example in one language, built; each test that asks for it runs once for every language."""
    return program(request.param)


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the page makes in Python: the schema, a closure and a report."""
    folder = tmp_path_factory.mktemp("inputs") / "examples"
    follow("all", folder)
    return folder


@pytest.fixture(scope="session")
def corpus() -> list[Sample]:
    """Real definitions."""
    return samples()


@pytest.fixture
def note(request: pytest.FixtureRequest) -> list[str]:
    """Lines for the summary at the end of the run."""
    return request.config.stash[NOTES]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash[NOTES]:
        terminalreporter.section("the schema in other languages")
        terminalreporter.write("".join(f"{line}\n" for line in config.stash[NOTES]))
