"""Reads the settings of the program from the user's config file, which it never writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple
from sunotui.storage.config.profiles import KNOWN_PROFILE_KEYS
from sunotui.storage.config.toml_file import (
    Table,
    choice_at,
    choices_at,
    command_at,
    flag_at,
    number_at,
    read_config,
    table_at,
    text_at,
    wrong_type,
)

_KNOWN = ("profile", "theme", "bell", "covers", "notices", "on_done", "keys", "player", "save", "triage", "profiles")
_KNOWN_NOTICES = ("bell", "osc", "title")
_KNOWN_PLAYER = ("output", "loudness", "cache_mb", "seek_s")
_KNOWN_TRIAGE = ("apply",)
_KNOWN_SAVE = ("folder", "template", "format", "artist", "sidecars", "auto_save")
_MOST_CACHE_MB = 1_000_000
_MOST_SEEK_S = 600

PLAYER_OUTPUTS = ("auto", "null")
"""Where sound goes: to the output of the system, or nowhere, in real time. The first is the default."""
SAVE_FORMATS = ("mp3", "wav", "video")
"""The format of a saved take: the gateway's own audio, which is nearly always MP3, a WAV file, or a video. The first is
the default."""
SAVE_SIDECARS = ("lrc", "txt", "json")
"""What may be written beside a saved take: the lyrics with times, the lyrics, and all known data."""
TRIAGE_APPLY = ("at once", "at the end")
"""When the verdicts of triage are applied. The first is the default."""
AUTO_SAVE = ("favourites", "all", "off")
"""Which takes are saved automatically. The first is the default."""
SAVE_TEMPLATE = "{title} [{clip8}].{ext}"
"""The default name of a saved file; core/downloads/names.py says what a template is."""
COVER_SETTINGS = ("auto", "half", "off", "kitty", "sixel", "iterm2")
"""How covers are shown: in the best way that the terminal is known to support, in half blocks, not at all, or as
pictures by the given protocol. The first is the default."""


class NoticeSettings(NamedTuple):
    """How a terminal without the focus notifies about songs; the table `notices`."""

    bell: bool = True
    """Whether to ring the terminal bell; the setting `bell` without a table is the same."""
    osc: bool = True
    """Whether to show a notification of the terminal itself, if it supports that."""
    title: bool = True
    """Whether the title of the window says how many songs are generating."""


class PlayerSettings(NamedTuple):
    """The settings in the table [player]."""

    output: str = "auto"
    """One of PLAYER_OUTPUTS."""
    loudness: bool = True
    """Whether all takes are played equally loud."""
    cache_mb: int = 2_000
    """The maximum size of the media cache in MB (millions of bytes), 0 to 1,000,000; 0 keeps no file."""
    seek_s: int = 5
    """The seconds by which the keys that seek go forward or back, 1 to 600."""


class SaveSettings(NamedTuple):
    """The settings in the table [save]."""

    folder: str = ""
    """The absolute path of the folder for saved takes; empty for sunotui in the user's music folder."""
    template: str = SAVE_TEMPLATE
    """The name of a saved file."""
    format: str = "mp3"
    """One of SAVE_FORMATS."""
    artist: str = "Suno"
    """The artist in the tags of saved takes."""
    sidecars: tuple[str, ...] = ()
    """The kinds of files that are written beside a saved take, of SAVE_SIDECARS."""
    auto_save: str = "favourites"
    """One of AUTO_SAVE."""


class TriageSettings(NamedTuple):
    """How takes are triaged."""

    apply: str = TRIAGE_APPLY[0]
    """One of TRIAGE_APPLY."""

    @property
    def applies_at_once(self) -> bool:
        """Whether each verdict is applied when it is given."""
        return self.apply == TRIAGE_APPLY[0]


