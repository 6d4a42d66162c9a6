"""A page to look at: findings, a picture of each workflow, and what a local run did, in one file.

The page needs no network. The findings, the table of a run and the pages of rules are text that can be read
without scripts; scripts add search, filters and the pictures. Layout is done by dagre (`web/dagre.min.js`,
MIT, its licence is in the page) up to a few hundred nodes, and beyond by a simpler way that takes thousands.

    render(report, style)              # the format `html`; `style.drawing` is what to draw
    page(report, drawing, run)         # any of the three
    page(run=run_of(execution))        # what `flowidl run` did
"""

from __future__ import annotations

import json
from html import escape as html
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from flowidl.escape import escape
from flowidl.findings import Severity
from flowidl.graph.model import Drawing, Workflow
from flowidl.graph.options import worst
from flowidl.report.excerpt import excerpt
from flowidl.report.model import Report, Verdict
from flowidl.report.phrases import (
    SEVERITY_NAMES,
    domain_text,
    file_text,
    fold,
    limit_lines,
    skipped_lines,
    source_text,
    summary_line,
)
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flowidl.findings import Finding
    from flowidl.graph.model import Entity, Node, Variable
    from flowidl.report.formats import Style
    from flowidl.report.model import RuleInfo
    from flowidl.sourcecode.position import Position

    Json = dict[str, Any]

_WEB = Path(__file__).parent / "web"
_VERDICTS = {Verdict.PASSED: "passed", Verdict.FAILED: "failed", Verdict.NOTHING_CHECKED: "nothing checked"}


class NodeRun(NamedTuple):
    """What happened at one node. `path` is ids joined by `/`, as in a `Drawing`; `seconds` may be unknown."""

    path: str
    entity: str
    state: str
    seconds: float | None = None
    attempts: int = 1
    error: str = ""
    #: Seconds from the start of the run to the start of the node.
    begin: float = 0.0


class Run(NamedTuple):
    """What happened in a local run of a workflow."""

    workflow: str
    state: str
    seconds: float
    nodes: tuple[NodeRun, ...] = ()
    error: str = ""


class NodeLike(Protocol):
    """A record of a node, as a local run keeps it. Times are seconds since the epoch."""

    path: str
    entity: str
    start: float
    end: float | None
    attempts: int
    error: BaseException | None

    @property
    def state(self) -> Any:
        """An enumeration's member whose value, or name, is a word."""
        ...


class ExecutionLike(Protocol):
    """A record of a run, as `flowidl.local` gives it."""

    workflow: str
    start: float
    end: float
    error: BaseException | None

    @property
    def state(self) -> Any:
        """An enumeration's member whose value, or name, is a word."""
        ...

    @property
    def nodes(self) -> Sequence[NodeLike]:
        """What happened at each node, in the order of starts."""
        ...


def run_of(execution: ExecutionLike) -> Run:
    """Return what a page shows of a local run."""
    return Run(
        execution.workflow,
        _state(execution.state),
        execution.end - execution.start,
        tuple(
            NodeRun(
                record.path.replace(" > ", "/"),
                record.entity,
                _state(record.state),
                None if record.end is None else record.end - record.start,
                record.attempts,
                "" if record.error is None else f"{type(record.error).__name__}: {record.error}",
                record.start - execution.start,
            )
            for record in execution.nodes
        ),
        "" if execution.error is None else f"{type(execution.error).__name__}: {execution.error}",
    )


def _with_paths(run: Run, drawing: Drawing) -> Run:
    """Let a run speak of nodes as the drawing does: a compiled node of a branch is known by its id alone."""
    paths: dict[str, str] = {}
    for workflow in drawing.workflows:
        if workflow.name == run.workflow:
            for node in workflow.walk():
                paths.setdefault(node.path.rpartition("/")[2] if "-" in node.path else node.path, node.path)
    return run._replace(nodes=tuple(n._replace(path=paths.get(n.path, n.path)) for n in run.nodes))


