"""The report after opening the library."""

from __future__ import annotations

from sunotui.domain.errors import JournalWriteError
from sunotui.domain.submission import Submission
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.network_fs import WARNING, is_on_network
from sunotui.storage.submissions.journal import Journal

_READ_ONLY = "The library is read-only, so nothing can be sent or saved: {}"


class StartupReport(NamedTuple):
    """The findings after opening the library."""

    recovered: tuple[Submission, ...]
    """Submissions that a killed program was sending: their outcome is unknown now."""
    warning: str = ""
    """A warning about the disk that the library is on (D5, D11); empty without a warning."""


def startup_report(db: Database, journal: Journal, now: float) -> StartupReport:
    """Mark the submissions that a killed program was sending as unknown; they are unchanged if that cannot be saved
    (D5)."""
    if db.read_only:
        return StartupReport((), _READ_ONLY.format(db.read_only))
    try:
        recovered = tuple(journal.recover(now))
    except JournalWriteError as error:
        return StartupReport((), error.sentence)
    return StartupReport(recovered, WARNING if is_on_network(db.path.parent) else "")
