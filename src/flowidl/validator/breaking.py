"""Two versions of a package, from their inputs to findings about whom the newer one breaks.

The rules of the packs that compare are run on both together; selection, severities, suppressions, baseline
and report are those of every other run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.findings import Skipped
from flowidl.report.conclude import Coverage
from flowidl.rules import packs
from flowidl.rules.options import DEFAULT
from flowidl.rules.packs import Subject, rules_about
from flowidl.validator.pipeline import Examined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flowidl.findings import Finding
    from flowidl.rules.case import Case
    from flowidl.rules.changes.context import Api, PairContext
    from flowidl.rules.declaration import Found, Rule
    from flowidl.rules.options import Options
    from flowidl.source.definitions import Definition
    from flowidl.source.loading import Input
    from flowidl.source.options import LoadOptions
    from flowidl.source.problems import Loaded


def examine_versions(
    old: Iterable[Input],
    new: Iterable[Input],
    options: Options = DEFAULT,
    reading: LoadOptions | None = None,
    api: Api | None = None,
) -> Examined:
    """Read two versions, and find what of the old one no longer works with the new one. Never raises for
    what they hold.

    `options.externals` are definitions of callers that are known: they must compile with the new version if
    they did with the old one. Inputs that cannot be read are findings, as for `validate`.
    """
    from flowidl.source import load
    from flowidl.validator.pipeline import load_options

    chosen = load_options(options) if reading is None else reading
    return examine_loaded_versions(load(*old, options=chosen), load(*new, options=chosen), options, api)


def examine_loaded_versions(
    old: Loaded, new: Loaded, options: Options = DEFAULT, api: Api | None = None
) -> Examined:
    """Find what of an old version no longer works with a new one, both of which have been read."""
    from flowidl.changes import compare
    from flowidl.compiler.analyse import collection_paused
    from flowidl.rules.changes.context import Api, PairContext

    with collection_paused():
        comparison = compare(old.definitions, new.definitions)
        context = PairContext(comparison, api or Api.ALL, options.externals)
        findings = (
            *_problems(old, new, options),
            *_findings(context, (*new.definitions, *old.definitions), options),
        )
    checked: dict[str, int] = {}
    for key in comparison.new:
        checked[key.kind] = checked.get(key.kind, 0) + 1
    return Examined(
        findings,
        Coverage(
            entities=tuple(map(str, dict.fromkeys((*comparison.new, *comparison.old)))),
            checked=checked,
            skipped=(*old.skipped, *new.skipped, *_unknown(context)),
            limits=(*old.limits, *new.limits),
            target=options.target,
        ),
    )


def _findings(
    context: PairContext, definitions: tuple[Definition, ...], options: Options
) -> Iterator[Finding]:
    from flowidl.validator.finalize import RuleResult, finalize
    from flowidl.validator.select import wants

    found = [RuleResult(rule, result) for rule, result in _results(context)]
    placed = finalize(found, definitions, options.severity)
    silent = {item.rule.code for item in found if not wants(options, item.rule)}
    unheard = {finding.fingerprint for finding in placed if finding.code in silent}
    return (f for f in placed if f.fingerprint not in unheard and f.cause not in unheard)


def _results(context: PairContext) -> Iterator[tuple[Rule, Found]]:
    for rule in rules_about(Subject.VERSIONS):
        for result in rule.check(context):
            if not isinstance(result, Skipped):
                yield rule, result


def _problems(old: Loaded, new: Loaded, options: Options) -> Iterator[Finding]:
    """Yield what is wrong with the inputs themselves, by the rules that say so in every run."""
    from flowidl.compiler.analyse import analyse
    from flowidl.compiler.targets import target_named
    from flowidl.rules.context import Context
    from flowidl.validator.engine import run

    problems = (*old.problems, *new.problems)
    if problems:
        yield from run(Context(analyse((), target_named(options.target)), options, (), problems)).findings


def _unknown(context: PairContext) -> Iterator[Skipped]:
    """Yield what was not compared, because an interface is not known in one of the versions."""
    for old, new in context.callable_in_both():
        if context.interfaces(old, new) is None:
            yield Skipped(
                str(old.key), "its interface is not known in both versions, so its callers were not checked"
            )


def examine_case(case: Case, options: Options) -> Examined:
    """Find what there is to find in an example of a rule, whether it is about one version or about two."""
    from flowidl.validator.pipeline import examine

    if packs.subject_of(case.code) is not Subject.VERSIONS:
        return examine(case.inputs(), options, case.reading)
    return examine_versions(case.old_inputs(), case.inputs(), options, case.reading)
