"""What an album's export has put into a folder: the record that distinguishes its files from those of the user.

A name is claimed before a file gets it, so that a program that is killed at any moment leaves no file behind that is
not recorded.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Any

from sunotui.core.downloads.placing import FILE_MODE
from sunotui.domain.annotations import name_key
from sunotui.storage.paths import sync_folder

FOLDER = ".sunotui"
"""The subfolder of an exported album with the manifest and unfinished files."""
_FILE = "album.jsonl"
_FORMAT = "sunotui-album"
_VERSION = 1
_LARGEST = 64 * 2**20
"""The maximum size of a manifest in bytes; a larger one is not read."""
_SAFE_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""The folder may come from somebody else: no link in it is followed, and no pipe is waited for."""


class ContentKind(StrEnum):
    """What a file of an exported album is. The values are stored in manifests."""

    AUDIO = "audio"
    PLAYLIST = "playlist"
    COVER = "cover"
    LYRICS = "lyrics"
    CREDITS = "credits"


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that an export has put into the folder, or was about to."""

    name: str
    """Relative to the folder."""
    kind: ContentKind
    clip_id: str
    """The take of an audio file; empty for other files."""
    content: str
    """Identifies the content of the file: equal for equal content of the same kind and take."""
    size: int
    """Bytes."""
    mtime_ns: int
    sha256: str


class Manifest:
    """The manifest of one folder. Nothing is written until the first claim. Not for two threads."""

    def __init__(self, folder: Path, album: str, created_at: float) -> None:
        """`album` and `created_at` (Unix seconds) identify the album."""
        self._path = folder / FOLDER / _FILE
        self._head: dict[str, Any] = {
            "format": _FORMAT,
            "version": _VERSION,
            "album": album,
            "created_at": created_at,
        }
        self.claims: dict[str, list[Claim]] = {}
        """By name. A name has several claims after an interrupted export."""
        self.found: dict[str, Any] | None = None
        """The head that was read: of this album or of another one; None for a new folder."""
        self._text = ""

    def read(self) -> None:
        """Read the manifest. Damaged records are left out: their files then belong to the user. Raises OSError."""
        try:
            with os.fdopen(os.open(self._path, os.O_RDONLY | _SAFE_FLAGS), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise OSError(errno.EINVAL, f"{FOLDER}/{_FILE} is not a regular file")
                text = file.read(_LARGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            return
        self._text = text
        for at, line in enumerate(text.splitlines()):
            item = _object(line)
            if at == 0 and item.get("format") == _FORMAT:
                self.found = item
            elif (claim := _claim(item)) is not None:
                self.claims.setdefault(claim.name, []).append(claim)

    def is_of_other_album(self) -> str:
        """The name of the album in the folder, if it is a different one; otherwise empty."""
        if self.found is None:
            return ""
        name, created_at = str(self.found.get("album", "")), self._head["created_at"]
        # An album may have got another name since, and albums of old exports of a library have no time.
        is_same = name_key(name) == name_key(str(self._head["album"])) or self.found.get("created_at") == created_at > 0
        return "" if is_same else name

    def add(self, claim: Claim) -> None:
        """Claim a name, and wait until that is on disk. Raises OSError."""
        self.claims.setdefault(claim.name, []).append(claim)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _SAFE_FLAGS, FILE_MODE)
        with os.fdopen(descriptor, "a", encoding="utf-8", newline="") as file:
            file.write(_line(asdict(claim)))
            file.flush()
            os.fsync(file.fileno())
        # The file on disk is no longer the one that was last written completely.
        self._text = ""

    def replace(self, claims: Iterable[Claim]) -> None:
        """Keep these claims only; nothing is written if that is what the file has. Raises OSError."""
        kept: dict[str, list[Claim]] = {}
        for claim in claims:
            kept.setdefault(claim.name, []).append(claim)
        text = _line(self._head) + "".join(_line(asdict(claim)) for name in sorted(kept) for claim in kept[name])
        self.claims = kept
        if text == self._text:
            return
        new = self._path.with_suffix(".new")
        # The file of this name was left by an interrupted export, or is somebody's link to another file.
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE_FLAGS, FILE_MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        sync_folder(self._path.parent)
        self._text = text


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")) + "\n"


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _claim(item: dict[str, Any]) -> Claim | None:
    """A claim; None if it is not for a file in this folder: the folder may come from somebody else."""
    try:
        claim = Claim(**item)
        kind = ContentKind(claim.kind)
    except (TypeError, ValueError):
        return None
    texts = (claim.name, claim.clip_id, claim.content, claim.sha256)
    numbers = (claim.size, claim.mtime_ns)
    if not all(isinstance(text, str) for text in texts) or not all(type(number) is int for number in numbers):
        return None
    parts = PurePath(claim.name).parts
    is_inside = len(parts) == 1 or (len(parts) == 2 and parts[0] == FOLDER)
    if not is_inside or ".." in parts or "\0" in claim.name or PurePath(claim.name).is_absolute():
        return None
    return Claim(claim.name, kind, *texts[1:3], *numbers, claim.sha256)
