"""Faults: what analysis found wrong, as facts without words.

A fault's kind is the class of its facts (`Fact`), which also says which code the reference compiler has for
it. Rules pick faults by kind (`of`) and give them a sentence, a severity and a remedy. The same list serves
two readings:

- *parity*: the set of `fault.reference` over all faults, without `None`, is the set of `(code, node id)` that
  the reference compiler reports;
- *explanation*: faults that only echo another one carry it as `cause`. Those that the reference would have
  met had it not stopped earlier are here too, with `reached == False` and so without a reference.

Where the reference attributes a fault to the provider of a value or to an id that does not exist, `node` is
nevertheless the consumer, the node that an author can change; `reference.node_id` keeps the reference's
choice.

Common facts: `variable` is a variable's name, `expected` and `given` are interned types, `provider` the node
that a promise names, `output` the name of the promised output as parsed from the promise's text, `id` an
identifier.
"""

from __future__ import annotations

from flowidl.compiler.faults.bindings import (
    BindingWithoutData,
    Companion,
    EnumValueIllegal,
    FieldUnknown,
    InputBoundTwice,
    InputNotBound,
    PromiseIndexed,
    PromiseMismatch,
    PromiseSyntax,
    PromiseToUnknownNode,
    PromiseToUnknownOutput,
    ScalarMismatch,
    ScalarUntyped,
    ShapeMismatch,
    UnionAmbiguous,
    UnionUnfit,
    UnknownInput,
    ValueUnsupported,
)
from flowidl.compiler.faults.branches import (
    AlternativesDisagree,
    BranchPieceMissing,
    CaseWithoutNode,
    ConditionMissing,
    DefaultMissing,
    ExpressionEmpty,
    FirstCaseMissing,
    OperandIsScalar,
    OperandMissing,
    OperandsDiffer,
    OperandUnknown,
    OperandUnresolved,
)
from flowidl.compiler.faults.fact import Fact
from flowidl.compiler.faults.fault import Fault, of, references
from flowidl.compiler.faults.graph import CompiledTooOften, Cycle, Unreachable
from flowidl.compiler.faults.nodes import (
    AliasesCollide,
    AliasOfUnknownOutput,
    AliasRepeated,
    ArrayWithoutNode,
    GateWithoutCondition,
    LaunchPlanSideMissing,
    NodeWithoutId,
    NodeWithoutTarget,
    NoNodes,
    SignalWithoutOutput,
    SignalWithoutType,
    SubWorkflowWithoutInterface,
    TaskNodeWithoutReference,
    VariableWithoutName,
    VariableWithoutType,
    WorkflowNodeWithoutReference,
)
from flowidl.compiler.faults.package import (
    LaunchPlanNotFound,
    NestedTooDeep,
    ProvidedTaskWithoutId,
    SubWorkflowNotFound,
    SubWorkflowRepeated,
    SubWorkflowRing,
    SubWorkflowWithoutId,
    TaskListMissing,
    TaskNotFound,
    TemplateMissing,
)
from flowidl.compiler.faults.tasks import (
    CommandMissing,
    ImageMissing,
    PodContainerName,
    PodSpecInvalid,
    QuantityInvalid,
    TaskWithoutId,
)

__all__ = [
    "AliasOfUnknownOutput",
    "AliasRepeated",
    "AliasesCollide",
    "AlternativesDisagree",
    "ArrayWithoutNode",
    "BindingWithoutData",
    "BranchPieceMissing",
    "CaseWithoutNode",
    "CommandMissing",
    "Companion",
    "CompiledTooOften",
    "ConditionMissing",
    "Cycle",
    "DefaultMissing",
    "EnumValueIllegal",
    "ExpressionEmpty",
    "Fact",
    "Fault",
    "FieldUnknown",
    "FirstCaseMissing",
    "GateWithoutCondition",
    "ImageMissing",
    "InputBoundTwice",
    "InputNotBound",
    "LaunchPlanNotFound",
    "LaunchPlanSideMissing",
    "NestedTooDeep",
    "NoNodes",
    "NodeWithoutId",
    "NodeWithoutTarget",
    "OperandIsScalar",
    "OperandMissing",
    "OperandUnknown",
    "OperandUnresolved",
    "OperandsDiffer",
    "PodContainerName",
    "PodSpecInvalid",
    "PromiseIndexed",
    "PromiseMismatch",
    "PromiseSyntax",
    "PromiseToUnknownNode",
    "PromiseToUnknownOutput",
    "ProvidedTaskWithoutId",
    "QuantityInvalid",
    "ScalarMismatch",
    "ScalarUntyped",
    "ShapeMismatch",
    "SignalWithoutOutput",
    "SignalWithoutType",
    "SubWorkflowNotFound",
    "SubWorkflowRepeated",
    "SubWorkflowRing",
    "SubWorkflowWithoutId",
    "SubWorkflowWithoutInterface",
    "TaskListMissing",
    "TaskNodeWithoutReference",
    "TaskNotFound",
    "TaskWithoutId",
    "TemplateMissing",
    "UnionAmbiguous",
    "UnionUnfit",
    "UnknownInput",
    "Unreachable",
    "ValueUnsupported",
    "VariableWithoutName",
    "VariableWithoutType",
    "WorkflowNodeWithoutReference",
    "of",
    "references",
]
