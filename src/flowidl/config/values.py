"""Checking values: what a file or a flag holds becomes what the program uses, or a message naming the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowidl.config.errors import ConfigError
from flowidl.config.settings import BY_NAME, OFF, PLATFORM_FLAGS, SETTINGS, Shape
from flowidl.report.policy import Suppression
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from typing import TypeGuard

    from flowidl.config.settings import Setting

_SUPPRESSION_KEYS = ("code", "at", "file", "reason", "expires")
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "ki": 1024, "mi": 1024**2, "gi": 1024**3}


class Settings(NamedTuple):
    """The value of every setting, checked; the fields are the rows of `SETTINGS`.

    `None` stands for the default, and so do empty strings, lists and tables.
    """

    target: str = ""
    project: str = ""
    domain: str = ""
    version_of_entities: str = ""
    allow_empty: bool = False
    rules: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, str] = {}
    fail_on: str = ""
    strict: bool = False
    previews: bool = False
    missing: Mapping[str, str] = {}
    external: tuple[str, ...] = ()
    platform: Mapping[str, str] = {}
    budgets: tuple[str, ...] = ()
    max_findings: int | None = None
    limits: Mapping[str, int] = {}
    baseline: str = ""
    suppress: tuple[Suppression, ...] = ()
    format: str = ""
    source: str = ""
    jobs: int | None = None

    def under(self, flags: Mapping[str, Any]) -> Settings:
        """Return these settings with the flags that were given in their place; tables change key by key."""
        changed: dict[str, Any] = {}
        for setting in SETTINGS:
            value = flags.get(setting.key)
            if value in (None, (), {}, ""):
                continue
            changed[setting.key] = (
                {**getattr(self, setting.key), **value} if setting.shape is Shape.TABLE else value
            )
        return self._replace(**changed)


#: Digits of the largest number that a setting may be.
_MAX_DIGITS = 18


def settings_of(table: Mapping[str, Any], origin: str) -> Settings:
    """Check the settings of a file. Raises `ConfigError` for an unknown key or a value that does not fit."""
    unknown = [key for key in table if key not in BY_NAME]
    if unknown:
        raise ConfigError(f"{origin}: unknown key `{unknown[0]}`{suggestion(unknown[0], BY_NAME)}")
    checked: dict[str, Any] = {
        BY_NAME[key].key: _value(BY_NAME[key], value, f"{origin}: `{key}`") for key, value in table.items()
    }
    if "suppress" in checked:
        checked["suppress"] = suppressions(table["suppress"], origin)
    return Settings(**checked)


def pairs(setting: Setting, texts: Iterable[str]) -> dict[str, str | int]:
    """Read the values of a table's flag, each as `KEY=VALUE`. Raises `ConfigError`."""
    found: dict[str, str | int] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigError(f"{setting.option}: expected {setting.metavar}, got `{text}`")
        found[key] = value
    return _table(setting, found, setting.option)


def suggestion(wrong: str, allowed: Iterable[str]) -> str:
    """Return `, did you mean ...?` if something allowed looks like it, the few allowed ones, or nothing."""
    from difflib import get_close_matches

    known = list(allowed)
    close = get_close_matches(wrong, known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; it is one of {listing(known)}" if len(known) <= len(_UNITS) + 1 else ""


def listing(words: Sequence[str]) -> str:
    """Return `error, warning or info`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _value(setting: Setting, value: Any, where: str) -> object:
    shape = setting.shape
    if shape is Shape.TABLE:
        return _table(setting, table_or_error(value, where), where)
    if shape in (Shape.TEXTS, Shape.PATHS):
        if not _is_list(value) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{where} is {_described(value)}, not {shape.value}")
        return tuple(value)
    if shape is Shape.SUPPRESSIONS:
        return ()
    if shape is Shape.FOLDER and value is False:
        return OFF
    right = {Shape.FLAG: bool, Shape.NUMBER: int}.get(shape, str)
    if type(value) is not right or (isinstance(value, int) and value < 0):
        raise ConfigError(f"{where} is {_described(value)}, not {shape.value}")
    if setting.choices and value not in setting.choices:
        raise ConfigError(f"{where} is `{value}`, not {listing(setting.choices)}")
    return value


def _table(setting: Setting, table: Mapping[str, object], where: str) -> dict[str, str | int]:
    """Check keys and values of a table, from a file or from flags."""
    checked: dict[str, str | int] = {}
    for key, value in table.items():
        if setting.keys and key not in setting.keys:
            raise ConfigError(f"{where}: unknown key `{key}`{suggestion(key, setting.keys)}")
        if setting.sizes:
            checked[key] = _size(value, f"{where}: `{key}`")
        elif isinstance(value, bool) and key in PLATFORM_FLAGS:
            checked[key] = str(value).lower()
        elif isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ConfigError(f"{where}: `{key}` is {_described(value)}, not a string")
        elif setting.choices and value not in setting.choices:
            raise ConfigError(f"{where}: `{key}` is `{value}`, not {listing(setting.choices)}")
        elif isinstance(value, int) and abs(value) >= 10**_MAX_DIGITS:
            raise ConfigError(f"{where}: `{key}` is too large")
        else:
            checked[key] = str(value)
    return checked


def is_count(text: str) -> bool:
    """Tell whether a text is a whole number that a machine can count to."""
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS


def _size(value: object, where: str) -> int:
    """Read a number, or a string such as `64MiB` or `100k`."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    text = value.strip().lower().removesuffix("b") if isinstance(value, str) else ""
    digits = text.rstrip("kmgi ")
    factor = _UNITS.get(text[len(digits) :].strip())
    if not is_count(digits) or factor is None or not int(digits):
        raise ConfigError(f"{where} is {_described(value)}, not a number or a size such as `64MiB`")
    return int(digits) * factor


def suppressions(value: Any, origin: str) -> tuple[Suppression, ...]:
    """Check the list `suppress`. Raises `ConfigError`: each needs a code and a reason."""
    if not _is_list(value):
        raise ConfigError(f"{origin}: `suppress` is {_described(value)}, not {Shape.SUPPRESSIONS.value}")
    return tuple(
        _suppression(
            table_or_error(entry, f"{origin}: `suppress[{number}]`"), f"`suppress[{number}]`", origin
        )
        for number, entry in enumerate(value)
    )


def _suppression(table: Mapping[str, object], name: str, origin: str) -> Suppression:
    where = f"{origin}: {name}"
    for key in table:
        if key not in _SUPPRESSION_KEYS:
            raise ConfigError(f"{where}: unknown key `{key}`{suggestion(key, _SUPPRESSION_KEYS)}")
    texts: dict[str, str] = {}
    for key in ("code", "at", "file", "reason"):
        value = table.get(key, "")
        if not isinstance(value, str):
            raise ConfigError(f"{where}: `{key}` is {_described(value)}, not a string")
        texts[key] = value.strip()
    for key in ("code", "reason"):
        if not texts[key]:
            raise ConfigError(f"{where} has no `{key}`")
    return Suppression(**texts, expires=_day(table.get("expires"), where), origin=origin)


def _day(value: object, where: str) -> date | None:
    from datetime import date, datetime

    if value is None:
        return None
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ConfigError(f"{where}: `expires` is {_described(value)}, not a day such as 2027-01-31")


def table_or_error(value: Any, where: str) -> Mapping[str, object]:
    """Return a value that is a table. Raises `ConfigError` for any other."""
    if not _is_table(value):
        raise ConfigError(f"{where} is {_described(value)}, not a table")
    return value


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_table(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _described(value: object) -> str:
    """Return a value as a message shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the string `{value}`"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else str(value)
