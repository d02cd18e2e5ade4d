"""The app's interface for its screens and widgets; `app.SunoApp` adds the screens and the events of the core."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rich.console import RenderableType
from textual import events, work
from textual.actions import ActionParseResult
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.timer import Timer

from sunotui.core.system.clipboard import COPY_LIMIT, copy_with_tools, fit_to_copy
from sunotui.core.system.crash_report import write_unsaved_text
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean
from sunotui.tui.commands.command import Command, keys_with
from sunotui.tui.cover_art import CoverArt
from sunotui.tui.feedback.advice import error_text
from sunotui.tui.feedback.message_log import MessageLog
from sunotui.tui.feedback.status import Notice, Severity, Status
from sunotui.tui.runtime import textual_patches
from sunotui.tui.runtime.crash_handling import CrashHandling
from sunotui.tui.runtime.gc_policy import GcPolicy
from sunotui.tui.runtime.picture_overlay import PictureOverlay
from sunotui.tui.runtime.type_ahead import KeyQueue
from sunotui.tui.terminal.paste_limit import PasteLimit
from sunotui.tui.theming.themed_app import ThemedApp

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.domain.playback import PlaybackStatus
    from sunotui.domain.requests.request import Request
    from sunotui.domain.submission import Submission
    from sunotui.tui.composer.drafts.store import ComposerDrafts
    from sunotui.tui.messages import SendRequested

R = TypeVar("R")


class ScreenNavigator(Protocol):
    """Opens the other screens; `navigation.Navigator` is the implementation."""

    def show_task(self, task_id: str) -> None:
        """Move the cursor of the task list to a task, if the list has it."""

    @property
    def cursor_moves(self) -> int:
        """How often the user has moved the cursor of the task list."""

    async def go_to_song(self, task_id: str) -> None:
        """Leave the screens above the library, and put the cursor of its list on a task."""

    def open_composer(self, request: Request | None = None, profile: str = "") -> None:
        """Open the composer with `request`, or with the saved draft, for a profile's gateway."""

    async def pick_clip(self, title: str, *, besides: str = "") -> str | None:
        """Let the user find a finished take by typing; returns its clip id, or None. The clip `besides` is left out.
        Call it in a worker."""

    def open_login(self, *, is_new: bool = False) -> None:
        """Open the login form."""

    def open_submissions(self, submission_id: str = "") -> None:
        """Open the journal, with the cursor on a submission or on the newest one."""


class RequestSender(Protocol):
    """Sends requests and reports their outcome; `submit.SubmitController` is the implementation."""

    def start(self, requested: SendRequested) -> None:
        """Send in the background what a form requested."""

    async def send(self, request: Request, profile: str, submission_id: str) -> Submission | None:
        """Send one request and wait for its outcome; None when nothing was sent. Call it in a worker."""

    async def result_of(self, request: Request, profile: str) -> str | None:
        """Send a request that generates no song, and wait for its result; None without a result, with the reason shown.
        Call it in a worker."""

    def report(self, submission: Submission) -> None:
        """Show the outcome of a submission."""


class ShownPlaying(Protocol):
    """What screens show about playback; `playback.display.PlayingDisplay` is the implementation."""

    @property
    def take(self) -> tuple[str, str]:
        """The ids of the song and of the take that is loaded; empty if nothing is."""

    @property
    def sign(self) -> str:
        """The sign of the playback state, two cells wide; empty without a take."""

    @property
    def is_active(self) -> bool:
        """Whether it plays, or will as soon as it can."""

    def show(self, status: PlaybackStatus) -> None:
        """Show a new playback status."""

    def show_on(self, screen: Screen[object]) -> None:
        """Show what plays on a screen that was opened."""

    def open_screen(self) -> None:
        """Open the now-playing screen."""

    def open_queue(self) -> None:
        """Open the queue as a popup."""


