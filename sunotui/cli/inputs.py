"""Reads the texts of a command from a file, from standard input or from its arguments."""

from __future__ import annotations

import errno
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import NotText, decoded, trim

_LIMIT = 100_000
"""The maximum length of a text in characters; no gateway accepts a tenth of it."""
_MOST_BYTES = 4 * _LIMIT + 4
"""The maximum size of such a text in bytes, with a byte order mark."""
_TOO_LONG = f"it has more than {_LIMIT:,} characters"
_SPOKEN = {"describe": "description", "text": "style", "sound": "description of the sound"}
"""Names of arguments in sentences, if they differ from the option."""


def read_lyrics(file: str) -> str:
    """Read lyrics from a file; "-" is standard input, an empty name gives an empty text. UTF-8, or UTF-16 or UTF-32
    with a byte order mark. Raises InvalidRequest for a file that cannot be read, is not text or is too long.
    """
    if not file:
        return ""
    return _filled(_standard_input("lyrics") if file == "-" else _content(file, "lyrics"), "lyrics")


def read_extra(text: str) -> str:
    """The extra fields in `text`, or in the file for "@FILE" ("@-": standard input). Raises InvalidRequest."""
    if not text.startswith("@"):
        return text
    content = _standard_input("extra fields") if text == "@-" else _content(text[1:], "extra fields")
    return _filled(content, "extra fields")


def read_piped(args: Namespace, *names: str) -> None:
    """Replace the argument that is "-", among those with these names, by standard input without its last line end.
    Raises InvalidRequest for an empty input, for input that is not text, and if two arguments are "-".
    """
    piped = [name for name in names if getattr(args, name) == "-"]
    if len(piped) + (getattr(args, "lyrics_file", "") == "-") + (getattr(args, "extra", "") == "@-") > 1:
        raise InvalidRequest("Only one argument can be read from standard input")
    for name in piped:
        what = _SPOKEN.get(name, name)
        text = _standard_input(what)
        if not trim(text):
            raise InvalidRequest(f"Standard input has no text for the {what}")
        setattr(args, name, text.removesuffix("\n"))


def read_note(text: str) -> str:
    """The note in `text`; "-" is standard input. Raises InvalidRequest."""
    return _standard_input("note") if text == "-" else text


def read_ids(words: Sequence[str]) -> list[str]:
    """The ids unchanged; "-" is replaced by those on standard input, separated by blanks or line ends.

    Raises InvalidRequest for an empty input, for input that is not text, and for a second "-".
    """
    if "-" not in words:
        return list(words)
    if words.count("-") > 1:
        raise InvalidRequest("Only one argument can be read from standard input")
    found = _standard_input("ids").split()
    if not found:
        raise InvalidRequest("Standard input has no ids")
    at = words.index("-")
    return [*words[:at], *found, *words[at + 1 :]]


def _filled(text: str, what: str) -> str:
    """The text of a named file: an empty one is rejected as a mistake, since a song without it would be billed."""
    if not trim(text):
        raise InvalidRequest(f"The {what} are empty")
    return text


def _standard_input(what: str) -> str:
    with standard_input() as file:
        content = file.read(_MOST_BYTES + 1)
    return _text(content, what)


def _content(file: str, what: str) -> str:
    try:
        with Path(file).open("rb") as content:
            return _text(content.read(_MOST_BYTES + 1), what)
    except OSError as error:
        raise _unreadable(what, (error.strerror or "no reason given").lower()) from error
    except ValueError as error:
        raise _unreadable(what, "it is not a file name") from error


def _text(content: bytes, what: str) -> str:
    """The text, with newlines for all line ends. Raises InvalidRequest."""
    if len(content) > _MOST_BYTES:
        raise _unreadable(what, _TOO_LONG)
    try:
        text = decoded(content)
    except NotText as error:
        raise _unreadable(what, str(error)) from error
    if len(text) > _LIMIT:
        raise _unreadable(what, _TOO_LONG)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unreadable(what: str, reason: str) -> InvalidRequest:
    return InvalidRequest(f"The {what} could not be read: {reason}")


@contextmanager
def standard_input() -> Iterator[BinaryIO]:
    """Standard input, to be read in the `with` block. Raises InvalidRequest if reading fails."""
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, "")
        yield sys.stdin.buffer
    except OSError as error:
        reason = "it is closed" if error.errno == errno.EBADF else (error.strerror or "no reason given").lower()
        raise InvalidRequest(f"Standard input could not be read: {reason}") from error
