"""The kept values of playback."""

from __future__ import annotations

from sunotui.storage.db.connection import Database
from sunotui.storage.playback.playback_store import PlaybackStore


def test_values_are_kept_by_name(db: Database) -> None:
    store = PlaybackStore(db)
    assert store.load() == {}
    store.change(lambda _: {"queue": [["a", "a1"]], "volume": 70})
    store.change(lambda _: {"volume": 65, "repeat": "all"})
    assert store.load() == {"queue": [["a", "a1"]], "volume": 65, "repeat": "all"}


def test_a_value_that_is_no_json_is_left_out(db: Database) -> None:
    store = PlaybackStore(db)
    store.change(lambda _: {"volume": 70})
    with db.write() as connection:
        connection.executemany("INSERT INTO playback VALUES (?, ?)", [("a", "{"), ("b", "[" * 100_000)])
    assert store.load() == {"volume": 70}


def test_a_change_is_made_of_what_is_stored(db: Database) -> None:
    store = PlaybackStore(db)
    store.change(lambda _: {"volume": 70, "speed": 2.0})
    assert store.change(lambda stored: {"volume": stored["volume"] + 5}) == {"volume": 75}
    assert store.load() == {"volume": 75, "speed": 2.0}
