"""Ten findings that together have everything a renderer must cope with, and the report that holds them."""

from __future__ import annotations

from flowidl.findings import Finding, LimitHit, Location, Phase, Reference, Related, Severity, Skipped
from flowidl.paths import FieldPath
from flowidl.report.model import Checked, Counts, Report, RuleInfo, Verdict

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

_PACKAGE = "build/flights.tgz"
_TRAIN = Location(
    _PACKAGE, "2_flights.train_2.pb", "workflow flights.train", message_type="flowidl.admin.v1.WorkflowSpec"
)
_LOAD = Location(
    _PACKAGE, "0_flights.load_1.pb", "task flights.load", message_type="flowidl.admin.v1.TaskSpec"
)
_PLAN = Location(
    _PACKAGE, "3_flights.train_3.pb", "launch plan flights.train", message_type="flowidl.admin.v1.LaunchPlan"
)


def _at(home: Location, path: str, *steps: str, span: tuple[int, int] | None = None) -> Location:
    return home._replace(field_path=FieldPath.parse(path), domain_path=steps, byte_range=span)


_MISMATCH = Finding(
    "FI420",
    "mismatched-types",
    ERROR,
    "node `n1` expects `x: list[float]`, and `n0` gives `o0: list[int]`",
    _at(_TRAIN, "template.nodes[1].inputs[0].binding.promise", 'node n1 "fit"', "input x", span=(412, 430)),
    help="return `list[float]` from `flights.load`, or convert in a task between them",
    notes=("they differ in the element type: `float` expected, `int` given",),
    related=(
        Related(
            "declared here",
            _at(_LOAD, 'template.interface.outputs.variables["o0"]', "output o0", span=(80, 98)),
        ),
        Related("expected here", _at(_TRAIN, "template.nodes[1].task_node", 'node n1 "fit"')),
    ),
    reference=Reference("MismatchingTypes", "n1"),
    fingerprint="a" * 24,
)

FINDINGS = (
    # From memory: no file, no bytes.
    Finding(
        "FI101", "task-without-id", ERROR, "a task has no identifier", Location(entity="TaskTemplate"),
        phase=Phase.REGISTRATION, fingerprint="0" * 24,
    ),
    # Bytes that are no definition: a file without an archive, an empty range, no path.
    Finding(
        "FI021", "truncated-message", ERROR, "the message ends at byte 17, inside `template.id`",
        Location("broken_1.pb", byte_range=(17, 17)), "write the file again, or get it again",
        phase=Phase.READ, fingerprint="1" * 24,
    ),
    # Names that want to do something to a terminal, an annotation or a document.
    Finding(
        "FI102", "name-with-controls", WARNING,
        "the name `evil\x1b[31m\u202etxt.exe\n::error::%0A<b>&\"'` has characters that are not printable",
        Location(_PACKAGE, "a,b:c%\r\n]]>.pb", 'workflow evil\x1b]0;\x07'), "use letters, digits and dots",
        fingerprint="2" * 24,
    ),
    _MISMATCH,
    # Two that follow from the mismatch.
    Finding(
        "FI400", "input-not-bound", ERROR, "node `n2` does not get its input `y: float`",
        _at(_TRAIN, "template.nodes[2].inputs", "node n2", "input y"), "bind `y`",
        reference=Reference("ParameterNotBound", "n2"), fingerprint="4" * 24, cause=_MISMATCH.fingerprint,
    ),
    Finding(
        "FI300", "unreachable-node", WARNING, "nothing leads to node `n3`",
        _at(_TRAIN, "template.nodes[3]", "node n3"), fingerprint="5" * 24, cause=_MISMATCH.fingerprint,
    ),
    # A message longer than any line, with wide characters, and several notes.
    Finding(
        "FI632", "pod-without-primary-container", WARNING,
        "the pod of task `flights.load` has the containers `main`, `日本語のコンテナ`, "
        "`sidecar`, `exporter`, `metrics-proxy` and `init`, and names `primary` as its primary container, "
        "which is none of them",
        _at(_LOAD, "template.k8s_pod.pod_spec", "pod", span=(120, 2048)),
        "set the annotation or the config key `primary_container_name` to one of the containers",
        notes=("propeller waits for the primary container", "it would wait until the task times out"),
        phase=Phase.RUN, fingerprint="6" * 24,
    ),
    Finding(
        "FI701", "schedule-without-input", ERROR,
        "the schedule of launch plan `flights.train` cannot fire: input `day: datetime` has no value",
        _at(_PLAN, 'spec.default_inputs.parameters["day"]', "input day"),
        "give `day` a default or fixed value, or name it as the kickoff time argument",
        phase=Phase.LAUNCH, fingerprint="7" * 24,
    ),
    Finding(
        "FI810", "long-node-ids", INFO, "node ids make up 31 % of workflow `flights.train`", _TRAIN,
        phase=Phase.RUN, fingerprint="8" * 24,
    ),
    # About the configuration.
    Finding(
        "FI901", "unused-suppression", WARNING,
        "the suppression of `FI632` at `task flights.store` silences nothing",
        Location("flowidl.toml"), "remove it", phase=Phase.READ, fingerprint="9" * 24,
    ),
)  # fmt: skip


def _rule(finding: Finding) -> RuleInfo:
    return RuleInfo(
        finding.code,
        finding.name,
        f"Summary of {finding.name}",
        finding.severity,
        finding.phase,
        f"Summary of {finding.name}\n\nWhat: the words of `{finding.code}`.\n\nFix: change it.",
    )


REPORT = Report(
    findings=FINDINGS,
    verdict=Verdict.FAILED,
    counts=Counts.of(FINDINGS),
    rules=tuple(_rule(finding) for finding in sorted(FINDINGS)),
    checked=(Checked("workflow", 1), Checked("task", 2), Checked("launch plan", 1)),
    skipped=(
        Skipped("launch plan core.pay", "lives elsewhere"),
        Skipped("build/flights.tgz > fast0a1b.tar.gz", "an archive of source code"),
        Skipped("task core.bill", "lives elsewhere"),
    ),
    limits=(LimitHit("max-findings", 10, 12),),
    suppressed=3,
    fail_on=ERROR,
    target="flyte-1.16",
    tool_version="0.1.0",
)

CLEAN = Report(
    verdict=Verdict.PASSED,
    checked=(Checked("workflow", 3), Checked("task", 12), Checked("launch plan", 4)),
    target="flyte-1.16",
    tool_version="0.1.0",
)

NOTHING = Report(
    skipped=(Skipped("notes.txt", "no definition, by its name"),), target="flyte-1.16", tool_version="0.1.0"
)
