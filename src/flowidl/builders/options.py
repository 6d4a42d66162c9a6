"""`Options`: the circumstances of executions, as a value that goes onto a launch plan or an execution.

    with_options(plan.spec, Options(labels={"team": "ml"}, max_parallelism=10))

What an option does not say stays as it is. As in the SDK, empty values, 0 and False say nothing, so options
add to a launch plan and never take away from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flowidl.admin.v1.execution_pb2 import ExecutionSpec, NotificationList
from flowidl.admin.v1.launch_plan_pb2 import LaunchPlanSpec
from flowidl.builders.launch_plans import checked_labels, parallelism
from flowidl.core.v1.security_pb2 import Identity, SecurityContext
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.admin.v1.common_pb2 import Notification

S = TypeVar("S", LaunchPlanSpec, ExecutionSpec)


class Options(NamedTuple):
    """The circumstances of executions.

    `raw_output_prefix` is where large outputs are kept (`s3://bucket/folder`), `max_parallelism` how many
    nodes may run at once. `disable_notifications` is for executions: it silences what the launch plan, and
    `notifications`, would have sent; launch plans have no such field.
    """

    labels: Mapping[str, str] | None = None
    annotations: Mapping[str, str] | None = None
    security_context: SecurityContext | None = None
    raw_output_prefix: str = ""
    max_parallelism: int | None = None
    notifications: tuple[Notification, ...] = ()
    disable_notifications: bool = False
    overwrite_cache: bool = False

    @classmethod
    def default_from(cls, *, k8s_service_account: str = "", raw_data_prefix: str = "") -> Options:
        """Return options with a Kubernetes service account and a place for large outputs, each if given."""
        identity = Identity(k8s_service_account=k8s_service_account)
        return cls(
            security_context=SecurityContext(run_as=identity) if k8s_service_account else None,
            raw_output_prefix=raw_data_prefix,
        )


#: Options that say nothing.
NO_OPTIONS = Options()


def with_options(spec: S, options: Options) -> S:
    """Return a copy of the spec of a launch plan or an execution, with options in place of its own values.

    Labels and annotations are replaced as a whole, the security context field by field.
    """
    changed = spec.__class__()
    changed.CopyFrom(spec)
    _circumstances(changed, options)
    if isinstance(changed, LaunchPlanSpec):
        if options.notifications:
            del changed.entity_metadata.notifications[:]
            changed.entity_metadata.notifications.extend(options.notifications)
    elif options.disable_notifications:
        changed.disable_all = True
    elif options.notifications:
        changed.notifications.CopyFrom(NotificationList(notifications=options.notifications))
    return changed


def _circumstances(spec: LaunchPlanSpec | ExecutionSpec, options: Options) -> None:
    """Set the fields that launch plans and executions have in common."""
    if options.labels:
        spec.labels.CopyFrom(checked_labels(options.labels))
    if options.annotations:
        spec.annotations.values.clear()
        spec.annotations.values.update(options.annotations)
    if options.security_context is not None:
        _secure(spec.security_context, options.security_context)
    if options.raw_output_prefix:
        spec.raw_output_data_config.output_location_prefix = options.raw_output_prefix
    if options.max_parallelism:
        spec.max_parallelism = parallelism(options.max_parallelism)
    if options.overwrite_cache:
        spec.overwrite_cache = True


def _secure(spec: SecurityContext, given: SecurityContext) -> None:
    """Replace those of an identity, secrets and tokens that are given."""
    for field, _ in given.ListFields():
        spec.ClearField(field.name)  # type: ignore[arg-type]  # a field of the message that it came from
    spec.MergeFrom(given)
