"""The interpreter: a compiled workflow, node by node, with every value as a literal.

Nothing here calls itself for what is nested in a definition. A running workflow, or array, is a *group*
that hands out the work that is ready; groups stand on a stack, and the innermost one that has work goes
first, so that without an executor everything runs in the order of the compiled graph, a nested workflow
being run to its end before its neighbour starts. What ends is put on a queue, and its group hears of it,
which may end in turn.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import TYPE_CHECKING

from flowidl.core.v1.dynamic_job_pb2 import DynamicJobSpec
from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.core.v1.tasks_pb2 import TaskTemplate
from flowidl.core.v1.types_pb2 import LiteralType
from flowidl.core.v1.workflow_pb2 import ArrayNode
from flowidl.local.cache import cache_key
from flowidl.local.conditions import holds
from flowidl.local.context import TaskContext
from flowidl.local.errors import ImplementationMissingError, RunError, explain
from flowidl.local.events import Event
from flowidl.local.gates import answer
from flowidl.local.groups import AbortedError, ArrayGroup, Group, Literals, Scope, Work, joined, takes_error
from flowidl.local.implementations import DynamicJob, Options
from flowidl.local.library import Library
from flowidl.local.program import Program, branches, nested
from flowidl.local.record import NodeRecord, State
from flowidl.local.tasks import Target, TaskCall, metadata_of, perform
from flowidl.names import EntityId
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from google.protobuf.struct_pb2 import Value

    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.tasks_pb2 import TaskMetadata
    from flowidl.core.v1.workflow_pb2 import Node, WorkflowNode
    from flowidl.local.answers import Answers
    from flowidl.local.cache import Cache
    from flowidl.local.implementations import Result
    from flowidl.local.program import Workflow


class Conduct(NamedTuple):
    """How a run is conducted: its settings, all of them decided."""

    answers: Answers
    executor: Executor | None = None
    cache: Cache | None = None
    retries: bool = False
    timeouts: bool = False
    wait: bool = False
    on_event: Callable[[Event], None] | None = None
    #: Where files of outputs are kept.
    prefix: str = ""
    #: Whether a task's variables may be set in this process: not while tasks run beside one another in it.
    environment: bool = True
    #: Whether values may travel as pickles.
    pickles: bool = False


class Ended(NamedTuple):
    """Work that is over: its outputs, or why there are none."""

    work: Work
    outputs: Literals | None
    error: BaseException | None = None


class Engine:
    """One run. `run` returns the outputs, or raises what the run failed with."""

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self._stack: list[Group] = []
        self._ended: deque[Ended] = deque()
        self._flying: dict[Future[Result], Work] = {}
        self._done: Ended | None = None
        self._outputs: Literals | None = None
        self._error: BaseException | None = None
        self._over = False
        self._targets: dict[tuple[int, int], Target] = {}
        self.records: list[NodeRecord] = []
        self.events: list[Event] = []

    def run(self, workflow: Workflow, inputs: Literals, program: Program, library: Library) -> Literals:
        """Run a workflow to its end."""
        self._open(Scope(workflow, inputs, program, library, None, ""))
        while not self._over:
            if self._ended:
                self._tell(self._ended.popleft())
                continue
            work = self._next()
            if work is not None:
                self._start(work)
            elif self._flying:
                self._land()
            elif not self._over:
                raise AssertionError("nothing runs and nothing is ready")
        if self._error is not None:
            raise self._error
        return self._outputs or {}

    # Groups

    def _open(self, group: Group) -> None:
        if group.parent is not None:
            group.parent.body = group
        self._push(group)
        self._settle(group)

    def _push(self, group: Group) -> None:
        if not group.waits_on_stack and group.has_ready():
            group.waits_on_stack = True
            self._stack.append(group)

    def _next(self) -> Work | None:
        """Take work from the innermost group that has some."""
        while self._stack:
            group = self._stack[-1]
            work = group.take()
            if work is not None:
                group.active.add(work)
                return work
            group.waits_on_stack = False
            self._stack.pop()
        return None

    def _tell(self, ended: Ended) -> None:
        """Let the group of ended work hear of it."""
        work, group = ended.work, ended.work.group
        group.active.discard(work)
        if ended.error is None:
            group.succeeded(work, ended.outputs or {})
        else:
            group.failed(work, ended.error)
            if group.stopped:
                self._abort(group)
        self._push(group)
        self._settle(group)

    def _abort(self, top: Group) -> None:
        """Stop everything that runs inside of a group."""
        waiting: list[Group] = [top]
        while waiting:
            group = waiting.pop()
            group.stop()
            for work in group.active:
                if work.future is not None:
                    work.future.cancel()
                if work.body is not None:
                    waiting.append(work.body)
            if group is not top:
                self._settle(group)

    def _settle(self, group: Group) -> None:
        """End a group once it is over."""
        if not group.is_over():
            return
        last = group.last_work()
        if last is not None:
            group.active.add(last)
            self._start(last)
            return
        error: BaseException | None = group.failure
        outputs: Literals | None = None
        if error is None and group.stopped:
            error = AbortedError()
        if error is None:
            try:
                outputs = group.result()
            except Exception as failed:  # a path that leads nowhere, at any depth
                error = failed
        if error is not None and isinstance(group, Scope):
            self._record_unstarted(group)
        if group.parent is None:
            self._over, self._outputs, self._error = True, outputs, error
        else:
            self._end(group.parent, outputs, error)

    def _record_unstarted(self, scope: Scope) -> None:
        for node in scope.not_started():
            record = NodeRecord(joined(scope.path, node.id), _entity(node), State.ABORTED)
            record.end = record.start
            self._note(record)

    # Work

    def _start(self, work: Work) -> None:
        """Start work; what goes wrong at once is its end."""
        try:
            self._choose(work)
            self._note(self._recorded(work))
            self._run_node(work)
        except Exception as error:  # of the definition, of a value, or of the user: told alike
            self._end(work, None, error)

    def _recorded(self, work: Work) -> NodeRecord:
        if work.record is None:
            work.record = NodeRecord(work.path, _entity(work.node))
        return work.record

    def _choose(self, work: Work) -> None:
        """Follow conditionals to the node that is chosen; what is not chosen is skipped."""
        while work.node.HasField("branch_node"):
            node = work.node
            record = NodeRecord(work.path, _entity(node))
            self._note(record)
            work.chain.append((node, record))
            chosen = self._chosen(work, node)
            for each in branches(node.branch_node):
                if each is not chosen:
                    self._skip(work, each)
            work.node = chosen
            work.path = joined(work.group.path, chosen.id)

    def _chosen(self, work: Work, node: Node) -> Node:
        inputs = _scope(work).resolved(node.inputs, {}, "operand")
        block = node.branch_node.if_else
        for case in (block.case, *block.other):
            if holds(case.condition, inputs):
                return case.then_node
        if block.HasField("else_node"):
            return block.else_node
        raise ValueError(block.error.message)

    def _skip(self, work: Work, top: Node) -> None:
        for node in nested([top]):
            record = NodeRecord(joined(work.group.path, node.id), _entity(node), State.SKIPPED)
            record.end = record.start
            self._note(record)

    def _run_node(self, work: Work) -> None:
        node = work.node
        kind = node.WhichOneof("target")
        if kind == "task_node":
            self._run_task(work)
        elif kind == "workflow_node":
            self._run_workflow(work, node.workflow_node)
        elif kind == "gate_node":
            inputs = self._inputs(work, {})
            gate = node.gate_node
            self._end(work, answer(work, gate, inputs, self._conduct.answers, waits=self._conduct.wait))
        elif kind == "array_node":
            self._run_array(work, node.array_node)
        else:
            raise RunError("the node runs nothing", path=work.path)

    def _inputs(self, work: Work, types: Mapping[str, LiteralType]) -> Literals:
        """Return what a node is given, and keep it in its record."""
        if work.given is not None:
            found = work.given
        else:
            scope = _scope(work)
            found = scope.resolved(work.node.inputs, types, "input")
            if scope.is_handler(work):
                for name, type in types.items():
                    if takes_error(type) and not found.get(name, Literal()).scalar.HasField("error"):
                        found[name] = scope.error_literal()
        work.inputs = LiteralMap(literals=found)
        if work.record is not None:
            work.record.inputs = work.inputs
        return found

    def _run_workflow(self, work: Work, target: WorkflowNode) -> None:
        group = work.group
        if target.HasField("sub_workflow_ref"):
            id = EntityId.of(target.sub_workflow_ref)
            workflow = group.program.workflow(id)
            fixed: Literals = {}
            defaults: Literals = {}
        else:
            id = EntityId.of(target.launchplan_ref)
            plan = group.program.plan(id)
            workflow = group.program.workflow(plan.workflow) if plan is not None else None
            fixed, defaults = (plan.fixed, plan.defaults) if plan is not None else ({}, {})
        if workflow is None:
            self._run_stand_in(work, id)
            return
        inputs = self._inputs(work, _types(workflow.template.interface, "inputs"))
        overridden = sorted(set(fixed) & set(inputs))
        if overridden:
            raise RunError(f"`{overridden[0]}` is fixed by launch plan `{id.name}`", path=work.path)
        given = {**defaults, **fixed, **inputs}
        lacking = sorted(set(workflow.template.interface.inputs.variables) - set(given))
        if lacking:
            raise RunError(f"`{id.name}` is started without its input `{lacking[0]}`", path=work.path)
        self._open(Scope(workflow, given, group.program, group.library, work, work.path))

    def _run_stand_in(self, work: Work, id: EntityId) -> None:
        """Run a function in the place of a launch plan or workflow that is not here."""
        implementation = work.group.library.find(id)
        if implementation is None:
            raise ImplementationMissingError(
                f"`{id.name}` is not here, and there is no function for it", path=work.path
            )
        self._inputs(work, {})
        task = TaskTemplate()
        task.id.name = id.name
        self._submit(work, Target(work.node, task, task.metadata, {}, implementation))

    def _run_array(self, work: Work, array: ArrayNode) -> None:
        inner = array.node
        lifted = array.is_original_sub_node_interface.value
        interface = self._interface(work, inner)
        types = {
            name: LiteralType(collection_type=type) if lifted and name not in array.bound_inputs else type
            for name, type in _types(interface, "inputs").items()
        }
        inputs = self._inputs(work, types)
        self._open(ArrayGroup(work, array, inputs, _types(interface, "outputs")))

    def _interface(self, work: Work, inner: Node) -> TypedInterface:
        program = work.group.program
        if inner.HasField("task_node"):
            task = program.task(EntityId.of(inner.task_node.reference_id))
            return task.interface if task is not None else TaskTemplate().interface
        target = inner.workflow_node
        if target.HasField("launchplan_ref"):
            plan = program.plan(EntityId.of(target.launchplan_ref))
            workflow = program.workflow(plan.workflow) if plan is not None else None
        else:
            workflow = program.workflow(EntityId.of(target.sub_workflow_ref))
        return workflow.template.interface if workflow is not None else TaskTemplate().interface

    # Tasks

    def _run_task(self, work: Work) -> None:
        target = self._target(work)
        task = target.task
        if task.type == "container_array" and work.given is None:
            self._run_legacy_map(work, task)
            return
        if target.implementation is None:
            raise ImplementationMissingError(f"there is no function for `{task.id.name}`", path=work.path)
        self._inputs(work, target.types)
        if not self._from_cache(work, task, target.metadata):
            self._submit(work, target)

    def _target(self, work: Work) -> Target:
        """Return what a task's node runs."""
        group, node = work.group, work.node
        key = (id(node), id(group.library))
        found = self._targets.get(key)
        if found is None:
            id_ = EntityId.of(node.task_node.reference_id)
            task = group.program.task(id_)
            if task is None:
                task = TaskTemplate(id=node.task_node.reference_id)
            found = Target(
                node,
                task,
                metadata_of(task, node.metadata),
                _types(task.interface, "inputs"),
                group.library.find_for(task),
            )
            self._targets[key] = found
        return found

    def _run_legacy_map(self, work: Work, task: TaskTemplate) -> None:
        """Run a mapped task of the older kind: an array whose settings stand in the task's `custom`."""
        custom = task.custom.fields
        array = ArrayNode(
            parallelism=int(custom["parallelism"].number_value) if "parallelism" in custom else 0
        )
        if "minSuccesses" in custom:
            array.min_successes = _whole(custom["minSuccesses"])
        elif "minSuccessRatio" in custom:
            array.min_success_ratio = custom["minSuccessRatio"].number_value
        args = list(task.container.args)
        if "vars" in args:
            array.bound_inputs.extend(name for name in args[args.index("vars") + 1].split(",") if name)
        array.node.CopyFrom(work.node)
        inputs = self._inputs(work, _types(task.interface, "inputs"))
        self._open(ArrayGroup(work, array, inputs, _types(task.interface, "outputs")))

    def _from_cache(self, work: Work, task: TaskTemplate, metadata: TaskMetadata) -> bool:
        """End a task with outputs from the cache, if they are there; else remember where they go."""
        cache = self._conduct.cache
        if cache is None or not metadata.discoverable or work.inputs is None:
            return False
        work.cache_key = cache_key(task, metadata, work.inputs)
        found = cache.get(work.cache_key)
        if found is None:
            return False
        if work.record is not None:
            work.record.state = State.CACHED
        work.cache_key = ""
        outputs = LiteralMap.FromString(found)
        self._end(work, dict(outputs.literals), whole=outputs)
        return True

    def _submit(self, work: Work, target: Target) -> None:
        """Run a task here and now, or hand it to the executor."""
        work.target = target
        call = self._call(work, target)
        record = self._recorded(work)
        if self._conduct.executor is not None:
            record.attempts += 1
            work.future = self._conduct.executor.submit(perform, call)
            self._flying[work.future] = work
            return
        while True:
            record.attempts += 1
            try:
                result = perform(call)
            except Exception as error:
                if not self._tries_again(work, target):
                    self._noted(error, work, target)
                    raise
                call = self._call(work, target)
            else:
                self._received(work, target.task, result)
                return

    def _call(self, work: Work, target: Target) -> TaskCall:
        conduct, name = self._conduct, target.task.id.name
        timeout = target.metadata.timeout.ToTimedelta().total_seconds() if conduct.timeouts else 0.0
        return TaskCall(
            target.task,
            work.inputs or LiteralMap(),
            target.implementation or _nothing,
            TaskContext(name, work.path, work.attempt, raw_output_prefix=conduct.prefix),
            Options(conduct.environment, timeout),
            conduct.pickles,
        )

    def _tries_again(self, work: Work, target: Target) -> bool:
        """Count one more try, if there is one left."""
        if not self._conduct.retries or work.attempt >= target.metadata.retries.retries or work.group.stopped:
            return False
        work.attempt += 1
        return True

    def _noted(self, error: Exception, work: Work, target: Target) -> Exception:
        explain(error, f"at node {work.path}, task `{target.task.id.name}`")
        return error

    def _land(self) -> None:
        """Wait for a task that is under way, and take in what it came to."""
        done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        for future in [each for each in self._flying if each in done]:
            work = self._flying.pop(future)
            work.future = None
            target = work.target or self._target(work)
            try:
                self._received(work, target.task, future.result())
            except CancelledError:
                self._end(work, None, AbortedError())
            except Exception as error:
                if self._tries_again(work, target):
                    self._submit(work, target)
                else:
                    self._end(work, None, self._noted(error, work, target))

    def _received(self, work: Work, task: TaskTemplate, result: object) -> None:
        """Take a task's outputs, or open the job that it made; refuse what an implementation may not give."""
        if isinstance(result, LiteralMap):
            self._end(work, dict(result.literals), whole=result)
            return
        job = DynamicJob(result) if isinstance(result, DynamicJobSpec) else result
        if not isinstance(job, DynamicJob):
            raise RunError(f"task `{task.id.name}` gave a `{type(result).__qualname__}`", path=work.path)
        self._recorded(work).job = job.spec
        self._open_job(work, task, job)

    def _open_job(self, work: Work, task: TaskTemplate, job: DynamicJob) -> None:
        from flowidl.local.closures import job_closure

        group = work.group
        given = {EntityId.of(plan.id): plan for plan in (*group.program.plan_messages(), *job.launch_plans)}
        library = Library(job.functions, job.signals, group.library)
        program, primary = Program.of(
            job_closure(job.spec, task, given.values()),
            launch_plans=job.launch_plans,
            closures=job.closures,
            parent=group.program,
        )
        library.check(program, primary)
        self._open(Scope(primary, {}, program, library, work, work.path))

    # Ends

    def _end(
        self,
        work: Work,
        outputs: Literals | None,
        error: BaseException | None = None,
        *,
        whole: LiteralMap | None = None,
    ) -> None:
        """Put the end of work on the queue, and write it down. `whole` are the outputs as one message."""
        if outputs is not None and whole is None:
            whole = LiteralMap(literals=outputs)
        if whole is not None and work.cache_key and self._conduct.cache is not None:
            self._conduct.cache[work.cache_key] = whole.SerializeToString(deterministic=True)
        for record in (work.record, *(each for _, each in work.chain)):
            if record is not None:
                self._close(record, whole, error)
        self._ended.append(Ended(work, outputs, error))

    def _close(self, record: NodeRecord, outputs: LiteralMap | None, error: BaseException | None) -> None:
        record.end = time.time()
        if error is None:
            record.outputs = outputs
            if record.state == State.RUNNING:
                record.state = State.SUCCEEDED
        elif isinstance(error, AbortedError):
            record.state = State.ABORTED
        else:
            record.state, record.error = State.FAILED, error
        self._tell_of(record, record.end)

    def _note(self, record: NodeRecord) -> None:
        self.records.append(record)
        self._tell_of(record, record.start)

    def _tell_of(self, record: NodeRecord, moment: float) -> None:
        event = Event(moment, record.path, record.state, record)
        self.events.append(event)
        if self._conduct.on_event is not None:
            self._conduct.on_event(event)


