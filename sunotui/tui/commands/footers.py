"""Which commands the footer shows for the focused widget, the most useful first; the last one is always shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from sunotui.tui.commands.command import Command, Scope, shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.widgets.footer import FooterKey

HELP = "everywhere.help"
SAVE, SAVE_AT_RISK = "library.save", "library.save-at-risk"
PLAY, PAUSE, DO_NOT_PLAY = "library.play", "Pause", "Do not play"
"""The command that plays, and its texts while the take that is shown plays, and while a song without takes is going to
play as soon as it has one."""
LIST = (
    PLAY,
    "library.go-in",
    "library.copy-url",
    SAVE,
    "library.star",
    "library.search",
    "library.compose",
    "library.toggle-sidebar",
    "library.extend",
    "library.reuse",
    "everywhere.command-palette",
    HELP,
)
ORDER = "library.order-album"
ALBUM = (*LIST[:5], ORDER, "library.export-album", "library.rename-album", *LIST[5:])
AT_RISK = (*LIST[:2], SAVE_AT_RISK, *LIST[3:])
SEEK_BACK, SEEK_FORWARD = "library.seek-back", "library.seek-forward"
ORDERING = (SEEK_BACK, SEEK_FORWARD, "library.go-back")
"""While the keys that seek are used to order an album."""
ORDERING_TEXTS = {SEEK_BACK: "Earlier", SEEK_FORWARD: "Later", "library.go-back": "End ordering"}
TRASH, RESTORE = "library.trash", "Restore"
"""The command that moves a song to the trash, and its text in the trash, where it does the opposite."""
UNPLAYED = (LIST[0], "library.triage", *LIST[1:])
TRASHED = (LIST[1], TRASH, *LIST[2:])
BACK, END_SEARCH, UNMARK_ALL = "library.go-back", "End search", "Unmark all"
"""The command that goes back, and its texts in a list that a search narrows, and in one with marked songs."""
MARK, UNMARK = "library.mark", "Unmark"
JOURNAL = "library.submissions"
"""Where the user decides about a request with an unknown outcome."""
NEXT_TAKE = "library.next-take"
COMPARE = "library.compare"
REUSE = "library.reuse"
FOR_A_TAKE = {PLAY, SAVE, "library.copy-url", "library.extend", NEXT_TAKE, COMPARE}
"""Commands that do nothing for a song without takes."""
FOR_A_TASK = {*FOR_A_TAKE, "library.star", "library.rate", "library.labels", "library.albums", TRASH}
"""Commands that do nothing for a submission without a task."""
FOR_A_SONG = {
    *FOR_A_TASK,
    "library.go-in",
    REUSE,
    "library.next-tab",
    "library.copy-choose",
    MARK,
    "library.mark-range",
    "library.triage",
}
"""Commands that do nothing in an empty list."""
EMPTY = (
    "library.compose",
    "library.profiles",
    "everywhere.command-palette",
    HELP,
    "library.leave",
)
"""While the library has nothing to open, or is not open yet."""
MARKED = (
    PLAY,
    SAVE,
    "library.star",
    "library.rate",
    "library.labels",
    "library.albums",
    TRASH,
    COMPARE,
    MARK,
    "library.mark-range",
    BACK,
)
COUNTED = (PLAY, SAVE, "library.star", "library.rate", "library.labels", "library.albums", TRASH, COMPARE)
"""Commands that work on all marked songs, and show their number."""
SAVE_SEARCH = "library.save-search"
IN_SEARCH = ("library.filter", HELP, SAVE_SEARCH)
LOOK_UP, LOOK_UP_TEXT = "library.look-up", "Look it up at the gateway"
"""The command that looks up a song, and the text of enter in a search for a song that the library does not have."""
OPEN, SHOW = "library.go-in", "Show"
"""The command that opens what is under the cursor, and its text in the sidebar, where it shows that in the list."""
SIDEBAR = (OPEN, "library.rename-album", "library.forget-place", "library.go-back")
DETAIL = (
    PLAY,
    NEXT_TAKE,
    "library.next-tab",
    "library.copy-url",
    SAVE,
    COMPARE,
    "library.star",
    "library.extend",
    "library.copy-choose",
    "library.go-back",
)
_FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, 13))
COMPOSER = (
    "composer.send",
    "composer.clear",
    "composer.more-modes",
    "composer.recall",
    "composer.edit-outside",
    "composer.other-gateway",
    "composer.leave",
)
"""The first three have room at 60 columns: clearing is found nowhere else, and all modes are not in a narrow bar."""
SUBMISSIONS = (
    "submissions.look",
    "submissions.found",
    "submissions.retry",
    "submissions.drop",
    "submissions.answer",
    "submissions.leave",
)
SEND_AGAIN, EDIT = "Send again", "Edit in composer"
"""What the key that retries does for an unknown outcome, and for a refused request."""
STATISTICS = ("statistics.count", "statistics.leave")
PROFILES = ("profiles.use", "profiles.log-in", "profiles.probe", "profiles.log-out", "profiles.leave")

PLAYING = (
    "playing.toggle",
    "playing.seek-back",
    "playing.louder",
    "playing.next",
    "playing.star",
    "playing.rate",
    "playing.trash",
    HELP,
    "playing.leave",
)
"""On the now-playing screen, with two more in fourth place when they are useful."""
PLAYING_QUEUE, PLAYING_TIMING = "playing.queue", "playing.timing"
QUEUE = (
    "queue.play",
    "queue.remove",
    "queue.move-entry.down",
    "queue.clear",
    "playing.repeat",
    "playing.shuffle",
    "playing.toggle",
    HELP,
    "playing.leave",
)
STEMS_PLAY, STEMS_MUTE, UNMUTE = "stems.play", "stems.mute", "Unmute"
HEAR_ALL, OTHER_SPLIT, RETRY_STEMS = "stems.hear-all", "stems.other-split", "stems.retry"
STEMS = (
    STEMS_PLAY,
    STEMS_MUTE,
    "stems.solo",
    HEAR_ALL,
    RETRY_STEMS,
    "stems.save-all",
    "stems.seek.back",
    OTHER_SPLIT,
    "stems.volume.up",
    "stems.restart",
    "stems.leave",
)
COMPARING = (
    "compare.flip",
    "compare.keep",
    "compare.toggle",
    "compare.seek-back",
    "compare.start",
    "compare.star",
    "compare.rate",
    "compare.blind",
    "compare.undo",
    "compare.leave",
)
"""On the compare screen."""
NOT_COMPARABLE = ("compare.try-again", "compare.leave")
"""While one of a pair cannot be played."""
NOT_ALL_COMPARABLE = ("compare.try-again", "compare.leave-out", "compare.undo", "compare.leave")
"""While one of a pair cannot be played, of more than two takes."""
NOT_YET_COMPARABLE = ("compare.flip", "compare.blind", "compare.undo", "compare.leave")
"""While a pair is fetched."""
COMPARED = ("compare.flip", "compare.toggle", "compare.star", "compare.rate", "compare.undo", "compare.leave")
"""After the verdict on the only pair."""
ORDERED = ("compare.star", "compare.rate", "compare.undo", "compare.leave")
"""After the last verdict of several; they work on the winner."""
TRIAGE = (
    "triage.keep",
    "triage.later",
    "triage.trash",
    "triage.star",
    "triage.rate",
    "triage.toggle",
    "triage.undo",
    "triage.apply",
    "triage.try-again",
    "triage.listen",
    "triage.seek-back",
    "triage.leave",
)
"""On the triage screen."""
TRIAGE_END = ("triage.keep", "triage.apply", "triage.undo", "triage.try-again", "triage.leave")
"""When no more takes wait for a verdict."""
DOWNLOADS_SAVE, DOWNLOADS_SAVE_ALL, DOWNLOADS_PLAY = "downloads.save", "downloads.save-at-risk", "downloads.play"
DOWNLOADS_PAUSE, RESUME_ALL, REMOVE = "downloads.pause", "Resume all", "Remove"
DOWNLOADS_RETRY, DOWNLOADS_RETRY_ALL, DOWNLOADS_CANCEL = "downloads.retry", "downloads.retry-all", "downloads.cancel"
DOWNLOADS_SONG = "downloads.go-to-song"
DOWNLOADS = (
    DOWNLOADS_SONG,
    DOWNLOADS_SAVE,
    DOWNLOADS_SAVE_ALL,
    DOWNLOADS_PLAY,
    DOWNLOADS_RETRY,
    DOWNLOADS_CANCEL,
    DOWNLOADS_PAUSE,
    DOWNLOADS_RETRY_ALL,
    "downloads.open-folder",
    "downloads.leave",
)
_PAIRS = {
    "triage.seek-back": ("triage.seek-forward", "Seek"),
    "stems.seek.back": ("stems.seek.forward", "Seek"),
    "stems.volume.up": ("stems.volume.down", "Volume"),
    "compare.seek-back": ("compare.seek-forward", "Seek"),
    "playing.seek-back": ("playing.seek-forward", "Seek"),
    "playing.louder": ("playing.quieter", "Volume"),
    "playing.next": ("playing.previous", "Next, previous"),
    "queue.move-entry.down": ("queue.move-entry.up", "Move"),
}
"""Commands that share one place in the footer with their opposite, and their text there; a click runs the first."""
_OWNERS = {Scope.EVERYWHERE: "app", Scope.QUEUE: "focused", Scope.SEARCH: "focused"}
"""What runs the commands of a scope when their key in the footer is clicked; the others run in the screen."""


def also_in(scope: Scope) -> dict[str, str]:
    """The commands of the library that belong to one of its panes, too, and the text of each there: the help lists
    them in the pane's group."""
    match scope:
        case Scope.SIDEBAR:
            return {name: SHOW if name == OPEN else command_named(name).title for name in SIDEBAR[:-1]}
        case Scope.SEARCH:
            return {name: command_named(name).title for name in ("library.filter", SAVE_SEARCH, LOOK_UP)}
        case _:
            return {}


