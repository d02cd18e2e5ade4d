"""Finds a secret in a text in any form in which a gateway may return it: plain, escaped, with other characters between
its own, in base64, and in part (K1)."""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

SHORTEST = 8
"""The length of a secret below which only its plain form is searched for: the other forms could match any text."""
RUN = 12
"""The length of a part of the secret that counts as the secret: a token without its first character is still nearly
all of the token. Shorter parts, such as the ends that relays keep when they mask a token, tell the user which token it
was."""
_ANCHOR = 6

# A token is printable ASCII: any other character between two of its characters is ignored.
_FOREIGN = re.compile(r"[^\t\n\r -~]+")
_FOREIGN_ASCII = bytes(code for code in range(128) if code not in b"\t\n\r" and not 32 <= code < 127)
_ESCAPED_FOREIGN = re.compile(r"(?<!\\)\\+u(?!00[2-7])[0-9A-Fa-f]{4}")
# Nested text is escaped several times: "%252D", "\\u002d".
_ESCAPE = re.compile(r"(?:%(?:25){0,4}|(?<!\\)\\+u00)([2-7][0-9A-Fa-f])")
# The same for a fast search over a whole response: `re` is fast for patterns that begin with a literal.
_ONCE_ESCAPED_FOREIGN = re.compile(r"\\u(?!00[2-7])[0-9A-Fa-f]{4}")
_PERCENT_ESCAPE = re.compile(r"%(?:25){0,4}([2-7][0-9A-Fa-f])")
_ONCE_ESCAPED = re.compile(r"\\u00([2-7][0-9A-Fa-f])")


def has_forms(secret: str) -> bool:
    """Whether every form of a secret is searched for, not only its plain form."""
    return len(secret) >= SHORTEST and secret.isascii() and secret.isprintable()


def has_secret(text: str, secret: str) -> bool:
    """Whether a text contains the secret, or at least RUN successive characters of it, in any form. In base64 only the
    whole secret is recognized."""
    if not secret or secret in text:
        return bool(secret)
    if not has_forms(secret) or len(text) < min(RUN, len(secret)):
        return False
    if any(form in text for form in _base64_forms(secret)):
        return True
    # Whole responses are searched: a step is skipped if it cannot change the text.
    if "\\u" in text:
        while "\\\\" in text:
            text = text.replace("\\\\", "\\")
        text = _ONCE_ESCAPED_FOREIGN.sub("", text)
    text = text.encode("ascii", "ignore").translate(None, _FOREIGN_ASCII).decode("ascii")
    if "%" in text:
        text = _PERCENT_ESCAPE.sub(_unescaped, text)
    if "\\u00" in text:
        text = _ONCE_ESCAPED.sub(_unescaped, text)
    return bool(_runs(text, secret))


def replace_secret(text: str, secret: str, mask: str) -> str:
    """The text with `mask` in place of every form of the secret that `has_secret` finds."""
    if not has_secret(text, secret):
        return text
    text = text.replace(secret, mask)
    if not has_forms(secret):
        return text
    for form in _base64_forms(secret):
        text = text.replace(form, mask)
    bare = text
    edits: list[_Edits] = []
    for pattern, is_removal in ((_ESCAPED_FOREIGN, True), (_FOREIGN, True), (_ESCAPE, False)):
        made = _Edits(bare, pattern, is_removal=is_removal)
        edits.append(made)
        bare = made.text
    parts: list[str] = []
    done = 0
    for start, end in _runs(bare, secret):
        for made in reversed(edits):
            start, end = made.start_before(start), made.end_before(end)
        parts += text[done:start], mask
        done = end
    return "".join((*parts, text[done:]))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


class _Edits:
    """A text after the matches of a pattern were removed, or were replaced by the character that each one encodes. It
    maps positions in the new text to positions in the old one."""

    def __init__(self, before: str, pattern: re.Pattern[str], *, is_removal: bool) -> None:
        self._is_removal = is_removal
        self._places: list[int] = []
        """The position after each edit."""
        self._shifts = [0]
        """The difference between old and new positions after each number of edits."""
        parts: list[str] = []
        done = length = 0
        for found in pattern.finditer(before):
            new = "" if is_removal else _unescaped(found)
            parts += before[done : found.start()], new
            length += found.start() - done + len(new)
            done = found.end()
            self._places.append(length)
            self._shifts.append(done - length)
        self.text = "".join((*parts, before[done:])) if parts else before

    def start_before(self, position: int) -> int:
        """The old start of a span that starts at this position, without what was removed before it."""
        return position + self._shifts[bisect_right(self._places, position)]

    def end_before(self, position: int) -> int:
        """The old end of a span that ends at this position, without what was removed after it."""
        bisect = bisect_left if self._is_removal else bisect_right
        return position + self._shifts[bisect(self._places, position)]


def _runs(text: str, secret: str) -> list[tuple[int, int]]:
    """The spans of a text that are at least RUN successive characters of the secret, or the whole secret if it is
    shorter; sorted, without overlaps."""
    least = min(RUN, len(secret))
    found: list[tuple[int, int]] = []
    ends: dict[int, int] = {}
    """Where the last run ends, by where the beginning of the secret would be: a run has several anchors."""
    for anchor, at in _anchors(secret):
        place = text.find(anchor)
        while place != -1:
            first = place - at
            if place >= ends.get(first, 0):
                start, end = _extended(text, secret, first, place)
                # A shorter part has no other anchor, and a hostile text may have a million of them.
                if end - start >= least:
                    ends[first] = end
                    found.append((start, end))
            place = text.find(anchor, place + 1)
    found.sort()
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


@lru_cache(maxsize=8)
def _anchors(secret: str) -> tuple[tuple[str, int], ...]:
    """Short parts of the secret and their positions, chosen so that every run contains one of them: a search for a few
    short texts is many times faster than one for every run."""
    step = min(RUN, len(secret)) - _ANCHOR + 1
    return tuple((secret[at : at + _ANCHOR], at) for at in range(0, len(secret) - _ANCHOR + 1, step))


def _extended(text: str, secret: str, first: int, place: int) -> tuple[int, int]:
    """The span of a text around the anchor at `place` that is a part of the secret, whose beginning would be at
    `first`."""
    start, end = place, place + _ANCHOR
    least, most = max(0, first), min(len(text), first + len(secret))
    while start > least and text[start - 1] == secret[start - 1 - first]:
        start -= 1
    while end < most and text[end] == secret[end - first]:
        end += 1
    return start, end


@lru_cache(maxsize=8)
def _base64_forms(secret: str) -> tuple[str, ...]:
    """The base64 forms of the secret inside a longer text: one for each position in a group of three bytes, in both
    alphabets, without the characters that depend on adjacent text."""
    forms: list[str] = []
    for before, start in ((0, 0), (1, 2), (2, 3)):
        content = b"\0" * before + secret.encode()
        whole = len(content) * 8 // 6
        forms += [encode(content).decode()[start:whole] for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    return tuple(dict.fromkeys(forms))
