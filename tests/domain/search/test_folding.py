"""Text folding for search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.search.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Electric Dance", "electric dance"),
        ("Élan, naïve café", "elan, naive cafe"),
        ("雨の東京 Neon", "雨 の 東 京 neon"),
        ("한국어 노래", "한 국 어 노 래"),
        ("Straße", "strasse"),
        ("Ａｂｃ", "abc"),
        ("ガ", "ガ"),
        ("two\nlines", "two\nlines"),
        ("", ""),
    ],
)
def test_folding_ignores_case_accents_and_width(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
