"""From a blob to a definition: which format, which kind, decode, complete the identifier.

Each step that fails records why and ends with `None`. What decoding is silent about (fields that the schema
does not know, values given twice) is looked for afterwards: a copy without unknown fields has exactly as many
bytes as the input, unless something was silently dropped or kept aside; only then the bytes are scanned.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from google.protobuf.message import DecodeError

from flowidl.names import EntityId
from flowidl.paths import ROOT, FieldPath
from flowidl.source.decode.detect import TWINS, Certainty, fits, guess, kind_by_label, kind_by_name
from flowidl.source.decode.flyte_2 import is_flyte_2, is_flyte_2_document
from flowidl.source.decode.outlines import WireOutline
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.inputs.compressed import GZIP_MAGIC
from flowidl.source.inputs.files import BINARY, JSON, TEXT, YAML, Blob, split_name
from flowidl.source.kinds import LAYOUTS
from flowidl.source.limits import MIB
from flowidl.source.messages import descriptor, message_class
from flowidl.source.problems import Fact, Log, Problem, RefusalError
from flowidl.source.wire.count import count_elements, most_elements
from flowidl.source.wire.tables import Table

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from flowidl.core.v1.identifier_pb2 import Identifier
    from flowidl.source.decode.detect import Outline
    from flowidl.source.options import LoadOptions

#: Definitions of more bytes are scanned for what decoding is silent about on demand only (`strict`).
SILENT_CHECK_SIZE = 4 * MIB

#: Messages inside each other at which the Protobuf runtime stops.
_RUNTIME_DEPTH = 100

_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_SNIFFED = 4096
#: What text format has and YAML has not: a brace behind a field's name, or the comment with the kind.
_TEXT_FORMAT = re.compile(rb"^[ \t]*[A-Za-z_]\w*[ \t]*[{<]|^#[ \t]*proto-message:", re.MULTILINE)
#: A key at the beginning of a line, as YAML of a definition has several.
_YAML_KEY = re.compile(rb"""^(?:\{|["']?[A-Za-z_]\w*["']?\s*:)""", re.MULTILINE)


def identifier(kind: Kind, message: Message) -> Identifier | None:
    """Return the identifier of what `message` defines, or `None` if it has none."""
    path = LAYOUTS[kind].id
    if path is None:
        return None
    found = message
    for name in path:
        if not found.HasField(name):
            return None
        found = getattr(found, name)
    return cast("Identifier", found)


def sniff(data: bytes, says: str | None) -> str:
    """Return the format of `data`. `says` is what its name announces, if anything."""
    head = data[:_SNIFFED]
    if not head or len(head.translate(None, _CONTROLS)) < len(head):
        return BINARY if head else says or BINARY
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return says if says in (YAML, TEXT) else JSON
    return says or (TEXT if _TEXT_FORMAT.search(head) else YAML)


class Decoder:
    """The steps from blobs to definitions, with what they share."""

    def __init__(self, options: LoadOptions, log: Log) -> None:
        self._options = options
        self._log = log
        self._tables: dict[str, Table] = {}

    def identified(self, definition: Definition) -> Definition:
        """Return `definition` with its identifier, completed from the options, unless it has one."""
        if definition.id is not None:
            return definition
        return definition._replace(id=self._id(definition.kind, definition.message))

    def message(self, data: bytes, label: str) -> Definition | None:
        """Decode the bytes of a message in memory, whose type is called `label`."""
        found = self.decode(Blob(Origin(), "", data, True), kind_by_label(label))
        return None if found is None else found._replace(origin=Origin())

    def decode(self, blob: Blob, kind: Kind | None = None) -> Definition | None:
        """Decode one blob, or record why it cannot be. `kind` is what it is, if that is beyond doubt."""
        try:
            return self._decoded(blob, kind)
        except RefusalError as refusal:
            self._log.refused(refusal, blob.origin, named=blob.named)
            return None

    def _decoded(self, blob: Blob, kind: Kind | None) -> Definition | None:
        if kind is not None:
            return self._binary(blob, kind)
        if not blob.data and self._options.kind is None:
            raise RefusalError(Fact.EMPTY_FILE)
        if blob.data.startswith(GZIP_MAGIC):
            raise RefusalError(Fact.UNSUPPORTED_COMPRESSION, "gzip inside an archive")
        _, says = split_name(blob.name)
        found = sniff(blob.data, says)
        if says is not None and says != found:
            self._add(Fact.MISMATCHED_FORMAT, blob, None, detail=found)
        if found == YAML != says and not _YAML_KEY.search(blob.data[:_SNIFFED]):
            raise RefusalError(Fact.UNKNOWN_KIND)  # prose: nobody needs a YAML parser to say so
        if found == BINARY:
            if is_flyte_2(blob.data, self._tables):
                raise RefusalError(Fact.FLYTE_2)
            kind = self._kind(blob, WireOutline(blob.data, self._tables))
            return None if kind is None else self._binary(blob, kind)
        blob = blob._replace(origin=blob.origin._replace(data=None))
        return self._text(blob) if found == TEXT else self._structured(blob, found)

    # --- which kind -----------------------------------------------------------------------------------------

    def _kind(self, blob: Blob, outline: Outline, *, packaged: bool = True) -> Kind | None:
        """Settle the kind by option, name and content, and record what is not certain."""
        says = self._options.kind or kind_by_name(split_name(blob.name)[0], packaged=packaged)
        if says is not None and fits(outline, says):
            return says
        found = guess(outline, compiled_first=not packaged)
        if found.kind is None:
            if says is None:
                self._unknown(blob, packaged)
            return says
        if says is not None:
            self._add(Fact.MISMATCHED_KIND, blob, says, other=found.kind)
            return self._options.kind or found.kind
        if found.certainty is Certainty.LIKELY and not TWINS.issuperset({found.kind, *found.others}):
            others = ", ".join(kind.label for kind in found.others)
            self._add(Fact.AMBIGUOUS_KIND, blob, found.kind, detail=others)
        return found.kind

    def _unknown(self, blob: Blob, packaged: bool) -> None:
        """Record that the kind is not known. JSON and YAML that just lie beside definitions are no fault."""
        if blob.named or packaged:
            self._add(Fact.UNKNOWN_KIND, blob, None)
        else:
            self._log.skip(blob.origin.member or blob.origin.file, "no definition, by its content")

    # --- the formats ----------------------------------------------------------------------------------------

    def _binary(self, blob: Blob, kind: Kind) -> Definition | None:
        self._count(blob.data, kind)
        if self._options.limits.depth < _RUNTIME_DEPTH and self._undecodable(blob, kind):
            return None
        try:
            message = message_class(kind).FromString(blob.data)
        except (DecodeError, RecursionError, ValueError) as error:
            if not self._undecodable(blob, kind):
                self._add(Fact.CORRUPT_MESSAGE, blob, kind, detail=str(error))
            return None
        definition = self._finished(blob, kind, message)
        self._look_for_silent(definition, blob)
        return definition

    def _structured(self, blob: Blob, language: str) -> Definition | None:
        """Decode proto JSON, written as JSON or as YAML."""
        from flowidl.source.decode import proto_json, values  # start-up: for JSON and YAML only

        read = values.read_json if language == JSON else values.read_yaml
        document = read(blob.data, self._options.limits, self._log.elements)
        self._log.elements += document.elements
        if kubernetes := proto_json.kubernetes_kind(document.value):
            self._add(Fact.KUBERNETES_OBJECT, blob, None, detail=kubernetes)
            return None
        if is_flyte_2_document(document.value):
            raise RefusalError(Fact.FLYTE_2)
        kind = self._kind(blob, proto_json.ValueOutline(document.value), packaged=False)
        if kind is None:
            return None
        for key in document.duplicates:
            self._add(Fact.DUPLICATE_KEY, blob, kind, detail=key)
        sound = True
        for fault in proto_json.faults(document.value, descriptor(kind)):
            fact = Fact.UNKNOWN_FIELD if fault.unknown else Fact.MISMATCHED_VALUE
            sound = sound and fault.unknown
            self._add(fact, blob, kind, path=fault.path, detail=fault.detail)
        message = message_class(kind)()
        if sound and (reason := proto_json.parse(document.value, message, self._options.limits.depth)):
            self._add(Fact.MISMATCHED_VALUE, blob, kind, detail=reason)
            sound = False
        return self._finished(blob, kind, message) if sound else None

    def _text(self, blob: Blob) -> Definition | None:
        """Decode text format, if it is trusted."""
        if not self._options.trust_text:
            raise RefusalError(Fact.UNTRUSTED_TEXT)
        from flowidl.source.decode import text_format  # start-up: for text format only

        text = text_format.read(blob.data, self._options.limits)
        says = self._options.kind or text_format.kind_said(text)
        kind = (
            says or kind_by_name(split_name(blob.name)[0], packaged=False) or text_format.kind_guessed(text)
        )
        if kind is None:
            raise RefusalError(Fact.UNKNOWN_KIND)
        message = message_class(kind)()
        text_format.parse(text, message)
        return self._finished(blob, kind, message)

    def _finished(self, blob: Blob, kind: Kind, message: Message) -> Definition:
        return Definition(kind, message, blob.origin, self._id(kind, message))

    def _id(self, kind: Kind, message: Message) -> EntityId | None:
        found = identifier(kind, message)
        if found is None:
            return None
        return EntityId.of(found).hydrated(self._options.project, self._options.domain, self._options.version)

    # --- what the bytes say ---------------------------------------------------------------------------------

    def _count(self, data: bytes, kind: Kind) -> None:
        """Hold the number of elements in `data` against the limit, before they take memory."""
        limit = self._options.limits.elements
        left = limit - self._log.elements
        count = most_elements(data)
        if count > left:
            count = count_elements(data, self._table(kind), left)
        self._log.elements += count
        if count > left:
            raise RefusalError(Fact.TOO_MANY_ELEMENTS, limit=limit, seen=self._log.elements)

    def _undecodable(self, blob: Blob, kind: Kind) -> bool:
        """Record where and why the bytes go wrong, if they do."""
        from flowidl.source.wire.scan import scan  # start-up: for odd bytes only

        error = scan(blob.data, self._table(kind), depth=self._options.limits.depth).error
        if error is None:
            return False
        fact, path, span, detail, seen = error
        limit = self._options.limits.depth if fact is Fact.TOO_DEEP else 0
        self._add(fact, blob, kind, path=path, span=span, detail=detail, seen=seen, limit=limit)
        return True

    def _look_for_silent(self, definition: Definition, blob: Blob) -> None:
        """Record what decoding said nothing about: unknown fields, and values that did not count."""
        kind, data = definition.kind, blob.data
        if not self._options.strict:
            if len(data) > SILENT_CHECK_SIZE:
                subject = f"the encoding of {blob.origin.member or blob.origin.file}"
                self._log.skip(subject, "it is large: checked under --strict only")
                return
            known = message_class(kind).FromString(data)
            known.DiscardUnknownFields()
            if known.ByteSize() == len(data):
                return
        from flowidl.source.wire.scan import scan  # start-up: for odd bytes only

        for fact, path, span, detail, seen in scan(data, self._table(kind)).notes:
            self._add(fact, blob, kind, definition=definition, path=path, span=span, detail=detail, seen=seen)

    def _table(self, kind: Kind) -> Table:
        return self._tables.get(kind.value) or Table(descriptor(kind), self._tables)

    def _add(
        self,
        fact: Fact,
        blob: Blob,
        kind: Kind | None,
        *,
        definition: Definition | None = None,
        other: Kind | None = None,
        path: FieldPath = ROOT,
        span: tuple[int, int] | None = None,
        detail: str = "",
        limit: int = 0,
        seen: int = 0,
    ) -> None:
        problem = Problem(fact, blob.origin, kind, definition, path, span, detail=detail, other=other)
        self._log.add(problem._replace(limit=limit, seen=seen, named=blob.named))
