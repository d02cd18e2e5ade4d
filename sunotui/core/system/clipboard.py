"""The clipboard: by the terminal (OSC 52) and by the tools that are there, for both faces."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Mapping

from sunotui.core.system.helper_process import send_input, without_token
from sunotui.domain.text import clean, clean_lines

COPY_LIMIT = 100_000
"""Bytes that a copied text is cut to (U3)."""
TOOL_LIMIT_S = 2.0
"""Time a tool may take: xclip without its X server would wait for ever."""


def fit_to_copy(text: str, *, is_many_lines: bool = False) -> str:
    """The text as it may go to the clipboard: without controls, on one line unless asked, at most COPY_LIMIT bytes."""
    fit = clean_lines(text, COPY_LIMIT) if is_many_lines else clean(text, COPY_LIMIT)
    return fit.encode("utf-8", "ignore")[:COPY_LIMIT].decode("utf-8", "ignore")


def osc52(text: str, *, is_many_lines: bool = False) -> str:
    """What to write to a terminal so that it copies the text; tmux with its defaults ignores it."""
    packed = base64.b64encode(fit_to_copy(text, is_many_lines=is_many_lines).encode()).decode("ascii")
    return f"\x1b]52;c;{packed}\x07"


def copy_with_tools(text: str, environ: Mapping[str, str], *, is_many_lines: bool = False) -> list[str]:
    """Hand the text to every clipboard tool that fits this session; the names of those that took it.

    Never raises, and takes at most TOOL_LIMIT_S for each tool: call it off the screen's thread.
    """
    data = fit_to_copy(text, is_many_lines=is_many_lines).encode()
    env = without_token(environ)
    return [command[0] for command in clipboard_tools(environ) if _takes(command, data, env)]


def clipboard_tools(environ: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The commands that can take a text on standard input here, by what the session says it has."""
    fitting: list[tuple[str, ...]] = []
    if environ.get("TMUX"):
        fitting.append(("tmux", "load-buffer", "-w", "-"))
    if environ.get("WAYLAND_DISPLAY"):
        fitting.append(("wl-copy",))
    if environ.get("DISPLAY"):
        fitting.append(("xclip", "-selection", "clipboard"))
    if sys.platform == "darwin":
        fitting.append(("pbcopy",))
    path = environ.get("PATH")
    return [command for command in fitting if shutil.which(command[0], path=path) is not None]


def _takes(command: tuple[str, ...], data: bytes, env: Mapping[str, str]) -> bool:
    program = shutil.which(command[0], path=env.get("PATH"))
    if program is None:
        return False
    return send_input((program, *command[1:]), data, env, TOOL_LIMIT_S)
