"""`run`: a compiled workflow, with the functions of its tasks, here and now."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from flowidl.core.v1.literals_pb2 import Literal, LiteralMap
from flowidl.errors import BuildError, closest
from flowidl.local.answers import TerminalAnswers
from flowidl.local.cache import FolderCache, cache_of
from flowidl.local.engine import Conduct, Engine
from flowidl.local.library import Library
from flowidl.local.options import Settings, current_settings
from flowidl.local.program import Program, closure_of
from flowidl.local.record import Execution, State
from flowidl.values.pickles import may_pickle, pickling
from flowidl.values.places import Present, in_place, scratch_folder

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan
    from flowidl.core.v1.compiler_pb2 import CompiledWorkflowClosure
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.core.v1.tasks_pb2 import TaskTemplate
    from flowidl.local.answers import Answers
    from flowidl.local.cache import Cache
    from flowidl.local.events import Event
    from flowidl.local.implementations import Implementation


def run(
    workflow: object,
    inputs: LiteralMap | Mapping[str, object] | None = None,
    functions: Mapping[Any, Callable[..., Any]] | None = None,
    *,
    launch_plans: Iterable[LaunchPlan] = (),
    closures: Iterable[CompiledWorkflowClosure] = (),
    signals: Mapping[str, Any] | None = None,
    answers: Answers | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    cache: str | os.PathLike[str] | Cache | bool | None = None,
    retries: bool | None = None,
    timeouts: bool | None = None,
    wait: bool | None = None,
    pickle: bool | None = None,
    on_event: Callable[[Event], None] | None = None,
    raw_output_prefix: str = "",
    fallback: Callable[[TaskTemplate], Implementation | None] | None = None,
) -> Execution:
    """Run a workflow and return what came of it; see `Execution.raise_for_failure`.

    `workflow` is a `CompiledWorkflowClosure`, or what compiles to one. `inputs` are literals, or Python
    values by name. `functions` maps tasks, by identifier or name, to plain functions or implementations;
    also launch plans that are not in `launch_plans`, whose workflows come in `closures`. `signals` are the
    annotations of what gates ask for.

    Tasks run here and in order, or on `executor`, or on `workers` threads. `cache`, `retries`, `timeouts`,
    `wait` (at sleep gates) and `pickle` are off unless asked for, here, by `settings`, or by variables.
    Files of outputs are kept below `raw_output_prefix`, by default in a folder that goes away with the
    process.

    Raise `BuildError` for a definition or inputs that do not fit, and `RunError` for functions that are
    missing, both before the first task runs. What fails later is the execution's `error`.
    """
    own = Settings(cache, retries, timeouts, wait, answers, executor, workers, on_event)
    chosen = own.over(current_settings())
    with ExitStack() as stack:
        stack.enter_context(pickling(pickle))
        program, primary = Program.of(closure_of(workflow), launch_plans=launch_plans, closures=closures)
        given = input_literals(inputs, primary.template.interface, primary.template.id.name)
        library = Library(functions, signals, fallback=fallback)
        library.check(program, primary)
        engine = Engine(_conduct(chosen, raw_output_prefix, stack))
        return _executed(engine, primary, given, program, library)


def _executed(
    engine: Engine, primary: Any, given: dict[str, Literal], program: Program, library: Library
) -> Execution:
    types = primary.template.interface.outputs.variables
    execution = Execution(
        workflow=primary.template.id.name,
        state=State.RUNNING,
        inputs=LiteralMap(literals=given),
        outputs=None,
        nodes=engine.records,
        events=engine.events,
        start=time.time(),
        end=0.0,
        output_types={name: types[name].type for name in types},
    )
    try:
        execution.outputs = LiteralMap(literals=engine.run(primary, given, program, library))
        execution.state = State.SUCCEEDED
    except Exception as error:  # whatever it is, it is what the run came to
        execution.error, execution.state = error, State.FAILED
    execution.end = time.time()
    return execution


def _conduct(chosen: Settings, prefix: str, stack: ExitStack) -> Conduct:
    cache = cache_of(chosen.cache)
    executor = chosen.executor
    if executor is None and chosen.workers is not None and chosen.workers > 1:
        executor = stack.enter_context(_Threads(chosen.workers))
    if not prefix:
        prefix = cache.data_prefix if isinstance(cache, FolderCache) else scratch_folder()
    return Conduct(
        answers=chosen.answers or TerminalAnswers(),
        executor=executor,
        cache=cache,
        retries=bool(chosen.retries),
        timeouts=bool(chosen.timeouts),
        wait=bool(chosen.wait),
        on_event=chosen.on_event,
        prefix=prefix,
        environment=not isinstance(executor, ThreadPoolExecutor),
        pickles=may_pickle(),
    )


class _Threads(ThreadPoolExecutor):
    """Threads that start nothing more once the run is over."""

    def __exit__(self, *_: object) -> None:
        self.shutdown(wait=True, cancel_futures=True)


def input_literals(
    inputs: LiteralMap | Mapping[str, object] | None, interface: TypedInterface, owner: str
) -> dict[str, Literal]:
    """Return the inputs of a run as literals: all of them, and nothing else."""
    from flowidl.values.literals import literal

    declared = interface.inputs.variables
    given: Mapping[str, object] = inputs.literals if isinstance(inputs, LiteralMap) else inputs or {}
    for name in given:
        if name not in declared:
            raise BuildError(
                f"workflow `{owner}` has no input `{name}`",
                rule="unknown-execution-input",
                help=closest(name, declared),
            )
    lacking = sorted(set(declared) - set(given))
    if lacking:
        words = ", ".join(f"`{name}`" for name in lacking)
        raise BuildError(f"workflow `{owner}` is run without {words}", rule="missing-execution-input")
    with in_place(Present()):
        return {
            name: literal(value, declared[name].type, name=f"input {name} of {owner}")
            for name, value in given.items()
        }
