"""The steps of a file upload: the target, the file itself, the completion, the status and the clip (protocol 1.2)."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sunotui.demo.dialects import Extra
from sunotui.demo.faults import FaultTarget
from sunotui.demo.middleware import Middleware, base_address
from sunotui.demo.music.takes import new_clip_id
from sunotui.demo.requests.multipart import FormField, InvalidForm, read_form
from sunotui.demo.requests.payloads import InvalidBody, parse_object, text_field
from sunotui.demo.responses import HTML, PROXY_PAGE, ResponseData, TruncatedResponse
from sunotui.demo.simulator import Simulator, UnknownClip

MOST_BYTES = 100_000_000
"""The maximum file size of the storage; not documented."""
_KINDS = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "webm": "audio/webm",
}


@dataclass(slots=True)
class _Upload:
    """A file upload in progress."""

    id: str
    fields: dict[str, str]
    clip_id: str
    waits: int
    """How many more polls return "processing"."""
    size: int = 0
    """The number of bytes that the store received; the content itself is discarded."""
    title: str = ""
    error: str = ""
    is_finished: bool = False
    is_clip: bool = False


class Uploads:
    """The uploads of one gateway, and its file storage."""

    def __init__(self, simulator: Simulator, middleware: Middleware) -> None:
        self._simulator, self._middleware = simulator, middleware
        self._made: dict[str, _Upload] = {}

    def routes(self, root: str) -> list[Route]:
        """The steps at the gateway, under `root`, if the dialect has them."""
        if Extra.UPLOAD_FILE not in self._middleware.dialect.extras:
            return []
        one = root + "/uploads/audio/{id}"
        return [
            Route(root + "/uploads/audio", self.start, methods=["POST"]),
            Route(one + "/upload-finish", self.finish, methods=["POST"]),
            Route(one + "/initialize-clip", self.initialize, methods=["POST"]),
            Route(one, self.status, methods=["GET"]),
        ]

    def storage_routes(self) -> list[Route]:
        """The routes of the file storage, which requires no key."""
        offered = Extra.UPLOAD_FILE in self._middleware.dialect.extras
        return [Route("/storage/", self.store, methods=["GET", "POST", "PUT"])] if offered else []

    # --- the steps ----------------------------------------------------------------------------------------------------

    async def start(self, request: Request) -> Response:
        """POST /suno/uploads/audio {"extension"}: returns the URL and the form fields for the file."""
        return await self._middleware.serve(
            request, FaultTarget.UPLOAD, lambda body: self._start(body, base_address(request))
        )

    async def finish(self, request: Request) -> Response:
        """POST …/upload-finish: reports that the file was sent."""
        return await self._middleware.serve(
            request, FaultTarget.UPLOAD, lambda body: self._finish(self._asked(request), body)
        )

    async def status(self, request: Request) -> Response:
        """GET …/{id}: "processing" for a poll or two, then "complete"."""
        return await self._middleware.serve(
            request, FaultTarget.UPLOAD, lambda _body: self._status(self._asked(request))
        )

    async def initialize(self, request: Request) -> Response:
        """POST …/initialize-clip: the clip of the file; repeated calls return the same clip."""
        return await self._middleware.serve(
            request, FaultTarget.UPLOAD, lambda _body: self._initialize(self._asked(request))
        )

    def _start(self, body: bytes, address: str) -> ResponseData:
        extension = text_field(parse_object(body), "extension").lower().lstrip(".")
        if extension not in _KINDS:
            raise InvalidBody("extension is not supported")
        rng = random.Random(f"{self._simulator.seed}/upload/{len(self._made) + 1}")
        upload_id, secret = new_clip_id(rng), rng.randbytes(20)
        fields = {
            "Content-Type": _KINDS[extension],
            "key": f"raw_uploads/{upload_id}.{extension}",
            "AWSAccessKeyId": "DEMO",
            "policy": hashlib.sha256(secret).hexdigest(),
            "signature": hashlib.sha256(secret + upload_id.encode()).hexdigest()[:27],
        }
        fails = self._middleware.plan.triggers("fail-task", FaultTarget.UPLOAD)
        self._made[upload_id] = _Upload(
            upload_id,
            fields,
            clip_id=new_clip_id(rng),
            waits=rng.randint(1, 2),
            error="Uploaded audio could not be read" if fails else "",
        )
        document = {"id": upload_id, "url": f"{address}/storage/", "fields": fields, "is_file_uploaded": False}
        return ResponseData(200, document)

    def _finish(self, upload: _Upload, body: bytes) -> ResponseData:
        fields = parse_object(body)
        name = text_field(fields, "upload_filename")
        if text_field(fields, "upload_type") != "file_upload" or not name:
            raise InvalidBody("upload_type and upload_filename are required")
        if not upload.size:
            raise InvalidBody("the file has not been uploaded")
        upload.is_finished, upload.title = True, PurePosixPath(name).stem
        return ResponseData(200, {})

    def _status(self, upload: _Upload) -> ResponseData:
        state = "pending"
        if upload.is_finished and upload.waits > 0:
            upload.waits -= 1
            state = "processing"
        elif upload.is_finished:
            state = "error" if upload.error else "complete"
        is_complete = state == "complete"
        document: dict[str, Any] = {
            "id": upload.id,
            "status": state,
            "error_message": upload.error if state == "error" else None,
            "s3_id": f"m_{upload.clip_id}" if is_complete else None,
            "title": upload.title,
            "image_url": "",
        }
        return ResponseData(200, document)

    def _initialize(self, upload: _Upload) -> ResponseData:
        if not upload.is_finished or upload.waits > 0 or upload.error:
            raise InvalidBody("the upload is not complete")
        if not upload.is_clip:
            self._simulator.upload_clip(upload.title, upload.clip_id)
            upload.is_clip = True
        return ResponseData(200, {"clip_id": upload.clip_id})

    def _asked(self, request: Request) -> _Upload:
        found = self._made.get(request.path_params["id"])
        if found is None:
            raise UnknownClip(request.path_params["id"])
        return found

    # --- the storage --------------------------------------------------------------------------------------------------

    async def store(self, request: Request) -> Response:
        """POST of the form: all given fields, then the file. Returns 204, or an error in XML, as S3 does."""
        if request.method != "POST":
            return _xml(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        middleware = self._middleware
        body = await request.body()
        await middleware.delay(FaultTarget.STORAGE)
        if middleware.plan.triggers("http-500", FaultTarget.STORAGE):
            return _xml(500, "InternalError", "We encountered an internal error. Please try again.")
        refusal = self._store(request.headers.get("content-type", ""), body)
        if refusal is not None:
            return refusal
        stored = Response(status_code=204)
        if middleware.plan.triggers("lost-answer", FaultTarget.STORAGE):
            return TruncatedResponse(middleware.hang_up)
        if middleware.plan.triggers("http-502-html", FaultTarget.STORAGE):
            return middleware.reply(ResponseData(502, PROXY_PAGE, HTML))
        return stored

    def _store(self, content_type: str, body: bytes) -> Response | None:
        if len(body) > MOST_BYTES:
            return _xml(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
        try:
            fields = read_form(content_type, body)
        except InvalidForm as wrong:
            return _xml(400, "MalformedPOSTRequest", f"The body of your POST request is not well-formed: {wrong}.")
        if not fields or fields[-1].name != "file" or fields[-1].filename is None:
            # S3 ignores fields after the file, so the file has to come last.
            return _xml(400, "InvalidArgument", "POST requires exactly one file upload per request.")
        *given, file = fields
        upload = self._upload_of(given)
        if upload is None:
            return _xml(403, "AccessDenied", "Invalid according to Policy: Policy Condition failed")
        if not file.content:
            return _xml(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        upload.size = len(file.content)
        return None

    def _upload_of(self, given: list[FormField]) -> _Upload | None:
        """The upload with exactly these fields."""
        texts = {one.name: one.content.decode("utf-8", "replace") for one in given}
        return next((one for one in self._made.values() if one.fields == texts), None)


def _xml(status: int, code: str, message: str) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(text, status, media_type="application/xml")
