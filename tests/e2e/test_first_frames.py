"""What the first frames say stays true: no warning and no key flashes before the library and the gateway are ready."""

from __future__ import annotations

from pathlib import Path

from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui


def test_nothing_flashes_before_the_demo_is_ready(tmp_path: Path) -> None:
    """Fails with "no gateway" in the header, or with the keys of a song in the footer, until the demo responds."""
    terminal = PseudoTerminal(sunotui("--demo"), {**places(tmp_path), "HOME": str(tmp_path)})
    try:
        terminal.wait_for("$5.00")
        written = bytes(terminal.written)
        assert b"New song" in written
        for words in (b"no gateway", b"offline", b"Copy URL", b"Press P"):
            assert words not in written
        terminal.type("q")
        assert terminal.ended() == 0
    finally:
        terminal.close()
