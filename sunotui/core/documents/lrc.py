"""The timed lyrics of a clip in the LRC format, which players show while a song is playing."""

from __future__ import annotations

from sunotui.core.playback.lyrics_sync import LyricSheet


def lrc_text(sheet: LyricSheet, title: str = "") -> str:
    """The sung lines in the LRC format: "[02:41.30]Let's go". Brackets are removed from the title, which they could
    end."""
    head = [f"[ti:{title.replace('[', '(').replace(']', ')')}]"] if title else []
    return "\n".join([*head, *(f"[{_stamp(start_s)}]{line}" for start_s, line in sheet.timed_lines())])


def _stamp(at_s: float) -> str:
    minutes, hundredths = divmod(round(at_s * 100), 6_000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
