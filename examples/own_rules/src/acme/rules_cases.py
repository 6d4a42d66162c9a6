"""Examples of the rules of `acme.rules`."""

from __future__ import annotations

from flowidl.builders import python_task
from flowidl.rules import Case, CaseFile, Role
from flowidl.source.definitions import Kind


def _task(image: str, retries: int = 2) -> tuple[CaseFile, ...]:
    spec = python_task("acme.fit", image=image, inputs={"a": int}, outputs={"o0": int})
    spec.template.metadata.retries.retries = retries
    spec.template.id.project, spec.template.id.domain, spec.template.id.version = "shop", "production", "1"
    return (CaseFile("fit_1.pb", spec.SerializeToString(deterministic=True), Kind.TASK_SPEC),)


OURS = "registry.acme.example/fit:1"

CASES = (
    Case(
        "ACME001", Role.BAD, "an image from elsewhere", _task("docker.io/fit:1"), "template.container.image"
    ),
    Case("ACME001", Role.GOOD, "an image of ours", _task(OURS)),
    Case("ACME001", Role.NEAR, "another folder of ours", _task("registry.acme.example/team/fit:1")),
    Case("ACME002", Role.BAD, "no retries", _task(OURS, 0), "template.metadata.retries"),
    Case("ACME002", Role.GOOD, "two retries", _task(OURS)),
    Case("ACME002", Role.NEAR, "one retry", _task(OURS, 1)),
)
