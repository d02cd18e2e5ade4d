"""When each line and word of a take's lyrics is sung: one source for the screens and for .lrc files. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.tasks.lyrics import is_section_tag
from sunotui.domain.text import clean_lines
from sunotui.named_tuple import NamedTuple

_MARK = re.compile(r"\[[^\]\n]*\]")
"""A remark for the singer, such as [Verse] or [whispered]; it is not sung."""
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|[^\W_]+(?:['’][^\W_]+)*")
"""What is compared: a word, or one character of a script that is written without spaces."""
_SIGNS = re.compile(r"[^\s\w]*")
_LEAST_MATCHED = 0.5
"""If a smaller share of the words is found, the lyrics differ from the timed ones, which are shown instead."""
_MOST_PAIRS = 4_000_000
"""With more pairs of words to compare, matching would take seconds; the timed lyrics are shown as they are."""


class SungWord(NamedTuple):
    """A word of a line, with its time."""

    end: int
    """The index in the line after the word and the characters that follow it without a blank."""
    start_s: float
    """Seconds from the start of the take."""


class LyricLine(NamedTuple):
    """One line of the lyrics; empty lines and section tags have no words."""

    text: str
    words: tuple[SungWord, ...] = ()

    @property
    def is_section(self) -> bool:
        """Whether it is a section tag such as [Verse]."""
        return is_section_tag(self.text)

    @property
    def start_s(self) -> float | None:
        """When its first word is sung; None if that is not known."""
        return self.words[0].start_s if self.words else None

    def sung(self, position_s: float) -> int:
        """How many characters of it have been sung at a position: whole words, with the one that is sung."""
        at = bisect_right(self.words, position_s, key=lambda word: word.start_s)
        return self.words[at - 1].end if at else 0


@dataclass(frozen=True)
class LyricSheet:
    """The lyrics of a take, with the times of their words as far as these are known. Lines never go back in time."""

    lines: tuple[LyricLine, ...] = ()

    @cached_property
    def _timed(self) -> Sequence[tuple[float, int]]:
        return [(line.start_s, at) for at, line in enumerate(self.lines) if line.start_s is not None]

    @property
    def has_times(self) -> bool:
        """Whether it is known when the lines are sung."""
        return bool(self._timed)

    def line_at(self, position_s: float) -> int | None:
        """The index of the line that is sung at a position, or was sung last; None before the first one."""
        at = bisect_right(self._timed, position_s, key=lambda timed: timed[0])
        return self._timed[at - 1][1] if at else None

    @cached_property
    def _word_starts(self) -> Sequence[float]:
        return [word.start_s for line in self.lines for word in line.words]

    def next_word_s(self, position_s: float) -> float | None:
        """When the first word after a position is sung, in seconds; None after the last word."""
        at = bisect_right(self._word_starts, position_s)
        return self._word_starts[at] if at < len(self._word_starts) else None

    def timed_lines(self) -> Iterator[tuple[float, str]]:
        """The sung lines, each with the start of its first word in seconds."""
        return ((start_s, self.lines[at].text.strip()) for start_s, at in self._timed)


class _Token(NamedTuple):
    """A word to compare."""

    text: str
    line: int
    end: int
    """The index in the line after the word and the characters that follow it without a blank."""


def lyric_sheet(lyrics: str, timings: WordTimings | None = None) -> LyricSheet:
    """The lyrics with the times of their words. Without lyrics, or if they differ from the timed ones, the text is that
    of the timings; without timings there are no times. Never raises; with long lyrics that differ from the timed ones
    it may take half a second."""
    lines = clean_lines(lyrics).split("\n") if lyrics.strip() else []
    if timings is None or not timings.words:
        return LyricSheet(tuple(LyricLine(line) for line in lines))
    own = _timed_lines(timings)
    tokens, timed = list(_tokens(lines)), [token for line in own for token in line.tokens]
    starts = _matched_starts([token.text for token in tokens], timed)
    if starts is None:
        lines = [line.text for line in own]
        tokens = [_Token("", at, word.end) for at, line in enumerate(own) for word in line.words]
        starts = _in_order([word.start_s for line in own for word in line.words])
    words: list[list[SungWord]] = [[] for _ in lines]
    for token, start_s in zip(tokens, starts, strict=True):
        words[token.line].append(SungWord(token.end, start_s))
    return LyricSheet(tuple(LyricLine(line, tuple(sung)) for line, sung in zip(lines, words, strict=True)))


class _TimedLine(NamedTuple):
    """A line of the text that the gateway timed."""

    text: str
    words: tuple[SungWord, ...]
    tokens: tuple[tuple[str, float], ...]
    """What is compared, with its time in seconds."""


def _timed_lines(timings: WordTimings) -> list[_TimedLine]:
    """The lines of the timed text, with blanks as single ones. A word may have line ends before, after and in it."""
    lines: list[_TimedLine] = []
    text = ""
    pieces: list[tuple[int, int, float, float]] = []
    for word in timings.words:
        parts = word.text.replace("\r", "").split("\n")
        for at, part in enumerate(parts):
            if at:
                lines.append(_timed_line(text, pieces))
                text, pieces = "", []
            if part:
                pieces.append((len(text), len(text) + len(part), word.start_s, word.end_s))
                text += part
    return [*lines, _timed_line(text, pieces)]


def _timed_line(raw: str, pieces: Sequence[tuple[int, int, float, float]]) -> _TimedLine:
    """One line; `pieces` are the ranges of its characters that have one time."""
    text = " ".join(raw.split())
    bare = _without_marks(text)
    starts = list(_starts([match.start() for match in _TOKEN.finditer(_without_marks(raw))], pieces))
    found = list(_TOKEN.finditer(bare))
    words = tuple(
        SungWord(end, start_s)
        for end, start_s in zip(_ends(text, [match.end() for match in found]), starts, strict=True)
    )
    if not words and pieces and bare.strip():
        # A line of symbols only, such as "♪", also counts as sung.
        words = (SungWord(len(text), pieces[0][2]),)
    return _TimedLine(text, words, tuple((match[0].casefold(), at) for match, at in zip(found, starts, strict=True)))


def _starts(tokens: Sequence[int], pieces: Sequence[tuple[int, int, float, float]]) -> Iterator[float]:
    """When the words at these indexes are sung: the first one of a piece with it, the others as time passes evenly."""
    ends = [end for _, end, _, _ in pieces]
    first = -1
    begun: tuple[int, int, float, float] | None = None
    for index in tokens:
        piece = pieces[bisect_right(ends, index)]
        if piece is not begun:
            begun, first = piece, index
        _, end, start_s, end_s = piece
        yield start_s + (end_s - start_s) * (index - first) / max(1, end - first)


def _without_marks(text: str) -> str:
    """The text with remarks replaced by spaces."""
    return _MARK.sub(lambda match: " " * len(match[0]), text)


def _ends(text: str, ends: Iterable[int]) -> Iterator[int]:
    """The ends of words, each with the characters that follow it without a blank."""
    for end in ends:
        signs = _SIGNS.match(text, end)
        yield signs.end() if signs is not None else end


def _tokens(lines: Sequence[str]) -> Iterator[_Token]:
    for index, line in enumerate(lines):
        found = list(_TOKEN.finditer(_without_marks(line)))
        for match, end in zip(found, _ends(line, [one.end() for one in found]), strict=True):
            yield _Token(match[0].casefold(), index, end)


def _matched_starts(words: Sequence[str], timed: Sequence[tuple[str, float]]) -> list[float] | None:
    """The time of each word; those that were not timed are spread between their neighbours. None if too few were."""
    if not words or not timed or len(words) * len(timed) > _MOST_PAIRS:
        return None
    names = [name for name, _ in timed]
    if names == words:
        return _in_order([start_s for _, start_s in timed])
    starts: list[float | None] = [None] * len(words)
    matched = 0
    for block in SequenceMatcher(None, words, names, autojunk=False).get_matching_blocks():
        matched += block.size
        for step in range(block.size):
            starts[block.a + step] = timed[block.b + step][1]
    if matched < len(words) * _LEAST_MATCHED:
        return None
    return _in_order(_filled(starts))


def _filled(starts: Sequence[float | None]) -> list[float]:
    """The unknown times, evenly between the known ones around them; at the ends, the nearest one."""
    known = [(at, start_s) for at, start_s in enumerate(starts) if start_s is not None]
    filled = [known[0][1]] * len(starts)
    for (low, low_s), (high, high_s) in pairwise([*known, (len(starts), known[-1][1])]):
        for at in range(low, high):
            filled[at] = low_s + (high_s - low_s) * (at - low) / (high - low)
    return filled


def _in_order(starts: Sequence[float]) -> list[float]:
    """The times, each at least as late as the previous one."""
    latest = 0.0
    return [latest := max(latest, start_s) for start_s in starts]
