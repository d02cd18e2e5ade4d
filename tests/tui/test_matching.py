"""What a filter finds, and in which order."""

from __future__ import annotations

import random

import pytest

from sunotui.tui.matching import TextMatch, match_text


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("ex", "Extend", TextMatch(0, ((0, 2),))),
        ("EX", "To extend", TextMatch(1, ((3, 5),))),
        ("ex", "Next", TextMatch(2, ((1, 3),))),
        ("song new", "New song", TextMatch(3, ((4, 8), (0, 3)))),
        ("new lib", "New song", TextMatch(4, ((0, 3),))),
        ("nsg", "New song", None),
        ("ss", "Straße", TextMatch(2)),
        ("zz", "Straße", None),
    ],
)
def test_how_well_a_text_matches(wanted: str, text: str, found: TextMatch | None) -> None:
    assert match_text(wanted, text, "Library") == found


def test_several_words_are_found_in_long_texts() -> None:
    """Regression: the toolkit's own matching of letters apart took minutes here, on the thread of the screens."""
    words = ["rain", "night", "the", "of", "and", "love", "city", "train", "gold", "slow", "fire", "moon"]
    text = " ".join(random.Random(1).choices(words, k=200))
    for wanted in ("slow fire moon", "e e e e e e e", "a" * 30, "moon fire slow rain gold"):
        match_text(wanted, text)
    assert match_text("slow fire moon", text)
