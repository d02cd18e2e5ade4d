"""Removes escape characters from bracketed pastes, so that a paste arrives whole and in order."""

from __future__ import annotations

_ESCAPE = "\x1b"
_BEGIN, _END = "\x1b[200~", "\x1b[201~"


class PasteFilter:
    """Removes escape characters from the bracketed pastes of one terminal's input, which arrives in pieces.

    Textual treats an escape as the beginning of a key sequence, and delivers what follows as keys, before the paste.
    """

    def __init__(self) -> None:
        self._is_in_paste = False
        self._tail = ""
        """The last characters outside of a paste: the start marker may be split between two pieces."""
        self._held = ""
        """The end of a piece that may be the first part of the end marker."""

    def filtered(self, piece: str) -> str:
        """The next piece of the terminal's input; what may be part of an end marker is returned with the next piece."""
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
    """The text without the part of an end marker that it ends with, and that part."""
    for length in range(len(_END) - 1, 0, -1):
        if text.endswith(_END[:length]):
            return text[:-length], text[-length:]
    return text, ""
