"""Response data: a status and a body, and the pages and error objects that several servers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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
