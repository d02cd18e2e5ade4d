"""The known facts about two takes, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.gateways.models import find
from sunotui.domain.playback import clock_text
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import trim
from sunotui.named_tuple import NamedTuple
from sunotui.storage.playback.loudness_store import MeasuredLoudness

_AS_ASKED = "as asked"


class TakeFacts(NamedTuple):
    """The known facts about one take."""

    detail: TaskDetail
    clip: Clip
    loudness: MeasuredLoudness | None = None
    is_saved: bool = False


class FactRow(NamedTuple):
    """One fact about both takes; an unknown value is empty."""

    name: str
    """Its name on screen."""
    values: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the takes differ in it."""
        return self.values[0] != self.values[1]


def compared_facts(one: TakeFacts, other: TakeFacts) -> list[FactRow]:
    """The facts that are known about at least one of the takes."""
    is_same_song = one.detail.task.id == other.detail.task.id
    pairs = zip(_facts(one, is_same_song=is_same_song), _facts(other, is_same_song=is_same_song), strict=True)
    rows = [FactRow(name, (value, other_value)) for (name, value), (_, other_value) in pairs]
    return [row for row in rows if any(row.values)]


def _facts(take: TakeFacts, *, is_same_song: bool) -> Iterator[tuple[str, str]]:
    clip, request = take.clip, take.detail.submission.request if take.detail.submission is not None else None
    changed = {difference.field: difference for difference in take.detail.differences_of(clip)}
    yield "Song", "" if is_same_song else _line(clip.title or take.detail.task.title)
    yield "Length", clock_text(round(clip.duration_s)) if clip.duration_s is not None else ""
    yield "Model", _model(clip.model)
    style = _line(clip.tags)
    yield "Style", _AS_ASKED if is_same_song and request is not None and style and "Style" not in changed else style
    prompt = ""
    if isinstance(request, MusicRequest):
        prompt = request.description
    elif isinstance(request, LyricsRequest):
        prompt = request.prompt
    yield "Prompt", "" if is_same_song else _line(prompt or clip.description)
    yield "Lyrics", "changed" if "Lyrics" in changed else "" if is_same_song else _line(clip.lyrics)
    yield "Key", _line(clip.musical_key)
    yield "BPM", clip.bpm_text
    yield "Sliders", _line(clip.slider_text)
    loudness = take.loudness
    yield "Loudness", f"{loudness.lufs:.0f} LUFS" if loudness is not None and loudness.lufs is not None else ""
    yield "Saved", "yes" if take.is_saved else "no"


def _model(text: str) -> str:
    known = find(text)
    return known.label if known is not None else _line(text)


def _line(text: str) -> str:
    return trim(" ".join(text[:400].split()))
