"""Cases of `tasks/templates.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.rules.snippets import (
    bad,
    case_file,
    good,
    near,
    quote,
    struct,
    task,
    task_of_type,
    task_template,
)
from flowidl.source.definitions import Kind

if TYPE_CHECKING:
    from flowidl.rules.case import CaseFile


def _runs(argument: str, interface: str = "day: str, n: int ->", image: str = "app:1") -> CaseFile:
    container = f'image: {quote(image)} command: "fit" args: {quote(argument)}'
    return task("flights.fit", interface, f"container {{ {container} }}")


def _asks(statement: str) -> CaseFile:
    words = f"sql {{ statement: {quote(statement)} dialect: ANSI }}"
    return task_of_type("snowflake", words, "day: str ->")


def _registered(argument: str) -> CaseFile:
    container = f'container {{ image: "app:1" args: {quote(argument)} }}'
    template = task_template("flights.fit", "->", container)
    return case_file(Kind.COMPILED_TASK, "0_t.pb", f"template {{ {template} }}")


ARG = "template.container.args[0]"
IMAGE = "template.container.image"

POD = {"containers": [{"name": "main", "image": "{{.image.default.fqn}}", "args": ["run"]}]}
NAMED = 'config { key: "primary_container_name" value: "main" }'

CASES = (
    bad("FI820", "a misspelt input", _runs("--day={{.inputs.dya}}"), at=ARG),
    bad("FI820", "an input in another letter case", _runs("{{ $Inputs.Day }}"), at=ARG),
    bad("FI820", "a part of an input", _runs("{{.inputs.day.year}}"), at=ARG),
    bad("FI820", "an unknown input in SQL", _asks("select {{.inputs.date}}"), at="template.sql.statement"),
    good("FI820", "an input by its name", _runs("--day={{.inputs.day}}")),
    near("FI820", "blanks, a dollar sign and capitals", _runs("{{ $INPUTS.day }} {{.Inputs.n}}")),
    near("FI820", "what is no placeholder", _runs("awk '{{print $1}}' {{inputs.x}} {{.inputs.}}")),
    bad("FI821", "a map", _runs("{{.inputs.m}}", "m: dict[str, int] ->"), at=ARG),
    bad("FI821", "a list of datasets", _runs("{{.inputs.m}}", "m: list[dataset[]] ->"), at=ARG),
    bad("FI821", "an optional number", _runs("{{.inputs.m}}", "m: int | None ->"), at=ARG),
    good("FI821", "a list of numbers", _runs("{{.inputs.m}}", "m: list[int] ->")),
    near("FI821", "a structure and a file", _runs("{{.inputs.m}}{{.inputs.f}}", "m: struct, f: file[] ->")),
    near("FI821", "a map by the file of all inputs", _runs("{{.input}}", "m: dict[str, int] ->")),
    bad("FI822", "an underscore too many", _runs("{{.output_prefix}}"), at=ARG),
    bad("FI822", "an input without its dot", _runs("{{inputs.day}}"), at=ARG),
    good("FI822", "the output prefix", _runs("{{.outputPrefix}}")),
    near("FI822", "what another program fills in", _runs("docker ps -f '{{.State.Pid}}' {{ .Names }}")),
    bad("FI823", "an image left open", _runs("x", image="{{.image.default}}"), at=IMAGE, also=("FI664",)),
    bad("FI823", "an address of code, after registration", _registered("{{ .remote_package_path }}"), at=ARG),
    bad(
        "FI823",
        "an image of a pod to be filled in",
        task_of_type("python-task", f"k8s_pod {{ pod_spec {{ {struct(POD)} }} }} {NAMED}"),
        at='template.k8s_pod.pod_spec.fields["containers"].list_value.values[0].struct_value.fields["image"]',
        also=("FI664",),
    ),
    good("FI823", "an address of code, filled in", _registered("s3://bucket/code.tgz")),
    near("FI823", "an address of code in a package", _runs("{{ .remote_package_path }}")),
    bad("FI824", "a task without inputs", _runs("{{.inputs.day}}", "-> n: int"), at=ARG),
    good("FI824", "a task with the input", _runs("{{.inputs.day}}", "day: str -> n: int")),
    near("FI824", "a path in a task without inputs", _runs("{{.outputPrefix}}", "-> n: int")),
)
