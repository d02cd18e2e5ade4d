"""The paths of the protocol, and the possible path prefixes below a base URL (protocol 1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from sunotui.domain.gateways.profile import BaseUrl

SUBMIT_MUSIC = "/suno/submit/music"
SUBMIT_LYRICS = "/suno/submit/lyrics"
SUBMIT_CONCAT = "/suno/submit/concat"
UPLOAD_URL = "/suno/uploads/audio-url"
UPLOAD_FILE = "/suno/uploads/audio"
FETCH = "/suno/fetch"
ACT_TAGS = "/suno/act/tags"
PERSONA_CREATE = "/suno/persona/create"
SUBMIT_PERSONA = "/suno/submit/persona"
SUBMIT_UPSAMPLE_TAGS = "/suno/submit/upsample-tags"
"""These two return the id of a task (key4u, November 2026)."""
SUBMIT_UPSAMPLE_TAGS_CCAPI = "/suno/submit/UPSAMPLE_TAGS"
MY_MUSICS = "/suno/act/my-musics"

STATUS = "/api/status"
"""Shows which software a gateway runs; needs no token (protocol 1.3)."""
SUBSCRIPTION = "/v1/dashboard/billing/subscription"
USAGE = "/v1/dashboard/billing/usage"
TOKEN_USAGE = ("/api/usage/token/", "/api/usage/token")
"""The remaining quota of the key, at new-api of 2026, with or without a trailing slash: one of the two redirects, and
redirects are not followed."""
MODELS = "/v1/models"
POINTS = "/suno/account/integral"
"""The balance in points; only key4u has this page."""
PING = "/ping"
"""Only the reference server has it."""

CLIPS_A_REQUEST = 16
"""The maximum number of clips in one request to the feed."""
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
"""An id that no task, clip or upload has."""

_VERSION = "/v1"
_ID = re.compile(r"[!-~]{1,128}")


def is_usable_id(text: str) -> bool:
    """Whether a text can be the id of a task or clip: opaque, but 1 to 128 printable ASCII characters without blanks
    (S3)."""
    return _ID.fullmatch(text) is not None


def fetch_path(task_id: str) -> str:
    """The path of one task."""
    return f"{FETCH}/{_segment(task_id)}"


def feed_path(clip_ids: Sequence[str]) -> str:
    """The path for the current state of clips."""
    return f"/suno/feed/{','.join(_segment(clip_id) for clip_id in clip_ids)}"


def timing_path(clip_id: str) -> str:
    """The path for the word timings of a clip."""
    return f"/suno/act/timing/{_segment(clip_id)}"


def wav_path(clip_id: str) -> str:
    """The path for the link to a clip's WAV file."""
    return f"/suno/act/wav/{_segment(clip_id)}"


def mp4_path(clip_id: str) -> str:
    """The path for the link to a clip's MP4 file."""
    return f"/suno/act/mp4/{_segment(clip_id)}"


def mp4_state_path(task_id: str) -> str:
    """The path for the link to the MP4 file of the clip's task, by the gateway's task id (key4u, November 2026)."""
    return f"/suno/act/mp4-state?taskBatchId={_segment(task_id)}"


def midi_path(clip_id: str) -> str:
    """The path for a clip's notes."""
    return f"/suno/act/midi/{_segment(clip_id)}"


def midi_query_path(clip_id: str, stem_id: str = "") -> str:
    """The path for a clip's notes, or for those of one of its stems, with the ids in the query (key4u, November
    2026)."""
    return f"/suno/act/midi?clipId={_segment(clip_id)}" + (f"&stemClipId={_segment(stem_id)}" if stem_id else "")


def my_musics_path(page: int, size: int) -> str:
    """The path for one page of the key's songs; pages are counted from 1."""
    return f"{MY_MUSICS}?pageNum={page}&pageSize={size}"


def upload_path(upload_id: str, step: str = "") -> str:
    """The path of a file's upload, or of one of its steps: "upload-finish", "initialize-clip"."""
    return f"{UPLOAD_FILE}/{_segment(upload_id)}" + (f"/{step}" if step else "")


def prefixes(base_url: BaseUrl) -> tuple[str, ...]:
    """The prefixes to try for /suno, most likely first: as given, then with or without /v1, as at gptproto."""
    site = site_prefix(base_url)
    return tuple(dict.fromkeys((base_url.prefix, site, site + _VERSION)))


def site_prefix(base_url: BaseUrl) -> str:
    """The path of the site itself, below which /api and /v1 live."""
    return base_url.prefix.removesuffix(_VERSION)


def _segment(text: str) -> str:
    """An id encoded as one path segment."""
    return quote(text, safe="").replace(".", "%2E")
