"""The picture files that are covers of albums."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sunotui.core.media.cover_provider import NotACover
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import NOT_UTF_8, has_surrogate

LARGEST_PICTURE = 5 * 2**20
"""Bytes."""
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
"""The endings of picture files by media type."""


def picture_type(content: bytes) -> str:
    """The media type of a picture by its first bytes; empty if it is not JPEG, PNG or WebP."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def read_picture(path: Path) -> bytes:
    """The content of a picture file, which was decoded to check it. It blocks: call it on a thread. Raises
    InvalidRequest, which says why it cannot be a cover."""
    if has_surrogate(str(path)):
        # The library stores only text.
        raise InvalidRequest(f"The name of the picture could not be read: {NOT_UTF_8}", advice=_ADVICE)
    try:
        # Without waiting for the other end of a pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InvalidRequest(f"{path} is not a file", advice=_ADVICE)
            content = file.read(LARGEST_PICTURE + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it is not a file name").lower()
        raise InvalidRequest(f"The picture {path} could not be read: {reason}", advice=_ADVICE) from error
    if len(content) > LARGEST_PICTURE:
        raise InvalidRequest(f"The picture {path} has more than 5 MB", advice="Choose a smaller one")
    if not picture_type(content):
        raise InvalidRequest(f"{path} is not a picture in JPEG, PNG or WebP", advice=_ADVICE)
    from sunotui.core.media.cover_pixels import decode_cover

    try:
        decode_cover(content, 1, 1)
    except NotACover as error:
        raise InvalidRequest(f"The picture {path} cannot be used: {error}", advice=_ADVICE) from None
    return content


_ADVICE = "Choose another picture"
