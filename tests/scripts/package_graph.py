"""The picture of the packages in docs/architecture.md, made from the imports of the source."""

from __future__ import annotations

from tests.support.source_scan import Position, source

TOP_DOWN = ("cli", "tui", "core", "demo", "gateway", "storage", "domain")
"""The layers in the order in which the picture shows them; a new package is added at the end."""


def package_graph() -> str:
    """A Mermaid flowchart: the packages with their parts, and an arrow from each package to those that it imports.

    A solid arrow is an import at the top of a module; a dotted one exists only inside functions or for types.
    """
    parts = _parts()
    lines = ["```mermaid", "flowchart TD"]
    for package in _ordered(parts):
        if not parts[package]:
            lines.append(f"  {package}[{package}]")
            continue
        lines.append(f"  subgraph {package}")
        lines += [f"    {package}_{part}[{part}]" for part in parts[package]]
        lines.append("  end")
    edges = _edges()
    for package in _ordered(parts):
        for target in _ordered(parts):
            if (positions := edges.get((package, target))) is not None:
                lines.append(f"  {package} {'-->' if Position.TOP in positions else '-.->'} {target}")
    return "\n".join([*lines, "```"])


def package_table() -> str:
    """A table of all packages with the docstrings of their `__init__.py`."""
    rows = [
        f"| `{name.removeprefix('sunotui.').replace('.', '/')}/` | {' '.join(text.split())} |"
        for name, text in source().package_docstrings.items()
        if name != "sunotui"
    ]
    return "\n".join(["| package | what belongs in it |", "|---|---|", *rows])


def _parts() -> dict[str, list[str]]:
    """The packages below `sunotui`, each with its own packages."""
    parts: dict[str, list[str]] = {}
    for name in source().package_docstrings:
        levels = name.split(".")[1:]
        if levels:
            inner = parts.setdefault(levels[0], [])
            if len(levels) == 2:
                inner.append(levels[1])
    return parts


def _edges() -> dict[tuple[str, str], set[Position]]:
    edges: dict[tuple[str, str], set[Position]] = {}
    for found in source().imports:
        importer, target = found.importer.split("."), found.target.split(".")
        if target[0] == "sunotui" and len(target) > 1 and len(importer) > 2 and importer[1] != target[1]:
            edges.setdefault((importer[1], target[1]), set()).add(found.position)
    return edges


def _ordered(parts: dict[str, list[str]]) -> list[str]:
    return sorted(parts, key=lambda name: (TOP_DOWN.index(name) if name in TOP_DOWN else len(TOP_DOWN), name))
