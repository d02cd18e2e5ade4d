"""Responses to requests for a part of a file (RFC 9110, 14)."""

from __future__ import annotations

import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response

_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})")


def ranged_response(request: Request, content: bytes, media_type: str = "audio/mpeg") -> Response:
    """The file `content`, or the range that the request asks for."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    wanted = _range_of(request, etag, len(content))
    if wanted is None:
        return Response(content, media_type=media_type, headers=headers)
    first, last = wanted
    if first > last:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, media_type=media_type, headers=headers)


def _range_of(request: Request, etag: str, size: int) -> tuple[int, int] | None:
    # None means the whole file: no range, several, an invalid one, or one of another version (RFC 9110, 14.2).
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or request.headers.get("if-range", etag) != etag:
        return None
    first, last = match["first"], match["last"]
    if not first:
        return (max(0, size - int(last)), size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first) if int(first) < size else size, min(int(last), size - 1) if last else size - 1
