"""Extras of some gateways: printed if available, otherwise rejected with a clear message."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.demo.responses import ResponseData
from sunotui.demo.server import DemoServer
from sunotui.domain.tasks.lyrics import is_section_tag
from tests.cli.conftest import CommandLine, StartDemo
from tests.cli.output.test_text import CLIP_KEYS, SOUND_KEYS

STOCK = ("reference", "new-api", "one-hub")
"""Servers without extras, except for the feed of the first."""

FindDemo = Callable[[str], DemoServer]


@pytest.fixture
def clip(paid_cli: CommandLine) -> str:
    """A finished clip of the gateway with all extras."""
    task = paid_cli.json("music", "--describe", "rain", "--title", "Rain", "--wait")
    return str(task["clips"][0]["id"])


def test_tags_are_expanded(paid_cli: CommandLine) -> None:
    many = paid_cli.run("tags", "indie pop").strip()
    assert many.startswith("indie pop,")
    document = paid_cli.json("tags", "indie pop", "--again")
    assert document == {"profile": "env", "tags": "indie pop", "upsampled_tags": many}


def test_paid_requests_without_a_task_are_journalled_and_not_repeated(paid_cli: CommandLine, clip: str) -> None:
    for command in (("tags", "indie pop"), ("persona", clip, "--name", "Mara")):
        paid_cli.run(*command)
        newest = paid_cli.json("submissions")[0]
        assert (newest["state"], newest["task_id"]) == ("accepted", None)
        assert newest["result"]
        assert paid_cli.run(*command, code=2) == ""
        assert "Add --again if you want to pay for it once more" in paid_cli.err
        assert paid_cli.json("submissions")[0] == newest


def test_empty_tags_are_a_usage_error(paid_cli: CommandLine) -> None:
    paid_cli.run("tags", " ", code=2)


def test_lines_have_the_times_of_their_first_words(paid_cli: CommandLine, clip: str) -> None:
    document = paid_cli.json("timing", clip)
    assert (list(document), document["id"]) == (["id", "words"], clip)
    assert all(list(word) == ["text", "start_s", "end_s"] for word in document["words"])
    lyrics = paid_cli.json("show", clip)["lyrics"]
    lines = [line for line in lyrics.splitlines() if line and not is_section_tag(line)]
    printed = [line.split("  ", 1) for line in paid_cli.run("timing", clip).splitlines()[1:]]
    assert [line for _, line in printed] == lines
    assert all(re.fullmatch(r"\d+:\d\d", at) for at, _ in printed)
    title, *subtitles = paid_cli.run("timing", clip[:8], "--lrc").splitlines()
    assert re.fullmatch(r"\[ti:.+\]", title)
    assert [re.sub(r"^\[\d\d:\d\d\.\d\d\]", "", line) for line in subtitles] == lines


def test_timings_are_requested_once_and_saved(paid_cli: CommandLine, clip: str) -> None:
    reported = paid_cli.json("timing", clip)
    paid_cli.environ["SUNOTUI_BASE_URL"] = "http://127.0.0.1:9"
    assert paid_cli.json("timing", clip) == reported


def test_a_wav_has_a_link(paid_cli: CommandLine, clip: str) -> None:
    address = paid_cli.run("wav", clip)
    assert address.startswith(paid_cli.environ["SUNOTUI_BASE_URL"])
    assert address.endswith(".wav\n")
    assert paid_cli.run("url", clip, "--kind", "wav") == address


def test_a_file_is_paid_for_once_however_often_it_is_requested(paid_cli: CommandLine, clip: str) -> None:
    address = paid_cli.run("wav", clip)
    assert paid_cli.json("wav", clip)["url"] + "\n" == address
    words = [row["request"]["kind"] for row in paid_cli.json("submissions")]
    assert words.count("wav") == 1
    assert paid_cli.run("wav", clip, "--again") == address


def test_polling_for_a_file_ends_and_later_requests_are_free(
    paid_cli: CommandLine, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kkiai documents a bare id instead of a link."""
    bare = ResponseData(200, {"code": "success", "message": "", "data": "6d0c1a"})
    monkeypatch.setattr("sunotui.demo.extras.Extras._wav", lambda extras, request: bare)
    before = len(paid_cli.json("submissions"))
    assert paid_cli.run("wav", clip, "--timeout", "0", code=8) == ""
    assert "sent no result within 0 s" in paid_cli.err
    for _ in range(2):
        assert paid_cli.run("wav", clip, code=8) == ""
        assert "responded 9 times without the WAV" in paid_cli.err
    assert len(paid_cli.json("submissions")) == before + 1


