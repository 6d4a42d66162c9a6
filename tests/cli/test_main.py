"""What every command has in common: the table, streams, colours, statuses, and how it breaks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import click
import pytest

from flowidl.cli.console import Console
from flowidl.cli.framework import COMMANDS
from flowidl.cli.main import main
from flowidl.cli.program import program
from tests.cli.scenario import message, run

TASK = message(
    "flowidl.admin.v1.TaskSpec",
    'template { id { resource_type: TASK name: "t" } type: "raw" metadata {} interface {}'
    '  container { image: "i:1" args: "a" } }',
)
BROKEN = message(
    "flowidl.admin.v1.WorkflowSpec", 'template { id { resource_type: WORKFLOW name: "w" } interface {} }'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "t_1.pb").write_bytes(TASK)
    (tmp_path / "w_2.pb").write_bytes(BROKEN)
    return tmp_path


@pytest.mark.parametrize("name", [row.name for row in COMMANDS])
def test_every_command_has_help_with_examples_and_the_common_options(name: str, tmp_path: Path) -> None:
    ran = run([name, "--help"], tmp_path)
    text = ran.out.decode()
    assert ran.status == 0
    assert ran.err == ""
    assert text.startswith(f"Usage: flowidl {name}")
    if name not in ("version", "protos"):
        assert "Examples" in text
    if name != "protos":
        assert "--color" in text
        assert "--debug" in text


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_the_table_says_what_the_command_does(row: object, tmp_path: Path) -> None:
    text = run(["--help"], tmp_path).out.decode()
    for command in COMMANDS:
        assert f"  {command.name} " in text
        found = program.get_command(click.Context(program), command.name)
        assert found is not None
        assert found.name == command.name


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"]])
def test_help_says_the_statuses(argv: list[str], tmp_path: Path) -> None:
    ran = run(argv, tmp_path)
    assert ran.status == 0
    for line in ("0    nothing wrong", "1    findings", "2    a wrong call", "3    a fault of flowidl"):
        assert line in ran.out.decode()


class TestStatus:
    def test_clean(self, folder: Path) -> None:
        assert run(["validate", "t_1.pb"], folder).status == 0

    def test_findings(self, folder: Path) -> None:
        assert run(["validate", "w_2.pb"], folder).status == 1

    def test_findings_below_the_threshold(self, folder: Path) -> None:
        assert run(["validate", "w_2.pb", "--fail-on", "never"], folder).status == 0

    def test_what_cannot_be_decoded_is_a_finding(self, folder: Path) -> None:
        (folder / "x_2.pb").write_bytes(b"\x0a\xff\xff")
        assert run(["validate", "x_2.pb"], folder).status == 1

    def test_no_such_file(self, folder: Path) -> None:
        ran = run(["validate", "nowhere.tgz"], folder)
        assert (ran.status, ran.out) == (2, b"")

    def test_internal(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise KeyError("oops")

        monkeypatch.setattr("flowidl.validator.batch.examine_all", fail)
        ran = run(["validate", "t_1.pb"], folder)
        assert ran.status == 3
        assert ran.out == b""
        assert ran.err.startswith("flowidl: internal error: KeyError: 'oops' in ")
        assert "Traceback" not in ran.err
        debugged = run(["validate", "t_1.pb", "--debug"], folder)
        assert debugged.status == 3
        assert "Traceback" in debugged.err

    def test_interrupted(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("flowidl.validator.batch.examine_all", interrupt)
        ran = run(["validate", "t_1.pb"], folder)
        assert (ran.status, ran.err) == (130, "flowidl: interrupted\n")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("no file")


class TestColor:
    @pytest.mark.parametrize(
        ("stream", "env", "choice", "wanted"),
        [
            (io.StringIO(), {}, "auto", False),
            (Terminal(), {}, "auto", True),
            (Terminal(), {"TERM": "dumb"}, "auto", False),
            (Terminal(), {"NO_COLOR": "1"}, "auto", False),
            (Terminal(), {"NO_COLOR": ""}, "auto", True),
            (io.StringIO(), {"FORCE_COLOR": "1"}, "auto", True),
            (io.StringIO(), {"FORCE_COLOR": "0"}, "auto", False),
            (io.StringIO(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", False),
            (io.StringIO(), {"NO_COLOR": "1"}, "always", True),
            (Terminal(), {"FORCE_COLOR": "1"}, "never", False),
        ],
    )
    def test_when(self, stream: TextIO, env: dict[str, str], choice: str, wanted: bool) -> None:
        console = Console(out=stream, env=env)
        console.color_choice = choice
        assert console.colorful(stream) is wanted

    def test_asked_for(self, folder: Path) -> None:
        assert b"\x1b[" in run(["validate", "w_2.pb", "--color", "always"], folder).out
        assert b"\x1b[" not in run(["validate", "w_2.pb"], folder).out

    def test_files_are_never_colored(self, folder: Path) -> None:
        run(["validate", "w_2.pb", "--color", "always", "--output", "text=out.txt"], folder)
        assert b"\x1b[" not in (folder / "out.txt").read_bytes()


class TestWidth:
    @pytest.mark.parametrize(
        ("stream", "env", "wanted"),
        [
            (io.StringIO(), {}, 0),
            (io.StringIO(), {"COLUMNS": "72"}, 72),
            (io.StringIO(), {"COLUMNS": "1"}, 40),
            (io.StringIO(), {"COLUMNS": "500"}, 120),
            (io.StringIO(), {"COLUMNS": "wide"}, 0),
            (Terminal(), {}, 100),
        ],
    )
    def test_of(self, stream: TextIO, env: dict[str, str], wanted: int) -> None:
        assert Console(out=stream, env=env).width == wanted


@pytest.mark.parametrize(
    "argv",
    [["validate", "t_1.pb", "--format", "binary"], ["explain", "FI680", "--bad", "-o", "-"]],
)
def test_no_binary_on_a_terminal(argv: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    out, err = Terminal(), io.StringIO()
    assert main(argv, Console(io.BytesIO(), out, err, {}, str(folder))) == 2
    assert out.getvalue() == ""
    assert "is a terminal" in err.getvalue()
    assert run(argv, folder).out != b""


def test_progress_is_for_terminals_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowidl.cli.validate._PATIENCE", -1.0)
    monkeypatch.chdir(folder)
    for name in ("a.tar", "b.tar"):
        (folder / name).write_bytes(b"")
    err, out = Terminal(), io.StringIO()
    main(["validate", "a.tar", "b.tar"], Console(io.BytesIO(), out, err, {}, str(folder)))
    assert "2 of 2 packages" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")
    assert run(["validate", "a.tar", "b.tar"], folder).err == ""


def _flowidl(*argv: str) -> list[str]:
    return [sys.executable, "-c", "from flowidl.cli.main import run; run()", *argv]


def test_a_reader_that_has_gone(folder: Path) -> None:
    """`flowidl rules | head -0`: no traceback, and the status of a broken pipe."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        _flowidl("rules", "--json"), stdout=write, stderr=subprocess.PIPE, cwd=folder, check=False
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 141