def not_typed(keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the keys that work while a text is typed."""
    return tuple(key for key in keys if key.startswith(("ctrl+", "alt+")) or key in _FUNCTION_KEYS)


def search_keys(keys_of: Callable[[Command], tuple[str, ...]], *, looks_up: bool = False) -> list[FooterKey]:
    """The keys of the search line: of the commands, those keys that do not write a letter. `looks_up` is whether enter
    looks up a song at the gateway."""

    def unwritten(command: Command) -> tuple[str, ...]:
        return not_typed(keys_of(command))

    texts = {"search.finish": LOOK_UP_TEXT} if looks_up else {}
    finish, cancel = (footer_keys((name,), keys_of, texts=texts) for name in ("search.finish", "search.cancel"))
    return [*finish, *footer_keys(IN_SEARCH, unwritten), *cancel]


def scroll_keys(
    keys_of: Callable[[Command], tuple[str, ...]], scope: Scope = Scope.DETAIL, action: str = "focused.page(1)"
) -> list[FooterKey]:
    """The keys that scroll a text; a click on them runs the action, which scrolls half a page down."""
    keys = [keys_of(command_named(f"{scope.prefix}.scroll.{way}"))[:1] for way in ("down", "up")]
    shown = " ".join(shown_key(key) for (key,) in filter(None, keys))
    return [FooterKey(shown, "Scroll", action)] if shown else []


def footer_keys(
    names: Sequence[str],
    keys_of: Callable[[Command], tuple[str, ...]],
    *,
    texts: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> list[FooterKey]:
    """The keys of these commands. `keys_of` gives the keys that the user's settings give a command; `texts` replaces
    the title of some, such as "Trash 3"; those in `without` do not work now."""
    found = []
    for name in names:
        command = command_named(name)
        keys = keys_of(command)
        if name in without or not keys:
            continue
        owner = _OWNERS.get(command.scope, "screen")
        text = (texts or {}).get(name, command.title)
        found.append(FooterKey(shown_key(keys[0]), text, f"{owner}.{command.action}"))
    return found


def paired_keys(
    names: Sequence[str],
    keys_of: Callable[[Command], tuple[str, ...]],
    *,
    texts: Mapping[str, str] | None = None,
) -> list[FooterKey]:
    """The keys of a footer, with a command and its opposite as one: "< > Seek"."""
    found = []
    for name in names:
        for key in footer_keys((name,), keys_of, texts=texts):
            other, text = _PAIRS.get(name, ("", key.text))
            other_keys = keys_of(command_named(other)) if other else ()
            more = f" {shown_key(other_keys[0])}" if other_keys else ""
            found.append(FooterKey(key.key + more, text, key.action))
    return found
