"""JSON, YAML and text format say the same as the bytes, and what is wrong in them is told by place."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowidl.source import Definition, Fact, File, Kind, LoadOptions, load
from flowidl.source.canonical import canonical, digest
from flowidl.source.decode.values import read_yaml
from flowidl.source.definitions import KINDS, Origin
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.messages import message_class
from flowidl.source.writing import write
from tests.source.support import corpus, facts, launch_plan, task, workflow
from tests.support.messages import messages

FORMATS = ["json", "yaml", "text"]


def _back(definition: Definition, language: str) -> Definition:
    options = LoadOptions(kind=definition.kind, trust_text=True)
    suffix = {"json": "json", "yaml": "yaml", "text": "txtpb"}[language]
    loaded = load(File(f"x.{suffix}", write(definition, language)), options=options)
    assert not [fact for fact in facts(loaded) if fact is not Fact.MISMATCHED_KIND]
    return loaded.definitions[0]


# --- round trips --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", FORMATS)
def test_real_definitions_survive_every_format(language: str) -> None:
    entries = [entry for entry in corpus() if entry["encoding"] == "pb"]
    for entry in entries[:: 6 if language == "yaml" else 4]:
        (definition,) = load(entry["data"]).definitions
        assert digest(_back(definition, language)) == digest(definition)


@pytest.mark.parametrize("language", FORMATS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_random_messages_survive_every_format(language: str, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    message = data.draw(messages(message_class(kind)))
    definition = Definition(kind, message, Origin())
    assert _back(definition, language).message == message


def test_every_real_file_is_written_back_byte_for_byte() -> None:
    for entry in corpus():
        if entry["encoding"] != "pb":
            continue
        (definition,) = load(entry["data"]).definitions
        assert write(definition, "binary") == entry["data"]
        assert (canonical(definition.message) == entry["data"]) == entry["canonical"]
        assert definition.message.SerializeToString() and definition.message.ByteSize() == len(entry["data"])


def test_the_kind_travels_with_text_format() -> None:
    for definition in load(task(), workflow(), launch_plan()).definitions:
        loaded = load(write(definition, "text"), options=LoadOptions(trust_text=True))
        assert [found.kind for found in loaded.definitions] == [definition.kind]


def test_text_format_without_a_comment() -> None:
    text = b'template { id { resource_type: WORKFLOW name: "w" } nodes { id: "n0" } }\nsub_workflows { }'
    (found,) = load(File("x.txtpb", text), options=LoadOptions(trust_text=True)).definitions
    assert found.kind is Kind.WORKFLOW_SPEC
    (found,) = load(text, options=LoadOptions(trust_text=True)).definitions
    assert found.kind is Kind.WORKFLOW_SPEC


# --- the digest ---------------------------------------------------------------------------------------------


def test_the_digest_is_of_the_meaning() -> None:
    one, other = task(), task()
    for spec, keys in ((one, "abc"), (other, "cba")):
        for key in keys:
            spec.template.config[key] = key.upper()
    swapped = one.SerializeToString(deterministic=True)
    entries = [b"\x82\x01\x06\x0a\x01" + k + b"\x12\x01" + k.upper() for k in (b"a", b"b", b"c")]
    assert b"".join(entries) in swapped
    swapped = swapped.replace(b"".join(entries), b"".join(reversed(entries)))
    digests = {digest(definition) for definition in load(one, other, File("x_1.pb", swapped)).definitions}
    assert len(digests) == 1


def test_the_digest_covers_kind_content_and_unknown_fields() -> None:
    data = task().SerializeToString()
    found = [
        *load(data, data + b"\x98\x06\x01", data + b"\x98\x06\x02").definitions,
        *load(data, options=LoadOptions(kind=Kind.COMPILED_TASK)).definitions,
        *load(task("other")).definitions,
    ]
    assert len({digest(definition) for definition in found}) == len(found) == 5


def test_the_digest_is_not_of_the_place() -> None:
    data = workflow().SerializeToString()
    options = LoadOptions(project="p", version="v")
    found = [
        *load(File("a_2.pb", data)).definitions,
        *load(File("b_2.pb", data), options=options).definitions,
    ]
    assert digest(found[0]) == digest(found[1])


# --- faults -------------------------------------------------------------------------------------------------


def _problems(name: str, text: str | bytes, **options: Any) -> list[tuple[Fact, str, str, int]]:
    data = text if isinstance(text, bytes) else text.encode()
    loaded = load(File(name, data), options=LoadOptions(**options))
    return [(p.fact, str(p.path), p.detail, p.line) for p in loaded.problems]


def test_json_syntax() -> None:
    ((fact, _, detail, line),) = _problems("x.json", '{"template": {\n  "id": }\n}')
    assert (fact, line) == (Fact.INVALID_JSON, 2)
    assert "expecting value" in detail
    for text in (b"\xff{}", b'{"a": "\xe9"}', b"[" + b"9" * 5000 + b"]"):
        assert [problem[0] for problem in _problems("x.json", text)] == [Fact.INVALID_JSON]


def test_values_that_do_not_fit_are_all_found_with_their_paths() -> None:
    text = """{"template": {
        "id": {"resourceType": "TASC", "name": 5},
        "type": "t",
        "interface": {"inputs": {"variables": {"x y": {"type": {"simple": true}}}}},
        "container": {"args": "run", "env": [7]},
        "metadata": []
    }}"""
    found = _problems("x.TaskSpec.json", text)
    assert {(fact, path) for fact, path, _, _ in found} == {
        (Fact.MISMATCHED_VALUE, path)
        for path in (
            "template.id.resource_type",
            "template.id.name",
            'template.interface.inputs.variables["x y"].type.simple',
            "template.container.args",
            "template.container.env[0]",
            "template.metadata",
        )
    }
    details = {path: detail for _, path, detail, _ in found}
    assert details["template.id.resource_type"] == "`TASC` is no ResourceType"
    assert details["template.container.args"] == "a list is expected, and there is a string"


def test_what_only_the_runtime_finds_is_found() -> None:
    ((fact, _, detail, _),) = _problems("x.Task.json", '{"closure": {"createdAt": "yesterday"}}')
    assert fact is Fact.MISMATCHED_VALUE
    assert detail


def test_keys_that_the_schema_does_not_know() -> None:
    loaded = load(File("x.TaskSpec.json", b'{"template": {"id": {"name": "t"}, "typ": "x"}}'))
    assert [(p.fact, str(p.path), p.detail) for p in loaded.problems] == [
        (Fact.UNKNOWN_FIELD, "template", "typ")
    ]
    assert len(loaded.definitions) == 1


def test_keys_that_come_twice() -> None:
    json = '{"template": {"type": "a", "type": "b", "id": {"resource_type": 1}}}'
    yaml = "template:\n  type: a\n  type: b\n  id: {resource_type: 1}\n"
    for name, text in (("x.TaskSpec.json", json), ("x.TaskSpec.yaml", yaml)):
        assert [(p[0], p[2]) for p in _problems(name, text)] == [(Fact.DUPLICATE_KEY, "type")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1\nb: *x\n", "an alias"),
        ("a: !!python/object:os.system 1\n", "python/object"),
        ("a: !local 1\n", "the tag !local"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("? [1]\n: 2\n", "a key that is not a string"),
        ("a: [1\n", "expected ',' or ']'"),
        ("a: !!python/tuple [1]\n", "python/tuple"),
    ],
)
def test_yaml_that_is_not_read(text: str, reason: str) -> None:
    ((fact, _, detail, line),) = _problems("x.yaml", text)
    assert fact is Fact.INVALID_YAML
    assert reason in detail
    assert line >= 1


def test_yaml_scalars_mean_what_json_says() -> None:
    text = (
        "{a: no, b: 2020-01-01, c: 012, d: true, e: ~, f: 1.5, g: '7', h: .5, "
        "i: -3, j: yes, k: 1_000, l: 0x1f, m: , n: .inf}"
    )
    found = read_yaml(text.encode(), DEFAULT_LIMITS).value
    assert found == {
        "a": "no", "b": "2020-01-01", "c": 12, "d": True, "e": None, "f": 1.5, "g": "7", "h": 0.5, "i": -3,
        "j": "yes", "k": "1_000", "l": "0x1f", "m": None, "n": float("inf"),
    }  # fmt: skip


def test_yaml_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without_yaml(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_yaml)
    assert [problem[0] for problem in _problems("x.yaml", "template: {}\n")] == [Fact.MISSING_YAML_EXTRA]


def test_text_format_is_read_only_when_it_is_trusted() -> None:
    text = 'template { type: "a" }'
    assert _problems("x.TaskSpec.txtpb", text)[0][0] is Fact.UNTRUSTED_TEXT
    assert _problems("x.TaskSpec.txtpb", text, trust_text=True) == []
    ((fact, _, detail, line),) = _problems("x.TaskSpec.txtpb", 'template {\n  typo: "a"\n}', trust_text=True)
    assert (fact, line) == (Fact.INVALID_TEXT, 2)
    assert "typo" in detail


@pytest.mark.parametrize(
    ("name", "says"),
    [("x_1.json", "binary"), ("x.yaml", "binary"), ("x.txtpb", "binary")],
)
def test_a_suffix_that_says_something_else(name: str, says: str) -> None:
    loaded = load(File(name, task().SerializeToString()))
    assert len(loaded.definitions) == 1
    assert [(p.fact, p.detail) for p in loaded.problems] == [(Fact.MISMATCHED_FORMAT, says)]


def test_json_under_a_binary_name() -> None:
    loaded = load(File("x_1.pb", write(load(task()).definitions[0], "json")))
    assert len(loaded.definitions) == 1
    assert facts(loaded) == [Fact.MISMATCHED_FORMAT]


@pytest.mark.parametrize("suffix", ["json", "yaml", "txtpb", "pb", ""])
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_gives_a_report(suffix: str, text: str) -> None:
    load(File(f"x.{suffix}", text.encode("utf-8", "replace")), options=LoadOptions(trust_text=True))


def test_kubernetes_objects() -> None:
    flyte = '{"kind": "flyteworkflow", "apiVersion": "flyte.lyft.com/v1alpha1", "metadata": {}, "spec": {}}'
    ((fact, _, detail, _),) = _problems("x.json", flyte)
    assert (fact, detail) == (Fact.KUBERNETES_OBJECT, "flyteworkflow")
    pod = "kind: Pod\napiVersion: v1\nmetadata: {name: x}\n"
    assert [(p[0], p[2]) for p in _problems("x.yaml", pod)] == [(Fact.KUBERNETES_OBJECT, "Pod")]


def test_prose_is_no_yaml_whether_or_not_a_parser_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in (False, True):
        if missing:
            monkeypatch.setitem(sys.modules, "yaml", None)
        assert _facts_of("README", b"Some words\nabout this project.\n") == [Fact.UNKNOWN_KIND]
    assert _facts_of("task", b"template:\n  id: {}\n") == [Fact.MISSING_YAML_EXTRA]


def _facts_of(name: str, data: bytes) -> list[Fact]:
    return [problem.fact for problem in load(File(name, data)).problems]