class Settings(NamedTuple):
    """The settings, with defaults for those that the file does not have."""

    profile: str = ""
    """The profile to start with; empty for that of the last login."""
    theme: str = ""
    """The name of a theme; empty for the default one."""
    keys: Mapping[str, str] = MappingProxyType({})
    """The keys of each command by its id, separated by commas."""
    notices: NoticeSettings = NoticeSettings()
    on_done: tuple[str, ...] = ()
    """The command to run when a task has ended, with its arguments; empty for no command."""
    player: PlayerSettings = PlayerSettings()
    save: SaveSettings = SaveSettings()
    triage: TriageSettings = TriageSettings()
    covers: str = "auto"
    """One of COVER_SETTINGS."""
    warnings: tuple[str, ...] = ()
    """A sentence for each unknown key of the file, which is usually a typo."""


def load_settings(config_file: Path) -> Settings:
    """Read the config file. Raises ConfigError, which names the file and the key, for a value of the wrong type."""
    table = read_config(config_file)
    where = str(config_file)
    return Settings(
        profile=text_at(table, "profile", where),
        theme=text_at(table, "theme", where),
        keys=_keys(table_at(table, "keys", where), where),
        notices=_notices(table, where),
        on_done=command_at(table, "on_done", where),
        player=_player(table_at(table, "player", where), f"{where}, [player]"),
        save=_save(table_at(table, "save", where), f"{where}, [save]"),
        triage=TriageSettings(choice_at(table_at(table, "triage", where), "apply", f"{where}, [triage]", TRIAGE_APPLY)),
        covers=choice_at(table, "covers", where, COVER_SETTINGS),
        warnings=tuple(f"{where}: there is no setting '{clean(key)}'" for key in _unknown_keys(table, where)),
    )


def _notices(table: Table, where: str) -> NoticeSettings:
    notices = table_at(table, "notices", where)
    inside = f"{where}, [notices]"
    bell = flag_at(table, "bell", where, NoticeSettings().bell)
    return NoticeSettings(
        flag_at(notices, "bell", inside, bell),
        flag_at(notices, "osc", inside, NoticeSettings().osc),
        flag_at(notices, "title", inside, NoticeSettings().title),
    )


def _player(table: Table, where: str) -> PlayerSettings:
    return PlayerSettings(
        output=choice_at(table, "output", where, PLAYER_OUTPUTS),
        loudness=flag_at(table, "loudness", where, PlayerSettings().loudness),
        cache_mb=number_at(table, "cache_mb", where, PlayerSettings().cache_mb, _MOST_CACHE_MB),
        seek_s=number_at(table, "seek_s", where, PlayerSettings().seek_s, _MOST_SEEK_S, least=1),
    )


def _save(table: Table, where: str) -> SaveSettings:
    folder = text_at(table, "folder", where)
    if folder:
        try:
            path = Path(folder).expanduser()
        except RuntimeError:
            path = Path(folder)
        if not path.is_absolute():
            raise wrong_type(where, "folder", 'an absolute path, such as "~/Music/sunotui"')
        folder = str(path)
    return SaveSettings(
        folder,
        text_at(table, "template", where) or SAVE_TEMPLATE,
        choice_at(table, "format", where, SAVE_FORMATS),
        text_at(table, "artist", where) or SaveSettings().artist,
        choices_at(table, "sidecars", where, SAVE_SIDECARS),
        choice_at(table, "auto_save", where, AUTO_SAVE),
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
    unknown += [f"notices.{key}" for key in table_at(table, "notices", where) if key not in _KNOWN_NOTICES]
    unknown += [f"player.{key}" for key in table_at(table, "player", where) if key not in _KNOWN_PLAYER]
    unknown += [f"save.{key}" for key in table_at(table, "save", where) if key not in _KNOWN_SAVE]
    unknown += [f"triage.{key}" for key in table_at(table, "triage", where) if key not in _KNOWN_TRIAGE]
    for name, profile in table_at(table, "profiles", where).items():
        if isinstance(profile, dict):
            unknown += [f"profiles.{name}.{key}" for key in profile if key not in KNOWN_PROFILE_KEYS]
    return unknown
