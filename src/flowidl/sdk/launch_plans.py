"""Launch plans: a workflow under another name, with inputs given and the circumstances of executions."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from flowidl import builders
from flowidl.builders.interfaces import interface
from flowidl.builders.nodes import Needs
from flowidl.errors import BuildError
from flowidl.sdk.entities import SdkEntity
from flowidl.sdk.reach import LocalParts
from flowidl.sdk.running import literal_of, mocked
from flowidl.values.signatures import Signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flowidl.admin.v1.launch_plan_pb2 import LaunchPlan as LaunchPlanMessage
    from flowidl.admin.v1.workflow_pb2 import WorkflowSpec
    from flowidl.builders.nodes import Entity, Step
    from flowidl.core.v1.literals_pb2 import Literal
    from flowidl.sdk.options import Options
    from flowidl.sdk.settings import SerializationSettings

#: The words of settings, in the order of `LaunchPlan.create`, that make a plan other than a workflow's
#: default one.
_SETTINGS = (
    *("default_inputs", "fixed_inputs", "schedule", "notifications", "labels", "annotations"),
    *("raw_output_data_config", "max_parallelism", "security_context", "overwrite_cache", "concurrency"),
)


class Startable(Protocol):
    """A workflow, as launch plans know it."""

    name: str
    signature: Signature
    default_options: Options | None

    @property
    def spec(self) -> WorkflowSpec:
        """The workflow's message."""
        ...

    @property
    def defaults(self) -> Mapping[str, Literal]:
        """The values of inputs that need not be given."""
        ...

    @property
    def entities(self) -> list[Entity]:
        """What must be registered for the workflow to run, itself last."""
        ...


