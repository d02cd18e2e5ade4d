"""The documents agree with the source: generated parts, cited sections, late imports, package docstrings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scripts import late_imports, write_docs
from tests.support import citations
from tests.support.paths import ROOT
from tests.support.source_scan import BY_NAME, source

OTHER_NAMES = frozenset({"Content"})
"""Names in documents that look like classes of the program."""


def test_every_package_docstring_is_one_sentence() -> None:
    for package, text in source().package_docstrings.items():
        assert text.count(". ") == 0, f"{package}: more than one sentence"
        assert text.endswith("."), f"{package}: no sentence"


def test_every_late_import_has_a_reason() -> None:
    assert sorted(late_imports.found()) == sorted(late_imports.listed())


def test_late_imports_stay_few() -> None:
    counted = [names for entry, names in late_imports.found().items() if not entry.endswith(BY_NAME)]
    assert sum(map(len, counted)) <= late_imports.LIMIT


def test_type_checking_blocks_stay_few() -> None:
    assert len(source().type_checking_blocks) <= late_imports.TYPE_CHECKING_LIMIT


def test_generated_parts_are_those_of_the_source() -> None:
    assert not write_docs.outdated(), "run: python -m tests.scripts.write_docs"


def test_every_cited_section_of_the_protocol_exists() -> None:
    known = citations.sections()
    assert [item for item in citations.cited_sections() if item[1] not in known] == []


def test_every_cited_quirk_exists() -> None:
    known = citations.quirks()
    assert [item for item in citations.cited_quirks() if item[1] not in known] == []


def test_every_cited_sample_exists() -> None:
    assert [item for item in citations.cited_samples() if not citations.is_sample(item[1])] == []


def test_the_protocol_refers_to_its_own_sections_only() -> None:
    assert set(citations.internal_references()) <= citations.sections()


def test_every_cited_fact_about_a_library_is_listed() -> None:
    cited, listed = list(citations.cited_library_facts()), citations.library_facts()
    assert cited
    assert [item for item in cited if item[1] not in listed] == []


def test_citations_are_found() -> None:
    """Otherwise the tests above would pass with a pattern that finds nothing."""
    assert len(list(citations.cited_sections())) > 100
    assert len(list(citations.cited_quirks())) > 20
    assert len(list(citations.cited_samples())) > 10


def documents() -> list[Path]:
    """All documents for users and developers."""
    return [*sorted((ROOT / "docs").glob("*.md")), *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING"))]


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_named_file_exists(path: Path) -> None:
    for name in re.findall(r"`((?:sunotui|tests|docs)/[\w./-]+)`", path.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_every_named_class_exists(path: Path) -> None:
    named = re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if name not in source().class_names and name not in OTHER_NAMES] == []
