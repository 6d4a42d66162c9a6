"""From a package, or a closure, to something that runs.

By the names in it, and by what its command lines say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
from flowidl.core.v1.literals_pb2 import Literal
from flowidl.errors import BuildError, closest
from flowidl.local.faults import build_error
from flowidl.local.loading import command_line, load, loader_of
from flowidl.source.definitions import Kind
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flowidl.compiler import Compilation
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.local.implementations import Implementation
    from flowidl.source.definitions import Definition


class Runnable(NamedTuple):
    """A workflow with everything that `run` takes besides its inputs."""

    name: str
    closure: CompiledWorkflowClosure
    functions: Mapping[Any, Callable[..., Any]] = {}
    launch_plans: tuple[LaunchPlan, ...] = ()
    closures: tuple[CompiledWorkflowClosure, ...] = ()
    signals: Mapping[str, Any] = {}
    #: What inputs have if they are left out, and what they always have.
    defaults: Mapping[str, Literal] = {}
    fixed: Mapping[str, Literal] = {}
    #: The Python annotations of inputs, where they are known.
    annotations: Mapping[str, Any] = {}


def packaged(definitions: Iterable[Definition], name: str = "") -> Runnable:
    """Return the workflow or launch plan of a name among definitions; without a name, the only workflow.

    A workflow gets the defaults of the launch plan of its own name, if there is one. Raise `BuildError` if
    there is no such thing, or if it does not compile.
    """
    known = list(definitions)
    plans = {each.message.id.name: each.message for each in known if isinstance(each.message, LaunchPlan)}
    compiled = _closures(known)
    plan = plans.get(name)
    wanted = plan.spec.workflow_id.name if plan is not None else name
    if not wanted and len(compiled) == 1:
        wanted = next(iter(compiled))
    if not compiled:
        raise BuildError("there is no workflow in it", help="`flowidl show` lists what there is")
    if wanted not in compiled:
        words = f"there is no workflow `{wanted}`" if wanted else "there is more than one workflow"
        raise BuildError(words, help=closest(wanted, {*compiled, *plans}))
    plan = plan or plans.get(wanted)
    needed = {wanted, *(each.spec.workflow_id.name for each in plans.values())}
    closures = {key: _sound(found) for key, found in compiled.items() if key in needed}
    primary = closures.pop(wanted)
    defaults = {} if plan is None else _defaults(plan)
    fixed = {} if plan is None else dict(plan.spec.fixed_inputs.literals.items())
    interfaces = {**closures, wanted: primary}
    return Runnable(
        name or wanted,
        primary,
        launch_plans=tuple(with_interface(each, interfaces) for each in plans.values()),
        closures=tuple(closures.values()),
        defaults=defaults,
        fixed=fixed,
    )


def _defaults(plan: LaunchPlan) -> dict[str, Literal]:
    found = plan.spec.default_inputs.parameters
    return {name: found[name].default for name in found if found[name].HasField("default")}


def _closures(known: list[Definition]) -> dict[str, CompiledWorkflowClosure | Compilation]:
    """Return what each workflow compiles to, by name; a closure is what it is."""
    from flowidl.compiler import compile_package

    found: dict[str, CompiledWorkflowClosure | Compilation] = {}
    for each in known:
        if each.kind is Kind.COMPILED_WORKFLOW_CLOSURE and isinstance(each.message, CompiledWorkflowClosure):
            found[each.message.primary.template.id.name] = each.message
    rest = [each for each in known if each.kind is not Kind.COMPILED_WORKFLOW_CLOSURE]
    for definition, compilation in compile_package(rest):
        id = definition.id
        if id is not None:
            found[id.name] = compilation
    return found


def _sound(found: CompiledWorkflowClosure | Compilation) -> CompiledWorkflowClosure:
    if isinstance(found, CompiledWorkflowClosure):
        return found
    if found.closure is None:
        raise build_error(found)
    return found.closure


def with_interface(plan: LaunchPlan, workflows: Mapping[str, CompiledWorkflowClosure]) -> LaunchPlan:
    """Return a launch plan with the interface that registration gives it, if its workflow is here."""
    workflow = workflows.get(plan.spec.workflow_id.name)
    if workflow is None:
        return plan
    interface = workflow.primary.template.interface
    filled = LaunchPlan()
    filled.CopyFrom(plan)
    expected = filled.closure.expected_inputs.parameters
    for name, variable in interface.inputs.variables.items():
        if name in plan.spec.fixed_inputs.literals or name in expected:
            continue
        given = plan.spec.default_inputs.parameters
        if name in given:
            expected[name].CopyFrom(given[name])
        else:
            expected[name].var.CopyFrom(variable)
            expected[name].required = True
    filled.closure.expected_outputs.CopyFrom(interface.outputs)
    return filled


class Loading:
    """Finds functions by the command lines of tasks, and remembers why it did not find one."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def __call__(self, task: TaskTemplate) -> Implementation | None:
        """Return the implementation of a task, or `None`."""
        found = loader_of(command_line(task))
        if found is None:
            self.reasons[task.id.name] = "its command line names no function"
            return None
        try:
            return load(found)
        except Exception as error:  # importing a module runs anybody's code
            self.reasons[task.id.name] = f"{type(error).__name__}: {error}"
            return None
