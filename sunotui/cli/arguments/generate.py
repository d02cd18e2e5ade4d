"""The arguments of the commands that generate something and cost money."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import (
    Commands,
    Parser,
    add_again,
    add_timeout,
    count,
    filled,
    fraction,
    identifier,
    new_command,
    seconds,
)

TAKES_WITHOUT_YES = 10
"""More submissions than this in one call require --yes: each one costs money."""
TAKES_AT_MOST = 100
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
    "extend": "continue this clip, from --at",
    "cover": "cover this clip in another --style",
    "replace": "regenerate the section --from, --to of it",
    "add-vocals": "add vocals to this clip, or to --from, --to of it",
    "add-instrumental": "add instruments to this clip, or to --from, --to of it",
    "remaster": "remaster this clip, by --variation",
    "hum": "a song from this hummed clip",
}
_FROM_CLIPS = {
    "mashup": "mix two clips into one song, with their own lyrics unless others are given",
    "inspired-by": "a song inspired by these",
}
PERSONA_USES = ("style", "voice")
SLIDERS = {
    "style-weight": "how closely it follows the style",
    "weirdness": "how unusual it may be",
    "audio-weight": "how closely a cover follows its source",
}


def add_generate_commands(commands: Commands[Parser]) -> None:
    """music, lyrics, upload, concat, stems."""
    music = new_command(commands, "music", "Make a song, or make something new of a clip.")
    _add_words(music)
    _add_parents(music)
    _add_parent_settings(music)
    _add_settings(music)
    music.add_argument("--takes", type=count(TAKES_AT_MOST), default=None, metavar="N", help="send it N times")
    music.add_argument("--yes", action="store_true", help=f"send more than {TAKES_WITHOUT_YES} requests")
    _add_sending(music)

    lyrics = new_command(commands, "lyrics", "Write lyrics.")
    lyrics.add_argument("prompt", metavar="PROMPT", help="what they are about; - for standard input")
    _add_sending(lyrics)

    upload = new_command(commands, "upload", "Upload audio as a clip: from a public URL or a file.")
    upload.add_argument("source", metavar="URL_OR_FILE")
    _add_sending(upload)

    concat = new_command(commands, "concat", "Join an extended clip with what it continues.")
    concat.add_argument("clip", type=identifier, metavar="CLIP")
    concat.add_argument("--infill", action="store_true", help="the clip replaced a section of a song")
    _add_sending(concat)

    stems = new_command(commands, "stems", "Split a clip into stems.")
    stems.add_argument("clip", type=identifier, metavar="CLIP")
    stems.add_argument("--parts", type=int, choices=STEM_COUNTS, default=2, help="how many (default: 2)")
    stems.add_argument("--short", action="store_true", help="the short form of the request, for gateways that want it")
    stems.add_argument("--title", default="", metavar="TEXT")
    stems.add_argument(
        "--model", default="", metavar="MV", help="default: the profile's, else what worked or is listed there, else v6"
    )
    _add_sending(stems)


def _add_words(music: argparse.ArgumentParser) -> None:
    words = music.add_mutually_exclusive_group()
    words.add_argument(
        "--describe",
        default="",
        metavar="TEXT",
        help="what the song is about; the gateway writes the lyrics (- for stdin)",
    )
    words.add_argument("--lyrics-file", default="", metavar="FILE", help="a file with the lyrics; - for standard input")
    music.add_argument("--title", default="", metavar="TEXT")
    music.add_argument("--style", default="", metavar="TAGS", help="such as 'city pop, slow, female voice'")
    music.add_argument("--exclude", default="", metavar="TAGS", help="what to avoid; many gateways ignore this")
    music.add_argument(
        "--model",
        default="",
        metavar="MV",
        help="such as chirp-hawk; default: the profile's, else what worked there, else v6",
    )
    music.add_argument("--instrumental", action="store_true", help="without voice")
    music.add_argument(
        "--persona",
        type=identifier,
        default=None,
        metavar="ID",
        help="the voice to sing; 'sunotui personas' lists them",
    )
    music.add_argument(
        "--persona-clip", type=identifier, default=None, metavar="CLIP", help="the clip that the voice was made of"
    )
    music.add_argument(
        "--persona-as",
        choices=PERSONA_USES,
        default=PERSONA_USES[0],
        help="its style and voice, or its voice alone (default: style)",
    )


def _add_parents(music: argparse.ArgumentParser) -> None:
    parents = music.add_mutually_exclusive_group()
    for option, words in _FROM_ONE_CLIP.items():
        parents.add_argument(f"--{option}", type=identifier, default=None, metavar="CLIP", help=words)
    for option, words in _FROM_CLIPS.items():
        parents.add_argument(f"--{option}", type=identifier, default=[], nargs="+", metavar="CLIP", help=words)
    parents.add_argument(
        "--sound", type=filled, default=None, metavar="TEXT", help="a sound effect, described; - for standard input"
    )
    for option in ("image", "video"):
        words = f"a song for the {option} at this URL"
        parents.add_argument(f"--{option}", type=filled, default=None, metavar="URL", help=words)


def _add_parent_settings(music: argparse.ArgumentParser) -> None:
    music.add_argument("--part", choices=tuple(PARTS), default="", help="which part --replace regenerates")
    music.add_argument("--variation", choices=VARIATIONS, default="normal", help="how far a remaster goes")
    music.add_argument("--loop", action="store_true", help="the sound runs in a loop")
    _add_time(music, "--at", "at", "where it continues: seconds or m:ss")
    _add_time(music, "--from", "section_start", "where the section begins")
    _add_time(music, "--to", "section_end", "where the section ends")


def _add_settings(music: argparse.ArgumentParser) -> None:
    for option, words in SLIDERS.items():
        music.add_argument(f"--{option}", type=fraction, default=None, metavar="0..1", help=words)
    music.add_argument("--gender", choices=("m", "f"), default="", help="the voice")
    music.add_argument("--duration", type=seconds, default=None, metavar="TIME", help="the length")


def _add_time(music: argparse.ArgumentParser, option: str, name: str, words: str) -> None:
    music.add_argument(option, dest=name, type=seconds, default=None, metavar="TIME", help=words)


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="wait until it is done")
    add_timeout(parser)
    add_again(parser)
    parser.add_argument(
        "--extra", default="", metavar="JSON", help="further fields of the request: a JSON object, or @FILE with one"
    )


def check_music(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Refuse options that do not go together."""
    if (args.extend and args.at is None) or (args.at is not None and not (args.extend or args.cover)):
        parser.error("--extend CLIP (or --cover CLIP) and --at TIME go together")
    section = (args.section_start, args.section_end)
    is_added_part = bool(args.add_vocals or args.add_instrumental)
    has_section = bool(args.replace) or (is_added_part and any(time is not None for time in section))
    if None in section if has_section else any(time is not None for time in section):
        parser.error("--replace (or --add-vocals, --add-instrumental) CLIP, --from TIME and --to TIME go together")
    if args.part and not args.replace:
        parser.error("--part goes with --replace")
    if args.loop and not args.sound:
        parser.error("--loop goes with --sound")
    if args.mashup and len(args.mashup) != MASHUP_CLIPS:
        parser.error(f"--mashup takes the ids of {MASHUP_CLIPS} clips")
    derived = [option for option in DERIVED_OPTIONS if getattr(args, option[2:].replace("-", "_"))]
    if derived:
        option = derived[0]
        if args.describe:
            parser.error(f"{option} takes a style and lyrics, not a description")
        if args.persona:
            parser.error(f"{option} and --persona do not go together")
    if args.persona_clip and not args.persona:
        parser.error("--persona-clip goes with --persona")
    if args.persona_as != PERSONA_USES[0] and not args.persona:
        parser.error("--persona-as goes with --persona")
    if args.takes is not None and args.takes > TAKES_WITHOUT_YES and not args.yes:
        parser.error(f"--takes {args.takes} sends {args.takes} paid requests: add --yes to confirm")
