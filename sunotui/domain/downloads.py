"""Takes saved as files, and the downloads that save them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sunotui.domain.annotations import TakeRef


class FileKind(StrEnum):
    """What a saved file of a take is; the values are stored."""

    AUDIO = "audio"
    WAV = "wav"
    VIDEO = "video"
    MIDI = "midi"
    STEMS = "stems"

    @property
    def is_sound(self) -> bool:
        """Whether such a file has the sound of the take, so that the take counts as saved."""
        return self in {FileKind.AUDIO, FileKind.WAV}


class FileState(StrEnum):
    """What was last found at the path of a saved file; the values are stored."""

    PRESENT = "present"
    MISSING = "missing"
    CHANGED = "changed"
    """There is still such a file at the path, but with other content, such as other tags."""


class SavedFile(NamedTuple):
    """A file of a take on disk."""

    clip_id: str
    kind: FileKind
    path: Path
    """Absolute."""
    task_id: str
    profile: str
    size: int
    """Bytes, as it was saved or last hashed; so are the next two."""
    sha256: str
    """Of the whole file, in lower case."""
    mtime_ns: int
    saved_at: float
    """Unix seconds; so is the next."""
    checked_at: float
    state: FileState

    @property
    def is_there(self) -> bool:
        """Whether the file was at its path when it was last checked."""
        return self.state is not FileState.MISSING


class DownloadState(StrEnum):
    """The state of a download; the values are stored, except for the last two, which only a running program has."""

    WAITING = "waiting"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ACTIVE = "active"
    SAVED = "saved"


class StoredDownload(NamedTuple):
    """A download that has not ended well, as it is stored."""

    id: int
    profile: str
    task_id: str
    clip_id: str
    kind: FileKind
    folder: str
    """Absolute; empty for the folder of the settings."""
    state: DownloadState
    reason: str
    """Why it failed: a sentence without its full stop."""
    tries: int
    added_at: float
    """Unix seconds; so is the next."""
    updated_at: float

    @property
    def take(self) -> TakeRef:
        """The take that it downloads."""
        return TakeRef(self.task_id, self.clip_id)


class LinkLife(NamedTuple):
    """How old the audio links of a gateway were when one was last seen to work and first seen not to, in seconds since
    their song was made; None where none was seen."""

    shortest_dead_s: float | None = None
    longest_alive_s: float | None = None
