"""The registry of all commands: bindings, footer, palette, help and the README's key table come from it."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from sunotui.tui.commands.command import (
    Command,
    Scope,
    binding_id,
    command,
    handled_command,
    only_moves,
    precedes_fields,
)
from sunotui.tui.commands.compare_commands import COMPARE, COMPARE_COMMANDS
from sunotui.tui.commands.download_commands import DOWNLOAD_COMMANDS, SAVING_COMMANDS
from sunotui.tui.commands.playback_commands import LIBRARY_COMMANDS, PLAYER_COMMANDS, STEMS_COMMANDS
from sunotui.tui.commands.screen_commands import SCREEN_COMMANDS
from sunotui.tui.commands.triage_commands import TRIAGE, TRIAGE_COMMANDS


def _library(
    id: str,
    keys: str,
    title: str,
    help: str,
    handler: str,
    *,
    argument: int | None = None,
    needs_library: bool = True,
    needs_services: bool = False,
) -> Command:
    """A command of the library screen; `handler` is "module:function" within `sunotui.tui.library.actions`."""
    return Command(
        id,
        title,
        tuple(keys.split()),
        Scope.LIBRARY,
        help,
        argument,
        f"sunotui.tui.library.actions.{handler}",
        needs_library,
        needs_services,
    )


COMMANDS: tuple[Command, ...] = (
    _library(
        "compose",
        "n",
        "New song",
        "Open the composer with your saved draft.",
        "derive_actions:compose",
    ),
    _library(
        "search",
        "slash",
        "Search",
        "Search titles, styles, lyrics, prompts and ids as you type.",
        "list_actions:search",
        needs_library=False,
    ),
    _library(
        "filter",
        "f ctrl+f",
        "Filter",
        "Choose a filter; it is added to the search.",
        "list_actions:choose_filter",
        needs_library=False,
    ),
    _library(
        "sort",
        "S",
        "Sort",
        "By age, title, length, rating or model; choose again to reverse.",
        "list_actions:choose_sort",
        needs_library=False,
    ),
    _library(
        "group",
        "F",
        "Group by song",
        "List what was made from a song under it, or every song by its own age.",
        "list_actions:toggle_groups",
        needs_library=False,
    ),
    *LIBRARY_COMMANDS,
    COMPARE,
    TRIAGE,
    *SAVING_COMMANDS,
    _library(
        "mark", "v", "Mark", "Mark or unmark this song; commands then work on all marked songs.", "list_actions:mark"
    ),
    _library(
        "mark-range",
        "V",
        "Mark to here",
        "Mark everything from the last marked song to this one.",
        "list_actions:mark_range",
    ),
    _library(
        "copy-url",
        "y",
        "Copy URL",
        "Copy the take's audio URL to the clipboard.",
        "clip_actions:copy_url",
        needs_services=True,
    ),
    _library(
        "copy-choose",
        "Y",
        "Copy other",
        "Choose what to copy: links, lyrics, prompt, ids, JSON.",
        "clip_actions:copy_other",
        needs_services=True,
    ),
    _library(
        "open-url",
        "o",
        "Open in browser",
        "Open the take's audio link in the browser.",
        "clip_actions:open_url",
        needs_services=True,
    ),
    _library(
        "open-choose",
        "O",
        "Open other link",
        "Choose which link to open.",
        "clip_actions:open_other",
        needs_services=True,
    ),
    _library(
        "reuse",
        "R",
        "Reuse request",
        "Open the composer with the request of this song.",
        "derive_actions:reuse_request",
    ),
    _library("extend", "e", "Extend", "Continue this take from a point that you choose.", "derive_actions:extend"),
    _library(
        "concat",
        "c",
        "Join",
        "Join an extended take with the take that it continues.",
        "derive_actions:concat",
    ),
    _library("cover", "C", "Cover", "The same melody in another style.", "derive_actions:cover"),
    _library("infill", "E", "Replace section", "Replace a section of this take.", "derive_actions:replace_section"),
    _library(
        "stems",
        "M",
        "Split into stems",
        "Separate the voice from the band, or every instrument.",
        "derive_actions:split_stems",
    ),
    _library(
        "more-from-take",
        "m",
        "More from take",
        "Remaster, mashup, added vocals and more.",
        "derive_actions:derive_other",
    ),
    _library(
        "persona",
        "p",
        "Save voice",
        "Save the voice of this take for other songs, which may cost money.",
        "derive_actions:create_persona",
        needs_services=True,
    ),
    _library(
        "words-to-composer",
        "L",
        "Reuse lyrics",
        "Start a custom song with these lyrics.",
        "derive_actions:lyrics_to_composer",
    ),
    _library(
        "timing",
        "T",
        "Lyric timings",
        "Ask the gateway when each line is sung.",
        "clip_actions:show_lyric_timings",
        needs_services=True,
    ),
    _library(
        "wav",
        "W",
        "Get WAV link",
        "Ask the gateway for a WAV file, which may cost money; then Y copies its link and O opens it.",
        "clip_actions:request_wav",
        needs_services=True,
    ),
    _library(
        "mp4",
        "alt+v",
        "Get MP4 link",
        "Ask the gateway for a video, which may cost money; then Y copies its link and O opens it.",
        "clip_actions:request_mp4",
        needs_services=True,
    ),
    _library(
        "midi",
        "alt+m",
        "Get MIDI notes",
        "Ask the gateway for the notes, which may cost money, and write a MIDI file.",
        "clip_actions:save_midi",
        needs_services=True,
    ),
    _library(
        "ask-now",
        "r",
        "Check now",
        "Update this song and all unfinished ones now.",
        "list_actions:poll_now",
        needs_services=True,
    ),
    *(
        _library(
            f"take.{number}",
            str(number),
            f"Take {number}",
            f"Show take {number}.",
            "navigation_actions:show_take",
            argument=number,
        )
        for number in range(1, 10)
    ),
    _library(
        "previous-take",
        "left_square_bracket",
        "Previous take",
        "Show the previous take.",
        "navigation_actions:previous_take",
    ),
    _library("next-take", "right_square_bracket", "Next take", "Show the next take.", "navigation_actions:next_take"),
    _library(
        "star",
        "s",
        "Favourite",
        "Make this take or all marked songs favourites; again undoes that.",
        "annotation_actions:toggle_favourite",
        needs_services=True,
    ),
    _library(
        "rate",
        "asterisk",
        "Rate",
        "Then 1 to 5; 0 removes the rating.",
        "annotation_actions:rate",
        needs_services=True,
    ),
    _library(
        "labels",
        "b",
        "Label",
        "Add labels to this song or all marked songs, or remove them.",
        "annotation_actions:edit_labels",
        needs_services=True,
    ),
    _library("note", "N", "Note", "Edit the note of this song.", "annotation_actions:edit_note", needs_services=True),
    _library(
        "albums",
        "a",
        "Album",
        "Add this take or all marked songs to an album, or remove them.",
        "annotation_actions:edit_albums",
        needs_services=True,
    ),
    _library(
        "hear",
        "H",
        "Played",
        "Mark this take as played, or as not played.",
        "annotation_actions:toggle_played",
        needs_services=True,
    ),
    _library(
        "trash",
        "x",
        "Trash",
        "Move this song or all marked songs to the trash, or restore them.",
        "annotation_actions:toggle_trash",
        needs_services=True,
    ),
    _library(
        "undo",
        "u",
        "Undo",
        "Undo the last change, then the one before it.",
        "annotation_actions:undo",
        needs_services=True,
    ),
    _library(
        "save-search",
        "ctrl+s",
        "Save to sidebar",
        "Give the search a name; the sidebar shows it.",
        "collection_actions:save_search",
        needs_services=True,
    ),
    _library(
        "look-up",
        "ctrl+l",
        "Look up",
        "Ask the gateway for the song whose link or id the search has, and add it to the library.",
        "adoption_actions:look_up",
        needs_services=True,
    ),
    _library(
        "forget-place",
        "X",
        "Delete entry",
        "Delete the current album or saved search; its songs stay.",
        "collection_actions:delete_collection",
        needs_services=True,
    ),
    _library(
        "earlier-in-album",
        "ctrl+up",
        "Earlier in album",
        "Move the song up in the current album.",
        "collection_actions:move_earlier",
        needs_services=True,
    ),
    _library(
        "later-in-album",
        "ctrl+down",
        "Later in album",
        "Move the song down in the current album.",
        "collection_actions:move_later",
        needs_services=True,
    ),
    _library(
        "order-album",
        "alt+o",
        "Order album",
        "In the current album, let < and > move the song; esc ends that.",
        "collection_actions:order_album",
        needs_services=True,
    ),
    _library(
        "rename-album",
        "A",
        "Rename album",
        "Give the current album another name.",
        "collection_actions:rename_album",
        needs_services=True,
    ),
    _library(
        "export-album",
        "alt+x",
        "Export album",
        "Export the current album to a folder, or bring that up to date.",
        "album_actions:export_album",
        needs_services=True,
    ),
    _library(
        "album-cover",
        "alt+c",
        "Album cover",
        "Choose the cover of the current album: of this take, or a picture file.",
        "album_actions:choose_cover",
        needs_services=True,
    ),
    _library(
        "album-artist",
        "alt+r",
        "Album artist",
        "Give the current album an artist, for the tags of its exported songs.",
        "album_actions:set_artist",
        needs_services=True,
    ),
    _library(
        "parent",
        "left_curly_bracket",
        "Go to parent",
        "Go to the take that this one was made from.",
        "lineage_actions:go_to_parent",
    ),
    _library(
        "child",
        "right_curly_bracket",
        "Go to child",
        "Go to a take that was made from this one.",
        "lineage_actions:go_to_child",
    ),
    _library(
        "next-tab",
        "i",
        "Next tab",
        "Lyrics, Details, Family, Request, Raw.",
        "navigation_actions:next_tab",
    ),
    _library("previous-tab", "I", "Previous tab", "The same tabs in reverse order.", "navigation_actions:previous_tab"),
    _library("go-in", "enter", "Open", "From the list to the detail.", "navigation_actions:go_in", needs_library=False),
    _library(
        "go-back",
        "escape",
        "Back",
        "Back to the list; in the list, unmark all, then end the search.",
        "navigation_actions:go_back",
        needs_library=False,
    ),
    _library(
        "next-pane",
        "tab l",
        "Next pane",
        "Sidebar, list, detail.",
        "navigation_actions:next_pane",
        needs_library=False,
    ),
    _library(
        "previous-pane",
        "shift+tab h",
        "Previous pane",
        "The same panes in reverse order.",
        "navigation_actions:previous_pane",
        needs_library=False,
    ),
    _library(
        "toggle-sidebar",
        "w",
        "Sidebar",
        "Show or hide the sidebar; in a narrow window it opens as a popup.",
        "layout_actions:toggle_sidebar",
        needs_library=False,
    ),
    _library(
        "move-detail",
        "z",
        "Move detail",
        "The detail on the right, below the list, or hidden.",
        "layout_actions:move_detail",
        needs_library=False,
    ),
    _library(
        "narrow-pane",
        "left_parenthesis",
        "Narrow pane",
        "Make the focused pane smaller.",
        "layout_actions:narrow_pane",
        needs_library=False,
    ),
    _library(
        "widen-pane",
        "right_parenthesis",
        "Widen pane",
        "Make the focused pane larger.",
        "layout_actions:widen_pane",
        needs_library=False,
    ),
    _library(
        "submissions",
        "J",
        "Journal",
        "The journal: what was sent, and unknown outcomes.",
        "navigation_actions:open_submissions",
    ),
    handled_command(
        Scope.LIBRARY,
        "sunotui.tui.gateways.profiles",
        "profiles",
        "P",
        "Gateways",
        "Your gateways: switch, log in, see what they offer.",
        "open_profiles",
        needs_library=True,
    ),
    handled_command(
        Scope.LIBRARY,
        "sunotui.tui.history.statistics",
        "statistics",
        "percent_sign",
        "Statistics",
        "Takes per week, failures, times and money.",
        "open_statistics",
        needs_library=True,
    ),
    handled_command(
        Scope.LIBRARY,
        "sunotui.tui.feedback.messages",
        "messages",
        "exclamation_mark",
        "Messages",
        "All messages so far, with complete responses.",
        "open_messages",
    ),
    _library(
        "leave",
        "q",
        "Quit",
        "Unfinished songs are polled again next time.",
        "navigation_actions:leave",
        needs_library=False,
    ),
    *SCREEN_COMMANDS,
    *PLAYER_COMMANDS,
    *STEMS_COMMANDS,
    *COMPARE_COMMANDS,
    *TRIAGE_COMMANDS,
    *DOWNLOAD_COMMANDS,
    handled_command(
        Scope.EVERYWHERE,
        "sunotui.tui.dialogs.help",
        "help",
        "question_mark f1",
        "Help",
        "The keys of the focused pane, then all others.",
        "open_help",
    ),
    handled_command(
        Scope.EVERYWHERE,
        "sunotui.tui.dialogs.palette",
        "command-palette",
        "ctrl+p",
        "Commands",
        "Find any command or song by name.",
        "open_palette",
    ),
    handled_command(
        Scope.EVERYWHERE,
        "sunotui.tui.theming.theme_dialog",
        "change-theme",
        "alt+t",
        "Theme",
        "Choose the colours, with a preview.",
        "open_theme_dialog",
    ),
    handled_command(
        Scope.EVERYWHERE,
        "sunotui.tui.settings.dialog",
        "settings",
        "comma",
        "Settings",
        "Change what the app keeps, and see what config.toml sets.",
        "open_settings",
    ),
    command(Scope.EVERYWHERE, "suspend-process", "ctrl+z", "Suspend", "Back to the shell; fg resumes."),
    command(Scope.EVERYWHERE, "quit", "ctrl+q", "Quit sunotui", "Leave; unfinished songs are polled again next time."),
)


def of(scope: Scope) -> tuple[Command, ...]:
    """The commands of one scope, in the registry's order."""
    return tuple(command for command in COMMANDS if command.scope is scope)


