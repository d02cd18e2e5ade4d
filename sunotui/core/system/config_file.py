"""The user's config file as it is now, for the screen that lists the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sunotui.core.paths import AppPaths
from sunotui.domain.errors import ConfigError
from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple
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

_NO_SETTING = "warnings"
"""What `Settings` has besides the settings."""
CHOICES: Mapping[str, Sequence[str]] = {
    "covers": COVER_SETTINGS,
    "player.output": PLAYER_OUTPUTS,
    "save.auto_save": AUTO_SAVE,
    "save.format": SAVE_FORMATS,
    "save.sidecars": SAVE_SIDECARS,
    "triage.apply": TRIAGE_APPLY,
}
"""The values of settings that have a few, by table and key."""


class SettingValue(NamedTuple):
    """A setting of the config file."""

    current: Any
    """The value that the program uses."""
    written: Any
    """The value that was read from the file: the demo replaces some."""
    default: Any


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


def setting_values(settings: Settings, in_file: Settings | None = None) -> dict[str, SettingValue]:
    """All settings by table and key, such as "player.loudness"; `in_file` are those that were read from the file, if
    they differ."""
    written, usual = dict(_flat(in_file or settings)), dict(_flat(Settings()))
    return {path: SettingValue(value, written[path], usual[path]) for path, value in _flat(settings)}


def _flat(settings: NamedTuple, table: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in settings._asdict().items():
        if hasattr(value, "_asdict"):
            yield from _flat(value, f"{name}.")
        elif table or name != _NO_SETTING:
            yield table + name, value


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
