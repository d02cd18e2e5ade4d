"""An unknown submission is searched for in the gateway's list of songs, and adopted only by the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import SongsFound
from sunotui.core.submissions.song_matcher import MAX_PAGES, PAGE_SIZE, SEARCH_DELAYS_S, SEARCH_WINDOW_S
from sunotui.domain.errors import InvalidRequest, NetworkError, NotFound, NotSupported, TimedOut
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software, Support
from sunotui.domain.requests.request import LyricsRequest, MusicRequest, Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.song_listing import ListedSong
from sunotui.domain.tasks.task import TaskKind, TaskStatus
from sunotui.gateway.extras import SongPage
from sunotui.gateway.submit.outcome import Accepted, unknown
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

RAIN = MusicRequest(description="rain on tin")


def listed(clip_id: str, task_id: str = "", at: float | None = None, **facts: object) -> ListedSong:
    usual = {"description": RAIN.description, "status": ClipStatus.COMPLETE, "audio_url": "https://x.example/a"}
    return ListedSong(Clip(clip_id, **{**usual, **facts}), task_id, at)  # type: ignore[arg-type]


async def lose(harness: CoreHarness, request: Request = RAIN) -> Submission:
    """Create a submission whose response was lost."""
    harness.gateway.outcome = lambda _: unknown(TimedOut())
    row = await send_request(harness.core, request, "main")
    assert row.state is SubmissionState.UNKNOWN
    return row


async def state(harness: CoreHarness, row: Submission) -> SubmissionState:
    found = await harness.core.storage.run(harness.core.stores.journal.reader.get, row.id)
    assert found is not None
    return found.state


def support(harness: CoreHarness) -> Support:
    return harness.core.services.capabilities.known("main").support(Feature.MY_MUSICS)


# --- searching -------------------------------------------------------------------------------------------------------


async def test_searching_finds_songs_and_changes_nothing(harness: CoreHarness) -> None:
    row = await lose(harness)
    harness.gateway.songs = [listed("c0", "t0", description="snow"), listed("c1", "t1"), listed("c2", "t1")]
    (match,) = await harness.core.services.unknown_outcomes.matches(row.id)
    assert (match.task_id, [clip.id for clip in match.clips]) == ("t1", ["c1", "c2"])
    assert await state(harness, row) is SubmissionState.UNKNOWN
    assert await harness.task("t1") is None
    assert support(harness) is Support.OFFERED


async def test_a_song_on_a_later_page_is_found_within_a_page_limit(harness: CoreHarness) -> None:
    row = await lose(harness)
    others = [listed(f"o{number}", f"to{number}", description="snow") for number in range(PAGE_SIZE * 2)]
    harness.gateway.songs = [*others, listed("c1", "t1")]
    assert [match.id for match in await harness.core.services.unknown_outcomes.matches(row.id)] == ["t1"]
    harness.gateway.songs = [listed(f"o{n}", f"t{n}", description="snow") for n in range(PAGE_SIZE * (MAX_PAGES + 3))]
    before = harness.gateway.asked_extras
    assert await harness.core.services.unknown_outcomes.matches(row.id) == ()
    assert harness.gateway.asked_extras - before == MAX_PAGES


async def test_a_gateway_with_one_page_for_every_number_gets_two_requests(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await lose(harness)
    asked: list[int] = []

    async def my_musics(page: int, size: int) -> SongPage:
        asked.append(page)
        return SongPage((listed("c1", "t1"),), 1)

    monkeypatch.setattr(harness.gateway, "my_musics", my_musics)
    assert len(await harness.core.services.unknown_outcomes.matches(row.id)) == 1
    assert asked == [1, 2]


async def test_songs_of_other_submissions_are_left_out(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda number: Accepted(f"task-{number}", (Clip("made-1"),))
    await send_request(harness.core, RAIN, "main")
    harness.gateway.outcome = lambda _: unknown(TimedOut())
    row = await send_request(harness.core, RAIN, "main", is_again=True)
    harness.gateway.songs = [listed("made-1"), listed("made-2", "task-1"), listed("c1", "t1")]
    assert [match.id for match in await harness.core.services.unknown_outcomes.matches(row.id)] == ["t1"]


async def test_songs_without_a_task_may_belong_to_a_running_duplicate(harness: CoreHarness) -> None:
    harness.gateway.outcome = lambda number: Accepted(f"task-{number}")
    await send_request(harness.core, RAIN, "main")
    harness.gateway.outcome = lambda _: unknown(TimedOut())
    row = await send_request(harness.core, RAIN, "main", is_again=True)
    harness.gateway.songs = [listed("c1"), listed("c2", "t2")]
    assert [match.id for match in await harness.core.services.unknown_outcomes.matches(row.id)] == ["t2"]
    harness.gateway.set_task("task-1", TaskStatus.IN_PROGRESS, clips=(Clip("another"),))
    await harness.core.refresh(["task-1"])
    assert {match.id for match in await harness.core.services.unknown_outcomes.matches(row.id)} == {"t2", "c1"}


async def test_a_request_without_a_song_is_not_searched_for(harness: CoreHarness) -> None:
    row = await lose(harness, LyricsRequest("rain"))
    with pytest.raises(InvalidRequest, match="list songs only"):
        await harness.core.services.unknown_outcomes.matches(row.id)
    await harness.clock.advance(sum(SEARCH_DELAYS_S))
    assert harness.gateway.asked_extras == 0


async def test_a_missing_list_is_reported_and_learned(harness: CoreHarness) -> None:
    row = await lose(harness)
    harness.gateway.has_extras = False
    with pytest.raises(NotSupported, match="does not list songs"):
        await harness.core.services.unknown_outcomes.matches(row.id)
    assert support(harness) is Support.MISSING
    assert await state(harness, row) is SubmissionState.UNKNOWN


async def test_only_an_unknown_outcome_is_searched_for(harness: CoreHarness) -> None:
    row = await send_request(harness.core, RAIN, "main")
    with pytest.raises(InvalidRequest, match="accepted"):
        await harness.core.services.unknown_outcomes.matches(row.id)
    with pytest.raises(NotFound):
        await harness.core.services.unknown_outcomes.matches("no-such")


# --- adopting --------------------------------------------------------------------------------------------------------


async def test_the_chosen_song_is_adopted_with_its_task(harness: CoreHarness) -> None:
    row = await lose(harness)
    harness.gateway.songs = [listed("c1", "t1", status=ClipStatus.STREAMING)]
    harness.gateway.set_task("t1", TaskStatus.IN_PROGRESS, clips=(Clip("c1", title="Tin"),))
    (match,) = await harness.core.services.unknown_outcomes.matches(row.id)
    ended = await harness.core.services.unknown_outcomes.adopt(row.id, match)
    assert (ended.state, ended.task_id, ended.error) == (SubmissionState.ACCEPTED, "t1", "")
    task = await harness.task("t1")
    assert task is not None
    assert (task.submission_id, task.status, task.title) == (row.id, TaskStatus.IN_PROGRESS, "Tin")
    assert len(harness.gateway.orders) == 1, "nothing may be sent again"
    harness.gateway.set_task("t1", TaskStatus.SUCCESS, clips=(Clip("c1", title="Tin", status=ClipStatus.COMPLETE),))
    await harness.clock.advance(60)
    task = await harness.task("t1")
    assert task is not None
    assert task.status is TaskStatus.SUCCESS, "the watch follows it"


@pytest.mark.parametrize("task_id", ["", "t1"])
async def test_a_song_known_by_its_clips_only_is_saved_as_listed(harness: CoreHarness, task_id: str) -> None:
    row = await lose(harness)
    harness.gateway.songs = [listed("c1", task_id, title="Tin"), listed("c2", task_id, title="Tin")]
    (match,) = await harness.core.services.unknown_outcomes.matches(row.id)
    ended = await harness.core.services.unknown_outcomes.adopt(row.id, match)
    assert (ended.state, ended.task_id) == (SubmissionState.ACCEPTED, task_id or "c1")
    task = await harness.task(task_id or "c1")
    assert task is not None
    assert (task.submission_id, task.kind, task.status) == (row.id, TaskKind.MUSIC, TaskStatus.SUCCESS)
    assert [clip.id for clip in task.clips] == ["c1", "c2"]


async def test_a_song_is_adopted_once(harness: CoreHarness) -> None:
    first, second = await lose(harness), await send_request(harness.core, RAIN, "main", is_again=True)
    harness.gateway.songs = [listed("c1"), listed("c2")]
    (match,) = await harness.core.services.unknown_outcomes.matches(first.id)
    await harness.core.services.unknown_outcomes.adopt(first.id, match)
    with pytest.raises(InvalidRequest, match="another submission"):
        await harness.core.services.unknown_outcomes.adopt(second.id, match)
    with pytest.raises(InvalidRequest, match="accepted"):
        await harness.core.services.unknown_outcomes.adopt(first.id, match)
    assert await state(harness, second) is SubmissionState.UNKNOWN
    assert await harness.core.services.unknown_outcomes.matches(second.id) == ()


async def test_found_accepts_the_id_of_a_listed_clip_and_adds_both_takes(harness: CoreHarness) -> None:
    row = await lose(harness)
    harness.gateway.songs = [listed("c1"), listed("c2")]
    with pytest.raises(NotFound):
        # There is no evidence that the gateway has a list.
        await harness.core.services.unknown_outcomes.resolve(row.id, "c2")
    await harness.core.services.unknown_outcomes.matches(row.id)
    assert (await harness.core.services.unknown_outcomes.resolve(row.id, "c2")).task_id == "c1"
    task = await harness.task("c1")
    assert task is not None
    assert len(task.clips) == 2


async def test_found_works_without_the_list(harness: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    row = await lose(harness)
    await harness.core.services.unknown_outcomes.matches(row.id)

    async def my_musics(page: int, size: int) -> SongPage:
        raise NetworkError

    monkeypatch.setattr(harness.gateway, "my_musics", my_musics)
    harness.gateway.set_task("t1", TaskStatus.IN_PROGRESS)
    assert (await harness.core.services.unknown_outcomes.resolve(row.id, "t1")).task_id == "t1"


# --- automatic searches ----------------------------------------------------------------------------------------------


async def test_automatic_searches_end_with_a_match_and_never_adopt(harness: CoreHarness) -> None:
    row = await lose(harness)
    await harness.clock.advance(SEARCH_DELAYS_S[0])
    assert harness.published(SongsFound) == []
    harness.gateway.songs = [listed("c1", "t1")]
    await harness.clock.advance(SEARCH_DELAYS_S[1])
    (found,) = harness.published(SongsFound)
    assert isinstance(found, SongsFound)
    assert (found.submission.id, [match.id for match in found.matches]) == (row.id, ["t1"])
    asked = harness.gateway.asked_extras
    await harness.clock.advance(SEARCH_DELAYS_S[2] * 2)
    assert harness.gateway.asked_extras == asked
    assert await state(harness, row) is SubmissionState.UNKNOWN
    assert await harness.task("t1") is None


async def test_automatic_searches_are_limited_and_survive_failures(
    harness: CoreHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def my_musics(page: int, size: int) -> SongPage:
        nonlocal looks
        looks += 1
        raise NetworkError

    monkeypatch.setattr(harness.gateway, "my_musics", my_musics)
    await lose(harness)
    for wait_s in (*SEARCH_DELAYS_S, 10_000.0):
        await harness.clock.advance(wait_s)
    assert looks == len(SEARCH_DELAYS_S)


async def test_a_resolved_submission_is_no_longer_searched_for(harness: CoreHarness) -> None:
    row = await lose(harness)
    await harness.core.services.unknown_outcomes.give_up(row.id)
    await harness.clock.advance(sum(SEARCH_DELAYS_S))
    assert harness.gateway.asked_extras == 0


@pytest.mark.parametrize("is_stock", [False, True])
async def test_a_gateway_without_a_probable_list_gets_no_request(harness: CoreHarness, is_stock: bool) -> None:
    if is_stock:
        harness.gateway.found = Capabilities(software=Software.NEW_API)
        await harness.core.services.capabilities.probe("main")
    else:
        await harness.core.services.capabilities.learn("main", Feature.MY_MUSICS, False, "404")
    await lose(harness)
    await harness.clock.advance(sum(SEARCH_DELAYS_S))
    assert harness.gateway.asked_extras == 0


@pytest.mark.parametrize(("age_s", "is_looked_for"), [(60.0, True), (SEARCH_WINDOW_S, False)])
async def test_submissions_of_an_earlier_run_are_searched_for_at_the_start(
    tmp_path: Path, age_s: float, is_looked_for: bool
) -> None:
    before = CoreHarness(tmp_path)
    await before.open()
    await lose(before)
    await before.core.close(1)
    harness = CoreHarness(tmp_path)
    await harness.clock.advance(age_s)
    await harness.open()
    harness.gateway.songs = [listed("c1", "t1")]
    await harness.core.start()
    await harness.settle()
    await harness.clock.advance(SEARCH_DELAYS_S[0])
    assert bool(harness.published(SongsFound)) is is_looked_for
    await harness.core.close(1)