def bindings(scope: Scope) -> list[BindingType]:
    """The scope's commands as bindings whose keys the user's config can change.

    The composer's bindings have priority over those of its fields, which use f6, f7 and ctrl+e in other ways. Quit has
    priority everywhere: dialogs hide the other keys of the app.
    """
    return [binding_of(binding_id(command), command.action) for command in of(scope)]


def cursor_bindings(scope: Scope) -> list[BindingType]:
    """Those of the scope's bindings that only move a cursor, for the list of a screen."""
    return [binding_of(binding_id(command), command.action) for command in of(scope) if only_moves(command)]


def screen_bindings(scope: Scope) -> list[BindingType]:
    """All other bindings of the scope, for the screen whose list has `cursor_bindings`."""
    return [binding_of(binding_id(command), command.action) for command in of(scope) if not only_moves(command)]


def binding_of(name: str, action: str) -> Binding:
    """The binding of the command with this binding id, for an action of another widget."""
    command = command_named(name)
    keys = ",".join(command.keys)
    return Binding(keys, action, command.title, show=False, id=name, priority=precedes_fields(command))


MESSAGES = "library.messages"
"""The command that opens the log of messages."""
_BY_BINDING_ID = {binding_id(command): command for command in COMMANDS}


def command_named(name: str) -> Command:
    """The command with this binding id. Raises KeyError if it is unknown."""
    return _BY_BINDING_ID[name]
