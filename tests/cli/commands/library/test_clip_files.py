"""A temporary link is requested again before it is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.cli.conftest import CommandLine
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway

STREAM = "https://audiopipe.suno.ai/?item_id={}"


def put_back_to_streaming(
    cli: CommandLine, task_id: str, clip_id: str, status: ClipStatus = ClipStatus.STREAMING
) -> None:
    """Reset the song in the library to its state while it was being generated, or to a failure then."""
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    clip = Clip(clip_id, "Rain", status, audio_url=STREAM.format(clip_id))
    TaskStore(database).save([Task(task_id, "env", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, 1.0, clips=(clip,))])
    database.close()


@pytest.fixture
def song(demo_cli: CommandLine) -> dict[str, str]:
    """A song that has ended since the library was last updated."""
    task = demo_cli.json("music", "--describe", "rain", "--wait")
    clip = task["clips"][0]
    put_back_to_streaming(demo_cli, task["id"], clip["id"])
    return {"task": task["id"], "clip": clip["id"], "final": clip["audio_url"]}


def test_the_link_of_a_generating_song_is_requested_again(demo_cli: CommandLine, song: dict[str, str]) -> None:
    assert demo_cli.json("show", song["clip"])["audio_url"] == STREAM.format(song["clip"])
    assert demo_cli.run("url", song["task"]) == song["final"] + "\n"
    assert demo_cli.err == ""
    assert demo_cli.json("show", song["clip"])["audio_url"] == song["final"]


def test_a_final_link_is_printed_without_a_request(demo_cli: CommandLine, song: dict[str, str]) -> None:
    demo_cli.run("url", song["clip"])
    demo_cli.environ["SUNOTUI_BASE_URL"] = "http://127.0.0.1:9"
    assert demo_cli.run("url", song["clip"]) == song["final"] + "\n"
    assert demo_cli.err == ""


@pytest.mark.parametrize("broken", [{"SUNOTUI_BASE_URL": "http://127.0.0.1:9"}, {"SUNOTUI_PROFILE": "unknown"}])
def test_with_the_gateway_unreachable_the_known_link_has_a_note(
    demo_cli: CommandLine, song: dict[str, str], broken: dict[str, str]
) -> None:
    demo_cli.environ |= broken
    if "SUNOTUI_PROFILE" in broken:
        del demo_cli.environ["SUNOTUI_TOKEN"]
    assert demo_cli.run("url", song["task"]) == STREAM.format(song["clip"]) + "\n"
    assert "works only while the song is generating" in demo_cli.err


def test_the_stream_of_a_failed_take_is_not_printed(demo_cli: CommandLine, song: dict[str, str]) -> None:
    put_back_to_streaming(demo_cli, song["task"], song["clip"], ClipStatus.ERROR)
    for wanted in (song["task"], song["clip"]):
        assert demo_cli.run("url", wanted, code=7) == ""
        assert "Take 1 failed" in demo_cli.err


def test_a_failed_take_with_a_final_link_is_printed(demo_cli: CommandLine, song: dict[str, str]) -> None:
    database = Database.open(Path(demo_cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    clip = Clip(song["clip"], "Rain", ClipStatus.ERROR, audio_url=song["final"])
    TaskStore(database).save([Task(song["task"], "env", TaskKind.MUSIC, TaskStatus.FAILURE, 1.0, clips=(clip,))])
    database.close()
    assert demo_cli.run("url", song["task"]) == song["final"] + "\n"


ENCODED = "https://xn--fsqu00a.xn--0zwm56d/suno/%E5%BF%AB%E4%B9%90%20b.mp3"
LINKS = {
    "clip-1": "https://例子.测试/suno/快乐 b.mp3",
    "clip-2": "//cdn.example.com/c.mp3",
    "clip-3": "https://suno.com/api/forbidden",
    "clip-4": "https://cdn1.suno.ai/None.mp3",
    "clip-5": "javascript:alert(1)",
    "clip-6": "",
}


def finished(asked: RecordedRequest) -> tuple[int, object]:
    """A gateway with one finished task, whose takes have these links."""
    if not asked.path.endswith("/suno/fetch"):
        return 404, {"message": "no such page"}
    clips = [{"id": key, "title": "x", "status": "complete", "audio_url": url} for key, url in LINKS.items()]
    task = {"task_id": "task-1", "status": "SUCCESS", "action": "MUSIC", "data": clips}
    return 200, {"code": "success", "message": "", "data": [task]}


def test_non_ascii_links_are_offered_and_missing_ones_explained(cli: CommandLine) -> None:
    """In all outputs with links. Regression: all of them said "has no audio yet"."""
    with scripted_gateway(finished) as gateway:
        cli.environ |= {"SUNOTUI_BASE_URL": gateway.base_url, "SUNOTUI_TOKEN": "sk-of-links-12345678"}
        cli.run("fetch", "task-1")
    assert cli.run("url", "clip-1") == ENCODED + "\n"
    assert cli.run("url", "clip-2") == "https://cdn.example.com/c.mp3\n"
    for clip, words in {
        "clip-3": "This gateway gives no download of this take's audio",
        "clip-4": "This gateway gives no download of this take's audio",
        "clip-5": "cannot be used: it is no http or https address",
        "clip-6": "This take has no audio yet",
    }.items():
        assert cli.run("url", clip, code=7) == ""
        assert words in cli.err
        assert ("asks the gateway" in cli.err) is (clip in {"clip-5", "clip-6"})
    assert ENCODED in cli.run("export", "--csv")
    assert ENCODED in cli.run("export", "--html", "--ids", "clip-1")


def _carried(cli: CommandLine, folder: Path, url: str, raw_url: str | None) -> None:
    """Import a finished task whose take has a link, and whose raw response, if any, has another one."""
    clip = {"id": "clip-1", "title": "x", "status": "complete"}
    task: dict[str, object] = {"record": "task", "id": "task-1", "profile": "env", "kind": "music", "status": "success"}
    task["clips"] = [{**clip, "audio_url": url} if url else clip]
    if raw_url is not None:
        document = {"task_id": "task-1", "status": "SUCCESS", "data": [{**clip, "audio_url": raw_url}]}
        task["raw"] = json.dumps(document)
    file = folder / "all.jsonl"
    header, end = {"format": "sunotui-library", "version": 1}, {"record": "end", "records": 1}
    file.write_text("\n".join(map(json.dumps, (header, task, end))), "utf-8")
    cli.run("import", str(file))
    assert cli.err == "Imported: 1 added, 0 completed, 0 already there\n"


@pytest.mark.parametrize(
    ("url", "raw_url"),
    [
        (LINKS["clip-1"], None),
        # As in an export of a version that rejected links that were not plain ASCII.
        ("", LINKS["clip-1"]),
        ("ftp://x.example/a.mp3", LINKS["clip-1"]),
    ],
)
def test_links_of_an_import_are_parsed_like_a_gateways(
    url: str, raw_url: str | None, cli: CommandLine, tmp_path: Path
) -> None:
    _carried(cli, tmp_path, url, raw_url)
    assert cli.run("url", "clip-1") == ENCODED + "\n"


@pytest.mark.parametrize("raw_url", ["here", None])
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("javascript:alert(1)", "cannot be used: it is no http or https address"),
        ("https://[::1/a.mp3", "cannot be used: its host name is not valid"),
        ("https://x.example:99999/a.mp3", "cannot be used: its port is not a number from 0 to 65535"),
        ("https://xn--a/a.mp3", "cannot be used: its host name is not valid"),
        ("https://cdn1.suno.ai/None.mp3", "This gateway gives no download of this take's audio"),
    ],
)
def test_an_invalid_link_of_an_import_is_explained(
    url: str, words: str, raw_url: str | None, cli: CommandLine, tmp_path: Path
) -> None:
    """Verified to fail with "no audio yet", and with the link itself."""
    _carried(cli, tmp_path, url, url if raw_url else None)
    assert cli.run("url", "clip-1", code=7) == ""
    assert words in cli.err
    assert cli.run("export", "--csv").count(url) == 0
    moved = cli.run("export")
    elsewhere = tmp_path / "moved.jsonl"
    elsewhere.write_text(moved, "utf-8")
    cli.environ["SUNOTUI_DATA_DIR"] = str(tmp_path / "elsewhere")
    cli.run("import", str(elsewhere))
    assert cli.run("export") == moved


def test_a_link_stored_by_an_earlier_version_is_checked_again(cli: CommandLine) -> None:
    database = Database.open(Path(cli.environ["SUNOTUI_DATA_DIR"]) / "library.db")
    clip = Clip("clip-1", "Rain", ClipStatus.COMPLETE, audio_url="https://[::1/a.mp3")
    raw = json.dumps({"data": [{"id": "clip-1", "audio_url": clip.audio_url}]})
    task = Task("task-1", "env", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(clip,))
    TaskStore(database).save([task], {"task-1": raw})
    database.close()
    assert cli.run("url", "clip-1", code=7) == ""
    assert "cannot be used: its host name is not valid" in cli.err
