"""A handler for exceptions of any type hides mistakes, so each one says why it cannot name the types."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.paths import ROOT

PACKAGE = ROOT / "sunotui"
_BROAD = {"Exception", "BaseException"}


def broad_handlers(source: str) -> Iterator[tuple[int, str]]:
    """The handlers for any type of exception: the number of the line, and the reason in its comment."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            _, _, comment = lines[node.lineno - 1].partition("# ")
            yield node.lineno, comment.removeprefix("noqa: BLE001").strip(" -")


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(name is None or (isinstance(name, ast.Name) and name.id in _BROAD) for name in names)


def test_every_broad_handler_has_a_reason() -> None:
    found = [
        (path.relative_to(ROOT), number, reason)
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, reason in broad_handlers(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 20
    assert [f"{path}:{number}" for path, number, reason in found if len(reason.split()) < 3] == []


def test_handlers_of_any_form_are_found() -> None:
    source = (
        "try:\n    pass\nexcept:  # noqa: BLE001\n    pass\n"
        "try:\n    pass\nexcept (OSError, BaseException):\n    pass\n"
        "try:\n    pass\nexcept Exception as error:  # noqa: BLE001 - the edge of the program\n    pass\n"
        "try:\n    pass\nexcept OSError:\n    pass\n"
    )
    assert list(broad_handlers(source)) == [(3, ""), (7, ""), (11, "the edge of the program")]
