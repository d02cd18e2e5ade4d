"""Every docstring of the package and its tests stands alone: it does not refer to another one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT

_REFERS = re.compile(r"The same\b|See |As (?!many|much)|Like |Ditto\b")
"""How a docstring begins that says only which other one says what is meant."""


def _docstrings(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings of a source with their lines: those of modules, classes, functions and attributes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def _dependent(source: str) -> list[int]:
    """The lines of docstrings that do not stand alone."""
    return [line for line, text in _docstrings(source) if _REFERS.match(text)]


def test_docstrings_stand_alone() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in ("sunotui", "tests")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line in _dependent(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('def a():\n    """See B."""', [2]),
        ('class A:\n    b: int\n    """As in `C`."""', [3]),
        ('"""The same for every URL."""', [1]),
        ('"""Like the test above."""', [1]),
        ('x = "See B."\n"""As many marks as values; see B."""', []),
    ],
)
def test_a_docstring_that_refers_to_another_one_is_found(source: str, lines: list[int]) -> None:
    assert _dependent(source) == lines
