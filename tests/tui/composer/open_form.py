"""The composer that is open in the app under test, and what its gateway got."""

from __future__ import annotations

import json
from typing import Any

from textual.widgets import Input, TextArea

from sunotui.domain.gateways.capabilities import Capabilities, Software
from sunotui.tui.composer.screen import ComposeScreen
from tests.tui.harness import AppHarness

RELAY = Capabilities(software=Software.NEW_API, version="v0.6.6", system_name="Example API")


def form(harness: AppHarness) -> ComposeScreen:
    """The open composer."""
    screen = harness.app.screen
    assert isinstance(screen, ComposeScreen)
    return screen


def put(harness: AppHarness, **texts: str) -> None:
    """Write texts into fields of the form, by their names."""
    for name, text in texts.items():
        form(harness).session.write(name, text)


def bodies(harness: AppHarness) -> list[dict[str, Any]]:
    """The request bodies that the gateway got."""
    return [json.loads(order.body) for order in harness.core_harness.gateway.orders]


def said(harness: AppHarness) -> str:
    """The text beside the form, on one line."""
    check = form(harness).session.check_pane.check
    return " ".join(f"{check.lines(10_000)} {check.json()}".split())


def text_of(harness: AppHarness, name: str) -> str:
    """The text of a field, by its name."""
    field = form(harness).query_one(f"#{name}")
    assert isinstance(field, Input | TextArea)
    return field.value if isinstance(field, Input) else field.text


def messages(harness: AppHarness) -> str:
    """All messages since the start, one on a line."""
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


async def settled_messages(harness: AppHarness) -> str:
    """All messages, once the app has nothing to do."""
    await harness.settle()
    return messages(harness)
