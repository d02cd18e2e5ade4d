"""Parts that play together: what is fetched, audible and reported."""

from __future__ import annotations

from pathlib import Path

from sunotui.core.playback.player import (
    DECKS,
    PlayerDeckFailed,
    PlayerDied,
    PlayerEnded,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerState,
)
from sunotui.core.stems.session import PartState, StemSession
from sunotui.domain.playback import PlayState
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.player.sentences import TOO_MANY_FOR_MPV
from tests.core.playback.harness import take
from tests.core.stems.conftest import StemsHarness, split

URL = "https://cdn.example/s2.mp3"


def audible(session: StemSession) -> str:
    """The names of the audible parts."""
    status = session.status
    return ", ".join(part.part.name for at, part in enumerate(status.parts) if status.is_audible(at))


async def test_the_parts_play_together_once_all_are_fetched(stems: StemsHarness) -> None:
    stems.media.slow.add("s2")
    session = await stems.open()
    assert not stems.players
    assert (session.status.state, session.status.fetched, session.status.length_s) == (PlayState.LOADING, 2, 120.0)
    stems.media.opened[1].finish()
    await stems.core.settle()
    assert stems.player.take_calls() == ["load_decks s1.mp3, s2.mp3, s3.mp3 0"]
    stems.player.emit(PlayerReady("fake", "Nowhere"))
    stems.player.emit(PlayerState(True, 0.0))
    assert (session.status.state, audible(session)) == (PlayState.PLAYING, "Vocals, Drums, Bass")
    assert stems.shown[-1] == session.status


async def test_muted_parts_and_solos(stems: StemsHarness) -> None:
    session = await stems.open()
    stems.player.take_calls()
    session.toggle_mute(0)
    assert audible(session) == "Drums, Bass"
    assert stems.player.take_calls() == ["set_muted 0 True"]
    session.toggle_solo(0)
    # Alone, although it is muted.
    assert audible(session) == "Vocals"
    session.toggle_solo(2)
    assert audible(session) == "Vocals, Bass"
    assert stems.player.take_calls() == [
        *("set_muted 0 False", "set_muted 1 True", "set_muted 2 True"),
        "set_muted 2 False",
    ]
    session.toggle_solo(0)
    session.toggle_solo(2)
    assert audible(session) == "Drums, Bass"
    session.hear_all()
    assert audible(session) == "Vocals, Drums, Bass"


async def test_a_part_that_was_delivered_twice_is_audible_once(stems: StemsHarness) -> None:
    await stems.put(split("t", ("Vocals", "Instrumental", "Vocals", "Instrumental")))
    session = await stems.open("t1")
    assert stems.player.take_calls() == ["load_decks t1.mp3, t2.mp3, t3.mp3 muted, t4.mp3 muted 0"]
    assert [part.part.name for part in session.status.parts] == ["Vocals", "Instrumental", "Vocals 2", "Instrumental 2"]
    session.toggle_mute(2)
    session.hear_all()
    assert audible(session) == "Vocals, Instrumental"


async def test_more_parts_than_a_player_takes(stems: StemsHarness) -> None:
    await stems.put(split("t", ("Vocals",) * 3 + tuple(f"Part {number}" for number in range(DECKS))))
    session = await stems.open("t1")
    (loaded,) = stems.player.take_calls()
    # Parts that were delivered twice stay out, and the last of the others is muted.
    assert loaded.count(".mp3") == DECKS
    assert "t2.mp3" not in loaded
    assert "t19.mp3" not in loaded
    assert [part.is_muted for part in session.status.parts] == [False, True, True, *[False] * (DECKS - 1), True]
    # It is audible in place of another one.
    assert session.toggle_mute(DECKS + 2) == f"At most {DECKS} parts play together: mute another one first"
    assert session.status.parts[DECKS + 2].is_muted
    assert session.toggle_mute(0) == session.toggle_mute(DECKS + 2) == ""
    muted, loaded = stems.player.take_calls()
    assert muted == "set_muted 0 True"
    assert "t19.mp3" in loaded
    assert "t1.mp3" not in loaded


async def test_mpv_plays_four_parts(stems: StemsHarness) -> None:
    await stems.put(split("t", ("Vocals", "Drums", "Bass", "Guitar", "Keyboard", "Strings")))
    session = await stems.open("t1")
    stems.player.emit(PlayerEnded(0.0, 0.0, TOO_MANY_FOR_MPV))
    assert stems.player.take_calls()[-1] == "load_decks t1.mp3, t2.mp3, t3.mp3, t4.mp3 0"
    assert (session.status.state, session.status.problem) == (PlayState.PLAYING, "")
    assert audible(session) == "Vocals, Drums, Bass, Guitar"
    stems.player.emit(PlayerPosition(10.0, 10.0))
    session.toggle_solo(5)
    assert audible(session) == "Strings"
    assert stems.player.take_calls()[-1] == ("load_decks t1.mp3 muted, t2.mp3 muted, t3.mp3 muted, t6.mp3 10")
    session.hear_all()
    assert audible(session) == "Vocals, Drums, Bass, Guitar"


