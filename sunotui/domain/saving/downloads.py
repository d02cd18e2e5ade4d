"""Takes saved as files, and the downloads that save them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from sunotui.domain.annotations import TakeRef
from sunotui.named_tuple import NamedTuple


class FileKind(StrEnum):
    """The kind of a saved file of a take; the values are stored."""

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
    """The file at the path still exists, but with other content, such as other tags."""


class SavedFile(NamedTuple):
    """A file of a take on disk."""

    clip_id: str
    kind: FileKind
    path: Path
    """Absolute."""
    task_id: str
    profile: str
    size: int
    """Bytes, as it was last seen."""
    sha256: str
    """Of the whole file as it was saved, in lower case."""
    mtime_ns: int
    """The time of its last change, as it was last seen."""
    saved_at: float
    """Unix seconds, as is the next value."""
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
    """A stored download that is not finished."""

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
    """Unix seconds, as is the next value."""
    updated_at: float

    @property
    def take(self) -> TakeRef:
        """The take that it downloads."""
        return TakeRef(self.task_id, self.clip_id)


class DownloadEntry(NamedTuple):
    """A download as the screens show it."""

    id: int
    """Identifies it until the program ends."""
    take: TakeRef
    title: str
    number: int
    """The number of the take, from 1."""
    kind: FileKind
    state: DownloadState
    folder: str = ""
    """Absolute; empty for the folder of the settings."""
    received: int = 0
    """Received bytes, including earlier attempts."""
    total: int | None = None
    """The size of the file in bytes; None if it is not known yet."""
    bytes_per_s: float = 0.0
    """The speed of the last seconds; 0 unless it is active."""
    seconds_left: float | None = None
    """How long it will take; None if that is not known."""
    reason: str = ""
    """Why it failed or waits, as a sentence without its full stop; empty otherwise."""
    path: Path | None = None
    """The saved file; None until then."""
    ended_at: float | None = None
    """When it was saved or failed, in Unix seconds."""


class FileResult(NamedTuple):
    """The result of saving a take."""

    take: TakeRef
    title: str
    number: int
    """The number of the take, from 1."""
    kind: FileKind
    state: DownloadState
    reason: str = ""
    """Why it is not saved; empty otherwise."""
    file: SavedFile | None = None


class DownloadStatus(NamedTuple):
    """All downloads, in the order in which they were added, and their totals."""

    entries: tuple[DownloadEntry, ...] = ()
    is_paused: bool = False
    """Whether all downloads are paused."""
    received: int = 0
    """Bytes of those that are active or wait and those that were saved with them; the next value, too."""
    total: int | None = None
    """None if nothing is active or waits; estimated if a size is not known yet."""
    bytes_per_s: float = 0.0
    seconds_left: float | None = None

    def count(self, *states: DownloadState) -> int:
        """How many downloads are in one of these states."""
        return sum(entry.state in states for entry in self.entries)

    @property
    def is_busy(self) -> bool:
        """Whether a download is active, or waits for its turn."""
        return self.count(DownloadState.ACTIVE, DownloadState.WAITING) > 0
