"""What may stand where a schema names a format, an encoding, or an address.

The compiler of the reference takes a `format` that it does not know for an invalid schema, so `uuid`, `path`
or `decimal`, which common libraries write, make a dataclass type that only an equal one fits.
"""

from __future__ import annotations

import re

#: The formats that the reference's compiler documents. Those of drafts 4, 6 and 7 but for the two for
#: international names, and older spellings of some.
_FORMATS = """date date-time email format hostname ip-address ipv4 ipv6 iri iri-reference iriref
    json-pointer regex relative-json-pointer time uri uri-reference uri-template uriref"""
FORMATS = frozenset(_FORMATS.split())
ENCODINGS = frozenset(("base64",))
MEDIA_TYPES = frozenset(("application/json",))

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_uri_reference(text: str) -> bool:
    """Tell whether a text is an address, whole or relative (RFC 3986), as strictly as Go's `net/url`."""
    before, _, fragment = text.partition("#")
    path, _, _ = before.partition("?")
    if _CONTROL.search(text) or "\\" in text:
        return False
    if _BROKEN_ESCAPE.search(path) or _BROKEN_ESCAPE.search(fragment):
        return False
    rest = path
    scheme = _SCHEME.match(path)
    if scheme:
        rest = path[scheme.end() :]
    elif ":" in path.partition("/")[0]:
        return False
    return not rest.startswith("//") or not re.search(r"[\s<>\"]", rest[2:].partition("/")[0])


def is_uri(text: str) -> bool:
    """Tell whether a text is an address with a scheme."""
    return is_uri_reference(text) and _SCHEME.match(text) is not None
