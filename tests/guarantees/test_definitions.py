"""Every code in the source and in the tests is defined, and every guarantee has a test."""

from __future__ import annotations

import re

from tests.guarantees.definitions import GUARANTEES
from tests.guarantees.gateway_facts import GATEWAY_FACTS
from tests.scripts.guarantee_table import marks
from tests.support.paths import ROOT

_CODES = re.compile(r"\(((?:(?:, | to | and )?[A-Z][0-9]{1,2})+)\)")
"""Codes in parentheses, such as (K1) and (S1 to S5). Facts about libraries (F8) are checked by tests/test_docs.py."""


def test_every_mark_names_a_guarantee() -> None:
    """Fails with a mark of S10."""
    assert {mark.code for mark in marks()} - GUARANTEES.keys() == set()


def test_every_guarantee_has_a_test() -> None:
    """Fails without the mark of T3."""
    assert GUARANTEES.keys() - {mark.code for mark in marks()} == set()


def test_every_mark_has_counts_in_its_file() -> None:
    """A mark with only a code adds a test to another mark of the file. Fails if the only mark of a file has no
    counts."""
    counted = {(mark.path, mark.code) for mark in marks() if mark.ordinary}
    assert {(mark.path, mark.code) for mark in marks()} - counted == set()


def test_every_code_in_the_source_is_defined() -> None:
    """Fails with (K10) in a docstring."""
    named = {
        code: path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "sunotui").rglob("*.py"))
        for codes in _CODES.findall(path.read_text("utf-8"))
        for code in re.findall(r"[A-EG-Z][0-9]{1,2}", codes)
    }
    assert len(named) > 30, "the source refers to guarantees"
    assert {code: path for code, path in named.items() if code not in GUARANTEES and code not in GATEWAY_FACTS} == {}
