"""Servers that send something else, cut off, or change their files; and where else a file may be."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from pathlib import Path

import pytest

from sunotui.core.downloads import receiver
from sunotui.core.downloads.part_file import part_size
from sunotui.core.downloads.take import part_key
from sunotui.core.downloads.verify.audio_verifier import VerifiedAudio
from sunotui.domain.requests.extras import WavRequest
from sunotui.domain.saving.downloads import DownloadEntry
from sunotui.domain.saving.safety import DAY_S
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.gateway import audio_stream
from sunotui.storage.downloads.link_life import LinkLifeStore
from tests.core.downloads.harness import (
    AUDIO,
    FAILED,
    SAVED,
    SONG,
    WAV,
    FakeTagger,
    FileServer,
    Rig,
    etag,
    rig,
    running,
    song_number,
)
from tests.gateway.loopback import loopback_server, page, response
from tests.support.waiting import until_async

HALF = len(SONG) // 2


async def one(made: Rig) -> DownloadEntry:
    """Save one song; its download."""
    [entry] = await made.save(await made.song())
    return entry


def only_file(made: Rig) -> bytes:
    """The content of the only saved file."""
    [content] = made.files().values()
    return content


@pytest.mark.guarantee("W3", ordinary="cut three times, a changed file, no ranges, no ETag, wrong ranges, 416")
async def test_a_download_that_is_cut_off_three_times_goes_on_each_time(tmp_path: Path) -> None:
    async with rig(tmp_path, server=FileServer(cut_after=[200_000, 100_000, 50_000])) as made:
        assert (await one(made)).state is SAVED
        assert only_file(made) == SONG
        assert len(made.ranges()) == 4
        assert all(made.ranges()[1:])


async def stopped_half_way(made: Rig) -> None:
    """Download half of a song, and pause."""
    made.server.gate = asyncio.Event()
    await made.service.add(await made.song())
    await made.until_received(HALF)
    await made.service.pause()
    made.server.gate = None


async def test_what_a_slow_server_sent_is_on_disk_before_much_of_it_has_arrived(tmp_path: Path) -> None:
    server, times = FileServer(gate=asyncio.Event()), itertools.count(0.0, 2.0)
    async with (
        loopback_server(server.responder()) as http,
        running(tmp_path, server, http, clock=lambda: next(times)) as made,
    ):
        await made.service.add(await made.song())
        await made.until_received(HALF)
        await until_async(lambda: part_size(made.folder, part_key("home", "t1-c1", AUDIO)) > 0, "the first bytes")


@pytest.mark.guarantee("W3")
async def test_a_file_that_has_changed_meanwhile_starts_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        await stopped_half_way(made)
        made.server.files["/t1-1.mp3"] = song_number(1)
        await made.service.resume()
        [entry] = await made.ended()
        assert (entry.state, only_file(made)) == (SAVED, song_number(1))
        assert made.ranges() == ["", f"bytes={HALF}-"]


@pytest.mark.guarantee("W3")
@pytest.mark.parametrize("fact", ["has_etags", "has_ranges"])
async def test_what_cannot_be_continued_for_certain_starts_again(tmp_path: Path, fact: str) -> None:
    async with rig(tmp_path) as made:
        setattr(made.server, fact, False)
        await stopped_half_way(made)
        await made.service.resume()
        [entry] = await made.ended()
        assert (entry.state, only_file(made)) == (SAVED, SONG)
        assert made.ranges() == ["", ""] if fact == "has_etags" else ["", f"bytes={HALF}-"]


@pytest.mark.guarantee("W3")
async def test_a_date_is_no_proof_that_it_is_the_same_file(tmp_path: Path) -> None:
    async with rig(tmp_path, server=FileServer(cut_after=[200_000], has_etags=False)) as made:
        assert (await one(made)).state is SAVED
        assert only_file(made) == SONG
        assert made.ranges() == ["", ""]


def wrong_range(first: int, size: int) -> bytes:
    """A part of a file that was not asked for."""
    headers = {"Content-Range": f"bytes {first}-{size - 1}/{size}", "ETag": etag(SONG)}
    return response(206, SONG[first:], headers=headers)


@pytest.mark.guarantee("W3")
@pytest.mark.parametrize(
    "raw_response",
    [response(416, ""), wrong_range(HALF - 1, len(SONG)), wrong_range(HALF, len(SONG) + 1), response(206, SONG)],
)
async def test_an_unusable_range_starts_again_without_one(tmp_path: Path, raw_response: bytes) -> None:
    async with rig(tmp_path) as made:
        await stopped_half_way(made)
        responses = iter([raw_response])
        whole = made.server._respond

        async def once(request: object, writer: asyncio.StreamWriter) -> None:
            given = next(responses, None)
            if given is None:
                await whole(request, writer)  # type: ignore[arg-type]
            else:
                writer.write(given)
                await writer.drain()

        made.server._respond = once  # type: ignore[method-assign]
        await made.service.resume()
        [entry] = await made.ended()
        assert (entry.state, only_file(made)) == (SAVED, SONG)
        assert made.ranges() == ["", f"bytes={HALF}-", ""]


@pytest.mark.parametrize(
    ("raw_response", "reason"),
    [
        (page(200), "The link leads to a web page, not to audio"),
        (response(200, ""), "The audio file is empty"),
        (response(200, gzip.compress(SONG), headers={"Content-Encoding": "gzip"}), "sent a compressed file"),
        (response(403, ""), "The link is dead (403), and the gateway has no other one"),
        (response(500, ""), "The audio server failed (500)"),
        (response(302, "", headers={"Location": "http://127.0.0.1:1/a.mp3"}), "is not safe to open"),
        (response(302, "", headers={"Location": "https://192.168.1.1/a.mp3"}), "is not safe to open"),
        (response(200, SONG, headers={"Content-Length": str(len(SONG) + 5)}), "was cut off after"),
        (response(200, SONG, headers={"Content-Length": "300000000"}), "larger than 200 MB"),
        (b"nonsense\r\n\r\n", "The audio server gave no valid response"),
        (b"", "The audio server gave no valid response"),
    ],
)
@pytest.mark.guarantee("W5", ordinary="what servers send in place of a file that is saved")
async def test_what_is_not_the_song_is_one_sentence_and_can_be_tried_again(
    tmp_path: Path, raw_response: bytes, reason: str
) -> None:
    async with rig(tmp_path) as made:
        made.server.responses["/t1-1.mp3"] = raw_response
        entry = await one(made)
        assert entry.state is FAILED
        assert reason in entry.reason
        assert made.files() == {}
        made.server.responses.clear()
        [entry] = await made.retried()
        assert (entry.state, only_file(made)) == (SAVED, SONG)


async def test_an_endless_body_ends_at_the_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_stream, "LARGEST_AUDIO", 1_000_000)
    async with rig(tmp_path) as made:
        made.server.responses["/t1-1.mp3"] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + SONG * 3
        assert "larger than 1 MB" in (await one(made)).reason
        assert made.parts() == []


@pytest.mark.guarantee("W3")
async def test_what_is_too_large_is_not_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (audio_stream, receiver):
        monkeypatch.setattr(module, "LARGEST_AUDIO", 1_000_000)
    async with rig(tmp_path) as made:
        head = b'HTTP/1.1 200 OK\r\nConnection: close\r\nETag: "endless"\r\n\r\n'
        made.server.responses["/t1-1.mp3"] = head + SONG * 3
        assert "larger than 1 MB" in (await one(made)).reason
        assert made.parts() == []
        made.server.responses.clear()
        [entry] = await made.retried()
        assert (entry.state, made.ranges()) == (SAVED, ["", ""])


async def test_what_cannot_be_resumed_does_not_stay_on_disk(tmp_path: Path) -> None:
    async with rig(tmp_path, server=FileServer(cut_after=[400_000] * 3, has_etags=False)) as made:
        assert "was cut off" in (await one(made)).reason
        assert made.parts() == []


@pytest.mark.parametrize(
    ("raw_response", "requests"),
    [
        (response(200, gzip.compress(SONG), headers={"Content-Encoding": "gzip"}), 1),
        (response(302, "", headers={"Location": "/t1-1.mp3"}), audio_stream.MOST_REDIRECTS + 1),
    ],
)
async def test_a_response_that_stays_the_same_is_not_asked_for_again(
    tmp_path: Path, raw_response: bytes, requests: int
) -> None:
    async with rig(tmp_path) as made:
        made.server.responses["/t1-1.mp3"] = raw_response
        assert (await one(made)).state is FAILED
        assert len(made.http.requests) == requests


async def test_a_song_that_ends_early_is_not_called_saved(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.verifier.found = VerifiedAudio(97.9, True)
        entry = await one(made)
        assert entry.reason == "The file is not the whole song: it ends after 1:37 of 1:40"
        assert made.files() == {}
        made.verifier.found = VerifiedAudio(98.1, True)
        [entry] = await made.retried()
        assert entry.state is SAVED, "two seconds are the difference between encoders"


async def test_a_song_that_is_longer_than_its_gateway_says_is_saved(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.verifier.found = VerifiedAudio(250.0, True)
        assert (await one(made)).state is SAVED


async def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.verifier.found = VerifiedAudio(10.0, False, "The end of the file is missing: 5 bytes")
        assert (await one(made)).reason == "The end of the file is missing: 5 bytes"
        made.verifier.found = VerifiedAudio(100.0, True)
        [entry] = await made.retried()
        assert entry.state is SAVED
        assert made.ranges() == ["", ""], "the damaged file was not taken for a part"


async def test_where_nothing_can_check_a_file_it_is_not_fetched_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        made.verifier.found = VerifiedAudio(0.0, False, "The player could not be started", is_checked=False)
        assert (await one(made)).reason == "The player could not be started"
        made.verifier.found = VerifiedAudio(100.0, True)
        [entry] = await made.retried()
        assert entry.state is SAVED
        assert made.ranges() == [""]


async def test_a_song_that_cannot_be_tagged_is_saved_without_tags(tmp_path: Path) -> None:
    tagger = FakeTagger()
    tagger.error = OSError(5, "Input/output error")
    async with rig(tmp_path, tagger=tagger) as made:
        assert (await one(made)).state is SAVED
        assert made.files()["Song t1 [t1-c1].mp3"] == SONG


# --- where a file may be ----------------------------------------------------------------------------------------------


@pytest.mark.guarantee("W9", ordinary="a stream, an expired link, the feed, other links, a WAV file, nothing")
async def test_a_dead_link_asks_the_gateway_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(content=None)
        made.server.files["/new.mp3"] = SONG
        made.pollers.reported = await made.task(audio_url=made.url("/new.mp3"))
        [entry] = await made.save(takes)
        assert entry.state is SAVED
        assert made.pollers.polls == ["fetch t1"]
        assert [(seen.is_alive, seen.take.clip.id) for seen in made.links] == [(False, "t1-c1"), (True, "t1-c1")]


async def test_how_long_links_live_is_learned(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        now = made.clock.now()
        for number, days in enumerate((3.0, 9.0, 7.0, 0.5)):
            takes = await made.song(f"t{number}", content=SONG if days in {3.0, 7.0} else None)
            await made.change("UPDATE task SET added_at = ? WHERE id = ?", now - days * DAY_S, f"t{number}")
            await made.save(takes)
        life = (await made.storage.run(LinkLifeStore(made.stores.database).all))["home"]
        assert life.shortest_dead_s == pytest.approx(9 * DAY_S, abs=60), (
            "one that is dead after half a day is not too old"
        )
        assert life.longest_alive_s == pytest.approx(7 * DAY_S, abs=60)


@pytest.mark.guarantee("W9")
async def test_then_the_feed(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(content=None)
        made.server.files["/new.mp3"] = SONG
        made.pollers.reported = await made.task()
        made.pollers.fed = await made.task(audio_url=made.url("/new.mp3"))
        [entry] = await made.save(takes)
        assert entry.state is SAVED
        assert made.pollers.polls == ["fetch t1", "feed t1"]


@pytest.mark.guarantee("W9")
async def test_then_the_other_links_of_the_response(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(content=None)
        made.server.files["/b.mp3"] = SONG
        raw = (
            f'{{"data": [{{"id": "t1-c1", "media_urls": [{{"url": "{made.url("/b.mp3")}", "type": "audio/mpeg"}}]}}]}}'
        )
        await made.storage.run(made.stores.tasks.save, [await made.task()], {"t1": raw})
        [entry] = await made.save(takes)
        assert entry.state is SAVED


@pytest.mark.guarantee("W9")
async def test_then_a_wav_file_that_was_made_before(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(content=None)
        wave = b"RIFF\x00\x00\x00\x00WAVE" + bytes(5_000)
        made.server.files["/t1.wav"] = wave
        sent = Submission("s1", "home", WavRequest("t1-c1", "t1"), "/p", "{}", SubmissionState.READY, 1.0)
        await made.storage.run(made.stores.journal.add, sent)
        await made.change("UPDATE submission SET state = 'accepted', result = ?", made.url("/t1.wav"))
        [entry] = await made.save(takes)
        assert (entry.state, list(made.files())) == (SAVED, ["Song t1 [t1-c1].wav"])
        [_, wav] = await made.save(takes, kind=WAV)
        assert wav.state is SAVED


@pytest.mark.guarantee("W9")
async def test_a_stream_is_never_saved_but_replaced_by_the_final_link(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        made.server.files["/new.mp3"] = song_number(2)
        await made.save_task(await made.task(audio_url=made.url("/stream/t1-c1")))
        made.pollers.reported = await made.task(audio_url=made.url("/new.mp3"))
        [entry] = await made.save(takes)
        assert (entry.state, only_file(made)) == (SAVED, song_number(2))
        assert [request.path for request in made.http.requests] == ["/new.mp3"]


async def test_a_song_that_is_being_generated_says_so(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song(status=ClipStatus.STREAMING)
        await made.change("UPDATE task SET status = 'in_progress'")
        [entry] = await made.save(takes)
        assert entry.reason == "The song is still being generated"
        assert made.http.requests == []


async def test_a_failed_take_is_not_asked_for(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        [entry] = await made.save(await made.song(status=ClipStatus.ERROR))
        assert entry.reason == "This take failed, so there is no file of it"
        assert made.http.requests == []
