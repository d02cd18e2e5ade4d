"""Decides whether a file is the whole take before it counts as saved (W5)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from sunotui.core.downloads.verify.audio_verifier import VerifiedAudio
from sunotui.domain.errors import ErrorSource, MediaError
from sunotui.domain.playback import clock_text
from sunotui.domain.saving.downloads import FileKind
from sunotui.gateway.audio_content import HEAD_BYTES, audio_suffix, video_suffix

TOLERANCE_S = 2.0
"""How much shorter than its gateway says a take may be, in seconds. A longer take is still complete: gateways report
the length of a song before it was extended."""


class AudioVerifier(Protocol):
    """Decodes files to their ends; `audio_verifier.py` has the real one."""

    def prepare(self) -> None:
        """Prepare for a file that will soon be checked."""

    async def check(self, path: Path) -> VerifiedAudio:
        """Check a complete file. Never raises."""
        ...

    async def close(self) -> None:
        """Stop what runs for it."""
        ...


async def type_of(path: Path, kind: FileKind) -> str:
    """The type of a file, such as "mp3". Raises MediaError for a file of another kind, and OSError."""
    return suffix_of(kind, await asyncio.to_thread(head_of, path))


async def check_whole(path: Path, expected_s: float | None, verifier: AudioVerifier) -> None:
    """Raise MediaError, with one sentence, for a file that is not the whole take. `expected_s` is the length in seconds
    that its gateway says."""
    found = await verifier.check(path)
    if not found.complete:
        source = ErrorSource.UPSTREAM if found.is_checked else ErrorSource.COMPUTER
        raise MediaError(found.problem, advice="Try again later", source=source)
    check_length(found.seconds, expected_s)


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


def check_length(found_s: float, expected_s: float | None) -> None:
    """Raise MediaError for audio that is shorter than its gateway says; both lengths are in seconds."""
    if expected_s is not None and found_s < expected_s - TOLERANCE_S:
        raise MediaError(
            f"The file is not the whole song: it ends after {clock_text(found_s)} of {clock_text(expected_s)}",
            advice="Try again later",
            source=ErrorSource.UPSTREAM,
        )


def head_of(path: Path) -> bytes:
    """The first bytes of a file. Raises OSError."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
