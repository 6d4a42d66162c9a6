"""What Kubernetes lets things be called, and the schema of pod specs."""

from __future__ import annotations

import sys

import pytest
from google.protobuf.struct_pb2 import ListValue, Struct, Value
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.findings import Skipped
from flowidl.kubernetes import images, names
from flowidl.rules.case import Role
from flowidl.rules.kubernetes.pods_cases import CASES
from flowidl.rules.kubernetes.podspecs import Plain, entries, plain, written
from flowidl.rules.kubernetes.schema import PodSchema, load
from flowidl.validator.pipeline import examine

GOOD = {
    names.label_problem: ("a", "a-b", "0", "x" * 63),
    names.subdomain_problem: ("a", "a.b-c.d", "x" * 253),
    names.key_problem: ("a", "A.b_c-d", "example.com/team", "x" * 63, f"{'a' * 253}/x"),
    names.value_problem: ("", "a", "A.b_c-d", "x" * 63),
    names.variable_problem: ("A", "my.var-1", "_x", "with blank"),
    images.image_problem: (
        "app",
        "app:1",
        "a/b/c:1.2_3-x",
        "ghcr.io/a__b/c-d.e",
        "localhost:5000/app",
        "[::1]:5000/app:1",
        "Registry.example.com/app",
        f"app@sha256:{'a' * 64}",
        f"r.io:80/a/b:t@sha256:{'0' * 64}",
        "123.dkr.ecr.us-east-1.amazonaws.com/x:latest",
    ),
}
BAD = {
    names.label_problem: ("", "A", "a_b", "-a", "a-", "a.b", "a\n", "x" * 64),
    names.subdomain_problem: ("", ".a", "a..b", "a.", "A.b", "x" * 254),
    names.key_problem: (
        "",
        "a/",
        "/a",
        "a/b/c",
        "a b",
        "-a",
        "Example.com/x",
        "x" * 64,
        f"{'a' * 254}/x",
    ),
    names.value_problem: ("-a", "a-", "a b", "#", "ä", "a\n", "x" * 64),
    names.variable_problem: ("", "a=b", "ä", "a\n"),
    images.image_problem: (
        "App",
        "app:",
        "app: 1",
        "a//b",
        "/app",
        "app@sha256:12",
        "app@latest",
        f"app:{'x' * 129}",
        "ghcr.io/My/app",
        "a b",
        "https://ghcr.io/app",
    ),
}


@pytest.mark.parametrize("check", GOOD, ids=lambda check: str(check.__name__))
def test_names(check: object) -> None:
    for name in GOOD[check]:  # type: ignore[index]  # a key of the table
        assert check(name) == "", name  # type: ignore[operator]  # a function
    for name in BAD[check]:  # type: ignore[index]  # a key of the table
        assert check(name), name  # type: ignore[operator]  # a function


def schema() -> PodSchema:
    found = load()
    assert isinstance(found, PodSchema)
    return found


def test_schema_says_what_is_wrong() -> None:
    containers: list[Plain] = [{"name": 1, "colour": "red"}]
    spec: dict[str, Plain] = {"containers": containers, "volumes": [{}], "hostNetwork": "yes"}
    found = {(written(p.steps), p.reason or p.unknown) for p in schema().problems(spec)}
    assert found == {
        ("containers[0]", "colour"),
        ("containers[0].name", "is not a string"),
        ("volumes[0]", "lacks `name`"),
        ("hostNetwork", "is not true or false"),
    }


def test_schema_takes_what_kubernetes_takes() -> None:
    quantities: dict[str, Plain] = {"requests": {"cpu": 1, "memory": "1Gi"}, "limits": {"cpu": 0.5}}
    ports: list[Plain] = [{"containerPort": 80}]
    container: dict[str, Plain] = {"name": "main", "command": [], "resources": quantities, "ports": ports}
    assert schema().problems({"containers": [container]}) == []


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The structural rules still run, and the report says what was not looked at."""
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    bad = next(case for case in CASES if case.code == "FI643" and case.role is Role.BAD)
    examined = examine(bad.inputs())
    assert "FI643" in {finding.code for finding in examined.findings}
    assert (
        Skipped("pod specs against the schema of Kubernetes", "needs flowidl[kubernetes]")
        in examined.coverage.skipped
    )


def test_plain_data() -> None:
    spec = Struct()
    spec.update({"a": 1.0, "b": 1.5, "c": None, "d": [True, None, {"e": "x"}], "f": {}})
    found = plain(spec)
    assert found == {"a": 1, "b": 1.5, "d": [True, "", {"e": "x"}], "f": {}}
    assert isinstance(found["a"], int)
    assert [entry.steps for entry in entries(found, "d")] == [("d", 2)]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=3)).map(
        lambda value: Value(null_value=0) if value is None else _value(value)  # type: ignore[arg-type]  # the enum's 0
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: Value(list_value=ListValue(values=values))),
        st.dictionaries(st.text(max_size=3), inner, max_size=3).map(
            lambda fields: Value(struct_value=Struct(fields=fields))
        ),
    ),
    max_leaves=8,
)


def _value(value: bool | float | str) -> Value:
    if isinstance(value, bool):
        return Value(bool_value=value)
    return Value(string_value=value) if isinstance(value, str) else Value(number_value=value)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["containers", "volumes", "initContainers", "x"]), VALUES, max_size=3))
def test_any_structure_is_read(fields: dict[str, Value]) -> None:
    spec = plain(Struct(fields=fields))
    assert set(spec) <= set(fields)
    for name in fields:
        assert all(isinstance(entry.fields, dict) for entry in entries(spec, name))
