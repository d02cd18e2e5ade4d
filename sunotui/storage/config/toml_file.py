"""Reads the user's TOML file; every error names the file and the key."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sunotui.domain.errors import ConfigError
from sunotui.domain.text import NotText, clean, decoded

Table = dict[str, Any]


def read_config(path: Path) -> Table:
    """The content of the file; empty when there is no file.

    Accepts UTF-8 with or without a byte order mark, and UTF-16 and UTF-32 with one, as Windows editors write them.
    Raises ConfigError for a file that cannot be read as TOML.
    """
    try:
        text = decoded(path.read_bytes())
    except FileNotFoundError:
        return {}
    except NotText as error:
        raise ConfigError(f"{path} could not be read: {error}", advice="Save it as UTF-8 in your editor") from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}") from error
    # Takes 1 ms to load, and most users have no such file.
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {clean(str(error))}") from error


def text_at(table: Table, key: str, where: str) -> str:
    """The text under `key`, empty if the key is missing. Raises ConfigError for a value of another type."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise wrong_type(where, key, "text in quotes")
    return value.strip()


def command_at(table: Table, key: str, where: str) -> tuple[str, ...]:
    """The command under `key` with its arguments, from a list of words or from one text as a shell reads it; empty if
    the key is missing. Raises ConfigError for a value of another type."""
    value = table.get(key, [])
    if isinstance(value, str):
        try:
            return tuple(shlex.split(value))
        except ValueError as error:
            raise ConfigError(f"{where}: {key}: {error}".rstrip(".")) from error
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise wrong_type(where, key, "a command in quotes or a list of words")
    return tuple(value)


def flag_at(table: Table, key: str, where: str, default: bool) -> bool:
    """The boolean under `key`, `default` if the key is missing. Raises ConfigError for a value of another type."""
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise wrong_type(where, key, "true or false")
    return value


def number_at(table: Table, key: str, where: str, default: int, most: int, *, least: int = 0) -> int:
    """The whole number from `least` to `most` under `key`, `default` if the key is missing. Raises ConfigError for
    another number and for a value of another type."""
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong_type(where, key, f"a whole number from {least:,} to {most:,}")
    return value


def choice_at(table: Table, key: str, where: str, choices: Sequence[str]) -> str:
    """One of `choices`, the first one if the key is missing. Raises ConfigError for any other value."""
    value = table.get(key, choices[0])
    if value not in choices:
        raise wrong_type(where, key, "one of " + ", ".join(f'"{choice}"' for choice in choices))
    return str(value)


def choices_at(table: Table, key: str, where: str, choices: Sequence[str]) -> tuple[str, ...]:
    """The list under `key` with some of `choices`, in the order of those; empty if the key is missing. Raises
    ConfigError for another value in it, and for a value of another type."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(one in choices for one in value):
        raise wrong_type(where, key, "a list with some of " + ", ".join(f'"{choice}"' for choice in choices))
    return tuple(choice for choice in choices if choice in value)


def table_at(table: Table, key: str, where: str) -> Table:
    """The table under `key`, empty if the key is missing. Raises ConfigError for a value of another type."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise wrong_type(where, key, f"a table, written [{key}]")
    return value


def wrong_type(where: str, key: str, expected: str) -> ConfigError:
    """The error for a value of the wrong type; `where` is the file and the table, `expected` the end of the
    sentence."""
    return ConfigError(f"{where}: {clean(key)} must be {expected}")
