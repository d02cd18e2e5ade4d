"""The audio of a take: the frames of a packaged loop, repeated to the announced length.

The loops are MPEG-2 layer III, 24 kHz, mono, 32 kbit/s without a bit reservoir: every frame is 96 bytes, lasts 24 ms
and is independent, so frames can be combined freely (see tests/scripts/make_demo_audio.py). The parts of a loop have as
many frames, which are shorter: at 16 or 24 kbit/s.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

RATE = 24_000
"""The sample rate in Hz."""
FRAME_SAMPLES = 576
FRAME_BYTES = 96
FRAME_S = FRAME_SAMPLES / RATE
SECOND_BYTES = round(1 / FRAME_S) * FRAME_BYTES
"""A second of audio, in whole frames."""
LOOPS = ("neon", "lantern", "meadow", "harbour", "pulse", "carousel")
_PARTS = {
    "neon": ("vocals", "drums", "bass", "instrumental"),
    "lantern": ("vocals", "keyboard", "drums", "bass", "instrumental"),
    "meadow": ("vocals", "guitar"),
    "harbour": ("vocals", "strings"),
    "pulse": ("vocals", "keyboard", "drums", "bass", "instrumental"),
    "carousel": ("vocals", "guitar", "bass", "instrumental"),
}
"""The parts of each loop; the last one is all but the vocals, which are its melody."""
_SILENCE = "silence"
"""One frame without a sound."""
_BIT_RATES = {2: 16_000, 3: 24_000, 4: 32_000}
"""By the index in a frame's header."""

_FADE_S = 4.0
_FADE_STEPS = 44  # of 1.5 dB each
_FITTING = {
    "neon": ("synth", "wave", "city pop", "punk", "rock", "drum and bass"),
    "lantern": ("lo-fi", "jazz", "soul", "bossa", "trip hop", "rhodes"),
    "meadow": ("folk", "country", "bluegrass", "guitar", "shanty", "ukulele"),
    "harbour": ("ambient", "cinematic", "choir", "strings", "dream"),
    "pulse": ("house", "edm", "club", "dance", "salsa", "afrobeat", "disco"),
    "carousel": ("waltz", "music box", "children", "chamber", "toy"),
}


def loop_for(tags: str) -> str:
    """The loop that fits a style; "" if no loop fits."""
    lower = tags.lower()
    return next((loop for loop, hints in _FITTING.items() if any(hint in lower for hint in hints)), "")


def frames_for(duration_s: float) -> int:
    """The number of frames closest to a length in seconds."""
    return max(1, round(duration_s / FRAME_S))


@lru_cache(maxsize=12)
def render(loop: str, turn: float, frames: int) -> bytes:
    """An MP3 of `frames` frames from a loop, or from a part of one, that starts at the fraction `turn` (0 to 1), with a
    fade-out."""
    once = _loop(loop)
    frame_size = frame_bytes(once)
    start = int(len(once) // frame_size * turn) * frame_size
    once = once[start:] + once[:start]
    size = frames * frame_size
    return _faded((once * (size // len(once) + 1))[:size], frame_size)


def frame_bytes(audio: bytes) -> int:
    """The size in bytes of the frames of a loop, or of what `render` makes; all frames have the bit rate of the
    first."""
    return FRAME_SAMPLES // 8 * _BIT_RATES[audio[2] >> 4] // RATE


def part_for(loop: str, stem: str) -> str:
    """The part of a loop that is the stem of this name, for `render`; parts that a loop does not have are silent."""
    parts = _PARTS.get(loop, ())
    name = stem.lower()
    if name == "instrumental" and parts:
        return f"{loop}-{parts[-1]}"
    return f"{loop}-{name}" if name in parts else _SILENCE


@lru_cache(maxsize=2 * len(LOOPS))
def _loop(name: str) -> bytes:
    return (files("sunotui.demo") / "sounds" / f"{name}.mp3").read_bytes()


def _faded(audio: bytes, frame_size: int) -> bytes:
    # A frame's volume is its global_gain: 8 bits from bit 30 of the side information, after the 4 bytes of the header
    # (ISO/IEC 13818-3, one channel, no checksum). One step is 1.5 dB.
    made = bytearray(audio)
    count = len(made) // frame_size
    fade = min(count, round(_FADE_S / FRAME_S))
    for number in range(fade):
        at = (count - fade + number) * frame_size + 4 + 3
        word = int.from_bytes(made[at : at + 2], "big")
        gain = max(0, (word >> 2 & 0xFF) - _FADE_STEPS * number // fade)
        made[at : at + 2] = (word & ~(0xFF << 2) | gain << 2).to_bytes(2, "big")
    return bytes(made)
