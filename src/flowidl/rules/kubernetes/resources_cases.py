"""Cases of `resources.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.options import Options, PlatformLimits
from flowidl.rules.snippets import bad, calls, good, near, node, task, workflow

LOAD = task("load", "a: int -> o0: int")
SMALL = Options(platform=PlatformLimits(cpu="2", memory="1Gi", gpu="1"))


def _sized(requests: str = "", limits: str = "", rest: str = "") -> CaseFile:
    """A task whose container has these resources, written `CPU=1 MEMORY=1Gi`."""
    resources = _entries("requests", requests) + _entries("limits", limits)
    container = f'container {{ image: "app:1" args: "run" resources {{ {resources} }} }}'
    return task("fit", "a: int -> o0: int", f"{container} {rest}")


def _remembering(size: str) -> CaseFile:
    """A task with shared memory."""
    memory = f'mount_path: "/dev/shm" mount_name: "shm" {size}'
    return _sized(rest=f"extended_resources {{ shared_memory {{ {memory} }} }}")


def _entries(side: str, words: str) -> str:
    pairs = (entry.partition("=") for entry in words.split())
    return " ".join(f'{side} {{ name: {name} value: "{value}" }}' for name, _, value in pairs)


def _override(words: str) -> CaseFile:
    """A workflow whose node overrides what `load` is given."""
    inside = f"overrides {{ {words} }} }}"
    return workflow("wf", "a: int -> ", node("n0", calls("load")[:-1] + inside, a="a"))


def _resources(requests: str = "", limits: str = "") -> CaseFile:
    return _override(f"resources {{ {_entries('requests', requests)} {_entries('limits', limits)} }}")


NODE = "template.nodes[0].task_node.overrides.resources"
ENTRY = "template.container.resources"


CASES = (
    bad("FI620", "two CPU requests", _sized("CPU=1 CPU=2"), at=f"{ENTRY}.requests[1]"),
    bad(
        "FI620",
        "two memory limits in an override",
        LOAD,
        _resources("", "MEMORY=1Gi MEMORY=1Gi"),
        at=f"{NODE}.limits[1]",
    ),
    good("FI620", "one CPU request", _sized("CPU=1")),
    near("FI620", "one request and one limit", _sized("CPU=1", "CPU=2")),
    bad("FI621", "half a GPU", _sized("GPU=0.5"), at=f"{ENTRY}.requests[0]"),
    good("FI621", "one GPU", _sized("GPU=1", "GPU=1")),
    near("FI621", "a thousand thousandths of a GPU", _sized("GPU=1000m")),
    bad("FI622", "2Gi requested of 1Gi", _sized("MEMORY=2Gi", "MEMORY=1Gi"), at=f"{ENTRY}.requests[0]"),
    bad("FI622", "1900m requested of 1100m", _sized("CPU=1900m", "CPU=1100m"), at=f"{ENTRY}.requests[0]"),
    bad("FI622", "an override above its limit", LOAD, _resources("CPU=2", "CPU=1"), at=f"{NODE}.requests[0]"),
    good("FI622", "1Gi requested of 2Gi", _sized("MEMORY=1Gi", "MEMORY=2Gi")),
    near("FI622", "the same in other units", _sized("MEMORY=1024Mi CPU=1", "MEMORY=1Gi CPU=1000m")),
    bad("FI623", "one GPU with a limit of two", _sized("GPU=1", "GPU=2"), at=f"{ENTRY}.requests[0]"),
    good("FI623", "one GPU with a limit of one", _sized("GPU=1", "GPU=1")),
    near("FI623", "a limit for GPUs alone", _sized("", "GPU=2")),
    bad("FI624", "minus one CPU", _sized("CPU=-1"), at=f"{ENTRY}.requests[0]"),
    good("FI624", "one CPU", _sized("CPU=1")),
    near("FI624", "no CPU", _sized("CPU=0")),
    bad("FI625", "memory in thousandths of a byte", _sized("MEMORY=500m"), at=f"{ENTRY}.requests[0]"),
    bad("FI625", "a memory limit of 512 bytes", _sized("", "MEMORY=512"), at=f"{ENTRY}.limits[0]"),
    good("FI625", "memory in mebibytes", _sized("MEMORY=500Mi", "MEMORY=512Mi")),
    near("FI625", "CPU in thousandths, and memory as a plain number", _sized("CPU=500m MEMORY=536870912")),
    bad("FI626", "an entry without a name", _sized("UNKNOWN=1"), at=f"{ENTRY}.requests[0]"),
    good("FI626", "an entry with a name", _sized("EPHEMERAL_STORAGE=1Gi")),
    near("FI626", "the older name for storage", _sized("STORAGE=1Gi")),
    bad("FI627", "a word as a quantity", LOAD, _resources("CPU=two"), at=f"{NODE}.requests[0]"),
    bad(
        "FI627",
        "a promise as a quantity",
        LOAD,
        _resources("MEMORY=Promise(n0:.mem)Gi"),
        at=f"{NODE}.requests[0]",
    ),
    good("FI627", "a quantity", LOAD, _resources("CPU=2")),
    near("FI627", "a quantity with an exponent", LOAD, _resources("MEMORY=1e9")),
    bad(
        "FI628", "four CPUs where two are allowed", _sized("CPU=4"), at=f"{ENTRY}.requests[0]", options=SMALL
    ),
    good("FI628", "two CPUs where two are allowed", _sized("CPU=2"), options=SMALL),
    near("FI628", "a limit without a request, which is not compared", _sized("", "CPU=4"), options=SMALL),
    bad(
        "FI629",
        "shared memory of `2 GB`",
        _remembering('size_limit: "2 GB"'),
        at="template.extended_resources.shared_memory.size_limit",
    ),
    good(
        "FI629",
        "shared memory of 2Gi",
        _remembering('size_limit: "2Gi"'),
    ),
    near(
        "FI629",
        "shared memory of the default size",
        _remembering(""),
    ),
)
