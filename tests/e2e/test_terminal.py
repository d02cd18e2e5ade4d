"""The main workflow in a real terminal: describe a song, send it, watch its progress, copy its link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import DEMO_SEED
from tests.support.terminal import Terminal

pytestmark = pytest.mark.guarantee(
    "T8",
    ordinary=(
        "every callback of the screens' thread, from the start on: none computes for a second, sleeps, opens "
        "a library, looks up a name, locks or starts a program"
    ),
    gaps="Judged by the processor time of the screens' thread; delays by a busy machine are recorded only.",
)


def places(tmp_path: Path) -> dict[str, str]:
    return {"SUNOTUI_DATA_DIR": str(tmp_path / "data"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "config")}


def test_from_an_empty_library_to_a_copied_link(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run(f"--demo --seed {DEMO_SEED} --speed 12", places(tmp_path))
    terminal.wait_for("Your songs will appear here.")
    terminal.wait_for("demo")
    terminal.keys("n")
    terminal.wait_for("Describe the song")
    terminal.type("a lighthouse keeper who sings to the gulls")
    terminal.wait_for("Ready to send")
    terminal.keys("C-s")
    terminal.wait_for("1 generating")
    done = terminal.wait_until(lambda screen: "♫" in screen and "generating" not in screen, "a finished song")
    assert "∙Take 1  ∙Take 2" in done
    terminal.keys("y")
    terminal.wait_for("Audio URL copied")
    terminal.wait_until(lambda _: len(terminal.copied) == 1, "a request to copy")
    (first,) = terminal.copied
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/media/[^/\s]+\.mp3", first)
    terminal.wait_until(lambda _: terminal.clipboard == first, "the clipboard")
    terminal.keys("2", "y")
    terminal.wait_until(lambda _: terminal.copied[1:] not in ([], [first]), "the link of the second take")
    terminal.keys("q")
    terminal.wait_for("ended:0")


def test_a_draft_survives_a_kill(terminal: Terminal, tmp_path: Path) -> None:
    environ = {**places(tmp_path), "SUNOTUI_BASE_URL": "http://127.0.0.1:9"}
    terminal.run("", environ)
    terminal.wait_for("Your songs will appear here.")
    terminal.keys("n")
    terminal.wait_for("Describe the song")
    terminal.type("half a thought about rain")
    terminal.wait_for("half a thought about rain")
    terminal.keys("Escape")
    terminal.wait_for("Your songs will appear here.")
    terminal.close()
    again = Terminal(tmp_path)
    try:
        again.run("", environ)
        again.wait_for("Your songs will appear here.")
        again.keys("n")
        again.wait_for("half a thought about rain")
    finally:
        again.close()


def test_a_long_text_is_edited_in_an_external_editor(terminal: Terminal, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    # The editor writes its environment to a file, which is searched for the token like all files.
    script.write_text(f"#!/bin/sh\nprintf ' with wind' >> \"$1\"\nenv > {tmp_path}/environ-of-the-editor\n")
    script.chmod(0o755)
    terminal.run(f"--demo --seed {DEMO_SEED}", {**places(tmp_path), "EDITOR": str(script)})
    terminal.wait_for("Your songs will appear here.")
    terminal.keys("n")
    terminal.wait_for("Describe the song")
    terminal.type("rain")
    terminal.wait_for("rain")
    terminal.keys("C-e")
    terminal.wait_for("rain with wind")
    terminal.keys("C-q")
    terminal.wait_for("ended:0")


def test_text_typed_while_the_composer_opens_reaches_it(terminal: Terminal, tmp_path: Path) -> None:
    """Over a slow connection keys arrive in bursts; the q of the first word once quit the program."""
    terminal.run(f"--demo --seed {DEMO_SEED}", places(tmp_path))
    terminal.wait_for("Your songs will appear here.")
    terminal.keys("n", "a quick polka")
    terminal.wait_for("a quick polka")
    terminal.wait_for("Ready to send")
    terminal.keys("C-q")
    terminal.wait_for("ended:0")
