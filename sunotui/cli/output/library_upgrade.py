"""Upgrades an older library before a command runs: says how long that takes and what it needs, and shows how far it
is."""

from __future__ import annotations

from sunotui.cli.output.progress_line import ProgressLine
from sunotui.cli.output.text import say
from sunotui.core.paths import AppPaths
from sunotui.core.system.library_upgrade import upgrade_library
from sunotui.domain.errors import LibraryError
from sunotui.domain.playback import clock_text
from sunotui.domain.upkeep import UpgradePlan, UpgradeProgress

_TOLD_FROM_S = 1.0
"""A shorter upgrade is not mentioned."""


def upgrade_first(paths: AppPaths) -> None:
    """Upgrade the library if it is older. Raises KeyboardInterrupt and SystemExit when the user ends it; the library is
    whole then, and the next start continues."""
    line = ProgressLine()

    def show(progress: UpgradeProgress) -> None:
        if progress.is_waiting:
            line.show("Waiting for another sunotui, which is upgrading the library")
            return
        if progress.plan.seconds < _TOLD_FROM_S:
            return
        if progress.share == 0.0:
            say(_announcement(progress.plan))
        line.show(_words(progress))

    try:
        upgrade_library(paths, show)
    except LibraryError:
        # The command opens the library as well, and says why it cannot.
        pass
    except (KeyboardInterrupt, SystemExit):
        line.erase()
        say("Interrupted: no song is lost; the next start continues the upgrade")
        raise
    finally:
        line.erase()


def _announcement(plan: UpgradePlan) -> str:
    needs = f"about {clock_text(plan.seconds)}, and {_size(plan.needed_bytes)} of free space"
    kept = f". The old one is kept as {plan.copy_name}" if plan.copy_name else ""
    return f"The library is upgraded first: {needs}{kept}"


def _words(progress: UpgradeProgress) -> str:
    """Such as "Upgrading the library: 40 %, 0:12 left"."""
    left = "" if progress.seconds_left is None else f", {clock_text(progress.seconds_left)} left"
    return f"Upgrading the library: {int(progress.share * 100)} %{left}"


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"
