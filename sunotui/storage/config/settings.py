"""Reads the settings of the program from the user's config file, which it never writes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sunotui.domain.text import clean
from sunotui.storage.config.profiles import KNOWN_PROFILE_KEYS
from sunotui.storage.config.toml_file import Table, flag_at, read_config, table_at, text_at, wrong_type
from sunotui.storage.paths import AppPaths

_KNOWN = ("profile", "theme", "bell", "keys", "profiles")


class Settings(NamedTuple):
    """The settings, with defaults for those that the file does not have."""

    profile: str = ""
    """The profile to start with; empty for the one of the last login."""
    theme: str = ""
    """The name of a theme; empty for the default one."""
    keys: Mapping[str, str] = MappingProxyType({})
    """The keys of each command by its id, separated by commas."""
    bell: bool = True
    """Whether to ring the terminal bell when a task ends."""
    warnings: tuple[str, ...] = ()
    """A sentence for each unknown key of the file, which is usually a typo."""


def load_settings(paths: AppPaths) -> Settings:
    """Read the config file. Raises ConfigError, which names the file and the key, for a value of the wrong type."""
    table = read_config(paths.config_file)
    where = str(paths.config_file)
    return Settings(
        profile=text_at(table, "profile", where),
        theme=text_at(table, "theme", where),
        keys=_keys(table_at(table, "keys", where), where),
        bell=flag_at(table, "bell", where, True),
        warnings=tuple(f"{where}: there is no setting '{clean(key)}'" for key in _unknown_keys(table, where)),
    )


def _keys(table: Table, where: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for command, value in table.items():
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise wrong_type(where, f"keys.{command}", 'keys in quotes, such as "ctrl+s,f5"')
        keys[command] = ",".join(part.strip() for word in words for part in word.split(",") if part.strip())
    return keys


def _unknown_keys(table: Table, where: str) -> list[str]:
    unknown = [key for key in table if key not in _KNOWN]
    for name, profile in table_at(table, "profiles", where).items():
        if isinstance(profile, dict):
            unknown += [f"profiles.{name}.{key}" for key in profile if key not in KNOWN_PROFILE_KEYS]
    return unknown
