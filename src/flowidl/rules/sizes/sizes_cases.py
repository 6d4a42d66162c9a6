"""Cases of `sizes.py`. Budgets are small here, so that the cases are."""

from __future__ import annotations

from google.protobuf.struct_pb2 import Value

from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.rules.case import CaseFile
from flowidl.rules.options import Options
from flowidl.rules.snippets import bad, call, good, near, task, workflow
from flowidl.source.definitions import Kind

LOAD = task("load", "a: int -> o0: int")


def _chain(count: int) -> CaseFile:
    return workflow("wf", "a: int -> ", *(call(f"n{number}", "load", a="a") for number in range(count)))


def _nested(levels: int) -> CaseFile:
    """A task whose custom part has this many objects inside each other.

    The nested part is encoded here, from the inside out: the pure-Python protobuf runtime takes twice as long
    for each further level.
    """
    value = _field(_STRING, b"x")
    for _ in range(levels):
        value = _field(_OBJECT, _entry(value))
    sound = TaskSpec.FromString(task("fit", "a: int -> o0: int").data).template
    container = sound.container.SerializeToString()
    sound.ClearField("container")
    template = (
        sound.SerializeToString(deterministic=True)
        + _field(TaskTemplate.CUSTOM_FIELD_NUMBER, _entry(value))
        + _field(TaskTemplate.CONTAINER_FIELD_NUMBER, container)
    )
    return CaseFile("fit_1.pb", _field(TaskSpec.TEMPLATE_FIELD_NUMBER, template), Kind.TASK_SPEC)


_STRING, _OBJECT = Value.STRING_VALUE_FIELD_NUMBER, Value.STRUCT_VALUE_FIELD_NUMBER


def _entry(value: bytes) -> bytes:
    """The entry `k` of a `google.protobuf.Struct`."""
    return _field(1, _field(1, b"k") + _field(2, value))


def _field(number: int, data: bytes) -> bytes:
    """A field with a length, which is below 16 KiB here."""
    high, low = divmod(len(data), 128)
    length = bytes((low | 128, high)) if high else bytes((low,))
    return bytes((number << 3 | 2,)) + length + data


def _budget(text: str) -> Options:
    return Options(budgets=(text,))


WF = "template"

CASES = (
    bad(
        "FI800",
        "more than a kibibyte",
        LOAD,
        _chain(20),
        at="",
        also=("FI801",),
        options=_budget("grpc-1kib"),
    ),
    good("FI800", "less than a mebibyte", LOAD, _chain(20), options=_budget("grpc-1mib")),
    near("FI800", "a limit for stored objects", LOAD, _chain(20), options=_budget("etcd-1mib")),
    bad(
        "FI801",
        "a closure of more than a kibibyte",
        LOAD,
        _chain(9),
        at=WF,
        also=("FI800",),
        options=_budget("grpc-1kib"),
    ),
    good("FI801", "a closure of less than a mebibyte", LOAD, _chain(9), options=_budget("grpc-1mib")),
    near("FI801", "no budget", LOAD, _chain(9)),
    bad(
        "FI802", "an object of more than two kibibytes", LOAD, _chain(9), at=WF, options=_budget("etcd-2kib")
    ),
    good("FI802", "an object of less than a mebibyte", LOAD, _chain(9), options=_budget("etcd-1mib")),
    near("FI802", "no budget", LOAD, _chain(9)),
    bad("FI803", "101 nodes", LOAD, _chain(101), at=f"{WF}.nodes"),
    bad("FI803", "eleven nodes of ten", LOAD, _chain(11), at=f"{WF}.nodes", options=_budget("max-nodes=10")),
    good("FI803", "ten nodes of ten", LOAD, _chain(10), options=_budget("max-nodes=10")),
    near("FI803", "100 nodes", LOAD, _chain(100)),
    bad("FI804", "thirty objects inside each other", _nested(29), at=f"{WF}.custom"),
    good("FI804", "ten objects inside each other", _nested(10)),
    near("FI804", "twenty-four objects inside each other", _nested(23)),
    bad("FI805", "nine nodes of ten", LOAD, _chain(9), at=WF, options=_budget("max-nodes=10")),
    good("FI805", "five nodes of ten", LOAD, _chain(5), options=_budget("max-nodes=10")),
    near("FI805", "90 nodes without a budget", LOAD, _chain(90)),
)
