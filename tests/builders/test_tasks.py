"""Tasks of every kind, as SDKs write them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import NamedTuple

import pytest
from google.protobuf.json_format import MessageToDict

from flowidl.admin.v1.description_entity_pb2 import DESCRIPTION_FORMAT_RST
from flowidl.builders import (
    BuildError,
    container_task,
    extended_resources,
    function_task,
    python_task,
    secret,
    sql_task,
    task_metadata,
)
from flowidl.core.v1.security_pb2 import Secret
from flowidl.core.v1.tasks_pb2 import DataLoadingConfig, IOStrategy, Sql
from tests.builders.judge import py, same


def plain(a: int, b: str) -> str:
    """Short doc.

    Long doc body.
    """
    return f"{a}{b}"


class Pair(NamedTuple):
    total: int
    words: list[str]


def pair(when: datetime.datetime) -> Pair:
    return Pair(when.day, [])


def silent(a: int) -> None:
    del a


def test_a_function() -> None:
    spec = function_task(
        plain,
        image="reg.example/app:v9",
        name="pk.t1.plain",
        descriptions={"a": "the first", "b": "the second", "o0": "thing out"},
        metadata=task_metadata(sdk_version="1.16.31"),
    )
    same(
        spec,
        """
        template {
          id { resource_type: TASK name: "pk.t1.plain" }
          type: "python-task"
          metadata {
            runtime { type: FLYTE_SDK version: "1.16.31" flavor: "python" }
            retries {} generates_deck {} metadata {}
          }
          interface {
            inputs {
              variables { key: "a" value { type { simple: INTEGER } description: "the first" } }
              variables { key: "b" value { type { simple: STRING } description: "the second" } }
            }
            outputs {
              variables { key: "o0" value { type { simple: STRING } description: "thing out" } }
            }
          }
          container {
            image: "reg.example/app:v9"
            args: "pyflyte-execute"
            args: "--inputs" args: "{{.input}}"
            args: "--output-prefix" args: "{{.outputPrefix}}"
            args: "--raw-output-data-prefix" args: "{{.rawOutputDataPrefix}}"
            args: "--checkpoint-path" args: "{{.checkpointOutputPrefix}}"
            args: "--prev-checkpoint" args: "{{.prevCheckpointPrefix}}"
            args: "--resolver" args: "flytekit.core.python_auto_container.default_task_resolver"
            args: "--"
            args: "task-module" args: "pk.t1" args: "task-name" args: "plain"
            resources {}
          }
        }
        description {
          short_description: "Short doc."
          long_description { value: "Long doc body." format: DESCRIPTION_FORMAT_RST }
        }
        """,
    )


def test_names_and_outputs_of_functions() -> None:
    template = function_task(pair, image="i:1").template
    assert template.id.name == f"{__name__}.pair"
    assert sorted(template.interface.outputs.variables) == ["total", "words"]
    spec = function_task(silent, image="i:1")
    assert not spec.template.interface.outputs.variables
    assert spec.template.interface.HasField("outputs")
    assert spec.description.long_description.format == DESCRIPTION_FORMAT_RST


def test_all_metadata() -> None:
    metadata = task_metadata(
        retries=3,
        timeout=300.25,
        cache_version="1.2",
        cache_serialize=True,
        cache_ignore_input_vars=["b"],
        interruptible=False,
        deck=True,
        deprecated="gone",
        pod_template_name="ptn",
        labels={"l": "1"},
        annotations={"n": "2"},
        sdk_version="1.16.31",
    )
    same(
        metadata,
        """
        discoverable: true
        runtime { type: FLYTE_SDK version: "1.16.31" flavor: "python" }
        timeout { seconds: 300 nanos: 250000000 }
        retries { retries: 3 }
        discovery_version: "1.2"
        deprecated_error_message: "gone"
        interruptible: false
        cache_serializable: true
        pod_template_name: "ptn"
        cache_ignore_input_vars: "b"
        generates_deck { value: true }
        metadata { labels { key: "l" value: "1" } annotations { key: "n" value: "2" } }
        """,
    )
    assert task_metadata().WhichOneof("interruptible_value") is None


def test_extras_of_a_task() -> None:
    template = python_task(
        "pk.t",
        image="i:1",
        env={"B": "2", "A": "1"},
        secrets=[secret("db", "password", env_var="PW", mount=Secret.ENV_VAR)],
        extended_resources=extended_resources(accelerator="nvidia-l4"),
        custom={"workers": 2},
    ).template
    assert [(each.key, each.value) for each in template.container.env] == [("B", "2"), ("A", "1")]
    same(
        template.security_context,
        'secrets { group: "db" key: "password" env_var: "PW" mount_requirement: ENV_VAR }',
    )
    assert template.extended_resources.gpu_accelerator.device == "nvidia-l4"
    assert MessageToDict(template.custom) == {"workers": 2.0}
    assert not py("bare").template.HasField("security_context")


def test_a_container_with_data_loading() -> None:
    template = container_task(
        "calc",
        image="alpine:3",
        command=["sh", "-c", "cat /in/x > /out/y"],
        inputs={"x": int},
        outputs={"y": int},
        input_path="/in",
        output_path="/out",
        io_strategy=IOStrategy(download_mode=IOStrategy.DOWNLOAD_STREAM),
    ).template
    assert template.type == "raw-container"
    same(
        template.container.data_config,
        'enabled: true input_path: "/in" output_path: "/out" io_strategy { download_mode: DOWNLOAD_STREAM }',
    )
    assert template.container.data_config.format == DataLoadingConfig.JSON
    without = container_task("calc", image="alpine:3", args=["true"], type="spark").template
    assert without.type == "spark"
    assert not without.container.HasField("data_config")


def test_a_query() -> None:
    template = sql_task(
        "q", type="bigquery_query_job_task", statement="select 1", outputs={"o0": str}
    ).template
    assert template.WhichOneof("target") == "sql"
    assert (template.sql.statement, template.sql.dialect) == ("select 1", Sql.ANSI)


REFUSED: list[tuple[Callable[[], object], str | None, str]] = [
    (lambda: python_task("pk.t", image=""), "FI600", "a container has no image"),
    (lambda: python_task("alone", image="i"), None, "does not name a module and a function"),
    (lambda: python_task("", image="i"), "FI151", "a task has no name"),
    (lambda: container_task("t", image="i"), "FI601", "neither command nor args"),
    (lambda: container_task("t", image="i", args=["x"], type=""), "FI155", "has no type"),
    (lambda: sql_task("q", type="sql", statement=" "), None, "has no statement"),
    (lambda: task_metadata(cache_serialize=True), "FI681", "without a `cache_version`"),
    (lambda: task_metadata(retries=-1), None, "`retries` is -1"),
    (lambda: task_metadata(timeout=-5), "FI691", "not positive"),
    (lambda: secret("", "k"), None, "secret `k` has no group"),
    (lambda: function_task(lambda: None, image="i"), None, "inside of a function"),
    (
        lambda: python_task(
            "pk.t",
            image="i",
            inputs={"a": int},
            metadata=task_metadata(cache_version="1", cache_ignore_input_vars=["b"]),
        ),
        "FI682",
        "ignores an input `b`",
    ),
    (lambda: python_task("pk.t", image="i", inputs={"a-b": int}), "FI665", "`a-b`"),
]


@pytest.mark.parametrize(("build", "code", "words"), REFUSED)
def test_refused(build: Callable[[], object], code: str | None, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        build()
    assert caught.value.code == code
    assert words in str(caught.value)
