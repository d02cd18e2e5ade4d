"""A paste that has an escape character in it arrives whole and in order. Textual's version is pinned, and a test guards
this."""

from __future__ import annotations

from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

_ESCAPE = "\x1b"
_BEGIN, _END = "\x1b[200~", "\x1b[201~"


class PasteFilter:
    """Takes escape characters out of bracketed pastes, in text that comes in pieces.

    Textual reads one for the beginning of a key's sequence, and what follows it goes by as keys of its own, ahead of
    the paste that it stood in.
    """

    def __init__(self) -> None:
        self._is_in_paste = False
        self._tail = ""
        """The last characters outside of a paste: the marker of its beginning may come in two pieces."""
        self._held = ""
        """The end of a piece that may be the first part of the marker of the end."""

    def filtered(self, piece: str) -> str:
        """The next piece of the terminal's input; what may belong to a marker comes with the piece after."""
        text, self._held = self._held + piece, ""
        done: list[str] = []
        while text:
            if self._is_in_paste:
                body, marker, text = text.partition(_END)
                if not marker:
                    body, self._held = _split_marker(body)
                done += [body.replace(_ESCAPE, ""), marker]
                self._is_in_paste = not marker
            else:
                at = (self._tail + text).find(_BEGIN)
                stop = len(text) if at < 0 else at + len(_BEGIN) - len(self._tail)
                done.append(text[:stop])
                self._tail = (self._tail + text)[1 - len(_BEGIN) :] if at < 0 else ""
                self._is_in_paste, text = at >= 0, text[stop:]
        return "".join(done)


def _split_marker(text: str) -> tuple[str, str]:
    """The text without the part of the end's marker that it ends with, and that part."""
    for length in range(len(_END) - 1, 0, -1):
        if text.endswith(_END[:length]):
            return text[:-length], text[-length:]
    return text, ""


def keep_pastes_whole() -> None:
    """Have every parser of terminal input filter its pastes, once for the program's life; before a driver starts."""
    feed = XTermParser.feed
    if feed.__module__ == __name__:
        return

    def fed(self: XTermParser, data: str) -> Iterable[Message]:
        filters: PasteFilter = self.__dict__.setdefault("_paste_filter", PasteFilter())
        text = filters.filtered(data)
        # Textual takes an empty text for the end of the input.
        return feed(self, text) if text or not data else ()

    XTermParser.feed = fed  # type: ignore[method-assign]
