"""What the library knows of a take comes into its file and beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from sunotui.core.downloads.tagging import tagger
from sunotui.core.downloads.tagging.tagger import SongTagger
from sunotui.core.downloads.take import TakeToSave
from sunotui.core.media.cover_provider import BeforeRequest
from sunotui.core.media.cover_source import CoverSource
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import LibraryError, MediaError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.domain.saving.downloads import FileKind
from sunotui.storage.config.settings import SAVE_SIDECARS
from tests.core.downloads.tagging.songs import cover, song, take
from tests.core.harness import CoreHarness
from tests.player import sounds
from tests.support.waiting import hang_guard

COVER_URL = "https://cdn.example/cover.jpeg"


class TaggerHarness:
    """A tagger on a library with one song."""

    def __init__(self, harness: CoreHarness, folder: Path, *, kinds: Collection[str] = ()) -> None:
        self.harness, self.folder = harness, folder
        self.covers: list[CoverSource] = []
        self.cover: bytes | None = cover()
        self.whole = asyncio.Event()
        self.whole.set()
        core = harness.core
        self.tagger = SongTagger(
            core.storage,
            core.stores,
            core.services.extras,
            self._cover_file,
            core.active_profiles.named,
            artist="Rain Lovers",
            kinds=kinds,
        )
        clip = take(image_url=COVER_URL, lyrics="rain rain")
        self.take = TakeToSave(song(clip), clip, 2, FileKind.AUDIO)

    async def keep(self) -> None:
        """Put the song into the library."""
        await self.harness.core.storage.run(self.harness.core.stores.tasks.save, [self.take.task])

    async def _cover_file(self, source: CoverSource, before_request: BeforeRequest | None = None, /) -> Path | None:
        if before_request is not None:
            await before_request()
        self.covers.append(source)
        if self.cover is None:
            return None
        path = self.folder / "cover"
        path.write_bytes(self.cover)
        return path

    async def tagged(self) -> ID3:
        """The tags of a new file."""
        source, copy = sounds.song(self.folder / ".part", 1), self.folder / ".new"
        await self.tagger.tag(source, copy, self.take, "mp3", self.whole)
        return ID3(copy)


async def test_cover_album_and_request_are_in_the_tags(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    other = TakeRef("task-1", "aaaa1111-0000-4000-8000-000000000001")
    await harness.core.services.annotations.add_to_album("Rainy days", [other, tagging.take.ref])
    tagging.take = tagging.take._replace(album="Rainy days", track=2)
    found = await tagging.tagged()
    assert found["TALB"].text == ["Rainy days"]
    assert found["TRCK"].text == ["2/2"]
    assert found["TPE1"].text == ["Rain Lovers"]
    assert found["APIC:Cover"].data == cover()
    assert tagging.covers == [CoverSource(tagging.take.clip.id, COVER_URL, "home")]


async def test_the_artist_of_the_album_comes_first(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    await harness.core.services.annotations.add_to_album("Rainy days", [tagging.take.ref])

    def sign() -> None:
        with harness.core.stores.database.write() as connection:
            connection.execute("UPDATE album SET artist = 'The Drops'")

    await harness.core.storage.run(sign)
    tagging.take = tagging.take._replace(album="Rainy days", track=1)
    assert (await tagging.tagged())["TPE1"].text == ["The Drops"]


async def test_times_are_asked_for_only_where_they_are_offered(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    assert "SYLT::und" not in await tagging.tagged()
    assert harness.gateway.asked_extras == 0
    await harness.core.services.capabilities.learn("home", Feature.TIMING, True)
    assert (await tagging.tagged())["SYLT::und"].text == [("rain", 1_000), (" rain", 1_000)]
    await tagging.tagged()
    assert harness.gateway.asked_extras == 1


async def test_no_server_is_asked_before_the_file_is_known_to_be_whole(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    await harness.core.services.capabilities.learn("home", Feature.TIMING, True)
    tagging.whole.clear()
    tagged = asyncio.create_task(tagging.tagged())
    await asyncio.sleep(0.05)
    assert (tagging.covers, harness.gateway.asked_extras) == ([], 0)
    tagging.whole.set()
    found = await tagged
    assert ("APIC:Cover" in found, "SYLT::und" in found) == (True, True)


async def test_times_in_the_library_are_there_before_the_check(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    await harness.core.services.capabilities.learn("home", Feature.TIMING, True)
    await tagging.tagged()
    tagging.take = tagging.take._replace(clip=tagging.take.clip._replace(image_url=""))
    tagging.whole.clear()
    async with hang_guard("the tags"):
        assert "SYLT::und" in await tagging.tagged()


async def test_a_gateway_that_reports_no_times_does_not_matter(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.keep()
    await harness.core.services.capabilities.learn("home", Feature.TIMING, True)
    harness.gateway.has_extras = False
    assert (await tagging.tagged())["USLT::und"].text == "rain rain"


@pytest.mark.parametrize("content", [None, b"", bytes(tagger.LARGEST_COVER + 1), b"<svg/>"])
async def test_without_a_good_cover_there_is_none(content: bytes | None, harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    tagging.cover = content
    assert "APIC:Cover" not in await tagging.tagged()


async def test_a_library_that_cannot_be_read_is_no_obstacle(
    harness: CoreHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagging = TaggerHarness(harness, tmp_path)

    def fail(*_: object) -> None:
        raise LibraryError

    monkeypatch.setattr(tagger, "read_annotations", fail)
    assert (await tagging.tagged())["TIT2"].text == ["Winter 冬 🎵"]


async def test_a_file_that_can_have_no_tags_is_said(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    path = tmp_path / "a"
    path.write_bytes(b"OggS" + bytes(100))
    with pytest.raises(MediaError, match="MP3, WAV and MP4"):
        await tagging.tagger.tag(path, tmp_path / "b", tagging.take, "ogg", tagging.whole)


async def test_files_are_written_beside_a_song_and_never_over_others(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path, kinds=SAVE_SIDECARS)
    await tagging.keep()
    await harness.core.services.capabilities.learn("home", Feature.TIMING, True)
    await harness.core.services.annotations.note("task-1", "for the film")
    folder = tmp_path / "music"
    folder.mkdir()
    (folder / "Winter.lrc").write_text("mine", encoding="utf-8")
    (folder / "Winter.txt").symlink_to(tmp_path / "elsewhere")
    await tagging.tagger.write_beside(folder / "Winter.mp3", tagging.take)
    assert (folder / "Winter.lrc").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "elsewhere").exists()
    document = json.loads((folder / "Winter.json").read_text(encoding="utf-8"))
    assert document["note"] == "for the film"
    assert document["clips"][0]["id"] == tagging.take.clip.id
    await tagging.tagger.write_beside(folder / "B.mp3", tagging.take)
    assert (folder / "B.lrc").read_text(encoding="utf-8").splitlines()[1] == "[00:01.00]rain rain"
    assert (folder / "B.txt").read_text(encoding="utf-8") == "rain rain\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        "B.json", "B.lrc", "B.txt", "Winter.json", "Winter.lrc", "Winter.txt",
    ]  # fmt: skip


async def test_nothing_is_written_beside_a_song_unless_it_is_chosen(harness: CoreHarness, tmp_path: Path) -> None:
    tagging = TaggerHarness(harness, tmp_path)
    await tagging.tagger.write_beside(tmp_path / "missing" / "a.mp3", tagging.take)
    tagging = TaggerHarness(harness, tmp_path, kinds=["json"])
    with pytest.raises(FileNotFoundError):
        await tagging.tagger.write_beside(tmp_path / "missing" / "a.mp3", tagging.take)
