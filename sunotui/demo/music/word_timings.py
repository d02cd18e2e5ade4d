"""Word timings of a clip (protocol 1.2, sample timing_aligned_words)."""

from __future__ import annotations

import math
import random
import re
from typing import Any

from sunotui.demo.music.jobs import Job, Take

_INTRO_SHARE = 0.07
_OUTRO_SHARE = 0.05
_LINE_PAUSE = 4
_PART_PAUSE = 16
_WAVES = 120
_MARK = re.compile(r"\[[^\]\n]*\]")
_PIECE = re.compile(r"(?:^\s+)?(?:\[[^\]\n]*\]|\[|[^\s\[]+)\s*")


def timing_json(job: Job, take: Take) -> dict[str, Any]:
    """The words with their times, in order and without gaps in the text: joined, they are the lyrics. Section tags
    belong to the word that follows. The times are invented: distributed over the clip by the length of the words, with
    pauses between lines and sections. An instrumental has no words.
    """
    rng = random.Random(f"timing/{take.id}")
    words = words_of(job.lyrics)
    pauses = [_pause_before(words[at - 1] if at else "", word) for at, word in enumerate(words)]
    weights = [max(2, len(_MARK.sub("", word).strip())) for word in words]
    begin_s = take.duration_s * _INTRO_SHARE
    per_unit_s = take.duration_s * (1 - _INTRO_SHARE - _OUTRO_SHARE) / max(1, sum(pauses) + sum(weights))
    aligned, at_s = [], begin_s
    for word, pause, weight in zip(words, pauses, weights, strict=True):
        start_s = at_s + pause * per_unit_s
        at_s = start_s + weight * per_unit_s
        aligned.append(
            {
                "word": word,
                "success": True,
                "start_s": round(start_s, 2),
                "end_s": round(at_s, 2),
                "p_align": round(rng.uniform(0.93, 1), 3),
            }
        )
    return {
        "aligned_words": aligned,
        "waveform_data": [round(_loudness(at / _WAVES) * rng.uniform(0.5, 1), 5) for at in range(_WAVES)],
        "hoot_cer": round(rng.uniform(0.01, 0.06), 6),
        "is_streamed": False,
    }


def words_of(lyrics: str) -> list[str]:
    """The sung words with the blanks after them; a section tag belongs to the first word after it."""
    made: list[str] = []
    marks = ""
    for piece in _PIECE.findall(lyrics):
        if _MARK.fullmatch(piece.strip()):
            marks += piece
        else:
            made.append(marks + piece)
            marks = ""
    if made:
        made[-1] += marks
    return made


def _pause_before(previous: str, word: str) -> int:
    if _MARK.match(word.lstrip()):
        return _PART_PAUSE if previous else 0
    return _LINE_PAUSE if "\n" in previous else 0


def _loudness(share: float) -> float:
    return 0.05 * math.sin(math.pi * min(1.0, share + 0.02)) + 0.001
