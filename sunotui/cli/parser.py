"""The arguments of every command. Imports nothing of the other rooms, so that --help and --version are instant."""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from sunotui import __version__

TAKES_WITHOUT_YES = 10
"""More submissions than this in one call need --yes: each one costs money."""
TAKES_AT_MOST = 100
WAIT_LIMIT_S = 1_800.0
"""How long --wait waits when nothing else is said; songs take half a minute to five minutes."""

_STATUSES = ("not_started", "submitted", "queued", "in_progress", "success", "failure", "unknown", "lost")
_DEMO_OPTIONS = ("seed", "speed", "fault", "dialect")
_EXIT_CODES = """\
exit codes: 0 done; 1 the task failed; 2 usage; 3 token missing or refused; 4 no money or quota; 5 gateway or network;
6 outcome unknown (it may have been charged; see 'sunotui submissions'); 7 not found; 8 time limit of --wait;
70 a fault of the program; 130 interrupted

environment: SUNOTUI_BASE_URL and SUNOTUI_TOKEN (together a profile named 'env'), SUNOTUI_PROFILE, SUNOTUI_DATA_DIR,
SUNOTUI_CONFIG_DIR"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong without repeating values: one of them may be a token that was typed where it must not be."""

    def error(self, message: str) -> NoReturn:
        head, found, rest = message.partition("unrecognized arguments: ")
        if found:
            names = [word.split("=", 1)[0] for word in rest.split() if word.startswith("-")]
            message = f"{head}{found}{' '.join(names) or 'one word too many'}"
            if "--token" in names:
                message += "; a token is never taken from an argument: use the prompt or --token-stdin"
        super().error(message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments as a namespace with at least `command` ("" for the screens), `profile` and `json`.

    Raises SystemExit as argparse does: 0 after --help and --version, 2 for what cannot be understood.
    """
    parser = build_parser()
    args = parser.parse_args(argv)
    _check(parser, args)
    return args


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = _Parser(
        prog="sunotui",
        description="The terminal studio for Suno gateways. Without a command it opens the screens.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"sunotui {__version__}")
    parser.add_argument("--profile", default="", metavar="NAME", help="the gateway profile to use")
    parser.add_argument("--demo", action="store_true", help="open the screens on a demo gateway: no token, no network")
    parser.add_argument("--keep-demo", action="store_true", help="keep the demo's library for the next time")
    _add_demo_options(parser)
    parser.set_defaults(command="", json=False)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)
    _add_account(commands)
    _add_making(commands)
    _add_library(commands)
    _add_journal(commands)
    _add_service(commands)
    return parser


_Commands = argparse._SubParsersAction


def _command(commands: "_Commands[_Parser]", name: str, words: str, *, json: bool = True) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    made.set_defaults(command=name)
    # SUPPRESS: the command's own default must not undo a --profile that stood before the command.
    made.add_argument("--profile", default=argparse.SUPPRESS, metavar="NAME", help="the gateway profile to use")
    if json:
        made.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    return made


def _add_account(commands: "_Commands[_Parser]") -> None:
    login = _command(
        commands, "login", "Try a gateway and its token, and keep the token in the OS keyring.", json=False
    )
    login.add_argument("--base-url", default="", metavar="URL", help="the gateway's address (asked for when left out)")
    login.add_argument("--token-stdin", action="store_true", help="read the token from standard input")
    login.add_argument("--allow-http", action="store_true", help="consent to send the token without encryption")
    _command(commands, "logout", "Take the token out of the OS keyring and forget the profile.", json=False)
    _command(commands, "profiles", "List the profiles and where each token lives.")


def _add_making(commands: "_Commands[_Parser]") -> None:
    music = _command(commands, "music", "Make a song.")
    words = music.add_mutually_exclusive_group()
    words.add_argument("--describe", default="", metavar="TEXT", help="what the song should be; the gateway writes it")
    words.add_argument("--lyrics-file", default="", metavar="FILE", help="the words of the song; - for standard input")
    music.add_argument("--title", default="", metavar="TEXT")
    music.add_argument("--style", default="", metavar="TAGS", help="such as 'city pop, slow, female voice'")
    music.add_argument("--exclude", default="", metavar="TAGS", help="what it should not be; many gateways ignore this")
    music.add_argument("--model", default="", metavar="MV", help="such as chirp-v4; gateways differ in their names")
    music.add_argument("--instrumental", action="store_true", help="without voice")
    music.add_argument("--extend", default="", metavar="CLIP", help="continue this clip of the library")
    music.add_argument("--at", type=_seconds, default=None, metavar="TIME", help="where: seconds or m:ss")
    music.add_argument("--takes", type=_count(TAKES_AT_MOST), default=None, metavar="N", help="send it N times")
    music.add_argument("--yes", action="store_true", help=f"agree to more than {TAKES_WITHOUT_YES} takes")
    _add_sending(music)

    lyrics = _command(commands, "lyrics", "Write the words of a song.")
    lyrics.add_argument("prompt", metavar="PROMPT", help="what they should be about")
    _add_sending(lyrics)

    upload = _command(commands, "upload", "Let the gateway fetch audio from a public address and make a clip of it.")
    upload.add_argument("url", metavar="URL")
    _add_sending(upload)

    concat = _command(commands, "concat", "Make one whole song of an extended clip and what it continues.")
    concat.add_argument("clip", metavar="CLIP")
    concat.add_argument("--infill", action="store_true", help="the clip replaced a section of a song")
    _add_sending(concat)


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="wait until it is done")
    parser.add_argument(
        "--timeout", type=_seconds, default=WAIT_LIMIT_S, metavar="S", help="the longest wait (default: half an hour)"
    )
    parser.add_argument("--again", action="store_true", help="send it although the same was sent minutes ago")


def _add_library(commands: "_Commands[_Parser]") -> None:
    fetch = _command(commands, "fetch", "Ask the gateway for tasks now; ids made elsewhere come into the library.")
    fetch.add_argument("ids", nargs="+", metavar="TASK_ID")
    wait = _command(commands, "wait", "Wait until tasks are done.")
    wait.add_argument("ids", nargs="+", metavar="TASK_ID")
    wait.add_argument(
        "--timeout", type=_seconds, default=WAIT_LIMIT_S, metavar="S", help="the longest wait (default: half an hour)"
    )
    tasks = _command(commands, "tasks", "List the tasks of the library, the newest first.")
    tasks.add_argument("--status", choices=_STATUSES, default="", metavar="S", help=", ".join(_STATUSES))
    tasks.add_argument("--search", default="", metavar="Q", help="words of a title, tags, lyrics, a prompt or an id")
    tasks.add_argument("--limit", type=_count(1_000_000), default=50, metavar="N", help="at most N (default: 50)")
    show = _command(commands, "show", "Show a task or a clip.")
    show.add_argument("id", metavar="ID", help="or the first six characters or more")
    url = _command(commands, "url", "Print one address of a take.", json=False)
    url.add_argument("id", metavar="ID", help="a task or a clip, or the first six characters or more")
    url.add_argument("--take", type=_count(1_000), default=None, metavar="N", help="which take (default: 1)")
    url.add_argument("--kind", choices=("audio", "video", "image"), default="audio")
    url.add_argument("--copy", action="store_true", help="put it into the clipboard too")


def _add_journal(commands: "_Commands[_Parser]") -> None:
    submissions = _command(commands, "submissions", "List what was sent, and resolve unknown outcomes.")
    submissions.add_argument("--limit", type=_count(1_000_000), default=50, metavar="N", help="at most N (default: 50)")
    submissions.add_argument(
        "--resolve",
        nargs="+",
        default=(),
        metavar=("ID", "HOW"),
        help="ID drop (call it lost), ID retry (send it again and pay again), ID found TASK_ID (it was accepted)",
    )


def _add_service(commands: "_Commands[_Parser]") -> None:
    doctor = _command(commands, "doctor", "Say what works here: terminal, clipboard, keyring, library, gateway.")
    doctor.add_argument("--offline", action="store_true", help="do not ask the gateway")
    demo = _command(commands, "demo-gateway", "Run the demo gateway alone, for scripts and tests.")
    demo.add_argument("--port", type=_port, default=0, metavar="N", help="default: any free one")
    _add_demo_options(demo)


def _add_demo_options(parser: argparse.ArgumentParser) -> None:
    # SUPPRESS: see _command; `_check` fills in the defaults.
    none = argparse.SUPPRESS
    parser.add_argument("--seed", type=int, default=none, metavar="N", help="the demo's songs follow from it")
    parser.add_argument("--speed", type=_speed, default=none, metavar="X", help="how many times faster than real")
    parser.add_argument("--fault", action="append", default=none, metavar="NAME", help="what the demo shall do wrong")
    parser.add_argument("--dialect", default=none, metavar="D", help="the server that the demo imitates")


def _check(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    given = [name for name in _DEMO_OPTIONS if hasattr(args, name)]
    if args.command and (args.demo or args.keep_demo):
        parser.error("--demo opens the screens; for scripts run 'sunotui demo-gateway'")
    if given and not args.demo and args.command != "demo-gateway":
        parser.error(f"--{given[0]} goes with --demo or demo-gateway")
    if args.keep_demo and not args.demo:
        parser.error("--keep-demo goes with --demo")
    for name, default in (("seed", 1), ("speed", 1.0), ("fault", []), ("dialect", "reference")):
        if name not in given:
            setattr(args, name, default)
    if args.command == "music":
        _check_music(parser, args)
    if args.command == "submissions":
        _check_resolve(parser, tuple(args.resolve))


def _check_music(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    if bool(args.extend) != (args.at is not None):
        parser.error("--extend CLIP and --at TIME go together")
    if args.takes is not None and args.takes > TAKES_WITHOUT_YES and not args.yes:
        parser.error(f"{args.takes} takes are {args.takes} paid requests: add --yes if you mean it")


def _check_resolve(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
    wanted = {"retry": 2, "drop": 2, "found": 3}
    if words and (len(words) < 2 or wanted.get(words[1]) != len(words)):
        parser.error("--resolve takes: ID retry, ID drop, or ID found TASK_ID")


def _count(most: int) -> Callable[[str], int]:
    """A reader of whole numbers from 1 to `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:12]) <= most:
            raise argparse.ArgumentTypeError(f"a number from 1 to {most}")
        return int(text)

    return read


def _seconds(text: str) -> float:
    """Seconds out of "90", "1:30" or "1:02:03.5"."""
    parts = text.strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise argparse.ArgumentTypeError("seconds or m:ss, such as 90 or 1:30") from None
    is_clock = len(parts) == 1 or all(number < 60 for number in numbers[1:])
    if len(parts) > 3 or not is_clock or not all(0 <= number < 1_000_000 for number in numbers):
        raise argparse.ArgumentTypeError("seconds or m:ss, such as 90 or 1:30")
    total = 0.0
    for number in numbers:
        total = total * 60 + number
    return total


def _speed(text: str) -> float:
    number = float(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("a number above 0")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError("a port from 0 to 65535")
    return number
