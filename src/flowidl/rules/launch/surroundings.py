"""Rules 760-769: what launch plans and executions bring along for the pods of a run.

Who the pods are, what their variables are called, where they write, and how many runs there may be at a time.
Registration hands all of it on; the cluster refuses it, or it has no effect.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowidl.findings import Phase
from flowidl.kubernetes.names import subdomain_problem, variable_problem
from flowidl.rules.declaration import WARNING, Found, rule
from flowidl.rules.launch.requests import plan_phrase, requests
from flowidl.rules.phrases import quoted
from flowidl.rules.tasks.jobs import task_phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")


@rule(
    "FI760",
    "invalid-service-account",
    WARNING,
    Phase.RUN,
    reads=(
        "core.Identity.k8s_service_account",
        "core.SecurityContext.run_as",
        "admin.AuthRole.kubernetes_service_account",
        "admin.Auth.kubernetes_service_account",
        "admin.LaunchPlanSpec.security_context",
        "admin.LaunchPlanSpec.auth_role",
        "admin.LaunchPlanSpec.auth",
        "admin.ExecutionSpec.security_context",
        "admin.ExecutionSpec.auth_role",
    ),
)
def invalid_service_account(context: Context) -> Iterator[Found]:
    """A service account has a name that none can have

    What: the service account of a launch plan, an execution or a task is no DNS name: small letters, digits,
    `-` and `.`, with a letter or digit at both ends.

    Why it fails: registration takes it. Kubernetes refuses every pod of the run.

    Fix: name the service account as it is called in the cluster.
    """
    for phrase, name, place in _service_accounts(context):
        problem = subdomain_problem(name)
        if problem:
            yield Found(
                place,
                f"{phrase} runs as service account {quoted(name)}, which no cluster has: {problem}",
                "correct the name",
            )


@rule(
    "FI761",
    "invalid-launch-variable",
    WARNING,
    Phase.RUN,
    reads=("admin.LaunchPlanSpec.envs", "admin.ExecutionSpec.envs", "admin.Envs.values"),
)
def invalid_launch_variable(context: Context) -> Iterator[Found]:
    """A variable of a launch plan or an execution has a name that it cannot have

    What: an entry of `envs` has no name, or one with `=` or with characters outside printable ASCII.

    Why it fails: registration takes it. Kubernetes refuses every pod of the run.

    Fix: correct the name.
    """
    for request in context.once(requests):
        for position, pair in enumerate(request.spec.envs.values):
            problem = variable_problem(pair.key)
            if problem:
                shown = f"variable {quoted(pair.key)}" if pair.key else "a variable"
                yield Found(
                    request.field("envs", "values").item(position).field("key"),
                    f"{shown} of {request.phrase} has a name that it cannot have: {problem}",
                    "correct the name",
                )


@rule(
    "FI762",
    "no-launch-allowed",
    WARNING,
    Phase.LAUNCH,
    reads=("admin.LaunchPlanSpec.concurrency_policy", "admin.ConcurrencyPolicy.max"),
)
def no_launch_allowed(context: Context) -> Iterator[Found]:
    """A launch plan allows no run at all

    What: the concurrency policy of a launch plan skips runs above its `max`, and `max` is 0.

    Why it fails: every launch is refused, because the limit is reached.

    Fix: set `max` to one or more, or take the policy out.
    """
    for plan in context.model.launch_plans:
        policy = plan.spec.concurrency_policy
        if plan.spec.HasField("concurrency_policy") and policy.behavior and policy.max == 0:
            yield Found(
                plan.field("concurrency_policy"),
                f"{plan_phrase(plan)} allows no run at a time, so every launch is refused",
                "set `max` to one or more",
            )


@rule(
    "FI763", "concurrency-without-effect", WARNING, Phase.LAUNCH, reads=("admin.ConcurrencyPolicy.behavior",)
)
def concurrency_without_effect(context: Context) -> Iterator[Found]:
    """A concurrency policy has no effect

    What: the concurrency policy of a launch plan has a `max`, and does not say what happens above it.

    Why it fails: the back end looks only at policies with a behaviour. The number of runs has no limit.

    Fix: set `behavior`, to skip the runs above.
    """
    for plan in context.model.launch_plans:
        policy = plan.spec.concurrency_policy
        if plan.spec.HasField("concurrency_policy") and not policy.behavior:
            yield Found(
                plan.field("concurrency_policy"),
                f"{plan_phrase(plan)} says that {policy.max} may run at a time and not what happens above, "
                "so that has no effect",
                "set `behavior` to skip what is above",
            )


@rule(
    "FI764",
    "output-prefix-without-scheme",
    WARNING,
    Phase.RUN,
    reads=(
        "admin.RawOutputDataConfig.output_location_prefix",
        "admin.LaunchPlanSpec.raw_output_data_config",
        "admin.ExecutionSpec.raw_output_data_config",
    ),
)
def output_prefix_without_scheme(context: Context) -> Iterator[Found]:
    """The place for outputs has no scheme

    What: the prefix of raw output data of a launch plan or an execution does not begin like `s3://`.

    Why it fails: registration takes it. When the run wants to write, the storage cannot tell where.

    Fix: write the whole address, `s3://bucket/prefix`.
    """
    for request in context.once(requests):
        prefix = request.spec.raw_output_data_config.output_location_prefix
        if prefix and not _SCHEME.match(prefix):
            yield Found(
                request.field("raw_output_data_config", "output_location_prefix"),
                f"{request.phrase} writes its outputs to {quoted(prefix)}, which has no scheme",
                "write the whole address, `s3://bucket/prefix`",
            )


@rule(
    "FI765",
    "negative-parallelism",
    WARNING,
    Phase.RUN,
    reads=("admin.LaunchPlanSpec.max_parallelism", "admin.ExecutionSpec.max_parallelism"),
)
def negative_parallelism(context: Context) -> Iterator[Found]:
    """Less than no nodes may run at a time

    What: `max_parallelism` of a launch plan or an execution is negative.

    Why it fails: no number of nodes is that small. 0 stands for the installation's default.

    Fix: give a number of nodes, or leave it out.
    """
    for request in context.once(requests):
        number = request.spec.max_parallelism
        if number < 0:
            yield Found(
                request.field("max_parallelism"),
                f"{request.phrase} allows {number} nodes at a time",
                "give a number of nodes, or leave it out",
            )


def _service_accounts(context: Context) -> Iterator[tuple[str, str, Place]]:
    """Yield the service accounts that are named: of what, the name, and its place."""
    for task in context.model.tasks:
        name = task.template.security_context.run_as.k8s_service_account
        if name:
            yield task_phrase(task), name, task.field("security_context", "run_as", "k8s_service_account")
    for request in context.once(requests):
        spec = request.spec
        named = {
            "security_context.run_as.k8s_service_account": spec.security_context.run_as.k8s_service_account,
            "auth_role.kubernetes_service_account": spec.auth_role.kubernetes_service_account,
        }
        for tail, name in named.items():
            if name:
                yield request.phrase, name, request.place(tail)
    for plan in context.model.launch_plans:
        name = plan.spec.auth.kubernetes_service_account
        if name:
            yield plan_phrase(plan), name, plan.field("auth", "kubernetes_service_account")
