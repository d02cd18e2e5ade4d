"""Distinguishes a key whose quota is used up from a wrong one, if the gateway's rejection is the same for both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sunotui.domain.errors import KeyQuotaExceeded, NotAGateway, SunotuiError, TokenRejected
from sunotui.gateway.discovery.site_info import GetPage
from sunotui.gateway.endpoints import TOKEN_USAGE
from sunotui.gateway.parsing.envelope import read_document
from sunotui.gateway.parsing.fields import number

ASK_AGAIN_S = 1_200.0
"""Seconds for which a response is cached: new-api allows 20 requests in 20 minutes to this page, the login and the
registration together, per IP address."""


class KeyQuotaCheck:
    """Requests GET /api/usage/token/ after a rejection: new-api of 2026 returns 401 "Invalid token" for a key without
    quota on every page but this one. Free; requested at most once in ASK_AGAIN_S, whatever the response."""

    def __init__(self, get_page: GetPage, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic` is a clock in seconds."""
        self._get_page = get_page
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._asked_at: float | None = None
        self._is_spent = False

    async def explained(self, refusal: SunotuiError) -> SunotuiError:
        """The error itself, or KeyQuotaExceeded if the token page says that nothing is left. Only a 401 whose message
        says just that the token is invalid is checked. Never raises SunotuiError.
        """
        if not isinstance(refusal, TokenRejected) or refusal.http_status != 401 or refusal.what != TokenRejected.what:
            return refusal
        async with self._lock:
            now = self._monotonic()
            if self._asked_at is None or now - self._asked_at >= ASK_AGAIN_S:
                self._asked_at = now
                self._is_spent = await self._says_spent()
        if not self._is_spent:
            return refusal
        return KeyQuotaExceeded(
            detail=refusal.detail,
            answer=refusal.answer,
            request_id=refusal.request_id,
            charge=refusal.charge,
            http_status=refusal.http_status,
        )

    async def _says_spent(self) -> bool:
        for path in TOKEN_USAGE:
            try:
                response = await self._get_page(path, has_token=True)
                document = read_document(response.body) if response.status == 200 else None
            except NotAGateway:
                # A redirect to the path with or without the trailing slash.
                continue
            except SunotuiError:
                return False
            value = document.get("data") if isinstance(document, dict) else None
            if not isinstance(value, dict):
                return False
            left = number(value.get("total_available"))
            return left is not None and left <= 0 and value.get("unlimited_quota") is not True
        return False
