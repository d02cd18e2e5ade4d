"""The triage screen: one unplayed take after the other, and one key for each verdict."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from sunotui.core.core import Core
from sunotui.core.events import Event, TasksChanged
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.playback.lyrics_sync import LyricSheet
from sunotui.core.triage.session import TriageSession, TriageTake
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlaybackStatus, PlayState
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.playback.synced_lyrics import WordTimer
from sunotui.tui.triage.progress import TriageList, TriageProgress, counts_text
from sunotui.tui.triage.screen_actions import LISTENING, TriageContext, kept_listening
from sunotui.tui.triage.take_views import TriageBar, TriageFacts, TriageLyrics, VerdictKeys
from sunotui.tui.widgets.cover import Cover
from sunotui.tui.widgets.footer import UNDO, Footer, FooterKey
from sunotui.tui.widgets.header import Header


class TriageScreen(Screen[None]):
    """Plays takes until each has a verdict. Decisions are kept if the screen is closed earlier."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = bindings(Scope.TRIAGE)

    app: BaseApp

    def __init__(self, core: Core, session: TriageSession) -> None:
        super().__init__()
        self._core = core
        self._session = session
        self._art = Cover(core.clock, id="triage-cover")
        self._lyrics = TriageLyrics(session, core.clock)
        self._shown: tuple[object, ...] = ()
        """The values of the take and the session on which the keys and the lyrics depend."""
        self._saved: dict[str, bool] = {}
        """Whether each take that was shown is saved as a file."""
        self._is_cover_lost = False
        self._word_timer = WordTimer(self, self._show_position)

    def compose(self) -> ComposeResult:
        """Header, progress, the take, all takes, and keys."""
        self.set_classes(self.app.size_classes)
        header = Header("Triage")
        header.count = "unplayed takes"
        yield header
        yield TriageProgress(self._session, id="triage-progress")
        with Horizontal(id="triage"):
            with Vertical(id="triage-take", classes="pane"):
                with Horizontal(id="triage-about"):
                    yield self._art
                    with Vertical(id="triage-words"):
                        yield TriageFacts(id="triage-facts")
                        yield self._lyrics
                yield TriageBar(self._session, id="triage-bar")
                yield VerdictKeys(id="triage-keys")
                yield Static(id="triage-end")
            yield TriageList(self._session, id="triage-list")
        yield Footer()

    def on_mount(self) -> None:
        """Play the first take."""
        session = self._session
        session.on_change, session.on_problem = self._show, self._say_problem
        self._send_sound(self._core.services.playback.status)
        session.start(kept_listening(self._core))

    async def on_unmount(self) -> None:
        """End the player."""
        self._session.on_change = lambda: None
        self._session.on_problem = lambda sentence: None
        await self._core.services.triage.end(self._session)

    @property
    def _ctx(self) -> TriageContext:
        return TriageContext(self.app, self._core, self, self._session)

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work now."""
        session = self._session
        names: list[str] = list(footers.TRIAGE if session.current is not None else footers.TRIAGE_END)
        texts = {
            "triage.toggle": footers.PAUSE if session.status.state.is_active else "Play",
            "triage.listen": f"Play {LISTENING[session.listening_mode.following]}",
        }
        if session.pending:
            texts["triage.apply"] = f"Apply {len(session.pending)}"
            names.remove("triage.keep") if session.current is None else None
        else:
            names.remove("triage.apply")
        if session.current is None:
            texts["triage.keep"] = "Done"
        if not session.can_undo:
            names.remove("triage.undo")
        if not session.skipped and not session.status.problem:
            names.remove("triage.try-again")
        return footers.paired_keys(names, self.app.keys_of, texts=texts)

    async def action_run_command(self, name: str) -> None:
        """Run a command of the registry on the take."""
        # The undo key beside a message is that of the library.
        await command_named("triage.undo" if name == UNDO else name).run(self._ctx)

    def action_leave(self) -> None:
        """Close the screen, so that another one can be shown."""
        self.dismiss()

    def on_resize(self) -> None:
        """Show what fits now."""
        self.query_one(Footer).update_keys()
        self._show()

    # --- what plays -------------------------------------------------------------------------------------------------

    def show_playing(self, status: PlaybackStatus) -> None:
        """Follow the volume. What plays elsewhere is not shown: it is paused while takes are triaged."""
        self._send_sound(status)

    def on_core_event(self, event: Event) -> None:
        """Read again what has changed in the library."""
        self._session.on_event(event)
        take = self._session.current
        if isinstance(event, TasksChanged):
            # A kept take is being saved, and undo returns to it.
            self._saved.clear()
            if take is not None:
                self._read_saved(take.entry.clip_id)

    def on_cover_failed(self) -> None:
        """Use the space of a cover that cannot be fetched for the text."""
        self._is_cover_lost = True
        self._show_cover(self._session.current)

    def _send_sound(self, status: PlaybackStatus) -> None:
        self._session.set_sound(status.volume, status.is_muted)

    def _say_problem(self, sentence: str) -> None:
        self.app.say(sentence, "warning", is_event=True)

    def _show(self) -> None:
        """Show a new state of the triage."""
        if not self.is_mounted:
            return
        session = self._session
        take = session.current
        self.set_class(take is None, "-over")
        self.query_one(TriageProgress).repaint_changed()
        self.query_one(TriageList).show()
        if take is None:
            self.query_one("#triage-end", Static).update(self._end())
        state = (
            *(take, take.sheet if take is not None else None, take.detail if take is not None else None),
            *(session.status.state.is_active, session.status.problem, session.listening_mode, len(session.pending)),
            *(session.can_undo, session.skipped, self._saved.get(take.entry.clip_id) if take is not None else None),
        )
        if state != self._shown:
            if self._shown[:1] != (take,):
                self._is_cover_lost = False
            self._shown = state
            self._show_take(take)
            self.query_one(Footer).update_keys()
        self._show_position()

    def _show_take(self, take: TriageTake | None) -> None:
        pane = self.query_one("#triage-take", Vertical)
        if take is None:
            pane.border_title = pane.border_subtitle = ""
            return
        entry, detail = take.entry, take.detail
        pane.border_title = Content(formatting.title(entry.title))
        takes = len(detail.task.clips) if detail is not None else 0
        pane.border_subtitle = Content(f"take {entry.take} of {takes}" if takes > 1 else f"take {entry.take}")
        is_saved = self._saved.get(entry.clip_id)
        if is_saved is None:
            self._read_saved(entry.clip_id)
        self.query_one(TriageFacts).show(take, is_saved=bool(is_saved), problem=self._session.status.problem)
        self._lyrics.show_sheet(take.sheet or LyricSheet(), "No lyrics." if take.sheet is not None else "")
        self._show_cover(take)

    def _show_cover(self, take: TriageTake | None) -> None:
        clip = take.clip if take is not None else None
        source = None
        if take is not None and clip is not None and clip.image_url:
            source = CoverSource(clip.id, clip.image_url, take.entry.profile)
        is_shown = self.app.cover_art.is_shown(source) and not self._is_cover_lost
        self._art.set_class(not is_shown, "-none")
        self._art.show(source if is_shown else None)

    def _show_position(self) -> None:
        """Mark what is sung now, and schedule the next word."""
        session = self._session
        position_s = session.position_s
        self.query_one(TriageBar).repaint_changed()
        self._lyrics.show_position(position_s, session.status.length_s)
        is_moving = session.status.state is PlayState.PLAYING
        next_s = self._lyrics.next_change_s(position_s) if is_moving else None
        self._word_timer.set(next_s - position_s if next_s is not None else None)

    def _end(self) -> Content:
        """What was decided, and what still has to be done."""
        session = self._session
        lines = [Content.styled("All takes have a verdict." if session.takes else "No takes are left.", "bold $strong")]
        if session.skipped:
            text = f"{counted(session.skipped, 'take')} could not be fetched, and can be tried again."
            lines[0] = Content.styled(text, "bold $warn")
        counts = counts_text(session)
        if counts:
            lines += [Content(""), Content.styled(counts, "$muted")]
        if session.pending:
            verb = "is" if len(session.pending) == 1 else "are"
            text = f"{counted(len(session.pending), 'verdict')} {verb} not applied yet."
            lines += [Content(""), Content.styled(text, "$warn")]
        return Content("\n").join(lines)

    @work(group="triage-saved")
    async def _read_saved(self, clip_id: str) -> None:
        try:
            saved = await self._core.services.downloads.saved([clip_id])
        except SunotuiError:
            return
        self._saved[clip_id] = clip_id in saved
        self._show()
