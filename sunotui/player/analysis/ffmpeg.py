"""Runs ffmpeg on a file that may be hostile, for what it reports."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from sunotui.player.parent import end_child_with_us

# A playlist that is named like a song would open other files.
_FLAGS = ("-nostdin", "-hide_banner", "-nostats", "-format_whitelist", "mp3,wav,flac,ogg,mov,aac")


def run_ffmpeg(
    program: str, path: str, options: Sequence[str], filters: Sequence[str] = (), *, limit_s: float
) -> subprocess.CompletedProcess[bytes] | None:
    """Decode the sound of a file to its end; None if that fails. `options` must limit the protocols. The process ends
    with the calling thread."""
    command = [program, *_FLAGS, *options, "-i", f"file:{path}", "-map", "0:a:0", *filters, "-f", "null", "-"]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit_s,
            check=False,
            cwd="/",
            preexec_fn=end_child_with_us(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done if done.returncode == 0 else None
