"""The arguments of the commands that make something and cost money."""

import argparse

from sunotui.cli.arguments import Commands, Parser, add_timeout, count, new_command, seconds

TAKES_WITHOUT_YES = 10
"""More submissions than this in one call need --yes: each one costs money."""
TAKES_AT_MOST = 100


def add_making(commands: "Commands[Parser]") -> None:
    """music, lyrics, upload, concat."""
    _add_music(commands)

    lyrics = new_command(commands, "lyrics", "Write the words of a song.")
    lyrics.add_argument("prompt", metavar="PROMPT", help="what they should be about")
    _add_sending(lyrics)

    upload = new_command(commands, "upload", "Let the gateway fetch audio from a public address and make a clip of it.")
    upload.add_argument("url", metavar="URL")
    _add_sending(upload)

    concat = new_command(commands, "concat", "Make one whole song of an extended clip and what it continues.")
    concat.add_argument("clip", metavar="CLIP")
    concat.add_argument("--infill", action="store_true", help="the clip replaced a section of a song")
    _add_sending(concat)


def _add_music(commands: "Commands[Parser]") -> None:
    music = new_command(commands, "music", "Make a song.")
    words = music.add_mutually_exclusive_group()
    words.add_argument("--describe", default="", metavar="TEXT", help="what the song should be; the gateway writes it")
    words.add_argument("--lyrics-file", default="", metavar="FILE", help="the words of the song; - for standard input")
    music.add_argument("--title", default="", metavar="TEXT")
    music.add_argument("--style", default="", metavar="TAGS", help="such as 'city pop, slow, female voice'")
    music.add_argument("--exclude", default="", metavar="TAGS", help="what it should not be; many gateways ignore this")
    music.add_argument("--model", default="", metavar="MV", help="such as chirp-v4; gateways differ in their names")
    music.add_argument("--instrumental", action="store_true", help="without voice")
    music.add_argument("--extend", default="", metavar="CLIP", help="continue this clip of the library")
    music.add_argument("--at", type=seconds, default=None, metavar="TIME", help="where: seconds or m:ss")
    music.add_argument("--takes", type=count(TAKES_AT_MOST), default=None, metavar="N", help="send it N times")
    music.add_argument("--yes", action="store_true", help=f"agree to more than {TAKES_WITHOUT_YES} takes")
    _add_sending(music)


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="wait until it is done")
    add_timeout(parser)
    parser.add_argument("--again", action="store_true", help="send it although the same was sent minutes ago")


def check_music(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if bool(args.extend) != (args.at is not None):
        parser.error("--extend CLIP and --at TIME go together")
    if args.takes is not None and args.takes > TAKES_WITHOUT_YES and not args.yes:
        parser.error(f"{args.takes} takes are {args.takes} paid requests: add --yes if you mean it")
