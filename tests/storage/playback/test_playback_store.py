"""The kept values of playback."""

from __future__ import annotations

from sunotui.storage.db.connection import Database
from sunotui.storage.playback.playback_store import PlaybackStore


def test_values_are_kept_by_name(db: Database) -> None:
    store = PlaybackStore(db)
    assert store.load() == {}
    store.save({"queue": [["a", "a1"]], "volume": 70})
    store.save({"volume": 65, "repeat": "all"})
    assert store.load() == {"queue": [["a", "a1"]], "volume": 65, "repeat": "all"}


def test_a_value_that_is_no_json_is_left_out(db: Database) -> None:
    store = PlaybackStore(db)
    store.save({"volume": 70})
    with db.write() as connection:
        connection.executemany("INSERT INTO playback VALUES (?, ?)", [("a", "{"), ("b", "[" * 100_000)])
    assert store.load() == {"volume": 70}
