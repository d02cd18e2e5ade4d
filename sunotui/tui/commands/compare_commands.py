"""The command that compares takes, and those of the compare screen."""

from __future__ import annotations

from functools import partial

from sunotui.tui.commands.command import Scope, handled_command

_compare = partial(handled_command, Scope.COMPARE, "sunotui.tui.compare.screen_actions")

COMPARE = handled_command(
    Scope.LIBRARY,
    "sunotui.tui.compare.library_actions",
    "compare",
    "equals_sign",
    "Compare",
    "Hear the takes of this song, or the marked songs, in turn, and keep the better one.",
    "compare",
    needs_library=True,
    needs_services=True,
)

COMPARE_COMMANDS = (
    _compare("flip", "tab shift+tab", "Hear the other", "Hear the other take from the same sample on.", "flip"),
    _compare("keep", "enter", "Keep", "Keep what you hear: it has won against the other take.", "keep"),
    _compare("toggle", "space", "Play", "Pause, or continue.", "toggle"),
    _compare("seek-back", "less_than_sign left", "Seek back", "Go back a few seconds in both.", "seek", -1),
    _compare("seek-forward", "greater_than_sign right", "Seek forward", "Go forward a few seconds in both.", "seek", 1),
    _compare("start", "0 home", "From the start", "Play both from the start.", "from_start"),
    _compare("star", "s", "Favourite", "Make what you hear a favourite; again undoes that.", "toggle_favourite"),
    _compare("rate", "asterisk", "Rate", "Rate what you hear: then 1 to 5; 0 removes the rating.", "rate"),
    _compare("blind", "m", "Hide names", "Shuffle the takes; hide names and facts until the verdict.", "toggle_blind"),
    _compare("undo", "u", "Undo", "Undo the last change, and go back to its pair.", "undo"),
    _compare("lyrics-down", "j down", "Scroll lyrics down", "Scroll the lyrics.", "scroll_lyrics", 1),
    _compare("lyrics-up", "k up", "Scroll lyrics up", "Scroll the lyrics.", "scroll_lyrics", -1),
    _compare("half-page-down", "ctrl+d pagedown", "Half a page down", "Scroll the lyrics.", "scroll_half_page", 1),
    _compare("half-page-up", "ctrl+u pageup", "Half a page up", "Scroll the lyrics.", "scroll_half_page", -1),
    _compare("quieter", "minus", "Quieter", "Turn the volume down.", "change_volume", -1),
    _compare("louder", "plus", "Louder", "Turn the volume up.", "change_volume", 1),
    _compare("try-again", "r", "Try again", "Fetch what could not be played again.", "try_again"),
    _compare("leave-out", "x", "Leave out", "Continue without the take of several that cannot be played.", "leave_out"),
    _compare("leave", "escape q equals_sign", "Back", "Back to where you were; verdicts stay.", "leave"),
)
