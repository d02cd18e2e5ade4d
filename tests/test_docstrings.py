"""Every docstring of the package and its tests stands alone: it does not refer to another one. What a test says that it
fails without exists in the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.support.paths import ROOT
from tests.support.source_scan import module_files

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


_CONDITION = re.compile(r"\b(?:Fails (?:if|when|without)|Without)\b.*?(?=\.\s|\.?$)", re.DOTALL)
"""The sentence of a test that says what it needs."""
_IN_BACKTICKS = re.compile(r"`([\w./]+)(?:\(\))?`")
"""A name of the package, also with a dot, or one of its files; no command and no expression."""


@cache
def _known_names() -> frozenset[str]:
    """The names that the package has or uses: functions, classes, attributes, parameters, modules and their files."""
    names: set[str] = set()
    for module, path in module_files().items():
        names.update(module.split("."))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in ("name", "id", "attr", "arg"):
                name = getattr(node, part, None)
                names.update(name.split(".") if isinstance(name, str) else ())
    return frozenset(names)


def _is_known(name: str) -> bool:
    if name.endswith(".py"):
        return any(path.as_posix().endswith(f"/{name}") for path in module_files().values())
    return set(name.split(".")) <= _known_names()


def _unknown_names(docstring: str) -> list[str]:
    """The names that a test says it needs and that the package does not have."""
    names = [name for sentence in _CONDITION.findall(docstring) for name in _IN_BACKTICKS.findall(sentence)]
    return [name for name in names if not _is_known(name)]


def test_what_a_test_needs_exists() -> None:
    """Otherwise a reader cannot find out whether the test can still fail."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for line, text in _docstrings(path.read_text(encoding="utf-8"))
        for name in _unknown_names(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("docstring", "names"),
    [
        ("Fails if `Core.close_later` does not wait.", ["Core.close_later"]),
        ("Fails without `Core.close` in\n    `gone.py`: nothing ends.", ["gone.py"]),
        ("Closes. Without `is_vanished` and `is_away` it waits. `Other` may be missing.", ["is_vanished", "is_away"]),
        ("Fails when `close()` of `core/core.py` is missing, also with `debug=False`.", []),
        ("`Other` is missing. It fails.", []),
    ],
)
def test_a_name_that_is_gone_is_found(docstring: str, names: list[str]) -> None:
    assert _unknown_names(docstring) == names
