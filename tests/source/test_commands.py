"""`flowidl show` and `flowidl convert`, as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowidl.source import Fact, File, LoadOptions, load
from flowidl.source.canonical import digest
from tests.cli.scenario import run
from tests.source.support import LAUNCH_PLAN, MEMBERS, TASK, WORKFLOW, corpus, tgz, workflow

WORKFLOW_TREE = """\
# WorkflowSpec workflow my.pkg.train
# w_2.pb, 83 bytes
# {digest}
template
  id
    resource_type: WORKFLOW
    name: "my.pkg.train"
  nodes[0]
    id: "n0"
    inputs[0]
      var: "x"
      binding.promise.var: "o0"
    task_node.reference_id
      resource_type: TASK
      name: "my.pkg.fit"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "w_2.pb").write_bytes(WORKFLOW)
    (tmp_path / "p.tgz").write_bytes(tgz())
    return tmp_path


# --- show ---------------------------------------------------------------------------------------------------


def test_a_tree_for_reading(folder: Path) -> None:
    (definition,) = load(File("w_2.pb", WORKFLOW)).definitions
    ran = run(["show", "w_2.pb", "--full"], folder)
    assert ran.out.decode() == WORKFLOW_TREE.format(digest=digest(definition)).replace(
        "83 bytes", f"{len(WORKFLOW)} bytes"
    )
    assert (ran.status, ran.err) == (0, "")


def test_what_the_schema_does_not_know_is_shown(folder: Path) -> None:
    unknown = b"\x98\x06\x05\xa2\x06\x03abc\xad\x06\x01\x00\x00\x00\xb3\x06\x08\x01\xb4\x06"
    (folder / "u_1.pb").write_bytes(TASK + unknown)
    ran = run(["show", "u_1.pb", "--full"], folder)
    lines = ran.out.decode().splitlines()
    assert lines[-4:] == [
        "(unknown 99): varint 5",
        "(unknown 100): 3 bytes (61 62 63)",
        "(unknown 101): 32 bits 1",
        "(unknown 102): a group",
    ]
    assert ran.err.count("warning[FI040] u_1.pb: ") == 4
    assert ran.status == 0


def test_names_cannot_steer_a_terminal(folder: Path) -> None:
    evil = 'a\x1b[2J"b\u202e\nc'
    (folder / "e_2.pb").write_bytes(workflow(evil).SerializeToString())
    (folder / "t.tgz").write_bytes(tgz({f"{evil}_2.pb": WORKFLOW, "x\x1b_2.pb": WORKFLOW[:-2]}))
    ran = run(["show", "e_2.pb", "t.tgz", "--full"], folder)
    text = ran.out.decode() + ran.err
    assert text.replace("\n", "").isprintable()
    assert r"\x1b[2J\"b\u202e\nc" in text


def test_a_package_and_a_choice_of_it(folder: Path) -> None:
    everything = run(["show", "p.tgz", "--full"], folder).out.decode()
    assert everything.count("# sha256:") == 3
    for pattern in ("my.pkg.fit", "0_*", "*fit_1.pb"):
        ran = run(["show", "p.tgz", "--name", pattern, "--full"], folder)
        assert ran.out.decode().startswith("# TaskSpec task my.pkg.fit\n# p.tgz > 0_my.pkg.fit_1.pb")
        assert ran.out.decode().count("# sha256:") == 1
    ran = run(["show", "p.tgz", "--name", "nobody", "--full"], folder)
    assert (ran.status, "no definition matches `nobody`" in ran.err) == (2, True)


@pytest.mark.parametrize("language", ["json", "yaml", "text"])
def test_what_show_prints_can_be_read(language: str, folder: Path) -> None:
    ran = run(["show", "w_2.pb", "--as", language], folder)
    loaded = load(ran.out, options=LoadOptions(trust_text=True, kind=load(WORKFLOW).definitions[0].kind))
    assert loaded.definitions[0].message == workflow()


def test_json_of_a_package_is_a_stream_of_objects(folder: Path) -> None:
    text = run(["show", "p.tgz", "--as", "json"], folder).out.decode()
    decoder = json.JSONDecoder()
    found: list[dict[str, object]] = []
    while text.strip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    assert [next(iter(value)) for value in found] == ["template", "template", "id"]


