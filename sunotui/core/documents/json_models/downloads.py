"""The documents about takes that were saved as files."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class DownloadDocument(Document):
    """A take that was to be saved. `kind` is audio, wav or video, `state` is saved, failed or another state of a
    download; `file`, `size` (bytes) and `sha256` are those of the saved file."""

    task: str
    clip: str
    take: int
    kind: str
    state: str
    file: str | None
    size: int | None
    sha256: str | None
    reason: str | None
