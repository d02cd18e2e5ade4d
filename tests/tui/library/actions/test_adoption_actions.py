"""Looking up the song of a link or an id that is in the search."""

from __future__ import annotations

from pathlib import Path

from textual.events import Paste

from sunotui.domain.errors import NetworkError
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from tests.tui.harness import AppHarness, open_app

ID = "d438318d-a4b9-4543-8b5e-2de25e6590f8"
LINK = f"https://suno.com/song/{ID}?sh=x"
OFFER = "enter looks it up at the gateway."


async def paste(harness: AppHarness, text: str) -> None:
    await harness.press("slash")
    harness.app.post_message(Paste(text))
    await harness.until(lambda: text in harness.text(), "what was pasted")


async def test_a_link_of_an_unknown_song_is_looked_up_with_enter(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        gateway = harness.core_harness.gateway
        gateway.clips = {ID: Clip(ID, "Elsewhere", ClipStatus.COMPLETE, audio_url="https://cdn.example/1.mp3")}
        await paste(harness, LINK)
        await harness.until(lambda: OFFER in harness.text(), "the offer")
        assert "enter Look it up at the gateway" in harness.text()
        await harness.press("enter")
        await harness.until(lambda: harness.tasks.current == ID, "the song")
        assert "Elsewhere added to the library" in harness.text()
        assert gateway.fed == [[ID]]
        # The link finds it from now on, and enter goes to the list.
        await harness.press("slash")
        assert "enter To the list" in harness.text()
        await harness.press("enter")
        await harness.settle()
        assert gateway.fed == [[ID]]


async def test_a_song_outside_the_list_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path, (140, 40)) as harness:
        gateway = harness.core_harness.gateway
        task_id = "ab" * 16
        gateway.set_task(task_id, TaskStatus.SUCCESS, clips=(Clip("clip-9", "Far away", ClipStatus.COMPLETE),))
        await harness.press("h", *["j"] * 4, "enter")
        assert "sunotui › Unplayed" in harness.text()
        await paste(harness, task_id)
        await harness.until(lambda: "This song is not in this list." in harness.text(), "where it was looked for")
        assert "enter looks it up in the library and at the gateway." in harness.text()
        await harness.press("enter")
        await harness.until(lambda: harness.tasks.current == task_id, "the song")
        assert "Far away added to the library" in harness.text()


async def test_an_unavailable_song_is_one_sentence(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        gateway = harness.core_harness.gateway
        await harness.press("ctrl+l")
        assert "Paste the link or the id of a song" in harness.text()
        await paste(harness, LINK)
        await harness.press("enter")
        await harness.until(lambda: "cannot look up single takes" in harness.text(), "no feed")
        gateway.clips = {}
        await harness.press("ctrl+l")
        await harness.until(lambda: "no song with this id" in harness.text(), "no such song")
        gateway.error = NetworkError()
        await harness.press("ctrl+l")
        await harness.until(lambda: NetworkError.what in harness.text(), "the error")
        assert harness.tasks.row_count == 0


async def test_other_links_say_what_is_wrong(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 30)) as harness:
        await paste(harness, "https://suno.com/s/AbC")
        await harness.until(lambda: "This is a short link, without the id of a song." in harness.text(), "the reason")
        assert OFFER not in harness.text()
        await harness.press("enter")
        await harness.settle()
        assert harness.core_harness.gateway.fed == []


async def test_a_link_of_another_site_is_not_looked_up(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 30)) as harness:
        await paste(harness, f"https://elsewhere.example/{ID}.mp3")
        await harness.until(lambda: "no link of suno.com or of the gateway." in harness.text(), "the reason")
        assert OFFER not in harness.text()
        assert "Look it up" not in harness.text()
        await harness.press("enter")
        await harness.press("ctrl+l")
        await harness.settle()
        gateway = harness.core_harness.gateway
        assert not any(ID in ids for ids in [*gateway.asked, *gateway.fed])
