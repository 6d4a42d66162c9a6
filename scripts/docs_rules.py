"""Write the pages about the rules, from the rules, their examples and two tables.

- `README.md`, the index, and `coverage.md`: for each code of the reference compiler, and for each numbered
  item of the specification of its behaviour (`scripts/data/specification.tsv`), the rules that cover it or
  how it is dealt with otherwise. These two stand in `docs/rules`, under version control;
- a page for each rule, with an example and what the tool really prints about it;
- `fields.md`: for each field of a definition, who reads it or why nobody does (`scripts/data/fields.tsv`).
  These are hundreds, and made where documentation is built: here in `build/docs/rules`, or by `write_pages`
  in any folder, together with an index that links to them. `flowidl explain` has them offline.

It fails if an item or a field is accounted for nowhere, whether it writes or checks.

    scripts/docs_rules.py            write them
    scripts/docs_rules.py --check    write nothing; exit 1 if a page in docs/rules is stale
"""

from __future__ import annotations

import argparse
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

from google.protobuf.descriptor import Descriptor, FileDescriptor

import flowidl.admin.v1
import flowidl.core.v1
from flowidl.compiler.faults import Fact
from flowidl.findings import Phase
from flowidl.report.formats import DEFAULT_STYLE
from flowidl.report.text import render
from flowidl.rules.case import Case, CaseFile, Role, cases_for
from flowidl.rules.declaration import SECTIONS, Rule
from flowidl.rules.options import DEFAULT, Options
from flowidl.rules.packs import PACKS, all_rules
from flowidl.source.definitions import Kind
from flowidl.source.limits import DEFAULT_LIMITS
from flowidl.source.options import DEFAULT_OPTIONS
from flowidl.source.tree import tree
from flowidl.validator.breaking import examine_case
from flowidl.validator.pipeline import report_on

ROOT = Path(__file__).resolve().parents[1]
#: The pages under version control, and where the others go.
PAGES = ROOT / "docs" / "rules"
BUILT = ROOT / "build" / "docs" / "rules"
DATA = ROOT / "scripts" / "data"
WRITTEN = "<!-- Written by scripts/docs_rules.py. -->"

#: Lines that every identifier of the examples has, and that pages leave out.
COMMON = {'project: "flights"', 'domain: "development"', 'version: "v1"'}

#: Longest input that a page shows, in lines, and longest line of it.
LINES, COLUMNS = 48, 110

PHASES = {
    Phase.READ: "reading",
    Phase.REGISTRATION: "registration",
    Phase.LAUNCH: "launch",
    Phase.RUN: "run time",
}


# --- Tables -----------------------------------------------------------------------------------------------


class Item(NamedTuple):
    """A numbered item of the specification: what it asks, and how it is dealt with if not by a rule only.

    `word` is one of `mirrored`, `departs`, `free`, `elsewhere`, or empty.
    """

    id: str
    title: str
    word: str
    reason: str


class Row(NamedTuple):
    """Who reads a field, or all fields of a message (`core.Span.*`), or why nobody does.

    `word` is `read` or `free`, `reason` says by whom or why.
    """

    pattern: str
    word: str
    reason: str

    def matches(self, field: str) -> bool:
        """Tell whether the row is about a field."""
        message, _, last = self.pattern.rpartition(".")
        return field == self.pattern or (last == "*" and field.rpartition(".")[0] == message)


