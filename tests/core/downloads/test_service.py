"""The queue: saving, four at once, pausing, cancelling, trying again, and resuming after a restart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.downloads.part_file import PartFile
from sunotui.core.downloads.verify.audio_verifier import VerifiedAudio
from sunotui.core.media.fetcher import AudioSource
from sunotui.core.playback.take_source import TakeReader
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest, MediaError, NotFound
from sunotui.domain.saving.downloads import DownloadState, FileKind, FileState
from sunotui.storage.config.settings import SaveSettings
from tests.core.downloads.harness import AUDIO, FAILED, SAVED, SONG, FakeTagger, FileServer, rig, running, song_number
from tests.gateway.loopback import loopback_server
from tests.support.waiting import until_async


async def test_a_take_is_saved_with_its_tags_and_known_as_saved(tmp_path: Path) -> None:
    async with rig(tmp_path, tagger=FakeTagger()) as made:
        takes = await made.song(takes=2)
        assert await made.service.add(takes) == 2
        entries = await made.ended()
        assert [(entry.state, entry.take, entry.number) for entry in entries] == [
            (SAVED, takes[0], 1),
            (SAVED, takes[1], 2),
        ]
        names = {"Song t1 [t1-c1].mp3", "Song t1 [t1-c1].txt", "Song t1 [t1-c2].mp3", "Song t1 [t1-c2].txt"}
        assert set(made.files()) == names
        assert made.files()["Song t1 [t1-c1].mp3"] == SONG + b"TAGGED"
        assert made.parts() == []
        file = (await made.saved_of("t1-c1"))["t1-c1"]
        assert (file.path, file.size, file.state) == (entries[0].path, len(SONG) + 6, FileState.PRESENT)
        assert (await made.storage.run(made.stores.database.column, "SELECT saved FROM task")) == [2]


async def test_a_saved_take_is_not_downloaded_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        await made.save(takes)
        assert await made.service.add(takes) == 0
        assert await made.service.add([TakeRef("t1")]) == 0, "a song without a take is its first take"
        other = tmp_path / "other"
        other.mkdir()
        assert await made.service.add(takes, folder=other) == 1
        await made.ended()
        assert [path.read_bytes() for path in other.iterdir()] == [SONG]
        assert len(made.http.requests) == 1, "the second file is a copy of the first"


async def test_what_the_player_has_in_its_cache_is_not_downloaded_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        media = await made.media.open(AudioSource("t1-c1", made.url("/t1-1.mp3"), "home"))
        await media.wait_complete()
        media.close()
        [entry] = await made.save(takes)
        assert entry.state is SAVED
        assert list(made.files().values()) == [SONG]
        assert len(made.http.requests) == 1


async def test_what_the_player_is_fetching_is_waited_for(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.server.gate = asyncio.Event()
        takes = await made.song()
        media = await made.media.open(AudioSource("t1-c1", made.url("/t1-1.mp3"), "home"))
        await media.wait_playable()
        await made.service.add(takes)
        await made.until_received(1)
        made.server.gate.set()
        [entry] = await made.ended()
        media.close()
        assert entry.state is SAVED
        assert len(made.http.requests) == 1


async def test_at_most_four_are_downloaded_at_once(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.server.gate = asyncio.Event()
        takes = await made.song(takes=10)
        await made.service.add(takes)
        await until_async(lambda: made.server.at_once == 4, "four requests")
        status = made.service.status
        assert (status.count(DownloadState.ACTIVE), status.count(DownloadState.WAITING)) == (4, 6)
        await made.until_received(4 * (len(SONG) // 2))
        assert made.service.status.total == 4 * len(SONG) + 6 * 100 * 24_000, "sizes are estimated until they are known"
        made.server.gate.set()
        entries = await made.ended()
        assert {entry.state for entry in entries} == {SAVED}
        assert made.server.most_at_once == 4
        assert len(made.files()) == 10


async def test_what_is_being_checked_takes_no_place_of_a_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    async with rig(tmp_path) as made:

        async def check(_: Path) -> VerifiedAudio:
            await gate.wait()
            return VerifiedAudio(100.0, True)

        monkeypatch.setattr(made.verifier, "check", check)
        await made.service.add(await made.song(takes=10))
        await made.until_received(8 * len(SONG))
        await asyncio.sleep(0.05)
        status = made.service.status
        assert (status.count(DownloadState.ACTIVE), status.count(DownloadState.WAITING)) == (8, 2), (
            "the disk does not fall behind for ever"
        )
        gate.set()
        entries = await made.ended()
        assert {entry.state for entry in entries} == {SAVED}
        assert made.server.most_at_once <= 4


async def test_damaged_files_are_fetched_again_four_at_a_time_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    async with rig(tmp_path) as made:
        takes = await made.song(takes=8)
        task = await made.task()
        others = tuple(clip._replace(audio_url=f"{clip.audio_url}?b") for clip in task.clips)
        made.server.files |= {f"{path}?b": content for path, content in made.server.files.items()}
        made.pollers.reported = task._replace(clips=others)
        checked = list[Path]()

        async def check(path: Path) -> VerifiedAudio:
            checked.append(path)
            await gate.wait()
            return VerifiedAudio(100.0, checked.count(path) > 1, "It is damaged")

        monkeypatch.setattr(made.verifier, "check", check)
        await made.service.add(takes)
        await until_async(lambda: len(checked) == 8, "all to be checked")
        made.server.gate = asyncio.Event()
        gate.set()
        await until_async(lambda: made.server.at_once == 4, "four requests")
        await asyncio.sleep(0.05)
        made.server.gate.set()
        entries = await made.ended()
        assert {entry.state for entry in entries} == {SAVED}
        assert made.server.most_at_once == 4


async def test_events_come_at_most_four_times_a_second_and_the_last_one_is_true(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        await made.save(await made.song(takes=8))
        await until_async(lambda: made.statuses()[-1].count(SAVED) == 8, "the last event")
        assert not made.statuses()[-1].is_busy
        # 8 files of 614 kB arrive in hundreds of pieces.
        assert len(made.statuses()) < 10


async def test_pausing_keeps_what_has_arrived_and_resuming_goes_on_from_there(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.server.gate = asyncio.Event()
        takes = await made.song()
        await made.service.add(takes)
        await made.until_received(len(SONG) // 2)
        await made.service.pause()
        [entry] = made.service.status.entries
        assert (entry.state, made.service.status.is_paused) == (DownloadState.PAUSED, True)
        assert made.parts() == [".json", ".part"]
        made.server.gate.set()
        await made.service.resume()
        [entry] = await made.ended()
        assert entry.state is SAVED
        assert made.ranges() == ["", f"bytes={len(SONG) // 2}-"]
        assert list(made.files().values()) == [SONG]


@pytest.mark.guarantee("W7", ordinary="cancelled in the middle, then tried again; cancelled twice")
async def test_cancelling_keeps_what_has_arrived_until_it_leaves_the_list(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.server.gate = asyncio.Event()
        await made.service.add(await made.song())
        await made.until_received(len(SONG) // 2)
        number = made.service.status.entries[0].id
        await made.service.cancel(number)
        assert made.service.status.entries[0].state is DownloadState.CANCELLED
        assert made.parts() == [".json", ".part"]
        await made.service.retry(number)
        await made.until_received(len(SONG) // 2)
        await made.service.cancel(number)
        await made.service.cancel(number)
        assert made.service.status.entries == ()
        assert made.parts() == []
        assert await made.storage.run(made.stores.database.column, "SELECT id FROM download") == []
        with pytest.raises(NotFound):
            await made.service.cancel(number)


async def test_a_cancelled_download_makes_room_for_the_next(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.server.gate = asyncio.Event()
        await made.service.add(await made.song(takes=5))
        await until_async(lambda: made.server.at_once == 4, "four requests")
        await made.service.cancel(made.service.status.entries[0].id)
        await until_async(lambda: made.service.status.count(DownloadState.WAITING) == 0, "the fifth")
        made.server.gate.set()
        entries = await made.ended()
        assert [entry.state for entry in entries] == [DownloadState.CANCELLED, *[SAVED] * 4]


async def test_what_failed_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(content=None)
        [entry] = await made.save(takes)
        assert (entry.state, entry.reason) == (FAILED, "The link is dead (404), and the gateway has no other one")
        assert entry.ended_at is not None
        made.server.files["/t1-1.mp3"] = SONG
        [entry] = await made.retried()
        assert (entry.state, entry.reason) == (SAVED, "")


async def test_a_program_that_is_started_again_goes_on(tmp_path: Path) -> None:
    server = FileServer(gate=asyncio.Event())
    async with loopback_server(server.responder()) as http:
        async with running(tmp_path, server, http) as made:
            await made.service.add(await made.song(takes=6))
            await made.until_received(4 * (len(SONG) // 2))
        server.gate = None
        async with running(tmp_path, server, http) as made:
            await made.service.restore()
            status = made.service.status
            assert len(status.entries) == 6
            assert sum(entry.received for entry in status.entries) >= 4 * (len(SONG) // 2)
            entries = await made.ended()
            assert [entry.state for entry in entries] == [SAVED] * 6
            assert made.parts() == []
            assert sorted(made.ranges()) == ["", "", "", "", "", "", *[f"bytes={len(SONG) // 2}-"] * 4]


async def test_states_survive_a_restart(tmp_path: Path) -> None:
    server = FileServer(gate=asyncio.Event())
    async with loopback_server(server.responder()) as http:
        async with running(tmp_path, server, http) as made:
            [failed] = await made.save(await made.song("t1", content=None))
            await made.service.add(await made.song("t2"))
            await made.until_received(len(SONG) // 2)
            await made.service.pause()
        async with running(tmp_path, server, http) as made:
            await made.service.restore()
            first, second = made.service.status.entries
            assert (first.state, first.reason, first.title) == (FAILED, failed.reason, "Song t1")
            assert (second.state, second.received) == (DownloadState.PAUSED, len(SONG) // 2)


async def test_parts_that_belong_to_no_download_are_deleted_at_the_start(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        stranger = made.folder / f".sunotui-{'a' * 32}.part"
        mine = made.folder / ".sunotui-mine.part"
        for path in (stranger, stranger.with_suffix(".json"), stranger.with_suffix(".new"), mine):
            path.write_bytes(b"x")
        await made.service.restore()
        assert [path.name for path in made.folder.iterdir()] == [mine.name]


async def test_takes_that_the_library_does_not_have_are_not_added(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        assert await made.service.add([TakeRef("nothing", "x")]) == 0
        assert made.service.status.entries == ()


async def test_an_unusable_template_is_refused_before_anything_is_added(tmp_path: Path) -> None:
    settings = SaveSettings(str(tmp_path / "music"), "{title}/{clip}.{ext}")
    async with rig(tmp_path, settings=settings) as made:
        with pytest.raises(InvalidRequest, match="separators"):
            await made.service.add(await made.song())
        assert made.service.status.entries == ()


async def test_the_same_title_ten_times_gets_ten_names(tmp_path: Path) -> None:
    settings = SaveSettings(str(tmp_path / "music"), "{title}.{ext}")
    async with rig(tmp_path, settings=settings) as made:
        takes = []
        for number in range(10):
            takes += await made.song(f"t{number}", content=song_number(number), title="Rain")
        (made.folder / "Rain.mp3").write_bytes(b"the user's own")
        await made.save(takes)
        files = made.files()
        assert sorted(files) == sorted(["Rain.mp3", *(f"Rain ({number}).mp3" for number in range(2, 12))])
        assert files.pop("Rain.mp3") == b"the user's own"
        assert set(files.values()) == {song_number(number) for number in range(10)}


async def test_the_library_cannot_be_written_but_the_file_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path, tagger=FakeTagger()) as made:
        takes = await made.song()
        put = made.service._files.put
        calls = iter([True])

        def failing(*args: object, **kwargs: object) -> None:
            if next(calls, False):
                raise NotFound("The library could not be written")
            put(*args, **kwargs)  # type: ignore[arg-type]

        monkeypatch.setattr(made.service._files, "put", failing)
        [entry] = await made.save(takes)
        assert entry.state is FAILED
        [entry] = await made.retried()
        assert entry.state is SAVED
        assert len(made.http.requests) == 1
        assert [name for name in made.files() if name.endswith(".mp3")] == ["Song t1 [t1-c1].mp3"]


async def test_parts_that_a_killed_program_left_of_saved_takes_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        folder = tmp_path / "elsewhere"
        folder.mkdir()
        with monkeypatch.context() as patched:
            # Killed after the file was recorded.
            patched.setattr(PartFile, "discard", PartFile.close)
            await made.save(takes, folder=folder)
        assert len(list(folder.iterdir())) == 4
        assert await made.service.add(takes, folder=folder) == 0
        assert [path.name for path in folder.iterdir()] == ["Song t1 [t1-c1].mp3"]


async def test_a_saved_file_that_vanished_before_its_report_is_not_called_saved(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        [entry] = await made.save(takes)
        assert entry.path is not None
        entry.path.unlink()
        [result] = await made.service.results(takes, AUDIO, None)
        assert (result.state, result.file) == (FAILED, None)
        assert result.reason == "It was saved, but its file is not there any more"


async def test_another_kind_in_the_same_queue_is_another_file(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(video_url="")
        [entry] = await made.save(takes, kind=FileKind.WAV)
        assert entry.reason == "The gateway has made no WAV file of this take yet"
        entries = await made.save(takes, kind=AUDIO)
        assert [entry.state for entry in entries] == [FAILED, SAVED]


async def test_a_saved_take_is_played_from_its_file_also_without_a_link(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        [entry] = await made.save(takes)
        assert entry.path is not None
        before = entry.path.stat().st_mtime_ns
        await made.save_task(await made.task(audio_url=None))
        source = await made.storage.run(TakeReader(made.stores).source, takes[0])
        media = await made.media.open(source.audio)
        await media.wait_complete()
        assert media.path == entry.path
        media.discard()
        media.close()
        await until_async(lambda: not made.media._running, "the end")
        assert len(made.http.requests) == 1
        assert (entry.path.read_bytes(), entry.path.stat().st_mtime_ns) == (SONG, before), "it is only read"
        entry.path.unlink()
        await made.service.check_files()
        with pytest.raises(MediaError):
            await made.storage.run(TakeReader(made.stores).source, takes[0])


async def test_what_was_saved_while_its_file_was_looked_for_is_not_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(takes=2)
        await made.save(takes[:1])

        async def looked_earlier(*_: object) -> dict[TakeRef, object]:
            return {}

        monkeypatch.setattr(made.service, "_present", looked_earlier)
        assert await made.service.add(takes) == 1
        await made.ended()
        assert len(made.http.requests) == 2


async def test_the_same_takes_added_several_times_at_once_are_saved_once(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(takes=3)
        added = await asyncio.gather(*(made.service.add(takes) for _ in range(4)), made.service.restore())
        assert sum(number or 0 for number in added) == 3
        entries = await made.ended()
        assert [entry.state for entry in entries] == [SAVED] * 3
        assert len(made.http.requests) == 3
        assert len(made.files()) == 3