def _state(state: Any) -> str:
    value = getattr(state, "value", state)
    return (value if isinstance(value, str) else str(getattr(state, "name", state))).lower()


def render(report: Report, style: Style) -> str:
    """Return the page of a report, with the drawing of the style."""
    return page(report, style.drawing)


def page(report: Report | None = None, drawing: Drawing | None = None, run: Run | None = None) -> str:
    """Return a page, one HTML file, with what is given. The same values give the same page."""
    findings = report.findings if report is not None else ()
    if run is not None and drawing is not None:
        run = _with_paths(run, drawing)
    data = _data(drawing or Drawing(), findings, run)
    title = _title(report, run)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title>",
        f"<style>{_file('page.css')}</style>",
        "</head>",
        "<body>",
        *_header(report, run, title),
        "<main>",
        *_navigation(drawing or Drawing(), findings),
        "<div>",
        *_picture(bool(data["workflows"])),
        *(_run_table(run) if run is not None else ()),
        *(_findings(report) if report is not None else ()),
        *(_rules(report.rules) if report is not None else ()),
        *(_rest(report) if report is not None else ()),
        "</div>",
        "</main>",
        f'<script type="application/json" id="data">{_script(data)}</script>',
        f"<script>/*\n{_file('dagre.LICENSE.txt')}*/\n{_file('dagre.min.js')}</script>"
        if data["workflows"]
        else "",
        f"<script>{_file('page.js')}</script>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(parts)


def fragment(report: Report) -> str:
    """Return verdict and findings as an HTML fragment with its own looks, for a notebook."""
    colors = {Severity.ERROR: "#c62828", Severity.WARNING: "#a15c00", Severity.INFO: "#0b5cad"}
    rows: list[str] = []
    for head, behind in fold(report.findings):
        level = f'<b style="color:{colors[head.severity]}">{SEVERITY_NAMES[head.severity]}</b>'
        source = f"<br><code>{html(source_text(head.source))}</code>" if head.source is not None else ""
        help = f"<br><i>{_text(head.help)}</i>" if head.help else ""
        more = f"<br>and {len(behind)} that follow from it" if behind else ""
        place = f'<br><span style="opacity:.7">at {html(domain_text(head.location))}</span>'
        rows.append(
            f'<tr><td style="vertical-align:top">{level}<br>{_text(head.code)}</td>'
            f'<td style="text-align:left">{_text(head.message)}{place}{source}{help}{more}</td></tr>'
        )
    table = f"<table>{''.join(rows)}</table>" if rows else ""
    return f"<p><b>{_VERDICTS[report.verdict]}</b>: {_text(summary_line(report))}</p>{table}"


def _title(report: Report | None, run: Run | None) -> str:
    if run is not None:
        return f"{run.workflow}: {run.state}"
    return f"flowidl: {_VERDICTS[report.verdict]}" if report is not None else "flowidl"


def _header(report: Report | None, run: Run | None, title: str) -> Iterator[str]:
    yield "<header>"
    state = run.state if run is not None else _VERDICTS[report.verdict].split()[0] if report else ""
    words = title.partition(": ")
    badge = f'<span class="verdict {_text(state)}">{_text(words[2])}</span>' if words[2] else ""
    yield f"<h1>{_text(words[0])} {badge}</h1>"
    if run is not None:
        yield f"<p>{len(run.nodes)} nodes in {_took(run.seconds)}</p>"
    if report is not None:
        target = f" &middot; {_text(report.target)}" if report.target else ""
        version = f" &middot; flowidl {_text(report.tool_version)}" if report.tool_version else ""
        yield f"<p>{_text(summary_line(report))}{target}{version}</p>"
    yield '<button type="button" id="theme" hidden>Light or dark</button>'
    yield "</header>"


# The list at the side.


