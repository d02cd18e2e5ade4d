"""The journal from the command line: an outcome that nobody knows, and a person's three ways out of it."""

import httpx
import pytest

from sunotui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, StartDemo

ROW_KEYS = [
    *("id", "profile", "state", "request", "created_at", "sent_at", "ended_at", "task_id", "task_hints", "retry_of"),
    "trouble",
    *("trouble_kind", "request_id", "http_status", "result"),
]


@pytest.fixture
def lost(cli: CommandLine, swift: None, start_demo: StartDemo) -> CommandLine:
    """A command line whose first request was taken by the gateway and its answer lost."""
    cli.use(start_demo("lost-answer"))
    assert cli.run("lyrics", "rain", "--json", code=6) == ""
    return cli


def test_an_unknown_outcome_is_code_6_and_says_what_to_do(lost: CommandLine) -> None:
    assert "may have been charged" in lost.err
    assert "sunotui submissions" in lost.err
    (row,) = lost.json("submissions")
    assert list(row) == ROW_KEYS
    assert (row["state"], row["task_id"], row["profile"]) == ("unknown", None, "env")
    assert row["request"] == {"kind": "lyrics", "prompt": "rain"}
    assert row["id"] in lost.err or lost.run("submissions").count(row["id"]) == 1


def test_it_is_not_sent_again_by_accident(lost: CommandLine) -> None:
    lost.run("lyrics", "rain", code=2)
    assert len(lost.json("submissions")) == 1


def test_it_can_be_called_lost_by_the_beginning_of_its_id(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    assert lost.json("submissions", "--resolve", row["id"][:8], "drop")["state"] == "dropped"
    lost.run("submissions", "--resolve", row["id"], "drop", code=2)
    assert "dropped" in lost.err


def test_it_can_be_sent_again_as_a_new_submission(
    lost: CommandLine, demo: DemoServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (row,) = lost.json("submissions")
    lost.use(demo)
    again = lost.json("submissions", "--resolve", row["id"], "retry")
    assert (again["state"], again["retry_of"]) == ("accepted", row["id"])
    states = {each["id"]: each["state"] for each in lost.json("submissions")}
    assert states == {row["id"]: "unknown", again["id"]: "accepted"}


def test_a_retry_that_is_lost_as_well_is_code_6(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    again = lost.json("submissions", "--resolve", row["id"], "retry", code=6)
    assert again["state"] == "unknown"


def test_its_task_can_be_found(lost: CommandLine, demo: DemoServer) -> None:
    (row,) = lost.json("submissions")
    lost.use(demo)
    elsewhere = httpx.post(
        demo.base_url + "/suno/submit/lyrics",
        json={"prompt": "something else"},
        headers={"Authorization": f"Bearer {demo.token}"},
        trust_env=False,
    ).json()["data"]
    found = lost.json("submissions", "--resolve", row["id"], "found", elsewhere)
    assert (found["state"], found["task_id"]) == ("accepted", elsewhere)


def test_a_task_of_another_submission_is_no_find(lost: CommandLine, demo: DemoServer) -> None:
    (row,) = lost.json("submissions")
    lost.use(demo)
    made = lost.json("lyrics", "something else", "--wait")
    lost.run("submissions", "--resolve", row["id"], "found", made["id"], code=2)
    assert "another submission" in lost.err


def test_a_task_that_the_gateway_does_not_know_is_no_find(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    lost.run("submissions", "--resolve", row["id"], "found", "nothing", code=7)
    assert lost.json("submissions")[0]["state"] == "unknown"


def test_a_submission_that_is_not_there_is_code_7(demo_cli: CommandLine) -> None:
    demo_cli.run("submissions", "--resolve", "nothing", "drop", code=7)


def test_an_accepted_one_needs_no_resolving(demo_cli: CommandLine) -> None:
    task = demo_cli.json("lyrics", "rain")
    demo_cli.run("submissions", "--resolve", task["submission_id"], "drop", code=2)
    assert "accepted" in demo_cli.err


def test_the_table_lists_them_and_hints_at_the_unknown(lost: CommandLine) -> None:
    heads, row = lost.run("submissions").splitlines()
    assert heads.split()[:4] == ["SUBMISSION", "STATE", "KIND", "WHAT"]
    assert row.split()[1:3] == ["unknown", "lyrics"]
    assert "--resolve" in lost.err


def test_an_empty_journal_says_so(cli: CommandLine) -> None:
    assert cli.run("submissions") == ""
    assert "Nothing was sent yet" in cli.err
    assert cli.json("submissions") == []
