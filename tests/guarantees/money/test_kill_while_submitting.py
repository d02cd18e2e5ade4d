"""A submission is sent at most once, whenever its process is killed and however many processes share the library (S1);
an id is on disk before it is shown (D1); submissions of a dead process become unknown, and those of a running process
are not changed (S5).

Fails if the program sends again after an unknown outcome, sends a row without a task id again, claims a row without
checking for the state `ready` (two processes), shows an id 20 ms before it is written (D1), or treats the owner of a
locked file as dead (S5).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Sized
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.guarantees.child_processes.submitting import SPEED, accepted_by, add_up, kill_and_count, posts_at
from tests.support.demo_faults import set_faults
from tests.support.waiting import HANG_S, until

pytestmark = [
    pytest.mark.guarantee(
        "S1",
        ordinary=(
            "45 kills: 20 with one process, 20 with two processes on the same submissions, 5 of the command "
            "line; 10 faults"
        ),
        long="440 kills: 200, 200 and 40 of the command line",
        last_long_run="2026-11-25: 440 kills, 7,700 submissions, 0 paid twice, 84 s",
        gaps="A power cut is not simulated: data that the kernel has accepted survives a kill.",
    ),
    pytest.mark.guarantee(
        "D1",
        ordinary="every id shown in these 45 kills",
        long="every id shown in these 440 kills",
        last_long_run="2026-11-25: 5,990 ids shown, 0 missing, in the same 84 s",
    ),
    pytest.mark.guarantee(
        "S5",
        ordinary="every start after the first 40 kills",
        long="every start after 400 kills",
        last_long_run="2026-11-25: 400 starts, 0 rows of living processes changed, in the same 84 s",
    ),
]


@pytest.mark.parametrize(
    ("instances", "kills"),
    [
        (1, 20),
        (2, 20),
        pytest.param(1, 200, marks=[pytest.mark.long, pytest.mark.timeout(600)]),
        pytest.param(2, 200, marks=[pytest.mark.long, pytest.mark.timeout(600)]),
    ],
)
def test_no_submission_is_paid_twice_and_no_shown_id_is_lost(instances: int, kills: int, tmp_path: Path) -> None:
    totals = kill_and_count(tmp_path, kills=kills, instances=instances, seed=kills + instances)
    totals.check()
    # Check that submissions were in fact accepted, shown and interrupted.
    counted: tuple[Sized, ...] = (totals.rows, totals.accepted, totals.shown, totals.unknown)
    rows, paid, shown, unknown = map(len, counted)
    print(f"{rows} submissions, {paid} paid, {shown} shown, {unknown} unknown")
    assert paid > kills / 4
    assert shown > kills / 4
    assert unknown > kills / 8


@pytest.mark.parametrize("kills", [5, pytest.param(40, marks=[pytest.mark.long, pytest.mark.timeout(300)])])
def test_a_killed_command_pays_once_and_loses_no_printed_id(kills: int, tmp_path: Path) -> None:
    rng = random.Random(kills)
    printed: list[str] = []
    with DemoServer(seed=2, speed=SPEED / 4, balance=1e9) as server:
        set_faults(server, "slow@submit")
        for kill in range(kills):
            printed += _killed_command(tmp_path, server, kill, rng.uniform(0, 0.15))
        totals = add_up(tmp_path, accepted_by(server), [], [])
    totals.check()
    tasks = {row.task_id for row in totals.rows.values()}
    assert {line.split()[-1] for line in printed if line.startswith("Accepted: ")} <= tasks
    assert len(totals.rows) >= kills // 2


def _killed_command(folder: Path, server: DemoServer, number: int, after_s: float) -> list[str]:
    """Kill `sunotui music` some time after it has opened the journal or, every second time, after the gateway has its
    request; return its output lines."""
    owners = folder / "data" / "owners"
    before, posts_before = set(owners.glob("*.lock")), posts_at(server)
    environ = {
        "SUNOTUI_DATA_DIR": str(folder / "data"),
        "SUNOTUI_CONFIG_DIR": str(folder / "config"),
        "SUNOTUI_BASE_URL": server.base_url,
        "SUNOTUI_TOKEN": server.token,
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "sunotui", "music", "--describe", f"song-{number}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    )
    if number % 2:
        until(lambda: posts_at(server) > posts_before, "the request", every_s=0.002)
    else:
        until(lambda: not set(owners.glob("*.lock")) <= before, "the journal", every_s=0.002)
    time.sleep(after_s)
    child.kill()
    _, err = child.communicate(timeout=HANG_S)
    return err.split("\n")
