"""Sentences that front ends show about the export of an album."""

from __future__ import annotations

from sunotui.core.albums.exporter import AlbumExport
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.text import counted


def export_sentence(made: AlbumExport) -> str:
    """What an export did, in one sentence without its full stop."""
    changes = made.changes
    # A song that moved was also written again, since its tags contain its number.
    moved = {new for _, new in changes.renamed}
    written = [name for name in changes.written if name not in moved]
    numbers = (("written", written), ("renamed", changes.renamed), ("deleted", changes.deleted))
    parts = [f"{counted(len(found), 'file')} {word}" for word, found in numbers if found] or ["nothing changed"]
    missing = f", {len(made.missing):,} missing" if made.missing else ""
    total = length_text(made.duration_s)
    songs = counted(made.songs, "song") + (f" ({total})" if total else "") + missing
    return f"Exported “{made.album}”: {songs}; {', '.join(parts)}; in {made.folder}"
