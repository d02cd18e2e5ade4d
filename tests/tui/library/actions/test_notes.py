"""Notes of songs: written, undone, kept when the program quits."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from textual.widgets import TextArea

from sunotui.domain.annotations import NOTE_LIMIT
from sunotui.domain.errors import LibraryError
from sunotui.tui.dialogs.note import NoteDialog
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import AppHarness, open_app
from tests.tui.library.actions.annotated import kept, last_message

TOKEN = "sk-CANARY0123456789abcdef"


async def test_a_note_is_saved_and_undone(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N", *"good", "enter", *"bridge", "ctrl+s")
        assert (await kept(harness, "task-4")).note == "good\nbridge"
        assert "Wrote a note" in last_message(harness)
        await harness.press("N")
        assert isinstance(harness.app.screen, NoteDialog)
        assert harness.app.screen.query_one(TextArea).text == "good\nbridge"
        await harness.press("exclamation_mark", "ctrl+s")
        assert (await kept(harness, "task-4")).note == "good\nbridge!"
        await harness.press("N", "escape", "u", "u")
        assert (await kept(harness, "task-4")).note == ""


@pytest.mark.guarantee(
    "E5", ordinary="a note that changed while its editor was open: unchanged, changed, failed, undone"
)
async def test_an_unchanged_note_is_not_written(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.note("task-4", "good")
        await harness.press("j", "N")
        await annotations.note("task-4", "better")
        await harness.press("ctrl+s")
        assert (await kept(harness, "task-4")).note == "better"


@pytest.mark.guarantee("E5")
async def test_a_note_changed_in_the_meantime_gets_both_texts(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.note("task-4", "good")
        await harness.press("j", "N", "exclamation_mark")
        await annotations.note("task-4", "better")
        await harness.press("ctrl+s")
        assert (await kept(harness, "task-4")).note == "better\n\ngood!"
        assert "The note was changed in the meantime: it has both texts now" in last_message(harness)
        await harness.press("u")
        assert (await kept(harness, "task-4")).note == "better"


async def test_escape_leaves_a_note_as_it_was_and_keeps_the_text(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.note("task-4", "good")
        await harness.press("j", "N", *"!?", "escape")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert await annotations.note_of("task-4") == "good"
        assert "Note not saved; its text is kept until sunotui ends" in last_message(harness)
        await harness.press("j", "N")
        assert harness.app.screen.query_one(TextArea).text == "", "that of another song"
        await harness.press("escape", "k", "N")
        assert harness.app.screen.query_one(TextArea).text == "good!?"
        assert "This text was not saved yet" in harness.text()
        await harness.press("ctrl+s")
        assert await annotations.note_of("task-4") == "good!?"
        await harness.press("N", "escape")
        assert "good!?" not in harness.app.left_texts.values(), "nothing was changed"


@pytest.mark.guarantee("E5")
async def test_a_note_that_was_left_does_not_replace_one_that_was_changed_since(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.note("task-4", "good")
        await harness.press("j", "N", "exclamation_mark", "escape")
        await annotations.note("task-4", "better")
        await harness.press("N", "ctrl+s")
        assert await annotations.note_of("task-4") == "better\n\ngood!"


@pytest.mark.guarantee("E5")
async def test_an_unsaved_note_stays_in_its_dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N", *"good")
        with monkeypatch.context() as broken:
            broken.setattr(harness.core_harness.core.services.annotations, "note", full)
            await harness.press("ctrl+s")
        assert "The disk is full" in harness.text()
        assert harness.app.screen.query_one(TextArea).text == "good"
        await harness.press("ctrl+s")
        assert (await kept(harness, "task-4")).note == "good"


async def test_a_note_that_is_too_long_stays_in_its_dialog(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N")
        area = harness.app.screen.query_one(TextArea)
        area.text = "x" * (NOTE_LIMIT + 1)
        await harness.press("ctrl+s")
        assert isinstance(harness.app.screen, NoteDialog)
        assert "at most 65,536" in harness.text()
        area.text = "x" * NOTE_LIMIT
        await harness.press("ctrl+s")
        assert (await kept(harness, "task-4")).note == "x" * NOTE_LIMIT


@pytest.mark.parametrize(
    ("before", "typed", "kept"),
    [("", "good", "good"), ("", f"good {TOKEN}", "good "), ("old", "", "old"), ("old", TOKEN, "old")],
)
async def test_a_note_is_saved_when_the_program_quits_from_its_dialog(
    before: str, typed: str, kept: str, tmp_path: Path
) -> None:
    """Verified to fail with the whole text being dropped because of a token in it."""
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        if before:
            await harness.core_harness.core.services.annotations.note("task-4", before)
        await harness.press("N")
        area = harness.app.screen.query_one("#note-text", TextArea)
        await harness.until(lambda: area.text == before, "the note")
        if typed:
            area.load_text(typed)
        await harness.pilot.press("ctrl+q")
    assert stored_note(harness) == kept


async def test_a_note_saved_on_quit_has_no_token(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N", *"good sk-ABCDEF12345678 bridge")
        await harness.pilot.press("ctrl+q")
        await harness.until(lambda: not harness.app.is_running, "the end")
    assert stored_note(harness) == "good  bridge"
    assert not harness.app.exit_notices


async def test_the_program_stays_open_with_a_note_that_cannot_be_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N", *"good")
        with monkeypatch.context() as broken:
            broken.setattr(harness.core_harness.core.services.annotations, "note", full)
            await harness.press("ctrl+q")
        assert harness.app.is_running
        assert "The disk is full" in harness.text()
        assert harness.app.screen.query_one(TextArea).text == "good"
        await harness.pilot.press("ctrl+q")
        await harness.until(lambda: not harness.app.is_running, "the end")
    assert stored_note(harness) == "good"


async def test_a_note_that_is_too_long_keeps_the_program_open(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N")
        harness.app.screen.query_one(TextArea).text = "x" * (NOTE_LIMIT + 1)
        await harness.press("ctrl+q")
        assert harness.app.is_running
        assert "at most 65,536" in harness.text()


@pytest.mark.parametrize("has_folder", [True, False])
async def test_a_note_that_cannot_be_saved_at_a_forced_end_is_in_a_file(
    has_folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signal ends the program in the same way as `exit`."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with open_app(tmp_path) as harness:
        await harness.press("j", "N", *"good")
        monkeypatch.setattr(harness.core_harness.core.services.annotations, "note", full)
        if not has_folder:
            (tmp_path / "a file").touch()
            paths = harness.core_harness.core.paths._replace(data=tmp_path / "a file")
            monkeypatch.setattr(harness.core_harness.core, "paths", paths)
        harness.app.exit(return_code=143)
        await harness.until(lambda: not harness.app.is_running, "the end")
    (file,) = unsaved_notes(tmp_path)
    assert file.read_text() == "good"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert harness.app.exit_notices == [f"The note could not be saved; its text is in {file}"]


async def full(*_: object, **__: object) -> str:
    raise LibraryError("The disk is full")


def unsaved_notes(folder: Path) -> list[Path]:
    return [*folder.glob("sunotui-unsaved-note-*.txt"), *folder.glob("data/unsaved-note-*.txt")]


def stored_note(harness: AppHarness) -> str:
    """The note of task-4 after the program ended."""
    with sqlite3.connect(harness.core_harness.core.paths.library) as library:
        return str(library.execute("SELECT note FROM task WHERE id = 'task-4'").fetchone()[0])
