"""The check of an upload says what is wrong with its file before it is sent."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sunotui.gateway.upload import audio_file
from sunotui.tui.composer.check import CheckState
from tests.support.waiting import HANG_S
from tests.tui.composer.open_form import form
from tests.tui.harness import AppHarness, open_app


def sentence(harness: AppHarness) -> str:
    return form(harness).session.check_pane.check.sentence


def is_ready(harness: AppHarness) -> bool:
    return form(harness).session.check_pane.check.state in {CheckState.READY, CheckState.WARNED}


async def test_a_path_without_a_file_is_reported_while_it_is_typed(tmp_path: Path) -> None:
    async with open_app(tmp_path / "app") as harness:
        await harness.press("n", "f8", *"/no/hum.mp3")
        assert not is_ready(harness), "not even for a moment"
        await harness.until(lambda: "There is no file at that path" in sentence(harness), "the file was looked for")
        assert "✗ There is no file at that path" in harness.text()
        await harness.press("ctrl+s")
        assert harness.text().count("There is no file at that path") == 2, "in the check and in the footer"
        assert form(harness).query_one("#field-url").has_class("-bad")
        assert harness.core_harness.gateway.orders == []


async def test_a_path_with_a_file_is_ready(tmp_path: Path) -> None:
    (tmp_path / "hum.mp3").write_bytes(b"sound")
    async with open_app(tmp_path / "app") as harness:
        await harness.press("n", "f8")
        form(harness).session.write("url", str(tmp_path / "hum.mp3"))
        assert sentence(harness) == "Looking for the file …"
        await harness.until(lambda: is_ready(harness), "the file was found")


async def test_a_disk_that_does_not_respond_leaves_the_form_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = threading.Event(), threading.Event()
    real = audio_file._open

    def hung(text: str) -> audio_file.AudioFile:
        asked.set()
        gate.wait(HANG_S)
        return real(text)

    monkeypatch.setattr(audio_file, "_open", hung)
    async with open_app(tmp_path / "app") as harness:
        await harness.press("n", "f8", *"/nas/hum.mp3")
        await harness.until(asked.is_set, "the file was looked for")
        try:
            await harness.press("f2", *"rain")
            assert form(harness).session.draft.mode == "describe"
            assert is_ready(harness)
        finally:
            gate.set()
