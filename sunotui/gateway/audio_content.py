"""What a file is by its first bytes: audio, or one of the things that servers deliver instead (W5)."""

from __future__ import annotations

import re

from sunotui.domain.errors import ErrorSource, MediaError

HEAD_BYTES = 4_096
"""How many bytes of a file are enough to recognize it."""

_NEW_LINK = "Refresh the song to get its current link"
_OTHER_LINK = "Refresh the song; if this stays, ask your gateway's support"

_AUDIO = ((b"ID3", "mp3"), (b"OggS", "ogg"), (b"fLaC", "flac"), (b"FORM", "aiff"), (b"\x30\x26\xb2\x75", "wma"))
_VIDEOS = (b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")
"""Matroska and WebM, Flash, MPEG program and video streams."""
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"mif1"})
_ARCHIVES = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
_PLAYLIST = re.compile(
    rb"#EXTM3U|\[playlist\]|<asx\b|<smil\b|<playlist\b|<MPD\b|(?:https?|file|rtsp)://", re.IGNORECASE
)
_PAGE = re.compile(rb"<(?:!doctype html|html|head|body|script|!--)", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def audio_suffix(head: bytes) -> str:
    """The suffix for a file that begins with `head`: the first HEAD_BYTES, or the whole of a shorter file. A file of
    unknown bytes is "mp3": players skip junk before the first frame. Raises MediaError, with one sentence, for a file
    that is certainly not audio."""
    if not head:
        raise MediaError("The audio file is empty", advice=_OTHER_LINK, source=ErrorSource.UPSTREAM)
    for magic, suffix in _AUDIO:
        if head.startswith(magic):
            return suffix
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return _container_suffix(head)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    if (instead := _what_instead(head)) != "":
        raise MediaError(f"The link leads to {instead}, not to audio", advice=_NEW_LINK, source=ErrorSource.UPSTREAM)
    return "mp3"


def video_suffix(head: bytes) -> str:
    """The suffix for a video that begins with `head`. Raises MediaError, with one sentence, for any other file."""
    if head[4:8] == b"ftyp" and head[8:12] not in _PICTURE_BRANDS:
        return "mp4"
    if head.startswith(_VIDEOS[0]):
        return "webm"
    instead = "an empty file" if not head else _what_instead(head) or "another file"
    raise MediaError(f"The link leads to {instead}, not to a video", advice=_NEW_LINK, source=ErrorSource.UPSTREAM)


def needs_whole_file(head: bytes) -> bool:
    """Whether a file cannot be played before it is complete: an MP4 file whose index comes after its data."""
    if head[4:8] != b"ftyp":
        return False
    index, data = head.find(b"moov"), head.find(b"mdat")
    return index < 0 or 0 <= data < index


def tag_bytes(head: bytes) -> int:
    """The size of the ID3v2 tag in front of the audio, in bytes; 0 without a tag."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _container_suffix(head: bytes) -> str:
    brand = head[8:12]
    if brand in _PICTURE_BRANDS:
        raise MediaError("The link leads to a picture, not to audio", advice=_NEW_LINK, source=ErrorSource.UPSTREAM)
    if brand == b"qt  " or b"vide" in head:
        raise MediaError("The link leads to a video, not to audio", advice=_NEW_LINK, source=ErrorSource.UPSTREAM)
    return "m4a"


def _what_instead(head: bytes) -> str:
    """What a file is that is not audio, with its article; empty if it may be audio."""
    if head.startswith(_VIDEOS) or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return "a video"
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "a picture"
    if head.startswith(_ARCHIVES):
        return "a compressed file"
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if _PAGE.match(text):
        return "a web page"
    if _CONTROL.search(text):
        return ""
    if text.startswith(b"<"):
        return "a playlist" if _PLAYLIST.search(text) else "a page"
    if _PLAYLIST.match(text):
        return "a playlist"
    if text.startswith((b"{", b"[", b'"')):
        return "a message"
    return "a text" if text.isascii() else ""
