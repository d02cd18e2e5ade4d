"""The desktop gets the cover of what plays, when it is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.media.cover_files import CoverFiles
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.covers import cover_key
from sunotui.core.playback.player import MediaKey
from sunotui.domain.tasks.task import Task
from tests.core.harness import CoreHarness
from tests.core.media.pictures import encoded, halves
from tests.core.playback.harness import PlaybackHarness, replace_parts, song
from tests.support.waiting import until_async


def _with_covers(task: Task) -> Task:
    return task._replace(
        clips=tuple(clip._replace(image_url=f"https://cdn.example/{clip.id}.png") for clip in task.clips),
    )


async def _keep_cover(playing: PlaybackHarness, clip_id: str) -> str:
    """Put a cover where downloads are kept; returns its path."""
    key = cover_key(CoverSource(clip_id, f"https://cdn.example/{clip_id}.png", "main"))
    files = CoverFiles(playing.core.core.paths.covers)
    await asyncio.to_thread(files.write, key, encoded(halves()))
    return str(files.path(key))


def _descriptions(playing: PlaybackHarness) -> list[str]:
    return [call for call in playing.player.calls if call.startswith("describe")]


async def test_title_first_then_the_cover(playing: PlaybackHarness) -> None:
    path = await _keep_cover(playing, "d1")
    await playing.put(_with_covers(song("d")))
    await playing.play("d1")
    assert _descriptions(playing)[0] == "describe Song d  None 120"
    await until_async(lambda: len(_descriptions(playing)) > 1, "the cover")
    assert _descriptions(playing)[1:] == [f"describe Song d  {path} 120"]


async def test_a_take_without_a_cover(playing: PlaybackHarness) -> None:
    await playing.put(song("d"))
    await playing.play("d1")
    await playing.core.settle()
    assert _descriptions(playing) == ["describe Song d  None 120"]


async def test_covers_that_are_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    core.core.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    core.core.paths.config_file.write_text('covers = "off"\n', encoding="utf-8")
    await core.open()
    playing = PlaybackHarness(core, players, fetchers)
    await _keep_cover(playing, "d1")
    await playing.put(_with_covers(song("d")))
    await playing.play("d1")
    await playing.core.settle()
    assert _descriptions(playing) == ["describe Song d  None 120"]
    await core.core.close(1)


async def test_the_cover_of_a_take_that_was_left_is_not_sent(
    playing: PlaybackHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await _keep_cover(playing, "d1")
    gate = asyncio.Event()
    opener = playing.playback._player._current.opener
    find = opener._cover_file

    async def slow(source: CoverSource) -> object:
        await gate.wait()
        return await find(source)

    monkeypatch.setattr(opener, "_cover_file", slow)
    await playing.put(_with_covers(song("d")))
    await playing.play("d1")
    await playing.play("a1")
    gate.set()
    await playing.core.settle()
    assert not [call for call in _descriptions(playing) if path in call]


async def test_the_desktop_can_play_a_stopped_take_until_the_queue_is_empty(playing: PlaybackHarness) -> None:
    await playing.play("a1", "b1")
    playing.player.calls.clear()
    playing.playback.on_media_key(MediaKey("stop"))
    assert not any("description" in call for call in playing.player.calls)
    playing.playback.on_media_key(MediaKey("play"))
    await playing.core.settle()
    assert playing.shown == ("a1", "loading", 0.0)
    playing.playback.stop()
    playing.player.calls.clear()
    playing.playback.remove(0)
    assert _descriptions(playing) == ["describe Song b  None 120"]
    playing.playback.clear()
    assert playing.player.calls[-1] == "clear_description"