def _navigation(drawing: Drawing, findings: Sequence[Finding]) -> Iterator[str]:
    yield '<nav aria-label="Contents">'
    yield '<label class="hidden" for="search">Search</label>'
    yield '<input type="search" id="search" placeholder="Search (press /)" autocomplete="off">'
    yield '<div class="filters">'
    for severity in sorted({finding.severity for finding in findings}, reverse=True):
        word = SEVERITY_NAMES[severity]
        yield f'<label><input type="checkbox" id="show-{word}" checked> {word}</label>'
    codes = sorted({(finding.code, finding.name) for finding in findings})
    hidden = "" if codes else " hidden"
    yield f'<label class="hidden" for="code">Rule</label><select id="code"{hidden}><option value="">all rules'
    for code, name in codes:
        yield f'<option value="{_text(code)}">{_text(code)} {_text(name)}'
    yield '</select></div><ul id="hits" aria-label="Nodes found"></ul>'
    yield from _entries("Workflows", drawing.workflows, "workflow")
    yield from _entries("Tasks", drawing.tasks, "")
    yield from _entries("Launch plans", drawing.launch_plans, "")
    yield "</nav>"


def _entries(title: str, entities: Sequence[Workflow | Entity], attribute: str) -> Iterator[str]:
    if not entities:
        return
    yield f"<h2>{title} <span>({len(entities)})</span></h2><ul>"
    for entity in entities:
        found = list(entity.findings)
        if isinstance(entity, Workflow):
            found += [finding for node in entity.walk() for finding in node.findings]
        name = _text(entity.name)
        link = f' data-workflow="{name}"' if attribute else ""
        level = worst(found)
        count = f'<span class="count {level}">{len(found)}</span>' if found else ""
        place = f"#{_anchor(entity)}" if not attribute and entity.findings else "#workflows"
        inside = f'<a href="{place}"{link}>{name}{count}</a>'
        source = f' title="{_text(_line(entity.source))}"' if entity.source is not None else ""
        yield f'<li data-name="{name}"{source}>{inside if attribute or found else f"<a>{name}</a>"}</li>'
    yield "</ul>"


def _anchor(entity: Workflow | Entity) -> str:
    return f"of-{_text(entity.findings[0].fingerprint)}"


def _picture(has_any: bool) -> Iterator[str]:
    if not has_any:
        yield '<div hidden><div id="picture"><svg id="graph"></svg><div id="side"></div></div>'
        yield '<button id="zoom-in"></button><button id="zoom-out"></button><button id="zoom-fit"></button>'
        yield '<span id="said"></span><span id="picture-title"></span>'
        yield '<section id="workflows"></section></div>'
        return
    yield "<noscript><section><p>The pictures of workflows need scripts. Everything else is below.</p>"
    yield "</section></noscript>"
    yield '<section id="workflows" hidden><h2 id="picture-title"></h2>'
    yield '<div class="tools"><button type="button" id="zoom-in" aria-label="Zoom in">+</button>'
    yield '<button type="button" id="zoom-out" aria-label="Zoom out">&minus;</button>'
    yield '<button type="button" id="zoom-fit">Fit</button>'
    yield '<span class="dim">Drag to move, wheel to zoom; with the keyboard: arrows, +, &minus;, 0</span>'
    yield "</div>"
    yield '<div id="picture"><div id="canvas"><svg id="graph" tabindex="0" role="application"'
    yield ' aria-label="Graph of the workflow" aria-describedby="picture-title"></svg></div>'
    yield '<aside id="side" aria-label="Node" hidden></aside></div>'
    yield '<p class="hidden" id="said" aria-live="polite"></p></section>'


# Findings.


def _findings(report: Report) -> Iterator[str]:
    yield '<section id="findings"><h2>Findings <span id="shown" class="follow"></span></h2>'
    if not report.findings:
        yield "<p>No findings.</p>"
    number = {id(finding): index for index, finding in enumerate(report.findings)}
    told: set[str] = set()
    for head, behind in fold(report.findings):
        yield from _finding(head, number[id(head)], told)
        for follower in behind:
            yield from _finding(follower, number[id(follower)], told, follows=True)
    yield "</section>"


