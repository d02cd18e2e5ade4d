"""Every answer to a submission of protocol 3.2: the task's id is found, or nothing is lost that may be one."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from sunotui.domain.errors import Charge
from sunotui.gateway.submit.outcome import HINT_ADVICE, UNKNOWN_ADVICE, Accepted, Rejected, Unknown, outcome_of_answer

ID = "736a6f88-bd29-4b1e-b110-37132a5325ac"
HEX = "469a479492f64ff4bb8d2ac3a85396f8"
PUBLIC = "task_Zr8Qm2Vx4nT7bLk1PwYc9sHd3GfJ6uAe"
CLIP = {"id": "c1", "title": "Rain", "status": "submitted", "audio_url": "", "metadata": {"prompt": ""}}
SECOND = {**CLIP, "id": "c2"}


@dataclass(frozen=True)
class Taken:
    """What must be known after an acceptance."""

    task_id: str
    clips: tuple[str, ...] = ()


def task(data: object) -> dict[str, object]:
    """The envelope of most servers."""
    return {"code": "success", "message": "", "data": data}


ACCEPTED: dict[str, tuple[object, Taken]] = {
    "string": (task(ID), Taken(ID)),
    "string: 17 digits": (task("17350521802760039"), Taken("17350521802760039")),
    "number: 17 digits": (task(17350521802760039), Taken("17350521802760039")),
    "number: 20 digits": (task(98765432109876543219), Taken("98765432109876543219")),
    "number: 39 digits": (task(10**38 + 7), Taken("1" + "0" * 37 + "7")),
    "numeric task_id": (task({"task_id": 17350521802760039}), Taken("17350521802760039")),
    "string: of new-api 2026": (task(PUBLIC), Taken(PUBLIC)),
    "object with task_id": (task({"task_id": ID}), Taken(ID)),
    "object with taskId": ({"code": 200, "msg": "success", "data": {"taskId": ID}}, Taken(ID)),
    "object with id": (task({"id": ID}), Taken(ID)),
    "object with both: the task's counts": (task({"id": "9", "task_id": ID}), Taken(ID)),
    "a whole task": (task({"task_id": ID, "status": "NOT_START", "data": None}), Taken(ID)),
    "result": ({"code": 1, "description": "ok", "result": ID}, Taken(ID)),
    "result as an object": ({"code": 1, "result": {"task_id": ID}}, Taken(ID)),
    "boolean code": ({"code": True, "message": "ok", "data": ID}, Taken(ID)),
    "success flag": ({"success": True, "data": ID}, Taken(ID)),
    "no wrapper, task_id": ({"task_id": ID, "status": "submitted"}, Taken(ID)),
    "no wrapper, taskId": ({"taskId": ID}, Taken(ID)),
    "raw, with id": ({"id": "batch-1", "clips": [CLIP, SECOND]}, Taken("batch-1", ("c1", "c2"))),
    "raw, without id": ({"clips": [CLIP, SECOND]}, Taken("c1", ("c1", "c2"))),
    "raw, id empty of clips": ({"id": "batch-1", "clips": []}, Taken("batch-1")),
    "raw, task_id beside clips": ({"task_id": ID, "clips": [CLIP]}, Taken(ID, ("c1",))),
    "raw inside the envelope": (task({"id": "batch-1", "clips": [CLIP]}), Taken("batch-1", ("c1",))),
    "raw inside the envelope, without id": (task({"clips": [CLIP]}), Taken("c1", ("c1",))),
    "a bare list of clips": ([CLIP, SECOND], Taken("c1", ("c1", "c2"))),
    "a list of clips inside the envelope": (task([CLIP, SECOND]), Taken("c1", ("c1", "c2"))),
    "one bare clip": (CLIP, Taken("c1", ("c1",))),
    "one clip inside the envelope": (task(CLIP), Taken("c1", ("c1",))),
    "one flat clip that names its task": (task({**CLIP, "task_id": ID}), Taken(ID, ("c1",))),
    "camelCase clips": ([{"id": "c1", "audioUrl": "", "modelName": "v5"}], Taken("c1", ("c1",))),
    "stems": ({"id": "batch-1", "clips": [{**CLIP, "id": f"s{number}"} for number in range(12)]},
              Taken("batch-1", tuple(f"s{number}" for number in range(12)))),
}  # fmt: skip

UNKNOWN: dict[str, tuple[object, tuple[str, ...]]] = {
    "empty": ("", ()),
    "two documents": (json.dumps(task(ID)) + json.dumps({"code": "insert_task_failed", "message": "x"}), (ID,)),
    "half a document": (f'{{"code":"success","data":"{ID}"', (ID,)),
    "a number of 41 digits": (task(10**40), ()),
    "a float in the place of the id": (task(1.5), ()),
    "an id under a name nobody knows": ({"code": "success", "job": {"handle": ID}}, (ID,)),
    "an id in a bare list": ([ID], (ID,)),
    "an id in plain words": (f"accepted as {PUBLIC}", (PUBLIC,)),
    "an id in plain words, of the reference": (f"accepted {HEX}", (HEX,)),
    "a pair of lyrics to be": ({"lyrics_request_id": ID}, (ID,)),
    "a failing envelope with an id": ({"code": "error", "message": "late", "data": ID}, (ID,)),
    "an upload that waits": ({"id": ID, "url": "https://up.example/", "fields": {}}, (ID,)),
    "a request id is no task": ({"code": "success", "request_id": ID}, ()),
    "a request id in words": (task({"note": f"ok (request id: {ID})"}), ()),
    "a web page names no task": (f"<html><script src='/assets/{'7f' * 16}.js'></script></html>", ()),
    "clips without ids": ({"clips": [{"title": "Rain"}]}, ()),
    "pictures, not clips": ([{"id": "p1", "image_url": "https://a.example/x.png"}], ()),
}  # fmt: skip


def sent_back(document: object) -> bytes:
    """The document as a body; a text is no JSON."""
    return document.encode() if isinstance(document, str) else json.dumps(document).encode()


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    document, taken = ACCEPTED[name]
    outcome = outcome_of_answer(200, {"X-Oneapi-Request-Id": "r-1"}, sent_back(document))
    assert isinstance(outcome, Accepted)
    found = Taken(outcome.task_id, tuple(clip.id for clip in outcome.clips))
    assert found == taken
    assert outcome.request_id == "r-1"


@pytest.mark.parametrize("digits", [17, 20, 39, 40])
def test_a_numeric_id_is_exact_where_only_the_tolerant_reader_reads_the_answer(digits: int) -> None:
    number = "9" * (digits - 1) + "1"
    outcome = outcome_of_answer(200, {}, f'{{"code":"success","message":"a\tb","data":{number}}}'.encode())
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == number


@pytest.mark.parametrize("status", [201, 202])
def test_an_acceptance_knows_its_status(status: int) -> None:
    outcome = outcome_of_answer(status, {}, sent_back(task(ID)))
    assert isinstance(outcome, Accepted)
    assert (outcome.task_id, outcome.http_status) == (ID, status)


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_and_nothing_is_lost(name: str) -> None:
    document, hints = UNKNOWN[name]
    body = sent_back(document)
    outcome = outcome_of_answer(200, {"X-Oneapi-Request-Id": "r-1"}, body)
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
    "in the error object, of odd letters": {"error": {"message": "late", "clip_id": "a:1.2"}},
    "a clip": {"code": "x", "message": "late", "clip_id": ID},
    "under the task": {"code": "x", "message": "late", "task": {"id": ID}},
    "another spelling": {"code": "x", "message": "late", "taskID": ID},
    "a capital letter": {"code": "x", "message": "late", "Data": ID},
    "in the words": {"code": "x", "message": f"queued as {ID}"},
    "an upstream's whole success": {"code": "fail_to_fetch_task", "message": json.dumps(task("17350521802760039"))},
    "the same, twice nested": {"code": "x", "message": json.dumps({"message": json.dumps(task("17350521802760039"))})},
}  # fmt: skip


ID_KEYS = ("task_id", "taskid", "taskId", "id", "data", "result", "clip_id", "clipId", "lyrics_request_id")
ODD_IDS: dict[str, object] = {"words": "job-20261125-7", "short": "a1b2c3d4", "a number": 17350521, "long": "x" * 128}
"""Ids that are told by the name they stand under alone: none looks like a UUID."""


@pytest.mark.parametrize("status", [400, 404, 429, 455])
@pytest.mark.parametrize("value", ODD_IDS.values(), ids=ODD_IDS)
@pytest.mark.parametrize("key", ID_KEYS)
def test_a_refusal_with_an_id_of_any_look_under_a_name_for_one_proves_nothing(
    key: str, value: object, status: int
) -> None:
    for document in (
        {"error": {"message": "late", key: value}},
        {"code": "x", "message": "late", "job": {key: value}},
        {"code": "x", "message": json.dumps({"late": {key: value}})},
    ):
        outcome = outcome_of_answer(status, {}, sent_back(document))
        assert isinstance(outcome, Unknown), document
        assert outcome.hints == (str(value),)


@pytest.mark.parametrize("key", ["name", "group", "valid", "grid", "database", "x_id_y"])
def test_a_refusal_with_a_word_under_another_name_proves_what_it_says(key: str) -> None:
    document = {"error": {"message": "no", key: "job-20261125-7"}}
    assert isinstance(outcome_of_answer(400, {}, sent_back(document)), Rejected)


@pytest.mark.parametrize("status", [400, 404, 429])
@pytest.mark.parametrize("name", NAMING)
def test_a_refusal_that_names_an_id_anywhere_proves_nothing(name: str, status: int) -> None:
    body = sent_back(NAMING[name])
    outcome = outcome_of_answer(status, {}, body)
    assert isinstance(outcome, Unknown)
    (hint,) = outcome.hints
    assert hint in body.decode()


@pytest.mark.parametrize(
    "words", [f"no (request id: {ID})", f"no, Request ID: {ID}", json.dumps({"message": "no", "request_id": ID})]
)
def test_a_refusal_may_name_its_request(words: str) -> None:
    assert isinstance(outcome_of_answer(429, {}, sent_back({"code": "x", "message": words})), Rejected)


def test_a_refusal_longer_than_what_is_searched_proves_nothing() -> None:
    body = sent_back({"code": "x", "message": "no " * 30_000, "job": {"task_id": ID}})
    assert isinstance(outcome_of_answer(400, {}, body), Unknown)


def test_no_more_hints_than_a_person_can_look_up() -> None:
    many = [f"{number:08d}-bd29-4b1e-b110-37132a5325ac" for number in range(20)]
    outcome = outcome_of_answer(200, {}, sent_back({"jobs": many}))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == tuple(many[:4])


def test_an_account_page_gives_no_session_away() -> None:
    certificate = {"session_id": "sess_1", "cookie": "__client=abc", "jwt": "eyJhbGciOiJI.x.y"}
    page = {"code": "success", "data": {"certificate": certificate}}
    outcome = outcome_of_answer(200, {}, sent_back(page))
    assert isinstance(outcome, Unknown)
    for reported in (outcome.answer, outcome.error.answer, outcome.error.sentence):
        assert not any(word in reported for word in ("sess_1", "__client", "eyJ"))
