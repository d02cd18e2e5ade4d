"""Arguments of the commands for annotations: labels, ratings, notes, albums, saved searches, the trash."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import Commands, Parser, count, filled, new_command

SORTS = ("relevance", "age", "title", "length", "rating", "model")
"""The sort orders of domain/browse.py, which `--help` does not import."""
_IDS = "the id of a song or a take, or its first six characters or more"


def add_annotation_commands(commands: Commands) -> None:
    """label, rate, note, album, search, trash, restore."""
    _add_label(_group(commands, "label", "Label songs."))

    rate = new_command(commands, "rate", "Rate takes, make them favourites, mark them as played.", gateway=False)
    rate.usage = "sunotui rate [N] ID... [--favourite | --unfavourite] [--played | --unplayed] [--take N] [--json]"
    rate.add_argument(
        "words", nargs="+", metavar="[N] ID", help="N from 1 to 5, 0 removes the rating; then ids: " + _IDS
    )
    _add_choice(rate, "is_favourite", ("--favourite", "--star"), ("--unfavourite", "--unstar"), "favourites")
    _add_choice(rate, "is_played", ("--played", "--heard"), ("--unplayed", "--unheard"), "played")
    _add_take(rate)

    note = new_command(commands, "note", "Print the note of a song, or write it.", gateway=False)
    note.add_argument("id", metavar="ID", help=_IDS)
    note.add_argument("text", nargs="?", default=None, metavar="TEXT", help="- for standard input; '' deletes the note")

    _add_album(_group(commands, "album", "Put takes into albums."))

    _add_search(_group(commands, "search", "Save searches."))

    trash = new_command(commands, "trash", "Move songs to the trash, which is never emptied.", gateway=False)
    _add_ids(trash)
    restore = new_command(commands, "restore", "Restore songs from the trash.", gateway=False)
    _add_ids(restore)


def _add_choice(
    parser: argparse.ArgumentParser, name: str, on: tuple[str, str], off: tuple[str, str], words: str
) -> None:
    """Two options that exclude each other; without them the value is None. The second name of each is the older one."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument(*on, dest=name, action="store_true", default=None, help=f"mark them as {words}; needs no N")
    either.add_argument(*off, dest=name, action="store_false", default=None, help=f"mark them as not {words}")


def _add_label(label: Commands) -> None:
    for word, words in (("add", "Add a label to songs."), ("remove", "Remove a label from songs.")):
        command = _part(label, "label", word, words)
        command.add_argument("label", metavar="LABEL")
        _add_ids(command)
    _part(label, "label", "list", "List the labels.")


def _add_album(album: Commands) -> None:
    _part(album, "album", "list", "List the albums.")
    show = _part(album, "album", "show", "List the takes of an album.")
    show.add_argument("name", metavar="NAME")
    for word, words in (
        ("add", "Put takes at the end of an album, which is created if needed."),
        ("remove", "Remove takes from an album."),
    ):
        command = _part(album, "album", word, words)
        command.add_argument("name", metavar="NAME")
        _add_ids(command)
        _add_take(command)
    move = _part(album, "album", "move", "Move a take of an album to another place.")
    move.add_argument("name", metavar="NAME")
    move.add_argument("id", metavar="ID", help=_IDS)
    move.add_argument("--to", type=count(1_000_000), required=True, metavar="N", help="move it to place N, from 1")
    _add_take(move)
    rename = _part(album, "album", "rename", "Rename an album.")
    rename.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW_NAME")
    delete = _part(album, "album", "delete", "Delete an album; its takes stay in the library.")
    delete.add_argument("name", metavar="NAME")
    artist = _part(album, "album", "artist", "Set the artist of an album.")
    artist.add_argument("name", metavar="NAME")
    artist.add_argument("artist", metavar="ARTIST", help="'' for the artist of the settings")
    cover = _part(album, "album", "cover", "Choose the cover of an album.")
    cover.add_argument("name", metavar="NAME")
    either = cover.add_mutually_exclusive_group(required=True)
    either.add_argument("id", nargs="?", default=None, metavar="ID", help=_IDS)
    either.add_argument("--file", default=None, metavar="PICTURE", help="a picture file in JPEG, PNG or WebP")
    either.add_argument("--first", action="store_true", help="the cover of the first take that has one, as at first")
    _add_take(cover)
    export = _part(album, "album", "export", "Export an album to a folder, or bring that up to date.")
    export.add_argument("name", metavar="NAME")
    export.add_argument(
        "--to",
        type=filled,
        required=True,
        metavar="DIR",
        help="the folder, which is created if needed; its other files stay",
    )


def _add_search(search: Commands) -> None:
    _part(search, "search", "list", "List the saved searches.")
    save = _part(search, "search", "save", "Save a search with its order; it appears in the sidebar.")
    save.add_argument("name", metavar="NAME")
    save.add_argument(
        "query", metavar="Q", help="the search, such as 'style:jazz is:favourite'; see 'sunotui tasks --search'"
    )
    save.add_argument(
        "--sort",
        choices=SORTS,
        default="relevance",
        metavar="ORDER",
        help=f"sort by {', '.join(SORTS)} (default: relevance)",
    )
    save.add_argument("--reverse", action="store_true", help="reverse the order")
    show = _part(search, "search", "show", "List the songs that a saved search finds, in its order.")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--limit", type=count(1_000_000), default=50, metavar="N", help="show at most N (default: 50)")
    delete = _part(search, "search", "delete", "Delete a saved search; its songs stay.")
    delete.add_argument("name", metavar="NAME")


def check_rate(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Separate the rating from the ids, and reject a call without any change."""
    first = args.words[0]
    is_number = first.isascii() and first.isdecimal() and len(first) == 1
    if is_number and int(first) > 5:
        parser.error("a rating is a number from 0 to 5")
    args.rating = int(first) if is_number else None
    args.ids = args.words[1:] if is_number else args.words
    if not args.ids:
        parser.error("rate needs an id: 'sunotui rate 4 ID'")
    if args.rating is None and args.is_favourite is None and args.is_played is None:
        parser.error("rate needs a number from 0 to 5, --favourite, --unfavourite, --played or --unplayed")


def _group(commands: Commands, name: str, words: str) -> Commands:
    group = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    return group.add_subparsers(metavar="WHAT", title="what", required=True, parser_class=Parser)


def _part(commands: Commands, group: str, word: str, words: str) -> argparse.ArgumentParser:
    part = new_command(commands, word, words, gateway=(group, word) == ("album", "export"))
    part.set_defaults(command=f"{group} {word}")
    return part


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help=_IDS)


def _add_take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--take", type=count(1_000), default=None, metavar="N", help="choose a take by its number (default: 1)"
    )
