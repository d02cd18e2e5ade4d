"""A gateway on loopback that sends hostile text in every field of every response."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from tests.support.payloads import PAYLOADS, Payload

TASKS = [f"task-{at:02}" for at in range(len(PAYLOADS))]
LYRICS = [f"lyrics-{at:02}" for at in range(len(PAYLOADS))]
"""Ids of lyrics tasks."""
CLIPS = [f"clip-{at:02}-1" for at in range(len(PAYLOADS))]
EVERYTHING = " ".join(payload.text for payload in PAYLOADS)


def payload_of(name: str) -> Payload:
    """The payload of a task or clip, by the number in its name."""
    digits = "".join(char for char in name if char.isdigit())[:2]
    return PAYLOADS[int(digits or 0) % len(PAYLOADS)]


def clip(clip_id: str, text: str) -> dict[str, Any]:
    """A clip with `text` in every text field."""
    link = f"https://cdn.example.com/{clip_id}.mp3?{text}"
    return {
        "id": clip_id, "title": text, "status": "complete", "state": text,
        "audio_url": f"https://cdn.example.com/{clip_id}.mp3",
        "video_url": link, "image_url": link, "image_large_url": link, "model_name": text, "mv": text,
        "major_model_version": text, "display_name": text, "handle": text, "display_tags": text, "lang": text,
        "msg": text, "created_at": text, "reaction": text,
        "metadata": {
            "tags": text, "negative_tags": text, "prompt": f"[Verse]\n{text}\nanother line {text}\n[/Outro]",
            "gpt_description_prompt": text, "type": text, "error_type": text, "error_message": text,
            "duration": 61.5, "task": text, "concat_history": [{"id": f"{text}", "type": text, "source": text}],
            "history": [{"id": f"p{text}", "type": text}], "audio_prompt_id": text, "stem_type_group_name": text,
        },
    }  # fmt: skip


def task(task_id: str) -> dict[str, Any]:
    """A task in the format of the reference server; every third one failed."""
    text = payload_of(task_id).text
    number = int(task_id[-2:])
    is_lyrics = task_id.startswith("lyrics")
    lyrics = {"id": text, "text": f"[Chorus]\n{text}\nla", "title": text, "status": "complete", "tags": [text, text]}
    return {
        "task_id": task_id, "action": "LYRICS" if is_lyrics else "MUSIC", "notify_hook": text, "progress": text,
        "status": "FAILURE" if number % 3 == 0 else "SUCCESS", "fail_reason": text if number % 3 == 0 else "",
        "submit_time": 1_780_000_000, "start_time": 1_780_000_010, "finish_time": 1_780_000_090, "search_item": text,
        "data": lyrics if is_lyrics else [clip(f"clip-{number:02}-1", text), clip(f"clip-{number:02}-2{text}", text)],
    }  # fmt: skip


class HostileGateway:
    """The server, its URL and the paths requested."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self._calls = count()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer._send_response(self)

            def do_POST(self) -> None:
                outer._send_response(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Log nothing to the terminal of the tests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def _send_response(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.paths.append(request.path)
        text = PAYLOADS[next(self._calls) % len(PAYLOADS)].text
        status, document = self._respond(request.path, body, text)
        data = json.dumps(document).encode("ascii")
        request.send_response_only(status, "\x9b31mOK")
        request.send_header("Content-Type", "application/json")
        request.send_header("X-Oneapi-Request-Id", "\x9b5mreq\x9d0;HACKED\x9c")
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def _respond(self, path: str, body: bytes, text: str) -> tuple[int, Any]:
        if path.endswith("/suno/fetch"):
            found = [task(one) for one in json.loads(body)["ids"] if one in {*TASKS, *LYRICS}]
            return 200, {"code": "success", "message": text, "data": found}
        if "/suno/feed/" in path:
            known = [one for one in path.rsplit("/", 1)[1].split(",") if one in CLIPS]
            return (200, [clip(one, payload_of(one).text) for one in known]) if known else (404, {"message": text})
        if "/act/timing/" in path:
            text = payload_of(path.rsplit("/", 1)[1]).text
            return 200, {"aligned_words": [{"word": f"{text}\n", "start_s": 1.0, "end_s": 2.0, "success": True}]}
        if "/act/wav/" in path:
            return 200, {"wav_file_url": f"https://cdn.example.com/a.wav?{text}"}
        if path.endswith("/act/tags"):
            return 200, {"upsampled_tags": text}
        if path.endswith("/persona/create"):
            return 200, {"id": "persona-1", "name": text, "description": text}
        if path.endswith("/api/status"):
            return 200, {"success": True, "data": {"system_name": text, "version": text, "quota_per_unit": 500_000}}
        if path.endswith("/v1/models"):
            return 200, {"data": [{"id": payload.text, "owned_by": "suno"} for payload in PAYLOADS]}
        if "/suno/submit/" in path:
            return 400, {"code": text, "message": f"{text} {EVERYTHING}", "data": None}
        return 404, {"message": text, "code": text}


@contextmanager
def hostile_gateway() -> Iterator[HostileGateway]:
    """Run a hostile gateway in the `with` block."""
    gateway = HostileGateway()
    thread = threading.Thread(target=gateway._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway._server.shutdown()
        gateway._server.server_close()
        thread.join()
