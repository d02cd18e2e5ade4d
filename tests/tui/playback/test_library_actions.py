"""Playing from the list and the detail: the keys work on what is under the cursor, on the marks, or on the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from sunotui.core.events import TaskEnded
from sunotui.domain.playback import PlayState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.playback.queue_popup import QueuePopup
from sunotui.tui.playback.screen import PlayingScreen
from sunotui.tui.widgets.footer import Footer
from tests.tui.harness import song
from tests.tui.playback.harness import PlayingHarness, open_playing


def messages(playing: PlayingHarness) -> str:
    """The last message."""
    return str(playing.quiet.app.message_log.lines()[0].text)


def queue(playing: PlayingHarness) -> list[str]:
    return [entry.clip_id for entry in playing.status.queue]


def footer_text(playing: PlayingHarness) -> str:
    """What the footer says of the key that plays, also behind a message."""
    shown = playing.quiet.app.screen.query_one(Footer).keys
    return next((key.text for key in shown if key.key == "space"), "")


def keys(playing: PlayingHarness) -> str:
    return playing.row(-1)


async def test_space_plays_the_take_under_the_cursor_and_then_pauses_it(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        assert queue(playing) == ["clip-4-1"]
        assert "space Pause" in keys(playing)
        await playing.press("space")
        assert playing.status.state is PlayState.PAUSED
        assert "space Play" in keys(playing)
        await playing.press("space")
        assert playing.status.state is PlayState.PLAYING


async def test_another_take_switches_in_the_detail_as_well(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space", "enter", "2")
        assert "space Play" in keys(playing)
        await playing.press("space")
        assert queue(playing) == ["clip-4-2"]


async def test_a_take_of_the_queue_is_jumped_to(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "alt+e")
        assert (queue(playing), playing.status.index) == (["clip-4-1", "clip-4-2"], 0)
        await playing.press("2", "space")
        assert (queue(playing), playing.status.index) == (["clip-4-1", "clip-4-2"], 1)


async def test_fifty_presses_in_a_row_end_where_they_should(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        await playing.press(*["space"] * 50)
        assert playing.playback.calls == ["toggle"] * 50
        assert playing.status.state is PlayState.PLAYING


async def test_marked_songs_are_played_and_the_marks_end(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "v", "v")
        assert "space Play 2" in keys(playing)
        await playing.press("space")
        assert queue(playing) == ["clip-4-1", "clip-3-1"]
        assert not playing.quiet.tasks.selected


@pytest.mark.parametrize(
    ("key", "expected", "words"),
    [
        ("Q", ["clip-4-1", "clip-4-2", "clip-3-1"], "1 take will play last in the queue"),
        ("alt+q", ["clip-4-1", "clip-3-1", "clip-4-2"], "1 take will play next"),
    ],
)
async def test_a_take_is_put_into_the_queue(key: str, expected: list[str], words: str, tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "alt+e", "j", key)
        assert queue(playing) == expected
        assert messages(playing) == words
        assert playing.status.index == 0, "what plays plays on"


async def test_a_list_is_played_from_the_cursor_on(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "alt+a")
        assert queue(playing) == ["clip-5-1", "clip-4-1", "clip-3-1"], "songs without takes are left out"
        assert playing.status.index == 1
        await playing.press("slash", *"wonderland", "enter")
        await playing.quiet.until(lambda: playing.quiet.tasks.row_count == 1, "the search")
        await playing.press("alt+a")
        assert queue(playing) == ["clip-3-1"]


async def test_seeking_and_volume(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("greater_than_sign")
        assert messages(playing) == "Nothing is playing: space plays a take"
        await playing.press("minus")
        assert messages(playing) == "Volume 95%"
        await playing.press("j", "space", "greater_than_sign", "greater_than_sign", "less_than_sign")
        assert playing.playback.calls == ["seek_by 5", "seek_by 5", "seek_by -5"]
        await playing.press("minus", "minus", "plus", "underscore")
        assert (playing.status.volume, playing.status.is_muted) == (90, True)
        assert "muted" in playing.row(-2)


async def test_speed_and_skipping(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "alt+e", "alt+n")
        assert playing.status.index == 1
        await playing.press("alt+p")
        assert playing.status.index == 0
        await playing.press("alt+s")
        assert isinstance(playing.quiet.app.screen, SelectDialog)
        await playing.press("enter")
        assert playing.status.speed == 1.0, "the cursor is on the speed of now"
        await playing.press("alt+s", "j", "enter")
        assert playing.status.speed == 1.1
        await playing.press("alt+s", "enter")
        assert playing.status.speed == 1.1


async def test_screens_of_playback_need_something_to_show(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        for key in ("full_stop", "semicolon"):
            await playing.press(key)
            assert messages(playing).startswith("Nothing is playing")
        await playing.press("j", "space", "full_stop")
        assert isinstance(playing.quiet.app.screen, PlayingScreen)
        await playing.press("escape", "semicolon")
        assert isinstance(playing.quiet.app.screen, QueuePopup)


async def test_no_key_is_taken_from_a_field(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("slash", *"a b", "plus", "minus", "less_than_sign", "full_stop", "semicolon", "underscore")
        assert playing.quiet.app.screen.query_one(Input).value == "a b+-<.;_"
        assert playing.playback.calls == []
        await playing.press("escape", "n", "f3", *"c d")
        assert playing.playback.calls == []
        assert playing.status.entry is None


async def test_a_song_without_takes_says_so(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        playing.quiet.tasks.select("task-2")
        await playing.quiet.settle()
        for key in ("space", "alt+e", "Q", "alt+y"):
            await playing.press(key)
            assert messages(playing) == "Lyrics have nothing to play: L starts a song with them"
        playing.quiet.tasks.select("task-1")
        await playing.quiet.settle()
        await playing.press("space")
        assert messages(playing) == "This song failed, so it has nothing to play"


async def test_the_end_of_the_song_that_plays_is_not_an_invitation_to_play_it(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        playing.quiet.core_harness.core.events.publish(TaskEnded(song(4, "Song 4", 5.0)))
        await playing.quiet.settle()
        assert messages(playing) == "Song 4: done"


async def test_a_song_that_has_no_takes_yet_is_awaited_until_it_is_chosen_again(tmp_path: Path) -> None:
    tasks = [Task("task-9", "main", TaskKind.MUSIC, TaskStatus.NOT_STARTED, 1_000.0)]
    async with open_playing(tmp_path, tasks=tasks) as playing:
        assert footer_text(playing) == "Play"
        await playing.press("space")
        assert messages(playing) == "Plays as soon as there is something to hear"
        assert playing.playback.awaited == "task-9"
        assert footer_text(playing) == "Do not play"
        await playing.press("space")
        assert messages(playing) == "It does not play by itself any more"
        assert playing.playback.awaited == ""
        assert footer_text(playing) == "Play"


async def test_what_plays_is_paused_before_the_shell_is_shown(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space", "ctrl+z")
        assert playing.status.state is PlayState.PAUSED
        await playing.press("ctrl+z")
        assert playing.status.state is PlayState.PAUSED


async def test_a_command_for_another_player_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    async with open_playing(tmp_path) as playing:
        monkeypatch.setattr(playing.quiet.app, "copy", lambda text, name: copied.append(f"{name}: {text}"))
        await playing.press("j", "alt+y")
        assert copied == ["Player command: mpv https://cdn.example.com/clip-4-1.mp3"]


async def test_list_and_detail_show_what_plays(tmp_path: Path) -> None:
    async with open_playing(tmp_path) as playing:
        await playing.press("j", "space")
        assert "► ♫ 雨の東京 Neon Rain" in playing.quiet.text_of(playing.quiet.tasks)
        assert "► take 1" in playing.quiet.text_of(playing.quiet.detail)
        await playing.press("space")
        assert "‖ ♫ 雨の東京 Neon Rain" in playing.quiet.text_of(playing.quiet.tasks)
        await playing.press("j")
        assert "take 1 ─" not in playing.quiet.text_of(playing.quiet.detail), "another song is shown"
        await playing.press("k", "2")
        assert "❚❚ take 1" in playing.quiet.text_of(playing.quiet.detail), "which take it is"
