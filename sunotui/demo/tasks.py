"""Which derived tasks each request form documents (the `task` of a song's request, November 2026)."""

_BOTH = frozenset({"extend", "upload_extend", "cover", "infill", "artist_consistency", "underpainting", "overpainting"})

FLAT_TASKS = _BOTH | {"gen_stem"}
"""Fields at the top level: most private builds."""
NESTED_TASKS = _BOTH
"""Fields inside `metadata_params`: key4u."""
SUNOAPI_TASKS = frozenset({"extend", "artist_consistency"})
"""No `task` on the wire: the fields that are present tell."""
