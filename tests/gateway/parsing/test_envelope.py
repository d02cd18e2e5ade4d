"""Every response wrapper of protocol 3.1: its payload, whether it is a failure, its code and message."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import UnreadableResponse
from sunotui.gateway.parsing.envelope import open_envelope, read_document, read_documents

NESTED = '{"error":{"message":"inner words","code":"x"}}'

GOOD: dict[str, tuple[object, object]] = {
    "task": ({"code": "success", "message": "", "data": "t"}, "t"),
    "task, with a message of success": (
        {"code": "success", "message": "task completed successfully", "data": "t"},
        "t",
    ),
    "task, in capitals": ({"code": "SUCCESS", "data": "t"}, "t"),
    "integer 200": ({"code": 200, "msg": "success", "data": {"taskId": "t"}}, {"taskId": "t"}),
    "integer 1 of a submit": ({"code": 1, "description": "ok", "result": "t"}, "t"),
    "integer 1 of a fetch": ({"code": 1, "data": {"task_id": "t"}}, {"task_id": "t"}),
    "integer 0": ({"code": 0, "data": "t"}, "t"),
    "number as a string": ({"code": "200", "data": "t"}, "t"),
    "zero as a string": ({"code": "0", "data": "t"}, "t"),
    "success flag": ({"success": True, "message": "", "data": [1]}, [1]),
    "boolean code": ({"code": True, "message": "ok", "data": {"total": 1}}, {"total": 1}),
    "no wrapper, an object": ({"id": "c", "audio_url": ""}, None),
    "no wrapper, a list": ([{"id": "c"}], [{"id": "c"}]),
    "an empty error beside the data": ({"code": "success", "error": None, "data": "t"}, "t"),
    "data null, result there": ({"code": 1, "data": None, "result": "t"}, "t"),
}

BAD: dict[str, tuple[object, str, str, bool]] = {
    "task": ({"code": "prompt_empty", "message": "no", "data": None}, "prompt_empty", "no", True),
    "one-hub, without data": ({"code": "provider_not_found", "message": "no"}, "provider_not_found", "no", True),
    "one-hub, without a message": ({"code": "task_not_exist", "message": ""}, "task_not_exist", "", True),
    "fixed error code": ({"code": "error", "data": None, "message": "no"}, "error", "no", True),
    "integer": ({"code": 501, "msg": "no"}, "501", "no", True),
    "integer, described": ({"code": 3, "description": "no"}, "3", "no", True),
    "OpenAI error": ({"error": {"message": "no", "type": "new_api_error"}}, "", "no", True),
    "OpenAI error with a code": ({"error": {"message": "no", "type": "x", "code": "c"}}, "c", "no", True),
    "OpenAI error with code null": ({"error": {"message": "no", "type": "x", "code": None}}, "", "no", True),
    "error as a text": ({"error": "no"}, "", "no", False),
    "success flag": ({"success": False, "message": "no"}, "", "no", False),
    "boolean code": ({"code": False, "message": "no"}, "", "no", False),
    "fail reason only": ({"code": "fail", "fail_reason": "no"}, "fail", "no", False),
    "error beside success": ({"code": "success", "error": {"message": "no"}, "data": "t"}, "", "no", False),
    "JSON in the message": (
        {"code": "fail_to_fetch_task", "message": NESTED},
        "fail_to_fetch_task",
        "inner words",
        True,
    ),
    "failing, with an id in it": ({"code": "error", "message": "no", "data": "t"}, "error", "no", False),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_success_is_unwrapped(name: str) -> None:
    document, payload = GOOD[name]
    envelope = open_envelope(read_document(json.dumps(document).encode()))
    assert (envelope.is_failure, envelope.payload) == (False, payload)
    assert not envelope.is_error_object


@pytest.mark.parametrize("name", BAD)
def test_a_failure_is_recognised(name: str) -> None:
    document, code, text, is_proof = BAD[name]
    envelope = open_envelope(read_document(json.dumps(document).encode()))
    assert envelope.is_failure
    assert (envelope.code, envelope.text, envelope.is_error_object) == (code, text, is_proof)


def test_the_priority_of_the_message_fields() -> None:
    fields = {"message": "1", "msg": "2", "description": "3", "fail_reason": "4"}
    assert open_envelope({"error": {"message": "0"}, **fields}).text == "0"
    for number, name in enumerate(list(fields), start=1):
        assert open_envelope({"code": "no", **fields}).text == str(number)
        fields[name] = " "
    assert open_envelope({"code": "no", **fields}).text == ""


def nested(times: int) -> dict[str, object]:
    """A failure passed on by `times` relays."""
    found: dict[str, object] = {"code": "code-0", "message": "innermost"}
    for number in range(1, times + 1):
        found = {"code": f"code-{number}", "message": json.dumps(found)}
    return found


def test_a_message_is_unwrapped_once_per_relay() -> None:
    envelope = open_envelope(nested(3))
    assert (envelope.code, envelope.text) == ("code-3", "innermost")
    assert envelope.inner_codes == ("code-2", "code-1", "code-0")
    assert open_envelope(nested(4)).text == '{"code": "code-0", "message": "innermost"}'
    assert open_envelope({"code": "no", "message": "{broken"}).text == "{broken"
    assert open_envelope({"code": "no", "message": "{}"}).text == "{}"


def test_the_response_of_the_upstream_is_opened() -> None:
    inner = open_envelope({"code": "no", "message": NESTED}).inner
    assert inner is not None
    assert (inner.code, inner.text, inner.is_error_object) == ("x", "inner words", True)
    assert open_envelope({"code": "no", "message": "plain"}).inner is None


def test_two_documents_in_one_body() -> None:
    body = b'{"code":"success","data":"A"} \n {"code":"insert_task_failed","message":"x"}'
    assert [open_envelope(document).payload for document in read_documents(body)] == ["A", None]
    with pytest.raises(UnreadableResponse):
        read_document(body)
    for invalid in (body + b"{", body + b" ok", b"", b"  ", b"[]" * 5):
        with pytest.raises(UnreadableResponse):
            read_documents(invalid)


@pytest.mark.parametrize("control", ["\t", "\n", "\x00", "\x1b"])
def test_raw_control_characters_in_a_string_are_accepted(control: str) -> None:
    body = f'{{"code":"success","message":"a{control}b","data":"t"}}'.encode()
    document = read_document(body)
    assert isinstance(document, dict)
    assert document["message"] == f"a{control}b"
    assert read_documents(body + body) == (document, document)


@pytest.mark.parametrize("digits", [17, 19, 20, 39, 40])
def test_large_integers_are_exact_with_both_parsers(digits: int) -> None:
    number = "9" * (digits - 1) + "1"
    for text in ("plain", "a\tb"):
        document = read_document(f'{{"text":"{text}","data":{number}}}'.encode())
        assert isinstance(document, dict)
        assert document["data"] == int(number)
