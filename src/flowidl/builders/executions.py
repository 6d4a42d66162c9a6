"""Executions: the spec of one, and the request that starts it.

Values are checked against what is run, where its definition is at hand: a launch plan takes the inputs that
it has not fixed and fills in its defaults, a task takes all of its inputs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from flowidl.admin.v1.cluster_assignment_pb2 import ClusterAssignment
from flowidl.admin.v1.common_pb2 import Annotations, Envs, Labels
from flowidl.admin.v1.execution_pb2 import ExecutionCreateRequest, ExecutionMetadata, ExecutionSpec
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.matchable_resource_pb2 import ExecutionClusterLabel
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.builders.launch_plans import typed_value
from flowidl.builders.nodes import Reference, launch_plan_sides, sides
from flowidl.builders.options import NO_OPTIONS, Options, with_options
from flowidl.core.v1.identifier_pb2 import Identifier, ResourceType
from flowidl.core.v1.literals_pb2 import KeyValuePair, Literal, LiteralMap
from flowidl.errors import BuildError, closest
from flowidl.tuples import NamedTuple
from flowidl.values.literals import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flowidl.core.v1.types_pb2 import LiteralType

#: What can be run: a definition, a reference to one that is registered, or the identifier of one.
Runnable: TypeAlias = LaunchPlan | TaskSpec | Reference | Identifier

#: SDKs name nobody in particular: the back end puts in who asks.
PRINCIPAL = "placeholder"

_NAME = re.compile(r"[a-z][-a-z0-9]{0,62}")


def execution_spec(
    target: Runnable,
    *,
    options: Options = NO_OPTIONS,
    interruptible: bool | None = None,
    overwrite_cache: bool = False,
    envs: Mapping[str, str] | None = None,
    tags: Iterable[str] = (),
    cluster_pool: str = "",
    execution_cluster_label: str = "",
    principal: str = PRINCIPAL,
) -> ExecutionSpec:
    """Return the spec of an execution of a launch plan, or of a task by itself.

    `interruptible` overrides the launch plan's own choice, if given. `envs` are environment variables for all
    of its tasks. `overwrite_cache` runs everything anew, as `Options.overwrite_cache` does.
    """
    id = _runnable_id(target)
    spec = ExecutionSpec(
        launch_plan=id,
        metadata=ExecutionMetadata(mode=ExecutionMetadata.MANUAL, principal=principal),
        labels=Labels(),
        annotations=Annotations(),
        overwrite_cache=overwrite_cache,
        tags=tags,
    )
    spec.auth_role.SetInParent()
    if interruptible is not None:
        spec.interruptible.value = interruptible
    if envs is not None:
        spec.envs.CopyFrom(Envs(values=[KeyValuePair(key=key, value=envs[key]) for key in envs]))
    if cluster_pool:
        spec.cluster_assignment.CopyFrom(ClusterAssignment(cluster_pool_name=cluster_pool))
    if execution_cluster_label:
        spec.execution_cluster_label.CopyFrom(ExecutionClusterLabel(value=execution_cluster_label))
    return with_options(spec, options)


def _runnable_id(target: Runnable) -> Identifier:
    id = _id(target)
    missing = [part for part in ("project", "domain", "name", "version") if not getattr(id, part)]
    if missing:
        raise BuildError(
            f"an execution names `{id.name}` without its {' and '.join(missing)}",
            rule="execution-of-nothing",
            help="complete it with `registered`",
        )
    if id.resource_type not in (ResourceType.LAUNCH_PLAN, ResourceType.TASK):
        raise BuildError(
            f"an execution runs `{id.name}`, which is neither a launch plan nor a task",
            rule="execution-of-nothing",
            help="name the launch plan of the workflow",
        )
    return id


def _id(target: Runnable) -> Identifier:
    if isinstance(target, Identifier):
        return target
    return target.template.id if isinstance(target, TaskSpec) else target.id


def execution(
    target: Runnable,
    inputs: Mapping[str, object] | None = None,
    *,
    spec: ExecutionSpec | None = None,
    project: str = "",
    domain: str = "",
    name: str = "",
    options: Options = NO_OPTIONS,
) -> ExecutionCreateRequest:
    """Return the request that starts an execution, by default in the target's project and domain.

    `spec` is one that `execution_spec` made for the same target. Without a `name` the back end makes one.
    If the target is only an identifier, `inputs` have the types that their values have by themselves.
    """
    id = _runnable_id(target)
    if spec is not None and spec.launch_plan != id:
        raise BuildError(f"the spec is of `{spec.launch_plan.name}`, and the target is `{id.name}`")
    if name and not _NAME.fullmatch(name):
        raise BuildError(
            f"`{name}` is not the name of an execution",
            rule="invalid-execution-name",
            help="use up to 63 lower-case letters, digits and dashes, a letter first",
        )
    return ExecutionCreateRequest(
        project=project or id.project,
        domain=domain or id.domain,
        name=name,
        spec=execution_spec(target, options=options) if spec is None else with_options(spec, options),
        inputs=LiteralMap(literals=_inputs(target, inputs or {}, id.name)),
    )


class _Takes(NamedTuple):
    """What a target takes: the types of its inputs, and those inputs that need not be given."""

    inputs: Mapping[str, LiteralType]
    optional: frozenset[str]
    fixed: frozenset[str] = frozenset()


def _takes(target: Runnable) -> _Takes | None:
    if isinstance(target, LaunchPlan):
        inputs, defaults, _ = launch_plan_sides(target)
        return _Takes(inputs, frozenset(defaults), frozenset(target.spec.fixed_inputs.literals))
    if isinstance(target, TaskSpec):
        return _Takes(sides(target.template.interface)[0], frozenset())
    if isinstance(target, Reference):
        # A reference does not say which of a launch plan's inputs have defaults.
        inputs, _ = sides(target.interface)
        return _Takes(
            inputs, frozenset() if target.id.resource_type == ResourceType.TASK else frozenset(inputs)
        )
    return None


def _inputs(target: Runnable, values: Mapping[str, object], words: str) -> dict[str, Literal]:
    takes = _takes(target)
    if takes is None:
        return {name: literal(value, name=name) for name, value in values.items()}
    for name in values:
        if name in takes.inputs:
            continue
        help = "the launch plan fixes it" if name in takes.fixed else closest(name, takes.inputs)
        raise BuildError(f"`{words}` takes no input `{name}`", rule="unknown-execution-input", help=help)
    missing = [name for name in sorted(takes.inputs) if name not in values and name not in takes.optional]
    if missing:
        raise BuildError(
            f"an execution of `{words}` is not given {', '.join(f'`{name}`' for name in missing)}",
            rule="missing-execution-input",
        )
    return {
        name: typed_value(
            value, takes.inputs[name], name=f"input {name} of {words}", rule="execution-input-mismatch"
        )
        for name, value in values.items()
    }
