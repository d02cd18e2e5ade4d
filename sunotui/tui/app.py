"""The app: owns the screens, passes the core's events on, and restores the terminal."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import BindingType
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from sunotui.core.events import PlaybackChanged
from sunotui.domain.errors import SunotuiError
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import keymap
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import MESSAGES, binding_of, bindings, command_named
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.messages import CoreEvent, EventConsumer, OperationFailed, SavesBeforeQuit, SendRequested
from sunotui.tui.navigation import Navigator
from sunotui.tui.runtime import textual_patches
from sunotui.tui.runtime.own_screen import is_on_top, run_on_own_screen
from sunotui.tui.terminal import state as terminal
from sunotui.tui.terminal.ascii_filter import AsciiFilter
from sunotui.tui.terminal.output_sanitizer import ControlCharFilter
from sunotui.tui.theming.glyphs import needs_ascii
from sunotui.tui.theming.theme import theme_issue
from sunotui.tui.widgets.cover import Cover
from sunotui.tui.widgets.footer import HasFooter
from sunotui.tui.widgets.header import Header
from sunotui.tui.widgets.scrollbar import use_thin_scrollbars

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.core.events import Event
    from sunotui.core.startup import StartupReport
    from sunotui.domain.playback import PlaybackStatus
    from sunotui.tui.feedback.event_messages import EventMessages
    from sunotui.tui.submit import SubmitController


class SunoApp(BaseApp):
    """The terminal app for Suno gateways."""

    TITLE = "sunotui"
    CSS_PATH = ["styles/app.tcss", "styles/library.tcss"]
    # The messages open from every screen: a footer may cut one.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(Scope.EVERYWHERE),
        binding_of(MESSAGES, f"run_command({MESSAGES!r})"),
    ]
    # The registry has a palette of its own, which finds songs, too.
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (100, "-two"), (110, "-three"), (176, "-huge")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-middle"), (30, "-tall")]

    def __init__(
        self, core: Core, prepare: Callable[[], Awaitable[None]] | None = None, *, is_demo: bool = False
    ) -> None:
        """`prepare` runs after the first frame and before polling starts; the demo gateway starts there."""
        super().__init__(core)
        self.is_demo = is_demo
        use_thin_scrollbars()
        self._prepare = prepare
        self.status.waits_for_gateway = prepare is not None
        self._control_char_filter = ControlCharFilter()
        self._ascii_filters: list[LineFilter] = (
            [AsciiFilter()] if needs_ascii(os.environ, sys.stdout.encoding or "") else []
        )
        # Half blocks would become lines of equal signs.
        self.cover_art.can_draw &= not self._ascii_filters
        self._unsubscribe: Callable[[], None] = lambda: None
        self._library: LibraryScreen | None = None
        self.wants_demo = False
        """Whether the screens were closed to open those of the demo."""
        self.startup_error: SunotuiError | None = None
        """Why the library or the settings could not be opened, which ends the screens."""

    @cached_property
    def navigator(self) -> Navigator:
        """Opens the other screens."""
        return Navigator(self)

    @cached_property
    def submit(self) -> SubmitController:
        """Sends requests."""
        # Created on first use: the first frame sends nothing.
        from sunotui.tui.submit import SubmitController

        return SubmitController(self)

    @cached_property
    def event_messages(self) -> EventMessages:
        """Notifies the user of events."""
        # Created on first use, after the first frame.
        from sunotui.tui.feedback.event_messages import EventMessages

        return EventMessages(self)

    # --- life cycle ---------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The library screen."""
        self._library = LibraryScreen(self.core)
        return self._library

    def get_line_filters(self) -> list[LineFilter]:
        """The control character filter comes after all other filters. Without colours, those of the terminal are left
        out: as greys they would be black on black."""
        filters: list[LineFilter] = [
            NoColor() if isinstance(one, Monochrome) and self.native_ansi_color else one
            for one in super().get_line_filters()
        ]
        return [*filters, *self._ascii_filters, self._control_char_filter]

    def on_mount(self) -> None:
        """Set the animation level, and handle signals."""
        if self.no_color:
            self.add_class("-mono")
        if "TEXTUAL_ANIMATIONS" not in os.environ:
            self.animation_level = "none"
        terminal.on_signals(lambda code: self.exit(return_code=code))
        if not self.is_headless:
            terminal.resume_after_suspension_only()
            self.cover_art.use_terminal(partial(textual_patches.write_to_terminal, self), os.environ)
        # After ctrl+z and fg, Textual leaves the screen blank.
        self.app_resume_signal.subscribe(self, lambda _: self._repaint())
        if not self.is_headless and (terminal.is_there() or terminal.is_gone()):
            self.set_interval(terminal.CHECK_EVERY_S, self._leave_if_terminal_is_gone)

    def on_app_blur(self) -> None:
        """The terminal has lost the focus."""
        self.reports_focus = True

    def on_app_focus(self) -> None:
        """The terminal has the focus."""
        self.reports_focus = True
        if "event_messages" in self.__dict__:
            self.event_messages.notices.on_focus()

    @on(events.Unmount)
    def restore_terminal(self) -> None:
        """Restore the window's previous title, and delete the pictures, while the driver still writes."""
        self.cover_art.forget()
        if "event_messages" in self.__dict__:
            self.event_messages.notices.end()

    @on(events.Unmount)
    async def save_refused_drafts(self) -> None:
        """Write drafts that the library could not save to files, after the screens are closed."""
        if self.has_unsaved_drafts:
            for draft in await self.drafts.save_unsaved():
                self.keep_unsaved_text(draft.as_plain_text(), "draft")

    @work(group="open")
    async def open_core(self) -> None:
        """Show the library as soon as it is open, and start the core once it is painted."""
        try:
            opened = await self.core.open_reader()
        except SunotuiError as error:
            self.startup_error = error
            self.exit(return_code=1)
            return
        if not self.is_running:
            # The user quit while the library was being opened.
            return
        self._unsubscribe = self.core.events.subscribe(lambda event: self._post_event(event))
        self._use_settings()
        if self._library is not None:
            await self._library.open_library()
            # Called on the screen: the app's own callback would run before the frame is written.
            self._library.call_after_refresh(self._start_core, opened)

    @work(group="open")
    async def _start_core(self, opened: StartupReport) -> None:
        if not self.is_running:
            # The user quit while the first frame was being written.
            return
        if self._library is not None:
            # Importing the services takes 250 ms on another thread, which slows down this one.
            await self._library.show_first_detail()
        self.gc_policy.begin()
        self.event_messages.notices.begin()
        if opened.warning:
            self.alert(opened.warning)
        for submission in opened.recovered:
            if submission.state == "unknown":
                self.alert("A request was being sent when sunotui ended; J shows it")
        for step in (self.core.open, self._prepare, self.core.start):
            try:
                await (step() if step is not None else asyncio.sleep(0))
            except SunotuiError as error:
                self.alert_error(error)
                self.core_error = error
            self.core_opened.set()
        self.status.end_wait_for_gateway()
        self.gateway_known.set()
        if not self.core.active_profiles.name and (self.key_queue.has_typed or self.screen is not self._library):
            self.say("P logs in to a gateway")
        elif not self.core.active_profiles.name:
            self.navigator.open_login()
        elif self.core.has_services:
            self.core.services.capabilities.probe_soon(self.core.active_profiles.name)
            await self.core.services.billing.refresh(self.core.active_profiles.name)

    def _use_settings(self) -> None:
        issues: list[str] = []
        if self.core.settings.keys:
            good, issues = keymap.checked(self.core.settings.keys)
            if good:
                self.set_keymap(good)
                self.key_settings = good
        if issue := theme_issue(self.core.settings.theme):
            issues.append(issue)
        for issue in (*issues, *self.core.settings.warnings):
            self.alert(issue)
        self.theme = self._theme_to_start_with()

    def _theme_to_start_with(self) -> str:
        """The theme that was chosen in the app, else that of the config file. With 16 colours, one with its own colours
        that was chosen in another terminal would not be readable."""
        for name in (self.core.ui_state.now.theme, self.core.settings.theme):
            theme = self.get_theme(name)
            if theme is not None and (theme.ansi or not self.has_few_colors):
                return theme.name
        return self.default_theme

    def _repaint(self) -> None:
        """Paint everything again after the terminal was left to another program, which ends its pictures."""
        self._draw_covers_again()
        self.refresh(layout=True)

    def _draw_covers_again(self) -> None:
        self.cover_art.forget()
        for screen in self.screen_stack:
            for cover in screen.query(Cover):
                cover.draw_again()

    def on_resize(self) -> None:
        """Draw the covers again if the font of the terminal was changed."""
        if self.cover_art.has_outgrown_cells():
            self._draw_covers_again()

    def _leave_if_terminal_is_gone(self) -> None:
        """A terminal that hung up never responds again; without this the program would spin forever (T6)."""
        if terminal.is_gone():
            services = self.core.services if self.core.has_services else None
            is_idle = services is None or not (services.submitter.in_flight or services.hooks.running)
            is_idle = is_idle and not any(isinstance(screen, SavesBeforeQuit) for screen in self.screen_stack)
            is_idle = is_idle and not self.has_unsaved_drafts
            os._exit(129) if is_idle else self.exit(return_code=129)

    async def action_quit(self) -> None:
        """Quit once the open screens have saved their texts; requests in flight are awaited after the screens are
        closed."""
        for screen in self.screen_stack:
            if isinstance(screen, SavesBeforeQuit) and not await screen.save_before_quit():
                return
        self.exit()

    async def start_demo(self) -> None:
        """Quit, so that the demo starts in its own library, unless a text could not be saved."""
        self.wants_demo = True
        await self.action_quit()
        self.wants_demo = self.return_code is not None

    # --- events ------------------------------------------------------------------------------------------------------

    def _post_event(self, event: Event) -> None:
        self.post_message(CoreEvent(event))

    def on_core_event(self, message: CoreEvent) -> None:
        """Pass an event on to the screens, and show messages for results that the user waits for."""
        if not self.is_running:
            # When the app ends, the widgets of a screen are removed before the screen.
            return
        event = message.event
        self.status.on_core_event(event)
        if isinstance(event, PlaybackChanged):
            self._show_playing(event.status)
        for screen in self.screen_stack:
            # A screen that is still opening reads the current state when it is mounted.
            if isinstance(screen, EventConsumer) and screen.is_mounted:
                screen.on_core_event(event)
        self.event_messages.show(event)

    def _show_playing(self, status: PlaybackStatus) -> None:
        """Show what plays on all screens."""
        if self.playing is None:
            if status.entry is None and not status.problem:
                return
            # Most runs start without sound, and the first frame needs no bar.
            from sunotui.tui.playback.display import PlayingDisplay

            self.playing = PlayingDisplay(self)
        self.playing.show(status)

    def action_suspend_process(self) -> None:
        """Go back to the shell. What plays is paused: its keys cannot be used then. While an editor has the terminal,
        it keeps playing."""
        if self.playing is not None and self.playing.is_active:
            self.core.services.playback.pause()
        super().action_suspend_process()

    def on_operation_failed(self, message: OperationFailed) -> None:
        """Show the error of a widget's operation."""
        self.notify_error(message.error)

    # --- requested by screens -----------------------------------------------------------------------------------------

    def on_send_requested(self, message: SendRequested) -> None:
        """Send the request."""
        self.submit.start(message)

    def on_header_clicked(self, event: Header.Clicked) -> None:
        """Run the last key of the footer, which goes back; the library's own header opens the sidebar."""
        if event.is_program and is_on_top(event.header) and isinstance(screen := self.screen, HasFooter):
            self.call_next(run_on_own_screen, event.header, screen.footer_keys()[-1].action)

    # --- commands ----------------------------------------------------------------------------------------------------

    async def action_run_command(self, name: str) -> None:
        """Run a command that has a handler and works on every screen, given by its binding id."""
        await command_named(name).run(self)