def test_a_video_has_a_link_once_it_is_made(paid_cli: CommandLine, clip: str) -> None:
    reported = paid_cli.json("video", clip)
    assert list(reported) == ["task", "clip", "take", "kind", "url"]
    assert (reported["clip"], reported["kind"], reported["url"][-4:]) == (clip, "mp4", ".mp4")
    assert paid_cli.run("video", clip) == reported["url"] + "\n"
    assert [row["request"]["kind"] for row in paid_cli.json("submissions")].count("mp4") == 1


def test_the_video_of_a_second_take_is_not_mixed_up_with_that_of_the_first(
    cli: CommandLine, swift: None, start_demo: StartDemo
) -> None:
    cli.use(start_demo(dialect="key4u"))
    cli.environ["SUNOTUI_DIALECT"] = "nested"
    task = cli.json("music", "--describe", "rain", "--wait")
    assert cli.run("video", task["id"], "--take", "2", code=2) == ""
    assert "first take only" in cli.err
    assert cli.json("video", task["id"])["clip"] == task["clips"][0]["id"]
    assert [row["request"]["kind"] for row in cli.json("submissions")] == ["mp4", "music"]


def test_notes_that_cannot_be_written_are_not_requested(paid_cli: CommandLine, clip: str, tmp_path: Path) -> None:
    for file in (tmp_path / "no" / "song.mid", tmp_path):
        paid_cli.run("midi", clip, "-o", str(file), code=2)
        assert "cannot be written" in paid_cli.err
    assert [row["request"]["kind"] for row in paid_cli.json("submissions")] == ["music"]


def test_notes_are_written_to_a_file(paid_cli: CommandLine, clip: str, tmp_path: Path) -> None:
    file = tmp_path / "song.mid"
    reported = paid_cli.json("midi", clip, "-o", str(file))
    assert list(reported) == ["task", "clip", "take", "file", "notes", "instruments"]
    assert (reported["clip"], reported["file"]) == (clip, str(file))
    assert reported["notes"] > 0
    content = file.read_bytes()
    assert (content[:4], content.count(b"MTrk")) == (b"MThd", reported["instruments"] + 1)
    assert paid_cli.run("midi", clip, "-o", str(file)) == ""
    assert "notes of" in paid_cli.err
    assert [row["request"]["kind"] for row in paid_cli.json("submissions")].count("midi") == 1
    paid_cli.run("midi", clip, "-o", "-", "--json", code=2)
    paid_cli.run("midi", clip, "-o", str(tmp_path / "no" / "song.mid"), code=2)


