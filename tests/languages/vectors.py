"""Messages picked by hand: one for each thing that implementations of Protobuf are known to disagree on."""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf import text_format
from google.protobuf.message import Message

from flowidl.admin.v1 import LaunchPlan, LaunchPlanMetadata, LaunchPlanSpec, TaskSpec
from flowidl.core.v1 import (
    Binary,
    CompiledWorkflowClosure,
    Literal,
    LiteralCollection,
    Node,
    Primitive,
    Scalar,
    TaskTemplate,
)
from flowidl.plugins.kubeflow.v1 import DistributedMPITrainingTask
from flowidl.plugins.v1 import QuboleHiveJob, RayJob, SparkJob
from flowidl.report.v1 import Report


class Vector(NamedTuple):
    """A message in binary, by name."""

    name: str
    type: type[Message]
    data: bytes


class Spelling(NamedTuple):
    """A way to write a message in proto JSON that readers must understand, though no writer uses it."""

    name: str
    type: type[Message]
    json: str
    text: str


def _text(name: str, kind: type[Message], text: str) -> Vector:
    return Vector(name, kind, text_format.Parse(text, kind()).SerializeToString())


def _primitive(name: str, text: str) -> Vector:
    return _text(name, Literal, f"scalar {{ primitive {{ {text} }} }}")


def _array(name: str, text: str) -> Vector:
    return _text(name, Node, f"array_node {{ {text} }}")


def _nested(levels: int) -> bytes:
    literal = Literal(scalar=Scalar(primitive=Primitive(integer=1)))
    for _ in range(levels):
        literal = Literal(collection=LiteralCollection(literals=[literal]))
    return literal.SerializeToString()


def _any() -> bytes:
    metadata = LaunchPlanMetadata()
    metadata.launch_conditions.Pack(Node(id="n0", upstream_node_ids=["n1"]))
    return LaunchPlan(spec=LaunchPlanSpec(entity_metadata=metadata)).SerializeToString()


