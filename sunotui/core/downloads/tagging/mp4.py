"""The tags of a file as atoms of an MP4: a video, or audio in AAC."""

from __future__ import annotations

from typing import BinaryIO

from mutagen.mp4 import AtomDataType, MP4Cover, MP4FreeForm, MP4Tags

from sunotui.core.downloads.tagging.song_tags import SongTags

_FREE = "----:com.apple.iTunes:"
_COVERS = {"image/jpeg": AtomDataType.JPEG, "image/png": AtomDataType.PNG}


def write_mp4(file: BinaryIO, tags: SongTags) -> None:
    """Replace the tags of an MP4. The format cannot store the times of words. Raises OSError and
    mutagen.MutagenError."""
    atoms = MP4Tags()
    named = (
        ("\xa9nam", tags.title),
        ("\xa9ART", tags.artist),
        ("\xa9alb", tags.album),
        ("\xa9day", tags.date),
        ("\xa9lyr", tags.lyrics),
        ("\xa9cmt", tags.comment),
    )
    atoms.update({name: [text] for name, text in named if text})
    if tags.track:
        atoms["trkn"] = [(tags.track, tags.tracks)]
    if tags.bpm:
        atoms["tmpo"] = [tags.bpm]
    if tags.cover_type in _COVERS:
        atoms["covr"] = [MP4Cover(tags.cover, imageformat=_COVERS[tags.cover_type])]
    for name, text in tags.fields.items():
        atoms[_FREE + name] = [MP4FreeForm(text.encode(), dataformat=AtomDataType.UTF8)]
    file.seek(0)
    atoms.save(file)
