"""Cases of `rules/readiness/flyte_2.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules import snippets
from flowidl.rules.case import Case
from flowidl.rules.options import Options
from flowidl.rules.snippets import (
    CONTAINER,
    array,
    branch,
    call,
    calls,
    compare,
    launch_plan,
    node,
    number,
    task,
    task_of_type,
    workflow,
)  # fmt: skip

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile

FLYTE_2 = Options(target="flyte-2")


def bad(code: str, title: str, *files: CaseFile, at: str) -> Case:
    """A bad case, held against Flyte 2."""
    return snippets.bad(code, title, *files, at=at, options=FLYTE_2)


def good(code: str, title: str, *files: CaseFile) -> Case:
    """A good case, held against Flyte 2."""
    return snippets.good(code, title, *files, options=FLYTE_2)


def near(code: str, title: str, *files: CaseFile) -> Case:
    """A near case, held against Flyte 2."""
    return snippets.near(code, title, *files, options=FLYTE_2)


STEP = task("step", "x: int -> o0: int")
MAPPED = task("step", "x: list[int] -> o0: list[int]")
CALL = call("n0", "step", x="a")
PLAIN = workflow("flow", "a: int ->", CALL)
BRANCH = node(
    "n0",
    branch((compare("a", "==", number(1)), call("n1", "step", x="a")), otherwise=call("n2", "step", x="a")),
    a="a",
)


def _gate(inside: str) -> CaseFile:
    return workflow("flow", "->", node("n0", f"gate_node {{ {inside} }}"))


def _signal(type: str) -> CaseFile:
    return _gate(f'signal {{ signal_id: "size" type {{ {type} }} output_variable_name: "o0" }}')


def _array(rest: str) -> CaseFile:
    return workflow("flow", "a: list[int] ->", node("n0", array(calls("step"), rest), x="a"))


def _policy(name: str) -> CaseFile:
    return workflow("flow", "a: int ->", CALL, rest=f"metadata {{ on_failure: {name} }}")


def _plan(rest: str) -> CaseFile:
    return launch_plan("plan", "flow", rest)


def _gpu(rest: str) -> CaseFile:
    resources = 'resources { limits { name: GPU value: "1" } }'
    return task("step", "x: int -> o0: int", f'container {{ image: "app:1" args: "a" {resources} }} {rest}')


def _described(length: int) -> CaseFile:
    plain = task("step", "x: int -> o0: int")
    return snippets.described(plain, "d" * length)


def _loading(rest: str) -> CaseFile:
    config = f"data_config {{ enabled: true {rest} }}"
    return task("step", "x: int -> o0: int", f'container {{ image: "app:1" args: "a" {config} }}')


FIXED = 'fixed_inputs { literals { key: "a" value { scalar { primitive { integer: 1 } } } } }'
DEFAULT = (
    'default_inputs { parameters { key: "a" value { var { type { simple: INTEGER } } '
    "default { scalar { primitive { integer: 1 } } } } } }"
)
ACCELERATOR = 'extended_resources { gpu_accelerator { device: "nvidia-tesla-t4" } }'
EAGER = "io_strategy { download_mode: DOWNLOAD_STREAM }"

CASES = (
    bad(
        "FI970",
        "a choice between two calls",
        STEP,
        workflow("flow", "a: int ->", BRANCH),
        at="template.nodes[0].branch_node",
    ),
    good("FI970", "a plain call", STEP, PLAIN),
    near("FI970", "an array", MAPPED, _array("")),
    bad(
        "FI971",
        "one of them may fail",
        MAPPED,
        _array("min_successes: 1"),
        at="template.nodes[0].array_node.min_successes",
    ),
    good("FI971", "all must succeed", MAPPED, _array("")),
    near("FI971", "a ratio of all", MAPPED, _array("min_success_ratio: 1.0")),
    bad(
        "FI972",
        "a list is asked for",
        _signal("collection_type { simple: INTEGER }"),
        at="template.nodes[0].gate_node.signal.type",
    ),
    good("FI972", "a number is asked for", _signal("simple: INTEGER")),
    near("FI972", "an approval", _gate('approve { signal_id: "ok" }')),
    bad("FI973", "a number is asked for", _signal("simple: INTEGER"), at="template.nodes[0].gate_node"),
    good("FI973", "a plain call", STEP, PLAIN),
    near("FI973", "an array", MAPPED, _array("")),
    bad(
        "FI974",
        "a task that cleans up",
        STEP,
        workflow("flow", "a: int ->", CALL, rest=f"failure_node {{ {call('fn0', 'step', x='a')} }}"),
        at="template.failure_node",
    ),
    good("FI974", "a plain call", STEP, PLAIN),
    near("FI974", "a policy", STEP, _policy("FAIL_IMMEDIATELY")),
    bad(
        "FI975",
        "others may finish",
        STEP,
        _policy("FAIL_AFTER_EXECUTABLE_NODES_COMPLETE"),
        at="template.metadata.on_failure",
    ),
    good("FI975", "no policy", STEP, PLAIN),
    near("FI975", "the default policy", STEP, _policy("FAIL_IMMEDIATELY")),
    bad("FI976", "a fixed input", STEP, PLAIN, _plan(FIXED), at="spec.fixed_inputs"),
    good("FI976", "a launch plan of defaults", STEP, PLAIN, _plan(DEFAULT)),
    near(
        "FI976",
        "a schedule without offset",
        STEP,
        PLAIN,
        _plan(f'{DEFAULT} entity_metadata {{ schedule {{ cron_schedule {{ schedule: "0 3 * * *" }} }} }}'),
    ),
    bad("FI977", "any GPU", _gpu(""), at="template.container.resources"),
    good("FI977", "a T4", _gpu(ACCELERATOR)),
    near("FI977", "no GPU", STEP),
    bad("FI978", "300 characters", _described(300), at="description.short_description"),
    good("FI978", "a sentence", _described(40)),
    near("FI978", "255 characters", _described(255)),
    bad("FI979", "a function of 64 letters", task("f" * 64, "->"), at=""),
    good("FI979", "a short name", STEP),
    near("FI979", "a function of 63 letters", task("f" * 63, "->")),
    bad("FI980", "a type that nobody knows", task_of_type("acme", CONTAINER), at="template.type"),
    good("FI980", "a container", STEP),
    near("FI980", "Dask", task_of_type("dask", CONTAINER)),
    bad("FI981", "inputs as a stream", _loading(EAGER), at="template.container.data_config.io_strategy"),
    good("FI981", "a plain container", STEP),
    near("FI981", "data loaded as usual", _loading("")),
    bad("FI989", "a package", STEP, PLAIN, at=""),
    good("FI989", "for Flyte 1", STEP, PLAIN)._replace(options=Options()),
    near("FI989", "for a back end that lifts arrays", STEP, PLAIN)._replace(
        options=Options(target="lifted-arrays")
    ),
)
