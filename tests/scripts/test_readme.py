"""What the README says in Python works, and every page that it links to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pages.blocks import blocks, carry_out

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def test_examples_run(tmp_path: Path) -> None:
    examples = [block for block in blocks(ROOT / "README.md") if block.language == "python"]
    assert len(examples) >= 3
    for example in examples:
        carry_out(example, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []
