"""Write `closure.binpb`, the workflow that the programs in the other languages read: `python write.py`.

It has a branch, an array and a launch plan, and one mistake for the validator to find: the array gets
a number where it takes text.
"""

from __future__ import annotations

from pathlib import Path

from flowidl.core.v1 import (
    FLOAT,
    LAUNCH_PLAN,
    STRING,
    TASK,
    WORKFLOW,
    ArrayNode,
    Binding,
    BindingData,
    BindingDataCollection,
    BooleanExpression,
    BranchNode,
    ComparisonExpression,
    ComparisonOperator,
    Container,
    Identifier,
    IfBlock,
    IfElseBlock,
    LiteralType,
    Node,
    Operand,
    OutputReference,
    Primitive,
    ResourceType,
    TaskMetadata,
    TaskNode,
    TaskTemplate,
    TypedInterface,
    Variable,
    VariableMap,
    WorkflowClosure,
    WorkflowNode,
    WorkflowTemplate,
)

NUMBER, TEXT = LiteralType(simple=FLOAT), LiteralType(simple=STRING)
TEXTS = LiteralType(collection_type=TEXT)


def main() -> None:
    """Write the file into the current folder."""
    Path("closure.binpb").write_bytes(closure().SerializeToString(deterministic=True))


def closure() -> WorkflowClosure:
    """Return a workflow with the tasks that it runs."""
    retrain = WorkflowNode(launchplan_ref=identifier(LAUNCH_PLAN, "shop.retrain"))
    nodes = [
        Node(id="n0", task_node=call("shop.load"), inputs=[bind("day", "", "day")]),
        Node(
            id="n1",
            branch_node=BranchNode(
                if_else=IfElseBlock(
                    case=IfBlock(
                        condition=above("size", 1000.0),
                        then_node=Node(
                            id="n1-large", task_node=call("shop.train"), inputs=[bind("size", "n0", "size")]
                        ),
                    ),
                    else_node=Node(id="n1-small", workflow_node=retrain, inputs=[bind("size", "n0", "size")]),
                )
            ),
            inputs=[bind("size", "n0", "size")],
        ),
        Node(
            id="n2",
            array_node=ArrayNode(node=Node(id="n2-each", task_node=call("shop.predict"))),
            inputs=[
                Binding(
                    var="models",
                    binding=BindingData(
                        collection=BindingDataCollection(bindings=[promise("", "day"), promise("n0", "size")])
                    ),
                )
            ],
        ),
    ]
    return WorkflowClosure(
        workflow=WorkflowTemplate(
            id=identifier(WORKFLOW, "shop.daily"), interface=interface({"day": TEXT}, {}), nodes=nodes
        ),
        tasks=[
            task("shop.load", interface({"day": TEXT}, {"size": NUMBER})),
            task("shop.train", interface({"size": NUMBER}, {})),
            task("shop.predict", interface({"models": TEXTS}, {})),
        ],
    )


def identifier(kind: ResourceType.ValueType, name: str) -> Identifier:
    """Return the identifier of an entity of this project."""
    return Identifier(resource_type=kind, project="shop", domain="development", name=name, version="1")


def task(name: str, signature: TypedInterface) -> TaskTemplate:
    """Return a task that runs in a container."""
    return TaskTemplate(
        id=identifier(TASK, name),
        type="container",
        metadata=TaskMetadata(interruptible=False),
        interface=signature,
        container=Container(image="registry.example/shop:1", args=["run", name]),
    )


def interface(inputs: dict[str, LiteralType], outputs: dict[str, LiteralType]) -> TypedInterface:
    """Return an interface with variables of these types."""

    def variables(types: dict[str, LiteralType]) -> VariableMap:
        return VariableMap(variables={name: Variable(type=kind) for name, kind in types.items()})

    return TypedInterface(inputs=variables(inputs), outputs=variables(outputs))


def call(name: str) -> TaskNode:
    """Return a node's target: a task of this project."""
    return TaskNode(reference_id=identifier(TASK, name))


def bind(var: str, node: str, output: str) -> Binding:
    """Bind an input to an output of a node, or of the start node, which has no name here."""
    return Binding(var=var, binding=promise(node, output))


def promise(node: str, output: str) -> BindingData:
    """Refer to an output of a node."""
    return BindingData(promise=OutputReference(node_id=node, var=output))


def above(var: str, limit: float) -> BooleanExpression:
    """Return the condition that an input is above a limit."""
    return BooleanExpression(
        comparison=ComparisonExpression(
            operator=ComparisonOperator.GT,
            left_value=Operand(var=var),
            right_value=Operand(primitive=Primitive(float_value=limit)),
        )
    )


if __name__ == "__main__":
    main()
