"""The derived tasks documented for each request format (the `task` of a song's request, November 2026)."""

from __future__ import annotations

from collections.abc import Mapping

_BOTH = frozenset({"extend", "upload_extend", "cover", "infill", "artist_consistency", "underpainting", "overpainting"})

NESTED_SECTIONS = frozenset({"fixed_infill", "infill_intro", "infill_outro", "cover_infill", "artist_infill"})
"""Variants of replaced sections: of fixed length, at either end, of a cover, of a persona's song."""
SECTIONS = NESTED_SECTIONS | {"infill", "upload_infill"}

_NESTED_ALONE = frozenset(
    {
        *("cover_extend", "remaster", "mashup_condition", "playlist_condition"),
        *("sound", "vox", "image_to_song", "video_to_song"),
    }
)

STEM_SHORTHAND: Mapping[str, str] = {"vocal-stems": "two", "all-stems": "twelve"}
"""Stems from a task name and a clip id only (ephone), each with the `stem_task` of the long form."""

FLAT_TASKS = _BOTH | {"gen_stem", "upload_infill", *STEM_SHORTHAND}
"""Fields at the top level: most private builds."""
NESTED_TASKS = _BOTH | NESTED_SECTIONS | _NESTED_ALONE
"""Fields inside `metadata_params`: key4u."""
SUNOAPI_TASKS = frozenset({"extend", "artist_consistency"})
"""No `task` field: the other fields determine the task."""
