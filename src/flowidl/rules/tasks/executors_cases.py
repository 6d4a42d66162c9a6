"""Cases of `rules/tasks/executors.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import (
    CONTAINER,
    bad,
    calls,
    case_file,
    good,
    near,
    node,
    plugin_task,
    struct,
    task,
    task_of_type,
    task_template,
    workflow,
)
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile

AT = "template.extended_resources.shared_memory"
PRIMARY = {"name": "main", "image": "app:1", "args": ["run"]}
MOUNTED = {**PRIMARY, "volumeMounts": [{"name": "v", "mountPath": "/dev/shm"}]}
VOLUME: dict[str, object] = {"name": "v", "emptyDir": {}}
NAMED = 'config { key: "primary_container_name" value: "main" }'


def _plain(rest: str, type: str = "python-task") -> CaseFile:
    return task_of_type(type, rest)


def _remembers(memory: str, **spec: object) -> CaseFile:
    """A task that is a pod, and has shared memory."""
    pod = f"k8s_pod {{ pod_spec {{ {struct(spec or {'containers': [PRIMARY]})} }} }} {NAMED}"
    return _plain(f"{pod} extended_resources {{ shared_memory {{ {memory} }} }}")


def _told(*words: str) -> CaseFile:
    args = " ".join(f'args: "{word}"' for word in words)
    return _plain(f'container {{ image: "app:1" {args} }}')


def _accelerated(resources: str = "", device: str = 'device: "nvidia-l4"') -> CaseFile:
    container = f'container {{ image: "app:1" args: "run" resources {{ {resources} }} }}'
    return _plain(f"{container} extended_resources {{ gpu_accelerator {{ {device} }} }}")


def _cached(words: str) -> CaseFile:
    inside = task_template("flights.fit", words, CONTAINER)
    cached = 'discoverable: true discovery_version: "1"'
    inside = inside.replace("metadata {", f"metadata {{ {cached}", 1)
    return case_file(Kind.TASK_SPEC, "flights.fit_1.pb", f"template {{ {inside} }}")


def _override(asked: str) -> tuple[CaseFile, ...]:
    limits = 'limits { name: MEMORY value: "1Gi" }'
    limited = task("load", "->", f'container {{ image: "app:1" args: "run" resources {{ {limits} }} }}')
    inside = calls("load")[:-1] + f"overrides {{ resources {{ {asked} }} }} }}"
    return limited, workflow("wf", "->", node("n0", inside))


def _chooses(rest: str = "") -> CaseFile:
    """A workflow whose node chooses an accelerator."""
    chosen = 'extended_resources { gpu_accelerator { device: "nvidia-l4" } }'
    return workflow("wf", "->", node("n0", calls("load")[:-1] + f"overrides {{ {chosen} {rest} }} }}"))


ASKED = "template.nodes[0].task_node.overrides.resources.requests[0]"
BOTH = 'mount_path: "/dev/shm" mount_name: "shm"'
SIDECAR = {"podSpec": {"containers": [PRIMARY]}, "primaryContainerName": "main"}

CASES = (
    bad("FI870", "a task of Python without a container", _plain(""), at="template"),
    good("FI870", "a task of Python with a container", _plain(CONTAINER)),
    near("FI870", "a query, which a connector runs", _plain("", "bigquery_query_job_task")),
    bad("FI871", "an underscore", _plain(CONTAINER, "python_task"), at="template.type"),
    bad("FI871", "capitals", _plain(CONTAINER, "Spark"), at="template.type"),
    good("FI871", "a task of Python", _plain(CONTAINER, "python-task")),
    near("FI871", "a connector of one's own", _plain(CONTAINER, "acme-trainer")),
    near("FI871", "a version of one's own", _plain(CONTAINER, "spark-3.5")),
    bad("FI872", "a script that was run", _told("task-module", "__main__"), at="template.id.name"),
    good("FI872", "a module", _told("task-module", "flights")),
    near("FI872", "a file of that name", _told("python", "flights/__main__.py")),
    bad("FI873", "no path", _remembers('mount_name: "shm"'), at=f"{AT}.mount_path"),
    bad(
        "FI873",
        "a path that is taken",
        _remembers(BOTH, containers=[MOUNTED], volumes=[VOLUME]),
        at=f"{AT}.mount_path",
    ),
    bad(
        "FI873",
        "a name that is taken",
        _remembers('mount_path: "/shm" mount_name: "v"', containers=[MOUNTED], volumes=[VOLUME]),
        at=f"{AT}.mount_name",
    ),
    good("FI873", "a path and a name", _remembers(BOTH)),
    near(
        "FI873",
        "a path that another container mounts",
        _remembers(BOTH, containers=[PRIMARY, {**MOUNTED, "name": "side"}], volumes=[VOLUME]),
    ),
    bad("FI874", "no GPU", _accelerated(), at="template.extended_resources.gpu_accelerator"),
    bad(
        "FI874",
        "no device",
        _accelerated('limits { name: GPU value: "1" }', ""),
        at="template.extended_resources.gpu_accelerator.device",
    ),
    bad(
        "FI874",
        "a node that chooses, without a GPU",
        task("load", "->"),
        _chooses(),
        at="template.nodes[0].task_node.overrides.extended_resources.gpu_accelerator",
    ),
    near(
        "FI874",
        "a node that chooses, and requests a GPU",
        task("load", "->"),
        _chooses('resources { limits { name: GPU value: "1" } }'),
    ),
    good("FI874", "a GPU", _accelerated('limits { name: GPU value: "1" }')),
    near(
        "FI874",
        "a device of another kind, in a pod",
        _plain(
            "k8s_pod { pod_spec { "
            + struct({"containers": [{**PRIMARY, "resources": {"limits": {"google.com/tpu": "1"}}}]})
            + f' }} }} {NAMED} extended_resources {{ gpu_accelerator {{ device: "tpu-v5" }} }}'
        ),
    ),
    bad(
        "FI875", "version 0 without a pod spec", plugin_task("sidecar", {"a": 1}, 0, ""), at="template.custom"
    ),
    bad(
        "FI875",
        "version 1 with another primary container",
        plugin_task("sidecar", {"containers": [{**PRIMARY, "name": "side"}]}, 1, NAMED),
        at="template.custom",
    ),
    good("FI875", "version 0", plugin_task("sidecar", SIDECAR, 0, "")),
    near("FI875", "version 2, with a container", plugin_task("sidecar", {}, 2)),
    bad("FI878", "a cached task without outputs", _cached("->"), at="template.metadata.discoverable"),
    good("FI878", "a cached task with an output", _cached("-> n: int")),
    bad(
        "FI878",
        "a cached node of a task without outputs",
        task("load", "->"),
        workflow("wf", "->", node("n0", calls("load"), 'metadata { cacheable: true cache_version: "1" }')),
        at="template.nodes[0].metadata.cacheable",
    ),
    near("FI878", "a task without outputs that is not cached", _plain(CONTAINER)),
    bad("FI879", "two gibibytes of one", *_override('requests { name: MEMORY value: "2Gi" }'), at=ASKED),
    good(
        "FI879",
        "the limit raised too",
        *_override('requests { name: MEMORY value: "2Gi" } limits { name: MEMORY value: "2Gi" }'),
    ),
    near("FI879", "as much as the limit", *_override('requests { name: MEMORY value: "1024Mi" }')),
)
