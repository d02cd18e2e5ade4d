"""The alternatives of a regular expression, so that a test can show that an example matches each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_GROUP = "(?:"


def alternatives(pattern: str) -> list[str]:
    """Patterns without `|` that together match the same as `pattern`: one for each path through its groups. Supports
    the syntax in the program's message rules: escapes, classes, and groups `(?:...)`, also optional ones.
    """
    return [flat for branch in _split(pattern) for flat in _flat(branch)]


def reached(pattern: str, texts: list[str]) -> Iterator[tuple[str, bool]]:
    """Each alternative, and whether one of the texts matches it."""
    for alternative in alternatives(pattern):
        found = re.compile(alternative)
        yield alternative, any(found.search(text) for text in texts)


def _split(pattern: str) -> list[str]:
    """The branches of a pattern at its outermost level."""
    branches, depth, start = [], 0, 0
    for at, piece in _pieces(pattern):
        if piece.startswith("("):
            depth += 1
        elif piece == ")":
            depth -= 1
        elif piece == "|" and depth == 0:
            branches.append(pattern[start:at])
            start = at + 1
    return [*branches, pattern[start:]]


def _flat(branch: str) -> list[str]:
    at = next((at for at, piece in _pieces(branch) if piece == _GROUP), None)
    if at is None:
        return [branch]
    end = _end_of_group(branch, at)
    inner, rest = branch[at + len(_GROUP) : end], branch[end + 1 :]
    ways = [way for one in _split(inner) for way in _flat(one)]
    if rest.startswith("?"):
        ways, rest = [*ways, ""], rest[1:]
    return [branch[:at] + way + tail for way in ways for tail in _flat(rest)]


def _end_of_group(pattern: str, start: int) -> int:
    depth = 0
    for at, piece in _pieces(pattern):
        if at >= start and piece.startswith("("):
            depth += 1
        elif at >= start and piece == ")":
            depth -= 1
            if depth == 0:
                return at
    raise ValueError(f"a group of {pattern!r} has no end")


def _pieces(pattern: str) -> Iterator[tuple[int, str]]:
    """The characters with their positions; an escape, a class or the beginning of a group is one piece."""
    for found in re.finditer(r"\\.|\[[^\]]*\]|\(\?:|\(\?!|.", pattern, re.DOTALL):
        yield found.start(), found[0]
