"""Cases of `rules/tasks/plugins.py`."""

from __future__ import annotations

from flowidl.rules.snippets import CONTAINER, bad, good, near, plugin_task, task_of_type

AT = "template.custom"
MAIN = {"mainApplicationFile": "local:///main.py"}
GROUP = {"groupName": "w", "replicas": 1}
RAY = {"rayCluster": {"workerGroupSpec": [GROUP]}}


def field(*names: str | int) -> str:
    """The path of a part of the custom part."""
    path = AT
    for position, name in enumerate(names):
        if isinstance(name, int):
            path += f".list_value.values[{name}]"
        else:
            path += f'{".struct_value" if position else ""}.fields["{name}"]'
    return path


def _spark(**settings: str) -> dict[str, object]:
    return {
        **MAIN,
        "sparkConf": {f"spark.{name.replace('_', '.')}": value for name, value in settings.items()},
    }


CORES = field("sparkConf", "spark.executor.cores")
MEMORY = field("sparkConf", "spark.driver.memory")

CASES = (
    bad("FI830", "a Ray task that describes nothing", task_of_type("ray", CONTAINER), at=AT),
    good("FI830", "a Ray task with a cluster", plugin_task("ray", RAY)),
    near("FI830", "a Dask task with an empty custom part", plugin_task("dask", {})),
    near("FI830", "a task of a plain type", task_of_type("python-task", CONTAINER)),
    bad(
        "FI831",
        "a misspelt field",
        plugin_task("ray", {**RAY, "runtimeEnvYml": "{}"}),
        at=field("runtimeEnvYml"),
    ),
    bad(
        "FI831",
        "the schema's name where the JSON name is another",
        plugin_task("spark", {**MAIN, "spark_conf": {}}),
        at=field("spark_conf"),
    ),
    good("FI831", "a field by its JSON name", plugin_task("ray", {**RAY, "runtimeEnvYaml": "{}"})),
    near(
        "FI831",
        "a field by the schema's name",
        plugin_task("ray", {"ray_cluster": {}, "runtime_env_yaml": "{}"}),
    ),
    near("FI831", "a setting of Spark that nobody knows", plugin_task("spark", _spark(my_own="1"))),
    near("FI831", "what a connector is told", plugin_task("acme", {"anything": 1})),
    bad("FI832", "a fraction of a worker", plugin_task("pytorch", {"workers": 1.5}), at=field("workers")),
    bad(
        "FI832",
        "an object for a list",
        plugin_task("ray", {"rayCluster": {"workerGroupSpec": GROUP}}),
        at=field("rayCluster", "workerGroupSpec"),
    ),
    bad(
        "FI832",
        "a word that no enumeration has",
        plugin_task("spark", {**MAIN, "applicationType": "PYTHN"}),
        at=field("applicationType"),
    ),
    good("FI832", "two workers", plugin_task("pytorch", {"workers": 2})),
    near(
        "FI832",
        "a whole number as text, a null, an unknown number of an enumeration",
        plugin_task("spark", {**MAIN, "applicationType": 9, "sparkConf": None, "executorPath": None}),
    ),
    near("FI832", "two workers as text", plugin_task("pytorch", {"workers": "2"})),
    bad("FI833", "version 2", plugin_task("mpi", {"numWorkers": 1}, 2), at="template.task_type_version"),
    good("FI833", "version 0", plugin_task("mpi", {"numWorkers": 1})),
    near("FI833", "version 2 of a type that has but one form", plugin_task("spark", MAIN, 2)),
    bad(
        "FI834", "no workers", plugin_task("tensorflow", {"workers": 0, "psReplicas": 1}), at=field("workers")
    ),
    bad(
        "FI834",
        "workers beside a common part",
        plugin_task("mpi", {"workerReplicas": {"replicas": 2, "common": {}}}, 1),
        at=AT,
    ),
    bad(
        "FI834",
        "workers in the form of version 1",
        plugin_task("mpi", {"workerReplicas": {"replicas": 2}}),
        at=AT,
    ),
    good("FI834", "one worker", plugin_task("mpi", {"workerReplicas": {"common": {"replicas": 1}}}, 1)),
    near("FI834", "a PyTorch job of its master alone", plugin_task("pytorch", {"workers": 0})),
    near(
        "FI834", "a cluster of Dask without workers", plugin_task("dask", {"workers": {"numberOfWorkers": 0}})
    ),
    bad("FI835", "neither file nor class", plugin_task("spark", {"sparkConf": {}}), at=AT),
    good("FI835", "a file", plugin_task("spark", MAIN)),
    near("FI835", "a class alone", plugin_task("spark", {"mainClass": "org.acme.Main"})),
    bad("FI836", "an environment and no cluster", plugin_task("ray", {"runtimeEnvYaml": "{}"}), at=AT),
    good("FI836", "a cluster", plugin_task("ray", RAY)),
    near("FI836", "an empty cluster", plugin_task("ray", {"rayCluster": {}})),
    bad(
        "FI837",
        "JSON without base64",
        plugin_task("ray", {**RAY, "runtimeEnv": "{}"}),
        at=field("runtimeEnv"),
    ),
    bad("FI837", "a list", plugin_task("ray", {**RAY, "runtimeEnv": "WzFd"}), at=field("runtimeEnv")),
    good("FI837", "an empty object", plugin_task("ray", {**RAY, "runtimeEnv": "e30="})),
    near(
        "FI837",
        "anything where the newer form is given",
        plugin_task("ray", {**RAY, "runtimeEnv": "!", "runtimeEnvYaml": "{}"}),
    ),
    bad("FI838", "half a core", plugin_task("spark", _spark(executor_cores="500m")), at=CORES),
    bad("FI838", "mebibytes", plugin_task("spark", _spark(driver_memory="512Mi")), at=MEMORY),
    good(
        "FI838",
        "Spark's units",
        plugin_task("spark", _spark(driver_memory="512m", executor_memory="2G", executor_cores="2")),
    ),
    near(
        "FI838",
        "half a core of Kubernetes'",
        plugin_task("spark", _spark(kubernetes_driver_request_cores="500m", driver_memory="512")),
    ),
    bad(
        "FI839",
        "an image beside a common part",
        plugin_task("pytorch", {"workerReplicas": {"image": "a", "common": {"replicas": 1}}}, 1),
        at=field("workerReplicas", "image"),
    ),
    good(
        "FI839",
        "an image in the common part",
        plugin_task("pytorch", {"workerReplicas": {"common": {"replicas": 1, "image": "a"}}}, 1),
    ),
    near(
        "FI839",
        "the same in both",
        plugin_task("pytorch", {"workerReplicas": {"replicas": 1, "common": {"replicas": 1}}}, 1),
    ),
)
