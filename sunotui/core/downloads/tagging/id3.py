"""The tags of a file as an ID3v2.3 tag, which old players also read (https://id3.org/id3v2.3.0)."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from mutagen import PaddingInfo, id3

from sunotui.core.downloads.tagging.song_tags import SongTags
from sunotui.core.downloads.tagging.tag_bounds import LARGEST_TAG
from sunotui.named_tuple import NamedTuple
from sunotui.player.files.mp3_frames import tag_bytes

_LANGUAGE = "und"
"""The language of lyrics, which is not known."""
_COMMENT_LANGUAGE = "eng"
_FRONT_COVER = 3
_MILLISECONDS = 2
_LYRICS = 1
_HEADER_BYTES = 10
_FLAGS_AT = 5
_MORE_HEADERS = 0x40
"""The flag of an additional header behind that of the tag."""
_END_BYTES = 1_024
"""What mutagen sees of the end of an MP3; the tag that it removes there has at most 131 bytes."""


class TaggedEnds(NamedTuple):
    """What stands before and behind the sound of an MP3 with new tags, which is otherwise copied as it is."""

    start: bytes
    sound_at: int
    """Where the sound to copy begins in the old file."""
    sound_bytes: int
    end: bytes


def write_mp3(file: BinaryIO, tags: SongTags) -> None:
    """Replace the tag of an MP3. The old tag is not read, since it may be hostile. Raises OSError and
    mutagen.MutagenError."""
    _frames(tags).save(file, v1=id3.ID3v1SaveOptions.REMOVE, v2_version=3)


def tagged_ends(file: BinaryIO, tags: SongTags) -> TaggedEnds | None:
    """What `write_mp3` would make of a file around the sound, which is neither read nor written; None for a file with a
    tag of which that is not certain. Raises OSError and mutagen.MutagenError."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(_HEADER_BYTES)
    old = tag_bytes(head)
    if old > min(size, LARGEST_TAG) or (old and head[_FLAGS_AT] & _MORE_HEADERS):
        return None
    sound_bytes = max(0, size - old - _END_BYTES)
    file.seek(0)
    # Mutagen gets the file without most of its sound.
    short = BytesIO(file.read(old))
    short.seek(0, 2)
    file.seek(old + sound_bytes)
    short.write(file.read())
    short.seek(0)
    _frames(tags).save(
        short,
        v1=id3.ID3v1SaveOptions.REMOVE,
        v2_version=3,
        # It grows with the size of the whole file.
        padding=lambda found: PaddingInfo(found.padding, size).get_default_padding(),
    )
    made = short.getvalue()
    start = tag_bytes(made)
    return TaggedEnds(made[:start], old, sound_bytes, made[start:])


def id3_tag(tags: SongTags) -> bytes:
    """The tag alone, without padding."""
    tag = BytesIO()
    _frames(tags).save(tag, v1=id3.ID3v1SaveOptions.REMOVE, v2_version=3, padding=lambda _: 0)
    return tag.getvalue()


def _frames(tags: SongTags) -> id3.ID3:
    """The tag in memory. UTF-16 is the only encoding of ID3v2.3 for all scripts."""
    made = id3.ID3()
    encoding = id3.Encoding.UTF16

    def text(frame: type[id3.TextFrame], content: str) -> None:
        if content:
            made.add(frame(encoding=encoding, text=[content]))

    text(id3.TIT2, tags.title)
    text(id3.TPE1, tags.artist)
    text(id3.TALB, tags.album)
    text(id3.TRCK, f"{tags.track}/{tags.tracks}" if tags.track else "")
    text(id3.TBPM, str(tags.bpm) if tags.bpm else "")
    if tags.date:
        made.add(id3.TDRC(encoding=encoding, text=[tags.date]))
    if tags.lyrics:
        made.add(id3.USLT(encoding=encoding, lang=_LANGUAGE, desc="", text=tags.lyrics))
    if tags.synced:
        made.add(
            id3.SYLT(
                encoding=encoding, lang=_LANGUAGE, format=_MILLISECONDS, type=_LYRICS, desc="", text=list(tags.synced)
            )
        )
    if tags.comment:
        made.add(id3.COMM(encoding=encoding, lang=_COMMENT_LANGUAGE, desc="", text=[tags.comment]))
    if tags.cover_type:
        made.add(
            id3.APIC(
                encoding=id3.Encoding.LATIN1, mime=tags.cover_type, type=_FRONT_COVER, desc="Cover", data=tags.cover
            )
        )
    for name, content in tags.fields.items():
        made.add(id3.TXXX(encoding=encoding, desc=name, text=[content]))
    made.update_to_v23()
    return made
