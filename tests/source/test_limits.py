"""Limits: each one has a finding of its own, and memory stays bounded whatever comes in.

Memory is the peak of a process of its own, less what it had when everything was imported.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flowidl.source import DEFAULT_LIMITS, Fact, File, LoadOptions, load
from flowidl.source.writing import write
from tests.source import bombs
from tests.source.bombs import MIB
from tests.source.support import (
    MEMBERS,
    TASK,
    facts,
    in_child,
    limited,
    load_limited,
    tar,
    tgz,
    workflow,
    zipped,
)

Pack = Callable[[dict[str, bytes]], bytes]

# --- each limit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [TASK, tar(), tgz(), zipped()])
def test_input_size(data: bytes) -> None:
    loaded = load_limited(data, input_size=len(data) - 1)
    assert facts(loaded) == [Fact.INPUT_TOO_LARGE]
    assert (loaded.problems[0].limit, loaded.limits[0].name) == (len(data) - 1, "input-too-large")
    assert Fact.INPUT_TOO_LARGE not in facts(load_limited(data, input_size=len(data)))


@pytest.mark.parametrize("data", [tgz(), zipped()])
def test_total_size(data: bytes) -> None:
    assert facts(load_limited(data, total_size=60)) == [Fact.TOTAL_TOO_LARGE]
    single = gzip.compress(TASK)
    assert facts(load(single, single, single, options=limited(total_size=2 * len(TASK)))) == [
        Fact.TOTAL_TOO_LARGE
    ]


@pytest.mark.parametrize("pack", [tgz, zipped])
def test_ratio(pack: Pack) -> None:
    zeros = {"0_x_1.pb": bytes(16 * MIB)}
    data = pack(zeros)
    assert facts(load(data)) == [Fact.RATIO_TOO_HIGH]
    assert Fact.RATIO_TOO_HIGH not in facts(load_limited(data, ratio=100_000))


@pytest.mark.parametrize("data", [tar(), tgz(), zipped()])
def test_members(data: bytes) -> None:
    assert facts(load_limited(data, members=2)) == [Fact.TOO_MANY_MEMBERS]
    assert facts(load_limited(data, members=3)) == []


def test_files_of_a_folder(tmp_path: Path) -> None:
    for name, data in MEMBERS.items():
        (tmp_path / name).write_bytes(data)
    loaded = load(tmp_path, options=limited(members=2))
    assert (len(loaded.definitions), facts(loaded)) == (2, [Fact.TOO_MANY_MEMBERS])


@pytest.mark.parametrize("pack", [tar, tgz, zipped])
def test_member_size(pack: Pack) -> None:
    data = pack({"0_a_1.pb": TASK + bytes(2000), **MEMBERS})
    loaded = load_limited(data, member_size=1000)
    assert (len(loaded.definitions), facts(loaded)) == (3, [Fact.MEMBER_TOO_LARGE])
    assert facts(load_limited(gzip.compress(TASK), member_size=10)) == [Fact.MEMBER_TOO_LARGE]


def _value(levels: int) -> str:
    return '{"template": {"custom": {"x": ' + "[" * levels + "]" * levels + "}}}"


@pytest.mark.parametrize(
    "file",
    [
        File("x_2.pb", bombs.nested(60)),
        File("x_2.pb", bombs.nested(500)),
        File("x.TaskSpec.json", _value(150).encode()),
        File("x.TaskSpec.yaml", ("template: {custom: {x: " + "[" * 150 + "]" * 150 + "}}").encode()),
        File("x.txtpb", ("template { custom " * 80 + "}" * 80).encode()),
    ],
    ids=lambda file: file.name,
)
def test_depth(file: File) -> None:
    options = limited(depth=50)._replace(trust_text=True)
    assert Fact.TOO_DEEP in facts(load(file, options=options))


def test_depth_below_the_limit() -> None:
    assert facts(load(File("x_2.pb", bombs.nested(60)))) == []
    assert facts(load(File("x.TaskSpec.json", _value(20).encode()))) == []


def test_elements() -> None:
    spec = workflow(nodes=100)
    data = spec.SerializeToString()
    assert facts(load(spec, options=limited(elements=900))) == []
    assert facts(load(spec, options=limited(elements=300))) == [Fact.TOO_MANY_ELEMENTS]
    loaded = load(File("a_2.pb", data), File("b_2.pb", data), options=limited(elements=900))
    assert (len(loaded.definitions), facts(loaded)) == (1, [Fact.TOO_MANY_ELEMENTS])
    for name, text in (("x.json", json.dumps([1] * 2000)), ("x.yaml", "- 1\n" * 2000)):
        assert facts(load(File(name, text.encode()), options=limited(elements=1000))) == [
            Fact.TOO_MANY_ELEMENTS
        ]


def test_elements_are_counted_over_the_run() -> None:
    text = write(load(workflow(nodes=20)).definitions[0], "json")
    for count, expected in ((1, []), (3, [Fact.TOO_MANY_ELEMENTS] * 2)):
        files = [File(f"{number}.WorkflowSpec.json", text) for number in range(count)]
        assert facts(load(*files, options=limited(elements=1_600))) == expected


def test_every_limit_is_tried_here() -> None:
    assert set(DEFAULT_LIMITS._fields) == {
        "input_size", "total_size", "ratio", "members", "member_size", "depth", "elements",
    }  # fmt: skip


# --- bombs --------------------------------------------------------------------------------------------------


def test_ten_thousand_levels() -> None:
    printed, memory = in_child("""
