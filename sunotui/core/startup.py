"""What a person should know as soon as the library is open."""

from __future__ import annotations

from typing import NamedTuple

from sunotui.domain.errors import JournalWriteError
from sunotui.domain.submission import Submission
from sunotui.storage.db.connection import Database
from sunotui.storage.network_fs import WARNING, is_on_network
from sunotui.storage.submissions.journal import Journal

_READ_ONLY = "The library may only be read, so nothing can be sent or kept: {}"


class StartupReport(NamedTuple):
    """What opening the library found."""

    recovered: tuple[Submission, ...]
    """Submissions that a program which died was sending: their outcome is unknown now."""
    warning: str = ""
    """What a person should know of the disk on which the library lies (D5, D11)."""


def startup_report(db: Database, journal: Journal, now: float) -> StartupReport:
    """Make unknown what a dead program was sending, as far as it can be written down; else it stays as it is (D5)."""
    if db.read_only:
        return StartupReport((), _READ_ONLY.format(db.read_only))
    try:
        recovered = tuple(journal.recover(now))
    except JournalWriteError as trouble:
        return StartupReport((), trouble.sentence)
    return StartupReport(recovered, WARNING if is_on_network(db.path.parent) else "")
