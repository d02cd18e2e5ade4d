"""Detects a gateway's software and capabilities for free: from its public pages, and from requests for an id that does
not exist."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeGuard

from sunotui.domain.errors import NotAGateway, NotSupported, SunotuiError, TokenLimited, UnreadableResponse
from sunotui.domain.gateways.capabilities import Capabilities, Evidence, Feature, Software
from sunotui.domain.gateways.dialect import Dialect, DialectEvidence, EvidenceStrength
from sunotui.domain.gateways.models import find
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.gateway import endpoints
from sunotui.gateway.discovery.endpoint_detection import shows
from sunotui.gateway.discovery.site_info import fetched_page, status_of
from sunotui.gateway.parsing.envelope import Response, open_envelope, read_document
from sunotui.gateway.parsing.fields import JsonObject, line
from sunotui.gateway.transport.requester import Requester

MOST_MODELS = 64
"""The maximum number of model names stored for a gateway."""

_MODELS_READ = 5_000
# A control path, requested with the real ones: if even this succeeds, a response proves nothing.
_CONTROL = f"/suno/no-such-thing/{endpoints.UNKNOWN_ID}"
_QUESTIONS: dict[Feature, str] = {
    Feature.FEED: endpoints.feed_path([endpoints.UNKNOWN_ID]),
    Feature.TIMING: endpoints.timing_path(endpoints.UNKNOWN_ID),
    Feature.WAV: endpoints.wav_path(endpoints.UNKNOWN_ID),
    Feature.UPLOAD_FILE: endpoints.upload_path(endpoints.UNKNOWN_ID),
}
_SEEN, _NOT_SEEN = "it responds", "it has no such page"

_ONE_HUB_KEYS = ("PaymentUSDRate", "chat_links")
_NEW_API_KEYS = ("enable_task", "min_topup", "price", "quota_per_unit")

Fetch = Callable[[str], Awaitable[object]]
"""An empty batch fetch under a prefix. Raises SunotuiError."""


async def responding_prefix(fetch: Fetch, base_url: BaseUrl) -> tuple[str, TokenLimited | None]:
    """The path prefix under which /suno responds, and the error if it responds that the key may not fetch. new-api
    rejects every fetch of a key with a list of models (quirk 12), although it accepts submissions with that key. Raises
    SunotuiError: NotAGateway if /suno responds under no prefix.
    """
    first: SunotuiError | None = None
    limited: tuple[str, TokenLimited] | None = None
    for prefix in endpoints.prefixes(base_url):
        try:
            await fetch(prefix)
        except TokenLimited as error:
            limited = limited or (prefix, error)
        except (NotAGateway, NotSupported, UnreadableResponse) as error:
            first = first or error
        else:
            return prefix, None
    if limited is not None:
        return limited
    if first is None or isinstance(first, NotAGateway):
        raise first or NotAGateway()
    raise NotAGateway(detail=first.detail, request_id=first.request_id, http_status=first.http_status)


async def probe(requester: Requester, prefix: str, now: float) -> Capabilities:
    """Send all free requests at once, each with its own time limit; a failed one does not hide the others. Never raises
    SunotuiError. `prefix` is the one that responds; `now` is in Unix seconds."""

    async def get(path: str) -> Response:
        return await requester.request("GET", prefix + path, requester.limits.check_s)

    async def probe_with_unknown_id(path: str) -> bool | None:
        try:
            return shows(await get(path))
        except SunotuiError:
            return None

    async def is_json_page(path: str) -> bool:
        try:
            response = await get(path)
            document = read_document(response.body)
        except SunotuiError:
            return False
        return response.status == 200 and isinstance(document, dict) and not open_envelope(document).is_failure

    pages, (control, *seen), has_points = await asyncio.gather(
        asyncio.gather(
            fetched_page(requester.get_page, endpoints.STATUS, has_token=False),
            fetched_page(requester.get_page, endpoints.MODELS, has_token=True),
            fetched_page(requester.get_page, endpoints.PING, has_token=False),
        ),
        asyncio.gather(*(probe_with_unknown_id(path) for path in (_CONTROL, *_QUESTIONS.values()))),
        is_json_page(endpoints.POINTS),
    )
    status, models, ping = (page or {} for page in pages)
    value, listed = status_of(status), _listed(models)
    return Capabilities(
        software=_software(value, listed, is_answered=ping.get("message") == "pong"),
        version=line(value.get("version"), 40),
        system_name=line(value.get("system_name"), 60),
        models=tuple(dict.fromkeys(name for name, owner in listed if _is_suno(name, owner)))[:MOST_MODELS],
        probed_at=now,
        evidence=_evidence(control, seen, now),
        dialects=_dialects(now) if has_points and not control else {},
        is_partial=None in pages,
    )


def _listed(models: JsonObject) -> list[tuple[str, str]]:
    """The names of the models page, each with its owner in lower case."""
    items = models.get("data")
    found = items[:_MODELS_READ] if isinstance(items, list) else []
    pairs = [(line(item.get("id"), 64), line(item.get("owned_by"), 64).lower()) for item in found if _is_object(item)]
    return [(name, owner) for name, owner in pairs if name]


def _is_object(item: object) -> TypeGuard[JsonObject]:
    return isinstance(item, dict)


def _is_suno(name: str, owner: str) -> bool:
    return owner == "suno" or name.lower().startswith(("suno", "chirp")) or find(name) is not None


def _software(status: JsonObject, listed: list[tuple[str, str]], *, is_answered: bool) -> Software:
    """The server software. Its status page and new-api's name for songs are the best evidence; any server can list
    models or respond to a ping."""
    names = {name.lower() for name, _ in listed}
    if any(key in status for key in _ONE_HUB_KEYS):
        return Software.ONE_HUB
    if "suno_music" in names:
        return Software.NEW_API
    if is_answered and not status:
        return Software.REFERENCE
    # one-hub bills by model name: it lists the models, and only lyrics under a separate name.
    if "suno_lyrics" in names and any(owner == "suno" or find(name) is not None for name, owner in listed):
        return Software.ONE_HUB
    return Software.NEW_API if any(key in status for key in _NEW_API_KEYS) else Software.OTHER


def _evidence(control: bool | None, seen: list[bool | None], now: float) -> dict[Feature, Evidence]:
    """The evidence in the responses; none for a site that responds to any path."""
    found: dict[Feature, Evidence] = {}
    for feature, is_there in zip(_QUESTIONS, seen, strict=True):
        if is_there is False or (is_there and not control):
            found[feature] = Evidence(is_there, now, _SEEN if is_there else _NOT_SEEN)
    return found


def _dialects(now: float) -> dict[Dialect, DialectEvidence]:
    """The dialect evidence in the page of points: only key4u documents it, and key4u uses the nested format."""
    seen = DialectEvidence(Dialect.NESTED, EvidenceStrength.PROOF, now, "it has key4u's page of points")
    return {seen.dialect: seen}
