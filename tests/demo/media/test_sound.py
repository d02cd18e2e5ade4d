"""The demo audio is real MPEG audio of the requested duration."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.demo.media import sound
from tests.demo import mp3


@pytest.mark.parametrize("loop", sound.LOOPS)
def test_every_loop_is_mp3_of_independent_frames(loop: str) -> None:
    audio = sound.render(loop, 0.0, 2_000)
    found = mp3.frames(audio)
    assert len(found) == 2_000
    assert {(frame.size, frame.channels) for frame in found} == {(sound.FRAME_BYTES, 1)}
    assert mp3.seconds(audio) == pytest.approx(2_000 * sound.FRAME_S)
    # main_data_begin, the first 8 bits after the header: no frame needs bytes of the previous one.
    assert all(audio[at * sound.FRAME_BYTES + 4] == 0 for at in range(2_000))


@pytest.mark.parametrize("loop", sound.LOOPS)
def test_the_parts_of_a_loop_are_in_step_with_it(loop: str) -> None:
    stems = ("Vocals", "Instrumental", "Drums", "Bass", "Keyboard", "Guitar", "Strings", "Brass")
    parts = {stem: sound.part_for(loop, stem) for stem in stems}
    assert parts["Brass"] == "silence"
    assert len({parts["Vocals"], parts["Instrumental"], "silence"}) == 3
    whole = mp3.frames(sound.render(loop, 0.0, 4_000))
    for name in set(parts.values()):
        part = sound.render(name, 0.0, 4_000)
        found = mp3.frames(part)
        assert len(found) == len(whole)
        assert len({frame.size for frame in found}) == 1
        assert mp3.seconds(part) == mp3.seconds(sound.render(loop, 0.0, 4_000))
        # The loop starts again after as many frames.
        if name != "silence":
            frames = len(sound._loop(loop)) // sound.FRAME_BYTES
            assert len(sound._loop(name)) == frames * found[0].size


def test_the_loops_differ() -> None:
    assert len({sound.render(loop, 0.0, 400) for loop in sound.LOOPS}) == len(sound.LOOPS)


def test_another_offset_starts_elsewhere_in_the_same_loop() -> None:
    whole, turned = sound.render("neon", 0.0, 8_000), sound.render("neon", 0.25, 8_000)
    assert whole != turned
    assert turned[: sound.FRAME_BYTES * 50] in whole


def test_only_the_end_fades() -> None:
    audio, longer = sound.render("pulse", 0.0, 1_000), sound.render("pulse", 0.0, 2_000)
    fade = round(4.0 / sound.FRAME_S) * sound.FRAME_BYTES
    assert audio[:-fade] == longer[: len(audio) - fade]
    # Only the bits of global_gain differ: 30 to 37 of the side information, in the bytes 7 and 8 of a frame.
    pairs = zip(audio, longer[: len(audio)], strict=True)
    changed = {at % sound.FRAME_BYTES for at, (one, other) in enumerate(pairs) if one != other}
    assert changed == {7, 8}


@settings(max_examples=30)
@given(st.sampled_from(sound.LOOPS), st.sampled_from([0.0, 0.25, 0.5, 0.75]), st.integers(1, 3_000))
def test_any_number_of_frames_parses(loop: str, turn: float, count: int) -> None:
    assert len(mp3.frames(sound.render(loop, turn, count))) == count


@given(st.floats(0.012, 600))
def test_a_duration_is_met_within_half_a_frame(length_s: float) -> None:
    assert abs(sound.frames_for(length_s) * sound.FRAME_S - length_s) <= sound.FRAME_S / 2 + 1e-9


def test_the_shortest_audio_is_one_frame() -> None:
    assert sound.frames_for(0.0) == sound.frames_for(-5.0) == 1


@pytest.mark.parametrize(
    ("tags", "loop"),
    [("Dreamy SYNTHwave", "neon"), ("lo-fi beats", "lantern"), ("waltz", "carousel"), ("", ""), ("noise", "")],
)
def test_a_style_suggests_its_loop(tags: str, loop: str) -> None:
    assert sound.loop_for(tags) == loop