class BaseApp(ThemedApp[int]):
    """The services for screens and widgets: messages to the user, the clipboard, links, the navigator, sending and
    drafts. Separate objects handle keys, pastes, crashes and the garbage collector; the methods of Textual that are
    overridden for them only delegate.
    """

    def __init__(self, core: Core) -> None:
        textual_patches.apply_patches()
        super().__init__()
        textual_patches.show_no_tooltips(self)
        self.core = core
        self.key_queue = KeyQueue(self, self._forward, self._warn)
        self.crash_handling = CrashHandling(self, core.paths.data)
        self.gc_policy = GcPolicy(self)
        self.status = Status(core)
        self.cover_art = CoverArt(core, can_draw=self.has_many_colors)
        self.picture_overlay = PictureOverlay()
        self.key_settings: Mapping[str, str] = {}
        """The user's own keys by binding id, separated by commas."""
        self._paste_limit = PasteLimit(self, self._warn)
        self.core_opened = asyncio.Event()
        """Set when the core's services were built, or building them failed."""
        self.gateway_known = asyncio.Event()
        """Set when the gateway of this run is known; that of the demo starts after the first frame."""
        self.is_demo = False
        """Whether the library is that of the demo, which is deleted at the end."""
        self.core_error: SunotuiError | None = None
        """Why the core could not be opened or started; None while it could."""
        self.reports_focus = False
        """Whether the terminal has reported that it got or lost the focus."""
        self._event_timer: Timer | None = None
        self.left_texts: dict[tuple[str, str], str] = {}
        """Texts that were typed into an input and left with escape, by the input and its subject; they are restored
        when the input is opened for the same subject."""
        self.playing: ShownPlaying | None = None
        """What screens show about playback; None until something has been played or restored."""
        self.exit_notices: list[str] = []
        """Sentences for the plain terminal after the screens are closed."""

    # --- methods of Textual ------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Let a key wait for the keys before it. A key or a click removes the last message; a click on the footer,
        which shows it, belongs to the footer."""
        if isinstance(event, events.Key) or (
            isinstance(event, events.MouseDown) and event.screen_y < self.size.height - 1
        ):
            self.status.end_notice(self.core.clock.now(), keeps_events=isinstance(self.screen, ModalScreen))
        await self.key_queue.handle(event)

    async def _forward(self, event: events.Event) -> None:
        if (admitted := self._paste_limit.admit(event)) is not None:
            await super().on_event(admitted)

    async def push_screen_wait(  # type: ignore[override]  # Our screens have no names.
        self, screen: Screen[R], *, mode: str | None = None
    ) -> R:
        """Open a dialog and wait for its result, in a worker only; raises CancelledError where `KeyQueue.admit_dialog`
        does.

        Textual's own method first runs the callbacks that wait in the app. In the worker of a screen that is being
        removed, that is the removal: the screen cancels its workers while it ends, and this would cancel its own end
        and the whole app.
        """
        self.key_queue.admit_dialog(screen)
        # When the worker is cancelled, its dialog stays on the screen.
        return await asyncio.shield(self.push_screen(screen, wait_for_dismiss=True, mode=mode))

    def pop_screen(self) -> AwaitComplete:
        """Close the screen, and collect its objects soon."""
        self.gc_policy.screen_closes(self.screen)
        return super().pop_screen()

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, also one whose screen is closed while it waits for something: the actions of keys run in the
        app's own message loop, which any exception ends."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except Exception as error:  # which ones are harmless depends on the screen, not on their type
            if self.crash_handling.ignores(error):
                return True
            raise

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self.picture_overlay.over(screen, renderable))

    def _handle_exception(self, error: Exception) -> None:
        if not self.crash_handling.ignores(error):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self.crash_handling.end_with_report()

    def end_for_cancelled_widget(self, widget: str) -> None:
        """End the program because a widget was cancelled."""
        self.crash_handling.end_for_cancelled_widget(widget)

    def on_unmount(self) -> None:
        """Stop waiting for keys: the program ends."""
        self.key_queue.close()

    # --- collaborators -----------------------------------------------------------------------------------------------

    def open_core(self) -> object:
        """Open the library and start everything else after its first frame; the library screen calls it."""
        raise NotImplementedError

    async def start_demo(self) -> None:
        """Close the screens and open those of the demo."""
        raise NotImplementedError

    @property
    def navigator(self) -> ScreenNavigator:
        """Opens the other screens."""
        raise NotImplementedError

    @property
    def submit(self) -> RequestSender:
        """Sends requests."""
        raise NotImplementedError

    @cached_property
    def message_log(self) -> MessageLog:
        """The log of all messages."""
        # Created on first use: the first frame shows no message.
        return MessageLog()

    @cached_property
    def drafts(self) -> ComposerDrafts:
        """The composer's drafts."""
        # Created on first use: with forms and requests it takes 10 ms to import, and only the composer needs it.
        from sunotui.tui.composer.drafts.store import ComposerDrafts

        return ComposerDrafts(lambda: self.core.reader, self.alert_error, self._warn)

    @property
    def has_unsaved_drafts(self) -> bool:
        """Whether there is a draft that the library did not accept."""
        return "drafts" in self.__dict__ and self.drafts.has_unsaved

    @property
    def size_classes(self) -> tuple[str, str]:
        """The CSS classes for the terminal's size. A screen that has them from the start is styled only once."""
        horizontal, vertical = self.HORIZONTAL_BREAKPOINTS or [], self.VERTICAL_BREAKPOINTS or []
        width = next(name for least, name in reversed(horizontal) if self.size.width >= least)
        height = next(name for least, name in reversed(vertical) if self.size.height >= least)
        return width, height

    # --- messages to the user ----------------------------------------------------------------------------------------

    def say(
        self,
        text: str,
        severity: Severity = "information",
        cause: Submission | SunotuiError | None = None,
        *,
        undo: str = "",
        is_event: bool = False,
        note: str = "",
    ) -> None:
        """Show in the footer what just happened, and keep it in the message log with everything that is known about
        its cause and a note that only the log shows. `undo` is the command that undoes it, as its binding id: its key
        is shown beside it. `is_event` is for messages that no key has caused, which the next key may not remove at
        once."""
        text = clean(text, 400)
        self.message_log.add(severity, text, cause, note)
        self.status.show_notice(Notice(text, severity, undo, self.core.clock.now() if is_event else 0.0))
        if is_event:
            self._plan_next_event()

    def _plan_next_event(self) -> None:
        """Set one timer if an event waits."""
        wait_s = self.status.next_event_in_s(self.core.clock.now())
        if wait_s is not None and self._event_timer is None:
            self._event_timer = self.set_timer(wait_s + 0.05, self._show_next_event)

    def _show_next_event(self) -> None:
        self._event_timer = None
        self.status.show_next_event(self.core.clock.now())
        self._plan_next_event()

    def alert(self, text: str, severity: Severity = "warning", cause: Submission | None = None) -> None:
        """Show a toast for something that the user did not cause and that needs attention, and keep it in the message
        log."""
        text = clean(text, 400)
        self.message_log.add(severity, text, cause)
        self.notify(text, severity=severity, markup=False, timeout=8)

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """The keys of a command with the user's settings."""
        return keys_with(self.key_settings, command)

    def _warn(self, words: str) -> None:
        self.say(words, "warning")

    def notify_error(self, error: SunotuiError) -> None:
        """Show the error of a key in the footer, or in the note of a dialog: a toast would cover a form. The message
        log has the whole response."""
        self.say(error_text(error), "error", error)

    def alert_error(self, error: SunotuiError) -> None:
        """Show a toast for an error that the user did not cause; the message log has the whole response."""
        text = error_text(error)
        self.message_log.add("error", text, error)
        self.notify(clean(text, 400), severity="error", markup=False, timeout=10)

    def cost_of(self, kind: str, profile: str) -> str:
        """What a request of a kind costs at a profile's gateway, as the end of a sentence: the price that was learned,
        or that it may cost something."""
        price = self.core.services.billing.price(profile, kind)
        return f"costs about {price}" if price is not None else "may cost money"

    def profile_names(self) -> Sequence[str]:
        """The names of all profiles, sorted; empty, with the error shown, when the config file cannot be read."""
        try:
            return sorted(self.core.active_profiles.all())
        except SunotuiError as error:
            self.notify_error(error)
            return ()

    def keep_unsaved_text(self, text: str, name: str) -> None:
        """Write a text that the library did not accept to a private file, and name the file after the screens are
        closed: the program is ending and cannot wait. `name` says what the text is, such as "note"."""
        try:
            path = write_unsaved_text(text, name, self.core.paths.data)
        except OSError as error:
            self.exit_notices.append(f"The {name} could not be saved, not even to a file ({error.strerror}).")
        else:
            self.exit_notices.append(f"The {name} could not be saved; its text is in {path}")

    # --- other programs ----------------------------------------------------------------------------------------------

    @work(group="copy")
    async def copy(self, text: str, name: str, *, is_many_lines: bool = False) -> None:
        """Copy through the terminal and through a local tool if there is one; the message log says which of them were
        used. `name` is what is copied, with a capital."""
        fit = fit_to_copy(text, is_many_lines=is_many_lines)
        super().copy_to_clipboard(fit)
        tools = await asyncio.to_thread(copy_with_tools, text, os.environ, is_many_lines=is_many_lines)
        cut = f" (its first {COPY_LIMIT // 1_000} kB)" if len(text.encode("utf-8", "ignore")) > COPY_LIMIT else ""
        self.say(f"{name} copied{cut}", note="Copied by " + " and ".join(["the terminal (OSC 52)", *tools]))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a selection of text, as the widgets of Textual request."""
        self.copy(text, "Selection", is_many_lines=True)

    def action_help_quit(self) -> None:
        """Show how to quit: ctrl+c copies, but many users press it to quit."""
        self.say("ctrl+q quits sunotui")

    @work(group="open-link")
    async def open_link(self, url: str) -> None:
        """Open a link in the browser if it is safe."""
        from sunotui.tui.runtime import links

        profile = self.core.active_profiles.named(self.core.active_profiles.name)
        try:
            await asyncio.to_thread(links.open_link, url, profile.base_url if profile is not None else None)
        except SunotuiError as error:
            self.notify_error(error)
        else:
            self.say(f"Opening {url}")
