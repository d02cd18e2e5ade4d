"""The video of a take is an MP4 file of its cover and its audio, which are equally long."""

from __future__ import annotations

import json
import struct
import subprocess
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageChops, ImageStat

from sunotui.demo.media import covers, sound, video
from tests.demo import mp3
from tests.player.programs import needs

CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
PARTS = ["neon", "lantern-bass", "silence"]
"""A loop, a part of one with a lower bit rate, and a part without sound."""


class Box(NamedTuple):
    """A box of an MP4: its path, and where its content is in the file."""

    path: bytes
    start: int
    end: int


def boxes(file: bytes, start: int, end: int, path: bytes = b"") -> list[Box]:
    """All boxes between two positions, which must fill the space."""
    found = []
    while start < end:
        size, name = struct.unpack_from(">I4s", file, start)
        assert 8 <= size <= end - start
        found.append(Box(path + name, start + 8, start + size))
        if name in CONTAINERS:
            found += boxes(file, start + 8, start + size, path + name + b"/")
        start += size
    return found


class Track(NamedTuple):
    """What the index says of a track; times are in samples of the sound."""

    handler: bytes
    length: int
    length_in_movie: int
    sample_format: bytes
    samples: list[bytes]
    sample_length: int


def tracks(file: bytes) -> list[Track]:
    """The tracks of an MP4 with samples of one size and one length in one chunk."""
    found: list[Track] = []
    boxes_by_name: dict[bytes, int] = {}
    for box in boxes(file, 0, len(file)):
        if box.path.startswith(b"moov/trak/"):
            boxes_by_name[box.path.rsplit(b"/", 1)[1]] = box.start
        if box.path.endswith(b"stco"):
            found.append(track(file, boxes_by_name))
    return found


def track(file: bytes, at: dict[bytes, int]) -> Track:
    """A track, by the positions of its boxes."""
    (length_in_movie,) = struct.unpack_from(">I", file, at[b"tkhd"] + 20)
    rate, length = struct.unpack_from(">II", file, at[b"mdhd"] + 12)
    assert rate == sound.RATE
    (sample_format,) = struct.unpack_from(">4s", file, at[b"stsd"] + 12)
    size, count = struct.unpack_from(">II", file, at[b"stsz"] + 4)
    chunks, first = struct.unpack_from(">II", file, at[b"stco"] + 4)
    assert struct.unpack_from(">4I", file, at[b"stsc"] + 4) == (chunks, 1, count, 1)
    entries, counted, sample_length = struct.unpack_from(">III", file, at[b"stts"] + 4)
    assert (chunks, entries, counted) == (1, 1, count)
    samples = [file[first + size * number : first + size * (number + 1)] for number in range(count)]
    return Track(
        file[at[b"hdlr"] + 8 : at[b"hdlr"] + 12], length, length_in_movie, sample_format, samples, sample_length
    )


@pytest.mark.parametrize("frames", [1, 500])
@pytest.mark.parametrize("loop", PARTS)
def test_the_index_leads_to_the_cover_and_to_every_frame_of_the_audio(loop: str, frames: int) -> None:
    picture, audio = tracks(video.render("one", loop, 0.25, frames))
    assert (picture.handler, picture.sample_format) == (b"vide", b"mp4v")
    assert (audio.handler, audio.sample_format) == (b"soun", b"mp4a")
    assert b"".join(audio.samples) == sound.render(loop, 0.25, frames)
    assert [len(mp3.frames(sample)) for sample in audio.samples] == [1] * frames
    [jpeg] = picture.samples
    with Image.open(BytesIO(jpeg)) as shown, Image.open(BytesIO(covers.paint("one"))) as cover:
        assert (shown.format, shown.size) == ("JPEG", (covers.SIZE, covers.SIZE))
        assert max(ImageStat.Stat(ImageChops.difference(shown, cover)).mean) < 5


def test_picture_sound_and_file_are_equally_long() -> None:
    file = video.render("one", "neon", 0.0, 500)
    [movie] = [box for box in boxes(file, 0, len(file)) if box.path == b"moov/mvhd"]
    lengths = {struct.unpack_from(">I", file, movie.start + 16)[0]}
    for one in tracks(file):
        lengths |= {one.length, one.length_in_movie, one.sample_length * len(one.samples)}
    assert lengths == {round(mp3.seconds(sound.render("neon", 0.0, 500)) * sound.RATE)}


def test_the_index_comes_before_the_data_and_the_tracks_before_the_tags() -> None:
    """A player can start before it has the whole file."""
    file = video.render("one", "neon", 0.0, 500)
    paths = [box.path for box in boxes(file, 0, len(file))]
    assert [path for path in paths if b"/" not in path] == [b"ftyp", b"moov", b"mdat"]
    inner = [path.removeprefix(b"moov/") for path in paths if path.count(b"/") == 1]
    assert inner == [b"mvhd", b"trak", b"trak", b"udta"]


def test_the_same_take_always_has_the_same_video() -> None:
    first = video.render("three", "pulse", 0.5, 300)
    video.render.cache_clear()
    assert video.render("three", "pulse", 0.5, 300) == first
    assert video.render("four", "pulse", 0.5, 300) != first


@needs("ffmpeg", "ffprobe")
@pytest.mark.parametrize("loop", PARTS)
def test_another_program_decodes_both_tracks_without_errors(tmp_path: Path, loop: str) -> None:
    path, plain = tmp_path / "a.mp4", tmp_path / "a.mp3"
    path.write_bytes(video.render("one", loop, 0.25, 1_000))
    plain.write_bytes(sound.render(loop, 0.25, 1_000))
    command = ["ffprobe", "-v", "warning", "-show_streams", "-of", "json", str(path)]
    done = subprocess.run(command, check=True, capture_output=True)
    streams = json.loads(done.stdout)["streams"]
    assert done.stderr == b""
    assert [(stream["codec_name"], float(stream["duration"])) for stream in streams] == [("mjpeg", 24), ("mp3", 24)]
    command = ["ffmpeg", "-v", "warning", "-i", str(path), "-f", "null", "-"]
    assert subprocess.run(command, check=True, capture_output=True).stderr == b""
    assert decoded(path) == decoded(plain)


def decoded(path: Path) -> bytes:
    """A checksum of the decoded sound."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "md5", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout
