"""Uploads a file in the steps of protocol 1.2: get the target, send the file, report it, wait, make a clip of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

from sunotui.domain.errors import (
    GatewayFailed,
    NetworkError,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TimedOut,
    UnreadableResponse,
)
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.gateway.discovery.endpoint_detection import document_in
from sunotui.gateway.endpoints import upload_path
from sunotui.gateway.errors.mapping import error_from_exception, request_id_of
from sunotui.gateway.parsing.envelope import Response, open_envelope, read_document
from sunotui.gateway.parsing.fields import TITLE_LIMIT, JsonObject, exact, first, identity, line, link, word
from sunotui.gateway.submit.outcome import (
    Accepted,
    Outcome,
    Rejected,
    Unknown,
    looks_like_id,
    outcome_of_response,
    unknown,
)
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.submit.send_once import outcome_of_payload, send_once
from sunotui.gateway.transport.deadline import within
from sunotui.gateway.transport.redaction import head_of, masked
from sunotui.gateway.transport.requester import Requester
from sunotui.gateway.upload.audio_file import AudioFile, FileProgress, opened
from sunotui.gateway.upload.object_storage import send_file, upload_target_in

MOST_FAILURES = 5
"""The number of consecutive status requests that may fail while the gateway processes the file."""

_DONE = frozenset({"complete", "completed", "success", "succeeded"})
_FAILED = frozenset({"error", "failed", "failure"})
_WORK = ("task_id", "taskId", "clip_id", "clipId")
_PASSING = (TimedOut, NetworkError, GatewayFailed, RateLimited, UnreadableResponse)


class _Ended(Exception):
    """Raised if the response to a step ends the upload: it names a task or a clip, or may have created one."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class FileUpload:
    """Uploads files to one gateway. Only the last step should create something, but the path of the first one creates a
    task at some gateways (protocol 1.2), so a response to any step that names a task or a clip is never a rejection."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester
        self._base_url = requester.base_url
        self._secret = requester.secret
        self._limits = requester.limits

    async def send(self, payload: Payload, report: FileProgress | None) -> Outcome:
        """Upload the payload's file. Every step is sent once, except the status requests. Raises only
        CancelledError."""
        try:
            async with opened(payload.file) as audio:
                upload_id, status = await self._submit_file(payload, audio, report)
        except _Ended as ended:
            return ended.outcome
        except (SunotuiError, OSError) as error:
            return Rejected(error_from_exception(error))
        except Exception as error:  # noqa: BLE001 - every end is an outcome: after a fault of ours an unknown one
            return unknown(error_from_exception(error))
        return await self._make_clip(upload_id, status)

    async def _submit_file(
        self, payload: Payload, audio: AudioFile, report: FileProgress | None
    ) -> tuple[str, JsonObject]:
        """All steps but the last: the upload's id, and its status once the gateway has processed the file."""
        with _during("when it was asked where to send the file"):
            upload_fields = await self._upload_fields(payload)
            upload_id = identity(upload_fields.get("id"))
            place = upload_target_in(upload_fields, self._base_url, self._secret)
        with _during():
            await send_file(place, audio, report, self._limits, self._secret, self._requester.proxy)
        with _during("when the upload was reported as complete"):
            await self._finish(upload_id, audio.name)
        with _during("while it took the file in"):
            return upload_id, await self._wait_until_processed(upload_id)

    async def _upload_fields(self, payload: Payload) -> JsonObject:
        """The response with an upload's id and URL. Any other response is one to a submission, as at gateways where
        this path creates a task; without a response the outcome is unknown (S3)."""
        path = self._base_url.prefix + payload.path
        response = await send_once(self._requester, path, self._limits.fetch_s, body=payload.body)
        if isinstance(response, Response):
            document = self._good_document_in(response)
            value, work = _object_in(document), _work_in(document)
            upload_id = identity(value.get("id")) if isinstance(value.get("url"), str) else ""
            if upload_id and not work:
                return value
            outcome = _without_own_id(outcome_of_payload(payload, response, self._secret), work, [upload_id])
        else:
            outcome = response
        if isinstance(outcome, Rejected):
            raise outcome.error
        raise _Ended(outcome)

    async def _finish(self, upload_id: str, name: str) -> None:
        body = json.dumps({"upload_type": "file_upload", "upload_filename": name}, ensure_ascii=False)
        try:
            await self._object_from("POST", upload_path(upload_id, "upload-finish"), body)
        except UnreadableResponse as error:
            # The content is not documented: any success that is not a web page counts, even an empty one.
            if error.http_status is None or not 200 <= error.http_status < 300:
                raise

    async def _wait_until_processed(self, upload_id: str) -> JsonObject:
        """Poll every other second until the gateway has processed the file."""
        failures = 0
        try:
            async with within(self._limits.upload_made_s):
                while True:
                    pause_s = self._limits.upload_poll_s
                    try:
                        status = await self._object_from("GET", upload_path(upload_id))
                        failures = 0
                    except _PASSING as error:
                        failures += 1
                        if failures == MOST_FAILURES:
                            raise
                        status, pause_s = {}, max(pause_s, error.retry_after_s or 0.0)
                    state = word(status.get("status"))
                    if state in _DONE:
                        return status
                    if state in _FAILED:
                        why = masked(line(status.get("error_message")), self._secret)
                        raise RequestRejected("The gateway could not use the file", advice="Try another", detail=why)
                    await asyncio.sleep(pause_s)
        except TimeoutError:
            raise TimedOut from None

    async def _make_clip(self, upload_id: str, status: JsonObject) -> Outcome:
        """The step that creates the clip: sent once; without a response the outcome is unknown (S3)."""
        path = self._base_url.prefix + upload_path(upload_id, "initialize-clip")
        response = await send_once(self._requester, path, self._limits.submit_s)
        # The storage's id becomes the clip's id: the only trace of it if the response is lost.
        hint = identity(line(status.get("s3_id")).removeprefix("m_"))
        if isinstance(response, Unknown):
            return unknown(response.error, hints=(hint,) if hint else ())
        if isinstance(response, Rejected):
            return Rejected(_nothing_made(response.error, "when it was to make the clip"))
        outcome = self._outcome(response, path)
        clip_id = self._clip_id_in(response) or (outcome.task_id if isinstance(outcome, Accepted) else "")
        if clip_id:
            return Accepted(
                clip_id,
                (self._clip(clip_id, status),),
                request_id_of(response.headers, self._secret),
                head_of(response.body, self._secret),
                response.status,
            )
        if isinstance(outcome, Unknown) and hint and not outcome.hints:
            return unknown(outcome.error, outcome.answer, (hint,))
        return outcome

    def _clip_id_in(self, response: Response) -> str:
        try:
            envelope = open_envelope(read_document(response.body))
        except UnreadableResponse:
            return ""
        if not response.has_success_status or envelope.is_failure:
            return ""
        for holder in (envelope.document, envelope.payload):
            found = identity(first(holder, "clip_id", "clipId")) if isinstance(holder, dict) else ""
            if found and self._secret not in found:
                return found
        return ""

    def _clip(self, clip_id: str, status: JsonObject) -> Clip:
        """The clip of an upload, which is complete when it is created. Only the feed, if there is one, has its audio
        link."""
        title = exact(status.get("title"), TITLE_LIMIT)
        return Clip(clip_id, title, ClipStatus.COMPLETE, image_url=link(status.get("image_url")))

    async def _object_from(self, method: str, path: str, body: str = "") -> JsonObject:
        """The object in the response to a step, with or without an envelope. Raises SunotuiError, or _Ended if the
        response, successful or not, names something that this step should not create."""
        response = await self._requester.request(
            method, self._base_url.prefix + path, self._limits.fetch_s, body=body or None
        )
        outcome = self._outcome(response, path + body)
        try:
            document = document_in(response, self._secret)
        except SunotuiError:
            if isinstance(outcome, Unknown) and outcome.hints:
                raise _Ended(outcome) from None
            raise
        work, own = _work_in(document), path.split("/")
        if work and work not in own:
            raise _Ended(_without_own_id(outcome, work, own))
        return _object_in(document)

    def _outcome(self, response: Response, sent: str) -> Outcome:
        return outcome_of_response(response.status, response.headers, response.body, secret=self._secret, ordered=sent)

    def _good_document_in(self, response: Response) -> object:
        try:
            return document_in(response, self._secret)
        except SunotuiError:
            return None


