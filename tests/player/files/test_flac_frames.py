"""The length of a FLAC by its header, and by its last frame."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from sunotui.player.files.flac_frames import flac_end, flac_length
from tests.player.programs import needs
from tests.player.sounds import converted, tones

needs_ffmpeg = needs("ffmpeg")


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    """A FLAC of 12 seconds."""
    return converted(tones(tmp_path / "a.wav", [(440, 12)]), tmp_path / "a.flac").read_bytes()


@needs_ffmpeg
@pytest.mark.parametrize("tag", [b"", b"ID3\4\0\0\0\0\0\x05tags!"])
def test_a_whole_file_ends_where_its_header_says(tag: bytes, content: bytes) -> None:
    file = BytesIO(tag + content)
    length = flac_length(file)
    assert length is not None
    assert length.seconds == pytest.approx(12, abs=0.01)
    assert flac_end(file, length) == length.seconds


@needs_ffmpeg
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_cut_file_ends_at_its_last_frame(part: float, content: bytes) -> None:
    file = BytesIO(content[: round(len(content) * part)])
    length = flac_length(file)
    assert length is not None
    assert flac_end(file, length) == pytest.approx(12 * part, abs=1)


@needs_ffmpeg
def test_what_only_looks_like_a_frame_is_not_counted(content: bytes) -> None:
    file = BytesIO(content)
    length = flac_length(file)
    assert length is not None
    wrong = b"\xff\xf8\xc9\x18\x10" + bytes(20)
    assert flac_end(BytesIO(content[:42] + wrong * 1_000), length) is None


@pytest.mark.parametrize("content", [b"", b"fLaC", b"RIFF" + bytes(100), b"fLaC" + bytes(100)])
def test_without_a_header_there_is_no_length(content: bytes) -> None:
    assert flac_length(BytesIO(content)) is None
