"""Rules of one's own for commands that read no definitions: what the flag or the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowidl.cli.settings import flag_values, own_modules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def own_rules_of(folder: str, given: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the modules with rules of one's own: those of the flag, or of the configuration that is found.

    Raises `ConfigError` for a module that cannot be used.
    """
    from flowidl.config.files import find
    from flowidl.config.values import Settings

    settings = Settings() if given.get("rules") else find(folder).settings
    return own_modules(settings.under(flag_values({"rules": given.get("rules")})))
