"""Nodes: all that is checked of one apart from its bindings, with what is nested in a branch (1.4, 1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler.aliases import apply_aliases
from flowidl.compiler.conditions import check_condition
from flowidl.compiler.derive import InterfaceDeriver
from flowidl.compiler.entities import NodeKind, WorkflowAnalysis, case_path
from flowidl.compiler.faults import CaseWithoutNode, DefaultMissing, FirstCaseMissing, NodeWithoutId
from flowidl.names import END_NODE, START_NODE
from flowidl.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowidl.compiler.bindings import BindingChecker
    from flowidl.compiler.context import Context, Procedure
    from flowidl.compiler.entities import NodeRecord
    from flowidl.core.v1.workflow_pb2 import IfBlock

#: Ids that only the compiler's own nodes may have: nodes of that name are passed over.
RESERVED_IDS = (START_NODE, END_NODE)


class NodeChecker:
    """Checks the nodes of one unit. `check_workflow` is asked for sub-workflows."""

    def __init__(
        self,
        context: Context,
        bindings: BindingChecker,
        check_workflow: Callable[[WorkflowAnalysis], Procedure],
    ) -> None:
        self._context = context
        self._bindings = bindings
        self._interfaces = InterfaceDeriver(context, bindings)
        self._check_workflow = check_workflow

    def check(self, node: NodeRecord, visible: int) -> Procedure:
        """Check a node (1.4), apart from its bindings.

        `visible` is the last node that promises may name.
        """
        context = self._context
        before = context.errors
        if not node.id:
            context.node_fault(NodeWithoutId(), node, node_id="<node>")
        if node.id in RESERVED_IDS:
            return context.errors == before
        if node.interface is None:
            yield from self._interfaces.derive(node, visible)
        assert node.message is not None
        if node.interface is not None and node.message.output_aliases:
            apply_aliases(context, node)
        if node.kind is NodeKind.BRANCH:
            yield from self._branch(node, visible)
        elif isinstance(node.target, WorkflowAnalysis) and not node.workflow.stopped:
            # The reference validates a sub-workflow again for each user, and for each node if it failed.
            target = node.target
            node.workflow.compiles[target] = None
            if not target.compiled:
                yield self._check_workflow(target)
            elif target.failed:
                context.errors += 1
        return context.errors == before

    def _branch(self, node: NodeRecord, visible: int) -> Procedure:
        """Check a branch's conditions and what is nested in it (1.8, pass B)."""
        context = self._context
        before = context.errors
        assert node.message is not None
        block = node.message.branch_node.if_else
        if not block.HasField("case"):
            context.node_fault(
                FirstCaseMissing(), node, ROOT.field("branch_node"), cause=context.causes.get(node)
            )
        else:
            self._case(node, 0, block.case)
        for case, other in enumerate(block.other, start=1):
            self._case(node, case, other)
        if block.WhichOneof("default") is None:
            context.node_fault(DefaultMissing(), node, ROOT.field("branch_node"))
        for child in node.children:
            if not _is_plain(child):
                yield self.check(child, visible)
        if context.errors == before:
            for child in node.children:
                if child.interface is not None:
                    self._bindings.bind_one_sided(child, visible)
        return context.errors == before

    def _case(self, node: NodeRecord, case: int, block: IfBlock) -> None:
        check_condition(self._context, node, case, block)
        if not block.HasField("then_node"):
            facts = CaseWithoutNode(case)
            self._context.node_fault(
                facts, node, case_path(case), (f"case {case + 1}",), cause=self._context.causes.get(node)
            )


def _is_plain(node: NodeRecord) -> bool:
    """Tell whether validation has nothing to say to a nested node: a known task without aliases."""
    assert node.message is not None
    plain = node.kind is NodeKind.TASK and node.interface is not None and not node.message.output_aliases
    return plain and bool(node.id) and node.id not in RESERVED_IDS
