"""Run by an interpreter that has only the wheel: imports everything, and sends a workflow there and back."""

from __future__ import annotations

import json
import sys
from importlib import import_module, metadata

from google.protobuf import descriptor_pb2, json_format

from flowidl import schema, version
from flowidl.core import v1 as core

#: Modules that say themselves that they need an extra, which the environment does not have.
OPTIONAL = ("flowidl.testing",)

PACKAGES = (
    "flowidl.core.v1",
    "flowidl.admin.v1",
    "flowidl.plugins.v1",
    "flowidl.plugins.kubeflow.v1",
    "flowidl.report.v1",
)


def main() -> None:
    """Print what was found, as JSON."""
    modules = shipped_modules()
    for module in modules:
        import_module(module)
    flat = sum(len(flat_names(package)) for package in PACKAGES)
    round_trip()
    described = descriptor_pb2.FileDescriptorSet.FromString(schema.descriptor_set())
    ours = [file.name for file in described.file if file.name.startswith("flowidl/")]
    assert sorted(ours) == schema.files(), (ours, schema.files())
    json.dump(
        {"modules": len(modules), "flat": flat, "files": len(ours), **version.versions()._asdict()},
        sys.stdout,
    )


def shipped_modules() -> list[str]:
    """Return the names of all modules that the installed package consists of."""
    files = metadata.files("flowidl") or []
    names = [file.with_suffix("").as_posix().replace("/", ".") for file in files if file.suffix == ".py"]
    return sorted(name.removesuffix(".__init__") for name in names if name not in OPTIONAL)


def flat_names(package: str) -> list[object]:
    """Return everything that a package offers by a flat name."""
    module = import_module(package)
    return [getattr(module, name) for name in module.__all__]


def round_trip() -> None:
    """Build a workflow by flat names, and get the same one back from its bytes and from its JSON."""
    workflow = core.WorkflowTemplate(
        id=core.Identifier(resource_type=core.WORKFLOW, name="w"),
        nodes=[
            core.Node(
                id="n0",
                metadata=core.NodeMetadata(name="first", interruptible=False),
                array_node=core.ArrayNode(parallelism=0, min_success_ratio=0.5),
                inputs=[
                    core.Binding(
                        var="x",
                        binding=core.BindingData(promise=core.OutputReference(node_id="n1", var="o0")),
                    )
                ],
            )
        ],
    )
    workflow.nodes[0].metadata.timeout.FromSeconds(90)
    content = workflow.SerializeToString(deterministic=True)
    assert core.WorkflowTemplate.FromString(content) == workflow
    text = json_format.MessageToJson(workflow)
    assert json_format.Parse(text, core.WorkflowTemplate()) == workflow
    task = core.TaskTemplate(type="t")
    task.custom.update({"a": [1, {"b": None}]})
    assert core.TaskTemplate.FromString(task.SerializeToString()) == task


main()
