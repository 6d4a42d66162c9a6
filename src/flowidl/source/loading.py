"""`load`: from inputs to definitions and problems, in one walk, whatever the inputs hold.

Every blob goes through the same steps: which format, which kind, decode, complete the identifier. A step that
fails records a problem and the walk goes on with the next blob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from flowidl.names import EntityId
from flowidl.source.definitions import Definition, Kind, Origin
from flowidl.source.detect import Certainty, fits, guess, kind_by_label, kind_by_name
from flowidl.source.inputs import BINARY, JSON, TEXT, YAML, Blob, Reader, Stream, split_name
from flowidl.source.limits import RefusalError
from flowidl.source.messages import descriptor, message_class
from flowidl.source.options import DEFAULT_OPTIONS, LoadOptions
from flowidl.source.outlines import WireOutline
from flowidl.source.problems import Fact, Loaded, Log, Problem
from flowidl.source.wire import Table, count_elements, most_elements

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from google.protobuf.message import Message

    from flowidl.core.v1.identifier_pb2 import Identifier
    from flowidl.source.detect import Outline


@runtime_checkable
class Serializable(Protocol):
    """A Protobuf message of any runtime or package."""

    def SerializeToString(self) -> bytes:  # noqa: N802 - the name that messages have
        """Return the message's bytes."""
        ...


if TYPE_CHECKING:
    Input = str | os.PathLike[str] | bytes | bytearray | memoryview | Stream | Serializable | Definition


def load(*inputs: Input, options: LoadOptions = DEFAULT_OPTIONS) -> Loaded:
    """Read definitions from `inputs`: paths, globs, `-`, bytes, streams, messages, or definitions.

    Never raises for what an input holds, nor for an input that cannot be read: those are problems of the
    result. Raises `TypeError` for an argument of another type.
    """
    return Loader(options).load(inputs)


