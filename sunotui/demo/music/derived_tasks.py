"""Derived tasks that differ only in their fields, one row each: the required fields and the resulting metadata. Source:
documentation of gateways (November 2026). The error messages are not documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sunotui.demo.requests.payloads import InvalidBody, number_field, text_field, text_list_field, url_field
from sunotui.domain.gateways.models import MODELS, REMASTER

ANY_SONG_MODEL = frozenset(
    name
    for model in MODELS
    if not model.mv.startswith("chirp-v3") and model.mv != REMASTER
    for name in (model.mv, *model.aliases)
    # Once the models for covers, no longer accepted (protocol 2.2).
    if not name.endswith("-tau")
)
"""All names of models that support derived tasks; models newer than the documentation are accepted."""
_REMASTERING = frozenset(
    name
    for model in MODELS
    # The documentation only says that not every model supports remasters; these are the smaller and older ones.
    if model.mv in ANY_SONG_MODEL | {REMASTER} and model.mv not in {"chirp-goose", "chirp-auk-turbo", "chirp-v4"}
    for name in (model.mv, *model.aliases)
)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a derived task."""

    clip_ids: tuple[str, ...]
    range_s: tuple[float, float] | None
    """The section of the first clip, in seconds."""
    metadata: Mapping[str, Any]
    """The metadata of the resulting clip."""


@dataclass(frozen=True, slots=True)
class DerivedTaskSpec:
    """The fields of one derived task. An empty name means that the task has no such field."""

    clip: str = ""
    """The id of the clip."""
    shown_as: str = ""
    """Its name in a clip's metadata, if different."""
    clips: str = ""
    """The ids of several clips."""
    counts: tuple[int, int] = (1, 16)
    """The minimum and maximum number of ids. The maximum of a playlist is this demo's own."""
    range: str = ""
    """The prefix of the range's field names, before `_start_s` and `_end_s`."""
    text: str = ""
    """A required text."""
    url: str = ""
    """A required URL."""
    choice: str = ""
    """A field with one of `choices`."""
    choices: tuple[str, ...] = ()
    """The valid values; includes "" if the field is optional."""
    needs_words: bool = False
    keeps_words: bool = False
    """Whether a request without lyrics uses those of the clip."""
    keeps_length: bool = False
    """Whether the result is as long as the clip."""
    length_s: float | None = None
    """The length of the result in seconds, if it is not a song."""
    models: frozenset[str] = ANY_SONG_MODEL

    def read(self, params: Mapping[str, Any]) -> Sources:
        """Parse the sources from a task's fields. Raises InvalidBody."""
        fields = dict(params)
        shown: dict[str, Any] = {}
        clip_ids = self._clip_ids(fields)
        if self.clip:
            shown[self.shown_as or self.clip] = clip_ids[0]
        if self.clips:
            shown[self.clips] = list(clip_ids)
        range_s = self._range(fields) if self.range else None
        if range_s is not None:
            shown |= {f"{self.range}_start_s": range_s[0], f"{self.range}_end_s": range_s[1]}
        if self.text:
            shown[self.text] = _needed(fields, self.text)
        if self.url:
            shown[self.url] = url_field(fields, self.url)
        if self.choice:
            word = text_field(fields, self.choice)
            if word not in self.choices:
                raise InvalidBody(f"{self.choice} must be one of {', '.join(filter(None, self.choices))}")
            shown |= {self.choice: word} if word else {}
        return Sources(clip_ids, range_s, shown)

    def _clip_ids(self, fields: dict[str, Any]) -> tuple[str, ...]:
        if self.clip:
            return (_needed(fields, self.clip),)
        if not self.clips:
            return ()
        ids = tuple(text_list_field(fields, self.clips))
        least, most = self.counts
        if not least <= len(ids) <= most:
            raise InvalidBody(f"{self.clips} must hold {least if least == most else f'{least} to {most}'} clip ids")
        if len(set(ids)) < len(ids):
            raise InvalidBody(f"{self.clips} names a clip twice")
        return ids

    def _range(self, fields: dict[str, Any]) -> tuple[float, float]:
        names = f"{self.range}_start_s", f"{self.range}_end_s"
        start_s, end_s = (number_field(fields, name) for name in names)
        if start_s is None or end_s is None:
            raise InvalidBody(f"{names[0]} and {names[1]} are required")
        if not 0 <= start_s < end_s:
            raise InvalidBody(f"{self.range} range is not inside the clip")
        return start_s, end_s


def _needed(fields: dict[str, Any], name: str) -> str:
    text = text_field(fields, name)
    if not text:
        raise InvalidBody(f"{name} is empty")
    return text


DERIVED: Mapping[str, DerivedTaskSpec] = {
    "underpainting": DerivedTaskSpec(clip="underpainting_clip_id", range="underpainting", keeps_length=True),
    "overpainting": DerivedTaskSpec(
        clip="overpainting_clip_id", range="overpainting", needs_words=True, keeps_length=True
    ),
    "remaster": DerivedTaskSpec(
        clip="clip_id",
        shown_as="upsample_clip_id",
        choice="variation_category",
        choices=("subtle", "normal", "high"),
        keeps_words=True,
        keeps_length=True,
        models=_REMASTERING,
    ),
    "mashup_condition": DerivedTaskSpec(clips="mashup_clip_ids", counts=(2, 2), needs_words=True),
    "playlist_condition": DerivedTaskSpec(clips="playlist_clip_ids"),
    "sound": DerivedTaskSpec(text="sound", choice="type", choices=("", "loop"), length_s=12.0),
    "vox": DerivedTaskSpec(clip="artist_clip_id"),
    "image_to_song": DerivedTaskSpec(url="image_url"),
    "video_to_song": DerivedTaskSpec(url="video_url"),
}
"""By task. Underpainting adds an instrumental to a voice, overpainting a voice to an instrumental."""
