"""The timed lyrics of a clip by line, and in the LRC format, which players show while a song is playing."""

from __future__ import annotations

from collections.abc import Iterator

from sunotui.domain.tasks.word_timings import WordTimings


def timed_lines(timing: WordTimings) -> list[tuple[float, str]]:
    """The non-empty lines, each with the start of its first word in seconds."""
    found: list[tuple[float, str]] = []
    text, began_s = "", 0.0
    for word, start_s in _pieces(timing):
        if word == "\n":
            found += [(began_s, text.strip())] if text.strip() else []
            text = ""
            continue
        if not text.strip():
            began_s = start_s
        text += word
    return [*found, (began_s, text.strip())] if text.strip() else found


def lrc_text(timing: WordTimings, title: str = "") -> str:
    """The lines in the LRC format: "[02:41.30]Let's go". Brackets are removed from the title, which they could end."""
    head = [f"[ti:{title.replace('[', '(').replace(']', ')')}]"] if title else []
    return "\n".join([*head, *(f"[{_stamp(start_s)}]{line}" for start_s, line in timed_lines(timing))])


def _pieces(timing: WordTimings) -> Iterator[tuple[str, float]]:
    """Words and line ends as separate items: a gateway's word may have line ends before, after and in it."""
    for word in timing.words:
        for at, part in enumerate(word.text.split("\n")):
            if at:
                yield "\n", word.start_s
            if part:
                yield part, word.start_s


def _stamp(at_s: float) -> str:
    minutes, hundredths = divmod(round(at_s * 100), 6_000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
