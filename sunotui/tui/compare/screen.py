"""The compare screen: two takes at the same position, one of which is audible."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sunotui.core import events
from sunotui.core.comparison.comparison import ComparedTake, Comparison, Stage
from sunotui.core.core import Core
from sunotui.core.events import Event
from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.annotations import NO_ANNOTATIONS, Annotations, TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.playback import PlaybackStatus, PlayState
from sunotui.domain.tasks.clip import Clip
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.compare.card import TakeCard
from sunotui.tui.compare.screen_actions import CompareContext
from sunotui.tui.compare.strip import CompareStrip
from sunotui.tui.playback.screen import may_ask_for_times
from sunotui.tui.playback.synced_lyrics import WordTimer
from sunotui.tui.widgets.footer import UNDO, Footer, FooterKey
from sunotui.tui.widgets.header import Header


class CompareScreen(Screen[None]):
    """Compares takes until all pairs have a verdict. Verdicts are kept if the screen is closed earlier."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = bindings(Scope.COMPARE)

    app: BaseApp
    comparison: Comparison

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self._annotations: dict[str, Annotations] = {}
        self._sheets: dict[tuple[str, str], LyricSheet] = {}
        """The lyrics of takes by their ids and their texts, which a take that is being generated does not have yet."""
        self._shown: tuple[object, ...] = ()
        """The takes and the stage on the screen."""
        self._sides: tuple[object, ...] = ()
        """The take of each side, and whether they are hidden."""
        self._word_timer = WordTimer(self, self._show_position)

    async def prepare(self, takes: Sequence[TakeRef]) -> None:
        """Set what is compared, before the screen is opened. Raises InvalidRequest and LibraryError."""
        self.comparison = await self._core.services.comparison.begin(takes, self._show)

    def compose(self) -> ComposeResult:
        """Header, the row of what is audible, both takes or the order, and keys."""
        self.set_classes(self.app.size_classes)
        header = Header(formatting.title(self.comparison.pair[0].entry.title))
        header.group = "Compare"
        yield header
        yield CompareStrip(self.comparison, id="compare-strip")
        with Horizontal(id="compare"):
            yield TakeCard(self.comparison, 0, self._core.clock)
            yield TakeCard(self.comparison, 1, self._core.clock)
        yield Static(id="compare-order")
        yield Footer()

    def on_mount(self) -> None:
        """Fetch and play."""
        self._send_volume(self._core.services.playback.status)
        self.comparison.start()
        self._read_annotations()

    async def on_unmount(self) -> None:
        """End the player."""
        await self.comparison.close()

    @property
    def _ctx(self) -> CompareContext:
        return CompareContext(self.app, self._core, self, self.comparison)

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work now."""
        comparison = self.comparison
        audible = "AB"[comparison.audible]
        texts = {
            "compare.flip": f"Hear {'AB'[1 - comparison.audible]}",
            "compare.keep": f"Keep {audible}",
            "compare.toggle": footers.PAUSE if comparison.status.state.is_active else "Play",
            "compare.blind": "Show names" if comparison.is_blind else "Hide names",
        }
        names: Sequence[str] = footers.COMPARING
        if comparison.stage is Stage.FETCHING:
            names = footers.NOT_YET_COMPARABLE
        elif comparison.stage is Stage.FAILED:
            names = footers.NOT_COMPARABLE if comparison.knockout.count == 1 else footers.NOT_ALL_COMPARABLE
        elif comparison.is_decided:
            names = footers.COMPARED if comparison.knockout.count == 1 else footers.ORDERED
        return footers.paired_keys(names, self.app.keys_of, texts=texts)

    async def action_run_command(self, name: str) -> None:
        """Run a command of the registry on the comparison."""
        # The undo key beside a message is that of the library.
        await command_named("compare.undo" if name == UNDO else name).run(self._ctx)

    def action_leave(self) -> None:
        """Close the screen, so that another one can be shown."""
        self.dismiss()

    def on_resize(self) -> None:
        """Show what fits now."""
        self.query_one(Footer).update_keys()
        self._show()

    # --- what is compared --------------------------------------------------------------------------------------------

    def show_playing(self, status: PlaybackStatus) -> None:
        """Follow the volume. What plays elsewhere is not shown: it is paused while takes are compared."""
        self._send_volume(status)

    def on_core_event(self, event: Event) -> None:
        """Show ratings that have changed."""
        ids = {take.entry.task_id for take in self.comparison.order}
        if isinstance(event, events.LibraryChanged) or (
            isinstance(event, events.TasksChanged) and ids.intersection(event.ids)
        ):
            self._read_annotations()

    def _send_volume(self, status: PlaybackStatus) -> None:
        self.comparison.set_volume(0 if status.is_muted else status.volume)

    def _show(self) -> None:
        """Show a new state of the comparison."""
        if not self.is_mounted:
            return
        comparison = self.comparison
        is_over = comparison.is_decided and comparison.knockout.count > 1
        self.set_class(is_over, "-order")
        if is_over:
            self.query_one("#compare-order", Static).update(self._order())
        rows, winner = comparison.facts(), comparison.knockout.order[0]
        for card in self.query(TakeCard):
            entry = card.take.entry
            rating = self._annotations.get(entry.task_id, NO_ANNOTATIONS).take_rating(entry.clip_id)
            card.show(rows, rating, is_winner=entry.ref == winner)
        state = (
            *(comparison.pair[0].entry.ref, comparison.pair[1].entry.ref, comparison.stage, comparison.audible),
            *(comparison.is_blind, comparison.status.state.is_active),
        )
        if state != self._shown:
            self._shown = state
            self.query_one(Footer).update_keys()
            self.query_one(Header).location = self._title()
        self._read_lyrics()
        sides = state[0], state[1], comparison.is_blind
        if sides != self._sides:
            self._sides = sides
            for card in self.query(TakeCard):
                # Lyrics that stay where they were scrolled to would tell that the hidden takes were not swapped.
                card.lyrics.action_follow()
        self._show_position()

    def _title(self) -> str:
        one, other = (take.entry for take in self.comparison.pair)
        if one.task_id == other.task_id:
            return formatting.title(one.title)
        return f"{len(self.comparison.knockout.takes)} songs"

    def _show_position(self) -> None:
        """Mark what is sung now, and schedule the next word."""
        position_s = self.comparison.position_s
        self.query_one(CompareStrip).show()
        cards = list(self.query(TakeCard))
        for card in cards:
            card.show_position(position_s)
        is_moving = self.comparison.status.state is PlayState.PLAYING
        nexts = [card.lyrics.next_change_s(position_s) for card in cards] if is_moving else []
        self._word_timer.set(min((next_s - position_s for next_s in nexts if next_s is not None), default=None))

    def _order(self) -> Content:
        """All takes, best first."""
        lines = [Content.styled("All pairs are decided. Best first:", "$muted"), Content("")]
        for rank, take in enumerate(self.comparison.order, 1):
            entry = take.entry
            style = "bold $strong" if rank == 1 else "$foreground"
            words = f"{formatting.title(entry.title)}, take {entry.take}"
            lines.append(Content.assemble((f"{rank:3}  ", "$key"), (words, style)))
        return Content("\n").join(lines)

    @work(group="compare-annotations", exclusive=True)
    async def _read_annotations(self) -> None:
        ids = [take.entry.task_id for take in self.comparison.order]
        try:
            self._annotations = await self._core.services.annotations.annotations(ids)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        self._show()

    def _read_lyrics(self) -> None:
        """Show the lyrics of both takes, as far as they were read."""
        for card in self.query(TakeCard):
            take = card.take
            sheet = None
            if take.facts is not None:
                key = (take.entry.clip_id, take.facts.clip.lyrics)
                sheet = self._sheets.get(key)
                if sheet is None:
                    self._sheets[key] = LyricSheet()
                    self._make_sheet(take)
            if self.comparison.hides_lyrics:
                card.show_sheet(LyricSheet(), "The lyrics are hidden too.")
            else:
                card.show_sheet(sheet or LyricSheet(), "No lyrics." if sheet is not None else "")

    @work(group="compare-lyrics")
    async def _make_sheet(self, take: ComparedTake) -> None:
        if take.facts is None:
            return
        clip, detail = take.facts.clip, take.facts.detail
        await self._show_sheet(clip, detail.timings.get(clip.id))
        if may_ask_for_times(self._core, detail, clip):
            try:
                timings = await self._core.services.extras.timing(detail.task.id, clip.id)
            except SunotuiError:
                # The user did not request them.
                return
            await self._show_sheet(clip, timings)

    async def _show_sheet(self, clip: Clip, timings: WordTimings | None) -> None:
        # Matching words of lyrics that were changed after they were timed may take a while.
        self._sheets[clip.id, clip.lyrics] = await asyncio.to_thread(lyric_sheet, clip.lyrics, timings)
        self._show()
