"""Text of users and gateways: stored unchanged and sanitized only for display (E1, T1). Dangerous characters are
recognized by classes that are stable across Unicode versions: control characters, lone surrogates, bidirectional
controls and tag characters. A character that this Python does not know yet is passed to the terminal.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import islice

LINE_LIMIT = 200
"""The maximum length of a displayed one-line text such as a title, in characters (T1)."""
TEXT_LIMIT = 65_536
"""The maximum length of a displayed multi-line text such as lyrics, in characters (T1, P3)."""
URL_LIMIT = 2_048
"""The maximum length of a URL, in characters (U1)."""

NOT_UTF_8 = "it is not UTF-8 text"
"""Why bytes are rejected, as the end of a sentence."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
"""Byte order marks, as written by Windows tools. UTF-32 comes first, since its mark begins with that of UTF-16."""
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
# The first text that needs one of these patterns compiles it, not every start.
_BLANK = r"[\t\n\r\v\f\x85\u2028\u2029]"
# Without line ends, which the functions for multi-line text handle.
_DANGEROUS = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    r"\U000e0000-\U000e007f"
)
_ON_A_LINE = rf"[\t\n\r{_DANGEROUS}]"
_ON_LINES = rf"\r(?!\n)|[{_DANGEROUS}]"
_CONTROL = r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
_MARKS_PER_LETTER = 4
_FIRST_MARK = "\u0300"
"""The first character that may be a combining mark."""

# Unicode's default-ignorable code points, which are reserved in fixed ranges so that the list stays valid, and
# annotation marks.
_IGNORABLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IGNORED = rf"[{_IGNORABLE}]+"
# Also white space, controls, the blank braille pattern and the object replacement character.
_INVISIBLE = rf"[\s\x00-\x1f\x7f-\x9f\u2800\ufffc{_IGNORABLE}]*"
_NULL_NOTEHEAD = "\U0001d159"
# Categories of characters that are not visible on their own: combining marks need a letter, format characters other
# text.
_DEPENDENT = frozenset({"Mn", "Mc", "Me", "Cf"})
# Variation selectors and tag characters are part of the emoji or the letter before them.
_ATTACHED = r"[\u180b-\u180d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]*"


def trim(text: str) -> str:
    """Remove white space and invisible characters from both ends of a text; empty if nothing in it is visible.

    Zero-width and joining characters, byte order marks, fillers and controls are invisible, as are combining marks and
    format characters without any other character, and noncharacters. Everything between the first and the last visible
    character is unchanged.
    """
    if not text or ("!" <= text[0] <= "~" and "!" <= text[-1] <= "~"):
        # Most texts begin and end with a visible ASCII character.
        return text
    start = _matched_to(_INVISIBLE, text, 0)
    end = len(text)
    while end > start and _matched_to(_INVISIBLE, text[end - 1], 0):
        end -= 1
    if not any(_is_visible(char) for char in islice(text, start, end)):
        return ""
    return text[start : _matched_to(_ATTACHED, text, end)]


def _is_visible(char: str) -> bool:
    """Whether a character is visible on its own. One that this Python does not know yet counts as visible."""
    if char < _FIRST_MARK:
        return not _matched_to(_INVISIBLE, char, 0)
    is_empty = _is_noncharacter(char) or char == _NULL_NOTEHEAD
    return not is_empty and unicodedata.category(char) not in _DEPENDENT and not _matched_to(_INVISIBLE, char, 0)


def _is_noncharacter(char: str) -> bool:
    """Whether the code point is a Unicode noncharacter."""
    return "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _matched_to(pattern: str, text: str, start: int) -> int:
    """The end of the match that begins at `start`."""
    match = re.compile(pattern).match(text, start)
    return start if match is None else match.end()


def without_ignorable(text: str) -> str:
    """The text without always invisible characters such as zero-width ones: for analysing a text, never for storing
    it."""
    return text if text.isascii() else re.sub(_IGNORED, "", text)


