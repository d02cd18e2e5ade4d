"""The timed lyrics of a clip in the LRC format, which players show while a song is playing."""

from __future__ import annotations

import re

from sunotui.core.playback.lyrics_sync import LyricSheet

_LEADING_TAG = re.compile(r"\[([^\]]*)\]")


def lrc_text(sheet: LyricSheet, title: str = "") -> str:
    """The sung lines in the LRC format: "[02:41.30]Let's go". The title is one line, and brackets in it and at the
    start of a line become round ones: players would read the first ones as its end, and the others as times."""
    title = " ".join(title.replace("[", "(").replace("]", ")").split())
    head = [f"[ti:{title}]"] if title else []
    return "\n".join([*head, *(f"[{_stamp(start_s)}]{_untagged(line)}" for start_s, line in sheet.timed_lines())])


def _untagged(line: str) -> str:
    """A line without a tag of the format at its start."""
    found = _LEADING_TAG.match(line)
    return f"({found[1]}){_untagged(line[found.end() :])}" if found is not None else line


def _stamp(at_s: float) -> str:
    minutes, hundredths = divmod(round(at_s * 100), 6_000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
