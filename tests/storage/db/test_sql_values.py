from __future__ import annotations

import math
import sqlite3
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.gateway.parsing.tasks import RAW_LIMIT
from sunotui.storage.db.sql_values import (
    Value,
    insert_all,
    packed_text,
    storable,
    storable_row,
    storable_text,
    unpacked_text,
)

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


@pytest.mark.parametrize("text", ["", "plain", "雨" * 1_000, "\U0001f600" * RAW_LIMIT])
def test_a_text_as_long_as_the_longest_response_is_unpacked(text: str) -> None:
    assert unpacked_text(packed_text(text)) == text


@pytest.mark.parametrize("damaged", [b"", b"\0", packed_text("plain")[:-1], packed_text("plain")[:-5] + b"?????"])
def test_damaged_bytes_are_not_unpacked(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="a compressed text is damaged"):
        unpacked_text(damaged)


def test_bytes_that_stand_for_too_long_a_text_take_little_memory() -> None:
    """Without a limit, these bytes take 64 MiB."""
    few = zlib.compress(b" " * 2**26)
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="too long"):
            unpacked_text(few)
        used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert used < 2**24


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25])
def test_all_rows_are_inserted_in_their_order(count: int) -> None:
    rows = [(f"name {number}", number / 2) for number in range(count)]
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE found (seq INTEGER PRIMARY KEY, name TEXT, size REAL)")
        insert_all(connection, "INSERT INTO found (name, size) VALUES {rows}", rows)
        assert connection.execute("SELECT name, size FROM found ORDER BY seq").fetchall() == rows
    finally:
        connection.close()


def test_a_row_that_occurs_again_in_a_statement_updates_the_first() -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE TABLE found (name TEXT PRIMARY KEY, size REAL)")
        add = "INSERT INTO found (name, size) VALUES {rows} ON CONFLICT DO UPDATE SET size = excluded.size"
        insert_all(connection, add, [("a", 1.0), ("b", 2.0), ("a", 3.0)])
        assert connection.execute("SELECT name, size FROM found ORDER BY name").fetchall() == [("a", 3.0), ("b", 2.0)]
    finally:
        connection.close()
