"""The commands that play: those of the library screen, and those of the now-playing screen and its parts."""

from __future__ import annotations

from functools import partial

from sunotui.tui.commands.command import Scope, command, handled_command

_playback = partial(
    handled_command,
    Scope.LIBRARY,
    "sunotui.tui.playback.library_actions",
    needs_library=True,
    needs_services=True,
)
_playing = partial(handled_command, Scope.PLAYING, "sunotui.tui.playback.screen_actions")
_Q, _Y, _M, _I = Scope.QUEUE, Scope.SYNCED_LYRICS, Scope.STEMS, Scope.PARTS

LIBRARY_COMMANDS = (
    _playback("play", "space", "Play", "Play this take or all marked songs; pause what plays.", "play"),
    _playback("seek-back", "less_than_sign", "Seek back", "Go back a few seconds in what plays.", "seek", -1),
    _playback(
        "seek-forward", "greater_than_sign", "Seek forward", "Go forward a few seconds in what plays.", "seek", 1
    ),
    _playback("quieter", "minus", "Quieter", "Turn the volume down.", "change_volume", -1),
    _playback("louder", "plus", "Louder", "Turn the volume up.", "change_volume", 1),
    _playback("mute", "underscore", "Mute", "Turn the sound off, or on again.", "mute"),
    _playback("play-next", "alt+n", "Next in queue", "Play the next take of the queue.", "skip", 1),
    _playback(
        "play-previous", "alt+p", "Previous in queue", "Play it from its start, or the take before it.", "skip", -1
    ),
    _playback("speed", "alt+s", "Speed", "Choose how fast it plays; the pitch stays.", "choose_speed"),
    _playback("queue-last", "Q", "Add to queue", "Put this take or all marked songs last in the queue.", "add_last"),
    _playback("queue-next", "alt+q", "Play next", "Put this take or all marked songs behind what plays.", "add_next"),
    _playback("play-takes", "alt+e", "Play all takes", "Play every take of this song.", "play_takes"),
    _playback("play-list", "alt+a", "Play all", "Play the whole list, from this song on.", "play_list"),
    _playback("now-playing", "full_stop", "Now playing", "What plays, with lyrics and queue.", "open_playing"),
    _playback("show-queue", "semicolon", "Queue", "See, reorder and empty the queue.", "open_queue"),
    handled_command(
        Scope.LIBRARY,
        "sunotui.tui.stems.library_actions",
        "parts",
        "B",
        "Stems",
        "Play the parts of this take together or alone, and save them.",
        "open_stems",
        needs_library=True,
        needs_services=True,
    ),
    _playback(
        "hand-over",
        "alt+y",
        "Copy player command",
        "Copy a command that plays this take with mpv, for a computer with sound.",
        "hand_over",
    ),
)
"""Commands of the library screen that play something or change the queue."""

