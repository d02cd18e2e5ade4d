"""Invalid responses: handwritten, taken from the samples, and generated with a seed."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator

import httpx

from tests.guarantees.fake_transport import FakeResponse
from tests.support.paths import SAMPLES

TASK = "TASK-ID"
"""A placeholder that the test replaces by the id of a requested task."""

BadResponse = FakeResponse | Exception


def samples() -> dict[str, bytes]:
    """Every stored response of a real or documented server."""
    files = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.name != "INDEX.md")
    return {path.name: path.read_bytes() for path in files}


def sample_responses() -> list[tuple[str, BadResponse]]:
    """Every sample as a good response, as an error of the gateway, and with the status in its name."""
    found: list[tuple[str, BadResponse]] = []
    for name, body in samples().items():
        named = re.search(r"_([45]\d\d)[_.]", name)
        for status in dict.fromkeys([200, 500, int(named[1]) if named else 403]):
            found.append((f"{name} as {status}", FakeResponse(body, status)))
    return found


def _task(**facts: object) -> bytes:
    return json.dumps({"code": "success", "data": [{"task_id": TASK, "status": "IN_PROGRESS", **facts}]}).encode()


def _clip(**facts: object) -> bytes:
    return _task(data=[{"id": "c", "status": "streaming", **facts}])


_NUMBER = b'{"code":"success","data":[{"task_id":"TASK-ID","status":"IN_PROGRESS","submit_time":%s}]}'

BODIES: dict[str, bytes] = {
    "empty": b"",
    "a space": b" ",
    "a BOM": b'\xef\xbb\xbf{"code":"success","data":[]}',
    "truncated JSON": b'{"code":"success","data":[{"task_id":"TASK-ID"',
    "two documents": b'{"code":"success","data":[]}{"code":"fail","message":"no"}',
    "a document and noise": b'{"code":"success","data":[]} <html>',
    "UTF-16": '{"code":"success","data":[]}'.encode("utf-16"),
    "Latin-1": '{"code":"success","message":"é","data":[]}'.encode("latin-1"),
    "NULs": b"\x00" * 512,
    "escape codes": b"\x1b]52;c;UFdORUQ=\x07\x1b[2J",
    "compressed": gzip.compress(b'{"code":"success"}'),
    "null": b"null",
    "true": b"true",
    "a number": b"7",
    "a text": b'"success"',
    "a list of nothing": b"[null, null]",
    "a list of lists": b"[[[], [[]]], {}]",
    "nested 5,000 times": b"[" * 5_000 + b"]" * 5_000,
    "nested 200,000 times": b'{"a":' * 200_000,
    "nested in the data": b'{"code":"success","data":' + b"[" * 900 + b"]" * 900 + b"}",
    "a page": b"<!doctype html><html><title>New API</title></html>",
    "two codes": b'{"code":"fail","code":"success","data":[{"task_id":"TASK-ID","status":"QUEUED"}]}',
    "a lone surrogate": _task(fail_reason="x").replace(b'"x"', b'"\\ud800"'),
    "ten thousand digits": _NUMBER % (b"9" * 10_000),
    "five thousand digits below zero": _NUMBER % (b"-" + b"9" * 5_000),
    "NaN": _NUMBER % b"NaN",
    "Infinity": _NUMBER % b"-Infinity",
    "an overflow": _NUMBER % b"1e999",
    "2 to the 63": _NUMBER % b"9223372036854775808",
    "one null among ids": b'{"code":"success","data":[{"task_id":null,"status":"SUCCESS"}]}',
    "an id of 4 kB": json.dumps({"code": "success", "data": [{"task_id": "x" * 4_096}]}).encode(),
    "an id with an escape code": json.dumps({"code": "success", "data": [{"task_id": "\x1b[2J"}]}).encode(),
    "an id that is a list": b'{"code":"success","data":[{"task_id":["TASK-ID"],"status":"SUCCESS"}]}',
    "a status that is a number": _task(status=7),
    "a status that is a list": _task(status=["SUCCESS"]),
    "a status that is long": _task(status="S" * 100_000),
    "an action that is an object": _task(action={"a": 1}),
    "progress of every kind": _task(progress={"percent": [1]}),
    "a reason that is an object": _task(fail_reason={"error": "no"}),
    "a reason of 1 MB": _task(fail_reason="no " * 350_000),
    "data that is a text": _task(data="soon"),
    "data that is a number": _task(data=7),
    "data of nulls": _task(data=[None, None]),
    "data that is JSON in a text": _task(data=json.dumps([{"id": "c"}])),
    "two thousand takes": _task(data=[{"id": f"c{number}", "status": "streaming"} for number in range(2_000)]),
    "takes without ids": _task(data=[{"status": "complete"}, {"id": None, "audio_url": "https://x.example"}]),
    "the same take five times": _task(data=[{"id": "c", "status": "streaming"}] * 5),
    "a title of 1 MB": _clip(title="la" * 500_000),
    "a title with every control": _clip(title="".join(map(chr, range(160)))),
    "a length below zero": _clip(duration=-1, metadata={"duration": "NaN"}),
    "a link of 1 MB": _clip(audio_url="https://x.example/" + "a" * 1_000_000),
    "invalid links": _clip(audio_url="javascript:alert(1)", image_url=["x"], video_url=7),
    "metadata that is a list": _clip(metadata=[1, 2]),
    "metadata that is a text": _clip(metadata="{}"),
    "tags of every kind": _clip(tags=[None, 7, {"a": []}, "pop"]),
    "lyrics that are a list": _task(data={"text": ["la"], "title": {"a": 1}, "tags": 7}),
    "an error that is true": b'{"error": true}',
    "an error that is a list": b'{"error": ["no", {"message": "no"}]}',
    "a message that is an object": b'{"code":"fail","message":{"message":{"message":"no"}}}',
    "a message that is JSON again": json.dumps({"code": "x", "message": json.dumps({"error": "{" * 900})}).encode(),
    "Go's noise": b'{"code":"x","message":"%!s(MISSING)%!d(string=no)"}',
    "thousands of tiny tasks": json.dumps({"code": "success", "data": [{}] * 60_000}).encode(),
}

_GOOD = b'{"code":"success","data":[]}'
_HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "a charset that is not text": (("Content-Type", "application/json; charset=zlib_codec"),),
    "a charset that is a transform": (("Content-Type", "application/json; charset=rot13"),),
    "wrongly declared as compressed": (("Content-Encoding", "gzip, gzip"),),
    "an invalid Retry-After": (("Retry-After", "soon"),),
    "a negative Retry-After": (("Retry-After", "-99999999"),),
    "a Retry-After in the past": (("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"),),
    "a Retry-After that overflows": (("Retry-After", "Fri, 31 Dec 99999 23:59:59 GMT"),),
    "a redirect to a script": (("Location", "javascript:alert(1)"),),
    "a redirect to another host": (("Location", "http://evil.example:99999/"),),
    "cookies": (("Set-Cookie", "session=1; Domain=.example; Path=/"), ("Set-Cookie", "\x01=;;;")),
    "an id with an escape code": (("X-Oneapi-Request-Id", "\x1b]0;x\x07" * 400),),
}


def handwritten_responses() -> list[tuple[str, BadResponse]]:
    """The bodies above with success and error statuses, unusual headers and statuses, and network errors."""
    responses: list[tuple[str, BadResponse]] = [(name, FakeResponse(body)) for name, body in BODIES.items()]
    responses += [(f"{name} as 502", FakeResponse(body, 502)) for name, body in BODIES.items()]
    for status in (200, 302, 429):
        responses += [
            (f"{name} with {status}", FakeResponse(_GOOD, status, headers)) for name, headers in _HEADERS.items()
        ]
    responses += [
        (f"the status {status}", FakeResponse(_GOOD, status))
        for status in (100, 199, 204, 205, 304, 418, 451, 599, 999)
    ]
    return responses + [(f"{type(error).__name__}({error})", error) for error in _raised()]


def _raised() -> Iterator[Exception]:
    """Errors of the network and of libraries that the poller does not handle specially."""
    yield from (httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.ReadError("reset"))
    yield from (httpx.RemoteProtocolError("\x1b[2J"), httpx.ReadTimeout("slow"), httpx.InvalidURL("javascript:"))
    yield from (httpx.DecodingError("gzip"), httpx.TooManyRedirects("round"), httpx.WriteError("gone"))
    yield from (UnicodeError("idna"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), RecursionError("deep"))
    yield from (ValueError("4300 digits"), AssertionError("zlib_codec"), TypeError("rot13"), KeyError("data"))
    yield from (OSError(24, "Too many open files"), TimeoutError(), MemoryError(), ZeroDivisionError("x"))


_KEYS = (
    "code", "data", "message", "error", "task_id", "taskId", "id", "status", "action", "clips", "audio_url", "metadata",
    "fail_reason", "submit_time", "result", "list", "duration", "text", "title", "created_at", "tags", "response",
    "sunoData", "progress", "video_url", "success", "msg", "image_url",
)  # fmt: skip
_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 7, 2**63, 1e308, "", " ", "SUCCESS", "FAILURE", "complete", "error", "streaming",
    TASK, "success", "fail", "100%", "https://x.example/a.mp3", "https://cdn1.suno.ai/None.mp3", "\x1b[2J", "\ud800",
)  # fmt: skip


def generated_responses(count: int, seed: int) -> Iterator[tuple[str, BadResponse]]:
    """Samples with damaged bytes and replaced branches, and random responses."""
    rng = random.Random(seed)
    known = [body for body in samples().values() if len(body) < 20_000]
    trees = [tree for body in known if (tree := _tree(body)) is not None]
    for number in range(count):
        kind = rng.randrange(4)
        if kind == 0:
            body = _damaged(rng, rng.choice(known))
        elif kind == 1:
            body = _as_body(_with_replaced_branches(rng, rng.choice(trees), 3))
        elif kind == 2:
            body = _as_body(
                {"code": "success", "data": _random_value(rng, 4)} if rng.random() < 0.6 else _random_value(rng, 5)
            )
        else:
            body = rng.randbytes(rng.randrange(200))
        status = rng.choice((200, 200, 200, 200, 201, 400, 401, 403, 404, 429, 500, 502, 503))
        yield f"number {number} of seed {seed}", FakeResponse(body, status)


def _tree(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _as_body(tree: object) -> bytes:
    return json.dumps(tree).encode()


def _damaged(rng: random.Random, body: bytes) -> bytes:
    damaged = bytearray(body)
    for _ in range(rng.randrange(1, 9)):
        at = rng.randrange(len(damaged) + 1)
        match rng.randrange(4):
            case 0:
                del damaged[at : at + rng.randrange(1, 40)]
            case 1:
                damaged[at:at] = rng.randbytes(rng.randrange(1, 9))
            case 2:
                damaged[at:at] = damaged[at : at + rng.randrange(1, 80)]
            case _:
                damaged[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(damaged)


def _with_replaced_branches(rng: random.Random, tree: object, depth: int) -> object:
    """The tree with some branches replaced."""
    if rng.random() < 0.08:
        return _random_value(rng, depth)
    if isinstance(tree, dict):
        return {
            key: TASK
            if key in {"task_id", "taskId"} and rng.random() < 0.7
            else _with_replaced_branches(rng, value, depth)
            for key, value in tree.items()
        }
    return [_with_replaced_branches(rng, value, depth) for value in tree] if isinstance(tree, list) else tree


def _random_value(rng: random.Random, depth: int) -> object:
    kind = rng.randrange(3) if depth else 2
    if kind == 0:
        return [_random_value(rng, depth - 1) for _ in range(rng.randrange(4))]
    if kind == 1:
        return {rng.choice(_KEYS): _random_value(rng, depth - 1) for _ in range(rng.randrange(7))}
    return rng.choice(_VALUES)