def _finding(finding: Finding, index: int, told: set[str], *, follows: bool = False) -> Iterator[str]:
    level = SEVERITY_NAMES[finding.severity]
    code = _text(finding.code)
    yield f'<article class="finding" id="finding-{index}" data-level="{level}" data-code="{code}">'
    if finding.fingerprint and finding.fingerprint not in told:
        told.add(finding.fingerprint)
        yield f'<a id="of-{_text(finding.fingerprint)}"></a>'
    yield f'<h3><span class="level {level}">{level}</span> <a href="#rule-{code}">{code}</a>'
    yield f"{_text(finding.message)}</h3>"
    if follows:
        yield '<p class="follow">This follows from the finding above.</p>'
    yield from _place(finding)
    notes = "".join(f"<li>{_text(note)}</li>" for note in finding.notes)
    for related in finding.related:
        source = related.location.source
        line = f" <code>{_text(str(source))}</code>" if source is not None else ""
        notes += f"<li>{_text(related.label)}: {html(domain_text(related.location))}{line}</li>"
    if notes:
        yield f"<ul>{notes}</ul>"
    if finding.help:
        yield f"<p><b>Help:</b> {_text(finding.help)}</p>"
    yield "</article>"


def _place(finding: Finding) -> Iterator[str]:
    location = finding.location
    if location.source is not None:
        yield f"<p><code>{html(source_text(location.source))}</code></p>"
        found = excerpt(location.source, 200)
        if found is not None:
            before, marked, after = (
                html(part)
                for part in (
                    found.text[: found.start],
                    found.text[found.start : found.end],
                    found.text[found.end :],
                )
            )
            yield f"<pre>{location.source.line} | {before}<b>{marked}</b>{after}</pre>"
    place = domain_text(location)
    path = f" &middot; <code>{_text(str(location.field_path))}</code>" if location.field_path else ""
    if place or path:
        yield f'<p class="at">at {html(place)}{path}</p>'
    if file := file_text(location):
        yield f'<p class="at">in {html(file)}</p>'


def _rules(rules: Iterable[RuleInfo]) -> Iterator[str]:
    listed = list(rules)
    if not listed:
        return
    yield '<section id="rules"><h2>Rules</h2>'
    for rule in listed:
        code = _text(rule.code)
        yield f'<details class="rule" id="rule-{code}"><summary><b>{code}</b> {_text(rule.name)}: '
        yield f"{_text(rule.summary)}</summary>"
        if rule.documentation:
            yield f"<pre>{html(_printed(rule.documentation))}</pre>"
        yield "</details>"
    yield "</section>"


def _rest(report: Report) -> Iterator[str]:
    lines = [*skipped_lines(report.skipped, verbose=True), *limit_lines(report.limits)]
    if lines:
        items = "".join(f"<li>{html(line)}</li>" for line in lines)
        yield f'<section id="rest"><h2>Not checked</h2><ul>{items}</ul></section>'


# A run.


def _run_table(run: Run) -> Iterator[str]:
    yield '<section id="run"><h2>What ran</h2>'
    if run.error:
        yield f'<p class="failed level">{_text(run.error)}</p>'
    yield "<table><thead><tr><th>node<th>runs<th>state<th>took<th>tries<th>when</tr></thead><tbody>"
    whole = max(run.seconds, 1e-9)
    for node in run.nodes:
        begin = min(100.0, max(0.0, 100 * node.begin / whole))
        width = min(100.0 - begin, 100 * (node.seconds or 0) / whole)
        bar = f'<span class="bar" style="margin-left:{begin:.2f}%;width:{width:.2f}%"></span>'
        error = f"<br>{_text(node.error)}" if node.error else ""
        link = f'<a href="#workflows" data-workflow="{_text(run.workflow)}" data-path="{_text(node.path)}">'
        yield (
            f"<tr><td>{link}{_text(node.path)}</a><td>{_text(node.entity)}"
            f'<td><span class="level {_text(node.state)}">{_text(node.state)}</span>{error}'
            f'<td class="number">{_took(node.seconds)}<td class="number">{node.attempts}<td>{bar}</tr>'
        )
    yield "</tbody></table></section>"


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


