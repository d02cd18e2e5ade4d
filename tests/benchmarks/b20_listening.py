"""B20: a minute of playing: the processor time of the app and its player, compared with mpv and a bare Textual app, and
the bytes written to the terminal. Then a paused half minute, which costs no more than an idle one (B10).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.benchmarks.pane import Pane
from tests.benchmarks.programs import Programs, environ, sunotui_command
from tests.benchmarks.table import Row, Skipped
from tests.benchmarks.usage import cpu_seconds
from tests.support.sound_library import add_songs, sound_server

_PLAY_S = 60.0
_PAUSED_S = 30.0
_SETTLE_S = 5.0
_COUNTED_S = 35.0
"""After this time the take counts as played, which redraws its row and its detail once."""
_SONG_S = 240.0
_MPV = ("mpv", "--no-config", "--no-terminal", "--no-video", "--ao=null")


def measure(rounds: int) -> list[Row]:
    """All at once: none of them needs much of the machine."""
    if shutil.which("mpv") is None:
        raise Skipped("mpv is not installed")
    with tempfile.TemporaryDirectory() as folder, sound_server(Path(folder)) as base_url:
        data = Path(folder) / "data"
        data.mkdir()
        add_songs(data, base_url, Path(folder), _SONG_S, titles=["Harbour"])
        own = environ(data, data / "config") | {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_AUDIO_OUTPUT": "null"}
        with Pane(sunotui_command(), own) as ours, Programs(Path(folder)).hello_pane() as bare:
            ours.seconds_to("Help")
            ours.press("Space")
            time.sleep(_SETTLE_S)
            players = [ours.pid, _player_of(ours.pid)]
            with subprocess.Popen([*_MPV, str(Path(folder) / "take-1-1.mp3")], stdin=subprocess.DEVNULL) as mpv:
                time.sleep(_COUNTED_S)
                references = [mpv.pid, bare.pid]
                used, theirs, written = _usage(ours, players, references, _PLAY_S)
                mpv.kill()
            ours.press("Space")
            time.sleep(_SETTLE_S)
            paused, bare_paused, paused_bytes = _usage(ours, players, [bare.pid], _PAUSED_S)
    return [
        Row("B20", f"playing for {_PLAY_S:.0f} s: processor time / mpv and Textual", used, theirs, 1.5, "s"),
        Row("B20", "the same: written to the terminal in a second", written / _PLAY_S, None, 200.0, "bytes"),
        Row(
            "B20",
            "paused for 30 s: processor time / 1.2 of Textual's + 50 ms",
            paused,
            1.2 * bare_paused + 0.05,
            1.0,
            "s",
        ),
        Row("B20", "the same: written to the terminal", paused_bytes, None, 0.0, "bytes"),
    ]


def _usage(pane: Pane, ours: list[int], theirs: list[int], for_s: float) -> tuple[float, float, int]:
    """The processor time of both groups of processes in a while, and what the pane's program wrote in it."""
    before = [sum(map(cpu_seconds, group)) for group in (ours, theirs)]
    mark = pane.mark()
    time.sleep(for_s)
    after = [sum(map(cpu_seconds, group)) for group in (ours, theirs)]
    return after[0] - before[0], after[1] - before[1], pane.mark() - mark


def _player_of(pid: int) -> int:
    """The player's process of the app."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if b"sunotui.player" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise RuntimeError("nothing plays")
