"""Our schema is the twin of the installed one, and the comparison notices when it is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import NamedTuple

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FieldOptions,
    FileDescriptorProto,
)

from scripts import check_upstream
from scripts.check_upstream import OURS, THEIRS, Schema, counted, differences, elements, installed

ABSENT_HERE = "ours lacks it / theirs has it"
ABSENT_THERE = "ours has it / theirs lacks it"


@pytest.fixture(scope="module")
def ours() -> Schema:
    return installed(OURS)


@pytest.fixture(scope="module")
def theirs() -> Schema:
    return installed(THEIRS)


def test_nothing_differs(ours: Schema, theirs: Schema) -> None:
    assert differences(ours, theirs) == []


def test_all_of_core_and_plugins_and_the_reachable_part_of_admin_count(theirs: Schema) -> None:
    part = elements(counted(theirs))
    kinds = [e["kind"] for e in part.values()]
    assert {k: kinds.count(k) for k in sorted(set(kinds))} == {
        "enum": 38,
        "enum value": 161,
        "field": 658,
        "file": 41,
        "message": 209,
        "oneof": 35,
    }
    assert "flyteidl.core.CatalogReservation.Status" in part
    assert "flyteidl.admin.ExecutionClusterLabel" in part
    assert "flyteidl.plugins.SparkJob.SparkConfEntry" in part
    assert "flyteidl.plugins.kubeflow.RunPolicy" in part
    assert "flyteidl.admin.ExecutionList" not in part


def test_imports_lead_to_ourselves_and_protobuf_only(ours: Schema) -> None:
    foreign = {i for f in ours for i in f.dependency if not i.startswith(("google/protobuf/", "flowidl/"))}
    assert foreign == set()


# What the comparison notices


def file(schema: Schema, name: str) -> FileDescriptorProto:
    return next(f for f in schema if f.name == f"flowidl/{name}.proto")


def message(schema: Schema, path: str) -> DescriptorProto:
    """Find a message by `room.Message` or `room.Message.Nested`."""
    room, name, *nested = path.split(".")
    found = next(
        m for f in schema if f.package == f"flowidl.{room}.v1" for m in f.message_type if m.name == name
    )
    for inner in nested:
        found = next(m for m in found.nested_type if m.name == inner)
    return found


def field(schema: Schema, path: str) -> FieldDescriptorProto:
    scope, _, name = path.rpartition(".")
    return next(f for f in message(schema, scope).field if f.name == name)


def enum(schema: Schema, path: str) -> EnumDescriptorProto:
    room, name, *inner = path.split(".")
    if inner:
        return next(e for e in message(schema, f"{room}.{name}").enum_type if e.name == inner[0])
    return next(e for f in schema if f.package == f"flowidl.{room}.v1" for e in f.enum_type if e.name == name)


class Mutant(NamedTuple):
    name: str
    mutate: Callable[[Schema], object]
    expected: tuple[str, ...]


def mutant(name: str, mutate: Callable[[Schema], object], *expected: str) -> Mutant:
    return Mutant(name, mutate, expected)


def _remove_field(schema: Schema) -> None:
    message(schema, "core.Node").field.remove(field(schema, "core.Node.output_aliases"))


def _remove_message(schema: Schema) -> None:
    items = file(schema, "core/v1/metrics").message_type
    items.remove(message(schema, "core.ExecutionMetricResult"))


def _remove_enum_value(schema: Schema) -> None:
    values = enum(schema, "core.SimpleType").value
    values.remove(next(v for v in values if v.name == "STRUCT"))


def _declare_optional(schema: Schema) -> None:
    owner = message(schema, "core.TaskTemplate")
    changed = field(schema, "core.TaskTemplate.type")
    changed.proto3_optional = True
    changed.oneof_index = len(owner.oneof_decl)
    owner.oneof_decl.add(name="_type")


def _rename_oneof(schema: Schema) -> None:
    next(o for o in message(schema, "core.TaskTemplate").oneof_decl if o.name == "target").name = "goal"


def _change_map_key(schema: Schema) -> None:
    field(schema, "admin.Labels.ValuesEntry.key").type = FieldDescriptorProto.TYPE_INT32


def _move_message(schema: Schema) -> None:
    moved = message(schema, "admin.FixedRate")
    file(schema, "admin/v1/common").message_type.add().CopyFrom(moved)
    file(schema, "admin/v1/schedule").message_type.remove(moved)


def _add_extension(schema: Schema) -> None:
    file(schema, "core/v1/types").extension.add(
        name="extra", number=50001, type=FieldDescriptorProto.TYPE_BOOL, label="LABEL_OPTIONAL",
        extendee=".google.protobuf.FieldOptions",
    )  # fmt: skip


CORE = "flowidl.core.v1"
ADMIN = "flowidl.admin.v1"
FILES = "flowidl/admin/v1"
MUTANTS = (
    mutant(
        "field number",
        lambda s: setattr(field(s, "core.TaskTemplate.type"), "number", 99),
        f"{CORE}.TaskTemplate.type: number: ours 99 / theirs 2",
    ),
    mutant(
        "field name",
        lambda s: setattr(field(s, "core.TaskTemplate.type"), "name", "kind"),
        f"{CORE}.TaskTemplate.kind: field: {ABSENT_THERE}",
        f"{CORE}.TaskTemplate.type: field: {ABSENT_HERE}",
    ),
    mutant(
        "JSON name",
        lambda s: setattr(field(s, "core.UnionInfo.targetType"), "json_name", "target"),
        f"{CORE}.UnionInfo.targetType: JSON name: ours target / theirs targetType",
    ),
    mutant(
        "label",
        lambda s: setattr(field(s, "core.Binding.var"), "label", FieldDescriptorProto.LABEL_REPEATED),
        f"{CORE}.Binding.var: label: ours repeated / theirs optional",
    ),
    mutant(
        "type",
        lambda s: setattr(field(s, "core.RetryStrategy.retries"), "type", FieldDescriptorProto.TYPE_INT32),
        f"{CORE}.RetryStrategy.retries: type: ours int32 / theirs uint32",
    ),
    mutant(
        "type name",
        lambda s: setattr(field(s, "core.Binding.binding"), "type_name", f".{CORE}.Binding"),
        f"{CORE}.Binding.binding: type name: ours {CORE}.Binding / theirs {CORE}.BindingData",
    ),
    mutant(
        "oneof membership",
        lambda s: field(s, "core.TaskTemplate.sql").ClearField("oneof_index"),
        f"{CORE}.TaskTemplate.sql: oneof: ours none / theirs target",
    ),
    mutant(
        "oneof name",
        _rename_oneof,
        f"{CORE}.TaskTemplate.container: oneof: ours goal / theirs target",
        f"{CORE}.TaskTemplate.goal: oneof: {ABSENT_THERE}",
        f"{CORE}.TaskTemplate.k8s_pod: oneof: ours goal / theirs target",
        f"{CORE}.TaskTemplate.sql: oneof: ours goal / theirs target",
        f"{CORE}.TaskTemplate.target: oneof: {ABSENT_HERE}",
    ),
    mutant(
        "presence",
        _declare_optional,
        f"{CORE}.TaskTemplate._type: oneof: {ABSENT_THERE}",
        f"{CORE}.TaskTemplate.type: declared optional: ours yes / theirs no",
        f"{CORE}.TaskTemplate.type: oneof: ours _type / theirs none",
    ),
    mutant(
        "map key",
        _change_map_key,
        f"{ADMIN}.Labels.ValuesEntry.key: type: ours int32 / theirs string",
    ),
    mutant(
        "map entry",
        lambda s: message(s, "admin.Labels.ValuesEntry").options.ClearField("map_entry"),
        f"{ADMIN}.Labels.ValuesEntry: option map_entry: ours unset / theirs True",
    ),
    mutant(
        "packed",
        lambda s: setattr(field(s, "admin.Notification.phases").options, "packed", False),
        f"{ADMIN}.Notification.phases: packed: ours no / theirs yes",
    ),
    mutant(
        "deprecated field, added",
        lambda s: setattr(field(s, "core.Binding.var").options, "deprecated", True),
        f"{CORE}.Binding.var: option deprecated: ours True / theirs unset",
    ),
    mutant(
        "deprecated field, removed",
        lambda s: field(s, "admin.LaunchPlanSpec.role").ClearField("options"),
        f"{ADMIN}.LaunchPlanSpec.role: option deprecated: ours unset / theirs True",
    ),
    mutant(
        "deprecated message",
        lambda s: message(s, "admin.Auth").ClearField("options"),
        f"{ADMIN}.Auth: option deprecated: ours unset / theirs True",
    ),
    mutant(
        "deprecated enum",
        lambda s: setattr(enum(s, "core.SimpleType").options, "deprecated", True),
        f"{CORE}.SimpleType: option deprecated: ours True / theirs unset",
    ),
    mutant(
        "deprecated enum value",
        lambda s: setattr(enum(s, "core.SimpleType").value[0].options, "deprecated", True),
        f"{CORE}.SimpleType.NONE: option deprecated: ours True / theirs unset",
    ),
    mutant(
        "other option",
        lambda s: setattr(field(s, "core.Primitive.integer").options, "jstype", FieldOptions.JS_STRING),
        f"{CORE}.Primitive.integer: option jstype: ours 1 / theirs unset",
    ),
    mutant(
        "reserved numbers",
        lambda s: message(s, "admin.ExecutionSpec").reserved_range.pop(),
        f"{ADMIN}.ExecutionSpec: reserved numbers: ours 4 / theirs 4, 27",
    ),
    mutant(
        "reserved names",
        lambda s: message(s, "core.Literal").reserved_name.append("old"),
        f"{CORE}.Literal: reserved names: ours old / theirs none",
    ),
    mutant(
        "reserved enum numbers",
        lambda s: enum(s, "admin.ExecutionMetadata.ExecutionMode").ClearField("reserved_range"),
        f"{ADMIN}.ExecutionMetadata.ExecutionMode: reserved numbers: ours none / theirs 7",
    ),
    mutant(
        "reserved enum names",
        lambda s: enum(s, "core.SimpleType").reserved_name.append("OLD"),
        f"{CORE}.SimpleType: reserved names: ours OLD / theirs none",
    ),
    mutant(
        "extension numbers",
        lambda s: message(s, "core.Literal").extension_range.add(start=100, end=200),
        f"{CORE}.Literal: extension numbers: ours 100 to 199 / theirs none",
    ),
    mutant(
        "enum number",
        lambda s: setattr(enum(s, "core.SimpleType").value[9], "number", 10),
        f"{CORE}.SimpleType.STRUCT: number: ours 10 / theirs 9",
    ),
    mutant("enum value left out", _remove_enum_value, f"{CORE}.SimpleType.STRUCT: enum value: {ABSENT_HERE}"),
    mutant(
        "enum alias",
        lambda s: setattr(enum(s, "core.SimpleType").options, "allow_alias", True),
        f"{CORE}.SimpleType: option allow_alias: ours True / theirs unset",
    ),
    mutant("field left out", _remove_field, f"{CORE}.Node.output_aliases: field: {ABSENT_HERE}"),
    mutant(
        "field added",
        lambda s: message(s, "core.Node").field.add(name="extra", number=99),
        f"{CORE}.Node.extra: field: {ABSENT_THERE}",
    ),
    mutant(
        "message left out, reported once",
        _remove_message,
        f"{CORE}.ExecutionMetricResult: message: {ABSENT_HERE}",
    ),
    mutant(
        "message added that they have, and that nothing leads to",
        lambda s: file(s, "admin/v1/execution").message_type.add(name="ExecutionList"),
        f"{ADMIN}.ExecutionList: message: {ABSENT_THERE}",
    ),
    mutant(
        "message in another file",
        _move_message,
        f"{ADMIN}.FixedRate: file: ours {FILES}/common.proto / theirs {FILES}/schedule.proto",
    ),
    mutant(
        "file added",
        lambda s: s.append(
            FileDescriptorProto(name="flowidl/core/v1/more.proto", package=CORE, syntax="proto3")
        ),
        f"flowidl/core/v1/more.proto: file: {ABSENT_THERE}",
    ),
    mutant(
        "file without proto3",
        lambda s: file(s, "core/v1/security").ClearField("syntax"),
        "flowidl/core/v1/security.proto: syntax: ours proto2 / theirs proto3",
    ),
    mutant(
        "package",
        lambda s: setattr(file(s, "admin/v1/cluster_assignment"), "package", "flowidl.admin.v2"),
        f"{ADMIN}.ClusterAssignment: message: {ABSENT_HERE}",
        f"flowidl.admin.v2.ClusterAssignment: message: {ABSENT_THERE}",
        f"{FILES}/cluster_assignment.proto: package: ours flowidl.admin.v2 / theirs {ADMIN}",
    ),
    mutant(
        "service added",
        lambda s: file(s, "core/v1/metrics").service.add(name="Metrics"),
        f"{CORE}.Metrics: service: {ABSENT_THERE}",
    ),
    mutant("extension added", _add_extension, f"{CORE}.extra: extension: {ABSENT_THERE}"),
)


@pytest.mark.parametrize("case", MUTANTS, ids=[m.name for m in MUTANTS])
def test_a_difference_is_noticed(case: Mutant, ours: Schema, theirs: Schema) -> None:
    mutated = copy.deepcopy(ours)
    case.mutate(mutated)
    assert differences(mutated, theirs) == list(case.expected)


def test_what_they_add_within_reach_is_noticed_with_all_that_it_leads_to(
    ours: Schema, theirs: Schema
) -> None:
    theirs = copy.deepcopy(theirs)
    admin = next(f for f in theirs if f.name == "flyteidl/admin/task.proto")
    spec = next(m for m in admin.message_type if m.name == "TaskSpec")
    spec.field.add(name="version", number=9, type_name=".flyteidl.admin.GetVersionResponse")
    assert differences(ours, theirs) == [
        "flowidl.admin.v1.GetVersionResponse: message: ours lacks it / theirs has it",
        "flowidl.admin.v1.TaskSpec.version: field: ours lacks it / theirs has it",
        "flowidl.admin.v1.Version: message: ours lacks it / theirs has it",
        "flowidl/admin/v1/version.proto: file: ours lacks it / theirs has it",
    ]


def test_what_they_change_out_of_reach_is_their_affair(ours: Schema, theirs: Schema) -> None:
    theirs = copy.deepcopy(theirs)
    version = next(f for f in theirs if f.name == "flyteidl/admin/version.proto")
    version.message_type[0].field.add(name="extra", number=99)
    assert differences(ours, theirs) == []


# The command


def test_the_command_says_that_nothing_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_upstream.main() == 0
    assert capsys.readouterr().out == "1142 elements compared with flyteidl 1.16.8: 0 differences\n"


def test_the_command_prints_differences_and_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, ours: Schema
) -> None:
    mutated = copy.deepcopy(ours)
    field(mutated, "core.Binding.var").number = 7

    def read(packages: tuple[str, ...]) -> Schema:
        return mutated if packages == OURS else installed(packages)

    monkeypatch.setattr(check_upstream, "installed", read)
    assert check_upstream.main() == 1
    assert capsys.readouterr().out.splitlines()[0] == "flowidl.core.v1.Binding.var: number: ours 7 / theirs 1"


def test_the_command_refuses_another_version(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_upstream, "UPSTREAM", "0.0.1")
    assert check_upstream.main() == 2
    assert capsys.readouterr().err == "flyteidl 0.0.1 is needed to compare with; installed: 1.16.8\n"
