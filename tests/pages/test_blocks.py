"""Every block of the pages that teach is carried out, in order, and prints what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.blocks import ROOT, Block, blocks, carry_out, commands, matches

#: Pages that are carried out from the first block to the last, each in a folder of its own.
PAGES = (
    "index",
    "tutorial",
    "from-flyteidl",
    "from-flytekit",
    "fleet",
    "how-the-back-end-decides",
)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_does_what_it_shows(name: str, tmp_path: Path) -> None:
    found = blocks(ROOT / "docs" / f"{name}.md")
    assert found
    for block in found:
        carry_out(block, tmp_path)


def test_a_wrong_output_a_wrong_status_and_an_unknown_block_fall(tmp_path: Path) -> None:
    for text in ("$ echo a\nb\n", "$ exit 3\n", "$ echo a\n"):
        with pytest.raises(AssertionError, match="line 7"):
            carry_out(Block("console", "", text, 7), tmp_path)
    with pytest.raises(AssertionError, match="nothing carries out"):
        carry_out(Block("ruby", "", "", 7), tmp_path)
    with pytest.raises(AssertionError):
        carry_out(Block("python", "", "print(1)  # 2\n", 7), tmp_path)
    carry_out(Block("console", "", "$ echo a; exit 3\na\n(exit status 3)\n", 7), tmp_path)


def test_any_lines() -> None:
    assert matches("a\nb\nc", "a\n...\nc")
    assert matches("a\nc", "a\n...\nc")
    assert not matches("a\nb\nc", "a\nc")
    assert matches("", "")


def test_a_command_of_two_lines() -> None:
    (first, second) = commands("$ a \\\n  b\nprinted\n$ c\n")
    assert first == ("a \\\n  b", "printed")
    assert second == ("c", "")
