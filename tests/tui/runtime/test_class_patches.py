"""The patch of how Textual defines classes of widgets gives the same classes, and comes before the widgets."""

from __future__ import annotations

import inspect
import subprocess
import sys

from textual.dom import DOMNode

DEFINED_AGAIN = """
import pkgutil, importlib
import sunotui.tui, textual.widgets
from textual.dom import DOMNode
from sunotui.tui.runtime import class_patches

for module in pkgutil.walk_packages(sunotui.tui.__path__, "sunotui.tui."):
    importlib.import_module(module.name)
for name in textual.widgets.__all__:
    getattr(textual.widgets, name)

def found(cls):
    values = {name: vars(cls)[name] for name in
        ("_reactives", "_computes", "_css_type_name", "_css_type_names", "_inherit_css", "_inherit_bindings",
         "_inherit_component_classes")}
    return values, list(values["_reactives"]), cls._merged_bindings.key_to_bindings

def subclasses(cls):
    for one in cls.__subclasses__():
        yield one
        yield from subclasses(one)

classes = set(subclasses(DOMNode))
for cls in classes:
    theirs = found(cls)
    class_patches._define(cls, cls._inherit_css, cls._inherit_bindings, cls._inherit_component_classes)
    assert found(cls) == theirs, cls
assert any(cls._computes for cls in classes)
assert any(not cls._inherit_bindings for cls in classes)
print(len(classes) > 100, DOMNode.__init_subclass__.__func__.__module__)
"""

STARTED = """
import asyncio, sys
from sunotui.tui import run
assert "textual.dom" not in sys.modules
try:
    asyncio.run(run._run(None, None))
except AttributeError:
    pass  # There is no core.
from textual.widget import Widget
from sunotui.tui.runtime import class_patches
before = class_patches._own.cache_info()
class_patches._own(Widget)
print("sunotui.tui.app" in sys.modules, class_patches._own.cache_info().hits - before.hits)
"""


def run_python(code: str) -> list[str]:
    """The words that a new interpreter prints for this code."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_a_class_of_widgets_is_what_textual_makes_of_it() -> None:
    assert run_python(DEFINED_AGAIN) == ["True", "textual.dom"]


def test_the_patch_is_applied_before_the_widgets_are_imported() -> None:
    assert run_python(STARTED) == ["True", "1"]


def test_textual_still_searches_all_base_classes() -> None:
    """Otherwise the patch can go."""
    source = inspect.getsource(DOMNode.__init_subclass__)
    assert "dir(cls)" in source
    assert "in reversed(cls.__mro__)" in source
