"""Foreign text made fit to show: the one door through which every string of a gateway comes in."""

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
