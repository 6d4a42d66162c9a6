"""Settings on the command line: their flags, and from settings to the values that the rooms below take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from flowidl.cli.codes import complete_codes
from flowidl.config.errors import ConfigError
from flowidl.config.settings import OFF, PLATFORM_FLAGS, SETTINGS, Setting, Shape
from flowidl.config.values import Settings, is_count, pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flowidl.cli.console import Console
    from flowidl.report.policy import Policy
    from flowidl.rules.options import Options
    from flowidl.source.options import LoadOptions

    Function = Callable[..., int]


def setting_options(*names: str) -> Callable[[Function], Function]:
    """Give a command the flags of settings, all of them if none is named, in the order of the table."""

    def decorate(function: Function) -> Function:
        for setting in reversed(SETTINGS):
            if setting.option and (not names or setting.name in names):
                function = _option(setting)(function)
        return function

    return decorate


def _option(setting: Setting) -> Callable[[Function], Function]:
    default = f" Default: {setting.default}." if setting.default and setting.shape is not Shape.FLAG else ""
    shared: dict[str, Any] = {
        "help": f"{setting.summary[0].upper()}{setting.summary[1:]}{_words(setting)}.{default}"
    }
    if setting.metavar:
        shared["metavar"] = setting.metavar
    if setting.shape is Shape.FLAG:
        return click.option(f"{setting.option}/--no-{setting.name}", setting.key, default=None, **shared)
    if setting.shape is Shape.FOLDER:
        return _folder_option(setting, shared)
    if setting.shape in (Shape.PATH, Shape.PATHS):
        many = setting.shape is Shape.PATHS
        return click.option(setting.option, setting.key, multiple=many, type=click.Path(), **shared)
    if setting.name in ("select", "ignore"):
        shared["shell_complete"] = complete_codes
    if setting.shape in (Shape.TEXTS, Shape.TABLE):
        return click.option(setting.option, setting.key, multiple=True, **shared)
    if setting.shape is Shape.NUMBER:
        return click.option(setting.option, setting.key, type=click.IntRange(min=0), **shared)
    kind = click.Choice(setting.choices) if setting.choices else click.STRING
    return click.option(setting.option, setting.key, type=kind, **shared)


def _folder_option(setting: Setting, shared: dict[str, Any]) -> Callable[[Function], Function]:
    """Return the option for a folder, and the flag that says that none is wanted."""

    def decorate(function: Function) -> Function:
        function = click.option(f"--no-{setting.name}", f"no_{setting.key}", is_flag=True, help="Do not.")(
            function
        )
        return click.option(setting.option, setting.key, type=click.Path(), **shared)(function)

    return decorate


def _words(setting: Setting) -> str:
    """Return the keys and values that a table takes."""
    if setting.shape is not Shape.TABLE:
        return ""
    parts = (", ".join(setting.keys), ", ".join(setting.choices))
    return f" ({' = '.join(filter(None, parts))})"


def flag_values(given: dict[str, Any]) -> dict[str, Any]:
    """Check what the flags hold. Raises `ConfigError` for a `KEY=VALUE` that is not one."""
    checked: dict[str, Any] = {}
    for setting in SETTINGS:
        value = given.get(setting.key)
        if setting.shape is Shape.TABLE and value:
            value = pairs(setting, value)
        elif setting.shape is Shape.TEXTS and value:
            value = tuple(part for text in value for part in text.split(",") if part)
        elif setting.shape is Shape.FOLDER and given.get(f"no_{setting.key}"):
            value = OFF
        checked[setting.key] = value
    return checked


def options_of(settings: Settings) -> Options:
    """Return the choices for the validator. Raises `ConfigError` for a code that no rule has."""
    from flowidl.rules.options import Missing, Options, PlatformLimits

    own = own_modules(settings)
    for pattern in (*settings.select, *settings.ignore, *settings.severity, *_suppressed(settings)):
        _known_code(pattern, own)
    policies: Any = {key.replace("-", "_"): value for key, value in settings.missing.items()}
    return Options(
        target=settings.target or Options().target,
        project=settings.project,
        domain=settings.domain,
        version=settings.version_of_entities,
        missing=Missing(**policies),
        externals=_externals(settings),
        strict=settings.strict,
        previews=settings.previews,
        rules=own,
        select=settings.select,
        ignore=settings.ignore,
        severity=_severities(settings),
        platform=PlatformLimits(**_platform(settings)) if settings.platform else PlatformLimits(),
        budgets=_budgets(settings),
        source=_source(settings),
    )


def reading_of(settings: Settings, given: Mapping[str, Any] | None = None) -> LoadOptions:
    """Return the choices for reading; `given` holds flags that are no settings (`kind`, `text_format`)."""
    from flowidl.source import DEFAULT_LIMITS, LoadOptions

    flags = given or {}
    limits = {key.replace("-", "_"): value for key, value in settings.limits.items()}
    return LoadOptions(
        kind=_kind(flags["kind"]) if flags.get("kind") else None,
        project=settings.project,
        domain=settings.domain,
        version=settings.version_of_entities,
        strict=settings.strict,
        trust_text=flags.get("text_format", False),
        limits=DEFAULT_LIMITS._replace(**limits),
    )


def policy_of(settings: Settings, console: Console) -> Policy:
    """Return the decisions about findings. Raises `ConfigError` for a baseline that cannot be read."""
    from flowidl.report.policy import Policy

    policy = Policy(allow_empty=settings.allow_empty)
    if settings.fail_on:
        policy = policy._replace(fail_on=_severity(settings.fail_on))
    if settings.max_findings is not None:
        policy = policy._replace(max_findings=settings.max_findings)
    if settings.suppress:
        policy = policy._replace(suppressions=settings.suppress, today=console.today)
    if settings.baseline:
        from flowidl.config.files import read_baseline

        origin = settings.baseline.replace("\\", "/").rpartition("/")[2]
        policy = policy._replace(baseline=read_baseline(settings.baseline), baseline_origin=origin)
    return policy


def _severity(word: str) -> Any:
    from flowidl.findings import Severity

    return None if word == "never" else Severity[word.upper()]


def _severities(settings: Settings) -> dict[str, Any]:
    """Return the severity for each code that is meant; of two patterns for a code the longer one counts."""
    if settings.allow_empty and "FI002" not in settings.severity:
        settings = settings._replace(severity={"FI002": "info", **settings.severity})
    if not settings.severity:
        return {}
    from flowidl.report.policy import matches_code
    from flowidl.rules.packs import all_rules

    chosen: dict[str, Any] = {}
    for pattern, word in sorted(settings.severity.items(), key=lambda item: len(item[0])):
        for rule in all_rules(settings.rules):
            if matches_code(pattern, rule.code, rule.name):
                chosen[rule.code] = _severity(word)
    return chosen


def _source(settings: Settings) -> str | None:
    """Return the folder with the sources, empty to look for it. Raises `ConfigError` if it is not there."""
    import os

    if settings.source == OFF:
        return None
    if settings.source and not os.path.isdir(settings.source):
        raise ConfigError(
            f"`source`: there is no folder `{settings.source}`;"
            " name the one with your sources, or use --no-source"
        )
    return settings.source


def _budgets(settings: Settings) -> tuple[str, ...]:
    """Check the budgets. Raises `ConfigError`."""
    if settings.budgets:
        from flowidl.rules.sizes.budgets import parse_budget

        for text in settings.budgets:
            try:
                parse_budget(text)
            except ValueError as error:
                raise ConfigError(f"`budgets`: {error}") from None
    return settings.budgets


def _platform(settings: Settings) -> dict[str, Any]:
    """Check what an installation has: counts, quantities as Kubernetes has them, `true` or `false`."""
    from flowidl.quantities import parse_quantity

    figures: dict[str, Any] = {}
    for name, value in settings.platform.items():
        counted = name.startswith("max-")
        if name in PLATFORM_FLAGS:
            if value not in ("true", "false"):
                raise ConfigError(f"`platform`: `{name}` is `{value}`, not `true` or `false`")
            figures[name.replace("-", "_")] = value == "true"
            continue
        if counted and not is_count(value):
            raise ConfigError(f"`platform`: `{name}` is `{value}`, not a number")
        if not counted and parse_quantity(value) is None:
            raise ConfigError(f"`platform`: `{name}` is `{value}`, not a quantity such as `500m` or `8Gi`")
        figures[name.replace("-", "_")] = int(value) if counted else value
    return figures


def _suppressed(settings: Settings) -> list[str]:
    return [entry.code for entry in settings.suppress]


def own_modules(settings: Settings) -> tuple[str, ...]:
    """Return the modules with rules of one's own, imported. Raises `ConfigError` for what is none."""
    if settings.rules:
        from flowidl.rules.own import OwnRulesError, own_rules

        try:
            own_rules(settings.rules)
        except OwnRulesError as error:
            raise ConfigError(f"`rules`: {error}") from None
    return settings.rules


