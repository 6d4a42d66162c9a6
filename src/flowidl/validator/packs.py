"""The table of rule packs: one row per module, with the codes it may use and when it is needed.

To add a pack, add a row (see `docs/adding-a-rule.md`). To rename a rule, add its former name to
`REDIRECTS`; codes never change and are never used again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.model import NodeKind
from flowidl.validator import needs
from flowidl.validator.registry import Pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.validator.context import Context

RULES = "flowidl.validator.rules."


def _any_of(*kinds: type[object]) -> Callable[[Context], bool]:
    """For packs that put words to the compiler's faults: needed if there is one."""
    return lambda context: context.any_fault(kinds)


def _problems(context: Context) -> bool:
    return bool(context.problems)


def _never(context: Context) -> bool:
    """For rules whose findings are made elsewhere; the pack has their pages."""
    return False


#: Every pack, in the order of codes.
PACKS: tuple[Pack, ...] = (
    Pack(RULES + "source", "Input and wire", 0, 99, _problems),
    Pack(
        RULES + "identity",
        "Identity and required fields",
        100,
        139,
        _any_of(
            faults.TaskWithoutId,
            faults.ProvidedTaskWithoutId,
            faults.TemplateMissing,
            faults.TaskListMissing,
            faults.SubWorkflowWithoutId,
            faults.NodeWithoutId,
            faults.NodeWithoutTarget,
            faults.VariableWithoutName,
            faults.VariableWithoutType,
            faults.NoNodes,
            faults.NestedTooDeep,
        ),
    ),
    Pack(RULES + "registration", "Registration", 150, 169, needs.registration),
    Pack(RULES + "closures", "Compiled closures", 170, 179, needs.closures),
    Pack(
        RULES + "references",
        "References",
        200,
        239,
        _any_of(
            faults.TaskNotFound,
            faults.LaunchPlanNotFound,
            faults.SubWorkflowNotFound,
            faults.TaskNodeWithoutReference,
            faults.WorkflowNodeWithoutReference,
            faults.SubWorkflowRepeated,
            faults.SubWorkflowRing,
            faults.SubWorkflowWithoutInterface,
            faults.LaunchPlanSideMissing,
        ),
    ),
    Pack(RULES + "graph", "The graph", 300, 339, _any_of(faults.Cycle, faults.Unreachable)),
    Pack(RULES + "graph_lint", "What is lost without a word", 340, 359, needs.graph_lint),
    Pack(
        RULES + "bindings",
        "Bindings",
        400,
        419,
        _any_of(
            faults.InputNotBound,
            faults.UnknownInput,
            faults.BindingWithoutData,
            faults.InputBoundTwice,
            faults.ValueUnsupported,
            faults.ScalarUntyped,
            faults.ScalarMismatch,
            faults.EnumValueIllegal,
            faults.ShapeMismatch,
            faults.UnionAmbiguous,
            faults.UnionUnfit,
            faults.Companion,
        ),
    ),
    Pack(
        RULES + "promises",
        "Promises and aliases",
        420,
        439,
        _any_of(
            faults.PromiseToUnknownNode,
            faults.PromiseSyntax,
            faults.PromiseToUnknownOutput,
            faults.PromiseIndexed,
            faults.FieldUnknown,
            faults.PromiseMismatch,
            faults.AliasRepeated,
            faults.AliasOfUnknownOutput,
            faults.AliasesCollide,
        ),
    ),
    Pack(RULES + "loose_bindings", "Loose bindings", 440, 449, needs.loose_bindings),
    Pack(RULES + "run_time_values", "Values at run time", 450, 469, needs.run_time_values),
    Pack(
        RULES + "branches",
        "Branches and conditions",
        500,
        519,
        _any_of(
            faults.BranchPieceMissing,
            faults.CaseWithoutNode,
            faults.FirstCaseMissing,
            faults.ConditionMissing,
            faults.DefaultMissing,
            faults.AlternativesDisagree,
            faults.ExpressionEmpty,
            faults.OperandMissing,
            faults.OperandIsScalar,
            faults.OperandUnresolved,
            faults.OperandUnknown,
            faults.OperandsDiffer,
            faults.ShapeMismatch,
            faults.PromiseMismatch,
        ),
    ),
    Pack(
        RULES + "special_nodes",
        "Gates and arrays",
        520,
        539,
        _any_of(
            faults.GateWithoutCondition,
            faults.SignalWithoutType,
            faults.SignalWithoutOutput,
            faults.ArrayWithoutNode,
            faults.UnknownInput,
            faults.ShapeMismatch,
            faults.PromiseMismatch,
            faults.UnionUnfit,
        ),
    ),
    Pack(RULES + "arrays", "Array nodes at run time", 550, 569, needs.nodes(NodeKind.ARRAY)),
    Pack(
        RULES + "gates",
        "Gates at run time",
        570,
        579,
        needs.nodes(NodeKind.APPROVE, NodeKind.SIGNAL, NodeKind.SLEEP),
    ),
    Pack(RULES + "alternatives", "Branches at run time", 580, 594, needs.nodes(NodeKind.BRANCH)),
    Pack(RULES + "failure_nodes", "Failure nodes", 595, 599, needs.failure_nodes),
    Pack(
        RULES + "task_compile",
        "Tasks that do not compile",
        600,
        619,
        _any_of(
            faults.ImageMissing,
            faults.CommandMissing,
            faults.QuantityInvalid,
            faults.PodSpecInvalid,
            faults.PodContainerName,
        ),
    ),
    Pack(RULES + "resources", "Resources", 620, 639, needs.resources),
    Pack(RULES + "pods", "Pod specs", 640, 659, needs.pods),
    Pack(RULES + "kubernetes_names", "Names in Kubernetes", 660, 679, needs.kubernetes_names),
    Pack(RULES + "caching", "Caching", 680, 689, needs.caching),
    Pack(RULES + "timeouts", "Timeouts", 690, 699, needs.timeouts),
    Pack(RULES + "launch_plans", "Launch plans", 700, 719, needs.launch_plans),
    Pack(RULES + "input_values", "Values of inputs", 720, 729, needs.input_values),
    Pack(RULES + "schedules", "Schedules", 730, 739, needs.schedules),
    Pack(RULES + "notifications", "Labels and notifications", 740, 749, needs.notifications),
    Pack(RULES + "executions", "Executions", 750, 769, needs.executions),
    Pack(RULES + "sizes", "Size and depth", 800, 819, needs.sizes),
    Pack(RULES + "tool", "The tool itself", 900, 999, _never),
)

#: Former names of rules, each with the name that it has now.
REDIRECTS: dict[str, str] = {}
