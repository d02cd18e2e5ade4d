"""A task that a gateway does not know is "not found", whatever the wording and the wrapper."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import NotFound, SunotuiError
from sunotui.gateway.errors.message_rules import says_no_such_task
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.parsing.response_cache import reports_of
from tests.gateway.conftest import Client
from tests.gateway.loopback import ReceivedRequest, loopback_server, response

MESSAGES = [
    "task not found",
    "Task 736a6f88-bd29-4b1e-b110-37132a5325ac not found",
    "task_not_exist",
    "TaskNotFound",
    "the task does not exist",
    "Task with id 'a.b' could not be found",
    "No such task",
    "not found: task a",
    "job not found",
    "任务不存在",
    "任務不存在",
    "未找到该任务",
    "タスクが見つかりません",
    "작업을 찾을 수 없습니다",
    "Задача не найдена",
    "La tarea no existe",
    "Tâche introuvable",
    "Aufgabe nicht gefunden",
    "Tarefa não encontrada",
]
WRAPPERS: dict[str, Callable[[str], object]] = {
    "new-api's": lambda text: {"code": "error", "message": text, "data": None},
    "a relay's error object": lambda text: {"error": {"message": text, "type": "x", "code": ""}},
    "a bare error": lambda text: {"error": text},
    "success false": lambda text: {"success": False, "message": text},
    "a number": lambda text: {"code": 404, "msg": text},
    "FastAPI's": lambda text: {"detail": text},
    "a list of errors": lambda text: {"errors": [{"title": text}]},
    "a status": lambda text: {"status": "error", "reason": text},
    "a JSON string": lambda text: json.dumps(text),
    "plain text": lambda text: text,
    "a page": lambda text: f"<!doctype html><title>{text}</title><body>{text}</body>",
    "upstream's in a message": lambda text: {
        "code": "fail_to_fetch_task",
        "message": json.dumps({"code": "error", "message": text}),
        "data": None,
    },
}
OTHERS: dict[str, tuple[int, object]] = {
    "a path": (404, {"error": {"message": "Invalid URL (POST /suno/fetch)"}}),
    "gin's 404": (404, "404 page not found"),
    "FastAPI's 404": (404, {"detail": "Not Found"}),
    "a model": (503, {"error": {"message": "Model not found", "type": "task_error"}}),
    "a channel of the task": (500, {"code": "error", "message": "get task failed: channel not found"}),
    "the user of a task": (500, {"code": "error", "message": "task user not found"}),
    "a failure": (500, {"code": "task failed", "message": "task failed"}),
    "a wrong token": (401, {"error": {"message": "task not found"}}),
    "a limit": (429, {"error": {"message": "no such task"}}),
    "a site's page that mentions it": (200, "<html><title>Songs</title><p>task not found</p></html>"),
    "a long body": (404, "task not found" + " " * 9_000),
}


def raw_response(status: int, body: object) -> Response:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if text.startswith("<") else "application/json"
    return Response(status, {"content-type": kind}, text.encode())


@pytest.mark.parametrize("status", [200, 400, 403, 404, 410, 422, 500, 503])
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_not_found_in_any_wrapper_status_and_language(wrapper: str, status: int) -> None:
    for message in MESSAGES:
        with pytest.raises(NotFound) as caught:
            reports_of(raw_response(status, WRAPPERS[wrapper](message)), ["a"], "")
        assert caught.value.http_status == status


@pytest.mark.parametrize("name", OTHERS)
def test_other_errors_are_not_a_missing_task(name: str) -> None:
    status, body = OTHERS[name]
    assert not says_no_such_task(raw_response(status, body))
    with pytest.raises(SunotuiError) as caught:
        reports_of(raw_response(status, body), ["a"], "")
    assert not isinstance(caught.value, NotFound)


def test_the_error_does_not_repeat_the_key() -> None:
    with pytest.raises(NotFound) as caught:
        reports_of(raw_response(404, {"detail": "sk-mine0123456789 task not found"}), ["a"], "sk-mine0123456789")
    assert "sk-mine" not in caught.value.worded(with_request_id=True) + caught.value.answer


@given(st.integers(100, 599), st.binary(max_size=300))
def test_any_response_gives_a_result(status: int, body: bytes) -> None:
    assert says_no_such_task(Response(status, {}, body)) in {True, False}


async def test_one_unknown_task_does_not_hide_the_rest_of_a_batch(client_for: Client) -> None:
    """P2: if a gateway refuses the whole batch because of one id, the others are fetched without it."""

    def respond(request: ReceivedRequest) -> bytes:
        if "gone" in request.ids:
            return response(404, {"detail": "Task not found"})
        tasks = [{"task_id": task_id, "status": "SUCCESS", "data": []} for task_id in request.ids]
        return response(200, {"code": "success", "message": "", "data": tasks})

    async with loopback_server(respond) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a", "gone", "b", "c"])
    assert [report.id for report in batch.reports] == ["a", "b", "c"]
    assert (batch.absent, batch.unreadable, batch.error) == (("gone",), (), None)


@pytest.mark.parametrize("requires_an_id", [False, True])
async def test_the_prefix_is_found_by_a_missing_task_error(requires_an_id: bool, client_for: Client) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        if not request.path.startswith("/v1/"):
            return response(404, {"detail": "Not Found"})
        if requires_an_id and not request.ids:
            return response(400, {"detail": "ids must not be empty"})
        return response(404, {"detail": "Task not found"})

    async with loopback_server(respond) as gateway:
        found = await client_for(gateway.base_url).find_prefix()
        assert found == gateway.base_url._replace(prefix="/v1")
