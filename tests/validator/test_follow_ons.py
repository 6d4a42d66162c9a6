"""One fault, one finding: what only follows from a fault is folded under it, and still carries its code."""

from __future__ import annotations

from flowidl.findings import Finding, Severity
from flowidl.report.model import Report
from flowidl.rules.case import CaseFile
from flowidl.rules.options import Missing
from flowidl.rules.snippets import (
    branch,
    call,
    calls,
    case_file,
    compare,
    ident,
    launches,
    node,
    number,
    promise,
    runs,
    task,
    template,
    workflow,
)
from flowidl.source.definitions import Kind
from flowidl.validator import Options, validate

STEP = task("step", "x: int -> o0: int")
BROKEN = call("n0", "step", x="gone.o0")


def report_on(*files: CaseFile, options: Options | None = None) -> Report:
    return validate(*(file.input() for file in files), options=options or Options(select=("FI",)))


def roots(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if not finding.cause]


def followers(report: Report, root: Finding) -> list[Finding]:
    return [finding for finding in report.findings if finding.cause == root.fingerprint]


def only_root(report: Report, code: str) -> Finding:
    (root,) = roots(report)
    assert root.code == code
    assert report.counts.errors == 1
    assert len(followers(report, root)) == len(report.findings) - 1
    return root


def test_what_a_provider_lacks_is_not_also_an_unbound_input() -> None:
    report = report_on(STEP, workflow("wf", "", BROKEN))
    root = only_root(report, "FI420")
    assert [f.reference.code for f in followers(report, root) if f.reference] == ["ParameterNotBound"]


def test_copies_of_a_sub_workflow_follow_from_the_original() -> None:
    sub, uses = template("sub", "", BROKEN), node("m0", runs("sub"))
    report = report_on(
        STEP,
        workflow("first", "", uses, subs=(sub,)),
        workflow("second", "", uses, subs=(sub,)),
        workflow("sub", "", BROKEN),
    )
    root = only_root(report, "FI420")
    assert root.location.file == "sub_2.pb"
    assert {f.location.file for f in followers(report, root)} == {"first_2.pb", "second_2.pb", "sub_2.pb"}


def test_a_copy_that_differs_from_the_original_stands_on_its_own() -> None:
    stale = template("sub", "", BROKEN, call("n1", "step", x="n0.o0"))
    main = workflow("main", "", node("m0", runs("sub")), subs=(stale,))
    report = report_on(STEP, main, workflow("sub", "", BROKEN))
    assert [(f.code, f.location.file) for f in roots(report)] == [
        ("FI420", "main_2.pb"),
        ("FI420", "sub_2.pb"),
    ]


def test_a_copy_alone_stands_on_its_own() -> None:
    main = workflow("main", "", node("m0", runs("sub")), subs=(template("sub", "", BROKEN),))
    assert only_root(report_on(STEP, main), "FI420").location.file == "main_2.pb"


def test_nodes_of_one_faulty_task_are_one_fault() -> None:
    untyped = 'interface { outputs { variables { key: "o0" value { } } } }'
    bad = case_file(Kind.TASK_SPEC, "bad_1.pb", f"template {{ id {{ {ident('TASK', 'bad')} }} {untyped} }}")
    nodes = (call("n0", "bad"), call("n1", "bad"), call("n2", "bad"))
    report = report_on(bad, workflow("wf", "", *nodes), options=Options(select=("FI108",)))
    root = only_root(report, "FI108")
    assert {f.reference.node_id for f in report.findings if f.reference} == {"n0", "n1", "n2"}
    assert [r.location.file for r in root.related] == ["bad_1.pb"]


def test_nodes_of_one_faulty_launch_plan_are_one_fault() -> None:
    closure = 'closure { expected_outputs { variables { key: "o0" value { type { simple: INTEGER } } } } }'
    daily = f"id {{ {ident('LAUNCH_PLAN', 'daily')} }} {closure}"
    report = report_on(
        case_file(Kind.LAUNCH_PLAN, "daily_3.pb", daily),
        workflow("wf", "", node("n0", launches("daily")), node("n1", launches("daily"))),
        options=Options(select=("FI208",)),
    )
    assert "expected inputs" in only_root(report, "FI208").message


def test_a_missing_sub_workflow_is_one_fault() -> None:
    report = report_on(workflow("wf", "", node("n0", runs("gone")), node("n1", runs("gone"))))
    assert only_root(report, "FI202").location.domain_path == ("node n0",)


def test_a_misspelt_input_explains_the_unbound_one() -> None:
    fit = task("fit", "learning_rate: int ->")
    report = report_on(fit, workflow("wf", "", call("n0", "fit", learningrate=1)))
    root = only_root(report, "FI402")
    assert root.help == "did you mean `learning_rate`?"
    assert [f.code for f in followers(report, root)] == ["FI400"]


def test_an_unknown_input_does_not_explain_an_unlike_unbound_one() -> None:
    fit = task("fit", "learning_rate: int ->")
    report = report_on(fit, workflow("wf", "", call("n0", "fit", seats=1)))
    assert {f.code for f in roots(report)} == {"FI400", "FI402"}


def test_operands_that_differ_are_not_also_beyond_comparing() -> None:
    decision = branch((compare("a", "==", number(1)), call("yes", "step", x=1)))
    report = report_on(STEP, workflow("wf", "a: int | None ->", node("b", decision, a="a")))
    root = only_root(report, "FI509")
    assert [f.code for f in followers(report, root)] == ["FI580"]


def test_a_part_taken_into_a_branch_is_the_only_fault_if_it_would_compare() -> None:
    for constant, codes in ((number(1), ["FI512"]), ("primitive { boolean: true }", ["FI509", "FI512"])):
        decision = branch((compare("a", "==", constant), call("yes", "step", x=1)))
        taken = node("b", decision, a=promise("", "[0].seats"))
        report = report_on(STEP, workflow("wf", "seats: list[int] ->", taken))
        assert sorted(f.code for f in roots(report)) == codes


def test_an_upstream_node_that_is_not_there_explains_who_never_starts() -> None:
    waits = node("n0", calls("step"), 'upstream_node_ids: "gone"', x=1)
    report = report_on(STEP, workflow("wf", "", waits))
    root = only_root(report, "FI342")
    assert [f.code for f in followers(report, root)] == ["FI302"]


def test_what_follows_is_no_graver_than_its_cause() -> None:
    warn = Options(missing=Missing(task="warn"), select=("FI",))
    wf = workflow("wf", "-> o0: int", call("n0", "step", x=1), outputs={"o0": "n0.o0"})
    report = report_on(task("other", ""), wf, options=warn)
    assert {finding.severity for finding in report.findings} == {Severity.WARNING}


def test_what_nobody_wants_to_hear_of_takes_along_what_follows() -> None:
    report = report_on(STEP, workflow("wf", "", BROKEN), options=Options(ignore=("FI420",)))
    assert report.findings == ()
