"""A schema that compiles: its draft is known, it is well formed, and its references lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.types.jsonschema.documents import size
from flowidl.types.jsonschema.drafts import draft_of
from flowidl.types.jsonschema.formats import ENCODINGS, MEDIA_TYPES
from flowidl.types.jsonschema.metaschema import malformed, schemas_within
from flowidl.types.jsonschema.references import References

if TYPE_CHECKING:
    from flowidl.types.jsonschema.drafts import Draft
    from flowidl.types.structs import Json


class InvalidSchemaError(ValueError):
    """The schema does not compile; the text says why, as a sentence about it."""


class Schema:
    """A document that compiles. `opened` follows the references in it."""

    def __init__(self, document: dict[str, Json], draft: Draft, targets: dict[int, Json]) -> None:
        self.root = document
        self.draft = draft
        self.size = size(document)
        #: What a part that is a reference means in the end, by the identity of the part; `None` if it leads
        #: into a ring of nothing but references.
        self._targets = targets

    def opened(self, part: Json) -> Json:
        """Return what a part means: itself, or what its reference leads to, `None` if nowhere in the end."""
        if isinstance(part, dict) and "$ref" in part:
            return self._targets.get(id(part))
        return part


def compile_schema(document: dict[str, Json]) -> Schema:
    """Compile a schema; raise `InvalidSchemaError` if the reference could not."""
    draft = draft_of(document)
    if draft is None:
        raise InvalidSchemaError("its `$schema` is none of draft 4, 6 and 7")
    return _Compilation(document, draft).result()


class _Compilation:
    def __init__(self, document: dict[str, Json], draft: Draft) -> None:
        self._document = document
        self._draft = draft
        self._checked: set[int] = set()
        self._links: dict[int, Json] = {}
        self._check(document)
        self._references = References(document, draft)

    def result(self) -> Schema:
        """Walk what the root means, siblings of references left out, and resolve the references met."""
        waiting: list[Json] = [self._document]
        seen: set[int] = set()
        while waiting:
            part = waiting.pop()
            if not isinstance(part, dict) or id(part) in seen:
                continue
            seen.add(id(part))
            if "$ref" in part:
                waiting.append(self._resolve(part))
            else:
                self._check_content(part)
                waiting.extend(inner for inner, _ in schemas_within(part, self._draft))
        return Schema(self._document, self._draft, self._ends())

    def _check(self, top: Json) -> None:
        """Check a part and all within it against the meta-schema."""
        waiting: list[tuple[Json, bool]] = [(top, False)]
        while waiting:
            part, boolean = waiting.pop()
            if isinstance(part, dict):
                if id(part) in self._checked:
                    continue
                self._checked.add(id(part))
            problem = malformed(part, self._draft, boolean=boolean)
            if problem:
                raise InvalidSchemaError(f"it is not well formed: {problem}")
            waiting.extend(schemas_within(part, self._draft))

    def _check_content(self, part: dict[str, Json]) -> None:
        for keyword, known in (("contentEncoding", ENCODINGS), ("contentMediaType", MEDIA_TYPES)):
            if self._draft.knows(keyword) and part.get(keyword, next(iter(known))) not in known:
                raise InvalidSchemaError(f"the back end does not know its `{keyword}`")

    def _resolve(self, part: dict[str, Json]) -> Json:
        reference = part["$ref"]
        assert isinstance(reference, str), "the part is well formed"
        found, target = self._references.find(reference, part)
        if not found:
            raise InvalidSchemaError("a `$ref` in it leads nowhere")
        self._check(target)
        self._links[id(part)] = target
        return target

    def _ends(self) -> dict[int, Json]:
        """Return where each reference leads in the end, each link followed once."""
        ends: dict[int, Json] = {}
        for start in self._links:
            chain: list[int] = []
            walked: set[int] = set()
            target: Json = None
            here = start
            while here in self._links and here not in ends and here not in walked:
                walked.add(here)
                chain.append(here)
                target = self._links[here]
                here = id(target)
            target = None if here in walked else ends.get(here, target)
            ends.update(dict.fromkeys(chain, target))
        return ends
