"""Generates the demo gateway's six loops and their parts: `python -m tests.scripts.make_demo_audio`, then commit
sunotui/demo/sounds.

Every note is computed here with the standard library; nothing is sampled. A loop is a whole number of MP3 frames long
(24 kHz, 576 samples per frame) and its tails wrap around to its start. It is encoded three times in a row, and the
frames of the middle pass are kept: they are seamless, so the demo gateway makes a song of any length by repeating
frames. The bit reservoir is off, so every frame is independent; no ID3 tag, no Xing frame.

A part of a loop has the notes of one voice, or of all but the melody, at the same loudness and in the same frames: the
parts played together are the loop. They have a lower bit rate, for a smaller package.

Needs `ffmpeg` with libmp3lame on PATH (Debian package ffmpeg); the program itself does not.
"""

from __future__ import annotations

import random
import struct
import subprocess
from array import array
from collections.abc import Callable
from math import exp, pi, sin, tau

from tests.support.paths import ROOT

RATE = 24_000
SAMPLES_PER_FRAME = 576
BIT_RATE = 32_000
PART_BIT_RATES = {"drums": 24_000, "instrumental": 24_000}
PART_BIT_RATE = 16_000
"""The default of a part; noise needs more than tones."""
MELODY, INSTRUMENTAL, SILENCE = "vocals", "instrumental", "silence"
SOUNDS = ROOT / "sunotui" / "demo" / "sounds"

Tone = Callable[[float, int], list[float]]


def hertz(note: int) -> float:
    """Frequency of a MIDI note number."""
    return 440.0 * 2 ** ((note - 69) / 12)


def pluck(frequency: float, samples: int) -> list[float]:
    """A string (Karplus-Strong): a burst of noise in a delay line with a low-pass filter."""
    rng = random.Random(int(frequency * 100))
    line = [rng.uniform(-1, 1) for _ in range(max(2, round(RATE / frequency)))]
    out, size = [], len(line)
    for at in range(samples):
        here = at % size
        out.append(line[here])
        line[here] = 0.4975 * (line[here] + line[(here + 1) % size])
    return out


def pad(frequency: float, samples: int) -> list[float]:
    """A slow chorus of three slightly detuned voices."""
    steps = [tau * frequency * detune / RATE for detune in (0.997, 1.0, 1.004)]
    out = []
    for at in range(samples):
        swell = sin(pi * at / samples) ** 0.7
        out.append(swell * sum(sin(step * at) + 0.3 * sin(2 * step * at) for step in steps) / 3)
    return out


def bell(frequency: float, samples: int) -> list[float]:
    """An electric piano: one sine modulates another."""
    step = tau * frequency / RATE
    return [
        exp(-2.6 * at / RATE) * sin(step * at + 1.4 * exp(-7 * at / RATE) * sin(2 * step * at)) for at in range(samples)
    ]


def bass(frequency: float, samples: int) -> list[float]:
    """A round bass with a little edge."""
    step = tau * frequency / RATE
    return [
        min(1.0, at / 120)
        * exp(-2.2 * at / RATE)
        * (sin(step * at) + 0.35 * sin(2 * step * at) + 0.12 * sin(3 * step * at))
        for at in range(samples)
    ]


def lead(frequency: float, samples: int) -> list[float]:
    """A soft saw with a slow vibrato."""
    step = tau * frequency / RATE
    out = []
    for at in range(samples):
        phase = step * at + 0.06 * sin(tau * 5 * at / RATE)
        envelope = min(1.0, at / 400) * exp(-1.6 * at / RATE)
        out.append(envelope * sum(sin(n * phase) / n for n in (1, 2, 3, 4, 5)) * 0.6)
    return out


def kick(_: float, samples: int) -> list[float]:
    """A drum whose pitch falls."""
    return [exp(-9 * at / RATE) * sin(tau * (48 * at / RATE + 4 * (1 - exp(-30 * at / RATE)))) for at in range(samples)]


def hat(_: float, samples: int) -> list[float]:
    """A short burst of high-pass noise."""
    rng = random.Random(7)
    out, last = [], 0.0
    for at in range(samples):
        now = rng.uniform(-1, 1)
        out.append(exp(-55 * at / RATE) * (now - last) * 0.5)
        last = now
    return out


def snare(_: float, samples: int) -> list[float]:
    """Noise over a low tone."""
    rng = random.Random(11)
    return [
        exp(-16 * at / RATE) * (0.6 * rng.uniform(-1, 1) + 0.5 * sin(tau * 185 * at / RATE)) for at in range(samples)
    ]


_VOICES: dict[Tone, str] = {
    bass: "bass",
    bell: "keyboard",
    hat: "drums",
    kick: "drums",
    lead: MELODY,
    pad: "strings",
    pluck: "guitar",
    snare: "drums",
}
"""The voice of each tone if a loop does not name one."""


