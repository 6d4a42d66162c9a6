"""Rules 9xx, about the tool itself: its crashes, its configuration and its limits.

Their findings are made where the thing is noticed (the engine, the report), not by checks over a model; the
rules here are their pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.index import position
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, INFO, WARNING, Found, rule
from flowidl.source.definitions import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.rules.context import Context
    from flowidl.rules.declaration import Rule


@rule("FI900", "rule-crashed", ERROR, Phase.READ)
def rule_crashed(context: Context) -> Iterator[Found]:
    """A rule of this tool crashed

    What: a check ended in an exception. What it had found until then is reported, the rest of it is not;
    every other rule ran.

    Why it fails: nothing is wrong with the definition as far as this finding can tell. The verdict is
    incomplete, which is why it counts as an error.

    Fix: report the finding, with what `flowidl reduce PACKAGE --code FI900 --anonymise` makes of the package,
    if you can share that. Until then run with `--ignore FI900`.
    """
    return iter(())


def crashed(rule: Rule, error: Exception, context: Context) -> Found:
    """Return the finding for a crash of `rule`. It is about no definition, and is placed at the first."""
    line = error.__traceback__
    while line is not None and line.tb_next is not None:
        line = line.tb_next
    where = "" if line is None else f", line {line.tb_lineno} of `{line.tb_frame.f_code.co_name}`"
    return Found(
        Place(min(context.definitions, key=position)) if context.definitions else context.problems[0].place,
        f"rule `{rule.code}` (`{rule.name}`) of this tool crashed",
        "report this; it says nothing about the definition",
        (f"{type(error).__name__}: {error}{where}",),
        key=("crash", rule.code),
    )


@rule("FI901", "unused-suppression", WARNING, Phase.READ)
def unused_suppression(context: Context) -> Iterator[Found]:
    """A suppression silences nothing

    What: an entry of `suppress` in the configuration matches no finding, although the entity it names was
    checked and its rule may speak.

    Why it fails: nothing fails. The fault is gone, or the place was renamed; in the first case the entry
    would hide the fault when it comes back, in the second it does not do what its author thinks.

    Fix: remove the entry, or correct its `code`, `at` or `file`.
    """
    return iter(())


@rule("FI902", "expired-suppression", WARNING, Phase.READ)
def expired_suppression(context: Context) -> Iterator[Found]:
    """A suppression has ended

    What: the day `expires` of an entry of `suppress` has come. The entry does nothing any more, and what it
    hid is reported again.

    Why it fails: nothing fails by this alone. The findings that were hidden may.

    Fix: fix what it hid and remove the entry, or give it a later day and a reason that still holds.
    """
    return iter(())


@rule("FI903", "findings-left-out", INFO, Phase.READ)
def findings_left_out(context: Context) -> Iterator[Found]:
    """More findings than the report lists

    What: there are more findings than `--max-findings` (1000 unless set). Errors are listed before warnings,
    and some of each rule before all of one. The verdict and the counts are those of all findings.

    Why it fails: nothing fails by this alone.

    Fix: begin with what is listed, or list more with `--max-findings`; 0 lists all.
    """
    return iter(())


@rule("FI904", "stale-baseline", INFO, Phase.READ)
def stale_baseline(context: Context) -> Iterator[Found]:
    """The baseline has entries that are no longer needed

    What: findings that the baseline file lists are not found any more, although their entities were checked.

    Why it fails: nothing fails. What was fixed could come back unnoticed.

    Fix: write the baseline anew with `--write-baseline`.
    """
    return iter(())


@rule("FI905", "package-not-examined", ERROR, Phase.READ)
def package_not_examined(context: Context) -> Iterator[Found]:
    """The process that examined a package was killed

    What: with `--jobs`, the process that had this package ended before it could report: the system was short
    of memory, or somebody killed it. All other packages were examined.

    Why it fails: nothing is wrong with the package as far as this finding can tell. The verdict is
    incomplete, which is why it counts as an error.

    Fix: validate the package by itself, or all with fewer `--jobs`.
    """
    return iter(())
