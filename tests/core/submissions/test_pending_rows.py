"""Submissions with an unknown outcome are on top of the list until the user decides (S4)."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.domain.browse import Collection, ListQuery
from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.submit.outcome import Unknown
from tests.core.harness import CoreHarness
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


def view(of: View, search: str = "") -> ListQuery:
    return ListQuery(Collection.of_view(of), parse(search))


async def ids(harness: CoreHarness, listing: ListQuery) -> list[str]:
    window = await harness.core.browser.page(listing, before=0, after=50)
    assert window.total == len(window.rows)
    return [row.id for row in window.rows]


async def lose_one(harness: CoreHarness) -> str:
    """Create a submission whose response was lost; returns the id of its row."""
    harness.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), '{"error": "502"}')
    submission = await send_request(harness.core, SONG, "main")
    return " " + submission.id


async def test_it_is_the_first_row_and_is_counted(harness: CoreHarness) -> None:
    await harness.put("later")
    row = await lose_one(harness)
    window = await harness.core.browser.page(ListQuery(), around="later", before=5, after=5)
    assert ([one.id for one in window.rows], window.anchor) == ([row, "later"], 1)
    assert (window.rows[0].title, window.rows[0].status) == ("rain on a tin roof", TaskStatus.UNKNOWN)
    around = await harness.core.browser.page(ListQuery(), around=row, before=0, after=0)
    assert ([one.id for one in around.rows], around.anchor, around.total) == ([row], 0, 2)
    places = await harness.core.browser.collections()
    counts = [places.counts[Collection.of_view(view)] for view in (View.ALL, View.FAILED, View.ACTIVE)]
    assert (counts, places.unknown) == ([2, 0, 1], 1)
    assert await harness.core.browser.between(ListQuery(), "later", row) == [row, "later"]
    assert await harness.core.browser.between(ListQuery(), "later", "unknown") == []


@pytest.mark.parametrize(
    ("place", "is_there"), [(View.ALL, True), (View.FAILED, False), (View.SONGS, False), (View.ACTIVE, False)]
)
async def test_the_views_that_show_it(harness: CoreHarness, place: View, is_there: bool) -> None:
    row = await lose_one(harness)
    assert await ids(harness, view(place)) == ([row] if is_there else [])


async def test_a_search_finds_it_by_its_text(harness: CoreHarness) -> None:
    row = await lose_one(harness)
    for search in (
        "TIN rain",
        "status:failed",
        "roof since:1d",
        "is:failed -snow",
        "gateway:main",
        "rating:0",
        "-rating:>3",
    ):
        assert await ids(harness, view(View.ALL, search)) == [row], search
    for search in (
        "snow",
        "-tin",
        "is:starred",
        "status:done",
        "len:>0:10",
        "-len:>0:10",
        "rating:>0",
        "label:rain",
        "gateway:other",
        "👩",
    ):
        assert await ids(harness, view(View.ALL, search)) == [], search


async def test_its_details_can_be_read(harness: CoreHarness) -> None:
    row = await lose_one(harness)
    shown = await harness.core.reader.detail(row)
    assert shown is not None
    assert shown.is_pending
    assert shown.submission is not None
    assert shown.submission.request == SONG
    assert "may have been charged" in shown.task.fail_reason
    assert shown.raw == '{"error": "502"}'


async def test_a_submission_being_sent_is_a_row(harness: CoreHarness) -> None:
    harness.gateway.gate = asyncio.Event()
    sending = asyncio.create_task(send_request(harness.core, SONG, "main"))
    await harness.settle()
    places = await harness.core.browser.collections()
    counts = [places.counts[Collection.of_view(view)] for view in (View.ACTIVE, View.FAILED)]
    assert (counts, places.unknown, places.sending) == ([1, 0], 0, 1)
    (row,) = (await harness.core.browser.page(view(View.ACTIVE), before=0, after=9)).rows
    assert (row.title, row.status) == ("rain on a tin roof", TaskStatus.NOT_STARTED)
    harness.gateway.gate.set()
    await sending
    assert await ids(harness, view(View.ACTIVE)) == ["task-1"]


async def test_its_row_disappears_when_it_is_resolved(harness: CoreHarness) -> None:
    row = await lose_one(harness)
    await harness.core.services.unknown_outcomes.give_up(row.strip())
    assert await ids(harness, view(View.ALL)) == []
    await harness.put("a")
    shown = await harness.core.reader.detail("a")
    assert shown is not None
    assert not shown.is_pending
