"""A library and a config file of format 6 in the terminal interface: both open, are shown and stay unchanged."""

from __future__ import annotations

from pathlib import Path

from tests.support.format_fixture import FORMAT_V6, FormatFixture, without_version
from tests.support.pseudo_terminal import PseudoTerminal, sunotui


def test_the_library_and_the_draft_are_shown_and_unchanged(tmp_path: Path) -> None:
    fixture = FormatFixture(FORMAT_V6, tmp_path)
    environ = {"SUNOTUI_DATA_DIR": str(fixture.data), "SUNOTUI_CONFIG_DIR": str(fixture.config), "HOME": str(tmp_path)}
    terminal = PseudoTerminal(sunotui(), environ)
    try:
        for text in ("answered oddl", "Sent Twice", "to finish", "Rain, the A", "Newest last"):
            terminal.wait_for(text)
        # The key that the config file assigns to the composer, with the stored draft.
        terminal.press("c")
        terminal.wait_for("take 1, 2:31")
        terminal.wait_for("1:15.5")
        terminal.press("\x1b")
        terminal.wait_for("Sent Twice")
        terminal.press("q")
        assert terminal.process.wait(30) == 0
    finally:
        terminal.close()
    exported = without_version(fixture.output("export"))
    assert exported == without_version((FORMAT_V6 / "outputs" / "export.jsonl").read_bytes())
