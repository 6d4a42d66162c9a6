"""What can be called: tasks, workflows, launch plans, references, arrays.

One call means one of three things, and where it is made decides which: in a workflow's body it is a node, in
a
running task it is a plain function call, and elsewhere it is a run. Inputs come by keyword, because names are
what an interface is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.builders.interfaces import interface
from flowidl.errors import BuildError, closest
from flowidl.sdk.packing import bound
from flowidl.sdk.promises import Promise, VoidPromise, nothing_from
from flowidl.sdk.reach import LocalParts
from flowidl.sdk.running import run_alone
from flowidl.sdk.trace import Running, now, tracing
from flowidl.values.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.interface_pb2 import TypedInterface
    from flowidl.sdk.settings import SerializationSettings


class SdkEntity:
    """Something with a name and an interface that can be called."""

    #: The word for its kind, in errors and as part of its key.
    kind = "entity"

    def __init__(self, name: str, signature: Signature) -> None:
        self.name = name
        self.signature = signature
        self.mock: Any = None

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name!r}>"

    @property
    def key(self) -> str:
        """What tells it apart among all that a run needs."""
        return f"{self.kind} {self.name}"

    @property
    def python_interface(self) -> Signature:
        """Inputs and outputs by name, with their annotations and defaults."""
        return self.signature

    def same_as(self, other: SdkEntity) -> bool:
        """Tell whether another entity of this name may stand for this one."""
        return self is other

    # Calls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make a node, call the function or run it, as the place of the call has it."""
        values = self.keywords(args, kwargs)
        trace = tracing()
        if trace is not None:
            return trace.call(self, values)
        state = now()
        if isinstance(state, Running) and not state.orchestrates:
            return self.plain(values)
        return self.run(values)

    def keywords(self, args: tuple[object, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the inputs of a call, refusing what the interface has no place for."""
        if args:
            raise self._positional(args, kwargs)
        for name, value in kwargs.items():
            if name not in self.signature.inputs:
                raise BuildError(
                    f"{self.kind} `{self.name}` has no input `{name}`",
                    rule="unknown-input",
                    help=closest(name, self.signature.inputs),
                )
            if isinstance(value, VoidPromise):
                raise nothing_from(value)
        return kwargs

    def _positional(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> BuildError:
        names = [name for name in self.signature.inputs if name not in kwargs]
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in given.items())
        return BuildError(
            f"inputs are given by name: write `{self.name.rpartition('.')[2]}({shown})`"
            if len(args) <= len(names)
            else f"{self.kind} `{self.name}` has {len(self.signature.inputs)} inputs, given by name, "
            f"and got {len(args)} values without one"
        )

    def missing(self, name: str) -> BuildError:
        """Return the error for an input that a call does not give."""
        return BuildError(
            f"{self.kind} `{self.name}` is called without its input `{name}`",
            rule="unbound-input",
            help=f"pass `{name}=...`",
        )

    def plain(self, values: dict[str, Any]) -> Any:
        """Return what a call in a running task gives."""
        return self.run(values)

    def run(self, values: dict[str, Any]) -> Any:
        """Run by itself and return Python values."""
        return run_alone(self, values)

    # Messages

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the step that a call of this makes."""
        raise NotImplementedError

    @property
    def typed_interface(self) -> TypedInterface:
        """The interface's message."""
        return interface(self.signature.inputs, self.signature.outputs, owner=f"{self.kind} {self.name}")

    @property
    def interface(self) -> TypedInterface:
        """The interface's message."""
        return self.typed_interface

    # What a run needs

    def needs(self) -> Iterator[SdkEntity]:
        """Yield the entities that this one refers to."""
        return iter(())

    @property
    def implementation(self) -> Any:
        """What runs this locally, or `None` if what it refers to does."""
        return None

    def local_parts(self) -> LocalParts:
        """Return what this adds to a run on this machine."""
        return LocalParts()

    def whole(self) -> WorkflowSpec | None:
        """Return the message of a workflow, `None` for anything else."""
        return None

    def written(self, settings: SerializationSettings) -> list[Entity]:
        """Return the messages of this, and of nothing that it needs, for a place."""
        return []

    @property
    def entities(self) -> list[Entity]:
        """The messages that running this needs, callees first."""
        return []

    def bind(self, **settings: Any) -> Any:
        """Return this with all that it needs, for a place: `image=`, `env=`, `project=`, ..."""
        return bound(self, **settings)


def _shown(value: object) -> str:
    text = repr(value) if not isinstance(value, Promise) else "..."
    return text if len(text) <= 40 else "..."
