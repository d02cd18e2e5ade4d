"""A paste with escape characters: its text stays in order, and no part of it becomes a key."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from sunotui.tui.runtime.textual_patches import keep_pastes_whole
from sunotui.tui.terminal.paste_parsing import PasteFilter

PASTE = "\x1b[200~one \x1b two \x1b[31mred\x1b[0m\x1b\x1b three\x1b[201~"
WHOLE = "one  two [31mred[0m three"


def read(pieces: list[str]) -> list[events.Event]:
    keep_pastes_whole()
    parser = XTermParser()
    return [event for piece in pieces for event in parser.feed(piece) if isinstance(event, events.Event)]


@pytest.mark.parametrize("size", [*range(1, 12), 100])
def test_a_paste_in_pieces_of_any_size_is_complete(size: int) -> None:
    text = f"a{PASTE}b"
    first, paste, last = read([text[at : at + size] for at in range(0, len(text), size)])
    assert isinstance(first, events.Key)
    assert isinstance(paste, events.Paste)
    assert isinstance(last, events.Key)
    assert (first.character, paste.text, last.character) == ("a", WHOLE, "b")


def test_keys_and_several_pastes_are_unchanged() -> None:
    found = read(["\x1b[A", "x\x1b[200~one\x1b[201~\x1b[B\x1b[200~two\x1b[201~", "\x1b[C"])
    assert [event.text if isinstance(event, events.Paste) else getattr(event, "key", "") for event in found] == [
        "up",
        "x",
        "one",
        "down",
        "two",
        "right",
    ]


def test_a_filter_lets_everything_else_through() -> None:
    pieces = ["\x1b", "[", "2", "0x", "\x1b[200", "~in", "\x1b", "[20", "1~out\x1b"]
    found = PasteFilter()
    assert "".join(found.filtered(piece) for piece in pieces) == "".join(pieces)
