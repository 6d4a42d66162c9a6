"""The digest of what an entity says: equal in two versions exactly if there is no reason to register it
again.

Unlike `source.canonical.digest`, which is about bytes, it does not see versions, orders, or units of
quantities. It does see image tags: another tag is other code.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from flowidl.changes.compare import read
from flowidl.changes.meaning import Attention

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowidl.changes.entities import Entity, EntityKey

_ATTENTION = Attention(tags=True)


def digests(entities: Mapping[EntityKey, Entity]) -> dict[EntityKey, str]:
    """Return the digest of each entity as `sha256:` and 64 hexadecimal digits, in their order."""
    return {key: digest(entity) for key, entity in entities.items()}


def digest(entity: Entity) -> str:
    """Return the digest of one entity."""
    reading, _ = read(entity, entity, _ATTENTION)
    lines = sorted((path, repr(leaf.key)) for path, leaf in reading.items())
    text = repr((entity.key, lines))
    return f"sha256:{sha256(text.encode('utf-8', 'backslashreplace')).hexdigest()}"


def changed_since(old: Mapping[EntityKey, Entity], new: Mapping[EntityKey, Entity]) -> dict[EntityKey, str]:
    """Return the digests of what is new or says something else than it did."""
    before = digests(old)
    return {key: value for key, value in digests(new).items() if before.get(key) != value}
