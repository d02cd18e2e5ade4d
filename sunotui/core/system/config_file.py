"""The user's config file as it is now, for the screen that lists the settings."""

from __future__ import annotations

from typing import NamedTuple

from sunotui.core.paths import AppPaths
from sunotui.domain.errors import ConfigError
from sunotui.domain.text import clean
from sunotui.storage.config.settings import (
    AUTO_SAVE,
    COVER_SETTINGS,
    PLAYER_OUTPUTS,
    SAVE_FORMATS,
    SAVE_SIDECARS,
    TRIAGE_APPLY,
    Settings,
    load_settings,
)
from sunotui.storage.config.toml_file import read_config

__all__ = [
    "AUTO_SAVE",
    "COVER_SETTINGS",
    "PLAYER_OUTPUTS",
    "SAVE_FORMATS",
    "SAVE_SIDECARS",
    "TRIAGE_APPLY",
    "ConfigFile",
    "Settings",
    "read_config_file",
]


class ConfigFile(NamedTuple):
    """The config file as it is now; the program uses the settings that it read when it started."""

    path: str
    exists: bool = False
    tables: frozenset[str] = frozenset()
    """The names of its tables: TOML does not accept a second heading of the same name."""
    problem: str = ""
    """Why it cannot be read now; empty if it can, and without a file."""
    is_changed: bool = False
    """Whether its settings differ from those that were read at the start."""


def read_config_file(paths: AppPaths, started_with: Settings) -> ConfigFile:
    """Read the file again. Do not call it on the UI thread."""
    file = ConfigFile(str(paths.config_file), paths.config_file.exists())
    try:
        table = read_config(paths.config_file)
        settings = load_settings(paths.config_file)
    except ConfigError as error:
        return file._replace(problem=clean(str(error)), is_changed=True)
    tables = frozenset(name for name, value in table.items() if isinstance(value, dict))
    return file._replace(tables=tables, is_changed=settings != started_with)
