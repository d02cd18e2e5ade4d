"""The lines of what plays have exactly the width of their bar, and say what matters at every width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment

from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry
from sunotui.tui.playback.transport import Line, cells_of, changed_cells, playing_line, problem_text, sign_of
from sunotui.tui.theming.theme import SUNOTUI, tokens
from sunotui.tui.theming.token_styles import TokenStyles

KEEPER = QueueEntry("task-1", "clip-1", "The Keeper Song", 1, "main", 137.0)
NEXT = QueueEntry("task-2", "clip-2", "終電のあとで", 1, "main", 108.0)
PLAYING = PlaybackStatus(KEEPER, PlayState.PLAYING, 42.0, 137.0, volume=70, index=0, queue=(KEEPER, NEXT))
STYLES = TokenStyles(
    {**(colors := SUNOTUI.to_color_system().generate()), **tokens(colors, is_ansi=False)}, lambda color: color
)


def line(status: PlaybackStatus, width: int) -> Line:
    return playing_line(status, status.position_s, width, STYLES, problem_text(status, "alt+y"))


def text(status: PlaybackStatus, width: int) -> str:
    return "".join(segment.text for segment in line(status, width).segments)


def test_a_wide_bar_has_everything() -> None:
    shown = text(PLAYING, 120)
    assert shown.startswith(" ►  The Keeper Song take 1   0:42 ━━━━")
    assert shown.endswith(" 2:17    vol 70%   next: 終電のあとで ")


@pytest.mark.parametrize(("width", "words"), [(109, ("vol 70%",)), (80, ("vol 70%", "take 1")), (79, ()), (60, ())])
def test_a_narrower_one_leaves_the_less_important_out(width: int, words: tuple[str, ...]) -> None:
    shown = text(PLAYING, width)
    assert "The Keeper Song" in shown
    assert "0:42" in shown
    assert "2:17" in shown
    for word in ("vol 70%", "take 1", "next"):
        assert (word in shown) is (word in words or (word == "take 1" and width >= 80))


def test_the_bar_is_as_long_as_what_was_played() -> None:
    drawn = line(replace(PLAYING, position_s=68.5), 120)
    shown = "".join(segment.text for segment in drawn.segments)
    part = shown[drawn.bar_start : drawn.bar_start + drawn.bar_cells]
    assert part.count("━") + part.count("╸") / 2 == pytest.approx(drawn.bar_cells / 2, abs=0.5)
    assert set(part) <= {"━", "╸", "─"}


def test_a_live_stream_has_no_bar_to_seek_in() -> None:
    live = replace(PLAYING, length_s=None, is_live=True)
    assert line(live, 120).bar_cells == 0
    assert " live " in text(live, 120)


@pytest.mark.parametrize(
    ("state", "sign"),
    [
        (PlayState.PLAYING, "► "),
        (PlayState.PAUSED, "❚❚"),
        (PlayState.STOPPED, "❚❚"),
        (PlayState.LOADING, "◌ "),
        (PlayState.WAITING, "◌ "),
        (PlayState.AWAITED, "◌ "),
    ],
)
def test_every_state_has_a_sign(state: PlayState, sign: str) -> None:
    assert sign_of(state) == sign


def test_reasons_for_waiting_and_unusual_settings_are_shown() -> None:
    assert "waiting for audio" in text(replace(PLAYING, state=PlayState.WAITING), 120)
    assert "loading" in text(replace(PLAYING, state=PlayState.LOADING), 120)
    assert "plays as soon as there is something to hear" in text(replace(PLAYING, state=PlayState.AWAITED), 80)
    assert "1.25x  vol 70%" in text(replace(PLAYING, speed=1.25), 120)
    assert "muted" in text(replace(PLAYING, is_muted=True), 120)


def test_a_problem_takes_the_place_of_the_bar() -> None:
    problem = replace(PLAYING, problem="The gateway answered 403 for this take", state=PlayState.STOPPED)
    assert "! The gateway answered 403" in text(problem, 80)
    assert "━" not in text(problem, 80)
    assert "━" in text(replace(problem, state=PlayState.PLAYING), 80), "it still plays"
    silent = replace(problem, problem="No sound output: this computer has no sound card", backend="miniaudio")
    assert "! No sound output; alt+y copies an mpv command " in text(silent, 60), "what helps is not cut"
    assert problem_text(silent, "") == silent.problem


TITLES = st.text(alphabet="ab 終電é\x1b\u202e[]\n", max_size=80)


@given(
    TITLES,
    st.integers(20, 220),
    st.floats(0, 1e6),
    st.one_of(st.none(), st.floats(0, 1e6)),
    st.sampled_from(list(PlayState)),
    st.sampled_from(["", "No output"]),
)
def test_every_line_is_as_wide_as_the_bar(
    title: str, width: int, position_s: float, length_s: float | None, state: PlayState, problem: str
) -> None:
    entry = KEEPER._replace(title=title)
    status = replace(
        PLAYING,
        entry=entry,
        position_s=position_s,
        length_s=length_s,
        state=state,
        problem=problem,
        queue=(entry, entry),
    )
    drawn = line(status, width)
    assert cells_of(drawn.segments) == width
    assert 0 <= drawn.bar_start <= drawn.bar_start + drawn.bar_cells <= width
    assert "".join(segment.text for segment in drawn.segments).isprintable()


def test_only_the_cells_that_differ_are_painted_again() -> None:
    before, after = line(PLAYING, 120), line(replace(PLAYING, position_s=43.0), 120)
    ranges = changed_cells(before.segments, after.segments)
    assert sum(end - start for start, end in ranges) <= 3, "a digit, and the head of the bar"
    assert changed_cells(before.segments, before.segments) == []


def test_lines_of_different_widths_are_painted_as_a_whole() -> None:
    assert changed_cells([Segment("abc")], [Segment("abcd")]) == [(0, 4)]