# What the scripts read.


def _data(drawing: Drawing, findings: Sequence[Finding], run: Run | None) -> Json:
    index: dict[Finding, int] = {}
    for number, finding in enumerate(findings):
        index.setdefault(finding, number)
    ran = {node.path: node for node in run.nodes} if run is not None else {}
    workflows = [
        _workflow(workflow, order, index, ran if run is not None and workflow.name == run.workflow else {})
        for order, workflow in enumerate(drawing.workflows)
    ]
    used: set[int] = set()
    for workflow in workflows:
        used.update(number for node in workflow["nodes"] for number in node["findings"])
    return {
        "workflows": workflows,
        "findings": {
            str(number): {
                "code": findings[number].code,
                "level": SEVERITY_NAMES[findings[number].severity],
                "message": _printed(findings[number].message),
            }
            for number in sorted(used)
        },
    }


def _workflow(
    workflow: Workflow, order: int, index: Mapping[Finding, int], ran: Mapping[str, NodeRun]
) -> Json:
    nodes = [entry for node in workflow.nodes for entry in _node(node, None, index, ran)]
    found = [*workflow.findings, *(finding for node in workflow.walk() for finding in node.findings)]
    weight = sum(10 ** (finding.severity - Severity.INFO) for finding in found) + 10**6 * bool(ran)
    return {
        "name": _printed(workflow.name),
        "order": order,
        "weight": weight,
        "nodes": nodes,
        "edges": [
            [_printed(edge.source), _printed(edge.target), _printed(edge.label), _printed(edge.type)]
            for edge in workflow.edges
        ],
        "inputs": _variables(workflow.inputs),
        "outputs": _variables(workflow.outputs),
    }


def _node(
    node: Node, parent: str | None, index: Mapping[Finding, int], ran: Mapping[str, NodeRun]
) -> Iterator[Json]:
    entry: Json = {
        "path": _printed(node.path),
        "name": _printed(node.name),
        "kind": node.kind,
        "target": _printed(node.target),
        "parent": None if parent is None else _printed(parent),
        "findings": sorted({index[finding] for finding in node.findings if finding in index}),
    }
    if node.findings:
        entry["level"] = worst(node.findings)
    for key, value in (("detail", node.detail), ("case", node.case)):
        if value:
            entry[key] = _printed(value)
    if node.is_failure:
        entry["failure"] = True
    if node.source is not None:
        entry["source"] = _line(node.source)
    if node.types:
        entry["types"] = [[_printed(name), _printed(type)] for name, type in node.types]
    if (run := ran.get(node.path)) is not None:
        entry["run"] = {
            "state": run.state,
            "took": _took(run.seconds),
            "attempts": run.attempts,
            "error": _printed(run.error),
        }
    yield entry
    for child in node.children:
        yield from _node(child, node.path, index, ran)


def _variables(variables: Iterable[Variable]) -> list[list[str]]:
    return [[_printed(variable.name), _printed(variable.type)] for variable in variables]


def _line(position: Position) -> str:
    return _printed(f"{position.file}:{position.line}:{position.column}")


# Text on its way out.


def _printed(text: str) -> str:
    """Return text of an input as people may see it; line breaks of our own texts stay."""
    return "\n".join(map(escape, text.split("\n"))) if "\n" in text else escape(text)


def _text(text: str) -> str:
    return html(escape(text))


def _script(data: Json) -> str:
    """Return data as JSON that may stand inside a script element."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _file(name: str) -> str:
    return (_WEB / name).read_text(encoding="utf-8").rstrip()
