"""The now-playing screen follows playback, its lyrics what is sung, and its queue what the user does."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import MouseScrollDown

from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.gateways.features import Feature
from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from sunotui.domain.playback import PlayState, RepeatMode
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.playback.about import AboutSong
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.playback.queue_popup import QueuePopup
from sunotui.tui.playback.screen import PlayingScreen
from sunotui.tui.playback.strip import PlayingStrip
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.widgets.footer import Footer
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.playback.harness import PlayingHarness, open_playing

TIMES = (8.0, 9.0, 10.0, 11.0, 20.0, 21.0, 60.0, 61.0, 62.0, 63.0, 64.0, 70.0, 71.0, 72.0, 73.0)
PIECES = (
    *("[Verse]\nEverybody ", "in ", "the ", "place\n", "Let's ", "go\n\n", "[Chorus]\nHands ", "up ", "in ", "the "),
    *("air\n", "It's ", "time ", "to ", "show"),
)
TIMED = WordTimings(tuple(AlignedWord(piece, at, at + 0.9) for piece, at in zip(PIECES, TIMES, strict=True)))
SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)]


def messages(playing: PlayingHarness) -> str:
    """The last message."""
    return str(playing.quiet.app.message_log.lines()[0].text)


def lyrics(playing: PlayingHarness) -> SyncedLyrics:
    return playing.quiet.app.screen.query_one(SyncedLyrics)


def line_of(playing: PlayingHarness) -> str:
    """The line that is marked as sung."""
    widget = lyrics(playing)
    return widget._sheet.lines[widget._line].text if widget._line is not None else ""


async def open_screen(playing: PlayingHarness, *, has_times: bool = True) -> None:
    """Play the second song of the list, and open the screen."""
    if has_times:
        core = playing.quiet.core_harness.core
        words = ", ".join(
            f'{{"word": {quoted(word.text)}, "start_s": {word.start_s}, "end_s": {word.end_s}}}' for word in TIMED.words
        )
        await core.storage.run(TimingStore(core.stores.database).put, "clip-4-1", f'{{"aligned_words": [{words}]}}')
    await playing.press("j", "alt+e", "full_stop")
    assert isinstance(playing.quiet.app.screen, PlayingScreen)


def quoted(text: str) -> str:
    return '"' + text.replace("\n", "\\n") + '"'


# --- how it looks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_playing(tmp_path, size) as playing:
        await open_screen(playing)
        await playing.show(position_s=62.5)
        assert_looks_like(playing.quiet.text(), SNAPSHOTS / f"playing-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_popup_of_the_queue(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_playing(tmp_path, size) as playing:
        await playing.press("j", "alt+e", "semicolon")
        assert_looks_like(playing.quiet.text(), SNAPSHOTS / f"queue-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_library_while_something_plays(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_playing(tmp_path, size) as playing:
        await playing.press("j", "alt+e")
        await playing.show(position_s=42.0)
        assert_looks_like(playing.quiet.text(), SNAPSHOTS / f"library-playing-{size[0]}x{size[1]}.txt")


async def test_a_hostile_title_is_drawn_harmless(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        entry = playing.status.entry
        assert entry is not None
        playing.playback._queue = playing.playback._queue.renewed(
            lambda entry: entry._replace(title="[red]\x1b]0;x\x07\u202e" + "long " * 50_000)
        )
        await playing.show()
        text = playing.quiet.text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[red]" in text
        about = playing.quiet.app.screen.query_one(AboutSong)
        rows = str(about.render()).splitlines()
        assert rows[2].rstrip().endswith("…")
        assert rows[3].startswith("take 1")


# --- following playback -----------------------------------------------------------------------------------------------


async def test_the_line_that_is_sung_is_marked_and_its_sung_words_too(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        assert line_of(playing) == ""
        await playing.show(position_s=9.5)
        assert line_of(playing) == "Everybody in the place"
        widget = lyrics(playing)
        row = next(row for row in widget._rows if row.line == widget._line)
        assert row.text[: widget._sung(row)] == "Everybody in"
        await playing.show(position_s=63.0)
        assert line_of(playing) == "Hands up in the air"


@pytest.mark.parametrize("no_color", [True, False])
async def test_sung_words_differ_without_colours_too(
    no_color: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        monkeypatch.setattr(playing.quiet.app, "no_color", no_color)
        await playing.show(position_s=9.5)
        widget = lyrics(playing)
        y = next(at for at, row in enumerate(widget._rows) if row.line == widget._line)
        sung, rest, *_ = widget.render_line(y)
        assert (sung.text, rest.text) == ("Everybody in", " the place")
        assert sung.style is not None
        assert bool(sung.style.underline) is no_color


async def test_the_sung_line_is_in_the_middle(tmp_path: Path) -> None:
    async with open_playing(tmp_path, (60, 15)) as playing:
        await open_screen(playing)
        await playing.show(position_s=73.0)
        widget = lyrics(playing)
        at = next(at for at, row in enumerate(widget._rows) if row.line == widget._line)
        most = len(widget._rows) - widget.size.height
        assert widget.scroll_offset.y == max(0, min(at - (widget.size.height - 1) // 2, most))


async def test_words_are_shown_when_they_are_sung_between_two_reports(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        screen = playing.quiet.app.screen
        assert isinstance(screen, PlayingScreen)
        await playing.show(position_s=8.2)
        assert screen._word_timer.is_set, "the next word comes within the second"
        await playing.show(state=PlayState.PAUSED)
        assert not screen._word_timer.is_set, "nothing moves while it is paused"
        await playing.show(state=PlayState.PLAYING, position_s=30.0)
        assert not screen._word_timer.is_set, "the next word is far away"


async def test_without_times_the_text_scrolls_by_the_length_and_says_so(tmp_path: Path) -> None:
    async with open_playing(tmp_path, (60, 15)) as playing:
        await open_screen(playing, has_times=False)
        assert "T Lyric timings" in playing.row(-1) or playing.quiet.app.screen.size.width < 80
        widget = lyrics(playing)
        await playing.show(position_s=161.0)
        assert widget.scroll_offset.y == max(0, len(widget._rows) - widget.size.height)
        assert line_of(playing) == ""


async def test_approximate_lyrics_are_marked_as_such(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing, has_times=False)
        assert "approximately" in playing.row(-2)
        assert "T Lyric timings" in playing.row(-1)
        await playing.show(length_s=None)
        assert "approximately" not in playing.row(-2), "nothing scrolls while a song streams"
        await playing.show(length_s=161.0)
        assert "approximately" in playing.row(-2)


async def test_times_are_requested_if_the_gateway_is_known_to_provide_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def timing(_: object, task_id: str, clip_id: str) -> WordTimings:
        asked.append(clip_id)
        return TIMED

    async with open_playing(tmp_path) as playing:
        core = playing.quiet.core_harness.core
        monkeypatch.setattr(type(core.services.extras), "timing", timing)
        await open_screen(playing, has_times=False)
        assert asked == [], "it is not known whether the gateway reports them"
        known = Capabilities().learned(Feature.TIMING, True, 1.0)
        monkeypatch.setattr(type(core.services.capabilities), "known", lambda *_: known)
        await playing.press("n")
        assert asked == ["clip-4-2"]
        await playing.press("p", "n")
        assert asked == ["clip-4-2", "clip-4-1"], "once for each take"


async def test_it_continues_with_the_next_take(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        assert "take 1 of 2" in playing.quiet.text()
        await playing.press("n")
        assert "take 2 of 2" in playing.quiet.text()
        playing.playback.clear()
        await playing.quiet.settle()
        assert "Nothing is playing." in playing.quiet.text()


# --- keys -------------------------------------------------------------------------------------------------------------


async def test_a_line_is_chosen_and_played_from(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        await playing.press("j", "j", "j", "k", "enter")
        assert playing.playback.calls == ["seek_to 20"]
        assert not lyrics(playing).is_browsing


async def test_a_chosen_line_stays_visible_in_a_smaller_window(tmp_path: Path) -> None:
    """Regression: it was out of view, and enter played it."""
    async with open_playing(tmp_path, (120, 40)) as playing:
        await open_screen(playing)
        await playing.press("j", "j", "j", "j")
        await playing.quiet.pilot.resize_terminal(60, 9)
        await playing.quiet.settle()
        assert "It's time to show" in playing.quiet.text_of(lyrics(playing))
        await playing.press("enter")
        assert playing.playback.calls == ["seek_to 70"]


async def test_escape_follows_again_and_then_leaves(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        await playing.press("j", "escape")
        assert isinstance(playing.quiet.app.screen, PlayingScreen)
        await playing.press("escape")
        assert isinstance(playing.quiet.app.screen, LibraryScreen)
        assert playing.status.state is PlayState.PLAYING, "it plays on"


async def test_a_click_on_a_line_plays_from_it(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        widget = lyrics(playing)
        at = next(at for at, row in enumerate(widget._rows) if row.text.startswith("Hands"))
        await playing.quiet.pilot.click(SyncedLyrics, offset=(4, at))
        assert playing.playback.calls == ["seek_to 60"]


async def test_the_wheel_moves_the_text_which_then_does_not_follow_for_a_while(tmp_path: Path) -> None:
    async with open_playing(tmp_path, (60, 15)) as playing:
        await open_screen(playing)
        widget = lyrics(playing)
        widget.post_message(MouseScrollDown(widget, 1, 1, 0, 1, 0, False, False, False))
        await playing.quiet.settle()
        assert widget.is_browsing
        playing.quiet.core_harness.clock._monotonic += 60
        assert not widget.is_browsing


async def test_keys_work_on_what_plays(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        await playing.press("space", "less_than_sign", "right", "minus", "underscore")
        assert playing.playback.calls == ["toggle", "seek_by -5", "seek_by 5"]
        assert (playing.status.volume, playing.status.is_muted) == (95, True)
        await playing.press("s")
        assert messages(playing) == "Favourite: 1 take"
        assert "♥" in playing.quiet.text()
        await playing.quiet.pilot.click(Footer, offset=(playing.quiet.app.size.width - 4, 0))
        await playing.quiet.settle()
        assert "♥" not in playing.quiet.text(), "the undo key beside the message"
        await playing.press("s")
        await playing.press("asterisk")
        assert isinstance(playing.quiet.app.screen, RateDialog)
        await playing.press("4", "enter")
        assert "★★★★☆" in playing.quiet.text()
        await playing.press("u", "u")
        assert "★" not in playing.quiet.text()
        await playing.press("T")
        assert messages(playing) == "The times of these lyrics are here already"
        await playing.press("x")
        assert "trash" in messages(playing)
        assert playing.quiet.tasks.current == "task-3"
        await playing.press("u", "u", "u")
        assert messages(playing) == "There is nothing to undo"
        assert "✓" not in playing.row(-1)
        assert playing.quiet.tasks.current == "task-4", "the song that came back has the cursor"
        await playing.press("o")
        await playing.quiet.until(lambda: isinstance(playing.quiet.app.screen, LibraryScreen), "the library")


async def test_repeat_and_shuffle(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        assert "repeat off, in this order" in playing.quiet.text()
        for mode, words in (
            (RepeatMode.ALL, "repeats the queue"),
            (RepeatMode.ONE, "repeats this take"),
            (RepeatMode.OFF, "repeat off"),
        ):
            await playing.press("R")
            assert playing.status.repeat is mode
            assert words in playing.quiet.text()
        await playing.press("S")
        assert "repeat off, shuffled" in playing.quiet.text()


# --- the queue --------------------------------------------------------------------------------------------------------


async def test_the_queue_is_reordered_and_the_cursor_stays_on_its_take(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        await playing.press("tab", "J")
        queue = playing.quiet.app.screen.query_one(QueueList)
        assert queue.has_focus
        assert [entry.clip_id for entry in playing.status.queue] == ["clip-4-2", "clip-4-1"]
        assert queue.current is not None
        assert queue.current.clip_id == "clip-4-1"
        await playing.press("k", "enter")
        assert playing.status.entry is not None
        assert playing.status.entry.clip_id == "clip-4-2"
        await playing.press("x")
        assert [entry.clip_id for entry in playing.status.queue] == ["clip-4-1"]
        assert "removed from the queue" in messages(playing)
        assert "u Undo" in playing.row(-1)
        await playing.press("n")
        assert messages(playing) == "This is the last take of the queue"
        await playing.press("tab")
        assert lyrics(playing).has_focus


async def test_in_a_narrow_window_the_queue_is_a_popup(tmp_path: Path) -> None:
    async with open_playing(tmp_path, (80, 24)) as playing:
        await open_screen(playing)
        await playing.press("tab")
        assert isinstance(playing.quiet.app.screen, QueuePopup)
        await playing.press("j", "enter")
        assert playing.status.index == 1
        await playing.press("space")
        assert playing.playback.calls == ["toggle"]
        await playing.press("semicolon")
        assert isinstance(playing.quiet.app.screen, PlayingScreen)


async def test_a_second_click_plays_a_take_of_the_queue(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        await playing.quiet.pilot.click(QueueList, offset=(5, 2), times=2)
        assert playing.status.index == 1


async def test_the_strip_seeks_like_the_bar(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await open_screen(playing)
        strip = playing.quiet.app.screen.query_one(PlayingStrip)
        line = strip._lines[0]
        await playing.quiet.pilot.click(PlayingStrip, offset=(line.bar_start, 0))
        await playing.quiet.pilot.click(PlayingStrip, offset=(1, 0))
        assert playing.playback.calls == ["seek_to 0", "toggle"]
