"""The commands that save takes: those of the library screen, and those of the downloads screen."""

from __future__ import annotations

from functools import partial

from sunotui.tui.commands.command import Scope, command, handled_command

_saving = partial(
    handled_command,
    Scope.LIBRARY,
    "sunotui.tui.downloads.library_actions",
    needs_library=True,
    needs_services=True,
)
_W = Scope.DOWNLOADS

SAVING_COMMANDS = (
    _saving("save", "d", "Save", "Save this take or all marked songs as files.", "save"),
    _saving(
        "save-at-risk",
        "D",
        "Save all at risk",
        "Save all favourites and expiring songs.",
        "save_at_risk",
    ),
    _saving("downloads", "alt+d", "Downloads", "What is being saved, at risk, and saved today.", "open_downloads"),
)
"""Commands of the library screen."""

DOWNLOAD_COMMANDS = (
    command(_W, "go-to-song", "enter", "Go to the song", "Go to this song in the library."),
    command(_W, "save", "d", "Save", "Save this take, which is at risk."),
    command(_W, "save-at-risk", "D", "Save all at risk", "Save all takes that are at risk."),
    command(_W, "play", "space", "Play", "Play this take; pause what plays."),
    command(_W, "open-folder", "o", "Folder", "Open the folder of this file, or of all saved takes."),
    command(_W, "pause", "p", "Pause all", "Pause all downloads, or resume them."),
    command(_W, "retry", "r", "Try again", "Try this download again."),
    command(_W, "retry-all", "R", "Try all again", "Try all failed downloads again."),
    command(_W, "cancel", "x", "Cancel", "Cancel this download; again removes it from the list."),
    command(_W, "step.down", "j down", "Down", "One take down.", 1),
    command(_W, "step.up", "k up", "Up", "One take up.", -1),
    command(_W, "half-page.down", "ctrl+d pagedown", "Half a page down", "Move by half of the visible rows.", 1),
    command(_W, "half-page.up", "ctrl+u pageup", "Half a page up", "Move by half of the visible rows.", -1),
    command(_W, "first", "g home", "First", "To the first take."),
    command(_W, "last", "G end", "Last", "To the last take."),
    command(_W, "leave", "escape q", "Back", "Back to where you were; takes are still being saved."),
)
"""Commands of the downloads screen."""
