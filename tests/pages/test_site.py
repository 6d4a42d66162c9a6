"""The pages that the site is made of are complete, and links between them lead to pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from flowidl.rules.packs import all_rules
from scripts import build_site, reference_pages, schema_pages
from scripts.json_schema import elements

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "pages"
    build_site.gather(folder)
    return folder


def test_every_rule_every_message_and_every_public_name_has_a_place(pages: Path) -> None:
    assert {rule.code for rule in all_rules()} <= {page.stem for page in (pages / "rules").glob("*.md")}
    anchors = re.findall(r"\{ #(\S+) \}", "".join(p.read_text() for p in (pages / "schema").glob("*.md")))
    every = {e.name for file in schema_pages.own_files() for e in elements(file)}
    assert len(anchors) == len(set(anchors))
    assert {name for name in every if not name.endswith("Entry")} <= set(anchors)
    for room in reference_pages.ROOMS:
        text = (pages / "reference" / f"{room}.md").read_text()
        assert [p.name for p in reference_pages.publics(room) if not re.search(rf"\b{p.name}\b", text)] == []


def test_links_lead_to_pages(pages: Path) -> None:
    broken = [
        f"{page.relative_to(pages)} -> {target}"
        for page in pages.rglob("*.md")
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_what_the_navigation_names_is_there(pages: Path) -> None:
    text = (ROOT / "mkdocs.yml").read_text()
    named = re.findall(r"(\S+\.md)$", text, re.MULTILINE)
    assert len(named) > 25
    assert [name for name in named if not (pages / name).exists()] == []
    assert yaml.safe_load(text)["strict"] is True


def test_links_out_of_the_docs_are_led_to_pages_or_lose_their_link() -> None:
    names = build_site.page_names()
    text = "[a](../CONTRIBUTING.md#style) [b](../examples/gates.py) [c](../conformance/README.md) [d](cli.md)"
    assert build_site.as_page("docs/x.md", text, {**names, "docs/x.md": "x.md"}) == (
        "[a](contributing.md#style) [b](examples/gates.md) c [d](cli.md)\n"
    )
    fenced = "```text\n[a](../CONTRIBUTING.md)\n```\n"
    assert build_site.as_page("docs/x.md", fenced, {**names, "docs/x.md": "x.md"}) == fenced


def test_comments_of_the_schema_are_no_html() -> None:
    assert schema_pages.cell("a <b> and `<c>-<d>` | e") == "a &lt;b> and `<c>-<d>` \\| e"
