"""Pictures by the protocol of iTerm2."""

from __future__ import annotations

import re
from base64 import b64decode

from sunotui.tui.terminal.iterm_images import inline_image


def test_a_file_is_sent_with_its_size_in_cells() -> None:
    content = bytes(range(256))
    sent = re.fullmatch(r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07", inline_image(content, 18, 9))
    assert sent is not None
    assert b64decode(sent[2]) == content
    assert dict(pair.split("=") for pair in sent[1].split(";")) == {
        "inline": "1",
        "size": "256",
        "width": "18",
        "height": "9",
        "preserveAspectRatio": "0",
        # Otherwise a picture above the last line scrolls the screen in some terminals.
        "doNotMoveCursor": "1",
    }
