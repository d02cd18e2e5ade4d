"""Files that play together: the same frame of each, whatever is audible."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from sunotui.player.engines.engine import Source
from sunotui.player.engines.mixer import Mixer
from sunotui.player.engines.track import Track
from sunotui.player.engines.track_group import TrackGroup, window_frames
from sunotui.player.engines.volume import faded, mixed
from sunotui.player.files.decoding import FRAME_BYTES, RATE
from tests.player.engines.test_mixer import PERIOD, Listener, rendered, sound_of
from tests.player.sounds import song, tones
from tests.support.waiting import until

FADE = 220
"""Frames that a change of what is audible takes."""

MakeGroup = Callable[..., TrackGroup]


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def mixer(listener: Listener) -> Mixer:
    return Mixer(listener)


@pytest.fixture
def group_of() -> Iterator[MakeGroup]:
    """Makes groups of files, which are closed at the end; `audible` are the decks that are not muted."""
    made: list[TrackGroup] = []

    def make(*paths: Path, audible: set[int], gains: tuple[float, ...] = (), is_waited_for: bool = True) -> TrackGroup:
        group = TrackGroup(
            [
                Track(
                    Source(str(path), 1, gain_db=gains[deck] if gains else 0.0, is_muted=deck not in audible),
                    lambda _: None,
                    window_frames=window_frames(len(paths)),
                )
                for deck, path in enumerate(paths)
            ]
        )
        made.append(group)
        if is_waited_for:
            until(lambda: group.is_decoded, "the whole sound")
        return group

    yield make
    for group in made:
        group.close()


def part(track: Track, start: int, end: int) -> bytes:
    return sound_of(track)[start * FRAME_BYTES : end * FRAME_BYTES]


def samples(data: bytes) -> array[int]:
    values = array("h")
    values.frombytes(data)
    return values


def test_a_flip_continues_at_the_same_frame(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    group = group_of(song(tmp_path / "a.mp3", 3), song(tmp_path / "b.mp3", 3, "pulse"), audible={0})
    mixer.set_current(group)
    for number, deck in enumerate((0, 1, 0, 1, 1)):
        group.flip(deck)
        start = number * PERIOD
        made = mixer.render(PERIOD)
        assert made[FADE * FRAME_BYTES :] == part(group.tracks[deck], start + FADE, start + PERIOD)
    assert group.position == group.played_frames == 5 * PERIOD


def test_a_flip_makes_no_click(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    """Between two opposite levels no step is larger than a part of the way."""
    paths = []
    for name, level in (("a", 20_000), ("b", -20_000)):
        paths.append(tones(tmp_path / f"{name}.wav", [(0, 1)]))
        data = bytearray(paths[-1].read_bytes())
        data[44:] = array("h", [level] * ((len(data) - 44) // 2)).tobytes()
        paths[-1].write_bytes(data)
    group = group_of(*paths, audible={0})
    mixer.set_current(group)
    mixer.render(PERIOD)
    group.flip(1)
    left = samples(mixer.render(PERIOD))[::2]
    assert left[0] == 20_000
    assert left[FADE] == -20_000
    assert max(abs(after - before) for before, after in pairwise(left)) < 200


def test_what_is_not_muted_is_audible_together(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    paths = [tones(tmp_path / f"{hertz}.wav", [(hertz, 1)], level=0.2) for hertz in (200, 300, 500)]
    group = group_of(*paths, audible={0, 2})
    mixer.set_current(group)
    first, _, third = (samples(sound_of(track)) for track in group.tracks)
    assert samples(mixer.render(PERIOD)) == array("h", map(sum, zip(first, third, strict=True)))[: 2 * PERIOD]
    group.set_muted(2, True)
    mixer.render(PERIOD)
    assert samples(mixer.render(PERIOD)) == first[4 * PERIOD : 6 * PERIOD]
    group.set_muted(2, False)
    group.set_muted(0, True)
    mixer.render(PERIOD)
    assert samples(mixer.render(PERIOD)) == third[8 * PERIOD : 10 * PERIOD]


def test_all_muted_is_silence_that_moves_on(
    mixer: Mixer, listener: Listener, group_of: MakeGroup, tmp_path: Path
) -> None:
    group = group_of(song(tmp_path / "a.mp3", 1), song(tmp_path / "b.mp3", 2), audible=set())
    mixer.set_current(group)
    assert not any(mixer.render(PERIOD))
    assert group.position == PERIOD
    rendered(mixer, 3 * RATE)
    assert listener.reported == [("ended", group, None)]
    assert group.position == pytest.approx(2 * RATE, abs=0.2 * RATE)


def test_each_deck_has_its_gain(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    path = tones(tmp_path / "a.wav", [(300, 1)], level=0.5)
    group = group_of(path, path, audible={0}, gains=(-6.0206, 6.0206))
    mixer.set_current(group)
    assert max(samples(rendered(mixer, RATE // 10))) == pytest.approx(32_767 * 0.25, abs=3)
    group.flip(1)
    group.set_gain(1, 3.0)
    mixer.render(PERIOD)
    assert max(samples(rendered(mixer, RATE // 10))) == pytest.approx(32_767 * 0.5 * 10 ** (3 / 20), abs=3)


def test_it_ends_with_the_longest_audible_one(
    mixer: Mixer, listener: Listener, group_of: MakeGroup, tmp_path: Path
) -> None:
    short, long = tones(tmp_path / "a.wav", [(300, 0.5)]), tones(tmp_path / "b.wav", [(700, 1.5)])
    group = group_of(short, long, audible={0})
    mixer.set_current(group)
    rendered(mixer, RATE)
    assert listener.reported == [("ended", group, None)]
    assert mixer.is_ended
    group.flip(1)
    mixer.continue_group()
    assert not mixer.is_ended
    start = group.position
    assert start == RATE // 2
    assert mixer.render(PERIOD)[FADE * FRAME_BYTES :] == part(group.tracks[1], start + FADE, start + PERIOD)
    group.flip(0)
    mixer.continue_group()
    rendered(mixer, PERIOD)
    assert len(listener.reported) == 2, "it is over there"
    mixer.seek(0)
    group.set_muted(1, False)
    rendered(mixer, 2 * RATE)
    assert listener.reported == [("ended", group, None)] * 3
    assert group.position == round(1.5 * RATE)


def test_all_are_sought_together(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    group = group_of(song(tmp_path / "a.mp3", 3), song(tmp_path / "b.mp3", 3, "pulse"), audible={1})
    mixer.set_current(group)
    mixer.seek(RATE)
    assert mixer.render(PERIOD) == part(group.tracks[1], RATE, RATE + PERIOD)
    group.flip(0)
    assert mixer.render(PERIOD)[FADE * FRAME_BYTES :] == part(group.tracks[0], RATE + PERIOD + FADE, RATE + 2 * PERIOD)


def test_a_file_without_sound_leaves_the_others(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    text = tmp_path / "b.mp3"
    text.write_text("not a song")
    group = group_of(song(tmp_path / "a.mp3", 1), text, audible={0, 1})
    mixer.set_current(group)
    assert mixer.render(PERIOD) == part(group.tracks[0], 0, PERIOD)
    assert not group.is_silent


def test_at_another_speed_it_is_one_sound(mixer: Mixer, group_of: MakeGroup, tmp_path: Path) -> None:
    group = group_of(song(tmp_path / "a.mp3", 3), song(tmp_path / "b.mp3", 3), audible={0, 1})
    mixer.set_current(group)
    mixer.set_speed(2.0)
    rendered(mixer, RATE)
    assert group.position / RATE == pytest.approx(2.0, abs=0.1)
    group.flip(0)
    assert any(rendered(mixer, RATE // 4))


def test_many_decks_need_no_more_memory_than_one_file() -> None:
    assert window_frames(1) == 15 * 60 * RATE
    assert 2 * window_frames(2) == 15 * 60 * RATE
    assert 12 * window_frames(12) == 6 * 60 * RATE
    assert window_frames(16) == 30 * RATE


def test_sums_are_clipped() -> None:
    loud, quiet = array("h", [30_000, -30_000, 5]), array("h", [10_000, -10_000])
    assert samples(mixed([loud.tobytes(), quiet.tobytes()])) == array("h", [32_767, -32_768, 5])
    assert mixed([]) == b""


def test_only_the_whole_sum_is_clipped() -> None:
    loud, louder, opposite = (array("h", values).tobytes() for values in ([30_000] * 2, [20_000] * 2, [-32_768, -1]))
    assert samples(mixed([loud, louder, opposite])) == array("h", [17_232, 32_767])
    assert samples(mixed([array("h", [value]).tobytes() for value in range(-8, 8)])) == array("h", [-8])
    assert samples(mixed([array("h", [-32_768]).tobytes()] * 16)) == array("h", [-32_768])


def test_a_fade_goes_from_one_sound_to_the_other() -> None:
    old, new = array("h", [100, 100]), array("h", [0, 0, 0, 0])
    assert samples(faded(old.tobytes(), new.tobytes())) == array("h", [100, 75, 0, 0])
    assert faded(b"", b"") == b""
