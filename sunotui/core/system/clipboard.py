"""Copies to the clipboard through the terminal (OSC 52) and the installed tools."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Mapping

from sunotui.core.system.helper_process import send_input, without_token
from sunotui.domain.text import clean, clean_lines

COPY_LIMIT = 100_000
"""The maximum number of copied bytes; longer texts are truncated (U3)."""
TOOL_LIMIT_S = 2.0
"""How long a tool may run, in seconds: xclip without its X server would never end."""


def fit_to_copy(text: str, *, is_many_lines: bool = False) -> str:
    """The text as it is copied: without control characters, on one line unless `is_many_lines`, at most COPY_LIMIT
    bytes."""
    fit = clean_lines(text, COPY_LIMIT) if is_many_lines else clean(text, COPY_LIMIT)
    return fit.encode("utf-8", "ignore")[:COPY_LIMIT].decode("utf-8", "ignore")


def osc52(text: str, *, is_many_lines: bool = False) -> str:
    """The escape sequence that makes a terminal copy the text; tmux ignores it by default."""
    encoded = base64.b64encode(fit_to_copy(text, is_many_lines=is_many_lines).encode()).decode("ascii")
    return f"\x1b]52;c;{encoded}\x07"


def copy_with_tools(text: str, environ: Mapping[str, str], *, is_many_lines: bool = False) -> list[str]:
    """Pass the text to all clipboard tools for this session; returns the names of those that accepted it. Never raises,
    and takes at most TOOL_LIMIT_S for each tool: do not call it on the UI thread.
    """
    data = fit_to_copy(text, is_many_lines=is_many_lines).encode()
    env = without_token(environ)
    return [command[0] for command in clipboard_tools(environ) if _accepts(command, data, env)]


def clipboard_tools(environ: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The clipboard commands for this session, according to its environment variables; they read the text from standard
    input."""
    commands: list[tuple[str, ...]] = []
    if environ.get("TMUX"):
        commands.append(("tmux", "load-buffer", "-w", "-"))
    if environ.get("WAYLAND_DISPLAY"):
        commands.append(("wl-copy",))
    if environ.get("DISPLAY"):
        commands.append(("xclip", "-selection", "clipboard"))
    if sys.platform == "darwin":
        commands.append(("pbcopy",))
    path = environ.get("PATH")
    return [command for command in commands if shutil.which(command[0], path=path) is not None]


def _accepts(command: tuple[str, ...], data: bytes, env: Mapping[str, str]) -> bool:
    program = shutil.which(command[0], path=env.get("PATH"))
    if program is None:
        return False
    return send_input((program, *command[1:]), data, env, TOOL_LIMIT_S)
