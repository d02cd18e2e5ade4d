"""A crash in twenty places: the terminal is restored, the report is private and names places only, and the token
appears nowhere (K1, T5, Z4)."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.planted_crashes import ENDING
from tests.support.canary import files_with_canary, holds_canary

pytestmark = [
    pytest.mark.guarantee("K1", ordinary="20 planted crashes: terminal, files, log, report"),
    pytest.mark.guarantee("T5", ordinary="20 planted crashes"),
    pytest.mark.guarantee("Z4", ordinary="20 planted crashes"),
]


_PLACE = re.compile(r"[\w./<>-]+:\d+ [\w<>]+")


@pytest.mark.parametrize("place", ENDING)
def test_a_crash_harms_nothing_and_tells_nothing(place: str, open_terminal: Open, tmp_path: Path) -> None:
    """Fails with leaving Textual's own `_fatal_error` in place (all twenty leak the token and its header), and
    once by adding `str(error)` to the crash report."""
    terminal = open_terminal(plant=place)
    assert terminal.ended() == 70
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []
    (report,) = (tmp_path / "data").glob("crash-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    first, *rest = report.read_text().splitlines()
    assert re.fullmatch(r"sunotui crashed at \S+: (ZeroDivisionError|RecursionError|WorkerFailed)", first)
    assert rest
    assert all(_PLACE.fullmatch(line) for line in rest), "places and nothing else"
    flat = re.sub(r"\s", "", bytes(terminal.written).decode())
    assert report.name in flat, "the person is told where it is"
