"""The cover in the detail: its sizes, when it is loaded, and what happens without one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.color import Color
from textual.geometry import Size

from sunotui.domain.requests.request import DerivedRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task
from sunotui.tui.app import SunoApp
from sunotui.tui.library.detail.cover_size import cover_size
from sunotui.tui.widgets.cover import REST_S, Cover
from tests.core.harness import CoreHarness
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.covers import FakeCovers
from tests.tui.harness import AppHarness, open_app, song

_NOW = 1_700_000_000.0


def _songs(count: int = 6) -> list[Task]:
    return [song(number, f"Song {number}", _NOW - 60 * number) for number in range(1, count + 1)]


async def _rest(harness: AppHarness) -> None:
    """Let the cursor rest until the cover is drawn."""
    await harness.core_harness.clock.advance(REST_S + 0.01)
    cover = harness.detail.query_one(Cover)
    await harness.until(lambda: cover._drawn is not None or not cover.display, "the cover")


def _has_picture(harness: AppHarness) -> bool:
    return "▀" in harness.text_of(harness.detail)


@pytest.mark.parametrize(
    ("window", "pane", "size"),
    [
        ((120, 40), (44, 36), (18, 9)),
        ((100, 30), (44, 26), (18, 9)),
        ((80, 24), (76, 20), (14, 7)),
        ((80, 24), (76, 19), (14, 7)),
        ((200, 60), (60, 56), (30, 15)),
        ((176, 40), (60, 36), (30, 15)),
        ((200, 29), (60, 25), (14, 7)),
        ((175, 60), (60, 56), (18, 9)),
        ((200, 60), (200, 24), (18, 9)),
        ((120, 40), (26, 36), None),
        ((120, 40), (34, 36), (14, 7)),
        ((120, 40), (80, 12), None),
        ((60, 15), (56, 11), None),
        ((60, 19), (56, 15), None),
    ],
)
def test_the_size_follows_window_and_pane(
    window: tuple[int, int], pane: tuple[int, int], size: tuple[int, int] | None
) -> None:
    found = cover_size(Size(*window), Size(*pane))
    assert (found and (found.columns, found.rows)) == size


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40), (200, 60)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_cover_is_beside_the_facts(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, covers=FakeCovers()) as harness:
        await harness.press("j", "enter")
        if size[1] >= 20:
            await _rest(harness)
        assert_looks_like(harness.text(), SNAPSHOTS / f"cover-{size[0]}x{size[1]}.txt")


async def test_moving_through_the_list_causes_no_requests(tmp_path: Path) -> None:
    covers = FakeCovers()
    async with open_app(tmp_path, tasks=_songs(), covers=covers) as harness:
        await _rest(harness)
        assert covers.asked == [("clip-1-1", 18, 18)]
        for _ in range(4):
            await harness.press("j")
            await harness.core_harness.clock.advance(REST_S / 2)
            assert not _has_picture(harness)
        assert len(covers.asked) == 1
        await _rest(harness)
        assert covers.asked[1:] == [("clip-5-1", 18, 18)]
        assert _has_picture(harness)


async def test_a_cover_that_was_drawn_is_shown_at_once(tmp_path: Path) -> None:
    covers = FakeCovers()
    async with open_app(tmp_path, tasks=_songs(), covers=covers) as harness:
        await _rest(harness)
        await harness.press("j")
        await _rest(harness)
        await harness.press("k")
        assert _has_picture(harness)
        assert len(covers.asked) == 2
        # While the cursor runs, even a known cover would be painted for nothing.
        await harness.press("j")
        assert not _has_picture(harness)
        await _rest(harness)
        assert _has_picture(harness)
        assert len(covers.asked) == 2


async def test_a_cover_that_comes_too_late_is_not_shown(tmp_path: Path) -> None:
    covers = FakeCovers()
    covers.gate = asyncio.Event()
    async with open_app(tmp_path, tasks=_songs(), covers=covers) as harness:
        await harness.core_harness.clock.advance(REST_S + 0.01)
        await harness.until(lambda: bool(covers.asked), "the request")
        await harness.press("j")
        covers.gate.set()
        await harness.settle()
        assert not _has_picture(harness)
        await _rest(harness)
        assert [clip for clip, _, _ in covers.asked] == ["clip-1-1", "clip-2-1"]


async def test_a_late_cover_is_not_shown_for_a_song_without_one(tmp_path: Path) -> None:
    covers = FakeCovers()
    covers.gate = asyncio.Event()
    first, bare, *others = _songs()
    bare = bare._replace(clips=tuple(clip._replace(image_url=None) for clip in bare.clips))
    async with open_app(tmp_path, tasks=[first, bare, *others], covers=covers) as harness:
        await harness.core_harness.clock.advance(REST_S + 0.01)
        await harness.until(lambda: bool(covers.asked), "the request")
        await harness.press("j")
        covers.gate.set()
        await harness.settle()
        assert harness.detail.query_one(Cover)._drawn is None


async def test_without_a_cover_the_facts_have_the_room(tmp_path: Path) -> None:
    covers = FakeCovers()
    covers.missing = {"clip-2-1"}
    bare, *others = _songs()
    bare = bare._replace(clips=tuple(clip._replace(image_url=None) for clip in bare.clips))
    async with open_app(tmp_path, tasks=[bare, *others], covers=covers) as harness:
        cover = harness.detail.query_one(Cover)
        assert not cover.display
        await harness.press("j")
        assert cover.display
        await harness.core_harness.clock.advance(REST_S + 0.01)
        await harness.until(lambda: not cover.display, "the room of the missing cover")
        assert not _has_picture(harness)
        # It is known to be missing: the room is not opened and closed again.
        await harness.press("j", "k")
        assert not cover.display


async def test_a_picture_of_the_terminal_has_the_background_of_the_theme(tmp_path: Path) -> None:
    """Where its cells are not twice as high as wide, the terminal leaves a margin, which was black."""
    async with open_app(tmp_path, tasks=_songs(), covers=FakeCovers()) as harness:
        written: list[str] = []
        harness.app.cover_art.use_terminal(written.append, {"TERM": "xterm-ghostty"})
        await _rest(harness)
        assert written
        ground = Color.parse(harness.app.theme_variables["background"]).rich_color
        cells = list(harness.detail.query_one(Cover).render_line(0))
        assert {segment.style and segment.style.bgcolor for segment in cells} == {ground}


async def test_each_take_has_its_cover(tmp_path: Path) -> None:
    covers = FakeCovers()
    async with open_app(tmp_path, tasks=_songs(), covers=covers) as harness:
        await _rest(harness)
        await harness.press("2")
        await _rest(harness)
        assert [clip for clip, _, _ in covers.asked] == ["clip-1-1", "clip-1-2"]


async def test_a_click_beside_the_cover_chooses_a_take(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=_songs(), covers=FakeCovers()) as harness:
        await _rest(harness)
        card = harness.detail.query_one("#detail-card")
        await harness.pilot.click(card, offset=(20 + 10, 0))
        assert harness.detail.take == 2
        await harness.pilot.click(card, offset=(20 + 1, 0))
        assert harness.detail.take == 1


async def test_many_takes_are_in_rows_that_take_clicks(tmp_path: Path) -> None:
    task = song(1, "Rain", _NOW)
    clips = tuple(task.clips[0]._replace(id=f"clip-1-{number}", tags="folk") for number in range(1, 12))
    async with open_app(tmp_path, tasks=[task._replace(clips=clips)], covers=FakeCovers()) as harness:
        await _rest(harness)
        card = harness.detail.query_one("#detail-card")
        lines = [line[20:] for line in harness.text_of(card).splitlines()]
        assert [line.split() for line in lines[:2]] == [
            ["∙1", "∙2", "∙3", "∙4", "∙5", "∙6"],
            ["∙7", "∙8", "∙9"],
        ], "no box is cut in two"
        assert any("folk" in line for line in lines)
        await harness.pilot.click(card, offset=(20 + lines[1].index("9"), 1))
        assert harness.detail.take == 9
        await harness.pilot.click(card, offset=(20 + lines[0].index("2"), 0))
        assert harness.detail.take == 2


async def test_the_cover_follows_the_size_of_the_window(tmp_path: Path) -> None:
    covers = FakeCovers()
    async with open_app(tmp_path, tasks=_songs(), covers=covers) as harness:
        await _rest(harness)
        await harness.pilot.resize_terminal(200, 60)
        await harness.settle()
        await _rest(harness)
        assert covers.asked == [("clip-1-1", 18, 18), ("clip-1-1", 30, 30)]
        await harness.pilot.resize_terminal(60, 15)
        await harness.press("enter")
        assert not harness.detail.query_one(Cover).display


@pytest.mark.parametrize(
    ("environment", "is_shown"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True),
        ({"TERM": "xterm-256color", "COLORTERM": ""}, True),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "COLORTERM": ""}, False),
        ({"TERM": "linux", "COLORTERM": "truecolor"}, False),
        ({"TERM": "dumb", "COLORTERM": ""}, False),
    ],
    ids=["truecolor", "256", "no-color", "16", "console", "dumb"],
)
def test_terminals_without_support_show_no_pictures(
    environment: dict[str, str], is_shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    harness = CoreHarness(tmp_path)
    try:
        assert SunoApp(harness.core).cover_art.is_on is is_shown
        harness.core.settings = harness.core.settings._replace(covers="off")
        assert not SunoApp(harness.core).cover_art.is_on
    finally:
        harness.core.storage.close()


async def test_beside_a_cover_the_differences_are_named_in_full(tmp_path: Path) -> None:
    """The row beside the cover is short: cut, it named the first field only."""
    request = DerivedRequest("cover", "parent-clip", lyrics="la", style="bossa nova", exclude="drums", title="Rain")
    made, *_ = _songs()
    async with open_app(tmp_path, (80, 24), tasks=[made], covers=FakeCovers()) as quiet:
        now = quiet.core_harness.clock.now()
        row = Submission("sent-9", "main", request, "/suno/submit/music", "{}", SubmissionState.READY, now)
        task = song(9, "Rain", now + 1)._replace(submission_id="sent-9")
        await quiet.add_accepted(row, task)
        await quiet.press("g", "enter")
        await quiet.pilot.resize_terminal(100, 30)
        await _rest(quiet)
        shown = " ".join(line[20:].strip("│ ") for line in quiet.text_of(quiet.detail).splitlines()[1:10])
        assert "≠ differs: Style, Lyrics, Exclude, Cover source" in " ".join(shown.split())
