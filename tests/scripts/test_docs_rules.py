"""The pages about rules can be made, and each link in them leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from flowidl.rules.packs import all_rules
from scripts.docs_rules import PAGES, committed, pages, stale_pages, write_pages


def dead_links(pages: Mapping[str, str], folder: Path) -> list[tuple[str, str]]:
    links = [(name, link) for name, text in pages.items() for link in re.findall(r"\]\(([^)#]+)", text)]
    assert links
    return [(name, link) for name, link in links if not (folder / link).exists()]


def test_every_rule_has_a_page_and_every_link_leads_to_one(tmp_path: Path) -> None:
    built = pages()
    assert {f"{rule.code}.md" for rule in all_rules()} | {"README.md", "coverage.md", "fields.md"} == set(
        built
    )
    assert write_pages(tmp_path, built) == len(built)
    assert dead_links(built, tmp_path) == []


@pytest.mark.parametrize("name", ["README.md", "coverage.md"])
def test_pages_under_version_control_link_to_none_that_is_only_built(name: str) -> None:
    assert dead_links({"README.md": committed()["README.md"]}, PAGES) == []
    assert "](FI" not in committed()[name]


def test_a_page_that_is_no_longer_made_goes(tmp_path: Path) -> None:
    (tmp_path / "FI999.md").write_text("# once\n")
    (tmp_path / "FI100.md").write_text("# another\n")
    (tmp_path / "notes.txt").write_text("kept\n")
    assert stale_pages(tmp_path, {"FI100.md": "# one\n"}) == ["FI100.md", "FI999.md"]
    assert write_pages(tmp_path, {"FI100.md": "# one\n"}) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["FI100.md", "notes.txt"]
