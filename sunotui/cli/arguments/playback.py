"""The arguments of the commands that play, and of those for the queue."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import Commands, ParagraphFormatter, Parser, count, new_command

_IDS = "the id of a song or a take, or its first six characters or more; - reads ids from standard input"
_KEYS = """\
keys on a terminal: space pause, left and right 5 s back and on (player.seek_s), up and down volume, m mute, n next,
p previous, q quit

with --json, each line of the output is one document: what plays, whenever that changes and once a second"""


def add_playback_commands(commands: Commands) -> None:
    """play, queue."""
    play = new_command(commands, "play", "Play takes in this terminal, and exit after the last one.")
    play.epilog, play.formatter_class = _KEYS, ParagraphFormatter
    play.add_argument("ids", nargs="*", metavar="ID", help=_IDS)
    _add_take(play)
    play.add_argument(
        "--queue",
        action="store_true",
        help="put them at the end of the queue and play on from there; without an ID, resume the queue",
    )

    play.add_argument("--album", default="", metavar="NAME", help="play an album in its order, without gaps")

    queue = new_command(commands, "queue", "Show the queue of the player, or change it.", gateway=False)
    parts = queue.add_subparsers(metavar="WHAT", title="what", parser_class=Parser)
    _part(parts, "list", "List the takes of the queue; also the default.")
    add = _part(parts, "add", "Put takes at the end of the queue.")
    add.add_argument("ids", nargs="+", metavar="ID", help=_IDS)
    _add_take(add)
    add.add_argument("--next", dest="is_next", action="store_true", help="put them after the current take instead")
    remove = _part(parts, "remove", "Remove a take from the queue.")
    _add_place(remove)
    move = _part(parts, "move", "Move a take of the queue to another place.")
    _add_place(move)
    move.add_argument("--to", type=count(1_000_000), required=True, metavar="N", help="move it to place N, from 1")
    _part(parts, "clear", "Empty the queue; the songs stay in the library.")


def check_play(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Reject a call that names nothing to play."""
    if args.album and (args.ids or args.take):
        parser.error("--album takes no ids and no --take")
    if not args.ids and not args.queue and not args.album:
        parser.error("play needs an id, --album or --queue: 'sunotui play ID'")


def _part(parts: Commands, word: str, words: str) -> argparse.ArgumentParser:
    part = new_command(parts, word, words, gateway=False)
    part.set_defaults(command=f"queue {word}")
    return part


def _add_take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--take", type=count(1_000), default=None, metavar="N", help="only this take of each song (default: all takes)"
    )


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", type=count(1_000_000), metavar="PLACE", help="its place in the queue, from 1")
