"""Words of the package, its documents and its tests: no archaic English, and none that the glossary replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

ARCHAIC = re.compile(
    r"""\b(?:
        [Aa]new|[Mm]eanwhile|[Nn]obody|whilst|thereof|therein|thereby|hitherto|henceforth|whereupon|
        (?:[Ww]ent|[Gg]oes|[Gg]o|[Gg]oing|[Gg]one)[ ]on(?![ ](?:this|top|the|a|an)\b)|
        swallows?|owes?|stumbles?|stumbled|all[ ]the[ ]same|in[ ]clear(?![ ]text)|
        (?:title|state|one)[ ]of[ ]before|is[ ]none[ ](?:that|of)|(?:it|them)[ ]was[ ]told|a[ ]person
    )\b""",
    re.VERBOSE,
)

EXEMPT = frozenset({"sunotui/demo/music/vocabulary.py", "tests/test_words.py"})
"""Lyrics of the demo, and this list."""


def written_files() -> Iterator[Path]:
    """The source, style and document files."""
    yield from (ROOT / "sunotui").rglob("*.py")
    yield from (ROOT / "tests").rglob("*.py")
    yield from (ROOT / "docs").rglob("*.md")
    yield from ROOT.glob("*.md")


def test_no_archaic_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in sorted(written_files())
        if str(path.relative_to(ROOT)) not in EXEMPT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in ARCHAIC.finditer(line)
    ]
    assert found == []
