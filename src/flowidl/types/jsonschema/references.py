"""What a `$ref` means: a place in the document, by pointer, by name, or by the address of a part of it.

Nothing is ever fetched: a reference that leads out of the document leads nowhere. A document without an
address of its own gets one, so that relative addresses resolve.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urljoin

from flowidl.types.jsonschema.formats import is_uri_reference
from flowidl.types.jsonschema.metaschema import schemas_within

if TYPE_CHECKING:
    from flowidl.types.jsonschema.drafts import Draft
    from flowidl.types.structs import Json

_ADDRESS = "http://document.invalid/schema.json"
#: An index as Go's `strconv.Atoi` reads one; one that is longer is past the end of any list.
_INDEX = re.compile(r"[+-]?[0-9]{1,18}")


class References:
    """The addresses of one document: which part has which, and relative to which its references are."""

    def __init__(self, document: dict[str, Json], draft: Draft) -> None:
        self._keyword = draft.id_keyword
        self._bases: dict[int, str] = {}
        self._parts: dict[str, Json] = {_ADDRESS: document}
        self._names_found = False
        self._collect(document, draft)

    def _collect(self, document: dict[str, Json], draft: Draft) -> None:
        """Note the address of each part; parts in `$defs`, which these drafts do not know, have none."""
        waiting: list[tuple[Json, str]] = [(document, _ADDRESS)]
        while waiting:
            part, base = waiting.pop()
            if not isinstance(part, dict):
                continue
            name = part.get(self._keyword)
            if isinstance(name, str) and name and "$ref" not in part and is_uri_reference(name):
                base = self._name(part, name, base)
            if base != _ADDRESS:
                self._bases[id(part)] = base
            waiting.extend((inner, base) for inner, _ in schemas_within(part, draft))

    def _name(self, part: dict[str, Json], name: str, base: str) -> str:
        """Note the name of a part, and return the address that names within it are relative to."""
        try:
            address, fragment = urldefrag(urljoin(base, name))
        except ValueError:
            return base
        if fragment:
            self._parts.setdefault(f"{address}#{fragment}", part)
            return base
        self._parts.setdefault(address, part)
        return address

    def find(self, reference: str, part: dict[str, Json]) -> tuple[bool, Json]:
        """Return whether the reference that stands in a part leads somewhere, and where."""
        base = self._bases.get(id(part), _ADDRESS)
        if not is_uri_reference(reference):
            return False, None
        try:
            address, fragment = urldefrag(urljoin(base, reference) if reference else base)
        except ValueError:
            return False, None
        if f"{address}#{fragment}" in self._parts:
            return True, self._parts[f"{address}#{fragment}"]
        if address not in self._parts:
            return False, None
        pointer = unquote(fragment)
        if not pointer:
            return True, self._parts[address]
        return _pointed(self._parts[address], pointer) if pointer.startswith("/") else (False, None)


def _pointed(value: Json, pointer: str) -> tuple[bool, Json]:
    """Follow a JSON pointer (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and 0 <= int(name) < len(value):
            value = value[int(name)]
        else:
            return False, None
    return True, value
