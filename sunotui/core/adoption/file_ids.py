"""The ids of takes in the names and tags of audio files."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from itertools import islice
from typing import BinaryIO

from sunotui.core.adoption.sound_length import sound_seconds
from sunotui.core.adoption.tag_texts import tag_texts
from sunotui.core.downloads.tagging.song_tags import CLIP_ID
from sunotui.core.library.library import Library
from sunotui.domain.song_reference import UUID
from sunotui.named_tuple import NamedTuple
from sunotui.player.files.file_type import HEAD_BYTES, FileType, type_of
from sunotui.player.files.mp3_frames import tag_bytes

PREFIX = 8
"""The number of characters of an id in the name of a file that sunotui saved: "Title [d438318d].mp3"."""
_SHORT = re.compile(r"\[([0-9a-z_-]{8})\](?: ?\(\d{1,3}\))?$", re.IGNORECASE)
_OTHER = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{16,64}(?![0-9A-Za-z])")
"""An id in another form; only that of a known take counts."""
_MOST_TEXTS = 200
_TEXT_LIMIT = 20_000
"""Bounds on the texts that are searched in one file, in number and in characters of each."""


class Tags(NamedTuple):
    """The data in the tags of a file."""

    texts: tuple[str, ...]
    length_s: float | None
    """The length of the sound in the file in seconds, without what is missing at its end; None if that is not known."""
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
            for word in (found[0] for found in re.finditer(UUID, text)):
                (known if word.lower() in self._ids else unknown)[self._ids.get(word.lower(), word)] = None
            known |= dict.fromkeys(
                self._ids[word] for found in _OTHER.finditer(text) if (word := found[0].lower()) in self._ids
            )
            ending = _SHORT.search(text)
            if ending is not None:
                short |= dict.fromkeys(self._by_prefix.get(ending[1].lower(), ()))
        return FoundIds(tuple(known or short), tuple(unknown))


def read_tags(file: BinaryIO) -> Tags | None:
    """The texts of an audio file's tags, and the length of the sound that it has; None if it is not audio. The file is
    only read."""
    head = file.read(HEAD_BYTES)
    start = tag_bytes(head)
    if start:
        file.seek(start)
    kind = type_of(file.read(HEAD_BYTES) if start else head)
    if kind is FileType.UNKNOWN:
        # Players skip junk before the first frame.
        kind = FileType.MP3
    try:
        length_s = sound_seconds(file, kind, start)
        if length_s is None:
            return None
        found = list(islice(tag_texts(file, kind, start), _MOST_TEXTS))
    except struct.error:
        return None
    texts = tuple(one.text[:_TEXT_LIMIT] for one in found)
    return Tags(texts, length_s or None, tuple(one.text for one in found if one.name.endswith(CLIP_ID)))