VECTORS = (
    Vector("empty", TaskSpec, b""),
    # Presence: a wrapper, a message and a member of a oneof may be there and hold a default value.
    _array("wrapper absent", 'node { id: "a" }'),
    _array("wrapper of false", "is_original_sub_node_interface {}"),
    _array("wrapper of true", "is_original_sub_node_interface { value: true }"),
    _array("oneof members at zero", "parallelism: 0 min_successes: 0"),
    _array("another oneof member at zero", "min_success_ratio: 0"),
    _array("enum above the known", "execution_mode: 7 data_mode: 1"),
    _text(
        "false, false and empty in oneofs",
        Node,
        'metadata { interruptible: false cacheable: false cache_version: "" }',
    ),
    _text("oneof of an empty message", Node, "task_node {}"),
    _text("empty message in a field", TaskTemplate, "metadata { runtime {} timeout {} retries {} }"),
    _primitive("integer zero", "integer: 0"),
    _primitive("string empty", 'string_value: ""'),
    _primitive("boolean false", "boolean: false"),
    _text("none", Literal, "scalar { none_type {} }"),
    _text("nothing in a union", Literal, "scalar { union { value {} type { simple: NONE } } }"),
    # Plugins: names in two styles, messages of two packages.
    _text(
        "names of fields in capitals",
        SparkJob,
        """applicationType: SCALA mainClass: "a.B" sparkConf { key: "spark.executor.cores" value: "1" }
        databricksConf { fields { key: "a" value { number_value: 1 } } } driverPod {}""",
    ),
    _text("one name in capitals", QuboleHiveJob, 'query { query: "select 1" timeout_sec: 3 retryCount: 2 }'),
    _text(
        "a job of pods",
        RayJob,
        """ray_cluster { head_group_spec { ray_start_params { key: "num-cpus" value: "1" } }
        worker_group_spec { group_name: "w" replicas: 2 k8s_pod {} }
        autoscaler_options { upscaling_mode: UPSCALING_MODE_CONSERVATIVE env { key: "A" } } }""",
    ),
    _text(
        "a message of another package",
        DistributedMPITrainingTask,
        """worker_replicas { command: "a" common { replicas: 2 restart_policy: RESTART_POLICY_ALWAYS
        resources { limits { name: MEMORY value: "1Gi" } } } } slots: -1""",
    ),
    # Numbers.
    _primitive("greatest integer", f"integer: {2**63 - 1}"),
    _primitive("least integer", f"integer: {-(2**63)}"),
    _primitive("integer beyond doubles", f"integer: {2**53 + 1}"),
    _text("greatest unsigned integer", Literal, f"offloaded_metadata {{ size_bytes: {2**64 - 1} }}"),
    _primitive("double that is none", "float_value: nan"),
    _primitive("infinity", "float_value: inf"),
    _primitive("negative infinity", "float_value: -inf"),
    _primitive("negative zero", "float_value: -0.0"),
    _primitive("greatest double", "float_value: 1.7976931348623157e308"),
    _primitive("least double", "float_value: 5e-324"),
    _primitive("a tenth", "float_value: 0.1"),
    _array("a tenth as float", "min_success_ratio: 0.1"),
    _array("infinity as float", "min_success_ratio: inf"),
    _array("greatest unsigned 32 bits", f"parallelism: {2**32 - 1}"),
    # Text and bytes.
    _primitive(
        "text of all kinds",
        r'string_value: "a\000\n\"\\/\t\302\200 \303\251 \342\200\250 \357\277\277 \360\237\214\212"',
    ),
    Vector(
        "every byte",
        Literal,
        Literal(scalar=Scalar(binary=Binary(value=bytes(range(256)), tag="t"))).SerializeToString(),
    ),
    # Maps.
    _text(
        "map with odd keys",
        Literal,
        r'metadata { key: "" value: "" } metadata { key: "\303\251.\"/\\" value: "1" }',
    ),
    _text(
        "map of empty messages",
        Literal,
        'map { literals { key: "a" value {} } literals { key: "b" value { hash: "h" } } }',
    ),
    _text(
        "map of lists",
        CompiledWorkflowClosure,
        'primary { connections { downstream { key: "start-node" value { ids: "n0" ids: "" } } } }',
    ),
    # Types with a JSON of their own.
    _primitive("first second", "datetime { seconds: -62135596800 }"),
    _primitive("last nanosecond", "datetime { seconds: 253402300799 nanos: 999999999 }"),
    _primitive("before 1970", "datetime { seconds: -1 nanos: 500000000 }"),
    _primitive("epoch", "datetime {}"),
    _primitive("duration of nothing", "duration {}"),
    _primitive("negative nanosecond", "duration { nanos: -1 }"),
    _primitive("greatest duration", "duration { seconds: 315576000000 }"),
    _primitive("duration in microseconds", "duration { seconds: -3 nanos: -1000 }"),
    _text(
        "structure",
        Literal,
        """scalar { generic {
            fields { key: "" value { null_value: NULL_VALUE } }
            fields { key: "list" value { list_value { values { number_value: 1.5 } } } }
            fields { key: "none" value { list_value {} } }
            fields { key: "map" value { struct_value { fields { key: "b" value { bool_value: false } } } } }
            fields { key: "number" value { number_value: 1e21 } }
            fields { key: "text" value { string_value: "" } }
        } }""",
    ),
    _text("empty structure", Literal, "scalar { generic {} }"),
    Vector("any", LaunchPlan, _any()),
    # Depth: a decoder may refuse more than a hundred messages inside each other.
    Vector("deep nesting", Literal, _nested(40)),
    # What a later schema may add.
    Vector("unknown fields", TaskSpec, b"\x0a\x06\x12\x01t\x90\x7f\x01" + b"\xf2\x7e\x01x"),
    Vector("unknown group", TaskSpec, b"\x0a\x03\x12\x01t" + b"\xf3\x7e\x08\x01\xf4\x7e"),
    Vector("unknown member of a oneof", Node, b"\x0a\x01a\xf2\x7e\x02\x0a\x00"),
    _text(
        "unknown enum numbers",
        TaskTemplate,
        "interface { inputs { variables { key: 'x' value { type { simple: 99 } } } } }",
    ),
    _text("negative enum number", Node, "array_node { data_mode: -1 }"),
    # What an encoder may write, though few do.
    Vector("message in two pieces", TaskSpec, b"\x0a\x03\x12\x01t" + b"\x0a\x04\x1a\x02\x08\x01"),
    Vector("oneof with two members", Literal, b"\x0a\x04\x0a\x02\x08\x01" + b"\x12\x00"),
    Vector("overlong varint", Literal, b"\x0a\x06\x0a\x04\x08\x81\x80\x00"),
    Vector("map entry without key or value", Literal, b"\x2a\x00"),
    Vector("map entry twice", Literal, b"\x2a\x06\x0a\x01k\x12\x01a" + b"\x2a\x06\x0a\x01k\x12\x01b"),
    Vector("fields in no order", Node, b"\x22\x01b\x0a\x01a\x22\x01c"),
    # The report.
    _text(
        "report",
        Report,
        """verdict: VERDICT_FAILED
        findings { code: "FI402" severity: SEVERITY_ERROR message: "no" location { field_path {
            elements { name: "nodes" number: 3 index: 0 } elements { name: "inputs" key: "" }
        } } }""",
    ),
)

SPELLINGS = (
    Spelling("names of the schema", Node, '{"upstream_node_ids": ["n0"]}', 'upstream_node_ids: "n0"'),
    Spelling(
        "integer as number",
        Literal,
        '{"scalar": {"primitive": {"integer": 5}}}',
        "scalar { primitive { integer: 5 } }",
    ),
    Spelling(
        "integer in exponent form",
        Node,
        '{"arrayNode": {"parallelism": 1e2}}',
        "array_node { parallelism: 100 }",
    ),
    Spelling(
        "number as text",
        Literal,
        '{"scalar": {"primitive": {"floatValue": "1.5"}}}',
        "scalar { primitive { float_value: 1.5 } }",
    ),
    Spelling(
        "enum by number",
        Node,
        '{"arrayNode": {"dataMode": 1}}',
        "array_node { data_mode: INDIVIDUAL_INPUT_FILES }",
    ),
    Spelling("null for nothing", Node, '{"id": null, "metadata": null, "inputs": null}', ""),
    Spelling(
        "bytes in the other alphabet",
        Literal,
        '{"scalar": {"binary": {"value": "-_8"}}}',
        r'scalar { binary { value: "\373\377" } }',
    ),
    Spelling(
        "time zone",
        Literal,
        '{"scalar": {"primitive": {"datetime": "1970-01-01T01:00:00+01:00"}}}',
        "scalar { primitive { datetime {} } }",
    ),
    Spelling("escaped surrogates", Literal, r'{"hash": "\ud83c\udf0a"}', r'hash: "\360\237\214\212"'),
)
