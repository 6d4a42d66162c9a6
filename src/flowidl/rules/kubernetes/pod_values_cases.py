"""Cases of `rules/kubernetes/pod_values.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.kubernetes.pods_cases import FIRST, MAIN, SECOND, SPEC, main, only, pod, resources
from flowidl.rules.snippets import bad, good, near, task

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile
    from flowidl.rules.kubernetes.pods_cases import Json


def _volumes(*volumes: Json) -> CaseFile:
    return pod({"containers": [MAIN], "volumes": [*volumes]})


def _tolerated(**toleration: Json) -> CaseFile:
    return pod({"containers": [MAIN], "tolerations": [toleration]})


def _beside(**more: Json) -> CaseFile:
    """A pod with a second container, which does not run the task."""
    return pod({"containers": [MAIN, {"name": "side", "image": "log:1", **more}]})


def _loaded(words: str, config: str = "") -> CaseFile:
    container = f'container {{ image: "app:1" args: "run" data_config {{ enabled: true {config} }} }}'
    return task("fit", words, container)


def _mounts(name: str, path: str) -> list[Json]:
    return [{"name": name, "mountPath": path}]


def _first(path: str) -> str:
    """Return the place of something in the first container: names of fields, and numbers of entries."""
    where, is_value = FIRST, False
    for word in path.split("."):
        if word.isdecimal():
            where += f".list_value.values[{word}]"
        else:
            where += f'{".struct_value" * is_value}.fields["{word}"]'
        is_value = True
    return where


CLAIM: Json = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
EMPTY: Json = {"name": "tmp", "emptyDir": {}}

CASES = (
    bad(
        "FI880",
        "a policy in small letters",
        only(imagePullPolicy="always"),
        at=f'{FIRST}.fields["imagePullPolicy"]',
    ),
    bad(
        "FI880",
        "an effect that there is not",
        _tolerated(key="gpu", operator="Exists", effect="NoRun"),
        at=f'{SPEC}.fields["tolerations"].list_value.values[0].struct_value.fields["effect"]',
    ),
    good("FI880", "a policy", only(imagePullPolicy="Always")),
    near("FI880", "an empty policy, which is none", only(imagePullPolicy="")),
    near(
        "FI880", "a medium that only the machine knows", _volumes({"name": "x", "emptyDir": {"medium": "y"}})
    ),
    bad("FI881", "port 70000", only(ports=[{"containerPort": 70000}]), at=_first("ports.0.containerPort")),
    bad(
        "FI881",
        "a negative user",
        only(securityContext={"runAsUser": -1}),
        at=f'{FIRST}.fields["securityContext"].struct_value.fields["runAsUser"]',
    ),
    good("FI881", "port 8080", only(ports=[{"containerPort": 8080}])),
    near(
        "FI881",
        "probes that leave their numbers to Kubernetes",
        only(livenessProbe={"httpGet": {"port": 80}, "periodSeconds": 0}),
    ),
    bad(
        "FI882",
        "a name of a secret with capitals",
        only(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "Top", "key": "k"}}}]),
        at=f'{_first("env.0.valueFrom")}.struct_value.fields["secretKeyRef"].struct_value.fields["name"]',
    ),
    bad(
        "FI882",
        "a topology with a blank",
        pod(
            {
                "containers": [MAIN],
                "affinity": {
                    "podAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a b"}]
                    }
                },
            }
        ),
        at=f'{SPEC}.fields["affinity"].struct_value.fields["podAffinity"].struct_value'
        '.fields["requiredDuringSchedulingIgnoredDuringExecution"].list_value.values[0].struct_value.fields["topologyKey"]',
    ),
    good(
        "FI882",
        "a name of a secret",
        only(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "top", "key": "K"}}}]),
    ),
    near(
        "FI882",
        "a claim of any name, which Kubernetes looks for only later",
        _volumes({"name": "x", "persistentVolumeClaim": {"claimName": "My_Claim"}}),
    ),
    bad(
        "FI883",
        "a value and a source of it",
        only(env=[{"name": "A", "value": "x", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
        at=_first("env.0.valueFrom"),
    ),
    bad(
        "FI883",
        "a volume with two sources",
        _volumes({"name": "x", "emptyDir": {}, "hostPath": {"path": "/x"}}),
        at=f'{SPEC}.fields["volumes"].list_value.values[0].struct_value.fields["hostPath"]',
    ),
    good(
        "FI883",
        "a source of a value",
        only(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]),
    ),
    near(
        "FI883",
        "an empty value beside a source, and no source at all",
        only(
            env=[
                {"name": "A", "value": "", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                {"name": "B"},
            ]
        ),
    ),
    bad(
        "FI884",
        "two mounts at one path",
        pod(
            {
                "containers": [main(volumeMounts=[*_mounts("data", "/x"), *_mounts("tmp", "/x")])],
                "volumes": [CLAIM, EMPTY],
            }
        ),
        at=_first("volumeMounts.1.mountPath"),
    ),
    good(
        "FI884",
        "two mounts at two paths",
        pod(
            {
                "containers": [main(volumeMounts=[*_mounts("data", "/x"), *_mounts("tmp", "/y")])],
                "volumes": [CLAIM, EMPTY],
            }
        ),
    ),
    near(
        "FI884",
        "a variable twice, of which the last one counts",
        only(env=[{"name": "A", "value": "x"}, {"name": "A", "value": "y"}]),
    ),
    near(
        "FI884",
        "one port for two protocols",
        only(
            ports=[
                {"containerPort": 80, "hostPort": 80},
                {"containerPort": 80, "hostPort": 80, "protocol": "UDP"},
            ]
        ),
    ),
    bad(
        "FI885",
        "memory by another name",
        resources({"mem": "1Gi"}, {"mem": "1Gi"}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["requests"].struct_value.fields["mem"]',
    ),
    good("FI885", "memory", resources({"memory": "1Gi"}, {"memory": "1Gi"})),
    near("FI885", "a GPU, which the back end names", resources({"gpu": 1}, {"gpu": 1})),
    bad(
        "FI886",
        "a device without a limit",
        resources({"amd.com/gpu": 1}, {}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["requests"].struct_value.fields["amd.com/gpu"]',
    ),
    bad(
        "FI886",
        "memory without a limit beside the task's container",
        _beside(resources={"requests": {"memory": "1Gi"}}),
        at=f'{SECOND}.fields["resources"].struct_value.fields["requests"].struct_value.fields["memory"]',
    ),
    good("FI886", "a device with a limit", resources({"amd.com/gpu": 1}, {"amd.com/gpu": 1})),
    near(
        "FI886",
        "memory without a limit in the task's container",
        resources({"memory": "1Gi", "nvidia.com/gpu": 1}, {}),
    ),
    near(
        "FI886",
        "a limit without a request beside the task's container",
        _beside(resources={"limits": {"memory": "1Gi"}}),
    ),
    bad(
        "FI887",
        "a claim that the pod does not have",
        only(resources={"claims": [{"name": "gpu"}]}),
        at=f'{FIRST}.fields["resources"].struct_value.fields["claims"].list_value.values[0].struct_value.fields["name"]',
    ),
    good(
        "FI887",
        "a claim",
        pod(
            {
                "containers": [main(resources={"claims": [{"name": "gpu"}]})],
                "resourceClaims": [{"name": "gpu", "resourceClaimName": "one"}],
            }
        ),
    ),
    near(
        "FI887",
        "claims of volumes",
        pod({"containers": [main(volumeMounts=_mounts("data", "/x"))], "volumes": [CLAIM]}),
    ),
    bad(
        "FI888",
        "inputs and outputs in one folder",
        _loaded("a: int -> o0: int", 'input_path: "/data" output_path: "/data"'),
        at="template.container.data_config.output_path",
    ),
    bad(
        "FI888",
        "shared memory where the inputs are by default",
        task(
            "fit",
            "a: int -> o0: int",
            'container { image: "app:1" args: "run" data_config { enabled: true } } '
            'extended_resources { shared_memory { mount_path: "/var/flyte/inputs" mount_name: "shm" } }',
        ),
        at="template.extended_resources.shared_memory.mount_path",
    ),
    good("FI888", "two folders", _loaded("a: int -> o0: int", 'input_path: "/in" output_path: "/out"')),
    near(
        "FI888",
        "one folder, and no outputs",
        _loaded("a: int ->", 'input_path: "/data" output_path: "/data"'),
    ),
    bad(
        "FI889",
        "a pod that is started again",
        pod({"containers": [MAIN], "restartPolicy": "Always"}),
        at=f'{SPEC}.fields["restartPolicy"]',
    ),
    good("FI889", "a pod that is tried again", pod({"containers": [MAIN], "restartPolicy": "OnFailure"})),
    near(
        "FI889",
        "an init container that keeps running",
        pod(
            {
                "containers": [MAIN],
                "initContainers": [{"name": "side", "image": "log:1", "restartPolicy": "Always"}],
            }
        ),
    ),
)
