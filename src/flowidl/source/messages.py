"""The generated class behind each kind, imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from google.protobuf.message import Message

_MODULES = {
    Kind.TASK_SPEC: "admin.v1.task_pb2",
    Kind.TASK: "admin.v1.task_pb2",
    Kind.WORKFLOW_SPEC: "admin.v1.workflow_pb2",
    Kind.WORKFLOW: "admin.v1.workflow_pb2",
    Kind.LAUNCH_PLAN: "admin.v1.launch_plan_pb2",
    Kind.LAUNCH_PLAN_SPEC: "admin.v1.launch_plan_pb2",
    Kind.EXECUTION_SPEC: "admin.v1.execution_pb2",
    Kind.EXECUTION_CREATE_REQUEST: "admin.v1.execution_pb2",
    Kind.TASK_TEMPLATE: "core.v1.tasks_pb2",
    Kind.WORKFLOW_TEMPLATE: "core.v1.workflow_pb2",
    Kind.WORKFLOW_CLOSURE: "core.v1.workflow_closure_pb2",
    Kind.COMPILED_WORKFLOW_CLOSURE: "core.v1.compiler_pb2",
    Kind.COMPILED_TASK: "core.v1.compiler_pb2",
    Kind.DYNAMIC_JOB_SPEC: "core.v1.dynamic_job_pb2",
    Kind.LITERAL_MAP: "core.v1.literals_pb2",
    Kind.ERROR_DOCUMENT: "core.v1.errors_pb2",
}


def message_class(kind: Kind) -> type[Message]:
    """Return the message class of `kind`."""
    module = import_module(f"flowidl.{_MODULES[kind]}")
    found: type[Message] = getattr(module, kind.label)
    return found


def descriptor(kind: Kind) -> Descriptor:
    """Return the message descriptor of `kind`."""
    return cast("Descriptor", message_class(kind).DESCRIPTOR)
