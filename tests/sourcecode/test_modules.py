"""Finding the files of modules."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from flowidl.sourcecode.archive import library_in
from flowidl.sourcecode.modules import Library


def _located(folder: Path, files: str, modules: str) -> dict[str, str]:
    for name in files.split():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def f(): ...\n", encoding="utf-8")
    found = Library.of_folder(folder).locate({module: ["f"] for module in modules.split()})
    return {module: place.file.path for module, place in found.items()}


@pytest.mark.parametrize(
    ("files", "modules", "expected"),
    [
        ("shop/wf.py", "shop.wf", {"shop.wf": "shop/wf.py"}),
        ("src/shop/wf.py", "shop.wf", {"shop.wf": "src/shop/wf.py"}),
        ("services/x/src/shop/wf.py", "shop.wf", {"shop.wf": "services/x/src/shop/wf.py"}),
        ("shop/__init__.py shop.py", "shop", {"shop": "shop/__init__.py"}),
        ("shop/__init__.py", "shop.__init__", {"shop.__init__": "shop/__init__.py"}),
        ("tools/ship.py", "ship", {"ship": "tools/ship.py"}),
        # the root that holds the package's other modules
        ("old/shop/a.py new/shop/a.py new/shop/b.py", "shop.a shop.b",
         {"shop.a": "new/shop/a.py", "shop.b": "new/shop/b.py"}),
        # nothing tells which
        ("one/shop.py two/shop.py", "shop", {}),
        # the folder itself is the package
        ("__init__.py flows/wf.py", "repo.flows.wf", {"repo.flows.wf": "flows/wf.py"}),
        ("flows/wf.py", "repo.flows.wf", {}),
        # others' code
        (".venv/shop/wf.py node_modules/shop/wf.py lib/site-packages/shop/wf.py", "shop.wf", {}),
    ],
)  # fmt: skip
def test_located(tmp_path: Path, files: str, modules: str, expected: dict[str, str]) -> None:
    assert _located(tmp_path, files, modules) == expected


def test_the_folder_that_is_the_package(tmp_path: Path) -> None:
    assert _located(tmp_path / "shop", "wf.py", "shop.wf") == {"shop.wf": "wf.py"}


def _tar(files: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return raw.getvalue()


def test_the_source_archive_of_a_package(tmp_path: Path) -> None:
    inner = _tar({"./shop/wf.py": b"x = 1\n", "data.csv": b"1", "../evil.py": b"y = 1\n"})
    package = tmp_path / "package.tgz"
    package.write_bytes(_tar({"0_shop.wf_1.pb": b"", "fast0123456789abcdef0123456789abcdef.tar.gz": inner}))
    library = library_in(str(package))
    assert library is not None
    assert [file.path for file in library.files][-1] == "shop/wf.py"
    assert "shop.wf" in library.locate({"shop.wf": ()})


@pytest.mark.parametrize(
    "data", [b"", b"no tar", _tar({"a.pb": b""}), _tar({"fast00.tar.gz": b"\x1f\x8bno"})]
)
def test_a_package_without_sources(tmp_path: Path, data: bytes) -> None:
    package = tmp_path / "package.tgz"
    package.write_bytes(data)
    assert library_in(str(package)) is None
    assert library_in(str(tmp_path / "absent.tgz")) is None
