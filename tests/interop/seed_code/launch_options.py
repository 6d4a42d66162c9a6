"""Seeds "Advanced Workflow Patterns" and "Resource and Execution Configuration", options.

Changed: launch plans take no `default_options` and workflows have no `with_options`. Options are applied when
a launch plan is registered, so each example is a launch plan and the options it is registered with. The
security classes are imported from where they are.
"""

from flytekit import LaunchPlan, task, workflow
from flytekit.core.options import Options
from flytekit.models.common import Annotations, Labels, RawOutputDataConfig
from flytekit.models.security import Identity, SecurityContext


@workflow
def my_simple_workflow() -> str:
    return "Hello Flyte!"


@task
def my_simple_task(x: int) -> int:
    return x * 2


@workflow
def my_workflow(input_val: int) -> int:
    return my_simple_task(x=input_val)


REGISTERED = {
    LaunchPlan.create("my_custom_lp", my_simple_workflow): Options(
        labels=Labels({"team": "data-science"}),
        annotations=Annotations({"reviewer": "john.doe"}),
        security_context=SecurityContext(run_as=Identity(k8s_service_account="my-service-account")),
        raw_output_data_config=RawOutputDataConfig(
            output_location_prefix="s3://my-custom-bucket/flyte-outputs"
        ),
        max_parallelism=10,
        disable_notifications=True,
    ),
    LaunchPlan.create("my_workflow_with_metadata", my_workflow): Options(
        labels=Labels(values={"team": "data-science", "project": "feature-eng"}),
        annotations=Annotations(values={"reviewer": "john.doe", "priority": "high"}),
    ),
    LaunchPlan.create("my_workflow_secure_output", my_workflow): Options.default_from(
        k8s_service_account="my-service-account", raw_data_prefix="s3://my-custom-bucket/flyte-outputs"
    ),
    LaunchPlan.create("my_workflow_controlled", my_workflow): Options(
        max_parallelism=5, disable_notifications=True
    ),
}
