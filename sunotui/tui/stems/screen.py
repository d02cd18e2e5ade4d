"""The stems screen: the parts of a take, played together or alone, and saved."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen

from sunotui.core.core import Core
from sunotui.core.events import Event, LibraryChanged, TasksChanged
from sunotui.core.stems.session import StemSession, StemsStatus
from sunotui.core.stems.splits import StemSplit
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlaybackStatus
from sunotui.domain.text import counted
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.playback.bar import VOLUME_STEP
from sunotui.tui.stems.part_list import PartList
from sunotui.tui.stems.strip import StemsStrip
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header


class StemsScreen(Screen[None]):
    """Plays one split of a take at a time. What plays ends with the screen."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = bindings(Scope.STEMS)
    AUTO_FOCUS = "PartList"

    app: BaseApp

    def __init__(self, core: Core, splits: Sequence[StemSplit]) -> None:
        """`splits` are those of one take, at least one; the first is shown."""
        super().__init__()
        self._core = core
        self._splits = splits
        self._shown = 0
        self._session = self._opened()
        self._parts = PartList(self._session.status, id="stems-parts")
        self._strip = StemsStrip(lambda: self._session, core.services.playback.status, id="now-strip")

    def compose(self) -> ComposeResult:
        """Header, parts, times and keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Stems")
        yield self._parts
        yield self._strip
        yield Footer()

    def on_mount(self) -> None:
        """Fetch the parts, and play them."""
        self._begin()

    async def on_unmount(self) -> None:
        """End what plays."""
        await self._session.close()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work now."""
        status, part = self._session.status, self._parts.current
        texts = {footers.STEMS_PLAY: footers.PAUSE} if status.state.is_active else {}
        if part is not None and part.is_muted:
            texts[footers.STEMS_MUTE] = footers.UNMUTE
        without = set() if len(self._splits) > 1 else {footers.OTHER_SPLIT}
        if not any(one.problem for one in status.parts):
            without.add(footers.RETRY_STEMS)
        if not status.has_solo and all(one.is_muted is one.part.is_repeated for one in status.parts):
            without.add(footers.HEAR_ALL)
        names = [name for name in footers.STEMS if name not in without]
        return footers.paired_keys(names, self.app.keys_of, texts=texts)

    # --- what plays --------------------------------------------------------------------------------------------------

    def _opened(self) -> StemSession:
        return self._core.services.stems.open(self._splits[self._shown], self._show)

    def _begin(self) -> None:
        self._show(self._session.status)
        self._mark_saved()
        self._session.start()

    def _show(self, status: StemsStatus) -> None:
        """Show a new state of the parts."""
        if not self.is_attached:
            return
        self._parts.show(status)
        self._strip.show_stems(status)
        self.query_one(Footer).update_keys()

    def on_core_event(self, event: Event) -> None:
        """Mark the parts that were saved."""
        task_id = self._splits[self._shown].task.id
        if isinstance(event, LibraryChanged) or (isinstance(event, TasksChanged) and task_id in event.ids):
            self._mark_saved()

    @work(group="saved-parts", exclusive=True)
    async def _mark_saved(self) -> None:
        clip_ids = [part.clip.id for part in self._splits[self._shown].parts]
        try:
            saved = await self._core.services.downloads.saved(clip_ids)
        except SunotuiError as error:
            self.app.alert_error(error)
        else:
            self._parts.show_saved(frozenset(saved))

    def show_playing(self, status: PlaybackStatus) -> None:
        """Show the volume."""
        self._strip.show_volume(status)

    # --- commands ----------------------------------------------------------------------------------------------------

    def action_play(self) -> None:
        """Pause, or resume."""
        self._session.toggle()

    def action_mute(self) -> None:
        """Mute or unmute the part under the cursor."""
        if self._parts.current is not None:
            self._warn(self._session.toggle_mute(self._parts.cursor))

    def action_solo(self) -> None:
        """Hear only the part under the cursor, or stop that."""
        if self._parts.current is not None:
            self._warn(self._session.toggle_solo(self._parts.cursor))

    def _warn(self, sentence: str) -> None:
        if sentence:
            self.app.say(sentence, "warning")

    def action_hear_all(self) -> None:
        """Unmute all parts."""
        self._session.hear_all()

    def action_seek(self, direction: int) -> None:
        """Go forward or back."""
        self._session.seek_by(direction * self._core.settings.player.seek_s)

    def action_restart(self) -> None:
        """Go to the start."""
        self._session.seek_to(0.0)

    def action_volume(self, direction: int) -> None:
        """Turn the volume up or down."""
        self._core.services.playback.change_volume(direction * VOLUME_STEP)

    def action_retry(self) -> None:
        """Fetch the parts again that could not be fetched."""
        self._session.retry()

    def action_save(self) -> None:
        """Save the part under the cursor."""
        if (part := self._parts.current) is not None:
            self._save([part.part.clip.id])

    def action_save_all(self) -> None:
        """Save all parts."""
        self._save([part.clip.id for part in self._splits[self._shown].parts])

    @work(group="save-parts")
    async def _save(self, clip_ids: Sequence[str]) -> None:
        try:
            added, folder = await self._core.services.stems.save(self._splits[self._shown], clip_ids)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        saved = f"Saving {counted(added, 'part')} to" if added else "Saved before in"
        self.app.say(f"{saved} {folder}")

    @work(group="other-split", exclusive=True)
    async def action_other_split(self) -> None:
        """Play the take's other split, such as that into twelve parts."""
        if len(self._splits) < 2:
            return
        before, self._shown = self._session, (self._shown + 1) % len(self._splits)
        await before.close()
        self._session = self._opened()
        self._parts.cursor = 0
        self._begin()

    def action_leave(self) -> None:
        """Return to the previous screen."""
        self.dismiss()

    def on_part_list_moved(self) -> None:
        """Show the keys for the part under the cursor."""
        self.query_one(Footer).update_keys()

    def on_part_list_clicked(self) -> None:
        """Mute the part that was clicked."""
        self.action_mute()
