"""Cases of `rules/tasks/plugin_pods.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import CONTAINER, bad, good, near, plugin_task, struct, task_of_type
from flowidl.rules.tasks.plugins_cases import MAIN, RAY, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.rules.case import CaseFile

    Json = Mapping[str, object]

PRIMARY: Json = {"name": "main", "image": "app:1", "args": ["run"]}


def _pod(type: str, custom: Json, **spec: object) -> CaseFile:
    """A task of a plugin that is a pod with the container `main`."""
    pod = struct({"containers": [PRIMARY], **spec})
    named = 'config { key: "primary_container_name" value: "main" }'
    return plugin_task(type, custom, rest=f"k8s_pod {{ pod_spec {{ {pod} }} }} {named}")


def _driver(name: str = "", **spec: object) -> Json:
    return {**MAIN, "driverPod": {"primaryContainerName": name, "podSpec": spec}}


def _workers(resources: Json, **more: object) -> Json:
    return {"workerReplicas": {"replicas": 1, "resources": resources}, **more}


def _asks(name: str, value: str) -> Json:
    return {"requests": [{"name": name, "value": value}]}


def _groups(*names: str) -> Json:
    return {"rayCluster": {"workerGroupSpec": [{"groupName": name} for name in names]}}


def _head(**spec: object) -> Json:
    return {"rayCluster": {"headGroupSpec": {"k8sPod": {"podSpec": spec}}}}


def _told(type: str, *names: str) -> CaseFile:
    env = " ".join(f'env {{ key: "{name}" value: "1" }}' for name in names)
    return plugin_task(type, RAY, rest=CONTAINER.replace("}", f"{env} }}"))


VOLUME: Json = {"name": "v", "emptyDir": {}}
VALUE = field("workerReplicas", "resources", "requests", 0, "value")
AUTOSCALER = ("rayCluster", "autoscalerOptions", "resources")
NAME = field("driverPod", "primaryContainerName")
HEAD = field("rayCluster", "headGroupSpec", "k8sPod", "podSpec", "containers", 0, "name")

CASES = (
    bad("FI840", "a container that the task does not have", plugin_task("spark", _driver("main")), at=NAME),
    bad(
        "FI840",
        "a container of the driver alone",
        _pod("spark", _driver("driver", containers=[{"name": "driver"}])),
        at=NAME,
    ),
    good("FI840", "the container of the task", _pod("spark", _driver("main"))),
    near(
        "FI840",
        "a pod of the driver without a name",
        plugin_task("spark", _driver("", nodeSelector={"a": "b"})),
    ),
    bad("FI841", "gigabytes with a B", plugin_task("pytorch", _workers(_asks("MEMORY", "4GB")), 1), at=VALUE),
    bad("FI841", "half a GPU", plugin_task("mpi", _workers(_asks("GPU", "0.5")), 1), at=VALUE),
    good("FI841", "gibibytes", plugin_task("pytorch", _workers(_asks("MEMORY", "4Gi")), 1)),
    near(
        "FI841",
        "parameter servers that there are none of",
        plugin_task("tensorflow", _workers({}, psReplicas={"resources": _asks("CPU", "x")}), 1),
    ),
    near(
        "FI841",
        "a part that does not count",
        plugin_task(
            "mpi", {"workerReplicas": {"resources": _asks("CPU", "x"), "common": {"replicas": 1}}}, 1
        ),
    ),
    bad(
        "FI842",
        "memory with a B",
        plugin_task("ray", {"rayCluster": {"autoscalerOptions": {"resources": _asks("MEMORY", "1GB")}}}),
        at=field(*AUTOSCALER, "requests", 0, "value"),
    ),
    good(
        "FI842",
        "gibibytes",
        plugin_task("ray", {"rayCluster": {"autoscalerOptions": {"resources": _asks("MEMORY", "1Gi")}}}),
    ),
    near(
        "FI842",
        "an autoscaler without resources",
        plugin_task("ray", {"rayCluster": {"autoscalerOptions": {}}}),
    ),
    bad(
        "FI843",
        "two groups of one name",
        plugin_task("ray", _groups("a", "a")),
        at=field("rayCluster", "workerGroupSpec", 1, "groupName"),
    ),
    bad(
        "FI843",
        "a blank in a name",
        plugin_task("ray", _groups("small group")),
        at=field("rayCluster", "workerGroupSpec", 0, "groupName"),
    ),
    good("FI843", "two groups of two names", plugin_task("ray", _groups("small", "large"))),
    near("FI843", "capitals, a dot and 63 characters", plugin_task("ray", _groups("CPU-small.v2", "x" * 63))),
    bad(
        "FI844",
        "a second container",
        _pod("spark", MAIN, containers=[PRIMARY, {"name": "side", "image": "b:1"}]),
        at="template.k8s_pod",
    ),
    bad(
        "FI844",
        "a volume of the driver",
        plugin_task("spark", _driver(volumes=[VOLUME])),
        at=field("driverPod", "podSpec"),
    ),
    good(
        "FI844",
        "tolerations and a node selector",
        _pod("spark", MAIN, tolerations=[{"operator": "Exists"}], nodeSelector={"a": "b"}),
    ),
    near(
        "FI844",
        "volumes in the pod of another type",
        _pod("pytorch", {"workers": 1}, volumes=[VOLUME]),
    ),
    bad(
        "FI845", "a head called otherwise", plugin_task("ray", _head(containers=[{"name": "head"}])), at=HEAD
    ),
    good("FI845", "a head by its name", plugin_task("ray", _head(containers=[{"name": "ray-head"}]))),
    near("FI845", "a pod without containers", plugin_task("ray", _head(nodeSelector={"a": "b"}))),
    near(
        "FI845",
        "a further container of the task's own pod",
        _pod(
            "ray",
            _head(containers=[{"name": "side"}]),
            containers=[PRIMARY, {"name": "side", "image": "b:1"}],
        ),
    ),
    bad("FI846", "a level twice", _told("ray", "LEVEL", "LEVEL"), at="template.container.env[1].key"),
    good("FI846", "two variables", _told("ray", "LEVEL", "MODE")),
    near(
        "FI846",
        "a level twice in a pod",
        task_of_type("python-task", CONTAINER.replace("}", 'env { key: "A" } env { key: "A" } }')),
    ),
)
