"""The registry of all that a person can do: footer, palette, help, keymap and the README's key table come from it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from textual.binding import Binding, BindingType


class Scope(StrEnum):
    """Where a command works."""

    EVERYWHERE = "Everywhere"
    LIBRARY = "Library"
    LIST = "Task list"
    DETAIL = "Detail"
    COMPOSER = "Composer"
    SUBMISSIONS = "Submissions"
    PROFILES = "Profiles"

    @property
    def prefix(self) -> str:
        """The first part of its commands' names in the config file's [keys]."""
        return _PREFIXES[self]


_PREFIXES = {
    Scope.EVERYWHERE: "everywhere",
    Scope.LIBRARY: "library",
    Scope.LIST: "list",
    Scope.DETAIL: "detail",
    Scope.COMPOSER: "composer",
    Scope.SUBMISSIONS: "submissions",
    Scope.PROFILES: "profiles",
}
"""Users have these in their config files: they never change."""


class Command(NamedTuple):
    """One thing to do: its action's name, its words and its keys."""

    id: str
    words: str
    keys: tuple[str, ...]
    scope: Scope
    help: str
    footer: str = ""
    """The word in the bottom line; empty to leave it out there."""
    argument: str = ""
    """What the action is called with, such as a take's number."""

    @property
    def action(self) -> str:
        """The action string that Textual runs."""
        name = self.id.split(".", 1)[0].replace("-", "_")
        return f"{name}({self.argument})" if self.argument else name

    @property
    def key_words(self) -> str:
        """The keys as people write them."""
        return " ".join(shown_key(key) for key in self.keys)


