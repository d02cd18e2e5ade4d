"""Scans the source of the package: all imports with their positions, also those by a call such as `import_module`, the
classes, the docstrings of packages. Nothing is executed, so platform-specific imports are found, too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path

from tests.support.paths import ROOT

PACKAGE = ROOT / "sunotui"


class Position(Enum):
    """The position of an import statement."""

    TOP = "top"
    LATE = "late"
    """Inside a function: it runs when the function is called."""
    TYPES = "types"
    """In an `if TYPE_CHECKING` block: it never runs."""


@dataclass(frozen=True, slots=True)
class FoundImport:
    """One imported module of one import statement."""

    importer: str
    """The full name of the importing module."""
    function: str
    """The innermost function with the statement; empty outside of functions."""
    target: str
    """The imported module; for a name in a module, that module."""
    position: Position


@dataclass(frozen=True, slots=True)
class Source:
    """The result of a scan of the package."""

    imports: list[FoundImport] = field(default_factory=list)
    """All imports by module, in the order of the file."""
    type_checking_blocks: list[str] = field(default_factory=list)
    """The modules with an `if TYPE_CHECKING` block, once for each block."""
    class_names: set[str] = field(default_factory=set)
    package_docstrings: dict[str, str] = field(default_factory=dict)
    """Every package with the docstring of its `__init__.py`, sorted by name."""


@cache
def module_files() -> dict[str, Path]:
    """Every module of the package and its file; a package has its own name, without `__init__`."""
    files = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


@cache
def source() -> Source:
    """The scan of the package; each file is parsed once."""
    found = Source()
    for module, path in module_files().items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.name == "__init__.py":
            found.package_docstrings[module] = ast.get_docstring(tree) or ""
        found.imports.extend(_imports_below(tree, module, "", is_typing=False))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.class_names.add(node.name)
            elif _is_type_checking(node):
                found.type_checking_blocks.append(module)
    return found


def _imports_below(node: ast.AST, module: str, function: str, *, is_typing: bool) -> Iterator[FoundImport]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            position = Position.TYPES if is_typing else Position.LATE if function else Position.TOP
            for target in _targets(child):
                yield FoundImport(module, function, target, position)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports_below(child, module, child.name, is_typing=is_typing)
        else:
            if isinstance(child, ast.Call) and (target := _called_target(child)):
                yield FoundImport(module, function, target, Position.LATE if function else Position.TOP)
            yield from _imports_below(child, module, function, is_typing=is_typing or _is_type_checking(child))


_IMPORTING_CALLS = {"import_module": "", "__import__": "", "optional_module": "sunotui.player."}
"""The functions that import a module by its name, and the package to which their names are relative."""
BY_NAME = "(a module by its name)"
"""The target of a call whose argument is not a literal."""


def _called_target(node: ast.Call) -> str:
    """The module that a call imports; empty for other calls."""
    name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
    if name not in _IMPORTING_CALLS:
        return ""
    argument = node.args[0] if node.args else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return f"{_IMPORTING_CALLS[name]}{argument.value}"
    return BY_NAME


def _targets(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    # `from package import module` imports the module, `from module import name` the module that has the name.
    modules = module_files()
    return list(dict.fromkeys(f"{base}.{a.name}" if f"{base}.{a.name}" in modules else base for a in node.names))


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
