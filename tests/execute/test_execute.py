"""The container's entry point: one file in, one of three files out."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.errors_pb2 import ContainerError, ErrorDocument
from flowidl.core.v1.execution_pb2 import ExecutionError
from flowidl.core.v1.literals_pb2 import LiteralMap
from flowidl.execute import main
from flowidl.local.loading import loader_of
from flowidl.values import from_literal, literal_map
from tests.execute.programs import by_name, executed


def outputs(found: dict[str, bytes]) -> LiteralMap:
    assert list(found) == ["outputs.pb"], found.get("error.pb")
    return LiteralMap.FromString(found["outputs.pb"])


def test_outputs_are_written(tmp_path: Path) -> None:
    found = outputs(executed(by_name("inc"), literal_map({"x": 4}), str(tmp_path)))
    assert found == literal_map({"o0": 5})


def test_async_functions_are_waited_for(tmp_path: Path) -> None:
    found = outputs(executed(by_name("later"), literal_map({"x": 4}), str(tmp_path)))
    assert found == literal_map({"o0": 40})


def test_a_dynamic_task_writes_its_job(tmp_path: Path) -> None:
    found = executed(by_name("growing"), literal_map({"x": 4}), str(tmp_path))
    assert list(found) == ["futures.pb"]
    assert [node.id for node in DynamicJobSpec.FromString(found["futures.pb"]).nodes] == ["dn0", "dn1"]


def test_files_go_below_the_raw_prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = outputs(executed(by_name("note"), literal_map({"text": "hello"}), str(tmp_path / "run")))
    uri = found.literals["o0"].scalar.blob.uri
    assert uri.startswith(str(tmp_path / "run" / "raw")) and uri.endswith("/note.txt")
    assert Path(uri).read_text() == "hello"


def test_the_context_knows_its_places(tmp_path: Path) -> None:
    found = outputs(executed(by_name("where"), LiteralMap(), str(tmp_path)))
    text = from_literal(found.literals["o0"], str)
    assert text == f"tests.execute.container_module.where {tmp_path}/check"


@pytest.mark.parametrize(
    ("function", "inputs", "kind", "code"),
    [
        ("divide", {"x": 1, "by": 0}, ContainerError.NON_RECOVERABLE, "USER:ZeroDivisionError"),
        ("unsure", {}, ContainerError.RECOVERABLE, "USER:RecoverableError"),
        ("nowhere", {}, ContainerError.NON_RECOVERABLE, "USER:AttributeError"),
        ("inc", {"x": "text"}, ContainerError.NON_RECOVERABLE, "USER:BuildError"),
    ],
)
def test_errors_are_written_as_the_back_end_reads_them(
    function: str, inputs: dict[str, object], kind: int, code: str, tmp_path: Path
) -> None:
    found = executed(by_name(function), literal_map(inputs), str(tmp_path))
    assert list(found) == ["error.pb"]
    error = ErrorDocument.FromString(found["error.pb"]).error
    assert (error.kind, error.code, error.origin) == (kind, code, ExecutionError.USER)
    assert code.removeprefix("USER:") in error.message


def test_the_status_is_one_only_if_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executed(by_name("unsure"), LiteralMap(), str(tmp_path))
    monkeypatch.setenv("FLYTE_FAIL_ON_ERROR", "true")
    with pytest.raises(SystemExit) as caught:
        executed(by_name("unsure"), LiteralMap(), str(tmp_path))
    assert caught.value.code == 1


def mapped(bound: str) -> list[str]:
    return ["vars", bound, "resolver", "flowidl.execute.by_name", *by_name("divide")]


@pytest.mark.parametrize(("offset", "index", "result"), [("", "0", 10), ("0", "1", 4), ("1", "1", 3)])
def test_an_element_of_an_array(
    offset: str, index: str, result: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BATCH_JOB_ARRAY_INDEX_VAR_NAME", "SOME_INDEX")
    monkeypatch.setenv("BATCH_JOB_ARRAY_INDEX_OFFSET", offset)
    monkeypatch.setenv("SOME_INDEX", index)
    inputs = literal_map({"x": [20, 8, 6], "by": 2})
    found = executed(mapped("by"), inputs, str(tmp_path), resolver="flowidl.execute.mapped")
    assert outputs(found) == literal_map({"o0": result})


def test_an_array_without_a_number_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BATCH_JOB_ARRAY_INDEX_VAR_NAME", raising=False)
    found = executed(mapped("by"), literal_map({"x": [1], "by": 1}), str(tmp_path))
    assert b"BATCH_JOB_ARRAY_INDEX_VAR_NAME" in found["error.pb"]


def test_command_lines_name_functions() -> None:
    found = loader_of(["python", "-m", "flowidl.execute", "--resolver", "a.b", "--", *by_name("inc")])
    assert found is not None
    assert (found.resolver, found.bound, found.words[3]) == ("a.b", None, "inc")
    inner = loader_of(["pyflyte-map-execute", "--resolver", "x.Y", "--", *mapped("")])
    assert inner is not None
    assert (inner.resolver, inner.bound) == ("flowidl.execute.by_name", ())
    assert loader_of(["echo", "hello"]) is None


def test_wrong_flags_are_refused() -> None:
    with pytest.raises(Exception, match="inputs"):
        main(["--output-prefix", "x"])
