"""Cases of `rules/data/local_paths.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import bad, call, good, launch_plan, near, raw, task, workflow

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile

READ = task("read", "f: file[csv] ->")
TYPE = 'metadata { type { format: "csv" } }'


def _bound(uri: str) -> tuple[CaseFile, ...]:
    """A workflow that reads a file at an address."""
    value = raw(f'scalar {{ blob {{ uri: "{uri}" {TYPE} }} }}')
    return READ, workflow("daily", "->", call("n0", "read", f=value))


def _default(uri: str) -> tuple[CaseFile, ...]:
    """A launch plan whose input is a file at an address, unless another one is given."""
    literal = f'scalar {{ blob {{ uri: "{uri}" {TYPE} }} }}'
    type = 'type { blob { format: "csv" } }'
    inputs = f'parameters {{ key: "f" value {{ var {{ {type} }} default {{ {literal} }} }} }}'
    return (
        READ,
        workflow("daily", "f: file[csv] ->", call("n0", "read", f="f")),
        launch_plan("daily", "daily", f"default_inputs {{ {inputs} }}"),
    )


INPUT = "template.nodes[0].inputs[0].binding.scalar"
DEFAULT = 'spec.default_inputs.parameters["f"].default'

CASES = (
    bad("FI860", "a temporary folder", *_bound("/tmp/flyte-1/raw/00"), at=INPUT),
    bad("FI860", "a drive of Windows", *_bound("C:/data/train.csv"), at=INPUT),
    bad("FI860", "a default in a home", *_default("file:///home/me/train.csv"), at=DEFAULT),
    good("FI860", "a bucket", *_bound("s3://data/train.csv")),
    near("FI860", "an address of the web", *_default("https://example.com/train.csv")),
    near("FI860", "an address without slashes", *_bound("bq:project.data.table")),
)
