"""The ids of takes in the names and tags of audio files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import mutagen
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from sunotui.core.downloads.tagging.song_tags import CLIP_ID
from sunotui.core.library.library import Library
from sunotui.domain.song_reference import UUID
from sunotui.player.files.mp3_frames import Mp3Frames

PREFIX = 8
"""The number of characters of an id in the name of a file that sunotui saved: "Title [d438318d].mp3"."""
_FORMATS = (MP3, MP4, WAVE, FLAC, OggVorbis, OggOpus)
_SHORT = re.compile(r"\[([0-9a-z_-]{8})\](?: ?\(\d{1,3}\))?$", re.IGNORECASE)
_OTHER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{16,64}(?![0-9A-Za-z])")
"""An id in another form; only that of a known take counts."""
_CHUNK = 1 << 18
_MOST_TEXTS = 200
_TEXT_LIMIT = 20_000
"""Bounds on the texts that are searched in one file, in number and in characters of each."""


class Tags(NamedTuple):
    """What the tags of a file say."""

    texts: tuple[str, ...]
    length_s: float | None
    """The length of the audio in seconds; None if it is only an estimate."""
    own: tuple[str, ...] = ()
    """The text of the tag in which sunotui writes the id of the take; empty without it."""


class FoundIds(NamedTuple):
    """The ids in a text, in their order and without duplicates."""

    known: tuple[str, ...]
    """The ids of takes that the library has, as the library spells them."""
    unknown: tuple[str, ...]
    """What looks like the id of a take, but is not in the library."""


class TakeIds:
    """The ids of all takes of a library, to be found in texts in any case."""

    def __init__(self, library: Library) -> None:
        self._ids: dict[str, str] = {}
        self._by_prefix: dict[str, list[str]] = {}
        for clip_id in library.clip_ids():
            self._ids[clip_id.lower()] = clip_id
            self._by_prefix.setdefault(clip_id[:PREFIX].lower(), []).append(clip_id)

    def found_in(self, texts: Iterable[str]) -> FoundIds:
        """The ids in these texts. The first characters of an id in brackets, as sunotui writes them at the end of a
        file's name, count if only one take begins with them and there is no complete id."""
        known: dict[str, None] = {}
        unknown: dict[str, None] = {}
        short: dict[str, None] = {}
        for text in texts:
            for word in (found[0] for found in UUID.finditer(text)):
                (known if word.lower() in self._ids else unknown)[self._ids.get(word.lower(), word)] = None
            known |= dict.fromkeys(
                self._ids[word] for found in _OTHER.finditer(text) if (word := found[0].lower()) in self._ids
            )
            ending = _SHORT.search(text)
            if ending is not None:
                short |= dict.fromkeys(self._by_prefix.get(ending[1].lower(), ()))
        return FoundIds(tuple(known or short), tuple(unknown))


def read_tags(file: BinaryIO) -> Tags | None:
    """The texts of an audio file's tags, and its length; None if it is not audio. The file is only read."""
    try:
        found: Any = mutagen.File(file, options=list(_FORMATS))
    except Exception:  # noqa: BLE001 - The file may have been made to break the parser.
        return None
    if found is None:
        return None
    length_s = float(getattr(found.info, "length", 0.0))
    is_estimate = getattr(found.info, "sketchy", False) or length_s <= 0
    return Tags(tuple(_texts(found.tags)), None if is_estimate else length_s, tuple(_texts(found.tags, only=CLIP_ID)))


def counted_length_s(file: BinaryIO) -> float:
    """The length of an MP3 in seconds by its frames; 0 if it is no MP3. With a variable bit rate and no header that
    has it, the length in `Tags` may be far off."""
    file.seek(0)
    frames = Mp3Frames()
    while chunk := file.read(_CHUNK):
        frames.feed(chunk)
    return frames.seconds


def _texts(tags: Any, *, only: str = "") -> Iterator[str]:
    """The texts in tags of any format, without the lyrics; with `only`, those of the tags with this name."""
    if not tags:
        return
    left = _MOST_TEXTS
    for name in list(tags.keys())[:_MOST_TEXTS]:
        if str(name).upper().startswith(("USLT", "SYLT", "\xa9LYR", "LYRICS", "APIC", "COVR")):
            continue
        if not str(name).upper().endswith(only):
            continue
        for text in _flat(tags[name]):
            yield text[:_TEXT_LIMIT]
            left -= 1
            if not left:
                return


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes):
        yield value[:_TEXT_LIMIT].decode("utf-8", "replace")
    elif isinstance(value, list | tuple):
        for one in value[:_MOST_TEXTS]:
            yield from _flat(one)
    else:
        for name in ("desc", "text", "url"):
            if inner := getattr(value, name, None):
                yield from _flat(inner)
