"""Media links: audio that parses, byte ranges, the stream, the video, the cover, and 404 before a file exists."""

from __future__ import annotations

import io

import httpx
import pytest

from sunotui.domain.tasks.clip import is_dead_link
from sunotui.player.files.completeness import mp4_seconds
from tests.demo import mp3
from tests.demo.conftest import OpenDemo
from tests.demo.harness import ADDRESS, EVERY_DIALECT, LONG_S, DemoHarness
from tests.demo.media.test_covers import chunks


async def finished(demo: DemoHarness) -> tuple[str, float]:
    """The audio URL and the duration of a finished take."""
    task_id = await demo.song()
    demo.let_pass(61)
    clip = (await demo.task(task_id))["data"][0]
    return clip["audio_url"], clip["metadata"]["duration"]


def declared_seconds(video: bytes) -> float:
    """The length of an MP4 by its header."""
    length_s = mp4_seconds(io.BytesIO(video))
    assert length_s is not None
    return length_s


async def ranged(demo: DemoHarness, url: str, wanted: str, **more: str) -> httpx.Response:
    return await demo.http.get(url, headers={"Range": wanted, **more})


async def test_the_file_is_mp3_of_the_announced_duration(open_demo: OpenDemo) -> None:
    demo = open_demo()
    url, duration_s = await finished(demo)
    response = await demo.http.get(url)
    assert response.status_code == 200
    assert response.headers["content-type"] == "audio/mpeg"
    assert response.headers["accept-ranges"] == "bytes"
    assert int(response.headers["content-length"]) == len(response.content)
    assert mp3.seconds(response.content) == pytest.approx(duration_s, abs=0.013)


async def test_media_need_no_key(open_demo: OpenDemo) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    del demo.http.headers["Authorization"]
    assert (await demo.http.get(url)).status_code == 200


async def test_head_gives_the_content_length(open_demo: OpenDemo) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    assert (await demo.http.head(url)).headers["content-length"] == str(len((await demo.http.get(url)).content))


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-95", 0, 95),
        ("bytes=1000-1999", 1000, 1999),
        ("bytes=1000-", 1000, -1),
        ("bytes=-96", -96, -1),
        ("bytes=5-999999999999", 5, -1),
        ("bytes=-999999999999", 0, -1),
    ],
)
async def test_a_range_returns_those_bytes(open_demo: OpenDemo, wanted: str, first: int, last: int) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    whole = (await demo.http.get(url)).content
    start, end = first % len(whole), last % len(whole)
    response = await ranged(demo, url, wanted)
    assert response.status_code == 206
    assert response.content == whole[start : end + 1]
    assert response.headers["content-range"] == f"bytes {start}-{end}/{len(whole)}"


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
async def test_a_range_beyond_the_end_is_refused_with_the_size(open_demo: OpenDemo, wanted: str) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    size = (await demo.http.head(url)).headers["content-length"]
    response = await ranged(demo, url, wanted)
    assert response.status_code == 416
    assert response.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize(
    "wanted", ["bytes=9-5", "bytes=-", "bytes=a-b", "seconds=0-5", "bytes=0-1,5-6", "bytes=" + "9" * 5_000 + "-", ""]
)
async def test_an_invalid_range_returns_the_whole_file(open_demo: OpenDemo, wanted: str) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    response = await ranged(demo, url, wanted)
    assert response.status_code == 200
    assert "content-range" not in response.headers
    assert len(response.content) == int(response.headers["content-length"])


async def test_a_range_of_another_version_returns_the_whole_file(open_demo: OpenDemo) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    etag = (await demo.http.head(url)).headers["etag"]
    assert (await ranged(demo, url, "bytes=5-9", **{"If-Range": etag})).status_code == 206
    assert (await ranged(demo, url, "bytes=5-9", **{"If-Range": '"other"'})).status_code == 200


