"""A demo gateway that is started again knows its songs and serves their files."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from sunotui.demo.dialects import find_dialect
from sunotui.demo.music.jobs import Part
from sunotui.demo.requests.payloads import MusicPayload
from sunotui.demo.saved_songs import SavedSongs, read_songs, write_songs
from sunotui.demo.simulator import Simulator
from sunotui.domain.tasks.task import TaskKind
from tests.demo.conftest import StartServer


def _simulator() -> Simulator:
    return Simulator(1, 1_000.0, lambda: 1_700_000_000.0, find_dialect("reference").new_id)


def _song(**fields: object) -> MusicPayload:
    return replace(MusicPayload(gpt_description_prompt="rain"), **fields)  # type: ignore[arg-type]


def test_every_kind_of_job_comes_back(tmp_path: Path) -> None:
    made = _simulator()
    song = made.make_song(_song())
    extension = made.make_song(
        _song(gpt_description_prompt="", prompt="la", continue_clip_id=song.takes[0].id, continue_at=30.0)
    )
    made.concat(extension.takes[0].id, is_infill=True)
    made.write_lyrics("rain \ud800")
    made.upload_clip("hum", "11111111-1111-4111-8111-111111111111")
    made.make_task_without_clips(TaskKind.TAGS, "tags", {"tags": "folk", "n": [1, None]})
    made.add_job(
        replace(song, id="stems", metadata={"task": "stem"}, history=(Part("c", None, stems={"stem_type": "two"}),))
    )
    made.charge(0.25)
    write_songs(tmp_path / "songs.json", made.all_jobs, made.fees, 4_000)
    found = read_songs(tmp_path / "songs.json")
    assert (len(found.jobs), found.fees, found.port) == (7, 0.25, 4_000)
    assert found.jobs == made.all_jobs
    again = _simulator()
    again.restore(found.jobs, found.fees)
    assert again.spent() == made.spent()
    assert again.clip(song.takes[0].id) is not None
    known = {job.id for job in made.all_jobs}
    assert again.make_song(_song()).id not in known, "the same seed continues with other ids"


@pytest.mark.parametrize(
    "text", ["", "[]", '{"jobs": [{"id": 1}], "fees": 0, "port": 1}', "[" * 100_000, '{"jobs": 3}']
)
def test_a_file_that_cannot_be_read_keeps_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "songs.json").write_text(text)
    assert read_songs(tmp_path / "songs.json") == SavedSongs()
    assert read_songs(tmp_path) == SavedSongs()
    write_songs(tmp_path / "no such folder" / "songs.json", (), 0.0, 1)


def test_links_of_the_first_server_work_at_the_second(tmp_path: Path, start_server: StartServer) -> None:
    songs_file = tmp_path / "songs.json"
    first = start_server(speed=100_000.0, songs_file=songs_file)
    headers = {"Authorization": f"Bearer {first.token}"}
    made = httpx.post(f"{first.base_url}/suno/submit/music", headers=headers, json={"gpt_description_prompt": "rain"})
    task_id = made.json()["data"]
    job = next(job for job in read_songs(songs_file).jobs if job.id == task_id)
    link = f"{first.base_url}/media/{job.takes[0].id}.mp3"
    first.stop()
    second = start_server(speed=100_000.0, songs_file=songs_file)
    assert second.base_url == first.base_url
    assert httpx.get(link).status_code == 200
    found = httpx.post(f"{second.base_url}/suno/fetch", headers=headers, json={"ids": [task_id]})
    assert [task["task_id"] for task in found.json()["data"]] == [task_id]


def test_another_port_is_used_where_the_kept_one_is_taken(tmp_path: Path, start_server: StartServer) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        write_songs(tmp_path / "songs.json", (), 0.0, taken)
        server = start_server(songs_file=tmp_path / "songs.json")
        assert not server.base_url.endswith(f":{taken}")
        assert read_songs(tmp_path / "songs.json").port == int(server.base_url.rpartition(":")[2])
