"""The documents about what a gateway makes beside tasks: timings, tags, and the files of a take."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class WordDocument(Document):
    """A word of a song with the seconds at which it begins and ends."""

    text: str
    start_s: float
    end_s: float


class TimingsDocument(Document):
    """The word timings of a clip."""

    id: str
    words: list[WordDocument]


class TagsDocument(Document):
    """Tags that a gateway expanded."""

    profile: str
    tags: str
    upsampled_tags: str


class UrlDocument(Document):
    """The link to a take's file; `kind` is "wav" or "mp4"."""

    task: str
    clip: str
    take: int
    kind: str
    url: str


class MidiDocument(Document):
    """A MIDI file that was written."""

    task: str
    clip: str
    take: int
    file: str
    notes: int
    instruments: int
