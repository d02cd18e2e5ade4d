"""Derived tasks: covers, sections, stems, personas, and extra fields."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine


@pytest.fixture
def song(demo_cli: CommandLine) -> dict[str, str]:
    """A finished song in the library: the ids of its task and of its first clip."""
    task = demo_cli.json("music", "--describe", "rain", "--wait")
    return {"task": task["id"], "clip": task["clips"][0]["id"]}


def last_request(cli: CommandLine) -> dict[str, object]:
    """The request in the newest row of the journal."""
    request = cli.json("submissions")[0]["request"]
    assert isinstance(request, dict)
    return request


def test_a_clip_is_covered_in_another_style(demo_cli: CommandLine, song: dict[str, str]) -> None:
    demo_cli.run("music", "--cover", song["clip"][:8], "--style", "bossa nova", "--exclude", "drums")
    assert last_request(demo_cli) == {
        "kind": "cover",
        "clip_id": song["clip"],
        "style": "bossa nova",
        "exclude": "drums",
        "model": "chirp-hawk",
    }


def test_a_section_of_a_clip_is_regenerated(demo_cli: CommandLine, song: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("la la")
    section = ("--replace", song["clip"], "--from", "0:45", "--to", "1:10", "--style", "pop")
    demo_cli.run("music", *section, "--lyrics-file", str(tmp_path / "new.txt"))
    assert last_request(demo_cli) == {
        "kind": "infill",
        "clip_id": song["clip"],
        "task_id": song["task"],
        "start_s": 45.0,
        "end_s": 70.0,
        "lyrics": "la la",
        "style": "pop",
        "model": "chirp-hawk",
    }


def test_a_clip_is_split_into_stems(demo_cli: CommandLine, song: dict[str, str]) -> None:
    demo_cli.run("stems", song["clip"], "--parts", "12", "--title", "Parts")
    request = {"kind": "stems", "clip_id": song["clip"], "task_id": song["task"], "count": 12, "title": "Parts"}
    assert last_request(demo_cli) == request | {"model": "chirp-hawk"}
    demo_cli.run("stems", song["clip"])
    assert "count" not in last_request(demo_cli)


def test_an_unknown_clip_id_is_used_unchanged(demo_cli: CommandLine) -> None:
    demo_cli.run("stems", "clip-of-another-tool", code=2)
    assert last_request(demo_cli) == {
        "kind": "stems",
        "clip_id": "clip-of-another-tool",
        "model": "chirp-hawk",
    }


def test_the_extension_of_an_upload_is_marked_as_such(demo_cli: CommandLine) -> None:
    uploaded = demo_cli.json("upload", "https://example.com/hum.mp3", "--wait")
    clip = uploaded["clips"][0]["id"]
    demo_cli.run("music", "--extend", clip, "--at", "0:30", "--instrumental", "--style", "ambient")
    request = last_request(demo_cli)
    assert (request["extend_upload"], request["extend_task_id"]) == (True, uploaded["id"])
    demo_cli.run("music", "--cover", clip, "--style", "ambient")
    assert "uploaded" in demo_cli.err


def test_a_clip_of_another_gateway_causes_a_warning(demo_cli: CommandLine) -> None:
    demo_cli.run("tasks")
    database = Database.open(Path(demo_cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    clips = (Clip("clip-at-work", "Rain", ClipStatus.COMPLETE),)
    TaskStore(database).save([Task("task-at-work", "work", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=clips)])
    database.close()
    demo_cli.run("stems", "clip-at-work", code=5)
    assert "made at 'work'; 'env' may not know it" in demo_cli.err


# --- extra fields -----------------------------------------------------------------------------------------------------


def test_extra_fields_are_sent(demo_cli: CommandLine, song: dict[str, str], tmp_path: Path) -> None:
    fields = '{"vocal_gender": "f"}'
    (tmp_path / "extra.json").write_text(fields)
    for extra in (fields, f"@{tmp_path / 'extra.json'}"):
        demo_cli.run("music", "--describe", "rain", "--extra", extra, "--again")
        assert last_request(demo_cli)["extra"] == fields
    demo_cli.run("lyrics", "rain", "--extra", fields)
    assert last_request(demo_cli)["extra"] == fields
    demo_cli.run("upload", "https://example.com/hum.mp3", "--extra", fields)
    assert last_request(demo_cli)["extra"] == fields
    demo_cli.run("stems", song["clip"], "--extra", fields)
    assert last_request(demo_cli)["extra"] == fields


def test_extra_fields_may_come_from_standard_input(demo_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}')))
    demo_cli.run("lyrics", "rain", "--extra", "@-")
    assert last_request(demo_cli)["extra"] == '{"a": 1}'


@pytest.mark.parametrize("extra", ["[1]", "nonsense", "@/nowhere/at/all", "{" * 100_000, "@", "@\x00"])
def test_extra_fields_that_are_not_an_object_are_rejected(demo_cli: CommandLine, extra: str) -> None:
    assert demo_cli.run("music", "--describe", "rain", "--extra", extra, code=2) == ""
    assert demo_cli.err
    assert demo_cli.json("submissions") == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("hum.mp3", b"", "empty"), ("hum.txt", b"x", "audio file"), ("", b"", "no such file")],
    ids=["empty", "no audio", "no file"],
)
def test_an_invalid_file_is_rejected_before_anything_is_sent(
    demo_cli: CommandLine, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    if name:
        (tmp_path / name).write_bytes(content)
    demo_cli.run("upload", str(tmp_path / (name or "nothing.mp3")), code=2)
    assert words in demo_cli.err
    assert demo_cli.json("submissions") == []


def test_a_file_upload_takes_no_extra_fields(demo_cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "hum.mp3").write_bytes(b"x")
    demo_cli.run("upload", str(tmp_path / "hum.mp3"), "--extra", "{}", code=2)
    assert "no extra fields" in demo_cli.err


# --- at a gateway that passes on all fields
# ----------------------------------------------------------------------------


@pytest.fixture
def paid_song(paid_cli: CommandLine) -> dict[str, str]:
    """A finished song at the paid gateway."""
    task = paid_cli.json("music", "--describe", "rain", "--wait")
    return {"task": task["id"], "clip": task["clips"][0]["id"]}


@pytest.mark.parametrize(
    "argv",
    [
        ("music", "--cover", "CLIP", "--style", "bossa nova", "--exclude", "drums"),
        ("music", "--extend", "CLIP", "--at", "1:00", "--instrumental", "--style", "pop", "--exclude", "drums"),
        ("music", "--replace", "CLIP", "--from", "0:10", "--to", "0:20", "--lyrics-file", "-", "--style", "pop"),
        ("stems", "CLIP"),
        ("stems", "CLIP", "--parts", "12"),
    ],
    ids=lambda argv: " ".join(argv[:2]),
)
def test_the_result_matches_the_request(
    paid_cli: CommandLine, paid_song: dict[str, str], argv: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"la la la")))
    argv = tuple(paid_song["clip"] if word == "CLIP" else word for word in argv)
    task = paid_cli.json(*argv, "--wait")
    assert (task["status"], task["differences"]) == ("success", [])
    assert all(paid_song["clip"] in clip["parents"] for clip in task["clips"])
    assert len(task["clips"]) == (12 if "12" in argv else 2)


@pytest.mark.parametrize(
    "argv",
    [
        ("music", "--extend", "CLIP", "--at", "0:10", "--instrumental", "--style", "pop"),
        ("music", "--cover", "CLIP", "--style", "polka"),
        ("stems", "CLIP", "--parts", "2"),
    ],
    ids=lambda argv: " ".join(argv[:2]),
)
def test_a_song_is_made_from_an_uploaded_file(paid_cli: CommandLine, argv: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "hum.mp3").write_bytes(b"sound")
    uploaded = paid_cli.json("upload", str(tmp_path / "hum.mp3"), "--wait")
    clip = uploaded["clips"][0]["id"]
    assert uploaded["id"] == clip, "the gateway gave no task id"
    paid_cli.json(*(clip if word == "CLIP" else word for word in argv), "--wait")
    request = last_request(paid_cli)
    assert clip in request.values()
    assert not {"task_id", "extend_task_id"} & {*request}


def test_evidence_of_a_finished_take_is_saved_when_the_command_ends(
    paid_cli: CommandLine, paid_song: dict[str, str]
) -> None:
    paid_cli.run("music", "--cover", paid_song["clip"], "--style", "bossa nova", "--wait")
    # A private build: nothing is known about covers there, so there is no warning.
    assert "dropped" not in paid_cli.err
    offers = paid_cli.json("profiles")[0]["offers"]
    assert offers["cover"] == "offered"
    paid_cli.run("music", "--cover", paid_song["clip"], "--style", "samba")
    assert paid_cli.err.startswith("Accepted")


FROM_PROOF = [
    (("stems", "CLIP"), "stems", "Stems source"),
    (
        ("music", "--replace", "CLIP", "--from", "0:10", "--to", "0:20", "--instrumental", "--style", "pop"),
        "infill",
        "Section source",
    ),
    (("music", "--cover", "CLIP", "--instrumental", "--style", "bossa nova"), "cover", "Cover source"),
]


@pytest.mark.parametrize(("argv", "feature", "field"), FROM_PROOF, ids=[feature for _, feature, _ in FROM_PROOF])
def test_a_plain_continuation_proves_that_a_relay_drops_the_task(
    cli: CommandLine,
    swift: None,
    demos: Callable[[str], DemoServer],
    argv: tuple[str, ...],
    feature: str,
    field: str,
) -> None:
    cli.use(demos("new-api"))
    song = cli.json("music", "--describe", "rain", "--wait")["clips"][0]["id"]
    argv = tuple(song if word == "CLIP" else word for word in argv)
    task = cli.json(*argv, "--wait")
    assert task["status"] == "success"
    assert {found["field"] for found in task["differences"]} >= {field}
    assert cli.json("profiles")[0]["offers"][feature] == "missing"
    assert field in cli.run("show", task["id"])
    cli.run(*argv, "--again")
    assert "the finished take does not show it" in cli.err


@pytest.mark.parametrize(("argv", "feature", "_field"), FROM_PROOF, ids=[feature for _, feature, _ in FROM_PROOF])
def test_a_take_of_a_private_build_is_proof(
    paid_cli: CommandLine, paid_song: dict[str, str], argv: tuple[str, ...], feature: str, _field: str
) -> None:
    task = paid_cli.json(*(paid_song["clip"] if word == "CLIP" else word for word in argv), "--wait")
    assert task["differences"] == []
    assert paid_cli.json("profiles")[0]["offers"][feature] == "offered"


def test_a_clip_that_cannot_be_joined_is_not_evidence(paid_cli: CommandLine, paid_song: dict[str, str]) -> None:
    paid_cli.run("concat", paid_song["clip"], code=2)
    assert "continues no other one" in paid_cli.err
    assert paid_cli.json("profiles")[0]["offers"]["concat"] == "unknown"


def test_the_model_that_worked_here_is_used_again(demo_cli: CommandLine, swift: None) -> None:
    demo_cli.run("music", "--describe", "rain", "--model", "chirp-crow", "--wait")
    assert "v5 is retired at Suno" in demo_cli.err
    demo_cli.run("music", "--describe", "snow")
    assert last_request(demo_cli)["model"] == "chirp-crow"
    assert "retired" not in demo_cli.err, "it worked here"
    demo_cli.run("stems", "clip-of-another-tool", code=2)
    assert last_request(demo_cli)["model"] == "chirp-hawk", "no stems worked here yet"


# --- derived tasks in the nested dialect -----------------------------------------------------------------------------


@pytest.fixture
def nested_song(cli: CommandLine, swift: None, demos: Callable[[str], DemoServer]) -> dict[str, Any]:
    """A finished song at the gateway with the nested dialect."""
    cli.use(demos("key4u"))
    task = cli.json("music", "--describe", "rain", "--wait")
    assert isinstance(task, dict)
    return task


def test_a_mashup_has_the_lyrics_of_both_unless_others_are_given(
    cli: CommandLine, nested_song: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (clip["id"] for clip in nested_song["clips"])
    task = cli.json("music", "--mashup", one, other, "--wait")
    assert (task["status"], task["differences"]) == ("success", [])
    both = [clip["lyrics"] for clip in nested_song["clips"]]
    assert all(both)
    assert last_request(cli)["lyrics"] == "\n\n".join(both)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"la la la")))
    cli.run("music", "--mashup", one, other, "--lyrics-file", "-")
    assert last_request(cli)["lyrics"] == "la la la"


def test_a_mashup_of_clips_without_known_lyrics_is_rejected(cli: CommandLine, nested_song: dict[str, Any]) -> None:
    cli.run("music", "--mashup", "elsewhere-1", "elsewhere-2", code=2)
    assert "Add lyrics" in cli.err
    assert len(cli.json("submissions")) == 1


def test_without_a_section_an_instrumental_is_added_to_the_whole_clip(
    cli: CommandLine, nested_song: dict[str, Any]
) -> None:
    clip = nested_song["clips"][0]
    task = cli.json("music", "--add-instrumental", clip["id"], "--style", "strings", "--wait")
    assert (task["status"], task["differences"]) == ("success", [])
    request = last_request(cli)
    assert (request["start_s"], request["end_s"]) == (0.0, clip["duration"])
    cli.run("music", "--add-instrumental", "elsewhere-1", "--style", "strings", code=2)
    assert "where the section is" in cli.err


def test_only_the_voice_of_a_persona_where_the_dialect_has_it(
    cli: CommandLine, swift: None, demos: Callable[[str], DemoServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.use(demos("claude360"))
    voice = ("music", "--lyrics-file", "-", "--persona", "p-1", "--persona-clip", "c-1", "--persona-as", "voice")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"la la la")))
    cli.run(*voice, code=2)
    assert "A voice is not offered here" in cli.err
    assert cli.json("submissions") == []
    cli.environ["SUNOTUI_DIALECT"] = "sunoapi"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"la la la")))
    cli.run(*voice, code=2)
    assert last_request(cli)["persona_as_voice"] is True
