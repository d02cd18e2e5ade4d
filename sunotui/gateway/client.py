"""The client of one gateway: submits once, fetches in batches, and checks a login without cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx

from sunotui.domain.errors import (
    NotFound,
    RequestRejected,
    SunotuiError,
    TokenLimited,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.gateways.token import Token
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import TaskReport
from sunotui.gateway import endpoints
from sunotui.gateway.discovery.key_quota import KeyQuotaCheck
from sunotui.gateway.discovery.probe import probe, responding_prefix
from sunotui.gateway.discovery.site_info import SiteInfo
from sunotui.gateway.extras import ExtrasApi, SongPage
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.parsing.response_cache import CachingReader
from sunotui.gateway.parsing.results import ResultReading
from sunotui.gateway.submit.outcome import Outcome, Rejected
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.submit.send_once import outcome_of_payload, send_once
from sunotui.gateway.transport.connection import Connection, TimeLimits
from sunotui.gateway.transport.redaction import without_secret
from sunotui.gateway.transport.requester import Requester
from sunotui.gateway.upload.audio_file import FileProgress
from sunotui.gateway.upload.upload import FileUpload

BATCH = 50
"""The maximum number of ids in one request: one-hub returns at most 100 and silently drops the rest (G8)."""
IN_FLIGHT = 2
"""The maximum number of concurrent fetches (P3)."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of fetching tasks. Ids that are in none of the three were not requested because of `error`."""

    reports: tuple[TaskReport, ...]
    absent: tuple[str, ...]
    """Ids that the response did not include; some are normal right after a submit (protocol 4.5)."""
    unreadable: tuple[str, ...]
    """Ids whose response cannot be parsed although others can (P2)."""
    error: SunotuiError | None = None
    requests: int = 1
    """The number of requests: more than one for many ids, or if an unreadable batch was halved."""
    why_unreadable: SunotuiError | None = None
    """The error of the last unreadable response, with the beginning of its body."""


@dataclass(frozen=True, slots=True)
class LoginCheck:
    """The result of a login check, which is free."""

    base_url: BaseUrl
    """The base URL with the prefix that responded."""
    system_name: str
    """The gateway's name for itself; empty if unknown."""
    balance: Balance | None


@dataclass(slots=True)
class _Found:
    """A batch that is being fetched."""

    reports: dict[str, TaskReport] = field(default_factory=dict)
    responded: set[str] = field(default_factory=set)
    unreadable: list[str] = field(default_factory=list)
    requests: int = 0
    why: SunotuiError | None = None