def _table(name: str) -> Iterator[list[str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@cache
def items() -> tuple[Item, ...]:
    """Return the numbered items of the specification, in its order."""
    rows: list[Item] = []
    for id, title, words in _table("specification.tsv"):
        word, _, reason = words.partition(":")
        rows.append(Item(id, title, word, reason.strip()))
    return tuple(rows)


@cache
def ledger() -> tuple[Row, ...]:
    """Return the table of fields that no rule names as read."""
    return tuple(Row(*row) for row in _table("fields.tsv"))


@cache
def fields() -> tuple[str, ...]:
    """Return every field of every message of the definitions, as rules name them: `core.Node.id`."""
    found: list[str] = []
    for room, package in (("core", flowidl.core.v1), ("admin", flowidl.admin.v1)):
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            if module.name.endswith("_pb2"):
                file: FileDescriptor = import_module(f"{package.__name__}.{module.name}").DESCRIPTOR
                for message in file.message_types_by_name.values():
                    found += _fields(message, room)
    return tuple(found)


def _fields(message: Descriptor, room: str) -> list[str]:
    found: list[str] = []
    waiting = [(message, f"{room}.{message.name}")]
    while waiting:
        here, name = waiting.pop()
        found += [f"{name}.{field.name}" for field in here.fields]
        inside = [nested for nested in here.nested_types if not nested.GetOptions().map_entry]
        waiting += [(nested, f"{name}.{nested.name}") for nested in reversed(inside)]
    return found


def unaccounted() -> list[str]:
    """Return the numbered items and the fields that neither a rule nor a table accounts for."""
    covered = {id for rule in all_rules() for id in rule.covers}
    read = {field for rule in all_rules() for field in rule.reads}
    return [
        *(item.id for item in items() if not item.word and item.id not in covered),
        *(f for f in fields() if f not in read and not any(row.matches(f) for row in ledger())),
    ]


#: How a page says the code of a rule.
Link: TypeAlias = Callable[[Rule], str]


# --- The page of a rule -----------------------------------------------------------------------------------


def rule_page(rule: Rule) -> Iterator[str]:
    """Yield the lines of a rule's page."""
    yield f"# {rule.code} {rule.name}"
    yield ""
    yield WRITTEN
    yield ""
    yield f"{rule.summary}."
    yield ""
    yield from _facts(rule)
    for title in SECTIONS:
        yield f"**{title}.** {_capitalised(rule.section(title))}"
        yield ""
    cases = cases_for(rule.code)
    bad = next((case for case in cases if case.role is Role.BAD), None)
    if bad is None:
        yield "## Example"
        yield ""
        yield "None: files alone cannot show this."
        yield ""
    else:
        yield from _example(bad)
    yield from _others(cases)


def _facts(rule: Rule) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| severity | {rule.severity.name.lower()} |"
    yield f"| comes to light at | {PHASES[rule.phase]} |"
    if rule.reference:
        yield f"| code of the reference compiler | {_codes(rule.reference)} |"
    if rule.covers:
        yield f"| [specification](coverage.md) | {', '.join(rule.covers)} |"
    if rule.preview:
        yield f"| preview | runs with `--previews` or `--select {rule.code}` only |"
    yield ""


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _example(case: Case) -> Iterator[str]:
    examined = examine_case(case, _heard(case))
    report = report_on(examined, _heard(case))
    own = next(finding for finding in report.findings if finding.code == case.code)
    shown = next(
        part for part in (*case.files, *case.old) if part.name == own.location.file or part in case.files
    )
    others = [f"`{part.name}`" for part in case.files if part is not shown]
    yield f"## Example: {case.title}"
    yield ""
    before = next((part for part in case.old if part.name == shown.name), None)
    if before is not None:
        yield "Before:"
        yield ""
        yield from _input(before)
        yield "After:"
        yield ""
    yield from _input(shown)
    if others:
        yield f"Beside it: {', '.join(others)}."
    if choices := list(_choices(case)):
        yield f"Checked with {', '.join(choices)}."
    yield f"`flowidl explain {case.code} --bad -o bad` writes the example."
    yield ""
    yield "```text"
    yield render(report, DEFAULT_STYLE).rstrip("\n")
    yield "```"
    yield ""


def _heard(case: Case) -> Options:
    return case.options._replace(previews=True)


def _input(part: CaseFile) -> Iterator[str]:
    """Show a file: a message as a tree, text as it is, and the size of anything else."""
    if part.kind is not None:
        full = list(tree(part.message))
        lines = [line for line in full if line.strip() not in COMMON]
        omission = ", without the usual project, domain and version" if len(lines) < len(full) else ""
        kind = f", a `{part.kind.label}`{omission}"
    else:
        kind, lines = "", _text(part.data)
    yield f"`{part.name}`{kind}{'' if lines else f', {len(part.data)} bytes'}{':' if lines else '.'}"
    yield ""
    if lines:
        yield "```text"
        yield from (_cut(line) for line in islice(lines, LINES))
        if len(lines) > LINES:
            yield f"... and {len(lines) - LINES} more lines"
        yield "```"
        yield ""


def _cut(line: str) -> str:
    return line if len(line) <= COLUMNS else f"{line[: COLUMNS - 4].rstrip()} ..."


def _text(data: bytes) -> list[str]:
    """Return the lines of a string, or nothing if the data are none."""
    try:
        lines = data.decode().splitlines()
    except UnicodeDecodeError:
        return []
    return lines if all(line.isprintable() for line in lines) else []


def _choices(case: Case) -> Iterator[str]:
    """Yield what an example chooses that is not the default, in words."""
    reading = case.reading or DEFAULT_OPTIONS
    pairs = [
        *_differing(case.options, DEFAULT, ("platform", "missing", "externals", "limits")),
        *_differing(case.options.platform, DEFAULT.platform),
        *_differing(case.options.missing, DEFAULT.missing),
        *_differing(reading.limits, DEFAULT_LIMITS),
        *_differing(reading, DEFAULT_OPTIONS, ("limits",)),
    ]
    return (f"`{name}` = `{_shown(value)}`" for name, value in pairs)


def _differing(
    given: tuple[object, ...], default: tuple[object, ...], but: tuple[str, ...] = ()
) -> Iterator[tuple[str, object]]:
    names: tuple[str, ...] = getattr(given, "_fields")  # noqa: B009 - of any NamedTuple
    for name, value, other in zip(names, given, default, strict=True):
        if name not in but and value != other:
            yield name, value


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, cast("tuple[object, ...]", value)))
    if isinstance(value, Kind):
        return value.label
    return str(value).lower() if isinstance(value, bool) else str(value)