async def test_a_matching_etag_returns_not_modified(open_demo: OpenDemo) -> None:
    demo = open_demo()
    url, _ = await finished(demo)
    etag = (await demo.http.head(url)).headers["etag"]
    response = await demo.http.get(url, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")


async def test_the_stream_has_the_same_audio_without_a_length(open_demo: OpenDemo) -> None:
    demo = open_demo(speed=1e6)
    task_id = await demo.song()
    demo.let_pass(14.5)
    clips = (await demo.task(task_id))["data"]
    url = next(clip["audio_url"] for clip in clips if clip["status"] == "streaming")
    assert url.startswith(f"{ADDRESS}/media/stream/")
    response = await demo.http.get(url)
    assert response.headers["content-type"] == "audio/mpeg"
    assert "content-length" not in response.headers
    assert mp3.seconds(response.content) > 90
    demo.let_pass(61)
    clips = (await demo.task(task_id))["data"]
    final = next(clip["audio_url"] for clip in clips if clip["id"] in url)
    assert (await demo.http.get(final)).content == response.content
    # A player that started with the stream may continue with it after the task has ended.
    assert (await demo.http.get(url)).content == response.content


async def test_head_of_a_stream_is_empty(open_demo: OpenDemo) -> None:
    demo = open_demo(speed=1e6)
    await finished(demo)
    clip = next(iter(demo.simulator._clips))
    response = await demo.http.head(f"/media/stream/{clip}")
    assert (response.status_code, response.content) == (200, b"")


async def test_the_video_has_the_duration_of_the_audio_and_is_sent_in_ranges(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    url, _ = await finished(demo)
    audio = (await demo.http.get(url)).content
    video_url = url.replace(".mp3", ".mp4")
    response = await demo.http.get(video_url, headers={"Authorization": ""})
    assert (response.status_code, response.headers["content-type"]) == (200, "video/mp4")
    assert declared_seconds(response.content) == pytest.approx(mp3.seconds(audio))
    assert response.content.endswith(audio)
    head = await demo.http.head(video_url)
    assert (head.status_code, head.headers["content-type"]) == (200, "video/mp4")
    assert head.headers["content-length"] == str(len(response.content))
    part = await ranged(demo, video_url, "bytes=4-7")
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, b"ftyp", "video/mp4")
    assert part.headers["content-range"] == f"bytes 4-7/{len(response.content)}"


async def test_only_gateways_that_make_videos_have_one(open_demo: OpenDemo) -> None:
    for dialect in EVERY_DIALECT:
        demo = open_demo(dialect)
        await demo.finished_song()
        clip_id = next(iter(demo.simulator._clips))
        expected = 200 if dialect in {"paid", "key4u"} else 404
        assert (await demo.http.head(f"/media/{clip_id}.mp4")).status_code == expected, dialect


async def test_there_is_no_video_before_the_song_is_complete_or_without_audio(open_demo: OpenDemo) -> None:
    demo = open_demo("paid")
    await demo.song()
    demo.let_pass(14.5)
    clip_id = next(iter(demo.simulator._clips))
    assert (await demo.http.get(f"/media/{clip_id}.png")).status_code == 200, "it streams"
    assert (await demo.http.get(f"/media/{clip_id}.mp4")).status_code == 404
    demo.let_pass(LONG_S)
    assert (await demo.http.get(f"/media/{clip_id}.mp4")).status_code == 200
    for fault in ("silence-audio", "fail-task"):
        demo = open_demo("paid", faults=[fault])
        await demo.finished_song()
        clip_id = next(iter(demo.simulator._clips))
        assert (await demo.http.get(f"/media/{clip_id}.mp4")).status_code == 404, fault


async def test_the_cover_exists_once_the_clip_streams(open_demo: OpenDemo) -> None:
    demo = open_demo()
    task_id = await demo.song()
    demo.let_pass(14.5)
    for clip in (await demo.task(task_id))["data"]:
        response = await demo.http.get(clip["image_url"])
        assert response.headers["content-type"] == "image/png"
        assert chunks(response.content)


async def test_media_are_not_found_before_they_exist(open_demo: OpenDemo) -> None:
    demo = open_demo()
    await demo.song()
    demo.let_pass(5)
    clip_id = next(iter(demo.simulator._clips))
    for link in (f"/media/{clip_id}.mp3", f"/media/stream/{clip_id}", f"/media/{clip_id}.png"):
        assert (await demo.http.get(link)).status_code == 404
    demo.let_pass(9.5)
    assert (await demo.http.get(f"/media/{clip_id}.mp3")).status_code == 404


@pytest.mark.parametrize(
    "link",
    ["None.mp3", "none-such.mp3", "none-such.png", "stream/none-such", "none-such.mp4", "", "a/b/c.mp3"],
)
async def test_unknown_media_are_not_found(open_demo: OpenDemo, link: str) -> None:
    demo = open_demo()
    assert (await demo.http.get(f"/media/{link}")).status_code == 404


async def test_a_silent_take_ends_with_a_dead_link(open_demo: OpenDemo) -> None:
    demo = open_demo(faults=["silence-audio"])
    url, _ = await finished(demo)
    assert is_dead_link(url)
    assert (await demo.http.get(url)).status_code == 404
    clip_id = next(iter(demo.simulator._clips))
    assert (await demo.http.get(f"/media/{clip_id}.mp3")).status_code == 404


async def test_a_failed_take_has_no_media(open_demo: OpenDemo) -> None:
    demo = open_demo(faults=["fail-task"])
    url, duration_s = await finished(demo)
    assert is_dead_link(url)
    assert duration_s is None
    clip_id = next(iter(demo.simulator._clips))
    for link in (f"/media/{clip_id}.mp3", f"/media/stream/{clip_id}", f"/media/{clip_id}.png"):
        assert (await demo.http.get(link)).status_code == 404