def _without_own_id(outcome: Outcome, work: str, own: list[str]) -> Outcome:
    """The outcome, except that an acceptance with the upload's own id in place of a task's id is unknown."""
    if isinstance(outcome, Accepted) and outcome.task_id in own:
        return unknown(UnreadableResponse(request_id=outcome.request_id), outcome.answer, (work,))
    return outcome


def _object_in(document: object) -> JsonObject:
    payload = open_envelope(document).payload
    found = payload if isinstance(payload, dict) else document
    return found if isinstance(found, dict) else {}


def _work_in(document: object) -> str:
    """The id of a task or a clip in a successful response; empty without an id."""
    payload = open_envelope(document).payload
    if isinstance(payload, str):
        return payload if looks_like_id(payload) else ""
    named = (identity(holder.get(name)) for holder in (payload, document) if isinstance(holder, dict) for name in _WORK)
    return next(filter(None, named), "")


@contextmanager
def _during(when: str = "") -> Iterator[None]:
    """Adds to the error of a step when it happened, and that nothing was created."""
    try:
        yield
    except SunotuiError as error:
        raise _nothing_made(error, when) from None


def _nothing_made(error: SunotuiError, when: str) -> SunotuiError:
    if isinstance(error, NotSupported):
        error.what, when = "This gateway does not offer file uploads", ""
        error.advice = "Put the file at a public address and upload that, or use another gateway"
    error.what = f"{' '.join((error.what.rstrip('.'), when)).strip()}; nothing was made or charged"
    if isinstance(error, UnreadableResponse):
        error.advice = "Send the file again"
    return error