def _others(cases: Iterable[Case]) -> Iterator[str]:
    words = {Role.BAD: "also found", Role.GOOD: "as it should be", Role.NEAR: "looks bad and is not"}
    seen_bad = False
    for case in cases:
        if case.role is not Role.BAD or seen_bad:
            yield f"- {words[case.role]}: {case.title}"
        seen_bad = True


# --- Pages about all rules --------------------------------------------------------------------------------


def index_page(link: Link, also: Iterable[str]) -> Iterator[str]:
    """Yield the lines of the index. `also` says where else to look."""
    yield "# Rules"
    yield ""
    yield WRITTEN
    yield ""
    yield "An **error** is refused by the back end, or cannot work; a **warning** will surprise, or could not"
    yield "be proven; an **info** is a note. `flowidl rules` lists them, `flowidl explain CODE` shows one:"
    yield "what is wrong, why it fails, how to repair it, and an example."
    yield from also
    yield ""
    for pack in PACKS:
        yield f"## {pack.title}"
        yield ""
        yield "| code | name | severity | comes to light at | what it finds |"
        yield "| --- | --- | --- | --- | --- |"
        for rule in pack.rules():
            preview = " (preview)" if rule.preview else ""
            severity, phase = rule.severity.name.lower(), PHASES[rule.phase]
            yield f"| {link(rule)} | {rule.name} | {severity}{preview} | {phase} | {rule.summary} |"
        yield ""


def linked(rule: Rule) -> str:
    """Return a rule's code as a link to its page, for where there are pages."""
    return f"[{rule.code}]({rule.code}.md)"


def unlinked(rule: Rule) -> str:
    """Return a rule's code, for where there are no pages."""
    return rule.code


