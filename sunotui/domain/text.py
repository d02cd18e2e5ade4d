"""Text of users and gateways: stored exactly as it is, and made harmless only where it is displayed (E1, T1).

Dangerous characters are recognised by classes that no version of Unicode changes: control characters, lone surrogates,
marks that turn the direction of writing, and tag characters. A character that this Python does not know yet is drawn as
the terminal does.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import islice

LINE_LIMIT = 200
"""Characters shown of a one-line text such as a title (T1)."""
TEXT_LIMIT = 65_536
"""Characters kept of a many-line text such as lyrics (T1, P3)."""
URL_LIMIT = 2_048
"""Characters above which an address is no address (U1)."""

NOT_UTF_8 = "it is not UTF-8 text"
"""Why bytes are refused, as the end of a sentence."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, as tools on Windows write them; that of UTF-32 begins as that of UTF-16."""
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
_BLANK = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]")
# Without line ends, which count for those who draw lines.
_DANGEROUS = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\U000e0000-\U000e007f"
)
_ON_A_LINE = re.compile(rf"[\t\n\r{_DANGEROUS}]")
_ON_LINES = re.compile(rf"\r(?!\n)|[{_DANGEROUS}]")
_CONTROL = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_MARKS_PER_LETTER = 4
_FIRST_MARK = "\u0300"
"""The first character that may be a combining mark."""

# Unicode's default-ignorable code points, of which those to come are reserved in fixed ranges, so that the list does
# not age, and annotation marks.
_IGNORABLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IGNORED = re.compile(rf"[{_IGNORABLE}]+")
# White space, controls, the empty braille pattern and the place of an embedded object too.
_INVISIBLE = re.compile(rf"[\s\x00-\x1f\x7f-\x9f\u2800\ufffc{_IGNORABLE}]*")
_NULL_NOTEHEAD = "\U0001d159"
# Categories of characters that show nothing by themselves: combining marks need a letter, and format characters others.
_DEPENDENT = frozenset({"Mn", "Mc", "Me", "Cf"})
# Variation selectors and tag characters are part of the emoji or the letter before them.
_ATTACHED = re.compile(r"[\u180b-\u180d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]*")


def trim(text: str) -> str:
    """The text without white space and invisible characters at its ends; empty when nothing in it is visible.

    Invisible are zero-width and joining characters, byte order marks, fillers and controls. Combining marks and format
    characters without any other character are not visible either, nor are code points that are no characters. What is
    between the first and the last visible character stays as it is.
    """
    start = _matched_to(_INVISIBLE, text, 0)
    end = len(text)
    while end > start and _matched_to(_INVISIBLE, text[end - 1], 0):
        end -= 1
    if not any(_is_visible(char) for char in islice(text, start, end)):
        return ""
    return text[start : _matched_to(_ATTACHED, text, end)]


def _is_visible(char: str) -> bool:
    """Whether a character shows something by itself. One that this Python does not know yet counts as visible."""
    if char < _FIRST_MARK:
        return not _matched_to(_INVISIBLE, char, 0)
    is_empty = _is_noncharacter(char) or char == _NULL_NOTEHEAD
    return not is_empty and unicodedata.category(char) not in _DEPENDENT and not _matched_to(_INVISIBLE, char, 0)