from flowidl.source import File
from tests.source.bombs import nested
print(facts(load(File("x_2.pb", nested(10_000)))))
""")
    assert (printed, memory < 20) == ("too-deep", True), memory
    for text, suffix in (("[" * 100_000, "json"), ('{"a":' * 100_000, "json"), ("[" * 100_000, "yaml")):
        code = f"""
from flowidl.source import File
print(facts(load(File("x.{suffix}", b'{text[:5] if text[0] == "{" else "["}' * 100_000))))
"""
        printed, memory = in_child(code)
        assert (printed, memory < 40) == ("too-deep", True), (suffix, memory)


def test_four_megabytes_of_empty_entries() -> None:
    code = """
from tests.source.bombs import empty_nodes
data = empty_nodes(4 * 1024 * 1024)
print(facts(load(data)))
"""
    printed, memory = in_child(code)
    assert (printed, memory < 30) == ("ambiguous-kind,too-many-elements", True), memory


def test_a_member_that_declares_ten_gigabytes(tmp_path: Path) -> None:
    (tmp_path / "lie.tar").write_bytes(bombs.header("0_x_1.pb", 10 * 1024 * MIB) + TASK)
    printed, memory = in_child(f"print(facts(load({str(tmp_path / 'lie.tar')!r})))")
    assert (printed, memory < 10) == ("member-too-large,corrupt-archive", True), memory


def test_a_member_that_has_ten_gigabytes(tmp_path: Path) -> None:
    path = bombs.huge_member(tmp_path / "huge.tgz", 10 * 1024 * MIB)
    printed, memory = in_child(f"print(facts(load({str(path)!r})))")
    assert (printed, memory < 20) == ("member-too-large,ratio-too-high", True), memory


def test_gzip_within_gzip() -> None:
    code = """
from tests.source.bombs import nested_gzip
data = nested_gzip(8)
before = peak()
print(facts(load(data)))
"""
    printed, memory = in_child(code)
    assert (printed, memory < 10) == ("unsupported-compression", True), memory


def test_a_million_members(tmp_path: Path) -> None:
    path = bombs.many_members(tmp_path / "many.tgz", 1_000_000)
    printed, memory = in_child(f"print(facts(load({str(path)!r})))")
    assert (printed, memory < 60) == ("too-many-members", True), memory


def test_text_of_quotes_is_read_once() -> None:
    """If every quote were a new start for the reader, this would take hours."""
    quotes = b'"' + b'\\"' * 1_000_000
    assert facts(load(File("x.json", b"{" * 300 + quotes))) == [Fact.TOO_DEEP]
    assert facts(load(File("x.json", quotes), options=limited(depth=0))) == [Fact.INVALID_JSON]


def test_a_package_of_honest_size_is_far_from_any_limit() -> None:
    many = {f"{number}_x_1.pb": TASK for number in range(2000)}
    loaded = load(tgz(many))
    assert (len(loaded.definitions), facts(loaded), loaded.limits) == (2000, [], ())
    assert load(tgz(many), options=LoadOptions(strict=True)).problems == ()
