"""What the links lead to: audio that parses, with ranges; the stream before it; the cover; and nothing too early."""

from __future__ import annotations

import httpx
import pytest

from sunotui.domain.tasks.clip import is_dead_link
from tests.demo import mp3
from tests.demo.bench import ADDRESS, Bench
from tests.demo.conftest import OpenBench
from tests.demo.media.test_covers import chunks


async def finished(bench: Bench) -> tuple[str, float]:
    """The link and the length of a finished take."""
    task_id = await bench.song()
    bench.let_pass(61)
    clip = (await bench.task(task_id))["data"][0]
    return clip["audio_url"], clip["metadata"]["duration"]


async def ranged(bench: Bench, url: str, wanted: str, **more: str) -> httpx.Response:
    return await bench.http.get(url, headers={"Range": wanted, **more})


async def test_the_file_is_mp3_of_the_length_announced(open_bench: OpenBench) -> None:
    bench = open_bench()
    url, duration_s = await finished(bench)
    answer = await bench.http.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.headers["accept-ranges"] == "bytes"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert mp3.seconds(answer.content) == pytest.approx(duration_s, abs=0.013)


async def test_media_want_no_key(open_bench: OpenBench) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    del bench.http.headers["Authorization"]
    assert (await bench.http.get(url)).status_code == 200


async def test_head_tells_the_length(open_bench: OpenBench) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    assert (await bench.http.head(url)).headers["content-length"] == str(len((await bench.http.get(url)).content))


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
async def test_a_range_is_those_bytes(open_bench: OpenBench, wanted: str, first: int, last: int) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    whole = (await bench.http.get(url)).content
    start, end = first % len(whole), last % len(whole)
    answer = await ranged(bench, url, wanted)
    assert answer.status_code == 206
    assert answer.content == whole[start : end + 1]
    assert answer.headers["content-range"] == f"bytes {start}-{end}/{len(whole)}"


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
async def test_a_range_beyond_the_end_is_refused_with_the_size(open_bench: OpenBench, wanted: str) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    size = (await bench.http.head(url)).headers["content-length"]
    answer = await ranged(bench, url, wanted)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{size}"


@pytest.mark.parametrize(
    "wanted", ["bytes=9-5", "bytes=-", "bytes=a-b", "seconds=0-5", "bytes=0-1,5-6", "bytes=" + "9" * 5_000 + "-", ""]
)
async def test_a_range_that_says_nothing_gives_the_whole(open_bench: OpenBench, wanted: str) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    answer = await ranged(bench, url, wanted)
    assert answer.status_code == 200
    assert "content-range" not in answer.headers
    assert len(answer.content) == int(answer.headers["content-length"])


async def test_a_range_of_another_version_gives_the_whole(open_bench: OpenBench) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    etag = (await bench.http.head(url)).headers["etag"]
    assert (await ranged(bench, url, "bytes=5-9", **{"If-Range": etag})).status_code == 206
    assert (await ranged(bench, url, "bytes=5-9", **{"If-Range": '"other"'})).status_code == 200


async def test_who_has_it_is_told_so(open_bench: OpenBench) -> None:
    bench = open_bench()
    url, _ = await finished(bench)
    etag = (await bench.http.head(url)).headers["etag"]
    answer = await bench.http.get(url, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


async def test_the_stream_is_the_same_sound_without_a_length(open_bench: OpenBench) -> None:
    bench = open_bench(speed=1e6)
    task_id = await bench.song()
    bench.let_pass(14.5)
    clips = (await bench.task(task_id))["data"]
    url = next(clip["audio_url"] for clip in clips if clip["status"] == "streaming")
    assert url.startswith(f"{ADDRESS}/media/stream/")
    answer = await bench.http.get(url)
    assert answer.headers["content-type"] == "audio/mpeg"
    assert "content-length" not in answer.headers
    assert mp3.seconds(answer.content) > 90
    bench.let_pass(61)
    clips = (await bench.task(task_id))["data"]
    final = next(clip["audio_url"] for clip in clips if clip["id"] in url)
    assert (await bench.http.get(final)).content == answer.content
    # A player that began with the stream may go on with it after the end.
    assert (await bench.http.get(url)).content == answer.content


async def test_head_of_a_stream_is_empty(open_bench: OpenBench) -> None:
    bench = open_bench(speed=1e6)
    await finished(bench)
    clip = next(iter(bench.simulator._clips))
    answer = await bench.http.head(f"/media/stream/{clip}")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_the_cover_is_a_png_from_the_moment_it_streams(open_bench: OpenBench) -> None:
    bench = open_bench()
    task_id = await bench.song()
    bench.let_pass(14.5)
    for clip in (await bench.task(task_id))["data"]:
        answer = await bench.http.get(clip["image_url"])
        assert answer.headers["content-type"] == "image/png"
        assert chunks(answer.content)


async def test_nothing_is_there_before_its_time(open_bench: OpenBench) -> None:
    bench = open_bench()
    await bench.song()
    bench.let_pass(5)
    clip_id = next(iter(bench.simulator._clips))
    for link in (f"/media/{clip_id}.mp3", f"/media/stream/{clip_id}", f"/media/{clip_id}.png"):
        assert (await bench.http.get(link)).status_code == 404
    bench.let_pass(9.5)
    assert (await bench.http.get(f"/media/{clip_id}.mp3")).status_code == 404


@pytest.mark.parametrize(
    "link",
    ["None.mp3", "none-such.mp3", "none-such.png", "stream/none-such", "none-such.mp4", "", "a/b/c.mp3"],
)
async def test_what_is_not_there_is_not_found(open_bench: OpenBench, link: str) -> None:
    bench = open_bench()
    assert (await bench.http.get(f"/media/{link}")).status_code == 404


async def test_a_mute_take_ends_with_a_dead_link(open_bench: OpenBench) -> None:
    bench = open_bench(faults=["silence-audio"])
    url, _ = await finished(bench)
    assert is_dead_link(url)
    assert (await bench.http.get(url)).status_code == 404
    clip_id = next(iter(bench.simulator._clips))
    assert (await bench.http.get(f"/media/{clip_id}.mp3")).status_code == 404


async def test_a_failed_take_has_no_sound(open_bench: OpenBench) -> None:
    bench = open_bench(faults=["fail-task"])
    url, duration_s = await finished(bench)
    assert is_dead_link(url)
    assert duration_s is None
    clip_id = next(iter(bench.simulator._clips))
    for link in (f"/media/{clip_id}.mp3", f"/media/stream/{clip_id}", f"/media/{clip_id}.png"):
        assert (await bench.http.get(link)).status_code == 404
