"""What a clip was made of, and how, out of the keys of its metadata (protocol 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sunotui.domain.tasks.clip import Derivation, DerivationKind
from sunotui.gateway.parsing.fields import Foreign, identity

MOST_PARENTS = 16
"""Ids kept of the clips that one was made of."""

_MOST_DERIVATIONS = 2 * MOST_PARENTS
"""A gateway may name one clip in two ways."""
_HISTORIES: Mapping[str, DerivationKind] = {
    "history": DerivationKind.CONTINUATION,
    "concat_history": DerivationKind.PART,
}
_ID_LISTS: Mapping[str, DerivationKind] = {
    "mashup_clip_ids": DerivationKind.MASHUP,
    "playlist_clip_ids": DerivationKind.PLAYLIST,
}
_IDS: Mapping[str, DerivationKind] = {
    "continue_clip_id": DerivationKind.CONTINUATION,
    "cover_clip_id": DerivationKind.COVER,
    "edited_clip_id": DerivationKind.EDIT,
    "stem_from_id": DerivationKind.STEM,
    "audio_prompt_id": DerivationKind.AUDIO_PROMPT,
    "artist_clip_id": DerivationKind.ARTIST,
    "upsample_clip_id": DerivationKind.UPSAMPLE,
    "overpainting_clip_id": DerivationKind.ADDED_VOCALS,
    "underpainting_clip_id": DerivationKind.ADDED_INSTRUMENTAL,
    "speed_clip_id": DerivationKind.SPEED,
    "persona_id": DerivationKind.PERSONA,
}
_STEM_KEYS = ("stem_task", "stem_type_id", "stem_type_group_name")
_OF_A_SECTION = frozenset({DerivationKind.CONTINUATION, DerivationKind.EDIT})
"""What an `infill` beside these ids makes a replaced section."""


def derivations_of(clip_id: str, item: Foreign, inner: Foreign) -> tuple[Derivation, ...]:
    """All that a clip says of its making, each once; `inner` is its metadata.

    A relay that drops `task` makes a plain continuation: the clip that was asked for is in its history with `infill`
    false. Only what the clip says beyond that makes it a section, a stem or a cover.
    """
    named = [found for holder in (inner, item) for found in _named(holder)]
    has_stem_keys = any(_has_stem_keys(holder) for holder in (inner, item))
    has_infill = any(holder.get("infill") is True for holder in (inner, item))
    # An entry of the history that is the section tells of itself; the others are then what came before it.
    is_open = not any(kind is DerivationKind.SECTION for kind, _ in named)
    has_source = any(kind is DerivationKind.STEM for kind, _ in named)
    found: dict[Derivation, None] = {}
    for kind, value in named:
        parent = identity(value)
        if not parent or parent == clip_id:
            continue
        if kind in _OF_A_SECTION and has_infill and is_open:
            kind = DerivationKind.SECTION
        elif kind is DerivationKind.CONTINUATION and has_stem_keys and not has_source:
            kind = DerivationKind.STEM
        found[Derivation(kind, parent)] = None
    return tuple(found)[:_MOST_DERIVATIONS]


def parents_of(derivations: tuple[Derivation, ...]) -> tuple[str, ...]:
    """Ids of the clips among them, each once."""
    clips = dict.fromkeys(found.id for found in derivations if found.kind is not DerivationKind.PERSONA)
    return tuple(clips)[:MOST_PARENTS]


def _named(holder: Foreign) -> Iterator[tuple[DerivationKind, object]]:
    for name, kind in _HISTORIES.items():
        parts = holder.get(name)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                yield _kind_of(part, kind), part.get("id")
    for name, kind in _ID_LISTS.items():
        ids = holder.get(name)
        for value in ids if isinstance(ids, list) else ():
            yield kind, value
    for name, kind in _IDS.items():
        if value := holder.get(name):
            yield kind, value


def _kind_of(part: Foreign, usual: DerivationKind) -> DerivationKind:
    """The kind of an entry of a history, which may tell more than the list that it stands in."""
    if part.get("infill") is True:
        return DerivationKind.SECTION
    if _has_stem_keys(part) or identity(part.get("stem_from_id")):
        return DerivationKind.STEM
    return usual


def _has_stem_keys(holder: Foreign) -> bool:
    return any(holder.get(name) not in (None, "", 0, False) for name in _STEM_KEYS)
