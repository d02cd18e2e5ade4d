"""fetch and wait: polling tasks, and how a wait can end."""

from __future__ import annotations

import asyncio
import io
import re
from pathlib import Path

import pytest

from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine, StartDemo
from tests.gateway.loopback import ReceivedRequest, loopback_server, response


def test_fetch_brings_a_task_made_elsewhere_into_the_library(
    demo_cli: CommandLine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = demo_cli.json("music", "--describe", "rain", "--wait")
    folder = tmp_path_factory.mktemp("elsewhere")
    demo_cli.environ |= {"SUNOTUI_DATA_DIR": str(folder / "data")}
    assert demo_cli.json("tasks") == []
    (fetched,) = demo_cli.json("fetch", made["id"])
    assert made["made_in_s"] > 0
    assert fetched == {**made, "submission_id": None, "made_in_s": None}
    assert [task["id"] for task in demo_cli.json("tasks")] == [made["id"]]


def test_fetch_prints_found_tasks_and_names_unknown_ids(demo_cli: CommandLine) -> None:
    made = demo_cli.json("lyrics", "rain")
    found = demo_cli.json("fetch", "nothing-1", made["id"], "nothing-2", "nothing-1", code=7)
    assert [task["id"] for task in found] == [made["id"]]
    assert "nothing-1, nothing-2" in demo_cli.err
    assert made["id"] in demo_cli.run("fetch", made["id"])


@pytest.mark.parametrize("command", ["fetch", "wait"])
def test_ids_may_come_from_standard_input(command: str, demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [demo_cli.json("lyrics", prompt)["id"] for prompt in ("rain", "snow", "hail")]

    def pipe(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    pipe(f"{ids[0]}\r\n\n  {ids[1]}\t")
    assert [task["id"] for task in demo_cli.json(command, "-", ids[2])] == ids
    for text, argv in (("\n", ("-",)), (ids[0], ("-", "-"))):
        pipe(text)
        assert demo_cli.run(command, *argv, code=2) == ""
        (sentence,) = demo_cli.err.splitlines()
        assert "standard input" in sentence.lower()


def test_fetch_of_unknown_ids_only_is_an_empty_list(demo_cli: CommandLine) -> None:
    assert demo_cli.json("fetch", "nothing", code=7) == []


@pytest.mark.parametrize("command", ["fetch", "wait"])
@pytest.mark.parametrize("status", [200, 404, 500])
async def test_not_found_in_any_form_is_code_7(cli: CommandLine, swift: None, status: int, command: str) -> None:
    """Also with an address that no login has verified: this is not "not a gateway"."""
    async with loopback_server(response(status, {"success": False, "detail": "任务不存在"})) as gateway:
        cli.environ |= {"SUNOTUI_BASE_URL": str(gateway.base_url), "SUNOTUI_TOKEN": "sk-0123456789"}
        await asyncio.to_thread(cli.run, command, "made-elsewhere", code=7)
    assert "The gateway has no song with the id made-elsewhere" in cli.err


def test_wait_waits_for_all(demo_cli: CommandLine) -> None:
    ids = [task["id"] for task in demo_cli.json("music", "--describe", "rain", "--count", "2")]
    waited = demo_cli.json("wait", *ids)
    assert [(task["id"], task["status"]) for task in waited] == [(task_id, "success") for task_id in ids]
    assert demo_cli.json("wait", *ids) == waited


def test_wait_for_an_unknown_id_is_code_7_immediately(demo_cli: CommandLine) -> None:
    made = demo_cli.json("music", "--describe", "rain")
    assert demo_cli.run("wait", made["id"], "nothing", "--json", code=7) == ""
    assert "nothing" in demo_cli.err


def test_wait_stops_at_its_limit_and_reports_the_state(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(speed=0.01))
    made = cli.json("music", "--describe", "rain")
    (task,) = cli.json("wait", made["id"], "--timeout", "0.3", code=8)
    assert task["id"] == made["id"]
    assert re.search(r"Not done within 0\.3 s", cli.err)


def test_a_token_rejected_in_the_meantime_ends_the_wait(demo_cli: CommandLine) -> None:
    made = demo_cli.json("music", "--describe", "rain")
    demo_cli.environ["SUNOTUI_TOKEN"] = "sk-of-somebody-else-0000000000"
    demo_cli.run("wait", made["id"], code=3)
    assert "refused the token" in demo_cli.err
    assert "somebody" not in demo_cli.err


@pytest.mark.parametrize("path", ["", "/v1"])
@pytest.mark.parametrize("command", ["wait", "fetch"])
async def test_a_key_with_a_list_of_models_ends_the_wait(demo_cli: CommandLine, command: str, path: str) -> None:
    """new-api rejects every fetch with such a key: waiting for the time limit would be pointless."""
    made = await asyncio.to_thread(demo_cli.json, "music", "--describe", "rain")
    refusal = {"error": {"message": "该令牌无权访问模型  (request id: 1)", "type": "new_api_error"}}
    elsewhere = {"error": {"message": "Invalid URL (POST /v1/suno/fetch)", "type": "invalid_request_error"}}

    def respond(request: ReceivedRequest) -> bytes:
        return response(404, elsewhere) if request.path.startswith("/v1/") else response(403, refusal)

    async with loopback_server(respond) as gateway:
        demo_cli.environ["SUNOTUI_BASE_URL"] = f"{gateway.base_url}{path}"
        await asyncio.to_thread(demo_cli.run, command, made["id"], code=3)
    assert "This key may not use that model" in demo_cli.err
    assert "Use a key without a list of models" in demo_cli.err


@pytest.mark.parametrize("command", ["wait", "fetch"])
def test_a_known_id_may_be_abbreviated_to_six_characters(demo_cli: CommandLine, command: str) -> None:
    made = demo_cli.json("music", "--describe", "rain", "--wait")
    for new_core in (made["id"][:6], made["clips"][1]["id"][:8], made["clips"][0]["id"]):
        assert [task["id"] for task in demo_cli.json(command, new_core, made["id"])] == [made["id"]]
    assert demo_cli.run(command, made["id"][:5], "--json", code=7) in {"", "[]\n"}
    assert made["id"][:5] in demo_cli.err


@pytest.mark.parametrize("command", ["wait", "fetch"])
def test_an_ambiguous_prefix_is_rejected_without_a_request(demo_cli: CommandLine, command: str) -> None:
    demo_cli.run("tasks")
    database = Database.open(Path(demo_cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    ids = ("abcdef-1", "abcdef-2")
    TaskStore(database).save([Task(task_id, "env", TaskKind.MUSIC, TaskStatus.SUBMITTED, 1.0) for task_id in ids])
    database.close()
    demo_cli.environ["SUNOTUI_BASE_URL"] = "http://127.0.0.1:9"
    demo_cli.run(command, "abcdef", code=2)
    assert "2 ids begin with abcdef" in demo_cli.err


def test_an_end_that_another_process_saw_ends_the_wait(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screens may be open in another process and save the end first; then there is no event in this process."""
    from sunotui.cli.wait import _Wait

    made = demo_cli.json("music", "--describe", "rain")
    show = _Wait._show

    def write_the_end(wait: _Wait, tasks: list[Task], elapsed_s: float) -> None:
        show(wait, tasks, elapsed_s)
        database = Database.open(wait._core.paths.library)
        TaskStore(database).save([Task(made["id"], "env", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0)])
        database.close()

    monkeypatch.setattr(_Wait, "_show", write_the_end)
    monkeypatch.setattr("sunotui.core.polling.poller.Poller._due", lambda watch: [])
    (task,) = demo_cli.json("wait", made["id"])
    assert task["status"] == "success"


def test_at_a_terminal_a_progress_line_is_shown(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    demo_cli.run("music", "--describe", "rain", "--wait")
    lines = [part for part in demo_cli.err.split("\r\x1b[K") if " · " in part]
    assert lines
    assert all(re.match(r"\d+:\d\d · [a-z ]+ · ", line) for line in lines)
    assert demo_cli.err.endswith("\r\x1b[K")


def test_the_line_says_how_long_it_usually_takes(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("one", "two", "three"):
        demo_cli.run("music", "--describe", "rain", "--title", title, "--wait")
    # On a busy machine the first poll may see the task ended, and then its duration is unknown.
    database = Database.open(Path(demo_cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    with database.write() as connection:
        connection.execute("UPDATE task SET made_in_s = 130")
    database.close()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    demo_cli.run("music", "--describe", "snow", "--wait")
    assert re.search(r" · usually 2:10 · ", demo_cli.err)


def test_without_a_terminal_there_is_no_progress_line(demo_cli: CommandLine) -> None:
    demo_cli.run("music", "--describe", "rain", "--wait")
    assert "\x1b" not in demo_cli.err
    assert " · " not in demo_cli.err


# --- unusable gateways ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("argv", [["lyrics", "rain"], ["fetch", "x"], ["music", "--describe", "x", "--json"]])
def test_a_wrong_token_is_code_3(demo_cli: CommandLine, argv: list[str]) -> None:
    demo_cli.environ["SUNOTUI_TOKEN"] = "sk-of-somebody-else-0000000000"
    assert demo_cli.run(*argv, code=3) == ""
    assert "refused the token" in demo_cli.err


@pytest.mark.parametrize("argv", [["lyrics", "rain"], ["fetch", "x"]])
def test_an_unreachable_gateway_is_code_5(demo_cli: CommandLine, argv: list[str]) -> None:
    demo_cli.environ["SUNOTUI_BASE_URL"] = "http://127.0.0.1:9"
    demo_cli.run(*argv, code=5)
    assert "could not be reached" in demo_cli.err


def test_no_profile_is_code_3(cli: CommandLine) -> None:
    for argv in (["lyrics", "rain"], ["fetch", "x"], ["music", "--describe", "x"]):
        cli.run(*argv, code=3)
        assert "sunotui login" in cli.err


@pytest.mark.parametrize("url", ["http://203.0.113.5", "ftp://x.example", "https://u:p@x.example", "https://x y"])
def test_an_unsafe_address_is_code_2(cli: CommandLine, url: str) -> None:
    cli.environ |= {"SUNOTUI_BASE_URL": url, "SUNOTUI_TOKEN": "sk-12345678"}
    cli.run("fetch", "x", code=2)
    assert cli.err


def test_an_unknown_profile_is_code_2(demo_cli: CommandLine) -> None:
    demo_cli.run("lyrics", "rain", "--profile", "unknown", code=2)
    assert "There is no gateway 'unknown'" in demo_cli.err
