"""Uploads a file to the storage that a gateway names. It is a third party's address, so it gets only the file: no
token, no cookies, nothing from the environment, no redirects. It must be https, or on this computer if the gateway
itself is. The form's fields are passed on unchanged, within limits.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from sunotui.domain.errors import GatewayFailed, NetworkError, SunotuiError, TimedOut, UnreadableResponse, UnsafeUrl
from sunotui.domain.gateways.address import is_private_name
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.errors.mapping import error_from_exception
from sunotui.gateway.parsing.fields import JsonObject
from sunotui.gateway.transport.connection import TimeLimits, open_client
from sunotui.gateway.transport.deadline import within
from sunotui.gateway.transport.redaction import redacted_text
from sunotui.gateway.upload.audio_file import AudioFile, FileProgress

LONGEST_ADDRESS = 8_192
"""The maximum length of a storage's URL in characters: signed ones are long."""
MOST_FIELDS = 32
LONGEST_FIELD = 16_384
"""The maximum length of a form field in characters; a signed policy has some 2,000."""
SLOWEST_BYTES_S = 32_768
"""The minimum speed in bytes per second."""

_STALL_S = 60.0
_RESPONSE_READ = 16_384
_FIELD_NAME = re.compile(r"[!#-:<-~]{1,128}")
_REASON = re.compile(r"<(?:Message|Code)>([^<]{1,300})<", re.IGNORECASE)
_NO_FORM = "The gateway's response does not say how to send the file"
_AGAIN = "Send the file again"


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """The target of the upload."""

    url: str
    fields: tuple[tuple[str, str], ...]
    """The fields of a form; if empty, the file is the whole body of a PUT, as two gateways document it."""


def upload_target_in(response: JsonObject, gateway: BaseUrl, secret: str) -> UploadTarget:
    """The upload target in a response. Raises UnsafeUrl for one that would receive the token, and
    UnreadableResponse."""
    url, fields = response.get("url"), response.get("fields")
    if not isinstance(url, str) or not (fields is None or isinstance(fields, dict)):
        raise UnreadableResponse(_NO_FORM, advice=_AGAIN)
    _check_address(url, gateway)
    given = [(name, value) for name, value in (fields or {}).items() if isinstance(value, str)]
    is_odd = any(_FIELD_NAME.fullmatch(name) is None or len(value) > LONGEST_FIELD for name, value in given)
    if len(given) > MOST_FIELDS or is_odd:
        raise UnreadableResponse("The gateway asks for a form that no storage has", advice=_AGAIN)
    if any(secret in text for text in (url, *(value for _, value in given))):
        raise UnsafeUrl("The gateway would have the token sent to its storage")
    return UploadTarget(url, tuple((name, value) for name, value in given if name.lower() != "file"))


def _check_address(url: str, gateway: BaseUrl) -> None:
    refusal = UnsafeUrl("The gateway names a storage that is not safe to send a file to")
    # Printable ASCII only, so that all parsers find the same host in the URL.
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise refusal
    try:
        parts = urlsplit(url)
        address = parse_base_url(f"{parts.scheme}://{parts.netloc}", allow_clear=True)
    except (ValueError, UnsafeUrl):
        raise refusal from None
    # A gateway on the internet must not direct uploads to this computer or its local network.
    is_ours = address.origin == gateway.origin or (gateway.is_loopback and address.is_loopback)
    if not is_ours and (address.scheme != "https" or _is_nearby(address)):
        raise refusal


def _is_nearby(address: BaseUrl) -> bool:
    try:
        return not ipaddress.ip_address(address.host).is_global
    except ValueError:
        return is_private_name(address.host)


async def send_file(
    place: UploadTarget,
    audio: AudioFile,
    report: FileProgress | None,
    limits: TimeLimits,
    secret: str,
    proxy: Proxy | None = None,
) -> None:
    """Send the file's bytes, through the gateway's `proxy` if it has one. Raises SunotuiError for a rejection by the
    storage or a network error; it never contains `secret`, since a gateway may have passed it to its storage."""
    limit_s = _STALL_S + audio.size / SLOWEST_BYTES_S
    scheme = urlsplit(place.url).scheme
    try:
        async with within(limit_s), await open_client(scheme, limits, proxy=proxy) as http:
            response = await http.send(_request(http, place, audio, report, limits), stream=True)
            try:
                words = b"" if response.is_success else await _head_of(response)
            finally:
                await response.aclose()
    except Exception as error:  # noqa: BLE001 - a hostile response can raise nearly anything (F8)
        raise _storage_error(error_from_exception(error)) from None
    if not response.is_success:
        why = ": ".join(_REASON.findall(words.decode("utf-8", "replace"))[:2])
        raise GatewayFailed("The gateway's storage refused the file", advice=_AGAIN, detail=redacted_text(why, secret))


def _request(
    http: httpx.AsyncClient, place: UploadTarget, audio: AudioFile, report: FileProgress | None, limits: TimeLimits
) -> httpx.Request:
    timeout = httpx.Timeout(_STALL_S, connect=limits.connect_s)
    head, tail, method, kind = b"", b"", "PUT", audio.content_type
    if place.fields:
        boundary = secrets.token_hex(16)
        head, tail = _form(place, audio, boundary)
        method, kind = "POST", f"multipart/form-data; boundary={boundary}"
    length = str(len(head) + audio.size + len(tail))
    headers = {"Content-Type": kind, "Content-Length": length, "Accept": "*/*"}
    content = _body(head, audio.blocks(report), tail)
    return http.build_request(method, place.url, content=content, headers=headers, timeout=timeout)


def _form(place: UploadTarget, audio: AudioFile, boundary: str) -> tuple[bytes, bytes]:
    """The form data before and after the file. The file is the last part: a storage ignores what follows it."""
    lines: list[str] = []
    for name, value in place.fields:
        lines += [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"', "", value]
    lines += [
        f"--{boundary}",
        # The storage does not need the file's own name.
        f'Content-Disposition: form-data; name="file"; filename="audio.{audio.ending or "bin"}"',
        f"Content-Type: {audio.content_type}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8", "replace"), f"\r\n--{boundary}--\r\n".encode()


async def _body(head: bytes, blocks: AsyncIterator[bytes], tail: bytes) -> AsyncIterator[bytes]:
    if head:
        yield head
    async for block in blocks:
        yield block
    if tail:
        yield tail


async def _head_of(response: httpx.Response) -> bytes:
    """The beginning of a rejection, never decompressed: only its reason is needed."""
    found = b""
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) >= _RESPONSE_READ:
            break
    return found[:_RESPONSE_READ]


def _storage_error(error: SunotuiError) -> SunotuiError:
    """The error with a sentence about the storage instead of the gateway."""
    if isinstance(error, TimedOut):
        return TimedOut("The gateway's storage did not take the file in time", advice=_AGAIN)
    if isinstance(error, NetworkError):
        return NetworkError("The gateway's storage could not be reached", advice=_AGAIN, detail=error.detail)
    if error.http_status is not None and 300 <= error.http_status < 400:
        return GatewayFailed("The gateway's storage sent the file on to another place, which is not followed")
    if error.source is GatewayFailed.source:
        return GatewayFailed("The gateway's storage gave no usable response", advice=_AGAIN)
    return error
