"""Files recognized by their first bytes, whatever their server calls them."""

from __future__ import annotations

import gzip

import pytest

from sunotui.domain.errors import MediaError
from sunotui.gateway.audio_content import HEAD_BYTES, audio_suffix, needs_whole_file, tag_bytes

FRAME = b"\xff\xfb\x90\x00" + b"\x00" * 413
"""An MPEG-1 layer III frame."""
FTYP = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00"


@pytest.mark.guarantee("W5", ordinary="audio, and what servers send in place of it")
@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (FRAME, "mp3"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x00" + FRAME, "mp3"),
        (b"\xff\xf3\x44\xc4" + b"\x00" * 92, "mp3"),
        (b"\x00" * 400 + FRAME, "mp3"),
        (bytes(range(128, 256)) * 20 + FRAME, "mp3"),
        (FTYP + b"\x00\x00\x00\x08moov", "m4a"),
        (b"OggS\x00\x02", "ogg"),
        (b"fLaC\x00\x00", "flac"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"\xff\xf9\x50\x80", "aac"),
    ],
)
def test_audio_has_its_suffix(head: bytes, suffix: str) -> None:
    assert audio_suffix(head) == suffix


@pytest.mark.guarantee("W5")
@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\n\n  <HTML><head>", "a web page"),
        (b"\xef\xbb\xbf<!doctype HTML>", "a web page"),
        (b'{"error": "expired"}', "a message"),
        (b'[{"code": 1}]', "a message"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "a page"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\n", "a playlist"),
        (b"[playlist]\nFile1=file:///etc/passwd\n", "a playlist"),
        (b'<?xml version="1.0"?><playlist version="1">', "a playlist"),
        (b"<asx version = '3.0'>", "a playlist"),
        (b"https://elsewhere.example/a.mp3\n", "a playlist"),
        (b"Not Found", "a text"),
        (b"\x1a\x45\xdf\xa3\x01\x00", "a video"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "a video"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00", "a video"),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40 + b"hdlr\x00\x00\x00\x00vide", "a video"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "a picture"),
        (b"\x00\x00\x00\x1cftypavif\x00\x00", "a picture"),
        (gzip.compress(b"x", mtime=0), "a compressed file"),
        (b"PK\x03\x04", "a compressed file"),
    ],
)
def test_what_is_not_audio_has_its_sentence(head: bytes, words: str) -> None:
    with pytest.raises(MediaError) as caught:
        audio_suffix(head)
    assert words in caught.value.what
    assert caught.value.advice


def test_an_index_after_the_data_needs_the_whole_file() -> None:
    assert needs_whole_file(FTYP + b"\x00\x00\x00\x08mdat" + bytes(HEAD_BYTES))
    assert needs_whole_file(FTYP + b"\x00\x00\x00\x08mdat" + b"\x00\x00\x00\x08moov")
    assert not needs_whole_file(FTYP + b"\x00\x00\x00\x08moov" + b"\x00\x00\x00\x08mdat")
    assert not needs_whole_file(FRAME)


def test_the_size_of_a_tag_is_read_from_it() -> None:
    assert tag_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x01" + FRAME) == 10 + 257
    assert tag_bytes(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f") == 10 + 2**28 - 1
    assert tag_bytes(b"ID3") == tag_bytes(FRAME) == 0
