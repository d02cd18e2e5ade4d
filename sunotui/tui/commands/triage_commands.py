"""The command that triages takes, and those of the triage screen."""

from __future__ import annotations

from functools import partial

from sunotui.tui.commands.command import Scope, handled_command

_triage = partial(handled_command, Scope.TRIAGE, "sunotui.tui.triage.screen_actions")

TRIAGE = handled_command(
    Scope.LIBRARY,
    "sunotui.tui.triage.library_actions",
    "triage",
    "t",
    "Triage",
    "Hear the unplayed takes of this list, or of the marked songs, and decide with one key on each.",
    "triage",
    needs_library=True,
    needs_services=True,
)

TRIAGE_COMMANDS = (
    _triage(
        "keep",
        "enter",
        "Keep",
        "Save this take, unless automatic saving is off, and play the next one.",
        "decide",
        "keep",
    ),
    _triage("later", "j", "Later", "Put this take off until tomorrow: it stays unplayed.", "decide", "later"),
    _triage("trash", "x", "Trash", "Throw this take out; its song goes with the last take.", "decide", "trash"),
    _triage("star", "s", "Favourite", "Make this take a favourite, and play the next one.", "decide", "favourite"),
    _triage("rate", "asterisk", "Rate", "Rate this take: then 1 to 5.", "rate"),
    _triage("undo", "u", "Undo", "Undo the last verdict, and go back to its take.", "undo"),
    _triage("apply", "ctrl+s", "Apply", "Do all verdicts that wait for the end.", "apply"),
    _triage("toggle", "space", "Play", "Pause, or resume.", "toggle"),
    _triage(
        "listen", "tab", "Play another part", "From the start, from the first chorus, or samples.", "switch_listening"
    ),
    _triage("seek-back", "less_than_sign left", "Seek back", "Go back a few seconds.", "seek", -1),
    _triage("seek-forward", "greater_than_sign right", "Seek forward", "Go forward a few seconds.", "seek", 1),
    _triage("start", "0 home", "From the start", "Play this take from its start.", "from_start"),
    _triage("lyrics-down", "down", "Scroll lyrics down", "Scroll the lyrics.", "scroll_lyrics", 1),
    _triage("lyrics-up", "up", "Scroll lyrics up", "Scroll the lyrics.", "scroll_lyrics", -1),
    _triage("half-page-down", "ctrl+d pagedown", "Half a page down", "Scroll the lyrics.", "scroll_half_page", 1),
    _triage("half-page-up", "ctrl+u pageup", "Half a page up", "Scroll the lyrics.", "scroll_half_page", -1),
    _triage("quieter", "minus", "Quieter", "Turn the volume down.", "change_volume", -1),
    _triage("louder", "plus", "Louder", "Turn the volume up.", "change_volume", 1),
    _triage("try-again", "r", "Try again", "Fetch the takes again that could not be fetched.", "try_again"),
    _triage("leave", "escape q t", "Stop", "Back to where you were; verdicts stay.", "leave"),
)
