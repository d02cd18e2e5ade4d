"""Only `textual_patches` uses private names of Textual; `BaseApp` overrides three of them, as that module explains."""

from __future__ import annotations

import ast
import inspect
from functools import cache

import textual.app
import textual.screen
import textual.widget

from tests.support.source_scan import module_files

_PATCH_FILE = "sunotui.tui.runtime.textual_patches"
_PUBLIC_ELSEWHERE = {"_replace", "_asdict", "_fields", "_exit"}
"""Public names of named tuples and of `os`."""
_OVERRIDES = {"_display", "_handle_exception", "_fatal_error"}
"""The private methods of App for which Textual has no public replacement."""


@cache
def _private_methods() -> frozenset[str]:
    """The private methods of Textual's App, Screen and Widget."""
    return frozenset(
        name
        for kind in (textual.app.App, textual.screen.Screen, textual.widget.Widget)
        for name, _ in inspect.getmembers(kind, callable)
        if name.startswith("_") and not name.startswith("__") and not name.startswith("_on_")
    )


def _uses(module: str, tree: ast.AST) -> list[str]:
    """What a module imports, overrides or calls of Textual's private names."""
    found = []
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            found += [part for part in parts if part.startswith("_")]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in _private_methods():
            found.append(node.name)
        elif isinstance(node, ast.Attribute) and (node.attr in _private_methods() - own or _is_of_another(node, tree)):
            found.append(node.attr)
    return [f"{module}: {name}" for name in found]


def _is_of_another(node: ast.Attribute, tree: ast.AST) -> bool:
    """Whether a private name belongs to an object that is neither `self` nor of this module."""
    if not node.attr.startswith("_") or node.attr.startswith("__") or node.attr in _PUBLIC_ELSEWHERE:
        return False
    if isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}:
        return False
    names = {other.attr for other in ast.walk(tree) if isinstance(other, ast.Attribute) and _is_self(other.value)}
    methods = {other.name for other in ast.walk(tree) if isinstance(other, ast.FunctionDef | ast.AsyncFunctionDef)}
    return node.attr not in names | methods


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "self"


def test_no_other_module_uses_private_names_of_textual() -> None:
    found = [
        use
        for module, path in module_files().items()
        if module.startswith("sunotui.tui") and module != _PATCH_FILE
        for use in _uses(module, ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert {use for use in found if use.startswith("sunotui.tui.base: ")} == {
        f"sunotui.tui.base: {name}" for name in _OVERRIDES
    }
    assert [use for use in found if not use.startswith("sunotui.tui.base: ")] == []


def test_a_use_of_a_private_name_is_found() -> None:
    source = """
from textual._compositor import X
class A:
    def _fatal_error(self): ...
    def b(self):
        self._render()
        self.app._driver
"""
    found = {"_compositor", "_fatal_error", "_render", "_driver"}
    assert set(_uses("m", ast.parse(source))) == {f"m: {name}" for name in found}