class LaunchPlan(SdkEntity):
    """A launch plan. It is made by `create` or `get_or_create`, and called like its workflow.

    Default inputs may be given anew by a call, fixed ones may not.
    """

    kind = "launch plan"
    #: All plans of this process, by name: names are unique.
    CACHE: ClassVar[dict[str, LaunchPlan]] = {}

    def __init__(self, workflow: Startable, name: str, settings: Mapping[str, Any]) -> None:
        self.workflow = workflow
        self.settings = dict(settings)
        self.fixed = dict(settings.get("fixed_inputs") or {})
        given = dict(settings.get("default_inputs") or {})
        inner = workflow.signature
        for kind, values in (("default", given), ("fixed", self.fixed)):
            for key in values:
                if key not in inner.inputs:
                    raise BuildError(
                        f"launch plan `{name}` has a {kind} input `{key}`, which its workflow does not take",
                        rule=f"unknown-{kind}-input",
                        help=f"it takes {', '.join(f'`{each}`' for each in inner.inputs) or 'none'}",
                    )
        open_inputs = {key: type for key, type in inner.inputs.items() if key not in self.fixed}
        defaults = {key: value for key, value in {**inner.defaults, **given}.items() if key in open_inputs}
        super().__init__(name, Signature(open_inputs, defaults, inner.outputs, inner.several, inner.result))
        self._check_values(given, self.fixed)

    def _check_values(self, *sides: Mapping[str, Any]) -> None:
        for values in sides:
            for name, value in values.items():
                literal_of(value, self.workflow.signature.inputs[name], f"{name} of launch plan {self.name}")

    def __getattr__(self, name: str) -> Any:
        if name in _SETTINGS:
            return self.settings.get(name)
        raise AttributeError(f"launch plan `{self.name}` has no `{name}`")

    @classmethod
    def create(
        cls,
        name: str,
        workflow: Startable,
        default_inputs: Mapping[str, Any] | None = None,
        fixed_inputs: Mapping[str, Any] | None = None,
        schedule: Any = None,
        notifications: Any = None,
        labels: Any = None,
        annotations: Any = None,
        raw_output_data_config: Any = None,
        max_parallelism: int | None = None,
        security_context: Any = None,
        auth_role: Any = None,
        trigger: Any = None,
        overwrite_cache: bool | None = None,
        auto_activate: bool = False,
        concurrency: Any = None,
        default_options: Options | None = None,
    ) -> LaunchPlan:
        """Return a launch plan of a free name; `default_options` fill in what is not given itself."""
        del auth_role, auto_activate
        given = dict(zip(_SETTINGS, (
            default_inputs, fixed_inputs, schedule or trigger, notifications, labels, annotations,
            raw_output_data_config, max_parallelism, security_context, overwrite_cache, concurrency,
        ), strict=True))  # fmt: skip
        settings = _merged(given, default_options)
        plan = cls(workflow, name, settings)
        cls._forget_redefined(name, workflow)
        known = cls.CACHE.setdefault(name, plan)
        if known is not plan and not known.same_as(plan):
            raise BuildError(
                f"launch plan `{name}` exists already, and says something else", help="give another name"
            )
        return known

    @classmethod
    def get_or_create(cls, workflow: Startable, name: str | None = None, **settings: Any) -> LaunchPlan:
        """Return the launch plan of a name, made if there is none. Another one of that name is refused.

        Without a name it is the workflow's default plan, which has no settings of its own.
        """
        options = settings.pop("default_options", None)
        settings.pop("auth_role", None)
        settings.pop("auto_activate", None)
        trigger = settings.pop("trigger", None)
        if trigger is not None:
            settings["schedule"] = trigger
        for each in settings:
            if each not in _SETTINGS:
                raise BuildError(
                    f"a launch plan has no setting `{each}`", help=f"there are {', '.join(_SETTINGS)}"
                )
        wanted = _merged(settings, options)
        if name is None:
            if wanted:
                raise BuildError(
                    f"a launch plan of workflow `{workflow.name}` has settings and no name",
                    help="name it; a workflow's default launch plan has no settings",
                )
            return cls.get_default_launch_plan(None, workflow)
        cls._forget_redefined(name, workflow)
        known = cls.CACHE.get(name)
        if known is None:
            return cls.create(name, workflow, **wanted)
        if known.workflow is not workflow:
            raise BuildError(f"launch plan `{name}` is one of workflow `{known.workflow.name}` already")
        for each in _SETTINGS:
            if (known.settings.get(each) or None) != (wanted.get(each) or None):
                raise BuildError(
                    f"launch plan `{name}` exists already, with another value of `{each}`",
                    help="give another name",
                )
        return known

    @classmethod
    def _forget_redefined(cls, name: str, workflow: Startable) -> None:
        """Forget a plan whose workflow was defined anew, as when a module is loaded again."""
        known = cls.CACHE.get(name)
        if known is not None and known.workflow is not workflow and known.workflow.name == workflow.name:
            del cls.CACHE[name]

    @classmethod
    def get_default_launch_plan(cls, ctx: Any, workflow: Startable) -> LaunchPlan:
        """Return a workflow's default launch plan, which has its name."""
        known = cls.CACHE.get(workflow.name)
        if known is None or known.workflow is not workflow:
            known = cls(workflow, workflow.name, _merged({}, workflow.default_options))
            cls.CACHE[workflow.name] = known
        return known

    @classmethod
    def of(cls, workflow: Startable, name: str, *, options: Options | None = None) -> LaunchPlan:
        """Return a launch plan with options, without taking its name."""
        return cls(workflow, name, _merged({}, options))

    def with_options(self, options: Options) -> LaunchPlan:
        """Return this launch plan with other options for its executions."""
        return LaunchPlan(self.workflow, self.name, {**self.settings, **_merged({}, options)})

    def same_as(self, other: SdkEntity) -> bool:
        """Tell whether another plan of this name says the same."""
        return (
            isinstance(other, LaunchPlan)
            and self.workflow is other.workflow
            and self.settings == other.settings
        )

    @property
    def saved_inputs(self) -> dict[str, Any]:
        """The default and fixed inputs by name."""
        return {**self.signature.defaults, **self.fixed}

    # Calls

    def keywords(self, args: tuple[object, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the inputs of a call, which are not the fixed ones."""
        for name in kwargs:
            if name in self.fixed:
                raise BuildError(
                    f"input `{name}` of launch plan `{self.name}` is fixed, so no call can give it",
                    rule="unknown-input",
                )
        return super().keywords(args, kwargs)

    @cached_property
    def message(self) -> LaunchPlanMessage:
        """The launch plan's message."""
        given = {name: value for name, value in self.settings.items() if value}
        place = given.pop("raw_output_data_config", None)
        security = given.pop("security_context", None)
        concurrency = given.pop("concurrency", None)
        for each in ("labels", "annotations"):
            if each in given:
                given[each] = dict(getattr(given[each], "values", given[each]))
        if place is not None:
            given["raw_output_prefix"] = place.output_location_prefix
        if security is not None:
            given["security_context"] = security.message()
        return builders.launch_plan(
            self.workflow,
            name=self.name,
            concurrency_policy=concurrency,
            **{
                name: value for name, value in given.items() if name not in ("default_inputs", "fixed_inputs")
            },
            default_inputs=self.settings.get("default_inputs"),
            fixed_inputs=self.settings.get("fixed_inputs"),
        )

    @property
    def typed_interface(self) -> Any:
        """The interface's message: the inputs that are left to give, and the outputs."""
        return interface(self.signature.inputs, self.signature.outputs, owner=self.name)

    def step(self, values: Mapping[str, object]) -> Step:
        """Return the node that runs the launch plan."""
        step = builders.call(self.message, **values)
        step.needs = step.needs.joined(Needs(entities=tuple(self.entities)))
        return step

    @property
    def entities(self) -> list[Entity]:
        """What must be registered for the launch plan to run, itself last."""
        return [*self.workflow.entities, self.message]

    def needs(self) -> Iterator[Any]:
        """Yield the workflow."""
        yield self.workflow

    @property
    def implementation(self) -> Any:
        """A mock, if there is one: else the workflow runs."""
        return mocked(self)

    def local_parts(self) -> LocalParts:
        """Return the launch plan and the workflow that it starts."""
        return LocalParts(plans=(self.message,), started=(self.workflow.spec,))

    def written(self, settings: SerializationSettings) -> list[Entity]:
        """Return the launch plan's message."""
        return [self.message]


def _merged(given: Mapping[str, Any], options: Options | None) -> dict[str, Any]:
    """Return settings that say something; those of options where they are not given themselves."""
    found = {name: value for name, value in given.items() if value is not None}
    if options is not None:
        for name in (
            "labels",
            "annotations",
            "raw_output_data_config",
            "security_context",
            "max_parallelism",
        ):
            if getattr(options, name) is not None:
                found.setdefault(name, getattr(options, name))
        if options.notifications and not options.disable_notifications:
            found.setdefault("notifications", options.notifications)
        if options.overwrite_cache is not None:
            found.setdefault("overwrite_cache", options.overwrite_cache)
    return found
