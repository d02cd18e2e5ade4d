"""The base class of all dialogs, the only screen class of the program with subclasses."""

from __future__ import annotations

from typing import TypeVar

from textual.screen import ModalScreen

from sunotui.tui.base import BaseApp

Result = TypeVar("Result")


class Dialog(ModalScreen[Result]):
    """A screen on top of another one, which closes with a result."""

    # Relative to the file of the subclass, which is one folder below `tui`.
    CSS_PATH = "../styles/screens.tcss"

    app: BaseApp
