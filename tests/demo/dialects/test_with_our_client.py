"""The main workflows in every dialect: our client against the demo gateway over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from sunotui.demo.dialects import DIALECTS, ServerDialect, dialect_of_screens, find_dialect
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import NotSupported, TokenRejected
from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskReport, TaskStatus
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import build_payload
from tests.demo import mp3
from tests.demo.conftest import StartServer
from tests.demo.harness import EVERY_DIALECT, form_of, prefix_of
from tests.support.waiting import hang_guard

UNKNOWN_ID = "00000000-0000-4000-8000-000000000001"


def client_of(server: DemoServer, dialect: str = "reference") -> GatewayClient:
    return GatewayClient(parse_base_url(server.base_url + prefix_of(dialect)), Token(server.token))


async def sent(client: GatewayClient, request: Request, dialect: str = "reference") -> str:
    outcome = await client.submit(build_payload(request, form_of(dialect)))
    assert isinstance(outcome, Accepted), outcome
    return outcome.task_id


async def history(client: GatewayClient, task_id: str) -> list[TaskReport]:
    """The reports of every poll until the task has ended."""
    seen: list[TaskReport] = []
    async with hang_guard("the end of the task"):
        while not seen or seen[-1].status not in {TaskStatus.SUCCESS, TaskStatus.FAILURE}:
            seen += (await client.fetch_tasks([task_id])).reports
            await asyncio.sleep(0.002)
    return seen


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
async def test_a_described_song_is_polled_and_downloaded(dialect: str, start_server: StartServer) -> None:
    client = client_of(start_server(dialect=dialect, speed=200.0), dialect)
    task_id = await sent(client, MusicRequest(description="neon rain over Tokyo", model="chirp-v4"), dialect)
    seen = await history(client, task_id)
    last = seen[-1]
    assert last.status is TaskStatus.SUCCESS
    assert (last.finished_at is None) is (dialect == "crazyrouter"), "only crazyrouter reports no times"
    assert len(last.clips) == (1 if dialect == "gptproto" else 2)
    streams = [clip for report in seen for clip in report.clips if clip.status is ClipStatus.STREAMING]
    async with httpx.AsyncClient(trust_env=False) as http:
        for clip in last.clips:
            assert clip.title
            assert clip.lyrics
            assert clip.duration_s is not None
            assert clip.audio_url is not None
            assert clip.image_url is not None
            assert "/media/stream/" not in clip.audio_url
            assert mp3.seconds((await http.get(clip.audio_url)).content) == pytest.approx(clip.duration_s, abs=0.1)
            assert (await http.get(clip.image_url)).content.startswith(b"\x89PNG")
    if dialect == "reference":
        assert streams, "a reference gateway streams before the task ends"
    for clip in streams:
        final = next(take for take in last.clips if take.id == clip.id)
        assert clip.audio_url not in ("", final.audio_url)
    await client.aclose()


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
async def test_lyrics_are_generated(dialect: str, start_server: StartServer) -> None:
    client = client_of(start_server(dialect=dialect, speed=400.0), dialect)
    last = (await history(client, await sent(client, LyricsRequest("a girl from Mars"))))[-1]
    assert last.lyrics is not None
    assert last.lyrics.text
    assert last.lyrics.title
    await client.aclose()


async def test_the_reference_extends_concatenates_and_uploads(start_server: StartServer) -> None:
    client = client_of(start_server(speed=400.0))
    first = await sent(client, MusicRequest(lyrics="[Verse]\nla", title="Tin", model="chirp-v4"))
    parent = (await history(client, first))[-1].clips[0]
    more = MusicRequest(lyrics="la", model="chirp-v4", extend_clip_id=parent.id, extend_at_s=40.0, extend_task_id=first)
    part = (await history(client, await sent(client, more)))[-1].clips[0]
    whole = (await history(client, await sent(client, ConcatRequest(part.id))))[-1]
    assert (whole.kind, len(whole.clips)) == (TaskKind.CONCAT, 1)
    uploaded = (await history(client, await sent(client, UploadRequest("https://audio.example/hum.mp3"))))[-1]
    assert uploaded.kind is TaskKind.UPLOAD
    await client.aclose()


@pytest.mark.parametrize("dialect", ["paid", "key4u"])
async def test_an_uploaded_take_is_extended_and_covered(
    dialect: str, start_server: StartServer, tmp_path: Path
) -> None:
    (tmp_path / "hum.mp3").write_bytes(b"sound")
    file, url = UploadFileRequest(str(tmp_path / "hum.mp3")), UploadRequest("https://audio.example/hum.mp3")
    client = client_of(start_server(dialect=dialect, speed=800.0), dialect)
    outcomes = [await client.submit(build_payload(url, form_of(dialect)))]
    if dialect == "paid":
        outcomes.append(await client.submit(build_payload(file, form_of(dialect))))
    for outcome in outcomes:
        assert isinstance(outcome, Accepted), outcome
        clip = outcome.clips[0] if outcome.clips else (await history(client, outcome.task_id))[-1].clips[0]
        task_id = "" if outcome.task_id == clip.id else outcome.task_id
        requests: list[Request] = [
            MusicRequest(
                lyrics="la", extend_clip_id=clip.id, extend_at_s=20.0, extend_task_id=task_id, extend_upload=True
            ),
            DerivedRequest("cover", clip_id=clip.id, lyrics="la", style="polka"),
        ]
        if dialect == "paid":
            requests.append(DerivedRequest("stems", clip_id=clip.id, task_id=task_id))
        for request in requests:
            made = await client.submit(build_payload(request, form_of(dialect)))
            assert isinstance(made, Accepted), (request, made)
    await client.aclose()


async def test_the_paid_gateway_derives_songs(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="paid", speed=800.0))
    first = await sent(client, MusicRequest(lyrics="[Verse]\nla", title="Tin", exclude="drums", model="chirp-auk"))
    song = (await history(client, first))[-1]
    parent = song.clips[0]
    assert '"negative_tags":"drums"' in song.raw
    more = MusicRequest(lyrics="la", model="chirp-v4", extend_clip_id=parent.id, extend_at_s=40.0, extend_task_id=first)
    cover = DerivedRequest("cover", clip_id=parent.id, lyrics="la", style="polka", model="chirp-bluejay")
    section = DerivedRequest(
        "infill", clip_id=parent.id, task_id=first, start_s=20, end_s=30, lyrics="li", model="chirp-crow"
    )
    for request in (more, cover, section):
        made = (await history(client, await sent(client, request)))[-1]
        assert made.status is TaskStatus.SUCCESS
        assert parent.id in made.raw
    whole = (await history(client, await sent(client, ConcatRequest(made.clips[0].id, is_infill=True))))[-1]
    assert whole.kind is TaskKind.CONCAT
    assert whole.clips[0].duration_s == pytest.approx(parent.duration_s, abs=0.05)
    await client.aclose()


@pytest.mark.parametrize("count", [2, 12])
async def test_stems_are_in_the_submit_response_and_are_not_a_task(count: int, start_server: StartServer) -> None:
    client = client_of(start_server(dialect="paid", speed=800.0))
    first = await sent(client, MusicRequest(lyrics="la", model="chirp-auk"))
    parent = (await history(client, first))[-1].clips[0]
    outcome = await client.submit(build_payload(DerivedRequest("stems", clip_id=parent.id, task_id=first, count=count)))
    assert isinstance(outcome, Accepted)
    assert len(outcome.clips) == count
    assert (await client.fetch_tasks([outcome.task_id])).absent == (outcome.task_id,)
    await client.aclose()


async def test_a_persona_is_used_on_the_paid_gateway(start_server: StartServer) -> None:
    server = start_server(dialect="paid", speed=800.0)
    client = client_of(server)
    parent = (await history(client, await sent(client, MusicRequest(lyrics="la", model="chirp-auk"))))[-1].clips[0]
    async with httpx.AsyncClient(trust_env=False, headers={"Authorization": f"Bearer {server.token}"}) as http:
        fields = {"root_clip_id": parent.id, "name": "Ada"}
        persona_id = (await http.post(server.base_url + "/suno/persona/create", json=fields)).json()["id"]
    sung = MusicRequest(lyrics="la", persona_id=persona_id, persona_clip_id=parent.id, model="chirp-v4")
    made = (await history(client, await sent(client, sung)))[-1]
    assert made.status is TaskStatus.SUCCESS
    assert f'"persona_id":"{persona_id}"' in made.raw
    await client.aclose()


async def test_crazyrouter_concatenates_an_extension(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="crazyrouter", speed=800.0))
    parent = (await history(client, await sent(client, MusicRequest(lyrics="la", model="chirp-v4"))))[-1].clips[0]
    more = MusicRequest(lyrics="la", model="chirp-v4", extend_clip_id=parent.id, extend_at_s=40.0)
    part = (await history(client, await sent(client, more)))[-1].clips[0]
    whole = (await history(client, await sent(client, ConcatRequest(part.id))))[-1]
    assert (whole.status, len(whole.clips)) == (TaskStatus.SUCCESS, 1)
    await client.aclose()


@pytest.mark.parametrize("dialect", ["new-api", "new-api-2026", "one-hub"])
@pytest.mark.parametrize("request_", [ConcatRequest("clip-1"), UploadRequest("https://audio.example/a.mp3")])
async def test_stock_relays_refuse_concat_and_upload(
    dialect: str, request_: Request, start_server: StartServer
) -> None:
    server = start_server(dialect=dialect, speed=400.0)
    client = client_of(server)
    outcome = await client.submit(build_payload(request_))
    assert isinstance(outcome, Rejected | Unknown)
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(server.base_url + "/demo/submits")).json() == []
    if isinstance(request_, ConcatRequest):
        assert isinstance(outcome, Rejected)
        assert isinstance(outcome.error, NotSupported), outcome.error
    await client.aclose()


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
async def test_unknown_ids_are_absent(dialect: str, start_server: StartServer) -> None:
    client = client_of(start_server(dialect=dialect, speed=400.0), dialect)
    known = await sent(client, MusicRequest(description="tea", model="chirp-v4"), dialect)
    batch = await client.fetch_tasks([UNKNOWN_ID, known])
    assert [report.id for report in batch.reports] == [known]
    assert batch.absent == (UNKNOWN_ID,)
    assert (await client.fetch_tasks([UNKNOWN_ID])).absent == (UNKNOWN_ID,)
    assert await client.fetch_one(UNKNOWN_ID) is None
    alone = await client.fetch_one(known)
    assert alone is not None
    assert alone.id == known
    await client.aclose()


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
async def test_a_token_is_checked_and_the_balance_read(dialect: str, start_server: StartServer) -> None:
    server = start_server(dialect=dialect, speed=400.0)
    client = client_of(server, dialect)
    check = await client.check()
    await sent(client, MusicRequest(description="tea", model="chirp-v4"), dialect)
    after = await client.balance()
    if dialect == "gptproto":
        assert check.balance is after is None, "it has no balance page"
    else:
        assert check.balance is not None
        assert check.balance.remaining == pytest.approx(5.0)
        assert after is not None
        assert after.remaining == pytest.approx(4.9)
    await client.aclose()
    other = GatewayClient(parse_base_url(server.base_url + prefix_of(dialect)), Token("sk-other-user"))
    with pytest.raises(TokenRejected):
        await other.check()
    await other.aclose()


async def test_more_than_fifty_ids_at_one_hub_are_all_found(start_server: StartServer) -> None:
    client = client_of(start_server(dialect="one-hub", speed=400.0))
    ids = [await sent(client, LyricsRequest(f"words {number}")) for number in range(120)]
    batch = await client.fetch_tasks(ids)
    assert {report.id for report in batch.reports} == set(ids)
    await client.aclose()


@pytest.mark.parametrize("dialect", EVERY_DIALECT)
async def test_a_check_finds_the_path_prefix(dialect: str, start_server: StartServer) -> None:
    client = GatewayClient(parse_base_url((server := start_server(dialect=dialect)).base_url), Token(server.token))
    assert (await client.check()).base_url.prefix == prefix_of(dialect)
    await client.aclose()


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_the_reference_serves_both_prefixes(prefix: str, start_server: StartServer) -> None:
    server = start_server(speed=400.0)
    client = GatewayClient(parse_base_url(server.base_url + prefix), Token(server.token))
    assert (await history(client, await sent(client, LyricsRequest("tea"))))[-1].lyrics is not None
    await client.aclose()


# --- the server -------------------------------------------------------------------------------------------------------


async def test_tasks_survive_a_restart_of_the_server(start_server: StartServer) -> None:
    server = start_server(speed=400.0)
    client = client_of(server)
    task_id = await sent(client, MusicRequest(description="tea", model="chirp-v4"))
    address = server.base_url
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    assert server.base_url == address
    assert (await history(client, task_id))[-1].status is TaskStatus.SUCCESS
    await client.aclose()


def test_a_port_in_use_raises_an_error(start_server: StartServer) -> None:
    server = start_server()
    port = int(server.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        DemoServer(port=port).start()


@pytest.mark.parametrize("option", [{"faults": ["no-such"]}, {"dialect": "no-such"}])
def test_an_unknown_option_raises_an_error(option: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no-such"):
        DemoServer(**option)  # type: ignore[arg-type]


async def test_the_same_seed_makes_the_same_songs_over_http(start_server: StartServer) -> None:
    runs = []
    for _ in range(2):
        client = client_of(start_server(seed=9, speed=400.0))
        task_id = await sent(client, MusicRequest(description="neon rain", model="chirp-v4"))
        last = (await history(client, task_id))[-1]
        runs.append((task_id, [(clip.id, clip.title, clip.duration_s, clip.lyrics) for clip in last.clips]))
        await client.aclose()
    assert runs[0] == runs[1]


@pytest.mark.parametrize(("find", "support"), [(find_dialect, Support.UNKNOWN), (dialect_of_screens, Support.OFFERED)])
async def test_the_demo_of_the_screens_shows_that_it_offers_timings(
    find: Callable[[str], ServerDialect], support: Support, start_server: StartServer
) -> None:
    client = client_of(start_server(dialect=find("reference")))
    found = await client.probe(0.0)
    await client.aclose()
    assert found.support(Feature.TIMING) is support


@pytest.mark.parametrize("name", sorted(set(DIALECTS) - {"reference"}))
def test_the_demo_of_the_screens_imitates_all_others_as_they_are(name: str) -> None:
    assert dialect_of_screens(name) is find_dialect(name)
