"""The arguments of the commands that export and import a library, and that add songs made elsewhere."""

from __future__ import annotations

import argparse

from sunotui.cli.arguments.base import Commands, new_command


def add_transfer_commands(commands: Commands) -> None:
    """export, import and adopt."""
    export = new_command(
        commands,
        "export",
        "Write the library as JSON Lines or as a table, or a part of it as a web page.",
        json=False,
        gateway=False,
    )
    export.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="write to this file (default: standard output)"
    )
    export.add_argument("--csv", action="store_true", help="write a table with one row for each take, for spreadsheets")
    export.add_argument(
        "--html",
        nargs="?",
        const="",
        default=None,
        metavar="ALBUM",
        help="write a page of an album that plays saved takes from their files; without a name, of --search or --ids",
    )
    export.add_argument("--search", default="", metavar="Q", help="with --html: write the songs that a search finds")
    export.add_argument("--ids", nargs="+", default=[], metavar="ID", help="with --html: write these songs and takes")
    export.add_argument("--title", default="", metavar="T", help="with --html: give the page this title")
    export.add_argument("--with-audio", action="store_true", help="with --html: include the audio in the page")

    bring = new_command(commands, "import", "Import an export, or fetch the songs of a list of ids.")
    bring.add_argument("file", metavar="FILE", help="'-' for standard input")

    adopt = new_command(
        commands, "adopt", "Add songs made elsewhere by their links or ids, or find your takes in a folder of files."
    )
    adopt.add_argument(
        "ids",
        nargs="*",
        metavar="LINK|ID",
        help="a link to a song at suno.com, or the id of a song or a take, which the gateway is asked for; - reads "
        "them from standard input",
    )
    adopt.add_argument(
        "--folder",
        default="",
        metavar="DIR",
        help="match the audio files in this folder to takes of the library by the ids in their names and tags; the "
        "files do not change",
    )


def check_adopt(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Exit as argparse does unless there is either a folder or ids."""
    if bool(args.ids) == bool(args.folder):
        parser.error("adopt takes links and ids, or --folder DIR")


def check_export(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Exit as argparse does if options cannot be combined."""
    if args.csv and args.html is not None:
        parser.error("--csv and --html do not go together")
    if args.html is None:
        for name in ("search", "ids", "title", "with_audio"):
            if getattr(args, name):
                parser.error(f"--{name.replace('_', '-')} goes with --html")
    elif sum(map(bool, (args.html, args.search, args.ids))) != 1:
        parser.error("--html takes one of: the name of an album, --search Q, --ids ID...")
