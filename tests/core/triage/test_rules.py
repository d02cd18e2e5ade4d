"""Which parts of a take are played, and which songs go to the trash."""

from __future__ import annotations

import pytest

from sunotui.core.triage.rules import SAMPLE_S, ListeningMode, PlayedPart, chorus_start, parts_of, songs_without_takes


def test_the_ways_to_listen_go_round() -> None:
    assert [mode.following for mode in ListeningMode] == [
        ListeningMode.CHORUS,
        ListeningMode.SAMPLES,
        ListeningMode.START,
    ]


@pytest.mark.parametrize(
    "tag", ["[Chorus]", "[chorus: big]", "(Refrain)", "[Final Chorus]", "[サビ]", "【副歌】", "[Hook 1]"]
)
def test_a_chorus_begins_a_little_before_its_first_word(tag: str) -> None:
    lines = [("[Verse]", None), ("la", 3.0), (tag, None), ("", None), ("oh", 42.0), ("oh", 50.0)]
    assert chorus_start(lines) == pytest.approx(41.3)


def test_a_pre_chorus_and_a_chorus_without_times_do_not_count() -> None:
    assert chorus_start([("[Pre-Chorus]", None), ("la", 3.0)]) is None
    assert chorus_start([("[Chorus]", None), ("la", None)]) is None
    assert chorus_start([("[Chorus]", None), ("[Verse]", None), ("la", 3.0)]) is None
    assert chorus_start([("[Chorus]", None), ("la", 0.2)]) == 0.0
    assert chorus_start([]) is None


def test_a_take_is_played_from_its_start_or_from_its_chorus() -> None:
    assert parts_of(ListeningMode.START, 200.0, 41.0) == (PlayedPart(0.0),)
    assert parts_of(ListeningMode.CHORUS, 200.0, 41.0) == (PlayedPart(41.0),)
    assert parts_of(ListeningMode.CHORUS, 200.0, None) == (PlayedPart(60.0),)
    assert parts_of(ListeningMode.CHORUS, 200.0, 250.0) == (PlayedPart(60.0),), "times of another take"


def test_samples_follow_one_another_without_a_second_twice() -> None:
    assert parts_of(ListeningMode.SAMPLES, 200.0, 41.0) == (
        PlayedPart(0.0, 15.0),
        PlayedPart(41.0, 56.0),
        PlayedPart(130.0, 145.0),
    )
    for length_s in range(46, 400, 7):
        for chorus_s in (None, 1.0, length_s - 1.0):
            parts = parts_of(ListeningMode.SAMPLES, length_s, chorus_s)
            assert parts[0] == PlayedPart(0.0, SAMPLE_S)
            ends = [part.end_s or 0.0 for part in parts]
            assert all(part.start_s >= end_s for part, end_s in zip(parts[1:], ends, strict=False))
            assert ends[-1] <= length_s


@pytest.mark.parametrize("mode", list(ListeningMode))
@pytest.mark.parametrize("length_s", [None, 0.0, -1.0])
def test_a_take_of_unknown_length_is_played_from_its_start(mode: ListeningMode, length_s: float | None) -> None:
    assert parts_of(mode, length_s, 10.0) == (PlayedPart(0.0),)


def test_a_short_take_has_no_samples() -> None:
    assert parts_of(ListeningMode.SAMPLES, 40.0, None) == (PlayedPart(0.0),)


def test_a_song_goes_with_its_last_take() -> None:
    takes = {"a": ["a1", "a2"], "b": ["b1"], "c": []}
    assert songs_without_takes(takes, {"a1", "b1"}) == ["b"]
    assert songs_without_takes(takes, {"a1", "a2"}) == ["a"]
