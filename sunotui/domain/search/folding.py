"""Text folding for search: ignores case, accents and width, and makes each Chinese, Japanese or Korean character a
word, since these scripts have no spaces between words."""

from __future__ import annotations

import unicodedata

_SPACELESS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul, decomposed by the folding
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x4DBF),  # rare Han
    (0x4E00, 0x9FFF),  # Han
    (0xAC00, 0xD7AF),  # Hangul
    (0xF900, 0xFAFF),  # Han of older standards
    (0x20000, 0x3FFFF),  # rarer Han
)


def is_spaceless(char: str) -> bool:
    """Whether a character belongs to a script without spaces between words."""
    code = ord(char)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _SPACELESS)


def fold(text: str) -> str:
    """The folded text: é becomes e, Ａ a, ß ss, 東京 東 京. Never raises and never truncates."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    return " ".join(filter(None, folded.split(" ")))


class _FoldedCharacters(dict[int, str]):
    """What each character becomes, computed when it first occurs."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _CACHED_CHARACTERS:
            self.clear()
        char = chr(code)
        if is_spaceless(char):
            folded = f" {char} "
        else:
            folded = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
        self[code] = folded
        return folded


_CACHED_CHARACTERS = 20_000
_FOLDED = _FoldedCharacters()


SORT_LIMIT = 64
"""How many characters of a title determine its sort position."""
_LAST = "\U0010ffff"


def title_key(title: str) -> str:
    """The sort key of a title; an empty title sorts last."""
    return fold(title)[:SORT_LIMIT] or _LAST
