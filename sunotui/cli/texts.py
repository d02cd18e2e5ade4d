"""Texts that a command takes from a file, from standard input or from its arguments: lyrics and extra fields."""

import sys
from pathlib import Path

from sunotui.domain.errors import RequestImpossible

_LIMIT = 1_000_000
"""Characters read of a file; no gateway takes a hundredth of it."""


def lyrics_in(file: str) -> str:
    """The words in a file; "-" for standard input, nothing for no name. Raises RequestImpossible."""
    if not file:
        return ""
    return _filled(_standard_input("lyrics") if file == "-" else _content(file, "lyrics"), "lyrics")


def extra_in(text: str) -> str:
    """The extra fields as they stand, or those in the file of "@FILE" ("@-": standard input).

    Raises RequestImpossible.
    """
    if not text.startswith("@"):
        return text
    content = _standard_input("extra fields") if text == "@-" else _content(text[1:], "extra fields")
    return _filled(content, "extra fields")


def note_in(text: str) -> str:
    """The words as they stand; "-" for standard input. Raises RequestImpossible."""
    return _standard_input("note") if text == "-" else text


def _filled(text: str, what: str) -> str:
    """The text of a file that was named: an empty one is a mistake, and a song without it would be paid for."""
    if not text.strip():
        raise RequestImpossible(f"The {what} are empty")
    return text


def _standard_input(what: str) -> str:
    try:
        return sys.stdin.read(_LIMIT)
    except UnicodeDecodeError as error:
        raise _no_text(what) from error


def _content(file: str, what: str) -> str:
    try:
        with Path(file).open(encoding="utf-8") as lines:
            return lines.read(_LIMIT)
    except OSError as error:
        reason = (error.strerror or "no reason told").lower()
        raise RequestImpossible(f"The {what} could not be read: {reason}") from error
    except UnicodeDecodeError as error:
        raise _no_text(what) from error
    except ValueError as error:
        raise RequestImpossible(f"The {what} could not be read: that names no file") from error


def _no_text(what: str) -> RequestImpossible:
    return RequestImpossible(f"The {what} are not text in UTF-8")
