"""Reading the user's TOML file, with every complaint naming the file and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sunotui.domain.errors import ConfigError
from sunotui.domain.text import NotText, clean, decoded

Table = dict[str, Any]


def read_config(path: Path) -> Table:
    """The file's content; empty when there is no file.

    TOML is UTF-8; a byte order mark, and UTF-16 and UTF-32 with one, as editors on Windows write, are read as well.
    Raises ConfigError when the file cannot be read as TOML.
    """
    try:
        text = decoded(path.read_bytes())
    except FileNotFoundError:
        return {}
    except NotText as error:
        raise ConfigError(f"{path} could not be read: {error}", advice="Save it as UTF-8 in your editor") from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}") from error
    # 1 ms, for those who wrote such a file.
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path} is not TOML: {clean(str(error))}") from error


def text_at(table: Table, key: str, where: str) -> str:
    """The text under `key`, empty when it is not there. Raises ConfigError."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise wrong_type(where, key, "text in quotes")
    return value.strip()


def flag_at(table: Table, key: str, where: str, usual: bool) -> bool:
    """The truth value under `key`, else the usual one. Raises ConfigError."""
    value = table.get(key, usual)
    if not isinstance(value, bool):
        raise wrong_type(where, key, "true or false")
    return value


def table_at(table: Table, key: str, where: str) -> Table:
    """The table under `key`, empty when it is not there. Raises ConfigError."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise wrong_type(where, key, f"a table, written [{key}]")
    return value


def wrong_type(where: str, key: str, wanted: str) -> ConfigError:
    """The complaint that the value of a key is of the wrong kind."""
    return ConfigError(f"{where}: {clean(key)} must be {wanted}")
