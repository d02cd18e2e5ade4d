"""Words of the package, its documents and its tests: no archaic English, and no terms that the glossary replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ARCHAIC = re.compile(
    r"""\b(?:
        [Aa]new|[Mm]eanwhile|[Nn]obody|whilst|thereof|therein|thereby|hitherto|henceforth|whereupon|
        (?:[Ww]ent|[Gg]oes|[Gg]o|[Gg]oing|[Gg]one)\son(?!\s(?:this|top|the|a|an)\b)|
        swallows?|owes?|stumbles?|stumbled|all\sthe\ssame|in\sclear(?!\stext)|
        (?:title|state|one)\sof\sbefore|(?:it|them)\swas\stold|a\sperson|
        (?:is|are|was|were|be|been)\snone|(?:has|have|had|for|names?)\snone(?!\sof\b)|
        (?:be|been)\shad|time\shas\scome|need\snot|seldom|as\syet|lest|in\svain|for\swant\sof|own\saccord
    )\b""",
    re.VERBOSE,
)
REPLACED = re.compile(
    r"""\b(?:
        [Ii]ntake|(?<!bearer\sof\s)[Nn]ews|[Tt]old|[Tt]ells(?!\sno\sother\sone)|(?<!\.)[Tt]ell(?!\()
    )\b""",
    re.VERBOSE,
)
"""Words that tests replaced by "save", "event" or "message", and "say" or "report". Two texts of the package stay, and
so does the method of files."""
INDENT = re.compile(r"\n[ \t]*(?:#[ ])?")

EXEMPT = frozenset({"sunotui/demo/music/vocabulary.py", "tests/test_words.py"})
"""Lyrics of the demo, and this list."""
LISTS = frozenset({"test_words.py", "test_names.py"})
"""The tests that list replaced words."""


def written_files() -> Iterator[Path]:
    """The source, style and document files."""
    yield from (ROOT / "sunotui").rglob("*.py")
    yield from (ROOT / "tests").rglob("*.py")
    yield from (ROOT / "docs").rglob("*.md")
    yield from ROOT.glob("*.md")


def archaic_words(text: str) -> Iterator[tuple[int, str]]:
    """The archaic words of a text with the numbers of their lines; a construction may continue on the next line."""
    text = INDENT.sub("\n", text)
    for match in ARCHAIC.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, " ".join(match[0].split())


def test_no_archaic_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {words}"
        for path in sorted(written_files())
        if str(path.relative_to(ROOT)) not in EXEMPT
        for number, words in archaic_words(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_tests_use_no_replaced_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path.name not in LISTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in REPLACED.finditer(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("as the player is told", ["told"]),
        ("News of songs; tell them", ["News", "tell"]),
        ("file.tell() and newsletter", []),
    ],
)
def test_a_replaced_word_is_found(text: str, found: list[str]) -> None:
    assert REPLACED.findall(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("empty if there is none.", [(1, "is none")]),
        ('    """The note; empty if it has\n    none."""', [(1, "has none")]),
        ("x = 1\n    # None where there are\n    # none.", [(2, "are none")]),
        ("A request that names none", [(1, "names none")]),
        ("if value is None and it has none of these", []),
    ],
)
def test_a_construction_is_found_across_lines(text: str, found: list[tuple[int, str]]) -> None:
    assert list(archaic_words(text)) == found
