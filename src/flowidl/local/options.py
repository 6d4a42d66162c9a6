"""What a run does beyond running: asked for in arguments, for a block, or for a process by variables.

    with settings(cache="~/.cache/flows", retries=True):
        ...

`FLOWIDL_LOCAL_CACHE` (a folder), `FLOWIDL_LOCAL_PICKLE=1`, `FLOWIDL_LOCAL_RETRIES=1`. An argument of `run`
wins over a block, and a block over the variables.
"""

from __future__ import annotations

import contextvars
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flowidl.tuples import NamedTuple
from flowidl.values.pickles import pickling

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Executor

    from flowidl.local.answers import Answers
    from flowidl.local.cache import Cache
    from flowidl.local.events import Event


class Settings(NamedTuple):
    """The settings of a run; `None` where nothing was said."""

    #: Where outputs of cached tasks are kept: a folder, or a cache of one's own. `False` for none.
    cache: str | os.PathLike[str] | Cache | bool | None = None
    #: Try tasks again as often as their `retries` say.
    retries: bool | None = None
    #: Let a task fail when its `timeout` is over.
    timeouts: bool | None = None
    #: Wait at sleep gates for as long as they say.
    wait: bool | None = None
    #: Who answers at gates.
    answers: Answers | None = None
    #: What runs tasks; without one they run here, in order.
    executor: Executor | None = None
    #: The number of threads that run tasks.
    workers: int | None = None
    #: Called with each event.
    on_event: Callable[[Event], None] | None = None

    def over(self, other: Settings) -> Settings:
        """Return these settings, with the other's where these say nothing."""
        silent = {name: said for name, said in other._asdict().items() if getattr(self, name) is None}
        return self._replace(**silent)


_SETTINGS: contextvars.ContextVar[Settings | None] = contextvars.ContextVar("flowidl-settings", default=None)


def _from_environment() -> Settings:
    retries = os.environ.get("FLOWIDL_LOCAL_RETRIES", "") not in ("", "0")
    return Settings(cache=os.environ.get("FLOWIDL_LOCAL_CACHE") or None, retries=retries or None)


def current_settings() -> Settings:
    """Return what the enclosing blocks and the process's variables say."""
    return (_SETTINGS.get() or Settings()).over(_from_environment())


@contextmanager
def settings(*, pickle: bool | None = None, **given: Any) -> Generator[Settings]:
    """Set `Settings` by name for the runs in a block, and whether values may travel as pickles."""
    inside = Settings(**given).over(_SETTINGS.get() or Settings())
    token = _SETTINGS.set(inside)
    try:
        with pickling(pickle):
            yield inside
    finally:
        _SETTINGS.reset(token)
