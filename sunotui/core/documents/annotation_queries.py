"""Queries of the user's annotations for commands; lists of tasks do not need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sunotui.core.library.library import Library
from sunotui.domain.annotations import Album, Annotations
from sunotui.storage.annotations.albums import AlbumStore
from sunotui.storage.annotations.lookup import read_annotations


def annotations_of(library: Library, task_ids: Sequence[str]) -> Mapping[str, Annotations]:
    """The annotations of these tasks, by id; unknown ids are left out. Raises LibraryError."""
    return read_annotations(library.db, task_ids)


def album_named(library: Library, name: str) -> Album:
    """An album with its takes in order, without those in the trash. Raises NotFound and LibraryError."""
    return AlbumStore(library.db).album(name, with_trash=False)
