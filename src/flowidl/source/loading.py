"""`load`: from inputs to definitions and problems, in one walk, whatever the inputs hold.

Inputs become blobs (`inputs`), and blobs definitions (`decode`). A step that fails records a problem, and
the walk goes on with the next blob.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from flowidl.source.decode.decoder import Decoder
from flowidl.source.definitions import Definition, Origin
from flowidl.source.inputs.files import Blob, File, Reader, Stream
from flowidl.source.options import DEFAULT_OPTIONS, LoadOptions
from flowidl.source.problems import Fact, Loaded, Log, Problem

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator


@runtime_checkable
class Serializable(Protocol):
    """A Protobuf message of any runtime or package."""

    def SerializeToString(self) -> bytes:  # noqa: N802 - the name that messages have
        """Return the message's bytes."""
        ...


if TYPE_CHECKING:
    Input = (
        str | os.PathLike[str] | bytes | bytearray | memoryview | File | Stream | Serializable | Definition
    )


def load(*inputs: Input, options: LoadOptions = DEFAULT_OPTIONS) -> Loaded:
    """Read definitions from `inputs`: paths, globs, `-`, bytes, files in memory, streams, messages,
    or definitions.

    Never raises for what an input holds, nor for an input that cannot be read: those are problems of the
    result. Raises `TypeError` for an argument of another type.
    """
    log = Log()
    reader = Reader(options.limits, log)
    decoder = Decoder(options, log)
    definitions: list[Definition] = []
    for source in inputs:
        before = len(definitions) + len(log.problems)
        definitions.extend(_definitions(source, reader, decoder))
        if before == len(definitions) + len(log.problems):
            log.add(Problem(Fact.NO_DEFINITIONS, Origin(_name(source)), named=True))
    return log.loaded(definitions)


def _definitions(source: Input, reader: Reader, decoder: Decoder) -> Iterator[Definition]:
    if isinstance(source, Definition):
        yield decoder.identified(source)
        return
    if isinstance(source, Serializable):
        label = getattr(getattr(source, "DESCRIPTOR", None), "full_name", "")
        found = iter((decoder.message(source.SerializeToString(), str(label)),))
    else:
        found = map(decoder.decode, _blobs(source, reader))
    yield from (definition for definition in found if definition is not None)


def _blobs(source: Input, reader: Reader) -> Iterator[Blob]:
    if isinstance(source, str):
        return reader.path(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return reader.stream(_reads(bytes(source)), "")
    if isinstance(source, File):
        return reader.stream(_reads(source.data), source.name)
    if isinstance(source, Stream):
        return reader.stream(source.read, _name(source))
    path = getattr(source, "__fspath__", None)
    if path is None:
        raise TypeError(f"cannot read definitions from {type(source).__name__}")
    return reader.path(str(path()))


def _name(source: Input) -> str:
    """Return what to call an input in findings."""
    if isinstance(source, str):
        return source
    path = getattr(source, "__fspath__", None)
    name = getattr(source, "name", "") if path is None else path()
    return name if isinstance(name, str) else ""


def _reads(data: bytes) -> Callable[[int], bytes]:
    return BytesIO(data).read
