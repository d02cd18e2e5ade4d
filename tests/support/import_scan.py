"""Reads every import of the package from its source, with where it stands: at the top, inside a function, or for types.

Nothing is executed, so an import that only one platform takes is seen as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE = ROOT / "sunotui"


class Position(Enum):
    """Where an import statement stands."""

    TOP = "top"
    LATE = "late"
    """Inside a function: it runs when the function does."""
    TYPES = "types"
    """In an `if TYPE_CHECKING` block: it never runs."""


@dataclass(frozen=True, slots=True)
class FoundImport:
    """One imported module of one import statement."""

    importer: str
    """The importing module, with all its packages."""
    function: str
    """The innermost function around the statement; empty outside of functions."""
    target: str
    """The imported module; for a name of a module, the module that has the name."""
    position: Position


@cache
def module_files() -> dict[str, Path]:
    """Every module of the package and its file; a package goes by its own name, without `__init__`."""
    files = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


@cache
def package_docstrings() -> dict[str, str]:
    """Every package of the project with the docstring of its `__init__.py`, in the order of their names."""
    return {
        module: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        for module, path in module_files().items()
        if path.name == "__init__.py"
    }


@cache
def found_imports() -> tuple[FoundImport, ...]:
    """All imports of the package, module by module, each in the order of its file."""
    found: list[FoundImport] = []
    for module, path in module_files().items():
        found += _imports_below(ast.parse(path.read_text(encoding="utf-8")), module, "", is_typing=False)
    return tuple(found)


def type_checking_blocks() -> list[str]:
    """The modules with an `if TYPE_CHECKING` block, once for each block."""
    blocks = []
    for module, path in module_files().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        blocks += [module for node in ast.walk(tree) if _is_type_checking(node)]
    return blocks


@cache
def class_names() -> frozenset[str]:
    """The names of all classes of the package."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in module_files().values())
    return frozenset(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _imports_below(node: ast.AST, module: str, function: str, *, is_typing: bool) -> Iterator[FoundImport]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            position = Position.TYPES if is_typing else Position.LATE if function else Position.TOP
            for target in _targets(child):
                yield FoundImport(module, function, target, position)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports_below(child, module, child.name, is_typing=is_typing)
        else:
            yield from _imports_below(child, module, function, is_typing=is_typing or _is_type_checking(child))


def _targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    # `from package import module` imports the module, `from module import name` the module that has the name.
    modules = module_files()
    return list(dict.fromkeys(f"{base}.{a.name}" if f"{base}.{a.name}" in modules else base for a in node.names))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