def _scope(work: Work) -> Scope:
    if not isinstance(work.group, Scope):
        raise RunError("an array runs a node that reads others", path=work.path)
    return work.group


def _entity(node: Node) -> str:
    """Return what a node runs, in a word or name."""
    kind = node.WhichOneof("target")
    if kind == "task_node":
        return node.task_node.reference_id.name
    if kind == "workflow_node":
        target = node.workflow_node
        return (
            target.sub_workflow_ref if target.HasField("sub_workflow_ref") else target.launchplan_ref
        ).name
    if kind == "array_node":
        return _entity_of_element(node.array_node.node)
    if kind == "gate_node":
        gate = node.gate_node
        return gate.signal.signal_id or gate.approve.signal_id or "sleep"
    return node.metadata.name or ("conditional" if kind == "branch_node" else "node")


def _entity_of_element(node: Node) -> str:
    if node.HasField("task_node"):
        return node.task_node.reference_id.name
    return _started(node.workflow_node)


def _started(target: WorkflowNode) -> str:
    return (target.sub_workflow_ref if target.HasField("sub_workflow_ref") else target.launchplan_ref).name


def _types(interface: TypedInterface, side: str) -> dict[str, LiteralType]:
    variables = (interface.inputs if side == "inputs" else interface.outputs).variables
    return {name: variables[name].type for name in variables}


def _whole(value: Value) -> int:
    """Return a whole number as proto JSON has it: a number, or for 64 bits a text."""
    return int(value.string_value or value.number_value)


def _nothing(task: TaskTemplate, inputs: LiteralMap, context: TaskContext, /) -> LiteralMap:
    raise ImplementationMissingError(f"there is no function for `{task.id.name}`", path=context.path)
