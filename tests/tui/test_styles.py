"""A screen that is opened later loads its own styles: they are not loaded at the start."""

from __future__ import annotations

import importlib
import pkgutil

from textual.screen import ModalScreen

import sunotui.tui

_STYLES = "../styles/screens.tcss"


def test_every_modal_screen_loads_the_styles_of_later_screens() -> None:
    names = [one.name for one in pkgutil.walk_packages(sunotui.tui.__path__, "sunotui.tui.")]
    modules = [importlib.import_module(name) for name in names]
    found = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, ModalScreen) and kind.__module__ == module.__name__
    }
    assert len(found) > 8
    assert [kind.__name__ for kind in found if kind.CSS_PATH != _STYLES] == []
