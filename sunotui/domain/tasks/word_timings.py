"""When each word of a clip is sung (protocol 1.2, act/timing)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """One word, or a few, with the blanks and line ends that belong to it."""

    text: str
    start_s: float
    end_s: float
    """Seconds from the clip's beginning; never before `start_s`."""


@dataclass(frozen=True, slots=True)
class WordTimings:
    """The words of a clip in the order in which they begin."""

    words: tuple[AlignedWord, ...] = ()
    raw: str = ""
    """The words as JSON in the gateway's form, to be stored and parsed again; without its waveform."""

    @property
    def text(self) -> str:
        """The words as they follow one another, with their lines."""
        return "".join(word.text for word in self.words).strip()
