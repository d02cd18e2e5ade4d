"""The settings of the config file in plain words, and the lines that change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sunotui.core.system.config_file import CHOICES, SettingValue
from sunotui.domain.text import printable
from sunotui.named_tuple import NamedTuple
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named

TomlValue = str | bool | int | Sequence[str]
_KEYS_TABLE = "keys"


class ConfigRow(NamedTuple):
    """A setting of the config file."""

    table: str
    """The table that has it, such as "player"; empty for a setting above all tables."""
    key: str
    """Its key in the table, as TOML writes it."""
    name: str
    value: str
    """The effective value in plain words, with its unit."""
    is_default: bool
    meaning: str
    example: TomlValue
    """A value to write: another one where there are few, else the current one."""

    @property
    def line(self) -> str:
        """The line to write."""
        return f"{self.key} = {_toml(self.example)}"

    @property
    def lines(self) -> str:
        """The line to write, below the heading of its table."""
        return f"[{self.table}]\n{self.line}" if self.table else self.line


class _Setting(NamedTuple):
    """How one setting is described."""

    path: str
    """Its table and key in the file."""
    name: str
    meaning: str
    words: Callable[[Any], str]
    """The value in plain words."""
    example: Callable[[Any], TomlValue]


def _flag(path: str, name: str, meaning: str) -> _Setting:
    return _Setting(path, name, meaning, lambda value: "on" if value else "off", lambda value: not value)


def _choice(path: str, name: str, meaning: str, words: Mapping[str, str]) -> _Setting:
    """A setting with few values: the line to write has the next one, and the meaning names all."""
    choices = CHOICES[path]
    every = ", ".join(f'"{choice}"' for choice in choices)
    return _Setting(
        path,
        name,
        f"{meaning} Values: {every}.",
        lambda value: words[value],
        lambda value: choices[(choices.index(value) + 1) % len(choices)],
    )


def _text(path: str, name: str, meaning: str, empty: str, example: str) -> _Setting:
    return _Setting(path, name, meaning, lambda value: printable(value) or empty, lambda value: value or example)


def _number(path: str, name: str, meaning: str, unit: str, zero: str = "") -> _Setting:
    return _Setting(path, name, meaning, lambda value: zero if zero and not value else f"{value:,} {unit}", int)


def _list(path: str, name: str, meaning: str, empty: str, example: Sequence[str], gap: str) -> _Setting:
    return _Setting(
        path, name, meaning, lambda value: printable(gap.join(value)) or empty, lambda value: value or example
    )


_OUTPUT = "Sound output"
_OUTPUT_WORDS = {"auto": "the system's output", "null": "nowhere"}
_FORMAT_WORDS = {"mp3": "MP3", "wav": "WAV", "video": "video"}
_AUTO_SAVE_WORDS = {"favourites": "favourites", "all": "all takes", "off": "off"}
_APPLY_WORDS = {"at once": "each at once", "at the end": "all at the end"}
_COVER_WORDS = {
    "auto": "the best way here",
    "half": "half blocks",
    "off": "hidden",
    "kitty": "kitty pictures",
    "sixel": "sixel pictures",
    "iterm2": "iTerm2 pictures",
}

_GROUPS: Mapping[str, Sequence[_Setting]] = {
    "Start": (
        _text("profile", "Gateway", "The gateway to start with, by its name.", "that of the last login", "main"),
        _text("theme", "Theme", "A theme that you chose in the app takes precedence.", "sunotui", "nord"),
    ),
    "Playing": (
        _choice("player.output", _OUTPUT, "Where the sound goes.", _OUTPUT_WORDS),
        _flag("player.loudness", "Equal loudness", "Play all takes equally loud, at -14 LUFS."),
        _number("player.cache_mb", "Media cache", "Its size; 0 keeps no file.", "MB", "no files kept"),
        _number("player.seek_s", "Seek step", "How far the keys that seek go back and forward.", "seconds"),
    ),
    "Saving": (
        _text("save.folder", "Folder", "Where takes are saved.", "sunotui in your music folder", "~/Music/sunotui"),
        _text("save.template", "File name", "The name of a saved file.", "", ""),
        _choice("save.format", "Format", "The format of saved takes.", _FORMAT_WORDS),
        _text("save.artist", "Artist", "In the tags, where an album has no artist.", "", ""),
        _list(
            "save.sidecars",
            "Further files",
            "Beside each take: lyrics with times (lrc), lyrics (txt), all known data (json).",
            "none",
            CHOICES["save.sidecars"],
            ", ",
        ),
        _choice("save.auto_save", "Saved automatically", "Takes saved without a key.", _AUTO_SAVE_WORDS),
    ),
    "Triage": (_choice("triage.apply", "Verdicts applied", "When verdicts are applied.", _APPLY_WORDS),),
    "Covers": (_choice("covers", "Covers", "How covers are shown.", _COVER_WORDS),),
    "Notices": (
        _flag("notices.bell", "Bell", "Ring it for a song while the terminal does not have the focus."),
        _flag("notices.osc", "Terminal's notices", "Show them while the terminal does not have the focus."),
        _flag("notices.title", "Window title", "Say in it how many songs are generating."),
        _list(
            "on_done",
            "Run at the end",
            "A command with its arguments, run when a song has ended.",
            "nothing",
            ("notify-send", "A song is done"),
            " ",
        ),
    ),
}
_KEYS_GROUP = "Keys"
PATHS = frozenset(setting.path for settings in _GROUPS.values() for setting in settings) | {_KEYS_TABLE}
"""The settings that have rows, such as "player.loudness"."""


def config_sections(values: Mapping[str, SettingValue], *, audio_output: str = "") -> list[tuple[str, list[ConfigRow]]]:
    """All settings of the config file by what they are about. `audio_output` is the output that the environment sets,
    which has priority over the file."""
    sections = [
        (group, [_row(setting, values[setting.path]) for setting in described]) for group, described in _GROUPS.items()
    ]
    if audio_output:
        value = f"{_OUTPUT_WORDS.get(audio_output, printable(audio_output))}, set by the environment"
        sections = [
            (group, [row._replace(value=value, is_default=False) if row.name == _OUTPUT else row for row in rows])
            for group, rows in sections
        ]
    return [*sections, (_KEYS_GROUP, _key_rows(values[_KEYS_TABLE].current))]


def _row(setting: _Setting, value: SettingValue) -> ConfigRow:
    table, _, key = setting.path.rpartition(".")
    meaning = setting.meaning if table else f"{setting.meaning} Write it above the first [table]."
    if value.current != value.written:
        meaning += " Only the demo uses this value."
    # A value of the demo, such as its folder, does not belong in the file.
    example, words = setting.example(value.written), setting.words(value.current)
    return ConfigRow(table, key, setting.name, words, value.current == value.default, meaning, example)


def _key_rows(keys: Mapping[str, str]) -> list[ConfigRow]:
    """How many commands have keys of the user, and those commands with their keys."""
    meaning = "Give a command other keys, as here the one that copies a URL."
    changed = f"{len(keys):,} changed" if keys else "as in the help"
    first = ConfigRow(_KEYS_TABLE, '"library.copy-url"', "Keys", changed, not keys, meaning, "y,ctrl+y")
    rows = []
    for name, text in keys.items():
        shown = " ".join(shown_key(key) for key in text.split(","))
        about = f"The keys of {printable(name)}."
        rows.append(ConfigRow(_KEYS_TABLE, json.dumps(name), _title(name), printable(shown), False, about, text))
    return [first, *rows]


def _title(name: str) -> str:
    """The text of a command; its name in the file if there is no such command."""
    try:
        return command_named(name).title
    except KeyError:
        return printable(name)


def _toml(value: TomlValue) -> str:
    """A value as TOML writes it: for these types the same as JSON."""
    return json.dumps(value if isinstance(value, str | bool | int) else list(value), ensure_ascii=False)
