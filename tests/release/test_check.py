"""A release that does not agree with itself is stopped, with a sentence about what to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_release import ROOT, order, problems, sections


def tree(folder: Path, *, version: str = "1.2.0", cited: str = "1.2.0", changelog: str) -> Path:
    (folder / "src" / "flowidl").mkdir(parents=True)
    (folder / "src" / "flowidl" / "version.py").write_text(f'__version__ = "{version}"\n')
    (folder / "CITATION.cff").write_text(f"title: x\nversion: {cited}\n")
    (folder / "CHANGELOG.md").write_text("# Changelog\n\n" + changelog)
    return folder


READY = "## Unreleased\n\n## 1.2.0\n\n- Add x.\n\n## 1.1.0\n\n- Add y.\n"


@pytest.mark.parametrize(
    ("arguments", "tag", "words"),
    [
        ({"changelog": READY}, "v1.2.0", ""),
        ({"changelog": READY.replace("Unreleased\n", "Unreleased\n\n- Mend z.\n")}, None, ""),
        ({"changelog": READY.replace("Unreleased\n", "Unreleased\n\n- Mend z.\n")}, "v1.2.0", "move them"),
        ({"changelog": READY}, "v1.3.0", "the tag is v1.3.0"),
        ({"changelog": READY}, "1.2.0", "the tag is 1.2.0"),
        ({"changelog": READY, "cited": "1.1.0"}, None, "CITATION.cff"),
        ({"changelog": READY, "version": "1.2"}, None, "no version"),
        ({"changelog": READY, "version": "1.1.5", "cited": "1.1.5"}, None, "above 1.1.5"),
        ({"changelog": READY.replace("- Add x.\n", "")}, "v1.2.0", "no section 1.2.0"),
        ({"changelog": "## 1.1.0\n\n- y\n\n## 1.2.0\n\n- x\n"}, None, "not in order"),
    ],
)
def test_problems(arguments: dict[str, str], tag: str | None, words: str, tmp_path: Path) -> None:
    found = list(problems(tree(tmp_path, **arguments), tag))
    if words:
        assert any(words in problem for problem in found), found
    else:
        assert found == []


def test_candidates_come_before_their_release() -> None:
    names = ["1.10.0", "1.9.1", "1.9.0", "1.9.0rc2", "1.9.0rc1", "1.9.0b1", "1.9.0a1", "Unreleased"]
    assert sorted(sorted(names), key=order, reverse=True) == names


def test_the_working_tree_agrees() -> None:
    assert list(problems(ROOT, None)) == []
    assert next(iter(sections(ROOT))) == "Unreleased"
