"""The rules of triage: which parts of a take are played, and which songs go to the trash. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from sunotui.named_tuple import NamedTuple

SAMPLE_S = 15.0
"""The length of a sample, in seconds."""
_CHORUS_SHARE = 0.3
"""Where a chorus is expected, as a share of the length."""
_LAST_SHARE = 0.65
"""Where the last sample begins, as a share of the length."""
_LEAD_S = 0.7
"""How much of a take is played before the first word of its chorus, in seconds."""
_CHORUS_NAMES = (
    "chorus", "refrain", "hook", "coro", "estribillo", "refr[aã]o", "ritornello", "refr[aä]ng", "refren", "припев",
    "サビ", "副歌", "후렴", "코러스",
)  # fmt: skip
_CHORUS = re.compile(rf"[\[(（【]\s*(?:final |last )?(?:{'|'.join(_CHORUS_NAMES)})", re.IGNORECASE)
"""The tag of a chorus. The tag of a pre-chorus begins differently."""


class ListeningMode(StrEnum):
    """Which part of each take is played; the values are stored."""

    START = "start"
    CHORUS = "chorus"
    SAMPLES = "samples"
    """Three samples, one after the other."""

    @property
    def following(self) -> ListeningMode:
        """The next one; the first one follows the last."""
        every = list(ListeningMode)
        return every[(every.index(self) + 1) % len(every)]


class PlayedPart(NamedTuple):
    """A part of a take."""

    start_s: float
    end_s: float | None = None
    """None for the end of the take."""


def chorus_start(lines: Iterable[tuple[str, float | None]]) -> float | None:
    """Where the first chorus begins, in seconds; None if the lyrics do not show it. `lines` are the lyrics, each with
    the start of its first word in seconds, None if it is unknown."""
    is_chorus = False
    for text, start_s in lines:
        if is_chorus and start_s is not None:
            return max(0.0, start_s - _LEAD_S)
        if text.strip()[:1] in {"[", "(", "（", "【"} and start_s is None:
            is_chorus = bool(_CHORUS.match(text.strip()))
    return None


def parts_of(mode: ListeningMode, length_s: float | None, chorus_s: float | None) -> Sequence[PlayedPart]:
    """The parts of a take that are played one after the other. `chorus_s` is where its chorus begins, None if that is
    not known. A take of unknown length is played from its start."""
    if mode is ListeningMode.START or not length_s or length_s <= 0:
        return (PlayedPart(0.0),)
    if chorus_s is None or chorus_s >= length_s:
        chorus_s = length_s * _CHORUS_SHARE
    if mode is ListeningMode.CHORUS:
        return (PlayedPart(chorus_s),)
    if length_s <= 3 * SAMPLE_S:
        return (PlayedPart(0.0),)
    second_s = max(SAMPLE_S, min(chorus_s, length_s - SAMPLE_S))
    third_s = max(length_s * _LAST_SHARE, second_s + SAMPLE_S)
    starts = (0.0, second_s, third_s)
    return tuple(PlayedPart(start_s, start_s + SAMPLE_S) for start_s in starts if start_s + SAMPLE_S <= length_s)


def songs_without_takes(takes: Mapping[str, Collection[str]], rejected: Collection[str]) -> list[str]:
    """The songs all of whose takes were rejected. `takes` are the ids of all takes by song."""
    return [song for song, ids in takes.items() if ids and all(clip_id in rejected for clip_id in ids)]