def test_names_that_the_terminal_cannot_write(folder: Path) -> None:
    """A locale without Unicode, and a file whose name is not UTF-8."""
    name = os.fsdecode(b"caf\xe9_1.pb")
    (folder / name).write_bytes(b"\x0a\xff")
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(_flowidl("validate", name), capture_output=True, env=env, cwd=folder, check=False)
    assert done.returncode == 1
    assert b"caf\\xe9_1.pb" in done.stdout


def _imported(folder: Path, *argv: str) -> set[str]:
    code = (
        "import sys; from flowidl.cli.main import main; from flowidl.cli.console import Console; import io\n"
    )
    code += f"status = main({list(argv)!r}, Console(out=io.StringIO()))\nprint(status, *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=folder, check=True, text=True
    )
    status, *modules = done.stdout.split()
    assert status in ("0", "1")
    return set(modules)


#: What no run on the default path needs, because each costs milliseconds.
DEAR = {
    "google.protobuf.descriptor_pb2",
    "google.protobuf.json_format",
    "tarfile",
    "zipfile",
    "json",
    "dataclasses",
    "difflib",
    "concurrent.futures",
    "flowidl.report.wire",
    "flowidl.report.sarif",
    "flowidl.report.v1.report_pb2",
    "yaml",
}


def test_a_run_imports_only_what_it_needs(folder: Path) -> None:
    clean = _imported(folder, "validate", "t_1.pb", "--no-config")
    assert clean & DEAR == set()
    assert "flowidl.report.text" in clean
    found = _imported(folder, "validate", "w_2.pb", "--no-config")
    assert found & DEAR == set()


def test_version_imports_no_other_command(folder: Path) -> None:
    modules = _imported(folder, "version")
    assert not {
        name
        for name in modules
        if name.startswith(("flowidl.validator", "flowidl.compiler", "flowidl.source"))
    }


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, tmp_path: Path) -> None:
    ran = run(["completion", shell], tmp_path)
    assert ran.status == 0
    assert f"_FLOWIDL_COMPLETE={shell}_complete" in ran.out.decode()


def test_completion_in_a_real_bash(tmp_path: Path) -> None:
    """What bash would offer behind `flowidl val` and `flowidl validate --fail-on `."""
    tool = tmp_path / "flowidl"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from flowidl.cli.main import run; run()" "$@"\n')
    tool.chmod(0o755)
    script = """
eval "$(flowidl completion bash)"
complete -p flowidl >/dev/null || exit 9
COMP_WORDS=(flowidl val); COMP_CWORD=1; _flowidl_completion flowidl; echo "${COMPREPLY[@]}"
COMPREPLY=(); COMP_WORDS=(flowidl validate --fail-on ""); COMP_CWORD=3
_flowidl_completion flowidl; echo "${COMPREPLY[@]}"
COMPREPLY=(); COMP_WORDS=(flowidl explain FI90); COMP_CWORD=2
_flowidl_completion flowidl; echo "${COMPREPLY[@]}"
"""
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.splitlines() == [
        "validate",
        "error warning info never",
        "FI900 FI901 FI902 FI903 FI904 FI905",
    ]
