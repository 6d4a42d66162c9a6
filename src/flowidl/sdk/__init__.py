"""Workflows as Python functions: `@task`, `@workflow` and what belongs to them.

    from flowidl.sdk import task, workflow

    @task
    def double(x: int) -> int:
        return 2 * x

    @workflow
    def twice(x: int) -> int:
        return double(x=double(x=x))

    twice(x=3)                                    # 12, by running the messages that a package would hold
    write_package("twice.tgz", [twice.bind(image="r.io/app:1")])

A workflow's body is read once, into the messages of `flowidl.core`; a call on this machine runs exactly them
with `flowidl.local`. Names load their modules when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.builders.entry_points import FLOWIDL as FLOWIDL
    from flowidl.builders.entry_points import FLYTEKIT as FLYTEKIT
    from flowidl.builders.entry_points import EntryPoint as EntryPoint
    from flowidl.core.v1.types_pb2 import Error as Error
    from flowidl.core.v1.types_pb2 import Error as FlyteError
    from flowidl.errors import BuildError as BuildError
    from flowidl.local import RunError as RunError
    from flowidl.sdk.conditions import conditional as conditional
    from flowidl.sdk.decorators import TaskPlugins as TaskPlugins
    from flowidl.sdk.decorators import dynamic as dynamic
    from flowidl.sdk.decorators import eager as eager
    from flowidl.sdk.decorators import task as task
    from flowidl.sdk.decorators import workflow as workflow
    from flowidl.sdk.environments import Environment as Environment
    from flowidl.sdk.execution import current_context as current_context
    from flowidl.sdk.files import FlyteDirectory as FlyteDirectory
    from flowidl.sdk.files import FlyteFile as FlyteFile
    from flowidl.sdk.flyte_context import CompilationState as CompilationState
    from flowidl.sdk.flyte_context import ExecutionState as ExecutionState
    from flowidl.sdk.flyte_context import FlyteContext as FlyteContext
    from flowidl.sdk.flyte_context import FlyteContextManager as FlyteContextManager
    from flowidl.sdk.flyte_context import TypeEngine as TypeEngine
    from flowidl.sdk.flyte_context import literal_map as LiteralMap  # noqa: N812  # the SDK's name
    from flowidl.sdk.function_tasks import ExecutionBehavior as ExecutionBehavior
    from flowidl.sdk.function_tasks import PythonFunctionTask as PythonFunctionTask
    from flowidl.sdk.gates import Gate as Gate
    from flowidl.sdk.gates import approve as approve
    from flowidl.sdk.gates import sleep as sleep
    from flowidl.sdk.gates import wait_for_input as wait_for_input
    from flowidl.sdk.imperative import ImperativeWorkflow as ImperativeWorkflow
    from flowidl.sdk.launch_plans import LaunchPlan as LaunchPlan
    from flowidl.sdk.maps import ArrayNode as ArrayNode
    from flowidl.sdk.maps import ArrayNodeMapTask as ArrayNodeMapTask
    from flowidl.sdk.maps import MapPythonTask as MapPythonTask
    from flowidl.sdk.maps import legacy_map_task as legacy_map_task
    from flowidl.sdk.maps import map_task as map_task
    from flowidl.sdk.metadata import Cache as Cache
    from flowidl.sdk.metadata import Description as Description
    from flowidl.sdk.metadata import Documentation as Documentation
    from flowidl.sdk.metadata import FunctionBodyPolicy as FunctionBodyPolicy
    from flowidl.sdk.metadata import Secret as Secret
    from flowidl.sdk.metadata import SourceCode as SourceCode
    from flowidl.sdk.metadata import TaskMetadata as TaskMetadata
    from flowidl.sdk.metadata import VersionParameters as VersionParameters
    from flowidl.sdk.metadata import WorkflowFailurePolicy as WorkflowFailurePolicy
    from flowidl.sdk.mocking import mock as mock
    from flowidl.sdk.mocking import mock as patch
    from flowidl.sdk.mocking import mock as task_mock
    from flowidl.sdk.options import Annotations as Annotations
    from flowidl.sdk.options import ConcurrencyLimitBehavior as ConcurrencyLimitBehavior
    from flowidl.sdk.options import ConcurrencyPolicy as ConcurrencyPolicy
    from flowidl.sdk.options import CronSchedule as CronSchedule
    from flowidl.sdk.options import Email as Email
    from flowidl.sdk.options import FixedRate as FixedRate
    from flowidl.sdk.options import Identity as Identity
    from flowidl.sdk.options import Labels as Labels
    from flowidl.sdk.options import Options as Options
    from flowidl.sdk.options import PagerDuty as PagerDuty
    from flowidl.sdk.options import RawOutputDataConfig as RawOutputDataConfig
    from flowidl.sdk.options import SecurityContext as SecurityContext
    from flowidl.sdk.options import Slack as Slack
    from flowidl.sdk.options import WorkflowExecutionPhase as WorkflowExecutionPhase
    from flowidl.sdk.other_tasks import ContainerTask as ContainerTask
    from flowidl.sdk.other_tasks import SQLTask as SQLTask
    from flowidl.sdk.packing import write_package as write_package
    from flowidl.sdk.pods import GPU as GPU
    from flowidl.sdk.pods import PodTemplate as PodTemplate
    from flowidl.sdk.promises import Promise as Promise
    from flowidl.sdk.promises import VoidPromise as VoidPromise
    from flowidl.sdk.promises import order as order
    from flowidl.sdk.promises import overrides as overrides
    from flowidl.sdk.references import ReferenceLaunchPlan as ReferenceLaunchPlan
    from flowidl.sdk.references import ReferenceTask as ReferenceTask
    from flowidl.sdk.references import ReferenceWorkflow as ReferenceWorkflow
    from flowidl.sdk.references import get_reference_entity as get_reference_entity
    from flowidl.sdk.references import reference_launch_plan as reference_launch_plan
    from flowidl.sdk.references import reference_task as reference_task
    from flowidl.sdk.references import reference_workflow as reference_workflow
    from flowidl.sdk.resolvers import ClassStorageTaskResolver as ClassStorageTaskResolver
    from flowidl.sdk.resolvers import default_task_resolver as default_task_resolver
    from flowidl.sdk.resources import Resources as Resources
    from flowidl.sdk.resources import ResourceSpec as ResourceSpec
    from flowidl.sdk.settings import FastSerializationSettings as FastSerializationSettings
    from flowidl.sdk.settings import Image as Image
    from flowidl.sdk.settings import ImageConfig as ImageConfig
    from flowidl.sdk.settings import SerializationSettings as SerializationSettings
    from flowidl.sdk.tasks import Task as PythonTask
    from flowidl.sdk.tasks import Task as Task
    from flowidl.sdk.workflows import PythonFunctionWorkflow as PythonFunctionWorkflow
    from flowidl.values import Directory as Directory
    from flowidl.values import File as File
    from flowidl.values import HashMethod as HashMethod
    from flowidl.values import Schema as FlyteSchema
    from flowidl.values import Schema as Schema
    from flowidl.values import StructuredDataset as StructuredDataset
    from flowidl.values import kwtypes as kwtypes

#: Public name -> its module and its name there.
_HOMES: dict[str, tuple[str, str]] = {
    "Annotations": ("flowidl.sdk.options", "Annotations"),
    "ArrayNode": ("flowidl.sdk.maps", "ArrayNode"),
    "ArrayNodeMapTask": ("flowidl.sdk.maps", "ArrayNodeMapTask"),
    "BuildError": ("flowidl.errors", "BuildError"),
    "Cache": ("flowidl.sdk.metadata", "Cache"),
    "ClassStorageTaskResolver": ("flowidl.sdk.resolvers", "ClassStorageTaskResolver"),
    "CompilationState": ("flowidl.sdk.flyte_context", "CompilationState"),
    "ConcurrencyLimitBehavior": ("flowidl.sdk.options", "ConcurrencyLimitBehavior"),
    "ConcurrencyPolicy": ("flowidl.sdk.options", "ConcurrencyPolicy"),
    "ContainerTask": ("flowidl.sdk.other_tasks", "ContainerTask"),
    "CronSchedule": ("flowidl.sdk.options", "CronSchedule"),
    "Description": ("flowidl.sdk.metadata", "Description"),
    "Directory": ("flowidl.values", "Directory"),
    "Documentation": ("flowidl.sdk.metadata", "Documentation"),
    "Email": ("flowidl.sdk.options", "Email"),
    "EntryPoint": ("flowidl.builders.entry_points", "EntryPoint"),
    "Environment": ("flowidl.sdk.environments", "Environment"),
    "Error": ("flowidl.core.v1.types_pb2", "Error"),
    "ExecutionBehavior": ("flowidl.sdk.function_tasks", "ExecutionBehavior"),
    "ExecutionState": ("flowidl.sdk.flyte_context", "ExecutionState"),
    "FLOWIDL": ("flowidl.builders.entry_points", "FLOWIDL"),
    "FLYTEKIT": ("flowidl.builders.entry_points", "FLYTEKIT"),
    "FastSerializationSettings": ("flowidl.sdk.settings", "FastSerializationSettings"),
    "File": ("flowidl.values", "File"),
    "FixedRate": ("flowidl.sdk.options", "FixedRate"),
    "FlyteContext": ("flowidl.sdk.flyte_context", "FlyteContext"),
    "FlyteContextManager": ("flowidl.sdk.flyte_context", "FlyteContextManager"),
    "FlyteDirectory": ("flowidl.sdk.files", "FlyteDirectory"),
    "FlyteError": ("flowidl.core.v1.types_pb2", "Error"),
    "FlyteFile": ("flowidl.sdk.files", "FlyteFile"),
    "FlyteSchema": ("flowidl.values", "Schema"),
    "FunctionBodyPolicy": ("flowidl.sdk.metadata", "FunctionBodyPolicy"),
    "GPU": ("flowidl.sdk.pods", "GPU"),
    "Gate": ("flowidl.sdk.gates", "Gate"),
    "HashMethod": ("flowidl.values", "HashMethod"),
    "Identity": ("flowidl.sdk.options", "Identity"),
    "Image": ("flowidl.sdk.settings", "Image"),
    "ImageConfig": ("flowidl.sdk.settings", "ImageConfig"),
    "ImperativeWorkflow": ("flowidl.sdk.imperative", "ImperativeWorkflow"),
    "Labels": ("flowidl.sdk.options", "Labels"),
    "LaunchPlan": ("flowidl.sdk.launch_plans", "LaunchPlan"),
    "LiteralMap": ("flowidl.sdk.flyte_context", "literal_map"),
    "MapPythonTask": ("flowidl.sdk.maps", "MapPythonTask"),
    "Options": ("flowidl.sdk.options", "Options"),
    "PagerDuty": ("flowidl.sdk.options", "PagerDuty"),
    "PodTemplate": ("flowidl.sdk.pods", "PodTemplate"),
    "Promise": ("flowidl.sdk.promises", "Promise"),
    "PythonFunctionTask": ("flowidl.sdk.function_tasks", "PythonFunctionTask"),
    "PythonFunctionWorkflow": ("flowidl.sdk.workflows", "PythonFunctionWorkflow"),
    "PythonTask": ("flowidl.sdk.tasks", "Task"),
    "RawOutputDataConfig": ("flowidl.sdk.options", "RawOutputDataConfig"),
    "ReferenceLaunchPlan": ("flowidl.sdk.references", "ReferenceLaunchPlan"),
    "ReferenceTask": ("flowidl.sdk.references", "ReferenceTask"),
    "ReferenceWorkflow": ("flowidl.sdk.references", "ReferenceWorkflow"),
    "ResourceSpec": ("flowidl.sdk.resources", "ResourceSpec"),
    "Resources": ("flowidl.sdk.resources", "Resources"),
    "RunError": ("flowidl.local", "RunError"),
    "SQLTask": ("flowidl.sdk.other_tasks", "SQLTask"),
    "Schema": ("flowidl.values", "Schema"),
    "Secret": ("flowidl.sdk.metadata", "Secret"),
    "SecurityContext": ("flowidl.sdk.options", "SecurityContext"),
    "SerializationSettings": ("flowidl.sdk.settings", "SerializationSettings"),
    "Slack": ("flowidl.sdk.options", "Slack"),
    "SourceCode": ("flowidl.sdk.metadata", "SourceCode"),
    "StructuredDataset": ("flowidl.values", "StructuredDataset"),
    "Task": ("flowidl.sdk.tasks", "Task"),
    "TaskMetadata": ("flowidl.sdk.metadata", "TaskMetadata"),
    "TaskPlugins": ("flowidl.sdk.decorators", "TaskPlugins"),
    "TypeEngine": ("flowidl.sdk.flyte_context", "TypeEngine"),
    "VersionParameters": ("flowidl.sdk.metadata", "VersionParameters"),
    "VoidPromise": ("flowidl.sdk.promises", "VoidPromise"),
    "WorkflowExecutionPhase": ("flowidl.sdk.options", "WorkflowExecutionPhase"),
    "WorkflowFailurePolicy": ("flowidl.sdk.metadata", "WorkflowFailurePolicy"),
    "approve": ("flowidl.sdk.gates", "approve"),
    "conditional": ("flowidl.sdk.conditions", "conditional"),
    "current_context": ("flowidl.sdk.execution", "current_context"),
    "default_task_resolver": ("flowidl.sdk.resolvers", "default_task_resolver"),
    "dynamic": ("flowidl.sdk.decorators", "dynamic"),
    "eager": ("flowidl.sdk.decorators", "eager"),
    "get_reference_entity": ("flowidl.sdk.references", "get_reference_entity"),
    "kwtypes": ("flowidl.values", "kwtypes"),
    "legacy_map_task": ("flowidl.sdk.maps", "legacy_map_task"),
    "map_task": ("flowidl.sdk.maps", "map_task"),
    "mock": ("flowidl.sdk.mocking", "mock"),
    "order": ("flowidl.sdk.promises", "order"),
    "overrides": ("flowidl.sdk.promises", "overrides"),
    "patch": ("flowidl.sdk.mocking", "mock"),
    "reference_launch_plan": ("flowidl.sdk.references", "reference_launch_plan"),
    "reference_task": ("flowidl.sdk.references", "reference_task"),
    "reference_workflow": ("flowidl.sdk.references", "reference_workflow"),
    "sleep": ("flowidl.sdk.gates", "sleep"),
    "task": ("flowidl.sdk.decorators", "task"),
    "task_mock": ("flowidl.sdk.mocking", "mock"),
    "wait_for_input": ("flowidl.sdk.gates", "wait_for_input"),
    "workflow": ("flowidl.sdk.decorators", "workflow"),
    "write_package": ("flowidl.sdk.packing", "write_package"),
}

__all__ = [
    "FLOWIDL",
    "FLYTEKIT",
    "GPU",
    "Annotations",
    "ArrayNode",
    "ArrayNodeMapTask",
    "BuildError",
    "Cache",
    "ClassStorageTaskResolver",
    "CompilationState",
    "ConcurrencyLimitBehavior",
    "ConcurrencyPolicy",
    "ContainerTask",
    "CronSchedule",
    "Description",
    "Directory",
    "Documentation",
    "Email",
    "EntryPoint",
    "Environment",
    "Error",
    "ExecutionBehavior",
    "ExecutionState",
    "FastSerializationSettings",
    "File",
    "FixedRate",
    "FlyteContext",
    "FlyteContextManager",
    "FlyteDirectory",
    "FlyteError",
    "FlyteFile",
    "FlyteSchema",
    "FunctionBodyPolicy",
    "Gate",
    "HashMethod",
    "Identity",
    "Image",
    "ImageConfig",
    "ImperativeWorkflow",
    "Labels",
    "LaunchPlan",
    "LiteralMap",
    "MapPythonTask",
    "Options",
    "PagerDuty",
    "PodTemplate",
    "Promise",
    "PythonFunctionTask",
    "PythonFunctionWorkflow",
    "PythonTask",
    "RawOutputDataConfig",
    "ReferenceLaunchPlan",
    "ReferenceTask",
    "ReferenceWorkflow",
    "ResourceSpec",
    "Resources",
    "RunError",
    "SQLTask",
    "Schema",
    "Secret",
    "SecurityContext",
    "SerializationSettings",
    "Slack",
    "SourceCode",
    "StructuredDataset",
    "Task",
    "TaskMetadata",
    "TaskPlugins",
    "TypeEngine",
    "VersionParameters",
    "VoidPromise",
    "WorkflowExecutionPhase",
    "WorkflowFailurePolicy",
    "approve",
    "conditional",
    "current_context",
    "default_task_resolver",
    "dynamic",
    "eager",
    "get_reference_entity",
    "kwtypes",
    "legacy_map_task",
    "map_task",
    "mock",
    "order",
    "overrides",
    "patch",
    "reference_launch_plan",
    "reference_task",
    "reference_workflow",
    "sleep",
    "task",
    "task_mock",
    "wait_for_input",
    "workflow",
    "write_package",
]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, own = _HOMES[name]
        value = getattr(import_module(module), own)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
