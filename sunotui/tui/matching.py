"""Which rows of a list match what was typed, the same in every list that is filtered."""

from __future__ import annotations

import re

from sunotui.named_tuple import NamedTuple


class TextMatch(NamedTuple):
    """How well a text matches."""

    rank: int
    """0 is best."""
    hits: tuple[tuple[int, int], ...] = ()
    """The characters that match, as ranges with start and end."""


def match_text(wanted: str, text: str, further: str = "") -> TextMatch | None:
    """Compare what was typed with a text: the text begins with it, a word of the text does, the text contains it, it
    contains every word, or words of the text and of `further` begin with them; None if nothing of that is true.

    Letters apart do not match: what enter runs may cost money, and finding them takes minutes in long texts.
    """
    wanted = " ".join(wanted.casefold().split())
    folded = text.casefold()
    if len(folded) != len(text):
        # Folding changed the positions, as for "ß": such a text is found but not marked.
        return TextMatch(2) if wanted in folded else None
    at = folded.find(wanted)
    if at >= 0:
        rank = 0 if at == 0 else 1 if not folded[at - 1].isalnum() else 2
        return TextMatch(rank, ((at, at + len(wanted)),))
    words = wanted.split(" ")
    if all(word in folded for word in words):
        return TextMatch(3, tuple((folded.find(word), folded.find(word) + len(word)) for word in words))
    both = f"{folded} {further.casefold()}"
    if not further or not all(word in both for word in words):
        return None
    starts = re.findall(r"\w+", both)
    if all(any(start.startswith(word) for start in starts) for word in words):
        return TextMatch(
            4, tuple((folded.find(word), folded.find(word) + len(word)) for word in words if word in folded)
        )
    return None
