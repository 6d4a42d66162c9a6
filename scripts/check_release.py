"""Check that what is about to be released agrees with itself, before anything leaves.

- the tag is `v` and the package's version; CITATION.cff names that version;
- the changelog has a section of that version with something in it, and nothing stands under "Unreleased";
- the version is none of an earlier section, and above all of them.

    python scripts/check_release.py                     is the working tree consistent?
    python scripts/check_release.py --tag v1.2.3        may this tag be released?
    python scripts/check_release.py --tag v1.2.3 --notes    print the section of that version

It needs nothing but Python, so that it can run before anything is installed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION = re.compile(r"^(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?$")


def main() -> int:
    """Check, or print the notes. Return the exit status."""
    parser = argparse.ArgumentParser(description="Check that version, tag, changelog and citation agree.")
    parser.add_argument("--tag", help="the tag to be released; without it only the working tree is looked at")
    parser.add_argument("--notes", action="store_true", help="print the changelog of the tag's version")
    arguments = parser.parse_args()
    tag: str | None = arguments.tag
    found = list(problems(ROOT, tag))
    for problem in found:
        print(f"not ready for release: {problem}", file=sys.stderr)
    if arguments.notes and not found:
        print(sections(ROOT)[version_of(ROOT)].strip())
    return 1 if found else 0


def problems(root: Path, tag: str | None) -> Iterator[str]:
    """Yield what does not agree, a sentence each with what to do. Without a tag, work may be unreleased."""
    version = version_of(root)
    if not VERSION.match(version):
        yield f"`{version}` in src/flowidl/version.py is no version: write 1.2.3 or 1.2.3rc1"
        return
    cited = re.search(r"^version: (\S+)$", (root / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    if cited is None or cited[1] != version:
        yield f"CITATION.cff does not say `version: {version}`"
    written = sections(root)
    released = [name for name in written if name != "Unreleased"]
    if sorted(released, key=order, reverse=True) != released:
        yield "the sections of CHANGELOG.md are not in order, newest first"
    if released and order(released[0]) > order(version):
        yield f"CHANGELOG.md has {released[0]}, which is above {version} in src/flowidl/version.py"
    if tag is None:
        return
    if tag != f"v{version}":
        yield f"the tag is {tag} and the version {version}: tag v{version}, or change src/flowidl/version.py"
    if not written.get(version, "").strip():
        yield f"CHANGELOG.md has no section {version} with something in it"
    if written.get("Unreleased", "").strip():
        yield f'CHANGELOG.md still has lines under "Unreleased": move them under {version}'


def version_of(root: Path) -> str:
    """Return the package's version, without importing it. Empty if there is none."""
    text = (root / "src" / "flowidl" / "version.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]*)"$', text, re.MULTILINE)
    return found[1] if found else ""


def sections(root: Path) -> dict[str, str]:
    """Return the text of each section of the changelog by its name, in order."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    parts = re.split(r"^## (\S+).*\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def order(version: str) -> tuple[int, ...]:
    """Return what sorts versions; a candidate comes before its release, and what is no version first."""
    found = VERSION.match(version)
    if found is None:
        return ()
    major, minor, patch, stage, count = found.groups()
    rank = {"a": 0, "b": 1, "rc": 2, None: 3}[stage]
    return (int(major), int(minor), int(patch), rank, int(count or 0))


if __name__ == "__main__":
    sys.exit(main())
