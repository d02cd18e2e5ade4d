"""The sidebar as a popup under the breadcrumb, for windows without room for it beside the list."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen

from sunotui.named_tuple import NamedTuple
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import binding_id, shown_key
from sunotui.tui.commands.footers import BACK, OPEN
from sunotui.tui.commands.registry import binding_of, command_named
from sunotui.tui.library.layout import has_sidebar_room
from sunotui.tui.library.sidebar import DELETE, RENAME, TOGGLE, Line, Sidebar, commands_that_fail
from sunotui.tui.widgets.footer import Footer, FooterKey


class PopupChoice(NamedTuple):
    """What the user did in the popup."""

    line: Line
    command: str = ""
    """The command to run on the collection, as its binding id; empty to show it."""


class SidebarPopup(ModalScreen[PopupChoice | None]):
    """Shows the lines of a sidebar and follows its counts; closes with the chosen line, or None."""

    CSS_PATH = "../styles/screens.tcss"
    app: BaseApp

    # With the ids of the library's commands, so that the user's own keys for these work here, too.
    BINDINGS = [
        binding_of(OPEN, "choose"),
        binding_of(BACK, "dismiss(None)"),
        binding_of("library.leave", "dismiss(None)"),
        binding_of(RENAME, f"run({RENAME!r})"),
        binding_of(DELETE, f"run({DELETE!r})"),
        binding_of(TOGGLE, "dismiss(None)"),
    ]

    def __init__(self, source: Sidebar) -> None:
        super().__init__()
        self._source = source
        self._sidebar = Sidebar(id="popup", is_popup=True)

    def compose(self) -> ComposeResult:
        """The sidebar with a border, and its own footer."""
        self.set_classes(self.app.size_classes)
        yield self._sidebar
        yield Footer()

    def on_mount(self) -> None:
        """Show the lines, with the cursor on what is listed."""
        self._follow()
        self._sidebar.chosen = self._source.chosen
        for name in ("counts", "unknown"):
            self.watch(self._source, name, self._follow, init=False)

    def on_resize(self, event: events.Resize) -> None:
        """Close in a window that has become wide enough for the sidebar itself."""
        if has_sidebar_room(event.size.width):
            self.dismiss(None)

    def _follow(self) -> None:
        self._sidebar.show_counts(self._source.counts, self._source.unknown)
        self._update_keys()

    def _update_keys(self) -> None:
        self.query_one(Footer).update_keys()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys that work on the line under the cursor."""
        keys = [FooterKey("enter", footers.SHOW, "screen.choose")]
        fail = commands_that_fail(self._sidebar.current)
        for command in map(command_named, (RENAME, DELETE)):
            name = binding_id(command)
            if name not in fail and (its_keys := self.app.keys_of(command)):
                keys.append(FooterKey(shown_key(its_keys[0]), command.title, f"screen.run({name!r})"))
        keys.append(FooterKey("j k", "Move", "screen.step"))
        return [*keys, FooterKey("esc", "Close", "screen.dismiss(None)")]

    def on_sidebar_moved(self) -> None:
        """Show the keys that work on the new line."""
        self._update_keys()

    def on_sidebar_opened(self, event: Sidebar.Opened) -> None:
        """Close with the clicked line."""
        self.dismiss(PopupChoice(event.line))

    def action_choose(self) -> None:
        """Close with the line under the cursor."""
        self.dismiss(PopupChoice(self._sidebar.current))

    def action_step(self) -> None:
        """Go to the next line."""
        self._sidebar.action_move(1)

    def action_run(self, command: str) -> None:
        """Close with a command on the line under the cursor, if it works on that."""
        if command not in commands_that_fail(self._sidebar.current):
            self.dismiss(PopupChoice(self._sidebar.current, command))