class Loader:
    """The steps of one `load`, and what they share."""

    def __init__(self, options: LoadOptions) -> None:
        self._options = options
        self._log = Log()
        self._reader = Reader(options.limits, self._log)
        self._tables: dict[str, Table] = {}

    def load(self, inputs: tuple[Input, ...]) -> Loaded:
        """Read all inputs."""
        definitions: list[Definition] = []
        for source in inputs:
            before = len(definitions), len(self._log.problems)
            definitions.extend(self._definitions(source))
            if before == (len(definitions), len(self._log.problems)):
                name = source if isinstance(source, str) else getattr(source, "name", "")
                self._log.add(Problem(Fact.NO_DEFINITIONS, Origin(str(name)), named=True))
        return self._log.loaded(definitions)

    def _definitions(self, source: Input) -> Iterator[Definition]:
        if isinstance(source, Definition):
            yield source if source.id else source._replace(id=self._id(source.kind, source.message))
        elif isinstance(source, Serializable):
            found = self._message(source)
            if found is not None:
                yield found
        else:
            for blob in self._blobs(source):
                definition = self._definition(blob)
                if definition is not None:
                    yield definition

    def _blobs(self, source: Input) -> Iterator[Blob]:
        if isinstance(source, str):
            return self._reader.path(source)
        if isinstance(source, (bytes, bytearray, memoryview)):
            return self._reader.stream(_reader_of(bytes(source)), "")
        if isinstance(source, Stream):
            name = getattr(source, "name", "")
            return self._reader.stream(source.read, name if isinstance(name, str) else "")
        path = getattr(source, "__fspath__", None)
        if path is None:
            raise TypeError(f"cannot read definitions from {type(source).__name__}")
        return self._reader.path(str(path()))

    def _message(self, source: Serializable) -> Definition | None:
        """Take over a message of any runtime or package by its bytes."""
        label = getattr(getattr(source, "DESCRIPTOR", None), "full_name", "")
        kind = kind_by_label(str(label)) or self._options.kind
        data = source.SerializeToString()
        blob = Blob(Origin("", "", None), "", data, True)
        return self._binary(
            blob, kind if kind is not None else self._kind(blob, WireOutline(data, self._tables))
        )

    def _definition(self, blob: Blob) -> Definition | None:
        """Decode one blob, or record why it cannot be."""
        if not blob.data and self._options.kind is None:
            self._log.add(Problem(Fact.EMPTY_FILE, blob.origin, named=blob.named))
            return None
        try:
            return self._decoded(blob)
        except RefusalError as refusal:
            self._log.refused(refusal, blob.origin, named=blob.named)
            return None

    def _decoded(self, blob: Blob) -> Definition | None:
        _, says = split_name(blob.name)
        found = sniff(blob.data, says)
        if says is not None and says != found:
            self._log.add(Problem(Fact.MISMATCHED_FORMAT, blob.origin, detail=found, named=blob.named))
        if found == BINARY:
            return self._binary(blob, self._kind(blob, WireOutline(blob.data, self._tables)))
        raise NotImplementedError

    def _kind(self, blob: Blob, outline: Outline, *, compiled_first: bool = False) -> Kind | None:
        """Settle the kind by option, name and content, and record what is not certain."""
        says = self._options.kind or kind_by_name(split_name(blob.name)[0])
        if says is not None and fits(outline, says):
            return says
        found = guess(outline, compiled_first=compiled_first)
        problem = Problem(Fact.UNKNOWN_KIND, blob.origin, says, named=blob.named)
        if found.kind is None:
            if says is None:
                self._log.add(problem)
            return says
        if says is not None:
            self._log.add(problem._replace(fact=Fact.MISMATCHED_KIND, other=found.kind))
            return self._options.kind or found.kind
        if found.certainty is Certainty.LIKELY:
            others = ", ".join(kind.label for kind in found.others)
            self._log.add(problem._replace(fact=Fact.AMBIGUOUS_KIND, kind=found.kind, detail=others))
        return found.kind

    def _binary(self, blob: Blob, kind: Kind | None) -> Definition | None:
        if kind is None:
            return None
        self._count(blob.data, kind)
        from google.protobuf.message import DecodeError

        try:
            message = message_class(kind).FromString(blob.data)
        except (DecodeError, RecursionError, ValueError) as error:
            self._undecodable(blob, kind, error)
            return None
        return self._finished(blob, kind, message)

    def _finished(self, blob: Blob, kind: Kind, message: Message) -> Definition:
        return Definition(kind, message, blob.origin, self._id(kind, message))

    def _undecodable(self, blob: Blob, kind: Kind, error: Exception) -> None:
        """Record where and why the bytes go wrong."""
        from flowidl.source.wire import scan

        found = scan(blob.data, self._table(kind), depth=self._options.limits.depth).error
        problem = Problem(Fact.CORRUPT_MESSAGE, blob.origin, kind, detail=str(error), named=blob.named)
        if found is not None:
            problem = problem._replace(fact=found.fact, path=found.path, span=found.span, detail=found.detail)
            problem = problem._replace(seen=found.seen)
        self._log.add(problem)

    def _count(self, data: bytes, kind: Kind) -> None:
        """Hold the number of elements in `data` against the limit, before they take memory."""
        left = self._options.limits.elements - self._log.elements
        count = min(len(data), most_elements(data))
        if count > left:
            count = count_elements(data, self._table(kind), left)
        self._log.elements += count
        if count > left:
            limit = self._options.limits.elements
            raise RefusalError(Fact.TOO_MANY_ELEMENTS, limit=limit, seen=self._log.elements)

    def _table(self, kind: Kind) -> Table:
        found = descriptor(kind)
        return self._tables.get(found.full_name) or Table(found, self._tables)

    def _id(self, kind: Kind, message: Message) -> EntityId | None:
        found = identifier(kind, message)
        options = self._options
        return (
            None
            if found is None
            else EntityId.of(found).hydrated(options.project, options.domain, options.version)
        )


def _reader_of(data: bytes) -> Callable[[int], bytes]:
    from io import BytesIO

    return BytesIO(data).read


#: Where each kind keeps the identifier of what it defines.
_IDENTIFIERS: dict[Kind, tuple[str, ...]] = {
    Kind.TASK_SPEC: ("template", "id"),
    Kind.WORKFLOW_SPEC: ("template", "id"),
    Kind.LAUNCH_PLAN: ("id",),
    Kind.TASK: ("id",),
    Kind.WORKFLOW: ("id",),
    Kind.TASK_TEMPLATE: ("id",),
    Kind.WORKFLOW_TEMPLATE: ("id",),
    Kind.WORKFLOW_CLOSURE: ("workflow", "id"),
    Kind.COMPILED_WORKFLOW_CLOSURE: ("primary", "template", "id"),
    Kind.COMPILED_TASK: ("template", "id"),
}


def identifier(kind: Kind, message: Message) -> Identifier | None:
    """Return the identifier of what `message` defines, or `None` if it has none."""
    path = _IDENTIFIERS.get(kind)
    if path is None:
        return None
    found = message
    for name in path:
        if not found.HasField(name):
            return None
        found = getattr(found, name)
    return cast("Identifier", found)


_CONTROLS = bytes({*range(32)} - {9, 10, 13})
_SNIFFED = 4096


def sniff(data: bytes, says: str | None) -> str:
    """Return the format of `data`. `says` is what its name announces, if anything."""
    head = data[:_SNIFFED]
    if len(head.translate(None, _CONTROLS)) < len(head):
        return BINARY
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith((b"{", b"[")):
        return says if says in (YAML, TEXT) else JSON
    return says or YAML
