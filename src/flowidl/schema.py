"""The schema itself, for programs that are not in Python: `.proto` files, a descriptor set, a JSON Schema.

All travel with the package, so that any language's compiler can read them offline:

    protoc -I "$(flowidl protos path)" --go_out=... flowidl/core/v1/workflow.proto
"""

from __future__ import annotations

from pathlib import Path

from flowidl import _schema

_DATA = Path(_schema.__file__).parent


def path() -> Path:
    """Return the folder to give a Protobuf compiler as its import root; it holds `flowidl/core/v1/*.proto`.

    An installed package carries its own copy. A source tree has the files themselves, in `proto`.
    """
    installed = _DATA / "proto"
    return installed if installed.is_dir() else _DATA.parents[3] / "proto"


def files() -> list[str]:
    """Return the import paths of all `.proto` files, sorted, as they stand in `import` statements."""
    root = path()
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*.proto"))


def export(folder: Path) -> list[Path]:
    """Copy every `.proto` file below a folder, which is made if need be, and return the files written.

    Files of the same name are overwritten, and nothing else is touched. Raise OSError if the folder or a
    file cannot be written.
    """
    root = path()
    written: list[Path] = []
    for name in files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((root / name).read_bytes())
        written.append(target)
    return written


def templates() -> dict[str, bytes]:
    """Return the templates for `buf generate`, by the name that each is exported under: `buf.gen.go.yaml`."""
    from flowidl import examples

    found = sorted((examples.path() / "languages").glob("*/buf.gen.yaml"))
    return {f"buf.gen.{file.parent.name}.yaml": file.read_bytes() for file in found}


def export_templates(folder: Path) -> list[Path]:
    """Write the templates for `buf generate` into a folder, which is made if need be, and return the files.

    Raise OSError if the folder or a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, data in templates().items():
        target = folder / name
        target.write_bytes(data)
        written.append(target)
    return written


def descriptor_set() -> bytes:
    """Return the whole schema as a serialized `google.protobuf.FileDescriptorSet`.

    Imported files come before the files that import them, those of Protobuf itself are included, and
    the comments are kept (`SourceCodeInfo`).
    """
    return (_DATA / "flowidl.binpb").read_bytes()


def json_schema() -> bytes:
    """Return the JSON Schema (2020-12) of definitions and reports in proto JSON, for editors.

    It says what parses, not what is valid. `$defs` has every message by its full name.
    """
    return Path(__file__).with_name("flowidl.schema.json").read_bytes()


def configuration_schema() -> bytes:
    """Return the JSON Schema (draft 7) of `flowidl.toml`, for editors."""
    return Path(__file__).with_name("flowidl.toml.schema.json").read_bytes()