def test_a_pipe_without_a_reader_is_refused_and_the_paid_notes_stay(
    paid_cli: CommandLine, clip: str, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    paid_cli.run("midi", clip, "-o", str(pipe), code=2)
    assert "no program reads from it" in paid_cli.err
    paid_cli.run("midi", clip, "-o", str(tmp_path / "song.mid"))
    assert [row["request"]["kind"] for row in paid_cli.json("submissions")].count("midi") == 1


def test_a_gateway_that_makes_results_as_tasks_gives_the_same(
    cli: CommandLine, swift: None, demos: FindDemo, tmp_path: Path
) -> None:
    cli.use(demos("key4u"))
    cli.environ["SUNOTUI_DIALECT"] = "nested"
    task = cli.json("music", "--describe", "rain", "--wait")
    clip = task["clips"][0]["id"]
    assert cli.run("tags", "indie pop").startswith("indie pop,")
    made = cli.json("persona", clip, "--name", "Mara", "--style", "soul", "--from", "0:05", "--to", "0:25")
    assert cli.json("personas") == [made]
    assert cli.run("video", clip).endswith(".mp4\n")
    cli.run("midi", clip, "-o", str(tmp_path / "song.mid"))
    cli.run("wav", clip, code=5)
    assert "does not offer that" in cli.err
    rows = {row["request"]["kind"]: row for row in cli.json("submissions")}
    assert {kind: row["state"] for kind, row in rows.items()} == {
        **dict.fromkeys(("music", "upsample_tags", "persona", "mp4", "midi"), "accepted"),
        "wav": "rejected",
    }
    assert rows["persona"]["result"] == made["id"]
    assert [bool(rows[kind]["task_id"]) for kind in ("persona", "upsample_tags", "mp4", "midi")] == [
        *(True, True),
        *(False, False),
    ]


def test_clips_are_fetched_wherever_they_were_made(paid_cli: CommandLine, clip: str) -> None:
    (reported,) = paid_cli.json("feed", clip)
    assert paid_cli.json("feed", f"\ufeff{clip.upper()},", f"{clip[:8]}…") == [reported]
    assert list(reported) == [*CLIP_KEYS, *SOUND_KEYS]
    rating = {"rating": 0, "starred": False, "heard_at": None}
    assert reported | rating == paid_cli.json("show", clip)
    paid_cli.environ["SUNOTUI_DATA_DIR"] += "-elsewhere"
    (elsewhere,) = paid_cli.json("feed", clip)
    assert elsewhere == reported | {"take": None}
    assert paid_cli.json("tasks") == []


def test_a_clip_that_the_gateway_does_not_know_is_code_7(paid_cli: CommandLine, clip: str) -> None:
    assert [reported["id"] for reported in paid_cli.json("feed", "nothing", clip, "nothing", code=7)] == [clip]
    assert "no take with the id nothing" in paid_cli.err
    assert clip in paid_cli.run("feed", clip)
    assert paid_cli.json("feed", "nothing", code=7) == []


# --- personas ---------------------------------------------------------------------------------------------------------


def test_a_persona_is_created_listed_and_used(paid_cli: CommandLine, clip: str) -> None:
    assert paid_cli.json("personas") == []
    assert paid_cli.run("personas") == ""
    assert "sunotui persona TAKE" in paid_cli.err
    made = paid_cli.json("persona", clip[:8], "--name", "Mara", "--description", "soft, close to the microphone")
    assert list(made) == ["id", "profile", "name", "clip_id", "created_at"]
    assert (made["profile"], made["name"], made["clip_id"]) == ("env", "Mara", clip)
    assert made["id"] in paid_cli.err
    assert paid_cli.json("personas") == [made]
    assert "Mara" in paid_cli.run("personas")
    for wanted in (made["id"], "Mara", f"\u200b{made['id'].upper()}, "):
        task = paid_cli.json("music", "--describe", "snow", "--persona", wanted, "--again", "--wait")
        assert task["status"] == "success"
        request = paid_cli.json("submissions")[0]["request"]
        assert (request["persona_id"], request["persona_clip_id"]) == (made["id"], clip)


def test_an_unknown_persona_needs_its_clip(paid_cli: CommandLine, clip: str) -> None:
    paid_cli.run("music", "--describe", "snow", "--persona", "voice-1", code=2)
    assert "--persona-clip" in paid_cli.err
    assert len(paid_cli.json("submissions")) == 1
    paid_cli.run("persona", clip, "--name", "Mara")
    voice = paid_cli.json("personas")[0]["id"]
    paid_cli.environ["SUNOTUI_DATA_DIR"] += "-elsewhere"
    paid_cli.run("music", "--describe", "snow", "--persona", voice, "--persona-clip", clip)
    assert paid_cli.json("submissions")[0]["request"]["persona_clip_id"] == clip


def test_two_personas_with_one_name_are_distinguished_by_id(paid_cli: CommandLine, clip: str) -> None:
    for again in ((), ("--again",)):
        paid_cli.run("persona", clip, "--name", "Mara", *again)
    paid_cli.run("music", "--describe", "snow", "--persona", "Mara", code=2)
    assert "2 voices are called Mara" in paid_cli.err


# --- gateways without extras
# -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", STOCK)
def test_a_stock_server_reports_that_it_has_no_extras(
    cli: CommandLine, swift: None, demos: FindDemo, dialect: str
) -> None:
    cli.use(demos(dialect))
    task = cli.json("music", "--describe", "rain", "--wait")
    clip = task["clips"][0]["id"]
    commands = [("tags", "pop"), ("wav", clip), ("persona", clip, "--name", "Mara")]
    # The demo's own server has these two.
    commands += [("feed", clip), ("timing", clip)] if dialect != "reference" else []
    for command in commands:
        assert cli.run(*command, code=5) == ""
        assert "does not offer" in cli.err
    missing = {each["feature"] for each in cli.json("doctor")["gateway"]["offers"] if each["verdict"] == "missing"}
    assert {"tags", "wav", "persona_creation"} <= missing
    assert ("timing" in missing) is (dialect != "reference")


def test_tables_name_takes_by_title_and_songs_as_the_list_does(paid_cli: CommandLine, clip: str) -> None:
    title = paid_cli.json("show", clip)["title"]
    task = paid_cli.json("stems", clip)
    paid_cli.run("wav", clip)
    journal = paid_cli.run("submissions")
    assert f"WAV of {title}" in journal
    assert f"Stems of {title}" in journal
    assert clip not in journal
    assert " stems " in next(line for line in journal.splitlines() if f"Stems of {title}" in line)
    row = next(line for line in paid_cli.run("tasks").splitlines() if task["id"] in line)
    assert "stems" in row.split()
    assert f"Stems of {title}" in row
    assert "stems" in next(line for line in paid_cli.run("show", task["id"]).splitlines() if line.startswith("kind"))
