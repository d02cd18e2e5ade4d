"""From a link to a file: whole songs are saved with their tags, and anything else is rejected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from sunotui.core.core import Core
from sunotui.core.paths import AppPaths
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadState
from tests.support.sound_library import add_songs, sound_server
from tests.support.waiting import HANG_S

SONG_S = 3.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "sounds").mkdir()
    (tmp_path / "config").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "config" / "config.toml").write_text(
        '[save]\nartist = "Us"\nsidecars = ["txt", "json"]\n', encoding="utf-8"
    )
    with sound_server(tmp_path / "sounds") as base_url:
        add_songs(tmp_path / "data", base_url, tmp_path / "sounds", SONG_S)
        yield base_url


@asynccontextmanager
async def opened(folder: Path, base_url: str) -> AsyncIterator[Core]:
    """Core with the settings and the library of the test."""
    paths = AppPaths(data=folder / "data", config=folder / "config")
    core = Core(paths, {"SUNOTUI_BASE_URL": base_url, "SUNOTUI_TOKEN": "unused-token"})
    await core.open()
    try:
        yield core
    finally:
        await core.close(1)


async def saved(core: Core, folder: Path, *takes: TakeRef) -> list[str]:
    """Save takes; returns why the others were not saved."""
    async with asyncio.timeout(HANG_S):
        await core.services.downloads.add(takes, folder=folder)
        await core.services.downloads.wait_idle()
    return [one.reason for one in core.services.downloads.status.entries if one.state is DownloadState.FAILED]


async def test_a_whole_song_is_saved_with_its_tags(server: str, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    sound = (tmp_path / "sounds" / "take-1-2.mp3").read_bytes()
    async with opened(tmp_path, server) as core:
        assert await saved(core, folder, TakeRef("task-1", "take-1-2")) == []
    assert sorted(path.name for path in folder.iterdir()) == ["Harbour [take-1-2].json", "Harbour [take-1-2].mp3"]
    path = folder / "Harbour [take-1-2].mp3"
    assert path.read_bytes().endswith(sound)
    found = ID3(path)
    assert (found["TIT2"].text, found["TPE1"].text, found["TRCK"].text) == (["Harbour"], ["Us"], ["2/2"])
    assert found["TXXX:SUNO_GATEWAY"].text == [server]
    assert json.loads((folder / "Harbour [take-1-2].json").read_text(encoding="utf-8"))["clips"][0]["take"] == 2


@pytest.mark.guarantee("W5", ordinary="damaged, cut and wrong files of real audio")
async def test_a_file_that_is_no_whole_song_is_not_saved(server: str, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    folder.mkdir()
    sounds = tmp_path / "sounds"
    whole = (sounds / "take-1-1.mp3").read_bytes()
    # As long as the server says, but not as the gateway says; and with a gap.
    (sounds / "take-1-1.mp3").write_bytes(whole[: len(whole) // 6])
    (sounds / "take-1-2.mp3").write_bytes(whole[:1_000] + bytes(20_000) + whole[1_000:])
    (sounds / "take-2-1.mp3").write_bytes(b"<!doctype html><p>Gone")
    takes = [TakeRef("task-1", "take-1-1"), TakeRef("task-1", "take-1-2"), TakeRef("task-2", "take-2-1")]
    async with opened(tmp_path, server) as core:
        reasons = await saved(core, folder, *takes)
    assert len(reasons) == 3
    assert any("ends after 0:00 of 0:03" in reason for reason in reasons)
    assert any("damaged" in reason for reason in reasons)
    assert any("web page" in reason for reason in reasons)
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == []
