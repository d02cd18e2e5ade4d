"""Paths of the protocol, and where below a base URL they may live (protocol 1)."""

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
"""These two answer with the id of a task (key4u, November 2026)."""
SUBMIT_UPSAMPLE_TAGS_CCAPI = "/suno/submit/UPSAMPLE_TAGS"
MY_MUSICS = "/suno/act/my-musics"

STATUS = "/api/status"
"""Says which software a gateway runs; needs no token (protocol 1.3)."""
SUBSCRIPTION = "/v1/dashboard/billing/subscription"
USAGE = "/v1/dashboard/billing/usage"
TOKEN_USAGE = ("/api/usage/token/", "/api/usage/token")
"""What this key has left, at new-api of 2026, in one of two spellings: the other is a redirect, which is refused."""
MODELS = "/v1/models"
POINTS = "/suno/account/integral"
"""The balance in points: a page of key4u's alone."""
PING = "/ping"
"""Only the reference server has it."""

CLIPS_A_REQUEST = 16
"""Clips that one request to the feed names."""
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
"""An id that no task, clip or upload has."""

_VERSION = "/v1"
_ID = re.compile(r"[!-~]{1,128}")


def is_usable_id(text: str) -> bool:
    """Whether a text can be the id of a task or clip: opaque, but printable ASCII without blanks, 1 to 128 (S3)."""
    return _ID.fullmatch(text) is not None


def fetch_path(task_id: str) -> str:
    """The path of one task."""
    return f"{FETCH}/{_segment(task_id)}"


def feed_path(clip_ids: Sequence[str]) -> str:
    """The path of some clips as they are now."""
    return f"/suno/feed/{','.join(_segment(clip_id) for clip_id in clip_ids)}"


def timing_path(clip_id: str) -> str:
    """The path of the times of a clip's words."""
    return f"/suno/act/timing/{_segment(clip_id)}"


def wav_path(clip_id: str) -> str:
    """The path of a clip's wav file's address."""
    return f"/suno/act/wav/{_segment(clip_id)}"


def mp4_path(clip_id: str) -> str:
    """The path of a clip's MP4 file's address."""
    return f"/suno/act/mp4/{_segment(clip_id)}"


def mp4_state_path(task_id: str) -> str:
    """The path of the same by the gateway's id of the clip's task (key4u, November 2026)."""
    return f"/suno/act/mp4-state?taskBatchId={_segment(task_id)}"


def midi_path(clip_id: str) -> str:
    """The path of a clip's notes."""
    return f"/suno/act/midi/{_segment(clip_id)}"


def midi_query_path(clip_id: str) -> str:
    """The path of a clip's notes where the clip is named in the query (key4u, November 2026)."""
    return f"/suno/act/midi?clipId={_segment(clip_id)}"


def my_musics_path(page: int, size: int) -> str:
    """The path of one page of the key's songs; pages are counted from 1."""
    return f"{MY_MUSICS}?pageNum={page}&pageSize={size}"


def upload_path(upload_id: str, step: str = "") -> str:
    """The path of a file's upload, or of one of its steps: "upload-finish", "initialize-clip"."""
    return f"{UPLOAD_FILE}/{_segment(upload_id)}" + (f"/{step}" if step else "")


def prefixes(base_url: BaseUrl) -> tuple[str, ...]:
    """Where to look for /suno, the likeliest first: as given, then with or without the /v1 of gptproto's kind."""
    site = site_prefix(base_url)
    return tuple(dict.fromkeys((base_url.prefix, site, site + _VERSION)))


def site_prefix(base_url: BaseUrl) -> str:
    """The path of the site itself, below which /api and /v1 live."""
    return base_url.prefix.removesuffix(_VERSION)


def _segment(text: str) -> str:
    """An id encoded so that it stays one segment."""
    return quote(text, safe="").replace(".", "%2E")
