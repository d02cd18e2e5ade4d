"""Private names of libraries are used only where the lists below allow it, and each use has its reason there."""

from __future__ import annotations

import argparse
import ast
import inspect
from functools import cache

import textual.app
import textual.screen
import textual.widget

from tests.support.source_scan import module_files

_PATCH_FILES = {
    "sunotui.tui.runtime.class_patches",
    "sunotui.tui.runtime.textual_patches",
    "sunotui.gateway.transport.httpcore_patches",
}
"""Modules that use private names and nothing else; their docstrings have the reasons."""
_ALLOWED = {
    # The docstring of `textual_patches` has the reasons, and the text of an issue for each.
    ("sunotui.tui.base", "_display"),
    ("sunotui.tui.base", "_handle_exception"),
    ("sunotui.tui.base", "_fatal_error"),
    # Issue text for miniaudio: "PlaybackDevice.close() leaves its context open, and with it the connection to the sound
    # server. Uninitialize the context there." Without the name a device is closed as the library closes it.
    ("sunotui.player.engines.output", "_context"),
    # Issue text for Python: "HelpFormatter has no public way to wrap the paragraphs of a description: its methods are
    # documented as implementation details. Add a formatter that keeps paragraphs apart."
    ("sunotui.cli.arguments.base", "_fill_text"),
    # An annotation only, which is never evaluated. Issue text for Python: "The type of what zlib.decompressobj()
    # returns has no public name."
    ("sunotui.gateway.transport.content_encoding", "_Decompress"),
}
"""The other uses, each by its module and the name."""
_PUBLIC_ELSEWHERE = {"_replace", "_asdict", "_fields", "_field_defaults", "_exit"}
"""Public names of named tuples and of `os`."""
_BASES = {
    "sunotui.tui": (textual.app.App, textual.screen.Screen, textual.widget.Widget),
    "sunotui.cli": (argparse.ArgumentParser, argparse.HelpFormatter),
}
"""The classes of libraries that the classes of a package extend."""
_READERS = {"getattr", "hasattr", "setattr", "delattr"}


@cache
def _private_methods(module: str) -> frozenset[str]:
    """The private methods that classes of a module may override or call without naming an object of a library."""
    kinds = [kind for package, bases in _BASES.items() if module.startswith(package) for kind in bases]
    return frozenset(
        name
        for kind in kinds
        for name, _ in inspect.getmembers(kind, callable)
        if name.startswith("_") and not name.startswith("__") and not name.startswith("_on_")
    )


def _uses(module: str, tree: ast.AST) -> set[tuple[str, str]]:
    """What a module imports, overrides, calls or reads of the private names of libraries."""
    found: list[str] = []
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    own = functions | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _is_self(node.value)}
    of_bases = _private_methods(module)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            parts = [*(node.module or "").split("."), *(alias.name for alias in node.names)]
            found += filter(_is_private, parts)
        elif isinstance(node, ast.Import):
            found += filter(_is_private, (part for alias in node.names for part in alias.name.split(".")))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += {node.name} & of_bases
        elif isinstance(node, ast.Attribute) and _is_private(node.attr):
            is_of_another = not _is_self(node.value) and node.attr not in own
            if is_of_another or node.attr in of_bases - functions:
                found.append(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _READERS:
            values = (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
            found += filter(_is_private, values)
    return {(module, name) for name in found}


def _is_private(name: str) -> bool:
    """Whether a library may change the name at any time."""
    return (
        name.isidentifier()
        and name.strip("_") != ""
        and name.startswith("_")
        and not name.startswith("__")
        and name not in _PUBLIC_ELSEWHERE
    )


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def test_private_names_are_used_only_where_it_is_allowed() -> None:
    found = {
        use
        for module, path in module_files().items()
        if module not in _PATCH_FILES
        for use in _uses(module, ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == _ALLOWED


def test_a_use_of_a_private_name_is_found() -> None:
    source = """
from textual._compositor import X
import h11._receivebuffer
class A:
    def _fatal_error(self): ...
    def _own(self): ...
    def b(self, other: A, row: NamedTuple):
        self._render()
        self.app._driver
        getattr(self.app, "_context", None)
        self._own()
        other._own()
        row._replace()
"""
    found = {"_compositor", "_receivebuffer", "_fatal_error", "_render", "_driver", "_context"}
    assert _uses("sunotui.tui.m", ast.parse(source)) == {("sunotui.tui.m", name) for name in found}


def test_the_methods_of_a_base_class_count_in_its_package_only() -> None:
    source = ast.parse("class A:\n    def _fill_text(self): ...")
    assert _uses("sunotui.cli.m", source) == {("sunotui.cli.m", "_fill_text")}
    assert _uses("sunotui.core.m", source) == set()
