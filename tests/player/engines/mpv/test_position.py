"""Where mpv is: reports, the clock between them, and what counts as played."""

from __future__ import annotations

import pytest

from sunotui.player.engines.mpv import position as mpv_position
from sunotui.player.engines.mpv.position import MpvPosition


class Clock:
    """A clock that the test moves."""

    now_s = 100.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(mpv_position, "time", clock)
    return clock


def test_the_clock_counts_between_reports_at_the_speed(clock: Clock) -> None:
    position = MpvPosition()
    position.speed = 2.0
    position.begin(10.0)
    clock.now_s += 1.0
    assert (position.now_s(is_moving=True), position.now_s(is_moving=False)) == (12.0, 10.0)
    position.settle(is_moving=True)
    assert (position.seconds, position.played_s) == (12.0, 2.0)


def test_a_seek_is_not_counted(clock: Clock) -> None:
    position = MpvPosition()
    position.begin(0.0)
    clock.now_s += 1.0
    position.report(1.0, is_playing=True)
    position.move_to(50.0)
    position.forget_report()
    clock.now_s += 1.0
    assert position.report(51.0, is_playing=True)
    assert position.played_s == 2.0
    position.report(90.0, is_playing=True)
    assert position.played_s < 3.0, "more than the clock says"


def test_equal_reports_stand_still_until_one_moves() -> None:
    position = MpvPosition()
    position.begin(5.0)
    assert position.report(5.0, is_playing=True), "nothing is known before the first report"
    assert not position.report(5.01, is_playing=True)
    assert not position.report(5.01, is_playing=True)
    assert position.still_reports == 2
    assert position.report(5.5, is_playing=True)
    assert position.still_reports == 0
    position.begin(5.0, must_move=True)
    assert not position.report(5.0, is_playing=True)


def test_a_file_that_ended_a_little_early_was_played_to_its_end() -> None:
    position = MpvPosition()
    position.begin(59.5)
    position.end(60.0, early_s=1.0)
    assert (position.seconds, position.played_s) == (60.0, 0.5)
    position.begin(30.0)
    position.end(60.0, early_s=1.0)
    assert position.seconds == 30.0
