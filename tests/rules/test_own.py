"""Rules of one's own run with the rest, and everything that takes a code or a name takes theirs."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest

from flowidl.findings import Severity
from flowidl.rules import Options, OwnRulesError
from flowidl.rules.case import Role, cases_for
from flowidl.rules.own import own_rules
from flowidl.rules.packs import all_rules, find, similar
from flowidl.validator.pipeline import examine
from flowidl.validator.trial import failures
from tests.cli.scenario import run as command
from tests.support.shared import ROOT

EXAMPLE = ROOT / "examples" / "own_rules"
ACME = ("acme.rules",)

HEAD = "from flowidl.rules import ERROR, Found, Phase, rule\n"
RULE = '''
@rule("{code}", "{name}", ERROR, Phase.RUN)
def check(context):
    """{page}"""
    {body}
'''
PAGE = "Something\\n\\n    What: x.\\n\\n    Why it fails: x.\\n\\n    Fix: x."


@pytest.fixture(autouse=True)
def _acme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(EXAMPLE / "src"), *sys.path])


def module(folder: Path, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a module that Python finds, and return its name."""
    (folder / f"{name}.py").write_text(HEAD + text)
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    importlib.invalidate_caches()
    return name


def test_examples_do_what_they_say() -> None:
    assert failures(*ACME) == []


def test_they_are_found_by_code_and_name() -> None:
    rule = find("ACME001", ACME)
    assert rule is not None
    assert find("acme-foreign-image", ACME) is rule
    assert find("ACME001") is None
    assert rule in all_rules(ACME)
    assert rule not in all_rules()
    assert "ACME001" in similar("ACME01", ACME)
    assert [case.role for case in cases_for("ACME001", ACME)] == [Role.BAD, Role.GOOD, Role.NEAR]


def test_they_are_selected_and_graded_as_ours() -> None:
    inputs = cases_for("ACME001", ACME)[0].inputs()
    found = examine(inputs, Options(rules=ACME)).findings
    assert [(f.code, f.severity) for f in found] == [("ACME001", Severity.ERROR)]
    assert examine(inputs, Options(rules=ACME, ignore=("ACME",))).findings == ()
    assert examine(inputs, Options(rules=ACME, select=("FI",))).findings == ()
    mild = Options(rules=ACME, severity={"acme-foreign-image": Severity.INFO})
    assert [finding.severity for finding in examine(inputs, mild).findings] == [Severity.INFO]
    assert examine(inputs, Options()).findings == ()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("own_none", "x = 1", "has no rules"),
        ("own_syntax", "def", "cannot be imported: SyntaxError"),
        ("own_exit", "raise RuntimeError('no')", "cannot be imported: RuntimeError: no"),
        ("own_code", RULE.format(code="acme1", name="a", page=PAGE, body="yield"), "has a code"),
        ("own_prefix", RULE.format(code="FI1000", name="a", page=PAGE, body="yield"), "that of the rules"),
        ("own_name", RULE.format(code="OWN001", name="A b", page=PAGE, body="yield"), "has the name `A b`"),
        ("own_page", RULE.format(code="OWN002", name="a", page="Short", body="yield"), "without `What:`"),
    ],
)
def test_what_is_no_module_of_rules_is_refused(
    name: str, text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OwnRulesError, match=why):
        own_rules((module(tmp_path, name, text, monkeypatch),))


def test_a_code_is_used_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = RULE.format(code="TWICE001", name="twice", page=PAGE, body="yield")
    names = [module(tmp_path, name, text, monkeypatch) for name in ("own_first", "own_second")]
    with pytest.raises(OwnRulesError, match="TWICE001 is used twice"):
        own_rules(tuple(names))


def test_a_crash_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = RULE.format(code="CRASH001", name="crash", page=PAGE, body="raise ValueError('own'); yield")
    name = module(tmp_path, "own_crash", text, monkeypatch)
    found = examine(cases_for("ACME001", ACME)[1].inputs(), Options(rules=(name,))).findings
    assert [finding.code for finding in found] == ["FI900"]
    assert "CRASH001" in found[0].message


def test_failures_say_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = RULE.format(code="QUIET001", name="quiet", page=PAGE, body="return; yield")
    name = module(tmp_path, "own_quiet", text, monkeypatch)
    assert failures(name) == [f"QUIET001: it has no {role} example" for role in ("bad", "good", "near")]


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run a command in a folder; return its status and what it prints."""
    result = command(list(arguments), folder)
    return result.status, result.out.decode(), result.err


def test_from_a_configuration(tmp_path: Path) -> None:
    """Lists, pages, severities, the exit status and SARIF know them."""
    case = cases_for("ACME001", ACME)[0]
    (tmp_path / "fit_1.pb").write_bytes(case.files[0].data)
    (tmp_path / "flowidl.toml").write_text('rules = ["acme.rules"]\n')
    assert "acme-foreign-image" in run(tmp_path, "rules", "ACME")[1]
    assert "Why it fails: our clusters" in run(tmp_path, "explain", "acme-foreign-image")[1]
    status, out, _ = run(tmp_path, "validate", "fit_1.pb", "--format", "sarif")
    assert status == 1
    assert [rule["id"] for rule in json.loads(out)["runs"][0]["tool"]["driver"]["rules"]] == ["ACME001"]
    assert run(tmp_path, "validate", "fit_1.pb", "--ignore", "ACME001")[0] == 0
    assert run(tmp_path, "validate", "fit_1.pb", "--severity", "ACME001=warning")[0] == 0


def test_they_are_suppressed_as_ours(tmp_path: Path) -> None:
    case = cases_for("ACME001", ACME)[0]
    (tmp_path / "fit_1.pb").write_bytes(case.files[0].data)
    suppress = '[[suppress]]\ncode = "ACME001"\nreason = "moves next week"\n'
    (tmp_path / "flowidl.toml").write_text(f'rules = ["acme.rules"]\n{suppress}')
    assert run(tmp_path, "validate", "fit_1.pb")[0] == 0


def test_a_module_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "x.pb").write_bytes(b"")
    status, _, err = run(tmp_path, "validate", "x.pb", "--rules", "no_such_module_of_rules")
    assert status == 2
    assert "`no_such_module_of_rules` cannot be imported" in err
