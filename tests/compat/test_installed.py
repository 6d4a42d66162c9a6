"""The built wheel in fresh environments: on every protobuf, on every Python, beside flyteidl and flytekit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowidl.version import UPSTREAM, __version__
from tests.compat.conftest import WANTED
from tests.compat.environments import ROOT, Environment, Maker

pytestmark = pytest.mark.compat

HERE = Path(__file__).parent
PROTOBUFS = {"5.26": "==5.26.1", "5.29": "==5.29.*", "6.33": "==6.33.*", "newest": ""}
IMPLEMENTATIONS = ("upb", "python")
SWITCH = "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"


@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
@pytest.mark.parametrize("protobuf", PROTOBUFS)
def test_every_protobuf(environment: Maker, protobuf: str, implementation: str) -> None:
    found = probe(environment(f"protobuf{PROTOBUFS[protobuf]}"), implementation)
    assert found["implementation"] == implementation
    assert found["protobuf"].startswith("" if protobuf == "newest" else protobuf)
    assert (found["flowidl"], found["flyteidl"]) == (__version__, UPSTREAM)


@pytest.mark.parametrize("python", WANTED)
def test_every_python(environment: Maker, pythons: dict[str, str], python: str) -> None:
    if python not in pythons:
        pytest.skip(f"no Python {python} on this machine, so the wheel was not tried on it")
    found = probe(environment("protobuf", python=pythons[python]), "upb")
    assert found["python"].startswith(f"{python}.")


@pytest.mark.parametrize("order", ["others-first", "ours-first"])
def test_beside_flyteidl_and_flytekit(environment: Maker, order: str) -> None:
    beside = environment(f"flyteidl=={UPSTREAM}", "flytekit")
    done = beside.run(beside.python, "-I", HERE / "beside.py", order)
    assert (done.returncode, done.stdout) == (0, "both work\n"), done.stderr


@pytest.mark.parametrize("protobuf", ["5.26", "newest"])
@pytest.mark.parametrize("implementation", IMPLEMENTATIONS)
def test_command(environment: Maker, protobuf: str, implementation: str, tmp_path: Path) -> None:
    installed = environment(f"protobuf{PROTOBUFS[protobuf]}")
    variables = {SWITCH: implementation}
    version = installed.run("flowidl", "version", "--json", variables=variables)
    assert version.returncode == 0, version.stderr
    assert json.loads(version.stdout)["implementation"] == implementation
    example = installed.run(
        installed.python, ROOT / "examples" / "quickstart.py", cwd=tmp_path, variables=variables
    )
    assert example.returncode == 0, example.stdout + example.stderr


def probe(installed: Environment, implementation: str) -> dict[str, str]:
    """Run the probe, with warnings as errors, and return what it printed."""
    done = installed.run(
        installed.python, "-I", "-W", "error", HERE / "probe.py", variables={SWITCH: implementation}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found
