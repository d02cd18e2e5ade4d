"""Without colours, too, every list shows where its cursor is while something else has the focus."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widget import Widget

from sunotui.tui.composer.pick import PickField
from sunotui.tui.downloads.list import DownloadList
from sunotui.tui.library.detail.card import DetailCard
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.stems.part_list import PartList
from tests.core.playback.harness import FakePlayer, replace_parts
from tests.support.fake_playback import use_fake_playback
from tests.tui.downloads.test_screen import open_downloads, replace_downloads
from tests.tui.harness import AppHarness, open_app
from tests.tui.playback.harness import PlayingHarness
from tests.tui.playback.test_screen import open_screen as open_playing_screen
from tests.tui.stems.test_screen import library as song_with_parts
from tests.tui.stems.test_screen import open_stems

TERMINALS = {
    "16 colours": {"TERM": "xterm"},
    "linux": {"TERM": "linux"},
    "screen": {"TERM": "screen"},
    "no colour": {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"},
    "no colour of 16": {"TERM": "linux", "NO_COLOR": "1"},
}


@pytest.fixture(params=TERMINALS)
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM", raising=False)
    for name, value in TERMINALS[request.param].items():
        monkeypatch.setenv(name, value)


def underlined(harness: AppHarness, widget: Widget) -> list[str]:
    """What the widget shows underlined, row by row."""
    region, strips = widget.content_region, harness.app.screen._compositor.render_strips()
    rows = []
    for y in range(region.y, region.bottom):
        segments = strips[y].crop(region.x, region.right)
        rows.append("".join(one.text for one in segments if one.style is not None and one.style.underline).strip())
    return [row for row in rows if row]


@pytest.mark.usefixtures("terminal")
async def test_lists_of_the_library(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j")
        assert underlined(harness, harness.tasks) == []
        sidebar = harness.app.screen.query_one(Sidebar)
        assert [row[1:].split()[:2] for row in underlined(harness, sidebar)] == [["Songs", "6"]]
        await harness.press("enter")
        (row,) = underlined(harness, harness.tasks)
        assert "Neon Rain" in row
        # The take that is not shown is a box, as well.
        assert underlined(harness, harness.detail.query_one(DetailCard)) in (["∙Take 2"], ["*Take 2"])


@pytest.mark.usefixtures("terminal")
async def test_choices_of_the_composer(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        picks = [pick for pick in harness.app.screen.query(PickField) if pick.display and pick.region.height]
        assert picks
        for pick in picks:
            assert len(underlined(harness, pick)) == 1, pick.id


@pytest.mark.usefixtures("terminal")
async def test_queue(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        playing = PlayingHarness(harness, await use_fake_playback(harness.core_harness.core))
        await open_playing_screen(playing)
        (row,) = underlined(harness, harness.app.screen.query_one(QueueList))
        await harness.press("tab")
        assert underlined(harness, harness.app.screen.query_one(QueueList)) == []
        assert row


@pytest.mark.usefixtures("terminal")
async def test_downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:
        screen = await open_downloads(harness, replace_downloads(monkeypatch))
        rows = screen.query_one(DownloadList)
        assert underlined(harness, rows) == []
        screen.set_focus(None)
        await harness.settle()
        assert len(underlined(harness, rows)) == 1


@pytest.mark.usefixtures("terminal")
async def test_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    players: list[FakePlayer] = replace_parts(monkeypatch)[0]
    async with open_app(tmp_path, tasks=song_with_parts()) as harness:
        await open_stems(harness, players)
        rows = harness.app.screen.query_one(PartList)
        assert underlined(harness, rows) == []
        harness.app.screen.set_focus(None)
        await harness.settle()
        (row,) = underlined(harness, rows)
        assert "Vocals" in row
