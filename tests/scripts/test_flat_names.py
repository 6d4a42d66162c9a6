"""Every name of the schema is importable from its package, lazily, and is what its module has."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from flowidl import schema
from flowidl.core import v1 as core
from flowidl.core.v1 import condition_pb2, tasks_pb2

PACKAGES = (
    "flowidl.core.v1",
    "flowidl.admin.v1",
    "flowidl.plugins.v1",
    "flowidl.plugins.kubeflow.v1",
    "flowidl.report.v1",
)
FILES = [
    file
    for file in FileDescriptorSet.FromString(schema.descriptor_set()).file
    if file.package.startswith("flowidl.")
]


def declared(file: FileDescriptorProto) -> list[str]:
    """Return the names at the top of a file."""
    values = [value.name for enum in file.enum_type for value in enum.value]
    return [*(m.name for m in file.message_type), *(e.name for e in file.enum_type), *values]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_everything_has_a_flat_name(file: FileDescriptorProto) -> None:
    package = import_module(file.package)
    module = import_module(file.name.removesuffix(".proto").replace("/", ".") + "_pb2")
    assert declared(file)
    for name in declared(file):
        assert getattr(package, name) is getattr(module, name)


def test_all_packages_are_covered() -> None:
    assert {file.package for file in FILES} == set(PACKAGES)


@pytest.mark.parametrize(
    ("flat", "nested"),
    [
        (core.ResourceName, tasks_pb2.Resources.ResourceName),
        (core.ResourceEntry, tasks_pb2.Resources.ResourceEntry),
        (core.SqlDialect, tasks_pb2.Sql.Dialect),
        (core.RuntimeType, tasks_pb2.RuntimeMetadata.RuntimeType),
        (core.ComparisonOperator, condition_pb2.ComparisonExpression.Operator),
        (core.ConjunctionOperator, condition_pb2.ConjunctionExpression.LogicalOperator),
        (core.DownloadMode, tasks_pb2.IOStrategy.DownloadMode),
        (core.LiteralMapFormat, tasks_pb2.DataLoadingConfig.LiteralMapFormat),
    ],
)
def test_nested_elements_have_flat_names_too(flat: object, nested: object) -> None:
    assert flat is nested


@pytest.mark.parametrize("package", PACKAGES)
def test_listed_names_exist_and_others_do_not(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'NoSuchMessage'"):
        _ = module.NoSuchMessage
    with pytest.raises(ImportError, match="cannot import name"):
        exec(f"from {package} import NoSuchMessage")


def imported(statement: str) -> set[str]:
    """Return the modules that an interpreter has after a statement."""
    program = f"{statement}\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


def test_a_package_costs_nothing_until_a_name_is_used() -> None:
    for package in PACKAGES:
        assert not any(name.startswith("google") for name in imported(f"import {package}"))


def test_a_name_costs_its_module_and_what_that_needs() -> None:
    modules = imported("from flowidl.core.v1 import Identifier")
    assert "flowidl.core.v1.identifier_pb2" in modules
    assert "flowidl.core.v1.literals_pb2" not in modules
