"""A take to save, and what other parts of the program do with its file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import FileKind
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.named_tuple import NamedTuple


class TakeToSave(NamedTuple):
    """A take as the library knows it when its file is saved."""

    task: Task
    clip: Clip
    number: int
    """The number of the take, from 1."""
    kind: FileKind
    album: str = ""
    """The first album that has the take; empty if it is in no album."""
    track: int | None = None
    """Its place in that album, from 1."""

    @property
    def ref(self) -> TakeRef:
        """The take's ids."""
        return TakeRef(self.task.id, self.clip.id)

    @property
    def title(self) -> str:
        """The title of the take, or else of its song; may be empty."""
        return self.clip.title or self.task.title

    @property
    def key(self) -> str:
        """Identifies the file among the parts of a folder."""
        return part_key(self.task.profile, self.clip.id, self.kind)


class Tagger(Protocol):
    """Writes what is known about a take into its file and its sidecars."""

    async def tag(self, source: Path, copy: Path, take: TakeToSave, suffix: str, whole: asyncio.Event) -> None:
        """Write a copy of a complete file with tags, in the place of a file that may be there; its name says nothing of
        its type, which is `suffix`. No server is asked for anything before `whole` is set: the file may turn out to be
        damaged. Raises MediaError and OSError; the take is saved without tags then, and the copy is not used."""
        ...

    async def write_beside(self, path: Path, take: TakeToSave) -> None:
        """Write the files that belong beside a saved file. Raises MediaError and OSError."""
        ...


def part_key(profile: str, clip_id: str, kind: FileKind) -> str:
    """Identifies the file of a take among the parts of a folder: two gateways may use the same id."""
    return "\0".join((profile, clip_id, kind.value))
