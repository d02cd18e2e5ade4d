"""Brings a folder to the state that an album's export wants, with the fewest possible changes. It blocks: call it on a
thread.

Files of the user, and exported files that somebody has changed, are never overwritten, moved or deleted. The program
may be killed at any moment: the next export reads the manifest and continues.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from sunotui.core.albums.file_moves import move_to_free_name, regular_file, sha256_of
from sunotui.core.albums.manifest import FOLDER, Claim, ContentKind, Manifest
from sunotui.core.media.locked_file import lock
from sunotui.domain.errors import InvalidRequest
from sunotui.storage.paths import sync_folder

_LOCK = "lock"
_PART = "new.part"
_MOST_NAMES = 1_000
"""How many names are tried for a file whose name is taken."""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file that the folder should have."""

    name: str
    """Its name, unless that is taken."""
    kind: ContentKind
    content: str
    """Identifies the content: a file with an equal kind, take and content is not written again."""
    write: Callable[[Path], None]
    """Writes the content to a new file at this path. May raise OSError."""
    clip_id: str = ""


@dataclass(slots=True)
class FolderChanges:
    """What an export changed, as names of files in the folder."""

    written: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    """The old name and the new one."""
    deleted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Files of an earlier export that somebody has changed since then; they are left unchanged."""


class AlbumFolder:
    """One folder during one export, locked against others. Its methods raise OSError and InvalidRequest."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self._manifest = manifest
        self._ours: dict[str, Claim] = {}
        """Files of earlier exports that are unchanged, by name."""
        self._changed: dict[str, list[Claim]] = {}
        """Files of earlier exports that somebody has changed, by name."""
        self._there: dict[str, list[str]] = {}
        """What the folder had at first, by `_folded` name."""
        self._wanted: dict[str, WantedFile] = {}
        self._wanted_names: set[str] = set()
        """As `_folded` names."""
        self.changes = FolderChanges()

    @classmethod
    @contextmanager
    def open(cls, path: Path, album: str, created_at: float) -> Iterator[AlbumFolder]:
        """Open the folder for this album; it is created if it does not exist. Raises InvalidRequest if it has another
        album, if another program exports into it, or if it cannot be written."""
        path.mkdir(parents=True, exist_ok=True)
        hidden = path / FOLDER
        hidden.mkdir(exist_ok=True)
        if hidden.is_symlink():
            raise InvalidRequest(f"{hidden} is a link to another folder", advice="Choose another folder")
        descriptor = os.open(hidden / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if not lock(descriptor, fcntl.LOCK_EX):
                raise InvalidRequest(f"An album is being exported to {path} already", advice="Wait for its end")
            manifest = Manifest(path, album, created_at)
            manifest.read()
            if other := manifest.is_of_other_album():
                raise InvalidRequest(f"{path} has the album “{other}”", advice="Choose another folder")
            folder = cls(path, manifest)
            folder._look()
            yield folder
        finally:
            os.close(descriptor)

    def exported(self, kind: ContentKind) -> dict[str, Claim]:
        """The files of a kind that earlier exports have put here and that are unchanged, by take."""
        return {claim.clip_id: claim for claim in self._ours.values() if claim.kind is kind and claim.content}

    def want(self, file: WantedFile) -> str:
        """Ask for a file; returns the name that it will have. Names are given in the order of the calls."""
        for name in _names(file.name):
            if self._may_have(name, file):
                self._wanted[name] = file
                self._wanted_names.add(_folded(name))
                return name
        raise InvalidRequest(f"{self.path} has too many files named {file.name}", advice="Choose another folder")

    def apply(self, check: Callable[[], None] = lambda: None) -> FolderChanges:
        """Make the requested files, and delete those of earlier exports that were not requested. `check` is called
        before each step, and may raise to stop: completed steps are kept."""
        stay, moves, new = self._plan()
        if not (moves or new) and self._ours.keys() == stay:
            self._manifest.replace(self._final_claims())
            return self.changes
        self._manifest.replace(claim for claims in self._known_claims() for claim in claims)
        self._move_all(moves, check)
        for name in new:
            check()
            self._write(name, self._wanted[name])
        for name in [name for name in self._ours if name not in self._wanted]:
            check()
            self._delete(name)
            if PurePath(name).parent.name != FOLDER:
                self.changes.deleted.append(name)
        sync_folder(self.path)
        self._manifest.replace(self._final_claims())
        return self.changes

    # --- looking -----------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        for path in self.path.iterdir():
            self._there.setdefault(_folded(path.name), []).append(path.name)
        for name, claims in self._manifest.claims.items():
            state = regular_file(self.path / name)
            if state is None:
                continue
            now = state.st_size, state.st_mtime_ns
            claim = next((one for one in claims if (one.size, one.mtime_ns) == now), None)
            if claim is None and state.st_size == 0:
                # A name that was claimed by an export that was interrupted before it wrote the file.
                claim = replace(claims[-1], content="", size=0, mtime_ns=state.st_mtime_ns, sha256=_EMPTY)
            elif claim is None and any(one.size == state.st_size for one in claims):
                # A copy of the folder, for example on another disk, has other times.
                digest = sha256_of(self.path / name)
                claim = next((one for one in claims if one.sha256 == digest), None)
                claim = claim and replace(claim, mtime_ns=state.st_mtime_ns)
            if claim is not None:
                self._ours[name] = claim
            else:
                self._changed[name] = claims

    def _may_have(self, name: str, file: WantedFile) -> bool:
        if _folded(name) in self._wanted_names:
            return False
        # A file that somebody has changed stays, and counts as the exported file while that is requested.
        stands = any(_is_same(claim, file) for claim in self._changed.get(name, ()))
        return all(there in self._ours or (there == name and stands) for there in self._there.get(_folded(name), ()))

    # --- changing ----------------------------------------------------------------------------------------------------

    def _plan(self) -> tuple[set[str], dict[str, str], list[str]]:
        """The files of ours that stay, those that get another name, and the names that are written."""
        stay = {name for name, file in self._wanted.items() if name in self._ours and _is_same(self._ours[name], file)}
        self.changes.unchanged += sorted(stay)
        self.changes.kept += [name for name in self._changed if PurePath(name).parent.name != FOLDER]
        spare: dict[tuple[str, str], dict[str, str]] = {}
        for name, claim in self._ours.items():
            if name not in stay and claim.content:
                spare.setdefault((claim.kind, claim.clip_id), {})[name] = claim.content
        moves: dict[str, str] = {}
        new = []
        for name, file in self._wanted.items():
            if name in stay or name in self._changed:
                continue
            here = spare.get((file.kind, file.clip_id), {})
            source = next((at for at, content in here.items() if content == file.content), None)
            if source is None:
                new.append(name)
                # New content of the same take is first moved to its new place and then written, so that the order is
                # right even if the export stops in between.
                source = next(iter(here), None) if file.clip_id else None
            if source is not None:
                del here[source]
                if source != name:
                    moves[source] = name
        return stay, moves, new

    def _move_all(self, moves: dict[str, str], check: Callable[[], None]) -> None:
        """Rename files, in an order in which every new name is free; to break a cycle, a file gets a temporary name
        first."""
        first_names = {source: source for source in moves}
        to_leave = Counter(map(_folded, moves))
        """The names of files that are still to be renamed."""
        while moves:
            check()
            free = next((source for source, target in moves.items() if not to_leave[_folded(target)]), None)
            source = next(iter(moves)) if free is None else free
            target = moves.pop(source)
            to_leave[_folded(source)] -= 1
            if free is None:
                stage = self._stage()
                self._rename(source, stage)
                moves[stage], first_names[stage] = target, first_names[source]
                continue
            self._delete_named(target)
            self._rename(source, target)
            self.changes.renamed.append((first_names[source], target))

    def _stage(self) -> str:
        """An unused name in the subfolder."""
        numbers = itertools.count()
        return next(name for number in numbers if not os.path.lexists(self.path / (name := f"{FOLDER}/{number}.moved")))

    def _delete_named(self, name: str) -> None:
        """Delete files of earlier exports with this name, or one that some file systems treat as equal."""
        for there in self._there.get(_folded(name), ()):
            if there in self._ours:
                self._delete(there)

    def _rename(self, source: str, target: str) -> None:
        claim = replace(self._ours[source], name=target)
        self._manifest.add(claim)
        move_to_free_name(self.path / source, self.path / target)
        del self._ours[source]
        self._ours[target] = claim

    def _write(self, name: str, file: WantedFile) -> None:
        part = self.path / FOLDER / _PART
        part.unlink(missing_ok=True)
        file.write(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
            state = os.fstat(written.fileno())
        claim = Claim(name, file.kind, file.clip_id, file.content, state.st_size, state.st_mtime_ns, sha256_of(part))
        self._manifest.add(claim)
        if name in self._ours:
            self._require_unchanged(name)
            part.replace(self.path / name)
        else:
            self._delete_named(name)
            move_to_free_name(part, self.path / name)
        self._ours[name] = claim
        self.changes.written.append(name)

    def _delete(self, name: str) -> None:
        self._require_unchanged(name)
        (self.path / name).unlink()
        del self._ours[name]

    def _require_unchanged(self, name: str) -> None:
        """Raise InvalidRequest if somebody has changed a file while the export ran."""
        path, claim = self.path / name, self._ours[name]
        if regular_file(path) is None or sha256_of(path) != claim.sha256:
            raise InvalidRequest(f"{path} was changed during the export", advice="Export the album again")

    def _known_claims(self) -> Iterable[Sequence[Claim]]:
        yield from ((claim,) for claim in self._ours.values())
        yield from self._changed.values()

    def _final_claims(self) -> Iterator[Claim]:
        yield from self._ours.values()
        for name, claims in self._changed.items():
            # A changed file belongs to the user once it no longer counts as an exported file.
            if name in self._wanted:
                yield from claims


_EMPTY = hashlib.sha256().hexdigest()


def _is_same(claim: Claim, file: WantedFile) -> bool:
    return (claim.kind, claim.clip_id, claim.content) == (file.kind, file.clip_id, file.content)


def _folded(name: str) -> str:
    """The name as compared by file systems that ignore case and Unicode normalization."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _names(name: str) -> Iterator[str]:
    """The name itself, then "name (2).mp3" and so on."""
    yield name
    path = PurePath(name)
    for number in range(2, _MOST_NAMES):
        yield f"{path.stem} ({number}){path.suffix}"
