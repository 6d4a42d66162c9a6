"""The generator's own half: comparing trees, and refusing flat names that the schema does not back."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from scripts.generate import home, lazy_package, replace, stale, stub


def tree(folder: Path, **files: str) -> Path:
    """Write files into a new folder; `__` in a name stands for a slash."""
    for name, text in files.items():
        path = folder.joinpath(*name.split("__"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def modules() -> dict[str, FileDescriptorProto]:
    """A package of one file: an enum in a message in a message, and an enum."""
    file = FileDescriptorProto(name="p/things.proto", package="p")
    inner = file.message_type.add(name="Outer").nested_type.add(name="Inner")
    inner.enum_type.add(name="Kind").value.add(name="A", number=0)
    file.enum_type.add(name="Flat").value.add(name="B", number=0)
    return {"things_pb2": file}


def test_every_kind_of_staleness_is_named(tmp_path: Path) -> None:
    fresh = tree(tmp_path / "fresh", same="1", changed="2", a__added="3")
    committed = tree(tmp_path / "committed", same="1", changed="1", a__gone="4")
    assert [line.split(":")[0] for line in stale(fresh, committed)] == ["missing", "not generated", "stale"]
    assert stale(fresh, fresh) == []


def test_replacing_makes_trees_equal_and_leaves_equal_files_alone(tmp_path: Path) -> None:
    fresh = tree(tmp_path / "fresh", same="1", changed="2", a__added="3")
    committed = tree(tmp_path / "committed", same="1", changed="1", a__gone="4")
    before = (committed / "same").stat().st_mtime_ns
    replace(committed, fresh)
    assert stale(fresh, committed) == []
    assert (committed / "same").stat().st_mtime_ns == before


@pytest.mark.parametrize("path", ["Outer.Inner", "Outer.Inner.Kind"])
def test_nested_elements_are_found(modules: dict[str, FileDescriptorProto], path: str) -> None:
    assert home(modules, path) == "things_pb2"


@pytest.mark.parametrize("path", ["Outer.Kind", "Inner", "Nobody.Inner", "Outer.Inner.A"])
def test_a_flat_name_for_nothing_is_refused(modules: dict[str, FileDescriptorProto], path: str) -> None:
    with pytest.raises(LookupError, match=path):
        home(modules, path)


def test_a_flat_name_that_hides_another_is_refused(modules: dict[str, FileDescriptorProto]) -> None:
    with pytest.raises(LookupError, match="hide names of p: Flat"):
        lazy_package("p", modules, {"Flat": "things_pb2.Outer.Inner"})


def test_package_and_stub_offer_the_same_names(modules: dict[str, FileDescriptorProto]) -> None:
    nested = {"Inner": "things_pb2.Outer.Inner"}
    code, types = lazy_package("p", modules, nested), stub("p", modules, nested)
    for name in ("Outer", "Flat", "B", "Inner", "things_pb2"):
        assert f'"{name}": ' in code
        assert f"{name} as {name}" in types or f"{name}: TypeAlias" in types
