"""A request is prepared once, for one gateway, and goes out as it was prepared or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.core.paths import AppPaths
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import LyricsRequest, MusicRequest
from sunotui.domain.submission import SubmissionState
from sunotui.gateway.submit.payloads import build_payload
from tests.core.harness import CoreHarness
from tests.support.preparing import PreparationCounter

SONG = MusicRequest(lyrics="\u200b[Verse] rain ", style="jazz")
HERE = Profile("main", parse_base_url("http://127.0.0.1:9"))


async def test_it_has_all_that_is_journalled_and_sent(harness: CoreHarness) -> None:
    prepared = await harness.core.services.submitter.prepare(SONG, "main")
    assert prepared.source == SONG
    assert prepared.request == MusicRequest(lyrics="[Verse] rain", style="jazz", model="chirp-hawk")
    assert prepared.payload == build_payload(prepared.request)
    assert prepared.warnings == ()
    ended = await harness.core.services.submitter.send(prepared)
    assert (ended.request, ended.path, ended.body) == (
        prepared.request,
        prepared.payload.path,
        prepared.payload.body,
    )
    assert harness.gateway.orders == [prepared.payload]


async def test_what_only_warns_comes_with_it(harness: CoreHarness) -> None:
    long = MusicRequest(lyrics="la " * 3_000, model="chirp-v3-5", style="jazz")
    (sentence,) = (await harness.core.services.submitter.prepare(long, "main")).warnings
    assert "this model takes" in sentence


async def test_nothing_is_asked_journalled_or_sent_by_preparing(harness: CoreHarness) -> None:
    await harness.core.services.submitter.prepare(SONG, "main")
    with pytest.raises(InvalidRequest):
        await harness.core.services.submitter.prepare(LyricsRequest(" "), "main")
    assert (harness.gateway.orders, harness.gateway.asked, harness.gateway.probes) == ([], [], 0)
    assert await harness.core.reader.submissions() == []


async def test_one_preparation_serves_the_search_and_every_take(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = PreparationCounter(monkeypatch)
    submitter = harness.core.services.submitter
    prepared = await submitter.prepare(SONG, "main")
    assert await submitter.find_duplicate(prepared, "a") is None
    ids = ("a", "b", "c")
    await asyncio.gather(*(submitter.send(prepared, submission_id=each, together=ids) for each in ids))
    assert counter.counts == (1, 1)
    assert harness.gateway.orders == [prepared.payload] * 3
    assert await submitter.find_duplicate(prepared, "d") is not None


async def test_it_is_not_sent_in_another_dialect(harness: CoreHarness) -> None:
    prepared = await harness.core.services.submitter.prepare(SONG, "main")
    harness.gateways.dialect_in_use = Dialect.SUNOAPI
    with pytest.raises(InvalidRequest, match="changed after the request was prepared: nothing was sent"):
        await harness.core.services.submitter.send(prepared)
    assert (harness.gateway.orders, await harness.core.reader.submissions()) == ([], [])
    again = await harness.core.services.submitter.prepare(SONG, "main")
    assert (await harness.core.services.submitter.send(again)).state is SubmissionState.ACCEPTED


async def test_a_dialect_found_while_the_token_is_waited_for_stops_it(harness: CoreHarness) -> None:
    prepared = await harness.core.services.submitter.prepare(SONG, "main")
    harness.gateways.gate = asyncio.Event()
    sending = asyncio.create_task(harness.core.services.submitter.send(prepared))
    await harness.settle()
    harness.gateways.dialect_in_use = Dialect.NESTED
    harness.gateways.gate.set()
    with pytest.raises(InvalidRequest, match="nothing was sent"):
        await sending
    assert (harness.gateway.orders, await harness.core.reader.submissions()) == ([], [])


@pytest.mark.parametrize(
    "changed",
    [
        HERE._replace(base_url=parse_base_url("http://127.0.0.1:19")),
        HERE._replace(base_url=parse_base_url("http://127.0.0.1:9/v1")),
        HERE._replace(dialect="nested"),
        None,
    ],
    ids=["port", "prefix", "dialect", "deleted"],
)
async def test_it_is_not_sent_where_the_profile_points_elsewhere(changed: Profile | None, tmp_path: Path) -> None:
    """With the real pool of clients; nothing listens at either address, and no submission comes of it."""
    core = Core(AppPaths(data=tmp_path / "data", config=tmp_path / "config"), {}, keeps_backups=False)
    await core.open()
    try:
        core.tokens.set_for_session("main", Token("token-of-the-test"))
        core.add_profile(HERE)
        prepared = await core.services.submitter.prepare(SONG, "main")
        if changed is None:
            core.active_profiles._extra.pop("main")
        else:
            core.add_profile(changed)
        with pytest.raises(InvalidRequest, match="nothing was sent"):
            await core.services.submitter.send(prepared)
        assert await core.reader.submissions() == []
    finally:
        await core.close(1)


async def test_the_profile_is_the_one_it_was_prepared_for_whichever_is_current(harness: CoreHarness) -> None:
    prepared = await harness.core.services.submitter.prepare(SONG, "main")
    harness.core.add_profile(Profile("other", parse_base_url("http://127.0.0.1:10")))
    assert harness.core.active_profiles.name == "other"
    assert (await harness.core.services.submitter.send(prepared)).profile == "main"
