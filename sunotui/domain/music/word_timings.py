"""When each word of a clip is sung (protocol 1.2, act/timing)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """One word, or a few, with its blanks and line ends."""

    text: str
    start_s: float
    end_s: float
    """Seconds from the clip's beginning; never less than `start_s`."""


@dataclass(frozen=True, slots=True)
class WordTimings:
    """The words of a clip with their times, by start time."""

    words: tuple[AlignedWord, ...] = ()
    raw: str = ""
    """The words as JSON in the gateway's format, to be stored and parsed again; without the waveform."""

    @property
    def text(self) -> str:
        """The text of all words, with line breaks."""
        return "".join(word.text for word in self.words).strip()
