"""Cases of the rules 0xx: files as they come, whole or damaged.

Each rule has a row: what is wrong, a file that shows it, and a file that resembles it and has nothing
wrong. The good case of all of them is the same task in a sound file.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from typing import TYPE_CHECKING

from flowidl.rules.case import Case, CaseFile, Role
from flowidl.rules.snippets import CONTAINER, task
from flowidl.source.definitions import Definition, Kind
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.options import DEFAULT_OPTIONS, LoadOptions
from flowidl.source.writing import write
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_PART = task("flights.load", "-> o0: int")
TASK = _PART.data
OTHER = task("flights.fit", "x: int").data


class _Example(NamedTuple):
    code: str
    title: str
    bad: CaseFile
    near: CaseFile
    at: str = ""
    reading: LoadOptions = DEFAULT_OPTIONS
    near_reading: LoadOptions = DEFAULT_OPTIONS
    also: tuple[str, ...] = ()


def _file(name: str, data: bytes) -> CaseFile:
    return CaseFile(name, data)


def _tar(*members: tuple[str, bytes], more: tuple[tarfile.TarInfo, ...] = ()) -> bytes:
    """A tar archive without compression, whose members come in order."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in more:
            archive.addfile(info)
    return stream.getvalue()


def _link() -> tarfile.TarInfo:
    info = tarfile.TarInfo("flights.fit_1.pb")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return info


