"""Upgrades a library of an older version before a command or the screens open it, so that its progress can be shown."""

from __future__ import annotations

from sunotui.core.paths import AppPaths
from sunotui.domain.upkeep import ReportUpgrade
from sunotui.storage.db.connection import Database


def upgrade_library(paths: AppPaths, report: ReportUpgrade) -> None:
    """Upgrade the library if it is of an older version, or finish an upgrade that was interrupted. Raises
    LibraryError."""
    if paths.has_old_library:
        Database.open(paths.library, report_upgrade=report).close()
