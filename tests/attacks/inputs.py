"""Inputs that broke the tool once, made in code: a builder writes files, and returns what to run on them."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.admin.v1.task_pb2 import TaskSpec
from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
from flowidl.core.v1.types_pb2 import LiteralType, SimpleType
from tests.support.flows import INT, node, task, workflow

#: Writes what it needs into an empty folder, and returns the arguments of the command line.
Builder = Callable[[Path], list[str]]

ATTACKS: dict[str, Builder] = {}


def attack(builder: Builder) -> Builder:
    ATTACKS[builder.__name__.replace("_", "-")] = builder
    return builder


def written(folder: Path, name: str, data: bytes | str) -> list[str]:
    path = folder / name
    path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
    return ["validate", str(path)]


def task_spec(name: str = "t") -> TaskSpec:
    return TaskSpec(template=task(name, {"x": INT}))


def varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def field(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


# --- raising


@attack
def surrogate_in_json_key(folder: Path) -> list[str]:
    return written(
        folder, "0_t_1.json", '{"template": {"id": {"name": "t"}, "\\ud800": 1, "config": {"\\udfff": "x"}}}'
    )


@attack
def surrogate_in_json_value(folder: Path) -> list[str]:
    return written(folder, "0_t_1.json", '{"template": {"id": {"name": "\\ud800"}, "type": "\\udc00"}}')


@attack
def reference_with_5000_digits(folder: Path) -> list[str]:
    spec = task_spec()
    given = spec.template.interface.inputs.variables["x"].type
    given.simple = SimpleType.STRUCT
    given.metadata.update({"properties": {"a": {"$ref": "#/anyOf/" + "9" * 5_000}}, "anyOf": [{}]})
    folder.joinpath("0_t_1.pb").write_bytes(spec.SerializeToString())
    given.metadata.update({"title": "other"})
    spec.template.id.name = "u"
    spec.template.interface.outputs.variables["o0"].type.CopyFrom(given)
    folder.joinpath("1_u_1.pb").write_bytes(spec.SerializeToString())
    flow = workflow(
        node("n0", "u", 'inputs { var: "x" binding { scalar { none_type { } } } }')
        + node("n1", "t", 'inputs { var: "x" binding { promise { node_id: "n0" var: "o0" } } }')
    )
    folder.joinpath("2_w_2.pb").write_bytes(WorkflowSpec(template=flow).SerializeToString())
    return ["validate", str(folder)]


def deep_folders(folder: Path) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1_900):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


@attack
def folders_1900_deep(folder: Path) -> list[str]:
    deep_folders(folder)
    return ["validate", str(folder)]


@attack
def folders_1900_deep_by_glob(folder: Path) -> list[str]:
    deep_folders(folder)
    return ["validate", f"{folder}/**/*.pb"]


@attack
def number_of_5000_digits_in_a_file_name(folder: Path) -> list[str]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("9" * 5_000 + "_t_1.pb", task_spec().SerializeToString())
        archive.writestr("9" * 900 + "_t_1.pb", b"\x01")
    return written(folder, "p.zip", data.getvalue())


@attack
def nul_in_a_zip_name(folder: Path) -> list[str]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a_b_1.pb", task_spec().SerializeToString())
    return written(folder, "p.zip", data.getvalue().replace(b"a_b_1", b"\0_b_1"))


@attack
def empty_zip_name(folder: Path) -> list[str]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("x", b"")
    raw = data.getvalue()
    empty = raw.replace(b"\x01\x00\x00\x00x", b"\x00\x00\x00\x00").replace(
        b"\x01\x00" + b"\0" * 14, b"\0" * 16
    )
    return written(folder, "p.zip", raw if empty == raw else empty)


def configured(folder: Path, text: str) -> list[str]:
    folder.joinpath("flowidl.toml").write_text(text, "utf-8")
    arguments = written(folder, "0_t_1.pb", task_spec().SerializeToString())
    return [*arguments, "--config", str(folder / "flowidl.toml")]


@attack
def configuration_number_of_5000_digits(folder: Path) -> list[str]:
    return configured(folder, "max-findings = " + "9" * 5_000)


@attack
def configuration_platform_is_a_number(folder: Path) -> list[str]:
    return configured(folder, "platform = 7\n")


@attack
def configuration_platform_value_is_a_number(folder: Path) -> list[str]:
    return configured(folder, "[platform]\nmax-parallelism = 1e400\ntask-types = 7\n")


@attack
def configuration_key_of_100000_parts(folder: Path) -> list[str]:
    return configured(folder, ".".join(["a"] * 100_000) + " = 1")


@attack
def configuration_deeply_nested(folder: Path) -> list[str]:
    return configured(folder, "a = " + "[" * 20_000 + "]" * 20_000)


@attack
def limit_of_5000_digits(folder: Path) -> list[str]:
    return [
        *written(folder, "0_t_1.pb", task_spec().SerializeToString()),
        "--limit",
        "members=" + "9" * 5_000,
    ]


@attack
def configuration_is_a_device(folder: Path) -> list[str]:
    return [*written(folder, "0_t_1.pb", b""), "--config", "/dev/zero"]


@attack
def configuration_is_a_pipe(folder: Path) -> list[str]:
    os.mkfifo(folder / "flowidl.toml")
    return [*written(folder, "0_t_1.pb", b""), "--config", str(folder / "flowidl.toml")]


@attack
def an_unreadable_file_and_folder(folder: Path) -> list[str]:
    written(folder, "0_t_1.pb", b"")
    folder.joinpath("0_t_1.pb").chmod(0)
    folder.joinpath("inner").mkdir(mode=0)
    return ["validate", str(folder)]


# --- hanging


@attack
def every_with_20000_digits(folder: Path) -> list[str]:
    plan = LaunchPlan()
    plan.id.name = "lp"
    plan.spec.entity_metadata.schedule.cron_schedule.schedule = "@every " + "9" * 20_000 + "h"
    return written(folder, "0_lp_3.pb", plan.SerializeToString())


@attack
def a_duplicate_key_among_20000(folder: Path) -> list[str]:
    keys = ", ".join(f'"k{at}": "v"' for at in range(20_000))
    return written(folder, "0_t_1.json", f'{{"template": {{"config": {{{keys}, "k1": "v"}}}}}}')


@attack
def yaml_directives_300000(folder: Path) -> list[str]:
    return written(folder, "0_t_1.yaml", "%FOO bar\n" * 300_000 + "---\na: 1\n")


@attack
def a_pipe_without_a_writer(folder: Path) -> list[str]:
    os.mkfifo(folder / "0_t_1.pb")
    return ["validate", str(folder / "0_t_1.pb")]


@attack
def a_pipe_met_by_a_glob(folder: Path) -> list[str]:
    os.mkfifo(folder / "0_t_1.pb")
    return ["validate", f"{folder}/*.pb"]


@attack
def suppressions_with_40_stars(folder: Path) -> list[str]:
    stars = "*a" * 40
    return configured(
        folder,
        f'[[suppress]]\ncode = "FI600"\nreason = "x"\nat = "{stars}"\nfile = "{stars}b"\n',
    )


@attack
def long_image_and_duration_and_names(folder: Path) -> list[str]:
    spec = task_spec("a-" * 200_000)
    spec.template.container.image = "a." * 500_000 + "!"
    spec.template.metadata.discovery_version = "1" * 500_000
    return written(folder, "0_t_1.pb", spec.SerializeToString())


@attack
def rings_of_coprime_lengths(folder: Path) -> list[str]:
    def ring(length: int) -> dict[str, object]:
        nodes = {
            f"n{at}": {
                "type": "object",
                "properties": {"next": {"$ref": f"#/definitions/n{(at + 1) % length}"}},
            }
            for at in range(length)
        }
        return {"$ref": "#/definitions/n0", "definitions": nodes}

    source, sink = task_spec("u"), task_spec("t")
    for spec, side, length in ((source, "outputs", 997), (sink, "inputs", 1_009)):
        variables = getattr(spec.template.interface, side).variables
        variables["v"].type.simple = 9
        variables["v"].type.metadata.update(ring(length))
    del source.template.interface.inputs.variables["x"]
    del sink.template.interface.inputs.variables["x"]
    flow = workflow(
        node("n0", "u")
        + node("n1", "t", 'inputs { var: "v" binding { promise { node_id: "n0" var: "v" } } }')
    )
    folder.joinpath("0_u_1.pb").write_bytes(source.SerializeToString())
    folder.joinpath("1_t_1.pb").write_bytes(sink.SerializeToString())
    folder.joinpath("2_w_2.pb").write_bytes(WorkflowSpec(template=flow).SerializeToString())
    return ["validate", str(folder)]


@attack
def pairs_of_unions_of_100_variants(folder: Path) -> list[str]:
    def variants(type: LiteralType, offset: int) -> None:
        for at in range(100):
            one = type.union_type.variants.add()
            one.enum_type.values.extend([f"{at + offset}"])
            one.structure.tag = f"{at}"

    source, sink = TaskSpec(template=task("u")), TaskSpec(template=task("t"))
    bindings: list[str] = []
    for at in range(1_000):
        variants(source.template.interface.outputs.variables[f"v{at}"].type, at)
        variants(sink.template.interface.inputs.variables[f"v{at}"].type, at + 1)
        bindings.append(f'inputs {{ var: "v{at}" binding {{ promise {{ node_id: "n0" var: "v{at}" }} }} }}')
    flow = workflow(node("n0", "u") + node("n1", "t", *bindings))
    folder.joinpath("0_u_1.pb").write_bytes(source.SerializeToString())
    folder.joinpath("1_t_1.pb").write_bytes(sink.SerializeToString())
    folder.joinpath("2_w_2.pb").write_bytes(WorkflowSpec(template=flow).SerializeToString())
    return ["validate", str(folder)]


# --- swallowing memory


@attack
def archive_of_1600000_empty_nodes(folder: Path) -> list[str]:
    nodes = b"\x22\x00" * 1_600_000
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        content = field(1, nodes)
        info = tarfile.TarInfo("0_w_2.pb")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return written(folder, "p.tgz", gzip.compress(data.getvalue()))


@attack
def packed_numbers_4000000(folder: Path) -> list[str]:
    return written(
        folder, "0_w_2.pb.gz", gzip.compress(field(1, field(4, field(1, b"n") + b"\x00" * 4_000_000)))
    )


@attack
def max_findings_0_on_100000_findings(folder: Path) -> list[str]:
    nodes = b"".join(field(4, field(1, b"n%d" % at)) for at in range(50_000))
    return [*written(folder, "0_w_2.pb", field(1, nodes)), "--max-findings", "0"]


@attack
def image_of_10_mb(folder: Path) -> list[str]:
    spec = task_spec()
    spec.template.container.image = "a/b:" * 2_500_000
    return written(folder, "0_t_1.pb", spec.SerializeToString())


@attack
def schedule_of_10_mb(folder: Path) -> list[str]:
    plan = LaunchPlan()
    plan.id.name = "lp"
    plan.spec.entity_metadata.schedule.cron_schedule.schedule = "* 1," * 2_500_000
    return written(folder, "0_lp_3.pb", plan.SerializeToString())


@attack
def map_key_of_10_mb(folder: Path) -> list[str]:
    spec = task_spec()
    spec.template.interface.inputs.variables["k" * 10_000_000].description = ""
    return written(folder, "0_t_1.pb", spec.SerializeToString())


@attack
def name_of_1_mb_with_300_findings(folder: Path) -> list[str]:
    flow = workflow(" ".join(node(f"n{at}", "nowhere") for at in range(300)))
    for each in flow.nodes:
        each.task_node.reference_id.name = "x" * 1_000_000 if each.id == "n0" else "y"
        each.metadata.name = ""
    flow.id.name = "w" * 1_000_000
    return [
        *written(folder, "0_w_2.pb", WorkflowSpec(template=flow).SerializeToString()),
        "--missing",
        "task=error",
    ]


@attack
def an_emoji_in_a_text_of_60_mb(folder: Path) -> list[str]:
    spec = task_spec()
    spec.template.config["k"] = "x" * 60_000_000 + "\N{GRINNING FACE}"
    return written(folder, "0_t_1.pb", spec.SerializeToString())


@attack
def unknown_objects_of_millions_of_keys(folder: Path) -> list[str]:
    keys = ",".join(f'"k{at}":0' for at in range(1_500_000))
    return written(folder, "0_t_1.json", f'{{"template": {{"unheard_of": {{{keys}}}}}}}')


@attack
def zip_of_a_member_of_60_mb(folder: Path) -> list[str]:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("0_t_1.pb", b"\x00" * 60_000_000)
    return written(folder, "p.zip", data.getvalue())


@attack
def a_million_findings(folder: Path) -> list[str]:
    nodes = field(4, field(1, b"n")) * 400_000
    return written(folder, "0_w_2.pb", field(1, nodes))


@attack
def deeply_nested_json(folder: Path) -> list[str]:
    return written(folder, "0_t_1.json", json.dumps({"template": 1})[:-2] + '{"a":' * 100_000)
