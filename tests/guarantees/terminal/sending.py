"""Sends a song from the composer."""

from __future__ import annotations

from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.scripted_gateway import ScriptedGateway


def send_song(terminal: PseudoTerminal, gateway: ScriptedGateway) -> None:
    """Describe a song in a program that has just been started, and send it; returns when the gateway has the
    request."""
    terminal.wait_for("Your songs will appear here.")
    terminal.type("n")
    terminal.wait_for("Describe the song")
    terminal.type("rain")
    terminal.wait_for("Ready to send")
    terminal.type(b"\x13")
    terminal.wait_until(lambda: bool(gateway.requests_for("/submit/")), "the request")
