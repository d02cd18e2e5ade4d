"""The commands of the library's panes, and those of the composer, the journal, the gateways and the statistics."""

from __future__ import annotations

from sunotui.tui.commands.command import Command, Scope, command

_T, _B, _D, _F = Scope.LIST, Scope.SIDEBAR, Scope.DETAIL, Scope.SEARCH
_C, _K, _S, _P, _Z = Scope.COMPOSER, Scope.CHECK, Scope.SUBMISSIONS, Scope.PROFILES, Scope.STATISTICS


def _moves(scope: Scope, row: str) -> tuple[Command, ...]:
    """The commands that move the cursor of a list; `row` is what one of its rows is."""
    return (
        command(scope, "move.down", "j down", "Down", f"One {row} down.", 1),
        command(scope, "move.up", "k up", "Up", f"One {row} up.", -1),
        command(scope, "half-page.down", "ctrl+d pagedown", "Half a page down", "Move by half of the visible rows.", 1),
        command(scope, "half-page.up", "ctrl+u pageup", "Half a page up", "Move by half of the visible rows.", -1),
        command(scope, "first", "g home", "First", f"To the first {row}."),
        command(scope, "last", "G end", "Last", f"To the last {row}."),
    )


def _scrolls(scope: Scope) -> tuple[Command, ...]:
    """The commands that scroll a text."""
    return (
        command(scope, "scroll.down", "j down", "Down", "Scroll down.", 1),
        command(scope, "scroll.up", "k up", "Up", "Scroll up.", -1),
        command(scope, "page.down", "ctrl+d pagedown", "Half a page down", "Scroll by half of the visible lines.", 1),
        command(scope, "page.up", "ctrl+u pageup", "Half a page up", "Scroll by half of the visible lines.", -1),
        command(scope, "top", "g home", "First", "To the first line."),
        command(scope, "bottom", "G end", "Last", "To the last line."),
    )


_LIST_MOVES = _moves(_T, "row")

SCREEN_COMMANDS = (
    _LIST_MOVES[0]._replace(help="One row down; 5j moves five."),
    *_LIST_MOVES[1:],
    *_moves(_B, "line"),
    *_scrolls(_D),
    command(_F, "finish", "enter", "To the list", "Go to the list; the search stays."),
    command(_F, "cancel", "escape", "End search", "Clear the search, and go to the list."),
    command(_F, "recall", "up", "Last search", "Bring the last search back, while nothing is typed."),
    command(_F, "to-list", "down", "To the list", "The same with a cursor key."),
    command(_C, "send", "ctrl+s f5 ctrl+enter", "Send", "Send the request to the gateway."),
    command(_C, "mode.describe", "f2", "Describe", "Describe a song; the gateway writes the lyrics.", "describe"),
    command(_C, "mode.custom", "f3", "Custom", "Your own lyrics, style and title.", "custom"),
    command(_C, "mode.lyrics", "f4", "Lyrics", "Write lyrics without a song.", "lyrics"),
    command(_C, "mode.extend", "f6", "Extend", "Continue a take.", "extend"),
    command(_C, "mode.concat", "f7", "Join", "Join an extended take with its beginning.", "concat"),
    command(_C, "mode.upload", "f8", "Upload", "Give the gateway audio: a URL or a file.", "upload"),
    command(_C, "mode.cover", "f9", "Cover", "The same melody in another style.", "cover"),
    command(_C, "mode.infill", "f10", "Replace section", "Regenerate a section of a take.", "infill"),
    command(_C, "mode.stems", "f11", "Stems", "Split a take into voice and instruments.", "stems"),
    command(_C, "other-gateway", "ctrl+g", "Gateway", "Send this request to another of your gateways."),
    command(_C, "richer-style", "ctrl+t", "Expand style", "Let the gateway write a longer style."),
    command(_C, "ask-words", "ctrl+l", "Write lyrics", "Let the gateway write the lyrics; this costs money."),
    command(_C, "recall", "ctrl+r", "Earlier requests", "Find an earlier request or a saved draft."),
    command(_C, "choose-persona", "ctrl+o", "Choose voice", "Choose a voice that was saved from your takes."),
    command(_C, "choose-take", "alt+o", "Choose take", "Find a take in the library for the focused field."),
    command(
        _C,
        "more-modes",
        "f12 alt+m",
        "All modes",
        "Choose from all modes, with what the gateway does not offer marked.",
    ),
    command(_C, "turn-tab", "alt+j", "Check or JSON", "Show the JSON that goes out, then the check again."),
    command(_C, "edit-outside", "ctrl+e", "Editor", "Edit the long text in your own editor, $EDITOR."),
    command(_C, "clear", "ctrl+n", "Clear", "Start over; the same key again brings the text back."),
    command(_C, "leave", "escape", "Back", "Leave; the draft is saved."),
    command(_C, "turn-mode.next", "ctrl+pagedown alt+right", "Next mode", "The mode to the right.", 1),
    command(_C, "turn-mode.previous", "ctrl+pageup alt+left", "Previous mode", "The mode to the left.", -1),
    command(_K, "turn", "i left right enter", "Check or JSON", "Show the JSON that goes out, then the check again."),
    *_scrolls(_K),
    command(_S, "look", "l", "Find song", "Search for it in the gateway's list of your songs."),
    command(_S, "found", "f", "Enter id", "Paste the gateway's id of the song; it is checked and added."),
    command(
        _S,
        "retry",
        "s",
        "Send again, or edit",
        "Send a request with an unknown outcome again; edit a refused one in the composer.",
    ),
    command(_S, "drop", "x", "Give up", "Treat it as lost, and do not ask about it again."),
    command(_S, "answer", "enter", "Whole response", "Show what was sent and what came back."),
    *_moves(_S, "row"),
    command(_S, "leave", "escape q", "Back", "Back to the library."),
    command(_P, "use", "enter", "Use", "Make it the current gateway until sunotui ends."),
    command(_P, "log-in", "n", "Log in", "Give a base URL and a token."),
    command(_P, "probe", "r p", "Check now", "Ask what it offers and how much money is left; free."),
    command(_P, "log-out", "x", "Log out", "Delete the gateway and its token; its songs stay."),
    *_moves(_P, "gateway"),
    command(_P, "leave", "escape q", "Back", "Back to the library."),
    command(_Z, "count", "r", "Count again", "Count what is in the library now."),
    *_scrolls(_Z),
    command(_Z, "leave", "escape q percent_sign", "Back", "Back to the library."),
)
"""In the order in which help and docs/keys.md list them."""
