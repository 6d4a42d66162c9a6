"""Custom parts as the back end reads them."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.core.v1 import TaskTemplate
from flowidl.plugins.custom import TYPES, Misfit, decode, decode_as, message_type, versions
from flowidl.plugins.v1 import RayJob, SparkJob
from tests.support.messages import messages

FOUND = {message_type(type, version) for type in TYPES for version in (versions(type) or (0,))}
KINDS: list[type[Message]] = sorted(
    (kind for kind in FOUND if kind is not None), key=lambda kind: str(kind.DESCRIPTOR.full_name)
)


def struct(value: dict[str, Any]) -> Struct:
    return ParseDict(value, Struct())


def task(type: str, custom: dict[str, Any], version: int = 0) -> TaskTemplate:
    return TaskTemplate(type=type, task_type_version=version, custom=struct(custom))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.DESCRIPTOR.full_name))
def test_what_a_plugin_writes_is_read_back(kind: type[Message]) -> None:
    def law(message: Message, schema_names: bool) -> None:
        written = struct(MessageToDict(message, preserving_proto_field_name=schema_names))
        read = decode_as(kind, written)
        assert read.problems == ()
        assert read.message == message

    settings(max_examples=25, deadline=None)(given(messages(kind), st.booleans())(law))()


@pytest.mark.parametrize(
    ("custom", "problem"),
    [
        ({"rayCluster": {"workerGroupSpec": {"replicas": 1}}}, ("rayCluster", "workerGroupSpec")),
        (
            {"rayCluster": {"workerGroupSpec": [{"replicas": 1.5}]}},
            ("rayCluster", "workerGroupSpec", 0, "replicas"),
        ),
        ({"ttlSecondsAfterFinished": 2**31}, ("ttlSecondsAfterFinished",)),
        ({"ttl_seconds_after_finished": "3.0"}, ("ttl_seconds_after_finished",)),
        ({"shutdownAfterJobFinishes": "true"}, ("shutdownAfterJobFinishes",)),
        ({"runtimeEnvYaml": 1}, ("runtimeEnvYaml",)),
        (
            {"rayCluster": {"autoscalerOptions": {"upscalingMode": "FAST"}}},
            ("rayCluster", "autoscalerOptions", "upscalingMode"),
        ),
        (
            {"rayCluster": {"headGroupSpec": {"rayStartParams": {"a": True}}}},
            ("rayCluster", "headGroupSpec", "rayStartParams", "a"),
        ),
        ({"rayCluster": []}, ("rayCluster",)),
    ],
)
def test_values_of_wrong_types_are_refused(custom: dict[str, Any], problem: tuple[str | int, ...]) -> None:
    read = decode(task("ray", custom))
    assert read is not None and not read.readable
    assert [(p.misfit, p.steps) for p in read.problems] == [(Misfit.TYPE, problem)]


def test_what_the_back_end_takes_all_the_same() -> None:
    custom = {
        "ttlSecondsAfterFinished": " 7 ",
        "runtimeEnvYaml": None,
        "rayCluster": {
            "autoscalerOptions": {"upscalingMode": 9},
            "workerGroupSpec": [None],
            "headGroupSpec": None,
        },
    }
    read = decode(task("ray", custom))
    assert read is not None and read.problems == ()
    assert read.message.ttl_seconds_after_finished == 7
    assert read.message.ray_cluster.autoscaler_options.upscaling_mode == 9
    assert len(read.message.ray_cluster.worker_group_spec) == 1
    assert not read.message.ray_cluster.HasField("head_group_spec")


def test_a_null_in_quotes_is_no_number_and_nothing_either() -> None:
    read = decode(task("pytorch", {"workers": "null"}))
    assert read is not None
    assert (read.message.workers, read.problems) == (0, ())


def test_the_json_name_wins_over_the_schemas() -> None:
    read = decode_as(RayJob, struct({"runtime_env": "a", "runtimeEnv": "b"}))
    assert (read.message.runtime_env, read.problems) == ("b", ())


def test_unknown_fields_are_dropped_and_told() -> None:
    read = decode_as(SparkJob, struct({"spark_conf": {}, "mainClass": "m"}))
    assert read.readable and read.message == SparkJob(mainClass="m")
    (problem,) = read.problems
    assert (problem.misfit, problem.steps) == (Misfit.UNKNOWN, ("spark_conf",))
    assert "sparkConf" in problem.known


def test_steps_are_spelled_as_they_are_written() -> None:
    read = decode_as(RayJob, struct({"ray_cluster": {"workerGroupSpec": [{"group_name": "w"}]}}))
    names = ("rayCluster", "workerGroupSpec", 0, "groupName")
    assert read.steps(*names) == ("ray_cluster", "workerGroupSpec", 0, "group_name")


def test_task_types_and_versions() -> None:
    assert decode(TaskTemplate(type="python-task")) is None
    assert decode(task("mpi", {}, 2)) is None
    assert versions("mpi") == (0, 1)
    assert versions("spark") == ()
    one, other = message_type("mpi", 0), message_type("mpi", 1)
    assert one is not None and other is not None and one is not other
