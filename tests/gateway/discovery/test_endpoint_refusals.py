"""Refusals that show whether an endpoint exists: a page in place of an upload, and a message about a clip."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import NotFound, NotSupported
from sunotui.gateway.endpoints import SUBMIT_CONCAT, SUBMIT_MUSIC, UPLOAD_URL
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.submit.outcome import Accepted, Outcome, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.submit.send_once import outcome_of_payload

PAGE = b"<!doctype html><html><head><title>New API</title></head><body></body></html>"
CLIP = "0e5be1db-4834-4890-acfb-2fea7fd24eb9"
HTML = {"content-type": "text/html; charset=utf-8", "x-oneapi-request-id": "req-1"}


def outcome(path: str, status: int, body: bytes, headers: dict[str, str] = HTML, sent: str = "{}") -> Outcome:
    """The outcome of a request to `path`."""
    return outcome_of_payload(Payload(path, sent), Response(status, headers, body), "sk-12345678")


@pytest.mark.parametrize(("status", "body"), [(200, PAGE), (404, PAGE), (405, PAGE)])
def test_a_page_in_place_of_an_upload_proves_that_it_is_not_offered(status: int, body: bytes) -> None:
    found = outcome(UPLOAD_URL, status, body)
    assert isinstance(found, Rejected)
    assert isinstance(found.error, NotSupported)
    assert (found.error.request_id, found.error.http_status) == ("req-1", status)


@pytest.mark.parametrize("status", [200, 404, 502, 524])
def test_a_page_in_place_of_a_song_proves_nothing(status: int) -> None:
    assert isinstance(outcome(SUBMIT_MUSIC, status, PAGE), Unknown)


@pytest.mark.parametrize(("status", "body"), [(502, PAGE), (524, PAGE), (200, b""), (200, b'{"code": "success"')])
def test_an_ambiguous_response_to_an_upload_proves_nothing(status: int, body: bytes) -> None:
    headers = HTML if body == PAGE else {"content-type": "application/json"}
    assert isinstance(outcome(UPLOAD_URL, status, body, headers), Unknown)


def test_an_accepted_upload() -> None:
    assert isinstance(outcome(UPLOAD_URL, 200, b'{"code": "success", "data": "abc-123"}', {}), Accepted)


@pytest.mark.parametrize("text", ["clip not found", "clip_not_found", "任务不存在"])
def test_a_refusal_about_the_clip_is_not_found(text: str) -> None:
    body = json.dumps({"code": "invalid_request", "message": text, "data": None}).encode()
    found = outcome(SUBMIT_CONCAT, 404, body, {})
    assert isinstance(found, Rejected)
    assert isinstance(found.error, NotFound)
    assert text in found.error.sentence


def test_a_refusal_may_quote_the_requested_clip() -> None:
    sent = json.dumps({"clip_id": CLIP, "is_infill": False})
    body = json.dumps({"code": "invalid_request", "message": f"clip {CLIP} not found", "clip_id": CLIP}).encode()
    found = outcome(SUBMIT_CONCAT, 404, body, {}, sent)
    assert isinstance(found, Rejected)
    assert isinstance(found.error, NotFound)
    # That id was not sent: it may belong to the new clip.
    other = outcome(SUBMIT_CONCAT, 404, body, {})
    assert isinstance(other, Unknown)
    assert other.hints == (CLIP,)


def test_the_hints_do_not_include_the_sent_id() -> None:
    body = json.dumps({"code": "x", "message": f"{CLIP} became 736a6f88-bd29-4b1e-b110-37132a5325ac"}).encode()
    found = outcome(SUBMIT_CONCAT, 502, body, {}, json.dumps({"clip_id": CLIP}))
    assert isinstance(found, Unknown)
    assert found.hints == ("736a6f88-bd29-4b1e-b110-37132a5325ac",)


def test_a_refusal_of_the_action_is_not_supported() -> None:
    body = b'{"code": "invalid_action", "message": "invalid action", "data": null}'
    found = outcome(SUBMIT_CONCAT, 400, body, {})
    assert isinstance(found, Rejected)
    assert isinstance(found.error, NotSupported)
