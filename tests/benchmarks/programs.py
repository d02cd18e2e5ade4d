"""The timed programs, as a user starts them: sunotui, and a hello-world app in bare Textual."""

from __future__ import annotations

import compileall
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.pane import Pane
from tests.benchmarks.usage import cpu_seconds
from tests.support.paths import ROOT

_HELLO = "Hello World"
_REACTION = "a key"
_BARE = f'''
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("{_HELLO}")

    def on_key(self):
        self.query_one(Static).update("{_REACTION}")

Hello().run()
'''


class Programs:
    """Starts the programs, each time in a new pane, with separate folders and environment."""

    def __init__(self, folder: Path) -> None:
        """`folder` is for their files. Byte-code must exist, or every run would compile it again."""
        compileall.compile_dir(ROOT / "sunotui", quiet=1)
        self._folder = folder
        self._bare = folder / "hello.py"
        self._bare.write_text(_BARE)

    def hello(self) -> tuple[float, float, float]:
        """Bare Textual: seconds to its text, and to the effect of a key pressed at that moment; and the processor time
        in seconds by then."""
        with self.hello_pane() as pane:
            return pane.seconds_to(_HELLO), pane.seconds_to_reaction("Tab", _REACTION), cpu_seconds(pane.pid)

    def hello_pane(self) -> Pane:
        """Bare Textual in a pane."""
        return Pane([sys.executable, str(self._bare)], {"PYTHONPATH": str(ROOT)})

    def sunotui(
        self, frame: Sequence[str], key: str, reaction: str, data: Path | None = None
    ) -> tuple[float, float, float]:
        """sunotui: seconds to the first usable frame, with the texts in `frame` (of the list and the key bar), and to
        the `reaction` to a key pressed at that moment; and the processor time in seconds by then. Without `data` with a
        library that does not exist yet."""
        own = self._folder / "own"
        shutil.rmtree(own, ignore_errors=True)
        with Pane(sunotui_command(), environ(data or own / "data", own / "config")) as pane:
            return pane.seconds_to(*frame), pane.seconds_to_reaction(key, reaction), cpu_seconds(pane.pid)


def environ(data: Path, config: Path) -> dict[str, str]:
    """The environment of sunotui: a profile whose gateway does not exist, so that no responses affect the figures."""
    return {
        "PYTHONPATH": str(ROOT),
        "SUNOTUI_DATA_DIR": str(data),
        "SUNOTUI_CONFIG_DIR": str(config),
        "SUNOTUI_BASE_URL": "http://127.0.0.1:9",
        "SUNOTUI_TOKEN": "unused-token",
    }


def sunotui_command(*arguments: str) -> list[str]:
    """The installed command, or else the module of this checkout."""
    script = Path(sys.executable).with_name("sunotui")
    return [str(script), *arguments] if script.exists() else [sys.executable, "-m", "sunotui", *arguments]