class Loop:
    """A ring buffer of samples, `beats` long at `tempo` beats per minute; sound past its end wraps around to its
    start."""

    def __init__(self, tempo: float, beats: int) -> None:
        frames = round(beats * 60 / tempo * RATE / SAMPLES_PER_FRAME)
        self.samples = array("d", bytes(8 * frames * SAMPLES_PER_FRAME))
        self.beat_s = frames * SAMPLES_PER_FRAME / RATE / beats
        self.voices: dict[str, array[float]] = {}
        """The samples of each voice alone."""
        self._made: dict[tuple[Tone, int, int], list[float]] = {}

    def play(self, tone: Tone, note: int, beat: float, beats: float, volume: float, voice: str = "") -> None:
        """Add one note, by default of the voice that fits the tone; it sounds a little longer than it is held and fades
        out."""
        voice = voice or _VOICES[tone]
        own = self.voices.setdefault(voice, array("d", bytes(8 * len(self.samples))))
        length = round((beats * self.beat_s + 0.12) * RATE)
        key = (tone, note, length)
        if key not in self._made:
            self._made[key] = tone(hertz(note), length)
        start, fade, size = round(beat * self.beat_s * RATE), round(0.08 * RATE), len(self.samples)
        for at, value in enumerate(self._made[key]):
            left = length - at
            sounds = volume * value * (left / fade if left < fade else 1.0)
            self.samples[(start + at) % size] += sounds
            own[(start + at) % size] += sounds

    def pcm(self) -> bytes:
        """The loop as normalized 16-bit samples."""
        return self._pcm(self.samples)

    def parts(self) -> dict[str, bytes]:
        """The voices by name, and all but the melody, as 16-bit samples that add up to the loop."""
        made = {name: self._pcm(samples) for name, samples in self.voices.items()}
        accompaniment = [name for name in self.voices if name != MELODY]
        if len(accompaniment) > 1:
            together = map(sum, zip(*(self.voices[name] for name in accompaniment), strict=True))
            made[INSTRUMENTAL] = self._pcm(array("d", together))
        return made

    def _pcm(self, samples: array[float]) -> bytes:
        peak = max(abs(value) for value in self.samples)
        whole = (max(-32_768, min(32_767, round(value / peak * 24_000))) for value in samples)
        return struct.pack(f"<{len(samples)}h", *whole)


