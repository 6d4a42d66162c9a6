"""Cases of `registration.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.options import Missing, Options
from flowidl.rules.snippets import (
    CONTAINER,
    METADATA,
    bad,
    call,
    case_file,
    good,
    ident,
    interface,
    launch_plan,
    near,
    quote,
    task,
    workflow,
)
from flowidl.source.definitions import Kind

PLAIN = task("load", "a: int -> o0: int")
INTERFACE = interface("a: int -> o0: int")


def _task(
    *,
    kind: str = "TASK",
    name: str = "load",
    version: str = "",
    type: str = "container",
    metadata: str = METADATA,
    interface: str = INTERFACE,
    rest: str = "",
) -> CaseFile:
    """A task with one part changed; `rest` are further fields of its `TaskSpec`."""
    id = f"resource_type: {kind} name: {quote(name)} version: {quote(version)}"
    words = f"id {{ {id} }} type: {quote(type)} {metadata} {interface} {CONTAINER}"
    return case_file(Kind.TASK_SPEC, "load_1.pb", f"template {{ {words} }} {rest}")


def _described(words: str) -> CaseFile:
    return _task(rest=f"description {{ {words} }}")


LONG = quote("x" * 4001)

ALL = Options(missing=Missing(task="error", workflow="error", launch_plan="error"))
DAILY = (
    task("load", "->"),
    workflow("daily", "->", call("n0", "load")),
    launch_plan("daily", "daily"),
)


def _execution(plan: str) -> CaseFile:
    """An execution of a launch plan."""
    spec = f"spec {{ launch_plan {{ {ident('LAUNCH_PLAN', plan)} }} }}"
    where = 'project: "flights" domain: "development" name: "f1"'
    return case_file(Kind.EXECUTION_CREATE_REQUEST, "run_4.pb", f"{where} {spec}")


CASES = (
    bad("FI150", "a task that says it is a workflow", _task(kind="WORKFLOW"), at="template.id.resource_type"),
    good("FI150", "a task that says it is a task", PLAIN),
    near(
        "FI150",
        "a launch plan that says it is one",
        PLAIN,
        workflow("wf", "a: int -> ", call("n0", "load", a="a")),
        launch_plan("wf", "wf"),
    ),
    bad("FI151", "a task without a name", _task(name="", version="v1"), at="template.id.name"),
    good("FI151", "a task with a name", PLAIN),
    near("FI151", "project, domain and version left to registration", _task()),
    bad("FI152", "a version with a slash", _task(version="feature/x"), at="template.id.version"),
    good("FI152", "a plain version", PLAIN),
    near("FI152", "a version that registration replaces", _task(version="{{ registration.version }}")),
    bad("FI153", "a name of 256 characters", _task(name="x" * 256), at="template.id.name"),
    good("FI153", "a short name", PLAIN),
    near("FI153", "a name of 255 characters", _task(name="x" * 255)),
    bad(
        "FI154",
        "a short description of 4001 characters",
        _described(f"short_description: {LONG}"),
        at="description.short_description",
    ),
    good("FI154", "a short description", _described('short_description: "loads"')),
    near(
        "FI154", "a long description of 4001 characters", _described(f"long_description {{ value: {LONG} }}")
    ),
    bad("FI155", "a task without a type", _task(type=""), at="template.type"),
    good("FI155", "a task with a type", PLAIN),
    near("FI155", "a type that nobody knows", _task(type="my-own")),
    bad("FI156", "a task without metadata", _task(metadata=""), at="template.metadata"),
    good("FI156", "a task with metadata", PLAIN),
    near("FI156", "metadata that is empty", _task(metadata="metadata { }")),
    bad(
        "FI157",
        "a runtime without its version",
        _task(metadata="metadata { runtime { type: FLYTE_SDK } }"),
        at="template.metadata.runtime.version",
    ),
    good("FI157", "a runtime with its version", PLAIN),
    near("FI157", "no runtime at all", _task(metadata="metadata { retries { retries: 1 } }")),
    bad("FI158", "a task without an interface", _task(interface=""), at="template.interface"),
    good("FI158", "a task with an interface", PLAIN),
    near("FI158", "an interface that is empty", _task(interface="interface { }")),
    bad(
        "FI159",
        "two tasks of one name with different types",
        _task(),
        _task(type="other"),
        at="template.id",
    ),
    good("FI159", "two tasks with different names", PLAIN, task("save", "a: int -> o0: int")),
    near("FI159", "the same task twice", PLAIN, PLAIN),
    bad("FI160", "a launch plan alone", launch_plan("daily", "daily"), at="spec.workflow_id", options=ALL),
    good("FI160", "a launch plan beside its workflow", *DAILY, options=ALL),
    near("FI160", "a launch plan of a workflow elsewhere", launch_plan("daily", "daily")),
    bad("FI161", "an execution alone", _execution("weekly"), at="spec.launch_plan", options=ALL),
    good("FI161", "an execution beside its launch plan", *DAILY, _execution("daily"), options=ALL),
    near("FI161", "an execution of a launch plan elsewhere", _execution("weekly")),
)
