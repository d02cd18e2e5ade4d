"""Parser and argument types that all groups of commands share. Imports no other package."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from sunotui.domain.text import cleaned_id, trim

NO_GATEWAY = "--profile has no meaning here: this command uses no gateway"
WAIT_LIMIT_S = 1_800.0
"""The default time limit of a wait in seconds; songs take half a minute to five minutes."""


class Parser(argparse.ArgumentParser):
    """Reports in one sentence what is wrong, without repeating values: one of them may be a token that was typed in the
    wrong place."""

    def error(self, message: str) -> NoReturn:
        head, found, rest = message.partition("unrecognized arguments: ")
        if found:
            names = [word.split("=", 1)[0] for word in rest.split() if word.startswith("-")]
            message = f"{head}{found}{' '.join(names) or 'an extra word'}"
            if "--profile" in names:
                message = NO_GATEWAY
            if "--token" in names:
                message += "; a token is never taken from an argument: use the prompt or --token-stdin"
        self.exit(2, f"{self.prog}: error: {message} (see '{self.prog} --help')\n")


class ParagraphFormatter(argparse.HelpFormatter):
    """Wraps each paragraph of a description to the width of the terminal. argparse would join all paragraphs, and break
    names at their hyphens."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n\n".join(_filled(part.split(), width, indent) for part in text.split("\n\n"))


def _filled(words: Sequence[str], width: int, indent: str) -> str:
    lines = [""]
    for word in words:
        if lines[-1] and len(indent) + len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
    return "\n".join(indent + line for line in lines)


class Commands(Protocol):
    """The commands of a parser, as `add_subparsers` returns them."""

    def add_parser(self, name: str, *, help: str, description: str, allow_abbrev: bool) -> Parser:
        """Add the parser of one more command."""


def new_command(
    commands: Commands, name: str, words: str, *, json: bool = True, gateway: bool = True
) -> argparse.ArgumentParser:
    """Add a command with the options that commands share: --json with `json`, and --profile with `gateway`, for what
    depends on a gateway."""
    made = commands.add_parser(name, help=words, description=words, allow_abbrev=False)
    made.set_defaults(command=name, parser=made, has_profile=gateway)
    if gateway:
        # SUPPRESS: the command's own default must not override a --profile before the command.
        made.add_argument(
            *("--profile",),
            default=argparse.SUPPRESS,
            metavar="NAME",
            help="use this gateway; 'sunotui profiles' lists them",
        )
    if json:
        made.add_argument("--json", action="store_true", help="print one JSON document instead of text")
    return made


def add_timeout(parser: argparse.ArgumentParser) -> None:
    """Add --timeout, the time limit of a wait."""
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=WAIT_LIMIT_S,
        metavar="S",
        help="wait at most this long (default: half an hour)",
    )


def add_result_timeout(parser: argparse.ArgumentParser) -> None:
    """Add --timeout with a shorter default, for results that are polled a few times only."""
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=None,
        metavar="S",
        help="wait at most this long (default: about three minutes)",
    )


def filled(text: str) -> str:
    """Argument type: a non-empty text, since an empty variable of a script must not change a request or a folder."""
    if not trim(text):
        raise argparse.ArgumentTypeError("it is empty")
    return text


def identifier(text: str) -> str:
    """Argument type: a cleaned id. An empty one, or "-" for standard input, must not change the paid request of a
    command."""
    found = cleaned_id(text)
    if not found:
        raise argparse.ArgumentTypeError("it is empty")
    if found == "-":
        raise argparse.ArgumentTypeError("an id cannot be read from standard input")
    return found


def add_again(parser: argparse.ArgumentParser) -> None:
    """Add --again: consent to pay for the same request once more."""
    parser.add_argument("--again", action="store_true", help="send it even if the same was sent minutes ago")


def count(most: int) -> Callable[[str], int]:
    """An argument type: whole numbers from 1 to `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:12]) <= most:
            raise argparse.ArgumentTypeError(f"a number from 1 to {most}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """Argument type: seconds from "90", "1:30" or "1:02:03.5"."""
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


def fraction(text: str) -> float:
    """Argument type: a number from 0 to 1 with at most two decimals."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    # NaN fails every comparison and is rejected, too.
    if not 0 <= found <= 1 or round(found, 2) != found:
        raise argparse.ArgumentTypeError("a number from 0 to 1 with at most two decimals, such as 0.65")
    return found


def speed(text: str) -> float:
    """Argument type: a speed factor relative to real time."""
    number = float(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("a number above 0")
    return number


def port(text: str) -> int:
    """Argument type: a port to listen on; 0 for any free one."""
    number = int(text)
    if not 0 <= number <= 65_535:
        raise argparse.ArgumentTypeError("a port from 0 to 65535")
    return number
