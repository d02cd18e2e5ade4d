"""Lyrics and their sections; parsing never raises, whatever a model wrote."""

from __future__ import annotations

import re

from sunotui.domain.text import trim
from sunotui.named_tuple import NamedTuple

SECTION_TAGS = (
    *("Verse", "Chorus", "Bridge", "Intro", "Outro", "Pre-Chorus", "Post-Chorus", "Hook", "Refrain", "Interlude"),
    *("Instrumental", "Solo", "Guitar Solo", "Piano Solo", "Build", "Drop", "Break", "Breakdown", "Spoken Word"),
    *("Fade Out", "End"),
)
"""Section tags that Suno is known to understand, most common first."""

_SECTION = re.compile(r"^\s*\[(?P<name>[^\[\]\n]{1,60})\]\s*$")
_TIME_MARK = re.compile(r"^\s*[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]", re.MULTILINE)
_NUMBER = re.compile(r"\d{1,3}$")


class Lyrics(NamedTuple):
    """The result of a lyrics task."""

    title: str
    text: str
    tags: tuple[str, ...] = ()
    error: str = ""


class Section(NamedTuple):
    """A run of lines under one tag such as [Chorus]; the lines before the first tag have an empty name."""

    name: str
    lines: tuple[str, ...]


def sections(text: str) -> tuple[Section, ...]:
    """Split lyrics at the lines that consist of one [tag] only. All other lines are unchanged."""
    found: list[Section] = []
    name = ""
    lines: list[str] = []
    for line in text.split("\n"):
        match = _SECTION.match(line)
        if match is None:
            lines.append(line)
            continue
        if name or any(lines):
            found.append(Section(name, _trimmed(lines)))
        name, lines = match["name"].strip(), []
    if name or any(lines):
        found.append(Section(name, _trimmed(lines)))
    return tuple(found)


def time_mark_in(text: str) -> str:
    """The first time mark at the start of a line, such as "[00:12.50]" from an LRC file; empty without time marks."""
    match = _TIME_MARK.search(text)
    return "" if match is None else match[0].strip()


def is_section_tag(line: str) -> bool:
    """Whether a line consists of one section tag only."""
    return _SECTION.match(line) is not None


def sung_text(text: str) -> str:
    """Lyrics without their section tags, trimmed; unchanged if there is nothing else."""
    return trim("\n".join(line for line in text.split("\n") if not is_section_tag(line))) or trim(text)


def tag_ending(line: str, text: str = "") -> str:
    """The completion of a section tag that begins a line, such as "orus]" after "[Ch"; empty if no tag matches. Tags
    that `text` already uses are preferred, a numbered one with its next number: [Verse 2] after [Verse 1].
    """
    bare = line.lstrip()
    if not bare.startswith("[") or len(bare) < 2 or "]" in bare:
        return ""
    begun = bare[1:].casefold()
    for tag in (*_next_tags(text), *SECTION_TAGS):
        if len(tag) > len(begun) and tag.casefold().startswith(begun):
            return tag[len(begun) :] + "]"
    return "]" if any(tag.casefold() == begun for tag in SECTION_TAGS) else ""


def _next_tags(text: str) -> tuple[str, ...]:
    """The tags of a text, last first, with numbers incremented."""
    names = [match["name"].strip() for line in text.split("\n") if (match := _SECTION.match(line)) is not None]
    return tuple(dict.fromkeys(_NUMBER.sub(lambda found: str(int(found[0]) + 1), name) for name in reversed(names)))


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return tuple(lines[start:end])
