"""The formats in which takes are saved, as the settings and the commands name them."""

from __future__ import annotations

from collections.abc import Mapping

from sunotui.domain.requests.extras import ClipFileRequest, Mp4Request, WavRequest
from sunotui.domain.saving.downloads import FileKind

KINDS: Mapping[str, FileKind] = {"mp3": FileKind.AUDIO, "wav": FileKind.WAV, "video": FileKind.VIDEO}
REQUESTS: Mapping[FileKind, type[ClipFileRequest]] = {FileKind.WAV: WavRequest, FileKind.VIDEO: Mp4Request}
"""The requests for files that gateways make only on request."""
