"""One package, from its inputs to findings: read, analyse, run the rules.

What comes out is not yet a report: several packages may share one (`flowidl.validator.batch`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import LimitHit
from flowidl.report.conclude import Coverage, conclude
from flowidl.report.policy import DEFAULT_POLICY
from flowidl.rules.options import DEFAULT
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.compiler.model import Model
    from flowidl.findings import Finding
    from flowidl.report.model import Report
    from flowidl.report.policy import Policy
    from flowidl.rules.options import Options
    from flowidl.source.loading import Input
    from flowidl.source.options import LoadOptions
    from flowidl.source.problems import Loaded


class Examined(NamedTuple):
    """The findings on one package and what they cover, before suppressions, baseline and cap."""

    findings: tuple[Finding, ...]
    coverage: Coverage


def examine(
    inputs: Iterable[Input], options: Options = DEFAULT, reading: LoadOptions | None = None
) -> Examined:
    """Read inputs that belong together, and find what is wrong with them. Never raises for what they hold."""
    from flowidl.source import load

    chosen = load_options(options) if reading is None else reading
    return examine_loaded(load(*inputs, options=chosen), options)


def load_options(options: Options) -> LoadOptions:
    """Return the choices for reading that the choices of a run imply."""
    from flowidl.source import DEFAULT_LIMITS, Limits, LoadOptions

    return LoadOptions(
        project=options.project,
        domain=options.domain,
        version=options.version,
        strict=options.strict,
        limits=options.limits if isinstance(options.limits, Limits) else DEFAULT_LIMITS,
    )


def examine_loaded(loaded: Loaded, options: Options = DEFAULT) -> Examined:
    """Find what is wrong with definitions that belong together, and with the inputs they were read from."""
    from flowidl.compiler.analyse import analyse, collection_paused
    from flowidl.compiler.targets import target_named
    from flowidl.rules.context import Context
    from flowidl.validator.engine import run
    from flowidl.validator.finalize import entity_phrase

    with collection_paused():
        model = analyse((*loaded.definitions, *options.externals), target_named(options.target))
        outcome = run(Context(model, options, loaded.definitions, loaded.problems))
    coverage = Coverage(
        entities=tuple(dict.fromkeys(map(entity_phrase, loaded.definitions))),
        checked=outcome.checked,
        skipped=(*loaded.skipped, *outcome.skipped),
        limits=(*loaded.limits, *_compiler_limits(model), *outcome.limits),
        target=options.target,
    )
    return Examined(_with_sources(outcome.findings, loaded, options), coverage)


def _compiler_limits(model: Model) -> Iterator[LimitHit]:
    """Say that the compiler found more faults than it records, if it did."""
    from flowidl.compiler.context import MAX_FAULTS

    if model.faults_left_out:
        yield LimitHit("compiler-faults", MAX_FAULTS, len(model.faults) + model.faults_left_out)


def _with_sources(findings: tuple[Finding, ...], loaded: Loaded, options: Options) -> tuple[Finding, ...]:
    """Let findings point into the sources, if they shall and there are any."""
    if options.source is None or not findings:
        return findings
    from flowidl.sourcecode.attach import with_positions

    return with_positions(findings, loaded.definitions, options.source)


def report_on(examined: Examined, options: Options = DEFAULT, policy: Policy = DEFAULT_POLICY) -> Report:
    """Make the report on one package, or on several that were merged."""
    from flowidl.validator.rulebook import OptionsRuleBook

    return conclude(examined.findings, examined.coverage, policy, OptionsRuleBook(options))


def merged(parts: Iterable[Examined]) -> Examined:
    """Put packages that were examined one by one into one, in their order."""
    findings: list[Finding] = []
    checked: dict[str, int] = {}
    entities: dict[str, None] = {}
    coverages: list[Coverage] = []
    for part in parts:
        findings.extend(part.findings)
        entities.update(dict.fromkeys(part.coverage.entities))
        coverages.append(part.coverage)
        for kind, count in part.coverage.checked.items():
            checked[kind] = checked.get(kind, 0) + count
    return Examined(
        tuple(findings),
        Coverage(
            entities=tuple(entities),
            checked=checked,
            skipped=tuple(dict.fromkeys(entry for coverage in coverages for entry in coverage.skipped)),
            limits=tuple(dict.fromkeys(hit for coverage in coverages for hit in coverage.limits)),
            target=coverages[0].target if coverages else "",
        ),
    )
