"""The video of a take: an MP4 file of its cover as a still picture and its audio (ISO/IEC 14496-12 and 14496-14).

The file is `ftyp`, `moov`, `mdat`. The index comes before the data, so a player can start before all has arrived. Both
tracks count time in samples of the sound, so they end at the same moment. The picture is one JPEG that is shown for the
whole song; each frame of the MP3 is a sample of the other track.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from io import BytesIO

from PIL import Image

from sunotui.demo.media import covers, sound

_PICTURE, _SOUND = 1, 2
"""The ids of the tracks."""
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""Neither scaled nor rotated."""
_JPEG_TYPE, _MPEG_2_AUDIO_TYPE = 0x6C, 0x69
"""Object types of 14496-1. 0x6B would be MP3 with the sample rates of MPEG-1, which the loops do not have."""
_VISUAL_STREAM, _AUDIO_STREAM = 4, 5
"""Stream types of 14496-1."""
_JPEG_QUALITY = 90
_BOX_HEADER_BYTES = 8


@lru_cache(maxsize=4)
def render(seed: str, loop: str, turn: float, frames: int) -> bytes:
    """The MP4 of a cover (see `covers.paint`) and of audio (see `sound.render`); the same values give the same file."""
    audio = sound.render(loop, turn, frames)
    picture = BytesIO()
    with Image.open(BytesIO(covers.paint(seed))) as cover:
        cover.convert("RGB").save(picture, "JPEG", quality=_JPEG_QUALITY)
    return _mp4(picture.getvalue(), audio, sound.frame_bytes(audio))


def _mp4(picture: bytes, audio: bytes, frame_bytes: int) -> bytes:
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isom", b"iso2", b"mp41")
    data = _box(b"mdat", picture, audio)
    # The index stores where the data are in the file, which depends on its own size but does not change it.
    size = len(_movie(0, len(picture), len(audio) // frame_bytes, frame_bytes))
    start = len(kind) + size + _BOX_HEADER_BYTES
    return kind + _movie(start, len(picture), len(audio) // frame_bytes, frame_bytes) + data


def _movie(start: int, picture_bytes: int, frames: int, frame_bytes: int) -> bytes:
    """The index of a file whose data begin at `start` with the picture."""
    length = frames * sound.FRAME_SAMPLES
    header = _full_box(
        b"mvhd",
        # Created, modified, units per second, length, speed 1, volume 1, and the id of a further track.
        struct.pack(">IIIIIH10x", 0, 0, sound.RATE, length, 0x10000, 0x100) + _MATRIX,
        struct.pack(">24xI", _SOUND + 1),
    )
    pixels, bit_rate = covers.SIZE, frame_bytes * 8 * sound.RATE // sound.FRAME_SAMPLES
    picture_media = _media(
        b"vide",
        _full_box(b"vmhd", bytes(8), flags=1),
        # Width, height, 72 dots per inch, one picture per sample, no name of an encoder, 24 bits a pixel.
        _sample_format(
            b"mp4v",
            struct.pack(">16xHHIIIH32xHh", pixels, pixels, 72 << 16, 72 << 16, 0, 1, 24, -1),
            _decoder(_JPEG_TYPE, _VISUAL_STREAM, picture_bytes, 0),
        ),
        _samples(start, picture_bytes, 1, length),
        length,
    )
    sound_media = _media(
        b"soun",
        _full_box(b"smhd", bytes(4)),
        # One channel, 16 bits when decoded, the sample rate.
        _sample_format(
            b"mp4a",
            struct.pack(">8xHH4xI", 1, 16, sound.RATE << 16),
            _decoder(_MPEG_2_AUDIO_TYPE, _AUDIO_STREAM, frame_bytes, bit_rate),
        ),
        _samples(start + picture_bytes, frame_bytes, frames, sound.FRAME_SAMPLES),
        length,
    )
    return _box(
        b"moov",
        header,
        _box(b"trak", _track_header(_PICTURE, length, pixels=pixels), picture_media),
        _box(b"trak", _track_header(_SOUND, length, volume=0x100), sound_media),
        # Where tags are written: without it, a tag with a cover would be counted as the first picture of the file.
        _box(b"udta"),
    )


def _track_header(number: int, length: int, *, pixels: int = 0, volume: int = 0) -> bytes:
    """`pixels` is the width and height; `volume` is 0x100 for sound."""
    times = struct.pack(">IIIIIQ", 0, 0, number, 0, length, 0)
    shown = struct.pack(">HHHH", 0, 0, volume, 0) + _MATRIX + struct.pack(">II", pixels << 16, pixels << 16)
    # The track is enabled, and is part of the movie.
    return _full_box(b"tkhd", times, shown, flags=3)


def _media(kind: bytes, kind_header: bytes, sample_format: bytes, samples: bytes, length: int) -> bytes:
    # 0x55C4 is "und": the language is not known. The data are in this file: a link without an address, with flag 1.
    header = _full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, sound.RATE, length, 0x55C4, 0))
    handler = _full_box(b"hdlr", struct.pack(">4x4s12xx", kind))
    source = _box(b"dinf", _full_box(b"dref", struct.pack(">I", 1), _full_box(b"url ", flags=1)))
    return _box(b"mdia", header, handler, _box(b"minf", kind_header, source, _box(b"stbl", sample_format, samples)))


def _sample_format(kind: bytes, fields: bytes, decoder: bytes) -> bytes:
    # The format of all samples of a track, whose data are at the first source.
    entry = _box(kind, struct.pack(">6xH", 1), fields, decoder)
    return _full_box(b"stsd", struct.pack(">I", 1), entry)


def _decoder(object_type: int, stream_type: int, sample_bytes: int, bit_rate: int) -> bytes:
    """The descriptors of 14496-1 that name the format of the samples. Players take the rest from the samples."""
    config = struct.pack(">BB", object_type, stream_type << 2 | 1) + sample_bytes.to_bytes(3, "big")
    config = _descriptor(4, config + struct.pack(">II", bit_rate, bit_rate))
    return _full_box(b"esds", _descriptor(3, bytes(3) + config + _descriptor(6, b"\x02")))


def _samples(start: int, sample_bytes: int, count: int, sample_length: int) -> bytes:
    """The tables of samples of one size and one length, which are one chunk that begins at `start`."""
    return b"".join(
        (
            _full_box(b"stts", struct.pack(">III", 1, count, sample_length)),
            _full_box(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
            _full_box(b"stsz", struct.pack(">II", sample_bytes, count)),
            _full_box(b"stco", struct.pack(">II", 1, start)),
        )
    )


def _descriptor(tag: int, content: bytes) -> bytes:
    # A size below 128 is one byte.
    return struct.pack(">BB", tag, len(content)) + content


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", _BOX_HEADER_BYTES + len(content), kind) + content


def _full_box(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    # Version 0.
    return _box(kind, struct.pack(">I", flags), *parts)
