"""The arguments of the commands for extras that only some gateways offer."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import (
    Commands,
    add_again,
    add_result_timeout,
    count,
    identifier,
    new_command,
    seconds,
)


def add_extra_commands(commands: Commands) -> None:
    """tags, timing, wav, video, midi, feed, personas, persona."""
    tags = new_command(commands, "tags", "Expand a short style.")
    tags.add_argument("text", metavar="TEXT", help="the style, such as 'indie pop'; - for standard input")
    add_again(tags)
    add_result_timeout(tags)

    timing = new_command(commands, "timing", "Print when each line of a take is sung.")
    timing.add_argument("clip", type=identifier, metavar="TAKE")
    timing.add_argument("--lrc", action="store_true", help="print LRC, which players show during the song")

    for name, kind, words in (
        ("wav", "wav", "Create a WAV file of a take and print its URL."),
        ("video", "mp4", "Create an MP4 video of a take and print its URL."),
    ):
        address = new_command(commands, name, words)
        _add_take(address)
        address.add_argument("--copy", action="store_true", help="copy it to the clipboard too")
        address.set_defaults(kind=kind)

    midi = new_command(commands, "midi", "Write the notes of a take as a MIDI file.")
    _add_take(midi)
    midi.add_argument("-o", "--output", required=True, metavar="FILE", help="write to this file; - for standard output")

    feed = new_command(commands, "feed", "Show takes as the gateway reports them; the library does not change.")
    feed.add_argument("ids", type=identifier, nargs="+", metavar="TAKE")

    new_command(commands, "personas", "List the gateway's personas; the screens call them voices.")
    _add_persona(new_command(commands, "persona", "Save the voice of a take as a persona."))


def _add_persona(persona: argparse.ArgumentParser) -> None:
    persona.add_argument("clip", type=identifier, metavar="TAKE")
    persona.add_argument("--name", required=True, metavar="N")
    persona.add_argument("--description", default="", metavar="D")
    persona.add_argument(
        "--style", default="", metavar="TAGS", help="the style of the voice, where the gateway takes one"
    )
    for option, name, words in (("--from", "voice_start", "begins"), ("--to", "voice_end", "ends")):
        persona.add_argument(
            option,
            dest=name,
            type=seconds,
            default=None,
            metavar="TIME",
            help=f"where the voice {words}, for gateways that take a section (default: the whole take)",
        )
    add_again(persona)
    add_result_timeout(persona)


def _add_take(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id", type=identifier, metavar="ID", help="the id of a song or a take, or its first six characters or more"
    )
    parser.add_argument(
        "--take", type=count(1_000), default=None, metavar="N", help="choose a take by its number (default: 1)"
    )
    add_again(parser)
    add_result_timeout(parser)
