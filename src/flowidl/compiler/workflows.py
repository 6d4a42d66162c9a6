"""The second pass: workflows, node by node, in the reference's order and with its results.

`WorkflowChecker` corresponds to the reference's phases P3 to P8; `flowidl.compiler.graph` does the rest.
Order matters in two places, and both are kept: the inputs of branches and approve gates see only nodes that
come earlier in the list, and a sub-workflow without interface has one as soon as it has been checked itself.

Parts that may be deep, branches in branches and sub-workflows in sub-workflows, are procedures: generators
that yield the parts they need done first (see `flowidl.compiler.context.run`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.bindings import BindingChecker
from flowidl.compiler.derive import bad_variables
from flowidl.compiler.faults import NoNodes, VariableWithoutType
from flowidl.compiler.graph import connect
from flowidl.compiler.identifiers import id_text
from flowidl.compiler.nodes import RESERVED_IDS, NodeChecker
from flowidl.compiler.spots import ALL_NODES
from flowidl.names import END_NODE, START_NODE
from flowidl.paths import ROOT, FieldPath

if TYPE_CHECKING:
    from flowidl.compiler.context import Context, Procedure
    from flowidl.compiler.entities import WorkflowAnalysis
    from flowidl.compiler.faults import VariableWithoutName


class WorkflowChecker:
    """Checks the workflows of one unit."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._bindings = BindingChecker(context)
        self._nodes = NodeChecker(context, self._bindings, self.check)

    def check(self, workflow: WorkflowAnalysis) -> Procedure:
        """Check one workflow, and the sub-workflows it runs that have not been checked yet."""
        context = self._context
        before = context.errors
        workflow.compiled = True
        if not workflow.node_messages:
            context.fault(NoNodes(), workflow, ROOT.field("nodes"), node_id=id_text(workflow.id))
            workflow.failed = True
            return False
        self._frame(workflow)
        reached = context.reached
        context.reached = reached and not workflow.stopped
        for node in workflow.special:
            yield self._nodes.check(node, node.position)
        failure = workflow.failure
        self._bind_all(workflow)
        if failure is not None:
            yield self._nodes.check(failure, ALL_NODES)
            if failure.interface is not None and failure.id not in RESERVED_IDS:
                self._bindings.bind_one_sided(failure, ALL_NODES)
        connect(context, workflow)
        context.reached = reached
        workflow.failed = context.errors != before
        return not workflow.failed

    def _frame(self, workflow: WorkflowAnalysis) -> None:
        """Check the workflow's own interface (P3); a bad variable stops the reference."""
        for facts in () if workflow.declared.is_sound else bad_variables(workflow.declared, workflow):
            path, steps = _variable_path(facts)
            self._context.fault(facts, workflow, path, steps, node_id=START_NODE)
            workflow.stopped = True
        workflow.normalised = True

    def _bind_all(self, workflow: WorkflowAnalysis) -> None:
        """Bind every node of the list and the outputs, and note what comes before each (P5, P8)."""
        bind, upstream = self._bindings.bind, workflow.upstream
        messages = workflow.node_messages
        for node in workflow.nodes:
            interface = node.interface
            if interface is not None:
                message = messages[node.position]
                found = bind(node, message.inputs, interface)
                for id in message.upstream_node_ids:
                    found.append(id or START_NODE)
                if found:
                    upstream[node.id] = tuple(found if len(found) == 1 else dict.fromkeys(found))
        end = workflow.end
        assert end.interface is not None
        found = bind(end, workflow.outputs, end.interface)
        if found:
            upstream[END_NODE] = tuple(dict.fromkeys(found))


def _variable_path(
    facts: VariableWithoutName | VariableWithoutType,
) -> tuple[FieldPath, tuple[str, ...]]:
    """Return where a bad variable stands in a template, as a path and in words."""
    name = facts.variable if isinstance(facts, VariableWithoutType) else ""
    path = ROOT.field("interface", facts.side.value, "variables").key(name)
    return path, (f"{facts.side.word} {name or '(no name)'}",)
