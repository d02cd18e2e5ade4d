"""Songs, lyrics, uploads and concats: from the command to the gateway and back, over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sunotui.demo.dialects import DIALECTS
from sunotui.demo.server import DemoServer
from tests.cli.conftest import SPEED, CommandLine, StartDemo
from tests.cli.output.test_text import CLIP_KEYS, KEPT_KEYS, OPINION_KEYS, SOUND_KEYS, TASK_KEYS
from tests.support.preparing import PreparationCounter


def test_a_described_song_is_made_and_waited_for(demo_cli: CommandLine) -> None:
    task = demo_cli.json("music", "--describe", "rain over Tokyo", "--model", "chirp-auk", "--wait")
    assert list(task) == [*TASK_KEYS, *KEPT_KEYS]
    assert (task["action"], task["status"], task["profile"]) == ("music", "success", "env")
    assert len(task["clips"]) == 2
    assert [list(clip) for clip in task["clips"]] == [[*CLIP_KEYS, *OPINION_KEYS, *SOUND_KEYS]] * 2
    assert [clip["take"] for clip in task["clips"]] == [1, 2]
    assert all(clip["audio_url"].startswith("http") and clip["duration"] > 0 for clip in task["clips"])
    assert task["finished_at"].endswith("Z")
    assert demo_cli.json("show", task["id"]) == task
    assert demo_cli.json("submissions")[0]["id"] == task["submission_id"]


def test_a_song_with_given_lyrics_has_them(
    demo_cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "[Verse]\n雨が降る\n[/Outro]"
    (tmp_path / "song.txt").write_text(words, encoding="utf-8")
    style = ("--title", "Rain", "--style", "city pop", "--exclude", "drums")
    task = demo_cli.json("music", "--lyrics-file", str(tmp_path / "song.txt"), *style, "--wait")
    assert {clip["title"] for clip in task["clips"]} == {"Rain"}
    assert task["clips"][0]["lyrics"] == words
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"only these")))
    demo_cli.json("music", "--lyrics-file", "-", "--title", "Piped")
    request = demo_cli.json("submissions")[0]["request"]
    assert (request["lyrics"], request["title"], request["model"]) == ("only these", "Piped", "chirp-hawk")


@pytest.mark.parametrize("takes", [(), ("--count", "2")])
def test_a_request_is_validated_and_serialised_once(
    takes: tuple[str, ...], demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = PreparationCounter(monkeypatch)
    demo_cli.run("music", "--describe", "rain over Tokyo", *takes)
    assert counter.counts == (1, 1)
    counter.reset()
    demo_cli.run("music", "--describe", "rain over Tokyo", code=2)
    assert counter.counts == (1, 1)


def test_lyrics_only(demo_cli: CommandLine) -> None:
    task = demo_cli.json("lyrics", "a girl from Mars", "--wait")
    assert (task["action"], task["status"], task["clips"]) == ("lyrics", "success", [])
    assert task["lyrics"]["text"]
    assert task["lyrics"]["text"].splitlines()[0] in demo_cli.run("show", task["id"])


def test_an_upload_is_extended_and_joined(demo_cli: CommandLine) -> None:
    uploaded = demo_cli.json("upload", "https://example.com/hum.mp3", "--wait")
    assert (uploaded["action"], len(uploaded["clips"])) == ("upload", 1)
    parent = uploaded["clips"][0]["id"]
    more = ("--instrumental", "--style", "ambient")
    extended = demo_cli.json("music", "--extend", parent, "--at", "0:30", *more, "--wait")
    request = demo_cli.json("submissions")[0]["request"]
    assert (request["extend_clip_id"], request["extend_at_s"]) == (parent, 30.0)
    assert request["extend_task_id"] == uploaded["id"]
    joined = demo_cli.json("concat", extended["clips"][0]["id"], "--wait")
    assert (joined["action"], joined["status"], len(joined["clips"])) == ("concat", "success", 1)


def test_without_json_a_table_is_printed(demo_cli: CommandLine) -> None:
    output = demo_cli.run("lyrics", "rain")
    heads, row = output.splitlines()
    assert heads.split()[:3] == ["SONG", "STATUS", "KIND"]
    assert row.split()[2] == "lyrics"
    assert f"Accepted: {row.split()[0]}" in demo_cli.err


def test_each_take_is_a_separate_submission(demo_cli: CommandLine) -> None:
    tasks = demo_cli.json("music", "--describe", "rain", "--count", "3")
    assert len({task["id"] for task in tasks}) == len({task["submission_id"] for task in tasks}) == 3
    assert len(demo_cli.json("submissions")) == 3


def test_one_explicit_take_is_a_list(demo_cli: CommandLine) -> None:
    assert isinstance(demo_cli.json("music", "--describe", "rain", "--count", "1"), list)


def test_a_duplicate_needs_confirmation(demo_cli: CommandLine) -> None:
    demo_cli.run("lyrics", "rain")
    assert demo_cli.run("lyrics", "rain", code=2) == ""
    assert "--again" in demo_cli.err
    demo_cli.run("lyrics", "rain", "--again")
    assert len(demo_cli.json("submissions")) == 2


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_workflow_is_the_same_at_every_gateway(
    cli: CommandLine, swift: None, demos: Callable[[str], DemoServer], dialect: str
) -> None:
    cli.use(demos(dialect))
    cli.environ["SUNOTUI_BASE_URL"] += "/v1" if dialect == "gptproto" else ""
    cli.environ["SUNOTUI_DIALECT"] = {"key4u": "nested", "claude360": "sunoapi"}.get(dialect, "auto")
    task = cli.json("music", "--describe", "rain", "--model", "chirp-auk", "--wait")
    assert (list(task), task["status"], task["differences"]) == ([*TASK_KEYS, *KEPT_KEYS], "success", [])
    assert task["clips"]
    for clip in task["clips"]:
        assert list(clip) == [*CLIP_KEYS, *OPINION_KEYS, *SOUND_KEYS]
        assert cli.run("url", clip["id"]) == clip["audio_url"] + "\n"
    words = cli.json("lyrics", "a girl from Mars", "--wait")
    assert words["lyrics"]["text"]
    assert cli.json("doctor")["ok"] is True


@pytest.mark.parametrize(
    "argv",
    [
        ["lyrics", " "],
        ["music"],
        ["music", "--instrumental"],
        ["music", "--describe", "x", "--extend", "clip", "--at", "3"],
        ["upload", "file:///etc/passwd"],
        ["concat", ""],
        ["music", "--lyrics-file", "/nowhere/at/all"],
    ],
)
def test_an_invalid_request_is_reported_before_anything_is_sent(demo_cli: CommandLine, argv: list[str]) -> None:
    assert demo_cli.run(*argv, code=2) == ""
    assert demo_cli.err
    assert demo_cli.json("submissions") == []


@pytest.mark.parametrize("argv", [(), ("--describe", ""), ("--lyrics-file", ""), ("--style", "jazz")])
def test_a_song_of_nothing_is_refused_with_the_options_that_help(demo_cli: CommandLine, argv: Sequence[str]) -> None:
    assert demo_cli.run("music", *argv, code=2) == ""
    assert "--describe TEXT, --lyrics-file FILE or --instrumental" in demo_cli.err


@pytest.mark.parametrize("options", ["--style x --lyrics-file {}", "--describe rain --extra @{}"])
def test_an_empty_file_is_rejected(demo_cli: CommandLine, tmp_path: Path, options: str) -> None:
    (tmp_path / "empty").write_text(" \n")
    before = demo_cli.json("submissions")
    demo_cli.run("music", *options.format(tmp_path / "empty").split(), code=2)
    assert "are empty" in demo_cli.err
    assert demo_cli.json("submissions") == before


def test_lyrics_that_are_not_text_are_rejected(demo_cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "song.txt").write_bytes(b"\xff\xfe\x00")
    demo_cli.run("music", "--lyrics-file", str(tmp_path / "song.txt"), code=2)
    assert "UTF-8" in demo_cli.err


def test_a_warning_is_printed_before_the_request_which_is_still_sent(demo_cli: CommandLine) -> None:
    demo_cli.run("music", "--describe", "x" * 3_001)
    warning, accepted = demo_cli.err.splitlines()
    assert warning.startswith("Description is 3,001 characters; this model takes ")
    assert accepted.startswith("Accepted: ")


def test_a_task_cannot_be_extended_but_its_clip(demo_cli: CommandLine) -> None:
    song = demo_cli.json("music", "--describe", "rain", "--wait")
    demo_cli.run("music", "--instrumental", "--style", "x", "--extend", song["id"], "--at", "30", code=2)
    assert f"sunotui show {song['id']}" in demo_cli.err


def test_a_gateway_without_money_is_code_4(cli: CommandLine, swift: None, start_demo: StartDemo) -> None:
    cli.use(start_demo("quota", dialect="new-api"))
    assert cli.run("music", "--describe", "rain", "--count", "2", "--json", code=4) == ""
    assert "money" in cli.err
    rows = cli.json("submissions")
    assert [(row["state"], row["trouble_kind"]) for row in rows] == [("rejected", "account_empty")]


def test_a_task_that_fails_is_code_1_and_shown(cli: CommandLine, swift: None, start_demo: StartDemo) -> None:
    cli.use(start_demo("fail-task"))
    task = cli.json("music", "--describe", "rain", "--wait", code=1)
    assert task["status"] == "failure"
    assert task["fail_reason"]
    assert task["fail_reason"] in cli.err


def test_the_wait_of_a_song_has_a_limit(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo(speed=0.01))
    task = cli.json("music", "--describe", "rain", "--wait", "--timeout", "0.2", code=8)
    assert task["status"] in {"not_started", "submitted", "queued"}
    assert f"sunotui wait {task['id']}" in cli.err


def test_lyrics_are_printed_after_a_wait(demo_cli: CommandLine, swift: None) -> None:
    document = demo_cli.run("lyrics", "a girl from Mars", "--wait")
    assert "[Verse]" in document
    assert "[Verse]" not in demo_cli.run("lyrics", "a boy from Venus")


def test_a_base_url_without_its_prefix_works(cli: CommandLine, demos: Callable[[str], DemoServer]) -> None:
    cli.use(demos("gptproto"))
    (task,) = cli.json("music", "--describe", "rain", "--count", "1")
    assert task["id"]


def test_lyrics_are_sung_in_the_sunoapi_dialect_and_lost_in_the_flat_one(
    cli: CommandLine, swift: None, demos: Callable[[str], DemoServer], tmp_path: Path
) -> None:
    words = "[Verse]\nA kettle sings alone"
    (tmp_path / "song.txt").write_text(words, encoding="utf-8")
    cli.use(demos("claude360"))
    song = ("music", "--lyrics-file", str(tmp_path / "song.txt"), "--title", "Kettle", "--model", "v6", "--wait")
    cli.environ["SUNOTUI_DIALECT"] = "sunoapi"
    task = cli.json(*song)
    assert [(clip["lyrics"], clip["title"]) for clip in task["clips"]] == [(words, "Kettle")] * 2
    cli.environ["SUNOTUI_DIALECT"] = "flat"
    trapped = cli.json(*song, "--again")
    assert trapped["status"] == "success"
    for clip in trapped["clips"]:
        assert clip["lyrics"]
        assert words not in clip["lyrics"]


@pytest.mark.parametrize(("fault", "whole"), [("fail-task", False), ("half-fail", True)])
def test_a_failure_reports_the_refund_and_whole_takes(
    cli: CommandLine, start_demo: Callable[..., DemoServer], swift: None, fault: str, whole: bool
) -> None:
    # Slower than the app's clock, so that the charge is visible before its refund.
    cli.use(start_demo(fault, speed=SPEED / 10, dialect="paid"))
    cli.run("music", "--describe", "rain", "--wait", code=1)
    # A slow machine checks the balance only after the refund.
    assert "Refund seen" in cli.err or "No charge seen" in cli.err
    assert "usually give the money" not in cli.err
    assert ("Take 1 is whole" in cli.err or "Take 2 is whole" in cli.err) is whole
