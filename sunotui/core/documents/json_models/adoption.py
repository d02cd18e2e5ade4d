"""The documents of what was added or matched by `adopt`."""

from __future__ import annotations

from typing import Literal

from sunotui.core.documents.json_models.base import Document


class AdoptionDocument(Document):
    """A link or an id that was looked up. `clip` is the id of the take if one was named."""

    given: str
    state: Literal["added", "known", "missing", "invalid"]
    task: str | None
    clip: str | None
    reason: str


class MatchedFileDocument(Document):
    """A file that is one of a take; `is_new` unless an earlier run found it."""

    path: str
    task: str
    clip: str
    take: int
    kind: Literal["audio", "wav"]
    is_new: bool


class UnmatchedFileDocument(Document):
    """A file or folder that could not be matched."""

    path: str
    reason: str


class FolderDocument(Document):
    """The audio files of a folder (`adopt --folder`)."""

    folder: str
    matched: list[MatchedFileDocument]
    unmatched: list[UnmatchedFileDocument]
