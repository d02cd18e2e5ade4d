"""Outcomes that nobody knows stand on top of the list until a person decides (S4)."""

import asyncio

import pytest

from sunotui.domain.errors import Charge, GatewayFailed
from sunotui.domain.request import MusicRequest
from sunotui.domain.summary import View
from sunotui.domain.task import TaskStatus
from sunotui.gateway.outcome import Unknown
from tests.studio.bench import Bench

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


async def lose_one(bench: Bench) -> str:
    """A submission whose answer got lost; the id of its row."""
    bench.gateway.outcome = lambda _: Unknown(GatewayFailed(charge=Charge.MAYBE), '{"error": "502"}')
    submission = await bench.studio.submitter.send(SONG, "main")
    return " " + submission.id


async def test_it_is_the_first_row_and_is_counted(bench: Bench) -> None:
    await bench.put("later")
    row = await lose_one(bench)
    order = await bench.studio.shelf.order(View.ALL)
    assert (order.ids, order.unknown) == ([row, "later"], 1)
    assert (order.counts[View.ALL], order.counts[View.FAILED], order.counts[View.ACTIVE]) == (2, 1, 1)
    summaries = await bench.studio.shelf.summaries(["later", "gone", row])
    assert [summary.id for summary in summaries] == ["later", row]
    assert (summaries[1].title, summaries[1].status) == ("rain on a tin roof", TaskStatus.UNKNOWN)


@pytest.mark.parametrize(("view", "is_there"), [(View.FAILED, True), (View.SONGS, False), (View.ACTIVE, False)])
async def test_the_views_that_show_it(bench: Bench, view: View, is_there: bool) -> None:
    row = await lose_one(bench)
    order = await bench.studio.shelf.order(view)
    assert (order.ids, order.unknown) == ([row] if is_there else [], 1)


async def test_a_search_finds_it_by_its_words(bench: Bench) -> None:
    row = await lose_one(bench)
    assert (await bench.studio.shelf.order(View.ALL, "TIN rain")).ids == [row]
    assert (await bench.studio.shelf.order(View.ALL, "snow")).ids == []


async def test_what_is_known_of_it_can_be_read(bench: Bench) -> None:
    row = await lose_one(bench)
    shown = await bench.studio.shelf.shown(row)
    assert shown is not None
    assert shown.is_pending
    assert shown.submission is not None
    assert shown.submission.request == SONG
    assert "may have been charged" in shown.task.fail_reason
    assert shown.raw == '{"error": "502"}'


async def test_what_is_being_sent_is_a_row_too(bench: Bench) -> None:
    bench.gateway.gate = asyncio.Event()
    sending = asyncio.create_task(bench.studio.submitter.send(SONG, "main"))
    await bench.settle()
    order = await bench.studio.shelf.order(View.ACTIVE)
    assert (len(order.ids), order.counts[View.ACTIVE], order.counts[View.FAILED], order.unknown) == (1, 1, 0, 0)
    (row,) = await bench.studio.shelf.summaries(order.ids)
    assert (row.title, row.status) == ("rain on a tin roof", TaskStatus.NOT_STARTED)
    bench.gateway.gate.set()
    await sending
    assert (await bench.studio.shelf.order(View.ACTIVE)).ids == ["task-1"]


async def test_it_goes_when_it_is_decided(bench: Bench) -> None:
    row = await lose_one(bench)
    await bench.studio.unknowns.drop(row.strip())
    assert (await bench.studio.shelf.order(View.ALL)).ids == []
    await bench.put("a")
    shown = await bench.studio.shelf.shown("a")
    assert shown is not None
    assert not shown.is_pending
