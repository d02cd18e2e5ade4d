"""The features that only some gateways support."""

from __future__ import annotations

from enum import StrEnum


class Feature(StrEnum):
    """A feature that only some gateways support. The values are shown, and stored in the library: they never change."""

    CONCAT = "concat"
    UPLOAD = "upload by address"
    UPLOAD_FILE = "file upload"
    COVER = "cover"
    INFILL = "infill"
    PERSONA = "persona"
    STEMS = "stems"
    EXCLUDE = "excluded styles"
    EXTRA = "extra fields"
    TAGS = "tag upsampling"
    TIMING = "aligned lyrics"
    FEED = "feed"
    WAV = "wav"
    COVER_EXTEND = "extended cover"
    ADD_VOCALS = "added vocals"
    ADD_INSTRUMENTAL = "added instrumental"
    REMASTER = "remaster"
    MASHUP = "mashup"
    INSPIRED = "inspired by clips"
    SOUND = "sound effect"
    HUM = "hum to song"
    IMAGE = "image to song"
    VIDEO = "video to song"
    SLIDERS = "sliders"
    PERSONA_CREATION = "persona creation"
    MP4 = "mp4"
    MIDI = "midi"
    MY_MUSICS = "song listing"

    @property
    def label(self) -> str:
        """The name on screen, in the words of the screens."""
        return _LABELS.get(self, self.value)

    @property
    def code(self) -> str:
        """The code in the JSON documents. Scripts use it, so it never changes."""
        return _CODES[self]


_LABELS = {
    Feature.CONCAT: "joining",
    Feature.INFILL: "replacing a section",
    Feature.PERSONA: "voice",
    Feature.TAGS: "style expansion",
    Feature.TIMING: "lyric timings",
    Feature.INSPIRED: "inspired by takes",
    Feature.PERSONA_CREATION: "saving a voice",
}
_CODES = {
    Feature.CONCAT: "concat",
    Feature.UPLOAD: "upload",
    Feature.UPLOAD_FILE: "upload_file",
    Feature.COVER: "cover",
    Feature.INFILL: "infill",
    Feature.PERSONA: "persona",
    Feature.STEMS: "stems",
    Feature.EXCLUDE: "exclude",
    Feature.EXTRA: "extra",
    Feature.TAGS: "tags",
    Feature.TIMING: "timing",
    Feature.FEED: "feed",
    Feature.WAV: "wav",
    Feature.COVER_EXTEND: "cover_extend",
    Feature.ADD_VOCALS: "add_vocals",
    Feature.ADD_INSTRUMENTAL: "add_instrumental",
    Feature.REMASTER: "remaster",
    Feature.MASHUP: "mashup",
    Feature.INSPIRED: "inspired",
    Feature.SOUND: "sound",
    Feature.HUM: "hum",
    Feature.IMAGE: "image",
    Feature.VIDEO: "video",
    Feature.SLIDERS: "sliders",
    Feature.PERSONA_CREATION: "persona_creation",
    Feature.MP4: "mp4",
    Feature.MIDI: "midi",
    Feature.MY_MUSICS: "my_musics",
}


MUSIC_REQUEST_FIELDS = frozenset(Feature) - {
    *(Feature.CONCAT, Feature.UPLOAD, Feature.UPLOAD_FILE),
    *(Feature.TAGS, Feature.TIMING, Feature.FEED, Feature.WAV),
    *(Feature.PERSONA_CREATION, Feature.MP4, Feature.MIDI, Feature.MY_MUSICS),
}
"""Features that are only fields of a music request: a relay that drops them generates and bills a plain song."""
