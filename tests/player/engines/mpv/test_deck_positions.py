"""Positions of decks that mpv plays: a deck that is off is corrected, however late the first reports are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sunotui.player.engines.engine import Source
from sunotui.player.engines.mpv import decks
from sunotui.player.engines.mpv.decks import MpvDecks

OFF_S = 0.05


class FakeEngine:
    """One mpv: plays as soon as it is asked to, and reports its position when the test lets it."""

    def __init__(self, *_: object, on_ready: Callable[[], None], **__: object) -> None:
        self.on_ready = on_ready
        self.sought: list[float] = []
        self.asked: list[Callable[[float], None]] = []

    def load(self, source: Source, *, plays: bool) -> None:
        self.on_ready()

    def seek(self, position_s: float) -> None:
        self.sought.append(position_s)

    def ask_position(self, callback: Callable[[float], None]) -> None:
        self.asked.append(callback)

    def wait_s(self) -> float | None:
        return None

    def position_s(self) -> float:
        return 0.0

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


class DecksUnderTest:
    """Decks of which all but the first are OFF_S ahead."""

    def __init__(self, decks: int = 2) -> None:
        self.now = 0.0
        self.decks = MpvDecks(
            lambda event: None, lambda work: None, program="mpv", is_null=True, clock=lambda: self.now
        )
        self.decks.load_decks([Source(str(number), 1, is_muted=number > 0) for number in range(decks)], plays=True)

    @property
    def engines(self) -> list[Any]:
        """The fake engines."""
        return self.decks._engines

    def check(self, *late_s: float) -> None:
        """Compare at the planned time; the reports come so late."""
        wait_s = self.decks.wait_s()
        assert wait_s is not None
        self.now += wait_s
        self.decks.tick()
        for number, (engine, delay_s) in enumerate(zip(self.engines, late_s, strict=False)):
            self.now += delay_s
            engine.asked.pop()(self.now + (OFF_S if number else 0.0))


@pytest.fixture
def under(monkeypatch: pytest.MonkeyPatch) -> DecksUnderTest:
    monkeypatch.setattr(decks, "MpvEngine", FakeEngine)
    return DecksUnderTest()


def test_a_deck_that_is_off_goes_where_the_audible_one_is(under: DecksUnderTest) -> None:
    under.check(0.001, 0.001)
    assert under.engines[1].sought == [pytest.approx(under.now)]
    assert under.engines[0].sought == []


def test_comparisons_end_when_six_were_in_time(under: DecksUnderTest) -> None:
    for _ in range(6):
        under.check(0.001, 0.001)
    assert under.decks.wait_s() is None


@pytest.mark.parametrize("late_s", [(0.02,), (0.001, 0.02)], ids=["lead", "other"])
def test_late_reports_do_not_count(late_s: tuple[float, ...], under: DecksUnderTest) -> None:
    for _ in range(20):
        under.check(*late_s)
    assert under.engines[1].sought == [], "they say nothing of the position"
    under.check(0.001, 0.001)
    assert under.engines[1].sought == [pytest.approx(under.now)]


def test_a_comparison_with_several_late_reports_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decks, "MpvEngine", FakeEngine)
    under = DecksUnderTest(decks=4)
    for _ in range(10):
        under.check(0.001, 0.02, 0.0, 0.0)
    for _ in range(6):
        under.check(0.001, 0.001, 0.0, 0.0)
    assert under.decks.wait_s() is None


def test_nothing_is_compared_while_paused(under: DecksUnderTest) -> None:
    under.check(0.02)
    under.decks.pause()
    assert under.decks.wait_s() is None
