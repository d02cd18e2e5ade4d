"""The sound in memory: blocks, their ends, and what is dropped."""

from __future__ import annotations

from sunotui.player.engines.sound_buffer import _BLOCK_FRAMES, SoundBuffer
from sunotui.player.files.decoding import FRAME_BYTES

COUNT = 3 * _BLOCK_FRAMES + 7
DATA = b"".join(at.to_bytes(FRAME_BYTES, "little") for at in range(COUNT))


def filled() -> SoundBuffer:
    sound = SoundBuffer(100)
    for at in range(0, len(DATA), 40_000):
        sound.add(DATA[at : at + 40_000])
    return sound


def test_every_frame_is_where_it_was_put() -> None:
    sound = filled()
    assert (sound.start, sound.end) == (100, 100 + COUNT)
    for frame, count in ((0, 9), (_BLOCK_FRAMES - 1, 2), (5, COUNT), (COUNT - 1, 9), (COUNT, 1), (7, 0)):
        assert sound.read(100 + frame, count) == DATA[frame * FRAME_BYTES : (frame + count) * FRAME_BYTES]
    assert sound.read(99, 5) == b""


def test_whole_blocks_are_dropped() -> None:
    sound = filled()
    assert not sound.drop_before(100 + _BLOCK_FRAMES - 1)
    assert sound.drop_before(100 + 2 * _BLOCK_FRAMES + 5)
    assert sound.start == 100 + 2 * _BLOCK_FRAMES
    assert sound.read(sound.start - 1, 3) == b""
    assert sound.read(sound.start, 1) == DATA[2 * _BLOCK_FRAMES * FRAME_BYTES :][:FRAME_BYTES]
    assert sound.drop_before(sound.end + 9), "a jump ahead"
    assert sound.start < sound.end
