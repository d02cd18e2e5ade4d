"""Words of a song and their sections; reading them never raises, whatever a model wrote."""

import re
from dataclasses import dataclass

_SECTION = re.compile(r"^\s*\[(?P<name>[^\[\]\n]{1,60})\]\s*$")


@dataclass(frozen=True, slots=True)
class Lyrics:
    """The text that a lyrics task returns."""

    title: str
    text: str
    tags: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A run of lines under one tag such as [Chorus]; the lines before the first tag have an empty name."""

    name: str
    lines: tuple[str, ...]


def sections(text: str) -> tuple[Section, ...]:
    """Lyrics cut at the lines that are nothing but one [tag]. Every other line is kept as it stands."""
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


def is_section_tag(line: str) -> bool:
    """Whether a line is nothing but one section tag."""
    return _SECTION.match(line) is not None


def _trimmed(lines: list[str]) -> tuple[str, ...]:
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return tuple(lines[start:end])
