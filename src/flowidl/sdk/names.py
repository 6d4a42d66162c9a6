"""Names of entities: the dotted name of a function, by which a container finds it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def module_of(function: Callable[..., Any]) -> str:
    """Return the module of a function; of a script that runs as `__main__`, the name of its file."""
    name: str = getattr(function, "__module__", "") or ""
    return script_name() if name == "__main__" else name


def script_name() -> str:
    """Return the name by which the running script can be imported from its folder."""
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    if spec is not None and spec.name != "__main__":
        return str(spec.name)
    path = getattr(main, "__file__", None)
    return Path(path).stem if path else "__main__"


def name_of(function: Callable[..., Any]) -> str:
    """Return `module.function`."""
    return f"{module_of(function)}.{getattr(function, '__name__', 'call')}"


def is_nested(function: Callable[..., Any]) -> bool:
    """Tell whether a function is inside of another, where nothing can find it by name."""
    return "<" in getattr(function, "__qualname__", "")


def variable_of(entity: object, module: str) -> str | None:
    """Return the name of the variable at the top of a module that holds an entity."""
    loaded = sys.modules.get(module) or (sys.modules["__main__"] if module == script_name() else None)
    for name, value in list(vars(loaded).items()) if loaded is not None else ():
        if value is entity:
            return name
    return None
