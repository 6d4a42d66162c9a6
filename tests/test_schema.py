"""The schema as files and as a descriptor set."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from flowidl import schema
from flowidl.core.v1 import WorkflowTemplate, workflow_pb2


def test_path_is_an_import_root() -> None:
    assert (schema.path() / "flowidl/core/v1/workflow.proto").is_file()


def test_files_are_import_paths() -> None:
    names = schema.files()
    assert names == sorted(names)
    assert {
        "flowidl/core/v1/tasks.proto",
        "flowidl/admin/v1/task.proto",
        "flowidl/report/v1/report.proto",
    } <= {*names}


def test_export_copies_every_file_and_touches_nothing_else(tmp_path: Path) -> None:
    stranger = tmp_path / "flowidl" / "core" / "mine.proto"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("mine")
    written = schema.export(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == schema.files()
    for path in written:
        assert path.read_bytes() == (schema.path() / path.relative_to(tmp_path)).read_bytes()
    assert stranger.read_text() == "mine"
    assert schema.export(tmp_path) == written


def test_export_says_when_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "flowidl").write_text("a file where a folder must be")
    with pytest.raises(OSError, match="flowidl"):
        schema.export(tmp_path)


def test_descriptor_set_is_complete_ordered_and_explained() -> None:
    files = FileDescriptorSet.FromString(schema.descriptor_set()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)
    found = pool.FindMessageTypeByName("flowidl.core.v1.WorkflowTemplate")
    assert found.fields_by_name.keys() == WorkflowTemplate.DESCRIPTOR.fields_by_name.keys()
    assert {file.name for file in files if file.name.startswith("flowidl/")} == {*schema.files()}
    (workflow,) = (file for file in files if file.name == workflow_pb2.DESCRIPTOR.name)
    assert any(location.leading_comments for location in workflow.source_code_info.location)


def test_import_is_light() -> None:
    program = "import sys, flowidl.schema, flowidl.version; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    heavy = {"google.protobuf.message", "importlib.metadata", "dataclasses", "inspect", "logging"}
    assert heavy.isdisjoint(done.stdout.split())
