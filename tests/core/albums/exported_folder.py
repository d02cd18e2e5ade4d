"""Exports an album of small files into a folder, for the tests; run as a script, it is killed by the test."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from sunotui.core.albums.folder import AlbumFolder, FolderChanges, WantedFile
from sunotui.core.albums.manifest import ContentKind


def put(content: bytes, path: Path) -> None:
    """Write the content of a file."""
    path.write_bytes(content)


def export(path: Path, songs: Sequence[str], *, album: str = "Night", notes: str = "") -> FolderChanges:
    """Export songs, each "title" or "title=content", in this order, with the order as a text."""
    with AlbumFolder.open(path, album, 1.0) as folder:
        names = []
        for number, song in enumerate(songs, 1):
            title, _, content = song.partition("=")
            content = content or title
            name = f"{number:02} {title.rstrip('*')}.mp3"
            write = partial(put, content.encode() * 1_000)
            names.append(folder.want(WantedFile(name, ContentKind.AUDIO, content, write, clip_id=title)))
        text = "\n".join(names)
        folder.want(WantedFile("order.txt", ContentKind.PLAYLIST, text + notes, partial(put, text.encode())))
        return folder.apply()


if __name__ == "__main__":
    print("ready", flush=True)
    for order in range(10_000):
        turned = sys.argv[2:][order % (len(sys.argv) - 2) :] + sys.argv[2:][: order % (len(sys.argv) - 2)]
        export(Path(sys.argv[1]), turned[: 2 + order % len(turned)])
