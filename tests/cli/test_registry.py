"""The table of commands: every handler can be imported and called."""

from __future__ import annotations

import inspect

import pytest

from sunotui.cli.registry import HANDLERS, find_handler


@pytest.mark.parametrize("command", HANDLERS)
def test_a_handler_takes_arguments_and_environment(command: str) -> None:
    assert list(inspect.signature(find_handler(command)).parameters) == ["args", "environ"]
