"""Finding and reading `flowidl.toml`, the table `[tool.flowidl]` of `pyproject.toml`, and baseline files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flowidl.config.settings import SETTINGS, Shape
from flowidl.config.values import ConfigError, Settings, settings_of, table_or_error
from flowidl.report.policy import BaselineEntry

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_FILE = "flowidl.toml"
PROJECT_FILE = "pyproject.toml"

_BASELINE_VERSION = 1


class Configuration(NamedTuple):
    """Settings and the file they came from, `None` if there is none."""

    settings: Settings = Settings()
    file: Path | None = None


def find(folder: Path) -> Configuration:
    """Read the configuration of the nearest folder upward that has one. Raises `ConfigError`.

    In one folder `flowidl.toml` comes before `pyproject.toml`, which counts only if it has a table
    `[tool.flowidl]`.
    """
    for place in (folder, *folder.parents):
        for name in (OWN_FILE, PROJECT_FILE):
            found = _read_if_any(place / name, _relative(place / name, folder))
            if found is not None:
                return found
    return Configuration()


def _relative(file: Path, folder: Path) -> str:
    """Return how a file is called from a folder."""
    from os.path import relpath

    return relpath(file, folder)


def read(file: Path) -> Configuration:
    """Read a configuration file that the user named. Raises `ConfigError`."""
    found = _read_if_any(file, str(file))
    if found is None:
        what = "has no table [tool.flowidl]" if file.exists() else "does not exist"
        raise ConfigError(f"{file} {what}")
    return found


def _read_if_any(file: Path, origin: str) -> Configuration | None:
    try:
        text = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except OSError as error:
        raise ConfigError(f"{origin}: {error.strerror}") from error
    own = file.name != PROJECT_FILE
    if not own and b"flowidl" not in text:
        return None
    table = _parsed(text, origin)
    if not own:
        tools = table.get("tool", {})
        if "flowidl" not in tools:
            return None
        table = table_or_error(tools["flowidl"], f"{origin}: `tool.flowidl`")
    return Configuration(_resolved(settings_of(table, origin), file.parent), file)


def _parsed(text: bytes, origin: str) -> Mapping[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{origin} is not TOML: {error}") from error


def _resolved(settings: Settings, folder: Path) -> Settings:
    """Make the paths of a file relative to the folder it stands in."""
    changed: dict[str, Any] = {}
    for setting in SETTINGS:
        value = getattr(settings, setting.key)
        if setting.shape is Shape.PATH and value:
            changed[setting.key] = str(folder / value)
        elif setting.shape is Shape.PATHS:
            changed[setting.key] = tuple(value if "://" in value else str(folder / value) for value in value)
    return settings._replace(**changed)


def read_baseline(file: str) -> tuple[BaselineEntry, ...]:
    """Read a baseline file. Raises `ConfigError`."""
    import json

    try:
        whole = json.loads(Path(file).read_bytes())
    except FileNotFoundError:
        raise ConfigError(f"baseline {file} does not exist; --write-baseline makes it") from None
    except OSError as error:
        raise ConfigError(f"baseline {file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"baseline {file} is not JSON: {error}") from error
    try:
        if whole["version"] != _BASELINE_VERSION:
            raise ConfigError(
                f"baseline {file} has version {whole['version']}, this is version {_BASELINE_VERSION}"
            )
        return tuple(
            BaselineEntry(*(str(entry[field]) for field in BaselineEntry._fields))
            for entry in whole["findings"]
        )
    except (KeyError, TypeError) as error:
        raise ConfigError(f"baseline {file} is not a baseline: no {error}") from error


def baseline_text(entries: Iterable[BaselineEntry]) -> str:
    """Return the content of a baseline file. The same findings give the same bytes."""
    import json

    whole = {"version": _BASELINE_VERSION, "findings": [entry._asdict() for entry in entries]}
    return json.dumps(whole, indent=2) + "\n"