def neon() -> Loop:
    """Synthwave: arpeggios over a driving bass."""
    loop = Loop(112, 48)
    for bar in range(12):
        root, chord = ((45, (57, 60, 64, 69)), (41, (57, 60, 65, 69)), (48, (55, 60, 64, 67)), (43, (55, 59, 62, 67)))[
            bar % 4
        ]
        for eighth in range(8):
            loop.play(bass, root, bar * 4 + eighth / 2, 0.4, 0.55)
        for step in range(16):
            loop.play(lead, chord[(step * 3 + bar // 4) % 4] + 12 * (step % 5 == 4), bar * 4 + step / 4, 0.3, 0.2)
        for beat in range(4):
            loop.play(kick if beat % 2 == 0 else snare, 40, bar * 4 + beat, 0.5, 0.8)
            loop.play(hat, 90, bar * 4 + beat + 0.5, 0.2, 0.3)
    return loop


def lantern() -> Loop:
    """Lo-fi: an electric piano late at night."""
    loop = Loop(76, 32)
    chords = ((50, (62, 65, 69, 72)), (43, (59, 62, 65, 69)), (48, (60, 64, 67, 71)), (45, (57, 60, 64, 67)))
    melody = (76, 74, 72, 69, 72, 74, 67, 69)
    for bar in range(8):
        root, chord = chords[bar % 4]
        loop.play(bass, root - 12, bar * 4, 1.6, 0.7)
        loop.play(bass, root - 5, bar * 4 + 2.5, 1.2, 0.5)
        for number, note in enumerate(chord):
            loop.play(bell, note, bar * 4 + 0.03 * number, 2.2, 0.3)
            loop.play(bell, note, bar * 4 + 2.5 + 0.03 * number, 1.3, 0.2)
        loop.play(bell, melody[bar] + 12, bar * 4 + 1.5, 1.4, 0.3, MELODY)
        loop.play(bell, melody[-bar - 1] + 12, bar * 4 + 3, 0.9, 0.22, MELODY)
        for beat in (0, 1.66, 2):
            loop.play(kick, 40, bar * 4 + beat, 0.5, 0.6 if beat != 1.66 else 0.3)
        loop.play(snare, 40, bar * 4 + 1, 0.3, 0.35)
        loop.play(snare, 40, bar * 4 + 3, 0.3, 0.4)
    return loop


def meadow() -> Loop:
    """Folk: a picked guitar in the open air."""
    loop = Loop(92, 40)
    chords = ((43, 59, 62, 67), (48, 60, 64, 67), (40, 59, 64, 67), (50, 57, 62, 66), (43, 59, 62, 67))
    tune = (71, 74, 76, 74, 71, 69, 67, 69, 71, 67)
    for bar in range(10):
        low, *high = chords[bar % 5]
        for eighth, note in enumerate((low, high[1], high[0], high[2], low + 7, high[1], high[2], high[0])):
            loop.play(pluck, note, bar * 4 + eighth / 2, 1.4, 0.42)
        loop.play(pluck, tune[bar], bar * 4 + 1, 2.0, 0.5, MELODY)
        loop.play(pluck, tune[-bar - 1], bar * 4 + 3, 1.0, 0.4, MELODY)
    return loop


def harbour() -> Loop:
    """Ambient: slow chords and far bells."""
    loop = Loop(56, 24)
    chords = ((41, 60, 64, 67, 69), (38, 57, 60, 65, 69), (46, 58, 62, 65, 69), (36, 55, 60, 64, 67))
    rng = random.Random(3)
    for bar in range(6):
        for note in chords[bar % 4]:
            loop.play(pad, note, bar * 4, 4.6, 0.3)
        for _ in range(4):
            loop.play(bell, rng.choice(chords[bar % 4][1:]) + 12, bar * 4 + rng.randrange(8) / 2, 2.5, 0.16, MELODY)
    return loop


def pulse() -> Loop:
    """House: four on the floor and off-beat chords."""
    loop = Loop(124, 52)
    chords = ((45, (60, 64, 67)), (41, (60, 64, 69)), (48, (60, 64, 67)), (40, (59, 62, 67)))
    for bar in range(13):
        root, chord = chords[bar % 4]
        for beat in range(4):
            loop.play(kick, 40, bar * 4 + beat, 0.6, 1.0)
            loop.play(hat, 90, bar * 4 + beat + 0.5, 0.2, 0.45)
            loop.play(bass, root - 12 * (beat % 2), bar * 4 + beat + 0.5, 0.4, 0.6)
        for stab in (0.5, 1.25, 2.5, 3.25):
            for note in chord:
                loop.play(bell, note + 12, bar * 4 + stab, 0.35, 0.24)
        if bar % 2:
            loop.play(lead, chord[-1] + 12, bar * 4 + 2, 1.5, 0.18)
    return loop


def carousel() -> Loop:
    """A waltz for a music box."""
    loop = Loop(138, 60)
    chords = ((48, (64, 67)), (45, (60, 64)), (41, (60, 65)), (43, (59, 65)))
    tune = (76, 79, 84, 83, 81, 76, 77, 81, 79, 74, 76, 77, 76, 72, 74, 71, 72, 76, 79, 74)
    for bar in range(20):
        root, chord = chords[bar % 4]
        loop.play(bass, root, bar * 3, 1.2, 0.5)
        for beat in (1, 2):
            for note in chord:
                loop.play(pluck, note, bar * 3 + beat, 0.8, 0.3)
        loop.play(bell, tune[bar], bar * 3, 2.6, 0.45, MELODY)
        loop.play(bell, tune[-bar - 1] + 12, bar * 3 + 2, 1.0, 0.2, MELODY)
    return loop


def encode(pcm: bytes, bit_rate: int = BIT_RATE) -> bytes:
    """The MP3 frames of one pass of the loop."""
    options = (
        f"-f s16le -ar 24000 -ac 1 -i - -c:a libmp3lame -b:a {bit_rate} -reservoir 0 -write_xing 0 -id3v2_version 0 "
        "-f mp3 -"
    )
    frame_bytes = 72 * bit_rate // RATE
    done = subprocess.run(["ffmpeg", "-v", "error", *options.split()], input=pcm * 3, capture_output=True, check=True)
    pass_bytes = len(pcm) // 2 // SAMPLES_PER_FRAME * frame_bytes
    kept = done.stdout[pass_bytes : 2 * pass_bytes]
    if any(kept[at : at + 2] != b"\xff\xf3" for at in range(0, len(kept), frame_bytes)):
        raise SystemExit("the encoder did not write frames of one size")
    return kept


def main() -> None:
    """Write all loops with their parts, and a frame of silence."""
    SOUNDS.mkdir(exist_ok=True)
    for make in (neon, lantern, meadow, harbour, pulse, carousel):
        loop = make()
        _write(make.__name__, encode(loop.pcm()))
        for name, pcm in loop.parts().items():
            _write(f"{make.__name__}-{name}", encode(pcm, PART_BIT_RATES.get(name, PART_BIT_RATE)))
    _write(SILENCE, encode(bytes(2 * SAMPLES_PER_FRAME), PART_BIT_RATE))


def _write(name: str, made: bytes) -> None:
    (SOUNDS / f"{name}.mp3").write_bytes(made)
    print(f"{name}: {len(made):,} bytes")


if __name__ == "__main__":
    main()
