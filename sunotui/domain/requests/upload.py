"""Requests that upload the user's own audio to the gateway (protocol 1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar

from sunotui.domain.gateways.address import is_web_address
from sunotui.domain.requests.validation import ValidationIssue, blocking_first, damaged_texts, extra_problems
from sunotui.domain.tasks.task import TaskKind
from sunotui.domain.text import trim

AUDIO_ENDINGS = ("mp3", "wav", "flac", "ogg", "m4a", "aac", "webm")
"""The file name extensions that Suno documents or offers on its own page."""


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """A request to make a clip from audio at a public URL, which the gateway downloads."""

    kind: ClassVar[str] = "upload"
    task_kind: ClassVar[TaskKind] = TaskKind.UPLOAD

    url: str = ""
    extra: str = ""

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        return f"Upload of {self.url.rsplit('/', 1)[-1][:60]}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: the gateway must be able to download from the URL."""
        found = extra_problems(self.extra) + damaged_texts(self)
        if not is_web_address(trim(self.url)):
            found.append(ValidationIssue("url", "Enter a URL that starts with https://"))
        return blocking_first(found)


@dataclass(frozen=True, slots=True)
class UploadFileRequest:
    """A request to upload a local audio file, in several steps, to the storage that the gateway names."""

    kind: ClassVar[str] = "upload_file"
    task_kind: ClassVar[TaskKind] = TaskKind.UPLOAD

    path: str = ""

    @property
    def ending(self) -> str:
        """The file name extension in lower case, without its dot."""
        return PurePath(self.path.strip()).suffix.lstrip(".").lower()

    @property
    def title_hint(self) -> str:
        """The title of the task until the gateway names it."""
        return f"Upload of {PurePath(self.path.strip()).name[:60]}"

    def problems(self) -> tuple[ValidationIssue, ...]:
        """The validation issues: the extension must be that of an audio file. Whether the file exists is checked when
        it is read."""
        if not self.path.strip():
            return (ValidationIssue("path", "Give the path of an audio file"),)
        if self.ending not in AUDIO_ENDINGS:
            return (ValidationIssue("path", f"Give an audio file: one that ends in {', '.join(AUDIO_ENDINGS)}"),)
        return tuple(damaged_texts(self))
