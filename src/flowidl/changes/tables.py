"""How fields are read when two versions are compared: what is noise, what is found by name, and what it is
called.

Rows name a field as `core.v1.Message.field`. A field without a row is read as it is, under its own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.admin.v1.common_pb2 import Notification
    from flowidl.core.v1.literals_pb2 import Binding, KeyValuePair
    from flowidl.core.v1.security_pb2 import OAuth2TokenRequest, Secret
    from flowidl.core.v1.tasks_pb2 import ContainerPort, Resources
    from flowidl.core.v1.workflow_pb2 import Alias


def local_name(full_name: str) -> str:
    """Return a message's name without the package that all of ours share."""
    return full_name.removeprefix("flowidl.")


#: Fields that are left out: always (""), or unless the named member of `Attention` asks for them. Ids say
#: which entity this is; closures are computed from the rest.
SKIPPED: dict[str, str] = {
    "core.v1.TaskTemplate.id": "",
    "core.v1.WorkflowTemplate.id": "",
    "core.v1.Node.id": "",
    "core.v1.WorkflowTemplate.nodes": "",
    "core.v1.WorkflowTemplate.failure_node": "",
    "core.v1.DynamicJobSpec.nodes": "",
    "core.v1.DynamicJobSpec.tasks": "",
    "core.v1.DynamicJobSpec.subworkflows": "",
    "admin.v1.TaskSpec.template": "",
    "admin.v1.WorkflowSpec.template": "",
    "admin.v1.WorkflowSpec.sub_workflows": "",
    "admin.v1.LaunchPlan.id": "",
    "admin.v1.LaunchPlan.spec": "",
    "admin.v1.LaunchPlan.closure": "",
    "core.v1.RuntimeMetadata.version": "versions",
}

#: What is found by a name and not by its position.
KEYS: dict[str, Callable[[object], str]] = {
    "core.v1.Resources.requests": lambda entry: _resource(cast("Resources.ResourceEntry", entry)),
    "core.v1.Resources.limits": lambda entry: _resource(cast("Resources.ResourceEntry", entry)),
    "core.v1.Container.env": lambda entry: cast("KeyValuePair", entry).key,
    "core.v1.Container.config": lambda entry: cast("KeyValuePair", entry).key,
    "core.v1.Container.ports": lambda entry: str(cast("ContainerPort", entry).container_port),
    "core.v1.Node.inputs": lambda entry: cast("Binding", entry).var,
    "core.v1.WorkflowTemplate.outputs": lambda entry: cast("Binding", entry).var,
    "core.v1.DynamicJobSpec.outputs": lambda entry: cast("Binding", entry).var,
    "core.v1.Node.output_aliases": lambda entry: cast("Alias", entry).var,
    "core.v1.SecurityContext.secrets": lambda entry: _secret(cast("Secret", entry)),
    "core.v1.SecurityContext.tokens": lambda entry: cast("OAuth2TokenRequest", entry).name,
    "admin.v1.LaunchPlanMetadata.notifications": lambda entry: _notification(cast("Notification", entry)),
    "admin.v1.NotificationList.notifications": lambda entry: _notification(cast("Notification", entry)),
}

#: Fields whose name says nothing that their content does not say: no step of their own.
FLAT: frozenset[str] = frozenset(
    {
        "admin.v1.LaunchPlanMetadata.notifications",
        "admin.v1.LaunchPlanSpec.entity_metadata",
        "admin.v1.LaunchPlanSpec.default_inputs",
        "admin.v1.LaunchPlanSpec.annotations",
        "admin.v1.LaunchPlanSpec.envs",
        "admin.v1.LaunchPlanSpec.labels",
        "admin.v1.Labels.values",
        "admin.v1.Annotations.values",
        "admin.v1.Envs.values",
        "core.v1.Binding.binding",
        "core.v1.Container.env",
        "core.v1.IfBlock.then_node",
        "core.v1.KeyValuePair.value",
        "core.v1.LiteralMap.literals",
        "core.v1.Node.branch_node",
        "core.v1.Node.inputs",
        "core.v1.Node.metadata",
        "core.v1.Node.task_node",
        "core.v1.Node.workflow_node",
        "core.v1.Node.gate_node",
        "core.v1.Parameter.var",
        "core.v1.ParameterMap.parameters",
        "core.v1.RetryStrategy.retries",
        "core.v1.SecurityContext.secrets",
        "core.v1.TaskNode.overrides",
        "core.v1.TaskTemplate.interface",
        "core.v1.TaskTemplate.metadata",
        "core.v1.Variable.type",
        "core.v1.WorkflowTemplate.interface",
        "core.v1.WorkflowTemplate.metadata",
        "core.v1.WorkflowTemplate.metadata_defaults",
        "core.v1.WorkflowTemplate.outputs",
    }
)

#: Names in the user's words, where the schema's own are not.
LABELS: dict[str, str] = {
    "core.v1.TaskTemplate.type": "task type",
    "core.v1.TaskTemplate.k8s_pod": "pod",
    "core.v1.TaskMetadata.discoverable": "cache",
    "core.v1.TaskMetadata.discovery_version": "cache version",
    "core.v1.TaskMetadata.cache_serializable": "cache serializes",
    "core.v1.TaskNode.reference_id": "runs",
    "core.v1.WorkflowNode.launchplan_ref": "runs",
    "core.v1.WorkflowNode.sub_workflow_ref": "runs",
    "core.v1.NodeMetadata.cacheable": "cache",
    "core.v1.TaskNodeOverrides.container_image": "image",
    "core.v1.Container.env": "variable",
    "core.v1.Node.inputs": "input",
    "core.v1.WorkflowTemplate.outputs": "output bound to",
    "core.v1.SecurityContext.secrets": "secret",
    "core.v1.IfElseBlock.case": "first case",
    "core.v1.IfElseBlock.other": "further case",
    "core.v1.IfElseBlock.else_node": "else",
    "core.v1.IfElseBlock.error": "else fails",
    "core.v1.LiteralMap.literals": "input",
    "core.v1.ParameterMap.parameters": "input",
    "admin.v1.Labels.values": "label",
    "admin.v1.Annotations.values": "annotation",
    "admin.v1.Envs.values": "variable",
    "admin.v1.LaunchPlanSpec.workflow_id": "runs",
    "admin.v1.LaunchPlanMetadata.notifications": "notification",
}


def _resource(entry: Resources.ResourceEntry) -> str:
    from flowidl.core.v1.tasks_pb2 import Resources

    named = Resources.ResourceName.DESCRIPTOR.values_by_number.get(entry.name)
    return str(entry.name) if named is None else named.name.lower().replace("_", " ")


def _secret(secret: Secret) -> str:
    return "/".join(filter(None, (secret.group, secret.key))) or "(no name)"


def _notification(notification: Notification) -> str:
    from flowidl.changes.leaves import notification as leaf

    return leaf(notification).text
