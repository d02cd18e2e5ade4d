"""B17: space to the first sound of a take, with the null output: from a link on this computer that was not played yet,
and of the same take from the cache; and j to its frame while a take plays, compared with j while it is paused.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from tests.benchmarks.b5_key import share
from tests.benchmarks.line_program import LineProgram
from tests.benchmarks.playing import PRESSES
from tests.benchmarks.programs import environ
from tests.benchmarks.table import Row
from tests.support.sound_library import add_songs, sound_server

_SONG_S = 180.0
_LEAST_SONGS = 2 * PRESSES + 4
_LEAST_WALKS = 8
"""The slowest twentieth of the keys of fewer walks is a handful."""


def measure(rounds: int) -> list[Row]:
    """Play down the list and up again: then every take is in the cache."""
    with tempfile.TemporaryDirectory() as folder, sound_server(Path(folder)) as base_url:
        data, titles = Path(folder) / "data", [f"Song {number}" for number in range(max(_LEAST_SONGS, rounds + 2))]
        data.mkdir()
        add_songs(data, base_url, Path(folder), _SONG_S, titles=titles)
        own = environ(data, data / "config") | {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_AUDIO_OUTPUT": "null"}
        with LineProgram("playing", str(data), own=own) as app:
            first = app.ask("play j")
            links = [app.ask("play j") for _ in range(rounds)]
            cached = [app.ask("play k") for _ in range(rounds)]
            playing: list[float] = []
            paused: list[float] = []
            # The first walk draws everything for the first time.
            app.ask("walk j")
            app.ask("walk k")
            for _ in range(max(_LEAST_WALKS, rounds // 3)):
                playing += app.ask("walk j") + app.ask("walk k")
                app.ask("pause")
                paused += app.ask("walk j") + app.ask("walk k")
                app.ask("pause")
    note = f"the first, which starts the player, {first:.0f} ms"
    what = "j to frame while a take plays / while it is paused, p95"
    return [
        Row("B17", "space to sound, cached take, median", statistics.median(cached), None, 150.0),
        Row("B17", "space to sound, link on loopback, median", statistics.median(links), None, 300.0, note=note),
        Row("B17", what, share(sorted(playing), 0.95), share(sorted(paused), 0.95), 1.1),
    ]
