"""Parses the links of an export's takes like those in a gateway's response."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from operator import attrgetter

from sunotui.domain.errors import UnreadableResponse
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task
from sunotui.gateway.parsing.fields import JsonObject
from sunotui.gateway.parsing.links import read_link
from sunotui.gateway.parsing.tasks import raw_json, reports_in

_FIELDS = ("audio_url", "video_url", "image_url")
_LINKS = {name: attrgetter(name) for name in _FIELDS}
_NAMED = {name: re.compile(rf'{name.removesuffix("_url")}[a-z_]{{0,40}}url":"[^"]') for name in _FIELDS}
"""Matches a link of each kind in a gateway's response as compact JSON in lower case. Without the length limit, one long
word of a hostile response would take minutes."""


def with_raw_addresses(task: Task, raw: str) -> Task:
    """The task, completed by links that are in the gateway's JSON but not in its takes: earlier versions rejected some
    valid links."""
    missing = [name for name, of in _LINKS.items() if None in map(of, task.clips)]
    # Parsing the JSON takes longer than the rest of the task, and hardly any has missing links.
    lowered = raw.lower() if missing else ""
    if not any(_NAMED[name].search(lowered) for name in missing):
        return task
    try:
        reports = reports_in(json.loads(raw), [task.id])
    except (UnreadableResponse, ValueError, RecursionError):
        return task
    known = {clip.id: clip for report in reports for clip in report.clips}
    return task._replace(clips=tuple(_completed(clip, known.get(clip.id)) for clip in task.clips))


def refused_addresses(clips: Iterable[JsonObject]) -> str:
    """The invalid links of an export's takes, as JSON in the format of a gateway's response; empty if all links are
    valid. Stored for a task without a response, it explains why a take has no link."""
    refused = [
        {"id": clip.get("id"), **found}
        for clip in clips
        if (found := {name: clip[name] for name in _FIELDS if read_link(clip.get(name)).refusal})
    ]
    return raw_json({"clips": refused}) if refused else ""


def _completed(clip: Clip, known: Clip | None) -> Clip:
    if known is None:
        return clip
    return clip._replace(**{name: getattr(clip, name) or getattr(known, name) for name in _FIELDS})
