"""Programs in other languages read, write and show our messages as Python does.

Each test runs once per language. The programs are the examples, built by the commands of the documentation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from google.protobuf import text_format
from google.protobuf.json_format import MessageToDict, Parse
from google.protobuf.message import Message

from flowidl.core.v1 import WorkflowClosure
from tests.languages import page
from tests.languages.corpus import Sample
from tests.languages.differences import DIFFERENCES, FLOATS_AS_DOUBLES
from tests.languages.echo import Answer, Conversion, Request, convert
from tests.languages.toolchains import Program, run
from tests.languages.vectors import SPELLINGS, VECTORS, Vector

pytestmark = pytest.mark.languages


def encoded(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def as_text(message: Message) -> str:
    return text_format.MessageToString(message, print_unknown_fields=True)


def reencodes(kind: type[Message], data: bytes, answer: Answer) -> bool:
    """Tell whether a message came back with the same content: fields, presence, and what nobody knows."""
    return answer.data is not None and encoded(kind.FromString(answer.data)) == encoded(kind.FromString(data))


def shows(kind: type[Message], data: bytes, answer: Answer) -> bool:
    """Tell whether a message became the JSON that Python makes of it."""
    return answer.data is not None and json.loads(answer.data) == MessageToDict(kind.FromString(data))


def reads(kind: type[Message], data: bytes, answer: Answer) -> bool:
    """Tell whether the JSON of a message was read as that message.

    Text stands for messages here, because there are many encodings of a NaN and only one text.
    """
    expected = kind.FromString(data)
    expected.DiscardUnknownFields()
    return answer.data is not None and as_text(kind.FromString(answer.data)) == as_text(expected)


def differing(program: Program, vectors: Sequence[Vector]) -> Iterator[tuple[Conversion, str, bytes]]:
    """Convert messages in all three ways, and yield each that differs: how, its name, and what was said."""
    cases = [(how, vector) for vector in vectors for how in Conversion]
    answers = convert(program, [request(how, vector) for how, vector in cases])
    for (how, vector), answer in zip(cases, answers, strict=True):
        if not SAME[how](vector.type, vector.data, answer):
            yield how, vector.name, answer.data or answer.error.encode()


def request(how: Conversion, vector: Vector) -> Request:
    data = vector.data
    if how is Conversion.FROM_JSON:
        data = json.dumps(MessageToDict(vector.type.FromString(data))).encode()
    return Request(how, vector.type.DESCRIPTOR.full_name, data)


SAME: dict[Conversion, Callable[[type[Message], bytes, Answer], bool]] = {
    Conversion.REENCODE: reencodes,
    Conversion.TO_JSON: shows,
    Conversion.FROM_JSON: reads,
}


def is_read_back(how: Conversion, name: str, said: bytes, given: Sequence[Vector]) -> bool:
    """Tell whether what differs is JSON that is read as the message that it was made of."""
    if how is not Conversion.TO_JSON:
        return False
    (vector,) = (vector for vector in given if vector.name == name)
    return as_text(Parse(said, vector.type())) == as_text(vector.type.FromString(vector.data))


def known(program: Program, among: set[str]) -> set[tuple[Conversion, str]]:
    """Return the known differences of a language, among some vectors or spellings."""
    own = (d.names() for d in DIFFERENCES if d.folder == program.language.folder)
    return {(how, name) for names in own for how, name in names if name in among}


def test_vectors(built: Program, note: list[str]) -> None:
    found = {(how, name): said for how, name, said in differing(built, VECTORS)}
    expected = known(built, {vector.name for vector in VECTORS})
    assert found.keys() == expected, {pair: found.get(pair) for pair in found.keys() ^ expected}
    name = built.language.name
    note.append(f"{name}: {', '.join(built.versions())}")
    note.append(f"{name}: {len(VECTORS)} vectors in three conversions each, {len(found)} known differences")


def test_spellings(built: Program) -> None:
    """JSON that no writer writes and every reader must read."""
    requests = [
        Request(Conversion.FROM_JSON, s.type.DESCRIPTOR.full_name, s.json.encode()) for s in SPELLINGS
    ]
    found: dict[tuple[Conversion, str], str] = {}
    for spelling, answer in zip(SPELLINGS, convert(built, requests), strict=True):
        expected = text_format.Parse(spelling.text, spelling.type())
        if answer.data is None or spelling.type.FromString(answer.data) != expected:
            found[Conversion.FROM_JSON, spelling.name] = answer.error or repr(answer.data)
    names = known(built, {spelling.name for spelling in SPELLINGS})
    assert found.keys() == names, {pair: found.get(pair) for pair in found.keys() ^ names}


def test_corpus(built: Program, corpus: list[Sample], note: list[str]) -> None:
    given = [Vector(sample.path, sample.type, sample.data) for sample in corpus]
    found = list(differing(built, given))
    if built.language.folder in FLOATS_AS_DOUBLES:
        found = [each for each in found if not is_read_back(*each, given)]
    assert found == []
    note.append(f"{built.language.name}: {len(corpus)} definitions of the corpus, no difference")


def test_what_is_wrong_is_refused(built: Program) -> None:
    """A program that answers everything with success would pass for a good one otherwise."""
    node = "flowidl.core.v1.Node"
    answers = convert(
        built,
        [
            Request(Conversion.REENCODE, node, b"\x0a\x05a"),
            Request(Conversion.FROM_JSON, node, b'{"idd": "n0"}'),
            Request(Conversion.FROM_JSON, node, b"{"),
            Request(Conversion.TO_JSON, "flowidl.core.v1.Nothing", b""),
            Request(Conversion.TO_JSON, node, b""),
        ],
    )
    assert [answer.data is None for answer in answers] == [True, True, True, True, False]


def test_program_reads_walks_edits_and_writes(built: Program, inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "changed.binpb"
    printed = built.run(inputs / "closure.binpb", inputs / "report.binpb", out)
    assert printed.decode() == page.output()

    expected = WorkflowClosure.FromString((inputs / "closure.binpb").read_bytes())
    for task in expected.tasks:
        task.metadata.retries.retries = 3
    assert WorkflowClosure.FromString(out.read_bytes()) == expected


def test_generation_needs_no_network(built: Program, inputs: Path, tmp_path: Path) -> None:
    proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    nowhere: dict[str, str] = dict.fromkeys(proxies, "http://127.0.0.1:9")
    run(["buf", "generate", str(inputs / "protos"), "--output", str(tmp_path)], built.folder, nowhere)
    (generated,) = (path for path in (built.folder / "gen", built.folder / "src" / "gen") if path.exists())
    assert files(tmp_path / generated.relative_to(built.folder)) == files(generated)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
