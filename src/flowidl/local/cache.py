"""The cache of a local run: outputs of tasks that ask to be cached, by what they were given.

A task's own `cache` option turns it on for the task, and a folder turns it on for the run. The key is the
task's name, its cache version, its interface, and its inputs without those that it ignores; a value that
carries a hash is known by it. Entries are kept by diskcache, which is safe for several processes.
"""

# pyright: reportMissingTypeStubs=false
# (diskcache has no types; what it gives is held as `Any`.)

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Any, Protocol

from flowidl.core.v1.literals_pb2 import Literal, LiteralMap

if TYPE_CHECKING:
    from flowidl.core.v1.tasks_pb2 import TaskMetadata, TaskTemplate


class Cache(Protocol):
    """What keeps outputs, as bytes by text; dicts do, and so do the caches of diskcache."""

    def get(self, key: str, /) -> Any:
        """Return what is kept under a key, or `None`."""
        ...

    def __setitem__(self, key: str, value: bytes, /) -> None:
        """Keep something under a key."""
        ...


class FolderCache:
    """A cache in a folder, opened when first used. Files of cached outputs are kept beside it."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder: str = os.path.abspath(os.path.expanduser(os.fspath(folder)))
        self._opened: Any = None

    def get(self, key: str, /) -> Any:
        """Return what is kept under a key, or `None`."""
        return self._open().get(key)

    def __setitem__(self, key: str, value: bytes, /) -> None:
        self._open()[key] = value

    @property
    def data_prefix(self) -> str:
        """Where files of outputs go, so that a later process finds them."""
        return os.path.join(self.folder, "data")

    def _open(self) -> Any:
        if self._opened is None:
            try:
                import diskcache
            except ImportError:
                raise ImportError(
                    "a cache in a folder is kept by diskcache: install `flowidl[cache]`"
                ) from None
            self._opened = diskcache.Cache(self.folder)
        return self._opened


def cache_of(given: str | os.PathLike[str] | Cache | bool | None) -> Cache | None:
    """Return the cache that a setting means."""
    if given is None or given is False:
        return None
    if given is True:
        return FolderCache(os.path.join("~", ".cache", "flowidl", "runs"))
    return FolderCache(given) if isinstance(given, str | os.PathLike) else given


def cache_key(task: TaskTemplate, metadata: TaskMetadata, inputs: LiteralMap) -> str:
    """Return the key of a task's outputs for these inputs."""
    ignored = set(metadata.cache_ignore_input_vars)
    digest = hashlib.sha256()
    for part in (task.id.name, metadata.discovery_version):
        digest.update(f"{len(part)}:{part}".encode())
    digest.update(task.interface.SerializeToString(deterministic=True))
    for name in sorted(inputs.literals):
        if name not in ignored:
            digest.update(f"{len(name)}:{name}".encode())
            digest.update(_identity(inputs.literals[name]))
    return digest.hexdigest()


def _identity(literal: Literal) -> bytes:
    """Return what a value is known by: its own hash where it has one, at any depth, else all of it."""
    if not _has_hash(literal):
        return literal.SerializeToString(deterministic=True)
    copy = Literal()
    copy.CopyFrom(literal)
    waiting = [copy]
    while waiting:
        each = waiting.pop()
        if each.hash:
            each.ClearField("value")
            continue
        waiting.extend(each.collection.literals if each.HasField("collection") else ())
        waiting.extend(each.map.literals.values() if each.HasField("map") else ())
        if each.scalar.HasField("union"):
            waiting.append(each.scalar.union.value)
    return copy.SerializeToString(deterministic=True)


def _has_hash(literal: Literal) -> bool:
    waiting = [literal]
    while waiting:
        each = waiting.pop()
        if each.hash:
            return True
        kind = each.WhichOneof("value")
        if kind == "collection":
            waiting.extend(each.collection.literals)
        elif kind == "map":
            waiting.extend(each.map.literals.values())
        elif kind == "scalar" and each.scalar.HasField("union"):
            waiting.append(each.scalar.union.value)
    return False
