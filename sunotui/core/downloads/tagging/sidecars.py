"""The files beside a saved take: its timed lyrics, its lyrics, and all known data. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection

from sunotui.core.documents.json_documents import task_document
from sunotui.core.documents.lrc import lrc_text
from sunotui.core.downloads.tagging.song_tags import NAME_LIMIT, lyrics_text
from sunotui.core.playback.lyrics_sync import LyricSheet
from sunotui.domain.annotations import Annotations
from sunotui.domain.requests.request import Request
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import clean, encodable


def sidecars(
    kinds: Collection[str],
    task: Task,
    clip: Clip,
    sheet: LyricSheet,
    *,
    request: Request | None = None,
    annotations: Annotations | None = None,
) -> dict[str, bytes]:
    """The content of the files of these kinds, of SAVE_SIDECARS, by suffix. A take without lyrics has no .txt, and one
    without times no .lrc."""
    made = {
        "lrc": lrc_text(sheet, clean(clip.title or task.title, NAME_LIMIT)) if sheet.has_times else "",
        "txt": lyrics_text(clip, sheet),
        "json": _document(task, clip, request, annotations) if "json" in kinds else "",
    }
    return {kind: f"{encodable(made[kind]).rstrip()}\n".encode() for kind in kinds if made[kind].strip()}


def _document(task: Task, clip: Clip, request: Request | None, annotations: Annotations | None) -> str:
    """The document of the song with this take alone."""
    document = task_document(task, request, annotations)
    take = next((at for at, one in enumerate(task.clips, 1) if one.id == clip.id), 0)
    document["clips"] = [one for one in document["clips"] if one["id"] == clip.id]
    document["differences"] = [one for one in document["differences"] if one["take"] == take]
    return json.dumps(document, ensure_ascii=False, indent=2)