def _is_noncharacter(char: str) -> bool:
    """Whether Unicode keeps the code point from ever being a character."""
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _matched_to(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a match that begins at `start` ends."""
    match = pattern.match(text, start)
    return start if match is None else match.end()


def without_ignorable(text: str) -> str:
    """The text without characters that are invisible everywhere, such as zero-width ones: for analysing a text, never
    for storing it."""
    return text if text.isascii() else _IGNORED.sub("", text)


def has_surrogate(text: str) -> bool:
    """Whether half of a character is in the text, or a byte of another encoding that Python carries in one."""
    try:
        # Much faster than to search for one.
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def encodable(text: str) -> str:
    """The text as UTF-8 can carry it: a pair of surrogates becomes its character, a lone one U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if has_surrogate(text) else text


def cleaned_id(text: str) -> str:
    """An id without what a copy out of a list, a message or a table has around it: blanks, invisible characters, commas
    and the ellipsis of a cell that was cut."""
    while (found := trim(text).strip(",;…")) != text:
        text = found
    return found


def sendable(text: str) -> str:
    """The text as a request carries it: trimmed, with newlines for CR LF line ends, and encodable."""
    return encodable(trim(text).replace("\r\n", "\n"))


def control_in(text: str) -> str:
    """The first control character of a text by its name, such as "the control character U+001B (escape)"; empty if
    it has none. Tabs and the line ends LF and CR LF do not count."""
    found = _CONTROL.search(text)
    if found is None:
        return ""
    code = ord(found[0])
    # Unicode names no control character, but a picture of each that ASCII has.
    picture = 0x2421 if code == 0x7F else 0x2400 + code if code < 0x20 else 0
    name = unicodedata.name(chr(picture), "").removeprefix("SYMBOL FOR ").lower()
    return f"the control character U+{code:04X}" + (f" ({name})" if name else "")


def storable_text(text: str) -> str:
    """The text as the library can keep it: encodable, and with U+FFFD for NUL."""
    return encodable(text.replace("\0", "\ufffd"))


class NotText(ValueError):
    """Bytes are not text; the message says why, as the end of a sentence whose subject is "it"."""


def encoding_of(start: bytes) -> str:
    """The name of the encoding that the first bytes of a text show: UTF-32 or UTF-16 by a byte order mark, else
    UTF-8."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")


def decoded(content: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark, or in UTF-16 or UTF-32 with one. Raises NotText."""
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError:
        raise NotText(NOT_UTF_8) from None
    if "\0" in text:
        raise NotText("NUL characters are in it, which no text has")
    return text


def decoded_line(line: bytes) -> str:
    """The same for a line that was read up to its newline byte, after which UTF-16 and UTF-32 may have zeros.

    Raises NotText.
    """
    unit = {"utf-32": 4, "utf-16": 2}.get(encoding_of(line), 1)
    return decoded(line + b"\0" * (-len(line) % unit))


def decoded_first_line(content: bytes) -> str:
    """The first line that is not blank, without blanks at its ends; what follows may be anything. Empty without one.

    Raises NotText.
    """
    text = content.decode(encoding_of(content), "replace")
    line = next((line for part in text.split("\n") if (line := part.strip())), "")
    if "\ufffd" in line:
        raise NotText(NOT_UTF_8)
    return decoded(line.encode())


def printable(text: str) -> str:
    """Text for one line of a terminal, in which blanks stay as they are: a line end or a tab is a blank, and what a
    terminal would obey is left out. Never raises."""
    if _is_plain(text):
        return text
    text = _ON_A_LINE.sub("", _BLANK.sub(" ", text))
    return text if text.isascii() else _without_piles(text)


def printable_lines(text: str) -> str:
    """The same for text whose lines and tabs stay."""
    return text if _is_plain(text) else _ON_LINES.sub("", text)


def clean(text: str, limit: int = LINE_LIMIT) -> str:
    """Text for a cell or a sentence on a terminal: one line without anything that the terminal would obey.

    Runs of white space fold to one blank; what is longer than `limit` characters ends in an ellipsis. Never raises.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text:
        return text.strip()
    return _cut(trim(" ".join(printable(text[: limit * 4]).split())), limit)


def clean_lines(text: str, limit: int = TEXT_LIMIT) -> str:
    """The same for many lines: line ends become newlines, tabs become blanks, trailing blanks go."""
    text = text[: limit + 1]
    for end, newline in _LINE_ENDS.items():
        if end in text:
            text = text.replace(end, newline)
    # Most songs can be shown as they are, which is cheap to see; in the others, most lines can.
    is_plain = _is_plain(text.replace("\n", " "))
    if not is_plain or " \n" in text or text.endswith(" "):
        lines = text.split("\n")
        text = "\n".join((line if is_plain else printable(line)).rstrip() for line in lines)
    return _cut(text.strip("\n"), limit)


def has_dangerous(text: str) -> bool:
    """Whether a terminal might obey a character of a text, line ends among them."""
    return _ON_A_LINE.search(text) is not None


def visibly(text: str) -> str:
    """The text with a dot for each character that a terminal might obey."""
    return _ON_A_LINE.sub("·", text)


def _is_plain(line: str) -> bool:
    """Whether a line is fit to show as it stands."""
    return line.isprintable() and (line.isascii() or max(line) < _FIRST_MARK)


def _without_piles(text: str) -> str:
    """A letter buried under hundreds of combining marks bleeds over its neighbours' lines."""
    kept: list[str] = []
    marks = 0
    for char in text:
        category = "" if char < _FIRST_MARK else unicodedata.category(char)
        marks = marks + 1 if category in {"Mn", "Me"} else marks if category == "Cf" else 0
        if marks <= _MARKS_PER_LETTER or category == "Cf":
            kept.append(char)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def counted(number: int, noun: str) -> str:
    """Such as "1 take" and "10,000 takes"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
