"""Writes the generated parts of the documents: `python -m tests.scripts.write_docs`.

With `--check` it changes nothing, names the files that are out of date, and ends with exit code 1 if there are any.
A part is between `<!-- generated: NAME -->` and `<!-- end of NAME -->`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.scripts.guarantee_table import guarantee_table
from tests.scripts.key_table import key_table, main_key_table
from tests.scripts.late_imports import late_import_table
from tests.scripts.package_graph import package_graph, package_table
from tests.support.paths import ROOT

PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "packages": (ROOT / "docs" / "architecture.md", package_graph),
    "package table": (ROOT / "docs" / "architecture.md", package_table),
    "late imports": (ROOT / "docs" / "start-up.md", late_import_table),
    "guarantees": (ROOT / "docs" / "guarantees.md", guarantee_table),
    "keys": (ROOT / "docs" / "keys.md", key_table),
    "main keys": (ROOT / "README.md", main_key_table),
}
"""All generated parts with their documents and the functions that generate them."""


def with_part(text: str, name: str, part: str) -> str:
    """The document with this part replaced. Raises ValueError if a marker of the part is missing."""
    begin, end = f"<!-- generated: {name} -->\n", f"\n<!-- end of {name} -->"
    head, _, rest = text.partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise ValueError(f"there are no markers of {name!r}")
    return f"{head}{begin}\n{part}\n{end}{tail}"


def outdated() -> dict[Path, str]:
    """The documents whose generated parts differ from the source, with their text as it should be."""
    texts: dict[Path, str] = {}
    for name, (path, make) in PARTS.items():
        if path not in texts:
            texts[path] = path.read_text(encoding="utf-8")
        texts[path] = with_part(texts[path], name, make())
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def main() -> int:
    """Write the documents, or check them; the exit code."""
    is_check = "--check" in sys.argv[1:]
    stale = outdated()
    for path, text in stale.items():
        print(path.relative_to(ROOT), "is out of date" if is_check else "written")
        if not is_check:
            path.write_text(text, encoding="utf-8")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
