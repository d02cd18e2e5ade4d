"""Reports what was saved and what was not: one message for everything that was saved together."""

from __future__ import annotations

from sunotui.domain.saving.downloads import DownloadEntry, DownloadState, DownloadStatus
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named

_DOWNLOADS = "library.downloads"


class EndedDownloads:
    """Follows the downloads until nothing is being saved."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._running: set[int] = set()
        """The downloads that were active or waited and have not been reported yet."""

    def show(self, status: DownloadStatus) -> None:
        """Show a new state of the downloads."""
        open_states = {DownloadState.ACTIVE, DownloadState.WAITING}
        self._running |= {entry.id for entry in status.entries if entry.state in open_states}
        if not self._running or status.is_busy:
            return
        ended = [entry for entry in status.entries if entry.id in self._running]
        self._running.clear()
        saved = [entry for entry in ended if entry.state is DownloadState.SAVED]
        failed = [entry for entry in ended if entry.state is DownloadState.FAILED]
        if failed:
            self._app.say(self._not_saved(saved, failed), "warning", is_event=True)
        elif saved:
            self._app.say(_saved(saved), is_event=True)

    def _not_saved(self, saved: list[DownloadEntry], failed: list[DownloadEntry]) -> str:
        keys = self._app.keys_of(command_named(_DOWNLOADS))
        where = f"; {shown_key(keys[0])} shows why" if keys else ""
        if saved:
            return f"{counted(len(saved), 'take')} saved, {len(failed):,} not{where}"
        if len(failed) > 1:
            return f"{counted(len(failed), 'take')} could not be saved{where}"
        return f"{_name(failed[0])} is not saved: {failed[0].reason[:1].lower()}{failed[0].reason[1:]}"


def _saved(saved: list[DownloadEntry]) -> str:
    if len(saved) > 1:
        return f"Saved {counted(len(saved), 'take')}"
    path = saved[0].path
    return f"Saved {path.name if path is not None else _name(saved[0])}"


def _name(entry: DownloadEntry) -> str:
    return f"{formatting.title(entry.title)}, take {entry.number}"
