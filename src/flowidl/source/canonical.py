"""One serialization for one meaning, and a digest of it.

Two files may say the same in different bytes: maps have no order, numbers may be written long, a value may be
given twice. Decoding and encoding again in a fixed order removes all of that. Fields that the schema does not
know stay, in the order in which they came, so content that nobody understood is still part of the digest.

Stable for one version of this package and one Protobuf runtime. It is no canonical form across languages: the
Protobuf project promises none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from flowidl.source.definitions import Definition


def canonical(message: Message) -> bytes:
    """Return the bytes of `message` with fields by number and map entries by key."""
    return message.SerializeToString(deterministic=True)


def digest(definition: Definition) -> str:
    """Return a digest of what a definition says, as `sha256:` and 64 hexadecimal digits.

    It covers the kind, because the same bytes mean something else as another kind. It does not cover where
    the definition came from, nor what the options filled in.
    """
    from hashlib import sha256  # start-up: OpenSSL, for digests only

    label = definition.kind.label.encode()
    return f"sha256:{sha256(label + bytes(1) + canonical(definition.message)).hexdigest()}"
