from __future__ import annotations

import math
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.storage.db.sql_values import Value, storable, storable_row, storable_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("plain", "plain"),
        ("雨の東京", "雨の東京"),
        ("\ud83d", "\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\ud800b\udfffc", "a\ufffdb\ufffdc"),
        ("a\0b", "a\ufffdb"),
        (2**63, 2**63 - 1),
        (-(2**80), -(2**63)),
        (10**4000, 2**63 - 1),
        (True, 1),
        (math.nan, None),
        (math.inf, None),
        (-math.inf, None),
        (1.5, 1.5),
        (None, None),
    ],
)
def test_values_that_sqlite_rejects_are_converted(given_value: Value, kept: Value) -> None:
    assert storable(given_value) == kept


def test_each_value_of_a_row_is_converted() -> None:
    assert storable_row(["\0", 2**64, None]) == ("\ufffd", 2**63 - 1, None)


@given(ANY_TEXT)
def test_any_text_is_stored_and_read_back_as_converted(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        fit = storable_text(text)
        kept, length = connection.execute("SELECT ?1, length(?1)", (fit,)).fetchone()
    finally:
        connection.close()
    assert kept == fit
    assert length == len(fit)
    assert storable_text(fit) == fit


@given(st.integers() | st.floats() | st.none() | st.booleans())
def test_any_number_can_be_bound(value: Value) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        assert connection.execute("SELECT ?", (storable(value),)).fetchone()[0] == storable(value)
    finally:
        connection.close()
