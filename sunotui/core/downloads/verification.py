"""Decides whether a file is the whole take before it is called saved (W5)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sunotui.core.downloads.take import VerifiedAudio
from sunotui.domain.downloads import FileKind
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.domain.playback import clock_text
from sunotui.gateway.audio_content import HEAD_BYTES, audio_suffix, video_suffix

TOLERANCE_S = 2.0
"""How much shorter than its gateway says a take may be, in seconds. A longer one is whole all the same: gateways tell
the length of a song before it was extended."""


class HeadVerifier:
    """Recognizes audio by its first bytes, without decoding it."""

    async def check(self, path: Path) -> VerifiedAudio:
        """The type of a file. Raises MediaError for one that is certainly not audio, and OSError."""
        return VerifiedAudio(audio_suffix(await asyncio.to_thread(head_of, path)))


def suffix_of(kind: FileKind, head: bytes) -> str:
    """The type of a file by its first bytes. Raises MediaError for a file of another kind."""
    if kind is FileKind.VIDEO:
        return video_suffix(head)
    suffix = audio_suffix(head)
    if kind is FileKind.WAV and suffix != "wav":
        raise MediaError(
            f"The link leads to audio of another type ({suffix}), not to a WAV file",
            advice="",
            source=ErrorSource.UPSTREAM,
        )
    return suffix


def check_length(found_s: float | None, told_s: float | None) -> None:
    """Raise MediaError for audio that is shorter than its gateway says; both lengths are in seconds."""
    if found_s is not None and told_s is not None and found_s < told_s - TOLERANCE_S:
        raise MediaError(
            f"The file is not the whole song: it ends after {clock_text(found_s)} of {clock_text(told_s)}",
            advice="Try again later",
            source=ErrorSource.UPSTREAM,
        )


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
