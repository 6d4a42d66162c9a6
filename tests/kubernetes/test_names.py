"""What Kubernetes lets things be called."""

from __future__ import annotations

import pytest

from flowidl.kubernetes import images, names

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