def test_bytes_behind_a_field(folder: Path) -> None:
    ran = run(["show", "w_2.pb", "--hex", "template.nodes[0].id"], folder)
    start = WORKFLOW.index(b"n0")
    assert ran.out.decode() == (
        f"# w_2.pb: template.nodes[0].id, bytes {start}-{start + 2}\n"
        f"{start:08x}  6e 30                                            n0\n"
    )
    ran = run(["show", "w_2.pb", "--hex", "template.nodes[1].id"], folder)
    assert ran.status == 2
    assert "has no `template.nodes[1].id`; `template` is the nearest" in ran.err
    assert run(["show", "w_2.pb", "--hex", "[3]"], folder).status == 2


def test_what_cannot_be_read_is_said_and_the_rest_is_shown(folder: Path) -> None:
    (folder / "x.tgz").write_bytes(tgz({**MEMBERS, "9_bad_1.pb": TASK[:-4]}))
    ran = run(["show", "x.tgz", "--full"], folder)
    assert ran.status == 1
    assert ran.out.decode().count("# sha256:") == 3
    assert "error[FI030] x.tgz > 9_bad_1.pb: " in ran.err
    assert run(["show", "nowhere.pb"], folder).status == 2


def test_standard_input(folder: Path) -> None:
    ran = run(["show", "-", "--kind", "LaunchPlan", "--full"], folder, stdin=LAUNCH_PLAN)
    assert ran.out.decode().startswith("# LaunchPlan launch plan my.pkg.train\n# <stdin>, ")


# --- convert ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["json", "yaml", "txtpb"])
def test_there_and_back(suffix: str, folder: Path) -> None:
    there = f"w.WorkflowSpec.{suffix}"
    assert run(["convert", "w_2.pb", there], folder) == (0, b"", "")
    assert run(["convert", there, "again_2.pb", "--text-format"], folder) == (0, b"", "")
    assert (folder / "again_2.pb").read_bytes() == WORKFLOW


def test_binary_to_binary_changes_nothing(folder: Path) -> None:
    odd = next(entry for entry in corpus() if entry.get("canonical") is False)["data"]
    (folder / "odd_2.pb").write_bytes(odd)
    assert run(["convert", "odd_2.pb", "same.pb"], folder).status == 0
    assert (folder / "same.pb").read_bytes() == odd
    assert run(["convert", "odd_2.pb", "fixed.pb", "--canonical"], folder).status == 0
    fixed = (folder / "fixed.pb").read_bytes()
    assert (fixed != odd, len(fixed)) == (True, len(odd))


def test_through_pipes(folder: Path) -> None:
    ran = run(["convert", "-", "-", "--to", "json"], folder, stdin=WORKFLOW)
    assert json.loads(ran.out)["template"]["id"]["name"] == "my.pkg.train"
    back = run(["convert", "-", "-", "--to", "binary", "--kind", "WorkflowSpec"], folder, stdin=ran.out)
    assert back.out == WORKFLOW


def test_what_a_format_leaves_out_is_said(folder: Path) -> None:
    (folder / "u_1.pb").write_bytes(TASK + b"\x98\x06\x05")
    ran = run(["convert", "u_1.pb", "u.json"], folder)
    assert "u_1.pb: unknown fields left out of json: 1" in ran.err


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["p.tgz", "x.json"], "holds 3 definitions"),
        (["w_2.pb", "x.doc"], "does not tell the format"),
        (["w_2.pb", "no/such/x.json"], "cannot write"),
        (["nowhere_2.pb", "x.json"], "No such file"),
    ],
)
def test_wrong_calls(argv: list[str], reason: str, folder: Path) -> None:
    ran = run(["convert", *argv], folder)
    assert ran.status == 2
    assert reason in ran.err


def test_limits_hold_here_too(folder: Path) -> None:
    ran = run(["show", "w_2.pb", "--limit", "elements=1"], folder)
    assert (ran.status, "error[FI016]" in ran.err) == (1, True)
    assert Fact.TOO_MANY_ELEMENTS.value == "too-many-elements"
