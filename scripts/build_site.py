"""Build the documentation site into `build/site`: put its pages together, then let MkDocs make HTML of them.

    python -m scripts.build_site

The pages are those in `docs`, those of the project's root (CONTRIBUTING, CHANGELOG), the examples, and what
is made here from rules, schema and docstrings. They are gathered in `build/pages`. Links to files of the
project that are a page there are led to that page; the name of any other file stays as text, because the site
has no copy of it.
MkDocs runs strictly: a link or an anchor that leads nowhere fails the build.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import docs_rules, reference_pages, schema_pages

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "build" / "pages"
#: Files of the root that are pages, and the names of those.
OF_ROOT = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "LICENSE": "license.md"}
#: What else a link may lead to, and the page that stands for it.
STANDING_FOR = {
    "README.md": "index.md",
    "examples": "examples.md",
    "SECURITY.md": "security.md",
    "proto/flowidl": "schema/index.md",
    "src/flowidl": "reference/index.md",
}

LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
FENCE = re.compile(r"^\s*(```|~~~)")


def main() -> int:
    """Put the pages together and build the site. Return the exit status."""
    gather(PAGES)
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", "mkdocs.yml"]
    status = subprocess.run(command, cwd=ROOT, env=quiet, check=False).returncode
    if status == 0:
        count = sum(1 for _ in (ROOT / "build" / "site").rglob("*.html"))
        print(f"build/site: {count} pages, every link and anchor resolved")
    return status


def gather(folder: Path) -> None:
    """Make a folder hold the pages of the site and nothing else."""
    if folder.exists():
        shutil.rmtree(folder)
    names = page_names()
    for file, name in names.items():
        if name.startswith("rules/"):
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".css"):
            shutil.copyfile(ROOT / file, target)
            continue
        text = (ROOT / file).read_text(encoding="utf-8")
        target.write_text(as_page(file, text, names), encoding="utf-8")
    for part, pages in (
        ("rules", docs_rules.pages()),
        ("schema", schema_pages.pages()),
        ("reference", reference_pages.pages()),
    ):
        (folder / part).mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / part / name).write_text(text, encoding="utf-8")


def page_names() -> dict[str, str]:
    """Return the page of each file of the project that is one, by the file's name from the root."""
    written = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*"))]
    pages = {name: name.removeprefix("docs/") for name in written if (ROOT / name).is_file()}
    examples = sorted((ROOT / "examples").glob("*.py"))
    pages |= {f"examples/{path.name}": f"examples/{path.stem}.md" for path in examples}
    return pages | OF_ROOT


def as_page(file: str, text: str, names: dict[str, str]) -> str:
    """Return a file's text as a page: code in a fence, Markdown with its links led to pages."""
    if file.endswith(".py"):
        return f"# {Path(file).name}\n\n```python\n{text}```\n"
    if not file.endswith(".md"):
        return f"# {Path(file).name}\n\n```text\n{text}```\n"
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        inside ^= FENCE.match(line) is not None
        lines.append(line if inside else LINK.sub(lambda link: led(file, link, names), line))
    return "\n".join(lines) + "\n"


def led(file: str, link: re.Match[str], names: dict[str, str]) -> str:
    """Return a link of a file as its page has it: to another page, or only its text."""
    text, target = link.groups()
    path, _, anchor = target.partition("#")
    if not path or "://" in target or target.startswith("mailto:"):
        return link[0]
    aim = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
    home = names.get(aim) or STANDING_FOR.get(aim)
    if home:
        page = posixpath.relpath(home, posixpath.dirname(names[file]) or ".")
        return f"[{text}]({page}{'#' + anchor if anchor else ''})"
    if (ROOT / aim).exists():
        return text
    return link[0]


if __name__ == "__main__":
    sys.exit(main())
