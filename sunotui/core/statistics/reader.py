"""Reads the statistics of a library."""

from __future__ import annotations

from sunotui.core.library.library import Library
from sunotui.domain.statistics import Statistics
from sunotui.storage.tasks.statistics import read_statistics


def library_statistics(library: Library) -> Statistics:
    """The statistics of the whole library. Raises LibraryError."""
    return read_statistics(library.db)
