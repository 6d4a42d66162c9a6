"""Finding and reading `flowidl.toml`, the table `[tool.flowidl]` of `pyproject.toml`, and baseline files.

(Plain `os.path`: every run looks for configuration, and `pathlib` would cost it as much as the look itself.)
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

from flowidl.config.errors import ConfigError
from flowidl.config.settings import OFF, SETTINGS, Shape
from flowidl.config.values import Settings, settings_of, table_or_error
from flowidl.report.policy import BaselineEntry
from flowidl.tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN_FILE = "flowidl.toml"
PROJECT_FILE = "pyproject.toml"

_BASELINE_VERSION = 1
#: Bytes of a configuration file, and parts of a key in it.
_MAX_SIZE = 4 * 1024**2
_MAX_PARTS = 100


class Configuration(NamedTuple):
    """Settings and the file they came from, `None` if there is none."""

    settings: Settings = Settings()
    file: str | None = None


def find(folder: str) -> Configuration:
    """Read the configuration of the nearest folder upward that has one. Raises `ConfigError`.

    In one folder `flowidl.toml` comes before `pyproject.toml`, which counts only if it has a table
    `[tool.flowidl]`.
    """
    place = os.path.abspath(folder)
    while True:
        for name in (OWN_FILE, PROJECT_FILE):
            found = _read_if_any(os.path.join(place, name), folder)
            if found is not None:
                return found
        above = os.path.dirname(place)
        if above == place:
            return Configuration()
        place = above


def read(file: str) -> Configuration:
    """Read a configuration file that the user named. Raises `ConfigError`."""
    found = _read_if_any(file)
    if found is None:
        what = "has no table [tool.flowidl]: add it" if os.path.exists(file) else "does not exist"
        raise ConfigError(f"{file} {what}")
    return found


def _read_if_any(file: str, seen_from: str = "") -> Configuration | None:
    """Read a file if it is there and is about this program. Messages call it as a folder sees it."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):
            raise ConfigError(f"{file} is not a regular file")
        with open(file, "rb") as stream:
            text = stream.read(_MAX_SIZE + 1)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    origin = os.path.relpath(file, seen_from) if seen_from else file
    own = os.path.basename(file) != PROJECT_FILE
    if not own and b"flowidl" not in text:
        return None
    if len(text) > _MAX_SIZE:
        raise ConfigError(f"{origin} is longer than {_MAX_SIZE // 1024**2} MiB")
    table = _parsed(text, origin)
    if not own:
        tools = table.get("tool", {})
        if "flowidl" not in tools:
            return None
        table = table_or_error(tools["flowidl"], f"{origin}: `tool.flowidl`")
    return Configuration(_resolved(settings_of(table, origin), os.path.dirname(file)), file)


def _parsed(text: bytes, origin: str) -> Mapping[str, Any]:
    import tomllib

    for line in text.splitlines():
        # reading a key takes time that is quadratic in its parts
        if line.partition(b"=")[0].count(b".") > _MAX_PARTS:
            raise ConfigError(f"{origin} is not TOML: a key of more than {_MAX_PARTS} parts")
    try:
        return tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{origin} is not TOML: {error}") from error


def _resolved(settings: Settings, folder: str) -> Settings:
    """Make the paths of a file relative to the folder it stands in."""
    changed: dict[str, Any] = {}
    for setting in SETTINGS:
        value = getattr(settings, setting.key)
        if setting.shape in (Shape.PATH, Shape.FOLDER) and value not in ("", OFF):
            changed[setting.key] = os.path.join(folder, value)
        elif setting.shape is Shape.PATHS:
            changed[setting.key] = tuple(
                path if "://" in path else os.path.join(folder, path) for path in value
            )
    return settings._replace(**changed)


def read_baseline(file: str) -> tuple[BaselineEntry, ...]:
    """Read a baseline file. Raises `ConfigError`."""
    import json

    try:
        with open(file, "rb") as stream:
            whole = json.load(stream)
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
