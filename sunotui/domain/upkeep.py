"""What is reported about the file of the library: how far its upgrade is, and what a repair recovered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sunotui.named_tuple import NamedTuple


class UpgradePlan(NamedTuple):
    """What is about to be done with a library."""

    version: int
    """The version of its schema."""
    copy_name: str
    """The name of the copy that is kept; empty if only the file is made smaller."""
    needed_bytes: int
    """The free space that is needed on its disk."""
    seconds: float
    """About how long it takes."""


class UpgradeProgress(NamedTuple):
    """How far an upgrade is."""

    plan: UpgradePlan
    share: float
    """How much is done, from 0 to 1. The first report has 0, before anything is done."""
    seconds_left: float | None = None
    """None while it cannot be estimated."""
    is_waiting: bool = False
    """Whether another process is upgrading the library; there is no plan then."""


ReportUpgrade = Callable[[UpgradeProgress], None]
"""Called repeatedly during an upgrade."""


class TableReport:
    """The recovered rows of one table."""

    def __init__(self, table: str, rows: int = 0) -> None:
        self.table = table
        self.rows = rows
        """Rows read from the damaged file."""
        self.corrupt = 0
        """Readable rows with values that no version writes."""
        self.repaired = 0
        """Rows with a partly corrupt text; copied unchanged if no backup has them intact."""
        self.from_backup = 0
        """Rows that only a backup has."""
        self.is_whole = True
        """Whether the whole table could be read without damage."""


class RepairReport(NamedTuple):
    """The result of a repair."""

    library: Path
    damaged_file: Path | None = None
    """The new path of the damaged file; None if there was no file, or the library was intact."""
    backup: Path | None = None
    """The backup that unreadable rows were taken from."""
    tables: tuple[TableReport, ...] = ()
    placeholders: tuple[str, ...] = ()
    """Ids of tasks whose clips or submission alone could be read."""
    orphans: int = 0
    """The number of rows left out because their parent row is lost."""
    was_intact: bool = False
    was_cut_off: bool = False
    """Whether an earlier repair was killed while it swapped the files, which is finished now."""
