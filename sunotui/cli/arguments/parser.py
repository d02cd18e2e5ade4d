"""The arguments of every command. Imports no other package, so that --help and --version are instant."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence

from sunotui import __version__
from sunotui.cli.arguments.annotations import SORTS, add_annotation_commands, check_rate
from sunotui.cli.arguments.base import (
    NO_GATEWAY,
    Commands,
    ParagraphFormatter,
    Parser,
    add_again,
    add_result_timeout,
    add_timeout,
    count,
    new_command,
    port,
    speed,
)
from sunotui.cli.arguments.downloads import add_download_commands
from sunotui.cli.arguments.extras import add_extra_commands
from sunotui.cli.arguments.generate import add_generate_commands, check_music
from sunotui.cli.arguments.playback import add_playback_commands, check_play
from sunotui.cli.arguments.transfer import add_transfer_commands, check_adopt, check_export

_SONG_IDS = (
    "the id of a song, also of one made elsewhere, or the first six characters or more of a known one; - reads "
    "ids from standard input"
)
_LINKS = ("audio", "video", "image", "wav")
_STATUSES = ("not_started", "submitted", "queued", "in_progress", "success", "failure", "unknown", "lost")
_DEMO_OPTIONS = ("seed", "speed", "fault", "dialect")
_EXIT_CODES = """\
exit codes: 0 done; 1 the song failed, or lines of an import were skipped; 2 usage; 3 token missing or refused;
4 no money or quota; 5 gateway, network, or output that cannot be written; 6 outcome unknown (it may have been
charged; see 'sunotui submissions'); 7 not found; 8 time limit of --wait; 9 library error; 70 a fault of the program;
130 interrupted

in JSON a song is a task, and a take is a clip

environment: SUNOTUI_BASE_URL and SUNOTUI_TOKEN (together a gateway named 'env'), SUNOTUI_DIALECT (of
that gateway), SUNOTUI_PROFILE, SUNOTUI_DATA_DIR, SUNOTUI_CONFIG_DIR, SUNOTUI_CACHE_DIR"""
# The names are those of sunotui.demo, which `--help` does not load.
_DEMO_NAMES = """\
dialects of the demo: reference, new-api, new-api-2026, one-hub, paid, key4u, claude360, gptproto, crazyrouter