def coverage_page(link: Link) -> Iterator[str]:
    """Yield the lines of the page about what the rules cover."""
    yield "# What the rules cover"
    yield ""
    yield WRITTEN
    yield ""
    yield "## Codes of the reference compiler"
    yield ""
    yield "A finding that stands for an error of the reference compiler carries its code and its node id."
    yield ""
    yield "| code | rules |"
    yield "| --- | --- |"
    for code in sorted({kind.code for kind in Fact.kinds.values() if kind.code}):
        yield f"| `{code}` | {_listed(link, (rule for rule in all_rules() if code in rule.reference))} |"
    yield ""
    yield "## Behaviour of the reference back end"
    yield ""
    yield "Items about workflow structure (WF), types (TY), bindings (BI), conditions (CO), tasks (TK),"
    yield "registration (AD), executions (EX), run time (RT), and quirks (QK). *Mirrored*: the compiler"
    yield "does the same. *Departs*: it does something else, on purpose. *Free*: nothing to check."
    yield "*Elsewhere*: only an installation can know."
    yield ""
    yield "| item | what it asks or says | rules | otherwise |"
    yield "| --- | --- | --- | --- |"
    for item in items():
        rules = _listed(link, (rule for rule in all_rules() if item.id in rule.covers))
        words = f"*{item.word}*: {item.reason}" if item.word else ""
        yield f"| {item.id} | {item.title} | {rules} | {words} |"
    yield ""


def _listed(link: Link, rules: Iterable[Rule]) -> str:
    return ", ".join(map(link, rules))


def fields_page() -> Iterator[str]:
    """Yield the lines of the page about fields."""
    read: dict[str, list[Rule]] = {}
    for rule in all_rules():
        for field in rule.reads:
            read.setdefault(field, []).append(rule)
    yield "# Who reads which field"
    yield ""
    yield WRITTEN
    yield ""
    yield "Every field of a definition is read by a rule, or by what stands below the rules, or is free:"
    yield "there is no value of it that an offline check could find fault with."
    yield ""
    message = ""
    for field in fields():
        of, _, name = field.rpartition(".")
        if of != message:
            yield from ("",) if message else ()
            yield f"## {of}"
            yield ""
        row = next((row for row in ledger() if row.matches(field)), None)
        if row is None:
            yield f"- `{name}`: {_listed(linked, read[field])}"
        elif not row.pattern.endswith(".*"):
            yield f"- `{name}`: {row.word}: {row.reason}"
        elif of != message:
            yield f"- all fields: {row.word}: {row.reason}"
        message = of
    yield ""


# --- Writing ----------------------------------------------------------------------------------------------


def committed() -> dict[str, str]:
    """Return the text of the pages in `docs/rules`, by name. They link to no page that is only built."""
    also = (
        "See also [what they cover](coverage.md) and [how to add one](../adding-a-rule.md). `make docs`",
        "writes all pages to `build/docs/rules`, also who reads which field of a definition.",
    )
    return _texts({"README.md": index_page(unlinked, also), "coverage.md": coverage_page(unlinked)})


def pages() -> dict[str, str]:
    """Return the text of every page, by name. All links between them resolve."""
    also = (
        "See also [what they cover](coverage.md) and [which fields they read](fields.md).",
        "",
        "Examples are of project `flights`, domain `development` and version `v1`; pages leave that out.",
    )
    written = {f"{rule.code}.md": rule_page(rule) for rule in all_rules()}
    written |= {"README.md": index_page(linked, also)}
    return _texts(written | {"coverage.md": coverage_page(linked), "fields.md": fields_page()})


def _texts(pages: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: "\n".join(lines).rstrip("\n") + "\n" for name, lines in pages.items()}


def write_pages(folder: Path, pages: Mapping[str, str]) -> int:
    """Make a folder hold these pages and no other ones. Return how many are new, changed or gone."""
    folder.mkdir(parents=True, exist_ok=True)
    stale = stale_pages(folder, pages)
    for name in stale:
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return len(stale)


def stale_pages(folder: Path, pages: Mapping[str, str]) -> list[str]:
    """Return the names of pages that a folder lacks, has in another form, or should not have."""
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in pages.keys() | present.keys() if pages.get(name) != present.get(name))


def main() -> int:
    """Write or check. Return the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages about the rules.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is stale")
    check: bool = parser.parse_args().check
    if missing := unaccounted():
        print(f"accounted for nowhere: {', '.join(missing)}; see docs/adding-a-rule.md", file=sys.stderr)
        return 1
    if check:
        stale = stale_pages(PAGES, committed())
        for name in stale:
            print(f"{(PAGES / name).relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for folder, written in ((PAGES, committed()), (BUILT, pages())):
        changed = write_pages(folder, written)
        print(f"{len(written)} pages in {folder.relative_to(ROOT)}, {changed} of them new, changed or gone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
