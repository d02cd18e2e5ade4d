"""Writes a song's position in an album into its file, and keeps its other tags.

Loads mutagen, so it is loaded late and in a thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from mutagen.id3 import APIC, ID3, TALB, TPE1, TPE2, TRCK, Encoding, ID3NoHeaderError, ID3v1SaveOptions
from mutagen.mp4 import MP4, AtomDataType, MP4Cover
from mutagen.wave import WAVE

from sunotui.core.albums.pictures import picture_type
from sunotui.core.downloads.tagging.tag_bounds import has_bounded_tags
from sunotui.named_tuple import NamedTuple

_FRONT_COVER = 3
_HEAD_BYTES = 12


class TrackTags(NamedTuple):
    """A song's position in an album. Empty texts and an empty cover keep what the file has."""

    album: str
    number: int
    """From 1. The number of songs is left out: adding a song would change all files."""
    artist: str = ""
    cover: bytes = b""
    """A picture in JPEG, PNG or WebP."""


def write_track_tags(path: Path, tags: TrackTags) -> bool:
    """Write the tags into a file that is not in use; False for a file that cannot have tags, or whose tags cannot be
    read safely; it stays unchanged. It blocks for some milliseconds. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if not has_bounded_tags(file):
            return False
    try:
        if head[4:8] == b"ftyp":
            _write_mp4(path, tags)
        elif head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            wave = WAVE(path)
            if wave.tags is None:
                wave.add_tags()
            _set_frames(cast(ID3, wave.tags), tags)
            wave.save(v2_version=3)
        elif head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
            _write_mp3(path, tags)
        else:
            return False
    except Exception as error:  # noqa: BLE001 - what a damaged tag raises is not limited
        disk = next((one for one in (error, error.__cause__, error.__context__) if isinstance(one, OSError)), None)
        # The library's errors for a file that is too short have no errno.
        if disk is not None and disk.errno is not None:
            raise disk from None
        return False
    return True


def _write_mp3(path: Path, tags: TrackTags) -> None:
    try:
        found = ID3(path)
    except ID3NoHeaderError:
        found = ID3()
    _set_frames(found, tags)
    found.save(path, v1=ID3v1SaveOptions.REMOVE, v2_version=3)


def _set_frames(found: ID3, tags: TrackTags) -> None:
    """Encoded as UTF-16, the only encoding of ID3v2.3 for all scripts."""
    encoding = Encoding.UTF16
    found.update_to_v23()
    found.setall("TALB", [TALB(encoding=encoding, text=[tags.album])])
    found.setall("TRCK", [TRCK(encoding=encoding, text=[str(tags.number)])])
    if tags.artist:
        for frame in (TPE1, TPE2):
            found.setall(frame.__name__, [frame(encoding=encoding, text=[tags.artist])])
    if kind := picture_type(tags.cover):
        found.delall("APIC")
        found.add(APIC(encoding=Encoding.LATIN1, mime=kind, type=_FRONT_COVER, desc="", data=tags.cover))


def _write_mp4(path: Path, tags: TrackTags) -> None:
    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    file["\xa9alb"], file["trkn"] = [tags.album], [(tags.number, 0)]
    if tags.artist:
        file["\xa9ART"] = file["aART"] = [tags.artist]
    formats = {"image/jpeg": AtomDataType.JPEG, "image/png": AtomDataType.PNG}
    if (kind := picture_type(tags.cover)) in formats:
        file["covr"] = [MP4Cover(tags.cover, imageformat=formats[kind])]
    file.save()
