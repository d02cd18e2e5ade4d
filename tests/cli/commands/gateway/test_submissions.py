"""The journal on the command line: unknown outcomes, and the three ways to resolve one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sunotui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, StartDemo
from tests.cli.output.test_json_documents import check

pytestmark = pytest.mark.guarantee("S4", ordinary="found, sent again, given up on: by command")

ROW_KEYS = [
    *("id", "profile", "state", "request", "created_at", "sent_at", "ended_at", "task_id", "task_hints", "retry_of"),
    "trouble",
    *("trouble_kind", "request_id", "http_status", "result"),
]


@pytest.fixture
def lost(cli: CommandLine, swift: None, start_demo: StartDemo) -> CommandLine:
    """A command line whose first request was accepted, but the response was lost."""
    cli.use(start_demo("lost-answer"))
    assert cli.run("lyrics", "rain", "--json", code=6) == ""
    return cli


def test_an_unknown_outcome_is_code_6_with_advice(lost: CommandLine) -> None:
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


def test_it_can_be_given_up_by_the_beginning_of_its_id(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    assert lost.json("submissions", "--resolve", row["id"][:8], "drop")["state"] == "dropped"
    lost.run("submissions", "--resolve", row["id"], "drop", code=2)
    assert "dropped" in lost.err


@pytest.mark.parametrize("form", [" {}", "{}, ", "\ufeff{}\u200b", "{};", "{}…"])
def test_its_id_may_be_copied_with_surrounding_characters(lost: CommandLine, form: str) -> None:
    (row,) = lost.json("submissions")
    given = form.format(row["id"][:12].upper())
    assert lost.json("submissions", "--resolve", given, "drop")["id"] == row["id"]


@pytest.mark.parametrize("given", ["", "\u200b", ","])
def test_an_empty_id_is_not_a_submission(lost: CommandLine, given: str) -> None:
    lost.run("submissions", "--resolve", given, "drop", code=2)
    assert "id of the request is empty" in lost.err
    assert lost.json("submissions")[0]["state"] == "unknown"


@pytest.mark.parametrize("given", ["", " ", "\u200b", ","])
def test_an_empty_task_id_is_rejected(lost: CommandLine, given: str) -> None:
    (row,) = lost.json("submissions")
    lost.run("submissions", "--resolve", row["id"], "found", given, code=2)
    assert "The id of the song is empty. Give the id" in lost.err
    assert lost.json("submissions") == [row]


def test_the_beginning_of_two_ids_is_refused(lost: CommandLine) -> None:
    with closing(sqlite3.connect(Path(lost.environ["SUNOTUI_DATA_DIR"]) / "library.db")) as library, library:
        library.execute("UPDATE submission SET id = 'abcdef0'")
    lost.run("lyrics", "snow", code=6)
    with closing(sqlite3.connect(Path(lost.environ["SUNOTUI_DATA_DIR"]) / "library.db")) as library, library:
        library.execute("UPDATE submission SET id = 'abcdef0123' WHERE id != 'abcdef0'")
    lost.run("submissions", "--resolve", "ABCDE", "drop", code=2)
    assert "2 requests begin with ABCDE" in lost.err
    assert lost.json("submissions", "--resolve", "ABCDEF0", "drop")["id"] == "abcdef0"
    assert lost.json("submissions", "--resolve", "abcdef01", "drop")["id"] == "abcdef0123"


def test_a_rejected_one_is_not_retried_and_the_command_is_named(
    cli: CommandLine, swift: None, start_demo: StartDemo
) -> None:
    """Regression: the message said what is not possible, but not what is."""
    cli.use(start_demo("quota"))
    cli.run("music", "--describe", "rain", code=5)
    (row,) = cli.json("submissions")
    cli.run("submissions", "--resolve", row["id"], "retry", code=2)
    assert "was refused" in cli.err
    assert "Correct it and send it as a new one: 'sunotui music --describe TEXT'" in cli.err
    assert "sunotui submissions --json" in cli.err
    assert "s in the journal (J)" in cli.err
    assert [found["state"] for found in cli.json("submissions")] == ["rejected"]


def test_one_that_was_given_up_names_the_command(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    lost.run("submissions", "--resolve", row["id"], "drop")
    lost.run("submissions", "--resolve", row["id"], "retry", code=2)
    assert "was marked as lost" in lost.err
    assert "'sunotui lyrics PROMPT'" in lost.err
    assert len(lost.json("submissions")) == 1


def test_an_accepted_one_is_not_retried(demo_cli: CommandLine) -> None:
    task = demo_cli.json("lyrics", "rain")
    demo_cli.run("submissions", "--resolve", task["submission_id"], "retry", code=2)
    assert "'sunotui lyrics PROMPT', with --again" in demo_cli.err


def test_it_can_be_sent_again_as_a_new_submission(
    lost: CommandLine, demo: DemoServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (row,) = lost.json("submissions")
    lost.use(demo)
    again = lost.json("submissions", "--resolve", row["id"], "retry")
    assert (again["state"], again["retry_of"]) == ("accepted", row["id"])
    states = {each["id"]: each["state"] for each in lost.json("submissions")}
    assert states == {row["id"]: "unknown", again["id"]: "accepted"}


def test_a_retry_without_a_response_is_code_6(lost: CommandLine) -> None:
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
    found = lost.json("submissions", "--resolve", row["id"], "found", f"\ufeff {elsewhere}, ")
    assert (found["state"], found["task_id"]) == ("accepted", elsewhere)


def test_a_task_of_another_submission_is_rejected(lost: CommandLine, demo: DemoServer) -> None:
    (row,) = lost.json("submissions")
    lost.use(demo)
    made = lost.json("lyrics", "something else", "--wait")
    lost.run("submissions", "--resolve", row["id"], "found", made["id"], code=2)
    assert "another submission" in lost.err


def test_a_task_unknown_to_the_gateway_is_rejected(lost: CommandLine) -> None:
    (row,) = lost.json("submissions")
    lost.run("submissions", "--resolve", row["id"], "found", "nothing", code=7)
    assert lost.json("submissions")[0]["state"] == "unknown"


def test_an_unknown_submission_is_code_7(demo_cli: CommandLine) -> None:
    demo_cli.run("submissions", "--resolve", "nothing", "drop", code=7)


def test_an_accepted_one_needs_no_resolving(demo_cli: CommandLine) -> None:
    task = demo_cli.json("lyrics", "rain")
    demo_cli.run("submissions", "--resolve", task["submission_id"], "drop", code=2)
    assert "accepted" in demo_cli.err


def test_the_table_lists_submissions_with_a_hint_for_unknown_ones(lost: CommandLine) -> None:
    heads, row = lost.run("submissions").splitlines()
    assert heads.split()[:4] == ["REQUEST", "STATE", "KIND", "WHAT"]
    assert row.split()[1:3] == ["unknown", "lyrics"]
    assert "--resolve" in lost.err


def test_an_empty_journal_says_so(cli: CommandLine) -> None:
    assert cli.run("submissions") == ""
    assert "Nothing has been sent yet" in cli.err
    assert cli.json("submissions") == []


# --- the gateway's list of songs -------------------------------------------------------------------------------------


@pytest.fixture
def lost_song(cli: CommandLine, swift: None, start_demo: StartDemo) -> CommandLine:
    """A command line whose first song was accepted by a gateway with a list of songs, but the response was lost."""
    cli.use(start_demo("lost-answer:1", dialect="key4u"))
    assert cli.run("music", "--describe", "rain on tin", code=6) == ""
    return cli


def test_an_unknown_song_is_searched_for_and_adopted_by_the_user(lost_song: CommandLine) -> None:
    hint = lost_song.err
    (row,) = lost_song.json("submissions")
    assert f"--resolve {row['id']} look" in hint
    lost_song.run("submissions")
    assert f"--resolve {row['id']} look" in lost_song.err
    (match,) = lost_song.json("submissions", "--resolve", row["id"][:8], "look")
    check("matches", [match])
    assert (match["same"], len(match["clips"])) == (["description"], 2)
    assert f"found {match['id']}" in lost_song.err
    assert lost_song.json("submissions") == [row], "looking takes nothing over"
    table = lost_song.run("submissions", "--resolve", row["id"], "look").splitlines()
    assert table[0].split() == ["SONG", "TITLE", "TAKES", "AGE", "SAME"]
    assert table[1].startswith(match["id"])
    taken = lost_song.json("submissions", "--resolve", row["id"], "found", match["id"])
    check("submission", taken)
    assert (taken["state"], taken["task_id"]) == ("accepted", match["task_id"])
    (task,) = lost_song.json("wait", match["task_id"])
    assert (task["status"], task["submission_id"]) == ("success", row["id"])
    assert [clip["id"] for clip in task["clips"]] == [clip["id"] for clip in match["clips"]]


def test_a_clip_of_the_list_can_be_adopted_like_its_task(lost_song: CommandLine) -> None:
    (row,) = lost_song.json("submissions")
    (match,) = lost_song.json("submissions", "--resolve", row["id"], "look")
    taken = lost_song.json("submissions", "--resolve", row["id"], "found", match["clips"][1]["id"].upper() + ",")
    assert taken["task_id"] == match["task_id"]


def test_a_song_that_was_never_generated_is_not_in_the_list(
    cli: CommandLine, swift: None, start_demo: StartDemo
) -> None:
    cli.use(start_demo("http-500@submit:1", dialect="key4u"))
    cli.run("music", "--describe", "rain on tin", code=6)
    cli.json("music", "--describe", "snow on slate", "--wait")
    unknown = next(row for row in cli.json("submissions") if row["state"] == "unknown")
    assert cli.json("submissions", "--resolve", unknown["id"], "look", code=7) == []
    assert "stays unknown" in cli.err


def test_a_gateway_without_a_list_is_reported(cli: CommandLine, swift: None, start_demo: StartDemo) -> None:
    cli.use(start_demo("lost-answer:1"))
    cli.run("music", "--describe", "rain on tin", code=6)
    (row,) = cli.json("submissions")
    cli.run("submissions", "--resolve", row["id"], "look", code=5)
    assert "does not list songs" in cli.err


def test_lyrics_are_in_no_list(lost: CommandLine) -> None:
    assert "look" not in lost.err
    (row,) = lost.json("submissions")
    lost.run("submissions", "--resolve", row["id"], "look", code=2)
    assert "songs only" in lost.err