PLAYER_COMMANDS = (
    _playing("toggle", "space", "Play", "Pause, or resume.", "toggle"),
    _playing("seek-back", "less_than_sign left", "Seek back", "Go back a few seconds.", "seek", -1),
    _playing("seek-forward", "greater_than_sign right", "Seek forward", "Go forward a few seconds.", "seek", 1),
    _playing("quieter", "minus", "Quieter", "Turn the volume down.", "change_volume", -1),
    _playing("louder", "plus", "Louder", "Turn the volume up.", "change_volume", 1),
    _playing("mute", "underscore", "Mute", "Turn the sound off, or on again.", "mute"),
    _playing("next", "n alt+n", "Next in queue", "Play the next take of the queue.", "skip", 1),
    _playing("previous", "p alt+p", "Previous in queue", "Play it from its start, or the take before it.", "skip", -1),
    _playing("star", "s", "Favourite", "Make what plays a favourite; again undoes that.", "toggle_favourite"),
    _playing("rate", "asterisk", "Rate", "Rate what plays: then 1 to 5; 0 removes the rating.", "rate"),
    _playing("trash", "x", "Trash", "Move the song that plays to the trash, or restore it.", "toggle_trash"),
    _playing("undo", "u", "Undo", "Undo the last change.", "undo"),
    _playing("speed", "alt+s", "Speed", "Choose how fast it plays; the pitch stays.", "choose_speed"),
    _playing("repeat", "R", "Repeat", "Repeat the queue, then only this take, then nothing.", "cycle_repeat"),
    _playing("shuffle", "S", "Shuffle", "Play the queue in a random order, or in its own again.", "toggle_shuffle"),
    _playing("timing", "T", "Lyric timings", "Ask the gateway when each line is sung.", "fetch_timings"),
    _playing("queue", "semicolon tab", "Queue", "Go to the queue, or back to the lyrics.", "show_queue"),
    _playing("hand-over", "alt+y", "Copy player command", "Copy a command that plays this take with mpv.", "hand_over"),
    _playing("show-song", "o", "Show in library", "Go to this song in the library.", "show_song"),
    _playing("leave", "escape q full_stop", "Back", "Back to where you were; it plays on.", "leave"),
    command(_Y, "choose.down", "j down", "Down", "Choose the next line.", 1),
    command(_Y, "choose.up", "k up", "Up", "Choose the previous line.", -1),
    command(_Y, "half-page.down", "ctrl+d pagedown", "Half a page down", "Scroll by half of the visible lines.", 1),
    command(_Y, "half-page.up", "ctrl+u pageup", "Half a page up", "Scroll by half of the visible lines.", -1),
    command(_Y, "go-to-line", "enter", "Go to line", "Play from the chosen line on."),
    command(_Y, "follow", "escape", "Follow", "Show the line that is sung again."),
    command(_Q, "play", "enter", "Play", "Play the take under the cursor."),
    command(_Q, "remove", "x delete", "Remove", "Remove the take from the queue."),
    command(_Q, "move-entry.up", "K ctrl+up", "Move up", "Play it earlier.", -1),
    command(_Q, "move-entry.down", "J ctrl+down", "Move down", "Play it later.", 1),
    command(_Q, "clear", "C", "Clear", "Stop, and empty the queue; undo brings it back."),
    command(_Q, "step.down", "j down", "Down", "One take down.", 1),
    command(_Q, "step.up", "k up", "Up", "One take up.", -1),
    command(_Q, "first", "g home", "First", "To the first take."),
    command(_Q, "last", "G end", "Last", "To the last take."),
)
"""Commands of the now-playing screen, its lyrics and its queue."""

STEMS_COMMANDS = (
    command(_M, "play", "space", "Play", "Pause, or resume."),
    command(_M, "mute", "m", "Mute", "Mute this part, or let it be heard again."),
    command(_M, "solo", "s", "Solo", "Let only this part be heard, with others that you choose; again ends that."),
    command(_M, "hear-all", "a", "All parts", "Let all parts be heard."),
    command(_M, "seek.back", "less_than_sign left", "Seek back", "Go back a few seconds.", -1),
    command(_M, "seek.forward", "greater_than_sign right", "Seek forward", "Go forward a few seconds.", 1),
    command(_M, "restart", "0", "From the start", "Go to the start."),
    command(_M, "volume.down", "minus", "Quieter", "Turn the volume down.", -1),
    command(_M, "volume.up", "plus", "Louder", "Turn the volume up.", 1),
    command(_M, "save", "d", "Save", "Save this part as a file, in the folder of its song's parts."),
    command(_M, "save-all", "D", "Save all parts", "Save all parts as files in a folder of their own."),
    command(_M, "other-split", "tab", "Other split", "Play the take's other split, if it was split more than once."),
    command(_M, "retry", "r", "Try again", "Fetch the parts again that could not be fetched."),
    command(_M, "leave", "escape q", "Back", "Back to where you were; the parts end."),
    command(_I, "step.down", "j down", "Down", "One part down.", 1),
    command(_I, "step.up", "k up", "Up", "One part up.", -1),
    command(_I, "first", "g home", "First", "To the first part."),
    command(_I, "last", "G end", "Last", "To the last part."),
)
"""Commands of the stems screen and of its list."""
