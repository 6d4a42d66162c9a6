"""Cases of `kubernetes_names.py`."""

from __future__ import annotations

from flowidl.rules.case import CaseFile
from flowidl.rules.snippets import (
    METADATA,
    array,
    bad,
    call,
    case_file,
    good,
    ident,
    interface,
    near,
    node,
    quote,
    task,
    workflow,
)
from flowidl.source.definitions import Kind

LOAD = task("load", "a: int -> o0: int")


def _named(id: str) -> CaseFile:
    return workflow("wf", "a: int -> ", call(id, "load", a="a"))


def _pod(metadata: str) -> CaseFile:
    """A task `fit` whose pod has this metadata."""
    container = 'values { struct_value { fields { key: "name" value { string_value: "main" } } '
    container += 'fields { key: "image" value { string_value: "app:1" } } } }'
    spec = f'fields {{ key: "containers" value {{ list_value {{ {container} }} }} }}'
    config = 'config { key: "primary_container_name" value: "main" }'
    words = f'id {{ {ident("TASK", "fit")} }} type: "python-task" {METADATA} {interface("a: int -> o0: int")}'
    pod = f"k8s_pod {{ metadata {{ {metadata} }} pod_spec {{ {spec} }} }} {config}"
    return case_file(Kind.TASK_SPEC, "fit_1.pb", f"template {{ {words} {pod} }}")


def _contained(image: str, rest: str = "") -> CaseFile:
    return task("fit", "a: int -> o0: int", f'container {{ image: {quote(image)} args: "run" {rest} }}')


def _templated(name: str) -> CaseFile:
    words = (
        f'id {{ {ident("TASK", "fit")} }} type: "container" metadata {{ pod_template_name: {quote(name)} }}'
    )
    container = 'container { image: "app:1" args: "run" }'
    return case_file(Kind.TASK_SPEC, "fit_1.pb", f"template {{ {words} {interface('->')} {container} }}")


def _entry(field: str, key: str, value: str) -> str:
    return f"{field} {{ key: {quote(key)} value: {quote(value)} }}"


LONG = "x" * 64

CASES = (
    bad("FI660", "an id of 64 characters", LOAD, _named(LONG), at="template.nodes[0].id"),
    bad("FI660", "an id that ends in a dash", LOAD, _named("fit-"), at="template.nodes[0].id"),
    bad("FI660", "an id with blanks and capitals", LOAD, _named("My Node!"), at="template.nodes[0].id"),
    good("FI660", "a short id", LOAD, _named("n0")),
    near(
        "FI660",
        "a long id with dots within an array, as tools write it",
        task("fit", "x: list[int] -> o0: list[int]"),
        workflow("wf", "a: list[int] -> ", node("n0", array(call("my.pkg.fit-" + LONG, "fit")), x="a")),
    ),
    bad(
        "FI661",
        "a value with a hash",
        _pod(_entry("labels", "team", "#1")),
        at='template.k8s_pod.metadata.labels["team"]',
    ),
    bad(
        "FI661",
        "a key with two slashes",
        _pod(_entry("labels", "a/b/c", "x")),
        at='template.k8s_pod.metadata.labels["a/b/c"]',
    ),
    good("FI661", "a label", _pod(_entry("labels", "example.com/team", "blue"))),
    near("FI661", "an empty value", _pod(_entry("labels", "team", ""))),
    bad(
        "FI662",
        "a key with a blank",
        _pod(_entry("annotations", "my note", "x")),
        at='template.k8s_pod.metadata.annotations["my note"]',
    ),
    good("FI662", "an annotation", _pod(_entry("annotations", "note", "x"))),
    near("FI662", "a value with blanks", _pod(_entry("annotations", "note", "anything at all!"))),
    bad("FI663", "a name with capitals", _templated("MyTemplate"), at="template.metadata.pod_template_name"),
    good("FI663", "a name with dashes", _templated("my-template")),
    near("FI663", "a name with dots", _templated("my.template")),
    bad("FI664", "a repository with capitals", _contained("App:1"), at="template.container.image"),
    bad("FI664", "a tag that is empty", _contained("app:"), at="template.container.image"),
    good("FI664", "registry, repository and tag", _contained("ghcr.io/flights/app:1.0")),
    near("FI664", "a port and a digest", _contained(f"localhost:5000/a/b@sha256:{'0' * 64}")),
    bad(
        "FI665",
        "an empty name",
        _contained("app:1", 'env { key: "" value: "x" }'),
        at="template.container.env[0].key",
    ),
    bad(
        "FI665",
        "a blank, which newer versions take",
        _contained("app:1", 'env { key: "MY MODE" value: "x" }'),
        at="template.container.env[0].key",
    ),
    good("FI665", "a name", _contained("app:1", 'env { key: "MODE" value: "x" }')),
    near("FI665", "a name with dots and dashes", _contained("app:1", 'env { key: "my.mode-1" value: "x" }')),
)
