"""Rules 660-679: names that become names in Kubernetes: of nodes, labels, images, variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.compiler.entities import NodeKind, NodeRole
from flowidl.findings import Phase
from flowidl.kubernetes import Fault, Shape, check
from flowidl.kubernetes.images import image_problem
from flowidl.kubernetes.names import LABEL, old_variable_problem, subdomain_problem, variable_problem
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.rules.kubernetes.pod_parts import Examined, found_by, task_pods
from flowidl.rules.phrases import entity, node_phrase, quoted
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.compiler.entities import NodeRecord, TaskRecord
    from flowidl.core.v1.tasks_pb2 import K8sObjectMetadata
    from flowidl.kubernetes import Steps
    from flowidl.kubernetes.reading import Json
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

_NODE_ID = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")

#: What the back end puts into an image's name is not known here.
_TEMPLATED = "{{"


@rule("FI660", "unsuitable-node-id", WARNING, Phase.RUN, covers=("RT-41",), reads=("core.Node.id",))
def unsuitable_node_id(context: Context) -> Iterator[Found]:
    """A node's id cannot be a label in Kubernetes

    What: the id of a node, for nodes in a branch with the branch's id in front, has more than 63 characters
    or ends in a dash. Other characters than lower-case letters, digits and dashes are only worth a note.

    Why it fails: registration takes it. The id becomes a label of the pod and part of its name; what does
    not fit is cut and replaced there. What is cut so that it ends in a dash makes a label that Kubernetes
    refuses, and ids that are cut to the same text cannot be told apart.

    Fix: use a short id of lower-case letters, digits and dashes.
    """
    for node in _unsuitable(context):
        if not node.id:
            continue
        too_long, dashed = len(node.id) > LABEL, node.id[-1] == "-"
        reason = (
            f"it has {len(node.id)} characters, and labels have at most {LABEL}"
            if too_long
            else "it ends in a dash"
            if dashed
            else "labels are made of lower-case letters, digits and dashes"
        )
        yield Found(
            node.field("id"),
            f"the id of {node_phrase(node)} cannot be a label in Kubernetes: {reason}",
            "use a short id of lower-case letters, digits and dashes",
            severity=None if too_long or dashed else INFO,
        )


@rule(
    "FI661",
    "invalid-pod-label",
    ERROR,
    Phase.RUN,
    covers=("AD-42",),
    reads=("core.K8sPod.metadata", "core.K8sObjectMetadata.labels", "core.TaskMetadata.metadata"),
)
def invalid_pod_label(context: Context) -> Iterator[Found]:
    """A label of a pod is not one that Kubernetes allows

    What: the key or value of a label in the metadata of a pod or task is not well formed.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends.
    """
    yield from found_by(context, "FI661")
    yield from _refused(context, Fault.LABEL)


@rule(
    "FI662",
    "invalid-pod-annotation",
    ERROR,
    Phase.RUN,
    covers=("AD-42",),
    reads=("core.K8sPod.metadata", "core.K8sObjectMetadata.annotations", "core.TaskMetadata.metadata"),
)
def invalid_pod_annotation(context: Context) -> Iterator[Found]:
    """An annotation of a pod is not one that Kubernetes allows

    What: the key of an annotation in the metadata of a pod or task is not well formed, or all of them
    together are larger than 256 KiB.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: correct the key. Values may hold anything.
    """
    yield from found_by(context, "FI662")
    yield from _refused(context, Fault.ANNOTATION)


@rule(
    "FI663",
    "invalid-pod-template-name",
    WARNING,
    Phase.RUN,
    covers=("RT-51",),
    reads=("core.TaskMetadata.pod_template_name",),
)
def invalid_pod_template_name(context: Context) -> Iterator[Found]:
    """A task names a pod template that cannot exist

    What: `pod_template_name` is no name that an object in Kubernetes can have.

    Why it fails: registration takes it. No pod template of that name can be found when the task runs.

    Fix: correct the name.
    """
    for task in context.model.tasks:
        name = task.template.metadata.pod_template_name
        reason = subdomain_problem(name) if name else ""
        if reason:
            yield Found(
                task.field("metadata", "pod_template_name"),
                f"{_phrase(task)} names pod template {quoted(name)}, which cannot exist: {reason}",
                "correct the name",
            )


@rule(
    "FI664",
    "invalid-image",
    ERROR,
    Phase.RUN,
    covers=("TK-2",),
    reads=("core.Container.image", "core.TaskNodeOverrides.container_image", "core.K8sPod.pod_spec"),
)
def invalid_image(context: Context) -> Iterator[Found]:
    """The name of an image is not well formed

    What: the image of a container, of an override, or of a container in a pod spec is no image reference:
    `[registry/]repository[:tag][@digest]`, with the repository in lower case.

    Why it fails: registration takes it. The pod is made and never starts (`InvalidImageName`).

    Fix: correct the name.
    """
    yield from found_by(context, "FI664")
    for words, image, place in _images(context):
        if image and _TEMPLATED not in image:
            reason = image_problem(image)
            if reason:
                yield Found(
                    place, f"image {quoted(image)} of {words} is not well formed: {reason}", "correct it"
                )


@rule(
    "FI665",
    "invalid-variable-name",
    ERROR,
    Phase.RUN,
    covers=("TK-5",),
    reads=("core.Container.env", "core.K8sPod.pod_spec"),
)
def invalid_variable_name(context: Context) -> Iterator[Found]:
    """An environment variable has a name that it cannot have

    What: the name of an environment variable of a container is empty, or holds `=` or characters outside
    printable ASCII. What only Kubernetes before 1.32 refuses, such as blanks or a digit in front, is a
    warning.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: correct the name.
    """
    yield from found_by(context, "FI665")
    for words, name, place in _variables(context):
        reason = variable_problem(name)
        older = "" if reason else old_variable_problem(name)
        if reason or older:
            shown = f"environment variable {quoted(name)}" if name else "an environment variable"
            since = "" if reason else " before Kubernetes 1.32"
            yield Found(
                place,
                f"{shown} of {words} has a name that it cannot have{since}: {reason or older}",
                "correct the name",
                severity=None if reason else WARNING,
            )


def _unsuitable(context: Context) -> Iterator[NodeRecord]:
    """Yield the nodes whose ids cannot be labels. Inner nodes of arrays never show theirs."""
    for unit in context.model.units:
        for workflow in (unit.primary, *unit.sub_workflows):
            yield from (node for node in workflow.nodes if not _NODE_ID.fullmatch(node.id))
            if workflow.failure is not None and not _NODE_ID.fullmatch(workflow.failure.id):
                yield workflow.failure
    for branch in context.model.by_kind[NodeKind.BRANCH]:
        for node in branch.children:
            if node.role is NodeRole.NESTED and not _NODE_ID.fullmatch(node.id):
                yield node


class _Labelled(NamedTuple):
    """Something with labels and annotations that become those of a pod.

    `containers` are the names in the pod, if it is one; what is written at the task is graded down, since
    the installation may not hand it on.
    """

    phrase: str
    place: Place
    metadata: K8sObjectMetadata
    containers: frozenset[str] | None

    def at(self, steps: Steps) -> Place:
        """Return the place of one label or annotation, or of all of them."""
        if len(steps) < 2:
            return self.place
        return self.place.field(str(steps[0])).key(str(steps[1]))


def _refused(context: Context, fault: Fault) -> Iterator[Found]:
    """Yield the labels or annotations that Kubernetes refuses."""
    for labelled in _labelled(context):
        metadata = labelled.metadata
        value: Json = {"labels": {**metadata.labels}, "annotations": {**metadata.annotations}}
        for problem in check(value, Shape.METADATA, containers=labelled.containers or None).problems:
            if problem.fault is not fault:
                continue
            word = fault.name.lower()
            subject = f"{word} {quoted(str(problem.steps[1]))}" if len(problem.steps) > 1 else f"all {word}s"
            yield Found(
                labelled.at(problem.steps),
                f"{subject} of {labelled.phrase} {problem.reason}",
                problem.help or "use letters, digits, dashes, underscores and dots",
                severity=WARNING if labelled.containers is None else None,
            )


def _labelled(context: Context) -> Iterator[_Labelled]:
    for task in context.model.tasks:
        template = task.template
        if template.HasField("k8s_pod") and template.k8s_pod.HasField("metadata"):
            place, pod = task.field("k8s_pod", "metadata"), context.once(task_pods).get(id(task))
            phrase = f"the pod of {_phrase(task)}"
            yield _Labelled(phrase, place, template.k8s_pod.metadata, _names(pod))
        if template.metadata.HasField("metadata"):
            yield _Labelled(
                _phrase(task), task.field("metadata", "metadata"), template.metadata.metadata, None
            )
    for node in context.model.overridden:
        assert node.message is not None
        pod_template = node.message.task_node.overrides.pod_template
        if pod_template.HasField("metadata"):
            place = node.field("task_node", "overrides", "pod_template", "metadata")
            yield _Labelled(f"the pod of {node_phrase(node)}", place, pod_template.metadata, frozenset())


def _names(pod: Examined | None) -> frozenset[str]:
    """Return the names of the containers of a pod."""
    if pod is None:
        return frozenset()
    containers = (*pod.root.parts("containers"), *pod.root.parts("initContainers"))
    return frozenset(container.text("name") for container in containers)


def _images(context: Context) -> Iterator[tuple[str, str, Place]]:
    for task in context.model.tasks:
        if task.template.HasField("container"):
            yield _phrase(task), task.template.container.image, task.field("container", "image")
    for node in context.model.overridden:
        assert node.message is not None
        image = node.message.task_node.overrides.container_image
        yield (
            f"the override at {node_phrase(node)}",
            image,
            node.field("task_node", "overrides", "container_image"),
        )


def _variables(context: Context) -> Iterable[tuple[str, str, Place]]:
    for task in context.model.tasks:
        for position, pair in enumerate(task.template.container.env):
            yield _phrase(task), pair.key, task.field("container", "env").item(position).field("key")


def _phrase(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)
