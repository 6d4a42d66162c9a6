"""Run compiled workflows here: no cluster, no decorators, the same messages that are registered.

execution = run(closure, {"x": 3}, {"my.pkg.double": double})
execution.raise_for_failure()
execution.values()                  # {"o0": 6}
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowidl.local.answers import Answers, Gate, ScriptedAnswers, TerminalAnswers
    from flowidl.local.context import TaskContext, current_context, running_task
    from flowidl.local.errors import DisapprovedError, ImplementationMissingError, RunError, TimedOutError
    from flowidl.local.events import Event
    from flowidl.local.implementations import DynamicJob, Implementation, execute, function
    from flowidl.local.options import settings
    from flowidl.local.record import Execution, NodeRecord, State
    from flowidl.local.runs import run

#: Module -> the public names that it holds.
_HOMES = {
    "answers": ("Answers", "Gate", "ScriptedAnswers", "TerminalAnswers"),
    "context": ("TaskContext", "current_context", "running_task"),
    "errors": ("DisapprovedError", "ImplementationMissingError", "RunError", "TimedOutError"),
    "events": ("Event",),
    "implementations": ("DynamicJob", "Implementation", "execute", "function"),
    "record": ("Execution", "NodeRecord", "State"),
    "runs": ("run",),
    "options": ("settings",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Answers",
    "DisapprovedError",
    "DynamicJob",
    "Event",
    "Execution",
    "Gate",
    "Implementation",
    "ImplementationMissingError",
    "NodeRecord",
    "RunError",
    "ScriptedAnswers",
    "State",
    "TaskContext",
    "TerminalAnswers",
    "TimedOutError",
    "current_context",
    "execute",
    "function",
    "run",
    "running_task",
    "settings",
]


if not TYPE_CHECKING:  # else a type checker would believe in any name

    def __getattr__(name: str) -> object:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
