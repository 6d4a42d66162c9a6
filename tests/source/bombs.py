"""Inputs made to exhaust a reader, as bytes or as a file."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

MIB = 1024 * 1024


def length(size: int) -> bytes:
    """A number as a varint."""
    found = bytearray()
    while size > 127:
        found.append(size & 127 | 128)
        size >>= 7
    return bytes((*found, size))


def nested(levels: int) -> bytes:
    """A `WorkflowSpec` with a type of `levels` lists inside each other, written without a runtime."""
    tags = [b"\x0a", b"\x1a", b"\x0a", b"\x0a", b"\x12", b"\x0a", *([b"\x1a"] * levels)]
    parts: list[bytes] = []
    size = 0
    for tag in reversed(tags):
        head = tag + length(size)
        parts.append(head)
        size += len(head)
    return b"".join(reversed(parts))


def empty_nodes(size: int) -> bytes:
    """A `WorkflowSpec` of about `size` bytes whose template has nothing but nodes without content."""
    nodes = b"\x22\x00" * (size // 2)
    id = b"\x0a\x05\x08\x02\x22\x01w"
    return b"\x0a" + length(len(id) + len(nodes)) + id + nodes


def header(name: str, size: int) -> bytes:
    """A tar header that declares `size` bytes."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def huge_member(path: Path, declared: int) -> Path:
    """A gzipped tar file with one member of `declared` zeros, which are there."""
    zeros = gzip.compress(bytes(64 * MIB), mtime=0)
    with path.open("wb") as file:
        file.write(gzip.compress(header("0_x_1.pb", declared), mtime=0))
        for _ in range(declared // (64 * MIB)):
            file.write(zeros)
    return path


def many_members(path: Path, count: int) -> Path:
    """A gzipped tar file with `count` members, ten thousand names again and again."""
    block = b"".join(header(f"{number}_x.txt", 0) for number in range(10_000))
    part = gzip.compress(block, mtime=0)
    path.write_bytes(part * (count // 10_000))
    return path


def zeros_in_zip(size: int) -> bytes:
    """A zip file with one member of zeros."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0_x_1.pb", bytes(size))
    return stream.getvalue()


def nested_gzip(layers: int) -> bytes:
    """Zeros, compressed again and again."""
    data = bytes(64 * MIB)
    for _ in range(layers):
        data = gzip.compress(data, mtime=0)
    return data
