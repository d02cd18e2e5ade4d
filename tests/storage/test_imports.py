"""The first screen reads the library before heavy modules are imported."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "modules",
    [
        "sunotui.storage.tasks.task_store, sunotui.storage.submissions.journal",
        "sunotui.storage.worker, sunotui.storage.drafts, sunotui.storage.event_log",
        "sunotui.storage.config.settings, sunotui.storage.config.profiles, sunotui.storage.secrets.tokens",
    ],
)
def test_nothing_heavy_is_imported(modules: str) -> None:
    code = (
        f"import {modules}, sys\n"
        "heavy = {'pydantic', 'keyring', 'platformdirs', 'httpx', 'textual', 'rich', 'importlib.resources'}\n"
        "sys.stderr.write(','.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")
