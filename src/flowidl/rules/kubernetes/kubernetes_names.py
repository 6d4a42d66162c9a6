"""Rules 660-679: names that become names in Kubernetes: of nodes, labels, images, variables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from flowidl.compiler.entities import NodeKind, NodeRole
from flowidl.findings import Phase
from flowidl.kubernetes.images import image_problem
from flowidl.kubernetes.names import (
    ANNOTATIONS,
    LABEL,
    key_problem,
    subdomain_problem,
    value_problem,
    variable_problem,
)
from flowidl.rules.declaration import INFO, WARNING, Found, rule
from flowidl.rules.kubernetes.podspecs import entries, pods, text
from flowidl.rules.phrases import entity, node_phrase, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flowidl.compiler.entities import NodeRecord, TaskRecord
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
            node.place("id"),
            f"the id of {node_phrase(node)} cannot be a label in Kubernetes: {reason}",
            "use a short id of lower-case letters, digits and dashes",
            severity=None if too_long or dashed else INFO,
        )


@rule(
    "FI661",
    "invalid-pod-label",
    WARNING,
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
    for labelled in _labelled(context):
        for key in sorted(labelled.labels):
            for what, reason in (("key", key_problem(key)), ("value", value_problem(labelled.labels[key]))):
                if reason:
                    shown = (
                        quoted(key)
                        if what == "key"
                        else f"{quoted(labelled.labels[key])} of label {quoted(key)}"
                    )
                    yield Found(
                        labelled.at("labels", key),
                        f"{what} {shown} of {labelled.phrase} is refused by Kubernetes: {reason}",
                        "use letters, digits, dashes, underscores and dots",
                    )


@rule(
    "FI662",
    "invalid-pod-annotation",
    WARNING,
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
    for labelled in _labelled(context):
        annotations = labelled.annotations
        for key in sorted(annotations):
            reason = key_problem(key)
            if reason:
                yield Found(
                    labelled.at("annotations", key),
                    f"annotation {quoted(key)} of {labelled.phrase} is refused by Kubernetes: {reason}",
                    "use letters, digits, dashes, underscores and dots",
                )
        size = sum(len(key.encode()) + len(annotations[key].encode()) for key in annotations)
        if size > ANNOTATIONS:
            yield Found(
                labelled.place,
                f"the annotations of {labelled.phrase} have {size} bytes, more than the "
                f"{ANNOTATIONS} that Kubernetes takes",
                "keep large values elsewhere",
            )


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
                task.place("metadata.pod_template_name"),
                f"{_phrase(task)} names pod template {quoted(name)}, which cannot exist: {reason}",
                "correct the name",
            )


@rule(
    "FI664",
    "invalid-image",
    WARNING,
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
    WARNING,
    Phase.RUN,
    covers=("TK-5",),
    reads=("core.Container.env", "core.K8sPod.pod_spec"),
)
def invalid_variable_name(context: Context) -> Iterator[Found]:
    """An environment variable has a name that it cannot have

    What: the name of an environment variable of a container is empty, or holds `=` or characters outside
    printable ASCII.

    Why it fails: registration takes it, and Kubernetes refuses the pod.

    Fix: correct the name.
    """
    for words, name, place in _variables(context):
        reason = variable_problem(name)
        if reason:
            shown = f"environment variable {quoted(name)}" if name else "an environment variable"
            yield Found(
                place, f"{shown} of {words} has a name that it cannot have: {reason}", "correct the name"
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
    """Something with labels and annotations that become those of a pod."""

    phrase: str
    place: Place
    labels: Mapping[str, str]
    annotations: Mapping[str, str]

    def at(self, field: str, key: str) -> Place:
        """Return the place of one label or annotation."""
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        return self.place.at(f'{field}["{escaped}"]')


def _labelled(context: Context) -> Iterator[_Labelled]:
    for task in context.model.tasks:
        template = task.template
        if template.HasField("k8s_pod") and template.k8s_pod.HasField("metadata"):
            metadata = template.k8s_pod.metadata
            place = task.place("k8s_pod.metadata")
            yield _Labelled(f"the pod of {_phrase(task)}", place, metadata.labels, metadata.annotations)
        if template.metadata.HasField("metadata"):
            metadata = template.metadata.metadata
            yield _Labelled(
                _phrase(task), task.place("metadata.metadata"), metadata.labels, metadata.annotations
            )
    for node in context.model.overridden:
        assert node.message is not None
        pod = node.message.task_node.overrides.pod_template
        if pod.HasField("metadata"):
            place = node.place("task_node.overrides.pod_template.metadata")
            words = f"the pod of {node_phrase(node)}"
            yield _Labelled(words, place, pod.metadata.labels, pod.metadata.annotations)


def _images(context: Context) -> Iterator[tuple[str, str, Place]]:
    for task in context.model.tasks:
        if task.template.HasField("container"):
            yield _phrase(task), task.template.container.image, task.place("container.image")
    for node in context.model.overridden:
        assert node.message is not None
        image = node.message.task_node.overrides.container_image
        yield f"the override at {node_phrase(node)}", image, node.place("task_node.overrides.container_image")
    for pod in context.once(pods):
        for container in pod.containers():
            image = text(container.fields.get("image"))
            yield pod.phrase, image, pod.place((*container.steps, "image"))


def _variables(context: Context) -> Iterable[tuple[str, str, Place]]:
    for task in context.model.tasks:
        for position, pair in enumerate(task.template.container.env):
            yield _phrase(task), pair.key, task.place(f"container.env[{position}].key")
    for pod in context.once(pods):
        for container in pod.containers():
            for entry in entries(container.fields, "env", container.steps):
                yield pod.phrase, entry.name, pod.place((*entry.steps, "name"))


def _phrase(task: TaskRecord) -> str:
    return "the task" if task.id is None else entity(task.id)