faults of the demo: slow, lost-answer, empty-200, http-500, http-502-html, rate-limit, maintenance, quota, bad-token,
fail-task, half-fail, unknown-id, null-data, silence-audio, two-documents, html-200, half-body, bad-clip, hostile-text,
slow-audio, stalled-audio, cut-audio, short-audio, endless-audio, expired-audio, html-audio;
NAME:3 for the first three times, NAME@submit for one place (submit, fetch, extra, upload, storage or audio)"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as a namespace with at least `command` ("" for the screens), `profile` and `json`.

    Raises SystemExit as argparse does: 0 after --help and --version, 2 for invalid arguments.
    """
    whole = build_parser(_groups_for(argv))
    args, rest = whole.parse_known_args(argv)
    # That of the command, so that an error names it.
    parser: argparse.ArgumentParser = vars(args).pop("parser", whole)
    if rest:
        _apply_rest(parser, args, rest)
    _check(parser, args)
    return args


def _apply_rest(parser: argparse.ArgumentParser, args: argparse.Namespace, rest: list[str]) -> None:
    """Add ids that follow an option, as in "rate 5 --take 2 ID": argparse ends a list of words at an option."""
    many = next((name for name in ("words", "ids") if isinstance(getattr(args, name, None), list)), None)
    if many is None or any(word.startswith("-") for word in rest):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    setattr(args, many, [*getattr(args, many), *rest])


def build_parser(groups: Iterable[Group] | None = None) -> argparse.ArgumentParser:
    """Build the parser of the whole command line, or of some groups of commands only."""
    parser = Parser(
        prog="sunotui",
        description="A terminal app for Suno gateways. Without a command it opens the screens.",
        epilog=f"{_EXIT_CODES}\n\n{_DEMO_NAMES}",
        formatter_class=ParagraphFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sunotui {__version__}")
    parser.add_argument("--profile", default="", metavar="NAME", help="use this gateway; 'sunotui profiles' lists them")
    parser.add_argument("--demo", action="store_true", help="open the screens on a demo gateway: no token, no network")
    parser.add_argument("--keep-demo", action="store_true", help="keep the library of the demo for the next time")
    _add_demo_options(parser)
    parser.set_defaults(command="", json=False)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=Parser)
    for add in GROUPS if groups is None else groups:
        add(commands)
    for alias, name in ALIASES.items():
        if name in commands.choices:
            commands.choices[alias] = commands.choices[name]
    return parser


def _groups_for(argv: Sequence[str]) -> tuple[Group, ...]:
    """The groups that these arguments may belong to. Building all of them takes 6 ms, half the time of `--version`."""
    if list(argv) == ["--version"]:
        return ()
    first = ALIASES.get(argv[0], argv[0]) if argv else ""
    return tuple(add for add, names in GROUPS.items() if first in names) or tuple(GROUPS)


def _add_account(commands: Commands) -> None:
    login = new_command(
        commands, "login", "Check a gateway and its token, and save the token in the OS keyring.", json=False
    )
    login.add_argument("--base-url", default="", metavar="URL", help="use this URL (default: ask)")
    login.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    login.add_argument(
        "--allow-http", action="store_true", help="allow an http URL, over which the token is sent unencrypted"
    )
    new_command(commands, "logout", "Delete a gateway and its token from the OS keyring; its songs stay.", json=False)
    new_command(commands, "profiles", "List your gateways and where each token is stored.")


def _add_library(commands: Commands) -> None:
    fetch = new_command(
        commands, "fetch", "Ask the gateway for songs now, and add those made elsewhere to the library."
    )
    fetch.add_argument("ids", nargs="+", metavar="ID", help=_SONG_IDS)
    wait = new_command(commands, "wait", "Wait until songs are done.")
    wait.add_argument("ids", nargs="+", metavar="ID", help=_SONG_IDS)
    add_timeout(wait)
    tasks = new_command(commands, "tasks", "List the songs of the library, the newest first or in another order.")
    tasks.add_argument(
        "--status", choices=_STATUSES, default="", metavar="S", help=f"show only these: {', '.join(_STATUSES)}"
    )
    tasks.add_argument(
        *("--search",),
        default=None,
        metavar="Q",
        help="find words and filters, such as 'rain style:jazz is:favourite len:>3:00'",
    )
    tasks.add_argument("--limit", type=count(1_000_000), default=50, metavar="N", help="show at most N (default: 50)")
    tasks.add_argument(
        "--sort",
        choices=SORTS[1:],
        default="age",
        metavar="ORDER",
        help=f"sort by {', '.join(SORTS[1:])} (default: age)",
    )
    tasks.add_argument("--reverse", action="store_true", help="reverse the order")
    new_command(commands, "stats", "Count takes, failures, times and money.", gateway=False)
    show = new_command(commands, "show", "Show a song or a take.", gateway=False)
    show.add_argument("id", metavar="ID", help="the id of a song or a take, or its first six characters or more")
    url = new_command(commands, "url", "Print a URL of a take.", json=False)
    url.add_argument("id", metavar="ID", help="the id of a song or a take, or its first six characters or more")
    url.add_argument(
        "--take", type=count(1_000), default=None, metavar="N", help="choose a take by its number (default: 1)"
    )
    url.add_argument(
        "--kind", choices=_LINKS, default="audio", metavar="KIND", help=f"{', '.join(_LINKS)} (default: audio)"
    )
    url.add_argument("--copy", action="store_true", help="copy it to the clipboard too")
    add_again(url)
    add_result_timeout(url)


def _add_journal(commands: Commands) -> None:
    submissions = new_command(commands, "submissions", "Show the journal: what was sent, and how it ended.")
    submissions.add_argument(
        "--limit", type=count(1_000_000), default=50, metavar="N", help="show at most N (default: 50)"
    )
    submissions.add_argument(
        "--resolve",
        nargs="+",
        default=(),
        metavar=("ID", "HOW"),
        help="resolve an unknown outcome: ID drop (mark it as lost), ID retry (send it and pay for it once more), "
        "ID look (search the gateway's list of songs for it), ID found SONG_ID (it became this song)",
    )


def _add_service(commands: Commands) -> None:
    doctor = new_command(commands, "doctor", "Check what works here: terminal, clipboard, keyring, library, gateway.")
    doctor.add_argument("--offline", action="store_true", help="check without asking the gateway")
    doctor.add_argument("--repair", action="store_true", help="rescue what can be read of a damaged library")
    doctor.add_argument("--yes", action="store_true", help="repair without asking")
    demo = new_command(
        commands, "demo-gateway", "Run the demo gateway on its own, for scripts and tests.", gateway=False
    )
    demo.epilog, demo.formatter_class = _DEMO_NAMES, ParagraphFormatter
    demo.add_argument("--port", type=port, default=0, metavar="N", help="listen on this port (default: any free one)")
    _add_demo_options(demo)


def _add_demo_options(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: see `new_command`; `_check` fills in the defaults.
    none = argparse.SUPPRESS
    parser.add_argument(
        "--seed",
        type=int,
        default=none,
        metavar="N",
        help="make the same songs for the same seed (default: random)",
    )
    parser.add_argument("--speed", type=speed, default=none, metavar="X", help="run X times faster than real time")
    parser.add_argument(
        "--fault",
        action="append",
        default=none,
        metavar="NAME",
        help="simulate a fault; the names are below",
    )
    parser.add_argument(
        "--dialect",
        default=none,
        metavar="D",
        help="imitate a server (default: reference); the names are below",
    )


def _check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    if not vars(args).pop("has_profile", True) and args.profile:
        parser.error(NO_GATEWAY)
    given = [name for name in _DEMO_OPTIONS if hasattr(args, name)]
    if args.command and (args.demo or args.keep_demo):
        parser.error("--demo opens the screens; for scripts run 'sunotui demo-gateway'")
    if given and not args.demo and args.command != "demo-gateway":
        parser.error(f"--{given[0]} goes with --demo or demo-gateway")
    if args.keep_demo and not args.demo:
        parser.error("--keep-demo goes with --demo")
    for name, default in (("seed", None), ("speed", 1.0), ("fault", []), ("dialect", "reference")):
        if name not in given:
            setattr(args, name, default)
    if args.command == "music":
        check_music(parser, args)
    if args.command == "rate":
        check_rate(parser, args)
    if args.command == "play":
        check_play(parser, args)
    if args.command == "timing" and args.lrc and args.json:
        parser.error("--lrc and --json do not go together")
    if args.command == "export":
        check_export(parser, args)
    if args.command == "adopt":
        check_adopt(parser, args)
    if args.command == "doctor" and args.yes and not args.repair:
        parser.error("--yes goes with --repair")
    if args.command == "submissions":
        _check_resolve(parser, tuple(args.resolve))


def _check_resolve(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
    wanted = {"retry": 2, "drop": 2, "look": 2, "found": 3}
    if words and (len(words) < 2 or wanted.get(words[1]) != len(words)):
        parser.error("--resolve takes: ID retry, ID drop, ID look, or ID found SONG_ID")


Group = Callable[[Commands], None]
GROUPS: dict[Group, tuple[str, ...]] = {
    _add_account: ("login", "logout", "profiles"),
    add_generate_commands: ("music", "lyrics", "upload", "concat", "stems"),
    add_extra_commands: ("tags", "timing", "wav", "video", "midi", "feed", "personas", "persona"),
    _add_library: ("fetch", "wait", "tasks", "stats", "show", "url"),
    add_transfer_commands: ("export", "import", "adopt"),
    add_annotation_commands: ("label", "rate", "note", "album", "search", "trash", "restore"),
    add_download_commands: ("download",),
    add_playback_commands: ("play", "queue"),
    _add_journal: ("submissions",),
    _add_service: ("doctor", "demo-gateway"),
}
"""The functions that add commands, with the names of those commands."""
ALIASES = {"tag": "label"}
"""Older names of commands, which work like the new ones and are not in the help."""
