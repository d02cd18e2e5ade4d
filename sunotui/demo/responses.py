"""Responses: a status and a body, the pages and error objects that several servers share, and writing them over HTTP,
also broken ones: no response, half of one, or two in one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

WEB_PAGE = """<!doctype html>
<html lang="zh">
<head><meta charset="utf-8" /><title>New API</title></head>
<body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div></body>
</html>
"""
"""What a relay returns, with status 200, for any unknown page (quirk 7)."""
PROXY_PAGE = """<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
HTML = {"Content-Type": "text/html; charset=utf-8"}

REQUEST_ID = "<request-id>"
"""The placeholder for the id of the response."""


@dataclass(frozen=True, slots=True)
class ResponseData:
    """A response: JSON, or a text if `body` is a string."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def error_object(status: int, message: str, kind: str, *, code: str = "") -> ResponseData:
    """A failure in OpenAI's format, which relays send themselves (protocol 3.1)."""
    error = {"message": message, "type": kind} | ({"code": code} if code else {})
    return ResponseData(status, {"error": error})


def relay_page(path: str, kind: str) -> ResponseData:
    """The response of a relay for an unknown path: an error under its API paths, its web page elsewhere."""
    if path.startswith(("/v1", "/api")):
        return error_object(404, f"Invalid URL ({path})", kind)
    return ResponseData(200, WEB_PAGE, HTML)


HangUp = Callable[[Scope], None]
"""Closes the connection of a request."""

SAVING_FAILED = {"code": "insert_task_failed", "message": "Error 1213: Deadlock found", "data": None}
"""The second document of new-api when a task could not be stored (protocol 4.5)."""


def json_bytes(body: Any) -> bytes:
    """JSON as Go writes it; a lone surrogate is escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def to_http_response(answer: ResponseData, id_header: str, request_id: str) -> Response:
    """The HTTP response with its request id, in the header and wherever the body mentions it."""
    is_text = isinstance(answer.body, str)
    content = answer.body.encode() if is_text else json_bytes(answer.body)
    content = content.replace(REQUEST_ID.encode(), request_id.encode())
    response = Response(content, answer.status, media_type="text/html" if is_text else "application/json")
    for name, value in {id_header: request_id, **answer.headers}.items():
        response.headers[name] = value
    return response


class TruncatedResponse(Response):
    """Sends nothing, or half of the announced body, and closes the connection."""

    def __init__(self, hang_up: HangUp, promised: Response | None = None) -> None:
        super().__init__()
        self._hang_up, self._promised = hang_up, promised

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._promised is not None:
            body = bytes(self._promised.body)
            headers = self._promised.raw_headers
            await send({"type": "http.response.start", "status": self._promised.status_code, "headers": headers})
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        self._hang_up(scope)
        # Returning before the server has noticed would make it send a 500.
        while (await receive())["type"] != "http.disconnect":
            pass
