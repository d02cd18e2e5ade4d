"""How a task's audio was made, as shown by the icon and the name of its row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sunotui.domain.tasks.kinds import TaskKind


class Origin(StrEnum):
    """What was made, and from what."""

    SONG = "song"
    LYRICS = "lyrics"
    EXTENSION = "extension"
    JOINED = "joined"
    COVER = "cover"
    STEMS = "stems"
    SECTION = "section"
    """A section of a song was replaced."""
    UPLOAD = "upload"


_OF_KINDS: Mapping[TaskKind, Origin] = {
    TaskKind.LYRICS: Origin.LYRICS,
    TaskKind.CONCAT: Origin.JOINED,
    TaskKind.UPLOAD: Origin.UPLOAD,
}
_OF_REQUESTS: Mapping[str, Origin] = {
    "cover": Origin.COVER,
    "cover_extend": Origin.EXTENSION,
    "infill": Origin.SECTION,
    "fixed_infill": Origin.SECTION,
    "infill_intro": Origin.SECTION,
    "infill_outro": Origin.SECTION,
    "cover_infill": Origin.SECTION,
    "upload_infill": Origin.SECTION,
    "stems": Origin.STEMS,
    "stems_short": Origin.STEMS,
}
_OF_DERIVATIONS: Mapping[str, Origin] = {
    "part": Origin.JOINED,
    "cover": Origin.COVER,
    "section": Origin.SECTION,
    "stem": Origin.STEMS,
    "continuation": Origin.EXTENSION,
}
"""By the values of DerivationKind, whose module the first frame does not need. The first that a clip has decides: a
part and a cover may be continuations, too."""


def origin_of(kind: TaskKind, request_kind: str, *, extends: bool, derivations: str) -> Origin:
    """The origin of a task, by its kind, by the request that was sent for it, and by what the gateway reports about its
    first take: `derivations` are pairs of a DerivationKind and an id, such as "cover:some-id", separated by blanks."""
    if kind in _OF_KINDS:
        return _OF_KINDS[kind]
    if request_kind in _OF_REQUESTS:
        return _OF_REQUESTS[request_kind]
    if extends:
        return Origin.EXTENSION
    found = {pair.partition(":")[0] for pair in derivations.split()}
    return next((origin for derivation, origin in _OF_DERIVATIONS.items() if derivation in found), Origin.SONG)
