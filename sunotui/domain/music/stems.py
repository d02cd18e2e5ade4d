"""The parts of a take that was split into stems."""

from __future__ import annotations

import re

from sunotui.domain.tasks.clip import Clip, DerivationKind
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple

NAME_LIMIT = 40
"""The maximum length of a part's name, in characters."""
_PARTS = (
    "lead vocals",
    "backing vocals",
    "background vocals",
    "vocals",
    "vocal",
    "voice",
    "instrumental",
    "accompaniment",
    "drums",
    "percussion",
    "bass",
    "electric guitar",
    "acoustic guitar",
    "guitar",
    "keyboards",
    "keyboard",
    "keys",
    "piano",
    "strings",
    "synth",
    "fx",
    "effects",
    "brass",
    "woodwinds",
    "woodwind",
    "other",
)
"""The gateways' names of the parts; the first match counts."""
_ENDING = re.compile(r"[(\[]\s*([^()\[\]]{1,60}?)\s*[)\]]\s*$|(?:\s[-–—|]|:)\s+([^-–—:|]{1,60}?)\s*$")
"""The end of a title such as "Rain (Vocals)", "Rain [Drums]" or "Rain - Bass"."""
_STEM_WORDS = re.compile(r"\s*\bstems?\b\s*", re.IGNORECASE)


class StemPart(NamedTuple):
    """One part of a take."""

    name: str
    """Such as "Vocals"; unique within its split."""
    task_id: str
    clip: Clip
    take: int
    """Its number among the takes of the task of the split, from 1."""
    is_repeated: bool = False
    """Whether another part before it has the same instrument: gateways may deliver each twice."""


def is_split(task: Task, request_kind: str = "") -> bool:
    """Whether the takes of a task are the parts of another take, by the request that was sent for it or by the
    gateway's reports."""
    if request_kind in {"stems", "stems_short"}:
        return True
    return any(one.kind is DerivationKind.STEM for clip in task.clips for one in clip.derivations or ())


def source_of(task: Task) -> str:
    """The id of the clip that was split, as the gateway reports; empty if it does not."""
    return next(filter(None, map(source_of_clip, task.clips)), "")


def source_of_clip(clip: Clip) -> str:
    """The id of the clip that this one is a part of, as the gateway reports; empty if it is not a part."""
    return next((one.id for one in clip.derivations or () if one.kind is DerivationKind.STEM), "")


def parts_of(task: Task, song_title: str = "") -> tuple[StemPart, ...]:
    """The parts of a split, in their order. `song_title` is the title of the take that was split."""
    names = [part_name(clip.title, clip.tags, song_title) for clip in task.clips]
    counts: dict[str, int] = {}
    parts: list[StemPart] = []
    for take, (clip, name) in enumerate(zip(task.clips, names, strict=True), 1):
        shown = name or f"Part {take}"
        number = counts[shown.casefold()] = counts.get(shown.casefold(), 0) + 1
        shown = f"{shown} {number}" if number > 1 else shown
        parts.append(StemPart(shown, task.id, clip, take, is_repeated=number > 1))
    return tuple(parts)


def part_name(title: str, tags: str = "", song_title: str = "") -> str:
    """The name of a part, by the end of its title, or else by its tags; empty if neither has one."""
    title = clean(title, 400)
    ending = _ending_of(title)
    if ending and (_known(ending) or _is_same(title[: title.rfind(ending)], song_title)):
        return _capital(ending)
    for text in (title, tags):
        whole = _STEM_WORDS.sub(" ", clean(text, 400)).strip(" ,")
        if whole.casefold() in _PARTS:
            return _capital(whole)
    return ""


def _ending_of(title: str) -> str:
    found = _ENDING.search(title)
    return _STEM_WORDS.sub(" ", found[1] or found[2]).strip() if found else ""


def _known(ending: str) -> bool:
    return any(re.search(rf"\b{re.escape(part)}\b", ending.casefold()) for part in _PARTS)


def _is_same(rest: str, song_title: str) -> bool:
    """Whether the text before the ending is the title of the song."""
    rest = rest.rstrip(" -–—:|([")
    return bool(rest) and rest.casefold() == clean(song_title, 400).strip().casefold()


def _capital(name: str) -> str:
    name = clean(name, NAME_LIMIT)
    return name.upper() if name.casefold() == "fx" else name[:1].upper() + name[1:]
