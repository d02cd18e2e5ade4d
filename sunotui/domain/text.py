"""Foreign text made fit to show: the one door through which every string of a gateway comes in."""

import codecs
import re
import unicodedata

LINE_LIMIT = 200
"""Characters kept of a one-line text such as a title (T1)."""
TEXT_LIMIT = 65_536
"""Characters kept of a many-line text such as lyrics (T1, P3)."""
URL_LIMIT = 2_048
"""Characters above which an address is no address (U1)."""

# Cc: C0, DEL and C1 controls. Cf: bidi controls, zero-width and tag characters. Cs: lone surrogates, which no
# terminal and no database can store. Co, Cn: private and unassigned, whose width nobody knows.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS = {"\r\n": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
_MARKS_PER_LETTER = 4
_FIRST_MARK = "\u0300"
"""The first character that may be a combining mark."""

# Unicode's default-ignorable code points, of which those to come are reserved in fixed ranges, so that the list does
# not age, with white space, control characters, annotation marks and the empty braille pattern.
_INVISIBLE = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
# Variation selectors and tag characters are part of the emoji or the letter before them.
_ATTACHED = re.compile(r"[\u180b-\u180d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]*")


def trim(text: str) -> str:
    """The text without white space and invisible characters at its ends; empty when nothing in it is visible.

    Invisible are zero-width and joining characters, byte order marks, fillers and controls. What is between the first
    and the last visible character stays as it is.
    """
    start = _matched_to(_INVISIBLE, text, 0)
    end = len(text)
    while end > start and _matched_to(_INVISIBLE, text[end - 1], 0):
        end -= 1
    return text[start : _matched_to(_ATTACHED, text, end)] if end > start else ""


def _matched_to(pattern: re.Pattern[str], text: str, start: int) -> int:
    """Where a match that begins at `start` ends."""
    match = pattern.match(text, start)
    return start if match is None else match.end()


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


def decoded(content: bytes) -> str:
    """Text in UTF-8, with or without a byte order mark, or in UTF-16 with one. Raises UnicodeDecodeError."""
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf_16 else "utf-8-sig")


def decoded_line(line: bytes) -> str:
    """The same for a line that was read up to its newline byte, of which UTF-16 may have one half more.

    Raises UnicodeDecodeError.
    """
    is_cut = line.startswith(codecs.BOM_UTF16_LE) and len(line) % 2
    return decoded(line + b"\0" if is_cut else line)


def clean(text: str, limit: int = LINE_LIMIT) -> str:
    """One line without anything that a terminal would obey: controls, bidi, zero-width, lone surrogates.

    Runs of white space fold to one blank; what is longer than `limit` characters ends in an ellipsis. Never raises.
    """
    if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text:
        return text.strip()
    return _cut(" ".join(_showable(text[: limit * 4]).split()), limit)


def clean_lines(text: str, limit: int = TEXT_LIMIT) -> str:
    """The same for many lines: line ends become newlines, tabs become blanks, trailing blanks go."""
    text = text[: limit + 1]
    for end, newline in _LINE_ENDS.items():
        if end in text:
            text = text.replace(end, newline)
    # Most songs are fit to show as they stand, which is told at once; of the others most lines are.
    is_plain = _is_plain(text.replace("\n", " "))
    if not is_plain or " \n" in text or text.endswith(" "):
        lines = text.split("\n")
        text = "\n".join((line if is_plain or _is_plain(line) else _showable(line)).rstrip() for line in lines)
    return _cut(text.strip("\n"), limit)


def _is_plain(line: str) -> bool:
    """Whether a line is fit to show as it stands."""
    return line.isprintable() and (line.isascii() or max(line) < _FIRST_MARK)


def _showable(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        if char in "\n\t\r\v\f\x85\u2028\u2029":
            kept.append(" ")
            marks = 0
        elif char.isascii():
            if char.isprintable():
                kept.append(char)
            marks = 0
        else:
            category = unicodedata.category(char)
            if category in _UNSHOWABLE:
                continue
            # A letter buried under hundreds of combining marks bleeds over its neighbours' lines.
            marks = marks + 1 if category in {"Mn", "Me"} else 0
            if marks <= _MARKS_PER_LETTER:
                kept.append(" " if category in {"Zl", "Zp"} else char)
    return "".join(kept)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
