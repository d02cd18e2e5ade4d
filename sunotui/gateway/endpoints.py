"""Paths of the protocol, and where below a base URL they may live (protocol 1)."""

import re
from urllib.parse import quote

from sunotui.domain.profile import BaseUrl

SUBMIT_MUSIC = "/suno/submit/music"
SUBMIT_LYRICS = "/suno/submit/lyrics"
SUBMIT_CONCAT = "/suno/submit/concat"
UPLOAD_URL = "/suno/uploads/audio-url"
UPLOAD_FILE = "/suno/uploads/audio"
FETCH = "/suno/fetch"

STATUS = "/api/status"
"""Says which software a gateway runs; needs no token (protocol 1.3)."""
SUBSCRIPTION = "/v1/dashboard/billing/subscription"
USAGE = "/v1/dashboard/billing/usage"

_VERSION = "/v1"
_ID = re.compile(r"[!-~]{1,128}")


def is_usable_id(text: str) -> bool:
    """Whether a text can be the id of a task or clip: opaque, but printable ASCII without blanks, 1 to 128 (S3)."""
    return _ID.fullmatch(text) is not None


def fetch_path(task_id: str) -> str:
    """The path of one task, its id encoded so that it stays one segment."""
    return f"{FETCH}/{quote(task_id, safe='').replace('.', '%2E')}"


def prefixes(base_url: BaseUrl) -> tuple[str, ...]:
    """Where to look for /suno, the likeliest first: as given, then with or without the /v1 of gptproto's kind."""
    site = site_prefix(base_url)
    return tuple(dict.fromkeys((base_url.prefix, site, site + _VERSION)))


def site_prefix(base_url: BaseUrl) -> str:
    """The path of the site itself, below which /api and /v1 live."""
    return base_url.prefix.removesuffix(_VERSION)
