"""Decodes to the end, as fast as possible, without keeping the sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import miniaudio

from sunotui.player.files.decoding import FRAME_BYTES, RATE, NotAudio, decoded, has_simple_name
from sunotui.player.files.file_type import FileType, file_type
from sunotui.player.files.mp3_frames import Mp3Frames
from sunotui.player.sentences import NOT_AUDIO

_CHUNK_FRAMES = 65_536
"""Frames at a time: a long call into the decoder lets the other threads run."""
_INFOS: dict[FileType, Callable[[str], Any]] = {
    FileType.WAV: miniaudio.wav_get_file_info,
    FileType.FLAC: miniaudio.flac_get_file_info,
    FileType.VORBIS: miniaudio.vorbis_get_file_info,
}
_RESERVOIR_S = 0.3
"""How much sound a decoder that starts in the middle may lack, in seconds."""


def decoded_seconds(path: str) -> float:
    """The sound of a file, in seconds. Raises NotAudio."""
    if not has_simple_name(path):
        with decoded(path) as pieces:
            return sum(map(len, pieces)) / FRAME_BYTES / RATE
    try:
        # At the rate of the file: converting takes as long as decoding. By its type, not its name.
        info = _INFOS.get(file_type(path), miniaudio.mp3_get_file_info)(path)
        channels, rate = max(1, info.nchannels), max(1, info.sample_rate)
        samples = miniaudio.stream_file(path, nchannels=channels, sample_rate=rate, frames_to_read=_CHUNK_FRAMES)
        return float(sum(len(piece) for piece in samples) / channels / rate)
    except (miniaudio.MiniaudioError, OSError) as error:
        raise NotAudio(NOT_AUDIO) from error


def has_sound_to_its_end(content: bytes) -> bool:
    """Whether the last frames of an MP3 can be decoded; `content` may begin inside a frame."""
    counted = Mp3Frames()
    counted.feed(content)
    counted.end()
    try:
        found = miniaudio.mp3_read_s16(content)
    except miniaudio.MiniaudioError:
        return False
    # The first frames may need data from those before them.
    return bool(found.num_frames / found.sample_rate > counted.seconds - _RESERVOIR_S)
