"""The documents by the names of their schema files, and by the commands that print them.

Keys keep their names and meanings; new ones come at the end. Times are ISO 8601 in UTC, such as "2026-11-29T16:00:00Z".
`docs/json-schema` has a JSON Schema for each entry of DOCUMENTS. Only type checkers and the generator of those files
import this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sunotui.core.documents.json_models.adoption import AdoptionDocument, FolderDocument
from sunotui.core.documents.json_models.clip_files import (
    MidiDocument,
    TagsDocument,
    TimingsDocument,
    UrlDocument,
)
from sunotui.core.documents.json_models.collections import (
    AlbumDocument,
    AlbumExportDocument,
    AlbumSummaryDocument,
    LabelDocument,
    PersonaDocument,
    SavedSearchDocument,
)
from sunotui.core.documents.json_models.downloads import DownloadDocument
from sunotui.core.documents.json_models.gateways import (
    DemoDocument,
    DoctorDocument,
    ProfileDocument,
)
from sunotui.core.documents.json_models.library import (
    ImportDocument,
    RepairDocument,
)
from sunotui.core.documents.json_models.playback import (
    PlaybackDocument,
    QueueDocument,
)
from sunotui.core.documents.json_models.statistics import (
    StatisticsDocument,
)
from sunotui.core.documents.json_models.submissions import (
    MatchDocument,
    SubmissionDocument,
)
from sunotui.core.documents.json_models.tasks import (
    AnnotationsDocument,
    ClipDocument,
    TaskDocument,
)

DOCUMENTS: Mapping[str, Any] = {
    "adopted": list[AdoptionDocument],
    "adopted-folder": FolderDocument,
    "album": AlbumDocument,
    "album_export": AlbumExportDocument,
    "albums": list[AlbumSummaryDocument],
    "annotations": list[AnnotationsDocument],
    "clip": ClipDocument,
    "clips": list[ClipDocument],
    "demo-gateway": DemoDocument,
    "doctor": DoctorDocument,
    "downloads": list[DownloadDocument],
    "import": ImportDocument,
    "labels": list[LabelDocument],
    "matches": list[MatchDocument],
    "midi": MidiDocument,
    "persona": PersonaDocument,
    "personas": list[PersonaDocument],
    "playback": PlaybackDocument,
    "profiles": list[ProfileDocument],
    "queue": QueueDocument,
    "repair": RepairDocument,
    "searches": list[SavedSearchDocument],
    "stats": StatisticsDocument,
    "submission": SubmissionDocument,
    "submissions": list[SubmissionDocument],
    "tags": TagsDocument,
    "task": TaskDocument,
    "tasks": list[TaskDocument],
    "timing": TimingsDocument,
    "url": UrlDocument,
}
"""The documents by the names of their schema files."""

_TASK, _ANNOTATIONS, _ALBUMS, _SEARCHES = ("task", "tasks"), ("annotations",), ("albums",), ("searches",)
COMMANDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("music", "lyrics", "upload", "concat", "stems"), _TASK),
    **dict.fromkeys(("fetch", "wait", "tasks", "search show"), ("tasks",)),
    **dict.fromkeys(("label add", "label remove", "rate", "note", "trash", "restore"), _ANNOTATIONS),
    **dict.fromkeys(("album list", "album add", "album remove", "album move", "album rename", "album delete"), _ALBUMS),
    **dict.fromkeys(("album artist", "album cover"), _ALBUMS),
    **dict.fromkeys(("search list", "search save", "search delete"), _SEARCHES),
    **dict.fromkeys(("wav", "video"), ("url",)),
    **dict.fromkeys(("queue", "queue list", "queue add", "queue remove", "queue move", "queue clear"), ("queue",)),
    "adopt": ("adopted", "adopted-folder"),
    "album show": ("album",),
    "album export": ("album_export",),
    "demo-gateway": ("demo-gateway",),
    "doctor": ("doctor", "repair"),
    "download": ("downloads",),
    "feed": ("clips",),
    "import": ("import",),
    "label list": ("labels",),
    "midi": ("midi",),
    "persona": ("persona",),
    "personas": ("personas",),
    "play": ("playback",),
    "profiles": ("profiles",),
    "show": ("task", "clip"),
    "stats": ("stats",),
    "submissions": ("submissions", "submission", "matches"),
    "tags": ("tags",),
    "timing": ("timing",),
}
"""The documents that each command prints: which one depends only on its arguments."""
