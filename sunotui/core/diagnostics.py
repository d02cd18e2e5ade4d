"""Diagnostics for `doctor`: examines settings, keyring, backups, media cache and the library file and repairs it,
without opening Core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sunotui.core.downloads.file_checks import FileCounts, count_files
from sunotui.core.media.cache import MediaCache, media_usage
from sunotui.core.paths import AppPaths
from sunotui.core.playback.helper_player import HelperPlayer
from sunotui.core.playback.player import PlayerDied, PlayerEvent, PlayerReady
from sunotui.domain.tasks.summary import View
from sunotui.domain.upkeep import RepairReport
from sunotui.storage.backup import Backup, backups_of, folder_of
from sunotui.storage.browse.collection_counts import collection_counts, view_counts
from sunotui.storage.config.settings import Settings, load_settings
from sunotui.storage.db.connection import Database
from sunotui.storage.network_fs import WARNING, is_on_network
from sunotui.storage.repair.repair import repair
from sunotui.storage.secrets.tokens import TokenStore

_PLAYER_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class LibraryHealth:
    """The state of a library file."""

    damage: str = ""
    """The damage; empty for an intact file. The other fields are unset if it is damaged."""
    tasks: int = 0
    unfinished: int = 0
    size: int = 0
    """Bytes."""
    read_only: str = ""
    """Why the library is read-only; empty if it is writable."""
    warning: str = ""
    """A warning about the disk that it is on; empty without a warning."""
    at_risk: int = 0
    """Songs that are not saved, and either favourites or soon without links."""
    files: FileCounts = field(default_factory=FileCounts)
    """The saved files, after checking that each exists."""


def examine_library(paths: AppPaths, now: float) -> LibraryHealth:
    """Open the library, check all of it and count its tasks and their saved files at `now`, in Unix seconds; a missing
    one is created. Raises LibraryError."""
    db = Database.open(paths.library)
    try:
        damage = db.damage()
        if damage:
            return LibraryHealth(damage)
        counts = view_counts(collection_counts(db, now))
        return LibraryHealth(
            tasks=counts[View.ALL],
            unfinished=counts[View.ACTIVE],
            size=paths.library.stat().st_size,
            read_only=db.read_only,
            warning=WARNING if is_on_network(paths.data) else "",
            at_risk=counts[View.AT_RISK],
            files=count_files(db, now),
        )
    finally:
        db.close()


@dataclass(frozen=True, slots=True)
class CacheHealth:
    """The state of the media cache."""

    folder: Path
    files: int
    size: int
    """Bytes."""
    problem: str
    """Why it cannot be used, as a sentence without its full stop; otherwise empty."""


def examine_media_cache(paths: AppPaths, cap_bytes: int) -> CacheHealth:
    """Write a file into the media cache and delete it, and measure the cache; a missing folder is created."""
    cache = MediaCache(paths.media_cache, cap_bytes)
    try:
        cache.release(cache.create("doctor", 0))
    except OSError as error:
        problem = f"Nothing can be played: no temporary file can be written ({(error.strerror or '').lower()})"
    else:
        problem = cache.problem
    finally:
        cache.close()
    return CacheHealth(paths.media_cache, *media_usage(paths.media_cache), problem)


def list_backups(paths: AppPaths) -> Sequence[Backup]:
    """The backups of the library, newest first. Raises OSError."""
    return backups_of(paths.library)


def backup_folder(paths: AppPaths) -> Path:
    """The folder of the library's backups."""
    return folder_of(paths.library)


@dataclass(frozen=True, slots=True)
class PlayerHealth:
    """What plays here, and where the sound goes."""

    backend: str = ""
    """The library or program that plays, such as "miniaudio"; empty if nothing can."""
    output: str = ""
    """Where the sound goes, such as "PulseAudio"; empty without an output."""
    problem: str = ""
    """Why nothing can be heard, as a sentence without its full stop; otherwise empty."""


async def examine_player(environ: Mapping[str, str], settings: Settings) -> PlayerHealth:
    """Start the player as for playing, and end it. Never raises; a player that does not respond is reported as a
    problem."""
    first: asyncio.Future[PlayerReady | PlayerDied] = asyncio.get_running_loop().create_future()

    def on_event(event: PlayerEvent) -> None:
        if isinstance(event, PlayerReady | PlayerDied) and not first.done():
            first.set_result(event)

    output = environ.get("SUNOTUI_AUDIO_OUTPUT") or settings.player.output
    player = HelperPlayer(on_event, environ, output=output)
    try:
        player.start()
        async with asyncio.timeout(_PLAYER_LIMIT_S):
            event = await first
    except TimeoutError:
        return PlayerHealth(problem="The player did not respond")
    finally:
        await player.close()
    if isinstance(event, PlayerDied):
        return PlayerHealth(problem=event.message)
    return PlayerHealth(event.backend, event.output, event.message)


def read_settings(paths: AppPaths) -> Settings:
    """The settings in the config file. Raises ConfigError."""
    return load_settings(paths.config_file)


def default_settings() -> Settings:
    """The settings without a config file."""
    return Settings()


def describe_keyring() -> str:
    """The name of the keyring in use, or "none: " and why no keyring is available. Never raises."""
    return TokenStore().describe()


def repair_library(paths: AppPaths, now: float, agree: Callable[[RepairReport], bool]) -> RepairReport | None:
    """Repair a damaged library if `agree` returns true for the report of the readable data; otherwise returns None.
    `now` is in Unix seconds. Raises LibraryError.
    """
    return repair(paths.library, now, agree)
