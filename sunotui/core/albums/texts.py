"""The texts in the folder of an exported album: playlist, lyrics and credits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import encodable, printable, printable_lines

_LATEST = 253_402_300_799.0
"""The last second of the year 9999: gateways send later times."""


@dataclass(frozen=True, slots=True)
class AlbumTrack:
    """A take and its position in an album."""

    number: int
    """From 1. The takes in the trash have no number."""
    task: Task
    clip: Clip
    prompt: str
    gateway: str
    """The name of the profile, with the address of its gateway if that is known."""

    @property
    def title(self) -> str:
        """The title on one line, never empty."""
        return _one_line(self.clip.title or self.task.title) or "Untitled"


def playlist(album: str, artist: str, files: Iterable[tuple[AlbumTrack, str]]) -> str:
    """An extended M3U playlist in UTF-8 of these tracks and their file names."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(album)}"]
    if artist:
        lines.append(f"#EXTART:{_one_line(artist)}")
    for track, name in files:
        # The format uses -1 for an unknown length.
        seconds = round(track.clip.duration_s) if track.clip.duration_s else -1
        lines += [f"#EXTINF:{seconds},{f'{_one_line(artist)} - ' if artist else ''}{track.title}", name]
    return "\n".join(lines) + "\n"


def lyrics_sheet(album: str, artist: str, tracks: Sequence[AlbumTrack]) -> str:
    """The lyrics of all tracks; empty if no track has lyrics."""
    if not any(track.clip.lyrics.strip() for track in tracks):
        return ""
    parts = [_head(album, artist)]
    for track in tracks:
        words = printable_lines(encodable(track.clip.lyrics)).strip("\n")
        parts.append(f"{_numbered(track)}\n\n{words if words.strip() else '(instrumental)'}\n")
    return "\n\n".join(parts)


def credits_text(album: str, artist: str, tracks: Sequence[AlbumTrack]) -> str:
    """How each track was made: prompt, style, model, gateway and date."""
    total = length_text(sum(track.clip.duration_s or 0.0 for track in tracks))
    parts = [_head(album, artist) + (f"{total}\n" if total else "")]
    for track in tracks:
        clip = track.clip
        facts = (
            ("Length", length_text(clip.duration_s or 0.0)),
            ("Prompt", track.prompt),
            ("Style", clip.tags),
            ("Excluded", clip.exclude),
            ("Model", clip.model),
            ("Gateway", track.gateway),
            ("Date", _date(clip.created_at or track.task.submitted_at or track.task.added_at)),
            ("Id", clip.id),
        )
        lines = [f"  {name + ':':<10}{_one_line(value)}" for name, value in facts if value.strip()]
        parts.append("\n".join([_numbered(track), *lines]) + "\n")
    return "\n".join(parts)


def _one_line(text: str) -> str:
    """The whole text on one line, without characters that control a terminal or a player."""
    return " ".join(printable(encodable(text)).split())


def _head(album: str, artist: str) -> str:
    return "\n".join(filter(None, (_one_line(album), _one_line(artist)))) + "\n"


def _numbered(track: AlbumTrack) -> str:
    return f"{track.number}. {track.title}"


def _date(at: float) -> str:
    """The day in UTC, so that an export on another computer is the same; empty for an invalid time."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d") if 0 < at <= _LATEST else ""
