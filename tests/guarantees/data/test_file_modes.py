"""With any umask, all files that the program writes are private to their owner (D8).

Fails if the mode of the event log depends on the umask.
"""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.requests.request import MusicRequest
from tests.guarantees.child_processes.submitting import core_at, profile_at
from tests.support.send_request import send_request

pytestmark = pytest.mark.guarantee(
    "D8", ordinary="3 umasks; every file and folder that the program makes, twice, and after wider modes were set"
)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077], ids=oct)
async def test_all_files_of_the_core_are_private(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        with DemoServer(seed=1, speed=500) as server:
            for attempt in range(2):
                base_url = server.base_url + server.prefix
                core = core_at(tmp_path, base_url, server.token)
                await core.open()
                core.add_profile(profile_at(base_url))
                core.profiles.put(Profile("kept", parse_base_url("https://gateway.example")))
                await send_request(core, MusicRequest(description=f"rain {attempt}"), "main")
                logging.getLogger("sunotui").warning("something for the event log")
                await core.storage.run(core.stores.drafts.save, "draft", "words")
                assert _open_to_others(tmp_path) == []
                await core.close(1)
                assert _open_to_others(tmp_path) == []
                for path in (tmp_path / "data").rglob("*.db*"):
                    path.chmod(0o666)
                (tmp_path / "data").chmod(0o777)
    finally:
        os.umask(before)


def _open_to_others(folder: Path) -> list[tuple[str, str]]:
    found = [path for path in folder.rglob("*") if not path.is_symlink()]
    assert {"data", "config", "library.db", "owners", "events.log", "profiles.json"} <= {path.name for path in found}
    modes = [(path.relative_to(folder).as_posix(), stat.S_IMODE(path.stat().st_mode)) for path in found]
    return [(name, oct(mode)) for name, mode in modes if mode & 0o077]
