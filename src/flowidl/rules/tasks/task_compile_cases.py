"""Cases of `task_compile.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, good, near, quote, task

if TYPE_CHECKING:
    from typing import TypeAlias

    from flowidl.rules.case import CaseFile

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int"


def _container(inside: str, words: str = "x: int ->") -> CaseFile:
    return task("flights.fit", words, f"container {{ {inside} }}")


def _value(value: Json) -> str:
    """A JSON value as a `google.protobuf.Value`."""
    match value:
        case dict():
            return f"struct_value {{ {_struct(value)} }}"
        case list():
            return "list_value { " + " ".join(f"values {{ {_value(each)} }}" for each in value) + " }"
        case str():
            return f"string_value: {quote(value)}"
        case _:
            return f"number_value: {value}"


def _struct(fields: dict[str, Json]) -> str:
    return " ".join(
        f"fields {{ key: {quote(key)} value {{ {_value(value)} }} }}" for key, value in fields.items()
    )


def _pod(**spec: Json) -> CaseFile:
    named = 'config { key: "primary_container_name" value: "primary" }'
    return task("flights.fit", "x: int ->", f"k8s_pod {{ pod_spec {{ {_struct(spec)} }} }} {named}")


IMAGE = 'image: "ghcr.io/flights/app:1"'
RUN = f'{IMAGE} args: "run"'
PRIMARY: dict[str, Json] = {"name": "primary", "image": "ghcr.io/flights/app:1", "args": ["run"]}
LISTENING: dict[str, Json] = {**PRIMARY, "ports": [{"containerPort": 80}]}


def _asks(name: str, value: str) -> CaseFile:
    return _container(f'{RUN} resources {{ requests {{ name: {name} value: "{value}" }} }}')


CASES = (
    bad("FI600", "a container without image", _container('args: "run"'), at="template.container.image"),
    good("FI600", "a container with an image", _container(RUN)),
    near("FI600", "a pod, whose image is in its spec", _pod(containers=[PRIMARY])),
    bad("FI601", "a container that is told nothing", _container(IMAGE), at="template.container"),
    good("FI601", "a container with arguments", _container(RUN)),
    near(
        "FI601", "a container that is told nothing and has nothing to take or give", _container(IMAGE, "->")
    ),
    bad(
        "FI602",
        "a request in words",
        _asks("CPU", "two"),
        at="template.container.resources.requests[0].value",
    ),
    bad(
        "FI602",
        "a request with a space",
        _asks("MEMORY", "1 Gi"),
        at="template.container.resources.requests[0].value",
    ),
    good("FI602", "half a core", _asks("CPU", "500m")),
    near("FI602", "an exponent", _asks("MEMORY", "1e9")),
    bad(
        "FI603",
        "containers that are no list",
        _pod(containers="primary"),
        at='template.k8s_pod.pod_spec.fields["containers"]',
    ),
    bad(
        "FI603",
        "a pod without spec",
        task("flights.fit", "x: int ->", "k8s_pod { }"),
        at="template.k8s_pod",
    ),
    good("FI603", "a pod with one container", _pod(containers=[PRIMARY])),
    near(
        "FI603",
        "a port that is a whole number",
        _pod(containers=[LISTENING]),
    ),
    bad(
        "FI604",
        "a container with an underscore in its name",
        _pod(containers=[PRIMARY, {"name": "side_car", "image": "busybox:1"}]),
        at='template.k8s_pod.pod_spec.fields["containers"].list_value.values[1].struct_value.fields["name"]',
    ),
    good(
        "FI604",
        "containers with names of letters and dashes",
        _pod(containers=[PRIMARY, {"name": "side-car", "image": "busybox:1"}]),
    ),
    near(
        "FI604",
        "a name of 63 characters",
        _pod(containers=[PRIMARY, {"name": "s" * 63, "image": "busybox:1"}]),
    ),
)
