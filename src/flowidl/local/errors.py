"""What goes wrong in a run that is no fault of the definition and no exception of the user's."""

from __future__ import annotations


class RunError(Exception):
    """A run that cannot go on: an input or an output that does not fit, a gate that was refused, a missing
    function.

    `path` names the node (`n0 > n2`), and is empty for the run as a whole.
    """

    def __init__(self, message: str, *, path: str = "") -> None:
        self.path = path
        super().__init__(f"{message} (at node {path})" if path else message)


class DisapprovedError(RunError):
    """A gate was not approved."""


class TimedOutError(RunError):
    """A task did not end within its timeout."""


class ImplementationMissingError(RunError, NotImplementedError):
    """Tasks, or launch plans, for which no function was given."""


def explain(error: BaseException, note: str) -> None:
    """Add a note to an exception (PEP 678), once."""
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


class RecoverableError(Exception):
    """What a task raises to say that trying it again may help.

    On a cluster only such errors are tried again.
    """
