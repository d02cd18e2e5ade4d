"""Explains why a take has no link: it is not available yet, the gateway does not provide it, or it is invalid."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sunotui.domain.tasks.clip import Clip
from sunotui.gateway.parsing.clips import audio_urls
from sunotui.gateway.parsing.fields import link
from sunotui.gateway.parsing.links import NO_DOWNLOAD, read_link
from sunotui.named_tuple import NamedTuple

_FIELDS = {
    "audio": ("audio_url", "audioUrl", "stream_audio_url", "streamAudioUrl"),
    "video": ("video_url", "videoUrl"),
    "image": ("image_url", "imageUrl", "image_large_url"),
}


class MissingLink(NamedTuple):
    """Why a take has no link."""

    reason: str
    """The reason, as a sentence without its full stop."""
    may_come: bool
    """Whether a later response may have one."""


def usable_link(address: str | None) -> str | None:
    """A stored URL if it is valid, else an empty text: earlier versions stored invalid ones."""
    return link(address)


def missing_link(raw: str, clip: Clip, kind: str) -> MissingLink:
    """Why a take has no link of a kind ("audio", "video", "image"). `raw` is the stored JSON of the task; it may be
    empty. Takes some milliseconds for a large one: do not call it on the UI thread.
    """
    read = [read_link(holder.get(name)) for holder in _objects_of(raw, clip.id) for name in _FIELDS[kind]]
    refusals = [each.refusal for each in read if each.refusal]
    if any(each.address for each in read):
        # An earlier version rejected it; the next response will include it.
        refusals = []
    if any(refusal != NO_DOWNLOAD for refusal in refusals):
        reason = next(refusal for refusal in refusals if refusal != NO_DOWNLOAD)
        return MissingLink(f"The gateway's {kind} link of this take cannot be used: {reason}", may_come=True)
    if clip.status.is_final and refusals:
        return MissingLink(f"This gateway gives no download of this take's {kind}", may_come=False)
    return MissingLink(f"This take has no {kind} yet", may_come=True)


def other_audio_links(raw: str, clip_id: str) -> list[str]:
    """The links in the stored JSON of a task that may be a take's audio. It takes some milliseconds, too."""
    return list(dict.fromkeys(url for item in _objects_of(raw, clip_id) for url in audio_urls(item)))


def _objects_of(raw: str, clip_id: str) -> Iterator[dict[str, object]]:
    """The objects in a response that describe a clip."""
    try:
        left = [json.loads(raw)] if raw else []
    except (ValueError, RecursionError):
        return
    while left:
        item = left.pop()
        if isinstance(item, dict):
            if clip_id in (item.get("id"), item.get("clip_id")):
                yield item
            left.extend(item.values())
        elif isinstance(item, list):
            left.extend(item)