def has_surrogate(text: str) -> bool:
    """Whether the text has a lone surrogate, which may also be an undecodable byte (surrogateescape)."""
    try:
        # Much faster than a search for one.
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def encodable(text: str) -> str:
    """The text in a form that UTF-8 can encode: a surrogate pair becomes its character, a lone surrogate U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if has_surrogate(text) else text


def cleaned_id(text: str) -> str:
    """An id without what surrounds it when it is copied from a list, a message or a table: blanks, invisible
    characters, commas and the ellipsis of a truncated cell."""
    while (found := trim(text).strip(",;…")) != text:
        text = found
    return found


def sendable(text: str) -> str:
    """The text as it is sent in a request: trimmed, with LF line ends, and encodable."""
    return encodable(trim(text).replace("\r\n", "\n"))


def control_in(text: str) -> str:
    """The name of a text's first control character, such as "the control character U+001B (escape)"; empty without
    control characters. Tabs and the line ends LF and CR LF are allowed."""
    found = re.search(_CONTROL, text)
    if found is None:
        return ""
    code = ord(found[0])
    # Unicode has no names for control characters, but for the control picture of each ASCII one.
    picture = 0x2421 if code == 0x7F else 0x2400 + code if code < 0x20 else 0
    name = unicodedata.name(chr(picture), "").removeprefix("SYMBOL FOR ").lower()
    return f"the control character U+{code:04X}" + (f" ({name})" if name else "")


def storable_text(text: str) -> str:
    """The text in a form that the library can store: encodable, and with U+FFFD for NUL."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return encodable(text)
    return text


class NotText(ValueError):
    """The bytes are not text; the message says why, as the end of a sentence whose subject is "it"."""


def encoding_of(start: bytes) -> str:
    """Detect the encoding from the first bytes of a text: UTF-32 or UTF-16 by a byte order mark, else UTF-8."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")


def decoded(content: bytes) -> str:
    """Decode UTF-8 with or without a byte order mark, or UTF-16 or UTF-32 with one. Raises NotText."""
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError:
        raise NotText(NOT_UTF_8) from None
    if "\0" in text:
        raise NotText("it contains NUL characters")
    return text


def decoded_line(line: bytes) -> str:
    """Decode a line, as `decoded` does, that was read up to its newline byte; UTF-16 and UTF-32 may have zero bytes
    after it. Raises NotText.
    """
    unit = {"utf-32": 4, "utf-16": 2}.get(encoding_of(line), 1)
    return decoded(line + b"\0" * (-len(line) % unit))


def decoded_first_line(content: bytes) -> str:
    """Decode the first non-blank line and trim it; the rest may be arbitrary bytes. Empty if all lines are blank.
    Raises NotText.
    """
    text = content.decode(encoding_of(content), "replace")
    line = next((line for part in text.split("\n") if (line := part.strip())), "")
    if "\ufffd" in line:
        raise NotText(NOT_UTF_8)
    return decoded(line.encode())


def printable(text: str) -> str:
    """Sanitize text for one line of a terminal without changing its blanks: line ends and tabs become blanks, and
    characters that control the terminal are removed. Never raises."""
    if _is_plain(text):
        return text
    text = re.sub(_ON_A_LINE, "", re.sub(_BLANK, " ", text))
    return text if text.isascii() else _limit_combining_marks(text)


def printable_lines(text: str) -> str:
    """Sanitize text for a terminal, as `printable` does, but keep its lines and tabs."""
    return text if _is_plain(text) else re.sub(_ON_LINES, "", text)


def clean(text: str, limit: int = LINE_LIMIT) -> str:
    """Sanitize text for a cell or a sentence: one line without characters that control the terminal. Runs of white
    space become one blank; text longer than `limit` characters is truncated with an ellipsis. Never raises.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text:
        return text.strip()
    return _cut(trim(" ".join(printable(text[: limit * 4]).split())), limit)


def clean_lines(text: str, limit: int = TEXT_LIMIT) -> str:
    """Sanitize multi-line text, as `clean` does: line ends become newlines, tabs become blanks, trailing blanks are
    removed."""
    text = text[: limit + 1]
    for end, newline in _LINE_ENDS.items():
        if end in text:
            text = text.replace(end, newline)
    # Most songs need no change, which is cheap to detect; in the others, most lines do not change.
    is_plain = _is_plain(text.replace("\n", " "))
    if not is_plain or " \n" in text or text.endswith(" "):
        lines = text.split("\n")
        text = "\n".join((line if is_plain else printable(line)).rstrip() for line in lines)
    return _cut(text.strip("\n"), limit)


def has_dangerous(text: str) -> bool:
    """Whether a text has characters that may control the terminal, including line ends."""
    return re.search(_ON_A_LINE, text) is not None


def visibly(text: str) -> str:
    """The text with a dot in place of each character that may control the terminal."""
    return re.sub(_ON_A_LINE, "·", text)


def _is_plain(line: str) -> bool:
    """Whether a line can be displayed unchanged."""
    return line.isprintable() and (line.isascii() or max(line) < _FIRST_MARK)


def _limit_combining_marks(text: str) -> str:
    """Limit the combining marks on each letter: hundreds of them would cover the neighbouring lines."""
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