def _field(number: int, value: bytes) -> bytes:
    """A field of bytes."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """A number of less than 16384."""
    return bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7])


def _text(language: str) -> bytes:
    return write(Definition(Kind.TASK_SPEC, _PART.message), language)


def _limited(**limits: int) -> LoadOptions:
    return LoadOptions(limits=DEFAULT_LIMITS._replace(**limits))


NAME = "0_flights.load_1.pb"
MEMBER = (NAME, TASK)
PACKAGE = gzip.compress(_tar(MEMBER), mtime=0)
SOUND = _file(NAME, TASK)
TRUSTED = LoadOptions(trust_text=True)
JSON, YAML, TEXT = _text("json"), _text("yaml"), _text("text")
#: Lists in `DEEP` that are within a depth of 50.
DEEPEST = 45
#: A task that has a list in a list in a list, and so on, as the type of its output.
DEEP = task(
    "flights.load",
    "-> o0: {" + "collection_type { " * 60 + "simple: INTEGER" + " }" * 60 + "}",
    CONTAINER,
).data

ROWS = (
    _Example(
        "FI002",
        "an archive of notes",
        _file("notes.tar", _tar(("README.md", b"nothing here"))),
        _file("package.tar", _tar(("README.md", b"see the definition"), MEMBER)),
    ),
    _Example("FI003", "a file without bytes", _file(NAME, b""), SOUND),
    _Example(
        "FI004",
        "a package cut off while it was copied",
        _file("package.tgz", PACKAGE[:-20]),
        _file("package.tgz", PACKAGE),
    ),
    _Example(
        "FI005",
        "a package compressed with bzip2",
        _file("package.tar.bz2", b"BZh91AY&SY" + bytes(20)),
        _file("0_flights.load_1.pb.gz", gzip.compress(TASK, mtime=0)),
    ),
    _Example(
        "FI006",
        "a link in a package",
        _file("package.tar", _tar(MEMBER, more=(_link(),))),
        _file("package.tar", _tar(("./folder/0_flights.load_1.pb", TASK))),
    ),
    _Example(
        "FI007",
        "a package that was added to",
        _file("package.tar", _tar(MEMBER, MEMBER)),
        _file("package.tar", _tar(MEMBER, ("1_flights.fit_1.pb", OTHER))),
    ),
    _Example("FI010", "a file above the limit", SOUND, SOUND, reading=_limited(input_size=100)),
    _Example(
        "FI011",
        "an archive above the limit",
        _file("p.tgz", PACKAGE),
        SOUND,
        reading=_limited(total_size=900),
    ),
    _Example(
        "FI012",
        "an archive of zeros",
        _file("p.tgz", gzip.compress(_tar((NAME, bytes(9 << 20))), mtime=0)),
        _file("p.tgz", PACKAGE),
    ),
    _Example(
        "FI013",
        "an archive with more entries than are wanted",
        _file("p.tar", _tar(("a.md", b""), ("b.md", b""), MEMBER)),
        _file("p.tar", _tar(("a.md", b""), MEMBER)),
        reading=_limited(members=2),
        near_reading=_limited(members=2),
    ),
    _Example("FI014", "a definition above the limit", SOUND, SOUND, reading=_limited(member_size=100)),
    _Example(
        "FI015",
        "lists in lists in lists",
        _file(NAME, DEEP),
        _file(NAME, DEEP),
        at='template.interface.outputs.variables["o0"].type' + ".collection_type" * DEEPEST,
        reading=_limited(depth=50),
    ),
    _Example("FI016", "more elements than are wanted", SOUND, SOUND, reading=_limited(elements=5)),
    _Example("FI020", "bytes of something else", _file("logo.pb", b"\x89PNG\r\n\x1a\n" + bytes(40)), SOUND),
    _Example(
        "FI021",
        "a task under a workflow's name",
        _file("0_flights.load_2.pb", TASK),
        _file("anything.pb", TASK),
    ),
    _Example(
        "FI022",
        "a workflow's identifier that names neither a workflow nor what it is part of",
        _file("unnamed.pb", _field(1, b"\x08\x02\x22\x01w")),
        _file("w.WorkflowTemplate.pb", _field(1, b"\x08\x02\x22\x01w")),
    ),
    _Example(
        "FI023",
        "what the back end made of an execution",
        _file(
            "crd.json", b'{"apiVersion": "flyte.lyft.com/v1alpha1", "kind": "flyteworkflow", "metadata": {}}'
        ),
        _file("0.TaskSpec.json", JSON),
    ),
    _Example("FI024", "JSON under a binary name", _file(NAME, JSON), _file("load.TaskSpec.json", JSON)),
    _Example("FI030", "the first half of a file", _file(NAME, TASK[:60]), SOUND, at="template.metadata"),
    _Example("FI031", "a tag that cannot be", _file(NAME, TASK + b"\x0f\x00"), SOUND),
    _Example(
        "FI032",
        "Latin-1 in place of UTF-8",
        _file(NAME, TASK.replace(b"flights.load", b"flights.lo\xe9d")),
        _file(NAME, TASK.replace(b"flights.load", "flights.lé!".encode()[:12])),
        at="template.id.name",
    ),
    _Example("FI040", "a field of a newer schema", _file(NAME, TASK + _field(99, b"new")), SOUND),
    _Example(
        "FI041",
        "two files put together",
        _file(NAME, TASK + TASK),
        SOUND,
        at="template",
    ),
    _Example(
        "FI042",
        "a container and a pod in one task",
        _file(NAME, _field(1, TASK[2:] + _field(17, b""))),
        SOUND,
        at="template.k8s_pod",
        also=("FI603",),
    ),
    _Example(
        "FI043",
        "a runtime of a kind without a name",
        _file(NAME, TASK.replace(b"\x08\x01\x12\x061.16.0", b"\x08\x07\x12\x061.16.0")),
        SOUND,
        at="template.metadata.runtime.type",
        reading=LoadOptions(strict=True),
        near_reading=LoadOptions(strict=True),
    ),
    _Example(
        "FI050",
        "a file without its last brace",
        _file("load.TaskSpec.json", JSON.rpartition(b"}")[0]),
        _file("load.TaskSpec.json", JSON),
    ),
    _Example(
        "FI051",
        "a number in place of a name",
        _file("load.TaskSpec.json", JSON.replace(b'"flights.load"', b"7")),
        _file("load.TaskSpec.json", JSON.replace(b'"TASK"', b"1")),
        at="template.id.name",
    ),
    _Example(
        "FI052",
        "a type given twice",
        _file(
            "load.TaskSpec.json", JSON.replace(b'"type": "container",', b'"type": "a", "type": "container",')
        ),
        _file("load.TaskSpec.json", JSON),
    ),
    _Example(
        "FI054",
        "an alias",
        _file("load.TaskSpec.yaml", YAML.replace(b"type: container", b"type: *kind")),
        _file("load.TaskSpec.yaml", YAML),
    ),
    _Example(
        "FI055",
        "text format that nobody vouches for",
        _file("load.txtpb", TEXT),
        _file("load.txtpb", TEXT),
        near_reading=TRUSTED,
    ),
    _Example(
        "FI056",
        "a misspelt field",
        _file("load.txtpb", TEXT.replace(b"container {", b"kontainer {")),
        _file("load.txtpb", TEXT),
        reading=TRUSTED,
        near_reading=TRUSTED,
    ),
    _Example(
        "FI090",
        "a task with an environment",
        _file(NAME, TASK + _field(3, b"load") + _field(4, b"\x0a\x07flights")),
        _file(NAME, TASK + _field(99, b"new")),
    ),
)


def _cases() -> Iterator[Case]:
    for row in ROWS:
        yield Case(row.code, Role.BAD, row.title, (row.bad,), row.at, row.also, reading=row.reading)
        yield Case(row.code, Role.GOOD, "the task in a sound file", (SOUND,))
        yield Case(row.code, Role.NEAR, f"next to: {row.title}", (row.near,), reading=row.near_reading)


CASES = tuple(_cases())
