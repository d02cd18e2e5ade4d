"""No import cycles in the package, including imports for types and inside functions."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import sunotui

PACKAGE = Path(sunotui.__file__).parent


def module_files(package: Path) -> dict[str, Path]:
    """All modules of a package by dotted name."""
    found: dict[str, Path] = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_modules(source: str, modules: Collection[str]) -> set[str]:
    """The modules that a source imports anywhere: at its top, under TYPE_CHECKING or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            # Only modules of packages count: otherwise each import would include everything that the package imports.
            found.update(names & set(modules) or {str(node.module)})
    return found & set(modules)


def import_graph(package: Path) -> dict[str, set[str]]:
    """The modules that each module of a package imports."""
    files = module_files(package)
    return {name: imported_modules(path.read_text(encoding="utf-8"), files) - {name} for name, path in files.items()}


def cycles(graph: Mapping[str, Iterable[str]]) -> list[frozenset[str]]:
    """The groups of modules that reach one another: strongly connected components of more than one (Tarjan, 1972)."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[frozenset[str]] = []

    def visit(module: str) -> None:
        index[module] = lowest[module] = len(index)
        stack.append(module)
        for other in graph[module]:
            if other not in index:
                visit(other)
                lowest[module] = min(lowest[module], lowest[other])
            elif other in stack:
                lowest[module] = min(lowest[module], index[other])
        if lowest[module] == index[module]:
            position = stack.index(module)
            if len(stack) - position > 1:
                found.append(frozenset(stack[position:]))
            del stack[position:]

    for module in graph:
        if module not in index:
            visit(module)
    return found


def test_no_import_cycle() -> None:
    assert [sorted(cycle) for cycle in cycles(import_graph(PACKAGE))] == []


def test_every_kind_of_import_counts(tmp_path: Path) -> None:
    package = tmp_path / "planted"
    package.mkdir()
    sources = {
        "__init__": "",
        "top": "import planted.typed\n",
        "typed": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from planted import late\n",
        "late": "def work() -> None:\n    from planted.top import name\n",
        "leaf": "from planted.top import name\n",
    }
    for name, source in sources.items():
        (package / f"{name}.py").write_text(source, encoding="utf-8")
    assert cycles(import_graph(package)) == [frozenset({"planted.top", "planted.typed", "planted.late"})]
