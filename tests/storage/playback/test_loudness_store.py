"""The loudness of takes."""

from __future__ import annotations

from sunotui.storage.db.connection import Database
from sunotui.storage.playback.loudness_store import LoudnessStore, MeasuredLoudness


def test_loudness_is_kept_by_clip(db: Database) -> None:
    store = LoudnessStore(db)
    assert store.get("a") is None
    store.put("a", MeasuredLoudness(-9.5, -0.1), 10.0)
    store.put("b", MeasuredLoudness(None, None), 11.0)
    store.put("a", MeasuredLoudness(-10.0, -0.2), 12.0)
    assert store.get("a") == MeasuredLoudness(-10.0, -0.2)
    assert store.get("b") == MeasuredLoudness(None, None), "silence was measured, too"
    assert db.column("SELECT measured_at FROM loudness ORDER BY clip_id") == [12.0, 11.0]
