"""Rules 420-439: promises and aliases.

Whose output a node takes, under which name, and whether its type fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.compiler import faults
from flowidl.compiler.entities import NodeKind
from flowidl.compiler.interfaces import Side
from flowidl.findings import Phase
from flowidl.rules.declaration import ERROR, Found, rule
from flowidl.rules.nodes.lifting import is_unlifted
from flowidl.rules.phrases import (
    Hints,
    declaration,
    differences,
    expectation,
    found,
    listed,
    node_phrase,
    or_else,
    quoted,
    runs,
    type_phrase,
    typed,
    unproven,
    variable_phrase,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flowidl.compiler.entities import NodeRecord
    from flowidl.compiler.faults import Fact, Fault
    from flowidl.core.v1.types_pb2 import OutputReference
    from flowidl.rules.context import Context
    from flowidl.source.definitions import Place


@rule(
    "FI420",
    "unknown-node",
    ERROR,
    Phase.REGISTRATION,
    reference="NodeReferenceNotFound",
    covers=("BI-11", "QK-32"),
    reads=("core.OutputReference.node_id", "core.BindingData.promise"),
)
def unknown_node(context: Context) -> Iterator[Found]:
    """A promise names a node that does not exist

    What: the `node_id` of a promise is not the id of a node of the same workflow.

    Why it fails: registration refuses the workflow. An empty `node_id` stands for the workflow's inputs.
    Nodes of other workflows, sub-workflows included, cannot be named.

    Fix: correct the id, or add the node.
    """
    hints = Hints()
    for fault in context.faults(faults.PromiseToUnknownNode):
        if fault.facts.provider is None:
            node = _consumer(fault)
            facts = fault.facts
            variable, id = facts.variable, facts.provider_id
            message = (
                f"{variable_phrase(node, variable)} is taken from node {quoted(id)}, which does not exist"
            )
            help = or_else(hints.did_you_mean(id, node.workflow.table), "correct the id, or add the node")
            yield found(fault, message, help)


@rule(
    "FI421",
    "node-listed-later",
    ERROR,
    Phase.REGISTRATION,
    reference="NodeReferenceNotFound",
    covers=("WF-27", "QK-4"),
    reads=("core.OutputReference.node_id", "core.WorkflowTemplate.nodes"),
)
def node_listed_later(context: Context) -> Iterator[Found]:
    """A branch or approve gate takes an output of a node that is listed after it

    What: an input of a branch, of a node inside a branch, or of an approve gate is promised from a node
    that comes later in the list of nodes.

    Why it fails: the compiler looks at these bindings while it adds nodes one by one, so it knows only
    those that come earlier, and refuses the workflow. Ordinary nodes may refer to later ones.

    Fix: move the node in front of the branch or gate.
    """
    for fault in context.faults(faults.PromiseToUnknownNode):
        node = _consumer(fault)
        facts = fault.facts
        variable, id, provider, later = facts.variable, facts.provider_id, facts.provider, facts.later
        if provider is not None and later:
            message = (
                f"{variable_phrase(node, variable)} is taken from node {quoted(id)}, which is listed later"
            )
            outer = _outermost(node)
            help = f"list {quoted(id)} before {quoted(outer.id)}"
            yield found(fault, message, help, related=[("listed here", provider.place())])


@rule(
    "FI422",
    "node-inside-branch",
    ERROR,
    Phase.REGISTRATION,
    reference="NodeReferenceNotFound",
    covers=("BI-11",),
    reads=("core.OutputReference.node_id", "core.IfBlock.then_node", "core.IfElseBlock.else_node"),
)
def node_inside_branch(context: Context) -> Iterator[Found]:
    """A promise names a node inside a branch

    What: the `node_id` of a promise is that of a node nested in a branch, in an array, or of the failure
    node.

    Why it fails: such nodes cannot be seen by others, not even by their siblings. Registration refuses the
    workflow.

    Fix: take the output of the branch itself. It has the outputs that all alternatives have in common.
    """
    for fault in context.faults(faults.PromiseToUnknownNode):
        node = _consumer(fault)
        facts = fault.facts
        variable, id, provider, later = facts.variable, facts.provider_id, facts.provider, facts.later
        if provider is None or later:
            continue
        outer = _outermost(provider)
        where = "is the failure node" if outer is provider else f"is inside {node_phrase(outer)}"
        message = f"{variable_phrase(node, variable)} is taken from node {quoted(id)}, which {where}"
        help = (
            "nothing can be taken from a failure node"
            if outer is provider
            else f"take it from {quoted(outer.id)}"
        )
        yield found(fault, message, help, related=[("the node is here", provider.place())])


@rule(
    "FI423",
    "unknown-output",
    ERROR,
    Phase.REGISTRATION,
    reference="VariableNameNotFound",
    covers=("BI-13", "QK-32"),
    reads=("core.OutputReference.var", "core.Node.output_aliases"),
)
def unknown_output(context: Context) -> Iterator[Found]:
    """A promise names an output that its node does not have

    What: the node that a promise refers to has no output of that name; if the promise is from the
    workflow's inputs, there is no such input.

    Why it fails: registration refuses the workflow. An output with an alias can be taken by the alias only.
    A branch has only the outputs that all of its alternatives have.

    Fix: correct the name, or return the output from the node.
    """
    hints = Hints()
    for fault in context.faults(faults.PromiseToUnknownOutput):
        node = _consumer(fault)
        facts = fault.facts
        variable, provider, output = facts.variable, facts.provider, facts.output
        known, words = tuple(provider.outputs), variable_phrase(node, variable)
        if provider.kind is NodeKind.START:
            message = f"{words} is taken from workflow input {quoted(output)}, which does not exist"
            notes: tuple[str, ...] = (
                (f"the workflow's inputs are {listed(known)}",) if known else ("the workflow has no inputs",)
            )
        else:
            message = (
                f"{words} is taken from output {quoted(output)} of {_provider(provider)}, which has none such"
            )
            notes = _outputs_note(provider, output, known)
        help = or_else(hints.did_you_mean(output, known), "correct the name")
        yield found(fault, message, help, notes=notes, related=_declared(provider))


@rule(
    "FI424",
    "malformed-promise",
    ERROR,
    Phase.REGISTRATION,
    reference="SyntaxError",
    covers=("BI-12", "QK-30"),
    reads=("core.OutputReference.var",),
)
def malformed_promise(context: Context) -> Iterator[Found]:
    """The text of a promise does not name one output

    What: the `var` of a promise is not the name of one output, optionally with an index in front
    (`[3].name`). Names are made of ASCII letters, digits and underscores.

    Why it fails: the compiler cannot tell which output is meant, and refuses the workflow. An output whose
    own name has other characters cannot be promised at all.

    Fix: write the plain name; put attributes and keys into `attr_path`.
    """
    for fault in context.faults(faults.PromiseSyntax):
        words, text = variable_phrase(_consumer(fault), fault.facts.variable), fault.facts.text
        message = f"{words} is taken from {quoted(text)}, which does not name one output"
        help = (
            "name the output, and put attributes into `attr_path`"
            if "." in text
            else "correct the name of the output"
        )
        yield found(fault, message, help)


@rule(
    "FI425",
    "mismatched-types",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("BI-16", "TY-1", "TY-2", "TY-3", "TY-4", "TY-5", "TY-6", "TY-7", "TY-8"),
    reads=(
        "core.LiteralType.simple",
        "core.LiteralType.schema",
        "core.LiteralType.collection_type",
        "core.LiteralType.map_value_type",
        "core.LiteralType.blob",
        "core.LiteralType.enum_type",
        "core.LiteralType.structured_dataset_type",
        "core.LiteralType.union_type",
        "core.LiteralType.metadata",
        "core.LiteralType.annotation",
        "core.LiteralType.structure",
        "core.TypeStructure.tag",
        "core.BlobType.format",
        "core.SchemaType.columns",
        "core.SchemaType.SchemaColumn.name",
        "core.SchemaType.SchemaColumn.type",
        "core.StructuredDatasetType.columns",
        "core.StructuredDatasetType.format",
        "core.StructuredDatasetType.DatasetColumn.name",
        "core.StructuredDatasetType.DatasetColumn.literal_type",
        "core.UnionType.variants",
        "core.EnumType.values",
    ),
)
def mismatched_types(context: Context) -> Iterator[Found]:
    """A node gets a value of another type than it expects

    What: the type of a promised value cannot be cast to the type of the variable that it is bound to.

    Why it fails: registration refuses the workflow. Types do not convert: an integer is not a float, a
    value that may be none does not fit where none is not expected, and a file format counts if both sides
    name one.

    Fix: make both types equal, or convert in a task between the two nodes.
    """
    for fault in context.faults(faults.PromiseMismatch):
        node, facts = _consumer(fault), fault.facts
        if facts.untyped or is_unlifted(context, fault):
            continue
        message = f"{expectation(node, facts.variable, facts.expected)}, and {_gives(fault)}"
        notes = differences(context.model.types, facts.given, facts.expected)
        result = found(fault, message, _remedy(fault), notes=notes, related=_both_ends(fault))
        yield unproven(result) if facts.notes else result


@rule(
    "FI426",
    "index-into-non-list",
    ERROR,
    Phase.REGISTRATION,
    reference="MismatchingTypes",
    covers=("BI-14", "QK-49"),
    reads=("core.OutputReference.var",),
)
def index_into_non_list(context: Context) -> Iterator[Found]:
    """A promise takes an element of something that is not a list

    What: the promise's `var` starts with an index (`[3].name`), and the output is not a list.

    Why it fails: registration refuses the workflow.

    Fix: take the whole output, or return a list.
    """
    for fault in context.faults(faults.PromiseIndexed):
        node, facts = _consumer(fault), fault.facts
        message = (
            f"{variable_phrase(node, facts.variable)} is taken from element {facts.element} of "
            f"{_output_of(facts.provider)} {typed(facts.output, facts.given)}, which is not a list"
        )
        related = [("declared here", declaration(facts.provider, Side.OUTPUTS, facts.output))]
        yield found(fault, message, "take the whole output", related=related)


@rule(
    "FI427",
    "unknown-attribute",
    ERROR,
    Phase.REGISTRATION,
    reference="FieldNotFound",
    covers=("BI-15",),
    reads=(
        "core.OutputReference.attr_path",
        "core.PromiseAttribute.string_value",
        "core.PromiseAttribute.int_value",
        "core.TypeStructure.dataclass_type",
    ),
)
def unknown_attribute(context: Context) -> Iterator[Found]:
    """A promise names an attribute that the dataclass does not have

    What: a step of the promise's `attr_path` is not a field of the dataclass that the output, or the part
    of it reached so far, is an instance of.

    Why it fails: registration refuses the workflow.

    Fix: correct the name of the attribute.
    """
    hints = Hints()
    for fault in context.faults(faults.FieldUnknown):
        node, facts = _consumer(fault), fault.facts
        fields = sorted(facts.given.message.structure.dataclass_type)
        attribute = quoted(facts.field) if facts.field else "a number"
        message = (
            f"{variable_phrase(node, facts.variable)} is taken from attribute {attribute} of "
            f"{type_phrase(facts.given)}, which has no such field"
        )
        notes = (f"its fields are {listed(fields)}",)
        related = [("declared here", declaration(facts.provider, Side.OUTPUTS, facts.output))]
        yield found(
            fault,
            message,
            or_else(hints.did_you_mean(facts.field, fields), "correct the attribute"),
            notes=notes,
            related=related,
        )


@rule(
    "FI430",
    "repeated-alias",
    ERROR,
    Phase.REGISTRATION,
    reference="DuplicateAlias",
    covers=("WF-24",),
    reads=("core.Node.output_aliases", "core.Alias.var", "core.Alias.alias"),
)
def repeated_alias(context: Context) -> Iterator[Found]:
    """An output is renamed twice

    What: two entries of `output_aliases` have the same `var`.

    Why it fails: registration refuses the workflow, and no output of the node can be used.

    Fix: keep one alias for each output.
    """
    for fault in context.faults(faults.AliasRepeated):
        message = f"{node_phrase(_consumer(fault))} renames output {quoted(fault.facts.output)} twice"
        yield found(fault, message, "keep one alias for each output")


@rule(
    "FI431",
    "alias-of-unknown-output",
    ERROR,
    Phase.REGISTRATION,
    reference="ParameterNotBound",
    covers=("WF-23",),
    reads=("core.Alias.var",),
)
def alias_of_unknown_output(context: Context) -> Iterator[Found]:
    """An alias renames an output that does not exist

    What: the `var` of an entry of `output_aliases` is not an output of what the node runs.

    Why it fails: registration refuses the workflow, and no output of the node can be used.

    Fix: correct the name, or remove the alias.
    """
    hints = Hints()
    for fault in context.faults(faults.AliasOfUnknownOutput):
        node, output = _consumer(fault), fault.facts.output
        known = () if node.interface is None else tuple(sorted(node.interface.outputs))
        message = f"{node_phrase(node)} renames output {quoted(output)}, which {runs(node)} does not have"
        notes = (f"it has {listed(known)}",) if known else ("it has no outputs",)
        yield found(
            fault, message, or_else(hints.did_you_mean(output, known), "remove the alias"), notes=notes
        )


@rule(
    "FI432",
    "colliding-aliases",
    ERROR,
    Phase.REGISTRATION,
    covers=("QK-28",),
    reads=("core.Node.output_aliases", "core.Alias.alias"),
)
def colliding_aliases(context: Context) -> Iterator[Found]:
    """Two outputs of a node end up with one name

    What: an alias is the name of another output, or two outputs have the same alias.

    Why it fails: one of the two hides the other, and which one does changes from one registration to the
    next.

    Fix: choose an alias that nothing else is called.
    """
    for fault in context.faults(faults.AliasesCollide):
        facts = fault.facts
        name, outputs = facts.name, facts.outputs
        node = _consumer(fault)
        message = f"{node_phrase(node)} has {len(outputs)} outputs called {quoted(name)}: {listed(outputs)}"
        yield found(fault, message, "choose an alias that nothing else is called")


# --- words ----------------------------------------------------------------------------------------


def _consumer(fault: Fault[Fact]) -> NodeRecord:
    """The node that binds; faults of bindings have one."""
    assert fault.node is not None
    return fault.node


def _outermost(node: NodeRecord) -> NodeRecord:
    while node.parent is not None:
        node = node.parent
    return node


def _provider(node: NodeRecord) -> str:
    return "the end node" if node.kind is NodeKind.END else node_phrase(node)


def _outputs_note(provider: NodeRecord, output: str, known: tuple[str, ...]) -> tuple[str, ...]:
    for alias in () if provider.message is None else provider.message.output_aliases:
        if alias.var == output:
            return (f"{quoted(output)} is renamed to {quoted(alias.alias)}",)
    if any(output in child.outputs for child in provider.children):
        return ("only some alternatives of the branch have it",)
    if provider.kind is NodeKind.END:
        return ("the end node takes the workflow's outputs and gives none",)
    return (f"it has {listed(known)}",) if known else ("it has no outputs",)


def _declared(provider: NodeRecord) -> list[tuple[str, Place | None]]:
    return [] if provider.target is None else [("declared here", provider.target.place())]


def _output_of(provider: NodeRecord) -> str:
    return "workflow input" if provider.kind is NodeKind.START else f"{node_phrase(provider)}, output"


def _gives(fault: Fault[faults.PromiseMismatch]) -> str:
    """What the provider gives, as the second half of a sentence."""
    provider, given = fault.facts.provider, fault.facts.given
    words = typed(fault.facts.output + _path_text(fault.facts.promise), given)
    if provider.kind is NodeKind.START:
        return f"the workflow's input is {words}"
    return f"{node_phrase(provider)} gives {words}"


def _path_text(promise: OutputReference) -> str:
    """The part of the output that is taken, as it would be written in code: `[0].name["key"]`."""
    index, _, _ = promise.var.strip(" $").rpartition(".")
    steps = [index if index.startswith("[") else ""]
    for attribute in promise.attr_path[:5]:
        if attribute.WhichOneof("value") == "int_value":
            steps.append(f"[{attribute.int_value}]")
        elif attribute.string_value.isidentifier():
            steps.append(f".{attribute.string_value}")
        else:
            steps.append(f'["{attribute.string_value}"]')
    return "".join(steps)


def _remedy(fault: Fault[faults.PromiseMismatch]) -> str:
    facts = fault.facts
    expected = type_phrase(facts.expected)
    if facts.given is not facts.whole:
        return f"take a part that is {expected}, or convert in a task between them"
    if facts.provider.kind is NodeKind.START:
        return f"declare the workflow's input {quoted(facts.output)} as {expected}, or convert it in a task"
    if facts.provider.target is not None and facts.provider.target.id is not None:
        name = quoted(facts.provider.target.id.name)
        return f"return {expected} from {name}, or convert in a task between them"
    return "make both types equal, or convert in a task between them"


def _both_ends(fault: Fault[faults.PromiseMismatch]) -> list[tuple[str, Place | None]]:
    node, facts = _consumer(fault), fault.facts
    return [
        ("given here", declaration(facts.provider, Side.OUTPUTS, facts.output)),
        ("expected here", declaration(node, Side.INPUTS, facts.variable)),
    ]