async def test_a_part_that_cannot_be_fetched_is_reported_and_retried_on_request(stems: StemsHarness) -> None:
    stems.media.broken[URL] = "The link has expired"
    session = await stems.open()
    part = session.status.parts[1]
    assert (part.state, part.problem) == (PartState.FAILED, "The link has expired")
    assert stems.player.take_calls() == ["load_decks s1.mp3, s3.mp3 0"]
    assert audible(session) == "Vocals, Bass"
    # The second deck is the third part.
    session.toggle_mute(2)
    assert stems.player.take_calls() == ["set_muted 1 True"]
    stems.media.broken.clear()
    session.seek_to(30.0)
    session.retry()
    await stems.core.settle()
    await stems.core.settle()
    assert stems.player.take_calls()[-2:] == ["pause", "load_decks s1.mp3, s2.mp3, s3.mp3 muted 30"]
    session.retry()
    assert stems.player.take_calls() == []


async def test_a_part_whose_file_could_not_be_played_is_fetched_again(stems: StemsHarness) -> None:
    session = await stems.open()
    stems.player.emit(PlayerDeckFailed(1, "This file is not there any more"))
    part = session.status.parts[1]
    assert (part.state, part.problem) == (PartState.FAILED, "This file is not there any more")
    session.retry()
    await stems.core.settle()
    await stems.core.settle()
    failed = next(media for media in stems.media.opened if media.path.name == "s2.mp3")
    assert failed.is_closed
    assert failed.is_discarded
    assert stems.player.take_calls()[-1] == "load_decks s1.mp3, s2.mp3, s3.mp3 0"


async def test_without_any_part_there_is_a_sentence(stems: StemsHarness) -> None:
    for number in (1, 2, 3):
        stems.media.broken[f"https://cdn.example/s{number}.mp3"] = "The link has expired"
    session = await stems.open()
    assert not stems.players
    assert (session.status.state, session.status.problem) == (PlayState.STOPPED, "The link has expired")


async def test_a_part_that_is_being_generated_is_not_waited_for(stems: StemsHarness) -> None:
    made = split("t")
    live = made.clips[0]._replace(status=ClipStatus.STREAMING, audio_url="https://audiopipe.example/?item_id=t1")
    await stems.put(made._replace(clips=(live, *made.clips[1:])))
    session = await stems.open("t2")
    assert session.status.parts[0].problem == "The song is still being generated"
    assert audible(session) == "Drums, Bass"


async def test_pause_seek_and_the_end(stems: StemsHarness) -> None:
    session = await stems.open()
    stems.player.take_calls()
    stems.player.emit(PlayerPosition(10.0, 10.0))
    assert session.position_s == 10.0
    await stems.core.clock.advance(1.0)
    assert session.position_s == 11.0
    session.seek_by(5.0)
    session.toggle()
    session.seek_to(500.0)
    assert stems.player.take_calls() == ["seek 16", "pause", "seek 120"]
    assert (session.status.state, session.position_s) == (PlayState.PAUSED, 120.0)
    session.toggle()
    assert stems.player.take_calls() == ["play"]
    stems.player.emit(PlayerEnded(120.0, 120.0))
    assert (session.status.state, session.status.position_s) == (PlayState.PAUSED, 120.0)
    session.toggle()
    assert stems.player.take_calls() == ["play"]


async def test_playback_and_parts_pause_one_another(stems: StemsHarness) -> None:
    playback = stems.core.core.services.playback
    await playback.play([take("a1")])
    await stems.core.settle()
    assert playback.status.state.is_active
    session = await stems.open()
    assert not playback.status.state.is_active
    assert session.status.state is PlayState.PLAYING
    playback.toggle()
    assert session.status.state is PlayState.PAUSED
    session.toggle()
    assert not playback.status.state.is_active


async def test_the_volume_is_that_of_everything(stems: StemsHarness) -> None:
    playback = stems.core.core.services.playback
    playback.change_volume(-30)
    await stems.open()
    assert "set_volume 70" in stems.player.calls
    playback.change_volume(-10)
    assert stems.player.calls[-1] == "set_volume 60"
    playback.toggle_mute()
    assert stems.player.calls[-1] == "set_volume 0"


async def test_problems_of_the_player_are_sentences(stems: StemsHarness) -> None:
    session = await stems.open()
    stems.player.emit(PlayerDeckFailed(1, "The file has no sound"))
    assert (session.status.parts[1].state, session.status.parts[1].problem) == (
        PartState.FAILED,
        "The file has no sound",
    )
    stems.player.emit(PlayerOutput(True, "The sound output is gone"))
    assert (session.status.state, session.status.problem) == (PlayState.PAUSED, "The sound output is gone")
    stems.player.emit(PlayerOutput(False))
    assert session.status.problem == ""
    session.toggle()
    stems.player.take_calls()
    stems.player.emit(PlayerDied("The player has ended", is_restarted=True))
    assert (session.status.state, session.status.problem) == (PlayState.PAUSED, "The player has ended")
    assert stems.player.take_calls() == ["load_decks s1.mp3, s2.mp3, s3.mp3 0 paused"]


async def test_closing_ends_the_player_and_gives_the_files_up(stems: StemsHarness, tmp_path: Path) -> None:
    session = await stems.open()
    shown = len(stems.shown)
    await session.close()
    assert stems.player.is_closed
    assert all(media.is_closed for media in stems.media.opened)
    stems.core.core.services.playback.change_volume(-5)
    assert len(stems.shown) == shown


async def test_closing_does_not_wait_for_what_is_fetched(stems: StemsHarness) -> None:
    stems.media.slow |= {"s1", "s2", "s3"}
    session = await stems.open()
    await session.close()
    await stems.core.settle()
    assert not stems.players
    assert all(media.is_closed for media in stems.media.opened)
