"""Tasks as processes of their own: by ours, through files and through a bucket."""

from __future__ import annotations

import importlib
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from flowidl.builders import WorkflowBuilder, call
from flowidl.compiler import compile_workflow
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.local import Execution, run
from flowidl.local.commands import CommandError, Commands, TaskError
from tests.execute import container_module as code
from tests.execute.programs import ROOT, template


def closure(flow: WorkflowBuilder, *functions: Any) -> CompiledWorkflowClosure:
    tasks = [template(each, "growing" if each is code.grow else "").template for each in functions]
    compiled = compile_workflow(flow.spec.template, tasks=tasks)
    assert compiled.closure is not None
    return compiled.closure


def by_commands(of: CompiledWorkflowClosure, inputs: dict[str, object], **options: Any) -> Execution:
    commands = Commands(ROOT)
    return run(of, inputs, fallback=lambda _: commands, **options)


def noting() -> CompiledWorkflowClosure:
    flow = WorkflowBuilder("pk.flow")
    written = flow.add(call(template(code.note), text=flow.input("text", str)))
    flow.output("o0", flow.add(call(template(code.length), note=written)))
    return closure(flow, code.note, code.length)


def test_data_passes_through_files(tmp_path: Any) -> None:
    done = by_commands(noting(), {"text": "hello"}, raw_output_prefix=str(tmp_path))
    assert done.values() == {"o0": 5}


def test_a_dynamic_tasks_job_runs_as_processes_too(tmp_path: Any) -> None:
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(template(code.grow, "growing"), x=5)))
    done = by_commands(closure(flow, code.grow), {}, raw_output_prefix=str(tmp_path))
    assert done.values() == {"o0": 7}
    assert [each.path for each in done.nodes] == ["n0", "n0 > dn0", "n0 > dn1"]


def test_what_a_task_raised_comes_out_as_its_error_file_says(tmp_path: Any) -> None:
    flow = WorkflowBuilder("pk.flow")
    flow.output("o0", flow.add(call(template(code.divide), x=1, by=0)))
    done = by_commands(closure(flow, code.divide), {}, raw_output_prefix=str(tmp_path))
    assert isinstance(done.error, TaskError)
    assert "ZeroDivisionError" in str(done.error)


def test_a_process_that_fails_by_itself_is_told(tmp_path: Any) -> None:
    built = noting()
    for task in built.tasks:
        task.template.container.args[3:] = ["--no-such-flag"]
    done = by_commands(built, {"text": "x"}, raw_output_prefix=str(tmp_path))
    assert isinstance(done.error, CommandError)
    assert "ended with status 2" in str(done.error)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket on a real S3 server on this machine."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer("127.0.0.1", port)
    server.start()
    endpoint = f"http://127.0.0.1:{port}"
    for name in ("AWS_ENDPOINT_URL", "FSSPEC_S3_ENDPOINT_URL"):
        monkeypatch.setenv(name, endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    boto3 = importlib.import_module("boto3")  # it carries no types
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket="runs")
    try:
        yield "s3://runs/here"
    finally:
        server.stop()


@pytest.mark.filterwarnings("default")  # other people's clients leave sockets open
def test_data_passes_through_a_bucket(bucket: str) -> None:
    done = by_commands(noting(), {"text": "hello"}, raw_output_prefix=bucket)
    assert done.values() == {"o0": 5}
    record = done.node("n0")
    assert record.outputs is not None
    assert record.outputs.literals["o0"].scalar.blob.uri.startswith("s3://runs/here/")
