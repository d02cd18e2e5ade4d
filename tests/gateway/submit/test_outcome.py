"""Every response to a submission in protocol 3.2: the task id is found, or possible ids are kept as hints."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from sunotui.domain.errors import Charge
from sunotui.gateway.submit.outcome import HINT_ADVICE, UNKNOWN_ADVICE, Accepted, Rejected, Unknown, outcome_of_response

ID = "736a6f88-bd29-4b1e-b110-37132a5325ac"
HEX = "469a479492f64ff4bb8d2ac3a85396f8"
PUBLIC = "task_Zr8Qm2Vx4nT7bLk1PwYc9sHd3GfJ6uAe"
CLIP = {"id": "c1", "title": "Rain", "status": "submitted", "audio_url": "", "metadata": {"prompt": ""}}
SECOND = {**CLIP, "id": "c2"}


@dataclass(frozen=True)
class Expected:
    """The ids read from an acceptance."""

    task_id: str
    clips: tuple[str, ...] = ()


def task(data: object) -> dict[str, object]:
    """The envelope of most servers."""
    return {"code": "success", "message": "", "data": data}


ACCEPTED: dict[str, tuple[object, Expected]] = {
    "string": (task(ID), Expected(ID)),
    "string: 17 digits": (task("17350521802760039"), Expected("17350521802760039")),
    "number: 17 digits": (task(17350521802760039), Expected("17350521802760039")),
    "number: 20 digits": (task(98765432109876543219), Expected("98765432109876543219")),
    "number: 39 digits": (task(10**38 + 7), Expected("1" + "0" * 37 + "7")),
    "numeric task_id": (task({"task_id": 17350521802760039}), Expected("17350521802760039")),
    "string: of new-api 2026": (task(PUBLIC), Expected(PUBLIC)),
    "object with task_id": (task({"task_id": ID}), Expected(ID)),
    "object with taskId": ({"code": 200, "msg": "success", "data": {"taskId": ID}}, Expected(ID)),
    "object with id": (task({"id": ID}), Expected(ID)),
    "object with id and task_id: task_id is used": (task({"id": "9", "task_id": ID}), Expected(ID)),
    "a whole task": (task({"task_id": ID, "status": "NOT_START", "data": None}), Expected(ID)),
    "result": ({"code": 1, "description": "ok", "result": ID}, Expected(ID)),
    "result as an object": ({"code": 1, "result": {"task_id": ID}}, Expected(ID)),
    "boolean code": ({"code": True, "message": "ok", "data": ID}, Expected(ID)),
    "success flag": ({"success": True, "data": ID}, Expected(ID)),
    "no wrapper, task_id": ({"task_id": ID, "status": "submitted"}, Expected(ID)),
    "no wrapper, taskId": ({"taskId": ID}, Expected(ID)),
    "raw, with id": ({"id": "batch-1", "clips": [CLIP, SECOND]}, Expected("batch-1", ("c1", "c2"))),
    "raw, without id": ({"clips": [CLIP, SECOND]}, Expected("c1", ("c1", "c2"))),
    "raw, id empty of clips": ({"id": "batch-1", "clips": []}, Expected("batch-1")),
    "raw, task_id beside clips": ({"task_id": ID, "clips": [CLIP]}, Expected(ID, ("c1",))),
    "raw inside the envelope": (task({"id": "batch-1", "clips": [CLIP]}), Expected("batch-1", ("c1",))),
    "raw inside the envelope, without id": (task({"clips": [CLIP]}), Expected("c1", ("c1",))),
    "a bare list of clips": ([CLIP, SECOND], Expected("c1", ("c1", "c2"))),
    "a list of clips inside the envelope": (task([CLIP, SECOND]), Expected("c1", ("c1", "c2"))),
    "one bare clip": (CLIP, Expected("c1", ("c1",))),
    "one clip inside the envelope": (task(CLIP), Expected("c1", ("c1",))),
    "one flat clip that names its task": (task({**CLIP, "task_id": ID}), Expected(ID, ("c1",))),
    "camelCase clips": ([{"id": "c1", "audioUrl": "", "modelName": "v5"}], Expected("c1", ("c1",))),
    "stems": ({"id": "batch-1", "clips": [{**CLIP, "id": f"s{number}"} for number in range(12)]},
              Expected("batch-1", tuple(f"s{number}" for number in range(12)))),
}  # fmt: skip

UNKNOWN: dict[str, tuple[object, tuple[str, ...]]] = {
    "empty": ("", ()),
    "two documents": (json.dumps(task(ID)) + json.dumps({"code": "insert_task_failed", "message": "x"}), (ID,)),
    "truncated JSON": (f'{{"code":"success","data":"{ID}"', (ID,)),
    "a number of 41 digits": (task(10**40), ()),
    "a float as the id": (task(1.5), ()),
    "an id under an unknown key": ({"code": "success", "job": {"handle": ID}}, (ID,)),
    "an id in a bare list": ([ID], (ID,)),
    "an id in plain text": (f"accepted as {PUBLIC}", (PUBLIC,)),
    "a hexadecimal id in plain text": (f"accepted {HEX}", (HEX,)),
    "a pending pair of lyrics": ({"lyrics_request_id": ID}, (ID,)),
    "a failing envelope with an id": ({"code": "error", "message": "late", "data": ID}, (ID,)),
    "an upload authorization": ({"id": ID, "url": "https://up.example/", "fields": {}}, (ID,)),
    "a request id is not a task id": ({"code": "success", "request_id": ID}, ()),
    "a request id in a message": (task({"note": f"ok (request id: {ID})"}), ()),
    "a web page": (f"<html><script src='/assets/{'7f' * 16}.js'></script></html>", ()),
    "clips without ids": ({"clips": [{"title": "Rain"}]}, ()),
    "pictures, not clips": ([{"id": "p1", "image_url": "https://a.example/x.png"}], ()),
}  # fmt: skip


def as_body(document: object) -> bytes:
    """The document as a response body. A string is sent unchanged, not as JSON."""
    return document.encode() if isinstance(document, str) else json.dumps(document).encode()


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_ids_of_an_acceptance(name: str) -> None:
    document, expected = ACCEPTED[name]
    outcome = outcome_of_response(200, {"X-Oneapi-Request-Id": "r-1"}, as_body(document))
    assert isinstance(outcome, Accepted)
    found = Expected(outcome.task_id, tuple(clip.id for clip in outcome.clips))
    assert found == expected
    assert outcome.request_id == "r-1"


@pytest.mark.parametrize("digits", [17, 20, 39, 40])
def test_a_numeric_id_is_exact_with_the_tolerant_parser(digits: int) -> None:
    number = "9" * (digits - 1) + "1"
    outcome = outcome_of_response(200, {}, f'{{"code":"success","message":"a\tb","data":{number}}}'.encode())
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == number


@pytest.mark.parametrize("status", [201, 202])
def test_an_acceptance_has_its_http_status(status: int) -> None:
    outcome = outcome_of_response(status, {}, as_body(task(ID)))
    assert isinstance(outcome, Accepted)
    assert (outcome.task_id, outcome.http_status) == (ID, status)


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_outcome_keeps_possible_ids(name: str) -> None:
    document, hints = UNKNOWN[name]
    body = as_body(document)
    outcome = outcome_of_response(200, {"X-Oneapi-Request-Id": "r-1"}, body)
    assert isinstance(outcome, Unknown)
    assert outcome.hints == hints
    assert all(hint in outcome.answer for hint in hints)
    assert outcome.error.charge is Charge.MAYBE
    assert outcome.error.advice == (HINT_ADVICE if hints else UNKNOWN_ADVICE)
    assert outcome.error.request_id == "r-1"
    assert outcome.error.answer == outcome.answer


NAMING: dict[str, dict[str, object]] = {
    "in the error object": {"error": {"message": "late", "task_id": ID}},
    "in the error object, short": {"error": {"message": "late", "task_id": "a-1"}},
    "in the error object, with odd characters": {"error": {"message": "late", "clip_id": "a:1.2"}},
    "a clip": {"code": "x", "message": "late", "clip_id": ID},
    "under the task": {"code": "x", "message": "late", "task": {"id": ID}},
    "another spelling": {"code": "x", "message": "late", "taskID": ID},
    "a capital letter": {"code": "x", "message": "late", "Data": ID},
    "in the message": {"code": "x", "message": f"queued as {ID}"},
    "a success of the upstream": {"code": "fail_to_fetch_task", "message": json.dumps(task("17350521802760039"))},
    "a success, nested twice": {"code": "x", "message": json.dumps({"message": json.dumps(task("17350521802760039"))})},
}  # fmt: skip


ID_KEYS = ("task_id", "taskid", "taskId", "id", "data", "result", "clip_id", "clipId", "lyrics_request_id")
ODD_IDS: dict[str, object] = {
    "with dashes": "job-20261125-7",
    "short": "a1b2c3d4",
    "a number": 17350521,
    "long": "x" * 128,
}
"""Ids recognised only by their key, because they do not look like a UUID."""


@pytest.mark.parametrize("status", [400, 404, 429, 455])
@pytest.mark.parametrize("value", ODD_IDS.values(), ids=ODD_IDS)
@pytest.mark.parametrize("key", ID_KEYS)
def test_a_refusal_with_any_value_under_an_id_key_proves_nothing(key: str, value: object, status: int) -> None:
    for document in (
        {"error": {"message": "late", key: value}},
        {"code": "x", "message": "late", "job": {key: value}},
        {"code": "x", "message": json.dumps({"late": {key: value}})},
    ):
        outcome = outcome_of_response(status, {}, as_body(document))
        assert isinstance(outcome, Unknown), document
        assert outcome.hints == (str(value),)


@pytest.mark.parametrize("key", ["name", "group", "valid", "grid", "database", "x_id_y"])
def test_a_refusal_with_a_value_under_another_key_is_a_rejection(key: str) -> None:
    document = {"error": {"message": "no", key: "job-20261125-7"}}
    assert isinstance(outcome_of_response(400, {}, as_body(document)), Rejected)


@pytest.mark.parametrize("status", [400, 404, 429])
@pytest.mark.parametrize("name", NAMING)
def test_a_refusal_that_names_an_id_anywhere_proves_nothing(name: str, status: int) -> None:
    body = as_body(NAMING[name])
    outcome = outcome_of_response(status, {}, body)
    assert isinstance(outcome, Unknown)
    (hint,) = outcome.hints
    assert hint in body.decode()


@pytest.mark.parametrize(
    "message", [f"no (request id: {ID})", f"no, Request ID: {ID}", json.dumps({"message": "no", "request_id": ID})]
)
def test_a_refusal_may_contain_its_request_id(message: str) -> None:
    assert isinstance(outcome_of_response(429, {}, as_body({"code": "x", "message": message})), Rejected)


def test_a_refusal_longer_than_the_searched_part_proves_nothing() -> None:
    body = as_body({"code": "x", "message": "no " * 30_000, "job": {"task_id": ID}})
    assert isinstance(outcome_of_response(400, {}, body), Unknown)


def test_the_number_of_hints_is_limited() -> None:
    many = [f"{number:08d}-bd29-4b1e-b110-37132a5325ac" for number in range(20)]
    outcome = outcome_of_response(200, {}, as_body({"jobs": many}))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == tuple(many[:4])


def test_an_account_page_does_not_leak_a_session() -> None:
    certificate = {"session_id": "sess_1", "cookie": "__client=abc", "jwt": "eyJhbGciOiJI.x.y"}
    page = {"code": "success", "data": {"certificate": certificate}}
    outcome = outcome_of_response(200, {}, as_body(page))
    assert isinstance(outcome, Unknown)
    for reported in (outcome.answer, outcome.error.answer, outcome.error.sentence):
        assert not any(word in reported for word in ("sess_1", "__client", "eyJ"))
