"""What the report needs to know about rules under some options (`flowidl.report.conclude.RuleBook`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.report.model import RuleInfo
from flowidl.rules import packs
from flowidl.validator.select import chosen_severity, wants

if TYPE_CHECKING:
    from flowidl.findings import Severity
    from flowidl.rules.declaration import Rule
    from flowidl.rules.options import Options


def rule_info(rule: Rule) -> RuleInfo:
    """Return what a report says about a rule."""
    return RuleInfo(rule.code, rule.name, rule.summary, rule.severity, rule.phase, rule.documentation)


class OptionsRuleBook:
    """The rules, seen through the choices of one run."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def info(self, code: str) -> RuleInfo:
        """Return what a report says about the rule with this code."""
        rule = packs.find(code, self._options.rules)
        return RuleInfo(code, code) if rule is None else rule_info(rule)

    def severity(self, code: str) -> Severity | None:
        """Return the severity for findings of this code, `None` if nobody wants to hear of them."""
        rule = packs.find(code, self._options.rules)
        if rule is None or not wants(self._options, rule):
            return None
        return chosen_severity(self._options.severity, rule) or rule.severity

    def selected(self, pattern: str) -> bool:
        """Tell whether every rule that a code, a prefix or a name stands for may speak in this run."""
        if not self._options.select and not self._options.ignore:
            return True
        from flowidl.report.policy import matches_code

        meant = [
            rule
            for rule in packs.all_rules(self._options.rules)
            if matches_code(pattern, rule.code, rule.name)
        ]
        return all(wants(self._options, rule) for rule in meant)
