"""Pages of the Python reference for the documentation site: one for each public room, a heading a name.

A page only names what it documents; mkdocstrings reads the signatures and docstrings from the sources when
the site is built. Where a public name lives is read off the imports of the room's `__init__`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (ROOT / "src", ROOT / "gen" / "python")

#: The rooms that people import from, in learning order.
ROOMS = (
    "flowidl.sdk",
    "flowidl.local",
    "flowidl.builders",
    "flowidl.values",
    "flowidl.validator",
    "flowidl.compiler",
    "flowidl.changes",
    "flowidl.rules",
    "flowidl.testing",
    "flowidl.schema",
)


class Public(NamedTuple):
    """A public name of a room, and the full name of what it stands for."""

    name: str
    home: str


def pages() -> dict[str, str]:
    """Return the text of every page by name, `index.md` among them."""
    index = ["# Python reference", "", "| module | public names |", "| --- | --- |"]
    written: dict[str, str] = {}
    for room in ROOMS:
        names = ", ".join(f"`{public.name}`" for public in publics(room))
        index.append(f"| [{room}]({room}.md) | {names} |")
        written[f"{room}.md"] = "\n".join(page(room)) + "\n"
    return {"index.md": "\n".join(index) + "\n", **written}


def page(room: str) -> Iterator[str]:
    """Yield the lines of a room's page."""
    own = [public for public in publics(room) if public.home == f"{room}.{public.name}"]
    yield f"# {room}"
    yield ""
    yield f"::: {room}"
    yield "    options:"
    yield "      show_root_heading: false"
    yield f"      members: {[public.name for public in own]}"
    for public in publics(room):
        if public in own:
            continue
        yield ""
        if "_pb2." in public.home:
            yield from message(public)
            continue
        if not written_out(public.home):
            yield f"## {public.name}"
            yield ""
            yield f"A value of `{public.home.rpartition('.')[0]}`."
            continue
        yield f"::: {public.home}"
        yield "    options:"
        yield f"      heading: {public.name}"


def message(public: Public) -> Iterator[str]:
    """Yield the entry of a name that stands for a message: where its description is."""
    module, _, name = public.home.rpartition(".")
    parts = module.removesuffix("_pb2").split(".")
    anchor = ".".join((*parts[:-1], name))
    yield f"## {public.name}"
    yield ""
    yield f"The message [{anchor}](../schema/{'.'.join(parts[1:])}.md#{anchor})."


def written_out(home: str) -> bool:
    """Tell whether a module defines a name by a statement of its own, which has something to show."""
    module, _, name = home.rpartition(".")
    for node in ast.parse(source_of(module).read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.name == name:
                return True
            case ast.Assign(targets=[ast.Name(id=target)]) | ast.AnnAssign(target=ast.Name(id=target)):
                if target == name:
                    return True
            case _:
                pass
    return False


def publics(room: str) -> list[Public]:
    """Return the public names of a room, sorted, as its `__init__` or module says them."""
    tree = ast.parse(source_of(room).read_text(encoding="utf-8"))
    homes = dict(imports(tree))
    return [Public(name, homes.get(name, f"{room}.{name}")) for name in sorted(listed(tree))]


def source_of(module: str) -> Path:
    """Return the file of a module or package. Raise ValueError if there is none."""
    parts = Path(*module.split("."))
    for root in SOURCES:
        for path in (root / parts / "__init__.py", (root / parts).with_suffix(".py")):
            if path.is_file():
                return path
    raise ValueError(f"there is no module {module}")


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that a module imports from another, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def listed(tree: ast.Module) -> set[str]:
    """Return the names in `__all__`, or, where there is none, the public functions and classes."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "__all__" for target in node.targets):
            return set(ast.literal_eval(node.value))
    defined = (n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef))
    return {name for name in defined if not name.startswith("_")}