_KEY_WORDS = {
    "question_mark": "?",
    "slash": "/",
    "asterisk": "*",
    "comma": ",",
    "exclamation_mark": "!",
    "percent_sign": "%",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "escape": "esc",
    "left": "←",
    "right": "→",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def shown_key(key: str) -> str:
    """A key's name as people write it: "?" for question_mark, "^s" for ctrl+s."""
    if key.startswith("ctrl+"):
        return "^" + shown_key(key.removeprefix("ctrl+"))
    if key.startswith("shift+"):
        return "⇧" + shown_key(key.removeprefix("shift+"))
    if key.startswith("alt+"):
        return "⌥" + shown_key(key.removeprefix("alt+"))
    return _KEY_WORDS.get(key, key.upper() if len(key) in {2, 3} and key[0] == "f" and key[1:].isdigit() else key)


def _command(scope: Scope, id: str, keys: str, words: str, help: str, footer: str = "", argument: str = "") -> Command:
    return Command(id, words, tuple(keys.split()), scope, help, footer, argument)


_L, _T, _D, _C = Scope.LIBRARY, Scope.LIST, Scope.DETAIL, Scope.COMPOSER
_S, _P = Scope.SUBMISSIONS, Scope.PROFILES

COMMANDS: tuple[Command, ...] = (
    _command(_L, "compose", "n", "New song or lyrics", "Open the composer with the draft you left.", "New"),
    _command(_L, "search", "slash", "Search", "Search titles, tags, lyrics, prompts and ids as you type.", "Search"),
    _command(_L, "filter", "f", "Filter", "Choose a filter, which is written into the search."),
    _command(_L, "sort", "S", "Sort", "By age, title, length, rating or model; the same again turns it round."),
    _command(_L, "mark", "v", "Mark", "Mark this task, or unmark it; keys then work on all that are marked."),
    _command(_L, "mark-range", "V", "Mark a range", "Mark everything from the last mark to here."),
    _command(_L, "copy-url", "y", "Copy the audio URL", "Copy the take's audio URL to the clipboard.", "Copy URL"),
    _command(_L, "copy-choose", "Y", "Copy something else", "Choose what to copy: links, lyrics, prompt, ids, JSON."),
    _command(_L, "open-url", "o", "Open in the browser", "Open the take's audio link in the browser.", "Open"),
    _command(_L, "open-choose", "O", "Open something else", "Choose which link to open."),
    _command(_L, "reuse", "R", "Reuse this request", "Put this task's request into the composer.", "Reuse"),
    _command(_L, "extend", "e", "Extend this take", "Continue this take from a point you choose."),
    _command(_L, "concat", "c", "Concat this take", "Join an extended take with what it continues."),
    _command(_L, "cover", "C", "Cover this take", "The same melody in another style."),
    _command(_L, "infill", "E", "Replace a section", "Make a section of this take anew."),
    _command(_L, "stems", "M", "Take this take apart", "Voice and band, or every instrument, by themselves."),
    _command(_L, "more-from-take", "m", "More from this take", "Remaster, mashup, added vocals and others."),
    _command(_L, "persona", "p", "Persona of this take", "Keep this take's voice, to sing other songs with it."),
    _command(_L, "words-to-composer", "L", "Lyrics into the composer", "Start a custom song with these words."),
    _command(_L, "timing", "T", "When each line is sung", "Ask the gateway for the times of the words."),
    _command(_L, "wav", "W", "Get the WAV link", "Ask the gateway for the take as WAV; Y and O have it then."),
    _command(_L, "mp4", "alt+v", "Get the MP4 link", "Ask the gateway for the take as video; Y and O have it then."),
    _command(_L, "midi", "alt+m", "Get the notes as MIDI", "Ask the gateway for the notes and write a MIDI file."),
    _command(_L, "ask-now", "r", "Ask the gateway now", "Ask for this task and all unfinished ones now."),
    *(
        _command(_L, f"take.{number}", str(number), f"Take {number}", f"Show take {number}.", argument=str(number))
        for number in range(1, 10)
    ),
    _command(_L, "previous-take", "left_square_bracket", "Previous take", "Show the take before."),
    _command(_L, "next-take", "right_square_bracket", "Next take", "Show the take after."),
    _command(_L, "star", "s", "Star", "Star this take, or all that is marked; unstar what is starred."),
    _command(_L, "rate", "asterisk", "Rate", "Then 1 to 5; 0 takes the rating back."),
    _command(_L, "labels", "b", "Labels", "Give this task labels, or all that is marked; make new ones."),
    _command(_L, "note", "N", "Note", "Write a note on this task."),
    _command(_L, "albums", "a", "Albums", "Put this take, or all that is marked, into an album, or out of it."),
    _command(_L, "hear", "H", "Heard", "Say that you heard this take, or that you did not."),
    _command(
        _L, "trash", "x", "Into the trash", "Put this task, or all that is marked, into the trash, or take it out."
    ),
    _command(_L, "undo", "u", "Undo", "Take back the last of these changes, and the one before."),
    _command(
        _L, "save-search", "ctrl+s", "Keep this search", "Give the search a name; it stands among the places then."
    ),
    _command(
        _L, "forget-place", "X", "Forget this place", "Delete the album or the saved search shown; its tasks stay."
    ),
    _command(
        _L, "earlier-in-album", "less_than_sign ctrl+up", "Earlier in the album", "One place up in the album shown."
    ),
    _command(
        _L, "later-in-album", "greater_than_sign ctrl+down", "Later in the album", "One place down in the album shown."
    ),
    _command(_L, "rename-album", "A", "Rename the album", "Give the album shown another name."),
    _command(_L, "parent", "left_curly_bracket", "To the parent", "Go to the take that this one was made of."),
    _command(_L, "child", "right_curly_bracket", "To a child", "Go to a take that was made of this one."),
    _command(_L, "next-tab", "i", "Next tab", "Lyrics, Details, Family, Request, Raw in turn.", "Tabs"),
    _command(_L, "previous-tab", "I", "Previous tab", "The same, backwards."),
    _command(_L, "go-in", "enter", "Go in", "From the list into the detail."),
    _command(_L, "go-back", "escape", "Come back", "Back to the list; there it unmarks all, then ends a search."),
    _command(_L, "next-pane", "tab l", "Next pane", "Views, tasks, detail in turn."),
    _command(_L, "previous-pane", "shift+tab h", "Previous pane", "The same, backwards."),
    _command(_L, "submissions", "J", "Submissions", "The journal: what was sent, and outcomes nobody knows."),
    _command(_L, "profiles", "P", "Profiles", "Your gateways: use another, log in, look what they offer."),
    _command(_L, "statistics", "percent_sign", "Statistics", "Takes a week, failures, times and money."),
    _command(_L, "messages", "exclamation_mark", "Messages", "Everything the program told you, with whole answers."),
    _command(_L, "leave", "q", "Leave sunotui", "What is being made is watched again next time."),
    _command(_T, "move.down", "j down", "Down", "One row down; 5j goes five.", argument="1"),
    _command(_T, "move.up", "k up", "Up", "One row up.", argument="-1"),
    _command(_T, "half-page.down", "ctrl+d pagedown", "Half a page down", "Half a page down.", argument="1"),
    _command(_T, "half-page.up", "ctrl+u pageup", "Half a page up", "Half a page up.", argument="-1"),
    _command(_T, "first", "g home", "First", "To the first row."),
    _command(_T, "last", "G end", "Last", "To the last row."),
    _command(_D, "scroll.down", "j down", "Down", "Scroll down.", argument="1"),
    _command(_D, "scroll.up", "k up", "Up", "Scroll up.", argument="-1"),
    _command(_D, "page.down", "ctrl+d pagedown", "Page down", "Half a page down.", argument="1"),
    _command(_D, "page.up", "ctrl+u pageup", "Page up", "Half a page up.", argument="-1"),
    _command(_D, "top", "g home", "Top", "To the first line."),
    _command(_D, "bottom", "G end", "Bottom", "To the last line."),
    _command(_C, "send", "ctrl+s f5 ctrl+enter", "Send", "Send the request to the gateway.", "Send"),
    _command(
        _C, "mode.describe", "f2", "Describe", "Describe a song; the words are written for you.", "", "'describe'"
    ),
    _command(_C, "mode.custom", "f3", "Custom", "Your own words, style and title.", "", "'custom'"),
    _command(_C, "mode.lyrics", "f4", "Lyrics", "Words only.", "", "'lyrics'"),
    _command(_C, "mode.extend", "f6", "Extend", "Continue a take.", "", "'extend'"),
    _command(_C, "mode.concat", "f7", "Concat", "Join an extended take with its beginning.", "", "'concat'"),
    _command(_C, "mode.upload", "f8", "Upload", "Give the gateway audio: an address or a file.", "", "'upload'"),
    _command(_C, "mode.cover", "f9", "Cover", "The same melody in another style.", "", "'cover'"),
    _command(_C, "mode.infill", "f10", "Replace", "A section of a take made anew.", "", "'infill'"),
    _command(_C, "mode.stems", "f11", "Stems", "A take in its parts: voice and instruments.", "", "'stems'"),
    _command(_C, "other-gateway", "ctrl+g", "Another gateway", "Send this one to another of your profiles."),
    _command(_C, "richer-style", "ctrl+t", "Richer style", "Have the gateway write the style out."),
    _command(_C, "ask-words", "ctrl+l", "Lyrics from the gateway", "Have words written into the form; paid for."),
    _command(_C, "recall", "ctrl+r", "Earlier requests", "Find what you sent before, or a draft set aside.", "Recall"),
    _command(_C, "choose-persona", "ctrl+o", "Choose a persona", "One of the voices made of your takes."),
    _command(_C, "choose-take", "alt+o", "Choose a take", "Find a take of the library for a field of clip ids."),
    _command(_C, "more-modes", "f12", "More ways to make a song", "A sound, an image, a video, a remaster and others."),
    _command(_C, "edit-outside", "ctrl+e", "Edit in $EDITOR", "Write the long text in your own editor.", "$EDITOR"),
    _command(_C, "clear", "ctrl+n", "Empty the form", "Start over; ctrl+r has what was in the form.", "Empty"),
    _command(_C, "leave", "escape", "Leave", "Leave; the draft is kept.", "Leave, keep the draft"),
    _command(
        _C, "turn-mode.next", "ctrl+pagedown alt+right", "Next mode", "The mode to the right.", "Modes", argument="1"
    ),
    _command(_C, "turn-mode.previous", "ctrl+pageup alt+left", "Previous mode", "The mode to the left.", argument="-1"),
    _command(_S, "look", "l", "Look for the song", "Search the gateway's list of your songs for it.", "Look for it"),
    _command(_S, "found", "f", "I found the task id", "Paste the id; it is checked and adopted.", "Found the id"),
    _command(
        _S,
        "retry",
        "s",
        "Send it again",
        "Send the same again; edit what was refused.",
        "Send again",
    ),
    _command(_S, "drop", "x", "Treat as lost", "Stop asking about it.", "Treat as lost"),
    _command(_S, "answer", "enter", "Whole answer", "Show what was sent and what came back.", "Answer"),
    _command(_P, "use", "enter", "Use this gateway", "Make it the current one until sunotui ends.", "Use"),
    _command(_P, "log-in", "n", "Log in to another", "Give a base URL and a token.", "Log in"),
    _command(_P, "probe", "p", "Look again", "Ask what it offers and how much money is left; costs nothing.", "Look"),
    _command(_P, "log-out", "x", "Log out", "Forget the profile and its token; its tasks stay.", "Log out"),
    _command(Scope.EVERYWHERE, "help", "question_mark f1", "Help", "Help for where you are.", "Help"),
    _command(Scope.EVERYWHERE, "command-palette", "ctrl+p", "Command palette", "Everything is in it.", "Palette"),
    _command(Scope.EVERYWHERE, "suspend-process", "ctrl+z", "To the shell", "Back to the shell; fg comes back."),
    _command(Scope.EVERYWHERE, "quit", "ctrl+q", "Quit", "Leave; what is being made is watched again next time."),
)


def of(scope: Scope) -> tuple[Command, ...]:
    """The commands of one scope, in the registry's order."""
    return tuple(command for command in COMMANDS if command.scope is scope)


def bindings(scope: Scope) -> list[BindingType]:
    """The scope's commands as bindings whose keys the user's config can change.

    The composer's come before those of its fields, which have other uses for f6, f7 and ctrl+e. Quit comes before all:
    dialogs keep the app's other keys away.
    """
    return [
        Binding(
            ",".join(command.keys),
            command.action,
            command.words,
            show=False,
            id=binding_id(command),
            priority=precedes_fields(command),
        )
        for command in of(scope)
    ]


def precedes_fields(command: Command) -> bool:
    """Whether its keys come before those of the field that has the focus, so that a letter could not be typed there."""
    return command.scope is Scope.COMPOSER or command.id == "quit"


def binding_id(command: Command) -> str:
    """The name of a command in the config file's [keys], such as "library.compose"."""
    return f"{command.scope.prefix}.{command.id}"


def footer_of(scopes: Iterable[Scope]) -> tuple[Command, ...]:
    """What the bottom line shows for these scopes."""
    wanted = set(scopes)
    return tuple(command for command in COMMANDS if command.scope in wanted and command.footer)