class GatewayClient:
    """Talks to one gateway with one token. It connects on first use; close it with `aclose`."""

    def __init__(
        self,
        base_url: BaseUrl,
        token: Token,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        limits: TimeLimits = TimeLimits(),  # noqa: B008 - frozen
        proxy: Proxy | None = None,
    ) -> None:
        self._base_url = base_url
        self._limits = limits
        self._connection = Connection(base_url, token, transport, limits, proxy)
        self._requester = Requester(self._connection, base_url, token, limits, proxy)
        self._extras = ExtrasApi(self._requester)
        self._fetches = asyncio.Semaphore(IN_FLIGHT)
        self._reader = CachingReader()
        self._site = SiteInfo(self._requester.get_page)
        self._key_quota = KeyQuotaCheck(self._requester.get_page)

    def __repr__(self) -> str:
        return f"GatewayClient({self._base_url})"

    async def aclose(self) -> None:
        """Close the connection once the requests in flight have their responses."""
        await self._connection.aclose()

    # --- submit ------------------------------------------------------------------------------------------------------

    async def submit(self, payload: Payload, *, file_progress: FileProgress | None = None) -> Outcome:
        """Send a payload: one POST, never repeated (S2). Raises only CancelledError; everything else is an outcome. A
        file upload takes several steps, and only the last one creates something; `file_progress` gets the number of
        bytes sent.
        """
        secret = self._requester.secret
        if payload.file:
            outcome = await FileUpload(self._requester).send(payload, file_progress)
        else:
            path = self._base_url.prefix + payload.path
            limit_s = self._limits.extra_s if payload.result else self._limits.submit_s
            response = await send_once(self._requester, path, limit_s, body=payload.body or None, method=payload.method)
            outcome = outcome_of_payload(payload, response, secret) if isinstance(response, Response) else response
        if isinstance(outcome, Rejected):
            outcome = replace(outcome, error=await self._key_quota.explained(outcome.error))
        return without_secret(outcome, secret)

    # --- fetch -------------------------------------------------------------------------------------------------------

    async def fetch_tasks(self, ids: Sequence[str]) -> FetchResult:
        """Fetch tasks by id, at most 50 per request. A batch with an unreadable or "not found" response is halved until
        the task that causes it is isolated (G9). Raises SunotuiError if no request succeeded; a later error is
        `FetchResult.error`.
        """
        wanted = tuple(dict.fromkeys(ids))
        usable = [task_id for task_id in wanted if endpoints.is_usable_id(task_id)]
        found = _Found()
        ended_by: SunotuiError | None = None
        try:
            for start in range(0, len(usable), BATCH):
                await self._fetch_some(usable[start : start + BATCH], found)
        except SunotuiError as error:
            if not found.responded and not found.unreadable:
                raise
            ended_by = error
        # Unusable ids were never requested; of the others, those missing in a response are absent.
        silent = set(wanted).difference(usable) | found.responded.difference(found.reports)
        return FetchResult(
            reports=tuple(found.reports[task_id] for task_id in wanted if task_id in found.reports),
            absent=tuple(task_id for task_id in wanted if task_id in silent),
            unreadable=tuple(found.unreadable),
            error=ended_by,
            requests=found.requests,
            why_unreadable=found.why,
        )

    async def fetch_one(self, task_id: str) -> TaskReport | None:
        """Fetch one task by its own path, also if the response is only the task's inner data (protocol 3.3). None if
        the gateway does not know it. Raises SunotuiError. Prefer `fetch_tasks`: its responses have the task's times on
        every server.
        """
        if not endpoints.is_usable_id(task_id):
            return None
        path = self._base_url.prefix + endpoints.fetch_path(task_id)
        try:
            async with self._refusals_explained():
                async with self._fetches:
                    response = await self._requester.request("GET", path, self._limits.fetch_s)
                reports = await self._reader.reports(response, [task_id], self._requester.secret)
        except NotFound:
            return None
        return reports[0]._replace(id=task_id) if reports else None

    async def _fetch_some(self, ids: list[str], found: _Found) -> None:
        found.requests += 1
        try:
            reports = await self._fetch(self._base_url.prefix, ids)
        except (UnreadableResponse, NotFound) as failure:
            if len(ids) > 1:
                half = len(ids) // 2
                await self._fetch_some(ids[:half], found)
                await self._fetch_some(ids[half:], found)
                return
            if isinstance(failure, NotFound):
                found.responded.update(ids)
                return
            if not found.responded and not found.unreadable:
                # An empty fetch shows whether the cause is the task or the gateway: its error is the gateway's.
                found.requests += 1
                try:
                    await self._fetch(self._base_url.prefix, [])
                except UnreadableResponse:
                    # No response can be parsed: report the one for the task.
                    raise failure from None
                except NotFound:
                    pass
            found.unreadable += ids
            found.why = failure
            return
        asked = set(ids)
        found.responded |= asked
        for report in reports:
            if report.id in asked:
                found.reports.setdefault(report.id, report)

    async def _fetch(self, prefix: str, ids: list[str], limit_s: float | None = None) -> list[TaskReport]:
        async with self._refusals_explained():
            async with self._fetches:
                response = await self._requester.request(
                    "POST", prefix + endpoints.FETCH, limit_s or self._limits.fetch_s, body=json.dumps({"ids": ids})
                )
            return await self._reader.reports(response, ids, self._requester.secret)

    @asynccontextmanager
    async def _refusals_explained(self) -> AsyncIterator[None]:
        """Converts a TokenRejected to KeyQuotaExceeded if the key's quota is used up."""
        try:
            yield
        except TokenRejected as refusal:
            raise await self._key_quota.explained(refusal) from None

    # --- extras ------------------------------------------------------------------------------------------------------

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """Fetch the current state of clips, without those that the gateway does not know (protocol 1.2). Raises
        SunotuiError: NotSupported if there is no feed."""
        async with self._refusals_explained():
            return await self._extras.feed(clip_ids)

    async def timing(self, clip_id: str) -> WordTimings:
        """Fetch the word timings of a clip. Raises SunotuiError: NotSupported, or NotFound without timings."""
        async with self._refusals_explained():
            return await self._extras.timing(clip_id)

    async def look_for(self, payload: Payload) -> ResultReading:
        """Request the path of an accepted payload again, to check whether its result is ready. Raises SunotuiError."""
        async with self._refusals_explained():
            return await self._extras.look_for(payload)

    async def my_musics(self, page: int, size: int) -> SongPage:
        """Fetch one page of the songs made with this key; pages are counted from 1. Raises SunotuiError."""
        async with self._refusals_explained():
            return await self._extras.my_musics(page, size)

    # --- check and probe ---------------------------------------------------------------------------------------------

    async def check(self) -> LoginCheck:
        """Find the prefix that responds, and check whether the gateway accepts the token; free. Raises SunotuiError."""
        base_url, limited = await self._answering()
        if limited is not None:
            raise limited
        system_name, balance = await self._site.look()
        return LoginCheck(base_url, without_secret(system_name, self._requester.secret), balance)

    async def find_prefix(self) -> BaseUrl:
        """The base URL with the prefix that responds (protocol 1), found by one or a few empty fetches. Raises
        SunotuiError, but not if only fetching is forbidden to the key: such a key can still submit."""
        return (await self._answering())[0]

    async def _answering(self) -> tuple[BaseUrl, TokenLimited | None]:
        prefix, limited = await responding_prefix(self._fetch_nothing, self._base_url)
        return self._base_url._replace(prefix=prefix), limited

    async def probe(self, now: float) -> Capabilities:
        """Detect the gateway's software and capabilities, for free; `now` is in Unix seconds. Raises SunotuiError if it
        cannot be reached or rejects the token."""
        base_url, limited = await self._answering()
        if limited is not None:
            raise limited
        capabilities = await probe(self._requester, base_url.prefix, now)
        return without_secret(capabilities, self._requester.secret)

    async def balance(self) -> Balance | None:
        """The remaining balance; None if the gateway does not report it, or sets no limit. Never raises
        SunotuiError."""
        return (await self._site.look())[1]

    async def _fetch_nothing(self, prefix: str) -> None:
        try:
            try:
                await self._fetch(prefix, [], self._limits.check_s)
            except RequestRejected:
                # Known servers accept an empty list; a server that requires an id gets one that does not exist.
                await self._fetch(prefix, [endpoints.UNKNOWN_ID], self._limits.check_s)
        except NotFound:
            # It searched for the task, so the endpoint exists.
            return
