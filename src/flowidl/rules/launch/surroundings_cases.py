"""Cases of `rules/launch/surroundings.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, call, good, launch_plan, near, task, workflow

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile


def _plan(rest: str) -> tuple[CaseFile, ...]:
    """A launch plan of a workflow of one task."""
    return (
        task("load", "->"),
        workflow("daily", "->", call("n0", "load")),
        launch_plan("daily", "daily", rest),
    )


def _runs_as(name: str) -> tuple[CaseFile, ...]:
    return _plan(f'security_context {{ run_as {{ k8s_service_account: "{name}" }} }}')


def _told(name: str) -> tuple[CaseFile, ...]:
    return _plan(f'envs {{ values {{ key: "{name}" value: "1" }} }}')


def _limited(words: str) -> tuple[CaseFile, ...]:
    return _plan(f"concurrency_policy {{ {words} }}")


def _writes_to(prefix: str) -> tuple[CaseFile, ...]:
    return _plan(f'raw_output_data_config {{ output_location_prefix: "{prefix}" }}')


SKIP = "behavior: CONCURRENCY_LIMIT_BEHAVIOR_SKIP"
ACCOUNT = "spec.security_context.run_as.k8s_service_account"
PREFIX = "spec.raw_output_data_config.output_location_prefix"

CASES = (
    bad("FI760", "capitals and an underscore", *_runs_as("Data_Team"), at=ACCOUNT),
    good("FI760", "small letters", *_runs_as("data-team")),
    near("FI760", "a dot and a digit at the end", *_runs_as("data.team-2")),
    bad("FI761", "an equals sign", *_told("A=B"), at="spec.envs.values[0].key"),
    bad("FI761", "no name", *_told(""), at="spec.envs.values[0].key"),
    good("FI761", "a name in capitals", *_told("LEVEL")),
    near("FI761", "dashes, dots and a digit at the start", *_told("2a-b.c")),
    bad("FI762", "a limit of none", *_limited(SKIP), at="spec.concurrency_policy"),
    good("FI762", "a limit of one", *_limited(f"max: 1 {SKIP}")),
    near("FI762", "no policy", *_plan("")),
    bad("FI763", "two, and no behaviour", *_limited("max: 2"), at="spec.concurrency_policy"),
    good("FI763", "two, and the rest is skipped", *_limited(f"max: 2 {SKIP}")),
    near("FI763", "no policy", *_plan("")),
    bad("FI764", "a bucket alone", *_writes_to("bucket/data"), at=PREFIX),
    good("FI764", "a bucket with its scheme", *_writes_to("s3://bucket/data")),
    near("FI764", "a scheme that is rare", *_writes_to("abfs://c@account.dfs.core.windows.net/data")),
    bad("FI765", "three less than none", *_plan("max_parallelism: -3"), at="spec.max_parallelism"),
    good("FI765", "three nodes", *_plan("max_parallelism: 3")),
    near("FI765", "the installation's default", *_plan("max_parallelism: 0")),
)
