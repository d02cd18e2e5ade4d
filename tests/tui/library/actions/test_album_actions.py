"""The album that is listed: its running time and saved takes, its export, cover and artist."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image
from textual.widgets import Input

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import Collection, CollectionKind
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.storage.downloads.saved_files import SavedFileStore
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.widgets.header import Header
from tests.support.paths import ROOT
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.playback.harness import open_playing

SOUND = ROOT / "sunotui" / "demo" / "sounds" / "neon.mp3"
TAKES = (TakeRef("task-2", "clip-2-2"), TakeRef("task-1", "clip-1-1"))
SONGS = [song(1, "Rain", 1.0), song(2, "Snow", 2.0), song(3, "Sun", 3.0)]


async def make_album(harness: AppHarness, folder: Path, *, saved: int = 2) -> None:
    """An album of two songs, and the list on it; the first ones are saved."""
    core = harness.core_harness.core
    for take in TAKES[:saved]:
        path = folder / f"{take.clip_id}.mp3"
        path.write_bytes(SOUND.read_bytes())
        state, digest = path.stat(), hashlib.sha256(path.read_bytes()).hexdigest()
        file = (take.clip_id, FileKind.AUDIO, path, take.task_id, "main", state.st_size, digest, state.st_mtime_ns)
        await core.storage.run(
            SavedFileStore(core.stores.database).put, [SavedFile(*file, 1.0, 1.0, FileState.PRESENT)]
        )
    await core.services.annotations.add_to_album("Night [/b]", TAKES)
    await harness.settle()
    harness.app.screen_stack[0].query_one(Sidebar).chosen = Collection(CollectionKind.ALBUM, "Night [/b]")
    await harness.settle()


def border(harness: AppHarness) -> str:
    """The bottom line of the list."""
    return str(harness.tasks.border_subtitle)


def header(harness: AppHarness) -> str:
    """The line at the top."""
    return harness.text_of(harness.app.screen_stack[0].query_one(Header))


def last_message(harness: AppHarness) -> str:
    """The last message."""
    return harness.app.message_log.lines()[0].text


async def answer(harness: AppHarness, text: str) -> None:
    """Write an answer into the line of the dialog."""
    assert isinstance(harness.app.screen, PromptDialog)
    harness.app.screen.query_one(Input).value = text
    await harness.press("enter")


async def test_running_time_and_saved_takes_are_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await make_album(harness, tmp_path, saved=1)
        assert "Night [/b] 2 · 5:22" in header(harness)
        assert "1 of 2 saved" in border(harness)
        await harness.press("x")
        assert "Night [/b] 1 · 2:41" in header(harness)
        harness.app.screen_stack[0].query_one(Sidebar).chosen = Collection(CollectionKind.ALBUM, "x")
        await harness.settle()
        assert "saved" not in border(harness)


async def test_an_album_is_exported_twice(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await make_album(harness, tmp_path)
        await harness.press("alt+x")
        await answer(harness, str(tmp_path / "out"))
        await harness.settle()
        assert last_message(harness).startswith("Exported “Night [/b]”: 2 songs (5:22); 5 files written; in ")
        assert (tmp_path / "out" / "01 Snow.mp3").is_file()
        await harness.press("ctrl+down", "alt+x")
        assert harness.app.screen.query_one(Input).value == str(tmp_path / "out")
        await harness.press("enter")
        await harness.settle()
        assert "2 files renamed" in last_message(harness)
        assert (tmp_path / "out" / "02 Snow.mp3").is_file()


async def test_a_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await make_album(harness, tmp_path)
        (tmp_path / "file").touch()
        await harness.press("alt+x")
        await answer(harness, str(tmp_path / "file" / "out"))
        await harness.settle()
        assert "could not be written: not a directory" in last_message(harness)


async def test_the_cover_of_a_take_or_a_picture(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await make_album(harness, tmp_path)
        annotations = harness.core_harness.core.services.annotations
        await harness.press("1", "alt+c", "up", "up", "enter")
        assert (await annotations.album("Night [/b]")).look.cover_clip == "clip-2-1"
        (tmp_path / "words.txt").write_text("no picture")
        Image.new("RGB", (4, 4)).save(tmp_path / "red.png")
        await harness.press("alt+c", "down", "enter")
        await answer(harness, str(tmp_path / "words.txt"))
        await harness.settle()
        assert "not a picture" in harness.text_of(harness.app.screen.query_one("#dialog-note"))
        await answer(harness, str(tmp_path / "red.png"))
        await harness.settle()
        look = (await annotations.album("Night [/b]")).look
        assert (look.cover_clip, look.cover_path) == ("", str(tmp_path / "red.png"))
        await harness.press("u")
        assert (await annotations.album("Night [/b]")).look.cover_clip == "clip-2-1"


async def test_an_artist_is_given_and_taken_away(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await make_album(harness, tmp_path)
        annotations = harness.core_harness.core.services.annotations
        await harness.press("alt+r")
        await answer(harness, "Nachtvögel")
        assert (await annotations.album("Night [/b]")).look.artist == "Nachtvögel"
        await harness.press("alt+r")
        await answer(harness, "-")
        assert (await annotations.album("Night [/b]")).look.artist == ""


async def test_the_takes_of_the_album_are_shown_and_played(tmp_path: Path) -> None:
    """Also where they are not the first ones of their songs."""
    async with open_playing(tmp_path, tasks=SONGS) as playing:
        harness = playing.quiet
        await make_album(harness, tmp_path)
        assert (harness.detail.clip and harness.detail.clip.id) == "clip-2-2"
        await playing.press("j", "alt+a")
        assert [entry.ref for entry in playing.status.queue] == list(TAKES)
        assert playing.status.index == 1
        await playing.press("v", "k", "v", "Q")
        assert [entry.ref for entry in playing.status.queue] == [*TAKES, *TAKES]


async def test_outside_an_album_the_keys_say_so(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        for key in ("alt+x", "alt+c", "alt+r"):
            await harness.press(key)
            assert last_message(harness) == "Choose an album in the sidebar first"
