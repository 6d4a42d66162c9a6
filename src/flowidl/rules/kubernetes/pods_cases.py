"""Cases of `pods.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.case import CaseFile
from flowidl.rules.options import Options, PlatformLimits
from flowidl.rules.snippets import (
    METADATA,
    bad,
    calls,
    case_file,
    good,
    ident,
    interface,
    near,
    node,
    quote,
    struct,
    task,
    workflow,
)
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from typing import TypeAlias

    Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

SMALL = Options(platform=PlatformLimits(cpu="2"))
LOAD = task("load", "a: int -> o0: int")


def _value(value: Json) -> str:
    """A `Value` in text format."""
    match value:
        case None:
            return "null_value: NULL_VALUE"
        case bool():
            return f"bool_value: {str(value).lower()}"
        case int() | float():
            return f"number_value: {value}"
        case str():
            return f"string_value: {quote(value)}"
        case list():
            return "list_value { " + " ".join(f"values {{ {_value(entry)} }}" for entry in value) + " }"
        case dict():
            return f"struct_value {{ {_struct(value)} }}"


def _struct(fields: dict[str, Json]) -> str:
    entries = (f"fields {{ key: {quote(key)} value {{ {_value(value)} }} }}" for key, value in fields.items())
    return " ".join(entries)


MAIN: dict[str, Json] = {"name": "main", "image": "app:1"}


def main(**more: Json) -> dict[str, Json]:
    """The container `main` with these fields too."""
    return {**MAIN, **more}


def pod(spec: dict[str, Json], primary: str = "main") -> CaseFile:
    """A task `fit` with this pod spec."""
    config = f'config {{ key: "primary_container_name" value: {quote(primary)} }}' if primary else ""
    words = f'id {{ {ident("TASK", "fit")} }} type: "python-task" {METADATA} {interface("a: int -> o0: int")}'
    return case_file(
        Kind.TASK_SPEC,
        "fit_1.pb",
        f"template {{ {words} k8s_pod {{ pod_spec {{ {_struct(spec)} }} }} {config} }}",
    )


def only(**more: Json) -> CaseFile:
    """A pod with one container, `main`, that has these fields too."""
    return pod({"containers": [main(**more)]})


def override(spec: dict[str, Json], primary: str = "main") -> CaseFile:
    """A workflow whose node overrides the pod."""
    name = f"primary_container_name: {quote(primary)}" if primary else ""
    inside = f"overrides {{ pod_template {{ pod_spec {{ {_struct(spec)} }} {name} }} }} }}"
    return workflow("wf", "a: int -> ", node("n0", calls("load")[:-1] + inside, a="a"))


def resources(requests: dict[str, Json], limits: dict[str, Json]) -> CaseFile:
    """A pod whose one container has these requests and limits."""
    return only(resources={"requests": requests, "limits": limits})


def _legacy(version: int, rest: str) -> CaseFile:
    words = f'id {{ {ident("TASK", "fit")} }} type: "sidecar" {METADATA} {interface("a: int -> o0: int")}'
    return case_file(
        Kind.TASK_SPEC, "fit_1.pb", f"template {{ {words} task_type_version: {version} {rest} }}"
    )


SIDECAR = {"podSpec": {"containers": [{"name": "main", "image": "app:1"}]}, "primaryContainerName": "main"}
SPEC = "template.k8s_pod.pod_spec"
CONTAINERS = f'{SPEC}.fields["containers"].list_value'
FIRST = f"{CONTAINERS}.values[0].struct_value"
SECOND = f"{CONTAINERS}.values[1].struct_value"
OVERRIDE = "template.nodes[0].task_node.overrides.pod_template"
MOUNT: Json = [{"name": "data", "mountPath": "/data"}]
WHOLE = only()

CASES = (
    bad("FI640", "a misspelt key", only(imagePullPolcy="Always"), at=f'{FIRST}.fields["imagePullPolcy"]'),
    bad("FI640", "a key of the pod at a container", only(volumes=[]), at=f'{FIRST}.fields["volumes"]'),
    good("FI640", "a key that there is", only(imagePullPolicy="Always")),
    near(
        "FI640",
        "a label selector with keys of its own",
        pod({"containers": [MAIN], "nodeSelector": {"my-key": "x"}}),
    ),
    bad(
        "FI641",
        "an object where a list belongs",
        LOAD,
        override({"containers": {"name": "main"}}),
        at=f'{OVERRIDE}.pod_spec.fields["containers"]',
    ),
    good("FI641", "a list", LOAD, override({"containers": [MAIN]})),
    near(
        "FI641",
        "a key that Kubernetes does not know",
        LOAD,
        override({"containers": [MAIN], "colour": "red"}),
    ),
    bad(
        "FI642",
        "a port without its number",
        only(ports=[{"name": "http"}]),
        at=f'{FIRST}.fields["ports"].list_value.values[0].struct_value.fields["containerPort"]',
    ),
    good("FI642", "a port with its number", only(ports=[{"name": "http", "containerPort": 80}])),
    near("FI642", "an empty command, as tools write it", only(command=[], env=None)),
    bad(
        "FI643",
        "two containers of one name",
        pod({"containers": [MAIN, MAIN]}),
        at=f'{SECOND}.fields["name"]',
    ),
    bad(
        "FI643",
        "an init container of the same name",
        pod({"containers": [MAIN], "initContainers": [MAIN]}),
        at=f'{SPEC}.fields["initContainers"].list_value.values[0].struct_value.fields["name"]',
    ),
    good("FI643", "two names", pod({"containers": [MAIN, {"name": "side", "image": "log:1"}]})),
    near("FI643", "a volume of the same name", pod({"containers": [MAIN], "volumes": [{"name": "main"}]})),
    bad(
        "FI644",
        "an init container with an underscore",
        pod({"containers": [MAIN], "initContainers": [{"name": "set_up", "image": "app:1"}]}),
        at=f'{SPEC}.fields["initContainers"].list_value.values[0].struct_value.fields["name"]',
    ),
    good(
        "FI644",
        "an init container with a dash",
        pod({"containers": [MAIN], "initContainers": [main(name="set-up")]}),
    ),
    near("FI644", "a path with an underscore", only(workingDir="/my_app")),
    bad(
        "FI645",
        "two volumes of one name",
        pod({"containers": [MAIN], "volumes": [{"name": "data"}, {"name": "data"}]}),
        at=f'{SPEC}.fields["volumes"].list_value.values[1].struct_value.fields["name"]',
    ),
    good(
        "FI645", "two volumes", pod({"containers": [MAIN], "volumes": [{"name": "data"}, {"name": "more"}]})
    ),
    near(
        "FI645",
        "one volume mounted twice",
        pod(
            {
                "containers": [main(volumeMounts=MOUNT), main(name="b", volumeMounts=MOUNT)],
                "volumes": [{"name": "data"}],
            }
        ),
    ),
    bad(
        "FI646",
        "a volume that is not there",
        only(volumeMounts=MOUNT),
        at=f'{FIRST}.fields["volumeMounts"].list_value.values[0].struct_value.fields["name"]',
    ),
    good(
        "FI646",
        "a volume that is there",
        pod({"containers": [main(volumeMounts=MOUNT)], "volumes": [{"name": "data"}]}),
    ),
    near("FI646", "a volume that nobody mounts", pod({"containers": [MAIN], "volumes": [{"name": "data"}]})),
    bad(
        "FI647",
        "no primary container",
        pod({"containers": [MAIN]}, ""),
        at='template.config["primary_container_name"]',
    ),
    bad(
        "FI647",
        "another primary container",
        pod({"containers": [MAIN]}, "other"),
        at='template.config["primary_container_name"]',
    ),
    bad("FI647", "no containers", pod({"containers": []}), at=f'{SPEC}.fields["containers"]'),
    bad(
        "FI647",
        "no primary container in an override",
        LOAD,
        override({"containers": [MAIN]}, ""),
        at=f"{OVERRIDE}.primary_container_name",
    ),
    good("FI647", "a primary container", WHOLE),
    near("FI647", "the second of two", pod({"containers": [{"name": "side", "image": "log:1"}, MAIN]})),
    near(
        "FI647",
        "keys in another letter case, as the back end reads them",
        pod({"Containers": [{"Name": "main", "Image": "app:1"}]}),
    ),
    bad("FI648", "no image", pod({"containers": [{"name": "main"}]}), at=f'{FIRST}.fields["image"]'),
    good("FI648", "an image", WHOLE),
    near("FI648", "an image without a tag", only(image="app")),
    near("FI640", "keys in another letter case", only(imagepullpolicy="Always")),
    bad(
        "FI649",
        "2Gi requested of 1Gi",
        resources({"memory": "2Gi"}, {"memory": "1Gi"}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["requests"].struct_value.fields["memory"]',
    ),
    bad(
        "FI649",
        "one device with a limit of two",
        resources({"nvidia.com/gpu": 1}, {"nvidia.com/gpu": 2}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["requests"].struct_value.fields["nvidia.com/gpu"]',
    ),
    good("FI649", "1Gi requested of 2Gi", resources({"memory": "1Gi"}, {"memory": "2Gi"})),
    near(
        "FI649",
        "the same as a number and as a string",
        resources({"cpu": 1, "nvidia.com/gpu": 1}, {"cpu": "1000m", "nvidia.com/gpu": "1"}),
    ),
    bad(
        "FI650",
        "half a device",
        resources({}, {"nvidia.com/gpu": "0.5"}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["limits"].struct_value.fields["nvidia.com/gpu"]',
    ),
    good("FI650", "one device", resources({}, {"nvidia.com/gpu": 1})),
    near("FI650", "half a CPU", resources({}, {"cpu": 0.5})),
    bad(
        "FI651",
        "four CPUs where two are allowed",
        resources({"cpu": 4}, {}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["requests"].struct_value.fields["cpu"]',
        options=SMALL,
    ),
    good("FI651", "two CPUs where two are allowed", resources({"cpu": 2}, {}), options=SMALL),
    near("FI651", "four CPUs as a limit only", resources({}, {"cpu": 4}), options=SMALL),
    bad("FI652", "version 0 without a pod spec", _legacy(0, ""), at="template.custom"),
    good(
        "FI652",
        "version 0 with a pod spec",
        _legacy(0, f"custom {{ {struct(SIDECAR)} }}"),
    ),
    near("FI652", "another type without a pod spec", task("fit", "a: int -> o0: int")),
)
