"""What the wheel holds, and that the source archive builds the same one."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from flowidl import examples, schema
from tests.compat.environments import ROOT, built

pytestmark = pytest.mark.compat


def members(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_holds_all_code_and_nothing_else(wheel: Path) -> None:
    trees = (ROOT / "src", ROOT / "gen" / "python")
    sources = {
        path.relative_to(tree).as_posix()
        for tree in trees
        for path in tree.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    protos = {f"flowidl/_schema/proto/{name}" for name in schema.files()}
    held = {name for name in members(wheel) if ".dist-info/" not in name}
    shown = {f"flowidl/_examples/{name}" for name in examples.files()}
    assert held == sources | protos | shown


def test_holds_markers_schema_and_licence(wheel: Path) -> None:
    held = members(wheel)
    portions = (
        "flowidl",
        "flowidl/core/v1",
        "flowidl/admin/v1",
        "flowidl/plugins/v1",
        "flowidl/plugins/kubeflow/v1",
        "flowidl/report",
        "flowidl/report/v1",
    )
    assert {f"{portion}/py.typed" for portion in portions} <= held.keys()
    assert held["flowidl/_schema/flowidl.binpb"] == schema.descriptor_set()
    for name in schema.files():
        assert held[f"flowidl/_schema/proto/{name}"] == (schema.path() / name).read_bytes()
    (licence,) = (content for name, content in held.items() if name.endswith("licenses/LICENSE"))
    assert b"Apache License" in licence


def test_has_no_top_level_package_but_flowidl(wheel: Path) -> None:
    top = {name.partition("/")[0] for name in members(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == {"flowidl"}
    assert "flowidl/__init__.py" not in members(wheel)


def test_depends_on_little(wheel: Path) -> None:
    (metadata,) = (content for name, content in members(wheel).items() if name.endswith("/METADATA"))
    required = [line for line in metadata.decode().splitlines() if line.startswith("Requires-Dist: ")]
    base = {line.split()[1].split(">")[0] for line in required if "extra ==" not in line}
    assert base <= {"protobuf", "click"}


def test_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert members(built(tmp_path, through_sdist=True)) == members(wheel)
