"""Classes with a converter of their own, asked before anything else.

A class is registered itself, or by its qualified name, so that other packages' classes are known without
importing anything: nothing of pandas is imported until an annotation of pandas' arrives. Names are looked
up along the class's bases, nearest first.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.values.converter import Converter

    #: Makes the converter of a class.
    Factory = Callable[[Any], Converter]

_BY_CLASS: dict[type, Factory] = {}
_BY_NAME: dict[str, Factory] = {}


def register(cls: type | str, factory: Factory) -> None:
    """Give a class, or the class of a qualified name (`module.Class`), and its subclasses a converter."""
    if isinstance(cls, str):
        _BY_NAME[cls] = factory
    else:
        _BY_CLASS[cls] = factory


def registered(cls: type) -> Converter | None:
    """Return the converter that a class, or the nearest of its bases, is registered with."""
    _load()
    for base in cls.__mro__[:-1]:
        factory = _BY_CLASS.get(base) or _BY_NAME.get(f"{base.__module__}.{base.__qualname__}")
        if factory is not None:
            return factory(cls)
    return None


@functools.cache
def _load() -> None:
    """Fill in the classes that are known from the start, unless they were registered otherwise."""
    from flowidl.values.known import BY_CLASS, BY_NAME

    for cls, factory in BY_CLASS.items():
        _BY_CLASS.setdefault(cls, factory)
    for name, factory in BY_NAME.items():
        _BY_NAME.setdefault(name, factory)
