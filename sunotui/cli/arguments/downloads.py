"""The arguments of the command that saves takes as files."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import Commands, add_again, add_result_timeout, count, filled, new_command

FORMATS = ("mp3", "wav", "video")


def add_download_commands(commands: Commands) -> None:
    """download."""
    download = new_command(commands, "download", "Save takes as files; a take that is saved is not downloaded again.")
    download.epilog = (
        "mp3 is the audio that the gateway has; gateways may charge for making a WAV file or a video. What was cut off "
        "resumes where it ended when the command is given again."
    )
    download.formatter_class = argparse.HelpFormatter
    download.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="the id of a song or a take, or its first six characters or more; - reads ids from standard input",
    )
    download.add_argument(
        "--missing",
        action="store_true",
        help="save all takes that should be saved and are not: favourites, songs whose links expire soon, and those "
        "whose files no longer exist",
    )
    download.add_argument(
        "--take", type=count(1_000), default=None, metavar="N", help="only this take of each song (default: all takes)"
    )
    download.add_argument(
        "--to", type=filled, metavar="DIR", help="save into this folder (default: that of the settings)"
    )
    download.add_argument(
        "--format", choices=FORMATS, default="", help="what to save (default: that of the settings, usually mp3)"
    )
    add_again(download)
    add_result_timeout(download)
