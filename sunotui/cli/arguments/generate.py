"""The arguments of the commands that generate something and cost money."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import (
    Commands,
    add_again,
    add_timeout,
    count,
    filled,
    fraction,
    identifier,
    new_command,
    seconds,
)

COUNT_WITHOUT_YES = 10
"""More requests than this in one call require --yes: each one costs money."""
COUNT_AT_MOST = 100
MASHUP_CLIPS = 2
DERIVED_OPTIONS = (
    *("--cover", "--replace", "--add-vocals", "--add-instrumental", "--remaster", "--mashup", "--inspired-by"),
    *("--sound", "--hum", "--image", "--video"),
)
"""Options that derive something from a clip or other material instead of a new song."""


# The same values as in the domain, whose import would slow down every start of the command line.
STEM_COUNTS = (2, 12)
"""The number of stems: vocals and accompaniment, or each instrument separately."""
VARIATIONS = ("subtle", "normal", "high")
PARTS = {
    "intro": "infill_intro",
    "outro": "infill_outro",
    "fixed": "fixed_infill",
    "cover": "cover_infill",
    "upload": "upload_infill",
}
"""Variants of --replace and their tasks; the plain one is "infill"."""
_FROM_ONE_CLIP = {
    "extend": "continue this take from --at",
    "cover": "cover this take in another --style",
    "replace": "regenerate the section --from, --to of this take",
    "add-vocals": "add vocals to this take, or to its section --from, --to",
    "add-instrumental": "add instruments to this take, or to its section --from, --to",
    "remaster": "remaster this take, by --variation",
    "hum": "make a song from this hummed take",
}
_FROM_CLIPS = {
    "mashup": "mix two takes into one song, with their own lyrics unless you give others",
    "inspired-by": "make a song inspired by these takes",
}
PERSONA_USES = ("style", "voice")
SLIDERS = {
    "style-weight": "set how closely it follows the style",
    "weirdness": "set how unusual it may be",
    "audio-weight": "set how closely a cover follows its source",
}


def add_generate_commands(commands: Commands) -> None:
    """music, lyrics, upload, concat, stems."""
    music = new_command(commands, "music", "Make a song, or something new from a take.")
    _add_words(music)
    _add_parents(music)
    _add_parent_settings(music)
    _add_settings(music)
    music.add_argument(
        *("--count", "--takes"),
        dest="count",
        type=count(COUNT_AT_MOST),
        default=None,
        metavar="N",
        help="send N requests; each is paid for and makes its own takes",
    )
    music.add_argument("--yes", action="store_true", help=f"confirm more than {COUNT_WITHOUT_YES} requests")
    _add_sending(music)

    lyrics = new_command(commands, "lyrics", "Write lyrics.")
    lyrics.add_argument("prompt", metavar="PROMPT", help="what they are about; - for standard input")
    _add_sending(lyrics)

    upload = new_command(commands, "upload", "Upload audio from a public URL or a file.")
    upload.add_argument("source", metavar="URL_OR_FILE")
    _add_sending(upload)

    concat = new_command(commands, "concat", "Join an extended take with what it continues.")
    concat.add_argument("clip", type=identifier, metavar="TAKE", help="the id of the take")
    concat.add_argument("--infill", action="store_true", help="the take replaced a section of a song")
    _add_sending(concat)

    stems = new_command(commands, "stems", "Split a take into stems.")
    stems.add_argument("clip", type=identifier, metavar="TAKE", help="the id of the take")
    stems.add_argument("--parts", type=int, choices=STEM_COUNTS, default=2, help="make this many stems (default: 2)")
    stems.add_argument(
        "--short", action="store_true", help="send the short form of the request, for gateways that want it"
    )
    stems.add_argument("--title", default="", metavar="TEXT", help="set the title")
    stems.add_argument(
        "--model",
        default="",
        metavar="MV",
        help="use this model (default: the gateway's, else what worked there, else v6)",
    )
    _add_sending(stems)


def _add_words(music: argparse.ArgumentParser) -> None:
    words = music.add_mutually_exclusive_group()
    words.add_argument(
        "--describe",
        default="",
        metavar="TEXT",
        help="describe the song; the gateway writes the lyrics (- for standard input)",
    )
    words.add_argument(
        "--lyrics-file", default="", metavar="FILE", help="read the lyrics from a file; - for standard input"
    )
    music.add_argument("--title", default="", metavar="TEXT", help="set the title")
    music.add_argument(
        "--style", default="", metavar="TAGS", help="set the style, such as 'city pop, slow, female voice'"
    )
    music.add_argument("--exclude", default="", metavar="TAGS", help="avoid these styles; many gateways ignore this")
    music.add_argument(
        "--model",
        default="",
        metavar="MV",
        help="use this model, such as chirp-hawk (default: the gateway's, else what worked there, else v6)",
    )
    music.add_argument("--instrumental", action="store_true", help="make it without a voice")
    music.add_argument(
        "--persona",
        type=identifier,
        default=None,
        metavar="ID",
        help="sing with this persona, a voice on the screens; 'sunotui personas' lists them",
    )
    music.add_argument(
        "--persona-clip",
        type=identifier,
        default=None,
        metavar="TAKE",
        help="name the take that the persona was saved from",
    )
    music.add_argument(
        "--persona-as",
        choices=PERSONA_USES,
        default=PERSONA_USES[0],
        help="use its style and voice (style, the default), or its voice alone (voice)",
    )


def _add_parents(music: argparse.ArgumentParser) -> None:
    parents = music.add_mutually_exclusive_group()
    for option, words in _FROM_ONE_CLIP.items():
        parents.add_argument(f"--{option}", type=identifier, default=None, metavar="TAKE", help=words)
    for option, words in _FROM_CLIPS.items():
        parents.add_argument(f"--{option}", type=identifier, default=[], nargs="+", metavar="TAKE", help=words)
    parents.add_argument(
        "--sound",
        type=filled,
        default=None,
        metavar="TEXT",
        help="make a sound effect, as described; - for standard input",
    )
    for option in ("image", "video"):
        words = f"make a song for the {option} at this URL"
        parents.add_argument(f"--{option}", type=filled, default=None, metavar="URL", help=words)


def _add_parent_settings(music: argparse.ArgumentParser) -> None:
    music.add_argument(
        "--part",
        choices=tuple(PARTS),
        default="",
        metavar="PART",
        help=f"choose what --replace regenerates: {', '.join(PARTS)}",
    )
    music.add_argument(
        "--variation",
        choices=VARIATIONS,
        default="normal",
        metavar="V",
        help=f"choose how far a remaster goes: {', '.join(VARIATIONS)} (default: normal)",
    )
    music.add_argument("--loop", action="store_true", help="make a sound that loops")
    _add_time(music, "--at", "at", "continue here: seconds or m:ss")
    _add_time(music, "--from", "section_start", "begin the section here")
    _add_time(music, "--to", "section_end", "end the section here")


def _add_settings(music: argparse.ArgumentParser) -> None:
    for option, words in SLIDERS.items():
        music.add_argument(f"--{option}", type=fraction, default=None, metavar="0..1", help=words)
    music.add_argument("--gender", choices=("m", "f"), default="", help="choose the voice: male or female")
    music.add_argument("--duration", type=seconds, default=None, metavar="TIME", help="set the length: seconds or m:ss")


def _add_time(music: argparse.ArgumentParser, option: str, name: str, words: str) -> None:
    music.add_argument(option, dest=name, type=seconds, default=None, metavar="TIME", help=words)


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="wait until it is done")
    add_timeout(parser)
    add_again(parser)
    parser.add_argument(
        "--extra", default="", metavar="JSON", help="add fields to the request: a JSON object, or @FILE with one"
    )


def check_music(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Reject options that cannot be combined."""
    if (args.extend and args.at is None) or (args.at is not None and not (args.extend or args.cover)):
        parser.error("--extend TAKE (or --cover TAKE) and --at TIME go together")
    section = (args.section_start, args.section_end)
    is_added_part = bool(args.add_vocals or args.add_instrumental)
    has_section = bool(args.replace) or (is_added_part and any(time is not None for time in section))
    if None in section if has_section else any(time is not None for time in section):
        parser.error("--replace (or --add-vocals, --add-instrumental) TAKE, --from TIME and --to TIME go together")
    if args.part and not args.replace:
        parser.error("--part goes with --replace")
    if args.loop and not args.sound:
        parser.error("--loop goes with --sound")
    if args.mashup and len(args.mashup) != MASHUP_CLIPS:
        parser.error(f"--mashup takes the ids of {MASHUP_CLIPS} takes")
    derived = [option for option in DERIVED_OPTIONS if getattr(args, option[2:].replace("-", "_"))]
    if derived:
        option = derived[0]
        if args.describe:
            parser.error(f"{option} takes a style and lyrics, not a description")
        if args.persona:
            parser.error(f"{option} and --persona do not go together")
    elif not (args.extend or args.describe or args.lyrics_file or args.instrumental):
        parser.error("say what the song is: --describe TEXT, --lyrics-file FILE or --instrumental")
    if args.persona_clip and not args.persona:
        parser.error("--persona-clip goes with --persona")
    if args.persona_as != PERSONA_USES[0] and not args.persona:
        parser.error("--persona-as goes with --persona")
    if args.count is not None and args.count > COUNT_WITHOUT_YES and not args.yes:
        parser.error(f"--count {args.count} sends {args.count} paid requests: add --yes to confirm")
