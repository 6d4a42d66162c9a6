"""Cases of `caching.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    CONTAINER,
    bad,
    call,
    case_file,
    good,
    ident,
    interface,
    near,
    task,
    workflow,
)
from flowidl.source.definitions import Kind


def _cached(metadata: str) -> CaseFile:
    """A task `fit` with this metadata."""
    words = f'id {{ {ident("TASK", "fit")} }} type: "container" metadata {{ {metadata} }} {CONTAINER}'
    return case_file(
        Kind.TASK_SPEC, "fit_1.pb", f"template {{ {words} {interface('a: int, b: int -> o0: int')} }}"
    )


WHOLE = _cached('discoverable: true discovery_version: "1"')

CASES = (
    bad(
        "FI680",
        "a cached task without version",
        _cached("discoverable: true"),
        at="template.metadata.discovery_version",
    ),
    bad(
        "FI680",
        "a version of blanks",
        _cached('discoverable: true discovery_version: " "'),
        at="template.metadata.discovery_version",
    ),
    good("FI680", "a cached task with a version", WHOLE),
    near("FI680", "no cache and no version", _cached("")),
    bad(
        "FI681",
        "one run at a time without a cache",
        _cached("cache_serializable: true"),
        at="template.metadata.cache_serializable",
    ),
    good(
        "FI681",
        "one run at a time with a cache",
        _cached('discoverable: true discovery_version: "1" cache_serializable: true'),
    ),
    near("FI681", "a cache without waiting", WHOLE),
    bad(
        "FI682",
        "an input that the task does not have",
        _cached('discoverable: true discovery_version: "1" cache_ignore_input_vars: "bb"'),
        at="template.metadata.cache_ignore_input_vars[0]",
    ),
    good(
        "FI682",
        "an input that the task has",
        _cached('discoverable: true discovery_version: "1" cache_ignore_input_vars: "b"'),
    ),
    near("FI682", "no input ignored", WHOLE),
    bad(
        "FI683",
        "a cached node without version",
        task("load", "a: int -> o0: int"),
        workflow("wf", "a: int -> ", call("n0", "load", "metadata { cacheable: true }", a="a")),
        at="template.nodes[0].metadata.cache_version",
    ),
    good(
        "FI683",
        "a cached node with a version",
        task("load", "a: int -> o0: int"),
        workflow(
            "wf", "a: int -> ", call("n0", "load", 'metadata { cacheable: true cache_version: "1" }', a="a")
        ),
    ),
    near(
        "FI683",
        "a cached node whose task has a version",
        WHOLE,
        workflow("wf", "a: int -> ", call("n0", "fit", "metadata { cacheable: true }", a="a", b="a")),
    ),
)
