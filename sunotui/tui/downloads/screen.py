"""The downloads screen: what is being saved, what waits, what is at risk, and what was saved today."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from sunotui.core import events
from sunotui.core.core import Core
from sunotui.core.events import Event
from sunotui.core.safety.service import SafetyReport
from sunotui.domain.errors import SunotuiError
from sunotui.domain.saving.downloads import DownloadState, DownloadStatus
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope, shown_key
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.downloads.lines import Keys, TakeLine, group_counts, lines_of
from sunotui.tui.downloads.list import DownloadList
from sunotui.tui.downloads.texts import received_text, size_text, speed_text, time_left_text
from sunotui.tui.runtime.coalescer import Coalescer
from sunotui.tui.runtime.links import open_folder
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.lines import LineWidget

_OPEN = frozenset({DownloadState.ACTIVE, DownloadState.WAITING})
_ENDED = frozenset({DownloadState.FAILED, DownloadState.CANCELLED})
_WORDS_CELLS = 48
"""The cells beside the bar of all downloads."""


class TotalLine(LineWidget):
    """How far all downloads are: a bar, sizes, speed and time left. It takes no row while nothing is saved."""

    app: BaseApp

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._status = DownloadStatus()
        self.display = False

    def show(self, status: DownloadStatus) -> None:
        """Show a new state of the downloads."""
        self._status = status
        self.display = bool(self.line())
        self.repaint_changed()

    def line(self) -> Content:
        """Empty while nothing is received or paused."""
        status = self._status
        if status.total is None:
            paused = status.count(DownloadState.PAUSED)
            return Content.styled(f"  {counted(paused, 'download')} paused" if paused else "", "$warn")
        share = min(1.0, status.received / status.total) if status.total else 0.0
        words = [received_text(status.received, status.total), speed_text(status.bytes_per_s)]
        words.append(f"{time_left_text(status.seconds_left)} left" if status.seconds_left is not None else "")
        text = ", ".join(filter(None, words))
        percent = f"  {share:.0%}".ljust(7)
        full, rest = formatting.bar(share, max(8, self.size.width - len(percent) - max(len(text), _WORDS_CELLS) - 3))
        return Content.assemble(
            (percent, "bold $strong"), (full, "$key"), (rest, "$rule-strong"), (f"   {text}", "$muted")
        )


class DownloadsScreen(Screen[None]):
    """Shows the queue of downloads, and what is at risk. Saving continues while it is open or closed."""

    app: BaseApp

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = bindings(Scope.DOWNLOADS)
    AUTO_FOCUS = "DownloadList"

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._report = SafetyReport()
        self._total = TotalLine(id="downloads-total")
        self._list = DownloadList(id="downloads")
        self._reading = Coalescer(self._read)
        self._counts: tuple[int, ...] = ()
        self._folder = ""
        """Where takes are saved, with the free space there."""
        self._status = core.services.downloads.status

    def compose(self) -> ComposeResult:
        """Header, total, takes and keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Downloads")
        yield self._total
        yield self._list
        yield Footer()

    def on_mount(self) -> None:
        """Show the queue, and read what is at risk and what was saved."""
        self._show()
        self._read_again()
        self._check_files()

    # --- what is shown -----------------------------------------------------------------------------------------------

    def on_core_event(self, event: Event) -> None:
        """Show what has changed."""
        if isinstance(event, events.DownloadsChanged):
            self._status = event.status
            self._show()
        elif isinstance(event, events.TasksChanged | events.LibraryChanged):
            self._read_again()
        elif isinstance(event, events.PlaybackChanged):
            # What the key that plays does.
            self.query_one(Footer).update_keys()

    def _show(self) -> None:
        status = self._status
        self._total.show(status)
        self._list.set_names(group_counts(status) or "Takes", self._folder)
        self._list.show(lines_of(status, self._report, self._keys()))
        counts = tuple(status.count(state) for state in DownloadState)
        if counts != self._counts:
            # A download that ended is no longer at risk, or is at risk again.
            self._counts = counts
            self.query_one(Footer).update_keys()

    def _keys(self) -> Keys:
        def first(name: str) -> str:
            return next(map(shown_key, self.app.keys_of(command_named(name))), "")

        return Keys(first(footers.DOWNLOADS_SAVE), first(footers.DOWNLOADS_RETRY))

    def _read_again(self) -> None:
        if self._reading.ask():
            self._run_reading()

    @work(group="read-safety")
    async def _run_reading(self) -> None:
        try:
            await self._reading.run()
        except SunotuiError as error:
            self.app.notify_error(error)

    @work(group="check-files")
    async def _check_files(self) -> None:
        """Notice files that were moved or deleted since the start; what has changed is read again."""
        try:
            await self._core.services.downloads.check_files()
        except SunotuiError as error:
            self.app.notify_error(error)

    async def _read(self) -> None:
        self._report = report = await self._core.services.safety.report()
        if not self.is_mounted:
            return
        free = f", {size_text(report.free)} free" if report.free is not None else ""
        self._folder = f"saved to {_short(report.folder)}{free}"
        self._show()
        self.query_one(Footer).update_keys()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work now."""
        row, status = self._list.current, self._status
        at_risk = self._at_risk()
        texts = {footers.DOWNLOADS_SAVE_ALL: f"Save the {at_risk:,} at risk"}
        without: set[str] = set() if at_risk else {footers.DOWNLOADS_SAVE_ALL}
        if not status.is_busy:
            texts[footers.DOWNLOADS_PAUSE] = footers.RESUME_ALL
            without |= set() if status.is_paused else {footers.DOWNLOADS_PAUSE}
        state = row.entry.state if row is not None and row.entry is not None else None
        if row is None:
            without |= {footers.DOWNLOADS_SONG, footers.DOWNLOADS_PLAY}
        if row is None or not row.is_at_risk:
            without.add(footers.DOWNLOADS_SAVE)
        if state is None:
            without.add(footers.DOWNLOADS_CANCEL)
        elif state not in _OPEN and state is not DownloadState.PAUSED:
            texts[footers.DOWNLOADS_CANCEL] = footers.REMOVE
        if state not in {*_ENDED, DownloadState.PAUSED}:
            without.add(footers.DOWNLOADS_RETRY)
        if status.count(DownloadState.FAILED) < 2:
            without.add(footers.DOWNLOADS_RETRY_ALL)
        if row is not None and self._plays(row):
            texts[footers.DOWNLOADS_PLAY] = footers.PAUSE
        return footers.footer_keys(footers.DOWNLOADS, self.app.keys_of, texts=texts, without=without)

    def _at_risk(self) -> int:
        """How many takes at risk are neither being saved nor listed as failed."""
        in_queue = {entry.take for entry in self._status.entries if entry.state is not DownloadState.SAVED}
        return sum(one.named.take not in in_queue for one in self._report.at_risk)

    def _plays(self, row: TakeLine) -> bool:
        playing = self.app.playing
        return playing is not None and playing.is_active and playing.take == (row.take.task_id, row.take.clip_id)

    def on_download_list_moved(self) -> None:
        """Show the keys that work on the take under the cursor."""
        self.query_one(Footer).update_keys()

    async def on_download_list_opened(self) -> None:
        """Go to the song that was double-clicked."""
        self.action_go_to_song()

    # --- commands ----------------------------------------------------------------------------------------------------

    def action_step(self, step: int) -> None:
        """Move the cursor."""
        self._list.move(step)

    def action_half_page(self, direction: int) -> None:
        """Move half a page."""
        self._list.move_half_page(direction)

    def action_first(self) -> None:
        """Move to the first take."""
        self._list.move(-1_000_000)

    def action_last(self) -> None:
        """Move to the last take."""
        self._list.move(1_000_000)

    def action_go_to_song(self) -> None:
        """Go to the song in the library."""
        if (row := self._list.current) is not None:
            # In a worker of the app: this screen may close first.
            self.app.run_worker(self.app.navigator.go_to_song(row.take.task_id), group="go-to-song")

    def action_play(self) -> None:
        """Play the take, or pause it."""
        if (row := self._list.current) is None:
            return
        playback = self._core.services.playback
        entry = playback.status.entry
        if entry is not None and entry.ref == row.take:
            playback.toggle()
        else:
            self._do(playback.play([row.take]))

    @work(group="open-folder", exclusive=True)
    async def action_open_folder(self) -> None:
        """Open the folder of the saved file, or that of all saved takes."""
        row = self._list.current
        folder = row.path.parent if row is not None and row.path is not None else self._report.folder
        try:
            open_folder(folder)
        except SunotuiError as error:
            self.app.notify_error(error)

    def action_pause(self) -> None:
        """Pause all downloads; resume them where all are paused."""
        downloads = self._core.services.downloads
        if self._status.is_busy:
            self._do(downloads.pause())
        elif self._status.is_paused:
            self._do(downloads.resume())

    def action_retry(self) -> None:
        """Try the download under the cursor again."""
        if (row := self._list.current) is not None and row.entry is not None:
            self._do(self._core.services.downloads.retry(row.entry.id))

    def action_retry_all(self) -> None:
        """Try all failed downloads again."""
        self._do(self._core.services.downloads.retry_all())

    def action_cancel(self) -> None:
        """Cancel the download under the cursor, or remove one that has ended from the list."""
        if (row := self._list.current) is not None and row.entry is not None:
            self._do(self._core.services.downloads.cancel(row.entry.id))

    def action_save(self) -> None:
        """Save the take under the cursor, which is at risk."""
        if (row := self._list.current) is not None and row.is_at_risk:
            self._do(self._core.services.downloads.add([row.take]))

    def action_save_at_risk(self) -> None:
        """Save all takes that are at risk."""
        self._do(self._save_at_risk())

    async def _save_at_risk(self) -> None:
        services = self._core.services
        if not (takes := await services.safety.at_risk()):
            self.app.say("Nothing is at risk")
            return
        added = await services.downloads.add(takes)
        self.app.say(f"Saving {counted(added, 'take')} at risk" if added else "All takes at risk are being saved")

    def action_leave(self) -> None:
        """Return to the previous screen."""
        self.dismiss()

    @work(group="downloads")
    async def _do(self, change: Awaitable[object]) -> None:
        try:
            await change
        except SunotuiError as error:
            self.app.notify_error(error)


def _short(folder: Path) -> str:
    """A folder with "~" for the user's home."""
    try:
        return f"~/{folder.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(folder)
