"""What the app itself can change and keeps. Each row runs the command of the registry that does the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import Scope, shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.library.actions.list_actions import ask_sort
from sunotui.tui.library.layout import DetailPlace, has_sidebar_room
from sunotui.tui.library.list_choices import order_of
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.playback.speeds import ask_speed
from sunotui.tui.settings.row import SettingRow
from sunotui.tui.triage.screen import TriageScreen
from sunotui.tui.triage.screen_actions import LISTENING, kept_listening

_PLACE_WORDS = {
    DetailPlace.RIGHT: "on the right",
    DetailPlace.BELOW: "below the list",
    DetailPlace.HIDDEN: "hidden",
}
_NOT_HERE = ", no room here"
_THEME, _SPEED, _LISTEN = "everywhere.change-theme", "library.speed", "triage.listen"
_SIDEBAR, _DETAIL, _SORT, _GROUP = "library.toggle-sidebar", "library.move-detail", "library.sort", "library.group"

Run = Callable[[], Awaitable[object] | None]


def app_rows(app: BaseApp) -> list[SettingRow]:
    """The choices with their current values."""
    rows = [_row(app, _THEME, app.theme, partial(app.run_action, command_named(_THEME).action))]
    for library in app.screen_stack[:1]:
        if isinstance(library, LibraryScreen):
            rows += _library_rows(app, library)
    if app.core.has_services:
        playback = app.core.services.playback
        rows.append(_row(app, _SPEED, f"{playback.status.speed:g}x", partial(ask_speed, app, playback)))
    listening = LISTENING[kept_listening(app.core)]
    return [*rows, _row(app, _LISTEN, listening, partial(_switch_listening, app), "Triage plays")]


def _library_rows(app: BaseApp, library: LibraryScreen) -> list[SettingRow]:
    """The panes and the list; they change also while another screen covers them."""
    ctx, size = library.context, app.size
    layout, query = ctx.state.layout, ctx.state.list_query
    sidebar = "shown" if layout.has_sidebar else "hidden"
    if layout.has_sidebar and not layout.shows_sidebar(size.width):
        sidebar += _NOT_HERE
    detail = _PLACE_WORDS[layout.detail]
    if layout.detail_place(size.width, size.height) is not layout.detail:
        detail += _NOT_HERE
    order = order_of(query)
    return [
        _row(app, _SIDEBAR, sidebar, partial(_toggle_sidebar, app, library)),
        _row(app, _DETAIL, detail, partial(library.action_run_command, _DETAIL), "Detail"),
        _row(app, _SORT, order.name + ", reversed" * order.is_reversed, partial(ask_sort, ctx)),
        _row(app, _GROUP, "on" if query.is_grouped else "off", partial(library.action_run_command, _GROUP)),
    ]


def _row(app: BaseApp, name: str, value: str, run: Run, title: str = "") -> SettingRow:
    command = command_named(name)
    # The key of another screen does nothing in the library.
    has_key = command.scope in {Scope.EVERYWHERE, Scope.LIBRARY}
    key = " ".join(map(shown_key, app.keys_of(command)[:1])) if has_key else ""
    return SettingRow(title or command.title, value, run, "Change", command.help, key=key)


async def _toggle_sidebar(app: BaseApp, library: LibraryScreen) -> None:
    """Show or hide the sidebar, where it is not a popup."""
    if has_sidebar_room(app.size.width):
        await library.action_run_command(_SIDEBAR)
    else:
        app.say("In a window of this width the sidebar is a popup", "warning")


async def _switch_listening(app: BaseApp) -> None:
    """Choose the next part that triage plays; the open triage changes at once."""
    for screen in app.screen_stack:
        if isinstance(screen, TriageScreen):
            await screen.action_run_command(_LISTEN)
            return
    app.core.ui_state.keep(triage_listen=kept_listening(app.core).following.value)