def _known_code(pattern: str, own: tuple[str, ...]) -> None:
    """Refuse a code or name that stands for no rule: it would do nothing, and nobody would notice."""
    from flowidl.report.policy import matches_code
    from flowidl.rules.packs import all_rules, find, similar

    rules = all_rules(own)
    if find(pattern, own) is None and not any(matches_code(pattern, rule.code, rule.name) for rule in rules):
        close = [] if pattern[2:].isdecimal() else similar(pattern, own)
        hint = f"; did you mean `{close[0]}`?" if close else "; `flowidl rules` lists them"
        raise ConfigError(f"no rule has the code or name `{pattern}`{hint}")


def _kind(label: str) -> Any:
    from flowidl.source.definitions import KINDS

    for kind in KINDS:
        if kind.label.lower() == label.lower():
            return kind
    raise ConfigError(f"no kind is called `{label}`; it is one of {', '.join(kind.label for kind in KINDS)}")


def _externals(settings: Settings) -> tuple[Any, ...]:
    """Read the definitions of entities that live elsewhere. Raises `ConfigError` if any cannot be read."""
    if not settings.external:
        return ()
    from flowidl.escape import escape
    from flowidl.source import load

    loaded = load(*settings.external, options=reading_of(settings))
    if loaded.problems:
        problem = loaded.problems[0]
        where = escape(problem.origin.member or problem.origin.file)
        what = problem.fact.value.replace("-", " ")
        raise ConfigError(
            f"--external {where}: {what}{': ' + escape(problem.detail) if problem.detail else ''}"
        )
    return loaded.definitions
