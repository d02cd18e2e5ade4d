"""Citations of docs/protocol.md in code: sections such as "protocol 3.3, 4.1", quirks and samples, by their
position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tests.support.paths import ROOT, SAMPLES

PROTOCOL = ROOT / "docs" / "protocol.md"

_AND = r"(?:,? and |, | to |,? or )"
_SECTIONS = re.compile(rf"\bprotocol (?:sections? )?(\d+(?:\.\d+)?(?:{_AND}\d+(?:\.\d+)?)*)\b", re.IGNORECASE)
_QUIRKS = re.compile(rf"\bquirks? (\d+(?:{_AND}\d+)*)\b", re.IGNORECASE)
_SAMPLE = re.compile(r"\bsamples? ((?:[a-z0-9]+_|raw/)[a-z0-9_/]*\*?)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FACTS = re.compile(r"\(((?:[A-Z]\d{1,2}, )*F\d{1,2}(?:, [A-Z]\d{1,2})*)\)")
_SUFFIXES = {".py", ".toml", ".md", ".sql"}


@cache
def _texts() -> dict[str, str]:
    """The text of each file that may have citations, by path, with its lines joined, since citations may wrap."""
    paths = (path for folder in ("sunotui", "tests", "docs") for path in sorted((ROOT / folder).rglob("*.*")))
    return {
        str(path.relative_to(ROOT)): " ".join(
            line.strip().removeprefix("#").lstrip() for line in path.read_text(encoding="utf-8").splitlines()
        )
        for path in paths
        if path.suffix in _SUFFIXES
    }


def cited(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Every citation that a pattern finds in the package and the tests, as (path, cited text)."""
    for place, text in _texts().items():
        for match in pattern.finditer(text):
            yield place, match[1]


def cited_sections() -> Iterator[tuple[str, str]]:
    """Every cited section of the protocol, such as ("sunotui/core/x.py", "3.3")."""
    for place, text in cited(_SECTIONS):
        yield from ((place, number) for number in _NUMBER.findall(text))


def cited_quirks() -> Iterator[tuple[str, str]]:
    """Every cited number of the list of quirks."""
    for place, text in cited(_QUIRKS):
        yield from ((place, number) for number in _NUMBER.findall(text))


def cited_samples() -> Iterator[tuple[str, str]]:
    """Every cited sample without its suffix; a `*` at the end means several."""
    yield from cited(_SAMPLE)


def sections() -> set[str]:
    """The numbers of the document's headings."""
    return set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?)\.? ", PROTOCOL.read_text(encoding="utf-8"), re.MULTILINE))


def quirks() -> set[str]:
    """The numbers of the list in the section on quirks."""
    text = PROTOCOL.read_text(encoding="utf-8").split("\n## 6. ")[1].split("\n## 7. ")[0]
    return set(re.findall(r"^(\d+)\. ", text, re.MULTILINE))


def is_sample(name: str) -> bool:
    """Whether a stored sample has this name."""
    return any(SAMPLES.glob(name if name.endswith("*") else f"{name}.*"))


def internal_references() -> list[str]:
    """The sections to which the document itself refers in parentheses, such as "(4.5)"."""
    return re.findall(r"\((\d{1,2}(?:\.\d+)?)\)", PROTOCOL.read_text(encoding="utf-8"))


def cited_library_facts() -> Iterator[tuple[str, str]]:
    """Every cited fact about a library, such as ("sunotui/gateway/x.py", "F8"), in the package; function keys are not
    in parentheses."""
    for place, text in cited(_FACTS):
        if place.startswith("sunotui"):
            yield from ((place, code) for code in re.findall(r"F\d+", text))


def library_facts() -> set[str]:
    """The numbers of the facts about libraries that docs/architecture.md lists."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\* (F\d+): ", text, re.MULTILINE))
