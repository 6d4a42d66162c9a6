"""The main job in one file: build a workflow, serialize it as a package, ask whether a back end would run it.

Two packages are written to `build/quickstart`: a sound one, and one beside it with the kind of mistakes that
otherwise come to light after registration. Both are checked with `flowidl validate`, as a CI job would do.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

from google.protobuf.message import Message

from flowidl.admin.v1 import LaunchPlan, LaunchPlanSpec, TaskSpec, WorkflowSpec
from flowidl.core.v1 import (
    FLOAT,
    LAUNCH_PLAN,
    STRING,
    TASK,
    WORKFLOW,
    Binding,
    BindingData,
    Container,
    Identifier,
    LiteralType,
    Node,
    OutputReference,
    ResourceType,
    RuntimeMetadata,
    TaskMetadata,
    TaskNode,
    TaskTemplate,
    TypedInterface,
    Variable,
    VariableMap,
    WorkflowTemplate,
)

FOLDER = Path("build", "quickstart")

NUMBER = LiteralType(simple=FLOAT)
NUMBERS = LiteralType(collection_type=NUMBER)
TEXTS = LiteralType(collection_type=LiteralType(simple=STRING))


def main() -> int:
    """Write both packages and validate them. Return 0 if the sound one passes and the broken one does not."""
    sound = write(FOLDER / "package.tgz", package(loaded=NUMBERS, follows=[]))
    broken = write(FOLDER / "broken.tgz", package(loaded=TEXTS, follows=["n7"]))
    verdicts = [validate(sound), validate(broken)]
    return 0 if verdicts == [0, 1] else 3


def package(*, loaded: LiteralType, follows: list[str]) -> dict[str, Message]:
    """Return the definitions of a package: two tasks, the workflow that joins them, and its launch plan."""
    load = task("shop.load", inputs={}, outputs={"o0": loaded})
    mean = task("shop.mean", inputs={"values": NUMBERS}, outputs={"o0": NUMBER})
    report = WorkflowTemplate(
        id=name(WORKFLOW, "shop.report"),
        interface=interface(inputs={}, outputs={"o0": NUMBER}),
        nodes=[
            Node(id="n0", task_node=TaskNode(reference_id=load.id)),
            Node(
                id="n1",
                task_node=TaskNode(reference_id=mean.id),
                inputs=[promise("values", "n0", "o0")],
                upstream_node_ids=["n0", *follows],
            ),
        ],
        outputs=[promise("o0", "n1", "o0")],
    )
    plan = LaunchPlan(id=name(LAUNCH_PLAN, "shop.report"), spec=LaunchPlanSpec(workflow_id=report.id))
    return {
        "0_shop.load_1.pb": TaskSpec(template=load),
        "1_shop.mean_1.pb": TaskSpec(template=mean),
        "2_shop.report_2.pb": WorkflowSpec(template=report),
        "3_shop.report_3.pb": plan,
    }


def task(
    called: str, *, inputs: Mapping[str, LiteralType], outputs: Mapping[str, LiteralType]
) -> TaskTemplate:
    """Return a task that runs in a container."""
    return TaskTemplate(
        id=name(TASK, called),
        type="python-task",
        metadata=TaskMetadata(runtime=RuntimeMetadata(type=RuntimeMetadata.FLYTE_SDK, version="1.0.0")),
        interface=interface(inputs=inputs, outputs=outputs),
        container=Container(image="ghcr.io/shop/jobs:1.0", args=["run", called]),
    )


def interface(*, inputs: Mapping[str, LiteralType], outputs: Mapping[str, LiteralType]) -> TypedInterface:
    """Return an interface with these names and types."""
    return TypedInterface(
        inputs=VariableMap(variables={key: Variable(type=type) for key, type in inputs.items()}),
        outputs=VariableMap(variables={key: Variable(type=type) for key, type in outputs.items()}),
    )


def promise(var: str, node_id: str, output: str) -> Binding:
    """Return a binding of an input, or of a workflow's output, to what a node will have made."""
    return Binding(var=var, binding=BindingData(promise=OutputReference(node_id=node_id, var=output)))


def name(kind: ResourceType.ValueType, called: str) -> Identifier:
    """Return an identifier of this example's project."""
    return Identifier(
        resource_type=kind, project="shop", domain="development", name=called, version="2026-01"
    )


def write(path: Path, definitions: Mapping[str, Message]) -> Path:
    """Write definitions as `pyflyte package` does: one archive with one serialized message per member."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for member, message in definitions.items():
            content = message.SerializeToString(deterministic=True)
            header = tarfile.TarInfo(member)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return path


def validate(path: Path) -> int:
    """Run `flowidl validate` on a package, show what it says, and return its exit status."""
    print(f"$ flowidl validate {path.as_posix()}", flush=True)
    command = [str(Path(sys.executable).with_name("flowidl")), "validate", str(path)]
    status = subprocess.run(command, check=False).returncode
    print(f"(exit status {status})\n", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
