"""The bar stands above the footer of every screen while something is loaded, and follows playback and the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region

from sunotui.domain.playback import PlayState
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.playback.bar import PlayingBar
from sunotui.tui.playback.screen import PlayingScreen
from tests.tui.playback.harness import PlayingHarness, open_playing


def bar_of(playing: PlayingHarness) -> PlayingBar:
    return playing.quiet.app.screen.query_one(PlayingBar)


async def test_there_is_no_bar_until_something_is_loaded(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        assert not playing.quiet.app.screen.query(PlayingBar)
        await playing.press("j", "space")
        assert playing.row(-2).startswith(" ►  雨の東京 Neon Rain take 1   0:00 ─")
        assert bar_of(playing).region == Region(0, 38, 120, 1)
        await playing.press("semicolon", "C", "escape")
        assert not playing.quiet.app.screen.query(PlayingBar)


async def test_other_screens_have_it_too_and_it_continues_there(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        for key in ("percent_sign", "n"):
            await playing.press(key)
            await playing.show(position_s=65.0)
            assert "1:05" in playing.row(-2)
            await playing.press("escape")
        assert "1:05" in playing.row(-2), "the screen below followed"


@pytest.mark.parametrize("key", ["J", "P", "percent_sign", "alt+d", "n"])
async def test_a_screen_opened_while_something_plays_has_one(tmp_path: Path, key: str) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space", key)
        assert not isinstance(playing.quiet.app.screen, LibraryScreen)
        assert "Neon Rain" in playing.row(-2)
        assert len(playing.quiet.app.screen.query(PlayingBar)) == 1


async def test_a_second_of_playing_paints_a_few_cells(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        bar = bar_of(playing)
        painted: list[Region] = []
        original = bar.refresh
        bar.refresh = lambda *regions, **rest: (painted.extend(regions), original(*regions, **rest))[1]  # type: ignore
        await playing.show(position_s=1.0)
        assert painted
        assert sum(region.width for region in painted) <= 3
        painted.clear()
        await playing.show(position_s=1.0)
        assert painted == [], "nothing changed"


async def test_a_click_on_the_sign_pauses_and_continues(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        await playing.quiet.pilot.click(PlayingBar, offset=(1, 0))
        await playing.quiet.settle()
        assert playing.status.state is PlayState.PAUSED
        assert playing.row(-2).startswith(" ❚❚ ")


async def test_a_click_on_the_bar_seeks_and_a_drag_shows_where_to(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        bar = bar_of(playing)
        line = bar._lines[0]
        await playing.quiet.pilot.click(PlayingBar, offset=(line.bar_start + line.bar_cells - 1, 0))
        assert playing.playback.calls == ["seek_to 161"]
        await playing.quiet.pilot.mouse_down(PlayingBar, offset=(line.bar_start, 0))
        await playing.quiet.pilot.hover(PlayingBar, offset=(line.bar_start + line.bar_cells // 2, 0))
        await playing.quiet.settle()
        assert playing.playback.calls == ["seek_to 161"], "only when it is let go"
        assert "1:2" in playing.row(-2)
        await playing.quiet.pilot.mouse_up(PlayingBar, offset=(line.bar_start + line.bar_cells // 2, 0))
        await playing.quiet.settle()
        (seek,) = playing.playback.calls[1:]
        assert 75 < float(seek.removeprefix("seek_to ")) < 87


async def test_a_drag_ends_when_another_take_plays(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "alt+e")
        line = bar_of(playing)._lines[0]
        await playing.quiet.pilot.mouse_down(PlayingBar, offset=(line.bar_start + 3, 0))
        assert playing.quiet.app.mouse_captured is bar_of(playing)
        playing.playback.next()
        await playing.quiet.settle()
        assert playing.quiet.app.mouse_captured is None, "the mouse works elsewhere again"
        await playing.quiet.pilot.mouse_up(PlayingBar, offset=(line.bar_start + 9, 0))
        assert playing.playback.calls == []


@pytest.mark.parametrize("way", ["removed", "covered"])
async def test_a_bar_that_goes_while_it_is_dragged_gives_the_mouse_back(tmp_path: Path, way: str) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        line = bar_of(playing)._lines[0]
        await playing.quiet.pilot.mouse_down(PlayingBar, offset=(line.bar_start + 3, 0))
        if way == "removed":
            playing.playback.clear()
        else:
            await playing.press("question_mark")
            await playing.show(position_s=3.0)
        await playing.quiet.settle()
        assert playing.quiet.app.mouse_captured is None


async def test_a_click_on_the_title_opens_the_now_playing_screen(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        await playing.quiet.pilot.click(PlayingBar, offset=(8, 0))
        await playing.quiet.settle()
        assert isinstance(playing.quiet.app.screen, PlayingScreen)


async def test_the_wheel_changes_the_volume(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        bar = bar_of(playing)
        bar.post_message(_wheel(bar))
        await playing.quiet.settle()
        assert playing.status.volume == 95
        assert "vol 95%" in playing.row(-2)


async def test_a_problem_is_in_the_bar_and_the_footer_only_while_playing(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        await playing.show(problem="There is no sound output on this computer", state=PlayState.PAUSED)
        await playing.show(position_s=3.0)
        messages = [line for line in playing.quiet.app.message_log.lines() if "no sound output" in str(line.text)]
        assert len(messages) == 1, messages
        assert "There is no sound output" in playing.row(-2)
        assert "sound output" not in playing.row(-1), "once"
        await playing.show(state=PlayState.PLAYING)
        assert "sound output" not in playing.row(-2)
        assert "There is no sound output" in playing.row(-1)


def _wheel(bar: PlayingBar):  # type: ignore[no-untyped-def]
    from textual.events import MouseScrollDown

    return MouseScrollDown(bar, 5, 0, 0, 1, 0, False, False, False)
